"""BG/NBD: how often customers buy, and when they silently stop, from x, t_x and T alone.

The story (Fader, Hardie & Lee, 2005, Marketing Science 24, 275-284):

1. While alive, a customer buys at random at a rate λ.
2. Rates differ between customers: λ is gamma distributed, with shape r and rate α.
3. After each repeat purchase the customer stops for good with probability p.
4. These probabilities differ too: p is beta distributed, with parameters a and b.
5. λ and p are independent.

A customer is known by x (repeat purchases), t_x (age at the last one) and T (age today).
Who is alive at T with x purchases is, to the model, a new customer with r + x, α + T, a and
b + x: every expectation below is the one of a new customer.
"""

from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import betaln, expit, hyp2f1
from scipy.stats import nbinom
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import customer_columns, lengths_of_time, numbers, unboxed, whole_numbers
from crmlab.clv.counting import count_rows
from crmlab.clv.maximum import Likelihood
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark

_SAME_RATE = mark(
    "The number of purchases differs no more between customers than chance alone makes it "
    "differ: this model of unequal customers has nothing to find. Use the mean number of "
    "purchases, or take more customers or a longer period."
)
_NOBODY_STOPS = mark(
    "No customer shows a pause that is long for them: nothing says that anybody has stopped. "
    "Observe them for longer, or use a model without an end, such as the mean purchase rate."
)
_SAME_END = mark(
    "Customers do not differ in how soon they stop, or there are too few who stopped to see it. "
    "Take more customers or a longer period."
)
_ENDS_AT_ONCE = mark(
    "Customers seem to stop almost at once or never, with nothing between the two. Look at the "
    "table of x, t_x and T: were repeat purchases lost, or t_x taken for the time since the "
    "last purchase? If not, observe the customers for longer."
)
# Rows worked on at a time: what fits the processor's cache goes several times faster.
_PIECE = 8192
# Nobody buys that often: a customer number, perhaps, in the wrong column.
_MOST = 1_000_000
# Nearer than this to a pole the formula is not to be trusted.
_NEAR = 1e-5
# Gamma functions of this much are near the largest number there is.
_LARGE = 150
_GRID = np.linspace(0, 1, 2001)


