"""Whose a returned notebook is.

1. What says it *surely*: the id within the notebook, where metadata and parameters agree; the name
   of the folder that was handed out; the person to whom a course platform says it belongs, as
   Moodle (``Lee Ann_123_assignsubmission_file_``) and Canvas (``leeann_LATE_123_456_x.ipynb``) name
   files; a folder called exactly like an id.
2. What *may* say it: metadata or parameters alone, a name or an id among other words.
3. One sure person is the owner, whatever may be said besides. Two are a question, and so is
   nobody. Without a sure one, what may be said counts if all of it names the same person.

A short id is no word to look for: "3" also stands in ``hw1_3.ipynb``.
"""

import ast
import re
import unicodedata
from dataclasses import dataclass
from itertools import permutations
from pathlib import PurePosixPath

from crmlab.workshop.notebook_json import said_in, source_of

_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?"
)
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<number>\d{2,})_(?P<attachment>\d{2,})_(?P<rest>.+)"
)
# Nothing in it can match in two ways, which a line of a million blanks would make it try out.
_ASSIGNED = re.compile(r"^(seed|participant)[ \t]*=(.*)$", re.MULTILINE)
_SHORTEST_ID = 4  # characters of an id that is looked for among other words
_MOST_WORDS = 4  # of a name, in any order
# What is put behind the name of a file that is there already.
_COPY = re.compile(
    r"\s*(?:\(\d+\)|[-_ ]+(?:copy|kopie|copie|副本)(?:\s*\(?\d+\)?)?)", re.IGNORECASE
)


@dataclass(frozen=True)
class Platform:
    """What a course platform says in the name of a file.

    Attributes
    ----------
    kind : {"moodle", "canvas"}
    name : str
        Of the person, as the platform writes it.
    number : str
        By which the platform knows the submission (Moodle) or the person (Canvas).
    prefix : str
        The beginning of the name that the platform gave.
    late : bool
    """

    kind: str
    name: str
    number: str
    prefix: str
    late: bool


@dataclass(frozen=True)
class Clues:
    """Who a notebook may be of.

    Attributes
    ----------
    own : Participant or None
        Who it was made for, by what stands in it.
    own_is_sure : bool
        Metadata and parameters agree on it.
    sure : tuple of Participant
        Whom its place surely names, the outermost part of the path first.
    namesakes : tuple of Participant
        Those of one name to whom a platform says that it belongs, where they are several.
    maybe : tuple of Participant
        Those whose name or id stands among the words of its place.
    """

    own: object
    own_is_sure: bool
    sure: tuple
    namesakes: tuple
    maybe: tuple


def clues_in(file, notebook, participants, exercise):
    """Gather what says whose a notebook is.

    Parameters
    ----------
    file : str
        Its path, with ``/``.
    notebook : dict or None
        Its content, read as JSON; None if it cannot be read.
    participants : iterable of Participant
    exercise : str
        Name of the exercise, which says nothing about the person.

    Returns
    -------
    Clues
    """
    own, own_is_sure = _own(notebook, participants)
    sure, namesakes, maybe = [], [], []
    *folders, name = PurePosixPath(file).parts
    for part in (*folders, stem(name)):
        handed_out = [one for one in participants if _stands_in(one.folder, part)]
        sure += _longest(handed_out, lambda one: one.folder)
        if platform := platform_of(part):
            people = _named_exactly(platform.name, participants)
            (sure if len(people) == 1 else namesakes).extend(people)
            maybe += [] if people else _named_in_part(platform.name, participants)
        elif part in folders:
            sure += [one for one in participants if _words(one.id) == _words(part)]
    if not sure and not namesakes and not maybe:
        maybe = next(filter(None, (_among(part, participants, exercise) for part in folders)), None)
        maybe = maybe or _among(stem(name), participants, exercise)
    return Clues(own, own_is_sure, *(tuple(dict.fromkeys(s)) for s in (sure, namesakes, maybe)))


