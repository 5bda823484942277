"""An alarm on counts a day: from how many on, how often it is false, how late it comes.

Counts of mentions scatter more than Poisson's, since one post is read and repeated: a negative
binomial distribution with mean μ and size k has the variance μ + μ² ÷ k, and is Poisson's where k
is infinite. The limit goes with the expected count of the day, so that a busy weekday is no alarm.
"""

import numpy as np
from scipy import stats

from crmlab.arguments import integer, numbers
from crmlab.errors import CRMError


def alarm_limit(expected, size, rate):
    """Return the count of each day above which it is an alarm.

    Parameters
    ----------
    expected : array-like
        Expected count of each day on which nothing happens.
    size : float
        k of the negative binomial distribution; ``numpy.inf`` for Poisson's.
    rate : float
        Of all days on which nothing happens, the largest share that may give an alarm.

    Returns
    -------
    numpy.ndarray
        Whole numbers: an alarm is a count *above* it.

    Raises
    ------
    CRMError
        If an expected count or the size is not above 0, or the rate not between 0 and 1.
    """
    return _distribution(expected, size).isf(_share(rate))


def false_alarms(expected, size, limit):
    """Return how many alarms are expected over days on which nothing happens.

    Parameters
    ----------
    expected, size
        As of :func:`alarm_limit`.
    limit : array-like
        An alarm is a count above it: one number, or one for each day.

    Returns
    -------
    float
        With the limits of :func:`alarm_limit` not more than rate × days, and mostly less: counts
        are whole numbers.
    """
    return float(_distribution(expected, size).sf(limit).sum())


def alarm_delays(expected, size, limit, course, runs=2000, seed=0):
    """Simulate how many days an alarm comes after a crisis has begun.

    Parameters
    ----------
    expected, size, limit
        As of :func:`false_alarms`; days in order, on one of which each crisis begins by lot.
    course : array-like
        Day by day: the count that is expected in the crisis ÷ that of an ordinary day.
    runs : int, default 2000
    seed : int, default 0
        The same crises and luck for every limit.

    Returns
    -------
    numpy.ndarray
        Days, one per run: 0 for an alarm on the first day's count; as many as `course` has days
        where none comes.

    Raises
    ------
    CRMError
        If `course` is longer than `expected`, or a number is missing.
    """
    expected, course = np.atleast_1d(numbers(expected, "expected")), numbers(course, "course")
    if not len(course) <= len(expected):
        raise CRMError("course must not be longer than the days in expected.")
    rng = np.random.default_rng(seed)
    begin = rng.integers(0, len(expected) - len(course) + 1, integer(runs, "runs", 1))
    day = begin[:, None] + np.arange(len(course))
    mean = expected[day] * course
    if np.isfinite(size):
        mean = mean * rng.gamma(size, 1 / size, mean.shape)
    alarm = rng.poisson(mean) > np.broadcast_to(numbers(limit, "limit"), expected.shape)[day]
    return np.where(alarm.any(axis=1), alarm.argmax(axis=1), len(course))


def _distribution(expected, size):
    expected = numbers(expected, "expected")
    if not ((expected > 0).all() and size > 0):
        raise CRMError("Expected counts and the size must be above 0.")
    if np.isinf(size):
        return stats.poisson(expected)
    return stats.nbinom(size, size / (size + expected))


def _share(rate):
    if not 0 < rate < 1:
        raise CRMError("rate must lie between 0 and 1.")
    return rate
