"""Checks of the exercise of chapter 12b, a year at the helm."""

from functools import cached_property
from itertools import combinations
from math import comb
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.arguments import steady
from crmlab.company import world
from crmlab.game import Game, numbers
from crmlab.language import mark
from crmlab.workbook.answers import Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

PARTS = ("spend", "offers", "people")
_LABELS = tuple(world.GROUPS)
_COMPANIES = 20
_OFFERED = ("voucher", "care_call", "tasting")
_DAYS = (230, 139)  # from the middle of the second or third quarter to the end of the year
_WORTH_DAYS = 320  # in which a newcomer brings what `terms` says, on average
_POWER = 1.96 + 0.84

# Headings of the lesson to read again.
_CHANNELS = mark("Channels: go on while the next step pays")
_OFFERS = mark("Offers: whom they keep, and whom they drive away")
_PEOPLE = mark("People: keep away from the edge")
_LUCK = mark("What luck does")
_ENOUGH = mark("How many companies would tell?")
_LOST = mark("The post-mortem")


class Case(BaseCase):
    """The data of one participant, for chapter 12b: a company of the game, and years of others.

    Attributes
    ----------
    spend_test : pandas.DataFrame
        As in a view of the game.
    channels : pandas.DataFrame
        Index channel, of last year: ``spend`` (yuan a quarter), ``new_customers`` by last contact.
    terms : pandas.Series
        ``worth`` (yuan of margin that a newcomer brings in 320 days), ``days`` (that a newcomer
        of the quarter to be decided has until the end of the year).
    desk : pandas.Series
        ``ticket_hours`` (expected), ``calls`` (planned), ``people_before``, ``people``.
    offer : str
        That was tried by lot.
    trial : pandas.DataFrame
        Customers of other towns who drew this offer or none: ``label``, ``compared``, ``offer``,
        ``orders_after``, ``ordered_late``, ``margin_after``.
    scores : pandas.DataFrame
        Profit of a year, yuan: a row for each company, a column for each policy.
    mixed : pandas.DataFrame
        Profit of a year, yuan, for each way to replace parts of the decisions by the best's.
    """

    size = 50  # of the company of other exercises, which is not used here

    @cached_property
    def _first_day(self):
        """The view of the first company whose traps are clear, and what is drawn beside it."""
        for attempt in range(20):
            view = Game(1_000 * self.seed + attempt).year().view
            rng = np.random.default_rng([self.seed, attempt, 1202])
            days, offer = _DAYS[rng.integers(len(_DAYS))], _OFFERED[rng.integers(len(_OFFERED))]
            if _is_clear(view, days, offer):
                break
        return view, days, offer

    @handed_out
    def spend_test(self):
        return self._first_day[0].spend_test.astype({"channel": "str"})

    @handed_out
    def channels(self):
        table = self._first_day[0].channels.astype({"channel": "str"}).set_index("channel")
        return table[["spend", "new_customers"]]

    @handed_out
    def terms(self):
        view, days, _offer = self._first_day
        return pd.Series({"worth": _worth(view), "days": float(days)})

    @handed_out
    def desk(self):
        view, *_drawn = self._first_day
        rng = np.random.default_rng([self.seed, 1203])
        past = view.service.iloc[-1]
        hours = float(past["hours"] - numbers.CALL_HOURS * past["calls"])
        hired = int(rng.integers(1, numbers.STEP + 1))
        return pd.Series(
            {
                "ticket_hours": round(hours, 1),
                "calls": float(rng.integers(80, 320)),
                "people_before": float(view.people),
                "people": float(view.people + hired),
            }
        )

    @handed_out
    def offer(self):
        return self._first_day[2]

    @handed_out
    def trial(self):
        return _trial(self._first_day[0], self._first_day[2])

    @handed_out
    def scores(self):
        return _scores(np.random.default_rng([self.seed, 1204]))

    @handed_out
    def mixed(self):
        for attempt in range(200):
            drawn = _mixed(np.random.default_rng([self.seed, attempt, 1205]))
            if _mixed_are_clear(drawn):
                break
        return drawn

    @cached_property
    def facts(self):
        return facts(
            numbers.CHANNELS,
            {
                mark("they are paid by the click or by the view"): ["search ad", "display ad"],
                mark("their doubling brought fewer newcomers than the usual spend"): [
                    channel
                    for channel, came in _came(self.spend_test).iterrows()
                    if came[2.0] < came[1.0]
                ],
            },
        )


