# %% [markdown] id="title"
# # 5c · Winning back
#
# ### The question
#
# Harbour Coffee has 40,000 yuan to keep customers in the next half-year. Tang Mei, who leads service, wants
# to call everybody with a badly handled ticket. Zhou Ning, who leads marketing, wants to send vouchers to
# those who are likely to leave. He Rui has a model that says whom an offer changes. By Friday Lin Yue, the
# founder, has to know whom to make an offer, which one, and what it brings. A wrong answer is expensive
# twice: money goes to people who would have stayed anyway, and some leave *because* they were disturbed.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. turn a probability of churn into an expected profit, and name the number that is assumed;
# 2. plan win-back: cause, value and risk, time and tone, offer, and a group that gets nothing;
# 3. read a test with several offers, with less noise, and without picking the best of twelve;
# 4. judge a model of uplift against the obvious rule, and say when the evidence does not decide.
#
# *You need* the churn model of [chapter 5b](05b_churn.ipynb) and its calibration, and from
# [chapter 4b](04b_attribution_and_tests.ipynb) the size of a test and what several looks cost. *Time:*
# about {{minutes}} minutes to read and run. *Not here:* selling more to those who stay
# ([chapter 6a](06a_cross_sell.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
gap, horizon = 14, 150  # days: until the first letter; without a purchase that count as churn
margin_share = 0.45  # what is left of a yuan of sales after the cost of goods
budget = 40_000
least = 100  # yuan per call in 180 days that would be worth the trouble
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=60_000)
last_day = pd.Timestamp("2025-12-31")
rng = np.random.default_rng(seed)

# %% [markdown] id="setup-words"
# To *describe* churn, 12,000 customers were enough; to *measure* what an offer changes takes many more.
# Here Harbour Coffee has 60,000, made by the same rules.

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-nps"
survey = company.survey.query("wave == wave.max()")
verdict = (survey["nps"].dropna() >= 9).astype(float) - (survey["nps"].dropna() <= 6)
tell("NPS {score:±+.1f}, with a target of 3.", score=(100 * verdict.mean(), 196 * verdict.sem()))
crm.quiz(
    "Does that interval say how content all customers are?",
    ("No: those who are less content answer less.", True, "Non-response, as in chapter 5a."),
    ("Yes, it holds 95 %.", False, "It holds the luck of who was drawn, of those who answer."),
    ("Yes, with so many answers.", False, "More answers of the same people do not mend it."),
)

# %% id="recall-silent"
in_2024 = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")
year = crm.summarize(company.orders, since="2025-01-01", as_of=last_day)
long = in_2024["recency_days"] > 180
back = in_2024.index.isin(year.index)

# %% id="recall-silent-quiz"
tell("Silent for half of 2024: {share:.0%} of its buyers. Of these {back:.0%} bought in 2025.",
     share=long.mean(), back=back[long].mean())
crm.quiz(
    "Were the others of them churned?",
    ("By a horizon of a year, yes; for good, not surely.", True, "A choice of days, as in chapter 5b."),
    ("Yes, they are lost.", False, "Some buy again after any silence."),
    ("No: they may come back.", False, "Then nobody ever churns; choose a number of days and say it."),
)

# %% [markdown] id="data"
# ## The data
#
# In January 2026 the company drew half of its customers by lot, and each of them got one of three offers or
# nothing, all equally often. Half a year later the result is in: today is 5 July 2026. One row of
# `retention_test` is one customer: the offer, and orders, margin and cost of the 180 days. What is wrong
# with it: those who had left long before are in it, too; we read it for buyers of 2025. Everything that
# *describes* a customer here was known on the last day of 2025, before the lots.

# %% id="data-offers"
offers = company.retention_offers.astype({"offer": "str"}).set_index("offer")
shown = offers.rename(columns={"contact_cost": "contact", "redemption_cost": "redemption"})
shown = shown.rename(index=lambda name: name.replace("_", " "))
plots.table(shown, "Retention offers and what they cost ({unit})", unit=currency)

# %% [markdown] id="data-words"
# The contact costs for everybody, the redemption for everybody who uses the offer within 60 days. The churn
# model is that of chapter 5b on orders alone, learned on the end of 2024 and judged on June 2025.

# %% id="data-model"
days = ["2024-12-31", "2025-06-30"]
snapshots = crm.churn.snapshot(company.orders, days, gap=gap, horizon=horizon, as_of=last_day)
past, present, past_churned, churned = crm.churn.temporal_split(snapshots)
churn_model = crm.churn.churn_model().fit(past, past_churned)

