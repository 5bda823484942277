"""Why a regression misleads where units are repaired one after another and effects grow.

1. Five waves of units, without any noise: each gains from its repair on, a little more each week.
2. The true effect is the mean over all weeks after a repair.
3. A regression with an effect for each unit and week weighs these weeks, some of them below zero:
   where a unit that is repaired already stands for what would have been.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_WEEKS, _WAVES, _FIRST = 100, 5, 20
_BASE = {"at_once": 0.0, "growth": 0.05, "gap": 10, "never": 0}


def rollout_explorer(unit="orders per 100"):
    """Show what a regression makes of effects that grow, by the timing of the waves.

    Parameters
    ----------
    unit : str, default "orders per 100"
        Of the outcome; translated.
    """
    draw = partial(_draw, unit)
    explore(draw, partial(draw, **_BASE), _controls)


def _controls():
    return {
        "at_once": slider(_("effect at once"), _BASE["at_once"], 0.0, 2.0, 0.25),
        "growth": slider(_("more each week"), _BASE["growth"], 0.0, 0.1, 0.01),
        "gap": slider(_("weeks between waves"), _BASE["gap"], 2, 16),
        "never": slider(_("waves never repaired"), _BASE["never"], 0, 10),
    }


def _world(at_once, growth, gap, never):
    """Return the effect and whether repaired, (waves, weeks) each, without noise."""
    begin = np.append(_FIRST + gap * np.arange(_WAVES), np.full(never, _WEEKS))
    age = np.arange(_WEEKS) - begin[:, None]
    repaired = age >= 0
    return np.where(repaired, at_once + growth * age, 0.0), repaired


def _weights(repaired):
    """Return the weight of each repaired week in the regression; they add up to 1.

    The coefficient of a regression with an effect for each unit and period is the sum of the
    outcomes times what these leave of the dummy (Frisch & Waugh 1933).
    """
    dummy = repaired.astype(float)
    left = dummy - dummy.mean(axis=1, keepdims=True) - dummy.mean(axis=0) + dummy.mean()
    return left / (left**2).sum()


def _draw(unit, at_once, growth, gap, never):
    effect, repaired = _world(at_once, growth, gap, never)
    weights = _weights(repaired)
    true, told = effect[repaired].mean(), (weights * effect).sum()
    below = (weights[repaired] < -1e-9).mean()
    _fig, ax = plt.subplots(figsize=(7.5, 4.2))
    for place, line in enumerate(effect[:_WAVES]):
        ax.plot(line, color=plots.PALETTE[0], alpha=0.35 + 0.12 * place, lw=1.5)
    ax.axhline(true, color=plots.PALETTE[2], ls="--", label=_("mean effect, all weeks repaired"))
    ax.axhline(told, color=plots.PALETTE[3], ls=":", lw=2.5, label=_("what the regression says"))
    ax.legend(loc="upper left")
    ax.set_ylim(min(0, told) - 0.2, max(effect.max(), true, told) * 1.25 + 0.2)
    ax.set_title(
        fill(
            "Regression {told:.2f}, truth {true:.2f} ({waves} waves, {gap} weeks apart, "
            "{never} never)",
            waves=_WAVES + never,
            gap=gap,
            never=never,
            true=true,
            told=told,
        )
    )
    ax.set_xlabel(_("week"))
    ax.set_ylabel(fill("effect, {unit}", unit=unit))
    said = fill(
        "True mean effect {true:.2f}, the regression says {told:.2f}; {below:.0%} of the weeks "
        "after a repair count below zero.",
        true=true,
        told=told,
        below=below,
    )
    alt = fill("Rising lines: the effect of each wave. {said}", said=said)
    return [plots.with_alt(ax, alt), said]
