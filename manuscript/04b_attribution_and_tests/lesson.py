# %% [markdown] id="title"
# # 4b · Attribution and tests
#
# ### The question
#
# Zhou Ning leads marketing at Harbour Coffee. Her dashboard gives most new customers to search advertising,
# the largest budget of all. Lin Yue, the founder, asks by Friday: where does the next yuan go in 2026, and
# where does it come from? A wrong answer pays, for a year, for customers who would have come anyway.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. give credit to channels in six ways, and say what none of them shows;
# 2. read a switch-off test, and compute what the *next* customer costs;
# 3. plan, run and read an A/B test, and leave it alone while it runs;
# 4. move a budget on evidence, with an interval.
#
# *You need* CAC and CLV : CAC of [chapter 4a](04a_leads_and_channels.ipynb), and the randomised test of
# [chapter 3b](03b_groups_and_offers.ipynb). *Time:* about {{minutes}} minutes to read and run. *Not here:*
# keeping the customers you have won ([chapter 5a](05a_satisfaction_and_loyalty.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
currency = "yuan"
decided = 90  # days after which a lead that has not bought counts as not won
horizon = 78  # weeks of the forecast of a new customer's value
step = 0.25  # part of a channel's spend that may be moved
elasticity = 0.24  # of customers to spend: the mean of published long-term studies

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

# %% id="recall-cac"
leads = company.leads.set_index("lead_id")
won, spend = leads["won_on"].notna(), company.channel_spend
cost = spend.groupby(spend["channel"].astype("str"))["spend"].sum()
paid, count = cost.sum(), won.sum()
tell("{paid:,.0f} {unit}, {leads:,} leads, {count:,} won.", paid=paid, leads=len(leads), count=count, unit=currency)
crm.quiz(
    "What did a new customer of 2025 cost?",
    (f"{paid / count:,.0f}", True, "Spend over customers: the won ones pay for the others."),
    (f"{paid / len(leads):,.0f}", False, "That is the cost of a lead."),
    (f"{paid / count / 12:,.0f}", False, "A year's spend belongs to a year's customers."),
)

# %% id="recall-young"
known = leads["created"] <= last_day - pd.Timedelta(days=decided)
old, young = won[known].mean(), won[~known].mean()
tell("Won so far: {old:.1%} of the older leads, {young:.1%} of the youngest.", old=old, young=young)
crm.quiz(
    "Have the youngest leads become worse?",
    ("Nobody knows: they had less time.", True, "They are censored. Compare what had the same time."),
    ("Yes, the rate has fallen.", False, "It had no time to rise."),
    ("Yes, unless December is always weak.", False, "First give every lead the same number of days."),
)

# %% [markdown] id="data"
# ## The data
#
# `touchpoints` has the contacts of every lead with us, in order of time; leads, spend and the rule of 90 days
# are those of chapter 4a. `landing_test` has a row for each day and version of the landing page. What is
# wrong with them? We see the contacts that leave a trace, not the friend over dinner. And a young lead
# is not lost: in the paths below only leads stand that have had their 90 days. Of these, whoever was won
# counts, however late: credit divides customers, it is no rate.

# %% id="data-path"
touchpoints = company.touchpoints.astype({"channel": "str"})
contacts = touchpoints.groupby("lead_id").size().reindex(leads.index)
example = leads.index[won & (contacts == 4)][0]
path = touchpoints[touchpoints["lead_id"] == example].set_index("date")[["channel"]]
plots.table(path, "The contacts of one lead that was won")

# %% [markdown] id="data-value"
# What a customer is worth is computed as in chapter 4a: the margin so far plus the forecast, together one and
# a half to two and a half years from the first order on.

# %% id="data-margin"
costs = company.products.set_index("product_id")["unit_cost"]
lines, orders = company.order_lines, company.orders
lines["margin"] = lines["paid"] - lines["quantity"] * lines["product_id"].map(costs)
orders["margin"] = orders["order_id"].map(lines.groupby("order_id")["margin"].sum())

# %% id="data-clv"
weekly = crm.summarize(orders, as_of=last_day, unit="W")
forecast = crm.customer_lifetime_value(
    crm.BetaGeometricNBD().fit(weekly), crm.GammaGamma().fit(weekly), weekly, horizon=horizon,
    discount_rate=0.10, margin=lines["margin"].sum() / lines["paid"].sum(), unit="W",
)
value = orders.groupby("customer_id")["margin"].sum().add(forecast, fill_value=0)
leads["CLV"] = leads["customer_id"].map(value)

# %% id="data-read"
count, mean = won.sum(), leads["CLV"].mean()
tell("{count:,} customers won in 2025, worth {mean:,.0f} {unit} each.", count=count, mean=mean, unit=currency)

# %% [markdown] id="attribution"
# ## Attribution
#
# The lead above had several contacts before it bought. Who gets the customer? **Attribution** divides the
# credit for a purchase, a *conversion* as the trade counts it here, among the contacts on the way. **First
# touch** gives all to the first contact, **last touch** all to the last. **Linear attribution** gives each
# contact the same. **Position-based attribution** gives 40 % to the first, 40 % to the last and the rest to
# those between (of four contacts: 40, 10, 10, 40 %); of two contacts each gets half, one alone gets all.
#
# Two rules look at all paths at once. **Markov attribution** treats a path as a walk from channel to channel
# and asks: if everybody who reaches this channel were lost there, what share of conversions would be gone?
# That is its **removal effect**, and credit follows it (Anderl et al., 2016). The **Shapley value** comes
# from game theory: let the channels join one after another in every possible order, and give each what it
# adds on average (Shapley, 1953).

