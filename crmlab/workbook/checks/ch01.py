"""Checks of the exercise of chapter 1, CRM at a glance."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from crmlab.clv import clv_closed_form
from crmlab.language import mark
from crmlab.workbook.answers import Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

CUTOFF = pd.Timestamp("2025-06-30")
AFTER, YEAR = CUTOFF + pd.Timedelta(days=1), pd.Timedelta(days=365)
BEGINNING, NEW_YEAR, FOREVER = "2000-01-01", "2025-01-01", "2100-01-01"
HALF_DAYS = 182
STAGES = ("new", "grow", "keep", "won back", "decline", "lost")
POINTS = 3.0  # percentage points that the points card promises
_DAYS = ["customer_id", "day"]  # one row of them is one purchase

_SPLIT_SHARE = 0.18  # share of orders that the till splits into two rows on one day
_LATE_REFUNDS = 12  # goods sent back by customers who have not bought for more than a year
_LAST_DAY = 4  # such customers who come back on the cut-off day

# Headings of the lesson to read again, and what is said of several tasks.
_DATA, _ACTIVE = mark("The data"), mark("Put the customer first: active customers")
_COHORTS = mark("Cohorts: comparing customers of equal age")
_LIFECYCLE = mark("The lifecycle: where does each customer stand?")
_PROFIT = mark('Claim check: "5 % more retention brings 25 to 95 % more profit"')
_COST = mark('Claim check: "keeping costs a fifth to a tenth of winning"')
_FUTURE = mark("You counted rows after the cut-off day.")
_MIDNIGHT = mark("You lost the cut-off day: a date with a time is later than its midnight.")
_PER_CENT = mark("You took per cent of the rate; the task says points.")
_REVENUE = mark("You counted revenue; the margin is what is left.")
_UNDISCOUNTED = mark("You did not discount: a yuan in five years is worth less than one now.")
_END_OF_YEAR = mark("Your first margin comes after a year; here it comes at once.")
_ONE_YEAR = mark("You counted one year; who stays may stay in later years, too.")

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


class Case(BaseCase):
    """The data of one participant."""

    size = 800

    @handed_out
    def log(self):
        """``customer_id``, ``date``, ``amount`` (yuan): rows of the till, refunds below 0."""
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
    def _dated(self):
        date = self.log["date"].dt
        return self.log.assign(day=date.normalize(), month=date.month)

    def rows(self, since=BEGINNING, until=AFTER, *, refunds=False):
        """Return the purchases of a period, with refunds or without."""
        log = self._dated
        paid = (log["amount"] >= 0) | refunds
        return log[paid & (log["date"] >= since) & (log["date"] < until)]

    def visits(self, count="nunique", **period):
        """Return the number of purchase days of each customer, or of rows (``"size"``)."""
        return self.rows(**period).groupby("customer_id")["day"].agg(count)

    @cached_property
    def first(self):
        """The time of each customer's first purchase."""
        return self.rows().groupby("customer_id")["date"].min()

    @handed_out
    def halves(self):
        """``first_purchase`` and the spend of two half-years (yuan, missing without a purchase)."""
        bought = self.rows()
        ago = (CUTOFF - bought["day"]).dt.days // HALF_DAYS
        spend = bought.groupby(["customer_id", ago])["amount"].sum().unstack()
        first = self.first.dt.normalize().rename("first_purchase")
        return first.to_frame().assign(spend_last=spend[0], spend_before=spend[1])

    @handed_out
    def firm(self):
        """``new_customers``, ``revenue``, ``margin`` (yuan a year), ``retention`` and so on."""
        rng = np.random.default_rng([self.seed, 11])
        margin = round(rng.uniform(1000, 1400), -1)
        return pd.Series(
            {
                "new_customers": float((self.first >= AFTER - YEAR).sum()),
                "revenue": round(margin / rng.uniform(0.43, 0.47), -1),
                "margin": margin,
                "retention": round(rng.uniform(0.60, 0.70), 2),
                "discount_rate": rng.integers(8, 12, endpoint=True) / 100,
            },
            name="value",
        )

    @handed_out
    def programmes(self):
        """``points`` of retention that each adds, and ``cost`` (yuan)."""
        rng = np.random.default_rng([self.seed, 12])
        table = pd.DataFrame(_PROGRAMMES, index=["points", "multiple"]).T.rename_axis("programme")
        worth = added_value(self.firm, table["points"])
        multiple = table.pop("multiple") * rng.uniform(0.98, 1.02, len(table))
        return table.assign(cost=(worth * multiple).round(-2))

    @handed_out
    def pilot(self):
        """``customers``, ``stayed`` and ``cost`` (yuan, of the whole arm) by ``arm``."""
        rng = np.random.default_rng([self.seed, 13])
        base, effect = rng.uniform(0.48, 0.56), rng.uniform(0.05, 0.09)
        customers = np.array([2600, 1700]) + 10 * rng.integers(-8, 9, 2)
        return pd.DataFrame(
            {
                "customers": customers,
                "stayed": np.rint(customers * [base + effect, base]).astype("int64"),
                "cost": [round(customers[0] * rng.uniform(11, 15)), 0],
            },
            index=pd.Index(["voucher", "no voucher"], name="arm"),
        )

    @handed_out
    def acquisition_years(self):
        """Cost of winning a customer, in years of margin."""
        return round(np.random.default_rng([self.seed, 14]).uniform(0.30, 0.85), 2)

    @cached_property
    def facts(self):
        log, table = self._dated, self.halves
        last, before = table["spend_last"].notna(), table["spend_before"].notna()
        first = table["first_purchase"]
        return facts(self.company.customers["customer_id"], {
            mark("they sent something back"): log["customer_id"][log["amount"] < 0],
            mark("they bought on the cut-off day itself"): log["customer_id"][log["day"] == CUTOFF],
            mark("they first bought on 30 or 31 December 2024"):
                first.between("2024-12-30", "2024-12-31"),
            mark("they bought in the last half-year only"): last & ~before,
            mark("they bought in the half-year before only"): before & ~last,
            mark("they bought in both half-years"): last & before,
        })

    def about(self, name):
        for table in (self.halves, self.programmes):
            rows = table.set_axis(table.index.astype("str"))
            if name in rows.index:
                return "; ".join(f"{part} {rows.loc[name, part]}" for part in rows)
        return ""


