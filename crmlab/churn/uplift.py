"""Uplift: what an offer changes, learned from a randomised test and judged on another.

1. Nobody is seen with and without an offer. In a randomised test the customers with each
   offer and those without are alike, so their outcomes can be compared.
2. One model per arm predicts the outcome; the difference to the arm without an offer is
   the uplift (the two-model approach, or T-learner).
3. A ranking by uplift is good if those ranked first gained more from the offer than others:
   the Qini curve shows the outcome gained against the share of customers targeted
   (Radcliffe, 2007, Direct Marketing Analytics Journal 1:14).
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from crmlab.arguments import insist_on_same_customers, matching_columns, steady, zero_or_one
from crmlab.errors import CRMError
from crmlab.language import gettext as _

_PENALTIES = np.logspace(0, 4, 9)


class TwoModelUplift(BaseEstimator):
    """Learn the uplift of each offer from a randomised test, one model per arm.

    Parameters
    ----------
    model : scikit-learn regressor or classifier, optional
        Cloned for each arm. A classifier predicts the probability of the outcome 1. The
        default is a ridge regression that imputes and scales and chooses its penalty by
        cross-validation: differences of two models are noisy, so each should be simple.
    control : str, default "none"
        The arm without an offer.

    Attributes
    ----------
    models_ : dict of str to estimator
        The fitted model of each arm, the control included.
    offers_ : list of str
        The arms other than the control.
    """

    def __init__(self, model=None, control="none"):
        self.model = model
        self.control = control

    def fit(self, X, treatment, outcome, sample_weight=None):
        """Fit one model per arm.

        Parameters
        ----------
        X : pandas.DataFrame
            Features of the customers in the test, known before it.
        treatment : array-like of str
            The arm of each customer, drawn at random.
        outcome : array-like
            What was observed, for example margin − cost in yuan, or 1 for staying.
        sample_weight : array-like, optional
            Weight of each customer, for models that take it. An outcome in shares of what
            was expected of a customer is the steadier, the more was expected: weight it by
            that.

        Returns
        -------
        TwoModelUplift

        Raises
        ------
        CRMError
            If an arm is missing, or the three do not have the same customers in one order.
        """
        arms = pd.Series(treatment).astype("str")
        insist_on_same_customers(X=X, treatment=treatment, outcome=outcome)
        weight = np.ones(len(arms)) if sample_weight is None else sample_weight
        outcome, weight = matching_columns(outcome=outcome, sample_weight=weight)
        found = sorted(set(arms))
        if self.control not in found or len(found) < 2:
            raise CRMError(
                "The test needs the arm {control!r} and at least one offer; it has: {found}.",
                control=self.control,
                found=_(", ").join(found),
            )
        model = _default_model() if self.model is None else self.model
        arms = arms.to_numpy()
        given = sample_weight is not None
        self.models_ = {
            arm: _fit(model, X[of], outcome[of], weight[of] if given else None)
            for arm in found
            for of in [arms == arm]
        }
        self.offers_ = [arm for arm in found if arm != self.control]
        return self

    def predict(self, X):
        """Return the expected gain of each offer over none.

        Parameters
        ----------
        X : pandas.DataFrame
            The features of :meth:`fit`; other customers, too.

        Returns
        -------
        pandas.DataFrame
            Same index, one column per offer, in the unit of the outcome.
        """
        check_is_fitted(self)
        without = self._expected(self.control, X)
        gains = {offer: self._expected(offer, X) - without for offer in self.offers_}
        return pd.DataFrame(gains, index=getattr(X, "index", None))

    def _expected(self, arm, X):
        model = self.models_[arm]
        return model.predict_proba(X)[:, 1] if is_classifier(model) else model.predict(X)


def qini_curve(outcome, treated, uplift, *, draws=200, seed=0):
    """Return the outcome gained by targeting the customers with the largest uplift first.

    Parameters
    ----------
    outcome : array-like
        What was observed in a randomised test, 0 and 1 or money.
    treated : array-like of bool
        Whether the customer was in the arm with the offer. Two arms: of a test with
        several offers, take one offer and the control.
    uplift : array-like
        The predicted uplift, or any score to rank by.
    draws : int, default 200
        Random rankings behind the band.
    seed : int, default 0
        Of the random rankings.

    Returns
    -------
    pandas.DataFrame
        From nobody to everybody, one row per different uplift: ``targeted`` (number),
        ``share``; ``gain``, the outcome gained among those targeted
        Y_t − Y_c·N_t/N_c (sums and numbers of treated and control customers among them;
        without a control, Y_t); ``random``, a straight line to the gain of all; ``low``
        and ``high``, between which 95 % of random rankings lie at this share.
        ``attrs["treated"]`` is the number of treated customers.

    Notes
    -----
    Radcliffe (2007), "Using control groups to target on predicted lift".
    """
    outcome, treated, uplift = matching_columns(outcome=outcome, treated=treated, uplift=uplift)
    treated = zero_or_one(treated, "treated").astype(bool)
    if treated.all() or not treated.any():
        raise CRMError("A Qini curve needs customers with the offer and customers without it.")
    uplift = steady(uplift)
    order = np.argsort(-uplift, kind="stable")
    # Equal uplifts are targeted together.
    last_of_ties = np.append(np.flatnonzero(np.diff(uplift[order])) + 1, len(order))
    targeted = np.append(0, last_of_ties)
    gain = _gain(outcome[order], treated[order])[targeted]
    rng = np.random.default_rng(seed)
    luck = np.empty((draws, len(targeted)))
    for draw in range(draws):
        shuffled = rng.permutation(len(order))
        luck[draw] = _gain(outcome[shuffled], treated[shuffled])[targeted]
    low, high = np.quantile(luck, [0.025, 0.975], axis=0)
    share = targeted / len(order)
    curve = pd.DataFrame(
        {
            "targeted": targeted,
            "share": share,
            "gain": gain,
            "random": gain[-1] * share,
            "low": low,
            "high": high,
        }
    )
    curve.attrs["treated"] = int(treated.sum())
    return curve


def qini_coefficient(curve):
    """Return how far a Qini curve lies above the line of random targeting.

    Parameters
    ----------
    curve : pandas.DataFrame
        As from :func:`qini_curve`.

    Returns
    -------
    float
        The area between curve and line over the share targeted, per treated customer: 0
        for a random ranking, in the unit of the outcome. (Radcliffe divides by the area of
        the best curve that could be, which is known for outcomes of 0 and 1 only.)
    """
    above = curve["gain"] - curve["random"]
    return float(np.trapezoid(above, curve["share"]) / curve.attrs["treated"])


def _fit(model, X, outcome, weight):
    model = clone(model)
    if weight is None:
        return model.fit(X, outcome)
    step = f"{model.steps[-1][0]}__" if isinstance(model, Pipeline) else ""
    return model.fit(X, outcome, **{f"{step}sample_weight": weight})


def _default_model():
    return make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        RidgeCV(alphas=_PENALTIES),
    )


def _gain(outcome, treated):
    """Return Y_t − Y_c·N_t/N_c after each customer of a ranking, from none to all."""
    with_offer = np.append(0, np.cumsum(treated))
    without = np.append(0, np.cumsum(~treated))
    gained = np.append(0.0, np.cumsum(np.where(treated, outcome, 0.0)))
    usual = np.append(0.0, np.cumsum(np.where(treated, 0.0, outcome)))
    ratio = np.divide(with_offer, without, out=np.zeros(len(without)), where=without > 0)
    return gained - usual * ratio
