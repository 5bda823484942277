"""CLV formulas: worked numbers, agreement with one another, and refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

quickly = settings(deadline=None, max_examples=50, print_blob=False)
money = st.floats(-1e5, 1e5)
rates = st.floats(0.001, 0.5)
timings = st.sampled_from(["start", "middle", "end"])


# --- the formula by periods ---------------------------------------------------------------


def test_the_formula_discounts_each_period_and_takes_acquisition_off_once():
    by_hand = 800 / 1.1 + 800 / 1.1**2 + 800 / 1.1**3 - 500
    assert crm.clv_formula(1000, 200, 500, 0.1, 3) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("timing", "times"), [("start", (0, 1)), ("middle", (0.5, 1.5)), ("end", (1, 2))]
)
def test_the_timing_says_when_in_a_period_money_flows(timing, times):
    expected = sum(100 / 1.1**t for t in times) - 30
    assert crm.clv_formula(100, 0, 30, 0.1, 2, timing) == pytest.approx(expected)


def test_revenue_and_retention_cost_may_differ_by_period():
    value = crm.clv_formula([100, 200], [10, 50], 0, 0.1, 2)
    assert value == pytest.approx(90 / 1.1 + 150 / 1.21)


def test_several_customers_give_one_value_each():
    revenue = np.array([[100, 200], [300, 400]])
    values = crm.clv_formula(revenue, 10, np.array([5, 7]), np.array([0.1, 0.2]), 2)
    one_by_one = [
        crm.clv_formula(row, 10, cost, rate, 2)
        for row, cost, rate in zip(revenue, (5, 7), (0.1, 0.2), strict=True)
    ]
    assert values.tolist() == pytest.approx(one_by_one)


@quickly
@given(money, money, money, st.integers(1, 40), timings)
def test_without_discounting_the_formula_is_a_plain_sum(revenue, cost, acquisition, n, timing):
    value = crm.clv_formula(revenue, cost, acquisition, 0, n, timing)
    assert value == pytest.approx(n * (revenue - cost) - acquisition, abs=1e-6)


@quickly
@given(money, rates, st.integers(1, 40))
def test_a_period_later_is_worth_one_discount_less(revenue, rate, n):
    early, middle, late = (
        crm.clv_formula(revenue, 0, 0, rate, n, timing) for timing in ("start", "middle", "end")
    )
    assert early == pytest.approx(late * (1 + rate))
    assert middle == pytest.approx(late * (1 + rate) ** 0.5)


# --- the short ones -----------------------------------------------------------------------


def test_the_simple_formula_is_purchases_in_a_lifetime_times_spend():
    assert crm.clv_simple(lifetime=60, purchase_cycle=2, spend=150) == 4500
    assert crm.clv_simple([60, 24], 2, [150, 10]).tolist() == [4500, 120]


def test_the_contribution_is_that_of_a_year_times_the_years():
    assert crm.clv_contribution(1200, 5) == 6000


# --- the closed form ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_margin", "published"),
    [("now", 366.67), ("after_renewal", 266.67), ("end_of_period", 333.33)],
)
def test_the_three_closed_forms_have_their_published_values(first_margin, published):
    assert crm.clv_closed_form(100, 0.8, 0.1, first_margin) == pytest.approx(published, abs=0.005)


@quickly
@given(st.floats(1, 1000), st.floats(0, 0.95), st.floats(0.02, 0.5))
def test_the_closed_forms_are_the_sums_they_stand_for(margin, retention, rate):
    t = np.arange(5000)
    still = margin * retention**t  # paid at renewal t by those still there
    now = (still * (1 + rate) ** -t).sum()
    sums = {
        "now": now,
        "after_renewal": now - margin,
        "end_of_period": (still * (1 + rate) ** -(t + 1)).sum(),
    }
    for first_margin, expected in sums.items():
        value = crm.clv_closed_form(margin, retention, rate, first_margin)
        assert value == pytest.approx(expected, rel=1e-6, abs=1e-9)


@quickly
@given(st.floats(1, 1000), st.floats(0.1, 0.95), st.floats(0.02, 0.5))
def test_a_customer_retained_for_certain_periods_agrees_with_the_formula(margin, retention, rate):
    # Retention as a shrinking margin: two ways to the same number.
    periods = 3000
    shrinking = margin * retention ** np.arange(periods)
    assert crm.clv_formula(shrinking, 0, 0, rate, periods) == pytest.approx(
        crm.clv_closed_form(margin, retention, rate, "end_of_period")
    )


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: crm.clv_formula(1, 0, 0, -1, 3), "above -1"),
        (lambda: crm.clv_formula(1, 0, 0, 0.1, 0), "periods"),
        (lambda: crm.clv_formula(1, 0, 0, 0.1, 2.5), "periods"),
        (lambda: crm.clv_formula(1, 0, 0, 0.1, [2, 3]), "periods"),
        (lambda: crm.clv_formula([1, 2], 0, 0, 0.1, 3), "2 for 3 periods"),
        (lambda: crm.clv_formula(np.nan, 0, 0, 0.1, 3), "revenue"),
        (lambda: crm.clv_formula("much", 0, 0, 0.1, 3), "revenue"),
        (lambda: crm.clv_formula(1, 0, 0, 0.1, 3, "begin"), "'start', 'middle', 'end'"),
        (lambda: crm.clv_simple(10, 0, 5), "purchase_cycle"),
        (lambda: crm.clv_simple(-1, 2, 5), "lifetime"),
        (lambda: crm.clv_contribution(10, -1), "years"),
        (lambda: crm.clv_closed_form(100, 1.2, 0.1), "between 0 and 1"),
        (lambda: crm.clv_closed_form(100, 1.0, 0.0), "has no end"),
        (lambda: crm.clv_closed_form(100, 0.9, -0.2), "has no end"),
        (lambda: crm.clv_closed_form(100, 0.8, 0.1, "later"), "'after_renewal'"),
        (lambda: crm.tornado(lambda a: a, {"a": 1}, {"b": (0, 1)}), "unknown: b"),
        (lambda: crm.tornado(lambda a: a, {"a": 1}, {}), "ranges"),
        (lambda: crm.tornado(lambda a: a, {"a": 1}, {"a": (0, 1, 2)}), "pair"),
    ],
)
def test_a_senseless_number_is_refused_by_name(call, words):
    with pytest.raises(crm.CRMError, match=words):
        call()


# --- sensitivity --------------------------------------------------------------------------


def test_tornado_moves_one_parameter_at_a_time_and_puts_the_widest_first():
    base = {"margin": 100, "retention": 0.8, "discount_rate": 0.1}
    ranges = {"discount_rate": (0.05, 0.15), "margin": (80, 120), "retention": (0.7, 0.9)}
    table = crm.tornado(crm.clv_closed_form, base, ranges)
    expected = pd.DataFrame(
        {
            "parameter": ["retention", "margin", "discount_rate"],
            "low": [275.0, 80 * 1.1 / 0.3, 420.0],
            "high": [550.0, 120 * 1.1 / 0.3, 115 / 0.35],
            "range": [275.0, 40 * 1.1 / 0.3, 420 - 115 / 0.35],
        }
    )
    pd.testing.assert_frame_equal(table, expected)
    assert table.attrs["base"] == pytest.approx(110 / 0.3)
    assert table.attrs["ranges"]["margin"] == (80, 120)
