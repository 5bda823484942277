"""Checks of the exercise of chapter 6, development."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.company import Company
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 2000
KIT, PAPERS = "P14", "P15"
YUNNAN, ETHIOPIA = "P04", "P05"
PLACES, LEAST_BASKETS = 10, 20  # pairs on the shelf, and the baskets that a pair needs
SPLIT = "2025-01-01"  # bestsellers are learned before it and judged from it on
RECOMMENDED = 3
LEAST_KNOWN = 2  # products that a customer must have bought to get a letter
TODAY = "2025-12-01"  # the last month of the meters
LIMIT = 0.9  # share of the allowance
YEAR = 12  # months for which a call is counted
CALL_COST = 40.0  # yuan
HALVES = ["2023 H1", "2023 H2", "2024 H1", "2024 H2", "2025 H1", "2025 H2"]
RUNGS = ["new", "repeat", "multi-line", "advocate", "silent"]
CATEGORIES = 3  # that make a customer multi-line
HALVES_AHEAD, BETTER = 4, 0.10  # half-years counted, and how much better the step gets
UNLABELLED = "unknown"

# Headings of the lesson to read again.
_MEASURES = mark("Support, confidence, lift")
_WRONG_WAY = mark("The wrong way first")
_CHANCE = mark("How many rules are chance?")
_WITHIN = mark("Together, or the same kind of customer?")
_FILTER = mark("A collaborative filter")
_TILL = mark("At the till")
_LETTER = mark("In a letter")
_LIMIT = mark("Near the limit")
_OFFERS = mark("The offer list")
_LADDER = mark("The value ladder")
_MOVES = mark("From one half-year to the next")
_BETTER = mark("What a better step would bring")

# The chance to move up next month without a call, and the share that a call persuades: far from
# the limit, above it this month, above it two months in a row. Each case moves these a little.
_CHANCE_OF_SIGNAL = np.array([0.006, 0.03, 0.25])
_PERSUADED = np.array([0.02, 0.05, 0.18])


class Case:
    """The data of one participant.

    Attributes
    ----------
    company : Company
    lines : pandas.DataFrame
        One row per product in an order, refunds left out: ``order_id``, ``customer_id``,
        ``date``, ``product_id``, ``product``, ``category``.
    labels : pandas.Series
        Index ``customer_id``: needs group, ``unknown`` where nobody wrote one down.
    in_basket : pandas.DataFrame
        Baskets of 2025 with two products or more, one of them hidden: index ``order_id``, a
        column of True and False per product that can be seen.
    hidden : pandas.Series
        Index ``order_id``: the product that is hidden.
    usage, referrals : pandas.DataFrame
        Tables of the company. Who moves up after the last month is not known yet: ``upgraded``
        is missing there.
    firms : pandas.DataFrame
        Index ``customer_id``, who can move up: ``plan``, ``chance`` to move up next month without
        a call, ``persuaded`` (share of such firms whom a call moves up at once), ``more_fee`` and
        ``more_margin`` of the next plan (yuan a month).
    earlier_rungs : pandas.DataFrame
        Index ``customer_id``, a column per half-year before the last: rung of the ladder.
    matrix : pandas.DataFrame
        Shares of the customers of a rung (row) on each rung a half-year later (column).
    rung_margin : pandas.Series
        Index rung: margin of a half-year per customer, yuan.
    """

    def __init__(self, seed):
        self.seed = int(seed)

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @cached_property
    def _products(self):
        return self.company.products.set_index("product_id")

    @cached_property
    def customer_ids(self):
        return pd.Index(self.company.customers["customer_id"])

    @handed_out
    def lines(self):
        return self.sold.drop(columns="margin")

    @cached_property
    def sold(self):
        """The products of each order, with their margin; what was sent back is left out."""
        lines, orders = self.company.order_lines, self.company.orders
        order = pd.Index(orders["order_id"]).get_indexer(lines["order_id"])
        product = self._products.index.get_indexer(lines["product_id"].astype("str"))
        kept = (orders["amount"].to_numpy() >= 0)[order]
        # A product may stand on two lines of an order: one cell for each order and product.
        cell, line = np.unique(
            order[kept] * len(self._products) + product[kept], return_inverse=True
        )
        order, product = np.divmod(cell, len(self._products))
        sums = {name: np.bincount(line, lines[name][kept]) for name in ("quantity", "paid")}
        bought = self._products.reset_index().take(product).reset_index(drop=True)
        table = orders[["order_id", "customer_id", "date"]].take(order).reset_index(drop=True)
        return table.assign(
            product_id=bought["product_id"].astype("str"),
            product=bought["name"].astype("str"),
            category=bought["category"].astype("str"),
            margin=sums["paid"] - sums["quantity"] * bought["unit_cost"],
        )

    @handed_out
    def labels(self):
        label = self.company.touches.set_index("customer_id")["label"].astype("str")
        return label.reindex(self.customer_ids).fillna(UNLABELLED)

    @cached_property
    def baskets(self):
        """0 and 1: a row per basket, a column per product."""
        return _counts(self.lines, "order_id")

    @cached_property
    def later_baskets(self):
        """The baskets from the split day on that hold two products or more."""
        later = self.baskets[_first_of(self.lines, "order_id", "date") >= SPLIT]
        return later[later.sum(axis=1) >= 2]

    @handed_out
    def hidden(self):
        rng = np.random.default_rng([self.seed, 6])
        later = self.later_baskets
        place = (rng.random(later.shape) * later).to_numpy().argmax(axis=1)
        return pd.Series(later.columns[place], later.index, name="hidden", dtype="str")

    @handed_out
    def in_basket(self):
        later = self.later_baskets
        taken_out = later.columns.to_numpy() == self.hidden.to_numpy()[:, None]
        return later.astype(bool) & ~taken_out

    @cached_property
    def buyers(self):
        """How often a customer (row) has bought a product (column), in baskets."""
        return _counts(self.lines, "customer_id")

    @cached_property
    def group_counts(self):
        """Baskets of each needs group: with the ``one`` coffee, the ``other``, ``both``, all."""
        group = _first_of(self.lines, "order_id", "customer_id").map(self.labels)
        one, other = self.baskets[YUNNAN], self.baskets[ETHIOPIA]
        table = pd.DataFrame({"one": one, "other": other, "both": one * other, "number": 1})
        return table.groupby(group.to_numpy()).sum()

    @handed_out
    def usage(self):
        usage = self.company.usage.sort_values(["customer_id", "month"], ignore_index=True)
        usage["plan"] = usage["plan"].astype("str")
        usage["upgraded"] = usage["upgraded"].astype("boolean").mask(usage["month"] == TODAY)
        return usage

    @handed_out
    def referrals(self):
        return self.company.referrals

    @cached_property
    def metered(self):
        """`usage` with ``above`` the limit, and whether it was so in the month ``before``."""
        above = self.usage["used"] / self.usage["included"] > LIMIT
        before = above.groupby(self.usage["customer_id"]).shift(fill_value=False)
        return self.usage.assign(above=above, before=before)

    @handed_out
    def firms(self):
        rng = np.random.default_rng([self.seed, 66])
        now = (self.metered["month"] == TODAY) & (self.metered["plan"] != "L")
        firms = self.metered[now].set_index("customer_id")
        signal = np.where(firms["above"], 1 + firms["before"], 0)
        noise = np.exp(0.5 * rng.standard_normal(len(firms)))
        plans = self.company.plans.astype({"plan": "str"}).set_index("plan")
        step = plans.assign(margin=plans["fee"] - plans["unit_cost"]).diff().shift(-1)
        return pd.DataFrame(
            {
                "plan": firms["plan"],
                "chance": (_CHANCE_OF_SIGNAL[signal] * noise).round(3),
                "persuaded": (_PERSUADED * rng.uniform(0.95, 1.05, 3)).round(3)[signal],
                "more_fee": firms["plan"].map(step["fee"]).astype("int64"),
                "more_margin": firms["plan"].map(step["margin"]).astype("int64"),
            }
        )

    @cached_property
    def halves(self):
        """Counts per customer (row) and half-year (column) of what the rungs ask for."""
        bought, sent = self.lines, self.referrals
        first_of_category = bought.drop_duplicates(["customer_id", "category"])
        orders = bought.drop_duplicates("order_id")
        return {
            "purchases": self.per_half(orders["customer_id"], orders["date"]),
            "categories": self.per_half(
                first_of_category["customer_id"], first_of_category["date"]
            ),
            "sent": self.per_half(sent["referrer_id"], sent["date"]),
        }

    def per_half(self, customer, date):
        """Count rows per customer and half-year."""
        row = self.customer_ids.get_indexer(customer)
        size = len(self.customer_ids), len(HALVES)
        cells = np.ravel_multi_index((row, _half(date)), size)
        return np.bincount(cells, minlength=np.prod(size)).reshape(size)

    @cached_property
    def categories_in_half(self):
        """Categories bought in each half-year, whether or not they were new."""
        once = self.lines.assign(half=_half(self.lines["date"]))
        once = once.drop_duplicates(["customer_id", "category", "half"])
        return self.per_half(once["customer_id"], once["date"])

    def rungs_from(self, silent=None, **changed):
        """Return the rung of each customer at the end of each half-year.

        Parameters
        ----------
        silent : array, optional
            Who counts as silent; by default, who has not bought in the half-year.
        **changed
            ``purchases``, ``categories`` or ``sent``: other counts so far.
        """
        counted = {name: count.cumsum(axis=1) for name, count in self.halves.items()}
        so_far = counted | changed
        rules = {
            "not yet": counted["purchases"] == 0,
            "silent": self.halves["purchases"] == 0 if silent is None else silent,
            "advocate": so_far["sent"] > 0,
            "multi-line": so_far["categories"] >= CATEGORIES,
            "repeat": so_far["purchases"] >= 2,
        }
        rungs = np.select(list(rules.values()), list(rules), "new")
        return pd.DataFrame(rungs, self.customer_ids, HALVES, dtype="str")

    @cached_property
    def rungs(self):
        return self.rungs_from()

    @handed_out
    def earlier_rungs(self):
        return self.rungs[HALVES[:-1]]

    @cached_property
    def moves(self):
        """Counts of moves from a rung (row) to the next half-year's (column)."""
        before, after = (self.rungs[part].to_numpy().ravel() for part in (HALVES[:-1], HALVES[1:]))
        table = pd.crosstab(before, after).reindex(index=RUNGS, columns=RUNGS, fill_value=0)
        return table.rename_axis(index="from", columns="to")

    @handed_out
    def matrix(self):
        return self.moves.div(self.moves.sum(axis=1), axis=0)

    @handed_out
    def rung_margin(self):
        lines = self.sold
        row = self.customer_ids.get_indexer(lines["customer_id"])
        rung = self.rungs.to_numpy()[row, _half(lines["date"])]
        number = pd.Series(self.rungs.to_numpy().ravel()).value_counts()
        mean = lines["margin"].groupby(rung).sum() / number
        return mean.reindex(RUNGS).fillna(0).round(2).rename("margin").rename_axis("rung")