# %% [markdown] id="hand"
# ### A small example by hand
#
# Three leads: C1 › C2 › C3 bought; C1 did not; C2 › C3 did not. First the walk: of two leads at C1, one
# went on to C2. All who were at C2 went on to C3. Of two at C3, one bought. Two of three started at C1, one
# at C2.

# %% id="hand-paths"
small = pd.DataFrame(
    {
        "path": [("C1", "C2", "C3"), ("C1",), ("C2", "C3")],
        "conversions": [1, 0, 0],
        "lost": [0, 1, 1],
    }
)
plots.table(crm.attribution.transition_matrix(small), "Where leads go next", "{:.2f}")

# %% id="hand-removal"
all_channels = 2 / 3 * 1 / 2 * 1 / 2 + 1 / 3 * 1 / 2
without_c1 = 1 / 3 * 1 / 2
without_c2 = without_c3 = 0
removal = 1 - np.array([without_c1, without_c2, without_c3]) / all_channels
tell("Chance to buy: {all:.3f}; without C1 {less:.3f}; without C2 or C3, 0.", all=all_channels, less=without_c1)

# %% id="hand-credit"
hand = pd.DataFrame({"removal effect": removal}, index=["C1", "C2", "C3"])
hand["credit"] = hand["removal effect"] / hand["removal effect"].sum()
plots.table(hand, "By hand: removal effects, and credits for one conversion", "{:.2f}")

# %% [markdown] id="hand-markov-words"
# Removing C1 loses only half: who starts at C2 can still buy. Removal effects eₖ = 1 − P(conversion without k) ÷
# P(conversion) add up to more than 1, because one conversion is lost with each of its channels; so credits
# are eₖ ÷ Σe × conversions. `crm.attribution.markov` does the same:

# %% id="hand-markov"
by_package = crm.attribution.markov(small).rename(columns={"removal_effect": "removal effect"})
plots.table(by_package, "By the package", "{:.2f}")

# %% [markdown] id="hand-shapley"
# Now Shapley. Channel A alone brings 6 customers, B alone 4. If both together bring 10, nobody adds
# anything to the other. If both bring 20, they help each other. There are two orders. A first: A gets 6, and B
# what is added to it. B first: B gets 4, and A what is added. Each gets the mean of the two.

# %% id="hand-shapley-run"
for together in (10, 20):
    a_gets, b_gets = np.mean([6, together - 4]), np.mean([together - 6, 4])
    tell("Both bring {both}: A gets {a:.0f}, B gets {b:.0f}.", both=together, a=a_gets, b=b_gets)

# %% [markdown] id="rules"
# ### Six rules side by side

# %% id="rules-compare"
of_known = touchpoints[touchpoints["lead_id"].isin(leads.index[known])]
paths = crm.attribution.paths(of_known, converted=won[known])
names = ["first touch", "last touch", "linear", "position-based", "Markov", "Shapley"]
credit = crm.attribution.compare(paths).set_axis(names, axis=1)
share = (credit / credit.sum()).sort_values("last touch", ascending=False, kind="stable")

# %% id="rules-table"
caption = "New customers credited to each channel, by six rules"
plots.table(credit.loc[share.index].rename_axis("channel"), caption)

# %% id="rules-plot"
ax = share.T.plot(figsize=(7.5, 4.2), marker="o", style=["-", "--", "-.", ":"] * 2)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
swing = (share.max(axis=1) / share.min(axis=1)).idxmax()
plots.show(
    ax, "By the rule, {channel} gets {low:.0%} to {high:.0%} of the credit", channel=swing,
    low=share.loc[swing].min(), high=share.loc[swing].max(), x="rule", y="share of all credit", percent="y",
    alt="Lines: share of the credit per channel under six attribution rules.",
)

# %% id="rules-cac"
dear, cheap = cost[swing] / (share.loc[swing].agg(["min", "max"]) * won.sum())
tell("CAC of {channel}, by the rule: {cheap:,.0f} or {dear:,.0f}.", channel=swing, cheap=cheap, dear=dear)
gap = (share["Shapley"] - share["linear"]).abs().max()
tell("Shapley and linear differ by at most {gap:.1points}.", gap=gap)

# %% [markdown] id="rules-words"
# Whoever chooses the rule decides the budget. (Chapter 4a counted all won in 2025; here the shares of the
# older leads are scaled up to them.) Shapley and linear are so alike for a reason: where the worth
# of a set of channels is the number of conversions whose paths it covers, the Shapley value divides each
# conversion equally among the different channels of its path. That is the linear rule without repeats. (One
# may put in conversion *rates*, which use the paths that failed as well; ours does not, and of these six as
# built here only Markov does.) It adds more where one has *tested* what channels bring alone and together.

# %% [markdown] id="real"
# ### On real data
#
# The grocer of *Complete Journey* sent three types of coupon campaigns to its households. The path of a
# household is the campaigns it was in until it first used a coupon; the conversion is that first coupon.

# %% id="real-paths"
load = crm.datasets.load_complete_journey
sent = load("campaigns").merge(load("campaign_descriptions"), on="campaign_id")
redeemed = load("coupon_redemptions").groupby("customer_id")["redemption_date"].min()

