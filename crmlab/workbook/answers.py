"""Kinds of answers: how to read what a learner hands in, and how close two of them are.

A right answer can be written in many ways: rows in another order, the customer as index or
column, whole numbers as floats, a list, an array or a Series, a number rounded for reading.
Each kind brings what it is given to one form, or says what it expected and what it got.

Two read answers are compared part by part: a table has a part per column, everything else
has one. How close a part is has five steps, `EXACT` to `FAR`: an answer that *is* what a
mistake leads to is that mistake, even where the right answer lies within the tolerance.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from crmlab.language import gettext as _
from crmlab.language import ngettext

# The same but for the last bits; the same once rounded, to four digits or so, or to three; within
# the tolerance of the task, which allows for another way to compute; none of these.
EXACT, FINE, ROUNDED, NEAR, FAR = 4, 3, 2, 1, 0
_LAST_BITS = 1e-9
_SAME_WAY = 1e-5  # what is so near, within the tolerance, was computed in another way
_READABLE = {FINE: 0.0005, ROUNDED: 0.005}  # the largest share by which rounding moves a number
_MOST_DECIMALS = 9


class Unreadable(Exception):
    """The answer has another form than the task asks for; the text says which."""


@dataclass(frozen=True)
class Number:
    """One number.

    Attributes
    ----------
    tolerance : float
        How far off another way to compute it may lead, in the unit of the answer.
    relative : float
        The same as a share of the right answer.
    readable : bool
        Whether a number rounded for reading is right; not where money has to agree to the cent.
    """

    tolerance: float = 1e-9
    relative: float = 0.0
    readable: bool = True

    def read(self, value, _names=None):
        """Return the number in `value`, as an array of one."""
        if isinstance(value, (Decimal, Fraction)):
            value = float(value)
        if isinstance(value, (timedelta, np.timedelta64)):
            raise Unreadable(
                _(
                    "a number is expected, not a length of time; .days has whole days, "
                    ".total_seconds() / 3600 hours"
                )
            )
        array = np.asarray(value)
        if array.size != 1 or array.dtype.kind not in "iuf":
            raise Unreadable(_("one number is expected, not {got}").format(got=_described(value)))
        number = array.reshape(1).astype("float64")
        if not np.isfinite(number[0]):
            raise Unreadable(_("the number is missing or infinite"))
        return number

    def parts(self, _right):
        """Return the names of the parts that are compared each for itself."""
        return (None,)

    def part(self, number, _name):
        """Return a part as something that `closeness` takes."""
        return number

    def closeness(self, number, other):
        """Return how close an answer is to another one."""
        tolerance = max(self.tolerance, self.relative * abs(other[0]))
        if not self.readable and abs(number[0] - other[0]) > tolerance:
            return FAR
        return closeness(number, other, tolerance)

    def apart(self, _number, _other):
        """Return how many rows of an answer differ from another one: a number has none."""
        return None

    def names(self, _number):
        """Return whose rows an answer holds: a number is nobody's."""
        return []

    def differing(self, _answer, _right):
        """Return the rows that differ: a number has none."""
        return {}

    def difference(self, number, right):
        """Say how an answer differs, without giving the right one away."""
        return _("{number:,.4g} is too {way}").format(
            number=number[0], way=_("high") if number[0] > right[0] else _("low")
        )


@dataclass(frozen=True)
class Chosen:
    """A set of names: customers, segments or tiers, in any order, repeats ignored.

    Attributes
    ----------
    key : str
        The column of a table that holds the names; without it, the index does.
    """

    key: str = "customer_id"

    def read(self, value, names=None):
        """Return the names in `value` as a set of texts; `names` says whose a bare mask is."""
        if isinstance(value, pd.DataFrame):
            value = value.get(self.key, value.index)
        elif isinstance(value, pd.Series) and not pd.api.types.is_numeric_dtype(value.index.dtype):
            # Numbers by name, as gain[gain > 0] gives, or yes and no by name.
            if pd.api.types.is_bool_dtype(value.dtype):
                value = value.index[value]
            elif pd.api.types.is_numeric_dtype(value.dtype):
                value = value.index
        if isinstance(value, str) or not np.iterable(value):
            raise Unreadable(
                _("a list of names is expected, not {got}").format(got=_described(value))
            )
        value = list(value)
        if value and all(isinstance(one, (bool, np.bool_)) for one in value):
            if names is None or len(names) != len(value):
                raise Unreadable(
                    _("a list of names is expected; table.index[mask] gives the names of a mask")
                )
            value = [name for name, chosen in zip(names, value, strict=True) if chosen]
        # Tables show names in the language in use; an answer may have either form.
        return frozenset(map(_label, value))

    def parts(self, _right):
        """Return the names of the parts that are compared each for itself."""
        return (None,)

    def part(self, names, _name):
        """Return a part as something that `closeness` takes."""
        return names

    def closeness(self, names, other):
        """Return how close an answer is to another one."""
        return EXACT if names == other else FAR

    def apart(self, names, other):
        """Return how many names stand in one answer only."""
        return len(names ^ other)

    def names(self, names):
        """Return whose rows an answer holds."""
        return list(names)

    def differing(self, names, right):
        """Return what differs to the names concerned."""
        return {"missing": sorted(right - names), "extra": sorted(names - right)}

    def difference(self, names, right):
        """Say how an answer differs, without giving the right one away."""
        if not names:
            return _("the list is empty, and {missing} belong on it").format(missing=len(right))
        return _("{extra} of your {count} should not be there, and {missing} are missing").format(
            extra=len(names - right), count=len(names), missing=len(right - names)
        )


