"""The seed makes a participant's numbers; it does not make the exercise easier or harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch03, ch03a


@pytest.fixture(scope="module")
def cases():
    with quiet():
        return [ch03a.Case(seed) for seed in SEEDS]


def test_every_trap_in_the_log_is_there_for_every_seed(cases):
    """Rows to count twice, refunds, later rows and a purchase on the cut-off day itself."""
    for case in cases:
        log = case.log
        day = log["date"].dt.normalize()
        assert log.duplicated(["customer_id", "date"]).sum() >= 20
        assert (log["amount"] < 0).sum() >= 20
        assert (day > ch03.CUTOFF).sum() >= 200
        assert ((day == ch03.CUTOFF) & (log["amount"] > 0)).sum() >= 1


def test_the_service_depends_on_how_one_reads_the_interval(cases):
    """The lower end, the middle, spend for margin, all for a quarter: each gives another list."""
    for case in cases:
        task = ch03a.Serve()
        lists = {
            tuple(task.wrong(case, *slips))
            for slips in [(), ("by_the_middle",), ("revenue_not_margin",), ("all_that_leave",)]
        }
        assert len(lists) == 4
        assert 2 <= len(task.right(case)) <= 3


def test_no_close_call_decides_the_service(cases):
    """What has to stay is at least a tenth away from one in four, at every end of the interval."""
    for case in cases:
        plan = case.plan
        for column in ("left_from", "left"):
            needed = plan["cost"] / (ch03a.MARGIN * plan["mean_spend"] * plan[column])
            assert ((needed / ch03a.KEPT - 1).abs() > 0.05).all()


def test_the_answers_stay_in_a_range_that_makes_sense(cases):
    with quiet():
        found = pd.DataFrame(
            {
                "top_fifth": [ch03a.TopFifth().right(case) for case in cases],
                "risers": [len(ch03a.Risers().right(case)) for case in cases],
                "gain": [ch03a.ServiceGain().right(case) for case in cases],
            }
        )
    assert found["top_fifth"].between(0.5, 0.85).all()
    assert found["risers"].between(10, 150).all()
    assert (found["gain"] > 0).all()