def _worth(view):
    """Return what somebody who joined about a year ago has brought, in whole yuan."""
    age = (view.first_day - view.customers["joined"]).dt.days
    return float(np.round(view.customers.loc[age.between(275, 365), "margin"].mean()))


def _trial(view, offer):
    table = view.offer_test.astype({"label": "str", "offer": "str"})
    columns = ["label", "compared", "offer", "orders_after", "ordered_late", "margin_after"]
    return table.loc[table["offer"].isin([offer, "none"]), columns]


def _came(test):
    """Return newcomers a quarter: a row for each channel, a column for each multiple."""
    came = test.assign(came=test["new_customers"] / test["quarters"])
    return came.pivot(index="channel", columns="spend_multiple", values="came")


def _is_clear(view, days, offer):
    """Return whether each slip leads to other spends, and one of four changes is the lowest."""
    test = view.spend_test.astype({"channel": "str"})
    terms = {"worth": _worth(view), "days": float(days)}
    net = np.sort(_nets(test, terms["worth"] * days / _WORTH_DAYS).to_numpy(), axis=1)
    case = SimpleNamespace(spend_test=test, terms=terms)
    spends = [Spend().solve(case, **switches) for switches in _ways_to_spend()]
    change = np.sort(_changes(_trial(view, offer), offer)["change"])
    return bool(
        (net[:, -1] - net[:, -2]).min() > 1.0
        and not any(other.equals(spends[0]) for other in spends[1:])
        and change[1] - change[0] > 0.002
    )


def _ways_to_spend():
    return [{}, *(slip.switches for slip in Spend.slips.values())]


def _nets(test, worth):
    """Return what each spend that was tried brings after its cost, yuan a quarter."""
    came, spend = _came(test), test.pivot(index="channel", columns="spend_multiple", values="spend")
    return came.sub(came[0.0], axis=0) * worth - spend


def _changes(trial, offer, *, among="calm", outcome="late", against="none"):
    """Return per label the change of the share that stays, and the variance of each arm's mean."""
    table = trial
    if among != "all":
        table = trial[(trial["compared"] == 0) == (among == "calm")]
    kept = {
        "late": table["ordered_late"],
        "any": table["orders_after"] > 0,
        "orders": table["orders_after"],
        "margin": table["margin_after"],
    }[outcome].astype(float)
    by = kept.groupby([table["label"], table["offer"]])
    mean, variance = by.mean().unstack(), (by.var() / by.size()).unstack()
    control = mean["none"]
    if against == "all":
        control = kept.groupby(table["label"]).mean()
    return pd.DataFrame(
        {
            "change": mean[offer] - (0.0 if against == "nothing" else control),
            "control": control,
            "offered": variance[offer],
            "none": variance["none"],
            "rows_offered": by.size().unstack()[offer],
            "rows_none": by.size().unstack()["none"],
        }
    )


def _scores(rng):
    """Draw a tournament: how companies differ, and what each policy makes of one.

    The lead over last year is clear of 0, that over the rival open: means are as many standard
    errors from 0 as is drawn here, and companies would not be a whole number by a hair.
    """
    root, open_by = np.sqrt(_COMPANIES), 0.0
    while not 0.1 < (_POWER * root / max(open_by, 1e-3)) ** 2 % 1 < 0.9:
        open_by = rng.uniform(0.95, 1.95)
    level = rng.normal(2_000_000, 260_000, _COMPANIES)
    last = level + rng.normal(80_000, 60_000, _COMPANIES)
    ours = last + _with_mean(rng, rng.uniform(3.2, 5.5), rng.uniform(75_000, 120_000))
    rival = ours - _with_mean(rng, open_by, rng.uniform(60_000, 85_000))
    table = pd.DataFrame({"nobody": level, "last year": last, "rival": rival, "ours": ours})
    table.index = pd.RangeIndex(1, _COMPANIES + 1, name="company")
    return table.round()


def _with_mean(rng, errors, deviation):
    """Draw differences whose mean is so many of its standard errors from 0."""
    drawn = rng.normal(size=_COMPANIES)
    drawn = (drawn - drawn.mean()) / drawn.std(ddof=1)
    return deviation * (drawn + errors / np.sqrt(_COMPANIES))


