"""crm.churn: the models, the split in time, and the return curve."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

import crmlab as crm


def planted(customers=4000, seed=1):
    """Features of which one drives churn through its logarithm, with values missing."""
    rng = np.random.default_rng(seed)
    recency = rng.exponential(100, customers).round()
    ratio = np.where(rng.random(customers) < 0.3, np.nan, rng.exponential(1, customers))
    X = pd.DataFrame({"recency_days": recency, "recency_ratio": ratio, "empty": np.nan})
    log_odds = np.log1p(recency) - 4 + np.isnan(ratio)
    return X, pd.Series(rng.random(customers) < 1 / (1 + np.exp(-log_odds)))


def snapshots(cutoffs, gap=0, horizon=90):
    """Two customers per cutoff, as far as a split looks at them."""
    index = pd.MultiIndex.from_product(
        [pd.to_datetime(cutoffs), ["a", "b"]], names=["cutoff", "customer_id"]
    )
    table = pd.DataFrame({"recency_days": range(len(index))}, index)
    churned = pd.array([True, False] * len(cutoffs), dtype="boolean")
    table = table.assign(churned=churned)
    table.attrs = {"gap": gap, "horizon": horizon}
    return table


# --- models -------------------------------------------------------------------------------


def test_the_steps_of_the_model_can_be_read():
    X, y = planted()
    model = crm.churn.churn_model(calibrated=False).fit(X, y)
    assert list(model.named_steps) == ["impute", "even_out", "scale", "classify"]
    names = model[:-1].get_feature_names_out(X.columns)
    weights = dict(zip(names, model["classify"].coef_[0], strict=True))
    assert weights["recency_days"] > 0.5
    assert weights["missingindicator_recency_ratio"] > 0.2
    assert weights["empty"] == 0


def test_probabilities_are_calibrated_unless_asked_otherwise():
    X, y = planted()
    model = crm.churn.churn_model().fit(X, y)
    assert isinstance(model, CalibratedClassifierCV)
    later, happened = planted(20_000, seed=2)
    table = crm.churn.calibration_table(happened, model.predict_proba(later)[:, 1])
    assert (table["predicted"] - table["observed"]).abs().max() < 0.05


def test_balanced_class_weights_would_spoil_the_probabilities():
    X, y = planted()
    balanced = crm.churn.churn_model(calibrated=False)
    balanced.set_params(classify__class_weight="balanced")
    rare = y.to_numpy() & (np.arange(len(y)) % 4 == 0)
    kept = (~y).to_numpy() | rare
    mean = balanced.fit(X[kept], rare[kept]).predict_proba(X[kept])[:, 1].mean()
    honest = crm.churn.churn_model(calibrated=False).fit(X[kept], rare[kept])
    assert honest.predict_proba(X[kept])[:, 1].mean() == pytest.approx(
        rare.sum() / kept.sum(), abs=0.01
    )
    assert mean > 1.3 * rare.sum() / kept.sum()


def test_another_estimator_takes_its_place_in_the_pipeline():
    X, y = planted()
    model = crm.churn.churn_model(estimator=HistGradientBoostingClassifier(), calibrated=False)
    assert 0.6 < roc_auc_score(y, model.fit(X, y).predict_proba(X)[:, 1]) < 1


@pytest.mark.parametrize("feature", ["recency_days", "recency_ratio"])
def test_the_baseline_looks_at_one_feature_only(feature):
    X, y = planted()
    model = crm.churn.baseline_model(feature).fit(X, y)
    changed = X.assign(**{name: 1.0 for name in X if name != feature})
    assert (model.predict_proba(X) == model.predict_proba(changed)).all()
    assert len(set(model.predict_proba(X)[:, 1])) > 10


# --- the split in time --------------------------------------------------------------------


def test_the_last_cutoff_with_labels_is_the_test():
    table = snapshots(["2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31"])
    table.loc[pd.Timestamp("2025-12-31"), "churned"] = pd.NA
    X_train, X_test, y_train, y_test = crm.churn.temporal_split(table)
    assert X_test.index.unique("cutoff").tolist() == [pd.Timestamp("2025-06-30")]
    assert X_train.index.unique("cutoff").max() == pd.Timestamp("2024-12-31")
    assert "churned" not in X_train
    assert y_train.index.equals(X_train.index)
    assert y_test.dtype == bool
    assert y_test.tolist() == [True, False]


@pytest.mark.parametrize(("gap", "kept"), [(1, 2), (2, 1)])
def test_labels_that_were_not_known_on_the_test_day_train_nothing(gap, kept, caplog):
    # From 2025-03-31 to 2025-06-30 there are 91 days.
    table = snapshots(["2024-12-31", "2025-03-31", "2025-06-30"], gap=gap)
    X_train = crm.churn.temporal_split(table)[0]
    assert X_train.index.unique("cutoff").size == kept
    assert len(caplog.messages) == 2 - kept


def test_an_earlier_test_cutoff_can_be_chosen():
    table = snapshots(["2024-06-30", "2024-12-31", "2025-06-30"])
    X_train, X_test, _y_train, _y_test = crm.churn.temporal_split(table, test_cutoff="2024-12-31")
    assert X_test.index.unique("cutoff").tolist() == [pd.Timestamp("2024-12-31")]
    assert X_train.index.unique("cutoff").tolist() == [pd.Timestamp("2024-06-30")]


def test_a_split_that_is_not_possible_is_refused():
    table = snapshots(["2025-05-31", "2025-06-30"])
    with pytest.raises(crm.CRMError, match="at least 90 days earlier"):
        crm.churn.temporal_split(table)
    with pytest.raises(crm.CRMError, match="not a cutoff with labels"):
        crm.churn.temporal_split(table, test_cutoff="2025-01-01")
    with pytest.raises(crm.CRMError, match="needs snapshots of several cutoffs"):
        crm.churn.temporal_split(table.droplevel("cutoff"))
    with pytest.raises(crm.CRMError, match="No cutoff has labels"):
        crm.churn.temporal_split(table.assign(churned=pd.NA))


# --- the return curve ---------------------------------------------------------------------


def purchases(**days):
    rows = [(customer, day, 1.0) for customer, found in days.items() for day in found]
    table = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return table.assign(date=pd.Timestamp("2025-01-01") + pd.to_timedelta(table["date"], unit="D"))


def test_a_return_curve_computed_by_hand():
    # Silences: a 2 and 4 ended, 4 not; b 4 ended, 6 not; c none, having bought on day 10 only.
    log = purchases(a=[0, 2, 6], b=[0, 4], c=[10])
    curve = crm.churn.return_curve(log, within=2)
    assert curve.index.tolist() == [0, 1, 2, 3, 4]
    assert curve["at_risk"].tolist() == [5, 5, 5, 4, 4]
    # Kaplan-Meier: of 5 one ends on day 2, of 4 two on day 4.
    assert curve["returned"].tolist() == pytest.approx([0, 0, 0.2, 0.2, 0.6])
    assert curve["comes_back"].iloc[:3].tolist() == pytest.approx([0.2, 0.2, 0.5])
    assert curve["comes_back"].iloc[3:].isna().all()


def test_refunds_and_later_rows_end_no_silence():
    log = purchases(a=[0, 4], b=[0, 6, 30])
    refund = pd.DataFrame(
        {"customer_id": "a", "date": [pd.Timestamp("2025-01-03")], "amount": -1.0}
    )
    found = crm.churn.return_curve(pd.concat([log, refund]), as_of="2025-01-15")
    expected = crm.churn.return_curve(purchases(a=[0, 4], b=[0, 6]), as_of="2025-01-15")
    pd.testing.assert_frame_equal(found, expected)


def test_a_planted_rate_of_returning_is_recovered_from_any_engine():
    rng = np.random.default_rng(8)
    gaps = rng.exponential(30, (3000, 12)).astype(int) + 1
    days = gaps.cumsum(axis=1)
    who = np.repeat(np.arange(3000), 12)
    log = pd.DataFrame({"customer_id": who, "day": days.ravel(), "amount": 1.0})
    log = log[log.pop("day") <= 200].assign(
        date=pd.Timestamp("2025-01-01")
        + pd.to_timedelta(days.ravel()[days.ravel() <= 200], unit="D")
    )
    curve = crm.churn.return_curve(pl.from_pandas(log), within=30)
    # A gap lasts d days or fewer with chance 1 − exp(−d/30), whatever the last day cuts off.
    d = np.arange(1, 90)
    assert np.abs(curve["returned"].loc[1:89] - (1 - np.exp(-d / 30))).max() < 0.02
    assert np.abs(curve["comes_back"].loc[1:59] - (1 - np.exp(-1))).max() < 0.03


def test_a_log_in_which_nobody_came_back_is_refused():
    with pytest.raises(crm.CRMError, match="nobody has come back"):
        crm.churn.return_curve(purchases(a=[0], b=[5]))
