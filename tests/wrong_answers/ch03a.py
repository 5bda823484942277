"""Wrong answers to the exercise of chapter 3a."""

import numpy as np
import pandas as pd

import crmlab as crm
from tests.wrong_answers import wrong

START, CUTOFF, END = "2024-01-01", "2024-12-31", "2025-12-31"
NEXT_START = "2025-01-01"
TIERS = ["Diamond", "Platinum", "Gold", "Ordinary", "Basic"]


def _bought(log):
    """Rows of 0 or more up to the cut-off day, that day included."""
    return log[(log["amount"] >= 0) & (log["date"] < NEXT_START)]


def _last_year(data):
    return crm.summarize(data.log, since=START, as_of=CUTOFF)


def _next_year(data):
    return crm.summarize(data.log, since=NEXT_START, as_of=END)


def _all_time(data):
    return crm.summarize(data.log, as_of=CUTOFF)


def _tiers_by_rank(values, limits=(0.01, 0.05, 0.2, 0.4), ascending=False):
    """Tiers by the share of customers ranked so far."""
    rank = values.rank(ascending=ascending, method="first", pct=True)
    return pd.cut(rank, [0, *limits, 1], labels=TIERS)


# Task 1 · purchases


@wrong("purchases", named="rows_counted")
def purchases_rows(data, given):
    """Each row of 0 or more up to the cut-off counts as a purchase, though a visit can be two
    rows."""
    return _bought(data.log).groupby("customer_id").size()


@wrong("purchases", named="refunds_counted")
def purchases_refund_days(data, given):
    """Days on which there was only a refund are counted as purchases too (no filter on the
    amount)."""
    log = data.log[data.log["date"] < NEXT_START]
    return log.groupby("customer_id")["date"].agg(lambda date: date.dt.date.nunique())


@wrong("purchases", named="last_day_lost")
def purchases_last_day_lost(data, given):
    """The filter date <= "2024-12-31" means midnight, so the purchases of the cut-off day are
    lost."""
    log = data.log
    bought = log[(log["amount"] >= 0) & (log["date"] <= CUTOFF)]
    return bought["date"].dt.normalize().groupby(bought["customer_id"]).nunique()


@wrong("purchases", named="after_cutoff")
def purchases_whole_log(data, given):
    """The log is not cut off: the purchase days of 2025 are counted too."""
    bought = data.log[data.log["amount"] >= 0]
    return bought["date"].dt.normalize().groupby(bought["customer_id"]).nunique()


@wrong("purchases", named="one_year")
def purchases_only_2024(data, given):
    """Only the year 2024 is counted; the purchases of 2023 are left out."""
    bought = _bought(data.log)
    bought = bought[bought["date"] >= START]
    return bought["date"].dt.normalize().groupby(bought["customer_id"]).nunique()


@wrong("purchases", named="rows:they bought nothing up to the cut-off")
def purchases_zero_kept(data, given):
    """Every customer of the log is listed, those without a purchase by the cut-off with 0."""
    bought = _bought(data.log)
    count = bought["date"].dt.normalize().groupby(bought["customer_id"]).nunique()
    return count.reindex(np.sort(data.log["customer_id"].unique()), fill_value=0)


@wrong("purchases", named="shifted")
def purchases_repeats_only(data, given):
    """Repeat purchases: the first purchase of each customer is not counted, so all are 1 too
    low."""
    return _all_time(data)["x"]


@wrong("purchases", named="rows_counted+refunds_counted")
def purchases_rows_and_refunds(data, given):
    """Two mistakes: all rows up to the cut-off are counted, not days, and refunds among them."""
    return data.log[data.log["date"] < NEXT_START]["customer_id"].value_counts()


@wrong("purchases", named="rows_counted+after_cutoff")
def purchases_rows_and_whole_log(data, given):
    """Two mistakes: rows of 0 or more are counted, not days, and those of 2025 too."""
    return data.log[data.log["amount"] >= 0].groupby("customer_id").size()


