"""From a log to one row per customer: the second half of the data contract.

The aggregation is written once, on Narwhals, and runs in the engine that holds the log.
Eager pandas and Arrow frames of many rows are handed to an embedded DuckDB, which aggregates
them several times faster than pandas' own group-by; to open one takes longer than Arrow takes
for a few rows. A folder of Parquet files lies in one from the start (`files`) and is never
loaded. The customer table is always pandas.
"""

import datetime as dt
import tempfile
from contextlib import contextmanager

import pandas as pd

from crmlab.arguments import as_day, unit_of_time
from crmlab.errors import TransactionError
from crmlab.language import ngettext
from crmlab.logs.engines import (
    is_date,
    is_number,
    is_spark,
    literal,
    one_row_each,
    open_frame,
    to_pandas,
    without_zone,
)
from crmlab.logs.roles import resolve_columns
from crmlab.notices import quiet, say


def summarize(log, *, as_of=None, unit="D", since=None):
    """Summarise a log into one row per customer.

    A **purchase day** is a day on which the customer has a row with an amount of 0 or more;
    several rows on one day are one purchase. Refunds (amounts below 0) change `spend`,
    never timing or counts.

    Parameters
    ----------
    log : frame of any engine, str or os.PathLike
        ``customer_id``, ``date``, ``amount``, as from :func:`read_transactions`. A name is
        that of a folder of Parquet files with these columns, which is not loaded. The days of
        a Spark ``timestamp`` are those of the session's time zone; this is said.
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

        ``attrs`` says ``as_of``, ``unit``, ``since`` (a day, or None), ``rows_after_as_of``,
        ``rows_before_since``, ``refund_only_customers`` (left out of the table;
        :func:`refund_only_customers` lists them) and ``net_spend_not_positive`` (kept).

    Raises
    ------
    TransactionError
        If a column is missing or of the wrong kind, or customers, dates or amounts are
        missing in the log.

    See Also
    --------
    update_summary : the same table brought forward by new rows.

    Notes
    -----
    Sums of money are rounded to a millionth of their unit, so that the order in which an
    engine adds up does not show. (It can, in the last digits, where a customer's sum passes
    a thousand million.)
    """
    unit_of_time(unit)
    with lazy_log(log) as frame:
        rows, counts = window(frame, as_of, since)
        table = collected(aggregate(rows))
    return customer_table(table, counts, unit)


def customer_table(table, said, unit, out_before=0):
    """Turn sums per customer into the customer table, and say who is left out.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`aggregate`, collected.
    said : dict
        As from :func:`window`.
    unit : {"D", "W"}
    out_before : int, default 0
        Customers with refunds only who are not in `table`.
    """
    said = dict(said)
    as_of = said.pop("as_of")
    bought = table["purchases"] > 0
    refund_only = int((~bought).sum())
    if refund_only:
        table = table[bought]
    refund_only += out_before
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
        **said,
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
            ),
            count=refund_only,
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

    with lazy_log(log) as frame:
        rows, _counts = window(frame, as_of, since)
        table = collected(aggregate(rows).filter(nw.col("purchases") == 0))
    return table[["spend"]].round(6)


_DAYS_PER_UNIT = {"D": 1, "W": 7}


@contextmanager
def lazy_log(log):
    """Give the three columns as a lazy frame in the engine that will aggregate them.

    Who summarises one log several times hands this frame to :func:`summarize`: then pandas
    and Arrow logs are handed to their engine once. What :func:`daily_log` gave stays as it is.
    """
    import narwhals as nw

    if _is_daily(log):
        yield log
        return
    frame, _columns = open_frame(log, _standard_columns)
    frame = frame.select("customer_id", "date", "amount")
    if is_spark(frame):
        frame = _in_days_of_the_session(frame)
    if isinstance(frame, nw.LazyFrame) or frame.implementation.is_polars():
        yield _insist_on_a_log(frame).lazy()
        return
    import pyarrow

    try:
        table = frame.to_arrow()
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
        raise TransactionError(
            "A column of the log mixes values of several types: {problem}. Read it with "
            "read_transactions first.",
            problem=error,
        ) from error
    _insist_on_a_log(nw.from_native(table))
    with _in_an_engine(table) as frame:
        yield frame


@contextmanager
def daily_log(log):
    """Give a log as one row per customer and day, for who summarises it many times.

    To find the purchase days is most of the work of :func:`summarize`; with this frame in place
    of the log they are found once. A log that is not in memory stays as it is, in its engine.
    """
    import narwhals as nw

    in_memory = isinstance(nw.from_native(log, pass_through=True), nw.DataFrame)
    with lazy_log(log) as frame:
        if not in_memory:
            yield frame
            return
        with quiet():
            rows, _counts = window(frame, None, None)  # refuses what is no log
        days = by_day(rows).collect("pyarrow").to_native()
    with _in_an_engine(days) as frame:
        yield frame