def _mixed(rng):
    """Draw the eight years in which some parts are the best's: parts help one another."""
    alone = np.round(rng.uniform([25_000, 30_000, 8_000], [70_000, 80_000, 40_000]))
    pairs = dict(zip(combinations(range(3), 2), rng.uniform(-12_000, 30_000, 3), strict=True))
    together = rng.choice([-1, 1]) * rng.uniform(12_000, 25_000)
    own = rng.uniform(1_700_000, 2_300_000)
    rows = []
    for size in range(4):
        for taken in combinations(range(3), size):
            gain = sum(alone[list(taken)]) + sum(pairs[pair] for pair in combinations(taken, 2))
            gain += together if size == 3 else 0.0
            rows.append([*(part in taken for part in range(3)), round(own + gain)])
    return pd.DataFrame(rows, columns=[*PARTS, "profit"])


def _mixed_are_clear(table):
    """Return whether each way to share the loss leads to another one."""
    ways = [_shared(table, way) for way in ("mean", "alone", "last", "in order")]
    ways.append(_shared(table, weights="plain"))
    found = np.array([[way[name] for name in PARTS] for way in ways])
    return bool(np.abs(found[0] - found[1:]).max(axis=1).min() > 2_000 and found.min() > 1_000)


def _shared(table, way="mean", weights="orders"):
    """Return what each part lost, by one way to share."""
    worth = {
        frozenset(name for name in PARTS if row[name]): row["profit"]
        for row in table.to_dict("records")
    }
    found = {}
    for place, name in enumerate(PARTS):
        others = [other for other in PARTS if other != name]
        gains, sizes = [], []
        for size in range(3):
            for before in combinations(others, size):
                gains.append(worth[frozenset([*before, name])] - worth[frozenset(before)])
                sizes.append(size)
        share = np.array([1 / (3 * comb(2, size)) for size in sizes])
        found[name] = {
            "mean": np.average(gains, weights=share if weights == "orders" else None),
            "alone": gains[0],
            "last": gains[-1],
            "first and last": (gains[0] + gains[-1]) / 2,
            "in order": worth[frozenset(PARTS[: place + 1])] - worth[frozenset(PARTS[:place])],
            "backwards": worth[frozenset(PARTS[place:])] - worth[frozenset(PARTS[place + 1 :])],
        }[way]
    return found


class Brings(Task):
    """What a yuan of the last step brings, per channel."""

    answer, section = PerCustomer(("brings",), key="channel"), _CHANNELS
    praise = "Right: the step counts, not the average, and not the last contact."
    hints = (
        "How many more newcomers a quarter came with twice the usual spend than with the usual?",
        "Divide by `quarters` first; then the difference of two rows, times worth.",
        "Both differences, of newcomers and of spend, are between the multiples 1 and 2.",
    )
    slips = {
        "average": Slip(
            "That is what a yuan brings on average from 0 on; the step from 1 to 2 is asked.",
            step="from 0",
        ),
        "all_newcomers": Slip(
            "You took all newcomers of the towns; without the channel some come, too.",
            step="all",
        ),
        "usual": Slip("That is the step from ½ to 1 times the usual spend.", step="usual"),
        "average_usual": Slip(
            "That is the average yuan of the usual spend, from 0 on; the step above it is asked.",
            step="to usual",
        ),
        "whole_spend": Slip(
            "You divided by the whole spend; the step costs only what is added.", over="whole"
        ),
        "ten_quarters": Slip(
            "You took the newcomers of all quarters of the test; the spend is that of one.",
            quarters="all",
        ),
        "quarters_of_spend": Slip(
            "You took the spend of all quarters of the test, and the newcomers of one.",
            quarters="spend",
        ),
        "no_worth": Slip("Those are newcomers a yuan, not yuan.", worth="none"),
        "days_left": Slip(
            "You cut the worth to the days that are left; here it is that of 320 days.",
            worth="left",
        ),
        "less_the_yuan": Slip(
            "You took off the yuan itself; asked is what it brings, before its cost.",
            unit="less 1",
        ),
        "whole_step": Slip(
            "That is what the whole step brings; divide by what the step costs.", unit="step"
        ),
        "after_cost": Slip(
            "That is what the whole step leaves after its cost; asked is what one of its yuan "
            "brings.",
            unit="net",
        ),
        "last_contact": Slip(
            "You took newcomers by their last contact: that is credit, not cause.", step="last"
        ),
    }

    def facts(self, case):
        return case.facts

    def solve(
        self, case, *, step="next", over="step", quarters="each", worth="margin", unit="a yuan"
    ):
        test, terms = case.spend_test, case.terms
        came = _came(test) * (test["quarters"].iloc[0] if quarters == "all" else 1)
        spend = test.pivot(index="channel", columns="spend_multiple", values="spend")
        low, high = {"next": (1.0, 2.0), "usual": (0.5, 1.0), "to usual": (0.0, 1.0)}.get(
            step, (0.0, 2.0)
        )
        more, cost = came[high] - came[low], spend[high] - spend[low]
        if step == "all":
            more, cost = came[2.0], spend[2.0]
        if step == "last":
            more = case.channels["new_customers"].reindex(came.index)
            cost = case.channels["spend"].reindex(came.index)
        if over == "whole":
            cost = spend[high] if step != "last" else cost
        if quarters == "spend":
            cost = cost * test["quarters"].iloc[0]
        gain = (
            more
            * {
                "margin": terms["worth"],
                "none": 1.0,
                "left": terms["worth"] * terms["days"] / _WORTH_DAYS,
            }[worth]
        )
        found = {
            "a yuan": gain / cost,
            "less 1": gain / cost - 1.0,
            "step": gain,
            "net": gain - cost,
        }[unit]
        return found.reindex(list(numbers.CHANNELS)).rename("brings")


