"""What each participant gets: points, whether it came late, and what was counted.

Of somebody with several notebooks the one that counts in the class report counts here, too. What
came late is said, and no point is taken off: that is for the instructor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crmlab.errors import CRMError

_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True)
class Mark:
    """What one participant gets.

    Attributes
    ----------
    participant : Participant
    row : crmlab.workshop.counts.Row or None
        The notebook that counts; None where nothing came back that could be run.
    points : float or None
        None where nothing came back.
    late : bool or None
        None where nothing says when it came.
    platform : crmlab.workshop.owners.Platform or None
        What the course platform says of the notebook.
    """

    participant: object
    row: object
    points: float | None
    late: bool | None
    platform: object


def marks_of(counts, points, notebooks, due=None):
    """Return what each participant gets, in the order of the roster.

    Parameters
    ----------
    counts : crmlab.workshop.counts.Class
    points : crmlab.workshop.points.Points
    notebooks : iterable of crmlab.workshop.returned.Returned
    due : datetime.datetime, optional
        By the clock of this computer.

    Returns
    -------
    list of Mark
    """
    by_file = {one.file: one for one in notebooks}
    marks = {}
    for row in counts.rows:
        if row.participant is None:
            continue
        one = by_file.get(row.result.file)
        if row.counted:
            total = points.total(row.result.tasks)
            platform = one and one.platform
            marks[row.participant.id] = Mark(
                row.participant, row, total, is_late(one, due), platform
            )
        else:
            marks.setdefault(row.participant.id, Mark(row.participant, None, None, None, None))
    return list(marks.values())


def is_late(one, due):
    """Return whether a notebook came late; None where nothing says when it came.

    Parameters
    ----------
    one : crmlab.workshop.returned.Returned or None
    due : datetime.datetime or None
    """
    if one is None:
        return None
    if one.platform is not None and one.platform.late:
        return True
    if due is not None and one.moment is not None:
        return one.moment > due
    return False if one.platform is not None and one.platform.kind == "canvas" else None


def moment_of(text):
    """Read a date, or a date and a time; a date alone means its last moment.

    Parameters
    ----------
    text : str
        Such as ``2026-03-01`` or ``2026-03-01 18:00``.

    Returns
    -------
    datetime.datetime
        By the clock of this computer.

    Raises
    ------
    CRMError
    """
    text = text.strip()
    for form in ("%Y-%m-%d", *_FORMS):
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return moment + timedelta(days=1, microseconds=-1) if form == "%Y-%m-%d" else moment
    raise CRMError(
        "{text!r} is no time. Write it like 2026-03-01 or '2026-03-01 18:00'.", text=text
    )
