"""Reading a transaction log: the first half of the data contract.

A log has one row per payment: who (``customer_id``), when (``date``), how much (``amount``)
and, where known, in which order (``order_id``). Any data-frame engine may hold it.
:func:`read_transactions` checks a foreign table and turns it into a log.

Text is read in pandas, for a whole column at once; the checks are written once, on
Narwhals, so that a lazy frame is checked in the engine that holds it.
"""

import datetime as dt
import os
import zoneinfo
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab.arguments import as_day
from crmlab.errors import CRMError, TransactionError
from crmlab.language import gettext as _
from crmlab.logs.checks import (
    COUNTS,
    STATE,
    ReadOptions,
    columns_of_log,
    measures,
    no_rows_left_out,
    reasons,
    typed,
)
from crmlab.logs.engines import (
    is_date,
    is_number,
    open_frame,
    rows_and_spend,
    to_pandas,
)
from crmlab.logs.evidence import by_customer
from crmlab.logs.exports import recognised, recognition_notes
from crmlab.logs.files import whole_to_pandas
from crmlab.logs.identities import notes_on_customers
from crmlab.logs.rejection import refusal, rejected_table, rejection_note, with_torn_lines
from crmlab.logs.repeats import repetition_notes
from crmlab.logs.roles import STANDARD_NAME, resolve_columns
from crmlab.logs.states import hint_on_rejected, state_columns
from crmlab.notices import say


@dataclass(frozen=True)
class Reading:
    """What :func:`check_transactions` found.

    Attributes
    ----------
    log : native frame
        The rows that can be used, in the engine of the source (pandas for a file, a DuckDB
        relation for a folder), with ``customer_id``, ``date``, ``amount`` and, where there is
        one, ``order_id``.
    rejected : pandas.DataFrame
        One row per refused row: ``row``, ``column``, ``value``, ``reason``, ``spend`` (what it
        is worth, where its amount can be read), and the row's cells as they came. ``row`` is the
        row a spreadsheet shows for a file, the position from 0 for a frame, and missing for a
        lazy frame, which has no order.
    notes : list of str
        What was repaired or noticed, in sentences, with counts.
    left_out : pandas.DataFrame
        What the user asked to leave out: ``column``, ``value``, ``rows``, and their ``amount``.
    """

    log: object
    rejected: pd.DataFrame
    notes: list = field(default_factory=list)
    left_out: pd.DataFrame = field(default_factory=no_rows_left_out)

    def insist(self):
        """Raise :class:`TransactionError` if a row was refused; it says which and why."""
        if len(self.rejected):
            hint = hint_on_rejected(self.rejected)
            said = [refusal(self.rejected, *rows_and_spend(self.log)), *([hint] if hint else [])]
            raise TransactionError(
                "\n".join(said),
                in_python=_("check_transactions(…).rejected holds them as a table."),
                rejected=self.rejected,
            )


