"""How firm the ranking of a weighted scorecard is, when the weights are a matter of opinion."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from crmlab import plots
from crmlab.arguments import customer_columns, steady
from crmlab.errors import CRMError
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, explore, slider

_MOST_WEIGHT = 10
_DRAWS = 500
# Sum of the parameters of the Dirichlet distribution from which other weights are drawn: the
# larger it is, the closer they stay to the weights chosen.
_SURE = {
    "hardly": (mark("hardly"), 10),
    "fairly": (mark("fairly"), 40),
    "very": (mark("very"), 200),
}


def scorecard_explorer(scores, weights, choose=5, random_state=0):
    """Show how far the ranks of a weighted scorecard move with its weights.

    A point is the rank under the weights chosen; a line reaches over the middle nine tenths
    of the ranks under 500 other sets of weights, drawn around them (Dirichlet distribution).

    Parameters
    ----------
    scores : pandas.DataFrame
        One row per candidate, one column per criterion: high is good, one scale for all.
    weights : mapping
        Criterion to whole number, 0 to 10, where its slider starts.
    choose : int, default 5
        How many candidates are to be chosen.
    random_state : int, default 0

    Raises
    ------
    CRMError
        If a score is missing or not a number.
    """
    scores = customer_columns(scores, list(weights))
    card = _Scorecard(scores, weights, choose, random_state)
    explore(card.draw, partial(card.draw, **weights), card.controls)


class _Scorecard:
    """Scores, the weights to start from, and how many candidates are to be chosen."""

    def __init__(self, scores, weights, choose, random_state):
        self._scores = scores
        self._start = weights
        self._choose = min(choose, len(scores))
        self._random_state = random_state
        self._first = set(_best(scores, weights, self._choose).index)

    def controls(self):
        """Return a slider per criterion, and buttons for how sure one is of the weights."""
        sliders = {
            name: slider(_(str(name)), weight, 0, _MOST_WEIGHT)
            for name, weight in self._start.items()
        }
        sure = buttons(_("sure of them"), [(_(word), name) for name, (word, _sum) in _SURE.items()])
        sure.value = "fairly"
        return sliders | {"sure": sure}

    def draw(self, sure="fairly", **weights):
        """Return ranks and their spread, who is chosen, and how firm that is."""
        if not sum(weights.values()):
            raise CRMError("Give at least one criterion a weight above 0.")
        total = _best(self._scores, weights, len(self._scores))
        ranks = self._ranks(weights, _SURE[sure][1])[total.index]
        within = (ranks <= self._choose).mean()
        chosen = total.index[: self._choose]
        ax = _rank_plot(ranks, total, self._choose)
        ax.set_title(
            fill(
                "{firm} of the {count} chosen stay chosen in nine draws of ten",
                firm=int((within[chosen] >= 0.9).sum()),
                count=self._choose,
            )
        )
        ax.alt = fill(
            "Ranks of {all} candidates with the range over other weights; the first is {best}, "
            "chosen in {share:.0%} of the draws.",
            all=len(total),
            best=str(total.index[0]),
            share=within.iloc[0],
        )
        new = [_(str(name)) for name in chosen if name not in self._first]
        said = [
            fill("Chosen: {names}.", names=_(", ").join(_(str(name)) for name in chosen)),
            fill("New against the weights of the start: {names}.", names=_(", ").join(new))
            if new
            else _("The same as with the weights of the start."),
        ]
        if self._choose < len(total):
            said.append(
                fill(
                    "The last one chosen, {last}, leads the first one left out, {next}, by "
                    "{gap:.2f} points, and is chosen in {share:.0%} of the draws.",
                    last=str(total.index[self._choose - 1]),
                    next=str(total.index[self._choose]),
                    gap=total.iloc[self._choose - 1] - total.iloc[self._choose],
                    share=within.iloc[self._choose - 1],
                )
            )
        return [ax, *said]

    def _ranks(self, weights, certainty):
        rng = np.random.default_rng(self._random_state)
        shares = np.array([weights[name] for name in self._scores]) / sum(weights.values())
        # A criterion without weight keeps none, up to a trace: the distribution needs one.
        drawn = rng.dirichlet(np.maximum(certainty * shares, 1e-3), _DRAWS)
        totals = pd.DataFrame(drawn @ self._scores.to_numpy().T, columns=self._scores.index)
        return steady(totals).rank(axis=1, ascending=False, method="min")


def _best(scores, weights, count):
    """Return the `count` highest weighted mean scores, highest first."""
    share = pd.Series(weights) / sum(weights.values())
    return steady(scores[share.index] @ share).nlargest(count, keep="first")


def _rank_plot(ranks, total, choose):
    low, high = ranks.quantile(0.05), ranks.quantile(0.95)
    place = np.arange(1, len(low) + 1)
    colours = [plots.PALETTE[0] if rank <= choose else "0.6" for rank in place]
    ax = plt.subplots(figsize=(7.5, 1.2 + 0.27 * len(low)))[1]
    ax.hlines(place, low, high, color=colours, lw=3, alpha=0.6)
    ax.scatter(place, place, color=colours, s=45, zorder=2)
    ax.axvline(choose + 0.5, color="0.3", ls="--")
    ax.set_yticks(place, [f"{_(str(name))}  {score:.2f}" for name, score in total.items()])
    ax.set(
        ylim=(len(low) + 0.6, 0.4),
        xlim=(0.5, len(low) + 0.5),
        xlabel=_("rank: point, the weights chosen; line, 90 % of other weights"),
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y", visible=False)
    return ax
