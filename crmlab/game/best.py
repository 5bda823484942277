"""The best that was found with the truth: a mark for every policy that has to learn it.

It knows what no company knows (who is still a customer, who is at risk, the true groups, rates,
and what channels, offers and messages do), but not the luck that is still to come.

1. For given people, and so waiting, and prices of a yuan of the budget and of an hour of
   service, the customers do not touch each other any more: what each is expected to be worth in
   each state is found backwards from the end of the year (dynamic programming; Bellman 1957).
   That a message's order can be the one that redeems an offer is left out.
2. The spend on a channel is where the next yuan brings a yuan, given what a newcomer is worth.
3. People are planned for the load that is expected then, and both are found in turns; then one
   person more or less is tried from each quarter on. The price of the budget is raised until what
   is decided can be paid.

Steps 2 and 3 are a search: this is the best that was found, not a proven bound.
"""

from dataclasses import dataclass

import numpy as np

from crmlab.arguments import steady
from crmlab.company import world
from crmlab.game import engine, numbers
from crmlab.game import market as markets

_YEAR = world.DAYS_PER_YEAR
_STATES = np.arange(8)  # at risk, bad, tired: three bits
_AT_RISK, _BAD, _TIRED = ((_STATES >> bit & 1) > 0 for bit in (2, 1, 0))
_SEASON = np.array(world.GROUP_SHARES) @ numbers.SEASON  # of newcomers
_TURNS = 3  # of people and load
_PRICES = 6  # of the budget that are tried
_CLIMBS = 4  # times one person more or less is looked for
_NEVER = -1e6  # yuan: what is not allowed


