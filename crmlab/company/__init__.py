"""The case company: Harbour Coffee, a simulator with known truth.

1. A hidden layer says what each customer is like (`latent`).
2. Plans say who is sent what (`campaigns`), and customers buy (`sales`).
3. Each table is one view of that: the register, orders, a survey, a messy export.
4. The truth stays available (`truth`), so that an answer can be compared with it.

Every number of this world stands in `world`; ``docs/company.md`` tells the story.
"""

import operator
from functools import cached_property
from zlib import crc32

import numpy as np
import pandas as pd

from crmlab.company import campaigns, export, latent, people, policy, sales, survey, world
from crmlab.company.draws import numbered, text
from crmlab.company.truth import Truth
from crmlab.language import _

TABLES = (
    "customers",
    "products",
    "orders",
    "order_lines",
    "survey",
    "offers",
    "campaigns",
    "touches",
    "service_test",
    "export",
)


class Company:
    """Harbour Coffee with as many customers as you ask for.

    A table is made when it is first asked for, from the company's seed and the table's
    name: the order in which you ask, and tables you never ask for, change nothing. The
    tables are yours to change: none is made from another, all come from hidden arrays
    that are read-only.

    Parameters
    ----------
    seed : int
        Which company: the same seed gives the same customers, orders and luck.
    customers : int
        How many customers joined in the three years.

    Attributes
    ----------
    customers, products, orders, order_lines, survey, offers, campaigns, touches, \
service_test, export : pandas.DataFrame
        One attribute per table; money in yuan. Columns are listed in docs/company.md.
    truth : Truth
        What the company cannot know: ``truth.customers``, ``truth.offers`` and others.

    Examples
    --------
    >>> company = Company(seed=1, customers=100)
    >>> len(company.customers)
    100
    """

    def __init__(self, seed=1, customers=2000):
        self.seed = _whole_number(seed, 0, _("seed must be a whole number, 0 or more."))
        self._size = _whole_number(
            customers, 1, _("customers must be a whole number, 1 or more; try customers=2000.")
        )

    def __repr__(self):
        return f"Company(seed={self.seed}, customers={self._size})"

    def _child(self, name):
        """Return the generator that belongs to a name: adding a name changes no other."""
        return np.random.default_rng([self.seed, crc32(name.encode())])

    @cached_property
    def _ids(self):
        return numbered("C", np.arange(1, self._size + 1), max(5, len(str(self._size))))

    @cached_property
    def _latent(self):
        return latent.draw(self._child, self._size)

    @cached_property
    def _plan(self):
        return campaigns.draw_plan(self._child, self._latent)

    @cached_property
    def _sales(self):
        return sales.draw(self._child, self._latent, self._plan)

    @cached_property
    def _export(self):
        ids = sales.order_ids(self._sales)
        return export.export_tables(self._child("export"), self._sales, ids, self._ids)

    @cached_property
    def customers(self):
        """The register: one row per customer."""
        return people.customers_table(self._child("customers"), self._latent, self._ids)

    @cached_property
    def products(self):
        """The price list: one row per product."""
        return sales.products_table()

    @cached_property
    def orders(self):
        """One row per order or refund, in order of time."""
        return sales.orders_table(self._sales, self._ids)

    @cached_property
    def order_lines(self):
        """One row per line of an order."""
        return sales.order_lines_table(self._sales)

    @cached_property
    def survey(self):
        """One row per answer to the survey, two waves."""
        return survey.survey_table(self._child, self._latent, self._sales, self._ids)

    @cached_property
    def offers(self):
        """What each offer is, and what it costs."""
        return campaigns.offers_table()

    @cached_property
    def campaigns(self):
        """The designs of the spring campaign 2025."""
        return campaigns.campaigns_table()

    @cached_property
    def touches(self):
        """One row per customer in the spring campaign, held-out customers included."""
        return campaigns.touches_table(self._latent, self._plan, self._sales, self._ids)

    @cached_property
    def service_test(self):
        """One row per customer in the randomised test of a service for one group."""
        return campaigns.service_test_table(self._latent, self._plan, self._sales, self._ids)

    @cached_property
    def export(self):
        """The orders as text, as the shop systems hand them over, with real defects."""
        return self._export[0].copy()

    @cached_property
    def truth(self):
        """What the company cannot know."""
        return Truth(self)

    def simulate_campaign(self, assignment, seed=0, days=world.CAMPAIGN_WINDOW):
        """Return what a campaign brings in the window after the last day with data.

        The same `seed` gives the same customers the same luck under any assignment, so
        two policies can be compared customer by customer.

        Parameters
        ----------
        assignment : pandas.Series or dict
            An offer for each customer_id (a Series has them as its index); "none" sends
            no message.
        seed : int
            Which luck.
        days : int
            Length of the window, days.

        Returns
        -------
        pandas.DataFrame
            Indexed by customer, in the order of `assignment`: ``offer``; ``response``, 1
            if the customer ordered in the window, with or without an offer; and in yuan
            ``revenue``, ``margin`` (revenue − cost of goods) and ``cost`` (contact and
            redemption).

        Raises
        ------
        ValueError
            If a customer or an offer does not exist.
        """
        seed = _whole_number(seed, 0, _("seed must be a whole number, 0 or more."))
        days = _whole_number(days, 1, _("days must be a whole number, 1 or more."))
        customers, position, code = policy.offer_codes(assignment, pd.Index(text(self._ids)))
        offer = np.zeros(self._size, np.int8)
        offer[position] = code
        luck = policy.draw_luck(self._child(f"policy.{seed}"), self._latent, days)
        outcome = policy.run_campaign(self._latent, luck, offer).iloc[position]
        return outcome.set_index(customers.rename("customer_id"))


def _whole_number(value, least, advice):
    """Return `value` as an int of at least `least`; refuse anything else."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise ValueError(advice)
    return number
