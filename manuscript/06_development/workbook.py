# %% [markdown] id="title"
# # 6 · Development: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, what to put side by side on
# the shelf, what to recommend to whom, whom to call about a larger plan, and where customers get
# stuck on the value ladder. Your company comes from your `seed`: your numbers are yours, the
# difficulty is the same for everybody. It takes about 60 minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`;
# each call gives one more hint. You may leave a task out: the next one starts from data, or from the
# right result. Do not round numbers before you hand them in.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"
split = "2025-01-01"
today = "2025-12-01"  # the last month of the meters
call_cost = 40  # yuan

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("06_development", seed=seed, participant=participant, lang=lang)
plots.use_style()

# %% [markdown] id="recall"
# ## Before you start
#
# Two questions on earlier chapters. Set the letters, for example `"b"`, and run the second cell.

# %% id="recall-ask" tags=["nbval-ignore-output"]
wb.recall()

# %% id="recall-answer" tags=["nbval-ignore-output"]
first, second = ..., ...
wb.check_recall(first, second)

# %% [markdown] id="lift"
# ## Task 1 · lift
#
# `lines` has one row per product in an order; refunds are left out, and a product stands in an order
# once. An order is a basket. How much more often are a pour-over kit (`P14`) and filter papers (`P15`)
# in one basket than they would be by chance?
#
# Produce: a number `lift`, the lift of the rule kit → papers over all baskets.

# %% id="lift-start"
lines = wb.data.lines
plots.table(lines.head(4), "The first rows of the lines", {"date": "{:%Y-%m-%d}"})

# %% id="lift-do"
lift = ...

### BEGIN SOLUTION
with_kit = lines.loc[lines["product_id"] == "P14", "order_id"]
with_papers = lines.loc[lines["product_id"] == "P15", "order_id"]
confidence = with_kit.isin(with_papers).mean()
lift = confidence / (len(with_papers) / lines["order_id"].nunique())
### END SOLUTION

wb.check("lift", lift)

# %% [markdown] id="lift-explained" tags=["solution"]
# *How and why.* Confidence says what share of the kits is bought with papers. Whether that is much
# depends on how many buy papers anyway, and lift divides by it. All shares are of *baskets*: a
# customer who takes a kit in spring and papers in autumn says nothing about the shelf, and lines are
# more than baskets. Lift is the same in both directions, papers → kit; confidence is not.

# %% [markdown] id="shelf"
# ## Task 2 · shelf and lift_within
#
# Xu Dan has room for ten pairs side by side. Take the pairs of products that stand together in at
# least 20 baskets. Which ten of them have the highest lift?
#
# Produce: a list `shelf` of ten texts such as `"P14+P15"`. `baskets` has a row per basket, a column per
# product, and 1 where the product is in the basket.

# %% id="shelf-start"
baskets = pd.crosstab(lines["order_id"], lines["product_id"])

# %% id="shelf-do"
shelf = ...

### BEGIN SOLUTION
both = baskets.T @ baskets
number = baskets.sum()
lifts = both * len(baskets) / np.outer(number, number)
each_once = np.triu(both >= 20, k=1)
best = lifts.where(each_once).stack().nlargest(10)
shelf = [f"{one}+{other}" for one, other in best.index]
### END SOLUTION

wb.check("shelf", shelf)

# %% id="shelf-shown" tags=["solution"]
names = lines.drop_duplicates("product_id").set_index("product_id")["product"]
ten = best.rename("lift").rename_axis(["one", "other"]).reset_index()
ten["baskets"] = [both.loc[one, other] for one, other in zip(ten["one"], ten["other"], strict=True)]
ten["one"], ten["other"] = ten["one"].map(names), ten["other"].map(names)
plots.table(ten.set_index(["one", "other"]), "The ten pairs", {"lift": "{:.1f}"})

# %% id="shelf-planted" tags=["solution"]
planted = wb.data.company.truth.companions.astype("str")
true_pairs = {"+".join(sorted(pair)) for pair in planted[["product_id", "companion_id"]].to_numpy()}

# %% id="shelf-truth" tags=["solution"]
crm.tell(
    "The truth, which no real company knows: {all} pairs are planted, and {found} of them stand on "
    "the shelf.", all=len(true_pairs), found=len(true_pairs & set(shelf)),
)

