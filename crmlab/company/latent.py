"""What each customer is like: the hidden layer that every table is derived from.

Rates follow the story of the Pareto/NBD model (Schmittlein, Morrison & Colombo 1987,
"Counting your customers"): while active, a customer orders at random at a personal rate;
the customer leaves for good at a personal dropout rate; both rates differ between
customers as a gamma distribution, here shifted by who and where the customer is.

Each part draws from its own child generator, so a later chapter can add a part (a new
array, a new name) without changing what the others drew.
"""

from dataclasses import dataclass

import numpy as np

from crmlab.company import world
from crmlab.company.draws import frozen, pick, pick_by_row


@dataclass(frozen=True)
class Latent:
    """One read-only array per trait, one element per customer.

    Codes index the tuples of `world`; rates are per year; days count from the first day
    of the period.
    """

    group: np.ndarray  # code of GROUPS
    account: np.ndarray  # code of ACCOUNT_TYPES
    label: np.ndarray  # code of GROUPS: the firm's guess
    region: np.ndarray
    city: np.ndarray
    birth_year: np.ndarray  # of the contact person in an organisation
    income: np.ndarray
    household: np.ndarray  # people
    woman: np.ndarray  # bool
    involvement: np.ndarray  # sd 1
    satisfaction: np.ndarray  # sd 1
    attitudes: np.ndarray  # (customers, 4), within-group sd 1
    joined: np.ndarray  # day of the first order
    leaves: np.ndarray  # day of leaving for good; often after the period
    rate: np.ndarray  # orders per year while active
    dropout: np.ndarray  # chance of leaving, per year
    size: np.ndarray  # extra packs per line of a bulk product
    first_channel: np.ndarray  # code of CHANNELS
    deal_share: np.ndarray  # share of orders bought on a price-off


def draw(child, customers):
    """Draw the hidden layer.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    customers : int

    Returns
    -------
    Latent
    """
    traits = _profile(child("latent.profile"), customers)
    traits |= _mind(child("latent.mind"), traits["group"])
    traits |= _joining(child("latent.joining"), traits["group"])
    traits |= _buying(child("latent.buying"), traits)
    return Latent(**{name: frozen(values) for name, values in traits.items()})


def active(latent, day):
    """Return whether each customer has joined and not left by the start of `day`."""
    return (latent.joined < day) & (latent.leaves > day)


def leaving(latent, customer, day):
    """Return whether each event falls in the days before its customer leaves, or later.

    Parameters
    ----------
    latent : Latent
    customer, day : ndarray
        Position of the customer and day of every event.
    """
    return day > latent.leaves[customer] - world.WARNING_DAYS


def demand_clock():
    """Return the cumulative demand of each group at the start of each day, in days.

    A seasonal Poisson process is an even one on a clock that runs faster in high season
    (Çinlar 1975, *Introduction to Stochastic Processes*, section 4.7). Row = group; the
    clock starts at 0 and shows `world.DAYS` at the end of the period.
    """
    pace = _day_weights()
    clock = np.zeros((len(world.GROUPS), world.DAYS + 1))
    np.cumsum(pace, axis=1, out=clock[:, 1:])
    return clock


