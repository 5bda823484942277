"""Posts about the company on social media, who answered them when, and what it cost.

1. Posts come day by day, more on Sundays and in the evening; after a shopping feast there are more
   about late parcels, and in December a machine that leaks becomes a crisis.
2. A post is negative or not, by its topic; some negative ones are ironic. The text is put together
   from the parts of `wording`; from September on people have new words for the same.
3. One desk answers, first come, first served, from 10 to 16 h; severe cases wait for a specialist.
   From March to August 2025, half of all posts by lot are put first, for whoever is on call.
4. The longer a negative post waits, up to two days, the less often its case is settled; a case that
   is not settled costs money, a severe one more.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    day_number,
    frozen,
    nullable,
    numbered,
    pick,
    pick_by_row,
    take,
    text,
    timestamps,
    yuan,
)
from crmlab.company.wording import ADDED, BUT, CLAUSES, MOODS, OPENINGS, SHORT, SLOTS, TAGS

_LEAK = world.POST_TOPICS.index("leaking machine")
_LATE = world.POST_TOPICS.index("late delivery")
_END = world.DAYS * MINUTES_PER_DAY
FIRST, IN_TURN = 0, 1
TURNS = ("first", "in turn")


@dataclass(frozen=True)
class Posts:
    """One read-only array per trait, one element per post, in order of time."""

    minute: np.ndarray  # since the first day of the period
    platform: np.ndarray  # code of SOCIAL_PLATFORMS
    language: np.ndarray  # code of LANGUAGES
    author: np.ndarray  # position of the customer; -1 if not known as one
    topic: np.ndarray  # code of POST_TOPICS
    crisis: np.ndarray  # bool: would not have come without the crisis
    negative: np.ndarray  # bool
    irony: np.ndarray  # bool
    severe: np.ndarray  # bool
    turn: np.ndarray  # code of TURNS in the test; else -1
    answered: np.ndarray  # minute; -1 if not, by the end of the data
    settled: np.ndarray  # bool
    cost: np.ndarray  # fen
    read: np.ndarray  # bool: read by hand


def draw(child, latent):
    """Draw all posts.

    Parameters
    ----------
    child : callable
        Gives the random generator that belongs to a name.
    latent : Latent

    Returns
    -------
    Posts
    """
    traits = _posted(child("posts.when"))
    traits |= _meant(child("posts.mood"), traits.pop("feast"), traits)
    traits |= _written_by(child("posts.author"), latent, traits["minute"])
    traits |= _answered(child("posts.answer"), traits)
    traits |= _came_of_it(child("posts.outcome"), traits)
    traits["read"] = _read(child("posts.read"), traits["minute"])
    return Posts(**{name: frozen(values) for name, values in traits.items()})


def _posted(rng):
    """Return minute, topic and origin of each post."""
    first = day_number(world.POSTS_FROM)
    days = np.arange(first, world.DAYS)
    weekday = ((world.FIRST_DAY + days).astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    ordinary = rng.poisson(world.POSTS_PER_DAY * np.take(world.POST_WEEKDAYS, weekday))
    begin, end = (day_number(day) for day in world.SHOPPING_FEAST)
    feast = rng.poisson(world.FEAST_POSTS * ((days >= begin) & (days < end)))
    since = days - day_number(world.CRISIS_DAY)
    fading = 0.5 ** (np.maximum(since - world.CRISIS_PEAK_DAYS + 1, 0) / world.CRISIS_HALF_LIFE)
    crisis = rng.poisson(world.CRISIS_POSTS * fading * (since >= 0))
    counts = ordinary, feast, crisis
    day = np.concatenate([np.repeat(days, count) for count in counts])
    origin = np.repeat([0, 1, 2], [count.sum() for count in counts])
    hour = pick(rng, world.POST_HOURS, len(day)).astype(int)
    minute = day * MINUTES_PER_DAY + hour * 60 + rng.integers(0, 60, len(day))
    start = day_number(world.CRISIS_DAY) * MINUTES_PER_DAY + world.CRISIS_HOUR * 60
    # Nobody speaks of the leak before the video: who would have, does so later on that day.
    early = (origin == 2) & (minute < start)
    minute = np.where(early, minute + world.CRISIS_HOUR * 60, minute)
    topic = pick(rng, world.POST_TOPIC_SHARES, len(day))
    topic = np.select([origin == 1, origin == 2], [_LATE, _LEAK], topic).astype(np.int8)
    by_time = np.argsort(minute, kind="stable")
    return {
        "minute": minute[by_time],
        "topic": topic[by_time],
        "feast": origin[by_time] == 1,
        "crisis": origin[by_time] == 2,
    }


def _meant(rng, feast, traits):
    n, topic = len(feast), traits["topic"]
    chance = np.where(feast, world.FEAST_NEGATIVE, np.take(world.NEGATIVE_SHARES, topic))
    uniform = rng.random((3, n))
    negative = uniform[0] < chance
    return {
        "negative": negative,
        "irony": negative & (uniform[1] < world.IRONY_SHARE),
        "severe": negative & (uniform[2] < np.take(world.SEVERE_SHARES, topic)),
    }


def _written_by(rng, latent, minute):
    n = len(minute)
    language = (rng.random(n) < world.ENGLISH_SHARE).astype(np.int8)
    joined = np.argsort(latent.joined, kind="stable")
    by_then = np.searchsorted(latent.joined[joined], minute // MINUTES_PER_DAY, side="right")
    place = (rng.random(n) * by_then).astype(int)
    known = (rng.random(n) < world.POST_BY_CUSTOMER) & (by_then > 0)
    author = np.where(known, joined[np.minimum(place, len(joined) - 1)], -1)
    platform = pick_by_row(rng, world.PLATFORM_SHARES, language)
    return {"language": language, "author": author, "platform": platform}


def _answered(rng, traits):
    """Return whose turn it was in the test, and when each post was answered."""
    minute, n = traits["minute"], len(traits["minute"])
    begin, end = (day_number(day) * MINUTES_PER_DAY for day in world.ANSWER_TEST)
    lot, overlooked = rng.random(n) < 0.5, rng.random(n) < world.OVERLOOKED_SHARE
    turn = np.where((minute >= begin) & (minute < end), np.where(lot, FIRST, IN_TURN), -1)
    more = rng.exponential(world.SPECIALIST_MINUTES, n) * traits["severe"]
    on_call = rng.exponential(world.ON_CALL_MINUTES, n)
    first = _closed(_open(minute, world.ON_CALL_HOURS) + on_call, world.ON_CALL_HOURS)
    queued = np.flatnonzero((turn != FIRST) & ~overlooked)
    work = world.DESK_MINUTES * np.arange(1, len(queued) + 1)
    came = _open(minute[queued], world.DESK_HOURS)
    # One desk, first come, first served: it begins when it is free and the post is there.
    done = work + np.maximum.accumulate(came - (work - world.DESK_MINUTES))
    in_turn = np.full(n, _END)
    in_turn[queued] = _closed(done + more[queued], world.DESK_HOURS)
    answered = np.where(turn == FIRST, first, in_turn)
    answered = np.where(answered < _END, answered, -1)
    return {"turn": turn.astype(np.int8), "answered": answered}


def _open(minute, hours):
    """Return minutes as the clock of a desk counts them, which stands still while it is closed."""
    begin, length = hours[0] * 60, (hours[1] - hours[0]) * 60
    day, time = np.divmod(minute, MINUTES_PER_DAY)
    return day * length + np.clip(time - begin, 0, length).astype(float)


def _closed(clock, hours):
    """Return whole minutes from those of a desk's clock."""
    begin, length = hours[0] * 60, (hours[1] - hours[0]) * 60
    day, time = np.divmod(clock, length)
    return (day * MINUTES_PER_DAY + begin + np.ceil(time)).astype(np.int64)


