# %% [markdown] id="title"
# # 4a · Leads and channels
#
# ### The question
#
# Ma Jun sells to dealers and firms. His people can make 300 calls next quarter, and he may sign five
# dealers. By Friday he has to tell Lin Yue, the founder, whom they call and whom he signs; Zhou Ning, who
# leads marketing, adds which channels pay. A wrong answer is expensive: salespeople spend their days with
# people who will not buy, and a dealer who does not sell keeps a region for years.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. describe the customers you want, and find others like them;
# 2. choose dealers on ten criteria, and say how firm the choice is;
# 3. read a funnel without fooling yourself;
# 4. score leads, and judge the score on leads it has not seen;
# 5. compute what a new customer costs and when it pays back, with intervals.
#
# *You need* customer lifetime value and the bootstrap ([chapter 2a](02a_value_and_clv.ipynb)), the BG/NBD
# model ([chapter 2b](02b_purchase_models.ipynb)), tiers ([chapter 3a](03a_rfm_and_pyramid.ipynb)), and the
# randomised test of [chapter 3b](03b_groups_and_offers.ipynb). *Time:* about {{minutes}} minutes to read and
# run. *Not here:* which channel really causes a purchase, and where the budget goes
# ([chapter 4b](04b_attribution_and_tests.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
currency = "yuan"
decided = 90  # days after which a lead that has not bought counts as not won
contracts = 5  # dealer contracts to be given
call_cost = 25  # yuan per lead called, half an hour of a salesperson (assumed)
calls = 300  # calls that can be made in a quarter
horizon = 78  # weeks of the forecast of a new customer's value
discount_rate = 0.10  # a year

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=6000)
last_day = pd.Timestamp("2025-12-31")
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-margin"
costs = company.products.set_index("product_id")["unit_cost"]
lines = company.order_lines
lines["margin"] = lines["paid"] - lines["quantity"] * lines["product_id"].map(costs)
orders = company.orders
orders["margin"] = orders["order_id"].map(lines.groupby("order_id")["margin"].sum())

# %% id="recall-ceiling"
in_2025 = orders[orders["date"] >= "2025-01-01"]
yearly = in_2025.groupby("customer_id")["margin"].sum().mean()
tell("A buyer of 2025 brought a margin of {margin:,.0f} {unit}.", margin=yearly, unit=currency)
crm.quiz(
    "70 % stay from year to year, the discount rate is 10 %, and the first margin comes at "
    "once. What is the most you may pay for such a new customer?",
    (f"{yearly * 1.1 / (1.1 - 0.7):,.0f}", True, "m (1 + d) ÷ (1 + d − r): the first margin counts."),
    (f"{yearly * 0.7 / (1.1 - 0.7):,.0f}", False, "That is a customer you already have."),
    (f"{yearly:,.0f}", False, "That is the first year only."),
)

# %% id="recall-frequency"
register = company.customers.set_index("customer_id")
bought = orders[orders["amount"] > 0].groupby("customer_id")["date"].nunique()
often = bought.groupby(register["joined"].reindex(bought.index) >= "2025-07-01").mean()
tell("Days with a purchase: joined since July {young:.1f}, others {old:.1f}.", young=often[True], old=often[False])
crm.quiz(
    "So their F scores are low. Are they worse customers?",
    ("Nobody knows yet: they had less time.", True, "Compare only what had the same time to happen."),
    ("Yes, frequency is a habit.", False, "A habit of three weeks cannot be seen."),
    ("No, new customers are always better.", False, "Nothing in these numbers says so."),
)

# %% [markdown] id="data"
# ## The data
#
# A **lead** is a person or a firm that has left a way to be reached: they asked for a price, ordered a
# sample, came to a tasting. A row of `leads` is one of them, from 2025; of `touchpoints` one contact of a lead
# with us, before it was won or lost; of `channel_spend` a channel in a month, in yuan; of `dealers` one
# dealer, or one candidate.

# %% id="data-lead"
leads = company.leads.set_index("lead_id")
touchpoints = company.touchpoints
contacts = touchpoints.groupby("lead_id").size().reindex(leads.index)
example = leads[leads["won_on"].notna() & (contacts == 4)].iloc[0]
values = example.astype("str").str.removesuffix(" 00:00:00")
plots.table(values.rename("value").to_frame(), "One lead")

# %% id="data-read"
won = leads["won_on"].notna()
tell("{leads:,} leads, {won:,} of them won so far.", leads=len(leads), won=won.sum())

# %% [markdown] id="data-wrong"
# Every customer who joined in 2025 is among the leads. What is wrong with the tables? `need` and `budget`
# are what people said when they signed up, 1 to 5: polite, not exact. `contacted_on` is the day of our first
# answer, by any means; Ma Jun's calls come on top (assumed). The spend on content and email is mostly wages,
# and a bill tells less about those. And a lead of December has had no time to buy: its fate is not "lost"
# but unknown. Such a row is **censored**. How long does it take?

# %% id="data-wait"
wait = (leads["won_on"] - leads["created"]).dt.days
early = leads["created"] < "2025-07-01"
soon = (wait[won & early] <= decided).mean()
tell("Of those won early in the year, half were won within {half:.0f} days.", half=wait[won & early].median())
tell("{share:.0%} of them were won within {limit} days.", share=soon, limit=decided)

# %% id="data-known"
leads["won in time"] = wait <= decided
known = leads["created"] <= last_day - pd.Timedelta(days=decided)
tell("So we judge the {known:,} leads that have had {limit} days.", known=known.sum(), limit=decided)
tell("The {open:,} younger ones are left out of every rate, not counted as lost.", open=(~known).sum())

# %% id="data-naive"
all_rate, fair_rate = won.mean(), leads.loc[known, "won in time"].mean()
tell("Won so far, of all leads: {all:.1%}.", all=all_rate)
tell("Won within {limit} days, of those that had the time: {fair:.1%}.", fair=fair_rate, limit=decided)

