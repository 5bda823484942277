"""RFM: scores against their definition, cut points, and segments named by scores."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import crmlab as crm
from crmlab.segmentation.segments import default_segments

COLUMNS = {"R": "recency_days", "F": "purchases", "M": "spend"}
quickly = settings(deadline=None, max_examples=30, print_blob=False)


# --- the definition, and tables to try it on ----------------------------------------------


def score_by_definition(name, value, fitted, bins):
    """Score = 1 + floor(bins x share of fitted customers strictly worse), at most `bins`."""
    worse = sum(other > value if name == "R" else other < value for other in fitted)
    return min(bins, 1 + math.floor(bins * Fraction(worse, len(fitted))))


def customer_table(recency, purchases, spend):
    return pd.DataFrame({"recency_days": recency, "purchases": purchases, "spend": spend})


def table_of(rows):
    return customer_table(*zip(*rows, strict=True))


few = st.integers(0, 4)
many = st.integers(0, 2000)
money = st.one_of(
    st.sampled_from([-20.0, 0.0, 9.99, 9.99, 50.0]),
    st.floats(-1e6, 1e6, allow_subnormal=False),
)
rows = st.lists(st.tuples(few | many, few | many, money), min_size=1, max_size=40)
tables = rows.map(table_of)
bin_counts = st.integers(2, 10)


def spread_table(count=60):
    """Customers who all differ, in another order for each measure."""
    numbers = np.arange(count)
    return customer_table(numbers[::-1] * 7 % count, numbers * 11 % count, numbers * 13 % count)


@pytest.fixture(scope="module")
def cdnow():
    return crm.summarize(crm.datasets.load_cdnow("master"), as_of="1998-06-30")


# --- quantile scores ----------------------------------------------------------------------


@quickly
@given(tables, bin_counts)
def test_a_quantile_score_is_what_the_definition_says(customers, bins):
    scores = crm.RFM(bins=bins).fit_transform(customers)
    for name, column in COLUMNS.items():
        fitted = customers[column].tolist()
        expected = [score_by_definition(name, value, fitted, bins) for value in fitted]
        assert scores[name].tolist() == expected


@quickly
@given(tables, rows, bin_counts)
def test_values_not_seen_in_fit_are_scored_by_the_same_definition(customers, strangers, bins):
    beyond = [(0, 0, -2e6), (9999, 9999, 2e6), (-1, -1, 0.0)]
    strangers = table_of([*strangers, *beyond])
    scores = crm.RFM(bins=bins).fit(customers).transform(strangers)
    for name, column in COLUMNS.items():
        fitted = customers[column].tolist()
        expected = [score_by_definition(name, value, fitted, bins) for value in strangers[column]]
        assert scores[name].tolist() == expected


def test_a_value_between_two_fitted_ones_is_scored_by_how_many_are_below_it():
    fitted = customer_table([1, 2, 3, 4], [10, 20, 30, 40], [1.0, 2.0, 3.0, 4.0])
    new = customer_table([2.5, 0, 9], [25, 99, 1], [2.5, 9.0, 0.0])
    scores = crm.RFM(bins=4).fit(fitted).transform(new)
    assert scores["R"].tolist() == [3, 4, 1]
    assert scores["F"].tolist() == [3, 4, 1]
    assert scores["M"].tolist() == [3, 4, 1]


@quickly
@given(tables, bin_counts)
def test_customers_with_equal_values_have_equal_scores(customers, bins):
    scores = crm.RFM(bins=bins).fit_transform(customers)
    for name, column in COLUMNS.items():
        assert scores[name].groupby(customers[column]).nunique().eq(1).all()


@quickly
@given(tables, bin_counts)
def test_a_better_value_never_has_a_lower_score(customers, bins):
    scores = crm.RFM(bins=bins).fit_transform(customers)
    for name, column in COLUMNS.items():
        from_worst = customers[column].sort_values(ascending=name != "R").index
        assert scores.loc[from_worst, name].is_monotonic_increasing


@quickly
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(customers, random):
    order = random.sample(range(len(customers)), len(customers))
    shuffled = customers.iloc[order]
    expected = crm.RFM().fit_transform(customers).iloc[order]
    pd.testing.assert_frame_equal(crm.RFM().fit_transform(shuffled), expected)


@quickly
@given(
    st.lists(st.tuples(few, few, st.integers(-500, 5000)), min_size=1, max_size=40),
    st.sampled_from([0.01, 0.5, 7.0, 1e6]),
)
def test_counting_money_in_another_unit_changes_no_score(rows, factor):
    customers = table_of(rows)
    in_other_unit = customers.assign(spend=customers["spend"] * factor)
    pd.testing.assert_frame_equal(
        crm.RFM().fit_transform(in_other_unit), crm.RFM().fit_transform(customers)
    )


@pytest.mark.parametrize("dtype", ["uint16", "Int64", "float32", "int64[pyarrow]"])
def test_the_number_type_of_a_column_does_not_matter(dtype):
    customers = spread_table()
    expected = crm.RFM().fit_transform(customers)
    pd.testing.assert_frame_equal(crm.RFM().fit_transform(customers.astype(dtype)), expected)


def test_one_customer_has_the_lowest_scores_because_nobody_is_worse():
    scores = crm.RFM().fit_transform(customer_table([3], [9], [100.0]))
    assert scores.loc[0, ["R", "F", "M"]].tolist() == [1, 1, 1]


def test_cut_points_learned_on_one_period_apply_to_the_next():
    before = spread_table()
    rfm = crm.RFM().fit(before)
    limits = {name: cuts.tolist() for name, cuts in rfm.cuts_.items()}
    after = before.assign(spend=before["spend"] + 1000)
    assert rfm.transform(after)["M"].eq(5).all()
    assert {name: cuts.tolist() for name, cuts in rfm.cuts_.items()} == limits


def test_the_table_keeps_its_index_and_is_not_changed():
    customers = spread_table(6).set_axis(["f", "a", "d", "d", "b", "c"])
    copy = customers.copy()
    scores = crm.RFM().fit_transform(customers)
    assert scores.index.equals(customers.index)
    pd.testing.assert_frame_equal(customers, copy)


def test_more_columns_in_another_order_do_not_disturb():
    customers = spread_table()
    wider = customers.assign(name="x")[["name", "spend", "recency_days", "purchases"]]
    pd.testing.assert_frame_equal(
        crm.RFM().fit_transform(wider), crm.RFM().fit_transform(customers)
    )


# --- fixed and k-means cut points ---------------------------------------------------------

FIXED = {"R": [30, 90, 180, 365], "F": [2, 3, 5, 10], "M": [10, 100, 1000, 5000]}


@pytest.mark.parametrize(
    ("name", "value", "score"),
    [
        *[("F", 1, 1), ("F", 2, 2), ("F", 3, 3), ("F", 4, 3), ("F", 5, 4), ("F", 9, 4)],
        *[("F", 10, 5), ("F", 99, 5), ("M", 9.99, 1), ("M", 10, 2), ("M", 5000, 5)],
        *[("R", 0, 5), ("R", 30, 5), ("R", 31, 4), ("R", 90, 4), ("R", 180, 3)],
        *[("R", 365, 2), ("R", 366, 1)],
    ],
)
def test_a_value_on_a_fixed_cut_point_belongs_to_the_better_score(name, value, score):
    customers = customer_table([0], [1], [1.0]).assign(**{COLUMNS[name]: value})
    scores = crm.RFM(method="fixed", cuts=FIXED).fit(spread_table()).transform(customers)
    assert scores.loc[0, name] == score


def test_fixed_cut_points_do_not_depend_on_the_fitted_customers():
    one, other = spread_table(), spread_table(7)
    rfm = crm.RFM(method="fixed", cuts=FIXED)
    pd.testing.assert_frame_equal(
        clone(rfm).fit(one).transform(other), clone(rfm).fit(other).transform(other)
    )


@pytest.mark.parametrize(
    "cuts",
    [
        {"R": FIXED["R"], "F": FIXED["F"]},
        FIXED | {"M": [10, 100, 1000]},
        FIXED | {"M": [10, 10, 1000, 5000]},
        FIXED | {"M": [5000, 1000, 100, 10]},
        FIXED | {"M": [10, 100, 1000, float("nan")]},
    ],
)
def test_fixed_cut_points_that_do_not_fit_the_bins_are_refused_by_name(cuts):
    with pytest.raises(crm.CRMError, match=r"cuts\['M'\] needs 4 rising values"):
        crm.RFM(method="fixed", cuts=cuts).fit(spread_table())


def test_a_missing_number_as_the_only_cut_point_is_refused():
    cuts = {"R": [30], "F": [float("nan")], "M": [10]}
    with pytest.raises(crm.CRMError, match=r"cuts\['F'\] needs 1 rising"):
        crm.RFM(bins=2, method="fixed", cuts=cuts).fit(spread_table())


@pytest.mark.parametrize(
    ("method", "cuts"),
    [("fixed", None), ("quantile", FIXED), ("kmeans", FIXED), ("fixed", [2, 3]), ("quantile", [2])],
)
def test_cuts_go_with_the_fixed_method_and_with_no_other(method, cuts):
    with pytest.raises(crm.CRMError, match="cuts go with method='fixed'"):
        crm.RFM(method=method, cuts=cuts).fit(spread_table())


def spending_groups():
    """Customers in five clear groups of each measure."""
    levels = np.repeat([1, 10, 100, 1_000, 10_000], 12)
    jitter = 1 + np.tile(np.linspace(-0.1, 0.1, 12), 5)
    return customer_table(np.repeat([5, 100, 200, 300, 400], 12), levels * 10, levels * jitter)


def test_k_means_cuts_where_there_are_few_customers():
    customers = spending_groups()
    scores = crm.RFM(method="kmeans").fit_transform(customers)
    group = np.repeat([1, 2, 3, 4, 5], 12)
    assert scores["M"].tolist() == group.tolist()
    assert scores["F"].tolist() == group.tolist()
    assert scores["R"].tolist() == (6 - group).tolist()


@pytest.mark.parametrize("shift", [0, 5000])
def test_k_means_cuts_rise_and_depend_on_random_state_only(shift):
    rng = np.random.default_rng(1)
    spend = rng.lognormal(4, 1, 200) - shift
    customers = customer_table(rng.integers(0, 700, 200), rng.integers(1, 60, 200), spend)
    one, same = (crm.RFM(method="kmeans", random_state=3).fit(customers) for _ in range(2))
    for name in COLUMNS:
        assert np.isfinite(one.cuts_[name]).all()
        assert (np.diff(one.cuts_[name]) > 0).all()
        assert one.cuts_[name].tolist() == same.cuts_[name].tolist()


def test_k_means_refuses_a_column_with_too_few_different_values_by_name():
    customers = spending_groups().assign(purchases=[1, 2, 3, 4] * 15)
    with pytest.raises(crm.CRMError, match="5 groups in purchases: there are only 4"):
        crm.RFM(method="kmeans").fit(customers)


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize("column", COLUMNS.values())
@pytest.mark.parametrize("step", ["fit", "transform"])
def test_a_missing_column_is_refused_by_name(column, step):
    rfm = crm.RFM().fit(spread_table())
    with pytest.raises(crm.CRMError, match=f"lacks {column}"):
        getattr(rfm, step)(spread_table().drop(columns=column))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), None])
@pytest.mark.parametrize("dtype", ["float64", "Float64"])
def test_a_missing_or_infinite_value_is_refused_with_the_customers_named(value, dtype):
    customers = spread_table(4).astype(dtype).set_axis(["ann", "bo", "cy", "di"])
    customers.loc[["bo", "di"], "spend"] = value
    with pytest.raises(crm.CRMError, match=r"'spend'.* for 2 customers: 'bo', 'di'"):
        crm.RFM().fit(customers)


def test_of_many_unusable_customers_only_the_first_are_named():
    customers = spread_table(9).assign(purchases=np.nan)
    with pytest.raises(crm.CRMError, match=r"for 9 customers: 0, 1, 2, 3, 4\.$"):
        crm.RFM().fit(customers)


@pytest.mark.parametrize("column", [list("abcdef"), [True] * 6, pd.to_timedelta(range(6), "D")])
def test_a_column_that_holds_no_numbers_is_refused_by_name(column):
    with pytest.raises(crm.CRMError, match="'recency_days' must hold numbers"):
        crm.RFM().fit(spread_table(6).assign(recency_days=column))


def test_an_empty_table_is_refused():
    with pytest.raises(crm.CRMError, match="no rows"):
        crm.RFM().fit(spread_table().iloc[:0])


def test_a_table_of_another_engine_is_refused_with_a_way_out():
    with pytest.raises(crm.CRMError, match=r"pandas DataFrame, not polars\.DataFrame"):
        crm.RFM().fit(pl.DataFrame({column: [1, 2] for column in COLUMNS.values()}))


@pytest.mark.parametrize("bins", [1, 0, -3, 2.5, "5", None, True])
def test_bins_must_be_a_whole_number_of_at_least_two(bins):
    with pytest.raises(crm.CRMError, match="bins must be a whole number"):
        crm.RFM(bins=bins).fit(spread_table())


def test_an_unknown_method_is_refused_with_the_known_ones():
    with pytest.raises(crm.CRMError, match="'quantile', 'fixed', 'kmeans', not 'qcut'"):
        crm.RFM(method="qcut").fit(spread_table())


# --- gaps, and what is said about them ----------------------------------------------------


def test_a_gap_is_recorded_and_the_reason_is_said(caplog):
    customers = spread_table(10).assign(purchases=[1] * 6 + [2, 3, 4, 5])
    rfm = crm.RFM().fit(customers)
    assert rfm.collapsed_ == {"F": [2, 3]}
    assert caplog.messages == [
        "F: nobody has score 2, 3, because customers with equal purchases stay together. "
        "The other scores keep their meaning."
    ]


def test_nothing_is_said_where_every_score_is_used(caplog):
    assert crm.RFM().fit(spread_table()).collapsed_ == {}
    assert caplog.messages == []


def test_a_gap_in_a_small_table_is_not_blamed_on_equal_values(caplog):
    assert crm.RFM().fit(spread_table(3)).collapsed_["M"] == [3, 5]
    assert "M: nobody has score 3, 5: there are only 3 customers." in caplog.messages


def test_a_gap_between_fixed_cut_points_is_not_blamed_on_equal_values(caplog):
    customers = spread_table().assign(purchases=[1, 12] * 30)
    assert crm.RFM(method="fixed", cuts=FIXED).fit(customers).collapsed_["F"] == [2, 3, 4]
    assert "F: nobody has score 2, 3, 4: no purchases between its cut points." in caplog.messages


def test_the_summary_counts_customers_and_gives_the_limits_of_each_score():
    customers = spread_table(10).assign(purchases=[1] * 6 + [2, 3, 4, 5])
    found = crm.RFM().fit(customers).summary_.loc["F"]
    assert found["customers"].tolist() == [6, 0, 0, 2, 2]
    assert found["from"].dropna().tolist() == [1, 2, 4]
    assert found["to"].dropna().tolist() == [1, 3, 5]
    assert found.index[found["from"].isna()].tolist() == [2, 3]


# --- segments -----------------------------------------------------------------------------


def every_score(bins):
    """One row per combination of scores, scored by cut points 1.5, 2.5, …"""
    grid = pd.MultiIndex.from_product([range(1, bins + 1)] * 3, names=["R", "F", "M"])
    recency, purchases, spend = (grid.get_level_values(name) for name in "RFM")
    return grid, customer_table(-recency.to_numpy(), purchases, spend)


def segments_of_every_score(bins, segments=None):
    grid, customers = every_score(bins)
    inner = np.arange(1, bins) + 0.5
    cuts = {"R": np.sort(-inner), "F": inner, "M": inner}
    rfm = crm.RFM(bins=bins, method="fixed", cuts=cuts, segments=segments)
    scores = rfm.fit_transform(customers)
    assert (scores[["R", "F", "M"]].to_numpy() == grid.to_frame().to_numpy()).all()
    return scores.set_index(grid)["segment"]


@pytest.mark.parametrize("bins", range(2, 11))
def test_the_default_table_names_every_score(bins):
    segments = segments_of_every_score(bins)
    assert len(segments) == bins**3
    assert segments.notna().all()


@pytest.mark.parametrize("bins", range(2, 11))
def test_a_score_of_any_number_of_bins_has_the_segment_of_its_place_among_five(bins):
    of_five = segments_of_every_score(5)
    for scores, segment in segments_of_every_score(bins).items():
        middle = [Fraction(2 * score - 1, 2 * bins) for score in scores]
        assert segment == of_five[tuple(1 + math.floor(5 * share) for share in middle)]


@pytest.mark.parametrize(
    ("scores", "segment"),
    [
        ((5, 5, 5), "Champions"),
        ((5, 5, 3), "Loyal"),
        ((4, 3, 5), "Promising"),
        ((5, 1, 5), "New big spenders"),
        ((5, 1, 4), "New"),
        ((3, 3, 1), "Need attention"),
        ((3, 1, 5), "About to sleep"),
        ((1, 5, 5), "Cannot lose"),
        ((1, 5, 1), "At risk"),
        ((2, 1, 5), "Lost big spenders"),
        ((1, 1, 1), "Hibernating"),
    ],
)
def test_each_default_segment_is_where_its_name_says(scores, segment):
    assert segments_of_every_score(5)[scores] == segment


def test_three_scores_still_tell_new_customers_from_promising_ones():
    segments = segments_of_every_score(3)
    assert segments[3, 1, 1] == "New"
    assert segments[3, 2, 1] == "Promising"
    assert segments[1, 1, 1] == "Hibernating"


def limits(*rows):
    names = ["segment", "R_min", "R_max", "F_min", "F_max", "M_min", "M_max"]
    return pd.DataFrame(rows, columns=names)


def test_a_table_with_a_hole_is_refused_naming_a_score_in_it():
    holed = limits(("Good", 2, 3, 1, 3, 1, 3), ("Bad", 1, 1, 1, 3, 1, 2))
    with pytest.raises(crm.CRMError, match="3 of the 27 scores, for example R=1, F=1, M=3"):
        crm.RFM(bins=3, segments=holed).fit(spread_table())


def test_a_table_that_lacks_a_column_is_refused_by_name():
    with pytest.raises(crm.CRMError, match="lacks the columns F_max, M_min"):
        crm.RFM(segments=default_segments().drop(columns=["F_max", "M_min"])).fit(spread_table())


def test_the_first_row_that_fits_names_the_segment():
    table = limits(("Recent", 2, 2, 1, 2, 1, 2), ("Rich", 1, 2, 1, 2, 2, 2), ("Rest", *[1, 2] * 3))
    segments = segments_of_every_score(2, table)
    assert segments[2, 1, 2] == "Recent"
    assert segments[1, 1, 2] == "Rich"
    assert segments[1, 2, 1] == "Rest"


def test_one_name_may_stand_in_several_rows():
    table = limits(("A", 2, 2, 1, 2, 1, 2), ("B", 1, 1, 2, 2, 1, 2), ("A", *[1, 2] * 3))
    segments = segments_of_every_score(2, table)
    assert segments[2, 1, 1] == segments[1, 1, 1] == "A"
    assert segments.cat.categories.tolist() == ["A", "B"]


def test_segments_are_ordered_as_in_the_table_whatever_its_index():
    table = default_segments().set_axis(range(50, 61))
    rfm = crm.RFM(segments=table).fit(spread_table())
    segments = rfm.transform(spread_table())["segment"]
    assert rfm.segments_.index.tolist() == list(range(11))
    assert segments.cat.ordered
    assert segments.cat.categories.tolist() == table["segment"].tolist()


# --- published data -----------------------------------------------------------------------


def test_in_cdnow_nobody_has_an_f_score_of_two(cdnow):
    rfm = crm.RFM().fit(cdnow)
    assert rfm.summary_.loc["F", "customers"].tolist() == [12054, 0, 4040, 3641, 3835]
    assert rfm.collapsed_ == {"F": [2]}
    assert rfm.transform(cdnow)["F"].value_counts().to_dict() == {
        1: 12054,
        3: 4040,
        4: 3641,
        5: 3835,
    }


# --- conventions of scikit-learn ----------------------------------------------------------


def test_parameters_can_be_read_set_and_cloned():
    rfm = crm.RFM(bins=3, segments=default_segments(3))
    assert clone(rfm).get_params()["bins"] == 3
    assert set(rfm.get_params()) == {"bins", "method", "cuts", "segments", "random_state"}
    assert rfm.set_params(bins=4).bins == 4
    assert clone(crm.RFM(method="fixed", cuts=FIXED)).cuts == FIXED


def test_a_clone_of_a_fitted_model_is_not_fitted():
    with pytest.raises(NotFittedError):
        clone(crm.RFM().fit(spread_table())).transform(spread_table())


def test_fit_returns_the_model():
    rfm = crm.RFM()
    assert rfm.fit(spread_table()) is rfm


def test_it_can_be_the_first_step_of_a_pipeline():
    customers = spread_table()
    only_scores = FunctionTransformer(lambda scores: scores[["R", "F", "M"]])
    model = make_pipeline(crm.RFM(), only_scores, LinearRegression())
    fitted = model.fit(customers, customers["spend"])
    assert fitted.score(customers, customers["spend"]) > 0.9


def test_names_of_the_columns_are_those_of_the_output():
    rfm = crm.RFM().fit(spread_table())
    assert rfm.get_feature_names_out().tolist() == list(rfm.transform(spread_table()))


def test_set_output_gives_the_frame_that_is_asked_for():
    customers = spread_table(10).set_axis(list("abcdefghij"))
    expected = crm.RFM().fit_transform(customers)
    as_pandas = crm.RFM().set_output(transform="pandas").fit_transform(customers)
    pd.testing.assert_frame_equal(as_pandas, expected)
    as_polars = crm.RFM().set_output(transform="polars").fit_transform(customers)
    assert as_polars["segment"].to_list() == expected["segment"].tolist()