def hours_waited(posts):
    """Return hours from a post to its answer, as far as they count; all of them without one."""
    waited = (posts["answered"] - posts["minute"]) / 60
    waited = np.where(posts["answered"] < 0, np.inf, waited)
    return np.minimum(waited, world.WAIT_COUNTS)


def _came_of_it(rng, traits):
    """Return whether each case was settled, and what it cost in the end, fen."""
    severe, negative = traits["severe"].astype(int), traits["negative"]
    waited = hours_waited(traits)
    chance = np.take(world.SETTLED_AT_ONCE, severe) - waited * np.take(
        world.SETTLED_PER_HOUR, severe
    )
    settled = rng.random(len(severe)) < chance
    shape = world.UNSETTLED_SHAPE
    size = rng.gamma(shape, 1 / shape, len(severe))
    share, mean = world.OTHER_COST
    other = mean * (rng.random(len(severe)) < share)
    cost = np.where(negative, np.take(world.UNSETTLED_COST, severe) * ~settled, other) * size
    return {"settled": settled & negative, "cost": np.rint(cost * 100).astype(np.int64)}


def cost_per_hour(posts):
    """Return what an hour of waiting is expected to cost, yuan, up to `world.WAIT_COUNTS` hours."""
    severe = posts.severe.astype(int)
    slope = np.take(world.SETTLED_PER_HOUR, severe) * np.take(world.UNSETTLED_COST, severe)
    return np.where(posts.negative, slope, 0.0)


