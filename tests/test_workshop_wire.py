"""Answers as data: the check says the same about them as in the notebook, and nothing runs."""

import io
import json
import time
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_workbook import EXERCISES, equivalents, perturbed, same

from crmlab.notices import quiet
from crmlab.workbook.answers import Unreadable
from crmlab.workbook.checks import checks_of
from crmlab.workshop import plain
from crmlab.workshop.wire import MOST_VALUES, DamagedAnswer, Large, decode, encode


def sent(value):
    """Return a value as it arrives."""
    return decode(json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_what_arrives_is_read_as_in_the_notebook(exercise):
    """So the verdict is the same, which is made from nothing else."""
    with quiet():
        checks = checks_of(exercise)
        case, rng = checks.Case(2), np.random.default_rng(0)
        for task in checks.TASKS:
            right = task.right(case)
            values = [*equivalents(task, case), *perturbed(task, right, rng)]
            for name, slip in task.slips.items():
                if slip.switches:
                    with suppress(LookupError):  # no room for this slip in this case
                        values.append(task.wrong(case, name))
            if isinstance(right, list):  # as `unique` and its like leave them
                values += [pd.array(right), pd.Series(right).unique(), pd.Categorical(right)]
            values += [None, "yes", object(), {}, [], [np.nan], np.inf, pd.DataFrame()]
            for value in values:
                here, there = read(task, case, value), read(task, case, sent(value))
                assert isinstance(here, str) == isinstance(there, str), value
                assert here == there if isinstance(here, str) else same(task, here, there), value
            assert sent(...) is ...


def read(task, case, value):
    """Return what a task reads in an answer, or why it cannot."""
    try:
        return task.read(case, value)
    except Unreadable as error:
        return str(error)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ODD = st.recursive(
    SCALARS | st.binary(max_size=3) | st.complex_numbers() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(ODD)
def test_anything_can_be_sent(value):
    sent(value)


FIELDS = ["kind", "values", "value", "keys", "dtype", "column", "columns", "index", "names", "set"]
KINDS = ["frame", "series", "index", "array", "dict", "list", "set", "one", "large", "x", []]
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=12,
)
FORGED = st.dictionaries(st.sampled_from([*FIELDS, "shape", "type", "size", "name"]), JSON)


@given(FORGED, st.sampled_from(KINDS))
def test_forged_data_are_read_or_refused_and_nothing_else(data, kind):
    with suppress(DamagedAnswer):
        decode(data | {"kind": kind})


class Hostile:
    """Each of these would be called by a careless copy or comparison."""

    def _attack(self, *_given):
        raise AssertionError("a method of the answer was called")

    __eq__ = __reduce__ = __reduce_ex__ = __len__ = __iter__ = __str__ = __repr__ = _attack
    __array__ = __float__ = __hash__ = __getitem__ = __class_getitem__ = _attack


class HostileNumber(float):
    """A number that is equal to everything."""

    def __eq__(self, other):
        raise AssertionError("a method of the answer was called")

    __hash__ = float.__hash__


@pytest.mark.parametrize(
    "value",
    [
        Hostile(),
        [Hostile(), 1],
        {"a": Hostile()},
        pd.Series([Hostile(), Hostile()]),
        pd.DataFrame({"R": [Hostile()]}),
        HostileNumber(3),
        [HostileNumber(3)],
    ],
)
def test_no_method_of_an_answer_is_called(value):
    arrived = sent(value)
    assert "Hostile" in repr(json.dumps(encode(value)))
    assert not isinstance(arrived, (Hostile, HostileNumber))


def test_a_subclass_of_a_frame_is_not_taken_for_a_frame():
    class Frame(pd.DataFrame):
        pass

    assert type(sent(Frame({"R": [1]}))).__name__ == "Frame"
    assert not isinstance(sent(Frame({"R": [1]})), pd.DataFrame)


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": np.zeros(MOST_VALUES)}),
        pd.Series(np.zeros(MOST_VALUES)),
        np.zeros((1000, 1000)),
        [0] * (MOST_VALUES + 1),
    ],
)
def test_a_very_large_answer_arrives_as_its_size(value):
    arrived = sent(value)
    assert isinstance(arrived, Large)
    assert arrived.type == type(value).__name__
    assert arrived.size == (value.size if isinstance(value, np.ndarray) else len(value))


