# %% [markdown] id="title"
# # 6b · Upselling, ladder and levels
#
# ### The question
#
# Ma Jun sells to firms at Harbour Coffee. He wants to call every firm about a larger plan, and to give
# every customer a care call. By Friday Lin Yue, the founder, wants one plan: whom to offer more and when,
# which step of the way from new customer to advocate to mend first, what each tier gets, and what it
# costs and brings. A wrong answer is expensive twice: calls are paid for what would have come anyway, and
# the step where most customers are lost stays as it is.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. find who is about to need a larger plan, and count what a call brings forward;
# 2. describe customers as a ladder, see where they get stuck, and say what a better step may cost;
# 3. name relationship levels by rules, and say how firm they are;
# 4. write an action table with cost, return and interval, and say which open question a test can decide.
#
# *You need* the tiers of [chapter 3a](03a_rfm_and_pyramid.ipynb), calibration
# ([chapter 5b](05b_churn.ipynb)), the test of offers ([chapter 5c](05c_winning_back.ipynb)), and the lift
# of [chapter 6a](06a_cross_sell.ipynb). *Time:* about {{minutes}} minutes to read and run. *Not here:*
# which product to recommend (6a), who is about to leave (5b).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=12_000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-effect"
came = company.retention_test.astype({"offer": "str"}).groupby("offer")["ordered"].mean()
crm.quiz(
    "In the test of chapter 5c, {with_offer:.1%} of those with a voucher ordered, and {without:.1%} of those "
    "who got nothing. What did the voucher change?",
    ("{effect:+.1points}", True, "The arms were drawn by lot: compare them."),
    ("{with_offer:.1%}", False, "Most of them would have ordered without a voucher."),
    ("{grown:+.0relative}", False, "That is the relative change, not that of the share."),
    with_offer=came["voucher"], without=came["none"], grown=came["voucher"] / came["none"] - 1,
    effect=came["voucher"] - came["none"],
)

# %% id="recall-lift"
baskets_of = company.order_lines.astype({"product_id": "str"}).groupby("product_id")["order_id"].unique()
share = np.isin(baskets_of["P14"], baskets_of["P15"]).mean()
of_all = len(baskets_of["P15"]) / company.order_lines["order_id"].nunique()
crm.quiz(
    "{share:.0%} of the baskets with a pour-over kit hold filter papers, and {of_all:.0%} of all baskets. What "
    "is the lift of kit → papers (chapter 6a)?",
    ("{lift:.1f}", True, "Confidence divided by the share of all baskets."),
    ("{share:.2f}", False, "That is the confidence."),
    ("{gap:.2f}", False, "That is a difference of shares; lift is a ratio."),
    share=share, of_all=of_all, lift=share / of_all, gap=share - of_all,
)

# %% [markdown] id="data"
# ## The data
#
# Today is 1 July 2026. Orders, lines and meters come from the export of the year's end: they stop on 31
# December 2025. The test of January 2026 was counted until the end of June. New are the meters:

# %% id="data-usage"
formats = {"month": "{:%Y-%m}"}
plots.table(company.usage.drop(columns="upgraded").head(2), "Two months of one firm's service plan", formats)

# %% [markdown] id="data-read"
# One row is one firm in one month: the plan includes a number of cups for a fee, the machine counts what
# is used. What is wrong with it? For firms that were there when the meters came, in January 2024, the
# first months are not their first. And nobody wrote down who was called.

# %% id="data-lines"
catalogue = company.products.astype({"category": "str"}).set_index("product_id")
orders = company.orders.query("amount >= 0")
lines = company.order_lines.merge(orders[["order_id", "customer_id", "date"]], on="order_id")
lines["category"] = lines["product_id"].map(catalogue["category"])
lines["margin"] = lines["paid"] - lines["quantity"] * lines["product_id"].map(catalogue["unit_cost"])

# %% [markdown] id="upsell"
# ## Upsell
#
# **Upselling** means to sell a better or larger version of what the customer would take anyway. Three
# questions: *what* is the next step, *who* is ready for it, and *when*?

# %% [markdown] id="ladder-price"
# ### The price ladder
#
# A **price ladder** offers the same need on several steps: good, better, best. The steps should be close
# enough to be climbed, and each should earn more than the one below. Beans have one: blends, single
# origins, a micro-lot. For everybody who bought beans in 2024 and in 2025, compare the highest step of
# each year.

# %% id="price-climb"
height = lines["product_id"].map({"P01": 1, "P02": 1, "P04": 2, "P05": 2, "P06": 3})
highest = height.groupby([lines["customer_id"], lines["date"].dt.year]).max().unstack()
move = np.sign(highest[2025] - highest[2024]).dropna()
tell(
    "{count:,} customers: {up:.1%} went up a step, {down:.1%} down; difference {net:±+.1points}.",
    count=len(move), up=(move > 0).mean(), down=(move < 0).mean(), net=(move.mean(), 1.96 * move.sem()),
)

# %% [markdown] id="price-climb-read"
# Nobody had been offered a step; this is what happens by itself. Nearly as many go down as up, so these
# steps are tastes rather than stairs.
# Look for a ladder where the *need* grows.

# %% [markdown] id="limit"
# ### Near the limit
#
# Service plans are such a ladder: what a firm uses is metered.

# %% id="limit-plans"
plans = company.plans.astype({"plan": "str"}).set_index("plan")
plans["margin"] = plans["fee"] - plans["unit_cost"]
plots.table(plans, "Three plans ({unit} a month)", unit=currency)

# %% [markdown] id="limit-signal"
# Each step earns more than the one below. The **near-the-limit signal**: who used more than nine tenths
# of the allowance two months in a row needs more soon; one month may be a birthday. We look at the share
# that moves to a larger plan *in the next month*. After the last month of the export we do not know yet;
# and who has the largest plan cannot move up.