# %% id="data-probability"
probability = pd.Series(crm.steady(churn_model.predict_proba(present)[:, 1]), present.index)
tell("Said {said:.1%}, churned {true:.1%}.", said=probability.mean(), true=churned.mean())

# %% [markdown] id="profit"
# ## From probability to profit
#
# A contact costs money, whoever it is. With probability p the customer was going to leave; the offer keeps
# a share s of those (the **save rate**), each worth V more than if gone. Those who would have stayed take
# the gift too, a share t of them. So with contact cost c and redemption cost δ, a contact earns on average
# p·s·(V − δ) − (1 − p)·t·δ − c (after Neslin et al., 2006, where t is 1). V is here the margin of a year
# (`margin_share` is set a little below what chapters 2a and 5a found, to be careful), p the probability of
# the model, and the rates of Zhou Ning's voucher are *assumed*. Whom should it go to?

# %% id="profit-offer"
value = margin_share * present["spend"].clip(lower=0)
voucher = {"contact_cost": 3.0, "redemption_cost": 25.0, "save_rate": 0.05, "take_rate": 0.4}
expects = crm.churn.contact_profit(probability, value, **voucher)
happened = crm.churn.contact_profit(churned.astype(float), value, **voucher)

# %% id="profit-rules"
rules = pd.DataFrame({"everybody": True}, index=present.index)
rules["likelier to leave than not"] = probability > 0.5
rules["expected profit above 0"] = crm.steady(expects) > 0

# %% id="profit-table"
result = pd.DataFrame({"contacted": rules.mean(), "expected": rules.mul(expects, axis=0).sum()})
earned = rules.mul(happened, axis=0)
result["with what happened"] = earned.sum()
formats = {"contacted": "{:.0%}"}
plots.table(result, "A voucher by three rules, assumed rates ({unit})", formats, unit=currency)

# %% id="profit-read"
ahead = earned["expected profit above 0"] - earned["likelier to leave than not"]
half = 1.96 * np.sqrt(len(ahead)) * ahead.std()
tell("By profit instead of probability: {gap:±+,.0f} {unit}.", gap=(ahead.sum(), half), unit=currency)

# %% [markdown] id="profit-words"
# The likeliest churners are often worth least: they bought once, long ago. Ranking by expected profit
# puts value and probability together. The last column takes the label in place of p, and is lower than
# expected where the model said too much. It is no proof of anything: both columns believe the save rate.

# %% [markdown] id="explore"
# ### Explore: where should the threshold be?
#
# Move the threshold and the assumptions; the line is the profit expected, the dots what would have come
# of it. Three things to try:
#
# 1. Put the save rate to half. Does the best share halve?
# 2. Make the voucher cheaper, then the contact. Which one moves the best share more?
# 3. Find a setting at which contacting nobody is best.
#
# (It ranks by probability, to have one threshold.) Where nothing can move, on a page or before you run the
# cell, the picture shows the setting above.

# %% id="explorer"
from crmlab import widgets

widgets.threshold_explorer(churned, probability, value, **voucher, unit=currency)

# %% [markdown] id="explore-read"
# The save rate decides more than the model does, and it was a guess. No column of the churn data can say
# what it is. A test can say something better: what an offer *changes*.

# %% [markdown] id="winback"
# ## Win-back
#
# **Win-back** means to regain customers who are leaving or have left. Its steps: find the cause, sort by
# value and risk, design the offer, choose the time and the tone, run it, and track it against a group
# that got nothing. The cause was looked for in [chapter 5b](05b_churn.ipynb): for most there is none to be
# seen. Value and risk:

# %% id="winback-now"
now = crm.churn.snapshot(company.orders, last_day, gap=gap, horizon=horizon, as_of=last_day)
now["probability"] = crm.steady(churn_model.predict_proba(now[present.columns])[:, 1])
now["value"] = margin_share * now["spend"].clip(lower=0)
now["stake"] = now["probability"] * now["value"]

# %% id="winback-grid"
names = ["low risk", "middle risk", "high risk"]
risk = pd.cut(now["probability"], [-1, 0.3, 0.6, 1], labels=names)
worth = pd.qcut(now["value"].rank(pct=True), [0, 0.5, 0.8, 1])
worth = worth.cat.rename_categories(["low value", "middle value", "high value"])
grid = now["stake"].groupby([worth, risk], observed=True).sum().unstack() / now["stake"].sum()
plots.table(grid.rename_axis(index=None, columns=None), "Share of the margin at stake", "{:.0%}")

