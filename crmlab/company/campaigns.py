"""Campaigns and the service test: who is sent what, whom it moves, and what it costs.

An offer moves an active customer with the chance in `world.RESPONSE`. Who would have
ordered anyway within the window orders once, and takes the offer: its cost is then paid
for nothing. Both arms of every comparison are drawn from one list of luck per customer.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    dates,
    day_number,
    frozen,
    pick,
    take,
    text,
    yuan,
)
from crmlab.company.latent import active

_SENT = day_number(world.CAMPAIGN_DAY)
_ASSIGNED = day_number(world.SERVICE_DAY)
SOURCES = ("own", "campaign", "service")  # why an order was made


@dataclass(frozen=True)
class Plan:
    """Read-only arrays, one element per customer: what the firm does, and what it meets."""

    design: np.ndarray  # code of DESIGNS; -1 for those who joined later
    offer: np.ndarray  # code of OFFERS; 0 without a message
    moved: np.ndarray  # the offer brings an order unless one comes anyway
    in_service: np.ndarray  # the arm of the test, for those eligible
    regular: np.ndarray  # the service brings one more order


def draw_plan(child, latent):
    """Draw the randomised designs of 2025 and the customers' luck under them."""
    rng = child("campaigns")
    n = len(latent.group)
    known = latent.joined < _SENT
    design = np.where(known, pick(rng, world.DESIGN_SHARES, n), np.int8(-1))
    fitted = np.take(world.FITTED_OFFER, latent.label)
    offer = np.select([design == 0, design == 1], [world.UNIFORM_OFFER, fitted], 0)
    test = child("service_test")
    arrays = {
        "design": design,
        "offer": offer.astype(np.int8),
        "moved": rng.random(n) < response_chance(latent, offer, _SENT),
        "in_service": test.random(n) < 0.5,
        "regular": (test.random(n) < world.SERVICE_RESPONSE) & active(latent, _ASSIGNED),
    }
    return Plan(**{name: frozen(values) for name, values in arrays.items()})


def response_chance(latent, offer, day):
    """Return the chance that each customer's offer brings an order, from `day` on."""
    return world.RESPONSE[latent.group, offer] * active(latent, day)


def offer_of_orders(plan, orders):
    """Return the offer (int8) used by orders that come anyway: the first in the window."""
    customer, minute = orders
    offer = np.zeros(len(customer), np.int8)
    window = np.flatnonzero(_within(minute, _SENT, world.CAMPAIGN_WINDOW))
    window = window[np.argsort(minute[window], kind="stable")]
    who, first = np.unique(customer[window], return_index=True)
    offer[window[first]] = plan.offer[who]
    return offer


def answers(rng, latent, plan, orders):
    """Return customer and minute of the orders that the campaign adds."""
    customer, minute = orders
    anyway = np.zeros(len(plan.offer), bool)
    anyway[customer[_within(minute, _SENT, world.CAMPAIGN_WINDOW)]] = True
    return _one_order(rng, latent, plan.moved & ~anyway, _SENT, world.CAMPAIGN_WINDOW)


def service_orders(rng, latent, plan, orders):
    """Return customer and minute of the orders that the service adds."""
    served = eligible(latent, *orders) & plan.in_service & plan.regular
    return _one_order(rng, latent, served, _ASSIGNED, world.SERVICE_WINDOW)


def eligible(latent, customer, minute):
    """Return who may enter the service test: the labelled group, ordered recently."""
    recent = np.zeros(len(latent.group), bool)
    before = _within(minute, _ASSIGNED - world.SERVICE_RECENT, world.SERVICE_RECENT)
    recent[customer[before]] = True
    return recent & (latent.label == world.SERVICE_GROUP)


def _within(minute, day, window):
    return (minute >= day * MINUTES_PER_DAY) & (minute < (day + window) * MINUTES_PER_DAY)


