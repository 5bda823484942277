"""Chapter 8b: the seed makes a participant's numbers; it does not make the exercise harder.

The tests take seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch08b

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch08b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    answers = {task.name: task.right(case) for task in ch08b.TASKS}
    pairs, placed = case.pairs, case.placed
    times = pairs["count"] / pairs["by_luck"]
    refund = placed["amount"] < 0
    inside = placed["day"].between(
        placed["first_purchase"], placed["last_purchase"], inclusive="neither"
    )
    return {
        "raw": len(ch08b.kept(pairs, method="raw")),
        "near_size": (times / ch08b.SIZE - 1).abs().min(),
        "near_limit": _nearest(case),
        "broken": len(case.company.truth.till_feed),
        "feasts": len(ch08b.AlarmDays().wrong(case, "all_shops_left")),
        "average_check": ch08b.NextCheck().wrong(case, "two_or_more"),
        "of_list": ch08b.NextCheck().wrong(case, "three_or_more"),
        "refunds_inside": (refund & inside).sum(),
        "later_end": ch08b.Soonest().wrong(case, "lower_rate"),
        **{
            name: len(answer) if isinstance(answer, list) else answer
            for name, answer in answers.items()
        },
    }


def _nearest(case):
    """Return how near to the limit the next day of a shop is, in scales."""
    feed = case.feed
    off = np.log(feed["payments"] / feed["usual"])
    off = off - off.groupby(feed["date"]).transform("median")
    scale = 1.4826 * (off - off.median()).abs().median()
    return ((off / scale).abs() - ch08b.LIMIT).abs().min()


def test_the_order_is_clear_and_not_the_whole_story(facts):
    assert facts["order_lift"].between(1.3, 3.0).all()


def test_luck_and_size_each_take_pairs_off_the_list(facts):
    assert facts["kept"].between(3, 16).all()
    assert (facts["raw"] > facts["kept"]).all()
    assert (facts["near_size"] > 1e-6).all()


def test_no_alarm_hangs_on_a_digit(facts):
    assert (facts["near_limit"] > 1e-7).all()
    assert facts["alarm_days"].between(50, 180).all()
    assert (facts["feasts"] > 1.3 * facts["alarm_days"]).all()


def test_the_next_check_loses_though_the_list_surely_pays(facts):
    """Each decision is clear: stop at three signs, and check those."""
    assert (facts["next_check"] < 0).all()
    assert (facts["of_list"] > 40).all()
    assert (facts["average_check"] > 0).all()
    assert (facts["worth_low"] > 3000).all()
    assert (facts["worth_low"] < facts["check_worth"]).all()


def test_enough_customers_cannot_be_updated_and_refunds_are_among_the_traps(facts):
    assert facts["recount"].between(50, 250).all()
    assert (facts["refunds_inside"] >= 5).all()


def test_the_machine_is_outgrown_within_ten_years_and_the_interval_says_something(facts):
    assert facts["years_left"].between(3.5, 7).all()
    assert (facts["soonest"] < facts["years_left"]).all()
    assert (facts["years_left"] < facts["later_end"]).all()