def _half(date):
    """Return the place of each date's half-year in `HALVES`."""
    return (2 * (date.dt.year - 2023) + (date.dt.month > 6)).to_numpy()


def _counts(lines, by):
    """Count lines per value of a column (row) and product (column)."""
    row, names = pd.factorize(lines[by], sort=True)
    column, products = pd.factorize(lines["product_id"], sort=True)
    size = len(names), len(products)
    count = np.bincount(np.ravel_multi_index((row, column), size), minlength=np.prod(size))
    return pd.DataFrame(count.reshape(size), pd.Index(names, name=by), products)


def _first_of(lines, by, column):
    """Return the first value of a column, per value of another one, in its order."""
    return lines.drop_duplicates(by).set_index(by)[column].sort_index()


@dataclass(frozen=True)
class Pairs(Chosen):
    """A set of pairs of products, as texts or tuples, the two in any order."""

    def read(self, value, expected):
        """Return the pairs in `value` as texts such as ``P14+P15``."""
        return frozenset(
            "+".join(sorted(re.findall(r"P\d\d", name))) or name
            for name in super().read(value, expected)
        )


class Lift(Task):
    """The lift of a pair of products."""

    name = "lift"
    answer = Number(tolerance=0.01)
    praise = mark(
        "Right: how many times more often than if the two had nothing to do with each other."
    )
    hints = (
        mark("Three shares of baskets: with the kit, with papers, with both."),
        mark("In a table of baskets and products, 0 and 1, shares are means of columns."),
        mark("(both ÷ with the kit) ÷ (with papers ÷ all baskets)"),
    )

    @staticmethod
    def _of(baskets, number=None):
        kit, papers = baskets[KIT], baskets[PAPERS]
        return float((kit * papers).sum() * (number or len(baskets)) / (kit.sum() * papers.sum()))

    def right(self, case):
        return self._of(case.baskets)

    @mistake(mark("That is the confidence; lift compares it with all baskets."), _MEASURES)
    def confidence(self, case):
        kit, papers = case.baskets[KIT], case.baskets[PAPERS]
        return float((kit * papers).sum() / kit.sum())

    @mistake(mark("You divided by the number of lines; shares are of baskets."), _MEASURES)
    def lines_as_number(self, case):
        return self._of(case.baskets, number=len(case.lines))

    @mistake(mark("That is the support: the share of all baskets with both."), _MEASURES)
    def support(self, case):
        return float((case.baskets[KIT] * case.baskets[PAPERS]).mean())

    @mistake(
        mark("You looked at what a customer ever bought; the question is about one basket."),
        _MEASURES,
    )
    def per_customer(self, case):
        return self._of(np.minimum(case.buyers, 1))


