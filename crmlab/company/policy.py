"""Forward runs: the same customers, the same luck, another decision.

A run starts the day after the last day with data. All luck is drawn for all customers
before the decision is looked at (common random numbers), so two runs with one seed differ
by the decision only, and a difference between them needs far fewer customers to show.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.campaigns import response_chance
from crmlab.company.draws import category
from crmlab.company.latent import active
from crmlab.company.sales import expected_order
from crmlab.errors import CRMError


@dataclass(frozen=True)
class Luck:
    """What chance holds for every customer in one window, whatever is decided."""

    anyway: np.ndarray  # orders without an offer
    mood: np.ndarray  # uniform: moved by an offer if below its chance
    basket: np.ndarray  # order value ÷ the customer's mean, mean 1


def draw_luck(rng, latent, days):
    """Draw the luck of every customer over a window of `days` after the period."""
    uniform = rng.random((2, len(latent.group)))
    chance = -np.expm1(-latent.rate * days / world.DAYS_PER_YEAR) * active(latent, world.DAYS)
    return Luck(uniform[0] < chance, uniform[1], draw_baskets(rng, len(latent.group)))


def draw_baskets(rng, size):
    """Draw order values as multiples of their customers' means; their mean is 1."""
    sigma = world.ORDER_VALUE_SIGMA
    return np.exp(sigma * rng.normal(size=size) - sigma**2 / 2)


def run_campaign(latent, luck, offer):
    """Return what one window brings when customer i is sent ``offer[i]`` (code of OFFERS).

    Columns are described at `Company.simulate_campaign`.
    """
    moved = luck.mood < response_chance(latent, offer, world.DAYS)
    ordered = luck.anyway | moved
    value, cost_of_goods = (money * luck.basket * ordered for money in expected_order(latent))
    revenue = value * (1 - np.take(world.OFFER_DISCOUNT, offer) / 100)
    cost = np.take(world.CONTACT_COST, offer) + np.take(world.REDEMPTION_COST, offer) * ordered
    return pd.DataFrame(
        {
            "offer": category(world.OFFERS, offer),
            "response": ordered.astype(np.int8),
            "revenue": revenue.round(2),
            "margin": (revenue - cost_of_goods).round(2),
            "cost": cost,
        }
    )


def expected_gain(latent, days):
    """Return what each offer is expected to bring over no message, yuan, (customers, offers).

    With chance a of an order anyway and chance m that the offer moves, the order comes with
    chance 1 − (1 − a)(1 − m); the offer costs the contact, a redemption per order, and its
    discount on orders that would have come anyway.
    """
    anyway = -np.expm1(-latent.rate * days / world.DAYS_PER_YEAR) * active(latent, world.DAYS)
    value, cost_of_goods = expected_order(latent)
    profits = []
    for offer in range(len(world.OFFERS)):
        chance = 1 - (1 - anyway) * (1 - response_chance(latent, offer, world.DAYS))
        revenue = value * (1 - world.OFFER_DISCOUNT[offer] / 100)
        margin = revenue - cost_of_goods - world.REDEMPTION_COST[offer]
        profits.append(chance * margin - world.CONTACT_COST[offer])
    return np.stack([profit - profits[0] for profit in profits], axis=1)


def offer_codes(assignment, customer_ids, offers, table="company.customers"):
    """Return (customer ids, position, offer code) of an assignment, checked.

    Parameters
    ----------
    assignment : pandas.Series or dict
        Offer per customer_id.
    customer_ids : pandas.Index
    offers : sequence of str
        The offers there are to choose from.
    table : str, default "company.customers"
        Where the ids stand, for who has to mend one.

    Raises
    ------
    CRMError
        If the index holds unknown or repeated customers, or a value is not an offer.
    """
    assignment = pd.Series(assignment)
    if assignment.index.has_duplicates:
        raise CRMError(
            "{customer} is assigned more than once. Give each customer one offer.",
            customer=assignment.index[assignment.index.duplicated()][0],
        )
    position = customer_ids.get_indexer(assignment.index)
    if (position < 0).any():
        raise CRMError(
            "There is no customer {customer!r}. Use the ids in {table}.",
            customer=assignment.index[position < 0][0],
            table=table,
        )
    code = pd.Index(offers).get_indexer(assignment.astype(object))
    if (code < 0).any():
        raise CRMError(
            "There is no offer {offer!r}. Choose from: {offers}.",
            offer=assignment[code < 0].iloc[0],
            offers=", ".join(offers),
        )
    return assignment.index, position, code
