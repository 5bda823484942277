"""Checks of the exercise of chapter 4b, attribution and tests."""

from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from crmlab import attribution
from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import ch04, tasks_in
from crmlab.workbook.checks.ch04 import DATA, LIMIT, NINETY
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

STEP = 0.25  # of a channel's spend
PAID_SEARCH = "search ad"
_TESTS = 1500  # simulated A/A tests
_DAYS = (8, 56)  # that each of them runs, from and up to
_RATE = (0.015, 0.15)  # orders per visitor of the landing page, from and up to
_LIFT = (0.05, 0.16)  # the smallest gain that matters, as a share of it

# Headings of the lesson to read again.
_ATTRIBUTION = mark("Attribution")
_BY_HAND = mark("A small example by hand")
_CAUSE = mark("Credit is not cause")
_PLAN = mark("Plan: how many visitors?")
_PEEKING = mark("What peeking does")
_CLAIM = mark('Claim check: "lifetime value should be three times the acquisition cost"')

_CREDITED = mark("You went by the last touch; the tests say what a channel caused.")

# What a year of tests found by channel, about: value of the customers caused over the spend;
# value of one customer, yuan; and, for those where the answer is not drawn, the elasticity.
_FOUND = {
    "content": (5.6, 1850.0, None),
    "event": (6.4, 3400.0, None),
    "partner": (6.0, 3600.0, None),
    "press": (2.0, 1750.0, None),
    "social": (2.6, 1550.0, None),
    "search ad": (0.45, 1800.0, 0.35),
    "display ad": (0.12, 1700.0, 0.30),
    "email": (0.6, 1650.0, 0.40),
}
# Above three to one; below it, but above one.
_RICH, _MIDDLING = ("content", "event", "partner"), ("press", "social")
_GOOD, _POOR = (1.35, 1.70), (0.45, 0.72)  # yuan that the next yuan brings


