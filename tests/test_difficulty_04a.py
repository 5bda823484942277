"""Chapter 4a: the seed makes a participant's numbers; it does not make the exercise harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch04, ch04a


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made."""
    with quiet():
        return pd.DataFrame([_facts(ch04a.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _leads(case), _calls(case), _customers(case)
    return {name: value for part in parts for name, value in part.items()}


def _leads(case):
    offer = ch04a.OfferRate()
    young = case.leads["created"] > ch04.LAST_KNOWN
    return {
        "offer_rate": offer.right(case),
        "lowered_by_the_young": offer.right(case) - offer.wrong(case, "young_counted"),
        "moved_by_late_stages": offer.right(case) - offer.wrong(case, "late_counted"),
        "young_leads": young.sum(),
        "young_won": (young & case.leads["won_on"].notna()).sum(),
        "qualified": case.group("decided")["qualified_on"].notna().sum(),
    }


def _calls(case):
    task, quality = ch04a.CallList(), ch04a.Auc()
    expected = task.expected(case)["expected"].sort_values(ascending=False).to_numpy()
    right, by_chance = set(task.right(case)), set(task.wrong(case, "chance_only"))
    return {
        "auc": quality.right(case),
        "auc_of_the_half_year": quality.wrong(case, "learned_too_young"),
        "auc_with_offer": quality.wrong(case, "offer_known"),
        "likelier_than_not": (case.chance("later") > 0.5).mean(),
        "waiting": len(expected),
        "gap_at_the_last_call": expected[ch04a.CALLS - 1] - expected[ch04a.CALLS],
        "also_by_chance": len(right & by_chance),
    }


def _customers(case):
    won, cac = case.group("won"), ch04a.Cac().right(case)
    in_time = won.loc[won["first"] == ch04a.SOURCE, "won_on"] <= ch04a.WON_UNTIL
    return {
        "fewest_customers_of_a_source": won["first"].value_counts().reindex(cac.index).min(),
        "cac_of_social": cac[ch04a.SOURCE],
        "seen_for_180_days": in_time.sum(),
        "younger": (~in_time).sum(),
        "paid_back": ch04a.PaidBack().right(case),
        "paid_back_low": ch04a.PaidBackLow().right(case),
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


def test_what_was_late_or_undecided_moves_the_answers(facts):
    assert (facts["moved_by_late_stages"].abs() > 1e-5).all()
    assert (facts["auc_of_the_half_year"] - facts["auc"]).abs().gt(1e-5).all()


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert facts["offer_rate"].between(0.5, 0.65).all()
    assert facts["auc"].between(0.63, 0.83).all()
    assert facts["cac_of_social"].between(180, 380).all()
    assert facts["paid_back"].between(0.9, 3.8).all()
    assert facts["paid_back_low"].between(0.6, 2.6).all()
