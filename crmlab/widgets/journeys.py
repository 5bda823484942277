"""When a cart counts as left: by the same id, by the same person, in any channel.

1. For each cart there are the hours until its next payment, by each of several rules.
2. After so many hours, the carts without a payment look left; a reminder would go to them.
3. Those that are paid by another rule need none.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from crmlab import plots
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_BASE = {"after": 24}
_MOST = 168  # hours


def abandonment_explorer(hours):
    """Show which share of the carts looks left after some hours, by several rules.

    Parameters
    ----------
    hours : pandas.DataFrame
        One row per cart, a column per rule, the narrowest first and the widest last: hours until
        the next payment, missing where there is none.

    Raises
    ------
    CRMError
        If there is no cart or only one rule, or an hour is below 0.
    """
    table = pd.DataFrame(hours).astype(float)
    if len(table) < 1 or table.shape[1] < 2:
        raise CRMError("hours must have a row for each cart, and a column for each of two rules.")
    if (table < 0).any(axis=None):
        raise CRMError("hours must be 0 or more: a payment comes after its cart.")
    draw = partial(_draw, table)
    explore(draw, partial(draw, **_BASE), _controls)


def _controls():
    return {"after": slider(_("reminder after (hours)"), _BASE["after"], 1, _MOST)}


def _draw(table, after):
    _fig, ax = plt.subplots(figsize=(7.5, 4.2))
    grid = np.arange(_MOST + 1)
    for name, style in zip(table, ["-", "--", ":", "-."] * len(table.columns), strict=False):
        ordered = np.sort(table[name].dropna().to_numpy())
        share = 1 - np.searchsorted(ordered, grid, side="right") / len(table)
        ax.plot(grid, share, style, label=_(name))
    ax.axvline(after, color="0.3", lw=1)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="lower left")
    narrow, wide = (~(table[name] <= after) for name in (table.columns[0], table.columns[-1]))
    needless = (narrow & ~wide).sum() / max(narrow.sum(), 1)
    ax.set_title(
        fill(
            "After {after} hours {needless:.0%} of {count:,} reminders are needless",
            after=after,
            needless=needless,
            count=narrow.sum(),
        )
    )
    ax.set_xlabel(_("hours since the cart"))
    ax.set_ylabel(_("share of carts that look left"))
    soon = (wide & (table.iloc[:, -1] <= _MOST)).sum() / max(wide.sum(), 1)
    alt = fill("Falling lines: share of carts without a payment by hours, one for each rule.")
    return [
        plots.with_alt(ax, alt),
        fill(
            "{left:.0%} of the carts get a reminder by the first rule; {needless:.0%} of these "
            "reminders go to somebody who has paid.",
            left=narrow.mean(),
            needless=needless,
        ),
        fill(
            "Of the carts that are open by the last rule, {soon:.0%} are paid later within a week.",
            soon=soon,
        ),
    ]
