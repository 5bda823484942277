"""The app: who has it, what it records, and the randomised test of pushes.

1. Customers order coffee ahead with the app, each at a personal rate; who orders more lets the
   app push more often.
2. In spring 2025 lots decided who was pushed when and how often, and who was held out.
3. Pushes bring orders while they are on. They also make users switch them off, for good, and
   who did orders less from then on: what an hour brings and what it costs are two things.
4. App events: before an order at a shop, users look up stock and come near; the app sees it of
   those who let it.

These orders are paid at the bars' tills: they stand in no other table.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.consent import PROFILING, state
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    dates,
    day_number,
    frozen,
    pick,
    take,
    text,
    timestamps,
)

HOURS = ("none", *world.PUSH_HOURS)
EVENTS = [row[0] for row in world.APP_EVENTS]
_CONSUMER = world.ACCOUNT_TYPES.index("consumer")
_PLANS = len(world.PUSH_HOURS) * len(world.PER_WEEK)


@dataclass(frozen=True)
class AppUsers:
    """One read-only array per trait, one element per customer with the app."""

    customer: np.ndarray  # position of the customer
    installed: np.ndarray  # day
    rate: np.ndarray  # orders a week
    notices: np.ndarray  # bool: lets the app push, on the day before the test
    location: np.ndarray  # bool: lets it know where the phone is
    arm: np.ndarray  # -1: not in the test; 0: held out; then hour by hour, 1 a week first


def draw(child, latent):
    """Draw who has the app, and the lots of the test.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent

    Returns
    -------
    AppUsers
    """
    rng, n = child("app_users"), len(latent.group)
    share = np.where(latent.account == _CONSUMER, *world.APP_HAS)
    start = day_number(world.PUSH_DAY)
    early = start - 7 * world.BEFORE_WEEKS
    has = (rng.random(n) < share) & (latent.joined < early)
    rate = world.APP_RATE * rng.gamma(world.APP_RATE_SHAPE, 1 / world.APP_RATE_SHAPE, n)
    wait, on, where = rng.random((3, n))
    keen = _standard_log(rate)
    notices = on < _logistic(world.NOTICES_ON[0] + world.NOTICES_ON[1] * keen)
    location = where < _logistic(world.LOCATION_ON[0] + world.LOCATION_ON[1] * keen)
    arm = pick(child("push_test.arms"), [world.HELD_OUT, *[world.EACH_PLAN] * _PLANS], n)
    traits = {
        "customer": np.arange(n),
        "installed": np.floor(latent.joined + wait * (early - latent.joined)).astype(np.int64),
        "rate": rate,
        "notices": notices,
        "location": location,
        "arm": np.where(notices, arm, -1),
    }
    who = np.flatnonzero(has)
    return AppUsers(**{name: frozen(values[who]) for name, values in traits.items()})


def _logistic(odds):
    return 1 / (1 + np.exp(-odds))


def _standard_log(rate):
    """Return the log of a gamma rate, less its mean, in its sd: the same for every company."""
    shape = world.APP_RATE_SHAPE
    # Mean and sd of the log of a gamma variable of this shape, by its digamma and trigamma.
    mean, spread = _LOG_GAMMA
    return (np.log(rate * shape / world.APP_RATE) - mean) / spread


_LOG_GAMMA = (0.42278434, 0.80307719)  # digamma(2), √trigamma(2)


def plans(child):
    """Return what each plan does: orders added, as a share, and hazard a week, by arm.

    Lots deal the characters to the hours; arm 0 is no push.
    """
    rng = child("push.hours")
    character = rng.permutation(len(world.PUSH_HOURS))
    spread = world.PUSH_ADDS_SPREAD
    around = rng.uniform(1 - spread, 1 + spread, _PLANS)
    adds = np.concatenate([[0.0], world.PUSH_ADDS[character].ravel() * around])
    off = np.concatenate([[0.0], world.PUSH_OFF[character].ravel()])
    return adds, off


def _hazard(users, off):
    """Return each user's hazard of switching off, a week."""
    return np.minimum((world.OFF_ANYWAY + off) * _by_rate(users), 0.9)


def _by_rate(users):
    return np.exp(world.OFF_BY_RATE * _standard_log(users.rate))


def app_users_table(child, users, customer_ids):
    """Return one row per customer with the app."""
    rate = users.rate * _drift(child("app_users.before"), users)
    before = child("app_users.orders").poisson(rate * world.BEFORE_WEEKS)
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, users.customer)),
            "installed": dates(users.installed),
            "notices": users.notices.copy(),
            "location": users.location.copy(),
            "orders_before": before,
        }
    )


def _drift(rng, users):
    sigma = world.APP_DRIFT
    return np.exp(sigma * rng.normal(size=len(users.rate)) - sigma**2 / 2)


