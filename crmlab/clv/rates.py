"""How often customers buy while they are alive: each at a rate of their own, or all alike.

A *rate part* of the BG/NBD model says, for rates λ that differ as it assumes,

- the terms of the likelihood: what the counts x say, and `waiting`, the log probability of no
  further purchase up to an age;
- what is known of a customer's λ after x purchases up to T (`posterior`): the same part, with
  other parameters;
- E[λ], ln E[exp(-λ s)] and the distribution of the number of purchases within a time.

The likelihood of Fader, Hardie & Lee (2005), equation 6, is made of these and of `stops`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, poisson


@dataclass(frozen=True)
class Terms:
    """One term of the log likelihood for each of n customers, with its derivatives.

    Attributes
    ----------
    value : numpy.ndarray
        Shape (n,).
    slopes : numpy.ndarray
        Derivatives by the k parameters, shape (k, n).
    bend : callable
        Takes weights of shape (n,) and returns the weighted sum of the second derivatives,
        shape (k, k).
    """

    value: np.ndarray
    slopes: np.ndarray
    bend: Callable

    def summed(self, weights):
        """Return the weighted sum of the terms, of their slopes and of their bends."""
        return weights @ self.value, self.slopes @ weights, self.bend(weights)


@dataclass(frozen=True)
class Counted:
    """What the counts of purchases say, whenever they were made.

    x is whole, so a ratio of gamma functions, Γ(r + x) / Γ(r), is the product of r + j over
    j < x. Over all customers the j-th factor counts once for each with x > j.

    Attributes
    ----------
    size : float
        Customers.
    exceed : numpy.ndarray
        How many of them have x > j, for j = 0, 1, …; the sum is that of all x.
    j : numpy.ndarray
    """

    size: float
    exceed: np.ndarray
    j: np.ndarray

    @classmethod
    def of(cls, x, counts):
        """Count customers by their purchases."""
        size = counts.sum()
        exceed = size - np.cumsum(np.bincount(x.astype("int64"), counts))[:-1]
        return cls(size, exceed, np.arange(len(exceed), dtype="float64"))

    def product(self, base):
        """Return the log of the product of base + j over j < x of all, and two derivatives."""
        inverse = 1 / (base + self.j)
        return (
            -self.exceed @ np.log(inverse),
            self.exceed @ inverse,
            -self.exceed @ inverse**2,
        )


class GammaRates:
    """Rates that are gamma distributed, with shape r and rate alpha."""

    names = ("r", "alpha")

    @staticmethod
    def start(purchases, time):
        """Return where a search begins."""
        return {"r": 1.0, "alpha": time / purchases}

    @staticmethod
    def of_counts(params, counted):
        """Return ln Γ(r + x) - ln Γ(r) + r ln α over all customers, gradient and Hessian."""
        r, alpha = params
        value, slope, bend = counted.product(r)
        size = counted.size
        return (
            value + size * r * np.log(alpha),
            np.array([slope + size * np.log(alpha), size * r / alpha]),
            np.array([[bend, size / alpha], [size / alpha, -size * r / alpha**2]]),
        )

    @staticmethod
    def waiting(params, x, age):
        """Return -(r + x) ln(α + age): no further purchase up to an age."""
        r, alpha = params
        shape, per_age = r + x, 1 / (alpha + age)
        slopes = np.array([np.log(per_age), -shape * per_age])

        def bend(weights):
            mixed = -weights @ per_age
            return np.array([[0, mixed], [mixed, -(weights * per_age) @ slopes[1]]])

        return Terms(shape * slopes[0], slopes, bend)

    @staticmethod
    def posterior(params, x, age):
        """Return the parameters after x purchases up to an age."""
        r, alpha = params
        return r + x, alpha + age

    @staticmethod
    def mean(params):
        """Return E[λ]."""
        r, alpha = params
        return r / alpha

    @staticmethod
    def log_laplace(params, s):
        """Return ln E[exp(-λ s)]."""
        r, alpha = params
        return -r * np.log1p(s / alpha)

    @staticmethod
    def number(params, t):
        """Return the distribution of the number of purchases within t."""
        r, alpha = params
        return nbinom(r, alpha / (alpha + t))

    @staticmethod
    def draw(params, rng, n):
        """Draw n rates."""
        r, alpha = params
        return rng.gamma(r, 1 / alpha, n)


class OneRate:
    """One rate for all: the limit of gamma distributed rates for r to infinity."""

    names = ("rate",)

    @staticmethod
    def start(purchases, time):
        """Return where a search begins."""
        return {"rate": purchases / time}

    @staticmethod
    def of_counts(params, counted):
        """Return x ln λ over all customers, gradient and Hessian."""
        (rate,) = params
        total = counted.exceed.sum()
        return total * np.log(rate), np.array([total / rate]), np.array([[-total / rate**2]])

    @staticmethod
    def waiting(params, x, age):
        """Return -λ age: no further purchase up to an age."""
        (rate,) = params
        return Terms(-rate * age, -age[np.newaxis], lambda _weights: np.zeros((1, 1)))

    @staticmethod
    def posterior(params, x, age):
        """Return the parameters after x purchases up to an age: nothing was to be learned."""
        return params

    @staticmethod
    def mean(params):
        """Return λ."""
        return params[0]

    @staticmethod
    def log_laplace(params, s):
        """Return -λ s."""
        return -params[0] * s

    @staticmethod
    def number(params, t):
        """Return the distribution of the number of purchases within t."""
        return poisson(params[0] * t)

    @staticmethod
    def draw(params, rng, n):
        """Return the rate n times."""
        return np.full(n, params[0])
