"""Opening a frame of any engine, and the small questions asked of it."""

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
