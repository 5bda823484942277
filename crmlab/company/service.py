"""Service tickets: what goes wrong, how long it takes, and how it is made good.

1. An order now and then brings trouble; machines break and questions come up by themselves.
2. In the days before a customer leaves for good there are more tickets, handled worse.
3. A ticket waits in a queue, is worked on, and may wait for a carrier or a dealer.
4. Some customers say how satisfied they were, and how easy it was.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    events,
    frozen,
    nullable,
    numbered,
    pick,
    pick_by_row,
    points,
    take,
    text,
    timestamps,
)
from crmlab.company.latent import leaving
from crmlab.company.sales import order_ids

_END = world.DAYS * MINUTES_PER_DAY
_BAD, _PLAIN, _MADE_GOOD = range(len(world.HANDLINGS))
_STAGES = ("queue", "work", "partner")


@dataclass(frozen=True)
class Tickets:
    """Read-only arrays of all tickets, in the order in which they were opened."""

    customer: np.ndarray  # position of the customer
    order: np.ndarray  # position of the order; -1 where no order is concerned
    opened: np.ndarray  # minute since the first day of the period
    topic: np.ndarray  # code of TOPICS
    channel: np.ndarray  # code of TICKET_CHANNELS
    handling: np.ndarray  # code of HANDLINGS
    queue: np.ndarray  # hours
    work: np.ndarray  # hours
    partner: np.ndarray  # hours
    handovers: np.ndarray
    at_once: np.ndarray  # solved at the first contact
    goodwill: np.ndarray  # yuan
    rating: np.ndarray  # points; 0 where the customer gave none
    effort: np.ndarray  # points; 0 where the customer gave none

    @property
    def resolved(self):
        """Minute in which each ticket is closed, perhaps after the period."""
        return self.opened + np.rint((self.queue + self.work + self.partner) * 60).astype(np.int64)


def draw(child, latent, sales):
    """Draw all tickets of the period.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    sales : Sales

    Returns
    -------
    Tickets
    """
    sources = [
        _about_orders(child("tickets.orders"), latent, sales),
        *(
            _unprompted(child(f"tickets.{topic}"), latent, topic, rates)
            for topic, rates in world.OTHER_TICKETS
        ),
    ]
    customer, order, opened, topic = (np.concatenate(parts) for parts in zip(*sources, strict=True))
    by_time = np.flatnonzero(opened < _END)
    by_time = by_time[np.argsort(opened[by_time], kind="stable")]
    tickets = {
        "customer": customer[by_time],
        "order": order[by_time],
        "opened": opened[by_time],
        "topic": topic[by_time],
    }
    tickets |= _handle(child("tickets.handling"), latent, sales, **tickets)
    return Tickets(**{name: frozen(values) for name, values in tickets.items()})


def _about_orders(rng, latent, sales):
    sold = np.flatnonzero(sales.refund_of < 0).astype(np.int32)
    customer = sales.customer[sold]
    near = leaving(latent, customer, sales.minute[sold] / MINUTES_PER_DAY)
    chance = world.ORDER_TROUBLE.sum(axis=1)[sales.channel[sold]]
    trouble = rng.random(len(sold)) < chance * np.where(near, world.TICKET_WARNING, 1.0)
    sold, customer = sold[trouble], customer[trouble]
    topic = pick_by_row(rng, world.ORDER_TROUBLE, sales.channel[sold])
    day = sales.minute[sold] // MINUTES_PER_DAY + 1 + rng.exponential(world.TROUBLE_DAYS, len(sold))
    return customer, sold, _open(rng, day), topic


def _unprompted(rng, latent, topic, rates):
    """Draw tickets that no order brings: a calm stream, and more of it before leaving."""
    rate = np.take(rates, latent.group)
    begin, end = latent.joined + 1.0, np.minimum(latent.leaves, world.DAYS)
    near = np.maximum(latent.leaves - world.WARNING_DAYS, begin)
    calm = events(rng, rate, begin, end)
    more = events(rng, rate * (world.TICKET_WARNING - 1), near, end)
    customer, day = (np.concatenate(pair) for pair in zip(calm, more, strict=True))
    none = np.full(len(customer), -1, np.int32)
    code = np.full(len(customer), world.TOPICS.index(topic), np.int8)
    return customer, none, _open(rng, day), code


def _open(rng, day):
    """Return the minute in which tickets of these days are opened."""
    first, last = world.TICKET_HOURS
    minute = rng.integers(first * 60, last * 60, len(day), dtype=np.int32)
    return day.astype(np.int32) * MINUTES_PER_DAY + minute


def _handle(rng, latent, sales, customer, order, opened, topic):
    """Return what happens to each ticket after it is opened."""
    n = len(customer)
    near = leaving(latent, customer, opened / MINUTES_PER_DAY)
    handling = pick_by_row(rng, world.HANDLING_SHARES, near.astype(np.int8))
    channel = pick(rng, world.TICKET_CHANNEL_SHARES, n)
    made_good = handling == _MADE_GOOD
    low, high = world.GOODWILL
    given = rng.integers(low // 5, high // 5, n, endpoint=True, dtype=np.int16) * np.int16(5)
    means = _mean_hours(sales, order, opened, topic, channel)
    pace = np.take(world.HANDLING_PACE, handling)
    hours = pace * rng.gamma(world.HOURS_SHAPE, 1 / world.HOURS_SHAPE, (len(means), n)) * means
    at_once = (handling == _PLAIN) | (made_good & (rng.random(n) < world.MADE_GOOD_AT_ONCE))
    verdicts = {
        name: _verdict(rng, name, latent.satisfaction[customer], handling, near)
        for name in world.TICKET_VERDICTS
    }
    return {
        "channel": channel,
        "handling": handling,
        **dict(zip(_STAGES, hours.round(2), strict=True)),
        "handovers": rng.poisson(np.take(world.HANDOVERS, handling)).astype(np.int8),
        "at_once": at_once,
        "goodwill": np.where(made_good, given, np.int16(0)),
        **verdicts,
    }


def _mean_hours(sales, order, opened, topic, channel):
    """Return the mean hours of tickets handled plainly, (stages, tickets)."""
    monday = (opened // MINUTES_PER_DAY + world.FIRST_DAY.astype(int) + 3) % 7 == 0
    from_dealer = (order >= 0) & (sales.channel[order] == world.CHANNELS.index("dealer"))
    stuck = from_dealer & (topic == world.TOPICS.index("late delivery"))
    return np.stack(
        [
            np.take(world.QUEUE_HOURS, channel) * np.where(monday, world.MONDAY_QUEUE, 1.0),
            np.take(world.WORK_HOURS, topic),
            np.take(world.PARTNER_HOURS, topic) * np.where(stuck, world.DEALER_WAIT, 1.0),
        ]
    )


def _verdict(rng, name, satisfaction, handling, near):
    middle, on_feeling, on_handling, lost = world.TICKET_VERDICTS[name]
    felt = middle + on_feeling * satisfaction + np.take(on_handling, handling) - lost * near
    said = points(felt + world.VERDICT_SD * rng.normal(size=len(felt)), world.TICKET_POINTS[name])
    return np.where(rng.random(len(felt)) < world.TICKET_ANSWERED, said, np.int8(0))


def badly_handled(tickets, customers, since):
    """Return who had a ticket closed without solution or goodwill since a day.

    Parameters
    ----------
    tickets : Tickets
    customers : int
        How many customers there are.
    since : int
        Day from the first day of the period; tickets closed by the end count.

    Returns
    -------
    ndarray of bool
        One element per customer.
    """
    minute = tickets.resolved
    inside = (minute >= since * MINUTES_PER_DAY) & (minute < _END)
    who = np.zeros(customers, bool)
    who[tickets.customer[inside & (tickets.handling == _BAD)]] = True
    return who


def tickets_table(tickets, sales, customer_ids):
    """Return one row per ticket, in the order in which they were opened.

    An open ticket shows the hours spent so far and no outcome.
    """
    closed = tickets.resolved < _END
    left = (_END - tickets.opened) / 60  # hours until the data end
    hours = {}
    for stage in _STAGES:
        hours[f"{stage}_hours"] = np.minimum(getattr(tickets, stage), left).round(2)
        left = np.maximum(left - getattr(tickets, stage), 0.0)
    count = len(tickets.customer)
    return pd.DataFrame(
        {
            "ticket_id": text(numbered("T", np.arange(1, count + 1), max(6, len(str(count))))),
            "customer_id": text(take(customer_ids, tickets.customer)),
            "order_id": text(take(order_ids(sales), tickets.order)),
            "opened": timestamps(tickets.opened),
            "channel": category(world.TICKET_CHANNELS, tickets.channel),
            "topic": category(world.TOPICS, tickets.topic),
            **hours,
            "resolved": pd.Series(timestamps(tickets.resolved)).where(closed),
            "handovers": tickets.handovers.copy(),
            "solved_first_time": tickets.at_once & closed,
            "goodwill": np.where(closed, tickets.goodwill, 0).astype(float),
            "rating": nullable(tickets.rating, "Int8", closed & (tickets.rating > 0)),
            "effort": nullable(tickets.effort, "Int8", closed & (tickets.effort > 0)),
        }
    )
