"""What a file is, whatever it is called: told by its first bytes, and unpacked.

Exports are renamed on their way: a workbook ends in ``.csv``, a compressed text in ``.txt``.
"""

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from crmlab.errors import TransactionError
from crmlab.language import gettext as _

_START = 1024  # bytes
_MOST_FILES = 5
_PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x28\xb5\x2f\xfd")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls, and a workbook behind a password
# What a program that packs adds on its own account.
_ASIDE = re.compile(r"(?:^|/)(?:__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)")
_WORKBOOK_PARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "Index/Document.iwa"}
_JSON = re.compile(rb"(?:\[\s*)?\{\s*[\"}]")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|meta|body|table|\?xml)\b", re.IGNORECASE)

# What reading a packed file raises if it is broken.
BROKEN = (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Attributes
    ----------
    name : str
        The file, as an error calls it.
    kind : {"text", "parquet"}
    open : callable
        Returns a new binary stream of the content, unpacked.
    notes : list of str
    """

    name: str
    kind: str
    open: Callable
    notes: list = field(default_factory=list)


def content_of(path):
    """Return what a file holds, or refuse what is no table of text and no Parquet.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    TransactionError
        For a workbook, several files in one, a web page, and other things that are no log.
    """
    with path.open("rb") as stream:
        start = stream.read(_START)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(path)
    for mark, unpack in _PACKED.items():
        if start.startswith(mark):
            return _single(path.name, partial(unpack, path))
    kind = "parquet" if start.startswith(b"PAR1") else "text"
    _insist_on_table(path.name, start)
    return Content(path.name, kind, partial(path.open, "rb"))


def _in_zip(path):
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise TransactionError(
            "The file {name!r} cannot be read as a table: {problem}", name=path.name, problem=error
        ) from error
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
    if _WORKBOOK_PARTS & {one.filename for one in members}:
        raise _workbook(path.name)
    members = [one for one in members if not _ASIDE.search(one.filename)]
    if len(members) != 1:
        raise TransactionError(
            "{name!r} is an archive of {count} files: {files}. Unpack it and name one of them.",
            name=path.name,
            count=len(members),
            files=_(", ").join(repr(one.filename) for one in members[:_MOST_FILES]) or "–",
        )
    member = members[0]
    if member.flag_bits & 1:
        raise TransactionError(
            "{name!r} is an archive behind a password. Unpack it and name the file in it.",
            name=path.name,
        )
    content = _single(path.name, partial(zipfile.Path(path, member.filename).open, "rb"))
    content.notes.append(_("{file!r} in the archive was read.").format(file=member.filename))
    return content


def _single(name, unpack):
    """Return the one file that another holds, which must be text."""
    try:
        with unpack() as stream:
            start = stream.read(_START)
    except (*BROKEN, NotImplementedError) as error:
        raise TransactionError(
            "The file {name!r} cannot be read as a table: {problem}", name=name, problem=error
        ) from error
    nested = start.startswith((b"PK\x03\x04", b"PAR1", *_PACKED)) or start[257:262] == b"ustar"
    if nested:
        raise _archive(name)
    _insist_on_table(name, start)
    return Content(name, "text", unpack)


def _insist_on_table(name, start):
    if start.startswith(_OLD_WORKBOOK):
        raise _workbook(name)
    if start.startswith(_ARCHIVES) or start[257:262] == b"ustar":
        raise _archive(name)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MARKUP.match(text):
        raise TransactionError(
            "{name!r} holds a web page or XML, whatever it is called. Open it in a spreadsheet "
            "and save the sheet as 'CSV UTF-8'.",
            name=name,
        )
    if _JSON.match(text):
        raise TransactionError(
            "{name!r} holds JSON. Export the log as CSV.",
            name=name,
            in_python=_("Or read it with pandas.read_json and hand over the frame."),
        )


def _workbook(name):
    return TransactionError(
        "{name!r} is a spreadsheet. Save the sheet as 'CSV UTF-8' and read that file.",
        name=name,
        in_python=_("Or read it with pandas.read_excel and hand over the frame."),
    )


def _archive(name):
    return TransactionError("{name!r} is an archive. Unpack it and name the file in it.", name=name)
