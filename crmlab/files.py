"""Reading a table of text from a file, whatever wrote the file.

Everything is read as text: a customer number keeps its leading zeros, and what a date or
an amount means is decided later, for the whole column. Row numbers are those that a
spreadsheet shows: the header is row 1.
"""

import codecs
import csv
import gzip
from pathlib import Path

import pandas as pd

from crmlab.errors import TransactionError
from crmlab.language import gettext as _

_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20  # bytes


def read_file(path, encoding, resolve):
    """Read the columns that `resolve` picks from a CSV or Parquet file.

    Parameters
    ----------
    path : str or os.PathLike
        ``.csv``, ``.tsv``, ``.txt`` (also ``.gz``) or ``.parquet``.
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
            _("There is no file {name!r} here. Check the name and the folder.").format(
                name=str(path)
            )
        )
    if path.is_dir():
        raise TransactionError(
            _("{name!r} is a folder; name one file in it.").format(name=str(path))
        )
    if path.stat().st_size == 0:
        raise TransactionError(_("The file {name!r} is empty.").format(name=path.name))
    kind = [suffix.lower() for suffix in path.suffixes]
    if kind[-1:] == [".parquet"]:
        return _read_parquet(path, resolve)
    if kind[-1:] in ([".xlsx"], [".xls"], [".xlsb"], [".ods"]):
        raise TransactionError(
            _(
                "{name!r} is a spreadsheet. Save the sheet as 'CSV UTF-8' and read that file, or "
                "read it with pandas.read_excel and hand over the frame."
            ).format(name=path.name)
        )
    return _read_csv(path, encoding, resolve)


def _read_parquet(path, resolve):
    import pyarrow.parquet as parquet

    columns = resolve(parquet.read_schema(path).names)
    table = parquet.read_table(path, columns=list(columns.values())).to_pandas()
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table, columns, _no_torn_lines(), []


def _read_csv(path, encoding, resolve):
    from pyarrow import csv as arrow_csv

    notes = []
    if encoding is None:
        encoding = _detect_encoding(path)
        if encoding not in ("utf-8", "utf-8-sig"):
            notes.append(
                _("The file is not UTF-8; it was read as {encoding}.").format(encoding=encoding)
            )
    header, delimiter = _read_header(path, encoding)
    columns = resolve(header)
    torn = []

    def remember(row):
        torn.append((row.number, row.text))
        return "skip"

    import pyarrow

    with _open_binary(path) as stream:
        try:
            table = arrow_csv.read_csv(
                stream,
                # One thread: only then does Arrow number the lines that it refuses.
                read_options=arrow_csv.ReadOptions(
                    encoding="utf-8" if encoding == "utf-8-sig" else encoding,
                    use_threads=False,
                    column_names=[str(place) for place in range(len(header))],
                    skip_rows=1,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=remember,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=[str(header.index(name)) for name in columns.values()],
                    column_types={
                        str(header.index(name)): pyarrow.string() for name in columns.values()
                    },
                    strings_can_be_null=False,
                ),
            )
        except (pyarrow.ArrowInvalid, UnicodeDecodeError) as error:
            raise TransactionError(
                _("The file {name!r} cannot be read as a table: {problem}").format(
                    name=path.name, problem=error
                )
            ) from error
    table = table.rename_columns(list(columns.values())).to_pandas()
    torn = pd.DataFrame(torn, columns=["row", "value"])
    rows = pd.RangeIndex(2, len(table) + len(torn) + 2)
    table.index = rows.difference(torn["row"], sort=True) if len(torn) else rows
    blank = torn["value"].str.strip().eq("")
    if blank.any():
        notes.append(_("Empty lines skipped: {count}.").format(count=int(blank.sum())))
    return table, columns, torn[~blank], notes


def _no_torn_lines():
    return pd.DataFrame({"row": pd.Series(dtype="int64"), "value": pd.Series(dtype="str")})


def _open_binary(path):
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def _read_header(path, encoding):
    with _open_binary(path) as stream:
        reader = codecs.getreader(encoding)(stream)
        first = reader.readline()
    delimiter = max(_DELIMITERS, key=first.count)
    names = next(csv.reader([first.lstrip("\ufeff").rstrip("\r\n")], delimiter=delimiter), [])
    return [name.strip() for name in names], delimiter


def _detect_encoding(path):
    """Name the encoding that the bytes settle, or refuse."""
    with _open_binary(path) as stream:
        start = stream.read(4)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return name
    if _decodes(path, "utf-8"):
        return "utf-8"
    # Almost any bytes decode as GB18030. Text that was written in it uses the common
    # characters of GB 2312; accented Latin letters misread as it land outside of them.
    if _decodes(path, "gb2312") or (_decodes(path, "gb18030") and _mostly_common(path)):
        return "gb18030"
    raise TransactionError(
        _(
            "The encoding of {name!r} is not clear: it is neither UTF-8 nor GB18030. Save it as "
            "'CSV UTF-8', or say which it is, for example encoding='cp1252'."
        ).format(name=path.name)
    )


def _decodes(path, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    with _open_binary(path) as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _mostly_common(path, share=0.9):
    with _open_binary(path) as stream:
        text = stream.read(_CHUNK).decode("gb18030", errors="ignore")
    foreign = [letter for letter in text if ord(letter) > 127]
    common = sum(len(letter.encode("gb2312", errors="ignore")) == 2 for letter in foreign)
    return common >= share * len(foreign)