@dataclass(frozen=True)
class PerCustomer:
    """One row per customer, or channel, with a number or a label in each column.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns; a single one may come without its name.
    tolerance : float
        How far off another way to compute a number may lead.
    key : str
        The name of the column, or of the index, that says whose row it is.
    """

    columns: tuple
    tolerance: float = 1e-6
    key: str = "customer_id"

    def read(self, value, names=None):
        """Return a frame with `columns`, indexed by customer id as text, sorted.

        `names` says whose the values of a bare list are.
        """
        frame = self._frame(value, names)
        frame.index = _texts(frame.index)
        if frame.index.has_duplicates:
            again = frame.index[frame.index.duplicated()][0]
            raise Unreadable(
                _("each should have one row, but {name} stands there twice").format(name=again)
            )
        return frame.sort_index().apply(_normal)

    def _frame(self, value, names):
        if isinstance(value, dict):
            value = pd.Series(value)
        if isinstance(value, pd.Series):
            value = value.to_frame(self.columns[0]) if len(self.columns) == 1 else value
        if isinstance(value, (list, tuple, np.ndarray)) and len(self.columns) == 1:
            return self._in_order(value, names)
        if not isinstance(value, pd.DataFrame):
            raise Unreadable(
                _("a Series or DataFrame with an index of {key} is expected, not {got}").format(
                    key=self.key, got=_described(value)
                )
            )
        if self.key in value:
            value = value.set_index(self.key)
        if len(self.columns) == 1 and value.shape[1] == 1:
            value = value.set_axis(list(self.columns), axis=1)
        missing = [name for name in self.columns if name not in value]
        if missing:
            raise Unreadable(
                _("the columns {missing} are missing; there are {columns}").format(
                    missing=", ".join(missing), columns=", ".join(map(str, value.columns))
                )
            )
        for name in self.columns:
            if pd.api.types.is_timedelta64_dtype(value[name]):
                raise Unreadable(
                    _(
                        "numbers are expected, not lengths of time; .dt.days has whole days, and "
                        "dividing by pd.Timedelta(hours=1) gives hours"
                    )
                )
        return value[list(self.columns)].copy()

    def _in_order(self, value, names):
        """Take a bare list as values in the order of the learner's table."""
        if names is None or len(value) != len(names):
            raise Unreadable(
                _("{count} values for {expected} rows; a Series would say which is whose").format(
                    count=len(value), expected=0 if names is None else len(names)
                )
            )
        return pd.DataFrame({self.columns[0]: list(value)}, index=list(map(str, names)))

    def parts(self, _right):
        """Return the names of the parts that are compared each for itself."""
        return self.columns

    def part(self, frame, name):
        """Return a column."""
        return frame[name]

    def closeness(self, column, other):
        """Return how close a column is to another one; of other customers, it is far."""
        if not column.index.equals(other.index):
            return FAR
        if column.dtype.kind == "f" and other.dtype.kind == "f":
            return closeness(column.to_numpy(), other.to_numpy(), self.tolerance)
        if column.dtype.kind == "f" or other.dtype.kind == "f":
            return FAR
        return EXACT if (column == other).all() else FAR

    def apart(self, column, other):
        """Return how many rows of a column differ from another one, or stand in one only."""
        if column.index.equals(other.index):
            return int(self._differs(column, other).sum())
        common = column.index.intersection(other.index)
        differing = self._differs(column.loc[common], other.loc[common]).sum()
        return int(differing) + len(column) + len(other) - 2 * len(common)

    def _differs(self, column, other):
        if column.dtype.kind == other.dtype.kind == "f":
            return ~np.isclose(column, other, rtol=_LAST_BITS, atol=self.tolerance, equal_nan=True)
        return (column.astype("object") != other.astype("object")).to_numpy()

    def names(self, frame):
        """Return whose rows an answer holds."""
        return list(frame.index)

    def differing(self, frame, right):
        """Return what differs to the names concerned: rows missing, too many, or another value."""
        common = frame.index.intersection(right.index)
        differs = np.zeros(len(common), dtype=bool)
        for name in self.columns:
            differs |= self._differs(*(self.part(one, name).loc[common] for one in (frame, right)))
        return {
            "missing": list(right.index.difference(frame.index)),
            "extra": list(frame.index.difference(right.index)),
            "other": list(common[differs]),
        }

    def difference(self, frame, right):
        """Say how an answer differs, without giving the right one away."""
        found = self.differing(frame, right)
        if found["missing"] or found["extra"]:
            return "; ".join(_missing_and_extra(found["missing"], found["extra"]))
        return _("{count} of {all} rows differ").format(count=len(found["other"]), all=len(frame))

    def shown(self, frame, name):
        """Say what an answer holds for one customer."""
        return ", ".join(f"{column} = {_shown(frame.loc[name, column])}" for column in self.columns)


