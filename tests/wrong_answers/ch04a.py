"""Wrong answers to the exercise of chapter 4a."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.proportion import proportion_confint

from tests.wrong_answers import wrong

LAST_KNOWN, HALF_YEAR, DECIDED, CALLS = "2025-10-02", "2025-07-01", 90, 60
LEARNED_UNTIL, HAD_180_DAYS = "2025-04-02", "2025-07-05"
FEATURES = ["need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar"]
STAGES = ["contacted_on", "qualified_on", "offer_on", "won_on"]


def _known(data):
    leads = data.leads
    return leads[leads["created"] <= LAST_KNOWN]


def _within(leads):
    """Stages that were reached after more than 90 days are taken for not reached."""
    late = leads[STAGES].sub(leads["created"], axis=0) > pd.Timedelta(days=DECIDED)
    return leads.assign(**leads[STAGES].mask(late))


# Task 1 · offer_rate and offer_low


@wrong("offer_rate", named="young_counted")
def offer_rate_young_leads(data, given):
    """All leads are counted, also those created after 2 October, who have not had their 90
    days."""
    qualified = _within(data.leads).dropna(subset="qualified_on")
    return qualified["offer_on"].notna().mean()


@wrong("offer_rate", named="of_all_leads")
def offer_rate_of_all_leads(data, given):
    """Offers over all leads instead of over the qualified ones."""
    return _within(_known(data))["offer_on"].notna().mean()


@wrong("offer_rate", named="stage_skipped")
def offer_rate_of_contacted(data, given):
    """Offers over the contacted leads instead of over the qualified ones."""
    leads = _within(_known(data))
    return leads["offer_on"].count() / leads["contacted_on"].count()


@wrong("offer_rate", named="won_not_offer")
def offer_rate_won(data, given):
    """The share of the qualified leads that was won, not that was made an offer."""
    leads = _within(_known(data))
    return leads["won_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="step_before")
def offer_rate_step_before(data, given):
    """The step before: the share of the contacted leads that was qualified."""
    leads = _within(_known(data))
    return leads["qualified_on"].count() / leads["contacted_on"].count()


@wrong("offer_rate", named="hundredfold")
def offer_rate_per_cent(data, given):
    """In per cent, such as 57, instead of a share between 0 and 1."""
    leads = _within(_known(data))
    return 100 * leads["offer_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="complement")
def offer_rate_no_offer(data, given):
    """The share of the qualified leads that was *not* made an offer (1 − x)."""
    leads = _within(_known(data))
    return leads.loc[leads["qualified_on"].notna(), "offer_on"].isna().mean()


@wrong("offer_rate", named="young_counted+of_all_leads")
def offer_rate_of_all_and_young(data, given):
    """Two mistakes: offers over all leads instead of the qualified ones, and leads created after
    2 October included."""
    return _within(data.leads)["offer_on"].notna().mean()


@wrong("offer_rate", named="young_counted+won_not_offer")
def offer_rate_won_and_young(data, given):
    """Two mistakes: the share that was won instead of made an offer, and leads created after 2
    October included."""
    leads = _within(data.leads)
    return leads["won_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="won_left_out")
def offer_rate_without_won(data, given):
    """The leads that were won are dropped first, because they are customers now, from offers and
    from qualified leads alike."""
    leads = _within(_known(data))
    leads = leads[leads["won_on"].isna()]
    return leads["offer_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="late_counted")
def offer_rate_ever(data, given):
    """Every stage counts, however late it was reached."""
    leads = _known(data)
    return leads["offer_on"].count() / leads["qualified_on"].count()


@wrong("offer_rate", named="late_qualified")
def offer_rate_qualified_ever(data, given):
    """Offers within 90 days over all who were ever qualified."""
    return _within(_known(data))["offer_on"].count() / _known(data)["qualified_on"].count()


@wrong("offer_low", named="late_counted")
def offer_low_ever(data, given):
    """The lower end for stages that were reached at any time."""
    leads = _known(data)
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return proportion_confint(*counts, method="wilson")[0]


@wrong("offer_low", named="upper_end")
def offer_low_upper_end(data, given):
    """The upper end of the interval instead of the lower one."""
    leads = _within(_known(data))
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return proportion_confint(*counts, method="wilson")[1]


@wrong("offer_low", named="ninety_percent")
def offer_low_ninety(data, given):
    """A 90 % interval (alpha = 0.10) instead of 95 %."""
    leads = _within(_known(data))
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return proportion_confint(*counts, alpha=0.1, method="wilson")[0]


@wrong("offer_low", named="of_all_leads")
def offer_low_of_all_leads(data, given):
    """The interval of offers over all leads instead of over the qualified ones."""
    leads = _within(_known(data))
    return proportion_confint(leads["offer_on"].count(), len(leads), method="wilson")[0]


@wrong("offer_low", named="one_standard_error")
def offer_low_one_error(data, given):
    """The rate less one standard error, without the 1.96."""
    rate, n = given("offer_rate"), _within(_known(data))["qualified_on"].count()
    return rate - np.sqrt(rate * (1 - rate) / n)


@wrong("offer_low", named="number_of_leads")
def offer_low_n_of_all_leads(data, given):
    """The right rate with the wrong n: all leads instead of the qualified ones, so the interval
    is too narrow."""
    rate, n = given("offer_rate"), len(_within(_known(data)))
    return proportion_confint(rate * n, n, method="wilson")[0]


@wrong("offer_low", named="half_width+normal_interval")
def offer_low_half_width(data, given):
    """The half width of the interval, 1.96 standard errors, is not taken off the rate but handed
    in alone."""
    rate, n = given("offer_rate"), _within(_known(data))["qualified_on"].count()
    return 1.96 * np.sqrt(rate * (1 - rate) / n)


@wrong("offer_low", named="hundredfold")
def offer_low_per_cent(data, given):
    """The right lower end in per cent instead of as a share."""
    leads = _within(_known(data))
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return 100 * proportion_confint(*counts, method="wilson")[0]


@wrong("offer_low", named="young_counted+upper_end")
def offer_low_upper_and_young(data, given):
    """Two mistakes: the upper end, and leads created after 2 October included."""
    leads = _within(data.leads)
    counts = leads["offer_on"].count(), leads["qualified_on"].count()
    return proportion_confint(*counts, method="wilson")[1]


@wrong("offer_low", named="stage_skipped+ninety_percent")
def offer_low_contacted_and_ninety(data, given):
    """Two mistakes: offers over the contacted leads instead of the qualified ones, and a 90 %
    interval."""
    leads = _within(_known(data))
    counts = leads["offer_on"].count(), leads["contacted_on"].count()
    return proportion_confint(*counts, alpha=0.1, method="wilson")[0]


@wrong("offer_low")
def offer_low_worst_month(data, given):
    """The lowest of the monthly offer rates is taken for the lower end."""
    leads = _within(_known(data))
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


# Tasks 3 and 4 · auc and call_list


def _model():
    return make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))


def _in_time(leads):
    return (leads["won_on"] - leads["created"]).dt.days <= DECIDED


def _halves(data):
    leads = _known(data)
    return leads[leads["created"] <= LEARNED_UNTIL], leads[leads["created"] >= HALF_YEAR]


def _chance(early, late, features=FEATURES):
    model = _model().fit(early[features].astype(float), _in_time(early))
    return model.predict_proba(late[features].astype(float))[:, 1]


@wrong("auc", named="learned_too_young")
def auc_half_year(data, given):
    """Learned on all leads before 1 July, though many had not had their 90 days by then."""
    _early, late = _halves(data)
    early = data.leads[data.leads["created"] < HALF_YEAR]
    return roc_auc_score(_in_time(late), _chance(early, late))


@wrong("auc", named="won_ever")
def auc_won_ever(data, given):
    """A lead counts as won however late it was won, in both halves."""
    early, late = _halves(data)
    model = _model().fit(early[FEATURES].astype(float), early["won_on"].notna())
    chance = model.predict_proba(late[FEATURES].astype(float))[:, 1]
    return roc_auc_score(late["won_on"].notna(), chance)


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


# Task 6 · paid_back and paid_back_low


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
