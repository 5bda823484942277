"""Rules of thumb: a touch is credited by its place in the path.

Each rule is a weight per touch; the weights of a path sum to 1. A channel that occurs
several times in a path is credited for each of these touches. None of it is causal.
"""

import numpy as np

from crmlab.attribution.touch_paths import touches
from crmlab.errors import CRMError


def first_touch(paths):
    """Credit each conversion to the channel that came first.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``.

    Returns
    -------
    pandas.Series
        Credit in conversions, by ``channel``; sums to the conversions. Not causal.

    Raises
    ------
    CRMError
        If no path ends in a conversion, or the table is not one of paths.
    """
    return _credit(paths, "first_touch", lambda position, length: position == 0)


def last_touch(paths):
    """Credit each conversion to the channel that came last.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``.

    Returns
    -------
    pandas.Series
        Credit in conversions, by ``channel``; sums to the conversions. Not causal: who
        was about to buy anyway often passes a search advertisement last.

    Raises
    ------
    CRMError
        If no path ends in a conversion, or the table is not one of paths.
    """
    return _credit(paths, "last_touch", lambda position, length: position == length - 1)


def linear(paths):
    """Credit all touches of a path alike.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``.

    Returns
    -------
    pandas.Series
        Credit in conversions, by ``channel``; sums to the conversions. Not causal.

    Raises
    ------
    CRMError
        If no path ends in a conversion, or the table is not one of paths.
    """
    return _credit(paths, "linear", lambda position, length: 1 / length)


def position_based(paths, first=0.4, last=0.4):
    """Credit the first and the last touch most; those between share the rest alike.

    With the defaults the trade calls it the U-shaped rule. Without touches between, the
    first and the last divide the whole in the proportion `first` : `last`.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``.
    first, last : float, default 0.4
        Shares of the first and the last touch; not negative, together at most 1.

    Returns
    -------
    pandas.Series
        Credit in conversions, by ``channel``; sums to the conversions. Not causal.

    Raises
    ------
    CRMError
        If the shares are not such shares, no path ends in a conversion, or the table is not
        one of paths.
    """
    if not (first >= 0 and last >= 0 and first + last <= 1):
        raise CRMError(
            "`first` and `last` are shares: not negative, together at most 1. They are "
            "{first} and {last}.",
            first=first,
            last=last,
        )
    first_of_two = first / (first + last) if first + last else 0.5

    def weight(position, length):
        between = (1 - first - last) / np.maximum(length - 2, 1)
        of_many = np.select([position == 0, position == length - 1], [first, last], between)
        of_two = np.where(position == 0, first_of_two, 1 - first_of_two)
        return np.select([length == 1, length == 2], [1.0, of_two], of_many)

    return _credit(paths, "position_based", weight)


def _credit(paths, name, weight):
    seen = touches(paths)
    weights = weight(seen.position, seen.length)
    return seen.per_channel(weights * seen.conversions[seen.row], name)