class Spend(Task):
    """The spend of each channel that brings most after its cost."""

    answer, section = PerCustomer(("spend",), tolerance=0.01, key="channel"), _CHANNELS
    praise = "Right: the money goes where it still brings more than itself, before December."
    hints = (
        "What does a newcomer of this quarter still bring until the end of the year?",
        "For each spend that was tried: newcomers above those at 0, times that worth, less the "
        "spend.",
        "Take the spend with the largest of these four for each channel; worth × days ÷ 320.",
    )
    slips = {
        "whole_worth": Slip(
            "You took what a newcomer brings in 320 days; until the end of the year there are "
            "fewer.",
            days="320",
        ),
        "most_newcomers": Slip(
            "You took the spend with most newcomers; it has to bring more than it costs.",
            choose="newcomers",
        ),
        "average_pays": Slip(
            "You took the highest spend that pays on average; the last step need not pay.",
            choose="average",
        ),
        "best_ratio": Slip(
            "You took the spend with most yuan a yuan: that stops too early.", choose="ratio"
        ),
        "without_zero": Slip("You left out 0: a channel may not pay at all.", choose="not 0"),
        "ten_quarters": Slip(
            "You took the newcomers of all quarters of the test; the spend is that of one.",
            quarters="all",
        ),
        "multiples": Slip("Those are multiples of the usual spend; yuan are asked.", unit="times"),
        "worst": Slip("You took the spend that brings least.", choose="least"),
        "usual": Slip("That is the usual spend, whatever its last step brings.", choose="usual"),
        "doubled": Slip("You doubled each channel, whatever that brings.", choose="doubled"),
        "nothing": Slip("You spend nothing at all; some steps do pay.", choose="nothing"),
        "after_cost": Slip(
            "That is what the best spend leaves after its cost; the spend is asked.", unit="net"
        ),
        "days_twice": Slip(
            "You took 45 days off; `days` counts from the middle of the quarter already.",
            days="less 45",
        ),
    }

    def facts(self, case):
        return case.facts

    def solve(self, case, *, days="left", choose="net", quarters="each", unit="yuan"):
        test, terms = case.spend_test, case.terms
        counted = {"left": terms["days"], "320": _WORTH_DAYS, "less 45": terms["days"] - 45}
        share = counted[days] / _WORTH_DAYS
        times = test["quarters"].iloc[0] if quarters == "all" else 1
        came = _came(test) * times
        spend = test.pivot(index="channel", columns="spend_multiple", values="spend")
        added = came.sub(came[0.0], axis=0) * terms["worth"] * share
        net = added - spend
        score = {
            "net": net,
            "least": -net,
            "newcomers": came,
            # At 0 nothing is spent, and nothing lost.
            "average": spend.where(net >= 0, -1.0),
            "ratio": (added / spend.where(spend > 0)).fillna(0.0),
            "not 0": net.drop(columns=0.0),
            "usual": net[[1.0]],
            "doubled": net[[2.0]],
            "nothing": net[[0.0]],
        }[choose]
        best = score.columns.to_numpy()[steady(score.to_numpy()).argmax(axis=1)]
        best = pd.Series(best, score.index)
        if unit == "net":
            best = pd.Series([net.loc[name, one] for name, one in best.items()], best.index)
        if unit == "yuan":
            best = pd.Series([spend.loc[name, one] for name, one in best.items()], best.index)
        return best.reindex(list(numbers.CHANNELS)).rename("spend")


