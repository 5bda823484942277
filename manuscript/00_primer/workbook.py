# %% [markdown] id="title"
# # Primer: exercise
#
# The goal of this exercise is to answer small questions about *your own* Harbour Coffee with pandas,
# and to decide where a pick-up point pays its rent. Your company comes from your `seed`: your numbers
# are yours, the difficulty is the same for everybody. It takes 45 to 60 minutes. The last task is a
# *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`; each
# call gives one more hint. You may leave a task out: the next one starts from the right result.

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

wb = Workbook("00_primer", seed=seed, participant=participant, lang=lang)
plots.use_style()

# %% [markdown] id="data"
# ## Your data
#
# `orders` has one row for each order, and one for each refund, whose amount is below 0. `tickets` has one row
# for each question to the service.

# %% id="data-orders"
orders = wb.data.orders
plots.table(orders.head(), "The first orders (amount in yuan)", {"date": "{:%Y-%m-%d %H:%M}"})

# %% id="data-tickets"
tickets = wb.data.tickets
plots.table(tickets.sample(5, random_state=2), "Five tickets (rating from 1 to 5, – where there is none)")

# %% [markdown] id="free-delivery"
# ## Task 1 · free_delivery
#
# Online orders from 500 yuan on, 500 included, are delivered free. How many were there in November
# 2025, from the first to the last day?
#
# Produce: a whole number `free_delivery`.

# %% id="free-delivery-do"
free_delivery = ...

### BEGIN SOLUTION
november = orders[(orders["date"] >= "2025-11-01") & (orders["date"] < "2025-12-01")]
free_delivery = ((november["channel"] == "online") & (november["amount"] >= 500)).sum()
### END SOLUTION

wb.check("free_delivery", free_delivery)

# %% [markdown] id="free-delivery-explained" tags=["solution"]
# *How and why.* Three conditions, each in its brackets, joined by `&`. The sum of a mask counts its
# True. Two borders are traps: `>` instead of `>=` loses the orders of exactly 500 yuan, and
# `<= "2025-11-30"` ends at midnight, before anybody bought on that day. With `query`:
# `november.query("channel == 'online' and amount >= 500")`.

# %% [markdown] id="refund-share"
# ## Task 2 · refund_share
#
# Which share of the money that was taken in 2025 was paid back in 2025?
#
# Produce: a number `refund_share` between 0 and 1, not rounded.

# %% id="refund-share-do"
refund_share = ...

### BEGIN SOLUTION
amount = orders.loc[orders["date"].dt.year == 2025, "amount"]
refund_share = -amount[amount < 0].sum() / amount[amount >= 0].sum()
### END SOLUTION

wb.check("refund_share", refund_share)

# %% [markdown] id="refund-share-explained" tags=["solution"]
# *How and why.* A share has a part and a whole, and both need a name: paid back, over taken. The sum of
# the whole column is already the difference of the two, so it is not the whole. Refunds are below 0,
# hence the minus sign.

# %% [markdown] id="satisfied"
# ## Task 3 · satisfied
#
# Of the tickets that have a rating, which share has 4 or 5?
#
# Produce: a number `satisfied` between 0 and 1.

# %% id="satisfied-do"
satisfied = ...

### BEGIN SOLUTION
satisfied = (tickets["rating"].dropna() >= 4).mean()
### END SOLUTION

wb.check("satisfied", satisfied)

# %% [markdown] id="satisfied-explained" tags=["solution"]
# *How and why.* The ratings came from a file, as `float64`, where `NaN >= 4` is False: without `dropna` all
# tickets without a rating count as bad ones. And the right number has a limit, too: those who answer may
# differ from those who do not.

# %% [markdown] id="activity"
# ## Task 4 · activity and spend_per_customer
#
# How many orders did each customer place in 2025, and what did they spend in 2025, refunds subtracted?
# A refund is not an order. Customers without an order in 2025 are left out.
#
# Produce: a DataFrame `activity`, index `customer_id`, with the columns `orders` (whole numbers) and
# `spend` (yuan, not rounded).

# %% id="activity-do"
activity = ...

### BEGIN SOLUTION
of_2025 = orders[orders["date"].dt.year == 2025]
activity = (
    of_2025.assign(is_order=of_2025["amount"] >= 0)
    .groupby("customer_id")
    .agg(orders=("is_order", "sum"), spend=("amount", "sum"))
    .query("orders > 0")
)
### END SOLUTION

wb.check("activity", activity)

# %% [markdown] id="activity-explained" tags=["solution"]
# *How and why.* Orders and spend need different rows: refunds count for the one and not for the other.
# A column of True and False that is summed does both in one `groupby`. The other way: two Series from
# two `groupby`, put side by side; then look at who is missing in one of them.