# %% id="real-paths-used"
first_coupon = sent["customer_id"].map(redeemed)
until = sent[first_coupon.isna() | (sent["start_date"] <= first_coupon)]
used = first_coupon[until.index].notna().groupby(until["customer_id"]).first()

# %% id="real-credit"
columns = {"path": "customer_id", "time": "start_date", "channel": "campaign_type"}
real_credit = crm.attribution.compare(crm.attribution.paths(until, used, **columns)).set_axis(names, axis=1)
real_credit.insert(0, "sent", until["campaign_type"].value_counts())
plots.table(real_credit.rename_axis("campaign"), "Campaigns sent, and first coupons credited by six rules")

# %% [markdown] id="real-words"
# On paths this short the credit mostly follows how often a type was sent. What a campaign changed no rule can
# say: nobody was left out by lot.

# %% [markdown] id="cause"
# ### Credit is not cause
#
# All six rules divide what happened. None asks what would have happened *without* a channel. Somebody who
# has made up their mind types our name into a search engine and clicks on our advertisement above our own
# page: last touch says the advertisement won a customer. At eBay, switching such advertisements off lost
# next to nothing (Blake, Nosko & Tadelis, 2015). To find out, switch the channel off in some regions, drawn
# by lot: a **geo experiment**. Count customers, not shares of leads: a channel that is off brings
# fewer leads, too. With λ customers a quarter in each half of the regions, and a share s of them lost in
# one, a test finds the loss with 80 % power after 2.8² (2 − s) ÷ (s² λ) quarters (2.8 is 1.96 for the
# interval plus 0.84 for the power; the variance of a count is its mean).

# %% id="cause-size"
dashboard = share["last touch"].idxmax()
lost_share = np.array([1, 0.5, 0.25]) * share.loc[dashboard, "last touch"]
quarters = 2.8**2 * (2 - lost_share) / (lost_share**2 * won.sum() / 8)
plan = pd.DataFrame({"customers lost": lost_share, "months": np.ceil(3 * quarters)})
plan.index = ["all of its last-touch credit", "half of it", "a quarter of it"]
caption = "{channel} off in half of the regions: months for 80 % power"
plots.table(plan.rename_axis("if it causes"), caption, {"customers lost": "{:.0%}"}, channel=dashboard)

# %% [markdown] id="cause-words"
# A large error of the books is found soon; a small effect takes years, and even giants measure it with
# wide intervals (Lewis & Rao, 2015). And this is the best case: with five regions luck has only five draws.
#
# People are better than regions, where the company decides itself whom it meets: whom a system shows an
# advertisement, who gets a mail or an invitation. Half of those who would be met are not, by lot; all others
# only add noise and stay out (Johnson, Lewis & Nubbemeyer, 2017). Of an article, a shared post, a partner's
# word or a note in the press nobody knows who would have met it, so four channels remain. Say that Harbour Coffee
# did this for a year before 2025, with its lots independent of each other. No table has that year; the
# simulator draws what would have been seen, with as many leads as in 2025.

# %% id="cause-reach"
tested = ["search ad", "display ad", "email", "event"]
met = touchpoints.drop_duplicates(["lead_id", "channel"]).join(leads[["won_on", "CLV"]], on="lead_id")
reach = met.groupby("channel")["won_on"].agg(["size", "count"]).loc[tested]
half = reach["size"] // 2

# %% id="cause-run"
lost = company.truth.channels.loc[tested, "conversions"]  # what the lot shows; the company never sees it
with_it = rng.binomial(half, reach["count"] / reach["size"])
without_it = rng.binomial(half, (reach["count"] - lost) / reach["size"])

# %% [markdown] id="cause-interval-words"
# Twice the difference of the halves is what the channel causes in a year. Its variance is four times that of
# the two counts, w (1 − w ÷ half) each. Four tests are read together, so z is 2.50 instead of 1.96: then all
# four intervals hold at once with 95 %.

# %% id="cause-interval"
of_four = 2.50  # 98.75 % for each, 95 % for all four
tests = pd.DataFrame({"least credit": share.min(axis=1), "most credit": share.max(axis=1)}) * won.sum()
tests = tests.loc[tested].assign(**{"by test": 2.0 * (with_it - without_it)})
test_error = 2 * np.sqrt(with_it * (1 - with_it / half) + without_it * (1 - without_it / half))
tests["from"], tests["to"] = tests["by test"] - of_four * test_error, tests["by test"] + of_four * test_error

# %% id="cause-table"
plots.table(tests, "New customers a year: credited by six rules; caused by test, joint 95 % interval")

# %% id="cause-plot"
import matplotlib.pyplot as plt

place = np.arange(len(tests))
missed = (tests["least credit"] > tests["to"]) | (tests["most credit"] < tests["from"])
figure, ax = plt.subplots(figsize=(7.5, 2.8))
ax.hlines(place - 0.15, tests["least credit"], tests["most credit"], color="0.6", lw=6, label="six rules")
ax.errorbar(tests["by test"], place + 0.15, xerr=of_four * test_error, fmt="o", capsize=4, label="test")
ax.axvline(0, color="0.3", lw=1)
ax.set_yticks(place, tests.index)
ax.invert_yaxis()
ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
plots.show(
    ax, "All six rules lie outside the test's interval: {count} of {all} channels", count=missed.sum(),
    all=len(tests), x="new customers a year (test: joint 95 % interval)", y="",
    alt="Ranges of the credit by six rules, and what a test finds with its interval, by channel.",
)

