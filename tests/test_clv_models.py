"""Models of purchases, spend and contracts: published estimates, planted truth, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from scipy.optimize import check_grad
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import crmlab as crm
from crmlab.clv import bgnbd, counting, gamma_gamma, shifted_beta_geometric
from crmlab.clv.counting import count_rows
from crmlab.notices import collected

quickly = settings(deadline=None, max_examples=40, print_blob=False)
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "gamma": 15.44}
CONTRACT = {"alpha": 0.668, "beta": 3.806}
# One company for each limit of BG/NBD, in weeks.
LIMITS = {
    "nobody stops": {"r": 1.2, "alpha": 8.0},
    "all stop alike": {"r": 1.2, "alpha": 8.0, "p": 0.12},
    "all buy alike": {"rate": 0.3, "a": 0.8, "b": 2.4},
    "all buy alike and stop alike": {"rate": 0.3, "p": 0.12},
    "all buy alike and nobody stops": {"rate": 0.3},
}
# Fader & Hardie (2007), table 1, "High End": percent still there after 0 … 12 renewals. The
# paper fits the first eight numbers.
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]


@pytest.fixture(scope="module")
def cdnow():
    return crm.summarize(crm.datasets.load_cdnow("sample"), as_of="1997-09-30", unit="W")


@pytest.fixture(autouse=True)
def _no_warning_gets_through():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def knowing(kind, params, unit=None):
    """Return a model of given parameters."""
    model = kind()
    model.params_, model.unit_ = dict(params), unit
    return model


def purchases(x, t_x, T):
    return pd.DataFrame({"x": x, "t_x": t_x, "T": T})


def spends(x, mean):
    return pd.DataFrame({"x": x, "mean_repeat_spend": mean})


# --- published estimates ------------------------------------------------------------------


def test_bgnbd_on_cdnow_gives_the_published_estimates(cdnow):
    model = crm.BetaGeometricNBD().fit(cdnow)
    assert model.params_ == pytest.approx(CDNOW, abs=0.0005)
    assert model.log_likelihood_ == pytest.approx(-9582.4, abs=0.05)
    assert (model.n_customers_, model.unit_) == (2357, "W")


def test_gamma_gamma_on_cdnow_gives_the_published_estimates(cdnow):
    with collected() as said:
        model = crm.GammaGamma().fit(cdnow)
    assert model.params_ == pytest.approx(SPEND, abs=0.02)
    assert model.n_customers_ == 946
    assert "1,411 customers" in said[0]


def test_sbg_gives_the_published_estimates_and_projects_twelve_years():
    model = crm.ShiftedBetaGeometric().fit(np.array(HIGH_END[:8]) / 100, customers=1000)
    assert model.params_ == pytest.approx(CONTRACT, abs=0.0005)
    # S(t) by the recursion of the paper (equation 7), not by the formula of the module.
    alpha, beta = model.params_.values()
    t = np.arange(1, 13)
    recursion = np.append(1, np.cumprod((beta + t - 1) / (alpha + beta + t - 1)))
    assert model.survival(np.arange(13)) == pytest.approx(recursion)
    assert model.survival(np.arange(13)) == pytest.approx(np.array(HIGH_END) / 100, abs=0.02)
    assert model.retention(t) == pytest.approx(recursion[1:] / recursion[:-1])


def test_standard_errors_are_those_of_the_observed_information(cdnow):
    # Second differences of the likelihood itself, in the parameters and not their logarithms.
    model = crm.BetaGeometricNBD().fit(cdnow)
    rows, counts = count_rows(cdnow[["x", "t_x", "T"]])
    likelihood = bgnbd._LogLikelihood(rows, counts)
    at = np.array(list(model.params_.values()))
    steps = np.diag(at * 1e-3)
    hessian = np.array(
        [
            [
                sum(s * t * likelihood(at + s * i + t * j)[0] for s in (1, -1) for t in (1, -1))
                / (4 * i.sum() * j.sum())
                for i in steps
            ]
            for j in steps
        ]
    )
    errors = np.sqrt(np.diag(np.linalg.inv(-hessian)))
    assert model.summary_["standard_error"].to_numpy() == pytest.approx(errors, rel=1e-3)


def test_intervals_are_made_on_the_log_scale(cdnow):
    summary = crm.BetaGeometricNBD().fit(cdnow).summary_
    reach = np.exp(1.959964 * summary["standard_error"] / summary["estimate"])
    assert (summary["estimate"] * reach).tolist() == pytest.approx(summary["high"].tolist())
    assert (summary["estimate"] / reach).tolist() == pytest.approx(summary["low"].tolist())


# --- the truth is recovered ---------------------------------------------------------------

PLANTED = {
    "bgnbd": (
        {"r": 0.6, "alpha": 5.0, "a": 0.8, "b": 2.5},
        crm.BetaGeometricNBD,
        lambda model, seed: model.simulate(4000, np.linspace(30, 80, 4000), seed),
    ),
    "gamma_gamma": (
        {"p": 6.0, "q": 4.0, "gamma": 15.0},
        crm.GammaGamma,
        lambda model, seed: model.simulate(1 + np.arange(2000) % 6, seed),
    ),
    "sbg": (
        {"alpha": 0.7, "beta": 3.8},
        crm.ShiftedBetaGeometric,
        lambda model, seed: model.simulate(3000, 8, seed),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_intervals_hold_the_planted_parameters_as_often_as_they_say(name):
    truth, kind, draw = PLANTED[name]
    planted = np.array(list(truth.values()))
    model, runs = knowing(kind, truth), 400
    with collected():
        found = [kind().fit(draw(model, seed)).summary_ for seed in range(runs)]
    inside = sum((one["low"] <= planted) & (planted <= one["high"]) for one in found)
    least, most = stats.binom.interval(0.95, runs, 0.95)
    assert inside.between(least, most).all(), inside


# --- the likelihoods, against slow ones of another kind -----------------------------------


@pytest.mark.parametrize(
    ("x", "t_x", "T"), [(0, 0.0, 20.0), (1, 3.0, 20.0), (2, 19.0, 20.0), (6, 4.0, 38.9)]
)
def test_the_bgnbd_likelihood_is_the_integral_over_rates_and_probabilities(x, t_x, T):
    r, alpha, a, b = 2.5, 4.0, 1.8, 2.4
    # Gauss-Legendre on a square: p from 0 to 1, rates from 0 to where hardly any are left.
    nodes, weights = np.polynomial.legendre.leggauss(300)
    p, rate = (nodes + 1) / 2, 5 * (nodes[:, None] + 1)
    alive = rate**x * np.exp(-rate * T) * (1 - p) ** x
    stopped = p * (1 - p) ** (x - 1) * rate**x * np.exp(-rate * t_x) if x else 0
    density = stats.gamma.pdf(rate, r, scale=1 / alpha) * stats.beta.pdf(p, a, b)
    by_integral = 5 * weights @ ((alive + stopped) * density) @ weights / 2
    ours = bgnbd._LogLikelihood(purchases([x], [t_x], [T]), np.ones(1))
    assert ours((r, alpha, a, b))[0] == pytest.approx(np.log(by_integral), rel=1e-6)


@pytest.mark.parametrize(("x", "mean"), [(1, 30.0), (3, 8.0), (12, 55.0)])
def test_the_gamma_gamma_likelihood_is_the_integral_over_rates(x, mean):
    p, q, gamma = SPEND.values()

    def likelihood(rate):
        of_mean = stats.gamma.pdf(mean, p * x, scale=1 / (rate * x))
        return of_mean * stats.gamma.pdf(rate, q, scale=1 / gamma)

    by_integral = integrate.quad(likelihood, 0, 5, epsabs=1e-14, limit=200)[0]
    ours = gamma_gamma._LogLikelihood(spends([float(x)], [mean]), np.ones(1))
    assert ours((p, q, gamma))[0] == pytest.approx(np.log(by_integral), rel=1e-6)


def test_the_sbg_likelihood_is_that_of_the_periods_in_which_customers_left():
    alpha, beta = CONTRACT.values()
    survivors = np.array([100.0, 80, 70, 65])

    def survival(t):
        return integrate.quad(lambda p: (1 - p) ** t * stats.beta.pdf(p, alpha, beta), 0, 1)[0]

    left = -np.diff(survivors)
    leaving = [survival(t - 1) - survival(t) for t in (1, 2, 3)]
    by_integral = left @ np.log(leaving) + survivors[-1] * np.log(survival(3))
    ours = shifted_beta_geometric._LogLikelihood(survivors)
    assert ours((alpha, beta))[0] == pytest.approx(by_integral, rel=1e-6)


def some_likelihood(name, seed):
    """A likelihood of a few simulated customers, and how many parameters it has."""
    draw = np.random.default_rng(seed)
    if name == "bgnbd":
        rows = knowing(crm.BetaGeometricNBD, CDNOW).simulate(30, 40.0, draw).astype("float64")
        return bgnbd._LogLikelihood(rows, draw.uniform(0.5, 3, len(rows))), 4
    if name in LIMITS:
        rows = knowing(crm.BetaGeometricNBD, LIMITS[name]).simulate(30, 40.0, draw)
        rates, stops = next(limit[1:3] for limit in bgnbd._LIMITS if limit[0] == name)
        weights = draw.uniform(0.5, 3, len(rows))
        likelihood = bgnbd._LogLikelihood(rows.astype("float64"), weights, rates, stops)
        return likelihood, len(rates.names) + len(stops.names)
    if name == "gamma_gamma":
        rows = knowing(crm.GammaGamma, SPEND).simulate(draw.integers(1, 9, 30), draw)
        return gamma_gamma._LogLikelihood(rows.astype("float64"), draw.uniform(0.5, 3, 30)), 3
    return shifted_beta_geometric._LogLikelihood(np.sort(draw.uniform(1, 100, 6))[::-1]), 2


@pytest.mark.parametrize("name", [*PLANTED, *LIMITS])
@quickly
@given(st.integers(0, 10**6), st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_gradient_and_hessian_are_those_of_the_likelihood(name, seed, logs):
    likelihood, size = some_likelihood(name, seed)
    at = np.exp(logs[:size])
    _value, gradient, hessian = likelihood(at)
    step = 1e-6
    wrong = check_grad(lambda p: likelihood(p)[0], lambda p: likelihood(p)[1], at, epsilon=step)
    assert wrong <= 1e-3 * (1 + np.abs(gradient).max() + np.abs(hessian).max())
    slopes = np.array([likelihood(at + d)[1] - likelihood(at - d)[1] for d in np.diag(at * step)])
    by_differences = slopes / (2 * step * at[:, None])
    scale = np.sqrt(np.abs(np.outer(np.diag(hessian), np.diag(hessian))))
    assert (np.abs(by_differences - hessian) <= 1e-4 * (1 + scale)).all()


def evenly_random(seed):
    """Purchases of customers who all buy at one rate and never stop."""
    draw = np.random.default_rng(seed)
    x = draw.binomial(60, 1 / 30, 2000)
    t_x = np.where(x > 0, 40 * draw.beta(np.maximum(x, 1), 1), 0)
    return purchases(x, t_x, 40.0)


# --- the limits of BG/NBD -----------------------------------------------------------------


def nearly(params):
    """Return parameters of the whole model that are next to those of a limit."""
    large = 1e6
    rates = {"r": params["rate"] * large, "alpha": large} if "rate" in params else {}
    stops = {}
    if "p" in params:
        stops = {"a": params["p"] * large, "b": (1 - params["p"]) * large}
    elif "a" not in params:
        stops = {"a": 1.0, "b": large}
    return {name: (params | rates | stops)[name] for name in CDNOW}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_what_the_model_comes_to(name):
    limit = knowing(crm.BetaGeometricNBD, LIMITS[name])
    model = knowing(crm.BetaGeometricNBD, nearly(LIMITS[name]))
    customers = limit.simulate(200, np.linspace(20, 80, 200), seed=4).astype("float64")
    rates, stops = next(one[1:3] for one in bgnbd._LIMITS if one[0] == name)
    ours = bgnbd._LogLikelihood(customers, np.ones(200), rates, stops)
    at = [value for _part, of_part in limit._story() for value in of_part]
    next_to_it = np.array(list(nearly(LIMITS[name]).values()))
    whole = bgnbd._LogLikelihood(customers, np.ones(200))
    assert ours(np.array(at))[0] == pytest.approx(whole(next_to_it)[0], rel=1e-5)
    for answer in (
        lambda one: one.probability_alive(customers),
        lambda one: one.expected_purchases(30, customers),
        lambda one: one.expected_purchases(np.array([1.0, 52])),
        lambda one: one.discounted_purchases(0.99 ** np.arange(1, 53), customers),
        lambda one: one.purchase_probability(np.arange(9), 25.0),
    ):
        here, beside = (np.asarray(answer(one)) for one in (limit, model))
        assert here == pytest.approx(beside, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_planted_at_a_limit_is_found_there(name):
    planted = LIMITS[name]
    truth = knowing(crm.BetaGeometricNBD, planted)
    found = {}
    for seed in range(8):
        customers = truth.simulate(2000, np.random.default_rng(seed).uniform(26, 104, 2000), seed)
        with collected() as said:
            model = crm.BetaGeometricNBD().fit(customers)
        found.setdefault(model.limit_, []).append(model)
        assert bool(said) == (model.limit_ is not None)
        assert all(model.limit_ in text for text in said)
        # Luck can make the data a little more different, or a little more alike, than the truth:
        # the forecast is the same.
        ahead, true = (one.expected_purchases(52, customers).sum() for one in (model, truth))
        assert ahead == pytest.approx(true, rel=0.1)
    assert found.keys() <= {None, name, *(other for other in LIMITS if name in other)}
    assert len(found[name]) >= 3
    for model in found[name]:
        assert model.params_.keys() == planted.keys()
        low, high = model.summary_["low"], model.summary_["high"]
        assert all(low[key] * 0.8 < value < high[key] * 1.25 for key, value in planted.items())


def test_the_likeliest_limit_is_named_not_the_parameter_that_ran_furthest():
    # All stop with the same probability: b runs to infinity as it does where nobody stops.
    customers = knowing(crm.BetaGeometricNBD, LIMITS["all stop alike"]).simulate(500, 80.0, seed=1)
    with collected() as said:
        model = crm.BetaGeometricNBD().fit(customers)
    assert model.limit_ == "all stop alike"
    assert "nobody stops" in said[0].split("Log likelihoods:")[1]
    never = bgnbd._LogLikelihood(*count_rows(customers), bgnbd.GammaRates, bgnbd.NoStop)
    ended = np.array([model.params_["r"], model.params_["alpha"]])
    assert model.log_likelihood_ > never(ended)[0] + 100


@pytest.mark.parametrize(
    "table",
    [
        purchases([2] * 5, [1.0, 2, 3, 4, 5], [6.0] * 5),
        purchases([2, 1], [2.0, 1.0], [4.0, 4.0]),
        evenly_random(1),
        evenly_random(2),
    ],
    ids=["equal x", "two customers", "even", "even again"],
)
def test_customers_who_do_not_differ_get_one_rate(table):
    with collected() as said:
        model = crm.BetaGeometricNBD().fit(table)
    assert "all buy alike" in model.limit_
    assert "than chance alone" in said[0]
    assert np.isfinite(model.expected_purchases(10, table)).all()


# --- counting and units -------------------------------------------------------------------


def test_a_weight_counts_as_so_many_equal_rows(cdnow):
    some = cdnow.head(400)
    weights = np.arange(len(some)) % 4
    repeated = some.loc[some.index.repeat(weights)]
    for kind in (crm.BetaGeometricNBD, crm.GammaGamma):
        with collected():
            weighted, plain = kind().fit(some, weights), kind().fit(repeated)
        pd.testing.assert_frame_equal(weighted.summary_, plain.summary_, rtol=1e-6)
        assert weighted.n_customers_ == plain.n_customers_
        assert weighted.log_likelihood_ == pytest.approx(plain.log_likelihood_)


@pytest.mark.parametrize("most_keys", [2**63, 4])
def test_equal_rows_are_counted_once_and_none_is_lost(monkeypatch, most_keys):
    monkeypatch.setattr(counting, "_MOST_KEYS", most_keys)  # numbered anew before they run out
    draw = np.random.default_rng(3)
    table = purchases(*draw.integers(0, 3, (3, 500)).astype("float64"))
    rows, counts = count_rows(table)
    expected = table.value_counts().sort_index()
    found = pd.Series(counts, pd.MultiIndex.from_frame(rows)).sort_index()
    assert len(rows) == len(expected)
    assert found.tolist() == expected.tolist()


def test_days_and_weeks_give_the_same_model(cdnow):
    weeks = crm.BetaGeometricNBD().fit(cdnow)
    days = crm.BetaGeometricNBD().fit(cdnow.assign(t_x=cdnow["t_x"] * 7, T=cdnow["T"] * 7))
    assert days.params_ == pytest.approx(
        {**weeks.params_, "alpha": weeks.params_["alpha"] * 7}, rel=1e-5
    )
    assert days.expected_purchases(70) == pytest.approx(weeks.expected_purchases(10))


@pytest.mark.parametrize("weights", [[1, 2], ["a"] * 9, [-1] + [1] * 8, [np.nan] * 9, [0] * 9])
def test_unusable_weights_are_refused(weights):
    table = knowing(crm.BetaGeometricNBD, CDNOW).simulate(9, 50.0)
    with pytest.raises(crm.CRMError, match="weights"):
        crm.BetaGeometricNBD().fit(table, weights)


# --- what BG/NBD expects ------------------------------------------------------------------


def lives(n, T, t, seed):
    """Live n customers purchase by purchase until T + t; return x, t_x, alive and later."""
    draw = np.random.default_rng(seed)
    r, alpha, a, b = CDNOW.values()
    rate, p = draw.gamma(r, 1 / alpha, n), draw.beta(a, b, n)
    clock, alive = np.zeros(n), np.ones(n, bool)
    x, later, t_x = np.zeros(n, int), np.zeros(n, int), np.zeros(n)
    alive_at_T = np.ones(n, bool)
    while True:
        clock = np.where(alive, clock + draw.exponential(1 / rate), np.inf)
        buys = clock <= T + t
        if not buys.any():
            return x, t_x, alive_at_T, later
        early = buys & (clock <= T)
        x[early] += 1
        t_x[early] = clock[early]
        later[buys & ~early] += 1
        stops = buys & (draw.random(n) < p)
        alive &= ~stops
        alive_at_T &= ~(stops & early)


@pytest.fixture(scope="module")
def lived():
    T, t = 39.0, 26.0
    with np.errstate(divide="ignore"):
        x, t_x, alive, later = lives(300_000, T, t, seed=5)
    return purchases(x, t_x, T).assign(alive=alive, later=later), t


def test_the_probability_of_being_alive_is_right_for_each_kind_of_customer(lived):
    table, _t = lived
    probability = knowing(crm.BetaGeometricNBD, CDNOW).probability_alive(table)
    again = table["x"] > 0
    assert (probability[~again] == 1).all()
    for _decile, part in table[again].groupby(pd.qcut(probability[again], 10)):
        error = np.sqrt(part["alive"].mean() * (1 - part["alive"].mean()) / len(part))
        assert probability[part.index].mean() == pytest.approx(
            part["alive"].mean(), abs=4 * error + 1e-3
        )


def test_expected_purchases_are_right_for_each_kind_of_customer(lived):
    table, t = lived
    expected = knowing(crm.BetaGeometricNBD, CDNOW).expected_purchases(t, table)
    for _decile, part in table.groupby(pd.qcut(expected, 10, duplicates="drop")):
        error = part["later"].std() / np.sqrt(len(part))
        assert expected[part.index].mean() == pytest.approx(
            part["later"].mean(), abs=4 * error + 1e-4
        )


def test_expected_purchases_of_a_new_customer_are_the_mean_of_many(lived):
    table, t = lived
    model = knowing(crm.BetaGeometricNBD, CDNOW)
    for until, seen in ((39.0, table["x"]), (39.0 + t, table["x"] + table["later"])):
        error = seen.std() / np.sqrt(len(seen))
        assert model.expected_purchases(until) == pytest.approx(seen.mean(), abs=4 * error)


def test_the_simulator_of_the_model_draws_the_same_kind_of_customers(lived):
    table, _t = lived
    drawn = knowing(crm.BetaGeometricNBD, CDNOW, "W").simulate(300_000, 39.0, seed=6)
    assert drawn.attrs == {"unit": "W"}
    top = np.minimum(drawn["x"], 12), np.minimum(table["x"], 12)
    both = [np.bincount(one, minlength=13) for one in top]
    assert stats.chi2_contingency(both).pvalue > 0.001
    for x in (1, 4):
        times = [one.loc[one["x"] == x, "t_x"] for one in (drawn, table)]
        assert stats.ks_2samp(*times).pvalue > 0.001


@quickly
@given(
    st.floats(0.05, 20), st.floats(0.5, 500), st.floats(0.05, 300), st.floats(0.05, 300),
    st.integers(0, 60), st.floats(0.01, 300), st.floats(0.01, 500),
)  # fmt: skip
def test_expected_purchases_are_the_integral_over_probabilities(r, alpha, a, b, x, T, t):
    # Given p they are (1 - (1 + p t / alpha)^-r) / p; over the logit of p, adaptively.
    model = knowing(crm.BetaGeometricNBD, {"r": r, "alpha": alpha, "a": a, "b": b})

    def integrand(logit):
        p = special.expit(logit)
        given_p = -np.expm1(-(r + x) * np.log1p(p * t / (alpha + T))) / p
        beta = a * logit - (a + b + x) * np.logaddexp(0, logit) - special.betaln(a, b + x)
        return given_p * np.exp(beta)

    middle, scale = np.log(a / (b + x)), np.log((alpha + T) / t)
    bends = sorted({-300, -100, -30, middle - 1, middle, middle + 1, scale, 30, 100, 300})
    expected = integrate.quad(integrand, -700, 700, points=bends, limit=500, epsabs=0)[0]
    table = purchases([x], [T / 2 if x else 0.0], [T])
    alive = model.probability_alive(table).iloc[0]
    assert model.expected_purchases(t, table).iloc[0] == pytest.approx(alive * expected, rel=1e-4)


def _nodes(a, b):
    from scipy.special import roots_jacobi

    nodes, weights = roots_jacobi(120, b - 1, a - 1)
    return (1 + nodes) / 2, weights / weights.sum()


@pytest.mark.parametrize("change", [{"a": 1.0}, {"a": 0.4, "b": 0.6}, {"a": 1.0, "b": 0.05}])
def test_expected_purchases_pass_smoothly_through_the_poles_of_the_formula(change):
    at = {**CDNOW, **change}
    beside = {**at, "a": at["a"] + 1e-3}, {**at, "a": at["a"] - 1e-3}
    around = [
        knowing(crm.BetaGeometricNBD, params).expected_purchases([0.01, 1, 52]) for params in beside
    ]
    here = knowing(crm.BetaGeometricNBD, at).expected_purchases([0.01, 1, 52])
    assert here == pytest.approx(np.mean(around, axis=0), rel=1e-4)


def test_many_purchases_and_long_times_give_finite_expectations():
    model = knowing(crm.BetaGeometricNBD, CDNOW)
    table = purchases([0, 5000, 200_000], [0.0, 999.0, 9999.0], [1e6, 1000.0, 10_000.0])
    expected = model.expected_purchases([1e-4, 1.0, 1e5], table)
    assert np.isfinite(expected.to_numpy()).all()
    assert (np.diff(expected, axis=1) > 0).all()
    # At first a customer who is alive buys at the mean rate of those like them.
    alive = model.probability_alive(table)
    rate = (CDNOW["r"] + table["x"]) / (CDNOW["alpha"] + table["T"])
    assert (expected[1e-4] / 1e-4).tolist() == pytest.approx((alive * rate).tolist(), rel=1e-3)


def test_customers_who_all_stop_with_one_probability_are_the_limit_of_the_formula():
    p, r, alpha, t = 0.25, 2.0, 3.0, np.array([0.1, 30, 30_000])
    same = {"r": r, "alpha": alpha, "a": p * 20_000, "b": (1 - p) * 20_000}
    expected = (1 - (1 + p * t / alpha) ** -r) / p
    assert knowing(crm.BetaGeometricNBD, same).expected_purchases(t) == pytest.approx(
        expected, rel=1e-3
    )


def test_long_times_and_large_b_do_not_overflow():
    # 2F1(…; 172.5; 0.998) is infinite in floating point; the expectation is 411.6.
    model = knowing(crm.BetaGeometricNBD, {"r": 0.5, "alpha": 0.5, "a": 0.5, "b": 172.0})
    table = purchases([1], [0.005], [0.01])
    p, weights = _nodes(0.5, 173.0)
    expected = weights @ (-np.expm1(-1.5 * np.log1p(p * 254 / 0.51)) / p)
    alive = model.probability_alive(table).iloc[0]
    assert model.expected_purchases(254, table).iloc[0] == pytest.approx(alive * expected, rel=1e-6)


def test_the_shape_of_the_answer_follows_the_shape_of_the_question():
    model = knowing(crm.BetaGeometricNBD, CDNOW)
    table = model.simulate(5, 30.0).set_axis(list("abcde"))
    assert isinstance(model.expected_purchases(3), float)
    assert model.expected_purchases([3, 4]).shape == (2,)
    both = model.expected_purchases([3, 4], table)
    assert list(both.columns) == [3, 4]
    pd.testing.assert_series_equal(both[4], model.expected_purchases(4, table), check_names=False)
    assert model.expected_purchases(0, table).tolist() == [0] * 5


def test_purchase_probabilities_add_up_and_have_the_expected_mean():
    model = knowing(crm.BetaGeometricNBD, CDNOW)
    x = np.arange(4000)
    for t in (0.5, 39.0):
        probability = model.purchase_probability(x, t)
        assert probability.sum() == pytest.approx(1, abs=1e-6)
        assert probability @ x == pytest.approx(model.expected_purchases(t), rel=1e-4)


def test_discounted_purchases_add_up_the_periods():
    model = knowing(crm.BetaGeometricNBD, CDNOW)
    table = model.simulate(50, 30.0)
    until = model.expected_purchases(np.arange(4), table).to_numpy()
    weights = np.array([0.9, 0.5, 0.2])
    assert model.discounted_purchases(weights, table).tolist() == pytest.approx(
        (np.diff(until, axis=1) @ weights).tolist()
    )


# --- what Gamma-Gamma expects -------------------------------------------------------------


def test_expected_spend_lies_between_a_customers_mean_and_everybodys():
    model = knowing(crm.GammaGamma, SPEND)
    everybody = SPEND["p"] * SPEND["gamma"] / (SPEND["q"] - 1)
    spend = model.expected_spend(spends([0, 1, 10, 100_000, 3], [np.nan, 90.0, 90.0, 90.0, 0.0]))
    assert model.expected_spend() == pytest.approx(everybody)
    assert spend[0] == spend[4] == pytest.approx(everybody)
    assert everybody < spend[1] < spend[2] < spend[3]
    assert spend[3] == pytest.approx(90, rel=1e-4)


def test_expected_spend_is_the_mean_of_the_next_purchase():
    draw = np.random.default_rng(8)
    p, q, gamma = SPEND.values()
    rate = draw.gamma(q, 1 / gamma, 200_000)
    first_two = draw.gamma(2 * p, 1 / (2 * rate))
    third = draw.gamma(p, 1 / rate)
    expected = knowing(crm.GammaGamma, SPEND).expected_spend(spends(2, first_two))
    for place in pd.Series(third).groupby(pd.qcut(expected, 10)).groups.values():
        error = third[place].std() / np.sqrt(len(place))
        assert expected[place].mean() == pytest.approx(third[place].mean(), abs=4 * error)


def test_a_mean_is_refused_where_it_is_infinite():
    model = knowing(crm.GammaGamma, {"p": 2.0, "q": 0.9, "gamma": 10.0})
    with pytest.raises(crm.CRMError, match="no finite mean"):
        model.expected_spend(spends([3], [20.0]))


def test_a_correlation_of_frequency_and_spend_is_said_only_where_it_is_clear():
    model = knowing(crm.GammaGamma, SPEND)
    table = model.simulate(1 + np.arange(3000) % 6, seed=2)
    with collected() as said:
        independent = crm.GammaGamma().fit(table)
    assert abs(independent.correlation_) < 0.05
    assert not said
    table["mean_repeat_spend"] *= table["x"]
    with collected() as said:
        dependent = crm.GammaGamma().fit(table)
    assert dependent.correlation_ == pytest.approx(table.corr().iloc[0, 1])
    assert "correlated" in said[0]
    with collected() as said:
        assert np.isnan(crm.GammaGamma().fit(table.assign(x=2)).correlation_)
    assert not said


def test_spend_below_zero_or_missing_is_refused():
    with pytest.raises(crm.CRMError, match="refunds"):
        crm.GammaGamma().fit(spends([1, 2], [5.0, -5.0]))
    with pytest.raises(crm.CRMError, match="mean_repeat_spend"):
        crm.GammaGamma().fit(spends([1, 2], [5.0, np.nan]))
    with pytest.raises(crm.CRMError, match="whole number"):
        crm.GammaGamma().fit(spends([1, 2.5], [5.0, 6.0]))


# --- what sBG expects ---------------------------------------------------------------------


def test_tenure_is_the_sum_of_survival():
    model = knowing(crm.ShiftedBetaGeometric, {"alpha": 3.0, "beta": 4.0})
    t = np.arange(200_000)
    survival = model.survival(t)
    assert model.expected_tenure() == pytest.approx(survival.sum(), rel=1e-4)
    discount = 1.1 ** -t.astype("float64")
    assert model.discounted_tenure(0.1) == pytest.approx(survival @ discount)
    after_two = survival[3:] / survival[2] @ discount[1:-2]
    assert model.discounted_tenure(0.1, renewals=[0, 2])[1] == pytest.approx(after_two)


def test_an_infinite_tenure_is_refused_and_a_discounted_one_is_not():
    model = knowing(crm.ShiftedBetaGeometric, CONTRACT)
    with pytest.raises(crm.CRMError, match="infinite"):
        model.expected_tenure()
    assert 1 < model.discounted_tenure(0.1) < 11


def test_shares_give_the_estimates_of_counts_and_the_errors_of_as_many_customers():
    counts = crm.ShiftedBetaGeometric().fit([1000, 869, 743, 653, 593])
    with collected() as said:
        percent = crm.ShiftedBetaGeometric().fit([100, 86.9, 74.3, 65.3, 59.3])
    assert percent.params_ == pytest.approx(counts.params_, rel=1e-5)
    assert "customers=" in said[0]
    ratio = percent.summary_["standard_error"] / counts.summary_["standard_error"]
    assert ratio.tolist() == pytest.approx([np.sqrt(10)] * 2, rel=1e-4)
    known = crm.ShiftedBetaGeometric().fit([1, 0.869, 0.743, 0.653, 0.593], customers=1000)
    pd.testing.assert_frame_equal(known.summary_, counts.summary_, rtol=1e-6)


def test_the_survivors_drawn_are_those_of_customers_who_leave_one_by_one():
    model = knowing(crm.ShiftedBetaGeometric, CONTRACT)
    draw = np.random.default_rng(4)
    p = draw.beta(*CONTRACT.values(), 400_000)
    there = np.array([(draw.geometric(p) > t).sum() for t in range(6)]) / 400_000
    drawn = model.simulate(400_000, 5, seed=5) / 400_000
    assert drawn.tolist() == pytest.approx(there.tolist(), abs=0.005)
    assert drawn.index.tolist() == list(range(6))


# --- data that identify nothing -----------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (purchases([0] * 9, [0.0] * 9, [5.0] * 9), "has bought again"),
        (purchases([3], [2.0], [5.0]), "only one customer"),
        (purchases([0, 1] * 50, [0.0, 0.5] * 50, [90.0] * 100), "almost at once or never"),
    ],
    ids=["no repeat buyer", "one customer", "at once or never"],
)
def test_purchases_that_identify_nothing_end_in_a_plain_sentence(table, words):
    with pytest.raises(crm.CRMError, match=words):
        crm.BetaGeometricNBD().fit(table)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (spends([0, 0], [np.nan, np.nan]), "0 mean spends"),
        (spends([4], [20.0]), "1 mean spend"),
        (spends([1, 2, 3], [20.0] * 3), "1 mean spend"),
        (spends([50] * 40, np.tile([20.0, 20.001], 20)), "no best value"),
        (spends([2] * 40, np.linspace(18, 22, 40)), "no best value"),
    ],
    ids=["no repeat buyer", "one customer", "equal spends", "hardly differ", "differ by chance"],
)
def test_spends_that_identify_nothing_end_in_a_plain_sentence(table, words):
    with pytest.raises(crm.CRMError, match=words), collected():
        crm.GammaGamma().fit(table)


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ([100, 100, 100], "never fall"),
        ([100, 80, 90], "never rise"),
        ([100, 80], "at least three"),
        ([100, 0, 0], "Everybody left"),
        ([1000, 800, 640, 512], "does not rise"),
        ([1000, 950, 850, 650], "does not rise"),
        ([1000, 800, 800, 800], "hardly anybody leaves"),
        ([100, np.nan, 80], "survivors"),
    ],
)
def test_survivors_that_identify_nothing_end_in_a_plain_sentence(survivors, words):
    with pytest.raises(crm.CRMError, match=words):
        crm.ShiftedBetaGeometric().fit(survivors)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((1.5, 2.0, 3.0), "whole numbers"),
        ((-1, 0.0, 3.0), "whole numbers"),
        ((10**9, 2.0, 3.0), "million"),
        ((1, 4.0, 3.0), "between 0 and T"),
        ((1, 0.0, 3.0), "t_x above 0"),
        ((0, 1.0, 3.0), "t_x is 0"),
        ((1, np.nan, 3.0), "'t_x' is missing"),
    ],
)
def test_a_row_that_contradicts_itself_is_named(row, words):
    table = pd.concat([purchases([2], [1.0], [3.0]), purchases(*[[value] for value in row])])
    with pytest.raises(crm.CRMError, match=words) as error:
        crm.BetaGeometricNBD().fit(table.set_axis(["good", "bad"]))
    assert "'bad'" in str(error.value)


# --- scikit-learn's conventions -----------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: crm.BetaGeometricNBD().expected_purchases(1),
        lambda: crm.BetaGeometricNBD().probability_alive(None),
        lambda: crm.GammaGamma().expected_spend(),
        lambda: crm.ShiftedBetaGeometric().survival(1),
    ],
)
def test_a_model_that_is_not_fitted_says_so(call):
    with pytest.raises(NotFittedError):
        call()


def test_a_clone_is_not_fitted(cdnow):
    model = crm.BetaGeometricNBD().fit(cdnow)
    assert not hasattr(clone(model), "params_")
