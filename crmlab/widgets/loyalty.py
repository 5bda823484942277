"""What loyalty is made of: what points have to bring, and what becomes of a cohort."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from crmlab import plots
from crmlab.clv.shifted_beta_geometric import share_left
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_MOST_WORTH = 10.0  # money for a hundred points
_LEAST_SPREAD, _MOST_SPREAD = 0.01, 0.60
_YEARS = 12


def points_explorer(margin_share, breakage, worth=1.0, unit="yuan"):
    """Show by how much sales must rise for a points programme to pay: u = c ÷ (m − c).

    Parameters
    ----------
    margin_share : float
        What is left of a yuan of sales after the cost of goods, as a share.
    breakage : float
        Share of points that are never used.
    worth : float, default 1
        What a hundred points take off an order, money; one point is earned per unit of money.
    unit : str, default "yuan"
        Of money; translated.
    """
    base = {"worth": float(worth), "margin_share": margin_share, "breakage": breakage}
    draw = partial(_draw_points, unit=unit)
    explore(draw, partial(draw, **base), partial(_points_controls, base, unit))


def _points_controls(base, unit):
    label = _("100 points are worth, {unit}").format(unit=_(unit))
    return {
        "worth": slider(label, base["worth"], 0.0, _MOST_WORTH, 0.5),
        "margin_share": slider(_("margin"), base["margin_share"], 0.05, 0.90, 0.01, ".0%"),
        "breakage": slider(_("breakage"), base["breakage"], 0.0, 0.9, 0.01, ".0%"),
    }


def _draw_points(worth, margin_share, breakage, unit):
    cost = worth / 100 * (1 - breakage)
    if cost >= margin_share:
        raise CRMError(
            "The points cost {cost:.1%} of sales and the margin is {margin:.1%}: no rise of sales "
            "can pay for them.",
            cost=cost,
            margin=margin_share,
        )
    even = cost / (margin_share - cost)
    every = np.linspace(0, _MOST_WORTH, 101)
    costs = every / 100 * (1 - breakage)
    uplift = np.where(costs < margin_share, costs / (margin_share - costs), np.nan)
    ax = plt.subplots(figsize=(7.5, 4.2))[1]
    ax.plot(every, uplift, color=plots.PALETTE[0], lw=2, label=_("break-even uplift"))
    ax.plot(worth, even, "o", color="black", label=_("your setting"))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    # No step of 2.5 %, which would be shown as 2 %.
    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    ax.set(
        xlim=(0, _MOST_WORTH),
        ylim=(0, max(0.2, 1.2 * even)),
        xlabel=_("100 points are worth, {unit}").format(unit=_(unit)),
        ylabel=_("rise of sales that pays for the points"),
    )
    ax.figure.legend(loc="outside lower center", ncols=2)
    ax.set_title(fill("Sales must rise by {even:.1%} before anything is earned", even=even))
    ax.alt = fill(
        "Line: break-even uplift by the worth of 100 points; at {worth:.1f} it is {even:.1%}.",
        worth=worth,
        even=even,
    )
    return [
        ax,
        fill(
            "The points cost {cost:.2%} of sales, of a margin of {margin:.0%}.",
            cost=cost,
            margin=margin_share,
        ),
    ]


def survival_explorer(survivors):
    """Show what becomes of a cohort whose customers differ in their chance to leave.

    A shifted beta-geometric model, by the mean m of the chances at the first renewal and
    by how much customers differ, φ = 1 ÷ (α + β + 1): α = m (1/φ − 1), β = (1 − m)(1/φ − 1).

    Parameters
    ----------
    survivors : sequence of float
        Per cent of a cohort that is left after 0, 1, 2, … renewals; drawn as dots.
    """
    left = np.asarray(survivors, dtype=float) / survivors[0]
    base = {"leaves": round(1 - left[1], 2), "spread": 0.15}
    draw = partial(_draw_survival, left)
    explore(draw, partial(draw, **base), partial(_survival_controls, base))


def _survival_controls(base):
    return {
        "leaves": slider(
            _("mean chance to leave at the first renewal"), base["leaves"], 0.02, 0.60, 0.01, ".0%"
        ),
        "spread": slider(
            _("how much customers differ (φ)"),
            base["spread"],
            _LEAST_SPREAD,
            _MOST_SPREAD,
            0.01,
            ".2f",
        ),
    }


def _draw_survival(left, leaves, spread):
    alpha, beta = leaves * (1 / spread - 1), (1 - leaves) * (1 / spread - 1)
    times = np.arange(_YEARS + 1)
    curve = share_left(alpha, beta, times)
    renew = curve[1:] / curve[:-1]
    ax = plt.subplots(figsize=(7.5, 4.2))[1]
    ax.plot(times, curve, color=plots.PALETTE[0], lw=2, label=_("left, by the model"))
    ax.plot(times[1:], renew, "--", color=plots.PALETTE[1], lw=2, label=_("of these, renew"))
    ax.plot(np.arange(len(left)), left, "o", color="black", label=_("left, in the data"))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlim=(0, _YEARS), ylim=(0, 1.02), xlabel=_("renewals"), ylabel=_("share of customers"))
    ax.figure.legend(loc="outside lower center", ncols=3)
    facts = {"first": renew[0], "last": renew[-1], "left": curve[-1], "years": _YEARS}
    ax.set_title(
        fill("Of those who are left, {first:.0%} renew at first and {last:.0%} at last", **facts)
    )
    ax.alt = fill(
        "Lines: share of a cohort left and share that renews, by renewal. Renewing goes from "
        "{first:.0%} to {last:.0%}; after {years} renewals {left:.0%} are left.",
        **facts,
    )
    off = 100 * abs(curve[: len(left)] - left).mean()
    return [
        ax,
        fill("α = {alpha:.2f}, β = {beta:.2f}.", alpha=alpha, beta=beta),
        fill("On average the line misses the dots by {off:.1f} points.", off=off),
    ]
