# %% [markdown] id="title"
# # 2b · Purchase models: exercise
#
# The goal of this exercise is to forecast what the customers of *your own* Harbour Coffee will buy, to
# test the forecast, and to choose who gets an account manager. Your company comes from your `seed`:
# your numbers are yours, the difficulty is the same for everybody. It takes 45 to 60 minutes. The
# last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`; each
# call gives one more hint. You may leave a task out; only task 6 uses the forecast of task 2,
# and task 7 the differences of task 6.

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

wb = Workbook("02b_purchase_models", seed=seed, participant=participant, lang=lang)
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
# Today is the cut-off day. The log has orders and refunds (a negative amount) with a time of day, and it
# goes on to `end`: the models must not see what comes after the cut-off.

# %% id="data-log"
log = wb.data.log
plots.table(log.head(3), "The log (amount in yuan)", {"date": "{:%Y-%m-%d %H:%M}"})

# %% [markdown] id="alive"
# ## Task 1 · alive
#
# Nobody says goodbye. How probable is it that each customer of the log was still one on the cut-off
# day? Fit a BG/NBD model, in weeks, to what was known on that day.
#
# Produce: a Series `alive` of probabilities, index `customer_id`, for everybody who had bought by the
# cut-off, right to 0.002. Who bought once gets 1: in this model nobody stops before a repeat purchase.
# That is why the lesson warns not to count active customers with it; here it shows who fell silent.

# %% id="alive-do"
alive = ...

### BEGIN SOLUTION
customers = crm.summarize(log, as_of=cutoff, unit="W")
purchase_model = crm.BetaGeometricNBD().fit(customers)
alive = purchase_model.probability_alive(customers)
### END SOLUTION

wb.check("alive", alive)

# %% [markdown] id="alive-explained" tags=["solution"]
# *How and why.* The model needs three numbers per customer: repeat purchases `x`, the age at the last
# of them `t_x`, and the age today `T`, counted from the customer's own first purchase. Two traps. With
# rows after the cut-off the model knows who will come back. And without those who bought once it takes
# the firm's customers for better ones than they are. Sort the answer: the lowest values belong to
# customers who bought often and then fell silent. Those who bought once get 1, because in this model
# nobody leaves before a first repeat purchase. Read that as "we cannot say", not as "surely with us".

# %% [markdown] id="tracking"
# ## Task 2 · tracking
#
# A year has passed, and you can look. For the customers of the cut-off day, the model expected a number
# of purchases in the next 52 weeks. How many did they make from the day after the cut-off to `end`?
# Give the forecast total divided by the actual total. A purchase is a day with at least one row of
# amount 0 or more.
#
# Produce: a number `tracking`, right to 0.002.

# %% id="tracking-start"
customers = crm.summarize(log, as_of=cutoff, unit="W")
next_year = crm.summarize(log, since="2025-01-01", as_of=end)
plots.table(next_year[["purchases", "spend"]].head(3), "What some did in the next year (spend in yuan)")

# %% id="tracking-do"
tracking = ...

### BEGIN SOLUTION
expected = crm.BetaGeometricNBD().fit(customers).expected_purchases(52, customers)
actual = next_year["purchases"].reindex(customers.index).fillna(0)
tracking = expected.sum() / actual.sum()
### END SOLUTION

wb.check("tracking", tracking)

# %% [markdown] id="tracking-explained" tags=["solution"]
# *How and why.* Customers who came after the cut-off are nobody's forecast; with them in the actual
# total, the model looks much too low. `reindex` keeps the customers of the
# cut-off day, also those who bought nothing. A total near 1 is the easy part. The question that
# matters for task 4 is about each customer, and whether a simple rule would have done as well: tasks 6
# and 7 ask it.

# %% [markdown] id="value"
# ## Task 3 · value
#
# What will each customer of the cut-off day bring in the next three years (156 weeks), in money of today?
# Fit both models, in weeks, to what was known on the cut-off day. The discount rate is 10 % a year; margin
# is `wb.data.margin_share` of spend.
#
# Produce: a Series `value`, index `customer_id`, in yuan, right to 1 yuan.

# %% id="value-do"
value = ...

### BEGIN SOLUTION
models = crm.BetaGeometricNBD().fit(customers), crm.GammaGamma().fit(customers)
value = crm.customer_lifetime_value(
    *models, customers, horizon=156, discount_rate=0.10, margin=wb.data.margin_share, unit="W"
)
### END SOLUTION

wb.check("value", value)

# %% [markdown] id="value-explained" tags=["solution"]
# *How and why.* The rate is per year, whatever the unit of the models; the function makes a weekly one
# of it. Each customer's own mean spend would be simpler, but one dear purchase of somebody who bought
# twice says little: the model of spend pulls it towards the mean of all. P(alive) is in the purchases
# to expect; whoever multiplies by it again counts the same doubt twice.

# %% [markdown] id="accounts"
# ## Task 4 · accounts and accounts_gain
#
# Ma Jun can give customers a personal account manager. A pilot, in which lots decided who got one, showed
# what that does: a manager lifts a customer's margin of the year. `forecast` holds, for the year after the
# cut-off, the expected `purchases` and the expected `spend` per purchase, and what you knew before:
# `alive`, and the `contribution` of last year.

