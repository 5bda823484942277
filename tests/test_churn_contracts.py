"""crm.churn.contract_snapshot: spells, labels at the borders of the window."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

CUTOFF = pd.Timestamp("2025-06-30")


def contracts(*rows):
    """Contracts from (customer, first and last day from the cutoff, None for running)."""
    table = pd.DataFrame(rows, columns=["customer_id", "start", "end"])
    for name in ("start", "end"):
        table[name] = CUTOFF + pd.to_timedelta(table[name].astype("float64"), unit="D")
    return table


def at_cutoff(*rows, gap=5, horizon=20, as_of=60, **options):
    day = None if as_of is None else CUTOFF + pd.Timedelta(days=as_of)
    table = contracts(*rows, ("runs on", -9, None))
    return crm.churn.contract_snapshot(
        table, CUTOFF, gap=gap, horizon=horizon, as_of=day, **options
    )


@pytest.mark.parametrize(
    ("end", "label"), [(6, True), (25, True), (26, False), (300, False), (None, False)]
)
def test_an_end_counts_from_the_first_to_the_last_day_of_the_label_window(end, label):
    assert at_cutoff(("a", -50, end)).loc["a", "churned"] == label


@pytest.mark.parametrize("end", [0, 5])
def test_who_leaves_before_the_label_window_is_left_out_and_counted(end, caplog):
    assert at_cutoff(("a", -50, end)).index.tolist() == ["runs on"]
    said = "1 customer leaves before the label window of 2025-06-30 and is left out."
    assert said in caplog.messages


@pytest.mark.parametrize(("start", "end"), [(-50, -1), (1, 90)])
def test_who_is_not_under_contract_on_the_cutoff_is_not_asked_about(start, end, caplog):
    assert at_cutoff(("a", start, end)).index.tolist() == ["runs on"]
    assert caplog.messages == []


@pytest.mark.parametrize(("start", "renewed"), [(10, True), (11, True), (12, False)])
def test_a_contract_renewed_by_the_day_after_its_end_has_not_ended(start, renewed):
    found = at_cutoff(("a", -50, 10), ("a", start, 90))
    assert found.loc["a", "churned"] != renewed


def test_features_are_those_of_the_spell_so_far():
    rows = [("a", -400, -300), ("a", -90, -31), ("a", -30, 10), ("a", 11, 90), ("b", -20, 90)]
    found = at_cutoff(*rows)
    assert found.loc["a"].drop("churned").to_dict() == {
        "tenure_days": 90,
        "contract_days": 30,
        "contracts": 2,
    }
    assert found.loc["b", "tenure_days"] == 20


def test_a_label_is_missing_where_the_table_ends_before_its_window(caplog):
    assert at_cutoff(("a", -50, 12), as_of=24)["churned"].isna().all()
    assert any("labels are missing" in said for said in caplog.messages)
    assert at_cutoff(("a", -50, 12), as_of=25)["churned"].notna().all()


def test_several_cutoffs_and_events_work_as_for_purchases():
    visits = pd.DataFrame({"customer_id": ["a", "a"], "date": [CUTOFF, CUTOFF]})
    table = contracts(("a", -50, 90), ("b", -50, 90))
    found = crm.churn.contract_snapshot(
        table, [CUTOFF, "2025-06-29"], horizon=9, events={"v": crm.churn.Events(visits)}
    )
    assert found.index.names == ["cutoff", "customer_id"]
    assert found["v_count"].tolist() == [0, 0, 2, 0]
    assert found.attrs["families"]["v_count"] == "behaviour"


begun = st.tuples(st.sampled_from("ab"), st.integers(-60, 0), st.integers(0, 40))
to_come = st.tuples(st.sampled_from("ab"), st.integers(1, 60), st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(begun, max_size=6), st.lists(to_come, max_size=4), st.integers(10, 90))
def test_features_do_not_depend_on_ends_and_contracts_after_the_cutoff(rows, later, end):
    def features(rows, end):
        # Ends after the cutoff are not known on it.
        ends = [(customer, day, day + days) for customer, day, days in rows]
        known = [(c, first, last if last <= 0 else max(end, first)) for c, first, last in ends]
        found = at_cutoff(*known, gap=0)
        return found.drop(columns="churned")

    one_future, another = features(rows, end), features([*rows, *later], 95)
    # A contract of which the cutoff is the last day may be renewed, or its customer leaves.
    both = one_future.index.intersection(another.index)
    pd.testing.assert_frame_equal(one_future.loc[both], another.loc[both])


def test_contracts_that_cannot_be_used_are_refused():
    with pytest.raises(crm.CRMError, match="lacks end"):
        crm.churn.contract_snapshot(contracts(("a", -5, 5)).drop(columns="end"), CUTOFF)
    with pytest.raises(crm.CRMError, match="1 of 2 do not have them"):
        crm.churn.contract_snapshot(contracts(("a", -5, 5), ("b", 5, -5)), CUTOFF)
    with pytest.raises(crm.CRMError, match="end must hold dates"):
        crm.churn.contract_snapshot(contracts(("a", -5, 5)).assign(end="soon"), CUTOFF)
    with pytest.raises(crm.CRMError, match="Nobody is under contract on 2020-01-01"):
        crm.churn.contract_snapshot(contracts(("a", -5, 5)), "2020-01-01")
