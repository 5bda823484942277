"""From columns to rows of a log: what a row is worth, whether it counts, whether it can be used.

Written once, on Narwhals, so that a lazy frame is checked in the engine that holds it. Dates and
amounts have been read; here they get one type. Then, in this order:

1. the amount is a column, or quantity × price;
2. states are looked at (`states`), and what the user says about them is done;
3. each row gets a verdict: it is left out on request, or cannot be used, or counts.
"""

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from crmlab.errors import TransactionError
from crmlab.language import and_more, ngettext
from crmlab.language import gettext as _
from crmlab.logs.engines import literal, to_pandas, without_zone
from crmlab.logs.evidence import by_day, by_state, finite_amount
from crmlab.logs.identities import SHORTENED, as_one_spelling
from crmlab.logs.placeholders import far_days
from crmlab.logs.roles import FACTORS
from crmlab.logs.states import States, chosen

LOG_COLUMNS = ("customer_id", "date", "amount", "order_id")
STATE = "status"  # columns of states are called status, status_2, …
COUNTS = 0  # a verdict; above it is the number of a reason, below it a row is left out on request
# Keys of `rejection`, in the order in which a row is asked.
_REASONS = (
    *("customer missing", "customer shortened", "date missing", "date in the future"),
    *("date before all", "date placeholder", "quantity missing", "quantity infinite"),
    *("price missing", "price infinite", "amount missing", "amount infinite"),
)
_MOST_SHOWN = 5


@dataclass(frozen=True)
class ReadOptions:
    """How to read, and what the user says about rows; as in ``read_transactions``."""

    date_format: str | None
    decimal: str | None
    timezone: str | None
    latest: dt.date
    since: dt.date | None = None
    status: str | None = None
    keep: list = field(default_factory=list)
    refunds: list = field(default_factory=list)
    not_customers: list = field(default_factory=list)
    fold_ids: bool = False


def typed(frame, names, options):
    """Bring the columns to those of a log, and say per row whether it counts and can be used.

    Parameters
    ----------
    frame : Narwhals frame
        ``customer_id``, ``date``, ``amount`` or ``quantity`` and ``price``, perhaps ``order_id``,
        and columns of states; dates and amounts are no text.
    names : dict
        What each of them is called in the source.
    options : ReadOptions

    Returns
    -------
    frame : Narwhals frame
        With ``verdict``: :data:`COUNTS`; below it where a row is left out on request; above it
        where it cannot be used, and :func:`reasons` says why.
    left_out : pandas.DataFrame
        ``column``, ``value``, ``rows``, ``amount`` of what is left out on request.
    notes : list of str
    """
    import narwhals as nw

    frame, notes = _on_one_clock(frame, names, options)
    numbers = [nw.col(name).cast(nw.Float64) for name in measures(names)]
    frame = frame.with_columns(nw.col("date").cast(nw.Datetime("us")), *numbers)
    if "amount" not in names:
        frame = frame.with_columns(amount=nw.col("quantity") * nw.col("price"))
        product = _("{quantity} × {price} is read as what was paid.")
        notes.append(product.format(quantity=names["quantity"], price=names["price"]))
    if options.fold_ids and not frame.collect_schema()["customer_id"].is_numeric():
        frame = frame.with_columns(as_one_spelling(nw.col("customer_id").cast(nw.String)))
        folded = _("{column}: read without a final '.0', zeros in front and capital letters.")
        notes.append(folded.format(column=names["customer_id"]))
    frame, state, said = _with_states(frame, names, options)
    notes += said
    requests = _requests(frame, state, options)
    far = None
    if options.since is None:
        far = far_days(by_day(_of_days(frame, requests, options)))
        notes += far.notes(names["date"])
    rules = _rules(frame, names, far, options)
    verdict = nw
    for number, (condition, _value) in enumerate(requests.values(), start=1):
        verdict = verdict.when(condition).then(nw.lit(COUNTS - number))
    for key, condition in rules:
        verdict = verdict.when(condition).then(nw.lit(COUNTS + 1 + _REASONS.index(key)))
    frame = frame.with_columns(verdict=verdict.otherwise(nw.lit(COUNTS)))
    left_out = no_rows_left_out()
    if requests:
        left_out = _counted(frame, requests, names)
        notes += _left_out_noted(left_out, names["customer_id"], options)
    return frame, left_out, notes


