"""Chapter 4b: the seed makes a participant's numbers; it does not make the exercise harder."""

import numpy as np
import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch04, ch04b


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch04b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _holdout(case), _page(case), _budget(case), _peeking(case)
    return {name: value for part in parts for name, value in part.items()}


def _holdout(case):
    task, (met, kept) = ch04b.CausedHigh(), case.holdout["won"]
    return {
        "caused_high": task.right(case),
        "caused_low": task.wrong(case, "lower_end"),
        "more_met": met - kept,
    }


def _page(case):
    (rate, points), needed = case.page, ch04b.Visitors().right(case)
    return {
        "visitors": needed,
        "rule_of_16": 16 * rate * (1 - rate) / (points / 100) ** 2 / needed,
    }


def _budget(case):
    tests, more = case.tests, ch04b.More()
    next_yuan = tests["elasticity"] * tests["caused"] * tests["value"] / tests["spend"]
    factor = pd.Series(1 - ch04b.STEP, tests.index).where(next_yuan < 1, 1 + ch04b.STEP)
    change = tests["value"] * tests["caused"] * (factor ** tests["elasticity"] - 1)
    change -= tests["spend"] * (factor - 1)
    return {
        "channels_raised": len(more.right(case)),
        "closest_call": (next_yuan - 1).abs().min(),
        "closers_by_last_touch": {"search ad", "email"} <= set(more.wrong(case, "by_last_touch")),
        "steepest": tests["elasticity"].max(),
        "profit_of_raising": change[factor > 1].sum(),
        "profit_of_cutting": change[factor < 1].sum(),
        "profit": ch04b.Profit().right(case),
    }


def _peeking(case):
    old, new = case.aa_old.cumsum(axis=1), case.aa_new.cumsum(axis=1)
    visitors = case.aa_visitors * np.arange(1, old.shape[1] + 1)
    variance = sum(rate * (1 - rate) for rate in (old / visitors, new / visitors)) / visitors
    z = (new - old) / visitors / np.sqrt(variance)
    return {
        "false_alarms": ch04b.FalseAlarms().right(case),
        "false_alarms_not_pooled": (z.abs() > ch04.LIMIT).any(axis=1).mean(),
    }


def test_the_rule_of_16_passes_as_the_task_says(facts):
    assert facts["rule_of_16"].between(0.91, 1.09).all()


def test_the_budget_has_a_clear_answer_that_no_short_cut_gives(facts):
    """Two to four channels with room; by last touch the money would go to search and email."""
    assert facts["channels_raised"].between(2, 4).all()
    assert (facts["closest_call"] > 0.25).all()
    assert facts["closers_by_last_touch"].all()
    assert (facts["steepest"] < 1).all()


def test_more_of_the_profit_comes_from_what_is_cut(facts):
    """As the model answer to the memo says."""
    assert (facts["profit_of_raising"] > 1000).all()
    assert (facts["profit_of_cutting"] > facts["profit_of_raising"]).all()


def test_an_alarm_may_be_computed_with_a_pooled_rate_or_without(facts):
    difference = facts["false_alarms"] - facts["false_alarms_not_pooled"]
    assert (difference.abs() < 0.003).all()


def test_the_hold_out_leaves_open_whether_the_channel_does_anything(facts):
    """So the upper end is the one that counts."""
    assert (facts["caused_low"] < 0).all()
    assert (facts["more_met"] >= 6).all()


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert facts["caused_high"].between(50, 100).all()
    assert facts["visitors"].between(2000, 400_000).all()
    assert facts["profit"].between(20_000, 40_000).all()
    assert facts["false_alarms"].between(0.13, 0.36).all()
