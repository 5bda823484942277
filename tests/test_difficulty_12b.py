"""Chapter 12b: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes ten seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch12b

SEEDS = range(101, 111)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch12b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _apart(task, case):
    """Return how near the nearest slip leads to the right answer, over the size of it."""
    right = np.atleast_1d(task.right(case))
    wrong = [task.wrong(case, name) for name in task.slips if name not in _MAY_MEET]
    gaps = [np.abs(np.atleast_1d(one) - right).max() for one in wrong]
    return min(gaps) / np.abs(right).max()


def _facts(case):
    tasks = {task.name: task for task in ch12b.TASKS}
    right = {name: task.right(case) for name, task in tasks.items()}
    scores, spend = case.scores, right["spend"]
    lead = scores["ours"] - scores["rival"]
    elsewhere = [name for name in tasks["spend"].slips if name not in _MAY_MEET]
    shares = right["shares"]
    return {
        "spends": (spend > 0).sum(),
        "spends_differ": not any(
            spend.equals(tasks["spend"].wrong(case, name)) for name in elsewhere
        ),
        "load": right["load"],
        "change": right["change"].min(),
        "wide": right["worst_high"] - right["change"].min(),
        "lead_low": right["lead_low"],
        "open": lead.mean() / lead.sem(),
        "companies": right["companies"],
        "shared": shares.sum() - (case.mixed["profit"].iloc[-1] - case.mixed["profit"].iloc[0]),
        "apart": min(_apart(task, case) for name, task in tasks.items() if name not in _LISTS),
    }


_LISTS = ("spend",)
# 45 days, n for n − 1, or one share for two: where they move little, little is lost.
_MAY_MEET = ("days_twice", "by_rows", "pooled")


def test_money_goes_to_some_channels_and_each_slip_sends_it_elsewhere(facts):
    assert facts["spends"].between(1, 5).all()
    assert facts["spends_differ"].all()


def test_the_desk_is_nearly_full(facts):
    assert facts["load"].between(0.5, 1.3).all()


def test_the_worst_of_four_changes_is_below_0_and_its_interval_a_few_points_wide(facts):
    assert (facts["change"] < 0).all()
    assert facts["wide"].between(0.03, 0.08).all()


def test_one_lead_is_clear_of_0_and_the_other_open(facts):
    assert (facts["lead_low"] > 10_000).all()
    assert facts["open"].between(0, 2.1).all()
    assert facts["companies"].between(20, 170).all()
    assert facts["companies"].nunique() >= 7


def test_the_shares_add_up_to_the_whole(facts):
    assert np.abs(facts["shared"]).max() < 1e-6


def test_each_trap_moves_the_answer(facts):
    assert (facts["apart"] > 1e-3).all()
