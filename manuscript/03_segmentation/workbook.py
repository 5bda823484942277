# %% [markdown] id="title"
# # 3 · Segmentation: exercise
#
# The goal of this exercise is to segment the customers of *your own* Harbour Coffee and to decide
# who gets a voucher. Your company comes from your `seed`: your numbers are yours, the difficulty is
# the same for everybody. It takes 45 to 60 minutes. The last task is a *stretch*.
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

wb = Workbook("03_segmentation", seed=seed, participant=participant, lang=lang)
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
# Produce: a number `top_fifth` between 0 and 1, right to one percentage point. The table
# `last_year` is given.

# %% id="top-fifth-start"
last_year = crm.summarize(log, since=start, as_of=cutoff)

# %% id="top-fifth-do"
top_fifth = ...

### BEGIN SOLUTION
top_fifth = crm.top_share(last_year["spend"], 0.2)
### END SOLUTION

wb.check("top_fifth", top_fifth)

# %% [markdown] id="risers"
# ## Task 6 · risers
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

# %% [markdown] id="mailing"
# ## Task 7 · mailing and mailing_profit
#
# Last spring a voucher was posted to a random half of each segment. `campaign` shows what came of
# it: the share who ordered with and without it, revenue and margin of an order, and the cost of one
# letter, all money in yuan; `customers` is the whole segment. This spring you may choose the segments.

# %% id="mailing-start"
campaign = wb.data.campaign
plots.table(
    campaign, "Last spring's voucher, by segment (money in yuan)",
    {"ordered_with": "{:.1%}", "ordered_without": "{:.1%}"},
)

# %% [markdown] id="mailing-ask"
# Which segments should get the letter, if each letter has to pay for itself? And what will the
# mailing earn if everyone in these segments gets one?
#
# Produce: a list `mailing` of segment names, and a number `mailing_profit` in yuan.

# %% id="mailing-do"
mailing = ...

### BEGIN SOLUTION
extra = (campaign["ordered_with"] - campaign["ordered_without"]) * campaign["margin"]
mailing = list(campaign.index[extra > campaign["cost"]])
### END SOLUTION

wb.check("mailing", mailing)

# %% id="mailing-profit-do"
mailing_profit = ...

### BEGIN SOLUTION
chosen = campaign.loc[mailing]
mailing_profit = (chosen["customers"] * (extra[mailing] - chosen["cost"])).sum()
### END SOLUTION

wb.check("mailing_profit", mailing_profit)

# %% [markdown] id="mailing-explained" tags=["solution"]
# *How and why.* A letter earns what it *adds*: the extra orders, in margin, minus its cost. The
# best customers answer most, and most of them would have ordered anyway: their response is high and
# their uplift is low. That is why "send it to the Champions" is a popular and expensive idea.

# %% [markdown] id="memo"
# ## Task 8 · a judgement in words
#
# Write three or four sentences to Zhou Ning: who gets the letter, what you expect it to earn, what
# could go wrong, and how you will know in summer whether it worked. This task is not checked;
# compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We write to the segments in which the spring test showed that a letter adds more
# margin than it costs, and leave out those who order anyway. The expected profit is the sum of
# task 7. It rests on shares measured once, in groups that are small in part; the true effect may be
# half as large, and then the weakest of the chosen segments loses money. So a random tenth of each
# chosen segment gets no letter. In July we compare the two in margin per customer, and stop where
# the interval includes zero."

# %% [markdown] id="test-size"
# ## Task 9 · test_size (stretch)
#
# You plan a service that should bring back more of last year's customers. The base rate is the share
# of the customers in `last_year` who bought again in `next_year`. How many customers *per arm* does
# a test need to see a rise of five percentage points, with power 80 %, two-sided 5 %, equal arms?
#
# Produce: a number `test_size`, computed as in the lesson, right to 3 %.

# %% id="test-size-do"
test_size = ...

### BEGIN SOLUTION
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

base = last_year.index.isin(next_year.index).mean()
effect = proportion_effectsize(base + 0.05, base)
test_size = NormalIndPower().solve_power(effect, power=0.8, alpha=0.05)
### END SOLUTION

wb.check("test_size", test_size)

# %% [markdown] id="test-size-explained" tags=["solution"]
# *How and why.* Percentage points are not per cent: five per cent *of* the base rate is a smaller
# step and needs a test about twice as large. Compare the answer with the number of customers in a
# segment: most segments are too small to test a small effect on, and it is better to know that
# before the test than after it.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
