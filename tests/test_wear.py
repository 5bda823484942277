"""Wear: the fit is that of maximum likelihood, and the rates are those of the long run."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

import crmlab as crm
from crmlab.churn import fit_weibull, wear_rates

SHAPES, SCALES = st.floats(0.4, 6), st.floats(0.5, 5e4)


def lives(seed, shape, scale, size=400):
    rng = np.random.default_rng(seed)
    use = scale * rng.weibull(shape, size)
    until = scale * rng.uniform(0.2, 2, size)
    return np.minimum(use, until), use <= until


@pytest.mark.parametrize("shape", [0.7, 1.0, 2.4, 5.0])
def test_the_fit_is_that_of_scipy(shape):
    use, broke = lives(1, shape, 8_000)
    data = stats.CensoredData(uncensored=use[broke], right=use[~broke])
    expected = stats.weibull_min.fit(data, floc=0)
    assert fit_weibull(use, broke) == pytest.approx((expected[0], expected[2]), rel=2e-4)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 5), st.floats(10, 1e4))
def test_no_other_shape_or_scale_is_likelier(seed, shape, scale):
    use, broke = lives(seed, shape, scale, 60)

    def likelihood(k, lam):
        return (broke * (np.log(k / lam) + (k - 1) * np.log(use / lam)) - (use / lam) ** k).sum()

    k, lam = fit_weibull(use, broke)
    best = likelihood(k, lam)
    for factor in (0.99, 1.01):
        assert likelihood(k * factor, lam) < best
        assert likelihood(k, lam * factor) < best


def test_a_planted_shape_is_found_and_dropping_the_censored_makes_lives_short():
    use, broke = lives(2, 2.4, 8_000, 20_000)
    assert fit_weibull(use, broke) == pytest.approx((2.4, 8_000), rel=0.02)
    assert fit_weibull(use[broke], broke[broke])[1] < 7_000


def test_the_unit_of_use_scales_the_scale_alone():
    use, broke = lives(3, 2.0, 5.0)
    one, thousand = fit_weibull(use, broke), fit_weibull(1_000 * use, broke)
    assert thousand == pytest.approx((one[0], 1_000 * one[1]), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_a_weight_is_a_number_of_rows(seed):
    rng = np.random.default_rng(seed)
    use, broke = lives(seed, 1.8, 100.0, 50)
    weight = rng.integers(0, 4, 50)
    weight[:3] = 1
    again = np.repeat(np.arange(50), weight)
    if len(set(use[again][broke[again]])) > 1:
        assert fit_weibull(use, broke, weight) == pytest.approx(
            fit_weibull(use[again], broke[again])
        )


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 3), SHAPES, SCALES, st.floats(0, 1))
def test_the_rates_are_the_integrals(part, shape, scale, heeded):
    limit = part * scale
    survives = lambda use: np.exp(-((use / scale) ** shape))  # noqa: E731
    until = scale * quad(lambda u: np.exp(-(u**shape)), 0, part, limit=200)[0]
    forever = scale * quad(lambda u: np.exp(-(u**shape)), 0, np.inf, limit=200)[0]
    length = heeded * until + (1 - heeded) * forever
    found = wear_rates(limit, shape, scale, heeded).iloc[0]
    assert found["reminders"] == pytest.approx(survives(limit) / length, rel=1e-5)
    assert found["services"] == pytest.approx(heeded * survives(limit) / length, rel=1e-5)
    assert found["breakdowns"] == pytest.approx((1 - heeded * survives(limit)) / length, rel=1e-5)


def test_the_rates_are_those_of_machines_run_for_long():
    rng, limit, heeded = np.random.default_rng(4), 4_000, 0.8
    life = 8_000 * rng.weibull(2.4, 400_000)
    reminded, follows = life > limit, rng.random(len(life)) < heeded
    served = reminded & follows
    used = np.where(served, limit, life).sum()
    seen = np.array([reminded.sum(), served.sum(), (~served).sum()]) / used
    assert wear_rates(limit, 2.4, 8_000, heeded).iloc[0].to_numpy() == pytest.approx(seen, rel=0.01)


def test_without_a_reminder_each_life_ends_in_a_breakdown():
    found = wear_rates(np.inf, 2.0, 1_000).iloc[0]
    assert found["reminders"] == found["services"] == 0
    assert found["breakdowns"] == pytest.approx(1 / (1_000 * np.sqrt(np.pi) / 2))


@pytest.mark.parametrize("shape", [1.5, 2.4, 4.0])
def test_the_best_limit_obeys_the_equation_of_barlow_and_hunter(shape):
    # With p = 1, at the best limit: hazard × L(τ) + S(τ) = c_b ÷ (c_b − c_s)  (1960, section 3).
    service, breakdown, scale = 260.0, 1_400.0, 8_000.0
    cost = lambda tau: (wear_rates(tau, shape, scale) @ [0, service, breakdown])[0]  # noqa: E731
    limit = minimize_scalar(cost, bounds=(500, 20_000), method="bounded", options={"xatol": 1e-4}).x
    hazard = shape / scale * (limit / scale) ** (shape - 1)
    until = quad(lambda u: np.exp(-((u / scale) ** shape)), 0, limit)[0]
    left = hazard * until + np.exp(-((limit / scale) ** shape))
    assert left == pytest.approx(breakdown / (breakdown - service), rel=1e-4)


def test_without_wear_no_limit_is_cheaper_than_none():
    cost = wear_rates([500, 5_000, 50_000, np.inf], 1.0, 8_000) @ [2, 260, 1_400]
    assert (cost.diff().dropna() < 0).all()


def test_the_names_of_machines_are_kept():
    scale = pd.Series([8_000.0, 9_000.0], ["M1", "M2"])
    assert list(wear_rates(4_000, 2.0, scale).index) == ["M1", "M2"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: fit_weibull([1, 0, 3], [1, 1, 1]), "above 0"),
        (lambda: fit_weibull([1, 2, 3], [1, 0, 0]), "two different uses"),
        (lambda: fit_weibull([1, 2, 3], [1, 2, 0]), "0 or 1"),
        (lambda: fit_weibull([5, 5 + 1e-9, 5], [1, 1, 1]), "nearly the same use"),
        (lambda: wear_rates(0, 2, 100), "above 0"),
        (lambda: wear_rates(10, 2, 100, 1.5), "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, said):
    with pytest.raises(crm.CRMError, match=said):
        call()
