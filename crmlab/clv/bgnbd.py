"""BG/NBD: how often customers buy, and when they silently stop, from x, t_x and T alone.

The story (Fader, Hardie & Lee, 2005, Marketing Science 24, 275-284):

1. While alive, a customer buys at random at a rate λ.
2. Rates differ between customers: λ is gamma distributed, with shape r and rate α (`rates`).
3. After each repeat purchase the customer stops for good with probability p.
4. These probabilities differ too: p is beta distributed, with parameters a and b (`stops`).
5. λ and p are independent.

A customer is known by x (repeat purchases), t_x (age at the last one) and T (age today).
Who is alive at T with x purchases is, to the model, a new customer with r + x, α + T, a and
b + x: every expectation below is the one of a new customer.

Where the data know no difference between customers in λ or in p, or no end, the best value lies
on the edge of the parameter space. The model there is one of five limits, each a model of its
own: the likelihoods of the limits say which.
"""

from dataclasses import replace
from itertools import product
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import betaln, expit, hyp2f1
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import (
    customer_columns,
    lengths_of_time,
    numbers,
    unboxed,
    whole_numbers,
)
from crmlab.clv.counting import count_rows, distinct_rows
from crmlab.clv.maximum import Likelihood, NoMaximum
from crmlab.clv.rates import Counted, GammaRates, OneRate
from crmlab.clv.stops import BetaStops, NoStop, OneStop
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark, written
from crmlab.notices import say

_SAME_RATE = mark(
    "The number of purchases differs no more between customers than chance alone makes it differ."
)
_NOBODY_STOPS = mark(
    "No customer shows a pause that is long for them: nothing says that anybody has stopped."
)
_SAME_END = mark("Customers do not differ in how soon they stop.")
_ENDS_AT_ONCE = mark(
    "Customers seem to stop almost at once or never, with nothing between the two. Look at the "
    "table of x, t_x and T: were repeat purchases lost, or t_x taken for the time since the "
    "last purchase? If not, observe the customers for longer."
)
# The limits: name, how customers buy, how they stop, what the data say, what the forecast does.
_FOR_EVER = mark("Its forecast has no end: observe them for longer before you count on it.")
_ONE_END = mark("Fitted is one probability p of stopping after a repeat purchase, for all.")
_LIMITS = (
    (mark("nobody stops"), GammaRates, NoStop, (_NOBODY_STOPS, _FOR_EVER)),
    (mark("all stop alike"), GammaRates, OneStop, (_SAME_END, _ONE_END)),
    (mark("all buy alike"), OneRate, BetaStops, (_SAME_RATE,)),
    (mark("all buy alike and stop alike"), OneRate, OneStop, (_SAME_RATE, _SAME_END, _ONE_END)),
    (
        mark("all buy alike and nobody stops"),
        OneRate,
        NoStop,
        (_SAME_RATE, _NOBODY_STOPS, _FOR_EVER),
    ),
)
# A limit explains the data as well as the model if the likelihood-ratio test does not tell them
# apart: half of the 95 % point of chi-square with one degree of freedom.
_AS_WELL = 1.92
# Rows worked on at a time: what fits the processor's cache goes several times faster.
_PIECE = 8192
# Nobody buys that often: a customer number, perhaps, in the wrong column.
_MOST = 1_000_000
# Nearer than this to a pole the formula is not to be trusted.
_NEAR = 1e-5
# Gamma functions of this much are near the largest number there is.
_LARGE = 150
# A shape of rates from which the formula fails; few customers buy as often.
_MOST_SHAPE = 1e4
_GRID = np.linspace(0, 1, 2001)


