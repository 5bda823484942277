"""Where the header of a table of text stands, and what separates its cells.

Usually it is the first row. Above it an export may name its separator (``sep=;``) and the shop,
the period and the account it is about.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from crmlab.errors import CRMError, TransactionError
from crmlab.language import and_more, ngettext
from crmlab.language import gettext as _

_DELIMITERS = ",;\t|"
_FAR = 50  # rows; no export has more above its header
_DECLARATION = re.compile(r"\"?sep=(.)\"?[,;\t|]*", re.IGNORECASE)
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    names : list of str
    delimiter : str
    row : int
        Counted from 1 at the first line of the file; empty lines above it count.
    above : list of str
        What rows above it say; they are no part of the table.
    declared : bool
        Whether the first line names the separator.
    """

    names: list
    delimiter: str
    row: int
    above: list
    declared: bool

    def notes(self):
        """Say what is skipped."""
        said = []
        if self.declared:
            said.append(_("The first line names the separator and is skipped."))
        if self.above:
            shown = _(", ").join(map(repr, self.above[:_MOST_SHOWN]))
            shown = and_more(shown, len(self.above) - _MOST_SHOWN)
            said.append(
                ngettext(
                    "{count} row above the header is skipped: {rows}.",
                    "{count} rows above the header are skipped: {rows}.",
                    len(self.above),
                ).format(count=len(self.above), rows=shown)
            )
        return said


def find_header(open_text, resolve, name):
    """Find the row in which the columns are named that are looked for.

    Parameters
    ----------
    open_text : callable
        Returns the file as text.
    resolve : callable
        Takes names of columns and raises :class:`CRMError` if they are not those of the table.
    name : str
        Of the file.

    Returns
    -------
    Header
        If none can be resolved, the row that looks most like one.
    """
    with open_text() as stream:
        found = _DECLARATION.fullmatch(_without_mark(stream.readline()).rstrip("\r\n"))
    delimiters = found[1] + _DELIMITERS if found else _DELIMITERS
    tables = {one: _first_rows(open_text, one, skip=found is not None) for one in delimiters}
    tables = {one: rows for one, rows in tables.items() if rows}
    if not tables:
        raise TransactionError("The file {name!r} is empty.", name=name)
    delimiter, place = _resolved(tables, resolve) or _likely(tables)
    rows = tables[delimiter]
    if place + 1 == len(rows):
        if any("\n" in cell for cell in rows[place][1]):
            raise never_closed(rows[place][0], name)
        raise TransactionError("The table has a header but no rows.")
    above = [" ".join(filter(None, cells)) for _row, cells in rows[:place]]
    row, names = rows[place]
    return Header(names, delimiter, row, above, declared=found is not None)


def never_closed(row, name):
    """Return the error about a quotation mark that swallows the rest of a file."""
    return TransactionError(
        "Row {row} of {name!r} opens a quotation mark that is never closed, so the "
        "rest of the file would be read as one cell. Close or remove it.",
        row=row,
        name=name,
    )


def _first_rows(open_text, delimiter, skip):
    """Return the first rows that are not empty, each with its number and its cells."""
    rows = []
    with open_text() as stream:
        lines = enumerate(csv.reader(_lines(stream), delimiter=delimiter), start=1)
        try:
            for row, cells in islice(lines, int(skip), None):
                if any(cell.strip() for cell in cells):
                    rows.append((row, [cell.strip() for cell in cells]))
                if len(rows) > _FAR:  # one more than may be the header
                    break
        except csv.Error:  # a quotation mark that is never closed: it is told when all is read
            pass
    return rows


def _lines(stream):
    """Take the byte order mark off the first line: before a quote it would hide it."""
    yield _without_mark(next(stream, ""))
    yield from stream


def _without_mark(line):
    return line.removeprefix("\ufeff")


def _resolved(tables, resolve):
    """Return separator and place of the first row that can be resolved, or None."""
    # Where several separators make a header of a row, the one that gives most columns.
    readings = [
        (place, -len(cells), delimiter)
        for delimiter, rows in tables.items()
        for place, (_row, cells) in enumerate(rows[:_FAR])
        # A row of the table is no title: what stands above a header has fewer cells filled.
        if all(_filled(above) < _filled(cells) for _row, above in rows[:place])
    ]
    for place, _width, delimiter in sorted(readings, key=lambda one: one[:2]):
        try:
            resolve(tables[delimiter][place][1])
        except CRMError:
            continue
        return delimiter, place
    return None


def _likely(tables):
    """Return separator and place of the row that looks most like a header."""

    def place_in(rows):
        """The first row that is about as wide as the table: the widest that two rows are."""
        widths = Counter(len(cells) for _row, cells in rows)
        width = max((width for width, count in widths.items() if count > 1), default=0)
        fitting = (n for n, (_row, cells) in enumerate(rows) if 2 * _filled(cells) >= width)
        return next(fitting, 0)

    places = {delimiter: place_in(rows) for delimiter, rows in tables.items()}

    def names(delimiter):
        _row, cells = tables[delimiter][places[delimiter]]
        return sum(cell != "" and not re.search(r"\d", cell) for cell in cells), len(cells)

    delimiter = max(places, key=names)
    return delimiter, places[delimiter]


def _filled(cells):
    return sum(cell != "" for cell in cells)
