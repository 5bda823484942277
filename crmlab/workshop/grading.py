"""From returned notebooks to results: run, compare, keep.

1. Each notebook is a job of the sandbox: it runs inside, and its answers are compared with
   the right ones outside (`verdicts`), in a process that has never run a line of a submission.
2. This process hands out the jobs and reads results of a known size.
3. Each result is on disk, in a file of its own, the moment it is there. Its name is a
   digest of everything that it depends on: a second run computes only what has changed.
"""

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from crmlab.language import gettext as _
from crmlab.output import write_whole
from crmlab.workshop import results, runner, watchdog
from crmlab.workshop.notebook_json import NotRunnable
from crmlab.workshop.results import NotebookResult, TaskResult
from crmlab.workshop.returned import Intake, collect
from crmlab.workshop.runnable import code_cells
from crmlab.workshop.sandbox import Job, Sandbox

WORKERS = 2
KEPT = ".results"
_PACKAGE = Path(__file__).parents[1]


def grade(
    plan,
    folder,
    returned,
    lang="en",
    limits=None,
    workers=WORKERS,
    progress=None,
    partial=None,
    warm=watchdog.WARM,
    isolate=True,
):
    """Run every returned notebook and compare its answers.

    Parameters
    ----------
    plan : Plan
    folder : str or os.PathLike
        Of the workshop; results are kept in it.
    returned : str, os.PathLike or Intake
        A folder or a zip of what came back, or what `returned.collect` read of it.
    lang : {"en", "zh"}
        Language of what the results say; it has to be the one in use.
    limits : watchdog.Limits, optional
    workers : int
        How many notebooks run at a time.
    progress : callable, optional
        Called with the files that are running and the share that is done, at the beginning and
        whenever one has ended.
    partial : callable, optional
        Called with the results so far, at the same times.
    warm : bool
        Split submissions off a process that has the libraries loaded, see `watchdog`.
    isolate : bool
        Give each a place of its own, where the system lets a process have one.

    Returns
    -------
    list of NotebookResult
        One per returned notebook, in the order of their files, then one for each
        participant of whom there is none.

    Raises
    ------
    CRMError
        If the folder of returned notebooks is not there.
    """
    limits = limits or watchdog.Limits()
    if not isinstance(returned, Intake):
        returned = collect(plan, returned, folder)
    notebooks = returned.notebooks
    kept = _Kept(Path(folder) / KEPT)
    found, keys, jobs = {}, {}, {}
    for one in notebooks:
        if one.problem:
            found[one.file] = _not_run(one, one.problem)
            continue
        keys[one.file] = _key(plan, one, lang, limits)
        if (result := kept.get(keys[one.file])) is not None:
            found[one.file] = replace(result, file=one.file, remarks=one.remarks)
            continue
        try:
            jobs[one.file] = _job(plan, one, lang, limits)
        except NotRunnable as problem:
            found[one.file] = _not_run(one, str(problem))
    by_file = {one.file: one for one in notebooks}
    waiting = list(jobs)

    def tell():
        if progress is not None:
            progress(waiting[:workers], len(found) / max(1, len(notebooks)))
        if partial is not None:
            partial([found[one.file] for one in notebooks if one.file in found])

    tell()
    rehearsal = "crmlab.workshop.verdicts:rehearse", plan.exercise
    hidden = folder, returned.source
    with Sandbox(workers, runner.LIBRARIES, rehearsal, hidden, warm, isolate) as sandbox:
        for file, outcome in sandbox.run(jobs):
            found[file] = _result(by_file[file], jobs[file], outcome)
            if not _may_be_this_computer(outcome):
                kept.put(keys[file], found[file])
            waiting.remove(file)
            tell()
    return [found[one.file] for one in notebooks] + _absent(plan, notebooks)


def _job(plan, one, lang, limits):
    """Return what to run of a notebook, and what to judge it by."""
    parameters = plan.parameters_of(one.participant)
    cells = [asdict(cell) for cell in code_cells(one.content, parameters)]
    common = {"exercise": plan.exercise, "cells": cells}
    return Job(
        "crmlab.workshop.runner:run",
        common | {"parameters": parameters},
        limits,
        one.folder,
        "crmlab.workshop.verdicts:judge",
        common | {"seed": parameters["seed"], "lang": lang, "limits": asdict(limits)},
    )


def _result(one, job, outcome):
    """Return the result of a run."""
    if outcome.ending == results.TROUBLE:
        verdict = {"tasks": [], "detail": _trouble(outcome)}
    else:  # where the watchdog was killed too, nothing came out to judge
        from crmlab.workshop.verdicts import judge

        verdict = outcome.verdict or judge(job.context, outcome)
    return NotebookResult(
        participant=one.participant.id,
        file=one.file,
        ending=outcome.ending,
        detail=verdict["detail"],
        remarks=one.remarks,
        tasks=tuple(TaskResult(**task) for task in verdict["tasks"]),
        seconds=round(outcome.seconds, 2),
        isolated=outcome.isolated,
    )


def _trouble(outcome):
    """Say why there is no result that counts."""
    if outcome.reason == "time":
        return _("Its answers could not be compared in the time that is allowed for it.")
    return _("This computer could not run it ({reason}). Run the command again.").format(
        reason=outcome.reason
    )


def _may_be_this_computer(outcome):
    """Return whether another run may well end otherwise: memory was short, for one."""
    return outcome.ending == results.TROUBLE or outcome.reason == "SIGKILL"


def _not_run(one, problem):
    return NotebookResult(
        participant=one.participant.id if one.participant else "",
        file=one.file,
        ending=results.UNREADABLE if one.participant else results.NOT_RUN,
        detail=problem,
        remarks=one.remarks,
    )


def _absent(plan, notebooks):
    there = {one.participant.id for one in notebooks if one.participant}
    return [
        NotebookResult(one.id, "", results.NOT_RETURNED)
        for one in plan.participants
        if one.id not in there
    ]


# --- keeping ----------------------------------------------------------------------------


class _Kept:
    """Results on disk, one file each."""

    def __init__(self, folder):
        self._folder = folder

    def get(self, key):
        """Return the result that belongs to a key, None if there is none."""
        try:
            return NotebookResult.from_data(json.loads(self._path(key).read_bytes()))
        except (OSError, ValueError, TypeError, LookupError):
            return None

    def put(self, key, result):
        """Keep a result: whole or not at all."""
        # One that cannot be kept, on a disk that is full, is still in the report.
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            write_whole(self._path(key), json.dumps(result.as_data()))

    def _path(self, key):
        return self._folder / f"{key}.json"


def _key(plan, one, lang, limits):
    """Return a digest of everything that a result depends on."""
    depends = hashlib.sha256(_code())
    trusted = [plan.exercise, plan.parameters_of(one.participant), lang, asdict(limits)]
    depends.update(json.dumps(trusted, sort_keys=True).encode())
    depends.update(hashlib.sha256(one.content).digest())
    for path in sorted(one.folder.rglob("*")) if one.folder else ():
        # As in the copy that the run gets: what cannot be read is not there.
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                depends.update(os.fsencode(path.relative_to(one.folder)))
                depends.update(hashlib.sha256(content).digest())
    return depends.hexdigest()


@cache
def _code():
    """Return a digest of the package: another version may judge otherwise."""
    sources = sorted(_PACKAGE.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).digest()