def reasons(verdict):
    """Return the key of the reason for each verdict above :data:`COUNTS`.

    Parameters
    ----------
    verdict : pandas.Series of int
    """
    return verdict.map(lambda number: _REASONS[int(number) - COUNTS - 1])


def measures(names):
    """Return which columns say what a row is worth, of those named."""
    return [name for name in (*FACTORS, "amount") if name in names]


def columns_of_log(names):
    """Return the columns of the log, of those named."""
    return [name for name in LOG_COLUMNS if name in names or name == "amount"]


def _on_one_clock(frame, names, options):
    """Take the zone off times that carry one, and say so."""
    zone = getattr(frame.collect_schema()["date"], "time_zone", None)
    if zone is None:
        return frame, []
    note = _("{column}: times are those of {timezone}; the zone is taken off.").format(
        column=names["date"], timezone=options.timezone or zone
    )
    try:
        return without_zone(frame, "date", options.timezone), [note]
    except NotImplementedError as error:
        raise TransactionError(
            "{engine} cannot convert column {name!r} to another time zone. Set the zone of the "
            "session (in DuckDB: SET TimeZone = '{timezone}') and leave timezone= out.",
            engine=frame.implementation.value,
            name=names["date"],
            timezone=options.timezone,
        ) from error


def _with_states(frame, names, options):
    """Look at the columns of states, and do what the user says about refunds.

    Returns the frame with states as text, the column that the user means (None without a word of
    the user), and notes.
    """
    import narwhals as nw

    schema, asked = frame.collect_schema(), [*options.keep, *options.refunds]
    keys = [key for key in names if key.startswith(STATE) and _can_be_states(schema[key])]
    if keys:
        as_text = [nw.col(key).cast(nw.String).str.strip_chars().fill_null("") for key in keys]
        frame = frame.with_columns(*as_text)
    tables = {key: by_state(frame, key) for key in keys}
    columns = {key: States(names[key], table) for key, table in tables.items() if table is not None}
    key = chosen(columns, asked, named=options.status is not None) if asked else None
    notes = []
    for other, states in columns.items():
        if other == key:
            notes += _told(states, options)
        elif states.are_doubtful or (options.status is not None and len(states.table)):
            notes.append(states.note())
    if key and options.refunds:
        refund = nw.col(key).is_in(options.refunds) & (nw.col("amount") > 0)
        amount = nw.when(refund).then(-nw.col("amount")).otherwise(nw.col("amount"))
        frame = frame.with_columns(amount=amount)
    return frame, key, notes


def _told(states, options):
    """Say what is done with states on the user's word, and what is still open."""
    table, notes = states.table, []
    missing = [one for one in (*options.keep, *options.refunds) if not states.has([one])]
    if missing:
        notes.append(_none_has(states.column, missing))
    refund = table["state"].isin(options.refunds)
    turned = int(table.loc[refund, "above"].sum())
    if turned:
        notes.append(
            ngettext(
                "{column}: {count:,} amount above 0 of {states} is turned below 0, on request.",
                "{column}: {count:,} amounts above 0 of {states} are turned below 0, on request.",
                turned,
            ).format(
                column=states.column,
                count=turned,
                states=_(", ").join(map(repr, table.loc[refund, "state"])),
            )
        )
    rest = States(states.column, table[~refund].reset_index(drop=True))
    if not options.keep and rest.are_doubtful:
        notes.append(rest.note())
    return notes


def _can_be_states(kind):
    import narwhals as nw

    return kind.is_numeric() or kind in (nw.String, nw.Categorical, nw.Enum, nw.Boolean, nw.Object)


def _requests(frame, state, options):
    """Return what the user wants left out: column to the condition, and to the value to show."""
    import narwhals as nw

    requests = {}
    if options.keep:
        kept = [*options.keep, *options.refunds]
        requests[state] = (~nw.col(state).is_in(kept), nw.col(state))
    if options.not_customers:
        ids, asked = nw.col("customer_id").cast(nw.String), options.not_customers
        if options.fold_ids:
            spelled = nw.from_native(pd.DataFrame({"customer_id": asked}, dtype="str"))
            asked = spelled.select(as_one_spelling(nw.col("customer_id")))["customer_id"].to_list()
        requests["customer_id"] = (ids.is_in([*options.not_customers, *asked]), ids)
    if options.since is not None:
        start = literal(dt.datetime.combine(options.since, dt.time.min), frame)
        before = _("before {day}").format(day=options.since)
        requests["date"] = (nw.col("date") < start, nw.lit(before))
    return requests


