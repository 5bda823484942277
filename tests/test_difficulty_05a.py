"""Chapter 5a: the seed makes a participant's numbers; it does not make the exercise harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch05a


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made: 200 of them fill the memory."""
    with quiet():
        return pd.DataFrame([_facts(ch05a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _survey(case), _tickets(case), _points(case), _answers(case)
    return {name: value for part in parts for name, value in part.items()}


def _survey(case):
    survey = case.survey
    last = survey["wave"] == ch05a.WAVE
    return {
        "answers": survey.loc[last, "nps"].notna().sum(),
        "answers_left_out": survey.loc[last, "nps"].isna().sum(),
        "earlier_answers": (~last).sum(),
        "answers_at_the_cuts": survey.loc[last, "nps"].value_counts()[[6, 7, 8, 9]].min(),
    }


def _tickets(case):
    waits = case.waits[case.waits["closed"] & case.waits["of_year"]]
    ordered = case.tickets["order_id"].map(case.orders.set_index("order_id")["channel"])
    late = ordered[waits.index[waits["late"]]].value_counts()
    return {
        "late_from_dealers": late["dealer"],
        "late_online": late["online"],
        "hours_without_order": waits.loc[~waits["has_order"], "partner_hours"].sum(),
    }


def _points(case, day=ch05a.BALANCE_DAY):
    points = case.points
    alive = (points["earned_on"] <= day) & (points["expires_on"] > day)
    # By now it is known what became of every point that was open when 2024 ended.
    open_then = points[(points["earned_on"] < "2025-01-01") & ~(points["used_on"] < "2025-01-01")]
    return {
        "expired": (points["expires_on"] <= day).sum(),
        "used_by_then": (alive & (points["used_on"] <= day)).sum(),
        "used_later": (alive & (points["used_on"] > day)).sum(),
        "earned_later": (points["earned_on"] > day).sum(),
        "used_of_open": open_then.loc[open_then["used_on"].notna(), "points"].sum()
        / open_then["points"].sum(),
    }


def _answers(case):
    numbers = {task.name: task.right(case) for task in ch05a.TASKS}
    return numbers | {"disappointed": len(numbers["disappointed"])}


def test_every_trap_of_the_survey_is_there_for_every_seed(facts):
    """Two waves, questions left out, and answers on both sides of each cut."""
    assert (facts["answers"] >= 400).all()
    assert (facts["answers_left_out"] >= 1).all()
    assert (facts["earlier_answers"] >= 200).all()
    assert (facts["answers_at_the_cuts"] >= 10).all()


def test_every_trap_of_the_tickets_is_there_for_every_seed(facts):
    """Late deliveries of two channels, and tickets without an order that wait for partners."""
    assert (facts["late_from_dealers"] >= 30).all()
    assert (facts["late_online"] >= 30).all()
    assert (facts["hours_without_order"] > 100).all()


def test_every_trap_of_the_points_is_there_for_every_seed(facts):
    """Batches expired, used in time, used after the balance day, and earned after it."""
    assert (facts["expired"] >= 200).all()
    assert (facts["used_by_then"] >= 100).all()
    assert (facts["used_later"] >= 100).all()
    assert (facts["earned_later"] >= 200).all()


def test_of_open_points_fewer_are_used_than_breakage_says(facts):
    """So the short cut, breakage off the open points only, is a mistake."""
    assert (facts["used_of_open"] < 1 - facts["breakage"] - 0.05).all()


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert facts["nps"].between(-15, 20).all()
    assert facts["disappointed"].between(50, 200).all()
    assert facts["bottleneck"].between(0.3, 0.7).all()
    assert facts["breakage"].between(0.2, 0.45).all()
    assert facts["break_even"].between(0.015, 0.10).all()
    assert facts["liability"].between(1000, 15_000).all()
