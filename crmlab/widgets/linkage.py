"""Which pairs of accounts to merge, which to ask about: what each choice costs.

1. Every pair that was compared has a match weight; of some, drawn by lot in bands of weight, a
   call has found out whether they are one person.
2. Each called pair stands for the pairs of its band: as many as the band holds for each call.
3. Pairs from one weight on are merged, those below it from another one on are asked about.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.arguments import matching_columns
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_GRID = np.arange(-10, 21)
_BASE = {"link_from": 3, "call_from": 3, "wrong": 750}


def linkage_explorer(weight, same, stands_for, call_cost, missed_cost):
    """Show what merging from a match weight on costs, as calls by lot estimate it.

    Parameters
    ----------
    weight : pandas.Series
        Match weight of each called pair.
    same : pandas.Series
        Bool: whether the call found one person.
    stands_for : pandas.Series
        How many compared pairs each called pair stands for.
    call_cost, missed_cost : float
        Yuan to ask about one pair; of a person who stands there twice.

    Raises
    ------
    CRMError
        If there are no pairs, or the three are not of the same pairs.
    """
    weight, same, stands_for = matching_columns(weight=weight, same=same, stands_for=stands_for)
    costs = _Costs(weight, same == 1, stands_for, call_cost, missed_cost)
    explore(costs.draw, partial(costs.draw, **_BASE), _controls)


def _controls():
    return {
        "link_from": slider(_("merge from this weight on"), _BASE["link_from"], -10, 20),
        "call_from": slider(_("ask from this weight on"), _BASE["call_from"], -10, 20),
        "wrong": slider(_("a wrong merge costs (yuan)"), _BASE["wrong"], 50, 2000, 50),
    }


class _Costs:
    """The called pairs, and how many pairs each stands for."""

    def __init__(self, weight, same, stands_for, call_cost, missed_cost):
        self._weight, self._same, self._stands_for = weight, same, stands_for
        self._call_cost, self._missed_cost = call_cost, missed_cost

    def cost(self, link_from, call_from, wrong):
        """Return what merging, asking and leaving cost, yuan."""
        merged = self._weight >= link_from
        asked = (self._weight >= call_from) & ~merged
        left = ~merged & ~asked
        each = merged * ~self._same * wrong + asked * self._call_cost
        each = each + left * self._same * self._missed_cost
        return max(float((self._stands_for * each).sum()), 1.0)  # drawn on a log scale

    def draw(self, link_from, call_from, wrong):
        """Return the costs of merging from each weight on, and what the choice gives."""
        alone = [self.cost(start, start, wrong) for start in _GRID]
        asking = [self.cost(start, min(call_from, start), wrong) for start in _GRID]
        chosen = self.cost(link_from, min(call_from, link_from), wrong)
        _fig, ax = plt.subplots(figsize=(7.5, 4.2))
        ax.plot(_GRID, np.array(alone) / 1000, color="0.5", label=_("nobody is asked"))
        if call_from < link_from:
            ax.plot(
                _GRID,
                np.array(asking) / 1000,
                color=plots.PALETTE[0],
                ls="--",
                label=_("asked from {weight} on").format(weight=call_from),
            )
        ax.scatter([link_from], [chosen / 1000], color=plots.PALETTE[1], zorder=3, s=60,
            label=_("your choice"))  # fmt: skip
        # Merging all costs a hundred times as much as the best choice.
        ax.set(xlim=(_GRID[0] - 0.5, _GRID[-1] + 0.5), yscale="log")
        ax.yaxis.set_major_formatter(lambda value, _place: f"{value:,g}")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
        ax.set_title(fill("Your choice costs {cost:,.0f} yuan", cost=chosen))
        ax.set_xlabel(_("merge from this match weight on"))
        ax.set_ylabel(_("cost (thousand yuan, log scale)"))
        alt = _("Line: cost of merging from each match weight on; a dot marks the choice.")
        return [plots.with_alt(ax, alt), self._said(link_from, call_from)]

    def _said(self, link_from, call_from):
        merged = self._weight >= link_from
        found = merged | (self._weight >= call_from)
        pairs = self._stands_for
        right, linked = (pairs * self._same * merged).sum(), (pairs * merged).sum()
        return fill(
            "Of the merged pairs {precision:.1%} are one person. Of the pairs that are one person "
            "and were compared, {recall:.0%} are merged, by weight or after a call; {calls:,.0f} "
            "calls.",
            precision=right / linked if linked else 1.0,
            recall=(pairs * self._same * found).sum() / max((pairs * self._same).sum(), 1),
            calls=(pairs * (found & ~merged)).sum(),
        )
