"""The transaction log and the customer table: the data contract of the package.

A log has one row per payment: who (``customer_id``), when (``date``), how much (``amount``)
and, where known, in which order (``order_id``). Any data-frame engine may hold it.
:func:`read_transactions` checks a foreign table and turns it into a log;
:func:`summarize` turns a log into one row per customer, always in pandas.

Both are written once, on Narwhals, and run in the engine that holds the data. Eager pandas
and Arrow frames are handed to an embedded DuckDB, which aggregates them several times
faster than pandas' own group-by.
"""

import datetime as dt
import os
import tempfile
import zoneinfo
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from crmlab.columns import STANDARD_NAME, resolve_columns
from crmlab.errors import CRMError, TransactionError
from crmlab.language import gettext as _
from crmlab.language import ngettext
from crmlab.notices import say

_MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Reading:
    """What :func:`check_transactions` found.

    Attributes
    ----------
    log : native frame
        The rows that can be used, in the engine of the source (pandas for a file), with
        ``customer_id``, ``date``, ``amount`` and, where there is one, ``order_id``.
    rejected : pandas.DataFrame
        One row per refused row: ``row``, ``column``, ``value``, ``reason``, and the row's
        cells as they came. ``row`` is the row a spreadsheet shows for a file, the position
        from 0 for a frame, and missing for a lazy frame, which has no order.
    notes : list of str
        What was repaired or noticed, in sentences, with counts.
    """

    log: object
    rejected: pd.DataFrame
    notes: list = field(default_factory=list)

    def insist(self):
        """Raise :class:`TransactionError` if a row was refused; it says which and why."""
        if len(self.rejected):
            raise TransactionError(_refusal(self.rejected), rejected=self.rejected)


