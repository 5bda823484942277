# %% [markdown] id="title"
# # 3b · Groups, offers and tests: exercise
#
# The goal of this exercise is to find out what the customers of *your own* Harbour Coffee want, and to
# decide who gets a letter with a voucher. Your company comes from your `seed`: your numbers are yours,
# the difficulty is the same for everybody. It takes 45 to 60 minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`;
# each call gives one more hint. You may leave a task out: the next one starts from the right result.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("03b_groups_and_offers", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="profile"
# ## Task 1 · profile
#
# `lines` has a row per order line up to the end of 2024: who bought, the `group` that the firm takes the
# customer to belong to, the category, the number of pieces and what was paid in yuan. What does each
# group buy?

# %% id="profile-start"
lines = wb.data.lines
plots.table(lines.head(4), "The first order lines (paid in yuan)")

# %% [markdown] id="profile-ask"
# Take all customers in `lines`. As in the lesson, every customer counts the same: first the shares of each
# customer's spend that went to the five categories, then the mean of the shares over the customers of the
# group.
#
# Produce: a DataFrame `profile`, index `group`, a column per category, shares between 0 and 1.

# %% id="profile-do"
profile = ...

### BEGIN SOLUTION
spent = lines.pivot_table(
    index=["customer_id", "group"], columns="category", values="paid", aggfunc="sum"
).fillna(0)
profile = spent.div(spent.sum(axis=1), axis=0).groupby("group").mean()
### END SOLUTION

wb.check("profile", profile)

# %% [markdown] id="profile-explained" tags=["solution"]
# *How and why.* Two choices hide here. Sums divided by sums would let one office with a machine speak for
# the whole group. And a customer who never bought machines has a share of 0, which counts; left out, the
# shares no longer add up to 1.

# %% [markdown] id="quiet"
# ## Task 2 · quiet
#
# The registry defines the tag `activity.quiet` as `recency_days > 180 and purchases >= 3`. Who carries it
# on the cut-off day? `customers` has one row per customer up to the end of 2024.
#
# Produce: a list `quiet` of customer ids, in any order.

# %% id="quiet-do"
customers = wb.data.customers
quiet = ...

### BEGIN SOLUTION
quiet = list(customers.query("recency_days > 180 and purchases >= 3").index)
### END SOLUTION

wb.check("quiet", quiet)

# %% [markdown] id="quiet-explained" tags=["solution"]
# *How and why.* `query` runs the definition as it stands in the registry; that is what "a definition that a
# machine can run" means. Rewritten by hand, an *and* easily becomes an *or*, and *at least three* becomes
# *more than three*.

# %% [markdown] id="added-low"
# ## Task 3 · added_low
#
# Last spring a voucher was posted by lot, in all shops of the chain. In each RFM segment `per_arm`
# customers got the letter and as many did not. `campaign` shows which share of them ordered
# with and without it, revenue and margin of an order, and the cost of one letter, all money in yuan;
# `customers` is your whole segment. `cost` holds postage and voucher; the `margin` of an order is the same
# with and without.

# %% id="added-low-start"
campaign = wb.data.campaign
plots.table(
    campaign, "Last spring's voucher, by segment (money in yuan)",
    {"ordered_with": "{:.1%}", "ordered_without": "{:.1%}"},
)

# %% [markdown] id="added-low-ask"
# What did the letter add in the segment `"Need attention"`, at the low end of its 95 % interval, by
# Newcombe's method?
#
# Produce: a number `added_low`, a difference of shares (0.05 for five points).

# %% id="added-low-do"
added_low = ...

### BEGIN SOLUTION
from statsmodels.stats.proportion import confint_proportions_2indep

tested = campaign.loc["Need attention"]
ordered = tested[["ordered_with", "ordered_without"]] * tested["per_arm"]
added_low, added_high = confint_proportions_2indep(
    ordered["ordered_with"], tested["per_arm"], ordered["ordered_without"], tested["per_arm"],
    method="newcomb",
)
### END SOLUTION

