"""Chapter 12a: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch12a

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch12a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _apart(task, case):
    """Return how near the nearest slip leads to the right answer, over the size of it."""
    right = np.atleast_1d(task.right(case))
    gaps = [np.abs(np.atleast_1d(task.wrong(case, name)) - right).max() for name in task.slips]
    return min(gaps) / np.abs(right).max()


def _differ(alarm, case):
    """Return whether all slips that ring lead to weeks of their own."""
    # The last week above the limit often has the highest sum, too: the verdict then names both.
    rings = [alarm.wrong(case, name) for name in alarm.slips if name != "last"]
    rings = [alarm.right(case), *(week for week in rings if np.isfinite(week))]
    return len(set(rings)) == len(rings)


def _facts(case):
    found, high = (task.right(case) for task in (ch12a.Found(), ch12a.FoundHigh()))
    left_out = ch12a.LeftOut()
    regions = case.extract["region"]
    out = regions[left_out.right(case)].value_counts() / regions.value_counts()
    alarm, missed, table = ch12a.Alarm(), ch12a.Missed().right(case), case.scored
    off = (table["score"] - table["left"]).groupby(table["age"]).mean()
    return {
        "found": found,
        "wide": high - found,
        "out": len(left_out.right(case)) / len(regions),
        "lists_differ": len(
            {
                frozenset(left_out.wrong(case, *name))
                for name in [(), *((n,) for n in left_out.slips)]
            }
        ),
        "small_lose_most": out[["West", "Central"]].mean() > out[["East", "North"]].mean(),
        "alarm": alarm.right(case),
        "alarms_differ": _differ(alarm, case),
        "net": ch12a.Net().right(case),
        "missed": missed.max() - missed.min(),
        "off": off.abs().max(),
        "apart": min(
            _apart(task, case)
            for task in ch12a.TASKS
            if task.name not in ("alarm", "found_high", "left_out")
        ),
        "high_apart": _apart(ch12a.FoundHigh(), case),
    }


def test_a_stranger_finds_about_half(facts):
    assert facts["found"].between(0.4, 0.7).all()
    assert facts["wide"].between(0.05, 0.075).all()
    assert (facts["high_apart"] > 3e-4).all()


def test_some_rows_are_left_out_and_more_in_the_small_regions(facts):
    assert facts["out"].between(0.03, 0.2).all()
    # By the year, and by the month, nearly or just all rows are left out: these two may agree.
    assert (facts["lists_differ"] >= len(ch12a.LeftOut.slips)).all()
    assert facts["small_lose_most"].mean() >= 0.95


def test_the_alarm_has_a_week_of_its_own(facts):
    assert facts["alarm"].between(32, 67).all()
    assert facts["alarms_differ"].all()


def test_a_new_score_is_a_question_of_money_and_the_old_one_is_fair_but_for_the_misses(facts):
    assert facts["net"].between(-20_000, 130_000).all()
    assert (facts["missed"] > 0.04).all()
    assert (facts["off"] < 0.06).all()


def test_each_trap_moves_the_answer(facts):
    assert (facts["apart"] > 1e-3).all()
