"""The guide of a session, as far as it is read by the machine: its role play and its advice.

A guide is prose for the instructor, in English and Markdown; two of its sections have a fixed form:

1. The role play: a heading with its minutes, a paragraph, a list of roles
   (``- **Role (Name).** brief``) and a debrief (``*Debrief.* questions``).
2. The usual mistakes: a table (``| `slip` in task 2 | what happened | say |``), then, per task
   (``**Task 2 · its_name**``), a list of the others (``- `slip`, `slip`: what to say``).
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from crmlab.errors import CRMError

_OTHERS = "### The others, task by task"
_SLIP = re.compile(r"`(\w+)`")
_NUMBER = re.compile(r"\d+")
# What stands in a guide, by an example of it.
_FORMS = {
    "## Role play: a title (12 minutes)": r"Role play: (?P<title>.+) \((?P<minutes>\d+) minutes\)",
    "- **Role (Name).** Who you are here.": r"- \*\*(?P<name>.+?)\.\*\* (?P<brief>.+)",
    "*Debrief.* Questions for afterwards.": r"\*Debrief\.\* (?P<debrief>.+)",
    "**Task 2 · its_name**": r"\*\*Task (?P<number>\d+) · (?P<names>.+)\*\*",
    "- `slip`, `slip`: what to say": r"- (?P<slips>`\w+`(?:, `\w+`)*): (?P<say>.+)",
}
_HEADING, _ROLE, _DEBRIEF, _TASK, _ENTRY = _FORMS


@dataclass(frozen=True)
class Role:
    """One role: its ``name``, as in "Founder (Lin Yue)", and its ``brief``."""

    name: str
    brief: str


@dataclass(frozen=True)
class RolePlay:
    """The role play of a session; its texts are Markdown, each in one line.

    Attributes
    ----------
    title : str
    minutes : int
    setting : str
        Groups, minutes of each part, what they have to end with.
    roles : tuple of Role
    debrief : str
        Questions for afterwards.
    """

    title: str
    minutes: int
    setting: str
    roles: tuple
    debrief: str


@dataclass(frozen=True)
class Guide:
    """What is read of a guide.

    Attributes
    ----------
    role_play : RolePlay
    tasks : dict
        Number of a task, as in the exercise, to the names that are checked in it.
    advice : dict
        Name of a task and of a slip to what the instructor may say, Markdown.
    twice : list
        Number of a task and slip where more than one is said of it.
    """

    role_play: RolePlay
    tasks: dict
    advice: dict
    twice: list


def read_guide(path):
    """Read the guide of a session.

    Parameters
    ----------
    path : str or os.PathLike
        Of its ``guide.md``.

    Returns
    -------
    Guide

    Raises
    ------
    CRMError
        If the guide has not the form of this module; it says which line has not.
    """
    path = Path(path)
    sections = {}
    for section in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _newline, text = section.partition("\n")
        sections[re.split("[:,]", heading)[0]] = heading, text
    try:
        heading, text = sections["Role play"]
        _heading, mistakes = sections["Usual mistakes"]
        return Guide(_role_play(heading, text), *_advice(mistakes))
    except KeyError as section:
        raise CRMError(
            "The guide {path} has no section {section}.", path=str(path), section=str(section)
        ) from None
    except _OtherForm as error:
        form, text = error.args
        raise CRMError(
            "In the guide {path}, this should look like {form!r}: {text}",
            path=str(path),
            form=form,
            text=text,
        ) from None


class _OtherForm(Exception):
    """The example of a form, and a text that has another one."""


def _matched(form, text):
    if (found := re.fullmatch(_FORMS[form], text)) is None:
        raise _OtherForm(form, text)
    return found.groupdict()


def _role_play(heading, text):
    setting, *roles, debrief = _blocks(text)
    head = _matched(_HEADING, heading)
    return RolePlay(
        title=head["title"],
        minutes=int(head["minutes"]),
        setting=setting,
        roles=tuple(Role(**_matched(_ROLE, one)) for one in roles),
        **_matched(_DEBRIEF, debrief),
    )


def _advice(text):
    """Return the tasks, what to say of each slip, and of what more than one is said."""
    said = []
    for seen, _happened, say in (_cells(line) for line in text.splitlines() if line[:3] == "| `"):
        numbers = map(int, _NUMBER.findall(_SLIP.sub("", seen)))
        said += [(number, slip, say) for number in numbers for slip in _SLIP.findall(seen)]
    tasks, number = {}, None
    for block in _blocks(text.partition(_OTHERS)[2]):
        if block.startswith("**"):
            task = _matched(_TASK, block)
            number = int(task["number"])
            tasks[number] = tuple(re.split(", | and ", task["names"]))
        elif number is not None:
            entry = _matched(_ENTRY, block)
            said += [(number, slip, entry["say"]) for slip in _SLIP.findall(entry["slips"])]
    counts = Counter((number, slip) for number, slip, _say in said)
    return (
        tasks,
        {(name, slip): say for number, slip, say in said for name in tasks.get(number, ())},
        [place for place, count in counts.items() if count > 1],
    )


def _cells(row):
    return [cell.strip() for cell in row.strip("| ").split(" | ")]


def _blocks(text):
    """Return the paragraphs and the entries of lists, each in one line."""
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n|\n(?=- )", text.strip())]
