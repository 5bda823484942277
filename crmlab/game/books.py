"""What the company writes down: of the past, of tests in other towns, and of each quarter.

A view is made from the books alone (`view`), and of them only what was written down before the
quarter's first day. What is true but unknown (who has left, who is at risk, what an offer does)
never enters them.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

KINDS = ("consumer", "organisation")


@dataclass(frozen=True)
class Known:
    """What is on the register about everybody who has joined, one element per person.

    Attributes
    ----------
    label, organisation, consent, region, first, last : ndarray
        As in `population.Population`.
    joined : ndarray
        Day of joining, from the first day of the game; of newcomers, of their quarter.
    """

    label: np.ndarray
    organisation: np.ndarray
    consent: np.ndarray
    region: np.ndarray
    first: np.ndarray
    last: np.ndarray
    joined: np.ndarray


@dataclass(frozen=True)
class Past:
    """What is known when the game begins.

    Attributes
    ----------
    orders : tuple of ndarray
        Person, day before the first day of the game (below 0), value and margin (fen).
    tickets : tuple of ndarray
        Of the quarter before: person, day of that quarter, hours of waiting, handled badly.
    written_to : ndarray of bool
        In the quarter before.
    work : list of dict
        The service of past quarters, as in `engine.Happened`.
    spend : ndarray, shape (channels,)
        Yuan a quarter, last year.
    people : int
        In service.
    tests : dict of str to pandas.DataFrame
        ``spend_test``, ``offer_test``, ``message_test``.
    """

    orders: tuple
    tickets: tuple
    written_to: np.ndarray
    work: list
    spend: np.ndarray
    people: int
    tests: dict = field(default_factory=dict)


@dataclass
class Books:
    """The books of one company, which grow by a quarter at a time.

    Attributes
    ----------
    known : Known
    past : Past
    budget : int
        Of the year, fen.
    register : ndarray
        Persons, in the order in which they joined.
    signs : list of tuple of ndarray
        Visits, and visits through a price comparison, in the quarter before each quarter.
    plans : list of engine.Plan
    happened : list of engine.Happened
    """

    known: Known
    past: Past
    budget: int
    register: np.ndarray
    signs: list = field(default_factory=list)
    plans: list = field(default_factory=list)
    happened: list = field(default_factory=list)


def customer_ids(count):
    """Return the ids of the first `count` customers on the register."""
    return pd.Index([f"C{number:05d}" for number in range(1, count + 1)], dtype="str")


def features(count, orders, tickets, signs, written_to, last_day):
    """Return what the books say about each person at a day: the columns that models use.

    Parameters
    ----------
    count : int
        Persons.
    orders : tuple of ndarray
        Person, day, value, margin; all before `last_day`.
    tickets : tuple of ndarray
        Person, day, hours of waiting, handled badly; of the last quarter.
    signs : tuple of ndarray
    written_to : ndarray of bool
    last_day : float

    Returns
    -------
    dict of str to ndarray
    """
    who, day, value, margin = orders
    sold = value >= 0  # a refund is no order
    recent = day >= last_day - 365
    last = np.full(count, -np.inf)
    np.maximum.at(last, who[sold], day[sold])
    visits, compared = signs
    return {
        "orders": np.bincount(who[recent & sold], minlength=count),
        "spend": np.bincount(who[recent], weights=value[recent], minlength=count) / 100,
        "margin": np.bincount(who[recent], weights=margin[recent], minlength=count) / 100,
        "recency_days": np.floor(last_day - last),
        "visits": visits[:count],
        "compared": compared[:count],
        "tickets": np.bincount(tickets[0], minlength=count),
        "bad_tickets": np.bincount(tickets[0][tickets[3]], minlength=count),
        "written_to": written_to[:count],
    }
