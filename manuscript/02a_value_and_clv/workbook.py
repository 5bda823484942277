# %% [markdown] id="title"
# # 2a · Customer value and lifetime value: exercise
#
# The goal of this exercise is to find out what the customers of *your own* Harbour Coffee are worth,
# and what the firm may spend to win them. Your company comes from your `seed`:
# your numbers are yours, the difficulty is the same for everybody. It takes 45 to 60 minutes. The
# last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`; each
# call gives one more hint. You may leave a task out: no task needs your answer to another.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"
start = "2024-01-01"
cutoff = "2024-12-31"

# %% id="setup"
import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("02a_value_and_clv", seed=seed, participant=participant, lang=lang)
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
# Today is the cut-off day, and you look back on the year from `start` to `cutoff`. An order has one
# or more lines. A refund is an order of its own, with a negative amount and negative quantities.
# `tickets` are requests to the service desk. Orders and tickets have a time of day.

# %% id="data-tables"
orders, order_lines = wb.data.orders, wb.data.order_lines
products, tickets = wb.data.products, wb.data.tickets

# %% id="data-orders"
order_columns = ["order_id", "customer_id", "date", "amount"]
plots.table(
    orders[order_columns].head(3), "Orders (amount in yuan)", {"date": "{:%Y-%m-%d %H:%M}"}
)

# %% id="data-lines"
plots.table(order_lines.head(3), "Lines: what was in each order (paid in yuan)")

# %% id="data-tickets"
ticket_columns = ["customer_id", "opened", "topic", "work_hours", "goodwill"]
plots.table(
    tickets[ticket_columns].head(3), "Service tickets (work in hours, goodwill in yuan)",
    {"opened": "{:%Y-%m-%d %H:%M}", "work_hours": "{:.2f}"},
)

# %% [markdown] id="contribution"
# ## Task 1 · contribution
#
# What did each customer leave with the firm in the year from `start` to `cutoff`, the last day
# included?
#
# - Margin: what was `paid` for each line, less `quantity` × `unit_cost`. The lines of refunds count;
#   their minus signs take money and goods back.
# - Service: each ticket *opened* in the year costs its `work_hours` at `wb.data.hour_cost` yuan, and
#   its `goodwill`.
#
# Contribution is margin less service; parcels and overheads stay out of it here: no 15 yuan per order
# as in the lesson. Produce: a Series `contribution`, index `customer_id`, in yuan, right to one fen,
# for everybody with an order or a refund in the year.

# %% id="contribution-do"
contribution = ...

### BEGIN SOLUTION
in_year = orders.loc[orders["date"].dt.year == 2024, ["order_id", "customer_id"]]
lines = order_lines.merge(in_year).merge(products[["product_id", "unit_cost"]])
lines["margin"] = lines["paid"] - lines["quantity"] * lines["unit_cost"]
margin = lines.groupby("customer_id")["margin"].sum()

opened = tickets[tickets["opened"].dt.year == 2024]
cost = opened["work_hours"] * wb.data.hour_cost + opened["goodwill"]
service = cost.groupby(opened["customer_id"]).sum()
contribution = margin.sub(service, fill_value=0)[margin.index]
### END SOLUTION

wb.check("contribution", contribution)

# %% [markdown] id="contribution-explained" tags=["solution"]
# *How and why.* Revenue is what a customer pays, contribution is what stays. Two traps. `unit_cost` is
# the cost of *one* unit, and a line can hold several. And many customers have no ticket: a plain
# `margin - service` makes them missing, an inner join loses them. `fill_value=0` says what is true,
# that their service cost nothing; `[margin.index]` leaves out those who had a ticket and no order in
# the year. Some customers end below zero: one long case can eat the margin of several orders. Look at
# more than one year before you call them bad customers.

# %% [markdown] id="score"
# ## Task 2 · score
#
# Contribution is one side of value. `indicators` holds five, and `points` says how much each counts:
# the contribution of the year; and, to the cut-off, how many new customers a customer sent
# (`referrals`), how many surveys and reviews came from them (`answers`), how many categories of products
# they have not bought yet (`open_categories`), and which share of their invoices was not paid in time
# (`late_share`, missing for those who never had one).

# %% id="score-start"
indicators, points = wb.data.indicators, wb.data.points
plots.table(
    indicators.head(), "Five indicators (contribution in yuan, late_share as a share)",
    {"late_share": "{:.2f}"},
)

# %% id="score-points"
plots.table(points, "How much each indicator counts (points)")