class Shelf(Task):
    """The pairs that stand side by side."""

    name = "shelf"
    answer = Pairs()
    praise = mark("Right: often enough to trust, and more often together than by luck.")
    hints = (
        mark("For each pair: baskets with both, with the one, with the other."),
        mark("If m is the table of baskets and products in 0 and 1, m.T @ m counts the pairs."),
        mark("Keep pairs with 20 baskets or more, sort by lift, take the first ten."),
    )

    @staticmethod
    def table(baskets):
        """Return ``both``, ``lift`` and the higher ``confidence`` of each pair."""
        ones = baskets.to_numpy(dtype=float)
        together, number = ones.T @ ones, ones.sum(axis=0)
        first, second = np.triu_indices(len(number), 1)
        both = together[first, second]
        pairs = [
            f"{baskets.columns[one]}+{baskets.columns[two]}"
            for one, two in zip(first, second, strict=True)
        ]
        return pd.DataFrame(
            {
                "both": both,
                "lift": both * len(ones) / (number[first] * number[second]),
                "confidence": both / np.minimum(number[first], number[second]),
            },
            pairs,
        )

    def _best(self, baskets, by="lift", least=LEAST_BASKETS):
        table = self.table(baskets)
        return list(table[table["both"] >= least].nlargest(PLACES, by).index)

    def right(self, case):
        return self._best(case.baskets)

    @mistake(mark("You sorted by confidence, and that favours what everybody buys."), _WRONG_WAY)
    def by_confidence(self, case):
        return self._best(case.baskets, "confidence")

    @mistake(
        mark("You took the pairs in most baskets: bestsellers meet often, by luck alone."),
        _MEASURES,
    )
    def by_support(self, case):
        return self._best(case.baskets, "both")

    @mistake(mark("You let pairs in that stand in a few baskets only; that is luck."), _CHANCE)
    def rare_pairs(self, case):
        return self._best(case.baskets, least=1)

    @mistake(
        mark("You looked at what a customer ever bought; the question is about one basket."),
        _MEASURES,
    )
    def per_customer(self, case):
        return self._best(np.minimum(case.buyers, 1))


