"""Checks of the exercise of chapter 6, development."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.company.sales import products_table
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

SPLIT = "2025-01-01"  # bestsellers are learned before it and judged from it on
LEAST = 20  # baskets that a pair on the shelf needs
TODAY = pd.Timestamp("2025-12-01")  # the last month of the meters
LIMIT = 0.9  # share of the allowance
CALL_COST = 40.0  # yuan
HALVES = ["2023 H1", "2023 H2", "2024 H1", "2024 H2", "2025 H1", "2025 H2"]
RUNGS = ["new", "repeat", "multi-line", "advocate", "silent"]
NEW, REPEAT, SILENT = 0, 1, 4  # places in it
RULES = ["silent", "advocate", "multi-line", "repeat"]  # the first that fits; else new
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

# What is said of several tasks.
_EVER = mark("You took all that a customer ever bought for one basket.")
_NO_2025 = mark("You left out 2025; all years count here.")
_OF_NEW = mark("You divided by more than the new ones: of those who were new, how many …")

# The chance to move up next month without a call, and the share that a call persuades: far from
# the limit, above it this month, above it two months in a row. Each case moves these a little.
_CHANCE_OF_SIGNAL = np.array([0.006, 0.03, 0.25])
_PERSUADED = np.array([0.02, 0.05, 0.18])


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    lines, labels : pandas.DataFrame, pandas.Series
        One row per product in an order, refunds left out; and each customer's needs group.
    in_basket, hidden : pandas.DataFrame, pandas.Series
        Baskets of 2025 with two products or more: a column of True and False per product that
        can be seen; and the one that was taken out by lot.
    usage, referrals : pandas.DataFrame
        Tables of the company; who moves up (``upgraded``) after the last month is missing.
    firms : pandas.DataFrame
        Who can move up: ``chance`` to do so next month without a call, ``persuaded`` (share of
        such firms whom a call moves up at once), ``more_fee`` and ``more_margin`` (yuan a month).
    earlier_rungs, matrix, rung_margin : pandas.DataFrame, pandas.DataFrame, pandas.Series
        Rung of each customer by half-year, but the last; shares of the customers of a rung (row)
        on each rung a half-year later; and its margin of a half-year (yuan).
    """

    @handed_out
    def lines(self):
        return self.sold.drop(columns="margin")

    @cached_property
    def sold(self):
        """The products of each order, with their margin; what was sent back is left out."""
        orders = self.company.orders.query("amount >= 0")[["order_id", "customer_id", "date"]]
        lines = self.company.order_lines.astype({"product_id": "str"})
        cell = lines.groupby(["order_id", "product_id"])  # a product may stand on two lines
        lines = cell[["quantity", "paid"]].sum().reset_index()
        products = self.company.products.rename(columns={"name": "product"})
        products = products.astype(dict.fromkeys(["product_id", "product", "category"], "str"))
        table = orders.merge(lines, on="order_id").merge(products, on="product_id")
        table["margin"] = table["paid"] - table["quantity"] * table["unit_cost"]
        return table[[*orders, "product_id", "product", "category", "margin"]]

    @handed_out
    def labels(self):
        label = self.company.touches.set_index("customer_id")["label"].astype("str")
        return label.reindex(self.company.customers["customer_id"]).fillna(UNLABELLED)

    @cached_property
    def sets(self):
        """How many there are of each product (column) per basket or customer (row)."""
        early = self.lines["date"] < SPLIT
        baskets, past = _counts(self.lines, "order_id"), self.lines[early]
        later = _counts(self.lines[~early], "order_id")
        return {"baskets": baskets, "several": baskets[baskets.sum(axis=1) > 1], "later": later,
            "past": _counts(past, "order_id"), "judged": later[later.sum(axis=1) > 1],
            "past_people": _counts(past, "customer_id"),
            "people": _counts(self.lines, "customer_id")}

    @cached_property
    def together(self):
        """For each of `sets`: rows per needs group, and per group those that hold both of two."""
        whose, found = self.lines.groupby("order_id")["customer_id"].first(), {}
        for name, table in self.sets.items():
            people = table.index if table.index.name == "customer_id" else whose[table.index]
            groups = table.clip(upper=1).astype(float).groupby(self.labels[people].to_numpy())
            found[name] = groups.size(), np.array([rows.T @ rows for _label, rows in groups])
        return found

    @handed_out
    def hidden(self):
        rng, judged = np.random.default_rng([self.seed, 6]), self.sets["judged"]
        place = (rng.random(judged.shape) * judged).to_numpy().argmax(axis=1)
        return pd.Series(PRODUCTS[place], judged.index, name="hidden", dtype="str")

    @handed_out
    def in_basket(self):
        taken_out = PRODUCTS.to_numpy() == self.hidden.to_numpy()[:, None]
        return self.sets["judged"].astype(bool) & ~taken_out

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
        """`usage` with the share used, that of the month before, and who moves up (and later)."""
        table = self.usage.assign(share=self.usage["used"] / self.usage["included"])
        table["up"] = table["upgraded"].astype("float64")
        firm = table.groupby("customer_id")
        return table.assign(before=firm["share"].shift(), later=firm["up"].shift(-1))

    @handed_out
    def firms(self):
        rng = np.random.default_rng([self.seed, 66])
        firms = self.metered.query("month == @TODAY and plan != 'L'").set_index("customer_id")
        signal = np.where(firms["share"] > LIMIT, 1 + (firms["before"] > LIMIT), 0)
        noise = np.exp(0.5 * rng.standard_normal(len(firms)))
        plans = self.company.plans.astype({"plan": "str"}).set_index("plan")
        step = plans.assign(margin=plans["fee"] - plans["unit_cost"]).diff().shift(-1)
        step = firms["plan"].map(step["fee"]), firms["plan"].map(step["margin"])
        return firms[["plan"]].assign(
            chance=(_CHANCE_OF_SIGNAL[signal] * noise).round(3),
            persuaded=(_PERSUADED * rng.uniform(0.95, 1.05, 3)).round(3)[signal],
            more_fee=step[0].astype("int64"), more_margin=step[1].astype("int64"))

    @cached_property
    def halves(self):
        """Counts per customer (row) and half-year (column) of what the rungs ask for."""
        lines, sent = self.lines.assign(half=_half(self.lines["date"])), self.referrals
        rows = {
            "orders": lines.drop_duplicates("order_id"), "rows": lines,
            "products": lines.drop_duplicates(["customer_id", "product_id"]),
            "categories": lines.drop_duplicates(["customer_id", "category"]),
            "each_half": lines.drop_duplicates(["customer_id", "category", "half"]),
            "was_sent": sent, "sent": sent.assign(customer_id=sent["referrer_id"]),
        }
        size, found = (len(self.labels), len(HALVES)), {}
        for name, table in rows.items():
            row = self.labels.index.get_indexer(table["customer_id"])
            cells = np.ravel_multi_index((row, _half(table["date"])), size)
            found[name] = np.bincount(cells, minlength=np.prod(size)).reshape(size)
        return found

    @cached_property
    def rungs(self):
        """The rung of each customer (row) at the end of each half-year (column)."""
        so_far = {name: count.cumsum(axis=1) for name, count in self.halves.items()}
        rungs = np.where(so_far["orders"], _rungs(self.halves["orders"] == 0, so_far), "not yet")
        return pd.DataFrame(rungs, self.labels.index, HALVES, dtype="str")

    @handed_out
    def earlier_rungs(self):
        return self.rungs[HALVES[:-1]]

    @handed_out
    def matrix(self):
        before, after = self.rungs[HALVES[:-1]], self.rungs[HALVES[1:]]
        table = pd.crosstab(before.to_numpy().ravel(), after.to_numpy().ravel())
        table = table.reindex(index=RUNGS, columns=RUNGS, fill_value=0)
        return table.div(table.sum(axis=1), axis=0).rename_axis(index="from", columns="to")

    @handed_out
    def rung_margin(self):
        row = self.labels.index.get_indexer(self.sold["customer_id"])
        rung = self.rungs.to_numpy()[row, _half(self.sold["date"])]
        number = pd.Series(self.rungs.to_numpy().ravel()).value_counts()
        mean = self.sold["margin"].groupby(rung).sum() / number
        return mean.reindex(RUNGS).fillna(0).round(2).rename("margin").rename_axis("rung")

    @cached_property
    def facts(self):
        counts = {name: half.sum(axis=1) for name, half in self.halves.items()}
        table = pd.DataFrame(counts, self.labels.index)
        table[["spring", "autumn"]] = self.halves["orders"][:, -2:]
        return _facts(table, {
            mark("they have bought one product only"): "products == 1",
            mark("they have one order, of several products"): "orders == 1 and products > 1",
            mark("they have three products, of one or two categories"): "products > 2 > categories",
            mark("they have sent other customers"): "sent > 0",
            mark("they were sent by another customer"): "was_sent > 0",
            mark("they first ordered in 2025"): "spring + autumn == orders",
            mark("they last ordered in the first half of 2025"): "autumn == 0 and spring > 0",
        })

    def about(self, name):
        bought, metered = (table[table["customer_id"] == name].tail(4).itertuples()
            for table in (self.lines, self.metered))
        return ", ".join([
            *(f"{row.date:%Y-%m-%d} {row.order_id} {row.product_id}" for row in bought),
            *(f"{row.month:%Y-%m} {row.plan} {row.share:.1%}" for row in metered)])


