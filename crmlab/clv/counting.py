"""Equal rows are counted once: a million customers of a log by days are far fewer rows."""

import numpy as np
import pandas as pd

from crmlab.errors import CRMError

# As many keys fit into 64 bits; beyond, those that occur are numbered anew.
_MOST_KEYS = 2**63


def count_rows(table, weights=None):
    """Count equal rows of a table.

    Parameters
    ----------
    table : pandas.DataFrame
    weights : array-like of float, optional
        How many customers each row stands for; 1 by default.

    Returns
    -------
    rows : pandas.DataFrame
        The distinct rows with a weight above 0, in the order of their first appearance.
    counts : numpy.ndarray
        How many customers each of them stands for.
    """
    if weights is None:
        weights = np.ones(len(table))
    else:
        weights = _checked_weights(weights, len(table))
        table, weights = table[weights > 0], weights[weights > 0]
    first, which = distinct_rows(table)
    return table.iloc[first], np.bincount(which, weights, len(first))


def distinct_rows(table):
    """Find the distinct rows of a table.

    Parameters
    ----------
    table : pandas.DataFrame
        Without missing values.

    Returns
    -------
    first : numpy.ndarray
        Where each distinct row appears first, in order.
    which : numpy.ndarray
        For each row of the table, its place in `first`.
    """
    key, different = np.zeros(len(table), dtype="int64"), 1
    for name in table:
        codes, values = pd.factorize(table[name].to_numpy())
        if different * len(values) >= _MOST_KEYS:
            key, seen = pd.factorize(key)
            different = len(seen)
        key = key * len(values) + codes
        different *= len(values)
    which = pd.factorize(key)[0]
    # Codes are given in order of appearance: a new maximum is a new row.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(which), prepend=-1))
    return first, which


def _checked_weights(weights, length):
    try:
        weights = np.asarray(weights, dtype="float64")
        usable = np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0
    except (TypeError, ValueError):
        usable = False
    if not usable or weights.shape != (length,):
        raise CRMError(
            "weights needs one number per row of the customer table ({count} rows), none "
            "missing or below 0, and not all 0.",
            count=length,
        )
    return weights
