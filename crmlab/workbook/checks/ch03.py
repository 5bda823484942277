"""Checks of the exercise of chapter 3, segmentation."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.company import Company
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.segmentation.pyramid import Pyramid, top_share
from crmlab.segmentation.rfm import MEASURES, RFM
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 800
START, CUTOFF, NEXT_START, END = "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"
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

# The campaign that the mailing task reads, by segment: the chance to order without the
# voucher and what the voucher adds. Champions buy anyway, so the voucher is wasted on
# them; in quieter segments it brings back some. Each case moves these a little.
_RESPONSE = {
    "Champions": (0.62, 0.02),
    "Loyal": (0.45, 0.03),
    "Promising": (0.30, 0.11),
    "New": (0.22, 0.13),
    "Need attention": (0.20, 0.14),
    "About to sleep": (0.12, 0.11),
    "Cannot lose": (0.14, 0.12),
    "At risk": (0.10, 0.10),
    "Hibernating": (0.04, 0.01),
}
# Revenue of a voucher order in yuan; half of it is margin. Where revenue would pay for the
# letter and the margin does not (Loyal), or response would and uplift does not (Champions),
# people go wrong.
_REVENUE = {
    "Champions": 520.0,
    "Loyal": 480.0,
    "Promising": 330.0,
    "New": 260.0,
    "Need attention": 340.0,
    "About to sleep": 300.0,
    "Cannot lose": 560.0,
    "At risk": 340.0,
    "Hibernating": 240.0,
}


class Case:
    """The data of one participant.

    Attributes
    ----------
    company : Company
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): the rows of the till, refunds below 0.
    customers, last_year, next_year : pandas.DataFrame
        ``summarize`` to the cut-off, of the year before it, and of the year after it.
    campaign : pandas.DataFrame
        Index ``segment``: ``customers``, ``ordered_with`` and ``ordered_without`` the
        voucher (shares), ``revenue`` and ``margin`` per order and ``cost`` per letter (yuan).
    """

    def __init__(self, seed):
        self.seed = int(seed)

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @handed_out
    def log(self):
        log = self.company.orders[["customer_id", "date", "amount"]]
        rng = np.random.default_rng([self.seed, 3])
        split = (rng.random(len(log)) < _SPLIT_SHARE) & (log["amount"] > 0).to_numpy()
        part = (log.loc[split, "amount"] * 0.4).round(2)
        second = log[split].assign(amount=part)
        log.loc[split, "amount"] = (log.loc[split, "amount"] - part).round(2)
        return pd.concat([log, second]).sort_values("date", kind="stable", ignore_index=True)

    @cached_property
    def log_to_cutoff(self):
        return self.log[self.log["date"] < NEXT_START]

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
    def scores(self):
        return RFM().fit_transform(self.customers)

    @handed_out
    def campaign(self):
        rng = np.random.default_rng([self.seed, 33])
        counts = self.scores["segment"].value_counts()
        table = pd.DataFrame(_RESPONSE, index=["ordered_without", "uplift"]).T
        table.insert(0, "customers", counts.reindex(table.index).astype("int64"))
        table["ordered_without"] *= rng.uniform(0.95, 1.05, len(table))
        table["ordered_with"] = table["ordered_without"] + table.pop("uplift") * rng.uniform(
            0.95, 1.05, len(table)
        )
        table["revenue"] = pd.Series(_REVENUE) * rng.uniform(0.95, 1.05, len(table))
        table["margin"] = table["revenue"] * 0.5
        table["cost"] = _CONTACT_COST
        return table.round(4).rename_axis("segment")

    @cached_property
    def pyramid(self):
        return Pyramid().fit(self.last_year)

    @cached_property
    def tiers(self):
        return self.pyramid.predict(self.last_year)

    @cached_property
    def next_tiers(self):
        return self.pyramid.predict(self.next_year)


def _added(table, money="margin"):
    """What one letter to a customer of each segment adds, in yuan."""
    return (table["ordered_with"] - table["ordered_without"]) * table[money]


def _days(log):
    """Distinct days with a row, per customer."""
    return log.assign(day=log["date"].dt.normalize()).groupby("customer_id")["day"].nunique()


class Purchases(Task):
    """Purchases per customer up to the cut-off."""

    name = "purchases"
    answer = PerCustomer(("purchases",))
    praise = mark("Right: days with a purchase, refunds and later rows left out.")
    hints = (
        mark("What is one purchase, if the till splits a visit into two rows?"),
        mark("Leave out two kinds of rows first: refunds, and rows after the cut-off day."),
        mark("Make a column with the day, then count distinct days per customer: nunique."),
    )

    def right(self, case):
        return case.customers["purchases"]

    @mistake(mark("You counted rows, not days: one visit can be two rows."), _DATA)
    def rows_counted(self, case):
        return case.log_to_cutoff.query("amount >= 0").groupby("customer_id").size()

    @mistake(mark("You counted days with refunds as purchases."), _DATA)
    def refunds_counted(self, case):
        return _days(case.log_to_cutoff)

    @mistake(mark("You counted purchases after the cut-off: that is data from the future."), _DATA)
    def after_cutoff(self, case):
        return _days(case.log[case.log["amount"] >= 0])

    @mistake(
        mark("You lost the cut-off day itself: a date with a time is later than its midnight."),
        _DATA,
    )
    def last_day_lost(self, case):
        return _days(case.log[(case.log["amount"] >= 0) & (case.log["date"] <= CUTOFF)])


class Recency(Task):
    """Days since the last purchase."""

    name = "recency"
    answer = PerCustomer(("recency_days",))
    praise = mark("Right: whole days from the last purchase to the cut-off.")
    hints = (
        mark("Two dates per customer: the cut-off, and the last day with a purchase."),
        mark("Take the day of the last purchase, without the time, before you subtract."),
        mark("(pd.Timestamp(cutoff) − last_day).dt.days"),
    )

    def right(self, case):
        return case.customers["recency_days"]

    @mistake(mark("You measured to the end of the log, not to the cut-off."), _DATA)
    def from_log_end(self, case):
        return case.customers["recency_days"] + (pd.Timestamp(END) - pd.Timestamp(CUTOFF)).days

    @mistake(mark("You took the first purchase, not the last."), _RFM)
    def first_purchase(self, case):
        return (pd.Timestamp(CUTOFF) - case.customers["first_purchase"]).dt.days

    @mistake(mark("You took a refund for the last purchase."), _DATA)
    def refund_as_purchase(self, case):
        last = case.log_to_cutoff.groupby("customer_id")["date"].max().dt.normalize()
        return (pd.Timestamp(CUTOFF) - last).dt.days.reindex(case.customers.index)


class Scores(Task):
    """R, F and M from 1 to 5."""

    name = "scores"
    answer = PerCustomer(("R", "F", "M"))
    praise = mark("Right: equal values have equal scores, and 5 is always good.")
    hints = (
        mark("For each customer: which share of the others is strictly worse?"),
        mark("rank(method='min') counts from 1, so rank − 1 customers have a smaller value."),
        mark("1 + 5 × (rank − 1) // n; for recency, rank from the longest time down."),
    )

    def right(self, case):
        return case.scores[["R", "F", "M"]]

    @mistake(mark("Your R is upside down: a recent purchase, few days, must score high."), _RFM)
    def recency_upside_down(self, case):
        days = case.customers["recency_days"]
        worse = days.rank(method="min") - 1
        return self.right(case).assign(R=(1 + 5 * worse // len(days)).astype("int64"))

    @mistake(
        mark("You broke ties: customers with the same number of purchases have different F."), _RFM
    )
    def ties_broken(self, case):
        scores = {}
        for name, (column, more_is_better) in MEASURES.items():
            rank = case.customers[column].rank(method="first", ascending=more_is_better)
            scores[name] = pd.qcut(rank, 5, labels=False) + 1
        return pd.DataFrame(scores)

    @mistake(
        mark("You cut the range of values into equal parts; scores go by shares of customers."),
        _RFM,
    )
    def equal_width(self, case):
        scores = {}
        for name, (column, more_is_better) in MEASURES.items():
            part = pd.cut(case.customers[column], 5, labels=False)
            scores[name] = part + 1 if more_is_better else 5 - part
        return pd.DataFrame(scores)

    @mistake(mark("Your scores run from 0 to 4; they should run from 1 to 5."), _RFM)
    def from_zero(self, case):
        return self.right(case) - 1


class Tiers(Task):
    """The customer pyramid of the year before the cut-off."""

    name = "tiers"
    answer = PerCustomer(("tier",))
    praise = mark("Right: tiers by spend of one year, best first.")
    hints = (
        mark("Which period does a yearly tier look at?"),
        mark("summarize takes since= and as_of=."),
        mark("crm.Pyramid().fit(last_year).predict(last_year)"),
    )

    def right(self, case):
        return case.tiers

    @mistake(mark("Your pyramid stands on its head: Diamond holds the lowest spend."), _PYRAMID)
    def upside_down(self, case):
        table = case.last_year[["spend"]] * -1
        return Pyramid().fit(table).predict(table)

    @mistake(mark("You ranked by the spend of all years, not of the last one."), _PYRAMID)
    def whole_history(self, case):
        return Pyramid().fit(case.customers).predict(case.customers)

    @mistake(mark("You ranked by the number of purchases; the pyramid ranks by spend."), _PYRAMID)
    def by_purchases(self, case):
        model = Pyramid(by="purchases").fit(case.last_year)
        return model.predict(case.last_year)

    @mistake(
        mark("You cut by shares of spend; the tiers are shares of the number of customers."),
        _PYRAMID,
    )
    def share_of_value(self, case):
        spend = case.last_year["spend"].sort_values(ascending=False, kind="stable")
        held = spend.cumsum() / spend.sum()
        names = list(case.pyramid.thresholds_)
        place = np.searchsorted([0.01, 0.05, 0.20, 0.40], held, side="left")
        return pd.Series(np.array(names)[place], index=spend.index)


class TopFifth(Task):
    """The share of spend that the best fifth of customers hold."""

    name = "top_fifth"
    answer = Number(tolerance=0.006)
    praise = mark("Right. Compare it with the 80 % that everybody quotes.")
    hints = (
        mark("Sort by spend, best first, and add up."),
        mark("The best fifth is a fifth of the customers, not of the spend."),
        mark("crm.top_share does it; so does nlargest and two sums."),
    )

    def right(self, case):
        return top_share(case.last_year["spend"], 0.2)

    @mistake(mark("You gave per cent; the task asks for a share between 0 and 1."), _CLAIM)
    def in_percent(self, case):
        return 100 * self.right(case)

    @mistake(
        mark("That is the share of customers who hold 80 % of spend: the question turned round."),
        _CLAIM,
    )
    def turned_round(self, case):
        held = case.last_year["spend"].sort_values(ascending=False).cumsum()
        return float((held < 0.8 * held.iloc[-1]).mean())

    @mistake(mark("That is the share of the worst fifth."), _CLAIM)
    def worst_fifth(self, case):
        return 1 - top_share(case.last_year["spend"], 0.8)

    @mistake(
        mark("You took the fifth with the most purchases, not with the highest spend."), _CLAIM
    )
    def by_purchases(self, case):
        table = case.last_year.sort_values("purchases", ascending=False, kind="stable")
        best = table["spend"].iloc[: round(0.2 * len(table))]
        return best.sum() / table["spend"].sum()


class Risers(Task):
    """Who rises a tier when thresholds are kept."""

    name = "risers"
    answer = Chosen()
    praise = mark("Right: the thresholds of last year, and only customers of both years.")
    hints = (
        mark("Both years need a tier by the same thresholds."),
        mark("predict the next year with the pyramid fitted on the last one."),
        mark("Who is in both years? join='inner', then compare the category codes."),
    )

    @staticmethod
    def _codes(before, after):
        # Codes count from the best tier down.
        codes = {"old": before.cat.codes, "new": after.cat.codes}
        return pd.concat(codes, axis=1, join="inner")

    def right(self, case):
        return list(self._codes(case.tiers, case.next_tiers).query("new < old").index)

    @mistake(mark("You ranked anew in the second year; the task keeps the thresholds."), _CLASSES)
    def ranked_anew(self, case):
        after = Pyramid().fit(case.next_year).predict(case.next_year)
        return list(self._codes(case.tiers, after).query("new < old").index)

    @mistake(
        mark("You took those who fell: Diamond is the first category, not the last."), _CLASSES
    )
    def fallers(self, case):
        return list(self._codes(case.tiers, case.next_tiers).query("new > old").index)

    @mistake(
        mark("You took in those who stayed; a riser is in a higher tier than before."), _CLASSES
    )
    def stayers_too(self, case):
        return list(self._codes(case.tiers, case.next_tiers).query("new <= old").index)

    @mistake(
        mark("You took in new customers above Basic; they had no tier to rise from."), _CLASSES
    )
    def newcomers_too(self, case):
        fresh = case.next_tiers[~case.next_tiers.index.isin(case.last_year.index)]
        return self.right(case) + list(fresh.index[fresh != "Basic"])


class Mailing(Task):
    """Which segments get a voucher by post."""

    name = "mailing"
    answer = Chosen()
    praise = mark("Right: each letter must pay for itself by what it adds, in margin.")
    hints = (
        mark("What does one letter to this segment add, compared with no letter?"),
        mark("Extra orders are ordered_with − ordered_without."),
        mark("Keep the segments where extra orders × margin is above the cost of a letter."),
    )

    def _segments(self, case, gain):
        return list(case.campaign.index[gain(case.campaign) > case.campaign["cost"]])

    def right(self, case):
        return self._segments(case, _added)

    @mistake(
        mark("You paid for orders that would have come anyway; only the extra ones count."), _ROI
    )
    def response_not_uplift(self, case):
        return self._segments(case, lambda table: table["ordered_with"] * table["margin"])

    @mistake(mark("You counted revenue; the letter has to be paid from the margin."), _ROI)
    def revenue_not_margin(self, case):
        return self._segments(case, lambda table: _added(table, "revenue"))

    @mistake(mark("You write to everybody: some letters cost more than they bring."), _ROI)
    def everybody(self, case):
        return list(case.campaign.index)


class MailingProfit(Task):
    """What the mailing is expected to earn."""

    name = "mailing_profit"
    answer = Number(tolerance=1.0)
    praise = mark("Right. That is the expectation; the memo should say what could go wrong.")
    hints = (
        mark("Profit of a segment = customers × (what a letter adds − what it costs)."),
        mark("Add up the chosen segments only."),
        mark("The number of customers of each segment is in the campaign table."),
    )

    def _profit(self, case, chosen, add):
        table = case.campaign.loc[chosen]
        return float((table["customers"] * add(table)).sum())

    def right(self, case):
        chosen = Mailing().right(case)
        return self._profit(case, chosen, lambda table: _added(table) - table["cost"])

    @mistake(mark("You forgot the cost of the letters."), _ROI)
    def cost_forgotten(self, case):
        return self._profit(case, Mailing().right(case), _added)

    @mistake(mark("That is the profit of writing to everybody."), _ROI)
    def everybody(self, case):
        return self._profit(
            case, list(case.campaign.index), lambda table: _added(table) - table["cost"]
        )

    @mistake(mark("You counted revenue; profit is counted in margin."), _ROI)
    def revenue_not_margin(self, case):
        chosen = Mailing().right(case)
        return self._profit(case, chosen, lambda table: _added(table, "revenue") - table["cost"])

    @mistake(mark("That is the profit per letter, added up once per segment."), _ROI)
    def customers_forgotten(self, case):
        table = case.campaign.loc[Mailing().right(case)]
        return float((_added(table) - table["cost"]).sum())


class SampleSize(Task):
    """How many customers a test of the new service needs."""

    name = "test_size"
    answer = Number(relative=0.03)
    praise = mark("Right. Compare it with how many customers the segment has.")
    hints = (
        mark("The base rate is how many of last year's customers came back in the next year."),
        mark("Five percentage points more; power 80 %, two-sided 5 %, equal arms."),
        mark("proportion_effectsize and NormalIndPower().solve_power, as in the lesson."),
    )

    @staticmethod
    def _base(case):
        return float(case.last_year.index.isin(case.next_year.index).mean())

    @staticmethod
    def _per_arm(base, better, alpha=0.05, power=0.8):
        from statsmodels.stats.power import NormalIndPower
        from statsmodels.stats.proportion import proportion_effectsize

        effect = proportion_effectsize(better, base)
        return float(NormalIndPower().solve_power(effect, power=power, alpha=alpha))

    def right(self, case):
        return self._per_arm(self._base(case), self._base(case) + 0.05)

    @mistake(
        mark("You put the difference itself in as effect size; it needs proportion_effectsize."),
        _SERVICE,
    )
    def raw_difference(self, case):
        from statsmodels.stats.power import NormalIndPower

        return float(NormalIndPower().solve_power(0.05, power=0.8, alpha=0.05))

    @mistake(mark("You took 5 % of the base rate; the task says five percentage points."), _SERVICE)
    def relative_not_points(self, case):
        return self._per_arm(self._base(case), 1.05 * self._base(case))

    @mistake(mark("That test is one-sided; the task asks for a two-sided 5 %."), _SERVICE)
    def one_sided(self, case):
        return self._per_arm(self._base(case), self._base(case) + 0.05, alpha=0.10)


TASKS = (
    Purchases(),
    Recency(),
    Scores(),
    Tiers(),
    TopFifth(),
    Risers(),
    Mailing(),
    MailingProfit(),
    SampleSize(),
)
