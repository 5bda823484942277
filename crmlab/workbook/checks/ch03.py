"""Checks of the exercise of chapter 3, segmentation."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.segmentation.pyramid import DEFAULT_SHARES, Pyramid, gini, top_share
from crmlab.segmentation.rfm import MEASURES, RFM
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

START, CUTOFF, NEXT_START, END = "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"
BEGINNING, FOREVER = "2000-01-01", "2100-01-01"
_SPLIT_SHARE = 0.06  # share of orders that the till splits into two rows on one day
_CONTACT_COST = 12.0  # yuan for a printed voucher and its postage

# Headings of the lesson to read again.
_DATA = mark("The data")
_RFM = mark("RFM: recency, frequency, monetary value")
_PYRAMID = mark("The customer pyramid")
_CLAIM = mark('Claim check: "20 % of customers bring 80 % of profit"')
_CLASSES = mark("Classification management")
_SERVICE = mark("From a segment to a service")
_ROI = mark(
    'Claim check: "segmentation brings 64 % more return, keeps 56 % more customers, cuts cost by '
    '48 %"'
)

# What is said of several tasks.
_FUTURE = mark("You let in rows after the cut-off: that is data from the future.")
_MIDNIGHT = mark("You lost the cut-off day: a date with a time is later than its midnight.")
_ONE_YEAR = mark("You took one year; all purchases up to the cut-off count.")
_ANYWAY = mark("You counted orders that would have come anyway; only the extra ones count.")
_EACH_PAYS = mark("You took a number of segments; each letter has to pay for itself.")

# The campaign that the mailing task reads, by segment: the chance to order without the voucher,
# what the voucher adds, and the revenue of an order in yuan; half of it is margin. Champions buy
# anyway, so response would pay for the voucher and uplift does not; with Loyal revenue would pay
# and the margin does not. Each case moves these a little.
_CAMPAIGN = {
    "Champions": (0.62, 0.02, 520.0),
    "Loyal": (0.45, 0.03, 480.0),
    "Promising": (0.30, 0.11, 330.0),
    "New": (0.22, 0.13, 260.0),
    "Need attention": (0.20, 0.14, 340.0),
    "About to sleep": (0.12, 0.11, 300.0),
    "Cannot lose": (0.14, 0.12, 560.0),
    "At risk": (0.10, 0.10, 340.0),
    "Hibernating": (0.04, 0.01, 240.0),
}


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): the rows of the till, refunds below 0.
    customers, last_year, next_year : pandas.DataFrame
        ``summarize`` to the cut-off, of the year before it, and of the year after it.
    campaign : pandas.DataFrame
        Index ``segment``: ``customers``, ``ordered_with`` and ``ordered_without`` the
        voucher (shares), ``revenue`` and ``margin`` per order and ``cost`` per letter (yuan).
    """

    size = 800

    @handed_out
    def log(self):
        log = self.company.orders[["customer_id", "date", "amount"]]
        rng = np.random.default_rng([self.seed, 3])
        split = (rng.random(len(log)) < _SPLIT_SHARE) & (log["amount"] > 0).to_numpy()
        part = (log.loc[split, "amount"] * 0.4).round(2)
        second = log[split].assign(amount=part)
        log.loc[split, "amount"] = (log.loc[split, "amount"] - part).round(2)
        return pd.concat([log, second]).sort_values("date", kind="stable", ignore_index=True)

    def bought(self, *, refunds=False, since=BEGINNING, until=NEXT_START, last_day=True):
        """Return the rows that count as purchases, with their ``day``."""
        log = self.log
        kept = (log["date"] >= since) & (log["date"] < until)
        if not refunds:
            kept &= log["amount"] >= 0
        if not last_day:
            kept &= log["date"] <= CUTOFF
        return log[kept].assign(day=log["date"].dt.normalize())

    @handed_out
    def customers(self):
        return summarize(self.log, as_of=CUTOFF)

    @handed_out
    def last_year(self):
        return summarize(self.log, since=START, as_of=CUTOFF)

    @handed_out
    def next_year(self):
        return summarize(self.log, since=NEXT_START, as_of=END)

    @cached_property
    def history(self):
        """All years of those who bought in the last one."""
        return self.customers.loc[self.last_year.index]

    @cached_property
    def until_end(self):
        """All customers as of the end of the log: what nobody knows at the cut-off."""
        return summarize(self.log, as_of=END)

    @handed_out
    def campaign(self):
        rng = np.random.default_rng([self.seed, 33])
        counts = RFM().fit_transform(self.customers)["segment"].value_counts()
        table = pd.DataFrame(_CAMPAIGN, index=["ordered_without", "uplift", "revenue"]).T
        table.insert(0, "customers", counts.reindex(table.index).astype("int64"))
        table["ordered_without"] *= rng.uniform(0.95, 1.05, len(table))
        gain = table.pop("uplift") * rng.uniform(0.95, 1.05, len(table))
        table.insert(2, "ordered_with", table["ordered_without"] + gain)
        table["revenue"] *= rng.uniform(0.95, 1.05, len(table))
        table["margin"] = table["revenue"] * 0.5
        table["cost"] = _CONTACT_COST
        return table.round(4).rename_axis("segment")

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

    def tiers_of(self, table, limits):
        """Return tiers of one table by the thresholds of another."""
        key = "tiers", table, limits
        if key not in self.known:
            model = Pyramid().fit(getattr(self, limits))
            self.known[key] = model.predict(getattr(self, table))
        return self.known[key]

    @cached_property
    def base_rates(self):
        """Shares that can be taken for how many come back."""
        last, later = self.last_year.index, self.next_year.index
        back = float(last.isin(later).mean())
        return {
            **{"last_year": back, "gone": 1 - back, "half": 0.5},
            "next_year": float(later.isin(last).mean()),
            "customers": float(self.customers.index.isin(later).mean()),
        }

    @cached_property
    def facts(self):
        log = self.log.assign(day=self.log["date"].dt.normalize())
        paid, before = log["amount"] >= 0, log["date"] < NEXT_START
        last_day, again = log["day"] == CUTOFF, log.duplicated(["customer_id", "day"])
        ids, early = self.company.customers["customer_id"], self.customers
        held = {
            mark("they returned something"): log[~paid],
            mark("they returned something up to the cut-off"): log[~paid & before],
            mark("the till split one of their visits into two rows"): log[again],
            mark("they bought on the cut-off day itself"): log[paid & last_day],
            mark("they have rows after the cut-off"): log[~before],
            mark("they bought nothing up to the cut-off"): ids[~ids.isin(early.index)],
            mark("they bought once up to the cut-off"): early.index[early["purchases"] == 1],
            mark("they bought nothing in the year before the cut-off"): early.index.difference(
                self.last_year.index
            ),
            mark("they first bought in the year before the cut-off"): early.index[
                early["first_purchase"] >= START
            ],
        }
        return facts(ids, {fact: getattr(rows, "customer_id", rows) for fact, rows in held.items()})

    def about(self, name):
        rows = self.log[self.log["customer_id"].astype("str") == name].tail(6)
        return ", ".join(
            f"{row.date:%Y-%m-%d %H:%M} {row.amount:,.2f}" for row in rows.itertuples()
        )


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
        "one_year": Slip(_ONE_YEAR, since=START),
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
        "one_year": Slip(_ONE_YEAR, table="last_year"),
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
    answer = Number(tolerance=0.006)  # the fifth may be rounded up or down
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


