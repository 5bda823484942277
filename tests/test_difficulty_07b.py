"""Chapter 7b: the seed makes a participant's numbers; it does not make the exercise harder.

All of this was run once for the seeds 1 to 200; the test takes some that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch07b

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch07b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    found = {task.name: task.right(case) for task in ch07b.TASKS}
    costs, actions = ch07b._choice(case)
    ordered = np.sort(costs.to_numpy(), axis=1)
    told = case.accounts.dropna(subset="street")
    latest = ch07b.Street().wrong(case, "latest_record")
    sizes = told.groupby("customer_id")["street"].nunique()
    return {
        "refused": len(found["refused"]),
        "lines": len(case.lines),
        "refunds": case.marks["refund"].sum(),
        "left_over": found["left_over"],
        "refused_readable": ch07b.LeftOver().wrong(case, "refused_money"),
        "weight": found["weight"],
        "agree": (case.evidence["pair"] == "agree").sum(),
        "wrong_high": found["wrong_high"],
        "wrong_low": ch07b.WrongHigh().wrong(case, "lower_end"),
        "actions": " ".join(actions),
        "closest_call": (ordered[:, 1] - ordered[:, 0]).min(),
        "cost": found["cost"],
        "cost_of_leaving": ch07b.Cost().wrong(case, "all_left"),
        "smallest_band": case.pairs["band"].value_counts().min(),
        "customers": len(found["street"]),
        "several_streets": (sizes > 1).sum(),
        "latest_has_none": (found["street"] != latest.reindex(found["street"].index)).sum(),
    }


def test_every_kind_of_fault_is_there_and_no_more(facts):
    assert (facts["refused"] == ch07b.TORN * len(ch07b.KINDS)).all()
    assert (facts["lines"] > 1500).all()
    assert (facts["refunds"] >= 20).all()


def test_the_money_of_unreadable_lines_is_not_that_of_readable_ones(facts):
    assert (facts["left_over"] > 1000).all()
    assert ((facts["left_over"] - facts["refused_readable"]).abs() > 1).all()


def test_the_pair_agrees_in_two_or_three_details(facts):
    assert facts["agree"].isin([2, 3]).all()
    assert facts["weight"].between(-10, 30).all()


def test_the_vendors_threshold_fails_clearly(facts):
    """The upper end is above the limit, as the solution says; for nearly all the lower end, too."""
    assert (facts["wrong_low"] > ch07b.LIMIT).mean() > 0.9
    assert facts["wrong_high"].between(0.04, 0.15).all()


def test_each_band_has_one_cheapest_action_and_the_same_for_all(facts):
    assert (facts["actions"] == "leave ask merge merge").all()
    assert (facts["closest_call"] > 2).all()
    assert (facts["smallest_band"] > 200).all()


def test_the_actions_cost_much_less_than_leaving_all(facts):
    assert (facts["cost"] < 0.4 * facts["cost_of_leaving"]).all()


def test_the_merge_rule_matters_for_many_customers(facts):
    assert (facts["customers"] > 600).all()
    assert (facts["several_streets"] > 60).all()
    assert (facts["latest_has_none"] > 60).all()
