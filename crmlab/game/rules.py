"""Simple rules for those who do not code, and the file that sliders and coders both hand in.

A policy is a Python file with a function ``decide(quarter, view)``. What the sliders say is
written as such a file (:func:`write_policy`): it calls :func:`rules` with their settings, and
can be opened and changed.
"""

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab.arguments import one_of
from crmlab.company import world
from crmlab.errors import CRMError
from crmlab.game import numbers

FITTED_OFFERS = ("voucher", "tasting", "care_call", "voucher")  # per group, by label
FITTED_MESSAGES = tuple(world.OFFERS[code] for code in world.FITTED_OFFER)
FITTED = "fitted"
ALL_YEAR = tuple(range(numbers.QUARTERS))
# What was done last year: whoever had not ordered for 90 days was sent a voucher, and in the
# second quarter everybody who may be written to 5 % off.
LAST_YEAR = {
    "times": dict.fromkeys(numbers.CHANNELS, 1.0),
    "offer": "voucher",
    "compared": 0,
    "offer_silent_days": 90,
    "message": "five_percent",
    "message_in": (1,),
}
OFFER_CHOICES = (*numbers.OFFERS, FITTED)
MESSAGE_CHOICES = (*numbers.MESSAGES, FITTED)
_TEMPLATE = '''"""A policy for a year at the helm, written by the sliders. Change it as you like."""

import crmlab as crm

SETTINGS = {settings}


def decide(quarter, view):
    """Return what to do in this quarter (0 to 3), given what the company knows."""
    return crm.game.rules(view, **SETTINGS)
'''


def rules(
    view,
    *,
    spend=None,
    times=None,
    offer="none",
    compared=1,
    offer_silent_days=0,
    apologise=False,
    message="none",
    silent_days=0,
    message_in=ALL_YEAR,
    people=None,
    more_people=0,
):
    """Return a decision made by simple rules, cut to what the budget allows.

    Parameters
    ----------
    view : View
    spend : dict of str to float, optional
        Yuan a quarter, per channel.
    times : dict of str to float, optional
        Multiples of what the company itself spent a quarter last year, per channel; instead of
        `spend`, and fit for companies that spent more or less.
    offer : str or dict of str to str, default "none"
        What to offer to stay: the name of an offer; or of each label, the company's guess of the
        group, its offer; or "fitted": what fitted each label in the chapters.
    compared : int, default 1
        To whom: customers with at least so many visits through a price comparison in the last
        quarter; 0 is everybody who ordered within a year.
    offer_silent_days : int, default 0
        And of them only those who have not ordered for so many days.
    apologise : bool, default False
        Whether to call everybody who had a badly handled ticket, instead of that offer.
    message : str or dict of str to str, default "none"
        What to write: the name of a message; or of each label its message; or "fitted".
    silent_days : int, default 0
        To whom: customers who agreed, ordered within a year and not for so many days.
    message_in : sequence of int, default (0, 1, 2, 3)
        In which quarters.
    people : int, optional
        In service; at most two more or fewer than now in a quarter.
    more_people : int, default 0
        So many more, or if below 0 fewer, than when the year began, two a quarter; instead of
        `people`, and fit for companies that began with more or fewer.

    Returns
    -------
    dict
        A decision.

    Raises
    ------
    CRMError
        If there is no such offer, message, label or channel, or two settings say the same thing.
    """
    if spend and times:
        raise CRMError("Give spend, in yuan, or times, of last year's spend, not both.")
    if people is not None and more_people:
        raise CRMError("Give people, or more_people than when the year began, not both.")
    offers = _by_label(offer, OFFER_CHOICES, "offer", FITTED_OFFERS)
    messages = _by_label(message, MESSAGE_CHOICES, "message", FITTED_MESSAGES)
    customers = view.customers[view.customers["orders"] > 0]
    may_leave = customers["compared"] >= compared
    may_leave &= customers["recency_days"] >= offer_silent_days
    chosen = _named(customers[may_leave], offers)
    if apologise:
        badly = customers.index[customers["bad_tickets"] > 0]
        chosen = {**chosen, **dict.fromkeys(badly, "care_call")}
    silent = customers["email_consent"] & (customers["recency_days"] >= silent_days)
    silent &= view.quarter in message_in
    if people is None:
        people = view.people + _step(more_people, view.quarter)
    low, high = max(view.people - numbers.STEP, 0), view.people + numbers.STEP
    return within_budget(
        view,
        {
            "spend": dict(spend or {}) if times is None else _spend(view, times),
            "offers": chosen,
            "messages": _named(customers[silent], messages),
            "people": int(np.clip(people, low, min(high, numbers.MOST_PEOPLE))),
        },
    )


