"""A task: a computation with switches, and the verdict on an answer to it."""

import re
import warnings
from dataclasses import dataclass
from html import escape

import numpy as np

from crmlab.language import fill, mark, sentences
from crmlab.language import gettext as _
from crmlab.workbook import explain
from crmlab.workbook.answers import Number, PerCustomer, Unreadable, rounded_too_far
from crmlab.workbook.slips import BY_NAME

PASSED, NOT_ATTEMPTED, WRONG = "passed", "not attempted", "wrong"
# Wrong, and no slip has a name for it.
FORM, ROWS, SHIFTED, OTHER = "form", "rows", "shifted", "other"
_AND, _OR = "+", "|"  # between the names of two slips at once, and of two that may be meant


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes
    ----------
    task : str
    status : {"passed", "not attempted", "wrong"}
    mistake : str
        Empty unless wrong. The name of the slip; two at once are joined by ``+``, several that
        lead to the same answer by ``|``. ``"form"``: an answer of another form, ``"rows"``: one
        whose wrong rows have something in common, ``"shifted"``: one that is off by the same
        number in several rows, ``"other"``: none of these.
    message : str
        For the learner, in their language.
    common : tuple of str
        What the wrong rows have in common, English.
    """

    task: str
    status: str
    mistake: str = ""
    message: str = ""
    common: tuple = ()

    def __str__(self):
        sign = {PASSED: "✓", NOT_ATTEMPTED: "○", WRONG: "✗"}[self.status]
        return f"{sign} {self.task}: {self.message}"

    __repr__ = __str__

    def _repr_html_(self):
        colour = {PASSED: "#029e73", NOT_ATTEMPTED: "#949494", WRONG: "#d55e00"}[self.status]
        style = f"border-left:4px solid {colour};padding:.2em 1em;margin:.4em 0"
        return f'<p style="{style}">{escape(str(self))}</p>'


class Task:
    """One task of an exercise; a subclass fills in what is its own.

    The name of the task, and of the learner's variable, is that of the class: ``TopFifth`` is
    ``top_fifth``.

    Attributes
    ----------
    answer : Number, Chosen or PerCustomer
        The kind of answer.
    section : str
        The heading of the lesson to read again, English; a slip may name another one.
    praise : str
        What to say when it is right, English.
    hints : tuple of str
        From a nudge to the way, English.
    slips : dict
        Name to `Slip`.
    """

    answer = None
    section = ""
    praise = ""
    hints = ()
    slips = {}  # noqa: RUF012

    def __init_subclass__(cls):
        cls.name = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", cls.__name__).lower()

    def solve(self, case, **switches):
        """Return the right answer for a participant's case; with a switch turned, a wrong one."""
        raise NotImplementedError

    def choices(self, case):
        """Return all names that a list can hold, in the order of the learner's table, or None."""
        return None

    def sizes(self, case):
        """Return by how much a total differs from the mean: numbers of customers, orders …"""
        return ()

    def facts(self, case):
        """Return what is special about each row; see `crmlab.workbook.cases.facts`."""
        return case.facts

    def right(self, case):
        """Return the right answer, to hand out."""
        found = self._solved(case, ())
        return found.copy() if hasattr(found, "copy") else found

    def wrong(self, case, *names):
        """Return the answer that slips lead to.

        Parameters
        ----------
        case : Case
        *names : str
            Slips of this task.
        """
        return self._solved(case, names)

    def target(self, case, *names):
        """Return the right answer, or the one that slips lead to, as `answer` reads it.

        None where slips lead to nothing that could be handed in.
        """
        key = self.name, names, "read"
        if key not in case.known:
            try:
                case.known[key] = self.answer.read(self._solved(case, names), self._rows(case))
            except (Unreadable, ArithmeticError, LookupError, ValueError):
                # Two slips may contradict each other, and a wrong model may have no fit.
                if not names:
                    raise
                case.known[key] = None
        return case.known[key]

    def _solved(self, case, names):
        key = self.name, names
        if key not in case.known:
            switches = {}
            for name in names:
                switches |= self.slips[name].switches
            # What a library says of a wrong computation is not for the learner's cell.
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                case.known[key] = self.solve(case, **switches)
        return case.known[key]

    def _rows(self, case):
        if isinstance(self.answer, PerCustomer):
            return getattr(self._solved(case, ()), "index", None)
        return self.choices(case)

    def read(self, case, value):
        """Return what an answer says, in one form; `Unreadable` where it has another kind."""
        return self.answer.read(value, self._rows(case))

    def check(self, case, value):
        """Return the verdict on an answer.

        Parameters
        ----------
        case : Case
            The participant's data.
        value : object
            What the learner handed in; ``...`` for nothing.
        """
        if value is ...:
            return Verdict(self.name, NOT_ATTEMPTED, message=_("not attempted yet"))
        try:
            answer = self.read(case, value)
        except Unreadable as error:
            return Verdict(self.name, WRONG, FORM, f"{error}.")
        parts = explain.wrong_parts(self, case, answer)
        if not parts:
            return Verdict(self.name, PASSED, message=_(self.praise))
        if isinstance(answer, frozenset) and not answer:
            # An empty list comes about in every way: only single slips that lead to it are told.
            if alone := explain.leading_to(self, case, answer):
                return self._named(alone, [])
            message = _("Not yet: {difference}.").format(
                difference=self.answer.difference(answer, self.target(case))
            )
            return Verdict(self.name, WRONG, OTHER, message)
        wrong = explain.explanations(self, case, answer, parts)
        named = {name: found for name, found in wrong.items() if found}
        if len(named) < len(wrong):
            if seen := explain.seen(self, case, answer):
                return self._named(seen, [])
            # Where one column is a riddle, two slips at once in another are hardly the story.
            named = {name: found for name, found in named.items() if len(found[0]) == 1}
        if named:
            where = list(named) if len(named) < len(self.answer.parts(answer)) else []
            return self._named(explain.together(list(named.values())), where)
        if self._is_rounded(answer, self.target(case), parts):
            code = "rounded" if getattr(self.answer, "readable", True) else "not_to_the_cent"
            return Verdict(self.name, WRONG, code, self._message(code))
        return self._by_rows(case, answer)

    def _is_rounded(self, answer, right, parts):
        """Return whether all that is wrong with a number, or a table of them, is its rounding."""
        if isinstance(self.answer, PerCustomer):
            if not answer.index.equals(right.index):
                return False
        elif not isinstance(self.answer, Number):
            return False
        pairs = [[self.answer.part(one, name) for one in (answer, right)] for name in parts]
        return all(
            part.dtype.kind == wanted.dtype.kind == "f"
            and rounded_too_far(np.asarray(part), np.asarray(wanted))
            for part, wanted in pairs
        )

    def accepts(self, case, value):
        """Return whether an answer is right, without looking for what went wrong."""
        return not explain.wrong_parts(self, case, self.read(case, value))

    def explained(self, mistake):
        """Return what a mistake of a verdict is, in the language in use, without advice."""
        return sentences(*(self._message(name) for name in _names(mistake) if self._known(name)))

    def sections(self, mistake):
        """Return the headings to read again for a mistake of a verdict, English."""
        slips = [self.slips[name] for name in _names(mistake) if name in self.slips]
        found = [slip.section or self.section for slip in slips]
        return list(dict.fromkeys(found or [self.section]))

    def _known(self, name):
        return name in self.slips or name in BY_NAME

    def _message(self, name):
        return _((self.slips.get(name) or BY_NAME[name]).message)

    def _named(self, alternatives, where):
        """Return the verdict on an answer to which slips led, or may have led."""
        code = _OR.join(_AND.join(names) for names in alternatives)
        told = [
            self._message(*names)
            if len(names) == 1
            else _("Two things. {messages}").format(messages=sentences(*map(self._message, names)))
            for names in alternatives
        ]
        if len(told) > 1:
            listed = sentences(*(f"({place}) {text}" for place, text in enumerate(told, start=1)))
            text = _("More than one mistake leads to this; see which is yours. {listed}").format(
                listed=listed
            )
        else:
            text = told[0]
        if where:
            text = _("In {columns}: {text}").format(columns=_(", ").join(where), text=text)
        # In quotes, since a heading may end in a question mark of its own.
        sections = _(", ").join(f"“{_(heading)}”" for heading in self.sections(code))
        advice = _("Read again: {section}.").format(section=sections)
        return Verdict(self.name, WRONG, code, sentences(text, advice))

    def _by_rows(self, case, answer):
        """Return the verdict on an answer that no slip explains: what its rows say."""
        right = self.target(case)
        differing, facts = self.answer.differing(answer, right), self._facts_of(case, answer)
        everything = [name for names in differing.values() for name in names]
        spared = sorted(set(self.answer.names(answer)) - set(everything))
        shared = explain.in_common(everything, facts, spared)
        told, common = [], []
        for how, names in ({"": everything} if shared else differing).items():
            found = shared or explain.in_common(names, facts, spared)
            if found:
                told.append(
                    fill(_COMMON[how], count=len(names), facts=_(" or ").join(map(_, found)))
                )
                common += found
        difference = self.answer.difference(answer, right)
        told.insert(0, _("Not yet: {difference}.").format(difference=difference))
        shift = explain.shift(self, answer, right, differing.get("other", []))
        if shift is not None:
            told.append(
                _("In each of them your number is {gap:g} too {way}.").format(
                    gap=abs(shift), way=_("high") if shift > 0 else _("low")
                )
            )
        told += self._example(case, answer, differing)
        code = ROWS if common else SHIFTED if shift is not None else OTHER
        return Verdict(self.name, WRONG, code, sentences(*told), tuple(dict.fromkeys(common)))

    def _facts_of(self, case, answer):
        """Return what is special about each row that an answer could hold, or does hold.

        What all of these share explains nothing, even where other rows of the case lack it.
        """
        facts, rows = self.facts(case), self._rows(case)
        if rows is None or facts.empty:
            return facts
        return facts[facts.index.isin([*map(str, rows), *self.answer.names(answer)])]

    def _example(self, case, answer, differing):
        """Work one of the rows that differ: what the learner has, and what there is to see."""
        other = differing.get("other", [])
        if other:
            mine = self.answer.shown(answer, other[0])
            yield _("For {name} you have {mine}.").format(name=other[0], mine=mine)
        first = next((names[0] for names in differing.values() if names), None)
        if first is not None and case.about(first):
            yield _("What there is to see of {name}: {rows}.").format(
                name=first, rows=case.about(first)
            )


def at_once(mistake):
    """Return the names of a mistake of a verdict that were made together; alternatives stay one."""
    return [mistake or OTHER] if _OR in mistake else (mistake or OTHER).split(_AND)


def _names(mistake):
    return re.split(r"[+|]", mistake)


_COMMON = {
    "": mark("All {count} that differ have this in common: {facts}."),
    "missing": mark("All {count} that are missing have this in common: {facts}."),
    "extra": mark("All {count} that should not be there have this in common: {facts}."),
    "other": mark("All {count} with another value have this in common: {facts}."),
}