def _facts(table, held):
    return facts(table.index, {fact: table.query(asked).index for fact, asked in held.items()})


def _half(date):
    return (2 * (date.dt.year - 2023) + (date.dt.month > 6)).to_numpy()  # its place in HALVES


def _counts(lines, by):
    """Count lines per value of a column (row) and product (column)."""
    row, names = pd.factorize(lines[by], sort=True)
    size, column = (len(names), len(PRODUCTS)), PRODUCTS.get_indexer(lines["product_id"])
    count = np.bincount(np.ravel_multi_index((row, column), size), minlength=np.prod(size))
    return pd.DataFrame(count.reshape(size), pd.Index(names, name=by), PRODUCTS)


PRODUCTS = pd.Index(products_table()["product_id"].astype("str")).rename(None)
_NAMES = dict(zip(products_table()["name"], PRODUCTS, strict=True))
KIT, PAPERS, YUNNAN, ETHIOPIA = PRODUCTS.get_indexer(["P14", "P15", "P04", "P05"])


@dataclass(frozen=True)
class Pairs(Chosen):
    """A set of pairs of products, as texts or tuples, the two in any order."""

    def read(self, value, names=None):
        """Return the pairs in `value` as texts such as ``P14+P15``."""
        found = {name: sorted(re.findall(r"P\d\d", name)) for name in super().read(value, names)}
        return frozenset("+".join(ids) or name for name, ids in found.items())


