"""Kinds of answers: how to read what a learner hands in, and when two are the same.

A right answer can be written in many ways: rows in another order, the customer as index or
column, whole numbers as floats, a list, an array or a Series. Each kind brings what it is
given to one form, or says what it expected and what it got.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.language import gettext as _
from crmlab.language import ngettext


class Unreadable(Exception):
    """The answer has another form than the task asks for; the text says which."""


@dataclass(frozen=True)
class Number:
    """One number.

    Attributes
    ----------
    tolerance : float
        How far off it may be, in the unit of the answer.
    relative : float
        How far off it may be, as a share of the right answer.
    """

    tolerance: float = 1e-9
    relative: float = 0.0

    def read(self, value, expected):
        """Return the number in `value`."""
        array = np.asarray(value)
        if array.size != 1 or array.dtype.kind not in "iuf":
            raise Unreadable(_("one number is expected, not {got}").format(got=_described(value)))
        number = float(array.reshape(())[()])
        if not np.isfinite(number):
            raise Unreadable(_("the number is missing or infinite"))
        return number

    def same(self, number, other):
        """Return whether two read answers are the same."""
        return abs(number - other) <= max(self.tolerance, self.relative * abs(other))

    def difference(self, number, right):
        """Say how an answer differs, without giving the right one away."""
        return _("{number:,.4g} is too {way}").format(
            number=number, way=_("high") if number > right else _("low")
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

    def read(self, value, expected):
        """Return the names in `value` as a set of texts."""
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
        # Tables show names in the language in use; an answer may have either form.
        return frozenset(map(_label, value))

    def same(self, names, other):
        """Return whether two read answers are the same."""
        return names == other

    def difference(self, names, right):
        """Say how an answer differs, without giving the right one away."""
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
        How far off a number may be.
    key : str
        The name of the column, or of the index, that says whose row it is.
    """

    columns: tuple
    tolerance: float = 1e-6
    key: str = "customer_id"

    def read(self, value, expected):
        """Return a frame with `columns`, indexed by customer id as text, sorted."""
        frame = self._frame(value, expected)
        # Plain texts: an index of categories would sort by its categories.
        frame.index = pd.Index([str(name) for name in frame.index])
        if frame.index.has_duplicates:
            again = frame.index[frame.index.duplicated()][0]
            raise Unreadable(
                _("each should have one row, but {name} stands there twice").format(name=again)
            )
        return frame.sort_index()

    def _frame(self, value, expected):
        if isinstance(value, dict):
            value = pd.Series(value)
        if isinstance(value, pd.Series):
            value = value.to_frame(self.columns[0]) if len(self.columns) == 1 else value
        if isinstance(value, (list, tuple, np.ndarray)) and len(self.columns) == 1:
            return self._in_order(value, expected)
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
        return value[list(self.columns)].copy()

    def _in_order(self, value, expected):
        """Take a bare list as values in the order of the customers."""
        if len(value) != len(expected):
            raise Unreadable(
                _("{count} values for {expected} rows; a Series would say which is whose").format(
                    count=len(value), expected=len(expected)
                )
            )
        return pd.DataFrame({self.columns[0]: list(value)}, index=sorted(map(str, expected)))

    def same(self, frame, other):
        """Return whether two read answers are the same."""
        return frame.index.equals(other.index) and not self._differs(frame, other).any()

    def _differs(self, frame, other):
        """Return for each customer of two frames with one index whether a column differs."""
        differs = np.zeros(len(frame), dtype=bool)
        for name in self.columns:
            mine, right = frame[name], other[name]
            if pd.api.types.is_numeric_dtype(right):
                numbers = pd.to_numeric(mine.astype("object"), errors="coerce").astype("float64")
                gap = (numbers - right.astype("float64")).abs()
                differs |= ~(gap <= self.tolerance).to_numpy()
            else:
                mine, right = (column.astype("object").map(_label) for column in (mine, right))
                differs |= (mine != right).to_numpy()
        return differs

    def difference(self, frame, right):
        """Say how an answer differs, without giving the right one away."""
        extra, missing = frame.index.difference(right.index), right.index.difference(frame.index)
        if len(extra) or len(missing):
            return "; ".join(_missing_and_extra(missing, extra))
        differs = self._differs(frame, right)
        first = frame.index[differs][0]
        shown = ", ".join(f"{name} = {frame.loc[first, name]}" for name in self.columns)
        return ngettext(
            "{count} row differs: for {name} you have {shown}",
            "{count} rows differ; the first is {name}, for which you have {shown}",
            int(differs.sum()),
        ).format(count=int(differs.sum()), name=first, shown=shown)


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