def _spend(view, times):
    """Return yuan per channel: multiples of the company's own spend of last year."""
    rows = view.channels[view.channels["quarter"] == "last year"]
    usual = dict(zip(rows["channel"], rows["spend"], strict=True))
    return {
        one_of(name, numbers.CHANNELS, "channel"): float(round(usual[name] * factor))
        for name, factor in times.items()
    }


def _step(more, quarter):
    """Return how many people to hire in a quarter, two at most, to come to so many more."""
    before, after = (numbers.STEP * quarters for quarters in (quarter, quarter + 1))
    return int(np.clip(more, -after, after)) - int(np.clip(more, -before, before))


def _by_label(choice, choices, name, fitted):
    """Return the name of what each label is to get."""
    if not isinstance(choice, Mapping):
        one_of(choice, choices, name)
        names = fitted if choice == FITTED else [choice] * len(world.GROUPS)
        return dict(zip(world.GROUPS, names, strict=True))
    for label, one in choice.items():
        one_of(label, world.GROUPS, "label")
        one_of(one, [known for known in choices if known != FITTED], name)
    return {label: choice.get(label, "none") for label in world.GROUPS}


def _named(customers, names):
    """Return for each customer what is for the label."""
    chosen = customers["label"].astype(str).map(names)
    return chosen[chosen != "none"].to_dict()


def within_budget(view, decision):
    """Return a decision with as many contacts and as much spend as the budget allows.

    The people come first, and their salaries until the end of the year; then offers, then
    messages, in the order given; the spend on all channels is cut alike.

    Parameters
    ----------
    view : View
    decision : dict

    Returns
    -------
    dict
    """
    salaries = (numbers.QUARTERS - view.quarter) * view.costs["salary"]
    # Nobody is hired who could not be paid until the end of the year.
    affordable = int((view.budget_left - view.costs["hiring"] * numbers.STEP) // salaries)
    people = min(decision.get("people", view.people), max(affordable, view.people))
    left = view.budget_left - people * salaries
    left -= view.costs["hiring"] * max(people - view.people, 0)
    left -= view.costs["leaving_pay"] * max(view.people - people, 0)
    kept = {}
    for part in ("offers", "messages"):
        wanted = pd.Series(decision.get(part, {}), dtype=object)
        contact = {name: row["contact"] for name, row in view.costs[part].items()}
        price = wanted.map(contact).astype(float).fillna(0.0)
        kept[part] = wanted[price.cumsum() <= left]
        left -= float(price[kept[part].index].sum())
    spend = decision.get("spend", {})
    total = sum(spend.values())
    share = min(1.0, max(left, 0.0) / total) if total > 0 else 0.0
    spend = {name: float(np.floor(share * amount)) for name, amount in spend.items()}
    return {**decision, **kept, "spend": spend, "people": people}


def write_policy(path, **settings):
    """Write the settings of the sliders as a file that can be handed in.

    Parameters
    ----------
    path : path-like
        An earlier one is written over.
    **settings
        As for :func:`rules`.

    Returns
    -------
    pathlib.Path
    """
    lines = [f"    {name!r}: {value!r},\n" for name, value in settings.items()]
    path = Path(path)
    path.write_text(_TEMPLATE.format(settings="{\n" + "".join(lines) + "}"), encoding="utf-8")
    return path


def load_policy(path):
    """Return the function ``decide`` of a policy file; its code is run.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    callable

    Raises
    ------
    CRMError
        If there is no such file, or no such function in it.
    """
    path = Path(path)
    if not path.is_file():
        raise CRMError("There is no file {name!r}.", name=str(path))
    spec = importlib.util.spec_from_file_location("policy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    decide = getattr(module, "decide", None)
    if not callable(decide):
        raise CRMError(
            "{name!r} has no function decide(quarter, view). Add one: it returns a decision.",
            name=path.name,
        )
    return decide