class Case(ch04.Case):
    """The data of one participant.

    Attributes
    ----------
    leads, touchpoints : pandas.DataFrame
        Tables of the company.
    holdout : pandas.DataFrame
        Index ``half``, those met by search advertising and those kept out by lot: ``leads``,
        and how many were ``won``.
    page : pandas.Series
        ``orders per visitor`` of the landing page, and the ``gain in points`` to be found.
    tests : pandas.DataFrame
        Index ``channel``: ``spend`` of 2025 (yuan), new customers ``credited`` by last touch,
        and ``caused``, found by tests; ``value`` of a customer (yuan); ``elasticity``.
    aa_old, aa_new : pandas.DataFrame
        Orders of an arm: a row per simulated test of two equal pages, a column per day.
    aa_visitors : int
        Visitors of each arm on each day of these tests.
    """

    @handed_out
    def holdout(self):
        rng = np.random.default_rng([self.seed, 44, 4])
        leads = int(rng.integers(640, 761))
        won = round(leads * rng.uniform(0.12, 0.14))
        halves = pd.Index(["met", "kept out"], name="half")
        return pd.DataFrame({"leads": leads, "won": [won + rng.integers(6, 20), won]}, halves)

    @remembered
    def paths(self, leads, won):
        """Return the paths of a group, and how they ended."""
        theirs = self.touches["lead_id"].isin(self.group(leads).index)
        return attribution.paths(self.touches[theirs], self.everyone[won])

    @remembered
    def steps(self, leads, once):
        """Return the contacts of a group with their place on the path, from 0, and its length."""
        touches = self.touches[self.touches["lead_id"].isin(self.group(leads).index)]
        touches = touches.drop_duplicates(["lead_id", "channel"]) if once else touches
        path = touches.groupby("lead_id")["channel"]
        return touches.assign(place=path.cumcount(), length=path.transform("size"))

    @handed_out
    def page(self):
        rng = np.random.default_rng([self.seed, 44])
        rate = np.exp(rng.uniform(*np.log(_RATE))).round(3)
        points = (100 * rate * rng.uniform(*_LIFT)).round(2)
        found = {"orders per visitor": rate, "gain in points": points}
        return pd.Series(found, name="landing page")

    @handed_out
    def tests(self):
        rng = np.random.default_rng([self.seed, 444])
        table = pd.DataFrame(_FOUND, index=["ratio", "value", "elasticity"]).T
        table = table.loc[self.spend.index].astype("float64")
        table["ratio"] *= rng.uniform(0.95, 1.05, len(table))
        table["value"] = (table["value"] * rng.uniform(0.95, 1.05, len(table))).round()
        caused = (table["ratio"] * self.spend / table["value"]).round(1)
        last = self.group("won")["last"].value_counts().reindex(table.index, fill_value=0)
        may = [*_RICH, *_MIDDLING]
        # Whoever goes by three to one, or by what last touch undervalues, is not to be right.
        short_cuts = [set(_RICH), set(table.index[caused > last])]
        some = [good for count in (2, 3, 4) for good in combinations(may, count)]
        some = [good for good in some if set(good) not in short_cuts]
        good = some[rng.integers(len(some))]
        for channel in may:
            next_yuan = rng.uniform(*(_GOOD if channel in good else _POOR))
            table.loc[channel, "elasticity"] = next_yuan / table.loc[channel, "ratio"]
        found = {"spend": self.spend.round(), "credited": last, "caused": caused}
        found |= {"value": table["value"], "elasticity": table["elasticity"].round(3)}
        return pd.DataFrame(found).rename_axis("channel")

    @handed_out
    def aa_visitors(self):
        return int(np.random.default_rng([self.seed, 4444]).integers(400, 901))

    aa_old = handed_out(lambda case: case.aa_arm(0))
    aa_new = handed_out(lambda case: case.aa_arm(1))

    def aa_arm(self, arm):
        """Return the orders of one page in each test, by day."""
        rng = np.random.default_rng([self.seed, 44444, arm])
        days = int(np.random.default_rng([self.seed, 444444]).integers(*_DAYS, endpoint=True))
        orders = rng.binomial(self.aa_visitors, 0.10, (_TESTS, days))
        tests = pd.RangeIndex(1, _TESTS + 1, name="test")
        return pd.DataFrame(orders, tests, pd.RangeIndex(1, days + 1, name="day"))

    @cached_property
    def facts(self):
        leads, channels = self.everyone, self.touches.groupby("lead_id")["channel"]
        contacts, met = channels.size(), channels.apply(lambda path: (path == PAID_SEARCH).sum())
        contacts, met = contacts.reindex(leads.index), met.reindex(leads.index)
        return facts(leads.index, {
            mark("they have one contact only"): contacts == 1,
            mark("they have two contacts"): contacts == 2,
            mark("they have three contacts or more"): contacts >= 3,
            mark("search advertising was their first contact"): leads["first"] == PAID_SEARCH,
            mark("search advertising was their last contact"): leads["last"] == PAID_SEARCH,
            mark("they met search advertising more than once"): met > 1,
            mark("they did not meet search advertising"): met == 0,
            mark("they were won after more than 90 days"): leads["won"] & ~leads["in_time"],
            mark("they are organisations"): leads["kind"] == "organisation",
        })

    def about(self, name):
        met = self.touches.loc[self.touches["lead_id"] == name, "channel"]
        return " › ".join(met)


class SearchCredit(Task):
    """What search advertising gets of each customer by the position-based rule."""

    answer, section = PerCustomer(("search_credit",), key="lead_id"), _ATTRIBUTION
    praise = "Right: first and last 40 %, and what is left for those between."
    hints = (
        "Give every contact its place on the path, and the path its length.",
        "How much does a contact get that is first, last, between, one of two, alone?",
        "Add up by lead what the contacts of search advertising get; 0 where there is none.",
    )
    slips = {
        "linear": Slip("That is the linear rule: the same for each contact.", rule="linear"),
        "first_touch": Slip("That is first touch.", rule="first"),
        "last_touch": Slip("That is last touch.", rule="last"),
        "ends_only": Slip("Contacts between the first and the last get 20 %.", rule="ends"),
        "two_not_halved": Slip("Of two contacts each gets half, not 40 %.", two=0.4),
        "alone_not_whole": Slip("A contact alone gets everything, not 40 %.", alone=0.4),
        "alone_twice": Slip("First and last in one is the whole, not 80 %.", alone=0.8),
        "each_between": Slip("The 20 % are for all between, not for each.", between="each"),
        "repeats_left_out": Slip("You dropped contacts that came back; each counts.", once=True),
        "lost_too": Slip("Who was not won gives no credit.", leads="decided"),
        "young_too": Slip("You took leads created after 2 October.", DATA, leads="won"),
        "won_in_time": Slip("You left out who was won after 90 days.", leads="in_time_decided"),
        "not_met_left_out": Slip("Leads that did not meet it get 0; keep them.", all_leads=False),
    }

    def sizes(self, case):
        return (len(case.group("won_decided")),)

    def solve(self, case, *, leads="won_decided", rule="", two=0.5, alone=1.0, between="",
              once=False, all_leads=True):
        touches = case.steps(leads, once)
        length = touches["length"]
        first, last, middle = touches["place"] == 0, touches["place"] == length - 1, 0.2
        if between != "each":
            middle = 0.2 / (length - 2).clip(lower=1)
        weight = np.select(
            [length == 1, length == 2, first | last], [alone, two, 0.4], middle
        )
        ends = np.where(first | last, np.where(length == 1, 1, 0.5), 0)
        ways = {"linear": 1 / length, "first": first, "last": last, "ends": ends}
        weight = ways.get(rule, weight) * (touches["channel"] == PAID_SEARCH)
        found = weight.astype("float64").groupby(touches["lead_id"]).sum().rename("search_credit")
        return found if all_leads else found[found > 0]


