"""Checks of the exercise of chapter 1, CRM at a glance."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.clv import clv_closed_form
from crmlab.company import Company
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 800
CUTOFF = pd.Timestamp("2025-06-30")
AFTER = CUTOFF + pd.Timedelta(days=1)
YEAR = pd.Timedelta(days=365)
HALF_DAYS = 182
STAGES = ("new", "grow", "keep", "won back", "decline", "lost")
POINTS = 3.0  # percentage points that the programme of task 6 adds

_SPLIT_SHARE = 0.18  # share of orders that the till splits into two rows on one day
_LATE_REFUNDS = 12  # goods sent back by customers who have not bought for more than a year
_LAST_DAY = 4  # such customers who come back on the cut-off day

# Headings of the lesson to read again.
_DATA = mark("The data")
_ACTIVE = mark("Put the customer first: active customers")
_RATES = mark("Think in relationships: repeat rate and retention rate")
_COHORTS = mark("Cohorts: comparing customers of equal age")
_LIFECYCLE = mark("The lifecycle: where does each customer stand?")
_COMPETE = mark("Customer management and competitiveness")
_PROFIT = mark('Claim check: "5 % more retention brings 25 to 95 % more profit"')
_COST = mark('Claim check: "keeping costs a fifth to a tenth of winning"')

# Programmes on offer: percentage points of retention, and cost as a multiple of what these are
# worth. The usual slips see a part of the worth (one year about a sixth, per cent two thirds)
# or too much (undiscounted half as much again, revenue more than twice as much), and each
# would buy another list.
_PROGRAMMES = {
    "thank-you note": (0.5, 0.08),
    "birthday letter": (1.0, 0.30),
    "points card": (POINTS, 0.52),
    "refill service": (4.0, 0.84),
    "tasting club": (2.0, 1.22),
    "coffee school": (5.0, 1.80),
    "own account manager": (6.0, 3.00),
}


class Case:
    """The data of one participant.

    Attributes
    ----------
    company : Company
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): the rows of the till, refunds below 0.
    halves : pandas.DataFrame
        Index ``customer_id``: ``first_purchase``, and the spend of the last half-year and of
        the one before it, ``spend_last`` and ``spend_before`` (yuan, missing without a purchase).
    firm : pandas.Series
        ``new_customers`` a year, ``revenue`` and ``margin`` per customer and year (yuan),
        ``retention`` and ``discount_rate`` a year.
    programmes : pandas.DataFrame
        Index ``programme``: ``points`` of retention it adds, ``cost`` (yuan).
    pilot : pandas.DataFrame
        Index ``arm``: ``customers``, ``stayed``, ``cost`` (yuan, of the whole arm).
    acquisition_years : float
        Cost of winning a customer, in years of margin.
    """

    def __init__(self, seed):
        self.seed = int(seed)

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @handed_out
    def log(self):
        rng = np.random.default_rng([self.seed, 1])
        log = self.company.orders[["customer_id", "date", "amount"]]
        split = (rng.random(len(log)) < _SPLIT_SHARE) & (log["amount"] > 0).to_numpy()
        part = (log.loc[split, "amount"] * 0.4).round(2)
        second = log[split].assign(amount=part)
        log.loc[split, "amount"] = (log.loc[split, "amount"] - part).round(2)
        log = pd.concat([log, second, self._planted(log, rng)])
        return log.sort_values("date", kind="stable", ignore_index=True)

    @staticmethod
    def _planted(log, rng):
        """Rows of long silent customers: goods sent back late, purchases on the cut-off day."""
        before = log[(log["date"] < AFTER) & (log["amount"] > 0)]
        last = before.groupby("customer_id")[["date", "amount"]].last()
        silent = last[last["date"] < AFTER - YEAR]
        rows = silent.iloc[rng.choice(len(silent), _LATE_REFUNDS + _LAST_DAY, replace=False)]
        refund = np.arange(len(rows)) < _LATE_REFUNDS
        days = np.where(refund, rng.integers(20, 340, len(rows)), 0)
        minutes = rng.integers(9 * 60, 18 * 60, len(rows))
        date = CUTOFF - pd.to_timedelta(days, unit="D") + pd.to_timedelta(minutes, unit="min")
        amount = rows["amount"] * np.where(refund, -1, 1)
        return rows.assign(date=date.as_unit("us"), amount=amount).reset_index()

    @cached_property
    def bought(self):
        """The rows of a purchase, up to the cut-off."""
        log = self.log
        return log[(log["amount"] >= 0) & (log["date"] < AFTER)]

    @cached_property
    def first(self):
        """The time of each customer's first purchase."""
        return self.bought.groupby("customer_id")["date"].min()

    @cached_property
    def days(self):
        """The number of purchase days of each customer."""
        return _days(self.bought)

    @handed_out
    def halves(self):
        ago = (CUTOFF - self.bought["date"].dt.normalize()).dt.days // HALF_DAYS
        spend = self.bought.groupby(["customer_id", ago])["amount"].sum().unstack()
        first = self.first.dt.normalize().rename("first_purchase")
        return first.to_frame().assign(spend_last=spend[0], spend_before=spend[1])

    @handed_out
    def firm(self):
        rng = np.random.default_rng([self.seed, 11])
        margin = round(rng.uniform(1000, 1400), -1)
        return pd.Series(
            {
                "new_customers": float((self.first >= AFTER - YEAR).sum()),
                "revenue": round(margin / rng.uniform(0.43, 0.47), -1),
                "margin": margin,
                "retention": round(rng.uniform(0.60, 0.70), 2),
                "discount_rate": 0.10,
            },
            name="value",
        )

    @handed_out
    def programmes(self):
        rng = np.random.default_rng([self.seed, 12])
        table = pd.DataFrame(_PROGRAMMES, index=["points", "multiple"]).T.rename_axis("programme")
        worth = added_value(self.firm, table["points"])
        multiple = table.pop("multiple") * rng.uniform(0.98, 1.02, len(table))
        return table.assign(cost=(worth * multiple).round(-2))

    @handed_out
    def pilot(self):
        rng = np.random.default_rng([self.seed, 13])
        base, effect = rng.uniform(0.48, 0.56), rng.uniform(0.05, 0.09)
        customers = np.array([1200, 400]) + 10 * rng.integers(-8, 9, 2)
        return pd.DataFrame(
            {
                "customers": customers,
                "stayed": np.rint(customers * [base + effect, base]).astype("int64"),
                "cost": [round(customers[0] * rng.uniform(11, 15)), 0],
            },
            index=pd.Index(["voucher", "no voucher"], name="arm"),
        )

    @cached_property
    def acquisition_years(self):
        return round(np.random.default_rng([self.seed, 14]).uniform(0.30, 0.50), 2)


