"""One quarter forward: same customers, same luck, another decision.

1. Channels win newcomers, who order when they come.
2. Who is present leaves after a time, sooner if at risk, after a badly handled ticket, or if the
   wrong offer or too many messages reach them.
3. Until then they order; a message brings some of them one more order.
4. They open tickets. These and the calls are the load of the people in service; the longer a
   ticket waits, the more often it is handled badly, which is felt in the next quarter.

Chances are rounded (`crm.steady`) before luck is compared with them, and money is whole fen, so
that every machine comes to the same cent.
"""

from dataclasses import dataclass

import numpy as np

from crmlab.arguments import steady
from crmlab.company import world
from crmlab.game import market as markets
from crmlab.game import numbers


@dataclass(frozen=True)
class Plan:
    """A checked decision of one quarter.

    Attributes
    ----------
    spend : ndarray of int, shape (channels,)
        Fen.
    offer, message : ndarray of int
        Codes, one per person.
    people : int
        In service.
    """

    spend: np.ndarray
    offer: np.ndarray
    message: np.ndarray
    people: int


@dataclass(frozen=True)
class State:
    """How everybody stands when a quarter begins; arrays of bool, one element per person.

    Attributes
    ----------
    present : ndarray
        Is a customer.
    joined : ndarray
        Is, or was, on the register.
    at_risk : ndarray
        Will leave at a higher rate in this quarter.
    bad : ndarray
        Had a badly handled ticket in the quarter before.
    tired : ndarray
        Was written to in the quarter before.
    spend : ndarray
        Of the quarter before, yuan per channel.
    people : int
        In service in the quarter before.
    """

    present: np.ndarray
    joined: np.ndarray
    at_risk: np.ndarray
    bad: np.ndarray
    tired: np.ndarray
    spend: np.ndarray
    people: int


@dataclass(frozen=True)
class Happened:
    """What a quarter brought, as the company's books have it; money in fen.

    Attributes
    ----------
    orders : tuple of ndarray
        Person, day of the quarter, value, margin; in order of time.
    tickets : tuple of ndarray
        Person, day, hours of waiting, handled badly; in order of time.
    joined : ndarray
        Newcomers, in order of time.
    work : dict
        ``people``, ``tickets``, ``calls``, ``hours``, ``waiting_hours``, ``bad_share``.
    money : dict of str to int
        ``margin`` and the costs; their difference is the profit.
    committed : int
        What was taken from the budget: all that was decided and is paid at once.
    """

    orders: tuple
    tickets: tuple
    joined: np.ndarray
    work: dict
    money: dict
    committed: int

    @property
    def profit(self):
        """Margin less all costs, fen."""
        return self.money["margin"] - sum(
            amount for name, amount in self.money.items() if name != "margin"
        )


def forward(market, everybody, luck, state, plan, quarter):
    """Run one quarter.

    Parameters
    ----------
    market : Market
    everybody : Population
    luck : Luck
    state : State
    plan : Plan
    quarter : int
        From 0.

    Returns
    -------
    tuple of Happened and State
        What the quarter brought, and how everybody stands after it.
    """
    days = int(numbers.LENGTHS[quarter])
    came = _comes(market, everybody, state, plan, quarter)
    present = state.present | came
    begin = np.where(came, everybody.day, 0.0)
    # Nobody can be offered anything before they are known.
    offer = np.where(state.present, plan.offer, 0)
    message = np.where(state.present, plan.message, 0)
    rate = markets.leaving_rate(
        market,
        everybody.group,
        everybody.dropout,
        state.at_risk & ~came,
        state.bad,
        offer,
        message,
        state.tired,
    )
    # Whoever never leaves does so after a thousand years.
    rate = np.maximum(steady(rate), 1e-3)
    end = begin + luck.stay[quarter] / rate * world.DAYS_PER_YEAR
    end = np.where(present, end, 0.0)

    orders = _orders(market, everybody, luck, quarter, (came, begin, end, message))
    who, _day, value, margin = orders
    taken = _first_within(orders, offer, numbers.OFFER_DAYS)
    answered = _first_within(orders, message, numbers.MESSAGE_DAYS)
    discount = np.take(numbers.MESSAGE_DISCOUNT, message[who[answered]])
    cut = (value[answered] * discount + 50) // 100
    value[answered] -= cut
    margin[answered] -= cut

    calls = int((plan.offer == numbers.CALL).sum())
    full = full_people(state.people, plan.people)
    tickets, work = _tickets(everybody, luck, state, quarter, (begin, end), calls, full)
    work["people"] = plan.people
    money = {
        "margin": int(margin.sum()),
        "spend": int(plan.spend.sum()),
        "offers": _cost(numbers.OFFER_CONTACT, plan.offer)
        + _cost(numbers.OFFER_REDEMPTION, offer[who[taken]]),
        "messages": _cost(numbers.MESSAGE_CONTACT, plan.message)
        + _cost(numbers.MESSAGE_REDEMPTION, message[who[answered]]),
        "service": service_cost(state.people, plan.people),
        "bad tickets": 100 * numbers.BAD_TICKET * int(tickets[3].sum()),
    }
    bad = np.zeros(len(present), bool)
    bad[tickets[0][tickets[3]]] = True
    stays = present & (end >= days)
    at_risk = np.zeros(len(present), bool)
    if quarter + 1 < numbers.QUARTERS:
        at_risk = stays & falls_at_risk(everybody, luck, quarter + 1)
    by_time = np.flatnonzero(came)
    by_time = by_time[np.argsort(everybody.day[by_time], kind="stable")]
    after = State(
        present=stays,
        joined=state.joined | came,
        at_risk=at_risk,
        bad=bad,
        tired=message > 0,
        spend=plan.spend / 100,
        people=plan.people,
    )
    happened = Happened(orders, tickets, by_time, work, money, committed(plan, state.people))
    return happened, after


