"""What goes wrong: the slips of one task, and those that any number can suffer.

A task is a computation with switches; a *slip* is switches set the wrong way. Whoever makes it
hands in what the computation then gives, so nobody has to write the wrong answer down.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.language import gettext as _
from crmlab.language import mark


class Slip:
    """Switches of one task set the wrong way.

    Parameters
    ----------
    message : str
        What went wrong, English; looked up when shown.
    section : str, optional
        The heading of the lesson to read again, English; the task's own by default.
    seen_in : callable, optional
        For a slip that leads to many answers: case and read answer to whether it was made.
    **switches
        Arguments of the task's ``solve``.
    """

    def __init__(self, message, section="", /, *, seen_in=None, **switches):
        self.message, self.section, self.switches = message, section, switches
        self.seen_in = seen_in

    def goes_with(self, other):
        """Return whether two slips can be made at once: no switch has two wrong ways."""
        return self.switches.keys().isdisjoint(other.switches)


@dataclass(frozen=True)
class General:
    """A slip of any number: what it makes of the right one.

    Attributes
    ----------
    message : str
        English.
    distort : callable
        Right numbers to wrong ones, arrays of floats; None where it cannot be made.
    """

    message: str
    distort: Callable


def _scaled(factor):
    return lambda numbers: numbers * factor


def _period(factor):
    # Small counts are often 4 or 12 times one another by chance.
    return lambda numbers: numbers * factor if np.median(np.abs(numbers)) % 1 else None


def _complement(numbers):
    return 1 - numbers if ((numbers >= 0) & (numbers <= 1)).all() else None


def _inverse(numbers):
    return 1 / numbers if (numbers != 0).all() else None


def _upside_down(numbers):
    return numbers.min() + numbers.max() - numbers if len(numbers) > 1 else None


GENERAL = {
    "hundredfold": General(
        mark("Your number is 100 times too large: per cent where a share is asked?"),
        _scaled(100),
    ),
    "hundredth": General(
        mark("Your number is 100 times too small: a share where per cent is asked?"),
        _scaled(0.01),
    ),
    "thousandfold": General(
        mark("Your number is 1,000 times too large: look at the unit."), _scaled(1000)
    ),
    "thousandth": General(
        mark("Your number is 1,000 times too small: look at the unit."), _scaled(0.001)
    ),
    "sign": General(mark("The size is right, the sign is turned round."), _scaled(-1)),
    "complement": General(
        mark("That is 1 minus the right share: the other side of the question."), _complement
    ),
    "inverse": General(mark("That is 1 ÷ the right number: the ratio is turned round."), _inverse),
    "year_for_month": General(
        mark("Your number is 12 times too large: a year where a month is asked?"), _period(12)
    ),
    "month_for_year": General(
        mark("Your number is 12 times too small: a month where a year is asked?"), _period(1 / 12)
    ),
    "year_for_quarter": General(
        mark("Your number is 4 times too large: a year where a quarter is asked?"), _period(4)
    ),
    "quarter_for_year": General(
        mark("Your number is 4 times too small: a quarter where a year is asked?"), _period(1 / 4)
    ),
    "upside_down": General(
        mark("Your numbers stand on their head: the highest is where the lowest should be."),
        _upside_down,
    ),
}
# Of these, one of each can be made at once: twice the same kind undoes itself.
SCALED = ("hundredfold", "hundredth", "thousandfold", "thousandth")
TURNED = ("sign", "complement", "inverse", "upside_down")
OTHERS = General(mark("You took the others: those that should not be chosen."), None)
TOTAL = General(mark("That is a total; what one of them has on average is asked."), None)
MEAN = General(mark("That is an average; the total of all of them is asked."), None)
ROUNDED_TOO_FAR = General(
    mark("That looks like the right number, rounded too far: keep at least three digits."), None
)
NOT_TO_THE_CENT = General(mark("That looks like the right number, rounded; keep the cents."), None)
BY_NAME = GENERAL | {
    "others": OTHERS,
    "total": TOTAL,
    "mean": MEAN,
    "rounded": ROUNDED_TOO_FAR,
    "not_to_the_cent": NOT_TO_THE_CENT,
}


def distorted(task, case, part):
    """Yield what the slips of any answer make of a part of one.

    Parameters
    ----------
    task : Task
    case : Case
    part : frozenset, numpy.ndarray or pandas.Series
        As the task's kind of answer has read it.

    Yields
    ------
    name : str
    wrong : object
        Of the same form.
    """
    match part:
        case frozenset():
            choices = task.choices(case)
            if choices is not None:
                yield "others", frozenset(_(str(name)) for name in choices) - part
        case pd.Series():
            if part.dtype.kind == "f":
                for name, wrong in _numbers(part.to_numpy()):
                    yield name, pd.Series(wrong, part.index)
        case np.ndarray():
            yield from _numbers(part)
            for size in task.sizes(case):
                yield "total", part * size
                yield "mean", part / size


def _numbers(numbers):
    for name, general in GENERAL.items():
        with np.errstate(all="ignore"):
            wrong = general.distort(numbers)
        if wrong is not None:
            yield name, wrong
