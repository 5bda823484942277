"""Does a churn model rank, and are its probabilities true?

Customers are put into groups of about equal size by predicted probability. Those with the
same probability (rounded by :func:`crmlab.steady`) are always in the same group, so no
result depends on the order of rows; a group can stay empty for it, as in :class:`crmlab.RFM`.
"""

import numpy as np
import pandas as pd
from scipy.stats import binomtest, rankdata

from crmlab.arguments import matching_columns, shares, steady, zero_or_one
from crmlab.errors import CRMError


def lift_table(churned, probability, groups=10):
    """Return how much more often the customers ranked first churn than all customers.

    Parameters
    ----------
    churned : array-like of bool
        What happened.
    probability : array-like
        What was predicted, or any score: higher means more likely to churn.
    groups : int, default 10

    Returns
    -------
    pandas.DataFrame
        Index ``group``, 1 with the highest scores; ``customers``, ``churners``,
        ``churn_rate``, ``lift`` (its rate ÷ the rate of all), and up to and with this
        group ``contacted`` (share of customers), ``captured`` (share of churners) and
        ``cumulative_lift`` (captured ÷ contacted).

    Raises
    ------
    CRMError
        If nobody churned.
    """
    churned, probability = matching_columns(churned=churned, probability=probability)
    zero_or_one(churned, "churned")
    if not churned.any():
        raise CRMError("Nobody churned: there is nothing to compare with.")
    found = _by_group(churned, -probability, groups)
    table = pd.DataFrame({"customers": found.size(), "churners": found.sum().astype("int64")})
    table["churn_rate"] = table["churners"] / table["customers"]
    table["lift"] = table["churn_rate"] / churned.mean()
    table["contacted"] = table["customers"].cumsum() / len(churned)
    table["captured"] = table["churners"].cumsum() / churned.sum()
    table["cumulative_lift"] = table["captured"] / table["contacted"]
    return table


def calibration_table(churned, probability, groups=10, *, confidence=0.95):
    """Return predicted probabilities beside what was observed, group by group.

    Parameters
    ----------
    churned : array-like of bool
        What happened.
    probability : array-like
        What was predicted, 0 to 1.
    groups : int, default 10
    confidence : float, default 0.95
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Index ``group``, 1 with the lowest probabilities; ``customers``, ``predicted``
        (mean probability), ``observed`` (share that churned), and ``low`` and ``high``:
        the score interval of the observed share (Wilson, 1927, Journal of the American
        Statistical Association 22:209).
    """
    churned, probability = matching_columns(churned=churned, probability=probability)
    zero_or_one(churned, "churned")
    shares(probability, "probability")
    found = _by_group(churned, probability, groups)
    number, churners = found.size(), found.sum()
    tests = map(binomtest, churners.astype("int64"), number)
    low, high = zip(*(one.proportion_ci(confidence, "wilson") for one in tests), strict=True)
    return pd.DataFrame(
        {
            "customers": number,
            "predicted": _by_group(probability, probability, groups).mean(),
            "observed": churners / number,
            "low": low,
            "high": high,
        }
    )


def _by_group(values, order, groups):
    """Group values by 1 + ⌊groups × share of customers strictly before in the order⌋."""
    if groups < 1:
        raise CRMError("groups must be at least 1, not {value!r}.", value=groups)
    before = rankdata(steady(order), method="min").astype(np.int64) - 1
    group = pd.Series(1 + before * groups // len(order), name="group")
    return pd.Series(values).groupby(group)
