"""Chapter 11a: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch11a

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch11a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    carts, right = ch11a.OpenCarts(), set(ch11a.OpenCarts().right(case))
    found = {f"moved_{name}": len(right ^ set(carts.wrong(case, name))) for name in carts.slips}
    crossing, drop, gain = ch11a.Crossing(), ch11a.DropOff(), ch11a.gains(case)
    crossings = {name: crossing.wrong(case, name) for name in crossing.slips}
    return found | {
        "open": len(right),
        "crossing": crossing.right(case),
        "nearest_crossing": min(abs(value - crossing.right(case)) for value in crossings.values()),
        "smallest_drop": drop.right(case)["share"].min(),
        "effect": ch11a.Effect().right(case),
        "effect_high": ch11a.EffectHigh().right(case),
        "web_too": abs(ch11a.Effect().right(case) - ch11a.Effect().wrong(case, "web_too")),
        "online_only": abs(ch11a.Effect().right(case) - ch11a.Effect().wrong(case, "online_only")),
        "sent": tuple(gain.index[gain["low"] > 0]),
        "above_0": tuple(gain.index[gain["gain"] > 0]),
        "edge": min(gain[end].abs().min() for end in ("low", "gain")),
        "worth": ch11a.Worth().right(case),
        "by_the_gain": ch11a.Worth().wrong(case, "gain_above_0"),
        "whether": np.abs(ch11a.gains(case, counted="whether") - gain).max(axis=None),
        "effort_all": ch11a.EffortAll().right(case),
        "as_answered": ch11a.EffortAll().wrong(case, "as_answered"),
        "calls": len(case.calls),
    }


def test_each_trap_in_the_log_moves_carts(facts):
    assert (facts.filter(like="moved_") >= 3).all(axis=None)
    assert facts["open"].between(60, 400).all()


def test_journeys_are_told_from_what_they_are_not(facts):
    assert facts["crossing"].between(0.1, 0.3).all()
    assert (facts["nearest_crossing"] > 1e-6).all()
    assert (facts["smallest_drop"] > 0.05).all()


def test_the_lost_session_is_clear(facts):
    assert (facts["effect_high"] < -0.08).all()
    assert (facts["web_too"] > 1e-4).all()
    assert (facts["online_only"] > 0.02).all()


def test_the_rule_chooses_the_carts_without_a_purchase(facts):
    sent = ("app, no purchase seen", "web, no purchase seen")
    assert facts["sent"].map(lambda chosen: chosen == sent).all()
    assert (facts["edge"] > 3).all()
    assert (facts["worth"] > 5_000).all()


def test_the_gain_alone_would_choose_another_group(facts):
    assert facts["above_0"].map(lambda chosen: chosen[-1] == "web, had bought").all()
    assert (facts["by_the_gain"] - facts["worth"] > 500).all()


def test_who_buys_twice_counts_twice(facts):
    assert (facts["whether"] > 1).all()


def test_the_answers_alone_are_too_low(facts):
    assert (facts["effort_all"] - facts["as_answered"] > 0.1).all()
    assert (facts["calls"] > 500).all()


def test_answers_are_personal(facts):
    for name in ("open", "crossing", "effect", "worth", "effort_all"):
        assert facts[name].nunique() >= 15