class Load(Task):
    """The load of the desk, with the calls that are planned."""

    answer, section = Number(relative=1e-4), _PEOPLE
    praise = "Right: calls are work, and who is new does not work like the others yet."
    hints = (
        "Two kinds of work, and two kinds of people.",
        "A call takes 0.7 hours; somebody who is new counts 0.6 in the first quarter.",
        "All hours of work, over 200 hours of each full person; the new ones are `people` less "
        "`people_before`.",
    )
    slips = {
        "no_calls": Slip("You left out the calls; they take time, too.", calls="none"),
        "call_an_hour": Slip("You took an hour for a call; it is 0.7.", calls="hour"),
        "new_full": Slip("You counted who is new like the others; they do 0.6 of it.", new=1.0),
        "new_none": Slip("You left out who is new; they do 0.6 of it.", new=0.0),
        "all_new": Slip("You counted everybody as new.", new="all"),
        "new_twice": Slip(
            "You counted who is new once in full and once for 0.6: `people` holds them already.",
            new=1.0 + numbers.NEW_PERSON,
        ),
        "new_less": Slip(
            "You took 0.6 off for who is new; they do 0.6.", new=1 - numbers.NEW_PERSON
        ),
        "calls_divided": Slip(
            "You divided the calls by 0.7; each takes 0.7 hours.", calls="divided"
        ),
        "hours_only": Slip("Those are hours of work; divide by those that people have.", over="1"),
        "people_only": Slip("Those are hours a person; a person has 200.", over="people"),
        "tickets_as_hours": Slip(
            "You multiplied the hours by 2.5; they are hours already.", calls="times"
        ),
        "room": Slip("That is the room that is left, in hours.", over="room"),
    }

    def solve(self, case, *, calls="right", new=numbers.NEW_PERSON, over="hours"):
        hours, planned, before, people = case.desk
        work = {
            "right": hours + numbers.CALL_HOURS * planned,
            "none": hours,
            "hour": hours + planned,
            "divided": hours + planned / numbers.CALL_HOURS,
            "times": numbers.TICKET_HOURS * hours + numbers.CALL_HOURS * planned,
        }[calls]
        full = numbers.NEW_PERSON * people if new == "all" else before + new * (people - before)
        has = numbers.PERSON_HOURS * full
        return float(
            {"hours": work / has, "1": work, "people": work / full, "room": has - work}[over]
        )


class Change(Task):
    """By how much an offer changes the share that stays, per label."""

    answer, section = PerCustomer(("change",), key="label"), _OFFERS
    praise = "Right: against those who drew nothing, among those who showed nothing."
    hints = (
        "Whom do you compare with whom? Lots were drawn.",
        "Only rows without a visit through a comparison; then the mean of `ordered_late` for each "
        "label and offer.",
        "The share of those offered less the share of `none`, of the same label.",
    )
    slips = {
        "everybody": Slip(
            "You took everybody; asked is about those without a visit to a comparison.",
            among="all",
        ),
        "who_shows": Slip("You took those who did compare.", among="shows"),
        "at_all": Slip(
            "You counted who ordered at all after it; staying shows in the second quarter.",
            outcome="any",
        ),
        "orders": Slip(
            "Those are numbers of orders; the share that still orders is asked.", outcome="orders"
        ),
        "money": Slip(
            "Those are yuan of margin; the share that still orders is asked.", outcome="margin"
        ),
        "share_offered": Slip(
            "That is the share that stays; without the offer many stay, too.", against="nothing"
        ),
        "against_all": Slip(
            "You compared with the mean of all; the others are in it. Compare with `none`.",
            against="all",
        ),
        "relative": Slip(
            "That is relative to the share of `none`; a difference of shares is asked.",
            unit="relative",
        ),
        "ratio": Slip(
            "That is one share over the other; a difference of shares is asked.", unit="ratio"
        ),
    }

    def facts(self, case):
        return facts(_LABELS, {})

    def solve(self, case, *, unit="share", **switches):
        found = _changes(case.trial, case.offer, **switches)
        if unit != "share":
            without = found["control"]
            found["change"] = found["change"] / without + (1.0 if unit == "ratio" else 0.0)
        return found["change"].reindex(list(_LABELS)).rename("change")