@wrong("purchases", named="refunds_subtracted")
def purchases_net_of_refund_days(data, given):
    """Refund days are subtracted from purchase days: right only for customers who sent nothing
    back."""
    log = data.log[data.log["date"] < NEXT_START].copy()
    log["day"] = log["date"].dt.normalize()
    bought = log[log["amount"] >= 0].groupby("customer_id")["day"].nunique()
    returned = log[log["amount"] < 0].groupby("customer_id")["day"].nunique()
    return bought.sub(returned.reindex(bought.index, fill_value=0)).astype(int)


# Task 2 · recency


@wrong("recency", named="refund_as_purchase")
def recency_refund_is_last(data, given):
    """The last row of any kind is taken, so a refund counts as the last purchase."""
    log = data.log[data.log["date"] < NEXT_START]
    last = log.groupby("customer_id")["date"].max().dt.normalize()
    return (pd.Timestamp(CUTOFF) - last).dt.days.reindex(given("purchases").index)


@wrong("recency", named="after_cutoff")
def recency_not_cut(data, given):
    """The log is not cut: the last purchase may lie in 2025, and the days are then below 0."""
    bought = data.log[data.log["amount"] >= 0]
    last = bought.groupby("customer_id")["date"].max().dt.normalize()
    return (pd.Timestamp(CUTOFF) - last).dt.days


@wrong("recency", named="first_purchase")
def recency_of_first(data, given):
    """The first purchase is taken instead of the last: days since the customer joined."""
    first = _bought(data.log).groupby("customer_id")["date"].min().dt.normalize()
    return (pd.Timestamp(CUTOFF) - first).dt.days


@wrong("recency", named="time_of_day")
def recency_time_of_day(data, given):
    """The time of day is not cut off before subtracting from midnight of the cut-off day, so
    nearly everyone is one day too low (-1 for those who bought on that day)."""
    last = _bought(data.log).groupby("customer_id")["date"].max()
    return (pd.Timestamp(CUTOFF) - last).dt.days


@wrong("recency", named="age_at_last")
def recency_age_at_last(data, given):
    """The recency of the purchase models: days from the first purchase to the last (t_x)."""
    return _all_time(data)["t_x"].astype(int)


@wrong("recency", named="rows:they bought nothing in the year before the cut-off")
def recency_only_2024(data, given):
    """Only customers who bought in 2024 are listed; those whose last purchase was in 2023 are
    missing."""
    return _last_year(data)["recency_days"]


@wrong("recency", named="sign")
def recency_negative(data, given):
    """The subtraction is turned: last purchase minus cut-off day, so all values are 0 or
    below."""
    last = _bought(data.log).groupby("customer_id")["date"].max().dt.normalize()
    return (last - pd.Timestamp(CUTOFF)).dt.days


@wrong("recency", named="refund_as_purchase+time_of_day")
def recency_refund_and_time_of_day(data, given):
    """Two mistakes: a refund counts as the last purchase, and the time of day is not cut off."""
    log = data.log[data.log["date"] < NEXT_START]
    last = log.groupby("customer_id")["date"].max().reindex(given("purchases").index)
    return (pd.Timestamp(CUTOFF) - last).dt.days


@wrong("recency", named="from_log_end+after_cutoff")
def recency_whole_log_to_its_end(data, given):
    """Two mistakes: the purchases of 2025 are included, and the days are counted to the end of
    2025."""
    bought = data.log[data.log["amount"] >= 0]
    last = bought.groupby("customer_id")["date"].max().dt.normalize()
    return (pd.Timestamp(END) - last).dt.days


@wrong("recency", named="from_next_day")
def recency_snapshot(data, given):
    """The recipe of the web: snapshot = last time stamp + 1 day; one day too many for customers
    whose last purchase was earlier in the day than that time stamp, right for the others."""
    bought = _bought(data.log)
    snapshot = bought["date"].max() + pd.Timedelta(days=1)
    return (snapshot - bought.groupby("customer_id")["date"].max()).dt.days


# Task 3 · scores


def _qcut_first(values):
    return pd.qcut(values.rank(method="first"), 5, labels=False) + 1


