"""The seed makes a participant's numbers; it does not make the exercise easier or harder."""

import pytest
from seeds import SEEDS

from crmlab.notices import quiet
from crmlab.workbook.checks import ch00


@pytest.fixture(scope="module")
def cases():
    with quiet():
        return [ch00.Case(seed) for seed in SEEDS]


def test_every_trap_of_the_orders_is_there_for_every_seed(cases):
    """Orders on the border, on the last day, and refunds of customers who also bought."""
    for case in cases:
        orders = case.orders
        november = orders["date"].between("2025-11-01", "2025-12-01")
        assert (november & (orders["amount"] == ch00.BORDER)).sum() >= 10
        assert (orders["date"].dt.normalize() == "2025-11-30").sum() >= 5
        assert (case.rows()["amount"] < 0).sum() >= 10


def test_orders_stay_in_the_order_of_time(cases):
    assert all(case.orders["date"].is_monotonic_increasing for case in cases)


def test_some_customers_have_two_addresses_and_nobody_more(cases):
    for case in cases:
        count = case.addresses["customer_id"].value_counts()
        assert count.max() == 2
        assert 0.2 < (count == 2).mean() < 0.4


def test_no_close_call_decides_about_a_pick_up_point(cases):
    """Margin and rent are more than 4 % apart in every region."""
    for case in cases:
        margin = ch00.MARGIN * case.sales()
        assert ((margin / case.rents["rent"] - 1).abs() > 0.04).all()


def test_the_answers_stay_in_a_range_that_makes_sense(cases):
    for case in cases:
        assert 15 <= ch00.FreeDelivery().right(case) <= 80
        assert 0.005 < ch00.RefundShare().right(case) < 0.1
        assert 0.3 < ch00.Satisfied().right(case) < 0.8
        assert 800 < ch00.SpendPerCustomer().right(case) < 6000
        assert (ch00.PickupRegions().right(case) > 0).sum() == 3
