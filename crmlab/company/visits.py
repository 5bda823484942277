"""Places to visit: who is due, when they are open, and what a visit adds.

1. A visit adds to the margin of the next 30 days, by the kind of place; not by its size.
2. All through 2025 the habit listed large places first; of those listed, a lot drew some out,
   who were only phoned. So what a visit adds can be told from what large places buy anyway.
3. Tomorrow 48 places in the city are due, in the areas of three sales people.

The places are prospects and firms of the dealers: they are not in the register.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category, numbered, pick, text

KINDS = [row[0] for row in world.VISIT_KINDS]
_SHARES, _ADDS, _MINUTES, _WINDOWS, _SALES = (
    [row[column] for row in world.VISIT_KINDS] for column in range(1, 6)
)


def adds(rng):
    """Draw what a visit adds at each kind of place, yuan of margin in 30 days."""
    spread = world.VISIT_ADDS_SPREAD
    return np.array(_ADDS) * rng.uniform(1 - spread, 1 + spread, len(KINDS))


def _places(rng, count):
    """Draw kind and yearly sales (yuan, to hundreds) of places."""
    kind = pick(rng, _SHARES, count)
    sales = np.take(_SALES, kind) * np.exp(world.VISIT_SALES_SIGMA * rng.normal(size=count))
    return kind, 100 * np.rint(sales / 100)


def log_table(child):
    """Return one row per place that was due in a week of 2025.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.

    Returns
    -------
    pandas.DataFrame
    """
    rng, count = child("visit_log"), world.VISIT_LOG_WEEKS * world.VISIT_LOG_DUE
    kind, sales = _places(rng, count)
    size = np.log(sales)
    size = (size - size.mean()) / size.std()
    odds = world.VISIT_LISTED[0] + world.VISIT_LISTED[1] * size
    listed = rng.random(count) < 1 / (1 + np.exp(-odds))
    visited = listed & (rng.random(count) >= world.VISIT_DRAWN_OUT)
    usual = sales * world.MARGIN_SHARE * 30 / world.DAYS_PER_YEAR
    sigma = world.VISIT_MARGIN_SIGMA
    around = np.exp(sigma * rng.normal(size=(2, count)) - sigma**2 / 2)
    besides = world.VISIT_MARGIN_SD * rng.normal(size=(2, count))
    before, after = usual * around + besides
    after = after + visited * adds(child("visits.adds"))[kind]
    return pd.DataFrame(
        {
            "week": np.repeat(np.arange(1, world.VISIT_LOG_WEEKS + 1), world.VISIT_LOG_DUE),
            "kind": category(KINDS, kind),
            "sales": sales.astype(np.int64),
            "listed": listed,
            "visited": visited,
            "margin_before": np.rint(before).astype(np.int64),
            "margin": np.rint(after).astype(np.int64),
        }
    )


def places_table(rng):
    """Return one row per place that is due tomorrow."""
    count = world.VISIT_PLACES
    kind, sales = _places(rng, count)
    half = world.VISIT_CITY
    centre = np.array([[0.0, -0.45], [-0.45, 0.45], [0.5, 0.35]])[np.arange(count) % 3]
    spot = np.clip(centre + 0.33 * rng.normal(size=(count, 2)), -1, 1) * half
    which = rng.integers(0, 2, count)
    window = np.array(_WINDOWS)[kind, which]
    # Some ask for a time: an hour within their window.
    asks = rng.random(count) < 0.25
    start = window[:, 0] + 15 * rng.integers(0, 4, count)
    opens = np.where(asks, start, window[:, 0])
    closes = np.where(asks, start + 60, window[:, 1])
    minutes = np.take(_MINUTES, kind) + 5 * rng.integers(-1, 3, count)
    return pd.DataFrame(
        {
            "place_id": text(numbered("V", np.arange(1, count + 1), 2)),
            "kind": category(KINDS, kind),
            "area": category(world.VISIT_AREAS, np.arange(count) % 3),
            "x": spot[:, 0].round(1),
            "y": spot[:, 1].round(1),
            "opens": opens,
            "closes": closes,
            "minutes": minutes,
            "sales": sales.astype(np.int64),
        }
    )


def truth_table(child):
    """Return what a visit truly adds, by kind of place, yuan of margin in 30 days."""
    return pd.DataFrame({"adds": adds(child("visits.adds"))}, index=pd.Index(KINDS, name="kind"))
