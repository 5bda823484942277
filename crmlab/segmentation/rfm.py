"""RFM: recency, frequency and monetary value as scores, and segments named by the scores.

Scores run from 1 to `bins`, and high is good: a recent purchase scores high in R. Customers
with the same value always get the same score. Where many customers share a value, a bin
stays empty and the scores of the others keep their meaning; ranking ties apart to fill the
bins would give identical customers different scores.

The idea of scoring recency, frequency and money is that of direct marketing (Hughes, 1994,
*Strategic Database Marketing*).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import beside, customer_columns, integer, one_of, steady
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark
from crmlab.notices import say
from crmlab.segmentation.segments import check_segments, default_segments, name_segments

# The column behind each score, and whether more of it is better.
MEASURES = {"R": ("recency_days", False), "F": ("purchases", True), "M": ("spend", True)}
_METHODS = ("quantile", "fixed", "kmeans")
_NOT_BINS = mark("{name} must be a whole number of at least {least}, not {value!r}.")


class RFM(TransformerMixin, BaseEstimator):
    """Score customers by recency, frequency and spend, and name their segment.

    Cut points are learned by :meth:`fit` on one period and applied by :meth:`transform` to
    the same or another one.

    Parameters
    ----------
    bins : int, default 5
        Number of scores, at least 2.
    method : {"quantile", "fixed", "kmeans"}, default "quantile"
        ``"quantile"``: score = 1 + floor(bins x share of customers with a strictly worse
        value). ``"fixed"``: the cut points of `cuts`. ``"kmeans"``: cut points half-way
        between the centres of a one-dimensional k-means with `bins` clusters, on log(1 + v)
        for F and M, whose values span orders of magnitude (unless some are below 0).
    cuts : mapping, optional
        For ``"fixed"``: ``"R"``, ``"F"`` and ``"M"``, each with ``bins - 1`` rising values in
        the units of the table (days, purchases, money). A value on a cut point belongs to
        the better score: ``F: [2, 3, 5, 10]`` gives 1 to one purchase and 5 to ten or more,
        and ``R: [30, 90, 180, 365]`` gives 5 up to day 30 and 1 after day 365.
    segments : pandas.DataFrame, optional
        Columns ``segment``, ``R_min``, ``R_max``, ``F_min``, ``F_max``, ``M_min``, ``M_max``;
        the first row that fits names the segment, and every score must be covered. The
        default is :func:`crmlab.segmentation.segments.default_segments` for `bins`.
    random_state : int, default 0
        Seed of k-means.

    Attributes
    ----------
    cuts_ : dict of str to numpy.ndarray
        ``R``, ``F``, ``M``: the ``bins - 1`` inner cut points, rising, in the units of the
        table, in the sense of `cuts`.
    summary_ : pandas.DataFrame
        Index ``measure``, ``score``: ``customers``, and the least and greatest value
        (``from``, ``to``) among the fitted customers; NaN for a score nobody has.
    collapsed_ : dict of str to list of int
        Per measure the scores that no fitted customer has; a measure without gaps is absent.
    segments_ : pandas.DataFrame
        The segment table in use.

    See Also
    --------
    crmlab.summarize : makes the table that this class scores.
    """

    def __init__(self, bins=5, method="quantile", cuts=None, segments=None, random_state=0):
        self.bins = bins
        self.method = method
        self.cuts = cuts
        self.segments = segments
        self.random_state = random_state

    def fit(self, customers, y=None):
        """Learn the cut points.

        Parameters
        ----------
        customers : pandas.DataFrame
            ``recency_days``, ``purchases`` and ``spend``, one row per customer.
        y : ignored

        Returns
        -------
        RFM
        """
        self._check_parameters()
        table = _measured(customers)
        find = {"quantile": self._quantile, "fixed": self._fixed, "kmeans": self._kmeans}
        self.cuts_ = {
            name: find[self.method](name, table[column].to_numpy(), more_is_better)
            for name, (column, more_is_better) in MEASURES.items()
        }
        self.segments_ = check_segments(
            default_segments(self.bins) if self.segments is None else self.segments, self.bins
        )
        self.summary_ = self._summarise(table)
        empty = self.summary_["customers"].eq(0)
        self.collapsed_ = {
            name: empty[name][empty[name]].index.tolist() for name in MEASURES if empty[name].any()
        }
        self._say_what_collapsed(len(table))
        return self

    def transform(self, customers):
        """Score customers with the cut points learned.

        Parameters
        ----------
        customers : pandas.DataFrame
            As for :meth:`fit`; may be another period.

        Returns
        -------
        pandas.DataFrame
            Same index; ``R``, ``F``, ``M`` (int, 1 … `bins`, high is good) and ``segment``
            (ordered categorical, in the order of the segment table).
        """
        check_is_fitted(self)
        scores = self._scores(_measured(customers))
        scores["segment"] = name_segments(scores, self.segments_)
        return scores

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns that :meth:`transform` makes."""
        return np.array([*MEASURES, "segment"], dtype=object)

    def _check_parameters(self):
        integer(self.bins, "bins", 2, _NOT_BINS)
        one_of(self.method, _METHODS, "method")
        if not isinstance(self.cuts, Mapping if self.method == "fixed" else type(None)):
            raise CRMError(
                "cuts go with method='fixed', and method='fixed' needs cuts for R, F and M."
            )

    def _quantile(self, name, values, more_is_better):
        # floor(bins * below / n) reaches k once ceil(k * n / bins) fitted customers are
        # strictly worse: for every value better than that customer's, seen or not.
        rising = np.sort(values)
        worst_first = rising if more_is_better else rising[::-1]
        needed = -(-np.arange(1, self.bins) * len(values) // self.bins)
        better = 1 if more_is_better else -1
        cuts = beside(worst_first[needed - 1], better)
        return np.sort(np.nextafter(cuts, better * np.inf))

    def _fixed(self, name, values, more_is_better):
        cuts = np.asarray(self.cuts.get(name, ()), dtype="float64")
        rises = not np.isnan(cuts).any() and (np.diff(cuts) > 0).all()
        if cuts.shape != (self.bins - 1,) or not rises:
            raise CRMError(
                "cuts[{name!r}] needs {count} rising values for {bins} scores.",
                name=name,
                count=self.bins - 1,
                bins=self.bins,
            )
        return cuts

    def _kmeans(self, name, values, more_is_better):
        from sklearn.cluster import KMeans

        distinct = np.unique(values)
        if len(distinct) < self.bins:
            raise CRMError(
                "k-means cannot find {bins} groups in {column}: there are only {count} "
                "different values. Use fewer bins, or method='quantile'.",
                bins=self.bins,
                column=MEASURES[name][0],
                count=len(distinct),
            )
        # Net spend can be below 0, where the logarithm is not defined.
        logarithmic = name != "R" and distinct[0] >= 0
        scaled = np.log1p(values) if logarithmic else values
        model = KMeans(self.bins, n_init=4, random_state=self.random_state)
        centres = np.sort(model.fit(scaled[:, None]).cluster_centers_[:, 0])
        middles = (centres[1:] + centres[:-1]) / 2
        return steady(np.expm1(middles) if logarithmic else middles)

    def _scores(self, table):
        scores = {}
        for name, (column, more_is_better) in MEASURES.items():
            values = table[column].to_numpy()
            if more_is_better:
                score = 1 + np.searchsorted(self.cuts_[name], values, side="right")
            else:
                score = self.bins - np.searchsorted(self.cuts_[name], values, side="left")
            scores[name] = score.astype("int64")
        return pd.DataFrame(scores, index=table.index)

    def _summarise(self, table):
        scores = self._scores(table)
        parts = {}
        for name, (column, _better) in MEASURES.items():
            found = table[column].groupby(scores[name]).agg(["size", "min", "max"])
            found.columns = ["customers", "from", "to"]
            parts[name] = found.reindex(range(1, self.bins + 1)).rename_axis("score")
        summary = pd.concat(parts, names=["measure"])
        return summary.assign(customers=summary["customers"].fillna(0).astype("int64"))

    def _say_what_collapsed(self, count):
        if self.method != "quantile":
            message = mark("{name}: nobody has score {scores}: no {column} between its cut points.")
        elif count < self.bins:
            message = mark("{name}: nobody has score {scores}: there are only {count} customers.")
        else:
            message = mark(
                "{name}: nobody has score {scores}, because customers with equal "
                "{column} stay together. The other scores keep their meaning."
            )
        for name, missing in self.collapsed_.items():
            scores = _(", ").join(map(str, missing))
            say(message, name=name, scores=scores, column=MEASURES[name][0], count=count)


def _measured(customers):
    return customer_columns(customers, [column for column, _better in MEASURES.values()])
