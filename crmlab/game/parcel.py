"""A view as files, to be handed to a policy in another process; nothing else goes there.

One Arrow file per table and one JSON file for the rest. The tests by lot do not change in a
year: they are written from bytes that are kept.
"""

import io
import json
from dataclasses import fields
from pathlib import Path

import pandas as pd
from pyarrow import feather

from crmlab.game.view import TABLES, View

STAY = ("spend_test", "offer_test", "message_test")  # as they are, all year
_REST = "rest.json"


def packed(table):
    """Return a table as the bytes of an Arrow file."""
    stream = io.BytesIO()
    plain = table.reset_index() if table.index.name else table
    feather.write_feather(plain, stream, compression="zstd")
    return stream.getvalue()


def write(view, folder, kept):
    """Write a view into a folder.

    Parameters
    ----------
    view : View
    folder : pathlib.Path
        Is made.
    kept : dict of str to bytes
        The tables of `STAY`, packed.
    """
    folder.mkdir(parents=True)
    indexes = {}
    for name in TABLES:
        table = getattr(view, name)
        indexes[name] = table.index.name
        (folder / f"{name}.arrow").write_bytes(kept[name] if name in kept else packed(table))
    rest = {
        field.name: getattr(view, field.name)
        for field in fields(View)
        if field.name not in (*TABLES, "first_day")
    }
    rest |= {"first_day": view.first_day.isoformat(), "indexes": indexes}
    (folder / _REST).write_text(json.dumps(rest), encoding="utf-8")


def read(folder):
    """Return the view that was written into a folder.

    Parameters
    ----------
    folder : path-like

    Returns
    -------
    View
    """
    folder = Path(folder)
    rest = json.loads((folder / _REST).read_text(encoding="utf-8"))
    indexes = rest.pop("indexes")
    tables = {}
    for name in TABLES:
        table = feather.read_feather(folder / f"{name}.arrow")
        tables[name] = table.set_index(indexes[name]) if indexes[name] else table
    return View(**{**rest, "first_day": pd.Timestamp(rest["first_day"])}, **tables)
