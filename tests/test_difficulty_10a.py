"""Chapter 10a: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch10a

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch10a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    return {**_visits(case), **_pushes(case)}


def _visits(case):
    adds, visited = ch10a.Adds(), ch10a.Visited()
    right = set(visited.right(case))
    effects = ch10a.effects(case)
    plan = ch10a.gain(ch10a.day(case, "plan"))
    return {
        "naive_over_right": adds.wrong(case, "not_listed_too").abs().max(),
        "wider": (ch10a.effects(case, outcome="margin")["error"] / effects["error"]).mean(),
        "smallest_group": case.visits[case.visits["listed"]]
        .groupby(["kind", "visited"])
        .size()
        .min(),
        "kind_low": ch10a.AddsLow().right(case),
        "visits": len(right),
        **{
            f"moved_{name}": len(right ^ set(visited.wrong(case, name)))
            for name in visited.slips
            if name not in ch10a.ELSEWHERE or case.seed == SEEDS[0]
        },
        "missed": ch10a.gain(ch10a.another_search(case)) - plan,
        "lead_low": ch10a.LeadLow().right(case),
    }


def _pushes(case):
    total, during = ch10a.account(case), ch10a.account(case, outcome="during")
    best, loud = total["brings"].idxmax(), during["brings"].idxmax()
    ordered = np.sort(total["brings"])
    return {
        "best": best,
        "loud": loud,
        "loud_brings": total["brings"][loud],
        "best_brings": total["brings"][best],
        "between": ordered[-1] - ordered[-2],
        "round_low": ch10a.RoundLow().right(case),
        "per_opt_out": ch10a.PerOptOut().right(case),
        "naive": ch10a.PerOptOut().wrong(case, "those_who_chose"),
    }


def test_the_lot_among_the_listed_says_something(facts):
    assert (facts["smallest_group"] >= 8).all()
    assert (facts["wider"] > 1.3).all()
    assert (facts["kind_low"] > -60).all()


def test_each_mistake_visits_others_and_the_plan_is_the_best_known(facts):
    moved = facts.filter(like="moved_")
    assert (moved.iloc[0] >= 1).all()
    assert (moved.isna() | (moved >= 1)).all(axis=None)
    assert facts["visits"].between(6, 14).all()
    assert (facts["missed"] <= 1).all()
    assert (facts["lead_low"] > 0).all()


def test_the_winner_of_eight_weeks_is_not_the_best(facts):
    assert (facts["best"] != facts["loud"]).all()
    assert (facts["loud_brings"] < 10).all()
    assert (facts["best_brings"] > 10).all()
    assert facts["loud"].str.endswith("5").all()
    assert facts["best"].nunique() == 3


def test_those_who_chose_look_worse_than_what_an_opt_out_costs(facts):
    assert (facts["per_opt_out"] > 100).all()
    assert (facts["naive"] > 1.1 * facts["per_opt_out"]).all()