class Credit(Task):
    """Customers credited to each channel by Markov attribution."""

    answer, section = PerCustomer(("credit",), tolerance=0.02, key="channel"), _ATTRIBUTION
    praise = "Right: the credits add up to the customers won. What caused them is unknown."
    hints = (
        "Paths of which leads? Those that had 90 days, the won and the lost ones.",
        "crm.attribution.paths takes touchpoints, and a Series: won or not, by lead_id.",
        "crm.attribution.markov gives two columns: one holds shares, one customers.",
    )
    slips = {
        "young_as_lost": Slip("You counted leads under 90 days as lost.", DATA, leads="all"),
        "won_in_time": Slip("You left out who was won after 90 days.", won="in_time"),
        "failures_left_out": Slip("You left out the paths that failed.", _BY_HAND, lost=False),
        "back_to_front": Slip("Your paths run backwards: the oldest contact is first.", step=-1),
        "not_scaled": Slip("They add up to more than were won: scale.", _BY_HAND, rule="all"),
        "effects_not_credits": Slip("Those are removal effects.", _BY_HAND, rule="removal_effect"),
        "shares": Slip("Those are shares; customers are asked.", rule="shares"),
        "first_touch": Slip("That is first touch: all for the first contact.", rule="first_touch"),
        "last_touch": Slip("That is last touch: all for the last contact.", rule="last_touch"),
        "linear": Slip("That is the linear rule: the same for each contact.", rule="linear"),
        "position_based": Slip("That is the position-based rule.", rule="position_based"),
        "shapley": Slip("That is the Shapley value.", rule="shapley"),
    }

    def solve(self, case, *, leads="decided", won="won", lost=True, step=1, rule="credit"):
        paths = case.paths(leads, won)
        if not lost:
            paths = paths[paths["conversions"] > 0].assign(lost=0)
        paths = paths.assign(path=[path[::step] for path in paths["path"]])
        if hasattr(attribution, rule):
            return getattr(attribution, rule)(paths)
        found, total = attribution.markov(paths), paths["conversions"].sum()
        found = found.assign(all=found["removal_effect"] * total, shares=found["credit"] / total)
        return found[rule].rename("credit")


class CausedHigh(Task):
    """The upper end of what a channel causes, by a hold-out test."""

    answer = Number(tolerance=0.6)  # pooled variance, or Newcombe's interval
    section = _CAUSE
    praise = "Right. That is the most that a switch-off may cost: compare it with the spend."
    hints = (
        "How many more were won where the channel was met? That is half of a year.",
        "The variance of each count is w (1 − w ÷ leads); the two add up.",
        "Twice the difference, and 1.96 times twice the root of the summed variance.",
    )
    slips = {
        "lower_end": Slip("You took the lower end.", end="low"),
        "middle": Slip("That is the middle; the upper end is asked.", end="middle"),
        "half_width": Slip("That is half the interval: add it to the middle.", end="half"),
        "half_a_year": Slip("That is half: all would be met, not every second one.", scale=1),
        "one_standard_error": Slip("You added one standard error; take 1.96.", times=1.0),
        "ninety_percent": Slip(NINETY, times=1.645),
        "four_at_once": Slip("That is the z of four tests at once; this is one.", times=2.5),
        "one_half_varies": Slip("Both halves vary: add their variances.", varies="met"),
        "variance_of_a_count": Slip("Your variance lacks the 1 − w ÷ leads.", varies="count"),
        "errors_added": Slip("Add the variances, not the standard errors.", varies="errors"),
        "all_who_met": Slip("You counted all who were won; many come anyway.", compare=False),
        "turned": Slip("You took those met from those kept out.", sign=-1),
        "share": Slip("That is a difference of shares; customers are asked.", share=True),
    }

    def solve(self, case, *, end="high", scale=2, times=LIMIT, varies="", compare=True, sign=1,
              share=False):
        leads, won = (case.holdout[name].to_numpy(float) for name in ("leads", "won"))
        variance = won if varies == "count" else won * (1 - won / leads)
        both = compare and varies != "met"
        summed = variance.sum() if both else variance[0]
        error = np.sqrt(variance).sum() if varies == "errors" else np.sqrt(summed)
        scale = 1 / leads[0] if share else scale
        middle = scale * sign * (won[0] - won[1] * compare)
        half = scale * times * error
        ends = {"high": middle + half, "low": middle - half, "middle": middle, "half": half}
        return float(ends[end])