def platform_of(part):
    """Return what a part of a path says, if a course platform gave it its name, else None."""
    for kind, form in (("moodle", _MOODLE), ("canvas", _CANVAS)):
        if found := form.fullmatch(part):
            prefix = part[: found.start("rest")] if found["rest"] else part
            late = kind == "canvas" and bool(found["late"])
            return Platform(kind, found["name"], found["number"], prefix, late)
    return None


def stem(name):
    """Return the name of a file without its suffixes and the marks of a copy."""
    stem = re.sub(r"\.ipynb.*$", "", name, flags=re.IGNORECASE)
    return _COPY.sub("", stem)


def _own(notebook, participants):
    """Return who a notebook says it was made for, and whether all of it says so."""
    by_id = {one.id: one for one in participants}
    metadata = by_id.get(said_in(notebook, str, "metadata", "crmlab", "participant"))
    values = {}
    for cell in said_in(notebook, list, "cells") or ():
        tags = said_in(cell, list, "metadata", "tags") or ()
        if "parameters" in tags or "injected-parameters" in tags:
            values |= dict(_ASSIGNED.findall(source_of(cell)))
    seed, id = (_literal(values.get(name)) for name in ("seed", "participant"))
    # "me" and 1 stand in an exercise that was handed out to nobody: only both together count.
    parameters = by_id.get(id) if isinstance(id, str) else None
    if parameters is not None and parameters.seed != seed:
        parameters = None
    if None not in (metadata, parameters) and metadata != parameters:
        return None, False
    return metadata or parameters, metadata is not None and parameters is not None


def _literal(text):
    text = (text or "").strip()
    try:
        return ast.literal_eval(text) if text and len(text) < 1000 else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


# --- names ------------------------------------------------------------------------------


def _named_exactly(name, participants):
    """Return those of a name, whatever the order of its words and the space between them."""
    wanted = _squeezed(name)
    found = [one for one in participants if wanted in _forms(one.name)]
    return found or [one for one in participants if wanted == _squeezed(one.id)]


def _named_in_part(name, participants):
    """Return those whose name a platform writes with a word more or less, such as a second name."""
    wanted = set(_words(name).split())
    parts = [(one, set(_words(one.name).split())) for one in participants]
    return [
        one
        for one, words in parts
        if len(words & wanted) > 1 and (words <= wanted or wanted <= words)
    ]


def _among(part, participants, exercise):
    """Return those whose name, else id, stands among the words of a part of a path."""
    text = part.replace(exercise, " ")
    if (platform := platform_of(part)) is not None:
        text = text.removeprefix(platform.prefix)
    length = {}
    for one in participants:
        forms = [one.name, " ".join(reversed(_words(one.name).split()))]
        forms += [form for form in _forms(one.name) if len(form) > _SHORTEST_ID]
        forms += [one.id] if len(one.id) >= _SHORTEST_ID or text.strip() == one.id else []
        there = [len(_words(form)) for form in forms if _stands_in(form, text)]
        if there:
            length[one] = max(there)
    # "li wei" also stands in "li wei min": the longer name is meant.
    return [one for one, size in length.items() if size == max(length.values())]


def _longest(found, text):
    most = max((len(text(one)) for one in found), default=0)
    return [one for one in found if len(text(one)) == most]


def _forms(name):
    """Return a name as one word, in every order of its parts."""
    words = _words(name).split()
    if len(words) == 1 and len(name) <= _MOST_WORDS and _is_chinese(words[0]):
        words = list(words[0])  # 李伟 comes as 伟李 from a platform that puts the family name last
        return {"".join(words[place:] + words[:place]) for place in range(min(3, len(words)))}
    orders = permutations(words) if len(words) <= _MOST_WORDS else [words, words[-1:] + words[:-1]]
    return {"".join(order) for order in orders}


def _squeezed(text):
    return _words(text).replace(" ", "")


def _stands_in(name, text):
    name, text = _words(name), _words(text)
    if not name:
        return False
    # Chinese has no blanks between words: 李伟作业 holds the name 李伟.
    return name in text if _is_chinese(name) else f" {name} " in f" {text} "


def _words(text):
    """Return the letters and digits of a text, in small letters, one blank between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def _is_chinese(text):
    return all("\u3400" <= sign <= "\u9fff" for sign in text)
