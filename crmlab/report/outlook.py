"""Two forecasts of what customers will bring, each tried on the last period of the log.

A forecast is made from what was known at the start of the last period, and compared with what
the period brought. Whichever passes is made again from today, for a time as long as it was tried
on: a log of seven months says nothing about a year.
"""

from dataclasses import dataclass

import pandas as pd

from crmlab.clv import BetaGeometricNBD, GammaGamma
from crmlab.clv.validation import held_out
from crmlab.errors import CRMError
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import collected, say

# A total further from what came than this share of it is not one to plan with.
_FAR = 0.25


def is_near(foretold, came):
    """Return whether a number foretold is within a quarter of the one that came.

    Parameters
    ----------
    foretold, came : float
    """
    return round(abs(foretold - came) - _FAR * abs(came), 9) <= 0


@dataclass(frozen=True)
class Trial:
    """One forecast, made for the last period from what was known before it.

    Attributes
    ----------
    name : str
        In English, marked for translation.
    foretold : pandas.DataFrame or None
        ``purchases`` and ``spend`` of each customer; None where it could not be made.
    reason : str
        Why it could not.
    passed : bool
        Whether both totals are within a quarter of what came.
    model : crmlab.BetaGeometricNBD or None
        The model of the purchases, where there is one.
    """

    name: str
    foretold: pd.DataFrame | None = None
    reason: str = ""
    passed: bool = False
    model: BetaGeometricNBD | None = None


class Outlook:
    """What the customers should bring in a time as long as the last period.

    Parameters
    ----------
    customers : pandas.DataFrame
        As from :func:`crmlab.summarize`, in days, on the last day of the log.
    log : frame of any engine
        Or as from :func:`crmlab.logs.summary.daily_log`.
    before, after : tuple of pandas.Timestamp
        First and last day of the last two periods, of equal length.
    old, new : pandas.DataFrame
        The customers of each of the two, from its own rows.

    Attributes
    ----------
    days : int
        How long a period is, and how far the forecast looks.
    known : pandas.DataFrame
        The customers at the end of the first period, with what they did in the second, as from
        :func:`crmlab.clv.holdout`.
    trials : list of Trial
        The models, and the last period once more.
    chosen : Trial or None
        The first that passed.
    forecast : pandas.DataFrame or None
        ``expected_purchases`` and ``expected_spend`` of each customer, if one passed.
    """

    def __init__(self, customers, log, before, after, old, new):
        self.days = (after[1] - after[0]).days + 1
        with collected():
            known = held_out(summarize(log, as_of=before[1], unit="W"), customers)
        self.known = known
        self.came = {
            "purchases": int(known["holdout_purchases"].sum()),
            "spend": float(known["holdout_spend"].sum()),
        }
        ways = (
            (mark("BG/NBD and Gamma-Gamma"), self._by_models, (known,), (_weekly(customers),)),
            (mark("the last period once more"), _once_more, (known, old), (customers, new)),
        )
        self.trials, self.chosen, self.forecast = [], None, None
        for name, make, then, today in ways:
            with collected():
                trial = self._tried(name, make, then)
            if trial.passed and self.chosen is None:
                try:
                    self.forecast = make(*today)[0].add_prefix("expected_")
                    self.chosen = trial
                except CRMError as reason:
                    trial = Trial(name, reason=str(reason))
            self.trials.append(trial)

    def _tried(self, name, make, then):
        try:
            foretold, model = make(*then)
        except CRMError as reason:
            return Trial(name, reason=str(reason))
        passed = all(is_near(foretold[what].sum(), came) for what, came in self.came.items())
        return Trial(name, foretold, "", passed, model)

    def _by_models(self, weekly):
        """Purchases by BG/NBD, times the spend per purchase by Gamma-Gamma."""
        purchases = BetaGeometricNBD().fit(weekly)
        expected = purchases.expected_purchases(self.days / 7, weekly)
        spend = expected * _spend_per_purchase(weekly)
        return pd.DataFrame({"purchases": expected, "spend": spend}), purchases


def _weekly(customers):
    """Return a customer table in weeks: in them the models' parameters have handy sizes."""
    weekly = customers.assign(**customers[["t_x", "T"]] / 7)
    weekly.attrs = {**customers.attrs, "unit": "W"}
    return weekly


def _spend_per_purchase(customers):
    """Return it by Gamma-Gamma or, where that has nothing to fit, as it was."""
    try:
        return GammaGamma().fit(customers).expected_spend(customers)
    except CRMError:
        say(
            "Gamma-Gamma could not be fitted. A purchase counts with the mean of the customer's "
            "own repeat purchases or, where there is none, with the mean of all."
        )
        x, own = customers["x"], customers["mean_repeat_spend"]
        return own.fillna((x * own).sum() / x.sum())


def _once_more(customers, period):
    """Whatever each customer bought in a period, they buy again in the next."""
    return period[["purchases", "spend"]].reindex(customers.index, fill_value=0), None