class WorstHigh(Task):
    """The upper end of the interval of the lowest of four changes."""

    answer, section = Number(relative=1e-4), _OFFERS
    praise = "Right: the worst of four is looked for, so its interval has to hold for four."
    hints = (
        "Four differences are looked at, and the lowest is picked. Which interval holds then?",
        "The variances of the two means add up; `isf(0.025 / 4)` in place of 1.96.",
        "The lowest change plus that many standard errors, of this label.",
    )
    slips = {
        "one_look": Slip(
            "That is the interval of one look; of four the lowest was picked.", looks=1
        ),
        "one_look_rounded": Slip(
            "You took 1.96: that is the interval of one look, and of four the lowest was picked.",
            looks="1.96",
        ),
        "twelve_looks": Slip(
            "You counted twelve looks; here is one offer, and four labels.", looks=12
        ),
        "one_tail": Slip(
            "You left 5 % above it; an interval leaves 2.5 % on each side.", looks="one tail"
        ),
        "lower_end": Slip("That is the lower end.", end=-1.0),
        "half": Slip("That is half of the interval; its upper end is asked.", end="half"),
        "point": Slip("That is the change itself.", end=0.0),
        "one_arm": Slip(
            "You took the error of those offered only; those without vary, too.", arms="offered"
        ),
        "errors_added": Slip("You added standard errors; variances add up.", arms="added"),
        "by_rows": Slip(
            "You divided by n in the variance, as p (1 − p) does; `var()` divides by n − 1.",
            arms="by rows",
        ),
        "pooled": Slip(
            "You pooled the two arms, as if the offer did nothing; each has its own variance.",
            arms="pooled",
        ),
        "no_root": Slip("You took the variance for the error; take its root.", arms="no root"),
        "deviation": Slip(
            "You took the standard deviation of customers; divide each variance by its rows.",
            arms="deviation",
        ),
        "everybody": Slip(
            "You took everybody; asked is about those without a visit to a comparison.",
            among="all",
        ),
        "who_shows": Slip("You took those who did compare.", among="shows"),
        "highest": Slip("That is the label with the highest change.", which="highest"),
        "at_all": Slip(
            "You counted who ordered at all after it; staying shows in the second quarter.",
            outcome="any",
        ),
    }

    def solve(self, case, *, looks=4, end=1.0, arms="both", which="lowest", **switches):
        table = _changes(case.trial, case.offer, **switches).reindex(list(_LABELS))
        score = steady(table["change"].to_numpy())
        row = table.iloc[score.argmin() if which == "lowest" else score.argmax()]
        z = {"one tail": stats.norm.isf(0.05 / 4), "1.96": 1.96}.get(looks)
        z = stats.norm.isf(0.025 / looks) if z is None else z
        error = _error(row, arms)
        if end == "half":
            return float(z * error)
        return float(row["change"] + end * z * error)


def _error(row, arms):
    """Return the standard error of a change, by one way to put two arms together."""
    offered, none, n, m = row[["offered", "none", "rows_offered", "rows_none"]]
    share = (n * (row["change"] + row["control"]) + m * row["control"]) / (n + m)
    return {
        "both": np.sqrt(offered + none),
        "offered": np.sqrt(offered),
        "added": np.sqrt(offered) + np.sqrt(none),
        "by rows": np.sqrt(offered * (n - 1) / n + none * (m - 1) / m),
        "pooled": np.sqrt(max(share * (1 - share), 0.0) * (1 / n + 1 / m)),
        "no root": offered + none,
        "deviation": np.sqrt(offered * n + none * m),
    }[arms]


