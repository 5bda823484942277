# %% [markdown] id="title"
# # 1 · CRM at a glance: exercise
#
# The goal of this exercise is to take the first figures of *your own* Harbour Coffee, to place its
# customers in the lifecycle, and to decide which programmes for keeping them are worth their price.
# Your company comes from your `seed`: your numbers are yours, the difficulty is the same for everybody.
# It takes 45 to 60 minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`; each
# call gives one more hint. You may leave a task out: none needs the answer to another.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell
from crmlab.workbook import Workbook

wb = Workbook("01_crm_at_a_glance", seed=seed, participant=participant, lang=lang)
plots.use_style()

# %% [markdown] id="data"
# ## Your data
#
# It is the evening of 30 June 2025, the cut-off day. `log` holds the rows of the till: who, when, how
# much in yuan. Amounts below 0 are refunds. The till sometimes splits one visit into two rows. And the
# file was saved later: it goes on to the end of the year, so leave out what you cannot know yet.

# %% id="data-log"
log = wb.data.log
plots.table(
    log.head(), "The first rows of your log (amount in yuan)", {"date": "{:%Y-%m-%d %H:%M}"}
)

# %% [markdown] id="active"
# ## Task 1 · active
#
# How many active customers has your company on the evening of the cut-off day? Active is who bought, a
# row of amount 0 or more, in the last 365 days: from 1 July 2024 to 30 June 2025, both days included.
#
# Produce: a whole number `active`. Use pandas, not `summarize`: you will see what it does for you.

# %% id="active-do"
active = ...

### BEGIN SOLUTION
bought = log[(log["amount"] >= 0) & (log["date"] < "2025-07-01")]
active = bought.loc[bought["date"] >= "2024-07-01", "customer_id"].nunique()
### END SOLUTION

wb.check("active", active)

# %% [markdown] id="active-explained" tags=["solution"]
# *How and why.* Three filters, then different customers. The trap is the last day:
# `date <= "2025-06-30"` compares with midnight and loses every purchase of that day which carries a
# time. Refunds are the second trap: somebody who only sent something back did not buy. The number of
# names in the register is the third, and the one that reports like best.

# %% [markdown] id="cohort-rate"
# ## Task 2 · cohort_rate
#
# Now look at a cohort. Take the customers whose *first* purchase lies in 2024. Which share of them bought
# in the first half of 2025, from 1 January to 30 June? The purchases up to the cut-off day are given as
# `bought`.
#
# Produce: a number `cohort_rate` between 0 and 1, right to three decimals.

# %% id="cohort-rate-start"
bought = log[(log["amount"] >= 0) & (log["date"] < "2025-07-01")]

# %% id="cohort-rate-do"
cohort_rate = ...

### BEGIN SOLUTION
first = bought.groupby("customer_id")["date"].min()
cohort = first.index[first.dt.year == 2024]
buyers = bought.loc[bought["date"] >= "2025-01-01", "customer_id"]
cohort_rate = cohort.isin(buyers).mean()
### END SOLUTION

wb.check("cohort_rate", cohort_rate)

# %% [markdown] id="cohort-rate-explained" tags=["solution"]
# *How and why.* A cohort is defined once, by the first purchase, and never changes. Everything after
# that is a question about its members. Whoever takes all buyers of 2024 mixes in the survivors of
# earlier years. In a real file, ask first whether "first purchase" means first in life or first in
# the file.

# %% [markdown] id="stages"
# ## Task 3 · stages
#
# `halves` has one row per customer: the day of the first purchase, and what they spent in the last
# half-year (182 days up to the cut-off day) and in the half-year before it. A missing amount means that
# they bought nothing then. Place every customer by the rule of the lesson; the first "yes" decides:
#
# 1. *new*: the first purchase lies in the last half-year, that is after 30 December 2024;
# 2. *grow*: bought in both half-years, and spent more in the last one;
# 3. *keep*: bought in both half-years;
# 4. *won back*: bought in the last half-year;
# 5. *decline*: bought in the half-year before;
# 6. *lost*: everybody else.
#
# Produce: a Series `stages`, index `customer_id`, with one of the six words for each customer.