wb.check("added_low", added_low)

# %% [markdown] id="added-low-explained" tags=["solution"]
# *How and why.* The interval belongs to the *difference*. Taking the low end of one arm against the high end
# of the other makes it too wide: both arms would have to be unlucky at once. The difference alone says
# nothing of what luck could have done.

# %% [markdown] id="mailing"
# ## Task 4 · mailing
#
# This spring you may choose the segments, and everyone in them gets a letter. Which should get it, if each
# letter has to pay for itself, as expected from the test?
#
# Produce: a list `mailing` of segment names.

# %% id="mailing-do"
mailing = ...

### BEGIN SOLUTION
extra = (campaign["ordered_with"] - campaign["ordered_without"]) * campaign["margin"]
mailing = list(campaign.index[extra > campaign["cost"]])
### END SOLUTION

wb.check("mailing", mailing)

# %% [markdown] id="mailing-profit"
# ## Task 5 · mailing_profit
#
# And what will the mailing earn, as expected from the test?
#
# Produce: a number `mailing_profit` in yuan, after the cost of the letters. The list of task 4 is given as
# `chosen`.

# %% id="mailing-profit-start"
chosen = campaign.loc[wb.given("mailing")]

# %% id="mailing-profit-do"
mailing_profit = ...

### BEGIN SOLUTION
added = chosen["ordered_with"] - chosen["ordered_without"]
mailing_profit = (chosen["customers"] * (added * chosen["margin"] - chosen["cost"])).sum()
### END SOLUTION

wb.check("mailing_profit", mailing_profit)

# %% [markdown] id="mailing-explained" tags=["solution"]
# *How and why.* A letter earns what it *adds*: the extra orders, in margin, minus its cost. The
# best customers answer most, and most of them would have ordered anyway: their response is high and
# little is added. That is why "send it to the Champions" is a popular and expensive idea. What is
# expected is the middle; the interval of task 3 says how far the truth may lie from it.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# Write three or four sentences to Zhou Ning: who gets the letter, what you expect it to earn and how sure
# that is, what could go wrong, and how you will know in summer whether it worked. This task is not
# checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We write to the segments in which the letter is expected to add more margin than it
# costs, and leave out those who order anyway. The expected profit is that of task 5. Each of its parts has
# an interval, such as that of task 3, and where its low end does not pay for a letter, that segment may
# lose money; so the sum is an expectation, no promise. A random half of those segments gets no letter. In
# July we compare who ordered, by the interval of the difference. Where it lies below what pays, we stop;
# where it holds that value, it stays open, and we go on testing in the next campaign."

# %% [markdown] id="test-size"
# ## Task 7 · test_size (stretch)
#
# You plan a service that should bring back more of last year's customers. The base rate is the share
# of the customers in `last_year` who bought again in `next_year`. How many customers *per arm* does
# a test need to see a rise of `rise` percentage points, with power 80 %, two-sided 5 %, equal arms?
#
# Produce: a number `test_size`, computed as in the lesson, right to 3 %.

# %% id="test-size-start"
last_year, next_year, rise = wb.data.last_year, wb.data.next_year, wb.data.rise
crm.tell("The rise to be seen: {rise:.1f} percentage points.", rise=rise)

# %% id="test-size-do"
test_size = ...

### BEGIN SOLUTION
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

base = last_year.index.isin(next_year.index).mean()
effect = proportion_effectsize(base + rise / 100, base)
test_size = NormalIndPower().solve_power(effect, power=0.8, alpha=0.05)
### END SOLUTION

wb.check("test_size", test_size)

# %% [markdown] id="test-size-explained" tags=["solution"]
# *How and why.* Percentage points are not per cent: as many per cent *of* the base rate are a smaller
# step and need a test about twice as large. Compare the answer with the number of customers in a
# segment: most segments are too small to test a small effect on, and it is better to know that
# before the test than after it.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