# %% [markdown] id="data-rule"
# Those two differ: the first loses what is still on the way, and counts what came late.
# From here on one rule holds: a rate is that of leads with their 90 days, and counts what happened in them.

# %% [markdown] id="target"
# ## Target customers
#
# A **target customer** is somebody you would like to win, described well enough to be found. The four steps
# in the training material are market research, needs, a portrait, positioning. A company with customers
# has a better start than a guess: it can look at the best of those it has.

# %% [markdown] id="persona"
# ### A persona from facts
#
# A **persona** is a portrait of a typical target customer that a salesperson can picture. Most are made up
# in a meeting. Ours is a table: what have the best customers in common that the others have not? The best
# are the top fifth (the upper three tiers of chapter 3a) by margin in their first twelve months, so that
# everybody has had the same time. We learn on those who joined in 2023.

# %% id="persona-first-year"
joined = register["joined"]
early_orders = orders[orders["date"] - orders["customer_id"].map(joined) < pd.Timedelta(days=365)]
first_year = early_orders.groupby("customer_id")["margin"].sum()
people = register[joined < "2025-01-01"].copy()
people["first year"] = first_year.reindex(people.index).fillna(0)
people["best"] = crm.steady(people["first year"]).groupby(people["joined"].dt.year).rank(pct=True) > 0.8

# %% id="persona-facts"
learn = people["joined"] < "2024-01-01"
facts = pd.DataFrame(
    {
        "has a tax number": people["tax_number"].notna(),
        "first order through a dealer": people["first_channel"].astype("str") == "dealer",
        "large city": people["city_size"].astype("str") == "large",
    }
)

# %% id="persona-table"
portrait = facts[learn].groupby(people["best"]).mean().T.set_axis(["the others", "the best fifth"], axis=1)
portrait["ratio"] = portrait["the best fifth"] / portrait["the others"]
formats = {"the others": "{:.0%}", "the best fifth": "{:.0%}", "ratio": "{:.1f}"}
caption = "Facts about customers who joined in 2023: share of whom they are true"
plots.table(portrait[list(formats)], caption, formats)

# %% id="persona-read"
mark = portrait["ratio"].idxmax()
typical, good = portrait.loc[mark, "the best fifth"], people.loc[learn & facts[mark], "best"].mean()
tell("“{fact}” is true of {typical:.0%} of the best.", fact=mark, typical=typical)
tell("Of those of whom it is true, {good:.0%} are among the best.", good=good)

# %% [markdown] id="persona-words"
# The last two sentences answer different questions. A persona says what is *typical of the best*; a campaign
# pays for all of *those like that*, and needs to know how many of them are good.

# %% [markdown] id="lookalike"
# ### Look-alikes of the best customers
#
# **Look-alike** scoring turns the portrait into a number per person: the chance to be one of the best. Two
# rules make it honest. Only what is known at sign-up may enter; a contract may have been signed a year
# later, so it stays out: a column that knows the future is **leakage**. And the score is judged on
# customers it has not seen, those who joined a year later. The model, *logistic regression*, adds up a
# coefficient for each fact that is true and turns the sum into a chance.

# %% id="lookalike-features"
known_at_start = ["first_channel", "region", "city_size", "gender", "income_band", "email_consent"]
features = people[known_at_start].astype("str").fillna("unknown")
features["organisation"] = people["tax_number"].notna().astype("str")

# %% id="lookalike-fit"
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
lookalike = make_pipeline(encoder, LogisticRegression(solver="newton-cholesky"))
lookalike.fit(features[learn], people.loc[learn, "best"])
people["look-alike"] = crm.steady(lookalike.predict_proba(features)[:, 1])

# %% [markdown] id="lookalike-measures"
# Two measures say how well a score ranks. The **AUC** is the chance that of two people, one of the best and
# one not, the better one gets the higher score: 0.5 is a coin, 1 is perfect. **Lift** is plainer: how
# many times more of the best are among the fifth ranked first than among all? The baseline needs no model:
# first those with the one fact of the persona, then the others as they came. A bootstrap over the people
# ([chapter 2a](02a_value_and_clv.ipynb)) gives the intervals.

# %% id="lookalike-judge"
from sklearn.metrics import roc_auc_score

unseen = people[~learn].assign(fact=facts[mark].astype("int"))
ranked = unseen[["look-alike", "fact"]].rank(ascending=False, method="first")
is_best, picked = unseen["best"].to_numpy(), (ranked <= 0.2 * len(unseen)).to_numpy("int")
draws = rng.integers(len(unseen), size=(500, len(unseen)))
lifts = [is_best[row] @ picked[row] / picked[row].sum(axis=0) / is_best[row].mean() for row in draws]

# %% id="lookalike-read"
tell("Joined in 2024: AUC {auc:.2f}.", auc=roc_auc_score(is_best, unseen["look-alike"]))
lift, by_fact = is_best @ picked / picked.sum(axis=0) / is_best.mean()
low, high = np.quantile(lifts, [0.025, 0.975], axis=0)[:, 0]
tell("Lift of the first fifth: {lift:.1f}, 95 % interval {within:.1f}.", lift=lift, within=(low, high))
ahead = tuple(np.quantile(np.subtract(*np.transpose(lifts)), [0.025, 0.975]))
tell("By the one fact: {fact:.1f}. Difference: 95 % interval {ahead:+.1f}.", fact=by_fact, ahead=ahead)

# %% [markdown] id="lookalike-words"
# Where that interval holds 0, the one fact will do. Use look-alikes to choose where to advertise, not to
# decide about one person: a model that prefers one region or one gender repeats whom you courted in the past.

# %% [markdown] id="selection"
# ## Customer selection
#
# ### Not every buyer is a target
#
# **Customer selection** is to decide whom *not* to court: not every buyer is a target, and not every customer
# brings a profit. The second can be counted.

# %% id="selection-paid"
average_cost = company.channel_spend["spend"].sum() / won.sum()
repaid = (unseen["first year"] >= average_cost).mean()
tell("Winning a customer cost {cost:,.0f} {unit} on average in 2025.", cost=average_cost, unit=currency)
tell("Of those who joined in 2024, {share:.0%} brought that margin in their first year.", share=repaid)

