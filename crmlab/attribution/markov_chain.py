"""Attribution by the removal effect in a Markov chain of channels.

1. A lead starts, moves from channel to channel and ends in a conversion or is lost. Where
   it goes next depends only on where it is (a first-order chain); the shares are those
   observed.
2. Remove a channel: whoever would reach it is lost instead. The share of conversions that
   goes with it is its removal effect.
3. Channels are credited in proportion to their removal effects. These sum to more than 1,
   because a conversion through three channels is lost with any of them.

Anderl, E., Becker, I., von Wangenheim, F., and Schumann, J. H. (2016). Mapping the customer
journey: lessons learned from graph-based online attribution modeling. *International
Journal of Research in Marketing* 33(3), 457–474.
"""

import numpy as np
import pandas as pd

from crmlab.attribution.touch_paths import touches

_START, _CONVERSION, _LOST = "(start)", "(conversion)", "(lost)"


def transition_matrix(paths):
    """Share of moves from each channel, and from the start, to each next state.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``.

    Returns
    -------
    pandas.DataFrame
        Rows: ``(start)`` and the channels. Columns: the channels, ``(conversion)`` and
        ``(lost)``. Rows sum to 1. A channel can follow itself.

    Raises
    ------
    CRMError
        If no path ends in a conversion, or the table is not one of paths.
    """
    seen = touches(paths)
    shares = _transitions(seen)
    names = list(seen.channels)
    return pd.DataFrame(
        shares,
        index=pd.Index([_START, *names], name="from"),
        columns=pd.Index([*names, _CONVERSION, _LOST], name="to"),
    )


def markov(paths):
    """Credit channels in proportion to their removal effects.

    Exact: one linear system instead of a simulation. A channel that follows itself changes
    nothing: what counts is where leads go when they leave it.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`: ``path``, ``conversions``, ``lost``. The
        lost paths matter here: without them every channel seems to convert.

    Returns
    -------
    pandas.DataFrame
        By ``channel``: ``removal_effect``, the share of conversions (0 … 1) that the chain
        loses when everybody who would reach the channel is lost; ``credit`` in conversions,
        which sums to the conversions. Not causal: who never sees a channel may buy
        nevertheless.

    Raises
    ------
    CRMError
        If no path ends in a conversion, or the table is not one of paths.

    References
    ----------
    Anderl, E., Becker, I., von Wangenheim, F., and Schumann, J. H. (2016). Mapping the
    customer journey. *International Journal of Research in Marketing* 33(3), 457–474.
    """
    seen = touches(paths)
    effect = _removal_effects(_transitions(seen))
    credit = seen.conversions.sum() * effect / effect.sum()
    return pd.DataFrame({"removal_effect": effect, "credit": credit}, index=seen.channels)


def _transitions(seen):
    """Rows: start, channels. Columns: channels, conversion, lost."""
    count = len(seen.channels)
    starts, ends = seen.position == 0, seen.position == seen.length - 1
    moves = np.zeros((count + 1, count + 2))
    weight = (seen.conversions + seen.lost)[seen.row]
    before = np.where(starts, 0, np.roll(seen.channel, 1) + 1)
    np.add.at(moves, (before, seen.channel), weight)
    last = seen.channel[ends] + 1
    np.add.at(moves, (last, count), seen.conversions)
    np.add.at(moves, (last, count + 1), seen.lost)
    total = moves.sum(axis=1, keepdims=True)
    # A channel whose every path is counted 0 times leads nowhere.
    return np.divide(moves, total, out=np.zeros_like(moves), where=total > 0)


def _removal_effects(shares):
    """Share of conversions that pass through each channel.

    With the chances Q of moving between channels, N = (I − Q)⁻¹ holds the expected visits,
    so a lead at state s ever reaches channel i with chance N[s, i] / N[i, i]. From i it
    converts with chance c[i]; what passes through i is the product, and what does not is
    exactly what is left when i is removed.
    """
    start, between, converts = shares[0, :-2], shares[1:, :-2], shares[1:, -2]
    visits = np.linalg.inv(np.eye(len(between)) - between)
    chance = visits @ converts
    reached = start @ visits / np.diag(visits)
    return reached * chance / (start @ chance)
