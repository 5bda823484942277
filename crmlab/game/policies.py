"""Policies to be measured against: nobody, last year again, by lot, and constant extremes."""

import numpy as np
import pandas as pd

from crmlab.game import numbers
from crmlab.game.rules import LAST_YEAR, rules, within_budget


def nobody(_quarter, _view):
    """Decide nothing: no spend, no contact, the people in service stay."""
    return {}


def last_year(_quarter, view):
    """Do what was done last year.

    The same spend on each channel; a voucher for everybody who has not ordered for 90 days;
    in the second quarter 5 % off for everybody who may be written to.
    """
    return rules(view, **LAST_YEAR)


def by_lot(quarter, view):
    """Draw everything by lot: spend, people, and who is sent what."""
    rng = np.random.default_rng([quarter, len(view.orders)])
    money = 0.9 * view.budget_left / (numbers.QUARTERS - quarter)
    people = int(np.clip(view.people + rng.integers(-1, 2), 1, None))
    room = max(money - people * numbers.SALARY - numbers.HIRING, 0.0) * rng.random()
    shares = rng.dirichlet(np.ones(len(numbers.CHANNELS)))
    ids = view.customers.index
    return within_budget(
        view,
        {
            "spend": dict(zip(numbers.CHANNELS, np.round(room * shares), strict=True)),
            "offers": _drawn(rng, ids, numbers.OFFERS),
            "messages": _drawn(rng, ids, numbers.MESSAGES),
            "people": people,
        },
    )


def spend_all(quarter, view):
    """Put the whole budget into the channels, each as much."""
    money = view.budget_left / (numbers.QUARTERS - quarter) - view.people * numbers.SALARY
    each = max(np.floor(money / len(numbers.CHANNELS)), 0.0)
    return {"spend": dict.fromkeys(numbers.CHANNELS, each)}


def offer_all(_quarter, view):
    """Send a voucher to everybody who bought within a year."""
    return within_budget(view, {"offers": dict.fromkeys(_recent(view), "voucher")})


def call_all(_quarter, view):
    """Call everybody who bought within a year."""
    return within_budget(view, {"offers": dict.fromkeys(_recent(view), "care_call")})


def write_all(_quarter, view):
    """Write 5 % off to everybody who bought within a year."""
    return within_budget(view, {"messages": dict.fromkeys(_recent(view), "five_percent")})


EXTREMES = {
    "spend all": spend_all,
    "offer all": offer_all,
    "call all": call_all,
    "write all": write_all,
}


def _recent(view):
    return view.customers.index[view.customers["orders"] > 0]


def _drawn(rng, ids, names):
    codes = np.where(rng.random(len(ids)) < 0.5, rng.integers(1, len(names), len(ids)), 0)
    return pd.Series(np.array(names, object)[codes], index=ids)