def _about(times, **switches):
    """Return whether visitors are a multiple of the right ones, by whatever formula."""
    return lambda case, found: 0.9 < found[0] / times / Visitors().solve(case, **switches) < 1.1


class Visitors(Task):
    """How many visitors each arm of a test needs."""

    answer = Number(relative=0.085)  # the rule of 16 gives up to so much less
    section = _PLAN
    praise = "Right. Write the number down before the first visitor comes."
    hints = (
        "Two rates: today's, and the one that would matter. A point is 0.01.",
        "80 % power, 5 % risk of a false alarm, two-sided, for each page.",
        "proportion_effectsize makes one number of two rates; solve_power makes visitors of it.",
    )
    slips = {
        "both_pages": Slip("That is for both pages together.", arms=2, seen_in=_about(2)),
        "half_a_page": Slip("You halved it: it is for each page.", arms=0.5, seen_in=_about(0.5)),
        "percent_not_points": Slip("You took per cent of today's rate; the gain is in points.",
            relative=True, seen_in=_about(1, relative=True)),
        "fall": Slip("You planned for a fall of the rate; a gain is asked.", sign=-1),
        "one_sided": Slip("Your test has one side; a page could be worse.", sides="larger"),
        "power_forgotten": Slip("So few find the gain every second time only.", power=0.5),
        "sigma_not_squared": Slip("The rule of 16 has the variance, σ², in it.", how="sigma"),
        "nothing_squared": Slip("The rule of 16 has both squared, σ² and Δ².", how="neither"),
        "any_rate": Slip("You took the variance of 50 %; today's rate is known.", how="half"),
        "of_a_survey": Slip("That is for one share: no second page, no power.", how="survey"),
        "gain_as_effect": Slip("The gain itself is no effect size.", how="raw"),
        "points_not_share": Slip("A point is 0.01, not 1.", how="points", seen_in=_about(1e-4)),
        "rate_in_percent": Slip("Your rate is in per cent.", how="percent", seen_in=_about(1e4)),
    }

    def solve(self, case, *, how="", arms=1, relative=False, sign=1, sides="two-sided", power=0.8):
        rate, points = case.page
        gain, variance = points / 100 * (rate if relative else sign), rate * (1 - rate)
        by_hand = {"sigma": 16 * variance**0.5, "neither": 16 * variance**0.5 * gain, "half": 4.0,
            "survey": LIMIT**2 * variance, "points": 16e-4 * variance, "percent": 16e4 * variance}
        if how in by_hand:
            return arms * by_hand[how] / gain**2
        effect = abs(gain if how == "raw" else proportion_effectsize(rate + gain, rate))
        return arms * float(NormalIndPower().solve_power(effect, None, 0.05, power, 1, sides))


class More(Task):
    """Which channels should get more money."""

    answer, section = Chosen(key="channel"), _CLAIM
    praise = "Right: what counts is what the next yuan brings, not the average one."
    hints = (
        "The average customer of a channel costs its CAC. What does the next one cost?",
        "CAC by what was caused: spend ÷ caused. The next one costs that ÷ elasticity.",
        "Compare what the next customer costs with what a customer is worth.",
    )
    slips = {
        "average_return": Slip("You went by the average yuan; the next brings less.", power=0),
        "three_to_one": Slip("Three to one fits one elasticity only.", power=0, least=3.0),
        "by_last_touch": Slip(_CREDITED, _CAUSE, of="credited"),
        "divided": Slip("You divided by the elasticity: multiply by it.", power=-1),
        "by_elasticity": Slip("You went by elasticity alone.", by="elasticity", best=4),
        "undervalued": Slip("You compared caused and credited.", _CAUSE, by="undervalued"),
        "best_one": Slip("You took the best one; take all where the next yuan pays.", best=1),
    }

    def choices(self, case):
        return case.tests.index

    def solve(self, case, *, of="caused", power=1, least=1.0, best=None, by="next"):
        tests = case.tests
        average = tests[of] * tests["value"] / tests["spend"]
        found = tests.assign(next=average * tests["elasticity"] ** power,
            undervalued=tests["caused"] / tests["credited"])[by].pipe(steady)
        return list(found.nlargest(best).index if best else found.index[found > least])


