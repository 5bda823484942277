"""The class report as a CSV file: one row per file and task."""

import csv
import io

from crmlab.language import gettext as _
from crmlab.workshop.results import NOT_RETURNED, PASSED
from crmlab.workshop.safe_text import block, cell, line

COLUMNS = (
    *("participant", "name", "file", "ending", "task", "status", "mistake", "message"),
    *("section", "cell", "taken", "checks_passed", "checks"),
)


def as_csv(counts):
    """Return the results as the text of a CSV file, with a byte order mark for Excel.

    Headers, endings, statuses and names of mistakes are the same in every language, so that
    a program can read them; messages and headings of the lesson are for people. A file of
    which no task is known, and a participant without a file, have one row without a task:
    its message says why.

    Parameters
    ----------
    counts : crmlab.workshop.counts.Class

    Returns
    -------
    str
    """
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(COLUMNS)
    for row in counts.rows:
        for values in _lines(row, len(counts.tallies)):
            sheet.writerow([cell(value) for value in values])
    return "\ufeff" + stream.getvalue()


def is_sheet(path):
    """Return whether a file is the table of a class report."""
    start = ("\ufeff" + ",".join(COLUMNS)).encode()
    with path.open("rb") as stream:
        return stream.read(len(start)) == start


def _lines(row, checks):
    result = row.result
    known = row.participant
    who = (
        line(known.id if known else result.participant),
        line(known.name) if known else "",
        line(result.file),
        result.ending,
    )
    passed = "" if result.ending == NOT_RETURNED else result.passed
    if not result.tasks:
        yield *who, "", "", "", block(result.detail), "", "", "", passed, checks
    for task in result.tasks:
        what = (line(task.task), task.status, line(task.mistake), message_of(task))
        where = (_(line(task.section)), task.cell or "", "yes" if task.taken else "no")
        yield *who, *what, *where, passed, checks


def message_of(task):
    """Return what a check says, as text to show; of a passed one nothing, which is praise."""
    return "" if task.status == PASSED else block(task.message)
