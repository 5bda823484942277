"""A task, the mistakes that people make in it, and the verdict on an answer."""

from dataclasses import dataclass
from html import escape

from crmlab.language import gettext as _
from crmlab.workbook.answers import Unreadable

PASSED, NOT_ATTEMPTED, WRONG = "passed", "not attempted", "wrong"


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes
    ----------
    task : str
    status : {"passed", "not attempted", "wrong"}
    mistake : str
        The name of the mistake, ``"form"`` for an answer of another form, ``"other"`` for
        one that no known mistake explains, empty unless wrong.
    message : str
        For the learner, in their language.
    """

    task: str
    status: str
    mistake: str = ""
    message: str = ""

    def __str__(self):
        sign = {PASSED: "✓", NOT_ATTEMPTED: "○", WRONG: "✗"}[self.status]
        return f"{sign} {self.task}: {self.message}"

    __repr__ = __str__

    def _repr_html_(self):
        colour = {PASSED: "#029e73", NOT_ATTEMPTED: "#949494", WRONG: "#d55e00"}[self.status]
        style = f"border-left:4px solid {colour};padding:.2em 1em;margin:.4em 0"
        return f'<p style="{style}">{escape(str(self))}</p>'


def mistake(message, section):
    """Mark a method of a task as one of its mistakes: it returns the answer they lead to.

    Parameters
    ----------
    message : str
        What went wrong and where to look, English; looked up when shown.
    section : str
        The heading of the lesson to read again, English.
    """

    def mark_method(method):
        method.mistake_message = message
        method.mistake_section = section
        return method

    return mark_method


class Task:
    """One task of an exercise; subclasses fill in the class attributes.

    Attributes
    ----------
    name : str
        The name of the variable and of the task.
    answer : Number, Chosen or PerCustomer
        The kind of answer.
    praise : str
        What to say when it is right, English.
    hints : tuple of str
        From a nudge to nearly the way, English.
    """

    name = ""
    answer = None
    praise = ""
    hints = ()

    def right(self, case):
        """Return the right answer for a participant's case."""
        raise NotImplementedError

    def mistakes(self):
        """Return name to method of the mistakes that this task knows."""
        return {
            name: getattr(self, name)
            for name in vars(type(self))
            if hasattr(getattr(self, name), "mistake_message")
        }

    def check(self, case, value):
        """Return the verdict on an answer.

        Parameters
        ----------
        case : object
            The participant's data.
        value : object
            What the learner handed in; ``...`` for nothing.
        """
        if value is ...:
            return Verdict(self.name, NOT_ATTEMPTED, message=_("not attempted yet"))
        right = self._read(self.right(case))
        try:
            answer = self.answer.read(value, getattr(right, "index", None))
        except Unreadable as error:
            return Verdict(self.name, WRONG, "form", f"{error}.")
        if self.answer.same(answer, right):
            return Verdict(self.name, PASSED, message=_(self.praise))
        for name, wrong in self.mistakes().items():
            if self.answer.same(answer, self._read(wrong(case))):
                advice = _("Read again: {section}.").format(section=_(wrong.mistake_section))
                return Verdict(self.name, WRONG, name, f"{_(wrong.mistake_message)} {advice}")
        message = _("Not yet: {difference}.").format(
            difference=self.answer.difference(answer, right)
        )
        return Verdict(self.name, WRONG, "other", message)

    def _read(self, value):
        return self.answer.read(value, getattr(value, "index", None))