# %% [markdown] id="winback-grid-words"
# Read where the money is (the note says that these customers have no label yet: it is today). Few customers
# of high value are at high risk, so a large part of the margin at stake lies with good customers at *low*
# risk: each loses little on average, and there are many. They are also those who would mostly stay anyway. The grid says where money is at stake, not where it can be saved.

# %% [markdown] id="winback-time"
# *When?* Too early, and you pay people who would have come anyway. Too late, and hardly anybody is left.

# %% id="winback-timing"
names = ["0–30", "31–90", "91–180", "181–365"]
silent = pd.cut(now["recency_days"], [-1, 30, 90, 180, 365], labels=names).rename("days silent")
timing = now.groupby(silent, observed=True).agg(customers=("value", "size"), margin=("value", "mean"))

# %% id="winback-timing-table"
timing["come back anyway"] = 1 - now["probability"].groupby(silent, observed=True).mean()
plots.table(timing, "By silence: yearly margin ({unit}), and who comes back by the model",
            {"come back anyway": "{:.0%}"}, unit=currency)

# %% [markdown] id="winback-tone"
# Most of the first band would come anyway, and the last band is worth little, so the usual advice is to act in
# between. Whether an offer keeps more there, this table cannot say; the test below can. *Which tone?* It follows the cause that we can see, and nothing else.

# %% id="winback-tones"
tones = {
    "a badly handled ticket": "a person calls, apologises, mends it, within days",
    "none": "a friendly reminder of what they liked, after twice the usual gap",
    "asked for no contact": "no contact, ever",
}
tones = pd.Series(tones, name="tone and time").rename_axis("visible cause")
plots.table(tones, "Tone and time by visible cause")

# %% [markdown] id="winback-tones-read"
# These three lines are rules of the house, no findings. Whether one of them works is a question for a test.

# %% [markdown] id="winback-expected"
# ### Expected gain per customer and offer
#
# With assumed rates for each offer, the formula gives an expected gain for every customer and every offer.
# Each customer gets the best one, as far as the budget reaches: first where a yuan brings most.

# %% id="winback-assumed"
assumed = company.retention_offers.assign(save_rate=[0, 0.05, 0.10, 0.05], take_rate=[0, 0.4, 0, 0.4])
expected = crm.churn.expected_gain(now["probability"], now["value"], assumed)
price = crm.churn.expected_cost(now["probability"], assumed)
by_profit = crm.churn.choose_offers(expected, budget=budget, cost=price)

# %% id="winback-chosen"
chosen = by_profit.groupby("offer")[["cost", "gain"]].sum().drop("none")
chosen = chosen.rename(index=lambda name: name.replace("_", " "))
plots.table(chosen, "Plan by assumed rates: cost and expected gain ({unit})", unit=currency)

# %% [markdown] id="winback-doubt"
# The plan looks good because we wrote down that it would. A save rate that is equal for everybody is an
# assumption too, and a strange one. Ascarza (2018) found in two field experiments that the customers at
# highest risk need not be those whom an offer can keep. So look at the test.

# %% [markdown] id="test"
# ### A randomised test
#
# The lot makes the arms alike, so their differences are what the offers did, plus luck. In money luck is
# large: a few big accounts swamp everything. But how big an account is was known *before*. So we predict
# each customer's profit of the half-year from margin, orders and silence of 2025, and compare what came
# *above* the prediction. The lots are the same, the noise is smaller.

# %% id="test-data"
from sklearn.linear_model import LinearRegression

test = company.retention_test.set_index("customer_id").astype({"offer": "str", "label": "str"})
test = test[test.index.isin(now.index)]
test["profit"] = test["margin"] - test["cost"]

# %% id="test-usual"
before = now.loc[test.index, ["value", "purchases", "recency_days"]]
for outcome in ["profit", "orders"]:
    usual = LinearRegression().fit(before, test[outcome]).predict(before)
    test[f"{outcome} above usual"] = test[outcome] - usual

# %% id="test-gain"
columns = ["profit", "profit above usual"]
mean, error = (getattr(test.groupby("offer")[columns], how)() for how in ("mean", "sem"))
gain, half = mean - mean.loc["none"], 1.96 * np.sqrt(error**2 + error.loc["none"] ** 2)

