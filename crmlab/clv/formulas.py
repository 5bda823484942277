"""The formulas of customer lifetime value, from the back of an envelope to a closed form.

All are pure functions. What each leaves out is said with it: the simple ones have no
discounting, or no customer who leaves early.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import (
    discount_rates,
    lengths_of_time,
    numbers,
    one_of,
    steady,
    unboxed,
    whole_number,
)
from crmlab.errors import CRMError

# When in a period money flows, as a share of the period.
_TIMINGS = {"start": 0.0, "middle": 0.5, "end": 1.0}


def timing_share(timing):
    """Return the share of a period that has passed when its money flows."""
    return _TIMINGS[one_of(timing, _TIMINGS, "timing")]


def clv_formula(revenue, retention_cost, acquisition_cost, discount_rate, periods, timing="end"):
    """Return customer lifetime value, period by period: Σ (R - RC) (1 + i)^-t - AC.

    Parameters
    ----------
    revenue : float or array-like of float
        R, per period: the margin on a customer's purchases **before** the cost of retaining
        them, which is RC. If R is already net of that cost, RC is 0: do not take it off twice.
        One number for all periods, or one per period (the last axis).
    retention_cost : float or array-like of float
        RC, per period: service, mailings, points. As `revenue`.
    acquisition_cost : float or array-like of float
        AC, once, now; not discounted.
    discount_rate : float or array-like of float
        i, **per period**, above -1.
    periods : int
        n, how many periods the customer stays.
    timing : {"end", "middle", "start"}
        When in a period money flows: t runs over 1 … n, 0.5 … n - 0.5 or 0 … n - 1.

    Returns
    -------
    float or numpy.ndarray
        Money of today. An array where `revenue` or `retention_cost` has more than the axis of
        periods, or `acquisition_cost` or `discount_rate` is an array: one per customer or case.

    Raises
    ------
    CRMError
        If a parameter makes no sense, or the periods do not agree.

    Examples
    --------
    >>> round(clv_formula(1000, 200, 500, 0.1, 3), 2)
    1489.48
    """
    count = whole_number(periods, "periods")
    flow = numbers(revenue, "revenue") - numbers(retention_cost, "retention_cost")
    if flow.ndim and flow.shape[-1] not in (1, count):
        raise CRMError(
            "revenue and retention_cost need one number for all periods or one for each: "
            "there are {given} for {periods} periods.",
            given=flow.shape[-1],
            periods=count,
        )
    rate = discount_rates(discount_rate)[..., np.newaxis]
    time = np.arange(count) + timing_share(timing)
    value = (flow * (1 + rate) ** -time).sum(axis=-1)
    return unboxed(value - numbers(acquisition_cost, "acquisition_cost"))


def clv_simple(lifetime, purchase_cycle, spend):
    """Return what a customer spends in a lifetime: T / t x s, without discounting or costs.

    Parameters
    ----------
    lifetime : float or array-like of float
        T, how long the customer stays.
    purchase_cycle : float or array-like of float
        t, the time between two purchases, **in the same unit as** `lifetime`.
    spend : float or array-like of float
        s, money per purchase; the margin per purchase for a value in margin.

    Returns
    -------
    float or numpy.ndarray

    Examples
    --------
    >>> clv_simple(lifetime=60, purchase_cycle=2, spend=150)
    4500.0
    """
    lifetime = lengths_of_time(lifetime, "lifetime")
    cycle = lengths_of_time(purchase_cycle, "purchase_cycle")
    if (cycle <= 0).any():
        raise CRMError("purchase_cycle must be above 0, in the same unit as lifetime.")
    return unboxed(lifetime / cycle * numbers(spend, "spend"))


def clv_contribution(yearly_contribution, years):
    """Return what a customer contributes over the years: a year's profit times the years.

    Parameters
    ----------
    yearly_contribution : float or array-like of float
        Profit of one year, money.
    years : float or array-like of float
        How long the customer stays.

    Returns
    -------
    float or numpy.ndarray
        Not discounted.
    """
    years = lengths_of_time(years, "years")
    return unboxed(numbers(yearly_contribution, "yearly_contribution") * years)


def clv_closed_form(margin, retention, discount_rate, first_margin="now"):
    """Return lifetime value over an endless horizon, with constant margin and retention.

    Parameters
    ----------
    margin : float or array-like of float
        m, per period, money.
    retention : float or array-like of float
        r, the share of customers who stay from one period to the next, 0 to 1.
    discount_rate : float or array-like of float
        d, per period, above -1.
    first_margin : {"now", "after_renewal", "end_of_period"}
        Which margins are counted:

        - ``"now"``: the first margin comes now and is certain, then one at each renewal:
          m (1 + d) / (1 + d - r).
        - ``"after_renewal"``: the margin of now is not counted (it is paid already, or it
          bought the customer); the first comes in a period, from those who renew:
          m r / (1 + d - r).
        - ``"end_of_period"``: the first margin comes at the end of the first period, from
          everybody; then from those who renewed: m / (1 + d - r).

    Returns
    -------
    float or numpy.ndarray
        Money of today.

    Raises
    ------
    CRMError
        If 1 + d - r is not above 0: the sum has no end.

    Notes
    -----
    Gupta & Lehmann (2003), Journal of Interactive Marketing 17(1), 9-24, for the endless
    horizon; Fader & Hardie (2012), Reconciling and clarifying CLV formulas, note, for the
    three timings.

    Examples
    --------
    >>> round(clv_closed_form(100, 0.8, 0.1), 2)
    366.67
    """
    rate, stay = discount_rates(discount_rate), numbers(retention, "retention")
    if ((stay < 0) | (stay > 1)).any():
        raise CRMError("retention is a share between 0 and 1; 80 % is 0.8.")
    fade = 1 + rate - stay
    if (fade <= 0).any():
        raise CRMError(
            "1 + discount_rate - retention must be above 0. Where everybody stays and nothing "
            "is discounted, the value has no end: use clv_formula with a number of periods."
        )
    counted = {"now": 1 + rate, "after_renewal": stay, "end_of_period": 1.0}
    return unboxed(
        numbers(margin, "margin") * counted[one_of(first_margin, counted, "first_margin")] / fade
    )


def tornado(function, base, ranges):
    """Vary one parameter at a time and return what it does to a result.

    Parameters
    ----------
    function : callable
        Takes the parameters by name; returns a number.
    base : mapping of str to float
        The value of every parameter in the base case.
    ranges : mapping of str to (float, float)
        Parameter to its low and high value; the others stay as in `base`.

    Returns
    -------
    pandas.DataFrame
        One row per parameter, the widest first: ``parameter``, ``low`` and ``high`` (the
        results at its low and its high value) and ``range`` (their distance). ``attrs`` says
        ``base``, the result of the base case, and ``ranges``.

    Notes
    -----
    One at a time: effects of two parameters that move together are not seen.
    """
    unknown = [name for name in ranges if name not in base]
    if unknown or not ranges:
        raise CRMError(
            "ranges must name parameters of base ({known}); unknown: {unknown}.",
            known=", ".join(base),
            unknown=", ".join(unknown) or "–",
        )
    if any(np.shape(ends) != (2,) for ends in ranges.values()):
        raise CRMError("Each of ranges is a pair: the low and the high value.")
    table = pd.DataFrame(
        [
            (name, *(float(function(**{**base, name: end})) for end in ends))
            for name, ends in ranges.items()
        ],
        columns=["parameter", "low", "high"],
    )
    table["range"] = (table["high"] - table["low"]).abs()
    table = table.sort_values(
        "range", key=steady, ascending=False, kind="stable", ignore_index=True
    )
    table.attrs = {
        "base": float(function(**base)),
        "ranges": {name: tuple(ends) for name, ends in ranges.items()},
    }
    return table
