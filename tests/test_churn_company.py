"""crm.churn on the case company: what it promises holds where the truth is known."""

import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

import crmlab as crm
from benchmarks import bench_churn

TEST = "2025-06-30"
SIGNS = ("visits", "compare", "tickets", "ratings", "reviews")
CUTOFFS = ["2024-06-30", "2024-09-30", "2024-12-31", TEST]


def warning_signs(company):
    """The events of the company, each in its family of indicators."""
    visits, tickets = company.visits, company.tickets
    tickets["hours"] = tickets[["queue_hours", "work_hours", "partner_hours"]].sum(axis=1)
    tickets["bad"] = ~tickets["solved_first_time"] & (tickets["goodwill"] == 0)
    events = crm.churn.Events
    known = {"hours": "resolved", "bad": "resolved"}
    rated = tickets[tickets["rating"].notna()]
    tables = (
        events(visits),
        events(visits[visits["page"] == "compare"], family="competition"),
        events(tickets, "opened", values=known, family="service"),
        events(rated, "resolved", values=["rating"], family="satisfaction"),
        events(company.reviews, values=["stars"], family="social"),
    )
    return dict(zip(SIGNS, tables, strict=True))


@pytest.fixture(scope="module")
def company():
    return crm.Company(seed=1, customers=30_000)


@pytest.fixture(scope="module")
def split(company):
    snapshots = crm.churn.snapshot(
        company.orders,
        CUTOFFS,
        horizon=180,
        events=warning_signs(company),
        as_of="2025-12-31",
    )
    return snapshots, crm.churn.temporal_split(snapshots)


@pytest.fixture(scope="module")
def probability(split):
    X_train, X_test, y_train, _y_test = split[1]
    return crm.churn.churn_model().fit(X_train, y_train).predict_proba(X_test)[:, 1]


def test_probabilities_hold_on_a_later_cutoff_in_every_decile(split, probability):
    table = crm.churn.calibration_table(split[1][3], probability)
    assert len(table) == 10
    assert (table["predicted"] - table["observed"]).abs().max() < 0.03


def test_all_features_rank_better_than_recency_and_events_better_than_purchases(split, probability):
    snapshots, (X_train, X_test, y_train, y_test) = split
    families = pd.Series(snapshots.attrs["families"])
    assert set(families) == set(crm.churn.FAMILIES)
    purchases = families.index[~families.index.str.startswith(SIGNS)]
    of_purchases = crm.churn.churn_model().fit(X_train[purchases], y_train)
    baseline = crm.churn.baseline_model().fit(X_train, y_train)
    auc = [
        roc_auc_score(y_test, score)
        for score in (
            baseline.predict_proba(X_test)[:, 1],
            of_purchases.predict_proba(X_test[purchases])[:, 1],
            probability,
        )
    ]
    assert auc[1] > auc[0] + 0.03
    assert auc[2] > auc[1] + 0.008


def test_labels_are_those_of_the_orders(company, split):
    y_test = split[1][3]
    orders = company.orders
    day = orders["date"].dt.normalize()
    window = day.between("2025-07-01", "2025-12-27") & (orders["amount"] >= 0)
    bought = set(orders.loc[window, "customer_id"])
    assert [customer not in bought for _day, customer in y_test.index] == y_test.tolist()


def test_the_policies_compared_have_equal_contacts_outside_the_pilot():
    company = crm.Company(seed=1, customers=3000)
    offers = pd.DataFrame(bench_churn.decide(company))
    assert not offers.index.isin(company.retention_test["customer_id"]).any()
    contacts = (offers != "none").sum()
    most = int(bench_churn.SHARE * len(offers))
    assert contacts[["by churn probability", "by expected profit"]].tolist() == [most, most]
    assert contacts["by uplift"] <= most


def test_with_equal_contacts_profit_beats_probability_and_uplift_beats_both():
    gains = bench_churn.compare()
    assert len(gains) == 20
    pairs = [
        ("by expected profit", "by churn probability"),
        ("by uplift", "by expected profit"),
        ("by uplift", "by churn probability"),
    ]
    for better, worse in pairs:
        more = gains[better] - gains[worse]
        low, _high = stats.ttest_1samp(more, 0).confidence_interval()
        assert low > 0, f"{better} − {worse}: {more.mean():.1f} ± {more.std():.1f}"
    assert (gains[bench_churn.POLICIES].max(axis=1) < gains["best offer to as many"]).all()
