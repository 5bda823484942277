"""Attribution by the Shapley value: what a channel adds to every set of the others.

1. A coalition is a set of channels. Its worth is the number of conversions that its
   channels bring by themselves.
2. Let the channels join one after another, in every order. A channel's value is what the
   worth grows by when it joins, on average over the orders.
3. Of paths, the worth of a coalition is the number of conversions whose channels all lie
   in it. Each set of channels that occurs then contributes its conversions divided
   equally, so no coalition has to be enumerated.

Shapley, L. S. (1953). A value for n-person games. In *Contributions to the Theory of Games
II*, 307–317. Princeton University Press.
"""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from crmlab.attribution.touch_paths import touches
from crmlab.errors import CRMError

_MOST_PLAYERS = 12  # 4,096 coalitions: more than anybody reads, at once computed


def shapley(paths):
    """Credit channels by the Shapley value of the conversions.

    With the worth of :func:`coalition_worth`, each conversion is divided equally among the
    different channels of its path: order, repeats and lost paths play no part. Exact for
    any number of channels.

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

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. *Contributions to the Theory of Games
    II*, 307–317; linearity, and the value of a game in which only sets that contain T win
    (each member of T gets 1/|T|).
    """
    seen = touches(paths)
    row, channel = np.unique([seen.row, seen.channel], axis=1)
    different = np.bincount(row)
    credit = np.bincount(channel, (seen.conversions / different)[row])
    return pd.Series(credit, index=seen.channels, name="shapley")


def coalition_worth(paths):
    """Count for every set of channels the conversions that need no other channel.

    Parameters
    ----------
    paths : pandas.DataFrame
        As from :func:`crmlab.attribution.paths`, with at most 12 channels.

    Returns
    -------
    dict of tuple to float
        Coalition, its channels in alphabetical order, to its worth in conversions; smaller
        coalitions first, from the empty one (worth 0) to that of all channels.

    Raises
    ------
    CRMError
        If there are more than 12 channels, no path ends in a conversion, or the table is
        not one of paths.
    """
    seen = touches(paths)
    players = len(seen.channels)
    _refuse_many(players)
    # A set of channels is a number, one bit per channel.
    row, channel = np.unique([seen.row, seen.channel], axis=1)
    own = np.bincount(row, 2**channel).astype(int)
    worth = np.bincount(own, seen.conversions, minlength=2**players)
    # Sum over all subsets, one channel at a time: sets with it get the worth of those without.
    for bit in range(players):
        halves = worth.reshape(-1, 2, 2**bit)
        halves[:, 1] += halves[:, 0]
    names = list(seen.channels)
    return {
        tuple(names[player] for player in members): float(worth[sum(2**p for p in members)])
        for size in range(players + 1)
        for members in combinations(range(players), size)
    }


def shapley_values(worth):
    """Divide the worth of all players by what each adds, on average over all orders.

    Parameters
    ----------
    worth : mapping of coalition to float
        Every coalition of the players, as a tuple or a set, to its worth; a text is one
        player. The empty coalition is worth 0 unless it is given. At most 12 players.

    Returns
    -------
    pandas.Series
        By ``player``, in alphabetical order; sums to the worth of all players (less that of
        the empty coalition). A player who adds nothing gets 0; two who add the same get the
        same.

    Raises
    ------
    CRMError
        If a coalition is missing or given twice, or there are more than 12 players.

    Examples
    --------
    >>> shapley_values({"A": 6, "B": 4, ("A", "B"): 20}).to_dict()
    {'A': 11.0, 'B': 9.0}
    """
    given = {}
    for coalition, value in worth.items():
        members = frozenset([coalition] if isinstance(coalition, str) else coalition)
        if members in given:
            raise CRMError("The coalition {members} is given twice.", members=_listed(members))
        given[members] = float(value)
    given.setdefault(frozenset(), 0.0)
    players = sorted(frozenset().union(*given), key=str)
    _refuse_many(len(players))
    missing = 2 ** len(players) - len(given)
    if missing:
        raise CRMError(
            "The worth of {count} coalitions is missing, for instance of {members}.",
            count=missing,
            members=_listed(_first_missing(players, given)),
        )
    bit = {player: 2**place for place, player in enumerate(players)}
    values = np.empty(len(given))
    values[[sum(map(bit.get, members)) for members in given]] = list(given.values())
    return pd.Series(
        [_average_gain(values, place) for place in range(len(players))],
        index=pd.Index(players, name="player"),
        name="shapley",
    )


def _average_gain(values, place):
    """Σ over S without the player: |S|! (n − |S| − 1)! / n! × (v(S ∪ i) − v(S))."""
    without, with_player = np.moveaxis(values.reshape(-1, 2, 2**place), 1, 0)
    count = len(values).bit_length() - 1
    sizes = np.bitwise_count(np.arange(len(values)).reshape(-1, 2, 2**place)[:, 0])
    weight = np.array([1 / (count * comb(count - 1, size)) for size in range(count)])
    return float((weight[sizes] * (with_player - without)).sum())


def _first_missing(players, given):
    return next(
        members
        for size in range(len(players) + 1)
        for members in combinations(players, size)
        if frozenset(members) not in given
    )


def _listed(members):
    return "{" + ", ".join(sorted(map(repr, members))) + "}"


def _refuse_many(players):
    if players > _MOST_PLAYERS:
        raise CRMError(
            "{players} players have 2^{players} coalitions; at most {most} can be used.",
            players=players,
            most=_MOST_PLAYERS,
        )
