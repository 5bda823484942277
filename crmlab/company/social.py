"""The club: who follows whom, whom each member sets off, and eight launches with boxes by lot.

1. A member follows some others: half of them of its own kind, the well-known more often.
2. Each member has a pull, which nobody sees: how readily its followers are set off. It is not
   the number of followers; large audiences listen less.
3. Who has the new roast, by a box or by an order, tells its followers once, and each of them is
   set off or not, once (independent cascade: Kempe, Kleinberg & Tardos 2003, "Maximizing the
   spread of influence through a social network").
4. Of several who would have set somebody off, the first has done it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from crmlab.company import world
from crmlab.company.draws import (
    MINUTES_PER_DAY,
    category,
    day_number,
    frozen,
    take,
    text,
    timestamps,
)

HOWS = ("box", "own accord", "told")


@dataclass(frozen=True)
class Club:
    """The network, read-only; members and edges by position.

    ``teller[i]`` is followed by ``follower[i]``, which is set off with chance ``chance[i]`` when
    the teller tells.
    """

    member: np.ndarray  # position of the customer of each member
    teller: np.ndarray  # position of a member
    follower: np.ndarray
    chance: np.ndarray
    pull: np.ndarray  # of each member


def draw(child, latent):
    """Draw the club: who is a member, who follows whom, and who sets whom off."""
    rng = child("follows.members")
    day = day_number(world.CLUB_DAY)
    fits = (latent.joined < day) & (latent.leaves > world.DAYS)
    member = np.flatnonzero(fits & (rng.random(len(fits)) < world.CLUB_SHARE))
    kind = latent.group[member].astype(np.int64) * len(world.REGIONS) + latent.region[member]
    follower, teller = _follows(child("follows"), kind)
    rng, size = child("follows.pull"), len(member)
    followers = np.bincount(teller, minlength=size)
    luck = rng.gamma(world.PULL_SHAPE, 1 / world.PULL_SHAPE, size)
    curious = np.exp(world.CURIOSITY_SPREAD * rng.normal(size=size))
    pull = luck * np.maximum(followers, 1) ** world.PULL_BY_FOLLOWERS
    readily = pull[teller] * curious[follower]
    wanted = rng.uniform(*world.SET_OFF_BY_A_BOX) * size
    chance = np.minimum(readily * wanted / max(readily.sum(), 1e-9), world.MOST_LIKELY)
    return Club(*map(frozen, (member, teller, follower, chance, pull)))


def _follows(rng, kind):
    """Return who follows whom, two arrays of positions, each pair once, in order."""
    size = len(kind)
    fame = np.exp(world.FAME_SPREAD * rng.normal(size=size))
    number = 1 + rng.poisson(rng.gamma(*world.FOLLOWED_BY_CHOICE, size))
    who = np.repeat(np.arange(size), number)
    # All members in one row, kind by kind: a kind is a stretch of it, everybody the whole.
    order = np.argsort(kind, kind="stable")
    reach = np.concatenate([[0.0], np.cumsum(fame[order])])
    first = np.searchsorted(kind[order], kind[who], "left")
    last = np.searchsorted(kind[order], kind[who], "right")
    anyone = rng.random(len(who)) >= world.SAME_KIND_SHARE
    first, last = np.where(anyone, 0, first), np.where(anyone, size, last)
    at = reach[first] + rng.random(len(who)) * (reach[last] - reach[first])
    whom = order[np.clip(np.searchsorted(reach, at, "right") - 1, 0, max(size - 1, 0))]
    back = rng.random(len(who)) < world.FOLLOW_BACK_SHARE
    who, whom = np.concatenate([who, whom[back]]), np.concatenate([whom, who[back]])
    pairs = np.unique(who[who != whom] * size + whom[who != whom])
    return pairs // max(size, 1), pairs % max(size, 1)


def follows_table(club, customer_ids):
    """Return one row per member and member followed, as on the last day with data."""
    ids = take(customer_ids, club.member)
    return pd.DataFrame(
        {
            "customer_id": text(take(ids, club.follower)),
            "followed_id": text(take(ids, club.teller)),
        }
    )


def tellings_table(child, club, latent, customer_ids):
    """Return who had which new roast from whom: one row per launch and member, in order of time.

    Those with a box did not order; the others did, and said in the order who had told them.
    """
    rng, size = child("tellings"), len(club.member)
    eager = np.exp(world.OWN_ACCORD_BY_INVOLVEMENT * latent.involvement[club.member])
    eager *= world.OWN_ACCORD_SHARE / max(eager.mean(), 1e-9) if size else 1.0
    parts = [_launch(rng, club, eager, day_number(day)) for _name, day in world.LAUNCHES]
    launch = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    who, minute, how, by = (np.concatenate(column) for column in zip(*parts, strict=True))
    ids = take(customer_ids, club.member)
    return pd.DataFrame(
        {
            "launch": category([name for name, _day in world.LAUNCHES], launch),
            "customer_id": text(take(ids, who)),
            "at": timestamps(minute),
            "how": category(HOWS, how),
            "told_by": text(take(ids, by)),
        }
    )


def _launch(rng, club, eager, day):
    """Return of one launch: who has it, minute, how, and told by whom (-1: nobody), by time."""
    size = len(club.member)
    boxed = np.zeros(size, bool)
    boxed[rng.permutation(size)[: round(world.BOX_SHARE * size)]] = True
    eager = rng.random(size) < eager
    start = np.where(boxed, rng.exponential(world.BOX_DAYS, size), np.inf)
    alone = world.OWN_ACCORD_DAYS * rng.random(size)
    start = np.where(eager & ~boxed, alone, start)
    live = rng.random(len(club.teller)) < club.chance
    delay = rng.exponential(world.TELLING_DAYS, len(club.teller))
    # One more place is where everything starts: the way from there to a member is the time.
    begin = np.flatnonzero(np.isfinite(start))
    time = np.concatenate([delay[live], start[begin]]) + 1 / MINUTES_PER_DAY
    from_ = np.concatenate([club.teller[live], np.full(len(begin), size)])
    to = np.concatenate([club.follower[live], begin])
    ways = coo_array((time, (from_, to)), shape=(size + 1, size + 1)).tocsr()
    when, before = dijkstra(ways, indices=size, return_predecessors=True)
    when, before = when[:size], before[:size]
    # A box comes by post: nobody else can take its place.
    when, before = np.where(boxed, start, when), np.where(boxed, size, before)
    who = np.flatnonzero(np.isfinite(when))
    who = who[np.argsort(when[who], kind="stable")]
    told = before[who] < size
    how = np.where(told, 2, np.where(boxed[who], 0, 1)).astype(np.int8)
    minute = np.floor((day + when[who]) * MINUTES_PER_DAY).astype(np.int64)
    return who, minute, how, np.where(told, before[who], -1)


def truth_table(club, customer_ids):
    """Return one row per member: followers, hidden pull, whom it sets off, expected."""
    size = len(club.member)
    return pd.DataFrame(
        {
            "followers": np.bincount(club.teller, minlength=size),
            "pull": club.pull,
            "sets_off": np.bincount(club.teller, club.chance, minlength=size),
        },
        index=pd.Index(text(take(customer_ids, club.member)), name="customer_id"),
    )


def chances_table(club, customer_ids):
    """Return the chance that each follower is set off when the one followed tells."""
    table = follows_table(club, customer_ids)
    return table.assign(chance=club.chance)
