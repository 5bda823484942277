"""What came back: which notebooks, whose they are, and what can be run of them.

1. What is handed in is a folder or a zip of the class, as a course platform packs it; zips are
   unpacked (`archive`). All notebooks are read before any is run, so nothing that a submission
   does on the disk reaches another.
2. `owners` says whose each is. What is not clear is asked, all in one list, before anything is
   graded (`questions`); what is no notebook is passed over, with the reason.
3. A notebook becomes the list of its code cells, with the trusted parameters put in.
   Whatever cannot become that is named with the reason, and not run.
"""

import contextlib
import hashlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.workshop import archive
from crmlab.workshop.notebook_json import NotRunnable, parsed, said_in
from crmlab.workshop.owners import clues_in, platform_of, stem
from crmlab.workshop.words import words_of

UNPACKED = ".unpacked"  # in the folder of the workshop
_LARGEST = 50 << 20  # bytes of a notebook
_MOST_BESIDE = 8_000  # files that go with a notebook
_MOST_NOTEBOOKS = 10  # of one person: each may take two minutes of everybody's
# Copies and marks that JupyterLab, macOS and course platforms leave behind.
_NOT_OURS = re.compile(
    r"^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$|__pycache__$|README\.txt$)", re.IGNORECASE
)
# Browsers and mail programs put a suffix of their own behind that of a notebook.
_NOTEBOOK = re.compile(r"\.ipynb\s*(\(\d+\))?(\.(txt|json|download))*$", re.IGNORECASE)
_PACKED = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zipx", ".zip")


@dataclass(frozen=True)
class Returned:
    """One notebook that came back.

    Attributes
    ----------
    file : str
        Below the folder of returned notebooks, or within the zip, with ``/``.
    content : bytes
    folder : pathlib.Path or None
        Its own folder, if it has one: what stands there beside it.
    participant : Participant or None
        Whose it is; None where nobody is known.
    problem : str
        Why it is not run; empty if it can be.
    remarks : tuple of str
    words : tuple of words.Words
        What it says where it is asked to say something in words.
    moment : datetime.datetime or None
        When the file was last changed, by the clock of this computer.
    platform : owners.Platform or None
        What the course platform says of it.
    asked : tuple of Participant or None
        Among whom the owner has to be chosen; None where there is nothing to ask.
    """

    file: str
    content: bytes
    folder: Path | None = None
    participant: object = None
    problem: str = ""
    remarks: tuple = ()
    words: tuple = ()
    moment: datetime | None = None
    platform: object = None
    asked: tuple | None = None

    @property
    def digest(self):
        """What it is known by in a list of questions: its place and its content."""
        return hashlib.sha256(self.file.encode("utf-8", "replace") + self.content).hexdigest()[:12]


@dataclass(frozen=True)
class PassedOver:
    """A file that is not graded.

    Attributes
    ----------
    file : str
    why : str
        With what to do about it.
    """

    file: str
    why: str


@dataclass(frozen=True)
class Intake:
    """Everything that came back.

    Attributes
    ----------
    notebooks : tuple of Returned
        In the order of their files.
    passed_over : tuple of PassedOver
    source : pathlib.Path or None
        Where it was read from.
    """

    notebooks: tuple
    passed_over: tuple
    source: Path | None = None

    @property
    def questions(self):
        """The notebooks of which it is not clear whose they are."""
        return [one for one in self.notebooks if one.asked is not None]


