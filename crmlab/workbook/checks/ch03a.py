"""Checks of the exercise of chapter 3a, RFM and the customer pyramid."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.segmentation.pyramid import DEFAULT_SHARES, Pyramid, gini, top_share
from crmlab.segmentation.rfm import MEASURES
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import ch03, tasks_in
from crmlab.workbook.checks.ch03 import CUTOFF, END, NEXT_START, ONE_YEAR, START
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

BEGINNING, FOREVER = "2000-01-01", "2100-01-01"
MARGIN, KEPT = 0.45, 0.25  # share of spend; of those who leave, at most so many stay

# Headings of the lesson to read again.
_DATA = mark("The data")
_RFM = mark("RFM: recency, frequency, monetary value")
_PYRAMID = mark("The customer pyramid")
_CLAIM = mark('Claim check: "20 % of customers bring 80 % of profit"')
_CLASSES = mark("Classification management")
_DECISION = mark("The decision")

# What is said of several tasks.
_FUTURE = mark("You let in rows after the cut-off: that is data from the future.")
_MIDNIGHT = mark("You lost the cut-off day: a date with a time is later than its midnight.")
_REVENUE = mark("You counted spend; a service is paid from the margin.")
_ALL_STAY = mark("You kept everybody who would leave; at most one in four stays.")
_OF_ALL = mark("You kept one in four of all; only of those who would leave.")

# The plan that the service task reads, by tier: customers in all shops together, mean spend
# (yuan a year), and the share that leaves.
_PLAN = {
    mark("Dealers"): (400, 48_000.0, 0.05),
    "Diamond": (150, 26_000.0, 0.12),
    "Platinum": (600, 9_000.0, 0.10),
    "Gold": (2000, 3_500.0, 0.18),
    "Ordinary": (3000, 1_200.0, 0.32),
    "Basic": (9000, 300.0, 0.60),
}
# Which part of those who leave would have to stay, at the lower end of their interval: the
# service of two or three tiers pays, that of another one only if spend is counted. And in one of
# the small tiers, whose intervals are wide, it pays by the middle alone.
_PAYS, _BY_SPEND, _NEARLY_ALL, _MORE_THAN_LEAVE = 0.14, 0.45, 0.95, 1.40
_SMALL = ("Dealers", "Diamond", "Platinum")


class Case(ch03.Case):
    """The data of one participant.

    Attributes
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): the rows of the till, refunds below 0.
    plan : pandas.DataFrame
        Index ``tier``: ``customers``, ``mean_spend`` (yuan a year), ``left`` the share that
        left, with its 95 % interval ``left_from`` … ``left_to``, ``cost`` (yuan each, a year).
    """

    @handed_out
    def log(self):
        return self.till

    @handed_out
    def plan(self):
        rng = np.random.default_rng([self.seed, 34])
        table = pd.DataFrame(_PLAN, index=["customers", "mean_spend", "left"]).T
        table["customers"] = (table["customers"] * rng.uniform(0.97, 1.03, len(table))).round()
        table["mean_spend"] = (table["mean_spend"] * rng.uniform(0.95, 1.05, len(table))).round()
        gone = (table["customers"] * table["left"] * rng.uniform(0.98, 1.02, len(table))).round()
        table["left"] = gone / table["customers"]
        ends = proportion_confint(gone, table["customers"], method="wilson")
        table["left_from"], table["left_to"] = ends
        worth = MARGIN * table["mean_spend"] * table["left_from"]
        served = cheapest = []
        while list(served) == list(cheapest):  # whoever takes the cheapest would be right
            needed = _needed(rng, table)
            table["cost"] = (needed * worth).round()
            served, cheapest = table.index[needed == _PAYS], _cheapest(table)
        return table.astype({"customers": "int64"}).rename_axis("tier")

    def bought(self, *, refunds=False, since=BEGINNING, until=NEXT_START, last_day=True):
        """Return the rows that count as purchases, with their ``day``."""
        log = self.till
        kept = (log["date"] >= since) & (log["date"] < until)
        if not refunds:
            kept &= log["amount"] >= 0
        if not last_day:
            kept &= log["date"] <= CUTOFF
        return log[kept].assign(day=log["date"].dt.normalize())

    @cached_property
    def history(self):
        """All years of those who bought in the last one."""
        return self.customers.loc[self.last_year.index]

    @cached_property
    def gross(self):
        """What each customer paid up to the cut-off, before refunds."""
        return self.bought().groupby("customer_id")["amount"].sum()

    def value_of(self, table, by):
        """Return what a pyramid can rank by."""
        customers = getattr(self, table)
        if by == "mean":
            return (customers["spend"] / customers["purchases"]).rename(by)
        if by == "gross":
            paid = self.bought(since=START).groupby("customer_id")["amount"].sum()
            return paid.reindex(customers.index, fill_value=0).rename(by)
        return customers[by]

    @remembered
    def tiers_of(self, table, limits):
        """Return tiers of one table by the thresholds of another."""
        return Pyramid().fit(getattr(self, limits)).predict(getattr(self, table))


class Purchases(Task):
    """Purchases per customer up to the cut-off."""
    answer, section = PerCustomer(("purchases",)), _DATA
    praise = "Right: days with a purchase, refunds and later rows left out."
    hints = (
        "What is one purchase, if the till splits a visit into two rows?",
        "Leave out two kinds of rows first: refunds, and rows after the cut-off day.",
        "Make a column with the day, then count distinct days per customer: nunique.",
    )
    slips = {
        "rows_counted": Slip("You counted rows, not days: one visit can be two rows.", rows=True),
        "refunds_counted": Slip("You counted days with refunds as purchases.", refunds=True),
        "refunds_subtracted": Slip("You took a purchase off for each refund.", off=True),
        "after_cutoff": Slip(_FUTURE, until=FOREVER),
        "last_day_lost": Slip(_MIDNIGHT, last_day=False),
        "one_year": Slip(ONE_YEAR, since=START),
    }

    def solve(self, case, *, rows=False, off=False, **which):
        day = case.bought(**which).groupby("customer_id")["day"]
        count = day.size() if rows else day.nunique()
        if off:
            back = case.bought(**{**which, "refunds": True}).query("amount < 0")
            back = back.groupby("customer_id").size().reindex(count.index, fill_value=0)
            return count - back
        return count


class Recency(Task):
    """Days since the last purchase."""
    answer, section = PerCustomer(("recency_days",)), _DATA
    praise = "Right: whole days from the last purchase to the cut-off."
    hints = (
        "Two dates per customer: the cut-off, and the last day with a purchase.",
        "Take the day of the last purchase, without the time, before you subtract.",
        "The difference of two days has .dt.days.",
    )
    slips = {
        "from_log_end": Slip("You measured to the end of the log, not to the cut-off.", to=END),
        "from_next_day": Slip("You measured to the day after the cut-off.", to=NEXT_START),
        "after_cutoff": Slip(_FUTURE, until=FOREVER),
        "first_purchase": Slip("You took the first purchase, not the last.", _RFM, which="min"),
        "age_at_last": Slip("That is the time between first and last purchase.", _RFM, which="age"),
        "refund_as_purchase": Slip("You took a refund for the last purchase.", refunds=True),
        "last_day_lost": Slip(_MIDNIGHT, last_day=False),
        "time_of_day": Slip("You subtracted a time of day, and lost a day by it.", time="floor"),
        "part_of_a_day": Slip("You left the time of day in: whole days are asked.", time="part"),
    }

    def solve(self, case, *, to=CUTOFF, which="max", time="", **rows):
        bought = case.bought(**rows).groupby("customer_id")["date" if time else "day"]
        if which == "age":
            gap = bought.max() - bought.min()
        else:
            gap = pd.Timestamp(to) - bought.agg(which)
        if rows.get("refunds"):
            gap = gap.reindex(case.customers.index)
        return gap / pd.Timedelta(days=1) if time == "part" else gap.dt.days


def _unequal_for_equals(case, scores):
    """Whether customers with one value have several scores, however that came about."""
    measured = case.customers.set_axis(case.customers.index.astype("str")).sort_index()
    return scores.index.equals(measured.index) and any(
        scores[name].groupby(measured[column]).nunique().max() > 1
        for name, (column, _more_is_better) in MEASURES.items()
    )


class Scores(Task):
    """R, F and M from 1 to 5."""
    answer, section = PerCustomer(("R", "F", "M")), _RFM
    praise = "Right: equal values have equal scores, and 5 is always good."
    hints = (
        "For each customer: which share of the others is strictly worse?",
        "rank(method='min') counts from 1, so rank − 1 customers have a smaller value.",
        "The share of customers who are worse, five times, rounded down, plus 1; mind recency.",
    )
    slips = {
        "recency_upside_down": Slip("Few days since a purchase must score high in R.", high=True),
        "ties_broken": Slip("You broke ties: customers with equal values have different scores.",
            method="first", seen_in=_unequal_for_equals),
        "or_equal": Slip("You counted equal customers as worse: only those strictly worse are.",
            method="max"),
        "mean_rank": Slip("You gave equal customers their mean rank.", method="average"),
        "renumbered": Slip("Quantiles fell together, and you numbered the rest anew.",
            method="qcut"),
        "equal_width": Slip("You cut the range of values into equal parts, not the customers.",
            method="cut"),
        "from_zero": Slip("Your scores run from 0 to 4; they should run from 1 to 5.", lowest=0),
        "mean_spend": Slip("Your M goes by the mean purchase, not by all spend.", money="mean"),
        "gross": Slip("Your M leaves refunds out of spend.", money="gross"),
        "one_year": Slip(ONE_YEAR, table="last_year"),
        "after_cutoff": Slip(_FUTURE, _DATA, table="until_end"),
    }

    def solve(self, case, *, high=False, method="min", lowest=1, money="", table="customers"):
        customers, scores = getattr(case, table), {}
        for name, (column, more_is_better) in MEASURES.items():
            values = customers[column]
            if name == "M" and money == "mean":
                values = values / customers["purchases"]
            elif name == "M" and money == "gross":
                values = case.gross.reindex(customers.index, fill_value=0)
            better = more_is_better or high
            scores[name] = lowest + _fifth(values if better else -values, method)
        return pd.DataFrame(scores)


def _fifth(values, method):
    """Return 0 to 4, high is good, by the rule of the lesson or by one that people take for it."""
    if method == "cut":
        return pd.cut(values, 5, labels=False)
    if method == "qcut":
        return pd.qcut(values, 5, labels=False, duplicates="drop")
    if method == "first":
        return pd.qcut(values.rank(method="first"), 5, labels=False)
    worse = values.rank(method=method) - (method != "max")
    return (5 * worse // len(values)).clip(upper=4).astype("int64")


class Tiers(Task):
    """The customer pyramid of the year before the cut-off."""
    answer, section = PerCustomer(("tier",)), _PYRAMID
    praise = "Right: tiers by spend of one year, best first."
    hints = (
        "Which period does a yearly tier look at?",
        "summarize takes since= and as_of=.",
        "Pyramid learns thresholds with fit, and gives tiers with predict.",
    )
    slips = {
        "upside_down": Slip("Your pyramid stands on its head: Diamond spent least.", sign=-1),
        "whole_history": Slip("You ranked by spend of all years.", table="customers"),
        "history_of_buyers": Slip("You ranked the year's buyers by spend of all years.",
            table="history"),
        "next_year": Slip("You took the year after the cut-off.", table="next_year"),
        "limits_of_all_years": Slip("Your thresholds are those of all years.", limits="customers"),
        "by_purchases": Slip("You ranked by purchases; the pyramid ranks by spend.",
            by="purchases"),
        "by_mean": Slip("You ranked by the mean purchase; the pyramid ranks by spend.", by="mean"),
        "gross": Slip("You left refunds out: what was sent back was not spent.", _DATA, by="gross"),
        "share_of_value": Slip("You cut by shares of spend, not of customers.", cut="value"),
        "fifths": Slip("You cut five equal parts; the tiers have 1 to 60 %.",
            cut=(0.2, 0.4, 0.6, 0.8)),
        "not_added_up": Slip("You took the shares for limits: add them up, best tier first.",
            cut=(0.01, 0.04, 0.15, 0.2)),
    }

    def solve(self, case, *, table="last_year", limits=None, by="spend", sign=1, cut=None):
        value = sign * case.value_of(table, by)
        if cut is None:
            model = Pyramid(by=by).fit((case.value_of(limits, by) if limits else value).to_frame())
            return model.predict(value.to_frame())
        best_first = value.sort_values(ascending=False, kind="stable")
        share = best_first.rank(ascending=False, method="first", pct=True)
        if cut == "value":
            cut, share = (0.01, 0.05, 0.2, 0.4), best_first.cumsum() / best_first.sum()
        tiers = np.array(list(DEFAULT_SHARES))
        return pd.Series(tiers[np.searchsorted(cut, share, side="left")], index=share.index)


class TopFifth(Task):
    """The share of spend that the best fifth of customers hold."""
    answer = Number(tolerance=0.005)  # the fifth may be rounded up or down
    section = _CLAIM
    praise = "Right. Compare it with the 80 % that everybody quotes."
    hints = (
        "Sort by spend, best first, and add up.",
        "The best fifth is a fifth of the customers, not of the spend.",
        "crm.top_share does it; so does nlargest and two sums.",
    )
    slips = {
        "turned_round": Slip("That is the share of customers who hold 80 %: turned round.",
            asked="who holds"),
        "above_quantile": Slip("That is a share of customers, not of their spend.",
            asked="how many"),
        "gini": Slip("That is the Gini coefficient.", asked="gini"),
        "of_means": Slip("You divided one mean by another; divide the sums.", asked="means"),
        "worst_fifth": Slip("That is the share of the worst fifth.", best=False),
        "not_sorted": Slip("You took the first fifth of the table as it stands: sort it.", by=None),
        "by_purchases": Slip("You took the fifth with most purchases, not with most spend.",
            by="purchases"),
        "tenth": Slip("You took the best tenth; a fifth is 20 %.", share=0.1),
        "twenty": Slip("You took the best 20 customers; 20 % are asked.", share=20),
        "all_years": Slip("You took all years; the question is about one.", table="customers"),
        "of_all_years": Slip("You divided one year's spend by that of all years.",
            whole="customers"),
        "next_year": Slip("You took the year after the cut-off.", table="next_year"),
    }

    def sizes(self, case):
        return (len(case.last_year),)

    def solve(self, case, *, asked="", best=True, by="spend", share=0.2, table="last_year",
              whole=None):
        customers = getattr(case, table)
        if by:
            customers = customers.sort_values(by, ascending=not best, kind="stable")
        spend, total = customers["spend"], getattr(case, whole or table)["spend"].sum()
        if asked == "gini":
            return gini(spend.clip(lower=0))  # it is not defined below 0
        if asked == "who holds":
            return float((spend.cumsum() < 0.8 * total).mean())
        if asked == "how many":
            return float((spend > spend.quantile(1 - share)).mean())
        number = share if share > 1 else round(share * len(spend))
        if by == "spend" and best and share < 1 and not asked and not whole:
            return top_share(spend, share)
        held = spend.iloc[:number].sum() / total
        return float(held * len(spend) / number if asked == "means" else held)


class Serve(Task):
    """Which tiers get the service that is planned for them."""
    answer, section = Chosen(key="tier"), _DECISION
    praise = "Right: what must be kept is compared with what leaves, and carefully."
    hints = (
        "What does one customer who stays bring in a year? And what does the service cost?",
        "Cost ÷ margin is the share to keep; it is a part of those who leave.",
        "To be careful, only as few leave as the interval allows: which column says so?",
    )
    slips = {
        "by_the_middle": Slip("You went by the middle of the interval; take its lower end.",
            leave="left"),
        "by_the_upper_end": Slip("You took the upper end of the interval; take the lower one.",
            leave="left_to"),
        "revenue_not_margin": Slip(_REVENUE, money=1.0),
        "all_that_leave": Slip(_ALL_STAY, kept=1.0),
        "churn_forgotten": Slip(_OF_ALL, leave="one"),
        "cheapest": Slip("You took the cheapest; what counts is what a service can keep.",
            cheapest=True),
        "margin_above_cost": Slip("Most of that margin comes without the service, too.",
            kept=1.0, leave="one"),
    }

    def choices(self, case):
        return case.plan.index

    def facts(self, case):
        return _facts_of_plan(case.plan)

    def solve(self, case, *, leave="left_from", money=MARGIN, kept=KEPT, cheapest=False):
        plan = case.plan.assign(one=1.0)
        if cheapest:
            return list(_cheapest(plan))
        needed = plan["cost"] / (money * plan["mean_spend"] * plan[leave])
        return list(plan.index[steady(needed) <= kept])


def _needed(rng, plan):
    """Draw for each tier of a plan which part of those who leave would have to stay."""
    doubtful = rng.choice(_SMALL)
    others = rng.permutation(plan.index.drop(doubtful))
    paying = rng.integers(2, 3, endpoint=True)
    roles = [_PAYS] * paying + [_BY_SPEND, _NEARLY_ALL, _MORE_THAN_LEAVE][: len(others) - paying]
    needed = pd.Series(roles, others, dtype="float64").reindex(plan.index)
    # As far above one in four at the lower end as below it in the middle.
    left, at_least = plan.loc[doubtful, ["left", "left_from"]]
    needed[doubtful] = KEPT * np.sqrt(left / at_least)
    return needed


def _cheapest(plan):
    return plan.index[plan["cost"] < plan["cost"].median()]


def _facts_of_plan(plan):
    return facts(
        plan.index,
        {
            mark("their service costs more than 100 yuan"): plan["cost"] > 100,
            mark("more than a quarter of them leave"): plan["left"] > 0.25,
            mark("they are fewer than 1,000"): plan["customers"] < 1000,
        },
    )


class ServiceGain(Task):
    """What the service earns if the belief holds."""
    answer, section = Number(relative=0.002), _DECISION
    praise = "Right. If nobody stays, the cost is lost: the memo has to say both."
    hints = (
        "Of one tier: customers × (what is kept of the margin − what the service costs).",
        "Kept of the margin: a quarter of those who leave, each with the margin of a year.",
        "Add up the tiers of your list only; here the share that leaves is the middle one.",
    )
    slips = {
        "cost_forgotten": Slip("You left out what the service costs.", cost=0.0),
        "revenue_not_margin": Slip(_REVENUE, money=1.0),
        "all_that_leave": Slip(_ALL_STAY, kept=1.0),
        "churn_forgotten": Slip(_OF_ALL, leave="one"),
        "by_the_lower_end": Slip("You took the lower end; the expected gain is by the middle.",
            leave="left_from"),
        "all_tiers": Slip("That is the gain of serving all tiers.", chosen=None),
        "chosen_by_the_middle": Slip("Your list is the one by the middle of the interval.",
            chosen=("by_the_middle",)),
        "chosen_by_revenue": Slip("Your list is the one by spend.",
            chosen=("revenue_not_margin",)),
        "customers_forgotten": Slip("That is the gain per customer, once per tier.", each=True),
        "cost_of_leavers": Slip("You paid the service for those who leave; all get it.",
            cost="left"),
        "cost_alone": Slip("That is the cost of the service alone.", kept=0.0),
    }

    def sizes(self, case):
        chosen = case.plan.loc[Serve().right(case), "customers"]
        return len(chosen), int(chosen.sum())

    def solve(self, case, *, chosen=(), leave="left", money=MARGIN, kept=KEPT, cost=1.0,
              each=False):
        plan = case.plan.assign(one=1.0)
        if chosen is not None:
            plan = plan.loc[Serve().wrong(case, *chosen)]
        charged = plan["cost"] * (plan["left"] if cost == "left" else cost)
        gain = kept * plan[leave] * money * plan["mean_spend"] - charged
        return float((gain * (1 if each else plan["customers"])).sum())


class Risers(Task):
    """Who rises a tier when thresholds are kept."""
    answer, section = Chosen(), _CLASSES
    praise = "Right: the thresholds of last year, and only customers of both years."
    hints = (
        "Both years need a tier by the same thresholds.",
        "predict the next year with the pyramid fitted on the last one.",
        "Who is in both years? Then compare the category codes; the best tier is code 0.",
    )
    slips = {
        "ranked_anew": Slip("You ranked anew in the second year; keep the thresholds.",
            limits="next_year"),
        "limits_of_all_years": Slip("Your thresholds are those of all years.", limits="customers"),
        "fallers": Slip("You took those who fell: Diamond is the first category.", moved=(1,)),
        "stayers_too": Slip("You took in those who stayed.", moved=(-1, 0)),
        "movers": Slip("You took everybody who changed tier, those who fell too.", moved=(-1, 1)),
        "newcomers_too": Slip("You took in new customers: they had no tier to rise from.",
            new=("Basic",)),
        "all_newcomers": Slip("You took in new customers: they had no tier to rise from.", new=()),
        "by_spend": Slip("You took those who spent more; a riser is in a higher tier.", spent=True),
        "into_diamond": Slip("You took those who rose to Diamond only.", only=True),
        "to_the_end": Slip("Your second year holds all years.", _DATA, after="until_end"),
    }

    def choices(self, case):
        return case.last_year.index

    def solve(self, case, *, limits="last_year", after="next_year", moved=(-1,), new=None,
              only=False, spent=False):
        first, later = case.last_year, getattr(case, after)
        old = case.tiers_of("last_year", "last_year" if limits == "next_year" else limits)
        tiers = case.tiers_of(after, limits)
        pair = pd.concat([old, tiers], axis=1, keys=["old", "new"], join="inner")
        step = np.sign(pair["new"].cat.codes - pair["old"].cat.codes)
        if spent:
            step = np.sign(first["spend"] - later["spend"]).reindex(pair.index)
        rose = step.isin(moved) & ((pair["new"] == "Diamond") | (not only))
        fresh = tiers[~tiers.index.isin(first.index) & ~tiers.isin(new or ())]
        return [*pair.index[rose], *(fresh.index if new is not None else ())]


TASKS = tasks_in(globals())
