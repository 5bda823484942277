"""How much RFM segments depend on the number of scores and on the way to cut."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import PercentFormatter

from crmlab import plots
from crmlab.arguments import steady
from crmlab.errors import CRMError
from crmlab.language import fill, mark, sentences
from crmlab.language import gettext as _
from crmlab.notices import collected
from crmlab.segmentation.rfm import RFM
from crmlab.segmentation.segments import default_segments
from crmlab.widgets.panel import buttons, explore, slider


def segment_explorer(customers, random_state=0):
    """Show how RFM segments depend on the number of scores and on the way to cut.

    Bars are the segments' shares under the setting chosen, grey points the setting before
    it, and lines the range over all settings tried. Without widgets: over all there are.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``recency_days``, ``purchases`` and ``spend``, as for :class:`crmlab.RFM`.
    random_state : int, default 0
        Seed of k-means.
    """
    segments = _Segments(customers, random_state)
    explore(segments.draw, segments.stand_in, _controls)


def _controls():
    return {
        "bins": slider(_("Scores"), _START.bins, min(_BINS), max(_BINS)),
        "method": buttons(_("Cut by"), [(_(word), name) for name, word in _METHODS.items()]),
        "measure": buttons(_("Show"), [(_(word), word) for word in _MEASURES]),
    }


class _Setting(NamedTuple):
    bins: int
    method: str

    def words(self, other=None):
        """Return the setting in words; with another setting, only what differs from it."""
        words = []
        if other is None or self.bins != other.bins:
            words.append(_("{bins} scores").format(bins=self.bins))
        if other is None or self.method != other.method:
            words.append(_(_METHODS[self.method]))
        return _(", ").join(words)


_BINS = range(3, 8)
_METHODS = {"quantile": mark("quantiles"), "kmeans": mark("k-means")}
_MEASURES = (mark("share of customers"), mark("share of spend"))
_START = _Setting(5, "quantile")


class _Segments:
    """The segments of the same customers under every setting, and the settings looked at."""

    def __init__(self, customers, random_state):
        self._named, self._notes, self._problems = {}, {}, {}
        for setting in [_Setting(bins, method) for method in _METHODS for bins in _BINS]:
            model = RFM(setting.bins, setting.method, random_state=random_state)
            try:
                with collected() as self._notes[setting]:
                    self._named[setting] = model.fit_transform(customers)["segment"].astype("str")
            except CRMError as error:
                # Data that even the first setting cannot use are wrong; another setting may
                # be impossible, which is said when it is chosen.
                if setting == _START:
                    raise
                self._problems[setting] = str(error)
        weights = [pd.Series(1, customers.index), customers["spend"]]
        self._shares = dict(zip(_MEASURES, map(self._weigh, weights), strict=True))
        self._path = [_START]

    def _weigh(self, weight):
        """Return the segments' shares of a total: a row per segment, a column per setting."""
        order = pd.Index(default_segments()["segment"], name="segment")
        sums = {setting: weight.groupby(named).sum() for setting, named in self._named.items()}
        return pd.DataFrame(sums).reindex(order).fillna(0) / weight.sum()

    def draw(self, bins, method, measure):
        """Return the segments under a setting, and what the last move changed."""
        setting = _Setting(bins, method)
        if setting in self._problems:
            raise CRMError(self._problems[setting])
        if setting != self._path[-1]:
            self._path.append(setting)
        seen = list(dict.fromkeys(self._path))
        before = self._path[-2:-1]
        said = [self._change(one, setting) for one in before]
        return [
            self._plot(measure, setting, seen, before),
            *(said or [_("Move a control, and read here what your choice changes.")]),
            fill("You have seen {count} of {all} settings.", count=len(seen), all=len(self._named)),
            *self._notes[setting],
        ]

    def stand_in(self):
        """Return the range over all settings, and what the two choices change."""
        others = _START._replace(bins=4), _START._replace(method="kmeans")
        return [
            self._plot(_MEASURES[0], _START, list(self._named)),
            *(self._change(_START, setting) for setting in others if setting in self._named),
        ]

    def _change(self, before, now):
        return fill(
            "With {now} instead of {before}, {moved:,} of {all:,} customers get another segment.",
            now=now.words(before),
            before=before.words(now),
            moved=(self._named[before] != self._named[now]).sum(),
            all=len(self._named[now]),
        )

    def _plot(self, measure, now, seen, before=()):
        shares = self._shares[measure]
        ax = _bars_with_range(shares, now, seen, before)
        low, high = shares[seen].min(axis=1), shares[seen].max(axis=1)
        several = len(seen) > 1
        segment = steady(high - low if several else high).idxmax()
        found = {"segment": segment, "low": low[segment], "high": high[segment]}
        title = fill(
            "{segment} depends most on the setting: {low:.0%} to {high:.0%}"
            if several
            else "{segment} is the largest segment: {high:.0%}",
            **found,
        )
        ax.set(title=title, xlabel=_(measure), ylabel=_("segment"))
        summary = fill(
            "Bars: {measure} per segment with {setting}. Over {count} settings, {segment} goes "
            "from {low:.1%} to {high:.1%}.",
            measure=measure,
            setting=now.words(),
            count=len(seen),
            **found,
        )
        ax.alt = sentences(summary, ax.alt)
        return ax


def _bars_with_range(shares, now, seen, before):
    ax = plots.bars(shares[now], ax=plt.subplots(figsize=(7.5, 4.8))[1])
    bars, rows = ax.containers[0], range(len(shares))
    # Pale, so that a line shows that begins inside a bar.
    plt.setp(bars, facecolor=plots.PALETTE[9])
    bars.set_label(now.words())
    key = [bars]
    for setting in before:
        key += ax.plot(shares[setting], rows, "o", color="0.4", label=setting.words())
    if len(seen) > 1:
        found = shares[seen]
        label = _("least to most of {count} settings").format(count=len(seen))
        ends = found.min(axis=1), found.max(axis=1)
        key.append(ax.hlines(rows, *ends, color="black", label=label))
    # One scale for every setting, so that bars can be compared before and after a move.
    every = shares.to_numpy()
    ax.set_xlim(min(0, every.min()), 1.05 * every.max())
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.figure.legend(handles=key, loc="outside lower center", ncols=3)
    return ax