@dataclass(frozen=True)
class OneProduct(PerCustomer):
    """A product per customer, by its id or its name."""

    def read(self, value, names=None):
        """Return a frame with product ids, indexed by customer id as text, sorted."""
        ids = {_(name): product for name, product in _NAMES.items()}
        return super().read(value, names).map(lambda product: ids.get(product, product))


def pairs(size, both):
    """Return what is counted and computed of each pair of products, from `Case.together`."""
    one, other = np.triu_indices(len(PRODUCTS), 1)
    number = np.einsum("gii->gi", both)
    by_group = (number[:, one] * number[:, other] / size.to_numpy()[:, None]).sum(axis=0)
    both, number = both.sum(axis=0)[one, other], number.sum(axis=0)
    first, second = number[one], number[other]
    lift = both * size.sum() / (first * second)
    return pd.DataFrame({"both": both, "lift": lift, "confidence": both / np.minimum(first, second),
        "cosine": both / np.sqrt(first * second), "within": both / by_group},
        PRODUCTS[one] + "+" + PRODUCTS[other])


class Lift(Task):
    """The lift of a pair of products."""

    answer, section = Number(), _MEASURES
    praise = "Right: how many times more often than if the two had nothing to do with each other."
    hints = ("Three shares of baskets: with the kit, with papers, with both.",
        "Of the baskets with the kit, which share holds papers too? That is the confidence.",
        "How many times the share of all baskets that hold papers is it? Count orders, not rows.")
    slips = {
        "confidence": Slip("That is the confidence: compare it with all baskets.", by="confidence"),
        "confidence_turned": Slip("That is the confidence of papers → kit.", by="turned"),
        "support": Slip("That is the support: the share of all baskets with both.", by="support"),
        "against_others": Slip("You compared with baskets without a kit, not all.", by="others"),
        "surplus": Slip("You took 1 off: lift says how many times, not how much more.", less=1),
        "lines_as_number": Slip("You divided by the lines; shares are of baskets.", rows=True),
        "per_customer": Slip(_EVER, of="people"),
        "several_products": Slip("You left out baskets of one product; all count.", of="several"),
        "before_split": Slip(_NO_2025, of="past"),
    }

    def solve(self, case, *, of="baskets", by="lift", rows=False, less=0):
        size, counts = case.together[of]
        counts, total = counts.sum(axis=0), len(case.lines) if rows else size.sum()
        both, kit, papers = counts[KIT, PAPERS], counts[KIT, KIT], counts[PAPERS, PAPERS]
        below = {"lift": kit * papers / total, "support": total, "confidence": kit,
            "turned": papers, "others": kit * (papers - both) / (total - kit)}
        return float(both / below[by]) - less