class BetaGeometricNBD(Likelihood):
    """BG/NBD model of repeat purchases without a contract.

    Attributes
    ----------
    params_ : dict of str to float
        ``r`` and ``alpha`` (purchase rates; mean r / alpha purchases per unit of time, alpha
        is in units of time), ``a`` and ``b`` (probability of stopping after a repeat
        purchase; mean a / (a + b)). In a limit: ``rate`` in place of r and alpha where all buy
        alike (purchases per unit of time), ``p`` in place of a and b where all stop alike,
        nothing in their place where nobody stops.
    limit_ : str or None
        Which limit holds, such as ``"nobody stops"``; None for the model as it is.
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

    # Other edges are limits, where there is something to fit.
    _EDGES = MappingProxyType(
        dict.fromkeys(product(("r", "alpha", "a", "b"), ("low", "high")), _ENDS_AT_ONCE)
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
            If the table contradicts itself, nobody bought again, or neither the model nor one
            of its limits has a best value.

        Notes
        -----
        Where the best value lies on the edge, the limits that have one of their own are fitted,
        and the one of fewest parameters is taken that a likelihood-ratio test (5 %) does not tell
        from the likeliest. Where the likelihood was higher on the way to the edge than in any
        limit, none is taken. The name is in ``limit_``, and it is said.
        """
        table = _checked(customers)
        rows, sizes = count_rows(table, weights)
        repeats, time = rows["x"] @ sizes, rows["T"] @ sizes
        if not repeats:
            raise CRMError(
                "No customer in the table has bought again (x = 0 for all): nothing is known "
                "about repeat purchases. Take a longer period."
            )
        if len(table) == 1:
            raise CRMError(
                "There is only one customer in the table. The model is about how customers differ; "
                "it needs more of them."
            )
        total, unit = sizes.sum(), customers.attrs.get("unit")

        def fitted(rates, stops):
            start = rates.start(repeats, time) | stops.start()
            return self._find(_LogLikelihood(rows, sizes, rates, stops), start, total)

        try:
            found = fitted(GammaRates, BetaStops)
            self.limit_ = None
        except NoMaximum as edge:
            self.limit_, found = _limit(fitted, edge)
        return self._keep(_with_probability(found), total, unit)

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
            return unboxed(_expected(*self._story(), t))
        table = _checked(customers)
        alive = _probability_alive(self._story(), table).to_numpy()
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
        alive = _probability_alive(self._story(), table)
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
        return _probability_alive(self._story(), _checked(customers))

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
        (rates, of_rates), (stops, of_stops) = self._story()
        x, t = whole_numbers(x, "x"), lengths_of_time(t, "t")
        number = rates.number(of_rates, t)
        probability = stops.going_on(of_stops, x) * number.pmf(x)
        # Before the first repeat purchase nobody stops.
        probability += np.where(x > 0, stops.stopping(of_stops, x) * number.sf(x - 1), 0)
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
        (rates, of_rates), (stops, of_stops) = self._story()
        T = np.broadcast_to(lengths_of_time(T, "T"), n)
        draw = np.random.default_rng(seed)
        within = draw.poisson(rates.draw(of_rates, draw, n) * T)
        # The purchase after which a customer stops is geometric; with a p of 0 the customer
        # never stops.
        p = stops.draw(of_stops, draw, n)
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

    def _story(self):
        """Return the rate part and the stop part, each with its parameters."""
        params = self.params_
        if "p" in params:
            params = params | {"odds": params["p"] / (1 - params["p"])}
        rates = GammaRates if "r" in params else OneRate
        stops = next(
            kind for kind in (BetaStops, OneStop, NoStop) if params.keys() >= {*kind.names}
        )
        return tuple((kind, tuple(params[name] for name in kind.names)) for kind in (rates, stops))

    def _if_alive(self, table, t, weights):
        """Expected purchases of each customer until each t, if alive, times weights."""
        (rates, of_rates), (stops, of_stops) = self._story()
        # The answer depends on x and T only, and few customers differ in both.
        first, which = distinct_rows(table[["x", "T"]])
        x, age = (table[name].to_numpy()[first, np.newaxis] for name in ("x", "T"))
        parts = []
        for some in (slice(at, at + _PIECE) for at in range(0, len(x), _PIECE)):
            alive = (rates, rates.posterior(of_rates, x[some], age[some]))
            expected = _expected(alive, (stops, stops.posterior(of_stops, x[some])), t)
            parts.append(np.broadcast_to(expected, (len(x[some]), len(t))) @ weights)
        return np.concatenate(parts)[which]