def push_table(child, users, customer_ids):
    """Return one row per user in the test; parameters as of `app_users_table`."""
    adds, off = plans(child)
    rng, weeks = child("push_test"), np.arange(1, world.PUSH_WEEKS + 1)
    arm = np.maximum(users.arm, 0)
    hazard = _hazard(users, off[arm])
    left = rng.geometric(hazard)  # week in which the user switches off
    on = left[:, None] > weeks
    factor = np.where(on, 1 + adds[arm][:, None], 1 - world.OFF_LOST)
    during = rng.poisson((users.rate * _drift(rng, users))[:, None] * factor).sum(axis=1)
    kept = np.where(left > world.PUSH_WEEKS, 1.0, 1 - world.OFF_LOST)
    after = rng.poisson(users.rate * _drift(rng, users) * kept * world.AFTER_WEEKS)
    who = np.flatnonzero(users.arm >= 0)
    plan = np.maximum(users.arm[who] - 1, 0)
    per_week = np.where(users.arm[who] > 0, np.take(world.PER_WEEK, plan % 2), 0)
    hour = np.where(users.arm[who] > 0, 1 + plan // 2, 0)
    week = pd.Series(left[who], dtype="Int64")
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, users.customer[who])),
            "hour": category(HOURS, hour),
            "per_week": per_week,
            "opted_out": week.where(week <= world.PUSH_WEEKS),
            "during": during[who],
            "after": after[who],
        }
    )


def push_truth(child, users):
    """Return what each plan is expected to do, over no push, per user who lets the app push.

    Exact, mean over the users in the test: share that switches off in the weeks of the test, and
    the margin (yuan) during and after, each as a difference from no push.
    """
    adds, off = plans(child)
    who = users.arm >= 0
    rate, by_rate = users.rate[who], _by_rate(users)[who]
    margin, weeks = world.APP_ORDER_MARGIN, np.arange(1, world.PUSH_WEEKS + 1)
    rows = []
    for add, hazard in zip(adds, off, strict=True):
        chance = np.minimum((world.OFF_ANYWAY + hazard) * by_rate, 0.9)
        still = (1 - chance[:, None]) ** weeks
        orders = still * (1 + add) + (1 - still) * (1 - world.OFF_LOST)
        last = still[:, -1] if len(rate) else rate
        rows.append(
            (
                _mean(1 - last),
                margin * _mean(rate * orders.sum(axis=1)),
                margin * world.AFTER_WEEKS * _mean(rate * (1 - world.OFF_LOST * (1 - last))),
            )
        )
    found = np.array(rows)
    names = ["opted_out", "during", "after"]
    table = pd.DataFrame(found - found[0], plan_index(), names)
    return table.assign(total=table["during"] + table["after"])


def _mean(values):
    return values.mean() if len(values) else 0.0


def plan_index():
    """Return hour and pushes a week of the arms, no push first."""
    rows = [(hour, often) for hour in world.PUSH_HOURS for often in world.PER_WEEK]
    return pd.MultiIndex.from_tuples([("none", 0), *rows], names=["hour", "per_week"])


def events_table(child, users, sales, consents, customer_ids):
    """Return one row per event that the app recorded, in order of time.

    Of those who agreed to profiling before the first day and still did on the last one; that they
    came near a shop, of those who let the app know where the phone is.
    """
    first = day_number(world.APP_EVENTS_DAY)
    last = first + world.APP_EVENTS_DAYS
    n = len(customer_ids)
    agreed = (
        state(consents, n, first - 1)[:, PROFILING] & state(consents, n, last - 1)[:, PROFILING]
    )
    place = np.full(n, -1)
    place[users.customer] = np.arange(len(users.customer))
    order = np.flatnonzero((place[sales.customer] >= 0) & (sales.refund_of < 0))
    day = sales.minute[order] / MINUTES_PER_DAY
    soon = (day >= first) & (day < last + 20)
    order, day = order[soon], day[soon]
    buyer = place[sales.customer[order]]
    shop = sales.channel[order] == world.CHANNELS.index("shop")
    found = []
    for code, (name, _trait, weekly, chance, ahead) in enumerate(world.APP_EVENTS):
        rng = child(f"app_events.{name}")
        count = rng.poisson(weekly * world.APP_EVENTS_DAYS / 7, len(users.customer))
        who = np.repeat(np.arange(len(count)), count)
        when = first + world.APP_EVENTS_DAYS * rng.random(len(who))
        likely = chance * np.where(shop, 1.0, world.NOT_A_SHOP if name != EVENTS[0] else 1.0)
        comes = rng.random(len(order)) < likely
        early = day - ahead * rng.random(len(order))
        who, when = np.append(who, buyer[comes]), np.append(when, early[comes])
        sees = agreed[users.customer[who]] & (when >= first) & (when < last)
        if name == "came near a shop":
            sees &= users.location[who]
        elif name == "tapped a push":
            sees &= users.notices[who]
        found.append((who[sees], when[sees], np.full(sees.sum(), code)))
    who, when, code = map(np.concatenate, zip(*found, strict=True))
    minute = (when * MINUTES_PER_DAY).astype(np.int64)
    by_time = np.lexsort((code, who, minute))
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, users.customer[who[by_time]])),
            "at": timestamps(minute[by_time]),
            "event": category(EVENTS, code[by_time]),
        }
    )
