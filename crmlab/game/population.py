"""Everybody who is or could become a customer in the year, and what chance holds for each.

First the customers on the register when the game begins, then those who come by themselves,
then those whom a channel could win, in order of quarter and channel. All luck is drawn before
a decision is looked at (common random numbers), one element per person and quarter, so that two
policies differ by their decisions only.
"""

from dataclasses import dataclass

import numpy as np

from crmlab.arguments import steady
from crmlab.company import latent as latents
from crmlab.company import world
from crmlab.company.draws import frozen, pick
from crmlab.company.latent import active
from crmlab.company.policy import draw_baskets
from crmlab.company.sales import expected_order
from crmlab.game import numbers

_ORGANIC = -1  # came by itself


@dataclass(frozen=True)
class Population:
    """Read-only arrays, one element per person.

    Attributes
    ----------
    group, label : ndarray of int
        True needs group, and the company's guess.
    organisation, consent : ndarray of bool
        Consent: to be written to.
    region : ndarray of int
    rate, dropout : ndarray
        Orders and rate of leaving, per year.
    value, margin : ndarray
        Mean of an order and of its margin, yuan.
    there : ndarray of bool
        Is a customer when the game begins.
    comes : ndarray of int
        Quarter in which the person could come; -1 for those on the register.
    day : ndarray
        Day of that quarter.
    channel : ndarray of int
        Whom it takes; -1 for nobody.
    reluctance : ndarray
        Comes if below the share that the channel wins.
    first, last : ndarray of int
        Channels of the first and of the last contact, as the books have them; -1 if unknown.
    base : int
        How many are on the register when the game begins.
    """

    group: np.ndarray
    label: np.ndarray
    organisation: np.ndarray
    consent: np.ndarray
    region: np.ndarray
    rate: np.ndarray
    dropout: np.ndarray
    value: np.ndarray
    margin: np.ndarray
    there: np.ndarray
    comes: np.ndarray
    day: np.ndarray
    channel: np.ndarray
    reluctance: np.ndarray
    first: np.ndarray
    last: np.ndarray
    base: int


def draw(child, latent, market):
    """Draw everybody.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : crmlab.company.latent.Latent
        Of the customers on the register.
    market : Market

    Returns
    -------
    Population
    """
    rng = child("game.newcomers")
    comes, channel = _newcomers(rng, market)
    new = latents.draw(lambda name: child(f"game.{name}"), len(comes))
    base, joined = len(latent.group), latent.joined
    quality = np.where(channel >= 0, np.take(numbers.QUALITY, channel), 1.0)
    old, young = _traits(latent), _traits(new)
    young["value"] = young["value"] * quality
    young["margin"] = young["margin"] * quality
    both = {name: np.concatenate([old[name], young[name]]) for name in old}
    first, last = _contacts(child("game.contacts"), latent, channel, market)
    rest = {
        "consent": child("game.consent").random(base + len(comes)) < world.EMAIL_CONSENT_SHARE,
        "there": np.concatenate([active(latent, world.DAYS), np.zeros(len(comes), bool)]),
        "comes": np.concatenate([np.full(base, -1), comes]).astype(np.int8),
        "day": np.concatenate(
            [joined - float(world.DAYS), rng.random(len(comes)) * numbers.LENGTHS[comes]]
        ),
        "channel": np.concatenate([np.full(base, _ORGANIC), channel]).astype(np.int8),
        "reluctance": np.concatenate([np.zeros(base), rng.random(len(comes))]),
        "first": first,
        "last": last,
    }
    arrays = {name: frozen(values) for name, values in (both | rest).items()}
    return Population(**arrays, base=base)


def _newcomers(rng, market):
    """Return quarter and channel of everybody who could come."""
    quarters = numbers.QUARTERS
    season = (np.array(world.GROUP_SHARES) @ numbers.SEASON)[:, None]
    means = season * np.append(market.organic, market.reach)
    counts = rng.poisson(steady(means))  # (quarters, 1 + channels)
    channel = np.tile(np.arange(_ORGANIC, len(numbers.CHANNELS)), quarters)
    quarter = np.repeat(np.arange(quarters), counts.shape[1])
    return np.repeat(quarter, counts.ravel()), np.repeat(channel, counts.ravel())


