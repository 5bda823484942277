"""How many alerts a week, and from which list: what they find, and what they earn.

1. Several lists rank the same rows, the most suspicious first.
2. Each alert costs a check; one that is right gives its amount back.
3. A list earns as long as the next alert is worth its check.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from crmlab import plots
from crmlab.arguments import customer_columns, numbers, steady, zero_or_one
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import explore, slider

_BASE = {"alerts": 10, "cost": 30}
_MOST = {"alerts": 60, "cost": 120}


def alert_explorer(scores, hit, amount, weeks, unit="yuan"):
    """Show what lists of alerts find and earn a week, by the number of alerts.

    Parameters
    ----------
    scores : pandas.DataFrame
        One row per case, a column per list: the higher, the sooner it is an alert.
    hit : array-like of bool
        Whether an alert on this row would be right.
    amount : array-like
        What a right alert gives back, money.
    weeks : float
        How many weeks of all cases the rows are worth: half of the cases of 26 weeks, 13.
    unit : str, default "yuan"
        Of money; translated.

    Raises
    ------
    CRMError
        If a number is missing, lengths differ, or `weeks` is not above 0.
    """
    scores = customer_columns(scores, list(scores))
    hit = zero_or_one(np.asarray(hit), "hit")
    amount = numbers(amount, "amount")
    if not len(scores) == len(hit) == len(amount):
        raise CRMError("scores, hit and amount must have one row for each case.")
    if not weeks > 0:
        raise CRMError("weeks must be above 0.")
    lists = {name: _found(scores[name], hit, amount) for name in scores}
    draw = partial(_draw, lists, float(weeks), unit)
    explore(draw, partial(draw, **_BASE), _controls)


def _found(score, hit, amount):
    """Return hits and money found by the first k alerts, k from 0 on."""
    order = np.argsort(-steady(score.to_numpy()), kind="stable")
    table = pd.DataFrame({"hits": hit, "money": hit * amount}).iloc[order].cumsum()
    return np.vstack([np.zeros(2), table.to_numpy()])


def _controls():
    return {
        "alerts": slider(_("alerts a week"), _BASE["alerts"], 1, _MOST["alerts"]),
        "cost": slider(_("cost of a check"), _BASE["cost"], 5, _MOST["cost"], 5),
    }


def _draw(lists, weeks, unit, alerts, cost):
    """Return net money a week by alerts a week, and what each list does at this number."""
    _fig, ax = plt.subplots(figsize=(7.5, 4.2))
    markers = ["-", "--", ":", "-."]
    said, net = [], {}
    for place, (name, found) in enumerate(lists.items()):
        most = min(len(found) - 1, round(_MOST["alerts"] * weeks))
        number = np.arange(most + 1)
        earned = (found[: most + 1, 1] - cost * number) / weeks
        ax.plot(number / weeks, earned, markers[place % 4], label=_(name))
        here = min(round(alerts * weeks), len(found) - 1)
        hits, money = found[here]
        net[name] = (money - cost * here) / weeks
        said.append(
            fill(
                "{name}: {hits:.1f} hits a week, {net:+,.0f} {unit}; best at {best:.1f} alerts.",
                name=name,
                hits=hits / weeks,
                net=net[name],
                unit=unit,
                best=int(steady(earned).argmax()) / weeks,
            )
        )
    ax.axvline(alerts, color="0.3", lw=1)
    ax.axhline(0, color="0.3", lw=1)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    ax.set_title(
        fill("{alerts} alerts a week, {cost} {unit} a check", alerts=alerts, cost=cost, unit=unit)
    )
    ax.set_xlabel(_("alerts a week"))
    ax.set_ylabel(fill("net, {unit} a week", unit=unit))
    alt = fill("Lines: net money a week against alerts a week, one for each list.")
    return [plots.with_alt(ax, alt), *said]