def _one_order(rng, latent, who, day, window):
    """Draw when each of `who` orders: evenly over the window, before leaving for good."""
    # Luck is drawn for everybody, so that one customer's date hangs on no other customer.
    luck, hour = rng.random((2, len(who)))
    customer = np.flatnonzero(who).astype(np.int32)
    until = np.minimum(latent.leaves[customer], day + window)
    on_day = (day + luck[customer] * (until - day)).astype(np.int32)
    first_hour, last_hour = world.HOURS[0], world.HOURS[-1] + 1
    minute = (first_hour + hour[customer] * (last_hour - first_hour)) * 60
    return customer, on_day * MINUTES_PER_DAY + minute.astype(np.int32)


def offers_table():
    """Return what each offer is and costs, yuan."""
    return pd.DataFrame(
        {
            "offer": category(world.OFFERS, range(len(world.OFFERS))),
            "text": list(world.OFFER_TEXTS),
            "discount_percent": world.OFFER_DISCOUNT,
            "contact_cost": world.CONTACT_COST,
            "redemption_cost": world.REDEMPTION_COST,
        }
    )


def campaigns_table():
    """Return one row per design of the spring campaign."""
    return pd.DataFrame(
        {
            "campaign_id": ["C25-U", "C25-S", "C25-H"],
            "design": category(world.DESIGNS, range(len(world.DESIGNS))),
            "sent": dates([_SENT] * len(world.DESIGNS)),
            "window_days": world.CAMPAIGN_WINDOW,
            "share": world.DESIGN_SHARES,
        }
    )


def touches_table(latent, plan, sales, customer_ids):
    """Return one row per customer in the spring campaign, held-out customers included."""
    who = np.flatnonzero(plan.design >= 0)
    ordered, revenue, cost_of_goods = _measured(
        sales, len(plan.design), _SENT, world.CAMPAIGN_WINDOW
    )
    offer, answered = plan.offer[who], ordered[who]
    cost = np.take(world.CONTACT_COST, offer) + np.take(world.REDEMPTION_COST, offer) * answered
    return pd.DataFrame(
        {
            "campaign_id": category(campaigns_table()["campaign_id"], plan.design[who]),
            "customer_id": text(take(customer_ids, who)),
            "design": category(world.DESIGNS, plan.design[who]),
            "label": category(world.GROUPS, latent.label[who]),
            "offer": category(world.OFFERS, offer),
            "sent": dates(np.full(len(who), _SENT)),
            "ordered": answered,
            "revenue": yuan(revenue[who]),
            "margin": yuan(revenue[who] - cost_of_goods[who]),
            "cost": cost,
        }
    )


def service_test_table(latent, plan, sales, customer_ids):
    """Return one row per customer in the service test."""
    who = np.flatnonzero(in_test(latent, sales))
    ordered, spend, _cost = _measured(sales, len(plan.design), _ASSIGNED, world.SERVICE_WINDOW)
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, who)),
            "label": category(world.GROUPS, latent.label[who]),
            "arm": category(("control", "service"), plan.in_service[who].astype(np.int8)),
            "assigned": dates(np.full(len(who), _ASSIGNED)),
            "ordered": ordered[who],
            "spend": yuan(spend[who]),
        }
    )


def in_test(latent, sales):
    """Return who is in the service test (the orders it brought come after the assignment)."""
    sold = sales.refund_of < 0
    return eligible(latent, sales.customer[sold], sales.minute[sold])


def ordered_without_service(plan, sales):
    """Return 0 or 1: would each customer have ordered in the test's window without it?"""
    others = (sales.source != SOURCES.index("service")) & (sales.refund_of < 0)
    others &= _within(sales.minute, _ASSIGNED, world.SERVICE_WINDOW)
    return _any(sales.customer[others], len(plan.design))


def _measured(sales, n, day, window):
    """Return per customer: ordered 0/1, revenue and cost of goods (fen), sales in the window."""
    inside = (sales.refund_of < 0) & _within(sales.minute, day, window)
    who = sales.customer[inside]
    revenue, cost = (
        np.bincount(who, weights=sales.totals(lines)[inside], minlength=n)
        for lines in (sales.paid, sales.cost())
    )
    return _any(who, n), revenue, cost


def _any(who, n):
    return (np.bincount(who, minlength=n) > 0).astype(np.int8)
