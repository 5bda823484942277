"""Edits made without a network: what a server keeps of them, by three ways to put them together.

1. A device keeps a copy of each record, as the server had it at the last connection (`seen`). An
   edit changes that copy; it arrives at the next connection (`uploaded`).
2. *Whole records*: the device sends its copies of the records it changed, and the server puts
   each in place of its own. Whatever somebody else wrote since `seen` is gone.
3. *Single fields*: only the changed fields are put in place. Gone is what somebody else wrote into
   the same field.
4. *An event log*: the device sends what was done, and the server adds it to a list. Lists are put
   together by the number of each edit, so none is lost and none counts twice, in whatever order
   they arrive; the state is read from the list. It is the simplest of the types that cannot
   conflict of Shapiro, Preguiça, Baquero and Zawirski (2011): a set that only grows.

An edit does one of three things to its field: "set" puts a value, "add" adds a number, "append"
writes a line below the others.
"""

from itertools import groupby

import numpy as np
import pandas as pd

from crmlab.arguments import one_of, table_columns
from crmlab.errors import CRMError

_LOG = ["edit_id", "customer_id", "field", "action", "value"]
_UPLOADS = [*_LOG, "device", "uploaded", "seen"]
_REPLAYED = ["customer_id", "uploaded", "device", "seen", "field", "action", "value", "stamp"]
_ACTIONS = ("set", "add", "append")
_NONE = {"set": None, "add": 0.0, "append": 0.0}


def replay_uploads(edits, keep="record", clock=None):
    """Return what a server holds that puts uploads in place of what it had.

    Parameters
    ----------
    edits : pandas.DataFrame
        One row per edit that arrived, as ``Company.app_edits``; an upload that came twice has its
        rows twice. The numbers of a device's edits (``edit_id``) rise.
    keep : {"record", "field"}
        What is put in place: the device's copy of the whole record, or its changed fields.
    clock : str, optional
        A column of times. What arrives is put in place only where it is not older, by this clock,
        than what is there. Without one, the last that arrives wins.

    Returns
    -------
    pandas.DataFrame
        One row per customer, a column per field: the last value of fields that are set, the
        number of those that are added to, and how many lines there are of those appended to.

    Raises
    ------
    CRMError
        If a column is missing, or an action is unknown.
    """
    one_of(keep, ("record", "field"), "keep")
    edits = table_columns(edits, [*_UPLOADS, *([clock] if clock else [])])
    kinds = _kinds(edits)
    empty = {name: _NONE[kind] for name, kind in kinds.items()}
    rows = edits.assign(stamp=edits[clock] if clock else edits["uploaded"])
    rows = rows.sort_values(["customer_id", "uploaded", "device", "edit_id"], kind="stable")
    columns = [rows[name].tolist() for name in _REPLAYED]
    by_customer = groupby(zip(*columns, strict=True), key=lambda edit: edit[0])
    held = {customer: _replayed(edits, empty, keep) for customer, edits in by_customer}
    return _as_table(pd.DataFrame.from_dict(held, orient="index"), kinds)


def _replayed(edits, empty, keep):
    """Return the last state of one record."""
    versions = [(pd.Timestamp.min, empty)]  # of the server, and since when
    written = {}  # the stamp of each field, or of the record
    for (uploaded, _device), upload in groupby(edits, key=lambda edit: edit[1:3]):
        batch = list(upload)
        seen = batch[0][3]
        copy = dict(next(state for since, state in reversed(versions) if since <= seen))
        stamps = {}
        for *_where, field, action, value, stamp in batch:
            copy[field] = _applied(copy[field], action, value)
            stamps[field] = stamp
        changed = {field: [field] for field in stamps}
        if keep == "record":
            stamps, changed = {"": batch[-1][-1]}, {"": list(empty)}
        state = dict(versions[-1][1])
        for what, stamp in stamps.items():
            if what not in written or stamp >= written[what]:
                written[what] = stamp
                state |= {field: copy[field] for field in changed[what]}
        versions.append((uploaded, state))
    return versions[-1][1]


def _applied(before, action, value):
    if action == "set":
        return value
    return before + (float(value) if action == "add" else 1.0)


def merge_logs(*logs):
    """Return one log with every edit of several logs, once.

    Merging is the same in any order and any grouping, and merging again changes nothing.

    Parameters
    ----------
    *logs : pandas.DataFrame
        One row per edit that arrived; of rows with one ``edit_id``, that with the smallest
        ``uploaded`` stays, where there is such a column.

    Returns
    -------
    pandas.DataFrame
        Sorted by ``edit_id``.

    Raises
    ------
    CRMError
        If a column is missing, or two rows with one ``edit_id`` say different things.
    """
    for log in logs:
        table_columns(log, _LOG)
    log = pd.concat(logs, ignore_index=True)
    by = ["edit_id", *(["uploaded"] if "uploaded" in log else [])]
    log = log.sort_values(by, kind="stable")
    said = log[_LOG].drop_duplicates()
    twice = said["edit_id"].duplicated()
    if twice.any():
        raise CRMError(
            "Edit {edit!r} says two different things: numbers of edits must be unique.",
            edit=said.loc[twice, "edit_id"].iloc[0],
        )
    return log.drop_duplicates("edit_id").reset_index(drop=True)


def current_state(log, order):
    """Read the state of all records from a log of edits.

    Parameters
    ----------
    log : pandas.DataFrame
        One row per edit, each once: see :func:`merge_logs`.
    order : str
        The column of times that says which value of a field was set last; of equal times, the
        later ``edit_id``.

    Returns
    -------
    pandas.DataFrame
        As from :func:`replay_uploads`.

    Raises
    ------
    CRMError
        If a column is missing, an action is unknown, or an edit stands there twice.
    """
    log = table_columns(log, [*_LOG, order])
    if log["edit_id"].duplicated().any():
        raise CRMError("Some edits stand in the log twice: put it through merge_logs first.")
    kinds = _kinds(log)
    log = log.sort_values([order, "edit_id"], kind="stable")
    action = log["action"].astype("str")
    keys = ["customer_id", "field"]
    parts = [
        log[action == "set"].groupby(keys, observed=True)["value"].last(),
        log[action == "add"]
        .astype({"value": "float64"})
        .groupby(keys, observed=True)["value"]
        .sum(),
        log[action == "append"].groupby(keys, observed=True)["value"].size().astype("float64"),
    ]
    found = pd.concat([part.astype("object") for part in parts]).unstack("field")
    return _as_table(found.reindex(index=sorted(log["customer_id"].unique())), kinds)


def _kinds(edits):
    """Return what edits of each field do, fields in alphabetical order."""
    kinds = (
        edits[["field", "action"]].astype("str").drop_duplicates().sort_values(["field", "action"])
    )
    unknown = kinds.loc[~kinds["action"].isin(_ACTIONS), "action"]
    if len(unknown):
        raise CRMError(
            "There is no action {action!r}; there are: {known}.",
            action=unknown.iloc[0],
            known=", ".join(_ACTIONS),
        )
    if kinds["field"].duplicated().any():
        name = kinds.loc[kinds["field"].duplicated(), "field"].iloc[0]
        raise CRMError("All edits of field {name!r} must do the same.", name=name)
    return dict(kinds.itertuples(index=False, name=None))


def _as_table(found, kinds):
    table = found.reindex(columns=list(kinds))
    for name, kind in kinds.items():
        if kind == "set":
            table[name] = (
                table[name].astype("object").where(table[name].notna(), np.nan).astype("str")
            )
        else:
            table[name] = table[name].astype("float64").fillna(0.0)
    return table.rename_axis("customer_id").rename_axis(columns=None)
