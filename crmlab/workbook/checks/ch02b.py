"""Checks of the exercise of chapter 2b, purchase models."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.clv import GammaGamma
from crmlab.language import mark
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out, remembered
from crmlab.workbook.checks import ch02, tasks_in
from crmlab.workbook.checks.ch02 import CUTOFF, END, NEXT_START, START, weekly
from crmlab.workbook.checks.ch02a import Contribution
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

_DISCOUNT_RATE = 0.10  # per year
_WEEKS = 156  # three years

# Headings of the lesson to read again.
_DATA = mark("The data")
_MODEL = mark("CLV by probability model")
_REAL_DATA = mark("First on real data")
_ALIVE = mark("Who is still there?")
_SPEND = mark("How much per purchase?")
_OWN = mark("Now the case company")
_CHECK = mark("What a real company can check")
_DECISION = mark("The decision")
_FUTURE = mark("You went past the cut-off: the next year was not known.")


class Case(ch02.Case):
    """The data of one participant; the exercise says what is in each table."""

    # A pilot of last year: what an account manager costs and adds, per customer and year.
    manager_cost = handed_out(lambda _case: 250.0)  # yuan
    manager_lift = handed_out(lambda _case: 0.25)  # share of the margin of the year

    until_end, last_year = weekly(as_of=END), weekly(since=START, as_of=CUTOFF)
    silent = weekly(lambda log: log[log["date"] < NEXT_START], as_of=END)
    refunds = weekly(lambda log: log.assign(amount=log["amount"].abs()), as_of=CUTOFF)
    known_at_end = cached_property(lambda case: case.until_end.loc[case.customers.index])
    firm_age = cached_property(lambda case: case.customers.assign(T=case.customers["T"].max()))

    @remembered
    def spend_model(self, table="customers"):
        """Return the model of spend, fitted to one of these tables."""
        with quiet():  # how many bought once is not this task's topic
            return GammaGamma().fit(getattr(self, table))

    @remembered
    def by_week(self, weeks, *, fit, of):
        """Return the purchases to expect in each week: a row per customer."""
        until = self.model(fit).expected_purchases(np.arange(1.0, weeks + 1), getattr(self, of))
        return until.diff(axis=1).fillna(until)

    def discounted(self, rate, weeks, *, fit, of):
        """Return the purchases to expect of each customer, in today's money."""
        weights = (1 + rate) ** -(np.arange(1, weeks + 1) / 52)
        return self.by_week(max(weeks, _WEEKS), fit=fit, of=of).iloc[:, :weeks] @ weights

    @handed_out
    def forecast(self):
        ids = self.customers.index
        contribution = Contribution().right(self).reindex(ids, fill_value=0.0)
        purchases = self.model().expected_purchases(52, self.customers)
        spend = self.spend_model().expected_spend(self.customers)
        table = {"contribution": contribution, "alive": Alive().right(self)}
        return pd.DataFrame(table | {"purchases": purchases, "spend": spend}).round(3)


class Alive(Task):
    """The probability that each customer is still one."""

    answer, section = PerCustomer(("alive",), tolerance=0.002), _MODEL
    praise = "Right. Who bought once gets 1: the model lets nobody leave before a repeat."
    hints = ("summarize makes x, t_x and T; the model needs nothing else.",
        "On which day do you look? summarize takes it as as_of, and weeks as unit.",
        "Fit on everybody, also on those who bought once; a fitted model has probability_alive.")
    slips = {
        "future_used": Slip(_FUTURE, _REAL_DATA, fit="until_end", of="until_end"),
        "future_of_known": Slip(_FUTURE, _REAL_DATA, fit="until_end", of="known_at_end"),
        "future_in_fit": Slip("You fitted past the cut-off.", _REAL_DATA, fit="until_end"),
        "future_in_table": Slip("You asked who is alive a year later.", of="known_at_end"),
        "silent_year": Slip("Your T runs to the end of the log.", fit="silent", of="silent"),
        "refunds_counted": Slip("You counted refunds.", _DATA, fit="refunds", of="refunds"),
        "once_left_out": Slip("You fitted without those who bought once.", fit="repeaters"),
        "once_missing": Slip("Those who bought once are missing.", _ALIVE, of="repeaters"),
        "once_is_zero": Slip("Who bought once has 0; the model gives 1.", _ALIVE, once=0.0),
        "age_of_the_firm": Slip("Your T is the age of the firm; it runs from each customer's first "
            "purchase.", fit="firm_age", of="firm_age"),
        "purchases_expected": Slip("Those are purchases to expect.", _ALIVE, asked="purchases"),
        "yes_or_no": Slip("You have 0 and 1 only; a model gives all between.", _ALIVE,
            seen_in=lambda _case, frame: frame["alive"].isin([0, 1]).all()),
    }

    def solve(self, case, *, fit="customers", of="customers", once=None, asked="alive"):
        model, table = case.model(fit), getattr(case, of)
        if asked == "purchases":
            return model.expected_purchases(52, table)
        alive = model.probability_alive(table)
        return alive if once is None else alive.where(table["x"] > 0, once)


