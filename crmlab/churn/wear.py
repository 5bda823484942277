"""When something that wears will break: the survival of machines, on use instead of the calendar.

1. The use since the last service until a breakdown follows a Weibull distribution,
   S(u) = exp(−(u ÷ λ)^k). With shape k above 1 it wears: the longer in use, the sooner it breaks.
2. A reminder is sent when the use reaches a limit τ; the share p of owners follows it, the others
   run on to the breakdown. Service and repair both make the machine as good as new.
3. So a cycle ends after p·L(τ) + (1 − p)·L(∞) on average, with L(τ) = ∫₀^τ S(u) du; it holds S(τ)
   reminders and p·S(τ) services, and one breakdown unless it ends with a service.
4. In the long run each comes as often per use as in one cycle, over its length (renewal theorem),
   and what a cycle costs divided by its length is what use costs: with p = 1 the age replacement
   of Barlow and Hunter (1960), Operations Research 8:90, on use.
"""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import gamma, gammainc

from crmlab.arguments import numbers, shares, zero_or_one
from crmlab.errors import CRMError

_SHAPES = 0.05, 50.0  # between them lies every shape that data of machines have


def fit_weibull(use, broke, weights=None):
    """Fit a Weibull distribution to lives of which some have not ended, by maximum likelihood.

    Parameters
    ----------
    use : array-like
        Use from a service to the breakdown, or until it is known no further; above 0.
    broke : array-like of bool
        Whether it ended with a breakdown; else it is censored.
    weights : array-like, optional
        How often each counts; in a bootstrap of machines, how often its machine was drawn.

    Returns
    -------
    tuple of float
        Shape k, and scale λ in the unit of `use`.

    Raises
    ------
    CRMError
        If a use is not above 0, or there are fewer than two different uses with a breakdown.

    Notes
    -----
    For a given k, λ^k = Σ w u^k ÷ Σ w d, with d = 1 for a breakdown. Put into the likelihood, k
    solves Σ w u^k ln u ÷ Σ w u^k − 1 ÷ k = Σ w d ln u ÷ Σ w d, whose left side rises with k.
    """
    use = numbers(use, "use")
    ended = zero_or_one(np.asarray(broke), "broke").astype(float)
    weight = np.ones(len(use)) if weights is None else numbers(weights, "weights")
    if not (use > 0).all():
        raise CRMError("use must be above 0: leave out machines that were not used.")
    counted = weight * ended
    if len(np.unique(use[counted > 0])) < 2:
        raise CRMError("A Weibull distribution needs two different uses with a breakdown.")
    largest = use.max()
    log_use = np.log(use / largest)
    mean_log = counted @ log_use / counted.sum()

    def slope(shape):
        power = weight * np.exp(shape * log_use)
        return power @ log_use / power.sum() - 1 / shape - mean_log

    if slope(_SHAPES[1]) < 0:
        raise CRMError("All breakdowns came after nearly the same use: no shape is large enough.")
    shape = brentq(slope, *_SHAPES, xtol=1e-13, rtol=1e-13)
    scale = largest * (weight @ np.exp(shape * log_use) / counted.sum()) ** (1 / shape)
    return float(shape), float(scale)


def wear_rates(limit, shape, scale, heeded=1.0):
    """Return how many reminders, services and breakdowns come per unit of use, in the long run.

    Parameters
    ----------
    limit : float or array-like
        τ, the use since the last service at which a reminder is sent; infinite for none.
    shape, scale : float or array-like
        Of the Weibull distribution of the use until a breakdown.
    heeded : float, default 1
        p, the share of reminders that lead to a service.

    Returns
    -------
    pandas.DataFrame
        ``reminders``, ``services``, ``breakdowns`` per unit of use, a row per limit (or shape, or
        scale); an index of `limit` or `scale` is kept.

    Raises
    ------
    CRMError
        If a limit, shape or scale is not above 0, or `heeded` no share.
    """
    index = next((one.index for one in (limit, scale) if isinstance(one, pd.Series)), None)
    limit, shape, scale = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, float)) for one in (limit, shape, scale))
    )
    if not all((one > 0).all() for one in (limit, shape, scale)):
        raise CRMError("limit, shape and scale must be above 0.")
    shares(heeded, "heeded")
    worn = (limit / scale) ** shape
    survives = np.exp(-worn)
    mean = scale * gamma(1 + 1 / shape)
    length = heeded * mean * gammainc(1 / shape, worn) + (1 - heeded) * mean
    counts = {
        "reminders": survives,
        "services": heeded * survives,
        "breakdowns": 1 - heeded * survives,
    }
    return pd.DataFrame({name: count / length for name, count in counts.items()}, index)
