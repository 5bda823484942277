"""Chapter 1: the seed makes a participant's numbers; it does not make the exercise harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch01


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made: 200 of them fill the memory."""
    with quiet():
        return pd.DataFrame([_facts(ch01.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    return {**_traps(case), **_answers(case)}


def _traps(case):
    log, day = case.log, case.log["date"].dt.normalize()
    sold = log[log["amount"] > 0]
    in_time = set(_window(sold)["customer_id"])
    stages = ch01.Stages().right(case).value_counts()
    return {
        "split_visits": log.duplicated(["customer_id", "date"]).sum(),
        "back_on_the_last_day": len(
            in_time - set(_window(sold[sold["date"] < ch01.CUTOFF])["customer_id"])
        ),
        "later_rows": (day > ch01.CUTOFF).sum(),
        "refunds_only": len(set(_window(log)["customer_id"]) - in_time),
        "cohort": (case.first.dt.year == 2024).sum(),
        "rarest_stage": stages.reindex(ch01.STAGES, fill_value=0).min(),
    }


def _window(rows):
    return rows[(rows["date"] >= ch01.AFTER - ch01.YEAR) & (rows["date"] < ch01.AFTER)]


def _answers(case):
    worth = ch01.added_value(case.firm, case.programmes["points"])
    numbers = {
        task.name: task.right(case) for task in ch01.TASKS if isinstance(task.answer, ch01.Number)
    }
    return {
        **numbers,
        "closest_call": (worth / case.programmes["cost"] - 1).abs().min(),
        "worth_it": (ch01.WorthIt().right(case) > 0).sum(),
    }


def test_every_trap_in_the_log_is_there_for_every_seed(facts):
    least = facts.min()
    assert least["split_visits"] >= 150
    assert least["later_rows"] >= 500
    assert least["refunds_only"] >= 10
    assert least["back_on_the_last_day"] >= 4


def test_the_cohort_and_every_stage_have_customers(facts):
    assert facts["cohort"].between(150, 300).all()
    assert facts["rarest_stage"].min() >= 10


def test_no_close_call_decides_which_programme_is_worth_its_price(facts):
    assert facts["closest_call"].min() > 0.12
    assert (facts["worth_it"] == 4).all()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("active", 380, 520),
        ("cohort_rate", 0.40, 0.70),
        ("cost_per_extra", 100, 320),
        ("cost_at_most", 150, 1000),
        ("base_rate", 0.76, 0.86),
    ],
)
def test_the_answers_stay_in_a_range_that_makes_sense(facts, name, low, high):
    assert facts[name].between(low, high).all(), facts[name].describe()
