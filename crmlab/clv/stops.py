"""When customers stop for good: with a probability of their own, all alike, or never.

A *stop part* of the BG/NBD model says, for probabilities p of stopping after a repeat purchase
that differ as it assumes, what the counts x say, the log `odds` of having stopped with the
last purchase before the pause is looked at, what is known of a customer's p after x purchases
(`posterior`), E[(1 - p)^x] and E[p (1 - p)^(x - 1)]. Where nobody stops there are no odds. See
`rates` for the other part.
"""

import numpy as np
from scipy.special import betaln

from crmlab.clv.rates import Terms


class BetaStops:
    """Probabilities that are beta distributed, with parameters a and b."""

    names = ("a", "b")

    @staticmethod
    def start():
        """Return where a search begins."""
        return {"a": 1.0, "b": 3.0}

    @staticmethod
    def of_counts(params, counted):
        """Return ln B(a, b + x) - ln B(a, b) over all customers, gradient and Hessian."""
        a, b = params
        value, slope, bend = counted.product(b)
        value_both, slope_both, bend_both = counted.product(a + b)
        return (
            value - value_both,
            np.array([-slope_both, slope - slope_both]),
            np.array([[-bend_both, -bend_both], [-bend_both, bend - bend_both]]),
        )

    @staticmethod
    def odds(params, x):
        """Return ln a - ln(b + x - 1), for x > 0."""
        a, b = params
        left = 1 / (b + x - 1)

        def bend(weights):
            return np.diag([-weights.sum() / a**2, weights @ left**2])

        slopes = np.stack([np.full(len(x), 1 / a), -left])
        return Terms(np.log(a * left), slopes, bend)

    @staticmethod
    def posterior(params, x):
        """Return the parameters of a customer who is alive after x purchases."""
        a, b = params
        return a, b + x

    @staticmethod
    def going_on(params, x):
        """Return E[(1 - p)^x]."""
        a, b = params
        return np.exp(betaln(a, b + x) - betaln(a, b))

    @staticmethod
    def stopping(params, x):
        """Return E[p (1 - p)^(x - 1)], for x > 0."""
        a, b = params
        # For x = 0, which is not asked, the maximum keeps the function at its pole quiet.
        return np.exp(betaln(a + 1, np.maximum(b + x - 1, b)) - betaln(a, b))

    @staticmethod
    def draw(params, rng, n):
        """Draw n probabilities."""
        return rng.beta(*params, n)


class OneStop:
    """One probability p for all: the limit for a and b to infinity at a / (a + b) = p.

    The search runs over its odds p / (1 - p), which can be any number above 0.
    """

    names = ("odds",)

    @staticmethod
    def start():
        """Return where a search begins."""
        return {"odds": 1 / 3}

    @staticmethod
    def of_counts(params, counted):
        """Return x ln(1 - p) over all customers, gradient and Hessian."""
        (odds,) = params
        total = counted.exceed.sum()
        return (
            -total * np.log1p(odds),
            np.array([-total / (1 + odds)]),
            np.array([[total / (1 + odds) ** 2]]),
        )

    @staticmethod
    def odds(params, x):
        """Return ln(p / (1 - p)), for x > 0."""
        (odds,) = params
        return Terms(
            np.full(len(x), np.log(odds)),
            np.full((1, len(x)), 1 / odds),
            lambda weights: np.array([[-weights.sum() / odds**2]]),
        )

    @staticmethod
    def posterior(params, x):
        """Return the parameters of a customer who is alive: nothing was to be learned."""
        return params

    @staticmethod
    def probability(params):
        """Return p."""
        return params[0] / (1 + params[0])

    @classmethod
    def going_on(cls, params, x):
        """Return (1 - p)^x."""
        return (1 + params[0]) ** -np.asarray(x, dtype="float64")

    @classmethod
    def stopping(cls, params, x):
        """Return p (1 - p)^(x - 1), for x > 0."""
        return params[0] * cls.going_on(params, x)

    @classmethod
    def draw(cls, params, rng, n):
        """Return the probability n times."""
        return np.full(n, cls.probability(params))


class NoStop:
    """Nobody stops: the limit for p to 0."""

    names = ()

    @staticmethod
    def start():
        """Return where a search begins."""
        return {}

    @staticmethod
    def of_counts(params, counted):
        """Return 0, no gradient and no Hessian."""
        return 0.0, np.zeros(0), np.zeros((0, 0))

    @staticmethod
    def posterior(params, x):
        """Return no parameters."""
        return params

    @staticmethod
    def going_on(params, x):
        """Return 1."""
        return np.ones(np.shape(x))

    @staticmethod
    def stopping(params, x):
        """Return 0."""
        return np.zeros(np.shape(x))

    @staticmethod
    def draw(params, rng, n):
        """Return 0 n times."""
        return np.zeros(n)
