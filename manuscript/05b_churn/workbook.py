# %% [markdown] id="title"
# # 5b · Churn: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, who has gone silent, who should
# stand on a list of warnings, and whether that list is better than a simple rule. Your company comes from
# your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 55 minutes.
# The last task is a *stretch*.
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
cutoff = "2025-06-30"
lookback, gap, horizon = 365, 14, 120  # days
places = 100  # on the list

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("05b_churn", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="churned"
# ## Task 1 · churned
#
# Nobody at Harbour Coffee cancels: customers just stop. Stand on the cutoff day. Ask about those who
# bought in the `lookback`, the 365 days that end with the cutoff day. Then come 14 days of `gap`, in
# which letters are printed; what happens in them does not count. The label window is the next 120
# days: who makes no purchase in it has churned. A refund is no purchase.
#
# Produce: a Series `churned`, index `customer_id`, True or False. By hand, or with
# `crm.churn.snapshot`.

# %% id="churned-start"
log = wb.data.log
plots.table(log.tail(3), "The last rows of the log (amount in yuan)")

# %% id="churned-do"
churned = ...

### BEGIN SOLUTION
past = crm.churn.snapshot(log, cutoff, lookback=lookback, gap=gap, horizon=horizon)
churned = past["churned"]
### END SOLUTION

wb.check("churned", churned)

# %% [markdown] id="churned-explained" tags=["solution"]
# *How and why.* Four days make the label: the look-back from 1 July 2024 to 30 June 2025, the label
# window from 15 July to 11 November. Who was silent all through the look-back is not asked about:
# such a customer has left long ago, and a model that "foresees" it looks good and helps nobody. A
# window to the end of the log would mean another length for each cutoff. And a churner of this kind
# is only *silent*: some come back on day 121.

# %% [markdown] id="warned"
# ## Task 2 · warned
#
# A model was learned on an earlier day and used on the cutoff day. `scored` has one row per customer whom
# task 1 asks about: days of silence, the probability to churn, the margin of a year in yuan, and, known by
# now, whether the customer churned. Tang Mei has `places` places. Who stood on the list of the cutoff day, if
# it was to hold as much margin *at stake* as possible?
#
# Produce: a list `warned` of customer ids. On the cutoff day nobody knew who would churn.

# %% id="warned-start"
scored = wb.data.scored
plots.table(
    scored.head(4), "Customers on the cutoff day (margin of a year in yuan)",
    {"churn_probability": "{:.1%}", "margin": "{:,.0f}"},
)

# %% id="warned-do"
warned = ...

### BEGIN SOLUTION
stake = crm.steady(scored["churn_probability"] * scored["margin"])
warned = list(stake.sort_values(ascending=False, kind="stable").index[:places])
### END SOLUTION

wb.check("warned", warned)

# %% [markdown] id="warned-explained" tags=["solution"]
# *How and why.* With each customer p × V is lost on average, so a place is worth most where the product is.
# The likeliest to churn bought once, long ago; the largest mostly stay. `churned` was not known on the cutoff
# day: a list made with it would look perfect, and nobody could have made it.

# %% [markdown] id="lead"
# ## Task 3 · lead
#
# Now it is known who churned. The margin of a customer who churned is lost. How much more of the lost margin
# stood on the list of task 2 than on a list of the `places` *largest* customers, by margin (of equal ones,
# the one higher up in the table)? The right list is given as `who`.
#
# Produce: a number `lead`, in yuan.

# %% id="lead-start"
who = wb.given("warned")

# %% id="lead-do"
lead = ...

### BEGIN SOLUTION
lost = scored["margin"] * scored["churned"]
by_margin = crm.steady(scored["margin"]).sort_values(ascending=False, kind="stable")
largest = by_margin.index[:places]
lead = lost[who].sum() - lost[largest].sum()
### END SOLUTION

wb.check("lead", lead)

# %% [markdown] id="lead-low"
# ## Task 4 · lead_low
#
# Other customers would have given another difference. What is the lower end of its 95 % interval? Give each
# customer of `scored` what it adds to the difference: its lost margin if it is on the first list only, minus
# that if on the second only, otherwise 0. The difference is the sum over all n customers, and a sum varies
# by √n times the standard deviation of these numbers. Use 1.96.
#
# Produce: a number `lead_low`, in yuan.

# %% id="lead-low-do"
lead_low = ...

### BEGIN SOLUTION
on_list = scored.index.isin(who).astype(float) - scored.index.isin(largest)
adds = lost * on_list
lead_low = adds.sum() - 1.96 * np.sqrt(len(adds)) * adds.std()
### END SOLUTION

wb.check("lead_low", lead_low)

# %% id="lead-shown" tags=["solution"]
crm.tell(
    "Lost on the list {mine:,.0f} yuan, on that of the largest {other:,.0f}.",
    mine=lost[who].sum(), other=lost[largest].sum(),
)

# %% [markdown] id="lead-explained" tags=["solution"]
# *How and why.* Two lists are compared by the interval of their *difference*, customer by customer: who is on
# both cancels out. To add the errors of the two lists would be too wide. Customers on neither list add 0 and
# count in n, because another draw could have put them on one. With a hundred places and a few large accounts
# the interval is wide; a difference that does not clear it is no reason to keep a model alive.

# %% [markdown] id="memo"
# ## Task 5 · a judgement in words
#
# Tang Mei pays 8 yuan for each look at a customer. Write four or five sentences to her: which list she
# should take, how sure that is, what the list does *not* say, and how she would find out whether her looks
# keep anybody. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "Take the list by probability times margin if the lower end of the interval lies above
# zero; if it does not, the largest customers do as well and need no model. The figures are of one day and of
# our label: who buys once more and then leaves is not counted. The list says where margin is at stake, not
# that a look keeps it: a hundred looks cost 800 yuan, so they pay if they keep a small share of what was lost
# on the list, and nobody has measured that share. Only lots can: some get a look and some do not. With a
# hundred places a month two halves would need years, so I would draw the lots among more customers, or not
# promise that we will know."

# %% [markdown] id="after-two-years"
# ## Task 6 · after_two_years (stretch)
#
# A dealer rents out our espresso machines by the month and sent one cohort: `cohort` says how many
# of those who began together are still there after each month; month 0 is the start. Which share of
# those who began will still rent after 24 renewals? Fit the shifted beta-geometric model.
#
# Produce: a number `after_two_years` between 0 and 1.

# %% id="after-two-years-start"
cohort = wb.data.cohort
plots.table(cohort.to_frame().T, "Customers of the cohort who are still there, by month")

# %% id="after-two-years-do"
after_two_years = ...

### BEGIN SOLUTION
model = crm.ShiftedBetaGeometric().fit(cohort)
after_two_years = model.survival(24)
### END SOLUTION

wb.check("after_two_years", after_two_years)

# %% [markdown] id="after-two-years-explained" tags=["solution"]
# *How and why.* Look at the retention *rates*, each month over the month before: they rise. Nobody
# has to become more loyal for that; those who were likely to leave have left. One mean rate for all
# months therefore ends far too low, and even the last rate is too low, because the rate goes on
# rising. `retention(24)` answers another question: how many of those who came so far renew once more.
# The projection is as good as its story: a new competitor or a price rise is not in it.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
