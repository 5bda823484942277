"""The pilot of autumn 2025, in which lots decided who works with what; and training.

1. Each person with a seat keeps a diary of the minutes spent on searching and retyping.
2. Within a department lots deal the people to the systems that have all must-haves, and to
   spreadsheets as before. Some come to use their system, others try it and stop.
3. A second diary follows when the pilot ends, in a quieter season.
4. Training: the lowest scores of a first test are sent to a course; later, lots say who of the
   others goes first.
"""

import numpy as np
import pandas as pd

from crmlab.company import vendors, world
from crmlab.company.draws import category, numbered, text

SPREADSHEETS = "spreadsheets"
_DEPARTMENT = np.repeat(np.arange(len(world.SEATS)), world.SEATS)
_PEOPLE = len(_DEPARTMENT)
ARMS = (SPREADSHEETS, *world.VENDORS)


def arms(child):
    """Deal the people of each department to spreadsheets (0) or a vendor (1 …), in equal parts."""
    tried = 1 + np.flatnonzero(vendors.passing(vendors.kinds(child("vendors.kinds"))))
    places = np.concatenate([[0], tried])
    arm = np.resize(places, _PEOPLE)
    rng = child("pilot.arms")
    for department in range(len(world.SEATS)):
        mine = department == _DEPARTMENT
        arm[mine] = rng.permutation(np.resize(places, mine.sum()))
    return arm


def users(child):
    """Draw who comes to use the system of their arm, bool."""
    chance = vendors.use_chance(vendors.kinds(child("vendors.kinds")))
    chance = np.vstack([np.zeros(len(world.SEATS)), chance])
    return child("pilot.users").random(_PEOPLE) < chance[arms(child), _DEPARTMENT]


def pilot_table(child):
    """Return one row per person with a seat.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.

    Returns
    -------
    pandas.DataFrame
    """
    arm, uses, rng = arms(child), users(child), child("pilot.diaries")
    shape = world.DIARY_SHAPE
    own = np.take(world.DIARY_MEAN, _DEPARTMENT) * rng.gamma(shape, 1 / shape, _PEOPLE)
    kind = vendors.kinds(child("vendors.kinds"))
    share = np.concatenate([[0.0], np.take(world.SAVES, kind)])[arm] * uses
    before, after = world.DIARY_SD * rng.normal(size=(2, _PEOPLE))
    after = after + own * (1 - share) + world.QUIET_SEASON
    return pd.DataFrame(
        {
            "employee_id": text(employee_ids()),
            "department": category(world.DEPARTMENTS, _DEPARTMENT),
            "arm": category(ARMS, arm),
            "minutes_before": _written(own + before),
            "minutes_after": _written(after),
        }
    )


def _written(minutes):
    """Return minutes as people note them: to five, none below 0."""
    return 5 * np.rint(np.maximum(minutes, 0) / 5).astype(np.int64)


def logins_table(child):
    """Return one row per person with a system and week; parameters as of `pilot_table`."""
    arm, uses, rng = arms(child), users(child), child("pilot_logins")
    who = np.flatnonzero(arm > 0)
    shape = (len(who), world.PILOT_WEEKS)
    week = np.arange(1, world.PILOT_WEEKS + 1)
    tries = rng.random(len(who)) < world.CURIOUS
    until = np.where(tries, rng.geometric(1 / world.CURIOUS_WEEKS, len(who)), 0)
    curious = week <= until[:, None]
    chance = np.where(curious, world.USER_WEEK, world.STRAY_LOGIN)
    chance = np.where(uses[who][:, None], world.USER_WEEK, chance)
    there = rng.random(shape) < chance
    writes = uses[who] & (rng.random(len(who)) >= world.READER_SHARE)
    logins = there * (1 + rng.poisson(world.LOGINS, shape))
    entries = there * writes[:, None] * (1 + rng.poisson(world.ENTRIES, shape))
    return pd.DataFrame(
        {
            "employee_id": np.repeat(text(employee_ids())[who], world.PILOT_WEEKS),
            "week": np.tile(week, len(who)),
            "logins": logins.ravel(),
            "entries": entries.ravel(),
        }
    )


def skills(child):
    """Draw the service skill of each person before any course, points of 100."""
    mean, spread = world.SKILL
    return mean + spread * child("training.skills").normal(size=_PEOPLE)


def training_table(child):
    """Return one row per person: three tests and two courses; parameters as of `pilot_table`."""
    skill, rng = skills(child), child("training")
    march, june, november = world.TEST_SD * rng.normal(size=(3, _PEOPLE))
    first = _points(skill + march)
    places = np.argsort(first, kind="stable")
    sent = np.zeros(_PEOPLE, bool)
    sent[places[: round(world.SENT_SHARE * _PEOPLE)]] = True
    wave = np.full(_PEOPLE, -1)
    others = np.flatnonzero(~sent)
    wave[rng.permutation(others)] = np.arange(len(others)) % 2
    trained = sent | (wave == 0)
    return pd.DataFrame(
        {
            "employee_id": text(employee_ids()),
            "department": category(world.DEPARTMENTS, _DEPARTMENT),
            "march": first,
            "sent": sent,
            "june": _points(skill + june + world.TRAINING_EFFECT * sent),
            "wave": category(("first", "later"), wave),
            "november": _points(skill + november + world.TRAINING_EFFECT * trained),
        }
    )


def _points(score):
    return np.rint(np.clip(score, 0, 100)).astype(np.int64)


def employee_ids():
    return numbered("E", np.arange(1, _PEOPLE + 1), 3)
