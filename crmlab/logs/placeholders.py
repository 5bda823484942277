"""Dates that stand for none: 1900-01-01 in a log of last year, or a year typed wrong.

A system writes its first day where it knows no date. One such row stretches the time that the
log covers, and with it periods, ages and forecasts. It is told by its distance from all others;
whether a program does write that day says if it can be meant.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.language import and_more, sentences
from crmlab.language import gettext as _
from crmlab.logs.evidence import extent

# Beside every first of January: days from which spreadsheets, Unix and satellites count, and
# the day before where a time zone is taken off.
_FIRST_DAYS = {
    *(dt.date(1582, 10, 15), dt.date(1752, 12, 31), dt.date(1858, 11, 17), dt.date(1899, 12, 30)),
    *(dt.date(1899, 12, 31), dt.date(1900, 1, 2), dt.date(1969, 12, 31), dt.date(1980, 1, 6)),
}
_FAR = 366  # days
_LEAST_ROWS = 10  # fewer show no bulk to be far from
_FEW = 100  # of so many rows one may be far from all others; of ten at least, too
_MOST_SHOWN = 3


@dataclass(frozen=True)
class FarDays:
    """Days that lie far from all others.

    Attributes
    ----------
    placeholders : pandas.DataFrame
        Those that a program writes where it knows no date: ``day``, ``rows``, ``amount``.
    strays : pandas.DataFrame
        The others, which may be typed wrong; with few rows.
    first, last : datetime.date or None
        Between which the rest lies.
    spend : float
        Of all days.
    """

    placeholders: pd.DataFrame
    strays: pd.DataFrame
    first: dt.date | None
    last: dt.date | None
    spend: float

    def notes(self, column):
        """Tell the days, each kind in one sentence, and the way out."""
        notes = []
        if len(self.placeholders):
            notes.append(
                self._told(
                    self.placeholders,
                    column,
                    _(
                        "Programs write such a day where they know no date, so these rows are "
                        "refused; since={day!r} says that they are meant."
                    ).format(day=self.placeholders["day"].iloc[0].isoformat()),
                )
            )
        early = self.strays[[day < self.first for day in self.strays["day"]]]
        late = self.strays.drop(early.index)
        if len(early):
            way_out = _(
                "They stretch the time that the log covers. If they are typed wrong, correct them, "
                "or leave them out with since={day!r}."
            )
            notes.append(self._told(early, column, way_out.format(day=self.first.isoformat())))
        if len(late):
            way_out = _(
                "They stretch the time that the log covers. If they are typed wrong, correct them, "
                "or count up to as_of={day!r} only."
            )
            notes.append(self._told(late, column, way_out.format(day=self.last.isoformat())))
        return notes

    def _told(self, days, column, way_out):
        shown = _(", ").join(day.isoformat() for day in days["day"].head(_MOST_SHOWN))
        shown = and_more(shown, len(days) - _MOST_SHOWN)
        said = _("{column}: far from all others, {first} to {last}: {days} ({extent}).").format(
            column=column,
            days=shown,
            first=self.first,
            last=self.last,
            extent=extent(days["rows"].sum(), days["amount"].sum(), self.spend),
        )
        return sentences(said, way_out)


def far_days(days):
    """Find the days that lie far from all others.

    Parameters
    ----------
    days : pandas.DataFrame
        As from :func:`crmlab.logs.evidence.by_day`.

    Returns
    -------
    FarDays
    """
    number = days["day"].to_numpy().astype("datetime64[D]").astype("int64")
    rows = days["rows"].to_numpy()
    first = np.array([_is_first_day(day) for day in days["day"]], dtype=bool)
    if rows[~first].sum() < _LEAST_ROWS:  # a log of years, each written as its first day
        far = _strays(number, rows)
        placeholder, stray = far & first, far & ~first
    else:
        stray = ~first
        stray[~first] = _strays(number[~first], rows[~first])
        # Days that follow one another, be it by a year, are the log; a log holds other days, too.
        period = np.cumsum(np.diff(number, prepend=number[:1]) > _FAR)
        placeholder = first & ~np.isin(period, period[~first & ~stray])
    rest = days.loc[~placeholder & ~stray, "day"]
    return FarDays(
        days[placeholder],
        days[stray],
        rest.iloc[0] if len(rest) else None,
        rest.iloc[-1] if len(rest) else None,
        float(days["amount"].sum()),
    )


def _is_first_day(day):
    return (day.month, day.day) == (1, 1) or day in _FIRST_DAYS


def _strays(number, rows):
    """Return which days, in order, are further from the bulk of the rows than it is long, twice."""
    total = rows.sum()
    if total < _LEAST_ROWS:
        return np.zeros(len(number), dtype=bool)
    few = max(1, total // _FEW)
    up_to = np.cumsum(rows)
    low = number[np.searchsorted(up_to, few, side="right")]
    high = number[np.searchsorted(up_to, total - 1 - few, side="right")]
    limit = max(_FAR, 2 * (high - low))
    return (number < low - limit) | (number > high + limit)
