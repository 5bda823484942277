"""Checks of the exercise of chapter 2, customer value."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.clv import BetaGeometricNBD, GammaGamma, clv_closed_form, clv_formula, clv_simple
from crmlab.company import Company
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 800
START, CUTOFF, NEXT_START, END = "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"
DAYS_PER_YEAR = 365
DISCOUNT_RATE = 0.10  # per year
HOUR_COST = 60.0  # yuan per hour of service work, wages and telephone
LIFETIME = 5  # years that a customer is said to stay, for the simple formula
MARGIN_SHARE = 0.45  # of spend, after the cost of goods and the usual service
# A pilot of last year: what an account manager costs and adds, per customer and year.
MANAGER_COST, MANAGER_LIFT = 250.0, 0.25  # yuan; share of the margin of the year

# Headings of the lesson to read again.
_DATA = mark("The data")
_FIRM = mark("Value to the firm")
_SCORE = mark("A weighted score")
_INDICATORS = mark("Value indicators")
_FORMULA = mark("CLV by formula")
_SHORTCUTS = mark("Two shortcuts")
_STAY = mark("How long will they stay?")
_MODEL = mark("CLV by probability model")
_ALIVE = mark("Who is still there?")
_OWN = mark("Now the case company")
_DECISION = mark("The decision")
_CHECKED = mark("What a real company can check")

# Ways to win a customer; each case deals the roles below out to them.
_CHANNELS = (
    mark("search ads"),
    mark("friends bring friends"),
    mark("office sampling"),
    mark("tasting evenings"),
    mark("discount portal"),
    mark("coffee magazine"),
    mark("short videos"),
    mark("billboards"),
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


class Case:
    """The data of one participant.

    Attributes
    ----------
    company : Company
    orders, order_lines, products, tickets : pandas.DataFrame
        Tables of the company.
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan, refunds below 0) of all orders.
    customers : pandas.DataFrame
        ``summarize`` to the cut-off, in weeks.
    indicators : pandas.DataFrame
        Index ``customer_id``, whoever has an order or refund in the year: ``contribution``
        (yuan), ``referrals``, ``answers`` (surveys and reviews), ``open_categories`` (not yet
        bought) and ``late_share`` (of invoices due, missing without any), to the cut-off.
    points : pandas.Series
        Weight of each indicator, whole points.
    plan : pandas.DataFrame
        Index ``year``, 1 to 5: ``still_there`` (share of the customers won), and yuan per
        customer still there: ``revenue``, ``cost_of_goods``, ``retention_cost``, ``net_profit``.
    acquisition_cost : float
        Yuan to win one customer of the plan.
    channels : pandas.DataFrame
        Index ``channel``: ``new_customers``; yuan per customer and year ``revenue``,
        ``margin``; ``retention`` (share per year); ``cost`` (yuan per new customer).
    forecast : pandas.DataFrame
        Index ``customer_id``: ``contribution`` of the last year (yuan), ``alive``
        (probability), ``purchases`` (expected in the next 52 weeks) and ``spend`` (expected
        per purchase, yuan).
    """

    hour_cost = HOUR_COST
    margin_share = MARGIN_SHARE
    manager_cost = MANAGER_COST
    manager_lift = MANAGER_LIFT

    def __init__(self, seed):
        self.seed = int(seed)

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @handed_out
    def orders(self):
        return self.company.orders

    @handed_out
    def order_lines(self):
        return self.company.order_lines

    @handed_out
    def products(self):
        return self.company.products

    @handed_out
    def tickets(self):
        return self.company.tickets

    @handed_out
    def log(self):
        return self.orders[["customer_id", "date", "amount"]]

    @cached_property
    def lines(self):
        """All lines to the cut-off, with whose they are, the cost of goods and the category."""
        orders = self.orders[["order_id", "customer_id", "date"]]
        products = self.products[["product_id", "category", "price", "unit_cost"]]
        lines = self.order_lines.merge(orders, on="order_id")
        return lines.merge(products, on="product_id")[lambda line: line["date"] < NEXT_START]

    @cached_property
    def lines_of_year(self):
        return self.lines[self.lines["date"] >= START]

    @cached_property
    def tickets_so_far(self):
        """All service tickets to the cut-off, with what each cost, in yuan."""
        tickets = self.tickets[self.tickets["opened"] < NEXT_START]
        return tickets.assign(cost=tickets["work_hours"] * HOUR_COST + tickets["goodwill"])

    @cached_property
    def tickets_of_year(self):
        return self.tickets_so_far[self.tickets_so_far["opened"] >= START]

    @cached_property
    def service_cost(self):
        """Cost of service in the year, of each customer with a ticket."""
        return self.tickets_of_year.groupby("customer_id")["cost"].sum()

    @cached_property
    def contribution(self):
        margin = _margin(self.lines_of_year)
        # Whoever has a ticket and no order in the year is not in the table.
        return margin.sub(self.service_cost, fill_value=0)[margin.index]

    @handed_out
    def indicators(self):
        ids = self.contribution.index
        table = pd.DataFrame({"contribution": self.contribution.round(2)})
        table["referrals"] = _count(self._known(self.company.referrals)["referrer_id"], ids)
        said = [self._known(self.company.survey, "wave"), self._known(self.company.reviews)]
        table["answers"] = _count(pd.concat(said)["customer_id"], ids)
        bought = self.lines[self.lines["quantity"] > 0].groupby("customer_id")["category"]
        every = self.products["category"].nunique()
        table["open_categories"] = every - bought.nunique().reindex(ids)
        invoices = self._known(self.company.invoices, "due")
        paid_late = ~(invoices["paid_on"] <= invoices["due"])
        table["late_share"] = paid_late.groupby(invoices["customer_id"]).mean().round(3)
        return table

    @staticmethod
    def _known(table, date="date"):
        return table[table[date] < NEXT_START]

    @handed_out
    def points(self):
        rng = np.random.default_rng([self.seed, 21])
        points = rng.permuted([[6, 5], [3, 2], [2, 1], [2, 1], [4, 3]], axis=1)[:, 0]
        return pd.Series(points, index=self.indicators.columns, name="points")

    @handed_out
    def plan(self):
        rng = np.random.default_rng([self.seed, 22])
        years = pd.RangeIndex(1, 6, name="year")
        # Within these ranges no two mistakes come within 20 yuan of each other.
        stay = rng.uniform(0.71, 0.73)
        revenue = 1800 * rng.uniform(0.94, 1.06) * 1.04 ** (years - 1)
        table = pd.DataFrame({"still_there": stay ** (years - 1).to_numpy()}, index=years).round(2)
        table["revenue"] = revenue.round(-1)
        table["cost_of_goods"] = (revenue * rng.uniform(0.50, 0.52)).round(-1)
        table["retention_cost"] = rng.uniform(100, 120, len(years)).round(-1)
        table["net_profit"] = table["revenue"] - table["cost_of_goods"] - table["retention_cost"]
        return table

    @cached_property
    def acquisition_cost(self):
        return float(np.random.default_rng([self.seed, 23]).integers(66, 70) * 10)

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

    @cached_property
    def customers(self):
        return summarize(self.log, as_of=CUTOFF, unit="W")

    @cached_property
    def model(self):
        return BetaGeometricNBD().fit(self.customers)

    @cached_property
    def alive(self):
        return self.model.probability_alive(self.customers)

    @cached_property
    def alive_from_the_end(self):
        """Fitted on the whole log, the year after the cut-off included."""
        customers = summarize(self.log, as_of=END, unit="W")
        return BetaGeometricNBD().fit(customers).probability_alive(customers)

    @cached_property
    def alive_without_once(self):
        """Fitted without those who bought once."""
        model = BetaGeometricNBD().fit(self.customers[self.customers["x"] > 0])
        return model.probability_alive(self.customers)

    @cached_property
    def alive_by_age_of_firm(self):
        """Fitted with T from the first day of the log, for all."""
        opened = self.log["date"].min().normalize()
        table = self.customers.assign(T=(pd.Timestamp(CUTOFF) - opened).days / 7)
        return BetaGeometricNBD().fit(table).probability_alive(table)

    @cached_property
    def expected(self):
        return self.model.expected_purchases(52, self.customers)

    @cached_property
    def next_year(self):
        return summarize(self.log, since=NEXT_START, as_of=END)

    @handed_out
    def forecast(self):
        with quiet():  # how many bought once is not this task's topic
            spend = GammaGamma().fit(self.customers).expected_spend(self.customers)
        return pd.DataFrame(
            {
                "contribution": self.contribution.reindex(self.customers.index, fill_value=0.0),
                "alive": self.alive,
                "purchases": self.expected,
                "spend": spend,
            }
        ).round(3)


def _margin(lines):
    """What each customer paid, less the cost of goods, in yuan."""
    return (
        (lines["paid"] - lines["quantity"] * lines["unit_cost"]).groupby(lines["customer_id"]).sum()
    )


def _count(column, ids):
    return column.value_counts().reindex(ids, fill_value=0).astype("int64")


def _worth(table, money="margin", rate=DISCOUNT_RATE, first_margin="now"):
    """What one customer of each channel is worth, in yuan."""
    return clv_closed_form(table[money], table["retention"], rate, first_margin)


class Contribution(Task):
    """What each customer left in the year, after goods and service."""

    name = "contribution"
    answer = PerCustomer(("contribution",), tolerance=0.02)
    praise = mark("Right: what was paid, less the goods, less the service. Some are below 0.")
    hints = (
        mark("Join three tables: the lines, the orders (whose, when), the products (unit_cost)."),
        mark("Goods cost quantity × unit_cost; refunds have negative quantities and come out."),
        mark("margin.sub(service, fill_value=0): who has no ticket has no cost of service."),
    )

    def right(self, case):
        return case.contribution

    @staticmethod
    def _less_service(case, margin):
        return margin.sub(case.service_cost, fill_value=0)[margin.index]

    @mistake(mark("You counted revenue: the cost of the goods is missing."), _FIRM)
    def revenue_not_margin(self, case):
        lines = case.lines_of_year
        return self._less_service(case, lines.groupby("customer_id")["paid"].sum())

    @mistake(mark("You took the cost of one unit per line; a line can hold several units."), _DATA)
    def quantity_forgotten(self, case):
        return self._less_service(case, _margin(case.lines_of_year.assign(quantity=1)))

    @mistake(mark("You took the list price; paid is what came in, after the discount."), _DATA)
    def list_price(self, case):
        lines = case.lines_of_year
        listed = lines.assign(paid=lines["quantity"] * lines["price"])
        return self._less_service(case, _margin(listed))

    @mistake(mark("You left the refunds out: what came back was not earned."), _DATA)
    def refunds_left_out(self, case):
        lines = case.lines_of_year
        return self._less_service(case, _margin(lines[lines["quantity"] > 0]))

    @mistake(mark("You forgot the service: hours of work and goodwill cost money."), _FIRM)
    def service_forgotten(self, case):
        return _margin(case.lines_of_year)

    @mistake(
        mark("You lost the customers without a service ticket; their service cost nothing."),
        _FIRM,
    )
    def without_ticket_lost(self, case):
        served = case.contribution.index.intersection(case.service_cost.index)
        return case.contribution[served]

    @mistake(
        mark("You kept customers who had a ticket, but neither order nor refund in the year."),
        _FIRM,
    )
    def without_order_kept(self, case):
        return _margin(case.lines_of_year).sub(case.service_cost, fill_value=0)

    @mistake(mark("You lost the last day: a date with a time is later than its midnight."), _DATA)
    def last_day_lost(self, case):
        lines, service = case.lines_of_year, case.tickets_of_year
        margin = _margin(lines[lines["date"] <= CUTOFF])
        early = service[service["opened"] <= CUTOFF]
        cost = early.groupby("customer_id")["cost"].sum()
        return margin.sub(cost, fill_value=0)[margin.index]

    @mistake(mark("You counted all years; the task asks for the year before the cut-off."), _DATA)
    def whole_history(self, case):
        margin = _margin(case.lines)
        service = case.tickets_so_far.groupby("customer_id")["cost"].sum()
        return margin.sub(service, fill_value=0)[margin.index]


class Score(Task):
    """One score from five indicators."""

    name = "score"
    answer = PerCustomer(("score",), tolerance=0.05)
    praise = mark(
        "Right: ranks on one scale, low turned round, and nobody judged on what is not known."
    )
    hints = (
        mark("Yuan, counts and shares cannot be added; shares of customers who are worse can."),
        mark("(rank(method='min') − 1) / count(); for late_share, rank with ascending=False."),
        mark("Divide by each customer's own points: (ranks.notna() * points).sum(axis=1)"),
    )

    @staticmethod
    def _worse(table, late_is_bad=True):
        """Share of customers who are strictly worse, per indicator."""
        rank = table.rank(method="min")
        if late_is_bad:
            rank["late_share"] = table["late_share"].rank(method="min", ascending=False)
        return (rank - 1) / table.count()

    @staticmethod
    def _weighted(ranks, points):
        return 100 * (ranks * points).sum(axis=1) / (ranks.notna() * points).sum(axis=1)

    def right(self, case):
        return self._weighted(self._worse(case.indicators), case.points)

    @mistake(mark("You left out the points: every indicator counts the same."), _SCORE)
    def points_forgotten(self, case):
        return 100 * self._worse(case.indicators).mean(axis=1)

    @mistake(mark("You added yuan, counts and shares; only ranks are on one scale."), _SCORE)
    def raw_values(self, case):
        return self._weighted(case.indicators, case.points)

    @mistake(
        mark("You counted equal customers as worse: rank(pct=True) is not the share below."), _SCORE
    )
    def ties_counted(self, case):
        table = case.indicators
        ranks = table.rank(pct=True)
        ranks["late_share"] = table["late_share"].rank(pct=True, ascending=False)
        return self._weighted(ranks, case.points)

    @mistake(mark("Late payers get a high score: for late_share, low is good."), _INDICATORS)
    def late_is_good(self, case):
        return self._weighted(self._worse(case.indicators, late_is_bad=False), case.points)

    @mistake(
        mark("You divided by all points: a missing late_share then counts as the worst."),
        _INDICATORS,
    )
    def missing_is_worst(self, case):
        return self._weighted(self._worse(case.indicators).fillna(0), case.points)

    @mistake(
        mark("You took a missing late_share for 0, as if paid in time: it is not known."),
        _INDICATORS,
    )
    def missing_is_best(self, case):
        return self._weighted(self._worse(case.indicators.fillna(0)), case.points)

    @mistake(mark("Your score does not end at 100: divide by the sum of the points."), _SCORE)
    def not_divided(self, case):
        return 100 * (self._worse(case.indicators) * case.points).sum(axis=1)


class Simple(Task):
    """The simple CLV of a customer who came back."""

    name = "simple"
    answer = Number(relative=0.004)
    praise = mark("Right. It takes for sure that they stay, and a yuan of year 5 for one of today.")
    hints = (
        mark("How many purchase cycles do five years hold? Both times need one unit."),
        mark("Three purchases have two gaps: divide the time by repeat purchases, x."),
        mark("t = 7 × Σ t_x / Σ x days, s = margin_share × Σ spend / Σ purchases"),
    )

    @staticmethod
    def _of(case, lifetime=LIFETIME * DAYS_PER_YEAR, gaps="x", share=MARGIN_SHARE):
        table = case.customers[case.customers["x"] > 0]
        cycle = 7 * table["t_x"].sum() / table[gaps].sum()
        return clv_simple(lifetime, cycle, share * table["spend"].sum() / table["purchases"].sum())

    def right(self, case):
        return self._of(case)

    @mistake(mark("You divided years by days: bring T and t to one unit."), _SHORTCUTS)
    def years_by_days(self, case):
        return self._of(case, lifetime=LIFETIME)

    @mistake(mark("You took weeks for days: t_x is in weeks here."), _SHORTCUTS)
    def weeks_for_days(self, case):
        return 7 * self.right(case)

    @mistake(mark("You divided years by weeks: bring T and t to one unit."), _SHORTCUTS)
    def years_by_weeks(self, case):
        return 7 * self.years_by_days(case)

    @mistake(
        mark("You divided by purchases; between three purchases lie two gaps, not three."),
        _SHORTCUTS,
    )
    def gaps_miscounted(self, case):
        return self._of(case, gaps="purchases")

    @mistake(mark("That is in revenue; the task asks for margin."), _SHORTCUTS)
    def revenue_not_margin(self, case):
        return self._of(case, share=1.0)


class Formula(Task):
    """CLV by formula from a plan of five years."""

    name = "clv"
    answer = Number(tolerance=1.0)
    praise = mark("Right: those still there, net profit once, discounted, less the acquisition.")
    hints = (
        mark("Of 100 customers won, how many still bring a profit in year 3?"),
        mark("net_profit is after retention cost: R − RC is already done."),
        mark("Σ still_there × net_profit × 1.1 ** −year, minus the acquisition cost"),
    )

    @staticmethod
    def _value(case, profit=None, still_there=None, rate=DISCOUNT_RATE, timing="end"):
        plan = case.plan
        profit = plan["net_profit"] if profit is None else profit
        still_there = plan["still_there"] if still_there is None else still_there
        cost = case.acquisition_cost
        return clv_formula(still_there * profit, 0, cost, rate, len(plan), timing)

    def right(self, case):
        return self._value(case)

    @mistake(
        mark("You took the retention cost off twice: net profit is already after it."), _FORMULA
    )
    def retention_cost_twice(self, case):
        plan = case.plan
        return self._value(case, plan["net_profit"] - plan["retention_cost"])

    @mistake(mark("You forgot the retention cost."), _FORMULA)
    def retention_cost_forgotten(self, case):
        plan = case.plan
        return self._value(case, plan["revenue"] - plan["cost_of_goods"])

    @mistake(mark("You forgot the cost of the goods: R is margin, not revenue."), _FORMULA)
    def goods_forgotten(self, case):
        plan = case.plan
        return self._value(case, plan["revenue"] - plan["retention_cost"])

    @mistake(
        mark(
            "You put the columns straight in: the formula lets nobody leave, and net profit is "
            "after the retention cost already."
        ),
        _FORMULA,
    )
    def columns_put_in(self, case):
        plan = case.plan
        return self._value(case, plan["net_profit"] - plan["retention_cost"], still_there=1.0)

    @mistake(mark("You forgot that customers leave: only still_there of them pay."), _FORMULA)
    def leaving_forgotten(self, case):
        return self._value(case, still_there=1.0)

    @mistake(mark("You did not discount: money in five years is worth less today."), _FORMULA)
    def not_discounted(self, case):
        return self._value(case, rate=0.0)

    @mistake(
        mark("You discounted from the start of each year; the task pays at its end."), _FORMULA
    )
    def start_of_year(self, case):
        return self._value(case, timing="start")

    @mistake(mark("You forgot what it cost to win the customer."), _FORMULA)
    def acquisition_forgotten(self, case):
        return self._value(case) + case.acquisition_cost


class ChannelsKept(Task):
    """Which ways to win customers pay."""

    name = "channels_kept"
    answer = Chosen()
    praise = mark("Right: a customer may cost what they will be worth, and not more.")
    hints = (
        mark("What is one customer of a channel worth, over all years?"),
        mark("The first margin comes at once, so nothing is taken off it: m (1 + d) / (1 + d − r)"),
        mark("Keep the channels whose value is above their cost."),
    )

    @staticmethod
    def _paying(case, worth):
        return list(case.channels.index[worth > case.channels["cost"]])

    def right(self, case):
        return self._paying(case, _worth(case.channels))

    @mistake(mark("You counted revenue; a channel is paid from the margin."), _STAY)
    def revenue_not_margin(self, case):
        return self._paying(case, _worth(case.channels, "revenue"))

    @mistake(mark("You looked at the first year only; some customers stay."), _STAY)
    def first_year_only(self, case):
        return self._paying(case, case.channels["margin"])

    @mistake(mark("You did not discount: later years count less."), _STAY)
    def not_discounted(self, case):
        return self._paying(case, _worth(case.channels, rate=0))

    @mistake(
        mark("You took the average retention for all; each channel wins other customers."),
        _STAY,
    )
    def average_retention(self, case):
        table = case.channels
        return self._paying(case, _worth(table.assign(retention=table["retention"].mean())))

    @mistake(mark("You left out the first margin; the task says that it comes at once."), _STAY)
    def first_margin_left_out(self, case):
        return self._paying(case, _worth(case.channels, first_margin="after_renewal"))

    @mistake(mark("You keep every channel: some cost more than their customers bring."), _STAY)
    def every_channel(self, case):
        return list(case.channels.index)


class ChannelsGain(Task):
    """What the chosen channels earn."""

    name = "channels_gain"
    answer = Number(tolerance=1.0)
    praise = mark("Right. It holds for as many customers as last year; more will cost more each.")
    hints = (
        mark("What is left of one customer's value, after the cost of winning them?"),
        mark("Times new_customers, over the chosen channels only."),
        mark("(new_customers × (value − cost)).sum()"),
    )

    @staticmethod
    def _gain(case, chosen, worth):
        table = case.channels.loc[chosen]
        return float((table["new_customers"] * (worth(table) - table["cost"])).sum())

    def right(self, case):
        return self._gain(case, ChannelsKept().right(case), _worth)

    @mistake(mark("You forgot what the customers cost to win."), _STAY)
    def cost_forgotten(self, case):
        chosen = ChannelsKept().right(case)
        return self._gain(case, chosen, lambda table: _worth(table) + table["cost"])

    @mistake(mark("That is the gain if every channel goes on."), _STAY)
    def every_channel(self, case):
        return self._gain(case, list(case.channels.index), _worth)

    @mistake(mark("That is the gain of one customer per channel; multiply by how many."), _STAY)
    def customers_forgotten(self, case):
        table = case.channels.loc[ChannelsKept().right(case)]
        return float((_worth(table) - table["cost"]).sum())

    @mistake(mark("Your first margin comes at the end of the year; the task says at once."), _STAY)
    def first_margin_late(self, case):
        chosen = ChannelsKept().right(case)
        return self._gain(case, chosen, lambda table: _worth(table, first_margin="end_of_period"))

    @mistake(mark("You counted the first year only."), _STAY)
    def first_year_only(self, case):
        return self._gain(case, ChannelsKept().right(case), lambda table: table["margin"])


class Alive(Task):
    """The probability that each customer is still one."""

    name = "alive"
    answer = PerCustomer(("alive",), tolerance=0.002)
    praise = mark("Right. Who bought once gets 1: the model lets nobody leave before a repeat.")
    hints = (
        mark("summarize makes x, t_x and T; the model needs nothing else."),
        mark("Fit on everybody, to the cut-off, also on those who bought once."),
        mark("crm.BetaGeometricNBD().fit(customers).probability_alive(customers)"),
    )

    def right(self, case):
        return case.alive

    @mistake(
        mark("Your table goes past the cut-off: on that day, the next year was not known."),
        _MODEL,
    )
    def future_used(self, case):
        return case.alive_from_the_end

    @mistake(
        mark("You left out those who bought once: the model then takes all for regulars."), _MODEL
    )
    def once_left_out(self, case):
        return case.alive_without_once

    @mistake(
        mark("Your T is the age of the firm; it runs from each customer's first purchase."), _MODEL
    )
    def age_of_the_firm(self, case):
        return case.alive_by_age_of_firm

    @mistake(mark("That is the probability of having left; the task asks for the other."), _ALIVE)
    def turned_round(self, case):
        return 1 - self.right(case)


class Accounts(Task):
    """Who gets an account manager."""

    name = "accounts"
    answer = Chosen()
    praise = mark("Right: the manager must pay by what they add to the year to come.")
    hints = (
        mark("What does the manager add to a customer's year, and what does the manager cost?"),
        mark("Margin to expect: purchases × spend × margin_share. Alive is in purchases already."),
        mark("Keep those where lift × expected margin is above the manager's cost."),
    )

    @staticmethod
    def _expected_margin(forecast):
        return forecast["purchases"] * forecast["spend"] * MARGIN_SHARE

    @staticmethod
    def _where(case, added):
        return list(case.forecast.index[added > MANAGER_COST])

    def right(self, case):
        return self._where(case, MANAGER_LIFT * self._expected_margin(case.forecast))

    @mistake(mark("You counted margin that comes anyway; a manager earns the lift."), _DECISION)
    def lift_forgotten(self, case):
        return self._where(case, self._expected_margin(case.forecast))

    @mistake(mark("You counted revenue; the manager has to be paid from the margin."), _DECISION)
    def revenue_not_margin(self, case):
        forecast = case.forecast
        return self._where(case, MANAGER_LIFT * forecast["purchases"] * forecast["spend"])

    @mistake(mark("You looked at last year; the manager works on the year to come."), _DECISION)
    def last_year(self, case):
        return self._where(case, MANAGER_LIFT * case.forecast["contribution"])

    @mistake(mark("You multiplied by alive again: expected purchases already contain it."), _OWN)
    def alive_twice(self, case):
        forecast = case.forecast
        margin = self._expected_margin(forecast) * forecast["alive"]
        return self._where(case, MANAGER_LIFT * margin)


class AccountsGain(Task):
    """What the account managers are expected to earn."""

    name = "accounts_gain"
    answer = Number(tolerance=1.0)
    praise = mark("Right. It rests on a lift that one pilot measured; the memo should say so.")
    hints = (
        mark("What is left of the lift after the manager is paid, customer by customer?"),
        mark("Only over the customers of your list."),
        mark("(lift × expected margin − cost) of the list, added up."),
    )

    @staticmethod
    def _added(case, chosen, lift=MANAGER_LIFT, cost=MANAGER_COST):
        margin = Accounts._expected_margin(case.forecast.loc[chosen])
        return float((lift * margin - cost).sum())

    def right(self, case):
        return self._added(case, Accounts().right(case))

    @mistake(mark("You forgot what the managers cost."), _DECISION)
    def cost_forgotten(self, case):
        return self._added(case, Accounts().right(case), cost=0.0)

    @mistake(mark("That is the gain of a manager for every customer."), _DECISION)
    def everybody(self, case):
        return self._added(case, list(case.forecast.index))

    @mistake(mark("You counted margin that comes anyway; count only the lift."), _DECISION)
    def lift_forgotten(self, case):
        return self._added(case, Accounts().right(case), lift=1.0)

    @mistake(mark("You counted revenue; the gain is counted in margin."), _DECISION)
    def revenue_not_margin(self, case):
        chosen = Accounts().right(case)
        return self._added(case, chosen, lift=MANAGER_LIFT / MARGIN_SHARE)


class Tracking(Task):
    """How far off the model's total was."""

    name = "tracking"
    answer = Number(tolerance=0.005)
    praise = mark("Right. Near 1 in sum; single customers are further off.")
    hints = (
        mark("Forecast and outcome must be about the same customers and the same year."),
        mark("Outcome: purchase days of the next year, of the customers known at the cut-off."),
        mark("expected_purchases(52, customers).sum() over the sum of their purchases"),
    )

    @staticmethod
    def _known(case):
        return case.next_year["purchases"].reindex(case.customers.index).sum()

    def right(self, case):
        return float(case.expected.sum() / self._known(case))

    @mistake(
        mark("You counted the purchases of customers who came later: nobody forecast them."),
        _CHECKED,
    )
    def newcomers_counted(self, case):
        return float(case.expected.sum() / case.next_year["purchases"].sum())

    @mistake(mark("Your model counts weeks: 365 of them are seven years."), _OWN)
    def days_for_weeks(self, case):
        years = case.model.expected_purchases(DAYS_PER_YEAR, case.customers)
        return float(years.sum() / self._known(case))

    @mistake(mark("You asked for one new customer; give the model the table, too."), _OWN)
    def one_new_customer(self, case):
        return float(case.model.expected_purchases(52) / self._known(case))

    @mistake(
        mark("You took x of the year: it leaves out each customer's first purchase of the year."),
        _MODEL,
    )
    def repeats_of_the_year(self, case):
        repeats = case.next_year["x"].reindex(case.customers.index)
        return float(case.expected.sum() / repeats.sum())

    @mistake(mark("You counted rows as purchases, refunds and all."), _DATA)
    def rows_counted(self, case):
        later = case.log[case.log["date"] >= NEXT_START]
        known = later["customer_id"].isin(case.customers.index)
        return float(case.expected.sum() / known.sum())


TASKS = (
    Contribution(),
    Score(),
    Simple(),
    Formula(),
    ChannelsKept(),
    ChannelsGain(),
    Alive(),
    Accounts(),
    AccountsGain(),
    Tracking(),
)