def read_transactions(
    source,
    *,
    customer=None,
    date=None,
    amount=None,
    order=None,
    date_format=None,
    decimal=None,
    timezone=None,
    encoding=None,
    not_after=None,
    bad_rows="error",
):
    """Read a transaction log and check it.

    What can be repaired without guessing is repaired, counted and said: spaces, currency
    signs, thousands separators, a byte order mark, dates whose order the column settles.
    What cannot is refused, with the column, the rows and the way out.

    Parameters
    ----------
    source : str, os.PathLike or frame
        A CSV or Parquet file, or a pandas, Polars, PyArrow, DuckDB or PySpark frame.
    customer, date, amount, order : str, optional
        Names of the columns. Without them, columns with a known name are recognised if
        exactly one fits; `order` may be absent.
    date_format : str, optional
        A ``strptime`` format for dates in text that do not settle the order of day and
        month.
    decimal : {".", ","}, optional
        The decimal mark of amounts in text, where the values do not settle it.
    timezone : str, optional
        The zone whose days count, for dates that carry zones.
    encoding : str, optional
        The encoding of a file that is neither UTF-8 nor GB18030.
    not_after : date-like, optional
        The latest date that can be true; today by default.
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
        raise ValueError(
            _("bad_rows must be 'error' or 'reject', not {value!r}.").format(value=bad_rows)
        )
    reading = check_transactions(
        source,
        customer=customer,
        date=date,
        amount=amount,
        order=order,
        date_format=date_format,
        decimal=decimal,
        timezone=timezone,
        encoding=encoding,
        not_after=not_after,
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
    date_format=None,
    decimal=None,
    timezone=None,
    encoding=None,
    not_after=None,
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

    options = _ReadOptions(
        date_format=date_format,
        decimal=_one_of_the_marks(decimal),
        timezone=_known_timezone(timezone),
        latest=dt.date.today() if not_after is None else _day(not_after, "not_after"),
    )

    def resolve(columns):
        return resolve_columns(columns, customer=customer, date=date, amount=amount, order=order)

    notes, torn, numbers = [], None, None
    if isinstance(source, (str, os.PathLike)):
        from crmlab.files import read_file

        source, columns, torn, notes = read_file(source, encoding, resolve)
        numbers = source.index.to_numpy()
        frame = nw.from_native(source.reset_index(drop=True))
    else:
        frame, columns = _open_frame(source, resolve)
    names = {STANDARD_NAME[role]: name for role, name in columns.items()}
    frame = frame.select(nw.col(name).alias(standard) for standard, name in names.items())
    if isinstance(frame, nw.LazyFrame):
        log, rejected, said = _check_lazy(frame, names, options)
    else:
        log, rejected, said = _check_eager(frame, names, options, numbers)
    if torn is not None and len(torn):
        rejected = _with_torn_lines(rejected, torn)
    if len(rejected):
        said.append(_rejection_note(len(rejected)))
    elif _is_empty(log):
        raise TransactionError(_("The table has a header but no rows."))
    return Reading(log=log.to_native(), rejected=rejected, notes=notes + said)


@dataclass(frozen=True)
class _ReadOptions:
    date_format: str | None
    decimal: str | None
    timezone: str | None
    latest: dt.date


def _one_of_the_marks(decimal):
    if decimal not in (None, ".", ","):
        raise CRMError(_("decimal must be '.' or ',', not {value!r}.").format(value=decimal))
    return decimal


def _known_timezone(name):
    if name is None:
        return None
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError) as error:
        raise CRMError(
            _(
                "There is no time zone {name!r}. Name a place, as in timezone='Asia/Shanghai', "
                "or 'UTC'."
            ).format(name=name)
        ) from error


def _day(value, parameter):
    """Return a parameter as a day. Text must be ISO 8601: 03/04/2024 has two meanings."""
    try:
        if isinstance(value, str):
            return dt.datetime.fromisoformat(value).date()
        return dt.date(*pd.Timestamp(value).timetuple()[:3])  # of NaT there is none
    except (TypeError, ValueError) as error:
        raise CRMError(
            _("{parameter} must be a day, as in '2024-12-31', not {value!r}.").format(
                parameter=parameter, value=value
            )
        ) from error


def _open_frame(source, resolve):
    import narwhals as nw

    # Names may stand twice in pandas and Arrow, and Narwhals refuses such a frame before a
    # learner could be told which column it is.
    source = nw.to_native(source, pass_through=True)
    if isinstance(source, pd.DataFrame):
        columns = resolve(list(source.columns))
        return nw.from_native(source[list(columns.values())]), columns
    if nw.dependencies.is_pyarrow_table(source):
        columns = resolve(list(source.column_names))
        return nw.from_native(source.select(list(columns.values()))), columns
    try:
        frame = nw.from_native(source)
    except TypeError as error:
        raise TypeError(
            _(
                "A transaction log is a file name or a pandas, Polars, PyArrow, DuckDB or PySpark "
                "frame, not {kind}."
            ).format(kind=type(source).__name__)
        ) from error
    return frame, resolve(frame.collect_schema().names())


def _is_empty(frame):
    import narwhals as nw

    return frame.select(nw.len()).lazy().collect().item() == 0


def _check_lazy(frame, names, options):
    """Check a frame that stays in its engine. Text is not repaired there."""
    import narwhals as nw

    schema = frame.collect_schema()
    for column, fits in (("date", _is_date), ("amount", _is_number)):
        if not fits(schema[column]):
            raise TransactionError(
                _(
                    "Column {name!r} is {kind} in a lazy {engine} frame. Convert it there (in SQL: "
                    "CAST), or collect the frame first: in memory, text is read as from a file."
                ).format(name=names[column], kind=schema[column], engine=frame.implementation.value)
            )
    if schema["customer_id"] == nw.String:
        # Only what is empty becomes missing: an id is not changed where no one would see it.
        customer = nw.col("customer_id")
        frame = frame.with_columns(nw.when(customer.str.strip_chars() != "").then(customer))
    checked, notes = _typed(frame, names, options)
    sound, faulty = nw.col("reason").is_null(), ~nw.col("reason").is_null()
    faulty = checked.filter(faulty).collect("pandas").to_native()
    rejected = _rejected_table(faulty[list(names)], faulty["reason"], names, rows=None)
    return checked.filter(sound).select(*names), rejected, notes


def _check_eager(frame, names, options, numbers):
    """Check a frame in memory: read what is text, then refuse row by row."""
    import narwhals as nw

    original = _to_pandas(frame)
    # The index of a pandas frame may repeat itself: it comes back at the end.
    index, original = original.index, original.reset_index(drop=True)
    table, problems, notes = _read_text(original, names, options)
    checked, said = _typed(nw.from_native(table), names, options)
    reason = checked["reason"].to_pandas()
    places = np.flatnonzero(reason.notna())
    rejected = _rejected_table(
        original.iloc[places],
        reason.iloc[places],
        names,
        rows=places if numbers is None else numbers[places],
        problems={column: problem.iloc[places] for column, problem in problems.items()},
    )
    log = checked.drop("reason").to_native().set_axis(index)
    if len(places):
        log = log[reason.isna().to_numpy()]
    if numbers is not None:
        log = log.reset_index(drop=True)
    said += _duplicates_noted(log)
    log = nw.from_native(log)
    if not frame.implementation.is_pandas():
        log = nw.from_arrow(log.to_arrow(), backend=frame.implementation)
    return log, rejected, notes + said


def _to_pandas(frame):
    if frame.implementation.is_pandas():
        return frame.to_native()
    import pyarrow

    # pandas would make floats of whole numbers with gaps, and long ids would lose digits.
    nullable = {pyarrow.int64(): pd.Int64Dtype(), pyarrow.uint64(): pd.UInt64Dtype()}
    return frame.to_arrow().to_pandas(types_mapper=nullable.get)


def _duplicates_noted(log):
    repeated = int(log.duplicated().sum())
    if not repeated:
        return []
    return [
        ngettext(
            "{count} row repeats another one in every column read. It is kept: two equal "
            "purchases are possible. If it was sent twice, drop it before reading.",
            "{count} rows repeat another one in every column read. They are kept: two equal "
            "purchases are possible. If they were sent twice, drop them before reading.",
            repeated,
        ).format(count=repeated)
    ]


def _read_text(original, names, options):
    """Turn what is not yet an id, a date or a number into one, column by column."""
    import narwhals as nw

    table, problems, notes = original.copy(deep=False), {}, []
    schema = nw.from_native(original).collect_schema()
    table["customer_id"], said = _read_ids(original["customer_id"], names["customer_id"])
    notes += [_about(names["customer_id"], note) for note in said]
    readers = (("date", _is_date, _read_dates), ("amount", _is_number, _read_amounts))
    for column, fits, read in readers:
        if fits(schema[column]):
            continue
        try:
            table[column], problems[column], said = read(original[column], options)
        except TransactionError as error:
            raise TransactionError(
                _("Column {name!r}: {problem}").format(name=names[column], problem=error)
            ) from None
        notes += [_about(names[column], note) for note in said]
    return table, problems, notes


def _about(column, note):
    return _("{column}: {note}").format(column=column, note=note)


def _read_ids(column, name):
    from crmlab.parsing import MISSING

    if column.dtype == object:
        column = column.convert_dtypes()
    if pd.api.types.is_float_dtype(column.dtype):
        # pandas turns whole numbers with a gap into floats: 17 becomes 17.0.
        known = column.dropna()
        if not ((known % 1 == 0) & (known.abs() <= _LARGEST_EXACT)).all():
            raise TransactionError(
                _(
                    "Column {name!r} holds decimal numbers, or numbers too long for them, so ids "
                    "may have lost digits. Read the ids as text, for example with "
                    "dtype={{{name!r}: str}} in pandas."
                ).format(name=name)
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
    if column.dtype == object and not column.dropna().map(type).eq(str).all():
        notes.append(_("values of several types are read as text."))
    return plain, notes


_LARGEST_EXACT = 2**53  # beyond it, floats skip whole numbers


def _read_dates(column, options):
    from crmlab import parsing

    return parsing.parse_each_once(
        _as_text(column),
        parsing.parse_dates,
        date_format=options.date_format,
        timezone=options.timezone,
    )


def _read_amounts(column, options):
    """Read amounts; numbers among the text are what they are, whatever mark the text has."""
    from crmlab import parsing

    numbers = pd.Series(np.nan, index=column.index)
    text = _as_text(column)
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


def _is_date(dtype):
    import narwhals as nw

    return dtype in (nw.Date, nw.Datetime)


def _is_number(dtype):
    return dtype.is_numeric()


def _typed(frame, names, options):
    """Bring date and amount to one type and say per row what makes it unusable."""
    import narwhals as nw

    notes = []
    date = nw.col("date")
    zone = getattr(frame.collect_schema()["date"], "time_zone", None)
    if zone is not None:
        if options.timezone is not None:
            date = date.dt.convert_time_zone(options.timezone)
        notes.append(
            _("{column}: times are those of {timezone}; the zone is taken off.").format(
                column=names["date"], timezone=options.timezone or zone
            )
        )
        date = date.dt.replace_time_zone(None)
    try:
        frame = frame.with_columns(
            date=date.cast(nw.Datetime("us")), amount=nw.col("amount").cast(nw.Float64)
        )
    except NotImplementedError as error:
        raise TransactionError(
            _(
                "{engine} cannot convert column {name!r} to another time zone. Set the zone of the "
                "session (in DuckDB: SET TimeZone = '{timezone}') and leave timezone= out."
            ).format(
                engine=frame.implementation.value, name=names["date"], timezone=options.timezone
            )
        ) from error
    latest = dt.datetime.combine(options.latest, dt.time.max)
    amount = nw.col("amount")
    reason = (
        nw.when(nw.col("customer_id").is_null())
        .then(nw.lit("customer missing"))
        .when(nw.col("date").is_null())
        .then(nw.lit("date missing"))
        .when(nw.col("date") > nw.lit(latest))
        .then(nw.lit("date in the future"))
        .when(nw.col("date") < nw.lit(dt.datetime.min))  # a database knows -infinity
        .then(nw.lit("date before all"))
        .when(amount.is_null() | amount.is_nan())
        .then(nw.lit("amount missing"))
        .when(~amount.is_finite())
        .then(nw.lit("amount infinite"))
    )
    return frame.with_columns(reason=reason), notes


def _faults():
    """Column and words for each fault that the engines name by its key."""
    return {
        "customer missing": ("customer_id", _("no customer")),
        "date missing": ("date", _("no date")),
        "date in the future": ("date", _("a date in the future")),
        "date before all": ("date", _("a date before the year 1")),
        "amount missing": ("amount", _("no amount")),
        "amount infinite": ("amount", _("an infinite amount")),
    }


def _rejected_table(faulty, fault, names, rows, problems=None):
    """List the refused rows: where, which cell, why, and the row's cells."""
    faults = _faults()
    column = fault.map({key: column for key, (column, _words) in faults.items()})
    words = fault.map({key: words for key, (_column, words) in faults.items()})
    value = pd.Series(None, index=faulty.index, dtype=object)
    for name in column.unique():
        here = column == name
        value[here] = faulty.loc[here, name].astype(object)
        if problems and name in problems:
            words[here] = problems[name][here].fillna(words[here])
    table = pd.DataFrame(
        {
            "row": pd.array([pd.NA] * len(faulty) if rows is None else rows, dtype="Int64"),
            "column": column.map(names).astype("str"),
            "value": value,
            "reason": words.astype("str"),
        },
        index=faulty.index,
    )
    return table.join(faulty.astype(object)).reset_index(drop=True)


