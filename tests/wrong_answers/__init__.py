"""Wrong answers that people gave, or would give, written without a look at the checks.

One module per exercise, ``ch03.py``; one function per answer. It takes the participant's data
(``wb.data``) and ``given`` (``wb.given``: the right result of an earlier task) and returns what
this learner would hand in. Its docstring says what they did.
"""

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class WrongAnswer:
    """One wrong answer.

    Attributes
    ----------
    task : str
    give : callable
        ``give(data, given)`` returns the answer.
    named : str
        What the verdict has to say, filled in beside the checks.
    """

    task: str
    give: callable
    named: str = ""

    @property
    def name(self):
        return self.give.__name__


def wrong(task, named=""):
    """Mark a function as a wrong answer to a task."""

    def note(give):
        return WrongAnswer(task, give, named)

    return note


def answers_of(chapter):
    """Return the wrong answers of a chapter, such as ``"ch03"``."""
    found = vars(import_module(f"{__name__}.{chapter}")).values()
    return [one for one in found if isinstance(one, WrongAnswer)]
