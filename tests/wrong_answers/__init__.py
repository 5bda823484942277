"""Wrong answers that people gave, or would give, written without a look at the checks.

One module per exercise, ``ch03a.py``; one function per answer. It takes the participant's data
(``wb.data``) and ``given`` (``wb.given``: the right result of an earlier task) and returns what
this learner would hand in. Its docstring says what they did.
"""

from dataclasses import dataclass
from importlib import import_module

from crmlab.workbook import explain
from crmlab.workbook.answers import EXACT
from crmlab.workbook.cases import Data
from crmlab.workbook.checks import number_of
from crmlab.workbook.tasks import PASSED, ROWS


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


def answers_of(exercise):
    """Return the wrong answers to an exercise, such as ``"03a_rfm_and_pyramid"``."""
    found = vars(import_module(f"{__name__}.ch{number_of(exercise)}")).values()
    return [one for one in found if isinstance(one, WrongAnswer)]


def said(checks, answers, seeds):
    """Yield what the checks say of each wrong answer, for several participants.

    Yields
    ------
    WrongAnswer
    seed : int
    alternatives : set of str
        What the verdict names; ``"rows:…"`` with each thing that the wrong rows have in common.
        Where one slip alone leads to what two led to, the two count as named.
    """
    tasks = {task.name: task for task in checks.TASKS}
    for seed in seeds:
        case = checks.Case(seed)
        data = Data(case)
        for one in answers:
            task = tasks[one.task]
            answer = one.give(data, lambda name, case=case: tasks[name].right(case))
            verdict = task.check(case, answer)
            if verdict.status == PASSED:
                yield one, seed, {PASSED}
            elif verdict.mistake == ROWS:
                yield one, seed, {f"{ROWS}:{fact}" for fact in verdict.common}
            else:
                alternatives = set(verdict.mistake.split("|"))
                if _is_said_more_simply(task, case, answer, one.named, alternatives):
                    alternatives.add(one.named)
                yield one, seed, alternatives


def _is_said_more_simply(task, case, answer, named, alternatives):
    """Return whether two slips led to just this answer, and one alone would have led there."""
    if named.count("+") != 1 or any("+" in names for names in alternatives):
        return False
    slips = tuple(named.split("+"))
    read = task.answer.read(answer)
    if len(parts := task.answer.parts(read)) > 1:
        return False
    part, leading = task.answer.part(read, *parts), dict(explain._in_pairs(task, case, *parts))
    return slips in leading and task.answer.closeness(part, leading[slips]) == EXACT