def falls_at_risk(everybody, luck, quarter):
    """Return whom the luck of a quarter puts at risk, if present."""
    chance = markets.onset_chance(everybody.dropout, int(numbers.LENGTHS[quarter]))
    return luck.onset[quarter] < steady(chance)


def committed(plan, before):
    """Return what a plan costs at once, fen: spend, contacts, and people in service.

    Parameters
    ----------
    plan : Plan
    before : int
        People in the quarter before.
    """
    contacts = _cost(numbers.OFFER_CONTACT, plan.offer)
    contacts += _cost(numbers.MESSAGE_CONTACT, plan.message)
    return int(plan.spend.sum()) + contacts + service_cost(before, plan.people)


def service_cost(before, people):
    """Return salaries, and what hiring or letting go costs, fen."""
    yuan = numbers.SALARY * people
    yuan += numbers.HIRING * max(people - before, 0)
    yuan += numbers.LEAVING_PAY * max(before - people, 0)
    return 100 * yuan


def full_people(before, people):
    """Return how many full people work: who is new counts `numbers.NEW_PERSON`."""
    return min(before, people) + numbers.NEW_PERSON * max(people - before, 0)


def _cost(prices, codes):
    return 100 * int(np.bincount(codes, minlength=len(prices)) @ np.array(prices))


def _comes(market, everybody, state, plan, quarter):
    won = steady(markets.won_share(market, plan.spend / 100, state.spend))
    mine = everybody.comes == quarter
    by_channel = everybody.reluctance < won[everybody.channel]
    return mine & ((everybody.channel < 0) | by_channel)


def _orders(market, everybody, luck, quarter, fate):
    """Return person, day, value and margin of every order, in order of time."""
    came, begin, end, message = fate
    who, day, basket = luck.orders[quarter]
    made = (day >= begin[who]) & (day < end[who])
    who, day, basket = who[made], day[made], basket[made]
    # A newcomer's first order is what makes them one.
    first = np.flatnonzero(came)
    early = np.zeros(len(came), bool)
    early[who[day < numbers.MESSAGE_DAYS]] = True
    chance = steady(market.response)[everybody.group, message]
    moved = (message > 0) & ~early & (luck.mood[quarter] < chance)
    moved = np.flatnonzero(moved & (luck.brought[quarter] < end))
    who = np.concatenate([who, first, moved]).astype(np.int32)
    day = np.concatenate([day, begin[first], luck.brought[quarter][moved]])
    basket = np.concatenate([basket, luck.extra[quarter][first], luck.extra[quarter][moved]])
    by_time = np.argsort(day, kind="stable")
    who, day, basket = who[by_time], day[by_time], basket[by_time]
    value, margin = (
        np.rint(steady(money[who] * basket * 100)).astype(np.int64)
        for money in (everybody.value, everybody.margin)
    )
    return who, day, value, margin


def _first_within(orders, code, days):
    """Return the positions of the first orders of those reached, within so many days."""
    who, day, *_money = orders
    inside = np.flatnonzero((day < days) & (code[who] > 0))
    _person, first = np.unique(who[inside], return_index=True)
    return inside[first]


def _tickets(everybody, luck, state, quarter, fate, calls, people):
    begin, end = fate
    who, day, hours, uniform, wait, only = luck.tickets[quarter]
    opened = (day >= begin[who]) & (day < end[who])
    opened &= state.at_risk[who] | (only < 1 / numbers.TICKETS_AT_RISK)
    who, day, hours, uniform, wait = (values[opened] for values in (who, day, hours, uniform, wait))
    load = hours.sum().round(2) + numbers.CALL_HOURS * calls
    waited = float(markets.waiting(load, people))
    share = float(steady([markets.bad_share(load, people)])[0])
    bad = uniform < share
    by_time = np.argsort(day, kind="stable")
    # Whoever waits longer than the others is more often handled badly; on paper at least.
    seen = np.round(waited * wait, 1)
    tickets = who[by_time], day[by_time], seen[by_time], bad[by_time]
    work = {
        "tickets": len(who),
        "calls": calls,
        "hours": round(float(load), 1),
        "waiting_hours": round(waited, 1),
        "bad_share": round(float(bad.mean()), 3) if len(who) else 0.0,
    }
    return tickets, work