# %% [markdown] id="cause-agree"
# Six rules that agree are not six witnesses: they all read the same paths. A channel that is everywhere
# is in every path, and so it gets credit under every rule, whether it does anything or not.

# %% [markdown] id="next-yuan"
# ## The next yuan
#
# The test says what *all* the spend of a channel brings. A budget moves at the edge, and there the next yuan
# brings less than the average one.
#
# ### Claim check: "lifetime value should be three times the acquisition cost"
#
# The rule of three to one is repeated in every talk about start-ups; we found no study behind it. For whom
# would it be true? Suppose that a spend of s wins N = a·sᵇ customers. The exponent b is the **elasticity**:
# 1 % more spend wins b % more customers. One more yuan then wins b·N ÷ s customers, so the cost of the *next*
# customer, the **marginal CAC**, is CAC ÷ b: with b = ¼ four times the average cost. Spend more as long as
# it is below the CLV. What is the ratio at the best spend?

# %% id="claim-profit"
exponents = np.array([0.12, 0.24, 1 / 3, 0.50])
budget = np.geomspace(1, 1e6, 20_001)[:, None]
profit = 100 * 2 * budget**exponents - budget  # each customer is worth 100
best = budget[profit.argmax(axis=0), 0]
claim = pd.DataFrame({"CAC": best / (2 * best**exponents)}, [f"{exponent:.2f}" for exponent in exponents])
claim["marginal CAC"], claim["CLV : CAC"] = claim["CAC"] / exponents, 100 / claim["CAC"]
plots.table(claim.rename_axis("elasticity"), "At the most profitable spend, a customer worth 100", "{:.1f}")

# %% [markdown] id="claim-answer"
# The best ratio is 1 ÷ b, whatever a customer is worth: there the next one costs what it brings. So three to
# one is right where the elasticity is one third, and nowhere else. A high ratio can also mean that you
# spend too *little*. A meta-analysis of brand advertising found 0.12 on average in the short run and 0.24 in
# the long run (Sethuraman, Tellis & Briesch, 2011). Those are sales of large brands; that it fits a coffee
# roaster is an assumption. From month to month our spend follows the contacts, which are billed one by one,
# so our own tables cannot say b: somebody has to change a budget on purpose.
#
# What can be computed is the **break-even elasticity**: the next yuan brings b × (what a yuan brings on
# average), so it pays where b is above 1 ÷ that average. With f times the spend a channel causes fᵇ times as
# many customers.

# %% id="next-value"
worth = met[met["won_on"].notna()].groupby("channel")["CLV"].agg(["mean", "sem"]).loc[tested]
found = rng.normal(tests["by test"], test_error, (10_000, 4)).clip(0)
per_yuan = found * rng.normal(worth["mean"], worth["sem"], (10_000, 4)) / cost[tested].to_numpy()
ends = [0.025 / len(tested), 1 - 0.025 / len(tested)]  # of four intervals at once
caused = tests["by test"].clip(lower=0)
brings = pd.DataFrame({"spend": cost[tested], "a yuan brings": caused * worth["mean"] / cost[tested]})
brings["from"], brings["to"] = np.quantile(per_yuan, ends, axis=0)

# %% id="next-table"
brings["CAC"], brings["CLV"] = (cost[tested] / caused).where(caused > 0), worth["mean"]
brings["marginal CAC"] = brings["CAC"] / elasticity
formats = dict.fromkeys(["a yuan brings", "from", "to"], "{:.1f}")
caption = "By test, joint 95 % interval; CAC = spend ÷ caused; marginal CAC at b = {b:.2f} ({unit})"
plots.table(brings, caption, formats, b=elasticity, unit=currency)

# %% id="next-read"
top = brings["from"].idxmax()
average = brings.loc[top, "a yuan brings"]
next_yuan, next_within = elasticity * average, tuple(elasticity * brings.loc[top, ["from", "to"]])
tell("The next yuan in {channel}: {next:.1f}, {within:.1f}.", channel=top, next=next_yuan, within=next_within)
least, least_within = 1 / average, tuple(1 / brings.loc[top, ["to", "from"]])
tell("It pays if the elasticity is above {least:.2f}, {within:.2f}.", least=least, within=least_within)

# %% [markdown] id="next-words"
# We take no advertisement to drive customers away, so a test below 0 counts as 0, and CAC has no value there.
# A channel with a high average may be full: whoever it can reach has been reached. Where the interval of the
# next yuan lies on both sides of 1, the question is open, however good the average looks.
#
# ### Explore: what a change would bring
#
# Move the elasticity and the change of spend. Three things to try:
#
# 1. Cut by 25 %. From which elasticity on is no gain clear any more?
# 2. Raise by 25 %. Which elasticity does the best channel need?
# 3. Set the elasticity to 1. Which channels would you now raise, and what do you have to believe?
#
# Where nothing can move, the picture shows a cut by a quarter at the published elasticity.

# %% id="explorer"
from crmlab import widgets

widgets.budget_explorer(brings[["spend", "from", "to"]], elasticity, -step, currency)

