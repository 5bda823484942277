"""The post-mortem: how much was lost against the best, by decision, and what to read again.

The four parts of the decisions (spend, offers, messages, people) are replaced by the best's, in
every order; what a part brings when it is replaced, averaged over the orders, is its share of
what was lost (Shapley 1953, "A value for n-person games"). The shares add up to the whole.

The parts that are not replaced stay as they were decided; the best answers to how everybody then
stands. A share below 0 says that this part was better than the best's, with the luck of the year.
The best knows who is about to leave, which no company does: most of what a good policy loses with
its offers cannot be had.
"""

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from crmlab.language import mark

# Part of the decision, and the chapter to read again.
PARTS = {
    "spend": mark("4b: channels, attribution and the next yuan"),
    "offers": mark("5c: from a probability to profit, and whom an offer changes"),
    "messages": mark("3b and 10a: what fits a group, and what a message too many costs"),
    "people": mark("5a and 9a: complaints, waiting, and how busy a desk can be"),
}
_FIELDS = {"spend": "spend", "offers": "offer", "messages": "message", "people": "people"}


def post_mortem(game, result):
    """Return what each part of the decisions lost against the best that was found.

    Parameters
    ----------
    game : Game
    result : play.Result
        A year of that company.

    Returns
    -------
    pandas.DataFrame
        One row per part: ``lost`` (yuan), ``read_again``. The sum of ``lost`` is the profit of
        the best less that of the year.
    """
    names = list(PARTS)
    profit = {
        frozenset(taken): game.follow(_mixed(game.best, result.plans, taken)).profit
        for size in range(1, len(names) + 1)
        for taken in combinations(names, size)
    } | {frozenset(): result.profit}
    lost = {
        name: sum(
            (profit[others | {name}] - profit[others]) / (len(names) * comb(len(names) - 1, size))
            for size in range(len(names))
            for others in map(frozenset, combinations([n for n in names if n != name], size))
        )
        for name in names
    }
    table = pd.DataFrame({"lost": lost, "read_again": PARTS})
    return table.rename_axis("decision")


def _mixed(best, plans, taken):
    """Return a course that follows the best in some parts, and what was decided in the others."""

    def plan(state, quarter, left):
        own = plans[quarter]
        known = replace(
            own,
            # Of those who did not come this time nobody can be offered anything.
            offer=np.where(state.joined, own.offer, 0),
            message=np.where(state.joined, own.message, 0),
        )
        found = best.plan(state, quarter, left)
        return replace(known, **{_FIELDS[name]: getattr(found, _FIELDS[name]) for name in taken})

    return plan