class Best:
    """The best course through a year that was found with the truth.

    Parameters
    ----------
    start : past.Start

    Attributes
    ----------
    expected : float
        Profit of the year that it expects, yuan.
    people : tuple of int
        In service, per quarter.
    """

    def __init__(self, start):
        self._start = start
        self._who = np.flatnonzero(start.state.present | (start.everybody.comes >= 0))
        self._group = start.everybody.group[self._who]
        self._dropout = start.everybody.dropout[self._who]
        self._rate = start.everybody.rate[self._who]
        self._margin = start.everybody.margin[self._who]
        self._comes = start.everybody.comes[self._who]
        self._channel = start.everybody.channel[self._who]
        self._tickets = np.take(numbers.TICKETS, self._group)[:, None] * np.where(
            _AT_RISK, numbers.TICKETS_AT_RISK, 1.0
        )
        self._moves = {}
        self._search()

    def plan(self, state, quarter, left):
        """Return what it does in a quarter.

        Parameters
        ----------
        state : engine.State
        quarter : int
        left : int
            Of the budget, fen.

        Returns
        -------
        engine.Plan
        """
        code = (4 * state.at_risk + 2 * state.bad + 1 * state.tired)[self._who]
        rows = np.arange(len(self._who))
        codes = []
        for chosen in (self._found.offer, self._found.message):
            everybody = np.zeros(len(state.present), np.int8)
            everybody[self._who] = chosen[quarter][rows, code]
            codes.append(np.where(state.present, everybody, 0))
        spend = _spend(self._start, self._value, quarter, state.spend, self._price)
        nothing = np.zeros(len(spend), np.int64)
        people = self.people[quarter]
        fixed = engine.committed(engine.Plan(nothing, *codes, people), state.people)
        fen = np.rint(100 * spend).astype(np.int64)
        room = max(left - fixed, 0)
        if fen.sum() > room:
            fen = fen * room // fen.sum()
        return engine.Plan(fen, *codes, people)

    # --- search ----------------------------------------------------------------------

    def _search(self):
        people = (self._start.past.people,) * numbers.QUARTERS
        best, service, price = None, self._first_service(people), 0.0
        for _turn in range(_TURNS):
            tried = self._try(people, service, price)
            best = max(tried, best or tried, key=_score)
            people = self._people(tried.followed, price)
            service = _service(self._start, people, tried.followed)
        for _climb in range(_CLIMBS):
            tried = [
                self._try(people, _service(self._start, people, best.followed), price)
                for people in _neighbours(self._start, best.people)
            ]
            better = max([best, *tried], key=_score)
            if better is best:
                break
            best = better
        low, high = 0.0, 4.0
        for _step in range(_PRICES if not best.fits else 0):
            price = (low + high) / 2
            tried = self._try(best.people, _service(self._start, best.people, best.followed), price)
            low, high = (low, price) if tried.fits else (price, high)
            best = max(best, tried, key=_score)
        self.people, self._price = best.people, best.price
        self._found, self._value, self.expected = best.found, best.value, best.followed.profit

    def _try(self, people, service, price):
        found = self._worth(service, price)
        value = self._newcomer_worth(found)
        followed = self._follow(found, value, people, service, price)
        # What was decided brings another load than was thought: the share is that of this one.
        service = _service(self._start, people, followed)
        followed = self._follow(found, value, people, service, price)
        fits = followed.budget <= self._start.budget / 100
        return _Tried(people, price, found, value, followed, fits)

    def _first_service(self, people):
        """Return the shares handled badly, and no price of an hour, for a load as it is now."""
        start = self._start
        rate = np.take(numbers.TICKETS, start.everybody.group[start.state.present]).sum()
        hours = rate / numbers.QUARTERS * numbers.TICKET_HOURS
        return [(_bad_share(hours, full), 0.0) for full in _full(start, people)]

    def _people(self, followed, price):
        """Return the people that cost least, with what is handled badly for want of them."""
        start, most = self._start, numbers.MOST_PEOPLE
        now = start.past.people
        cost, back = {now: 0.0}, []
        for hours, bad_cost in zip(followed.hours, followed.bad_cost, strict=True):
            tickets, following, chosen = hours / numbers.TICKET_HOURS, {}, {}
            for before, so_far in cost.items():
                low = max(before - numbers.STEP, 1)
                for people in range(low, min(before + numbers.STEP, most) + 1):
                    full = engine.full_people(before, people)
                    total = so_far + tickets * bad_cost * _bad_share(hours, full)
                    total += (1 + price) * engine.service_cost(before, people) / 100
                    if total < following.get(people, np.inf):
                        following[people], chosen[people] = total, before
            cost = following
            back.append(chosen)
        people = min(cost, key=lambda n: (round(cost[n], 2), n))
        plan = [people]
        for chosen in reversed(back[1:]):
            plan.append(chosen[plan[-1]])
        return tuple(reversed(plan))

    # --- what everybody is worth -----------------------------------------------------

    def _worth(self, service, budget_price):
        n = len(self._who)
        value = np.zeros((numbers.QUARTERS + 1, n, len(_STATES)))
        offer = np.zeros((numbers.QUARTERS, n, len(_STATES)), np.int8)
        message = np.zeros_like(offer)
        contact = np.array(numbers.OFFER_CONTACT, float)[:, None, None, None]
        call = (np.arange(len(numbers.OFFERS)) == numbers.CALL)[:, None, None, None]
        for quarter in reversed(range(numbers.QUARTERS)):
            bad_share, hour_price = service[quarter]
            gain, stays, present, letter = self._moves_of(quarter)
            per_ticket = numbers.BAD_TICKET * bad_share + numbers.TICKET_HOURS * hour_price
            total = gain - per_ticket * self._tickets * present
            total -= budget_price * contact + call * numbers.CALL_HOURS * hour_price
            total[:, 1] -= budget_price * np.take(numbers.MESSAGE_CONTACT, letter)[:, None]
            if quarter + 1 < numbers.QUARTERS:
                good, bad = self._after(quarter, value[quarter + 1])
                turns_bad = -np.expm1(-self._tickets * present * bad_share)
                total += stays * (good + turns_bad * (bad - good))
            flat = steady(total.reshape(-1, n, len(_STATES)))
            best = flat.argmax(axis=0)
            value[quarter] = np.take_along_axis(flat, best[None], axis=0)[0]
            offer[quarter], written = np.divmod(best, 2)
            message[quarter] = np.where(written > 0, letter[:, None], 0)
        return _Found(value, offer, message)

    def _after(self, quarter, value):
        """Return the worth in the next quarter without and with a bad ticket, (2, people, 1)."""
        onset = markets.onset_chance(self._dropout, int(numbers.LENGTHS[quarter + 1]))[:, None]
        mean = (1 - onset) * value[:, :4] + onset * value[:, 4:]
        by_bad = mean.reshape(-1, 2, 2).transpose(1, 2, 0)[..., None]  # bad, written to, people
        return by_bad

    def _moves_of(self, quarter):
        """Return gain, chance to stay, time present (years), and the message that brings most.

        The first three have the shape (offers, written to or not, people, states); without
        the cost of tickets. Of a Poisson process with rate λ that is cut short by leaving at
        rate μ, λ (1 − e^(−μt)) / μ events are expected in a time t.
        """
        if quarter in self._moves:
            return self._moves[quarter]
        start, group = self._start, self._group
        years = numbers.LENGTHS[quarter] / _YEAR
        ordering = self._rate * numbers.SEASON[group, quarter]
        letter, letter_gain = self._message(ordering)
        written = np.arange(2)[None, :, None, None]
        rate = markets.leaving_rate(
            start.market,
            group[None, None, :, None],
            self._dropout[None, None, :, None],
            _AT_RISK,
            _BAD,
            np.arange(len(numbers.OFFERS))[:, None, None, None],
            written,
            _TIRED,
        )
        rate = np.maximum(rate, 1e-3)
        stays = np.exp(-rate * years)
        present = (1 - stays) / rate
        gain = present * (self._margin * ordering)[:, None]
        either = ordering[:, None] + rate
        redeems = ordering[:, None] / either * -np.expm1(-either * numbers.OFFER_DAYS / _YEAR)
        gain -= np.array(numbers.OFFER_REDEMPTION)[:, None, None, None] * redeems
        gain -= np.array(numbers.OFFER_CONTACT)[:, None, None, None]
        gain += written * letter_gain[:, None]
        self._moves[quarter] = gain, stays, present, letter
        return self._moves[quarter]

    def _message(self, ordering):
        """Return the message that brings most at once, and what it brings, yuan."""
        everybody = self._start.everybody
        anyway = -np.expm1(-ordering * numbers.MESSAGE_DAYS / _YEAR)[:, None]
        moved = self._start.market.response[self._group] * (1 - anyway)
        discount = np.array(numbers.MESSAGE_DISCOUNT) / 100 * everybody.value[self._who, None]
        gain = (
            self._margin[:, None] * moved
            - (anyway + moved) * (np.array(numbers.MESSAGE_REDEMPTION) + discount)
            - np.array(numbers.MESSAGE_CONTACT)
        )
        gain[:, 0] = _NEVER
        best = steady(gain).argmax(axis=1)
        value = gain[np.arange(len(best)), best]
        return best, np.where(everybody.consent[self._who], value, _NEVER)

    def _newcomer_worth(self, found):
        """Return what a newcomer of each channel is worth in each quarter, (quarters, channels)."""
        table = np.zeros((numbers.QUARTERS, len(numbers.CHANNELS)))
        for quarter in range(numbers.QUARTERS):
            one = self._first_quarter(quarter)
            if quarter + 1 < numbers.QUARTERS:
                good, _bad = self._after(quarter, found.value[quarter + 1])
                calm = numbers.CALM_SHARE * self._dropout
                half = numbers.LENGTHS[quarter] / _YEAR / 2
                one = one + np.exp(-calm * half) * good[0, :, 0]
            for channel in range(table.shape[1]):
                mine = self._channel == channel
                table[quarter, channel] = one[mine].mean() if mine.any() else 0.0
        return table

    def _first_quarter(self, quarter):
        """Return what everybody would bring, came they in the middle of a quarter, in it."""
        half = numbers.LENGTHS[quarter] / _YEAR / 2
        return self._margin * (1 + self._rate * numbers.SEASON[self._group, quarter] * half)

    # --- following it ----------------------------------------------------------------

    def _follow(self, found, value, people, service, budget_price):
        """Return what is expected of following what was found."""
        start, n = self._start, len(self._who)
        chance = np.zeros((n, len(_STATES)))
        state = start.state
        code = (4 * state.at_risk + 2 * state.bad + 1 * state.tired)[self._who]
        present_now = state.present[self._who]
        chance[np.flatnonzero(present_now), code[present_now]] = 1.0
        hours, bad_cost, budget, profit = [], [], 0.0, 0.0
        people_before, spent = start.past.people, start.state.spend
        rows = np.arange(n)[:, None]
        for quarter in range(numbers.QUARTERS):
            gain, stays, present, _letter = self._moves_of(quarter)
            offer = found.offer[quarter].astype(int)
            written = (found.message[quarter] > 0).astype(int)
            at = (offer, written, rows, _STATES[None])
            bad_share = service[quarter][0]
            opened = chance * self._tickets * present[at]
            profit += (chance * gain[at]).sum() - opened.sum() * bad_share * numbers.BAD_TICKET
            contact = np.take(numbers.OFFER_CONTACT, offer)
            contact = contact + np.take(numbers.MESSAGE_CONTACT, found.message[quarter])
            budget += (chance * contact).sum()
            calls = (chance * (offer == numbers.CALL)).sum()
            hours.append(opened.sum() * numbers.TICKET_HOURS + numbers.CALL_HOURS * calls)
            lost = 0.0
            if quarter + 1 < numbers.QUARTERS:
                good, bad = self._after(quarter, found.value[quarter + 1])
                lost = (opened * stays[at] * (good - bad)[written, rows, 0]).sum() / opened.sum()
            bad_cost.append(numbers.BAD_TICKET + lost)
            turns_bad = -np.expm1(-self._tickets * present[at] * bad_share)
            chance = self._next(quarter, chance * stays[at], turns_bad, written)
            spend = _spend(start, value, quarter, spent, budget_price)
            weight = self._coming(quarter, spend, spent)
            profit += (weight * self._first_quarter(quarter)).sum()
            chance[:, 0] += weight
            cost = spend.sum() + engine.service_cost(people_before, people[quarter]) / 100
            budget, profit = budget + cost, profit - cost
            people_before, spent = people[quarter], spend
        return _Followed(hours, bad_cost, budget, profit)

    def _coming(self, quarter, spend, before):
        """Return the chance of everybody to come in a quarter."""
        won = markets.won_share(self._start.market, spend, before)
        share = np.where(self._channel >= 0, won[self._channel], 1.0)
        return share * (self._comes == quarter)

    def _next(self, quarter, staying, turns_bad, written):
        """Return the chance of each state in the next quarter."""
        after = np.zeros_like(staying)
        if quarter + 1 == numbers.QUARTERS:
            return after
        onset = markets.onset_chance(self._dropout, int(numbers.LENGTHS[quarter + 1]))
        for code in range(4):
            becomes = turns_bad if code & 2 else 1 - turns_bad
            share = (staying * becomes * (written == (code & 1))).sum(axis=1)
            after[:, code] += share * (1 - onset)
            after[:, 4 + code] += share * onset
        return after