# %% [markdown] id="explore-read"
# A cut and a rise are no mirror images: what you save is certain, what you lose or win has an interval. A bar
# ends at the middle of the interval; the memo below gives the mean of all draws, which can lie elsewhere in it.

# %% [markdown] id="ab"
# ## A/B test
#
# Zhou Ning has a new landing page. An A/B test sends half of the visitors, by lot, to each page
# ([chapter 3b](03b_groups_and_offers.ipynb) had one). Because of the lot, a difference beyond luck is caused
# by the page. It has three parts: plan, run, read; most mistakes are made between them.

# %% [markdown] id="ab-plan"
# ### Plan: how many visitors?
#
# The **sample size** depends on three things: how much single visitors vary (σ), the smallest difference Δ
# that would matter, and the risks you accept. The **power** is the chance to find a difference Δ if it is
# there. For 80 % power and a false alarm in one test of twenty there is a rule of thumb, the **rule of
# 16**: n = 16 σ² ÷ Δ² per arm (van Belle, 2008). For a share p, σ² is p(1 − p). The exact number comes from
# Cohen's effect size of two shares, 2 arcsin√p₁ − 2 arcsin√p₂ (Cohen, 1988).

# %% id="ab-power"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

for rate, better in [(0.05, 0.0525), (0.10, 0.13), (0.10, 0.115)]:
    needed = NormalIndPower().solve_power(proportion_effectsize(better, rate), power=0.8, alpha=0.05)
    thumb = 16 * rate * (1 - rate) / (better - rate) ** 2
    tell(
        "{rate:.0%}, a gain of {gain:.2points}: {needed:,.0f} per arm; by the rule of 16, {thumb:,.0f}.",
        rate=rate, gain=better - rate, needed=np.ceil(needed), thumb=thumb,
    )

# %% id="ab-landing-plan"
a_day = 68  # visitors per page, counted in September
needed = NormalIndPower().solve_power(proportion_effectsize(0.13, 0.10), power=0.8, alpha=0.05)
tell("10 % to 13 % takes {weeks:.0f} whole weeks.", weeks=np.ceil(needed / a_day / 7))

# %% [markdown] id="ab-plan-words"
# Half the difference takes four times the visitors. Whole weeks, because Sunday's visitors are not Monday's.
# And write the plan down before the first visitor: the size, the measure, the day on which you will look.

# %% [markdown] id="ab-run"
# ### Run and read
#
# First question at the end: was the split fair? Both pages should have about the same number of visitors. A
# difference that luck cannot explain, a **sample ratio mismatch**, means that something is broken, and
# nothing else may be read. Then the difference, with its interval (Newcombe's, for two shares).

# %% id="ab-lot"
from scipy.stats import binomtest

arms = company.landing_test.groupby("arm", observed=True)[["orders", "visitors"]].sum()
came, rate = arms["visitors"], arms["orders"] / arms["visitors"]
fair = binomtest(int(came["new page"]), int(came.sum())).pvalue
tell("Visitors: new {new:,}, old {old:,}; p = {p:.3f}.", new=came["new page"], old=came["control"], p=fair)
tell("The split looks fair." if fair >= 0.001 else "Stop: find the fault before you read on.")

# %% id="ab-result"
from statsmodels.stats.proportion import confint_proportions_2indep as difference_interval

page = difference_interval(*arms.loc["new page"], *arms.loc["control"], method="newcomb")
page_gap = rate["new page"] - rate["control"]
tell("Orders per visitor: new {new:.1%}, old {old:.1%}.", new=rate["new page"], old=rate["control"])
tell("Difference {gap:+.1points}, 95 % interval {within:+.1points}.", gap=page_gap, within=page)

# %% [markdown] id="ab-days-words"
# And during the test? Somebody looks every morning. This is what they would have seen.

# %% id="ab-days"
daily = company.landing_test.pivot(index="day", columns="arm", values=["orders", "visitors"]).cumsum()
rates = daily["orders"] / daily["visitors"]
pooled = daily["orders"].sum(axis=1) / daily["visitors"].sum(axis=1)
half_width = 1.96 * np.sqrt(pooled * (1 - pooled) * (1 / daily["visitors"]).sum(axis=1)).to_numpy()
so_far, days = (rates["new page"] - rates["control"]).to_numpy(), range(1, len(rates) + 1)

# %% id="ab-days-plot"
figure, ax = plt.subplots(figsize=(7.5, 3.4))
ax.plot(days, so_far, marker="o")
ax.fill_between(days, so_far - half_width, so_far + half_width, alpha=0.2)
ax.axhline(0, color="0.3", lw=1)
plots.show(
    ax, "On {count} of {days} mornings the interval leaves out 0", count=(abs(so_far) > half_width).sum(),
    days=len(so_far), x="day of the test", y="difference so far (points, 95 % interval)", in_points="y",
    alt="Line with band: difference between the pages so far and its interval, day by day.",
)

# %% [markdown] id="peeking"
# ### What peeking does
#
# **Peeking** is to look again and again and to stop at the first clear result. What is wrong with it? Test
# two *equal* pages, an **A/A test**: every alarm is false. We run three thousand of them, and look once,
# twice, … or every day.

