"""Order exports of shops, recognised by their headers; the headers lie in ``exports.toml``.

Such an export has several columns of dates and of amounts. Which of them a log needs is
settled by who wrote the file, not by the names alone.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from crmlab.language import gettext as _
from crmlab.language import ngettext

_REQUIRED = ("customer", "date", "amount")


def folded(name):
    """Return a name as it is compared: without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def recognised(columns):
    """Return what each part is called in the export that has these columns.

    Parameters
    ----------
    columns : sequence of str

    Returns
    -------
    dict
        Role to column name, and ``of``, ``refunds`` and ``order_on_first_row`` where there
        are; empty if it is no export known.
    """
    standing = {folded(name): name for name in columns}
    for export in _exports():
        if not all(folded(mark) in standing for mark in export["marks"]):
            continue
        found = {"of": export["of"], "order_on_first_row": export.get("order_on_first_row", False)}
        for role in (*_REQUIRED, "order"):
            names = (standing.get(folded(name)) for name in export[role])
            found[role] = next((name for name in names if name is not None), None)
        found["refunds"] = standing.get(folded(export.get("refunds", "")))
        if all(found[role] is not None for role in _REQUIRED):
            return found
    return {}


def names_of(role):
    """Return the names that exports give a role, folded."""
    return {folded(name) for export in _exports() for name in export[role]}


@cache
def _exports():
    data = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tomllib.loads(data)["export"]


def recognition_notes(export, columns):
    """Say which columns of an export were taken, as there are others of the kind.

    Parameters
    ----------
    export : dict
        As from :func:`recognised`.
    columns : dict
        Role to the column that was taken.

    Returns
    -------
    list of str
    """
    taken = {role: str(columns[role]) for role in _REQUIRED if role in columns}
    if not export or len(taken) < len(_REQUIRED):
        return []
    said = [
        _(
            "The columns are those of an export of {shop}: {customer!r} says who bought, {date!r} "
            "when, {amount!r} how much was paid."
        ).format(shop=export["of"], **taken)
    ]
    if export["refunds"] is not None:
        said.append(
            _("Refunds stand in a column of their own, {column!r}, and are not taken off.").format(
                column=str(export["refunds"])
            )
        )
    return said


def without_further_articles(table, columns, export):
    """Leave out rows that only list a further article of the order above them.

    Parameters
    ----------
    table : pandas.DataFrame
        Text, as it stands in the file.
    columns : dict
        Role to column name.
    export : dict
        As from :func:`recognised`.

    Returns
    -------
    table : pandas.DataFrame
    notes : list of str
    """
    order, amount = columns.get("order"), columns.get("amount")
    if not export.get("order_on_first_row") or None in (order, amount):
        return table, []
    further = (table[amount].str.strip() == "") & (table[order] == table[order].shift())
    count = int(further.sum())
    if not count:
        return table, []
    note = ngettext(
        "{count} row lists a further article of the order above it, without an amount, and is "
        "skipped.",
        "{count} rows list further articles of the order above them, without an amount, and are "
        "skipped.",
        count,
    )
    return table[~further], [note.format(count=count)]
