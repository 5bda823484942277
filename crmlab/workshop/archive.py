"""Unpack a zip that others packed: within bounds, with names as they were meant.

1. What may harm is never written: a path that leads out, a link, more than a person may hand in,
   a member that blows up. It is named with the reason, and the others are unpacked.
2. A zip inside is unpacked in its place, as a folder of its name, down to some depth. It counts
   to the share of the person in whose folder it lies.
3. A name without the mark of UTF-8 is read as UTF-8 where it is that, as GBK where the bytes look
   like Chinese, else as code page 437, which the format names.
"""

import errno
import lzma
import os
import re
import shutil
import stat
import time
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from crmlab.language import gettext as _

MOST_BYTES = 200 << 20  # unpacked, of one person
_MOST_FILES = 2_000  # of one person
_MOST_MEMBERS = 20_000  # of one archive
_DEEPEST = 3  # archives within each other
_MOST_RATIO = 200  # unpacked to packed; text of a notebook comes to 20
_SURELY_SMALL = 10 << 20  # bytes of a member whose ratio does not matter
_CHUNK = 1 << 20
_LONGEST = 120  # characters of a part of a path
_UTF8, _LOCKED = 0x800, 0x1  # flags of a member
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"  # of an archive; of one of the larger kind
_SHORTEST_END, _LONGEST_END = 22, 22 + (1 << 16)  # bytes of the end, without and with a remark
_ENTRY = b"PK\x01\x02"  # begins the entry of a member in the directory of an archive
_REFUSED_ON_WINDOWS = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, ValueError, NotImplementedError, RuntimeError),
)
_OURS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # troubles of this machine, not of a member


class _Refused(Exception):
    """A member that is not unpacked; the text says why."""


class _Share:
    """What one person may still hand in."""

    def __init__(self):
        self.bytes, self.files = MOST_BYTES, _MOST_FILES


def is_zip(path):
    """Return whether a file is a zip, by its name and its first bytes."""
    if not path.name.lower().endswith(".zip"):
        return False
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def unpack(path, into, is_one_persons=False):
    """Unpack a zip, and the zips in it, into a folder.

    Parameters
    ----------
    path : pathlib.Path
    into : pathlib.Path
        Made here; it must not be there.
    is_one_persons : bool
        All of it is of one person; else what lies in each of its folders is of another one.

    Returns
    -------
    list of tuple
        Path within the archive and reason of everything that was not unpacked.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written to.
    """
    into.mkdir(parents=True)
    share = _Share() if is_one_persons else None
    return list(_unpacked(path, into, PurePosixPath(), 1, share))


def _unpacked(path, into, above, depth, share):
    """Unpack one archive, and yield what was refused."""
    try:
        _refuse_too_many(path)
        archive = zipfile.ZipFile(path)
    except _Refused as why:
        yield str(above), str(why)
        return
    except _DAMAGED:
        yield str(above), _("The archive is damaged. Ask for it again.")
        return
    with archive:
        infos = archive.infolist()
        names = _names(infos)
        wrapped = _is_wrapped(names)
        shares = {}
        # Notebooks first: what stands beside them is what may be too much.
        order = sorted(range(len(infos)), key=lambda place: ".ipynb" not in names[place].lower())
        for info, name in ((infos[place], names[place]) for place in order):
            if info.filename.endswith("/"):
                continue
            parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
            shown = above.joinpath(*parts)
            whose = parts[wrapped] if len(parts) > wrapped else name
            owner = share or shares.setdefault(whose, _Share())
            try:
                target = into.joinpath(*_safe(parts))
                _write(archive, info, target, owner)
            except _Refused as why:
                yield str(shown), str(why)
                continue
            except _DAMAGED:
                yield str(shown), _("It is damaged in the archive. Ask for it again.")
                continue
            if is_zip(target):
                yield from _unpacked_in_place(target, shown, depth, owner)


def _unpacked_in_place(path, above, depth, share):
    if depth >= _DEEPEST:
        yield str(above), _("It lies too deep, in a zip in a zip. Ask for the notebook itself.")
        path.unlink()
        return
    packed = path.with_name(f".{path.name}.{depth}")
    if packed.exists():
        yield str(above), _("There is another one of the same name in the archive.")
        return
    path.rename(packed)
    path.mkdir()
    yield from _unpacked(packed, path, above, depth + 1, share)
    packed.unlink()


