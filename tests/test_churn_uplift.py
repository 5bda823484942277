"""crm.churn: uplift recovers planted effects, and Qini curves tell rankings apart."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import crmlab as crm


def planted(customers=20_000, seed=1):
    """A test of three arms: the voucher adds 4·x, the call 3 − 2·x."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"x": rng.normal(size=customers), "noise": rng.normal(size=customers)})
    arm = rng.choice(["none", "voucher", "call"], customers)
    effect = pd.DataFrame({"call": 3 - 2 * X["x"], "voucher": 4 * X["x"]})
    outcome = 10 + X["x"] + rng.normal(size=customers)
    for offer in effect:
        outcome += effect[offer].where(arm == offer, 0.0)
    return X, arm, outcome, effect


def test_a_planted_effect_is_recovered():
    X, arm, outcome, effect = planted()
    model = crm.churn.TwoModelUplift().fit(X, arm, outcome)
    assert model.offers_ == ["call", "voucher"]
    assert sorted(model.models_) == ["call", "none", "voucher"]
    assert (model.predict(X) - effect).abs().max().max() < 0.2


def test_a_classifier_predicts_the_change_of_a_probability():
    rng = np.random.default_rng(3)
    group = rng.integers(0, 2, 40_000)
    arm = rng.choice(["none", "call"], 40_000)
    stays = rng.random(40_000) < 0.5 + np.where(arm == "call", 0.2 - 0.3 * group, 0)
    X = pd.DataFrame({"group": group})
    model = crm.churn.TwoModelUplift(LogisticRegression(C=100)).fit(X, arm, stays)
    found = model.predict(pd.DataFrame({"group": [0, 1]}, index=["a", "b"]))["call"]
    assert found.tolist() == pytest.approx([0.2, -0.1], abs=0.025)
    assert found.index.tolist() == ["a", "b"]


def test_missing_features_are_filled_in():
    X, arm, outcome, effect = planted()
    holed = X.where(np.random.default_rng(0).random(X.shape) < 0.9)
    found = crm.churn.TwoModelUplift().fit(holed, arm, outcome).predict(holed)
    seen = holed["x"].notna()
    assert found["voucher"][seen].corr(effect["voucher"][seen]) > 0.99


@pytest.mark.parametrize(
    "model", [LinearRegression(), make_pipeline(StandardScaler(), LinearRegression())]
)
def test_a_weight_of_zero_leaves_a_customer_out(model):
    X, arm, outcome, _effect = planted(900)
    kept = np.arange(900) < 600
    wrong = np.where(kept, outcome, 1e6)
    weighted = crm.churn.TwoModelUplift(model).fit(X, arm, wrong, sample_weight=kept)
    alone = crm.churn.TwoModelUplift(LinearRegression()).fit(X[kept], arm[kept], outcome[kept])
    np.testing.assert_allclose(weighted.predict(X), alone.predict(X), rtol=1e-6)


def test_a_test_without_a_control_is_refused():
    X, arm, outcome, _effect = planted(30)
    with pytest.raises(crm.CRMError, match="needs the arm 'none'"):
        crm.churn.TwoModelUplift().fit(X, np.where(arm == "none", "call", arm), outcome)
    with pytest.raises(crm.CRMError, match="at least one offer"):
        crm.churn.TwoModelUplift().fit(X, ["none"] * 30, outcome)
    with pytest.raises(crm.CRMError, match="same customers in the same order"):
        crm.churn.TwoModelUplift().fit(X, arm[:20], outcome)
    with pytest.raises(crm.CRMError, match="same customers in the same order"):
        crm.churn.TwoModelUplift().fit(X, arm, outcome[::-1])


def test_it_follows_the_conventions_of_scikit_learn():
    model = crm.churn.TwoModelUplift(LinearRegression(), control="nothing")
    assert clone(model).get_params()["control"] == "nothing"
    with pytest.raises(NotFittedError):
        model.predict(planted(10)[0])


