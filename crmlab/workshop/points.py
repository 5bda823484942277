"""How many points a task is worth: a table that the instructor sets.

``points.csv`` stands in the folder of the workshop, one row per task. A check that passed brings
its points; one that passed after the right result had been taken with ``wb.given`` brings those of
the next column, at first none. Everything else brings nothing.
"""

import csv
import io
import math
from dataclasses import dataclass

from crmlab.errors import CRMError
from crmlab.workbook.checks import checks_of
from crmlab.workshop.results import PASSED
from crmlab.workshop.tables import read_table

POINTS = "points.csv"
_COLUMNS = ("task", "points", "points_if_taken")
_MOST = 10_000


@dataclass(frozen=True)
class Points:
    """What each task is worth.

    Attributes
    ----------
    full, taken : dict
        Name of a task to points: for a check that passed, and for one that passed after the
        result had been taken.
    """

    full: dict
    taken: dict

    @property
    def most(self):
        """The points of somebody who passed everything."""
        return sum(self.full.values())

    def of(self, task):
        """Return the points of the result of a task."""
        if task.status != PASSED:
            return 0.0
        return (self.taken if task.taken else self.full).get(task.task, 0.0)

    def total(self, tasks):
        """Return the points of several results."""
        return math.fsum(map(self.of, tasks))


def as_first_made(exercise):
    """Return the text of the table for an exercise: one point each."""
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(_COLUMNS)
    sheet.writerows((task.name, 1, 0) for task in checks_of(exercise).TASKS)
    return "\ufeff" + stream.getvalue()


def read_points(folder, exercise):
    """Read what the tasks of a workshop are worth.

    Parameters
    ----------
    folder : pathlib.Path
        Of the workshop. Without a table, each task is worth one point.
    exercise : str

    Returns
    -------
    Points

    Raises
    ------
    CRMError
        If a task is missing, unknown or there twice, or something is no number of points.
    """
    tasks = [task.name for task in checks_of(exercise).TASKS]
    path = folder / POINTS
    if not path.is_file():
        return Points(dict.fromkeys(tasks, 1.0), dict.fromkeys(tasks, 0.0))
    table = read_table(path, _COLUMNS[:2], _COLUMNS)
    table = table[table["task"].ne("") | table["points"].ne("")]
    full, taken = {}, {}
    for row, values in table.iterrows():
        task = values["task"]
        if task not in tasks or task in full:
            raise CRMError(
                "{file!r}, row {row}: {task!r} is not a task of {exercise}, or stands there twice. "
                "Its tasks are: {tasks}.",
                file=path.name,
                row=row,
                task=task,
                exercise=exercise,
                tasks=", ".join(tasks),
            )
        full[task] = _number(values["points"], path, row)
        taken[task] = _number(values.get("points_if_taken") or "0", path, row)
        if taken[task] > full[task]:
            raise CRMError(
                "{file!r}, row {row}: a result that was taken brings more points than one that was "
                "worked out.",
                file=path.name,
                row=row,
            )
    missing = [task for task in tasks if task not in full]
    if missing:
        raise CRMError(
            "{file!r} has no row for: {tasks}. Add one each; 0 points is a number, too.",
            file=path.name,
            tasks=", ".join(missing),
        )
    return Points(full, taken)


def _number(text, path, row):
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not 0 <= number <= _MOST:
        raise CRMError(
            "{file!r}, row {row}: {text!r} is no number of points, from 0 to {most:,}.",
            file=path.name,
            row=row,
            text=text,
            most=_MOST,
        )
    return number
