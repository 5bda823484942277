"""Chapter 9a: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch09a

SEEDS = range(121, 141)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch09a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    late, first = ch09a.Late(), ch09a.FirstUp()
    moved = {f"late_{name}": len(set(late.right(case)) ^ set(late.wrong(case, name)))
        for name in late.slips}  # fmt: skip
    listed = {f"first_{name}": len(set(first.right(case)) ^ set(first.wrong(case, name)))
        for name in first.slips}  # fmt: skip
    numbers = {}
    for task in (ch09a.MedianWait(), ch09a.Share(), ch09a.ShareLow(), ch09a.PerHour(),
                 ch09a.Saved(), ch09a.AddedLow()):  # fmt: skip
        right = task.right(case)
        numbers[task.name] = right
        for name in task.slips:
            numbers[f"{task.name}_{name}"] = abs(task.wrong(case, name) / right - 1)
    worth = case.ranking().to_numpy()
    cut = {"gap": worth[case.places - 1] - worth[case.places], "places": case.places}
    return {**moved, **listed, **numbers, **cut}


def test_each_trap_moves_posts(facts):
    assert (facts.filter(like="late_").drop(columns="late_all_unanswered") >= 10).all(axis=None)
    assert (facts["late_all_unanswered"] >= 5).all()
    assert (facts.filter(like="first_") >= 1).all(axis=None)
    assert (facts[["first_by_score", "first_oldest", "first_newest"]] >= 8).all(axis=None)


def test_the_cut_of_today_is_clear(facts):
    assert (facts["gap"] > 0.01).all()
    assert facts["places"].between(18, 30).all()


def test_the_median_of_all_is_reached_and_far_from_that_of_those_answered(facts):
    assert np.isfinite(facts["median_wait"]).all()
    assert (facts["median_wait_answered_only"] > 0.5).all()
    assert (facts["median_wait_as_never"] > 0.05).all()


def test_the_correction_matters(facts):
    assert (facts["share_called"] > 0.10).all()
    assert facts["share"].between(0.2, 0.6).all()
    assert (facts["share_low"] > 0.15).all()


def test_the_lots_have_a_cost_to_show(facts):
    assert facts["per_hour"].between(0.4, 4.0).all()
    assert (facts["saved"] > 100).all()
    assert (facts["added_low"] > 0).all()
