"""Wrong answers to the exercise of chapter 4."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

import crmlab as crm
from tests.wrong_answers import wrong

LAST_KNOWN, HALF_YEAR, DECIDED, CALLS, STEP = "2025-10-02", "2025-07-01", 90, 60, 0.25
HAD_180_DAYS = "2025-07-05"
FEATURES = ["need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar"]


def _known(data):
    leads = data.leads
    return leads[leads["created"] <= LAST_KNOWN]


# Task 1 · offer_rate and offer_low


@wrong("offer_rate", named="young_counted")
def offer_rate_young_leads(data, given):
    """All leads are counted, also those created after 2 October, who have not had their 90
    days."""
    qualified = data.leads[data.leads["qualified_on"].notna()]
    return qualified["offer_on"].notna().mean()


@wrong("offer_rate", named="of_all_leads")
def offer_rate_of_all_leads(data, given):
    """Offers over all leads instead of over the qualified ones."""
    return _known(data)["offer_on"].notna().mean()


@wrong("offer_rate", named="stage_skipped")
def offer_rate_of_contacted(data, given):
    """Offers over the contacted leads instead of over the qualified ones."""
    leads = _known(data)
    return leads["offer_on"].count() / leads["contacted_on"].count()


@wrong("offer_rate", named="won_not_offer")
def offer_rate_won(data, given):
    """The share of the qualified leads that was won, not that was made an offer."""
    leads = _known(data)
    return leads["won_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="step_before")
def offer_rate_step_before(data, given):
    """The step before: the share of the contacted leads that was qualified."""
    leads = _known(data)
    return leads["qualified_on"].count() / leads["contacted_on"].count()


@wrong("offer_rate", named="hundredfold")
def offer_rate_per_cent(data, given):
    """In per cent, such as 57, instead of a share between 0 and 1."""
    leads = _known(data)
    return 100 * leads["offer_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="complement")
def offer_rate_no_offer(data, given):
    """The share of the qualified leads that was *not* made an offer (1 − x)."""
    leads = _known(data)
    return leads.loc[leads["qualified_on"].notna(), "offer_on"].isna().mean()


@wrong("offer_rate", named="young_counted+of_all_leads")
def offer_rate_of_all_and_young(data, given):
    """Two mistakes: offers over all leads instead of the qualified ones, and leads created after
    2 October included."""
    return data.leads["offer_on"].notna().mean()


@wrong("offer_rate", named="young_counted+won_not_offer")
def offer_rate_won_and_young(data, given):
    """Two mistakes: the share that was won instead of made an offer, and leads created after 2
    October included."""
    return data.leads["won_on"].count() / data.leads["qualified_on"].count()


@wrong("offer_rate", named="won_left_out")
def offer_rate_without_won(data, given):
    """The leads that were won are dropped first, because they are customers now, from offers and
    from qualified leads alike."""
    leads = _known(data)
    leads = leads[leads["won_on"].isna()]
    return leads["offer_on"].count() / leads["qualified_on"].count()


@wrong("offer_low", named="upper_end")
def offer_low_upper_end(data, given):
    """The upper end of the interval instead of the lower one."""
    leads = _known(data)
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return proportion_confint(*counts, method="wilson")[1]


@wrong("offer_low", named="ninety_percent")
def offer_low_ninety(data, given):
    """A 90 % interval (alpha = 0.10) instead of 95 %."""
    leads = _known(data)
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return proportion_confint(*counts, alpha=0.1, method="wilson")[0]


@wrong("offer_low", named="of_all_leads")
def offer_low_of_all_leads(data, given):
    """The interval of offers over all leads instead of over the qualified ones."""
    leads = _known(data)
    return proportion_confint(leads["offer_on"].count(), len(leads), method="wilson")[0]


@wrong("offer_low", named="one_standard_error")
def offer_low_one_error(data, given):
    """The rate less one standard error, without the 1.96."""
    rate, n = given("offer_rate"), _known(data)["qualified_on"].count()
    return rate - np.sqrt(rate * (1 - rate) / n)


@wrong("offer_low", named="number_of_leads")
def offer_low_n_of_all_leads(data, given):
    """The right rate with the wrong n: all leads instead of the qualified ones, so the interval
    is too narrow."""
    rate, n = given("offer_rate"), len(_known(data))
    return proportion_confint(rate * n, n, method="wilson")[0]


@wrong("offer_low", named="half_width+normal_interval")
def offer_low_half_width(data, given):
    """The half width of the interval, 1.96 standard errors, is not taken off the rate but handed
    in alone."""
    rate, n = given("offer_rate"), _known(data)["qualified_on"].count()
    return 1.96 * np.sqrt(rate * (1 - rate) / n)


@wrong("offer_low", named="hundredfold")
def offer_low_per_cent(data, given):
    """The right lower end in per cent instead of as a share."""
    leads = _known(data)
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return 100 * proportion_confint(*counts, method="wilson")[0]


@wrong("offer_low", named="young_counted+upper_end")
def offer_low_upper_and_young(data, given):
    """Two mistakes: the upper end, and leads created after 2 October included."""
    counts = data.leads["offer_on"].count(), data.leads["qualified_on"].count()
    return proportion_confint(*counts, method="wilson")[1]


@wrong("offer_low", named="stage_skipped+ninety_percent")
def offer_low_contacted_and_ninety(data, given):
    """Two mistakes: offers over the contacted leads instead of the qualified ones, and a 90 %
    interval."""
    leads = _known(data)
    counts = leads["offer_on"].count(), leads["contacted_on"].count()
    return proportion_confint(*counts, alpha=0.1, method="wilson")[0]


@wrong("offer_low")
def offer_low_worst_month(data, given):
    """The lowest of the monthly offer rates is taken for the lower end."""
    leads = _known(data)
    qualified = leads[leads["qualified_on"].notna()]
    offered = qualified["offer_on"].notna()
    return offered.groupby(qualified["created"].dt.month).mean().min()


# Task 2 · cac


def _spend(data, how="sum"):
    spend = data.channel_spend
    return spend.groupby(spend["channel"].astype(str))["spend"].agg(how)


def _touches(data):
    return data.touchpoints.sort_values("date", kind="stable").astype({"channel": str})


def _source(data, place="first"):
    """The channel of the first or last contact, by lead."""
    return _touches(data).groupby("lead_id")["channel"].agg(place)


def _won_ids(data):
    return data.leads.loc[data.leads["won_on"].notna(), "lead_id"]


@wrong("cac", named="last_contact")
def cac_last_contact(data, given):
    """The source is the channel of the last contact instead of the first."""
    return _spend(data) / _source(data, "last").loc[_won_ids(data)].value_counts()


@wrong("cac", named="counted_again")
def cac_every_contact(data, given):
    """A customer counts once for every channel met on the way, not only for the first one."""
    touches = _touches(data).drop_duplicates(["lead_id", "channel"])
    touches = touches[touches["lead_id"].isin(_won_ids(data))]
    return _spend(data) / touches["channel"].value_counts()


@wrong("cac", named="per_lead")
def cac_per_lead(data, given):
    """Cost per lead: the spend is divided by all leads of the source, won or not."""
    return _spend(data) / _source(data).value_counts()


@wrong("cac", named="contacts_counted+per_lead")
def cac_per_contact(data, given):
    """Cost per contact: the spend is divided by the number of contacts of the channel."""
    return _spend(data) / _touches(data)["channel"].value_counts()


@wrong("cac", named="not_the_same_time")
def cac_decided_leads(data, given):
    """Only customers from leads created on 2 October or before are counted, but the spend is that
    of the whole year."""
    leads = _known(data)
    won = leads.loc[leads["won_on"].notna(), "lead_id"]
    return _spend(data) / _source(data).loc[won].value_counts()


@wrong("cac", named="inverse")
def cac_turned(data, given):
    """The fraction is turned: customers per yuan instead of yuan per customer."""
    return _source(data).loc[_won_ids(data)].value_counts() / _spend(data)


@wrong("cac", named="month_for_year")
def cac_month(data, given):
    """The mean spend of a month is divided by the customers of the whole year: a twelfth of the
    CAC."""
    return _spend(data, "mean") / _source(data).loc[_won_ids(data)].value_counts()


@wrong("cac", named="last_contact+per_lead")
def cac_last_contact_per_lead(data, given):
    """Two mistakes: the source is the last contact, and the spend is divided by all leads, not by
    those won."""
    return _spend(data) / _source(data, "last").value_counts()


@wrong("cac", named="counted_again+month_for_year")
def cac_every_contact_month(data, given):
    """Two mistakes: a customer counts for every channel met, and the spend is the mean of a
    month."""
    touches = _touches(data).drop_duplicates(["lead_id", "channel"])
    touches = touches[touches["lead_id"].isin(_won_ids(data))]
    return _spend(data, "mean") / touches["channel"].value_counts()


@wrong("cac")
def cac_most_frequent_contact(data, given):
    """The source of a lead is the channel that it met most often (at a tie the first in the
    alphabet), not the first one."""
    source = (
        _touches(data).groupby("lead_id")["channel"].agg(lambda channel: channel.mode().iloc[0])
    )
    return _spend(data) / source.loc[_won_ids(data)].value_counts()


# Task 3 · auc and call_list


def _model():
    return make_pipeline(StandardScaler(), LogisticRegression())


def _in_time(leads):
    return (leads["won_on"] - leads["created"]).dt.days <= DECIDED


def _halves(data):
    leads = _known(data)
    early = leads["created"] < HALF_YEAR
    return leads[early], leads[~early]


def _chance(early, late, features=FEATURES):
    model = _model().fit(early[features].astype(float), _in_time(early))
    return model.predict_proba(late[features].astype(float))[:, 1]


@wrong("auc", named="yes_or_no")
def auc_of_labels(data, given):
    """The AUC of the predicted classes (predict, 0 or 1) instead of the chances."""
    early, late = _halves(data)
    model = _model().fit(early[FEATURES].astype(float), _in_time(early))
    return roc_auc_score(_in_time(late), model.predict(late[FEATURES].astype(float)))


@wrong("auc", named="on_training")
def auc_on_training(data, given):
    """The model is judged on the leads it learned from, those of the first half of the year."""
    early, _late = _halves(data)
    return roc_auc_score(_in_time(early), _chance(early, early))


@wrong("auc", named="young_judged")
def auc_young_leads(data, given):
    """Judged on all leads since 1 July, also those after 2 October, of whom the undecided count
    as not won."""
    early, _late = _halves(data)
    late = data.leads[data.leads["created"] >= HALF_YEAR]
    return roc_auc_score(_in_time(late), _chance(early, late))


@wrong("auc", named="accuracy")
def auc_accuracy(data, given):
    """The share of right classifications (model.score) instead of the AUC."""
    early, late = _halves(data)
    model = _model().fit(early[FEATURES].astype(float), _in_time(early))
    return model.score(late[FEATURES].astype(float), _in_time(late))


@wrong("auc", named="offer_known")
def auc_leakage(data, given):
    """The model may see whether the lead was contacted, qualified and made an offer, which is not
    known at sign-up."""
    stages = ["contacted_on", "qualified_on", "offer_on"]
    early, late = (half.assign(**half[stages].notna()) for half in _halves(data))
    return roc_auc_score(_in_time(late), _chance(early, late, FEATURES + stages))


@wrong("auc", named="by_hand")
def auc_need_and_budget(data, given):
    """No model: the later leads are ranked by need × budget, the baseline of the lesson."""
    _early, late = _halves(data)
    return roc_auc_score(_in_time(late), late["need"] * late["budget"])


@wrong("auc", named="complement")
def auc_first_column(data, given):
    """The first column of predict_proba, the chance *not* to be won, so the result is 1 − AUC."""
    early, late = _halves(data)
    return roc_auc_score(_in_time(late), 1 - _chance(early, late))


@wrong("auc")
def auc_random_split_all_leads(data, given):
    """Two mistakes: a random split (train_test_split) instead of learning on the earlier leads,
    and all leads of the year, with the undecided ones of the last three months as not won."""
    early, late = train_test_split(data.leads, test_size=0.3, random_state=42)
    return roc_auc_score(_in_time(late), _chance(early, late))


@wrong("auc", named="yes_or_no+on_training")
def auc_of_labels_on_training(data, given):
    """Two mistakes: predicted classes instead of chances, and judged on the leads it learned
    from."""
    early, _late = _halves(data)
    x = early[FEATURES].astype(float)
    return roc_auc_score(_in_time(early), _model().fit(x, _in_time(early)).predict(x))


@wrong("auc", named="gini")
def auc_gini(data, given):
    """The Gini coefficient of the score, 2 AUC − 1, as banks report it, instead of the AUC."""
    early, late = _halves(data)
    return 2 * roc_auc_score(_in_time(late), _chance(early, late)) - 1


def _open(newest):
    return newest[newest["contacted_on"].isna() & newest["won_on"].isna()]


def _best(leads, by, count=CALLS):
    return leads.assign(by=by).nlargest(count, "by")["lead_id"].tolist()


@wrong("call_list", named="chance_only")
def call_list_by_chance(data, given):
    """Ranked by the chance alone, without the value of the customer."""
    leads = _open(data.newest)
    return _best(leads, leads["chance"])


@wrong("call_list", named="value_only")
def call_list_by_value(data, given):
    """Ranked by the value alone, without the chance to be won."""
    leads = _open(data.newest)
    return _best(leads, leads["value"])


@wrong("call_list", named="contacted_too")
def call_list_contacted_too(data, given):
    """Leads that have been contacted already are not taken out, only those who bought."""
    leads = data.newest[data.newest["won_on"].isna()]
    return _best(leads, leads["chance"] * leads["value"])


@wrong("call_list", named="left_out_afterwards")
def call_list_filtered_afterwards(data, given):
    """The best 60 of all are taken first and those contacted or won are crossed out afterwards,
    so fewer than 60 are left."""
    best = data.newest.assign(by=data.newest["chance"] * data.newest["value"]).nlargest(CALLS, "by")
    return _open(best)["lead_id"].tolist()


@wrong("call_list", named="first_come")
def call_list_first_come(data, given):
    """The 60 open leads that have waited longest, in the order in which they came."""
    return _open(data.newest).sort_values("created", kind="stable")["lead_id"].head(CALLS).tolist()


@wrong("call_list", named="contacted_only")
def call_list_follow_up(data, given):
    """The wrong group: leads that *have* been contacted and not bought, best first."""
    leads = data.newest[data.newest["contacted_on"].notna() & data.newest["won_on"].isna()]
    return _best(leads, leads["chance"] * leads["value"])


@wrong("call_list", named="least_first")
def call_list_turned(data, given):
    """Sorted the wrong way: the 60 open leads with the least expected margin."""
    leads = _open(data.newest)
    return _best(leads, -leads["chance"] * leads["value"])


@wrong("call_list", named="chance_only+won_too")
def call_list_by_chance_of_all(data, given):
    """Two mistakes: ranked by the chance alone, and neither contacted leads nor buyers taken
    out."""
    return _best(data.newest, data.newest["chance"])


@wrong("call_list", named="value_only+contacted_too")
def call_list_by_value_contacted_too(data, given):
    """Two mistakes: ranked by the value alone, and contacted leads not taken out."""
    leads = data.newest[data.newest["won_on"].isna()]
    return _best(leads, leads["value"])


@wrong("call_list", named="rows:they are organisations")
def call_list_organisations_first(data, given):
    """Organisations first, as Ma Jun sells to firms, each group by expected margin: right for
    these, but consumers with a higher expected margin are left out."""
    leads = _open(data.newest)
    leads = leads.assign(
        expected=leads["chance"] * leads["value"], firm=leads["kind"] == "organisation"
    )
    leads = leads.sort_values(["firm", "expected"], ascending=False)
    return leads["lead_id"].head(CALLS).tolist()


# Task 4 · paid_back and paid_back_low


def _customers(data, place="first", until=HAD_180_DAYS):
    """Customers of the source social, with the day on which they were won."""
    leads = data.leads[data.leads["lead_id"].isin(_won_ids(data))]
    leads = leads[leads["won_on"] <= until]
    social = _source(data, place).reindex(leads["lead_id"]).to_numpy() == "social"
    return leads[social].set_index("customer_id")["won_on"]


def _orders(data, won_on, days=180):
    """Their orders of the first days."""
    orders = data.orders[data.orders["customer_id"].isin(won_on.index)]
    age = (orders["date"] - orders["customer_id"].map(won_on)).dt.days
    return orders[age < days]


def _margins(data, won_on, days=180, column="margin"):
    """Per customer, 0 for those without an order."""
    sums = _orders(data, won_on, days).groupby("customer_id")[column].sum()
    return sums.reindex(won_on.index, fill_value=0)


def _social_cac(given):
    return given("cac")["social"]


@wrong("paid_back", named="young_counted")
def paid_back_all_customers(data, given):
    """All customers of the source, also those won after 5 July, who have not had 180 days."""
    won_on = _customers(data, until="2025-12-31")
    return _margins(data, won_on).mean() / _social_cac(given)


@wrong("paid_back", named="revenue_not_margin")
def paid_back_revenue(data, given):
    """Revenue instead of margin."""
    won_on = _customers(data)
    return _margins(data, won_on, column="revenue").mean() / _social_cac(given)


@wrong("paid_back", named="all_so_far")
def paid_back_no_day_limit(data, given):
    """All orders up to the end of 2025 instead of those of the first 180 days."""
    won_on = _customers(data)
    return _margins(data, won_on, days=1000).mean() / _social_cac(given)


@wrong("paid_back", named="first_order_lost")
def paid_back_without_first_order(data, given):
    """The orders of the first day are left out: only what came after the first order counts."""
    won_on = _customers(data)
    orders = _orders(data, won_on)
    later = orders[orders["date"].dt.normalize() > orders["customer_id"].map(won_on)]
    margins = later.groupby("customer_id")["margin"].sum().reindex(won_on.index, fill_value=0)
    return margins.mean() / _social_cac(given)


@wrong("paid_back", named="per_order")
def paid_back_per_order(data, given):
    """The mean margin of an order instead of the mean per customer."""
    return _orders(data, _customers(data))["margin"].mean() / _social_cac(given)


@wrong("paid_back", named="median")
def paid_back_median(data, given):
    """The median margin per customer instead of the mean."""
    return _margins(data, _customers(data)).median() / _social_cac(given)


@wrong("paid_back", named="cac_taken_off")
def paid_back_less_one(data, given):
    """The CAC is taken off first: (margin − CAC) ÷ CAC, so 0 would mean paid back."""
    return _margins(data, _customers(data)).mean() / _social_cac(given) - 1


@wrong("paid_back", named="revenue_not_margin+all_so_far")
def paid_back_revenue_no_day_limit(data, given):
    """Two mistakes: revenue instead of margin, and all orders up to the end of 2025."""
    won_on = _customers(data)
    return _margins(data, won_on, days=1000, column="revenue").mean() / _social_cac(given)


@wrong("paid_back", named="young_counted+last_contact")
def paid_back_last_contact_all_customers(data, given):
    """Two mistakes: customers whose *last* contact was social, and also those won after 5
    July."""
    won_on = _customers(data, "last", until="2025-12-31")
    return _margins(data, won_on).mean() / _social_cac(given)


@wrong("paid_back", named="came_back_only")
def paid_back_who_came_back(data, given):
    """Only customers with two orders or more in the 180 days; those who bought once are
    dropped."""
    orders = _orders(data, _customers(data))
    bought = orders[orders["revenue"] > 0].groupby("customer_id").size()
    margins = orders.groupby("customer_id")["margin"].sum()
    return margins[bought[bought >= 2].index].mean() / _social_cac(given)


@wrong("paid_back_low", named="upper_end")
def paid_back_low_upper_end(data, given):
    """The upper end: 1.96 standard errors are added instead of taken off."""
    margins = _margins(data, _customers(data))
    return (margins.mean() + 1.96 * margins.sem()) / _social_cac(given)


@wrong("paid_back_low", named="without_number")
def paid_back_low_sd(data, given):
    """The standard deviation of the customers is taken instead of the standard error of the
    mean."""
    margins = _margins(data, _customers(data))
    return (margins.mean() - 1.96 * margins.std()) / _social_cac(given)


@wrong("paid_back_low", named="one_standard_error")
def paid_back_low_one_error(data, given):
    """One standard error is taken off, without the 1.96."""
    margins = _margins(data, _customers(data))
    return (margins.mean() - margins.sem()) / _social_cac(given)


@wrong("paid_back_low", named="quantile")
def paid_back_low_quantile(data, given):
    """The 2.5 % quantile of the customers' margins instead of the lower end for their mean."""
    return _margins(data, _customers(data)).quantile(0.025) / _social_cac(given)