def read_transactions(
    source,
    *,
    customer=None,
    date=None,
    amount=None,
    order=None,
    quantity=None,
    price=None,
    status=None,
    date_format=None,
    decimal=None,
    timezone=None,
    encoding=None,
    not_after=None,
    since=None,
    keep=None,
    refunds=None,
    not_customers=None,
    fold_ids=False,
    bad_rows="error",
):
    """Read a transaction log and check it.

    What can be repaired without guessing is repaired, counted and said: spaces, currency
    signs, thousands separators, a byte order mark, dates whose order the column settles.
    What cannot is refused, with the column, the rows and the way out.

    Parameters
    ----------
    source : str, os.PathLike or frame
        A CSV or Parquet file, a folder of Parquet files, which is not loaded, or a pandas,
        Polars, PyArrow, DuckDB or PySpark frame.
    customer, date, amount, order : str, optional
        Names of the columns. Without them, columns with a known name are recognised if
        exactly one fits; `order` may be absent.
    quantity, price : str, optional
        Columns whose product is what was paid, in place of `amount`.
    status : str, optional
        The column of states of orders, such as ``paid`` and ``cancelled``. Without it, columns
        whose names say so are looked at. States that hardly mean a purchase are told.
    date_format : str, optional
        How dates are meant that leave it open: ``"day-first"``, ``"month-first"``,
        ``"year-first"`` (where years have two digits); ``"excel"`` or ``"unix"``, where numbers
        count days or seconds; or a ``strptime`` format, the only one that is read then.
    decimal : {".", ","}, optional
        The decimal mark of amounts in text, where the values do not settle it.
    timezone : str, optional
        The zone whose days count, for dates that carry zones.
    encoding : str, optional
        The encoding of a file that is neither UTF-8 nor GB18030.
    not_after : date-like, optional
        The latest date that can be true; today by default.
    since : date-like, optional
        The first day that counts; rows before it are left out. Without it, rows of days that
        programs write where they know no date (1900-01-01, 1970-01-01, …) are refused if they lie
        far from all others.
    keep : str or list of str, optional
        States that count; rows of others are left out.
    refunds : str or list of str, optional
        States of rows that are refunds, whose amounts above 0 are turned below 0. They count, too.
    not_customers : str or list of str, optional
        Ids that are no customers, such as that of guests; their rows are left out.
    fold_ids : bool, default False
        Whether ids that differ only by a final ``.0``, zeros in front or capital letters are one.
    bad_rows : {"error", "reject"}
        ``"reject"`` leaves unusable rows out and says so.

    Returns
    -------
    native frame
        ``customer_id``; ``date`` (datetime without zone); ``amount`` (float, in the unit of
        the source; below 0 for a refund); ``order_id`` where there is one.

    Raises
    ------
    TransactionError
        If the table, a column or (with ``bad_rows="error"``) a row cannot be used.

    See Also
    --------
    check_transactions : the same without raising for single rows.
    """
    if bad_rows not in ("error", "reject"):
        raise CRMError("bad_rows must be 'error' or 'reject', not {value!r}.", value=bad_rows)
    reading = check_transactions(
        source,
        customer=customer,
        date=date,
        amount=amount,
        order=order,
        quantity=quantity,
        price=price,
        status=status,
        date_format=date_format,
        decimal=decimal,
        timezone=timezone,
        encoding=encoding,
        not_after=not_after,
        since=since,
        keep=keep,
        refunds=refunds,
        not_customers=not_customers,
        fold_ids=fold_ids,
    )
    if bad_rows == "error":
        reading.insist()
    for note in reading.notes:
        say(note)
    return reading.log


def check_transactions(
    source,
    *,
    customer=None,
    date=None,
    amount=None,
    order=None,
    quantity=None,
    price=None,
    status=None,
    date_format=None,
    decimal=None,
    timezone=None,
    encoding=None,
    not_after=None,
    since=None,
    keep=None,
    refunds=None,
    not_customers=None,
    fold_ids=False,
):
    """Check a transaction log and return what can be used, what cannot, and why.

    Parameters are those of :func:`read_transactions`.

    Returns
    -------
    Reading

    Raises
    ------
    TransactionError
        If the table or a whole column cannot be used.
    """
    import narwhals as nw

    options = ReadOptions(
        date_format=date_format,
        decimal=_one_of_the_marks(decimal),
        timezone=_known_timezone(timezone),
        latest=dt.date.today() if not_after is None else as_day(not_after, "not_after"),
        since=None if since is None else as_day(since, "since"),
        status=status,
        keep=_listed(keep),
        refunds=_listed(refunds),
        not_customers=_listed(not_customers),
        fold_ids=fold_ids,
    )
    named = {
        **{"customer": customer, "date": date, "amount": amount, "order": order},
        **{"quantity": quantity, "price": price},
        **({} if status is None else {"status": status}),
    }
    all_columns = []

    def resolve(columns):
        all_columns[:] = columns
        return _with_states(resolve_columns(columns, **named), columns)

    notes, torn, numbers = [], None, None
    if isinstance(source, (str, os.PathLike)) and Path(source).is_dir():
        from crmlab.logs.files import open_parquet

        source = open_parquet(source, options.timezone)
    if isinstance(source, (str, os.PathLike)):
        from crmlab.logs.files import read_file

        source, columns, torn, notes = read_file(source, encoding, resolve)
        numbers = source.index.to_numpy()
        frame = nw.from_native(source.reset_index(drop=True))
    else:
        frame, columns = open_frame(source, resolve)
    if None in (customer, date, amount):
        notes = notes + recognition_notes(recognised(all_columns), columns)
    names = {STANDARD_NAME.get(role, role): name for role, name in columns.items()}
    frame = frame.select(nw.col(name).alias(standard) for standard, name in names.items())
    if isinstance(frame, nw.LazyFrame):
        log, rejected, left_out, said = _check_lazy(frame, names, options)
    else:
        log, rejected, left_out, said = _check_eager(frame, names, options, numbers)
    people = by_customer(log)
    if log.implementation != frame.implementation:  # checked in pandas
        log = nw.from_arrow(log.to_arrow(), backend=frame.implementation)
    said += notes_on_customers(people, names, all_columns)
    if torn is not None and len(torn):
        rejected = with_torn_lines(rejected, torn)
    if len(rejected):
        said.append(rejection_note(len(rejected)))
    elif people.empty and len(left_out):
        raise TransactionError("Nothing counts: all rows are left out on request.")
    elif people.empty:
        raise TransactionError("The table has a header but no rows.")
    return Reading(log.to_native(), rejected, notes + said, left_out)