class Shelf(Task):
    """The pairs that stand side by side."""

    answer, section = Pairs(), _MEASURES
    praise = "Right: the highest lift, in enough baskets. The next task asks where it comes from."
    hints = ("For each pair: baskets with both, with the one, with the other.",
        "A matrix product of baskets turned round and baskets counts all pairs at once.",
        "Leave out pairs in too few baskets before you sort by lift; count each pair once.")
    slips = {
        "per_customer": Slip(_EVER, of="people"),
        "by_confidence": Slip("By confidence, bestsellers are first.", _WRONG_WAY, by="confidence"),
        "by_support": Slip("Bestsellers meet often, by luck alone.", _WRONG_WAY, by="both"),
        "by_cosine": Slip("You sorted by the cosine, not by lift.", by="cosine"),
        "within_groups": Slip("You sorted by lift within groups: that comes next.", by="within"),
        "lowest_lift": Slip("You took the lowest lift; the highest is asked.", sign=-1),
        "rare_pairs": Slip("You let in pairs of a few baskets: that is luck.", _CHANCE, least=1),
        "struck_out_late": Slip("You struck out rare pairs after the ten.", _CHANCE, early=False),
        "both_directions": Slip("You counted each pair twice, once in each direction.", places=5),
    }

    def facts(self, case):
        table, kind = pairs(*case.together["baskets"]), case.company.products["category"].to_numpy()
        one, other = np.triu_indices(len(PRODUCTS), 1)
        return _facts(table.assign(one_kind=kind[one] == kind[other]), {
            mark("they stand together in fewer than 20 baskets"): "both < @LEAST",
            mark("the two are of one category"): "one_kind",
            mark("the same kind of customer buys both"): "within < 1 < lift",
        })

    def solve(self, case, *, of="baskets", by="lift", sign=1, least=LEAST, early=True, places=10):
        table = pairs(*case.together[of])
        often, rank = table["both"] >= least, steady(sign * table[by])
        best = (rank[often] if early else rank).nlargest(places).index
        return list(best[often[best]])


class LiftWithin(Task):
    """The lift of a pair within needs groups."""

    answer, section = Number(), _WITHIN
    praise = "Right: what is left of the lift when the kind of customer is known."
    hints = ("In each group: how many baskets would hold both if the two were independent?",
        "In a group: baskets with the one × baskets with the other ÷ all its baskets.",
        "Two sums over all groups, unknown too: baskets with both, and baskets expected.")
    slips = {
        "per_customer": Slip(_EVER, _MEASURES, of="people"),
        "groups_ignored": Slip("That is the lift over all baskets, without groups.", groups=False),
        "mean_of_lifts": Slip("You took a mean of lifts: a tiny group counts as much.", mean="all"),
        "weighted_mean": Slip("You weighted the groups' lifts; divide two sums.", mean="weighted"),
        "unlabelled_lost": Slip("You lost the unlabelled: they are a group too.", unknown="lost"),
        "unlabelled_not_expected": Slip("You counted unlabelled, and expected none.", unknown="in"),
        "all_baskets_below": Slip("You divided by all baskets; a group has its own.", below="all"),
        "customers_below": Slip("You divided by customers, not by baskets.", below="customers"),
        "before_split": Slip(_NO_2025, of="past"),
    }

    def solve(self, case, *, of="baskets", groups=True, mean="", unknown="", below=""):
        size, counts = case.together[of]
        if not groups:
            return float(pairs(size, counts)["lift"]["P04+P05"])
        both, one, other = counts[:, [YUNNAN, YUNNAN, ETHIOPIA], [ETHIOPIA, YUNNAN, ETHIOPIA]].T
        table = pd.DataFrame({"both": both, "chance": one * other, "size": size}, size.index)
        if below:
            table["size"] = size.sum() if below == "all" else case.labels.value_counts()
        if unknown:
            table.loc[UNLABELLED, ["both", "chance"] if unknown == "lost" else "chance"] = 0
        expected = table["chance"] / table["size"]
        if mean:
            lifts = (table["both"] / expected).dropna()
            return float(np.average(lifts, weights=size[lifts.index] ** (mean == "weighted")))
        return float(table["both"].sum() / expected.sum())


def _knows_2025(case, answer):
    """Whether the ranking knew 2025; often that changes nothing, so it is no switch."""
    known = [HitRate().solve(case, of=name) for name in ("later", "baskets")]
    return np.isclose(answer[0], known, rtol=0, atol=1e-9).any()