def collect(plan, source, folder, answers=None):
    """Read everything that came back.

    Parameters
    ----------
    plan : Plan
    source : str or os.PathLike
        A folder, or a zip of the class.
    folder : str or os.PathLike
        Of the workshop: what was packed is unpacked there.
    answers : dict, optional
        To the questions of an earlier time: file or digest of a notebook to the id of its
        participant; ``""`` for nobody.

    Returns
    -------
    Intake
        A notebook of which it is not clear whose it is has ``asked``. Where its place and its
        content name two people it has a participant all the same, by its place, and a remark.

    Raises
    ------
    CRMError
        If `source` is neither, or an answer names nobody on the roster.
    """
    source, passed_over = Path(source), []

    def is_one_persons(file):
        its = clues_in(file, None, plan.participants, plan.exercise)
        return bool(its.sure or its.namesakes or its.maybe)

    files = list(_files(source, Path(folder) / UNPACKED, passed_over, is_one_persons))
    found = [_read(file, path, plan) for file, path in files if _NOTEBOOK.search(file)]
    found = _owned(found, plan, answers or {})
    found = _without_copies(found, passed_over)
    found = [one for one in found if not _left_out(one, passed_over)]
    found = _not_too_many(found, passed_over)
    _pass_over(files, found, passed_over)
    found = _with_own_folders(found, dict(files), Path(folder) / UNPACKED)
    return Intake(
        tuple(sorted(found, key=lambda one: one.file)),
        tuple(sorted(passed_over, key=lambda one: one.file)),
        source,
    )


# --- files ------------------------------------------------------------------------------


def _files(source, scratch, passed_over, is_one_persons):
    """Yield name and place of every file in a folder or a zip, unpacking what is packed."""
    archive.clear(scratch)
    if source.is_dir():
        yield from _in_folder(source, "", scratch, passed_over, is_one_persons)
    elif source.is_file() and archive.is_zip(source):
        yield from _in_zip(source, "", scratch, passed_over, is_one_persons)
    elif source.is_file():
        raise CRMError(
            "{name!r} is neither a folder nor a zip. Name the folder of the returned notebooks, or "
            "the zip of the class; unpack another archive first.",
            name=str(source),
        )
    else:
        raise CRMError(
            "There is no folder {folder!r}. Put the returned notebooks there, or name the zip of "
            "the class with --returned.",
            folder=str(source),
        )


def _in_folder(folder, shown, scratch, passed_over, is_one_persons):
    def leave(path, why):
        passed_over.append(PassedOver(shown + _below(path, folder), why))

    def unreadable(error):
        leave(Path(error.filename), _("It cannot be read: {why}.").format(why=error.strerror))

    for place, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not _NOT_OURS.match(name))
        for name in list(folders):
            # Unlike those of Path, this takes a path that is too long for the system.
            if os.path.islink(os.path.join(place, name)):
                leave(Path(place, name), _("It is a link; what it leads to is not graded."))
                folders.remove(name)
        for name in sorted(name for name in files if not _NOT_OURS.match(name)):
            path = Path(place, name)
            try:
                if path.is_symlink() or not path.is_file():
                    leave(path, _("It is a link, not a file."))
                elif archive.is_zip(path):
                    file = shown + _below(path, folder)
                    yield from _in_zip(path, file, scratch, passed_over, is_one_persons)
                else:
                    with path.open("rb"):
                        yield shown + _below(path, folder), path
            except OSError as error:
                leave(path, _("It cannot be read: {why}.").format(why=error.strerror))


def _in_zip(path, shown, scratch, passed_over, is_one_persons):
    into = scratch / f"{len(list(scratch.glob('*'))):03}"
    above = f"{shown}/" if shown else ""
    for file, why in archive.unpack(path, into, bool(shown) and is_one_persons(shown)):
        passed_over.append(PassedOver(above + file if file != "." else shown or path.name, why))
    yield from _in_folder(into, above, scratch, passed_over, is_one_persons)


def _below(path, folder):
    return path.relative_to(folder).as_posix()


def _read(file, path, plan):
    """Return a notebook without its participant, and what says whose it is."""
    one, notebook = _content(file, path), None
    if not one.problem:
        with contextlib.suppress(NotRunnable):  # grading will say why
            notebook = parsed(one.content)
    problem = one.problem or _other_exercise(notebook, plan.exercise)
    its = clues_in(file, notebook, plan.participants, plan.exercise)
    return replace(one, problem=problem, words=words_of(notebook)), its