@dataclass(frozen=True)
class _Found:
    value: np.ndarray  # expected profit from a quarter on, yuan, (quarters + 1, people, states)
    offer: np.ndarray  # code, (quarters, people, states)
    message: np.ndarray


@dataclass(frozen=True)
class _Followed:
    hours: list  # of work, per quarter
    bad_cost: list  # of one badly handled ticket, yuan, per quarter
    budget: float  # yuan
    profit: float


@dataclass(frozen=True)
class _Tried:
    people: tuple
    price: float
    found: _Found
    value: np.ndarray  # of a newcomer, yuan, (quarters, channels)
    followed: _Followed
    fits: bool  # within the budget


def _score(tried):
    return tried.fits, float(steady([tried.followed.profit])[0])


def _neighbours(start, people):
    """Return the plans with one person more or less from a quarter on."""
    for first in range(len(people)):
        for change in (-1, 1):
            there = np.array(people)
            there[first:] += change
            steps = np.abs(np.diff(np.append(start.past.people, there)))
            if (there >= 1).all() and (steps <= numbers.STEP).all():
                yield tuple(int(one) for one in there)


def _bad_share(hours, full):
    """Return the share handled badly that is expected, where the load is a matter of luck.

    The sum of a Poisson number of gamma hours has the variance n·E(hours²); three points with
    the weights 1, 4, 1 stand for its distribution (Simpson; Gauss–Hermite for three points).
    """
    tickets = hours / numbers.TICKET_HOURS
    spread = np.sqrt(3 * (1 + 1 / numbers.HOURS_SHAPE) / max(tickets, 1.0))
    loads = hours * np.maximum(1 + spread * np.array([-1.0, 0.0, 1.0]), 0.05)
    return float(markets.bad_share(loads, full) @ np.array([1, 4, 1])) / 6


