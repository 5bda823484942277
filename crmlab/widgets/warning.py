"""What an alarm costs a year: the sum of its false ones and its late ones, by its limit.

1. A high limit is seldom wrong and late; a low one is early and often wrong.
2. What each costs, and how large the crisis is, moves the valley between the two.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.arguments import numbers, steady
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.social import alarm_delays, alarm_limit, false_alarms
from crmlab.widgets.panel import explore, slider

_SPACING = np.array([4, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365, 730, 1460])


def alarm_explorer(expected, size, course, false_alarm=4000, day_late=15000, unit="yuan", seed=0):
    """Show what an alarm costs a year, by its limit, prices and the size of the crisis.

    Parameters
    ----------
    expected : array-like
        Expected count of each day of a year on which nothing happens.
    size : float
        Of the negative binomial distribution; see :func:`crmlab.social.alarm_limit`.
    course : array-like
        Day by day: the count expected in a crisis ÷ that of an ordinary day; one crisis a year.
    false_alarm, day_late : float
        Money for one false alarm, and for each day that the alarm is late.
    unit : str, default "yuan"
        Of money; translated.
    seed : int, default 0
        Of the simulated crises, as :func:`crmlab.social.alarm_delays` has it.
    """
    expected, course = numbers(expected, "expected"), numbers(course, "course")
    limits = [alarm_limit(expected, size, 1 / days) for days in _SPACING]
    false = np.array([false_alarms(expected, size, limit) for limit in limits])
    world = expected, size, course, limits, false, seed
    base = {"false_alarm": int(false_alarm), "day_late": int(day_late), "crisis": 1.0}
    draw = partial(_draw, world, unit)
    explore(draw, partial(draw, **base), partial(_controls, base))


def _controls(base):
    false, late = base["false_alarm"], base["day_late"]
    return {
        "false_alarm": slider(_("cost of a false alarm"), false, 500, 20_000, 500),
        "day_late": slider(_("cost of a day late"), late, 500, 40_000, 500),
        "crisis": slider(_("size of the crisis"), base["crisis"], 0.25, 2.0, 0.25),
    }


def _draw(world, unit, false_alarm, day_late, crisis):
    """Return the two costs and their sum by the limit, and the best limit in words."""
    expected, size, course, limits, false, seed = world
    bend = 1 + crisis * (course - 1)
    late = np.array([alarm_delays(expected, size, one, bend, seed=seed).mean() for one in limits])
    total = steady(false_alarm * false + day_late * late)
    best = int(total.argmin())
    _fig, ax = plt.subplots(figsize=(7.5, 4.2))
    ax.plot(_SPACING, false_alarm * false, "--", label=_("false alarms"))
    ax.plot(_SPACING, day_late * late, ":", label=_("days late"))
    ax.plot(_SPACING, total, "-", label=_("together"))
    ax.plot(_SPACING[best], total[best], "o", color="0.2")
    ax.set_xscale("log")
    ax.set_ylim(0, 3 * total[best] + 1)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    ax.set_title(
        fill(
            "Cheapest: one false alarm in {days} days, {cost:,.0f} {unit} a year",
            days=int(_SPACING[best]),
            cost=total[best],
            unit=unit,
        )
    )
    ax.set_xlabel(_("limit: one false alarm in so many days, at most (log scale)"))
    ax.set_ylabel(fill("{unit} a year", unit=unit))
    alt = fill("Two curves, of false and of late alarms, and their sum with a lowest point.")
    said = fill(
        "{false:.1f} false alarms a year, {late:.1f} days late on average.",
        false=false[best],
        late=late[best],
    )
    return [plots.with_alt(ax, alt), said]
