"""The tills of the shops: the payments that arrive each night, and the returns of a year.

1. Payments grow from year to year, and follow weekdays, months, feasts and luck: some of it
   common to all shops, some of one shop.
2. Now and then the feed of a shop is broken: a day arrives twice, or a part of it never. What
   was truly paid stands on the statement of the card processor, a month later.
3. Most returns are honest; a few cashiers pay themselves, late, without a receipt, to a card of
   their own, and below the sum that needs a second signature.
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
    numbered,
    take,
    text,
    timestamps,
)

AUDITED = ("fine", "fraud")
_OPEN, _LATE, _CLOSED = 9 * 60, 20 * 60, 22 * 60  # minutes of the day


@dataclass(frozen=True)
class Tills:
    """Read-only arrays, (shops, days) each."""

    paid: np.ndarray  # payments that were made
    arrived: np.ndarray  # payments that arrived in the feed
    fault: np.ndarray  # code of FEED_FAULTS; -1 where the feed is sound


def growth(rng):
    """Draw by how much payments grow in a year, as a share."""
    low, high = world.TILL_GROWTH
    return float(rng.uniform(low, high))


def draw(rng, grows):
    """Draw the payments of all shops and days.

    Parameters
    ----------
    rng : numpy.random.Generator
    grows : float
        See `growth`.

    Returns
    -------
    Tills
    """
    shape = (world.SHOPS, world.DAYS)
    log_mean = _of_all_shops(rng, grows) + world.SHOP_SIGMA * rng.normal(size=(world.SHOPS, 1))
    log_mean = log_mean + world.TILL_SIGMA["shop day"] * rng.normal(size=shape)
    share, multiple = world.LOCAL_FEAST
    log_mean[rng.random(shape) < share] += np.log(multiple)
    paid = rng.poisson(world.TILL_PAYMENTS * np.exp(log_mean))
    bounds = np.cumsum(world.FEED_FAULT_SHARES)
    fault = np.searchsorted(bounds, rng.random(shape), side="right").astype(np.int8)
    fault[fault == len(bounds)] = -1
    lost = rng.binomial(paid, rng.uniform(*world.DROPPED, shape))
    doubled, dropped = (fault == code for code in range(len(world.FEED_FAULTS)))
    return Tills(frozen(paid), frozen(paid + doubled * paid - dropped * lost), frozen(fault))


def _of_all_shops(rng, grows):
    """Return the log of the factor that all shops share, per day."""
    day = np.arange(world.DAYS)
    calendar = pd.DatetimeIndex(dates(day))
    month = np.asarray((calendar.year - calendar.year[0]) * 12 + calendar.month - 1)
    sigma = world.TILL_SIGMA
    shown = np.log1p(grows) * (day - day.mean()) / world.DAYS_PER_YEAR
    shown = shown + np.log(np.take(world.TILL_WEEKDAYS, calendar.day_of_week))
    shown = shown + np.log(np.take(world.TILL_MONTHS, calendar.month - 1))
    shown += sigma["month"] * rng.normal(size=month[-1] + 1)[month]
    shown += sigma["day"] * rng.normal(size=world.DAYS)
    for first, length, multiple in world.TILL_FEASTS:
        begin = day_number(np.datetime64(first))
        shown[begin : begin + length] += np.log(multiple)
    return shown


def shop_ids():
    return numbered("S", np.arange(1, world.SHOPS + 1), 2)


def feed_table(rng, tills):
    """Return one row per shop and day, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the amounts.
    tills : Tills

    Returns
    -------
    pandas.DataFrame
    """
    shop, day = _shop_and_day()
    arrived, paid = tills.arrived.T.ravel(), tills.paid.T.ravel()
    mean = world.MEAN_PAYMENT * np.exp(world.PAYMENT_SIGMA * rng.normal(size=len(day)))
    known = day < day_number(world.STATEMENT_DAY)
    return pd.DataFrame(
        {
            "date": dates(day),
            "shop": text(take(shop_ids(), shop)),
            "payments": arrived,
            "amount": (arrived * mean).round(2),
            "settled": np.where(known, paid, np.nan),
        }
    )


def _shop_and_day():
    day = np.repeat(np.arange(world.DAYS), world.SHOPS)
    return np.tile(np.arange(world.SHOPS), world.DAYS), day


def faults_table(tills):
    """Return one row per broken day of a shop: what was wrong, and what was paid."""
    shop, day = _shop_and_day()
    fault = tills.fault.T.ravel()
    rows = np.flatnonzero(fault >= 0)
    return pd.DataFrame(
        {
            "date": dates(day[rows]),
            "shop": text(take(shop_ids(), shop[rows])),
            "fault": category(world.FEED_FAULTS, fault[rows]),
            "paid": tills.paid.T.ravel()[rows],
        }
    )


@dataclass(frozen=True)
class Returns:
    """Read-only arrays, one element per return, in order of time."""

    minute: np.ndarray  # since the first day of the period
    cashier: np.ndarray  # 0 … SHOPS × CASHIERS − 1; those of a shop stand together
    amount: np.ndarray  # whole yuan
    days_since: np.ndarray  # since the sale
    receipt: np.ndarray
    same_card: np.ndarray
    fraud: np.ndarray


def draw_returns(rng):
    """Draw all returns of the year."""
    first = day_number(world.RETURNS_YEAR)
    count = rng.poisson(world.RETURNS_PER_DAY * world.SHOPS * (world.DAYS - first))
    fraud = rng.random(count) < world.FRAUD_SHARE
    everybody = world.SHOPS * world.CASHIERS
    dishonest = rng.permutation(everybody)[: world.DISHONEST]
    cashier = np.where(
        fraud,
        dishonest[rng.integers(0, world.DISHONEST, count)],
        rng.integers(0, everybody, count),
    )
    late = _has(rng, world.RETURN_LATE, fraud)
    minute = np.where(late, rng.integers(_LATE, _CLOSED, count), rng.integers(_OPEN, _LATE, count))
    minute = minute + rng.integers(first, world.DAYS, count) * MINUTES_PER_DAY
    honest = np.exp(np.log(world.RETURN_MEDIAN) + world.RETURN_SIGMA * rng.normal(size=count))
    low, high = world.FRAUD_AMOUNT
    below = high - (high - low) * rng.beta(1, 2.5, count)  # rather near the upper end
    amount = np.where(fraud, np.minimum(below, high - 1), np.maximum(honest, 8))
    days_since = np.minimum(rng.exponential(world.RETURN_DAYS, count), 60)
    drawn = {
        "minute": minute,
        "cashier": cashier,
        "amount": amount.round(0),
        "days_since": np.where(fraud, days_since / 3, days_since).astype(np.int64),
        "receipt": ~_has(rng, world.RETURN_NO_RECEIPT, fraud),
        "same_card": ~_has(rng, world.RETURN_OTHER_CARD, fraud),
        "fraud": fraud,
    }
    by_time = np.argsort(minute, kind="stable")
    return Returns(**{name: frozen(values[by_time]) for name, values in drawn.items()})


def _has(rng, shares, fraud):
    honest, crooked = shares
    return rng.random(len(fraud)) < np.where(fraud, crooked, honest)


def returns_table(rng, returns):
    """Return one row per return at a till, in order of time.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the audit.
    returns : Returns

    Returns
    -------
    pandas.DataFrame
    """
    before, share = world.AUDIT
    n = len(returns.minute)
    checked = (rng.random(n) < share) & (returns.minute < day_number(before) * MINUTES_PER_DAY)
    return pd.DataFrame(
        {
            "return_id": text(return_ids(returns)),
            "shop": text(take(shop_ids(), returns.cashier // world.CASHIERS)),
            "cashier": text(take(_cashier_ids(), returns.cashier)),
            "date": timestamps(returns.minute),
            "amount": returns.amount.copy(),
            "days_since": returns.days_since.copy(),
            "receipt": returns.receipt.copy(),
            "same_card": returns.same_card.copy(),
            "audit": category(AUDITED, np.where(checked, returns.fraud, -1)),
        }
    )


def return_ids(returns):
    count = len(returns.minute)
    return numbered("R", np.arange(1, count + 1), max(5, len(str(count))))


def _cashier_ids():
    return numbered("K", np.arange(1, world.SHOPS * world.CASHIERS + 1), 3)
