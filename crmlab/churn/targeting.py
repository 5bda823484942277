"""Whom to contact, with which offer, when money or contacts are short.

1. Each customer and offer has an expected gain over doing nothing: from a churn model and
   assumed rates (:func:`expected_gain`), or measured in a test (`uplift`).
2. Without a limit, each customer gets the offer with the largest gain, if it is above 0.
3. With a limit, what matters is gain per yuan (or per contact) spent: steps from nothing
   to an offer, or from an offer to a better and dearer one, are taken in the falling order
   of their gain per cost until the limit is reached. Within one step of the limit no other
   choice gains more (the multiple-choice knapsack problem; Sinha & Zoltners, 1979,
   Operations Research 27:503).
4. Gains and costs are compared rounded (:func:`crmlab.steady`). Of equal steps, the customer
   who stands first is served first; of equal offers, the last column is chosen.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import matching_columns, shares, steady
from crmlab.churn.profit import check_offer, contact_profit
from crmlab.errors import CRMError

_RATES = ["contact_cost", "redemption_cost", "save_rate", "take_rate"]
NO_OFFER = "none"


def expected_gain(probability, value, offers):
    """Return what each offer is expected to gain from each customer over no offer.

    Parameters
    ----------
    probability : array-like
        Probability to churn, per customer; the index of a Series is kept.
    value : array-like or float
        What a customer who stays is worth more than one who left, money.
    offers : pandas.DataFrame
        ``offer``, ``contact_cost`` and ``redemption_cost`` (money), ``save_rate`` and
        ``take_rate`` (shares), one row per offer. An offer "none" is left out.

    Returns
    -------
    pandas.DataFrame
        One column per offer, money per customer; see :mod:`crmlab.churn.profit` for the
        formula.
    """
    offers = _checked_offers(offers)
    index = probability.index if isinstance(probability, pd.Series) else None
    value = value if np.ndim(value) else np.full(len(probability), float(value))
    probability, value = matching_columns(probability=probability, value=value)
    shares(probability, "probability")
    gains = {offer: contact_profit(probability, value, **row) for offer, row in offers.items()}
    return pd.DataFrame(gains, index=index)


def expected_cost(probability, offers):
    """Return what each offer is expected to cost for each customer.

    Contact c, and redemption δ by the would-be churners it keeps and the others who take
    it: c + δ[p·s + (1 − p)·t].

    Parameters
    ----------
    probability, offers
        As for :func:`expected_gain`.

    Returns
    -------
    pandas.DataFrame
        One column per offer, money per customer.
    """
    # Without any value at stake, what is left of the gain is the cost.
    return -expected_gain(probability, 0.0, offers)


def choose_offers(gain, *, contacts=None, budget=None, cost=None):
    """Choose for each customer an offer or none, so that the expected gain is largest.

    Parameters
    ----------
    gain : pandas.DataFrame
        One column per offer, one row per customer: expected gain over no offer, money,
        all costs taken off.
    contacts : int, optional
        At most so many customers are sent an offer.
    budget : float, optional
        At most so much is spent; needs `cost`. Not together with `contacts`.
    cost : pandas.DataFrame, optional
        Same shape as `gain`: the cost of sending an offer to a customer, money.

    Returns
    -------
    pandas.DataFrame
        Same index: ``offer`` ("none" for nobody's gain, or beyond the limit), ``gain`` and
        ``cost`` (missing where it was not given), 0 for "none".

    Raises
    ------
    CRMError
        If a gain is missing, or the limits are not clear.
    """
    gain = gain.drop(columns=NO_OFFER, errors="ignore")
    gains = _matrix("gain", gain)
    if (contacts is not None and budget is not None) or (budget is not None and cost is None):
        raise CRMError("Give contacts, or budget together with cost, or neither of them.")
    costs = np.full(gains.shape, np.nan)
    if cost is not None:
        costs = _matrix("cost", cost.drop(columns=NO_OFFER, errors="ignore").reindex_like(gain))
    if budget is not None:
        chosen = _best_within(steady(gains), steady(costs), budget)
    else:
        limit = np.inf if contacts is None else contacts
        chosen = _best_within(steady(gains), np.ones(gains.shape), limit)
    rows = np.arange(len(gains))
    none = chosen < 0
    return pd.DataFrame(
        {
            "offer": np.where(none, NO_OFFER, gain.columns.to_numpy()[chosen]),
            "gain": np.where(none, 0.0, gains[rows, chosen]),
            "cost": np.where(none, 0.0, costs[rows, chosen]),
        },
        index=gain.index,
    )


def _best_within(gains, costs, limit):
    """Return the place of the chosen offer of each customer, −1 for none."""
    customers, offers, ratios, extra = _steps(gains, costs)
    order = np.argsort(-ratios, kind="stable")
    # The limit is met when the next step would pass it; sums of floats may pass it by noise.
    taken = order[np.cumsum(extra[order]) <= limit * (1 + 1e-12)]
    chosen = np.full(len(gains), -1)
    # A customer's steps come in falling order: the last one taken is the offer.
    chosen[customers[taken]] = offers[taken]
    return chosen


def _steps(gains, costs):
    """Return each customer's steps from no offer along the best gain per further cost.

    The corners of the upper convex hull of (cost, gain); at most one step per offer.
    """
    count, kinds = gains.shape
    now_gain, now_cost = np.zeros(count), np.zeros(count)
    found = []
    for _step in range(kinds):
        more, extra = gains - now_gain[:, None], costs - now_cost[:, None]
        ratio = np.full(gains.shape, -np.inf)
        better = (more > 0) & (extra >= 0)
        with np.errstate(divide="ignore"):
            np.divide(more, extra, out=ratio, where=better)
        # Of offers that cost nothing more, the one that gains most.
        best = np.lexsort((more, ratio), axis=1)[:, -1]
        rows = np.flatnonzero(better.any(axis=1))
        offers = best[rows]
        found.append((rows, offers, ratio[rows, offers], extra[rows, offers]))
        now_gain[rows], now_cost[rows] = gains[rows, offers], costs[rows, offers]
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


def _checked_offers(offers):
    missing = [name for name in ["offer", *_RATES] if name not in offers]
    if missing:
        raise CRMError("The offers lack {missing}.", missing=", ".join(missing))
    names = offers["offer"].astype(str)
    if names.duplicated().any():
        raise CRMError("An offer stands twice in the table of offers.")
    rows = offers[_RATES].set_axis(names).astype("float64")
    rows = rows.drop(index=NO_OFFER, errors="ignore").to_dict("index")
    for row in rows.values():
        check_offer(**row)
    return rows


def _matrix(name, frame):
    values = frame.to_numpy(dtype="float64", na_value=np.nan)
    if not values.size or not np.isfinite(values).all():
        raise CRMError("{name} must hold a number for every customer and offer.", name=name)
    return values
