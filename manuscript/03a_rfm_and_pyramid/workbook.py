# %% [markdown] id="title"
# # 3a · RFM and the customer pyramid: exercise
#
# The goal of this exercise is to score the customers of *your own* Harbour Coffee, divide them into
# tiers, and decide which tiers get a service. Your company comes from your `seed`: your numbers are
# yours, the difficulty is the same for everybody. It takes 45 to 60 minutes. The last task is a
# *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`;
# each call gives one more hint. You may leave a task out: the next one starts from the right result.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"
start = "2024-01-01"
cutoff = "2024-12-31"
end = "2025-12-31"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("03a_rfm_and_pyramid", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="data"
# ## Your data
#
# `log` holds the rows of the till: who, when, how much in yuan. Amounts below 0 are refunds. The
# till sometimes splits one visit into two rows.

# %% id="data-log"
log = wb.data.log
plots.table(
    log.head(), "The first rows of your log (amount in yuan)", {"date": "{:%Y-%m-%d %H:%M}"}
)

# %% [markdown] id="purchases"
# ## Task 1 · purchases
#
# Count the purchases of each customer up to the cut-off day, that day included. A purchase is a
# *day* with at least one row of amount 0 or more. Customers without a purchase are left out.
#
# Produce: a Series `purchases`, index `customer_id`, whole numbers. Use pandas, not `summarize`:
# you will see what it does for you.

# %% id="purchases-do"
purchases = ...

### BEGIN SOLUTION
bought = log[(log["amount"] >= 0) & (log["date"] < "2025-01-01")]
purchases = bought.assign(day=bought["date"].dt.normalize()).groupby("customer_id")["day"].nunique()
### END SOLUTION

wb.check("purchases", purchases)

# %% [markdown] id="purchases-explained" tags=["solution"]
# *How and why.* Three filters make the count: refunds out, later rows out, days instead of rows. The
# trap is the cut-off day. `date <= "2024-12-31"` compares with midnight and loses every purchase
# of that day that carries a time; `date < "2025-01-01"` keeps it. `crm.summarize(log, as_of=cutoff)`
# does all of it, so use that from now on.

# %% [markdown] id="recency"
# ## Task 2 · recency
#
# How many days lie between each customer's last purchase and the cut-off day?
#
# Produce: a Series `recency`, index `customer_id`, whole days, the same customers as in task 1.

# %% id="recency-do"
recency = ...

### BEGIN SOLUTION
customers = crm.summarize(log, as_of=cutoff)
recency = customers["recency_days"]
### END SOLUTION

wb.check("recency", recency)

# %% [markdown] id="recency-explained" tags=["solution"]
# *How and why.* By hand: the last purchase day per customer, subtracted from the cut-off. Two traps:
# measuring to the last day of the log (a year later here), and taking the last *row*, which can be
# a refund. A refund says that somebody came back with a parcel, not that they bought.

# %% [markdown] id="scores"
# ## Task 3 · scores
#
# Give each customer the scores `R`, `F` and `M` from 1 to 5, high is good, by the rule of the
# lesson: 1 + ⌊5 × the share of customers who are strictly worse⌋. Start from `customers`.
#
# Produce: a DataFrame `scores` with the columns `R`, `F`, `M`, index `customer_id`.

# %% id="scores-start"
customers = crm.summarize(log, as_of=cutoff)

# %% id="scores-do"
scores = ...

### BEGIN SOLUTION
scores = crm.RFM().fit_transform(customers)[["R", "F", "M"]]
### END SOLUTION

wb.check("scores", scores)

# %% [markdown] id="scores-explained" tags=["solution"]
# *How and why.* `RFM` is one line; by hand it is `1 + 5 * (rank(method="min") - 1) // n`. Anything
# that makes groups of exactly equal size (`qcut` on ranks, `ntile` in SQL) has to break ties, and
# then chance decides who is a good customer. Equal-width bins (`pd.cut`) put nearly everybody into
# the lowest one, because spend is so uneven.

# %% [markdown] id="tiers"
# ## Task 4 · tiers
#
# Build the customer pyramid of the year before the cut-off (`start` to `cutoff`), by spend, with the
# default shares: the best 1 % of customers are Diamond, and so on down; the number of customers above
# each limit is rounded to the nearest whole one.
#
# Produce: a Series `tiers`, index `customer_id`, with the tier of everyone who bought in that year.

# %% id="tiers-do"
tiers = ...

### BEGIN SOLUTION
last_year = crm.summarize(log, since=start, as_of=cutoff)
pyramid = crm.Pyramid().fit(last_year)
tiers = pyramid.predict(last_year)
### END SOLUTION

wb.check("tiers", tiers)

# %% [markdown] id="tiers-explained" tags=["solution"]
# *How and why.* A yearly tier looks at one year: with the whole history, an old customer stays
# Diamond on purchases of years ago. The shares are of *customers*; cutting by shares of spend
# gives a Diamond tier of very few people.

# %% [markdown] id="top-fifth"
# ## Task 5 · top_fifth
#
# Which share of the year's spend do the best 20 % of customers hold?
#
# Produce: a number `top_fifth` between 0 and 1, right to half a percentage point. The
# table `last_year` is given.

# %% id="top-fifth-start"
last_year = crm.summarize(log, since=start, as_of=cutoff)

# %% id="top-fifth-do"
top_fifth = ...

### BEGIN SOLUTION
top_fifth = crm.top_share(last_year["spend"], 0.2)
### END SOLUTION

wb.check("top_fifth", top_fifth)

# %% [markdown] id="top-fifth-explained" tags=["solution"]
# *How and why.* Sort by spend, add up the best fifth, divide by the sum. It is a fact about *your* customers
# of *this* year, counted and not estimated, so it needs no interval. Another year, or the customers to
# come, would need one.

# %% [markdown] id="serve"
# ## Task 6 · serve and service_gain
#
# Your head office plans a service for each tier of all shops together. `plan` says how many customers a
# tier has, what one spends in a year, which share `left` last year with its 95 % interval from
# `left_from` to `left_to`, and what the service would cost for each customer, all money in yuan.

# %% id="serve-start"
plan = wb.data.plan
shares = dict.fromkeys(["left", "left_from", "left_to"], "{:.1%}")
plots.table(plan, "The plan, by tier (money in yuan a year)", shares)

# %% [markdown] id="serve-ask"
# The margin is 45 % of spend. Nobody has measured what a service keeps; the head office believes in one
# in four of those who leave, and no more. Which tiers get the service, if it has to pay within the year
# even where only as few leave as the interval allows? And what is it expected to earn in those tiers, if
# the belief holds and the share that leaves is `left`?
#
# Produce: a list `serve` of names of tiers, and a number `service_gain` in yuan a year, after cost.

# %% id="serve-do"
serve = ...

### BEGIN SOLUTION
needed = plan["cost"] / (0.45 * plan["mean_spend"])
serve = list(plan.index[needed <= 0.25 * plan["left_from"]])
### END SOLUTION

wb.check("serve", serve)

# %% id="service-gain-do"
service_gain = ...

### BEGIN SOLUTION
served = plan.loc[serve]
kept = 0.25 * served["left"] * 0.45 * served["mean_spend"]
service_gain = (served["customers"] * (kept - served["cost"])).sum()
### END SOLUTION

wb.check("service_gain", service_gain)

# %% [markdown] id="memo"
# Then, in three or four sentences, tell Zhou Ning: who gets the service, what it is expected to earn,
# what that rests on, and what happens if the belief is wrong. This is not checked; compare yours with the
# model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *How and why.* A service pays from the margin of those who stay because of it, and it cannot keep more
# than leave: where hardly anybody leaves, there is little to keep, however much they spend. One of your
# small tiers would get its service by the middle of its interval; the group is small, so the interval is
# wide, and being careful changes the answer. Another one would get it if spend paid for it and not margin.
#
# *A model answer.* "We serve the tiers in which it is enough to keep one in four of those who leave, even
# if only as few leave as the interval allows. If the belief holds, we earn the sum of task 6; if nobody
# stays, we lose the whole cost, and what we know of the effect is nothing: it is a belief. So before we
# sign for a second year, a random half of one large tier goes without, and in January we compare who
# left. Where we serve nobody, the service would cost more than it can keep; that is no slight."

# %% [markdown] id="risers"
# ## Task 7 · risers (stretch)
#
# Which customers who bought in both years are in a *higher* tier in the next year, if the thresholds
# of the first year are kept? Zhou Ning wants to thank them.
#
# Produce: a list `risers` of customer ids, in any order. The tiers of task 4 are given as
# `tier_before`.

# %% id="risers-start"
next_year = crm.summarize(log, since="2025-01-01", as_of=end)
tier_before = wb.given("tiers")

# %% id="risers-do"
risers = ...

### BEGIN SOLUTION
tier_after = crm.Pyramid().fit(last_year).predict(next_year)
pair = pd.concat([tier_before, tier_after], axis=1, keys=["before", "after"], join="inner")
risers = list(pair.index[pair["after"].cat.codes < pair["before"].cat.codes])
### END SOLUTION

wb.check("risers", risers)

# %% [markdown] id="risers-explained" tags=["solution"]
# *How and why.* `predict` uses the thresholds learned by `fit`, so fit on one year and predict the
# next. Tiers are ordered from the best down, so a *lower* code is a higher tier. New customers have
# no tier to rise from. Part of the movement is luck, up and down: see *regression to the mean* in
# the lesson.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