# %% id="peeking-simulate"
shape = (3000, 28, 2)
visitors = rng.poisson(a_day, shape)
equal_pages = rng.binomial(visitors, 0.10)
seen_visitors, seen_orders = visitors.cumsum(axis=1), equal_pages.cumsum(axis=1)
pooled = seen_orders.sum(axis=2) / seen_visitors.sum(axis=2)
error = np.sqrt(pooled * (1 - pooled) * (1 / seen_visitors).sum(axis=2))
distance = np.diff(seen_orders / seen_visitors, axis=2)[..., 0] / error

# %% id="peeking-count"
from statsmodels.stats.proportion import proportion_confint

every = {1: 28, 2: 14, 4: 7, 7: 4, 14: 2, 28: 1}
clear = np.abs(distance) > 1.96
alarm = pd.DataFrame({looks: clear[:, days - 1 :: days].any(axis=1) for looks, days in every.items()})
alarms = alarm.mean().rename("false alarms").to_frame()
alarms["from"], alarms["to"] = proportion_confint(alarm.sum(), len(distance), method="wilson")

# %% id="peeking-plot"
ax = alarms["false alarms"].plot(marker="o", figsize=(7.5, 3.8))
ax.fill_between(alarms.index, alarms["from"], alarms["to"], alpha=0.2)
ax.axhline(0.05, color="0.3", ls="--")
ax.set_ylim(0)
plots.show(
    ax, "Equal pages: with daily looks {share:.0%} of the tests find a winner",
    share=alarms.loc[28, "false alarms"], x="looks in 28 days", y="tests with a false alarm", percent="y",
    alt="Line: share of A/A tests with a false alarm against the number of looks; dashed: 5 %.",
)

# %% [markdown] id="peeking-what"
# Each look is another chance for luck. The plain way: fix the size and look once. If you must look, raise the
# bar, so that *all looks together* keep the 5 % (Pocock, 1977); **alpha spending** plans how much of the risk
# each look may use up (Lan & DeMets, 1983). The simulation gives the bar directly:

# %% id="peeking-bar"
bar = np.quantile(np.abs(distance).max(axis=1), 0.95)
tell("With a look on each of 28 days, |z| must reach {bar:.2f} instead of 1.96.", bar=bar)

# %% [markdown] id="peeking-effect-words"
# Peeking does a second harm: who stops at a lucky moment reports a lucky number. Now the new page is
# really better, by one point, and we stop at the first clear result.

# %% id="peeking-effect"
better_page = rng.binomial(visitors, [0.10, 0.11]).cumsum(axis=1)
gap = np.diff(better_page / seen_visitors, axis=2)[..., 0]
pooled = better_page.sum(axis=2) / seen_visitors.sum(axis=2)
clear = gap / np.sqrt(pooled * (1 - pooled) * (1 / seen_visitors).sum(axis=2)) > 1.96
stopped = clear.any(axis=1)
reported = gap[stopped, clear.argmax(axis=1)[stopped]]

# %% id="peeking-effect-read"
tell("{share:.0%} of the tests stop with a winner.", share=stopped.mean())
tell(
    "They report {reported:+.1points} on average. The truth is {truth:+.1points}.",
    reported=reported.mean(), truth=0.11 - 0.10,
)

# %% [markdown] id="evaluation"
# ## Evaluation
#
# Acquisition is evaluated in four steps: set goals, choose measures, monitor, analyse. The goals for 2025
# were set a year ago: one lead in seven won within the time, and a CAC of at most 400 per customer.

# %% id="evaluation-table"
quarter = leads["created"].dt.quarter
in_time = ((leads["won_on"] - leads["created"]).dt.days <= decided)[known]
monitor = in_time.groupby(quarter).mean().where(known.groupby(quarter).mean() == 1).to_frame("won in time")
monitor["spend"] = spend.groupby(spend["month"].dt.quarter)["spend"].sum()
monitor["new customers"] = won.groupby(leads["won_on"].dt.quarter).sum()
monitor["CAC"] = monitor["spend"] / monitor["new customers"]
caption = "Monitoring by quarter of 2025 ({unit}); –: too early to say"
plots.table(monitor.rename_axis("quarter"), caption, {"won in time": "{:.1%}"}, unit=currency)

# %% id="evaluation-read"
rates_missed, cac_missed = (monitor["won in time"] < 1 / 7).sum(), (monitor["CAC"] > 400).sum()
luck = 1.96 / np.sqrt(monitor["new customers"].mean())
tell("Won in time: goal missed in {count} of 3 quarters.", count=rates_missed)
tell("CAC: goal missed in {count} of 4 quarters.", count=cac_missed)
tell("Luck alone moves a quarter's CAC by up to {luck:.0%}, either way.", luck=luck)

# %% [markdown] id="evaluation-words"
# Luck is 1.96 ÷ √n here, for the rate as for the CAC, n the customers of a quarter: a goal missed by less
# is no news. And a quarter's spend also wins customers of the next, so the first months of a new budget
# always look dear.

# %% [markdown] id="decision"
# ## The decision
#
# The test has measured what a channel brings; no table says b. So we look for a move that needs little of it.
# A *cut* does: cut a quarter of a channel's spend, and a quarter of the spend is saved for sure; what is
# lost is value × (1 − 0.75ᵇ). The rule, set before the tests: cut where the interval of what a yuan brings
# *ends* lowest. Nobody is judged by the middle of a wide interval; and one channel at a time.

