"""What retention is worth: better retention in profit, and a model's threshold in profit."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from crmlab import plots
from crmlab.churn import best_threshold, figures, profit_curve
from crmlab.clv import clv_closed_form
from crmlab.errors import CRMError
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, explore, slider

_STEPS = {"points": mark("5 percentage points"), "per cent": mark("5 per cent of the rate")}
_CLAIMED = 0.25, 0.95  # Reichheld & Sasser (1990), Harvard Business Review 68(5)
_LEAST, _MOST = 0.30, 0.94  # yearly retention; five points more stay below 1


def retention_explorer(margin, retention, discount_rate, acquisition_cost=0.0):
    """Show what five points more retention do to the profit per new customer.

    Profit is the closed form with the first margin paid at once, m(1 + d)/(1 + d − r),
    less the cost of acquisition.

    Parameters
    ----------
    margin : float
        Money per year and customer.
    retention : float
        Share of customers who stay from one year to the next, 0.30 to 0.94.
    discount_rate : float
        Per year, as a share.
    acquisition_cost : float, default 0
        Money, once per new customer; take fixed cost per customer into it.
    """
    base = {
        "margin": margin,
        "retention": min(max(retention, _LEAST), _MOST),
        "discount_rate": discount_rate,
        "acquisition_cost": acquisition_cost,
    }
    explore(_draw_retention, partial(_draw_retention, **base), partial(_retention_controls, base))


def _retention_controls(base):
    margin = float(base["margin"])
    return {
        "retention": slider(
            _("retention a year"), float(base["retention"]), _LEAST, _MOST, 0.01, ".0%"
        ),
        "margin": slider(_("margin a year"), margin, margin / 10, 3 * margin, margin / 20),
        "acquisition_cost": slider(
            _("acquisition cost"), float(base["acquisition_cost"]), 0.0, 5 * margin, margin / 20
        ),
        "discount_rate": slider(
            _("discount rate"), float(base["discount_rate"]), 0.0, 0.5, 0.01, ".0%"
        ),
        "step": buttons(_("improve by"), [(_(word), name) for name, word in _STEPS.items()]),
    }


def _draw_retention(retention, margin, acquisition_cost, discount_rate, step="points"):
    profit = partial(_profit, margin, acquisition_cost, discount_rate)
    better = _improved(retention, step)
    now, then = profit(retention), profit(better)
    if now <= 0:
        raise CRMError(
            "At this retention a new customer brings {profit:,.0f}: a change in per cent of a "
            "loss says nothing. Lower the acquisition cost, or raise the margin.",
            profit=now,
        )
    every = np.arange(_LEAST, _MOST + 0.005, 0.01)
    before, after = profit(every), profit(_improved(every, step))
    # Near break-even a small gain is a large percentage: that part has no end.
    change = np.where(before > 0.02 * abs(before).max(), after / before - 1, np.nan)
    ax = _change_plot(every, change, retention, then / now - 1)
    ax.set_title(
        fill(
            "From {retention:.0%} to {better:.1%} retention: profit per new customer {change:+.0%}",
            retention=retention,
            better=better,
            change=then / now - 1,
        )
    )
    ax.alt = fill(
        "Line: change of profit against yearly retention before; at {retention:.0%} it is "
        "{change:+.0%}. A band marks the claimed range, {low:.0%} to {high:.0%}.",
        retention=retention,
        change=then / now - 1,
        low=_CLAIMED[0],
        high=_CLAIMED[1],
    )
    inside = every[(change >= _CLAIMED[0]) & (change <= _CLAIMED[1])]
    return [
        ax,
        fill("Profit per new customer: {now:,.0f} before, {then:,.0f} after.", now=now, then=then),
        fill(
            "With this margin and these costs, the claimed range holds for {count} of {all} "
            "retention rates between {low:.0%} and {high:.0%}.",
            count=len(inside),
            all=len(every),
            low=_LEAST,
            high=_MOST,
        ),
    ]


def _improved(retention, step):
    better = retention + 0.05 if step == "points" else retention * 1.05
    return np.minimum(better, 0.995)


def _profit(margin, acquisition_cost, discount_rate, retention):
    return clv_closed_form(margin, retention, discount_rate) - acquisition_cost


def _change_plot(every, change, retention, here):
    ax = plt.subplots(figsize=(7.5, 4.4))[1]
    ax.axhspan(*_CLAIMED, color=plots.PALETTE[1], alpha=0.2, label=_("the claim: 25 % to 95 %"))
    ax.plot(every, change, color=plots.PALETTE[0], lw=2, label=_("change of profit"))
    ax.plot(retention, here, "o", color="black", label=_("your setting"))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(
        xlim=(_LEAST, _MOST),
        ylim=(0, max(1.2, 1.1 * here)),
        xlabel=_("retention a year, before"),
        ylabel=_("change of profit per new customer"),
    )
    ax.figure.legend(loc="outside lower center", ncols=3)
    return ax


def threshold_explorer(
    churned,
    probability,
    value,
    *,
    contact_cost,
    redemption_cost,
    save_rate,
    take_rate=1.0,
    unit="yuan",
):
    """Show what a campaign earns, by the churn probability from which it contacts.

    Parameters
    ----------
    churned, probability, value, contact_cost, redemption_cost, save_rate, take_rate
        As for :func:`crmlab.churn.profit_curve`.
    unit : str, default "yuan"
        Of money; translated.
    """
    base = {
        "contact_cost": contact_cost,
        "redemption_cost": redemption_cost,
        "save_rate": save_rate,
        "take_rate": take_rate,
    }
    curve_of = partial(profit_curve, churned, probability, value)
    best = float(best_threshold(curve_of(**base))["threshold"])
    threshold = round(min(best, 1.0), 2)

    def draw(threshold, **offer):
        return _draw_threshold(curve_of(**offer), threshold, unit)

    def controls():
        return {
            "threshold": slider(_("contact from"), threshold, 0.0, 1.0, 0.01, ".0%"),
            "save_rate": slider(_("leavers it keeps"), float(save_rate), 0.0, 1.0, 0.01, ".0%"),
            "take_rate": slider(_("stayers who use it"), float(take_rate), 0.0, 1.0, 0.05, ".0%"),
            "contact_cost": _cost(_("cost of contact"), contact_cost),
            "redemption_cost": _cost(_("cost of the offer"), redemption_cost),
        }

    explore(draw, partial(draw, threshold=threshold, **base), controls)


def _cost(label, amount):
    high = float(5 * amount) or 10.0
    return slider(label, float(amount), 0.0, high, high / 50)


def _draw_threshold(curve, threshold, unit):
    # The first row is nobody; rows fall by threshold.
    here = curve[curve["threshold"] >= threshold].iloc[-1]
    best = best_threshold(curve)
    ax = figures.profit(curve, unit)
    ax.plot(here["share"], here["expected"], "D", color="black", label=_("your setting"))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3, frameon=False)
    said = [
        fill(
            "Contact from {threshold:.0%}: {contacted:,.0f} customers, expected profit "
            "{expected:,.0f}.",
            threshold=threshold,
            contacted=here["contacted"],
            expected=here["expected"],
        )
    ]
    if not np.isnan(here["realised"]):
        said.append(
            fill("By what happened, it would have been {realised:,.0f}.", realised=here["realised"])
        )
    if best["contacted"] == 0:
        said.append(_("No threshold earns anything: drop the campaign."))
    else:
        said.append(
            fill(
                "The best threshold is {best:.0%}: {contacted:,.0f} customers, {expected:,.0f}.",
                best=best["threshold"],
                contacted=best["contacted"],
                expected=best["expected"],
            )
        )
    return [ax, *said]
