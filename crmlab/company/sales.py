"""Orders and their lines: what each customer buys, when, and through which channel.

1. Active customers order at their own rate, on the clock of their group's seasons.
2. A campaign or a service brings some customers one more order.
3. Every order is filled: channel, price-off, lines, products, quantities.
4. Some orders have their first line sent back: a row with a negative amount.

Money is whole fen (1/100 yuan) until a table is made, so sums are exact.
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from crmlab.company import campaigns, world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    dates,
    day_number,
    frozen,
    numbered,
    pick_by_row,
    take,
    text,
    timestamps,
    yuan,
)
from crmlab.company.latent import demand_clock

PRODUCT_IDS = [row[0] for row in world.PRODUCTS]
_CATEGORY = np.array([row[2] for row in world.PRODUCTS], np.int8)
_PRICE = np.array([row[3] for row in world.PRODUCTS]) * 100  # fen
_COST = np.array([row[4] for row in world.PRODUCTS]) * 100  # fen
_BULK = np.array([row[6] for row in world.PRODUCTS])
_MIX = np.array([row[7] for row in world.PRODUCTS], float).T  # (groups, products)
_MIX = _MIX / _MIX.sum(axis=1, keepdims=True)
_COMPANION = np.full(len(PRODUCT_IDS), -1, np.int8)
for _first, _second in world.COMPANIONS.items():
    _COMPANION[PRODUCT_IDS.index(_first)] = PRODUCT_IDS.index(_second)


@dataclass(frozen=True)
class Sales:
    """Read-only arrays of all orders in order of time, and of their lines in the same order."""

    customer: np.ndarray  # position of the customer
    minute: np.ndarray  # since the first day of the period
    channel: np.ndarray  # code of CHANNELS
    offer: np.ndarray  # code of OFFERS; 0 without a campaign
    source: np.ndarray  # code of campaigns.SOURCES
    refund_of: np.ndarray  # position of the order sent back; -1 for a sale
    start: np.ndarray  # position of the first line
    product: np.ndarray  # per line: position in PRODUCTS
    quantity: np.ndarray  # per line: packs; negative when sent back
    paid: np.ndarray  # per line: fen, after discount
    listed: np.ndarray  # per line: fen at list price

    def totals(self, per_line):
        """Return the sum of an array of lines for every order."""
        return np.add.reduceat(per_line, self.start, dtype=np.int64)

    def cost(self):
        """Return the cost of goods of every line, fen."""
        return _COST[self.product] * self.quantity

    @property
    def line_counts(self):
        return np.diff(self.start, append=len(self.product))


def draw(child, latent, plan):
    """Draw all sales of the period.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    plan : campaigns.Plan
        Who was sent which offer, and whom it would move.

    Returns
    -------
    Sales
    """
    own = _organic_orders(child("sales.organic"), latent)
    offer = campaigns.offer_of_orders(plan, own)
    answers = campaigns.answers(child("campaigns.answers"), latent, plan, own)
    before = [np.concatenate(pair) for pair in zip(own, answers, strict=True)]
    regular = campaigns.service_orders(child("service_test.orders"), latent, plan, before)
    sources = (
        _fill(child("sales.baskets"), latent, *own, offer),
        _fill(child("campaigns.baskets"), latent, *answers, plan.offer[answers[0]]),
        _fill(child("service_test.baskets"), latent, *regular, np.zeros(len(regular[0]), np.int8)),
    )
    for code, orders in enumerate(sources):
        orders["source"] = np.full(len(orders["customer"]), code, np.int8)
    return _in_order_of_time(_with_refunds(_joined(sources)))


def expected_order(latent):
    """Return the mean value and mean cost of goods of each customer's orders, yuan.

    The exact mean under `_fill` with today's products: a line of product p holds
    1 + size × bulk(p) packs on average, so its value is a + size × b with a and b
    depending on the group only; the second line follows the companions; refunds take
    one line back from `REFUND_SHARE` of the orders, goods and money.
    """
    follow = np.zeros_like(_MIX)  # where the second line goes because of the first
    has = _COMPANION >= 0
    np.add.at(follow.T, _COMPANION[has], world.COMPANION_SHARE * _MIX[:, has].T)
    second = follow + (1 - follow.sum(axis=1, keepdims=True)) * _MIX
    extra = np.array(world.EXTRA_LINES)[:, None]
    any_second = 1 - np.exp(-extra)  # an order has Poisson(extra) lines beyond the first
    lines = (1 - world.REFUND_SHARE + extra - any_second) * _MIX + any_second * second
    price_off = latent.deal_share * np.mean(world.DEAL_RATES) / 100
    value = _per_order(latent, lines, _PRICE) * (1 - price_off)
    return value / 100, _per_order(latent, lines, _COST) / 100


def _per_order(latent, lines, money):
    single = (lines * money).sum(axis=1)
    bulk = (lines * money * _BULK).sum(axis=1)
    return single[latent.group] + latent.size * bulk[latent.group]


def _organic_orders(rng, latent):
    """Return customer and minute of every order that needs no campaign, in no order of time."""
    clock = demand_clock()
    begin = latent.joined + 1.0
    end = np.minimum(latent.leaves, world.DAYS)
    opened, closed = (_read_clock(clock, latent.group, day) for day in (begin, end))
    demand = np.maximum(closed - opened, 0.0)
    counts = rng.poisson(latent.rate * demand / world.DAYS_PER_YEAR)
    first = np.arange(len(counts), dtype=np.int32)
    repeat = np.repeat(first, counts)
    shown = opened[repeat] + demand[repeat] * rng.random(len(repeat))
    day = np.concatenate([latent.joined, _turn_back(clock, latent.group[repeat], shown)])
    customer = np.concatenate([first, repeat])
    return customer, day.astype(np.int32) * MINUTES_PER_DAY + time_of_day(
        rng, latent.group[customer]
    )


def _read_clock(clock, group, day):
    shown = np.empty(len(day))
    for code, row in enumerate(clock):
        mine = group == code
        shown[mine] = np.interp(day[mine], np.arange(len(row)), row)
    return shown


def _turn_back(clock, group, shown):
    day = np.empty(len(shown), np.int16)
    for code, row in enumerate(clock):
        mine = group == code
        day[mine] = np.searchsorted(row, shown[mine], side="right") - 1
    return day


def time_of_day(rng, group):
    """Draw the minute of the day (int32) at which customers of a group order."""
    peak, spread = np.array(world.HOUR_PEAKS).T[..., None]
    weights = np.exp(-(((world.HOURS + 0.5 - peak) / spread) ** 2) / 2) + 0.02
    hour = world.HOURS[pick_by_row(rng, weights, group)].astype(np.int32)
    return hour * 60 + rng.integers(0, 60, len(group), dtype=np.int32)


def _fill(rng, latent, customer, minute, offer):
    """Return the orders of one source with everything that is in them."""
    group = latent.group[customer]
    day = minute // MINUTES_PER_DAY
    counts = rng.poisson(np.take(world.EXTRA_LINES, group)).astype(np.int32) + 1
    order = np.repeat(np.arange(len(customer), dtype=np.int32), counts)
    product = _products(rng, group, counts, order)
    for new, old in world.BEFORE_LAUNCH.items():
        new = PRODUCT_IDS.index(new)
        early = (product == new) & (day[order] < _launch_day(new))
        product[early] = PRODUCT_IDS.index(old)
    packs = rng.poisson(latent.size[customer][order] * _BULK[product]).astype(np.int16)
    price_off = _price_off(rng, latent.deal_share[customer], offer)
    listed = (_PRICE[product] * (packs + 1)).astype(np.int32)
    paid = (listed.astype(np.int64) * (100 - price_off)[order] + 50) // 100
    return {
        "customer": customer,
        "minute": minute,
        "channel": _channels(rng, latent, customer, group, day),
        "offer": offer,
        "sent_back": _days_to_refund(rng, len(customer)),
        "counts": counts,
        "product": product,
        "quantity": packs + np.int16(1),
        "paid": paid.astype(np.int32),
        "listed": listed,
    }


def _products(rng, group, counts, order):
    product = pick_by_row(rng, _MIX, group[order])
    several = counts > 1
    second = (np.cumsum(counts) - counts)[several] + 1
    companion = _COMPANION[product[second - 1]]
    follows = (companion >= 0) & (rng.random(len(second)) < world.COMPANION_SHARE)
    product[second[follows]] = companion[follows]
    return product


def _launch_day(product):
    return day_number(np.datetime64(world.PRODUCTS[product][5]))


def _price_off(rng, deal_share, offer):
    """Return per cent off: a deal now and then, or the campaign's offer if that is better."""
    rate = np.array(world.DEAL_RATES)[rng.integers(0, len(world.DEAL_RATES), len(deal_share))]
    deal = np.where(rng.random(len(deal_share)) < deal_share, rate, 0)
    return np.maximum(deal, np.take(world.OFFER_DISCOUNT, offer))


