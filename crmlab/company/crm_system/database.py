"""The database: opened, brought up to date, checked, and shown to each role.

1. SQLite serves the operations: one file, no server, transactions, constraints.
2. The schema is a row of numbered scripts. The database remembers the last one that ran, so a
   second run does nothing, and one that breaks off leaves the database as it was.
3. A role reads its own view and nothing else: SQLite asks us before it reads a column.
"""

import re
import sqlite3
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from crmlab.errors import CRMError

_HERE = Path(__file__).parent
SCRIPTS = sorted((_HERE / "sql").glob("*.sql"))
ROLES = ("sales", "service", "marketing", "analysis", "data")


def connect(path=":memory:"):
    """Open a database, with foreign keys on and every transaction ours to begin.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    sqlite3.Connection
    """
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")  # SQLite does not check them unless asked
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def upgrade(connection):
    """Run the scripts that this database has not seen yet, all or none.

    Parameters
    ----------
    connection : sqlite3.Connection

    Returns
    -------
    list of str
        Names of the scripts that ran; a second call returns none.
    """
    (seen,) = connection.execute("PRAGMA user_version").fetchone()
    new = [script for script in SCRIPTS if _number(script) > seen]
    with transaction(connection):
        for script in new:
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_number(script)}")
    return [script.name for script in new]


def _number(script):
    return int(script.name.partition("_")[0])


def _statements(script):
    """Split a script; `executescript` would commit on its own."""
    begun = ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            yield begun
            begun = ""


@contextmanager
def transaction(connection):
    """Keep what is done inside, or nothing of it if it fails; one may stand within another."""
    inside = connection.in_transaction
    connection.execute("SAVEPOINT part" if inside else "BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK TO part" if inside else "ROLLBACK")
        raise
    connection.execute("RELEASE part" if inside else "COMMIT")


@contextmanager
def rehearsal(connection):
    """Do everything as on the day, look at it, and take all of it back at the end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        connection.execute("ROLLBACK")


def insert(connection, table, *rows):
    """Put rows into a table; a row is a tuple of all its columns."""
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def read_sql(query, connection):
    """Return what a query finds, as a table."""
    found = connection.execute(query)
    return pd.DataFrame(found.fetchall(), columns=[column[0] for column in found.description])


def count(connection, table):
    """Return how many rows a table has."""
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def script(number):
    """Return the text of a numbered script, to read."""
    return next(one for one in SCRIPTS if _number(one) == number).read_text(encoding="utf-8")


def requirements():
    """Return the requirements: what is asked, to the query that finds what breaks it."""
    return _headed("checks.sql", "check")


def trials():
    """Return the rows that have to be refused: what is wrong, to the statement."""
    return _headed("trials.sql", "refuse")


def _headed(name, mark):
    """Return the parts of an SQL file, headed by comments such as ``-- check: …``."""
    text = (_HERE / name).read_text(encoding="utf-8")
    parts = re.split(r"^-- (\w+): (.+)$", text, flags=re.MULTILINE)
    found = zip(parts[1::3], parts[2::3], map(str.strip, parts[3::3]), strict=True)
    return {head: body for kind, head, body in found if kind == mark}


def put_examples(connection):
    """Put in a few good rows, to try things on: two customers, an account, an order."""
    for block in _headed("trials.sql", "given").values():
        for statement in _statements(block):
            connection.execute(statement)


def try_rows(connection):
    """Try every row that has to be refused, and take all back.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of an empty database.

    Returns
    -------
    pandas.Series
        What the database says, by what is wrong; "taken" where it says nothing.
    """
    said = {}
    with rehearsal(connection):
        put_examples(connection)
        for what, statement in trials().items():
            try:
                connection.execute(statement)
                said[what] = "taken"
            except sqlite3.IntegrityError as error:
                said[what] = str(error)
    return pd.Series(said, name="the database says").rename_axis("a row with")


def check(connection):
    """Ask every requirement of the database.

    Parameters
    ----------
    connection : sqlite3.Connection

    Returns
    -------
    pandas.DataFrame
        Indexed by requirement: ``broken_by``, how many rows break it (missing where it cannot
        even be asked), and ``state``: met, broken, or cannot be asked.
    """
    rows = {}
    for name, query in requirements().items():
        try:
            count = len(connection.execute(query).fetchall())
            rows[name] = count, "broken" if count else "met"
        except sqlite3.OperationalError:
            rows[name] = None, "cannot be asked"
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["broken_by", "state"])
    return table.astype({"broken_by": "Int64"}).rename_axis("requirement")


def open_as(role, path):
    """Open a database to read what one role may see: the view named after it.

    Parameters
    ----------
    role : {"sales", "service", "marketing", "analysis", "data"}
    path : path-like

    Returns
    -------
    sqlite3.Connection
        Anything but reading that view fails as "not authorized" or "prohibited".

    Raises
    ------
    CRMError
        If there is no such role.
    """
    if role not in ROLES:
        raise CRMError("There is no role {role!r}. There are: {known}.", role=role, known=ROLES)
    connection, view = connect(path), f"for_{role}"

    def allowed(action, table, _column, _database, through):
        reads = action == sqlite3.SQLITE_READ and view in (table, through)
        plain = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION)
        return sqlite3.SQLITE_OK if reads or plain else sqlite3.SQLITE_DENY

    connection.set_authorizer(allowed)
    return connection


def order_of_tables(connection):
    """Return all tables so that each stands behind those that it refers to.

    Parameters
    ----------
    connection : sqlite3.Connection

    Returns
    -------
    list of tuple
        Name of the table, and a tuple of the tables that it refers to.
    """
    from graphlib import TopologicalSorter

    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        )
    ]
    refers = {
        name: tuple(
            sorted({row[2] for row in connection.execute(f"PRAGMA foreign_key_list({name})")})
        )
        for name in names
    }
    return [(name, refers[name]) for name in TopologicalSorter(refers).static_order()]
