"""Frames of any engine: opened, asked small questions, and brought home to pandas."""

import pandas as pd

from crmlab.language import fill_verbatim


def open_frame(source, resolve):
    """Return a native frame in Narwhals, and the columns that `resolve` finds by role."""
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
    source : frame of any engine
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
    import narwhals as nw

    return frame.select(nw.len()).lazy().collect().item() == 0


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
