"""What the package decides, on one kind of arithmetic: ``python -m tests.decisions``.

Prints a digest per decision as JSON: of whom it chose and in which order, not of the scores.
Those called "planted" are about customers of whom many are equal on paper, though not in the
last bit of their scores; "unrounded" holds them with the rounding taken out of the package.
"""

import hashlib
import json
import sys

import numpy as np
import pandas as pd
from sklearn.metrics.pairwise import cosine_similarity

import crmlab as crm
from crmlab.churn.judging import calibration_table, lift_table
from crmlab.churn.profit import best_threshold, profit_curve
from crmlab.churn.targeting import choose_offers, expected_cost, expected_gain
from crmlab.churn.uplift import TwoModelUplift, qini_curve
from crmlab.notices import quiet
from crmlab.segmentation.pyramid import Pyramid
from crmlab.segmentation.rfm import RFM
from crmlab.widgets import acquisition, value

CUSTOMERS = 1500
CASE = {"contact_cost": 3.0, "redemption_cost": 25.0, "save_rate": 0.3, "take_rate": 0.5}
FIRST = 300


def digest(*decisions):
    """Return what identifies decisions: text, counts, positions, places; never a float."""
    text = "\n".join(pd.Series(np.asarray(one).ravel()).to_csv() for one in decisions)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def on_the_company():
    """The company, a churn model and what follows from it, an uplift model."""
    company = crm.Company(seed=7, customers=CUSTOMERS)
    cutoffs = ["2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31"]
    with quiet():
        past = crm.churn.snapshot(company.orders, cutoffs, horizon=180)
        learn, judge, learned, judged = crm.churn.temporal_split(past)
    found = {
        name: digest(getattr(company, name).astype("str"))
        for name in ("orders", "retention_test", "leads", "usage")
    }
    found["best offer"] = digest(company.truth.retention["best_offer"])
    for calibrated in (True, False):
        model = crm.churn.churn_model(calibrated=calibrated).fit(learn, learned)
        probability = pd.Series(model.predict_proba(judge)[:, 1], judge.index)
        found |= {
            f"{name}, calibrated: {calibrated}": decided
            for name, decided in on_probabilities(probability, judged, judge["spend"]).items()
        }
    test = company.retention_test.set_index("customer_id").astype({"offer": "str"})
    X = past.xs("2025-12-31", level="cutoff").drop(columns="churned")
    test = test.loc[test.index.intersection(X.index)]
    with quiet():
        uplift = TwoModelUplift().fit(X.loc[test.index], test["offer"], test["margin"]).predict(X)
    found["uplift"] = digest(choose_offers(uplift, contacts=FIRST)["offer"])
    return found


def on_the_game():
    """A year at the helm: its profit to the cent, and with it all that was decided in it."""
    game = crm.game.Game(seed=7, customers=1000)
    policies = (crm.game.nobody, crm.game.last_year, crm.game.sensible)
    years = [*map(game.play, policies), crm.game.play_best(game)]
    return {"game": digest(*([one.profit for one in year.happened] for year in years))}


def on_probabilities(probability, churned, spend):
    """Whom to contact, by all that the package offers for it."""
    offers = pd.DataFrame([{"offer": "voucher", **CASE}, {"offer": "call", **CASE}])
    offers.loc[1, ["contact_cost", "redemption_cost", "save_rate"]] = [20.0, 0.0, 0.4]
    money = 0.4 * spend.clip(lower=0).to_numpy()
    gain, cost = expected_gain(probability, money, offers), expected_cost(probability, offers)
    curve = profit_curve(churned, probability, money, **CASE, rank_by="profit")
    return {
        "offers": digest(choose_offers(gain)["offer"]),
        "contacts": digest(choose_offers(gain, contacts=FIRST)["offer"]),
        "budget": digest(choose_offers(gain, budget=2_000, cost=cost)["offer"]),
        "groups": digest(
            lift_table(churned, probability)[["customers", "churners"]],
            calibration_table(churned, probability)["customers"],
        ),
        "threshold": digest(curve["contacted"], [best_threshold(curve)["contacted"]]),
        "Qini": digest(
            qini_curve(churned, spend > spend.median(), probability, draws=2)["targeted"]
        ),
    }


def on_real_data():
    """CLV, tiers and scores of CDNOW; a recommender of the grocer."""
    with quiet():
        customers = crm.summarize(crm.datasets.load_cdnow("sample"), unit="W")
        purchases, spend = crm.BetaGeometricNBD().fit(customers), crm.GammaGamma().fit(customers)
        scored = crm.RFM(method="kmeans").fit_transform(customers)
    customers["clv"] = crm.customer_lifetime_value(
        purchases, spend, customers, horizon=156, discount_rate=0.1, margin=0.3, unit="W"
    )
    baskets = crm.datasets.load_complete_journey("lines").head(20_000)
    owned = pd.crosstab(baskets["customer_id"], baskets["product_category"]).clip(upper=1)
    scores = crm.steady(owned.to_numpy() @ cosine_similarity(owned.T))
    return {
        "CLV": digest(crm.steady(customers["clv"]).nlargest(FIRST).index),
        "tiers by CLV": digest(Pyramid(by="clv").fit(customers).predict(customers)),
        "k-means": digest(scored.astype("str")),
        "recommender": digest(np.argsort(-scores, axis=1, kind="stable")[:, :3]),
    }


def planted():
    """Return two scores between 0 and 1, a and b, of customers of whom many are equal on paper.

    Equals have the same thirty terms in another order, which a matrix product adds up; and so
    has everybody's b.
    """
    rng = np.random.default_rng(3)
    terms = rng.normal(size=(500, 30))
    terms = terms[np.abs(terms.sum(axis=1) - 0.5) < 0.45]
    own = terms[rng.integers(len(terms), size=CUSTOMERS)]
    return pd.DataFrame({name: rng.permuted(own, axis=1) @ np.ones(30) for name in "ab"})


def on_equals(scores):
    """What is decided about the planted customers."""
    first, churned = scores["a"], np.random.default_rng(4).random(len(scores)) < 0.4
    measures = pd.DataFrame({"recency_days": 1.0, "purchases": 1.0, "spend": first})
    with quiet():
        scored = RFM().fit_transform(measures)["M"]
    return on_probabilities(first, pd.Series(churned), 1000 * first) | {
        "offers": digest(choose_offers(scores)["offer"]),
        "tiers": digest(Pyramid(by="a").fit(scores).predict(scores)),
        "RFM": digest(scored),
        "dealers": digest(acquisition._best(scores, {"a": 1, "b": 2}, FIRST).index),
        "weights": digest(value._Weights(scores)._alone),
    }


def without_rounding(module):
    """Take the rounding out of a module of the package."""
    for name in {"steady", "beside"} & vars(module).keys():
        setattr(module, name, lambda scores, *_side: scores)


def main():
    scores = planted()
    decided = on_the_company() | on_the_game() | on_real_data() | {"planted": on_equals(scores)}
    for name, module in list(sys.modules.items()):
        if name.startswith("crmlab"):
            without_rounding(module)
    print(json.dumps({"decided": decided, "unrounded": on_equals(scores)}))


if __name__ == "__main__":
    main()
