"""Paths: the sequence of channels that a lead met, and how it ended."""

from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlab.arguments import counts, table_columns
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.notices import say

_MOST_EXAMPLES = 5


def paths(touchpoints, converted, path="lead_id", time="date", channel="channel"):
    """Count the distinct sequences of channels, and how each ended.

    Touches after the conversion do not belong into a path, and leads that are still open
    are neither conversions nor lost: leave both out beforehand.

    Parameters
    ----------
    touchpoints : pandas.DataFrame
        One row per touch, in any order.
    converted : pandas.Series
        By path id: whether it ended in a conversion, or in how many. Every path id of
        `touchpoints` must be in it.
    path, time, channel : str
        The columns of `touchpoints` that say whose touch it was, when, and through which
        channel. Touches at the same time keep the order of the table.

    Returns
    -------
    pandas.DataFrame
        One row per distinct sequence, the most frequent first: ``path`` (tuple of
        channels), ``conversions``, and ``lost``, the number of ids without a conversion.

    Raises
    ------
    CRMError
        If a column or a value is missing, or an id is not in `converted`.
    """
    columns = table_columns(touchpoints, [path, time, channel])
    for name in columns:
        if columns[name].isna().any():
            raise CRMError(
                "Column {name!r} is empty in {count} touches. Fill or drop these rows.",
                name=name,
                count=int(columns[name].isna().sum()),
            )
    number, ids = columns[path].factorize()
    won = _outcome(converted, ids)
    # Stable sorts: within a path by time, and equal times keep the order of the table.
    order = columns[time].argsort(kind="stable").to_numpy()
    order = order[np.argsort(number[order], kind="stable")]
    names = columns[channel].to_numpy()[order].tolist()
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    # Tuples, not columns: paths differ in length. Slicing a list takes microseconds a lead.
    sequences = [tuple(names[start:end]) for start, end in pairwise([*starts, len(names)])]
    return _counted(sequences, won)


def _outcome(converted, ids):
    if not isinstance(converted, pd.Series) or not converted.index.is_unique:
        raise CRMError(
            "`converted` must be a Series with one value per path id, as in "
            'leads.set_index("lead_id")["won_on"].notna().'
        )
    # As objects: pandas looks up texts in Arrow's memory several times more slowly.
    known = pd.Index(converted.index.to_numpy(dtype=object), dtype=object)
    place = known.get_indexer(ids.to_numpy(dtype=object))
    unknown = ids[place < 0]
    if len(unknown):
        raise CRMError(
            "`converted` does not say how {count} of the paths ended: {examples}.",
            count=len(unknown),
            examples=", ".join(map(repr, unknown[:_MOST_EXAMPLES])),
        )
    won = counts(converted, _("`converted`"))
    untouched = won.sum() - won[place].sum()
    if untouched > 0:
        say(
            "{count:.0f} conversions have no touch: no channel can be credited with them, so "
            "they are left out.",
            count=untouched,
        )
    return won[place]


def _counted(sequences, won):
    distinct = sorted(set(sequences), key=str)
    place = dict(zip(distinct, range(len(distinct)), strict=True))
    row = np.fromiter(map(place.get, sequences), dtype=int, count=len(sequences))
    table = pd.DataFrame(
        {
            "path": pd.Series(distinct, dtype=object),
            "conversions": np.bincount(row, won),
            "lost": np.bincount(row, won == 0),
        }
    )
    counts = ["conversions", "lost"]
    whole = (table[counts] % 1 == 0).all(axis=None)
    table = table.astype(dict.fromkeys(counts, int)) if whole else table
    frequency = -table[counts].sum(axis="columns")
    return table.iloc[np.argsort(frequency, kind="stable")].reset_index(drop=True)


class Touches(NamedTuple):
    """A table of paths laid out touch by touch.

    Attributes
    ----------
    channels : pandas.Index
        Every channel of the paths, lost ones included, in alphabetical order.
    channel, row, position, length : ndarray of int, one per touch
        Place in `channels`, place of its path in the table, place in the path (from 0) and
        number of touches of the path.
    conversions, lost : ndarray of float, one per path
    """

    channels: pd.Index
    channel: np.ndarray
    row: np.ndarray
    position: np.ndarray
    length: np.ndarray
    conversions: np.ndarray
    lost: np.ndarray

    def per_channel(self, weights, name):
        """Sum weights, one per touch, by channel."""
        sums = np.bincount(self.channel, weights, minlength=len(self.channels))
        return pd.Series(sums, index=self.channels, name=name)


def touches(table):
    """Check a table of paths, from :func:`paths` or written by hand, and lay it out.

    Parameters
    ----------
    table : pandas.DataFrame
        ``path`` (tuples or lists of channels), ``conversions``, ``lost``.

    Returns
    -------
    Touches

    Raises
    ------
    CRMError
        If it is not such a table, or no path ends in a conversion.
    """
    columns = table_columns(table, ["path", "conversions", "lost"])
    sequences = columns["path"].tolist()
    for sequence in sequences:
        if not isinstance(sequence, tuple | list) or not sequence:
            raise CRMError(
                "A path is a tuple of one or more channels, not {path!r}. For one channel "
                'write ("email",), with the comma.',
                path=sequence,
            )
    conversions, lost = (counts(columns[name], repr(name)) for name in ("conversions", "lost"))
    if not conversions.sum():
        raise CRMError("No path ends in a conversion: there is nothing to credit.")
    lengths = np.fromiter(map(len, sequences), dtype=int, count=len(sequences))
    names = list(chain.from_iterable(sequences))
    if pd.isna(np.array(names, dtype=object)).any():
        raise CRMError("A path holds an empty channel. Name it, or drop the touch.")
    channels = sorted(set(names), key=str)
    place = dict(zip(channels, range(len(channels)), strict=True))
    first = np.cumsum(lengths) - lengths
    return Touches(
        channels=pd.Index(channels, name="channel"),
        channel=np.fromiter(map(place.get, names), dtype=int, count=len(names)),
        row=np.repeat(np.arange(len(sequences)), lengths),
        position=np.arange(len(names)) - np.repeat(first, lengths),
        length=np.repeat(lengths, lengths),
        conversions=conversions,
        lost=lost,
    )