def added_value(firm, points, *, money="margin", rate=None, first="now", of_rate=False,
                one_year=False, whole=False, each=False):
    """Return what `points` more of retention make a year's new customers worth, in yuan."""
    base, rate = firm["retention"], firm["discount_rate"] if rate is None else rate
    more = np.asarray(points) / 100 * (base if of_rate else 1)
    customers = 1 if each else firm["new_customers"]
    if one_year:
        return customers * firm[money] * more
    now, then = (clv_closed_form(firm[money], r, rate, first) for r in (base, base + more))
    return customers * (then - now * (not whole))


class Active(Task):
    """Active customers on the cut-off day."""
    answer, section = Number(), _ACTIVE
    praise = "Right: customers, not orders, and only those who bought within a year."
    hints = ("Which rows are purchases, and which of them lie in the 365 days?",
        "The cut-off day counts: keep rows before the midnight that ends it.",
        "Count different customers: nunique.")
    slips = {
        "rows_counted": Slip("You counted rows; who has five orders is one customer.", count=None),
        "purchases_counted": Slip("You counted purchases, not customers.", count=_DAYS),
        "refunds_counted": Slip("You counted who only sent something back.", _DATA, refunds=True),
        "whole_register": Slip("You counted everybody who ever bought.", since=BEGINNING),
        "after_cutoff": Slip(_FUTURE, _DATA, until=FOREVER),
        "last_day_lost": Slip(_MIDNIGHT, _DATA, until=CUTOFF),
        "since_new_year": Slip("You counted since New Year, not 365 days.", since=NEW_YEAR),
        "calendar_year": Slip("You took the year 2024.", since="2024-01-01", until=NEW_YEAR),
        "share": Slip("That is a share of all who ever bought; a number is asked.", share=True),
        "months_added": Slip("You added up months: who came in several counts again.",
            count=["customer_id", "month"]),
    }

    def solve(self, case, *, count=("customer_id",), share=False, since=AFTER - YEAR, **period):
        rows = case.rows(since=since, **period)
        number = len(rows.drop_duplicates(count))
        return number / len(case.first) if share else number


