"""crm.churn.figures: each states its finding, in the language in use, and can be told."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import crmlab as crm

OFFER = {"contact_cost": 2.0, "redemption_cost": 10.0, "save_rate": 0.5}


def drawn():
    """Every figure of the module, by name."""
    rng = np.random.default_rng(1)
    probability = rng.random(500)
    churned = rng.random(500) < probability
    treated = rng.random(500) < 0.5
    silences = pd.DataFrame(
        {"at_risk": 9, "returned": [0.0, 0.5, 0.8], "comes_back": [0.9, 0.45, np.nan]},
        index=pd.Index([0, 60, 120], name="days"),
    )
    silences.attrs["within"] = 365
    figures, churn = crm.churn.figures, crm.churn
    return {
        "lift": figures.lift(churn.lift_table(churned, probability)),
        "calibration": figures.calibration(churn.calibration_table(churned, probability)),
        "profit": figures.profit(churn.profit_curve(churned, probability, 100.0, **OFFER)),
        "qini": figures.qini(churn.qini_curve(churned, treated, probability)),
        "returns": figures.returns(silences),
    }


@pytest.fixture(scope="module")
def axes():
    yield drawn()
    plt.close("all")


@pytest.mark.parametrize("name", ["lift", "calibration", "profit", "qini", "returns"])
def test_a_figure_has_a_title_with_its_finding_named_axes_and_an_alt_text(name, axes):
    ax = axes[name]
    assert any(sign.isdigit() for sign in ax.get_title())
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.alt.endswith(".")
    assert any(sign.isdigit() for sign in ax.alt)


@pytest.mark.parametrize("name", ["lift", "calibration", "profit", "qini", "returns"])
def test_a_legend_does_not_cover_the_data(name, axes):
    ax = axes[name]
    ax.figure.canvas.draw()
    box = ax.get_legend().get_window_extent()
    for line in ax.get_lines():
        path = line.get_path().interpolated(20).vertices
        points = line.get_transform().transform(path)
        # Guides through the whole figure may be crossed; what was measured may not.
        if line.get_linestyle() != "--" and len(line.get_xdata()) > 2:
            assert not any(box.contains(x, y) for x, y in points)


def test_shares_are_shown_in_per_cent(axes):
    for name, axis in [
        ("lift", "xaxis"),
        ("lift", "yaxis"),
        ("profit", "xaxis"),
        ("qini", "xaxis"),
    ]:
        formatter = getattr(axes[name], axis).get_major_formatter()
        assert formatter(0.2) == "20%"


def test_titles_say_what_the_tables_say():
    table = crm.churn.lift_table([1, 1, 0, 1, 0, 0, 0, 0], np.arange(8, 0, -1), groups=4)
    title = crm.churn.figures.lift(table).get_title()
    assert title == "The first 25% of customers hold 67% of the churners"
    curve = crm.churn.profit_curve([1, 0], [0.5, 0.0], 100.0, **OFFER)
    title = crm.churn.figures.profit(curve, unit="euros").get_title()
    assert title == "Contacting 50% earns the most: 16 euros"
    plt.close("all")


def test_a_curve_without_outcomes_shows_what_is_expected_only():
    curve = crm.churn.profit_curve(None, [0.5, 0.0], 100.0, **OFFER)
    ax = crm.churn.figures.profit(curve)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["expected"]
    plt.close("all")


def test_the_silence_after_which_fewer_than_half_come_back_is_named(axes):
    title = axes["returns"].get_title()
    assert title.startswith("After 60 days of silence fewer than half end within ")


def test_a_figure_is_drawn_where_it_is_asked_for():
    ax = plt.subplots()[1]
    table = crm.churn.calibration_table([1, 0, 1, 0], [0.9, 0.2, 0.8, 0.1], groups=2)
    assert crm.churn.figures.calibration(table, ax=ax) is ax
    plt.close("all")


def test_figures_speak_the_language_in_use(speak_chinese):
    speak_chinese({"share of all churners reached": "触达的流失客户占比"})
    assert drawn()["lift"].get_ylabel() == "触达的流失客户占比"
    plt.close("all")


def test_the_return_figure_of_a_short_log_says_who_had_come_back():
    days = pd.date_range("2025-01-01", periods=20, freq="7D")
    log = pd.DataFrame({"customer_id": ["a", "b"] * 10, "date": days, "amount": 1.0})
    curve = crm.churn.return_curve(log)
    assert curve["comes_back"].isna().all()
    ax = crm.churn.figures.returns(curve)
    share = curve["returned"].iloc[-1]
    assert ax.get_title() == f"After {curve.index[-1]} days of silence {share:.0%} had come back"