def _counted(frame, requests, names):
    """Count what is left out, by column and value."""
    import narwhals as nw

    tables = [no_rows_left_out()]
    for number, (column, (_condition, value)) in enumerate(requests.items(), start=1):
        rows = frame.filter(nw.col("verdict") == COUNTS - number)
        counted = rows.lazy().select(value=value, amount=finite_amount()).group_by("value")
        table = to_pandas(counted.agg(rows=nw.len(), amount=nw.col("amount").sum()))
        table = table.sort_values(["rows", "value"], ascending=[False, True], kind="stable")
        tables.append(table.assign(column=names[column], amount=table["amount"].fillna(0).round(6)))
    kinds = tables[0].dtypes.to_dict()
    return pd.concat(tables, ignore_index=True)[list(kinds)].astype(kinds)


def no_rows_left_out():
    """Return the table of what is left out, with nothing in it."""
    return pd.DataFrame(
        {
            "column": pd.Series(dtype="str"),
            "value": pd.Series(dtype="str"),
            "rows": pd.Series(dtype="int64"),
            "amount": pd.Series(dtype="float64"),
        }
    )


def _left_out_noted(left_out, customer, options):
    notes = []
    for column, table in left_out.groupby("column", sort=False):
        count = int(table["rows"].sum())
        shown = table.head(_MOST_SHOWN)
        counted = shown[["value", "rows"]].itertuples(index=False)
        values = [f"{value} ({rows:,})" for value, rows in counted]
        notes.append(
            ngettext(
                "{column}: {count:,} row is left out on request: {values}.",
                "{column}: {count:,} rows are left out on request: {values}.",
                count,
            ).format(
                column=column,
                count=count,
                values=and_more(_(", ").join(values), len(table) - len(shown)),
            )
        )
    found = left_out.loc[left_out["column"] == customer, "value"]
    missing = [one for one in options.not_customers if one not in set(found)]
    if missing and not options.fold_ids:
        notes.append(_none_has(customer, missing))
    return notes


def _none_has(column, values):
    note = _("{column}: no row has {values}.")
    return note.format(column=column, values=_(", ").join(map(repr, values)))


def _of_days(frame, requests, options):
    """Return the rows whose days are looked at: neither left out, nor of no day at all."""
    import narwhals as nw

    date = nw.col("date")
    earliest, latest = (literal(day, frame) for day in (dt.datetime.min, _latest(options)))
    kept = [~condition for condition, _value in requests.values()]
    return frame.filter(date >= earliest, date <= latest, *kept).select("date", "amount")


def _latest(options):
    return dt.datetime.combine(options.latest, dt.time.max)


def _rules(frame, names, far, options):
    """Return pairs of what makes a row unusable, by its key, and the condition that it does."""
    import narwhals as nw

    customer, date = nw.col("customer_id"), nw.col("date")
    rules = [("customer missing", customer.is_null())]
    if frame.collect_schema()["customer_id"] == nw.String:
        rules.append(("customer shortened", customer.str.contains(SHORTENED)))
    rules += [
        ("date missing", date.is_null()),
        ("date in the future", date > literal(_latest(options), frame)),
        # A database knows -infinity.
        ("date before all", date < literal(dt.datetime.min, frame)),
    ]
    for day in far.placeholders["day"] if far else ():
        start, end = (
            literal(dt.datetime.combine(day, time), frame) for time in (dt.time.min, dt.time.max)
        )
        rules.append(("date placeholder", (date >= start) & (date <= end)))
    for name in measures(names):
        value = nw.col(name)
        rules.append((f"{name} missing", value.is_null() | value.is_nan()))
        rules.append((f"{name} infinite", ~value.is_finite()))
    if "amount" not in names:
        rules.append(("price infinite", ~nw.col("amount").is_finite()))
    return rules
