"""Word of mouth on a network: who is reached from given seeds, and whom to seed.

In the *independent cascade* (Kempe, Kleinberg & Tardos 2003, "Maximizing the spread of influence
through a social network", KDD '03) whoever is reached tells each follower once, and each is
set off or not with a chance that belongs to the two. To choose seeds, ask the other way round: by
whom would a member drawn by lot have been reached? A member that stands in many of these answers
reaches many (Borgs, Brautbar, Chayes & Lucier 2014, "Maximizing social influence in nearly
optimal time", SODA '14).
"""

import numpy as np

from crmlab.arguments import integer, steady
from crmlab.errors import CRMError

SAMPLES = 100_000  # members drawn by lot, to choose seeds
BATCH = 10_000  # of them at a time


def spread(teller, follower, chance, seeds, members, runs=1000, seed=0):
    """Simulate independent cascades, all runs at once.

    Parameters
    ----------
    teller, follower : array-like of int
        One element per pair: the position of who is followed, and of who follows.
    chance : array-like
        That the follower is set off when the teller tells: one number per pair, or several rows of
        them, which the runs use in turn.
    seeds : array-like of int
        Positions of those who begin: the same in every run, or a row per run.
    members : int
        How many there are: positions go from 0 to ``members - 1``.
    runs : int, default 1000
    seed : int, default 0
        Of the luck: each pair has the same luck in a run, whoever begins, so that plans are
        compared in the same worlds.

    Returns
    -------
    numpy.ndarray
        (runs, members) of int8: 0 for a seed, 1 for whom a seed set off, and so on; -1 for who is
        not reached.

    Raises
    ------
    CRMError
        If lengths differ, a position does not exist, or a chance is not between 0 and 1.
    """
    members, runs = integer(members, "members", 1), integer(runs, "runs", 1)
    teller, follower = np.asarray(teller, np.int64), np.asarray(follower, np.int64)
    chance = np.atleast_2d(np.asarray(chance, float))
    seeds = np.asarray(seeds, np.int64)
    if not len(teller) == len(follower) == chance.shape[1]:
        raise CRMError("teller, follower and chance must have one element for each pair.")
    if not ((chance >= 0) & (chance <= 1)).all():
        raise CRMError("A chance must lie between 0 and 1.")
    for place in (teller, follower, seeds):
        if place.size and not 0 <= place.min() <= place.max() < members:
            raise CRMError("A position does not exist: they go from 0 to members - 1.")
    if seeds.ndim == 2 and len(seeds) != runs:
        raise CRMError("seeds must have one row for each run, or be one list for all.")
    return _cascades(seed, (teller, follower, chance), seeds, (runs, members))


def _cascades(seed, edges, seeds, shape):
    teller, follower, chance = edges
    runs, members = shape
    order = np.argsort(teller, kind="stable")
    number = np.bincount(teller, minlength=members)
    first = np.cumsum(number) - number
    key = np.random.default_rng(seed).integers(0, 2**63, dtype=np.uint64)
    generation = np.full(runs * members, -1, np.int8)
    begin = np.broadcast_to(seeds, (runs, seeds.shape[-1])) + members * np.arange(runs)[:, None]
    tells, step = np.unique(begin), 0
    generation[tells] = 0
    while len(tells):
        run, who = np.divmod(tells, members)
        count = number[who]
        place = np.arange(count.sum()) + np.repeat(first[who] - np.cumsum(count) + count, count)
        pair, run = order[place], np.repeat(run, count)
        hit = _luck(key, run * len(order) + pair) < chance[run % len(chance), pair]
        reached = run[hit] * members + follower[pair[hit]]
        step += 1
        tells = np.unique(reached[generation[reached] < 0])
        generation[tells] = min(step, 127)
    return generation.reshape(shape)


def _luck(key, number):
    """Return a number from 0 to 1 that belongs to a key and a whole number (SplitMix64).

    So a pair has the same luck in a run whoever begins: plans are compared in the same worlds
    (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").
    """
    with np.errstate(over="ignore"):
        z = key + (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53


def choose_seeds(teller, follower, chance, members, count, samples=SAMPLES, seed=0):
    """Choose seeds one by one, each the member that adds most to the reach of those before.

    What such a choice reaches is at least 63 % of the best possible (Kempe, Kleinberg & Tardos
    2003), up to the luck of the samples.

    Parameters
    ----------
    teller, follower, chance, members
        As of :func:`spread`; one chance per pair.
    count : int
        How many seeds.
    samples : int, default 100000
        Members drawn by lot, of each of whom is asked who would have reached it.
    seed : int, default 0

    Returns
    -------
    numpy.ndarray
        Positions, in the order of the choice; of equal ones the first position.
    """
    count, samples = integer(count, "count", 1), integer(samples, "samples", 1)
    batches = [min(BATCH, samples - done) for done in range(0, samples, BATCH)]
    found = [
        _asked(follower, teller, chance, members, size, (seed, number))
        for number, size in enumerate(batches)
    ]
    sample = np.concatenate([BATCH * number + one for number, (one, _who) in enumerate(found)])
    member = np.concatenate([who for _one, who in found])
    order = np.argsort(member, kind="stable")
    of_member = np.split(sample[order], np.searchsorted(member[order], np.arange(1, members)))
    start = np.searchsorted(sample, np.arange(samples + 1))
    adds, open_ = np.bincount(member, minlength=members), np.ones(samples, bool)
    picked = []
    for _turn in range(min(count, members)):
        best = int(adds.argmax())
        picked.append(best)
        for one in of_member[best][open_[of_member[best]]]:
            adds[member[start[one] : start[one + 1]]] -= 1
            open_[one] = False
        adds[best] = -1
    return np.array(picked)


def _asked(follower, teller, chance, members, samples, seed):
    """Return of members drawn by lot by whom each would have been reached, sample by sample."""
    rng = np.random.default_rng([*seed, 1])
    roots = rng.integers(0, members, (samples, 1))
    return np.nonzero(spread(follower, teller, chance, roots, members, samples, [*seed, 2]) >= 0)


def shrunk_rate(count, expected):
    """Return each rate ÷ the expected one, drawn towards 1 as far as luck explains its distance.

    Counts are Poisson around ``expected`` times a rate that differs between members as a gamma
    distribution with mean 1 and shape ν: so it is (ν + count) ÷ (ν + expected) that is expected of
    a member. ν follows from how much more the counts scatter than Poisson would (moments).

    Parameters
    ----------
    count, expected : array-like
        What was counted of each member, and what would be expected of an average one.

    Returns
    -------
    rate : numpy.ndarray
    shape : float
        ν; infinite where the counts scatter no more than by luck.
    """
    count, expected = np.asarray(count, float), np.asarray(expected, float)
    more = (((count - expected) ** 2 - expected).sum()) / (expected**2).sum()
    if not steady(more) > 0:
        return np.ones(len(count)), np.inf
    return (1 / more + count) / (1 / more + expected), 1 / more
