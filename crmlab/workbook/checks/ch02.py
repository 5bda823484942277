"""Checks of the exercise of chapter 2, customer value."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.clv import BetaGeometricNBD, GammaGamma, clv_closed_form, clv_formula, clv_simple
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

START, CUTOFF, NEXT_START, END = "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"
_ALWAYS = BEGINNING, FOREVER = "2000-01-01", "2100-01-01"
_DISCOUNT_RATE = 0.10  # per year

# Headings of the lesson to read again.
_DATA = mark("The data")
_INDICATORS = mark("Value indicators")
_FORMULA = mark("CLV by formula")
_STAY = mark("How long will they stay?")
_MODEL = mark("CLV by probability model")
_REAL_DATA = mark("First on real data")
_ALIVE = mark("Who is still there?")
_OWN = mark("Now the case company")
_DECISION = mark("The decision")
_FUTURE = mark("You went past the cut-off: the next year was not known.")

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


def _weekly(change=lambda log: log, **when):
    return cached_property(lambda case: summarize(change(case.log), unit="W", **when))


class Case(BaseCase):
    """The data of one participant; the exercise says what is in each table."""

    size = 800
    hour_cost = handed_out(lambda _case: 60.0)  # yuan of service work, wages and telephone
    margin_share = handed_out(lambda _case: 0.45)  # of spend, after goods and the usual service
    # A pilot of last year: what an account manager costs and adds, per customer and year.
    manager_cost = handed_out(lambda _case: 250.0)  # yuan
    manager_lift = handed_out(lambda _case: 0.25)  # share of the margin of the year
    acquisition_cost = handed_out(  # yuan to win one customer of the plan
        lambda case: float(np.random.default_rng([case.seed, 23]).integers(66, 70) * 10))
    orders = handed_out(lambda case: case.company.orders)
    order_lines = handed_out(lambda case: case.company.order_lines)
    products = handed_out(lambda case: case.company.products)
    tickets = handed_out(lambda case: case.company.tickets)
    log = handed_out(lambda case: case.orders[["customer_id", "date", "amount"]])

    # One row per customer, as it is asked for and as learners make it.
    customers, until_end = _weekly(as_of=CUTOFF), _weekly(as_of=END)
    next_year = _weekly(since=NEXT_START, as_of=END)
    silent = _weekly(lambda log: log[log["date"] < NEXT_START], as_of=END)
    refunds = _weekly(lambda log: log.assign(amount=log["amount"].abs()), as_of=CUTOFF)
    repeaters = cached_property(lambda case: case.customers.query("x > 0"))
    known_at_end = cached_property(lambda case: case.until_end.loc[case.customers.index])
    firm_age = cached_property(lambda case: case.customers.assign(T=case.customers["T"].max()))
    ids = cached_property(lambda case: pd.Index(case.company.customers["customer_id"]))
    served = cached_property(
        lambda case: _columns(case.tickets.rename(columns={"opened": "date"}), case.ids))

    def model(self, table="customers"):
        """Return the model fitted to one of these tables."""
        key = "model", table
        if key not in self.known:
            self.known[key] = BetaGeometricNBD().fit(getattr(self, table))
        return self.known[key]

    @cached_property
    def lines(self):
        """Columns of all lines: whose they are, what the goods cost, what is taken for it."""
        orders = self.orders[["order_id", "customer_id", "date"]]
        products = self.products[["product_id", "category", "price", "unit_cost"]]
        lines = self.order_lines.merge(orders, on="order_id").merge(products, on="product_id")
        lines["first"] = (lines["quantity"] > 0) & ~lines["order_id"].duplicated()
        lines["listed"] = lines["quantity"] * lines["price"]
        lines["goods"] = lines["quantity"] * lines["unit_cost"]
        lines["one"] = np.sign(lines["quantity"]) * lines["unit_cost"]
        return _columns(lines, self.ids)

    def so_far(self, table, date="date"):
        """Return what is known at the cut-off of a table of the company."""
        return getattr(self.company, table)[lambda rows: rows[date] < NEXT_START]

    @handed_out
    def indicators(self):
        contribution = Contribution().right(self)
        ids, invoices = contribution.index, self.so_far("invoices", "due")
        table = pd.DataFrame({"contribution": contribution.round(2)})
        said = pd.concat([self.so_far("survey", "wave"), self.so_far("reviews")])["customer_id"]
        sent = self.so_far("referrals")["referrer_id"]
        table["referrals"] = sent.value_counts().reindex(ids, fill_value=0)
        table["answers"] = said.value_counts().reindex(ids, fill_value=0)
        bought = _during(self.lines, BEGINNING) & (self.lines["quantity"] > 0)
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

    @handed_out
    def forecast(self):
        ids = self.customers.index
        contribution = Contribution().right(self).reindex(ids, fill_value=0.0)
        purchases = self.model().expected_purchases(52, self.customers)
        with quiet():  # how many bought once is not this task's topic
            spend = GammaGamma().fit(self.customers).expected_spend(self.customers)
        table = {"contribution": contribution, "alive": Alive().right(self)}
        return pd.DataFrame(table | {"purchases": purchases, "spend": spend}).round(3)

    @cached_property
    def facts(self):
        lines, tickets, ids, known = self.lines, self.served, self.ids, self.customers
        sold, opened, bills = _during(lines), _during(tickets), self.so_far("invoices", "due")
        whose, served = lines["customer_id"], tickets["customer_id"]
        held = {
            mark("they returned something in the year"): whose[sold & (lines["quantity"] < 0)],
            mark("they bought several of one product"): whose[sold & (lines["quantity"] > 1)],
            mark("they bought or returned on the cut-off day"): whose[_during(lines, CUTOFF)],
            mark("they have a ticket of the year"): served[opened],
            mark("they have no ticket of the year"): ids.difference(served[opened]),
            mark("they have a ticket of another year"): served[~opened],
            mark("they were paid goodwill in the year"): served[opened & (tickets["goodwill"] > 0)],
            mark("they have no order or refund in the year"): ids.difference(whose[sold]),
            mark("they have invoices"): bills["customer_id"],
            mark("they have no invoice"): ids.difference(bills["customer_id"]),
            mark("they sent new customers"): self.so_far("referrals")["referrer_id"],
            mark("they bought once up to the cut-off"): known.index[known["x"] == 0],
            mark("they first bought in the year"): known.index[known["first_purchase"] >= START],
            mark("they bought after the cut-off"): self.next_year.index,
        }
        return facts(ids, held)

    def about(self, name):
        orders = self.so_far("orders").query("customer_id == @name").tail(4)
        tickets = self.so_far("tickets", "opened").query("customer_id == @name").tail(4)
        seen = [f"{row.date:%Y-%m-%d %H:%M} {row.amount:,.2f}" for row in orders.itertuples()]
        return ", ".join(seen + [
            f"{row.ticket_id} {row.opened:%Y-%m-%d %H:%M} {row.work_hours:g} h {row.goodwill:,.2f}"
            for row in tickets.itertuples()])


def _columns(table, ids):
    columns = {name: column.to_numpy() for name, column in table.items()}
    return columns | {"place": ids.get_indexer(columns["customer_id"])}


def _during(columns, since=START, until=NEXT_START):
    since, until = np.datetime64(since), np.datetime64(until)
    return (columns["date"] >= since) & (columns["date"] < until)


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
        "tickets_of_all_years": Slip("You took the tickets of all years.", opened=_ALWAYS),
        "whole_history": Slip("You counted the years before, too.", since=BEGINNING),
        "no_period": Slip("You counted all years.", since=BEGINNING, until=FOREVER),
        "after_cutoff": Slip("You went on after the cut-off.", until=FOREVER),
        "last_day_lost": Slip("You lost the last day: a date with a time is later than its "
            "midnight. Take what is before the day after.", until=CUTOFF),
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
        sold, opened = _during(lines, since, until), _during(tickets, *(opened or (since, until)))
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
        "late_is_good": Slip("For late_share, low is good.", _INDICATORS, low=False),
        "late_one_minus": Slip("1 − share counts equals as worse, in late_share.", low="1 −"),
        "divided_by_all": Slip("You divided each rank by all, not by count().", of="all"),
        "missing_is_worst": Slip("You divided by all points: what is missing counts as worst.",
            _INDICATORS, missing="worst"),
        "missing_is_best": Slip("You took a missing late_share for 0.", _INDICATORS, missing=0),
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
        "age_for_last": Slip("You took T for t_x: silence is no gap.", _MODEL, time="T"),
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


def _throughout(slips):
    """Return slips made in a list and in its gain; alone, each is made in the gain only."""
    return {f"{name}_throughout": Slip(slip.message, slip.section, **slip.switches, chosen="own")
        for name, slip in slips.items()}


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
    slips = _OF_WORTH | _throughout(_OF_WORTH) | {
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


_OF_MARGIN = {
    "lift_forgotten": Slip("You counted margin that comes anyway.", lift=1.0),
    "revenue_not_margin": Slip("You counted revenue, not margin.", share=1.0),
    "last_year": Slip("You took last year, not the year to come.", base="before"),
    "alive_twice": Slip("You multiplied by alive: it is in purchases already.", _OWN, alive=True),
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
    slips = _OF_MARGIN | _throughout(_OF_MARGIN) | {
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


class Tracking(Task):
    """How far off the model's total was."""

    answer = Number(tolerance=0.005)
    section = mark("What a real company can check")
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
    }

    def solve(self, case, *, fit="customers", weeks=52, asked="", whose="", count="purchases",
              rows=None):
        table, later, model = case.customers, case.next_year, case.model(fit)
        each = model.expected_purchases(weeks, table)
        if asked in ("one", "new"):
            each = model.expected_purchases(weeks) * np.ones(1 if asked == "one" else len(table))
        elif asked == "buyers":
            each = each[each.index.isin(later.index)]
        if rows is not None:
            counted = "date >= @NEXT_START and customer_id in @table.index and amount >= @rows"
            return float(each.sum() / len(case.log.query(counted)))
        bought = later[count] if whose == "all" else later[count].reindex(table.index)
        return float(each.mean() / bought.mean() if asked == "means" else each.sum() / bought.sum())


TASKS = tasks_in(globals())