# %% id="limit-usage"
usage = company.usage.sort_values(["customer_id", "month"]).astype({"plan": "str"})
usage["share"] = usage["used"] / usage["included"]
months = usage.groupby("customer_id")
usage["share before"], usage["age"] = months["share"].shift(), months.cumcount() + 1

# %% id="limit-bands"
heavy, heavy_before = usage["share"] > 0.9, usage["share before"] > 0.9
bands = ["below 90 %", "above 90 %, one month", "above 90 %, two months"]
usage["signal"] = np.select([heavy & heavy_before, heavy], bands[:0:-1], bands[0])
last_month = usage["month"].max()
can_rise = usage[(usage["plan"] != "L") & (usage["month"] < last_month)]

# %% id="limit-rates"
from statsmodels.stats.proportion import proportion_confint
rates = can_rise.groupby("signal")["upgraded"].agg(["size", "sum", "mean"]).loc[bands]
rates["low"], rates["high"] = proportion_confint(rates["sum"], rates["size"], method="wilson")
rates.columns = ["months", "moved up", "share", "low", "high"]

# %% id="limit-rates-table"
formats = dict.fromkeys(["share", "low", "high"], "{:.1%}")
plots.table(rates, "Who moves up in the next month (95 % intervals)", formats)

# %% id="limit-read"
signalled = rates.loc[bands[2]]
tell(
    "After two months above 90 %, {share:.0%} move up in the next month. These are {few:.0%} of the "
    "months, and {found:.0%} of all upgrades.", share=signalled["share"],
    few=signalled["months"] / rates["months"].sum(), found=signalled["moved up"] / rates["moved up"].sum(),
)

# %% [markdown] id="limit-timing"
# *When?* Ma Jun has always said: best in months 4 to 12 with a plan. One question, asked before we look:
# with the signal, how does the share of these months differ from that of the others?

# %% id="limit-age"
ready = can_rise[can_rise["signal"] == bands[2]]
best_time = ready["age"].between(4, 12)
inside, outside = (ready.loc[some, "upgraded"].astype(float) for some in (best_time, ~best_time))
timing = inside.mean() - outside.mean(), 1.96 * np.hypot(inside.sem(), outside.sem())
tell("Months 4 to 12: {rate:.1%}, a difference of {gap:±+.1points}.", rate=inside.mean(), gap=timing)

# %% [markdown] id="limit-timing-read"
# Read the interval of the *difference*. Where it leaves out 0, Ma Jun has a point. Even then the best time
# to *call* need not be the time when most move up by themselves.

# %% [markdown] id="propensity"
# ### A propensity model
#
# A **propensity model** gives each customer a probability to take a step. One signal is already good;
# a model adds a number to it. Logistic regression, learned on months before June 2025 and judged on the
# months after.

# %% id="propensity-features"
features = pd.get_dummies(usage[["share", "plan", "signal"]], columns=["plan", "signal"], dtype=float)
features["share before"] = usage["share before"].fillna(usage["share"])
features["log age"] = np.log(usage["age"])
learn, judge = can_rise[can_rise["month"] < "2025-06-01"], can_rise[can_rise["month"] >= "2025-06-01"]

# %% id="propensity-fit"
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

propensity = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
propensity.fit(features.loc[learn.index], learn["upgraded"])
predicted = crm.steady(propensity.predict_proba(features.loc[judge.index])[:, 1])

# %% id="propensity-read"
moved, called = judge["upgraded"].to_numpy(), (judge["signal"] == bands[2]).to_numpy()
low, high = proportion_confint(moved[called].sum(), called.sum(), method="wilson")
tell(
    "With the signal the model says {said:.1%}; seen were {seen:.1%}, 95 % interval {low:.1%} to {high:.1%}.",
    said=predicted[called].mean(), seen=moved[called].mean(), low=low, high=high,
)

# %% [markdown] id="propensity-words"
# To *choose*, the signal does, and a salesperson can explain it. For *money* we need the chance of each firm;
# the interval should hold what the model says.

# %% [markdown] id="offers"
# ### The offer list
#
# A call by Ma Jun's people costs 40 yuan. A larger plan earns the difference of two margins, month after
# month; we count one year. The usual list multiplies that by the probability. First the wrong way:

# %% id="offers-now"
now = usage[(usage["month"] == last_month) & (usage["plan"] != "L")].copy()
now["chance"] = crm.steady(propensity.predict_proba(features.loc[now.index])[:, 1])
now["more a month"] = now["plan"].map(plans["margin"].diff().shift(-1))
now = now.set_index("customer_id")

# %% id="offers-naive"
call_cost = 40
naive = now["chance"] * 12 * now["more a month"] - call_cost
tell(
    "Probability × margin of a year, less the call: {count} firms, {gain:,.0f} {unit}.",
    count=(naive > 0).sum(), gain=naive[naive > 0].sum(), unit=currency,
)

# %% [markdown] id="offers-effect"
# This counts as earned what would have come *without* a call. A firm at its limit moves up soon anyway:
# with a chance $h$ each month, it is still on the small plan after $t$ months with the chance
# $(1-h)^t$. So a call only brings the step *forward*. Each firm that it persuades earns, with $m$ yuan
# more margin a month,
#
# $$G = m \sum_{t=1}^{12} (1-h)^t$$
#
# How many does it persuade? There is no test, so we *assume* a share of the firms with the signal, and
# nobody without it. The list is that of December; it is made anew for the month in which the calls begin.

