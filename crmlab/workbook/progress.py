"""What a learner has passed: one small file that survives crashes and two open notebooks.

The file is an SQLite database: a write is there as a whole or not at all, whoever kills
the process, and two kernels wait for each other. Rows are only ever added. What the file
does not take is remembered until the kernel ends, and written as soon as it does.
"""

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from crmlab.language import gettext as _
from crmlab.notices import say

# One step from each version of the file to the next; a file says in user_version how many it
# has gone through.
_STEPS = (
    """
    CREATE TABLE IF NOT EXISTS event (
        at TEXT NOT NULL, participant TEXT NOT NULL, exercise TEXT NOT NULL,
        seed INTEGER NOT NULL, task TEXT NOT NULL, status TEXT NOT NULL, mistake TEXT NOT NULL
    )
    """,
    "ALTER TABLE event ADD COLUMN said TEXT NOT NULL DEFAULT ''",
)
_COLUMNS = ["at", "participant", "exercise", "seed", "task", "status", "mistake", "said"]
_INSERT = (
    f"INSERT INTO event ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{c}' for c in _COLUMNS)})"
)
_WAIT = 10  # seconds that a second kernel waits for the first
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")

_not_written = {}  # path of a file to the events that it has not taken


def path():
    """Return where progress is kept: ``CRMLAB_PROGRESS``, or a file in the home folder."""
    chosen = os.environ.get("CRMLAB_PROGRESS")
    return Path(chosen) if chosen else Path.home() / ".crmlab" / "progress.sqlite"


def record(participant, exercise, seed, task, status, mistake="", *, said=""):
    """Add one event; say so where it cannot be kept, and go on.

    Parameters
    ----------
    participant, exercise, task, status : str
    seed : int
    mistake : str, optional
        The name of the mistake, or several joined by ``+``.
    said : str, optional
        What the learner was told, in their language: names of mistakes may change, and mean
        nothing to a learner.
    """
    given = (_now(), participant, exercise, int(seed), task, status, mistake, said)
    waiting = _not_written.setdefault(path(), [])
    waiting.append(dict(zip(_COLUMNS, given, strict=True)))
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path(), timeout=_WAIT)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            _upgrade(connection)
            connection.executemany(_INSERT, waiting)
    except (sqlite3.Error, OSError) as error:
        if len(waiting) == 1:  # not at every check
            say(
                "Your progress is not kept ({problem}). The checks work, this notebook "
                "remembers what you do until its kernel ends, and what was kept before is "
                "unchanged. The file is {path}.",
                problem=error,
                path=path(),
            )
    else:
        waiting.clear()


def _upgrade(connection):
    """Bring a file to the version of today, in the transaction that is open."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_STEPS):
        raise sqlite3.Error(_("it was written by a newer version of the course; update this one"))
    for step in _STEPS[version:]:
        connection.execute(step)
    if version < len(_STEPS):
        connection.execute(f"PRAGMA user_version = {len(_STEPS)}")


def events():
    """Return all events, oldest first.

    Returns
    -------
    pandas.DataFrame
        ``at`` (UTC, ISO 8601), ``participant``, ``exercise``, ``seed``, ``task``,
        ``status``, ``mistake``, ``said``; empty where nothing is kept or readable.
    """
    found = [_kept(), pd.DataFrame(_not_written.get(path(), []), columns=_COLUMNS)]
    return pd.concat([frame for frame in found if len(frame)] or found[:1], ignore_index=True)


def _kept():
    """Return the events in the file; one of an older version has nothing in later columns."""
    nothing = pd.DataFrame(columns=_COLUMNS)
    if not path().exists():
        return nothing
    try:
        # Not read-only: what a killed kernel left half written is rolled back at the next look.
        place = f"{path().resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(place, timeout=_WAIT, uri=True)) as connection:
            rows = connection.execute("SELECT * FROM event ORDER BY rowid")
            names = [name for name, *_rest in rows.description]
            frame = pd.DataFrame(rows.fetchall(), columns=names)
            return frame.reindex(columns=_COLUMNS, fill_value="")
    except sqlite3.Error as error:
        say(
            "The progress file {path} cannot be read ({problem}); it is left as it is.",
            path=path(),
            problem=error,
        )
        return nothing


def summary(participant=None):
    """Return per exercise, seed and task how far a learner is.

    Parameters
    ----------
    participant : str, optional
        Everybody's by default.

    Returns
    -------
    pandas.DataFrame
        Index ``exercise``, ``seed``, ``task``; ``tries``, ``passed`` (bool) and
        ``last mistake``, in words.
    """
    found = events()
    if participant is not None:
        found = found[found["participant"] == participant]
    found = found[found["status"].isin(["passed", "wrong"])]
    one_task = ["exercise", "seed", "task"]
    grouped = found.groupby(one_task, sort=False)
    wrong = found[found["status"] == "wrong"].groupby(one_task).tail(1).set_index(one_task)
    return pd.DataFrame(
        {
            "tries": grouped.size(),
            "passed": grouped["status"]
            .agg(lambda status: status.eq("passed").any())
            .astype("bool"),
            "last mistake": pd.Series(
                [_in_words(row.mistake, row.said) for row in wrong.itertuples()],
                index=wrong.index,
                dtype="object",
            ),
        }
    ).reindex(grouped.size().index)


def _in_words(mistake, said):
    """Return what a learner was told of a mistake: the first sentence, without the advice."""
    if said:
        return _SENTENCE_END.split(said, maxsplit=1)[0]
    # The file of a first version holds names only.
    plain = {"form": _("another form than the task asks for"), "other": _("no known mistake")}
    return plain.get(mistake, mistake.replace("+", ", ").replace("_", " "))


def _now():
    return datetime.now(UTC).isoformat(timespec="milliseconds")