# %% id="test-table"
arms = pd.DataFrame({name: list(zip(gain[name], half[name], strict=True)) for name in columns}, gain.index)
arms.insert(0, "customers", test["offer"].value_counts())
arms = arms.drop("none").rename(index=lambda name: name.replace("_", " "))
plots.table(arms, "Gain against no offer in 180 days, per customer ({unit})",
            dict.fromkeys(columns, "{:±+,.0f}"), unit=currency)

# %% id="test-noise"
from statsmodels.stats.power import NormalIndPower

spread = test[columns].std()
needed = [NormalIndPower().solve_power(20 / sd, power=0.8, alpha=0.05) for sd in spread]
tell("To see a gain of 20 {unit}: {raw:,.0f} customers an arm, above the usual {less:,.0f}.",
     raw=needed[0], less=needed[1], unit=currency)

# %% [markdown] id="test-noise-read"
# On average no offer shows a gain: what helps some may annoy others. (Power 80 %, as in
# [chapter 4b](04b_attribution_and_tests.ipynb).) So whom does it help? The company has a guess of each
# customer's needs group. Three offers in four groups are twelve looks, and with twelve looks each interval has to be
# wider: 95 % for all of them together takes 1 − 0.05 ÷ 12 for each.

# %% id="test-groups"
arms = test.groupby(["offer", "label"])["orders above usual"].agg(["mean", "sem"])
nothing, effects = arms.loc["none"], arms.drop("none")
change = effects["mean"].sub(nothing["mean"], level="label")
twelve = 2.87 * np.sqrt((effects["sem"] ** 2).add(nothing["sem"] ** 2, level="label"))
change.index = twelve.index = [f"{offer} · {label}".replace("_", " ") for offer, label in change.index]

# %% id="test-groups-plot"
ax = plots.bars(change, error=twelve)
ax.axvline(0, color="0.4", lw=1)
plots.show(
    ax, "What three offers change in four groups",
    x="orders in 180 days against no offer, per customer (intervals for twelve looks)",
    y="", alt="Bars: change of the number of orders by offer and needs group.",
)

# %% id="test-groups-read"
tell("{count} of {all} intervals leave out 0; half of the widest is {half:.2f} orders.",
     count=(change.abs() > twelve).sum(), all=len(change), half=twelve.max())

# %% [markdown] id="test-groups-words"
# The factor is 2.87 instead of 1.96. Do not pick the longest bar of twelve and report its interval as if it
# had been the only one.

# %% [markdown] id="ticket"
# ### The group that was named before
#
# Tang Mei named hers before the lots were drawn: customers with a badly handled ticket in the last 180 days
# of 2025 (closed, not solved at the first contact, nothing given). That is one look, and the interval is the
# usual one. For comparison: everybody else.

# %% id="ticket-who"
desk = company.tickets
failed = desk["resolved"].notna() & ~desk["solved_first_time"] & (desk["goodwill"] == 0)
lately = desk["resolved"] >= last_day - pd.Timedelta(days=179)
has_ticket = pd.Series(now.index.isin(desk.loc[failed & lately, "customer_id"]), now.index)

# %% id="ticket-arms"
columns = ["orders above usual", "profit above usual"]
called = test[test["offer"].isin(["care_call", "none"])]
ticket = has_ticket[called.index].rename("ticket")
arms = called.groupby([ticket, "offer"])[columns].agg(["mean", "sem", "std"])

# %% id="ticket-gain"
arms = arms.stack(0, future_stack=True).unstack("offer")
gain = (arms["mean", "care_call"] - arms["mean", "none"]).unstack()
half = 1.96 * np.hypot(arms["sem", "care_call"], arms["sem", "none"]).unstack()

# %% id="ticket-table"
shown = pd.DataFrame({name: list(zip(gain[name], half[name], strict=True)) for name in columns})
shown.index = ["everybody else", "a badly handled ticket"]
formats = {"orders above usual": "{:±+.2f}", "profit above usual": "{:±+,.0f}"}
plots.table(shown, "What a call changes in 180 days, per customer called (orders; profit in {unit})",
            formats, unit=currency)

# %% id="ticket-read"
call_gain, call_half = gain.loc[True, "profit above usual"], half.loc[True, "profit above usual"]
rest_gain, rest_half = gain.loc[False, "profit above usual"], half.loc[False, "profit above usual"]
decided = call_gain - call_half > 0
spread = arms.loc[(True, "profit above usual"), "std"].mean()
tell("In money the pilot {verdict}.", verdict="decides: a call pays" if decided else "does not decide")

