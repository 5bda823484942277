"""How many pairs of products are chance: real baskets beside shuffled ones.

1. The lines of the last weeks are taken, as they are and with their products shuffled.
2. For each pair of products the baskets with both are counted, and its lift.
3. What has both, enough baskets and enough lift, would be called a discovery.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import sparse

from crmlab import plots
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_BASE = {"weeks": 1, "least": 2, "lift": 1.5}
_MOST = {"weeks": 52, "least": 30, "lift": 4.0}
_LOWEST = 0.1  # on the axis


def chance_explorer(order, product, date, seed=0):
    """Show the pairs of products in the baskets of the last weeks, real and shuffled.

    Parameters
    ----------
    order, product, date : pandas.Series
        One element per line of an order: which order, which product, when.
    seed : int, default 0
        Of the shuffle.

    Raises
    ------
    CRMError
        If there are fewer than two products.
    """
    chance = _Chance(order, product, date, seed)
    explore(chance.draw, partial(chance.draw, **_BASE), _controls)


def _controls():
    return {
        "weeks": slider(_("weeks of baskets"), _BASE["weeks"], 1, _MOST["weeks"]),
        "least": slider(_("least number of baskets"), _BASE["least"], 1, _MOST["least"]),
        "lift": slider(_("least lift"), _BASE["lift"], 1.0, _MOST["lift"], 0.25, ".2f"),
    }


class _Chance:
    """The lines of all weeks, in codes."""

    def __init__(self, order, product, date, seed):
        self._order = pd.factorize(order)[0]
        self._product, names = pd.factorize(product.astype("str"))
        if len(names) < 2:
            raise CRMError("Pairs need two products or more.")
        self._count, self._seed = len(names), seed
        day = date.dt.normalize()
        self._weeks_ago = ((day.max() - day).dt.days // 7).to_numpy()

    def draw(self, weeks, least, lift):
        """Return the pairs as dots, and how many pass in real and in shuffled baskets."""
        recent = self._weeks_ago < weeks
        order, product = self._order[recent], self._product[recent]
        rng = np.random.default_rng(self._seed)
        kinds = {"shuffled": rng.permutation(product), "real": product}
        setting = {"weeks": weeks, "least": least, "lift": lift}
        _fig, ax = plt.subplots(figsize=(7.5, 4.2))
        colours, found = {"shuffled": "0.6", "real": plots.PALETTE[1]}, {}
        for kind, which in kinds.items():
            both, times = self._pairs(order, which)
            found[kind] = int(((both >= least) & (times >= lift)).sum())
            words = {"shuffled": _("shuffled baskets"), "real": _("real baskets")}
            ax.scatter(both, times, s=14, color=colours[kind], label=words[kind])
        ax.set(xscale="log", yscale="log", ylim=(_LOWEST, None))
        ax.set_xlim(0.8, None)
        ax.axvline(least - 0.2, color="0.3", lw=1)
        ax.axhline(lift, color="0.3", lw=1)
        ax.xaxis.set_major_formatter(_plain)
        ax.yaxis.set_major_formatter(_plain)
        ax.minorticks_off()
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
        title = "{real} pairs pass in real baskets, {shuffled} in shuffled ones"
        ax.set_title(fill(title, **found))
        ax.set_xlabel(_("baskets with both (log scale)"))
        ax.set_ylabel(_("lift (log scale)"))
        setting["baskets"] = len(np.unique(order))
        alt = "Dots: pairs of products by baskets with both and lift, real and shuffled."
        return [
            plots.with_alt(ax, _(alt)),
            fill(
                "Weeks: {weeks}, with {baskets:,} baskets. A pair passes with {least} baskets "
                "and a lift of {lift:.2f}.",
                **setting,
            ),
        ]

    def _pairs(self, order, product):
        """Return the baskets with both and the lift of each pair that met at least once."""
        rows, order = np.unique(order, return_inverse=True)
        cells = (np.ones(len(order)), (order, product))
        table = (sparse.csr_matrix(cells, (len(rows), self._count)) > 0).astype(float)
        both = (table.T @ table).toarray()
        one, other = np.triu_indices(self._count, 1)
        number = np.diag(both)
        both = both[one, other]
        met = both > 0
        times = both[met] * len(rows) / (number[one] * number[other])[met]
        return both[met], times


def _plain(value, _place):
    return f"{value:g}"