def _channels(rng, latent, customer, group, day):
    habit = rng.random(len(customer)) < world.CHANNEL_HABIT
    as_before = habit | (day == latent.joined[customer])
    other = pick_by_row(rng, world.CHANNEL_SHARES, group)
    return np.where(as_before, latent.first_channel[customer], other)


def _days_to_refund(rng, n):
    low, high = world.REFUND_DAYS
    days = rng.integers(low, high, n, endpoint=True, dtype=np.int8)
    return np.where(rng.random(n) < world.REFUND_SHARE, days, np.int8(0))


def _joined(sources):
    return {name: np.concatenate([source[name] for source in sources]) for name in sources[0]}


def _with_refunds(orders):
    """Append a row for every first line that is sent back before the period ends."""
    days = orders.pop("sent_back")
    later = orders["minute"] + days * np.int32(MINUTES_PER_DAY)
    back = np.flatnonzero((days > 0) & (later < world.DAYS * MINUTES_PER_DAY))
    line = (np.cumsum(orders["counts"]) - orders["counts"])[back]
    rows = {
        "customer": orders["customer"][back],
        "minute": later[back],
        "channel": orders["channel"][back],
        "offer": np.zeros(len(back), np.int8),
        "source": orders["source"][back],
        "refund_of": back.astype(np.int32),
        "counts": np.ones(len(back), np.int32),
        "product": orders["product"][line],
    } | {name: -orders[name][line] for name in ("quantity", "paid", "listed")}
    orders["refund_of"] = np.full(len(days), -1, np.int32)
    return {name: np.concatenate([orders[name], rows[name]]) for name in rows}


