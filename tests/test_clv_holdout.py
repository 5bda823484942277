"""Value per customer, hold-out comparisons and their figures."""

import datetime as dt

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest

import crmlab as crm
from crmlab.notices import collected

CUT, END = "1997-09-30", "1998-06-30"


@pytest.fixture(scope="module")
def log():
    return crm.datasets.load_cdnow("sample")


@pytest.fixture(scope="module")
def table(log):
    return crm.clv.holdout(log, CUT, END)


@pytest.fixture(scope="module")
def models(table):
    with collected():
        return crm.BetaGeometricNBD().fit(table), crm.GammaGamma().fit(table)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def small_log(*rows):
    log = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return log.assign(date=pd.to_datetime(log["date"]), amount=log["amount"].astype("float64"))


# --- value --------------------------------------------------------------------------------


def value(models, table, **change):
    asked = {"horizon": 52, "discount_rate": 0.1, "margin": 0.3, "unit": "W"}
    return crm.customer_lifetime_value(*models, table, **(asked | change))


def test_value_is_expected_purchases_times_spend_times_margin_discounted(models, table):
    some = table.head(40)
    until = models[0].expected_purchases(np.arange(53), some).to_numpy()
    weekly = 1.1 ** (1 / 52) - 1
    discounted = np.diff(until, axis=1) @ (1 + weekly) ** -np.arange(1.0, 53)
    by_hand = discounted * models[1].expected_spend(some) * 0.3
    found = value(models, some)
    assert found.tolist() == pytest.approx(by_hand.tolist())
    assert found.index.equals(some.index)
    assert found.attrs == {
        "unit": "W",
        "horizon": 52,
        "discount_rate": 0.1,
        "period_rate": pytest.approx(weekly),
        "timing": "end",
    }


def test_the_timing_moves_every_payment_by_a_part_of_a_period(models, table):
    end, middle, start = (
        value(models, table, timing=timing) for timing in ("end", "middle", "start")
    )
    assert (start / end).to_numpy() == pytest.approx(1.1 ** (1 / 52))
    assert (middle / end).to_numpy() == pytest.approx(1.1 ** (1 / 104))


def test_without_discounting_value_is_all_expected_purchases(models, table):
    purchases = models[0].expected_purchases(52, table)
    expected = purchases * models[1].expected_spend(table)
    assert value(models, table, discount_rate=0, margin=1).to_numpy() == pytest.approx(expected)


def test_a_margin_may_differ_by_customer(models, table):
    some = table.head(3)
    margins = np.array([0.1, 0.2, 0.3])
    expected = value(models, some, margin=1) * margins
    assert value(models, some, margin=margins).tolist() == pytest.approx(expected.tolist())


def test_days_and_weeks_give_nearly_the_same_value(log, models, table):
    daily = crm.summarize(log, as_of=CUT, unit="D")
    with collected():
        purchases = crm.BetaGeometricNBD().fit(daily)
    by_day = value((purchases, models[1]), daily.head(50), horizon=364, unit="D")
    # A day's payments come earlier than a week's, and 52 weeks are 1.25 days short of a year.
    assert by_day.tolist() == pytest.approx(value(models, table.head(50)).tolist(), rel=0.002)


def test_another_unit_than_that_of_the_model_or_the_customers_is_refused(log, models, table):
    daily = crm.summarize(log, as_of=CUT, unit="D")
    with pytest.raises(crm.CRMError, match="model is fitted in unit 'W'"):
        value(models, table, unit="D")
    with pytest.raises(crm.CRMError, match="table is in unit 'D'"):
        value(models, daily)
    bare = table[["x", "t_x", "T", "mean_repeat_spend"]].copy()
    bare.attrs = {}
    assert value(models, bare).equals(value(models, table))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": "M"}, "'D' .days. or 'W'"),
        ({"horizon": 0}, "horizon"),
        ({"horizon": 2.5}, "horizon"),
        ({"horizon": "a year"}, "horizon"),
        ({"discount_rate": -1}, "above -1"),
        ({"margin": [0.1, 0.2]}, "one per customer"),
        ({"margin": np.nan}, "margin"),
        ({"timing": "never"}, "timing"),
    ],
)
def test_a_senseless_question_is_refused_by_name(models, table, change, words):
    with pytest.raises(crm.CRMError, match=words):
        value(models, table, **change)


# --- hold-out -----------------------------------------------------------------------------


