"""When to remind of a service: what the limit of use costs, by wear, prices and obedience.

1. A reminder at the limit τ leads to a service for the share p; the others run to the breakdown.
2. Reminders, services and breakdowns per unit of use follow from the Weibull distribution.
3. Their prices make the cost of a year; its lowest point is the best limit.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.arguments import numbers, shares, steady
from crmlab.churn.wear import wear_rates
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_STEPS = 160  # limits on the curve


def reminder_explorer(
    shape, scale, use, reminder, service, breakdown, heeded=1.0, unit="yuan", of_use="cups"
):
    """Show what a limit for reminders costs a year, by its wear and its prices.

    Parameters
    ----------
    shape, scale : float
        Of the Weibull distribution of the use until a breakdown.
    use : float
        Of all machines in a year.
    reminder, service, breakdown : float
        Prices of one, money.
    heeded : float, default 1
        Share of reminders that lead to a service.
    unit : str, default "yuan"
        Of money; translated.
    of_use : str, default "cups"
        Of use; translated.

    Raises
    ------
    CRMError
        If a number is missing or not above 0, or `heeded` no share.
    """
    above = numbers([shape, scale, use, service, breakdown], "shape, scale, use and prices")
    if not (above > 0).all():
        raise CRMError("shape, scale, use and prices must be above 0.")
    shares(heeded, "heeded")
    base = {
        "limit": _rounded(0.55 * scale),
        "shape": round(float(shape), 1),
        "breakdown": int(breakdown),
        "heeded": round(float(heeded), 2),
    }
    draw = partial(_draw, scale, use, (reminder, service), unit, of_use)
    explore(draw, partial(draw, **base), partial(_controls, base, scale, service))


def _rounded(limit):
    return max(round(limit / 100) * 100, 100)


def _controls(base, scale, service):
    step = max(_rounded(scale / 80), 100)
    return {
        "limit": slider(_("limit"), base["limit"], step, _rounded(2 * scale), step),
        "shape": slider(_("shape (wear)"), base["shape"], 1.0, 4.0, 0.1),
        "breakdown": slider(
            _("price of a breakdown"),
            base["breakdown"],
            int(service),
            int(10 * service),
            max(int(service) // 4, 1),
        ),
        "heeded": slider(_("share that follows"), base["heeded"], 0.05, 1.0, 0.05, ".0%"),
    }


def _draw(scale, use, prices, unit, of_use, limit, shape, breakdown, heeded):
    """Return the cost of a year by limit, and what comes at this one."""
    prices = np.array([*prices, breakdown], float)
    grid = np.linspace(0.1, 2.0, _STEPS) * scale
    yearly = use * (wear_rates(grid, shape, scale, heeded) @ prices).to_numpy()
    never = use * (wear_rates(np.inf, shape, scale, heeded) @ prices)[0]
    here = use * wear_rates(limit, shape, scale, heeded).iloc[0]
    cost = here.to_numpy() @ prices
    _fig, ax = plt.subplots(figsize=(7.5, 4.0))
    ax.plot(grid, yearly / 1000, label=_("reminder at the limit"))
    ax.axhline(never / 1000, color="0.4", ls="--", label=_("no reminder"))
    ax.plot([limit], [cost / 1000], "o", color=plots.PALETTE[1], label=_("your limit"))
    ax.set_ylim(0.6 * min(yearly.min(), cost) / 1000, 1.5 * never / 1000)
    ax.legend(loc="upper right")
    ax.set_title(fill("Cost of a year by the limit of the reminder"))
    ax.set_xlabel(fill("limit, {use} since the last service", use=of_use))
    ax.set_ylabel(fill("thousand {unit} a year", unit=unit))
    said = fill(
        "At {limit:,.0f} {use}: {services:,.0f} services and {breakdowns:,.0f} breakdowns a year, "
        "{cost:,.0f} {unit}; without reminders {never:,.0f}.",
        limit=limit,
        use=of_use,
        services=here["services"],
        breakdowns=here["breakdowns"],
        cost=cost,
        never=never,
        unit=unit,
    )
    best = int(steady(yearly).argmin())
    if yearly[best] < never * (1 - 1e-3) and best < _STEPS - 1:
        advice = fill("Cheapest at about {best:,.0f} {use}.", best=_rounded(grid[best]), use=of_use)
    else:
        advice = fill("No limit is clearly cheaper than no reminder.")
    alt = fill(
        "Curve of the cost of a year against the limit, a line for no reminder, and a point."
    )
    return [plots.with_alt(ax, alt), said, advice]