# %% id="offers-gain"
at_limit = now[now["signal"] == bands[2]].copy()
at_limit["months gained"] = sum((1 - at_limit["chance"]) ** month for month in range(1, 13))
brought_forward = at_limit["months gained"] * at_limit["more a month"]

# %% id="offers-outcomes"
outcomes = {}
for persuaded in (0.1, 0.2, 0.3, 0.5):
    gain = persuaded * brought_forward - call_cost
    outcomes[f"{persuaded:.0%}"] = [(gain > 0).sum(), call_cost * (gain > 0).sum(), gain[gain > 0].sum()]

# %% id="offers-table"
calls = pd.DataFrame(outcomes, index=["firms called", "cost", "expected gain"]).T
calls = calls.rename_axis("persuaded (assumed)")
plots.table(calls, "Offer list: firms, cost and gain after cost ({unit})", unit=currency)

# %% id="offers-even"
even = call_cost / brought_forward.mean()
tell("Calling all these firms pays if more than {even:.0%} of them are persuaded.", even=even)

# %% [markdown] id="offers-read"
# The list hangs on a number that nobody has measured, and even a good call earns far less than the usual
# list promised. A line on the invoice, "you used 95 % of your cups", is cheaper. To find out, a test has
# to see the break-even share: of the firms that would not move by themselves, so many move next month. By
# the rule of 16 it takes $16\, \bar p (1 - \bar p) / d^2$ firms an arm, with $d$ the difference of the
# two shares and $\bar p$ their mean. It settles the call only where the true share is well below or above
# break-even.

# %% id="offers-test"
first_signal = usage[(usage["signal"] == bands[2]) & (usage["plan"] != "L")].drop_duplicates("customer_id")
new_a_month = (first_signal["month"] >= "2025-01-01").sum() / 12
shift = even * (1 - signalled["share"])
middle = signalled["share"] + shift / 2
call_arm = 16 * middle * (1 - middle) / shift**2
call_months = max(1, (2 * call_arm - len(at_limit)) / new_a_month)

# %% id="offers-test-read"
tell(
    "Half of the firms called, by lot: {arm:.0f} firms an arm, {new:.0f} new ones a month, so {months:.0f} "
    "months.", arm=call_arm, new=new_a_month, months=call_months,
)

# %% [markdown] id="ladder"
# ## The value ladder
#
# The **value ladder** looks at a customer's whole way: *new* (one purchase), *repeat* (two or more),
# *multi-line* (several lines of products), *advocate* (brings others). Our rule, for each half-year, and
# the first that fits: *silent* if nothing was bought in it; advocate if the customer has sent another
# one so far; multi-line with products of three categories or more so far; repeat with two
# purchases or more so far; new otherwise: one purchase by the half-year's end. Who repeats sooner never
# counts as new. (H1 is January to June, H2 July to December.)

# %% id="ladder-halves"
starts = pd.to_datetime([f"{year}-{month}-01" for year in (2023, 2024, 2025) for month in (1, 7)])
halves = [f"{day.year} H{1 + day.month // 7}" for day in starts]
everyone = company.customers["customer_id"]
sent = company.referrals.rename(columns={"customer_id": "sent_id", "referrer_id": "customer_id"})
kinds = lines.drop_duplicates(["customer_id", "category"])

# %% id="ladder-count"
counts = {}
for name, rows in {"orders": orders, "categories": kinds, "sent": sent}.items():
    count = pd.crosstab(rows["customer_id"], starts.searchsorted(rows["date"], side="right") - 1)
    counts[name] = count.reindex(index=everyone, columns=range(len(halves)), fill_value=0)
so_far = {name: count.cumsum(axis=1) for name, count in counts.items()}

# %% id="ladder-states"
rungs = ["new", "repeat", "multi-line", "advocate", "silent"]
conditions = {
    "not yet": so_far["orders"] == 0, "silent": counts["orders"] == 0, "advocate": so_far["sent"] > 0,
    "multi-line": so_far["categories"] >= 3, "repeat": so_far["orders"] >= 2,
}
states = np.select(list(conditions.values()), list(conditions), "new")
states = pd.DataFrame(states, everyone, halves)

# %% [markdown] id="ladder-move"
# ### From one half-year to the next
#
# Count who went from which rung to which, over all half-years, and divide by the row: the **transition
# matrix**. If the next rung depended on the present one only, the ladder would be a **Markov chain**, and
# everything below would follow from this one table (Pfeifer & Carraway, 2000).

# %% id="ladder-matrix"
before, then = states.iloc[:, :-1].to_numpy().ravel(), states.iloc[:, 1:].to_numpy().ravel()
moves = pd.crosstab(before, then).reindex(index=rungs, columns=rungs, fill_value=0)
shares = moves.div(moves.sum(axis=1), axis=0).rename_axis(index="from", columns="to")
drawn = plots.table(shares, "Where customers of a rung are half a year later", "{:.1%}")
drawn.background_gradient(cmap="Blues", axis=None)

# %% [markdown] id="ladder-matrix-read"
# Read along the rows. Nobody can stay *new*: the next purchase lifts to a higher rung, and none at all makes
# a customer silent. And silence is not the end: the last row shows who comes back, and on which rung.
#
# A chain is a promise: standing at the end of 2024 with the matrix of that day, how well would it have
# foretold the end of 2025, two steps later?

# %% id="ladder-check"
known = pd.crosstab(states.iloc[:, :3].to_numpy().ravel(), states.iloc[:, 1:4].to_numpy().ravel())
old = known.reindex(index=rungs, columns=rungs, fill_value=0)
old = old.div(old.sum(axis=1), axis=0).to_numpy()
there = states[states.iloc[:, 3] != "not yet"]
begin, ended = (there.iloc[:, half].value_counts().reindex(rungs, fill_value=0) for half in (3, 5))
miss = pd.Series(begin.to_numpy() @ old @ old, rungs) - ended