# %% id="decision-cut"
down = brings["to"].idxmin()
saved, value_per_yuan = step * cost[down], per_yuan[:, tested.index(down)]
gains = saved - cost[down] * value_per_yuan * (1 - (1 - step) ** elasticity)
gain, gain_within = gains.mean(), tuple(np.quantile(gains, ends))
tell("A quarter of {channel} saves {saved:,.0f} {unit}.", channel=down, saved=saved, unit=currency)
tell("Less what is lost: {gain:+,.0f}, joint 95 % interval {within:+,.0f}.", gain=gain, within=gain_within)

# %% id="decision-bound"
most = brings.loc[down, "to"]
bound = np.log(1 - step / most) / np.log(1 - step) if most > 1 else 1.0
tell("Even the poor end gains up to an elasticity of {bound:.2f}.", bound=bound)

# %% [markdown] id="decision-next"
# What next? The largest budget that no lot has touched can only be switched off by region. Would that show
# whether it pays? Five regions can be split into two and three in ten ways only, so even the clearest result
# comes by luck once in ten. And with many regions, all alike, how long until the loss is found at which the
# channel just pays, with customers of mean value?

# %% id="decision-test"
untested = cost.drop(tested).idxmax()
pays_from = cost[untested] / leads["CLV"].sum()  # share of all customers
months = np.ceil(3 * 2.8**2 * (2 - pays_from) / (pays_from**2 * won.sum() / 8))
tell(
    "{channel} pays from {least:.1%} of the customers on; Markov credits it with {credit:.1%}.",
    channel=untested, least=pays_from, credit=share.loc[untested, "Markov"],
)
tell("Many regions would find a loss of {least:.1%} in {months:.0f} months.", least=pays_from, months=months)

# %% [markdown] id="decision-memo-words"
# ### The memo
#
# Zhou Ning to Lin Yue:

# %% id="decision-memo"
clear = gain_within[0] > 0
tell("1. Cut {channel} by a quarter." if clear else "1. Cut {channel} by a quarter? Open.", channel=down)
tell("Against the budget of 2025, at an elasticity of {b:.2f}: {gain:+,.0f} ({within:+,.0f}).", b=elasticity, gain=gain, within=gain_within)
tell("It gains up to an elasticity of {bound:.2f}; published averages, of large brands: 0.12 and 0.24.", bound=bound)
verdict = "pays" if next_within[0] > 1 else "does not pay" if next_within[1] < 1 else "is open"
tell("2. The next yuan in {channel}, the one whose interval starts highest, {verdict}.", channel=top, verdict=verdict)

# %% id="decision-memo-rest"
tell("3. Test of {channel}: not proposed.", channel=untested)
tell("With five regions it cannot decide whether {channel} pays.", channel=untested)
tell("4. Landing page: the new one." if page[0] > 0 else "4. Landing page: open; the old one stays.")
tell("Difference {within:+.1points}, one look, as planned.", within=page)

