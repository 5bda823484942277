"""Mentions of the company in the whole of the web: counts a day, and how many are negative.

A day's negative mentions follow a negative binomial distribution around a level that goes with
the weekday and the season; in a crisis the level is a multiple of itself.
"""

import numpy as np
import pandas as pd

from crmlab.company import world
from crmlab.company.draws import category, dates, day_number


def level():
    """Return the day numbers, the expected negative mentions and the crisis multiple of each."""
    day = np.arange(day_number(world.MENTIONS_FROM), world.DAYS)
    weekday = (day + _weekday(world.FIRST_DAY)) % 7
    angle = 2 * np.pi * day / world.DAYS_PER_YEAR
    cosine, sine = world.MENTIONS_SEASON
    week = np.array(world.MENTIONS_WEEKDAY) / np.mean(world.MENTIONS_WEEKDAY)
    ordinary = np.exp(cosine * np.cos(angle) + sine * np.sin(angle)) * week[weekday]
    multiple = np.ones(len(day))
    for begin, course in (
        (world.FILTER_CRISIS_DAY, world.FILTER_CRISIS),
        (world.CRISIS_DAY, world.LEAK_CRISIS),
    ):
        at = day_number(begin) - day[0]
        multiple[at : at + len(course)] = course
    return day, ordinary, multiple


def _weekday(date):
    return (int(date.astype("datetime64[D]").astype(int)) + 3) % 7  # 1970-01-01: a Thursday


def mentions_table(rng):
    """Return one row per day and platform: mentions, and how many are called negative."""
    day, ordinary, multiple = level()
    size = world.MENTIONS_SIZE
    expected = world.NEGATIVE_A_DAY * ordinary * multiple
    negative = rng.negative_binomial(size, size / (size + expected))
    others = (world.ALL_A_DAY - world.NEGATIVE_A_DAY) * ordinary * np.sqrt(multiple)
    others = rng.negative_binomial(2 * size, 2 * size / (2 * size + others))
    shares = np.array(world.MENTION_SHARES)
    negative, others = rng.multinomial(negative, shares), rng.multinomial(others, shares)
    platforms = len(shares)
    return pd.DataFrame(
        {
            "date": np.repeat(dates(day), platforms),
            "platform": category(
                world.SOCIAL_PLATFORMS, np.tile(np.arange(platforms, dtype=np.int8), len(day))
            ),
            "mentions": (negative + others).ravel(),
            "negative": negative.ravel(),
        }
    )


def truth_table():
    """Return the expected negative mentions, how they scatter, and whether there is a crisis."""
    day, ordinary, multiple = level()
    return pd.DataFrame(
        {
            "expected": world.NEGATIVE_A_DAY * ordinary * multiple,
            "size": world.MENTIONS_SIZE,
            "crisis": multiple > 1,
        },
        index=pd.Index(dates(day), name="date"),
    )