class LiftWithin(Task):
    """The lift of a pair within needs groups."""

    name = "lift_within"
    answer = Number(tolerance=0.002)
    praise = mark("Right: what is left of the lift when the kind of customer is known.")
    hints = (
        mark("In each group: how many baskets would hold both if the two were independent?"),
        mark("In a group: baskets with the one × baskets with the other ÷ all its baskets."),
        mark("Add the expected baskets of all groups, unknown too; divide both by this sum."),
    )

    @staticmethod
    def _lift(counts):
        return counts["both"] * counts["number"] / (counts["one"] * counts["other"])

    @staticmethod
    def _expected(counts):
        return (counts["one"] * counts["other"] / counts["number"]).sum()

    def right(self, case):
        counts = case.group_counts
        return float(counts["both"].sum() / self._expected(counts))

    @mistake(mark("That is the lift over all baskets; the groups are not in it."), _WITHIN)
    def groups_ignored(self, case):
        return float(self._lift(case.group_counts.sum()))

    @mistake(
        mark("You took the mean of the lifts of the groups; a tiny group counts as a large one."),
        _WITHIN,
    )
    def mean_of_lifts(self, case):
        return float(self._lift(case.group_counts).mean())

    @mistake(
        mark("You lost the customers without a label; they are a group of their own."), _WITHIN
    )
    def unlabelled_lost(self, case):
        counts = case.group_counts.drop(UNLABELLED)
        return float(counts["both"].sum() / self._expected(counts))

    @mistake(
        mark("You counted baskets of customers without a label, and expected none of them."),
        _WITHIN,
    )
    def unlabelled_not_expected(self, case):
        counts = case.group_counts
        return float(counts["both"].sum() / self._expected(counts.drop(UNLABELLED)))