@wrong("scores", named="ties_broken")
def scores_ties_broken(data, given):
    """Fifths by qcut on rank(method="first"): customers with equal values get different
    scores."""
    customers = _all_time(data)
    return pd.DataFrame(
        {
            "R": _qcut_first(-customers["recency_days"]),
            "F": _qcut_first(customers["purchases"]),
            "M": _qcut_first(customers["spend"]),
        }
    )


@wrong("scores", named="recency_upside_down")
def scores_r_not_turned(data, given):
    """R is not turned round: a long time since the last purchase gets a high R; F and M are
    right."""
    customers = _all_time(data)
    scores = crm.RFM().fit_transform(customers)[["R", "F", "M"]]
    worse = customers["recency_days"].rank(method="min") - 1
    scores["R"] = (1 + np.floor(5 * worse / len(customers))).astype(int)
    return scores


@wrong("scores", named="renumbered")
def scores_qcut_drop(data, given):
    """qcut with duplicates="drop" for each measure: F has fewer than five scores, numbered
    without a gap, so frequent buyers get too low an F."""
    customers = _all_time(data)
    measures = {
        "R": -customers["recency_days"],
        "F": customers["purchases"],
        "M": customers["spend"],
    }
    return pd.DataFrame(
        {name: pd.qcut(v, 5, labels=False, duplicates="drop") + 1 for name, v in measures.items()}
    )


@wrong("scores", named="equal_width")
def scores_equal_width(data, given):
    """Five classes of equal width from the least to the greatest value (pd.cut) instead of
    ranks."""
    customers = _all_time(data)
    measures = {
        "R": -customers["recency_days"],
        "F": customers["purchases"],
        "M": customers["spend"],
    }
    return pd.DataFrame({name: pd.cut(v, 5, labels=False) + 1 for name, v in measures.items()})


@wrong("scores", named="or_equal")
def scores_worse_or_equal(data, given):
    """The share of customers who are worse or equal is used instead of strictly worse (capped at
    5): ties are scored too high."""
    customers = _all_time(data)
    measures = {
        "R": -customers["recency_days"],
        "F": customers["purchases"],
        "M": customers["spend"],
    }
    return pd.DataFrame(
        {
            name: (1 + np.floor(5 * v.rank(method="max", pct=True))).clip(upper=5).astype(int)
            for name, v in measures.items()
        }
    )


@wrong("scores", named="mean_spend")
def scores_m_per_purchase(data, given):
    """M scores the mean spend per purchase instead of the total spend; R and F are right."""
    customers = _all_time(data)
    customers["spend"] = customers["spend"] / customers["purchases"]
    return crm.RFM().fit_transform(customers)[["R", "F", "M"]]


@wrong("scores", named="from_zero")
def scores_from_zero(data, given):
    """The 1 of the rule is forgotten: scores run from 0 to 4."""
    return crm.RFM().fit_transform(_all_time(data))[["R", "F", "M"]] - 1


@wrong("scores", named="recency_upside_down+ties_broken")
def scores_ties_broken_and_r_not_turned(data, given):
    """Two mistakes: ties are broken by qcut on rank(method="first"), and a long time scores a
    high R."""
    customers = _all_time(data)
    columns = {"R": "recency_days", "F": "purchases", "M": "spend"}
    return pd.DataFrame({name: _qcut_first(customers[column]) for name, column in columns.items()})


@wrong("scores", named="rows:they bought nothing in the year before the cut-off")
def scores_last_year_and_k_means(data, given):
    """Two mistakes: only the buyers of 2024 are scored, on that year's values, and the cuts are
    those of k-means instead of the rule."""
    return crm.RFM(method="kmeans", random_state=1).fit_transform(_last_year(data))[["R", "F", "M"]]


@wrong("scores", named="gross")
def scores_m_gross(data, given):
    """M is scored on spend before refunds; R and F are right, and so is M for most customers."""
    customers = _all_time(data)
    customers["spend"] = _bought(data.log).groupby("customer_id")["amount"].sum()
    return crm.RFM().fit_transform(customers)[["R", "F", "M"]]