@wrong("paid_back_low", named="number_of_orders")
def paid_back_low_n_of_orders(data, given):
    """The right mean and standard deviation, but n is the number of orders instead of customers,
    so the interval is too narrow."""
    won_on = _customers(data)
    margins = _margins(data, won_on)
    error = margins.std() / np.sqrt(len(_orders(data, won_on)))
    return (margins.mean() - 1.96 * error) / _social_cac(given)


@wrong("paid_back_low", named="error_in_yuan")
def paid_back_low_error_not_shared(data, given):
    """Only the mean is divided by the CAC; the 1.96 standard errors are taken off in yuan."""
    margins = _margins(data, _customers(data))
    return margins.mean() / _social_cac(given) - 1.96 * margins.sem()


@wrong("paid_back_low", named="in_yuan")
def paid_back_low_in_yuan(data, given):
    """The lower end of the mean margin in yuan, not divided by the CAC."""
    margins = _margins(data, _customers(data))
    return margins.mean() - 1.96 * margins.sem()


@wrong("paid_back_low", named="revenue_not_margin+one_standard_error")
def paid_back_low_revenue_one_error(data, given):
    """Two mistakes: revenue instead of margin, and one standard error without the 1.96."""
    margins = _margins(data, _customers(data), column="revenue")
    return (margins.mean() - margins.sem()) / _social_cac(given)