# %% [markdown] id="lift-within"
# Coffee from Yunnan (`P04`) and coffee from Ethiopia (`P05`) have a lift far above 1. Do they go
# together, or do the same people like both? `labels` names the needs group of each customer; some are
# `unknown`, and count as a group of their own. If the two had nothing to do with each other *within* a
# group, how many of its baskets would hold both? Add this up over the groups: so many are expected.
#
# Produce: a number `lift_within`, the baskets with both divided by the expected ones.

# %% id="lift-within-start"
labels = wb.data.labels
plots.table(labels.value_counts().to_frame("customers"), "Needs groups")

# %% id="lift-within-do"
lift_within = ...

### BEGIN SOLUTION
customer = lines.drop_duplicates("order_id").set_index("order_id")["customer_id"]
group = customer[baskets.index].map(labels)
counts = baskets[["P04", "P05"]].assign(both=baskets["P04"] * baskets["P05"], number=1)
counts = counts.groupby(group.to_numpy()).sum()
expected = (counts["P04"] * counts["P05"] / counts["number"]).sum()
lift_within = counts["both"].sum() / expected
### END SOLUTION

wb.check("lift_within", lift_within)

# %% [markdown] id="lift-within-explained" tags=["solution"]
# *How and why.* Without a least number of baskets the first places go to pairs that a handful of people
# bought; sorted by confidence or by support, to the bestsellers. And lift alone cannot tell "these two go together" from "the same people buy both". Within
# groups most of this pair's lift is gone: two coffees for the same cup. For the shelf it is no
# pair; for a letter to gourmets it is a good idea. Keep the group of the unlabelled in, on both sides of
# the division; and do not average the lifts of the groups, for the lift of a group with three such baskets is
# mostly luck. What is left above 1 is partly the labels' fault: some are wrong, so groups are mixed.

# %% [markdown] id="hit-rate"
# ## Task 3 · hit_rate
#
# A recommender has to beat the bestsellers. So measure them first. `in_basket` holds the baskets of 2025
# with two products or more; one product of each was taken out by lot and stands in `hidden`. Rank the
# products by the number of baskets *before* the split day in which they stand (of equal ones, the
# lower product id comes first). To each basket recommend the first three of the ranking that are not in the
# basket. In which share of baskets is the hidden product among the three?
#
# Produce: a number `hit_rate` between 0 and 1.

# %% id="hit-rate-start"
in_basket, hidden = wb.data.in_basket, wb.data.hidden
plots.table(
    in_basket.iloc[:3, :5].replace({True: "yes", False: "no"}).assign(hidden=hidden),
    "Three baskets of the test, and five of the products",
)

# %% id="hit-rate-do"
hit_rate = ...

### BEGIN SOLUTION
popular = lines.loc[lines["date"] < split, "product_id"].value_counts()
popular = popular.reindex(in_basket.columns, fill_value=0)
scores = np.where(in_basket, -1, popular)
best_three = np.argsort(-scores, axis=1, kind="stable")[:, :3]
hits = in_basket.columns.to_numpy()[best_three] == hidden.to_numpy()[:, None]
hit_rate = hits.any(axis=1).mean()
### END SOLUTION

wb.check("hit_rate", hit_rate)

# %% [markdown] id="hit-rate-explained" tags=["solution"]
# *How and why.* Learn before the split, judge after it: a ranking that has seen 2025 is judged on what it
# has seen. Each basket gets its *own* three, because recommending what already lies in it wastes a place.
# The hit rate is a share of baskets, so at most one hit counts for each. And it is no sales figure: all
# these products were bought without any recommendation.

# %% [markdown] id="letter"
# ## Task 4 · letter
#
# Xu Dan writes letters. Each names *one* product that this customer has never bought. Use the collaborative
# filter of the lesson on all of `lines`: a table of customers and products with 1 where the customer has
# bought it and 0 elsewhere, cosine similarity of the products, and for each customer the sum of
# similarities to what the customer has. Which new product scores highest? Of a customer with one product
# we know too little: letters go to those who have bought two different products or more.
#
# Produce: a Series `letter`, index `customer_id`, with one product id such as `"P14"` per customer.

# %% id="letter-do"
letter = ...

### BEGIN SOLUTION
from sklearn.metrics.pairwise import cosine_similarity

