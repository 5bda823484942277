"""How a company comes to the first day of its game: its customers, its books, its tests.

1. Who its customers are and what they bought is the case company's of the same seed.
2. The quarter before brought tickets, and signs of who is at risk.
3. Offers and messages were tried by lot on customers of other towns, where they do what they do
   here; so was the spend on each channel.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.company import campaigns, latent, sales, world
from crmlab.company.draws import MINUTES_PER_DAY, category
from crmlab.company.latent import leaving
from crmlab.game import engine, market, numbers, population
from crmlab.game.books import KINDS, Books, Known, Past, customer_ids, features

_TOWN = numbers.TOWN_CUSTOMERS


@dataclass(frozen=True)
class Start:
    """All there is on the first day: the truth, and the books.

    Attributes
    ----------
    market : Market
    everybody : Population
    luck : Luck
    state : engine.State
    known : Known
    past : Past
    budget : int
        Fen.
    """

    market: object
    everybody: object
    luck: object
    state: object
    known: Known
    past: Past
    budget: int

    def open_books(self):
        """Return new books, as they are on the first day."""
        return Books(self.known, self.past, self.budget, np.arange(self.everybody.base))


def begin(child, customers):
    """Make a company ready for its first day.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    customers : int
        On the register.

    Returns
    -------
    Start
    """
    own = market.draw(child("game.market"), customers)
    everybody, luck, orders, state = _company(child, customers, own)
    tickets = _tickets_before(child("game.tickets.before"), everybody, state)
    needed = _hours_of_a_quarter(everybody) / (numbers.FULL * numbers.PERSON_HOURS)
    low, high = numbers.PEOPLE_NOW
    factor = low + (high - low) * child("game.people").random()
    people = max(int(np.rint(needed * factor)), 1)
    state = engine.State(
        present=state.present,
        joined=state.joined,
        at_risk=state.at_risk,
        bad=_any(tickets[0][tickets[3]], len(state.present)),
        tired=state.tired,
        spend=own.last_spend,
        people=people,
    )
    past = Past(
        orders=orders,
        tickets=tickets,
        written_to=state.tired,
        work=_work_before(child("game.service"), needed, people),
        spend=own.last_spend,
        people=people,
        tests=_tests(child, own),
    )
    known = Known(
        **{
            name: getattr(everybody, name)
            for name in ("label", "organisation", "consent", "region", "first", "last")
        },
        joined=everybody.day,
    )
    last_year = numbers.QUARTERS * (own.last_spend.sum() + people * numbers.SALARY)
    budget = int(np.rint(numbers.BUDGET * last_year / 1000)) * 1000 * 100
    return Start(own, everybody, luck, state, known, past, budget)


def _company(child, customers, own):
    """Return everybody, their luck, the orders of the past and how they stand."""
    hidden = latent.draw(child, customers)
    everybody = population.draw(child, hidden, own)
    luck = population.draw_luck(child, everybody)
    n = len(everybody.group)
    at_risk = np.zeros(n, bool)
    at_risk[:customers] = leaving(hidden, np.arange(customers), world.DAYS)
    at_risk = (at_risk | engine.falls_at_risk(everybody, luck, 0)) & everybody.there
    tired = child("game.written_to").random(n) < 0.3
    state = engine.State(
        present=everybody.there,
        joined=everybody.comes < 0,
        at_risk=at_risk,
        bad=np.zeros(n, bool),
        tired=tired & everybody.consent & (everybody.comes < 0),
        spend=own.last_spend,
        people=0,
    )
    return everybody, luck, _orders(child, hidden), state


def _orders(child, hidden):
    """Return person, day, value and margin (fen) of all orders and refunds of the past."""
    sold = sales.draw(child, hidden, campaigns.draw_plan(child, hidden))
    paid, cost = sold.totals(sold.paid), sold.totals(sold.cost())
    day = sold.minute / MINUTES_PER_DAY - world.DAYS
    return sold.customer, day, paid, paid - cost


def _any(who, n):
    return np.bincount(who, minlength=n) > 0


def signs(everybody, luck, state, quarter):
    """Return what the web shop saw of everybody in the quarter before `quarter`."""
    kind = np.where(state.present, np.where(state.at_risk, 1, 0), 2)
    rows = np.arange(len(kind))
    return luck.visits[quarter][rows, kind], luck.compared[quarter][rows, kind]


# --- service -----------------------------------------------------------------------------


def _hours_of_a_quarter(everybody):
    rate = np.take(numbers.TICKETS, everybody.group[everybody.there])
    return rate.sum() / numbers.QUARTERS * numbers.TICKET_HOURS


def _tickets_before(rng, everybody, state):
    rate = np.take(numbers.TICKETS, everybody.group) * np.where(
        state.at_risk, numbers.TICKETS_AT_RISK, 1.0
    )
    counts = rng.poisson(rate * state.present * numbers.LAST_LENGTH / world.DAYS_PER_YEAR)
    who = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    day = np.sort(numbers.LAST_LENGTH * rng.random(len(who)))
    who = rng.permutation(who)
    wait = rng.gamma(numbers.HOURS_SHAPE, 4.0 / numbers.HOURS_SHAPE, len(who)).round(1)
    return who, day, wait, rng.random(len(who)) < 0.2


def _work_before(rng, needed, people):
    """Return the service of past quarters: tickets and people went up and down."""
    rows = []
    for _quarter in range(numbers.PAST_QUARTERS):
        there = max(int(np.rint(needed * (0.7 + 0.6 * rng.random()))), 1)
        usual = numbers.FULL * numbers.PERSON_HOURS * needed
        tickets = int(rng.poisson(usual / numbers.TICKET_HOURS * (0.85 + 0.3 * rng.random())))
        calls = int(tickets * 0.2 * rng.random())
        sigma = numbers.TICKET_HOURS / np.sqrt(numbers.HOURS_SHAPE * max(tickets, 1))
        hours = tickets * max(numbers.TICKET_HOURS + sigma * rng.normal(), 0.1)
        hours = float(np.round(hours + numbers.CALL_HOURS * calls, 1))
        share = float(steady([market.bad_share(hours, there)])[0])
        rows.append(
            {
                "people": there,
                "tickets": tickets,
                "calls": calls,
                "hours": hours,
                "waiting_hours": round(float(market.waiting(hours, there)), 1),
                "bad_share": round(int(rng.binomial(tickets, share)) / max(tickets, 1), 3),
            }
        )
    return rows


# --- tests -------------------------------------------------------------------------------


def _tests(child, own):
    def town(name):
        return child(f"town.{name}")

    everybody, luck, orders, state = _company(town, _TOWN, own)
    tickets = _tickets_before(town("game.tickets.before"), everybody, state)
    needed = _hours_of_a_quarter(everybody) / (0.8 * numbers.PERSON_HOURS)
    state = engine.State(
        **{
            **vars(state),
            "bad": _any(tickets[0][tickets[3]], len(state.bad)),
            "people": round(needed),
        }
    )
    table = pd.DataFrame(
        {
            "label": category(world.GROUPS, everybody.label[:_TOWN]),
            "kind": category(KINDS, everybody.organisation[:_TOWN].astype(np.int8)),
            **features(_TOWN, orders, tickets, signs(everybody, luck, state, 0), state.tired, 0.0),
        },
        index=customer_ids(_TOWN).rename("customer_id"),
    )
    recent = np.flatnonzero(table["orders"].to_numpy() > 0)
    world_of = own, everybody, luck, state
    return {
        "spend_test": _spend_test(child("game.spend_test"), own),
        "offer_test": _offer_test(town("game.offer_test"), world_of, recent, table),
        "message_test": _message_test(town("game.message_test"), world_of, recent, table),
    }


def _tested(table, outcome, who):
    """Return the rows of those in a test: what was known of them before it, then the outcome."""
    return table.iloc[who].assign(**{name: column[who] for name, column in outcome.items()})


def _lots(rng, who, n, arms):
    """Draw an arm for each of `who`, all equally often; 0 for everybody else."""
    code = np.zeros(n, np.int8)
    code[rng.permutation(who)] = np.arange(len(who)) % arms
    return code


def _offer_test(rng, world_of, who, table):
    """Return what each offer brought in the two quarters after it, by lot."""
    own, everybody, luck, state = world_of
    n = len(everybody.group)
    offer, none = _lots(rng, who, n, len(numbers.OFFERS)), np.zeros(n, np.int8)
    spend = np.zeros(len(numbers.CHANNELS), np.int64)
    first, after = engine.forward(
        own, everybody, luck, state, engine.Plan(spend, offer, none, state.people), 0
    )
    second, _end = engine.forward(
        own, everybody, luck, after, engine.Plan(spend, none, none, state.people), 1
    )
    persons = np.concatenate([first.orders[0], second.orders[0]])
    margin = np.concatenate([first.orders[3], second.orders[3]])
    took = _any(first.orders[0][first.orders[1] < numbers.OFFER_DAYS], n)
    cost = np.take(numbers.OFFER_CONTACT, offer) + np.take(numbers.OFFER_REDEMPTION, offer) * took
    outcome = {
        "offer": category(numbers.OFFERS, offer),
        "orders_after": np.bincount(persons, minlength=n),
        "ordered_late": _any(second.orders[0], n),
        "margin_after": np.bincount(persons, weights=margin, minlength=n) / 100,
        "cost": cost,
    }
    return _tested(table, outcome, who)


def _message_test(rng, world_of, who, table):
    """Return what each message brought while it counts, by lot, and who ordered later."""
    own, everybody, luck, state = world_of
    n = len(everybody.group)
    message, none = _lots(rng, who, n, len(numbers.MESSAGES)), np.zeros(n, np.int8)
    spend = np.zeros(len(numbers.CHANNELS), np.int64)
    plan = engine.Plan(spend, none, message, state.people)
    happened, after = engine.forward(own, everybody, luck, state, plan, 0)
    nothing = engine.Plan(spend, none, none, state.people)
    second, _end = engine.forward(own, everybody, luck, after, nothing, 1)
    persons, day, _value, margin = happened.orders
    inside = day < numbers.MESSAGE_DAYS
    ordered = _any(persons[inside], n)
    cost = (
        np.take(numbers.MESSAGE_CONTACT, message)
        + np.take(numbers.MESSAGE_REDEMPTION, message) * ordered
    )
    outcome = {
        "message": category(numbers.MESSAGES, message),
        "ordered": ordered,
        "ordered_late": _any(second.orders[0], n),
        "margin_after": np.bincount(persons[inside], weights=margin[inside], minlength=n) / 100,
        "cost": cost,
    }
    return _tested(table, outcome, who)


def _spend_test(rng, own):
    """Return how many newcomers came where a channel's spend was changed, and no other's."""
    usual = own.reach * market.won_share(own, own.last_spend, own.last_spend)
    channel = np.repeat(np.arange(len(numbers.CHANNELS)), len(numbers.TRIED))
    tried = np.tile(numbers.TRIED, len(numbers.CHANNELS))
    spend = tried * own.last_spend[channel]
    alone = -np.expm1(-spend / own.scale[channel]) * own.reach[channel]
    others = own.organic + usual.sum() - usual[channel]
    came = rng.poisson(steady(numbers.TRIED_QUARTERS * (others + alone)))
    return pd.DataFrame(
        {
            "channel": category(numbers.CHANNELS, channel),
            "spend_multiple": tried,
            "spend": np.round(spend, 2),
            "quarters": numbers.TRIED_QUARTERS,
            "new_customers": came,
        }
    )