@wrong("paid_back_low", named="young_counted+upper_end")
def paid_back_low_upper_all_customers(data, given):
    """Two mistakes: the upper end, and also the customers won after 5 July, who have not had 180
    days."""
    margins = _margins(data, _customers(data, until="2025-12-31"))
    return (margins.mean() + 1.96 * margins.sem()) / _social_cac(given)


@wrong("paid_back_low")
def paid_back_low_uncertain_cac(data, given):
    """The CAC is not counted as known: the lower end of the margin is divided by the upper end of
    the CAC, for as many customers as were won (Poisson)."""
    margins = _margins(data, _customers(data))
    count = len(_customers(data, until="2025-12-31"))
    fewest = count - 1.96 * np.sqrt(count)
    return (margins.mean() - 1.96 * margins.sem()) / (_social_cac(given) * count / fewest)


# Task 5 · credit


def _paths(data, leads, drop_repeats=False):
    touches = _touches(data)
    touches = touches[touches["lead_id"].isin(leads["lead_id"])]
    if drop_repeats:
        touches = touches.drop_duplicates(["lead_id", "channel"])
    return crm.attribution.paths(touches, converted=leads.set_index("lead_id")["won_on"].notna())


@wrong("credit", named="last_touch")
def credit_last_touch(data, given):
    """All credit to the last contact instead of Markov attribution."""
    return crm.attribution.last_touch(_paths(data, _known(data)))


