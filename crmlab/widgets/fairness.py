"""Why error rates of two groups cannot all be equal: two perfectly calibrated scores.

1. In each group the true chances to leave follow a beta distribution with the group's base rate as
   its mean; the score is that chance, so it is calibrated in both.
2. Whoever is at or above the threshold is called. With p ~ Beta(a, b) and threshold t, the leavers
   not called are E[p; p < t] = m · I_t(a + 1, b), m the base rate (I: the regularised incomplete
   beta function); the other rates follow in the same way.
"""

from functools import partial

import matplotlib.pyplot as plt
import pandas as pd
from scipy.special import betainc

from crmlab import plots
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider


def fairness_explorer(base_rates=(0.53, 0.41), groups=("one", "other")):
    """Show the error rates of two groups under thresholds of one's choice.

    Parameters
    ----------
    base_rates : tuple of float
        Share that leaves, in each group.
    groups : tuple of str
        Names of the groups; translated.
    """
    start = {
        "base_one": round(float(base_rates[0]), 2),
        "base_other": round(float(base_rates[1]), 2),
        "spread": 0.3,
        "cut_one": 0.5,
        "cut_other": 0.5,
    }
    draw = partial(_draw, tuple(groups))
    explore(draw, partial(draw, **start), partial(_controls, tuple(groups), start))


def _controls(groups, start):
    one, other = (_(name) for name in groups)
    return {
        "base_one": slider(
            fill("leave, {group}", group=one), start["base_one"], 0.1, 0.8, 0.01, ".0%"
        ),
        "base_other": slider(
            fill("leave, {group}", group=other), start["base_other"], 0.1, 0.8, 0.01, ".0%"
        ),
        "spread": slider(_("how well the score separates"), start["spread"], 0.1, 0.9, 0.05),
        "cut_one": slider(
            fill("threshold, {group}", group=one), start["cut_one"], 0.1, 0.9, 0.01, ".0%"
        ),
        "cut_other": slider(
            fill("threshold, {group}", group=other), start["cut_other"], 0.1, 0.9, 0.01, ".0%"
        ),
    }


def _rates(base, spread, cut):
    """Return miss rate, false positive rate and share of right calls of a calibrated score.

    `spread` is the share of the variance of leaving that the score explains: the variance of the
    chances ÷ m (1 − m), which of a beta distribution is 1 ÷ (a + b + 1).
    """
    size = 1 / spread - 1
    first, second = base * size, (1 - base) * size
    missed = betainc(first + 1, second, cut)
    in_vain = 1 - betainc(first, second + 1, cut)
    leave, stay = base * (1 - missed), (1 - base) * in_vain
    return missed, in_vain, leave / (leave + stay)


def _draw(groups, base_one, base_other, spread, cut_one, cut_other):
    one, other = (_(name) for name in groups)
    names = [_("leave and are missed"), _("stay and are called"), _("right calls")]
    rates = pd.DataFrame(
        {one: _rates(base_one, spread, cut_one), other: _rates(base_other, spread, cut_other)},
        index=names,
    )
    ax = plots.bars(rates, ax=plt.subplots(figsize=(7.5, 4.2))[1])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _place: f"{value:.0%}")
    gaps = (rates[one] - rates[other]).tolist()
    missed, in_vain = rates.iloc[0], rates.iloc[1]
    ax.set_title(
        fill(
            "Missed: {one:.0%} against {other:.0%}; "
            "called in vain: {third:.0%} against {fourth:.0%}",
            one=missed[one],
            other=missed[other],
            third=in_vain[one],
            fourth=in_vain[other],
        )
    )
    ax.set_xlabel(_("share, both scores perfectly calibrated"))
    said = fill(
        "{one} less {other}: missed {missed:+.1points}, called in vain {in_vain:+.1points}, "
        "right calls {right:+.1points}.",
        one=one,
        other=other,
        missed=gaps[0],
        in_vain=gaps[1],
        right=gaps[2],
    )
    return [plots.with_alt(ax, said), said]
