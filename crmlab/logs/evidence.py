"""What a log shows about itself: its rows counted by customer, by day and by state.

Each count is one aggregation in the engine that holds the log. What it means is judged by
`identities`, `placeholders` and `states`.
"""

from crmlab.language import gettext as _
from crmlab.language import ngettext
from crmlab.logs.engines import is_spark, to_pandas

_MOST_STATES = 60  # a column with more different values is none of states


def by_customer(log):
    """Count the rows of each customer.

    Parameters
    ----------
    log : Narwhals frame
        ``customer_id``, ``date``, ``amount``.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``rows``, ``amount`` (their sum), ``first`` and ``last`` (time).
    """
    import narwhals as nw

    date = nw.col("date")
    counted = log.lazy().group_by("customer_id")
    return to_pandas(
        counted.agg(rows=nw.len(), amount=nw.col("amount").sum(), first=date.min(), last=date.max())
    )


def by_day(log):
    """Count the rows of each day.

    Parameters
    ----------
    log : Narwhals frame
        ``date``, ``amount``.

    Returns
    -------
    pandas.DataFrame
        ``day`` (datetime.date), in order, ``rows``, ``amount`` (the sum of those that are finite).
    """
    import narwhals as nw

    days = log.lazy().select(day=nw.col("date").dt.truncate("1d"), amount=finite_amount())
    table = to_pandas(days.group_by("day").agg(rows=nw.len(), amount=nw.col("amount").sum()))
    table = table.dropna(subset="day").sort_values("day", kind="stable", ignore_index=True)
    return table.assign(day=table["day"].dt.date)


def by_state(log, column):
    """Count the rows of each state.

    Parameters
    ----------
    log : Narwhals frame
        ``amount`` and a column of text, nowhere missing.
    column : str

    Returns
    -------
    pandas.DataFrame or None
        ``state``, ``rows``, ``amount`` (the sum of those that are finite), ``above`` (how many of
        them are above 0), the most frequent first; None where there are too many to be states.
    """
    import narwhals as nw

    above = (nw.col("amount") > 0).cast(nw.Int64)  # Spark adds up no truth values
    counted = log.lazy().select(state=nw.col(column), amount=finite_amount(), above=above)
    counted = counted.group_by("state").agg(
        rows=nw.len(), amount=nw.col("amount").sum(), above=nw.col("above").sum()
    )
    if not is_spark(counted):  # which would compute everything twice to sort
        counted = counted.sort("rows", "state", descending=[True, False])
    table = to_pandas(counted.head(_MOST_STATES + 1))
    if len(table) > _MOST_STATES:
        return None
    return table.sort_values(["rows", "state"], ascending=[False, True], ignore_index=True)


def finite_amount():
    """Return an expression for the amount; missing where it is infinite or no number."""
    import narwhals as nw

    amount = nw.col("amount")
    return nw.when(amount.is_finite()).then(amount)


def extent(rows, amount, total):
    """Say how many rows something has, and what share of spend where spend is above 0."""
    said = ngettext("{count:,} row", "{count:,} rows", int(rows)).format(count=int(rows))
    if not total > 0:
        return said
    return _("{rows}, {share:.1%} of spend").format(rows=said, share=amount / total)