@wrong("credit", named="linear")
def credit_linear(data, given):
    """Linear attribution, the same to each contact, instead of Markov."""
    return crm.attribution.linear(_paths(data, _known(data)))


@wrong("credit", named="failures_left_out")
def credit_won_paths_only(data, given):
    """Markov attribution on the paths of the won leads only: the lost paths are left out."""
    leads = _known(data)
    return crm.attribution.markov(_paths(data, leads[leads["won_on"].notna()]))["credit"]


@wrong("credit", named="young_as_lost")
def credit_young_leads(data, given):
    """Markov attribution on all leads, with those created after 2 October, of whom the open ones
    count as lost."""
    return crm.attribution.markov(_paths(data, data.leads))["credit"]


@wrong("credit", named="effects_not_credits")
def credit_removal_effect(data, given):
    """The removal effects, shares between 0 and 1, instead of the credited customers."""
    return crm.attribution.markov(_paths(data, _known(data)))["removal_effect"]


@wrong("credit", named="not_scaled")
def credit_effect_not_scaled(data, given):
    """Each removal effect times the number of conversions, not divided by the sum of the effects,
    so the credits add up to more than the customers won."""
    paths = _paths(data, _known(data))
    return crm.attribution.markov(paths)["removal_effect"] * paths["conversions"].sum()


