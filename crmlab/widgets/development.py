"""What a better step of the value ladder would bring.

1. A table of shares says where the customers of each rung are a period later.
2. A number of new customers starts on the first rung and follows the shares.
3. One step is improved: so many more take it, and as many fewer end on the last rung, among
   those who are lost for now.
4. The difference is counted in customers per rung and in margin.
"""

from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from crmlab import plots
from crmlab.errors import CRMError
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.widgets.panel import buttons, explore, slider

_START = 1000  # new customers on the first rung
_PERIODS = 4
_MOST_PERIODS = 10
_BETTER = 0.10
_TOLERANCE = 1e-6


def ladder_explorer(shares, margin, unit="yuan"):
    """Show where 1,000 new customers are after some periods, with one step improved.

    Parameters
    ----------
    shares : pandas.DataFrame
        Square, rungs from low to high, the last one for those who are lost for now: of the
        customers of a row, the share that is on the rung of the column a period later.
    margin : pandas.Series
        Money per customer and period, same index.
    unit : str, default "yuan"
        Of money; translated.

    Raises
    ------
    CRMError
        If rows and columns differ, or a row does not add up to 1.
    """
    ladder = _Ladder(shares, margin, unit)
    base = {"step": ladder.steps[0], "better": _BETTER, "periods": _PERIODS}
    explore(ladder.draw, partial(ladder.draw, **base), partial(_controls, ladder, base))


def _controls(ladder, base):
    return {
        "step": buttons(_("better step"), [(_arrow(step), step) for step in ladder.steps]),
        "better": slider(_("more who take it"), base["better"], 0.0, 1.0, 0.05, ".0%"),
        "periods": slider(_("periods"), base["periods"], 1, _MOST_PERIODS),
    }


def _arrow(step):
    return " → ".join(_(rung) for rung in step)


class _Ladder:
    """The shares of a ladder, what a customer brings on each rung, and the steps to improve."""

    def __init__(self, shares, margin, unit):
        rungs = list(shares.index)
        if rungs != list(shares.columns) or len(rungs) < 3:
            raise CRMError(
                "The table of shares needs the same rungs, three or more, in rows and in "
                "columns: shares.reindex(index=rungs, columns=rungs)."
            )
        off = (shares.sum(axis=1) - 1).abs() > _TOLERANCE
        if off.any():
            raise CRMError(
                "Shares of a row must add up to 1; look at {rungs}. Divide counts by the sum "
                "of their row.",
                rungs=_(", ").join(map(str, off.index[off])),
            )
        self._shares, self._margin, self._unit = shares, margin.reindex(rungs), unit
        climbs = list(pairwise(rungs[:-1]))
        self.steps = [*climbs, (rungs[-1], rungs[1])]

    def draw(self, step, better, periods):
        """Return the change of customers per rung with the better step, and what it brings."""
        change = self._change(step, better, periods)
        gains = {one: self._gain(one, better, periods) for one in self.steps}
        gain, best = self._gain(step, better, periods), max(gains, key=gains.get)
        setting = {"start": _START, "periods": periods, "unit": self._unit, "better": better}
        ax = plots.bars(change.iloc[-1].rename_axis(None))
        ax.axvline(0, color="0.3", lw=1)
        ax.set_title(
            fill(
                "{step} better by {better:.0%}: {gain:+,.0f} {unit}",
                step=_arrow(step),
                gain=gain,
                **setting,
            )
        )
        ax.set_xlabel(
            fill("change of customers, of {start:,} new ones, after {periods} periods", **setting)
        )
        taken = self._shares.loc[step]
        return [
            ax,
            fill(
                "{step}: {before:.1%} take it as it is, {after:.1%} with the better step.",
                step=_arrow(step),
                before=taken,
                after=taken + self._more(step, better),
            ),
            fill(
                "Margin over {periods} periods: {gain:+,.0f} {unit} for {start:,} new customers, "
                "{each:.1f} for each.",
                gain=gain,
                each=gain / _START,
                **setting,
            ),
            fill(
                "Of all steps better by {better:.0%}, {best} brings most: {most:+,.0f} {unit}.",
                best=_arrow(best),
                most=gains[best],
                **setting,
            ),
        ]

    def _gain(self, step, better, periods):
        return float((self._change(step, better, periods) @ self._margin).sum())

    def _change(self, step, better, periods):
        improved = self._improved(step, self._more(step, better))
        return self._follow(improved, periods) - self._follow(self._shares, periods)

    def _more(self, step, better):
        """Return the additional share that takes the step: no more than would be lost."""
        one, following = step
        lost = self._shares.columns[-1]
        return min(better * self._shares.loc[one, following], self._shares.loc[one, lost])

    def _improved(self, step, more):
        one, following = step
        shares = self._shares.copy()
        shares.loc[one, following] += more
        shares.loc[one, shares.columns[-1]] -= more
        return shares

    def _follow(self, shares, periods):
        """Return customers per rung, one row per period from the first after the start."""
        customers = np.zeros(len(shares))
        customers[0] = _START
        path = []
        for _period in range(periods):
            customers = customers @ shares.to_numpy()
            path.append(customers)
        return pd.DataFrame(path, columns=shares.columns)
