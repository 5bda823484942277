"""Which offer comes first, when weights are opinions and raters disagree.

1. Each draw takes weights around the chosen ones (Dirichlet distribution), and as many raters
   as there are, with replacement.
2. The offers are ranked under each draw: the shares of the ranks are the *rank acceptability*
   (Lahdelma, Hokkanen & Salminen, 1998).
3. Offers that lack a must-have are left out, or ranked as if it did not matter.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import PercentFormatter

from crmlab.arguments import customer_columns, steady
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, explore, slider

_MOST_WEIGHT = 10
_DRAWS = 10_000
_SURE = 40  # sum of the Dirichlet parameters: how sure one is of the weights


def vendor_explorer(scores, weights, passes, random_state=0):
    """Show how often each offer has each rank, over weights and raters drawn by lot.

    Parameters
    ----------
    scores : pandas.DataFrame
        Indexed by rater and vendor, in this order, one column per criterion: high is good, one
        scale for all. Every rater has scored every vendor.
    weights : mapping
        Criterion to whole number, 0 to 10, where its slider starts.
    passes : pandas.Series
        Of bool, indexed by vendor: whether an offer has all must-haves.
    random_state : int, default 0

    Raises
    ------
    CRMError
        If a score is missing, or fewer than two offers have all must-haves.
    """
    offers = _Offers(customer_columns(scores, list(weights)), weights, passes, random_state)
    explore(offers.draw, partial(offers.draw, **weights), offers.controls)


class _Offers:
    """Scores of each rater, the weights to start from, and who has the must-haves."""

    def __init__(self, scores, weights, passes, random_state):
        vendors = list(scores.index.unique(level=1))
        raters = scores.index.unique(level=0)
        every = scores.reindex(pd.MultiIndex.from_product([raters, vendors]))
        if every.isna().any(axis=None) or len(every) != len(scores):
            raise CRMError(
                "Every rater needs one row for every vendor: leave out the raters who did not "
                "see all offers."
            )
        self._passes = passes.reindex(vendors).fillna(False).astype(bool)
        if self._passes.sum() < 2:
            raise CRMError(
                "Fewer than two offers have all must-haves: there is nothing to rank. Ask "
                "which must-have can be given up."
            )
        self._scores = every[list(weights)].to_numpy(float).reshape(len(raters), len(vendors), -1)
        self._start = weights
        self._random_state = random_state

    def controls(self):
        """Return a slider per criterion, and buttons for the must-haves."""
        sliders = {
            name: slider(_(str(name)), weight, 0, _MOST_WEIGHT)
            for name, weight in self._start.items()
        }
        ask = buttons(_("must-haves"), [(_("first"), True), (_("ignored"), False)])
        return sliders | {"ask_first": ask}

    def draw(self, ask_first=True, **weights):
        """Return how often each offer has each rank, and who leads by how much."""
        if not sum(weights.values()):
            raise CRMError("Give at least one criterion a weight above 0.")
        share = np.array([weights[name] for name in self._start]) / sum(weights.values())
        kept = self._passes | (not ask_first)
        scores = self._scores[:, kept.to_numpy()]
        total = pd.Series(steady(scores.mean(axis=0) @ share), kept.index[kept])
        order = total.sort_values(ascending=False, kind="stable").index
        ranks = self._ranks(scores, share, total.index)[order]
        first, second = order[:2]
        ahead = (ranks[first] < ranks[second]).mean()
        table = pd.DataFrame({name: ranks[name].value_counts(normalize=True) for name in order})
        ax = _stacked(table.reindex(range(1, len(order) + 1)).fillna(0).T)
        ax.set_title(
            fill(
                "{name} is first in {share:.0%} of the draws",
                name=str(first),
                share=(ranks[first] == 1).mean(),
            )
        )
        ax.alt = fill(
            "Stacked bars: share of draws in which each of {count} offers has each rank; {name} "
            "has the highest score.",
            count=len(order),
            name=str(first),
        )
        said = [
            fill(
                "By weighted score: {names}.",
                names=_(", ").join(f"{name} {total[name]:.2f}" for name in order),
            ),
            fill(
                "{first} stands before {second} in {share:.0%} of the draws.",
                first=str(first),
                second=str(second),
                share=ahead,
            ),
        ]
        return [ax, *said]

    def _ranks(self, scores, share, names):
        rng = np.random.default_rng(self._random_state)
        # A criterion without weight keeps none, up to a trace: the distribution needs one.
        weights = rng.dirichlet(np.maximum(_SURE * share, 1e-3), _DRAWS)
        raters = len(scores)
        asked = rng.multinomial(raters, np.full(raters, 1 / raters), _DRAWS) / raters
        totals = np.einsum("dr,rvc,dc->dv", asked, scores, weights)
        totals = pd.DataFrame(steady(totals), columns=names)
        return totals.rank(axis=1, ascending=False, method="first").astype(int)


def _stacked(table):
    ax = plt.subplots(figsize=(7.5, 1.6 + 0.45 * len(table)))[1]
    colours = sns.color_palette("Blues_r", len(table.columns) + 1)[:-1]
    table.plot.barh(stacked=True, ax=ax, width=0.75, color=colours)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlim=(0, 1), xlabel=_("share of draws"), ylabel="")
    ax.legend(title=_("rank"), loc="upper left", bbox_to_anchor=(1, 1))
    return ax
