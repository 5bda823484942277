"""The process of one submission: run its cells, and write its answers out as data.

Everything here runs beside the code of a stranger and must be believed in nothing: it can
be replaced in memory, and what it writes can be forged. Nobody asks it whether an answer is
right; it only says what the answers are. The watchdog sets limits from outside.

Input (standard input): one JSON object with ``exercise``, ``parameters``, ``cells``
(source text of the code cells) and ``limits``. Output (standard output): one JSON object
per line, see `run`. What the cells print goes to standard error.
"""

import json
import os
import sys

import psutil

# Imported before a process is split off for a submission: most exercises need them.
LIBRARIES = (
    "IPython.core.interactiveshell",
    "crmlab.company",
    "crmlab.plots",
    "crmlab.segmentation.rfm",
    "crmlab.workbook",
    "crmlab.workshop.wire",
    "pyarrow.dataset",
    "sklearn.base",
    "statsmodels.stats.api",
)


def main():
    """Run the job that stands on standard input, and end the process."""
    job = json.load(sys.stdin)
    # What a cell prints must not stand between the lines written here.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    run(job, out)


def run(job, out):
    """Run all cells of a job and end the process.

    Writes to `out`, as they happen: ``{"cell": n}`` when the n-th cell begins,
    ``{"error": n, "name": …, "text": …}`` when it failed, ``{"answer": task, "value": …,
    "taken": …}`` at each check, and ``{"end": true}`` after the last cell.
    """
    _limit(job["limits"])
    # Modules that a learner put beside the notebook are found, after everybody else's.
    sys.path.append(os.getcwd())

    def write(**event):
        out.write(json.dumps(event) + "\n")
        out.flush()

    _collect_answers(job, write)
    shell = _shell()
    for number, source in enumerate(job["cells"]):
        write(cell=number)
        outcome = shell.run_cell(source)
        error = outcome.error_before_exec or outcome.error_in_exec
        if error is not None:
            write(error=number, name=type(error).__name__, text=_text_of(error))
    write(end=True)
    # Without the usual tidying up: threads and handlers of the cells would run on in it.
    os._exit(0)


def _limit(limits):
    """Bind this process and all its children, where the system knows how to."""
    try:
        import resource
    except ImportError:  # Windows; there the watchdog alone looks after memory
        return
    # A process that was split off begins with what its libraries hold and have reserved.
    already = getattr(psutil.Process().memory_info(), "data", 0)
    for name, value in (
        ("RLIMIT_DATA", limits["memory"] + already),
        ("RLIMIT_FSIZE", limits["file"]),
        ("RLIMIT_CORE", 0),
    ):
        which = getattr(resource, name)
        most = resource.getrlimit(which)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(which, (value, value))


def _collect_answers(job, write):
    """Put a workbook that hands answers out in the place of the one that checks them."""
    from crmlab import workbook
    from crmlab.errors import CRMError
    from crmlab.language import gettext as _
    from crmlab.workbook.tasks import NOT_ATTEMPTED, Verdict
    from crmlab.workshop.wire import encode

    class Collector(workbook.Workbook):
        # Of the run, not of one workbook: a second one, or a copy, is no way round the mark.
        _taken = set()  # noqa: RUF012

        def __init__(self, exercise, *_given, **_named):
            if exercise != job["exercise"]:
                raise CRMError(
                    "This is the exercise {other}; {exercise} was handed out.",
                    other=exercise,
                    exercise=job["exercise"],
                )
            trusted = {name: job["parameters"][name] for name in ("seed", "participant", "lang")}
            super().__init__(exercise, **trusted)

        def check(self, name, value):
            self._task(name)
            write(answer=name, value=encode(value), taken=name in self._taken)
            return Verdict(name, NOT_ATTEMPTED, message=_("handed in"))

        def _record(self, task, status, mistake=""):
            """Keep nothing: there is no learner here whose progress it would be."""

    def given(book, name, take=workbook.Workbook.given):
        Collector._taken.add(name)
        return take(book, name)

    # The class that checks stays beneath the other one, where it can be found.
    workbook.Workbook.given = given
    workbook.Workbook = Collector


def _shell():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=settings)
    # Nobody looks at the pages here, so no table is laid out and no figure drawn.
    shell.display_formatter.active_types = ["text/plain"]
    shell.showtraceback = shell.showsyntaxerror = lambda *_args, **_options: None
    return shell


def _text_of(error):
    try:
        return str(error)[:500]
    except Exception:  # a learner's own exception may be unable to say what it is
        return ""


if __name__ == "__main__":
    main()
