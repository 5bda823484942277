"""Checks of the exercise of chapter 3, segmentation."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.segmentation.pyramid import DEFAULT_SHARES, Pyramid, top_share
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
    def until_end(self):
        """All customers as of the end of the log: what nobody knows at the cut-off."""
        return summarize(self.log, as_of=END)

    @handed_out
    def campaign(self):
        rng = np.random.default_rng([self.seed, 33])
        counts = RFM().fit_transform(self.customers)["segment"].value_counts()
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
    def facts(self):
        log, day = self.log, self.log["date"].dt.normalize()
        whose, paid = log["customer_id"], log["amount"] >= 0
        before, once = log["date"] < NEXT_START, self.customers["purchases"] == 1
        later = set(whose[~before])
        return facts(
            self.company.customers["customer_id"],
            {
                mark("they returned something"): whose[~paid],
                mark("they returned something up to the cut-off"): whose[~paid & before],
                mark("the till split one of their visits into two rows"): whose[
                    log.assign(day=day).duplicated(["customer_id", "day"])
                ],
                mark("they bought on the cut-off day itself"): whose[paid & (day == CUTOFF)],
                mark("they have rows after the cut-off"): later,
                mark("they first bought after the cut-off"): later - set(self.customers.index),
                mark("they bought before the cut-off and not after it"): whose[~whose.isin(later)],
                mark("they bought once up to the cut-off"): once,
                mark("they did not buy in the year before the cut-off"): set(self.customers.index)
                - set(self.last_year.index),
                mark("they bought nothing before the year of the tiers"): self.customers[
                    "first_purchase"
                ]
                >= START,
            },
        )

    def about(self, name):
        rows = self.log[self.log["customer_id"].astype("str") == name].tail(6)
        return ", ".join(
            f"{row.date:%Y-%m-%d %H:%M} {row.amount:,.2f}" for row in rows.itertuples()
        )


class Purchases(Task):
    """Purchases per customer up to the cut-off."""

    answer = PerCustomer(("purchases",))
    section = _DATA
    praise = "Right: days with a purchase, refunds and later rows left out."
    hints = (
        "What is one purchase, if the till splits a visit into two rows?",
        "Leave out two kinds of rows first: refunds, and rows after the cut-off day.",
        "Make a column with the day, then count distinct days per customer: nunique.",
    )
    slips = {
        "rows_counted": Slip("You counted rows, not days: one visit can be two rows.", rows=True),
        "refunds_counted": Slip("You counted days with refunds as purchases.", refunds=True),
        "refunds_subtracted": Slip(
            "You took purchases off for refunds; a refund is a day on which nobody bought.",
            off=True,
        ),
        "after_cutoff": Slip(
            "You counted purchases after the cut-off: that is data from the future.",
            until=FOREVER,
        ),
        "last_day_lost": Slip(
            "You lost the cut-off day itself: a date with a time is later than its midnight.",
            last_day=False,
        ),
        "one_year": Slip(
            "You counted one year; all purchases up to the cut-off count.", since=START
        ),
    }

    def solve(self, case, *, rows=False, off=False, **which):
        bought = case.bought(**which).groupby("customer_id")["day"]
        count = bought.size() if rows else bought.nunique()
        if off:
            back = case.bought(**{**which, "refunds": True}).query("amount < 0")
            count = count.sub(back.groupby("customer_id").size(), fill_value=0)
            count = count.reindex(bought.size().index)
        return count


class Recency(Task):
    """Days since the last purchase."""

    answer = PerCustomer(("recency_days",))
    section = _DATA
    praise = "Right: whole days from the last purchase to the cut-off."
    hints = (
        "Two dates per customer: the cut-off, and the last day with a purchase.",
        "Take the day of the last purchase, without the time, before you subtract.",
        "The difference of two days has .dt.days.",
    )
    slips = {
        "from_log_end": Slip("You measured to the end of the log, not to the cut-off.", to=END),
        "from_next_day": Slip(
            "You are one day too high: the cut-off day is the day itself, not the day after it.",
            to=NEXT_START,
        ),
        "after_cutoff": Slip(
            "You let in purchases after the cut-off: that is data from the future.",
            until=FOREVER,
        ),
        "first_purchase": Slip("You took the first purchase, not the last.", _RFM, which="min"),
        "refund_as_purchase": Slip("You took a refund for the last purchase.", refunds=True),
        "last_day_lost": Slip(
            "You lost the cut-off day itself: a date with a time is later than its midnight.",
            last_day=False,
        ),
        "time_of_day": Slip(
            "You subtracted a time of day: half a day is cut off, and days are one too few. Take "
            "the day first.",
            time="floor",
        ),
        "part_of_a_day": Slip("You left the time of day in: whole days are asked.", time="part"),
    }

    def solve(self, case, *, to=CUTOFF, which="max", time="", **rows):
        bought = case.bought(**rows).groupby("customer_id")
        last = bought["date" if time else "day"].agg(which)
        gap = pd.Timestamp(to) - last
        if rows.get("refunds"):
            gap = gap.reindex(case.customers.index)
        return gap / pd.Timedelta(days=1) if time == "part" else gap.dt.days


def _unequal_for_equals(case, scores):
    """Whether customers with one value have several scores, however that came about."""
    measured = case.customers.set_axis(case.customers.index.astype("str"))
    if not scores.index.equals(measured.sort_index().index):
        return False
    return any(
        scores[name].groupby(measured[column].reindex(scores.index)).nunique().max() > 1
        for name, (column, _more) in MEASURES.items()
    )


class Scores(Task):
    """R, F and M from 1 to 5."""

    answer = PerCustomer(("R", "F", "M"))
    section = _RFM
    praise = "Right: equal values have equal scores, and 5 is always good."
    hints = (
        "For each customer: which share of the others is strictly worse?",
        "rank(method='min') counts from 1, so rank − 1 customers have a smaller value.",
        "The share of customers who are worse, five times, rounded down, plus 1; mind recency.",
    )
    slips = {
        "recency_upside_down": Slip(
            "Your R is upside down: a recent purchase, few days, must score high.", days_high=True
        ),
        "ties_broken": Slip(
            "You broke ties: customers with equal values have different scores.",
            method="first",
            seen_in=_unequal_for_equals,
        ),
        "ties_on_top": Slip(
            "You counted equal customers as worse; only those strictly worse count.", method="max"
        ),
        "ties_in_the_middle": Slip(
            "You gave equal customers their mean rank; only those strictly worse count.",
            method="average",
        ),
        "renumbered": Slip(
            "Quantiles fell together and the scores were numbered anew: what should be 5 is less.",
            method="qcut",
        ),
        "equal_width": Slip(
            "You cut the range of values into equal parts; scores go by shares of customers.",
            method="cut",
        ),
        "from_zero": Slip("Your scores run from 0 to 4; they should run from 1 to 5.", lowest=0),
        "mean_spend": Slip(
            "Your M goes by the mean purchase; it goes by all a customer spent.", money="mean"
        ),
        "one_year": Slip(
            "You scored one year; all purchases up to the cut-off count.", table="last_year"
        ),
        "after_cutoff": Slip(
            "You scored the whole log: that is data from the future.", _DATA, table="until_end"
        ),
    }

    def solve(
        self, case, *, days_high=False, method="min", lowest=1, money="spend", table="customers"
    ):
        customers, scores = getattr(case, table), {}
        for name, (column, more_is_better) in MEASURES.items():
            values = customers[column]
            if column == "spend" and money == "mean":
                values = values / customers["purchases"]
            better = more_is_better or days_high
            scores[name] = lowest + _fifth(values if better else -values, method)
        return pd.DataFrame(scores)


def _fifth(values, method):
    """Return 0 to 4, high is good, by the rule of the lesson or by one that people take for it."""
    if method == "cut":
        return pd.cut(values, 5, labels=False)
    if method == "qcut":
        return pd.qcut(values, 5, labels=False, duplicates="drop")
    return ((5 * (values.rank(method=method) - 1)) // len(values)).astype("int64")


class Tiers(Task):
    """The customer pyramid of the year before the cut-off."""

    answer = PerCustomer(("tier",))
    section = _PYRAMID
    praise = "Right: tiers by spend of one year, best first."
    hints = (
        "Which period does a yearly tier look at?",
        "summarize takes since= and as_of=.",
        "Pyramid learns thresholds with fit, and gives tiers with predict.",
    )
    slips = {
        "upside_down": Slip(
            "Your pyramid stands on its head: Diamond holds the lowest spend.", sign=-1
        ),
        "whole_history": Slip(
            "You ranked by the spend of all years, not of the last one.", table="customers"
        ),
        "next_year": Slip("You took the year after the cut-off.", table="next_year"),
        "history_of_buyers": Slip(
            "You kept those who bought in the year, and ranked them by the spend of all years.",
            table="history",
        ),
        "by_purchases": Slip(
            "You ranked by the number of purchases; the pyramid ranks by spend.", by="purchases"
        ),
        "by_mean": Slip("You ranked by the mean purchase; the pyramid ranks by spend.", by="mean"),
        "refunds_forgotten": Slip(
            "You left refunds out of spend: what was sent back was not spent.", _DATA, by="paid"
        ),
        "share_of_value": Slip(
            "You cut by shares of spend; the tiers are shares of the number of customers.",
            cut="value",
        ),
        "fifths": Slip(
            "You cut into five equal parts; the tiers have shares of 1 to 60 %.", cut="fifths"
        ),
    }

    def solve(self, case, *, table="last_year", by="spend", sign=1, cut="count"):
        if table == "history":
            customers = case.customers.loc[case.last_year.index]
        else:
            customers = getattr(case, table)
        paid = (
            case.bought(since=START).groupby("customer_id")["amount"].sum().reindex(customers.index)
        )
        value = (
            sign
            * customers.assign(
                mean=customers["spend"] / customers["purchases"], paid=paid.fillna(0)
            )[by]
        )
        if cut == "count":
            return Pyramid(by=by).fit(value.to_frame()).predict(value.to_frame())
        names = np.array(list(DEFAULT_SHARES))
        if cut == "fifths":
            place = (5 * (value.rank(method="min", ascending=False) - 1) // len(value)).astype(int)
        else:
            best_first = value.sort_values(ascending=False, kind="stable")
            held = best_first.cumsum() / best_first.sum()
            place = np.searchsorted([0.01, 0.05, 0.20, 0.40], held, side="left")
            value = best_first
        return pd.Series(names[place], index=value.index)


class TopFifth(Task):
    """The share of spend that the best fifth of customers hold."""

    # The fifth of 500 customers may be rounded up or down.
    answer = Number(tolerance=0.006)
    section = _CLAIM
    praise = "Right. Compare it with the 80 % that everybody quotes."
    hints = (
        "Sort by spend, best first, and add up.",
        "The best fifth is a fifth of the customers, not of the spend.",
        "crm.top_share does it; so does nlargest and two sums.",
    )
    slips = {
        "turned_round": Slip(
            "That is the share of customers who hold 80 % of spend: the question turned round.",
            asked="who holds",
        ),
        "worst_fifth": Slip("That is the share of the worst fifth.", best=False),
        "by_purchases": Slip(
            "You took the fifth with the most purchases, not with the highest spend.",
            by="purchases",
        ),
        "purchases_held": Slip(
            "You added up purchases; the question is about spend.", of="purchases", by="purchases"
        ),
        "tenth": Slip("You took the best tenth; a fifth is 20 %.", share=0.1),
        "all_years": Slip("You took all years; the question is about one.", table="customers"),
        "next_year": Slip("You took the year after the cut-off.", table="next_year"),
        "above_quantile": Slip(
            "That is the share of customers above a limit, not the share of their spend.",
            asked="how many",
        ),
    }

    def sizes(self, case):
        return (len(case.last_year),)

    def solve(
        self,
        case,
        *,
        asked="share",
        best=True,
        by="spend",
        of="spend",
        share=0.2,
        table="last_year",
    ):
        ranked = getattr(case, table).sort_values(by, ascending=not best, kind="stable")
        if asked == "who holds":
            held = ranked[of].cumsum()
            return float((held < 0.8 * held.iloc[-1]).mean())
        if asked == "how many":
            return float((ranked[of] > ranked[of].quantile(1 - share)).mean())
        if by == of == "spend" and best:
            return top_share(ranked[of], share)
        return float(ranked[of].iloc[: round(share * len(ranked))].sum() / ranked[of].sum())


class Risers(Task):
    """Who rises a tier when thresholds are kept."""

    answer = Chosen()
    section = _CLASSES
    praise = "Right: the thresholds of last year, and only customers of both years."
    hints = (
        "Both years need a tier by the same thresholds.",
        "predict the next year with the pyramid fitted on the last one.",
        "Who is in both years? join='inner', then compare the category codes.",
    )
    slips = {
        "ranked_anew": Slip(
            "You ranked anew in the second year; the task keeps the thresholds.",
            thresholds="next_year",
        ),
        "all_years": Slip(
            "Your thresholds are those of all years; the task keeps those of the first year.",
            thresholds="customers",
        ),
        "fallers": Slip(
            "You took those who fell: Diamond is the first category, not the last.", moved=(1,)
        ),
        "stayers_too": Slip(
            "You took in those who stayed; a riser is in a higher tier than before.",
            moved=(-1, 0),
        ),
        "movers": Slip("You took everybody who changed tier, those who fell too.", moved=(-1, 1)),
        "newcomers_too": Slip(
            "You took in new customers above Basic; they had no tier to rise from.", new="Basic"
        ),
        "all_newcomers": Slip("You took in new customers; they had no tier to rise from.", new=""),
        "by_spend": Slip(
            "You took those who spent more than before; a riser is in a higher tier.", spent=True
        ),
        "into_diamond": Slip(
            "You took those who rose to Diamond; every higher tier counts.", only="Diamond"
        ),
        "to_the_end": Slip(
            "Your second year holds all years: what counts is what was bought after the cut-off.",
            _DATA,
            after="until_end",
        ),
    }

    def choices(self, case):
        return case.last_year.index

    def solve(
        self,
        case,
        *,
        thresholds="last_year",
        after="next_year",
        moved=(-1,),
        new=None,
        only="",
        spent=False,
    ):
        later = getattr(case, after)
        model = Pyramid().fit(
            case.last_year if thresholds == "next_year" else getattr(case, thresholds)
        )
        before = model.predict(case.last_year)
        tiers = (
            Pyramid().fit(later).predict(later)
            if thresholds == "next_year"
            else (model.predict(later))
        )
        pair = pd.concat([before, tiers], axis=1, keys=["old", "new"], join="inner")
        step = np.sign(pair["new"].cat.codes - pair["old"].cat.codes)
        if spent:
            step = -np.sign(later["spend"].sub(case.last_year["spend"]).reindex(pair.index))
        rose = step.isin(moved) & ((pair["new"] == only) | (not only))
        fresh = tiers[~tiers.index.isin(case.last_year.index)] if new is not None else tiers[:0]
        return [*pair.index[rose], *fresh.index[fresh != new]]


class Mailing(Task):
    """Which segments get a voucher by post."""

    answer = Chosen(key="segment")
    section = _ROI
    praise = "Right: each letter must pay for itself by what it adds, in margin."
    hints = (
        "What does one letter to this segment add, compared with no letter?",
        "Extra orders are ordered_with − ordered_without.",
        "What a letter adds is in orders, what it costs in yuan: which column lies between?",
    )
    slips = {
        "response_not_uplift": Slip(
            "You paid for orders that would have come anyway; only the extra ones count.",
            orders="with",
        ),
        "revenue_not_margin": Slip(
            "You counted revenue; the letter has to be paid from the margin.", money="revenue"
        ),
        "cost_forgotten": Slip(
            "You write to everybody whom a letter moves: what it costs is left out.", cost=0.0
        ),
        "best_half": Slip(
            "You took the best half; each letter has to pay for itself, however many that are.",
            bar="median",
        ),
        "best_three": Slip(
            "You took the best three; each letter has to pay for itself, however many that are.",
            bar="third",
        ),
        "relative": Slip(
            "You went by the growth in per cent of orders; what counts is orders added, in yuan.",
            orders="growth",
        ),
    }

    def choices(self, case):
        return case.campaign.index

    def solve(self, case, *, orders="added", money="margin", cost=1.0, bar=""):
        table = case.campaign
        gain = _orders(table, orders) * table[money] - cost * table["cost"]
        least = {"": 0, "median": gain.median(), "third": gain.nlargest(4).iloc[-1]}[bar]
        return list(table.index[gain > least])


def _orders(table, which):
    """Return orders per letter, as they are counted rightly or wrongly."""
    added = table["ordered_with"] - table["ordered_without"]
    return {
        "added": added,
        "with": table["ordered_with"],
        "without": table["ordered_without"],
        "growth": added / table["ordered_without"],
    }[which]


class MailingProfit(Task):
    """What the mailing is expected to earn."""

    answer = Number(tolerance=1.0)
    section = _ROI
    praise = "Right. That is the expectation; the memo should say what could go wrong."
    hints = (
        "Profit of a segment = customers × (what a letter adds − what it costs).",
        "Add up the chosen segments only.",
        "The number of customers of each segment is in the campaign table.",
    )
    slips = {
        "cost_forgotten": Slip("You forgot the cost of the letters.", cost=0.0),
        "cost_once": Slip(
            "You took the cost of one letter per segment; everybody gets one.", cost="once"
        ),
        "everybody": Slip("That is the profit of writing to everybody.", chosen=None),
        "chosen_by_revenue": Slip(
            "The list is the one by revenue; the letter has to be paid from the margin.",
            chosen=("revenue_not_margin",),
        ),
        "chosen_by_response": Slip(
            "The list is the one by response; some of it would have ordered anyway.",
            chosen=("response_not_uplift",),
        ),
        "revenue_not_margin": Slip(
            "You counted revenue; profit is counted in margin.", money="revenue"
        ),
        "response_not_uplift": Slip(
            "You counted orders that would have come anyway; only the extra ones count.",
            orders="with",
        ),
        "customers_forgotten": Slip(
            "That is the profit per letter, added up once per segment.", per="segment"
        ),
        "half": Slip(
            "You took half of each segment: this spring everybody in it gets a letter.", share=0.5
        ),
    }

    def sizes(self, case):
        chosen = case.campaign.loc[Mailing().right(case), "customers"]
        return len(chosen), int(chosen.sum())

    def solve(
        self, case, *, chosen=(), money="margin", orders="added", cost=1.0, per="", share=1.0
    ):
        table = case.campaign
        if chosen is not None:
            table = table.loc[Mailing().wrong(case, *chosen)]
        number = 1.0 if per == "segment" else share * table["customers"]
        letter = _orders(table, orders) * table[money]
        if cost == "once":
            return float((number * letter - table["cost"]).sum())
        return float((number * (letter - cost * table["cost"])).sum())


class TestSize(Task):
    """How many customers a test of the new service needs."""

    # Other formulas for the same test differ by 2 %.
    answer = Number(relative=0.03)
    section = _SERVICE
    praise = "Right. Compare it with how many customers the segment has."
    hints = (
        "The base rate is how many of last year's customers came back in the next year.",
        "Five percentage points more; power 80 %, two-sided 5 %, equal arms.",
        "proportion_effectsize and NormalIndPower().solve_power, as in the lesson.",
    )
    slips = {
        "raw_difference": Slip(
            "You put the difference itself in as effect size; it needs proportion_effectsize.",
            raw=True,
        ),
        "relative_not_points": Slip(
            "You took 5 % of the base rate; the task says five percentage points.", relative=True
        ),
        "one_sided": Slip("That test is one-sided; the task asks for a two-sided 5 %.", alpha=0.10),
        "both_arms": Slip("That is both arms together; the task asks for one.", arms=2),
        "half_an_arm": Slip(
            "You halved the number: solve_power gives it per arm already.", arms=0.5
        ),
        "power_90": Slip("That test has a power of 90 %; the task says 80 %.", power=0.9),
        "power_50": Slip("You left power out of the formula; the task says 80 %.", power=0.5),
        "base_turned": Slip("Your base rate is the share who did not come back.", gone=True),
        "base_half": Slip("You took 50 % for the base rate; it stands in your tables.", base=0.5),
        "base_of_next_year": Slip(
            "Your base rate is the share of the next year's customers who had bought before.",
            of="next_year",
        ),
        "base_of_all": Slip(
            "Your base rate is that of all customers, not of last year's.", of="customers"
        ),
        "ten_points": Slip("Your step is ten points; the task says five.", step=0.10),
        "fall": Slip(
            "You planned for a fall of five points; the task is about a rise.", step=-0.05
        ),
    }

    def solve(
        self,
        case,
        *,
        base=None,
        of="last_year",
        gone=False,
        step=0.05,
        relative=False,
        raw=False,
        alpha=0.05,
        power=0.8,
        arms=1,
    ):
        from statsmodels.stats.power import NormalIndPower
        from statsmodels.stats.proportion import proportion_effectsize

        later = case.last_year if of == "next_year" else case.next_year
        if base is None:
            base = float(getattr(case, of).index.isin(later.index).mean())
            base = 1 - base if gone else base
        better = base * (1 + step) if relative else base + step
        effect = abs(better - base) if raw else proportion_effectsize(better, base)
        return arms * float(NormalIndPower().solve_power(effect, power=power, alpha=alpha))


TASKS = tasks_in(globals())
