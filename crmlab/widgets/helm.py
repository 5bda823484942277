"""A year at the helm by sliders: the settings of simple rules, and the year that they make.

The sliders start where the company did last year. Each move plays the whole year of one company
anew, with the same luck; the best try so far is kept, and written as the file to hand in.
"""

from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from crmlab import plots
from crmlab.company import world
from crmlab.errors import CRMError
from crmlab.game.numbers import CHANNELS, MESSAGES, OFFERS, QUARTERS, STEP
from crmlab.game.policies import last_year, nobody
from crmlab.game.rules import ALL_YEAR, LAST_YEAR, load_policy, rules, write_policy
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, choice, explore, slider

_PLENTY = 1e12  # yuan: a budget that cuts nothing
_MOST_TIMES = 2.5
_FEWER, _MORE = -3, 6  # people
_OFFERS = (mark("nothing"), mark("a voucher"), mark("a care call"), mark("a tasting"))
_MESSAGES = (
    mark("nothing"),
    mark("5 % off"),
    mark("fast delivery"),
    mark("a tasting"),
    mark("an office plan"),
    mark("gift wrap"),
)
_OFFER_TO = {label: f"offer to {label}" for label in world.GROUPS}
_WRITE_TO = {label: f"write to {label}" for label in world.GROUPS}
_WHEN = {
    (1,): mark("in the second quarter"),
    (0, 2): mark("in the first and the third"),
    ALL_YEAR: mark("every quarter"),
}
_BEST, _LAST, _TRY = mark("best try so far"), mark("last year again"), mark("this try")


def year_explorer(game, file=None):
    """Show what simple rules make of a year, against nobody, last year again and the best try.

    Parameters
    ----------
    game : crmlab.game.Game
        The company.
    file : path-like, optional
        Where the best try so far is written as a policy, see `crmlab.game.write_policy`. One
        that is there already is a try too: it is written over only by a better one.
    """
    tries = _Tries(game, file)
    explore(tries.draw, tries.stand_in, tries.controls, about=tries.about())


