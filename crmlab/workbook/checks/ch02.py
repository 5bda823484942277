"""What the checks of both sessions of chapter 2 share: a customer base seen at a cut-off."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.clv import BetaGeometricNBD
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.slips import Slip

START, CUTOFF, NEXT_START, END = "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"
ALWAYS = BEGINNING, FOREVER = "2000-01-01", "2100-01-01"


def weekly(change=lambda log: log, **when):
    """Return an attribute of a case: its log, changed, as one row per customer."""
    return cached_property(lambda case: summarize(change(case.log), unit="W", **when))


class Case(BaseCase):
    """The data of one participant; each session hands out what it needs of them."""

    size = 800
    hour_cost = 60.0  # yuan of service work, wages and telephone
    margin_share = handed_out(lambda _case: 0.45)  # of spend, after goods and the usual service
    orders = property(lambda case: case.company.orders)
    order_lines = property(lambda case: case.company.order_lines)
    products = property(lambda case: case.company.products)
    tickets = property(lambda case: case.company.tickets)
    log = handed_out(lambda case: case.orders[["customer_id", "date", "amount"]])

    # One row per customer, as it is asked for and as learners make it.
    customers = weekly(as_of=CUTOFF)
    next_year = weekly(since=NEXT_START, as_of=END)
    repeaters = cached_property(lambda case: case.customers.query("x > 0"))
    ids = cached_property(lambda case: pd.Index(case.company.customers["customer_id"]))
    served = cached_property(
        lambda case: columns(case.tickets.rename(columns={"opened": "date"}), case.ids))

    @remembered
    def model(self, table="customers"):
        """Return the model fitted to one of these tables."""
        return BetaGeometricNBD().fit(getattr(self, table))

    @cached_property
    def lines(self):
        """Columns of all lines: whose they are, what the goods cost, what is taken for it."""
        orders = self.orders[["order_id", "customer_id", "date"]]
        products = self.products[["product_id", "category", "price", "unit_cost"]]
        lines = self.order_lines.merge(orders, on="order_id").merge(products, on="product_id")
        lines["first"] = (lines["quantity"] > 0) & ~lines["order_id"].duplicated()
        lines["listed"] = lines["quantity"] * lines["price"]
        lines["goods"] = lines["quantity"] * lines["unit_cost"]
        lines["one"] = np.sign(lines["quantity"]) * lines["unit_cost"]
        return columns(lines, self.ids)

    def so_far(self, table, date="date"):
        """Return what is known at the cut-off of a table of the company."""
        return getattr(self.company, table)[lambda rows: rows[date] < NEXT_START]

    @cached_property
    def facts(self):
        return facts(self.ids, self.held)

    @property
    def held(self):
        """What is special about whom: the end of a sentence to the customers."""
        lines, known = self.lines, self.customers
        sold, whose = during(lines), lines["customer_id"]
        return {
            mark("they returned something in the year"): whose[sold & (lines["quantity"] < 0)],
            mark("they bought or returned on the cut-off day"): whose[during(lines, CUTOFF)],
            mark("they have no order or refund in the year"): self.ids.difference(whose[sold]),
            mark("they bought once up to the cut-off"): known.index[known["x"] == 0],
            mark("they first bought in the year"): known.index[known["first_purchase"] >= START],
            mark("they bought after the cut-off"): self.next_year.index,
        }

    def about(self, name):
        orders = self.so_far("orders").query("customer_id == @name").tail(4)
        rows = orders.itertuples()
        return ", ".join(f"{row.date:%Y-%m-%d %H:%M} {row.amount:,.2f}" for row in rows)


def columns(table, ids):
    """Return the columns of a table as arrays, with the place of each customer among `ids`."""
    columns = {name: column.to_numpy() for name, column in table.items()}
    return columns | {"place": ids.get_indexer(columns["customer_id"])}


def during(columns, since=START, until=NEXT_START):
    """Return which rows fall in a period, its end not included."""
    since, until = np.datetime64(since), np.datetime64(until)
    return (columns["date"] >= since) & (columns["date"] < until)


def throughout(slips):
    """Return slips made in a list and in its gain; alone, each is made in the gain only."""
    return {f"{name}_throughout": Slip(slip.message, slip.section, **slip.switches, chosen="own")
        for name, slip in slips.items()}
