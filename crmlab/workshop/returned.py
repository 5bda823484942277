"""What came back: which notebooks, whose they are, and what can be run of them.

1. Every ``.ipynb`` below the folder of returned notebooks counts; all are read before any
   is run, so nothing that a submission does on the disk reaches another.
2. Whose a notebook is, the place says: the name of its folder, else its file name. What
   stands inside it was in the participant's hands and is asked last.
3. A notebook becomes the list of its code cells, with the trusted parameters put in.
   Whatever cannot become that is named with the reason, and not run.
"""

import json
import os
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.workshop import plain

_LARGEST = 50 << 20  # bytes of a notebook
_MOST_TO_RUN = 200_000  # values in it without its outputs
_LARGEST_FOLDER = 200 << 20  # bytes of what stands beside it
# Copies and marks that JupyterLab, macOS and LMS archives leave behind.
_NOT_OURS = re.compile(r"^(\.|__MACOSX$)")


@dataclass(frozen=True)
class Returned:
    """One notebook that came back.

    Attributes
    ----------
    file : str
        Below the folder of returned notebooks, with ``/``.
    content : bytes
    folder : pathlib.Path or None
        Its own folder, if it has one: what stands there beside it.
    participant : Participant or None
        Whose it is; None where nobody is known.
    problem : str
        Why it is not run; empty if it can be.
    remarks : tuple of str
    """

    file: str
    content: bytes
    folder: Path | None = None
    participant: object = None
    problem: str = ""
    remarks: tuple = ()


@dataclass(frozen=True)
class Cell:
    """One code cell.

    Attributes
    ----------
    source : str
    number : int
        Among the code cells of the returned notebook, from 1; 0 if it was put in.
    """

    source: str
    number: int

    def checks(self, task):
        """Return whether the cell looks as if it asked for the check of a task."""
        return re.search(rf"\.check\(\s*[\"']{re.escape(task)}[\"']", self.source) is not None


class NotRunnable(CRMError):
    """A file that cannot be run as a notebook; the text says why."""


def collect(plan, folder):
    """Read everything that came back.

    Parameters
    ----------
    plan : Plan
    folder : str or os.PathLike

    Returns
    -------
    list of Returned
        In the order of their files.

    Raises
    ------
    CRMError
        If there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CRMError(
            "There is no folder {folder!r}. Put the returned notebooks there.", folder=str(folder)
        )
    found = [_read(path, folder) for path in _notebooks(folder)]
    by_place = [_by_place(one.file, plan) for one in found]
    placed = {owner.id for owners in by_place for owner in owners if len(owners) == 1}
    owned = [_owned(one, owners, plan, placed) for one, owners in zip(found, by_place, strict=True)]
    return _with_own_folders(owned, folder)


def _notebooks(folder):
    """Return the notebooks below `folder`, without following links to folders."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _NOT_OURS.match(name))
        found += [
            Path(place, name)
            for name in files
            if name.lower().endswith(".ipynb") and not _NOT_OURS.match(name)
        ]
    return sorted(found)


def _read(path, folder):
    file = path.relative_to(folder).as_posix()
    try:
        if path.is_symlink() or not path.is_file():
            return Returned(file, b"", problem=_("It is a link, not a file."))
        if path.stat().st_size > _LARGEST:
            return Returned(
                file,
                b"",
                problem=_("It is larger than {most} MB. Clear its outputs.").format(
                    most=_LARGEST >> 20
                ),
            )
        return Returned(file, path.read_bytes())
    except OSError as error:
        return Returned(file, b"", problem=_("It cannot be read: {why}.").format(why=error))


# --- whose it is ------------------------------------------------------------------------


def _by_place(file, plan):
    """Return whom the folders of a file name, from the outermost, else the file's name."""
    *folders, name = Path(file).parts
    stem = Path(name).stem.replace(plan.exercise, " ")
    for part in (*folders, stem):
        owners = _named_in(part, plan.participants)
        if owners:
            return owners
    return []


def _named_in(text, participants):
    """Return the participants whose folder, else name or id, stands in a text."""
    for names in (lambda one: [one.folder], lambda one: [one.name, one.id]):
        length = {}
        for one in participants:
            there = [name for name in names(one) if _stands_in(name, text)]
            if there:
                length[one] = max(map(len, there))
        if length:
            # "li_wei" also stands in "li_wei_min": the longer name is meant.
            longest = max(length.values())
            return [one for one, size in length.items() if size == longest]
    return []