def added_value(firm, points, *, money="margin", rate=None):
    """Return what `points` more of retention make a year's new customers worth, in yuan."""
    rate = firm["discount_rate"] if rate is None else rate
    better = firm["retention"] + np.asarray(points) / 100
    now, then = (clv_closed_form(firm[money], r, rate) for r in (firm["retention"], better))
    return firm["new_customers"] * (then - now)


def _as_per_cent(firm, points):
    """Return the points that `points` per cent of the retention rate are."""
    return np.asarray(points) * firm["retention"]


def _between(rows, first, last):
    return rows[(rows["date"] >= first) & (rows["date"] < pd.Timestamp(last))]


def _days(rows):
    """Distinct days with a row, per customer."""
    return rows.assign(day=rows["date"].dt.normalize()).groupby("customer_id")["day"].nunique()


class Active(Task):
    """Active customers on the cut-off day."""

    name = "active"
    answer = Number(tolerance=0.5)
    praise = mark("Right: customers, not orders, and only those who bought within a year.")
    hints = (
        mark("Which rows are purchases, and which of them lie in the 365 days?"),
        mark("The cut-off day counts: keep rows before the midnight that ends it."),
        mark("Count different customers: nunique."),
    )

    @staticmethod
    def _last_year(rows):
        return _between(rows, AFTER - YEAR, AFTER)

    def right(self, case):
        return self._last_year(case.bought)["customer_id"].nunique()

    @mistake(mark("You counted rows; a customer with five orders is one customer."), _ACTIVE)
    def rows_counted(self, case):
        return len(self._last_year(case.bought))

    @mistake(mark("You counted customers who only sent something back in that year."), _DATA)
    def refunds_counted(self, case):
        return self._last_year(case.log)["customer_id"].nunique()

    @mistake(mark("You counted everybody who ever bought; many of them have left."), _ACTIVE)
    def whole_register(self, case):
        return len(case.first)

    @mistake(mark("You counted purchases after the cut-off day."), _DATA)
    def after_cutoff(self, case):
        rows = case.log[(case.log["amount"] >= 0) & (case.log["date"] >= AFTER - YEAR)]
        return rows["customer_id"].nunique()

    @mistake(
        mark("You lost the cut-off day itself: a date with a time is later than its midnight."),
        _DATA,
    )
    def last_day_lost(self, case):
        return _between(case.bought, AFTER - YEAR, CUTOFF)["customer_id"].nunique()

    @mistake(mark("You counted since New Year; the task says the last 365 days."), _ACTIVE)
    def since_new_year(self, case):
        return _between(case.bought, "2025-01-01", AFTER)["customer_id"].nunique()


