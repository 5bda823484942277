"""Chapter 4: the seed makes a participant's numbers; it does not make the exercise harder."""

import numpy as np
import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch04


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch04.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _leads(case), _calls(case), _customers(case), _page(case), _budget(case), _peeking(case)
    return {name: value for part in parts for name, value in part.items()}


def _leads(case):
    offer = ch04.OfferRate()
    young = case.leads["created"] > ch04.LAST_KNOWN
    return {
        "offer_rate": offer.right(case),
        "lowered_by_the_young": offer.right(case) - offer.wrong(case, "young_counted"),
        "young_leads": young.sum(),
        "young_won": (young & case.leads["won_on"].notna()).sum(),
        "qualified": case.group("decided")["qualified_on"].notna().sum(),
    }


def _calls(case):
    task, quality = ch04.CallList(), ch04.Auc()
    expected = task.expected(case)["expected"].sort_values(ascending=False).to_numpy()
    right, by_chance = set(task.right(case)), set(task.wrong(case, "chance_only"))
    return {
        "auc": quality.right(case),
        "auc_with_offer": quality.wrong(case, "offer_known"),
        "likelier_than_not": (case.chance("later") > 0.5).mean(),
        "waiting": len(expected),
        "gap_at_the_last_call": expected[ch04.CALLS - 1] - expected[ch04.CALLS],
        "also_by_chance": len(right & by_chance),
    }


def _customers(case):
    won, cac = case.group("won"), ch04.Cac().right(case)
    in_time = won.loc[won["first"] == ch04.SOURCE, "won_on"] <= ch04.WON_UNTIL
    return {
        "fewest_customers_of_a_source": won["first"].value_counts().reindex(cac.index).min(),
        "cac_of_social": cac[ch04.SOURCE],
        "seen_for_180_days": in_time.sum(),
        "younger": (~in_time).sum(),
        "paid_back": ch04.PaidBack().right(case),
        "paid_back_low": ch04.PaidBackLow().right(case),
    }


def _page(case):
    (rate, points), needed = case.page, ch04.Visitors().right(case)
    return {
        "visitors": needed,
        "rule_of_16": 16 * rate * (1 - rate) / (points / 100) ** 2 / needed,
    }


def _budget(case):
    tests, more = case.tests, ch04.More()
    next_yuan = tests["elasticity"] * tests["caused"] * tests["value"] / tests["spend"]
    factor = pd.Series(1 - ch04.STEP, tests.index).where(next_yuan < 1, 1 + ch04.STEP)
    change = tests["value"] * tests["caused"] * (factor ** tests["elasticity"] - 1)
    change -= tests["spend"] * (factor - 1)
    return {
        "channels_raised": len(more.right(case)),
        "closest_call": (next_yuan - 1).abs().min(),
        "closers_by_last_touch": {"search ad", "email"} <= set(more.wrong(case, "by_last_touch")),
        "steepest": tests["elasticity"].max(),
        "profit_of_raising": change[factor > 1].sum(),
        "profit_of_cutting": change[factor < 1].sum(),
        "profit": ch04.Profit().right(case),
    }


def _peeking(case):
    old, new = case.aa_old.cumsum(axis=1), case.aa_new.cumsum(axis=1)
    visitors = case.aa_visitors * np.arange(1, 29)
    variance = sum(rate * (1 - rate) for rate in (old / visitors, new / visitors)) / visitors
    z = (new - old) / visitors / np.sqrt(variance)
    return {
        "false_alarms": ch04.FalseAlarms().right(case),
        "false_alarms_not_pooled": (z.abs() > ch04.LIMIT).any(axis=1).mean(),
    }


def test_every_trap_of_the_funnel_is_there_for_every_seed(facts):
    """Young leads, some of them won already, and enough qualified ones for an interval."""
    assert (facts["young_leads"] >= 600).all()
    assert (facts["young_won"] >= 60).all()
    assert (facts["qualified"] >= 1000).all()
    assert (facts["lowered_by_the_young"] != 0).all()


def test_a_score_that_knows_the_offer_looks_far_too_good(facts):
    assert (facts["auc_with_offer"] > 0.9).all()
    assert (facts["auc_with_offer"] - facts["auc"] > 0.1).all()
    assert (facts["likelier_than_not"] < 0.1).all()  # so yes and no rank hardly anybody


def test_who_is_called_is_no_close_call_and_not_those_of_the_chance_alone(facts):
    assert (facts["waiting"] >= 110).all()
    assert (facts["gap_at_the_last_call"] > 1e-6).all()
    assert facts["also_by_chance"].between(25, 54).all()


def test_every_source_has_customers_and_social_has_old_and_young_ones(facts):
    assert (facts["fewest_customers_of_a_source"] >= 5).all()
    assert (facts["seen_for_180_days"] >= 35).all()
    assert (facts["younger"] >= 35).all()


def test_the_rule_of_16_passes_as_the_task_says(facts):
    assert facts["rule_of_16"].between(0.9, 1.1).all()


def test_the_budget_has_a_clear_answer_that_no_short_cut_gives(facts):
    """Three channels with room; by last touch the money would go to search and email."""
    assert (facts["channels_raised"] == 3).all()
    assert (facts["closest_call"] > 0.25).all()
    assert facts["closers_by_last_touch"].all()
    assert (facts["steepest"] < 1).all()


def test_more_of_the_profit_comes_from_what_is_cut(facts):
    """As the model answer to the memo says."""
    assert (facts["profit_of_raising"] > 1000).all()
    assert (facts["profit_of_cutting"] > facts["profit_of_raising"]).all()


def test_an_alarm_may_be_computed_with_a_pooled_rate_or_without(facts):
    difference = facts["false_alarms"] - facts["false_alarms_not_pooled"]
    assert (difference.abs() < 0.018).all()


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert facts["offer_rate"].between(0.5, 0.65).all()
    assert facts["auc"].between(0.63, 0.83).all()
    assert facts["cac_of_social"].between(180, 380).all()
    assert facts["paid_back"].between(0.9, 3.8).all()
    assert facts["paid_back_low"].between(0.6, 2.6).all()
    assert facts["visitors"].between(3000, 15_000).all()
    assert facts["profit"].between(20_000, 40_000).all()
    assert facts["false_alarms"].between(0.21, 0.33).all()