class Mailing(Task):
    """Which segments get a voucher by post."""
    answer, section = Chosen(key="segment"), _ROI
    praise = "Right: each letter must pay for itself by what it adds, in margin."
    hints = (
        "What does one letter to this segment add, compared with no letter?",
        "Extra orders are ordered_with − ordered_without.",
        "What a letter adds is in orders, what it costs in yuan: which column lies between?",
    )
    slips = {
        "response_not_uplift": Slip(_ANYWAY, orders="with"),
        "revenue_not_margin": Slip("You counted revenue; a letter is paid from the margin.",
            money="revenue"),
        "cost_forgotten": Slip("You left out what a letter costs.", cost=0.0),
        "cost_of_orders": Slip("You charged the letter to those who order; all get one.",
            cost="orders"),
        "best_half": Slip(_EACH_PAYS, best=0.5),
        "best_three": Slip(_EACH_PAYS, best=3),
        "by_response": Slip("You went by the response alone: nothing was said of cost.",
            orders="with", best="mean"),
    }

    def choices(self, case):
        return case.campaign.index

    def solve(self, case, *, orders="added", money="margin", cost=1.0, best=None):
        table = case.campaign
        if best == "mean":
            return list(table.index[_orders(table, orders) > _orders(table, orders).mean()])
        gain = steady(_letter(table, orders, money, cost))
        number = len(gain) if best is None else round(best * len(gain)) if best < 1 else best
        return list(gain[(gain > 0) | (best is not None)].nlargest(number).index)