def test_the_holdout_is_what_each_customer_did_afterwards(log, table):
    log = log[log["amount"] >= 0]
    later = log[log["date"] > CUT].groupby("customer_id")
    days = later["date"].nunique().reindex(table.index, fill_value=0)
    spend = later["amount"].sum().reindex(table.index, fill_value=0)
    assert table["holdout_purchases"].tolist() == days.tolist()
    assert table["holdout_spend"].tolist() == pytest.approx(spend.tolist(), abs=1e-5)
    known = crm.summarize(crm.datasets.load_cdnow("sample"), as_of=CUT, unit="W")
    pd.testing.assert_frame_equal(table[known.columns], known, check_flags=False)
    assert table.attrs["holdout_length"] == 39
    assert (table.attrs["calibration_end"], table.attrs["holdout_end"]) == (CUT, END)


def test_who_comes_after_the_calibration_is_not_in_it_and_refunds_are_no_purchase():
    log = small_log(
        ("a", "2024-01-01", 10),
        ("a", "2024-01-20", 30),
        ("a", "2024-01-20", 5),
        ("a", "2024-01-25", -8),
        ("b", "2024-01-20", 10),
        ("c", "2024-01-02", 10),
    )
    table = crm.clv.holdout(log, "2024-01-10", "2024-01-31", unit="D")
    assert table["holdout_purchases"].to_dict() == {"a": 1, "c": 0}
    assert table["holdout_spend"].to_dict() == {"a": 27, "c": 0}
    assert table.attrs["holdout_length"] == 21


def test_a_holdout_end_that_is_not_given_is_the_end_of_the_log_and_said(log, table):
    with collected() as said:
        found = crm.clv.holdout(log, CUT)
    assert END in said[0]
    pd.testing.assert_frame_equal(found, table)


def test_a_holdout_that_ends_too_early_is_refused(log, models):
    with pytest.raises(crm.CRMError, match="end after the calibration"):
        crm.clv.holdout(log, CUT, CUT)
    with pytest.raises(crm.CRMError, match="nothing to track"):
        crm.clv.tracking(models[0], log, CUT, CUT)


# --- tracking -----------------------------------------------------------------------------


def test_tracking_agrees_with_the_customer_tables_at_both_ends(log, table, models):
    tracked = crm.clv.tracking(models[0], log, CUT, END)
    at_cut = tracked[tracked["end"] == pd.Timestamp(CUT)].iloc[0]
    assert at_cut["actual"] == table["x"].sum()
    assert at_cut["expected"] == pytest.approx(
        models[0].expected_purchases(table["T"].to_numpy()).sum()
    )
    last = tracked.iloc[-1]
    assert last["end"] == pd.Timestamp(END)
    assert last["actual"] == (table["x"] + table["holdout_purchases"]).sum()
    assert tracked.index.tolist() == list(range(1, 79))


def test_tracking_counts_only_whole_weeks_and_customers_of_the_calibration():
    log = small_log(
        ("a", "2024-01-01", 10),
        ("a", "2024-01-07", 0),
        ("a", "2024-01-07", 10),
        ("a", "2024-01-08", -3),
        ("a", "2024-01-14", 10),
        ("b", "2024-01-09", 10),
        ("b", "2024-01-10", 10),
        ("a", "2024-01-16", 10),
    )
    model = crm.BetaGeometricNBD()
    model.params_ = {"r": 1.0, "alpha": 2.0, "a": 0.8, "b": 3.0}
    model.unit_ = "W"
    tracked = crm.clv.tracking(model, log, "2024-01-08", "2024-01-16")
    assert tracked["actual"].tolist() == [1, 2]
    assert tracked["end"].dt.date.tolist() == [dt.date(2024, 1, 7), dt.date(2024, 1, 14)]
    # At the end of the day on which week 2 ends, customer a is 13 days old.
    assert tracked["expected"].iloc[1] == pytest.approx(model.expected_purchases(13 / 7))
    model.unit_ = "D"
    in_days = crm.clv.tracking(model, log, "2024-01-08", "2024-01-16")
    assert in_days["expected"].iloc[1] == pytest.approx(model.expected_purchases(13))
    model.unit_ = None
    with pytest.raises(crm.CRMError, match="unit"):
        crm.clv.tracking(model, log, "2024-01-08")


def test_polars_gives_what_pandas_gives(log, table, models):
    other = pl.from_pandas(log)
    pd.testing.assert_frame_equal(crm.clv.holdout(other, CUT, END), table, check_index_type=False)
    pd.testing.assert_frame_equal(
        crm.clv.tracking(models[0], other, CUT, END), crm.clv.tracking(models[0], log, CUT, END)
    )


# --- frequencies and conditional expectations ---------------------------------------------


