"""Checks of the exercise of chapter 5c, winning back."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.churn import snapshot
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import ch05, tasks_in
from crmlab.workbook.checks.ch05 import (
    CUTOFF,
    END,
    ERRORS,
    GAP,
    HORIZON,
    LOOKBACK,
    MARGIN,
    YEAR_START,
    Z,
)
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

RECENT_SINCE = "2025-07-01"  # a purchase since then counts as recent before the pilot
COMPLAINTS_SINCE = "2025-07-05"  # the last 180 days of the data
RUNS = range(5)  # seeds of luck

# Headings of the lesson to read again.
_PROFIT = mark("From probability to profit")
_TEST = mark("A randomised test")

# What is said of several tasks, and slips that go wrong in the same way in two of them.
_RESPONSE = mark("That is what called customers bring; take off what comes without a call.")
_LUCK = mark("You compared runs of different luck; use the same seed for both decisions.")
_GAIN = {
    "contact_cost_forgotten": Slip("You forgot what a letter costs.", contact_cost=0.0),
    "stayers_forgotten": Slip("Those who stay anyway use the voucher too.", take_rate=0.0),
    "all_stayers_use_it": Slip("Not all who stay use it: the share take_rate does.", take_rate=1.0),
    "all_charged": Slip("You charged a voucher for each letter; not all are used.", charged=True),
    "kept_for_free": Slip("Those whom the voucher keeps use it too: V − δ.", kept_pay=0),
    "everybody_saved": Slip("You let the voucher keep everybody; it keeps a share.", save_rate=1.0),
    "revenue_not_margin": Slip("You counted revenue; a gain is in margin.", value="revenue"),
    "probability_turned": Slip("You took the chance to churn for that to stay.", turned=1),
}
_MONEY = {
    "cost_forgotten": Slip("You forgot what the calls cost.", value="margin"),
    "revenue_not_margin": Slip("You counted revenue; a gain is in margin.", value="of_revenue"),
}
_WHO = {
    "orderers_only": Slip("You kept only who ordered: the result chose them.", orderers=True),
    "whole_pilot": Slip("You took the whole pilot; recent buyers are asked.", who="all"),
    "bought_in_a_year": Slip("You took buyers of a year; those since July are asked.", who="year"),
}


class Case(ch05.Case):
    """The data of one participant.

    Attributes
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): orders, and refunds below 0.
    tickets, pilot : pandas.DataFrame
        Tables of the company; `pilot` is its ``retention_test``.
    at_risk : pandas.DataFrame
        Index ``customer_id``, those who bought in 2025: ``churn_probability``, and ``revenue``
        and ``margin`` (yuan) expected of the next year from a customer who stays.
    voucher : pandas.DataFrame
        ``offer``, ``contact_cost``, ``redemption_cost`` (yuan), ``save_rate``, ``take_rate``.
    """

    tickets = handed_out(lambda case: case.company.tickets)
    pilot = handed_out(lambda case: case.company.retention_test)

    @handed_out
    def at_risk(self):
        from sklearn.linear_model import LogisticRegression

        with quiet():
            past = snapshot(self.log, CUTOFF, lookback=LOOKBACK, gap=GAP, horizon=HORIZON)
            now = summarize(self.log, since=YEAR_START, as_of=END)
        features = ["recency_days", "purchases"]
        model = LogisticRegression(solver="newton-cholesky")
        model.fit(np.log1p(past[features]), past["churned"].astype(bool))
        probability = model.predict_proba(np.log1p(now[features]))[:, 1].round(3)
        revenue = now["spend"].clip(lower=0).round(2)
        return pd.DataFrame({"churn_probability": probability, "revenue": revenue,
                             "margin": (revenue * MARGIN).round(2)}, index=now.index)

    @handed_out
    def voucher(self):
        rng = np.random.default_rng([self.seed, 55])
        offer = {"offer": "voucher", "contact_cost": 1.0, "redemption_cost": 20.0}
        offer["save_rate"] = round(rng.uniform(0.018, 0.026), 3)
        return pd.DataFrame([offer | {"take_rate": round(rng.uniform(0.40, 0.50), 2)}])

    def gain(self, risk=None, *, value="margin", turned=0, charged=False, kept_pay=1, **terms):
        """Return the voucher's expected gain per customer, yuan, with some of its terms changed."""
        risk, offer = self.at_risk if risk is None else risk, {**self.voucher.iloc[0], **terms}
        leaves, gift = abs(turned - risk["churn_probability"]), offer["redemption_cost"]
        if charged:
            return leaves * offer["save_rate"] * risk[value] - gift - offer["contact_cost"]
        saved = leaves * offer["save_rate"] * (risk[value] - kept_pay * gift)
        return saved - (1 - leaves) * offer["take_rate"] * gift - offer["contact_cost"]

    @cached_property
    def tried(self):
        """The pilot with what counts, and with who had bought before it, by three rules."""
        pilot, paid = self.pilot.astype({"offer": "object"}), self.log[self.log["amount"] >= 0]
        recent, year = (pilot["customer_id"].isin(paid.loc[paid["date"] >= day, "customer_id"])
                        for day in (RECENT_SINCE, YEAR_START))
        return _with_net(pilot).assign(recent=recent, year=year, all=True)

    @cached_property
    def groups(self):
        """Whom one may call: by the rule of the task, or by one that people take for it."""
        tickets, lately = self.tickets, self.tickets["resolved"] >= COMPLAINTS_SINCE
        unsolved = tickets["resolved"].notna() & ~tickets["solved_first_time"]
        badly, who = unsolved & (tickets["goodwill"] == 0), tickets["customer_id"]
        rules = {"disappointed": badly & lately, "ever": badly, "goodwill": unsolved & lately,
                 "any": lately}
        called = {name: sorted(set(who[rule])) for name, rule in rules.items()}
        return called | {"all": sorted(self.company.customers["customer_id"])}

    @cached_property
    def years(self):
        """What each customer brings in the next year, by offer and luck."""
        # One seed more than asked, and as many again for those who are left alone.
        lucks = {"care_call": range(RUNS.stop + 1), "none": range(2 * RUNS.stop + 1)}
        plans = {offer: pd.Series(offer, self.groups["all"]) for offer in lucks}
        runs = {(offer, luck): _with_net(self.company.run_forward(plans[offer], seed=luck))
                for offer in lucks for luck in lucks[offer]}
        return pd.concat(runs, axis=1)

    @cached_property
    def facts(self):
        risk, ids = self.at_risk, self.company.customers["customer_id"]
        returned = self.log.loc[self.log["amount"] < 0, "customer_id"]
        paid = self.log[self.log["amount"] >= 0]
        lately = paid.loc[paid["date"] >= RECENT_SINCE, "customer_id"]
        return facts(ids, {
            mark("they returned something"): returned,
            mark("they are more likely to stay than to churn"): risk["churn_probability"] < 0.5,
            mark("they bought nothing since June 2025"): ids[~ids.isin(lately)],
        })

    def about(self, name):
        rows, risk = self.log[self.log["customer_id"] == name], self.at_risk
        seen = [f"{row.date:%Y-%m-%d} {row.amount:,.2f}" for row in rows.tail(5).itertuples()]
        risk = risk[risk.index == name].itertuples()
        return ", ".join(seen + [f"p = {row.churn_probability}, V = {row.margin}" for row in risk])