def _in_order_of_time(orders):
    counts = orders.pop("counts")
    by_time = np.argsort(orders["minute"], kind="stable").astype(np.int32)
    place = np.empty_like(by_time)
    place[by_time] = np.arange(len(by_time), dtype=np.int32)
    old_start = (np.cumsum(counts) - counts)[by_time]
    counts = counts[by_time]
    start = np.cumsum(counts) - counts
    line = np.repeat((old_start - start).astype(np.int32), counts)
    line += np.arange(len(line), dtype=np.int32)
    orders["refund_of"] = np.where(
        orders["refund_of"] < 0, np.int32(-1), place[orders["refund_of"]]
    )
    per_line = {"product", "quantity", "paid", "listed"}
    arrays = {
        field.name: orders.pop(field.name)[line if field.name in per_line else by_time]
        for field in fields(Sales)
        if field.name != "start"
    }
    return Sales(**{name: frozen(a) for name, a in arrays.items()}, start=frozen(start))


def products_table():
    """Return the price list: one row per product, money in yuan."""
    return pd.DataFrame(
        {
            "product_id": PRODUCT_IDS,
            "name": [row[1] for row in world.PRODUCTS],
            "category": category(world.CATEGORIES, _CATEGORY),
            "price": yuan(_PRICE),
            "unit_cost": yuan(_COST),
            "launched": dates([_launch_day(product) for product in range(len(PRODUCT_IDS))]),
        }
    )


def orders_table(sales, customer_ids):
    """Return one row per order or refund, in order of time, money in yuan."""
    ids = order_ids(sales)
    amount = sales.totals(sales.paid)
    return pd.DataFrame(
        {
            "order_id": text(ids),
            "customer_id": text(take(customer_ids, sales.customer)),
            "date": timestamps(sales.minute),
            "channel": category(world.CHANNELS, sales.channel),
            "amount": yuan(amount),
            "discount": yuan(sales.totals(sales.listed) - amount),
            "offer": category(world.OFFERS[1:], sales.offer - 1),
            "refund_of": text(take(ids, sales.refund_of)),
        }
    )


def order_lines_table(sales):
    """Return one row per line of an order, in the order of `orders`, money in yuan."""
    order = np.repeat(np.arange(len(sales.start), dtype=np.int32), sales.line_counts)
    return pd.DataFrame(
        {
            "order_id": text(take(order_ids(sales), order)),
            "product_id": category(PRODUCT_IDS, sales.product),
            "quantity": sales.quantity,
            "paid": yuan(sales.paid),
        }
    )


def order_ids(sales):
    count = len(sales.start)
    return numbered("O", np.arange(1, count + 1), max(6, len(str(count))))
