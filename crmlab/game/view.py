"""What the company knows on the first day of a quarter: tables, and nothing of truth or future."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category
from crmlab.game import numbers
from crmlab.game.books import KINDS, customer_ids, features

QUARTER_NAMES = ("Q1", "Q2", "Q3", "Q4")


@dataclass(frozen=True)
class View:
    """What is known on the first day of a quarter; money in yuan, people in whole persons.

    Attributes
    ----------
    quarter : int
        0, 1, 2 or 3.
    first_day : pandas.Timestamp
    budget_left : float
        For this quarter and those that follow.
    people : int
        In service now.
    profit : float
        Of the year, so far.
    customers : pandas.DataFrame
        One row per customer ever registered, whether still one or not: ``joined``, ``label``
        (the company's guess of the group), ``kind``, ``region``, ``email_consent``,
        ``first_contact`` and ``last_contact`` (channels; missing for those who joined long ago);
        of the last 365 days ``orders``, ``spend``, ``margin``; ``recency_days``; and of the last
        quarter ``visits``, ``compared`` (visits through a price comparison, not among those),
        ``tickets``, ``bad_tickets``, ``written_to``.
    orders : pandas.DataFrame
        ``customer_id``, ``date``, ``amount``, ``margin``; refunds have a negative amount.
    tickets : pandas.DataFrame
        Since the quarter before the game: ``customer_id``, ``opened``, ``waiting_hours``,
        ``badly_handled``.
    channels : pandas.DataFrame
        Last year (one row a channel, mean of its quarters) and each quarter since: ``quarter``,
        ``channel``, ``spend``, ``new_customers`` by their last contact, and ``first_contacts``.
    service : pandas.DataFrame
        One row per past quarter, "-8" to "-1" those before the game: ``people``, ``tickets``,
        ``calls``, ``hours`` of work on them, ``waiting_hours`` (mean of a ticket), ``bad_share``
        (of tickets, 0 to 1).
    contacts : pandas.DataFrame
        Who was offered what, or written to, in the game: ``quarter``, ``customer_id``, ``offer``,
        ``message``, and whether they ``ordered`` in that quarter.
    results : pandas.DataFrame
        One row per quarter played: ``margin``, the costs, ``profit``.
    spend_test : pandas.DataFrame
        In other towns: where the ``spend`` on one ``channel`` (yuan a quarter; its
        ``spend_multiple`` of the usual) was changed and no other's, so many ``new_customers`` came
        in so many ``quarters`` of a town of this size.
    offer_test : pandas.DataFrame
        In other towns, by lot: what was known of a customer before (as in `customers`), the
        ``offer``, and of the two quarters after it ``orders_after``, ``ordered_late`` (in the
        second one), ``margin_after``; ``cost`` (contact and redemption). Who leaves does so at
        any time of a quarter, and does not come back.
    message_test : pandas.DataFrame
        The same for the ``message``; ``ordered``, ``margin_after`` and ``cost`` are of the days in
        which it counts, ``ordered_late`` of the quarter after: who was tired out is gone. The same
        people as in `offer_test`, at another time: nobody got both, so the two tables say nothing
        about each other.
    costs : dict
        What things cost, and the rules of the game: see :func:`crmlab.game.costs`.
    """

    quarter: int
    first_day: pd.Timestamp
    budget_left: float
    people: int
    profit: float
    customers: pd.DataFrame
    orders: pd.DataFrame
    tickets: pd.DataFrame
    channels: pd.DataFrame
    service: pd.DataFrame
    contacts: pd.DataFrame
    results: pd.DataFrame
    spend_test: pd.DataFrame
    offer_test: pd.DataFrame
    message_test: pd.DataFrame
    costs: dict

    def __repr__(self):
        return (
            f"View(quarter={self.quarter}, customers={len(self.customers)}, "
            f"budget_left={self.budget_left:,.0f}, profit={self.profit:,.0f})"
        )


TABLES = tuple(field.name for field in fields(View) if field.type is pd.DataFrame)


def costs():
    """Return what things cost, yuan, and the rules that a decision has to keep.

    Returns
    -------
    dict
        ``offers`` and ``messages``: per name ``contact`` (yuan each), ``redemption`` (yuan, on the
        first order within ``days``) and, of messages, ``discount_percent`` of that order.
        ``salary`` (yuan per person and quarter), ``hiring`` and ``leaving_pay`` (yuan per person,
        once), ``bad_ticket`` (yuan per ticket handled badly); ``person_hours`` (hours of work of
        one person in a quarter; of a new one 60 % in the first), ``call_hours`` (hours of a call),
        ``ticket_hours`` (mean hours of work of a ticket), ``most_change`` (people that can come,
        or go, in a quarter).
    """
    offers = {
        name: {
            "contact": numbers.OFFER_CONTACT[code],
            "redemption": numbers.OFFER_REDEMPTION[code],
            "days": numbers.OFFER_DAYS,
        }
        for code, name in enumerate(numbers.OFFERS[1:], start=1)
    }
    messages = {
        name: {
            "contact": numbers.MESSAGE_CONTACT[code],
            "redemption": numbers.MESSAGE_REDEMPTION[code],
            "discount_percent": numbers.MESSAGE_DISCOUNT[code],
            "days": numbers.MESSAGE_DAYS,
        }
        for code, name in enumerate(numbers.MESSAGES[1:], start=1)
    }
    return {
        "offers": offers,
        "messages": messages,
        "salary": numbers.SALARY,
        "hiring": numbers.HIRING,
        "leaving_pay": numbers.LEAVING_PAY,
        "bad_ticket": numbers.BAD_TICKET,
        "person_hours": numbers.PERSON_HOURS,
        "call_hours": numbers.CALL_HOURS,
        "ticket_hours": numbers.TICKET_HOURS,
        "most_change": numbers.STEP,
    }


def view_of(books, quarter):
    """Return what the books say on the first day of a quarter.

    What was written down later is not looked at.

    Parameters
    ----------
    books : Books
    quarter : int
        Up to which the books have been kept.

    Returns
    -------
    View
    """
    happened, plans = books.happened[:quarter], books.plans[:quarter]
    newcomers = [one.joined for one in happened]
    register = np.concatenate([books.register, *newcomers])
    row = np.full(len(books.known.label), -1)
    row[register] = np.arange(len(register))
    starts = np.append(0, np.cumsum(numbers.LENGTHS))
    orders = _stacked(books.past.orders, [one.orders for one in happened], starts)
    tickets = _stacked(
        _moved(books.past.tickets, -numbers.LAST_LENGTH), [one.tickets for one in happened], starts
    )
    orders, tickets = _by_row(orders, row), _by_row(tickets, row)
    ids = customer_ids(len(register))
    today = starts[quarter]
    ledger = [_yuan(one) for one in happened]
    return View(
        quarter=int(quarter),
        first_day=pd.Timestamp(numbers.FIRST_DAYS[quarter]),
        budget_left=(books.budget - sum(one.committed for one in happened)) / 100,
        people=plans[-1].people if plans else books.past.people,
        profit=sum(one.profit for one in happened) / 100,
        customers=_customers(books, quarter, register, newcomers, ids, orders, tickets, today),
        orders=pd.DataFrame(
            {
                "customer_id": ids.take(orders[0]),
                "date": _dates(orders[1]),
                "amount": orders[2] / 100,
                "margin": orders[3] / 100,
            }
        ),
        tickets=pd.DataFrame(
            {
                "customer_id": ids.take(tickets[0]),
                "opened": _dates(tickets[1]),
                "waiting_hours": tickets[2],
                "badly_handled": tickets[3],
            }
        ),
        channels=_channels(books, plans, newcomers),
        service=_service(books.past.work, happened),
        contacts=_contacts(plans, happened, row, ids),
        results=pd.DataFrame(
            ledger, columns=["margin", *_COSTS, "profit"], index=_names(quarter), dtype=float
        ),
        **{name: table.copy() for name, table in books.past.tests.items()},
        costs=costs(),
    )


_COSTS = ("spend", "offers", "messages", "service", "bad tickets")


def _yuan(happened):
    amounts = {name: amount / 100 for name, amount in happened.money.items()}
    return amounts | {"profit": happened.profit / 100}


def _names(quarter):
    return pd.Index(QUARTER_NAMES[:quarter], name="quarter", dtype="str")


def _moved(part, days):
    who, day, *rest = part
    return (who, day + days, *rest)


def _stacked(before, quarters, starts):
    parts = [before, *(_moved(part, start) for part, start in zip(quarters, starts, strict=False))]
    return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))


def _by_row(part, row):
    who, *rest = part
    return (row[who], *rest)


def _dates(day):
    first = numbers.FIRST_DAYS[0]
    return (first + np.floor(day).astype("timedelta64[D]")).astype("datetime64[us]")


def _customers(books, quarter, register, newcomers, ids, orders, tickets, today):
    known, count = books.known, len(register)
    starts = np.append(0, np.cumsum(numbers.LENGTHS))
    came = [known.joined[who] + start for who, start in zip(newcomers, starts, strict=False)]
    joined = np.concatenate([known.joined[books.register], *came])
    length = numbers.LENGTHS[quarter - 1] if quarter else numbers.LAST_LENGTH
    late = tickets[1] >= today - length
    signs = [sign[register] for sign in books.signs[quarter]]
    if quarter:
        written_to = books.plans[quarter - 1].message[register] > 0
    else:
        written_to = books.past.written_to[register]
    numbers_of = features(
        count, orders, tuple(part[late] for part in tickets), signs, written_to, today
    )
    return pd.DataFrame(
        {
            "joined": _dates(joined),
            "label": category(world.GROUPS, known.label[register]),
            "kind": category(KINDS, known.organisation[register].astype(np.int8)),
            "region": category(world.REGIONS, known.region[register]),
            "email_consent": known.consent[register],
            "first_contact": category(numbers.CHANNELS, known.first[register]),
            "last_contact": category(numbers.CHANNELS, known.last[register]),
            **numbers_of,
        },
        index=ids.rename("customer_id"),
    )


def _channels(books, plans, newcomers):
    known, width = books.known, len(numbers.CHANNELS)
    last_year = books.register[known.last[books.register] >= 0]
    rows = [("last year", books.past.spend, last_year, numbers.QUARTERS)]
    rows += [
        (name, plan.spend / 100, who, 1)
        for name, plan, who in zip(QUARTER_NAMES, plans, newcomers, strict=False)
    ]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "quarter": name,
                    "channel": category(numbers.CHANNELS, range(width)),
                    "spend": spend,
                    "new_customers": np.bincount(known.last[who], minlength=width) / quarters,
                    "first_contacts": np.bincount(known.first[who], minlength=width) / quarters,
                }
            )
            for name, spend, who, quarters in rows
        ],
        ignore_index=True,
    )


def _service(before, happened):
    rows = [*before, *(one.work for one in happened)]
    names = [f"-{number}" for number in range(len(before), 0, -1)]
    names += QUARTER_NAMES[: len(happened)]
    columns = ["people", "tickets", "calls", "hours", "waiting_hours", "bad_share"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="quarter", dtype="str"))


def _contacts(plans, happened, row, ids):
    parts = []
    for name, plan, one in zip(QUARTER_NAMES, plans, happened, strict=False):
        who = np.flatnonzero((plan.offer > 0) | (plan.message > 0))
        ordered = np.zeros(len(row), bool)
        ordered[one.orders[0]] = True
        parts.append(
            pd.DataFrame(
                {
                    "quarter": name,
                    "customer_id": ids.take(row[who]),
                    "offer": category(numbers.OFFERS, plan.offer[who]),
                    "message": category(numbers.MESSAGES, plan.message[who]),
                    "ordered": ordered[who],
                }
            )
        )
    columns = ["quarter", "customer_id", "offer", "message", "ordered"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
