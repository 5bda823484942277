"""The move: from what was delivered into the database, so that a second run does no harm.

1. The order is that of the foreign keys: systems, customers, accounts, orders.
2. Rows go in batches, each one transaction: whole, or not at all.
3. A row has the number that its system gave it. What is there already is left alone, so a run
   that was killed is simply run again.
"""

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from crmlab.company.crm_system.database import count, transaction

CUSTOMER_FIELDS = ["customer_id", "name", "phone", "born", "street", "email", "updated"]


def join(numbers, pairs):
    """Return whose each account is, when linked pairs are one person: A is B, B is C, A is C.

    Parameters
    ----------
    numbers : array-like
        All account numbers.
    pairs : pandas.DataFrame
        Two columns of account numbers, a row per linked pair.

    Returns
    -------
    pandas.Series
        Number of the customer, indexed by account: the first, in the order of text, of the
        accounts that hang together.
    """
    numbers = pd.Index(numbers)
    ends = [numbers.get_indexer(pairs.iloc[:, side]) for side in (0, 1)]
    graph = coo_matrix((np.ones(len(pairs)), ends), shape=(len(numbers), len(numbers)))
    group = connected_components(graph, directed=False)[1]
    return pd.Series(numbers, numbers).groupby(group).transform("min")


def merge(accounts, customer_of):
    """Return one row per customer, made of the details of all its accounts.

    The rule: of each detail the one that was told last; a missing one never replaces another.
    A name in characters goes before one in pinyin, which has lost something.

    Parameters
    ----------
    accounts : pandas.DataFrame
        See `Delivery`.
    customer_of : pandas.Series
        Number of the customer, indexed by account.

    Returns
    -------
    pandas.DataFrame
        ``customer_id`` and the fields of the table customer.
    """
    table = accounts.assign(customer_id=accounts["account_no"].map(customer_of))
    table = table.sort_values(["updated", "account_no"], kind="stable")
    table["characters"] = table["name"].mask(table["name"].map(str.isascii))
    merged = table.groupby("customer_id").last()  # `last` skips what is missing
    merged["name"] = merged["characters"].fillna(merged["name"])
    return merged.reset_index()[CUSTOMER_FIELDS]


def move(connection, delivery, customer_of, batch=500, progress=None):
    """Bring a delivery into the database.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of a database that is up to date.
    delivery : Delivery
    customer_of : pandas.Series
        Number of the customer, indexed by account; an account that is not in it becomes a
        customer of its own.
    batch : int
        Rows in one transaction.
    progress : callable, optional
        Called inside each transaction with the table and the rows that have gone so far.

    Returns
    -------
    pandas.DataFrame
        Rows in each table when all is done.
    """
    accounts = delivery.accounts
    # Whose an account is was said when it came; a later delivery does not change it.
    known = dict(connection.execute("SELECT account_no, customer_id FROM account"))
    said = dict(customer_of)
    whose = pd.Series(
        {number: known.get(number, said.get(number, number)) for number in accounts["account_no"]}
    )
    tables = {
        "source_system": delivery.control,
        "customer": merge(accounts, whose),
        "account": accounts.assign(customer_id=whose.to_numpy())[
            ["account_no", "system", "customer_id", "opened"]
        ],
        "purchase": delivery.orders[["order_no", "account_no", "day", "fen"]],
    }
    gone = 0
    for name, table in tables.items():
        rows = _plain(table)
        marks = ", ".join("?" * table.shape[1])
        for start in range(0, len(rows), batch):
            with transaction(connection):
                connection.executemany(
                    f"INSERT INTO {name} VALUES ({marks}) ON CONFLICT DO NOTHING",
                    rows[start : start + batch],
                )
                gone += len(rows[start : start + batch])
                if progress:
                    progress(name, gone)
    with transaction(connection):
        # What is refused is said anew by each delivery.
        connection.execute("DELETE FROM reject")
        connection.executemany(
            "INSERT INTO reject VALUES (?, ?, ?, ?, ?, ?)", _plain(delivery.rejects)
        )
    counts = {name: count(connection, name) for name in [*tables, "reject"]}
    return pd.DataFrame({"rows": counts}).rename_axis("table")


def _plain(table):
    """Return rows as tuples of what SQLite knows: whole numbers, text, None."""
    columns = [table[name].astype("object") for name in table]
    return list(zip(*(column.where(column.notna(), None) for column in columns), strict=True))
