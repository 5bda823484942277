"""Bookings of services at the shops: what is booked after what.

1. Some customers book classes and care for their machines, at a personal rate, while they are
   customers.
2. What they book first is as their needs group likes.
3. After some services the next booking is often its follower; otherwise it is as the group likes.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    events,
    numbered,
    pick_by_row,
    take,
    text,
    timestamps,
)

SERVICES = [row[0] for row in world.SERVICES]
_MIX = np.array([row[1] for row in world.SERVICES], float).T  # (groups, services)
_FOLLOWER = np.full(len(SERVICES), -1, np.int8)
_SHARE = np.zeros(len(SERVICES))
for _first, (_then, _share) in world.FOLLOWERS.items():
    _FOLLOWER[SERVICES.index(_first)] = SERVICES.index(_then)
    _SHARE[SERVICES.index(_first)] = _share


def bookings_table(rng, latent, customer_ids):
    """Return one row per booking, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : Latent
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    n = len(latent.group)
    books = rng.random(n) < np.take(world.BOOKERS, latent.group)
    shape = world.BOOKING_SHAPE
    rate = books * world.BOOKINGS_PER_YEAR * rng.gamma(shape, 1 / shape, n)
    begin, end = latent.joined + 1.0, np.minimum(latent.leaves, world.DAYS)
    customer, day = events(rng, rate, begin, end)
    low, high = world.BOOKING_HOURS
    minute = np.floor(day).astype(np.int64) * MINUTES_PER_DAY
    minute += rng.integers(low * 60, high * 60, len(customer))
    by_customer = np.lexsort((minute, customer))
    customer, minute = customer[by_customer], minute[by_customer]
    service = _services(rng, latent.group[customer], customer)
    by_time = np.argsort(minute, kind="stable")
    count = len(by_time)
    return pd.DataFrame(
        {
            "booking_id": text(numbered("B", np.arange(1, count + 1), max(5, len(str(count))))),
            "customer_id": text(take(customer_ids, customer[by_time])),
            "date": timestamps(minute[by_time]),
            "service": category(SERVICES, service[by_time]),
        }
    )


def _services(rng, group, customer):
    """Draw what is booked; the rows of a customer stand together, in order of time."""
    service = pick_by_row(rng, _MIX, group)
    pulled = rng.random(len(service))
    new = np.r_[True, customer[1:] != customer[:-1]][: len(customer)]
    place = np.arange(len(service)) - np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))
    # What is pulled may pull in turn: the second bookings of all, then the third ones.
    for step in range(1, place.max(initial=0) + 1):
        rows = np.flatnonzero(place == step)
        before = service[rows - 1]
        follows = pulled[rows] < _SHARE[before]
        service[rows[follows]] = _FOLLOWER[before[follows]]
    return service


def sequences():
    """Return what pulls what: the chance that the next booking is the follower, because of it."""
    return pd.DataFrame(
        [(first, then, share) for first, (then, share) in world.FOLLOWERS.items()],
        columns=["service", "next_service", "share"],
    )
