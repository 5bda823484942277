"""Chapter 9b: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch09b

SEEDS = range(121, 141)
WEEKEND = ["Saturday", "Sunday"]


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch09b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    return {**_word_of_mouth(case), **_boxes(case), **_alarm(case), **_lots(case)}


def _word_of_mouth(case):
    off, box, low = ch09b.SetOff(), ch09b.PerBox(), ch09b.PerBoxLow()
    right = off.right(case)
    return {
        "boxes": len(right),
        "zeros": (right == 0).mean(),
        "longer_chains": (off.wrong(case, "whole_chain") > right).sum(),
        "other_launches": (off.wrong(case, "all_launches") > right).sum(),
        "per_box": box.right(case),
        "no_zeros": box.wrong(case, "zeros_dropped") / box.right(case),
        "everybody": abs(box.wrong(case, "everybody") / box.right(case) - 1),
        "low": low.right(case),
        "poisson": low.wrong(case, "poisson") - low.right(case),
    }


def _boxes(case):
    task, lead = ch09b.GetsBox(), ch09b.LeadLow()
    right = set(task.right(case))
    other = {name: len(right - set(task.wrong(case, name))) for name in task.slips}
    low, high = lead.ways(case).min(), lead.ways(case).max()
    wrongs = [lead.wrong(case, name) for name in lead.slips]
    nearest = min(max(low - wrong, wrong - high) for wrong in wrongs)
    score = ch09b.score(case).sort_values(ascending=False, kind="stable")
    boxes = case.boxes
    return {
        "cut": score.iloc[boxes - 1] - score.iloc[boxes],
        **{f"other_{name}": number for name, number in other.items()},
        "lead_low": lead.right(case),
        "lead_nearest": nearest,
        "ends_refused": [
            how
            for how in ("lower", "higher", "midpoint", "nearest")
            if not lead.accepts(case, _low_end(case, how))
        ],
    }


def _low_end(case, how):
    """Return the lower end as pandas computes it in one of its ways."""
    lead = case.margin * (case.worlds["highest score"] - case.worlds["most followers"]) + case.fee
    return lead.quantile(0.025, how)


def _alarm(case):
    task, saved = ch09b.Limits(), ch09b.Saved()
    right = task.right(case)
    cost = case.false_alarm * case.alarms["false"]
    cost = cost + case.crises * case.day_late * case.alarms["late"]
    ranked = cost.drop(ch09b.HABIT).sort_values()
    return {
        "weekend": right[WEEKEND].min() - right[["Tuesday", "Wednesday"]].max(),
        **{f"limits_{n}": (task.wrong(case, n) != right).sum() for n in task.slips},
        "saved": saved.right(case),
        "second": ranked.iloc[1] / ranked.iloc[0] - 1,
        "cheapest": ranked.index[0],
    }


def _lots(case):
    task = ch09b.Caused()
    return {
        "caused": task.right(case),
        "agency": task.wrong(case, "agency") / task.right(case),
        "not_within": task.wrong(case, "not_within") / task.right(case),
    }


def test_the_zeros_and_the_chains_are_there(facts):
    assert (facts["boxes"] > 40).all()
    assert facts["zeros"].between(0.4, 0.88).all()
    assert (facts["longer_chains"] >= 3).all()
    assert (facts["other_launches"] >= 3).all()


def test_a_box_sets_off_fewer_than_one_for_sure(facts):
    assert (2 * facts["per_box"] - facts["low"] < 0.9).all()
    assert (facts["no_zeros"] > 1.7).all()
    assert (facts["poisson"] > 0.003).all()
    assert (facts["everybody"] > 1e-5).all()


def test_no_other_ranking_gives_the_same_boxes(facts):
    assert (facts["cut"] > 1e-3).all()
    for slip in ("by_rate", "by_count", "by_factor", "by_own_rate", "by_followers", "unshrunk"):
        assert (facts[f"other_{slip}"] >= 2).all(), slip


def test_the_lead_is_told_from_what_it_is_not(facts):
    assert (facts["lead_nearest"] > 14).all()
    assert (facts["lead_low"] > -1500).all()


def test_every_way_to_compute_a_quantile_is_right(facts):
    assert not facts["ends_refused"].str.len().any()


def test_weekends_need_a_higher_limit_and_each_slip_moves_some(facts):
    assert (facts["weekend"] > -8).all()
    assert (facts.filter(like="limits_") >= 2).all(axis=None)


def test_the_cheapest_alarm_is_one_and_no_end(facts):
    assert (facts["saved"] > 0).all()
    assert (facts["second"] > 0.003).all()
    assert facts["cheapest"].isin(list("CDEF")).all()
    assert facts["cheapest"].nunique() > 1


def test_the_lots_tell_less_than_the_agency(facts):
    assert facts["caused"].between(0.2, 0.8).all()
    assert (facts["agency"] > 1.2).all()
    assert (np.abs(facts["not_within"] - 1) > 0.004).all()