def _read(rng, minute):
    """Return which posts were read by hand: all of the test, some at random after it."""
    begin, end = (day_number(day) * MINUTES_PER_DAY for day in world.ANSWER_TEST)
    december = day_number(np.datetime64("2025-12-01")) * MINUTES_PER_DAY
    crisis = day_number(world.CRISIS_DAY) * MINUTES_PER_DAY
    uniform = rng.random(len(minute))
    read = (minute >= begin) & (minute < end)
    read |= (minute >= end) & (minute < december) & (uniform < world.READ_AFTER)
    late = np.flatnonzero(minute >= crisis)
    chosen = late[np.argsort(uniform[late], kind="stable")[: world.READ_IN_CRISIS]]
    read[chosen] = True
    return read


# --- the words -----------------------------------------------------------------------------


def texts(rng, posts):
    """Return what each post says, Arrow text.

    Parameters
    ----------
    rng : numpy.random.Generator
    posts : Posts

    Returns
    -------
    pyarrow.Array
    """
    n = len(posts.minute)
    luck = rng.random((n, 28))
    new = posts.minute >= day_number(world.NEW_WORDS_DAY) * MINUTES_PER_DAY
    asks = ~posts.negative & (luck[:, 0] < world.QUESTION_SHARE)
    # Who only passes a crisis on does not praise.
    asks |= ~posts.negative & (posts.topic == _LEAK) & (luck[:, 0] < 0.9)
    mood = np.select([posts.irony, posts.negative, asks], ["=", "-", "?"], "+")
    other = pick(rng, world.POST_TOPIC_SHARES, n)
    rows = zip(posts.language, posts.topic, other, mood, posts.severe, new, luck, strict=True)
    return pa.array([_post(*row) for row in rows], pa.large_string())


def _post(language, topic, other, mood, severe, new, luck):
    """Return one post; `luck` holds a uniform number per choice."""
    language = world.LANGUAGES[language]
    openings, added = OPENINGS[language], ADDED[language]
    short = luck[1] < world.SHORT_SHARE
    if short:
        parts = [_one(SHORT[language], luck[2], new)]
    else:
        parts = [_around(openings, mood, luck[2:4], new)]
        parts += _said(language, topic, other, mood, luck[4:9], new)
    if luck[9] < 0.55:
        ending = "severe" if severe and luck[10] < 0.6 else mood if luck[10] < 0.8 else "~"
        ending = "~" if short else ending
        parts += ["，" if language == "zh" else ", ", _one(added[ending], luck[11], new)]
    if luck[12] < 0.5 and not short:
        parts.append(_one(MOODS["+" if mood == "=" and luck[13] < 0.5 else mood], luck[14], new))
    sentence = _filled("".join(parts), SLOTS[language], luck[15:21])
    tags = TAGS[language][world.POST_TOPICS[topic]]
    number = 0 if short else np.searchsorted(world.TAG_SHARES, luck[24])
    tagged = {_one(tags, uniform, new): None for uniform in luck[25 : 25 + number]}
    return " ".join([_mistyped(sentence, language, luck[21:24]), *tagged])


