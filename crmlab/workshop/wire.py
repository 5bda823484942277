"""Answers as plain data: how they leave the process of a submission.

A submission's process is not to be trusted, so what comes out of it is JSON, which cannot
run anything, and only a few kinds of value: numbers, texts, lists, arrays, Series and frames
of them. `encode` looks at the exact type of everything, so no method of a learner's own
class is called; `decode` builds new pandas objects, and refuses what `encode` never writes.
A value of any other kind arrives as an empty object of that name, so that the check says
the same about it as it does in the notebook.
"""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from crmlab.workshop.plain import text_of

MOST_VALUES = 500_000  # in one answer; the largest right one has a few thousand
_MOST_TEXT = 1_000  # characters of one text
_PLAIN = (bool, int, float, str, type(None))
_OF_NUMPY = {np.bool_: bool, np.integer: int, np.floating: float, np.str_: str}
_DTYPES = {"b": "bool", "i": "int64", "u": "uint64", "f": "float64"}
_TIMES = {"M": "datetime64[ns]", "m": "timedelta64[ns]"}
_LISTS = {list: "list", tuple: "tuple", set: "set", frozenset: "set"}


class DamagedAnswer(Exception):
    """The data are not those of an answer."""


# --- from a value to data ---------------------------------------------------------------


def encode(value):
    """Return `value` as data that ``json.dumps`` takes.

    Parameters
    ----------
    value : object
        What a learner hands in.

    Returns
    -------
    dict
        With ``"kind"``.
    """
    kind = type(value)
    if value is ...:
        return {"kind": "stub"}
    if kind is pd.DataFrame:
        size = value.shape[0] * (value.shape[1] + 1)
        return _large(kind, len(value)) if size > MOST_VALUES else _frame(value)
    if kind is pd.Series:
        return _large(kind, len(value)) if 2 * len(value) > MOST_VALUES else _series(value)
    if isinstance(value, pd.Index) and _is_of_pandas(kind):
        return _large(kind, len(value)) if len(value) > MOST_VALUES else _index(value)
    if kind is np.ndarray:
        if value.size > MOST_VALUES:
            return _large(kind, value.size)
        return {"kind": "array", "shape": list(value.shape), **_column(value.ravel())}
    if isinstance(value, pd.api.extensions.ExtensionArray) and _is_of_pandas(kind):
        if len(value) > MOST_VALUES:
            return _large(kind, len(value))
        return {"kind": "array", "shape": [len(value)], **_column(value)}
    if kind in _LISTS or kind is dict:
        if len(value) > MOST_VALUES:
            return _large(kind, len(value))
        if kind is dict:
            return {
                "kind": "dict",
                "keys": [_item(one) for one in value],
                "values": [_item(one) for one in value.values()],
            }
        return {"kind": _LISTS[kind], "values": [_item(one) for one in value]}
    return {"kind": "one", "value": _item(value)}


def _is_of_pandas(kind):
    return kind.__module__.split(".")[0] == "pandas"


def _large(kind, size):
    return {"kind": "large", "type": kind.__name__, "size": size}


def _frame(frame):
    return {
        "kind": "frame",
        "names": [_item(name) for name in frame.columns],
        "columns": [_column(frame.iloc[:, place]) for place in range(frame.shape[1])],
        "index": _index(frame.index),
    }


def _series(series):
    return {
        "kind": "series",
        "name": _item(series.name),
        "column": _column(series),
        "index": _index(series.index),
    }


def _index(index):
    return {"kind": "index", "name": _item(index.name), "column": _column(index)}


def _column(values):
    """Return a column as its kind and its values: numbers stay numbers, the rest are items."""
    dtype = values.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _DTYPES:
        return {"dtype": dtype.kind, "values": np.asarray(values).tolist()}
    if isinstance(dtype, np.dtype) and dtype.kind in _TIMES:
        in_nanoseconds = np.asarray(values).astype(_TIMES[dtype.kind])
        return {"dtype": dtype.kind, "values": in_nanoseconds.view("int64").tolist()}
    numeric = getattr(dtype, "kind", "O") if pd.api.types.is_numeric_dtype(dtype) else "O"
    items = [_item(one) for one in values]
    if numeric in _DTYPES and None not in items:
        return {"dtype": numeric, "values": items}
    return {"dtype": "O", "values": items}