history = pd.crosstab(lines["customer_id"], lines["product_id"]).clip(upper=1)
similarity = cosine_similarity(history.T)
np.fill_diagonal(similarity, 0)
scores = history @ pd.DataFrame(similarity, history.columns, history.columns)
known = history.sum(axis=1) >= 2
letter = scores.mask(history == 1)[known].idxmax(axis=1)
### END SOLUTION

wb.check("letter", letter)

# %% id="letter-shown" tags=["solution"]
named = letter.map(names).value_counts()
plots.table(named.head(5).to_frame("letters"), "The products named most often")

# %% id="letter-at-the-till" tags=["solution"]
earlier = lines[lines["date"] < split]
owned = pd.crosstab(earlier["customer_id"], earlier["product_id"]).clip(upper=1)
owned = owned.reindex(columns=in_basket.columns, fill_value=0)
alike = cosine_similarity(owned.T)
np.fill_diagonal(alike, 0)
till_scores = np.where(in_basket, -1, in_basket.to_numpy() @ alike)
till_three = np.argsort(-till_scores, axis=1, kind="stable")[:, :3]
till_hits = in_basket.columns.to_numpy()[till_three] == hidden.to_numpy()[:, None]

# %% id="letter-compared" tags=["solution"]
difference = till_hits.any(axis=1).astype(float) - hits.any(axis=1)
crm.tell(
    "In the baskets of task 3, bestsellers hit {rate:.1%}. With this filter, learned before "
    "2025, the difference is {more:±+.1points}.", rate=hit_rate,
    more=(difference.mean(), 1.96 * difference.std() / np.sqrt(len(difference))),
)

# %% [markdown] id="letter-explained" tags=["solution"]
# *How and why.* Without the cosine every product is most like the bestsellers, since these have most buyers
# in common with anything. With counts instead of 0 and 1, a firm that orders beans every week decides alone
# what beans are like. Two customers who bought the same get the same letter: the filter knows
# nothing else. Some letters go to people who left long ago; in real life choose the receivers first
# (chapter 5), then the product.

# %% [markdown] id="near-limit"
# ## Task 5 · near_limit and upgrade_share
#
# `usage` has one row per firm and month, in order; `used` and `included` are cups. December 2025, the
# month `today`, has just ended. Which firms used more than 90 % of their cups in November *and* in December,
# and can still move up to a larger plan (the largest is L)?
#
# Produce: a list `near_limit` of customer ids.

# %% id="near-limit-start"
usage = wb.data.usage
plots.table(
    usage[["customer_id", "month", "plan", "included", "used", "upgraded"]].tail(3),
    "The last rows of the meters (cups a month)", {"month": "{:%Y-%m}"},
)

# %% id="near-limit-do"
near_limit = ...

### BEGIN SOLUTION
share = usage["used"] / usage["included"]
share_before = share.groupby(usage["customer_id"]).shift()
signal = (share > 0.9) & (share_before > 0.9) & (usage["plan"] != "L")
near_limit = list(usage.loc[signal & (usage["month"] == today), "customer_id"])
### END SOLUTION

wb.check("near_limit", near_limit)

# %% [markdown] id="upgrade-share"
# How often does such a firm move up by itself? `upgraded` says whether the firm moves up in the month
# *after* the row; for December nobody knows yet. Of all rows with the signal (above 90 % in this month and
# in the month before, plan S or M) before December 2025: after which share did the firm move up?
#
# Produce: a number `upgrade_share` between 0 and 1.

# %% id="upgrade-share-do"
upgrade_share = ...

### BEGIN SOLUTION
known = signal & (usage["month"] < today)
upgrade_share = usage.loc[known, "upgraded"].mean()
### END SOLUTION

wb.check("upgrade_share", upgrade_share)

# %% id="upgrade-share-shown" tags=["solution"]
from statsmodels.stats.proportion import proportion_confint

moved = int(usage.loc[known, "upgraded"].sum())
low, high = proportion_confint(moved, known.sum(), method="wilson")
crm.tell(
    "{moved} of {rows} rows with the signal: 95 % interval {low:.0%} to {high:.0%}.",
    moved=moved, rows=int(known.sum()), low=low, high=high,
)

# %% [markdown] id="upgrade-share-explained" tags=["solution"]
# *How and why.* `shift` within each firm: without `groupby`, the first month of one firm would look
# back on the last month of another. December is left out because missing is not "no". And read the share
# the right way round: "most upgrades come after the signal" does not say "most signals lead to an
# upgrade".

