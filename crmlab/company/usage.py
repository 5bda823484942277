"""Service plans by the month: cups used, and who moves up to a larger plan.

1. Who bought the office service plan has it from the month after; other organisations and
   offices take one soon after joining, most of them.
2. Use grows slowly at a personal pace, with luck, and falls in the months before the customer
   leaves for good.
3. Who uses nearly the whole allowance two months in a row often moves up next month.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import MINUTES_PER_DAY, category, frozen, pick, take, text

PLANS = [row[0] for row in world.PLANS]
_INCLUDED = np.array([row[1] for row in world.PLANS])
_FEE = np.array([row[2] for row in world.PLANS])
_LARGEST = len(PLANS) - 1
_OFFICE = world.GROUPS.index("office")
_PLAN_PRODUCT = [row[0] for row in world.PRODUCTS].index("P24")
LEVELS = ("up to 90 %", "over 90 % this month", "over 90 % two months in a row")
AGES = ("month 1 to 3", "month 4 to 12", "later")


@dataclass(frozen=True)
class Contracts:
    """Who has a service plan: read-only arrays, one element per subscriber."""

    customer: np.ndarray  # position of the customer
    first: np.ndarray  # month since USAGE_DAY in which the plan began; may be before 0
    last: np.ndarray  # last month with the plan, in which the customer leaves, or later


def draw_contracts(rng, latent, sales):
    """Draw who has a plan from when on."""
    n = len(latent.group)
    bought = _first_plan_order(sales, n)
    rents = ((latent.account > 0) | (latent.group == _OFFICE)) & (
        rng.random(n) < world.RENTED_SHARE
    )
    wait = rng.integers(0, world.MONTHS_TO_PLAN, n, endpoint=True)
    rented = np.where(rents, _month(latent.joined) + wait, np.inf)
    begin = 1 + np.minimum(bought, rented)
    last = _month(np.minimum(latent.leaves, 2.0 * world.DAYS))
    who = np.flatnonzero((begin <= last) & (begin < world.USAGE_MONTHS) & (last >= 0))
    return Contracts(
        frozen(who), frozen(begin[who].astype(np.int32)), frozen(last[who].astype(np.int32))
    )


def _first_plan_order(sales, n):
    """Return the month of each customer's first plan bought, infinite if none."""
    order = np.repeat(np.arange(len(sales.customer)), sales.line_counts)
    mine = order[(sales.product == _PLAN_PRODUCT) & (sales.quantity > 0)]
    month = np.full(n, np.inf)
    np.minimum.at(month, sales.customer[mine], _month(sales.minute[mine] // MINUTES_PER_DAY))
    return month


def _month(day):
    """Return the month in which a day number falls, counted from USAGE_DAY."""
    date = world.FIRST_DAY + np.asarray(day).astype(np.int64).astype("timedelta64[D]")
    return (date.astype("datetime64[M]") - world.USAGE_DAY.astype("datetime64[M]")).astype(int)


def upgrade_chance(share, before, age):
    """Return the chance to move up next month.

    Parameters
    ----------
    share, before : ndarray
        Share of the allowance used this month, and the month before (0 if there was none).
    age : ndarray
        Months since the start, the first month being 1.
    """
    heavy = share > world.HEAVY_USE
    level = heavy + (heavy & (before > world.HEAVY_USE)).astype(np.int8)
    return world.UPGRADE_CHANCE[level, np.searchsorted(world.UPGRADE_AGES, age)]


def usage_table(rng, contracts, customer_ids):
    """Return one row per subscriber and month, by customer and month.

    Parameters
    ----------
    rng : numpy.random.Generator
    contracts : Contracts
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    n, months = len(contracts.customer), world.USAGE_MONTHS
    start = pick(rng, world.PLAN_SHARES, n)
    middle, spread = world.USED_AT_START
    growth, differs = world.USE_GROWTH
    log_use = np.log(middle * _INCLUDED[start]) + spread * rng.normal(size=n)
    growth = growth + differs * rng.normal(size=n)
    luck, moves = world.USE_SIGMA * rng.normal(size=(months, n)), rng.random((months, n))

    plan, before = start.copy(), np.zeros(n)
    plans, cups, upgrades = [np.empty((months, n), dtype) for dtype in (np.int8, np.int32, bool)]
    for month in range(months):  # a month depends on the plan that the one before led to
        age = month - contracts.first
        here = (age >= 0) & (month <= contracts.last)
        left = np.clip(contracts.last - month, 0, len(world.USE_FADE) - 1)
        fade = np.take(world.USE_FADE[::-1], left)
        since = np.minimum(age, month)  # the plan may be older than the meters
        wanted = np.exp(log_use + growth * since + luck[month]) * fade
        cups[month] = np.rint(np.minimum(wanted, world.MOST_USE * _INCLUDED[plan]))
        share = cups[month] / _INCLUDED[plan]
        chance = upgrade_chance(share, before, age + 1)
        may = here & (plan < _LARGEST) & (month < contracts.last)
        plans[month], upgrades[month] = plan, may & (moves[month] < chance)
        plan = plan + upgrades[month].astype(np.int8)
        before = np.where(here & ~upgrades[month], share, 0.0)

    number = np.arange(months)[:, None]
    there = (number >= contracts.first) & (number <= contracts.last)
    who, month = np.nonzero(there.T)
    plan = plans[month, who]
    first = world.USAGE_DAY.astype("datetime64[M]")
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, contracts.customer[who])),
            "month": (first + month).astype("datetime64[us]"),
            "plan": category(PLANS, plan),
            "included": _INCLUDED[plan],
            "used": cups[month, who],
            "fee": _FEE[plan],
            "upgraded": upgrades[month, who],
        }
    )


def plans_table():
    """Return what each service plan includes, brings and costs a month."""
    plan, included, fee, unit_cost = zip(*world.PLANS, strict=True)
    return pd.DataFrame(
        {
            "plan": category(plan, range(len(plan))),
            "included": included,
            "fee": fee,
            "unit_cost": unit_cost,
        }
    )