class BetaGeometricNBD(Likelihood):
    """BG/NBD model of repeat purchases without a contract.

    Attributes
    ----------
    params_ : dict of str to float
        ``r`` and ``alpha`` (purchase rates; mean r / alpha purchases per unit of time, alpha
        is in units of time), ``a`` and ``b`` (probability of stopping after a repeat
        purchase; mean a / (a + b)).
    summary_ : pandas.DataFrame
        Index ``parameter``: ``estimate``, ``standard_error``, and the 95 % interval ``low``,
        ``high``, made on the log scale.
    log_likelihood_ : float
    n_customers_ : int or float
        Customers fitted: the sum of the weights.
    unit_ : str or None
        ``customers.attrs["unit"]``: ``"D"`` or ``"W"``; the unit of every time here.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., and Lee, K. L. (2005). "Counting your customers" the easy
    way: an alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275-284.

    See Also
    --------
    crmlab.summarize : makes the table that this model is fitted to.
    crmlab.GammaGamma : the spend per purchase.
    """

    _EDGES = MappingProxyType(
        {
            ("r", "high"): _SAME_RATE,
            ("alpha", "high"): _SAME_RATE,
            ("r", "low"): _ENDS_AT_ONCE,
            ("alpha", "low"): _ENDS_AT_ONCE,
            ("a", "low"): _NOBODY_STOPS,
            ("b", "high"): _NOBODY_STOPS,
            ("a", "high"): _SAME_END,
            ("b", "low"): _ENDS_AT_ONCE,
        }
    )

    def fit(self, customers, weights=None):
        """Find the parameters of greatest likelihood.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer: ``x`` (repeat purchases, whole), ``t_x`` (age at the last
            of them, 0 where x = 0) and ``T`` (age at the end), in one unit of time.
        weights : array-like of float, optional
            How many customers each row stands for.

        Returns
        -------
        BetaGeometricNBD

        Raises
        ------
        CRMError
            If the table contradicts itself, or does not identify the model.
        """
        table = _checked(customers)
        rows, sizes = count_rows(table, weights)
        repeats, time = rows["x"] @ sizes, rows["T"] @ sizes
        if not repeats:
            raise CRMError(
                "No customer in the table has bought again (x = 0 for all): nothing is known "
                "about repeat purchases. Take a longer period."
            )
        if rows["x"].nunique() == 1:
            raise CRMError(
                "All customers in the table have the same number of repeat purchases, "
                "x = {x:.0f}. The model is about how customers differ; it needs more of them.",
                x=rows["x"].iloc[0],
            )
        start = {"r": 1.0, "alpha": time / repeats, "a": 1.0, "b": 3.0}
        unit = customers.attrs.get("unit")
        return self._maximize(_LogLikelihood(rows, sizes), start, sizes.sum(), unit)

    def expected_purchases(self, t, customers=None):
        """Return the expected number of repeat purchases in a time to come.

        Parameters
        ----------
        t : float or array-like of float
            Length of time, 0 or more, in the unit of the fitted table.
        customers : pandas.DataFrame, optional
            ``x``, ``t_x`` and ``T``: each of these customers from T on (equation 10 of the
            paper). Without it: a new customer from the first purchase on (equation 9).

        Returns
        -------
        float, numpy.ndarray, pandas.Series or pandas.DataFrame
            A new customer: a number, or one for each `t`. Customers: a Series with their
            index; for several `t` a DataFrame with a column for each.
        """
        check_is_fitted(self)
        t = lengths_of_time(t, "t")
        if customers is None:
            return unboxed(_expected(*self._values(), t))
        table = _checked(customers)
        alive = _probability_alive(self._values(), table).to_numpy()
        expected = self._if_alive(table, np.atleast_1d(t), np.eye(t.size)) * alive[:, None]
        if t.ndim:
            return pd.DataFrame(expected, table.index, pd.Index(t, name="t"))
        return pd.Series(expected[:, 0], table.index, name="expected_purchases")

    def discounted_purchases(self, weights, customers):
        """Return the expected purchases of each period from now on, weighted and added up.

        Parameters
        ----------
        weights : array-like of float
            One per period of the model's unit, the next one first; for a present value, the
            discount factor of each period.
        customers : pandas.DataFrame
            ``x``, ``t_x`` and ``T``.

        Returns
        -------
        pandas.Series
            Same index.
        """
        check_is_fitted(self)
        weights = numbers(weights, "weights")
        table = _checked(customers)
        alive = _probability_alive(self._values(), table)
        # Sum of weight x (purchases to its end - purchases to its start), by end of period.
        falls = weights - np.append(weights[1:], 0)
        until = np.arange(1.0, len(weights) + 1)
        return (alive * self._if_alive(table, until, falls)).rename("discounted_purchases")

    def probability_alive(self, customers):
        """Return the probability that each customer has not stopped by T.

        Parameters
        ----------
        customers : pandas.DataFrame
            ``x``, ``t_x`` and ``T``.

        Returns
        -------
        pandas.Series
            Same index. A customer with x = 0 has a probability of 1: in this model nobody
            stops before the first repeat purchase.

        Notes
        -----
        Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model, note.
        """
        check_is_fitted(self)
        return _probability_alive(self._values(), _checked(customers))

    def purchase_probability(self, x, t):
        """Return the probability that a new customer buys again x times within t.

        Parameters
        ----------
        x : int or array-like of int
            Repeat purchases, 0 or more.
        t : float or array-like of float
            Time since the first purchase; broadcast against `x`.

        Returns
        -------
        float or numpy.ndarray

        Notes
        -----
        Equation 8 of the paper; its sum over j is the distribution function of a negative
        binomial distribution.
        """
        check_is_fitted(self)
        r, alpha, a, b = self._values()
        x, t = whole_numbers(x, "x"), lengths_of_time(t, "t")
        share = alpha / (alpha + t)
        never = np.exp(betaln(a, b + x) - betaln(a, b)) * nbinom.pmf(x, r, share)
        # For x = 0 nothing is added; the maximum keeps the function at its pole quiet.
        stop = np.exp(betaln(a + 1, np.maximum(b + x - 1, b)) - betaln(a, b))
        probability = never + np.where(x > 0, stop * nbinom.sf(x - 1, r, share), 0)
        return unboxed(probability)

    def simulate(self, n, T, seed=0):
        """Draw customers from the fitted model.

        Parameters
        ----------
        n : int
            Number of customers.
        T : float or array-like of float
            Age at the end: one for all, or one for each.
        seed : int or numpy.random.Generator

        Returns
        -------
        pandas.DataFrame
            ``x``, ``t_x`` and ``T``, with ``attrs["unit"]`` where the model has one.
        """
        check_is_fitted(self)
        r, alpha, a, b = self._values()
        T = np.broadcast_to(lengths_of_time(T, "T"), n)
        draw = np.random.default_rng(seed)
        within = draw.poisson(draw.gamma(r, 1 / alpha, n) * T)
        # The purchase after which a customer stops is geometric; a p of nearly 0 can be 0 in
        # the machine, and the customer then never stops.
        p = draw.beta(a, b, n)
        with np.errstate(divide="ignore"):
            last = np.ceil(draw.standard_exponential(n) / -np.log1p(-p))
        x = np.minimum(within, np.maximum(last, 1)).astype("int64")
        # Purchases of a Poisson process fall like independent points on (0, T); the x-th of
        # them in order is beta distributed.
        t_x = np.zeros(n)
        bought = x > 0
        t_x[bought] = T[bought] * draw.beta(x[bought], within[bought] - x[bought] + 1)
        customers = pd.DataFrame({"x": x, "t_x": t_x, "T": T})
        customers.attrs = {"unit": self.unit_} if self.unit_ else {}
        return customers

    def _values(self):
        return tuple(self.params_.values())

    def _if_alive(self, table, t, weights):
        """Expected purchases of each customer until each t, if alive, times weights."""
        r, alpha, a, b = self._values()
        # The answer depends on x and T only, and few customers differ in both.
        groups = table.groupby(["x", "T"], sort=False)
        x, age = groups.head(1)[["x", "T"]].to_numpy().T[:, :, None]
        parts = [
            _expected(r + x[some], alpha + age[some], a, b + x[some], t) @ weights
            for some in (slice(at, at + _PIECE) for at in range(0, len(x), _PIECE))
        ]
        return np.concatenate(parts)[groups.ngroup()]