# %% id="stages-start"
halves = wb.data.halves
caption = "Your customers: first purchase, and spend of the last two half-years (yuan)"
plots.table(halves.head(), caption, {"first_purchase": "{:%Y-%m-%d}"})

# %% id="stages-do"
stages = ...

### BEGIN SOLUTION
last, before = halves["spend_last"], halves["spend_before"]
new = halves["first_purchase"] > "2024-12-30"
questions = [new, last > before, last.notna() & before.notna(), last.notna(), before.notna()]
names = ["new", "grow", "keep", "won back", "decline"]
stages = pd.Series(np.select(questions, names, "lost"), index=halves.index)
### END SOLUTION

wb.check("stages", stages)

# %% [markdown] id="stages-explained" tags=["solution"]
# *How and why.* `np.select` asks the questions in order, so each one may assume that those before it
# were answered "no". A comparison with a missing amount is never true, which is what we want: whoever
# bought nothing before cannot have grown. Putting 0 for "missing" destroys the difference between
# "bought for nothing" and "did not buy".

# %% [markdown] id="worth-it"
# ## Task 4 · worth_it
#
# Lin Yue is offered seven programmes that promise to raise the yearly retention rate of new customers.
# `firm` holds what the company knows: new customers a year, revenue and margin per customer and year
# (yuan), yearly retention and discount rate (shares). `programmes` shows how many *percentage points* each
# one promises and what it costs for the new customers of one year.

# %% id="worth-it-start"
firm, programmes = wb.data.firm, wb.data.programmes
plots.table(firm.to_frame(), "What the company knows (money in yuan)", "{:,.6g}")

# %% id="worth-it-programmes"
plots.table(programmes, "Seven programmes: points of retention, cost in yuan", {"points": "{:.1f}"})

# %% [markdown] id="worth-it-ask"
# Which would you buy? How much more are the new customers of one year worth, all together, with each of
# them, less its cost, if it keeps its promise? The first margin comes at once, later ones are discounted:
# *m* (1 + *d*) ÷ (1 + *d* − *r*), as in the lesson. Worth its price is what is above 0.
#
# Produce: a Series `worth_it` with all seven, index `programme`, in yuan, right to one yuan.

# %% id="worth-it-do"
worth_it = ...

### BEGIN SOLUTION
better = firm["retention"] + programmes["points"] / 100
then = crm.clv_closed_form(firm["margin"], better, firm["discount_rate"])
now = crm.clv_closed_form(firm["margin"], firm["retention"], firm["discount_rate"])
worth_it = firm["new_customers"] * (then - now) - programmes["cost"]
### END SOLUTION

wb.check("worth_it", worth_it)

# %% [markdown] id="worth-it-explained" tags=["solution"]
# *How and why.* A point of retention pays in every year in which the customer is still there, so the
# first year shows only a small part of it. Three slips buy other programmes: per cent instead of points
# (too little), revenue instead of margin (more than twice too much), no discounting (about half too
# much). The sum takes the promise for granted. Whether a programme *adds* its points is a question for
# a test, and with several programmes at once the points need not add up.

# %% [markdown] id="cost-per-extra"
# ## Task 5 · cost_per_extra and cost_at_most
#
# A larger company tried a voucher. Chance decided who got one; the two arms differ in size. `pilot` shows how
# many customers were in each arm, how many were still customers half a year later, and what the arm
# cost. What did *one customer who stayed because of the voucher* cost?
#
# Produce: a number `cost_per_extra` in yuan, right to 0.4 %.

# %% id="cost-per-extra-start"
pilot = wb.data.pilot
plots.table(pilot, "The pilot (cost of the whole arm in yuan)")

# %% id="cost-per-extra-do"
cost_per_extra = ...

