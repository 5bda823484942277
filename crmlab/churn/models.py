"""Churn models that can be read, and the split in time on which they are judged.

1. A baseline of one feature says what the simplest rule knows; a model has to beat it.
2. The model is a scikit-learn pipeline: impute, even out long tails, scale, logistic
   regression; then its probabilities are calibrated on folds it was not fitted on.
3. It is learned on earlier cutoffs and judged on a later one, as it would be used.
"""

import numpy as np
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from crmlab.arguments import DIGITS, as_day
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.notices import say

_FOLDS = 5


def baseline_model(feature="recency_days"):
    """Return the model to beat: a logistic regression on one feature.

    Parameters
    ----------
    feature : str, default "recency_days"
        A column of the snapshot.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Takes a snapshot's features, uses one.
    """
    one = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    only = make_column_transformer((one, [feature]))
    return make_pipeline(only, _Logistic(solver="newton-cholesky"))


def churn_model(*, calibrated=True, method="isotonic", estimator=None):
    """Return a model of the probability to churn, from all features of a snapshot.

    Parameters
    ----------
    calibrated : bool, default True
        Whether to calibrate the probabilities, on five folds.
    method : {"isotonic", "sigmoid"}, default "isotonic"
        Isotonic calibration follows any rising shape, but needs some thousand rows; with
        fewer, take the sigmoid (Niculescu-Mizil & Caruana, 2005, ICML, p. 625).
    estimator : scikit-learn classifier, optional
        A logistic regression by default.

    Returns
    -------
    sklearn.pipeline.Pipeline or sklearn.calibration.CalibratedClassifierCV
        Not fitted. Steps of the pipeline: ``impute`` (the median, and a column that says
        where a value was missing), ``even_out`` (the logarithm of 1 + the distance from
        0, with its sign, as counts and money have long tails), ``scale``, ``classify``.

    Notes
    -----
    ``class_weight="balanced"`` is left out on purpose. It makes churners and others count
    alike, so the model answers for a world where half of the customers churn: its
    probabilities are no longer those of these customers, and every expected profit
    computed from them is wrong. Where churners are few, move the threshold instead.
    """
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    pipeline = Pipeline(
        [
            ("impute", impute),
            ("even_out", FunctionTransformer(_signed_log, feature_names_out="one-to-one")),
            ("scale", StandardScaler()),
            ("classify", _Logistic(solver="newton-cholesky") if estimator is None else estimator),
        ]
    )
    return CalibratedClassifierCV(pipeline, method=method, cv=_FOLDS) if calibrated else pipeline


def temporal_split(snapshots, *, test_cutoff=None):
    """Split stacked snapshots in time: train on earlier cutoffs, test on a later one.

    A training label must be known on the test cutoff, as it would be in use: cutoffs whose
    label window ends after it are left out, and that is said.

    Parameters
    ----------
    snapshots : pandas.DataFrame
        As from :func:`snapshot` with several cutoffs.
    test_cutoff : date-like, optional
        The last cutoff with labels by default.

    Returns
    -------
    X_train, X_test : pandas.DataFrame
        The features.
    y_train, y_test : pandas.Series of bool
        ``churned``.

    Raises
    ------
    CRMError
        If no cutoff is left to train on, or the test cutoff has no labels.
    """
    if list(snapshots.index.names) != ["cutoff", "customer_id"]:
        raise CRMError(
            "temporal_split needs snapshots of several cutoffs: "
            "snapshot(log, ['2025-03-31', '2025-09-30'])."
        )
    labelled = snapshots[snapshots["churned"].notna()]
    cutoffs = labelled.index.unique("cutoff").sort_values()
    test = _test_cutoff(cutoffs, test_cutoff)
    label_days = pd.Timedelta(days=snapshots.attrs["gap"] + snapshots.attrs["horizon"])
    earlier = cutoffs[cutoffs < test]
    train = earlier[earlier + label_days <= test]
    if not len(train):
        raise CRMError(
            "No cutoff has a label window that ends by {test}. Take a cutoff at least {days} "
            "days earlier.",
            test=f"{test:%Y-%m-%d}",
            days=label_days.days,
        )
    if len(train) < len(earlier):
        overlapping = earlier.difference(train)
        say(
            "Left out of the training data, because their labels were not known on {test}: "
            "{cutoffs}.",
            test=f"{test:%Y-%m-%d}",
            cutoffs=_(", ").join(f"{day:%Y-%m-%d}" for day in overlapping),
        )
    of = labelled.index.get_level_values("cutoff")
    parts = [labelled[of.isin(train)], labelled[of == test]]
    return *(part.drop(columns="churned") for part in parts), *(
        part["churned"].astype(bool) for part in parts
    )


class _Logistic(LogisticRegression):
    """A logistic regression that says the same of equal customers, on every machine.

    scikit-learn's usual solver stops at about the fifth digit, where exactly depends on the
    machine; Newton's method goes to the end. A product of matrices can give two equal rows
    another last bit; log-odds are rounded to nine decimals.
    """

    def decision_function(self, X):
        return super().decision_function(X).round(DIGITS)


def _signed_log(values):
    return np.sign(values) * np.log1p(np.abs(values))


def _test_cutoff(cutoffs, wanted):
    if not len(cutoffs):
        raise CRMError("No cutoff has labels: the log ends before their label windows do.")
    if wanted is None:
        return cutoffs[-1]
    test = pd.Timestamp(as_day(wanted, "test_cutoff"))
    if test not in cutoffs:
        raise CRMError(
            "{test} is not a cutoff with labels. There are: {cutoffs}.",
            test=f"{test:%Y-%m-%d}",
            cutoffs=_(", ").join(f"{day:%Y-%m-%d}" for day in cutoffs),
        )
    return test
