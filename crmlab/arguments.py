"""What functions ask of their arguments: each check returns the value ready for use, or refuses it.

First numbers, then choices and days, then tables and their columns, then scores, which are made
ready to be compared. What one model alone asks for (survivors that never rise, say) stands with
that model.
"""

import datetime as dt
import operator

import numpy as np
import pandas as pd

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import mark

_MOST_EXAMPLES = 5
_NOT_WHOLE = mark("{name} must be a whole number, {least} or more.")


# --- numbers ----------------------------------------------------------------------------


def numbers(value, name):
    """Return a number or numbers as an array of floats, or refuse them by name."""
    try:
        found = np.asarray(value, dtype="float64")
    except (TypeError, ValueError):
        found = np.array(np.nan)
    if not np.isfinite(found).all():
        raise CRMError("{name} must be a number, or numbers, none missing or infinite.", name=name)
    return found


def unboxed(found):
    """Return one number as a float, and several as the array they are: undo :func:`numbers`."""
    return found if np.ndim(found) else float(found)


def whole_numbers(value, name, least=0):
    """Return whole numbers of at least `least` as an array of floats."""
    found = numbers(value, name)
    if ((found < least) | (found % 1 != 0)).any():
        raise CRMError(_NOT_WHOLE, name=name, least=least)
    return found


def whole_number(value, name):
    """Return one whole number of at least 1 as an int; 12.0 is as good as 12."""
    found = whole_numbers(value, name, least=1)
    if found.ndim:
        raise CRMError("{name} must be one number, not several.", name=name)
    return int(found)


def integer(value, name, least, message=_NOT_WHOLE):
    """Return an integer of at least `least` as an int; a float is refused, and so is True.

    Parameters
    ----------
    value : object
    name : str
    least : int
    message : str
        For what is refused; its fields are ``name``, ``least`` and ``value``.
    """
    try:
        found = operator.index(value)
    except TypeError:
        found = None
    if found is None or isinstance(value, bool) or found < least:
        raise CRMError(message, name=name, least=least, value=value)
    return found


def lengths_of_time(value, name):
    """Return lengths of time, 0 or more, as an array of floats."""
    found = numbers(value, name)
    if (found < 0).any():
        raise CRMError("{name} is a length of time, 0 or more.", name=name)
    return found


def discount_rates(value):
    """Return a discount rate, or rates, above -1 as an array of floats."""
    found = numbers(value, "discount_rate")
    if (found <= -1).any():
        raise CRMError("discount_rate must be above -1; 10 % is 0.1.")
    return found


def shares(value, name):
    """Return shares or probabilities, 0 to 1, as an array of floats."""
    found = np.asarray(value, dtype="float64")
    if not ((found >= 0) & (found <= 1)).all():
        raise CRMError("{name} must lie between 0 and 1.", name=name)
    return found


# --- choices and days -------------------------------------------------------------------


def one_of(value, known, name):
    """Return a value that is among those known."""
    if value not in known:
        raise CRMError(
            "{name} must be one of {known}, not {value!r}.",
            name=name,
            known=", ".join(map(repr, known)),
            value=value,
        )
    return value


def unit_of_time(value):
    """Return ``"D"`` or ``"W"``."""
    if value not in ("D", "W"):
        raise CRMError("unit must be 'D' (days) or 'W' (weeks), not {value!r}.", value=value)
    return value


def as_day(value, name):
    """Return a day. Text must be ISO 8601: 03/04/2024 has two meanings."""
    try:
        if isinstance(value, str):
            return dt.datetime.fromisoformat(value).date()
        return dt.date(*pd.Timestamp(value).timetuple()[:3])  # of NaT there is none
    except (TypeError, ValueError) as error:
        raise CRMError(
            "{parameter} must be a day, as in '2024-12-31', not {value!r}.",
            parameter=name,
            value=value,
        ) from error


# --- tables and their columns -----------------------------------------------------------


def customer_columns(customers, names):
    """Return columns of a customer table as floats, or refuse them.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer.
    names : list of str
        Columns that must be there, numeric and finite.

    Returns
    -------
    pandas.DataFrame
        These columns only, same index.

    Raises
    ------
    CRMError
        Naming the column and the first customers concerned.
    """
    if not isinstance(customers, pd.DataFrame):
        kind = type(customers)
        raise CRMError(
            "The customer table must be a pandas DataFrame, not {kind}. summarize(log) makes "
            "one from a log of any engine.",
            kind=f"{kind.__module__.partition('.')[0]}.{kind.__name__}",
        )
    missing = [name for name in names if name not in customers]
    if missing:
        raise CRMError(
            "The customer table lacks {missing}. It has: {columns}. summarize(log) makes a "
            "table with all of them.",
            missing=", ".join(missing),
            columns=", ".join(map(str, customers.columns)),
        )
    if customers.empty:
        raise CRMError("The customer table has no rows.")
    for name in names:
        if not pd.api.types.is_any_real_numeric_dtype(customers[name].dtype):
            raise CRMError("Column {name!r} must hold numbers.", name=name)
        values = customers[name].to_numpy(dtype="float64", na_value=np.nan)
        finite = np.isfinite(values)
        if not finite.all():
            unusable = customers.index[~finite]
            raise CRMError(
                "Column {name!r} is missing or infinite for {count} customers: {examples}.",
                name=name,
                count=len(unusable),
                examples=", ".join(repr(key) for key in unusable[:_MOST_EXAMPLES]),
            )
    return customers[names].astype("float64")


