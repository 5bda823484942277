"""Wrong answers that people gave, or would give, written without a look at the checks.

One module per exercise, ``ch03.py``; one function per answer. It takes the participant's data
(``wb.data``) and ``given`` (``wb.given``: the right result of an earlier task) and returns what
this learner would hand in. Its docstring says what they did.
"""

from dataclasses import dataclass
from importlib import import_module

from crmlab.workbook.cases import Data
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
    """Return the wrong answers to an exercise, such as ``"03_segmentation"``."""
    found = vars(import_module(f"{__name__}.ch{exercise.partition('_')[0]}")).values()
    return [one for one in found if isinstance(one, WrongAnswer)]


def said(checks, answers, seeds):
    """Yield what the checks say of each wrong answer, for several participants.

    Yields
    ------
    WrongAnswer
    seed : int
    alternatives : set of str
        What the verdict names; ``"rows:…"`` with each thing that the wrong rows have in common.
    """
    tasks = {task.name: task for task in checks.TASKS}
    for seed in seeds:
        case = checks.Case(seed)
        data = Data(case)
        for one in answers:
            verdict = tasks[one.task].check(
                case, one.give(data, lambda name, case=case: tasks[name].right(case))
            )
            if verdict.status == PASSED:
                yield one, seed, {PASSED}
            elif verdict.mistake == ROWS:
                yield one, seed, {f"{ROWS}:{fact}" for fact in verdict.common}
            else:
                yield one, seed, set(verdict.mistake.split("|"))