def test_the_frequency_table_counts_every_customer_once(table, models):
    frequency = crm.clv.frequency_table(models[0], table)
    assert frequency.index.tolist() == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert frequency["actual"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert frequency["expected"].sum() == pytest.approx(2357)
    none = models[0].purchase_probability(0, table["T"].to_numpy()).sum()
    assert frequency.loc["0", "expected"] == pytest.approx(none)
    # The model fits the sample: chi-square as in the paper, 5 % point of 3 degrees of freedom.
    misfit = ((frequency["actual"] - frequency["expected"]) ** 2 / frequency["expected"]).sum()
    assert misfit < 7.81


def test_the_frequencies_expected_are_those_of_customers_drawn_from_the_model(table, models):
    drawn = models[0].simulate(len(table) * 100, np.tile(table["T"], 100), seed=1)
    expected = crm.clv.frequency_table(models[0], table, most=4)["expected"]
    seen = np.bincount(np.minimum(drawn["x"], 4)) / 100
    assert expected.tolist() == pytest.approx(seen.tolist(), abs=4 * np.sqrt(len(table) / 400))


def test_the_conditional_table_has_the_means_of_each_group(table, models):
    conditional = crm.clv.conditional_table(models[0], table, most=3)
    expected = models[0].expected_purchases(39, table)
    for level, group in (("1", table["x"] == 1), ("3+", table["x"] >= 3)):
        row = conditional.loc[level]
        assert row["customers"] == group.sum()
        assert row["actual"] == pytest.approx(table.loc[group, "holdout_purchases"].mean())
        assert row["expected"] == pytest.approx(expected[group].mean())


def test_a_level_without_customers_is_shown_as_empty(table, models):
    some = table[table["x"] != 2]
    row = crm.clv.conditional_table(models[0], some).loc["2"]
    assert row["customers"] == 0
    assert row[["actual", "expected"]].isna().all()


def test_a_table_of_unknown_length_or_another_unit_is_refused(log, table, models):
    bare = table.copy()
    bare.attrs = {}
    with pytest.raises(crm.CRMError, match="how long the holdout is"):
        crm.clv.conditional_table(models[0], bare)
    daily = crm.clv.holdout(log, CUT, END, unit="D")
    with pytest.raises(crm.CRMError, match="do not mix"):
        crm.clv.conditional_table(models[0], daily)


# --- figures ------------------------------------------------------------------------------


def test_the_tracking_figure_states_how_far_off_the_forecast_is(log, models):
    tracked = crm.clv.tracking(models[0], log, CUT, END)
    ax = crm.clv.figures.tracking(tracked)
    assert ax.get_title(loc="left") + ax.get_title() == (
        "Held out: 1,882 repeat purchases, 1,667 expected (-11%)"
    )
    actual, expected, cut = ax.get_lines()
    assert actual.get_ydata().tolist() == tracked["actual"].tolist()
    assert expected.get_ydata().tolist() == tracked["expected"].tolist()
    assert set(cut.get_xdata()) == {39}
    assert "weeks" in ax.get_xlabel()
    assert "1,882 actual, 1,667 expected" in ax.alt
    with pytest.raises(crm.CRMError, match="whole week"):
        crm.clv.figures.tracking(tracked.head(10))


def test_the_frequency_figure_draws_both_counts(table, models):
    frequency = crm.clv.frequency_table(models[0], table)
    own = plt.subplots()[1]
    ax = crm.clv.figures.frequency(frequency, ax=own)
    assert ax is own
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx([*frequency["actual"], *frequency["expected"]])
    moved = (frequency["actual"] - frequency["expected"]).clip(lower=0).sum() / 2357
    assert f"{moved:.1%}" in ax.get_title(loc="left") + ax.get_title()
    assert "7+: 64 actual" in ax.alt


def test_the_conditional_figure_draws_groups_that_have_customers(table, models):
    conditional = crm.clv.conditional_table(models[0], table[table["x"] != 2])
    ax = crm.clv.figures.conditional(conditional)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["0", "1", "3", "4", "5", "6", "7+"]
    there = conditional[conditional["customers"] > 0]
    assert ax.get_lines()[0].get_ydata().tolist() == there["actual"].tolist()
    assert "expected" in ax.alt


def test_the_tornado_figure_puts_the_widest_bar_at_the_top_and_starts_at_the_base_case():
    base = {"margin": 100, "retention": 0.8, "discount_rate": 0.1}
    ranges = {"margin": (80, 120), "retention": (0.7, 0.9)}
    ax = crm.clv.figures.tornado(crm.tornado(crm.clv_closed_form, base, ranges))
    assert ax.get_yticklabels()[0].get_text().startswith("retention")
    assert ax.yaxis_inverted()
    ends = {(round(bar.get_x(), 2), round(bar.get_x() + bar.get_width(), 2)) for bar in ax.patches}
    assert (366.67, 275.0) in ends
    assert (366.67, 550.0) in ends
    assert "366.7" in ax.alt
