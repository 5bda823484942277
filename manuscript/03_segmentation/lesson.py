# %% [markdown] id="title"
# # 3 · Segmentation
#
# ### The question
#
# Zhou Ning leads marketing at Harbour Coffee. Until now every customer got the
# same newsletter and the same ten per cent off. By Friday she has to tell Lin Yue, the founder, which
# customers get which service next year, and what that will cost. A wrong answer is expensive
# twice: money is spent on people who would have bought anyway, and the few customers who carry
# the business are treated like everybody else.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. turn a messy export into a customer table, and say what you did with each defect;
# 2. score customers by recency, frequency and spend, and explain every score;
# 3. build a customer pyramid, and read how customers move between its tiers;
# 4. find groups with different needs, and say how sure you are of them;
# 5. judge with a number whether segmenting pays.
#
# *You need* the repeat rate of [chapter 1](01_crm_at_a_glance.ipynb) and the forecast of
# [chapter 2](02_customer_value.ipynb): here that forecast ranks customers beside what they have
# spent. And a little pandas: selecting columns, `groupby`, joining two tables. *Time:* about
# {{minutes}} minutes to read and run. *Not here:* how to win new customers
# ([chapter 4](04_acquisition.ipynb)) and who is about to leave ([chapter 5](05_retention.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
start = "2024-01-01"
cutoff = "2024-12-31"
end = "2025-12-31"
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=2000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-repeat"
count = company.orders.query("amount >= 0").groupby("customer_id").size()
tell("{once} of {all} customers ordered once.", once=(count == 1).sum(), all=len(count))
crm.quiz(
    "What is the repeat rate?",
    (f"{(count > 1).mean():.0%}", True, "Customers with two orders or more, over all customers."),
    (f"{(count == 1).mean():.0%}", False, "That is the share who never came back."),
    (f"{count.mean():.1f}", False, "That is orders per customer, not a rate."),
)

# %% id="recall-margin"
in_2024 = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")
margin_2024 = 0.45 * in_2024["spend"].mean()
tell(
    "At a margin of 45 % of spend, a customer who ordered in 2024 brought {margin:,.0f} {unit}.",
    margin=margin_2024, unit=currency,
)

# %% id="recall-ceiling"
crm.quiz(
    "Say 75 % stay from year to year, the discount rate is 10 %, and the first margin comes at once. "
    "What may it cost to win such a customer, at most?",
    (
        f"{crm.clv_closed_form(margin_2024, 0.75, 0.1):,.0f}", True,
        "m (1 + d) / (1 + d − r): all years count, later ones a little less each.",
    ),
    (f"{margin_2024 / (1 - 0.75):,.0f}", False, "That forgets that money later is worth less."),
    (f"{margin_2024:,.0f}", False, "That is the first year only."),
)

# %% [markdown] id="data"
# ## The data
#
# Harbour Coffee sells beans, machines and gifts online, in shops and through dealers. Its
# order systems each send an export. One row is one order: who, when, how much. This is what
# arrives, all of it text.

# %% id="data-export"
export = company.export
as_is = dict.fromkeys(export, "{}")
plots.table(export.sample(5, random_state=seed), "Five rows of the export, as they arrive", as_is)

# %% [markdown] id="data-read"
# Before you count anything, find out what is wrong. `check_transactions` repairs what can be
# repaired without guessing and tells you what it did. What it cannot repair it sets aside, with
# row numbers and reasons.

# %% id="data-check"
reading = crm.check_transactions(
    export, customer="customer", date="date", amount="amount", order="order_no"
)
for note in reading.notes:
    print("-", note)

# %% id="data-rejected"
plots.table(reading.rejected.head(3), "The first rows that cannot be used")

# %% [markdown] id="data-duplicates"
# *Duplicates.* The reader keeps equal rows, because two equal purchases are possible. Here the
# order number decides: one order cannot arrive twice, so the repeats are one batch that was
# sent again.

# %% id="data-drop"
log = reading.log.drop_duplicates("order_id")
tell("{count} repeated orders dropped.", count=len(reading.log) - len(log))

# %% [markdown] id="data-units"
# *Units.* A unit error never shows in a single row; compare groups. The export says which system
# each row comes from, and how the amount was written. Look at the typical order of each.

# %% id="data-systems"
raw = export.drop_duplicates("order_no").set_index("order_no").loc[log["order_id"]]
log["system"] = raw["system"].to_numpy()
log["has decimals"] = raw["amount"].str.contains(".", regex=False).to_numpy()

# %% id="data-typical"
typical = log[log["amount"] > 0].groupby(["system", "has decimals"])["amount"].agg(["size", "median"])
plots.table(typical, "Number of orders and median order ({unit})", unit=currency)

# %% [markdown] id="data-fen"
# Amounts written without decimals come from one system only, and they are about a hundred times
# larger than its others: for a while that dealer counted in fen (1/100 yuan). The repair is a
# decision about a *source*, so it can be explained and undone. Dividing every large amount by 100
# would be a guess.

# %% id="data-repair"
log.loc[~log["has decimals"], "amount"] /= 100
tell("{count} orders turned from fen into yuan.", count=(~log["has decimals"]).sum())

# %% [markdown] id="data-outliers"
# *Outliers.* An order far above anything the same customer ever bought is suspect, but a first
# espresso machine is a large order too. So flag, look, then decide: an order of about 100 times the
# usual one is most likely a point in the wrong place, an order of 30 times may be a machine.

# %% id="data-flag"
usual = log[log["amount"] > 0].groupby("customer_id")["amount"].median()
log["times usual"] = log["amount"] / log["customer_id"].map(usual)
suspect = (log["times usual"] > 30) & (log["amount"] > 5_000)
plots.table(
    log.loc[suspect, ["order_id", "date", "amount", "times usual"]],
    "Suspect orders ({unit}), and how many times the customer's usual order", unit=currency,
)

# %% id="data-judge"
truth = company.truth.export.drop_duplicates("order_id").set_index("order_id")["typo"]
typo = log["order_id"].map(truth).to_numpy()
tell(
    "{found} of {all} planted typing errors are flagged, and {good} good orders with them.",
    found=(suspect & typo).sum(), all=typo.sum(), good=(suspect & ~typo).sum(),
)

# %% [markdown] id="data-clean"
# Some errors stay in, whatever you do, and now you know how many. From here on the chapter uses the
# company's clean order table, so that every figure can be compared with the truth. With a file of
# your own (the `transactions` parameter), the same cells run on your customers.

# %% id="data-log"
log = company.orders if transactions is None else crm.read_transactions(transactions)
customers = crm.summarize(log, as_of=cutoff)
last_year = crm.summarize(log, since=start, as_of=cutoff)
next_year = crm.summarize(log, since=pd.Timestamp(cutoff) + pd.Timedelta(days=1), as_of=end)

