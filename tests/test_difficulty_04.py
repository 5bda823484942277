"""Chapter 4: the seed makes a participant's numbers; it does not make the exercise harder."""

import numpy as np
import pandas as pd
import pytest

from crmlab.notices import quiet
from crmlab.workbook.checks import ch04

SEEDS = range(1, 200, 9)


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
        "lowered_by_the_young": offer.right(case) - offer.young_counted(case),
        "young_leads": young.sum(),
        "young_won": (young & case.leads["won_on"].notna()).sum(),
        "qualified": case.known["qualified_on"].notna().sum(),
    }


def _calls(case):
    task, quality = ch04.CallList(), ch04.ScoreQuality()
    expected = task.expected(task.waiting(case)).sort_values(ascending=False).to_numpy()
    right, by_chance = set(task.right(case)), set(task.chance_only(case))
    return {
        "auc": quality.right(case),
        "auc_with_offer": quality.offer_known(case),
        "likelier_than_not": (case.chance > 0.5).mean(),
        "waiting": len(expected),
        "gap_at_the_last_call": expected[ch04.CALLS - 1] - expected[ch04.CALLS],
        "also_by_chance": len(right & by_chance),
    }


def _customers(case):
    source = case.by_first_touch.reindex(case.won.index)
    in_time = case.joined <= ch04.WON_UNTIL
    return {
        "fewest_customers_of_a_source": source.value_counts().reindex(case.spend.index).min(),
        "cac_of_social": case.cac[ch04.SOURCE],
        "seen_for_180_days": in_time.sum(),
        "younger": (~in_time).sum(),
        "paid_back": ch04.PaidBack().right(case),
        "paid_back_low": ch04.LowerPaidBack().right(case),
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
        "closers_by_last_touch": {"search ad", "email"} <= set(more.by_last_touch(case)),
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
