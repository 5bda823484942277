"""What a retention campaign earns, by how many customers it reaches.

1. Contacting a customer costs c, whoever it is.
2. Who was going to churn stays with chance s because of the offer, uses it (δ), and is
   worth V more than if gone.
3. Who was going to stay uses the offer with chance t: paid for nothing.
4. So contacting a customer with churn probability p earns, on average,

       p·s·(V − δ) − (1 − p)·t·δ − c.

With t = 1 and everybody alike this is equation 1 of Neslin, Gupta, Kamakura, Lu and Mason
(2006), Journal of Marketing Research 43:204, without its fixed cost A:
Π = Nα{[γ·LVC + δ(1 − γ)]·β₀λ − δ − c} − A, where N customers, of whom the share α is
contacted, γ = s, LVC = V, β₀λ the mean of p among those contacted.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import matching_columns, shares, steady, zero_or_one
from crmlab.errors import CRMError


def contact_profit(probability, value, *, contact_cost, redemption_cost, save_rate, take_rate=1.0):
    """Return the expected profit of contacting each customer, step 4 of the story.

    Parameters
    ----------
    probability : numpy.ndarray
        p, the probability to churn; or 0 and 1, what happened.
    value : numpy.ndarray or float
        V, what a customer who stays is worth more than one who left, money.
    contact_cost : float
        c, money per customer contacted.
    redemption_cost : float
        δ, money per offer used.
    save_rate : float
        s, share of would-be churners whom the offer keeps.
    take_rate : float, default 1
        t, share of the others who use the offer.

    Returns
    -------
    numpy.ndarray
        Money per customer.
    """
    saved = probability * save_rate * (value - redemption_cost)
    return saved - (1 - probability) * take_rate * redemption_cost - contact_cost


def profit_curve(
    churned,
    probability,
    value,
    *,
    contact_cost,
    redemption_cost,
    save_rate,
    take_rate=1.0,
    rank_by="probability",
):
    """Return the profit of a campaign against the share of customers contacted.

    Parameters
    ----------
    churned : array-like of bool, or None
        What happened without a campaign; None where it is not known yet.
    probability : array-like
        What was predicted, 0 to 1.
    value, contact_cost, redemption_cost, save_rate, take_rate
        As for :func:`contact_profit`; `value` one number or one per customer.
    rank_by : {"probability", "profit"}
        Contact the likeliest churners first, or those from whom most profit is expected.

    Returns
    -------
    pandas.DataFrame
        From nobody to everybody, one row per different score: ``contacted`` (number),
        ``share``, ``threshold`` (the least score contacted, infinite for nobody),
        ``expected`` profit by the probabilities and ``realised`` profit by what happened
        (missing if `churned` is None), both in money and in total. Saving remains an
        assumption in both: `save_rate` can only be measured in a randomised test.
    """
    parameters = {
        "contact_cost": contact_cost,
        "redemption_cost": redemption_cost,
        "save_rate": save_rate,
        "take_rate": take_rate,
    }
    check_offer(**parameters)
    value = value if np.ndim(value) else np.full(len(probability), float(value))
    named = {"probability": probability, "value": value}
    named |= {} if churned is None else {"churned": churned}
    probability, value, *happened = matching_columns(**named)
    shares(probability, "probability")
    expected = contact_profit(probability, value, **parameters)
    realised = np.full(len(value), np.nan)
    if happened:
        realised = contact_profit(zero_or_one(happened[0], "churned"), value, **parameters)
    scores = {"probability": probability, "profit": expected}
    if rank_by not in scores:
        raise CRMError("rank_by must be 'probability' or 'profit', not {value!r}.", value=rank_by)
    score = scores[rank_by]
    steps = pd.DataFrame({"expected": expected, "realised": realised, "contacted": 1})
    # Equal scores are contacted together: a threshold cannot tell them apart.
    together = -steady(score)
    steps = steps.groupby(together).sum(min_count=1).cumsum()
    curve = pd.DataFrame(
        {
            "contacted": steps["contacted"],
            "share": steps["contacted"] / len(value),
            "threshold": pd.Series(score).groupby(together).min(),
            "expected": steps["expected"],
            "realised": steps["realised"],
        }
    )
    nobody = pd.DataFrame(
        {
            "contacted": [0],
            "share": 0.0,
            "threshold": np.inf,
            "expected": 0.0,
            "realised": 0.0 if happened else np.nan,
        }
    )
    return pd.concat([nobody, curve], ignore_index=True)


def best_threshold(curve, by="expected"):
    """Return the row of a profit curve with the largest profit.

    Parameters
    ----------
    curve : pandas.DataFrame
        As from :func:`profit_curve`.
    by : {"expected", "realised"}
        ``"expected"`` can be known when deciding; ``"realised"`` is hindsight.

    Returns
    -------
    pandas.Series
        The columns of the curve; contact customers with a score of at least ``threshold``.
        Of equal profits, the one with the fewest contacts.
    """
    if curve[by].isna().any():
        raise CRMError("The curve has no {column} profit.", column=by)
    return curve.loc[steady(curve[by]).idxmax()]


def check_offer(contact_cost, redemption_cost, save_rate, take_rate):
    """Refuse costs below 0 and rates that are no shares."""
    for name, value in (("contact_cost", contact_cost), ("redemption_cost", redemption_cost)):
        if not value >= 0:
            raise CRMError("{name} must be 0 or more.", name=name)
    for name, value in (("save_rate", save_rate), ("take_rate", take_rate)):
        shares(value, name)
