"""How long a silence means that a customer is gone, where no contract says so.

1. Each purchase day but the last of a customer is followed by a silence that ended with a
   purchase; the last one by a silence that still lasts on the last day of the log.
2. How many silences end by day d is a survival curve with censoring (Kaplan & Meier,
   1958, Journal of the American Statistical Association 53:457).
3. Who has been silent for d days comes back within the next w days with probability
   1 − S(d + w) / S(d). Where this becomes small, a silence of d days may be called churn.
"""

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.errors import CRMError
from crmlab.logs.summary import by_day, collected, lazy_log, summarize, window
from crmlab.notices import quiet


def return_curve(log, *, as_of=None, within=365):
    """Return how many customers come back, by the length of their silence.

    Parameters
    ----------
    log : frame of any engine
        ``customer_id``, ``date``, ``amount``.
    as_of : date-like, optional
        The last day that counts; the last day of the log by default.
    within : int, default 365
        w, the days in which a return counts for ``comes_back``.

    Returns
    -------
    pandas.DataFrame
        Index ``days`` of silence, from 0 to the longest one seen to end: ``at_risk``
        (silences that lasted so long or longer), ``returned`` (share that had ended by
        then, 1 − S) and ``comes_back`` (share of those that lasted so long that end within
        the next `within` days; missing where the log is too short to tell).
        ``attrs["within"]``.

    Raises
    ------
    CRMError
        If no customer bought on two days.
    """
    with quiet():
        last = pd.Timestamp(summarize(log, as_of=as_of).attrs["as_of"])
    return curve_of_days(_purchase_days(log, last), last, within)


def curve_of_days(bought, last, within):
    """Return the curve of :func:`return_curve` from purchase days.

    Parameters
    ----------
    bought : pandas.DataFrame
        ``customer_id`` and ``day``, one row per purchase day.
    last : pandas.Timestamp
        The last day that counts.
    within : int
        Days.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    CRMError
        If no customer bought on two days.
    """
    silences, ended = _silences(bought, last)
    if not ended.any():
        raise CRMError("No customer bought on two days: nobody has come back yet.")
    longest = int(silences[ended].max())
    days = np.arange(longest + 1)
    seen = stats.CensoredData(uncensored=silences[ended], right=silences[~ended])
    still = stats.ecdf(seen).sf.evaluate(days)
    lasting = len(silences) - np.searchsorted(np.sort(silences), days, side="left")
    later = np.append(still, np.full(within, np.nan))[within : within + len(still)]
    curve = pd.DataFrame(
        {
            "at_risk": lasting,
            "returned": 1 - still,
            "comes_back": 1 - later / np.where(still > 0, still, np.nan),
        },
        index=pd.Index(days, name="days"),
    )
    curve.attrs["within"] = within
    return curve


def _silences(bought, last):
    """Return the length of each silence, days, and whether a purchase ended it."""
    bought = bought.sort_values(["customer_id", "day"])
    following = (
        bought["day"].shift(-1).where(bought["customer_id"].eq(bought["customer_id"].shift(-1)))
    )
    silences = (following.fillna(last) - bought["day"]).dt.days
    # Bought on the last day: no silence has begun.
    begun = silences > 0
    return silences[begun].to_numpy(), following.notna()[begun].to_numpy()


def _purchase_days(log, last):
    """Return each customer's purchase days up to the last day; only they come home."""
    import narwhals as nw

    with lazy_log(log) as frame:
        rows, _counts = window(frame, last, None)
        bought = by_day(rows).filter(~nw.col("purchase_day").is_null())
        return collected(bought.select("customer_id", day="purchase_day"), ["day"]).reset_index()
