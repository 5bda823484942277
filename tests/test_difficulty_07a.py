"""Chapter 7a: the seed makes a participant's numbers; it does not make the exercise harder.

All of this was looked at for the seeds 1 to 200; the test takes some that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch07a

SEEDS = range(101, 131)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch07a.Case(seed)) for seed in SEEDS], index=list(SEEDS))


def _facts(case):
    right = {task.name: task.right(case) for task in ch07a.TASKS}
    score, worth = right["score"].sort_values(ascending=False), right["worth"]
    cheapest = case.offers.loc[case.left, "licence"].idxmin()
    raw = ch07a.Score().solve(case, asked=()).idxmax()
    invited = case.invited["department"].value_counts()
    ever, enters = (ch07a.Users().wrong(case, name) for name in ("ever", "entries"))
    return {
        "left": len(score),
        "first_to_second": score.iloc[0] - score.iloc[1],
        "second_to_third": score.iloc[1] - score.iloc[2],
        "favourite_is_out": raw not in case.left,
        "cheapest_is_first": cheapest == score.index[0],
        "licences_apart": np.diff(np.sort(case.offers.loc[case.left, "licence"])).min(),
        "ever": len(ever) / len(case.invited),
        "weekly": len(right["users"]) / len(case.invited),
        "enters": len(enters) / len(case.invited),
        "smallest_department": invited.min(),
        "cheapest_worth": worth[cheapest],
        "overrun": (case.projects["paid"] / case.projects["quoted"]).mean(),
        "worth_low": right["worth_low"],
        "worth_gap": worth[score.index[0]] - worth[cheapest],
        "lead_low": right["lead_low"],
        "taught_low": right["taught_low"],
        "before_and_after": ch07a.TaughtLow().wrong(case, "before_and_after"),
    }


def test_three_offers_are_left_and_the_favourite_of_the_raters_mostly_is_not(facts):
    assert (facts["left"] == 3).all()
    assert facts["favourite_is_out"].mean() > 0.85


def test_the_order_of_the_scores_hangs_on_no_close_call(facts):
    assert (facts["first_to_second"] > 0.009).all()
    assert (facts["second_to_third"] > 0.1).all()
    assert not facts["cheapest_is_first"].any()
    assert (facts["licences_apart"] >= 10).all()


def test_logging_in_once_is_not_using_it(facts):
    assert facts["ever"].between(0.85, 1).all()
    assert facts["weekly"].between(0.35, 0.65).all()
    assert (facts["enters"] < facts["weekly"]).all()
    assert (facts["smallest_department"] >= 18).all()


def test_the_cheapest_licence_is_not_the_best_value(facts):
    """As the model answer says; what it is worth is below 0 nearly always."""
    assert (facts["cheapest_worth"] < 0).mean() > 0.7
    assert facts["overrun"].between(1.0, 1.7).all()


def test_the_decision_is_not_the_same_for_everybody_and_stays_in_range(facts):
    """The highest score is worth its licence for some, and open for others."""
    assert facts["worth_gap"].between(-1.5e6, 4e6).all()
    assert (facts["worth_low"] < facts["worth_gap"]).all()
    assert 0.05 < (facts["worth_low"] > 0).mean() < 0.95


def test_before_and_after_flatters_the_course(facts):
    assert (facts["before_and_after"] > facts["taught_low"]).all()
    assert facts["taught_low"].between(-4, 7).all()
    assert facts["lead_low"].between(-2, 1.2).all()
