"""What a learner has passed: one small file that survives crashes and two open notebooks.

The file is an SQLite database: a write is there as a whole or not at all, whoever kills
the process, and two kernels wait for each other. Rows are only ever added.
"""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from crmlab.language import gettext as _
from crmlab.notices import say

_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS event (
    at TEXT NOT NULL, participant TEXT NOT NULL, exercise TEXT NOT NULL, seed INTEGER NOT NULL,
    task TEXT NOT NULL, status TEXT NOT NULL, mistake TEXT NOT NULL
)
"""
_WAIT = 10  # seconds that a second kernel waits for the first


def path():
    """Return where progress is kept: ``CRMLAB_PROGRESS``, or a file in the home folder."""
    chosen = os.environ.get("CRMLAB_PROGRESS")
    return Path(chosen) if chosen else Path.home() / ".crmlab" / "progress.sqlite"


def record(participant, exercise, seed, task, status, mistake=""):
    """Add one event; say so where it cannot be kept, and go on.

    Parameters
    ----------
    participant, exercise, task, status, mistake : str
    seed : int
    """
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect()) as connection, connection:
            connection.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
                (_now(), participant, exercise, int(seed), task, status, mistake),
            )
    except (sqlite3.Error, OSError) as error:
        say(
            _(
                "Your progress is not kept ({problem}). Nothing is lost: the checks work, and "
                "what was kept before is unchanged. The file is {path}."
            ).format(problem=error, path=path())
        )


def events():
    """Return all events, oldest first.

    Returns
    -------
    pandas.DataFrame
        ``at`` (UTC, ISO 8601), ``participant``, ``exercise``, ``seed``, ``task``,
        ``status``, ``mistake``; empty where nothing is kept or readable.
    """
    columns = ["at", "participant", "exercise", "seed", "task", "status", "mistake"]
    if not path().exists():
        return pd.DataFrame(columns=columns)
    try:
        with closing(
            sqlite3.connect(f"{path().resolve().as_uri()}?mode=ro", uri=True)
        ) as connection:
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM event ORDER BY rowid")
            return pd.DataFrame(rows.fetchall(), columns=columns)
    except sqlite3.Error as error:
        say(
            _("The progress file {path} cannot be read ({problem}); it is left as it is.").format(
                path=path(), problem=error
            )
        )
        return pd.DataFrame(columns=columns)


def summary(participant=None):
    """Return per exercise and task how far a learner is.

    Parameters
    ----------
    participant : str, optional
        Everybody's by default.

    Returns
    -------
    pandas.DataFrame
        Index ``exercise``, ``task``; ``tries``, ``passed`` (bool) and ``last mistake``.
    """
    found = events()
    if participant is not None:
        found = found[found["participant"] == participant]
    found = found[found["status"].isin(["passed", "wrong"])]
    grouped = found.groupby(["exercise", "task"], sort=False)
    wrong = found[found["status"] == "wrong"].groupby(["exercise", "task"])["mistake"].last()
    return pd.DataFrame(
        {
            "tries": grouped.size(),
            "passed": grouped["status"]
            .agg(lambda status: status.eq("passed").any())
            .astype("bool"),
            "last mistake": wrong,
        }
    ).reindex(grouped.size().index)


def _connect():
    connection = sqlite3.connect(path(), timeout=_WAIT)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        connection.close()
        raise sqlite3.Error(_("it was written by a newer version of the course; update this one"))
    if version < _VERSION:
        with connection:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
    return connection


def _now():
    return datetime.now(UTC).isoformat(timespec="milliseconds")
