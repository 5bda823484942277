"""Chapter 2a: the seed makes a participant's numbers; it makes no exercise easier or harder."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch02, ch02a

SEEDS = range(1, 201)  # all, always: how often two participants decide alike needs many


# The usual mistakes of a task that asks for a number, also two at once.
OF_CLV = (
    *(("retention_cost_twice",), ("retention_cost_forgotten",), ("goods_forgotten",)),
    *(("leaving_forgotten",), ("leaving_forgotten", "retention_cost_twice")),
    *(("not_discounted",), ("start_of_year",), ("acquisition_forgotten",)),
)


def answers(task, case, mistakes):
    """The right answer of a task and those of some mistakes."""
    return [task.right(case), *(task.wrong(case, *slips) for slips in mistakes)]


def nearest(numbers):
    """The smallest distance between two of the numbers."""
    return min(abs(one - other) for one, other in combinations(numbers, 2))


def closest_call(case):
    """How near to break-even any channel comes, by the right way or a short cut."""
    table = case.channels
    average = table.assign(retention=table["retention"].mean())
    values = [
        ch02a._worth(table),
        ch02a._worth(table, money="revenue"),
        ch02a._worth(table, rate=0),
        ch02a._worth(table, first_margin="after_renewal"),
        ch02a._worth(average),
        table["margin"],
    ]
    return min((value / table["cost"] - 1).abs().min() for value in values)


def facts_of(seed):
    case = ch02a.Case(seed)
    lines, late = case.lines, case.indicators["late_share"]
    year, of_service = ch02.during(lines), ch02.during(case.served)
    served = pd.Index(case.served["customer_id"][of_service]).unique()
    contribution = ch02a.Contribution().right(case)
    return {
        "last_day": (lines["date"] >= np.datetime64(ch02.CUTOFF))[year].sum(),
        "refunds": (lines["quantity"] < 0)[year].sum(),
        "several_units": (lines["quantity"] > 1)[year].sum(),
        "discounted": (lines["paid"] < lines["listed"])[year].sum(),
        "without_ticket": len(contribution.index.difference(served)),
        "without_order": len(served.difference(contribution.index)),
        "below_zero": (contribution < 0).sum(),
        "referrers": (case.indicators["referrals"] > 0).sum(),
        "with_invoices": late.notna().sum(),
        "late_shares": late.nunique(),
        "simple": ch02a.Simple().right(case),
        "clv": ch02a.CLV().right(case),
        "clv_nearest": nearest(answers(ch02a.CLV(), case, OF_CLV)),
        "kept": " ".join(sorted(ch02a.ChannelsKept().right(case))),
        "count_kept": len(ch02a.ChannelsKept().right(case)),
        "closest_call": closest_call(case),
        "least_ceiling": (1 - ch02a.SafeCeiling().right(case) / ch02a._worth(case.channels)).min(),
        "gain_per_winning": ch02a.ChannelsGain().right(case)
        / (case.channels["new_customers"] * case.channels["cost"]).sum(),
    }


@pytest.fixture(scope="module")
def facts():
    with quiet():
        return pd.DataFrame([facts_of(seed) for seed in SEEDS], index=SEEDS)


def test_every_trap_in_the_lines_and_tickets_is_there_for_every_seed(facts):
    """Refunds, several units, discounts, the last day, and customers on one side only."""
    least = facts.min()
    assert least["refunds"] >= 10
    assert least["several_units"] >= 300
    assert least["discounted"] >= 10
    assert least["last_day"] >= 1
    assert least["without_ticket"] >= 100
    assert least["without_order"] >= 3
    assert least["below_zero"] >= 5


def test_every_indicator_tells_customers_apart(facts):
    assert facts["referrers"].min() >= 10
    assert facts["with_invoices"].between(50, 150).all()
    assert facts["late_shares"].min() >= 10


def test_no_two_ways_to_compute_a_number_lead_to_nearly_the_same(facts):
    """An answer between two mistakes, or beside one, would get the wrong advice."""
    assert facts["clv_nearest"].min() > 10 * ch02a.CLV.answer.tolerance


def test_no_close_call_decides_which_channels_are_kept(facts):
    assert facts["closest_call"].min() > 0.04
    assert (facts["count_kept"] == 4).all()


def test_an_interval_lowers_every_ceiling_by_something_to_see(facts):
    assert facts["least_ceiling"].min() > 0.02


def test_participants_keep_different_channels(facts):
    """Neighbours who copy a list of names learn that it is not theirs."""
    assert facts["kept"].value_counts(normalize=True).max() < 0.1


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    ranges = {
        "simple": (6500, 12000),
        "clv": (1000, 1450),
        "gain_per_winning": (0.1, 0.5),
    }
    for name, (low, high) in ranges.items():
        assert facts[name].between(low, high).all(), (name, facts[name].agg(["min", "max"]))
    assert np.isfinite(facts.select_dtypes("number")).all(axis=None)


def test_what_a_learner_does_to_a_table_leaves_the_checks_alone():
    with quiet():
        case, untouched = ch02a.Case(3), ch02a.Case(3)
        for name in ("orders", "order_lines", "tickets", "indicators", "plan", "channels", "log"):
            table = getattr(case, name)
            table[table.columns[-1]] = 0
            del table[table.columns[0]]
        for task in ch02a.TASKS:
            assert task.check(case, task.right(untouched)).status == "passed"