@wrong("credit", named="shares")
def credit_as_share(data, given):
    """The right division as shares that add up to 1, instead of customers."""
    credit = crm.attribution.markov(_paths(data, _known(data)))["credit"]
    return credit / credit.sum()


@wrong("credit", named="young_as_lost+failures_left_out")
def credit_won_paths_of_all(data, given):
    """Two mistakes: only the paths of won leads, and those of leads created after 2 October
    too."""
    leads = data.leads[data.leads["won_on"].notna()]
    return crm.attribution.markov(_paths(data, leads))["credit"]


@wrong("credit", named="young_as_lost+first_touch")
def credit_first_touch_of_all(data, given):
    """Two mistakes: all credit to the first contact instead of Markov, and leads created after 2
    October included."""
    return crm.attribution.first_touch(_paths(data, data.leads))


@wrong("credit", named="back_to_front")
def credit_back_to_front(data, given):
    """The contacts are sorted from the newest to the oldest, so every path is walked back to
    front: right only where a path has one contact."""
    leads = _known(data)
    paths = _paths(data, leads)
    return crm.attribution.markov(paths.assign(path=paths["path"].map(lambda p: p[::-1])))["credit"]


# Task 6 · visitors


def _page(data):
    return data.page["orders per visitor"], data.page["gain in points"]


