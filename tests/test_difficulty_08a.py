"""Chapter 8a: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch08a

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch08a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    return {**_consent(case), **_plan(case), **_prices(case)}


def _consent(case):
    task = ch08a.MayWrite()
    right = set(task.right(case))
    moved = {f"moved_{name}": len(right ^ set(task.wrong(case, name))) for name in task.slips}
    return {
        **moved,
        "may_write": len(right),
        "least_audience": ch08a.Audience().right(case).min(),
        "bias": ch08a.Bias().right(case),
        "bias_low": ch08a.BiasLow().right(case),
    }


def _plan(case):
    found, options = ch08a.best(case), case.options
    gain = -found.fun
    others = {
        name: gain - ch08a.Plan().wrong(case, name) @ options["gain"]
        for name in ("by_gain", "by_gain_per_yuan", "by_lot", "only_offers_of_group")
    }
    idle = found.x < 1e-7
    return {
        **{f"lost_{name}": lost / gain for name, lost in others.items()},
        "reduced_cost": np.abs(found.lower.marginals[idle]).min(),
        "least_price": -found.ineqlin.marginals[:2].max(),
        "uniform_in_plan": found.x[~case.of_group].sum(),
        "feasible": (options["cost"] @ found.x <= case.budget + 1e-6),
    }


def _prices(case):
    task, pay = ch08a.NextYuan(), ch08a.PayAtMost()
    return {
        "next_yuan": task.right(case),
        "average": task.wrong(case, "average_yuan"),
        "thousand": task.wrong(case, "thousand_more"),
        "pay": pay.right(case),
        "naive": pay.wrong(case, "price_times_number"),
        "price_low": ch08a.PriceLow().right(case),
    }


def test_each_trap_in_the_log_moves_customers(facts):
    moved = facts.filter(like="moved_")
    assert (moved.drop(columns="moved_first_of_the_day") >= 3).all(axis=None)
    assert (moved["moved_first_of_the_day"] >= 2).all()
    assert (facts["may_write"] > 1000).all()
    assert (facts["least_audience"] > 40).all()


def test_the_error_of_those_who_agreed_is_clear(facts):
    assert (facts["bias_low"] > 0.05).all()
    assert (facts["bias"] - facts["bias_low"] > 0.005).all()


def test_the_best_plan_is_one_and_no_obvious_one(facts):
    assert (facts["reduced_cost"] > 1e-4).all()
    assert (facts["least_price"] > 0.02).all()
    assert (facts.filter(like="lost_") > 1e-4).all(axis=None)
    assert (facts["uniform_in_plan"] > 1).all()
    assert facts["feasible"].all()


def test_the_prices_are_told_from_what_they_are_not(facts):
    assert (facts["average"] - facts["next_yuan"] > 0.05).all()
    assert (facts["next_yuan"] / facts["thousand"] > 1.0001).all()
    assert (facts["naive"] / facts["pay"] > 1.03).all()
    assert (facts["pay"] > 50).all()
    assert (facts["price_low"] < 0.97 * facts["next_yuan"]).all()