def _day_weights():
    days = world.FIRST_DAY + np.arange(world.DAYS)
    month = days.astype("datetime64[M]").astype(int) % 12
    weekday = (days.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    weights = world.MONTH_WEIGHTS[:, month] * world.WEEKDAY_WEIGHTS[:, weekday]
    return weights / weights.mean(axis=1, keepdims=True)


def _profile(rng, n):
    group = pick(rng, world.GROUP_SHARES, n)
    guess = rng.integers(1, len(world.GROUPS), n)
    wrong = rng.random(n) > world.LABEL_ACCURACY
    bands = np.array(world.AGE_BANDS)[pick(rng, world.AGE_SHARES, n)]
    return {
        "group": group,
        "account": pick_by_row(rng, world.ACCOUNT_SHARES, group),
        "label": np.where(wrong, (group + guess) % len(world.GROUPS), group).astype(np.int8),
        "region": pick(rng, world.REGION_SHARES, n),
        "city": pick(rng, world.CITY_SHARES, n),
        "birth_year": rng.integers(bands[:, 0], bands[:, 1]).astype(np.int16),
        "income": pick(rng, world.INCOME_SHARES, n),
        "household": pick(rng, world.HOUSEHOLD_SHARES, n) + np.int8(1),
        "woman": rng.random(n) < world.WOMEN_SHARE,
    }


def _mind(rng, group):
    n = len(group)
    noise = rng.normal(size=(n, len(world.ATTITUDES)))
    return {
        "attitudes": (world.ATTITUDE_MEANS[group] + noise).astype(np.float32),
        "involvement": rng.normal(size=n),
        "satisfaction": rng.normal(size=n),
    }


def _joining(rng, group):
    """Draw the day of the first order: an opening rush, then slow growth."""
    later = world.DAYS - world.FOUNDING_DAYS
    arrivals = np.concatenate(
        [
            np.full(world.FOUNDING_DAYS, world.FOUNDING_SHARE / world.FOUNDING_DAYS),
            np.linspace(1, world.JOIN_GROWTH, later) * _per_day(1 - world.FOUNDING_SHARE, later),
        ]
    )
    weights = _day_weights() * arrivals
    joined = np.empty(len(group), np.int16)
    uniform = rng.random(len(group))
    for code, row in enumerate(weights):
        mine = group == code
        joined[mine] = np.searchsorted(np.cumsum(row)[:-1] / row.sum(), uniform[mine], "right")
    return {"joined": joined}


def _per_day(share, days):
    return share / days / ((1 + world.JOIN_GROWTH) / 2)


def _buying(rng, traits):
    group, account = traits["group"], traits["account"]
    n = len(group)
    on_rate, on_dropout, on_size = _driver_effects(traits)
    dropout = np.take(world.DROPOUT_PER_YEAR, group) * np.where(
        account > 0, world.ORGANISATION_DROPOUT, 1.0
    )
    dropout = dropout * on_dropout * _gamma(rng, world.DROPOUT_SHAPE, n)
    years_active = rng.exponential(size=n) / dropout
    price = traits["attitudes"][:, world.ATTITUDES.index("price")]
    # On exp() of a float32, processors do not even agree in the seventh digit.
    price = price.astype(np.float64)
    return {
        "rate": np.take(world.ORDERS_PER_YEAR, group) * on_rate * _gamma(rng, world.RATE_SHAPE, n),
        "dropout": dropout,
        "leaves": traits["joined"] + 1 + years_active * world.DAYS_PER_YEAR,
        "size": np.take(world.BASKET_SIZE, group)
        * np.take(world.ACCOUNT_SIZE, account)
        * on_size
        * _lognormal(rng, world.SIZE_SIGMA, n),
        "first_channel": pick_by_row(rng, world.CHANNEL_SHARES, group),
        "deal_share": np.clip(
            np.take(world.DEAL_SHARE, group) * np.exp(world.PRICE_ATTITUDE_EFFECT * price), 0, 0.8
        ),
    }


def _driver_effects(traits):
    """Return the multipliers of rate, dropout and basket size, each with mean about 1."""
    geographic = _standard(
        np.take(world.REGION_VALUE, traits["region"]) + np.take(world.CITY_VALUE, traits["city"])
    )
    born_before = np.array([low for low, _high in world.AGE_BANDS[:-1]])
    band = (traits["birth_year"][:, None] < born_before).sum(axis=1)
    demographic = _standard(
        np.take(world.AGE_VALUE, band) + np.take(world.INCOME_VALUE, traits["income"])
    )
    # Organisations buy for many: the contact person's age and income say nothing.
    scores = {
        "geographic": geographic,
        "demographic": np.where(traits["account"] == 0, demographic, 0.0),
        "involvement": traits["involvement"],
        "satisfaction": traits["satisfaction"],
    }
    effects = np.zeros((3, len(band)))
    for driver, weights in world.DRIVERS.items():
        weights = np.array(weights)[:, None]
        effects += weights * scores[driver] - weights**2 / 2  # keeps the mean of exp() near 1
    return np.exp(effects)


def _standard(score):
    """Return a score with mean 0 and sd 1 (unchanged where all customers are alike)."""
    return (score - score.mean()) / (score.std() or 1.0)


def _gamma(rng, shape, n):
    return rng.gamma(shape, 1 / shape, n)


def _lognormal(rng, sigma, n):
    return np.exp(sigma * rng.normal(size=n) - sigma**2 / 2)