class CohortRate(Task):
    """The share of the cohort of 2024 who bought in the first half of 2025."""
    answer, section = Number(tolerance=0.0006), _COHORTS
    praise = "Right: the cohort is who came in 2024, and each counts once."
    hints = ("Who is in the cohort? Find each customer's first purchase.",
        "Who bought between 1 January and 30 June 2025? Each customer counts once.",
        "isin says of each member whether they are among the buyers; a mean gives the share.")
    slips = {
        "buyers_of_the_year": Slip("You took all buyers of 2024, not newcomers only.", new=False),
        "turned_round": Slip("You divided by the buyers of 2025, not by the cohort.", of="buyers"),
        "of_all_customers": Slip("You divided by all customers, not by the cohort.", of="all"),
        "purchases_counted": Slip("You counted purchases, not customers.", count=_DAYS),
        "rows_counted": Slip("You counted rows; each customer counts once.", count=None),
        "after_cutoff": Slip(_FUTURE, _DATA, until=FOREVER),
        "bought_again": Slip("That is a repeat rate: purchases of 2024 are in it.", again=True),
        "first_half": Slip("Your cohort is half a year only.", to="2024-07-01"),
    }

    def sizes(self, case):
        return (case.first.between("2024-01-01", NEW_YEAR).sum(),)

    def solve(self, case, *, new=True, to=NEW_YEAR, of="cohort", count=("customer_id",),
              again=False, since=NEW_YEAR, until=AFTER):
        rows = case.rows(BEGINNING if new else "2024-01-01")
        dates = rows.set_index("customer_id")["date"]
        first = dates.groupby(level=0).min() if new else dates
        cohort = first.index[(first >= "2024-01-01") & (first < to)].unique()
        if again:
            return (case.visits(until=until)[cohort] > 1).mean()
        later = case.rows(since, until)
        came = later[later["customer_id"].isin(cohort)].drop_duplicates(count)
        buyers = later["customer_id"].nunique()
        return len(came) / {"cohort": len(cohort), "buyers": buyers, "all": len(case.first)}[of]


class Stages(Task):
    """The stage of the lifecycle of each customer."""
    answer, section = PerCustomer(("stage",)), _LIFECYCLE
    praise = "Right: the questions in order, and a missing amount is not an amount of 0."
    hints = ("Ask the questions in the order given; the first yes decides.",
        "A missing amount means no purchase: notna() says who bought.",
        "np.select takes the questions in order, and the word for each.")
    slips = {
        "new_won_back": Slip("Ask first who is new: newcomers are not won back.", ask_new=False),
        "new_in_a_year": Slip("New is the last half-year, not the last year.", limit="2024-06-30"),
        "grow_and_keep_swapped": Slip("Grow and keep changed places: grow spends more.",
            called={"grow": "keep", "keep": "grow"}),
        "won_back_and_decline_swapped": Slip("Won back and decline changed places.",
            called={"won back": "decline", "decline": "won back"}),
        "decline_is_lost": Slip("Who bought in the half-year before is not lost yet: decline.",
            called={"decline": "lost"}),
        "keep_first": Slip("You asked for keep first: nobody grows.", called={"grow": "keep"}),
        "less_is_decline": Slip("Who bought in both half-years and spent less is keep.",
            called={"keep": "decline"}),
        "halves_swapped": Slip("You exchanged the two half-years.", order=-1),
        "missing_is_zero": Slip("You put 0 for missing: then everybody bought.", zero="everywhere"),
        "zero_compared": Slip("You put 0 for missing: the won back seem to grow.", zero="compared"),
    }

    def solve(self, case, *, limit="2024-12-30", called=None, ask_new=True, zero="", order=1):
        table = case.halves
        new = (table["first_purchase"] > limit) & ask_new
        last, before = (table[half] for half in ["spend_last", "spend_before"][::order])
        grown = last.fillna(0) > before.fillna(0) if zero else last > before
        bought, earlier = (half.notna() | (zero == "everywhere") for half in (last, before))
        questions = [new, grown, bought & earlier, bought, earlier]
        stages = pd.Series(np.select(questions, STAGES[:5], STAGES[5]), table.index)
        return stages.replace(called or {})