def _orders(table, which):
    """Return orders per letter, as they are counted rightly or wrongly."""
    anyway = table["ordered_without"] if which == "added" else 0
    return table["ordered_with"] - anyway


def _letter(table, orders, money, cost):
    """Return what one letter earns, in yuan, per segment."""
    share = table["ordered_with"] if cost == "orders" else cost
    return _orders(table, orders) * table[money] - share * table["cost"]


class MailingProfit(Task):
    """What the mailing is expected to earn."""
    answer, section = Number(tolerance=1.0), _ROI
    praise = "Right. That is the expectation; the memo should say what could go wrong."
    hints = (
        "Profit of a segment = customers × (what a letter adds − what it costs).",
        "Add up the chosen segments only.",
        "The number of customers of each segment is in the campaign table.",
    )
    slips = {
        "cost_forgotten": Slip("You forgot the cost of the letters.", cost=0.0),
        "cost_once": Slip("You took one letter per segment; everybody gets one.", once=True),
        "cost_of_orders": Slip("You charged the letter to those who order; all get one.",
            cost="orders"),
        "everybody": Slip("That is the profit of writing to everybody.", chosen=None),
        "chosen_by_revenue": Slip("Your list is the one by revenue.",
            chosen=("revenue_not_margin",)),
        "chosen_by_response": Slip("Your list is the one by response.",
            chosen=("response_not_uplift",)),
        "revenue_not_margin": Slip("You counted revenue; profit is counted in margin.",
            money="revenue"),
        "response_not_uplift": Slip(_ANYWAY, orders="with"),
        "customers_forgotten": Slip("That is the profit per letter, once per segment.", each=True),
        "half": Slip("You took half of each segment; now everybody in it gets one.", share=0.5),
    }

    def sizes(self, case):
        chosen = case.campaign.loc[Mailing().right(case), "customers"]
        return len(chosen), int(chosen.sum())

    def solve(self, case, *, chosen=(), money="margin", orders="added", cost=1.0, once=False,
              each=False, share=1.0):
        table = case.campaign
        if chosen is not None:
            table = table.loc[Mailing().wrong(case, *chosen)]
        letter, number = _letter(table, orders, money, cost), share * table["customers"]
        if once:
            letter = letter + table["cost"] * (1 - 1 / number)
        return float((letter * (1 if each else number)).sum())


class TestSize(Task):
    """How many customers a test of the new service needs."""
    answer = Number(relative=0.03)  # other formulas for the same test differ by 2 %
    section = _SERVICE
    praise = "Right. Compare it with how many customers the segment has."
    hints = (
        "The base rate is how many of last year's customers came back in the next year.",
        "Five percentage points more; power 80 %, two-sided 5 %, equal arms.",
        "proportion_effectsize and NormalIndPower().solve_power, as in the lesson.",
    )
    slips = {
        "raw_difference": Slip("You put the difference in as effect size: it needs Cohen's h.",
            effect="raw"),
        "of_a_survey": Slip("That is the formula of a survey: it has no second arm, no power.",
            effect="survey"),
        "relative_not_points": Slip("You took 5 % of the base rate, not five points.", times=True),
        "ten_points": Slip("Your step is ten points; the task says five.", step=0.10),
        "one_sided": Slip("That test is one-sided; a two-sided 5 % is asked.", alpha=0.10),
        "both_arms": Slip("That is both arms together; the task asks for one.", arms=2),
        "half_an_arm": Slip("You halved it: solve_power gives it per arm already.", arms=0.5),
        "power_90": Slip("That test has a power of 90 %; the task says 80 %.", power=0.9),
        "power_95": Slip("That test has a power of 95 %; the task says 80 %.", power=0.95),
        "power_50": Slip("You left power out of the formula.", power=0.5),
        "base_turned": Slip("Your base rate is the share who did not come back.", of="gone"),
        "base_half": Slip("You took 50 % for the base rate; count it.", of="half"),
        "base_of_next_year": Slip("Your base rate is a share of the next year's customers.",
            of="next_year"),
        "base_of_all": Slip("Your base rate is that of all customers.", of="customers"),
    }

    def solve(self, case, *, of="last_year", step=0.05, times=False, effect="", alpha=0.05,
              power=0.8, arms=1):
        base = case.base_rates[of]
        step = base * step if times else step
        if effect == "survey":
            return arms * norm.isf(alpha / 2) ** 2 * base * (1 - base) / step**2
        size = step if effect == "raw" else proportion_effectsize(base + step, base)
        return arms * float(NormalIndPower().solve_power(size, power=power, alpha=alpha))


TASKS = tasks_in(globals())
