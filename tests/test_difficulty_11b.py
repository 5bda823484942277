"""Chapter 11b: the seed makes a participant's numbers; it does not make the exercise harder.

The test takes twenty seeds that no other test takes.
"""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch11b

SEEDS = range(101, 121)


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch11b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    return {**_ranking(case), **_depots(case)}


def _ranking(case):
    lost, net, first = (
        task.right(case) for task in (ch11b.Lost(), ch11b.Net(), ch11b.FirstPlace())
    )
    lead, people = ch11b.LeadLow(), ch11b.Lost().wrong(case, "people")
    low = lead.right(case)
    return {
        "loudest_is_last": net.idxmin() == case.points["hard"].idxmax(),
        "turned": (people < 0).sum(),
        "moved": np.abs(people - lost).min(),
        "nothing_first": first["nothing"],
        "best_first": first.max(),
        "lead_apart": min(
            abs(lead.wrong(case, name) / low - 1) for name in lead.slips if name != "upper_end"
        ),
    }


def _depots(case):
    effect, low, paper = ch11b.Effect(), ch11b.EffectLow(), ch11b.OnPaper()
    right, end = effect.right(case), low.right(case)
    others = len(ch11b.NotYet().right(case))
    return {
        "compared": others,
        "effect_apart": min(abs(effect.wrong(case, name) - right) for name in effect.slips),
        "rows_apart": low.wrong(case, "weeks_as_rows") - end,
        "normal_apart": low.wrong(case, "normal") - end,
        "paper": paper.right(case),
        "paper_apart": min(
            abs(paper.wrong(case, name) - paper.right(case))
            for name in ("before_after", "best_ten", "vans_in", "vans_compared")
        ),
    }


def test_the_loudest_is_not_the_dearest(facts):
    assert facts["loudest_is_last"].all()
    assert (facts["turned"] >= 2).all()
    assert (facts["moved"] > 0.01).all()


def test_the_first_place_is_a_probability(facts):
    assert (facts["nothing_first"] > 0).all()
    assert (facts["best_first"] < 0.999).all()
    assert (facts["lead_apart"] > 0.006).all()


def test_each_trap_of_the_roll_out_moves_the_answer(facts):
    assert (facts["compared"] == 16).all()
    assert (facts["effect_apart"] > 1e-4).all()
    assert (facts["rows_apart"] > 0.005).all()
    assert (facts["normal_apart"] > 0.01).all()


def test_the_worst_get_better_by_themselves(facts):
    assert (facts["paper"] < 0).all()
    assert (facts["paper_apart"] > 1e-5).all()
