"""Chapter 6b: the seed makes a participant's numbers; it does not make the exercise harder.

All of this was looked at for the seeds 1 to 200; the test takes some that no other test takes.
"""

import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch06b

SEEDS = range(101, 126)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch06b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _firms(case), _ladder(case), _answers(case)
    return {name: value for part in parts for name, value in part.items()}


def _firms(case):
    gain = ch06b.gain_of_calls(case.firms)
    half = ch06b.gain_of_calls(case.firms.assign(persuaded=case.firms["persuaded"] / 2))
    usual = ch06b.gain_of_calls(case.firms, share="chance", months=[0] * 12)
    return {
        "closest_call": gain.abs().min(),
        "firms": len(gain),
        "gain_at_half_the_share": half[gain > 0].sum(),
        "promised": usual.clip(lower=0).sum(),
    }


def _ladder(case):
    steps = {f"on_{rung}": count for rung, count in case.rungs.iloc[:, -1].value_counts().items()}
    own = 1 - ch06b.Lost().right(case)
    branch = 1 - case.matrix.loc["new", "silent"]
    return steps | {
        "branch": branch / own,
        "later_gain": ch06b.StepWorth().wrong(case, "one_half_year"),
    }


def _answers(case):
    answers = {task.name: task.right(case) for task in ch06b.TASKS}
    return {
        name: len(answer) if isinstance(answer, list) else answer
        for name, answer in answers.items()
        if isinstance(answer, (list, float))
    }


def test_some_firms_are_near_the_limit_and_some_are_worth_a_call(facts):
    assert facts["near_limit"].between(4, 35).all()
    assert facts["calls"].between(3, 35).all()
    assert (facts["calls"] < facts["firms"] / 5).all()
    assert (facts["closest_call"] > 1e-6).all()


def test_the_usual_list_promises_more_than_calls_gain(facts):
    """And the gain is gone if half as many are persuaded, as the model answer warns."""
    assert (facts["promised"] > 1.5 * facts["call_gain"]).all()
    assert (facts["gain_at_half_the_share"] < facts["call_gain"] / 2).all()


def test_every_rung_of_the_ladder_has_customers_and_its_foot_loses_most(facts):
    for rung in ch06b.RUNGS:
        assert (facts[f"on_{rung}"] >= 50).all(), rung
    assert facts["lost"].between(0.5, 0.75).all()


def test_most_of_a_better_step_pays_later_than_the_next_half_year(facts):
    assert (facts["later_gain"] < facts["step_worth"] / 2).all()


def test_the_matrix_of_the_branch_gives_no_answer_away(facts):
    assert facts["branch"].between(0.74, 0.93).all()


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert facts["upgrade_share"].between(0.15, 0.4).all()
    assert (facts["upgrade_low"] < facts["upgrade_share"]).all()
    assert facts["call_gain"].between(50, 1000).all()
    assert facts["step_worth"].between(12, 42).all()