# %% id="data-customers"
shown = ["purchases", "spend", "first_purchase", "last_purchase", "recency_days"]
plots.table(
    customers[shown].head(),
    "One row per customer on {day} (spend in {unit})", day=cutoff, unit=currency,
)

# %% [markdown] id="data-words"
# One row is now one customer. A **purchase day** is a day with at least one order; a refund
# changes `spend`, never the count. `recency_days` is the time since the last purchase, counted
# from the cut-off date, which you choose and should always state. The year after the cut-off is
# kept apart: it is what the segments will be tested on.

# %% [markdown] id="why"
# ## Why segment?
#
# **Segmentation** divides customers into groups, **segments**, that can be treated differently. It
# is worth the effort only if customers differ in ways that matter, and if the groups differ more
# from each other than customers within a group do.

# %% id="why-spread"
low, high = customers["spend"].quantile([0.1, 0.9])
tell(
    "One customer in ten spent less than {low:,.0f} {unit}, one in ten more than {high:,.0f}. "
    "The mean, {mean:,.0f}, describes neither.",
    low=low, high=high, mean=customers["spend"].mean(), unit=currency,
)

# %% [markdown] id="bases"
# ### Four bases, tried on the same customers
#
# There are four classic **bases of segmentation**: *demographic* (age, income, household),
# *geographic* (region, size of the city), *behavioural* (what people do) and *psychographic*
# (attitudes, from a survey). Longer lists exist, but their entries fall under one of these four.
# We make groups on each base with data up to the end of 2024, for the customers who answered the
# survey, and ask how well the groups foretell the *next* year's spend.

# %% id="bases-survey"
from sklearn.cluster import KMeans

survey = company.survey.set_index("customer_id")
answers = survey[survey["wave"] == "2024-06-01"].filter(regex="^q").astype("float64")
answers = answers.fillna(answers.median())
attitude = KMeans(4, n_init=10, random_state=seed).fit_predict(answers)

# %% id="bases-register"
register = company.customers.set_index("customer_id")
profile = crm.summarize(company.orders, as_of="2024-12-31").join(register)
profile = profile.join(pd.Series(attitude, answers.index, name="attitude"), how="inner")

# %% id="bases-bands"
profile["age_band"] = pd.cut(2024 - profile["birth_year"].astype("Float64"), [0, 30, 45, 60, 100])
profile["orders_band"] = pd.cut(profile["purchases"], [0, 1, 3, 8, 1000])
profile["recency_band"] = pd.cut(profile["recency_days"], [-1, 90, 180, 365, 1000])

# %% id="bases-list"
bases = {
    "demographic": ["age_band", "income_band", "household_size"],
    "geographic": ["region", "city_size"],
    "psychographic": ["attitude"],
    "behavioural": ["orders_band", "recency_band"],
}

# %% [markdown] id="bases-measure"
# To be fair, each base has to foretell the spend of customers it has *not* seen: groups learn
# their average on four fifths of the customers and are judged on the last fifth, in turn. The
# measure is **R²**: 1 is perfect, 0 is no better than one average for everybody, and below 0 is
# worse than that. We repeat the division ten times and show how much the answer moves. The error
# bar is that movement; it is not a confidence interval.

# %% id="bases-score"
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import RepeatedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

spend_2025 = crm.summarize(company.orders, since="2025-01-01", as_of="2025-12-31")["spend"]
outcome = np.log1p(spend_2025.reindex(profile.index).fillna(0).clip(lower=0))
model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LinearRegression())
folds = RepeatedKFold(n_splits=5, n_repeats=10, random_state=seed)

# %% id="bases-compare"
explained = {
    name: cross_val_score(model, profile[columns].astype("str"), outcome, cv=folds)
    for name, columns in bases.items()
}
strength = pd.DataFrame(explained).agg(["mean", "std"]).T.sort_values("mean", kind="stable")

# %% id="bases-plot"
ax = plots.bars(strength["mean"], error=strength["std"])
plots.show(
    ax, "The strongest base is: {base}", base=strength.index[-1],
    x="R² of next year's spend (log), mean and standard deviation over 50 divisions",
    alt="Bars: R² of four bases, with the sd over divisions of the customers.",
)

# %% id="bases-read"
tell(
    "The strongest base foretells {best:.0%} of the difference in next year's spend, the next one "
    "{rest:.0%}. {count} customers answered the survey.",
    best=strength["mean"].iloc[-1], rest=strength["mean"].iloc[-2], count=len(profile),
)

# %% [markdown] id="bases-reading"
# What people did usually says far more about what they will do than who they are or where they
# live. That is why RFM comes first. But value is not the only reason to segment: attitudes and
# needs say what to *offer*, and age and place say how to *reach* people. We come back to needs
# below.

# %% [markdown] id="rfm"
# ## RFM: recency, frequency, monetary value
#
# **RFM** gives each customer three scores from 1 to 5, and high is always good. R is **recency**:
# how short is the time since the last purchase? F is **frequency**: on how many days did they buy?
# M is **monetary value**: how much did they spend? Direct marketers have worked with it for decades,
# because it needs nothing but the order table.

# %% id="rfm-fit"
rfm = crm.RFM(bins=5, method="quantile").fit(customers)
scores = rfm.transform(customers)
example = customers[["recency_days", "purchases", "spend"]].join(scores)
plots.table(example.head(), "Values and scores of five customers (spend in {unit})", unit=currency)

# %% [markdown] id="rfm-rule"
# The rule: score = 1 + ⌊5 × the share of customers who are strictly worse⌋. So a score of 5 means
# that at least four fifths of the customers are worse. These are the limits that the rule found.

# %% id="rfm-summary"
limits = rfm.summary_.query("score in (1, 3, 5)")
plots.table(limits, "Limits of three scores: R in days, F in purchases, M in {unit}", unit=currency)

# %% [markdown] id="rfm-ties"
# *Ties.* Customers with the same value must get the same score, or the score means nothing. Many
# tools break ties by the order of the rows, so that of two customers with one purchase each, one
# scores 1 and the other 3. Look at CDNOW, a real log of CD buyers of whom about half bought once
# (Fader, Hardie & Lee, 2005).

# %% id="rfm-ties-run"
cdnow = crm.summarize(crm.datasets.load_cdnow("master"), as_of="1998-06-30")
cdnow["tie broken"] = pd.qcut(cdnow["purchases"].rank(method="first"), 5, labels=False) + 1
cdnow["tie kept"] = crm.RFM().fit_transform(cdnow)["F"]