# %% id="ladder-check-read"
tell(
    "The chain put {share:.1%} of the customers on a wrong rung; most for the rung {rung}: {miss:+,.0f}.",
    share=miss.abs().sum() / 2 / ended.sum(), rung=miss.abs().idxmax(), miss=miss[miss.abs().idxmax()],
)

# %% [markdown] id="ladder-check-words"
# The chain cannot tell who has been silent for one half-year from who has been for several, so it lets too
# many come back. For a year or two the error is small; for five years ask the models of
# [chapter 2b](02b_purchase_models.ipynb).

# %% [markdown] id="stuck"
# ### Where customers get stuck
#
# Suppose for a moment that silence is the end (an **absorbing state**). Let $Q$ be the matrix without
# silence. Who starts on a rung is there once, on the rungs of $Q$ a half-year later, of $Q^2$ two later,
# and so on; the sum $I + Q + Q^2 + \dots = (I - Q)^{-1}$ counts the half-years on each rung before the
# first silence ($I$ has ones on the diagonal). Row = where one starts, column = where the time is spent.

# %% id="stuck-time"
climbing = rungs[:-1]
stay = np.linalg.inv(np.eye(len(climbing)) - shares.loc[climbing, climbing].to_numpy())
time_on = pd.DataFrame(stay, climbing, climbing).rename_axis("starts as")
time_on["until silence"] = time_on.sum(axis=1)
plots.table(time_on, "Half-years on each rung before the first silence", "{:.2f}")

# %% id="stuck-lost"
lost = shares.loc[climbing, "silent"]
low, high = proportion_confint(moves.loc["new", "silent"], moves.loc["new"].sum(), method="wilson")
entered = (states.shift(axis=1, fill_value="not yet").eq("not yet") & states.ne("not yet")).to_numpy()[:, :-1]
begun, next_half = states.to_numpy()[:, :-1][entered], states.to_numpy()[:, 1:][entered]
tell(
    "Silent half a year later: {new:.0%} of the new (95 % interval {low:.0%} to {high:.0%}), {multi:.0%} of the "
    "multi-line customers. Of all who joined, {fast:.0%} were above *new* when their first half-year ended; with "
    "them {all:.0%} are silent in the next.", new=lost["new"], low=low, high=high, multi=lost["multi-line"],
    fast=(begun != "new").mean(), all=(next_half == "silent").mean(),
)

# %% [markdown] id="stuck-read"
# Customers get stuck in two ways. At the bottom they are *lost*: most of those who are still *new* when a
# half-year ends make no second purchase soon. Higher up they *stay*, but hardly anybody becomes an advocate.
# Do not conclude that a third category *makes* customers loyal: who was going to stay long has more time to
# try things.

# %% [markdown] id="better"
# ### What a better step would bring
#
# The matrix can be asked "what if". Make one step 10 % better: a tenth more customers take it, and as
# many fewer fall (or stay) silent. What margin do 1,000 new customers bring more in the next four
# half-years? The shares are estimates, so we draw each row anew two hundred times, as widely as its
# counts allow (from a *Dirichlet* distribution, whose shares add up to 1).

# %% id="better-margin"
half = starts.searchsorted(lines["date"], side="right") - 1
margin = lines.pivot_table(index="customer_id", columns=half, values="margin", aggfunc="sum")
margin = margin.reindex(everyone).fillna(0).to_numpy().ravel()
value = pd.Series(margin).groupby(states.to_numpy().ravel()).mean()[rungs].rename_axis(None)

# %% id="better-run"
rng = np.random.default_rng(seed)
steps = [("new", "repeat"), ("repeat", "multi-line"), ("multi-line", "advocate"), ("silent", "repeat")]
draws = [np.array([rng.dirichlet(moves.loc[rung] + 0.001) for rung in rungs]) for _draw in range(200)]
gains = []
for table in [shares.to_numpy(), *draws]:
    for one, following in steps:
        better, place = table.copy(), (rungs.index(one), rungs.index(following))
        better[place] += 0.1 * table[place]
        better[place[0], -1] -= 0.1 * table[place]
        after = [sum(np.linalg.matrix_power(way, half)[0] for half in range(1, 5)) for way in (better, table)]
        gains.append(1000 * (after[0] - after[1]) @ value.to_numpy())

# %% id="better-table"
gains = np.reshape(gains, (-1, len(steps)))
what_if = pd.DataFrame({"margin": gains[0]}, [f"{one} → {following}" for one, following in steps])
what_if["low"], what_if["high"] = np.quantile(gains[1:], [0.025, 0.975], axis=0)
caption = "A step 10 % better: margin of 1,000 new customers in two years ({unit}, 95 % intervals)"
plots.table(what_if.rename_axis("step"), caption, "{:+,.0f}", unit=currency)

# %% id="better-best"
best_step = crm.steady(what_if["margin"]).idxmax()
ceiling = what_if.loc[best_step] / 1000
ahead = gains[1:, what_if.index.get_loc(best_step)]

# %% id="better-read"
tell(
    "{step} brings most, and does so in {first:.0%} of the draws. Per new customer the better step may cost "
    "{each:.0f} {unit} at most, 95 % interval {low:.0f} to {high:.0f}.", step=best_step,
    first=(ahead >= gains[1:].max(axis=1)).mean(), each=ceiling["margin"], low=ceiling["low"],
    high=ceiling["high"], unit=currency,
)