# --- Qini ---------------------------------------------------------------------------------


def test_a_qini_curve_computed_by_hand():
    #  ranking:   T(1)  C(0)  T(1)  C(1)  T(0)  C(1)
    outcome, treated = [1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 0]
    curve = crm.churn.qini_curve(outcome, treated, [6, 5, 4, 3, 2, 1])
    # Y_t − Y_c·N_t/N_c after each: 1; 1 − 0; 2 − 0·2; 2 − 1·2/2; 2 − 1·3/2; 2 − 2·3/3.
    assert curve["gain"].tolist() == [0, 1, 1, 2, 1, 0.5, 0]
    assert curve["targeted"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert curve["random"].tolist() == [0] * 7
    # Trapezes of width 1/6: (.5 + 1 + 1.5 + 1.5 + .75 + .25)/6, for 3 treated customers.
    assert crm.churn.qini_coefficient(curve) == pytest.approx(5.5 / 6 / 3)


def test_equal_uplifts_are_targeted_together_whatever_their_order():
    rng = np.random.default_rng(4)
    outcome, treated = rng.random(60), rng.random(60) < 0.5
    uplift = rng.integers(0, 4, 60)
    again = rng.permutation(60)
    one = crm.churn.qini_curve(outcome, treated, uplift)
    other = crm.churn.qini_curve(outcome[again], treated[again], uplift[again])
    assert len(one) == 5
    assert one["gain"].tolist() == pytest.approx(other["gain"].tolist())
    # The last bits of a computed score are noise: equal on paper is equal here.
    noise = 1 + 1e-14 * rng.standard_normal(60)
    noisy = crm.churn.qini_curve(outcome, treated, (uplift + 0.1) * noise)
    pd.testing.assert_frame_equal(noisy, one)


def test_the_whole_curve_ends_at_the_effect_of_the_offer_on_those_who_got_it():
    X, arm, outcome, effect = planted()
    two = arm != "voucher"
    curve = crm.churn.qini_curve(outcome[two], arm[two] == "call", X["x"][two])
    treated = curve.attrs["treated"]
    assert treated == (arm == "call").sum()
    assert curve["gain"].iloc[-1] / treated == pytest.approx(effect["call"].mean(), abs=0.1)


def test_a_perfect_ranking_beats_random_ones_and_its_reverse_loses_to_them():
    _X, arm, outcome, effect = planted(4000)
    two = arm != "call"
    treated, true = arm[two] == "voucher", effect["voucher"][two]
    perfect, reverse = (
        crm.churn.qini_curve(outcome[two], treated, sign * true) for sign in (1, -1)
    )
    assert crm.churn.qini_coefficient(perfect) > 1
    assert crm.churn.qini_coefficient(reverse) < -1
    middle = perfect["share"].between(0.1, 0.9)
    assert (perfect["gain"] > perfect["high"])[middle].all()
    assert (reverse["gain"] < reverse["low"])[middle].all()


def test_a_random_ranking_stays_in_the_band_about_as_often_as_the_band_says():
    rng = np.random.default_rng(9)
    _X, arm, outcome, _effect = planted(600)
    two = arm != "call"
    treated = arm[two] == "voucher"
    inside = []
    for seed in range(40):
        chance = crm.churn.qini_curve(outcome[two], treated, rng.random(two.sum()), seed=seed)
        middle = chance.iloc[len(chance) // 2]
        inside.append(middle["low"] <= middle["gain"] <= middle["high"])
    assert np.mean(inside) > 0.85


def test_a_curve_needs_both_arms():
    with pytest.raises(crm.CRMError, match="customers with the offer and customers without"):
        crm.churn.qini_curve([1, 0], [1, 1], [0.3, 0.2])
    with pytest.raises(crm.CRMError, match="treated must be 0 or 1"):
        crm.churn.qini_curve([1, 0], [1, 2], [0.3, 0.2])