class HitRate(Task):
    """How often the bestsellers hit what is hidden."""

    name = "hit_rate"
    answer = Number(tolerance=0.0005)
    praise = mark(
        "Right. This is the bar: a recommender that does not clear it is not worth its cost."
    )
    hints = (
        mark("In how many baskets before 2025 does each product stand? A new one in none."),
        mark("Go down the ranks, leave out what lies in the basket, stop after three."),
        mark(
            "scores = bestsellers where not in_basket, else −1; then the three largest in each row."
        ),
    )

    @staticmethod
    def popular(case):
        """Return in how many earlier baskets each product stands."""
        earlier = case.lines[case.lines["date"] < SPLIT]
        return earlier["product_id"].value_counts().reindex(case.in_basket.columns, fill_value=0)

    @staticmethod
    def _rate(case, popular, count=RECOMMENDED, masked=True):
        rank = popular.rank(ascending=False, method="first")
        free = ~case.in_basket.to_numpy() | (not masked)
        hidden = rank[case.hidden].to_numpy()
        better = (free & (rank.to_numpy() < hidden[:, None])).sum(axis=1)
        return float((better < count).mean())

    def right(self, case):
        return self._rate(case, self.popular(case))

    @mistake(
        mark("You recommended what lies in the basket already; go on to the next bestseller."),
        _TILL,
    )
    def basket_not_masked(self, case):
        return self._rate(case, self.popular(case), masked=False)

    @mistake(mark("You recommended one product; the task says three."), _TILL)
    def one_product(self, case):
        return self._rate(case, self.popular(case), count=1)

    @mistake(mark("You divided by the recommendations; the hit rate is a share of baskets."), _TILL)
    def per_recommendation(self, case):
        return self.right(case) / RECOMMENDED


class Letter(Task):
    """What similar customers buy, for each customer."""

    name = "letter"
    answer = PerCustomer(("product_id",))
    praise = mark("Right: new to this customer, and liked by customers who bought the same.")
    hints = (
        mark("A table of customers and products, 1 where the customer has bought it."),
        mark("cosine_similarity of its columns; the diagonal set to 0."),
        mark(
            "Score = table @ similarity; cover what the customer has; idxmax(axis=1); leave out "
            "customers with one product."
        ),
    )

    @staticmethod
    def scores(history, cosine=True):
        """Return a score per customer (row) and product (column)."""
        ones = history.to_numpy(dtype=float)
        alike = ones.T @ ones
        if cosine:
            length = np.sqrt(np.diag(alike))
            alike = alike / np.outer(length, length)
        np.fill_diagonal(alike, 0)
        return pd.DataFrame(ones @ alike, history.index, history.columns)

    @staticmethod
    def _best(case, scores, masked=True):
        if masked:
            scores = scores.mask(case.buyers > 0, -np.inf)
        known = (case.buyers > 0).sum(axis=1)
        return scores[known >= LEAST_KNOWN].idxmax(axis=1).rename("product_id")

    def right(self, case):
        return self._best(case, self.scores(np.minimum(case.buyers, 1)))

    @mistake(mark("You recommended what some customers have bought already."), _LETTER)
    def already_bought(self, case):
        return self._best(case, self.scores(np.minimum(case.buyers, 1)), masked=False)

    @mistake(mark("You gave the bestseller that the customer does not have yet."), _LETTER)
    def bestseller(self, case):
        buyers = np.minimum(case.buyers, 1).sum()
        everybody = np.broadcast_to(buyers, case.buyers.shape)
        return self._best(case, pd.DataFrame(everybody, case.buyers.index, case.buyers.columns))

    @mistake(
        mark("You added up common buyers without the cosine; so bestsellers are like everything."),
        _FILTER,
    )
    def cosine_forgotten(self, case):
        return self._best(case, self.scores(np.minimum(case.buyers, 1), cosine=False))

    @mistake(
        mark("You counted how often; the table says whether. Who buys weekly would decide alone."),
        _FILTER,
    )
    def how_often(self, case):
        return self._best(case, self.scores(case.buyers))