# %% [markdown] id="ticket-words"
# Two outcomes are two looks, so the money, which is what the memo is about, was chosen beforehand. For
# everybody else no gain is seen, and each call costs 20 yuan.

# %% [markdown] id="uplift"
# ### Uplift: whom does the offer change?
#
# **Uplift** is what an offer changes for one customer. Nobody is seen with and without it, but the test
# allows an estimate: one model per arm predicts the number of orders, and the difference of two
# predictions is the uplift (the *two-model approach*). Customers fall into four kinds: *persuadables*;
# *sure things*, who come anyway and take the gift; *lost causes*; and *sleeping dogs*, who leave because
# you wake them. The features: the guessed needs group (for customers outside the test it stands in `touches`,
# the table of contacts), ticket, how long silent, how often and how much. For counts such as orders, **Poisson
# regression** is made.

# %% id="uplift-features"
label = company.touches.set_index("customer_id")["label"].astype("str").combine_first(test["label"])
profile = pd.get_dummies(label.reindex(now.index), dtype=float)
profile["silence"] = np.log1p(now["recency_days"])
profile["purchases"], profile["spend"] = np.log(now["purchases"]), np.log1p(now["value"])
profile["bad ticket"] = has_ticket.astype(float)

# %% id="uplift-fit"
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# %% id="uplift-learn"
learned = rng.random(len(test)) < 0.5
learn, judge = test[learned], test[~learned]
uplift_model = crm.churn.TwoModelUplift(make_pipeline(StandardScaler(), PoissonRegressor(alpha=0.01)))
uplift_model.fit(profile.loc[learn.index], learn["offer"], learn["orders"])
uplift = uplift_model.predict(profile.loc[judge.index])

# %% [markdown] id="uplift-qini"
# Does the ranking hold on the other half of the test? The **Qini curve** (Radcliffe, 2007) goes through
# the customers in the order of their predicted uplift and counts the orders gained over the control
# group: the orders of the treated so far, less those of the control customers so far times (number of the
# treated ÷ number of the control customers). A ranking without any knowledge stays near the straight line; the band holds 95 % of random rankings.

# %% id="uplift-plot"
two = judge[judge["offer"].isin(["care_call", "none"])]
rank = uplift.loc[two.index, "care_call"]
curve = crm.churn.qini_curve(two["orders"], two["offer"] == "care_call", rank, seed=seed)
plots.show(crm.churn.figures.qini(curve, unit="orders"))

# %% [markdown] id="uplift-words"
# Do not be surprised by a curve inside its band: effects of some tenths of an order, in some thousand
# customers, look like this. Uplift models are hungry. And a curve is not yet money.

# %% [markdown] id="plans"
# ## Three plans on the pilot
#
# Every customer of the pilot had one chance in four of each offer. So those who by lot got what a plan says
# stand for all whom it would treat, each with the weight 4. That puts a value on *any* plan without running
# it, on the half of the test that no model has seen. In the uplift plan an additional order is worth the
# customer's usual margin, less the price of the offer. The sums are for the customers outside the test with
# a needs group, which the model needs.

# %% id="plans-made"
others = label.index.intersection(now.index).difference(test.index)
usual = now["value"] / now["purchases"]
money = crm.steady(uplift.mul(usual[judge.index], axis=0) - price.loc[judge.index, uplift.columns])

# %% id="plans-chosen"
limit = {"budget": budget * len(judge) / len(others), "cost": price.loc[judge.index]}
plans = pd.DataFrame({"every bad ticket": has_ticket[judge.index].map({True: "care_call", False: "none"})})
plans["assumed profit"] = crm.churn.choose_offers(expected.loc[judge.index], **limit)["offer"]
plans["measured uplift"] = crm.churn.choose_offers(money, **limit)["offer"]

# %% id="plans-value"
got = plans.apply(lambda plan: (judge["offer"] == plan).astype(float) - (judge["offer"] == "none"))
brought = 4 * got.mul(judge["profit above usual"], axis=0)
brought["uplift less ticket"] = brought["measured uplift"] - brought["every bad ticket"]
total, half = len(others) * brought.mean(), 1.96 * len(others) * brought.sem()
shown = pd.DataFrame({"against nobody": list(zip(total, half, strict=True))}, total.index)

# %% id="plans-table"
caption = ("What plans bring in 180 days to {count:,} customers with a needs group ({unit}); "
           "last row: a difference")