# %% [markdown] id="selection-influences"
# Seven influences decide who can be your target: positioning, product, segment, competition, channel
# strategy, society, and your own resources. The last one is the reason for this chapter:

# %% id="selection-resources"
tell("Ma Jun's people can call {share:.0%} of the leads of a year.", share=min(1, 4 * calls / len(leads)))

# %% [markdown] id="kinds"
# ### Kinds of customers
#
# What you look at depends on the kind of customer. Of a *consumer*: age, place, tastes. Of a *retail outlet*:
# place, size, line of business. Of a *reseller*: finances, range, credit. Of a *brand* partner: whose brand it
# is, and whether it competes with yours. The register lets us tell the kinds apart, roughly.

# %% id="kinds-rule"
shop_like = register["display_name"].str.contains("Trading|Foods|Hotel", regex=True)
firm_like = shop_like.map({True: "retail outlet", False: "firm or public body"})
kind = register["contract"].astype("str").map({"dealer": "reseller", "cooperation": "brand partner"})
kind = kind.fillna(firm_like.where(register["tax_number"].notna(), "consumer")).rename("kind")

# %% id="kinds-table"
by_kind = people.groupby(kind)["first year"].agg(["size", "mean"])
by_kind["in the best fifth"] = people["best"].groupby(kind).mean()
by_kind = by_kind.sort_values("size", ascending=False, kind="stable").rename(columns={"size": "customers"})
caption = "Joined in 2023 and 2024: margin of the first year ({unit})"
plots.table(by_kind, caption, {"in the best fifth": "{:.0%}"}, unit=currency)

# %% [markdown] id="kinds-quality"
# Two groups cut across the kinds. **Quality customers** bring much for what they cost; here they are the
# best fifth. **Strategic customers** matter for the long run, whatever they buy now: a partner that opens a
# market. That is a judgement; here it is a signed contract, the rule of chapter 3a. Do the two agree? If they
# had nothing to do with each other, a fifth of the strategic customers would be among the best.

# %% id="kinds-strategic"
strategic = people.loc[people["contract"].isin(["dealer", "cooperation"]), "best"]
tell("Quality customers among them: {share:±.0%}.", share=(strategic.mean(), 1.96 * strategic.sem()))

# %% [markdown] id="dealers"
# ### Dealers on ten criteria
#
# Ma Jun has candidates for dealer contracts and may sign only a few. The training material lists ten
# criteria; his team has scored everybody on each, from 1 to 10.

# %% id="dealers-data"
dealers = company.dealers.set_index("name")
dealers.columns = dealers.columns.str.replace("_", " ")
criteria = list(dealers.loc[:, "market range":"price"])
candidates = dealers[dealers["sales 2025"].isna()]
tell("{count} candidates for {contracts} contracts.", count=len(candidates), contracts=contracts)

# %% [markdown] id="dealers-weights"
# A **weighted scorecard** multiplies each score by a weight, adds up and divides by the sum of the weights.
# Weights are opinions. Ma Jun's team gave them from 0 to 10, before they looked at any candidate.

# %% id="dealers-weights-set"
weights = pd.Series([6, 8, 3, 5, 4, 6, 4, 7, 4, 6], criteria)
share_of_weight = weights / weights.sum()

# %% id="dealers-score"
candidates = candidates.assign(score=crm.steady(candidates[criteria] @ share_of_weight))
candidates = candidates.sort_values("score", ascending=False, kind="stable")
shown = ["score", "distribution", "cooperation", "reputation", "price"]
caption = "The first eight candidates by weighted score, and four of their ten scores (1 to 10)"
plots.table(candidates[shown].head(8), caption, {"score": "{:.2f}"})

# %% [markdown] id="dealers-ask"
# Are these the right weights? There are dealers who have sold for years: which criteria go with their
# sales? For n pairs, *Fisher's z*, the artanh of a rank correlation ρ, has a standard error of about √(1.06 ÷
# (n − 3)) (Fieller, Hartley & Pearson, 1957). We look at ten correlations at once, so each interval is
# made wider, to 99.5 %: then all ten *together* are right with 95 %.

# %% id="dealers-evidence"
current = dealers[dealers["sales 2025"].notna()]
rho = current[criteria].corrwith(current["sales 2025"], method="spearman")
half = 2.81 * np.sqrt(1.06 / (len(current) - 3))  # 2.81 standard errors: 99.5 %
clear = rho.index[np.arctanh(rho) > half]

# %% id="dealers-evidence-read"
tell("Above 0, with {count} dealers: {names}.", count=len(current), names=", ".join(clear) or "none")
top = weights.idxmax()
within = tuple(np.tanh(np.arctanh(rho[top]) + np.array([-half, half])))
tell("{top}, the highest weight: ρ = {rho:+.2f} ({within:+.2f}).", top=top, rho=rho[top], within=within)

# %% [markdown] id="dealers-firm"
# ### How firm is the ranking?
#
# So few dealers can correct an opinion, not replace it; another meeting would have found other weights. So
# we draw a thousand sets of weights around the chosen ones, from a *Dirichlet* distribution, which keeps them
# positive with sum 1, and rank the candidates under each. Its constant says how sure one is, an assumption:
# with ours, 40, a weight of 8 lies between about 4 and 13 in nine draws of ten. **Weight sensitivity** is
# how much the ranking moves: in how many draws does a candidate stay among the chosen?

# %% id="dealers-draw"
drawn = rng.dirichlet(40 * share_of_weight, 1000)
totals = pd.DataFrame(drawn @ candidates[criteria].to_numpy().T, columns=candidates.index)
ranks = crm.steady(totals).rank(axis=1, ascending=False, method="first")
firm = ranks.quantile([0.05, 0.95]).T.set_axis(["rank from", "to"], axis=1)
firm["chosen in"] = (ranks <= contracts).mean()

