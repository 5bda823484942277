"""The welcome page of a participant: what to do, from opening the file to sending it back."""

import re
from pathlib import Path

from crmlab.language import gettext as _
from crmlab.output import render

_TEMPLATE = Path(__file__).with_name("welcome.html.j2")


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
    return render(
        _TEMPLATE,
        language=participant.lang,
        name=participant.name,
        seed=participant.seed,
        file=file,
        exercise=notebook.cells[0].source.splitlines()[0].lstrip("# "),
        task=_first_task(notebook),
        comment=parameters_comment(),
    )


def parameters_comment():
    """Return the first line of the cell that holds a participant's parameters."""
    return _("Your own numbers: leave this cell as it is.")


def _first_task(notebook):
    checks = (re.search(r'wb\.check\("(\w+)"', cell.source) for cell in notebook.cells)
    return next(check[1] for check in checks if check)