class _Tries:
    """The tries on one company, and the best of them."""

    def __init__(self, game, file):
        self._game, self._file = game, None if file is None else Path(file)
        self._first = game.year().view
        self._nobody = game.play(nobody)
        self._last = game.play(last_year)
        self._best, self._said = None, None
        if self._file is not None and self._file.exists():
            self._take_up()

    def _take_up(self):
        """Let the file that is there be the first try."""
        try:
            self._best = self._game.play(load_policy(self._file))
        # Whatever a file of the player's own may do; it is not ours to write over.
        except Exception as error:
            raise CRMError(
                "{file} is there already and cannot be played ({kind}: {error}). Mend it, or give "
                "the explorer another file.",
                file=str(self._file),
                kind=type(error).__name__,
                error=str(error),
            ) from error

    def about(self):
        """Return what has to be known before the first move."""
        costs, first = self._first.costs, self._first
        call, voucher = (costs["offers"][name]["contact"] for name in ("care_call", "voucher"))
        return [
            fill(
                "The sliders stand where the company did last year. Each move plays the whole year "
                "anew, on this company and with the same luck."
            ),
            fill(
                "Budget of the year: {budget:,.0f} yuan, for spend, contacts and salaries; what "
                "goes beyond it is cut, and you are told. Spend counts in multiples of what each "
                "company itself spent last year: 1.0 is as much.",
                budget=first.budget_left,
            ),
            fill(
                "People: {people} at the start; {salary:,} yuan each a quarter, {hiring:,} for "
                "each hired. At most {step} come or go in a quarter: {twice} more are there from "
                "the second quarter on.",
                people=first.people,
                salary=costs["salary"],
                hiring=costs["hiring"],
                step=STEP,
                twice=2 * STEP,
            ),
            fill(
                "Offers are to keep who might leave; the label is the company's guess of what a "
                "customer wants. A contact costs {voucher} to {call} yuan, a voucher or a tasting "
                "more when it is redeemed; a care call takes time of the people in service. Who "
                "looks at a price comparison may be about to leave: 0 visits is everybody. With "
                "“call after a bad ticket” a call takes the place of the offer.",
                voucher=voucher,
                call=call,
            ),
            fill(
                "Messages are to bring one more order, and go only to who agreed. What offers and "
                "messages did in other towns, by lot, is in the tables offer_test and message_test "
                "of the view."
            ),
        ]

    # --- controls --------------------------------------------------------------------

    def controls(self):
        """Return the controls, where last year stood."""
        start = self._start()
        made = {
            name: slider(
                fill("{channel}, times last year", channel=name),
                *(start[name], 0.0, _MOST_TIMES, 0.1, ".1f"),
            )
            for name in CHANNELS
        }
        offers, messages = (
            [(_(word), name) for word, name in zip(words, names, strict=True)]
            for words, names in ((_OFFERS, OFFERS), (_MESSAGES, MESSAGES))
        )
        for label, name in _OFFER_TO.items():
            made[name] = choice(fill("offer to {label}", label=label), offers, start[name])
        made["compared"] = slider(
            _("if so many visits to a price comparison"), start["compared"], 0, 3
        )
        made["offer_silent_days"] = slider(
            _("and so many days without an order"), start["offer_silent_days"], 0, 180, 10
        )
        made["apologise"] = buttons(
            _("call after a bad ticket"), [(_("no"), False), (_("yes"), True)]
        )
        for label, name in _WRITE_TO.items():
            made[name] = choice(fill("write to {label}", label=label), messages, start[name])
        made["message_in"] = buttons(_("write"), [(_(word), when) for when, word in _WHEN.items()])
        made["silent_days"] = slider(
            _("after so many days without an order"), start["silent_days"], 0, 180, 10
        )
        made["more_people"] = slider(
            _("people more or fewer than at the start"), start["more_people"], _FEWER, _MORE
        )
        for name in ("apologise", "message_in"):
            made[name].value = start[name]
        return made

    def _start(self):
        """Return the values of the controls that are last year's decisions."""
        usual = LAST_YEAR | {"apologise": False, "silent_days": 0, "more_people": 0}
        values = usual.pop("times") | dict.fromkeys(_OFFER_TO.values(), usual.pop("offer"))
        return values | dict.fromkeys(_WRITE_TO.values(), usual.pop("message")) | usual

    # --- what is shown ---------------------------------------------------------------

    def stand_in(self):
        """Return the figure where nothing moves: last year again."""
        return self.draw(**self._start())

    def draw(self, **values):
        """Play a year with the values of the controls; return what it came to."""
        settings = {"times": {name: values.pop(name) for name in CHANNELS}}
        for part, names in (("offer", _OFFER_TO), ("message", _WRITE_TO)):
            settings[part] = {label: values.pop(name) for label, name in names.items()}
        settings |= values
        wishes = []

        def decide(_quarter, view):
            wishes.append(rules(replace(view, budget_left=_PLENTY), **settings))
            return rules(view, **settings)

        result = self._game.play(decide)
        better = self._best is None or result.profit > self._best.profit
        if better:
            self._best = result
        said = [self._score(result), *self._cut(wishes, result), self._done(result)]
        said.append(self._kept(settings, better))
        return [self._figure(result), *said]

    def _score(self, result):
        return fill(
            "Profit of the year {profit:,.0f} yuan: {gain:+,.0f} over nobody, {more:+,.0f} over "
            "last year again; the best try so far has {best:+,.0f} over nobody.",
            profit=result.profit,
            gain=self._gain(result),
            more=result.profit - self._last.profit,
            best=self._gain(self._best),
        )

    def _gain(self, result):
        return result.profit - self._nobody.profit

    def _cut(self, wishes, result):
        """Say in which quarters the budget did not allow what was set, or that it did."""
        spend = sum(sum(wish["spend"].values()) for wish in wishes)
        contacts = sum(len(wish["offers"]) + len(wish["messages"]) for wish in wishes)
        got_spend = sum(plan.spend.sum() for plan in result.plans) / 100
        got = sum(int((plan.offer > 0).sum() + (plan.message > 0).sum()) for plan in result.plans)
        got_people = [plan.people for plan in result.plans]
        asked = [wish["people"] for wish in wishes]
        said = []
        if round(spend) > round(got_spend) + QUARTERS * len(CHANNELS):
            said.append(
                fill(
                    "The budget cut the spend on channels from {asked:,.0f} to {got:,.0f} yuan.",
                    asked=spend,
                    got=got_spend,
                )
            )
        if contacts > got:
            said.append(
                fill(
                    "The budget cut the contacts from {asked:,} to {got:,}.",
                    asked=contacts,
                    got=got,
                )
            )
        if asked != got_people:
            said.append(fill("The budget did not allow all the people that were asked for."))
        return said

    def _done(self, result):
        offers = sum(int((plan.offer > 0).sum()) for plan in result.plans)
        messages = sum(int((plan.message > 0).sum()) for plan in result.plans)
        left = self._first.budget_left - sum(one.committed for one in result.happened) / 100
        return fill(
            "{offers} offers and {messages} messages; people in service by quarter: {people}; a "
            "ticket waited {waiting:.1f} hours in the worst quarter; {came} newcomers; {left:,.0f} "
            "yuan of the budget were left.",
            offers=offers,
            messages=messages,
            people=", ".join(str(plan.people) for plan in result.plans),
            waiting=max(one.work["waiting_hours"] for one in result.happened),
            came=sum(len(one.joined) for one in result.happened),
            left=left,
        )

    def _kept(self, settings, better):
        """Write the settings if they are the best so far; say what is kept where."""
        flatters = _(
            "What was found by trying on one company fits its luck as well: on others expect less."
        )
        if self._file is None:
            return flatters
        if better:
            write_policy(self._file, **settings)
            kept = fill("This is the best try so far, and is in {file}.", file=str(self._file))
        else:
            kept = fill("{file} keeps the better try from before.", file=str(self._file))
        return kept + " " + flatters

    def _figure(self, result):
        ax = plt.subplots(figsize=(7.5, 4.2))[1]
        quarters = list(result.table.index)
        place = np.arange(len(quarters))
        drawn = [(_LAST, self._last, plots.PALETTE[1], "--")]
        drawn += [(_BEST, self._best, plots.PALETTE[2], ":")]
        drawn += [(_TRY, result, plots.PALETTE[0], "-")]
        for name, year, colour, style in drawn:
            ax.plot(place, self._so_far(year), style, color=colour, marker="o", label=_(name))
        ax.axhline(0, color="0.4", linewidth=1)
        ax.set_xticks(place, quarters)
        ax.set_ylabel(_("profit so far over nobody, thousand yuan"))
        ax.set_title(
            fill(
                "This try: {gain:+,.0f} yuan over nobody, {more:+,.0f} over last year",
                gain=self._gain(result),
                more=result.profit - self._last.profit,
            )
        )
        ax.figure.legend(loc="outside lower center", ncols=3)
        facts = _("; ").join(
            fill("{quarter}: {gain:+,.0f}", quarter=quarter, gain=1000 * gain)
            for quarter, gain in zip(quarters, self._so_far(result), strict=True)
        )
        return plots.with_alt(
            ax, _("Profit so far over nobody, yuan: {facts}.").format(facts=facts)
        )

    def _so_far(self, result):
        """Return the gain over nobody from the first day to the end of each quarter."""
        gain = result.table["profit"] - self._nobody.table["profit"]
        return gain.cumsum().to_numpy() / 1000