def _traits(latent):
    value, cost = expected_order(latent)
    return {
        "group": latent.group,
        "label": latent.label,
        "organisation": latent.account > 0,
        "region": latent.region,
        "rate": steady(latent.rate),
        "dropout": steady(latent.dropout),
        "value": value,
        "margin": value - cost,
    }


def _contacts(rng, latent, channel, market):
    """Draw the first and the last contact of each, as the books have them.

    Known of those who joined in the last year, and of newcomers.
    """
    recent = latent.joined >= world.DAYS - 365
    won = market.reach * -np.expm1(-market.last_spend / market.scale)
    causes = np.append(market.organic, won)
    before = pick(rng, causes, len(recent)).astype(int) - 1
    cause = np.concatenate([np.where(recent, before, -2), channel])
    by_itself = cause == _ORGANIC
    draws = [
        pick(rng, shares, len(cause)) for shares in (numbers.ORGANIC_FIRST, numbers.ORGANIC_LAST)
    ]
    searched = rng.random(len(cause)) < numbers.ENDS_WITH_SEARCH
    first = np.where(by_itself, draws[0], cause)
    last = np.where(by_itself, draws[1], np.where(searched, 0, cause))
    unknown = cause < _ORGANIC
    return tuple(np.where(unknown, -1, codes).astype(np.int8) for codes in (first, last))


@dataclass(frozen=True)
class Luck:
    """What chance holds for everybody in each quarter, whatever is decided.

    Per person and quarter: ``stay`` (time to leaving × its rate), ``onset`` and ``mood``
    (uniform), ``brought`` (day of the order that a message brings), ``extra`` (its value ÷
    mean), ``visits`` and ``compared`` (three columns: calm, at risk, gone).
    Then per quarter a list of orders, (person, day, value ÷ mean), and of tickets, (person,
    day, hours, uniform, wait ÷ mean, uniform: is only opened at risk).
    """

    stay: np.ndarray
    onset: np.ndarray
    mood: np.ndarray
    brought: np.ndarray
    extra: np.ndarray
    visits: np.ndarray
    compared: np.ndarray
    orders: tuple
    tickets: tuple


def draw_luck(child, everybody):
    """Draw the luck of a year.

    Parameters
    ----------
    child : callable
    everybody : Population

    Returns
    -------
    Luck
    """
    n, quarters = len(everybody.group), numbers.QUARTERS
    shape = (quarters, n)
    orders, tickets = [], []
    for quarter, length in enumerate(numbers.LENGTHS):
        rng = child(f"game.orders.{quarter}")
        season = numbers.SEASON[everybody.group, quarter]
        counts = rng.poisson(steady(everybody.rate * season * length / world.DAYS_PER_YEAR))
        who = np.repeat(np.arange(n, dtype=np.int32), counts)
        orders.append((who, length * rng.random(len(who)), draw_baskets(rng, len(who))))
        tickets.append(_tickets(child(f"game.tickets.{quarter}"), everybody.group, length))
    rng = child("game.luck")
    return Luck(
        stay=rng.exponential(size=shape),
        onset=rng.random(shape),
        mood=rng.random(shape),
        brought=numbers.MESSAGE_DAYS * rng.random(shape),
        extra=draw_baskets(rng, n * quarters).reshape(shape),
        visits=_visits(child("game.visits"), everybody.group, quarters),
        compared=child("game.compared").poisson(numbers.COMPARED, (quarters, n, 3)),
        orders=tuple(orders),
        tickets=tuple(tickets),
    )


def _tickets(rng, group, length):
    rate = np.take(numbers.TICKETS, group) * numbers.TICKETS_AT_RISK
    counts = rng.poisson(rate * length / world.DAYS_PER_YEAR)
    who = np.repeat(np.arange(len(group), dtype=np.int32), counts)
    n, shape = len(who), numbers.HOURS_SHAPE
    hours = rng.gamma(shape, numbers.TICKET_HOURS / shape, n).round(2)
    day, luck, only = length * rng.random(n), rng.random(n), rng.random(n)
    return who, day, hours, luck, rng.gamma(shape, 1 / shape, n), only


def _visits(rng, group, quarters):
    mean = np.take(numbers.VISITS, group)[:, None] * np.array(numbers.VISITS_LEFT)
    return rng.poisson(mean, (quarters, *mean.shape))