@wrong("scores", named="upside_down")
def scores_six_minus_r(data, given):
    """R is right at first and is then turned once more by 6 − R; F and M are right."""
    scores = crm.RFM().fit_transform(_all_time(data))[["R", "F", "M"]]
    scores["R"] = 6 - scores["R"]
    return scores


@wrong("scores", named="ties_broken")
def scores_only_f_broken(data, given):
    """R and M by the rule; F by qcut on rank(method="first"), because qcut refused equal limits."""
    customers = _all_time(data)
    scores = crm.RFM().fit_transform(customers)[["R", "F", "M"]]
    scores["F"] = _qcut_first(customers["purchases"])
    return scores


# Task 4 · tiers


@wrong("tiers", named="whole_history")
def tiers_all_time(data, given):
    """The pyramid is built on all customers and their spend since 2023, not on the year 2024."""
    customers = _all_time(data)
    return crm.Pyramid().fit(customers).predict(customers)


@wrong("tiers", named="by_purchases")
def tiers_by_purchases(data, given):
    """The customers of 2024 are ranked by number of purchases instead of by spend."""
    year = _last_year(data)
    return crm.Pyramid(by="purchases").fit(year).predict(year)


@wrong("tiers", named="share_of_value")
def tiers_by_share_of_spend(data, given):
    """The shares are cut from the cumulative spend, not from the customers: Diamond brings the
    first 1 % of the spend, Platinum the next 4 %, and so on."""
    spend = _last_year(data)["spend"].sort_values(ascending=False)
    held = (spend.cumsum() / spend.sum()).clip(upper=1)
    return pd.cut(held, [0, 0.01, 0.05, 0.2, 0.4, 1], labels=TIERS).fillna("Basic")


@wrong("tiers", named="next_year")
def tiers_of_2025(data, given):
    """The pyramid is that of 2025, the year after the cut-off."""
    year = _next_year(data)
    return crm.Pyramid().fit(year).predict(year)


@wrong("tiers", named="by_mean")
def tiers_per_purchase(data, given):
    """The customers of 2024 are ranked by mean spend per purchase instead of by total spend."""
    year = _last_year(data)
    year["each"] = year["spend"] / year["purchases"]
    return crm.Pyramid(by="each").fit(year).predict(year)


@wrong("tiers", named="limits_of_all_years")
def tiers_limits_of_all_time(data, given):
    """The thresholds are learned on spend since 2023 and applied to the spend of 2024, so tiers
    are too low."""
    return crm.Pyramid().fit(_all_time(data)).predict(_last_year(data))


@wrong("tiers", named="upside_down")
def tiers_upside_down(data, given):
    """The ranking is turned: the 1 % who spent least are Diamond, the best are Basic."""
    return _tiers_by_rank(_last_year(data)["spend"], ascending=True)


@wrong("tiers", named="whole_history+by_purchases")
def tiers_all_time_by_purchases(data, given):
    """Two mistakes: all customers since 2023 instead of the year, ranked by purchases instead of
    spend."""
    customers = _all_time(data)
    return crm.Pyramid(by="purchases").fit(customers).predict(customers)


@wrong("tiers", named="gross+fifths")
def tiers_equal_fifths_gross(data, given):
    """Two mistakes: five tiers of 20 % each instead of the default shares, and refunds not taken
    off."""
    bought = _bought(data.log)
    gross = bought[bought["date"] >= START].groupby("customer_id")["amount"].sum()
    return _tiers_by_rank(gross, limits=(0.2, 0.4, 0.6, 0.8))


@wrong("tiers", named="not_added_up")
def tiers_shares_as_limits(data, given):
    """The shares are taken for cumulative limits: Platinum ends at 4 % instead of 5 %, Gold at 15
    % instead of 20 %, Ordinary at 20 % instead of 40 %; Diamond and the lower part are right."""
    return _tiers_by_rank(_last_year(data)["spend"], limits=(0.01, 0.04, 0.15, 0.2))


