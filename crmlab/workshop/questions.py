"""The list of questions whose a notebook is: written for a spreadsheet, and read back with answers.

A question is known by the place and the content of its notebook, so that an answer holds for that
notebook only, and another ``Untitled.ipynb`` next week is asked about anew.
"""

import csv
import io
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.notices import quiet
from crmlab.output import write_whole
from crmlab.workshop.safe_text import cell, line
from crmlab.workshop.tables import read_table

QUESTIONS = "whose.csv"
NOBODY = "-"
_COLUMNS = ("file", "may_be", "why", "id", "question")
_MOST_SHOWN = 8


def answers_in(folder, plan):
    """Return the answers in the list of a workshop.

    Parameters
    ----------
    folder : pathlib.Path
        Of the workshop.
    plan : Plan

    Returns
    -------
    dict
        Question to the id of a participant; ``""`` for nobody.

    Raises
    ------
    CRMError
        If the list cannot be read, or an answer is nobody on the roster.
    """
    path = folder / QUESTIONS
    if not path.is_file():
        return {}
    with quiet():
        table = read_table(path, ("id", "question"), _COLUMNS)
    answered = table[table["id"] != ""]
    return {
        question.removeprefix("q"): _person(answer, plan, row, path.name)
        for row, question, answer in zip(
            answered.index, answered["question"], answered["id"], strict=True
        )
    }


def _person(answer, plan, row, name):
    if answer == NOBODY:
        return ""
    if (id := id_of(answer, plan)) is not None:
        return id
    raise CRMError(
        "{name!r}, row {row}: {answer!r} is no id of the workshop. Write one of those in "
        "workshop.json, or - for nobody.",
        name=name,
        row=row,
        answer=answer,
    )


def given(answers, plan):
    """Return the answers of a command line.

    Parameters
    ----------
    answers : iterable of str
        Each ``FILE=ID``; ``FILE=-`` for nobody.
    plan : Plan

    Returns
    -------
    dict
        File to the id of a participant; ``""`` for nobody.

    Raises
    ------
    CRMError
        If one has another form, or means nobody on the roster.
    """
    found = {}
    for answer in answers:
        file, equals, id = answer.rpartition("=")
        meant = "" if id == NOBODY else id_of(id, plan)
        if not (file and equals) or meant is None:
            raise CRMError(
                "--who {answer!r} is not FILE=ID, or the id is nobody's. The file is written as in "
                "the list of questions, the id as in workshop.json; - means nobody.",
                answer=answer,
            )
        found[file] = meant
    return found


def id_of(answer, plan):
    """Return the id that an answer means, a name if nobody shares it; None if it means nobody.

    A spreadsheet takes zeros off the front of a number.
    """
    people = plan.participants
    for meaning in (
        lambda one: one.id == answer,
        lambda one: one.id.isdigit() and one.id.lstrip("0") == answer.lstrip("0"),
        lambda one: one.name == answer,
    ):
        found = [one.id for one in people if meaning(one)]
        if len(found) == 1:
            return found[0]
    return None


def ask(questions, folder):
    """Write the list of questions and refuse to go on.

    Parameters
    ----------
    questions : list of Returned
    folder : pathlib.Path
        Of the workshop.

    Raises
    ------
    CRMError
        Always: with the questions, and how to answer them.
    """
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(_COLUMNS)
    for one in questions:
        may_be = " · ".join(f"{person.id}: {person.name}" for person in one.asked)
        row = (line(one.file), line(may_be), line(_why(one)), "", f"q{one.digest}")
        sheet.writerow([cell(value) for value in row])
    write_whole(folder / QUESTIONS, "\ufeff" + stream.getvalue())
    shown = [f"  {line(one.file)}: {line(_why(one))}" for one in questions[:_MOST_SHOWN]]
    if len(questions) > _MOST_SHOWN:
        shown.append("  " + _("and {count} more").format(count=len(questions) - _MOST_SHOWN))
    raise CRMError(
        "It is not clear whose these notebooks are, so nothing has been graded yet:\n{files}\n"
        "Write the id of the participant into the column 'id' of {list!r} (or - for nobody), save "
        'it and run the command again. For a few: --who "FILE=ID".',
        files="\n".join(shown),
        list=str(Path(folder) / QUESTIONS),
    )


def _why(one):
    if one.participant is None:
        return one.problem
    return _("It came from {one}, and what stands in it was made for {other}.").format(
        one=one.asked[0].name, other=one.asked[-1].name
    )
