"""Is a score still right? An alarm with a false-alarm rate, and a figure of the trade.

1. A score that is right says how many of a period's customers will leave, and how far luck may
   lead from it: z = (left − Σ p) ÷ √Σ p (1 − p).
2. Small excesses add up: S = max(0, S before + z − slack), a cumulative sum (CUSUM; Page 1954,
   "Continuous inspection schemes", Biometrika 41:100, section 2). An alarm is an S above a limit.
3. How high the limit has to be is found by simulating runs in which the score *is* right.
4. The population stability index compares how a score or an input is distributed now and then. It
   does not look at what happened, so it cannot tell whether the score is right.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import integer, matching_columns, numbers, shares, zero_or_one
from crmlab.errors import CRMError


def excess_leavers(left, score, period):
    """Return by how much more customers left than a score said, period by period.

    Parameters
    ----------
    left : array-like of bool
        What happened.
    score : array-like
        What was predicted, a probability.
    period : array-like
        Of each customer: a date or a number.

    Returns
    -------
    pandas.Series
        Index period, in order: z, the difference in standard deviations of luck alone.

    Raises
    ------
    CRMError
        If the arguments do not match, a score lies outside 0 to 1, or it leaves no room for luck.
    """
    left, score = matching_columns(left=left, score=score)
    zero_or_one(left, "left")
    shares(score, "score")
    code, periods = _periods(period, len(score))
    wide = np.bincount(code, score * (1 - score))
    if not (wide > 0).all():
        raise CRMError("In a period all scores are 0 or 1: luck has no room there.")
    excess = np.bincount(code, left - score) / np.sqrt(wide)
    return pd.Series(excess, pd.Index(periods, name="period"), name="excess")


def cusum(excess, slack=0.5):
    """Return the cumulative sum of what exceeds the slack, never below 0, period by period.

    Parameters
    ----------
    excess : array-like
        z of each period in order, along the last axis.
    slack : float, default 0.5
        Half of the shift, in standard deviations a period, that should be found soonest.

    Returns
    -------
    numpy.ndarray
        Of the same shape.
    """
    excess = np.asarray(excess, float)
    if np.isnan(excess).any():
        raise CRMError("excess has missing values: leave out periods whose outcome is not known.")
    total = (excess - slack).cumsum(axis=-1)
    # S falls to 0 where the total reaches a new low: it is the total over its lowest so far.
    return total - np.minimum(np.minimum.accumulate(total, axis=-1), 0)


def cusum_limit(score, period, rate=0.05, slack=0.5, runs=2000, seed=0):
    """Return the limit that a CUSUM exceeds by luck alone in a stated share of runs.

    Parameters
    ----------
    score, period : array-like
        Customers as they come in one run, such as a year: probability and period of each.
    rate : float, default 0.05
        The share of runs with a false alarm.
    slack : float, default 0.5
        As of :func:`cusum`.
    runs : int, default 2000
        Simulated runs in which the score is right.
    seed : int, default 0

    Returns
    -------
    float

    Raises
    ------
    CRMError
        If an argument cannot be used.
    """
    if not 0 < rate < 1:
        raise CRMError("rate must lie between 0 and 1.")
    highest = cusum(luck_alone(score, period, runs, seed), slack).max(axis=1)
    return float(np.quantile(highest, 1 - rate))


def luck_alone(score, period, runs=2000, seed=0):
    """Simulate the excess of each period where a score is right.

    Parameters
    ----------
    score, period, runs, seed
        As of :func:`cusum_limit`.

    Returns
    -------
    numpy.ndarray
        (runs, periods).
    """
    score = np.atleast_1d(numbers(score, "score"))
    shares(score, "score")
    code, periods = _periods(period, len(score))
    runs = integer(runs, "runs", 1)
    rng = np.random.default_rng(integer(seed, "seed", 0))
    excess = np.empty((runs, len(periods)))
    for place in range(len(periods)):
        mine = score[code == place]
        left = (rng.random((runs, len(mine)), np.float32) < mine.astype(np.float32)).sum(axis=1)
        excess[:, place] = (left - mine.sum()) / np.sqrt((mine * (1 - mine)).sum())
    return excess


def population_stability(before, now, bins=10):
    """Return the population stability index of a score or an input.

    Σ (now − before) ln(now ÷ before) over the shares of bins, with cut points at quantiles of
    `before`; half a customer is added to each bin, so that an empty one stays finite. Without
    any change it is still above 0: about (bins − 1)(1/n + 1/m) for n and m customers (Yurdakul &
    Naranjo 2020, "Statistical properties of the population stability index", Journal of Risk
    Model Validation 14(4)).

    Parameters
    ----------
    before, now : array-like
        Values of the customers then and now.
    bins : int, default 10

    Returns
    -------
    float
    """
    before, now = numbers(before, "before"), numbers(now, "now")
    inner = np.linspace(0, 1, integer(bins, "bins", 2) + 1)[1:-1]
    cuts = np.unique(np.quantile(before, inner))
    counts = [
        np.bincount(np.searchsorted(cuts, values, "left"), minlength=len(cuts) + 1) + 0.5
        for values in (before, now)
    ]
    first, last = (count / count.sum() for count in counts)
    return float(((last - first) * np.log(last / first)).sum())


def _periods(period, size):
    code, periods = pd.Index(period).factorize(sort=True)
    if len(code) != size or (code < 0).any():
        raise CRMError("period needs one value for each score, and none may be missing.")
    return code, periods