class NearLimit(Task):
    """Firms that have come near the limit of their plan."""

    name = "near_limit"
    answer = Chosen()
    praise = mark("Right: two months in a row, and a larger plan to go to.")
    hints = (
        mark("Make a column with used ÷ included; then look at two months of one firm."),
        mark("Above 0.9 in November and in December 2025, and not on the largest plan."),
        mark("Two sets of customer ids, one per month; take those in both."),
    )

    @staticmethod
    def _firms(case, rows):
        now = case.metered[rows(case.metered)]
        return sorted(now["customer_id"].unique())

    def right(self, case):
        return self._firms(
            case,
            lambda row: (
                (row["month"] == TODAY) & row["above"] & row["before"] & (row["plan"] != "L")
            ),
        )

    @mistake(mark("You looked at December only; one month may be a birthday party."), _LIMIT)
    def one_month(self, case):
        return self._firms(
            case, lambda row: (row["month"] == TODAY) & row["above"] & (row["plan"] != "L")
        )

    @mistake(mark("You kept firms on the largest plan: what would you offer them?"), _LIMIT)
    def largest_plan(self, case):
        return self._firms(case, lambda row: (row["month"] == TODAY) & row["above"] & row["before"])

    @mistake(mark("You took firms that were near the limit at any time, not now."), _LIMIT)
    def at_any_time(self, case):
        return self._firms(case, lambda row: row["above"] & row["before"] & (row["plan"] != "L"))


class UpgradeShare(Task):
    """How many move up after the signal."""

    name = "upgrade_share"
    answer = Number(tolerance=0.0005)
    praise = mark(
        "Right: so many move up without a call. Only what a call adds to it can be earned."
    )
    hints = (
        mark("One row is one firm in one month. Which rows carry the signal?"),
        mark("Compare with the month before of the same firm: groupby, then shift."),
        mark(
            "Of the rows with the signal, plan S or M, before December 2025: the mean of upgraded."
        ),
    )

    @staticmethod
    def _known(case):
        table = case.metered
        return table[(table["month"] < TODAY) & (table["plan"] != "L")]

    def right(self, case):
        known = self._known(case)
        return float(known.loc[known["above"] & known["before"], "upgraded"].mean())

    @mistake(mark("That is the share of all months; the signal is not in it."), _LIMIT)
    def all_months(self, case):
        return float(self._known(case)["upgraded"].mean())

    @mistake(mark("You took every month above 90 %; the signal is two in a row."), _LIMIT)
    def one_month(self, case):
        known = self._known(case)
        return float(known.loc[known["above"], "upgraded"].mean())

    @mistake(
        mark("That is the share of upgrades that came after the signal: the other way round."),
        _LIMIT,
    )
    def turned_round(self, case):
        known = self._known(case)
        moved = known[known["upgraded"].astype(bool)]
        return float((moved["above"] & moved["before"]).mean())

    @mistake(
        mark("You counted December as months without an upgrade; nobody knows that yet."), _LIMIT
    )
    def december_counted(self, case):
        signal = case.metered.query("plan != 'L' and above and before")
        return float(signal["upgraded"].fillna(False).mean())


def _months_gained(chance, months=YEAR):
    """Expected months on the small plan in a year without a call."""
    return sum((1 - chance.to_numpy()) ** month for month in range(1, months + 1))


def _call_gain(firms, money="more_margin", months=_months_gained, cost=CALL_COST):
    """Expected gain of a call, yuan."""
    return firms["persuaded"] * months(firms["chance"]) * firms[money] - cost


def _whole_year(chance):
    return YEAR


def _from_month_zero(chance):
    return 1 + _months_gained(chance, YEAR - 1)