def _stands_in(name, text):
    name, text = _words_of(name), _words_of(text)
    if not name:
        return False
    # Chinese has no blanks between words: 李伟作业 holds the name 李伟.
    return name in text if _is_chinese(name) else f" {name} " in f" {text} "


def _words_of(text):
    """Return the letters and digits of a text, in small letters, one blank between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def _is_chinese(text):
    return all("\u3400" <= sign <= "\u9fff" for sign in text)


def _owned(one, owners, plan, placed):
    """Return a notebook with its participant, or with the reason why nobody is known."""
    claimed = _claimed(one, plan)
    if len(owners) == 1:
        remarks = ()
        if claimed is not None and claimed != owners[0]:
            remarks = (_("This notebook was made for {name}.").format(name=claimed.name),)
        return replace(one, participant=owners[0], remarks=remarks)
    if len(owners) > 1:
        names = ", ".join(owner.name for owner in owners)
        problem = _("Its name can mean {names}. Put it into the folder of one of them.")
        return replace(one, problem=one.problem or problem.format(names=names))
    if claimed is None:
        problem = _(
            "Nobody on the roster is named by it. Rename it, or put it into a folder with the "
            "participant's name."
        )
        return replace(one, problem=one.problem or problem)
    if claimed.id in placed:
        problem = _(
            "It says that it is of {name}, of whom there is another one. Put it into the right "
            "folder, or take it away."
        )
        return replace(one, problem=one.problem or problem.format(name=claimed.name))
    remark = _("Renamed; taken for that of {name} because of what stands in it.")
    return replace(one, participant=claimed, remarks=(remark.format(name=claimed.name),))


def _claimed(one, plan):
    """Return the participant for whom a notebook says it was made, if one is on the roster."""
    try:
        id = plain.loads(one.content)["metadata"]["crmlab"]["participant"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return next((person for person in plan.participants if person.id == id), None)


def _with_own_folders(notebooks, root):
    """Give each notebook its folder, where nobody else's notebook stands in or below it."""
    owners = {}
    for one in notebooks:
        for above in (root / one.file).parents:
            owners.setdefault(above, set()).add(one.participant)
    result = []
    for one in notebooks:
        folder = (root / one.file).parent
        alone = folder != root and owners[folder] == {one.participant} and _small(folder)
        result.append(replace(one, folder=folder) if one.participant and alone else one)
    return result


def _small(folder):
    sizes = (path.lstat().st_size for path in folder.rglob("*"))
    return sum(sizes) <= _LARGEST_FOLDER


# --- what can be run --------------------------------------------------------------------


def code_cells(content, parameters):
    """Return the source of each code cell, with trusted parameters put in.

    Parameters
    ----------
    content : bytes
        Of the returned notebook.
    parameters : dict

    Returns
    -------
    list of Cell

    Raises
    ------
    NotRunnable
    """
    code = [cell for cell in _notebook(content).cells if cell.cell_type == "code"]
    # After theirs, which may hold more than parameters; without any, at the top.
    place = max((n for n, cell in enumerate(code, start=1) if _has_parameters(cell)), default=0)
    trusted = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cells = [Cell(cell.source, number) for number, cell in enumerate(code, start=1)]
    return [*cells[:place], Cell(trusted, 0), *cells[place:]]


def _has_parameters(cell):
    tags = cell.metadata.get("tags", ())
    return "parameters" in tags or "injected-parameters" in tags


def _notebook(content):
    if not content.strip():
        raise NotRunnable("The file is empty.")
    try:
        data = plain.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotRunnable("It is not a notebook: {why}.", why=error) from None
    version = data.get("nbformat") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise NotRunnable("It is not a notebook: it names no format.")
    if version > nbformat.current_nbformat:
        raise NotRunnable(
            "Its format, {version}, is newer than what can be read here ({known}).",
            version=version,
            known=nbformat.current_nbformat,
        )
    try:
        # What was shown is not run, and may hold a million values.
        for cell in data["cells"] if version >= 4 else ():
            if cell.get("cell_type") == "code":
                cell["outputs"] = []
        text = json.dumps(data)
        plain.measure(text.encode(), _MOST_TO_RUN)
        notebook = nbformat.reads(text, as_version=nbformat.current_nbformat)
        nbformat.validate(notebook)
    # What a damaged notebook makes the library raise is of many kinds.
    except Exception as error:
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NotRunnable("It is a damaged notebook: {why}.", why=why[:200]) from None
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if str(language).lower() != "python":
        raise NotRunnable(
            "It is written for another language, {language}.", language=str(language)[:40]
        )
    return notebook
