"""The pyramid: tiers, migration between them, and how concentrated value is."""

from itertools import accumulate

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import crmlab as crm

TIERS = ["Diamond", "Platinum", "Gold", "Ordinary", "Basic"]
quickly = settings(deadline=None, max_examples=40, print_blob=False)

cents = st.integers(-100_000, 1_000_000)
few_values = st.integers(-2, 3)
any_values = st.lists(cents | few_values, min_size=1, max_size=60)
no_losses = st.lists(st.integers(0, 5) | st.integers(0, 10**6), min_size=1, max_size=60)


def spending(values, **columns):
    return pd.DataFrame({"spend": values, **columns})


def hundred():
    """A hundred customers who spent 1, 2, … 100."""
    return spending(np.arange(1.0, 101.0), customer=[f"C{number}" for number in range(100)])


# --- tiers by shares ----------------------------------------------------------------------


def test_the_default_tiers_are_those_of_the_curriculum():
    summary = crm.Pyramid().fit(hundred()).summary_
    assert summary.index.tolist() == TIERS
    assert summary["customers"].tolist() == [1, 4, 15, 20, 60]
    assert summary["share_of_customers"].tolist() == [0.01, 0.04, 0.15, 0.20, 0.60]


def test_the_best_customers_are_in_the_highest_tier():
    customers = hundred().sample(frac=1, random_state=1)
    tiers = crm.Pyramid().fit(customers).predict(customers)
    from_best = tiers.loc[customers["spend"].sort_values(ascending=False).index]
    assert from_best.tolist() == [
        *["Diamond"] * 1,
        *["Platinum"] * 4,
        *["Gold"] * 15,
        *["Ordinary"] * 20,
        *["Basic"] * 60,
    ]


def test_the_summary_adds_up_the_value_of_each_tier():
    summary = crm.Pyramid(shares={"top": 0.2, "rest": 0.8}).fit(spending([1, 2, 3, 4, 10])).summary_
    assert summary["value"].tolist() == [10, 10]
    assert summary["share_of_value"].tolist() == [0.5, 0.5]
    assert summary["mean_value"].tolist() == [10, 2.5]
    assert summary["least_value"].tolist() == [10, 1]


def test_a_tie_takes_the_higher_tier_for_all():
    customers = spending([9, 5, 5, 5, 1, 1, 1, 1, 1, 1])
    tiers = crm.Pyramid(shares={"top": 0.2, "rest": 0.8}).fit(customers).predict(customers)
    assert tiers.tolist() == ["top"] * 4 + ["rest"] * 6


def test_customers_who_are_all_equal_are_all_in_the_highest_tier():
    customers = spending([7.0] * 100)
    assert crm.Pyramid().fit(customers).predict(customers).eq("Diamond").all()


