"""What comes next after what: counts, the exact luck of shuffled order, and p-values."""

from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm

DAY = pd.Timestamp("2025-01-01")


def events(histories):
    """Return a table of events; a history is a text such as "ABBA", a letter a day."""
    rows = [
        (f"C{place}", DAY + pd.Timedelta(days=day), what)
        for place, history in enumerate(histories)
        for day, what in enumerate(history)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "date", "service"])


@given(st.lists(st.text("ABC", min_size=1, max_size=5), min_size=1, max_size=4))
def test_counts_and_luck_are_those_of_all_orders(histories):
    if len(set("".join(histories))) < 2:
        return
    found = crm.next_pairs(events(histories), "service", draws=0)
    for first, then in found.index:
        seen = sum(pair == (first, then) for history in histories for pair in pairwise(history))
        orders = [list(permutations(history)) for history in histories]
        by_luck = sum(
            np.mean([sum(pair == (first, then) for pair in pairwise(one)) for one in all_orders])
            for all_orders in orders
        )
        assert found.loc[(first, then), "count"] == seen
        assert found.loc[(first, then), "by_luck"] == pytest.approx(by_luck)


def test_the_order_of_the_rows_does_not_matter():
    table = events(["ABCA", "BCA", "CCAB", "A"])
    shuffled = table.sample(frac=1, random_state=3)
    one, other = (crm.next_pairs(rows, "service", draws=99) for rows in (table, shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_p_values_are_small_where_order_is_planted_and_even_elsewhere():
    rng = np.random.default_rng(1)
    histories = ["".join(rng.permutation(list("ABCD"))) for _customer in range(300)]
    histories = [one if place % 3 else "ABCD" for place, one in enumerate(histories)]
    found = crm.next_pairs(events(histories), "service", draws=199)["p_value"]
    assert found["A", "B"] == found["B", "C"] == 1 / 200
    assert found["B", "A"] > 0.9
    none = events("".join(rng.permutation(list("ABCDE"))) for _customer in range(400))
    p_values = crm.next_pairs(none, "service", draws=199)["p_value"]
    assert (p_values < 0.05).mean() < 0.3
    assert p_values.between(1 / 200, 1).all()


def test_a_table_without_what_is_needed_is_refused():
    with pytest.raises(crm.CRMError, match="'service'"):
        crm.next_pairs(events(["AB"])[["customer_id", "date"]], "service")
    with pytest.raises(crm.CRMError, match="draws"):
        crm.next_pairs(events(["AB"]), "service", draws=-1)
    with pytest.raises(crm.CRMError, match="two"):
        crm.next_pairs(events(["AA"]), "service")
