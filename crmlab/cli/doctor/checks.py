"""What the doctor looks at.

A check is one function that yields findings: what was looked at, whether it is in order,
and for a fault what to do. Of the packages nothing is imported before it has been checked,
except click, which every command needs: the doctor can speak where half of them are missing.
"""

import importlib
import importlib.metadata
import re
import shutil
import sys
import tempfile
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from crmlab.language import current_language, mark
from crmlab.language import gettext as _
from crmlab.workshop.course import folder_of

_IMPORTED_AS = {"scikit-learn": "sklearn"}
_FIRST_CHAPTER = "00_start_here.ipynb"
_LEAST_DISK = 500 * 2**20  # bytes: notebooks with their figures, and room for the system
_TIME_LIMIT = 180  # seconds for the first chapter; a slow computer takes about 60
_BROWSERS = (
    *("firefox", "google-chrome", "chrome", "chromium", "chromium-browser"),
    *("microsoft-edge", "msedge", "safari", "brave-browser", "opera"),
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: ``"good"``, a ``"warning"`` or a ``"fault"``."""

    state: str
    text: str
    what_to_do: str = ""


def _pip(*what):
    """Return the command that installs into the very Python that is being checked."""
    return f'"{sys.executable}" -m pip install {" ".join(what)}'


def _python():
    wanted = importlib.metadata.metadata("crmlab")["Requires-Python"]
    least = tuple(map(int, re.findall(r"\d+", wanted)))
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= least:
        yield Finding("good", f"Python {here}")
    else:
        yield Finding(
            "fault",
            _("Python {here} is too old; the course needs {wanted}.").format(
                here=here, wanted=wanted
            ),
            _("Install a newer Python, and the course in an environment made with it."),
        )


def _packages():
    from packaging.requirements import Requirement

    sound = 0
    for text in importlib.metadata.requires("crmlab"):
        needed = Requirement(text)
        if needed.marker is not None and not needed.marker.evaluate():
            continue
        finding = _package(needed)
        if finding is None:
            sound += 1
        else:
            yield finding
    yield Finding("good", _("{count} packages load, in versions that fit").format(count=sound))


def _package(needed):
    """Return what is wrong with a package, or None."""
    wanted = f'"{needed}"'
    try:
        version = importlib.metadata.version(needed.name)
    except importlib.metadata.PackageNotFoundError:
        problem = _("{name} is not installed.").format(name=needed.name)
        return Finding("fault", problem, _pip(wanted))
    if not needed.specifier.contains(version, prereleases=True):
        problem = _("{name} {version} is installed; the course needs {wanted}.").format(
            name=needed.name, version=version, wanted=needed.specifier
        )
        return Finding("fault", problem, _pip(wanted))
    try:
        importlib.import_module(_IMPORTED_AS.get(needed.name, needed.name.replace("-", "_")))
    except Exception as error:  # a broken library can raise anything when it loads
        problem = _("{name} {version} does not load: {problem}").format(
            name=needed.name, version=version, problem=error
        )
        return Finding("fault", problem, _pip("--force-reinstall", wanted))
    return None


def _jupyterlab():
    import jupyterlab

    yield Finding("good", f"JupyterLab {jupyterlab.__version__}")


def _chinese_font():
    from matplotlib.font_manager import findfont
    from matplotlib.pyplot import rc_context

    from crmlab import plots

    with rc_context():
        plots.use_style()  # which brings the font along
    findfont(plots.CHINESE_FONT, fallback_to_default=False)
    yield Finding("good", _("Chinese in figures: {font}").format(font=plots.CHINESE_FONT))


def _browser():
    try:
        webbrowser.get()
        found = True
    except webbrowser.Error:
        found = any(map(shutil.which, _BROWSERS))
    if found:
        yield Finding("good", _("a browser"))
    else:
        yield Finding(
            "warning",
            _("No browser was found."),
            _("When JupyterLab has started, open the address that it prints in a browser."),
        )


def _disk():
    free = shutil.disk_usage(Path.cwd()).free
    room = _("{free:.1f} GB free on this disk").format(free=free / 2**30)
    if free >= _LEAST_DISK:
        yield Finding("good", room)
    else:
        yield Finding("fault", room, _("Free at least half a gigabyte."))


def _folder():
    here = Path.cwd()
    try:
        with tempfile.TemporaryFile(dir=here):
            yield Finding("good", _("this folder can be written to"))
    except OSError as error:
        yield Finding(
            "fault",
            _("Nothing can be written to {folder}: {problem}").format(
                folder=here, problem=error.strerror
            ),
            _("Copy the course to a folder of your own, and work there."),
        )


def _course():
    chapters = folder_of("chapters")
    if chapters is None:
        yield Finding(
            "fault",
            _("The chapters of the course are not here."),
            _("Run this in the folder of the course, the one that holds the folder 'chapters'."),
        )
        return
    from crmlab import datasets

    count = len(list(chapters.glob("*.ipynb")))
    yield Finding(
        "good",
        _("{chapters} chapters, {tables} tables of data").format(
            chapters=count, tables=len(datasets.list_datasets())
        ),
    )


def _first_chapter():
    chapters = folder_of("chapters")
    if chapters is None:
        return  # said already
    edition = chapters / current_language() / _FIRST_CHAPTER
    notebook = edition if edition.is_file() else chapters / _FIRST_CHAPTER
    try:
        seconds = _seconds_to_run(notebook)
    except TimeoutError:
        yield Finding(
            "fault",
            _("The first chapter did not end within {limit} seconds.").format(limit=_TIME_LIMIT),
            _("Close other programs and try again; then try another computer."),
        )
    else:
        yield Finding("good", _("the first chapter runs, in {s:.0f} seconds").format(s=seconds))


def _seconds_to_run(notebook):
    """Run a copy of a notebook in the kernel that JupyterLab would use."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            nbformat.read(notebook, as_version=4),
            startup_timeout=_TIME_LIMIT,
            timeout_func=lambda _cell: max(1, int(start + _TIME_LIMIT - time.monotonic())),
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=CRITICAL"],  # a kernel's warnings are not for learners
        )
        try:
            client.execute()
        except CellExecutionError as error:
            # Without its traceback, which is as long as a page.
            raise RuntimeError(f"{error.ename}: {error.evalue}") from None
    return time.monotonic() - start


# What a check is about, for the line of one that breaks; and the check.
CHECKS = {
    mark("Python"): _python,
    mark("packages"): _packages,
    mark("JupyterLab"): _jupyterlab,
    mark("Chinese in figures"): _chinese_font,
    mark("browser"): _browser,
    mark("disk"): _disk,
    mark("this folder"): _folder,
    mark("files of the course"): _course,
    mark("first chapter"): _first_chapter,
}


def findings(topic):
    """Yield what a check finds; a check that breaks has found a fault."""
    try:
        yield from CHECKS[topic]()
    except Exception as error:
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        yield Finding(
            "fault",
            f"{_(topic)}: {problem}",
            _("Mend the faults above, if any. Then, in the folder of the course: {command}").format(
                command=_pip("-r requirements.lock -e .")
            ),
        )
