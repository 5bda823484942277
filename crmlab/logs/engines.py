"""Frames of any engine: opened, asked small questions, and brought home to pandas.

What Narwhals lacks in PySpark, or does slowly in DuckDB, has its special case here, and nowhere
else.
"""

import os

import pandas as pd

from crmlab.language import fill_verbatim


def open_frame(source, resolve):
    """Return a native frame in Narwhals, and the columns that `resolve` finds by role.

    Parameters
    ----------
    source : frame of any engine, str or os.PathLike
        A name is that of a folder of Parquet files.
    resolve : callable
        Takes the list of columns, returns role to column.
    """
    import narwhals as nw

    if isinstance(source, (str, os.PathLike)):
        from crmlab.logs.files import open_parquet

        source = open_parquet(source)
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
            fill_verbatim(
                "A transaction log is a file name or a pandas, Polars, PyArrow, DuckDB or PySpark "
                "frame, not {kind}.",
                kind=type(source).__name__,
            )
        ) from error
    return frame, resolve(frame.collect_schema().names())


def bring_home(source, resolve):
    """Return the columns that `resolve` finds by role, as pandas, under their own names.

    Parameters
    ----------
    source : frame of any engine, str or os.PathLike
    resolve : callable
        Takes the list of columns, returns role to column; see :func:`open_frame`.

    Returns
    -------
    pandas.DataFrame
        A copy.
    """
    import narwhals as nw

    frame, columns = open_frame(source, resolve)
    frame = frame.select(*dict.fromkeys(columns.values()))
    frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return frame.to_pandas().copy()


def is_empty(frame):
    """Return whether a frame, lazy or not, has no row."""
    # One row answers; counting all of them would read a lazy frame once more.
    return len(frame.head(1).lazy().collect()) == 0


def rows_and_spend(log):
    """Return how many rows a log has, and the sum of its amounts above 0.

    Parameters
    ----------
    log : native frame
        ``amount``.
    """
    import narwhals as nw

    amount = nw.col("amount")
    paid = nw.when(amount > 0).then(amount)
    table = to_pandas(nw.from_native(log).lazy().select(rows=nw.len(), spend=paid.sum()))
    return int(table["rows"][0]), float(table["spend"].fillna(0.0)[0])


def is_spark(frame):
    """Return whether a Narwhals frame lies in Spark."""
    return frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect()


def literal(value, frame):
    """Return a day or a time as a literal in the engine of a frame.

    Parameters
    ----------
    value : datetime.date or datetime.datetime
    frame : Narwhals frame

    Returns
    -------
    narwhals.Expr
    """
    import datetime as dt

    import narwhals as nw

    if not is_spark(frame):
        return nw.lit(value)
    # PySpark writes the year 1 as "1", which Java refuses, and moves a time without a zone
    # from the zone of the Python process to that of the session.
    kind = nw.Datetime("us") if isinstance(value, dt.datetime) else nw.Date
    return nw.lit(value.isoformat()).cast(kind)


def without_zone(frame, column, timezone=None):
    """Return a frame with the times of a column as clocks show them, without a zone.

    Parameters
    ----------
    frame : Narwhals frame
    column : str
        Of times with a zone.
    timezone : str, optional
        Whose clocks; those of the column's own zone by default.

    Raises
    ------
    NotImplementedError
        If the engine keeps one zone for all its tables, and it is another one.
    """
    import narwhals as nw

    if timezone is not None and is_spark(frame):
        # Narwhals knows Spark's session zone only. Counted from an epoch without a zone, no
        # hour is lost that the clocks of the session skip.
        from pyspark.sql import functions as F

        shown = F.unix_micros(F.from_utc_timestamp(column, timezone))
        epoch = F.lit("1970-01-01").cast("timestamp_ntz")
        native = frame.to_native()
        return nw.from_native(
            native.withColumn(column, F.timestamp_add("MICROSECOND", shown, epoch))
        )
    times = nw.col(column)
    if timezone is not None:
        times = times.dt.convert_time_zone(timezone)
    return frame.with_columns(times.dt.replace_time_zone(None).alias(column))


def one_row_each(frame, key, *, first, **aggregates):
    """Aggregate a lazy frame to one row per value of a key.

    Parameters
    ----------
    frame : narwhals.LazyFrame
    key : str
    first : tuple of (str, str, str)
        A new column, the column whose value it takes, and the column by which it is the first.
    **aggregates : tuple of (str, str)
        New column to its source and ``"count"``, ``"sum"``, ``"min"`` or ``"max"``.

    Returns
    -------
    narwhals.LazyFrame
    """
    import narwhals as nw

    name, value, order = first
    if frame.implementation.is_duckdb():  # where Narwhals orders by a text made of each value
        columns = [f'{how}("{of}") AS "{new}"' for new, (of, how) in aggregates.items()]
        columns.append(f'min_by("{value}", "{order}") AS "{name}"')
        return nw.from_native(frame.to_native().aggregate(", ".join([key, *columns]), key))
    if is_spark(frame):  # where Narwhals has no `first`
        from pyspark.sql import functions as F

        columns = [getattr(F, how)(of).alias(new) for new, (of, how) in aggregates.items()]
        columns.append(F.min_by(value, order).alias(name))
        return nw.from_native(frame.to_native().groupBy(key).agg(*columns))
    columns = {new: getattr(nw.col(of), how)() for new, (of, how) in aggregates.items()}
    columns[name] = nw.col(value).first(order_by=order)
    return frame.group_by(key).agg(**columns)


def to_pandas(frame):
    """Collect a lazy frame; through Arrow, so that every engine gives one type."""
    return frame.collect("pyarrow").to_native().to_pandas()


def is_date(dtype):
    """Return whether a Narwhals type is a date, with or without a time of day."""
    import narwhals as nw

    return dtype in (nw.Date, nw.Datetime)


def is_number(dtype):
    """Return whether a Narwhals type is a number."""
    return dtype.is_numeric()


def whole_days(values):
    """Return a column of dates as days, or None if it holds none (or times with a zone)."""
    # An engine's dates without a time arrive as Python dates, in a column of objects.
    if values.dtype == object and pd.api.types.infer_dtype(values) in ("date", "empty"):
        values = pd.to_datetime(values)
    is_date = pd.api.types.is_datetime64_dtype(values.dtype)
    return values.dt.normalize() if is_date else None