# %% [markdown] id="explore"
# The bars are the change of customers per rung; a period is half a year. Move one control at a time:
#
# 1. Improve the first step by a half. What becomes of the advocates?
# 2. Wait for one period, then for ten. Does the same step stay the best?
# 3. How much must winning back improve, to bring as much as the first step improved by a tenth?
#
# Where nothing can move, the picture shows the first step improved by a tenth.

# %% id="explorer"
from crmlab import widgets

widgets.ladder_explorer(shares, value, unit=currency)

# %% [markdown] id="explore-read"
# The matrix says what a better step would bring, not how to get it, nor that those who are pushed up behave
# like those who climbed by themselves. (The intervals are too narrow: the margins are taken as known, and
# the same customer stands in several half-years.)

# %% [markdown] id="levels"
# ## Relationship levels
#
# The ladder counts purchases. A **relationship level** asks what the relationship rests on. Christopher,
# Payne and Ballantyne (1991) took it from the "ladder of loyalty" of salespeople. Our rules, for each
# calendar year, the first that fits:
#
# - *advocate*: two orders or more, and in that year a review of four or five stars, or a customer sent;
# - *partner*: an order in every quarter (steady, planned);
# - *solution*: products of three categories or more (several of our lines solve one problem);
# - *transactional*: all others (a purchase here and there).
#
# Mind the word: this advocate spoke for us *this year*; that of the value ladder has sent somebody *ever*.

# %% id="levels-facts"
recent = lines[lines["date"] >= "2024-01-01"].assign(quarter=lines["date"].dt.quarter)
by_year = recent.groupby(["customer_id", recent["date"].dt.year.rename("year")])
facts = by_year[["order_id", "quarter", "category"]].nunique()
voices = pd.concat([rows[["customer_id", "date"]] for rows in (company.reviews.query("stars >= 4"), sent)])
spoke = facts.index.isin(pd.MultiIndex.from_arrays([voices["customer_id"], voices["date"].dt.year]))

# %% id="levels-rule"
rules = {
    "advocate": spoke & (facts["order_id"] >= 2), "partner": facts["quarter"] == 4,
    "solution": facts["category"] >= 3,
}
facts["level"] = np.select(list(rules.values()), list(rules), "transactional")

# %% id="levels-matrix"
levels = facts["level"].unstack().dropna(subset=[2024]).fillna("no order")
order_of_levels = ["transactional", "solution", "partner", "advocate"]
moved_levels = pd.crosstab(levels[2024], levels[2025], normalize="index")
moved_levels = moved_levels.loc[order_of_levels, ["no order", *order_of_levels]]
moved_levels = moved_levels.rename_axis(index="2024", columns="2025")
plots.table(moved_levels, "Levels of 2024, and where they are in 2025", "{:.0%}")

# %% id="levels-read"
size, again = (levels[2024] == "advocate").sum(), moved_levels.loc["advocate", "advocate"]
low, high = proportion_confint(again * size, size, method="wilson")
tell(
    "Of the advocates of 2024, {stay:.0%} are advocates again (95 % interval {low:.0%} to {high:.0%}).",
    stay=again, low=low, high=high,
)

# %% [markdown] id="levels-words"
# A level is less firm than its name. Who orders often has more occasions to write a review, so the levels
# mix attitude with frequency, and part of the movement is luck. Use the level for the *tone* (nobody wants
# to be sold a starter kit after three years), and the tier for the *budget*.

# %% [markdown] id="tiers"
# ## What each tier gets
#
# The trade names four things to do for high-value customers (find, serve, reward, visit them) and four for
# low-value ones (stimulate, upgrade, improve the service, educate). High value is here the top three tiers of chapter 3a, Diamond to Gold.

# %% [markdown] id="tiers-high"
# ### Three that were not tested
#
# *Find* costs nothing: the ranking of chapter 3a. *Serve*: since January 2025 the top fifth by spend in
# 2024 is served first. *Reward*: points cost their value times the share that is used.

# %% id="high-spend"
year, year_2024 = (
    crm.summarize(orders, since=f"{one}-01-01", as_of=f"{one}-12-31")["spend"] for one in (2025, 2024)
)

# %% id="high-serve-run"
first_served = year_2024.index[year_2024.rank(pct=True) > 0.8]
csat = company.survey[company.survey["customer_id"].isin(year_2024.index)].dropna(subset=["csat"])
served = csat["customer_id"].isin(first_served).rename("served")
by_wave = csat["csat"].astype("float64").groupby([served, csat["wave"]]).agg(["mean", "sem"])
change = by_wave["mean"].unstack().diff(axis=1).iloc[:, -1]
serve = change[True] - change[False], 1.96 * np.sqrt((by_wave["sem"] ** 2).sum())

# %% id="high-points"
tier = crm.Pyramid().fit(year.to_frame()).predict(year.to_frame()).astype("str")
high_value = tier.isin(["Diamond", "Platinum", "Gold"])
batches = company.points[company.points["earned_on"].dt.year == 2024]
used = batches["points"].where(batches["used_on"].notna(), 0).sum() / batches["points"].sum()
points_cost = 0.01 * used * year.groupby(high_value).mean()

# %% id="high-read"
tell(
    "Points cost {points:.0f} {unit} a year per high-value customer. Satisfaction (1 to 5) of the top fifth "
    "changed by {top:+.2f}, of the others by {rest:+.2f}: difference {effect:±+.2f}.",
    points=points_cost[True], unit=currency, top=change[True], rest=change[False], effect=serve,
)

# %% [markdown] id="high-words"
# The last figure is a **difference in differences**: the change of one group less the change of the other.
# It is the effect of the service only if both groups would have changed alike without it (*parallel
# trends*). Who spent most in 2024 had a good year, so they may fall back by themselves; two surveys cannot
# check it.