def _full(start, people):
    before = (start.past.people, *people[:-1])
    return [engine.full_people(was, there) for was, there in zip(before, people, strict=True)]


def _service(start, people, followed):
    """Return the share handled badly, and the price of an hour of work, of each quarter."""
    service = []
    for hours, bad_cost, full in zip(
        followed.hours, followed.bad_cost, _full(start, people), strict=True
    ):
        share, more = (_bad_share(load, full) for load in (hours, 1.01 * hours))
        tickets = hours / numbers.TICKET_HOURS
        service.append((share, (more - share) / (0.01 * hours) * tickets * bad_cost))
    return service


def _spend(start, value, quarter, before, budget_price):
    """Return the spend with which the next yuan brings a yuan, per channel.

    Of what works in the next quarter the worth is that of a newcomer then.
    """
    own, at_once = start.market, np.array(numbers.AT_ONCE)
    brings = at_once * _SEASON[quarter] * value[quarter]
    if quarter + 1 < numbers.QUARTERS:
        brings = brings + (1 - at_once) * _SEASON[quarter + 1] * value[quarter + 1]
    ratio = own.reach * brings / (own.scale * (1 + budget_price))
    works = own.scale * np.log(np.maximum(ratio, 1.0))
    # Of a channel that works late, what was spent before works already.
    return np.round(np.maximum(works - (1 - at_once) * before / 2, 0.0), 0)
