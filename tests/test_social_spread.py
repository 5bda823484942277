"""Word of mouth and alarms: known networks, published bounds, and what they promise."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from crmlab import CRMError, social
from crmlab.company import world
from crmlab.company.mentions import level

CHAIN = [0, 1, 2], [1, 2, 3]  # 0 is followed by 1, and so on


def test_on_a_chain_the_chance_to_be_reached_is_a_product():
    found = social.spread(*CHAIN, [0.9, 0.5, 0.5], [0], members=4, runs=20_000)
    share = (found >= 0).mean(axis=0)
    assert share == pytest.approx([1, 0.9, 0.45, 0.225], abs=0.012)
    for generation in range(4):
        assert set(np.unique(found[:, generation])) <= {-1, generation}


def test_certain_and_impossible_pairs():
    assert social.spread(*CHAIN, [1, 1, 1], [0], 4, runs=3).tolist() == [[0, 1, 2, 3]] * 3
    assert social.spread(*CHAIN, [0, 0, 0], [2], 4, runs=2).tolist() == [[-1, -1, 0, -1]] * 2


def test_a_star_reaches_as_many_as_a_binomial_says():
    found = social.spread([0] * 50, range(1, 51), [0.2] * 50, [0], 51, runs=5000)
    reached = (found == 1).sum(axis=1)
    assert reached.mean() == pytest.approx(10, abs=0.2)
    assert reached.var() == pytest.approx(8, rel=0.1)


def test_seeds_per_run_and_chances_in_turn():
    seeds = np.array([[0], [3], [1], [2]])
    chance = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    found = social.spread(*CHAIN, chance, seeds, 4, runs=4)
    assert found.tolist() == [[0, 1, 2, 3], [-1, -1, -1, 0], [-1, 0, 1, 2], [-1, -1, 0, -1]]


def network(seed, members=40, pairs=150):
    rng = np.random.default_rng(seed)
    both = np.unique(rng.integers(0, members, (pairs, 2)), axis=0)
    both = both[both[:, 0] != both[:, 1]]
    return both[:, 0], both[:, 1], rng.random(len(both)) * 0.5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 8))
def test_the_same_worlds_whoever_begins(seed, first, second):
    """Who is reached from A and B is who is reached from A, or from B: run by run."""
    pairs = network(seed)
    rng = np.random.default_rng(seed)
    a, b = rng.permutation(40)[:first], rng.permutation(40)[:second]
    alone = [social.spread(*pairs, one, 40, runs=50, seed=seed) >= 0 for one in (a, b)]
    together = social.spread(*pairs, np.concatenate([a, b]), 40, runs=50, seed=seed) >= 0
    assert (together == (alone[0] | alone[1])).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_pairs_does_not_matter_for_the_reach(seed):
    teller, follower, chance = network(seed)
    order = np.random.default_rng(seed).permutation(len(teller))
    means = [
        (social.spread(*pairs, [0, 1, 2], 40, runs=2000, seed=3) >= 0).sum(axis=1)
        for pairs in ((teller, follower, chance), (teller[order], follower[order], chance[order]))
    ]
    spread = np.hypot(*(one.std() for one in means)) / np.sqrt(2000)
    assert means[0].mean() == pytest.approx(means[1].mean(), abs=5 * spread + 1e-9)


def test_the_greedy_choice_keeps_its_bound_and_avoids_overlap():
    # Two hubs with the same followers, and one with fewer of its own.
    teller = [0] * 10 + [1] * 10 + [2] * 6
    follower = [*range(10, 20), *range(10, 20), *range(20, 26)]
    chosen = social.choose_seeds(teller, follower, [1.0] * 26, 26, 2, samples=3000)
    assert chosen.tolist() in ([0, 2], [1, 2])


def test_the_greedy_choice_is_near_the_best_of_all_pairs():
    teller, follower, chance = network(5, members=25, pairs=80)
    reach = {
        pair: (social.spread(teller, follower, chance, pair, 25, runs=2000, seed=1) >= 0).sum()
        for pair in itertools.combinations(range(25), 2)
    }
    chosen = tuple(sorted(social.choose_seeds(teller, follower, chance, 25, 2, samples=20_000)))
    assert reach[chosen] > 0.97 * max(reach.values())  # (1 - 1/e) is what is proved


def test_what_cannot_be_is_refused():
    with pytest.raises(CRMError, match="each pair"):
        social.spread([0], [1, 2], [0.5], [0], 3)
    with pytest.raises(CRMError, match="between 0 and 1"):
        social.spread([0], [1], [1.5], [0], 3)
    with pytest.raises(CRMError, match="does not exist"):
        social.spread([0], [3], [0.5], [0], 3)
    with pytest.raises(CRMError, match="one row for each run"):
        social.spread([0], [1], [0.5], [[0], [1]], 3, runs=5)
    with pytest.raises(CRMError, match="rate"):
        social.alarm_limit([10], 5, 0)
    with pytest.raises(CRMError, match="above 0"):
        social.alarm_limit([0], 5, 0.1)
    with pytest.raises(CRMError, match="longer"):
        social.alarm_delays([10, 10], 5, 20, [2, 2, 2])


# --- shrinking ----------------------------------------------------------------------------


def test_a_shrunk_rate_finds_the_planted_shape_and_the_rates():
    rng = np.random.default_rng(1)
    expected = rng.gamma(2, 1.5, 20_000)
    true = rng.gamma(0.8, 1 / 0.8, 20_000)
    count = rng.poisson(expected * true)
    rate, shape = social.shrunk_rate(count, expected)
    assert shape == pytest.approx(0.8, rel=0.15)
    raw = count / expected
    assert ((rate - true) ** 2).mean() < 0.65 * ((raw - true) ** 2).mean()
    # Right on average for those who are chosen by it: what the raw rate is not.
    top = np.argsort(-rate, kind="stable")[:500]
    assert rate[top].mean() == pytest.approx(true[top].mean(), rel=0.05)
    top = np.argsort(-raw, kind="stable")[:500]
    assert raw[top].mean() > 1.3 * true[top].mean()


def test_counts_that_scatter_by_luck_only_are_shrunk_wholly():
    rate, shape = social.shrunk_rate([1, 1, 1], [1.0, 1.0, 1.0])
    assert rate.tolist() == [1, 1, 1]
    assert np.isinf(shape)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=20))
def test_a_shrunk_rate_lies_between_its_own_and_1(counts):
    expected = np.linspace(0.5, 4, len(counts))
    rate, _shape = social.shrunk_rate(counts, expected)
    own = np.array(counts) / expected
    assert (rate >= np.minimum(own, 1) - 1e-9).all()
    assert (rate <= np.maximum(own, 1) + 1e-9).all()


# --- alarms -------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.5, 300),
    st.floats(0.3, 200) | st.just(np.inf),
    st.floats(0.0005, 0.5),
)
def test_the_limit_keeps_the_rate_and_one_less_does_not(expected, size, rate):
    limit = social.alarm_limit([expected], size, rate)
    assert social.false_alarms([expected], size, limit) <= rate + 1e-9
    if limit[0] > 0:
        assert social.false_alarms([expected], size, limit - 1) > rate - 1e-9


def test_poisson_and_negative_binomial_by_the_tables():
    # P(X > 15) for Poisson(10) is 0.0487, P(X > 14) 0.0835 (any table of Poisson's distribution).
    assert social.alarm_limit([10], np.inf, 0.05)[0] == 15
    assert social.false_alarms([10], np.inf, 15) == pytest.approx(0.0487, abs=5e-5)
    assert social.alarm_limit([40], 10, 0.01)[0] == stats.nbinom.ppf(0.99, 10, 10 / 50)


def test_over_200_weeks_an_alarm_is_as_often_false_and_as_late_as_it_promises():
    """Days drawn one by one, without the functions that promise."""
    day, ordinary, _multiple = level()
    expected = world.NEGATIVE_A_DAY * np.resize(ordinary, 1400)
    limit = social.alarm_limit(expected, world.MENTIONS_SIZE, 1 / 60)
    rng, k = np.random.default_rng(7), world.MENTIONS_SIZE
    counts = rng.negative_binomial(k, k / (k + expected))  # 200 weeks
    promised = social.false_alarms(expected, k, limit)
    assert len(day) > 700
    assert (counts > limit).sum() == pytest.approx(promised, abs=3 * np.sqrt(promised))
    course = np.array(world.FILTER_CRISIS)
    delays = []
    for begin in rng.integers(0, 1400 - len(course), 4000):
        here = slice(begin, begin + len(course))
        mean = expected[here] * course
        over = np.flatnonzero(rng.negative_binomial(k, k / (k + mean)) > limit[here])
        delays.append(over[0] if len(over) else len(course))
    late = social.alarm_delays(expected, k, limit, course, runs=4000)
    apart = np.hypot(np.std(delays), late.std()) / np.sqrt(4000)
    assert late.mean() == pytest.approx(np.mean(delays), abs=4 * apart)


def test_a_higher_limit_is_later_and_a_larger_crisis_sooner():
    expected = np.full(100, 40.0)
    late = [
        social.alarm_delays(expected, 11, limit, [1.2, 1.6, 2, 2.5, 3]).mean()
        for limit in (60, 80, 100)
    ]
    assert late == sorted(late)
    assert social.alarm_delays(expected, 11, 80, [3.0] * 5).mean() < late[0]
    assert (social.alarm_delays(expected, 11, 10**6, [2.0] * 5) == 5).all()


def test_the_frame_of_pandas_is_as_good_as_an_array():
    days = pd.Series([20.0, 30.0], ["a", "b"])
    assert (
        social.alarm_limit(days, 8, 0.01).tolist() == social.alarm_limit([20, 30], 8, 0.01).tolist()
    )
