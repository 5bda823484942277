"""Gamma-Gamma: what a customer spends per purchase, from the mean of a few purchases.

The story (Fader & Hardie, 2013, The gamma-gamma model of monetary value, note; Fader, Hardie &
Lee, 2005, Journal of Marketing Research 42, 415-430):

1. A customer's purchases vary in size: gamma distributed, with shape p and rate ν.
2. Rates differ between customers: ν is gamma distributed, with shape q and rate γ.
3. What a customer spends per purchase does not depend on how often they buy.

The mean of few purchases says little, so the expected spend of a customer lies between their
own mean and everybody's: the nearer to their own, the more purchases there are.
"""

from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import gammaln, polygamma, psi
from scipy.stats import norm
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import customer_columns, whole_numbers
from crmlab.clv.counting import count_rows
from crmlab.clv.maximum import Likelihood
from crmlab.errors import CRMError
from crmlab.language import mark, ngettext
from crmlab.notices import say

_EQUAL_CUSTOMERS = mark(
    "Customers differ no more in spend per purchase than their own purchases differ among "
    "themselves: nothing says that one is worth more than another. Use the mean of all."
)
_EQUAL_PURCHASES = mark(
    "The purchases of a customer hardly differ among themselves. Use each customer's own mean."
)
_FEW_HUGE = mark(
    "A few purchases are larger than all others by far. Look at the largest mean_repeat_spend: "
    "is it a mistake, or another kind of customer?"
)
# A weaker correlation is of no practical use, however sure it is in a large table.
_WEAK = 0.05


class GammaGamma(Likelihood):
    """Gamma-Gamma model of the spend per purchase.

    Attributes
    ----------
    params_ : dict of str to float
        ``p``, ``q`` and ``gamma`` (in money).
    summary_ : pandas.DataFrame
        Index ``parameter``: ``estimate``, ``standard_error``, and the 95 % interval ``low``,
        ``high``, made on the log scale.
    log_likelihood_ : float
    n_customers_ : int or float
        Customers fitted: those with a repeat purchase and a mean spend above 0.
    correlation_ : float
        Of x and mean_repeat_spend over these customers. The model takes it to be 0; the fit
        says so where it clearly is not. NaN where all x are equal.
    unit_ : str or None
        ``customers.attrs["unit"]``. Money has no unit of time: it changes nothing here.

    References
    ----------
    Fader, P. S., and Hardie, B. G. S. (2013). The gamma-gamma model of monetary value.
    http://brucehardie.com/notes/025/

    Fader, P. S., Hardie, B. G. S., and Lee, K. L. (2005). RFM and CLV: using iso-value curves
    for customer base analysis. *Journal of Marketing Research* 42(4), 415-430.
    """

    _EDGES = MappingProxyType(
        {
            ("p", "high"): _EQUAL_PURCHASES,
            ("p", "low"): _FEW_HUGE,
            ("q", "high"): _EQUAL_CUSTOMERS,
            ("q", "low"): _FEW_HUGE,
            ("gamma", "high"): _EQUAL_CUSTOMERS,
            ("gamma", "low"): _EQUAL_PURCHASES,
        }
    )

    def fit(self, customers, weights=None):
        """Find the parameters of greatest likelihood.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer: ``x`` (repeat purchases) and ``mean_repeat_spend`` (money
            per repeat purchase). Customers without a repeat purchase, or with a mean spend of
            0, say nothing about the size of a purchase: they are left out, and counted.
        weights : array-like of float, optional
            How many customers each row stands for.

        Returns
        -------
        GammaGamma

        Raises
        ------
        CRMError
            If a spend is below 0, or the table does not identify the model.
        """
        rows, sizes = count_rows(_checked(customers), weights)
        used = ((rows["x"] > 0) & (rows["mean_repeat_spend"] > 0)).to_numpy()
        left_out = sizes[~used].sum()
        rows, sizes = rows[used], sizes[used]
        different = rows["mean_repeat_spend"].nunique()
        if different < 2:
            raise CRMError(
                ngettext(
                    "The customers with a repeat purchase have {count} mean spend above 0 between "
                    "them. The model is about how customers differ; it needs more of them.",
                    "The customers with a repeat purchase have {count} mean spends above 0 between "
                    "them. The model is about how customers differ; it needs more of them.",
                    different,
                ),
                count=different,
            )
        mean = np.average(rows["mean_repeat_spend"], weights=sizes)
        start = {"p": 2.0, "q": 3.0, "gamma": mean}
        unit = customers.attrs.get("unit")
        self._maximize(_LogLikelihood(rows, sizes), start, sizes.sum(), unit)
        self.correlation_ = _correlation(rows, sizes)
        self._say(left_out)
        return self

    def expected_spend(self, customers=None):
        """Return the expected spend per purchase.

        Parameters
        ----------
        customers : pandas.DataFrame, optional
            ``x`` and ``mean_repeat_spend``. Without it: a customer of whom nothing is known.

        Returns
        -------
        float or pandas.Series
            Money per purchase. Customers with x = 0, and those with a mean spend of 0, of whom
            the model knows nothing, get the mean of the population, p gamma / (q - 1).

        Raises
        ------
        CRMError
            If q is not above 1: the mean of the population is then infinite.

        Notes
        -----
        Equation 5 of the note: p (gamma + x m) / (p x + q - 1), for a mean m of x purchases.
        """
        check_is_fitted(self)
        p, q, gamma = self.params_.values()
        if q <= 1:
            raise CRMError(
                "The fitted spend per purchase has no finite mean (q = {q:.3g}, not above 1): "
                "a few customers may spend any amount. Look at the largest values of "
                "mean_repeat_spend, or work with medians.",
                q=q,
            )
        if customers is None:
            return p * gamma / (q - 1)
        table = _checked(customers)
        x, mean = table["x"], table["mean_repeat_spend"]
        x = x.where(mean > 0, 0)
        return (p * (gamma + x * mean) / (p * x + q - 1)).rename("expected_spend")

    def simulate(self, x, seed=0):
        """Draw customers from the fitted model.

        Parameters
        ----------
        x : array-like of int
            Repeat purchases of each customer, 0 or more.
        seed : int or numpy.random.Generator

        Returns
        -------
        pandas.DataFrame
            ``x`` and ``mean_repeat_spend``, missing where x = 0.
        """
        check_is_fitted(self)
        p, q, gamma = self.params_.values()
        x = np.asarray(x)
        draw = np.random.default_rng(seed)
        rate = draw.gamma(q, 1 / gamma, x.shape)
        bought = np.maximum(x, 1)
        # The mean of x gamma variates is one gamma variate of x times the shape and the rate.
        mean = draw.gamma(p * bought) / (bought * rate)
        return pd.DataFrame({"x": x, "mean_repeat_spend": np.where(x > 0, mean, np.nan)})

    def _say(self, left_out):
        if left_out:
            say(
                ngettext(
                    "{left_out:,.0f} customer without a repeat purchase above 0 is left out; "
                    "{used:,.0f} are used.",
                    "{left_out:,.0f} customers without a repeat purchase above 0 are left out; "
                    "{used:,.0f} are used.",
                    round(left_out),
                ),
                left_out=left_out,
                used=self.n_customers_,
            )
        low, high = _interval(self.correlation_, self.n_customers_)
        if abs(self.correlation_) >= _WEAK and low * high > 0:
            say(
                "Spend per purchase and number of purchases are correlated, {value:+.2f} "
                "({low:+.2f} … {high:+.2f}, 99 %); the model takes them to be independent. "
                "The stronger the correlation, the less trust in the value of frequent buyers.",
                value=self.correlation_,
                low=low,
                high=high,
            )