class _LogLikelihood:
    """The log likelihood of counted rows, with its exact gradient and Hessian.

    Equation 6 of the paper, ln A1 + ln A2 + ln(A3 + δ A4), in three parts:

    - x is whole, so a ratio of gamma functions, Γ(r + x) / Γ(r), is the product of r + j over
      j < x. Over all customers the j-th factor counts once for each with x > j.
    - r ln α, once per customer.
    - With u = ln(α + T) and v = ln(α + t_x), the rest of a customer is
      -(r + x) u + ln(1 + e^z), where z = (r + x)(u - v) + ln a - ln(b + x - 1) is the log odds
      of having stopped; without the second term where x = 0. Nothing overflows.
    """

    def __init__(self, rows, counts):
        x, t_x, T = (rows[name].to_numpy() for name in ("x", "t_x", "T"))
        self._size = counts.sum()
        self._exceed = self._size - np.cumsum(np.bincount(x.astype("int64"), counts))[:-1]
        self._j = np.arange(len(self._exceed), dtype="float64")
        again = x > 0
        self._once = x[~again], T[~again], counts[~again]
        repeaters = x[again], t_x[again], T[again], counts[again]
        cuts = range(_PIECE, int(again.sum()), _PIECE)
        self._repeaters = list(zip(*(np.split(column, cuts) for column in repeaters), strict=True))

    def __call__(self, params):
        """Return the value, the gradient and the Hessian at (r, α, a, b)."""
        value, gradient, hessian = self._of_counts(*params)
        r, alpha = params[:2]
        x, T, counts = self._once
        for part in (
            _of_survival(r + x, np.log(alpha + T), 1 / (alpha + T), counts),
            *(_of_repeaters(params, *piece) for piece in self._repeaters),
        ):
            value += part[0]
            gradient += part[1]
            hessian += part[2]
        return value, gradient, hessian

    def _of_counts(self, r, alpha, a, b):
        """The products over j < x, and r ln α."""
        value = self._size * r * np.log(alpha)
        gradient = np.array([self._size * np.log(alpha), self._size * r / alpha, 0, 0])
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = self._size / alpha
        hessian[1, 1] = -self._size * r / alpha**2
        for base, sign, members in ((r, 1, [0]), (b, 1, [3]), (a + b, -1, [2, 3])):
            inverse = 1 / (base + self._j)
            value -= sign * self._exceed @ np.log(inverse)
            gradient[members] += sign * self._exceed @ inverse
            hessian[np.ix_(members, members)] -= sign * self._exceed @ inverse**2
        return value, gradient, hessian


