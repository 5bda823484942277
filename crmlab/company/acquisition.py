"""How customers were found: leads, the contacts before, what these cost, and what they caused.

1. A lead has a need and a budget. Contacts come one after another: some channels open, some
   close. Who would come anyway ("seekers") ends with a search or a mail.
2. A lead is won if at least one cause works: its own wish, or a contact. Each cause works by
   itself, with a chance that rises with the fit of the lead (a noisy-or: Pearl 1988,
   *Probabilistic Reasoning in Intelligent Systems*, p. 184).
3. The register says how many are won. The fit is scaled until so many are expected, the won
   are drawn with exactly these chances, and the causes that worked are drawn given the end.
4. The won leads are given to the customers who joined in the year, so that some channels
   bring customers who are worth more.

Switching a channel off takes its contacts away and leaves all other luck alone: lost is
every customer for whom no cause worked but contacts of this channel.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    dates,
    day_number,
    frozen,
    numbered,
    pick,
    pick_by_row,
    points,
    take,
    text,
    timestamps,
)
from crmlab.company.sales import expected_order

KINDS = ("consumer", "organisation")
_CHANNELS = len(world.CONTACT_CHANNELS)
_FIRST_DAY = day_number(world.LEADS_YEAR)
_DAYS = world.DAYS - _FIRST_DAY
_MONTHS = 12
_CONTACT_HOURS = (8, 22)  # from 8:00 to 21:59


@dataclass(frozen=True)
class Leads:
    """Read-only arrays: one element per lead in order of time, then one per contact."""

    customer: np.ndarray  # position of the customer; -1 if not won
    organisation: np.ndarray  # bool
    created: np.ndarray  # day
    closed: np.ndarray  # day of winning, or on which a lost lead would be closed
    need: np.ndarray  # true, 1 … 5
    budget: np.ndarray
    trial_pack: np.ndarray  # bool
    price_page: np.ndarray
    webinar: np.ndarray
    chance: np.ndarray  # of being won
    anyway: np.ndarray  # bool: won, and would be without any contact
    lead: np.ndarray  # per contact: position of the lead
    minute: np.ndarray  # per contact: since the first day of the period
    channel: np.ndarray  # per contact: code of CONTACT_CHANNELS
    voucher: np.ndarray  # per contact: bool
    caused: np.ndarray  # per contact: bool, would have won the lead alone


def draw(child, latent):
    """Draw the leads of the year and their contacts.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent

    Returns
    -------
    Leads
    """
    joined = np.flatnonzero(latent.joined >= _FIRST_DAY)
    new = [joined[(latent.account[joined] > 0) == kind] for kind in (False, True)]
    sizes = [round(world.LEADS_PER_CUSTOMER * len(customers)) for customers in new]
    organisation = np.repeat([False, True], sizes)
    traits = _traits(child("leads.traits"), organisation)
    path = _paths(child("touchpoints.paths"), len(organisation))
    own, effect = _chances(traits, path)

    rng = child("leads.won")
    chance, worked = np.zeros(len(organisation)), np.zeros(len(path["lead"]), bool)
    anyway, customer = np.zeros(len(organisation), bool), np.full(len(organisation), -1)
    score = _value_score(child("leads.value"), path, len(organisation))
    log_value = np.log(lifetime_value(latent))
    for kind, customers in enumerate(new):
        if not len(customers):
            continue
        mine = organisation == kind
        scale = _scale(own, effect, path["lead"], mine, len(customers))
        chance[mine] = _won_chance(scale, own, effect, path["lead"])[mine]
        won = np.flatnonzero(mine)[_systematic(rng, chance[mine], len(customers))]
        anyway[won], by_kind = _causes(rng, won, scale, own, effect, path["lead"])
        worked |= by_kind
        by_score = np.argsort(score[won], kind="stable")
        customer[won[by_score]] = customers[np.argsort(log_value[customers], kind="stable")]

    times = _times(child("leads.times"), latent, customer, organisation)
    leads = {"customer": customer, "organisation": organisation, "chance": chance}
    leads |= {"anyway": anyway, **traits, **times}
    minute = _minutes(child("touchpoints.times"), path, times)
    by_time = np.argsort(times["created"], kind="stable")
    place = np.empty_like(by_time)
    place[by_time] = np.arange(len(by_time))
    contacts = {"lead": place[path["lead"]], "minute": minute, "caused": worked}
    contacts |= {"channel": path["channel"], "voucher": path["voucher"]}
    in_order = np.lexsort((contacts["lead"], minute))
    return Leads(
        **{name: frozen(values[by_time]) for name, values in leads.items()},
        **{name: frozen(values[in_order]) for name, values in contacts.items()},
    )


def lifetime_value(latent):
    """Return each customer's expected margin from the first order on, yuan.

    The first order and, for `world.CLV_YEARS` T, λ (1 − e^−(μ+δ)T) / (μ + δ) more, with rate
    of ordering λ, of leaving μ, and continuous discounting δ = log(1 + annual rate) (Fader,
    Hardie & Lee 2005, "RFM and CLV: using iso-value curves for customer base analysis"; here
    up to T).
    """
    value, cost = expected_order(latent)
    fall = latent.dropout + np.log1p(world.CLV_DISCOUNT)
    orders = 1 + latent.rate * -np.expm1(-fall * world.CLV_YEARS) / fall
    return orders * (value - cost)


def _traits(rng, organisation):
    n = len(organisation)
    need, budget = (3 + world.NEED_BUDGET_SD * rng.normal(size=(2, n))).clip(1, 5)
    yes = rng.random((3, n))
    odds = (
        world.TRIAL_PACK[0] + world.TRIAL_PACK[1] * (need - 3),
        world.PRICE_PAGE[0] + world.PRICE_PAGE[1] * (budget - 3),
        world.WEBINAR[0] + world.WEBINAR[1] * organisation,
    )
    trial_pack, price_page, webinar = (yes[i] < expit(odds[i]) for i in range(3))
    return {
        "need": need,
        "budget": budget,
        "trial_pack": trial_pack,
        "price_page": price_page,
        "webinar": webinar,
    }


def log_fit(need, budget, trial_pack, price_page, webinar):
    """Return the log multiple of every chance of a lead, 0 for one of middling fit."""
    need, budget = need - 3, budget - 3
    return (
        world.FIT_NEED * need
        + world.FIT_BUDGET * budget
        + world.FIT_BOTH * need * budget
        + world.FIT_TRIAL_PACK * trial_pack
        + world.FIT_PRICE_PAGE * price_page
        + world.FIT_WEBINAR * webinar
    )


def _paths(rng, n):
    """Draw who is a seeker, and the channel of every contact, contact by contact."""
    seeker = (rng.random(n) < world.SEEKER_SHARE).astype(np.int8)
    count = 1 + np.minimum(rng.poisson(world.MORE_CONTACTS, n), world.MOST_CONTACTS - 1)
    lead = np.repeat(np.arange(n, dtype=np.int32), count)
    place = np.arange(len(lead)) - (np.cumsum(count) - count)[lead]
    last = place == count[lead] - 1
    closes = last & (rng.random(len(lead)) < np.take(world.CLOSED_BY_THEMSELVES, seeker)[lead])
    opens = (place == 0) & ~closes
    channel = pick_by_row(rng, world.STAGE_MIX, np.select([opens, closes], [0, 2], 1))
    voucher = rng.random(len(lead)) < np.take(world.VOUCHER_SHARES, channel)
    return {"seeker": seeker, "lead": lead, "place": place, "channel": channel, "voucher": voucher}


def _chances(traits, path):
    """Return the chance of each lead's own wish and of each contact, before scaling."""
    fit = np.exp(log_fit(**traits))
    effect = np.take(world.CONTACT_EFFECT, path["channel"])
    effect = effect * np.where(path["voucher"], world.VOUCHER_EFFECT, 1.0)
    return np.take(world.ANYWAY, path["seeker"]) * fit, effect * fit[path["lead"]]