model_gap, model_half = total["uplift less ticket"], half["uplift less ticket"]
beats = model_gap - model_half > 0
tell("The model {verdict}.", verdict="beats the ticket" if beats else "is not shown to beat the ticket")
plots.table(shown, caption, {"against nobody": "{:±+,.0f}"}, count=len(others), unit=currency)

# %% [markdown] id="plans-read"
# The rule "call everybody with a bad ticket" needs no model, and it is what any uplift model has to beat.
# With intervals of this size the pilot cannot tell the plans apart, whichever number is larger. Then the
# simpler one stands.

# %% [markdown] id="campaign"
# ### A campaign without a control group
#
# Most campaigns have no control group. The grocer of *Complete Journey* sent coupons to households and
# tells how many were used.

# %% id="campaign-data"
load = crm.datasets.load_complete_journey
sent = load("campaigns").merge(load("campaign_descriptions"), on="campaign_id")

# %% id="campaign-weeks"
mailing = sent[sent["campaign_id"] == 18].set_index("customer_id")
start, end = mailing[["start_date", "end_date"]].iloc[0]
baskets = load("baskets")
in_weeks = baskets["date"].between(start, end)
weeks_before = baskets["date"].between(start - (end - start), start, inclusive="left")

# %% id="campaign-naive"
households = pd.DataFrame(index=baskets["customer_id"].unique())
for name, rows in {"before": weeks_before, "during": in_weeks}.items():
    households[name] = baskets[rows].groupby("customer_id")["amount"].sum()

# %% id="campaign-read-off"
mean_spend = households.fillna(0).groupby(households.index.isin(mailing.index)).mean()
times = mean_spend.loc[True] / mean_spend.loc[False]
tell("In its weeks, mailed households spent {times:.1f} times as much.", times=times["during"])
tell("In the weeks before it: {times:.1f} times as much.", times=times["before"])

# %% [markdown] id="campaign-read"
# The grocer mailed its best households. Comparing them with others measures whom the grocer chose, and no
# model can put in what was not measured. The remedy would have cost little: leave out every tenth household
# by lot.

# %% [markdown] id="claim"
# ### Claim check: "5 % more retention brings 25 to 95 % more profit"
#
# The most repeated sentence of the trade stands in Reichheld and Schefter (2000). Reichheld and Sasser (1990)
# had 25 to 85 %, by industry, for keeping five points more customers; neither publishes the data.
# [Chapter 1](01_crm_at_a_glance.ipynb) asked where it can be true at all; now it stands against our own
# numbers. With yearly margin m, retention r and discount rate d a customer is worth m(1 + d)/(1 + d − r)
# ([chapter 2a](02a_value_and_clv.ipynb)). *Five per cent or five points?* And *which profit?* The value of a
# customer, or what is left after fixed cost, here 70 % of that value?

# %% id="claim-worth"
retention, margin = back.mean(), margin_share * year["spend"].mean()
worth_now = crm.clv_closed_form(margin, retention, 0.10)
raised = {"5 % more": retention * 1.05, "5 points more": retention + 0.05}
answers = pd.DataFrame({"retention": raised})

# %% id="claim-more"
more = crm.clv_closed_form(margin, answers["retention"], 0.10) - worth_now
answers["value of a customer"], answers["after fixed cost"] = more / worth_now, more / (0.3 * worth_now)

# %% id="claim-table"
five = answers.loc["5 points more", "value of a customer"] * worth_now
tell("r = {r:.2f}, m = {m:,.0f} {unit}: five points are worth {worth:,.0f} {unit} a customer.",
     r=retention, m=margin, worth=five, unit=currency)
formats = dict.fromkeys(answers, "{:+.0relative}") | {"retention": "{:.2f}"}
plots.table(answers, "What more retention brings", formats)

# %% [markdown] id="claim-answer"
# So the range is not nonsense, and not a law: it takes fixed cost that eats most of a customer's value, or
# a retention near ninety per cent. And it says nothing of what the five points *cost*. That was this
# session's question.

# %% [markdown] id="decision"
# ## The decision
#
# The memo of Tang Mei and He Rui to Lin Yue. Every figure is of 180 days, from the pilot. The calls are for the
# customers of the three plans, outside the pilot and with a needs group, though the ticket needs no group: so
# all lines of the memo speak of the same people. Where the money decides, all of them are called; where it does not, half of them, by lot, and the lot decides.