@contextmanager
def _in_an_engine(table):
    """Give an Arrow table as a lazy frame, in Arrow itself if it is small, else in a DuckDB."""
    import narwhals as nw

    if table.nbytes <= _FEW:
        yield nw.from_native(table).lazy()
        return
    import duckdb

    with tempfile.TemporaryDirectory() as spill:
        # A connection of our own: its limits must not change the user's default one.
        # Beyond the limit DuckDB spills groups to disk instead of taking memory.
        limit = max(_LEAST_MEMORY, 5 * table.nbytes // 2)
        config = {
            "memory_limit": f"{limit // 2**20}MiB",
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        with duckdb.connect(config=config) as connection:
            yield nw.from_native(connection.from_arrow(table))


def _is_daily(frame):
    import narwhals as nw

    return isinstance(frame, nw.LazyFrame) and "purchase_day" in frame.collect_schema().names()


def _in_days_of_the_session(frame):
    """Take the zone off a Spark timestamp: it is none of its own, but the session's."""
    zone = getattr(frame.collect_schema()["date"], "time_zone", None)
    if zone is None:
        return frame
    say(
        "The dates are Spark timestamps: their days are those of the session's zone, {zone}.",
        zone=zone,
    )
    return without_zone(frame, "date")


def _insist_on_a_log(frame):
    """Refuse text, and zones: the day of a time with a zone depends on who looks."""
    schema = frame.collect_schema()
    date, amount = schema["date"], schema["amount"]
    if not (is_date(date) and is_number(amount)) or getattr(date, "time_zone", None):
        raise TransactionError(
            "The log has {date} dates and {amount} amounts; summarize needs dates without a "
            "time zone, and numbers. Read it with read_transactions first.",
            date=date,
            amount=amount,
        )
    return frame


_FEW = 2**20  # bytes, some 30,000 rows: up to twice as many Arrow is no slower than DuckDB
_LEAST_MEMORY = 600 * 2**20  # bytes


def _standard_columns(columns):
    """Insist on the names of the contract: a log is a checked table."""
    return resolve_columns(columns, customer="customer_id", date="date", amount="amount")


def window(frame, as_of, since, reached=None):
    """Cut the log to the days that count; return it with ``day`` and what was cut.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        As from :func:`lazy_log` or :func:`daily_log`.
    as_of, since : date-like or None
    reached : date-like, optional
        A day that counts in any case: then no row has to lie in the period.
    """
    import narwhals as nw

    c = nw.col
    daily = _is_daily(frame)
    if not daily:
        frame = frame.with_columns(day=c("date").dt.date(), amount=c("amount").cast(nw.Float64))
    end = dt.date.max if as_of is None else as_day(as_of, "as_of")
    start = dt.date.min if since is None else as_day(since, "since")
    earliest, latest, first, last = (
        literal(day, frame) for day in (dt.date.min, dt.date.max, start, end)
    )
    is_day = c("day").is_between(earliest, latest)

    def how_many(condition):  # Spark adds up no truth values
        each = condition.cast(nw.Int64)
        return (each * c("rows") if daily else each).sum()

    amount = c("spend" if daily else "amount")
    counts = to_pandas(
        frame.select(
            rows=c("rows").sum() if daily else nw.len(),
            last=nw.when(is_day).then(c("day")).max(),
            no_customer=how_many(c("customer_id").is_null()),
            no_date=how_many(c("day").is_null() | ~is_day),
            no_amount=how_many(~amount.is_finite() | amount.is_null()),
            after=how_many(c("day") > last),
            before=how_many(c("day") < first),
        )
    )
    counts = counts.fillna({"after": 0, "before": 0}).iloc[0]  # sums of no rows
    if counts["rows"] == 0 and reached is None:
        raise TransactionError("The log has no rows.")
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
                ),
                count=int(counts[key]),
                column=column,
            )
    if as_of is None and reached is not None:
        end = reached if counts["rows"] == 0 else max(reached, pd.Timestamp(counts["last"]).date())
    elif as_of is None:
        end = pd.Timestamp(counts["last"]).date()
        say("as_of is not given: the last day of the log, {day}, is used.", day=end)
    said = {
        "as_of": pd.Timestamp(end),
        "since": None if since is None else start.isoformat(),
        "rows_after_as_of": int(counts["after"]),
        "rows_before_since": int(counts["before"]),
    }
    outside = said["rows_after_as_of"] + said["rows_before_since"]
    if start > end or (reached is None and outside == counts["rows"]):
        raise TransactionError(
            "No row of the log lies in the period asked for, {start} to {end}.",
            start=start if since is not None else "…",
            end=end,
        )
    return frame.filter(c("day") >= first, c("day") <= literal(end, frame)), said


def aggregate(frame):
    """Return one row of sums per customer, from one row per customer and day."""
    return one_row_each(
        by_day(frame),
        "customer_id",
        first=("first_paid", "paid", "order"),
        purchases=("purchase_day", "count"),
        spend=("spend", "sum"),
        first_purchase=("purchase_day", "min"),
        last_purchase=("purchase_day", "max"),
        paid=("paid", "sum"),
    )


def by_day(frame):
    """Return one row per customer and day: what was spent and paid, and whether it counts."""
    import narwhals as nw

    if _is_daily(frame):
        return frame
    c = nw.col
    paid = nw.when(c("amount") >= 0).then(c("amount"))
    return (
        frame.with_columns(paid=paid)
        .group_by("customer_id", "day")
        .agg(
            spend=c("amount").sum(),
            paid=c("paid").sum(),
            paid_rows=c("paid").count(),
            rows=nw.len(),
        )
        .with_columns(purchase_day=nw.when(c("paid_rows") > 0).then(c("day")))
        # A day with refunds only must not be taken for the day of the first purchase.
        .with_columns(order=c("purchase_day").fill_null(literal(dt.date.max, frame)))
    )


def collected(frame, days=("first_purchase", "last_purchase")):
    """Bring rows of customers home, sorted by customer, with some columns of days."""
    import narwhals as nw

    categories = (nw.Categorical, nw.Enum)
    if frame.collect_schema()["customer_id"] in categories:
        frame = frame.with_columns(nw.col("customer_id").cast(nw.String))
    if is_spark(frame):  # to sort, it would compute everything twice
        table = frame.collect("pyarrow").to_native().sort_by("customer_id").to_pandas()
    else:
        table = to_pandas(frame.sort("customer_id"))
    for column in days:
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return table.set_index("customer_id")