# %% id="accounts-start"
forecast = wb.data.forecast
plots.table(
    forecast.head(), "What He Rui expects of the next year (contribution and spend in yuan)",
    {"alive": "{:.2f}", "purchases": "{:.2f}"},
)

# %% id="accounts-facts"
crm.tell(
    "A manager costs {cost:,.0f} yuan per customer and year and lifts the margin of the year by "
    "{lift:.0%}. Margin is {share:.0%} of spend.",
    cost=wb.data.manager_cost, lift=wb.data.manager_lift, share=wb.data.margin_share,
)

# %% [markdown] id="accounts-ask"
# Which customers should have a manager, if each manager has to pay for themselves within the year?
# And what will these managers earn, after their cost? Do not discount within the year.
#
# Produce: a list `accounts` of customer ids, and a number `accounts_gain` in yuan, right to 1 yuan.
# `wb.data` knows `manager_cost`, `manager_lift` and `margin_share`.

# %% id="accounts-do"
accounts = ...

### BEGIN SOLUTION
expected_margin = forecast["purchases"] * forecast["spend"] * wb.data.margin_share
added = wb.data.manager_lift * expected_margin - wb.data.manager_cost
accounts = list(added.index[added > 0])
### END SOLUTION

wb.check("accounts", accounts)

# %% id="accounts-gain-do"
accounts_gain = ...

### BEGIN SOLUTION
accounts_gain = added[accounts].sum()
### END SOLUTION

wb.check("accounts_gain", accounts_gain)

# %% [markdown] id="accounts-explained" tags=["solution"]
# *How and why.* A manager earns what the manager *adds*, so only the lift counts, and it counts in
# margin. Most of the margin comes anyway. The expected purchases are already multiplied by the chance
# that the customer is still one; whoever multiplies by `alive` again drops good customers who have
# been quiet. And last year's contribution is the wrong list to start from: it holds those who have
# left since, and those whose one good year was luck.

# %% [markdown] id="memo"
# ## Task 5 · a judgement in words
#
# Write four or five sentences to Lin Yue: who gets an account manager; what you expect that to earn; who
# should be the last to get one; which two of your numbers you trust least, and what you would do about
# them. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We give an account manager to the customers of task 4, whose expected margin of the
# year carries the cost: a manager is paid by what they add, a quarter of the margin here. The gain is that
# of the whole list; the last on it bring next to nothing, so the list must not grow. I trust two numbers
# least. The lift comes from one pilot, of which I have no interval: I ask for it, and for the lift from
# which the list stops paying. And the forecast of a single customer is far off, though the sum is about
# right; so I say what the list should bring, and do not promise it for one name. Before we sign for
# longer than a year, I work out how many customers a test by lot would need, and whether we have them."

# %% [markdown] id="saved"
# ## Task 6 · saved
#
# Was the model worth it? The simple way is *last year again*: each customer makes as many purchases in the
# next year as from `start` to `cutoff`, none if they made none. For each customer of the cut-off day, take
# by how many purchases each way misses the next year, without the sign. The forecast is that of task 2.
#
# Produce: a number `saved`: the mean miss of last year again, less the mean miss of the model, in purchases
# per customer, right to 0.004.

# %% id="saved-start"
last_year = crm.summarize(log, since=start, as_of=cutoff)

# %% id="saved-do"
saved = ...

### BEGIN SOLUTION
actual = next_year["purchases"].reindex(customers.index).fillna(0)
same_again = last_year["purchases"].reindex(customers.index).fillna(0)
expected = crm.BetaGeometricNBD().fit(customers).expected_purchases(52, customers)
difference = (same_again - actual).abs() - (expected - actual).abs()
saved = difference.mean()
### END SOLUTION

wb.check("saved", saved)

# %% [markdown] id="saved-ask"
# ## Task 7 · saved_low (stretch)
#
# How sure is it? Each customer is compared with themselves, so the interval is that of the mean of the
# *differences*.
#
# Produce: a number `saved_low`, the lower end of the 95 % interval of `saved` (1.96 standard errors), right
# to 0.004.

# %% id="saved-low-do"
saved_low = ...

### BEGIN SOLUTION
saved_low = difference.mean() - 1.96 * difference.sem()
### END SOLUTION

wb.check("saved_low", saved_low)

# %% [markdown] id="saved-explained" tags=["solution"]
# *How and why.* `reindex` and `fillna(0)` keep those who bought nothing, in either year: leaving them out
# asks another question. The interval is made of the differences, because both ways miss the same
# customers: two intervals side by side would be far too wide. Where its lower end is above 0, the model
# is nearer than chance explains. How much that is worth is still another question: a list of names may
# come out nearly the same.

# %% id="saved-read" tags=["solution"]
crm.tell(
    "Per customer, the model is nearer by {saved:±+.2f} purchases.", saved=(saved, saved - saved_low)
)

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
