"""Journeys of customers across channels, and what goes wrong on the way.

1. A wish to buy comes at a personal rate, and begins online or in the shop.
2. Online it goes from step to step, or ends; who leaves may buy in the shop instead, come back
   within days, or is lost.
3. Three things annoy: a lost session at the app's payment, a parcel that finds nobody at home,
   and a long wait on the telephone. The first loses this purchase, the others may lose the next.
4. Complaints and returns are journeys of their own.

Each channel knows a customer by an id of its own (`journey_ids`). Every wish that does come has its
luck drawn beforehand, so that it is known what would have been without a pain.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    day_number,
    events,
    frozen,
    numbered,
    pick,
    text,
    timestamps,
)
from crmlab.company.latent import active
from crmlab.company.sales import expected_order, time_of_day

APP, WEB, SHOP, PHONE, DELIVERY = range(len(world.TOUCH_CHANNELS))
BUY, COMPLAIN, RETURN = range(len(world.JOURNEYS))
STEP = {name: code for code, name in enumerate(world.STEPS)}
QUEUE, LOGIN, PARCEL = range(len(world.PAINS))
_NEVER = np.iinfo(np.int64).max // 4
_HOUR = 60


@dataclass(frozen=True)
class Journeys:
    """Read-only arrays: of the events, in order of time, and of the wishes to buy."""

    customer: np.ndarray  # per event: position of the customer
    minute: np.ndarray  # minutes since the first day of the period
    channel: np.ndarray  # code of TOUCH_CHANNELS
    copy: np.ndarray  # which of the customer's ids in the channel; -1 where none is shown
    kind: np.ndarray  # code of JOURNEYS
    number: np.ndarray  # of the journey: a wish to buy, a complaint or a return
    step: np.ndarray  # code of STEPS
    waited: np.ndarray  # minutes
    failed: np.ndarray  # bool
    amount: np.ndarray  # yuan; missing but for payments
    pain: np.ndarray  # code of PAINS; -1 for none
    lost: np.ndarray  # (pains, customers): purchases that a pain has cost
    after: np.ndarray  # bool: the step after a lost session or a missed parcel
    carts: "Carts"


@dataclass(frozen=True)
class Carts:
    """Read-only arrays, one element per cart whose owner could be reminded."""

    wish: np.ndarray  # number of the journey
    customer: np.ndarray
    minute: np.ndarray  # of the cart
    sent: np.ndarray  # minute of the reminder, or of when it would have gone out
    reminded: np.ndarray  # bool, by lot
    cost: np.ndarray  # yuan: of the message, and of a voucher used
    bought: np.ndarray  # bool: had bought before that minute
    back: np.ndarray  # bool: pays later of its own accord


def draw(child, latent, reachable):
    """Draw all journeys of the log.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    reachable : ndarray of bool
        (customers, 2): whether each of a customer's two web browsers has an address for mail.

    Returns
    -------
    Journeys
    """
    habits = _habits(child("journeys.people"), latent)
    wishes = _wishes(child("journeys.wishes"), latent, habits)
    calls = _calls(child("journeys.calls"), habits, wishes)
    comes, lost_by = _who_comes(wishes, calls)
    carts, added_at = _carts(child("cart_test"), wishes, comes, reachable)
    parts = [*_online(wishes, comes, added_at), *_in_the_shop(wishes, comes)]
    parts += _parcels(wishes, comes, added_at)
    parts += _complaining(calls, comes, len(comes))
    parts += _returning(child("journeys.returns"), wishes, comes, len(calls["minute"]))
    amount = expected_order(latent)[0][wishes["customer"]] * wishes["size"]
    lost = _lost(latent, wishes, comes, lost_by, added_at)
    return _log(parts, amount, lost, carts)


def _habits(rng, latent):
    """Return what each customer uses, and when the customer can be met (days)."""
    n, start = len(latent.group), day_number(world.JOURNEY_FROM)
    met = (latent.account == 0) & (latent.first_channel != world.CHANNELS.index("dealer"))
    met &= active(latent, start)
    uniform = rng.random((2, n))
    end = np.minimum(latent.leaves, day_number(world.JOURNEY_TO) + 1.0)
    return {
        "app": uniform[0] < world.APP_USERS,
        "card": uniform[1] < world.CARD_HELD,
        "by_shop": (latent.first_channel == world.CHANNELS.index("shop")).astype(int),
        "begin": np.full(n, float(start)),
        "end": np.where(met, end, 0.0),
        "rate": latent.rate,
        "group": latent.group,
    }


def _wishes(rng, latent, habits):
    """Draw every wish to buy and its luck, in order of customer and time."""
    rate = habits["rate"] * world.WISHES_PER_ORDER
    customer, day = events(rng, rate, habits["begin"], habits["end"])
    minute = np.floor(day).astype(np.int64) * MINUTES_PER_DAY
    minute += time_of_day(rng, habits["group"][customer])
    order = np.lexsort((minute, customer))
    customer, minute = customer[order], minute[order]
    n, luck = len(customer), rng.random((15, len(customer)))
    by_shop, has_app = habits["by_shop"][customer], habits["app"][customer]
    wishes = {"customer": customer, "minute": minute}
    wishes["online"] = luck[0] < np.take(world.BEGINS_ONLINE, by_shop)
    wishes["device"] = device = np.where(has_app & (luck[1] < world.BY_APP), APP, WEB)
    other = has_app & (luck[2] < world.OTHER_DEVICE)
    wishes["pay_device"] = np.where(other, APP + WEB - device, device)
    wishes["cookie"] = (luck[3] < world.SECOND_COOKIE).astype(np.int8)
    wishes["card"] = np.where(habits["card"][customer] & (luck[4] < world.CARD_SHOWN), 0, -1)
    wishes["cart"] = wishes["online"] & (luck[5] < world.TO_CART)
    wishes["pay"] = wishes["cart"] & (luck[6] < world.TO_PAY)
    willing = wishes["pay"] & (luck[7] < world.PAYS)
    in_app = wishes["pay_device"] == APP
    wishes["again"] = wishes["pay"] & in_app & (luck[8] < world.LOGIN_SHARE)
    wishes["annoyed"] = willing & wishes["again"] & (luck[9] < world.LOGIN_LEFT)
    wishes["paid"] = willing & ~wishes["annoyed"]
    wishes["instead"] = luck[10] < np.take(world.SHOP_INSTEAD, by_shop)
    wishes["back"] = luck[11] < world.COMES_BACK
    wishes["missed"] = luck[12] < world.MISSED_SHARE
    wishes["goes"] = luck[13] < world.MISSED_LOSES  # after a missed parcel
    wishes["remembers"] = luck[14]  # for the reminder
    wishes["size"] = _sizes(rng, n)
    return wishes | _times(rng, wishes, other)


def _sizes(rng, n):
    sigma = world.ORDER_VALUE_SIGMA
    return np.exp(sigma * rng.normal(size=n) - sigma**2 / 2)


def _times(rng, wishes, other):
    """Return the minute of each step of every wish; `_NEVER` for what does not happen."""
    n = len(other)
    steps = 1 + rng.integers(1, 8, (3, n))
    change = rng.integers(5, 8 * _HOUR, n)
    wait = {"login": 1 + rng.poisson(world.LOGIN_MINUTES - 1, n)}
    wait |= {"home": 5 + rng.poisson(world.MISSED_MINUTES - 5, n), "door": rng.poisson(2.0, n)}
    at_cart = wishes["minute"] + steps[0]
    at_pay = at_cart + steps[1] + np.where(other, change, 0)
    last = np.where(wishes["cart"], at_cart, wishes["minute"])
    last = np.where(wishes["pay"], at_pay + wishes["again"], last)
    shape, mean = world.SHOP_HOURS
    low, high = world.BACK_HOURS
    later = last + (_HOUR * (0.5 + rng.gamma(shape, mean / shape, n))).astype(np.int64)
    back_at = last + (_HOUR * rng.uniform(low, high, n)).astype(np.int64)
    left = wishes["online"] & ~wishes["paid"]
    in_shop = ~wishes["online"] | (left & wishes["instead"])
    backs = left & wishes["cart"] & ~wishes["instead"] & wishes["back"]
    paid_at = np.where(backs, back_at, _NEVER)
    done = at_pay + steps[2] + wishes["again"] * wait["login"]
    paid_at = np.where(wishes["paid"], done, paid_at)
    day = paid_at // MINUTES_PER_DAY + rng.integers(*world.PARCEL_DAYS, n, endpoint=True)
    hour = rng.integers(9 * _HOUR, 20 * _HOUR, (2, n))
    return {
        "at_cart": at_cart,
        "at_pay": at_pay,
        "backs": backs,
        "paid_at": paid_at,
        "shop_at": np.where(in_shop, np.where(wishes["online"], _open(later), last), _NEVER),
        "door_at": day * MINUTES_PER_DAY + hour[0],
        "again_at": (day + 1) * MINUTES_PER_DAY + hour[1],
        **{f"{name}_wait": minutes for name, minutes in wait.items()},
    }


def _open(minute):
    """Move minutes of the night, from 22:00 to 8:00, into the opening hours that follow."""
    hour = minute % MINUTES_PER_DAY
    minute = np.where(hour < 8 * _HOUR, minute + 8 * _HOUR, minute)
    return np.where(hour >= 22 * _HOUR, minute + 11 * _HOUR, minute)


def _calls(rng, habits, wishes):
    """Draw every complaint or question: by itself, or about a purchase of a wish."""
    n = len(wishes["minute"])
    rate = np.full(len(habits["rate"]), world.CALLS_PER_YEAR)
    caller, day = events(rng, rate, habits["begin"], habits["end"])
    own = (day * MINUTES_PER_DAY).astype(np.int64)
    has_parcel, in_shop = wishes["paid_at"] < _NEVER, wishes["shop_at"] < _NEVER
    chance = np.where(wishes["missed"], world.MISSED_CALLS, world.PARCEL_CALLS)
    chance = np.where(has_parcel, chance, np.where(in_shop, world.SHOP_CALLS, 0.0))
    about = np.flatnonzero(rng.random(n) < chance)
    bought = np.where(has_parcel, wishes["again_at"], wishes["shop_at"])[about]
    wish = np.concatenate([np.full(len(own), -1), about])
    customer = np.concatenate([caller, wishes["customer"][about]])
    minute = _open(np.concatenate([own, bought + rng.integers(30, 2880, len(about))]))
    count, luck = len(minute), rng.random((6, len(minute)))
    channel = pick(rng, world.CONTACT_SHARES, count)
    channel = np.where((channel == APP) & ~habits["app"][customer], WEB, channel)
    phone = channel == PHONE
    monday = (minute // MINUTES_PER_DAY + world.FIRST_DAY.astype(int) + 3) % 7 == 0
    busy = luck[0] < np.where(monday, world.BUSY_MONDAY, world.BUSY_SHARE)
    waits = rng.gamma(2.0, 0.5, (2, count)) * np.take(world.CONTACT_MINUTES, (phone & busy) * 1)
    waits = np.rint(waits).astype(np.int64)
    long = phone & (waits[0] > world.LONG_WAIT)
    return {
        "wish": wish,
        "customer": customer,
        "minute": minute,
        "channel": channel,
        "copy": (phone & (luck[1] < world.ID_OTHER_PHONE)).astype(np.int8),
        "waits": waits,
        "long": long,
        "hangs_up": long & (luck[2] < world.HANGS_UP),
        "next": _open(minute + waits[0] + rng.integers(_HOUR, 30 * _HOUR, count)),
        "told": luck[3] < np.where(phone, *world.TOLD_AGAIN),
        "solved": luck[4] < world.SOLVED,
        "takes": rng.integers(2, 3 * MINUTES_PER_DAY, count),
        "goes": long & (luck[5] < world.QUEUE_LOSES),
    }


def _who_comes(wishes, calls):
    """Return which wishes come, and of the others the pain that sent them elsewhere.

    A pain that has its effect takes the customer's next wish after it; a wish that does not
    come brings no pain. So the first wishes of all are settled first, then the second ones.
    """
    customer, minute = wishes["customer"], wishes["minute"]
    n = len(customer)
    by_parcel = np.where(
        (wishes["paid_at"] < _NEVER) & wishes["missed"] & wishes["goes"], wishes["door_at"], _NEVER
    )
    by_call = np.full(n, _NEVER)
    about = np.flatnonzero((calls["wish"] >= 0) & calls["goes"])
    by_call[calls["wish"][about]] = calls["minute"][about]
    lost_by = np.full(n, -1, np.int8)
    lost_by[_next_wish(wishes, calls)] = QUEUE
    first = np.r_[True, customer[1:] != customer[:-1]][:n]
    place = np.arange(n) - np.maximum.accumulate(np.where(first, np.arange(n), 0))
    for step in range(1, place.max(initial=0) + 1):
        rows = np.flatnonzero(place == step)
        before = rows - 1
        came = lost_by[before] < 0
        for pain, at in ((QUEUE, by_call), (PARCEL, by_parcel)):
            lost_by[rows[came & (at[before] < minute[rows])]] = pain
    return lost_by < 0, lost_by


def _next_wish(wishes, calls):
    """Return the wishes that come next after calls by themselves that lose them."""
    calling = np.flatnonzero((calls["wish"] < 0) & calls["goes"])
    span = np.int64(world.DAYS * 4 * MINUTES_PER_DAY)
    of_wish = wishes["customer"] * span + wishes["minute"]
    of_call = calls["customer"][calling] * span + calls["minute"][calling]
    place = np.searchsorted(of_wish, of_call, side="right")
    within = place < len(of_wish)
    place, who = place[within], calls["customer"][calling][within]
    return place[wishes["customer"][place] == who]


def _carts(rng, wishes, comes, reachable):
    """Draw the reminder by lot: of carts that the web shop holds for left, a day later.

    Returns
    -------
    carts : Carts
    added_at : ndarray
        Per wish, the minute of a payment that the reminder adds; `_NEVER` for none.
    """
    n = len(comes)
    luck, days = rng.random((2, n)), rng.exponential(world.REMINDER_BACK_DAYS, n)
    sent = wishes["at_cart"] + world.REMINDER_HOURS * _HOUR
    same = wishes["paid"] & (wishes["device"] == wishes["pay_device"])
    known = (wishes["device"] == APP) | reachable[wishes["customer"], wishes["cookie"]]
    begin, end = (day_number(day) * MINUTES_PER_DAY for day in _TEST)
    left = comes & wishes["cart"] & ~same & known & (sent >= begin) & (sent < end)
    bought_at = np.minimum(wishes["paid_at"], wishes["shop_at"])
    bought = bought_at < sent
    valid = sent + world.REMINDER_DAYS * MINUTES_PER_DAY
    back = ~bought & (bought_at < valid)
    reminded = luck[0] < 0.5
    adds = left & reminded & ~bought & (bought_at == _NEVER)
    adds &= wishes["remembers"] < world.REMINDER_ADDS
    chance = np.where(bought, world.VOUCHER_USED[1], world.VOUCHER_USED[0] * (back | adds))
    used = reminded & (luck[1] < chance)
    cost = reminded * (world.REMINDER_COST + world.REMINDER_VOUCHER * used)
    which = np.flatnonzero(left)
    which = which[np.argsort(sent[which], kind="stable")]
    arrays = {"customer": wishes["customer"], "minute": wishes["at_cart"], "sent": sent}
    arrays |= {"reminded": reminded, "cost": cost, "bought": bought, "back": back}
    found = {name: frozen(array[which]) for name, array in arrays.items()}
    soon = sent + 5 + np.minimum(days * MINUTES_PER_DAY, 13 * MINUTES_PER_DAY).astype(np.int64)
    return Carts(wish=frozen(which), **found), np.where(adds, soon, _NEVER)


_TEST = (world.CART_TEST_FROM, world.CART_TEST_TO + np.timedelta64(1))


def _part(which, source, kind, number, step, minute, channel, **more):
    """Return events of one step: those of `source` in `which`."""
    which = np.flatnonzero(which)
    n = len(which)
    columns = {"waited": 0, "failed": False, "pain": -1, "copy": 0, "after": False, "pays": False}
    columns |= {"minute": minute, "channel": channel} | more
    part = {
        name: np.broadcast_to(values, len(source["minute"]))[which]
        for name, values in columns.items()
    }
    part |= {"customer": source["customer"][which], "number": number + which}
    return part | {"kind": np.full(n, kind, np.int8), "step": np.full(n, STEP[step], np.int8)}


def _online(wishes, comes, added_at):
    """Return the steps of wishes in the app and on the web."""
    device, pay_device = wishes["device"], wishes["pay_device"]
    copy = np.where(device == WEB, wishes["cookie"], 0)
    pay_copy = np.where(pay_device == WEB, wishes["cookie"], 0)
    back = {"channel": device, "copy": copy}
    yield _part(comes & wishes["online"], wishes, BUY, 0, "product", wishes["minute"], **back)
    yield _part(comes & wishes["cart"], wishes, BUY, 0, "cart", wishes["at_cart"], **back)
    paying = {"channel": pay_device, "copy": pay_copy}
    yield _part(comes & wishes["pay"], wishes, BUY, 0, "pay", wishes["at_pay"], **paying)
    again = {"waited": wishes["login_wait"], "failed": True, "pain": LOGIN} | paying
    yield _part(
        comes & wishes["again"], wishes, BUY, 0, "log in again", wishes["at_pay"] + 1, **again
    )
    paid_at = wishes["paid_at"]
    yield _part(
        comes & wishes["paid"],
        wishes,
        BUY,
        0,
        "paid",
        paid_at,
        pays=True,
        after=wishes["again"],
        **paying,
    )
    for which, at in ((wishes["backs"], paid_at), (added_at < _NEVER, added_at)):
        yield _part(comes & which, wishes, BUY, 0, "pay", at - 2, **back)
        yield _part(comes & which, wishes, BUY, 0, "paid", at, pays=True, **back)


def _in_the_shop(wishes, comes):
    bought = comes & (wishes["shop_at"] < _NEVER)
    yield _part(
        bought,
        wishes,
        BUY,
        0,
        "paid",
        wishes["shop_at"],
        SHOP,
        copy=wishes["card"],
        pays=True,
        waited=wishes["door_wait"],
    )


def _parcels(wishes, comes, added_at):
    sent = comes & (wishes["paid_at"] < _NEVER)
    missed = sent & wishes["missed"]
    yield _part(
        missed,
        wishes,
        BUY,
        0,
        "missed",
        wishes["door_at"],
        DELIVERY,
        failed=True,
        waited=wishes["home_wait"],
        pain=PARCEL,
    )
    at = np.where(missed, wishes["again_at"], wishes["door_at"])
    yield _part(
        sent, wishes, BUY, 0, "delivered", at, DELIVERY, after=missed, waited=wishes["door_wait"]
    )
    added = added_at < _NEVER
    at = np.where(added, added_at + 2 * MINUTES_PER_DAY, 0)
    yield _part(
        comes & added, wishes, BUY, 0, "delivered", at, DELIVERY, waited=wishes["door_wait"]
    )


def _complaining(calls, comes, number):
    """Return the steps of complaints; those about a wish that did not come are none."""
    made = (calls["wish"] < 0) | np.append(comes, True)[calls["wish"]]
    by = {"channel": calls["channel"], "copy": calls["copy"]}
    pain, hangs_up = np.where(calls["long"], QUEUE, -1), calls["hangs_up"]
    first = {"waited": calls["waits"][0], "failed": hangs_up, "pain": pain} | by
    yield _part(made, calls, COMPLAIN, number, "contact", calls["minute"], **first)
    second = {"waited": calls["waits"][1]} | by
    second["pain"] = np.where(calls["waits"][1] > world.LONG_WAIT, QUEUE, -1)
    yield _part(made & hangs_up, calls, COMPLAIN, number, "contact", calls["next"], **second)
    answered = np.where(hangs_up, calls["next"], calls["minute"] + calls["waits"][0]) + 6
    told, solved = made & calls["told"], made & calls["solved"]
    yield _part(told, calls, COMPLAIN, number, "told again", answered, waited=6, **by)
    at = answered + calls["takes"]
    yield _part(solved, calls, COMPLAIN, number, "solved", at, **by)


def _returning(rng, wishes, comes, calls):
    """Return the steps of what is sent back, numbered after wishes and calls."""
    n, number = len(comes), len(comes) + calls
    luck, days = rng.random((3, n)), rng.integers(1, 10, (3, n)) * MINUTES_PER_DAY
    sent = wishes["paid_at"] < _NEVER
    in_shop = ~sent & (wishes["shop_at"] < _NEVER)
    back = comes & (luck[0] < np.where(sent, world.RETURNED[0], world.RETURNED[1] * in_shop))
    asked = np.where(sent, wishes["again_at"], wishes["shop_at"]) + days[0]
    device = np.where(sent, wishes["device"], SHOP)
    copy = np.where(device == SHOP, wishes["card"], np.where(device == WEB, wishes["cookie"], 0))
    by = {"channel": device, "copy": copy}
    yield _part(back, wishes, RETURN, number, "return asked", asked, **by)
    given = back & (luck[1] < world.HANDED_IN)
    where = np.where(sent & (luck[2] < 0.5), DELIVERY, SHOP)
    hand = {"channel": where, "copy": np.where(where == SHOP, wishes["card"], 0)}
    handed = np.where(sent, asked + days[1], asked + 10)
    yield _part(given, wishes, RETURN, number, "handed in", handed, **hand)
    yield _part(given, wishes, RETURN, number, "refunded", handed + days[2], **by)


def _lost(latent, wishes, comes, lost_by, added_at):
    """Return the purchases that each pain has cost, (pains, customers).

    All luck the same: a wish that a pain sent elsewhere, or that left at the lost session and
    was bought in no other way, would have ended in a purchase without it.
    """
    bought = np.minimum(wishes["paid_at"], wishes["shop_at"]) < _NEVER
    would = bought | wishes["annoyed"]
    lost = np.zeros((len(world.PAINS), len(latent.group)), np.int64)
    for pain in (QUEUE, PARCEL):
        np.add.at(lost[pain], wishes["customer"][(lost_by == pain) & would], 1)
    left = comes & wishes["annoyed"] & ~bought & (added_at == _NEVER)
    np.add.at(lost[LOGIN], wishes["customer"][left], 1)
    return frozen(lost)


def _log(parts, amount, lost, carts):
    """Put all events into one log, in order of time, up to its last minute."""
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    end = (day_number(world.JOURNEY_TO) + 1) * MINUTES_PER_DAY
    # Steps of one minute keep the order in which they stand in STEPS.
    order = np.lexsort((joined["step"], joined["number"], joined["minute"]))
    order = order[joined["minute"][order] < end]
    arrays = {name: values[order] for name, values in joined.items()}
    pays = arrays.pop("pays")
    paid = np.full(len(order), np.nan)
    paid[pays] = amount[arrays["number"][pays]].round(2)
    arrays |= {"amount": paid, "lost": lost}
    return Journeys(carts=carts, **{name: frozen(values) for name, values in arrays.items()})


def event_ids(journeys):
    """Return the ids of all events, Arrow text."""
    count = len(journeys.minute)
    return numbered("E", np.arange(1, count + 1), max(6, len(str(count))))


def events_table(journeys, ids):
    """Return one row per event, in order of time.

    Parameters
    ----------
    journeys : Journeys
    ids : journey_ids.Ids

    Returns
    -------
    pandas.DataFrame
    """
    return pd.DataFrame(
        {
            "event_id": text(event_ids(journeys)),
            "at": timestamps(journeys.minute),
            "channel": category(world.TOUCH_CHANNELS, journeys.channel),
            "channel_id": pd.array(ids.of_events, dtype="str"),
            "journey": category(world.JOURNEYS, journeys.kind),
            "step": category(world.STEPS, journeys.step),
            "waited": journeys.waited.astype(np.int64),
            "outcome": category(world.OUTCOMES, journeys.failed.astype(np.int8)),
            "amount": journeys.amount.copy(),
        }
    )


def cart_events(journeys):
    """Return the position of each reminded cart's event, -1 where the log lacks it."""
    rows = np.flatnonzero(journeys.step == STEP["cart"])
    place = np.full(int(journeys.number.max(initial=0)) + 2, -1)
    place[journeys.number[rows]] = rows
    return place[journeys.carts.wish]


