"""Who waits at a desk that answers posts: by the order, the people, and the work per post.

1. The same posts come under every order; a desk takes them one after the other.
2. First come, first served, or the highest score first, of those for whom waiting still costs: how
   many negative posts wait at each moment is seen in those read by hand, and scaled up to all.
3. What waiting costs, and what the people cost besides the first, is added up.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.arguments import numbers, steady, table_columns
from crmlab.errors import CRMError
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.social.queue import answer_times
from crmlab.widgets.panel import explore, slider

_BASE = {"people": 1, "minutes": 15}
_ORDERS = (mark("first come, first served"), mark("highest score first"))


def queue_explorer(posts, cost_per_hour, fee, until, unit="yuan"):
    """Show how many negative posts wait, and what it costs, by order, people and work.

    Parameters
    ----------
    posts : pandas.DataFrame
        One row per post: ``hour``, when it came, from a midnight; ``score``, the higher the sooner
        it is answered in one of the orders; ``negative``, 1 or 0 where it was read by hand, by lot,
        else missing.
    cost_per_hour : float
        Where its slider starts: what an hour costs for a negative post, money.
    fee : float
        Of each person besides the first, money a day.
    until : float
        Hours of waiting that cost at most; a longer wait costs nothing more.
    unit : str, default "yuan"
        Of money; translated.

    Raises
    ------
    CRMError
        If a column is missing, or no post that was read is negative.
    """
    posts = table_columns(posts, ["hour", "score", "negative"])
    if not (posts["negative"] == 1).any():
        raise CRMError("At least one post must be read and negative.")
    cost = float(numbers(cost_per_hour, "cost_per_hour"))
    limit = float(numbers(until, "until"))
    draw = partial(_draw, posts, float(fee), limit, unit)
    start = {**_BASE, "cost": round(cost, 1)}
    explore(draw, partial(draw, **start), partial(_controls, start))


def _controls(start):
    return {
        "people": slider(_("people at the desk"), start["people"], 1, 4),
        "minutes": slider(_("minutes per post"), start["minutes"], 5, 40, 5),
        "cost": slider(_("cost of an hour, yuan"), start["cost"], 0.0, 5.0, 0.1),
    }


def _draw(posts, fee, until, unit, people, minutes, cost):
    """Return the negative posts that wait over time, and what each order costs."""
    hour = posts["hour"].to_numpy(float)
    read = posts["negative"].notna().to_numpy()
    negative = (posts["negative"] == 1).to_numpy()
    scale = len(posts) / read.sum()
    days = int(np.ceil(hour.max() / 24))
    moments = np.arange(0, days * 24, 2.0)
    _fig, ax = plt.subplots(figsize=(7.5, 4.2))
    said, costs = [], []
    desk = {"answerers": people, "opens": 10, "closes": 16}
    orders = ({}, {"rank": -steady(posts["score"].to_numpy(float)), "until": until})
    for name, order, line in zip(_ORDERS, orders, ("-", "--"), strict=True):
        done = answer_times(hour, minutes / 60, **order, **desk)
        came, left = np.sort(hour[negative]), np.sort(done[negative])
        waiting = np.searchsorted(came, moments, "right") - np.searchsorted(left, moments, "right")
        ax.plot(moments / 24 + 1, waiting * scale, line, label=_(name))
        waited = np.minimum(done - hour, until)[negative]
        costs.append(waited.sum() * scale * cost + fee * days * (people - 1))
        said.append(
            fill(
                "{name}: a negative post waits {hours:.0f} hours (up to {until:g}); waiting and "
                "people cost {cost:,.0f} {unit}.",
                name=name,
                hours=waited.mean(),
                until=until,
                cost=costs[-1],
                unit=unit,
            )
        )
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    ax.set_ylim(0)
    in_turn, by_score = costs
    ax.set_title(
        fill(
            "{people} at the desk: {turn:,.0f} {unit} in turn, {score:,.0f} by score",
            people=people,
            turn=in_turn,
            score=by_score,
            unit=unit,
        )
    )
    ax.set_xlabel(_("day"))
    ax.set_ylabel(_("negative posts without an answer"))
    alt = fill("Lines: negative posts that wait, by day, one for each order.")
    return [plots.with_alt(ax, alt), *said]
