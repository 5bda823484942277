"""Checks of the exercise of the primer: pandas and reading plots."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.company import Company
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 600
START, END = "2025-01-01", "2026-01-01"  # the year that the tasks ask about, END left out
BORDER = 500  # yuan: from this amount on, delivery is free
MARGIN = 0.3  # of net sales
_LOST_RATINGS = 0.5
_MOVED_SHARE = 0.3  # customers with an old address and a new one
_ON_BORDER, _ON_LAST_DAY = 16, 6  # online orders of November planted for every seed
_NORMAL_95 = 1.96  # half a 95 % interval in standard errors

# Headings of the lesson to read again.
_CHOOSE = mark("Choosing columns and rows")
_DATES = mark("Dates")
_NEW = mark("New columns and missing values")
_SORT = mark("Sorting and counting")
_GROUP = mark("Grouping")
_JOIN = mark("Joining tables")
_INTERVAL = mark("What an interval says")

# Where customers live, largest share first; which region has which share, the seed decides.
_REGIONS = ("North", "East", "South", "West", "Central")
_REGION_SHARES = (0.34, 0.24, 0.19, 0.14, 0.09)


class Case:
    """The data of one participant.

    Attributes
    ----------
    orders : pandas.DataFrame
        ``order_id``, ``customer_id``, ``date``, ``channel``, ``amount`` (yuan, refunds below 0).
    register : pandas.DataFrame
        ``customer_id``, ``joined``, ``first_channel``: one row per customer.
    tickets : pandas.DataFrame
        ``ticket_id``, ``topic``, ``rating`` (1 to 5, missing where nobody rated).
    addresses : pandas.DataFrame
        ``customer_id``, ``region``, ``since``: one row per address, some customers have two.
    rents : pandas.DataFrame
        Index ``region``: ``rent`` of a pick-up point (yuan a year).
    """

    def __init__(self, seed):
        self.seed = int(seed)

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @handed_out
    def orders(self):
        orders = self.company.orders[["order_id", "customer_id", "date", "channel", "amount"]]
        rng = np.random.default_rng([self.seed, 0])
        november = orders["date"].between("2025-11-01", "2025-11-29") & (orders["amount"] > 0)
        online = orders.index[november & (orders["channel"] == "online")]
        planted = rng.choice(online, _ON_BORDER + _ON_LAST_DAY, replace=False)
        border, last_day = planted[:_ON_BORDER], planted[_ON_BORDER:]
        orders.loc[border, "amount"] = float(BORDER)
        orders.loc[last_day, "amount"] += BORDER
        minutes = pd.to_timedelta(rng.integers(8 * 60, 22 * 60, _ON_LAST_DAY), unit="min")
        orders.loc[last_day, "date"] = (pd.Timestamp("2025-11-30") + minutes).as_unit("us")
        return orders.sort_values("date", kind="stable", ignore_index=True)

    @handed_out
    def register(self):
        return self.company.customers[["customer_id", "joined", "first_channel"]]

    @handed_out
    def tickets(self):
        tickets = self.company.tickets[["ticket_id", "topic", "rating"]]
        rating = tickets["rating"].astype("float64")
        # Fewer answers, so that silence counted as a low rating is not the share of fives.
        lost = np.random.default_rng([self.seed, 2]).random(len(tickets)) < _LOST_RATINGS
        return tickets.assign(rating=rating.mask(lost))

    @handed_out
    def addresses(self):
        rng = np.random.default_rng([self.seed, 1])
        ids = self.company.customers["customer_id"]
        region = rng.choice(rng.permutation(_REGIONS), len(ids), p=_REGION_SHARES)
        # An old address is in another region, each as likely: small ones have many.
        step = rng.integers(1, len(_REGIONS), len(ids))
        place = pd.Index(_REGIONS).get_indexer(region)
        old = np.array(_REGIONS)[(place + step) % len(_REGIONS)]
        moved = rng.random(len(ids)) < _MOVED_SHARE
        days = pd.to_timedelta(rng.integers(0, 300, len(ids)), unit="D")
        now = pd.DataFrame({"customer_id": ids, "region": region})
        now["since"] = pd.Timestamp("2022-01-01") + days
        now.loc[moved, "since"] += pd.Timedelta(days=800)
        before = now[moved].assign(region=old[moved], since=now["since"] - pd.Timedelta(days=800))
        every = pd.concat([now, before])
        return every.sort_values(["customer_id", "since"], ignore_index=True)

    @handed_out
    def rents(self):
        right, doubled, old = (
            MARGIN * self.sales_by_region(addresses)
            for addresses in (self.newest_addresses, self.addresses, self.oldest_addresses)
        )
        # Between what a point earns and what a slip makes of it, so that each slip shows.
        inflated = (doubled / right).idxmax()
        grown = (old / right).drop(inflated).idxmin()
        others = (doubled / right).drop([inflated, grown]).sort_values().index
        rents = pd.Series(
            {
                inflated: (right[inflated] + doubled[inflated]) / 2,
                grown: (right[grown] + old[grown]) / 2,
                # Its sales would pay the rent, its margin does not.
                others[0]: 2.2 * right[others[0]],
                others[1]: 0.6 * right[others[1]],
                others[2]: 0.75 * right[others[2]],
            }
        )
        return rents.round(-1).rename_axis("region").rename("rent").sort_index().to_frame()

    @cached_property
    def newest_addresses(self):
        return self.addresses.drop_duplicates("customer_id", keep="last")

    @cached_property
    def oldest_addresses(self):
        return self.addresses.drop_duplicates("customer_id", keep="first")

    @cached_property
    def of_2025(self):
        orders = self.orders
        return orders[(orders["date"] >= START) & (orders["date"] < END)]

    @cached_property
    def activity(self):
        return _per_customer(self.of_2025)

    def sales_by_region(self, addresses):
        """Return net sales of 2025 per region, in yuan."""
        joined = self.of_2025.merge(addresses, on="customer_id")
        return joined.groupby("region")["amount"].sum()


def _per_customer(orders):
    """Orders and net spend of each customer who has an order."""
    bought = orders.assign(is_order=orders["amount"] >= 0).groupby("customer_id")
    table = bought.agg(orders=("is_order", "sum"), spend=("amount", "sum"))
    return table[table["orders"] > 0]


class FreeDelivery(Task):
    """How many online orders of November were delivered free."""

    name = "free_delivery"
    answer = Number()
    praise = mark("Right: three conditions, each in its brackets, and the whole last day.")
    hints = (
        mark("Three conditions hold at once: the channel, the amount, the month."),
        mark("Is 500 itself in? And an order of 30 November at noon?"),
        mark('… & (orders["date"] < "2025-12-01")'),
    )

    def _november(self, case, before="2025-12-01"):
        orders = case.orders
        return orders[(orders["date"] >= "2025-11-01") & (orders["date"] < before)]

    def _count(self, november):
        online = november["channel"] == "online"
        return int((online & (november["amount"] >= BORDER)).sum())

    def right(self, case):
        return self._count(self._november(case))

    @mistake(mark("You left out orders of exactly 500 yuan: >= takes the border in."), _CHOOSE)
    def border_left_out(self, case):
        november = self._november(case)
        return int(((november["channel"] == "online") & (november["amount"] > BORDER)).sum())

    @mistake(
        mark("You lost 30 November: a date without a time is the midnight before that day."), _DATES
    )
    def last_day_lost(self, case):
        return self._count(self._november(case, before="2025-11-30"))

    @mistake(mark("You joined the conditions with | (or); the task asks for both: &."), _CHOOSE)
    def either_or(self, case):
        november = self._november(case)
        return int(((november["channel"] == "online") | (november["amount"] >= BORDER)).sum())

    @mistake(mark("You counted the orders of all channels, not only the online ones."), _CHOOSE)
    def every_channel(self, case):
        return int((self._november(case)["amount"] >= BORDER).sum())


class RefundShare(Task):
    """Which share of the money taken went back."""

    name = "refund_share"
    answer = Number(relative=1e-5)
    praise = mark("Right: money over money, both of 2025, as a share.")
    hints = (
        mark("Two sums: what was paid back, and what was taken before anything was paid back."),
        mark("Refunds are the rows below 0; their sum is negative."),
        mark("−(sum of the negative amounts) / (sum of the others)"),
    )

    @staticmethod
    def _sums(orders):
        is_refund = orders["amount"] < 0
        return -orders.loc[is_refund, "amount"].sum(), orders.loc[~is_refund, "amount"].sum()

    def right(self, case):
        back, taken = self._sums(case.of_2025)
        return float(back / taken)

    @mistake(mark("You counted rows; the task asks for money."), _SORT)
    def rows_counted(self, case):
        return float((case.of_2025["amount"] < 0).mean())

    @mistake(
        mark("You divided by what was left; the share is of the money taken, before refunds."), _NEW
    )
    def of_net(self, case):
        back, taken = self._sums(case.of_2025)
        return float(back / (taken - back))

    @mistake(mark("Your share is negative: the refunds are, the share is not."), _NEW)
    def sign_kept(self, case):
        return -self.right(case)

    @mistake(mark("You took all years; the task asks for 2025."), _DATES)
    def every_year(self, case):
        back, taken = self._sums(case.orders)
        return float(back / taken)


class Satisfied(Task):
    """The share of ratings that are 4 or 5."""

    name = "satisfied"
    answer = Number(tolerance=0.0006)
    praise = mark("Right: who said nothing counts neither as satisfied nor as dissatisfied.")
    hints = (
        mark("How many tickets have no rating? Are these customers dissatisfied?"),
        mark("Leave the missing ratings out first: dropna."),
        mark("The mean of a mask is a share."),
    )

    def right(self, case):
        return float((case.tickets["rating"].dropna() >= 4).mean())

    @mistake(mark("You counted tickets without a rating as dissatisfied: NaN >= 4 is False."), _NEW)
    def silent_counted(self, case):
        return float((case.tickets["rating"] >= 4).mean())

    @mistake(mark("You left out the ratings of 4."), _CHOOSE)
    def four_left_out(self, case):
        return float((case.tickets["rating"].dropna() > 4).mean())

    @mistake(mark("You gave per cent; the task asks for a share between 0 and 1."), _SORT)
    def in_percent(self, case):
        return 100 * self.right(case)


class Activity(Task):
    """Orders and net spend of each customer in 2025."""

    name = "activity"
    answer = PerCustomer(("orders", "spend"), tolerance=0.006)
    praise = mark("Right: refunds lower the spend, and none of them is an order.")
    hints = (
        mark("What is one row of the result? What is it before you group?"),
        mark("A column that says whether a row is an order can be summed: True counts as 1."),
        mark('groupby("customer_id").agg(orders=("is_order", "sum"), spend=("amount", "sum"))'),
    )

    def right(self, case):
        return case.activity.copy()

    @mistake(mark("You counted refunds as orders."), _GROUP)
    def refunds_as_orders(self, case):
        rows = case.of_2025.groupby("customer_id")
        return rows.agg(orders=("amount", "count"), spend=("amount", "sum"))

    @mistake(
        mark("You left refunds out of the spend: it is what customers paid in the end."), _GROUP
    )
    def refunds_forgotten(self, case):
        orders = case.of_2025
        return _per_customer(orders[orders["amount"] >= 0])

    @mistake(mark("You took all years; the task asks for 2025."), _DATES)
    def every_year(self, case):
        return _per_customer(case.orders)

    @mistake(mark("Your spend is the mean of the rows; the task asks for their sum."), _GROUP)
    def mean_not_sum(self, case):
        mean = case.of_2025.groupby("customer_id")["amount"].mean()
        right = self.right(case)
        return right.assign(spend=mean.reindex(right.index))


class SpendPerCustomer(Task):
    """What an average customer spent in 2025."""

    name = "spend_per_customer"
    answer = Number(tolerance=0.006)
    praise = mark("Right: money of the year over the people who bought in it.")
    hints = (
        mark("One number per customer first, then its mean over customers."),
        mark("The table of the last task has one row per customer who bought."),
        mark('activity["spend"].mean()'),
    )

    def right(self, case):
        return float(case.activity["spend"].mean())

    @mistake(mark("That is spend per order: you divided by orders, not by customers."), _GROUP)
    def per_order(self, case):
        table = case.activity
        return float(table["spend"].sum() / table["orders"].sum())

    @mistake(mark("That is a mean of means: each customer's spend per order, averaged."), _GROUP)
    def mean_of_means(self, case):
        table = case.activity
        return float((table["spend"] / table["orders"]).mean())

    @mistake(
        mark("You divided by all customers; the task asks for those who bought in 2025."), _SORT
    )
    def everybody(self, case):
        return float(case.activity["spend"].sum() / len(case.register))

    @mistake(mark("That is the median; the task asks for the mean."), mark("Reading plots"))
    def median(self, case):
        return float(case.activity["spend"].median())


class PickupRegions(Task):
    """In which regions a pick-up point pays its rent."""

    name = "pickup_regions"
    answer = Chosen()
    praise = mark("Right: each order counted once, where its customer lives now.")
    hints = (
        mark("How many rows has addresses, and how many different customers?"),
        mark("Sort by since and keep the last address of each customer, then merge."),
        mark("Keep the regions where 0.3 × net sales of 2025 is above the rent."),
    )

    @staticmethod
    def _chosen(case, addresses, share=MARGIN):
        sales = case.sales_by_region(addresses)
        return list(sales.index[share * sales > case.rents["rent"]])

    def right(self, case):
        return self._chosen(case, case.newest_addresses)

    @mistake(
        mark("Your join multiplied rows: an order of somebody with two addresses counts twice."),
        _JOIN,
    )
    def rows_multiplied(self, case):
        return self._chosen(case, case.addresses)

    @mistake(mark("You kept the first address of each customer; they live at the last."), _SORT)
    def old_address(self, case):
        return self._chosen(case, case.oldest_addresses)

    @mistake(mark("You compared sales with the rent; it has to be paid from the margin."), _NEW)
    def sales_not_margin(self, case):
        return self._chosen(case, case.newest_addresses, share=1)


class DifferenceLow(Task):
    """The lower end of the interval of a difference of means."""

    name = "difference_low"
    answer = Number(tolerance=0.5)
    praise = mark("Right. Does the interval contain zero? Then the two may be the same.")
    hints = (
        mark("Half of an interval of a mean is 1.96 × its standard error: sem()."),
        mark("The half of a difference is the root of the sum of squares of the two halves."),
        mark("mean_online − mean_shop − np.hypot(half_online, half_shop)"),
    )

    @staticmethod
    def _compared(case):
        orders = case.of_2025
        by_channel = orders[orders["amount"] >= 0].groupby("channel", observed=True)["amount"]
        table = by_channel.agg(["mean", "sem", "std"]).loc[["online", "shop"]]
        return table["mean"].iloc[0] - table["mean"].iloc[1], table

    def right(self, case):
        gap, table = self._compared(case)
        return float(gap - _NORMAL_95 * np.hypot(*table["sem"]))

    @mistake(
        mark("You added the two halves; the root of the sum of squares is shorter."), _INTERVAL
    )
    def halves_added(self, case):
        gap, table = self._compared(case)
        return float(gap - _NORMAL_95 * table["sem"].sum())

    @mistake(
        mark("You took the spread of single orders (std), not the error of their mean (sem)."),
        _INTERVAL,
    )
    def spread_of_orders(self, case):
        gap, table = self._compared(case)
        return float(gap - _NORMAL_95 * np.hypot(*table["std"]))

    @mistake(mark("That is the upper end."), _INTERVAL)
    def upper_end(self, case):
        gap, table = self._compared(case)
        return float(gap + _NORMAL_95 * np.hypot(*table["sem"]))


TASKS = (
    FreeDelivery(),
    RefundShare(),
    Satisfied(),
    Activity(),
    SpendPerCustomer(),
    PickupRegions(),
    DifferenceLow(),
)
