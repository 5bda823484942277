"""Segments named by RFM scores: the default table, and the check of a user's own.

The names and the plan in recency and frequency follow common trade practice (there is no
source that settles them; see docs/decisions.md). Money tells apart what the two leave
together: a first big order from a first small one, a lost big customer from a small one.
"""

import numpy as np
import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import mark

SCORES = ("R", "F", "M")
_COLUMNS = ["segment", "R_min", "R_max", "F_min", "F_max", "M_min", "M_max", "action"]
_FIVE_BINS = [
    (mark("Champions"), 5, 5, 4, 5, 4, 5, mark("reward; show new things first; ask for referrals")),
    (mark("Loyal"), 3, 5, 4, 5, 1, 5, mark("keep the service level; offer related products")),
    (mark("Promising"), 4, 5, 2, 3, 1, 5, mark("help to the next purchase; offer membership")),
    (mark("New big spenders"), 4, 5, 1, 1, 5, 5, mark("call or write in person after delivery")),
    (mark("New"), 4, 5, 1, 1, 1, 4, mark("welcome; show how to get the most of the product")),
    (mark("Need attention"), 3, 3, 3, 3, 1, 5, mark("make an offer that ends soon")),
    (mark("About to sleep"), 3, 3, 1, 2, 1, 5, mark("remind; send something useful")),
    (mark("Cannot lose"), 1, 2, 4, 5, 4, 5, mark("find out in person what went wrong")),
    (mark("At risk"), 1, 2, 3, 5, 1, 5, mark("write personally; renew the offer")),
    (mark("Lost big spenders"), 1, 2, 1, 2, 5, 5, mark("try one offer that is worth its cost")),
    (mark("Hibernating"), 1, 2, 1, 2, 1, 4, mark("contact only where it costs little")),
]


def default_segments(bins=5):
    """Return the segment table that :class:`crmlab.RFM` uses when none is given.

    Parameters
    ----------
    bins : int, default 5
        The table is written for five scores. For another number, a score belongs where the
        middle of its share of customers lies among the five; a segment that is narrower
        than a score can be left without any.

    Returns
    -------
    pandas.DataFrame
        ``segment``, ``R_min``, ``R_max``, ``F_min``, ``F_max``, ``M_min``, ``M_max``
        (scores, both ends included) and ``action`` (what to do). The first row that fits
        counts.
    """
    table = pd.DataFrame(_FIVE_BINS, columns=_COLUMNS)
    among_five = (2 * np.arange(1, bins + 1) - 1) * 5 // (2 * bins) + 1
    for name in SCORES:
        table[f"{name}_min"] = np.searchsorted(among_five, table[f"{name}_min"], side="left") + 1
        table[f"{name}_max"] = np.searchsorted(among_five, table[f"{name}_max"], side="right")
    return table


def check_segments(segments, bins):
    """Refuse a segment table that lacks a column or leaves a score without a name.

    Parameters
    ----------
    segments : pandas.DataFrame
        As from :func:`default_segments`; ``action`` may be absent.
    bins : int
        Number of scores.

    Returns
    -------
    pandas.DataFrame
        The table, rows numbered from 0.
    """
    missing = [name for name in _COLUMNS[:-1] if name not in segments]
    if missing:
        raise CRMError("The segment table lacks the columns {names}.", names=", ".join(missing))
    every = pd.MultiIndex.from_product([range(1, bins + 1)] * 3, names=SCORES).to_frame(False)
    uncovered = every[_first_fitting(every, segments) < 0]
    if len(uncovered):
        first = uncovered.iloc[0]
        raise CRMError(
            "The segment table gives no name to {count} of the {all} scores, for example "
            "R={r}, F={f}, M={m}. Add rows for them, or a last row that takes the rest.",
            count=len(uncovered),
            all=len(every),
            r=first["R"],
            f=first["F"],
            m=first["M"],
        )
    return segments.reset_index(drop=True)


def name_segments(scores, segments):
    """Return the segment of each customer, in the order of the checked table.

    Parameters
    ----------
    scores : pandas.DataFrame
        ``R``, ``F``, ``M``.
    segments : pandas.DataFrame
        As from :func:`check_segments`.

    Returns
    -------
    pandas.Categorical
        Ordered.
    """
    names = segments["segment"]
    return pd.Categorical(
        names.to_numpy()[_first_fitting(scores, segments)], categories=names.unique(), ordered=True
    )


def _first_fitting(scores, segments):
    """Return the place of the first row that fits each customer, -1 for none."""
    place = np.full(len(scores), -1)
    columns = {name: scores[name].to_numpy() for name in SCORES}
    # From the last row to the first, so that an earlier row overwrites a later one.
    for number, row in reversed(list(enumerate(segments.itertuples(index=False)))):
        fits = np.ones(len(scores), dtype=bool)
        for name, score in columns.items():
            fits &= (getattr(row, f"{name}_min") <= score) & (score <= getattr(row, f"{name}_max"))
        place[fits] = number
    return place
