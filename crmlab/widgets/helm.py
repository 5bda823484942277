"""A year at the helm by sliders: the settings of simple rules, and the year that they make.

Each move plays the whole year of one company anew, with the same luck, and writes the settings
as the file that a player hands in.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.game.numbers import CHANNELS
from crmlab.game.policies import last_year, nobody
from crmlab.game.rules import rules, write_policy
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, explore, slider

_MOST_PEOPLE = 12
_OFFERS = {
    "none": mark("nothing"),
    "voucher": mark("a voucher"),
    "tasting": mark("a tasting"),
    "care_call": mark("a call"),
    "fitted": mark("what fits the label"),
}
_MESSAGES = {
    "none": mark("nothing"),
    "five_percent": mark("5 % off"),
    "fitted": mark("what fits the label"),
}
_START = {
    "offer": "fitted",
    "compared": 1,
    "apologise": False,
    "message": "fitted",
    "silent_days": 60,
}
_NAMES = (mark("nobody"), mark("last year again"), mark("yours"))


def year_explorer(game, file=None):
    """Show what simple rules make of a year, beside nobody and last year again.

    Parameters
    ----------
    game : crmlab.game.Game
        The company.
    file : path-like, optional
        Where each move writes the settings as a policy, see `crmlab.game.write_policy`.
    """
    first = game.year().view
    rows = first.channels[first.channels["quarter"] == "last year"]
    usual = dict(zip(rows["channel"], rows["spend"], strict=True))
    base = [game.play(policy) for policy in (nobody, last_year)]
    start = {**dict.fromkeys(CHANNELS, 1.0), **_START, "people": min(first.people, _MOST_PEOPLE)}
    draw = partial(_draw, game, file, usual, base)
    explore(draw, partial(draw, **start), partial(_controls, start))


def _controls(start):
    spend = {
        name: slider(
            fill("{channel}, times last year", channel=name), start[name], 0.0, 2.5, 0.1, ".1f"
        )
        for name in CHANNELS
    }
    choices = {
        "offer": buttons(_("offer to stay"), _words(_OFFERS)),
        "apologise": buttons(_("call after a bad ticket"), [(_("no"), False), (_("yes"), True)]),
        "message": buttons(_("write"), _words(_MESSAGES)),
    }
    for name, control in choices.items():
        control.value = start[name]
    rest = {
        "compared": slider(_("from visits to a comparison"), start["compared"], 0, 3),
        "silent_days": slider(_("from days of silence"), start["silent_days"], 0, 180, 10),
        "people": slider(_("people in service"), start["people"], 1, _MOST_PEOPLE),
    }
    order = ("offer", "compared", "apologise", "message", "silent_days", "people")
    return spend | {name: (choices | rest)[name] for name in order}


def _words(names):
    return [(_(word), name) for name, word in names.items()]


def _draw(
    game, file, usual, base, *, offer, compared, apologise, message, silent_days, people, **times
):
    settings = {
        "spend": {name: float(round(usual[name] * times[name])) for name in CHANNELS},
        "offer": offer,
        "compared": compared,
        "apologise": apologise,
        "message": message,
        "silent_days": silent_days,
        "people": people,
    }
    result = game.play(lambda _quarter, view: rules(view, **settings))
    gain, last = (one.profit - base[0].profit for one in (result, base[1]))
    said = [
        fill(
            "Profit of the year {profit:,.0f} yuan: {gain:+,.0f} over nobody, where last year "
            "again has {last:+,.0f}.",
            profit=result.profit,
            gain=gain,
            last=last,
        ),
        _what_was_done(result),
    ]
    if file is not None:
        said.append(fill("Written to {file}.", file=str(write_policy(file, **settings))))
    return [_figure([*base, result], gain), *said]


def _figure(results, gain):
    ax = plt.subplots(figsize=(7.5, 4.2))[1]
    quarters = list(results[0].table.index)
    place, width = np.arange(len(quarters)), 0.27
    for number, (name, result) in enumerate(zip(_NAMES, results, strict=True)):
        heights = result.table["profit"] / 1000
        ax.bar(
            place + (number - 1) * width, heights, width, label=_(name), color=plots.PALETTE[number]
        )
    ax.set_xticks(place, quarters)
    ax.set_ylabel(_("profit of the quarter, thousand yuan"))
    ax.set_title(fill("Your year: {gain:+,.0f} yuan over nobody", gain=gain))
    ax.figure.legend(loc="outside lower center", ncols=3)
    facts = _("; ").join(
        f"{quarter}: {profit:,.0f}" for quarter, profit in results[-1].table["profit"].items()
    )
    plots.with_alt(ax, _("{facts}.").format(facts=facts))
    return ax


def _what_was_done(result):
    offers = sum(int((plan.offer > 0).sum()) for plan in result.plans)
    messages = sum(int((plan.message > 0).sum()) for plan in result.plans)
    return fill(
        "{offers} offers and {messages} messages; a ticket waited {waiting:.1f} hours in the "
        "worst quarter; {came} newcomers.",
        offers=offers,
        messages=messages,
        waiting=max(one.work["waiting_hours"] for one in result.happened),
        came=sum(len(one.joined) for one in result.happened),
    )