def _with_net(table):
    """Add what is left of the margin, and what people take for it."""
    return table.assign(net=table.margin - table.cost, of_revenue=table.revenue - table.cost)


class Contacts(Task):
    """Who gets the voucher."""

    answer, section = Chosen(), _PROFIT
    praise = "Right: neither the likeliest to leave nor the best, but where the gain is."
    hints = ("What can happen to a customer who gets the voucher? Two cases, p and 1 − p.",
        "The lesson's formula has both; V is the margin, and each letter has its cost.",
        "crm.churn.expected_gain works the formula out. At which gain does a letter pay?")
    slips = {
        "likely_to_leave": Slip("You took all above 50 %, whatever their worth.", rule="likely"),
        "likeliest_fifth": Slip("You took the likeliest fifth; each has to pay.", rule="fifth"),
        "value_at_risk": Slip("You set p × V against costs; little of it is saved.", rule="value"),
        "everybody": Slip("You write to everybody: many cost more than they bring.", rule="all"),
    } | _GAIN

    def choices(self, case):
        return case.at_risk.index

    def solve(self, case, *, rule="gain", **changed):
        risk, offer = case.at_risk, case.voucher.iloc[0]
        p, worth = risk["churn_probability"], risk[changed.get("value", "margin")]
        chosen = {"gain": steady(case.gain(**changed)) > 0, "likely": p > 0.5, "all": p.notna(),
                  "fifth": risk.index.isin(steady(p).nlargest(len(p) // 5).index),
                  "value": steady(p * worth - offer["contact_cost"] - offer["redemption_cost"]) > 0}
        return list(risk.index[chosen[rule]])


class ContactGain(Task):
    """What the vouchers are expected to gain."""

    answer = Number(relative=0.0005)  # four digits will do
    section = _PROFIT
    praise = "Right, if the save rate is. It is an assumption until a test has measured it."
    hints = ("What a letter gains differs from customer to customer: the formula again.",
        "The gain of the mailing is that of all its letters, and of no others.",
        "Choose the gains of the customers in who, then think: mean or total?")
    slips = _GAIN | {
        "nothing_charged": Slip("You took no cost off.", contact_cost=0, take_rate=0, kept_pay=0),
        "everybody": Slip("That is what writing to everybody would bring.", who="all"),
        "per_letter": Slip("That is the mean per letter; the total is asked.", each=True),
        "average_customer": Slip("You took mean p and mean V; they go together.", means=True),
    }

    def solve(self, case, *, who="gain", means=False, each=False, **changed):
        risk = case.at_risk.loc[Contacts().solve(case, rule=who)]
        table = risk.mean().to_frame().T if means else risk
        return float(case.gain(table, **changed).mean() * (1 if each else len(risk)))


def _arms(case, *, who="recent", value="net", orderers=False):
    """Return what customers of the pilot brought, by offer."""
    kept = case.tried[who] & ((case.tried["ordered"] == 1) | (not orderers))
    return case.tried[kept].set_index("offer")[value]


class Uplift(Task):
    """What a care call added in the pilot."""

    answer = Number(tolerance=0.006)  # two decimals will do
    section = _TEST
    praise = "Right: the lot made the arms alike, so this is what the call did, plus luck."
    hints = ("Whom was this arm drawn by lot against? Compare with the customers left alone.",
        "Choose by what was known before the pilot, and take everybody who fits.",
        "A mean of margin − cost in each of the two arms; which one is taken off?")
    slips = {
        "response_not_uplift": Slip(_RESPONSE, against=""),
        "against_all_others": Slip("Some of the others had another offer.", against="others"),
        "median": Slip("You compared medians; money adds up to means.", how="median"),
        "totals": Slip("You compared totals of two arms; they are not equally large.", how="sum"),
    } | _MONEY | _WHO

    def solve(self, case, *, against="none", how="mean", **which):
        table = _arms(case, **which)
        others = {"none": table.index == "none", "others": table.index != "care_call"}
        off = table[others[against]].agg(how) if against else 0
        return float(table["care_call"].agg(how) - off)


class UpliftLow(Task):
    """The lower end of the uplift's 95 % interval."""

    answer = Number(tolerance=3.0)  # Welch's t quantile is as good
    section = _TEST
    praise = "Right. Say what the interval holds before you say what the call is worth."
    hints = ("Both means are uncertain; their variances add up.",
        "The variance of a mean is that of the customers of its arm ÷ their number.",
        "One standard error for the difference: the root of the sum. Then down by 1.96 of them.")
    slips = {
        "one_arm": Slip("Customers without a call vary too: add both variances.", errors="one"),
        "errors_added": Slip("You added two errors, as from the low end of one arm to the high end "
            "of the other; add their squares.", errors="sum"),
        "without_number": Slip("You did not divide by the numbers of customers.", errors="sd"),
        "one_spread": Slip("You took one spread for both arms; each has its own.", errors="pair"),
        "spread_of_all": Slip("You took the spread of all arms; each has its own.", errors="all"),
        "low_of_called": Slip("That is the low end of one arm alone.", against=0, errors="one"),
    } | ERRORS | _MONEY | _WHO

    def solve(self, case, *, errors="both", against=1, quantile=Z, centre=1, **which):
        table = _arms(case, **which)
        called, alone = table["care_call"], table["none"]
        one, other = called.sem(), alone.sem()
        rows = np.sqrt(1 / len(called) + 1 / len(alone))
        error = {"both": np.hypot(one, other), "one": one, "sum": one + other,
                 "sd": np.hypot(called.std(), alone.std()), "all": table.std() * rows,
                 "pair": pd.concat([called, alone]).std() * rows}[errors]
        return float(centre * (called.mean() - against * alone.mean()) - quantile * error)


class PolicyGain(Task):
    """What calling the disappointed gains in the next year."""

    answer = Number(relative=0.0005)  # four digits will do
    section = mark("How far off were we?")
    praise = "Right: the same luck under both decisions, so the difference is the decision's."
    hints = ("Two decisions, the same customers: a call for each of them, and none for any.",
        "Run both with the same seed, so that luck is the same; then take the difference.",
        "Five seeds are five differences of totals; the task asks for one number of them.")
    slips = {
        "nobody_forgotten": Slip(_RESPONSE, against=0),
        "other_luck": Slip(_LUCK, later=RUNS.stop),
        "other_luck_of_all": Slip(_LUCK, later=RUNS.stop, rest=1),
        "one_run": Slip("That is one run; the task asks for the mean of five.", runs=range(1)),
        "runs_from_one": Slip("Your seeds are 1 to 5; 0 to 4 are asked.", runs=range(1, 6)),
        "summed": Slip("That is the total of five years of luck; their mean is asked.", how="sum"),
        "per_customer": Slip("That is the gain per customer; the total is asked.", each=True),
        "ever_disappointed": Slip("You called all who ever had a bad ticket.", group="ever"),
        "goodwill_too": Slip("You called those who were given goodwill, too.", group="goodwill"),
        "any_ticket": Slip("You called all with a ticket, well handled ones too.", group="any"),
        "everybody": Slip("You called every customer of the company.", group="all"),
    } | _MONEY

    def solve(self, case, *, group="disappointed", value="net", against=1, runs=RUNS, later=0,
              rest=0, how="mean", each=False):
        who, years = case.groups[group], case.years.xs(value, axis=1, level=2)
        them, others = years.loc[who].sum(), years["none"].drop(index=who).sum()
        gains = [them["care_call", luck] - against * them["none", luck + later]
                 + rest * (others[luck] - others[luck + later]) for luck in runs]
        return float(getattr(np, how)(gains) / (len(who) if each else 1))


TASKS = tasks_in(globals())