class HitRate(Task):
    """How often the bestsellers hit what is hidden."""

    answer, section = Number(), _TILL
    praise = "Right. This is the bar: a recommender that does not clear it is not worth its cost."
    hints = ("In how many baskets before 2025 does each product stand? A new one in none.",
        "Go down the ranks, leave out what lies in the basket, stop after three.",
        "Give each basket its own row of scores; what lies in it gets the lowest.")
    slips = {
        "basket_not_masked": Slip("You recommended what lies in the basket already.", free=False),
        "untouched_baskets": Slip("You judged only baskets with none of the three.", every=False),
        "one_product": Slip("You recommended one product; the task says three.", count=1),
        "five_products": Slip("You recommended five products; the task says three.", count=5),
        "per_recommendation": Slip("You divided by recommendations, not by baskets.", per=3),
        "learned_on_test": Slip("You ranked by baskets that you judge.", seen_in=_knows_2025),
        "by_customers": Slip("You ranked by customers, not by baskets.", of="past_people"),
        "by_product_id": Slip("You did not rank: you took the lowest product ids.", of=""),
        "rarest_first": Slip("Your ranking begins with the rarest products.", rarest=True),
    }

    def solve(self, case, *, of="past", rarest=False, count=3, free=True, every=True, per=1):
        in_basket = case.in_basket.to_numpy()
        popular = case.sets[of].clip(upper=1).sum() if of else pd.Series(0, PRODUCTS)
        rank = popular.rank(ascending=rarest, method="first")
        ahead = rank.to_numpy() < rank[case.hidden].to_numpy()[:, None]
        hit = ((ahead & ~in_basket) if free else ahead).sum(axis=1) < count
        judged = every | ~in_basket[:, rank <= count].any(axis=1)
        return float(hit[judged].mean()) / per


class Letter(Task):
    """What similar customers buy, for each customer."""

    answer, section = OneProduct(("product_id",)), _FILTER
    praise = "Right: new to this customer, and liked by customers who bought the same."
    hints = ("A table of customers and products, 1 where the customer has bought it.",
        "cosine_similarity compares rows: turn the table round. Nothing is similar to itself.",
        "Add up similarities by a matrix product; leave out what the customer has; take the best.")
    slips = {
        "already_bought": Slip("You recommended what some customers have.", _LETTER, masked=False),
        "bestseller": Slip("You gave the bestseller that is new to them.", _LETTER, alike="nobody"),
        "cosine_forgotten": Slip("Without the cosine, bestsellers are like all.", alike="common"),
        "of_baskets": Slip("Your products are alike by baskets, not by buyers.", alike="baskets"),
        "similar_customers": Slip("You compared customers, not products.", alike="people"),
        "mean_similarity": Slip("You took a mean of similarities, not their sum.", mean=True),
        "how_often": Slip("You counted how often; the table says whether.", often=True),
        "lowest_score": Slip("You took the lowest score; the highest is asked.", sign=-1),
        "everybody": Slip("You wrote to customers with one product too.", _LETTER, known=""),
        "two_orders": Slip("You asked for two orders, not two products.", _LETTER, known="orders"),
        "before_split": Slip(_NO_2025, of="past_people"),
    }

    @staticmethod
    def scores(case, *, of="people", often=False, alike="products", mean=False):
        """Return a score per customer (row) and product (column)."""
        table = case.sets[of] if often else case.sets[of].clip(upper=1)
        used = table.to_numpy(float)
        common = case.together["baskets"][1].sum(axis=0) if alike == "baskets" else used.T @ used
        if alike == "nobody":
            common = np.tile(used.sum(axis=0), (len(common), 1))
        elif alike == "people":
            common = (used / np.linalg.norm(used, axis=1, keepdims=True)).T @ used
        elif alike != "common":
            common = common / np.sqrt(np.outer(np.diag(common), np.diag(common)))
        np.fill_diagonal(common, 0)
        scores = used @ (common / (common.sum(axis=0) if mean else 1))
        return steady(pd.DataFrame(scores, table.index, PRODUCTS))

    def solve(self, case, *, known="products", sign=1, masked=True, **which):
        scores, has = sign * self.scores(case, **which), case.sets[which.get("of", "people")] > 0
        number = {"products": has.sum(axis=1), "": has.any(axis=1) + 1,
            "orders": pd.Series(case.halves["orders"].sum(axis=1), case.labels.index)[has.index]}
        best = np.where(has & masked, -np.inf, scores).argmax(axis=1)
        return pd.Series(PRODUCTS[best], has.index, name="product_id")[number[known] > 1]


