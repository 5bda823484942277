"""Baskets with one product hidden, and the first products that are not there yet."""

import numpy as np
import pandas as pd
import pytest

import crmlab as crm

LINES = pd.DataFrame(
    {
        "order_id": ["1", "1", "1", "2", "2", "3", "4", "4"],
        "product": pd.Categorical(list("ABBACBCC"), list("ABCD")),
    }
)


def test_each_basket_of_two_products_or_more_loses_just_one():
    rest, hidden = crm.hide_one(LINES)
    assert list(rest.columns) == list("ABCD")
    assert set(hidden.index) == {"1", "2"}  # the third and the fourth hold one product only
    assert rest.index.equals(hidden.index)
    for order, row in rest.iterrows():
        held = set(LINES.loc[LINES["order_id"] == order, "product"])
        assert set(rest.columns[row > 0]) | {hidden.loc[order, "product"]} == held
        assert row[hidden.loc[order, "product"]] == 0


def test_the_lot_depends_on_the_seed_only():
    lots = {tuple(crm.hide_one(LINES, seed=seed)[1]["product"]) for seed in range(20)}
    assert len(lots) > 1
    assert crm.hide_one(LINES, seed=3)[0].equals(crm.hide_one(LINES, seed=3)[0])


def test_the_product_must_be_categorical():
    with pytest.raises(crm.CRMError, match="categorical"):
        crm.hide_one(LINES.astype({"product": "str"}))


def test_the_best_that_is_not_there_comes_first_and_equals_keep_their_order():
    scores, has = [[1, 5, 5, 2], [3, 3, 3, 3]], [[0, 1, 0, 0], [0, 0, 0, 0]]
    assert crm.recommend(scores, has, 2).tolist() == [[2, 3], [0, 1]]
    noise = np.array(scores) * (1 + 1e-13 * np.arange(4))
    assert crm.recommend(noise, has, 2).tolist() == [[2, 3], [0, 1]]