# %% [markdown] id="score-ask"
# Give each customer one score from 0 to 100, by the rule of the lesson.
#
# - Each indicator becomes a rank: the share of customers who are *strictly worse*, among those of whom
#   it is known. High is good in four indicators; for `late_share` low is good.
# - The score is the mean of a customer's ranks, weighted with the points, times 100. What is not known
#   of a customer does not count, neither its rank nor its points.
#
# Produce: a Series `score`, index `customer_id`, right to 0.05.

# %% id="score-do"
score = ...

### BEGIN SOLUTION
ranks = indicators.rank(method="min")
ranks["late_share"] = indicators["late_share"].rank(method="min", ascending=False)
ranks = (ranks - 1) / indicators.count()
score = 100 * (ranks * points).sum(axis=1) / (ranks.notna() * points).sum(axis=1)
### END SOLUTION

wb.check("score", score)

# %% [markdown] id="score-explained" tags=["solution"]
# *How and why.* Without ranks, the yuan decide alone: a contribution of thousands drowns a count of
# referrals. Three traps. `rank(pct=True)` gives the many customers without a referral a rank above 0,
# as if they had done something. Pandas leaves missing ranks out of the sum above the line, so their
# points must be left out below it; otherwise everybody who never had an invoice is scored as the worst
# payer. And a missing value filled with zero makes them the best payers. The points are a decision of
# people: two managers with other points get another list, and neither list is wrong. Say whose points
# they are.

# %% [markdown] id="simple"
# ## Task 3 · simple
#
# The training deck values a customer at `(T / t) · s`: lifetime over purchase cycle, times what a
# purchase brings. Work it out for the customers who came back (`x` above 0), all of them together:
#
# - T: five years of 365 days;
# - t: the mean time between two purchases, the sum of `t_x` over the number of gaps (`x`);
# - s: the *margin* of a purchase, `wb.data.margin_share` of their spend per purchase (all their spend
#   over all their purchases).
#
# In the table, `purchases` are purchase days, `x` is one less; `t_x` are the weeks from a customer's first
# purchase to the last one, `T` those from the first one to the cut-off. Add up before you divide.
#
# Produce: a number `simple`, in yuan, right to 0.4 %.

# %% id="simple-start"
customers = crm.summarize(wb.data.log, as_of=cutoff, unit="W")
purchase_columns = ["purchases", "spend", "x", "t_x", "T"]
plots.table(
    customers[purchase_columns].head(), "Your customers at the cut-off (spend in yuan, times in weeks)",
    {"t_x": "{:.1f}", "T": "{:.1f}"},
)

# %% id="simple-do"
simple = ...

### BEGIN SOLUTION
returned = customers[customers["x"] > 0]
cycle_days = 7 * returned["t_x"].sum() / returned["x"].sum()
margin_per_purchase = wb.data.margin_share * returned["spend"].sum() / returned["purchases"].sum()
simple = crm.clv_simple(5 * 365, cycle_days, margin_per_purchase)
### END SOLUTION

wb.check("simple", simple)

# %% [markdown] id="simple-explained" tags=["solution"]
# *How and why.* Between three purchases lie two gaps, so the time goes over `x`, the repeat purchases.
# T and t need one unit; nothing in the formula says so. The number is large, and for a reason: it
# takes customers who came back, lets all of them stay for five years, and does not discount. Use it as
# an upper end, never as a budget.

# %% [markdown] id="clv"
# ## Task 4 · clv
#
# Ma Jun plans a coffee service for small offices. `plan` shows what he expects of five years:
# `still_there` is the share of the customers won who are still customers in that year; all money is in
# yuan per customer *still there*. To win one costs `wb.data.acquisition_cost`.

# %% id="clv-start"
plan = wb.data.plan
plots.table(
    plan, "The plan (money in yuan per customer still there; winning one costs {cost:,.0f} yuan)",
    {"still_there": "{:.0%}"}, cost=wb.data.acquisition_cost,
)

# %% [markdown] id="clv-ask"
# What is one customer of the plan worth today, after the cost of winning them? The discount rate is
# 10 % a year, and the money of a year comes at its *end*.
#
# Produce: a number `clv`, in yuan, right to 1 yuan.

# %% id="clv-do"
clv = ...

### BEGIN SOLUTION
profit = plan["still_there"] * plan["net_profit"]
clv = crm.clv_formula(profit, 0, wb.data.acquisition_cost, discount_rate=0.10, periods=5)
### END SOLUTION

wb.check("clv", clv)

