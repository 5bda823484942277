"""Invoices: organisations buy on credit, and pay when they pay.

Each organisation has its own habit, the mean days it pays late. The type of account is not
in the register; that a customer is invoiced shows it.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import MINUTES_PER_DAY, dates, take, text, yuan
from crmlab.company.sales import order_ids


def days_late(rng, latent):
    """Return each organisation's mean days late; missing for consumers."""
    shape = world.LATE_SHAPE
    late = np.take(world.DAYS_LATE, latent.account) * rng.gamma(shape, 1 / shape, len(latent.group))
    return np.where(latent.account > 0, late, np.nan)


def invoices_table(rng, latent, sales, late, customer_ids):
    """Return one row per order of an organisation, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : Latent
    sales : Sales
    late : ndarray
        See `days_late`.
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    order = np.flatnonzero((sales.refund_of < 0) & (latent.account[sales.customer] > 0))
    customer = sales.customer[order]
    due = sales.minute[order] // MINUTES_PER_DAY + world.PAYMENT_DAYS
    early = world.EARLY_DAYS * rng.random(len(order))
    paid = due + np.rint(rng.exponential(late[customer]) - early).astype(np.int64)
    never = rng.random(len(order)) < -np.expm1(-world.UNPAID_PER_DAY * late[customer])
    return pd.DataFrame(
        {
            "order_id": text(take(order_ids(sales), order)),
            "customer_id": text(take(customer_ids, customer)),
            "amount": yuan(sales.totals(sales.paid)[order]),
            "due": dates(due),
            "paid_on": pd.Series(dates(paid)).where((paid < world.DAYS) & ~never),
        }
    )
