"""Listening: a share behind errors, a busiest window, and who is answered when."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from crmlab import Company, CRMError
from crmlab.social import answer_times, busiest_window, corrected_share


def table_of(hits, misses, false_alarms, passed):
    """Return calls and truths of checked posts, by how many there are of each kind."""
    counts = [hits, misses, false_alarms, passed]
    return np.repeat([1, 0, 1, 0], counts), np.repeat([1, 1, 0, 0], counts)


# --- the corrected share -------------------------------------------------------------------


def test_the_correction_undoes_known_errors():
    # 40 of 100 negative; sensitivity 0.6 and specificity 0.95 call 24 + 3 of them.
    called, true = table_of(60, 40, 5, 95)
    found = corrected_share(np.repeat([1, 0], [27, 73]), called, true)
    assert found["share"] == pytest.approx(0.40)
    assert found["called"] == pytest.approx(0.27)
    assert (found["sensitivity"], found["specificity"]) == pytest.approx((0.60, 0.95))


def test_the_interval_is_the_delta_method_by_hand():
    called, true = table_of(60, 40, 5, 95)
    found = corrected_share(np.repeat([1, 0], [27, 73]), called, true)
    variance = (0.4 * 0.24 + 0.6 * 0.0475) / 100 + 0.16 * 0.24 / 100 + 0.36 * 0.0475 / 100
    half = 1.959964 * np.sqrt(variance) / 0.55
    assert found["high"] - found["share"] == pytest.approx(half, rel=1e-6)
    sample = corrected_share(np.repeat([1, 0], [27, 73]), called, true, sample=True)
    assert sample["high"] - sample["low"] > found["high"] - found["low"]


@settings(max_examples=60, deadline=None)
@given(
    counts=st.tuples(*[st.integers(1, 40)] * 4),
    number=st.integers(0, 50),
)
def test_a_share_is_a_share_and_lies_in_its_interval(counts, number):
    called, true = table_of(*counts)
    hits, misses, alarms, passed = counts
    if hits * passed <= misses * alarms:  # no better than a coin
        with pytest.raises(CRMError, match="does not tell"):
            corrected_share(np.repeat([1, 0], [number, 50 - number]), called, true)
        return
    found = corrected_share(np.repeat([1, 0], [number, 50 - number]), called, true)
    assert 0 <= found["low"] <= found["share"] <= found["high"] <= 1


@pytest.mark.parametrize("share", [0.15, 0.3, 0.5])
def test_intervals_hold_the_share_of_the_posts_as_often_as_they_say(share):
    rng, held = np.random.default_rng(3), []
    for _run in range(1000):
        true, checked = rng.random(400) < share, rng.random(450) < 0.33
        calls = [rng.random(len(one)) < np.where(one, 0.65, 0.05) for one in (true, checked)]
        found = corrected_share(calls[0], calls[1], checked)
        held.append(found["low"] <= true.mean() <= found["high"])
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.parametrize(
    ("called", "checked", "true", "words"),
    [
        ([1, 0], [1, 0], [1, 0, 1], "one value for each post"),
        ([1, 0], [1, 0], [1, 1], "both kinds"),
        ([], [1, 0], [1, 0], "There must be posts"),
        ([1, 2], [1, 0], [1, 0], "0 or 1"),
        ([1, 0], [0, 1], [1, 0], "does not tell"),
    ],
)
def test_what_cannot_be_corrected_is_refused(called, checked, true, words):
    with pytest.raises(CRMError, match=words):
        corrected_share(called, checked, true)


def test_on_the_company_the_intervals_hold_until_the_leak():
    """Forty companies: October by the errors of autumn; the share that is called is too low."""
    held, low = [], []
    for seed in range(201, 241):
        posts = Company(seed=seed, customers=50).posts
        truth = Company(seed=seed, customers=50).truth.posts["negative"].to_numpy()
        read = posts["label"].notna()
        summer = read & (posts["posted"] < "2025-09-01")
        autumn = read & (posts["posted"] >= "2025-09-01") & (posts["posted"] < "2025-12-01")
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), min_df=3)
        learned = make_pipeline(pieces, LogisticRegression(C=5))
        learned.fit(posts["text"][summer], posts["label"][summer] == "negative")
        called = pd.Series(learned.predict(posts["text"][~summer]), posts.index[~summer])
        october = posts.index[posts["posted"].dt.month == 10]
        checked = posts.index[autumn]
        found = corrected_share(
            called[october], called[checked], posts["label"][autumn] == "negative"
        )
        held.append(found["low"] <= truth[october].mean() <= found["high"])
        low.append(found["called"] < truth[october].mean())
    assert np.mean(held) >= 0.85
    assert np.mean(low) >= 0.95


# --- the busiest window --------------------------------------------------------------------


def test_a_planted_window_is_found():
    counts = pd.Series(np.full(52, 10), pd.period_range("2025-01-01", periods=52, freq="W"))
    counts.iloc[45:48] = 30
    found = busiest_window(counts)
    assert (found["begin"], found["end"]) == (counts.index[45], counts.index[47])
    assert (found["inside"], found["outside"]) == (30, 10)
    assert found["p_value"] == 0.001


def test_luck_alone_is_found_as_often_as_the_p_value_says():
    rng = np.random.default_rng(8)
    low = [busiest_window(rng.poisson(6, 26), draws=199, seed=run)["p_value"] <= 0.1
           for run in range(300)]  # fmt: skip
    assert 0.06 <= np.mean(low) <= 0.14


def test_the_ratio_is_the_published_one():
    # Kulldorff: 25 of 100 events in a window that expects 10.
    counts = np.array([25, *[75 / 9] * 9])
    expected = 25 * np.log(2.5) + 75 * np.log(75 / 90)
    assert expected == pytest.approx(9.23, abs=0.005)
    assert busiest_window(np.rint(counts), draws=0)["begin"] == 0


@pytest.mark.parametrize("counts", [[1, 2, 3], [0, 0, 0, 0]])
def test_too_little_for_a_window_is_refused(counts):
    with pytest.raises(CRMError, match="four periods"):
        busiest_window(counts)


# --- the queue -----------------------------------------------------------------------------


def test_one_after_the_other_while_the_desk_is_open():
    # Three posts in the night, one at noon; half an hour each, from 10 to 16.
    done = answer_times([1.0, 2.0, 3.0, 12.0], 0.5, opens=10, closes=16)
    assert done.tolist() == [10.5, 11.0, 11.5, 12.5]


def test_what_does_not_fit_today_waits_for_tomorrow():
    done = answer_times([15.5, 15.6, 15.7], 0.5, opens=10, closes=16)
    assert done.tolist() == [16.0, 34.5, 35.0]


def test_a_rank_goes_before_the_time_and_never_into_begun_work():
    done = answer_times([9.0, 10.1, 10.2], 1.0, [5, 2, 1], opens=10, closes=16)
    assert done.tolist() == [11.0, 13.0, 12.0]


def test_who_has_waited_too_long_goes_after_all_others_the_oldest_first():
    # While the first post takes 30 hours, three come; at 30 two of them have waited 25 and more.
    posts, ranks = [0.0, 1.0, 2.0, 20.0], [0, 2, 1, 9]
    options = {"opens": 0, "closes": 24}
    assert answer_times(posts, 30.0, ranks, until=25, **options).tolist() == [30, 90, 120, 60]
    assert answer_times(posts, 30.0, ranks, **options).tolist() == [30, 90, 60, 120]


def test_two_people_take_two_posts_at_once():
    done = answer_times([0.0, 0.0, 0.0], 1.0, answerers=2, opens=10, closes=16)
    assert sorted(done) == [11.0, 11.0, 12.0]


@settings(max_examples=60, deadline=None)
@given(
    posted=st.lists(st.floats(0, 200), min_size=1, max_size=40),
    ranks=st.lists(st.integers(0, 5), min_size=40, max_size=40),
    people=st.integers(1, 3),
)
def test_the_order_moves_the_wait_and_never_the_work(posted, ranks, people):
    ranks = ranks[: len(posted)]
    options = {"answerers": people, "opens": 8, "closes": 17}
    by_time, by_rank = (answer_times(posted, 0.4, rank, **options) for rank in (None, ranks))
    at_last, at_once = (answer_times(posted, 0.4, ranks, until=end, **options) for end in (999, 0))
    assert (at_last == by_rank).all()
    assert (at_once == by_time).all()
    assert np.allclose(np.sort(by_time), np.sort(by_rank))
    assert (by_rank >= np.array(posted) + 0.4 - 1e-9).all()
    begun = (by_rank - 0.4) % 24
    assert ((begun > 8 - 1e-6) & (begun < 17 + 1e-6)).all()


@settings(max_examples=40, deadline=None)
@given(
    posted=st.lists(st.floats(0, 9), min_size=2, max_size=7),
    costs=st.lists(st.integers(1, 9), min_size=7, max_size=7),
)
def test_the_falling_order_of_the_cost_is_best_for_those_who_all_wait(posted, costs):
    from itertools import permutations

    costs = np.array(costs[: len(posted)])
    options = {"opens": 10, "closes": 23}
    best = answer_times(posted, 1.0, -costs, **options) @ costs
    others = list(permutations(range(len(posted))))[:: max(1, len(posted) * 30)]
    assert all(best <= answer_times(posted, 1.0, one, **options) @ costs + 1e-9 for one in others)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1.0], 0.5, [1, 2]), "one value for each post"),
        (([1.0], 0.0), "above 0"),
    ],
)
def test_a_desk_that_cannot_be_is_refused(arguments, words):
    with pytest.raises(CRMError, match=words):
        answer_times(*arguments)


def test_a_wait_that_counts_is_no_number_below_zero():
    with pytest.raises(CRMError, match="0 or more"):
        answer_times([1.0], 0.5, until=-1)