def _with_torn_lines(rejected, torn):
    torn = torn.astype({"row": "Int64", "value": object})
    torn = torn.assign(column="", reason=_("the number of fields is not that of the header"))
    torn = torn.reindex(columns=rejected.columns)
    both = pd.concat([rejected, torn]) if len(rejected) else torn
    return both.sort_values("row", ignore_index=True)


def _rejection_note(count):
    return ngettext(
        "{count} row cannot be used and is left out.",
        "{count} rows cannot be used and are left out.",
        count,
    ).format(count=count)


def _refusal(rejected):
    """Say which rows are refused, why, and the way out."""
    lines = []
    for (column, reason), group in rejected.groupby(["column", "reason"], sort=False, dropna=False):
        shown = group.head(_MOST_EXAMPLES)
        where = _(", ").join(
            _shown(value)
            if pd.isna(row)
            else _("row {row} ({value})").format(row=row, value=_shown(value))
            for row, value in zip(shown["row"], shown["value"], strict=True)
        )
        rest = len(group) - len(shown)
        if rest:
            where += _(" and {count} more").format(count=rest)
        lines.append(
            _("- {column}: {reason}: {rows}").format(
                column=column or _("line"), reason=reason, rows=where
            )
        )
    head = ngettext(
        "{count} row of the log cannot be used:",
        "{count} rows of the log cannot be used:",
        len(rejected),
    ).format(count=len(rejected))
    way_out = _(
        "Correct them in the source, or leave them out with bad_rows='reject'; "
        "check_transactions(…).rejected holds them as a table."
    )
    return "\n".join([head, *lines, way_out])


