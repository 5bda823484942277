"""Warning signs from other tables: tickets, visits, reviews, answers, as known on a day.

1. An event has a customer and a day; one row, one event.
2. What is known of it later than its day (a rating, the hours until it was solved) names
   the day on which it became known; before that day it is missing.
3. Up to a cutoff, each customer's events become a few numbers: how many, how many lately,
   how long ago, and the mean of each value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from crmlab.arguments import one_of
from crmlab.errors import CRMError
from crmlab.language import mark, ngettext
from crmlab.logs.engines import bring_home, whole_days
from crmlab.notices import say

# The five kinds of warning indicators of the curriculum.
FAMILIES = (
    mark("behaviour"),
    mark("satisfaction"),
    mark("competition"),
    mark("service"),
    mark("social"),
)


@dataclass(frozen=True)
class Events:
    """A table of events, and how to read it without looking into the future.

    Parameters
    ----------
    frame : frame of any engine
        One row per event, with ``customer_id``.
    date : str, default "date"
        The column with the day (or time) at which the event happened and was known.
    values : sequence of str, or mapping of str to str, optional
        Numeric or true/false columns whose mean becomes a feature. A sequence: known on
        the day of the event. A mapping: column to the date column that says when it
        became known, as in ``{"rating": "resolved"}``; where that day is missing or after
        the cutoff, the value is not known yet.
    family : {"behaviour", "satisfaction", "competition", "service", "social"}
        The kind of warning indicator that these events are.
    """

    frame: object
    date: str = "date"
    values: object = ()
    family: str = "behaviour"

    def __post_init__(self):
        one_of(self.family, FAMILIES, "family")
        if isinstance(self.values, str):
            raise CRMError(
                "values must be a list of columns: values=[{value!r}].", value=self.values
            )

    @property
    def known_on(self):
        """Return each value column with the column that says when it became known."""
        if isinstance(self.values, Mapping):
            return dict(self.values)
        return dict.fromkeys(self.values, self.date)


def read_events(events, customers):
    """Bring tables of events home once, as days and numbers.

    Parameters
    ----------
    events : mapping of str to Events or frame, or None
        A bare frame stands for ``Events(frame)``.
    customers : pandas.Index
        The customers of the log.

    Returns
    -------
    dict of str to (Events, pandas.DataFrame)
    """
    read = {}
    for name, source in (events or {}).items():
        source = source if isinstance(source, Events) else Events(source)
        read[name] = source, _read(name, source, customers)
    return read


def event_features(name, events, rows, window):
    """Return what the events of a window say about each customer.

    Parameters
    ----------
    name : str
        The first part of the names of the columns.
    events : Events
    rows : pandas.DataFrame
        As from :func:`read_events`.
    window : Window
        Only rows from its first day to its cutoff count.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``, those with an event only: ``{name}_count``; of these
        ``{name}_recent`` in the recent quarter; ``{name}_days_since`` the last one;
        ``{name}_{column}_mean`` of each value known at the cutoff.
    """
    rows = rows[rows[events.date].between(window.first, window.cutoff)]
    columns = {
        "count": pd.Series(1, rows.index),
        "recent": (rows[events.date] >= window.recent_first).astype("int64"),
        "days_since": (window.cutoff - rows[events.date]).dt.days,
    }
    how = {"count": "sum", "recent": "sum", "days_since": "min"}
    for column, known_on in events.known_on.items():
        columns[f"{column}_mean"] = rows[column].where(rows[known_on] <= window.cutoff)
        how[f"{column}_mean"] = "mean"
    table = pd.DataFrame(columns, index=rows.index)
    return table.groupby(rows["customer_id"]).agg(how).add_prefix(f"{name}_")


def _read(name, events, customers):
    dates = list(dict.fromkeys([events.date, *events.known_on.values()]))
    wanted = list(dict.fromkeys(["customer_id", *dates, *events.known_on]))

    def resolve(columns):
        missing = [column for column in wanted if column not in columns]
        if missing:
            raise CRMError(
                "The events {name!r} lack the columns {missing}. They have: {columns}.",
                name=name,
                missing=", ".join(missing),
                columns=", ".join(map(str, columns)),
            )
        return {column: column for column in wanted}

    rows = bring_home(events.frame, resolve)
    for column in dates:
        rows[column] = _days(name, column, rows[column])
    for column in events.known_on:
        rows[column] = _numbers(name, column, rows[column])
    nowhere = int((rows["customer_id"].isna() | rows[events.date].isna()).sum())
    if nowhere:
        say(
            ngettext(
                "{name}: {count} event without a customer or a day is left out.",
                "{name}: {count} events without a customer or a day are left out.",
                nowhere,
            ),
            name=name,
            count=nowhere,
        )
        rows = rows.dropna(subset=["customer_id", events.date])
    if len(rows) and (customers.get_indexer(rows["customer_id"]) < 0).all():
        say(
            "{name}: no event belongs to a customer of the log. Are the customer_id of both "
            "written in the same way?",
            name=name,
        )
    return rows


def _days(name, column, values):
    days = whole_days(values)
    if days is None:
        raise CRMError(
            "{name}: column {column!r} must hold dates without a time zone; pd.to_datetime "
            "makes them from text.",
            name=name,
            column=column,
        )
    return days


def _numbers(name, column, values):
    if not (
        pd.api.types.is_bool_dtype(values.dtype)
        or pd.api.types.is_any_real_numeric_dtype(values.dtype)
    ):
        raise CRMError(
            "{name}: column {column!r} must hold numbers or true/false; of words, make a "
            "column such as frame['page'].eq('compare').",
            name=name,
            column=column,
        )
    return values.astype("float64")