# %% [markdown] id="tiers-test"
# ### Three that were tested
#
# *Visit* is the care call of chapter 5c, a visit by telephone. *Stimulate* is the voucher, *educate* the
# tasting. Here lots *were* drawn. Money is noisy, so we use the large company of chapter 5c, with 30,000
# customers in the test, and take out what last year's spend explains (Deng and others, 2013). Two tiers,
# three offers: six looks, and all are compared with the *same* group without offer. So each interval is
# taken at 1 − 0.05/6, wide enough for all six to hold at once in 95 % of cases.

# %% id="visit-data"
large = crm.Company(seed=seed, customers=60_000)
tested = large.retention_test.set_index("customer_id").astype({"offer": "str"})
large_year = crm.summarize(large.orders.query("amount >= 0"), since="2025-01-01", as_of="2025-12-31")
large_high = crm.Pyramid().fit(large_year).predict(large_year).isin(["Diamond", "Platinum", "Gold"])
tested = tested.join(large_year["spend"], how="inner").join(large_high.rename("high"))
tested["profit"] = tested["margin"] - tested["cost"]

# %% id="visit-fit"
from statsmodels.regression.linear_model import OLS

estimates = {}
for high, some in tested.groupby("high"):
    arms = pd.get_dummies(some["offer"].str.replace("_", " "), dtype=float).drop(columns="none")
    fit = OLS(some["profit"], arms.assign(spend=some["spend"] / 1000, constant=1.0)).fit(cov_type="HC1")
    interval = fit.conf_int(alpha=0.05 / 6).set_axis(["low", "high"], axis=1)
    estimates["high" if high else "low"] = interval.assign(effect=fit.params).loc[arms.columns]
effects = pd.concat(estimates, names=["value", "offer"])[["effect", "low", "high"]]

# %% id="visit-table"
caption = "Effect on profit in half a year per customer ({unit}, intervals for six looks)"
plots.table(effects, caption, "{:+.0f}", unit=currency)

# %% id="visit-size"
spread = tested.groupby("high")["profit"].std()
high_arm = 16 * (spread[True] / 50) ** 2
tell(
    "To see 50 {unit} per high-value customer takes {arm:,.0f} customers an arm; Harbour Coffee has {all:,} of "
    "them.", unit=currency, arm=high_arm, all=high_value.sum(),
)

# %% [markdown] id="visit-words"
# An interval that holds 0 says "not decided", not "no effect". In the high tiers a few large customers
# carry the profit, and no test of Harbour Coffee's own will ever see 50 yuan: do not propose one. Decide
# by what is cheap, or measure something closer to the call than profit.

# %% [markdown] id="actions"
# ### The action table
#
# What an action costs per customer, what it returns after its cost, how we know. A *test* has a group
# left out by lot; a *comparison* has not; an *assumption* is a number that somebody wrote down.

# %% id="actions-cost"
cost = tested.groupby(["high", "offer"])["cost"].mean()
tickets = company.tickets.query("opened >= '2025' and customer_id not in @tier.index[@high_value]")
goodwill = tickets["goodwill"].sum() / (~high_value).sum()

# %% id="actions-rows"
unknown = pd.Series(np.nan, ["effect", "low", "high"])
actions = {
    ("high", "find: rank by spend"): [0.0, unknown, "none"],
    ("high", "serve: priority desk"): [150.0, unknown, "comparison"],
    ("high", "reward: points"): [points_cost[True], unknown, "none"],
    ("high", "visit: care call"): [cost[True, "care_call"], effects.loc["high", "care call"], "test"],
    ("low", "stimulate: voucher"): [cost[False, "voucher"], effects.loc["low", "voucher"], "test"],
    ("low", "improve service: goodwill"): [goodwill, unknown, "none"],
    ("low", "educate: tasting"): [cost[False, "tasting"], effects.loc["low", "tasting"], "test"],
    ("low", "care call"): [cost[False, "care_call"], effects.loc["low", "care call"], "test"],
    ("firms", "upgrade: call at the limit"): [call_cost, unknown, "assumption"],
}

# %% id="actions-table"
known = [{"cost": spent, **returned, "evidence": how} for spent, returned, how in actions.values()]
table = pd.DataFrame(known, pd.MultiIndex.from_tuples(actions, names=["value", "action"]))
certain = [table["low"] > 0, table["high"] < 0, table["evidence"] == "test"]
table["so"] = np.select(certain, ["do it", "stop it", "open"], "not measured")
formats = dict.fromkeys(["return", "low", "high"], "{:+.0f}") | {"cost": "{:.0f}"}
caption = "Action table: cost and return per customer ({unit}), intervals for six looks"
plots.table(table.rename(columns={"effect": "return"}), caption, formats, unit=currency)

# %% [markdown] id="actions-read"
# Costs and returns of the tests are for half a year, the other costs for a year; the 40 yuan at the limit
# are per call. The desk's 150 yuan are the budget of chapter 3a for a Platinum customer, an assumption for
# the other tiers. Most rows have no interval: a table with a certain return in every row has been invented.

# %% [markdown] id="referral"
# ### What a referral is worth
#
# A *referred* customer is one who was sent by another. Their margin so far is lower than that of the
# others, but nobody was referred in the opening months, and who came first has had most time. So take the
# *first year* of those who joined after the opening and have had a full year.

# %% id="referral-fair"
joined = company.customers.set_index("customer_id")["joined"]
day = (lines["date"] - lines["customer_id"].map(joined)).dt.days
first_year = lines[day < 365].groupby("customer_id")["margin"].sum().reindex(joined.index).fillna(0)
fair = (joined >= "2023-04-01") & (joined <= "2024-12-31")
was_sent = joined.index.isin(company.referrals["customer_id"])
sent_in, came_alone = first_year[fair & was_sent], first_year[fair & ~was_sent]

