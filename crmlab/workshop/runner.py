"""Inside a run: the cells of a notebook, as Jupyter would run them, and its answers as data.

What belongs to a screen is harmless here: figures are not drawn, widgets not shown. Packages
are not installed: a cell that would says so and goes on.
"""

import re

# Loaded before a process is split off for a submission: most exercises need them.
LIBRARIES = (
    "IPython.core.completer",
    "IPython.core.interactiveshell",
    "IPython.core.magics",
    "crmlab.company",
    "crmlab.plots",
    "crmlab.segmentation.rfm",
    "crmlab.workbook",
    "crmlab.workshop.runner",
    "crmlab.workshop.verdicts",
    "pyarrow.dataset",
    "sklearn.base",
    "statsmodels.stats.api",
)
_INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
# At the beginning of a command, as in "cd here && python -m pip install there".
_INSTALLS = re.compile(
    r"(^|[;&|])\s*(sudo\s+)?(\S*python\S*\s+-m\s+)?(\S*/)?"
    r"(pip[\d.]*|conda|mamba|micromamba|uv|apt|apt-get)\s"
)


def run(job, say):
    """Run all cells of a job.

    Parameters
    ----------
    job : dict
        ``exercise``, ``parameters``, and ``cells`` with a ``source`` each.
    say : callable
        Called, as it happens, with ``cell=n`` when the n-th cell begins, ``error=n, name=…,
        text=…`` when it failed, ``answer=task, value=…, taken=…`` at each check.
    """
    _collect_answers(job, say)
    shell = _shell()
    for number, cell in enumerate(job["cells"]):
        say(cell=number)
        outcome = shell.run_cell(cell["source"])
        error = outcome.error_before_exec or outcome.error_in_exec
        if error is not None:
            say(error=number, name=type(error).__name__, text=_text_of(error))


def _collect_answers(job, say):
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
            say(answer=name, value=encode(value), taken=name in self._taken)
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

    class Shell(InteractiveShell):
        """One that has no screen, and installs nothing."""

        def enable_gui(self, gui=None):
            """Open no windows."""

        def enable_matplotlib(self, gui=None):
            """Leave figures undrawn, whatever they should be drawn on."""
            return "agg", "agg"

        def system(self, command):
            """Run a command, but no installer."""
            if not _INSTALLS.search(command):
                super().system(command)

        def getoutput(self, command, *given, **named):
            """Return what a command prints; an installer is not run."""
            if _INSTALLS.search(command):
                command = ""
            return super().getoutput(command, *given, **named)

        def ask_exit(self):
            """Go on: what is below counts too."""

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=settings)
    for name in _INSTALLERS:
        shell.register_magic_function(_install_nothing, "line", name)
    # Nobody looks at the pages here, so no table is laid out and no figure drawn.
    shell.display_formatter.active_types = ["text/plain"]
    shell.showtraceback = shell.showsyntaxerror = lambda *_args, **_options: None
    return shell


def _install_nothing(line):
    """Stand for ``%pip`` and its like."""


def _text_of(error):
    try:
        return str(error)[:500]
    except Exception:  # a learner's own exception may be unable to say what it is
        return ""