def _cap(chance):
    return np.minimum(chance, world.LARGEST_CHANCE)


def _won_chance(scale, own, effect, lead):
    """Return the chance that at least one cause of each lead works."""
    none = np.log1p(-_cap(scale * effect))
    none = np.bincount(lead, weights=none, minlength=len(own)) + np.log1p(-_cap(scale * own))
    return -np.expm1(none)


def _scale(own, effect, lead, mine, wanted):
    """Return the multiple of all chances under which `wanted` leads are expected to be won."""
    return brentq(
        lambda scale: _won_chance(scale, own, effect, lead)[mine].sum() - wanted, 0.0, 1e4
    )


def _systematic(rng, chance, wanted):
    """Draw exactly `wanted` positions, each with its own chance.

    Systematic sampling with unequal chances (Madow 1949, "On the theory of systematic
    sampling, II"); `chance` adds up to `wanted`.
    """
    reached = np.minimum(np.cumsum(chance), wanted)
    reached[-1] = wanted  # free of the rounding errors of the sum
    return np.flatnonzero(np.diff(np.floor(reached + rng.random()), prepend=0.0) > 0)


def _causes(rng, won, scale, own, effect, lead):
    """Draw which causes worked for the won leads, given that at least one did.

    The first to work is drawn in proportion to the chance that those before it failed; those
    after it work or fail by themselves.

    Returns
    -------
    tuple of ndarray
        Whether the own wish of each won lead worked; whether each contact (of all) worked.
    """
    n = len(own)
    own, effect = _cap(scale * own), _cap(scale * effect)
    fails = np.log1p(-effect)
    before = np.cumsum(fails) - fails  # over all contacts; made per lead below
    begins = np.searchsorted(lead, np.arange(n))
    survives = np.log1p(-own)[lead] + before - before[begins][lead]
    goal = np.ones(n)
    goal[won] = rng.random(len(won)) * _won_chance(1.0, own, effect, lead)[won]
    is_won = np.zeros(n, bool)
    is_won[won] = True
    # The first cause to work is the one in whose slice of 1 − P(none) the goal falls.
    tried, done = -np.expm1(survives), -np.expm1(survives + fails)
    first = is_won[lead] & (goal[lead] >= tried) & (goal[lead] < done)
    later = is_won[lead] & (goal[lead] < tried) & (rng.random(len(lead)) < effect)
    return goal[won] < own[won], first | later