# Task 5 · top_fifth


@wrong("top_fifth", named="not_sorted")
def top_fifth_not_sorted(data, given):
    """The table is not sorted by spend: the first 20 % of the rows, by customer number, are
    taken."""
    spend = _last_year(data)["spend"]
    return spend.head(round(0.2 * len(spend))).sum() / spend.sum()


@wrong("top_fifth")
def top_fifth_by_purchases(data, given):
    """The best 20 % are those with most purchases, not those with most spend."""
    year = _last_year(data).sort_values("purchases", ascending=False)
    return year["spend"].head(round(0.2 * len(year))).sum() / year["spend"].sum()


@wrong("top_fifth", named="turned_round")
def top_fifth_customers_for_80(data, given):
    """The other question: which share of the customers brings 80 % of the spend."""
    spend = _last_year(data)["spend"].sort_values(ascending=False)
    return ((spend.cumsum() / spend.sum()) <= 0.8).mean()


@wrong("top_fifth", named="of_means")
def top_fifth_of_means(data, given):
    """The mean spend of the best 20 % is divided by the mean spend of all: a ratio above 1, no
    share."""
    spend = _last_year(data)["spend"]
    return spend.nlargest(round(0.2 * len(spend))).mean() / spend.mean()


@wrong("top_fifth", named="twenty")
def top_fifth_twenty_customers(data, given):
    """The best 20 customers are taken instead of the best 20 % of customers."""
    spend = _last_year(data)["spend"]
    return spend.nlargest(20).sum() / spend.sum()


@wrong("top_fifth", named="of_all_years")
def top_fifth_over_all_time(data, given):
    """The year's spend of the best 20 % is divided by the spend of all years up to the
    cut-off."""
    spend = _last_year(data)["spend"]
    return spend.nlargest(round(0.2 * len(spend))).sum() / _all_time(data)["spend"].sum()


@wrong("top_fifth", named="hundredfold")
def top_fifth_per_cent(data, given):
    """In per cent, such as 66, instead of a share between 0 and 1."""
    return 100 * crm.top_share(_last_year(data)["spend"], 0.2)


@wrong("top_fifth", named="complement+hundredfold")
def top_fifth_of_the_rest_per_cent(data, given):
    """Two mistakes: what the other 80 % of customers hold (1 − x), and in per cent."""
    return 100 * (1 - crm.top_share(_last_year(data)["spend"], 0.2))


@wrong("top_fifth", named="worst_fifth+all_years")
def top_fifth_worst_of_all_time(data, given):
    """Two mistakes: sorted the wrong way, so that it is the share of the 20 % who spend least,
    and on the spend since 2023 instead of the year's."""
    spend = _all_time(data)["spend"].sort_values()
    return spend.head(round(0.2 * len(spend))).sum() / spend.sum()


@wrong("top_fifth", named="gini")
def top_fifth_gini(data, given):
    """The Gini coefficient of the year's spend is handed in instead of the share of the best 20
    %."""
    return crm.gini(_last_year(data)["spend"].clip(lower=0))


# Task 6 · serve and service_gain


def _pays(plan, leave, margin=0.45, kept=0.25):
    return plan.index[plan["cost"] / (margin * plan["mean_spend"]) <= kept * leave].tolist()


def _gain(plan, leave, margin=0.45, kept=0.25):
    return plan["customers"] * (kept * leave * margin * plan["mean_spend"] - plan["cost"])


@wrong("serve", named="by_the_middle")
def serve_middle(data, given):
    """The share that left is taken as it stands; the interval is not looked at."""
    return _pays(data.plan, data.plan["left"])


@wrong("serve", named="by_the_upper_end")
def serve_upper(data, given):
    """The upper end of the interval is taken, because more leaving is the careful case."""
    return _pays(data.plan, data.plan["left_to"])


@wrong("serve", named="revenue_not_margin")
def serve_spend(data, given):
    """The cost is compared with spend; the margin of 45 % is forgotten."""
    return _pays(data.plan, data.plan["left_from"], margin=1)