# %% [markdown] id="calls"
# ## Task 6 · calls and call_gain
#
# Ma Jun wants to call firms about the next larger plan. `firms` has one row per firm that can move up:
# `chance` that it moves up in any one month *without* a call, `more_fee` and `more_margin` of the next plan in yuan
# a month, and `persuaded`: Ma Jun's guess at the share of such firms that a call moves up at once. A call
# costs `call_cost`, 40 yuan.
#
# A call brings the larger plan forward. Without it, a firm is still on its plan after t months with
# the chance (1 − `chance`)^t. The sum over t = 1 to 12 is the number of months that a persuading call
# gains in a year.

# %% id="calls-start"
firms = wb.data.firms
plots.table(
    firms.drop_duplicates("persuaded"), "Some of the firms (fee and margin in yuan a month)",
    {"chance": "{:.1%}", "persuaded": "{:.1%}"},
)

# %% [markdown] id="calls-ask"
# Whom should Ma Jun call, if each call has to pay for itself on average? And what are these calls
# expected to gain in a year, after their cost?
#
# Produce: a list `calls` of customer ids, and a number `call_gain` in yuan. The right list is given as
# `who` for the second.

# %% id="calls-do"
calls = ...

### BEGIN SOLUTION
months_gained = sum((1 - firms["chance"]) ** month for month in range(1, 13))
gain = firms["persuaded"] * months_gained * firms["more_margin"] - call_cost
calls = list(gain.index[gain > 0])
### END SOLUTION

wb.check("calls", calls)

# %% id="call-gain-start"
who = wb.given("calls")

# %% id="call-gain-do"
call_gain = ...

### BEGIN SOLUTION
call_gain = gain[who].sum()
### END SOLUTION

wb.check("call_gain", call_gain)

# %% id="calls-shown" tags=["solution"]
usual = firms["chance"] * 12 * firms["more_margin"] - call_cost
half = (firms["persuaded"] / 2 * months_gained * firms["more_margin"] - call_cost)[who].sum()
crm.tell(
    "{count} calls cost {cost:,.0f} yuan and gain {gain:,.0f}. The usual list, chance × a year's "
    "margin, would promise {usual:,.0f}; with half of the persuaded share the same calls bring "
    "{half:+,.0f}.", count=len(calls), cost=call_cost * len(calls), gain=call_gain,
    usual=usual[usual > 0].sum(), half=half,
)

# %% [markdown] id="calls-explained" tags=["solution"]
# *How and why.* A firm with a high chance moves up soon, with or without a call: little is gained there. A
# firm far from its limit is hardly ever persuaded. The best calls are in between, and from M to L they pay
# more easily than from S to M, because the margin grows more. The usual list, chance × margin of a year, counts as earned what comes
# anyway. And all of it hangs on `persuaded`, a guess. A list this short cannot show whether it is right. But if
# from now on a lot decides which firms at their limit are called, a year or two will show it.

# %% [markdown] id="rung"
# ## Task 7 · rung and lost
#
# Where does each customer stand on the value ladder at the end of 2025? Look at the half-year 1 July to
# 31 December 2025. The first rule that fits decides: `silent`, no order in this half-year; `advocate`,
# has sent at least one other customer so far; `multi-line`, products of three categories or more so far;
# `repeat`, two orders or more so far; `new` otherwise. "So far" means up to the end of 2025. In `referrals`,
# `customer_id` is who was sent, by `referrer_id`.
#
# Produce: a Series `rung`, index `customer_id`, one of these five words for every customer in `lines`.

# %% id="rung-start"
referrals = wb.data.referrals
plots.table(referrals.head(3), "The first referrals", {"date": "{:%Y-%m-%d}"})

# %% id="rung-do"
rung = ...

### BEGIN SOLUTION
by_customer = lines.groupby("customer_id")
rules = {
    "silent": by_customer["date"].max() < "2025-07-01",
    "advocate": by_customer.size().index.isin(referrals["referrer_id"]),
    "multi-line": by_customer["category"].nunique() >= 3,
    "repeat": by_customer["order_id"].nunique() >= 2,
}
rung = pd.Series(np.select(list(rules.values()), list(rules), "new"), by_customer.size().index)
### END SOLUTION