def table_columns(table, names):
    """Return columns of a table that must be there, whatever they hold."""
    if not isinstance(table, pd.DataFrame):
        raise CRMError(
            "Expected a pandas DataFrame with the columns {names}.",
            names=", ".join(map(repr, names)),
        )
    missing = [name for name in names if name not in table]
    if missing:
        raise CRMError(
            "The table lacks {missing}. It has: {columns}.",
            missing=", ".join(map(repr, missing)),
            columns=", ".join(map(str, table.columns)),
        )
    if table.empty:
        raise CRMError("The table has no rows.")
    return table[names]


def counts(column, name):
    """Return a Series of counts, or of truth values, as an array of floats, none below 0."""
    if not pd.api.types.is_any_real_numeric_dtype(column.dtype) and column.dtype != bool:
        raise CRMError("{name} must hold counts, or True and False.", name=name)
    values = column.to_numpy(dtype=float, na_value=np.nan)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise CRMError("{name} has values that are missing or below 0.", name=name)
    return values


def zero_or_one(array, name):
    """Return an array of nothing but 0 and 1, or false and true."""
    if not np.isin(array, (0, 1)).all():
        raise CRMError("{name} must be 0 or 1, or true or false.", name=name)
    return array


def matching_columns(**values):
    """Return columns as arrays of floats, of the same customers in the same order.

    Parameters
    ----------
    **values : array-like
        By the name that an error shows. Series must share their index, as nothing says
        which row belongs to which otherwise.

    Returns
    -------
    list of numpy.ndarray

    Raises
    ------
    CRMError
        If a value is missing, or lengths or indexes differ.
    """
    columns = {
        name: value if isinstance(value, pd.Series) else pd.Series(value).array
        for name, value in values.items()
    }
    insist_on_same_customers(**columns)
    arrays = []
    for name, column in columns.items():
        try:
            array = pd.Series(column).to_numpy(dtype="float64", na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise CRMError("{name} must hold numbers.", name=name) from error
        if not len(array) or not np.isfinite(array).all():
            raise CRMError(
                "{name} must hold at least one number, none missing or infinite.", name=name
            )
        arrays.append(array)
    return arrays


def insist_on_same_customers(**tables):
    """Refuse tables or columns that differ in length, or in their index where they have one."""
    kinds = pd.DataFrame | pd.Series
    indexes = [table.index for table in tables.values() if isinstance(table, kinds)]
    lengths = {len(table) for table in tables.values()}
    if len(lengths) > 1 or any(not index.equals(indexes[0]) for index in indexes):
        raise CRMError(
            "{names} must have the same customers in the same order.", names=_(", ").join(tables)
        )


# --- scores -----------------------------------------------------------------------------

# Machines differ from the eleventh digit on, or later, in what this package computes.
DIGITS = 9


def steady(scores, digits=DIGITS):
    """Round scores to the digits that every machine agrees on, before they are compared.

    The last bits of a computed number depend on the processor and on the number of threads,
    which add up in another order. Scores that are equal on paper then differ, one way here
    and the other way there, and nobody may be chosen for it. So whatever ranks, chooses or
    cuts by a computed score does it by the rounded one. What is equal then keeps a stated
    order: the higher score first, then the order of the rows. ``nlargest``, ``idxmax``,
    ``rank`` and ``argmax`` do that, and a sort that is stable (``kind="stable"``); another
    sort leaves equal values as the processor likes.

    Rounding is no help where a fit stops early: its results differ in the sixth to ninth
    digit, and some two customers are always that close. It needs a solver that goes on.

    Parameters
    ----------
    scores : pandas.Series, pandas.DataFrame or array-like
        Numbers that are compared with one another.
    digits : int, default 9
        Significant digits of the largest (in size); the others are rounded to its place.

    Returns
    -------
    pandas.Series, pandas.DataFrame or numpy.ndarray
        Of the same kind. What is missing or infinite stays so.

    Examples
    --------
    >>> 0.1 + 0.2 == 0.3
    False
    >>> steady([0.1 + 0.2, 0.3]).tolist()
    [0.3, 0.3]
    """
    values = np.asarray(scores, dtype="float64")
    largest = np.abs(values[np.isfinite(values)]).max(initial=0.0)
    # Its power of ten, read from three digits: a last bit turns 1 into 0.9999….
    place = digits - 1 - int(f"{largest:.2e}".partition("e")[2])
    table = scores if hasattr(scores, "round") else values
    # Beyond 300 places nothing is left to round. And 0 has no sign.
    return table.round(min(place, 300)) + 0.0


def beside(cuts, side):
    """Move cut points so far that whatever equals one, to nine digits, lies on one side of it.

    Cut points are applied to other tables than the one they were found on, so they cannot be
    rounded to the place of either.

    Parameters
    ----------
    cuts : numpy.ndarray
    side : {-1, 1}
        Down, or up.

    Returns
    -------
    numpy.ndarray
    """
    return cuts * (1 + side * np.sign(cuts) * 10.0**-DIGITS)