### BEGIN SOLUTION
rate = pilot["stayed"] / pilot["customers"]
extra = pilot.loc["voucher", "customers"] * (rate["voucher"] - rate["no voucher"])
cost_per_extra = pilot.loc["voucher", "cost"] / extra
### END SOLUTION

wb.check("cost_per_extra", cost_per_extra)

# %% [markdown] id="cost-per-extra-explained" tags=["solution"]
# *How and why.* The arm without a voucher shows what would have happened anyway. Scale it to the size of
# the other arm, and only the difference is left for the money. Dividing by all who stayed gives the cheap
# figure that makes keeping look ten times cheaper than winning.

# %% [markdown] id="cost-at-most"
# That is one number from one pilot. How much may it be? Take the 95 % interval of the difference of the
# two shares (Newcombe's method, one offer, so no correction), and from it the interval of the cost.
#
# Produce: a number `cost_at_most`, the *upper* end of the 95 % interval of the cost per extra customer, in
# yuan, right to 3 %.

# %% id="cost-at-most-start"
from statsmodels.stats.proportion import confint_proportions_2indep

# %% id="cost-at-most-do"
cost_at_most = ...

### BEGIN SOLUTION
arms = [pilot.loc[arm, ["stayed", "customers"]] for arm in ("voucher", "no voucher")]
low, high = confint_proportions_2indep(*arms[0], *arms[1], method="newcomb")
cost_at_most = pilot.loc["voucher", "cost"] / pilot.loc["voucher", "customers"] / low
### END SOLUTION

wb.check("cost_at_most", cost_at_most)

# %% [markdown] id="cost-at-most-explained" tags=["solution"]
# *How and why.* The cost of one voucher is known, the share it adds is not. The less it adds, the more an
# extra customer costs, so the low end of the share gives the high end of the cost. With a low end at 0 or
# below there would be no upper end at all. Taking the high end of one arm off the low end of the other
# makes the interval too long: it is unlikely that luck was bad on both sides at once. And whoever states
# the cost without its interval, states the luck of one pilot.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# Tang Mei says: "Keeping a customer costs a tenth of winning one, so put all the money into keeping."
# Write her three or four sentences: what is right about it, what is wrong, and what you would have to
# know to decide. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your answer:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "You are right that we spend little on each customer who stays. But most of them
# would have stayed without it: counted per customer who stayed *because of* the voucher, the cost is
# many times higher. The same is true of winning, where some would have come anyway. To decide, we
# need two things for each side: how many customers the *next* 10,000 yuan add, and what such a customer
# brings. Whoever we leave without a voucher or without a call, drawn by lot, tells us the first. Before that
# is counted, with its interval, I would call it open."

# %% [markdown] id="base-rate"
# ## Task 7 · base_rate (stretch)
#
# "Five points more retention bring at least 25 per cent more profit." From which yearly retention rate
# on is that true at your company? Profit of a new customer is the worth of the formula of task 4 less
# the cost of winning, which is `acquisition_years` years of margin. The discount rate is that of `firm`.
#
# Produce: a number `base_rate` between 0.30 and 0.94, the lowest rate for which it is true, right to 0.1
# percentage points (steps of 0.001 will do).

# %% id="base-rate-start"
acquisition_years = wb.data.acquisition_years
tell("Winning a customer costs {years:.2f} years of margin.", years=acquisition_years)

# %% id="base-rate-do"
base_rate = ...

### BEGIN SOLUTION
rates = np.arange(0.30, 0.94, 0.001)
now = crm.clv_closed_form(1, rates, firm["discount_rate"]) - acquisition_years
then = crm.clv_closed_form(1, rates + 0.05, firm["discount_rate"]) - acquisition_years
base_rate = rates[then / now - 1 >= 0.25].min()
### END SOLUTION

wb.check("base_rate", base_rate)

# %% [markdown] id="base-rate-explained" tags=["solution"]
# *How and why.* The margin cancels out, so a margin of 1 will do. Compare the answer with `firm`: the
# claim begins to hold at a rate far above what most shops without contracts reach. It was made for
# firms with contracts and high acquisition cost, such as credit cards and insurance.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
