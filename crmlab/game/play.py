"""Playing a year: a company, its quarters, and what came of them."""

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
import pandas as pd

from crmlab.arguments import integer
from crmlab.errors import CRMError
from crmlab.game import engine, numbers, past
from crmlab.game.best import Best
from crmlab.game.decision import checked
from crmlab.game.view import QUARTER_NAMES, view_of

CUSTOMERS = 3_000  # on the register of a company, where nobody says otherwise


class Game:
    """A company to run for a year.

    Parameters
    ----------
    seed : int
        Which company: the same seed gives the same customers and the same luck.
    customers : int, default 3000
        On its register when the year begins.

    Attributes
    ----------
    start : past.Start
        All there is on the first day, the truth among it: not for policies.

    Examples
    --------
    >>> year = Game(seed=1, customers=300).year()
    >>> year.view.quarter
    0
    >>> year.decide({"spend": {"event": 500}})
    >>> year.view.quarter
    1
    """

    def __init__(self, seed=1, customers=CUSTOMERS):
        self.seed = integer(seed, "seed", 0)
        self.customers = integer(customers, "customers", 50)
        self.start = past.begin(self._child, self.customers)

    def __repr__(self):
        return f"Game(seed={self.seed}, customers={self.customers})"

    def _child(self, name):
        return np.random.default_rng([self.seed, crc32(name.encode())])

    @cached_property
    def best(self):
        """The best course through the year that was found with the truth, see `best`."""
        return Best(self.start)

    def year(self):
        """Return a new year of this company, on its first day."""
        return Year(self.start)

    def play(self, policy):
        """Play a year with a policy.

        Parameters
        ----------
        policy : callable
            Called with the quarter (0 to 3) and the :class:`View`; returns a decision.

        Returns
        -------
        Result
        """
        year = self.year()
        for quarter in range(numbers.QUARTERS):
            year.decide(policy(quarter, year.view))
        return year.result

    def follow(self, plan):
        """Play a year with somebody who knows how everybody truly stands.

        Parameters
        ----------
        plan : callable
            Called with the state, the quarter and what is left of the budget (fen); returns a
            plan of the engine. Nothing is refused.

        Returns
        -------
        Result
        """
        year = self.year()
        for quarter in range(numbers.QUARTERS):
            year.follow(plan, quarter)
        return year.result


class Year:
    """A year under way: look at `view`, then `decide`; four times.

    Attributes
    ----------
    quarter : int
        Which is to be decided; 4 when the year is over.
    """

    def __init__(self, start):
        self._start = start
        self._books = start.open_books()
        self._state = start.state
        self._view = None
        self.quarter = 0
        self._note_signs()

    def _note_signs(self):
        start = self._start
        signs = past.signs(start.everybody, start.luck, self._state, self.quarter)
        self._books.signs.append(signs)

    @property
    def view(self):
        """What the company knows on the first day of the quarter."""
        if self.quarter == numbers.QUARTERS:
            raise CRMError("The year is over: look at its result.")
        if self._view is None:
            self._view = view_of(self._books, self.quarter)
        return self._view

    def decide(self, decision):
        """Run the quarter under a decision, see `decision`; refused, it changes nothing.

        Parameters
        ----------
        decision : mapping or None
        """
        if self.quarter == numbers.QUARTERS:
            raise CRMError("The year is over: look at its result.")
        self._run(checked(decision, self._books, self.quarter))

    def follow(self, plan, quarter):
        """Run the quarter under a plan that is made with the truth, see `Game.follow`."""
        left = self._books.budget - sum(one.committed for one in self._books.happened)
        self._run(plan(self._state, quarter, left))

    def _run(self, plan):
        start = self._start
        happened, self._state = engine.forward(
            start.market, start.everybody, start.luck, self._state, plan, self.quarter
        )
        self._books.plans.append(plan)
        self._books.happened.append(happened)
        self.quarter += 1
        self._view = None
        if self.quarter < numbers.QUARTERS:
            self._note_signs()

    @property
    def result(self):
        """What the year brought, so far."""
        return Result(tuple(self._books.plans), tuple(self._books.happened))


@dataclass(frozen=True)
class Result:
    """What a year brought.

    Attributes
    ----------
    plans : tuple of engine.Plan
    happened : tuple of engine.Happened
    """

    plans: tuple
    happened: tuple

    @property
    def profit(self):
        """Of the year, yuan."""
        return sum(one.profit for one in self.happened) / 100

    @property
    def table(self):
        """One row per quarter: margin, the costs, profit; yuan."""
        rows = [
            {name: amount / 100 for name, amount in one.money.items()}
            | {"profit": one.profit / 100}
            for one in self.happened
        ]
        index = pd.Index(QUARTER_NAMES[: len(rows)], name="quarter", dtype="str")
        return pd.DataFrame(rows, index=index)