class LeadLow(Task):
    """The lower end of the interval of a lead over last year."""

    answer, section = Number(tolerance=0.5, relative=1e-6), _LUCK
    praise = "Right: company by company, and with Student's t."
    hints = (
        "Both policies met the same companies. What can you subtract?",
        "The interval of a mean of differences: their standard error, and t with one degree of "
        "freedom fewer than companies.",
        "Mean of the differences less `stats.t.ppf(0.975, …)` times `sem()`.",
    )
    slips = {
        "not_paired": Slip(
            "You took the two columns as if they were different companies; take differences.",
            pairs=False,
        ),
        "two_samples": Slip(
            "That is the interval of two samples, with t of 38; the companies are the same: take "
            "differences.",
            pairs="two samples",
        ),
        "welch": Slip(
            "That is Welch's interval of two samples; the companies are the same: take "
            "differences.",
            pairs="welch",
        ),
        "ends_apart": Slip(
            "You subtracted the ends of two intervals; take the interval of the differences.",
            end="apart",
        ),
        "lower_ends": Slip(
            "You subtracted two lower ends; take the interval of the differences.", end="lower"
        ),
        "quantile": Slip(
            "That is a quantile of the companies; how sure the mean is, is asked.", end="quantile"
        ),
        "degrees": Slip(
            "You took t with as many degrees of freedom as companies; it is one fewer.",
            factor="degrees",
        ),
        "normal": Slip("You took 1.96; with twenty companies it is Student's t.", factor="normal"),
        "one_tail": Slip(
            "You left 5 % below it; an interval leaves 2.5 % on each side.", factor="one tail"
        ),
        "deviation": Slip(
            "You took the standard deviation; that is how companies differ, not how sure the mean "
            "is.",
            spread="deviation",
        ),
        "over_n": Slip(
            "You divided by n − 1 companies twice, or by n in the deviation: `sem()` is right.",
            spread="population",
        ),
        "over_companies": Slip("You divided by n; the standard error has its root.", spread="n"),
        "upper_end": Slip("That is the upper end.", end=1.0),
        "half": Slip("That is half of the interval.", end="half"),
        "point": Slip("That is the mean lead.", end=0.0),
        "over_nobody": Slip("That is the lead over nobody.", against="nobody"),
        "over_rival": Slip("That is the lead over the rival.", against="rival"),
        "own_profit": Slip(
            "That is the interval of our own profit, not of a lead.", against="nothing"
        ),
        "worst_company": Slip(
            "That is the worst company; the mean's interval is asked.", end="worst"
        ),
    }

    def solve(self, case, *, pairs=True, factor="t", spread="sem", end=-1.0, against="last year"):
        table = case.scores
        ours, n = table["ours"], len(table)
        other = 0.0 * ours if against == "nothing" else table[against]
        lead = ours - other
        deviation = lead.std(ddof=0 if spread == "population" else 1)
        degrees = n if factor == "degrees" else n - 1
        if pairs is not True:
            if pairs == "two samples":
                degrees = 2 * n - 2
            if pairs == "welch":
                one, two = ours.var(), other.var()
                degrees = (n - 1) * (one + two) ** 2 / (one**2 + two**2)
            parts = [one.std(ddof=0 if spread == "population" else 1) for one in (ours, other)]
            deviation = np.hypot(*parts)
        error = deviation / {"deviation": 1.0, "n": n}.get(spread, np.sqrt(n))
        times = {
            "t": stats.t.ppf(0.975, degrees),
            "degrees": stats.t.ppf(0.975, degrees),
            "normal": 1.96,
            "one tail": stats.t.ppf(0.95, degrees),
        }[factor]
        if end in ("apart", "lower"):
            of_other = other.sem() if end == "apart" else -other.sem()
            return float(lead.mean() - times * (ours.sem() + of_other))
        if end == "quantile":
            return float(lead.quantile(0.025))
        if end == "worst":
            return float(lead.min())
        if end == "half":
            return float(times * error)
        return float(lead.mean() + end * times * error)