@wrong("serve", named="all_that_leave")
def serve_everybody_stays(data, given):
    """The service is taken to keep all who would leave, not one in four."""
    return _pays(data.plan, data.plan["left_from"], kept=1)


@wrong("serve", named="churn_forgotten")
def serve_quarter_of_all(data, given):
    """One in four of all customers of the tier is kept, also of those who would not leave."""
    return _pays(data.plan, 1)


@wrong("serve", named="cheapest")
def serve_cheapest(data, given):
    """The tiers whose service costs less than the median of the plan."""
    plan = data.plan
    return plan.index[plan["cost"] < plan["cost"].median()].tolist()


@wrong("serve", named="margin_above_cost")
def serve_margin_above_cost(data, given):
    """Every tier whose margin is above the cost of the service, whether they leave or not."""
    plan = data.plan
    return plan.index[0.45 * plan["mean_spend"] > plan["cost"]].tolist()


@wrong("serve", named="others")
def serve_turned(data, given):
    """The inequality is turned: the tiers in which the service does not pay."""
    plan = data.plan
    return [tier for tier in plan.index if tier not in given("serve")]


@wrong("serve", named="revenue_not_margin")
def serve_spend_by_the_middle(data, given):
    """Two mistakes: spend instead of margin, and the middle of the interval."""
    return _pays(data.plan, data.plan["left"], margin=1)


@wrong("serve")
def serve_the_many(data, given):
    """The right list, but about the largest tier it is the wrong way round."""
    return sorted({*given("serve")} ^ {data.plan["customers"].idxmax()})


@wrong("service_gain", named="cost_forgotten")
def service_gain_before_cost(data, given):
    """The cost of the service is not taken off."""
    served = data.plan.loc[given("serve")].assign(cost=0)
    return _gain(served, served["left"]).sum()


@wrong("service_gain", named="revenue_not_margin")
def service_gain_spend(data, given):
    """Kept spend is counted, not kept margin."""
    served = data.plan.loc[given("serve")]
    return _gain(served, served["left"], margin=1).sum()


@wrong("service_gain", named="all_that_leave")
def service_gain_everybody_stays(data, given):
    """All who would leave are taken to stay."""
    served = data.plan.loc[given("serve")]
    return _gain(served, served["left"], kept=1).sum()


@wrong("service_gain", named="churn_forgotten")
def service_gain_quarter_of_all(data, given):
    """One in four of all customers is kept."""
    served = data.plan.loc[given("serve")]
    return _gain(served, 1).sum()


@wrong("service_gain", named="by_the_lower_end")
def service_gain_lower_end(data, given):
    """The lower end of the interval is used for the gain, as it was for the choice."""
    served = data.plan.loc[given("serve")]
    return _gain(served, served["left_from"]).sum()


@wrong("service_gain", named="all_tiers")
def service_gain_all(data, given):
    """The gain of serving all tiers of the plan."""
    return _gain(data.plan, data.plan["left"]).sum()


@wrong("service_gain", named="customers_forgotten")
def service_gain_per_customer(data, given):
    """The gain of one customer a tier is added up."""
    served = data.plan.loc[given("serve")].assign(customers=1)
    return _gain(served, served["left"]).sum()


@wrong("service_gain", named="cost_of_leavers")
def service_gain_cost_of_leavers(data, given):
    """Only those who would leave are charged with the service."""
    served = data.plan.loc[given("serve")]
    return _gain(served.assign(cost=served["cost"] * served["left"]), served["left"]).sum()


@wrong("service_gain", named="cost_forgotten+all_that_leave")
def service_gain_margin_at_stake(data, given):
    """Two mistakes: the margin of all who leave, and no cost."""
    served = data.plan.loc[given("serve")].assign(cost=0)
    return _gain(served, served["left"], kept=1).sum()


@wrong("service_gain", named="chosen_by_the_middle")
def service_gain_list_by_the_middle(data, given):
    """The tiers are chosen by the middle of the interval."""
    plan = data.plan
    served = plan.loc[_pays(plan, plan["left"])]
    return _gain(served, served["left"]).sum()