def _value_score(rng, path, n):
    """Return how much a lead's contacts speak for a customer who is worth much."""
    score = world.VALUE_NOISE * rng.normal(size=n)
    for code, weight in enumerate(world.VALUE_BY_CHANNEL):
        score += weight * _any(path["lead"], path["channel"] == code, n)
    return score + world.VALUE_BY_VOUCHER * _any(path["lead"], path["voucher"], n)


def _any(lead, yes, n):
    return np.bincount(lead[yes], minlength=n) > 0


def _times(rng, latent, customer, organisation):
    """Draw the day on which each lead left a contact, and the day on which it was closed."""
    n = len(customer)
    mean = np.take(world.LEAD_DAYS, organisation.astype(np.int8))
    length = np.rint(rng.gamma(world.LEAD_DAYS_SHAPE, mean / world.LEAD_DAYS_SHAPE))
    anywhere, room = rng.random((2, n))
    won = customer >= 0
    # A lost lead is closed evenly over the year and beyond, as long as it began in the year.
    lost = _FIRST_DAY + np.floor((_DAYS + length) * anywhere)
    closed = np.where(won, latent.joined[customer], lost)
    # Who was closed early in the year left the contact in what there was of it.
    since = closed - _FIRST_DAY
    before = np.where(length <= since, length, np.floor(room * (since + 1)))
    return {
        "created": (closed - before).astype(np.int32),
        "closed": closed.astype(np.int32),
    }


def _minutes(rng, path, times):
    """Draw the minute of every contact: from before the lead left one to the day before the end."""
    lead, n = path["lead"], len(times["created"])
    start = times["created"] - 1 - np.floor(rng.exponential(world.KNOWN_BEFORE, n))
    end = np.minimum(times["closed"], world.DAYS)  # of the last day with a contact, exclusive
    share = np.where(path["place"] == 0, 0.0, rng.random(len(lead)))
    day = np.floor(start[lead] + share * (end - start)[lead]).astype(np.int64)
    first, last = _CONTACT_HOURS
    minute = day * MINUTES_PER_DAY + rng.integers(first * 60, last * 60, len(lead))
    # Channels were drawn in order of time: sort the minutes within each lead.
    return minute[np.lexsort((minute, lead))]


