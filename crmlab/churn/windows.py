"""The days around a cutoff: what may be looked at before it, and where the label lies."""

from dataclasses import dataclass

import pandas as pd

from crmlab.arguments import as_day, integer
from crmlab.errors import CRMError
from crmlab.language import mark

_NOT_DAYS = mark("{name} must be a whole number of days, at least {least}, not {value!r}.")


@dataclass(frozen=True)
class Window:
    """A look-back, a cutoff, a gap and a label window; all days count as a whole.

    Attributes
    ----------
    cutoff : pandas.Timestamp
        The last day that features may see.
    lookback, gap, horizon : int
        Lengths, days.
    """

    cutoff: pd.Timestamp
    lookback: int
    gap: int
    horizon: int

    @property
    def first(self):
        """Return the first day of the look-back."""
        return self._from_cutoff(1 - self.lookback)

    @property
    def recent_days(self):
        """Return the length of the most recent quarter of the look-back, days."""
        return max(1, round(self.lookback / 4))

    @property
    def recent_first(self):
        """Return the first day of the most recent quarter of the look-back."""
        return self._from_cutoff(1 - self.recent_days)

    @property
    def label_first(self):
        """Return the first day of the label window."""
        return self._from_cutoff(self.gap + 1)

    @property
    def label_last(self):
        """Return the last day of the label window."""
        return self._from_cutoff(self.gap + self.horizon)

    def _from_cutoff(self, days):
        return self.cutoff + pd.Timedelta(days=days)


def windows(cutoff, lookback, gap, horizon):
    """Return the window of each cutoff, in order of time.

    Parameters
    ----------
    cutoff : date-like or list of date-like
    lookback, gap, horizon : int
        Lengths, days; a look-back and a label window have at least one day.

    Returns
    -------
    list of Window
    """
    lengths = {
        "lookback": integer(lookback, "lookback", 1, _NOT_DAYS),
        "gap": integer(gap, "gap", 0, _NOT_DAYS),
        "horizon": integer(horizon, "horizon", 1, _NOT_DAYS),
    }
    cutoffs = cutoff if is_several(cutoff) else [cutoff]
    days = sorted({pd.Timestamp(as_day(day, "cutoff")) for day in cutoffs})
    if not days:
        raise CRMError("Give at least one cutoff.")
    return [Window(day, **lengths) for day in days]


def is_several(cutoff):
    """Return whether a cutoff parameter holds several days."""
    return pd.api.types.is_list_like(cutoff)