# --- the reader -------------------------------------------------------------------------


@given(JSON)
def test_plain_data_are_read_as_json_reads_them(data):
    text = json.dumps(data)
    # As a text: NaN is not equal to itself.
    assert json.dumps(plain.loads(text.encode())) == text


@given(st.lists(st.text('\\"[]{},a', max_size=9), max_size=4), st.integers(0, 6))
def test_what_stands_in_texts_is_not_counted(texts, depth):
    data = texts
    for _level in range(depth):
        data = [data]
    raw = json.dumps(data).encode()
    assert plain.loads(raw, most=20, deepest=depth + 1) == data
    with pytest.raises(plain.TooLarge):
        plain.loads(raw, deepest=depth)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10**6,
        b"[" * 10**6 + b"]" * 10**6,
        b'{"a":' * 10**6,
        b"[" + b"{}," * 3 * 10**6 + b"{}]",
        b"[" + b"0," * 5 * 10**6 + b"0]",
        b"9" * 10**6,
        b'"' + b'\\"' * 10**6,
        b'"' + b'\\"' * 10**6 + b"\\",
        b'"a' * 10**6,
        b"]" * 10**6,
        b"\xff\xfe" * 10**5,
        b"",
        # U+2200 holds the byte of a quotation mark: to the eye of bytes, a text without an end.
        ('["\u2200",' + "{}," * 3 * 10**6 + "{}]").encode("utf-16"),
        ('["\u2200",' + "[" * 10**6).encode("utf-16-le"),
        ('["\u2200",' + "[" * 10**6).encode("utf-32"),
    ],
    ids=lambda data: f"{data[:5]} x {len(data)}",
)
def test_data_built_to_make_the_reader_compute_are_refused_at_once(data):
    begun = time.process_time()
    with pytest.raises((plain.TooLarge, json.JSONDecodeError, UnicodeDecodeError, ValueError)):
        plain.loads(data)
    assert time.process_time() - begun < 2
    assert plain.events(data) == []


def test_events_end_at_the_first_line_that_is_none():
    assert plain.events(b'{"cell": 0}\n{"cell": 1}\n[]\n{"cell": 2}\n') == [
        {"cell": 0},
        {"cell": 1},
    ]


@given(JSON, st.binary(max_size=50))
def test_a_message_arrives_whole_or_not_at_all(head, body):
    stream = io.BytesIO()
    plain.send(stream, head, body)
    sent = stream.getvalue()
    arrived, rest = plain.receive(io.BytesIO(sent), 50)
    assert (json.dumps(arrived), rest) == (json.dumps(head), body)
    with pytest.raises((EOFError, ValueError)):
        plain.receive(io.BytesIO(sent[:-1]), 50)
    if body:
        with pytest.raises(ValueError, match="not a message"):
            plain.receive(io.BytesIO(sent), len(body) - 1)


@pytest.mark.parametrize("sent", [b"x y\n", b"9999999999 0\n", b"1\n", b"-1 2\n", b"1" * 99])
def test_what_is_no_message_is_refused(sent):
    with pytest.raises((EOFError, ValueError)):
        plain.receive(io.BytesIO(sent), 10)


@given(st.text())
def test_a_text_that_was_received_can_be_written(text):
    assert plain.text_of(text + "\udc80").encode()
    assert plain.text_of(text) == text
    arrived = decode({"kind": "list", "values": ["a\ud800", {"other": "\udfff"}]})
    assert arrived[0] == "a?"
    assert type(arrived[1]).__name__.encode()