def _per_page(after, before, alternative="two-sided"):
    effect = proportion_effectsize(after, before)
    return NormalIndPower().solve_power(effect, power=0.8, alpha=0.05, alternative=alternative)


@wrong("visitors", named="percent_not_points")
def visitors_relative(data, given):
    """The gain is taken as a percentage of today's rate instead of percentage points."""
    rate, gain = _page(data)
    return _per_page(rate * (1 + gain / 100), rate)


@wrong("visitors", named="both_pages")
def visitors_both_pages(data, given):
    """The visitors of both pages together instead of each."""
    rate, gain = _page(data)
    return 2 * _per_page(rate + gain / 100, rate)


@wrong("visitors", named="gain_as_effect")
def visitors_gain_as_effect(data, given):
    """The gain as a share is used as the effect size (Cohen's h) as it stands; today's rate plays
    no part."""
    _rate, gain = _page(data)
    return NormalIndPower().solve_power(gain / 100, power=0.8, alpha=0.05)


@wrong("visitors", named="any_rate")
def visitors_worst_case(data, given):
    """The rule of 16 with p = 50 %, the "safe" variance, instead of today's rate."""
    _rate, gain = _page(data)
    return 16 * 0.5 * 0.5 / (gain / 100) ** 2


@wrong("visitors", named="of_a_survey")
def visitors_of_a_survey(data, given):
    """The formula for the margin of error of one share, 1.96² p (1 − p) ÷ Δ², which has no power
    and no second page."""
    rate, gain = _page(data)
    return 1.96**2 * rate * (1 - rate) / (gain / 100) ** 2


@wrong("visitors", named="one_sided")
def visitors_one_sided(data, given):
    """A one-sided test instead of a two-sided one."""
    rate, gain = _page(data)
    return _per_page(rate + gain / 100, rate, alternative="larger")


