"""Features and labels of customers without a contract, with nothing from the future.

1. A **cutoff** is the day on which someone has to decide; it counts as a whole.
2. Who bought in the **look-back** before it is still a customer; the others are not asked
   about.
3. Features see days up to the cutoff only.
4. After the cutoff comes a **gap**, the time that preparing a campaign takes, then the
   **label window**: who does not buy in it has churned.
5. Where the log ends before the label window does, nobody knows yet: the label is missing.

Every window is one call of :func:`crmlab.summarize`, so purchase days and refunds mean
what they mean everywhere in the course.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import as_day
from crmlab.churn.events import event_features, read_events
from crmlab.churn.windows import is_several, windows
from crmlab.errors import TransactionError
from crmlab.language import gettext as _
from crmlab.logs.summary import lazy_log, summarize
from crmlab.notices import quiet, say


def snapshot(log, cutoff, *, lookback=365, gap=0, horizon=90, events=None, as_of=None):
    """Return features up to a cutoff and the label after it, one row per customer.

    Parameters
    ----------
    log : frame of any engine
        ``customer_id``, ``date``, ``amount``, as from :func:`crmlab.read_transactions`.
    cutoff : date-like or list of date-like
        The last day that features see. Several cutoffs stack their rows.
    lookback : int, default 365
        Length of the look-back, days, the cutoff included. Its most recent quarter is
        what "recent" means below.
    gap : int, default 0
        Days between cutoff and label window.
    horizon : int, default 90
        Length of the label window, days; :func:`return_curve` helps to choose it.
    events : mapping of str to Events or frame, optional
        Further tables by name; see :class:`Events`.
    as_of : date-like, optional
        The last day that the log covers; the day of its last row by default.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``; for a list of cutoffs ``cutoff``, ``customer_id``. One row
        per customer with a purchase in the look-back.

        ``recency_days``: days from the last purchase to the cutoff. ``purchases``,
        ``spend``: purchase days and amounts (refunds taken off) in the look-back.
        ``spend_per_purchase``. ``purchases_trend``, ``spend_trend``: (r − e) / (r + e), r
        the amount per day in the recent quarter and e that in the days before it, from −1
        (nothing lately) over 0 (steady) to 1 (lately only). ``tenure_days``: days from
        the first purchase ever to the cutoff. ``days_between_purchases``: mean gap
        between all purchase days up to the cutoff; ``recency_ratio``: recency_days in
        such gaps; both missing for one purchase.

        For each table of events ``{name}_count``, ``{name}_recent`` (those in the recent
        quarter), ``{name}_days_since`` (the last one in the look-back; missing without
        one) and ``{name}_{column}_mean``.

        ``churned`` (boolean): no purchase in the label window; missing where the log does
        not cover it.

        ``attrs`` says ``families`` (feature to kind of warning indicator), ``lookback``,
        ``gap``, ``horizon``, ``as_of``.

    Raises
    ------
    CRMError
        If a parameter, a table of events or the log cannot be used, or nobody bought in a
        look-back.
    """
    every = windows(cutoff, lookback, gap, horizon)
    with lazy_log(log) as log:
        with quiet():
            whole = summarize(log)
        last = pd.Timestamp(whole.attrs["as_of"] if as_of is None else as_day(as_of, "as_of"))
        tables = read_events(events, whole.index)
        parts = {window.cutoff: _one_cutoff(log, window, tables, last) for window in every}
    snapshots = stack(parts) if is_several(cutoff) else parts[every[0].cutoff]
    snapshots.attrs = attributes(snapshots, every[0], last, tables)
    _say_what_is_missing(every, whole["first_purchase"].min(), last)
    return snapshots


def stack(parts):
    """Put the snapshots of several cutoffs below one another."""
    return pd.concat(parts, names=["cutoff", "customer_id"])


def attributes(table, window, last, tables):
    """Return what a snapshot says about itself."""
    families = dict.fromkeys(table.columns.drop("churned"), "behaviour")
    for name, (events, _rows) in tables.items():
        parts = ["count", "recent", "days_since", *(f"{c}_mean" for c in events.known_on)]
        families |= {f"{name}_{part}": events.family for part in parts}
    return {
        "families": families,
        "lookback": window.lookback,
        "gap": window.gap,
        "horizon": window.horizon,
        "as_of": last.date().isoformat(),
    }


def with_events(table, window, tables):
    """Return a snapshot with the features of each table of events."""
    for name, (events, rows) in tables.items():
        found = event_features(name, events, rows, window).reindex(table.index)
        counts = [f"{name}_count", f"{name}_recent"]
        found[counts] = found[counts].fillna(0).astype("int64")
        table = table.join(found)
    return table


def say_unknown_labels(every, last):
    """Say which cutoffs have no label yet."""
    unknown = [f"{w.cutoff:%Y-%m-%d}" for w in every if w.label_last > last]
    if unknown:
        say(
            "The data end on {last}, before the label window of {cutoffs} does: these labels "
            "are missing.",
            last=f"{last:%Y-%m-%d}",
            cutoffs=_(", ").join(unknown),
        )


def _one_cutoff(log, window, tables, last):
    with quiet():
        table = _purchase_features(log, window)
        churned = pd.Series(pd.NA, table.index, dtype="boolean")
        if window.label_last <= last:
            bought = _summary_or_nobody(log, window.label_first, window.label_last)
            churned[:] = bought.index.get_indexer(table.index) < 0
    return with_events(table, window, tables).assign(churned=churned)


def _purchase_features(log, window):
    seen = summarize(log, since=window.first, as_of=window.cutoff)
    ever = summarize(log, as_of=window.cutoff).loc[seen.index]
    recent = _summary_or_nobody(log, window.recent_first, window.cutoff)
    recent = recent[["purchases", "spend"]].reindex(seen.index, fill_value=0)
    usual_gap = (ever["t_x"] / ever["x"]).where(ever["x"] > 0)
    return pd.DataFrame(
        {
            "recency_days": seen["recency_days"],
            "purchases": seen["purchases"],
            "spend": seen["spend"],
            "spend_per_purchase": seen["spend"] / seen["purchases"],
            "purchases_trend": _trend(recent["purchases"], seen["purchases"], window),
            "spend_trend": _trend(recent["spend"], seen["spend"], window),
            "tenure_days": ever["T"].astype("int64"),
            "days_between_purchases": usual_gap,
            "recency_ratio": seen["recency_days"] / usual_gap,
        }
    )


def _trend(recent, total, window):
    """Compare the recent quarter with the days before it, both per day, from −1 to 1."""
    before = window.lookback - window.recent_days
    lately = recent.clip(lower=0) / window.recent_days
    # A refund can take more off than was paid; that is no negative rate of buying.
    earlier = (total - recent).clip(lower=0) / max(1, before)
    both = lately + earlier
    return ((lately - earlier) / both.where(both > 0)).fillna(0.0).astype(np.float64)


def _summary_or_nobody(log, since, as_of):
    """Summarise a window that may be empty; the log as a whole has been found sound."""
    try:
        return summarize(log, since=since, as_of=as_of)
    except TransactionError:
        return pd.DataFrame({"purchases": [], "spend": []})


def _say_what_is_missing(every, first, last):
    early = [f"{w.cutoff:%Y-%m-%d}" for w in every if w.first < first]
    if early:
        say(
            "The first purchase of the log is of {first}, after the look-back of {cutoffs} "
            "begins: counts there cover fewer days.",
            first=f"{first:%Y-%m-%d}",
            cutoffs=_(", ").join(early),
        )
    say_unknown_labels(every, last)