class Tracking(Task):
    """How far off the model's total was."""

    answer = Number(tolerance=0.002)
    section = _CHECK
    praise = "Right. Near 1 in sum; single customers are further off."
    hints = ("Forecast and outcome must be about the same customers and the same year.",
        "Outcome: purchase days of the next year, of the customers known at the cut-off.",
        "expected_purchases takes a time in the unit of the table, and the table of customers.")
    slips = {
        "newcomers_counted": Slip("You counted who came later; nobody forecast them.", whose="all"),
        "days_for_weeks": Slip("Your model counts weeks; 365 are seven years.", _OWN, weeks=365),
        "one_new_customer": Slip("You asked for one new customer.", _OWN, asked="one"),
        "all_new_customers": Slip("You took everybody for a new customer.", _OWN, asked="new"),
        "only_buyers": Slip("You lost the forecast of who bought nothing.", asked="buyers"),
        "means_of_others": Slip("Your means are over different customers.", asked="means"),
        "repeats_of_the_year": Slip("x lacks the first purchase of the year.", _MODEL, count="x"),
        "rows_counted": Slip("You counted rows, refunds and all.", _DATA, rows=-np.inf),
        "rows_not_days": Slip("You counted rows; a purchase is a day.", _DATA, rows=0),
        "fitted_later": Slip("Your model has seen the year.", _REAL_DATA, fit="until_end"),
        "once_left_out": Slip("You fitted without one-time buyers.", _MODEL, fit="repeaters"),
        "alive_twice": Slip("You multiplied by alive: it is in the purchases already.", _ALIVE,
            alive=True),
    }

    def solve(self, case, *, fit="customers", weeks=52, asked="", whose="", count="purchases",
              rows=None, alive=False):
        table, later, model = case.customers, case.next_year, case.model(fit)
        each = model.expected_purchases(weeks, table)
        each = each * model.probability_alive(table) if alive else each
        if asked in ("one", "new"):
            each = model.expected_purchases(weeks) * np.ones(1 if asked == "one" else len(table))
        elif asked == "buyers":
            each = each[each.index.isin(later.index)]
        if rows is not None:
            counted = "date >= @NEXT_START and customer_id in @table.index and amount >= @rows"
            return float(each.sum() / len(case.log.query(counted)))
        bought = later[count] if whose == "all" else later[count].reindex(table.index)
        return float(each.mean() / bought.mean() if asked == "means" else each.sum() / bought.sum())