def _shown(value):
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return _("empty")
    return repr(value) if isinstance(value, str) else str(value)


def summarize(log, *, as_of=None, unit="D", since=None):
    """Summarise a log into one row per customer.

    A **purchase day** is a day on which the customer has a row with an amount of 0 or more;
    several rows on one day are one purchase. Refunds (amounts below 0) change `spend`,
    never timing or counts.

    Parameters
    ----------
    log : frame of any engine
        ``customer_id``, ``date``, ``amount``, as from :func:`read_transactions`.
    as_of : date-like, optional
        The last day that counts, as a whole; later rows are left out and counted. The
        default is the last day of the log, and is said.
    unit : {"D", "W"}
        Days or weeks, for ``t_x`` and ``T``.
    since : date-like, optional
        The first day that counts; the first day of the log by default. A customer's
        history before it is not seen.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``, sorted. ``purchases`` (purchase days), ``spend`` (sum of all
        amounts, refunds taken off), ``first_purchase``, ``last_purchase``,
        ``recency_days`` (days from the last purchase to `as_of`); and for the purchase
        models ``x`` (repeat purchases), ``t_x`` (age at the last purchase) and ``T`` (age
        at `as_of`), both in `unit` and counted from the first purchase (Fader, Hardie &
        Lee, 2005), and ``mean_repeat_spend`` (amounts of 0 or more per repeat purchase
        day; missing where x = 0).

        ``attrs`` says ``as_of``, ``unit``, ``rows_after_as_of``, ``rows_before_since``,
        ``refund_only_customers`` (left out of the table; :func:`refund_only_customers`
        lists them) and ``net_spend_not_positive`` (kept).

    Raises
    ------
    TransactionError
        If a column is missing or of the wrong kind, or customers, dates or amounts are
        missing in the log.

    Notes
    -----
    Sums of money are rounded to a millionth of their unit, so that the order in which an
    engine adds up does not show. (It can, in the last digits, where a customer's sum passes
    a thousand million.)
    """
    if unit not in _DAYS_PER_UNIT:
        raise ValueError(
            _("unit must be 'D' (days) or 'W' (weeks), not {value!r}.").format(value=unit)
        )
    with _lazy_log(log) as frame:
        window, counts = _window(frame, as_of, since)
        table = _collected(_aggregate(window))
    as_of = counts.pop("as_of")
    bought = table["purchases"] > 0
    refund_only = int((~bought).sum())
    if refund_only:
        table = table[bought]
    first, last = table["first_purchase"], table["last_purchase"]
    purchases = table["purchases"].astype("int64")
    repeats = purchases - 1
    paid_again = (table["paid"].round(6) - table["first_paid"].round(6)).round(6)
    per_unit = _DAYS_PER_UNIT[unit]
    customers = pd.DataFrame(
        {
            "purchases": purchases,
            "spend": table["spend"].round(6),
            "first_purchase": first,
            "last_purchase": last,
            "recency_days": (as_of - last).dt.days,
            "x": repeats,
            "t_x": (last - first).dt.days / per_unit,
            "T": (as_of - first).dt.days / per_unit,
            "mean_repeat_spend": paid_again / repeats.where(repeats > 0),
        }
    )
    customers.attrs = {
        "as_of": as_of.date().isoformat(),
        "unit": unit,
        **counts,
        "refund_only_customers": refund_only,
        "net_spend_not_positive": int((customers["spend"] <= 0).sum()),
    }
    if refund_only:
        say(
            ngettext(
                "{count} customer has refunds only and is left out; refund_only_customers lists "
                "such customers.",
                "{count} customers have refunds only and are left out; refund_only_customers lists "
                "such customers.",
                refund_only,
            ).format(count=refund_only)
        )
    return customers


