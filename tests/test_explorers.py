"""The explorers of value and retention: what they say is what the formulas say."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmlab import (
    BetaGeometricNBD,
    CRMError,
    churn,
    clv_closed_form,
    clv_formula,
    datasets,
    game,
    plan_visits,
    summarize,
    widgets,
)
from crmlab.widgets import (
    acquisition,
    anomalies,
    baskets,
    budget,
    development,
    fairness,
    helm,
    journeys,
    linkage,
    listening,
    loyalty,
    planning,
    reminders,
    retention,
    rollouts,
    value,
    vendors,
    visits,
    warning,
)

INPUTS = {
    "revenue": 600.0,
    "retention_cost": 80.0,
    "acquisition_cost": 300.0,
    "discount_rate": 0.1,
    "periods": 5,
}
OFFER = {"contact_cost": 2.0, "redemption_cost": 20.0, "save_rate": 0.3, "take_rate": 0.5}


@pytest.fixture
def explorer(monkeypatch):
    """Return a function that starts an explorer and gives its draw and its controls."""

    def start(call, *arguments, **options):
        seen = {}

        def explore(draw, stand_in, make_controls, about=()):
            seen.update(draw=draw, stand_in=stand_in, controls=make_controls(), about=about)

        for module in (
            *(acquisition, anomalies, baskets, budget, development, linkage, listening),
            *(loyalty, planning, retention, value, vendors),
            *(acquisition, anomalies, baskets, budget, development, linkage, loyalty),
            *(planning, retention, value, vendors, warning),
            *(planning, retention, value, vendors, visits),
            *(planning, reminders, retention, value, vendors),
            *(acquisition, anomalies, baskets, budget, development, journeys, linkage, loyalty),
            *(planning, retention, rollouts, value, vendors, fairness, helm),
        ):
            monkeypatch.setattr(module, "explore", explore)
        call(*arguments, **options)
        return seen

    yield start
    plt.close("all")


def numbers(sentence):
    found = re.findall(r"-?[\d,]*\.?\d+", sentence.replace("−", "-"))
    return [float(text.replace(",", "")) for text in found]


def at_start(seen):
    return seen["draw"](**{name: control.value for name, control in seen["controls"].items()})


def customers(count=60):
    rng = np.random.default_rng(3)
    names = ["economic", "referral", "information", "development"]
    return pd.DataFrame(rng.random((count, 4)), columns=names).rename(index="C{:03d}".format)


CRITERIA = ["distribution", "cooperation", "finances", "reputation"]


def candidates(count=12):
    rng = np.random.default_rng(5)
    scores = rng.integers(1, 11, (count, 4))
    return pd.DataFrame(scores, columns=CRITERIA).rename(index="D{:02d}".format)


def predicted(count=400):
    rng = np.random.default_rng(4)
    probability = rng.random(count)
    return rng.random(count) < probability, probability, rng.gamma(2, 50, count)


def sold(count=3000):
    """Return order, product and date of lines; A and B are in one order more often than by luck."""
    rng = np.random.default_rng(6)
    order = rng.integers(0, count // 3, count)
    product = pd.Series(rng.choice(list("CDEFG"), count))
    product[order % 3 == 0] = rng.choice(list("AB"), (order % 3 == 0).sum())
    date = pd.Timestamp("2025-12-31") - pd.to_timedelta(order % 100, unit="D")
    return pd.Series(order), product, pd.Series(date)


def asked():
    """Return weight, same and stands_for of pairs asked about: families between 0 and 8 bits."""
    weight = pd.Series(np.arange(-10.0, 30.0, 0.5))
    same = (weight >= 8) | ((weight > 0) & (np.arange(len(weight)) % 2 == 0))
    return weight, same, pd.Series(10.0, weight.index)


CALLS = {"call_cost": 15, "missed_cost": 100}
# Shape and scale of the wear, cups of a year, prices of a reminder, a service and a breakdown.
WORN = 2.4, 8_000, 1_000_000, 2, 260, 1_400


def suspected():
    """Return scores of two lists, hits and amounts; the first list puts the hits on top."""
    scores = pd.DataFrame({"good": range(100, 0, -1), "turned": range(100)}, dtype=float)
    return scores, np.arange(100) < 10, np.full(100, 50.0)


def paid_after():
    """Return hours from 100 carts to their payment: by id, and by person; 20 are never paid."""
    by_id = pd.Series([1.0] * 40 + [np.nan] * 60)
    by_person = pd.Series([1.0] * 40 + [20.0] * 25 + [100.0] * 15 + [np.nan] * 20)
    return pd.DataFrame({"by id": by_id, "by person": by_person})


def rated(raters=6):
    """Return scores of raters: A is best, B nearly, C poor; and A lacks a must-have."""
    rng = np.random.default_rng(7)
    rows = pd.MultiIndex.from_product([range(raters), list("ABC")], names=["rater", "vendor"])
    level = rows.get_level_values("vendor").map({"A": 8.0, "B": 7.5, "C": 3.0}).to_numpy()
    scores = level[:, None] + rng.normal(0, 0.5, (len(rows), 4))
    return pd.DataFrame(scores, rows, CRITERIA)


PASSES = pd.Series({"A": False, "B": True, "C": True})

LADDER = pd.DataFrame(
    [[0.0, 0.3, 0.1, 0.6], [0.0, 0.5, 0.2, 0.3], [0.0, 0.0, 0.8, 0.2], [0.0, 0.05, 0.05, 0.9]],
    index=["new", "repeat", "multi-line", "silent"],
    columns=["new", "repeat", "multi-line", "silent"],
)
MARGIN = pd.Series([0.0, 100.0, 300.0, 0.0], LADDER.index)

BRINGS = pd.DataFrame(
    {"spend": [1000.0, 2000.0], "from": [0.0, 3.0], "to": [2.0, 9.0]}, index=["search ad", "event"]
)


def purchases_model():
    sample = datasets.load_cdnow("sample")
    return BetaGeometricNBD().fit(summarize(sample, as_of="1997-09-30", unit="W"))


MESSAGES = pd.DataFrame(
    {
        "cell": ["one", "one", "other", "other"],
        "gain": [10.0, 4.0, 6.0, 3.0],
        "cost": [5.0, 2.0, 2.0, 2.0],
        "sets": [0.5, 0.0, 0.0, 0.0],
        "customers": [100, 100, 200, 200],
        "known": [200, 200, 400, 400],
    }
)


def waiting_posts():
    """Eight posts of one night, half of them negative with a high score; every second is read."""
    return pd.DataFrame(
        {
            "hour": np.arange(8.0),
            "score": [0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9, 0.9],
            "negative": [0, np.nan, 1, np.nan, 0, np.nan, 1, np.nan],
        }
    )


MENTIONS, GROWS = np.full(364, 40.0), [1.3, 1.8, 2.4, 2.8, 2.2]  # a year; the course of a crisis
PLACES = pd.DataFrame(
    {
        "x": [1.0, 2.0, -3.0, 8.0],
        "y": [0.0, 1.0, 2.0, -8.0],
        "opens": 540,
        "closes": 1000,
        "minutes": 30,
        "value": [100.0, 50.0, 80.0, 20.0],
    },
    index=list("ABCD"),
)

HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]  # Fader & Hardie (2007)

EXPLORERS = {
    "clv_calculator": lambda: (widgets.clv_calculator, [], INPUTS),
    "value_weights": lambda: (widgets.value_weights, [customers()], {}),
    "silence_explorer": lambda: (widgets.silence_explorer, [purchases_model()], {}),
    "retention_explorer": lambda: (
        widgets.retention_explorer,
        [],
        {"margin": 400.0, "retention": 0.7, "discount_rate": 0.1, "acquisition_cost": 500.0},
    ),
    "scorecard_explorer": lambda: (
        widgets.scorecard_explorer,
        [candidates(), dict.fromkeys(CRITERIA, 5)],
        {},
    ),
    "threshold_explorer": lambda: (widgets.threshold_explorer, [*predicted()], OFFER),
    "ladder_explorer": lambda: (widgets.ladder_explorer, [LADDER, MARGIN], {}),
    "budget_explorer": lambda: (
        widgets.budget_explorer,
        [BRINGS],
        {"elasticity": 0.24, "change": -0.25},
    ),
    "points_explorer": lambda: (widgets.points_explorer, [0.49, 0.29], {}),
    "survival_explorer": lambda: (widgets.survival_explorer, [HIGH_END], {}),
    "vendor_explorer": lambda: (
        widgets.vendor_explorer,
        [rated(), dict.fromkeys(CRITERIA, 5), PASSES],
        {},
    ),
    "chance_explorer": lambda: (widgets.chance_explorer, [*sold()], {}),
    "linkage_explorer": lambda: (widgets.linkage_explorer, [*asked()], CALLS),
    "abandonment_explorer": lambda: (widgets.abandonment_explorer, [paid_after()], {}),
    "alert_explorer": lambda: (widgets.alert_explorer, [*suspected()], {"weeks": 2}),
    "queue_explorer": lambda: (widgets.queue_explorer, [waiting_posts(), 2.0, 450, 48], {}),
    "visit_explorer": lambda: (widgets.visit_explorer, [PLACES, 1], {}),
    "reminder_explorer": lambda: (widgets.reminder_explorer, [*WORN], {"heeded": 0.8}),
    "fairness_explorer": lambda: (widgets.fairness_explorer, [], {}),
    "plan_explorer": lambda: (widgets.plan_explorer, [MESSAGES, 1000, 20], {}),
    "alarm_explorer": lambda: (widgets.alarm_explorer, [MENTIONS, 11, GROWS], {}),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_picture_that_stands_in_is_the_explorer_as_it_starts(explorer, name):
    call, arguments, options = EXPLORERS[name]()
    seen = explorer(call, *arguments, **options)
    (ax, *said), (picture, *words) = at_start(seen), seen["stand_in"]()
    assert said == words
    assert picture.get_title() == ax.get_title() != ""
    assert picture.alt == ax.alt != ""


@pytest.mark.parametrize("timing", ["start", "middle", "end"])
def test_the_calculator_says_the_value_of_the_formula(explorer, timing):
    seen = explorer(widgets.clv_calculator, **INPUTS)
    ax, first, _verdict = seen["draw"](**INPUTS, timing=timing)
    assert numbers(first)[0] == round(clv_formula(**INPUTS, timing=timing))
    # Every bar starts at the value.
    ends = [bar.get_x() for bars in ax.containers for bar in bars]
    assert ends == pytest.approx([clv_formula(**INPUTS, timing=timing)] * len(ends))


def test_the_calculator_tells_a_loss_that_staying_mends_from_one_that_it_does_not(explorer):
    seen = explorer(widgets.clv_calculator, **INPUTS)
    too_short = seen["draw"](**INPUTS | {"periods": 1, "acquisition_cost": 900.0})[-1]
    assert "does not stay long enough" in too_short
    worse = seen["draw"](**INPUTS | {"retention_cost": 700.0})[-1]
    assert "staying longer makes it worse" in worse


def test_all_weight_on_the_first_component_gives_its_own_list(explorer):
    seen = explorer(widgets.value_weights, customers())
    alone = dict.fromkeys(customers(), 0) | {"economic": 7}
    ax, _said = seen["draw"](**alone)
    assert ax.get_title().startswith("20 of the 20")
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert shown == customers()["economic"].nlargest(10).index.tolist()


def test_silence_tells_more_about_those_who_bought_often(explorer):
    seen = explorer(widgets.silence_explorer, purchases_model())
    often, _said = seen["draw"](repeats=12, weeks=20, silent=20)
    rare, _said = seen["draw"](repeats=1, weeks=20, silent=20)
    share = [float(re.search(r"(\d+)%", ax.get_title())[1]) for ax in (often, rare)]
    assert share[0] < 10 < 50 < share[1]


def test_weights_of_nothing_and_scores_without_a_scale_are_refused(explorer):
    seen = explorer(widgets.value_weights, customers())
    with pytest.raises(CRMError, match="at least one component"):
        seen["draw"](**dict.fromkeys(customers(), 0))
    with pytest.raises(CRMError, match="economic"):
        widgets.value_weights(customers().assign(economic=5.0))


@pytest.mark.parametrize(("step", "better"), [("points", 0.75), ("per cent", 0.735)])
def test_five_points_and_five_per_cent_are_two_things(explorer, step, better):
    base = {"margin": 400.0, "retention": 0.7, "discount_rate": 0.1, "acquisition_cost": 500.0}
    seen = explorer(widgets.retention_explorer, **base)
    ax, profits, _range = seen["draw"](**base, step=step)
    now, then = (clv_closed_form(400, r, 0.1) - 500 for r in (0.7, better))
    assert numbers(profits)[:2] == [round(now), round(then)]
    assert f"{then / now - 1:+.0%}" in ax.get_title()


def test_a_change_of_a_loss_in_per_cent_is_refused(explorer):
    seen = explorer(widgets.retention_explorer, margin=100.0, retention=0.5, discount_rate=0.1)
    with pytest.raises(CRMError, match="says nothing"):
        seen["draw"](margin=100.0, retention=0.5, discount_rate=0.1, acquisition_cost=400.0)


def test_the_threshold_explorer_starts_at_the_best_threshold(explorer):
    churned, probability, worth = predicted()
    seen = explorer(widgets.threshold_explorer, churned, probability, worth, **OFFER)
    best = churn.best_threshold(churn.profit_curve(churned, probability, worth, **OFFER))
    assert seen["controls"]["threshold"].value == round(best["threshold"], 2)
    _ax, here, _happened, advice = at_start(seen)
    assert numbers(advice)[-1] == round(best["expected"])
    contacted = (probability >= round(best["threshold"], 2)).sum()
    assert numbers(here)[1] == contacted


def test_a_threshold_above_everybody_contacts_nobody(explorer):
    churned, probability, worth = predicted()
    seen = explorer(widgets.threshold_explorer, churned, probability, worth, **OFFER)
    _ax, here, *_rest = seen["draw"](threshold=1.0, **OFFER)
    assert numbers(here)[1:] == [0, 0]
    hopeless = OFFER | {"contact_cost": 500.0}
    assert "drop the campaign" in seen["draw"](threshold=0.5, **hopeless)[-1]


def test_a_better_step_of_the_ladder_brings_what_the_customers_who_take_it_bring(explorer):
    seen = explorer(widgets.ladder_explorer, LADDER, MARGIN)
    ax, step, gain, best = seen["draw"](step=("new", "repeat"), better=0.5, periods=2)
    # Of 1,000 new, 150 more repeat: 100 each at once; then half stay, a fifth has climbed. As
    # silent they would have come back at 5 % each to both rungs.
    brought = 150 * (100 + 0.5 * 100 + 0.2 * 300 - 0.05 * 100 - 0.05 * 300)
    assert numbers(gain)[1] == pytest.approx(brought)
    assert numbers(step) == [30.0, 45.0]
    assert f"{brought:+,.0f}" in ax.get_title()
    assert numbers(best)[-1] >= brought


def test_no_more_customers_take_a_step_than_would_be_lost(explorer):
    seen = explorer(widgets.ladder_explorer, LADDER, MARGIN)
    _ax, step, *_said = seen["draw"](step=("multi-line", "multi-line"), better=1.0, periods=1)
    assert numbers(step)[-1] == 100.0


def test_a_ladder_whose_shares_do_not_add_up_is_refused(explorer):
    with pytest.raises(CRMError, match="repeat"):
        explorer(widgets.ladder_explorer, LADDER.mul([1, 2, 1, 1], axis=0), MARGIN)
    with pytest.raises(CRMError, match="rows and in"):
        explorer(widgets.ladder_explorer, LADDER.drop(columns="new"), MARGIN)


def test_all_weight_on_one_criterion_ranks_by_its_scores(explorer):
    scores = candidates().assign(distribution=range(12))
    seen = explorer(widgets.scorecard_explorer, scores, dict.fromkeys(CRITERIA, 5), 3)
    ax, chosen, *_rest = seen["draw"](**dict.fromkeys(CRITERIA, 0) | {"distribution": 4})
    assert chosen == "Chosen: D11, D10, D09."
    # No other weights to draw from: every rank is certain.
    assert ax.get_title().startswith("3 of the 3")


def test_the_surer_the_weights_the_more_of_the_chosen_stay(explorer):
    seen = explorer(widgets.scorecard_explorer, candidates(), dict.fromkeys(CRITERIA, 5))
    firm = [
        numbers(seen["draw"](**dict.fromkeys(CRITERIA, 5), sure=word)[0].get_title())[0]
        for word in ("hardly", "fairly", "very")
    ]
    assert firm == sorted(firm)
    assert firm[0] < firm[-1]


def test_a_scorecard_without_weights_or_with_a_missing_score_is_refused(explorer):
    seen = explorer(widgets.scorecard_explorer, candidates(), dict.fromkeys(CRITERIA, 5))
    with pytest.raises(CRMError, match="at least one criterion"):
        seen["draw"](**dict.fromkeys(CRITERIA, 0))
    with pytest.raises(CRMError, match="finances"):
        widgets.scorecard_explorer(candidates().assign(finances=np.nan), dict.fromkeys(CRITERIA, 5))


def test_a_cut_gains_what_is_saved_less_what_is_lost(explorer):
    seen = explorer(widgets.budget_explorer, BRINGS)
    ax, *_said = seen["draw"](elasticity=0.5, change=-0.25)
    lost = 1 - 0.75**0.5
    middle = [1000 * (0.25 - 1 * lost), 2000 * (0.25 - 6 * lost)]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(middle)


def test_at_an_elasticity_of_1_a_rise_gains_where_a_yuan_brings_more_than_one(explorer):
    seen = explorer(widgets.budget_explorer, BRINGS)
    _ax, rule, gains, losses = seen["draw"](elasticity=1.0, change=0.25)
    assert "more than 1.0" in rule
    assert gains == "Clear gain: event."
    assert losses == "Clear loss: none."  # the interval of the other holds 1


def test_an_interval_that_ends_before_it_begins_is_refused(explorer):
    with pytest.raises(CRMError, match="before it begins"):
        explorer(widgets.budget_explorer, BRINGS.assign(to=-1.0))


def test_the_points_explorer_says_what_makes_up_for_the_points(explorer):
    seen = explorer(widgets.points_explorer, 0.45, 0.0)
    ax, said = seen["draw"](worth=2.0, margin_share=0.45, breakage=0.0)
    # (1 + u)(m − c) = m
    assert ax.get_title().startswith(f"Sales must rise by {0.45 / 0.43 - 1:.1%}")
    assert "2.00% of sales" in said
    with pytest.raises(CRMError, match="no rise of sales"):
        seen["draw"](worth=10.0, margin_share=0.09, breakage=0.0)


def test_the_survival_explorer_draws_the_model_of_the_published_cohort(explorer):
    seen = explorer(widgets.survival_explorer, HIGH_END)
    alpha, beta = 0.668, 3.806  # as fitted by Fader & Hardie (2007)
    spread, leaves = 1 / (alpha + beta + 1), alpha / (alpha + beta)
    ax, first, off = seen["draw"](leaves=leaves, spread=spread)
    assert first == "α = 0.67, β = 3.81."
    assert numbers(off)[0] < 1.0
    assert ax.lines[0].get_ydata()[:8] * 100 == pytest.approx(HIGH_END, abs=2)


def test_a_least_number_of_baskets_leaves_less_to_luck(explorer):
    seen = explorer(widgets.chance_explorer, *sold())
    counts = []
    for weeks, least in [(1, 1), (15, 30)]:
        ax, _said = seen["draw"](weeks=weeks, least=least, lift=1.25)
        counts.append([int(word) for word in ax.get_title().split() if word.isdigit()])
    (few, by_luck), (many, none) = counts
    assert by_luck > 0
    assert many >= 1
    assert none < by_luck <= few + by_luck


def test_one_product_makes_no_pair(explorer):
    order, product, date = sold()
    with pytest.raises(CRMError, match="two products"):
        explorer(widgets.chance_explorer, order, product.where(product == "A", "A"), date)


def test_asking_pays_between_the_thresholds_and_nowhere_else(explorer):
    seen = explorer(widgets.linkage_explorer, *asked(), **CALLS)

    def cost(**choice):
        ax, _said = seen["draw"](**{"wrong": 750, **choice})
        return numbers(ax.get_title())[0]

    best = cost(link_from=8, call_from=1)
    # 14 or 15 pairs from 0.5 to 7.5 bits, each for ten, are asked about.
    assert best == 10 * 15 * 14
    assert best < cost(link_from=8, call_from=8) < cost(link_from=0, call_from=0)
    assert best < cost(link_from=8, call_from=-10)
    assert best < cost(link_from=12, call_from=1)


def test_the_linkage_explorer_says_precision_and_recall(explorer):
    weight, same, stands_for = asked()
    seen = explorer(widgets.linkage_explorer, weight, same, stands_for, **CALLS)
    said = numbers(seen["draw"](link_from=3, call_from=3, wrong=750)[1])
    assert said[0] == round(100 * same[weight >= 3].mean(), 1)
    assert said[1] == round(100 * same[weight >= 3].sum() / same.sum())


def test_alerts_beyond_the_hits_cost_their_checks(explorer):
    seen = explorer(widgets.alert_explorer, *suspected(), weeks=2)
    _ax, good, turned = seen["draw"](alerts=5, cost=30)
    # Ten alerts in two weeks find ten frauds of 50 yuan each, or none.
    assert numbers(good) == [5.0, 100.0, 5.0]
    assert numbers(turned) == [0.0, -150.0, 0.0]
    _ax, good, _turned = seen["draw"](alerts=10, cost=30)
    assert numbers(good) == [5.0, 250 - 300, 5.0]


def test_alerts_are_judged_on_as_many_cases_as_scores(explorer):
    scores, hit, amount = suspected()
    with pytest.raises(CRMError, match="one row for each case"):
        explorer(widgets.alert_explorer, scores, hit[1:], amount, weeks=2)
    with pytest.raises(CRMError, match="above 0"):
        explorer(widgets.alert_explorer, scores, hit, amount, weeks=0)


def test_the_queue_says_hours_of_those_read_and_money_of_all(explorer):
    draw = explorer(widgets.queue_explorer, waiting_posts(), 2.0, 450, 48)["draw"]
    _ax, in_turn, by_score = draw(people=1, minutes=30, cost=2.0)
    # The read negative posts came at 2 and 6 o'clock. In turn they are answered at 11:30 and
    # 13:30, by score at 10:30 and 11:30: 17 and 14 hours, of four negative posts 34 and 28.
    assert numbers(in_turn) == [8, 48, 2 * 34]
    assert numbers(by_score) == [7, 48, 2 * 28]
    _ax, in_turn, _by_score = draw(people=2, minutes=30, cost=0.0)
    assert numbers(in_turn)[-1] == 450


def test_who_has_nothing_left_to_lose_waits_for_the_others(explorer):
    draw = explorer(widgets.queue_explorer, waiting_posts(), 2.0, 450, 6)["draw"]
    _ax, in_turn, by_score = draw(people=1, minutes=30, cost=2.0)
    # At 10 o'clock the post of 2 has waited 8 hours, that of 6 only 4: it is answered at 10:30.
    assert numbers(in_turn) == [6, 6, 2 * 24]
    assert numbers(by_score) == [5, 6, 2 * 21]


def test_a_queue_needs_a_negative_post_that_was_read(explorer):
    posts = waiting_posts().assign(negative=0.0)
    with pytest.raises(CRMError, match="read and negative"):
        explorer(widgets.queue_explorer, posts, 2.0, 450, 48)


def test_the_regression_is_right_where_effects_do_not_grow(explorer):
    draw = explorer(widgets.rollout_explorer)["draw"]
    _ax, said = draw(at_once=1.5, growth=0.0, gap=7, never=0)
    assert numbers(said)[:2] == [1.5, 1.5]


def test_with_growing_effects_and_nobody_left_the_regression_turns_the_sign(explorer):
    seen = explorer(widgets.rollout_explorer)
    true, told, below = numbers(at_start(seen)[1].replace("−", "-"))
    assert true > 1
    assert told < 0
    assert below > 0
    _ax, said = seen["draw"](at_once=0.0, growth=0.05, gap=10, never=10)
    assert numbers(said)[2] == 0
    assert true > numbers(said)[1] > told


def test_the_weights_of_the_explorer_are_those_of_the_regression():
    effect, repaired = rollouts._world(0.5, 0.04, 9, 2)
    unit, week = (np.repeat(np.arange(7), 100), np.tile(np.arange(100), 7))
    frame = pd.DataFrame({"y": effect.ravel(), "d": repaired.ravel().astype(float)})
    dummies = pd.get_dummies(pd.DataFrame({"u": unit, "w": week}).astype("str"), dtype=float)
    X = np.column_stack([frame["d"], dummies])
    coefficient = np.linalg.lstsq(X, frame["y"], rcond=None)[0][0]
    weights = rollouts._weights(repaired)
    assert (weights * effect).sum() == pytest.approx(coefficient)
    assert weights[repaired].sum() == pytest.approx(1)


def test_an_offer_without_a_must_have_is_ranked_only_where_it_is_ignored(explorer):
    weights = dict.fromkeys(CRITERIA, 5)
    draw = explorer(widgets.vendor_explorer, rated(), weights, PASSES)["draw"]
    asked, ignored = (draw(ask_first=first, **weights) for first in (True, False))
    assert asked[0].get_title().startswith("B is first in 100%")
    assert [label.get_text() for label in asked[0].get_yticklabels()] == ["B", "C"]
    assert [label.get_text() for label in ignored[0].get_yticklabels()] == ["A", "B", "C"]
    assert numbers(ignored[1])[0] == pytest.approx(
        rated().xs("A", level=1).mean(axis=None), abs=0.01
    )


def test_raters_who_disagree_make_a_ranking_less_firm(explorer):
    weights, everyone = dict.fromkeys(CRITERIA, 5), PASSES | True
    shares = []
    for spread in (0.0, 3.0):
        scores = rated()
        swing = np.where(scores.index.get_level_values(1) == "A", 1, -1)
        swing = swing * np.where(scores.index.get_level_values(0) % 2, 1, -1) * spread
        moved = scores.add(swing, axis=0)
        ax, *_said = explorer(widgets.vendor_explorer, moved, weights, everyone)["draw"](**weights)
        shares.append(numbers(ax.get_title())[0])
    assert shares[0] > shares[1]


def test_offers_that_cannot_be_ranked_are_refused(explorer):
    weights = dict.fromkeys(CRITERIA, 5)
    with pytest.raises(CRMError, match="one row for every vendor"):
        explorer(widgets.vendor_explorer, rated().iloc[1:], weights, PASSES)
    with pytest.raises(CRMError, match="Fewer than two offers"):
        explorer(widgets.vendor_explorer, rated(), weights, PASSES & False)
    with pytest.raises(CRMError, match="at least one criterion"):
        explorer(widgets.vendor_explorer, rated(), weights, PASSES)["draw"](
            **dict.fromkeys(CRITERIA, 0)
        )


def test_the_plan_explorer_says_the_best_plan_and_its_price(explorer):
    seen = explorer(widgets.plan_explorer, MESSAGES, 500, 20)
    # 200 of the other cell for 400 yuan gain 1,200; what is left buys the first offer, at 2 a yuan
    # as long as there are sets, and the second, at 2 a yuan as well.
    ax, said = at_start(seen)
    assert numbers(ax.get_title()) == [500, 1400, 2.0]
    assert numbers(said)[0] == pytest.approx(220, abs=30)
    nothing, _said = seen["draw"](budget=5000, sets=0, consent=0.5)
    assert numbers(nothing.get_title())[-2:] == [1600, 0.0]  # every customer has the offer


def test_more_consent_moves_the_audience_in_proportion(explorer):
    seen = explorer(widgets.plan_explorer, MESSAGES, 500, 20)
    gains = [
        numbers(seen["draw"](budget=10_000, sets=0, consent=one)[0].get_title())[1]
        for one in (0.0, 0.25, 0.5, 1.0)
    ]
    assert gains == [0, 800, 1600, 3200]


def test_options_of_a_plan_that_cannot_be_are_refused(explorer):
    with pytest.raises(CRMError, match="known"):
        explorer(widgets.plan_explorer, MESSAGES.drop(columns="known"), 500, 20)
    with pytest.raises(CRMError, match="agreed"):
        explorer(widgets.plan_explorer, MESSAGES.assign(customers=900), 500, 20)


def test_a_dear_false_alarm_moves_the_limit_up_and_a_dear_day_moves_it_down(explorer):
    seen = explorer(widgets.alarm_explorer, MENTIONS, 11, GROWS)

    def days(**prices):
        ax, *_said = seen["draw"](
            **{"false_alarm": 4000, "day_late": 15_000, "crisis": 1.0} | prices
        )
        return numbers(ax.get_title())[0]

    assert days(false_alarm=500) < days() < days(false_alarm=20_000)
    assert days(day_late=40_000) < days(day_late=2000)


def test_the_cheapest_alarm_costs_what_it_says(explorer):
    draw = explorer(widgets.alarm_explorer, MENTIONS, 11, GROWS)["draw"]
    ax, said = draw(false_alarm=4000, day_late=15_000, crisis=1.0)
    (days, cost), (false, late) = numbers(ax.get_title()), numbers(said)
    assert cost == pytest.approx(4000 * false + 15_000 * late, rel=0.06)  # of rounded numbers
    assert false <= 364 / days


def test_the_visit_explorer_says_what_the_plan_brings_and_one_person_more(explorer):
    seen = explorer(widgets.visit_explorer, PLACES, 1)
    ax, said = seen["draw"](people=1, ends=17.5, per_km=1.0)
    # 29.4 km to the last place and back cost more than its 20 yuan.
    assert ax.get_title().startswith("3 visits")
    found = plan_visits(PLACES, per_km=1.0)
    gain = found["value"].sum() - found["km"].sum()
    assert numbers(ax.get_title())[1] == round(gain)
    assert numbers(said) == [round(found["km"].sum()), 0.0]
    ax, _said = seen["draw"](people=1, ends=17.5, per_km=0.0)
    assert ax.get_title().startswith("4 visits bring 250")
    ax, _said = seen["draw"](people=1, ends=17.5, per_km=12.0)
    assert numbers(ax.get_title())[0] < 3


def test_a_limit_for_reminders_costs_what_its_rates_say(explorer):
    seen = explorer(widgets.reminder_explorer, *WORN, heeded=0.8)
    ax, said, best = seen["draw"](limit=4_000, shape=2.4, breakdown=1_400, heeded=0.8)
    rates = churn.wear_rates(4_000, 2.4, 8_000, 0.8).iloc[0] * 1_000_000
    cost = rates @ [2, 260, 1_400]
    never = 1_400 * churn.wear_rates(np.inf, 2.4, 8_000)["breakdowns"].iloc[0] * 1_000_000
    expected = [4_000, rates["services"], rates["breakdowns"], cost, never]
    assert numbers(said) == [round(one) for one in expected]
    plt.close(ax.figure)
    grid = np.arange(1_000, 15_000, 50)
    cheapest = grid[(churn.wear_rates(grid, 2.4, 8_000, 0.8) @ [2, 260, 1_400]).argmin()]
    assert numbers(best)[0] == pytest.approx(cheapest, abs=100)


def test_without_wear_the_explorer_names_no_limit(explorer):
    seen = explorer(widgets.reminder_explorer, *WORN, heeded=0.8)
    ax, _said, best = seen["draw"](limit=4_000, shape=1.0, breakdown=1_400, heeded=0.8)
    plt.close(ax.figure)
    assert numbers(best) == []


def test_reminders_need_wear_and_prices(explorer):
    with pytest.raises(CRMError, match="above 0"):
        explorer(widgets.reminder_explorer, 0, *WORN[1:])


def test_reminders_to_who_has_paid_are_counted(explorer):
    seen = explorer(widgets.abandonment_explorer, paid_after())
    _ax, needless, later = seen["draw"](after=24)
    assert "60% of the carts" in needless
    assert "42% of these reminders" in needless  # 25 of 60
    assert "43% are paid later" in later  # 15 of 35
    _ax, needless, _later = seen["draw"](after=2)
    assert "0% of these reminders" in needless


@pytest.mark.parametrize("hours", [pd.DataFrame({"a": [1.0]}), pd.DataFrame({"a": [-1.0], "b": 1})])
def test_carts_need_two_rules_and_later_payments(explorer, hours):
    with pytest.raises(CRMError, match="hours must"):
        explorer(widgets.abandonment_explorer, hours)


# --- the fairness explorer ------------------------------------------------------------------


def test_the_rates_of_a_calibrated_score_are_those_of_simulated_customers():
    rng = np.random.default_rng(1)
    for base, spread, cut in [(0.4, 0.3, 0.5), (0.6, 0.7, 0.35)]:
        size = 1 / spread - 1
        score = rng.beta(base * size, (1 - base) * size, 400_000)
        left, called = rng.random(len(score)) < score, score >= cut
        simulated = (~called)[left].mean(), called[~left].mean(), left[called].mean()
        assert fairness._rates(base, spread, cut) == pytest.approx(simulated, abs=0.005)


def test_the_rates_obey_the_identity_that_forbids_all_three_to_be_equal():
    for base in (0.2, 0.5, 0.7):
        missed, in_vain, right = fairness._rates(base, 0.4, 0.45)
        assert in_vain == pytest.approx(base / (1 - base) * (1 - right) / right * (1 - missed))


def fairness_gaps(sentence):
    """Return the three gaps that the explorer tells, in points."""
    return [float(gap) for gap in re.findall(r"[+-]\d+\.\d", sentence.replace("−", "-"))]


def test_equal_base_rates_and_thresholds_give_equal_rates_and_others_do_not(explorer):
    draw = explorer(widgets.fairness_explorer)["draw"]
    same = {"base_one": 0.4, "base_other": 0.4, "spread": 0.5, "cut_one": 0.5, "cut_other": 0.5}
    assert draw(**same)[1].count("0.0 points") == 3
    missed, in_vain, right = fairness_gaps(draw(**(same | {"base_one": 0.6}))[1])
    assert missed < -5
    assert in_vain > 5
    assert right > 5


# --- the year at the helm -------------------------------------------------------------------


@pytest.fixture(scope="module")
def company():
    return game.Game(seed=3, customers=400)


@pytest.fixture
def helmed(company, explorer, tmp_path):
    """A year by sliders: the company, the file, what was started and the values at the start."""
    file = tmp_path / "policy.py"
    seen = explorer(widgets.year_explorer, company, file)
    values = {name: control.value for name, control in seen["controls"].items()}
    return company, file, seen, values


def test_untouched_sliders_are_last_year_again_on_every_company(helmed):
    company, file, seen, values = helmed
    ax, first, *_rest = seen["draw"](**values)
    assert numbers(first)[2] == 0  # over last year again
    by_sliders = game.load_policy(file)
    for one in (company, game.Game(seed=4, customers=300)):
        assert one.play(by_sliders).profit == one.play(game.last_year).profit
    (last, _best, mine) = (line.get_ydata() for line in ax.lines[:3])
    gain = company.play(game.last_year).profit - company.play(game.nobody).profit
    assert mine[-1] == last[-1] == pytest.approx(gain / 1000)


def test_a_year_at_the_helm_changes_with_every_control(helmed):
    _company, _file, seen, values = helmed
    shown = list(seen["draw"](**values)[0].lines[2].get_ydata())
    moved = {}
    for name, control in seen["controls"].items():
        options = [
            *(value for _word, value in getattr(control, "options", ())),
            *(getattr(control, end, None) for end in ("max", "min")),
        ]
        moved[name] = next(value for value in options if value not in (None, values[name]))
    # Whom it reaches and when does not show where nobody is in between.
    moved |= {"compared": 1, "silent_days": 60}
    for name, there in moved.items():
        ax, *_rest = seen["draw"](**{**values, name: there})
        assert list(ax.lines[2].get_ydata()) != shown, name
        plt.close(ax.figure)


def test_the_best_try_is_kept_and_a_worse_one_writes_over_nothing(helmed, explorer):
    company, file, seen, values = helmed
    tries = {"start": values, "bad": values | dict.fromkeys(["search ad", "display ad"], 2.5)}
    tries["good"] = tries["start"] | {"search ad": 0.5, "display ad": 0.0, "compared": 1}
    profit, text = {}, {}
    for name, chosen in tries.items():
        _ax, first, *_middle, last = seen["draw"](**chosen)
        profit[name], text[name] = numbers(first)[0], file.read_text()
        assert ("keeps the better" in last) == (name == "bad")
    assert profit["bad"] < profit["start"] < profit["good"]
    assert text["bad"] == text["start"] != text["good"]
    assert round(company.play(game.load_policy(file)).profit) == profit["good"]
    # Begun anew, the file is what is to be beaten.
    again = explorer(widgets.year_explorer, company, file)
    _ax, first, *_middle = again["draw"](**values)
    assert file.read_text() == text["good"]
    assert numbers(first)[3] == numbers(seen["draw"](**tries["good"])[1])[1]


def test_a_file_that_is_no_policy_is_not_written_over(company, explorer, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("what = I wrote\n")
    with pytest.raises(CRMError, match=r"mine\.py.*SyntaxError"):
        explorer(widgets.year_explorer, company, file)
    assert file.read_text() == "what = I wrote\n"


def test_what_the_budget_cuts_is_said(helmed):
    company, _file, seen, values = helmed
    assert "budget cut" not in " ".join(seen["draw"](**values)[1:])
    much = dict.fromkeys(["search ad", "display ad", "social", "content", "partner", "event"], 2.5)
    _ax, *said = seen["draw"](**{**values, **much, "more_people": 6})
    cut = next(one for one in said if "cut the spend" in one)
    asked, got = numbers(cut)
    assert got < asked
    assert f"{company.year().view.budget_left:,.0f}" in seen["about"][1]
