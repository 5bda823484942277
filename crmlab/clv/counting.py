"""Equal rows are counted once: a million customers of a log by days are far fewer rows."""

import numpy as np
import pandas as pd

from crmlab.errors import CRMError


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
    key = np.zeros(len(table), dtype="int64")
    for name in table:
        codes, values = pd.factorize(table[name].to_numpy())
        key = pd.factorize(key * len(values) + codes)[0]
    # Codes are given in order of appearance: a new maximum is a new row.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(key), prepend=-1))
    return table.iloc[first], np.bincount(key, weights, len(first))


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