# %% id="dealers-firm-table"
equal = crm.steady(candidates[criteria].mean(axis=1))
firm["equal weights"] = equal.rank(ascending=False, method="first")
caption = "Ranks of nine draws of ten, share of draws among the chosen, rank under equal weights"
plots.table(firm.head(8), caption, {"chosen in": "{:.0%}"})

# %% id="dealers-firm-read"
safe, never = firm.index[firm["chosen in"] >= 0.9], firm.index[firm["chosen in"] < 0.1]
tell("{count} candidates are chosen in nine draws of ten or more.", count=len(safe))
tell("For {count} the weights decide, not the scores.", count=len(firm) - len(safe) - len(never))

# %% [markdown] id="dealers-firm-words"
# That is the useful result of a scorecard: a few clear yeses, a few clear noes, and usually a short list in
# between that deserves a visit instead of a second decimal. Equal weights are the obvious baseline, and
# hard to beat where the criteria go together (Dawes, 1979).

# %% [markdown] id="explore"
# ### Explore: your weights, your dealers
#
# Move one weight at a time. Set reputation to 0: does anybody come in? Give distribution, cooperation and
# finances 9 and everything else 2. Then say how sure you are of your weights: how many of the chosen stay
# chosen? Where nothing can move, the picture shows Ma Jun's weights.

# %% id="explorer"
from crmlab import widgets

widgets.scorecard_explorer(candidates[criteria], weights.to_dict(), contracts, random_state=seed)

# %% [markdown] id="potential"
# ## Potential customers
#
# A **potential customer** needs what we have and can afford it, and has not bought yet. Both conditions
# have to hold: who needs it and cannot pay does not buy, and who can pay but needs nothing does not either.
#
# ### Needs it and can afford it
#
# Leads were asked both. We count how many were won with both at 4 or 5, with one of them, with none.

# %% id="grid-table"
decided_leads = leads[known]
high = (decided_leads["need"] >= 4).astype("int") + (decided_leads["budget"] >= 4)
grid = decided_leads.groupby(high)["won in time"].agg(["size", "mean"])
grid = grid.set_axis(["neither", "one of them", "both"]).set_axis(["leads", "won"], axis=1)
plots.table(grid.rename_axis("at 4 or 5"), "Need and budget, and the share won in time", {"won": "{:.1%}"})

# %% [markdown] id="grid-read"
# Compare the last row with the others.

# %% [markdown] id="funnel"
# ### The funnel
#
# A **funnel** counts how many leads reach each stage. **Conversion** is the share that goes on to the next
# one. We take the leads that have had their 90 days, count a stage if it was reached within them, and give
# every share its interval (Wilson, 1927).

# %% id="funnel-count"
from statsmodels.stats.proportion import proportion_confint

stages = ["created", "contacted_on", "qualified_on", "offer_on", "won_on"]
days = decided_leads[stages].sub(decided_leads["created"], axis=0)
reached = (days <= pd.Timedelta(days=decided)).sum()
funnel = pd.DataFrame({"leads": reached, "conversion": reached / reached.shift()})
funnel["from"], funnel["to"] = proportion_confint(reached, reached.shift(), method="wilson")

# %% id="funnel-table"
funnel.index = ["lead", "contacted", "qualified", "offer", "won"]
formats = dict.fromkeys(["conversion", "from", "to"], "{:.0%}")
caption = "The funnel: conversion from the stage before, with 95 % interval"
plots.table(funnel.rename_axis("stage"), caption, formats)

# %% [markdown] id="funnel-read"
# Do not crown the narrowest of steps that are alike: a difference needs an interval of its own. And where
# most are lost is not yet where most can be gained: a step is narrow because it is done badly, or because it
# rightly sends people away.

# %% [markdown] id="nine"
# ### Nine steps to convert
#
# The training material names nine steps from a potential to a real customer; the ninth is the sale. Each
# leaves a trace in the data. We compare the leads that show it with those that do not.

# %% id="nine-traces"
in_order = touchpoints.sort_values("date", kind="stable")
leads["source"] = in_order.groupby("lead_id")["channel"].first().astype("str")
opened_by = leads.loc[known, "source"]
to_call = (decided_leads["contacted_on"] - decided_leads["created"]).dt.days
had_voucher = decided_leads.index.isin(touchpoints.loc[touchpoints["promotion"], "lead_id"])

# %% id="nine-steps"
traces = {
    "1 stress the need": decided_leads["need"] >= 4,
    "2 build the brand (met by content, social, press)": opened_by.isin(["content", "social", "press"]),
    "3 lower the buyer's cost (voucher)": had_voucher,
    "4 make buying easy (price page seen)": decided_leads["price_page"],
    "5 communicate (contacted within 3 days)": to_call <= 3,
    "6 value each contact (4 contacts or more)": contacts.reindex(decided_leads.index) >= 4,
    "7 strengthen the motive (trial pack)": decided_leads["trial_pack"],
    "8 prompt the purchase (offer made)": decided_leads["offer_on"].notna(),
}

# %% id="nine-table"
shown_by, outcome = pd.DataFrame(traces, index=decided_leads.index), decided_leads["won in time"]
nine = pd.DataFrame({"won with": [outcome[shown_by[name]].mean() for name in shown_by]}, shown_by.columns)
nine["won without"] = [outcome[~shown_by[name]].mean() for name in shown_by]
plots.table(nine.rename_axis("step and its trace"), "Eight steps before the ninth, the sale", "{:.0%}")

# %% [markdown] id="nine-words"
# A trace is not a lever. Who orders a sample is keener already; sending one to everybody will not win as
# many. Step 8 is no difference between people at all: whoever is won had an offer.

# %% [markdown] id="claim"
# ### Claim check: "call within the hour, and you are seven times as likely to qualify the lead"
#
# The figure is from a study of 1.25 million leads of 42 firms (Oldroyd, McElheran & Elkington, 2011); one
# author chaired a company that sells software for calling leads. Nobody drew lots for who was called when.
# Our table knows days, not hours, and we count those won, not those qualified: leads contacted within three
# days, against all others.

