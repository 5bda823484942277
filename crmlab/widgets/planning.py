"""What a budget buys, and what one yuan more would: the best plan for every budget.

1. Each cell of customers can be sent one of a few offers, each with an expected gain, an
   expected cost and a demand on something scarce, the tasting sets.
2. The best plan for a budget is a linear programme; its price of the budget is what one yuan
   more would bring.
3. The curve of the best gain bends: along a straight piece the price holds, at a bend it falls.
"""

from functools import cache, partial

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import linprog

from crmlab import plots
from crmlab.arguments import matching_columns, steady
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_COLUMNS = ["gain", "cost", "sets", "customers", "known"]
_STEPS = 40  # budgets on the curve


def plan_explorer(options, budget, sets, unit="yuan"):
    """Show what the best plan gains at every budget, and the price of the budget.

    Parameters
    ----------
    options : pandas.DataFrame
        One row per cell and offer: ``cell`` (whose customers these are); ``gain`` and ``cost``
        of one message, money; tasting ``sets`` that it asks for; ``customers`` who may be sent it,
        and ``known``, all whom the company knows, the same in each row of a cell.
    budget, sets : int
        Where their sliders start: money, and tasting sets that there are.
    unit : str, default "yuan"
        Of money; translated.

    Raises
    ------
    CRMError
        If a column is missing, or a cell has more customers who agreed than it knows.
    """
    missing = [name for name in ("cell", *_COLUMNS) if name not in options]
    if missing:
        raise CRMError("The options need the columns {names}.", names=", ".join(missing))
    if (options["customers"] > options["known"]).any():
        raise CRMError("More customers agreed than are known: look at customers and known.")
    plans = _Plans(options, unit)
    start = {"budget": budget, "sets": sets, "consent": plans.consent}
    explore(plans.draw, partial(plans.draw, **start), partial(plans.controls, start))


class _Plans:
    """The options in arrays, and the best plan for any limits."""

    def __init__(self, options, unit):
        columns = {name: options[name].astype(float) for name in _COLUMNS}
        gain, cost, sets, customers, known = matching_columns(**columns)
        self._gain, self._cost, self._sets = (steady(one) for one in (gain, cost, sets))
        cell = options.groupby("cell", sort=False).ngroup().to_numpy()
        self._in_cell = (cell == np.arange(cell.max() + 1)[:, None]).astype(float)
        first = self._in_cell.argmax(axis=1)
        self._agreed, self._known = customers[first], known[first]
        self._unit = unit
        self.consent = round(self._agreed.sum() / self._known.sum(), 2)
        dearest = np.array([(self._cost * row).max() for row in self._in_cell])
        self.most = int(np.ceil((self._known * dearest).sum() / 2 / 1000) * 1000)
        self.best = cache(self._best)

    def controls(self, start):
        """Return the sliders."""
        return {
            "budget": slider(_("budget"), start["budget"], 0, self.most, 500),
            "sets": slider(_("tasting sets"), start["sets"], 0, 8 * start["sets"], 5),
            "consent": slider(_("share that agreed"), start["consent"], 0.0, 1.0, 0.01, ".0%"),
        }

    def _audience(self, consent):
        """Move each cell in proportion between nobody, those who agreed, and all known."""
        if consent <= self.consent:
            return self._agreed * consent / self.consent
        part = (consent - self.consent) / (1 - self.consent)
        return self._agreed + part * (self._known - self._agreed)

    def _best(self, budget, sets, consent):
        """Return gain, messages, price of a yuan and price of a set of the best plan."""
        limits = np.vstack([self._cost, self._sets, self._in_cell])
        most = np.concatenate([[budget, sets], self._audience(consent)])
        found = linprog(-self._gain, A_ub=limits, b_ub=most)
        prices = steady(-found.ineqlin.marginals[:2])
        return -found.fun, found.x.sum(), prices[0], prices[1]

    def draw(self, budget, sets, consent):
        """Return the curve of the best gain with the price at the budget, and what it says."""
        gain, messages, price, of_set = self.best(budget, sets, consent)
        budgets = np.linspace(0, self.most, _STEPS + 1)
        curve = [self.best(one, sets, consent)[0] for one in budgets]
        _fig, ax = plt.subplots(figsize=(7.5, 4.2))
        ax.plot(budgets, curve, color="0.4", label=_("best plan"))
        near = np.array([max(budget - self.most / 6, 0), min(budget + self.most / 6, self.most)])
        ax.plot(
            near,
            gain + price * (near - budget),
            color=plots.PALETTE[1],
            label=_("price of a yuan, as a slope"),
        )
        ax.plot([budget], [gain], "o", color=plots.PALETTE[0], label=_("this budget"))
        ax.set_ylim(0, 1.15 * max(*curve, 1))
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.yaxis.set_major_formatter("{x:,.0f}")
        ax.legend(loc="lower right")
        facts = {"budget": budget, "gain": gain, "price": price, "unit": self._unit}
        ax.set_title(
            fill("{budget:,} {unit} bring {gain:,.0f}; the next yuan brings {price:.2f}", **facts)
        )
        ax.set_xlabel(fill("budget, {unit}", **facts))
        ax.set_ylabel(fill("expected gain, {unit}", **facts))
        alt = "Curve: the best expected gain by budget, with its slope at the budget chosen."
        return [
            plots.with_alt(ax, _(alt)),
            fill(
                "{messages:,.0f} messages. One tasting set more would bring {each:,.1f} {unit}.",
                messages=messages,
                each=of_set,
                unit=self._unit,
            ),
        ]
