"""A day of visits: who, how long, how dear the way; and the plan that follows.

1. More people or a longer day reach more places; the best are taken first, so each brings less.
2. A dearer way makes the plan leave out what lies far away.
"""

from functools import cache, partial

import matplotlib.pyplot as plt

from crmlab import plots
from crmlab.arguments import integer, numbers
from crmlab.language import fill
from crmlab.language import gettext as _
from crmlab.segmentation.visits import OFFICE, plan_visits
from crmlab.widgets.panel import explore, slider

_ITERATIONS = 400  # steps of the search: a slider must answer soon
_STARTS = 510  # minutes since midnight


def visit_explorer(places, people=3, per_km=1.2, unit="yuan"):
    """Show the plan of a day on the map, and what one person more would bring.

    Parameters
    ----------
    places : pandas.DataFrame
        As in :func:`crmlab.plan_visits`.
    people : int, default 3
        Where its slider starts: who visit.
    per_km : float, default 1.2
        The same: cost of the way, money a km.
    unit : str, default "yuan"
        Of money; translated.

    Raises
    ------
    CRMError
        If the table cannot be planned with.
    """
    day = _Day(places, unit)
    start = {"people": integer(people, "people", 1), "ends": 17.5}
    start["per_km"] = float(numbers(per_km, "per_km"))
    explore(day.draw, partial(day.draw, **start), partial(_controls, start))


def _controls(start):
    return {
        "people": slider(_("people"), start["people"], 1, max(start["people"], 5)),
        "ends": slider(_("the day ends at, hour"), start["ends"], 12.0, 19.5, 0.5),
        "per_km": slider(_("cost of a km"), start["per_km"], 0.0, 12.0, 0.2),
    }


class _Day:
    """The places, and the best plan found for any day."""

    def __init__(self, places, unit):
        self._places, self._unit = places, unit
        self.plan = cache(self._plan)

    def _plan(self, people, ends, per_km):
        """Return the plan and what it brings, less the cost of its way."""
        found = plan_visits(
            self._places,
            people,
            day=(_STARTS, round(60 * ends)),
            per_km=per_km,
            iterations=_ITERATIONS,
        )
        return found, found["value"].sum() - per_km * found["km"].sum()

    def draw(self, people, ends, per_km):
        """Return the map of the plan, and what it says."""
        found, gain = self.plan(people, ends, per_km)
        _more, with_one = self.plan(people + 1, ends, per_km)
        visited = self._places.index.isin(found["place"])
        _fig, ax = plt.subplots(figsize=(7.5, 5.2))
        out = self._places[~visited]
        ax.scatter(out["x"], out["y"], color="0.7", s=20, label=_("left out"))
        for person, stops in found.groupby("person"):
            route = self._places.reindex(stops["place"])[["x", "y"]].fillna(0.0)
            name = fill("person {number}", number=person)
            east, north = [0.0, *route["x"]], [0.0, *route["y"]]
            ax.plot(east, north, "o-", ms=4, color=plots.PALETTE[(person - 1) % 10], label=name)
        ax.plot(0, 0, "s", color="black", ms=8, label=_(OFFICE))
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        facts = {"visits": int(visited.sum()), "gain": gain, "unit": self._unit}
        ax.set_title(fill("{visits} visits bring {gain:,.0f} {unit} after the way", **facts))
        ax.set_xlabel(_("km east of the office"))
        ax.set_ylabel(_("km north of the office"))
        alt = _("Map: the ways of the people who visit, and the places left out.")
        return [
            plots.with_alt(ax, alt),
            fill(
                "{km:,.0f} km. One person more would bring {more:,.0f} {unit}.",
                km=found["km"].sum(),
                more=with_one - gain,
                unit=self._unit,
            ),
        ]
