"""Checks of the exercise of chapter 2a, customer value and lifetime value."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crmlab.clv import clv_closed_form, clv_formula, clv_simple
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.checks import ch02, tasks_in
from crmlab.workbook.checks.ch02 import (
    ALWAYS,
    BEGINNING,
    CUTOFF,
    FOREVER,
    NEXT_START,
    START,
    during,
)
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

_DISCOUNT_RATE = 0.10  # per year

# Headings of the lesson to read again.
_DATA = mark("The data")
_SCORE = mark("A weighted score")
_FORMULA = mark("CLV by formula")
_STAY = mark("How long will they stay?")

# Ways to win a customer; each case deals the roles below out to them.
_CHANNELS = (
    *(mark("search ads"), mark("friends bring friends"), mark("office sampling")),
    *(mark("tasting evenings"), mark("discount portal"), mark("coffee magazine")),
    *(mark("short videos"), mark("billboards")),
)
# Yearly margin (yuan), revenue over margin, share of customers who stay for another year,
# cost of winning one as a multiple of what one is worth, customers won. Each case moves them
# a little; no multiple comes near 1.
_ROLES = (
    (150.0, 2.2, 0.60, 0.37, 140),  # pays, whatever the mistake
    (180.0, 2.1, 0.75, 0.55, 60),  # pays, but not in the first year
    (240.0, 2.2, 0.40, 0.50, 45),  # pays only with the first margin, which comes at once
    (170.0, 2.1, 0.85, 0.70, 50),  # customers stay: with the average retention it does not pay
    (70.0, 3.0, 0.20, 1.25, 320),  # customers leave: with the average retention it pays
    (120.0, 2.0, 0.80, 1.15, 40),  # pays only where a far year counts as much as this one
    (80.0, 2.6, 0.45, 1.60, 180),  # pays in revenue, not in margin
    (110.0, 2.0, 0.55, 3.20, 70),  # does not pay, whatever the mistake
)


class Case(ch02.Case):
    """The data of one participant; the exercise says what is in each table."""

    hour_cost = handed_out(lambda _case: 60.0)  # yuan of service work, wages and telephone
    acquisition_cost = handed_out(  # yuan to win one customer of the plan
        lambda case: float(np.random.default_rng([case.seed, 23]).integers(66, 70) * 10))
    orders = handed_out(lambda case: case.company.orders)
    order_lines = handed_out(lambda case: case.company.order_lines)
    products = handed_out(lambda case: case.company.products)
    tickets = handed_out(lambda case: case.company.tickets)

    @handed_out
    def indicators(self):
        contribution = Contribution().right(self)
        ids, invoices = contribution.index, self.so_far("invoices", "due")
        table = pd.DataFrame({"contribution": contribution.round(2)})
        said = pd.concat([self.so_far("survey", "wave"), self.so_far("reviews")])["customer_id"]
        sent = self.so_far("referrals")["referrer_id"]
        table["referrals"] = sent.value_counts().reindex(ids, fill_value=0)
        table["answers"] = said.value_counts().reindex(ids, fill_value=0)
        bought = during(self.lines, BEGINNING) & (self.lines["quantity"] > 0)
        bought = pd.DataFrame(self.lines)[bought].groupby("customer_id")["category"].nunique()
        table["open_categories"] = self.products["category"].nunique() - bought.reindex(ids)
        paid_late = ~(invoices["paid_on"] <= invoices["due"])
        table["late_share"] = paid_late.groupby(invoices["customer_id"]).mean().round(3)
        return table

    @handed_out
    def points(self):
        rng = np.random.default_rng([self.seed, 21])
        points = rng.permuted([[6, 5], [3, 2], [2, 1], [2, 1], [4, 3]], axis=1)[:, 0]
        return pd.Series(points, index=self.indicators.columns, name="points")

    @handed_out
    def plan(self):
        rng = np.random.default_rng([self.seed, 22])
        years = pd.RangeIndex(1, 6, name="year")
        # Within these ranges no two usual mistakes come within 20 yuan of each other.
        stay = rng.uniform(0.71, 0.73)
        revenue = 1800 * rng.uniform(0.94, 1.06) * 1.04 ** (years - 1)
        table = pd.DataFrame({"still_there": stay ** (years - 1).to_numpy()}, index=years).round(2)
        table["revenue"] = revenue.round(-1)
        table["cost_of_goods"] = (revenue * rng.uniform(0.50, 0.52)).round(-1)
        table["retention_cost"] = rng.uniform(100, 120, len(years)).round(-1)
        table["net_profit"] = table["revenue"] - table["cost_of_goods"] - table["retention_cost"]
        return table

    @handed_out
    def channels(self):
        rng = np.random.default_rng([self.seed, 24])
        names = ["margin", "markup", "retention", "multiple", "new_customers"]
        table = pd.DataFrame(rng.permutation(_ROLES), index=list(_CHANNELS), columns=names)
        spread = pd.DataFrame(rng.uniform(-1, 1, table.shape), table.index, table.columns)
        table["margin"] = (table["margin"] * (1 + 0.05 * spread["margin"])).round()
        table["revenue"] = (table["margin"] * table["markup"]).round()
        table["retention"] = (table["retention"] + 0.02 * spread["retention"]).round(2)
        multiple = table["multiple"] * (1 + 0.03 * spread["multiple"])
        table["cost"] = (_worth(table) * multiple).round()
        won = table["new_customers"] * (1 + 0.2 * spread["new_customers"])
        table["new_customers"] = won.round().astype("int64")
        columns = ["new_customers", "revenue", "margin", "retention", "cost"]
        return table[columns].rename_axis("channel")

    @property
    def held(self):
        lines, tickets, ids = self.lines, self.served, self.ids
        sold, opened, bills = during(lines), during(tickets), self.so_far("invoices", "due")
        whose, served = lines["customer_id"], tickets["customer_id"]
        return super().held | {
            mark("they bought several of one product"): whose[sold & (lines["quantity"] > 1)],
            mark("they have a ticket of the year"): served[opened],
            mark("they have no ticket of the year"): ids.difference(served[opened]),
            mark("they have a ticket of another year"): served[~opened],
            mark("they were paid goodwill in the year"): served[opened & (tickets["goodwill"] > 0)],
            mark("they have invoices"): bills["customer_id"],
            mark("they have no invoice"): ids.difference(bills["customer_id"]),
            mark("they sent new customers"): self.so_far("referrals")["referrer_id"],
        }

    def about(self, name):
        tickets = self.so_far("tickets", "opened").query("customer_id == @name").tail(4)
        return ", ".join([super().about(name), *(
            f"{row.ticket_id} {row.opened:%Y-%m-%d %H:%M} {row.work_hours:g} h {row.goodwill:,.2f}"
            for row in tickets.itertuples())]).removeprefix(", ")


class Contribution(Task):
    """What each customer left in the year, after goods and service."""

    answer = PerCustomer(("contribution",), tolerance=0.02)
    section = mark("Value to the firm")
    praise = "Right: what was paid, less the goods, less the service. Some are below 0."
    hints = ("Which tables say whose a line is, when it was, and what one unit cost?",
        "Orders and tickets have a time: the last day goes on until the day after it begins.",
        "Lines of refunds stay in, and who has no ticket has a service that cost nothing.")
    slips = {
        "revenue_not_margin": Slip("You left out what the goods cost.", _DATA, goods=None),
        "quantity_forgotten": Slip("You took the cost of one unit per line; a line can hold "
            "several.", _DATA, goods="unit_cost"),
        "units_forgotten": Slip("You took one unit per line.", _DATA, goods="one"),
        "list_price": Slip("You took the list price, before discounts.", _DATA, money="listed"),
        "refunds_left_out": Slip("You left the refunds out.", _DATA, refunds=False),
        "service_forgotten": Slip("You forgot the service.", hours=0, goodwill=0),
        "hours_forgotten": Slip("You forgot the hours of work.", hours=0),
        "hours_not_priced": Slip("You took off hours, not what they cost.", hours=1 / 60),
        "goodwill_forgotten": Slip("You forgot the goodwill.", goodwill=0),
        "service_added": Slip("You added the service; it is a cost.", sign=1),
        "cost_per_order": Slip("You took off 15 yuan per order, as in the lesson.", order=15),
        "tickets_of_all_years": Slip("You took the tickets of all years.", opened=ALWAYS),
        "whole_history": Slip("You counted the years before, too.", since=BEGINNING),
        "no_period": Slip("You counted all years.", since=BEGINNING, until=FOREVER),
        "after_cutoff": Slip("You went on after the cut-off.", _DATA, until=FOREVER),
        "last_day_lost": Slip("You lost the last day: a date with a time is later than its "
            "midnight. Take what is before the day after.", _DATA, until=CUTOFF),
        "without_ticket_lost": Slip("You lost those without a ticket.", whose="served"),
        "without_ticket_missing": Slip("Without a ticket, service is 0, not missing.", fill=None),
        "without_order_kept": Slip("You kept those with a ticket and no order.", whose="all"),
        "joined_first": Slip("You joined before adding up: lines repeat tickets.", joined="both"),
        "service_per_line": Slip("You took the service off once per line.", joined="lines"),
    }

    def solve(self, case, *, since=START, until=NEXT_START, opened=None, money="paid",
              goods="goods", refunds=True, hours=1, goodwill=1, sign=-1, order=0, fill=0,
              whose="buyers", joined=""):
        lines, tickets, number = case.lines, case.served, len(case.ids)
        sold, opened = during(lines, since, until), during(tickets, *(opened or (since, until)))
        sold &= refunds | (lines["quantity"] > 0)
        left = lines[money] - (lines[goods] if goods else 0) - order * lines["first"]
        spent = hours * case.hour_cost * tickets["work_hours"] + goodwill * tickets["goodwill"]
        margin, bought = (np.bincount(lines["place"], of * sold, number) for of in (left, 1))
        service, served = (np.bincount(tickets["place"], of * opened, number) for of in (spent, 1))
        service = sign * service * (bought if joined else 1)
        value = margin * (served.clip(1) if joined == "both" else 1) + service
        if fill is None:
            value[bought * served == 0] = np.nan
        kept = {"buyers": bought, "served": bought * served}.get(whose, bought + served) > 0
        return pd.Series(value[kept], case.ids[kept], name="contribution")


class Score(Task):
    """One score from five indicators."""

    answer = PerCustomer(("score",), tolerance=0.05)
    section = mark("A weighted score")
    praise = "Right: ranks on one scale, low turned round, nobody judged on what is not known."
    hints = ("Yuan, counts and shares cannot be added; shares of customers who are worse can.",
        "rank(method='min') counts from 1; late_share is ranked the other way round.",
        "Where a rank is missing, its points do not count either: who has fewer, divides by fewer.")
    slips = {
        "points_forgotten": Slip("You left out the points.", points=False),
        "raw_values": Slip("You added yuan, counts and shares.", scale="raw", low=False),
        "min_max": Slip("You scaled from lowest to highest; use ranks.", scale="min max"),
        "ties_counted": Slip("rank(pct=True) counts half of the equals, too.", scale="average"),
        "itself_counted": Slip("You counted the customer as well: ranks begin at 1.", scale="own"),
        "better_counted": Slip("You counted who is better, not who is worse.", scale="better"),
        "late_is_good": Slip("For late_share, low is good.", _SCORE, low=False),
        "late_one_minus": Slip("1 − share counts equals as worse, in late_share.", low="1 −"),
        "divided_by_all": Slip("You divided each rank by all, not by count().", of="all"),
        "missing_is_worst": Slip("You divided by all points: what is missing counts as worst.",
            _SCORE, missing="worst"),
        "missing_is_best": Slip("You took a missing late_share for 0.", _SCORE, missing=0),
        "missing_spreads": Slip("Without late_share, your score is missing.", missing="spreads"),
        "not_divided": Slip("You did not divide by the sum of the points.", divide=False),
    }

    def solve(self, case, *, scale="min", low=True, of="known", missing=None, points=True,
              divide=True):
        table, weights = case.indicators, case.points if points else case.points * 0 + 1
        table = table.fillna(0) if missing == 0 else table
        if low is True:
            table = table.assign(late_share=-table["late_share"])
        ranks = _scaled(table, scale, of)
        if low == "1 −":
            ranks["late_share"] = 1 - ranks["late_share"]
        ranks = ranks.fillna(0) if missing == "worst" else ranks
        total = 100 * (ranks * weights).sum(axis=1, skipna=missing != "spreads")
        return total / (ranks.notna() * weights).sum(axis=1) if divide else total


def _scaled(table, scale, of):
    """Return the share of customers who are worse, or what people take for it."""
    if scale == "raw":
        return table
    if scale == "min max":
        return (table - table.min()) / (table.max() - table.min())
    method = "average" if scale == "average" else "min"
    rank = table.rank(method=method, ascending=scale != "better") - (scale in ("min", "better"))
    return rank / (table.count() if of == "known" else len(table))


class Simple(Task):
    """The simple CLV of a customer who came back."""

    answer = Number(relative=0.004)
    section = mark("Two shortcuts")
    praise = "Right. It takes for sure that they stay, and a yuan of year 5 for one of today."
    hints = ("How many purchase cycles do five years hold? Both times need one unit.",
        "Three purchases have two gaps: the time goes over x, the spend over purchases.",
        "Add up over all who came back before you divide; the table counts in weeks.")
    slips = {
        "years_by_days": Slip("You divided years by days.", lifetime=5),
        "weeks_for_days": Slip("You took weeks for days: t_x is in weeks.", week=1),
        "years_by_weeks": Slip("You divided years by weeks.", lifetime=5, week=1),
        # Purchases for gaps in t, or gaps for purchases in s: the same number.
        "gaps_miscounted": Slip("You mixed up purchases and gaps: the time goes over the gaps (x), "
            "the spend over the purchases.", gaps="purchases"),
        "revenue_not_margin": Slip("That is in revenue, not in margin.", share=1.0),
        "age_for_last": Slip("You took T for t_x: silence is no gap.", time="T"),
        "mean_of_cycles": Slip("You took the mean of cycles; add up first.", cycle="mean"),
        "median_of_cycles": Slip("You took the median of cycles; add up first.", cycle="median"),
        "mean_of_spends": Slip("For s you took a mean of means; add up first.", mean=True),
        "mean_of_customers": Slip("You took the mean of each one's.", cycle="each", mean=True),
        "everybody": Slip("s has the spend of those who bought once.", spent="customers"),
    }

    def solve(self, case, *, lifetime=5 * 365, week=7, gaps="x", time="t_x", cycle="sum",
              mean=False, share=None, spent="repeaters"):
        table, buyers = case.repeaters, getattr(case, spent)
        each = week * table[time] / table[gaps]
        cycles = {"mean": each.mean(), "median": each.median(), "each": each}
        cycle = cycles.get(cycle, week * table[time].sum() / table[gaps].sum())
        spend = buyers["spend"].sum() / buyers["purchases"].sum()
        spend = buyers["spend"] / buyers["purchases"] if mean else spend
        share = case.margin_share if share is None else share
        return float(np.mean(clv_simple(lifetime, cycle, share * spend)))


class CLV(Task):
    """CLV by formula from a plan of five years."""

    answer, section = Number(tolerance=1.0), _FORMULA
    praise = "Right: those still there, net profit once, discounted, less the acquisition."
    hints = ("Of 100 customers won, how many still bring a profit in year 3?",
        "net_profit is after retention cost: R − RC is already done.",
        "The profit of year 1 is discounted once, that of year 5 five times; winning is paid now.")
    slips = {
        "retention_cost_twice": Slip("You took the retention cost off twice: net profit is after "
            "it already.", keep=2),
        "retention_cost_forgotten": Slip("You forgot the retention cost.", keep=0),
        "goods_forgotten": Slip("You forgot the goods: R is margin, not revenue.", goods=0),
        "leaving_forgotten": Slip("You forgot that customers leave.", there="all"),
        "leaving_multiplied": Slip("You multiplied still_there up: it is a share of all who "
            "were won.", there="again"),
        "not_discounted": Slip("You did not discount.", rate=0.0),
        "times_nine_tenths": Slip("You took × 0.9 for ÷ 1.1.", rate=1 / 0.9 - 1),
        "rate_in_per_cent": Slip("Your rate is 1,000 %: 10 % is 0.1.", rate=10.0),
        "start_of_year": Slip("You put the money at the start of the year.", timing="start"),
        "middle_of_year": Slip("You put the money in the middle of the year.", timing="middle"),
        "acquisition_forgotten": Slip("You forgot what it costs to win one.", won=0),
        "acquisition_added": Slip("You added what it costs to win one.", won=-1),
    }

    def solve(self, case, *, keep=1, goods=1, there="", rate=_DISCOUNT_RATE, timing="end", won=1):
        plan, stay = case.plan, case.plan["still_there"]
        profit = plan["revenue"] - goods * plan["cost_of_goods"] - keep * plan["retention_cost"]
        share = {"all": 1.0, "again": stay.cumprod()}.get(there, stay)
        return clv_formula(share * profit, 0, won * case.acquisition_cost, rate, len(plan), timing)


_OF_WORTH = {
    "revenue_not_margin": Slip("You counted revenue, not margin.", money="revenue"),
    "first_year_only": Slip("You took the first year only; some stay.", years=1),
    "first_year_of_revenue": Slip("You took the first year's revenue.", money="revenue", years=1),
    "revenue_average": Slip("You took revenue at average retention.", money="revenue", stay="mean"),
    "three_years": Slip("You took three years, not all to come.", years=3),
    "not_discounted": Slip("You did not discount.", _FORMULA, rate=0.0),
    "average_retention": Slip("You took the average retention for all.", stay="mean"),
    "first_margin_left_out": Slip("You left out the first margin.", first_margin="after_renewal"),
}


def _worth(table, *, money="margin", rate=_DISCOUNT_RATE, first_margin="now", stay="own", years=0):
    """Return what one customer of each channel is worth, in yuan."""
    retention = table["retention"].mean() if stay == "mean" else table["retention"]
    if years:
        step = retention / (1 + rate)
        return table[money] * (1 - step**years) / (1 - step)
    return clv_closed_form(table[money], retention, rate, first_margin)


class ChannelsKept(Task):
    """Which ways to win customers pay."""

    answer, section = Chosen(key="channel"), _STAY
    praise = ("Right: a customer may cost what they will be worth, and not more. A first margin a "
        "year later would change nothing here; it would change the gain.")
    hints = ("What is one customer of a channel worth, over all years?",
        "Of the three closed forms, one has the first margin at once, from everybody.",
        "Compare that value with the cost of winning, channel by channel.")
    slips = _OF_WORTH | {
        "cheap": Slip("You went by the cost alone.", by="cost"),
        "dear": Slip("You went by the value alone.", by="worth"),
        "every_channel": Slip("You keep every channel, also those that lose.", by=""),
    }

    def choices(self, case):
        return case.channels.index

    def solve(self, case, *, by="gain", **terms):
        table = case.channels
        worth, cost = _worth(table, **terms), table["cost"]
        kept = {"gain": worth > cost, "cost": cost < cost.mean(), "worth": worth > worth.mean()}
        return list(table.index[kept.get(by, cost > 0)])


class ChannelsGain(Task):
    """What the chosen channels earn."""

    answer, section = Number(tolerance=1.0), _STAY
    praise = "Right. It holds for as many customers as last year; more will cost more each."
    hints = ("What is left of one customer's value, after the cost of winning them?",
        "Each new customer of a chosen channel costs and brings that; how many came?")
    slips = _OF_WORTH | ch02.throughout(_OF_WORTH) | {
        "cost_forgotten": Slip("You forgot what the customers cost to win.", cost=0),
        "cost_once": Slip("You took one cost per channel; each customer has it.", cost="once"),
        "every_channel": Slip("That is the gain if every channel goes on.", chosen="all"),
        "customers_forgotten": Slip("You took one customer per channel.", number="one"),
        "mean_of_channels": Slip("You took all customers times a mean gain.", number="mean"),
        "first_margin_late": Slip("Your first margin comes at the end of the year, not at once.",
            first_margin="end_of_period"),
    }

    def sizes(self, case):
        chosen = case.channels.loc[ChannelsKept().right(case), "new_customers"]
        return len(chosen), int(chosen.sum())

    def solve(self, case, *, cost=1, number="", chosen="right", **terms):
        table, worth = case.channels, _worth(case.channels, **terms)
        kept = {"right": _worth(table) > table["cost"], "own": worth > table["cost"]}
        kept = kept.get(chosen, table["cost"] > 0)
        table, worth, each = table[kept], worth[kept], table.loc[kept, "new_customers"]
        each = {"one": 1, "mean": each.mean()}.get(number, each)
        charged = 1 if cost == "once" else cost * each
        return float((each * worth - charged * table["cost"]).sum())


class SafeCeiling(Task):
    """The ceiling of each channel at the lower end of its retention."""

    answer, section = PerCustomer(("safe_ceiling",), tolerance=1.0, key="channel"), _STAY
    praise = ("Right. A channel with few customers has a low end far below its value: there the "
        "ceiling is a guess, and the money is at risk.")
    hints = ("How many of the customers of a channel stayed, and how sure is the rate?",
        "proportion_confint takes the number who stayed, the number of all, and the method.",
        "The lower end of the retention goes into the closed form; the margin stays.")
    slips = {
        "no_interval": Slip("You took the rate itself, not its lower end.", end="rate"),
        "upper_end": Slip("You took the upper end.", end="high"),
        "plain_interval": Slip("You took the plain interval, not Wilson's.", method="normal"),
        "ninety": Slip("Your interval is one of 90 %.", alpha=0.10),
        "ninety_nine": Slip("Your interval is one of 99 %.", alpha=0.01),
        "one_error": Slip("You took one standard error off; 1.96 make 95 %.", end="error"),
        "all_customers": Slip("You took all channels' customers for each.", number="all"),
        "revenue_not_margin": Slip("You counted revenue, not margin.", money="revenue"),
        "not_discounted": Slip("You did not discount.", _FORMULA, rate=0.0),
        "first_margin_left_out": Slip("You left out the first margin.",
            first_margin="after_renewal"),
        "first_margin_late": Slip("Your first margin comes at the end of the year, not at once.",
            first_margin="end_of_period"),
        "gain_not_value": Slip("You took off the cost of winning; the ceiling is what it may be.",
            less=1),
    }

    def choices(self, case):
        return case.channels.index

    def facts(self, case):
        return pd.DataFrame(index=pd.Index(case.channels.index))

    def solve(self, case, *, end="low", method="wilson", alpha=0.05, number="own", less=0, **terms):
        table = case.channels
        count = table["new_customers"] if number == "own" else table["new_customers"].sum()
        rate = table["retention"]
        low, high = proportion_confint(rate * count, count, alpha, method)
        error = np.sqrt(rate * (1 - rate) / count)
        ends = {"low": low, "high": high, "rate": rate, "error": rate - error}
        table = table.assign(retention=np.clip(ends[end], 0, 1))
        worth = _worth(table, **terms) - less * table["cost"]
        return pd.Series(worth, table.index, name="safe_ceiling")


TASKS = tasks_in(globals())
