"""A churn model of any log, tested in time, and the probabilities of today."""

import narwhals as nw
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from crmlab import churn
from crmlab.arguments import steady
from crmlab.errors import CRMError
from crmlab.language import ngettext
from crmlab.logs.summary import daily_log
from crmlab.notices import collected
from crmlab.report.outlook import is_near

_LEAST_WINDOW, _MOST_WINDOW = 28, 180  # days of silence that count as churn
_LOOKBACK = 365  # days
_LEAST_OF_EACH = 50  # customers who churned, and who did not, in either snapshot
# Judging a model needs no more customers, and reading them takes memory.
_SAMPLE = 20_000
_Z = 1.645  # one side, 5 %


class Risk:
    """A churn model learned on one cutoff, judged on the next, and used today.

    Parameters
    ----------
    log : frame of any engine
    customers : pandas.DataFrame
        As from :func:`crmlab.summarize`.
    first_day, as_of : pandas.Timestamp
        What the log covers.
    daily : narwhals.LazyFrame, optional
        The log as from :func:`crmlab.logs.summary.daily_log`, where it is at hand.

    Attributes
    ----------
    window, lookback : int
        Days.
    cutoffs : tuple of pandas.Timestamp
        To learn on, and to judge on.
    churned, foretold : pandas.Series
        Of the customers judged on.
    passed : bool
        Whether the model foretold the rarer outcome, to churn or to stay, to within a quarter,
        and ranked the customers better than chance.
    today : pandas.DataFrame or None
        ``churn_probability`` of each customer of the last look-back; None if it failed.

    Raises
    ------
    CRMError
        If the log is too short, or too few customers churned or stayed.
    """

    def __init__(self, log, customers, first_day, as_of, daily=None):
        covered = (as_of - first_day).days + 1
        self.window = min(_MOST_WINDOW, covered // 4)
        if self.window < _LEAST_WINDOW:
            raise CRMError(
                ngettext(
                    "The log covers {count} day; a churn model needs {least} days or more.",
                    "The log covers {count} days; a churn model needs {least} days or more.",
                    covered,
                ),
                count=covered,
                least=4 * _LEAST_WINDOW,
            )
        self.lookback = min(_LOOKBACK, covered - 2 * self.window)
        window = pd.Timedelta(days=self.window)
        self.cutoffs = as_of - 2 * window, as_of - window
        options = {"lookback": self.lookback, "horizon": self.window, "as_of": as_of}
        with collected(), daily_log(sample(log, customers)) as some:
            past = churn.snapshot(some, list(self.cutoffs), **options)
            learn, judge, learned, self.churned = churn.temporal_split(past)
            _insist_on_both(learned)
            _insist_on_both(self.churned)
            # A logistic regression gives probabilities by itself; calibrated on a short log,
            # it would say 0 and 1.
            model = churn.churn_model(calibrated=False).fit(learn, learned)
            self.foretold, self.today = _probability(model, judge), None
            self.passed = _passed(self.churned, self.foretold)
            if self.passed:
                log = log if daily is None else daily
                now = churn.snapshot(log, as_of, **options).drop(columns="churned")
                self.today = _probability(model, now).to_frame()


def _probability(model, table):
    return pd.Series(model.predict_proba(table)[:, 1], table.index, name="churn_probability")


def _passed(churned, foretold):
    gone, kept = int(churned.sum()), int((~churned).sum())
    expected = foretold.sum() if gone <= kept else (1 - foretold).sum()
    # Under chance alone the area under the ROC curve is 1/2, with this spread (Mann & Whitney).
    chance = 0.5 + _Z * np.sqrt((gone + kept + 1) / (12 * gone * kept))
    return is_near(expected, min(gone, kept)) and roc_auc_score(churned, steady(foretold)) > chance


def sample(log, customers):
    """Return the rows of at most 20,000 customers in memory, drawn with a fixed seed."""
    if len(customers) <= _SAMPLE:
        return log
    chosen = np.random.default_rng(1).choice(customers.index.to_numpy(), _SAMPLE, replace=False)
    rows = nw.from_native(log).filter(nw.col("customer_id").is_in(chosen.tolist()))
    rows = rows.collect("pyarrow") if isinstance(rows, nw.LazyFrame) else rows
    return rows.to_native()


def _insist_on_both(churned):
    fewest = min(churned.sum(), (~churned).sum())
    if fewest < _LEAST_OF_EACH:
        raise CRMError(
            "Of {all} customers in a test period {gone} bought nothing and {kept} did; a model "
            "needs at least {least} of each.",
            all=len(churned),
            gone=churned.sum(),
            kept=(~churned).sum(),
            least=_LEAST_OF_EACH,
        )
