"""Checks of the exercise of chapter 6a, cross-selling."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.company.sales import products_table
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.logs.baskets import recommend
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.checks import ch06, tasks_in
from crmlab.workbook.checks.ch06 import OTHER_YEARS, UNLABELLED, facts_of
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

SPLIT = "2025-01-01"  # recommenders learn before it and are judged from it on
LEAST = 20  # baskets that a pair on the shelf needs
PAIRS = 6  # for which there is room
ADDITIONAL = 0.1  # share of the right guesses that become an additional sale, an assumption

# Headings of the lesson to read again.
_MEASURES = mark("Support, confidence, lift")
_WRONG_WAY = mark("The usual way first")
_CHANCE = mark("How many rules are chance?")
_WITHIN = mark("Together, or the same kind of customer?")
_FILTER = mark("A collaborative filter")
_TILL = mark("At the till")
_LETTER = mark("In a letter")
_DECISION = mark("The decision")

# What is said of several tasks.
_EVER = mark("You took all that a customer ever bought for one basket.")


class Case(ch06.Case):
    """The data of one participant, for chapter 6a.

    Attributes
    ----------
    labels : pandas.Series
        Each customer's needs group.
    in_basket, hidden : pandas.DataFrame, pandas.Series
        Baskets of 2025 with two products or more: a column of True and False per product that
        can be seen; and the one that was taken out by lot.
    guesses : pandas.DataFrame
        Of each of these baskets, whether the hidden product was among the three of two lists
        (``of_group``, ``filter``), and its ``price`` and ``margin`` (yuan).
    """

    @handed_out
    def labels(self):
        return self.kinds

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
    def buyers(self):
        """Whose order it is, by order."""
        return self.lines.groupby("order_id")["customer_id"].first()

    @cached_property
    def together(self):
        """For each of `sets`: rows per needs group, and per group those that hold both of two."""
        whose, found = self.buyers, {}
        for name, table in self.sets.items():
            people = table.index if table.index.name == "customer_id" else whose[table.index]
            groups = table.clip(upper=1).astype(float).groupby(self.kinds[people].to_numpy())
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
    def guesses(self):
        products = self.company.products.astype({"product_id": "str"}).set_index("product_id")
        margin = (products["price"] - products["unit_cost"])[self.hidden].to_numpy()
        size, both = self.together["past"]
        popular = pd.DataFrame(np.einsum("gii->gi", both), size.index)
        popular.loc[UNLABELLED] = popular.sum()
        whose = self.buyers[self.hidden.index]
        bought = self.sets["past_people"].clip(upper=1).to_numpy(float)
        alike = bought.T @ bought
        number = np.maximum(np.diag(alike), 1)
        alike = alike / np.sqrt(np.outer(number, number))
        np.fill_diagonal(alike, 0)
        scores = {"of_group": popular.loc[self.kinds[whose]].to_numpy(),
            "filter": self.in_basket.to_numpy(float) @ alike}
        place = PRODUCTS.get_indexer(self.hidden)[:, None]
        found = {name: (recommend(score, self.in_basket) == place).any(axis=1)
            for name, score in scores.items()}
        return pd.DataFrame(found, self.hidden.index).assign(
            price=products["price"][self.hidden].to_numpy(), margin=margin)

    @cached_property
    def facts(self):
        lines = self.lines
        by = lines.groupby("customer_id")
        table = pd.DataFrame({"orders": by["order_id"].nunique(),
            "products": by["product_id"].nunique(), "first": by["date"].min(),
            "last": by["date"].max()})
        return facts_of(table, {
            mark("they have bought one product only"): "products == 1",
            mark("they have one order, of several products"): "orders == 1 and products > 1",
            mark("they first ordered in 2025"): "first >= '2025-01-01'",
            mark("they have not ordered in 2025"): "last < '2025-01-01'",
            mark("they have bought more than five products"): "products > 5",
        })


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
        given = super().read(value, names)
        ids = {name: _with_ids(name) for name in given}
        found = {name: sorted(re.findall(r"P\d\d", text)) for name, text in ids.items()}
        return frozenset("+".join(ids) or name for name, ids in found.items())


def _with_ids(text):
    """Return a text in which ids stand for the names of products."""
    for name, product in _NAMES.items():
        text = text.replace(name, product)
    return text


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
        "before_split": Slip(OTHER_YEARS, of="past"),
    }

    def solve(self, case, *, of="baskets", by="lift", rows=False, less=0):
        size, counts = case.together[of]
        counts, total = counts.sum(axis=0), len(case.lines) if rows else size.sum()
        both, kit, papers = counts[KIT, PAPERS], counts[KIT, KIT], counts[PAPERS, PAPERS]
        below = {"lift": kit * papers / total, "support": total, "confidence": kit,
            "turned": papers, "others": kit * (papers - both) / (total - kit)}
        return float(both / below[by]) - less


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
        "before_split": Slip(OTHER_YEARS, of="past"),
    }

    def solve(self, case, *, of="baskets", groups=True, mean="", unknown="", below=""):
        size, counts = case.together[of]
        if not groups:
            return float(pairs(size, counts)["lift"]["P04+P05"])
        both, one, other = counts[:, [YUNNAN, YUNNAN, ETHIOPIA], [ETHIOPIA, YUNNAN, ETHIOPIA]].T
        table = pd.DataFrame({"both": both, "chance": one * other, "size": size}, size.index)
        if below:
            table["size"] = size.sum() if below == "all" else case.kinds.value_counts()
        if unknown:
            table.loc[UNLABELLED, ["both", "chance"] if unknown == "lost" else "chance"] = 0
        expected = table["chance"] / table["size"]
        if mean:
            lifts = (table["both"] / expected).dropna()
            return float(np.average(lifts, weights=size[lifts.index] ** (mean == "weighted")))
        return float(table["both"].sum() / expected.sum())


class Shelf(Task):
    """The pairs that stand side by side."""

    answer, section = Pairs(), _WITHIN
    praise = "Right: more often together than the kind of customer explains, in enough baskets."
    hints = ("For each pair do what you did for the two coffees.",
        "In a group, the product of its table turned round and its table counts all pairs.",
        "Leave out pairs in too few baskets before you sort; count each pair once.")
    slips = {
        "over_all": Slip("You sorted by lift over all baskets, not within groups.", by="lift"),
        "per_customer": Slip(_EVER, _MEASURES, of="people"),
        "by_confidence": Slip("By confidence, bestsellers are first.", _WRONG_WAY, by="confidence"),
        "by_support": Slip("Bestsellers meet often, by luck alone.", _WRONG_WAY, by="both"),
        "by_cosine": Slip("You sorted by the cosine.", _FILTER, by="cosine"),
        "lowest_lift": Slip("You took the lowest lift; the highest is asked.", sign=-1),
        "rare_pairs": Slip("You let in pairs of a few baskets: that is luck.", _CHANCE, least=1),
        "struck_out_late": Slip("You struck out rare pairs after the six.", _CHANCE, early=False),
        "both_directions": Slip("You counted each pair twice, once in each direction.",
            places=PAIRS // 2),
        "ten_pairs": Slip("You took ten pairs; there is room for six.", places=10),
    }

    def facts(self, case):
        table, kind = pairs(*case.together["baskets"]), case.company.products["category"].to_numpy()
        one, other = np.triu_indices(len(PRODUCTS), 1)
        return facts_of(table.assign(one_kind=kind[one] == kind[other]), {
            mark("they stand together in fewer than 20 baskets"): "both < @LEAST",
            mark("the two are of one category"): "one_kind",
            mark("the same kind of customer buys both"): "within < 1.2 < lift",
        }, LEAST=LEAST)

    def solve(self, case, *, of="baskets", by="within", sign=1, least=LEAST, early=True,
              places=PAIRS):
        table = pairs(*case.together[of])
        often, rank = table["both"] >= least, steady(sign * table[by])
        best = (rank[often] if early else rank).nlargest(places).index
        return list(best[often[best]])


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


class ListWorth(Task):
    """What the filter brings beyond bestsellers of the group, in a year."""

    answer, section = Number(), _DECISION
    praise = "Right: the filter must not cost more, if one right guess in ten adds a sale."
    hints = ("Where do the two lists differ? There one earns what the other does not.",
        "A right guess is worth the margin of the hidden product, each its own.",
        "Add up over the baskets, the filter's right guesses less the other's; then the tenth.")
    slips = {
        "filter_alone": Slip("That is all that the filter guesses right: compare.", less=0),
        "price": Slip("You counted prices, not margins.", money="price"),
        "guesses_only": Slip("You counted right guesses, not their margin.", money="one"),
        "mean_margin": Slip("You took one mean margin; each product has its own.", money="mean"),
        "mean_of_right": Slip("You took one mean margin of the filter's hits.", money="right"),
        "all_of_them": Slip("You counted every right guess as a sale: one in ten is.", share=1.0),
        "better_only": Slip("You left out where only the other list was right.", both=False),
    }

    @staticmethod
    def gains(case, *, less=1, money="margin", share=ADDITIONAL, both=True):
        """Return the yuan of each basket."""
        table = case.guesses
        right = table["filter"].astype(float)
        value = {"one": 1.0, "mean": table["margin"].mean(),
            "right": table["margin"][table["filter"]].mean()}
        value = value[money] if money in value else table[money]
        difference = right - less * table["of_group"]
        return share * (difference if both else difference.clip(lower=0)) * value

    def sizes(self, case):
        return (len(case.guesses),)

    def solve(self, case, **which):
        return float(self.gains(case, **which).sum())


class WorthLow(Task):
    """The lower end of the interval of what the filter brings."""

    answer, section = Number(relative=0.002), _TILL
    praise = "Right: below this fee the filter pays, if one in ten holds, and baskets are no twins."
    hints = ("One difference per basket; how much do they scatter?",
        "Standard error of the mean: std ÷ √n; the sum is n times the mean.",
        "n × (mean − 1.96 standard errors), in yuan.")
    slips = {
        **ListWorth.slips,
        "upper_end": Slip("You added the 1.96 standard errors: the upper end.", end="high"),
        "half_width": Slip("Those are 1.96 standard errors: take them off.", end="half"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "without_number": Slip("You forgot ÷ √n: that is how baskets scatter.", n="one"),
        "not_paired": Slip("You took errors of two lists: compare by basket.", paired=False),
        "by_customer": Slip("You counted customers, as the lesson does; here a basket is one draw.",
            unit="customer"),
    }

    def sizes(self, case):
        return (len(case.guesses),)

    def solve(self, case, *, times=1.96, end="low", n="", paired=True, unit="basket", **which):
        gains = ListWorth.gains(case, **which)
        number = len(gains)
        error = gains.std()
        if not paired:
            parts = [ListWorth.gains(case, **{**which, "less": 0}),
                ListWorth.gains(case, **{**which, "less": 0}) - ListWorth.gains(case, **which)]
            error = np.hypot(*(part.std() for part in parts))
        if unit == "customer":
            apart = (gains - gains.mean()).groupby(case.buyers[gains.index].to_numpy()).sum()
            error = np.sqrt((apart**2).sum() / number)
        half = times * error * (number if n == "one" else np.sqrt(number))
        ends = {"low": gains.sum() - half, "high": gains.sum() + half, "half": half}
        return float(ends[end])


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
        "before_split": Slip(OTHER_YEARS, of="past_people"),
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
            "orders": case.lines.groupby("customer_id")["order_id"].nunique()[has.index]}
        best = np.where(has & masked, -np.inf, scores).argmax(axis=1)
        return pd.Series(PRODUCTS[best], has.index, name="product_id")[number[known] > 1]



TASKS = tasks_in(globals())