class Profit(Task):
    """What the new budget changes in profit."""

    answer, section = Number(tolerance=1.0), _CLAIM
    praise = "Right, as far as the tests are: each number in their table has an interval."
    hints = (
        "The spend of a channel is multiplied by 1.25 or 0.75. What about its customers?",
        "Its customers are multiplied by that number to the power of the elasticity.",
        "Customers gained and lost are worth money, and the change of spend is money.",
    )
    slips = {
        "in_proportion": Slip("You left out the elasticity.", shape="proportion"),
        "straight_line": Slip("You multiplied by the elasticity: it is a power.", shape="line"),
        "by_last_touch": Slip(_CREDITED, _CAUSE, of="credited"),
        "spend_forgotten": Slip("You forgot what the budget costs or saves.", spend=0),
        "spend_added": Slip("You added the change of spend: take it off.", spend=-1),
        "whole_profit": Slip("That is the profit of the year, not its change.", today=0),
        "raised_only": Slip("You left out the channels that get less.", lowered=0),
        "lowered_lose_nobody": Slip("Channels that get less lose customers, too.", lost=0),
        "list_by_average": Slip("Your list is by the average yuan.", more=("average_return",)),
    }

    def solve(self, case, *, of="caused", shape="", spend=1, today=1, lowered=1, lost=1, more=()):
        tests = case.tests
        up = tests.index.isin(More().wrong(case, *more))
        factor = np.where(up, 1 + STEP, 1 - STEP)
        line = 1 + tests["elasticity"] * (factor - 1)
        times = {"": factor ** tests["elasticity"], "proportion": factor, "line": line}[shape]
        gained = tests["value"] * tests[of] * (times - today) * np.where(up, 1, lost)
        change = gained - spend * tests["spend"] * (factor - today)
        return float((change * np.where(up, 1, lowered)).sum())


class FalseAlarms(Task):
    """How often somebody who looks every day finds a winner between equal pages."""

    answer = Number(tolerance=0.003)  # pooled or not, a few of the tests differ
    section = _PEEKING
    praise = "Right: every look is another chance for luck. Fix the day, and look once."
    hints = (
        "What does the table look like on the evening of day 3? Add up the days so far.",
        "z on each day: difference of the two rates so far over its standard error.",
        "Mark the days with an alarm; then ask of each test whether any day is marked.",
    )
    slips = {
        "one_look": Slip("That is the risk of one look, on the last day.", days=slice(-1, None)),
        "weekly": Slip("You looked once a week, not every day.", days=slice(6, None, 7)),
        "first_day_left_out": Slip("You left out the look on day 1.", days=slice(1, None)),
        "share_of_looks": Slip("That is the share of looks, not of tests.", of="looks"),
        "by_formula": Slip("Looks at one test are not independent: count.", of="formula"),
        "each_day_alone": Slip("You took each day for itself, not all days so far.", add_up=None),
        "tests_added_up": Slip("You added up tests, not days: cumsum needs axis=1.", add_up=0),
        "better_only": Slip("A worse new page is a false alarm, too.", sides=1),
        "without_two": Slip("Your standard error lacks the 2: two pages vary.", pages=1),
        "bar_of_lesson": Slip("You took the raised bar of the lesson, not 1.96.", limit=2.70),
    }

    def solve(self, case, *, days=slice(None), of="tests", add_up=1, sides=2, pages=2, limit=LIMIT):
        old, new = case.aa_old.to_numpy(), case.aa_new.to_numpy()
        visitors = np.full(old.shape[1], case.aa_visitors)
        if add_up is not None:
            old, new, visitors = old.cumsum(add_up), new.cumsum(add_up), visitors.cumsum()
        pooled = (old + new) / (2 * visitors)
        z = (new - old) / np.sqrt(pages * visitors * pooled * (1 - pooled))
        alarm = ((np.abs(z) if sides == 2 else z) > limit)[:, days]
        if of == "formula":
            return 1 - 0.95 ** alarm.shape[1]
        return float(alarm.mean() if of == "looks" else alarm.any(axis=1).mean())


TASKS = tasks_in(globals())
