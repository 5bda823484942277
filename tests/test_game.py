"""The game: what a year does, what a view holds, who beats whom, and that luck stays the same."""

import time
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import crmlab as crm
from crmlab import CRMError
from crmlab.company import world
from crmlab.game import (
    Game,
    by_lot,
    last_year,
    load_policy,
    market,
    nobody,
    numbers,
    parcel,
    play_best,
    post_mortem,
    rules,
    sensible,
    write_policy,
)
from crmlab.game.books import Books
from crmlab.game.market import bad_share, waiting, won_share
from crmlab.game.policies import EXTREMES
from crmlab.game.rules import FITTED_MESSAGES, FITTED_OFFERS
from crmlab.game.scores import Score, paired, seeds
from crmlab.game.view import TABLES, View, view_of

SEEDS = (1, 2)
SMALL = 400  # customers where the world need not be large
NAMES = {"offers": numbers.OFFERS[1:], "messages": numbers.MESSAGES[1:]}


@pytest.fixture(scope="module")
def games():
    """Companies of the usual size."""
    return [Game(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def small():
    return Game(seed=7, customers=SMALL)


@pytest.fixture(scope="module")
def played(games):
    """The years of all policies on these companies: company → policy → result."""
    policies = {"nobody": nobody, "last year": last_year, "by lot": by_lot, "sensible": sensible}
    return [
        {name: game.play(policy) for name, policy in (policies | EXTREMES).items()}
        | {"best": play_best(game)}
        for game in games
    ]


def drawn_decision(rng, view):
    """A decision by lot that is allowed: a few contacts, little spend, the people of now."""
    ids = view.customers.index
    decision = {"spend": {name: int(rng.integers(0, 300)) for name in numbers.CHANNELS}}
    for part, names in NAMES.items():
        who = rng.choice(ids, 20, replace=False)
        decision[part] = dict(zip(who, rng.choice(names, 20), strict=True))
    return decision | {"people": max(view.people + int(rng.integers(-1, 1)), 0)}


def same(one, other):
    for field in fields(View):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pd.DataFrame):
            if not left.equals(right):  # which is fast, and says nothing
                pd.testing.assert_frame_equal(left, right)
        else:
            assert left == right


# --- who beats whom (200 companies: benchmarks/bench_game.py) ------------------------------


def test_the_best_beats_everybody_and_the_sensible_policy_all_but_the_best(played):
    for company in played:
        profit = {name: result.profit for name, result in company.items()}
        best, course = profit.pop("best"), profit.pop("sensible")
        assert best > course > max(profit.values())
        assert profit["by lot"] < profit["nobody"]
        gains = {name: profit[name] - profit["nobody"] for name in EXTREMES}
        assert max(gains.values()) < 0.75 * (course - profit["nobody"])


def test_last_year_again_beats_nobody(played):
    gain = [company["last year"].profit - company["nobody"].profit for company in played]
    assert np.mean(gain) > 0


def test_what_the_best_expects_is_about_what_it_gets(games, played):
    for game, company in zip(games, played, strict=True):
        assert company["best"].profit == pytest.approx(game.best.expected, rel=0.06)


def test_a_policy_that_does_as_the_best_loses_nothing_and_the_shares_add_up(games, played):
    game, company = games[0], played[0]
    lost = post_mortem(game, company["last year"])["lost"]
    whole = company["best"].profit - company["last year"].profit
    assert lost.sum() == pytest.approx(whole)
    assert (lost[["spend", "offers", "messages"]] > 0).all()
    assert post_mortem(game, company["best"])["lost"].abs().max() == pytest.approx(0, abs=1e-6)


# --- a view --------------------------------------------------------------------------------


@settings(max_examples=6, deadline=None)
@given(lot=st.integers(0, 10_000), quarter=st.integers(1, 3))
def test_a_view_holds_nothing_of_the_truth_or_of_the_future(small, lot, quarter):
    rng = np.random.default_rng(lot)
    year = small.year()
    for _quarter in range(quarter):
        year.decide(drawn_decision(rng, year.view))
    seen, books = year.view, year._books
    # Of the truth: everything that is hidden is another.
    start = year._start
    everybody = replace(
        start.everybody,
        **{
            name: rng.permutation(getattr(start.everybody, name))
            for name in ("group", "rate", "dropout", "value", "margin", "channel", "reluctance")
        },
    )
    year._start = replace(start, everybody=everybody, market=market.draw(rng, SMALL))
    year._state = replace(year._state, present=~year._state.present)
    year._view = None
    same(seen, year.view)
    # Of the future: who is not on the register yet is another, and the year goes on.
    known, register = books.known, seen.customers.shape[0]
    who = np.concatenate([books.register, *(one.joined for one in books.happened)])
    assert len(who) == register
    stranger = np.ones(len(known.label), bool)
    stranger[who] = False
    changed = {
        name: np.where(stranger, rng.permutation(values), values)
        for name, values in vars(known).items()
    }
    year.decide({})
    later = Books(
        type(known)(**changed),
        books.past,
        books.budget,
        books.register,
        books.signs + [(np.full(len(stranger), 99),) * 2] * 3,
        books.plans + [year.result.plans[-1]] * 3,
        books.happened + [year.result.happened[-1]] * 3,
    )
    same(seen, view_of(later, quarter))


def test_other_luck_from_a_quarter_on_moves_no_view_up_to_it(small):
    luck, other = small.start.luck, Game(seed=8, customers=SMALL).start.luck
    n = luck.stay.shape[1]
    for quarter in range(1, numbers.QUARTERS):
        mixed = {}
        for name in ("stay", "mood", "brought", "extra"):
            values = getattr(luck, name).copy()
            values[quarter:] = np.random.default_rng(quarter).permuted(values[quarter:], axis=1)
            mixed[name] = values
        for name in ("orders", "tickets"):
            rest = tuple(
                tuple(column[part[0] < n] for column in part) for part in getattr(other, name)
            )
            mixed[name] = getattr(luck, name)[:quarter] + rest[quarter:]
        game = Game(seed=7, customers=SMALL)
        game.start = replace(small.start, luck=replace(luck, **mixed))
        years = small.year(), game.year()
        for step in range(quarter):
            decision = drawn_decision(np.random.default_rng(step), years[0].view)
            for year in years:
                year.decide(decision)
        same(*(year.view for year in years))
        for year in years:
            year.decide({})
        assert years[0].result.profit != years[1].result.profit


def test_a_view_survives_being_sent(small, tmp_path):
    year = small.year()
    year.decide(drawn_decision(np.random.default_rng(0), year.view))
    kept = {name: parcel.packed(small.start.past.tests[name]) for name in parcel.STAY}
    parcel.write(year.view, tmp_path / "sent", kept)
    back = parcel.read(tmp_path / "sent")
    same(year.view, back)
    assert {field.name for field in fields(View)} > set(TABLES)


def test_views_are_the_players_own(small):
    year = small.year()
    del year.view.offer_test["offer"]
    assert "offer" in small.year().view.offer_test


def test_the_view_adds_up(small):
    year = small.year()
    year.decide({"spend": {"event": 2_000.5}, "offers": {"C00001": "voucher"}})
    view = year.view
    row = view.results.loc["Q1"]
    assert row["profit"] == pytest.approx(row["margin"] - row.drop(["margin", "profit"]).sum())
    assert row["spend"] == 2_000.5
    first = small.year().view
    paid = 2_000.5 + 3 + first.people * view.costs["salary"]
    assert first.budget_left - view.budget_left == pytest.approx(paid)
    orders = view.orders[view.orders["date"] >= pd.Timestamp(numbers.FIRST_DAYS[0])]
    assert orders["margin"].sum() == pytest.approx(row["margin"])
    assert orders["date"].max() < view.first_day
    assert list(view.contacts["customer_id"]) == ["C00001"]
    newcomers = view.customers["joined"] >= pd.Timestamp(numbers.FIRST_DAYS[0])
    by_channel = view.channels[view.channels["quarter"] == "Q1"]
    assert newcomers.sum() == by_channel["new_customers"].sum()


# --- what a year does ----------------------------------------------------------------------


def test_the_same_seed_gives_the_same_year_to_the_cent():
    results = [Game(seed=5, customers=SMALL).play(by_lot) for _twice in range(2)]
    assert [one.money for one in results[0].happened] == [one.money for one in results[1].happened]
    assert all(type(sum(one.money.values())) is int for one in results[0].happened)


def test_an_offer_changes_the_customer_who_gets_it_and_nobody_else(small):
    without, with_offer = small.year(), small.year()
    ids = without.view.customers.index[:40]
    without.decide({})
    with_offer.decide({"offers": dict.fromkeys(ids, "voucher")})
    orders = [year.view.orders for year in (without, with_offer)]
    others = [table[~table["customer_id"].isin(ids)].reset_index(drop=True) for table in orders]
    pd.testing.assert_frame_equal(*others)


def test_more_spend_wins_more_newcomers_and_the_same_ones_among_them(games):
    start = games[0].start
    came = []
    for times in (0.0, 1.0, 4.0):
        year = games[0].year()
        year.decide({"spend": dict.fromkeys(numbers.CHANNELS, 5_000 * times)})
        came.append(set(year.result.happened[0].joined))
    assert came[0] < came[1] < came[2]
    # The first yuan brings most.
    assert len(came[1]) - len(came[0]) > (len(came[2]) - len(came[1])) / 3
    assert all(start.everybody.comes[list(came[2])] == 0)


def test_content_works_mostly_a_quarter_later(games):
    own = games[0].start.market
    spend = np.where(np.array(numbers.CHANNELS) == "content", own.scale, 0.0)
    now, later = won_share(own, spend, 0 * spend).sum(), won_share(own, 0 * spend, spend).sum()
    assert 0.25 < now < later < 0.6


@given(load=st.floats(0.05, 0.94))
def test_with_one_person_the_queue_is_that_of_one_server(load):
    # M/M/1: the mean wait is ρ/(1 − ρ) of the time that one ticket takes.
    expected = numbers.TICKET_HOURS * load / (1 - load)
    assert waiting(load * numbers.PERSON_HOURS, 1) == pytest.approx(expected)


@given(hours=st.floats(1, 5_000), more=st.floats(1, 2_000), people=st.integers(1, 20))
def test_more_work_and_fewer_people_make_more_tickets_go_wrong(hours, more, people):
    assert bad_share(hours + more, people) >= bad_share(hours, people)
    assert bad_share(hours, people) >= bad_share(hours, people + 1)
    assert numbers.BAD_SHARE[0] <= bad_share(hours, people) <= numbers.BAD_SHARE[1]


def test_calling_everybody_breaks_the_service_and_drives_customers_away(games):
    years = [games[0].year() for _two in range(2)]
    everybody = dict.fromkeys(years[0].view.customers.index, "care_call")
    years[1].decide({"offers": everybody})
    years[0].decide({})
    works = [year.result.happened[0].work for year in years]
    assert works[1]["waiting_hours"] > 20 > works[0]["waiting_hours"]
    assert works[1]["bad_share"] > 3 * works[0]["bad_share"]
    assert years[1]._state.present.sum() < years[0]._state.present.sum()


def test_the_wrong_offer_drives_away_and_the_right_one_keeps(games):
    """The planted effects: at risk, a voucher keeps convenience and wakes up calm gourmets."""
    left = {}
    for code, offer in ((0, "none"), (1, "voucher")):
        counts = np.zeros(2)
        for game in games:
            year = game.year()
            risk, group = year._state.at_risk, game.start.everybody.group
            segments = (risk & (group == 0), year._state.present & ~risk & (group == 1))
            if code:
                year.decide({"offers": dict.fromkeys(year.view.customers.index, offer)})
            else:
                year.decide({})
            counts += [(who & ~year._state.present).sum() for who in segments]
        left[offer] = counts
    assert left["voucher"][0] < 0.7 * left["none"][0]
    assert left["voucher"][1] > 1.5 * left["none"][1]


def test_a_year_of_20_000_customers_takes_two_seconds():
    game = Game(seed=1, customers=20_000)
    begun = time.process_time()
    game.play(last_year)
    assert time.process_time() - begun < 2


# --- decisions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (7, "dict"),
        ({"spent": {}}, "spent"),
        ({"spend": {"radio": 1}}, "radio"),
        ({"spend": {"event": -1}}, "event"),
        ({"spend": {"event": float("nan")}}, "event"),
        ({"spend": {"event": float("inf")}}, "event"),
        ({"spend": {"event": 10**400}}, "event"),
        ({"spend": {"event": "1"}}, "event"),
        ({"spend": [1]}, "spend"),
        ({"spend": {"event": 1e9}}, "budget"),
        ({"offers": {"C99999": "voucher"}}, "C99999"),
        ({"offers": {"C00001": "house"}}, "house"),
        ({"offers": {"C00001": ["voucher"]}}, "offers"),
        ({"offers": {1: "voucher"}}, "offers"),
        ({"messages": "all"}, "messages"),
        ({"people": 2.5}, "whole"),
        ({"people": True}, "whole"),
        ({"people": 1000}, "hired"),
        ({"people": None, "spend": {"event": None}}, "event"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_changes_nothing(small, decision, said):
    year = small.year()
    with pytest.raises(CRMError, match=said):
        year.decide(decision)
    assert year.quarter == 0
    year.decide({})
    assert year.result.profit == small.play(nobody).happened[0].profit / 100


def test_a_year_has_four_quarters(small):
    year = small.year()
    for _quarter in range(4):
        year.decide(None)
    with pytest.raises(CRMError, match="over"):
        year.decide(None)
    with pytest.raises(CRMError, match="over"):
        year.view  # noqa: B018


def test_who_did_not_agree_is_not_written_to(small):
    year = small.year()
    customers = year.view.customers
    year.decide({"messages": dict.fromkeys(customers.index, "five_percent")})
    reached = year.view.contacts["customer_id"]
    assert set(reached) == set(customers.index[customers["email_consent"]])


def test_without_a_budget_the_people_who_are_there_are_still_paid(small):
    year = small.year()
    left = year.view.budget_left - year.view.people * year.view.costs["salary"]
    year.decide({"spend": {"event": left}})
    assert year.view.budget_left == pytest.approx(0)
    with pytest.raises(CRMError, match="budget"):
        year.decide({"spend": {"event": 1}})
    year.decide({})
    assert year.view.budget_left < 0


# --- rules, files, scores --------------------------------------------------------------------


def test_the_sliders_write_the_file_that_a_player_hands_in(small, tmp_path):
    chosen = {"spend": {"event": 900.0}, "offer": "fitted", "compared": 1, "message": "fitted"}
    decide = load_policy(write_policy(tmp_path / "policy.py", **chosen, people=1))
    by_file = small.play(decide)
    by_hand = small.play(lambda _quarter, view: rules(view, **chosen, people=1))
    assert by_file.profit == by_hand.profit != small.play(nobody).profit


@settings(max_examples=15, deadline=None)
@given(
    spend=st.floats(0, 1e6),
    offer=st.sampled_from(("none", "care_call", "fitted")),
    compared=st.integers(0, 3),
    message=st.sampled_from(("none", "tasting", "fitted")),
    people=st.integers(0, 30),
)
def test_rules_never_ask_for_what_is_refused(small, spend, offer, compared, message, people):
    chosen = {"spend": {"event": spend}, "offer": offer, "compared": compared}
    small.play(lambda _q, view: rules(view, **chosen, message=message, people=people))


def test_a_file_without_a_policy_is_refused(tmp_path):
    with pytest.raises(CRMError, match="no file"):
        load_policy(tmp_path / "none.py")
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(CRMError, match="decide"):
        load_policy(tmp_path / "empty.py")
    with pytest.raises(CRMError, match="offer"):
        rules(None, offer="house")


@given(st.integers(0, 1000))
def test_the_interval_is_that_of_the_paired_t_test(seed):
    one, other = np.random.default_rng(seed).normal(size=(2, 20))
    mean, low, high = paired(one, other)
    known = stats.ttest_rel(one, other).confidence_interval(0.95)
    assert (low, high) == (pytest.approx(known.low), pytest.approx(known.high))
    assert low < mean < high


def test_ranks_leave_open_what_luck_could_have_made():
    rng = np.random.default_rng(1)
    company = rng.normal(0, 500, 20)
    profits = pd.DataFrame(
        {
            "nobody": company,
            "a": company + 100 + rng.normal(0, 10, 20),
            "b": company + 100 + rng.normal(0, 10, 20),
            "c": company - 50 + rng.normal(0, 10, 20),
        }
    )
    ranks = Score(profits).ranks(["a", "b", "c"])
    assert set(ranks.index[:2]) == {"a", "b"}
    assert ranks.loc["a"].tolist() == ranks.loc["b"].tolist() == [1, 2]
    assert ranks.loc["c"].tolist() == [3, 3]
    gains = Score(profits).gains()
    assert gains.loc["nobody"].tolist() == [0, 0, 0]
    assert (gains["low"] <= gains["gain"]).all()


def test_seeds_of_companies_are_large_and_differ():
    drawn = seeds(3, 20)
    assert len(set(drawn)) == 20
    assert max(drawn) > 2**60
    assert seeds(3, 5) == drawn[:5]
    assert crm.game.score is not None


def test_sliders_speak_of_the_company_that_is_played(games):
    """Multiples, and people more than at the start: fit for a company with other sizes."""
    for game in games:
        channels = game.year().view.channels.set_index("channel")["spend"]
        first = game.year().view.people
        result = game.play(lambda _q, view: rules(view, times={"event": 0.5}, more_people=3))
        event = numbers.CHANNELS.index("event")
        assert [plan.spend[event] for plan in result.plans] == [
            100 * round(0.5 * channels["event"])
        ] * 4
        assert [plan.people - first for plan in result.plans] == [2, 3, 3, 3]
    fewer = games[0].play(lambda _q, view: rules(view, more_people=-1))
    assert {plan.people for plan in fewer.plans} == {games[0].year().view.people - 1}


def test_an_offer_by_label_reaches_that_label_only(small):
    view = small.year().view
    offers = rules(view, offer={"gourmet": "tasting"}, compared=0)["offers"]
    assert set(offers) == {"tasting"}
    assert set(view.customers.loc[offers.index, "label"]) == {"gourmet"}
    whole = rules(view, offer="fitted", message="fitted")
    by_label = rules(
        view,
        offer=dict(zip(world.GROUPS, FITTED_OFFERS, strict=True)),
        message=dict(zip(world.GROUPS, FITTED_MESSAGES, strict=True)),
    )
    for part in ("offers", "messages"):
        pd.testing.assert_series_equal(whole[part], by_label[part])
    assert len(rules(view, message="fitted", message_in=(1, 3))["messages"]) == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"spend": {"event": 1.0}, "times": {"event": 1.0}}, "not both"),
        ({"people": 2, "more_people": 1}, "not both"),
        ({"times": {"radio": 1.0}}, "channel"),
        ({"offer": {"elder": "voucher"}}, "label"),
        ({"offer": {"gift": "fitted"}}, "offer"),
        ({"message": {"gift": "house"}}, "message"),
    ],
)
def test_settings_that_cannot_be_are_refused(small, settings, said):
    with pytest.raises(CRMError, match=said):
        rules(small.year().view, **settings)


def test_an_unknown_customer_is_looked_for_where_the_player_can_look(small):
    with pytest.raises(CRMError, match=r"view\.customers"):
        small.year().decide({"messages": {"C99999": "tasting"}})
    assert crm.game.costs() == small.year().view.costs