def cart_test_table(journeys, ids):
    """Return one row per cart that could be reminded of, in order of time."""
    carts, rows = journeys.carts, cart_events(journeys)
    return pd.DataFrame(
        {
            "event_id": text(event_ids(journeys).take(rows)),
            "channel_id": pd.array(ids.of_events[rows], dtype="str"),
            "sent": timestamps(carts.sent),
            "reminded": carts.reminded.copy(),
            "cost": carts.cost.copy(),
        }
    )


def expected_reminder(journeys, latent):
    """Return what a reminder of each cart is expected to bring, a frame; yuan.

    ``added``: chance of a purchase that would not have been; ``gain``: margin of it less the cost
    of the message and of the voucher.
    """
    carts = journeys.carts
    value, cost = expected_order(latent)
    added = np.where(carts.bought | carts.back, 0.0, world.REMINDER_ADDS)
    used, used_before = world.VOUCHER_USED
    chance = np.where(carts.bought, used_before, used * (carts.back + added))
    paid = world.REMINDER_COST + world.REMINDER_VOUCHER * chance
    gain = added * (value - cost)[carts.customer] - paid
    return pd.DataFrame({"bought": carts.bought, "added": added, "gain": gain})


def pain_points(journeys, latent):
    """Return what each pain point is: how often, whom, how long, and what it truly cost.

    ``lost_margin`` in yuan: the expected margin of the purchases lost within the log.
    """
    value, cost = expected_order(latent)
    rows = []
    for pain, name in enumerate(world.PAINS):
        hit = journeys.pain == pain
        rows.append(
            {
                "pain": name,
                "hits": int(hit.sum()),
                "customers": len(np.unique(journeys.customer[hit])),
                "minutes": int(journeys.waited[hit].sum()),
                "lost_purchases": int(journeys.lost[pain].sum()),
                "lost_margin": float(journeys.lost[pain] @ (value - cost)),
            }
        )
    return pd.DataFrame(rows).set_index("pain")