# %% id="claim-run"
from statsmodels.stats.proportion import confint_proportions_2indep as difference_interval

quick, slow = to_call <= 3, to_call > 3
for others, whom in [(~quick, "all others"), (slow, "those contacted later")]:
    gap, two = outcome[quick].mean() - outcome[others].mean(), (outcome[quick], outcome[others])
    counts = [count for group in two for count in (group.sum(), len(group))]
    within = difference_interval(*counts, method="newcomb")
    tell("Against {whom}: {gap:+.1points}, 95 % interval {within:+.1points}.", whom=whom, gap=gap, within=within)

# %% [markdown] id="claim-words"
# "All others" holds the leads that were never contacted, and none of these is won: the first number counts
# *whether*, not *when*. The second is fairer, and still no effect of speed: on a short way to a purchase
# every stage comes early, so those who were going to buy soon are among the quick ones. The honest answer:
# a large figure, from observed calls, without a lot. To learn what speed does, draw by lot who is called today.

# %% [markdown] id="scoring"
# ### Lead scoring
#
# **Lead scoring** gives each lead its chance to be won. Whom to call first is then a sorted list. The
# **baseline**, what a person would do without a model, is need × budget. Features are what is known when
# the lead signs up. `contacted_on` and the stages after it are not: a model that may look at them is
# excellent and useless.

# %% id="scoring-features"
columns = ["need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar"]
lead_features = leads[columns].astype("float64")
lead_features["need × budget"] = lead_features["need"] * lead_features["budget"]
lead_features["organisation"] = (leads["kind"] == "organisation").astype("float64")

# %% [markdown] id="scoring-split"
# We judge as in use. On 1 July one knows the fate of the leads that have had their 90 days by then, those
# of the first quarter; the model learns on these. It is judged on leads created since 1 July.

# %% id="scoring-fit"
from sklearn.preprocessing import StandardScaler

before = leads["created"] <= pd.Timestamp("2025-07-01") - pd.Timedelta(days=decided)
lead_model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
lead_model.fit(lead_features[before], leads.loc[before, "won in time"])
chance = crm.steady(pd.Series(lead_model.predict_proba(lead_features)[:, 1], leads.index))

# %% id="scoring-table"
later = decided_leads.index[decided_leads["created"] >= "2025-07-01"]
later_won, fifth = leads.loc[later, "won in time"], round(0.2 * len(later))
scores = lead_features.loc[later, ["need × budget"]].assign(model=chance)
quality = pd.DataFrame({"AUC": {name: roc_auc_score(later_won, scores[name]) for name in scores}})
quality["won in the top fifth"] = [later_won[scores[name].nlargest(fifth).index].mean() for name in scores]
formats = {"AUC": "{:.3f}", "won in the top fifth": "{:.0%}"}
plots.table(quality, "Two ways to rank leads, judged on later leads", formats)

# %% [markdown] id="scoring-calibration"
# Is the model better than the baseline, or lucky? The decision below compares call lists, with an interval.
# For a plan in yuan we need more than an order: of a hundred leads with 20 %, about twenty should be won.
# Chapter 2b called the first part of a log *calibration*; here the word means that said and happened agree.
# Look at the leads that would be called:

# %% id="scoring-calibration-read"
highest = chance[later].nlargest(fifth)
won_of_them = leads.loc[highest.index, "won in time"]
low, high = proportion_confint(won_of_them.sum(), fifth, method="wilson")
within = (low - highest.mean(), high - highest.mean())
tell(
    "Top fifth: said {said:.1%}, won {won:.1%}; won less said, 95 % interval {within:+.1points}.",
    said=highest.mean(), won=won_of_them.mean(), within=within,
)

# %% [markdown] id="scoring-drift"
# A model that learned from the first quarter may say too much in summer: the order survives that, the level
# does not always. So a plan in yuan uses what was *won* on leads that the model had not seen. And the score says who
# *buys*, not whom a call *changes*: if the best leads buy without a call, calling them wins nobody.

# %% [markdown] id="channels"
# ## Channels
#
# Five kinds of channels win customers: *paid* (search and display advertising), *content* (articles,
# videos), *social* media, *partners* and *events*; press and email stand beside them. The **channel mix** is
# what each costs and brings. For a start we book a lead on the channel of its first contact and call that
# its **source**.

# %% id="channels-mix"
cost = company.channel_spend.groupby(company.channel_spend["channel"].astype("str"))["spend"].sum()
by_source = leads.groupby("source")
mix = pd.DataFrame({"spend": cost, "leads": by_source.size(), "won": by_source["won_on"].count()})
mix["cost per lead"] = mix["spend"] / mix["leads"]
mix["won in time"] = leads[known].groupby("source")["won in time"].mean()

# %% id="channels-table"
mix = mix.sort_values("spend", ascending=False, kind="stable")
caption = "Channel mix of 2025 by first contact ({unit})"
plots.table(mix, caption, {"won in time": "{:.0%}"}, unit=currency)

# %% [markdown] id="channels-words"
# Cheap leads are not the aim: a channel whose leads cost twice as much can be the better one if more of them
# buy, or if those who buy stay. And a lead meets several channels before it buys, so "its" channel is a way
# of keeping books, which chapter 4b opens.

# %% [markdown] id="cac"
# ## Customer acquisition cost
#
# **Customer acquisition cost (CAC)** = spend ÷ new customers. Say what is in it: ours is the spend of the
# channels, without the hours of the salespeople. All customers won in 2025 count here, however long it
# took: a *rate* asks what became of leads and needs time, a *cost* sets a year's money against a year's
# customers. The same spend in a second 2025 would have won some more or some fewer. A bootstrap gives the
# interval: each customer counts 0, 1, 2 … times by lot (a *Poisson bootstrap*), two thousand times over.

# %% id="cac-draws"
buyers = leads.loc[won, ["customer_id", "source", "won_on", "kind"]].set_index("customer_id")
member = pd.get_dummies(buyers["source"]).astype("float64")
times_drawn = rng.poisson(1, (2000, len(buyers)))
cac, cac_draws = cost / member.sum(), cost.to_numpy() / (times_drawn @ member.to_numpy())