def _signal(rows, *, months="both", limit=LIMIT, below=False, plans="SM", ever=True):
    """Return which rows of the meters carry the signal, rightly or wrongly understood."""
    shares = rows[["share", "before"]]
    near = shares < limit if below else shares > limit
    found = {"both": near.all(axis=1), "either": near.any(axis=1), "one": near["share"],
        "mean": shares.mean(axis=1) > limit, "none": True}
    return found[months] & rows["plan"].isin(list(plans)) & (ever | (rows["month"] == TODAY))


_OF_SIGNAL = {
    "one_month": Slip("One month may be a birthday party: two in a row are asked.", months="one"),
    "over_the_allowance": Slip("Your limit is 100 % of the cups; 90 % is asked.", limit=1.0),
    "largest_plan": Slip("You kept the largest plan: nobody can move up from it.", plans="SML"),
}


def _facts_of_firms(_task, case):
    table = case.metered.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    return _facts(table, {
        mark("they are on plan S"): "plan == 'S'",
        mark("they are on plan M"): "plan == 'M'",
        mark("they are on plan L, the largest"): "plan == 'L'",
        mark("they have given up their plan"): "month < @TODAY",
        mark("they were near the limit in November only"): "share <= @LIMIT < before",
        mark("they are near the limit since December"): "share > @LIMIT >= before",
        mark("they have used more than their cups in two months"): "share > 1 and before > 1",
    })


class NearLimit(Task):
    """Firms that have come near the limit of their plan."""

    facts = _facts_of_firms
    answer, section = Chosen(), _LIMIT
    praise = "Right: two months in a row, and a larger plan to go to."
    hints = ("Make a column with used ÷ included; then look at two months of one firm.",
        "Above 0.9 in November and in December 2025, and not on the largest plan.",
        "Two sets of customer ids, one per month; take those in both.")
    slips = {
        **_OF_SIGNAL,
        "either_month": Slip("You took firms above 90 % in one of two months.", months="either"),
        "mean_of_months": Slip("You took a mean; each month must be above 90 %.", months="mean"),
        "below_limit": Slip("You took firms below the limit, not above it.", below=True),
        # No switch: in some companies, nobody on plan M is near the limit.
        "small_plan_only": Slip("You left out plan M, from which a firm can go to L.",
            seen_in=lambda case, firms: firms == set(NearLimit().solve(case, plans="S"))),
        "at_any_time": Slip("You took firms that were near the limit at any time.", ever=True),
    }

    def choices(self, case):
        return case.usage["customer_id"]

    def solve(self, case, *, ever=False, **which):
        return sorted(set(case.metered["customer_id"][_signal(case.metered, ever=ever, **which)]))


class UpgradeShare(Task):
    """How many move up after the signal."""

    answer, section = Number(), _LIMIT
    praise = "Right: so many move up without a call. Only what a call adds to it can be earned."
    hints = ("One row is one firm in one month. Which rows carry the signal?",
        "Compare with the month before of the same firm: groupby, then shift.",
        "Leave out plan L, and the month after which nobody knows yet; the rest is a mean.")
    slips = {
        **_OF_SIGNAL,
        "all_months": Slip("That is the share of all months, without the signal.", months="none"),
        "turned_round": Slip("That is the share of upgrades that followed the signal.", of="moved"),
        "december_counted": Slip("You took December for no: nobody knows yet.", december=True),
        "of_firms": Slip("You counted each firm once; rows are asked, firm by month.", of="firms"),
        "first_signal": Slip("You took the first signal of each firm only.", of="first"),
        "next_row": Slip("You moved upgraded by a month; it looks ahead already.", up="later"),
    }

    def solve(self, case, *, of="signal", december=False, up="up", plans="SM", **which):
        rows = case.metered[_signal(case.metered, months="none", plans=plans)]
        rows = rows.fillna({"up": 0.0}) if december else rows[rows["month"] < TODAY]
        signal, moved = _signal(rows, plans=plans, **which), rows[up]
        firms, after = rows["customer_id"][signal], moved[signal]
        found = {"signal": after, "moved": signal[moved == 1], "firms": after.groupby(firms).max(),
            "first": after[~firms.duplicated()]}
        return float(found[of].mean())


def gain_of_calls(firms, *, share="persuaded", months=range(1, 13), own=True, money="more_margin",
                  cost=CALL_COST):
    """Return the expected gain of a call to each firm, yuan, rightly or wrongly counted."""
    stays = 1 - (firms["chance"] if own else firms["chance"].mean())
    paid = firms["persuaded"] * CALL_COST if cost == "persuaded" else cost
    gained = sum(stays**month for month in months)
    return (firms[share] if share else 1) * gained * firms[money] - paid