@wrong("visitors", named="points_not_share")
def visitors_points_not_share(data, given):
    """The rule of 16 with the gain in points (1.8) instead of as a share (0.018): 10,000 times
    too few."""
    rate, gain = _page(data)
    return 16 * rate * (1 - rate) / gain**2


@wrong("visitors", named="both_pages+percent_not_points")
def visitors_relative_both_pages(data, given):
    """Two mistakes: the gain as a percentage of today's rate, and both pages together."""
    rate, gain = _page(data)
    return 2 * _per_page(rate * (1 + gain / 100), rate)


@wrong("visitors", named="both_pages+one_sided")
def visitors_one_sided_both_pages(data, given):
    """Two mistakes: a one-sided test, and both pages together."""
    rate, gain = _page(data)
    return 2 * _per_page(rate + gain / 100, rate, alternative="larger")


@wrong("visitors", named="nothing_squared")
def visitors_difference_not_squared(data, given):
    """The rule of 16 with standard deviation over difference, neither of them squared: 16 σ ÷
    Δ."""
    rate, gain = _page(data)
    return 16 * np.sqrt(rate * (1 - rate)) / (gain / 100)


# Task 7 · more and profit


@wrong("more", named="average_return")
def more_average_yuan(data, given):
    """The average yuan instead of the next one: value of all caused customers above the spend,
    without the elasticity."""
    t = data.tests
    return t.index[t["value"] * t["caused"] > t["spend"]].tolist()


@wrong("more", named="by_last_touch")
def more_credited(data, given):
    """The next yuan, but reckoned with the credited customers instead of the caused ones."""
    t = data.tests
    return t.index[t["value"] * t["credited"] * t["elasticity"] > t["spend"]].tolist()


@wrong("more", named="three_to_one")
def more_three_to_one(data, given):
    """The rule of three to one: channels where value ÷ (spend per caused customer) is at least
    3."""
    t = data.tests
    return t.index[t["value"] * t["caused"] / t["spend"] >= 3].tolist()


@wrong("more", named="by_elasticity")
def more_elastic(data, given):
    """The half of the channels with the highest elasticity, whatever a customer is worth or
    costs."""
    t = data.tests
    return t.index[t["elasticity"] > t["elasticity"].median()].tolist()


@wrong("more", named="undervalued")
def more_caused_over_credited(data, given):
    """Channels that cause more customers than the last touch credits them with, because they are
    undervalued."""
    t = data.tests
    return t.index[t["caused"] > t["credited"]].tolist()


@wrong("more", named="divided")
def more_divided(data, given):
    """The average return is divided by the elasticity instead of multiplied with it."""
    t = data.tests
    return t.index[t["value"] * t["caused"] / t["spend"] / t["elasticity"] > 1].tolist()


@wrong("more", named="others")
def more_turned(data, given):
    """The inequality is turned: channels in which the next yuan brings less than a yuan."""
    t = data.tests
    return t.index[t["value"] * t["caused"] * t["elasticity"] < t["spend"]].tolist()


@wrong("more", named="average_return+by_last_touch")
def more_credited_average(data, given):
    """Two mistakes: credited instead of caused customers, and the average yuan instead of the
    next one."""
    t = data.tests
    return t.index[t["value"] * t["credited"] > t["spend"]].tolist()


@wrong("more", named="three_to_one+by_last_touch")
def more_credited_three_to_one(data, given):
    """Two mistakes: credited instead of caused customers, and the rule of three to one."""
    t = data.tests
    return t.index[t["value"] * t["credited"] / t["spend"] >= 3].tolist()


@wrong("more", named="best_two")
def more_best_two(data, given):
    """Only the two channels in which the next yuan brings most, though it pays in others too."""
    t = data.tests
    return (t["value"] * t["caused"] * t["elasticity"] / t["spend"]).nlargest(2).index.tolist()


def _plan(data, given):
    t = data.tests
    return t, pd.Series(np.where(t.index.isin(given("more")), 1 + STEP, 1 - STEP), t.index)


@wrong("profit", named="in_proportion")
def profit_proportional(data, given):
    """The elasticity is left out: a quarter more spend is taken to cause a quarter more
    customers."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (f - 1) - t["spend"] * (f - 1)).sum()


@wrong("profit", named="by_last_touch")
def profit_credited(data, given):
    """Credited customers instead of caused ones."""
    t, f = _plan(data, given)
    return (t["value"] * t["credited"] * (f ** t["elasticity"] - 1) - t["spend"] * (f - 1)).sum()


@wrong("profit", named="raised_only")
def profit_raised_only(data, given):
    """Only the raised channels are reckoned; that the others are lowered is left out."""
    t, f = _plan(data, given)
    change = t["value"] * t["caused"] * (f ** t["elasticity"] - 1) - t["spend"] * (f - 1)
    return change[f > 1].sum()


@wrong("profit", named="whole_profit")
def profit_level(data, given):
    """The profit under the plan instead of its change against today."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * f ** t["elasticity"] - t["spend"] * f).sum()


