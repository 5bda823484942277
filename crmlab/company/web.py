"""What customers do and say on the web: visits to the shop, and public reviews.

1. A customer looks in at a personal rate while active, and before every online order.
2. Some visits come through a price comparison: the customer looks at others too.
3. Before leaving for good the ordinary visits fade and the comparisons multiply.
4. Some orders are reviewed in public, with fewer stars by those about to leave.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    dates,
    events,
    pick,
    points,
    take,
    text,
    timestamps,
)
from crmlab.company.latent import leaving
from crmlab.company.sales import time_of_day

_COMPARE = world.PAGES.index("compare")
_SHOP = world.PAGES.index("shop")


def visits_table(child, latent, sales, customer_ids):
    """Return one row per visit, in order of time.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    sales : Sales
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    sources = (
        _ordinary(child("visits"), latent),
        _comparisons(child("visits.compare"), latent),
        _before_orders(child("visits.orders"), sales),
    )
    customer, minute, page = (np.concatenate(parts) for parts in zip(*sources, strict=True))
    by_time = np.argsort(minute, kind="stable")
    customer = customer[by_time]
    organisation = (latent.account[customer] > 0).astype(np.int8)
    app = child("visits.device").random(len(customer)) < np.take(world.APP_SHARE, organisation)
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, customer)),
            "date": timestamps(minute[by_time]),
            "device": category(world.DEVICES, app.astype(np.int8)),
            "page": category(world.PAGES, page[by_time]),
        }
    )


def _ordinary(rng, latent):
    rate = np.take(world.VISITS_PER_YEAR, latent.group) * rng.gamma(
        world.VISIT_SHAPE, 1 / world.VISIT_SHAPE, len(latent.group)
    )
    left = np.minimum(latent.leaves, world.DAYS)
    end = np.full(len(left), float(world.DAYS))
    customer, day = events(rng, rate, latent.joined + 1.0, left)
    stays = ~leaving(latent, customer, day) | (rng.random(len(day)) < world.VISIT_FADE)
    stray = events(rng, rate * world.STRAY_VISITS, left, end)
    customer = np.concatenate([customer[stays], stray[0]])
    day = np.concatenate([day[stays], stray[1]])
    return customer, _minute(rng, latent, customer, day), pick(rng, world.PAGE_SHARES, len(day))


def _comparisons(rng, latent):
    begin, end = latent.joined + 1.0, np.minimum(latent.leaves, world.DAYS)
    near = np.maximum(latent.leaves - world.WARNING_DAYS, begin)
    rate = np.full(len(begin), world.COMPARE_PER_YEAR)
    calm = events(rng, rate, begin, end)
    more = events(rng, rate * (world.COMPARE_WARNING - 1), near, end)
    customer, day = (np.concatenate(pair) for pair in zip(calm, more, strict=True))
    page = np.full(len(customer), _COMPARE, np.int8)
    return customer, _minute(rng, latent, customer, day), page


def _before_orders(rng, sales):
    online = (sales.refund_of < 0) & (sales.channel == world.CHANNELS.index("online"))
    ahead = rng.integers(*world.VISIT_BEFORE_ORDER, online.sum(), endpoint=True, dtype=np.int32)
    page = np.full(len(ahead), _SHOP, np.int8)
    return sales.customer[online], sales.minute[online] - ahead, page


def _minute(rng, latent, customer, day):
    return day.astype(np.int32) * MINUTES_PER_DAY + time_of_day(rng, latent.group[customer])


def reviews_table(rng, latent, sales, customer_ids):
    """Return one row per public review, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : Latent
    sales : Sales
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    n = len(sales.customer)
    reviewed = (sales.refund_of < 0) & (rng.random(n) < world.REVIEW_SHARE)
    day = sales.minute // MINUTES_PER_DAY + rng.integers(*world.REVIEW_DAYS, n, endpoint=True)
    who = np.flatnonzero(reviewed & (day < world.DAYS))
    who = who[np.argsort(day[who], kind="stable")]
    customer, day = sales.customer[who], day[who]
    middle, on_satisfaction, on_involvement, lost = world.REVIEW_STARS
    felt = (
        middle
        + on_satisfaction * latent.satisfaction[customer]
        + on_involvement * latent.involvement[customer]
        - lost * leaving(latent, customer, day)
    )
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, customer)),
            "date": dates(day),
            "stars": points(felt + world.VERDICT_SD * rng.normal(size=len(felt)), (1, 5)),
        }
    )