def _one(pool, uniform, new):
    """Return one of a list; before September its last third is not yet in use."""
    return pool[int(uniform * (len(pool) if new else len(pool) - len(pool) // 3))]


def _around(openings, mood, luck, new):
    if mood == "=" or (mood == "+" and luck[0] < 0.10):
        return _one(openings["="], luck[1], new)
    if luck[0] > 0.65:
        return ""
    return _one(openings[mood if luck[0] < 0.45 else "~"], luck[1], new)


def _said(language, topic, other, mood, luck, new):
    clauses = CLAUSES[language]
    # Half of the ironic posts say nothing but praise: what they mean, only the thread knows.
    kind = "+" if mood == "=" and luck[1] < 0.5 else mood
    meant = _one(clauses[world.POST_TOPICS[topic]][kind], luck[0], new)
    if mood in "=?" or luck[1] > world.BUT_SHARE:
        return [meant]
    against = "+" if mood == "-" else "-"
    besides = _one(clauses[world.POST_TOPICS[other]][against], luck[2], new)
    but = _one(BUT[language], luck[3], True)
    if luck[4] < world.BUT_LAST_SHARE:
        return [besides, but, meant]
    return [meant, but, besides]


def _filled(sentence, slots, luck):
    for (slot, words), uniform in zip(slots.items(), luck, strict=True):
        if "{" + slot + "}" in sentence:
            sentence = sentence.replace("{" + slot + "}", words[int(uniform * len(words))])
    return sentence


def _mistyped(sentence, language, luck):
    """Drop a letter of some English posts; write some Chinese words as people do."""
    if luck[0] > 0.15 or len(sentence) < 4:
        return sentence
    if language == "zh":
        return sentence.replace("的", "滴", 1).replace("了", "惹", 1)
    place = 1 + int(luck[1] * (len(sentence) - 2))
    return sentence[:place] + sentence[place + 1 :]


# --- tables --------------------------------------------------------------------------------


def post_ids(posts):
    """Return text M00001 …, in order of time."""
    return numbered("M", np.arange(1, len(posts.minute) + 1), 5)


def posts_table(posts, said, customer_ids):
    """Return one row per post, in order of time."""
    label = np.where(posts.read, np.where(posts.negative, 0, 1), -1)
    answered = pd.Series(timestamps(np.maximum(posts.answered, 0)))
    return pd.DataFrame(
        {
            "post_id": text(post_ids(posts)),
            "posted": timestamps(posts.minute),
            "platform": category(world.SOCIAL_PLATFORMS, posts.platform),
            "language": category(world.LANGUAGES, posts.language),
            "author_id": text(take(customer_ids, posts.author)),
            "text": text(said),
            "answered_at": answered.where(posts.answered >= 0),
            "label": category(("negative", "other"), label),
            "ironic": nullable(posts.irony, "boolean", posts.read),
        }
    )


def answer_test_table(posts):
    """Return one row per post of the summer in which lots decided who was answered first."""
    rows = np.flatnonzero(posts.turn >= 0)
    return pd.DataFrame(
        {
            "post_id": text(post_ids(posts).take(pa.array(rows))),
            "turn": category(TURNS, posts.turn[rows]),
            "settled": nullable(posts.settled[rows], "boolean", posts.negative[rows]),
            "cost": yuan(posts.cost[rows]),
        }
    )


def platforms_table():
    """Return what an account on each platform costs, and what the platform says of itself."""
    return pd.DataFrame(
        {
            "platform": pd.Categorical(world.SOCIAL_PLATFORMS, world.SOCIAL_PLATFORMS),
            "cost": world.PLATFORM_COST,
            "claimed_reach": world.PLATFORM_CLAIMS,
        }
    )


def platform_use_table(rng, latent, customer_ids):
    """Return one row per customer asked: which platforms they use every week."""
    n = len(latent.joined)
    asked = np.sort(rng.permutation(n)[: world.PLATFORM_SURVEY])
    age = (2025 - latent.birth_year[asked] - 40) / 10
    online = world.PLATFORM_TOGETHER * rng.normal(size=len(asked))
    uses = {}
    for name, (middle, by_age, keen) in zip(
        world.SOCIAL_PLATFORMS, world.PLATFORM_USE, strict=True
    ):
        odds = middle + by_age * age + keen * latent.involvement[asked] + online
        uses[name] = rng.random(len(asked)) < 1 / (1 + np.exp(-odds))
    return pd.DataFrame({"customer_id": text(take(customer_ids, asked)), **uses})


def truth_table(posts):
    """Return what each post truly is, and what an hour of waiting costs."""
    return pd.DataFrame(
        {
            "negative": posts.negative.copy(),
            "irony": posts.irony.copy(),
            "severe": posts.severe.copy(),
            "topic": category(world.POST_TOPICS, posts.topic),
            "crisis": posts.crisis.copy(),
            "cost_per_hour": cost_per_hour(posts),
        },
        index=pd.Index(text(post_ids(posts)), name="post_id"),
    )
