"""Whom to visit, and in which order: plans of a day by value, distance and time windows.

1. A place has a value of a visit, a time in which the visit can begin, and its minutes.
2. :func:`plan_visits` chooses places and orders them, so that the value of the visits less the
   cost of the way is as high as it can find. The problem is the team orienteering problem with
   time windows; PyVRP (Wouda, Lan & Kool 2024) searches, with prizes for the places visited.
3. :func:`visits_in_order` is what a person does without it: one place after the other, by a list
   or always to the nearest; what cannot be reached in time is left out.

All numbers that a plan hangs on are whole (hundreds of metres, minutes, fen) and the search ends
after so many steps, never by the clock: every machine finds the same plan.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import integer, lengths_of_time, numbers, steady, table_columns
from crmlab.errors import CRMError

OFFICE = "office"
DETOUR = 1.3  # km on streets for a km as the crow flies
_COLUMNS = ["x", "y", "opens", "closes", "minutes"]


def plan_visits(
    places, people=1, *, day=(510, 1050), per_km=1.2, speed=30.0, iterations=1000, seed=1
):
    """Plan who visits whom in which order, for the highest value less the cost of the way.

    Parameters
    ----------
    places : pandas.DataFrame
        Index: names of the places. ``x``, ``y``: km east and north of the office, from which all
        start and to which all return; ``opens``, ``closes``: the first and the last minute (since
        midnight) at which a visit can begin; ``minutes`` of a visit; ``value`` of it, yuan.
    people : int, default 1
        Who visit.
    day : tuple of int, default 8:30 to 17:30
        Minute of leaving the office at the earliest, and of being back at the latest.
    per_km : float, default 1.2
        Cost of the way, yuan a km, to a tenth.
    speed : float, default 30
        km an hour.
    iterations : int, default 1000
        Steps of the search.
    seed : int, default 1
        Of its luck.

    Returns
    -------
    pandas.DataFrame
        A row per visit and, last of each person, one for the way home to the ``office``:
        ``person`` (1, 2, …), ``place``, ``km`` driven to it, ``arrives``, ``begins`` and ``leaves``
        (minutes since midnight), and ``value``.

    Raises
    ------
    CRMError
        If a column is missing or a number cannot be used.

    References
    ----------
    Wouda, N. A., Lan, L., and Kool, W. (2024). PyVRP: a high-performance VRP solver package.
    *INFORMS Journal on Computing* 36(4), 943–955.
    """
    from pyvrp import Model
    from pyvrp.stop import MaxIterations

    people = integer(people, "people", 1)
    places = _checked(places)
    way, minutes = _ways(places, speed)
    model = Model()
    spots = [model.add_location(0, 0) for _place in range(len(places) + 1)]
    depot = model.add_depot(spots[0])
    for spot, place in zip(spots[1:], places.itertuples(), strict=True):
        model.add_client(
            spot,
            service_duration=int(place.minutes),
            tw_early=int(place.opens),
            tw_late=int(place.closes),
            prize=max(round(100 * place.value), 0),
            required=False,
        )
    model.add_vehicle_type(
        people,
        start_depot=depot,
        end_depot=depot,
        tw_early=int(day[0]),
        tw_late=int(day[1]),
        unit_distance_cost=round(10 * per_km),
    )
    for start, spot in enumerate(spots):
        for end, other in enumerate(spots):
            if start != end:
                model.add_edge(spot, other, int(way[start, end]), int(minutes[start, end]))
    found = model.solve(
        MaxIterations(iterations), seed=seed, collect_stats=False, display=False
    ).best
    routes = [[step.idx for step in route if step.is_client()] for route in found.routes()]
    parts = [
        _walk(places, places.index[route], day, way, minutes, person)
        for person, route in enumerate(sorted(routes), 1)
    ]
    return pd.concat(parts, ignore_index=True) if parts else _walk(places, [], day, way, minutes, 1)


def visits_in_order(places, order=None, *, day=(510, 1050), speed=30.0, person=1):
    """Say what becomes of a day on which one person drives from place to place without a plan.

    Parameters
    ----------
    places : pandas.DataFrame
        As in :func:`plan_visits`.
    order : sequence, optional
        Names of places, in the order in which they are tried: one at which the visit could not
        begin in time, or after which the office could not be reached in time, is left out. Without
        it, the person drives to the nearest place that is open on arrival or, where there is
        none, to the one that opens first.
    day, speed
        As in :func:`plan_visits`.
    person : int, default 1
        Whose day it is.

    Returns
    -------
    pandas.DataFrame
        As :func:`plan_visits`.

    Raises
    ------
    CRMError
        If a column is missing, a number cannot be used, or a name is not there.
    """
    places = _checked(places)
    way, minutes = _ways(places, speed)
    if order is None:
        return _walk(places, None, day, way, minutes, person)
    unknown = [name for name in order if name not in places.index]
    if unknown:
        raise CRMError("There is no place {name!r}.", name=unknown[0])
    return _walk(places, list(order), day, way, minutes, person)


def _checked(places):
    columns = table_columns(places, _COLUMNS)
    if "value" not in places:
        columns = columns.assign(value=0.0)
    else:
        columns = columns.assign(value=numbers(places["value"], "value"))
    if not places.index.is_unique:
        raise CRMError("A place stands twice in the table of places.")
    lengths_of_time(columns["minutes"], "minutes")
    if (columns["opens"] > columns["closes"]).any():
        raise CRMError("A place closes before it opens.")
    return columns


def _ways(places, speed):
    """Return hundreds of metres and minutes between the office (0) and the places, whole."""
    spot = np.vstack([[0.0, 0.0], places[["x", "y"]].to_numpy(float)])
    apart = np.hypot(*(spot[:, None] - spot).transpose(2, 0, 1))
    way = np.rint(steady(10 * DETOUR * apart)).astype(int)
    return way, np.ceil(steady(way * 6 / speed)).astype(int)


def _walk(places, order, day, way, minutes, person):
    """Follow an order of names, or always drive to the nearest place where it is None."""
    number = {name: place for place, name in enumerate(places.index, 1)}
    left = list(places.index) if order is None else list(order)
    columns = (places[name].to_numpy() for name in ("opens", "closes", "minutes", "value"))
    opens, closes, stays, value = (np.append(0, one) for one in columns)
    rows, here, now = [], 0, int(day[0])

    def can(name):
        there = number[name]
        begins = max(now + minutes[here, there], opens[there])
        back = begins + stays[there] + minutes[there, 0]
        return begins <= closes[there] and back <= day[1]

    while left:
        if order is None:
            left = [name for name in left if can(name)]
            if not left:
                break
            name = min(left, key=lambda one: _first(number[one], here, now, way, minutes, opens))
        else:
            name = left[0]
        left.remove(name)
        if can(name):
            there = number[name]
            arrives = now + minutes[here, there]
            begins = max(arrives, opens[there])
            now = int(begins + stays[there])
            rows.append((name, way[here, there] / 10, arrives, begins, now, value[there]))
            here = there
    home = now + minutes[here, 0]
    rows.append((OFFICE, way[here, 0] / 10, home, home, home, 0.0))
    names = ["place", "km", "arrives", "begins", "leaves", "value"]
    table = pd.DataFrame(rows, columns=names).astype(
        {"arrives": "int64", "begins": "int64", "leaves": "int64", "value": "float64"}
    )
    table.insert(0, "person", person)
    return table


def _first(there, here, now, way, minutes, opens):
    """Return what is driven to first: the nearest that is open, else what opens first."""
    closed = opens[there] > now + minutes[here, there]
    return (closed, opens[there] if closed else way[here, there], there)
