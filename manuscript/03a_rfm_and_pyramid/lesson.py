# %% [markdown] id="title"
# # 3a · RFM and the customer pyramid
#
# ### The question
#
# It is the first week of January 2026. Zhou Ning leads marketing at Harbour Coffee, where until now
# every customer got the same service. By Friday she has to tell Lin Yue, the founder, who goes on
# the list for better service this year, what each tier gets, and what that costs. A wrong answer is
# expensive twice: money is spent on people who would have stayed anyway, and the few customers who
# carry the business are treated like everybody else.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. turn a messy export into a customer table, and say what you did with each defect;
# 2. score customers by recency, frequency and spend, and explain every score;
# 3. build a customer pyramid, and read how customers move between its tiers;
# 4. compare two ways to choose customers by the interval of their difference;
# 5. say what a service has to bring before it pays.
#
# *You need* the repeat rate of [chapter 1](01_crm_at_a_glance.ipynb), the lifetime value of
# [chapter 2a](02a_value_and_clv.ipynb) and the forecast of [chapter 2b](02b_purchase_models.ipynb):
# here that forecast ranks customers beside what they have spent. And a little pandas: selecting
# columns, `groupby`, joining two tables. *Time:* about {{minutes}} minutes to read and run. *Not
# here:* groups by need, and which offer fits whom ([chapter 3b](03b_groups_and_offers.ipynb)), and
# who is about to leave ([chapter 5b](05b_churn.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
start = "2024-01-01"
cutoff = "2024-12-31"
end = "2025-12-31"  # today
margin = 0.45  # share of spend that is left after the cost of goods
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
tell("{once:,} of {all:,} customers ordered once.", once=(count == 1).sum(), all=len(count))
crm.quiz(
    "What is the repeat rate?",
    (f"{(count > 1).mean():.0%}", True, "Customers with two orders or more, over all customers."),
    (f"{(count == 1).mean():.0%}", False, "That is the share who never came back."),
    (f"{count.mean():.1f}", False, "That is orders per customer, not a rate."),
)