def closeness(numbers, others, tolerance):
    """Return how close numbers are to others: `EXACT`, `FINE`, `ROUNDED`, `NEAR` or `FAR`.

    Parameters
    ----------
    numbers, others : numpy.ndarray
        Of one shape; missing values must stand in the same places.
    tolerance : float
        For `NEAR`, in the unit of the numbers.
    """
    missing = np.isnan(numbers)
    if (missing != np.isnan(others)).any():
        return FAR
    numbers, others = numbers[~missing], others[~missing]
    gap = np.abs(numbers - others)
    if (gap <= _LAST_BITS * np.maximum(1, np.abs(others))).all():
        return EXACT
    # Numbers that are whole by nature are not rounded, they are miscounted.
    if _may_be_rounded(gap, np.abs(others)) and not (others == np.round(others)).all():
        half = 0.5 * 10.0 ** -_decimals(numbers)
        if (gap <= half * (1 + 1e-6)).all():
            for close, share in _READABLE.items():
                if half <= share * np.median(np.abs(others)):
                    return close
            # 29.998 is written 30.00, and read as 30.
            if (gap <= _READABLE[FINE] * np.abs(others)).all():
                return ROUNDED
    if (gap > tolerance).any():
        return FAR
    return FINE if (gap <= _SAME_WAY * np.abs(others)).all() else NEAR


def _may_be_rounded(gap, sizes):
    """Return whether no gap is larger than reading allows; most candidates end here."""
    largest = max(_READABLE[ROUNDED] * np.median(sizes), _READABLE[FINE] * sizes.max())
    return gap.max() <= min(0.5, largest) * (1 + 1e-6)


def rounded_too_far(numbers, others):
    """Return whether numbers are others rounded, by more than reading asks for."""
    if numbers.shape != others.shape or (others == np.round(others)).all():
        return False
    half = 0.5 * 10.0 ** -_decimals(numbers)
    # Where most would be rounded to 0, flags of 0 and 1 look like rounded shares.
    return bool((np.abs(numbers - others) <= half).all() and half <= np.median(np.abs(others)))


def _decimals(numbers):
    """Return how many decimals numbers are written with."""
    for decimals in range(_MOST_DECIMALS):
        if (np.abs(np.round(numbers, decimals) - numbers) <= _LAST_BITS).all():
            return decimals
    return _MOST_DECIMALS


def _normal(column):
    """Return a column of numbers as floats, and one of labels as texts of the language in use."""
    if column.dtype.kind in "iuf":
        return column.astype("float64")
    numbers = pd.to_numeric(column.astype("object"), errors="coerce").astype("float64")
    if numbers.notna().sum() == column.notna().sum():
        return numbers
    labels = column.astype("object")
    return labels.where(column.notna(), "missing").map(_label)


def _texts(index):
    """Return an index as plain texts: one of categories would sort by its categories."""
    if isinstance(index.dtype, pd.StringDtype) and not index.hasnans:
        return pd.Index(index.to_numpy(dtype="object"), dtype="object")
    return pd.Index([str(name) for name in index], dtype="object")


def _missing_and_extra(missing, extra):
    """Say how many rows are missing and how many too many, as far as there are any."""
    if len(missing):
        yield ngettext(
            "{count} row is missing ({name})",
            "{count} rows are missing (for example {name})",
            len(missing),
        ).format(count=len(missing), name=missing[0])
    if len(extra):
        yield ngettext(
            "{count} row should not be there ({name})",
            "{count} rows should not be there (for example {name})",
            len(extra),
        ).format(count=len(extra), name=extra[0])


def _shown(value):
    """Return a value as text; telephone numbers are read as floats, and shown without a point."""
    whole = isinstance(value, float) and value.is_integer()
    return f"{value:.0f}" if whole else f"{value}"


def _label(value):
    """Return a label as text in the language in use, as tables show it."""
    return _(str(value))


def _described(value):
    """Name a value's type, and its size where it has one."""
    name = type(value).__name__
    return (
        _("{type} of length {length}").format(type=name, length=len(value))
        if (hasattr(value, "__len__"))
        else name
    )
