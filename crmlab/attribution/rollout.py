"""What a repair causes that units get one after another: differences in differences.

1. Of a wave of units that are repaired together, take the mean of a span of periods after the
   repair, less the mean of the periods just before it.
2. Take off the same difference of the units that are *not yet* repaired by the end of the span:
   what would have happened anyway.
3. Average over the waves, by their units (Callaway & Sant'Anna 2021, "Difference-in-differences
   with multiple time periods", Journal of Econometrics 225:200, equation 2.9 without
   covariates, where the base is the mean of several periods instead of the last one).

A unit that is repaired already is never compared with: its effect may still grow, and a regression
with an effect for each unit and period takes that growth off the effect of the others
(Goodman-Bacon 2021, "Difference-in-differences with variation in treatment timing", Journal of
Econometrics 225:254).

The estimate is a sum over units, each with one number of its own however many periods it has; so
its interval counts units, not rows. As in Welch's test the variance of every wave is its own. It is
an interval for what the repair does at such units. What it did at just these, in just these
periods, it holds somewhat less often where the repair takes most off those that are badly off.
"""

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.arguments import integer
from crmlab.errors import CRMError


def rollout_effects(panel, outcome, since, spans, *, before=10, unit="depot", period="week"):
    """Return what a repair changed, by the time since it, with 95 % intervals by unit.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per unit and period, without gaps.
    outcome : str
        The column that is compared.
    since : str
        The column with the first period after the repair, the same in all rows of a unit; missing
        for a unit that is not repaired within the panel.
    spans : list of (int, int)
        First and last period since the repair, both counted; 0 is the first one after it. A span
        before it, such as (-20, -11), shows whether both went the same way before.
    before : int, default 10
        Periods before the repair whose mean is the base.
    unit, period : str
        Columns of the panel.

    Returns
    -------
    pandas.DataFrame
        One row per span: ``first``, ``last``; ``effect``, in units of the outcome; ``low`` and
        ``high``, the ends of the 95 % interval; ``units``, how many repaired ones it rests on;
        ``compared``, how many others; ``df``, degrees of freedom of Student's t
        (Welch–Satterthwaite).

    Raises
    ------
    CRMError
        If rows are missing or double, a unit has two repairs, or no wave can be compared.

    Notes
    -----
    With wave g of n_g units, D the difference between the two means and C those not yet repaired,

        effect = Σ_g n_g (mean of D over g − mean of D over C_g) ÷ Σ_g n_g.

    A wave with fewer than two units, or fewer than two to compare with, is left out of a span.
    Units must not influence one another, and must have gone on alike without the repair.
    """
    integer(before, "before", 1)
    values, wave = _wide(panel, outcome, since, unit, period)
    return pd.DataFrame([_effect(values, wave, span, before) for span in spans])


def _wide(panel, outcome, since, unit, period):
    """Return the outcomes, (units, periods), and the place of each unit's repair; -1 for none."""
    missing = [name for name in (outcome, since, unit, period) if name not in panel]
    if missing:
        raise CRMError("The panel has no column {name!r}.", name=missing[0])
    if panel.duplicated([unit, period]).any():
        raise CRMError("A unit must have one row per period; some have two.")
    wide = panel.pivot(index=unit, columns=period, values=outcome)
    if wide.isna().any(axis=None):
        raise CRMError("Every unit needs a value in every period; some are missing.")
    starts = panel.groupby(unit)[since].agg(["min", "nunique"])
    if (starts["nunique"] > 1).any():
        raise CRMError("A unit must have one date of repair in all its rows.")
    known = starts["min"].notna()
    place = wide.columns.get_indexer(starts["min"])
    if (known & (place < 0)).any():
        raise CRMError("A repair must begin in a period of the panel.")
    return wide.to_numpy(float), np.where(known, place, -1)


def _effect(values, wave, span, before):
    first, last = span
    weights, units, compared = _weights(wave, values.shape[1], first, last, before)
    each = (weights * values).sum(axis=1)
    variance = satterthwaite = 0.0
    for start in np.unique(wave):
        of = (wave == start) & weights.any(axis=1)
        if of.sum() > 1:
            own = of.sum() * each[of].var(ddof=1)
            variance += own
            satterthwaite += own**2 / (of.sum() - 1)
    df = variance**2 / satterthwaite if satterthwaite else np.inf
    half = stats.t.ppf(0.975, df) * np.sqrt(variance)
    effect = each.sum()
    ends = {"effect": effect, "low": effect - half, "high": effect + half}
    return {"first": first, "last": last, **ends, "units": units, "compared": compared, "df": df}


def _weights(wave, periods, first, last, before):
    """Return the weight of every value in the effect, and of how many units it is made."""
    waves, seen = [], np.zeros(len(wave), bool)
    for start in np.unique(wave[wave >= 0]):
        mine = wave == start
        others = (wave < 0) | (wave > max(start + last, start))
        inside = start - before >= 0 and start + first >= 0 and start + last < periods
        if inside and mine.sum() > 1 and others.sum() > 1:
            waves.append((start, mine, others))
    if not waves:
        raise CRMError(
            "No wave can be compared from {first} to {last} periods after its repair.",
            first=first,
            last=last,
        )
    total = sum(mine.sum() for _start, mine, _others in waves)
    weights = np.zeros((len(wave), periods))
    for start, mine, others in waves:
        change = np.zeros(periods)
        change[start + first : start + last + 1] += 1 / (last - first + 1)
        change[start - before : start] -= 1 / before
        weights[mine] += change / total
        weights[others] -= change * mine.sum() / total / others.sum()
        seen |= others
    return weights, int(total), int(seen.sum())