class Companies(Task):
    """How many companies tell two policies apart."""

    answer, section = Number(), _ENOUGH
    praise = "Right: so many companies, if the true lead is as large as it looks."
    hints = (
        "Which differences, and what is their standard deviation?",
        "1.96 for the interval, and 0.84 so that it is found in four of five tournaments.",
        "The square of 2.8 × s ÷ d, rounded up: companies come whole.",
    )
    slips = {
        "no_power": Slip("You left out 0.84: then one tournament in two would miss it.", z=1.96),
        "ninety": Slip(
            "You planned for nine of ten tournaments; four of five are asked.", z=1.96 + 1.2816
        ),
        "two_groups": Slip(
            "That is the rule of 16, for each of two groups; here each company is a pair.", z=4.0
        ),
        "twice": Slip(
            "That is the size of each of two groups; here each company is a pair.",
            z=_POWER * np.sqrt(2),
        ),
        "one_tail": Slip(
            "You left 5 % above it; an interval leaves 2.5 % on each side: 1.96.", z=1.645 + 0.84
        ),
        "student": Slip("You took Student's t for 1.96.", z=stats.t.ppf(0.975, 19) + 0.84),
        "by_rows": Slip(
            "You divided by n in the standard deviation; `std()` divides by n − 1.",
            spread="population",
        ),
        "not_whole": Slip("Companies come whole: round up.", whole="no"),
        "not_paired": Slip(
            "You took the standard deviations of the two policies; that of the "
            "differences is asked.",
            spread="both",
        ),
        "one_policy": Slip(
            "You took the standard deviation of our profit; that of the differences is asked.",
            spread="ours",
        ),
        "standard_error": Slip(
            "You took the standard error for the standard deviation.", spread="error"
        ),
        "not_squared": Slip("You did not square.", power=1),
        "rounded_down": Slip("Round up: with fewer it is not enough.", whole="down"),
        "over_last_year": Slip(
            "That is for our lead over last year; over the rival is asked.", against="last year"
        ),
        "lower_end": Slip("You planned for the lower end of a lead.", lead="low"),
    }

    def solve(
        self, case, *, z=_POWER, spread="lead", power=2, whole="up", against="rival", lead="mean"
    ):
        table = case.scores
        ahead = table["ours"] - table[against]
        deviation = {
            "lead": ahead.std(),
            "both": np.hypot(table["ours"].std(), table[against].std()),
            "ours": table["ours"].std(),
            "error": ahead.sem(),
            "population": ahead.std(ddof=0),
        }[spread]
        size = ahead.mean()
        if lead == "low":
            size = size - stats.t.ppf(0.975, len(ahead) - 1) * ahead.sem()
        number = steady([(z * deviation / abs(size)) ** power])[0]
        if whole == "no":
            return float(number)
        return int(np.ceil(number) if whole == "up" else np.floor(number))


class Shares(Task):
    """What each part of the decisions lost, shared out over all orders."""

    answer, section = PerCustomer(("shares",), tolerance=0.5, key="part"), _LOST
    praise = "Right: each part is replaced in every order, and the shares add up to the whole."
    hints = (
        "In how many orders can three parts be replaced, and what does a part add in each?",
        "First of three, second after one or the other, last: with weights 1/3, 1/6, 1/6, 1/3.",
        "Write the six orders down; in each, profit with the part less profit before it. Then the "
        "mean.",
    )
    slips = {
        "alone": Slip(
            "You replaced each part alone; what it adds after others counts, too.", way="alone"
        ),
        "last": Slip("You replaced each part last only.", way="last"),
        "first_and_last": Slip(
            "You took the mean of first and last; being second counts, too.", way="first and last"
        ),
        "backwards": Slip("You took one order: people, offers, spend.", way="backwards"),
        "sums": Slip("You added up the six orders; their mean is asked.", unit="six orders"),
        "in_order": Slip("You took one order: spend, offers, people.", way="in order"),
        "equal_weights": Slip(
            "You took the plain mean of four; first and last stand for two orders each.",
            weights="plain",
        ),
        "as_shares": Slip("Those are shares of the whole; yuan are asked.", unit="share"),
    }

    def facts(self, case):
        return facts(PARTS, {})

    def solve(self, case, *, way="mean", weights="orders", unit="yuan"):
        found = pd.Series(_shared(case.mixed, way, weights), dtype=float)
        if unit == "share":
            found = found / found.sum()
        if unit == "six orders":
            found = 6 * found
        return found.reindex(list(PARTS)).rename_axis("part").rename("shares")


TASKS = tasks_in(globals())
