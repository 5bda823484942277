"""Chapter 10b: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch10b

SEEDS = range(141, 161)
TABLES = (ch10b.Ahead, ch10b.Packs, ch10b.Phones)
LISTS = (ch10b.Ask, ch10b.Due)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch10b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    return {**_rows(case), **_numbers(case)}


def _rows(case):
    found = {}
    for task in (kind() for kind in (*TABLES, *LISTS)):
        right = task.target(case)
        found[f"size_{task.name}"] = len(right)
        for name in task.slips:
            wrong = task.target(case, name)
            if wrong is None or not task.slips[name].switches:
                continue  # here it cannot be made, or it leads to many answers
            if isinstance(right, frozenset):
                moved = len(right ^ wrong)
            else:
                column = task.answer.columns[0]
                moved = task.answer.apart(wrong[column], right[column])
            found[f"moved_{task.name}_{name}"] = moved
    return found


def _numbers(case):
    limit, saved, low = ch10b.Limit(), ch10b.Saved(), ch10b.SavedLow()
    right = {task.name: task.right(case) for task in (limit, saved, low)}
    shape, _scale = ch10b.fitted(case)
    return {
        **right,
        **{f"gap_{name}": abs(limit.wrong(case, name) - right["limit"]) for name in limit.slips},
        **{
            f"part_{task.name}_{name}": abs(task.wrong(case, name) / right[task.name] - 1)
            for task in (saved, low)
            for name in task.slips
        },
        "shape": shape,
        "by_days": ch10b.fitted(case, clock="days")[0],
    }


def test_each_trap_moves_rows(facts):
    moved = facts.filter(like="moved_")
    clocks = [f"ahead_{name}" for name in ("first_upload", "mean", "median", "largest", "smallest")]
    few = [f"moved_{name}" for name in (*clocks, "due_silent_left_out")]
    others = moved.drop(columns=few)
    assert (others.isna() | (others >= 3)).all(axis=None), moved.min().sort_values().head()
    assert (moved[few].isna() | (moved[few] >= 1)).all(axis=None)
    assert (moved.isna().mean() <= 0.3).all()


def test_there_is_enough_to_find(facts):
    assert (facts["size_ahead"] == 24).all()
    assert (facts["size_packs"] > 300).all()
    assert (facts["size_phones"] > 300).all()
    assert facts["size_ask"].between(30, 130).all()
    assert facts["size_due"].between(30, 200).all()


def test_the_limit_is_told_from_what_it_is_not(facts):
    assert facts["limit"].between(2_500, 9_500).all()
    assert (facts.filter(like="gap_") > 40).all(axis=None), facts.filter(like="gap_").min()
    assert (facts["shape"] > 1.6).all()
    assert (facts["by_days"] < 1.3).all()


def test_the_saving_is_clear_and_told_from_what_it_is_not(facts):
    assert (facts["saved_low"] > 10_000).all()
    # Half a normal interval may end where the draws do.
    parts = facts.filter(like="part_").drop(columns=facts.filter(like="standard_deviations"))
    assert (parts > 0.004).all(axis=None), parts.min().sort_values().head()


def test_hardly_anybody_has_anothers_answer(facts):
    assert facts["limit"].nunique() > 15
    assert facts["saved"].round(-2).nunique() > 15
