"""The seed makes a participant's numbers; it does not make the exercise easier or harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch03


@pytest.fixture(scope="module")
def cases():
    with quiet():
        return [ch03.Case(seed) for seed in SEEDS]


def test_every_trap_in_the_log_is_there_for_every_seed(cases):
    """Rows to count twice, refunds, later rows and a purchase on the cut-off day itself."""
    for case in cases:
        log = case.log
        day = log["date"].dt.normalize()
        assert log.duplicated(["customer_id", "date"]).sum() >= 20
        assert (log["amount"] < 0).sum() >= 20
        assert (day > ch03.CUTOFF).sum() >= 200
        assert ((day == ch03.CUTOFF) & (log["amount"] > 0)).sum() >= 1


def test_no_segment_that_the_mailing_asks_about_is_empty(cases):
    with quiet():
        smallest = min(case.campaign["customers"].min() for case in cases)
    assert smallest >= 3


def test_no_close_call_decides_the_mailing(cases):
    """Every segment is at least a fifth of the letter's cost away from breaking even."""
    for case in cases:
        table = case.campaign
        extra = (table["ordered_with"] - table["ordered_without"]) * table["margin"]
        assert ((extra / table["cost"] - 1).abs() > 0.2).all()


def test_the_answers_stay_in_a_range_that_makes_sense(cases):
    with quiet():
        found = pd.DataFrame(
            {
                "top_fifth": [ch03.TopFifth().right(case) for case in cases],
                "risers": [len(ch03.Risers().right(case)) for case in cases],
                "chosen": [len(ch03.Mailing().right(case)) for case in cases],
                "test_size": [ch03.TestSize().right(case) for case in cases],
            }
        )
    assert found["top_fifth"].between(0.5, 0.85).all()
    assert found["risers"].between(10, 150).all()
    assert found["chosen"].between(3, 6).all()
    assert found["test_size"].between(1150, 1600).all()
