"""crm.churn: excess_leavers, cusum, cusum_limit, population_stability; crm.find_people."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import crmlab as crm
from crmlab.churn import (
    cusum,
    cusum_limit,
    excess_leavers,
    luck_alone,
    population_stability,
)

FLOATS = st.floats(-4, 4, allow_nan=False)


@pytest.fixture(scope="module")
def year():
    """A year of scores: 52 weeks of 40, each of another mix."""
    rng = np.random.default_rng(5)
    score = rng.beta(2, 6, 52 * 40)
    return score, np.repeat(np.arange(52), 40)


class TestExcess:
    def test_a_case_by_hand(self):
        found = excess_leavers([1, 1, 0, 0], [0.5, 0.5, 0.2, 0.2], ["b", "b", "a", "a"])
        assert list(found.index) == ["a", "b"]
        assert found["b"] == pytest.approx(1 / np.sqrt(0.5))
        assert found["a"] == pytest.approx(-0.4 / np.sqrt(0.32))

    def test_where_the_score_is_right_it_is_standard(self, year):
        found = luck_alone(*year, runs=400, seed=2)
        assert found.shape == (400, 52)
        assert found.mean() == pytest.approx(0, abs=0.03)
        assert found.std() == pytest.approx(1, abs=0.03)

    def test_simulated_years_are_the_excess_of_years_like_these(self, year):
        score, week = year
        rng = np.random.default_rng(1)
        left = rng.random((300, len(score))) < score
        real = np.array([excess_leavers(one, score, week) for one in left])
        quantiles = [0.05, 0.5, 0.95]
        found = np.quantile(luck_alone(score, week, 300, 3), quantiles)
        assert np.quantile(real, quantiles) == pytest.approx(found, abs=0.06)

    @pytest.mark.parametrize(
        ("left", "score", "period", "says"),
        [
            ([1, 0], [0.2, 1.4], [1, 1], "score must lie between"),
            ([1, 2], [0.2, 0.4], [1, 1], "left must be 0 or 1"),
            ([1, 0], [1.0, 0.0], [1, 1], "luck has no room"),
            ([1, 0], [0.2, 0.4], [1, None], "none may be missing"),
            ([1, 0], [0.2, 0.4], [1], "one value for each score"),
        ],
    )
    def test_what_cannot_be_used_is_refused(self, left, score, period, says):
        with pytest.raises(crm.CRMError, match=says):
            excess_leavers(left, score, period)


class TestCusum:
    @given(arrays(float, st.integers(1, 40), elements=FLOATS), st.floats(0, 2))
    @settings(max_examples=60, deadline=None)
    def test_it_is_page_s_recursion(self, excess, slack):
        total, by_hand = 0.0, []
        for one in excess:
            total = max(0.0, total + one - slack)
            by_hand.append(total)
        assert np.allclose(cusum(excess, slack), by_hand, atol=1e-9)

    def test_each_run_is_added_up_for_itself(self):
        runs = np.random.default_rng(3).normal(size=(5, 30))
        assert np.array_equal(cusum(runs), np.array([cusum(run) for run in runs]))

    def test_a_week_that_is_not_known_is_refused(self):
        with pytest.raises(crm.CRMError, match="outcome is not known"):
            cusum([0.3, np.nan])

    @pytest.mark.parametrize("rate", [0.05, 0.2])
    def test_false_alarms_come_as_often_as_stated(self, year, rate):
        limit = cusum_limit(*year, rate=rate, runs=4000, seed=1)
        other = cusum(luck_alone(*year, runs=4000, seed=99)).max(axis=1)
        # Two simulations of 4,000 runs each: 3.3 standard errors of their difference.
        assert (other > limit).mean() == pytest.approx(
            rate, abs=3.3 * np.sqrt(2 * rate * (1 - rate) / 4000)
        )

    def test_a_wrong_score_is_found_and_a_right_one_whose_mix_moves_is_not(self, year):
        score, week = year
        limit = cusum_limit(score, week, runs=1000)
        rng = np.random.default_rng(4)
        worse = 1 / (1 + (1 - score) / score * np.exp(-0.7))
        left = rng.random(len(score)) < np.where(week >= 26, worse, score)
        sums = cusum(excess_leavers(left, score, week))
        assert (sums[:26] < limit).all()
        assert 26 <= np.argmax(sums > limit) <= 36
        moved = np.where(week >= 26, np.minimum(score * 1.4, 0.95), score)
        right = cusum(excess_leavers(rng.random(len(moved)) < moved, moved, week))
        assert (right < limit).all()

    @pytest.mark.parametrize(("seed", "false"), [(1, 0), (11, 1), (29, 1), (52, 2), (176, 3)])
    def test_the_weeks_after_an_alarm_tell_luck_from_a_rival(self, seed, false):
        # Of 200 companies, 15 have an alarm before the rival comes; these are some of them.
        company = crm.Company(seed=seed, customers=10)
        renewals = company.renewals.dropna(subset="left")
        chance = renewals["renewal_id"].map(company.truth.renewals["chance"])
        rival = renewals.loc[chance - renewals["score"] > 0.001, "week"].min()
        first_year = renewals[renewals["week"] < "2025-01-01"]
        limit = cusum_limit(first_year["score"], first_year["week"], runs=500, seed=seed)
        excess = excess_leavers(renewals["left"].astype(bool), renewals["score"], renewals["week"])
        above = pd.Series(cusum(excess) > limit, excess.index)
        alarms = above.index[above & ~above.shift(fill_value=False)]
        after = np.array([excess[excess.index > week].head(4).mean() for week in alarms])
        confirmed = after > 1.96 / np.sqrt(4)
        assert (alarms < rival).sum() == false
        assert not confirmed[alarms < rival].any()
        late = (alarms[confirmed][0] - rival).days // 7
        assert 2 <= late <= 9

    @pytest.mark.parametrize("rate", [0, 1, -0.1, np.nan])
    def test_a_rate_that_is_none_is_refused(self, year, rate):
        with pytest.raises(crm.CRMError, match="rate must lie"):
            cusum_limit(*year, rate=rate)


class TestStability:
    def test_a_case_by_hand(self):
        before, now = np.repeat([0, 1], 500), np.repeat([0, 1], [250, 750])
        smooth = (np.array([250.5, 750.5]) / 1001, np.array([0.5, 0.5]))
        by_hand = ((smooth[0] - smooth[1]) * np.log(smooth[0] / smooth[1])).sum()
        assert population_stability(before, now, bins=2) == pytest.approx(by_hand, abs=0.003)

    def test_without_a_change_it_is_about_what_luck_gives(self):
        rng = np.random.default_rng(8)
        found = [population_stability(*rng.normal(size=(2, 400))) for _run in range(300)]
        assert np.mean(found) == pytest.approx(9 * (1 / 400 + 1 / 400), rel=0.12)

    def test_an_empty_bin_stays_finite(self):
        assert np.isfinite(population_stability(np.arange(100), np.arange(100) + 1000))


FACTS = ["born", "region", "month"]


class TestFindPeople:
    extract = pd.DataFrame(
        {
            "born": [1980, 1980, 1980, 1990, None],
            "region": ["N", "N", "S", "S", "S"],
            "month": ["a", "b", "a", "a", "a"],
        },
        index=list("vwxyz"),
    )

    def find(self, *page, facts=FACTS):
        return crm.find_people(pd.DataFrame([page], columns=FACTS), self.extract, facts).iloc[0]

    def test_cases_by_hand(self):
        assert self.find(1980, "N", "a")["found"] == "v"
        assert self.find(1990, None, None)["found"] == "y"
        several = self.find(1980, "N", None)
        assert several["candidates"] == 2
        assert pd.isna(several["found"])
        assert self.find(1970, "N", "a")["candidates"] == 0
        assert self.find(None, None, None)["candidates"] == 0

    def test_what_the_extract_does_not_hold_agrees_with_nothing(self):
        assert self.find(None, "S", "a")["candidates"] == 3
        assert self.find(1950, "S", "a")["candidates"] == 0

    @given(st.integers(0, 2**32 - 1))
    @settings(max_examples=25, deadline=None)
    def test_it_is_what_a_loop_finds(self, seed):
        rng = np.random.default_rng(seed)
        draw = lambda rows: pd.DataFrame(rng.integers(0, 3, (rows, 3)), columns=FACTS)  # noqa: E731
        extract, pages = draw(25).set_axis(range(100, 125)), draw(12).astype(float)
        pages = pages.mask(rng.random(pages.shape) < 0.3)
        found = crm.find_people(pages, extract, FACTS)
        for place, page in enumerate(pages.itertuples(index=False)):
            told = {name: value for name, value in page._asdict().items() if value == value}
            alike = [
                label
                for label, row in extract.iterrows()
                if told and all(row[name] == value for name, value in told.items())
            ]
            assert found["candidates"].iloc[place] == len(alike)
            one = found["found"].iloc[place]
            assert one == alike[0] if len(alike) == 1 else pd.isna(one)

    def test_finer_facts_find_no_fewer_rows_alone(self):
        company = crm.Company(seed=2, customers=3000)
        pages = company.truth.profiles
        coarse, fine = ["gender", "region"], ["gender", "region", "birth_year"]
        less = crm.find_people(pages, pages.set_index("customer_id"), coarse)["candidates"]
        more = crm.find_people(pages, pages.set_index("customer_id"), fine)["candidates"]
        assert (more <= less).all()
        assert (more >= 1).all()

    def test_what_cannot_be_used_is_refused(self):
        with pytest.raises(crm.CRMError, match="at least one fact"):
            self.find(1980, "N", "a", facts=[])
        with pytest.raises(crm.CRMError, match="lacks 'shoe'"):
            self.find(1980, "N", "a", facts=["shoe"])


def test_noisy_counts_hold_the_truth_in_95_of_100():
    rng = np.random.default_rng(12)
    for epsilon in (0.1, 1.0):
        noise = rng.laplace(scale=1 / epsilon, size=40_000)
        covered = (np.abs(noise) <= np.log(20) / epsilon).mean()
        assert covered == pytest.approx(0.95, abs=0.0036)


def test_a_noisy_count_changes_little_when_one_person_leaves():
    # The ratio of the densities of any answer is at most e^ε, and is reached outside.
    from scipy.stats import laplace

    answers = np.linspace(80, 120, 401)
    with_one, without = (laplace(count, 1 / 0.5).pdf(answers) for count in (100, 99))
    ratio = with_one / without
    assert ratio.max() == pytest.approx(np.exp(0.5))
    assert ratio.min() == pytest.approx(np.exp(-0.5))