_OF_GAIN = {
    "comes_anyway": Slip("You counted what comes without a call.", share="chance", months=[0] * 12),
    "whole_year": Slip("You gained a whole year; some would soon come anyway.", months=[0] * 12),
    "last_power": Slip("You took the twelfth month twelve times.", months=[12] * 12),
    "mean_chance": Slip("You took one mean chance; each firm has its own.", own=False),
    "fee_not_margin": Slip("You counted the fee, not the margin.", money="more_fee"),
}


def _likeliest(case, answer):
    """Whether an answer is the firms with the highest chance, however many they are."""
    chance, called = case.firms["chance"], case.firms.index.isin(answer)
    return called.any() and chance[called].min() >= chance[~called].max()


class Calls(Task):
    """Whom to call about the larger plan."""

    facts = _facts_of_firms
    answer, section = Chosen(), _OFFERS
    praise = "Right: neither the likeliest nor all, but where a call brings enough forward."
    hints = ("What would the firm do without a call? A call only brings the step forward.",
        "Months gained: a firm is still on its plan after 1, 2, … 12 months with what chance?",
        "A call persuades a share; that gains months, and each brings a margin. Is it worth 40?")
    slips = {
        **_OF_GAIN,
        "everybody": Slip("You call everybody: are persuaded, chance and cost in it?", least=-1e9),
        "likeliest": Slip("You call the likeliest, who come without a call.", seen_in=_likeliest),
    }

    def choices(self, case):
        return case.firms.index

    def solve(self, case, *, least=0.0, **which):
        gain = gain_of_calls(case.firms, **which)
        return list(gain.index[gain > least])


class CallGain(Task):
    """What the calls are expected to gain."""

    answer, section = Number(), _OFFERS
    praise = "Right, if the persuaded shares are. Nobody has measured them yet."
    hints = ("What does one call bring on average, and what does it cost?",
        "Every call costs 40 yuan, whether it persuades or not.",
        "Add up over the firms that are called, and no others.")
    slips = {
        **_OF_GAIN,
        "persuaded_left_out": Slip("You left out persuaded, as if each call did.", share=""),
        "month_too_many": Slip("You began with t = 0: a month too many.", months=range(12)),
        "month_too_few": Slip("You ended at t = 11: a month too few.", months=range(1, 12)),
        "cost_forgotten": Slip("You forgot what the calls cost.", cost=0.0),
        "cost_once": Slip("You took off the cost of one call; every call costs.", cost="once"),
        "cost_of_persuaded": Slip("You paid for calls that persuade; all cost.", cost="persuaded"),
        "everybody": Slip("That is what calling everybody would bring.", called=False),
    }

    def sizes(self, case):
        return (len(Calls().right(case)),)

    def solve(self, case, *, called=True, cost=CALL_COST, **which):
        gain = gain_of_calls(case.firms, cost=0 if cost == "once" else cost, **which)
        total = gain[Calls().right(case) if called else gain.index].sum()
        return float(total) - CALL_COST * (cost == "once")


def _rungs(silent, so_far, order=range(4), lines="categories", least=3, two="orders", sent="sent"):
    """Return rungs by the first rule that fits; the names say what of `so_far` is counted."""
    rules = [silent, so_far[sent] > 0, so_far[lines] >= least, so_far[two] > 1]
    return np.select([rules[place] for place in order], [RULES[place] for place in order], "new")


class Rung(Task):
    """Where each customer stands on the value ladder."""

    answer, section = PerCustomer(("rung",)), _LADDER
    praise = "Right: the first rule that fits, and silence comes first."
    hints = ("Four facts per customer: purchases in the half-year, and three counts so far.",
        "numpy.select takes a list of conditions; the first that is true decides.",
        "Write the conditions in the order of the text; what fits none of them is new.")
    slips = {
        "silence_last": Slip("You asked for silence last: the lost go up.", order=(1, 2, 3, 0)),
        "advocate_first": Slip("You asked for advocates before silence.", order=(1, 0, 2, 3)),
        "lowest_first": Slip("You asked for lower rungs before higher ones.", order=(0, 3, 2, 1)),
        "this_half_only": Slip("You counted this half-year only.", span=1, lines="each_half"),
        "recent_referrals": Slip("You counted who was sent in this half-year only.", sent_span=1),
        "silent_for_a_year": Slip("You took a year without an order for silence.", idle=2),
        "more_than_three": Slip("You asked for more than three categories; three do.", least=4),
        "products_as_categories": Slip("You counted products, not categories.", lines="products"),
        "rows_as_orders": Slip("You counted rows: one order can hold several.", two="rows"),
        "sent_not_senders": Slip("You took who was sent for who has sent.", sent="was_sent"),
    }

    def solve(self, case, *, span=6, sent_span=6, idle=1, **which):
        spans = {"sent": sent_span, "was_sent": sent_span}
        so_far = {name: half[:, -spans.get(name, span) :].sum(axis=1)
            for name, half in case.halves.items()}
        silent = case.halves["orders"][:, -idle:].sum(axis=1) == 0
        return pd.Series(_rungs(silent, so_far, **which), case.labels.index, name="rung")