@wrong("profit", named="spend_forgotten")
def profit_spend_forgotten(data, given):
    """Only the change in value: the change in spend is not taken off."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (f ** t["elasticity"] - 1)).sum()


@wrong("profit", named="straight_line")
def profit_straight_line(data, given):
    """The return of the next yuan is taken for every yuan of the quarter: change in customers =
    elasticity × change in spend, instead of f to the power of the elasticity."""
    t, f = _plan(data, given)
    return ((t["value"] * t["caused"] * t["elasticity"] - t["spend"]) * (f - 1)).sum()


@wrong("profit", named="sign")
def profit_turned(data, given):
    """The sign is turned: profit of today less profit under the plan."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (1 - f ** t["elasticity"]) - t["spend"] * (1 - f)).sum()


@wrong("profit", named="in_proportion+by_last_touch")
def profit_credited_proportional(data, given):
    """Two mistakes: credited customers instead of caused ones, and no elasticity."""
    t, f = _plan(data, given)
    return ((t["value"] * t["credited"] - t["spend"]) * (f - 1)).sum()


@wrong("profit", named="spend_forgotten+raised_only")
def profit_raised_only_spend_forgotten(data, given):
    """Two mistakes: only the raised channels, and the additional spend is not taken off."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (f ** t["elasticity"] - 1))[f > 1].sum()


@wrong("profit", named="lowered_lose_nobody")
def profit_lowered_lose_nobody(data, given):
    """The lowered channels save their spend but are taken to lose no customers; the raised ones
    are right."""
    t, f = _plan(data, given)
    gain = (t["value"] * t["caused"] * (f ** t["elasticity"] - 1)).where(f > 1, 0)
    return (gain - t["spend"] * (f - 1)).sum()


# Task 9 · false_alarms


def _z(data, cumulative=True, factor=2):
    old, new = data.aa_old.to_numpy(), data.aa_new.to_numpy()
    n = np.full(old.shape[1], data.aa_visitors)
    if cumulative:
        old, new, n = old.cumsum(axis=1), new.cumsum(axis=1), n.cumsum()
    p = (old + new) / (2 * n)
    return (new - old) / n / np.sqrt(factor * p * (1 - p) / n)


@wrong("false_alarms", named="one_look")
def false_alarms_last_day(data, given):
    """Only the look on the last day, the 28th, instead of any day."""
    return (np.abs(_z(data)[:, -1]) > 1.96).mean()


@wrong("false_alarms", named="each_day_alone")
def false_alarms_day_by_day(data, given):
    """Each day is tested for itself, not all days so far."""
    return (np.abs(_z(data, cumulative=False)) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="by_formula")
def false_alarms_by_formula(data, given):
    """1 − 0.95²⁸, as if the 28 looks were independent, instead of counting in the simulated
    tests."""
    return 1 - 0.95**28


@wrong("false_alarms", named="share_of_looks")
def false_alarms_mean_of_looks(data, given):
    """The share of all looks (tests × days) with an alarm instead of the share of tests with at
    least one."""
    return (np.abs(_z(data)) > 1.96).mean()


@wrong("false_alarms", named="better_only")
def false_alarms_new_wins(data, given):
    """Only z above +1.96, where the new page seems better; alarms below −1.96 are not counted."""
    return (_z(data) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="without_two")
def false_alarms_without_two(data, given):
    """The 2 in the standard error is left out, √(p (1 − p) ÷ n), so z is too large."""
    return (np.abs(_z(data, factor=1)) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="complement")
def false_alarms_quiet(data, given):
    """The share of tests *without* an alarm on any day (1 − x)."""
    return 1 - (np.abs(_z(data)) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="each_day_alone+better_only")
def false_alarms_day_by_day_new_wins(data, given):
    """Two mistakes: each day for itself instead of all days so far, and only z above +1.96."""
    return (_z(data, cumulative=False) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="one_look+without_two")
def false_alarms_last_day_without_two(data, given):
    """Two mistakes: only the last day, and the 2 in the standard error left out."""
    return (np.abs(_z(data, factor=1)[:, -1]) > 1.96).mean()


@wrong("false_alarms", named="weekly")
def false_alarms_weekly(data, given):
    """A look once a week, on days 7, 14, 21 and 28, instead of every day."""
    return (np.abs(_z(data)[:, 6::7]) > 1.96).any(axis=1).mean()
