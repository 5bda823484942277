"""From returned notebooks to results: run, compare, keep.

1. Workers run the notebooks, one at a time each (`watchdog`), and give back what came out.
2. This process, which never executes a line of a submission, then computes the right
   answers anew and compares (`verdicts`).
3. Each result is on disk, in a file of its own, the moment it is there. Its name is a
   digest of everything that it depends on: a second run computes only what has changed.
"""

import hashlib
import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from crmlab.output import write_whole
from crmlab.workshop import results, runner, watchdog
from crmlab.workshop.results import NotebookResult
from crmlab.workshop.returned import NotRunnable, code_cells, collect
from crmlab.workshop.verdicts import compare

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
    warm=watchdog.WARM,
):
    """Run every returned notebook and compare its answers.

    Parameters
    ----------
    plan : Plan
    folder : str or os.PathLike
        Of the workshop; results are kept in it.
    returned : str or os.PathLike
        Where the returned notebooks are.
    lang : {"en", "zh"}
        Language of what the results say; it has to be the one in use.
    limits : watchdog.Limits, optional
    workers : int
        How many notebooks run at a time.
    progress : callable, optional
        Called with a text and the share that is done.
    warm : bool
        Split submissions off a process that has the libraries loaded, see `watchdog`.

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
    progress = progress or (lambda text, share: None)
    notebooks = collect(plan, returned)
    kept = _Kept(Path(folder) / KEPT)
    found, keys, jobs, read = {}, {}, {}, {}
    for one in notebooks:
        if one.problem:
            found[one.file] = _not_run(one, one.problem)
            continue
        keys[one.file] = _key(plan, one, lang, limits)
        if (result := kept.get(keys[one.file])) is not None:
            found[one.file] = replace(result, file=one.file, remarks=one.remarks)
            continue
        parameters = plan.parameters_of(one.participant)
        try:
            read[one.file] = code_cells(one.content, parameters)
        except NotRunnable as problem:
            found[one.file] = _not_run(one, str(problem))
            continue
        cells = [cell.source for cell in read[one.file]]
        job = {"exercise": plan.exercise, "parameters": parameters, "cells": cells}
        jobs[one.file] = (job, limits, one.folder, warm)
    by_file = {one.file: one for one in notebooks}
    for file, outcome in _outcomes(jobs, workers, warm):
        result = compare(plan, by_file[file], read[file], outcome, limits)
        kept.put(keys[file], result)
        found[file] = result
        progress(file, len(found) / len(notebooks))
    return [found[one.file] for one in notebooks] + _absent(plan, notebooks)


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


# --- running ----------------------------------------------------------------------------


def _outcomes(jobs, workers, warm):
    """Run the jobs; yield file and outcome as they end."""
    left = dict(jobs)
    while left:
        yield from _in_pool(left, workers, warm)
        # Jobs are left over when a submission killed the worker that ran it: that breaks the
        # whole pool. The culprit is one of the jobs under way, the first that are left. Each of
        # these gets a pool of its own, which only the culprit breaks; the others go on.
        for file in list(left)[: workers + 1]:
            alone = {file: left.pop(file)}
            yield from _in_pool(alone, 1, warm)
            if alone:
                yield file, watchdog.Outcome(results.DIED, [], 0.0)


def _in_pool(left, workers, warm):
    """Run the jobs in `left`, and take out of it those that ended."""
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(min(workers, len(left)), _beginning(warm), watchdog.prepare, (warm,))
    try:
        with _importing_nothing_from_here():
            begun = {pool.submit(watchdog.run, *job): file for file, job in left.items()}
        for ended in as_completed(begun):
            try:
                outcome = ended.result()
            except BrokenProcessPool:
                continue
            except OSError as error:  # such as files that cannot be copied
                outcome = watchdog.Outcome(results.DIED, [], 0.0, str(error))
            del left[begun[ended]]
            yield begun[ended], outcome
    except BaseException:  # interrupted: it does not wait for what still runs
        for worker in set(multiprocessing.active_children()) - set(others):
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _beginning(warm):
    """Return how a worker begins: as a new Python, or split off one that is warm."""
    if not warm:
        return multiprocessing.get_context("spawn")
    # One process loads the libraries, and all workers are split off it: loading takes longer
    # than a submission, and a worker that was killed is replaced at once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(runner.LIBRARIES))
    return context


@contextmanager
def _importing_nothing_from_here():
    """Begin new Pythons without the current folder among the places of modules."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTHONSAFEPATH"]
        if before is not None:
            os.environ["PYTHONSAFEPATH"] = before


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
        self._folder.mkdir(exist_ok=True)
        write_whole(self._path(key), json.dumps(result.as_data(), ensure_ascii=False))

    def _path(self, key):
        return self._folder / f"{key}.json"


def _key(plan, one, lang, limits):
    """Return a digest of everything that a result depends on."""
    depends = hashlib.sha256(_code())
    trusted = [plan.exercise, plan.parameters_of(one.participant), lang, asdict(limits)]
    depends.update(json.dumps(trusted, sort_keys=True).encode())
    depends.update(hashlib.sha256(one.content).digest())
    for path in sorted(one.folder.rglob("*")) if one.folder else ():
        if path.is_file():
            depends.update(path.relative_to(one.folder).as_posix().encode())
            depends.update(hashlib.sha256(path.read_bytes()).digest())
    return depends.hexdigest()


@cache
def _code():
    """Return a digest of the package: another version may judge otherwise."""
    sources = sorted(_PACKAGE.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).digest()
