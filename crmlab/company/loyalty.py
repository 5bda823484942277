"""Bringing others and coming back: referrals, and the points programme.

1. Some new customers were sent by one who was active then, more often by a keen or a
   satisfied one.
2. Since 2024 every order earns points, one per yuan, that live for a year.
3. A customer uses a batch, whole, with one of the next orders: at each with a personal
   chance. What is not used in time is lost to the customer (breakage).
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import MINUTES_PER_DAY, dates, day_number, take, text
from crmlab.company.sales import order_ids


def referrals_table(rng, latent, customer_ids):
    """Return one row per customer who was sent by another, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : Latent
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    new = np.flatnonzero(latent.joined >= world.FOUNDING_DAYS)
    new = new[rng.random(len(new)) < world.REFERRED_SHARE]
    new = new[np.argsort(latent.joined[new], kind="stable")]
    on_involvement, on_satisfaction = world.REFERRER_DRIVERS
    weight = np.exp(on_involvement * latent.involvement + on_satisfaction * latent.satisfaction)
    # Several are proposed to each, and the first who was a customer then is taken: exact,
    # as long as one of them was.
    proposed = _weighted(rng, weight, (len(new), world.REFERRER_PROPOSALS))
    day = latent.joined[new]
    fits = (latent.joined[proposed] < day[:, None]) & (latent.leaves[proposed] > day[:, None])
    found = fits.any(axis=1)
    referrer = proposed[np.arange(len(new)), fits.argmax(axis=1)]
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, new[found])),
            "referrer_id": text(take(customer_ids, referrer[found])),
            "date": dates(day[found]),
        }
    )


def _weighted(rng, weight, shape):
    """Draw positions with chances in proportion to their weights."""
    cumulative = np.cumsum(weight) / weight.sum()
    return np.minimum(np.searchsorted(cumulative, rng.random(shape), "right"), len(weight) - 1)


def use_shares(rng, latent):
    """Return the chance that each customer uses a batch with the next order."""
    return rng.beta(*world.POINTS_USE, len(latent.group))


def points_table(rng, sales, use_share, customer_ids):
    """Return one row per batch of points, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
    sales : Sales
    use_share : ndarray
        See `use_shares`.
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    sold = np.flatnonzero(sales.refund_of < 0)
    sold = sold[np.argsort(sales.customer[sold], kind="stable")]  # by customer, then time
    customer, day = sales.customer[sold], sales.minute[sold] // MINUTES_PER_DAY
    # The batch is used with the k-th order from now, k geometric: one trial at each.
    trials = np.minimum(rng.geometric(use_share[customer]), len(sold))
    later = np.arange(len(sold)) + trials
    with_order = np.minimum(later, len(sold) - 1)
    used_on = day[with_order]
    used = (
        (later < len(sold))
        & (customer[with_order] == customer)
        & (used_on < day + world.POINTS_LIFE)
    )
    by_time = np.argsort(sold, kind="stable")
    earned = by_time[day[by_time] >= day_number(world.POINTS_DAY)]
    return pd.DataFrame(
        {
            "order_id": text(take(order_ids(sales), sold[earned])),
            "customer_id": text(take(customer_ids, customer[earned])),
            "earned_on": dates(day[earned]),
            "points": sales.totals(sales.paid)[sold[earned]] // 100 * world.POINTS_PER_YUAN,
            "used_on": pd.Series(dates(used_on[earned])).where(used[earned]),
            "expires_on": dates(day[earned] + world.POINTS_LIFE),
        }
    )