# %% id="rfm-ties-table"
once = cdnow.loc[cdnow["purchases"] == 1, ["tie broken", "tie kept"]]
once = once.apply(lambda score: score.value_counts()).fillna(0).rename_axis("score")
plots.table(once, "F score of CDNOW customers who all bought once")

# %% [markdown] id="rfm-ties-read"
# The right column is one number: equal customers, equal score. The price is a gap (nobody has a 2),
# and it is said rather than hidden. The other scores keep their meaning: `F ≥ 4` are still the best
# two fifths at most.

# %% [markdown] id="rfm-segments"
# ### Named segments
#
# 125 combinations are too many to act on. A table gives names to blocks of them: *Champions* bought
# recently, often and much; *Hibernating* customers did none of that. The names are habit, not
# science. `RFM(segments=…)` takes your own table, and it must cover every combination.

# %% id="rfm-map"
plots.show(plots.segment_map(scores))

# %% id="rfm-shares"
plots.show(plots.segment_shares(scores, customers["spend"]))

# %% [markdown] id="rfm-shares-read"
# Each line runs from grey, how many customers are in the segment, to blue, how much of the spend
# they bring. Where blue is far to the right, each customer counts; where it is far to the left,
# keep contact cheap. So each segment gets its own strategy:

# %% id="rfm-strategy"
size = customers.groupby(scores["segment"], observed=True)["spend"].agg(["size", "mean"])
strategy = size.join(rfm.segments_.set_index("segment")["action"])
plots.table(strategy, "Segments: customers, mean spend ({unit}) and what to do", unit=currency)

# %% [markdown] id="rfm-cuts"
# ### Where to cut
#
# *Quantiles* make groups of about equal size, whatever the values are. *Fixed* cut points mean the
# same next year and in every branch. *k-means* puts the cuts where there are few customers. None
# is right for all: it depends on whether you need lists of equal length, a stable meaning, or
# natural gaps.

# %% id="rfm-methods"
fixed = {"R": [30, 90, 180, 365], "F": [2, 4, 8, 15], "M": [300, 1000, 3000, 8000]}
methods = {
    "quantile": rfm,
    "fixed": crm.RFM(method="fixed", cuts=fixed).fit(customers),
    "k-means": crm.RFM(method="kmeans", random_state=seed).fit(customers),
}

# %% id="rfm-methods-table"
needed = {name: model.summary_.loc["F", "from"] for name, model in methods.items()}
plots.table(pd.DataFrame(needed), "Purchases needed for each F score, by method")

# %% id="rfm-methods-agree"
named = pd.DataFrame({name: model.transform(customers)["segment"] for name, model in methods.items()})
champions = named == "Champions"
tell(
    "Champions: {some} by at least one method, {all} by all three.",
    some=champions.any(axis=1).sum(), all=champions.all(axis=1).sum(),
)

# %% [markdown] id="rfm-stability"
# ### Do the scores last?
#
# A score is useful if it still says something when the plan is carried out. We score one year,
# apply *the same cut points* to the next, and compare the customers who bought in both.

# %% id="rfm-stability-run"
yearly = crm.RFM().fit(last_year)
pair = yearly.transform(last_year).join(
    yearly.transform(next_year).add_suffix(" next"), how="inner"
)

# %% id="rfm-stability-table"
lasting = pd.DataFrame(
    {
        "same score": {score: (pair[score] == pair[f"{score} next"]).mean() for score in "RFM"},
        "rank correlation": {
            score: pair[score].corr(pair[f"{score} next"], "spearman") for score in "RFM"
        },
    }
)
plots.table(lasting, "How scores last from one year to the next", "{:.2f}")

# %% id="rfm-stability-read"
gone = 1 - last_year.index.isin(next_year.index).mean()
correlation = lasting["rank correlation"]
tell(
    "The rank correlation of F is {f:.2f}, that of R {r:.2f}. And {gone:.0%} of the customers of the "
    "first year bought nothing in the second: they have no score to compare.",
    f=correlation["F"], r=correlation["R"], gone=gone,
)

# %% [markdown] id="rfm-stability-words"
# Frequency and spend are habits; recency is a moment. Act on R at once, and plan budgets on F and
# M.

# %% [markdown] id="pyramid"
# ## The customer pyramid
#
# The **customer pyramid** ranks customers by value and divides them into **tiers**: Diamond, the
# best 1 %; Platinum, the next 4 %; Gold, 15 %; Ordinary, 20 %; Basic, 60 %. Textbooks give ranges
# (Diamond 1–2 %, Platinum 3–5 %, Gold 10–15 %, Ordinary 20–25 %, Basic 50–60 %). Ours lie inside
# them, and the top three tiers are the top fifth.

# %% id="pyramid-fit"
pyramid = crm.Pyramid().fit(last_year)
plots.show(plots.pyramid(pyramid.summary_))

# %% id="pyramid-table"
plots.table(
    pyramid.summary_[["customers", "share_of_value", "mean_value", "least_value"]],
    "Tiers in the year before the cut-off (values in {unit})", {"share_of_value": "{:.0%}"},
    unit=currency,
)

# %% [markdown] id="pyramid-service"
# A tier becomes useful with a **service policy**: what everyone in it gets, and what that may cost.
# This is a first proposal. Change the numbers and run on; the budget follows.

# %% id="pyramid-policy"
policy = pyramid.summary_[["customers", "value"]].copy()
policy["service"] = [
    "own account manager", "priority line, early access", "free delivery",
    "birthday voucher", "self-service, newsletter",
]
policy["cost each"] = [600, 150, 40, 10, 2]

# %% id="pyramid-budget"
policy["budget"] = policy["cost each"] * policy["customers"]
policy["budget ÷ spend"] = policy["budget"] / policy["value"]
plots.table(
    policy.drop(columns="value"),
    "Service policy and yearly budget per tier ({unit})", {"budget ÷ spend": "{:.1%}"}, unit=currency,
)

# %% [markdown] id="pyramid-future"
# ### Tiers by what is to come
#
# Spend looks back. [Chapter 2](02_customer_value.ipynb) made a forecast from the same log: how often
# a customer will buy, how much each time, and what that is worth today. So rank the customers in
# three ways, take the best fifth of each ranking, and see which fifth held more of the *next* year's
# spend.

# %% id="pyramid-forecast"
weekly = crm.summarize(log, as_of=cutoff, unit="W")
purchases_model, spend_model = crm.BetaGeometricNBD().fit(weekly), crm.GammaGamma().fit(weekly)
weekly["expected value"] = crm.customer_lifetime_value(
    purchases_model, spend_model, weekly, horizon=52, discount_rate=0.1, margin=1, unit="W"
)