def _item(value, deep=False):
    """Return one value: a number, a text or nothing as it is, the rest in a small dict."""
    kind = type(value)
    if kind in _PLAIN:
        if kind is str:
            return value[:_MOST_TEXT]
        # A number of more digits than a float can hold could not be read back.
        return float(value) if kind is int and abs(value) >= 1 << 63 else value
    if kind.__module__ == "numpy":
        for family, as_python in _OF_NUMPY.items():
            if isinstance(value, family):
                return _item(as_python(value))
    if kind in (Decimal, Fraction):
        try:
            return float(value)
        except (OverflowError, ValueError):  # no float is so large, or it signals
            return {"other": kind.__name__}
    if value is pd.NaT or value is pd.NA:
        return None
    if kind in (pd.Timestamp, pd.Timedelta):
        return {"time": str(value)}
    if kind in _LISTS and not deep and len(value) <= 10:
        return {_LISTS[kind]: [_item(one, deep=True) for one in value]}
    return {"other": kind.__name__[:_MOST_TEXT]}


# --- from data to a value ---------------------------------------------------------------


def decode(data):
    """Return the value that `encode` was given, or as much of it as data can hold.

    Parameters
    ----------
    data : object
        What ``json.loads`` gave; it may have been tampered with.

    Raises
    ------
    DamagedAnswer
        If `encode` does not write such data.
    """
    try:
        return _DECODE[data["kind"]](data)
    # Whatever is wrong with the data shows while they are put together.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise DamagedAnswer(str(error)[:_MOST_TEXT]) from None


def _to_frame(data):
    columns = [_to_column(one) for one in data["columns"]]
    frame = pd.DataFrame(dict(enumerate(columns)), index=_to_index(data["index"]))
    return frame.set_axis([_to_item(name) for name in data["names"]], axis=1)


def _to_series(data):
    column, index = _to_column(data["column"]), _to_index(data["index"])
    return pd.Series(column, index=index, name=_to_item(data["name"]))


def _to_index(data):
    return pd.Index(_to_column(data["column"]), name=_to_item(data["name"]))


def _to_column(data):
    dtype, values = data["dtype"], data["values"]
    if dtype in _DTYPES:
        return np.array(values, dtype=_DTYPES[dtype]).reshape(len(values))
    if dtype in _TIMES:
        return np.array(values, dtype="int64").view(_TIMES[dtype])
    if dtype != "O":
        raise DamagedAnswer(f"dtype {dtype!r}")
    column = np.empty(len(values), dtype="object")
    column[:] = [_to_item(one) for one in values]
    return column


def _to_item(data):
    if type(data) in _PLAIN:
        return text_of(data) if type(data) is str else data
    ((kind, content),) = data.items()
    if kind == "time":
        return pd.Timedelta(content) if "days" in content else pd.Timestamp(content)
    if kind == "other":
        return _stranger(content)
    return _FROM_LIST[kind](_to_item(one) for one in content)


def _stranger(name):
    """Return an object that is nothing but the name of its type."""
    return type(text_of(str(name)) or "object", (), {})()


def _to_large(data):
    return Large(str(data["type"]), int(data["size"]))


class Large:
    """An answer that was too large to be handed over.

    Attributes
    ----------
    type : str
    size : int
        Rows or elements.
    """

    def __init__(self, type, size):
        self.type, self.size = type, size


def _to_one(data):
    return _to_item(data["value"])


def _to_dict(data):
    keys, values = ([_to_item(one) for one in data[part]] for part in ("keys", "values"))
    return dict(zip(keys, values, strict=True))


def _to_list(data):
    return _FROM_LIST[data["kind"]](_to_item(one) for one in data["values"])


def _to_array(data):
    shape = [int(length) for length in data["shape"]]
    if len(shape) > 4 or math.prod(shape) > MOST_VALUES:
        raise DamagedAnswer("shape")
    return _to_column(data).reshape(shape)


_FROM_LIST = {"list": list, "tuple": tuple, "set": set}
_DECODE = {
    "stub": lambda data: ...,
    "frame": _to_frame,
    "series": _to_series,
    "index": _to_index,
    "array": _to_array,
    "dict": _to_dict,
    "list": _to_list,
    "tuple": _to_list,
    "set": _to_list,
    "one": _to_one,
    "large": _to_large,
}