class Value(Task):
    """What each customer will bring in three years."""

    answer, section = PerCustomer(("value",), tolerance=1.0), _OWN
    praise = "Right: purchases to expect, times spend to expect, times margin, in today's money."
    hints = ("Two models: how often, and how much; both see the customers of the cut-off day.",
        "customer_lifetime_value takes both models and the table; three years have 156 weeks.",
        "The rate is per year, whatever the unit; the margin is a share of spend.")
    slips = {
        "revenue_not_margin": Slip("You counted revenue, not margin.", share=1.0),
        "not_discounted": Slip("You did not discount.", rate=0.0),
        "rate_a_week": Slip("Your 10 % are for a week; they are for a year.", rate=1.1**52 - 1),
        "one_year": Slip("You took one year, not three.", weeks=52),
        "two_years": Slip("You took two years, not three.", weeks=104),
        "days_for_weeks": Slip("Your horizon has 1,095 weeks: those are days.", weeks=1095),
        "own_spend": Slip("You took each one's own mean spend; from few purchases it says little.",
            _SPEND, spend="own"),
        "same_spend": Slip("You took the same spend for everybody.", _SPEND, spend="same"),
        "alive_twice": Slip("You multiplied by alive: it is in the purchases already.", _ALIVE,
            alive=True),
        "future_used": Slip(_FUTURE, _REAL_DATA, fit="until_end", of="known_at_end"),
        "future_in_fit": Slip("You fitted past the cut-off.", _REAL_DATA, fit="until_end"),
        "once_missing": Slip("Those who bought once are missing.", of="repeaters"),
        "past_added": Slip("You added what they brought so far.", past=1),
    }

    def solve(self, case, *, fit="customers", of="customers", share=None, rate=_DISCOUNT_RATE,
              weeks=_WEEKS, spend="", alive=False, past=0):
        table = getattr(case, of)
        expected = case.spend_model(fit).expected_spend(table)
        own = table["spend"] / table["purchases"]
        expected = {"own": own, "same": case.spend_model(fit).expected_spend()}.get(spend, expected)
        share = case.margin_share if share is None else share
        value = case.discounted(rate, weeks, fit=fit, of=of) * expected * share
        value = value * (case.model(fit).probability_alive(table) if alive else 1)
        return (value + past * share * table["spend"]).rename("value")


_OF_MARGIN = {
    "lift_forgotten": Slip("You counted margin that comes anyway.", lift=1.0),
    "revenue_not_margin": Slip("You counted revenue, not margin.", share=1.0),
    "last_year": Slip("You took last year, not the year to come.", base="before"),
    "alive_twice": Slip("You multiplied by alive: it is in purchases already.", _ALIVE, alive=True),
    "one_purchase": Slip("You took one purchase; how many are expected?", base="purchase"),
}


def _added(case, *, lift=None, share=None, base="year", alive=False):
    """Return by how much a manager raises each customer's margin of the year, in yuan."""
    forecast, lift = case.forecast, case.manager_lift if lift is None else lift
    margin = (case.margin_share if share is None else share) * forecast["spend"]
    if base != "purchase":
        margin = margin * forecast["purchases"] if base == "year" else forecast["contribution"]
    return lift * margin * (forecast["alive"] if alive else 1)