def _with_states(columns, all_columns):
    """Add the columns of states to those found by role: the one named, or all that may be."""
    columns = dict(columns)
    named = columns.pop("status", None)
    states = [named] if named is not None else state_columns(all_columns, columns.values())
    keys = [STATE, *(f"{STATE}_{number}" for number in range(2, len(states) + 1))]
    return columns | dict(zip(keys, states, strict=False))


def _listed(values):
    """Return one text, or several, as a list of texts."""
    if values is None:
        return []
    values = [values] if isinstance(values, (str, int)) else values
    return [str(value) for value in values]


def _one_of_the_marks(decimal):
    if decimal not in (None, ".", ","):
        raise CRMError("decimal must be '.' or ',', not {value!r}.", value=decimal)
    return decimal


def _known_timezone(name):
    if name is None:
        return None
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:
        raise CRMError(
            "There is no time zone {name!r}. Name a place, as in timezone='Asia/Shanghai', "
            "or 'UTC'.",
            name=name,
        ) from error


def _check_lazy(frame, names, options):
    """Check a frame that stays in its engine. Text is not repaired there."""
    import narwhals as nw

    schema = frame.collect_schema()
    for column, fits in (("date", is_date), *((name, is_number) for name in measures(names))):
        if not fits(schema[column]):
            raise TransactionError(
                "Column {name!r} is {kind} in a lazy {engine} frame. Convert it there (in SQL: "
                "CAST).",
                in_python=_("Or collect the frame: in memory, text is read as from a file."),
                name=names[column],
                kind=schema[column],
                engine=frame.implementation.value,
            )
    _insist_on_zone(schema["date"], options, names)
    if schema["customer_id"] == nw.String:
        # Only what is empty becomes missing: an id is not changed where no one would see it.
        customer = nw.col("customer_id")
        frame = frame.with_columns(nw.when(customer.str.strip_chars() != "").then(customer))
    checked, left_out, notes = typed(frame, names, options)
    faulty = to_pandas(checked.filter(nw.col("verdict") > COUNTS))
    rejected = rejected_table(
        faulty[list(names)],
        reasons(faulty["verdict"]),
        names,
        rows=None,
        spend=faulty["amount"],
    )
    sound = checked.filter(nw.col("verdict") == COUNTS)
    return sound.select(*columns_of_log(names)), rejected, left_out, notes


def _insist_on_zone(kind, options, names):
    """Refuse to convert dates that carry no zone to the clocks of a place."""
    from crmlab.logs.parsing import ZONE_OF_NOTHING

    if options.timezone is None or not is_date(kind) or getattr(kind, "time_zone", None):
        return
    problem = TransactionError(ZONE_OF_NOTHING, timezone=options.timezone)
    raise TransactionError("Column {name!r}: {problem}", name=names["date"], problem=problem)


def _check_eager(frame, names, options, numbers):
    """Check a frame in memory: read what is text, then refuse row by row."""
    import narwhals as nw

    original = _to_pandas(frame)
    # The index of a pandas frame may repeat itself: it comes back at the end.
    index, original = original.index, original.reset_index(drop=True)
    table, problems, notes = _read_text(original, names, options)
    checked, left_out, said = typed(nw.from_native(table), names, options)
    verdict = checked["verdict"].to_pandas()
    places = np.flatnonzero(verdict > COUNTS)
    rejected = rejected_table(
        original.iloc[places],
        reasons(verdict.iloc[places]),
        names,
        rows=places if numbers is None else numbers[places],
        spend=checked["amount"].to_pandas().iloc[places],
        problems={column: problem.iloc[places] for column, problem in problems.items()},
    )
    log = checked.select(*columns_of_log(names)).to_native().set_axis(index)
    if len(places) or len(left_out):
        log = log[(verdict == COUNTS).to_numpy()]
    if numbers is not None:
        log = log.reset_index(drop=True)
    said += repetition_notes(log)
    return nw.from_native(log), rejected, left_out, notes + said


def _to_pandas(frame):
    if frame.implementation.is_pandas():
        return frame.to_native()
    return whole_to_pandas(frame.to_arrow())