# %% id="decision-size"
who = others[has_ticket[others]]
per_arm = NormalIndPower().solve_power(least / spread, power=0.8, alpha=0.05)
half_year = has_ticket.sum()
months = 6 * np.ceil(2 * per_arm / half_year) + 6
calls = len(who) if decided else len(who) // 2

# %% id="decision-memo"
tell(
    "1. Whom: {calls:,} of the {all:,} customers outside the pilot with a needs group and a badly handled "
    "ticket in the last 180 days (assumed: as many as at the end of 2025). What: a call, for {cost:,.0f} {unit}.",
    calls=calls, all=len(who), cost=20 * calls, unit=currency,
)
tell(
    "2. What a call brings: {gain:±+,.0f} {unit}: {verdict}.",
    gain=(call_gain, call_half), unit=currency, verdict="it pays" if decided else "open",
)

# %% id="decision-memo-rest"
tell("3. Nobody else is called, and no vouchers go out: no gain was seen. The rest of the budget is kept.")

# %% id="decision-memo-more"
verdict = "worth a test of its own" if beats else "not shown to be better"
tell(
    "4. The uplift model: {gap:±+,.0f} {unit} against the rule; {verdict}.",
    gap=(model_gap, model_half), verdict=verdict, unit=currency,
)
tell(
    "5. The lot goes on with new bad tickets: {arm:,.0f} customers an arm, {months:.0f} months, to see "
    "{least} {unit} a call.",
    arm=per_arm, months=months, least=least, unit=currency,
)

# %% id="decision-evidence"
crm.evidence(
    ("what a call brings after a bad ticket, yuan", "{call:+,.0f}", "{call_in:+,.0f}", "ticket-gain",
     "the others are like the pilot"),
    ("what a call brings to everybody else, yuan", "{rest:+,.0f}", "{rest_in:+,.0f}", "ticket-gain",
     "the others are like the pilot"),
    ("the uplift plan against the ticket, yuan in all", "{plan:+,.0f}", "{plan_in:+,.0f}", "plans-value",
     "judged on the half not learned from"),
    ("customers with a needs group and a bad ticket outside the pilot", "{count:,}", "", "decision-size",
     "as many now as at the end of 2025"),
    ("months of the lot", "{months:.0f}", "", "decision-size", "as many bad tickets as in 2025"),
    call=call_gain, call_in=(call_gain - call_half, call_gain + call_half),
    rest=rest_gain, rest_in=(rest_gain - rest_half, rest_gain + rest_half),
    plan=model_gap, plan_in=(model_gap - model_half, model_gap + model_half), count=len(who), months=months,
)

# %% [markdown] id="decision-read"
# A budget need not be spent. And a memo that says "open" still says what to do on Monday.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator lets us go back to the first day of 2026 and treat the customers outside the test who have a
# needs group, by several plans, with the same luck for each, six times over. Three uplift plans are learned:
# on the whole test, on the whole test without the ticket as a feature, and on a tenth of it.

# %% id="truth-plans"
every, tenth = list(profile), test[rng.random(len(test)) < 0.1]
ways = {"measured uplift": (test, every), "without the ticket": (test, every[:-1])}
ways["a tenth of the test"] = tenth, every
limit = {"budget": budget, "cost": price.loc[others]}
plans = {"nobody": pd.Series("none", others)}
plans["assumed profit"] = crm.churn.choose_offers(expected.loc[others], **limit)["offer"]

# %% id="truth-uplift"
for name, (rows, columns) in ways.items():
    uplift_model.fit(profile.loc[rows.index, columns], rows["offer"], rows["orders"])
    money = uplift_model.predict(profile.loc[others, columns])
    money = crm.steady(money.mul(usual[others], axis=0) - price.loc[others, money.columns])
    plans[name] = crm.churn.choose_offers(money, **limit)["offer"]

# %% id="truth-run"
plans["every bad ticket"] = plans["nobody"].mask(has_ticket[others], "care_call")
some = pd.Index(rng.permutation(who)[:calls])
plans["the memo"] = plans["nobody"].mask(others.isin(some), "care_call")
runs = {(luck, name): company.run_forward(plan, seed=luck, days=180)
        for name, plan in plans.items() for luck in range(6)}
brought = pd.Series({key: (run["margin"] - run["cost"]).sum() for key, run in runs.items()}).unstack()

# %% id="truth-table"
truly = brought.sub(brought["nobody"], axis=0)[list(plans)[1:]].agg(["mean", "min", "max"]).T
action, baseline = truly.loc["the memo", "mean"], truly.loc["every bad ticket", "mean"]
judged = {"action": action, "baseline": baseline, "open": not decided}
tell("The memo brings {action:,.0f} {unit}, to call every bad ticket {baseline:,.0f}.",
     action=judged["action"], baseline=judged["baseline"], unit=currency)