# %% id="referral-value"
gap = sent_in.mean() - came_alone.mean(), 1.96 * np.hypot(sent_in.sem(), came_alone.sem())
in_2025 = (sent["date"] >= "2025-01-01").sum()
worth = in_2025 / len(year) * sent_in.mean()
half_worth = 1.96 * worth * np.hypot(sent_in.sem() / sent_in.mean(), 1 / np.sqrt(in_2025))
tell(
    "First year: referred {sent:,.0f} {unit}, difference to others {gap:±+,.0f}. Word of mouth brings "
    "{worth:±.0f} {unit} a year per active customer.", sent=sent_in.mean(), unit=currency, gap=gap,
    worth=(worth, half_worth),
)

# %% [markdown] id="referral-words"
# At a German bank referred customers stayed longer and brought more (Schmitt, Skiera & Van den Bulte,
# 2011); see whether the interval here holds 0. The last figure is first-year margin of those sent in
# 2025, over all who ordered. And a referred customer might have come anyway: then a reward buys nothing.

# %% [markdown] id="claim"
# ## Claim check: "an old customer buys with 60 to 70 %, a new one with 5 to 20 %"
#
# Sales trainers repeat this figure; it stands, without data, in a textbook on marketing figures (Farris and
# others, 2010). Let us count. Old: bought within a year before 30 June 2025. New: a lead of the first half
# of 2025 (chapter 4a).

# %% id="claim-count"
as_of = pd.Timestamp("2025-06-30")
day = orders["date"].dt.normalize()
bought_last = day[day <= as_of].groupby(orders["customer_id"]).max()
bought_last = bought_last[bought_last > as_of - pd.Timedelta(days=365)]
wait = (day[day > as_of].groupby(orders["customer_id"]).min().reindex(bought_last.index) - as_of).dt.days
leads = company.leads[company.leads["created"] <= as_of]
until_won = (leads["won_on"] - leads["created"]).dt.days

# %% id="claim-table"
chances = {days: [(wait <= days).mean(), (until_won <= days).mean()] for days in (30, 60, 90, 180)}
chances = pd.DataFrame(chances, ["an old customer buys", "a lead is won"]).T
plots.table(chances.rename_axis("within days"), "Two chances, by how long one waits", "{:.0%}")

# %% [markdown] id="claim-answer"
# A chance without a time is no number: wait longer and every chance grows. Nor is there *the* old
# customer: chapter 5b showed how the chance falls with silence. And a lead has already shown interest. It
# does not follow that selling to old customers is worth more: much of what they buy they would have
# bought anyway.

# %% [markdown] id="decision"
# ## The decision
#
# The plan of Ma Jun for Lin Yue, for the next half-year. Two numbers are missing. What would his care
# call for everybody cost where the test speaks against it? And can a test find an offer that mends the
# first step? (Rule of 16 again; who is still new when a half-year ends is drawn into an arm, and half a year
# later we see who took the step.)

# %% id="decision-calls"
low_customers = (~high_value).sum()
against = effects.loc["low", "care call"] * low_customers
calls_open = against["high"] >= 0

# %% id="decision-step"
base = shares.loc["new", "repeat"]
new_customers = states[["2025 H1", "2025 H2"]].eq("new").to_numpy().sum() / 12
step_months = {}
for better in (0.1, 0.5):
    mean = base * (1 + better / 2)
    step_months[better] = 6 + 32 * mean * (1 - mean) / (better * base) ** 2 / new_customers

# %% [markdown] id="memo"
# ### The memo

# %% id="decision-plans"
tell(
    "1. Larger plans: open. Below {even:.0%} persuaded, calling all these firms does not pay; nobody has counted. "
    "Half of the firms at the limit are called, by lot: {arm:.0f} an arm, {months:.0f} months, {cost:,.0f} "
    "{unit}. That decides it only if the true share is well off {even:.0%}. All get a line on the invoice.",
    even=even, arm=call_arm, months=call_months, cost=call_cost * call_arm, unit=currency,
)

# %% id="decision-ladder"
tell(
    "2. Mend first: {step}. A step a tenth better brings {low:.0f} to {high:.0f} {unit} in two years per customer "
    "who is new when a half-year ends, and may cost that at most.", step=best_step, low=ceiling["low"], high=ceiling["high"], unit=currency,
)

# %% id="decision-offer"
tell(
    "A test sees steps from new to repeat that are half as frequent again in {quick:.0f} months, a tenth in "
    "{slow:.0f}, waiting included: try a bold offer.", quick=step_months[0.5], slow=step_months[0.1],
)

# %% id="decision-tiers"
verdict = "open, so nobody is called for now" if calls_open else "stop"
tell(
    "3. Care calls to low-value customers: {verdict}; the lot of chapter 5c goes on. For all {count:,} of them "
    "{total:+,.0f} {unit} in half a year, interval {around:+,.0f}.", verdict=verdict, count=low_customers, total=against["effect"],
    around=(against["low"], against["high"]), unit=currency,
)
tell("Care calls to high-value customers: open, and no test of ours can decide it. Keep them few and cheap.")

