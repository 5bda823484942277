"""Plans of visits: as good as the best where it is known, and what a person does without one."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

DAY = (510, 1050)


def town(seed, count):
    """Return places of a small town, some of which cannot all be visited in one day."""
    rng = np.random.default_rng(seed)
    opens = rng.choice([510, 600, 780], count)
    return pd.DataFrame(
        {
            "x": rng.uniform(-12, 12, count).round(1),
            "y": rng.uniform(-12, 12, count).round(1),
            "opens": opens,
            "closes": opens + rng.choice([60, 150, 240], count),
            "minutes": rng.integers(20, 90, count),
            "value": rng.integers(20, 500, count).astype(float),
        },
        index=[f"P{place}" for place in range(count)],
    )


def gain(stops, per_km=1.2):
    return stops["value"].sum() - per_km * stops["km"].sum()


def best_of_all(places, per_km):
    """Return the highest gain over all orders of all places, by trying them."""
    # Leaving places out of an order is in it: each is tried for every set of places, too.
    found = 0.0
    for size in range(1, len(places) + 1):
        for order in permutations(places.index, size):
            stops = crm.visits_in_order(places, order)
            found = max(found, gain(stops, per_km))
    return found


def keeps_the_rules(stops, places, people):
    """Whether a plan keeps hours and days, visits nobody twice, and adds up."""
    visits = stops[stops["place"] != "office"]
    rows = places.loc[visits["place"]]
    ok = visits["place"].is_unique and stops["person"].nunique() <= people
    ok &= bool((visits["begins"].to_numpy() >= rows["opens"].to_numpy()).all())
    ok &= bool((visits["begins"].to_numpy() <= rows["closes"].to_numpy()).all())
    ok &= bool((visits["leaves"] - visits["begins"] == rows["minutes"].to_numpy()).all())
    ok &= bool((visits["value"].to_numpy() == rows["value"].to_numpy()).all())
    ok &= bool((stops["leaves"] <= DAY[1]).all())
    return ok


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("per_km", [1.2, 6.0])
def test_a_plan_is_the_best_where_all_can_be_tried(seed, per_km):
    places = town(seed, 5)
    found = crm.plan_visits(places, per_km=per_km)
    assert gain(found, per_km) == pytest.approx(best_of_all(places, per_km))


def test_the_way_of_the_lesson_is_within_3_per_cent_on_rc208():
    from pyvrp import Model
    from pyvrp.stop import MaxIterations

    table = crm.datasets.load_routing("rc208")
    spot = table[["x", "y"]].to_numpy()
    tenths = np.floor(10 * np.hypot(*(spot[:, None] - spot).transpose(2, 0, 1)) + 1e-9).astype(int)
    model = Model()
    places = [model.add_location(0, 0) for _place in table.index]
    depot = model.add_depot(places[0])
    model.add_vehicle_type(25, capacity=1000, start_depot=depot, end_depot=depot, tw_late=9600)
    for row in table.iloc[1:].itertuples():
        model.add_client(
            places[row.Index],
            delivery=int(row.demand),
            service_duration=10 * int(row.minutes),
            tw_early=10 * int(row.opens),
            tw_late=10 * int(row.closes),
        )
    for start in table.index:
        for end in table.index:
            way = int(tenths[start, end])
            model.add_edge(places[start], places[end], way, way)
    found = model.solve(MaxIterations(1000), seed=1, display=False, collect_stats=False).best
    assert found.is_feasible()
    assert 7761 <= found.distance() <= 1.03 * 7761


def test_a_longer_search_of_the_company_s_day_gains_less_than_3_per_cent():
    company = crm.Company(seed=3, customers=10)
    places = company.visit_places.set_index("place_id")
    places["value"] = places["kind"].map(company.truth.visits["adds"]).astype(float)
    found = gain(crm.plan_visits(places, 3))
    longer = gain(crm.plan_visits(places, 3, iterations=5000, seed=7))
    assert longer <= 1.03 * found
    nearest = [crm.visits_in_order(rows) for _area, rows in places.groupby("area", observed=True)]
    assert found > gain(pd.concat(nearest))


def test_the_same_plan_is_found_again():
    places = town(1, 12)
    pd.testing.assert_frame_equal(crm.plan_visits(places, 2), crm.plan_visits(places, 2))


@given(st.integers(0, 10_000), st.integers(1, 10), st.integers(1, 3))
@settings(max_examples=25)
def test_plans_and_habits_keep_hours_and_days(seed, count, people):
    places = town(seed, count)
    plan = crm.plan_visits(places, people, iterations=100)
    assert keeps_the_rules(plan, places, people)
    large = places.sort_values("value", ascending=False, kind="stable").index
    for order in (None, large):
        habit = crm.visits_in_order(places, order)
        assert keeps_the_rules(habit, places, 1)
        # What is left out could not be visited after the last visit either.
        assert habit["place"].iloc[-1] == "office"


def test_a_person_waits_leaves_out_and_drives_home():
    places = pd.DataFrame(
        {
            "x": [5.0, 5.0, 0.0],
            "y": [0.0, 0.0, 10.0],
            "opens": [600, 510, 510],
            "closes": [660, 540, 1040],
            "minutes": [30, 30, 30],
        },
        index=["early", "too late", "far"],
    )
    stops = crm.visits_in_order(places, ["early", "too late", "far"]).set_index("place")
    assert list(stops.index) == ["early", "far", "office"]
    assert stops.loc["early", ["arrives", "begins", "leaves"]].tolist() == [523, 600, 630]
    assert stops["km"].tolist() == pytest.approx([6.5, 14.5, 13.0])
    assert stops.loc["far", "arrives"] == 630 + 29
    assert stops.loc["office", "arrives"] == 659 + 30 + 26


def test_nearest_next_prefers_what_is_open():
    places = pd.DataFrame(
        {"x": [1.0, 3.0, 9.0], "y": 0.0, "opens": [900, 510, 510], "closes": 1000, "minutes": 10},
        index=["near, closed", "open", "far"],
    )
    assert list(crm.visits_in_order(places)["place"]) == ["open", "far", "near, closed", "office"]


def test_what_costs_more_than_it_brings_is_left_out():
    places = town(2, 4).assign(value=1.0)
    stops = crm.plan_visits(places, per_km=5.0)
    assert stops["place"].tolist() == ["office"]
    assert gain(stops) == 0


def test_what_cannot_be_planned_is_refused():
    places = town(1, 3)
    with pytest.raises(crm.CRMError, match="opens"):
        crm.plan_visits(places.drop(columns="opens"))
    with pytest.raises(crm.CRMError, match="closes before"):
        crm.plan_visits(places.assign(closes=0))
    with pytest.raises(crm.CRMError, match="value"):
        crm.plan_visits(places.assign(value=np.nan))
    with pytest.raises(crm.CRMError, match="stands twice"):
        crm.plan_visits(pd.concat([places, places]))
    with pytest.raises(crm.CRMError, match="no place 'nowhere'"):
        crm.visits_in_order(places, ["nowhere"])
    with pytest.raises(crm.CRMError, match="people"):
        crm.plan_visits(places, 0)