plots.table(truly, "Gain in 180 days over contacting nobody, six draws of luck ({unit})", unit=currency)

# %% [markdown] id="truth-read"
# The simple rule holds its own against the model that was made with it: one hand-picked feature, the ticket,
# was most of what the model knew. Take it out and see. What a small test learns is partly luck: run the
# session with another seed and compare. And to leave half alone cost money: the price of not knowing.

# %% id="truth-risk"
true_gain = company.truth.retention.drop(columns="best_offer").loc[others].max(axis=1)
risk, worth = now.loc[others, "probability"], now.loc[others, "value"].clip(lower=1)
tell(
    "Rank correlation of churn probability with the possible gain {rho:+.2f}, with the gain per yuan of "
    "value {per:+.2f}.",
    rho=true_gain.corr(risk, method="spearman"), per=(true_gain / worth).corr(risk, method="spearman"),
)

# %% [markdown] id="truth-risk-read"
# Who is likely to leave and who can be kept are two questions (Ascarza, 2018). A part of the first figure is
# only that customers at risk are small.

# %% [markdown] id="recap"
# ## Recap
#
# - A probability is no decision: profit takes value, cost and a save rate, and the save rate is assumed.
# - Much of the margin at stake is with customers at low or middle risk. Where it can be saved, only a test
#   tells.
# - A test measures what an offer changes. Use what was known before to make it sharper.
# - A group named before the lots is one look; the best of twelve is none.
# - A model has to beat the obvious rule. Where the evidence does not decide, say "open", and draw lots.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-uplift"
crm.quiz(
    "A customer has a churn probability of 0.9. Should the customer get the voucher?",
    ("Only if the voucher changes something.", True, "Lost causes and sleeping dogs cost money."),
    ("Yes, the risk is highest there.", False, "High risk is not high uplift (Ascarza, 2018)."),
    ("No, 0.9 means lost.", False, "Some at high risk can be kept; a test tells which."),
)

# %% id="quiz-best"
crm.quiz(
    "Of twelve groups, one gains 4 points, 95 % interval 0.5 to 7.5 by itself. What do you report?",
    ("Twelve looks; it may well be luck.", True, "With a wider interval it covers 0. Test it again."),
    ("This group gains.", False, "By luck alone, about every fourth time one of twelve shows a gain."),
    ("The offer works on average.", False, "That is another question, and another interval."),
)

# %% id="quiz-rule"
crm.quiz(
    "The uplift plan gains 230 ± 440 thousand more than a simple rule. Which one do you take?",
    ("The rule, until something shows more.", True, "The interval of the difference decides."),
    ("The model: 230 is more than 0.", False, "It may as well be worse; the rule costs no upkeep."),
    ("Both together.", False, "They would treat the same customers twice."),
)

# %% id="quiz-control"
crm.quiz(
    "Of those mailed, 17 % used the coupon. What did the mailing change?",
    ("Nobody knows: some would have bought anyway.", True, "A group left out by lot would have told."),
    ("17 % of the households.", False, "That counts sure things."),
    ("Less than 17 %, say half.", False, "A guess; it may also have annoyed some."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/05c_winning_back.ipynb) lets you decide about a company of your own.
# [Chapter 6a](06a_cross_sell.ipynb) asks the next question: what else would those who stay like to have?
#
# ### References
#
# - Ascarza, E. (2018). Retention futility: targeting high-risk customers might be ineffective.
#   *Journal of Marketing Research* 55(1), 80–98.
# - Neslin, S. A., Gupta, S., Kamakura, W., Lu, J. & Mason, C. H. (2006). Defection detection:
#   measuring and understanding the predictive accuracy of customer churn models. *Journal of
#   Marketing Research* 43(2), 204–211.
# - Radcliffe, N. J. (2007). Using control groups to target on predicted lift: building and assessing
#   uplift models. *Direct Marketing Analytics Journal* 1, 14–21.
# - Reichheld, F. F. & Sasser, W. E. (1990). Zero defections: quality comes to services. *Harvard
#   Business Review* 68(5), 105–111.
# - Reichheld, F. F. & Schefter, P. (2000). E-loyalty: your secret weapon on the web. *Harvard Business
#   Review* 78(4), 105–113.
