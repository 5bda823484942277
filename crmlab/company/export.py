"""The messy export: the orders as text, the way the shop systems hand them over.

Every defect is one that real exports have: a batch sent twice, customers not keyed in,
amounts written for people, a system that counts in fen, a typing error, untidy labels.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    day_number,
    join,
    take,
    text,
    timestamps,
    yuan,
)

DEFECTS = (
    "resent",
    "no_customer",
    "currency_sign",
    "other_date",
    "in_fen",
    "typo",
    "untidy_channel",
)
_UNTIDY = ("ONLINE", " online", "Shop ", "SHOP", "Dealer", "dealer ")  # two per channel


def export_tables(rng, sales, order_ids, customer_ids):
    """Return the export and the truth about it, row by row.

    Parameters
    ----------
    rng : numpy.random.Generator
    sales : Sales
    order_ids, customer_ids : pyarrow.Array

    Returns
    -------
    tuple of pandas.DataFrame
        The export, all text; and its truth: order, customer, amount in yuan, one flag per
        defect.
    """
    n = len(sales.minute)
    system = _systems(sales)
    amount = sales.totals(sales.paid)
    flags = _flags(rng, system, sales.minute, amount)
    written = {
        "order_no": order_ids,
        "customer": take(customer_ids, np.where(flags["no_customer"], -1, sales.customer)),
        "date": _dates(sales.minute, flags["other_date"]),
        "amount": _amounts(amount, flags),
        "channel": _channels(rng, sales.channel, flags["untidy_channel"]),
        "system": take(world.SYSTEMS, system),
    }
    right = {
        "order_id": text(order_ids),
        "customer_id": text(take(customer_ids, sales.customer)),
        "date": timestamps(sales.minute),
        "amount": yuan(amount),
        "channel": category(world.CHANNELS, sales.channel),
    } | {name: flags[name] for name in DEFECTS if name != "resent"}
    sent_twice = (system == world.SYSTEMS.index("pos")) & _between(sales.minute, world.RESENT_DAYS)
    rows, again = _with_second_sending(np.arange(n), sent_twice, sales.minute)
    export = pd.DataFrame({name: text(column) for name, column in written.items()})
    truth = pd.DataFrame(right).assign(resent=False)
    truth = truth.iloc[rows].reset_index(drop=True).assign(resent=again)
    return export.iloc[rows].reset_index(drop=True), truth


def _systems(sales):
    """Return the system that took each order; a customer keeps to one dealer."""
    dealer = 2 + sales.customer % 2
    return np.where(sales.channel == 2, dealer, sales.channel)


def _flags(rng, system, minute, amount):
    n = len(minute)
    pos, dealer_a, dealer_b = (
        system == world.SYSTEMS.index(name) for name in ("pos", "dealer-A", "dealer-B")
    )
    in_fen = dealer_b & _between(minute, world.FEN_DAYS)
    return {
        "no_customer": rng.random(n) < world.NO_CUSTOMER_SHARE,
        "currency_sign": pos & (rng.random(n) < world.CURRENCY_SHARE),
        "other_date": dealer_a & (rng.random(n) < world.OTHER_DATE_SHARE),
        "in_fen": in_fen,
        "typo": _typos(rng, (amount > 0) & ~in_fen & ~pos),
        "untidy_channel": rng.random(n) < world.UNTIDY_CHANNEL_SHARE,
    }


def _typos(rng, may):
    """Return a few rows with a typing error, at least `TYPO_AT_LEAST` where there are any."""
    typo = np.zeros(len(may), bool)
    rows = np.flatnonzero(may)
    count = max(world.TYPO_AT_LEAST, round(world.TYPO_SHARE * len(may)))
    typo[rng.permutation(rows)[:count]] = True
    return typo


def _between(minute, days):
    begin, end = (day_number(day) * MINUTES_PER_DAY for day in days)
    return (minute >= begin) & (minute < end)


def _with_second_sending(rows, sent_twice, minute):
    """Return row numbers with the batch repeated after its last day, and which repeat."""
    end = day_number(world.RESENT_DAYS[1]) * MINUTES_PER_DAY
    place = np.searchsorted(minute, end)
    batch = np.flatnonzero(sent_twice)
    again = np.zeros(len(rows) + len(batch), bool)
    again[place : place + len(batch)] = True
    return np.insert(rows, place, batch), again


def _dates(minute, other):
    stamps = pa.array(timestamps(minute))
    usual = pc.strftime(stamps, format="%Y-%m-%d %H:%M")
    local = pc.strftime(stamps, format="%Y年%m月%d日 %H:%M")
    return pc.if_else(pa.array(other), local, usual).cast(pa.large_string())


def _amounts(fen, flags):
    """Write amounts: 1299.00, ¥1,299.00 in some shops, 129900 where the unit is fen."""
    shown = np.where(flags["typo"], fen * 100, fen)
    sign = take(["-"], np.where(shown < 0, 0, -1))
    sign = pc.fill_null(sign, "")
    whole, cents = np.divmod(np.abs(shown), 100)
    cents = _digits(cents, 2)
    plain = join(sign, _digits(whole, 1), ".", cents)
    grouped = join(sign, "¥", _thousands(whole), ".", cents)
    in_fen = join(sign, _digits(np.abs(fen), 1))
    amounts = pc.if_else(pa.array(flags["currency_sign"]), grouped, plain)
    return pc.if_else(pa.array(flags["in_fen"]), in_fen, amounts)


def _thousands(whole):
    """Return whole yuan below a million, with a comma before the last three digits."""
    with_comma = join(_digits(whole // 1000, 1), ",", _digits(whole % 1000, 3))
    return pc.if_else(pa.array(whole >= 1000), with_comma, _digits(whole, 1))


def _digits(numbers, width):
    digits = pc.cast(pa.array(numbers), pa.large_string())
    return pc.utf8_lpad(digits, width=width, padding="0")


def _channels(rng, channel, untidy):
    variant = channel * 2 + rng.integers(0, 2, len(channel))
    return take(world.CHANNELS + _UNTIDY, np.where(untidy, len(world.CHANNELS) + variant, channel))