def _content(file, path):
    platform = next(filter(None, map(platform_of, _parts(file))), None)
    one = Returned(file, b"", platform=platform)
    try:
        size, moment = path.stat().st_size, path.stat().st_mtime
        with contextlib.suppress(ValueError, OverflowError):  # a file can be of the year 36812
            one = replace(one, moment=datetime.fromtimestamp(moment))
        if size > _LARGEST:
            problem = _("It is larger than {most} MB. Clear its outputs.")
            return replace(one, problem=problem.format(most=_LARGEST >> 20))
        return replace(one, content=path.read_bytes())
    except OSError as error:
        return replace(one, problem=_("It cannot be read: {why}.").format(why=error.strerror))


def _parts(file):
    *folders, name = file.split("/")
    return *folders, stem(name)


def _pass_over(files, found, passed_over):
    """Name the files beside which there is no notebook, and archives of a kind unknown here."""
    with_notebook = {one.file.rpartition("/")[0] for one in found}
    for file, _path in files:
        folder, _slash, name = file.rpartition("/")
        suffix = Path(name).suffix.lower()
        if _NOTEBOOK.search(file):
            continue
        if suffix in _PACKED:
            why = _(
                "A {kind} archive cannot be opened here. Unpack it, or ask for the .ipynb file."
            )
        elif folder and _has_notebook(folder, with_notebook):
            continue  # it belongs to the notebook
        else:
            why = _("It is no notebook ({kind}). Ask for the .ipynb file.")
        passed_over.append(PassedOver(file, why.format(kind=suffix or "–")))


def _has_notebook(folder, with_notebook):
    above = folder
    while above:
        if above in with_notebook:
            return True
        above = above.rpartition("/")[0]
    return False


def _without_copies(found, passed_over):
    """Take the same notebook of the same person once."""
    kept = {}
    for one in found:
        key = one.participant, one.content
        if one.content and one.participant and key in kept:
            why = _("It is the same, to the byte, as {file}.").format(file=kept[key].file)
            passed_over.append(PassedOver(one.file, why))
        else:
            kept[key if one.content and one.participant else one.file] = one
    return list(kept.values())


def _not_too_many(found, passed_over):
    """Keep a few notebooks of each person: those of which nothing is odd, the newest first."""
    of_person = {}
    for one in found:
        if one.participant:
            of_person.setdefault(one.participant, []).append(one)
    left = set()
    for person, theirs in of_person.items():
        theirs.sort(key=lambda one: (one.moment or datetime.min, one.file), reverse=True)
        theirs.sort(key=lambda one: bool(one.remarks or one.problem))
        for one in theirs[_MOST_NOTEBOOKS:]:
            why = _("There are more than {most} notebooks of {name}; the newest are graded.")
            why = why.format(most=_MOST_NOTEBOOKS, name=person.name)
            passed_over.append(PassedOver(one.file, why))
            left.add(one.file)
    return [one for one in found if one.file not in left]


# --- whose it is ------------------------------------------------------------------------


def _owned(found, plan, answers):
    people = {one.id: one for one in plan.participants}
    for id in answers.values():
        if id and id not in people:
            raise CRMError(
                "{id!r} is no id of the workshop. Correct it in the list of questions, or after "
                "--who.",
                id=id,
            )
    by_place = {person.id for _one, its in found for person in its.sure}
    owned = []
    for one, its in found:
        answer = answers.get(one.digest, answers.get(one.file))
        if answer is None:
            owned.append(_settled(one, its, by_place))
        else:
            owned.append(replace(one, participant=people.get(answer), asked=None))
    return owned