class WorthIt(Task):
    """What programmes are worth beyond their price."""
    answer, section = PerCustomer(("gain",), tolerance=0.5, key="programme"), _PROFIT
    praise = "Right. Whether a programme adds its points is the question that is left."
    hints = ("What is one new customer worth now, and with the higher retention of each programme?",
        "m (1 + d) / (1 + d − r), with the margin; crm.clv_closed_form takes a Series of rates.",
        "The cost of a programme is for all new customers of a year; so must be its worth.")
    slips = {
        "per_cent_not_points": Slip(_PER_CENT, of_rate=True),
        "revenue_not_margin": Slip(_REVENUE, money="revenue"),
        "not_discounted": Slip(_UNDISCOUNTED, rate=0.0),
        "end_of_year": Slip(_END_OF_YEAR, first="end_of_period"),
        "one_year": Slip(_ONE_YEAR, one_year=True),
        "in_proportion": Slip("You scaled the points card: a late point adds more.", scaled=True),
        "as_points_card": Slip("You took three points for each; each adds its own.", points=POINTS),
        "per_customer": Slip("That is the gain per customer; there are many.", each=True),
        "not_the_difference": Slip("You took the whole worth, not what is added.", whole=True),
        "cost_forgotten": Slip("You left out what the programmes cost.", cost=0),
    }

    def solve(self, case, *, points=None, scaled=False, cost=1, **switches):
        table = case.programmes
        worth = added_value(case.firm, POINTS if scaled else points or table["points"], **switches)
        return worth * (table["points"] / POINTS if scaled else 1) - cost * table["cost"]


class CostPerExtra(Task):
    """What a customer costs who stayed because of the voucher."""
    answer, section = Number(relative=0.004), _COST
    praise = "Right: only those who would have left otherwise are bought by the money."
    hints = ("How many of the customers with a voucher would have stayed without one?",
        "The arms differ in size: compare shares, not numbers of customers.",
        "Which number of customers is the difference of the shares, in the arm that was paid for?")
    slips = {
        "per_stayer": Slip("You paid for all who stayed; most would have anyway.", of="stayed"),
        "per_voucher": Slip("That is the cost of a voucher, kept or not.", of="vouchers"),
        "arms_not_scaled": Slip("You subtracted numbers; the arms differ in size.", of="counts"),
        "relative_difference": Slip("You took per cent of the rate, not points.", relative=True),
        "other_arm": Slip("You took the size of the arm without a voucher.", arms=["no voucher"]),
        "both_arms": Slip("You took the size of both arms.", arms=["voucher", "no voucher"]),
        "size_forgotten": Slip("You divided by a share; divide by customers.", of="shares"),
        "cost_of_stayers": Slip("You left out the vouchers of those who left.", part="stayed"),
    }

    def solve(self, case, *, of="extra", arms=("voucher",), relative=False, part="customers"):
        pilot = case.pilot
        voucher, other = pilot.loc["voucher"], pilot.loc["no voucher"]
        kept, anyway = (arm["stayed"] / arm["customers"] for arm in (voucher, other))
        gap = (kept - anyway) / (anyway if relative else 1)
        number = {"stayed": voucher["stayed"], "vouchers": voucher["customers"], "shares": gap,
            "counts": voucher["stayed"] - other["stayed"],
            "extra": gap * pilot.loc[list(arms), "customers"].sum()}[of]
        return float(voucher["cost"] * voucher[part] / voucher["customers"] / number)


