"""Checks of the exercise of chapter 6b, upselling, the value ladder and levels."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.checks import ch06, tasks_in
from crmlab.workbook.checks.ch06 import facts_of
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

TODAY = pd.Timestamp("2025-12-01")  # the last month of the meters
LIMIT = 0.9  # share of the allowance
CALL_COST = 40.0  # yuan
HALVES = ["2023 H1", "2023 H2", "2024 H1", "2024 H2", "2025 H1", "2025 H2"]
RUNGS = ["new", "repeat", "multi-line", "advocate", "silent"]
NEW, REPEAT, SILENT = 0, 1, 4  # places in it
RULES = ["silent", "advocate", "multi-line", "repeat"]  # the first that fits; else new

# Headings of the lesson to read again.
_LIMIT = mark("Near the limit")
_OFFERS = mark("The offer list")
_LADDER = mark("The value ladder")
_MOVES = mark("From one half-year to the next")
_BETTER = mark("What a better step would bring")

# What is said of several tasks.
_OF_NEW = mark("You divided by more than the new ones: of those who were new, how many …")

# The chance to move up next month without a call, and the share that a call persuades: far from
# the limit, above it this month, above it two months in a row. Each case moves these a little.
_CHANCE_OF_SIGNAL = np.array([0.006, 0.03, 0.25])
_PERSUADED = np.array([0.02, 0.05, 0.18])


class Case(ch06.Case):
    """The data of one participant, for chapter 6b.

    Attributes
    ----------
    usage, referrals : pandas.DataFrame
        Tables of the company; who moves up (``upgraded``) after the last month is missing.
    firms : pandas.DataFrame
        Who can move up: ``chance`` to do so next month without a call, ``persuaded`` (share of
        such firms whom a call moves up at once), ``more_fee`` and ``more_margin`` (yuan a month).
    earlier_rungs : pandas.DataFrame
        Rung of each customer by half-year, but the last.
    matrix, rung_margin : pandas.DataFrame, pandas.Series
        Of a branch that keeps its own books: shares of the customers of a rung (row) on each rung
        a half-year later, and its margin of a half-year (yuan).
    """

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
        size, found = (len(self.kinds), len(HALVES)), {}
        for name, table in rows.items():
            row = self.kinds.index.get_indexer(table["customer_id"])
            cells = np.ravel_multi_index((row, _half(table["date"])), size)
            found[name] = np.bincount(cells, minlength=np.prod(size)).reshape(size)
        return found

    @cached_property
    def rungs(self):
        """The rung of each customer (row) at the end of each half-year (column)."""
        so_far = {name: count.cumsum(axis=1) for name, count in self.halves.items()}
        rungs = np.where(so_far["orders"], _rungs(self.halves["orders"] == 0, so_far), "not yet")
        return pd.DataFrame(rungs, self.kinds.index, HALVES, dtype="str")

    @handed_out
    def earlier_rungs(self):
        return self.rungs[HALVES[:-1]]

    @handed_out
    def matrix(self):
        before, after = self.rungs[HALVES[:-1]], self.rungs[HALVES[1:]]
        table = pd.crosstab(before.to_numpy().ravel(), after.to_numpy().ravel())
        table = table.reindex(index=RUNGS, columns=RUNGS, fill_value=0)
        table = table.div(table.sum(axis=1), axis=0).rename_axis(index="from", columns="to")
        # A branch loses more: its matrix gives away no share of the company's own.
        stays = np.random.default_rng([self.seed, 666]).uniform(0.75, 0.92, len(RUNGS))
        kept = table.iloc[:, :-1].mul(stays, axis=0).round(4)
        return kept.assign(silent=1 - kept.sum(axis=1))

    @handed_out
    def rung_margin(self):
        row = self.kinds.index.get_indexer(self.sold["customer_id"])
        rung = self.rungs.to_numpy()[row, _half(self.sold["date"])]
        number = pd.Series(self.rungs.to_numpy().ravel()).value_counts()
        mean = self.sold["margin"].groupby(rung).sum() / number
        return mean.reindex(RUNGS).fillna(0).round(2).rename("margin").rename_axis("rung")

    @cached_property
    def facts(self):
        counts = {name: half.sum(axis=1) for name, half in self.halves.items()}
        table = pd.DataFrame(counts, self.kinds.index)
        table[["spring", "autumn"]] = self.halves["orders"][:, -2:]
        return facts_of(table, {
            mark("they have bought one product only"): "products == 1",
            mark("they have one order, of several products"): "orders == 1 and products > 1",
            mark("they have three products, of one or two categories"): "products > 2 > categories",
            mark("they have sent other customers"): "sent > 0",
            mark("they were sent by another customer"): "was_sent > 0",
            mark("they first ordered in 2025"): "spring + autumn == orders",
            mark("they last ordered in the first half of 2025"): "autumn == 0 and spring > 0",
        })

    def about(self, name):
        metered = self.metered[self.metered["customer_id"] == name].tail(4).itertuples()
        return ", ".join([super().about(name),
            *(f"{row.month:%Y-%m} {row.plan} {row.share:.1%}" for row in metered)])


def _half(date):
    return (2 * (date.dt.year - 2023) + (date.dt.month > 6)).to_numpy()  # its place in HALVES


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
    return facts_of(table, {
        mark("they are on plan S"): "plan == 'S'",
        mark("they are on plan M"): "plan == 'M'",
        mark("they are on plan L, the largest"): "plan == 'L'",
        mark("they have given up their plan"): "month < @TODAY",
        mark("they were near the limit in November only"): "share <= @LIMIT < before",
        mark("they are near the limit since December"): "share > @LIMIT >= before",
        mark("they have used more than their cups in two months"): "share > 1 and before > 1",
    }, TODAY=TODAY, LIMIT=LIMIT)


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


class UpgradeLow(Task):
    """The lower end of the share's 95 % interval."""

    answer, section = Number(tolerance=1e-5), _LIMIT
    praise = "Right. Few rows carry the signal, so the share is known only so well."
    hints = ("The lesson gives every share its interval, after Wilson.",
        "proportion_confint takes how many, of how many, and method=; it gives both ends.")
    slips = {
        **_OF_SIGNAL,
        "upper_end": Slip("You took the upper end.", end="high"),
        "half_width": Slip("That is half the interval: take it off the share.", end="half"),
        "normal_interval": Slip("That is the normal interval, not Wilson's.", method="normal"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.",
            method="normal", alpha=2 * norm.sf(1)),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", alpha=0.10),
        "alpha_halved": Slip("You halved alpha: it is for both sides together.", alpha=0.025),
        "december_counted": Slip("You took December for no: nobody knows yet.", december=True),
        "number_of_all": Slip("Your n is that of all rows, not of those with the signal.", n="all"),
    }

    def solve(self, case, *, december=False, n="", end="low", method="wilson", alpha=0.05,
              plans="SM", **which):
        rows = case.metered[_signal(case.metered, months="none", plans=plans)]
        rows = rows.fillna({"up": 0.0}) if december else rows[rows["month"] < TODAY]
        after = rows["up"][_signal(rows, plans=plans, **which)]
        scale = len(rows) / len(after) if n == "all" else 1
        low, high = proportion_confint(scale * after.sum(), scale * len(after), alpha, method)
        return float({"low": low, "high": high, "half": (high - low) / 2}[end])


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
        "persuaded_left_out": Slip("You left out persuaded, as if each call did.", share=""),
        "everybody": Slip("You call everybody: does each call pay for itself?", least=-1e9),
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
        return pd.Series(_rungs(silent, so_far, **which), case.kinds.index, name="rung")


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