def leads_table(child, leads, latent, customer_ids):
    """Return one row per lead, in order of the day on which it left a contact.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    leads : Leads
    latent : Latent
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    rng, n = child("leads"), len(leads.customer)
    won = leads.customer >= 0
    region = np.where(won, latent.region[leads.customer], pick(rng, world.REGION_SHARES, n))
    middle, spread = world.EMPLOYEES
    employees = np.maximum(np.rint(middle * np.exp(spread * rng.normal(size=n))), 1)
    mean, on_need = world.PAGES_VIEWED
    pages = 1 + rng.poisson(mean * np.exp(on_need * (leads.need - 3)))
    noise = world.SCORE_NOISE * rng.normal(size=(2, n))
    steps = _steps(rng, leads)
    return pd.DataFrame(
        {
            "lead_id": text(lead_ids(leads)),
            "created": dates(leads.created),
            "kind": category(KINDS, leads.organisation.astype(np.int8)),
            "region": category(world.REGIONS, region),
            "employees": pd.Series(employees, dtype="Int32").where(leads.organisation),
            "pages_viewed": pages,
            "price_page": leads.price_page.copy(),
            "trial_pack": leads.trial_pack.copy(),
            "webinar": leads.webinar.copy(),
            "need": points(leads.need + noise[0], (1, 5)),
            "budget": points(leads.budget + noise[1], (1, 5)),
            **steps,
            "customer_id": text(take(customer_ids, leads.customer)),
        }
    )


def lead_ids(leads):
    n = len(leads.customer)
    return numbered("L", np.arange(1, n + 1), max(5, len(str(n))))


def _steps(rng, leads):
    """Draw the days of the three steps towards the end; missing where a lead did not get there."""
    n = len(leads.customer)
    won = leads.customer >= 0
    fit = log_fit(leads.need, leads.budget, leads.trial_pack, leads.price_page, leads.webinar)
    share = np.sort(rng.random((3, n)), axis=0)
    length = leads.closed - leads.created
    reached, steps = np.ones(n, bool), {}
    for i, name in enumerate(("contacted_on", "qualified_on", "offer_on")):
        usual = world.LOST_REACHES[i]
        odds = np.log(usual / (1 - usual)) + world.LOST_REACHES_FIT[i] * fit
        reached &= won | (rng.random(n) < expit(odds))
        day = leads.created + np.floor(share[i] * (length + 1)).astype(np.int32)
        steps[name] = _dated(day, reached & (day < world.DAYS))
    return {**steps, "won_on": _dated(leads.closed, won)}


def _dated(day, known):
    return pd.Series(dates(day)).where(known)


def touchpoints_table(leads):
    """Return one row per contact before a lead was won or lost, in order of time."""
    return pd.DataFrame(
        {
            "lead_id": text(take(lead_ids(leads), leads.lead)),
            "date": timestamps(leads.minute),
            "channel": category(world.CONTACT_CHANNELS, leads.channel),
            "promotion": leads.voucher.copy(),
        }
    )


def channels_table():
    """Return what each contact channel is."""
    return pd.DataFrame(
        {
            "channel": category(world.CONTACT_CHANNELS, range(_CHANNELS)),
            "communication": pd.Categorical(
                world.COMMUNICATIONS, categories=list(dict.fromkeys(world.COMMUNICATIONS))
            ),
            "paid": list(world.PAID),
        }
    )


def channel_spend_table(rng, leads):
    """Return what each contact channel cost in each month of the year, yuan."""
    months = np.arange(_MONTHS)
    first = world.LEADS_YEAR.astype("datetime64[M]")
    month = world.FIRST_DAY + (leads.minute // MINUTES_PER_DAY).astype("timedelta64[D]")
    month = (month.astype("datetime64[M]") - first).astype(int)
    inside = month >= 0  # contacts before the year were paid before
    contacts = np.bincount(
        month[inside] * _CHANNELS + leads.channel[inside], minlength=_MONTHS * _CHANNELS
    ).reshape(_MONTHS, _CHANNELS)
    luck = np.exp(world.SPEND_SIGMA * rng.normal(size=contacts.shape))
    staff = np.array(world.STAFF_COST) * len(leads.customer) / _MONTHS
    spend = contacts * np.array(world.COST_PER_CONTACT) * luck + staff
    return pd.DataFrame(
        {
            "month": np.repeat((first + months).astype("datetime64[us]"), _CHANNELS),
            "channel": category(world.CONTACT_CHANNELS, np.tile(np.arange(_CHANNELS), _MONTHS)),
            "spend": spend.ravel().round(2),
        }
    )


def landing_test_table(rng):
    """Return visitors and orders of each arm on each day of the test of the landing page."""
    arms = len(world.LANDING_ARMS)
    arm = np.tile(np.arange(arms), world.LANDING_DAYS)
    visitors = rng.poisson(world.LANDING_VISITORS, len(arm))
    day = day_number(world.LANDING_DAY) + np.repeat(np.arange(world.LANDING_DAYS), arms)
    return pd.DataFrame(
        {
            "day": dates(day),
            "arm": category(world.LANDING_ARMS, arm),
            "visitors": visitors,
            "orders": rng.binomial(visitors, np.take(world.LANDING_RATES, arm)),
        }
    )


def won_without_calls(leads):
    """Return who is won, and would be had nothing come after the lead left a contact."""
    before = leads.minute // MINUTES_PER_DAY < leads.created[leads.lead]
    caused = np.bincount(leads.lead[leads.caused & before], minlength=len(leads.customer))
    return leads.anyway | (caused > 0)


def lost_without(leads):
    """Return the customers lost if each contact channel were switched off, all luck the same."""
    needed = np.zeros(_CHANNELS, np.int64)
    n = len(leads.customer)
    total = np.bincount(leads.lead[leads.caused], minlength=n)
    for code in range(_CHANNELS):
        mine = np.bincount(leads.lead[leads.caused & (leads.channel == code)], minlength=n)
        needed[code] = ((mine > 0) & (mine == total) & ~leads.anyway).sum()
    return needed