@quickly
@given(
    st.lists(cents, min_size=1, max_size=60, unique=True),
    st.lists(st.integers(1, 20), min_size=2, max_size=6),
)
def test_the_tiers_of_distinct_values_hold_the_nearest_whole_number_of_customers(values, weights):
    total = sum(weights)
    shares = {f"tier {place}": weight / total for place, weight in enumerate(weights)}
    # Cumulative share x customers, rounded half up, in whole numbers.
    ends = [(2 * part * len(values) + total) // (2 * total) for part in accumulate(weights)]
    expected = np.diff([0, *ends]).tolist()
    assert crm.Pyramid(shares).fit(spending(values)).summary_["customers"].tolist() == expected


@quickly
@given(any_values)
def test_the_tiers_of_the_fitted_customers_are_those_of_the_summary(values):
    customers = spending(values)
    pyramid = crm.Pyramid().fit(customers)
    counts = pyramid.predict(customers).value_counts(sort=False)
    assert counts.to_dict() == pyramid.summary_["customers"].to_dict()
    assert counts.sum() == len(values)


@quickly
@given(any_values)
def test_a_higher_value_is_never_in_a_lower_tier(values):
    customers = spending(values)
    tiers = crm.Pyramid().fit(customers).predict(customers)
    places = tiers.cat.codes[customers["spend"].sort_values(ascending=False).index]
    assert places.is_monotonic_increasing


def test_tiers_keep_the_index_and_the_order_of_the_pyramid():
    customers = hundred().set_index("customer")
    tiers = crm.Pyramid().fit(customers).predict(customers)
    assert tiers.index.equals(customers.index)
    assert tiers.name == "tier"
    assert tiers.cat.ordered
    assert tiers.cat.categories.tolist() == TIERS


def test_thresholds_learned_on_one_period_apply_to_another():
    pyramid = crm.Pyramid().fit(hundred())
    assert pyramid.predict(spending([1000.0, 100.0, 99.0, -5.0])).tolist() == [
        "Diamond",
        "Diamond",
        "Platinum",
        "Basic",
    ]


def test_value_can_stand_in_another_column():
    customers = hundred().rename(columns={"spend": "profit"})
    summary = crm.Pyramid(by="profit").fit(customers).summary_
    assert summary["customers"].tolist() == [1, 4, 15, 20, 60]


def test_an_empty_tier_is_said(caplog):
    assert crm.Pyramid().fit(hundred().tail(20)).summary_["customers"].tolist() == [0, 1, 3, 4, 12]
    assert caplog.messages == [
        "Nobody is in Diamond: there are too few customers, or equal values took the higher tier."
    ]


def test_nothing_is_said_where_every_tier_has_customers(caplog):
    crm.Pyramid().fit(hundred())
    assert caplog.messages == []


def test_one_customer_has_a_tier():
    customer = spending([5.0])
    pyramid = crm.Pyramid().fit(customer)
    assert pyramid.summary_["customers"].sum() == 1
    assert pyramid.predict(customer).tolist() == ["Basic"]


@pytest.mark.parametrize("values", [[-1, -2, -3, -4, -5], [0.0] * 5, [5, -5, 1, -1, 0]])
def test_a_total_not_above_zero_has_tiers_but_no_shares_of_value(values):
    summary = crm.Pyramid(shares={"top": 0.4, "rest": 0.6}).fit(spending(values)).summary_
    assert summary["share_of_value"].isna().all()
    assert summary["customers"].sum() == 5
    assert summary["value"].sum() == sum(values)


@pytest.mark.parametrize(
    "shares",
    [
        {"top": 0.2, "rest": 0.7},
        {"top": 20, "rest": 80},
        {"top": -0.2, "rest": 1.2},
        {"top": 0.0, "rest": 1.0},
        {"all": 1.0},
        {},
        {"top": float("nan"), "rest": 0.5},
    ],
)
def test_shares_that_do_not_make_a_whole_are_refused(shares):
    with pytest.raises(crm.CRMError, match="two or more numbers above 0 that add up to 1"):
        crm.Pyramid(shares=shares).fit(hundred())


# --- tiers by thresholds ------------------------------------------------------------------


def test_a_customer_on_a_threshold_belongs_to_the_higher_tier():
    pyramid = crm.Pyramid(thresholds={"gold": 100, "silver": 10, "rest": -np.inf})
    tiers = pyramid.fit(hundred()).predict(spending([100, 99.99, 10, 9.99, -1e9]))
    assert tiers.tolist() == ["gold", "silver", "silver", "rest", "rest"]
    assert pyramid.thresholds_ == {"gold": 100.0, "silver": 10.0, "rest": -np.inf}


@pytest.mark.parametrize(
    "thresholds",
    [
        {"gold": 10, "silver": 100, "rest": -np.inf},
        {"gold": 10, "silver": 10, "rest": -np.inf},
        {"gold": 100, "rest": 0},
        {"gold": float("nan"), "rest": -np.inf},
        {"rest": -np.inf},
    ],
)
def test_thresholds_that_do_not_fall_to_minus_infinity_are_refused(thresholds):
    with pytest.raises(crm.CRMError, match="must fall from tier to tier"):
        crm.Pyramid(thresholds=thresholds).fit(hundred())


def test_shares_and_thresholds_together_are_refused():
    both = crm.Pyramid(shares={"a": 0.5, "b": 0.5}, thresholds={"a": 1, "b": -np.inf})
    with pytest.raises(crm.CRMError, match="either shares or thresholds"):
        both.fit(hundred())


@pytest.mark.parametrize(
    ("customers", "message"),
    [
        (hundred().drop(columns="spend"), "lacks spend"),
        (hundred().iloc[:0], "no rows"),
        (spending([1.0, np.nan, np.inf]), "'spend' is missing or infinite for 2 customers: 1, 2"),
        (spending(["1", "2"]), "'spend' must hold numbers"),
    ],
)
def test_a_table_without_usable_values_is_refused(customers, message):
    with pytest.raises(crm.CRMError, match=message):
        crm.Pyramid().fit(customers)
    with pytest.raises(crm.CRMError, match=message):
        crm.Pyramid().fit(hundred()).predict(customers)


# --- migration ----------------------------------------------------------------------------


def two_years():
    """Customers 0 … 79 of one year; 60 of them and 15 new ones in the next."""
    rng = np.random.default_rng(5)
    before = spending(rng.lognormal(3, 1, 80))
    after = spending(rng.lognormal(3, 1, 75)).set_axis([*range(20, 95)])
    return before, after


@pytest.mark.parametrize("rerank", [False, True])
def test_the_margins_of_a_migration_are_the_tiers_of_both_periods(rerank):
    before, after = two_years()
    pyramid = crm.Pyramid().fit(before)
    matrix = pyramid.migration(before, after, rerank=rerank)
    second = crm.Pyramid().fit(after) if rerank else pyramid
    counted_before = pyramid.predict(before).value_counts()
    counted_after = second.predict(after).value_counts()
    assert matrix.sum(axis=1).to_dict() == {**counted_before.to_dict(), "No purchase before": 15}
    assert matrix.sum(axis=0).to_dict() == {**counted_after.to_dict(), "Gone": 20}


def test_each_customer_is_counted_where_they_were_and_where_they_are():
    pyramid = crm.Pyramid(thresholds={"high": 10, "low": -np.inf}).fit(hundred())
    before = spending([20, 20, 5, 5, 5]).set_axis(list("abcde"))
    after = spending([30, 2, 50, 4, 1]).set_axis(list("abcdz"))
    matrix = pyramid.migration(before, after)
    assert matrix.index.tolist() == ["high", "low", "No purchase before"]
    assert matrix.columns.tolist() == ["high", "low", "Gone"]
    assert matrix.to_numpy().tolist() == [[1, 1, 0], [1, 1, 1], [0, 1, 0]]


def test_when_all_spend_doubles_nobody_moves_by_rank():
    before = hundred()
    matrix = (
        crm.Pyramid()
        .fit(before)
        .migration(before, before.assign(spend=2 * before["spend"]), rerank=True)
    )
    assert np.diag(matrix)[:5].tolist() == [1, 4, 15, 20, 60]
    assert matrix.to_numpy().sum() == 100


def test_when_all_spend_doubles_people_rise_by_the_fitted_thresholds():
    before = hundred()
    pyramid = crm.Pyramid().fit(before)
    matrix = pyramid.migration(before, before.assign(spend=2 * before["spend"]))
    # Limits are 100, 96, 81, 61: those who spent 50, 48, 41 and 31 reach them by doubling.
    assert matrix.loc["Basic"].tolist() == [11, 2, 7, 10, 30, 0]
    assert matrix.loc[["Platinum", "Gold", "Ordinary"], "Diamond"].tolist() == [4, 15, 20]
    assert np.tril(matrix.loc[TIERS, TIERS], -1).sum() == 69
    assert np.triu(matrix.loc[TIERS, TIERS], 1).sum() == 0


@pytest.mark.parametrize(("rerank", "basis"), [(False, "thresholds"), (True, "rank")])
def test_a_migration_says_what_it_is_based_on(rerank, basis):
    matrix = crm.Pyramid().fit(hundred()).migration(hundred(), hundred(), rerank=rerank)
    assert matrix.attrs["basis"] == basis


def test_ranking_anew_needs_tiers_by_shares():
    pyramid = crm.Pyramid(thresholds={"high": 10, "low": -np.inf}).fit(hundred())
    with pytest.raises(crm.CRMError, match="rerank=True needs tiers by shares"):
        pyramid.migration(hundred(), hundred(), rerank=True)


def test_ranking_anew_uses_the_shares_and_the_column_of_the_pyramid():
    customers = hundred().rename(columns={"spend": "profit"})
    pyramid = crm.Pyramid(shares={"top": 0.3, "rest": 0.7}, by="profit").fit(customers)
    matrix = pyramid.migration(customers, customers, rerank=True)
    assert np.diag(matrix).tolist() == [30, 70, 0]


@pytest.mark.parametrize("names", [(1, 2), ("No purchase before", "Gone")])
def test_tiers_may_have_any_names(names):
    pyramid = crm.Pyramid(shares=dict(zip(names, (0.3, 0.7), strict=True))).fit(hundred())
    matrix = pyramid.migration(hundred(), hundred())
    assert matrix.to_numpy().tolist() == [[30, 0, 0], [0, 70, 0], [0, 0, 0]]


# --- concentration ------------------------------------------------------------------------


def gini_by_differences(values):
    """Mean absolute difference of all pairs, over twice the mean."""
    differences = sum(abs(one - other) for one in values for other in values)
    return differences / (2 * len(values) * sum(values))


def test_equal_customers_have_no_concentration():
    assert crm.gini([3.0] * 50) == pytest.approx(0)
    assert crm.top_share([3.0] * 50, 0.2) == pytest.approx(0.2)
    assert crm.top_share([3.0] * 7, 0.2) == pytest.approx(0.2)


@pytest.mark.parametrize("count", [1, 2, 10, 1000])
def test_one_customer_who_holds_all_gives_the_highest_gini(count):
    values = [0.0] * (count - 1) + [8.0]
    assert crm.gini(values) == pytest.approx((count - 1) / count)
    assert crm.top_share(values, 1 / count) == pytest.approx(1)


def test_a_small_example_by_hand():
    # 1, 2, 3, 4, 5: differences of the ten pairs add up to 20, the mean is 3,
    # so Gini = 2 x 20 / (2 x 25 x 3) = 4/15. The best two hold 9 of 15.
    values = [2, 5, 1, 4, 3]
    assert crm.gini(values) == pytest.approx(4 / 15)
    assert crm.top_share(values, 0.4) == pytest.approx(9 / 15)
    assert crm.top_share(values, 0.3) == pytest.approx((5 + 2) / 15)
    curve = crm.lorenz_curve(values)
    assert curve["share_of_customers"].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert (15 * curve["share_of_value"]).tolist() == pytest.approx([0, 1, 3, 6, 10, 15])


@quickly
@given(no_losses)
def test_gini_is_half_the_relative_mean_difference(values):
    assume(sum(values) > 0)
    assert crm.gini(values) == pytest.approx(gini_by_differences(values), abs=1e-9)


@quickly
@given(no_losses)
def test_the_share_of_the_best_rises_ever_more_slowly_and_is_at_least_their_number(values):
    assume(sum(values) > 0)
    shares = np.linspace(0, 1, 41)
    held = crm.top_share(values, shares)
    steps = np.diff(held)
    assert held[0] == pytest.approx(0)
    assert held[-1] == pytest.approx(1)
    assert (held >= shares - 1e-9).all()
    assert (steps >= -1e-9).all()
    assert (np.diff(steps) <= 1e-9).all()


@quickly
@given(no_losses)
def test_the_share_of_whole_customers_is_their_sum_over_the_total(values):
    assume(sum(values) > 0)
    falling = sorted(values, reverse=True)
    for count in range(len(values) + 1):
        expected = sum(falling[:count]) / sum(values)
        assert crm.top_share(values, count / len(values)) == pytest.approx(expected, abs=1e-9)


def test_where_some_bring_losses_the_best_hold_more_than_all_of_the_profit():
    profit = [100, 60, 10, -30, -40]
    assert crm.top_share(profit, 0.4) == pytest.approx(1.6)
    assert crm.top_share(profit, 1.0) == pytest.approx(1)
    assert crm.lorenz_curve(profit)["share_of_value"].min() == pytest.approx(-0.7)


def test_gini_refuses_losses_and_counts_them():
    with pytest.raises(crm.CRMError, match="negative values; there are 2"):
        crm.gini([5, -1, -1])


@pytest.mark.parametrize("measure", [crm.lorenz_curve, crm.gini, lambda v: crm.top_share(v, 0.2)])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "at least one"),
        ([1.0, float("nan")], "none missing or infinite"),
        ([1.0, float("inf")], "none missing or infinite"),
        ([0.0, 0.0], "need a total above 0"),
    ],
)
def test_values_without_shares_are_refused(measure, values, message):
    with pytest.raises(crm.CRMError, match=message):
        measure(values)