class RepeatRate(Task):
    """The share of customers who bought more than once."""

    name = "repeat_rate"
    answer = Number(tolerance=0.0006)
    praise = mark("Right: two purchase days or more, over all who ever bought.")
    hints = (
        mark("Count purchases per customer first. What is one purchase, if the till splits it?"),
        mark("Distinct days per customer, then the share with more than one."),
        mark("(days > 1).mean(): the mean of a yes-or-no column is a share."),
    )

    def right(self, case):
        return (case.days > 1).mean()

    @mistake(mark("You counted rows, not days: one visit can be two rows."), _DATA)
    def rows_counted(self, case):
        return (case.bought.groupby("customer_id").size() > 1).mean()

    @mistake(mark("You counted the days of refunds as purchases."), _DATA)
    def refunds_counted(self, case):
        return (_days(case.log[case.log["date"] < AFTER]) > 1).mean()

    @mistake(mark("That is the share who bought exactly once."), _RATES)
    def turned_round(self, case):
        return 1 - self.right(case)

    @mistake(mark("You gave per cent; the task asks for a share between 0 and 1."), _RATES)
    def in_percent(self, case):
        return 100 * self.right(case)

    @mistake(mark("That is purchases per customer, not a share of customers."), _RATES)
    def purchases_per_customer(self, case):
        return case.days.mean()

    @mistake(
        mark("You looked at active customers only; the rate is of all who ever bought."), _RATES
    )
    def active_only(self, case):
        active = Active._last_year(case.bought)["customer_id"].unique()
        return (case.days[active] > 1).mean()