def _naive_gain(firms):
    """What the usual list counts: chance × margin of a year, less the call."""
    return firms["chance"] * YEAR * firms["more_margin"] - CALL_COST


class Calls(Task):
    """Whom to call about the larger plan."""

    name = "calls"
    answer = Chosen()
    praise = mark("Right: neither the likeliest nor all, but where a call brings enough forward.")
    hints = (
        mark("What would the firm do without a call? A call only brings the step forward."),
        mark("Still on the small plan after t months: (1 − chance)^t. Add up t = 1 to 12."),
        mark("Gain = persuaded × months gained × more_margin − call_cost; keep those above 0."),
    )

    @staticmethod
    def _above_zero(gain):
        return list(gain.index[gain > 0])

    def right(self, case):
        return self._above_zero(_call_gain(case.firms))

    @mistake(
        mark("You counted as earned what comes without a call: chance × margin of a year."), _OFFERS
    )
    def comes_anyway(self, case):
        return self._above_zero(_naive_gain(case.firms))

    @mistake(
        mark("You counted a whole year; some would soon have moved up without a call."), _OFFERS
    )
    def whole_year(self, case):
        return self._above_zero(_call_gain(case.firms, months=_whole_year))

    @mistake(mark("You counted the fee; a call is paid from the margin."), _OFFERS)
    def fee_not_margin(self, case):
        return self._above_zero(_call_gain(case.firms, "more_fee"))

    @mistake(mark("You call everybody: most calls cost more than they bring."), _OFFERS)
    def everybody(self, case):
        return list(case.firms.index)


class CallGain(Task):
    """What the calls are expected to gain."""

    name = "call_gain"
    answer = Number(tolerance=1.0)
    praise = mark("Right, if the persuaded shares are. Nobody has measured them yet.")
    hints = (
        mark("The gain of each call is in the formula of the task before."),
        mark("Add up over the firms that are called only."),
        mark("gain[who].sum()"),
    )

    @staticmethod
    def _total(case, gain):
        return float(gain[Calls().right(case)].sum())

    def right(self, case):
        return self._total(case, _call_gain(case.firms))

    @mistake(mark("You forgot what the calls cost."), _OFFERS)
    def cost_forgotten(self, case):
        return self._total(case, _call_gain(case.firms, cost=0.0))

    @mistake(
        mark("You counted a whole year; some would soon have moved up without a call."), _OFFERS
    )
    def whole_year(self, case):
        return self._total(case, _call_gain(case.firms, months=_whole_year))

    @mistake(mark("You counted the fee; a gain is counted in margin."), _OFFERS)
    def fee_not_margin(self, case):
        return self._total(case, _call_gain(case.firms, "more_fee"))

    @mistake(
        mark("You began with t = 0: the month of the call itself is one month too many."), _OFFERS
    )
    def month_too_many(self, case):
        return self._total(case, _call_gain(case.firms, months=_from_month_zero))

    @mistake(mark("That is what calling everybody would bring."), _OFFERS)
    def everybody(self, case):
        return float(_call_gain(case.firms).sum())


class Rung(Task):
    """Where each customer stands on the value ladder."""

    name = "rung"
    answer = PerCustomer(("rung",))
    praise = mark("Right: the first rule that fits, and silence comes first.")
    hints = (
        mark("Four facts per customer: purchases in the half-year, and three counts so far."),
        mark("numpy.select takes a list of conditions; the first that is true decides."),
        mark("silent, advocate, multi-line, repeat; what fits none of them is new."),
    )

    def right(self, case):
        return self._last(case.rungs)

    @staticmethod
    def _last(rungs):
        return rungs[HALVES[-1]].rename("rung")

    @mistake(
        mark("You asked for silence last: who has left long ago stands high on your ladder."),
        _LADDER,
    )
    def silence_last(self, case):
        nobody = np.zeros(case.rungs.shape, dtype=bool)
        climbed = self._last(case.rungs_from(silent=nobody))
        return climbed.mask((climbed == "new") & (self.right(case) == "silent"), "silent")

    @mistake(
        mark("You counted this half-year only; purchases and categories count so far."), _LADDER
    )
    def this_half_only(self, case):
        counts = {name: case.halves[name] for name in ("purchases", "sent")}
        return self._last(case.rungs_from(**counts, categories=case.categories_in_half))

    @mistake(mark("You asked for more than three categories; three make a multi-line."), _LADDER)
    def more_than_three(self, case):
        categories = case.halves["categories"].cumsum(axis=1)
        return self._last(case.rungs_from(categories=categories - 1))

    @mistake(mark("You took who was sent for who has sent: advocates are the referrers."), _LADDER)
    def sent_not_senders(self, case):
        sent = case.per_half(case.referrals["customer_id"], case.referrals["date"])
        return self._last(case.rungs_from(sent=sent.cumsum(axis=1)))


