"""Rows of a frame of any engine, brought home to pandas."""

import pandas as pd

from crmlab.logs.frames import open_frame


def bring_home(source, resolve):
    """Return the columns that `resolve` finds by role, as pandas, under their own names.

    Parameters
    ----------
    source : frame of any engine
    resolve : callable
        Takes the list of columns, returns role to column; see
        :func:`crmlab.logs.frames.open_frame`.

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


def whole_days(values):
    """Return a column of dates as days, or None if it holds none (or times with a zone)."""
    # An engine's dates without a time arrive as Python dates, in a column of objects.
    if values.dtype == object and pd.api.types.infer_dtype(values) in ("date", "empty"):
        values = pd.to_datetime(values)
    is_date = pd.api.types.is_datetime64_dtype(values.dtype)
    return values.dt.normalize() if is_date else None