def _of_survival(shape, log_age, per_age, counts):
    """-(r + x) ln(α + T): no further purchase until T."""
    gradient, hessian = np.zeros(4), np.zeros((4, 4))
    gradient[0] = -counts @ log_age
    gradient[1] = -counts @ (shape * per_age)
    hessian[0, 1] = hessian[1, 0] = -counts @ per_age
    hessian[1, 1] = counts @ (shape * per_age**2)
    return -counts @ (shape * log_age), gradient, hessian


def _of_repeaters(params, x, t_x, T, counts):
    """-(r + x) u + ln(1 + e^z), for customers with x > 0."""
    r, alpha, a, b = params
    shape, left = r + x, 1 / (b + x - 1)
    u, per_age = np.log(alpha + T), 1 / (alpha + T)
    pause, per_last = u - np.log(alpha + t_x), 1 / (alpha + t_x)
    z = shape * pause + np.log(a * left)
    stopped = expit(z)
    slopes = np.empty((4, len(x)))  # of z
    slopes[0] = pause
    slopes[1] = shape * (per_age - per_last)
    slopes[2] = 1 / a
    slopes[3] = -left
    value, gradient, hessian = _of_survival(shape, u, per_age, counts)
    weight = counts * stopped
    value += counts @ np.logaddexp(0, z)
    gradient += slopes @ weight
    hessian += (slopes * (weight * (1 - stopped))) @ slopes.T
    curve = weight @ (per_age - per_last)
    hessian[0, 1] += curve
    hessian[1, 0] += curve
    hessian[1, 1] += weight @ (shape * (per_last**2 - per_age**2))
    hessian[2, 2] -= weight.sum() / a**2
    hessian[3, 3] += weight @ left**2
    return value, gradient, hessian


def _probability_alive(values, table):
    """1 / (1 + e^z), with the log odds z of having stopped; 1 where x = 0."""
    r, alpha, a, b = values
    x, t_x, T = (table[name].to_numpy() for name in ("x", "t_x", "T"))
    again = x > 0
    x, t_x, T = x[again], t_x[again], T[again]
    z = (r + x) * (np.log(alpha + T) - np.log(alpha + t_x)) + np.log(a / (b + x - 1))
    alive = np.ones(len(again))
    alive[again] = expit(-z)
    return pd.Series(alive, table.index, name="probability_alive")