class CohortRate(Task):
    """The share of the cohort of 2024 who bought in the first half of 2025."""

    name = "cohort_rate"
    answer = Number(tolerance=0.0006)
    praise = mark("Right: the cohort is who came in 2024, and each counts once.")
    hints = (
        mark("Who is in the cohort? Find each customer's first purchase."),
        mark("Who bought between 1 January and 30 June 2025? Each customer counts once."),
        mark("cohort.isin(buyers).mean()"),
    )

    @staticmethod
    def _cohort(case):
        return case.first.index[case.first.dt.year == 2024]

    @staticmethod
    def _later(case):
        return _between(case.bought, "2025-01-01", AFTER)

    def right(self, case):
        return self._cohort(case).isin(self._later(case)["customer_id"]).mean()

    @mistake(
        mark("You took everybody who bought in 2024; the cohort is who bought for the first time."),
        _COHORTS,
    )
    def buyers_of_the_year(self, case):
        buyers = _between(case.bought, "2024-01-01", "2025-01-01")["customer_id"].unique()
        return np.isin(buyers, self._later(case)["customer_id"]).mean()

    @mistake(
        mark("You divided by the buyers of 2025: that is the cohort's share among them."), _COHORTS
    )
    def turned_round(self, case):
        buyers = pd.Index(self._later(case)["customer_id"].unique())
        return buyers.isin(self._cohort(case)).mean()

    @mistake(mark("You counted purchases; each customer of the cohort counts once."), _COHORTS)
    def purchases_counted(self, case):
        days = _days(self._later(case)).reindex(self._cohort(case)).fillna(0)
        return days.mean()

    @mistake(mark("You divided by all customers, not by those of the cohort."), _COHORTS)
    def of_all_customers(self, case):
        kept = self._cohort(case).isin(self._later(case)["customer_id"]).sum()
        return kept / len(case.first)


class Stages(Task):
    """The stage of the lifecycle of each customer."""

    name = "stages"
    answer = PerCustomer(("stage",))
    praise = mark("Right: the questions in order, and a missing amount is not an amount of 0.")
    hints = (
        mark("Ask the questions in the order given; the first yes decides."),
        mark("bought = spend_last.notna(): a missing amount means no purchase."),
        mark("np.select(questions, stages, 'lost'), as in the lesson."),
    )

    @staticmethod
    def _staged(case, *, names=STAGES, new_first=True, missing=None):
        table = case.halves
        last, before = table["spend_last"], table["spend_before"]
        if missing is not None:
            last, before = last.fillna(missing), before.fillna(missing)
        new = table["first_purchase"] > CUTOFF - pd.Timedelta(days=HALF_DAYS)
        bought, bought_before = last.notna(), before.notna()
        both = bought & bought_before
        questions = [new & new_first, last > before, both, bought, bought_before]
        return pd.Series(np.select(questions, names[:5], names[5]), table.index)

    def right(self, case):
        return self._staged(case)

    @mistake(
        mark("New customers are called won back: ask first whether the first purchase is recent."),
        _LIFECYCLE,
    )
    def new_won_back(self, case):
        return self._staged(case, new_first=False)

    @mistake(
        mark("Grow and keep changed places: grow spends more than in the half-year before."),
        _LIFECYCLE,
    )
    def grow_and_keep_swapped(self, case):
        return self._staged(case, names=("new", "keep", "grow", "won back", "decline", "lost"))

    @mistake(
        mark("You put 0 for a missing amount; then everybody seems to have bought."), _LIFECYCLE
    )
    def missing_is_zero(self, case):
        return self._staged(case, missing=0)

    @mistake(
        mark("You call all who did not buy lost; who bought in the half-year before declines."),
        _LIFECYCLE,
    )
    def decline_is_lost(self, case):
        return self._staged(case, names=("new", "grow", "keep", "won back", "lost", "lost"))


class ReturningShare(Task):
    """The share of a quarter's revenue from returning customers."""

    name = "returning_share"
    answer = Number(tolerance=0.0006)
    praise = mark("Right. Remember to look at both amounts before you call a rise good news.")
    hints = (
        mark("Only rows of April to June 2025, amounts of 0 or more."),
        mark("A customer is new in the quarter in which the first purchase lies."),
        mark("Revenue of rows whose customer's first purchase is before 1 April ÷ all revenue."),
    )

    @staticmethod
    def _rows(case):
        """Rows of the quarter, with whether the customer had come before it."""
        rows = _between(case.bought, "2025-04-01", AFTER)
        return rows.assign(returning=rows["customer_id"].map(case.first) < "2025-04-01")

    def right(self, case):
        rows = self._rows(case)
        return rows.loc[rows["returning"], "amount"].sum() / rows["amount"].sum()

    @mistake(mark("That is the share of the new customers."), _COMPETE)
    def new_share(self, case):
        return 1 - self.right(case)

    @mistake(mark("You counted customers; the task asks for a share of revenue."), _COMPETE)
    def customers_counted(self, case):
        return self._rows(case).drop_duplicates("customer_id")["returning"].mean()

    @mistake(
        mark("You took customers with more than one purchase; returning means: came before."),
        _COMPETE,
    )
    def bought_twice(self, case):
        rows = self._rows(case)
        again = rows["customer_id"].map(case.days) > 1
        return rows.loc[again, "amount"].sum() / rows["amount"].sum()


