"""Chapter 5c: the seed makes a participant's numbers; it does not make the exercise harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch05c


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made: 200 of them fill the memory."""
    with quiet():
        return pd.DataFrame([_facts(ch05c.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _mailing(case), _answers(case)
    return {name: value for part in parts for name, value in part.items()}


def _mailing(case):
    gain, half_rate = case.gain(), case.gain(save_rate=case.voucher["save_rate"].iloc[0] / 2)
    return {
        "closest_call": gain.abs().min(),
        "share_contacted": (gain > 0).mean(),
        "gain_at_half_the_rate": half_rate[gain > 0].sum(),
        "smallest_arm": case.tried.loc[case.tried["recent"], "offer"].value_counts().min(),
    }


def _answers(case):
    numbers = {task.name: task.right(case) for task in ch05c.TASKS}
    return numbers | {
        "contacts": len(numbers["contacts"]),
        "disappointed": len(case.groups["disappointed"]),
    }


def test_no_close_call_decides_who_is_contacted(facts):
    """The smallest gain is far above the noise of floats, and the list is not nearly all."""
    assert (facts["closest_call"] > 1e-7).all()
    assert facts["share_contacted"].between(0.25, 0.65).all()


def test_half_the_save_rate_leaves_less_than_half_of_the_gain(facts):
    """As the model answer to the memo says."""
    assert (facts["gain_at_half_the_rate"] < facts["contact_gain"] / 2).all()


def test_the_pilot_is_too_small_to_settle_the_care_call(facts):
    """As the solution says: about a hundred per arm, and an interval of hundreds of yuan."""
    assert facts["smallest_arm"].between(80, 160).all()
    assert (2 * (facts["uplift"] - facts["uplift_low"]) > 200).all()
    assert (facts["uplift_low"] < 0).mean() > 0.6


def test_calling_the_disappointed_pays_for_every_seed(facts):
    assert (facts["policy_gain"] > 0).all()


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert (facts["disappointed"] >= 60).all()
    assert facts["contact_gain"].between(1000, 10_000).all()
    assert facts["uplift"].between(-1000, 1000).all()
