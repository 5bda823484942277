"""Shifted beta-geometric (sBG): how many customers with a contract renew, period by period.

The story (Fader & Hardie, 2007, Journal of Interactive Marketing 21, 76-90):

1. At the end of each period a customer leaves with a probability θ that never changes.
2. These probabilities differ between customers: θ is beta distributed, with α and β.
3. Those with a high θ leave first. The rate of retention of a cohort therefore rises with its
   age, although no customer becomes more loyal.
"""

from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import betaln, hyp2f1
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import discount_rates, numbers, unboxed, whole_numbers
from crmlab.clv.maximum import Likelihood
from crmlab.errors import CRMError
from crmlab.language import mark
from crmlab.notices import say

_ALL_ALIKE = mark(
    "The retention rate does not rise with the age of the cohort: nothing says that customers "
    "differ. Use one retention rate for all, or observe more periods."
)
_STAY_FOR_EVER = mark(
    "After the first loss hardly anybody leaves: nothing says when the rest will. Observe more "
    "periods."
)


def share_left(alpha, beta, t):
    """Return S(t) = B(alpha, beta + t) / B(alpha, beta) (equation 6 of the paper)."""
    return np.exp(betaln(alpha, beta + t) - betaln(alpha, beta))


class ShiftedBetaGeometric(Likelihood):
    """Shifted beta-geometric model of customers with a contract.

    Attributes
    ----------
    params_ : dict of str to float
        ``alpha`` and ``beta``; a new customer leaves at the first renewal with probability
        alpha / (alpha + beta).
    summary_ : pandas.DataFrame
        Index ``parameter``: ``estimate``, ``standard_error``, and the 95 % interval ``low``,
        ``high``, made on the log scale.
    log_likelihood_ : float
    n_customers_ : int or float
        Customers in period 0.
    unit_ : None
        Time is counted in renewal periods.

    References
    ----------
    Fader, P. S., and Hardie, B. G. S. (2007). How to project customer retention. *Journal of
    Interactive Marketing* 21(1), 76-90.
    """

    _EDGES = MappingProxyType(
        {
            ("alpha", "high"): _ALL_ALIKE,
            ("beta", "high"): _ALL_ALIKE,
            ("alpha", "low"): _STAY_FOR_EVER,
            ("beta", "low"): _STAY_FOR_EVER,
        }
    )

    def fit(self, survivors, customers=None):
        """Find the parameters of greatest likelihood.

        Parameters
        ----------
        survivors : array-like of float
            Customers of one cohort who are still there: at the start (period 0), after the
            first renewal, and so on; at least three numbers. Shares and percentages give the
            same estimates, but standard errors and intervals need counts: give `customers`
            with them.
        customers : float, optional
            The number of customers in period 0, where `survivors` are shares or percentages.

        Returns
        -------
        ShiftedBetaGeometric

        Raises
        ------
        CRMError
            If survivors rise, never fall, or do not identify the model.
        """
        still = _counted(survivors, customers)
        return self._maximize(_LogLikelihood(still), {"alpha": 1.0, "beta": 3.0}, still[0])

    def survival(self, t):
        """Return the share of customers who are still there after t renewals.

        Parameters
        ----------
        t : int or array-like of int
            Renewals, 0 or more.

        Returns
        -------
        float or numpy.ndarray
            S(t) = B(alpha, beta + t) / B(alpha, beta) (equation 6 of the paper).
        """
        return unboxed(share_left(*self._values(), whole_numbers(t, "t")))

    def retention(self, t):
        """Return the share of those there after t - 1 renewals who renew for the t-th time.

        Parameters
        ----------
        t : int or array-like of int
            Which renewal, 1 or more.

        Returns
        -------
        float or numpy.ndarray
            r(t) = (beta + t - 1) / (alpha + beta + t - 1) (equation 8 of the paper).
        """
        alpha, beta = self._values()
        t = whole_numbers(t, "t", least=1)
        rate = (beta + t - 1) / (alpha + beta + t - 1)
        return unboxed(rate)

    def expected_tenure(self):
        """Return the expected number of periods of a new customer, the first one included.

        Returns
        -------
        float
            The sum of S(t) over t = 0, 1, …: (alpha + beta - 1) / (alpha - 1).

        Raises
        ------
        CRMError
            If alpha is not above 1: the sum is then infinite, because a share of the customers
            hardly ever leaves. The discounted sum of :meth:`discounted_tenure` is finite.
        """
        alpha, beta = self._values()
        if alpha <= 1:
            raise CRMError(
                "The expected tenure is infinite (alpha = {alpha:.3g}, not above 1): a few "
                "customers stay for ever. Use discounted_tenure.",
                alpha=alpha,
            )
        return (alpha + beta - 1) / (alpha - 1)

    def discounted_tenure(self, discount_rate, renewals=0):
        """Return the present value of 1 per period, paid at the start of each period.

        Times the margin per period it is the value of a customer.

        Parameters
        ----------
        discount_rate : float
            Per renewal period, above 0.
        renewals : int or array-like of int, default 0
            0 is a new customer, the payment now included. n is a customer with n renewals
            behind them, the n-th payment made: what is still to come, from the next renewal on.

        Returns
        -------
        float or numpy.ndarray
            The sum of S(t) / (1 + d)^t over t = 0, 1, … for a new customer; for others that
            of S(n + t) / S(n) / (1 + d)^t over t = 1, 2, …

        Notes
        -----
        Fader & Hardie (2010), Marketing Science 29, 85-93, equations 2 and 6, in a closed form
        by the Gaussian hypergeometric function.
        """
        alpha, beta = self._values()
        rate = discount_rates(discount_rate)
        if not (rate > 0).all():
            raise CRMError("discount_rate must be a number above 0, such as 0.1 for 10 %.")
        n = whole_numbers(renewals, "renewals")
        beta = beta + n
        total = hyp2f1(1, beta, alpha + beta, 1 / (1 + rate))
        value = np.where(n == 0, total, total - 1)
        return unboxed(value)

    def simulate(self, n, periods, seed=0):
        """Draw the survivors of a cohort from the fitted model.

        Parameters
        ----------
        n : int
            Customers in period 0.
        periods : int
            Renewals to draw.
        seed : int or numpy.random.Generator

        Returns
        -------
        pandas.Series
            Index ``period`` from 0 to `periods`: customers still there.
        """
        draw = np.random.default_rng(seed)
        renewals = np.arange(periods + 1)
        # All leave one after another with the probabilities of the whole cohort, since nothing
        # is known of each: the number who leave in each period is multinomial.
        share = self.survival(renewals)
        leave = draw.multinomial(n, np.append(-np.diff(share), share[-1]))[:-1]
        left = n - np.append(0, np.cumsum(leave))
        return pd.Series(left, pd.Index(renewals, name="period"), name="survivors")

    def _values(self):
        check_is_fitted(self)
        return tuple(self.params_.values())