def test_a_total_below_zero_has_no_shares():
    with pytest.raises(crm.CRMError, match="add up to −2; shares need a total above 0"):
        crm.top_share([1, -3], 0.2)


def test_a_total_that_rounding_takes_to_zero_is_refused():
    with pytest.raises(crm.CRMError, match="need a total above 0"):
        crm.lorenz_curve([1e16, -1e16, -1.0, 1.0])


@pytest.mark.parametrize("share", [-0.1, 1.1, 20, float("nan"), [0.2, 20]])
def test_a_share_of_customers_is_between_zero_and_one(share):
    with pytest.raises(crm.CRMError, match=r"20 % is 0\.2"):
        crm.top_share([1, 2, 3], share)


def test_one_share_gives_a_number_and_several_give_an_array():
    assert isinstance(crm.top_share([1, 2, 3], 0.2), float)
    assert crm.top_share([1, 2, 3], [0.2, 0.5]).shape == (2,)


def test_in_cdnow_the_best_fifth_hold_two_thirds():
    customers = crm.summarize(crm.datasets.load_cdnow("master"), as_of="1998-06-30")
    held = 100 * crm.top_share(customers["spend"], [0.01, 0.05, 0.10, 0.20])
    assert held.tolist() == pytest.approx([15.9, 36.7, 50.9, 67.8], abs=0.1)


# --- conventions of scikit-learn ----------------------------------------------------------


def test_parameters_can_be_read_set_and_cloned():
    pyramid = crm.Pyramid(shares={"top": 0.2, "rest": 0.8}, by="profit")
    assert clone(pyramid).get_params() == pyramid.get_params()
    assert set(pyramid.get_params()) == {"shares", "thresholds", "by"}
    assert pyramid.set_params(by="spend").by == "spend"


def test_fit_returns_the_pyramid():
    pyramid = crm.Pyramid()
    assert pyramid.fit(hundred()) is pyramid


def test_a_pyramid_that_is_not_fitted_says_so():
    with pytest.raises(NotFittedError):
        crm.Pyramid().predict(hundred())
    with pytest.raises(NotFittedError):
        crm.Pyramid().migration(hundred(), hundred())