# %% id="decision-evidence"
crm.evidence(
    ("value of a yuan in what is cut", "{mean:.1f}", "{value_within:.1f}", "next-value", "a year like that of the test"),
    ("gain of the cut, yuan a year", "{gain:+,.0f}", "{gain_within:+,.0f}", "decision-cut", "elasticity 0.24"),
    ("elasticity up to which it gains", "{bound:.2f}", "", "decision-bound", "N = a·sᵇ"),
    ("next yuan in the channel of point 2", "{next:.1f}", "{next_within:.1f}", "next-read", "elasticity 0.24"),
    ("landing page, points", "{gap:+.1points}", "{page:+.1points}", "ab-result", "visitors as in the test"),
    mean=brings.loc[down, "a yuan brings"], value_within=tuple(brings.loc[down, ["from", "to"]]), gain=gain,
    gain_within=gain_within, bound=bound, next=next_yuan, next_within=next_within, gap=page_gap, page=page,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator can do what no company can: switch a channel off for a whole year, leave all other luck as
# it was, and count the customers who are missing.

# %% id="truth-channels"
true = company.truth.channels.loc[share.index]
compared = share[["first touch", "last touch", "Markov"]] * won.sum()
compared = compared.assign(test=tests["by test"], caused=true["conversions"])
caption = "New customers: credited by three rules, found by test, really caused"
plots.table(compared.sort_values("caused", ascending=False, kind="stable"), caption)

# %% id="truth-wrong"
right = true["conversions"] / true["conversions"].sum()
wrong = share.sub(right, axis=0).abs().sum() / 2
low, high = wrong.min(), wrong.max()
tell("Credit that goes to the wrong channel: {low:.0%} to {high:.0%}, by the rule.", low=low, high=high)

# %% id="truth-anyway"
anyway = company.truth.leads.loc[won[won].index, "anyway"].mean()
alone = true["conversions"].sum() / won.sum()
rest = 1 - anyway - alone
tell("{share:.0%} of the new customers would have come without any contact.", share=anyway)
tell("{alone:.0%} hang on one channel alone, {rest:.0%} on several together.", alone=alone, rest=rest)

# %% [markdown] id="truth-channels-read"
# Search and email stand at the end of the path, where those arrive who have made up their minds, and rules
# that look at the end pay them for it. Which rule comes closest is a fact about *this* company, not about
# the rule: where the openers did nothing, first touch would be as wrong.
#
# And the cut? In the simulator every contact works by itself, so a quarter fewer contacts lose about a quarter
# of the customers: b is near 1, the worst case for a cut.

# %% id="truth-judged"
true_value = true["conversions"] * true["clv"]
judged = {"action": step * (cost[down] - true_value[down]), "baseline": 0.0, "open": not clear}
tell("The cut of {channel}, at b = 1: {gain:+,.0f}.", channel=down, gain=judged["action"])
raised = step * (true_value[dashboard] - cost[dashboard])
tell("A quarter more for {channel}, as last touch has it: {gain:+,.0f}.", channel=dashboard, gain=raised)
next_true = true_value[top] / cost[top]
tell("One more yuan in {channel}: {value:.1f}.", channel=top, value=next_true)
both = [(judged["action"], gain_within), (next_true, next_within)]
missed = sum(not low <= found <= high for found, (low, high) in both)
if missed:
    tell("{count} of the memo's two intervals miss this: they hold at b = {b:.2f} only.", count=missed, b=elasticity)

# %% [markdown] id="truth-judged-words"
# What one more yuan brings is what it may cost to leave a question open. At a smaller b it would be b times
# that, and nobody at the company could know.

# %% id="truth-landing"
true_rate = company.truth.landing_test["rate"]
real_gap = true_rate["new page"] - true_rate["control"]
tell("The landing page: the true difference is {gap:+.1points}.", gap=real_gap)
tell("The interval covers it." if page[0] <= real_gap <= page[1] else "The interval misses it.")

# %% [markdown] id="recap"
# ## Recap
#
# - Credit is bookkeeping. What a channel causes shows when it is switched off, by lot.
# - Six rules that agree are not six witnesses.
# - Marginal CAC = CAC ÷ b: the next customer costs more than the average one.
# - Where nobody knows b, look for a move that needs little of it, and say up to where it holds.
# - Fix the size of a test beforehand, and look once.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-last"
crm.quiz(
    "Last touch gives half of all customers to search advertising. What happens if you switch it off?",
    ("Nobody can know from the paths.", True, "Many may come anyway. Switch it off in some regions, by lot."),
    ("Half of the customers are lost.", False, "That would be so only if none of them had come anyway."),
    ("Nothing: last touch is always wrong.", False, "It may be right by chance; it does not measure cause."),
)

# %% id="quiz-markov"
crm.quiz(
    "Markov attribution gives a removal effect of 1 to two channels. Their credits?",
    ("They share equally, and do not sum to 2.", True, "Effects are scaled to the number of conversions."),
    ("Each gets all conversions.", False, "Then more would be credited than there were."),
    ("None: the method has failed.", False, "It is normal: every conversion went through both."),
)

# %% id="quiz-peek"
crm.quiz(
    "On day 9 of 28 the new page leads with p = 0.03. What do you do?",
    ("Go on to day 28.", True, "You planned one look. With daily looks many equal pages lead at some time."),
    ("Stop: p is below 0.05.", False, "That limit is for one look."),
    ("Stop and test a second time for 9 days.", False, "That is too short to find what you planned for."),
)

# %% id="quiz-next"
crm.quiz(
    "A channel has CLV : CAC = 6, by a switch-off test, and an elasticity of 0.12. The next yuan?",
    ("It brings 0.72 yuan: no more for it.", True, "6 × 0.12. The marginal CAC is above the CLV."),
    ("It brings 6 yuan: raise the budget.", False, "That is the average yuan."),
    ("Six is above three, so it pays.", False, "Three to one fits one elasticity only, one third."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/04b_attribution_and_tests.ipynb) gives you the tests of a company of your own.
# [Chapter 5a](05a_satisfaction_and_loyalty.ipynb) asks whether those whom you have won are content.
#
# *Your own data:* contacts with a channel, leads with the day on which they were won, and spend by channel
# and month. Give them the column names shown above. Nobody has switched a channel off? Plan it instead.
#
# ### References
#
# - Anderl, E., Becker, I., von Wangenheim, F. & Schumann, J. H. (2016). Mapping the customer journey:
#   lessons learned from graph-based online attribution modeling. *International Journal of Research in
#   Marketing* 33(3), 457–474.
# - Blake, T., Nosko, C. & Tadelis, S. (2015). Consumer heterogeneity and paid search effectiveness: a large-scale
#   field experiment. *Econometrica* 83(1), 155–174.
# - Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed. Erlbaum.
# - Johnson, G. A., Lewis, R. A. & Nubbemeyer, E. I. (2017). Ghost ads: improving the economics of measuring
#   online ad effectiveness. *Journal of Marketing Research* 54(6), 867–884.
# - Lan, K. K. G. & DeMets, D. L. (1983). Discrete sequential boundaries for clinical trials. *Biometrika*
#   70(3), 659–663.
# - Lewis, R. A. & Rao, J. M. (2015). The unfavorable economics of measuring the returns to advertising.
#   *Quarterly Journal of Economics* 130(4), 1941–1973.
# - Pocock, S. J. (1977). Group sequential methods in the design and analysis of clinical trials.
#   *Biometrika* 64(2), 191–199.
# - Sethuraman, R., Tellis, G. J. & Briesch, R. A. (2011). How well does advertising work? Generalizations
#   from meta-analysis of brand advertising elasticities. *Journal of Marketing Research* 48(3), 457–471.
# - Shapley, L. S. (1953). A value for n-person games. In *Contributions to the Theory of Games II*,
#   307–317. Princeton University Press.
# - van Belle, G. (2008). *Statistical Rules of Thumb*, 2nd ed. Wiley.
