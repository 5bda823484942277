"""Checks of the exercise of the primer: pandas and reading plots."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.workbook.answers import Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

BEGINNING, START, LAST, END = "2000-01-01", "2025-01-01", "2025-12-31", "2026-01-01"  # END left out
BORDER, MARGIN = 500, 0.3  # yuan from which on delivery is free; share of net sales
_LOST_RATINGS, _MOVED_SHARE = 0.5, 0.3  # who moved has an old address and a new one
_CLEAR = 0.05  # no rent is nearer to what a point earns
_ON_BORDER, _ON_LAST_DAY = (10, 28), 6  # online orders of November planted, from and up to

# Headings of the lesson to read again, and what is said of several tasks.
_CHOOSE, _NEW = mark("Choosing columns and rows"), mark("New columns and missing values")
_DATES, _SORT, _GROUP = mark("Dates"), mark("Sorting and counting"), mark("Grouping")
_JOIN, _PLOTS = mark("Joining tables"), mark("Reading plots")
_EVERY_YEAR = mark("You took all years; the task asks for 2025.")
_LAST_DAY = mark("You lost the last day: a date without a time is the midnight before that day.")
_GROSS = mark("You left refunds out: spend is what customers paid in the end.")
# Where customers live, largest share first; which region has which share, the seed decides.
_REGIONS = ("North", "East", "South", "West", "Central")
_REGION_SHARES = (0.34, 0.24, 0.19, 0.14, 0.09)


class Case(BaseCase):
    """The data of one participant."""
    size = 600

    @handed_out
    def orders(self):
        """``order_id``, ``customer_id``, ``date``, ``channel``, ``amount`` (yuan, refunds < 0)."""
        orders = self.company.orders[["order_id", "customer_id", "date", "channel", "amount"]]
        rng = np.random.default_rng([self.seed, 0])
        november = orders["date"].between("2025-11-01", "2025-11-29") & (orders["amount"] > 0)
        online = orders.index[november & (orders["channel"] == "online")]
        on_border = np.random.default_rng([self.seed, 4]).integers(*_ON_BORDER, endpoint=True)
        planted = rng.choice(online, on_border + _ON_LAST_DAY, replace=False)
        border, last_day = np.split(planted, [on_border])
        orders.loc[border, "amount"] = float(BORDER)
        orders.loc[last_day, "amount"] += BORDER
        minutes = pd.to_timedelta(rng.integers(8 * 60, 22 * 60, _ON_LAST_DAY), unit="min")
        orders.loc[last_day, "date"] = (pd.Timestamp("2025-11-30") + minutes).as_unit("us")
        return orders.sort_values("date", kind="stable", ignore_index=True)

    @cached_property
    def register(self):
        """``customer_id``, ``joined``, ``first_channel``: one row per customer."""
        return self.company.customers[["customer_id", "joined", "first_channel"]]

    @handed_out
    def tickets(self):
        """``ticket_id``, ``topic``, ``rating`` (1 to 5, missing where nobody rated)."""
        tickets = self.company.tickets[["ticket_id", "topic", "rating"]]
        # Fewer answers, so that silence counted as a low rating is not the share of fives.
        lost = np.random.default_rng([self.seed, 2]).random(len(tickets)) < _LOST_RATINGS
        return tickets.assign(rating=tickets["rating"].astype("float64").mask(lost))

    @handed_out
    def addresses(self):
        """``customer_id``, ``region``, ``since``: a row per address, some customers have two."""
        rng = np.random.default_rng([self.seed, 1])
        ids = self.company.customers["customer_id"]
        region = rng.choice(rng.permutation(_REGIONS), len(ids), p=_REGION_SHARES)
        # An old address is in another region, each as likely: small ones have many.
        step = rng.integers(1, len(_REGIONS), len(ids))
        old = np.array(_REGIONS)[(pd.Index(_REGIONS).get_indexer(region) + step) % len(_REGIONS)]
        moved, gap = rng.random(len(ids)) < _MOVED_SHARE, pd.Timedelta(days=800)
        first = pd.DataFrame({"customer_id": ids, "region": np.where(moved, old, region)})
        days = pd.to_timedelta(rng.integers(0, 300, len(ids)), unit="D")
        first["since"] = pd.Timestamp("2022-01-01") + days
        now = first[moved].assign(region=region[moved], since=first["since"] + gap)
        return pd.concat([first, now]).sort_values(["customer_id", "since"], ignore_index=True)

    @handed_out
    def rents(self):
        """``rent`` of a pick-up point (yuan a year) by ``region``."""
        right, doubled, old = (MARGIN * self.sales(keep) for keep in ("last", "every", "first"))
        inflated = steady(doubled / right).idxmax()
        grown = steady(old / right).drop(inflated).idxmin()
        others = steady(doubled / right).drop([inflated, grown]).sort_values(kind="stable").index
        # Between what a point earns and what a slip makes of it, so that a slip changes who pays;
        # on few seeds the old addresses change so little that the rent would be a close call.
        rents = right.copy()
        rents[inflated] = (right[inflated] + doubled[inflated]) / 2
        rents[grown] = min((right[grown] + old[grown]) / 2, (1 - _CLEAR) * right[grown])
        rents[others] = [2.2, 0.6, 0.75] * right[others]
        return rents.round(-1).rename("rent").to_frame()

    def rows(self, since=START, until=END, *, refunds=True):
        """Return the orders of a period, with the refunds or without."""
        date, amount = self.orders["date"], self.orders["amount"]
        return self.orders[(date >= since) & (date < until) & ((amount >= 0) | refunds)]

    def activity(self, *, spend="sum", back=1, count="sum", kept="any", register=False, **period):
        """Return orders and spend per customer, counted rightly or wrongly."""
        rows = self.rows(**period)
        is_order, whose = rows["amount"] >= 0, rows["customer_id"]
        amount = rows["amount"].where(is_order, back * rows["amount"])
        orders, money = is_order.groupby(whose), amount.groupby(whose)
        table = pd.DataFrame({"orders": orders.agg(count), "spend": money.agg(spend)})
        table = table[orders.agg(kept)]
        return table.reindex(self.register["customer_id"], fill_value=0) if register else table

    def sales(self, keep="last", **period):
        """Return sales per region (yuan), by the address of each customer that is kept."""
        addresses = self.addresses
        if keep != "every":
            addresses = addresses.drop_duplicates("customer_id", keep=keep)
        return self.rows(**period).merge(addresses).groupby("region")["amount"].sum()

    @cached_property
    def facts(self):
        rows, paid, ids = self.rows(), self.rows(refunds=False), self.register["customer_id"]
        return facts(ids, {
            mark("they sent something back in 2025"): rows["customer_id"][rows["amount"] < 0],
            mark("they bought on the last day of 2025"): paid["customer_id"][paid["date"] >= LAST],
            mark("they bought nothing in 2025"): ids[~ids.isin(paid["customer_id"])],
            mark("they bought once in 2025"): paid["customer_id"].drop_duplicates(keep=False),
        })

    def about(self, name):
        rows = self.rows().loc[lambda rows: rows["customer_id"].astype("str") == name].tail(6)
        return ", ".join(f"{row.date:%Y-%m-%d} {row.amount:,.2f}" for row in rows.itertuples())


class FreeDelivery(Task):
    """How many online orders of November were delivered free."""
    answer, section = Number(), _CHOOSE
    praise = "Right: three conditions, each in its brackets, and the whole last day."
    hints = ("Three conditions hold at once: the channel, the amount, the month.",
        "Is 500 itself in? And an order of 30 November at noon?",
        "November ends before the midnight that begins 1 December. The sum of a mask counts.")
    slips = {
        "border_left_out": Slip("You left out orders of exactly 500 yuan.", least=BORDER + 0.01),
        "no_limit": Slip("You counted orders below 500 yuan, too.", least=0),
        "last_day_lost": Slip(_LAST_DAY, _DATES, until="2025-11-30"),
        "every_november": Slip("You counted the Novembers of all years.", _DATES, since=BEGINNING),
        "either_or": Slip("You joined conditions with | (or); all must hold: &.", either=True),
        "every_channel": Slip("You counted the orders of all channels.", channel=None),
        "customers_counted": Slip("You counted customers, not orders.", _SORT, count="customer_id"),
        "share": Slip("That is a share of the online orders; their number is asked.", share=True),
    }

    def solve(self, case, *, least=BORDER, channel="online", either=False, share=False,
              count="order_id", **period):
        rows = case.rows(refunds=False, **period).loc[lambda rows: rows["date"].dt.month == 11]
        chosen, large = (rows["channel"] == channel) | (not channel), rows["amount"] >= least
        free = chosen | large if either else chosen & large
        return large[chosen].mean() if share else rows.loc[free, count].nunique()


class RefundShare(Task):
    """Which share of the money taken went back."""
    answer, section = Number(relative=1e-5), _NEW
    praise = "Right: money over money, both of 2025, as a share."
    hints = ("Two sums: what was paid back, and what was taken before anything was paid back.",
        "Refunds are the rows below 0; their sum is negative.",
        "Two masks split the amounts of 2025; the share is one sum over the other.")
    slips = {
        "rows_counted": Slip("You counted rows; the task asks for money.", _SORT, count="order_id"),
        "customers_counted": Slip("You counted customers, not money.", _SORT, count="customer_id"),
        "of_net": Slip("You divided by what was left; the share is of the money taken.", add=-1),
        "of_all_money": Slip("You divided by the money of all years.", _DATES, of=BEGINNING),
        "means_compared": Slip("You divided a mean by a mean; divide the sums.", _SORT, means=True),
        "mean_of_months": Slip("You averaged monthly shares; months differ.", _GROUP, monthly=True),
        "every_year": Slip(_EVERY_YEAR, _DATES, since=BEGINNING),
        "last_day_lost": Slip(_LAST_DAY, _DATES, until=LAST),
    }

    def solve(self, case, *, count=None, add=0, of=None, means=False, monthly=False, **period):
        rows = case.rows(**period)
        amount, refunds = rows["amount"], rows[rows["amount"] < 0]
        if count:
            return refunds[count].nunique() / rows[count].nunique()
        part = rows["date"].dt.month * monthly
        back, taken = (-amount).clip(lower=0).groupby(part).sum(), amount.clip(lower=0)
        whole = case.rows(of, refunds=False)["amount"].sum() if of else taken.groupby(part).sum()
        share = float((back / (whole + add * back)).mean())
        return share * (len(rows) / len(refunds) - 1) if means else share


class Satisfied(Task):
    """The share of ratings that are 4 or 5."""
    answer, section = Number(tolerance=0.0006), _NEW
    praise = "Right: who said nothing counts neither as satisfied nor as dissatisfied."
    hints = ("How many tickets have no rating? Are these bad ratings?",
        "Leave the missing ratings out first: dropna.", "The mean of a mask is a share.")
    slips = {
        "silent_counted": Slip("You counted silence as dissatisfied: NaN >= 4 is False.", silent=0),
        "silent_satisfied": Slip("You counted silence as satisfied: NaN < 4 is False.", silent=5),
        "four_left_out": Slip("You left out the ratings of 4.", _CHOOSE, least=5),
        "three_too": Slip("You took in the ratings of 3.", _CHOOSE, least=3),
        "mean_rating": Slip("That is the mean rating; a share is asked.", _SORT, mean=1),
        "mean_of_five": Slip("That is the mean rating over 5; a share is asked.", _SORT, mean=5),
        "net": Slip("You took the ratings of 1 and 2 off; the task does not.", _SORT, net=True),
        "topics": Slip("You averaged shares of topics, which differ in size.", _GROUP, by="topic"),
    }

    def sizes(self, case):
        return (case.tickets["rating"].count(),)

    def solve(self, case, *, silent=np.nan, least=4, mean=0, net=False, by=None):
        tickets = case.tickets.fillna({"rating": silent}).dropna(subset="rating")
        rating, part = tickets["rating"], tickets[by].astype("str") if by else tickets["rating"] * 0
        good = (rating >= least) - 1.0 * (net & (rating <= 2))
        return float(rating.mean() / mean if mean else good.groupby(part).mean().mean())


class Activity(Task):
    """Orders and net spend of each customer in 2025."""
    answer, section = PerCustomer(("orders", "spend"), tolerance=0.006), _GROUP
    praise = "Right: refunds lower the spend, and none of them is an order."
    hints = ("What is one row of the result? What is it before you group?",
        "A column that says whether a row is an order can be summed: True counts as 1.",
        "One groupby, and agg with two sums; then leave out who has no order.")
    slips = {
        "refunds_as_orders": Slip("You counted refunds as orders.", count="size"),
        "refunds_forgotten": Slip(_GROSS, back=0),
        "refunds_added": Slip("You added refunds to the spend: they lower it.", back=-1),
        "mean_not_sum": Slip("Your spend is a mean of rows; their sum is asked.", spend="mean"),
        "register_kept": Slip("You kept who has no order in 2025.", _JOIN, register=True),
        "refunders_left_out": Slip("You left out who sent something back.", kept="all"),
        "every_year": Slip(_EVERY_YEAR, _DATES, since=BEGINNING),
        "last_day_lost": Slip(_LAST_DAY, _DATES, until=LAST),
    }

    def solve(self, case, **switches):
        return case.activity(**switches)


class SpendPerCustomer(Task):
    """What an average customer spent in 2025."""
    answer, section = Number(tolerance=0.006), _GROUP
    praise = "Right: money of the year over the people who bought in it."
    hints = ("One number per customer first, then its mean over customers.",
        "The table of the last task has one row per customer who bought.",
        "Which of its columns is money? Of that column, the mean.")
    slips = {
        "per_order": Slip("That is spend per order: divide by customers.", per="order"),
        "per_row": Slip("That is the mean row; a customer has many.", per="order", count="size"),
        "mean_of_means": Slip("That is a mean of means: spend per order, averaged.", power=-1),
        "weighted": Slip("You weighted with orders; each counts once.", power=1, per="order"),
        "everybody": Slip("You divided by all; count who bought in 2025.", _SORT, per="everybody"),
        "repeaters_only": Slip("You left out who ordered once.", least=2),
        "median": Slip("That is the median; the mean is asked.", _PLOTS, median=True),
        "gross": Slip(_GROSS, back=0),
        "every_year": Slip(_EVERY_YEAR, _DATES, since=BEGINNING),
        "last_day_lost": Slip(_LAST_DAY, _DATES, until=LAST),
    }

    def sizes(self, case):
        return (len(case.activity()),)

    def solve(self, case, *, per="customer", power=0, least=1, median=False, **which):
        orders, spend = case.activity(**which).query("orders >= @least").to_numpy().T
        if median:
            return np.median(spend)
        per = {"customer": len(spend), "order": orders.sum(), "everybody": len(case.register)}[per]
        return (spend * orders**power).sum() / per


class PickupRegions(Task):
    """What a pick-up point earns in each region, after its rent."""
    answer, section = PerCustomer(("profit",), tolerance=0.5, key="region"), _JOIN
    praise = "Right: each order counted once, where its customer lives now."
    hints = ("How many rows has addresses, and how many different customers?",
        "Sort by since and keep one address of each customer, the last; then merge.",
        "Net sales of 2025 by region, of these the margin, less the rent: one index for all.")
    slips = {
        "rows_multiplied": Slip("Your join multiplied rows: an order stands twice.", keep="every"),
        "old_address": Slip("You kept the first address; they live at the last.", keep="first"),
        "movers_left_out": Slip("You left out customers with two addresses.", keep=False),
        "sales_not_margin": Slip("You took sales; the margin pays the rent.", _NEW, share=1),
        "gross": Slip("You left refunds out: net sales are asked.", _NEW, refunds=False),
        "rent_forgotten": Slip("You left out the rent.", _NEW, rent=0),
        "every_year": Slip(_EVERY_YEAR, _DATES, since=BEGINNING),
        "year_before": Slip("You took 2024.", _DATES, since="2024-01-01", until=START),
        "last_day_lost": Slip(_LAST_DAY, _DATES, until=LAST),
    }

    def solve(self, case, *, share=MARGIN, rent=1, **which):
        return share * case.sales(**which) - rent * case.rents["rent"]


class DifferenceLow(Task):
    """The lower end of the interval of a difference of means."""
    answer, section = Number(tolerance=0.5), mark("What an interval says")
    praise = "Right. Does the interval contain zero? Then the two may be the same."
    hints = ("Half of an interval of a mean is 1.96 × its standard error: sem().",
        "The half of a difference is the root of the sum of squares of the two halves.",
        "np.hypot gives that root. Which of the two ends lies below online minus shop?")
    slips = {
        "halves_added": Slip("You added the halves; the root of squares is shorter.", half=np.add),
        "lower_ends": Slip("You subtracted one lower end from the other.", half=np.subtract),
        "spread_of_orders": Slip("You took std, the spread of orders; sem is of a mean.", of="std"),
        "upper_end": Slip("That is the upper end.", times=-1.96),
        "one_error": Slip("You took one standard error: the 1.96 is missing.", times=1),
        "ninety": Slip("That is the interval of 90 %; 1.96 makes one of 95 %.", times=1.645),
        "no_half": Slip("That is the difference itself, without its interval.", times=0),
        "shop_minus_online": Slip("You took shop minus online.", gap=-1),
        "refunds_kept": Slip("You kept refunds among the orders.", _CHOOSE, refunds=True),
        "mean_of_means": Slip("You took means of customers; take orders.", _GROUP, each=True),
        "every_year": Slip(_EVERY_YEAR, _DATES, since=BEGINNING),
    }

    def solve(self, case, *, half=np.hypot, of="sem", times=1.96, gap=1, refunds=False, each=False,
              **period):
        orders = case.rows(refunds=refunds, **period)
        if each:
            orders = orders.groupby(["channel", "customer_id"], observed=True)["amount"].mean()
        table = orders.reset_index().groupby("channel", observed=True)["amount"].agg(["mean", of])
        (online, one), (shop, other) = table.loc["online"], table.loc["shop"]
        return float(gap * (online - shop) - times * half(one, other))


TASKS = tasks_in(globals())
