"""What the class did, as counts.

1. Every file has a row, and so has everybody of whom there is none, in the order of the
   roster; files that belong to nobody on it come last.
2. Of somebody with several files, the one with the most checks passed stands in the counts; of
   equal ones, the one with fewest results taken.
3. Who *reached* a task ran its check or its cell; *missed* are those of them whose answer
   did not pass or whose cell failed; *left open* are those without an answer.
"""

from collections import Counter
from dataclasses import dataclass

from crmlab.workbook.checks import checks_of
from crmlab.workbook.tasks import FORM, OTHER, ROWS, SHIFTED, at_once
from crmlab.workshop.results import (
    ABSENT,
    COMPLETE,
    FAILED,
    NOT_ATTEMPTED,
    NOT_RETURNED,
    PASSED,
    WRONG,
    NotebookResult,
    TaskResult,
)

UNNAMED = (FORM, ROWS, SHIFTED, OTHER, FAILED)


@dataclass(frozen=True)
class Row:
    """A file, or a participant of whom there is none.

    Attributes
    ----------
    participant : Participant or None
        None for a file of nobody on the roster.
    result : NotebookResult
    place, files : int
        Which of how many files of this participant it is, counted from 1.
    counted : bool
        It is the one of its participant that stands in the counts of the class.
    """

    participant: object
    result: NotebookResult
    place: int
    files: int
    counted: bool

    def task(self, name):
        """Return the result of a task; of one that the notebook lacks, that it is absent."""
        found = (task for task in self.result.tasks if task.task == name)
        return next(found, TaskResult(name, ABSENT))


@dataclass(frozen=True)
class Tally:
    """What the class did in one task.

    Attributes
    ----------
    task : str
    statuses : collections.Counter
        Status to number of participants.
    mistakes : collections.Counter
        What went wrong to number of participants: a named mistake (somebody who made two counts
        for both), ``"form"``, ``"rows"``, ``"other"``, or ``"failed"`` for a cell that ended in
        an error.
    taken : int
        Passed checks of a result that had been taken before.
    """

    task: str
    statuses: Counter
    mistakes: Counter
    taken: int

    @property
    def passed(self):
        return self.statuses[PASSED]

    @property
    def missed(self):
        return self.statuses[WRONG] + self.statuses[FAILED]

    @property
    def left_open(self):
        return self.statuses[NOT_ATTEMPTED]

    @property
    def reached(self):
        return self.passed + self.missed + self.left_open

    @property
    def named(self):
        """The named mistakes only, most frequent first."""
        return [(name, n) for name, n in self.mistakes.most_common() if name not in UNNAMED]


@dataclass(frozen=True)
class Class:
    """Everything the report counts.

    Attributes
    ----------
    rows : tuple of Row
    tallies : tuple of Tally
        One per task, in the order of the exercise.
    tasks : dict
        Name of a task to its `crmlab.workbook.tasks.Task`.
    """

    rows: tuple
    tallies: tuple
    tasks: dict

    @property
    def participants(self):
        return len({row.participant.id for row in self.rows if row.participant})

    @property
    def returned(self):
        return sum(row.counted for row in self.rows)

    @property
    def complete(self):
        """How many participants have a file that ran to the end."""
        return len(
            {
                row.participant.id
                for row in self.rows
                if row.participant and row.result.ending == COMPLETE
            }
        )

    @property
    def unknown(self):
        """How many files belong to nobody on the roster."""
        return sum(row.participant is None for row in self.rows)

    def to_revisit(self):
        """Return the tallies of missed tasks: those that most people missed come first."""
        missed = [tally for tally in self.tallies if tally.missed]
        return sorted(missed, key=lambda tally: (-tally.missed, tally.reached))

    def left_open(self):
        """Return the tallies of tasks that half of those who reached them left open."""
        return [tally for tally in self.tallies if tally.left_open * 2 >= tally.reached > 0]

    def section_of(self, tally):
        """Return the heading to read again, English: that of the most frequent mistake.

        Where no mistake is named, the heading of the task.
        """
        task = self.tasks[tally.task]
        return task.sections(tally.named[0][0])[0] if tally.named else task.section


def count_class(plan, results):
    """Count what came of an exercise.

    Parameters
    ----------
    plan : Plan
    results : iterable of NotebookResult

    Returns
    -------
    Class
    """
    tasks = {task.name: task for task in checks_of(plan.exercise).TASKS}
    rows = tuple(_rows(plan.participants, list(results)))
    counted = [row for row in rows if row.counted]
    return Class(rows, tuple(_tally(name, counted) for name in tasks), tasks)


def _rows(participants, results):
    files = {participant.id: [] for participant in participants}
    strangers = []
    for result in results:
        files.get(result.participant, strangers).append(result)
    for participant in participants:
        returned = [one for one in files[participant.id] if one.ending != NOT_RETURNED]
        if not returned:
            yield Row(participant, NotebookResult(participant.id, "", NOT_RETURNED), 0, 0, False)
            continue
        best = max(returned, key=_worth)  # the first of equal ones
        for place, result in enumerate(returned, start=1):
            yield Row(participant, result, place, len(returned), result is best)
    for result in strangers:
        yield Row(None, result, 1, 1, False)


def _worth(result):
    """Return by what the notebooks of one person are compared."""
    return result.passed, sum(task.status == PASSED and not task.taken for task in result.tasks)


def _tally(name, rows):
    tasks = [row.task(name) for row in rows if row.result.tasks]
    wrong = [name for task in tasks if task.status == WRONG for name in at_once(task.mistake)]
    failed = [FAILED for task in tasks if task.status == FAILED]
    return Tally(
        name,
        Counter(task.status for task in tasks),
        Counter(wrong + failed),
        sum(task.taken and task.status == PASSED for task in tasks),
    )
