"""What was mended at the depots of the courier, and what customers say against what they do.

1. Depots differ: a well-run district orders more and has fewer late parcels, for reasons of its
   own. Each has ups and downs that last for weeks.
2. In autumn 2024 the depots with most late parcels got a second van. It does hardly anything:
   they were chosen at their worst.
3. From June 2025 on parcels are sorted by street the night before, eight depots at a time, in an
   order drawn by lot. Fewer are late at once; orders come back slowly.
4. Suppliers say what mending a pain point costs, and promise a share of hits that stays away.
5. Customers say that they would pay for a good experience; what they do later hangs little on it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    day_number,
    frozen,
    nullable,
    numbered,
    take,
    text,
)
from crmlab.company.latent import active

GIFTS = ("voucher", "tasting hour")
_NEVER = 10**6  # a week that does not come
_YEAR = [day_number(np.datetime64(day)) for day in ("2025-01-01", "2026-01-01")]


@dataclass(frozen=True)
class Depots:
    """Read-only arrays: one element per depot, or (depots, weeks)."""

    customers: np.ndarray
    van: np.ndarray  # week of the second van; 1,000,000 for never
    sorting: np.ndarray  # week in which sorting by street begins
    orders: np.ndarray  # (depots, weeks)
    late: np.ndarray
    answers: np.ndarray
    pleased: np.ndarray
    orders_effect: np.ndarray  # expected orders because of the sorting
    late_effect: np.ndarray  # chance of late because of the sorting


def draw(child):
    """Draw the depots and their weeks.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.

    Returns
    -------
    Depots
    """
    rng, n = child("depots"), world.DEPOTS
    customers = np.rint(world.DEPOT_CUSTOMERS * np.exp(world.DEPOT_SIGMA * rng.normal(size=n)))
    district = rng.normal(size=n)
    log_orders, log_odds = _usual(rng, district)
    van = _van(log_odds)
    sorting = np.empty(n, np.int64)
    sorting[rng.permutation(n)] = np.repeat(world.SORTING_WAVES, n // len(world.SORTING_WAVES))
    fewer, more = (rng.uniform(*ends) for ends in (world.SORTING_LATE, world.SORTING_ORDERS))
    week = np.arange(world.DEPOT_WEEKS)
    log_odds = log_odds + world.VAN_EFFECT * (week >= van[:, None])
    known = np.clip((week + 1 - sorting[:, None]) / world.SORTING_GROWS, 0, 1)
    usual = customers[:, None] * world.DEPOT_ORDERS * np.exp(log_orders)
    chance = [_share(log_odds), _share(log_odds + fewer * (known > 0))]
    orders = rng.poisson(usual * (1 + more * known))
    late = rng.binomial(orders, chance[1])
    answers, pleased = _answers(rng, orders, late)
    arrays = {
        "customers": customers.astype(np.int64),
        "van": van,
        "sorting": sorting,
        "orders": orders,
        "late": late,
        "answers": answers,
        "pleased": pleased,
        "orders_effect": usual * more * known,
        "late_effect": chance[1] - chance[0],
    }
    return Depots(**{name: frozen(values) for name, values in arrays.items()})


def _share(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def _usual(rng, district):
    """Return log orders and log odds of late without any repair, (depots, weeks) each."""
    shape, found = (world.DEPOTS, world.DEPOT_WEEKS), []
    for place, middle in enumerate((0.0, world.LATE_LOG_ODDS)):
        own = world.DISTRICT_EFFECT[place] * district
        own = own + world.DEPOT_OWN_SIGMA[place] * rng.normal(size=world.DEPOTS)
        common = world.DEPOT_WEEK_SIGMA[place] * rng.normal(size=world.DEPOT_WEEKS)
        keeps, noise = world.DEPOT_NOISE_KEEPS[place], rng.normal(size=shape)
        for week in range(1, world.DEPOT_WEEKS):
            noise[:, week] *= np.sqrt(1 - keeps**2)
            noise[:, week] += keeps * noise[:, week - 1]
        found.append(middle + own[:, None] + common + world.DEPOT_NOISE_SIGMA[place] * noise)
    return found


def _van(log_odds):
    """Return the week in which each depot gets a second van: the worst are chosen."""
    before = slice(world.VAN_WEEK - world.VAN_LOOKS_BACK, world.VAN_WEEK)
    worst = np.argsort(-log_odds[:, before].mean(axis=1), kind="stable")[: world.VAN_DEPOTS]
    van = np.full(world.DEPOTS, _NEVER)
    van[worst] = world.VAN_WEEK
    return van


def _answers(rng, orders, late):
    """Return the answers about parcels, and how many of them are pleased."""
    parts = [rng.binomial(count, world.PARCEL_ANSWERS) for count in (orders - late, late)]
    pleased = [rng.binomial(*pair) for pair in zip(parts, world.PLEASED, strict=True)]
    return sum(parts), sum(pleased)


def _depot_ids():
    return numbered("D", np.arange(1, world.DEPOTS + 1), 2)


def _mondays(weeks):
    """Return the Mondays of weeks; missing for one that does not come."""
    days = world.DEPOT_FIRST_WEEK + (7 * np.minimum(weeks, 9_999)).astype("timedelta64[D]")
    found = pd.Series(days.astype("datetime64[us]"))
    return found.where(pd.Series(np.asarray(weeks) < world.DEPOT_WEEKS))


def depots_table(depots):
    """Return one row per depot: its customers, and the Mondays of two repairs."""
    return pd.DataFrame(
        {
            "depot": text(_depot_ids()),
            "customers": depots.customers.copy(),
            "second_van": _mondays(depots.van),
            "sorting": _mondays(depots.sorting),
        }
    )


def weeks_table(depots):
    """Return one row per depot and week, in order of time."""
    depot, week = _depot_and_week()
    counts = {
        name: getattr(depots, name).T.ravel().copy()
        for name in ("orders", "late", "answers", "pleased")
    }
    names = {"week": _mondays(week), "depot": text(take(_depot_ids(), depot))}
    return pd.DataFrame(names | counts)


def _depot_and_week():
    week = np.repeat(np.arange(world.DEPOT_WEEKS), world.DEPOTS)
    return np.tile(np.arange(world.DEPOTS), world.DEPOT_WEEKS), week


def effects_table(depots):
    """Return what the sorting truly does, per depot and week.

    ``orders`` more per 100 customers, as expected, and the change of the share that is late.
    """
    depot, week = _depot_and_week()
    more = 100 * depots.orders_effect / depots.customers[:, None]
    return pd.DataFrame(
        {
            "week": _mondays(week),
            "depot": text(take(_depot_ids(), depot)),
            "orders": more.T.ravel(),
            "late": depots.late_effect.T.ravel(),
        }
    )


def _quotes(rng):
    """Return what mending each pain costs, and the share of hits that truly stay away."""
    costs = [rng.uniform(*world.MEND_COST[pain]) for pain in world.PAINS]
    cures = [rng.uniform(*world.MEND_CURES[pain]) for pain in world.PAINS]
    return np.round(costs, -3), np.array(cures)


def mendings_table(rng):
    """Return one row per pain point: what mending it costs, and what the supplier expects."""
    cost, _cure = _quotes(rng)
    low, high = np.array([world.MEND_CURES[pain] for pain in world.PAINS]).T
    columns = {"cost": cost, "cure_low": low, "cure_high": high}
    return pd.DataFrame({"pain": list(world.PAINS)} | columns)


def gains_table(rng, pain_points):
    """Return what mending each pain point truly brings in 12 months, yuan.

    Parameters
    ----------
    rng : numpy.random.Generator
        That of `mendings_table`, at its start.
    pain_points : pandas.DataFrame
        ``truth.pain_points``.

    Returns
    -------
    pandas.DataFrame
        ``cure``, the share of hits that stay away; ``lost``, the margin that the pain costs in
        12 months like those of the log; ``net``, what of it comes back less the cost.
    """
    cost, cure = _quotes(rng)
    days = int((world.JOURNEY_TO - world.JOURNEY_FROM).astype(int)) + 1
    lost = pain_points["lost_margin"] * 365 / days
    return pd.DataFrame({"cure": cure, "lost": lost, "net": cure * lost - cost})


def claims_table(rng, latent, sales, customer_ids):
    """Return one row per customer who was asked what they would do: the answers, and the deeds.

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
    n, asked = len(latent.group), day_number(world.CLAIMS_DAY)
    bought = _bought(sales, n, asked - 365, asked)
    invited = (latent.account == 0) & bought & (rng.random(n) < world.CLAIMS_INVITED)
    luck = rng.random((len(world.CLAIMS_YES) + 3, n))
    answered = luck[0] < _chance(latent, world.CLAIMS_ANSWER)
    says = {
        name: luck[1 + place] < _chance(latent, weights)
        for place, (name, weights) in enumerate(world.CLAIMS_YES.items())
    }
    shown = _bought(sales, n, *_YEAR)
    pays = shown & (luck[-2] < _chance(latent, world.HOUR_PAID, says["pay_more"]))
    takes = luck[-1] < _chance(latent, world.HOUR_TAKEN, says["over_price"])
    chose = active(latent, asked)  # who has left for good does not fetch a gift
    who = np.flatnonzero(invited)
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, who)),
            **{
                name: nullable(yes[who], "boolean", answered[who]).array
                for name, yes in says.items()
            },
            "ordered": shown[who],
            "paid_for_hour": pays[who],
            "gift": category(GIFTS, np.where(chose, takes, -1)[who]),
        }
    )


def _bought(sales, customers, begin, end):
    """Return who bought from one day until before another."""
    day = sales.minute // MINUTES_PER_DAY
    inside = (sales.refund_of < 0) & (day >= begin) & (day < end)
    return np.bincount(sales.customer[inside], minlength=customers) > 0


def _chance(latent, weights, said=False):
    middle, on_satisfaction, on_involvement, *on_said = weights
    score = middle + on_satisfaction * latent.satisfaction + on_involvement * latent.involvement
    return _share(score + (on_said[0] * said if on_said else 0.0))