# %% id="pyramid-rankings"
rankings = weekly[["expected value"]].assign(
    **{"spend of last year": last_year["spend"], "spend so far": weekly["spend"]}
).fillna(0)
came = next_year["spend"].reindex(weekly.index).fillna(0).clip(lower=0)
fifth = round(0.2 * len(weekly))

# %% id="pyramid-held"
held = {name: came[crm.steady(rankings[name]).nlargest(fifth).index].sum() / came.sum() for name in rankings}
held["hindsight"] = came.nlargest(fifth).sum() / came.sum()
plots.table(
    pd.Series(held, name="share of next year's spend").rename_axis("best fifth by"),
    "What the best fifth held in the next year", "{:.1%}",
)

# %% id="pyramid-held-read"
tell(
    "The forecast's fifth held {clv:.0%} of the next year's spend, last year's fifth {spend:.0%}; the "
    "best that was possible is {best:.0%}.",
    clv=held["expected value"], spend=held["spend of last year"], best=held["hindsight"],
)

# %% [markdown] id="pyramid-future-read"
# Expect a small difference. The forecast knows who has gone quiet and who has only just come, and
# last year's spend knows most of the rest. Use the forecast where a mistake is expensive, such as
# an account manager for each Diamond; for a newsletter, spend will do.

# %% [markdown] id="claim-pareto"
# ### Claim check: "20 % of customers bring 80 % of profit"
#
# Every training deck says it. The **concentration curve** shows it for any log: order customers
# from best to worst and add up what they spend. The **Gini coefficient** is 0 if all spend the same
# and near 1 if one customer spends everything.

# %% id="claim-pareto-curve"
plots.show(plots.concentration(last_year["spend"].clip(lower=0), share=0.2))

# %% id="claim-pareto-data"
journey = crm.summarize(crm.datasets.load_complete_journey("baskets"), as_of="2017-12-31")
logs = {"this log": last_year, "CDNOW": cdnow, "Complete Journey": journey}
spends = {name: table["spend"].clip(lower=0).to_numpy() for name, table in logs.items()}

# %% [markdown] id="claim-pareto-interval"
# How sure are we? We draw the customers of each log anew, 200 times, and see how far the share
# moves. That is a bootstrap interval, as in
# chapter 2.

# %% id="claim-pareto-boot"
rng = np.random.default_rng(seed)
draws = {
    name: [crm.top_share(rng.choice(values, len(values)), 0.2) for draw in range(200)]
    for name, values in spends.items()
}

# %% id="claim-pareto-table"
claim = pd.DataFrame(draws).quantile([0.025, 0.975]).T.set_axis(["95 % from", "95 % to"], axis=1)
claim.insert(0, "best 20 % hold", {name: crm.top_share(values, 0.2) for name, values in spends.items()})
claim["Gini"] = {name: crm.gini(values) for name, values in spends.items()}
plots.table(claim, "How concentrated is spend?", "{:.2f}")

# %% id="claim-pareto-read"
within = claim["95 % from"].le(0.8) & claim["95 % to"].ge(0.8)
tell("The interval includes 80 % in {count} of {all} logs.", count=within.sum(), all=len(claim))

# %% [markdown] id="claim-pareto-answer"
# The honest answer: spend *is* concentrated everywhere, but the share is a fact about a business,
# not a law. It depends on what is sold, on the length of the period, and on who counts as a
# customer. And the claim says *profit*: when some customers cost more than they bring, the best
# fifth can hold more than 100 % of it, which spend never shows. Measure yours; do not quote 80/20.

# %% [markdown] id="explore"
# ## Explore: how much is your choice?
#
# Five scores, cut by quantiles: that was a choice. Somebody else would have made another one, and
# some customers would have another name. How many? Move one control at a time, with the mouse or
# with the Tab and arrow keys. The bars are the setting you chose, the grey points are the one
# before, and the lines reach over everything you have tried. Three things to try:
#
# 1. Take one score less, then one more. Does a segment vanish?
# 2. Go back to five scores and cut by k-means. Is that a larger change, or a smaller one?
# 3. Show the share of spend. Which lines get shorter, which longer?
#
# Where nothing can move, on a page or before you run the cell, the picture has all settings at
# once: bars for the choice made above, lines from the smallest to the largest share.

# %% id="explorer"
from crmlab import widgets

widgets.segment_explorer(customers, random_state=seed)

# %% [markdown] id="explore-read"
# A long line means that the size of the segment is partly your own doing. Before you give such a
# segment a budget, ask whether the plan would be the same under another setting. And when you
# report a segment, report how it was made: the number of scores, the way to cut, the date.

# %% [markdown] id="cluster"
# ## Groups that nobody defined: clustering
#
# RFM says *how much* a customer buys, not *what* the customer wants. For that, describe each
# customer by what is bought, when, and through which channel, and let an algorithm find groups of
# similar customers: **clustering**. We take customers with three orders or more; fewer say little
# about habits.

# %% id="cluster-mix"
orders = company.orders.query("amount > 0")
orders = orders[orders["date"] < "2025-01-01"]
lines = company.order_lines.merge(company.products.astype({"category": "str"}), on="product_id")
lines = lines.merge(orders[["order_id", "customer_id"]], on="order_id")
bought = lines.pivot_table(index="customer_id", columns="category", values="paid", aggfunc="sum")
bought = bought.div(bought.sum(axis=1), axis=0).fillna(0)

# %% id="cluster-habits"
when = orders["date"].dt
habits = orders.assign(
    weekend=when.day_of_week >= 5, morning=when.hour < 12, evening=when.hour >= 18
).groupby("customer_id")[["weekend", "morning", "evening"]].mean()
channel = pd.crosstab(orders["customer_id"], orders["channel"].astype("str"), normalize="index")

# %% id="cluster-needs"
frequent = orders["customer_id"].value_counts().loc[lambda count: count >= 3].index
needs = bought.join([habits, channel]).loc[sorted(frequent)]
tell("{count} customers, {columns} columns.", count=len(needs), columns=needs.shape[1])

# %% id="cluster-scale"
from sklearn.preprocessing import StandardScaler

scaled = StandardScaler().fit_transform(needs)

# %% [markdown] id="cluster-k"
# All columns are shares, but some vary more than others, so we standardise them first. How many
# groups? The **silhouette** compares how close customers are to their own group and to the next
# one. **Stability** asks whether half of the customers lead to the same groups as all of them: the
# **adjusted Rand index** is 1 for the same groups and 0 for chance.