def _limit(fitted, edge):
    """Return the name and the maximum of the limit that holds; say which it is."""
    reached = []
    for name, rates, stops, meaning in _LIMITS:
        try:
            reached.append((name, meaning, fitted(rates, stops)))
        except NoMaximum:  # the edge of a limit is another limit
            continue
    if not reached:
        raise edge
    highest = max(found.log_likelihood for *_limit, found in reached)
    if highest < edge.reached - _AS_WELL:
        raise edge
    as_well = (one for one in reached if one[2].log_likelihood >= highest - _AS_WELL)
    name, meaning, found = min(as_well, key=lambda one: len(one[2].params))
    say(
        "BG/NBD is fitted in one of its limits: {limit}. {meaning} Log likelihoods: {compared}.",
        limit=_(name),
        meaning=" ".join(map(_, meaning)),
        compared=", ".join(
            f"{_(other)} {written('{:,.1f}', one.log_likelihood)}" for other, _why, one in reached
        ),
    )
    return name, found


def _with_probability(found):
    """Return a maximum with the odds of stopping as a probability."""
    if "odds" not in found.params:
        return found
    odds = found.summary.loc[["odds"]]
    shown = odds / (1 + odds)
    shown["standard_error"] = odds["standard_error"] / (1 + odds["estimate"]) ** 2
    shown.index = pd.Index(["p"], name=found.summary.index.name)
    others = {name: value for name, value in found.params.items() if name != "odds"}
    return replace(
        found,
        params=others | {"p": float(shown["estimate"].iloc[0])},
        summary=pd.concat([found.summary.drop(index="odds"), shown]),
    )


class _LogLikelihood:
    """The log likelihood of counted rows, with its exact gradient and Hessian.

    Equation 6 of the paper, ln A1 + ln A2 + ln(A3 + δ A4), in three parts:

    - What the counts say, over all customers at once (`Counted`).
    - The waiting since T: ln of the chance of x purchases and none more up to T.
    - Of a customer with x > 0 besides ln(1 + e^z), where z, the log odds of having stopped, is the
      waiting up to t_x less that up to T, plus the odds of stopping with the x-th purchase.
      Nothing overflows.
    """

    def __init__(self, rows, counts, rates=GammaRates, stops=BetaStops):
        self._rates, self._stops = rates, stops
        x, t_x, T = (rows[name].to_numpy() for name in ("x", "t_x", "T"))
        self._counted = Counted.of(x, counts)
        again = x > 0
        self._once = x[~again], T[~again], counts[~again]
        repeaters = x[again], t_x[again], T[again], counts[again]
        cuts = range(_PIECE, int(again.sum()), _PIECE)
        self._repeaters = list(zip(*(np.split(column, cuts) for column in repeaters), strict=True))

    def __call__(self, params):
        """Return the value, the gradient and the Hessian at the parameters of both parts."""
        split, both = len(self._rates.names), len(params)
        of_rates, of_stops = params[:split], params[split:]
        value, gradient, hessian = 0.0, np.zeros(both), np.zeros((both, both))

        def add(found, place):
            nonlocal value
            value += found[0]
            gradient[place] += found[1]
            hessian[place, place] += found[2]

        the_rates, the_stops = slice(split), slice(split, both)
        add(self._rates.of_counts(of_rates, self._counted), the_rates)
        add(self._stops.of_counts(of_stops, self._counted), the_stops)
        x, T, counts = self._once
        add(self._rates.waiting(of_rates, x, T).summed(counts), the_rates)
        for x, t_x, T, counts in self._repeaters:
            whole = self._rates.waiting(of_rates, x, T)
            add(whole.summed(counts), the_rates)
            if self._stops is not NoStop:
                last = self._rates.waiting(of_rates, x, t_x)
                odds = self._stops.odds(of_stops, x)
                add(_of_stopping(whole, last, odds, counts), slice(both))
        return value, gradient, hessian


