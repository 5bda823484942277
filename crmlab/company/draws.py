"""Small vectorised draws and text columns that every table needs."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmlab.company import world

_TEXT = pa.large_string()
MINUTES_PER_DAY = 24 * 60


def pick(rng, shares, size):
    """Draw `size` category codes (int8) with the given shares (any scale)."""
    cumulative = np.cumsum(shares) / np.sum(shares)
    return _lookup(cumulative, rng.random(size))


def pick_by_row(rng, shares, row):
    """Draw one code (int8) per element of `row`, with that row of `shares` as weights.

    One pass per row of the table, not one table row per element, so that ten million
    draws need no ten-million-by-k array.
    """
    uniform = rng.random(len(row))
    codes = np.empty(len(row), np.int8)
    for number, weights in enumerate(np.asarray(shares, float)):
        mine = row == number
        codes[mine] = _lookup(np.cumsum(weights) / weights.sum(), uniform[mine])
    return codes


def events(rng, rate, begin, end):
    """Draw the events of one Poisson process per customer.

    Parameters
    ----------
    rng : numpy.random.Generator
    rate : ndarray
        Events per year of each customer.
    begin, end : ndarray
        Each customer's span, days; empty where `end` is not after `begin`.

    Returns
    -------
    tuple of ndarray
        Position of the customer (int32) and day (float) of every event.
    """
    span = np.maximum(end - begin, 0.0)
    customer = np.repeat(
        np.arange(len(span), dtype=np.int32), rng.poisson(rate * span / world.DAYS_PER_YEAR)
    )
    return customer, begin[customer] + span[customer] * rng.random(len(customer))


def points(score, scale):
    """Return scores rounded to whole points (int8) and kept within a scale (low, high)."""
    return np.clip(np.rint(score), *scale).astype(np.int8)


def nullable(values, dtype, known):
    """Return a pandas Series of a nullable dtype, missing where not `known`."""
    return pd.Series(values, dtype=dtype).where(known)


def _lookup(cumulative, uniform):
    codes = np.searchsorted(cumulative, uniform, side="right")
    # The last cumulative share may be a rounding error below 1.
    return np.minimum(codes, len(cumulative) - 1).astype(np.int8)


def frozen(array):
    """Return `array` marked read-only: tables share it, so none may change it."""
    array.setflags(write=False)
    return array


def text(array):
    """Return an Arrow array of text as a pandas array of dtype ``str``."""
    return pd.StringDtype(na_value=np.nan).__from_arrow__(array)


def numbered(prefix, numbers, width):
    """Return Arrow text such as C00001: a letter and a zero-filled number."""
    digits = pc.cast(pa.array(numbers), _TEXT)
    return join(prefix, pc.utf8_lpad(digits, width=width, padding="0"))


def join(*parts):
    """Return the element-wise concatenation of texts and Arrow arrays of text."""
    arrays = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*arrays, pa.scalar("", _TEXT))


def take(pool, codes):
    """Return Arrow text ``pool[codes]``; a negative code gives a missing value."""
    codes = np.asarray(codes)
    return pc.take(pa.array(pool, _TEXT), pa.array(codes, mask=codes < 0))


def category(names, codes):
    """Return a pandas categorical; a code of -1 is missing."""
    # A copy: a categorical keeps the codes it is given, and these may be shared.
    return pd.Categorical.from_codes(np.array(codes), categories=list(names))


def day_number(date):
    """Return whole days from the first day of the period to `date`."""
    return int((date - world.FIRST_DAY).astype(int))


def dates(days):
    """Return day numbers as dates (microsecond resolution, as pandas reads them)."""
    return (world.FIRST_DAY + np.asarray(days).astype("timedelta64[D]")).astype("datetime64[us]")


def timestamps(minutes):
    """Return minutes since the first day of the period as timestamps."""
    start = world.FIRST_DAY.astype("datetime64[m]")
    return (start + np.asarray(minutes).astype("timedelta64[m]")).astype("datetime64[us]")


def yuan(fen):
    """Return whole fen as yuan with two decimals."""
    return np.asarray(fen) / 100.0
