"""crm.churn: whom to send what, within a number of contacts or a budget."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

OFFERS = pd.DataFrame(
    {
        "offer": ["none", "voucher", "call"],
        "contact_cost": [0.0, 3.0, 20.0],
        "redemption_cost": [0.0, 25.0, 0.0],
        "save_rate": [0.0, 0.2, 0.4],
        "take_rate": [0.0, 0.6, 0.0],
    }
)


def test_expected_gain_and_cost_computed_by_hand():
    probability = pd.Series([0.5, 0.1], ["ann", "bo"])
    gain = crm.churn.expected_gain(probability, [400.0, 100.0], OFFERS)
    assert gain.index.tolist() == ["ann", "bo"]
    assert gain["voucher"].tolist() == pytest.approx([0.1 * 375 - 7.5 - 3, 0.02 * 75 - 13.5 - 3])
    assert gain["call"].tolist() == pytest.approx([0.2 * 400 - 20, 0.04 * 100 - 20])
    cost = crm.churn.expected_cost(probability, OFFERS)
    assert cost["voucher"].tolist() == pytest.approx([3 + 25 * 0.4, 3 + 25 * 0.56])
    assert cost["call"].tolist() == [20, 20]


def test_without_a_limit_each_customer_gets_the_best_offer_that_pays():
    gain = pd.DataFrame({"a": [5.0, -1.0, 2.0], "b": [4.0, -2.0, 3.0]}, index=["x", "y", "z"])
    chosen = crm.churn.choose_offers(gain)
    assert chosen["offer"].tolist() == ["a", "none", "b"]
    assert chosen["gain"].tolist() == [5, 0, 3]
    assert chosen["cost"].isna().tolist() == [True, False, True]


def test_few_contacts_go_where_they_gain_most():
    gain = pd.DataFrame({"a": [5.0, 9.0, 2.0], "b": [7.0, 1.0, 3.0], "none": 0.0})
    assert crm.churn.choose_offers(gain, contacts=2)["offer"].tolist() == ["b", "a", "none"]
    assert crm.churn.choose_offers(gain, contacts=0)["offer"].tolist() == ["none"] * 3


def test_a_budget_goes_where_it_gains_most_per_yuan():
    gain = pd.DataFrame({"cheap": [6.0, 5.0], "dear": [9.0, 20.0]})
    cost = pd.DataFrame({"cheap": [2.0, 2.0], "dear": [8.0, 10.0]})
    choose = {
        budget: crm.churn.choose_offers(gain, budget=budget, cost=cost)["offer"].tolist()
        for budget in (0, 2, 4, 12, 18)
    }
    # Steps by gain per yuan: 3 (first, cheap), 2.5 (second, cheap), 15/8 (second, to dear),
    # 3/6 (first, to dear).
    assert choose[0] == ["none", "none"]
    assert choose[2] == ["cheap", "none"]
    assert choose[4] == ["cheap", "cheap"]
    assert choose[12] == ["cheap", "dear"]
    assert choose[18] == ["dear", "dear"]


amounts = st.lists(st.integers(-5, 20), min_size=2, max_size=2)
prices = st.lists(st.integers(1, 10), min_size=2, max_size=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(amounts, prices), min_size=1, max_size=5), st.integers(0, 40))
def test_the_choice_is_within_one_step_of_the_best_that_the_budget_allows(rows, budget):
    gain, cost = (
        pd.DataFrame([row[part] for row in rows], columns=["a", "b"]).astype(float)
        for part in (0, 1)
    )
    chosen = crm.churn.choose_offers(gain, budget=budget, cost=cost)
    assert chosen["cost"].sum() <= budget
    options = [[(0.0, 0.0), *zip(*row, strict=True)] for row in rows]
    best = max(
        sum(value for value, _price in choice)
        for choice in itertools.product(*options)
        if sum(price for _value, price in choice) <= budget
    )
    assert best - max(0, gain.to_numpy().max()) <= chosen["gain"].sum() <= best


@settings(max_examples=40, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=6), st.integers(0, 7))
def test_of_all_choices_with_so_many_contacts_none_gains_more(rows, contacts):
    gain = pd.DataFrame(rows, columns=["a", "b"]).astype(float)
    chosen = crm.churn.choose_offers(gain, contacts=contacts)
    best = gain.max(axis=1).clip(lower=0).nlargest(contacts).sum()
    assert chosen["gain"].sum() == best
    assert (chosen["offer"] != "none").sum() <= contacts


def test_customers_who_are_all_alike_use_up_the_budget():
    gain, cost = pd.DataFrame({"a": np.full(10, 4.0)}), pd.DataFrame({"a": np.full(10, 2.0)})
    chosen = crm.churn.choose_offers(gain, budget=7.0, cost=cost)
    assert (chosen["offer"] == "a").sum() == 3


def test_limits_that_are_not_clear_are_refused():
    gain = pd.DataFrame({"a": [1.0]})
    with pytest.raises(crm.CRMError, match="budget together with cost"):
        crm.churn.choose_offers(gain, budget=5)
    with pytest.raises(crm.CRMError, match="budget together with cost"):
        crm.churn.choose_offers(gain, budget=5, contacts=2, cost=gain)
    with pytest.raises(crm.CRMError, match="gain must hold a number for every customer"):
        crm.churn.choose_offers(gain * np.nan)
    with pytest.raises(crm.CRMError, match="cost must hold a number for every customer"):
        crm.churn.choose_offers(gain, budget=5, cost=gain.rename(columns={"a": "b"}))


def test_offers_that_cannot_be_used_are_refused():
    with pytest.raises(crm.CRMError, match="The offers lack save_rate"):
        crm.churn.expected_gain([0.5], 1.0, OFFERS.drop(columns="save_rate"))
    with pytest.raises(crm.CRMError, match="stands twice"):
        crm.churn.expected_gain([0.5], 1.0, pd.concat([OFFERS, OFFERS]))
    with pytest.raises(crm.CRMError, match="take_rate must lie between 0 and 1"):
        crm.churn.expected_gain([0.5], 1.0, OFFERS.assign(take_rate=2.0))
