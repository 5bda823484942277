"""Edits made without a network: an event log loses none, whatever the order; the others do."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

START = pd.Timestamp("2025-10-01")
FIELDS = {"phone": "set", "samples": "add", "note": "append"}
VALUES = {"phone": ["1", "2", "3"], "samples": ["+3", "-1"], "note": ["a", "b"]}


def table(rows):
    """Return edits; a row is device, account, field, value, minutes of making, of the connection
    before and of that after, and by how many minutes the clock is ahead."""
    edits = []
    for number, (device, account, field, value, made, seen, uploaded, ahead) in enumerate(rows):
        moments = [START + pd.Timedelta(minutes=one) for one in (made + ahead, uploaded + ahead)]
        moments += [START + pd.Timedelta(minutes=one) for one in (uploaded, seen, made)]
        name = f"{device}-{number:04d}"
        edits.append((name, device, account, field, FIELDS[field], value, *moments))
    columns = ["edit_id", "device", "customer_id", "field", "action", "value"]
    times = ["device_time", "sent", "uploaded", "seen", "made"]
    return pd.DataFrame(edits, columns=[*columns, *times])


@st.composite
def trials(draw):
    """Devices with wrong clocks that connect now and then, and edit a few accounts between."""
    devices = draw(st.integers(1, 4))
    rows = []
    for device in range(devices):
        ahead = draw(st.integers(-2000, 2000))
        connected = sorted(draw(st.sets(st.integers(1, 300), min_size=1, max_size=5)))
        stops = [0, *(10 * one + device for one in connected)]
        for seen, uploaded in pairwise(stops):
            for made in sorted(draw(st.lists(st.integers(seen, uploaded), max_size=4))):
                field = draw(st.sampled_from(list(FIELDS)))
                value = draw(st.sampled_from(VALUES[field]))
                account = draw(st.sampled_from(["C1", "C2"]))
                rows.append((f"A{device}", account, field, value, made, seen, uploaded, ahead))
    if not rows:
        rows = [("A0", "C1", "note", "a", 1, 0, 2, 0)]
    return table(rows)


@st.composite
def arrivals(draw):
    """A trial, and what arrives of it: in any order, in parts, some edits more than once."""
    edits = draw(trials())
    order = draw(st.permutations(range(len(edits))))
    again = draw(st.lists(st.sampled_from(range(len(edits))), max_size=6))
    cut = draw(st.integers(0, len(edits)))
    parts = [edits.iloc[list(order[:cut])], edits.iloc[[*order[cut:], *again]]]
    return edits, [part for part in parts if len(part)]


@settings(max_examples=200, deadline=None)
@given(arrivals())
def test_a_log_loses_no_edit_in_whatever_order_and_however_often_they_arrive(arrived):
    edits, parts = arrived
    whole = crm.merge_logs(edits)
    assert set(whole["edit_id"]) == set(edits["edit_id"])
    merged = crm.merge_logs(*parts)
    pd.testing.assert_frame_equal(merged, whole)  # any order, any grouping, repeats
    pd.testing.assert_frame_equal(crm.merge_logs(*reversed(parts)), whole)
    pd.testing.assert_frame_equal(crm.merge_logs(merged, *parts), whole)  # again changes nothing


@settings(max_examples=200, deadline=None)
@given(arrivals())
def test_the_state_of_a_log_holds_every_addition_and_every_note(arrived):
    edits, parts = arrived
    state = crm.current_state(crm.merge_logs(*parts), "made")
    by = edits.groupby("customer_id")
    for field, count in (("samples", "sum"), ("note", "size")):
        if field not in set(edits["field"]):
            continue
        rows = edits[edits["field"] == field]
        value = rows["value"].where(rows["field"] == "samples", "1").astype(float)
        expected = value.groupby(rows["customer_id"]).sum().reindex(state.index, fill_value=0.0)
        assert (state[field] == expected).all(), count
    assert list(state.index) == sorted(by.groups)


@settings(max_examples=200, deadline=None)
@given(arrivals())
def test_with_clocks_corrected_the_last_value_is_the_one_set_last(arrived):
    _edits, parts = arrived
    log = crm.merge_logs(*parts)
    log["corrected"] = log["device_time"] + (log["uploaded"] - log["sent"])
    pd.testing.assert_frame_equal(
        crm.current_state(log, "corrected"), crm.current_state(log, "made")
    )


@settings(max_examples=100, deadline=None)
@given(trials(), st.sampled_from(["record", "field"]), st.sampled_from([None, "device_time"]))
def test_no_other_way_keeps_more_notes_than_were_written(edits, keep, clock):
    held = crm.replay_uploads(edits, keep, clock)
    state = crm.current_state(crm.merge_logs(edits), "made")
    assert list(held.columns) == list(state.columns)
    if "note" in state:
        assert (held["note"] <= state["note"]).all()


@settings(max_examples=100, deadline=None)
@given(trials(), st.sampled_from(["record", "field"]))
def test_one_device_alone_loses_nothing(edits, keep):
    mine = edits[edits["device"] == edits["device"].iloc[0]]
    pd.testing.assert_frame_equal(
        crm.replay_uploads(mine, keep), crm.current_state(crm.merge_logs(mine), "made")
    )


# A1 is connected at 0 and 30, A2 at 0 and 20; both edit in between.
BOTH = [
    ("A1", "C1", "samples", "+3", 5, 0, 30, 0),
    ("A1", "C1", "note", "a", 6, 0, 30, 0),
    ("A2", "C1", "samples", "+2", 10, 0, 20, 0),
    ("A2", "C1", "phone", "7", 11, 0, 20, 0),
]


def test_a_whole_record_takes_back_what_others_did():
    held = crm.replay_uploads(table(BOTH)).loc["C1"]
    assert held["samples"] == 3
    assert held["note"] == 1
    assert pd.isna(held["phone"])


def test_single_fields_lose_what_was_done_to_the_same_field():
    held = crm.replay_uploads(table(BOTH), "field").loc["C1"]
    assert (held["samples"], held["note"], held["phone"]) == (3, 1, "7")


def test_by_the_clock_a_later_arrival_may_be_refused():
    held = crm.replay_uploads(table(BOTH), "field", clock="device_time").loc["C1"]
    assert (held["samples"], held["phone"]) == (2, "7")
    ahead = [(*row[:-1], 60 if row[0] == "A1" else 0) for row in BOTH]
    assert crm.replay_uploads(table(ahead), "field", "device_time").loc["C1", "samples"] == 3


def test_the_log_keeps_all_of_it():
    held = crm.current_state(crm.merge_logs(table(BOTH)), "made").loc["C1"]
    assert (held["samples"], held["note"], held["phone"]) == (5, 1, "7")


def test_who_has_seen_an_edit_does_not_undo_it():
    rows = [
        ("A1", "C1", "samples", "+3", 5, 0, 10, 0),
        ("A2", "C1", "samples", "+2", 25, 20, 30, 0),
    ]
    assert crm.replay_uploads(table(rows)).loc["C1", "samples"] == 5


def test_one_number_for_two_edits_is_refused():
    edits = table(BOTH)
    with pytest.raises(crm.CRMError, match="two different things"):
        crm.merge_logs(edits, edits.assign(value="9"))


def test_a_log_with_repeats_is_refused():
    edits = table(BOTH)
    with pytest.raises(crm.CRMError, match="merge_logs"):
        crm.current_state(pd.concat([edits, edits]), "made")


def test_unknown_actions_and_ways_are_refused():
    edits = table(BOTH)
    with pytest.raises(crm.CRMError, match="no action 'drop'"):
        crm.current_state(edits.assign(action="drop"), "made")
    with pytest.raises(crm.CRMError, match="must do the same"):
        crm.current_state(
            edits.assign(action=np.where(edits.index == 0, "set", edits["action"])), "made"
        )
    with pytest.raises(crm.CRMError, match="keep must be one of"):
        crm.replay_uploads(edits, "row")
    with pytest.raises(crm.CRMError, match="lacks 'seen'"):
        crm.replay_uploads(edits.drop(columns="seen"))