wb.check("rung", rung)

# %% [markdown] id="lost"
# `rungs` has a column per half-year with the rung of each customer; before the first order it says
# `not yet`. How many customers does the ladder lose at its foot? Take all five steps from one half-year to
# the next together: of those who were *new*, which share was silent in the next half-year?
#
# Produce: a number `lost` between 0 and 1.

# %% id="lost-start"
rungs = wb.data.earlier_rungs.assign(**{"2025 H2": wb.given("rung")})
plots.table(rungs.iloc[:4, 2:], "The rungs of four customers, by half-year")

# %% id="lost-do"
lost = ...

### BEGIN SOLUTION
before, after = rungs.iloc[:, :-1].to_numpy().ravel(), rungs.iloc[:, 1:].to_numpy().ravel()
moves = pd.crosstab(before, after, normalize="index")
lost = moves.loc["new", "silent"]
### END SOLUTION

wb.check("lost", lost)

# %% [markdown] id="rung-explained" tags=["solution"]
# *How and why.* The order of the rules is part of the definition: a customer who left years ago as an
# advocate is silent now. Each half-year of each customer is one observation, so `ravel` lays all steps in
# one long row. Divide by the row ("of those who were new …"), not by the column ("of those who are silent
# …") and not by everything. And do not wait for the end: some who were silent after half a year come back,
# others fall silent later.

# %% [markdown] id="memo"
# ## Task 8 · a judgement in words
#
# Write four or five sentences to Lin Yue: what goes side by side on the shelf and what does not, whom
# Ma Jun calls and what it is expected to gain, what a recommender may promise, and what you would do next
# to know more. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "On the shelf we put side by side the pairs that stand together more often than the kind
# of customer explains, such as kit and papers. The two single origins are for the same people: they
# belong into one letter, not side by side. Ma Jun's people call the few firms of task 6, and all firms near
# their limit find a line on the invoice, because many of them move up by themselves. The gain of the calls
# is small and rests on a guess; so from now on a lot decides which firms at the limit are called, and we
# count until we know. The recommender names what people like, and its hit rate says how well it guesses. It
# does not say that a letter sells anything: a tenth of the customers, by lot, get a letter without a
# recommendation. And the ladder loses most at its foot: before we think about advocates, we should
# think about the second order."

# %% [markdown] id="step-worth"
# ## Task 9 · step_worth (stretch)
#
# Zhou Ning could send each new customer a voucher. Suppose that it makes the step from *new* to *repeat*
# 10 % better: the share that takes it rises by a tenth of itself, and the share that falls silent sinks by as
# much. `matrix` has the shares of each rung's customers half a year later (a row adds up to 1), and
# `rung_margin` the margin of a half-year per customer on each rung, in yuan. Both are in the same order.
#
# Begin with one new customer, and let the matrix go on for four half-years. How much more margin do these
# four bring with the better step than without it?
#
# Produce: a number `step_worth`, in yuan per new customer.

# %% id="step-worth-start"
matrix, rung_margin = wb.data.matrix, wb.data.rung_margin
plots.table(
    matrix.assign(margin=rung_margin), "Shares half a year later, and margin (yuan a half-year)",
    dict.fromkeys(matrix.columns, "{:.1%}") | {"margin": "{:,.0f}"},
)

# %% id="step-worth-do"
step_worth = ...

### BEGIN SOLUTION
better = matrix.copy()
better.loc["new", "repeat"] += 0.1 * matrix.loc["new", "repeat"]
better.loc["new", "silent"] -= 0.1 * matrix.loc["new", "repeat"]
start = np.array([1, 0, 0, 0, 0])
with_voucher, without = (
    sum(start @ np.linalg.matrix_power(shares, half) @ rung_margin for half in range(1, 5))
    for shares in (better, matrix)
)
step_worth = with_voucher - without
### END SOLUTION

wb.check("step_worth", step_worth)

# %% [markdown] id="step-worth-explained" tags=["solution"]
# *How and why.* Ten per cent *of the share* is much less than ten percentage points. A row has to add up to
# 1: who becomes a repeat customer is not silent. Most of the gain comes after the first half-year, because who is
# kept buys on. The answer is a ceiling: a voucher that costs more per new customer than this loses
# money even if it works. Whether it works, and whether customers pushed up the step behave like those who
# climb it by themselves, only a test can tell.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