def _settled(one, its, by_place):
    """Return a notebook with its participant, or with the question whose it is."""
    own = (its.own,) if its.own_is_sure else ()
    sure = tuple(dict.fromkeys((*its.sure, *own)))
    if len(sure) == 1:
        remark = _beside(sure[0], its)
        return replace(one, participant=sure[0], remarks=(remark,) if remark else ())
    if sure and own:
        remark = _("This notebook was made for {name}.").format(name=its.own.name)
        return replace(one, participant=its.sure[0], remarks=(remark,), asked=sure)
    if sure:
        return replace(one, problem=one.problem or _can_mean(sure), asked=sure)
    may_be = tuple(dict.fromkeys((*its.maybe, *([its.own] if its.own else []))))
    if its.namesakes:
        # Of several people of one name, what stands in the notebook may tell.
        may_be = (its.own,) if its.own in its.namesakes else its.namesakes
    if len(may_be) == 1:
        (owner,) = may_be
        if its.own == owner and its.maybe != may_be and owner.id in by_place:
            problem = _(
                "It says that it is of {name}, of whom there is another one. Put it into the right "
                "folder, or take it away."
            ).format(name=owner.name)
            return replace(one, problem=one.problem or problem, asked=may_be)
        remark = _("Renamed; taken for that of {name} because of what stands in it.")
        renamed = (remark.format(name=owner.name),) if not (its.maybe or its.namesakes) else ()
        return replace(one, participant=owner, remarks=renamed)
    if may_be:
        return replace(one, problem=one.problem or _can_mean(may_be), asked=may_be)
    problem = _(
        "Nobody on the roster is named by it. Rename it, or put it into a folder with the "
        "participant's name."
    )
    return replace(one, problem=one.problem or problem, asked=())


def _beside(owner, its):
    """Say whom a notebook names besides its owner, if anybody."""
    if its.own not in (None, owner):
        return _("This notebook was made for {name}.").format(name=its.own.name)
    other = next((one for one in its.maybe if one != owner), None)
    if other is None or owner in its.maybe:
        return ""
    return _("Its name says {name}; it was made for {owner}.").format(
        name=other.name, owner=owner.name
    )


def _can_mean(people):
    names = ", ".join(f"{one.name} ({one.id})" for one in people)
    return _("Its name can mean {names}. Put it into the folder of one of them.").format(
        names=names
    )


def _other_exercise(notebook, exercise):
    other = said_in(notebook, str, "metadata", "crmlab", "exercise")
    if other in (None, exercise):
        return ""
    return _("It is the exercise {other}; {exercise} was handed out.").format(
        other=other[:60], exercise=exercise
    )


def _left_out(one, passed_over):
    """Return whether somebody answered that a notebook is nobody's; it is then passed over."""
    if one.participant or one.asked is not None:
        return False
    passed_over.append(PassedOver(one.file, _("You answered that it is of nobody in the class.")))
    return True


# --- what stands beside it --------------------------------------------------------------


def _with_own_folders(notebooks, places, scratch):
    """Give each notebook its folder, where nobody else's notebook stands in or below it."""
    owners = {}
    for one in notebooks:
        for above in Path(one.file).parents:
            owners.setdefault(above, set()).add(one.participant)
    result = []
    for one in notebooks:
        folder = Path(one.file).parent
        if one.participant and folder != Path() and owners[folder] == {one.participant}:
            own = _own_folder(places[one.file].parent, scratch / f"own{len(result):03}")
            one = replace(one, folder=own)
        result.append(one)
    return result


def _own_folder(folder, copy):
    """Return a folder of which everything can be read, or a copy of what can; None if too large."""
    readable, whole, size = [], True, 0
    for place, folders, files in os.walk(folder):
        for path in [Path(place, name) for name in (*folders, *files)]:
            try:
                if path.is_symlink():
                    raise OSError
                if path.is_dir():
                    os.listdir(path)
                    continue
                if not path.is_file():  # a pipe would be waited for
                    raise OSError
                with path.open("rb"):
                    readable.append(path)
                size += path.stat().st_size
            except OSError:
                whole = False
    # More than that would not fit into the temporary folder of a run.
    if size > archive.MOST_BYTES or len(readable) > _MOST_BESIDE:
        return None
    if whole:
        return folder
    for path in readable:
        target = copy / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return copy if readable else None