def _correlation(rows, counts):
    if rows["x"].nunique() == 1:
        return np.nan
    spread = np.cov(rows.T, aweights=counts)
    return float(spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]))


def _interval(correlation, size):
    """The 99 % interval of a correlation, by Fisher's transformation."""
    reach = norm.ppf(0.995) / np.sqrt(max(size - 3, 1))
    return np.tanh(np.arctanh(correlation) + np.array([-reach, reach]))


class _LogLikelihood:
    """The log likelihood of counted rows, with its exact gradient and Hessian.

    Equation 1a of the note, for the mean m of x purchases and their sum s = x m:
    ln Γ(px + q) - ln Γ(px) - ln Γ(q) + q ln γ + px ln s - (px + q) ln(γ + s) - ln m.
    The gamma functions depend on x only: they are computed once for each x.
    """

    def __init__(self, rows, counts):
        x, mean = rows["x"].to_numpy(), rows["mean_repeat_spend"].to_numpy()
        self._counts, self._sum = counts, x * mean
        self._purchases = counts * x
        self._size = counts.sum()
        self._x, place = np.unique(x, return_inverse=True)
        self._with_x = np.bincount(place, counts)
        self._log_sum = self._purchases @ np.log(self._sum)
        self._log_mean = counts @ np.log(mean)

    def __call__(self, params):
        """Return the value, the gradient and the Hessian at (p, q, γ)."""
        p, q, gamma = params
        n, x, with_x = self._size, self._x, self._with_x
        log_all, per_all = np.log(gamma + self._sum), 1 / (gamma + self._sum)
        shapes = p * self._purchases + q * self._counts  # px + q, over customers
        px = p * x
        value = (
            with_x @ (gammaln(px + q) - gammaln(px))
            + n * (q * np.log(gamma) - gammaln(q))
            + p * self._log_sum
            - shapes @ log_all
            - self._log_mean
        )
        digamma, trigamma = psi(px + q), polygamma(1, px + q)
        gradient = np.array(
            [
                (with_x * x) @ (digamma - psi(px)) + self._log_sum - self._purchases @ log_all,
                with_x @ digamma + n * (np.log(gamma) - psi(q)) - self._counts @ log_all,
                n * q / gamma - shapes @ per_all,
            ]
        )
        pp = (with_x * x**2) @ (trigamma - polygamma(1, px))
        pq = (with_x * x) @ trigamma
        pg = -self._purchases @ per_all
        qq = with_x @ trigamma - n * polygamma(1, q)
        qg = n / gamma - self._counts @ per_all
        gg = -n * q / gamma**2 + shapes @ per_all**2
        return value, gradient, np.array([[pp, pq, pg], [pq, qq, qg], [pg, qg, gg]])


def _checked(customers):
    """Return x and mean_repeat_spend, the latter 0 where x = 0."""
    x = customer_columns(customers, ["x"])["x"]
    whole_numbers(x, "x")
    spend = pd.Series(0.0, customers.index)
    again = (x > 0).to_numpy()
    if again.any():
        known = customer_columns(customers[again], ["mean_repeat_spend"])["mean_repeat_spend"]
        spend[again] = known.to_numpy()
    if (spend < 0).any():
        raise CRMError(
            "mean_repeat_spend is below 0 for {count} customers. It is the mean of amounts "
            "paid; refunds are not purchases. summarize(log) makes it so.",
            count=int((spend < 0).sum()),
        )
    return pd.DataFrame({"x": x, "mean_repeat_spend": spend})
