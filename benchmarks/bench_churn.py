"""Whom to contact: three policies for the same number of contacts, on the case company.

1. The firm calls the customers likeliest to churn.
2. It calls those from whom most profit is expected: probability × value − cost.
3. It learns from the pilot what each offer changes, and sends whom it gains most the offer
   that gains it (uplift).

All decide on 31 December 2025 about customers outside the pilot; the year after is run
forward under each decision with the same luck. Gains are in yuan of margin − cost per
customer, over contacting nobody; ``python -m benchmarks.bench_churn`` prints every company.
"""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge

import crmlab as crm
from crmlab.notices import quiet

CUSTOMERS, SEEDS = 30_000, range(101, 121)
SHARE = 0.2  # of customers contacted
POLICIES = ["by churn probability", "by expected profit", "by uplift"]
BOUNDS = ["best offer to as many", "best offer to all"]
_TODAY, _HALF_YEAR_AGO = "2025-12-31", "2025-06-30"
_HORIZON, _RUN = 180, 365  # days: label window and pilot, run
_ONE_OFFER = "care_call"
_SAVE_RATE = 0.2  # assumed by policy 2 for everybody: only the order by p × V matters
_BAD_TICKET = 180  # days


def run(seeds=SEEDS, customers=CUSTOMERS):
    """Return rows of (name, value, unit) with mean and standard deviation over companies."""
    gains = compare(seeds, customers)
    of = f"yuan per customer a year, {len(gains)} companies of {customers:,}"
    return [
        (f"retention {name}", f"{gains[name].mean():.1f} ± {gains[name].std():.1f}", of)
        for name in gains
    ]


def compare(seeds=SEEDS, customers=CUSTOMERS):
    """Return one row per company: the gain of each policy, and of the best possible."""
    with quiet():
        rows = {seed: gains_of_policies(seed, customers) for seed in seeds}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*POLICIES, *BOUNDS])


def gains_of_policies(seed, customers=CUSTOMERS):
    """Return what each policy gains per customer outside the pilot, yuan a year."""
    company = crm.Company(seed=seed, customers=customers)
    offers = decide(company)
    nobody = _forward(company, pd.Series("none", index=offers[POLICIES[0]].index))
    return {name: (_forward(company, offer) - nobody).mean() for name, offer in offers.items()}


def decide(company):
    """Return the offer of each customer outside the pilot, per policy."""
    pilot = company.retention_test.set_index("customer_id")
    now, probability = churn_probability(company)
    outside = now.index.difference(pilot.index)
    contacts = int(SHARE * len(outside))
    margin_rate = pilot["margin"].sum() / pilot["revenue"].sum()
    value = margin_rate * now["spend"].clip(lower=0)
    costs = company.retention_offers.set_index("offer").loc[[_ONE_OFFER]].reset_index()
    profit = crm.churn.expected_gain(
        probability, value, costs.assign(save_rate=_SAVE_RATE, take_rate=1.0)
    )[_ONE_OFFER]
    learned = uplift(company, pilot, now, probability, margin_rate).loc[outside]
    truth = company.truth.retention.drop(columns="best_offer").loc[outside]
    return {
        "by churn probability": _call_first(probability.loc[outside], contacts),
        "by expected profit": _call_first(profit.loc[outside], contacts),
        "by uplift": crm.churn.choose_offers(learned, contacts=contacts)["offer"],
        "best offer to as many": crm.churn.choose_offers(truth, contacts=contacts)["offer"],
        "best offer to all": crm.churn.choose_offers(truth)["offer"],
    }


def _call_first(score, contacts):
    # Calibrated probabilities have ties, and the register is in order of joining.
    first = score.sample(frac=1, random_state=0).nlargest(contacts).index
    return pd.Series(np.where(score.index.isin(first), _ONE_OFFER, "none"), score.index)


def churn_probability(company):
    """Return the customers of today and the probability that each churns."""
    visits, tickets = company.visits, company.tickets
    bad = tickets[~tickets["solved_first_time"] & (tickets["goodwill"] == 0)]
    events = {
        "visits": crm.churn.Events(visits),
        "compare": crm.churn.Events(visits[visits["page"] == "compare"], family="competition"),
        "bad": crm.churn.Events(bad, date="resolved", family="service"),
    }
    snapshots = crm.churn.snapshot(
        company.orders, [_HALF_YEAR_AGO, _TODAY], horizon=_HORIZON, events=events, as_of=_TODAY
    )
    then, now = (snapshots.loc[pd.Timestamp(day)] for day in (_HALF_YEAR_AGO, _TODAY))
    now = now.drop(columns="churned")
    model = crm.churn.churn_model().fit(then[now.columns], then["churned"].astype(bool))
    return now, pd.Series(model.predict_proba(now)[:, 1], index=now.index)


def uplift(company, pilot, now, probability, margin_rate):
    """Return the gain of each offer for each customer of today, learned from the pilot.

    Orders in shares of those expected without an offer are alike enough between customers
    for the pilot to teach what changes them; money is not. The shares become money again
    through what the customer is expected to order and spend.
    """
    expected = now["purchases"] * (1 - probability) * _HORIZON / 365 + 0.05
    group = pd.get_dummies(_groups(company, pilot).reindex(now.index)).astype(float)
    bad = (now["bad_days_since"] < _BAD_TICKET).astype(float)
    features = group.join(group.mul(bad, axis=0).add_suffix(" with a bad ticket"))
    known = pilot.index.intersection(now.index)
    tested = pilot.loc[known]
    model = crm.churn.TwoModelUplift(Ridge(alpha=10)).fit(
        features.loc[known],
        tested["offer"],
        tested["orders"] / expected[known],
        sample_weight=expected[known],
    )
    per_order = (margin_rate * now["spend"] / now["purchases"]).clip(lower=0)
    year = _RUN / _HORIZON
    cost = tested.groupby("offer", observed=True)["cost"].mean()
    gained = model.predict(features).mul(year * expected * per_order, axis=0)
    return gained - cost[gained.columns]


def _groups(company, pilot):
    """Guess each customer's group from what they buy; learned from the labels in the pilot."""
    lines = company.order_lines.merge(company.orders[["order_id", "customer_id"]])
    lines = lines[lines["quantity"] > 0]
    bought = lines.pivot_table(
        index="customer_id", columns="product_id", values="quantity", aggfunc="sum", fill_value=0
    )
    shares = np.sqrt(bought.div(bought.sum(axis=1), axis=0))
    known = pilot.index.intersection(shares.index)
    model = LogisticRegression(max_iter=500)
    model.fit(shares.loc[known], pilot.loc[known, "label"].astype("str"))
    return pd.Series(model.predict(shares), index=shares.index)


def _forward(company, offer):
    year = company.run_forward(offer, seed=1, days=_RUN)
    return year["margin"] - year["cost"]


if __name__ == "__main__":
    table = compare()
    print(table.round(1).to_string())
    print(table.agg(["mean", "std"]).round(1).to_string())
