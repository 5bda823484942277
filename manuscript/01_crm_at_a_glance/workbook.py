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

# %% [markdown] id="repeat-rate"
# ## Task 2 · repeat_rate
#
# Which share of all customers who ever bought, up to the cut-off day, bought more than once? Two rows
# on one day are one purchase.
#
# Produce: a number `repeat_rate` between 0 and 1, right to three decimals.

# %% id="repeat-rate-do"
repeat_rate = ...

### BEGIN SOLUTION
bought = log[(log["amount"] >= 0) & (log["date"] < "2025-07-01")]
days = bought.assign(day=bought["date"].dt.normalize()).groupby("customer_id")["day"].nunique()
repeat_rate = (days > 1).mean()
### END SOLUTION

wb.check("repeat_rate", repeat_rate)

# %% [markdown] id="repeat-rate-explained" tags=["solution"]
# *How and why.* Count days per customer, turn the count into yes or no, take the mean. With
# `crm.summarize(log, as_of="2025-06-30")` it is `(customers["purchases"] > 1).mean()`. The figure has
# a flaw that no filter mends: young customers have had less time to come back.

# %% [markdown] id="cohort-rate"
# ## Task 3 · cohort_rate
#
# So look at a cohort. Take the customers whose *first* purchase lies in 2024. Which share of them bought
# in the first half of 2025, from 1 January to 30 June? From here on the purchases up to the cut-off day
# are given as `bought`.
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
# ## Task 4 · stages
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

# %% [markdown] id="returning-share"
# ## Task 5 · returning_share
#
# Which share of the revenue of April to June 2025 came from returning customers, whose first purchase
# lies before 1 April 2025? Take revenue before refunds, that is the rows of `bought`. The time of each
# customer's first purchase is given as `first`.
#
# Produce: a number `returning_share` between 0 and 1, right to three decimals.

# %% id="returning-share-start"
first = bought.groupby("customer_id")["date"].min()

# %% id="returning-share-do"
returning_share = ...

### BEGIN SOLUTION
quarter = bought[bought["date"] >= "2025-04-01"]
returning = quarter["customer_id"].map(first) < "2025-04-01"
returning_share = quarter.loc[returning, "amount"].sum() / quarter["amount"].sum()
### END SOLUTION

wb.check("returning_share", returning_share)

# %% [markdown] id="returning-share-explained" tags=["solution"]
# *How and why.* Whether a customer is new is a property of the customer *and* the quarter, so map the
# first purchase onto the rows. The share alone is no verdict: it rises, too, when nobody new is won.

# %% [markdown] id="retention-value"
# ## Task 6 · retention_value and worth_it
#
# Lin Yue is offered seven programmes that promise to raise the yearly retention rate of new customers.
# `firm` holds what the company knows: new customers a year, revenue and margin per customer and year
# (yuan), yearly retention and discount rate (shares).

# %% id="retention-value-start"
firm = wb.data.firm
plots.table(firm.to_frame(), "What the company knows (money in yuan)", "{:,.6g}")

# %% [markdown] id="retention-value-ask"
# First one of them, the points card. It promises *three percentage points* more retention. How much
# more are the new customers of one year worth then, all together? The first margin comes at once; later
# ones are discounted; take *m* (1 + *d*) ÷ (1 + *d* − *r*), which `crm.clv_closed_form` computes.
#
# Produce: a number `retention_value` in yuan, right to 0.4 %.

# %% id="retention-value-do"
retention_value = ...

### BEGIN SOLUTION
now = crm.clv_closed_form(firm["margin"], firm["retention"], firm["discount_rate"])
then = crm.clv_closed_form(firm["margin"], firm["retention"] + 0.03, firm["discount_rate"])
retention_value = firm["new_customers"] * (then - now)
### END SOLUTION

wb.check("retention_value", retention_value)

# %% [markdown] id="worth-it-ask"
# Now all of them. `programmes` shows how many points each one promises and what it costs for the new
# customers of one year. What is each of them worth, less its cost, if it keeps its promise? Worth its
# price is one that is above 0.
#
# Produce: a Series `worth_it`, index `programme`, in yuan, right to one yuan.

# %% id="worth-it-start"
programmes = wb.data.programmes
plots.table(programmes, "Seven programmes: points of retention, cost in yuan", {"points": "{:.1f}"})

# %% id="worth-it-do"
worth_it = ...

### BEGIN SOLUTION
better = firm["retention"] + programmes["points"] / 100
then = crm.clv_closed_form(firm["margin"], better, firm["discount_rate"])
now = crm.clv_closed_form(firm["margin"], firm["retention"], firm["discount_rate"])
worth = firm["new_customers"] * (then - now)
worth_it = worth - programmes["cost"]
### END SOLUTION

wb.check("worth_it", worth_it)

# %% [markdown] id="worth-it-explained" tags=["solution"]
# *How and why.* A point of retention pays in every year in which the customer is still there, so the
# first year shows only a small part of it. Three slips buy other programmes: per cent instead of points
# (too little), revenue instead of margin (more than twice too much), no discounting (about half too
# much). The sum takes the promise for granted. Whether a programme *adds* its points is a question for
# a test, and with several programmes at once the points need not add up.

# %% [markdown] id="cost-per-extra"
# ## Task 7 · cost_per_extra
#
# The company tried a voucher. Chance decided who got one; the two arms differ in size. `pilot` shows how
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
# figure that makes keeping look ten times cheaper than winning. A pilot of this size knows the cost only
# roughly: the interval of the difference of the shares belongs beside it.

# %% [markdown] id="memo"
# ## Task 8 · a judgement in words
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
# need two things for each side: how many customers the next 10,000 yuan add, and what such a customer
# brings in later years. A group without a voucher and a region without advertising would tell us both by
# the end of the year; until then I would not put all the money on one side."

# %% [markdown] id="base-rate"
# ## Task 9 · base_rate (stretch)
#
# "Five points more retention bring at least 25 per cent more profit." From which yearly retention rate
# on is that true at your company? Profit of a new customer is the worth of the formula of task 6 less
# the cost of winning, which is `acquisition_years` years of margin. The discount rate is that of `firm`.
#
# Produce: a number `base_rate` between 0.30 and 0.94, the lowest rate for which it is true, right to 0.2
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