# %% id="cac-plot"
import matplotlib.pyplot as plt

low, high = np.quantile(cac_draws, [0.025, 0.975], axis=0)
figure, ax = plt.subplots(figsize=(7.5, 3.4))
ax.errorbar(cac, cac.index, xerr=[cac - low, high - cac], fmt="o", capsize=4)
ax.set_xlim(0)
plots.show(
    ax, "CAC by first contact: {least:,.0f} to {most:,.0f} {unit}", least=cac.min(), most=cac.max(),
    unit=currency, x="CAC, {unit} per new customer (95 % interval)", y="",
    alt="Points with intervals: acquisition cost per new customer by channel of the first contact.",
)

# %% id="cac-read"
within = tuple(np.quantile(cac_draws[:, cac.argmax()] - cac_draws[:, cac.argmin()], [0.025, 0.975]))
tell("Dearest less cheapest, a pair chosen after looking: 95 % interval {within:,.0f} {unit}.", within=within, unit=currency)

# %% [markdown] id="payback"
# ### Payback
#
# **Payback** is the time until the margin of a customer has paid the CAC: the first month k in which m₁ + … +
# mₖ ≥ CAC, where mⱼ is the mean margin in month j after the first order. Not everybody won in 2025 has been a
# customer for a year, so each month counts only those who have had it whole. (Customers who never came
# back stay in the mean, with 0.)