class RetentionValue(Task):
    """What three points more retention are worth."""

    name = "retention_value"
    answer = Number(relative=0.004)
    praise = mark("Right: points, not per cent, and every later year counts a little less.")
    hints = (
        mark("What is one new customer worth now, and with the higher retention?"),
        mark("m (1 + d) / (1 + d − r), with the margin; crm.clv_closed_form does it."),
        mark("Take the difference times the number of new customers."),
    )

    def right(self, case):
        return float(added_value(case.firm, POINTS))

    @mistake(mark("You took three per cent of the rate; the task says three points."), _PROFIT)
    def per_cent_not_points(self, case):
        return float(added_value(case.firm, _as_per_cent(case.firm, POINTS)))

    @mistake(mark("You counted revenue; what is left to the company is the margin."), _PROFIT)
    def revenue_not_margin(self, case):
        return float(added_value(case.firm, POINTS, money="revenue"))

    @mistake(
        mark("You did not discount: a yuan in five years is worth less than one now."), _PROFIT
    )
    def not_discounted(self, case):
        return float(added_value(case.firm, POINTS, rate=0.0))

    @mistake(
        mark("You counted one year; who stays in the first year may stay in later ones, too."),
        _PROFIT,
    )
    def one_year(self, case):
        firm = case.firm
        return float(firm["new_customers"] * firm["margin"] * POINTS / 100)

    @mistake(mark("That is the gain per customer; there are many."), _PROFIT)
    def per_customer(self, case):
        return self.right(case) / case.firm["new_customers"]

    @mistake(
        mark("That is the whole worth with better retention, not what the points add."), _PROFIT
    )
    def not_the_difference(self, case):
        firm = case.firm
        better = firm["retention"] + POINTS / 100
        worth = clv_closed_form(firm["margin"], better, firm["discount_rate"])
        return float(firm["new_customers"] * worth)


class WorthIt(Task):
    """Which programmes are worth their price."""

    name = "worth_it"
    answer = Chosen()
    praise = mark("Right. Whether a programme adds its points is the question that is left.")
    hints = (
        mark("Each programme adds its own points: what are these worth to a year's customers?"),
        mark("Do for every row what you did in the task before."),
        mark("Keep the programmes whose worth is above their cost."),
    )

    @staticmethod
    def _bought(case, worth):
        table = case.programmes
        return list(table.index[worth(case.firm, table["points"]) > table["cost"]])

    def right(self, case):
        return self._bought(case, added_value)

    @mistake(mark("You took points for per cent of the rate."), _PROFIT)
    def per_cent_not_points(self, case):
        return self._bought(
            case, lambda firm, points: added_value(firm, _as_per_cent(firm, points))
        )

    @mistake(mark("You counted revenue; a programme is paid from the margin."), _PROFIT)
    def revenue_not_margin(self, case):
        return self._bought(case, lambda firm, points: added_value(firm, points, money="revenue"))

    @mistake(
        mark("You did not discount: a yuan in five years is worth less than one now."), _PROFIT
    )
    def not_discounted(self, case):
        return self._bought(case, lambda firm, points: added_value(firm, points, rate=0.0))

    @mistake(
        mark("You counted the first year only; retention pays in the years after it."), _PROFIT
    )
    def one_year(self, case):
        return self._bought(
            case,
            lambda firm, points: firm["new_customers"] * firm["margin"] * points / 100,
        )

    @mistake(mark("You took every programme that adds something; some cost more."), _PROFIT)
    def everything(self, case):
        return list(case.programmes.index)


