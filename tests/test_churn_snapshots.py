"""crm.churn.snapshot: windows, labels, and nothing from after the cutoff in the features."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.churn import snapshots as module

CUTOFF = pd.Timestamp("2025-06-30")


def log(*rows):
    """A log from (customer, days from the cutoff, amount); the cutoff itself is day 0."""
    table = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    days = pd.to_timedelta(table.pop("day"), unit="D")
    return table.assign(date=CUTOFF + days)[["customer_id", "date", "amount"]]


def one(customer, *days, amount=10.0):
    return [(customer, day, amount) for day in days]


# --- who is asked about, and the label ----------------------------------------------------


def test_only_customers_with_a_purchase_in_the_look_back_are_asked_about():
    orders = log(*one("old", -100), *one("first day", -99), *one("cutoff", 0), *one("later", 1))
    orders = pd.concat([orders, log(("refund", -5, -3.0), *one("end", 300))])
    found = crm.churn.snapshot(orders, CUTOFF, lookback=100)
    assert found.index.tolist() == ["cutoff", "first day"]


@pytest.mark.parametrize(
    ("day", "churned"), [(1, True), (7, True), (8, False), (27, False), (28, True)]
)
def test_a_purchase_counts_from_the_first_to_the_last_day_of_the_label_window(day, churned):
    orders = log(*one("a", -3, day), *one("end", -3, 60))
    found = crm.churn.snapshot(orders, CUTOFF, gap=7, horizon=20)
    assert found.loc["a", "churned"] == churned


def test_a_time_of_day_belongs_to_its_day():
    orders = log(*one("a", -3, 10), *one("end", -3, 60))
    orders["date"] += pd.Timedelta(hours=23)
    orders.loc[len(orders)] = ["b", CUTOFF + pd.Timedelta(hours=23), 5.0]
    found = crm.churn.snapshot(orders, CUTOFF, horizon=10)
    assert not found.loc["a", "churned"]
    assert found.loc["b", "recency_days"] == 0


def test_a_refund_is_no_purchase_in_the_label_window():
    orders = log(*one("a", -3), ("a", 5, -10.0), *one("end", -3, 60))
    assert crm.churn.snapshot(orders, CUTOFF, horizon=20).loc["a", "churned"]


def test_everybody_has_churned_where_nobody_bought_in_the_label_window():
    orders = log(*one("a", -3), *one("b", -9, 60))
    assert crm.churn.snapshot(orders, CUTOFF, horizon=20)["churned"].tolist() == [True, True]


@pytest.mark.parametrize(("last", "known"), [(20, True), (19, False)])
def test_a_label_is_missing_where_the_log_ends_before_its_window(last, known, caplog):
    orders = log(*one("a", -3), *one("end", -3, last))
    found = crm.churn.snapshot(orders, CUTOFF, horizon=20)
    assert found["churned"].notna().all() == known
    assert found["churned"].dtype == "boolean"
    assert any("labels are missing" in said for said in caplog.messages) != known


def test_as_of_says_how_far_the_log_reaches_when_nobody_bought_on_its_last_day():
    orders = log(*one("a", -3), *one("b", -9, 12))
    found = crm.churn.snapshot(orders, CUTOFF, horizon=20, as_of=CUTOFF + pd.Timedelta(days=20))
    assert found["churned"].tolist() == [True, False]


def test_several_cutoffs_give_the_rows_of_each_below_one_another(caplog):
    orders = log(*one("a", -40, -3, 4), *one("b", -50, 1, 60))
    earlier = CUTOFF - pd.Timedelta(days=30)
    both = crm.churn.snapshot(orders, [CUTOFF, earlier], lookback=60, horizon=10)
    assert both.index.names == ["cutoff", "customer_id"]
    assert both.index.unique("cutoff").tolist() == [earlier, CUTOFF]
    for cutoff in (earlier, CUTOFF):
        alone = crm.churn.snapshot(orders, cutoff, lookback=60, horizon=10)
        pd.testing.assert_frame_equal(both.loc[cutoff], alone)


def test_a_look_back_that_begins_before_the_log_is_said(caplog):
    crm.churn.snapshot(log(*one("a", -30, 90)), CUTOFF, lookback=32)
    assert any("look-back of 2025-06-30 begins" in said for said in caplog.messages)
    caplog.clear()
    crm.churn.snapshot(log(*one("a", -30, 90)), CUTOFF, lookback=31)
    assert caplog.messages == []


# --- purchase features --------------------------------------------------------------------


def test_features_of_a_customer_computed_by_hand():
    # Look-back of 100 days; its recent quarter is the 25 days from -24 to 0.
    orders = log(*one("a", -210, -90, -50, amount=30.0), *one("a", -30, -10, amount=90.0))
    orders = pd.concat([orders, log(("a", -9, -30.0), ("end", 90, 1.0))])
    found = crm.churn.snapshot(orders, CUTOFF, lookback=100).loc["a"]
    assert found["recency_days"] == 10
    assert found["purchases"] == 4
    assert found["spend"] == 30 + 30 + 90 + 90 - 30
    assert found["spend_per_purchase"] == 210 / 4
    lately, before = 1 / 25, 3 / 75
    assert found["purchases_trend"] == pytest.approx((lately - before) / (lately + before))
    lately, before = 60 / 25, 150 / 75
    assert found["spend_trend"] == pytest.approx((lately - before) / (lately + before))
    assert found["tenure_days"] == 210
    assert found["days_between_purchases"] == (210 - 10) / 4
    assert found["recency_ratio"] == 10 / 50


def test_a_trend_runs_from_nothing_lately_to_lately_only():
    orders = log(*one("gone", -80), *one("new", -2), *one("free", -60, -3, amount=0.0))
    orders = pd.concat([orders, log(*one("end", 90))])
    found = crm.churn.snapshot(orders, CUTOFF, lookback=100)
    assert found.loc[["gone", "new"], "purchases_trend"].tolist() == [-1, 1]
    assert found.loc["free", "spend_trend"] == 0


def test_one_purchase_has_no_usual_gap():
    found = crm.churn.snapshot(log(*one("a", -5, 90)), CUTOFF).loc["a"]
    assert np.isnan(found["days_between_purchases"])
    assert np.isnan(found["recency_ratio"])


def test_every_engine_gives_the_same_snapshot():
    orders = log(*one("a", -200, -30, 4), *one("b", -50, -2), ("b", -1, -3.0), *one("c", 0, 95))
    visits = log(*one("a", -20), *one("c", -2, 3))
    expected = crm.churn.snapshot(orders, CUTOFF, events={"visits": visits})
    for convert in (pl.from_pandas, lambda x: pl.from_pandas(x).lazy(), pa.Table.from_pandas):
        found = crm.churn.snapshot(convert(orders), CUTOFF, events={"visits": convert(visits)})
        pd.testing.assert_frame_equal(found, expected, check_index_type=False)


# --- events -------------------------------------------------------------------------------


def events(*rows, **columns):
    table = log(*((customer, day, 0.0) for customer, day in rows)).drop(columns="amount")
    return table.assign(**columns)


def with_events(table, lookback=100):
    orders = log(*one("a", -3), *one("b", -9), *one("c", -1, 90))
    return crm.churn.snapshot(orders, CUTOFF, lookback=lookback, events={"x": table})


def test_events_are_counted_in_the_look_back_and_lately():
    rows = [("a", -100), ("a", -99), ("a", -25), ("a", -24), ("a", 0), ("a", 1), ("b", -40)]
    found = with_events(events(*rows))
    assert found["x_count"].tolist() == [4, 1, 0]
    assert found["x_recent"].tolist() == [2, 0, 0]
    assert found["x_days_since"].fillna(-1).tolist() == [0, 40, -1]


def test_a_value_is_averaged_over_the_events_of_the_look_back():
    table = events(("a", -5), ("a", -7), ("a", -100), ("b", -1), stars=[1, 4, 5, None])
    found = with_events(crm.churn.Events(table, values=["stars"], family="social"))
    assert found["x_stars_mean"].fillna(-1).tolist() == [2.5, -1, -1]


def test_a_value_counts_from_the_day_on_which_it_became_known():
    table = events(("a", -5), ("a", -7), ("b", -9), ("c", -9), hours=[2.0, 4.0, 8.0, 16.0])
    table["solved"] = [*(CUTOFF + pd.to_timedelta([0, 1, -2], unit="D")), pd.NaT]
    found = with_events(crm.churn.Events(table, values={"hours": "solved"}, family="service"))
    assert found["x_count"].tolist() == [2, 1, 1]
    assert found["x_hours_mean"].fillna(-1).tolist() == [2, 8, -1]


def test_features_say_which_kind_of_warning_indicator_they_are():
    table = crm.churn.Events(events(("a", -5), bad=True), values=["bad"], family="service")
    families = with_events(table).attrs["families"]
    assert families["recency_days"] == "behaviour"
    parts = ["count", "recent", "days_since", "bad_mean"]
    assert [families[f"x_{part}"] for part in parts] == ["service"] * 4
    assert set(families) == set(with_events(table)) - {"churned"}


def test_dates_without_a_time_are_read_from_any_engine():
    rows = {"customer_id": ["a", "a"], "date": [dt.date(2025, 6, 1), dt.date(2025, 7, 1)]}
    for frame in (pl.DataFrame(rows), pa.table(rows), pd.DataFrame(rows)):
        assert with_events(frame)["x_count"].tolist() == [1, 0, 0]


def test_events_without_a_customer_or_a_day_are_left_out_and_said(caplog):
    table = events(("a", -5), (None, -5), ("b", -5))
    table.loc[2, "date"] = pd.NaT
    assert with_events(table)["x_count"].tolist() == [1, 0, 0]
    assert "x: 2 events without a customer or a day are left out." in caplog.messages


def test_customer_ids_written_in_another_way_are_noticed(caplog):
    with_events(events(("A", -5)))
    assert any("no event belongs to a customer of the log" in said for said in caplog.messages)


def test_events_that_cannot_be_read_are_refused_by_name():
    table = events(("a", -5), page="shop")
    with pytest.raises(crm.CRMError, match="'x' lack the columns opened"):
        with_events(crm.churn.Events(table, "opened"))
    with pytest.raises(crm.CRMError, match="'page' must hold numbers"):
        with_events(crm.churn.Events(table, values=["page"]))
    with pytest.raises(crm.CRMError, match="'date' must hold dates"):
        with_events(table.assign(date="2025-06-01"))
    with pytest.raises(crm.CRMError, match="'date' must hold dates"):
        with_events(table.assign(date=table["date"].dt.tz_localize("Asia/Shanghai")))
    with pytest.raises(crm.CRMError, match="family must be one of 'behaviour'"):
        crm.churn.Events(table, family="weather")
    with pytest.raises(crm.CRMError, match=r"values=\['page'\]"):
        crm.churn.Events(table, values="page")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"lookback": 0}, "lookback must be a whole number of days, at least 1"),
        ({"gap": -1}, "gap must be a whole number of days, at least 0"),
        ({"horizon": 1.5}, "horizon must be a whole number"),
        ({"horizon": True}, "horizon must be a whole number"),
        ({"as_of": "30/06/2025"}, "as_of must be a day"),
    ],
)
def test_windows_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises(crm.CRMError, match=message):
        crm.churn.snapshot(log(*one("a", -5, 90)), CUTOFF, **wrong)
    with pytest.raises(crm.CRMError, match="at least one cutoff"):
        crm.churn.snapshot(log(*one("a", -5, 90)), [])


def test_a_cutoff_with_nobody_in_its_look_back_is_refused():
    with pytest.raises(crm.CRMError, match="No row of the log lies in the period"):
        crm.churn.snapshot(log(*one("a", -5, 90)), "2020-01-01")


# --- leakage ------------------------------------------------------------------------------

CUSTOMERS = ["a", "b", "c"]
past_order = st.tuples(
    st.sampled_from(CUSTOMERS), st.integers(-60, 0), st.integers(-20, 90).map(float)
)
future_order = st.tuples(
    st.sampled_from([*CUSTOMERS, "new"]), st.integers(1, 60), st.integers(-20, 90).map(float)
)
past_event = st.tuples(
    st.sampled_from(CUSTOMERS), st.integers(-60, 0), st.integers(0, 9), st.integers(0, 40)
)
future_event = st.tuples(
    st.sampled_from(CUSTOMERS), st.integers(1, 60), st.integers(0, 9), st.integers(0, 40)
)


def tickets(rows, unknown_value):
    """Tickets from (customer, day, value, days until it is known).

    What is known after the cutoff only, and when, is part of the future.
    """
    table = pd.DataFrame(rows, columns=["customer_id", "day", "hours", "wait"])
    known = table["day"] + table.pop("wait")
    table["hours"] = table["hours"].where(known <= 0, unknown_value).astype("float64")
    table["known"] = CUTOFF + pd.to_timedelta(known.where(known <= 0, 50), unit="D")
    table["date"] = CUTOFF + pd.to_timedelta(table.pop("day").astype("int64"), unit="D")
    return crm.churn.Events(table, values={"hours": "known"}, family="service")


def features(orders, table):
    # Polars: a connection to DuckDB for each of many small windows takes longer.
    orders = pl.from_pandas(log(("a", -1, 5.0), *orders))
    found = crm.churn.snapshot(orders, CUTOFF, lookback=40, horizon=20, events={"t": table})
    return found.drop(columns="churned")


def no_leak():
    """The property: whatever happens after the cutoff, features are the same."""

    # A mutant need only be found, not made small.
    phases = [Phase.generate]

    @settings(max_examples=30, deadline=None, derandomize=True, database=None, phases=phases)
    @given(
        st.lists(past_order, max_size=8),
        st.lists(past_event, max_size=6),
        *[st.lists(future_order, max_size=6), st.lists(future_event, max_size=4)] * 2,
    )
    def check(orders, seen, later, opened, other_later, other_opened):
        one_future = features([*orders, *later], tickets([*seen, *opened], 1.0))
        another = features([*orders, *other_later], tickets([*seen, *other_opened], 99.0))
        pd.testing.assert_frame_equal(one_future, another)

    return check


def test_features_do_not_move_whatever_happens_after_the_cutoff():
    no_leak()()


def _leaks_orders(monkeypatch):
    honest = module.summarize

    def leaking(log, *, as_of=None, since=None):
        late = None if as_of is None else pd.Timestamp(as_of) + pd.Timedelta(days=1)
        return honest(log, as_of=late, since=since)

    monkeypatch.setattr(module, "summarize", leaking)


def _leaks_events(monkeypatch):
    honest = module.event_features

    def leaking(name, events, rows, window):
        on_time = rows.assign(date=rows["date"].clip(upper=window.cutoff))
        return honest(name, events, on_time, window)

    monkeypatch.setattr(module, "event_features", leaking)


def _leaks_values(monkeypatch):
    honest = module.event_features

    def leaking(name, events, rows, window):
        return honest(name, events, rows.assign(known=rows["date"]), window)

    monkeypatch.setattr(module, "event_features", leaking)


@pytest.mark.parametrize("leak", [_leaks_orders, _leaks_events, _leaks_values])
def test_the_property_catches_a_snapshot_that_leaks(leak, monkeypatch):
    leak(monkeypatch)
    with pytest.raises(AssertionError):
        no_leak()()
