"""The welcome page of a participant: what to do, from opening the file to sending it back."""

import re
from pathlib import Path

from markupsafe import Markup

from crmlab import __version__
from crmlab.language import gettext as _

_FOLDER = Path(__file__).parent


def welcome_page(notebook, participant, file):
    """Return the page, in the language in use.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The exercise: its title and the name of its first task are shown.
    participant : Participant
    file : str
        The name of the participant's notebook.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    import jinja2

    # A name can hold anything, so every text is escaped.
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return pages.get_template("welcome.html.j2").render(
        lang=participant.lang,
        title=_("Welcome, {name}!").format(name=participant.name),
        head={
            _("Exercise"): notebook.cells[0].source.splitlines()[0].lstrip("# "),
            _("Time"): _("about one hour"),
            _("Your file"): file,
        },
        start=_start(participant.seed),
        open=_open(file),
        do=_do(_first_task(notebook)),
        ask=_ask(),
        send=_send(file),
        footer=_("Made with crmlab {version}.").format(version=__version__),
    )


def parameters_comment():
    """Return the first line of the cell that holds a participant's parameters."""
    return _("Your own numbers: leave this cell as it is.")


def _first_task(notebook):
    checks = (re.search(r'wb\.check\("(\w+)"', cell.source) for cell in notebook.cells)
    return next(check[1] for check in checks if check)


def _start(seed):
    return {
        "title": _("What awaits you"),
        "story": _(
            "You work for Harbour Coffee, an invented company, and answer questions about its "
            "customers in short tasks. Each task gives you data; you write a line or a few of "
            "Python, and a check answers at once. The last task is a stretch: leave it out if you "
            "are short of time."
        ),
        "own": _with_code(
            _(
                "The company is your own. Your file holds a number, your seed {seed}, from which "
                "your customers are made. Your neighbour has other customers and so other right "
                "answers; the difficulty is the same. Compare ways, not results."
            ),
            seed=seed,
        ),
        "courage": _(
            "You cannot break anything. Try as often as you like: a wrong answer costs nothing, "
            "and the check tells you what to look at."
        ),
    }


def _open(file):
    shelf = "exercises"
    return {
        "title": _("1 · Open your file"),
        "installed": _(
            "The course has to be on your computer: a folder whose README says how to install it. "
            "If it is not there yet, tell your instructor before the workshop."
        ),
        "put": _with_code(
            _("Copy {file} into the folder {shelf} of the course."), file=file, shelf=shelf
        ),
        "jupyter": _("Open a terminal in the folder of the course, and start JupyterLab:"),
        "commands": {
            _("macOS, Linux"): ["make lab"],
            "Windows": [r".venv\Scripts\jupyter lab"],
            _("with conda"): ["conda activate crm-course", "jupyter lab"],
        },
        "click": _with_code(
            _(
                "JupyterLab opens in your browser. In the list of files on its left, go to the "
                "folder {shelf} (the sign of a folder above the list leads to the top), and "
                "double-click your file."
            ),
            shelf=shelf,
        ),
    }


def _do(task):
    return {
        "title": _("2 · Do the tasks"),
        "cells": _(
            "Your file is made of texts and of grey cells with code. Click on a cell and press "
            "Shift + Enter: it runs, and its result appears below it. Run them one after the "
            "other, from the top. A task looks like this:"
        ),
        "example": f'{task} = ...\n\nwb.check("{task}", {task})',
        "dots": _with_code(
            _("Replace the three dots {dots} by your answer; write more lines above if you like."),
            dots="...",
        ),
        "check": _("Run the cell, and read what the check says:"),
        "passed": _("passed: go on to the next task"),
        "wrong": _("not right yet: it says what to look at; change your answer, run again"),
        "not_attempted": _("not attempted yet: the dots are still there"),
        "hint": _with_code(
            _("Stuck? Run {hint} in an empty cell. Each time you run it, it gives one more hint."),
            hint=f'wb.hint("{task}")',
        ),
        "leave_out": _(
            "Still stuck? Leave the task out and go on: no task needs another's answer."
        ),
        "rerun": _(
            "After a break, or if something looks odd, choose Kernel → Restart Kernel and Run All "
            "Cells… in the menu: what you wrote stays."
        ),
        "leave_alone": _with_code(
            _("Please do not change the cell that begins with {line}: it makes your company."),
            line=f"# {parameters_comment()}",
        ),
    }


def _ask():
    return {
        "title": _("3 · Ask"),
        "how": _(
            "Ask your neighbour or your instructor, at any time. Say which task it is, and read "
            "out what the check says, or the last line of the error. No question is too small."
        ),
    }


def _send(file):
    return {
        "title": _("4 · Send it back"),
        "what": _with_code(
            _(
                "Save with Ctrl + S (on a Mac ⌘ + S), and give the one file {file} back to your "
                "instructor, under this name. Half done is fine too."
            ),
            file=file,
        ),
        "why": _(
            "It is run once more with your numbers. Your instructor then sees which checks passed, "
            "and which mistakes are common in the class."
        ),
    }


def _with_code(message, **codes):
    """Fill a message with pieces of code, each escaped."""
    code = Markup("<code>{}</code>")
    return Markup(message).format(**{name: code.format(text) for name, text in codes.items()})
