"""Hand out a workshop: a folder with a personal exercise and a welcome page for everybody.

1. The roster says who takes part, the session which exercise; a plan that is in the folder
   already is kept, and who is new on the roster joins it.
2. The plan is written first. Then, for each participant, what is missing is written: a file
   that is there already is never touched, because somebody may have worked in it.
3. Each file is written under another name and then moved, so that a run which was broken
   off leaves nothing half, and the next one completes it.
4. The same roster gives the same bytes: nothing is random and no time is written down.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import speaking
from crmlab.output import write_whole
from crmlab.workshop.exercise import find_exercise
from crmlab.workshop.plan import (
    PLAN_NAME,
    Plan,
    load_plan,
    personal_parameters,
    save_plan,
)
from crmlab.workshop.points import POINTS, as_first_made
from crmlab.workshop.roster import read_roster
from crmlab.workshop.welcome import parameters_comment, welcome_page

HAND_OUT, RETURNED = "hand_out", "returned"
_INJECTED = "injected-parameters"


@dataclass(frozen=True)
class Made:
    """What `make_workshop` did.

    Attributes
    ----------
    plan : Plan
    added : tuple of Participant
        New in the plan.
    kept : tuple of Participant
        In the plan before under another name or with another language than on the roster
        now: they keep what was handed out.
    absent : tuple of Participant
        In the plan, and not on the roster any more: they stay in the plan.
    """

    plan: Plan
    added: tuple
    kept: tuple
    absent: tuple


def make_workshop(roster, session, folder, lang="en", encoding=None):
    """Make the folder of a workshop, or add who is new on the roster to it.

    Parameters
    ----------
    roster : str or os.PathLike
        See `crmlab.workshop.roster.read_roster`.
    session : str or int
        ``"3a"``, or 3 where the chapter has one session only.
    folder : str or os.PathLike
        Made where it is missing.
    lang : {"en", "zh"}
        For participants without a language on the roster.
    encoding : str, optional
        Of the roster, where the file does not say it.

    Returns
    -------
    Made

    Raises
    ------
    CRMError
        If the roster or the exercise cannot be used, or if the folder holds a workshop with
        which they do not go together. Nothing has been written then.
    OSError
        If the folder cannot be written to.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise CRMError("{name!r} is a file; name a folder.", name=str(folder))
    exercise = find_exercise(session)
    enrolled = read_roster(roster, lang, encoding)
    plan = Plan(exercise.name, exercise.parameters(), ())
    if (folder / PLAN_NAME).exists():
        before = load_plan(folder)
        _insist_on_the_same(before, plan, folder)
        plan = before
    made = _joined(plan, enrolled, folder)
    notebooks = {one.lang: exercise.read(one.lang) for one in made.plan.participants}
    folder.mkdir(parents=True, exist_ok=True)
    save_plan(made.plan, folder)
    for one in made.plan.participants:
        _hand_out(notebooks[one.lang], made.plan, one, folder / HAND_OUT / one.folder)
    _write_missing(folder / RETURNED / "README.txt", _about_returned)
    _write_missing(folder / POINTS, lambda: as_first_made(exercise.name))
    return made


def _insist_on_the_same(before, now, folder):
    if before.exercise != now.exercise:
        raise CRMError(
            "{folder!r} holds a workshop on {exercise}. Name another folder for this one.",
            folder=str(folder),
            exercise=before.exercise,
        )
    if before.parameters != now.parameters:
        raise CRMError(
            "The parameters of the exercise {exercise} are no longer those that were handed "
            "out in {folder!r}. Name another folder, for a new workshop.",
            folder=str(folder),
            exercise=before.exercise,
        )


def _joined(plan, enrolled, folder):
    """Add who is new; whoever is in the plan stays as planned."""
    planned = {one.id: one for one in plan.participants}
    ids = {one.id for one in enrolled}
    if planned and ids.isdisjoint(planned):
        raise CRMError(
            "Nobody on this roster is in the workshop in {folder!r}, where the first id is "
            "{id!r}. Is it another roster, or another column of ids? Name another folder for "
            "another class.",
            folder=str(folder),
            id=next(iter(planned)),
        )
    added = tuple(one for one in enrolled if one.id not in planned)
    return Made(
        plan=replace(plan, participants=plan.participants + added),
        added=added,
        kept=tuple(
            planned[one.id] for one in enrolled if one.id in planned and one != planned[one.id]
        ),
        absent=tuple(one for one in plan.participants if one.id not in ids),
    )


def _hand_out(notebook, plan, participant, folder):
    file = f"{plan.exercise}_{participant.folder}.ipynb"
    with speaking(participant.lang):
        _write_missing(
            folder / file, lambda: _as_text(personal_exercise(notebook, plan.exercise, participant))
        )
        _write_missing(folder / "welcome.html", lambda: welcome_page(notebook, participant, file))


def _write_missing(path, make_text):
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, make_text())


def _about_returned():
    return (
        _(
            "Put here what comes back, as it comes: notebooks, one folder for each participant, "
            "or the zip of the class that a course platform packs."
        )
        + "\n"
    )


def personal_exercise(notebook, exercise, participant):
    """Return the exercise with a participant's parameters put in, as papermill does it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Left as it is.
    exercise : str
    participant : Participant

    Returns
    -------
    nbformat.NotebookNode
        With the metadata ``crmlab``: ``participant`` (the id) and ``exercise``.
    """
    from papermill.parameterize import parameterize_notebook

    notebook = deepcopy(notebook)
    notebook.metadata["papermill"] = {}  # where papermill notes the parameters
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])  # papermill looks into those of every cell
    notebook = parameterize_notebook(
        notebook,
        personal_parameters(participant),
        comment=parameters_comment(),
    )
    notebook.metadata["crmlab"] = {"participant": participant.id, "exercise": exercise}
    for cell in notebook.cells:
        if _INJECTED in cell.metadata.tags:
            cell.id = _INJECTED  # papermill's is random
        elif not cell.metadata.tags:
            del cell.metadata["tags"]
    return notebook


def _as_text(notebook):
    import nbformat

    return nbformat.writes(notebook) + "\n"
