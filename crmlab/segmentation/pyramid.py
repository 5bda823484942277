"""The customer pyramid: tiers by value, and how concentrated value is.

Tiers by count ("the best 1 % of customers") answer another question than tiers by share of
value ("the customers who bring half of the profit"); :class:`Pyramid` makes the first kind
from shares and any kind from thresholds.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import beside, customer_columns
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.notices import say

# Inside the ranges of the curriculum (1-2 / 3-5 / 10-15 / 20-25 / 50-60 %), and so that
# the top three tiers are the top fifth.
DEFAULT_SHARES = {
    mark("Diamond"): 0.01,
    mark("Platinum"): 0.04,
    mark("Gold"): 0.15,
    mark("Ordinary"): 0.20,
    mark("Basic"): 0.60,
}
# Rows and columns of a migration matrix for customers of one period only.
NEW, GONE = mark("No purchase before"), mark("Gone")


class Pyramid(BaseEstimator):
    """Divide customers into tiers by value.

    Parameters
    ----------
    shares : mapping of str to float, optional
        Tier name to its share of customers, best tier first, together 1. The default is
        Diamond 1 %, Platinum 4 %, Gold 15 %, Ordinary 20 %, Basic 60 %.
    thresholds : mapping of str to float, optional
        Instead of `shares`: tier name to the least value that belongs to it, falling; the
        last tier takes everyone else, its threshold is ``-inf``.
    by : str, default "spend"
        The column that holds value, in money.

    Attributes
    ----------
    thresholds_ : dict of str to float
        The least value of each tier, in the unit of `by`. A customer on a threshold
        belongs to the higher tier, so equal values are always in the same tier.
    summary_ : pandas.DataFrame
        Index ``tier``: ``customers``, ``share_of_customers``, ``value`` (sum), its
        ``share_of_value``, ``mean_value`` and ``least_value``, over the fitted table. The
        shares of value are NaN where the total is not above 0.
    """

    def __init__(self, shares=None, thresholds=None, by="spend"):
        self.shares = shares
        self.thresholds = thresholds
        self.by = by

    def fit(self, customers, y=None):
        """Find the threshold of each tier.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer, with the column `by`.
        y : ignored

        Returns
        -------
        Pyramid
        """
        values = customer_columns(customers, [self.by])[self.by].to_numpy()
        self.thresholds_ = (
            _thresholds_from_shares(values, self._checked_shares())
            if self.thresholds is None
            else self._checked_thresholds()
        )
        self.summary_ = self._summarise(values, self.predict(customers))
        empty = self.summary_.index[self.summary_["customers"] == 0]
        if len(empty):
            say(
                "Nobody is in {tiers}: there are too few customers, or equal values took the "
                "higher tier.",
                tiers=_(", ").join(_(str(tier)) for tier in empty),
            )
        return self

    def predict(self, customers):
        """Return the tier of each customer by the fitted thresholds.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer, with the column `by`; may be another period.

        Returns
        -------
        pandas.Series
            Same index, ordered categorical ``tier``, best first.
        """
        check_is_fitted(self)
        values = customer_columns(customers, [self.by])[self.by]
        names = list(self.thresholds_)
        rising = beside(np.array(list(self.thresholds_.values()))[::-1], -1)
        place = len(names) - np.searchsorted(rising, values, side="right")
        tiers = pd.Categorical.from_codes(place, categories=names, ordered=True)
        return pd.Series(tiers, index=customers.index, name="tier")

    def migration(self, before, after, rerank=False):
        """Count how customers move between tiers from one period to the next.

        Parameters
        ----------
        before, after : pandas.DataFrame
            The customer tables of two periods, with the column `by` and the same kind of
            index.
        rerank : bool, default False
            False keeps the fitted thresholds for both periods: a tier is a level of value,
            and all customers can rise. True finds thresholds anew in each period: a tier
            is a rank, and one customer rises only as another falls.

        Returns
        -------
        pandas.DataFrame
            Rows: tier before, or "No purchase before" (no row in `before`: new customers, and some
            who come back). Columns: tier after, or "Gone". Counts of customers.
            ``attrs["basis"]`` is ``"thresholds"`` or ``"rank"``.
        """
        check_is_fitted(self)
        if rerank:
            if self.thresholds is not None:
                raise CRMError("rerank=True needs tiers by shares; these are by fixed thresholds.")
            old, new = (clone(self).fit(table).predict(table) for table in (before, after))
        else:
            old, new = self.predict(before), self.predict(after)
        names = list(self.thresholds_)
        # Places of the tiers, and one past the last for customers of one period only.
        moves = pd.concat([old.cat.codes, new.cat.codes], axis=1).fillna(len(names)).astype(int)
        counts = np.zeros((len(names) + 1, len(names) + 1), dtype="int64")
        np.add.at(counts, tuple(moves.to_numpy().T), 1)
        counts = pd.DataFrame(
            counts,
            index=pd.Index([*names, NEW], name="before"),
            columns=pd.Index([*names, GONE], name="after"),
        )
        counts.attrs = {"basis": "rank" if rerank else "thresholds"}
        return counts

    def _checked_shares(self):
        shares = DEFAULT_SHARES if self.shares is None else dict(self.shares)
        values = np.array(list(shares.values()), dtype="float64")
        if len(values) < 2 or (values <= 0).any() or not np.isclose(values.sum(), 1):
            raise CRMError(
                "The shares must be two or more numbers above 0 that add up to 1; these add "
                "up to {total:.4g}.",
                total=values.sum(),
            )
        return shares

    def _checked_thresholds(self):
        if self.shares is not None:
            raise CRMError("Give either shares or thresholds, not both.")
        values = np.array(list(self.thresholds.values()), dtype="float64")
        if len(values) < 2 or not (np.diff(values) < 0).all() or values[-1] != -np.inf:
            raise CRMError(
                "The thresholds must fall from tier to tier, and the last must be "
                "float('-inf'), so that everyone has a tier."
            )
        return {name: float(value) for name, value in self.thresholds.items()}

    def _summarise(self, values, tiers):
        grouped = pd.Series(values, index=tiers.index).groupby(tiers, observed=False)
        summary = grouped.agg(customers="size", value="sum", mean_value="mean", least_value="min")
        total = summary["value"].sum()
        summary.insert(1, "share_of_customers", summary["customers"] / len(values))
        summary.insert(3, "share_of_value", summary["value"] / total if total > 0 else np.nan)
        return summary


def _thresholds_from_shares(values, shares):
    falling = np.sort(values)[::-1]
    # The nearest whole number of customers. Rounding first takes off the noise of adding
    # shares such as .01 + .04 + .15.
    cumulative = np.cumsum(list(shares.values()))[:-1] * len(values)
    last = np.floor(np.round(cumulative, 6) + 0.5).astype(int)
    thresholds = np.append(np.append(np.inf, falling)[last], -np.inf)
    return dict(zip(shares, thresholds.tolist(), strict=True))


def lorenz_curve(values):
    """Return the Lorenz curve: how much of the value the poorest share of customers hold.

    Parameters
    ----------
    values : array-like
        Value per customer, in money. Negative values are allowed; the curve then dips
        below 0.

    Returns
    -------
    pandas.DataFrame
        ``share_of_customers`` from 0 to 1, poorest first, and ``share_of_value``; one row
        more than there are customers.

    Notes
    -----
    Lorenz (1905), Publications of the American Statistical Association 9.
    """
    rising = np.sort(_checked_values(values))
    held = np.concatenate([[0.0], np.cumsum(rising)])
    if held[-1] <= 0:
        raise CRMError(
            "The values add up to {total:.6g}; shares need a total above 0.", total=held[-1]
        )
    return pd.DataFrame(
        {
            "share_of_customers": np.linspace(0, 1, len(rising) + 1),
            "share_of_value": held / held[-1],
        }
    )


def gini(values):
    """Return the Gini coefficient: 0 if all hold the same, near 1 if one holds all.

    Parameters
    ----------
    values : array-like
        Value per customer, in money, none below 0.

    Returns
    -------
    float
        1 - 2 x the area under the Lorenz curve.

    Raises
    ------
    CRMError
        If a value is below 0: the coefficient is then no longer between 0 and 1.
    """
    values = _checked_values(values)
    if (values < 0).any():
        raise CRMError(
            "The Gini coefficient is not defined for negative values; there are {count}. Look "
            "at the Lorenz curve, or leave these customers out and say so.",
            count=int((values < 0).sum()),
        )
    curve = lorenz_curve(values)
    return float(1 - 2 * np.trapezoid(curve["share_of_value"], curve["share_of_customers"]))


def top_share(values, share):
    """Return the part of the value that the best share of customers hold.

    Parameters
    ----------
    values : array-like
        Value per customer, in money.
    share : float or array-like of float
        Share of customers, 0 to 1. Between whole customers the curve is a straight line.

    Returns
    -------
    float or numpy.ndarray
        Above 1 where the customers left over bring losses.
    """
    share = np.asarray(share, dtype="float64")
    if not ((share >= 0) & (share <= 1)).all():
        raise CRMError("A share of customers lies between 0 and 1; 20 % is 0.2.")
    curve = lorenz_curve(values)
    held = 1 - np.interp(1 - share, curve["share_of_customers"], curve["share_of_value"])
    return held if held.ndim else float(held)


def _checked_values(values):
    values = np.asarray(values, dtype="float64").ravel()
    if not len(values) or not np.isfinite(values).all():
        raise CRMError("The values must be numbers, at least one, none missing or infinite.")
    return values
