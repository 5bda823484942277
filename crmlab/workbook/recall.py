"""Questions on earlier chapters, asked again when they are about to be forgotten.

A question that was answered right comes back after 1, 3, 7, 21 and 60 days; a wrong answer
sends it to the start (the boxes of Leitner, 1972, *So lernt man lernen*). An exercise keeps
the questions that it asked first, so that letters in a notebook stay under the questions
they answer; another exercise, or another seed, asks what is due then.

The questions on a session stand beside it, in ``manuscript/NN_name/recall.toml``; the numbers
in them are those of the participant's own company.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from reprlib import repr as shortened
from unicodedata import normalize
from zlib import crc32

from crmlab.datasets import folder
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.workbook import progress, recall_numbers
from crmlab.workbook.checks import number_of
from crmlab.workbook.tasks import NOT_ATTEMPTED, PASSED, WRONG, Verdict

ASKED = "asked"  # the status under which progress remembers that a question was shown

_PRIMER = "00"
_DAYS_UNTIL_DUE = (0, 1, 3, 7, 21, 60)
_LETTERS = "abcd"
# A letter as people write it: a, "a", a), (a), [a], a. and a: once full-width forms are plain.
_WRITTEN = re.compile(rf"""[\s"'“”‘’(\[]*([{_LETTERS}])[\s"'“”‘’)\].:]*""")

_NEEDED, _OPTIONAL = {"text", "options", "why"}, {"numbers"}
_NUMBERS = {
    name: function
    for name, function in vars(recall_numbers).items()
    if getattr(function, "__module__", None) == recall_numbers.__name__
}


@dataclass(frozen=True)
class Question:
    """A question with options; the first option is the right one.

    Attributes
    ----------
    name : str
        Under which progress is kept.
    session : str
        Where it was taught, such as ``"03a"``.
    text : str
        English, with fields that `numbers` fills.
    options : tuple of str
        English, with the same fields; shown in an order that depends on the name.
    why : str
        What to say about the right answer, English.
    numbers : callable
        Company to a mapping of field to value.
    """

    name: str
    session: str
    text: str
    options: tuple
    why: str
    numbers: Callable = lambda company: {}

    def shown(self, company):
        """Return the question and its options, in the order shown."""
        numbers = self.numbers(company)
        order = self._order()
        return fill(self.text, **numbers), [fill(self.options[i], **numbers) for i in order]

    def check(self, letter):
        """Return the verdict on the letter of an option; what is no letter is not counted."""
        if letter is ...:
            return Verdict(self.name, NOT_ATTEMPTED, message=_("not attempted yet"))
        letters = _LETTERS[: len(self.options)]
        chosen = _read(letter)
        if chosen is None or chosen not in letters:
            message = _("one of the letters {letters} is expected, not {got}.").format(
                letters=", ".join(letters), got=" ".join(shortened(letter).split())
            )
            return Verdict(self.name, NOT_ATTEMPTED, message=message)
        if letters.index(chosen) == self._order().index(0):
            return Verdict(self.name, PASSED, message=_(self.why))
        number = self.session.removeprefix("0")
        message = _("No. Think again, or read chapter {number}.").format(number=number)
        return Verdict(self.name, WRONG, "other", message)

    def _order(self):
        turn = crc32(self.name.encode()) % len(self.options)
        places = list(range(len(self.options)))
        return places[turn:] + places[:turn]


def _read(letter):
    """Return the letter in what a learner wrote, small and plain, or None."""
    # NFKC makes full-width letters, brackets and stops the usual ones.
    plain = normalize("NFKC", letter).lower() if isinstance(letter, str) else ""
    found = _WRITTEN.fullmatch(plain)
    return found and found.group(1)


@cache
def bank():
    """Return every question, session by session.

    Raises
    ------
    FileNotFoundError
        If the course's files are not beside the package, nor in it.
    ValueError
        If a question cannot be used; the text says which, and in which file.
    """
    manuscript = folder("manuscript")
    files = sorted(manuscript.glob("*/recall.toml"))
    if not files:
        raise FileNotFoundError(
            _(
                "The questions to recall are missing: there is no recall.toml in {path}. Install "
                "crmlab again, or work in a full clone of the course, with its folder 'manuscript'."
            ).format(path=manuscript)
        )
    found = {}
    for path in files:
        for question in read(path):
            if question.name in found:
                raise ValueError(f"{path}: {question.name!r} is the name of a question before.")
            found[question.name] = question
    # The primer comes last: it repeats what every chapter uses anyway.
    return tuple(sorted(found.values(), key=lambda question: question.session == _PRIMER))


def read(path):
    """Return the questions in a chapter's ``recall.toml``.

    Parameters
    ----------
    path : pathlib.Path
        In the folder of a session, such as ``03a_rfm``.

    Returns
    -------
    list of Question

    Raises
    ------
    ValueError
        If a question cannot be used; the text says which, and in which file.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}.") from None
    questions = []
    for name, entry in entries.items():
        if problem := _problem(entry):
            raise ValueError(f"{path}, question {name!r}: {problem}.")
        words = entry | {"options": tuple(entry["options"])}
        if "numbers" in words:
            words["numbers"] = _NUMBERS[words["numbers"]]
        questions.append(Question(f"recall_{name}", number_of(path.parent.name), **words))
    return questions


def _problem(entry):
    """Return what keeps an entry of a file from being a question, or None."""
    if not isinstance(entry, dict):
        return "it is no table; a question starts with its name in brackets"
    if missing := _NEEDED - entry.keys():
        return f"it lacks {', '.join(sorted(missing))}"
    if unknown := entry.keys() - _NEEDED - _OPTIONAL:
        return f"it has {', '.join(sorted(unknown))}, which means nothing here"
    options = entry["options"]
    if not isinstance(options, list) or not 2 <= len(options) <= len(_LETTERS):
        return f"options is not a list of 2 to {len(_LETTERS)} texts"
    shown = [entry["text"], *options]
    if not all(isinstance(text, str) and text.strip() for text in [*shown, entry["why"]]):
        return "text, options and why are texts, none of them empty"
    if len(set(options)) < len(options):
        return "two of its options are the same"
    numbers = entry.get("numbers")
    if numbers is None and any("{" in text for text in shown):
        return "it has {fields}, but no numbers that fill them"
    if numbers is not None and numbers not in _NUMBERS:
        return f"there is no function {numbers!r} in {recall_numbers.__name__}"
    return None


def choose(participant, exercise, seed, count):
    """Choose the questions of an exercise: those that it asked first, then what is due.

    Parameters
    ----------
    participant, exercise : str
    seed : int
    count : int
        How many.

    Returns
    -------
    list of Question
    """
    known = {question.name: question for question in bank()}
    history = progress.events()
    here = history[
        history["participant"].eq(participant)
        & history["exercise"].eq(exercise)
        & history["seed"].eq(seed)
    ]
    # Other tasks are no questions, and an update of the course may have taken one away.
    kept = [known[name] for name in here["task"].unique() if name in known]
    ranked = due(number_of(exercise), participant, count + len(kept))
    return [*kept, *(question for question in ranked if question not in kept)][:count]


def due(session, participant, count, now=None):
    """Choose the questions to ask now.

    Parameters
    ----------
    session : str
        Such as ``"03a"``; only questions of earlier sessions are asked.
    participant : str
    count : int
        How many.
    now : datetime, optional
        With a time zone.

    Returns
    -------
    list of Question
        Overdue ones first, the longest overdue at the head; then new ones; then the rest.
    """
    now = now or datetime.now(UTC)
    history = progress.events()
    mine = history["participant"].eq(participant) & history["status"].isin([PASSED, WRONG])
    answered = dict(list(history[mine].groupby("task")))
    ranked = []
    for number, question in enumerate(bank()):
        if question.session < session:
            answers = answered.get(question.name)
            urgency = (1, 0.0) if answers is None else _urgency(answers, now)
            ranked.append((*urgency, number))
    return [bank()[number] for *_rank, number in sorted(ranked)[:count]]


def _urgency(answers, now):
    """Return a sort key: (0, −seconds overdue), or (2, seconds to wait); (1, 0) is a new one."""
    # A cell that is run again is not another right answer.
    before = answers.groupby(["exercise", "seed"])["status"].shift()
    answers = answers[answers["status"].ne(PASSED) | before.ne(PASSED)]
    right = answers["status"].eq(PASSED)[::-1].cumprod().sum()
    wait = timedelta(days=_DAYS_UNTIL_DUE[min(right, len(_DAYS_UNTIL_DUE) - 1)])
    overdue = (now - datetime.fromisoformat(answers["at"].iloc[-1]) - wait).total_seconds()
    return (0, -overdue) if overdue >= 0 else (2, -overdue)


class Asked:
    """A question as it is shown: text, and HTML in a notebook."""

    def __init__(self, number, question, company):
        self.question, self._number = question, number
        text, options = question.shown(company)
        self._text = f"{number}. {text}"
        self._options = [
            f"{letter})  {option}" for letter, option in zip(_LETTERS, options, strict=False)
        ]

    def __repr__(self):
        return "\n   ".join([self._text, *self._options])

    def _repr_html_(self):
        return "<br>&emsp;".join([f"<b>{escape(self._text)}</b>", *map(escape, self._options)])

    def check(self, letter):
        """Return the verdict on a letter, under the number of the question."""
        title = _("Question {number}").format(number=self._number)
        return replace(self.question.check(letter), task=title)
