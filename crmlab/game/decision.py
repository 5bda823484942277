"""A decision: what may be in it, what it costs at once, and how it is refused.

A decision is a mapping with up to four parts; what is left out stays as it is, and nothing is
done::

    {
        "spend": {"search ad": 10_000, "event": 8_000},       # yuan, in this quarter
        "offers": {"C00012": "voucher", "C00031": "care_call"},  # to stay; a call is one of them
        "messages": {"C00007": "tasting"},                     # to buy
        "people": 6,                                           # in service
    }

``offers`` and ``messages`` may be a pandas.Series with customer ids as index. A message to somebody
who did not agree to be written to is not sent, and costs nothing.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlab.company.policy import offer_codes
from crmlab.errors import CRMError
from crmlab.game import numbers
from crmlab.game.books import customer_ids
from crmlab.game.engine import Plan, committed, service_cost

PARTS = ("spend", "offers", "messages", "people")


def checked(decision, books, quarter):
    """Return a decision as a plan, or refuse it.

    Parameters
    ----------
    decision : mapping or None
    books : Books
    quarter : int

    Returns
    -------
    Plan

    Raises
    ------
    CRMError
        If it is not one, or costs more than there is.
    """
    decision = {} if decision is None else decision
    if not isinstance(decision, Mapping):
        raise CRMError(
            "A decision is a dict with some of {parts}; this is {kind}.",
            parts=", ".join(PARTS),
            kind=type(decision).__name__,
        )
    unknown = [str(name) for name in decision if name not in PARTS]
    if unknown:
        raise CRMError(
            "A decision has no part {name!r}. Choose from: {parts}.",
            name=unknown[0],
            parts=", ".join(PARTS),
        )
    register = np.concatenate([books.register, *(one.joined for one in books.happened[:quarter])])
    ids, n = customer_ids(len(register)), len(books.known.label)
    before = books.plans[quarter - 1].people if quarter else books.past.people
    message = _codes(decision.get("messages"), "messages", ids, register, n, numbers.MESSAGES)
    plan = Plan(
        spend=_spend(decision.get("spend")),
        offer=_codes(decision.get("offers"), "offers", ids, register, n, numbers.OFFERS),
        # Who did not agree is not written to.
        message=np.where(books.known.consent, message, 0),
        people=_people(decision.get("people"), before),
    )
    left = books.budget - sum(one.committed for one in books.happened[:quarter])
    cost = committed(plan, before)
    # People who are there are paid in any case.
    if cost > left and cost > service_cost(before, min(before, plan.people)):
        raise CRMError(
            "This costs {cost:,.0f} yuan at once, and {left:,.0f} are left of the budget. "
            "Spend less on channels, or contact fewer customers.",
            cost=cost / 100,
            left=left / 100,
        )
    return plan


def _spend(spend):
    if spend is None:
        spend = {}
    if isinstance(spend, pd.Series):
        spend = spend.to_dict()
    if not isinstance(spend, Mapping):
        raise CRMError("spend is a dict: a number of yuan for each channel.")
    fen = np.zeros(len(numbers.CHANNELS), np.int64)
    for name, amount in spend.items():
        if name not in numbers.CHANNELS:
            raise CRMError(
                "There is no channel {name!r}. Choose from: {channels}.",
                name=str(name)[:60],
                channels=", ".join(numbers.CHANNELS),
            )
        amount = _number(amount)
        if not 0 <= amount <= 1e9:
            raise CRMError(
                "The spend on {name} must be a number of yuan, 0 or more.", name=str(name)
            )
        fen[numbers.CHANNELS.index(name)] = round(amount * 100)
    return fen


def _number(value):
    """Return a number as a float; what is none as nan."""
    if isinstance(value, bool | str | bytes) or value is None:
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _codes(assignment, name, ids, register, n, names):
    """Return the code of everybody's offer or message, 0 for none."""
    codes = np.zeros(n, np.int8)
    if assignment is None or len(_assignment(assignment, name)) == 0:
        return codes
    assignment = _assignment(assignment, name).astype(object)
    if not all(isinstance(value, str) for value in (*assignment.index, *assignment)):
        raise CRMError("{name} is a dict: for each customer's id one of the names.", name=name)
    _customers, position, code = offer_codes(assignment, ids, names, "view.customers")
    codes[register[position]] = code
    return codes


def _assignment(assignment, name):
    if isinstance(assignment, pd.Series):
        return assignment
    if not isinstance(assignment, Mapping):
        raise CRMError("{name} is a dict: for each customer's id one of the names.", name=name)
    return pd.Series(list(assignment.values()), index=list(assignment), dtype=object)


def _people(people, before):
    if people is None:
        return before
    number = _number(people)
    if not (number == math.floor(number) if math.isfinite(number) else False):
        raise CRMError("people must be a whole number.")
    people, step = int(number), numbers.STEP
    if not max(before - step, 0) <= people <= min(before + step, numbers.MOST_PEOPLE):
        raise CRMError(
            "There are {before} people in service; at most {step} can be hired, or let go, in a "
            "quarter, and {people} were asked for.",
            before=before,
            step=step,
            people=people,
        )
    return people
