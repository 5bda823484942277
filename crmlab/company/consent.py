"""What customers agreed to, and what was bought about them: consents and data from outside.

1. A customer is asked for a purpose once: at sign-up, in the app, at the till. Who was gone
   before a purpose came up was never asked, and has no record.
2. The keener and the more satisfied say yes to profiling and to sharing more often; marketing
   messages were a box on the form, ticked as the register says.
3. A consent ends by a withdrawal, sooner where a customer is dissatisfied, or right after a
   campaign; some give it again, and a few change their mind within the hour.
4. Dealers hand over lists: they stand in the log, and prove nothing.

Only the log knows the state on a day; the register's flag is the box of the sign-up form.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    dates,
    day_number,
    frozen,
    points,
    take,
    text,
    timestamps,
)

MESSAGES, PROFILING, SHARING = range(len(world.PURPOSES))
_FORM, _SHOP, _APP, _PHONE, _LIST = range(len(world.CONSENT_SOURCES))
_NEVER = np.iinfo(np.int64).max // 4  # a minute that does not come


@dataclass(frozen=True)
class Consents:
    """One read-only array per trait: of the events, in order of time, and of the customers."""

    customer: np.ndarray  # per event: position of the customer
    minute: np.ndarray  # per event: minutes since the first day of the period
    purpose: np.ndarray  # per event: code of PURPOSES
    given: np.ndarray  # per event: given, or else refused or withdrawn
    source: np.ndarray  # per event: code of CONSENT_SOURCES
    chance: np.ndarray  # (customers, purposes): of saying yes when asked


def draw(child, latent, plan, ticked):
    """Draw the log of consents.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent
    plan : Plan
    ticked : ndarray of bool
        Whether the box of the sign-up form was ticked, per customer; the register's flag.

    Returns
    -------
    Consents
    """
    chance = _chances(latent)
    first_day, yes, source = _asked(child("consents.asked"), latent, ticked, chance)
    events = []
    for purpose in range(len(world.PURPOSES)):
        rng = child(f"consents.{world.PURPOSES[purpose]}")
        written = plan.offer if purpose == MESSAGES else np.zeros_like(plan.offer)
        asked = first_day[purpose], yes[purpose], source[purpose]
        events += [(purpose, *stage) for stage in _history(rng, latent, written, *asked)]
    return _log(events, chance)


def _log(events, chance):
    """Put the stages of all purposes into one log, in order of time."""
    parts = {"customer": [], "minute": [], "purpose": [], "given": [], "source": []}
    for purpose, minute, given, source in events:
        who = np.flatnonzero(minute < world.DAYS * MINUTES_PER_DAY)
        parts["customer"].append(who)
        parts["minute"].append(minute[who])
        parts["purpose"].append(np.full(len(who), purpose))
        parts["given"].append(given[who])
        parts["source"].append(source[who])
    joined = {name: np.concatenate(values) for name, values in parts.items()}
    by_time = np.lexsort((joined["purpose"], joined["customer"], joined["minute"]))
    arrays = {name: values[by_time] for name, values in joined.items()}
    return Consents(**{name: frozen(values) for name, values in arrays.items()}, chance=chance)


def _chances(latent):
    """Return the chance of a yes to each purpose when asked, (customers, purposes)."""
    keen = latent.involvement[:, None] * np.array(world.CONSENT_BY_INVOLVEMENT)
    pleased = latent.satisfaction[:, None] * np.array(world.CONSENT_BY_SATISFACTION)
    odds = np.exp(np.array(world.CONSENT_LOG_ODDS) + keen + pleased)
    return frozen(odds / (1 + odds))


def _asked(rng, latent, ticked, chance):
    """Return when each customer is first asked (days; NaN for never), the answer, and where."""
    n = len(latent.group)
    luck, wait, mood = rng.random((2, n)), rng.exponential(size=(2, n)), rng.random(n)
    channel = latent.first_channel
    at_sign_up = np.array([_FORM, _SHOP, _LIST])[channel]
    # A box not ticked on paper leaves no trace; the web form writes down a no.
    leaves_trace = ticked | (channel == world.CHANNELS.index("online"))
    messages = np.where(leaves_trace, latent.joined, np.nan)
    days, answers, sources = [messages], [ticked], [at_sign_up]
    later = np.where(mood < world.APP_SHARE[0], _APP, np.where(channel == 1, _SHOP, _PHONE))
    asked_before = np.ones(n, bool)
    for place, (purpose, since) in enumerate(
        ((PROFILING, world.PROFILING_DAY), (SHARING, world.SHARING_DAY))
    ):
        start = day_number(since)
        new = (latent.joined >= start) & (channel != 2) & (purpose == PROFILING)
        day = np.maximum(latent.joined, start) + 1 + world.ASKED_AFTER[place] * wait[place]
        day = np.where(new, latent.joined, day)
        asked = asked_before & (new | (day < latent.leaves))
        yes = luck[place] < chance[:, purpose]
        days.append(np.where(asked, day, np.nan))
        answers.append(yes)
        sources.append(np.where(new, at_sign_up, later))
        asked_before = asked & yes  # who will not be profiled is not asked for more
    return days, answers, sources


def _history(rng, latent, written, day, yes, source):
    """Yield the events of one purpose: minute, given and source of everybody, stage by stage.

    What is decided is drawn for everybody, so that one customer's log hangs on no other's.
    """
    n = len(latent.group)
    hour, slip, mood = rng.random((4, n)), rng.random((4, n)), rng.random((2, n))
    lasting = rng.exponential(size=(3, n))
    rate = world.WITHDRAWALS_PER_YEAR * np.exp(
        world.WITHDRAWAL_BY_SATISFACTION * latent.satisfaction
    )
    first = np.floor(np.nan_to_num(day, nan=_NEVER))
    until = first + 1 + np.floor(lasting[0] / rate * world.DAYS_PER_YEAR)
    sent = day_number(world.CAMPAIGN_DAY)
    annoyed = (written > 0) & (mood[0] < world.ANNOYED_SHARE) & (first < sent) & (until > sent)
    until = np.where(annoyed, sent + np.floor(lasting[2] * world.ANNOYED_DAYS), until)
    until = np.where(yes, until, _NEVER)
    again = until + 1 + np.floor(lasting[1] * world.AGAIN_DAYS)
    again = np.where((mood[1] < world.AGAIN_SHARE) & (again < latent.leaves), again, _NEVER)
    end = again + 1 + np.floor(lasting[2] / rate * world.DAYS_PER_YEAR)
    by_app = np.full(n, _APP)
    phone = np.where(mood[0] < 0.5, _PHONE, _APP)
    no, ever = np.zeros(n, bool), np.ones(n, bool)
    stages = ((first, yes, source), (until, no, phone), (again, ever, by_app), (end, no, phone))
    for place, (when, given, where) in enumerate(stages):
        minute = _minutes(when, hour[place])
        yield minute, given, where
        changed = (slip[place] < world.CHANGED_MIND_SHARE) & (where != _LIST)
        yield np.where(changed, minute + 3 + (40 * hour[place]).astype(int), _NEVER), ~given, phone


def _minutes(day, hour):
    """Return the minute of an event between 8:00 and 20:00 of a day; `_NEVER` stays."""
    known = day < world.DAYS
    whole = np.where(known, day, 0).astype(np.int64) * MINUTES_PER_DAY
    return np.where(known, whole + 8 * 60 + (hour * 12 * 60).astype(np.int64), _NEVER)


def state(consents, customers, day):
    """Return what each customer agreed to at the end of a day, (customers, purposes) of bool.

    The last record decides, those of dealers' lists left out; no record is no consent.
    """
    counts = (consents.minute < (day + 1) * MINUTES_PER_DAY) & (consents.source != _LIST)
    held = np.zeros((customers, len(world.PURPOSES)), bool)
    # In order of time: of several values for one place, the last stays.
    held[consents.customer[counts], consents.purpose[counts]] = consents.given[counts]
    return held


def consents_table(consents, customer_ids):
    """Return one row per consent given, refused or withdrawn, in order of time."""
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, consents.customer)),
            "recorded": timestamps(consents.minute),
            "purpose": category(world.PURPOSES, consents.purpose),
            "given": consents.given.copy(),
            "source": category(world.CONSENT_SOURCES, consents.source),
        }
    )


def enrichment_table(rng, latent, consents, customer_ids):
    """Return the trial file of the vendor: a row per customer whom it found.

    Handed over were those who agreed to sharing on the day of the trial.
    """
    n = len(latent.group)
    day = day_number(world.TRIAL_DAY)
    found = state(consents, n, day)[:, SHARING] & (latent.joined <= day)
    found &= rng.random(n) < world.MATCHED_SHARE
    noise, uniform = rng.normal(size=(2, n)), rng.random(n)
    other = rng.integers(1, len(world.GROUPS), n)
    wealth = np.take(world.INCOME_VALUE, latent.income) + np.take(world.CITY_VALUE, latent.city)
    persona = np.where(
        uniform < world.PERSONA_ACCURACY, latent.group, (latent.group + other) % len(world.GROUPS)
    )
    middle, per_sd, noise_sd = world.INTEREST_POINTS
    interest = middle + per_sd * latent.involvement + noise_sd * noise[1]
    who = np.flatnonzero(found)
    return pd.DataFrame(
        {
            "customer_id": text(take(customer_ids, who)),
            "matched_on": dates(np.full(len(who), day)),
            "affluence": points(3 + 0.6 * wealth + 0.8 * noise[0], (1, 5))[who],
            "coffee_interest": points(interest, (0, 100))[who],
            "persona": category(world.GROUPS, persona[who]),
        }
    )


def inventory_table():
    """Return what the company holds about customers: a row per column of its tables."""
    rows = [
        (table, column, kind, purpose)
        for table, kind, purpose, columns in world.HELD
        for column in columns.split()
    ]
    frame = pd.DataFrame(rows, columns=["table", "column", "kind", "purpose"])
    return frame.assign(
        kind=pd.Categorical(frame["kind"], world.DATA_KINDS),
        purpose=pd.Categorical(frame["purpose"], (*world.GROUNDS, *world.PURPOSES)),
    )