# %% id="cluster-fits"
rng = np.random.default_rng(seed)
everyone = np.arange(len(scaled))
halves = [rng.permutation(everyone)[: len(scaled) // 2] for half in range(6)]
models = {
    k: [KMeans(k, n_init=4, random_state=seed).fit(scaled[rows]) for rows in [everyone, *halves]]
    for k in range(2, 8)
}
fits = {k: [model.predict(scaled) for model in family] for k, family in models.items()}

# %% id="cluster-choose"
from sklearn.metrics import adjusted_rand_score, silhouette_score

choice = pd.DataFrame(
    {
        "silhouette": {k: silhouette_score(scaled, found[0]) for k, found in fits.items()},
        "stability": {
            k: np.mean([adjusted_rand_score(all_of_them, half) for half in by_half])
            for k, (all_of_them, *by_half) in fits.items()
        },
    }
)
plots.table(choice.rename_axis("k"), "Two opinions on the number of groups k", "{:.2f}")

# %% [markdown] id="cluster-k-read"
# The two opinions need not agree, and neither knows what you can use. The silhouette often keeps
# rising as groups get small and pure, while stability falls. Marketing here can serve about four
# groups in different ways. We take four, and say that it was a choice.

# %% id="cluster-profile"
cluster = pd.Series(fits[4][0], needs.index, name="cluster")
means = needs.groupby(cluster).mean()
plots.table(
    means.T, "What each cluster buys (share of spend), when and where (share of orders)", "{:.0%}"
).background_gradient(cmap="Blues", axis=1)

# %% [markdown] id="cluster-profile-read"
# This is the **needs profile**. Read along a row: where is one cluster darker than the others? Give
# the groups names that a colleague understands. We name them by rule from the profile, so that the
# names stay right if the numbering changes.

# %% id="cluster-names"
names = {
    means["tea & snacks"].idxmax(): "gift",
    means["dealer"].idxmax(): "office",
    means["weekend"].idxmax(): "gourmet",
}
need = cluster.map(names).fillna("convenience").rename("need")
plots.table(need.value_counts().rename("customers"), "Needs groups found")

# %% [markdown] id="cluster-alternatives"
# Other algorithms draw other lines. **Hierarchical clustering** joins the two nearest groups again
# and again. A **Gaussian mixture** lets groups have different widths and gives probabilities. Where
# the methods agree, the groups are in the data; where they do not, they are in the method.

# %% id="cluster-compare"
from sklearn.cluster import AgglomerativeClustering
from sklearn.mixture import GaussianMixture

mixture = GaussianMixture(4, covariance_type="diag", n_init=5, reg_covar=1e-2, random_state=seed)
found = {
    "k-means": cluster,
    "hierarchical": AgglomerativeClustering(4).fit_predict(scaled),
    "Gaussian mixture": mixture.fit_predict(scaled),
}

# %% id="cluster-agree"
agreement = {
    one: {other: adjusted_rand_score(found[one], found[other]) for other in found} for one in found
}
plots.table(pd.DataFrame(agreement), "Agreement of three methods (adjusted Rand index)", "{:.2f}")

# %% [markdown] id="tags"
# ## Tags and customer profiles
#
# A **tag** is a short statement about a customer that systems can act on: *gone quiet*, *gift
# buyer*. Tags breed: after two years nobody knows what half of them mean. So they need a registry:
# a name by a rule (`group.meaning`), a definition that a machine can run, who made it (a rule or a
# model), an owner, and a day on which it is reviewed.

# %% id="tags-registry"
quiet = "recency_days > 180 and purchases >= 3"
fan = "spend > 500_000 and purchases > 200"
rows = [
    ("value.top", "tier in ['Diamond', 'Platinum']", "rule", "marketing", "2025-06-30"),
    ("activity.quiet", quiet, "rule", "service", "2024-12-31"),
    ("need.gift", "need == 'gift'", "model", "analytics", "2025-12-31"),
    ("value.golden_fan", fan, "rule", "sales", "2024-06-30"),
]
registry = pd.DataFrame(rows, columns=["tag", "definition", "made by", "owner", "review on"])
registry = registry.set_index("tag")

# %% id="tags-naming"
well_named = registry.index.str.fullmatch(r"[a-z]+\.[a-z_]+")
tell("{good} of {all} tags keep the naming rule.", good=well_named.sum(), all=len(registry))

# %% id="tags-facts"
company_customers = crm.summarize(company.orders, as_of="2024-12-31")
company_year = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")
company_pyramid = crm.Pyramid().fit(company_year)
facts = company_customers[["recency_days", "purchases", "spend"]].join(need)
facts["tier"] = company_pyramid.predict(company_year).astype("str")

# %% id="tags-apply"
tags = pd.DataFrame({tag: facts.eval(rule) for tag, rule in registry["definition"].items()})
registry["customers"] = tags.sum()
plots.table(registry.drop(columns="review on"), "The tag registry, and how many carry each tag")

# %% [markdown] id="tags-review"
# *Review* is part of the tag. A tag past its date that fits nobody, or nearly everybody, tells
# nobody anything: retire it, but keep the row, so that the name is never used again for something
# else.

# %% id="tags-retire"
overdue = registry["review on"] <= "2024-12-31"
useless = ~(registry["customers"] / len(tags)).between(0.005, 0.8)
registry["status"] = np.select([overdue & useless, overdue], ["retired", "review due"], "active")
plots.table(registry[["owner", "review on", "status"]], "Status of each tag on 2024-12-31")

# %% [markdown] id="tags-card"
# A **customer profile** puts what is known on one card: what a service agent sees when the phone
# rings. Here is the card of a customer with at least one tag.

# %% id="tags-profile"
caller = tags.index[tags["value.top"]].min()
card = pd.concat([facts.loc[caller], register.loc[caller, ["region", "first_channel"]]])
card["tags"] = ", ".join(tags.columns[tags.loc[caller]])
plots.table(card.rename(caller).astype("str"), "Profile card")

# %% [markdown] id="classes"
# ## Classification management
#
# A classification is a living thing. Five steps keep it alive: collect the data; analyse it; set
# clear criteria; act on the classes; evaluate and adjust. The simplest criteria already help:
# **value classes** (high, middle, low) and **behaviour classes** (regular, occasional, potential).

# %% id="classes-cross"
rank = customers["spend"].rank(pct=True)
value_class = pd.cut(rank, [0, 0.5, 0.8, 1], labels=["low", "middle", "high"])
regular = (customers["purchases"] >= 6) & (customers["recency_days"] <= 180)
behaviour = np.select([regular, customers["purchases"] >= 2], ["regular", "occasional"], "potential")

# %% id="classes-table"
crossed = pd.crosstab(value_class.rename("value class"), behaviour, colnames=["behaviour class"])
plots.table(
    crossed[["potential", "occasional", "regular"]], "Customers by value class and behaviour class"
)

# %% [markdown] id="classes-migration"
# *Dynamic adjustment* means classifying again. A **tier-migration matrix** shows what becomes of
# each tier: rows are tiers of one year, columns tiers of the next. There are two ways, and they
# answer different questions. Keep the thresholds, and a tier is a level of spend: everyone can
# rise. Rank anew, and a tier is a place in a queue: one rises only as another falls.

# %% id="classes-matrix"
matrix = pyramid.migration(last_year, next_year)
plots.show(plots.migration(matrix))

# %% id="classes-rank"
ranked = pyramid.migration(last_year, next_year, rerank=True)
tiers = list(pyramid.thresholds_)
stay = {
    name: np.diag(counts.loc[tiers, tiers]) / counts.loc[tiers].sum(axis=1)
    for name, counts in {"same thresholds": matrix, "ranked anew": ranked}.items()
}
plots.table(pd.DataFrame(stay), "Share of each tier that stays in it", "{:.0%}")

# %% [markdown] id="classes-regression"
# Before you blame the account managers for every fall from Diamond: part of it is **regression to
# the mean**. A top tier holds customers who are good *and* customers who had one lucky year. Even
# if nothing changes, next year looks worse for them and better for the tiers below.

# %% [markdown] id="classes-review"
# *Evaluation* uses three measures per tier. *Satisfaction* comes from the survey (1 to 5),
# *churn* is the share who bought nothing in the next year, *sales growth* compares the two years.

# %% id="classes-tiers"
company_next = crm.summarize(company.orders, since="2025-01-01", as_of="2025-12-31")
review = company_year[["spend"]].rename(columns={"spend": "before"})
review["after"] = company_next["spend"]
review["churn"] = review["after"].isna()
review["satisfaction"] = survey.loc[survey["wave"] == "2025-06-01", "csat"].astype("float64")
review["tier"] = company_pyramid.predict(company_year)

# %% id="classes-measures"
by_tier = review.groupby("tier", observed=False)
measures = by_tier[["satisfaction", "churn"]].mean()
measures.insert(0, "customers", by_tier.size())
measures["sales growth"] = by_tier["after"].sum() / by_tier["before"].sum() - 1
formats = {"satisfaction": "{:.1f}", "churn": "{:.0%}", "sales growth": "{:+.0relative}"}
plots.table(measures, "Review of the tiers of 2024 in the year after", formats)

# %% [markdown] id="classes-measures-read"
# A small tier gives a shaky average: one unhappy Diamond customer moves the mean. Churn usually
# falls as tiers rise, so losing customers is mostly a question of the base, while losing *money* is
# a question of the top.

# %% [markdown] id="classes-participation"
# *Customer participation.* Customers can say themselves what they want. Does what they tick in
# the survey agree with the group that their orders put them in?

# %% id="classes-scales"
scales = {
    "convenience": ["q07_no_time_to_shop", "q08_same_order_again", "q09_fast_delivery"],
    "gourmet": ["q04_taste_differences", "q05_know_the_origin", "q06_try_new_coffees"],
    "gift": ["q10_gifts_say_something", "q11_packaging_matters", "q12_coffee_with_others"],
}
said = pd.DataFrame({name: answers[items].mean(axis=1) for name, items in scales.items()})
said = said.rank(pct=True).idxmax(axis=1).rename("by answers")

# %% id="classes-asked"
asked = need[need != "office"].rename("by orders").to_frame().join(said, how="inner")
table = pd.crosstab(asked["by orders"], asked["by answers"], normalize="index")
plots.table(table, "Of each group found in orders: what its members say in the survey", "{:.0%}")

# %% id="classes-asked-read"
match = asked["by orders"] == asked["by answers"]
tell(
    "Orders and answers agree for {match:.0%} of {count} customers; chance gives about 33 %.",
    match=match.mean(), count=len(match),
)

# %% [markdown] id="identify"
# ## Identifying customers: what kind of account is this?
#
# One scheme asks what kind of value an account brings: **intrinsic value** (the general public),
# **extrinsic value** (firms and government bodies) or **strategic value** (partners and third-party
# supporters). Sales literature gives these words another meaning; this is the one of our sources.
# The work has four steps: *locate* the account, *adjust* the list, *classify*, *develop*. The
# register does not hold the answer, so we write a rule.

# %% id="identify-rule"
partner = register["contract"].isin(["dealer", "cooperation"])
organisation = register["tax_number"].notna()
kind = np.select([partner, organisation], ["strategic", "extrinsic"], "intrinsic")
kind = pd.Series(kind, register.index, name="by rule")

# %% id="identify-judge"
truth = company.truth.customers["value_kind"].astype("str").rename("in truth")
plots.table(pd.crosstab(truth, kind), "The rule against the truth (number of accounts)")

# %% id="identify-read"
missed = (truth == "strategic") & (kind != "strategic")
tell(
    "The rule is right for {right:.1%} of accounts. It misses {missed} of {all} strategic ones.",
    right=(kind == truth).mean(), missed=missed.sum(), all=(truth == "strategic").sum(),
)

# %% [markdown] id="identify-develop"
# The accounts off the diagonal are the reason why a person looks at the list: a partner without a
# contract on file is for the dealer team to call. *Adjusting* is the monthly part. Each month we
# classify again on the last 365 days and count who changed tier.

# %% id="identify-monthly"
paid = company.orders.query("amount >= 0")
history = pd.DataFrame(
    {
        month: company_pyramid.predict(
            crm.summarize(paid, since=month - pd.Timedelta(days=364), as_of=month)
        )
        for month in pd.date_range("2024-12-31", "2025-12-31", freq="ME")
    }
)

# %% id="identify-moved"
history = history.astype("object").fillna("none")
moved = (history != history.shift(axis=1)).iloc[:, 1:].mean()

# %% id="identify-plot"
ax = moved.set_axis(range(1, 13)).plot(marker="o", figsize=(7.5, 3.2), xticks=range(1, 13))
ax.set_ylim(0, 1.1 * moved.max())
plots.show(
    ax, "In an average month {share:.0%} of accounts change tier", share=moved.mean(),
    x="month of 2025", y="accounts that change tier", percent="y",
    alt="Line: share of accounts that change tier, month by month.",
)

# %% [markdown] id="identify-words"
# That is the price of a classification by rank or threshold: accounts near a limit cross it back
# and forth. A common remedy is to let a customer fall only after two months below the limit.

# %% [markdown] id="service"
# ## From a segment to a service
#
# A segment is a guess about what people want. Test it. Convenience customers say that they have no
# time, so the company built an automatic refill for them and gave it to a random half of those it
# believes to be in the group: an **A/B test**. First the *plan*: how many customers does it take
# to see a difference that would matter?

# %% id="service-plan"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

effect = proportion_effectsize(0.55, 0.45)
per_arm = NormalIndPower().solve_power(effect, power=0.8, alpha=0.05)

# %% id="service-size"
test = company.service_test
tell(
    "To tell 55 % from 45 % in four tests of five takes {needed:.0f} per arm; there are {have}.",
    needed=np.ceil(per_arm), have=test["arm"].value_counts().min(),
)

# %% [markdown] id="service-analyse"
# Then the *analysis*: the difference between the arms, with its interval (Newcombe's method for
# two proportions).

# %% id="service-interval"
from statsmodels.stats.proportion import confint_proportions_2indep

arms = test.groupby("arm", observed=True)["ordered"].agg(["sum", "size"])
low, high = confint_proportions_2indep(*arms.loc["service"], *arms.loc["control"], method="newcomb")
rate = arms["sum"] / arms["size"]

# %% id="service-read"
tell(
    "Ordered within 60 days: {a:.0%} with the refill, {b:.0%} without. "
    "Difference, 95 % interval: {interval:+.0points}.",
    a=rate["service"], b=rate["control"], interval=(low, high),
)

# %% id="service-truth"
actual = company.truth.service_test["effect"].mean()
tell("The true effect is {effect:+.0points}.", effect=actual)
tell("The interval covers it." if low <= actual <= high else "The interval misses it.")

# %% [markdown] id="service-words"
# Read the interval, not only its middle. If it reaches from "useless" to "wonderful", the test was
# too small to decide on, and that is a result too: run it longer before you build the service for
# everyone.

# %% [markdown] id="target"
# ## Choosing target segments
#
# A segment can be attractive and still not be yours. **Attractiveness** asks about the segment: how
# many customers, what margin, does it grow? **Fit** asks about you: do these customers come back,
# are they satisfied? Each measure is put on a scale from 0 (worst group) to 1 (best group).

# %% id="target-groups"
earned = (lines["paid"] - lines["quantity"] * lines["unit_cost"]).groupby(lines["customer_id"]).sum()
table = review.reindex(need.index).assign(margin=earned, need=need)
groups = table.groupby("need")

# %% id="target-measures"
measures = pd.DataFrame(
    {
        "customers": groups.size(),
        "margin": groups["margin"].mean(),
        "growth": groups["after"].sum() / groups["before"].sum(),
        "came back": groups["after"].count() / groups.size(),
        "satisfaction": groups["satisfaction"].mean(),
    }
)
formats = {"growth": "{:.2f}", "came back": "{:.0%}", "satisfaction": "{:.1f}"}
plots.table(measures, "Needs groups: margin per customer in {unit}", formats, unit=currency)

# %% id="target-scores"
scale = (measures - measures.min()) / (measures.max() - measures.min())
attractiveness = scale[["customers", "margin", "growth"]].mean(axis=1)
fit = scale[["came back", "satisfaction"]].mean(axis=1)

# %% id="target-plot"
ax = plots.matrix(fit, attractiveness, size=2 * measures["customers"])
plots.show(
    ax, "First choice: {segment}", segment=(fit + attractiveness).idxmax(),
    x="fit with us", y="attractiveness",
    alt="Needs groups by fit and attractiveness; the size of a circle is customers.",
)

# %% [markdown] id="target-words"
# Upper right: invest. Upper left: learn to serve them, or leave them to others. Lower right: serve
# cheaply. With equal weights the picture is a start for a discussion, not its end; change the
# weights and see whether the first choice changes.

# %% [markdown] id="claim-roi"
# ## Claim check: "segmentation brings 64 % more return, keeps 56 % more customers, cuts cost by 48 %"
#
# Our sources state these figures without saying who measured them, where, or against what. We can
# run the comparison: in March 2025 two fifths of the customers got one offer for all, two fifths
# the offer that fits their supposed needs, and one fifth, drawn at random too, got nothing.

# %% id="claim-roi-run"
touches = company.touches
touches["profit"] = touches["margin"] - touches["cost"]
designs = touches.groupby("design", observed=True)
result = designs[["ordered", "cost", "profit"]].mean().assign(customers=designs.size())
formats = {"ordered": "{:.1%}", "cost": "{:.2f}", "profit": "{:.1f}"}
plots.table(result, "Two campaigns and a held-out group, per customer ({unit})", formats, unit=currency)

# %% id="claim-roi-gain"
sem = designs["profit"].sem()
for design in ["uniform", "segmented"]:
    extra = result.loc[design, "profit"] - result.loc["held out", "profit"]
    half = 1.96 * np.hypot(sem[design], sem["held out"])
    tell(
        "{design}: {extra:+.1f} {unit} profit per customer against nothing, "
        "95 % interval {low:+.1f} to {high:+.1f}.",
        design=design, extra=extra, unit=currency, low=extra - half, high=extra + half,
    )

# %% [markdown] id="claim-roi-noise"
# One campaign among two thousand customers leaves a wide interval. The simulator can do what no
# company can: send both campaigns to *the same customers with the same luck*, again and again.

# %% id="claim-roi-policies"
label = touches.set_index("customer_id")["label"].astype("str")
sent = touches.groupby(["design", "label"], observed=True)["offer"].first().astype("str")
policies = {design: label.map(sent[design]) for design in ["uniform", "segmented", "held out"]}

# %% id="claim-roi-simulate"
runs = {
    (design, luck): company.simulate_campaign(offers, seed=luck).drop(columns="offer").sum()
    for design, offers in policies.items()
    for luck in range(20)
}
runs = pd.DataFrame(runs).T.rename_axis(["design", "luck"])
runs["profit"] = runs["margin"] - runs["cost"]

# %% id="claim-roi-compare"
gain = runs - runs.loc["held out"].reindex(runs.index, level="luck")
gain = gain.loc[["uniform", "segmented"], ["response", "cost", "profit"]]
gain["cost per extra order"] = gain["cost"] / gain["response"]
summary = gain.rename(columns={"response": "extra orders", "profit": "extra profit"})
summary = summary.groupby("design").agg(["mean", "std"])
plots.table(summary, "Against sending nothing: mean and sd of 20 repetitions ({unit})", unit=currency)

# %% id="claim-roi-read"
better = gain.loc["segmented", "profit"] - gain.loc["uniform", "profit"]
tell(
    "The segmented campaign earns {mean:,.0f} {unit} more than the uniform one (standard deviation "
    "{sd:,.0f}), and it earns more in {wins} of 20 repetitions.",
    mean=better.mean(), sd=better.std(), unit=currency, wins=(better > 0).sum(),
)

# %% [markdown] id="claim-roi-answer"
# So does segmentation pay? In a company where needs differ and offers fit them, yes, and by an
# amount that you can measure. But the amount depends on how different the needs are, how often the
# label is right, and what the offers cost. A single percentage without those says nothing about
# *your* company. Compare the cost columns, too: an offer that fits can cost more and still earn
# more, so "segmentation cuts cost" is not even the point. We found no evidence for the three
# figures, and no reason to repeat them.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what the company cannot: what each customer will be worth in the next year,
# and what each one needs.

# %% id="truth-value"
worth = company.truth.customers["worth"].reindex(company_customers.index)
rankings = crm.RFM().fit_transform(company_customers)[["R", "F", "M"]]
rankings["R + F + M"] = rankings.sum(axis=1)
rankings["spend"] = company_customers["spend"]

# %% id="truth-table"
quality = rankings.corrwith(worth, method="spearman").rename("rank correlation")
plots.table(quality, "How well each ranking orders customers by true worth", "{:.2f}")

# %% id="truth-top"
count = round(0.05 * len(worth))
hit = crm.steady(worth).nlargest(count).index.isin(company_customers["spend"].nlargest(count).index).mean()
tell(
    "Of the {count} customers who will be worth most, {hit:.0%} are among the {count} with the "
    "highest spend so far.", count=count, hit=hit,
)

# %% id="truth-needs"
planted = company.truth.customers["segment"].astype("str").reindex(need.index)
tell(
    "{right:.0%} of {count} customers are in the right needs group (adjusted Rand index {ari:.2f}).",
    right=(planted == need).mean(), count=len(need), ari=adjusted_rand_score(planted, need),
)

# %% [markdown] id="truth-words"
# Past value finds many of the best future customers, but not all: some have left without saying so,
# some have only just come; the forecast above tells some of them apart. Among the scores, look at
# which one alone comes closest to the sum of three: often the simple method is enough.

# %% [markdown] id="cases"
# ## Cases to discuss
#
# In a workshop, take one card per table: what do we know for certain, what is only told, and which
# cell of this chapter would test it?

# %% id="cases-cards"
columns = ["company", "what is told", "question"]
cards = [
    ("Huawei", "serves carriers, firms and consumers apart", "which base is that? what does it cost?"),
    ("Alibaba", "targets offers with tags from many services", "who reviews the tags, who agreed?"),
    ("Amazon", "recommends what similar buyers bought", "is a segment of one still a segment?"),
    ("Apple", "sells few products to a defined group", "attractiveness or fit: which came first?"),
]
plots.table(pd.DataFrame(cards, columns=columns).set_index("company"), "Four discussion cards")

# %% [markdown] id="decision"
# ## The decision
#
# Zhou Ning's memo to Lin Yue, with the numbers of this run:

# %% id="decision-memo"
top_three = pyramid.summary_.iloc[:3]
tell(
    "1. Service by tier: the top three tiers ({customers} customers) bring {share:.0%} of spend. "
    "The policy costs {budget:,.0f} {unit} a year.",
    customers=top_three["customers"].sum(), share=top_three["share_of_value"].sum(),
    budget=policy["budget"].sum(), unit=currency,
)

# %% id="decision-gain"
tell(
    "2. Offers by need, not one for all: expected gain {gain:+,.0f} {unit} a campaign (standard "
    "deviation {sd:,.0f}).",
    gain=better.mean(), sd=better.std(), unit=currency,
)

# %% id="decision-risk"
tell(
    "3. Risk: {gone:.0%} of the customers of one year buy nothing in the next, and {moved:.0%} of "
    "accounts change tier in a month, so a list is out of date quickly.",
    gone=gone, moved=moved.mean(),
)
tell("4. Review in six months: satisfaction, churn and sales growth per tier, with a held-out group.")

# %% [markdown] id="recap"
# ## Recap
#
# - Look at defects first; repair what can be explained, count the rest.
# - RFM needs only orders. Equal values get equal scores, and cut points learned once are used again.
# - A pyramid shows who carries the business; migration between tiers is partly luck.
# - Clusters say what people want; their number is a choice, so test what you build on them.
# - Segmentation pays by an amount that you can measure with a held-out group.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-ties"
crm.quiz(
    "Half of your customers bought once. What should their F scores be?",
    ("All the same, with a gap above.", True, "Equal behaviour, equal score. The gap is honest."),
    ("Spread over 1 to 3, for groups of equal size.", False, "Then chance decides the score."),
    ("Left empty.", False, "One purchase is information: they bought once."),
)

# %% id="quiz-recency"
crm.quiz(
    "Customer A has R = 5, customer B has R = 2. What do you know?",
    ("A bought more recently than B.", True, "High is good, and a short time is good."),
    ("A waited longer since the last purchase.", False, "That is recency_days, the other way round."),
    ("A buys more often than B.", False, "That would be F."),
)

# %% id="quiz-migration"
crm.quiz(
    "You rank customers anew each year. Everybody's spend doubles. How many rise a tier?",
    ("Nobody.", True, "The order of customers is the same, and rank is all that counts."),
    ("Everybody.", False, "That would need thresholds kept from the year before."),
    ("The lower tiers only.", False, "Their rank is the same as before."),
)

# %% id="quiz-test"
crm.quiz(
    "A test of a new service shows +6 points, interval −2 to +14. What do you do?",
    ("Run it longer.", True, "It may be useless or very good; the test was too small to say."),
    ("Build it: the effect is 6 points.", False, "The middle of an interval is not a promise."),
    ("Drop it: it does not work.", False, "No proof of an effect is not proof of no effect."),
)

# %% [markdown] id="next"
# ## Next
#
# Do the [exercise](../exercises/03_segmentation.ipynb), then go on to
# [chapter 4](04_acquisition.ipynb), which looks for more customers like the best of these tiers.
#
# *Your own data:* put the path of a CSV into `transactions`, your periods into `start`, `cutoff`
# and `end`, and your `currency` in the parameters cell, and run the chapter again. The sections on
# RFM and the pyramid then speak about your customers.
#
# ### References
#
# - Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting your customers" the easy way: an
#   alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275–284.
# - Hughes, A. M. (1994). *Strategic Database Marketing*. Probus.
# - Hubert, L. & Arabie, P. (1985). Comparing partitions. *Journal of Classification* 2, 193–218.
# - Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. *Publications of the
#   American Statistical Association* 9(70), 209–219.
# - Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
#   *Statistics in Medicine* 17(8), 873–890.
# - Rousseeuw, P. J. (1987). Silhouettes. *Journal of Computational and Applied Mathematics* 20,
#   53–65.