# %% id="decision-evidence"
crm.evidence(
    ("call, low-value customers, half a year", "{total:+,.0f}", "{around:+,.0f}", "visit-fit",
     "the large company's test holds here; interval for six looks"),
    ("call, one high-value customer", "{visit:+,.0f}", "{visits:+,.0f}", "visit-fit", "the same"),
    ("share persuaded at which a call pays", "{even:.0%}", "", "offers-even", "the chances of the model"),
    ("test of calls, months", "{months:.0f}", "", "offers-test", "an effect at break-even, power 80 %"),
    ("ceiling per new customer, two years", "{each:.0f}", "{ceiling:.0f}", "better-table",
     "who is pushed behaves like who climbs"),
    ("test of a bold offer, months", "{quick:.0f}", "", "decision-step", "half as many again, power 80 %"),
    total=against["effect"], around=(against["low"], against["high"]), even=even, months=call_months,
    visit=effects.loc["high", "care call"]["effect"], each=ceiling["margin"], quick=step_months[0.5],
    visits=tuple(effects.loc["high", "care call"][["low", "high"]]), ceiling=(ceiling["low"], ceiling["high"]),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The upgrade signal first: the simulator's own chances.

# %% id="truth-upgrades-table"
plots.table(company.truth.upgrades, "True chance to move up next month, by time with a plan", "{:.1%}")

# %% [markdown] id="truth-actions"
# In truth there is a best time, months 4 to 12: Ma Jun was right. Would you have sworn to it by our
# interval? Next, the offers. The simulator runs the half-year once with and once without each offer, with
# the same luck.

# %% id="truth-actions-table"
runs = {
    offer: large.run_forward(pd.Series(offer, large_year.index), days=180)
    for offer in ("none", "care_call", "tasting", "voucher")
}
profit = pd.DataFrame({offer.replace("_", " "): run["margin"] - run["cost"] for offer, run in runs.items()})
of_tier = np.where(large_high[profit.index], "high", "low")
true_gain = profit.sub(profit.pop("none"), axis=0).groupby(of_tier).mean().rename_axis("value")
plots.table(true_gain, "True gain of half a year per customer ({unit})", "{:+.1f}", unit=currency)

# %% id="truth-judged"
truly = true_gain.stack().reindex(effects.index)
inside = truly.between(effects["low"], effects["high"])
judged = {
    "action": 0.0, "baseline": low_customers * true_gain.loc["low", "care call"], "open": bool(calls_open),
}
tell(
    "{inside} of 6 intervals hold the truth. A call for every low-value customer would bring {baseline:+,.0f} "
    "{unit} in half a year, no call nothing.", inside=inside.sum(), baseline=judged["baseline"], unit=currency,
)

# %% [markdown] id="truth-words"
# The same action can be right in one tier and a loss in another: an average over all customers would hide
# both. And what a call persuades, not even the simulator knows: that is why it is a test and no figure.

# %% [markdown] id="recap"
# ## Recap
#
# - Near the limit, a call brings forward what would come anyway: count months gained, not years.
# - The value ladder is a table of shares: it shows where customers are lost, and what a step may cost.
# - A level names a relationship for a year, not for ever.
# - In an action table the evidence column is the most important one; several looks need wider intervals.
# - Propose only tests that can decide, and say in how many months.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-limit"
crm.quiz(
    "A firm at its limit moves up with 25 % a month by itself. What does a call bring that persuades it?",
    ("About three months of the difference.", True, "It would have come by itself before long."),
    ("A year of the difference.", False, "Without the call it would have paid most of that as well."),
    ("Nothing, since it comes anyway.", False, "It comes later; the months until then are earned."),
)

# %% id="quiz-ladder"
crm.quiz(
    "Multi-line customers stay longest. Should we push everybody to buy a third category?",
    ("Test it: who stays long has time to try things.", True, "Survivorship and selection explain it too."),
    ("Yes, the matrix shows what it brings.", False, "Only if the pushed behave like the climbers."),
    ("No, categories do not matter.", False, "The table does not show that either."),
)

# %% id="quiz-looks"
crm.quiz(
    "Six offers are tested against one group without an offer; the best 95 % interval is +3 to +264. And now?",
    ("With six looks that is not decided.", True, "The interval that is wide enough for six holds 0."),
    ("Do it: the interval leaves out 0.", False, "One of six leaves it out by luck about every fourth time."),
    ("Stop the other five.", False, "An interval that holds 0 does not say stop."),
)

# %% id="quiz-test"
crm.quiz(
    "A test needs 24,000 customers an arm; you have 750. What do you propose?",
    ("No such test; another measure, or a decision by cost.", True, "It would never decide."),
    ("The test with all 750: better than nothing.", False, "Its interval is far wider than the effect."),
    ("The test, again each half-year, until it is significant.", False, "Whoever looks often finds luck."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/06b_upsell_and_levels.ipynb) lets you decide about a company of your own.
# [Chapter 7a](07a_choosing_a_system.ipynb) asks what kind of system carries the first half of the course. With a log of your own, go on to
# [your customers](my_customers.ipynb).
#
# ### References
#
# - Christopher, M., Payne, A. & Ballantyne, D. (1991). *Relationship Marketing: Bringing Quality,
#   Customer Service and Marketing Together*. Butterworth-Heinemann.
# - Deng, A., Xu, Y., Kohavi, R. & Walker, T. (2013). Improving the sensitivity of online controlled
#   experiments by utilizing pre-experiment data. *Proceedings of the 6th ACM International Conference on
#   Web Search and Data Mining*, 123–132.
# - Farris, P. W., Bendle, N. T., Pfeifer, P. E. & Reibstein, D. J. (2010). *Marketing Metrics: The
#   Definitive Guide* (2nd ed.). Pearson.
# - Pfeifer, P. E. & Carraway, R. L. (2000). Modeling customer relationships as Markov chains. *Journal
#   of Interactive Marketing* 14(2), 43–55.
# - Schmitt, P., Skiera, B. & Van den Bulte, C. (2011). Referral programs and customer value. *Journal of
#   Marketing* 75(1), 46–59.