# Task 7 · risers


def _before_after(data, after=None, how="inner"):
    """Tiers of both years as numbers, 0 is Diamond; the thresholds are those of 2024."""
    year = _last_year(data)
    pyramid = crm.Pyramid().fit(year)
    after = pyramid.predict(_next_year(data)) if after is None else after
    both = pd.concat({"before": pyramid.predict(year), "after": after}, axis=1, join=how)
    return both.apply(
        lambda tier: tier.map({name: n for n, name in enumerate(TIERS)}).astype(float)
    )


def _ranked_anew(data):
    year = _next_year(data)
    return crm.Pyramid().fit(year).predict(year)


@wrong("risers", named="ranked_anew")
def risers_ranked_anew(data, given):
    """The next year is ranked anew with its own thresholds instead of those of the first year."""
    tiers = _before_after(data, _ranked_anew(data))
    return tiers.index[tiers["after"] < tiers["before"]].tolist()


@wrong("risers", named="fallers")
def risers_fell(data, given):
    """The comparison is turned (after > before, where the best tier comes first): those who
    fell."""
    tiers = _before_after(data)
    return tiers.index[tiers["after"] > tiers["before"]].tolist()


@wrong("risers", named="by_spend")
def risers_spent_more(data, given):
    """Everyone who spent more in the next year than in the first, whether or not the tier
    changed."""
    both = _last_year(data)[["spend"]].join(_next_year(data)["spend"].rename("next"), how="inner")
    return both.index[both["next"] > both["spend"]].tolist()


@wrong("risers", named="newcomers_too")
def risers_and_newcomers(data, given):
    """Customers who did not buy in the first year are counted as risers too, if they are above
    Basic in the next one."""
    tiers = _before_after(data, how="outer").fillna({"before": 4.0})
    return tiers.index[tiers["after"] < tiers["before"]].tolist()


@wrong("risers", named="movers")
def risers_all_moves(data, given):
    """Everyone whose tier changed, up or down."""
    tiers = _before_after(data)
    return tiers.index[tiers["after"] != tiers["before"]].tolist()


@wrong("risers", named="stayers_too")
def risers_or_stayed(data, given):
    """Those who kept their tier are included: higher or equal instead of higher."""
    tiers = _before_after(data)
    return tiers.index[tiers["after"] <= tiers["before"]].tolist()


@wrong("risers", named="to_the_end")
def risers_spend_so_far(data, given):
    """The second table is not the next year but everything up to the end of 2025, so spend piles
    up and far too many rise."""
    pyramid = crm.Pyramid().fit(_last_year(data))
    tiers = _before_after(data, pyramid.predict(crm.summarize(data.log, as_of=END)))
    return tiers.index[tiers["after"] < tiers["before"]].tolist()


@wrong("risers", named="ranked_anew+fallers")
def risers_ranked_anew_and_fell(data, given):
    """Two mistakes: the next year has its own thresholds, and the comparison is turned, so it is
    those who fell in rank."""
    tiers = _before_after(data, _ranked_anew(data))
    return tiers.index[tiers["after"] > tiers["before"]].tolist()


@wrong("risers", named="stayers_too+all_newcomers")
def risers_stayed_and_newcomers(data, given):
    """Two mistakes: those who kept their tier are included, and so is everyone who is new."""
    tiers = _before_after(data, how="outer").fillna({"before": 4.0})
    return tiers.index[tiers["after"] <= tiers["before"]].tolist()


@wrong("risers")
def risers_by_alphabet(data, given):
    """The tiers are compared as text (after < before), so the alphabet decides: Basic, Diamond,
    Gold, Ordinary, Platinum; right for some pairs of tiers only."""
    year = _last_year(data)
    pyramid = crm.Pyramid().fit(year)
    before, after = pyramid.predict(year).astype(str), pyramid.predict(_next_year(data)).astype(str)
    both = pd.concat({"before": before, "after": after}, axis=1, join="inner")
    return both.index[both["after"] < both["before"]].tolist()
