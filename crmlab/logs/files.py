"""Reading a table of text from a file, whatever wrote the file.

Everything is read as text: a customer number keeps its leading zeros, and what a date or
an amount means is decided later, for the whole column. Row numbers are those that a
spreadsheet shows: the header is row 1.
"""

import atexit
import codecs
import csv
import io
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from crmlab.errors import TransactionError
from crmlab.language import gettext as _
from crmlab.language import ngettext
from crmlab.logs.containers import BROKEN, content_of
from crmlab.logs.exports import recognised, without_further_articles
from crmlab.logs.headers import find_header, never_closed

_CHUNK = 1 << 20  # bytes
_START = 1024  # bytes
_FEW = 20  # a zero among more bytes than these may be a slip in a text


def read_file(path, encoding, resolve):
    """Read the columns that `resolve` picks from a CSV or Parquet file.

    Parameters
    ----------
    path : str or os.PathLike
        A table of text, also packed (gzip, bz2, xz, or one file in a zip), or Parquet; its
        content says which, whatever it is called.
    encoding : str or None
        None: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030.
    resolve : callable
        Column names to a mapping of role to column name.

    Returns
    -------
    table : pandas.DataFrame
        The columns picked; the index holds spreadsheet row numbers.
    columns : dict
        Role to column name.
    torn : pandas.DataFrame
        ``row`` and ``value`` of lines whose number of fields is not that of the header.
    notes : list of str
    """
    path = Path(path)
    if not path.exists():
        raise TransactionError(
            "There is no file {name!r} here. Check the name and the folder.", name=str(path)
        )
    if path.stat().st_size == 0:
        raise TransactionError("The file {name!r} is empty.", name=path.name)
    content = content_of(path)
    if content.kind == "parquet":
        return _read_parquet(path, resolve)
    return _read_csv(content, encoding, resolve)