def _of_stopping(whole, last, odds, counts):
    """ln(1 + e^z), for customers with x > 0."""
    split = len(whole.slopes)
    z = last.value - whole.value + odds.value
    slopes = np.concatenate([last.slopes - whole.slopes, odds.slopes])
    logs, stopped = _softplus(z)
    weight = counts * stopped
    hessian = (slopes * (weight * (1 - stopped))) @ slopes.T
    hessian[:split, :split] += last.bend(weight) - whole.bend(weight)
    hessian[split:, split:] += odds.bend(weight)
    return counts @ logs, slopes @ weight, hessian


def _softplus(z):
    """Return ln(1 + e^z) and its derivative, several times faster than logaddexp and expit."""
    total = 1 + np.exp(-np.abs(z))
    return np.maximum(z, 0) + np.log(total), np.exp(np.minimum(z, 0)) / total


def _probability_alive(story, table):
    """1 / (1 + e^z), with the log odds z of having stopped; 1 where x = 0."""
    (rates, of_rates), (stops, of_stops) = story
    x, t_x, T = (table[name].to_numpy() for name in ("x", "t_x", "T"))
    alive = np.ones(len(x))
    again = x > 0
    if stops is not NoStop and again.any():
        x, t_x, T = x[again], t_x[again], T[again]
        pause = rates.waiting(of_rates, x, t_x).value - rates.waiting(of_rates, x, T).value
        alive[again] = expit(-(pause + stops.odds(of_stops, x).value))
    return pd.Series(alive, table.index, name="probability_alive")


def _expected(buying, stopping, t):
    """Expected repeat purchases of a new customer within t (equation 9 of the paper).

    Given λ and p they are (1 - exp(-λ p t)) / p, and λ t where nobody stops. With gamma
    distributed rates and beta distributed probabilities by the formula; by the integral behind
    it where a - 1 or a + b - 1 is near 0 (the formula is 0 / 0), a - r is near a whole number, b is
    large and t long, or r is large (hyp2f1 overflows).
    """
    (rates, of_rates), (stops, of_stops) = buying, stopping
    if stops is NoStop:
        return rates.mean(of_rates) * t
    if stops is OneStop:
        p = stops.probability(of_stops)
        return -np.expm1(rates.log_laplace(of_rates, p * t)) / p
    shape = np.broadcast_shapes(*map(np.shape, (*of_rates, *of_stops, t)))
    *of_rates, a, b, t = (
        np.broadcast_to(part, shape).ravel() for part in (*of_rates, *of_stops, t)
    )
    formula = np.zeros(len(t), dtype=bool)
    expected = np.empty(len(t))
    if rates is GammaRates:
        r, alpha = of_rates
        c, apart = a + b - 1, a - r
        near = np.minimum(np.minimum(np.abs(a - 1), np.abs(c)), np.abs(apart - np.round(apart)))
        formula = (near > _NEAR) & ((c < _LARGE) | (t < 9 * alpha)) & (r < _MOST_SHAPE)
        expected[formula] = _equation_9(*(part[formula] for part in (r, alpha, a, b, t)))
    rest = [part[~formula] for part in (*of_rates, a, b, t)]
    expected[~formula] = _integral(rates, rest[:-3], *rest[-3:])
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


def _integral(rates, of_rates, a, b, t):
    """The mean of (1 - E[exp(-λ p t)]) / p over p, beta distributed.

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
        given_p = -np.expm1(rates.log_laplace([part[some] for part in of_rates], p * t[some])) / p
        step = span.sum(axis=1) / (len(_GRID) - 1)
        expected[some[0]] = (given_p * density).sum(axis=1) * step
    return expected


def _checked(customers):
    """Return x, t_x and T, or refuse a table that contradicts itself."""
    table = customer_columns(customers, ["x", "t_x", "T"])
    x, t_x, T = (table[name].to_numpy() for name in table)
    again = x > 0
    for wrong, why in (
        (
            (x < 0) | (x != np.floor(x)) | (x > _MOST),
            _("x counts repeat purchases: whole numbers from 0 to a million"),
        ),
        ((t_x < 0) | (t_x > T), _("t_x is the age at the last purchase, between 0 and T")),
        (again & (t_x == 0), _("a repeat purchase (x > 0) has a t_x above 0")),
        (~again & (t_x > 0), _("without a repeat purchase (x = 0), t_x is 0")),
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
