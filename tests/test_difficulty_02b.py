"""Chapter 2b: the seed makes a participant's numbers; it makes no exercise easier or harder."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch02b

SEEDS = range(1, 201)  # all, always: how often two participants decide alike needs many

# The usual mistakes of a task that asks for a number.
OF_TRACKING = (
    *(("newcomers_counted",), ("days_for_weeks",), ("one_new_customer",)),
    *(("repeats_of_the_year",), ("rows_counted",)),
)


def answers(task, case, mistakes):
    """The right answer of a task and those of some mistakes."""
    return [task.right(case), *(task.wrong(case, *slips) for slips in mistakes)]


def nearest(numbers):
    """The smallest distance between two of the numbers."""
    return min(abs(one - other) for one, other in combinations(numbers, 2))


def facts_of(seed):
    case = ch02b.Case(seed)
    right = ch02b.Accounts().right(case)
    alive_twice = ch02b.Accounts().wrong(case, "alive_twice")
    value = ch02b.Value().right(case)
    return {
        "probably_gone": (ch02b.Alive().right(case) < 0.5).mean(),
        "value": value.mean(),
        "accounts": len(right),
        "alive_twice_drops": len(set(right) - set(alive_twice)),
        "accounts_gain": ch02b.AccountsGain().right(case),
        "tracking": ch02b.Tracking().right(case),
        "tracking_nearest": nearest(answers(ch02b.Tracking(), case, OF_TRACKING)),
        "saved": ch02b.Saved().right(case),
        "saved_low": ch02b.SavedLow().right(case),
    }


@pytest.fixture(scope="module")
def facts():
    with quiet():
        return pd.DataFrame([facts_of(seed) for seed in SEEDS], index=SEEDS)


def test_no_two_ways_to_compute_a_number_lead_to_nearly_the_same(facts):
    """An answer between two mistakes, or beside one, would get the wrong advice."""
    assert facts["tracking_nearest"].min() > 2 * ch02b.Tracking.answer.tolerance


def test_multiplying_by_alive_again_loses_customers_for_every_seed(facts):
    assert facts["alive_twice_drops"].min() >= 1


def test_the_interval_of_what_the_model_saves_is_wide_enough_to_matter(facts):
    assert (facts["saved"] - facts["saved_low"]).min() > 10 * ch02b.SavedLow.answer.tolerance


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    ranges = {
        "probably_gone": (0.03, 0.25),
        "value": (800, 3000),
        "accounts": (80, 170),
        "accounts_gain": (20_000, 120_000),
        "tracking": (0.9, 1.25),
        "saved": (-0.2, 0.6),
    }
    for name, (low, high) in ranges.items():
        assert facts[name].between(low, high).all(), (name, facts[name].agg(["min", "max"]))
    assert np.isfinite(facts.select_dtypes("number")).all(axis=None)


def test_what_a_learner_does_to_a_table_leaves_the_checks_alone():
    with quiet():
        case, untouched = ch02b.Case(3), ch02b.Case(3)
        for name in ("forecast", "log"):
            table = getattr(case, name)
            table[table.columns[-1]] = 0
            del table[table.columns[0]]
        for task in ch02b.TASKS:
            assert task.check(case, task.right(untouched)).status == "passed"
