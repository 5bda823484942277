"""The app of the sales people, tried where there is no network: edits, and when they arrived.

1. Each account has a seller on the road and a colleague in the office; around a visit both, and
   sometimes another seller, change its record.
2. Devices on the road are offline between two connections: an edit is made at one time, by the
   clock of the device, and arrives later; what a colleague wrote meanwhile was not seen.
3. Some clocks are wrong, by hours or by days, and a few are set right in between.
4. Some uploads come twice, because the receipt was lost.
5. For some accounts, drawn by lot, a journal with the time of the telephone network was kept.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category, day_number, frozen, join, numbered, pick, take, text

_DAY, _HOUR = 24 * 3600, 3600
_VISIT, _NOTE, _PHONE = (world.APP_FIELDS.index(name) for name in ("next_visit", "note", "phone"))
_NOTES = (
    "asks for decaf",
    "new machine planned",
    "wants invoices by mail",
    "tasting in spring",
    "compares prices",
    "moves to another floor",
    "praises the delivery",
    "two more teams",
)
_DEVICES = world.APP_SELLERS + world.APP_DESKS
_ACTIONS = ("set", "add", "append")
_ACTION_OF_FIELD = np.array([_ACTIONS.index(one) for one in world.APP_ACTIONS], np.int8)


@dataclass(frozen=True)
class Edits:
    """Read-only arrays, one element per edit, in true order of time; seconds of the period."""

    customer: np.ndarray  # position of the customer
    device: np.ndarray  # sellers first, then desks
    number: np.ndarray  # of the edit on its device, from 1
    field: np.ndarray  # code of APP_FIELDS
    amount: np.ndarray  # what it says: days, a number, yes or no, packs, a note
    made: np.ndarray  # true time
    ahead: np.ndarray  # of the clock of the device at that time, seconds
    uploaded: np.ndarray  # when it arrived first
    ahead_then: np.ndarray  # of the clock of the device when it arrived
    seen: np.ndarray  # when the device had been connected before
    again: np.ndarray  # when it arrived a second time; 0 for never
    journal: np.ndarray  # bool: the account has a journal


def draw(child, latent):
    """Draw the edits of the trial.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent

    Returns
    -------
    Edits
    """
    rng = child("app.edits")
    who = _accounts(child("app.accounts"), latent)
    owner = rng.integers(0, world.APP_SELLERS, len(who))
    desk = rng.integers(0, world.APP_DESKS, len(who))
    place, made = _times(rng, len(who))
    size = len(place)
    field = pick(rng, world.APP_FIELD_SHARES, size)
    in_office = rng.random(size) < np.take(world.APP_DESK_SHARES, field)
    colleague = rng.random(size) < world.APP_COLLEAGUE_SHARE
    road = np.where(colleague, rng.integers(0, world.APP_SELLERS, size), owner[place])
    device = np.where(in_office, world.APP_SELLERS + desk[place], road)
    number = _count_within(device)
    amount = _amounts(rng, field)
    seen, uploaded, again = _connections(child("app.connections"), device, made)
    ahead = _clocks(child("app.clocks"))
    journal = rng.random(len(who)) < world.APP_JOURNALS
    arrays = {
        "customer": who[place],
        "device": device,
        "number": number,
        "field": field,
        "amount": amount,
        "made": made,
        "ahead": ahead(device, made),
        "uploaded": uploaded,
        "ahead_then": ahead(device, uploaded),
        "seen": seen,
        "again": again,
        "journal": journal[place],
    }
    return Edits(**{name: frozen(np.asarray(values)) for name, values in arrays.items()})


def _accounts(rng, latent):
    """Return the positions of the organisations in the trial; without any, of everybody."""
    among = np.flatnonzero(latent.account > 0)
    among = among if len(among) else np.arange(len(latent.account))
    return np.sort(rng.permutation(among)[: world.APP_ACCOUNTS])


def _times(rng, accounts):
    """Return the place of the account and the true second of each edit, in order of time."""
    begin, end = (day_number(day) for day in world.APP_TRIAL)
    episodes = 1 + rng.poisson(world.APP_EPISODES, accounts)
    of_episode = np.repeat(np.arange(accounts), episodes)
    day = rng.integers(begin, end - 2, len(of_episode))
    edits = 1 + rng.poisson(world.APP_EPISODE_EDITS, len(of_episode))
    place, day = np.repeat(of_episode, edits), np.repeat(day, edits)
    lag = rng.geometric(world.APP_LAG_DAYS, len(place)) - 1
    day = np.minimum(day + lag, end - 1)
    made = day * _DAY + (8 * _HOUR + rng.random(len(place)) * 11 * _HOUR).astype(np.int64)
    order = np.lexsort((place, made))
    return place[order], made[order]


def _count_within(device):
    """Return 1, 2, 3 … for the edits of each device, in the order in which they stand."""
    order = np.argsort(device, kind="stable")
    sorted_ = device[order]
    first = np.searchsorted(sorted_, sorted_, side="left")
    number = np.empty(len(device), np.int64)
    number[order] = np.arange(len(device)) - first + 1
    return number


def _amounts(rng, field):
    """Return what each edit says, as a whole number."""
    size = len(field)
    yes = (rng.random(size) < world.APP_YES_SHARE).astype(np.int64)
    packs = rng.integers(1, 7, size)
    back = rng.random(size) < world.APP_TAKEN_BACK
    choices = [yes, rng.integers(7, 60, size), rng.integers(0, len(_NOTES), size)]
    choices += [rng.integers(0, 10**8, size), np.where(back, -((packs + 1) // 2), packs)]
    return np.choose(field, choices)


def _connections(rng, device, made):
    """Return of each edit when its device was connected before, and after, and once more."""
    begin, end = (day_number(day) * _DAY for day in world.APP_TRIAL)
    tour = rng.permutation(np.repeat([0, 1, 2], _tours()))
    mean = np.take(world.APP_SYNC_HOURS, tour)[:, None] * _HOUR
    gaps = np.ceil(rng.exponential(mean, (world.APP_SELLERS, 400))).astype(np.int64) + 600
    at = begin - _HOUR - gaps[:, :1] + np.cumsum(gaps, axis=1)  # all are connected at the start
    repeated = (rng.random(at.shape) < world.APP_REPEATED) * rng.integers(60, 5400, at.shape)
    at = np.minimum(at, end + 12 * _HOUR + np.arange(world.APP_SELLERS)[:, None])
    # One sorted list for all devices: each has its own stretch of time.
    stretch = np.int64(10) ** 10
    flat = (at + np.arange(world.APP_SELLERS)[:, None] * stretch).ravel()
    on_road = device < world.APP_SELLERS
    mine = np.where(on_road, device, 0)
    after = np.searchsorted(flat, made + mine * stretch, side="left")
    uploaded = np.where(on_road, flat[after] - mine * stretch, made)
    seen = np.where(on_road, flat[after - 1] - mine * stretch, made - 1)
    again = np.where(on_road, repeated.ravel()[after], 0)
    return seen, uploaded, np.where(again > 0, uploaded + again, 0)


def _tours():
    """Return how many sellers have each kind of tour."""
    counts = np.floor(np.array(world.APP_TOUR_SHARES) * world.APP_SELLERS).astype(int)
    counts[0] += world.APP_SELLERS - counts.sum()
    return counts


def _clocks(rng):
    """Return a function of device and time: by how many seconds its clock is ahead."""
    begin, end = (day_number(day) * _DAY for day in world.APP_TRIAL)
    hours = np.concatenate([rng.uniform(low, high, count) for count, low, high in world.APP_CLOCKS])
    sign = np.where(rng.random(len(hours)) < 0.5, -1, 1)
    order = rng.permutation(world.APP_SELLERS)
    ahead = np.zeros(_DEVICES, np.int64)
    ahead[order] = (sign * hours * _HOUR).astype(np.int64)
    right_from = np.full(_DEVICES, np.iinfo(np.int64).max)
    wrong = order[world.APP_CLOCKS[0][0] :]
    mended = rng.permutation(wrong)[: world.APP_SET_RIGHT]
    right_from[mended] = rng.integers(begin + 15 * _DAY, end - 15 * _DAY, world.APP_SET_RIGHT)
    return lambda device, time: np.where(time < right_from[device], ahead[device], 0)


def edits_table(edits, customer_ids):
    """Return one row per edit that arrived, in the order of arrival; some arrived twice."""
    twice = np.flatnonzero(edits.again)
    row = np.concatenate([np.arange(len(edits.made)), twice])
    arrived = np.concatenate([edits.uploaded, edits.again[twice]])
    order = np.lexsort((edits.number[row], edits.device[row], arrived))
    row, arrived = row[order], arrived[order]
    field = edits.field[row]
    return pd.DataFrame(
        {
            "edit_id": text(_edit_ids(edits, row)),
            "device": text(_device_names(edits.device[row])),
            "customer_id": text(take(customer_ids, edits.customer[row])),
            "field": category(world.APP_FIELDS, field),
            "action": category(_ACTIONS, np.take(_ACTION_OF_FIELD, field)),
            "value": text(take(_values(edits), row)),
            "device_time": _moments(edits.made[row] + edits.ahead[row]),
            "sent": _moments(arrived + edits.ahead_then[row]),
            "uploaded": _moments(arrived),
            "seen": _moments(edits.seen[row]),
        }
    )


def journal_table(edits):
    """Return the true time of each edit of the accounts with a journal."""
    row = np.flatnonzero(edits.journal)
    return pd.DataFrame({"edit_id": text(_edit_ids(edits, row)), "made": _moments(edits.made[row])})


def truth_table(edits):
    """Return the true time of every edit, and by how many hours the clock was ahead."""
    ids = text(_edit_ids(edits, np.arange(len(edits.made))))
    return pd.DataFrame(
        {"made": _moments(edits.made), "hours_ahead": edits.ahead / _HOUR},
        index=pd.Index(ids, name="edit_id"),
    )


def _edit_ids(edits, row):
    return join(_device_names(edits.device[row]), numbered("-", edits.number[row], 4))


def _device_names(device):
    on_road = device < world.APP_SELLERS
    number = np.where(on_road, device, device - world.APP_SELLERS) + 1
    return join(take(["D", "A"], on_road.astype(int)), numbered("", number, 2))


def _values(edits):
    """Return what each edit says, as text."""
    amount, field = edits.amount, edits.field
    day = world.FIRST_DAY + (edits.made // _DAY).astype("timedelta64[D]")
    visit = np.datetime_as_string(day + np.where(field == _VISIT, amount, 0), unit="D")
    note = np.take(_NOTES, np.where(field == _NOTE, amount, 0))
    digits = np.char.zfill(np.where(field == _PHONE, amount, 0).astype(str), 9)
    words = [np.take(["no", "yes"], np.clip(amount, 0, 1)), visit, note]
    words += [np.char.add("12", digits), np.char.mod("%+d", amount)]
    return np.choose(field, words).tolist()


def _moments(seconds):
    start = world.FIRST_DAY.astype("datetime64[s]")
    return (start + np.asarray(seconds).astype("timedelta64[s]")).astype("datetime64[us]")
