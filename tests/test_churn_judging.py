"""crm.churn: lift, calibration and profit, against examples computed by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

CHURNED = [1, 1, 0, 1, 0, 0, 0, 0]
PROBABILITY = [0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1]
OFFER = {"contact_cost": 2.0, "redemption_cost": 10.0, "save_rate": 0.5, "take_rate": 0.8}


# --- lift ---------------------------------------------------------------------------------


def test_a_lift_table_computed_by_hand():
    table = crm.churn.lift_table(CHURNED, PROBABILITY, groups=4)
    assert table.index.tolist() == [1, 2, 3, 4]
    assert table["customers"].tolist() == [2, 2, 2, 2]
    assert table["churners"].tolist() == [2, 1, 0, 0]
    assert table["churn_rate"].tolist() == [1, 0.5, 0, 0]
    assert table["lift"].tolist() == pytest.approx([8 / 3, 4 / 3, 0, 0])
    assert table["contacted"].tolist() == [0.25, 0.5, 0.75, 1]
    assert table["captured"].tolist() == pytest.approx([2 / 3, 1, 1, 1])
    assert table["cumulative_lift"].tolist() == pytest.approx([8 / 3, 2, 4 / 3, 1])


def test_equal_probabilities_stay_in_one_group():
    table = crm.churn.lift_table([1, 0, 1, 0, 1, 0], [0.9, 0.5, 0.5, 0.5, 0.5, 0.1], groups=3)
    assert table["customers"].to_dict() == {1: 5, 3: 1}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_changes_no_table(rows, random):
    rows = [(True, 5), *rows]
    shuffled = random.sample(rows, len(rows))
    for judge in (crm.churn.lift_table, crm.churn.calibration_table):
        tables = [
            judge([churned for churned, _tens in some], [tens / 9 for _churned, tens in some])
            for some in (rows, shuffled)
        ]
        pd.testing.assert_frame_equal(*tables)


# --- calibration --------------------------------------------------------------------------


def test_a_calibration_table_computed_by_hand():
    table = crm.churn.calibration_table(CHURNED, PROBABILITY, groups=2)
    assert table["predicted"].tolist() == pytest.approx([0.25, 0.75])
    assert table["observed"].tolist() == [0, 0.75]
    # Wilson (1927) for 3 of 4: (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964.
    assert table.loc[2, ["low", "high"]].tolist() == pytest.approx([0.300642, 0.954413], abs=1e-6)


def test_the_interval_holds_the_true_rate_as_often_as_it_says():
    rng = np.random.default_rng(5)
    probability = rng.uniform(0.05, 0.6, 40_000)
    churned = rng.random(40_000) < probability
    table = crm.churn.calibration_table(churned, probability, groups=400)
    held = table["predicted"].between(table["low"], table["high"]).mean()
    assert held == pytest.approx(0.95, abs=0.03)


# --- profit -------------------------------------------------------------------------------


def test_contact_profit_computed_by_hand():
    # .4 × .5 × (100 − 10) − .6 × .8 × 10 − 2
    found = crm.churn.contact_profit(np.array([0.4]), 100.0, **OFFER)
    assert found.tolist() == pytest.approx([11.2])


@given(*[st.floats(0.01, 1)] * 3, st.floats(1, 1000), st.floats(0, 50), st.floats(0, 50))
def test_with_everybody_taking_the_offer_it_is_the_formula_of_neslin_et_al(
    share, churn_rate, save_rate, value, contact, incentive
):
    # Π = Nα{[γ·LVC + δ(1 − γ)]·β₀λ − δ − c} with A = 0, here for one customer, α = 1.
    beta = share * churn_rate
    expected = (save_rate * value + incentive * (1 - save_rate)) * beta - incentive - contact
    found = crm.churn.contact_profit(
        np.array([beta]),
        value,
        contact_cost=contact,
        redemption_cost=incentive,
        save_rate=save_rate,
    )
    assert found[0] == pytest.approx(expected, abs=1e-6)


def test_a_profit_curve_computed_by_hand():
    curve = crm.churn.profit_curve([1, 0, 1, 0], [0.5, 0.4, 0.4, 0.0], 100.0, **OFFER)
    assert curve["contacted"].tolist() == [0, 1, 3, 4]
    assert curve["share"].tolist() == [0, 0.25, 0.75, 1]
    assert curve["threshold"].tolist() == [np.inf, 0.5, 0.4, 0.0]
    # Expected: 16.5 at .5, 11.2 at .4, −10 at 0. Realised: a churner 43, another one −10.
    assert curve["expected"].tolist() == pytest.approx([0, 16.5, 38.9, 28.9])
    assert curve["realised"].tolist() == pytest.approx([0, 43, 76, 66])
    best = crm.churn.best_threshold(curve)
    assert (best["threshold"], best["contacted"]) == (0.4, 3)


def test_values_decide_whom_to_contact_first_where_ranked_by_profit():
    probability, value = [0.9, 0.5, 0.4], [20.0, 1000.0, 500.0]
    curve = crm.churn.profit_curve(None, probability, value, **OFFER, rank_by="profit")
    each = crm.churn.contact_profit(np.array(probability), np.array(value), **OFFER)
    assert curve["expected"].tolist() == pytest.approx([0, each[1], each[1] + each[2], each.sum()])
    assert curve["realised"].isna().all()
    with pytest.raises(crm.CRMError, match="no realised profit"):
        crm.churn.best_threshold(curve, by="realised")


def test_nobody_is_contacted_where_no_contact_pays():
    curve = crm.churn.profit_curve(CHURNED, PROBABILITY, 3.0, **OFFER)
    assert crm.churn.best_threshold(curve)["threshold"] == np.inf
    assert crm.churn.best_threshold(curve, by="realised")["contacted"] == 0


def test_the_best_threshold_is_where_a_contact_pays_its_cost():
    # p·s(V − δ) = (1 − p)·tδ + c, solved for p.
    rng = np.random.default_rng(2)
    probability = rng.random(5000)
    curve = crm.churn.profit_curve(None, probability, 80.0, **OFFER)
    break_even = (2 + 8) / (0.5 * 70 + 8)
    assert crm.churn.best_threshold(curve)["threshold"] == pytest.approx(break_even, abs=1e-3)


# --- what is refused ----------------------------------------------------------------------


def test_columns_that_cannot_be_judged_are_refused():
    one, other = pd.Series([1, 0], ["a", "b"]), pd.Series([0.5, 0.6], ["b", "a"])
    with pytest.raises(crm.CRMError, match="same customers in the same order"):
        crm.churn.lift_table(one, other)
    with pytest.raises(crm.CRMError, match="same customers in the same order"):
        crm.churn.lift_table([1, 0, 0], [0.5, 0.6])
    with pytest.raises(crm.CRMError, match="probability must hold at least one number"):
        crm.churn.lift_table([1, 0], [0.5, np.nan])
    with pytest.raises(crm.CRMError, match="probability must hold numbers"):
        crm.churn.lift_table([1, 0], ["high", "low"])
    with pytest.raises(crm.CRMError, match="churned must be 0 or 1"):
        crm.churn.calibration_table([2, 0], [0.5, 0.6])
    with pytest.raises(crm.CRMError, match="probability must lie between 0 and 1"):
        crm.churn.calibration_table([1, 0], [50, 60])
    with pytest.raises(crm.CRMError, match="Nobody churned"):
        crm.churn.lift_table([0, 0], [0.5, 0.6])
    with pytest.raises(crm.CRMError, match="groups must be at least 1"):
        crm.churn.lift_table([1, 0], [0.5, 0.6], groups=0)


def test_an_offer_that_makes_no_sense_is_refused():
    with pytest.raises(crm.CRMError, match="save_rate must lie between 0 and 1"):
        crm.churn.profit_curve(CHURNED, PROBABILITY, 3.0, **{**OFFER, "save_rate": 50})
    with pytest.raises(crm.CRMError, match="contact_cost must be 0 or more"):
        crm.churn.profit_curve(CHURNED, PROBABILITY, 3.0, **{**OFFER, "contact_cost": -1})
    with pytest.raises(crm.CRMError, match="rank_by must be"):
        crm.churn.profit_curve(CHURNED, PROBABILITY, 3.0, **OFFER, rank_by="value")
