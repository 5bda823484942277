"""The seed makes a participant's numbers; it does not make the exercise easier or harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch03b


@pytest.fixture(scope="module")
def cases():
    with quiet():
        return [ch03b.Case(seed) for seed in SEEDS]


def test_no_segment_that_the_mailing_asks_about_is_empty(cases):
    with quiet():
        smallest = min(case.campaign["customers"].min() for case in cases)
    assert smallest >= 3


def test_no_close_call_decides_the_mailing(cases):
    """Every segment is at least a tenth of the letter's cost away from breaking even."""
    for case in cases:
        table = case.campaign
        extra = (table["ordered_with"] - table["ordered_without"]) * table["margin"]
        assert ((extra / table["cost"] - 1).abs() > 0.1).all()


def test_the_interval_says_something_that_the_difference_does_not(cases):
    """The letter adds something for certain, and its low end is far from its middle."""
    for case in cases:
        task = ch03b.AddedLow()
        low, middle = task.right(case), task.wrong(case, "no_interval")
        assert 0 < low < middle - 0.03


def test_every_group_buys_in_every_category_or_says_so_by_a_zero(cases):
    for case in cases:
        profile = ch03b.Profile().right(case)
        assert profile.shape == (4, len(ch03b.CATEGORIES))
        assert (profile.sum(axis=1) - 1).abs().max() < 1e-9


def test_the_answers_stay_in_a_range_that_makes_sense(cases):
    with quiet():
        found = pd.DataFrame(
            {
                "quiet": [len(ch03b.Quiet().right(case)) for case in cases],
                "chosen": [len(ch03b.Mailing().right(case)) for case in cases],
                "test_size": [ch03b.TestSize().right(case) for case in cases],
            }
        )
    assert found["quiet"].between(20, 200).all()
    assert found["chosen"].between(5, 6).all()
    assert found["test_size"].between(400, 5000).all()