def _refuse_too_many(path):
    """Count the members without reading them in: the directory of an archive can be endless."""
    count, before = 0, b""
    with path.open("rb") as file:
        file.seek(_directory(file))
        while chunk := file.read(_CHUNK):
            count += (before + chunk).count(_ENTRY)
            before = chunk[1 - len(_ENTRY) :]
            if count > _MOST_MEMBERS:
                raise _Refused(_("It holds more than {most:,} files.").format(most=_MOST_MEMBERS))


def _directory(file):
    """Return where the directory begins, as the library finds it; 0 where that is not plain.

    What stands in the members may look like entries: the archives that people hand in do.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    end = len(tail) - _SHORTEST_END
    if end < 0 or tail[end : end + 4] != _END or tail[-2:] != b"\0\0":
        end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _SHORTEST_END or _END_64 in tail[max(0, end - 20) : end]:
        return 0
    of_directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    return max(0, size - len(tail) + end - of_directory)


def _is_wrapped(names):
    """Return 1 if everything lies in one folder, which is then nobody's, else 0."""
    tops = {name.split("/")[0] for name in names}
    return int(len(tops) == 1 and any(name.count("/") > 1 for name in names))


def _safe(parts):
    """Return a path that leads nowhere else and that every system takes."""
    if ".." in parts:
        raise _Refused(_("Its path leads out of the archive."))
    safe = []
    for part in parts:
        part = _REFUSED_ON_WINDOWS.sub("_", unicodedata.normalize("NFC", part)).rstrip(". ")
        stem, dot, suffix = part.rpartition(".")
        if len(part) > _LONGEST:
            part = stem[: _LONGEST - len(suffix) - 1] + dot + suffix if dot else part[:_LONGEST]
        if not part or len(part) > _LONGEST or _RESERVED.fullmatch(part):
            part = f"_{part[:_LONGEST]}"
        safe.append(part)
    if not safe or len(safe) > 20:
        raise _Refused(_("Its path is no path of a file."))
    return safe


def _write(archive, info, target, share):
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _Refused(_("It is a link, not a file."))
    if info.flag_bits & _LOCKED:
        raise _Refused(_("It is locked with a password. Ask for it without one."))
    if share.files <= 0:
        raise _Refused(
            _("There are more than {most:,} files of one person.").format(most=_MOST_FILES)
        )
    share.files -= 1
    most = _SURELY_SMALL + _MOST_RATIO * info.compress_size
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as packed, target.open("xb") as file:
            # The size that stands in the archive can be anything: what comes out is counted.
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                share.bytes -= len(chunk)
                if written > most or share.bytes < 0:
                    raise _Refused(
                        _(
                            "Unpacked it is larger than {most} MB, or than all of one person "
                            "may be."
                        ).format(most=min(most, MOST_BYTES) >> 20)
                    )
                file.write(chunk)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise _Refused(_("There is another one of the same name in the archive.")) from None
    except OSError as error:
        if error.errno in _OURS:
            raise
        raise _Refused(_("It cannot be unpacked: {why}.").format(why=error)) from None
    except (_Refused, *_DAMAGED):
        target.unlink(missing_ok=True)
        share.bytes += written
        raise
    moment = time.mktime((*info.date_time, 0, 0, -1)) if info.date_time[0] > 1980 else 0
    os.utime(target, (moment, moment))


# --- names ------------------------------------------------------------------------------


def _names(infos):
    """Return the names of the members as they were meant."""
    marked = [info.flag_bits & _UTF8 for info in infos]
    # Without the mark the library has read the bytes as code page 437; those of one archive were
    # written by one program.
    raw = [
        b"" if mark else info.orig_filename.encode("cp437", "replace")
        for info, mark in zip(infos, marked, strict=True)
    ]
    encoding = _encoding(raw)
    return [
        info.filename if mark else name.decode(encoding, "replace")
        for info, mark, name in zip(infos, marked, raw, strict=True)
    ]


def _encoding(names):
    for encoding in ("utf-8", "gb18030"):
        try:
            texts = [name.decode(encoding) for name in names]
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _looks_chinese("".join(texts)):
            return encoding
    return "cp437"


def _looks_chinese(text):
    """Return whether most signs beyond ASCII are common Chinese ones.

    Western names in an older code page can be read as GBK, too, but the second byte of such a sign
    is then a plain letter, as in no sign of GB 2312.
    """
    signs = [sign for sign in text if sign > "\x7f"]
    common = sum(_is_common(sign) for sign in signs)
    return 2 * common > len(signs)


def _is_common(sign):
    try:
        return len(sign.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def clear(folder):
    """Take away what was unpacked before."""
    shutil.rmtree(folder, ignore_errors=True)
    if Path(folder).exists():
        raise OSError(_("{folder} cannot be cleared.").format(folder=folder))