class Lost(Task):
    """How many new customers are silent a half-year later."""

    name = "lost"
    answer = Number(tolerance=0.0005)
    praise = mark("Right: here the ladder loses most, before it has begun.")
    hints = (
        mark("Five steps in time, from one half-year to the next; take them together."),
        mark("Of the cells that say new, look at the cell to the right."),
        mark("pd.crosstab of all columns but the last with all but the first; divide by the row."),
    )

    def right(self, case):
        return float(case.matrix.loc["new", "silent"])

    @mistake(mark("You divided by the column: of those silent, how many were new before."), _MOVES)
    def turned_round(self, case):
        return float(case.moves.loc["new", "silent"] / case.moves["silent"].sum())

    @mistake(mark("You divided by all moves; the question is about new customers."), _MOVES)
    def of_all_moves(self, case):
        return float(case.moves.loc["new", "silent"] / case.moves.to_numpy().sum())

    @mistake(
        mark("You looked at the end of 2025; the question is about the next half-year."), _MOVES
    )
    def in_the_end(self, case):
        ever_new = (case.rungs[HALVES[:-1]] == "new").any(axis=1)
        return float((case.rungs.loc[ever_new, HALVES[-1]] == "silent").mean())


class StepWorth(Task):
    """What a better second purchase is worth."""

    name = "step_worth"
    answer = Number(tolerance=0.01)
    praise = mark("Right: more than this, per new customer, the better step must not cost.")
    hints = (
        mark("Copy the matrix and change two cells of the row of new customers."),
        mark("Rung after n half-years: start @ matrix_power(matrix, n), for n = 1 to 4."),
        mark("Multiply by rung_margin, add up the four, better less now."),
    )

    @staticmethod
    def _worth(case, more, less, ahead=HALVES_AHEAD):
        better = case.matrix.copy()
        better.loc["new", "repeat"] += more
        better.loc["new", "silent"] -= less
        totals = []
        for matrix in (better.to_numpy(), case.matrix.to_numpy()):
            place, total = np.eye(len(RUNGS))[0], 0.0
            for _half in range(ahead):
                place = place @ matrix
                total += place @ case.rung_margin.to_numpy()
            totals.append(total)
        return totals

    @staticmethod
    def _more(case):
        return BETTER * case.matrix.loc["new", "repeat"]

    def _gain(self, case, more, less, ahead=HALVES_AHEAD):
        better, now = self._worth(case, more, less, ahead)
        return float(better - now)

    def right(self, case):
        more = self._more(case)
        return self._gain(case, more, more)

    @mistake(
        mark("You added ten percentage points; a tenth more is a tenth of the share."), _BETTER
    )
    def percentage_points(self, case):
        return self._gain(case, BETTER, BETTER)

    @mistake(
        mark("Your row adds up to more than 1: who becomes a repeat customer is not silent."),
        _BETTER,
    )
    def row_above_one(self, case):
        return self._gain(case, self._more(case), 0.0)

    @mistake(mark("You stopped after one half-year; who is not lost buys on."), _BETTER)
    def one_half_year(self, case):
        more = self._more(case)
        return self._gain(case, more, more, ahead=1)

    @mistake(
        mark("That is what a new customer brings in all; take off what comes as it is."), _BETTER
    )
    def not_the_difference(self, case):
        more = self._more(case)
        return float(self._worth(case, more, more)[0])


TASKS = (
    Lift(),
    Shelf(),
    LiftWithin(),
    HitRate(),
    Letter(),
    NearLimit(),
    UpgradeShare(),
    Calls(),
    CallGain(),
    Rung(),
    Lost(),
    StepWorth(),
)
