"""Checks of the exercise of chapter 3b, groups, offers and tests."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportion_effectsize,
)

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.segmentation.rfm import RFM
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import ch03, tasks_in
from crmlab.workbook.checks.ch03 import NEXT_START
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

CATEGORIES = ("accessories", "beans", "machines", "service plans", "tea & snacks")
SEGMENT = "Need attention"  # whose letter is given its interval
_CONTACT_COST = 12.0  # yuan for a printed voucher and its postage
_PER_ARM = (330, 470)  # customers per arm of the test, from and up to, in tens
_RISE = (30, 80)  # that the planned test has to see, from and up to, tenths of a point

# Headings of the lesson to read again.
_CLUSTER = mark("Groups that nobody defined: clustering")
_TAGS = mark("Tags and customer profiles")
_SERVICE = mark("From a segment to a service")
_LETTER = mark("What a letter adds, and what it costs")

# What is said of several tasks.
_ANYWAY = mark("You counted orders that would have come anyway; only the extra ones count.")
_EACH_PAYS = mark("You took a number of segments; each letter has to pay for itself.")

# The campaign that the mailing task reads, by segment: the chance to order without the voucher,
# and the revenue of an order in yuan; half of it is margin. Each case moves these a little.
_CAMPAIGN = {
    "Champions": (0.62, 520.0),
    "Loyal": (0.45, 480.0),
    "Promising": (0.30, 330.0),
    "New": (0.22, 260.0),
    SEGMENT: (0.20, 340.0),
    "About to sleep": (0.12, 300.0),
    "Cannot lose": (0.14, 560.0),
    "At risk": (0.10, 340.0),
    "Hibernating": (0.06, 420.0),
}
# What a letter adds, as a multiple of its cost, from and up to. Champions buy anyway: by response
# their letter pays, by what it adds it does not. In which others it does, each case draws anew:
# in four or five. In another one it would by revenue, and by margin it does not.
_ADDED = {"Champions": (0.2, 0.4), SEGMENT: (1.6, 2.2)}
_PAYS, _BY_REVENUE, _LITTLE = (1.35, 1.9), (0.66, 0.74), (0.15, 0.45)


class Case(ch03.Case):
    """The data of one participant.

    Attributes
    ----------
    lines : pandas.DataFrame
        ``customer_id``, ``group`` (the firm's label), ``category``, ``quantity``, ``paid`` (yuan):
        what was sold up to the cut-off, a row per order line.
    campaign : pandas.DataFrame
        Index ``segment``: ``customers``, ``per_arm`` the customers with, and as many without the
        voucher in the test, ``ordered_without`` and ``ordered_with`` it (shares), ``revenue`` and
        ``margin`` per order and ``cost`` per letter (yuan).
    rise : float
        That the test of the new service has to see, in percentage points.
    """

    @handed_out
    def lines(self):
        company = self.company
        orders = company.orders.query("amount > 0")
        orders = orders.loc[orders["date"] < NEXT_START, ["order_id", "customer_id"]]
        labels = company.touches.set_index("customer_id")["label"].astype("str").rename("group")
        sold = company.order_lines.merge(orders, on="order_id").join(labels, on="customer_id")
        products = company.products.astype({"category": "str"})[["product_id", "category"]]
        sold = sold.dropna(subset="group").merge(products, on="product_id")
        kept = ["customer_id", "group", "category", "quantity", "paid"]
        return sold.sort_values("order_id", kind="stable", ignore_index=True)[kept]

    @handed_out
    def campaign(self):
        rng = np.random.default_rng([self.seed, 33])
        counts = RFM().fit_transform(self.customers)["segment"].value_counts()
        table = pd.DataFrame(_CAMPAIGN, index=["ordered_without", "revenue"]).T
        table.insert(0, "customers", counts.reindex(table.index).astype("int64"))
        table["ordered_without"] *= rng.uniform(0.95, 1.05, len(table))
        table["revenue"] *= rng.uniform(0.95, 1.05, len(table))
        table["margin"] = table["revenue"] * 0.5
        others = rng.permutation(table.index.drop(list(_ADDED)))
        paying = rng.integers(4, 5, endpoint=True)
        drawn = [_PAYS] * paying + [_BY_REVENUE] + [_LITTLE] * (len(others) - paying - 1)
        limits = pd.Series(_ADDED | dict(zip(others, drawn, strict=True))).reindex(table.index)
        gain = rng.uniform(*zip(*limits, strict=True)) * _CONTACT_COST / table["margin"]
        table.insert(2, "ordered_with", table["ordered_without"] + gain)
        table["cost"] = _CONTACT_COST
        table.insert(1, "per_arm", 10 * rng.integers(*np.array(_PER_ARM) // 10, len(table)))
        for name in ("ordered_without", "ordered_with"):
            table[name] = (table[name] * table["per_arm"]).round() / table["per_arm"]
        return table.round({"revenue": 2, "margin": 2}).rename_axis("segment")

    @handed_out
    def rise(self):
        return np.random.default_rng([self.seed, 37]).integers(*_RISE, endpoint=True) / 10

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


class Profile(Task):
    """What each group buys, as shares of spend."""
    answer, section = PerCustomer(CATEGORIES, tolerance=0.0006, key="group"), _CLUSTER
    praise = "Right: every customer counts the same, and each row adds up to 1."
    hints = (
        "First one row per customer: how the spend divides over the categories.",
        "pivot_table makes that table; div(…, axis=0) divides each row by its sum.",
        "A customer without a category has 0 there, not nothing; then the mean of each group.",
    )
    slips = {
        "pooled": Slip("You divided sums; each customer's shares come first, then the mean.",
            pooled=True),
        "lines_counted": Slip("You counted lines; shares of spend are asked.", what="lines"),
        "quantity": Slip("You added up pieces; shares of spend are asked.", what="quantity"),
        "missing_left_out": Slip("You left out customers without a category: their share is 0.",
            zero=False),
        "down_the_column": Slip("Your columns add up to 1; each customer's row has to.", axis=0),
        "median": Slip("You took the median customer; the mean is asked.", middle="median"),
        "buyers": Slip("You counted who bought a category, not which share of spend it is.",
            what="buyers"),
    }

    def facts(self, case):
        groups = case.lines.groupby("group")["customer_id"].nunique()
        return facts(groups.index, {mark("they are a small group"): groups < groups.median()})

    def solve(self, case, *, pooled=False, what="paid", zero=True, axis=1, middle="mean"):
        lines = case.lines.assign(lines=1.0)
        value = "lines" if what == "buyers" else what
        rows = ["group"] if pooled else ["customer_id", "group"]
        table = lines.pivot_table(index=rows, columns="category", values=value, aggfunc="sum")
        table = table.fillna(0) if zero else table
        if what == "buyers":
            table = (table > 0).astype("float64")
        elif axis:
            table = table.div(table.sum(axis=1), axis=0)
        found = table.groupby("group").agg(middle)
        return found if axis else found / found.sum()


class Quiet(Task):
    """Who carries the tag activity.quiet."""
    answer, section = Chosen(), _TAGS
    praise = "Right: both parts of the definition, as a machine would read it."
    hints = (
        "The definition has two parts. Does a customer need one of them, or both?",
        "Each part gives True or False per customer; & puts them together.",
        "customers.query takes the definition as it stands.",
    )
    slips = {
        "either": Slip("You took those with one part of the definition; both must hold.",
            parts="either"),
        "days_alone": Slip("You left out the purchases: a single buyer was never regular.",
            parts="days"),
        "purchases_alone": Slip("You left out the days: most of yours are not quiet.",
            parts="purchases"),
        "more_than_three": Slip("Three purchases are enough: the definition says at least.",
            least=4),
        "upside_down": Slip("Yours bought a short time ago: more days is longer ago.",
            parts="recent"),
        "to_the_end": Slip("You took the customers of a later day than the cut-off.",
            table="until_end"),
        "one_year": Slip(ch03.ONE_YEAR, table="last_year"),
    }

    def choices(self, case):
        return case.customers.index

    def solve(self, case, *, parts="both", least=3, table="customers"):
        customers = getattr(case, table)
        days, often = customers["recency_days"] > 180, customers["purchases"] >= least
        found = {"both": days & often, "either": days | often, "days": days,
                 "purchases": often, "recent": ~days & often}[parts]
        return list(customers.index[found])


class AddedLow(Task):
    """The lower end of what the letter adds in one segment."""
    answer, section = Number(tolerance=0.0006), _SERVICE
    praise = "Right. Is even that enough to pay for the letter?"
    hints = (
        "What the letter adds is a difference of two shares, each of per_arm customers.",
        "A share × per_arm is the number who ordered, in each arm.",
        "confint_proportions_2indep, as in the lesson; the first arm is the one with the letter.",
    )
    slips = {
        "upper_end": Slip("That is the upper end of the interval.", end=1),
        "no_interval": Slip("That is the difference itself, without its interval.", end=None),
        "turned": Slip("You took with from without: the arms are turned round.", turned=True),
        "one_arm": Slip("That is the low end of one arm alone: the other varies, too.",
            method="one arm"),
        "ends_combined": Slip("You put the low end of one arm against the high end of the other.",
            method="ends"),
        "ninety": Slip("That is the interval of 90 %; 95 % is asked.", alpha=0.10),
        "three_looks": Slip("That is the interval for three looks; here is one.", alpha=0.05 / 3),
        "half_width": Slip("That is how far the interval reaches down, not where.", end="half"),
        "both_arms": Slip("You divided by both arms; per_arm is the number in each.", arms=0.5),
        "segment_size": Slip("You took the size of the segment; the test had per_arm in each arm.",
            of="customers"),
        "relative": Slip("You divided by the share without a letter; points are asked.",
            relative=True),
    }

    def solve(self, case, *, end=0, turned=False, method="newcomb", alpha=0.05, arms=1.0,
              of="per_arm", relative=False):
        row = case.campaign.loc[SEGMENT]
        size = row[of] * arms
        with_it, without = (row[name] * size for name in ("ordered_with", "ordered_without"))
        if turned:
            with_it, without = without, with_it
        point = (with_it - without) / size
        one, other = (
            proportion_confint(ordered, size, alpha, method="wilson")
            for ordered in (with_it, without)
        )
        if method == "ends":
            ends = one[0] - other[1], one[1] - other[0]
        elif method == "one arm":
            ends = one
        else:
            ends = confint_proportions_2indep(
                with_it, size, without, size, method=method, alpha=alpha
            )
        found = point if end is None else point - ends[0] if end == "half" else ends[end]
        return float(found / (row["ordered_without"] if relative else 1))


class Mailing(Task):
    """Which segments get a voucher."""
    answer, section = Chosen(key="segment"), _LETTER
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
        "low_end": Slip("You went by the low end of the interval; what is expected is asked.",
            orders="low end"),
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
    if which == "low end":
        size = table["per_arm"]
        arms = (size * table["ordered_with"], size), (size * table["ordered_without"], size)
        return confint_proportions_2indep(*arms[0], *arms[1], method="newcomb")[0]
    anyway = table["ordered_without"] if which == "added" else 0
    return table["ordered_with"] - anyway


def _letter(table, orders, money, cost):
    """Return what one letter earns, in yuan, per segment."""
    share = table["ordered_with"] if cost == "orders" else cost
    return _orders(table, orders) * table[money] - share * table["cost"]


class MailingProfit(Task):
    """What the mailing is expected to earn."""
    answer, section = Number(tolerance=1.0), _LETTER
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
        "rise is in percentage points, and a point is 0.01; power 80 %, two-sided 5 %.",
        "proportion_effectsize and NormalIndPower().solve_power, as in the lesson.",
    )
    slips = {
        "raw_difference": Slip("You put the difference in as effect size: it needs Cohen's h.",
            effect="raw"),
        "of_a_survey": Slip("That is the formula of a survey: it has no second arm, no power.",
            effect="survey"),
        "relative_not_points": Slip("You took per cent of the base rate, not points.", times=True),
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

    def solve(self, case, *, of="last_year", times=False, effect="", alpha=0.05, power=0.8,
              arms=1):
        base = case.base_rates[of]
        step = case.rise / 100 * (base if times else 1)
        if effect == "survey":
            return arms * norm.isf(alpha / 2) ** 2 * base * (1 - base) / step**2
        size = step if effect == "raw" else proportion_effectsize(base + step, base)
        return arms * float(NormalIndPower().solve_power(size, power=power, alpha=alpha))


TASKS = tasks_in(globals())
