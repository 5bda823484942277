"""What the exercises of chapter 3 share: the customers of one participant, and their years."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out

START, CUTOFF, NEXT_START, END = "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"
_SPLIT_SHARE = 0.06  # share of orders that the till splits into two rows on one day
_FIRMS = 0.8, 6.0  # what firms spend, times the company's own figures: from and up to

# What is said of tasks in both exercises.
ONE_YEAR = mark("You took one year; all purchases up to the cut-off count.")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    till : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): the rows of the till, refunds below 0.
    customers, last_year, next_year : pandas.DataFrame
        ``summarize`` to the cut-off, of the year before it, and of the year after it.
    """

    size = 800

    @cached_property
    def till(self):
        log = self.company.orders[["customer_id", "date", "amount"]]
        firms = self.company.customers.set_index("customer_id")["tax_number"].notna()
        times = np.exp(np.random.default_rng([self.seed, 35]).uniform(*np.log(_FIRMS)))
        of_firms = log["customer_id"].map(firms)
        log["amount"] = log["amount"].mask(of_firms, (times * log["amount"]).round(2))
        rng = np.random.default_rng([self.seed, 3])
        split = (rng.random(len(log)) < _SPLIT_SHARE) & (log["amount"] > 0).to_numpy()
        part = (log.loc[split, "amount"] * 0.4).round(2)
        second = log[split].assign(amount=part)
        log.loc[split, "amount"] = (log.loc[split, "amount"] - part).round(2)
        return pd.concat([log, second]).sort_values("date", kind="stable", ignore_index=True)

    @handed_out
    def customers(self):
        return summarize(self.till, as_of=CUTOFF)

    @handed_out
    def last_year(self):
        return summarize(self.till, since=START, as_of=CUTOFF)

    @handed_out
    def next_year(self):
        return summarize(self.till, since=NEXT_START, as_of=END)

    @cached_property
    def until_end(self):
        """All customers as of the end of the log: what nobody knows at the cut-off."""
        return summarize(self.till, as_of=END)

    @cached_property
    def facts(self):
        log = self.till.assign(day=self.till["date"].dt.normalize())
        paid, before = log["amount"] >= 0, log["date"] < NEXT_START
        last_day, again = log["day"] == CUTOFF, log.duplicated(["customer_id", "day"])
        ids, early = self.company.customers["customer_id"], self.customers
        held = {
            mark("they returned something"): log[~paid],
            mark("they returned something up to the cut-off"): log[~paid & before],
            mark("the till split one of their visits into two rows"): log[again],
            mark("they bought on the cut-off day itself"): log[paid & last_day],
            mark("they have rows after the cut-off"): log[~before],
            mark("they bought nothing up to the cut-off"): ids[~ids.isin(early.index)],
            mark("they bought once up to the cut-off"): early.index[early["purchases"] == 1],
            mark("they bought nothing in the year before the cut-off"): early.index.difference(
                self.last_year.index
            ),
            mark("they first bought in the year before the cut-off"): early.index[
                early["first_purchase"] >= START
            ],
        }
        return facts(ids, {fact: getattr(rows, "customer_id", rows) for fact, rows in held.items()})

    def about(self, name):
        rows = self.till[self.till["customer_id"].astype("str") == name].tail(6)
        return ", ".join(
            f"{row.date:%Y-%m-%d %H:%M} {row.amount:,.2f}" for row in rows.itertuples()
        )