# %% id="recall-ceiling"
in_2024 = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")
margin_2024 = margin * in_2024["spend"].mean()
crm.quiz(
    "A customer brought {margin:,.0f} yuan of margin in 2024. Say 75 % stay from year to year, the discount "
    "rate is 10 %, and the first margin comes at once. What may it cost to win one, at most?",
    (f"{crm.clv_closed_form(margin_2024, 0.75, 0.1):,.0f}", True, "m (1 + d) ÷ (1 + d − r)."),
    (f"{margin_2024 / (1 - 0.75):,.0f}", False, "That forgets that money later is worth less."),
    (f"{margin_2024:,.0f}", False, "That is the first year only."), margin=margin_2024,
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
# row numbers and reasons, in `reading.rejected`.

# %% id="data-check"
reading = crm.check_transactions(
    export, customer="customer", date="date", amount="amount", order="order_no"
)
for note in reading.notes:
    print("-", note)

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
suspicious = log.loc[suspect, "order_id"]
plots.table(
    log.loc[suspect, ["order_id", "date", "amount", "times usual"]].head(4),
    "Suspect orders ({unit}), and how many times the customer's usual order", unit=currency,
)

# %% [markdown] id="data-clean"
# Some errors stay in; at the end of this session you will see how many. From here on
# we use the company's clean order table, so that every figure can be compared with the truth. With a
# file of your own (the `transactions` parameter), the same cells run on your customers.
#
# We stand at the end of 2025 and go back one year: customers are described up to the *cut-off* at
# the end of 2024, and the year after it shows what that description was worth.

# %% id="data-log"
log = company.orders if transactions is None else crm.read_transactions(transactions)
customers = crm.summarize(log, as_of=cutoff)
last_year = crm.summarize(log, since=start, as_of=cutoff)
next_year = crm.summarize(log, since=pd.Timestamp(cutoff) + pd.Timedelta(days=1), as_of=end)

# %% id="data-customers"
shown = customers[["purchases", "spend", "first_purchase", "last_purchase", "recency_days"]].head()
plots.table(shown, "One row per customer on {day} (spend in {unit})", day=cutoff, unit=currency)

# %% [markdown] id="data-words"
# One row is now one customer. A **purchase day** is a day with at least one order; a refund
# changes `spend`, never the count. `recency_days` is the time since the last purchase, counted
# from the cut-off date, which you choose and should always state. The year after the cut-off is
# kept apart: it is what scores and tiers will be tested on.

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

# %% [markdown] id="rfm-map-read"
# A cell names the *commonest* segment of its customers. M decides the rest, so the cells of a name
# do not add up to its segment: some who bought recently and often spent little.

# %% id="rfm-shares"
plots.show(plots.segment_shares(scores, customers["spend"]))

# %% [markdown] id="rfm-shares-read"
# Each line runs from grey, how many customers are in the segment, to blue, how much of the spend
# they bring. Where blue is far to the right, each customer counts; where it is far to the left,
# keep contact cheap. So each segment gets its own strategy:

# %% id="rfm-strategy"
size = customers.groupby(scores["segment"], observed=True)["spend"].agg(["size", "mean", "sum"])
strategy = size.join(rfm.segments_.set_index("segment")["action"]).nlargest(4, "sum")
plots.table(
    strategy.drop(columns="sum"),
    "The four segments that bring most: customers, mean spend ({unit}) and what to do", unit=currency,
)

# %% [markdown] id="rfm-strategy-read"
# Few names bring most of the money. The other names need a plan too, but a cheap one.

# %% [markdown] id="rfm-cuts"
# ### Where to cut
#
# *Quantiles* make groups of about equal size, whatever the values are. *Fixed* cut points mean the
# same next year and in every branch. *k-means* keeps similar values together. None is right for
# all: it depends on whether you need lists of equal length, a stable meaning, or groups of similar
# values.

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

# %% [markdown] id="rfm-methods-read"
# Quantiles ask for few purchases at the top, because few customers buy often; k-means goes far up,
# because it cuts by distance, not by number of customers. How many customers get another name, you will
# see when you move the choice yourself.

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

# %% [markdown] id="rfm-stability"
# ### Do the scores last?
#
# A score is useful if it still says something when the plan is carried out. That is two questions.
# Does a customer *keep* the score? We score one year, apply *the same cut points* to the next, and
# compare the customers who bought in both. And does the score *foretell*? There the customers who
# bought nothing more count too, with a spend of 0.

# %% id="rfm-stability-run"
yearly = crm.RFM().fit(last_year)
first = yearly.transform(last_year)
pair = first.join(yearly.transform(next_year).add_suffix(" next"), how="inner")
spent = next_year["spend"].reindex(first.index).fillna(0)

# %% id="rfm-stability-table"
lasting = pd.DataFrame(
    {
        "same score": {score: (pair[score] == pair[f"{score} next"]).mean() for score in "RFM"},
        "keeps its order": {
            score: pair[score].corr(pair[f"{score} next"], "spearman") for score in "RFM"
        },
        "foretells spend": {score: first[score].corr(spent, "spearman") for score in "RFM"},
    }
)
plots.table(lasting, "Scores from one year to the next: share, and rank correlations", "{:.2f}")

# %% id="rfm-stability-read"
gone = 1 - last_year.index.isin(next_year.index).mean()
tell("{gone:.0%} of the first year's customers bought nothing in the second.", gone=gone)

# %% [markdown] id="rfm-stability-words"
# Frequency and spend are habits, so those who stay keep their order. Recency is a moment: among those
# who stay, it moves most. But it says who is still there at all, and that is why it foretells nearly as
# well as the others. So do not take a score that lasts for one that foretells. For a list of whom to
# serve next year you want what foretells.

# %% [markdown] id="pyramid"
# ## The customer pyramid
#
# The **customer pyramid** ranks customers by value and divides them into **tiers** (Zeithaml, Rust &
# Lemon, 2001, with four of them). Ours has five: Diamond, the best 1 %; Platinum, the next 4 %; Gold,
# 15 %; Ordinary, 20 %; Basic, 60 %. Textbooks give ranges (Diamond 1–2 %, Platinum 3–5 %, Gold
# 10–15 %, Ordinary 20–25 %, Basic 50–60 %). Ours lie inside them, and the top three tiers are the
# top fifth. The number of customers above each limit is rounded to the nearest whole one.

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
policy["cost each"] = [600, 150, 20, 10, 2]

# %% id="pyramid-budget"
policy["budget"] = policy["cost each"] * policy["customers"]
policy["budget ÷ spend"] = policy["budget"] / policy["value"]
plots.table(
    policy.drop(columns="value"),
    "Service policy and yearly budget per tier ({unit})", {"budget ÷ spend": "{:.1%}"}, unit=currency,
)

# %% [markdown] id="pyramid-budget-read"
# As a share of spend it looks cheap everywhere, least so at the top. Whether it *pays* is another
# question; we come to it in the decision.

# %% [markdown] id="pyramid-future"
# ### Tiers by what is to come
#
# Spend looks back. [Chapter 2b](02b_purchase_models.ipynb) made a forecast from the same log: how often
# a customer will buy, how much each time, and what that is worth today. So rank the customers in
# three ways, fill a list from each ranking with as many places as the top three tiers have, and see
# which list held more of the *next* year's spend. Spend since the first order is the obvious list: it is
# what every order system shows.

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
sizes = pyramid.summary_["customers"].iloc[:3]

# %% id="pyramid-held"
rankings["hindsight"] = came
place = rankings.apply(lambda ranking: crm.steady(ranking).rank(ascending=False, method="first"))
chosen = place <= sizes.sum()
held = chosen.mul(came, axis=0).sum() / came.sum()
plots.table(
    held.rename("share of next year's spend").rename_axis("list by"),
    "What a list of {places} held in the next year", "{:.1%}", places=sizes.sum(),
)

# %% [markdown] id="pyramid-held-interval"
# Would other customers say the same? We draw the customers anew, 1,000 times, as in chapter 2b, and
# look at the *difference* between a ranking and the obvious list. Two differences are two looks, so
# each interval is one of 97.5 %: then both hold together in 95 % of cases.

# %% id="pyramid-held-boot"
rng = np.random.default_rng(seed)
drawn = rng.integers(0, len(came), (1000, len(came)))
caught = {name: (came * mine).to_numpy()[drawn].sum(axis=1) for name, mine in chosen.items()}
again = pd.DataFrame(caught).div(came.to_numpy()[drawn].sum(axis=1), axis=0)
ahead = again[["expected value", "spend of last year"]].sub(again["spend so far"], axis=0)
ahead = ahead.quantile([0.0125, 0.9875])

# %% id="pyramid-held-read"
for name in ahead:
    tell(
        "List by {name}: {held:.1%} of the next year's spend. Ahead of the list by spend so far "
        "by {gap:+.1points}, interval {interval:+.1points}.",
        name=name, held=held[name], gap=held[name] - held["spend so far"], interval=tuple(ahead[name]),
    )

# %% [markdown] id="pyramid-future-read"
# The forecast knows who has gone quiet and who has only just come; last year's spend knows most of
# the rest. Where an interval lies above 0, that list is better than the obvious one. Where it holds
# 0, the simple list will do.

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
# moves.

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

# %% [markdown] id="classes"
# ## Classification management
#
# A classification is a living thing. Five steps keep it alive: collect the data; analyse it; set
# clear criteria; act on the classes; evaluate and adjust. The simplest criteria already help:
# **value classes** (high, middle, low) and **behaviour classes** (regular, occasional, bought once).
# Our source calls the last class *potential*; this course keeps that word for people who have not
# bought yet.

# %% id="classes-cross"
rank = customers["spend"].rank(pct=True)
value_class = pd.cut(rank, [0, 0.5, 0.8, 1], labels=["low", "middle", "high"])
regular = (customers["purchases"] >= 6) & (customers["recency_days"] <= 180)
behaviour = np.select([regular, customers["purchases"] >= 2], ["regular", "occasional"], "bought once")

# %% id="classes-table"
crossed = pd.crosstab(value_class.rename("value class"), behaviour, colnames=["behaviour class"])
crossed = crossed[["bought once", "occasional", "regular"]]
plots.table(crossed, "Customers by value class and behaviour class")

# %% [markdown] id="classes-read"
# Look at the corner of high value and one purchase: one large order is no habit.

# %% [markdown] id="classes-migration"
# *Dynamic adjustment* means classifying again. A **tier-migration matrix** shows what becomes of
# each tier: rows are tiers of one year, columns tiers of the next. There are two ways, and they
# answer different questions. Keep the thresholds, and a tier is a level of spend: everyone can
# rise. Rank anew, and a tier is a place in a queue: one rises only as another falls.

# %% id="classes-matrix"
matrix = pyramid.migration(last_year, next_year)
plots.show(plots.migration(matrix))

# %% [markdown] id="classes-matrix-read"
# The row *no purchase before* holds those who did not buy in the year before: most are new, some come
# back after a pause. *Gone* means nothing bought in the year after.

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
# *Evaluation* uses three measures per tier. *Satisfaction* comes from the survey of June 2025 (1 to
# 5), *churn* is the share who bought nothing in the next year, *sales growth* compares the two years.
# Churn gets its 95 % interval: for x of n customers and p = x ÷ n, Wilson's interval is (p + z²/2n ±
# z √(p (1 − p)/n + z²/4n²)) ÷ (1 + z²/n), with z = 1.96.

# %% id="classes-tiers"
survey = company.survey.set_index("customer_id")
review = last_year[["spend"]].rename(columns={"spend": "before"}).assign(tier=pyramid.predict(last_year))
review["after"] = next_year["spend"]
review["churn"] = review["after"].isna()
review["satisfaction"] = survey.loc[survey["wave"] == "2025-06-01", "csat"].astype("float64")

# %% id="classes-measures"
from statsmodels.stats.proportion import proportion_confint

by_tier = review.groupby("tier", observed=False)
measures = by_tier[["satisfaction", "churn"]].mean()
measures.insert(0, "customers", by_tier.size())
left = by_tier["churn"].sum(), by_tier.size()
measures["95 % from"], measures["95 % to"] = proportion_confint(*left, method="wilson")
measures["sales growth"] = by_tier["after"].sum() / by_tier["before"].sum() - 1

# %% id="classes-measures-table"
formats = {"satisfaction": "{:.1f}", "sales growth": "{:+.0relative}"}
formats |= dict.fromkeys(["churn", "95 % from", "95 % to"], "{:.0%}")
plots.table(measures, "Review of the tiers in the year after; interval: that of churn", formats)

# %% [markdown] id="classes-measures-read"
# Read the intervals: a small tier says little about itself, and one Diamond customer more or less who
# leaves is a matter of luck. Churn is lower in the upper tiers, so losing customers is mostly a question of
# the base. One who leaves from the top takes more money along, but there are few: customers × churn ×
# mean spend, tier by tier, says where money is lost. And sales grow where they were lowest. Part of it is
# regression to the mean, in both directions; Basic also holds those who joined late in the year.

# %% [markdown] id="identify"
# ## Identifying customers: what kind of account is this?
#
# One scheme asks what kind of value an account brings: **intrinsic value** (the general public),
# **extrinsic value** (firms and government bodies) or **strategic value** (partners and third-party
# supporters). Sales literature gives these words another meaning; this is the one of our sources.
# The work has four steps: *locate* the account, *adjust* the list, *classify*, *develop*. The
# register does not hold the answer, so we write a rule.

# %% id="identify-rule"
register = company.customers.set_index("customer_id")
partner = register["contract"].isin(["dealer", "cooperation"])
found = np.select([partner, register["tax_number"].notna()], ["strategic", "extrinsic"], "intrinsic")
kind = pd.Series(found, register.index, name="by rule")

# %% id="identify-count"
in_2025 = crm.summarize(company.orders, since="2025-01-01", as_of="2025-12-31")["spend"]
kinds = in_2025.groupby(kind.reindex(in_2025.index)).agg(["size", "mean"])
plots.table(kinds, "Accounts of 2025 by kind of value: number and mean spend ({unit})", unit=currency)

# %% [markdown] id="identify-develop"
# Organisations are few and large. A partner without a contract on file is missed by the rule, so the
# dealer team looks through the list. *Adjusting* is the monthly part. Each month we
# classify again on the last 365 days and count who changed tier.

# %% id="identify-monthly"
paid = company.orders.query("amount >= 0")
company_pyramid = crm.Pyramid().fit(in_2024)
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
tell(
    "In an average month {share:.0%} of accounts change tier, at least {least:.0%}, at most {most:.0%}.",
    share=moved.mean(), least=moved.min(), most=moved.max(),
)

# %% [markdown] id="identify-words"
# That is the price of a classification by rank or threshold: accounts near a limit cross it back
# and forth. A common remedy is to let a customer fall only after two months below the limit.

# %% [markdown] id="decision"
# ## The decision
#
# Two questions are open: who goes on the list, and what may each tier cost? The list has as many
# places as the top three tiers have today; tiers of these sizes can be cut on any ranking. For the
# cost, turn the question round: *what must the service bring?*
# A service of c yuan a year for a customer who brings the margin m pays as soon as it keeps c ÷ m of
# the tier from leaving, if one year's margin is all that counts. It cannot keep more than leave.
# So divide c ÷ m by the churn of the tier: of those who leave, which share would have to stay? Both are
# taken from this list as it would have been a year ago: who left, and what those who stayed spent. To be
# careful, take the lower end of the interval of churn: perhaps only so few leave. Where the service
# proposed for a tier cannot pay, see whether Gold's can: free delivery is capped at 20 yuan a customer, so
# it is cheap. A tier that hardly anybody leaves cannot be kept any better: what it gets is thanks, not an
# investment.
#
# Nobody has measured what a service keeps. Zhou Ning is ready to believe in *one in four* of those who
# leave, and no more. That is an assumption, and it stands in the memo as one.

# %% id="decision-churn"
sure = ahead.iloc[0] > 0
ranked_by = sure.idxmax() if sure.any() else held[sure.index].idxmax()
tier = pd.cut(place[ranked_by], [0, *sizes.cumsum()], labels=list(sizes.index)).rename("tier")
stayed = next_year["spend"].reindex(place.index).groupby(tier, observed=False)
gone_of = stayed.size() - stayed.count()
churn = (gone_of / stayed.size()).to_frame("churn")
churn["from"], churn["to"] = proportion_confint(gone_of, stayed.size(), method="wilson")

# %% id="decision-tiers"
plan = pd.DataFrame({"spend of those who stayed": stayed.mean(), "leave at least": churn["from"]})
plan.insert(0, "places", crm.Pyramid().fit(next_year).summary_["customers"].iloc[:3].to_numpy())
at_stake = margin * plan["spend of those who stayed"] * plan["leave at least"]
each, cheap = policy["cost each"].iloc[:3].to_numpy(), policy.loc["Gold", "cost each"]
plan["proposed service"] = (each / at_stake).replace(np.inf, np.nan)
plan["free delivery"] = (cheap / at_stake).replace(np.inf, np.nan)
pays = [plan["proposed service"] <= 0.25, plan["free delivery"] <= 0.25]
plan["gets"] = np.select(pays, ["proposed service", "free delivery"], "nothing")
plan["cost each"] = np.select(pays, [each, cheap], 0)

# %% id="decision-table"
plots.table(
    plan, "The list by tier ({unit}): who leaves, of these who must stay for each service to pay, what they get",
    dict.fromkeys(["leave at least", "proposed service", "free delivery"], "{:.1%}"), unit=currency,
)

# %% id="decision-budget"
served = plan[plan["gets"] != "nothing"]
places, cost = plan["places"].sum(), (served["places"] * served["cost each"]).sum()
tell("What can pay costs {cost:,.0f} {unit} a year.", cost=cost, unit=currency)

# %% [markdown] id="decision-gain-words"
# If one in four of those who leave stays, the service earns in each tier places × (¼ × churn × m − c).
# Churn has an interval, so what is earned has one. The tiers are different customers and are hardly all
# unlucky at once: the distances to the ends add up as squares, √(a² + b² + …).

# %% id="decision-gain"
worth_of = 0.25 * margin * served["spend of those who stayed"] * served["places"]
earned = (worth_of * churn["churn"]).sum() - cost
reach = churn.sub(churn["churn"], axis=0).mul(worth_of, axis=0).pow(2).sum() ** 0.5
earns = earned - reach["from"], earned + reach["to"]
tell("If so many stay: {earned:+,.0f} {unit} a year, {earns:+,.0f}.", earned=earned, earns=earns, unit=currency)

# %% [markdown] id="decision-test"
# Could a test say what a service keeps? Half of the Gold customers with it, half without, for a year:
# with n customers in each half and a share p who leave, half of the interval of the difference is
# about 1.96 √(2 p (1 − p) ÷ n).

# %% id="decision-half"
gold, leave = plan.loc["Gold"], churn.loc["Gold", "churn"]
known_to = 1.96 * np.sqrt(2 * leave * (1 - leave) / (gold["places"] / 2))
needed = cheap / (margin * gold["spend of those who stayed"])
tell(
    "A year's test on {count} Gold customers tells the difference to within {half:.1points}. The service "
    "has to bring {needed:.1points}.",
    count=gold["places"], half=known_to, needed=needed,
)

# %% [markdown] id="decision-words"
# Zhou Ning's memo to Lin Yue, with the numbers of this run:

# %% id="decision-memo"
settled, lead = sure[ranked_by], held[ranked_by] - held["spend so far"]
tell(
    "1. The list: {places} places, given by {ranking}. Such a list of a year ago held {lead:+.1points} more "
    "of the last year's spend than one by spend so far, interval {interval:+.1points}.",
    places=places, ranking=ranked_by, lead=lead, interval=tuple(ahead[ranked_by]),
)

# %% id="decision-open"
tell(
    "That is settled, so the list is renewed like this each January." if settled else
    "The interval holds 0: whether it is better stays open. Of the two lists tried, this one held more."
)
if sure.all():
    tell(
        "Spend of last year was ahead of spend so far, too; whether expected value is better than spend of "
        "last year was not tested."
    )

# %% id="decision-cost"
tell(
    "2. No service: so few leave the list that none is sure to pay." if served.empty else
    "2. Each tier gets what the table says: a service where it pays even if few leave. It costs {cost:,.0f} "
    "{unit} a year. If one in four of those who leave stays, it earns {earned:+,.0f}, {earns:+,.0f}; if nobody "
    "does, the cost is lost.",
    cost=cost, earned=earned, earns=earns, unit=currency,
)
tell(
    "3. Open: whether any service keeps anybody. We propose no test on Gold alone, for it could not "
    "tell." if known_to > needed else
    "3. Whether the service keeps anybody: a year's test on half of Gold, by lot, can tell."
)

# %% id="decision-risk"
tell(
    "4. Risk: {gone:.0%} of the customers of one year buy nothing in the next, and {moved:.0%} of "
    "accounts change tier in a month. So a place, once given, is kept for the year.",
    gone=gone, moved=moved.mean(),
)

# %% id="decision-evidence"
crm.evidence(
    ("spend held beyond the list by spend so far", "{lead:+.1points}", "{ahead:+.1points}", "pyramid-held-boot",
     "the year to come is like the last; interval for two looks"),
    ("cost of what the list gets, yuan", "{cost:,.0f}", "", "decision-budget", "costs as proposed"),
    ("share of Gold that leaves", "{leave:.0%}", "{leaves:.0%}", "decision-churn", "as from the list of a year ago"),
    ("earned if the belief holds, yuan", "{earned:+,.0f}", "{earns:+,.0f}", "decision-gain",
     "one in four of those who leave stays, which nobody has measured, and then spends like those who stayed"),
    lead=lead, ahead=tuple(ahead[ranked_by]), cost=cost, leave=leave, earned=earned, earns=earns,
    leaves=tuple(churn.loc["Gold", ["from", "to"]]),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what the company cannot: what was wrong with the export, what kind each account
# is, and what each customer will be worth in the year to come.

# %% id="truth-export"
typos = company.truth.export.query("typo")["order_id"].unique()
tell(
    "{found} of {all} planted typing errors were flagged, and {good} good orders with them.",
    found=suspicious.isin(typos).sum(), all=len(typos), good=(~suspicious.isin(typos)).sum(),
)

# %% id="truth-kinds"
planted = company.truth.customers["value_kind"].astype("str")
missed = (planted == "strategic") & (kind != "strategic")
tell(
    "The rule is right for {right:.1%} of accounts. It misses {missed} of {all} strategic ones.",
    right=(kind == planted).mean(), missed=missed.sum(), all=(planted == "strategic").sum(),
)

# %% id="truth-value"
company_today = crm.summarize(company.orders, as_of="2025-12-31")
worth = company.truth.customers["worth"].reindex(company_today.index)
truly = crm.RFM().fit_transform(company_today)[["R", "F", "M"]]
truly["R + F + M"] = truly.sum(axis=1)
truly["spend so far"] = company_today["spend"]

# %% id="truth-table"
quality = truly.corrwith(worth, method="spearman").rename("rank correlation")
plots.table(quality, "How well each ranking orders customers by true worth in 2026", "{:.2f}")

# %% [markdown] id="truth-words"
# Look at R: a customer who has left is worth nothing, and R knows it first. It is the score that lasts
# least. And how good was the list of the memo? We rank the customers of today as it says.

# %% id="truth-lists"
this_week = crm.summarize(company.orders, as_of="2025-12-31", unit="W")
this_week["expected value"] = crm.customer_lifetime_value(
    crm.BetaGeometricNBD().fit(this_week), crm.GammaGamma().fit(this_week), this_week,
    horizon=52, discount_rate=0.1, margin=1, unit="W",
)
this_week["spend of last year"] = in_2025.reindex(this_week.index).fillna(0)

# %% id="truth-judged"
lists = {"action": ranked_by, "baseline": "spend"}
on = {role: crm.steady(this_week[name]).nlargest(places).index for role, name in lists.items()}
judged = {role: worth[ids].sum() for role, ids in on.items()} | {"open": not settled}
tell(
    "The margin of 2026 that is truly on the list: {action:,.0f} yuan by the memo, {baseline:,.0f} by "
    "spend so far, of {all:,.0f} in all.",
    action=judged["action"], baseline=judged["baseline"], all=worth.sum(),
)

# %% [markdown] id="truth-last"
# To be on a list is not to be moved by it: this says whose margin is at stake, not what the service
# adds to it.

# %% [markdown] id="recap"
# ## Recap
#
# - Look at defects first; repair what can be explained, count the rest.
# - RFM needs only orders. Equal values get equal scores, and cut points learned once are used again.
# - A pyramid shows who carries the business; migration between tiers is partly luck.
# - Two lists are compared by the interval of their difference, on a year that neither has seen.
# - A service pays when it keeps enough of those who would leave; ask how many that is before you buy it.

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

# %% id="quiz-pays"
crm.quiz(
    "Service for a tier costs 50 yuan each, and a customer there brings a margin of 500 yuan a year. "
    "8 % leave. When does it pay within the year?",
    ("Never: it would have to keep 10 %, and only 8 % leave.", True, "50 ÷ 500 is more than can be kept."),
    ("If it keeps 8 % of the customers.", False, "Then it saves 40 yuan a head, and costs 50."),
    ("Always: 500 is more than 50.", False, "Most of the 500 come without the service, too."),
)

# %% [markdown] id="next"
# ## Next
#
# Do the [exercise](../exercises/03a_rfm_and_pyramid.ipynb), then go on to
# [chapter 3b](03b_groups_and_offers.ipynb): what do these customers *want*, and does an offer that fits
# pay?
#
# *Your own data:* put the path of a CSV into `transactions`, your periods into `start`, `cutoff`
# and `end`, your `margin` and `currency` into the parameters cell, and run the session again. The
# sections on RFM and the pyramid then speak about your customers.
#
# ### References
#
# - Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting your customers" the easy way: an
#   alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275–284.
# - Gini, C. (1912). *Variabilità e mutabilità*. Cuppini.
# - Hughes, A. M. (1994). *Strategic Database Marketing*. Probus.
# - Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. *Publications of the
#   American Statistical Association* 9(70), 209–219.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
#   *Journal of the American Statistical Association* 22(158), 209–212.
# - Zeithaml, V. A., Rust, R. T. & Lemon, K. N. (2001). The customer pyramid: creating and serving
#   profitable customers. *California Management Review* 43(4), 118–142.
