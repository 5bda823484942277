"""Chapter 5b: the seed makes a participant's numbers; it does not make the exercise harder."""

import pandas as pd
import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch05b


@pytest.fixture(scope="module")
def facts():
    """One row per seed. A case is let go when its row is made: 200 of them fill the memory."""
    with quiet():
        return pd.DataFrame([_facts(ch05b.Case(seed)) for seed in SEEDS], index=SEEDS)


def _facts(case):
    parts = _list(case), _answers(case)
    return {name: value for part in parts for name, value in part.items()}


def _list(case):
    table = case.scored
    stake = (table["churn_probability"] * table["margin"]).sort_values(ascending=False)
    largest = table["margin"].sort_values(ascending=False)
    on_both = len(set(stake.index[: ch05b.PLACES]) & set(largest.index[: ch05b.PLACES]))
    return {
        "closest_place": stake.iloc[ch05b.PLACES - 1] - stake.iloc[ch05b.PLACES],
        "tie_matters": _tie_matters(table),
        "on_both": on_both,
        "scored": len(table),
    }


def _tie_matters(table):
    """Whether customers with the same margin, on both sides of the cut, differ in what was lost.

    The task says who of two equal ones is on the list of the largest; it must not hang on it.
    """
    cut = table["margin"].sort_values(ascending=False).iloc[ch05b.PLACES - 1 : ch05b.PLACES + 1]
    equal = table.loc[table["margin"] == cut.iloc[0], "churned"]
    return cut.iloc[0] == cut.iloc[1] and equal.nunique() > 1


def _answers(case):
    rates = case.cohort / case.cohort.shift()
    numbers = {task.name: task.right(case) for task in ch05b.TASKS}
    labels = numbers["churned"]
    return numbers | {
        "churned": labels.mean(),
        "same_customers": labels.index.equals(case.scored.index.sort_values()),
        "asked": len(labels),
        "warned": len(numbers["warned"]),
        "rise_of_retention": rates.iloc[-3:].mean() - rates.iloc[1:4].mean(),
    }


def test_customers_who_go_silent_and_who_come_back_are_both_many(facts):
    assert facts["asked"].between(900, 1300).all()
    assert facts["churned"].between(0.35, 0.65).all()


def test_the_retention_rate_of_the_cohort_rises_for_every_seed(facts):
    assert (facts["rise_of_retention"] > 0.02).all()


def test_no_close_call_decides_who_is_on_a_list(facts):
    assert (facts["closest_place"] > 1e-6).all()
    assert not facts["tie_matters"].any()
    assert facts["on_both"].between(10, 90).all()


def test_the_table_holds_those_whom_the_first_task_asks_about(facts):
    assert (facts["scored"] == facts["asked"]).all()
    assert facts["same_customers"].all()


def test_the_list_leads_for_most_and_the_interval_decides_for_some(facts):
    assert (facts["lead"] > 0).mean() > 0.8
    assert (facts["lead_low"] > 0).mean() > 0.1


def test_the_answers_stay_in_a_range_that_makes_sense(facts):
    assert (facts["warned"] == ch05b.PLACES).all()
    assert facts["lead"].between(-40_000, 120_000).all()
    assert facts["after_two_years"].between(0.08, 0.35).all()
