"""What is hidden about a company of the game, and differs between companies.

Nothing of it is in a view; the pilot tests, the test of spend and the records of the past,
which are (`past`), were made by it.
"""

from dataclasses import dataclass

import numpy as np

from crmlab.arguments import steady
from crmlab.company.draws import frozen
from crmlab.game import numbers


@dataclass(frozen=True)
class Market:
    """What channels, offers and messages truly do in one company; read-only arrays.

    Attributes
    ----------
    reach : ndarray, shape (channels,)
        Customers a channel wins in a quarter at most.
    scale : ndarray, shape (channels,)
        Yuan a quarter with which it wins 63 % of them.
    last_spend : ndarray, shape (channels,)
        Yuan a quarter, last year.
    organic : float
        Customers who come in a quarter by themselves.
    keeps, apology, wakes : ndarray, shape (groups, offers)
        See `numbers`.
    response : ndarray, shape (groups, messages)
    """

    reach: np.ndarray
    scale: np.ndarray
    last_spend: np.ndarray
    organic: float
    keeps: np.ndarray
    apology: np.ndarray
    wakes: np.ndarray
    response: np.ndarray


def draw(rng, customers):
    """Draw the market of one company.

    Parameters
    ----------
    rng : numpy.random.Generator
    customers : int
        On the register when the game begins.

    Returns
    -------
    Market
    """
    size = customers / 1000
    channels = len(numbers.CHANNELS)
    # Whole hundreds, as budgets are.
    spend = size * np.array(numbers.LAST_SPEND) * _factor(rng, numbers.LAST_SPEND_FACTOR, channels)
    spend = np.maximum(np.rint(spend / 100) * 100, 100.0)
    arrays = {
        "reach": size * np.array(numbers.REACH) * _factor(rng, numbers.REACH_FACTOR, channels),
        "scale": spend * numbers.SCALE * _factor(rng, numbers.SCALE_FACTOR, channels),
        "last_spend": spend,
    }
    for name in ("keeps", "apology", "wakes"):
        table = getattr(numbers, name.upper())
        table = table * _factor(rng, numbers.EFFECT_FACTOR, table.shape)
        table[:, 0] = 0.0 if name == "wakes" else 1.0  # no offer does nothing
        arrays[name] = table
    response = numbers.RESPONSE * _factor(rng, numbers.RESPONSE_FACTOR, numbers.RESPONSE.shape)
    arrays["response"] = np.minimum(response, 0.9)
    return Market(
        organic=size * numbers.ORGANIC,
        **{name: frozen(steady(values)) for name, values in arrays.items()},
    )


def _factor(rng, limits, shape):
    low, high = np.log(limits)
    return np.exp(low + (high - low) * rng.random(shape))


def won_share(market, spend, before):
    """Return the share of its reach that each channel wins in a quarter.

    A saturating response, 1 − e^(−s/scale), to the spend s that works: of some channels part
    of it works a quarter later (the adstock of Broadbent 1979, "One way TV advertisements
    work", with one step).

    Parameters
    ----------
    market : Market
    spend, before : array-like, shape (…, channels)
        Yuan in this quarter, and in the one before.

    Returns
    -------
    ndarray
    """
    at_once = np.array(numbers.AT_ONCE)
    works = at_once * np.asarray(spend, float) + (1 - at_once) * np.asarray(before, float)
    return -np.expm1(-works / market.scale)


def waiting(hours, people):
    """Return the mean hours that a ticket waits, by the hours of work that come in.

    Up to a load of `numbers.FULL`, what Sakasegawa (1977, "An approximation formula
    L_q ≈ α·ρ^β/(1−ρ)") gives for a queue with several servers; beyond it, half of what has
    piled up by the end of the quarter is added.

    Parameters
    ----------
    hours : float or ndarray
        Of work on tickets and calls in the quarter.
    people : float or ndarray
        Full ones: who is new counts `numbers.NEW_PERSON`.

    Returns
    -------
    ndarray
    """
    people = np.maximum(np.asarray(people, float), 0.25)  # somebody answers now and then
    load = np.asarray(hours, float) / (people * numbers.PERSON_HOURS)
    calm = np.minimum(load, numbers.FULL)
    queue = numbers.TICKET_HOURS * calm ** (np.sqrt(2 * (people + 1)) - 1) / (people * (1 - calm))
    return queue + np.maximum(load - numbers.FULL, 0.0) * numbers.OPEN_HOURS / 2


def bad_share(hours, people):
    """Return the share of tickets that is handled badly, see :func:`waiting`."""
    least, most = numbers.BAD_SHARE
    return most - (most - least) * np.exp(-waiting(hours, people) / numbers.BAD_HOURS)


def leaving_rate(market, group, dropout, at_risk, bad, offer, message, tired):
    """Return the rate of leaving in a quarter, per year; arguments are broadcast together.

    Parameters
    ----------
    market : Market
    group : ndarray of int
    dropout : ndarray
        Personal rate of leaving, per year.
    at_risk, bad, tired : ndarray of bool
        At risk; had a badly handled ticket last quarter; was written to last quarter.
    offer, message : ndarray of int
        Codes; 0 is none.
    """
    risk = numbers.AT_RISK * market.keeps[group, offer]
    rate = numbers.CALM_SHARE * dropout + np.where(at_risk, risk, market.wakes[group, offer])
    rate = rate + np.where(bad, numbers.AFTER_BAD * market.apology[group, offer], 0.0)
    once, again = numbers.TIRED
    return rate + np.where(np.asarray(message) > 0, np.where(tired, again, once), 0.0)


def onset_chance(dropout, days):
    """Return the chance of being at risk in a quarter of so many days."""
    return -np.expm1(-numbers.ONSET * dropout * days / 365.25)