class Accounts(Task):
    """Who gets an account manager."""

    answer, section = Chosen(), _DECISION
    praise = "Right: the manager must pay by what they add to the year to come."
    hints = ("What does the manager add to a customer's year, and what does the manager cost?",
        "Margin to expect: purchases × spend × margin_share. Alive is in purchases already.",
        "The manager adds a share of that margin; compare customer by customer.")
    slips = _OF_MARGIN | {
        "both_years": Slip("You left out those who did not pay last year.", both=True),
        "best_tenth": Slip("You took the best tenth; each has to pay.", best=True),
        "cost_forgotten": Slip("You left out what a manager costs.", cost=0.0),
    }

    def choices(self, case):
        return case.forecast.index

    def solve(self, case, *, best=False, cost=None, both=False, **terms):
        added, cost = _added(case, **terms), case.manager_cost if cost is None else cost
        if best:
            return list(steady(added).nlargest(len(added) // 10).index)
        kept = steady(added - cost) > 0
        if both:
            kept &= steady(_added(case, base="before") - cost) > 0
        return list(added.index[kept])


class AccountsGain(Task):
    """What the account managers are expected to earn."""

    answer, section = Number(tolerance=1.0), _DECISION
    praise = "Right. It rests on a lift that one pilot measured; the memo should say so."
    hints = ("What is left of the lift after the manager is paid, customer by customer?",
        "Only over the customers of your list: each of them has a manager who costs.")
    slips = _OF_MARGIN | ch02.throughout(_OF_MARGIN) | {
        "cost_forgotten": Slip("You forgot what the managers cost.", cost=0),
        "cost_once": Slip("You took off one manager; each customer has one.", cost="once"),
        "everybody": Slip("That is a manager for every customer.", chosen="all"),
        "lift_on_top": Slip("You counted the margin with the lift, not the lift.", lift=1.25),
        "discounted": Slip("You discounted the margin.", discount=1.1),
    }

    def sizes(self, case):
        return (len(Accounts().right(case)),)

    def solve(self, case, *, chosen="right", cost=1, discount=1.0, **terms):
        added = _added(case, **terms)
        kept = {"right": Accounts().right(case), "own": added.index[added > case.manager_cost]}
        added = added.loc[kept.get(chosen, added.index)]
        number = 1 if cost == "once" else cost * len(added)
        return float(added.sum() / discount - number * case.manager_cost)


def _errors(case, *, fit="customers", count="purchases", whose="", absolute=True, before="year"):
    """Return by how much the simple way and the model miss each customer's purchases."""
    table, model = case.customers, case.model(fit)
    actual = case.next_year[count].reindex(table.index)
    actual = actual.dropna() if whose == "buyers" else actual.fillna(0)
    seen = {"year": case.last_year["purchases"], "all": table["purchases"]}[before]
    simple = seen.reindex(actual.index)
    simple = simple.dropna() if whose == "last" else simple.fillna(0)
    actual = actual.loc[simple.index]
    forecast = model.expected_purchases(52, table).loc[actual.index]
    misses = (one - actual for one in (simple, forecast))
    return [miss.abs() if absolute else miss for miss in misses]


_OF_ERRORS = {
    "signed": Slip("You let misses above and below cancel: take their absolute size.",
        absolute=False),
    "only_buyers": Slip("You left out who bought nothing in the year.", whose="buyers"),
    "only_last_year": Slip("You left out who bought nothing last year: for them it is 0 again.",
        whose="last"),
    "repeats_of_the_year": Slip("x lacks the first purchase of the year.", _MODEL, count="x"),
    "whole_history": Slip("You took all purchases so far for those of last year.", before="all"),
    "fitted_later": Slip("Your model has seen the year.", _REAL_DATA, fit="until_end"),
}


class Saved(Task):
    """How much nearer the model comes than last year again."""

    answer, section = Number(tolerance=0.004), _CHECK
    praise = "Right. Now ask how sure that is."
    hints = ("How far is each of the two from what a customer did?",
        "Take the size of each miss, without its sign, customer by customer.",
        "The miss of last year again, less the miss of the model; then the mean over everybody.")
    slips = _OF_ERRORS | {
        "model_only": Slip("That is the mean miss of the model alone.", which="model"),
        "simple_only": Slip("That is the mean miss of last year again alone.", which="simple"),
        "median": Slip("You took the median; the mean is asked.", middle="median"),
        "root_of_squares": Slip("You took roots of mean squares, not mean misses.",
            which="squares"),
    }

    def sizes(self, case):
        return (len(case.customers),)

    def solve(self, case, *, which="", middle="mean", **terms):
        simple, model = _errors(case, **terms)
        if which == "squares":
            return float(np.sqrt((simple**2).mean()) - np.sqrt((model**2).mean()))
        each = {"model": model, "simple": simple}.get(which, simple - model)
        return float(each.agg(middle))


class SavedLow(Task):
    """The lower end of the interval of what the model saves."""

    answer, section = Number(tolerance=0.004), _CHECK
    praise = "Right. Above 0 the model is better than luck explains; below, the answer is open."
    hints = ("How much does the difference scatter from customer to customer?",
        "The standard error of a mean is its standard deviation over the root of the number.",
        "Take 1.96 standard errors of the differences off their mean.")
    slips = _OF_ERRORS | {
        "upper_end": Slip("That is the upper end.", times=-1.96),
        "one_error": Slip("You took one standard error off; 1.96 make 95 %.", times=1.0),
        "ninety": Slip("1.645 make 90 %; 1.96 make 95 %.", times=1.645),
        "deviation_not_error": Slip("You took standard deviations off, not standard errors.",
            over="one"),
        "not_paired": Slip("You took the two misses for those of different customers: the scatter "
            "of the differences counts.", paired=False),
        "half_only": Slip("That is half the interval; take it off the mean.", only=True),
        "no_interval": Slip("That is the mean itself.", times=0.0),
    }

    def solve(self, case, *, times=1.96, over="root", paired=True, only=False, **terms):
        simple, model = _errors(case, **terms)
        saved = simple - model
        spread = saved.std() if paired else np.hypot(simple.std(), model.std())
        half = times * spread / (np.sqrt(len(saved)) if over == "root" else 1)
        return float(half if only else saved.mean() - half)


TASKS = tasks_in(globals())
