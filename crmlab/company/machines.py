"""Espresso machines that report their use: services, breakdowns, and weeks of silence.

1. Each machine makes cups at a pace of its own, in a firm or at home, with the seasons and luck.
2. It breaks down by use: the cups since the last service until a breakdown follow a Weibull
   distribution whose shape says that it wears, and whose scale is smaller with hard water.
3. Half a year (firms) or a year (homes) after the last service a reminder is sent; most lead to
   a service, the others are never followed. Service and repair both make it as good as new.
4. Machines report the counter of cups once a week, unless they have no network; the counter
   goes on.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gamma

from crmlab.company import world
from crmlab.company.draws import category, dates, day_number, frozen, numbered, take, text

EVENTS = ("reminder", "service", "breakdown")
_REMINDER, _SERVICE, _BREAKDOWN = range(len(EVENTS))
_WEEKS = -(-world.DAYS // 7)


@dataclass(frozen=True)
class Fleet:
    """Read-only arrays, one element per machine; `cups` and `hours` per week of the period too."""

    customer: np.ndarray  # position of the owner
    site: np.ndarray  # code of SITES
    installed: np.ndarray  # day
    hardness: np.ndarray  # of the water, °dH
    pace: np.ndarray  # cups a day over a year
    scale: np.ndarray  # Weibull scale, cups
    cups: np.ndarray  # (machines, weeks + 1): the counter at the start of each week
    hours: np.ndarray  # the same of hours switched on
    silent: np.ndarray  # last weeks without a report


@dataclass(frozen=True)
class Events:
    """Read-only arrays, one element per event, in order of time."""

    machine: np.ndarray
    day: np.ndarray  # with its fraction
    kind: np.ndarray  # code of EVENTS


def draw(rng, customers):
    """Draw the machines and their use.

    Parameters
    ----------
    rng : numpy.random.Generator
    customers : int
        Customers of the company: the owners are among them.

    Returns
    -------
    Fleet
    """
    n = world.MACHINES
    site = (rng.random(n) >= world.FIRM_MACHINES).astype(np.int8)
    installed = np.floor(rng.random(n) * day_number(world.MACHINE_LAST_DAY)).astype(np.int64)
    mean, sd, limits = world.HARDNESS
    hardness = np.clip(np.rint(rng.normal(mean, sd, n)), *limits)
    median, sigma = np.array(world.MACHINE_CUPS)[site].T
    pace = median * np.exp(sigma * rng.normal(size=n))
    wear = world.WEAR_BY_HARDNESS * (hardness - mean) + world.WEAR_SIGMA * rng.normal(size=n)
    month = dates(7 * np.arange(_WEEKS)).astype("datetime64[M]").astype(int) % 12
    luck = np.exp(world.MACHINE_WEEK_SIGMA * rng.normal(size=(n, _WEEKS)))
    weekly = 7 * pace[:, None] * np.array(world.MACHINE_MONTHS)[site][:, month] * luck
    median, sigma = np.array(world.MACHINE_HOURS)[site].T
    on = median * np.exp(sigma * rng.normal(size=n))
    open_ = np.clip(7 * np.arange(_WEEKS) + 7 - installed[:, None], 0, 7) / 7
    silence = rng.integers(*world.SILENT_WEEKS, n, endpoint=True)
    silent = np.where(rng.random(n) < world.SILENT_SHARE, silence, 0)
    arrays = {
        "customer": rng.integers(0, customers, n),
        "site": site,
        "installed": installed,
        "hardness": hardness.astype(np.int64),
        "pace": pace,
        "scale": world.WEAR_SCALE * np.exp(wear),
        "cups": _counted(weekly * open_),
        "hours": _counted(on[:, None] * open_),
        "silent": silent,
    }
    return Fleet(**{name: frozen(values) for name, values in arrays.items()})


def _counted(weekly):
    return np.hstack([np.zeros((len(weekly), 1)), np.cumsum(weekly, axis=1)])


def counter(cups, machine, day):
    """Return the counter of machines on days (with fraction), between the starts of weeks."""
    week = np.clip(np.floor(np.asarray(day) / 7).astype(np.int64), 0, _WEEKS - 1)
    start, end = cups[machine, week], cups[machine, week + 1]
    return start + (end - start) * (day / 7 - week)


def reached(cups, machine, count):
    """Return the day (with fraction) on which counters reach a count; infinite if they do not."""
    stretch = 1.0 + cups.max()
    flat = (cups + stretch * np.arange(len(cups))[:, None]).ravel()
    place = np.searchsorted(flat, count + stretch * machine, side="left")
    week = place - machine * cups.shape[1]
    never = (week >= cups.shape[1]) | (count > cups[machine, -1])
    week = np.clip(week, 1, cups.shape[1] - 1)
    start, end = cups[machine, week - 1], cups[machine, week]
    part = (count - start) / np.maximum(end - start, 1e-9)
    return np.where(never, np.inf, 7 * (week - 1 + part))


def draw_events(rng, fleet):
    """Draw what happened to the machines under the habit: reminders, services, breakdowns."""
    n = len(fleet.site)
    everybody, begin = np.arange(n), fleet.installed.astype(float)
    found = []
    while (begin < world.DAYS).any():
        luck, mood, wait = rng.random((3, n))
        start = counter(fleet.cups, everybody, np.minimum(begin, world.DAYS - 1e-6))
        life = fleet.scale * (-np.log1p(-luck)) ** (1 / world.WEAR_SHAPE)
        breaks = reached(fleet.cups, everybody, start + life)
        reminder = begin + np.take(world.SERVICE_DAYS, fleet.site)
        low, high = world.HEEDED_AFTER
        service = np.where(mood < world.HEEDED_SHARE, reminder + low + (high - low) * wait, np.inf)
        end = np.minimum(breaks, service)
        found.append((reminder, _REMINDER, reminder <= np.minimum(end, world.DAYS - 1)))
        found.append((service, _SERVICE, service < breaks))
        found.append((breaks, _BREAKDOWN, breaks <= service))
        begin = np.where(begin < world.DAYS, end, np.inf)
    return _in_order(found, everybody)


def _in_order(found, everybody):
    machine, day, kind = [], [], []
    for when, what, happened in found:
        who = everybody[happened & (when < world.DAYS)]
        machine.append(who)
        day.append(when[who])
        kind.append(np.full(len(who), what, np.int8))
    machine, day, kind = (np.concatenate(part) for part in (machine, day, kind))
    order = np.lexsort((kind, machine, day))
    return Events(*(frozen(part[order]) for part in (machine, day, kind)))


def machines_table(fleet, customer_ids):
    """Return one row per machine."""
    return pd.DataFrame(
        {
            "machine_id": text(machine_ids()),
            "customer_id": text(take(customer_ids, fleet.customer)),
            "site": category(world.SITES, fleet.site),
            "installed": dates(fleet.installed),
            "hardness": fleet.hardness.copy(),
        }
    )


def machine_ids():
    return numbered("M", np.arange(1, world.MACHINES + 1), 3)


def events_table(fleet, events):
    """Return one row per reminder, service or breakdown, in order of time."""
    day = np.floor(events.day)
    return pd.DataFrame(
        {
            "machine_id": text(take(machine_ids(), events.machine)),
            "date": dates(day),
            "event": category(EVENTS, events.kind),
            "cups": np.rint(counter(fleet.cups, events.machine, events.day)).astype(np.int64),
            "hours": np.rint(counter(fleet.hours, events.machine, events.day)).astype(np.int64),
        }
    )


def reports_table(rng, fleet):
    """Return one row per machine and Sunday on which its counters arrived."""
    first = -(-day_number(world.REPORTING_SINCE) // 7)
    sunday = 7 * np.arange(first, _WEEKS)  # the period begins on a Sunday
    week = np.arange(first, _WEEKS)
    lost = rng.random((world.MACHINES, len(week))) < world.LOST_REPORT
    there = (sunday > fleet.installed[:, None]) & ~lost
    there &= week < _WEEKS - fleet.silent[:, None]
    machine, place = np.nonzero(there)
    order = np.lexsort((machine, place))
    machine, place = machine[order], place[order]
    return pd.DataFrame(
        {
            "machine_id": text(take(machine_ids(), machine)),
            "date": dates(sunday[place]),
            "cups": np.rint(fleet.cups[machine, week[place]]).astype(np.int64),
            "hours": np.rint(fleet.hours[machine, week[place]]).astype(np.int64),
        }
    )


def truth_table(fleet):
    """Return the pace and the wear of each machine, and its counter at the end of the data."""
    everybody = np.arange(len(fleet.site))
    return pd.DataFrame(
        {
            "cups_a_day": fleet.pace * np.array(world.MACHINE_MONTHS).mean(axis=1)[fleet.site],
            "shape": world.WEAR_SHAPE,
            "scale": fleet.scale.copy(),
            "mean_life": fleet.scale * gamma(1 + 1 / world.WEAR_SHAPE),
            "cups": counter(fleet.cups, everybody, float(world.DAYS)),
        },
        index=pd.Index(text(machine_ids()), name="machine_id"),
    )