# %% id="payback-months"
own = orders[orders["customer_id"].isin(buyers.index)]
age = (own["date"] - own["customer_id"].map(buyers["won_on"])).dt.days
by_month = own["margin"].groupby([own["customer_id"], age // 30]).sum().unstack()
whole_months = ((last_day - buyers["won_on"]).dt.days + 1) // 30
seen = by_month.reindex(index=buyers.index, columns=range(12)).fillna(0)
seen = seen.where(whole_months.to_numpy()[:, None] > np.arange(12))
so_far = seen.groupby(buyers["source"]).mean().cumsum(axis=1).ge(cac, axis=0)

# %% [markdown] id="payback-interval"
# How sure is that? Take one age, 180 whole days, and only the customers who have had them. The 95 % interval
# of a mean is mean ± 1.96 × standard deviation ÷ √n; divided by the CAC, which we count as known, it is that
# of the share that is back.

# %% id="payback-table"
half_year = own.loc[age < 180].groupby("customer_id")["margin"].sum().reindex(buyers.index, fill_value=0)
had = buyers["won_on"] <= last_day - pd.Timedelta(days=179)
back = half_year[had].groupby(buyers["source"]).agg(["mean", "sem"])
payback = pd.DataFrame({"months": so_far.idxmax(axis=1).add(1).where(so_far.any(axis=1))})
payback["back"], half = back["mean"] / cac, 1.96 * back["sem"] / cac
payback["from"], payback["to"] = payback["back"] - half, payback["back"] + half
caption = "Months to payback (–: not in a year); margin of 180 days over CAC, 95 % interval"
plots.table(payback, caption, dict.fromkeys(["back", "from", "to"], "{:.1f}"))

# %% id="payback-read"
count = (payback["from"] > 1).sum()
tell("After 180 days {count} of {all} intervals lie above 1, each interval alone, not all together.", count=count, all=len(payback))

# %% [markdown] id="payback-words"
# The number won is uncertain as well, so these intervals are too narrow; the bootstrap below draws both.
# Payback does not say what comes afterwards.

# %% [markdown] id="ratio"
# ### CLV : CAC
#
# The **CLV : CAC ratio** puts the lifetime value over the cost of winning a customer (chapter 2a called that
# cost *AC*). The value is the margin so far plus the forecast of chapter 2b: expected purchases (BG/NBD) times
# expected spend (Gamma-Gamma) times the margin share, discounted, for as many weeks as `horizon` says.
# A customer is then seen for 1.5 to 2.5 years, by the day of joining. The CAC is *not* taken off: it stands
# below the line of the ratio. The package says what it left out on the way.

# %% id="ratio-forecast"
weekly = crm.summarize(orders, as_of=last_day, unit="W")
forecast = crm.customer_lifetime_value(
    crm.BetaGeometricNBD().fit(weekly), crm.GammaGamma().fit(weekly), weekly, horizon=horizon, unit="W",
    discount_rate=discount_rate, margin=lines["margin"].sum() / lines["paid"].sum(),
)

# %% id="ratio-value"
earned = own.groupby("customer_id")["margin"].sum()
buyers["CLV"] = earned.reindex(buyers.index).fillna(0) + forecast.reindex(buyers.index).fillna(0)
ratio_draws = (times_drawn * buyers["CLV"].to_numpy()) @ member.to_numpy() / cost.to_numpy()
one_of_eight = 0.025 / len(cost)

# %% [markdown] id="ratio-many"
# Eight ratios, eight chances to be fooled. So these intervals are wider, 99.4 % each: then all eight
# *together* hold with 95 %.

# %% id="ratio-table"
ratios = pd.DataFrame({"CLV": buyers.groupby("source")["CLV"].mean(), "CAC": cac})
ratios["CLV : CAC"] = ratios["CLV"] / ratios["CAC"]
ratios["from"], ratios["to"] = np.quantile(ratio_draws, [one_of_eight, 1 - one_of_eight], axis=0)
ratios = ratios.sort_values("CLV : CAC", ascending=False, kind="stable")
caption = "Value and cost of a customer by source ({unit}), ratio with joint 95 % interval"
plots.table(ratios, caption, dict.fromkeys(["CLV : CAC", "from", "to"], "{:.1f}"), unit=currency)

# %% id="ratio-read"
paying, unclear = list(ratios.index[ratios["from"] > 1]), list(ratios.index[ratios["from"] <= 1])
tell("More than they cost, on the books: {names}.", names=", ".join(paying) or "none")
tell("Not clear: {names}.", names=", ".join(unclear) or "none")

# %% [markdown] id="ratio-words"
# The interval covers which customers came, not an error of the forecast, and not the question whether the
# channel brought them at all. The model knows nothing of the channel: who bought once gets the forecast of
# everybody who bought once at that age, so real differences between channels are drawn towards each other.

# %% [markdown] id="decision"
# ## The decision
#
# ### Chance times value
#
# A call list needs one more number. The likeliest lead may be a small customer. What a lead is expected to
# bring is its chance times the value of a customer of its kind. We take the kinds' values from the leads
# that the model learned on, and judge the list on the leads that it has not seen.

# %% id="decision-value"
leads["CLV"] = leads["customer_id"].map(buyers["CLV"]).where(leads["won in time"], 0)
lead_kind = leads["kind"].astype("str")
value_of_kind = leads[before & leads["won in time"]].groupby(lead_kind)["CLV"].mean()
expected = crm.steady(chance * lead_kind.map(value_of_kind))
tell("A consumer won is worth {consumer:,.0f}, an organisation {organisation:,.0f}.", **value_of_kind)

# %% id="decision-lists"
lists = {"chance × value": expected, "chance": chance, "need × budget": lead_features["need × budget"]}
picked = {name: score[later].nlargest(calls).index for name, score in lists.items()}
picked["as they arrived"] = later[:calls]
called = pd.DataFrame({"won": {name: leads.loc[rows, "won in time"].sum() for name, rows in picked.items()}})
called["value"] = [leads.loc[rows, "CLV"].sum() for rows in picked.values()]
caption = "{count} calls among the leads since 1 July: customers among them, and their value ({unit})"
plots.table(called.rename_axis("called by"), caption, count=calls, unit=currency)

# %% [markdown] id="decision-pair"
# The lists share many leads, so their difference has a narrower interval than either sum. Per lead, it
# is its value if only the new list has it, minus its value if only the old one has, 0 otherwise. The obvious
# list is need × budget; but does *value* help, over the chance alone? Two looks: 2.24 standard errors.

# %% id="decision-gain"
on_list = pd.DataFrame({name: later.isin(picked[name]) for name in lists}, later).astype("int")
new, old = on_list["chance × value"], on_list[["need × budget", "chance"]]
extra = old.rsub(new, axis=0).mul(leads.loc[later, "CLV"], axis=0)
gains, half = extra.sum(), 2.24 * extra.std() * np.sqrt(len(extra))
within = {other: (gains[other] - half[other], gains[other] + half[other]) for other in extra}
for other in extra:
    tell("Over {other}: {more:+,.0f}, interval {within:+,.0f}.", other=other, more=gains[other], within=within[other])

# %% [markdown] id="decision-test"
# What a call *adds* is still unknown. A test: of the best 600 leads of a quarter call half, drawn by lot. How
# long until a gain of 8 points (assumed) is found (chapter 3b had the formula), and from which gain on does a
# call pay?

# %% id="decision-size"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

best = leads.loc[expected[later].nlargest(2 * calls).index]
won_later = leads.loc[later][later_won & (lead_kind[later] == "consumer")]
rate, least = best["won in time"].mean(), call_cost / won_later["CLV"].mean()
needed = NormalIndPower().solve_power(proportion_effectsize(rate + 0.08, rate), power=0.8, alpha=0.05)
months = 3 * int(np.ceil(needed / calls))
tell("From {rate:.0%}, 8 points more: {needed:,.0f} per half.", rate=rate, needed=needed)
tell("That is {months} months. For a consumer, a call pays from {least:.1points} on.", months=months, least=least)

# %% [markdown] id="decision-open"
# Between the two gains the test will mostly stay open: it shows whether calls are a great success, not
# whether they just pay.
#
# ### The memo
#
# Ma Jun and Zhou Ning to Lin Yue:

# %% id="decision-memo-calls"
(more, over), (more_within, over_within) = gains, within.values()
sure, helps = more_within[0] > 0, over_within[0] > 0
tell("1. Call list, after the test: by chance × value." if sure else "1. Call list: by score or by hand, open.")
tell("Value on it, over need × budget: {more:+,.0f} ({within:+,.0f}).", more=more, within=more_within)
tell("Over chance alone: {more:+,.0f} ({within:+,.0f}).", more=over, within=over_within)
tell("So value belongs in it." if helps else "Whether value belongs in it is open; it costs nothing.")
tell("What a call adds: open. For {months} months half of each quarter's best 600 is called, by lot.", months=months)
tell("The answer comes {limit} days later.", limit=decided)

# %% id="decision-memo-rest"
sign = [name for name in candidates.index[:contracts] if name in safe]
visit = ", ".join(name for name in firm.index if name not in safe and name not in never)
tell("2. Dealers: sign {names} now.", names=", ".join(sign) or "nobody")
tell("Visit before the rest of the {count} contracts: {names}.", names=visit or "nobody", count=contracts)
tell("3. Channels that pay on the books: {names}.", names=", ".join(paying) or "none")
tell("No budget moves on that: what a channel caused is open.")

# %% id="decision-evidence"
unclear_ratio = ratios.iloc[-1]
crm.evidence(
    ("value over need × budget, yuan", "{more:+,.0f}", "{around:+,.0f}", "decision-gain", "1.5 to 2 years; calls add in proportion; two looks"),
    ("value over chance alone, yuan", "{over:+,.0f}", "{over_within:+,.0f}", "decision-gain", "the same"),
    ("gain from which a call pays, points", "{least:.1points}", "", "decision-size", "a consumer's 1.5 to 2 years; a call costs 25 yuan"),
    ("months of the test of calls", "{months}", "", "decision-size", "as many leads as since July"),
    ("dealers chosen in nine draws of ten", "{safe}", "", "dealers-firm-read", "40 says how sure we are"),
    ("lowest CLV : CAC", "{low:.1f}", "{low_within:.1f}", "ratio-table", "all credit to the first contact"),
    more=more, around=more_within, over=over, over_within=over_within, least=least, months=months, safe=len(safe),
    low=unclear_ratio["CLV : CAC"], low_within=tuple(unclear_ratio[["from", "to"]]),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows the true chance of every lead, and what its customers are worth in two years. No firm
# has either. We let each list choose among the leads since October, as if their fate were not known
# yet.

# %% id="truth-calls"
inner = company.truth.leads
true_value = inner["chance"] * lead_kind.map(inner["clv"].groupby(lead_kind).mean())
young = leads.index[~known]
behind = {name: true_value[score[young].nlargest(calls).index].sum() for name, score in lists.items()}
true_table = pd.Series(behind, name="true value").rename_axis("called by")
plots.table(true_table, "True expected value of the {count} called ({unit})", count=calls, unit=currency)

# %% id="truth-judged"
judged = {"action": behind["chance × value"], "baseline": behind["need × budget"], "open": not sure}
gain = judged["action"] - judged["baseline"]
tell("The memo's list less the obvious one: {gain:+,.0f} {unit}.", gain=gain, unit=currency)

# %% [markdown] id="truth-leads-words"
# And a secret of this simulator: the day of contact changes nothing in it. The difference between quick
# and slow contacts in the claim check is no effect at all.

# %% id="truth-clv"
buyers["true CLV"] = inner.loc[won, "clv"].to_numpy()  # the same leads in the same order
value_check = buyers.groupby("source")[["CLV", "true CLV"]].mean().loc[ratios.index]
caption = "Value of a customer, best and worst ratios ({unit})"
plots.table(value_check.iloc[[0, 1, -2, -1]], caption, unit=currency)

# %% id="truth-clv-read"
error = value_check["CLV"] / value_check["true CLV"] - 1
farthest = error.abs().idxmax()
tell("Farthest off: {source}, {error:+.0relative}.", source=farthest, error=error[farthest])
tell("Its true ratio is {ratio:.1f}.", ratio=value_check.loc[farthest, "true CLV"] / cac[farthest])

# %% [markdown] id="truth-clv-words"
# The order of these channels survives, the level not everywhere: the forecast knows nothing of the channel,
# and takes customers of a poor one for average. So a ratio near 1 is less than it seems.

# %% id="truth-dealers"
sales = candidates["dealer id"].map(company.truth.dealers["expected_sales"])
rules = {"Ma Jun's weights": candidates["score"], "equal weights": equal, "perfect knowledge": sales}
signed = {rule: sales[score.nlargest(contracts).index].sum() for rule, score in rules.items()}
signed = pd.Series(signed | {"by lot": contracts * sales.mean()}, name="sales").rename_axis("chosen by")
plots.table(signed, "True expected sales of the chosen dealers, a year ({unit})", unit=currency)

# %% [markdown] id="truth-dealers-read"
# Reputation and price are what one talks about; in the simulator sales come from distribution, cooperation and
# sound finances. A scorecard with wrong weights can still choose well, because good dealers are good at many
# things at once: compare its row with equal weights and with the lot.

# %% [markdown] id="recap"
# ## Recap
#
# - Describe the customers you want by facts, and judge a look-alike score on customers it has not seen.
# - A scorecard is as firm as its weights: draw them anew, and say who stays.
# - Leave out what has had no time to happen, in funnels, rates and models.
# - A score ranks who buys. Chance times value makes a call list; only a draw by lot shows what a call
#   adds.
# - CAC and CLV : CAC need intervals, and a word on which customers are whose.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-censored"
crm.quiz(
    "Of the leads of this quarter 12 % have been won so far, of the first 18 %. What do you report?",
    ("Nothing yet: the young ones had less time.", True, "Compare what was won within as many days."),
    ("The leads have become worse.", False, "They may have; these numbers cannot show it."),
    ("The salespeople work more slowly.", False, "Look at the time to contact for that."),
)

# %% id="quiz-trace"
crm.quiz(
    "Leads that ordered a trial pack are won three times as often. Send one to everybody?",
    ("First by lot to half of them, and compare.", True, "Who orders a pack is keener already."),
    ("Yes: three times as many will buy.", False, "The pack did not make them keen; they asked for it."),
    ("No: the pack has no effect.", False, "It may have one; this comparison cannot show it."),
)

# %% id="quiz-call"
crm.quiz(
    "Lead A: 40 %, worth 300 yuan if won. Lead B: 10 %, worth 3,000. Whom do you call first?",
    ("B: 300 expected against 120.", True, "Chance times value. What the call adds is another question."),
    ("A: it is four times as likely.", False, "And brings a tenth as much."),
    ("The one that came first.", False, "Then half of the calls go to those who will not buy."),
)

# %% id="quiz-ratio"
crm.quiz(
    "A channel has CLV : CAC = 6. What follows?",
    ("Perhaps more should be spent there.", True, "If the next customer still costs less than the CLV."),
    ("It is twice as good as one with 3.", False, "It may be tiny; the profit depends on the volume."),
    ("It should get the whole budget.", False, "The next customers will cost more than the last ones."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/04a_leads_and_channels.ipynb) lets you choose leads and count costs at a company
# of your own. [Chapter 4b](04b_attribution_and_tests.ipynb) asks which channels *cause* the customers, and
# where the next yuan goes.
#
# *Your own data:* three tables are enough: leads with the days of their stages, contacts with a channel, and
# spend by channel and month. Give them the column names shown above, put them in place of `company.leads`,
# `company.touchpoints` and `company.channel_spend`, and run on.
#
# ### References
#
# - Dawes, R. M. (1979). The robust beauty of improper linear models in decision making. *American
#   Psychologist* 34(7), 571–582.
# - Fieller, E. C., Hartley, H. O. & Pearson, E. S. (1957). Tests for rank correlation coefficients. I.
#   *Biometrika* 44(3/4), 470–481.
# - Oldroyd, J. B., McElheran, K. & Elkington, D. (2011). The short life of online sales leads. *Harvard
#   Business Review* 89(3), 28.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of
#   the American Statistical Association* 22, 209–212.