class CostAtMost(Task):
    """The upper end of the interval of that cost."""
    answer, section = Number(relative=0.03), _COST
    praise = "Right: the cost is highest where the voucher adds least."
    hints = ("The cost of one voucher is known; what is uncertain is the share that it adds.",
        "confint_proportions_2indep gives both ends of it; method='newcomb', as in the lesson.",
        "Which end of the share makes the cost per extra customer highest?")
    slips = {
        "lower_end": Slip("That is the lower end: a high share makes a low cost.", end=1),
        "one_of_three": Slip("You corrected for three looks; here is one voucher.", level=0.05 / 3),
        "ninety": Slip("That is the end of an interval of 90 %; 95 % are asked.", level=0.1),
        "one_error": Slip("You took one standard error: the 1.96 is missing.", level=0.3173),
        "point": Slip("That is the cost itself, without its interval.", of="point"),
        "ends_subtracted": Slip("You subtracted ends; take the interval of the difference.",
            of="ends"),
        "per_stayer": Slip("You paid for all who stayed; most would have anyway.", of="stayed"),
        "relative_difference": Slip("You took per cent of the rate, not points.", relative=True),
        "arm_forgotten": Slip("You took the cost of the whole arm over a share.", whole=True),
        "other_arm": Slip("You took the size of the arm without a voucher.", arm="no voucher"),
    }

    def solve(self, case, *, level=0.05, end=0, of="difference", relative=False, whole=False,
              arm="voucher"):
        pilot = case.pilot
        counts = [tuple(pilot.loc[name, ["stayed", "customers"]]) for name in pilot.index]
        (kept, size), (kept_anyway, others) = counts
        voucher, anyway = (proportion_confint(*one, alpha=level, method="wilson") for one in counts)
        ends = {"difference": confint_proportions_2indep(*counts[0], *counts[1], method="newcomb",
            alpha=level), "stayed": voucher, "point": [kept / size - kept_anyway / others] * 2,
            "ends": (voucher[0] - anyway[1], voucher[1] - anyway[0])}[of]
        share = ends[end] / (kept_anyway / others if relative else 1)
        cost = pilot.loc["voucher", "cost"] / (1 if whole else pilot.loc[arm, "customers"])
        return float(cost / share)


class BaseRate(Task):
    """From which retention rate on the famous claim holds."""
    answer, section = Number(tolerance=0.0011), _PROFIT
    praise = "Right. Compare it with the company's own retention rate."
    hints = ("Profit of a new customer: m (1 + d) / (1 + d − r), less the cost of winning.",
        "Five points more: the same with r + 0.05. By how many per cent does it rise?",
        "Try every rate from 0.30 to 0.94 in steps of 0.001; the margin cancels out.")
    slips = {
        "cost_forgotten": Slip("You left out the cost of winning, or took years for yuan.", cost=0),
        "cost_one_year": Slip("You took one year of margin for the cost.", cost=1),
        "per_cent_not_points": Slip(_PER_CENT, of_rate=True),
        "not_discounted": Slip(_UNDISCOUNTED, discounted=False),
        "end_of_year": Slip(_END_OF_YEAR, first="end_of_period"),
        "of_profit_after": Slip("You divided by the profit with five points more.", of="after"),
        "of_margin": Slip("You asked for 25 % of a year's margin, not of profit.", of="margin"),
        "rate_after": Slip("That is the rate with five points more.", more=0.05),
    }
    _GRID = np.arange(0.30, 0.9401, 0.001)

    def solve(self, case, *, cost=None, of_rate=False, discounted=True, first="now", of="profit",
              more=0.0):
        cost = case.acquisition_years if cost is None else cost
        rate = case.firm["discount_rate"] * discounted
        better = np.minimum(1.05 * self._GRID, 1) if of_rate else self._GRID + 0.05
        better = better if discounted else np.minimum(better, 0.999)
        now, then = (clv_closed_form(1.0, r, rate, first) for r in (self._GRID, better))
        whole = {"profit": now - cost, "after": then - cost, "margin": 1}[of]
        return float(self._GRID[np.argmax((then - now) / whole >= 0.25)] + more)


TASKS = tasks_in(globals())
