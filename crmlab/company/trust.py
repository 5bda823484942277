"""What trust is made of: who can be found, a score that ages, a course that is measured.

1. Some private customers agree that a stranger looks for them: the public page of each tells birth
   year, sex, region and size of the city, often also when the first bag was bought. Most of it is
   right.
2. Subscriptions come up for renewal, and a score says who will not renew. It is right until a
   rival's offer raises everybody's odds. Before that the mix of plans moves, and the score with it:
   that does it no harm.
3. Teams are dealt to three arms: no course on handling customer data, one online, one with role
   play. A stranger then calls and asks for a customer's number. All teams get better, since word
   gets round; the online course is liked best, and forgotten.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import (
    category,
    dates,
    frozen,
    nullable,
    numbered,
    pick_by_row,
    points,
    take,
    text,
)


def profiles_table(rng, latent, customer_ids):
    """Return what the public page of each private customer would tell a stranger.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : Latent
    customer_ids : pyarrow.Array

    Returns
    -------
    pandas.DataFrame
    """
    n = len(latent.group)
    tells, late, wrong_year, wrong_city = rng.random((4, n))
    days = np.where(late < world.PAGE_LATE[0], rng.integers(1, world.PAGE_LATE[1] + 1, n), 0)
    told = latent.joined + days
    year = latent.birth_year + np.where(
        wrong_year < world.PAGE_WRONG_YEAR, rng.choice([-1, 1], n), 0
    )
    other = (latent.city + rng.integers(1, len(world.CITY_SIZES), n)) % len(world.CITY_SIZES)
    city = np.where(wrong_city < world.PAGE_WRONG_CITY, other, latent.city)
    day, month = np.cumsum(world.PAGE_TELLS)
    purchase = pd.Series(dates(told))
    frame = pd.DataFrame(
        {
            "customer_id": text(customer_ids),
            "birth_year": nullable(year, "Int16", np.ones(n, bool)),
            "gender": category(("female", "male"), 1 - latent.woman),
            "region": category(world.REGIONS, latent.region),
            "city_size": category(world.CITY_SIZES, city).as_ordered(),
            "first_purchase": purchase.where(tells < day),
            "first_month": purchase.dt.strftime("%Y-%m").astype("str").where(tells < month),
        }
    )
    return frame[latent.account == 0].reset_index(drop=True)


def intruder_table(rng, profiles):
    """Return the pages of those whom lots chose, in an order that tells nothing."""
    count = min(world.INTRUDER_PAGES, len(profiles))
    chosen = profiles.iloc[rng.permutation(len(profiles))[:count]].reset_index(drop=True)
    return chosen.assign(page=text(numbered("W", np.arange(1, count + 1), 3)))[
        ["page", *profiles.columns]
    ]


@dataclass(frozen=True)
class Renewals:
    """Read-only arrays, one element per renewal, in order of time."""

    week: np.ndarray
    plan: np.ndarray  # code of SCORE_PLANS
    score: np.ndarray  # probability not to renew, as the score says
    chance: np.ndarray  # the true one
    left: np.ndarray  # bool


def draw_renewals(rng):
    """Draw the renewals: plans, scores, and who does not renew."""
    weeks, rows = np.arange(world.SCORE_WEEKS), world.SCORE_ROWS
    begin, rival = rng.integers(*world.SCORE_MIX_WEEK), rng.integers(*world.RIVAL_WEEK)
    rise = rng.uniform(*world.RIVAL_LOG_ODDS)
    moved = np.clip((weeks - begin) / world.SCORE_MIX_GROWS, 0, 1)[:, None]
    first, last = np.array(world.SCORE_MIX)
    week = np.repeat(weeks, rows)
    plan = pick_by_row(rng, first + moved * (last - first), week)
    log_odds = np.take(world.SCORE_LOG_ODDS, plan)
    log_odds = log_odds + world.SCORE_SIGMA * rng.normal(size=len(week))
    more = rise * np.clip((weeks + 1 - rival) / world.RIVAL_GROWS, 0, 1)[week]
    # What the desk sees has four digits; it is the truth until the rival comes.
    score = _share(log_odds).round(4)
    chance = _share(np.log(score / (1 - score)) + more)
    left = rng.random(len(week)) < chance
    arrays = {"week": week, "plan": plan, "score": score, "chance": chance, "left": left}
    return Renewals(**{name: frozen(values) for name, values in arrays.items()})


def _share(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def renewals_table(renewals):
    """Return one row per renewal; who left is missing where it is not yet known."""
    known = renewals.week < world.SCORE_WEEKS - world.SCORE_KNOWN
    days = world.SCORE_FIRST_WEEK + (7 * renewals.week).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "renewal_id": text(_renewal_ids(renewals)),
            "week": days.astype("datetime64[us]"),
            "plan": category(world.SCORE_PLANS, renewals.plan),
            "score": renewals.score.copy(),
            "left": nullable(renewals.left.copy(), "boolean", known),
        }
    )


def chances_table(renewals):
    """Return the true chance not to renew, per renewal."""
    ids = pd.Index(text(_renewal_ids(renewals)), name="renewal_id")
    return pd.DataFrame({"chance": renewals.chance.copy()}, index=ids)


def _renewal_ids(renewals):
    return numbered("R", np.arange(1, len(renewals.week) + 1), 5)


def handling_table(child):
    """Return one row per person: arm of the team, what was thought of the course, three calls.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.

    Returns
    -------
    pandas.DataFrame
    """
    team, arm, chance = _handling(child)
    rng, n = child("handling_test.calls"), len(team)
    gave = rng.random((3, n)) < chance
    mean, spread = np.array(world.COURSE_QUIZ, float)[arm].T
    liked = np.array([low or 3.0 for low in world.COURSE_LIKED])[arm]
    return pd.DataFrame(
        {
            "team": text(take(_team_ids(), team)),
            "arm": category(world.COURSE_ARMS, arm),
            "liked": nullable(points(liked + 0.8 * rng.normal(size=n), (1, 5)), "Int8", arm > 0),
            "quiz": points(mean + spread * rng.normal(size=n), (0, 100)),
            "gave_before": gave[0],
            "gave_month_1": gave[1],
            "gave_month_6": gave[2],
        }
    )


def handling_truth(child):
    """Return by how much each course changes the share that gives the number away, exact."""
    team, _arm, _chance = _handling(child)
    own = _own(child, team)
    rows = {}
    for code, name in enumerate(world.COURSE_ARMS[1:], start=1):
        effects = zip(world.COURSE_LEVEL[1:], world.COURSE_EFFECT[code], strict=True)
        rows[name] = [
            (_share(own + level + by) - _share(own + level)).mean() for level, by in effects
        ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["month_1", "month_6"]).rename_axis(
        "arm"
    )


def _handling(child):
    """Return team and arm of each person, and the chance to give the number away at each call."""
    rng, teams = child("handling_test"), world.COURSE_TEAMS
    team = np.repeat(np.arange(teams), rng.integers(*world.COURSE_PEOPLE, teams))
    dealt = rng.permutation(np.arange(teams) % len(world.COURSE_ARMS))
    arm = dealt[team]
    by = np.column_stack([np.zeros(len(world.COURSE_ARMS)), world.COURSE_EFFECT])[arm].T
    return team, arm, _share(_own(child, team) + np.array(world.COURSE_LEVEL)[:, None] + by)


def _own(child, team):
    """Return what of each person's log odds is the team's and their own."""
    rng = child("handling_test.people")
    of_team = world.COURSE_TEAM_SIGMA * rng.normal(size=world.COURSE_TEAMS)
    return of_team[team] + world.COURSE_OWN_SIGMA * rng.normal(size=len(team))


def _team_ids():
    return numbered("T", np.arange(1, world.COURSE_TEAMS + 1), 2)