def refund_only_customers(log, *, as_of=None, since=None):
    """List the customers that :func:`summarize` leaves out: refunds, but no purchase.

    Parameters
    ----------
    log, as_of, since
        As for :func:`summarize`.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``, sorted; ``spend`` (below 0).
    """
    import narwhals as nw

    with _lazy_log(log) as frame:
        window, _counts = _window(frame, as_of, since)
        table = _collected(_aggregate(window).filter(nw.col("purchases") == 0))
    return table[["spend"]].round(6)


_DAYS_PER_UNIT = {"D": 1, "W": 7}


@contextmanager
def _lazy_log(log):
    """Give the three columns as a lazy frame in the engine that will aggregate them."""
    import narwhals as nw

    frame, _columns = _open_frame(log, _standard_columns)
    frame = frame.select("customer_id", "date", "amount")
    if isinstance(frame, nw.LazyFrame) or frame.implementation.is_polars():
        yield _insist_on_a_log(frame).lazy()
        return
    import duckdb
    import pyarrow

    try:
        table = frame.to_arrow()
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
        raise TransactionError(
            _(
                "A column of the log mixes values of several types: {problem}. Read it with "
                "read_transactions first."
            ).format(problem=error)
        ) from error
    _insist_on_a_log(nw.from_native(table))
    with tempfile.TemporaryDirectory() as spill:
        # A connection of our own: its limits must not change the user's default one.
        # Beyond the limit DuckDB spills groups to disk. Ten million rows just fit, and run
        # two to three times as fast as when they spill.
        limit = max(_LEAST_MEMORY, 5 * table.nbytes // 2)
        config = {
            "memory_limit": f"{limit // 2**20}MiB",
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        with duckdb.connect(config=config) as connection:
            yield nw.from_native(connection.from_arrow(table))


def _insist_on_a_log(frame):
    """Refuse text, and zones: the day of a time with a zone depends on who looks."""
    schema = frame.collect_schema()
    date, amount = schema["date"], schema["amount"]
    if not (_is_date(date) and _is_number(amount)) or getattr(date, "time_zone", None):
        raise TransactionError(
            _(
                "The log has {date} dates and {amount} amounts; summarize needs dates without a "
                "time zone, and numbers. Read it with read_transactions first."
            ).format(date=date, amount=amount)
        )
    return frame


_LEAST_MEMORY = 600 * 2**20  # bytes


def _standard_columns(columns):
    """Insist on the names of the contract: a log is a checked table."""
    return resolve_columns(columns, customer="customer_id", date="date", amount="amount")


def _window(frame, as_of, since):
    """Cut the log to the days that count; return it with ``day`` and what was cut."""
    import narwhals as nw

    c = nw.col
    frame = frame.with_columns(day=c("date").dt.date(), amount=c("amount").cast(nw.Float64))
    end = dt.date.max if as_of is None else _day(as_of, "as_of")
    start = dt.date.min if since is None else _day(since, "since")
    is_day = c("day").is_between(nw.lit(dt.date.min), nw.lit(dt.date.max))
    counts = (
        frame.select(
            rows=nw.len(),
            last=nw.when(is_day).then(c("day")).max(),
            no_customer=c("customer_id").is_null().sum(),
            no_date=(c("day").is_null() | ~is_day).sum(),
            no_amount=(~c("amount").is_finite() | c("amount").is_null()).sum(),
            after=(c("day") > nw.lit(end)).sum(),
            before=(c("day") < nw.lit(start)).sum(),
        )
        .collect("pandas")
        .to_native()
        .iloc[0]
    )
    if counts["rows"] == 0:
        raise TransactionError(_("The log has no rows."))
    for key, column in (
        ("no_customer", "customer_id"),
        ("no_date", "date"),
        ("no_amount", "amount"),
    ):
        if counts[key] > 0:
            raise TransactionError(
                ngettext(
                    "The log has {count} row without a usable {column}. Read it with "
                    "read_transactions, which shows it and can leave it out.",
                    "The log has {count} rows without a usable {column}. Read it with "
                    "read_transactions, which shows them and can leave them out.",
                    int(counts[key]),
                ).format(count=int(counts[key]), column=column)
            )
    if as_of is None:
        end = pd.Timestamp(counts["last"]).date()
        say(_("as_of is not given: the last day of the log, {day}, is used.").format(day=end))
    said = {
        "as_of": pd.Timestamp(end),
        "rows_after_as_of": int(counts["after"]),
        "rows_before_since": int(counts["before"]),
    }
    if start > end or said["rows_after_as_of"] + said["rows_before_since"] == counts["rows"]:
        raise TransactionError(
            _("No row of the log lies in the period asked for, {start} to {end}.").format(
                start=start if since is not None else "…", end=end
            )
        )
    return frame.filter(c("day") >= nw.lit(start), c("day") <= nw.lit(end)), said


def _aggregate(frame):
    """One row per customer, from one row per customer and day."""
    import narwhals as nw

    c = nw.col
    paid = nw.when(c("amount") >= 0).then(c("amount"))
    days = (
        frame.with_columns(paid=paid)
        .group_by("customer_id", "day")
        .agg(spend=c("amount").sum(), paid=c("paid").sum(), rows=c("paid").count())
        .with_columns(purchase_day=nw.when(c("rows") > 0).then(c("day")))
        # A day with refunds only must not be taken for the day of the first purchase.
        .with_columns(order=c("purchase_day").fill_null(nw.lit(dt.date.max)))
    )
    return days.group_by("customer_id").agg(
        purchases=c("purchase_day").count(),
        spend=c("spend").sum(),
        first_purchase=c("purchase_day").min(),
        last_purchase=c("purchase_day").max(),
        paid=c("paid").sum(),
        first_paid=c("paid").first(order_by="order"),
    )


def _collected(frame):
    """Bring the customer table home; through Arrow, so that every engine gives one type."""
    import narwhals as nw

    categories = (nw.Categorical, nw.Enum)
    if frame.collect_schema()["customer_id"] in categories:
        frame = frame.with_columns(nw.col("customer_id").cast(nw.String))
    table = frame.sort("customer_id").collect("pyarrow").to_native().to_pandas()
    for column in ("first_purchase", "last_purchase"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return table.set_index("customer_id")
