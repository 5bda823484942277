"""Keeping customers: a year run forward under a decision, a pilot, and the true gains.

1. Who is active stays for an exponential time, shorter for those who show the signs of
   leaving; an offer multiplies the rate of leaving.
2. Who left within `world.WIN_BACK_DAYS` may come back; the longer ago, the less likely.
3. While active, a customer orders at random at the personal rate λ.
4. Who was contacted costs money; so does the first order within `world.REDEMPTION_DAYS`,
   whether or not the offer brought it.

All luck is drawn before the decision is looked at (common random numbers): under an offer
that leaves the rate of leaving alone, a customer's orders are the same as without it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category, dates, day_number, take, text
from crmlab.company.latent import active, leaving
from crmlab.company.policy import draw_baskets
from crmlab.company.sales import expected_order
from crmlab.company.service import badly_handled

_OFFERS = len(world.RETENTION_OFFERS)


@dataclass(frozen=True)
class Luck:
    """What chance holds for every customer over a run, whatever is decided."""

    stay: np.ndarray  # remaining life × rate of leaving, mean 1
    mood: np.ndarray  # uniform: won back if below the chance
    customer: np.ndarray  # per order that would come if nobody left: position of the customer
    day: np.ndarray  # per order: day of the run
    basket: np.ndarray  # per order: value ÷ the customer's mean, mean 1


def draw_luck(rng, latent, days):
    """Draw the luck of every customer over a run of `days` after the period."""
    n = len(latent.group)
    stay, mood = rng.exponential(size=n), rng.random(n)
    counts = rng.poisson(latent.rate * days / world.DAYS_PER_YEAR)
    customer = np.repeat(np.arange(n, dtype=np.int32), counts)
    day = days * rng.random(len(customer))
    return Luck(stay, mood, customer, day, draw_baskets(rng, len(customer)))


def start(latent, tickets, offer):
    """Return how each customer begins a run under an offer.

    Who was about to leave when the data end, and shows it, leaves at a higher rate; so does
    who had a badly handled ticket.

    Parameters
    ----------
    latent : Latent
    tickets : Tickets
    offer : int or ndarray of int
        Code of RETENTION_OFFERS, one for all or one per customer.

    Returns
    -------
    present : ndarray
        Chance of being a customer when the run begins: 1 if active, else of being won back.
    rate : ndarray
        Rate of leaving under the offer, per year.
    """
    n = len(latent.group)
    still = active(latent, world.DAYS)
    away = (world.DAYS - latent.leaves) / world.WIN_BACK_DAYS
    won_back = world.WIN_BACK[latent.group, offer] * np.clip(1 - away, 0, 1)
    about_to_leave = still & leaving(latent, np.arange(n), world.DAYS)
    bad = badly_handled(tickets, n, world.DAYS - world.BAD_TICKET_DAYS)
    multiple = world.LEAVING_MULTIPLE[bad.astype(np.int8), latent.group, offer]
    rate = (
        latent.dropout
        + world.RATE_BEFORE_LEAVING * about_to_leave
        + world.RATE_AFTER_BAD_TICKET * bad
    )
    return np.where(still, 1.0, won_back), rate * multiple


def run(latent, tickets, luck, offer, days):
    """Return what a run brings when customer i is sent ``offer[i]``.

    Columns are described at `Company.run_forward`.
    """
    n = len(latent.group)
    present, rate = start(latent, tickets, offer)
    until = np.where(luck.mood < present, luck.stay / rate * world.DAYS_PER_YEAR, 0.0)
    made = luck.day < until[luck.customer]
    customer = luck.customer[made]
    value, cost_of_goods = expected_order(latent)
    baskets = np.bincount(customer, weights=luck.basket[made], minlength=n)
    early = luck.day[made] < world.REDEMPTION_DAYS
    redeemed = np.bincount(customer[early], minlength=n) > 0
    return pd.DataFrame(
        {
            "offer": category(world.RETENTION_OFFERS, offer),
            "orders": np.bincount(customer, minlength=n),
            "revenue": (value * baskets).round(2),
            "margin": ((value - cost_of_goods) * baskets).round(2),
            "cost": np.take(world.RETENTION_CONTACT_COST, offer)
            + np.take(world.RETENTION_REDEMPTION_COST, offer) * redeemed,
            "active": until >= days,
        }
    )


def expected_gain(latent, tickets, days):
    """Return the expected gain of every offer over no contact, yuan, (customers, offers).

    With rate of ordering λ, rate of leaving μ and horizon t in years, a customer present
    at the start orders λ (1 − e^−μt) / μ times (as in `truth.orders_next_year`) and makes
    a first order within s years with chance λ / (λ + μ) · (1 − e^−(λ+μ)s): ordering and
    leaving are competing exponential times (Ross 2014, *Introduction to Probability
    Models*, section 5.2).
    """
    value, cost_of_goods = expected_order(latent)
    profits = []
    for offer in range(_OFFERS):
        present, rate = start(latent, tickets, offer)
        orders = latent.rate * _until(rate, days)
        redeemed = latent.rate * _until(latent.rate + rate, min(days, world.REDEMPTION_DAYS))
        cost = world.RETENTION_REDEMPTION_COST[offer] * redeemed
        profits.append(
            present * ((value - cost_of_goods) * orders - cost)
            - world.RETENTION_CONTACT_COST[offer]
        )
    return np.stack([profit - profits[0] for profit in profits], axis=1)


def _until(rate, days):
    """Return (1 − e^−rt) / r: years until an event of `rate` per year, or until `days`."""
    return -np.expm1(-rate * days / world.DAYS_PER_YEAR) / rate


def draw_pilot(rng, customers):
    """Draw who is in the pilot and the offer of each, all offers equally often."""
    who = rng.permutation(customers)[: (customers + 1) // 2]
    offer = np.zeros(customers, np.int8)
    offer[who] = np.arange(len(who)) % _OFFERS
    return np.sort(who), offer


def pilot_table(child, latent, tickets, customer_ids):
    """Return one row per customer in the pilot.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    tickets : Tickets
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    who, offer = draw_pilot(child("retention_test"), len(latent.group))
    luck = draw_luck(child("retention_test.run"), latent, world.RETENTION_WINDOW)
    outcome = run(latent, tickets, luck, offer, world.RETENTION_WINDOW)
    outcome = outcome.iloc[who].reset_index(drop=True)
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, who)),
            "label": category(world.GROUPS, latent.label[who]),
            "offer": outcome["offer"],
            "sent": dates(np.full(len(who), day_number(world.RETENTION_DAY))),
            "ordered": (outcome["orders"] > 0).astype(np.int8),
            **outcome[["orders", "revenue", "margin", "cost"]],
        }
    )


def offers_table():
    """Return what each retention offer is and costs, yuan."""
    return pd.DataFrame(
        {
            "offer": category(world.RETENTION_OFFERS, range(_OFFERS)),
            "text": list(world.RETENTION_TEXTS),
            "contact_cost": world.RETENTION_CONTACT_COST,
            "redemption_cost": world.RETENTION_REDEMPTION_COST,
        }
    )
