# %% [markdown] id="title"
# # 6b · Upselling, ladder and levels: exercise
#
# The goal of this exercise is to decide, at *your own* Harbour Coffee, whom to call about a larger plan
# and what that is expected to gain, and to find where customers get stuck on the value ladder and what a
# better step may cost. Your company comes from your `seed`: your numbers are yours, the difficulty is the
# same for everybody. It takes about 55 minutes. The last task is a *stretch*.
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
today = "2025-12-01"  # the last month of the meters
call_cost = 40  # yuan

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("06b_upsell_and_levels", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="near-limit"
# ## Task 1 · near_limit, upgrade_share and upgrade_low
#
# `usage` has one row per firm and month, in order; `used` and `included` are cups. December 2025, the
# month `today`, has just ended. Which firms used more than 90 % of their cups in November *and* in
# December, and can still move up to a larger plan (the largest is L)?
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

# %% [markdown] id="upgrade-low"
# A share of few rows is not sure. What is the lower end of its 95 % interval, after Wilson as in the
# lesson?
#
# Produce: a number `upgrade_low` between 0 and 1.

# %% id="upgrade-low-do"
upgrade_low = ...

### BEGIN SOLUTION
from statsmodels.stats.proportion import proportion_confint

moved = usage.loc[known, "upgraded"].sum()
upgrade_low, upgrade_high = proportion_confint(moved, known.sum(), method="wilson")
### END SOLUTION

wb.check("upgrade_low", upgrade_low)

# %% [markdown] id="upgrade-share-explained" tags=["solution"]
# *How and why.* `shift` within each firm: without `groupby`, the first month of one firm would look
# back on the last month of another. December is left out because missing is not "no". And read the share
# the right way round: "most upgrades come after the signal" does not say "most signals lead to an
# upgrade". (The interval is a little too narrow: a firm stands in several rows.)

# %% [markdown] id="calls"
# ## Task 2 · calls and call_gain
#
# Ma Jun wants to call firms about the next larger plan. `firms` has one row per firm that can move up:
# `chance` that it moves up in any one month *without* a call, `more_fee` and `more_margin` of the next
# plan in yuan a month, and `persuaded`: Ma Jun's guess at the share of such firms that a call moves up at
# once. A call costs `call_cost`, 40 yuan.
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
# Whom should Ma Jun call, if the expected gain of every single call has to exceed its cost? And what are
# these calls expected to gain in a year, after their cost?
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
# *How and why.* A firm with a high chance moves up soon, with or without a call: little is gained there.
# A firm far from its limit is hardly ever persuaded. The best calls are in between, and from M to L they
# pay more easily than from S to M, because the margin grows more. The usual list, chance × margin of a
# year, counts as earned what comes anyway. And all of it hangs on `persuaded`, a guess. A list this short
# cannot show whether it is right. But if from now on a lot decides which firms at their limit are called,
# a year or two will show it.

# %% [markdown] id="rung"
# ## Task 3 · rung
#
# Where does each customer stand on the value ladder at the end of 2025? Look at the half-year 1 July to
# 31 December 2025. The first rule that fits decides: `silent`, no order in this half-year; `advocate`,
# has sent at least one other customer so far; `multi-line`, products of three categories or more so far;
# `repeat`, two orders or more so far; `new` otherwise. "So far" means up to the end of 2025. In
# `referrals`, `customer_id` is who was sent, by `referrer_id`. `lines` has one row per product in an order,
# so an order has several rows; refunds are left out.
#
# Produce: a Series `rung`, index `customer_id`, one of these five words for every customer in `lines`.

# %% id="rung-start"
lines, referrals = wb.data.lines, wb.data.referrals
plots.table(referrals.head(3), "The first referrals", {"date": "{:%Y-%m-%d}"})

# %% id="rung-lines"
plots.table(lines.head(4), "The first rows of the lines", {"date": "{:%Y-%m-%d}"})

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
# ## Task 4 · lost
#
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
# ## Task 5 · a judgement in words
#
# Write four or five sentences to Lin Yue: whom Ma Jun calls and what it is expected to gain, on which
# number this hangs, where the ladder loses most, and what you would do next to know more. This task is
# not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "Ma Jun's people call the few firms of task 2, and all firms near their limit find a
# line on the invoice, because many of them move up by themselves. The gain of the calls is small and
# rests on a guess, the share that a call persuades: if half as many are persuaded it is gone. So from now
# on a lot decides which firms at the limit are called, and we count until we know. The ladder loses most
# at its foot: of the new customers more than half are silent in the next half-year. Before we think about
# advocates, we should think about the second order, and test a bold offer for it; a timid one no test of
# ours would ever see."

# %% [markdown] id="step-worth"
# ## Task 6 · step_worth (stretch)
#
# The branch in Xiamen keeps its own books. It could send each new customer a voucher. Suppose that it
# makes the step from *new* to *repeat* 10 % better: the share that takes it rises by a tenth of itself,
# and the share that falls silent sinks by as much. `matrix` has the branch's shares of each rung's
# customers half a year later (a row adds up to 1), and `rung_margin` the margin of a half-year per
# customer on each rung, in yuan. Both are in the same order.
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
# *How and why.* Ten per cent *of the share* is much less than ten percentage points. A row has to add up
# to 1: who becomes a repeat customer is not silent. Most of the gain comes after the first half-year,
# because who is kept buys on. The answer is a ceiling: a voucher that costs more per new customer than
# this loses money even if it works. Whether it works, and whether customers pushed up the step behave
# like those who climb it by themselves, only a test can tell.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
