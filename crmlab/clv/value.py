"""Customer lifetime value without a contract: purchases to come, times spend, discounted.

1. A purchases model says how many repeat purchases to expect in each period from now on.
2. A spend model says how much a purchase brings; the margin is a share of it.
3. Each period's expected margin is discounted to today, and the periods are added up.

Fader, Hardie & Lee (2005), Journal of Marketing Research 42, 415-430, with a finite horizon.
"""

import numpy as np

from crmlab.arguments import customer_columns, discount_rates, numbers, unit_of_time, whole_number
from crmlab.clv.formulas import timing_share
from crmlab.errors import CRMError
from crmlab.language import gettext as _

_PERIODS_PER_YEAR = {"D": 365.25, "W": 52}


def customer_lifetime_value(
    purchases_model, spend_model, customers, *, horizon, discount_rate, margin, unit, timing="end"
):
    """Return the discounted margin to expect from each customer within a horizon.

    Parameters
    ----------
    purchases_model : BetaGeometricNBD
        Fitted: repeat purchases in each period to come.
    spend_model : GammaGamma
        Fitted: money per purchase.
    customers : pandas.DataFrame
        ``x``, ``t_x``, ``T`` and ``mean_repeat_spend``, as from :func:`crmlab.summarize`.
    horizon : int
        How many periods from now on count, in `unit`.
    discount_rate : float
        **Per year**, 0.1 for 10 %. A period's rate is (1 + d)^(1/52) - 1 for a week and
        (1 + d)^(1/365.25) - 1 for a day.
    margin : float or array-like of float
        Share of spend that is left after the cost of goods, for all or for each customer.
    unit : {"D", "W"}
        Days or weeks: the unit of `horizon`. It must be that of `purchases_model` and of
        `customers`, where they know theirs.
    timing : {"end", "middle", "start"}
        When in its period a purchase is taken to be paid.

    Returns
    -------
    pandas.Series
        Index of `customers`: money of today, from expected *future* purchases only; what was
        spent so far and the cost of acquisition are not in it. ``attrs`` says ``unit``,
        ``horizon``, ``discount_rate`` (yearly), ``period_rate`` and ``timing``.

    Raises
    ------
    CRMError
        If units differ, or a parameter makes no sense.
    """
    customer_columns(customers, [])  # a table at all
    rate = _period_rate(discount_rate, unit, purchases_model, customers)
    margin = numbers(margin, "margin")
    if margin.shape not in ((), (len(customers),)):
        raise CRMError("margin is a share of spend: one number for all, or one per customer.")
    periods = np.arange(whole_number(horizon, "horizon"))
    weights = (1 + rate) ** -(periods + timing_share(timing))
    purchases = purchases_model.discounted_purchases(weights, customers)
    value = (purchases * spend_model.expected_spend(customers) * margin).rename("clv")
    value.attrs = {
        "unit": unit,
        "horizon": len(periods),
        "discount_rate": float(discount_rate),
        "period_rate": float(rate),
        "timing": timing,
    }
    return value


def _period_rate(discount_rate, unit, model, customers):
    """Return the rate of a period of `unit`; refuse models or customers in another unit."""
    unit_of_time(unit)
    # The spend model has no time in it: its unit does not matter.
    for owner, its in (
        (_("The purchases model is fitted"), model.unit_),
        (_("The customer table is"), customers.attrs.get("unit")),
    ):
        if its not in (None, unit):
            raise CRMError(
                "{owner} in unit {its!r}, but unit={unit!r} is asked for. Days and weeks do "
                "not mix: use summarize(log, unit={unit!r}) throughout, or give horizon and "
                "unit in {its!r}.",
                owner=owner,
                its=its,
                unit=unit,
            )
    return (1 + discount_rates(discount_rate)) ** (1 / _PERIODS_PER_YEAR[unit]) - 1
