"""Marks as the two common course platforms import them.

- Moodle (Grades → Import → CSV file): the preview asks which column is whom, and which is the mark.
  ``-`` is no mark. UTF-8, commas, a point in numbers.
- Canvas (Grades → Import): the columns up to Section, then one per assignment; the row
  ``Points Possible`` below the header. A student is found by ID, then SIS User ID, SIS Login ID,
  else by name. An empty cell is no mark.
"""

import csv
import io

from crmlab.language import gettext as _
from crmlab.workshop.results import PASSED
from crmlab.workshop.safe_text import cell, line

_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MAIL, _NUMBER = "Email address", "ID number"
_MOODLE = ("Full name",)
_POINTS_POSSIBLE = "    Points Possible"


def for_moodle(marks, title):
    """Return the marks as the text of a CSV file for Moodle.

    Parameters
    ----------
    marks : list of crmlab.workshop.marks.Mark
    title : str
        Of the column with the marks.

    Returns
    -------
    str
        With a byte order mark, which Moodle takes off and a spreadsheet needs.
    """
    identity = _MAIL if marks and all("@" in one.participant.id for one in marks) else _NUMBER
    rows = [(identity, *_MOODLE, title, "Late", f"{title} feedback")]
    for one in marks:
        late = {True: "yes", False: "no", None: ""}[one.late]
        rows.append((*_who(one), _number(one.points, "-"), late, _in_a_sentence(one)))
    return _as_csv(rows)


def for_canvas(marks, title, most):
    """Return the marks as the text of a CSV file for Canvas.

    Parameters
    ----------
    marks : list of crmlab.workshop.marks.Mark
    title : str
        Of the assignment; with its number, ``Exercise 3 (12345)``, an assignment that is there.
    most : float
        The points of somebody who passed everything.

    Returns
    -------
    str
    """
    rows = [(*_CANVAS, title), (_POINTS_POSSIBLE, "", "", "", "", _number(most, ""))]
    for one in marks:
        id, name = _who(one)
        is_canvas = one.platform is not None and one.platform.kind == "canvas"
        number = one.platform.number if is_canvas else ""
        rows.append((name, number, id, id, "", _number(one.points, "")))
    return _as_csv(rows)


def is_gradebook(path):
    """Return whether a file is one of these."""
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        start = stream.readline()
    known = (",".join(_CANVAS), *(f"{name},{_MOODLE[0]}" for name in (_MAIL, _NUMBER)))
    return start.startswith(known)


def _who(mark):
    return line(mark.participant.id), line(mark.participant.name)


def _number(points, nothing):
    return nothing if points is None else f"{points:.10g}"


def _in_a_sentence(mark):
    """Return what a mark rests on, for the participant."""
    if mark.row is None or not mark.row.result.tasks:
        return ""
    tasks = mark.row.result.tasks
    passed = sum(task.status == PASSED for task in tasks)
    return _("{passed} of {all} checks passed").format(passed=passed, all=len(tasks))


def _as_csv(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([[_safe(value) for value in row] for row in rows])
    return "\ufeff" + stream.getvalue()


def _safe(value):
    # The platforms' own sign for no mark is no formula.
    return value if value == "-" or value == _POINTS_POSSIBLE else cell(value)