# %% [markdown] id="spend-per-customer"
# And how much did a customer who bought in 2025 spend in that year, on average?
#
# Produce: a number `spend_per_customer` in yuan, not rounded. The right table is given.

# %% id="spend-per-customer-start"
activity = wb.given("activity")

# %% id="spend-per-customer-do"
spend_per_customer = ...

### BEGIN SOLUTION
spend_per_customer = activity["spend"].mean()
### END SOLUTION

wb.check("spend_per_customer", spend_per_customer)

# %% [markdown] id="spend-per-customer-explained" tags=["solution"]
# *How and why.* Sum of spend over number of *people*. Over the number of orders it is the mean order;
# the mean of each customer's mean order is a third number. All three are called "average spend" in some
# report: ask what one row was.

# %% [markdown] id="pickup"
# ## Task 5 · pickup_regions
#
# Zhou Ning wants pick-up points. A point in a region pays if the margin of its customers' orders is
# above the rent: margin is 30 % of net sales (refunds subtracted) of 2025, and a customer belongs to
# the region where they live *now*, at the end of 2025. `addresses` has one row for each address; `since`
# says from when.

# %% id="pickup-start"
addresses = wb.data.addresses
rents = wb.data.rents
plots.table(addresses.head(), "The first addresses")

# %% id="pickup-rents"
plots.table(rents, "Rent of a pick-up point (yuan a year)")

# %% [markdown] id="pickup-ask"
# What does a point earn in each region, after its rent? It pays where that is above 0.
#
# Produce: a Series `pickup_regions`, index `region`, with margin less rent (yuan a year).

# %% id="pickup-do"
pickup_regions = ...

### BEGIN SOLUTION
now = addresses.sort_values("since", kind="stable").drop_duplicates("customer_id", keep="last")
joined = orders[orders["date"].dt.year == 2025].merge(now, on="customer_id", validate="many_to_one")
margin = 0.3 * joined.groupby("region")["amount"].sum()
pickup_regions = margin - rents["rent"]
### END SOLUTION

wb.check("pickup_regions", pickup_regions)

# %% [markdown] id="pickup-explained" tags=["solution"]
# *How and why.* First one row per customer, then the join; `validate="many_to_one"` stops if an address
# is left over. Without that step every order of a customer with two addresses counts twice, once in each
# region, and a region looks profitable that is not. The number of rows before and after shows it. The
# two Series are subtracted label by label; `pickup_regions[pickup_regions > 0].index` names the regions.

# %% [markdown] id="chart"
# ## Task 6 · a judgement in words
#
# Ma Jun, who leads sales, shows this chart in the meeting. Write three or four sentences: what is wrong
# with it, and what would you show instead? This task is not checked; compare yours with the model
# answer in the solution.

# %% id="chart-show"
sales = orders.groupby(orders["date"].dt.to_period("Q"))["amount"].sum().tail(5) / 1000
ax = sales.plot.bar(figsize=(5.5, 3.4), rot=0)
ax.set_ylim(0.97 * sales.min(), 1.01 * sales.max())
plots.show(
    ax, "Our sales explode!", x="", y="",
    alt="Bars: sales of the last five quarters, on an axis that starts just below the lowest.",
)

# %% [markdown] id="chart-yours"
# *Your sentences:* …

# %% [markdown] id="chart-model" tags=["solution"]
# *A model answer.* "The axis starts just below the lowest bar, so lengths say nothing; bars start at
# zero. There is no unit on the axis and no word on what is counted: money or orders, with refunds or
# without. Five quarters hold one season only once, so a rise may be the season: I would draw all
# quarters of three years as a line from zero, in thousand yuan, and compare each quarter with the same
# quarter of the year before. The title should say what was found, with its number."

# %% [markdown] id="difference"
# ## Task 7 · difference_low (stretch)
#
# Is a mean online order larger than a mean shop order? Take the orders of 2025 without refunds, and make
# the 95 % interval of the difference *online minus shop*. Take each order by itself, as the lesson does;
# orders of one customer are alike, so the true interval is wider.
#
# Produce: a number `difference_low`, the lower end of the interval in yuan, right to half a yuan.

# %% id="difference-do"
difference_low = ...

### BEGIN SOLUTION
paid = orders[(orders["date"].dt.year == 2025) & (orders["amount"] >= 0)]
means = paid.groupby("channel", observed=True)["amount"].agg(["mean", "sem"])
gap = means.loc["online", "mean"] - means.loc["shop", "mean"]
difference_low = gap - 1.96 * np.hypot(means.loc["online", "sem"], means.loc["shop", "sem"])
### END SOLUTION

wb.check("difference_low", difference_low)

# %% [markdown] id="difference-explained" tags=["solution"]
# *How and why.* `sem` is the spread of single orders divided by the root of their number. Two errors
# partly cancel, so they add as squares. If the lower end is below zero and the upper end above it, the
# year's orders do not say which channel has the larger order.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
