"""The plan of a workshop: the exercise, and who works on it with which numbers.

1. Everything personal follows from the participant alone: the seed from the id, the folder
   from name and id. Nobody's numbers or file names depend on who else is on the roster, on
   its order, or on when somebody was added.
2. The seed is the first 31 bits of the SHA-256 digest of the id in UTF-8. Two people with
   one seed (30 participants: once in five million workshops) would have the same company;
   nothing else would change, so it is left.
3. The folder is the name, as far as every file system takes it, and six digits of another
   part of the digest: two people of one name, or of names that Windows holds equal, differ.
4. The plan is ``workshop.json`` in the workshop's folder, with the values that grading puts
   into every notebook.
"""

import hashlib
import json
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import LANGUAGES
from crmlab.output import write_whole

PLAN_NAME = "workshop.json"
_FORMAT = 1
# The folder's name stands twice in the path of an exercise, and Windows ends a path at 260.
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Participant:
    """One person on the roster, and what is theirs.

    Attributes
    ----------
    id : str
        Unique in the workshop; progress and results are kept under it.
    name : str
        As on the roster.
    lang : {"en", "zh"}
    seed : int
        Of the participant's own company, from 0 to 2³¹ − 1.
    folder : str
        One path component, safe on Windows, macOS and Linux.
    """

    id: str
    name: str
    lang: str
    seed: int
    folder: str


def participant(id, name, lang):
    """Give a person a seed and a folder, which depend on nobody else.

    Parameters
    ----------
    id, name : str
    lang : {"en", "zh"}

    Returns
    -------
    Participant
    """
    digest = hashlib.sha256(id.encode()).digest()
    seed = int.from_bytes(digest[:4], "big") >> 1
    return Participant(id, name, lang, seed, f"{_file_name(name)}_{digest[-3:].hex()}")


def _file_name(name):
    """Keep letters, marks and digits of every script; whatever else becomes ``_``.

    What is left has no separator, no dot and no space, so with the digits behind it it is
    no reserved name of Windows either.
    """
    words = [word for word in _safe(name).split("_") if word]
    return "_".join(words)[:_LONGEST_NAME].strip("_") or "participant"


def _safe(name):
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else "_" for sign in name)


@dataclass(frozen=True)
class Plan:
    """What a workshop consists of.

    Attributes
    ----------
    exercise : str
        The session folder's name, such as ``"03a_rfm_and_pyramid"``.
    parameters : dict
        Name to value, as in the exercise's parameters cell, without what is personal.
    participants : tuple of Participant
        In the order in which they came onto the roster.

    Raises
    ------
    CRMError
        If two participants share an id, or a folder.
    """

    exercise: str
    parameters: dict
    participants: tuple

    def __post_init__(self):
        for id in _doubled(one.id for one in self.participants):
            raise CRMError("Two participants have the id {id!r}.", id=id)
        for folder in _doubled(one.folder.casefold() for one in self.participants):
            sharing = [one.id for one in self.participants if one.folder.casefold() == folder]
            raise CRMError(
                "The participants with the ids {ids} would share one folder, by a rare "
                "chance. Write the name of one of them a little differently.",
                ids=", ".join(map(repr, sharing)),
            )

    def parameters_of(self, participant):
        """Return the trusted value of every name in the parameters cell.

        Parameters
        ----------
        participant : Participant

        Returns
        -------
        dict
        """
        return self.parameters | personal_parameters(participant)


def personal_parameters(participant):
    """Return the parameters that differ from one participant to the next."""
    return {"seed": participant.seed, "participant": participant.id, "lang": participant.lang}


def _doubled(values):
    return [value for value, times in Counter(values).items() if times > 1]


def save_plan(plan, folder):
    """Write the plan into the workshop's folder: whole or not at all.

    Parameters
    ----------
    plan : Plan
    folder : str or os.PathLike
    """
    data = {"workshop": _FORMAT} | asdict(plan)
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    write_whole(Path(folder) / PLAN_NAME, text)


def load_plan(folder):
    """Read the plan of a workshop.

    Parameters
    ----------
    folder : str or os.PathLike

    Returns
    -------
    Plan

    Raises
    ------
    CRMError
        If there is no plan in the folder, or it is damaged.
    """
    path = Path(folder) / PLAN_NAME
    if not path.is_file():
        raise CRMError(
            "{folder!r} is not the folder of a workshop: there is no {name} in it. "
            "'crmlab workshop new' makes one.",
            folder=str(folder),
            name=PLAN_NAME,
        )
    try:
        return _as_plan(json.loads(path.read_bytes()))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CRMError(
            "{path!r} is damaged: {problem}. Put a copy of it back, or take it away and run "
            "'crmlab workshop new' again with the roster: everybody's numbers are the same.",
            path=str(path),
            problem=f"{type(error).__name__}: {error}",
        ) from error


def _as_plan(data):
    if data["workshop"] != _FORMAT:
        raise ValueError(f"workshop = {data['workshop']!r}")
    participants = tuple(Participant(**entry) for entry in data["participants"])
    plan = Plan(data["exercise"], dict(data["parameters"]), participants)
    for one in participants:
        for field in fields(one):
            if type(getattr(one, field.name)) is not field.type:
                raise TypeError(f"{field.name} = {getattr(one, field.name)!r}")
        if one.lang not in LANGUAGES:
            raise ValueError(f"lang = {one.lang!r}")
    # These become parts of paths.
    for name in (plan.exercise, *(one.folder for one in participants)):
        if not name or name != _safe(name):
            raise ValueError(f"{name!r}")
    return plan
