"""Numbers in the questions to recall, from the participant's own company.

Each function takes a company and returns a mapping of field to value; a question in
``manuscript/*/recall.toml`` says by name which one fills its fields.
"""

from crmlab.clv import clv_closed_form
from crmlab.logs.summary import summarize


def repeat(company):
    count = company.orders.query("amount >= 0").groupby("customer_id").size()
    return {
        "once": int((count == 1).sum()),
        "all": len(count),
        "rate": (count > 1).mean(),
        "other": (count == 1).mean(),
        "mean": count.mean(),
    }


def spend(company):
    spend = company.orders.groupby("customer_id")["amount"].sum()
    return {"mean": spend.mean(), "median": spend.median()}


def revenue(company):
    orders = company.orders[company.orders["date"] >= "2025-01-01"]
    buyers, total = orders["customer_id"].nunique(), orders["amount"].sum()
    return {
        "total": total,
        "buyers": buyers,
        "orders": len(orders),
        "right": total / buyers,
        "per_order": total / len(orders),
        "per_register": total / len(company.customers),
    }


def ceiling(company):
    orders = company.orders[company.orders["date"] >= "2025-01-01"]
    margin = round(0.45 * orders["amount"].sum() / orders["customer_id"].nunique(), -1)
    return {
        "margin": margin,
        "right": clv_closed_form(margin, 0.75, 0.1),
        "not_discounted": clv_closed_form(margin, 0.75, 0),
    }


def gaps(company):
    customers = summarize(company.orders, as_of="2025-12-31")
    days = customers.loc[customers["purchases"] == 4, "t_x"].iloc[0]
    return {"days": days, "right": days / 3, "too_short": days / 4, "too_long": days / 2}


def visits(company):
    cost = 200 + 50 * (company.seed % 7)
    return {"cost": cost, "right": cost / 0.2, "whole": 1.2 * cost}


def score(company):
    answers = company.survey.query("wave == wave.max()")["nps"].dropna()
    high, low = (answers >= 9).mean(), (answers <= 6).mean()
    return {
        "promoters": high,
        "detractors": low,
        "middle": 1 - high - low,
        "score": 100 * (high - low),
        "ratio": 100 * high,
        "mean": answers.mean(),
    }


def breakage(company):
    points = company.points
    gone = points[points["expires_on"] <= "2025-12-31"]
    unused = gone["used_on"].isna()
    return {
        "earned": int(gone["points"].sum()),
        "lost": int(gone.loc[unused, "points"].sum()),
        "rate": gone.loc[unused, "points"].sum() / gone["points"].sum(),
        "used": 1 - gone.loc[unused, "points"].sum() / gone["points"].sum(),
    }


def points(company):
    buyers = company.orders[company.orders["amount"] >= 0]
    years = buyers.groupby(buyers["date"].dt.year)["customer_id"]
    before, after = years.get_group(2024).unique(), years.get_group(2025).unique()
    rate = len(set(before) & set(after)) / len(before)
    return {
        "rate": rate,
        "right": rate + 0.05,
        "per_cent": 1.05 * rate,
        "rest": rate + 0.05 * (1 - rate),
    }


def extra(company):
    cost, stayed = 10 + company.seed % 5, 560 + 10 * (company.seed % 7)
    alone = stayed - 40
    return {
        "cost": cost,
        "stayed": stayed,
        "alone": alone,
        "right": 1000 * cost / 40,
        "per_stayer": 1000 * cost / stayed,
    }


def active(company):
    buyers = company.orders[company.orders["amount"] >= 0]
    recent = buyers[buyers["date"] >= "2025-01-01"]
    return {
        "known": len(company.customers),
        "orders": len(recent),
        "right": recent["customer_id"].nunique(),
    }


def acquisition_cost(company):
    spend = company.channel_spend["spend"].sum()
    leads = company.leads
    won = leads["won_on"].notna().sum()
    return {
        "spend": spend,
        "leads": len(leads),
        "won": int(won),
        "right": spend / won,
        "per_lead": spend / len(leads),
        "per_customer": spend / len(company.customers),
    }


def conversion(company):
    leads = company.leads
    old = leads[leads["created"] <= "2025-10-02"]
    offer, won = old["offer_on"].notna().sum(), old["won_on"].notna().sum()
    return {
        "all": len(old),
        "offer": int(offer),
        "won": int(won),
        "right": won / offer,
        "of_all": won / len(old),
        "before": offer / len(old),
    }


def pair(company):
    lines = company.order_lines[company.order_lines["quantity"] > 0]
    baskets = lines["order_id"].nunique()
    with_kit = set(lines.loc[lines["product_id"] == "P14", "order_id"])
    with_papers = set(lines.loc[lines["product_id"] == "P15", "order_id"])
    both = len(with_kit & with_papers)
    return {
        "baskets": baskets,
        "kit": len(with_kit),
        "papers": len(with_papers),
        "both": both,
        "lift": both * baskets / (len(with_kit) * len(with_papers)),
        "confidence": both / len(with_kit),
        "support": both / baskets,
    }


def forward(company):
    chance = 0.2 + 0.02 * (company.seed % 6)
    months = (1 - chance) * (1 - (1 - chance) ** 12) / chance
    return {
        "chance": chance,
        "right": 77 * months,
        "year": 77 * 12,
        "chance_year": 77 * 12 * chance,
    }


def rung(company):
    up = 200 + 10 * (company.seed % 9)
    return {
        "up": up,
        "silent": 1000 - up,
        "right": up * 1.1 / 1000,
        "points": up / 1000 + 0.1,
        "up_only": up / 1000,
    }


def rows_of_groups(company):
    orders = company.orders
    return {
        "rows": len(orders),
        "people": orders["customer_id"].nunique(),
        "mean": orders["amount"].mean(),
    }


def november(company):
    date = company.orders["date"]
    right = (date >= "2025-11-01") & (date < "2025-12-01")
    lost = (date >= "2025-11-01") & (date <= "2025-11-30")
    return {"right": int(right.sum()), "lost": int(lost.sum())}


def diaries(company):
    pilot = company.pilot.astype({"arm": "str"})
    saved = (pilot["minutes_before"] - pilot["minutes_after"]).groupby(pilot["arm"])
    mean, size, old = saved.mean(), saved.size(), "spreadsheets"
    best = mean.drop(old).idxmax()
    return {
        "people": int(size[best]),
        "others": int(size[old]),
        "saved": mean[best],
        "kept": mean[old],
        "right": mean[best] - mean[old],
        "added": mean[best] + mean[old],
    }