def _read_parquet(path, resolve):
    import pyarrow
    import pyarrow.parquet as parquet

    try:
        columns = resolve(parquet.read_schema(path).names)
        table = parquet.read_table(path, columns=list(columns.values()))
    except (pyarrow.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    # Without what pandas noted in the file, a column that was its index comes as a column.
    table = whole_to_pandas(table.replace_schema_metadata(None))
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table, columns, _no_torn_lines(), []


def whole_to_pandas(table):
    """Turn an Arrow table into a pandas frame in which whole numbers with gaps stay whole.

    pandas would make floats of them, and long ids would lose digits.
    """
    import pyarrow

    nullable = {pyarrow.int64(): pd.Int64Dtype(), pyarrow.uint64(): pd.UInt64Dtype()}
    return table.to_pandas(types_mapper=nullable.get)


def open_parquet(path, timezone=None):
    """Open a folder of Parquet files, or one, as a DuckDB relation; nothing is loaded.

    Parameters
    ----------
    path : str or os.PathLike
        Files in folders below it belong to it, as Spark and DuckDB write them.
    timezone : str, optional
        Whose clocks times with a zone show; UTC by default.

    Returns
    -------
    duckdb.DuckDBPyRelation

    Raises
    ------
    TransactionError
        If there is none, or it cannot be read.
    """
    import duckdb

    path = Path(path)
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise TransactionError(
            "{name!r} is a folder without Parquet files; name one file in it.", name=str(path)
        )
    if files[0].suffix.lower() != ".parquet" or not files[0].is_file():
        raise TransactionError(
            "{name!r} is neither a folder of Parquet files nor one. Read another file with "
            "read_transactions first.",
            name=str(path),
        )
    try:
        # By their names: one program may write the columns in another order than the next.
        return _database(timezone or "UTC").read_parquet(list(map(str, files)), union_by_name=True)
    except duckdb.Error as error:
        raise _unreadable(path, error) from error


@cache
def _database(timezone):
    """A DuckDB in memory, which spills to the disk what passes its limit."""
    import duckdb

    spill = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    connection = duckdb.connect(
        config={
            "memory_limit": _MOST_MEMORY,
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
    )
    connection.execute("SET TimeZone = ?", [timezone])
    return connection


_MOST_MEMORY = "3GiB"


def _unreadable(path, error):
    return TransactionError(
        "The file {name!r} cannot be read as a table: {problem}", name=path.name, problem=error
    )


def _read_csv(content, encoding, resolve):
    import pyarrow

    notes = list(content.notes)
    try:
        if encoding is None:
            encoding = _detect_encoding(content)
            if encoding not in ("utf-8", "utf-8-sig"):
                notes.append(
                    _("The file is not UTF-8; it was read as {encoding}.").format(encoding=encoding)
                )
        else:
            _insist_on_known_encoding(encoding)
        header = find_header(lambda: _open_text(content, encoding), resolve, content.name)
        columns = resolve(header.names)
        try:
            table, torn = _read_rows(content, encoding, header, list(columns.values()))
        except pyarrow.ArrowInvalid:
            _insist_on_closed_quotes(content, encoding, header)
            raise
        if _count_lines(content, encoding) > header.row + len(table) + len(torn):
            _insist_on_closed_quotes(content, encoding, header)
    except UnicodeError as error:  # UTF-16 without its mark is no UnicodeDecodeError
        raise TransactionError(
            "The file {name!r} is not written in {encoding}: what stands at byte {place:,} is "
            "no letter there. Name another encoding, or leave encoding= out.",
            name=content.name,
            encoding=encoding,
            place=getattr(error, "start", 0) + 1,
        ) from error
    except (pyarrow.ArrowInvalid, csv.Error, *BROKEN) as error:
        raise _unreadable(content, error) from error
    # A spreadsheet swallows the line that names the separator.
    torn["row"] -= header.declared
    first = header.row + 1 - header.declared
    rows = pd.RangeIndex(first, first + len(table) + len(torn))
    table.index = rows.difference(torn["row"], sort=True) if len(torn) else rows
    notes += header.notes()
    empty = table.eq("").all(axis=1)
    if empty.any():
        notes.append(
            ngettext(
                "{count} row is empty and is skipped.",
                "{count} rows are empty and are skipped.",
                int(empty.sum()),
            ).format(count=int(empty.sum()))
        )
        table = table[~empty]
    table, said = without_further_articles(table, columns, recognised(header.names))
    return table, columns, torn, notes + said


def _read_rows(content, encoding, header, wanted):
    """Read the wanted columns as text, and set lines aside that do not fit the header."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    torn = []

    def remember(row):
        torn.append((row.number, row.text))
        return "skip"

    places = [str(header.names.index(name)) for name in wanted]
    with content.open() as stream:
        table = arrow_csv.read_csv(
            stream,
            # One thread: only then does Arrow number the lines that it refuses.
            read_options=arrow_csv.ReadOptions(
                encoding="utf-8" if encoding == "utf-8-sig" else encoding,
                use_threads=False,
                column_names=[str(place) for place in range(len(header.names))],
                # In rows, not in lines: a quoted name may hold a line break.
                skip_rows_after_names=header.row,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=header.delimiter,
                newlines_in_values=True,
                # Skipped lines would shift the numbers of the rows below them.
                ignore_empty_lines=False,
                invalid_row_handler=remember,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=places,
                column_types={place: pyarrow.string() for place in places},
                strings_can_be_null=False,
            ),
        )
    torn = _no_torn_lines() if not torn else pd.DataFrame(torn, columns=["row", "value"])
    return table.rename_columns(wanted).to_pandas(), torn


def _no_torn_lines():
    return pd.DataFrame({"row": pd.Series(dtype="int64"), "value": pd.Series(dtype="str")})


def _count_lines(content, encoding):
    # In UTF-16 a byte of value 10 can be half of another character.
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    line_end = "\n" if wide else b"\n"
    count, chunk = 0, line_end
    with _open_text(content, encoding) if wide else content.open() as stream:
        while following := stream.read(_CHUNK):
            chunk = following
            count += chunk.count(line_end)
    return count + (not chunk.endswith(line_end))


def _insist_on_closed_quotes(content, encoding, header):
    """Refuse a file in which a quotation mark that is never closed swallows the rest.

    Read with Python's slower reader, and only where there are more lines than rows.
    """
    with _open_text(content, encoding) as stream:
        reader = csv.reader(stream, delimiter=header.delimiter, strict=True)
        row = 0
        try:
            for _fields in reader:
                row += 1
        except csv.Error as error:
            if "expected after" in str(error):
                return  # a stray quotation mark inside a cell, which ends within its row
            raise never_closed(row + 1, content.name) from error


def _open_text(content, encoding):
    return io.TextIOWrapper(content.open(), encoding=encoding, newline="")


def _insist_on_known_encoding(encoding):
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise TransactionError(
            "There is no encoding {encoding!r}; common ones are 'gb18030' and 'cp1252'.",
            encoding=encoding,
        ) from error


def _detect_encoding(content):
    """Name the encoding that the bytes settle, or refuse."""
    with content.open() as stream:
        start = stream.read(_START)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return name
    # Without the mark, a zero at every other place: the half of a letter of ASCII.
    low, high = start[::2].count(0), start[1::2].count(0)
    if bool(low) != bool(high) and low + high > len(start) // _FEW:
        return "utf-16-le" if high else "utf-16-be"
    if low + high > len(start) // _FEW or start.startswith(b"%PDF-"):
        raise TransactionError(
            "{name!r} holds no table of text. Export the log as CSV.", name=content.name
        )
    if _decodes(content, "utf-8"):
        return "utf-8"
    # Almost any bytes decode as GB18030. Text that was written in it uses the common
    # characters of GB 2312; accented Latin letters misread as it land outside of them.
    if _decodes(content, "gb2312") or (_decodes(content, "gb18030") and _mostly_common(content)):
        return "gb18030"
    raise TransactionError(
        "The encoding of {name!r} is not clear: it is neither UTF-8 nor GB18030. Save it as "
        "'CSV UTF-8', or say which it is, for example encoding={example!r}.",
        name=content.name,
        example=next(name for name in ("cp1252", "big5", "latin-1") if _decodes(content, name)),
    )


def _decodes(content, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    with content.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _mostly_common(content, share=0.9):
    with content.open() as stream:
        text = stream.read(_CHUNK).decode("gb18030", errors="ignore")
    # Signs such as € are left aside: they are not in GB 2312, but no Latin letter either.
    letters = [letter for letter in text if ord(letter) > 127 and letter.isalpha()]
    common = sum(len(letter.encode("gb2312", errors="ignore")) == 2 for letter in letters)
    return common > 0 and common >= share * len(letters)
