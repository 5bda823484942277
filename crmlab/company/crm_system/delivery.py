"""What the three systems hand over: read, checked line by line, and what is refused.

A line is taken or refused, never repaired in silence. What is refused keeps its file, its line,
its text and the reason, so that somebody can go and ask.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlab.company import world
from crmlab.company.crm_system.spelling import name_key, street_key
from crmlab.errors import CRMError

ACCOUNT_FIELDS = [
    "account_no", "name", "phone", "born", "address", "email", "opened", "updated",
]  # fmt: skip
TIDY_FIELDS = [
    "account_no", "name", "name_key", "phone", "born", "street", "email", "opened", "updated",
    "told",
]  # fmt: skip
ORDER_FIELDS = ["order_no", "account_no", "time", "amount"]
REJECT_FIELDS = ["file", "line", "number", "reason", "fen", "text"]


@dataclass(frozen=True)
class Spelling:
    """How one system writes: its encoding, separator, dates, and how many fen its unit has."""

    encoding: str
    separator: str
    day: str
    born: str
    time: str
    fen: int
    ending: str = "csv"


SPELLINGS = {
    "web": Spelling("utf-8", ",", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%dT%H:%M", 1),
    "till": Spelling("gb18030", ",", "%Y/%m/%d", "%Y%m%d", "%Y/%m/%d %H:%M", 100),
    "dealer": Spelling("utf-16", "\t", "%d.%m.%Y", "%d.%m.%Y", "%d.%m.%Y", 100, "txt"),
}


def file_name(system, kind):
    """Return the name of one of the six files; `kind` is ``"people"`` or ``"orders"``."""
    return f"{system}_{kind}.{SPELLINGS[system].ending}"


@dataclass(frozen=True)
class Delivery:
    """Six files, read.

    Attributes
    ----------
    accounts : pandas.DataFrame
        One row per account that was taken: system, account_no, name (as written), name_key,
        phone (11 digits), born, street, email, opened, updated; dates as text, missing as None;
        told, how many of the four details had any text, good or not.
    orders : pandas.DataFrame
        One row per order that was taken: system, order_no, account_no, day, fen.
    rejects : pandas.DataFrame
        One row per line that was refused: file, line, number, reason, fen, text.
    control : pandas.DataFrame
        What each system's own screen shows: system, accounts, orders, fen.
    """

    accounts: pd.DataFrame
    orders: pd.DataFrame
    rejects: pd.DataFrame
    control: pd.DataFrame


def read(folder, today=world.LAST_DAY):
    """Read what the systems handed over.

    Parameters
    ----------
    folder : path-like
        Of the six files and control.csv.
    today : date-like
        No order is later.

    Returns
    -------
    Delivery

    Raises
    ------
    CRMError
        If a file is missing.
    """
    folder = Path(folder)
    parts = {"accounts": [], "orders": [], "rejects": []}
    for system, spelling in SPELLINGS.items():
        accounts, refused = _accounts(folder, system, spelling)
        parts["accounts"].append(accounts)
        orders, also_refused = _orders(folder, system, spelling, accounts, pd.Timestamp(today))
        parts["orders"].append(orders)
        parts["rejects"] += [refused, also_refused]
    whole = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    return Delivery(**whole, control=pd.read_csv(_there(folder / "control.csv")))


def _there(path):
    if not path.exists():
        raise CRMError(
            "The file {name} is missing in {folder}.", name=path.name, folder=path.parent
        )
    return path


def _lines(path, spelling, fields):
    """Return the lines of a file as a table: line number, text, and the fields of whole ones."""
    text = _there(path).read_bytes().decode(spelling.encoding).splitlines()[1:]
    table = pd.DataFrame({"file": path.name, "line": range(2, len(text) + 2), "text": text})
    parted = table["text"].str.split(spelling.separator)
    whole = parted.str.len() == len(fields)
    padded = [row if good else [row[0]] + [""] * (len(fields) - 1)
        for row, good in zip(parted, whole, strict=True)]  # fmt: skip
    table[fields] = pd.DataFrame(padded, table.index, fields, dtype="str")
    table["reason"] = pd.Series("", table.index).mask(~whole, "line is cut")
    return table


def _refuse(table, where, reason):
    """Note a reason where a line breaks a rule; the first one stands."""
    table["reason"] = table["reason"].mask((table["reason"] == "") & where, reason)


def _accounts(folder, system, spelling):
    table = _lines(folder / file_name(system, "people"), spelling, ACCOUNT_FIELDS)
    _refuse(table, table["name"].str.strip() == "", "no name")
    _refuse(table, table.duplicated("account_no"), "sent twice")
    for column in ("opened", "updated"):
        _refuse(table, _day(table[column], spelling.day).isna(), f"no date: {column}")
    taken = tidy_accounts(table[table["reason"] == ""], system)
    return taken, _rejects(table, "account_no")


def tidy_accounts(table, system):
    """Bring the accounts of one system to one form.

    Parameters
    ----------
    table : pandas.DataFrame
        Text as the system writes it: account_no, name, phone, born, address, email, opened,
        updated.
    system : {"web", "till", "dealer"}

    Returns
    -------
    pandas.DataFrame
        The columns of ``Delivery.accounts``.
    """
    spelling = SPELLINGS[system]
    born = _day(table["born"], spelling.born)
    digits = table["phone"].str.replace(r"\D", "", regex=True).str[-11:]
    tidy = table.assign(
        system=system,
        told=(table[["phone", "born", "address", "email"]] != "").sum(axis=1),
        name_key=name_key(table["name"]),
        phone=digits.where(digits.str.len() == 11),
        born=born.where(born > "1905"),  # 1900-01-01 is what the form had before anybody typed
        street=street_key(table["address"]),
        email=table["email"].str.lower().where(table["email"].str.contains("@", regex=False)),
        opened=_day(table["opened"], spelling.day),
        updated=_day(table["updated"], spelling.day),
    )
    tidy = tidy[["system", *TIDY_FIELDS]].astype("object")
    return tidy.where(tidy.notna(), None)


def _orders(folder, system, spelling, accounts, today):
    table = _lines(folder / file_name(system, "orders"), spelling, ORDER_FIELDS)
    amount = pd.to_numeric(table["amount"].str.replace(",", "."), errors="coerce")
    table["fen"] = (amount * spelling.fen).round().astype("Int64")
    day = pd.to_datetime(table["time"], format=spelling.time, errors="coerce")
    repeated = table.duplicated("order_no")
    _refuse(table, repeated, "sent twice")
    _refuse(table, table["fen"].isna(), "amount cannot be read")
    _refuse(table, day.isna(), "no such date")
    _refuse(table, day.dt.normalize() > today, "date in the future")
    _refuse(table, ~table["account_no"].isin(accounts["account_no"]), "account unknown")
    table["fen"] = table["fen"].mask(repeated, 0)
    taken = table[table["reason"] == ""]
    orders = taken[["order_no", "account_no", "fen"]].assign(
        system=system, day=day[taken.index].dt.strftime("%Y-%m-%d")
    )
    columns = ["system", "order_no", "account_no", "day", "fen"]
    return orders[columns].astype({"fen": "int64"}), _rejects(table, "order_no")


def _day(texts, form):
    return pd.to_datetime(texts, format=form, errors="coerce").dt.strftime("%Y-%m-%d")


def _rejects(table, number):
    refused = table[table["reason"] != ""].rename(columns={number: "number"})
    if "fen" not in refused:
        refused = refused.assign(fen=0)
    refused = refused[REJECT_FIELDS].reset_index(drop=True)
    return refused.astype({"fen": "Int64"})