class Lost(Task):
    """How many new customers are silent a half-year later."""

    answer, section = Number(), _MOVES
    praise = "Right: here the ladder loses most, before it has begun."
    hints = ("Five steps in time, from one half-year to the next; take them together.",
        "Of the cells that say new, look at the cell to the right.",
        "Lay the cells of all steps in two long rows, before and after; then count pairs.")
    slips = {
        "turned_round": Slip("You divided by the silent: how many of them were new.", of="silent"),
        "of_all_moves": Slip(_OF_NEW, of="moves"),
        "of_everybody": Slip(_OF_NEW, of="everybody"),
        "new_and_repeat": Slip("You counted repeat customers as new.", foot=REPEAT),
        "last_half_below": Slip("You divided by the new of 2025 H2 too.", steps=slice(6)),
        "last_step": Slip("You took the last step only; five are asked.", steps=slice(4, 5)),
        "mean_of_steps": Slip("You took a mean of five shares, not all together.", mean=True),
        "ever_silent": Slip("You counted any later silence, not just the next.", then="ever"),
        "in_the_end": Slip("You looked at the end of 2025, not a half-year later.", then="end"),
    }

    def solve(self, case, *, of="new", foot=NEW, steps=slice(5), mean=False, then="next"):
        rung = pd.Index(RUNGS).get_indexer(case.rungs.to_numpy().ravel()).reshape(-1, len(HALVES))
        silent = np.column_stack([rung[:, 1:] == SILENT, np.zeros(len(rung), dtype=bool)])
        if then == "ever":
            silent = np.logical_or.accumulate(silent[:, ::-1], axis=1)[:, ::-1]
        elif then == "end":
            silent[:, :-1] = silent[:, [-2]]
        new, known = (rung >= 0) & (rung <= foot), rung >= 0
        below = {"new": new, "silent": silent & known, "moves": known, "everybody": rung >= -1}[of]
        gone, below = (part[:, steps].sum(axis=0) for part in (new & silent, below))
        return float((gone / below).mean() if mean else gone.sum() / below.sum())


class StepWorth(Task):
    """What a better second purchase is worth."""

    answer, section = Number(), _BETTER
    praise = "Right: more than this, per new customer, the better step must not cost."
    hints = ("Copy the matrix and change two cells of the row of new customers.",
        "A power of the matrix says where a new customer is after so many half-years.",
        "Weight the rungs by their margin; add up four half-years, with and without.")
    slips = {
        "percentage_points": Slip("You added ten points; a tenth of the share is asked.", of=None),
        "tenth_of_silent": Slip("You moved a tenth of the silent, not of the repeat.", of=SILENT),
        "row_above_one": Slip("Your row adds up to more than 1: silence has to sink.", take=""),
        "row_divided": Slip("You divided the row by its sum: only silence sinks.", take="all"),
        "one_half_year": Slip("You stopped after one half-year; who stays buys on.", halves=[1]),
        "three_half_years": Slip("Your matrix acts three times, not four.", halves=range(4)),
        "last_half_only": Slip("You took the fourth half-year only; all four count.", halves=[4]),
        "not_the_difference": Slip("That is all that a new customer brings, not the gain.", less=0),
        "silence_is_the_end": Slip("You let nobody come back from silence.", _MOVES, end=True),
    }

    def solve(self, case, *, of=REPEAT, take="silent", halves=range(1, 5), less=1, end=False):
        matrix = case.matrix.to_numpy(copy=True)
        matrix[SILENT] = np.eye(len(RUNGS))[SILENT] if end else matrix[SILENT]
        better, more = matrix.copy(), 0.1 * (1 if of is None else matrix[NEW, of])
        better[NEW, REPEAT] += more
        better[NEW, SILENT] -= more * (take == "silent")
        better[NEW] /= better[NEW].sum() if take == "all" else 1
        worth = [sum(np.linalg.matrix_power(shares, half) for half in halves)[NEW]
            for shares in (better, matrix)]
        return float((worth[0] - less * worth[1]) @ case.rung_margin)


TASKS = tasks_in(globals())