def _expected(r, alpha, a, b, t):
    """Expected repeat purchases of a new customer within t (equation 9 of the paper).

    By the formula; by the integral behind it where a - 1 or a + b - 1 is near 0 (the formula is
    0 / 0), a - r is near a whole number, or b is large and t long (hyp2f1 overflows).
    """
    shape = np.broadcast_shapes(*map(np.shape, (r, alpha, a, b, t)))
    r, alpha, a, b, t = (np.broadcast_to(part, shape).ravel() for part in (r, alpha, a, b, t))
    c, apart = a + b - 1, a - r
    near = np.minimum(np.minimum(np.abs(a - 1), np.abs(c)), np.abs(apart - np.round(apart)))
    formula = (near > _NEAR) & ((c < _LARGE) | (t < 9 * alpha))
    expected = np.empty(len(t))
    for method, those in ((_equation_9, formula), (_integral, ~formula)):
        expected[those] = method(r[those], alpha[those], a[those], b[those], t[those])
    return expected.reshape(shape)


def _equation_9(r, alpha, a, b, t):
    """(a + b - 1) / (a - 1) (1 - (1 - w)^r 2F1(r, b; a + b - 1; w)), with w = t / (alpha + t).

    Euler's transformation makes the second term (1 - w)^(a - 1) 2F1(a + b - 1 - r, a - 1;
    a + b - 1; w). The factor shrinks as the function grows; the form with the smaller exponent
    keeps both within range: Euler's for frequent buyers, whose r is r + x.
    """
    c, w = a + b - 1, t / (alpha + t)
    as_it_is = r < a - 1
    power = np.where(as_it_is, r, a - 1)
    function = hyp2f1(np.where(as_it_is, r, c - r), np.where(as_it_is, b, a - 1), c, w)
    return c / (a - 1) * (1 - np.exp(-power * np.log1p(t / alpha)) * function)


def _integral(r, alpha, a, b, t):
    """The mean of (1 - (1 + p t / alpha)^-r) / p over p, beta distributed.

    Over the logit of p, where everything is smooth and dies out on both sides, sums over equal
    steps converge fast.
    """
    expected = np.empty(len(t))
    for at in range(0, len(t), _PIECE // 8):
        some = np.s_[at : at + _PIECE // 8, np.newaxis]
        low, high = 1 / a[some], 1 / b[some]
        spread = 10 * np.sqrt(low + high)
        middle = np.log(a[some] / b[some])
        span = spread + 40 * np.hstack([low, high])
        logit = middle - span[:, :1] + _GRID * span.sum(axis=1, keepdims=True)
        density = np.exp(
            a[some] * logit - (a + b)[some] * np.logaddexp(0, logit) - betaln(a, b)[some]
        )
        p = expit(np.maximum(logit, -700))  # not 0, where the ratio is at its limit
        given_p = -np.expm1(-r[some] * np.log1p(p * (t / alpha)[some])) / p
        step = span.sum(axis=1) / (len(_GRID) - 1)
        expected[some[0]] = (given_p * density).sum(axis=1) * step
    return expected


def _checked(customers):
    """Return x, t_x and T, or refuse a table that contradicts itself."""
    table = customer_columns(customers, ["x", "t_x", "T"])
    x, t_x, T = (table[name] for name in table)
    for wrong, why in (
        (
            (x < 0) | (x % 1 != 0) | (x > _MOST),
            _("x counts repeat purchases: whole numbers from 0 to a million"),
        ),
        ((t_x < 0) | (t_x > T), _("t_x is the age at the last purchase, between 0 and T")),
        ((x > 0) & (t_x == 0), _("a repeat purchase (x > 0) has a t_x above 0")),
        ((x == 0) & (t_x > 0), _("without a repeat purchase (x = 0), t_x is 0")),
    ):
        if wrong.any():
            raise CRMError(
                "The customer table contradicts itself: {why}; {count} customers break this, "
                "the first is {example!r}. (x is purchases − 1; t_x is not the time since the "
                "last purchase.)",
                why=why,
                count=int(wrong.sum()),
                example=table.index[wrong][0],
            )
    return table
