"""What a company knows beside its log: who its customers are, what they bought, what it spent.

A log says who bought, when and for how much. Three more tables answer what it cannot:

- the **register**, one row per customer: how each came, what a stranger could know, which groups
  are to be compared;
- the **lines**, one row per product in an order;
- the **spend** on acquisition, one row per month and channel.

Each may be missing; the sections that need it then say so.
"""

import os
from dataclasses import dataclass

import pandas as pd

from crmlab.errors import CRMError
from crmlab.logs.engines import to_pandas
from crmlab.logs.files import read_file
from crmlab.logs.reading import check_transactions
from crmlab.logs.roles import folded, resolve_columns

SPEND_COLUMNS = ("month", "channel", "spend")
_NO_AMOUNT = "amount of a line"


@dataclass(frozen=True)
class Sources:
    """Tables beside a log; none has to be there. Each may be the name of its CSV or Parquet file.

    Attributes
    ----------
    register : pandas.DataFrame, optional
        One row per customer, with ``customer_id`` as a column or as its index.
    channel : str, optional
        Its column that says how each customer came.
    facts : sequence of str
        Its columns that a stranger could know: quasi-identifiers.
    group : str, optional
        Its column of the groups for which the churn score has to be fair.
    lines : pandas.DataFrame, optional
        One row per product in an order: an order number that the log has too, or
        ``customer_id`` and ``date``.
    product : str, optional
        Its column that says which product.
    spend : pandas.DataFrame, optional
        ``month`` (a day of it), ``channel`` as in the register, ``spend`` in the unit of the log.

    Raises
    ------
    CRMError
        If a column is missing, a customer stands twice in the register, or a column of one of the
        tables is named without the table.
    """

    register: pd.DataFrame | None = None
    channel: str | None = None
    facts: tuple = ()
    group: str | None = None
    lines: pd.DataFrame | None = None
    product: str | None = None
    spend: pd.DataFrame | None = None

    def __post_init__(self):
        facts = (self.facts,) if isinstance(self.facts, str) else tuple(self.facts)
        self._keep(facts=facts)
        for name in ("register", "lines", "spend"):
            if isinstance(getattr(self, name), (str, os.PathLike)):
                self._keep(**{name: _file(getattr(self, name))})
        named = [*self.facts, *filter(None, (self.channel, self.group))]
        if self.register is not None:
            self._keep(register=_register(self.register, named))
        elif named:
            raise CRMError(
                "{names} must be columns of the register, and there is none: give register=, a "
                "table with one row per customer.",
                names=", ".join(map(repr, named)),
            )
        if (self.lines is None) != (self.product is None):
            raise CRMError("lines= and product= go together: a table, and its column of products.")
        if self.lines is not None:
            _insist_on(self.lines, [self.product], "lines")
        if self.spend is not None:
            if self.channel is None:
                raise CRMError(
                    "What was spent by channel says nothing without channel=, the column of the "
                    "register that says how each customer came."
                )
            self._keep(spend=_spend(self.spend))

    def _keep(self, **values):
        for name, value in values.items():
            object.__setattr__(self, name, value)


def _file(path):
    """Return a table from a file: all of it, from CSV as text."""
    table, *_rest = read_file(path, None, lambda names: {name: name for name in names})
    # An empty cell is text to a reader of text.
    return table.replace("", None) if len(table) else table


def _insist_on(table, names, which):
    missing = [name for name in names if name not in table]
    if missing:
        raise CRMError(
            "The table {which}= has no column {name!r}. It has: {columns}.",
            which=which,
            name=missing[0],
            columns=", ".join(map(str, table.columns)),
        )


def _register(table, named):
    """Return the register by customer, as text: a number in one file is text in another."""
    if table.index.name != "customer_id":
        role = resolve_columns(_but(table.columns, named), customer=None)["customer"]
        table = table.set_index(role)
    _insist_on(table, named, "register")
    table = table[table.index.notna()]
    table.index = table.index.astype("str").rename("customer_id")
    twice = table.index[table.index.duplicated()]
    if len(twice):
        raise CRMError(
            "{count} rows of the register are a customer's second or later, as of {example!r}; it "
            "needs one row per customer.",
            count=len(twice),
            example=twice[0],
        )
    return table


def _but(columns, named):
    """Return columns of a table but those that have a part already."""
    return [column for column in columns if column not in named]


def _spend(table):
    known = {name: column for column in table for name in SPEND_COLUMNS if folded(column) == name}
    _insist_on(pd.DataFrame(columns=[*known]), SPEND_COLUMNS, "spend")
    table = table[[known[name] for name in SPEND_COLUMNS]].set_axis(SPEND_COLUMNS, axis=1)
    months = pd.to_datetime(table["month"], errors="coerce").dt.to_period("M")
    amounts = pd.to_numeric(table["spend"], errors="coerce")
    unusable = months.isna() | amounts.isna() | (amounts < 0)
    if unusable.any():
        row = table[unusable].iloc[0]
        raise CRMError(
            "A row of spend= cannot be used: month {month!r}, spend {spend!r}. A month is written "
            "as 2025-03, what was spent as a number, 0 or more.",
            month=str(row["month"]),
            spend=str(row["spend"]),
        )
    channel = table["channel"].astype("str")
    return pd.DataFrame({"month": months, "channel": channel, "spend": amounts.astype(float)})


def products_of(sources, log, as_of):
    """Return who bought which product in which order, one row each, in order of time.

    Parameters
    ----------
    sources : Sources
        With lines.
    log : frame of any engine
        For lines that name an order by its number only.
    as_of : pandas.Timestamp
        The last day that counts.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``day``, ``order`` and ``product``, all but the day as text.

    Raises
    ------
    CRMError
        If the lines can be joined to no customer.
    """
    import narwhals as nw

    lines = sources.lines.reset_index(drop=True)
    product = lines[sources.product]
    free = _but(lines.columns, [sources.product])
    order = resolve_columns(free, order=None).get("order")
    known = nw.from_native(log).lazy().collect_schema().names()
    if order and "order_id" in known:
        table = lines[[order]].set_axis(["order"], axis=1).assign(product=product)
        table = table.astype("str").merge(_orders(log), on="order")
    else:
        # Who and when is read as it is in a log; a line without an amount is no refund.
        names = resolve_columns(free, customer=None, date=None)
        read = check_transactions(
            lines.assign(**{_NO_AMOUNT: 0.0}), amount=_NO_AMOUNT, order=order, **names
        ).log
        table = read.assign(product=product.reindex(read.index))
        table["order"] = table["order_id"] if order else table["date"].dt.normalize()
    table["day"] = table["date"].dt.normalize()
    table = table[table["product"].notna() & (table["day"] <= as_of)]
    if table.empty:
        raise CRMError("No line belongs to an order of the log.")
    names = ["customer_id", "order", "product"]
    table[names] = table[names].astype("str")
    table = table[["customer_id", "day", "order", "product"]].drop_duplicates()
    return table.sort_values(["customer_id", "day", "order"], kind="stable", ignore_index=True)


def _orders(log):
    """Return the orders of a log that are no refunds: whose, and when."""
    import narwhals as nw

    frame = nw.from_native(log).lazy().filter(nw.col("amount") >= 0)
    orders = to_pandas(frame.select("customer_id", "date", order="order_id"))
    return orders.astype({"order": "str"}).drop_duplicates("order")
