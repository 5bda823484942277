"""What posts say, behind a classifier that errs, and when something is said more often than else.

1. A classifier calls a share of the posts negative. It misses some that are, and calls some that
   are not; how often is known from posts read by hand.
2. Turned round, that gives the share that is truly negative, as for a test in medicine (Rogan &
   Gladen 1978), called *quantification* where posts are counted (Forman 2008). It takes for granted
   that the classifier errs on these posts as it did on those read by hand.
3. Counts over time have a busiest window: the one whose excess over all else is least like luck.
   As all windows were looked at, luck may choose among all windows, too (Kulldorff 1997).
"""

import numpy as np
import pandas as pd

from crmlab.arguments import integer, numbers, steady, zero_or_one
from crmlab.errors import CRMError

_Z = 1.959963984540054  # of a 95 % interval


def corrected_share(called, checked_called, checked_true, *, sample=False):
    """Estimate the true share of a kind of post, from a classifier that errs.

    With q the share called, s the sensitivity and t the specificity, each seen in the posts that
    were checked, the estimate is (q + t − 1) / (s + t − 1); its variance by the delta method.

    Parameters
    ----------
    called : array-like of bool
        Whether the classifier calls each post by that name; the posts that the question is about.
    checked_called, checked_true : array-like of bool
        The same for posts read by hand, none of which it learned from; and what they truly are.
    sample : bool, default False
        Whether `called` is a sample, and the share of many more such posts is asked for: adds the
        luck of which posts came. By default they are all that is asked about.

    Returns
    -------
    pandas.Series
        ``share``, with its 95 % interval ``low`` to ``high``, all between 0 and 1; ``called``, the
        share before the correction; ``sensitivity`` and ``specificity``.

    Raises
    ------
    CRMError
        If a post is missing, the checked posts are all of one kind, or the classifier does not
        tell the kinds apart (sensitivity + specificity at most 1).

    References
    ----------
    Rogan, W. J., and Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    *American Journal of Epidemiology* 107(1), 71–76.

    Forman, G. (2008). Quantifying counts and costs via classification. *Data Mining and Knowledge
    Discovery* 17(2), 164–206.
    """
    called = zero_or_one(np.asarray(called), "called").astype(float)
    checked = zero_or_one(np.asarray(checked_called), "checked_called").astype(bool)
    true = zero_or_one(np.asarray(checked_true), "checked_true").astype(bool)
    if len(checked) != len(true):
        raise CRMError("checked_called and checked_true must have one value for each post.")
    if not len(called) or true.all() or not true.any():
        raise CRMError("There must be posts, and checked posts of both kinds.")
    sensitivity, specificity = checked[true].mean(), 1 - checked[~true].mean()
    power = sensitivity + specificity - 1
    if not power > 0:
        raise CRMError("This classifier does not tell the two kinds apart: nothing to correct.")
    raw = called.mean()
    share = float(np.clip((raw + specificity - 1) / power, 0, 1))
    error_if, error_unless = sensitivity * (1 - sensitivity), specificity * (1 - specificity)
    luck = raw * (1 - raw) if sample else share * error_if + (1 - share) * error_unless
    variance = luck / len(called) + share**2 * error_if / true.sum()
    variance += (1 - share) ** 2 * error_unless / (~true).sum()
    half = _Z * np.sqrt(variance) / power
    return pd.Series(
        {
            "share": share,
            "low": max(share - half, 0.0),
            "high": min(share + half, 1.0),
            "called": raw,
            "sensitivity": sensitivity,
            "specificity": specificity,
        }
    )


def busiest_window(counts, draws=999, seed=0):
    """Find the window in which something happened more often than else, and how likely by luck.

    For each window of at most half of the periods the log likelihood ratio of two Poisson rates,
    inside and outside, against one; the largest one wins. By luck alone, all events fall into any
    period equally likely: so many draws of that say how often luck does as well *somewhere*.

    Parameters
    ----------
    counts : pandas.Series
        Events per period, in order of time, none left out.
    draws : int, default 999
    seed : int, default 0
        Of the draws.

    Returns
    -------
    pandas.Series
        ``begin`` and ``end``, the labels of the first and last period in the window; ``inside``
        and ``outside``, events per period; ``p_value``.

    Raises
    ------
    CRMError
        If there are fewer than four periods, or no events.

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. *Communications in Statistics: Theory and
    Methods* 26(6), 1481–1496.
    """
    values = numbers(counts, "counts")
    draws, seed = integer(draws, "draws", 0), integer(seed, "seed", 0)
    total, size = values.sum(), len(values)
    if size < 4 or not total > 0:
        raise CRMError("A window needs four periods or more, and at least one event.")
    begins, ends = np.triu_indices(size + 1, 1)
    kept = ends - begins <= size // 2
    begins, ends = begins[kept], ends[kept]
    expected = total * (ends - begins) / size

    def ratios(table):
        run = np.pad(np.cumsum(table, axis=-1), [(0, 0)] * (table.ndim - 1) + [(1, 0)])
        inside = run[..., ends] - run[..., begins]
        with np.errstate(divide="ignore", invalid="ignore"):
            within = np.where(inside > 0, inside * np.log(inside / expected), 0)
            outside = total - inside
            rest = np.where(outside > 0, outside * np.log(outside / (total - expected)), 0)
        return np.where(inside > expected, within + rest, 0)

    found = steady(ratios(values.astype(float)))
    best = int(found.argmax())
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(int(total), np.full(size, 1 / size), draws)
    reached = (steady(ratios(drawn).max(axis=1)) >= found[best]).sum() if draws else 0
    begin, end = begins[best], ends[best]
    inside = values[begin:end].sum()
    labels = counts.index if isinstance(counts, pd.Series) else pd.RangeIndex(size)
    return pd.Series(
        {
            "begin": labels[begin],
            "end": labels[end - 1],
            "inside": inside / (end - begin),
            "outside": (total - inside) / (size - (end - begin)),
            "p_value": (reached + 1) / (draws + 1),
        },
        dtype="object",
    )