# %% [markdown] id="clv-explained" tags=["solution"]
# *How and why.* The formula says Σ (R − RC) (1 + i)^−t − AC. Some books call R a *net* profit. If it is
# net of the retention cost already, as `net_profit` is here, then RC is 0 in the formula; with the
# retention cost on top, it would be paid twice. Look at how a table was made before you put it into a
# formula. `crm.clv_formula` lets nobody leave, so those who do are taken out of the profit first.

# %% [markdown] id="channels"
# ## Task 5 · channels_kept and channels_gain
#
# Last year new customers came in eight ways. For each, `channels` shows how many came, the cost of
# winning one, what one brings in a year (`revenue`, and of that `margin`), and which share stays for
# another year. All money is in yuan. Zhou Ning may stop any of them.

# %% id="channels-start"
channels = wb.data.channels
plots.table(channels, "New customers, by channel (money in yuan)", {"retention": "{:.0%}"})

# %% [markdown] id="channels-ask"
# Which channels win customers who are worth more than they cost? Count all years to come, without an
# end, at 10 % a year; the margin and the retention of a channel stay as they are; the first yearly
# margin comes at once, from everybody. And what do the chosen channels earn together, over all years,
# with as many new customers as last year?
#
# Produce: a list `channels_kept` of channel names, and a number `channels_gain` in yuan, right to 1 yuan.

# %% id="channels-do"
channels_kept = ...

### BEGIN SOLUTION
worth = crm.clv_closed_form(channels["margin"], channels["retention"], discount_rate=0.10)
gain = worth - channels["cost"]
channels_kept = list(channels.index[gain > 0])
### END SOLUTION

wb.check("channels_kept", channels_kept)

# %% id="channels-gain-do"
channels_gain = ...

### BEGIN SOLUTION
channels_gain = (channels["new_customers"] * gain)[channels_kept].sum()
### END SOLUTION

wb.check("channels_gain", channels_gain)

# %% [markdown] id="channels-explained" tags=["solution"]
# *How and why.* The value of a customer is the ceiling for what winning one may cost:
# m (1 + d) / (1 + d − r). Each short cut throws out a good channel or keeps a bad one. The first year
# alone throws out those whose customers stay. The average retention keeps the channel whose
# customers leave at once, and throws out the one whose customers stay longest: the average customer
# does not exist. Without discounting, far years count in full. One warning: all of this is about the
# average new customer of last year. The next yuan in a channel usually wins fewer customers than the
# last one did.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# Write four or five sentences to Lin Yue: how much may be spent to win a customer, and by which
# channels; what you expect to earn, and over which years; which two of your numbers you trust least, and
# what you would do about them. This task is not checked; compare yours with the model answer in the
# solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We go on with the channels whose customers are worth more than they cost, and stop
# the others; each channel has its own ceiling, because margin and retention differ. The gain is one
# over all years to come, most of it from the first three. I trust two numbers least. The retention of a
# channel comes from few customers and one year, and in the closed form it works on all years; so
# where few customers stand behind it, I take the lower end of its interval for the ceiling. And the
# *next* customers will not be the average ones: before a budget grows, I want to know what the last
# hundred customers of the channel brought in their first year. None of this says that the stopped
# channels are bad for ever: at a lower price I would look again."

# %% [markdown] id="ceiling"
# ## Task 7 · safe_ceiling (stretch)
#
# `channels` shows the retention of each channel's `new_customers` (as the count take share × customers, unrounded). How much may a
# customer cost, if the retention is only as high as the *lower end* of its 95 % interval (Wilson's)? The
# margin stays as it is; the closed form, the rate and the first margin are those of task 5.
#
# Produce: a Series `safe_ceiling`, index the channel, in yuan, right to 1 yuan.

# %% id="ceiling-do"
safe_ceiling = ...

### BEGIN SOLUTION
number = channels["new_customers"]
low, high = proportion_confint(channels["retention"] * number, number, method="wilson")
safe_ceiling = pd.Series(crm.clv_closed_form(channels["margin"], low, 0.10), channels.index)
### END SOLUTION

wb.check("safe_ceiling", safe_ceiling)

# %% id="ceiling-kept" tags=["solution"]
still = list(safe_ceiling.index[safe_ceiling > channels["cost"]])
crm.tell(
    "Kept in task 5: {kept}. Kept at the lower end, too: {still}.", kept=", ".join(channels_kept),
    still=", ".join(still),
)

# %% [markdown] id="ceiling-explained" tags=["solution"]
# *How and why.* The number who stayed is the rate times the customers; it need not be whole here,
# because the table is rounded. The fewer customers, the wider the interval and the lower the ceiling.
# A channel that is kept in task 5 and not here is not a bad channel: it is one of which you know too
# little. The interval holds for the retention only; the margin has one, too.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
