"""Maximum likelihood for models whose parameters are all above 0.

1. The search runs over the logarithms of the parameters, measured from the start, so that it
   cannot leave the parameter space and the unit of time or money does not matter.
2. Newton steps within a trust region, with the exact gradient and Hessian (scipy).
3. Standard errors come from the observed information, the Hessian at the maximum; 95 %
   intervals are made on the log scale and carried back (delta method).
4. A search that runs to the edge of the parameter space, or ends where the data say next to
   nothing, is an error that says what it means. It gives no numbers.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.base import BaseEstimator

from crmlab.arguments import steady
from crmlab.errors import CRMError
from crmlab.language import gettext as _

# A parameter 100,000 times larger or smaller than a sensible start is at 0 or at infinity.
_EDGE = np.log(1e5)
# An interval from a thousandth to a thousand times the estimate tells nothing about it.
_WIDEST = np.log(1e3)
# The last step may gain this much log likelihood at most; more is a search that never ends.
_LAST_GAIN = 1e-3
_Z = norm.ppf(0.975)


class Likelihood(BaseEstimator):
    """What the models fitted by maximum likelihood share: what a fit leaves behind.

    A subclass names in `_EDGES` what it means for customers when a parameter has no finite
    maximum: (parameter, "high" or "low") to a sentence marked for translation.
    """

    _EDGES = MappingProxyType({})

    def _maximize(self, log_likelihood, start, size, unit=None):
        """Find the maximum and keep it in the attributes with a trailing underscore."""
        return self._keep(self._find(log_likelihood, start, size), size, unit)

    def _find(self, log_likelihood, start, size):
        """Find the maximum."""
        return maximize(log_likelihood, start, size, self._EDGES)

    def _keep(self, found, size, unit=None):
        """Keep a maximum in the attributes with a trailing underscore."""
        self.params_ = found.params
        self.summary_ = found.summary
        self.log_likelihood_ = found.log_likelihood
        self.n_customers_ = int(size) if float(size).is_integer() else float(size)
        self.unit_ = unit
        return self


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest, and how sharply."""

    params: dict
    summary: pd.DataFrame
    log_likelihood: float


def maximize(log_likelihood, start, size, edges):
    """Maximise a log likelihood over parameters above 0.

    Parameters
    ----------
    log_likelihood : callable
        Takes the array of parameters; returns value, gradient and Hessian.
    start : dict of str to float
        Where the search begins, in the order of the parameters.
    size : float
        Number of customers: the search stops by the gradient per customer.
    edges : dict
        (parameter, "high" or "low") to what it means, for the error message.

    Returns
    -------
    Maximum

    Raises
    ------
    NoMaximum
        If the maximum is not inside the parameter space.
    """
    names = list(start)
    origin = np.array(list(start.values()))
    reached = -np.inf

    @lru_cache(maxsize=4)
    def evaluate(point):
        """Return minus the log likelihood per customer and its derivatives at a log point."""
        nonlocal reached
        if np.abs(point).max() > _EDGE:
            raise _Edge(point)
        params = origin * np.exp(point)
        value, gradient, hessian = log_likelihood(params)
        reached = np.fmax(reached, value)
        gradient = params * gradient
        hessian = np.outer(params, params) * hessian + np.diag(gradient)
        return -value / size, -gradient / size, -hessian / size

    try:
        point = _search(evaluate, len(names))
        _refuse_flat(size * evaluate(tuple(point))[2], point)
        point = _last_step(evaluate, point, size)
        value, _gradient, hessian = evaluate(tuple(point))
        _refuse_flat(size * hessian, point)
    except _Edge as edge:
        raise _no_maximum(names, edge.point, edges, float(reached)) from None
    estimate = origin * np.exp(point)
    log_error = np.sqrt(np.diag(np.linalg.inv(size * hessian)))
    summary = pd.DataFrame(
        {
            "estimate": estimate,
            "standard_error": estimate * log_error,
            "low": estimate * np.exp(-_Z * log_error),
            "high": estimate * np.exp(_Z * log_error),
        },
        index=pd.Index(names, name="parameter"),
    )
    params = dict(zip(names, estimate.tolist(), strict=True))
    return Maximum(params, summary, -size * float(value))


def _search(evaluate, dimensions):
    return minimize(
        lambda point: evaluate(tuple(point))[0],
        np.zeros(dimensions),
        jac=lambda point: evaluate(tuple(point))[1],
        hess=lambda point: evaluate(tuple(point))[2],
        method="trust-exact",
        options={
            "gtol": 1e-7,  # below, rounding hides what a step gains
            "initial_trust_radius": 1,
            "max_trust_radius": 2,
            "maxiter": 200,
        },
    ).x


def _last_step(evaluate, point, size):
    """Take a Newton step without comparing values that rounding makes equal."""
    _value, gradient, hessian = evaluate(tuple(point))
    step = np.linalg.solve(hessian, -gradient)
    if -size * gradient @ step / 2 > _LAST_GAIN:
        raise _Edge(point)
    return point + step


def _refuse_flat(information, point):
    """Refuse a place where the likelihood falls too little on some side to tell anything."""
    bends, directions = np.linalg.eigh(information)
    if bends[0] <= (_Z / _WIDEST) ** 2:
        # Along the flat direction, away from the start.
        flat = directions[:, 0]
        raise _Edge(flat * (np.sign(flat @ point) or 1))


class _Edge(Exception):
    """The likelihood has no maximum within reach; `point` is where it keeps rising."""

    def __init__(self, point):
        super().__init__(point)
        self.point = np.array(point)


class NoMaximum(CRMError):
    """The likelihood has no maximum inside the parameter space.

    Attributes
    ----------
    reached : float
        The highest log likelihood seen on the way to the edge.
    """

    reached = -np.inf


def _no_maximum(names, point, edges, reached):
    """Return the error that names the parameter that ran furthest, and what that means."""
    furthest = int(steady(np.abs(point)).argmax())
    side = "high" if point[furthest] > 0 else "low"
    error = NoMaximum(
        "The model cannot be fitted to these data: {name} has no best value, it runs to "
        "{limit}. {meaning}",
        name=names[furthest],
        limit=_("infinity") if side == "high" else "0",
        meaning=_(edges.get((names[furthest], side), "")),
    )
    error.reached = reached
    return error
