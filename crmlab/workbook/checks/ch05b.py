"""Checks of the exercise of chapter 5b, churn."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.churn import snapshot, temporal_split
from crmlab.clv import ShiftedBetaGeometric
from crmlab.language import mark
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import ch05, tasks_in
from crmlab.workbook.checks.ch05 import CUTOFF, ERRORS, GAP, HORIZON, LOOKBACK, MARGIN, Z
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

EARLIER = "2024-12-31"  # the day on which the model of the list was learned
WINDOW_END, EVER = GAP + HORIZON, 10_000  # days from the cutoff
SEEN, AHEAD = 8, 24  # months: renewals of the cohort so far, and how many are asked
PLACES = 100  # on the list

# Headings of the lesson to read again.
_RISES = mark("Why does retention rise with tenure?")
_LIST = mark("Who is warned of?")

_LOST = {
    "whole_margin": Slip("You counted the margin of all on the lists; who stayed lost nothing.",
        loss="all"),
    "expected_loss": Slip("You took p × V; what happened is known: churned or not.",
        loss="expected"),
    "of_stayers": Slip("You counted those who stayed.", loss="stayed"),
    "people_counted": Slip("You counted customers; margin is asked.", loss="people"),
    "likeliest": Slip("You took those likeliest to churn as one of the lists.", other="likeliest"),
    "longest_silent": Slip("You compared with the longest silent; with the largest is asked.",
        other="silent"),
}


class Case(ch05.Case):
    """The data of one participant.

    Attributes
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): orders, and refunds below 0.
    cohort : pandas.Series
        Index ``month``: who still rents a machine of those who began together.
    scored : pandas.DataFrame
        Index ``customer_id``, who bought in the look-back of the cutoff: ``recency_days``,
        ``churn_probability``, ``margin`` of a year (yuan), and, known by now, ``churned``.
    """

    @handed_out
    def cohort(self):
        rng = np.random.default_rng([self.seed, 5])
        leaving = rng.beta(rng.uniform(0.7, 1.1), rng.uniform(3.5, 5.5), size=3000)
        months = rng.geometric(leaving)
        survivors = {month: int((months > month).sum()) for month in range(SEEN + 1)}
        return pd.Series(survivors, name="survivors").rename_axis("month")

    @handed_out
    def scored(self):
        from sklearn.linear_model import LogisticRegression

        with quiet():
            both = snapshot(self.log, [EARLIER, CUTOFF], lookback=LOOKBACK, gap=GAP,
                            horizon=HORIZON)
            past, now, left, churned = temporal_split(both)
        features = ["recency_days", "purchases"]
        model = LogisticRegression(solver="newton-cholesky")
        model.fit(np.log1p(past[features]), left)
        probability = model.predict_proba(np.log1p(now[features]))[:, 1].round(3)
        margin = (MARGIN * now["spend"].clip(lower=0)).round(2)
        table = pd.DataFrame({"recency_days": now["recency_days"], "churn_probability": probability,
                              "margin": margin, "churned": churned.astype(bool)}, index=now.index)
        return table.droplevel("cutoff")

    @cached_property
    def models(self):
        """The model of the cohort, fitted from its start, and from its first month."""
        return [ShiftedBetaGeometric().fit(self.cohort.iloc[first:]) for first in (0, 1)]

    @cached_property
    def facts(self):
        rows, scored, ids = self.rows, self.scored, self.company.customers["customer_id"]
        who, paid, day = rows["customer_id"], rows["paid"], rows["day"]
        asked = ids.isin(who[paid & day.between(1 - LOOKBACK, 0)])
        back = who.isin(who[paid & day.between(GAP + 1, WINDOW_END)])
        return facts(ids, {
            mark("they returned something"): who[~paid],
            mark("they returned something after the cutoff"): who[~paid & (day > 0)],
            mark("they bought on the cutoff day itself"): who[paid & (day == 0)],
            mark("they bought in the gap"): who[paid & day.between(1, GAP)],
            mark("they bought on the last day of the gap"): who[paid & (day == GAP)],
            mark("they bought on the last day of the window"): who[paid & (day == WINDOW_END)],
            mark("they came back, but after the window"): who[paid & (day > WINDOW_END) & ~back],
            mark("they bought nothing in the look-back"): ids[~asked],
            mark("they are more likely to stay than to churn"): scored["churn_probability"] < 0.5,
            mark("they did churn"): scored["churned"],
        })

    def about(self, name):
        rows, scored = self.log[self.log["customer_id"] == name], self.scored
        seen = [f"{row.date:%Y-%m-%d} {row.amount:,.2f}" for row in rows.tail(5).itertuples()]
        one = scored[scored.index == name].itertuples()
        return ", ".join(seen + [f"p = {row.churn_probability}, V = {row.margin}" for row in one])


class Churned(Task):
    """Who churned, as seen from a cutoff."""

    answer = PerCustomer(("churned",))
    section = mark("A snapshot in time")
    praise = "Right: only customers who were still there, judged in one window of days."
    hints = ("Write down four days: look-back from and to, label window from and to.",
        "The label window begins on the day after the gap and is over before the log is.",
        "crm.churn.snapshot takes lookback=, gap= and horizon=; it has a column for the label.")
    slips = {
        "gap_forgotten": Slip("You forgot the gap between the windows.", since=1, until=HORIZON),
        "gap_in_window": Slip("Your window begins at once; the gap is part of it.", since=1),
        "gap_cuts_window": Slip("Your window ends 120 days after the cutoff.", until=HORIZON),
        "to_the_end": Slip("Your window runs to the end of the log; it has 120 days.", until=EVER),
        "defaults": Slip("snapshot took no gap, and 90 days: set both.", since=1, until=90),
        "lesson_horizon": Slip("Your window has 150 days, as in the lesson.", until=GAP + 150),
        "silent_before": Slip("You judged by days before the cutoff.", since=1 - HORIZON, until=0),
        "everybody": Slip("You asked about all who ever bought; many had left.", first=-EVER),
        "half_year": Slip("You asked about buyers of 2025; look back 365 days.", first=-180),
        "turned_round": Slip("Yours is the other way round: True means churned.", turned=True),
    }

    def solve(self, case, *, since=GAP + 1, until=WINDOW_END, first=1 - LOOKBACK, turned=False):
        paid = case.rows[case.rows["paid"]]
        day, who = paid["day"], paid["customer_id"]
        asked = pd.Index(sorted(who[day.between(first, 0)].unique()), name="customer_id")
        back = asked.isin(who[day.between(since, until)].unique())
        return pd.Series(back == turned, index=asked)


def _list(case, rule):
    """Return the customers on a list of `PLACES`, by a rule."""
    table = case.scored
    p, worth = table["churn_probability"], table["margin"]
    score = {
        "stake": p * worth, "largest": worth, "likeliest": p, "stays": (1 - p) * worth,
        "silent": table["recency_days"].astype(float), "hindsight": worth * table["churned"],
        "least": -p * worth, "sum": p.rank() + worth.rank(),
    }[rule]
    first = steady(score).sort_values(ascending=False, kind="stable")
    return list(first.index[:PLACES])


class Warned(Task):
    """Who stands on the list."""

    answer, section = Chosen(), _LIST
    praise = "Right: neither the likeliest nor the largest, but where most is at stake."
    hints = ("What would be lost, on average, with each customer?",
        "A probability and a margin of the same customer, multiplied.",
        "Sort by the product, largest first, and keep as many ids as there are places.")
    slips = {
        "likeliest": Slip("You ranked by probability alone; many of them are worth little.",
            rule="likeliest"),
        "largest": Slip("You ranked by margin alone; many of them stay.", rule="largest"),
        "longest_silent": Slip("You ranked by silence alone.", rule="silent"),
        "least_at_stake": Slip("Your list begins at the wrong end: least at stake.", rule="least"),
        "stayers": Slip("You took the chance to stay for that to churn.", rule="stays"),
        "hindsight": Slip("You used what was known afterwards: churned.", rule="hindsight"),
        "ranks_added": Slip("You added two ranks; multiply probability and margin.", rule="sum"),
    }

    def choices(self, case):
        return case.scored.index

    def solve(self, case, *, rule="stake"):
        return _list(case, rule)


def _differences(case, *, loss="lost", other="largest", against=1):
    """Return, of each customer, what is counted on the list less what is on the other."""
    table = case.scored
    counted = {
        "lost": table["margin"] * table["churned"], "all": table["margin"],
        "expected": table["margin"] * table["churn_probability"],
        "stayed": table["margin"] * ~table["churned"], "people": table["churned"].astype(float),
    }[loss]
    mine, theirs = (table.index.isin(_list(case, rule)) for rule in ("stake", other))
    return counted * (mine.astype(float) - against * theirs)


class Lead(Task):
    """How much more of the lost margin the list holds than that of the largest."""

    answer, section = Number(relative=0.0005), _LIST  # four digits will do
    praise = "Right: what was lost on one list, less what was lost on the other."
    hints = ("Two lists of equal length, and what became of the customers on each.",
        "Only the margin of customers who did churn is lost.",
        "Add it up on your list, add it up on the list of the largest; one less the other.")
    slips = _LOST | {
        "own_list_only": Slip("That is what your list holds; take off what the other does.",
            against=0),
        "per_place": Slip("That is the difference per place; the total is asked.", each=True),
    }

    def solve(self, case, *, each=False, **counted):
        return float(_differences(case, **counted).sum() / (PLACES if each else 1))


class LeadLow(Task):
    """The lower end of the interval of that difference."""

    answer, section = Number(relative=0.002), _LIST
    praise = "Right: if it lies above zero, the list beats the simple rule by more than luck."
    hints = ("Which customers are the luck in? Each adds something, or nothing, to the difference.",
        "The sum of n numbers varies by √n times their standard deviation.",
        "All customers of the table count, also those on neither list: they add 0.")
    slips = ERRORS | _LOST | {
        "own_list_only": Slip("That is about your list alone, not about the difference.",
            against=0),
        "without_number": Slip("You forgot √n: the sum of many varies more than one.", many="one"),
        "mean_of_sum": Slip("You divided by √n, as for a mean; the sum is asked.", many="mean"),
        "places_only": Slip("n is the number of all customers, not of the places.", many="places"),
        "variances_apart": Slip("You added the spreads of two lists; take that of the difference.",
            apart=True),
    }

    def solve(self, case, *, many="sum", quantile=Z, centre=1, apart=False, **counted):
        one = _differences(case, **counted)
        n = {"sum": len(one), "one": 1, "mean": 1 / len(one), "places": PLACES}[many]
        spread = one.std()
        if apart:
            mine = _differences(case, **counted | {"against": 0})
            spread = mine.std() + (mine - one).std()
        return float(centre * one.sum() - quantile * np.sqrt(n) * spread)


class AfterTwoYears(Task):
    """How much of a cohort is left after two years, projected."""

    answer = Number(tolerance=0.001)
    section = mark("Projecting a retention curve")
    praise = "Right: customers differ, so those who are left leave more slowly."
    hints = ("The retention rate rises from month to month. Which model says why?",
        "Fit crm.ShiftedBetaGeometric on the whole cohort, month 0 included.",
        "A fitted model has survival and retention. Which of them looks back to the start?")
    slips = {
        "mean_rate": Slip("You kept one mean rate; the rate rises.", _RISES, model="mean rate"),
        "last_rate": Slip("You kept the last rate; it goes on rising.", _RISES, model="last rate"),
        "mean_customer": Slip("You took the mean customer for all.", _RISES, model="one"),
        "exponential": Slip("That is the exponential curve; fit the sBG.", model="exponential"),
        "month_zero_left_out": Slip("You left out month 0, the start of the cohort.", first=1),
        "two_renewals": Slip("You took 2 renewals, as if they were years.", t=2),
        "one_month_off": Slip("You are one month short: month 0 is the start.", t=AHEAD - 1),
        "months_ahead": Slip("You counted 24 months from now, not from the start.", t=AHEAD + SEEN),
        "of_those_left": Slip("That is of those left now; of those who began is asked.", base=SEEN),
        "retention_rate": Slip("That is the rate of one month, not what is left.", base="last"),
        "number": Slip("That is a number of customers; a share is asked.", number=True),
    }

    def solve(self, case, *, model="sbg", first=0, t=AHEAD, base=None, number=False):
        began, sbg = case.cohort.iloc[first], case.models[first]
        cohort = case.cohort.iloc[first:].to_numpy() / began
        seen, rate = np.arange(len(cohort)), cohort[-1] / cohort[-2]
        times = np.array([t, t - 1 if base == "last" else base or 0])
        left, of = {
            "sbg": sbg.survival(times),
            "mean rate": cohort[-1] ** (times / seen[-1]),
            "last rate": cohort[-1] * rate ** (times - seen[-1]),
            "one": (1 - sbg.params_["alpha"] / sum(sbg.params_.values())) ** times,
            "exponential": np.exp(np.polyval(np.polyfit(seen, np.log(cohort), 1), times)),
        }[model]
        return float(left / (of if base else 1) * (began if number else 1))


TASKS = tasks_in(globals())
