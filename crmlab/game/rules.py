"""Simple rules for those who do not code, and the file that sliders and coders both hand in.

A policy is a Python file with a function ``decide(quarter, view)``. What the sliders say is
written as such a file (:func:`write_policy`): it calls :func:`rules` with their settings, and
can be opened and changed.
"""

import importlib.util
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
    offer="none",
    compared=1,
    apologise=False,
    message="none",
    silent_days=0,
    people=None,
):
    """Return a decision made by simple rules, cut to what the budget allows.

    Parameters
    ----------
    view : View
    spend : dict of str to float, optional
        Yuan a quarter, per channel.
    offer : str, default "none"
        What to offer to stay: the name of an offer, or "fitted", which goes by the label:
        a voucher for convenience and gift, a tasting for gourmet, a call for office.
    compared : int, default 1
        To whom: customers with at least so many visits through a price comparison in the last
        quarter; 0 is everybody who ordered within a year.
    apologise : bool, default False
        Whether to call everybody who had a badly handled ticket, instead of that offer.
    message : str, default "none"
        What to write: the name of a message, or "fitted", by the label.
    silent_days : int, default 0
        To whom: customers who agreed, ordered within a year and not for so many days.
    people : int, optional
        In service; at most two more or fewer than now in a quarter.

    Returns
    -------
    dict
        A decision.

    Raises
    ------
    CRMError
        If there is no such offer, message or channel.
    """
    one_of(offer, OFFER_CHOICES, "offer")
    one_of(message, MESSAGE_CHOICES, "message")
    people = view.people if people is None else people
    people = int(np.clip(people, max(view.people - numbers.STEP, 0), view.people + numbers.STEP))
    customers = view.customers[view.customers["orders"] > 0]
    offers = _named(customers[customers["compared"] >= compared], offer, FITTED_OFFERS)
    if apologise:
        badly = customers.index[customers["bad_tickets"] > 0]
        offers = {**offers, **dict.fromkeys(badly, "care_call")}
    silent = customers["email_consent"] & (customers["recency_days"] >= silent_days)
    messages = _named(customers[silent], message, FITTED_MESSAGES)
    return within_budget(
        view,
        {"spend": dict(spend or {}), "offers": offers, "messages": messages, "people": people},
    )


def _named(customers, name, fitted):
    """Return the same for each customer, or what fits the label."""
    if name == "none":
        return {}
    if name != FITTED:
        return dict.fromkeys(customers.index, name)
    names = dict(zip(world.GROUPS, fitted, strict=True))
    return customers["label"].astype(str).map(names).to_dict()


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