class CostPerExtra(Task):
    """What a customer costs who stayed because of the voucher."""

    name = "cost_per_extra"
    answer = Number(relative=0.004)
    praise = mark("Right: only those who would have left otherwise are bought by the money.")
    hints = (
        mark("How many of the customers with a voucher would have stayed without one?"),
        mark("The arms differ in size: compare shares, not numbers of customers."),
        mark("Cost ÷ (customers × the difference of the shares)."),
    )

    @staticmethod
    def _rates(case):
        pilot = case.pilot
        return pilot["stayed"] / pilot["customers"]

    def right(self, case):
        cost, customers = case.pilot.loc["voucher", ["cost", "customers"]]
        rates = self._rates(case)
        return float(cost / (customers * (rates["voucher"] - rates["no voucher"])))

    @mistake(mark("You paid for all who stayed; most of them would have stayed anyway."), _COST)
    def per_stayer(self, case):
        cost, stayed = case.pilot.loc["voucher", ["cost", "stayed"]]
        return float(cost / stayed)

    @mistake(mark("That is the cost of a voucher, whether it kept anybody or not."), _COST)
    def per_voucher(self, case):
        cost, customers = case.pilot.loc["voucher", ["cost", "customers"]]
        return float(cost / customers)

    @mistake(mark("You subtracted numbers of customers; the arms differ in size."), _COST)
    def arms_not_scaled(self, case):
        stayed = case.pilot["stayed"]
        return float(case.pilot.loc["voucher", "cost"] / (stayed["voucher"] - stayed["no voucher"]))

    @mistake(mark("You took the difference in per cent of the rate; it is in points."), _COST)
    def relative_difference(self, case):
        return self.right(case) * float(self._rates(case)["no voucher"])


class BaseRate(Task):
    """From which retention rate on the famous claim holds."""

    name = "base_rate"
    answer = Number(tolerance=0.005)
    praise = mark("Right. Compare it with the company's own retention rate.")
    hints = (
        mark("Profit of a new customer: m (1 + d) / (1 + d − r), less the cost of winning."),
        mark("Five points more: the same with r + 0.05. By how many per cent does it rise?"),
        mark("Try every rate from 0.30 to 0.94 in steps of 0.001; the margin cancels out."),
    )

    _GRID = np.arange(0.30, 0.9401, 0.001)

    @classmethod
    def _lowest(cls, cost, rate, better=None):
        better = cls._GRID + 0.05 if better is None else better
        now, then = (clv_closed_form(1.0, r, rate) - cost for r in (cls._GRID, better))
        return float(cls._GRID[np.argmax(then / now - 1 >= 0.25)])

    def right(self, case):
        return self._lowest(case.acquisition_years, case.firm["discount_rate"])

    @mistake(mark("You left out what it cost to win the customer."), _PROFIT)
    def cost_forgotten(self, case):
        return self._lowest(0.0, case.firm["discount_rate"])

    @mistake(mark("You took five per cent of the rate; the task says five points."), _PROFIT)
    def per_cent_not_points(self, case):
        rate = case.firm["discount_rate"]
        return self._lowest(case.acquisition_years, rate, np.minimum(1.05 * self._GRID, 1))

    @mistake(mark("You did not discount the later years."), _PROFIT)
    def not_discounted(self, case):
        return self._lowest(case.acquisition_years, 0.0, np.minimum(self._GRID + 0.05, 0.999))


TASKS = (
    Active(),
    RepeatRate(),
    CohortRate(),
    Stages(),
    ReturningShare(),
    RetentionValue(),
    WorthIt(),
    CostPerExtra(),
    BaseRate(),
)