def _read_text(original, names, options):
    """Turn what is not yet an id, a date or a number into one, column by column."""
    import narwhals as nw

    table, problems, notes = original.copy(deep=False), {}, []
    schema = nw.from_native(original).collect_schema()
    table["customer_id"], said = _read_ids(original["customer_id"], names["customer_id"])
    notes += [_about(names["customer_id"], note) for note in said]
    for name in (name for name in names if name.startswith(STATE)):
        if original[name].dtype == object or pd.api.types.is_float_dtype(original[name].dtype):
            table[name] = _as_text(original[name])
    readers = [("date", is_date, _read_dates)]
    readers += [(name, is_number, _read_amounts) for name in measures(names)]
    _insist_on_zone(schema["date"], options, names)
    for column, fits, read in readers:
        if fits(schema[column]):
            continue
        try:
            table[column], problems[column], said = read(original[column], options)
        except TransactionError as error:
            raise TransactionError(
                "Column {name!r}: {problem}", name=names[column], problem=error
            ) from None
        notes += [_about(names[column], note) for note in said]
    return table, problems, notes


def _about(column, note):
    return _("{column}: {note}").format(column=column, note=note)


def _read_ids(column, name):
    from crmlab.logs.parsing import MISSING

    if column.dtype == object:
        column = column.convert_dtypes()
    if pd.api.types.is_float_dtype(column.dtype):
        # pandas turns whole numbers with a gap into floats: 17 becomes 17.0.
        known = column.dropna()
        if not ((known % 1 == 0) & (known.abs() <= _LARGEST_EXACT)).all():
            raise TransactionError(
                "Column {name!r} holds decimal numbers, or numbers too long for them, so ids "
                "may have lost digits. Export the ids as text.",
                in_python=_("Or read them as text; in pandas: dtype={{{name!r}: str}}.").format(
                    name=name
                ),
                name=name,
            )
        return column.astype("Int64"), []
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return column, []
    text = _as_text(column)
    plain = text.str.strip()
    plain = plain.mask(plain.str.lower().isin(MISSING))
    notes = []
    padded = int((plain.notna() & (plain != text)).sum())
    if padded:
        notes.append(_("spaces taken off {count} values.").format(count=padded))
    guarded = plain.str.contains(_GUARDED).eq(True)
    if guarded.any():
        plain[guarded] = plain[guarded].str.strip("=\"`'")
        plain = plain.mask(plain == "")
        marks = _("marks that guard against a spreadsheet taken off {count} values.")
        notes.append(marks.format(count=int(guarded.sum())))
    if column.dtype == object and not column.dropna().map(type).eq(str).all():
        notes.append(_("values of several types are read as text."))
    return plain, notes


# Written so that a spreadsheet leaves it alone: ="0012", '0012, `0012.
_GUARDED = r"""^(?:="[^"]*"|[`']\d+)$"""
_LARGEST_EXACT = 2**53  # beyond it, floats skip whole numbers


def _read_dates(column, options):
    from crmlab.logs import parsing

    text = _as_text(column)
    if options.date_format in (None, "day-first", "month-first") and options.timezone is None:
        found = parsing.dates_of_one_form(text, options.date_format)
        if found is not None:
            values, notes = found
            return values, pd.Series(None, index=text.index, dtype="str"), notes
    return parsing.parse_each_once(
        text,
        parsing.parse_dates,
        date_format=options.date_format,
        timezone=options.timezone,
    )


def _read_amounts(column, options):
    """Read amounts; numbers among the text are what they are, whatever mark the text has."""
    from crmlab.logs import parsing

    numbers = pd.Series(np.nan, index=column.index)
    text = _as_text(column)
    if column.dtype != object and options.decimal is None:
        values = parsing.plain_amounts(text)
        if values is not None:
            return values, pd.Series(None, index=text.index, dtype="str"), []
    if column.dtype == object:
        is_number = column.map(_is_amount).astype(bool)
        numbers = numbers.mask(is_number, pd.to_numeric(column.where(is_number), errors="coerce"))
        text = text.mask(is_number)
    values, problems, notes = parsing.parse_each_once(
        text, parsing.parse_amounts, decimal=options.decimal
    )
    return values.fillna(numbers.astype("float64")), problems, notes


def _is_amount(value):
    return isinstance(value, (int, float, np.number, Decimal)) and not isinstance(value, bool)


def _as_text(column):
    """Return a column as text; missing cells stay missing."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype("str")
    if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.map(_written, na_action="ignore").astype("str")


def _written(value):
    # A whole number that became a float among other types is still written without ".0".
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