def _counted(survivors, customers):
    """Return survivors as counts, or refuse what is no cohort that shrinks."""
    survivors = numbers(survivors, "survivors")
    if survivors.ndim != 1 or len(survivors) < 3:
        raise CRMError(
            "survivors needs at least three numbers: the customers in period 0 and after each "
            "renewal. One renewal alone cannot show how customers differ."
        )
    if survivors[0] <= 0 or (survivors < 0).any() or (np.diff(survivors) > 0).any():
        raise CRMError(
            "survivors must start above 0 and never rise: they are the customers of one "
            "cohort. Customers who join later belong to another cohort."
        )
    if survivors[-1] == survivors[0]:
        raise CRMError("Nobody has left: survivors never fall. Nothing is known yet about leaving.")
    if survivors[1] == 0:
        raise CRMError(
            "Everybody left at the first renewal: nothing is known about those who renew."
        )
    if customers is not None:
        if not numbers(customers, "customers") > 0:
            raise CRMError("customers is the number of customers in period 0, above 0.")
        return survivors / survivors[0] * customers
    if (survivors % 1 != 0).any():
        say(
            "survivors are not whole numbers: the estimates hold for shares too, but the "
            "standard errors are those of {count:.6g} customers. Give customers=.",
            count=survivors[0],
        )
    return survivors


class _LogLikelihood:
    """The log likelihood of survivors, with its exact gradient and Hessian.

    Equation B3 of the paper, written by renewals: with θ beta distributed, the share of those
    there before renewal j + 1 (j = 0, 1, …) who leave is α / (α + β + j), by Bayes' theorem.
    """

    def __init__(self, survivors):
        self._before, self._after = survivors[:-1], survivors[1:]
        self._left = survivors[0] - survivors[-1]
        self._j = np.arange(len(survivors) - 1)

    def __call__(self, params):
        """Return the value, the gradient and the Hessian at (α, β)."""
        alpha, beta = params
        stay, both = 1 / (beta + self._j), 1 / (alpha + beta + self._j)
        value = (
            self._left * np.log(alpha) - self._after @ np.log(stay) + self._before @ np.log(both)
        )
        shared = self._before @ both
        gradient = np.array([self._left / alpha - shared, self._after @ stay - shared])
        hessian = np.full((2, 2), self._before @ both**2)
        hessian[0, 0] -= self._left / alpha**2
        hessian[1, 1] -= self._after @ stay**2
        return value, gradient, hessian
