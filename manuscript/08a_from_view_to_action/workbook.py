# %% [markdown] id="title"
# # 8a · From view to action: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, to whom you may write, how wrong
# the picture is that those who agreed give, which plan is the best under its limits, and what one yuan
# more is worth. Your company comes from your `seed`: your numbers are yours, the difficulty is the same
# for everybody. It takes about 60 minutes. The last task is a *stretch*.
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

# %% id="setup"
import duckdb
import numpy as np
import pandas as pd
from scipy.optimize import linprog

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("08a_from_view_to_action", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="may-write"
# ## Task 1 · may_write
#
# `consents` is the log: one row per consent given, refused or withdrawn, with the minute. A message goes out
# late in the evening of the day in `day`, after the last record of that day. To which customers may it go?
# The rules are those of the lesson; a record whose source is `dealer list` does not count.
#
# Produce: a list `may_write` of customer ids, in any order. SQL or pandas, as you like.

# %% id="may-write-start"
consents, day = wb.data.consents, wb.data.day
caption = "The first rows of the log; the day is {day}"
plots.table(consents.head(4).set_index("recorded"), caption, day=day)

# %% id="may-write-do"
may_write = ...

### BEGIN SOLUTION
agreed = duckdb.sql(f"""
    SELECT customer_id, purpose FROM consents
    WHERE source <> 'dealer list' AND recorded < DATE '{day}' + INTERVAL 1 DAY
    GROUP BY customer_id, purpose HAVING arg_max(given, recorded)
""").df()
may_write = agreed.loc[agreed["purpose"] == "messages", "customer_id"].tolist()
### END SOLUTION

wb.check("may_write", may_write)

# %% [markdown] id="may-write-explained" tags=["solution"]
# *How and why.* Filter first: purpose, source, and everything up to the *end* of the day; then the last record
# of each customer decides. `recorded <= day` compares with midnight, and loses the withdrawals of the day
# itself: the ones that hurt most. In pandas: `drop_duplicates("customer_id", keep="last")` on the filtered log,
# which is in order of time. Who has no record is not on the list, and nobody has to take them off.

# %% [markdown] id="audience"
# ## Task 2 · audience
#
# The offer of a group is chosen by behaviour. So it may go, on the same evening, only to customers who had
# agreed to messages *and* to profiling. How many are these in each needs group? `customers` has the `label`
# of each customer, and the box of the sign-up form.
#
# Produce: a Series `audience`, index `label` (four groups), the number of customers. `may_write` below is the
# right list of task 1.

# %% id="audience-start"
customers, may_write = wb.data.customers, wb.given("may_write")
plots.table(customers.head(3).replace({True: "yes", False: "no"}), "Three customers")

# %% id="audience-do"
audience = ...

### BEGIN SOLUTION
own = consents[(consents["source"] != "dealer list") & (consents["purpose"] == "profiling")]
until = own[own["recorded"] < pd.Timestamp(day) + pd.Timedelta(days=1)]
last = until.drop_duplicates("customer_id", keep="last")
profiled = last.loc[last["given"], "customer_id"]
both = customers["customer_id"].isin(may_write) & customers["customer_id"].isin(profiled)
audience = both.groupby(customers["label"]).sum()
### END SOLUTION

wb.check("audience", audience)

# %% [markdown] id="audience-explained" tags=["solution"]
# *How and why.* A yes to one purpose is not a yes to another: each has its own last record. What is left is a
# fraction of those with the ticked box, and it is left unevenly: offices that came through dealers have hardly
# been asked.

# %% [markdown] id="bias"
# ## Task 3 · bias and bias_low
#
# `people` has one row per customer at the end of 2025: whether the customer had `agreed` to profiling on that
# day, and whether the customer `ordered` in the half-year before (1 or 0). If you knew only the customers who
# agreed, you would take their share that ordered for that of *all* customers. How far off would you be?
# And what is the lower end of the 95 % interval of that error (1.96 standard errors)?
#
# Produce: two numbers, as shares (0.05 for 5 points): `bias`, the estimate less that of all; and `bias_low`.

# %% id="bias-start"
people = wb.data.people
plots.table(people.head(3).replace({True: "yes", False: "no"}), "Three customers")

# %% id="bias-do"
bias = ...

### BEGIN SOLUTION
groups = people.groupby("agreed")["ordered"].agg(["mean", "sem"])
bias = groups["mean"][True] - people["ordered"].mean()
### END SOLUTION

wb.check("bias", bias)

# %% id="bias-low-do"
bias_low = ...

### BEGIN SOLUTION
part = 1 - people["agreed"].mean()
bias_low = bias - 1.96 * part * np.hypot(groups["sem"][True], groups["sem"][False])
### END SOLUTION

wb.check("bias_low", bias_low)

# %% [markdown] id="bias-explained" tags=["solution"]
# *How and why.* The whole contains those who agreed, so the two are not separate samples; the error is
# $(1 - p)$ times the difference to the others, and these two groups *are* separate. The lower end is far
# above 0: the error is real. More customers would make the interval narrower, and leave the error where it is.

# %% [markdown] id="plan"
# ## Task 4 · plan
#
# Zhou Ning plans January. `options` has a row per cell and offer: the expected `cost` of one message and
# its expected `gain` after that cost (yuan), how many `hours` of the shop staff it takes, and how many
# `customers` of the cell may be written to (the same for both offers of a cell). She has `budget` yuan and `hours` hours, and nobody gets two messages.
# How many messages of each option gain most? Fractions of a message are allowed.
#
# Produce: a Series `plan`, index `option` (as in `options`), the number of messages.

# %% id="plan-start"
options, budget, hours = wb.data.options, wb.data.budget, wb.data.hours
formats = dict.fromkeys(["gain", "cost", "hours"], "{:.2f}")
caption = "Four of the options (yuan a message); {budget:,} yuan and {hours} hours of staff"
plots.table(options.head(4), caption, formats, budget=budget, hours=hours)

# %% id="plan-do"
plan = ...

### BEGIN SOLUTION
number = options.groupby("cell").ngroup().to_numpy()
in_cell = (number == np.arange(number.max() + 1)[:, None]).astype(float)
limits = np.vstack([options["cost"], options["hours"], in_cell])
most = [budget, hours, *options.groupby("cell")["customers"].first()]
best = linprog(-options["gain"], A_ub=limits, b_ub=most)
plan = pd.Series(best.x, options.index)
### END SOLUTION

wb.check("plan", plan)

# %% [markdown] id="plan-explained" tags=["solution"]
# *How and why.* Were only money short, you could serve the highest gain per yuan first. With two things short,
# no single ratio is right: each needs its own price, and the solver finds both. Some cells get the 5 % though
# it gains less, because it takes no staff; at most two cells are served in part, one for each limit that
# is used up.

# %% [markdown] id="next-yuan"
# ## Task 5 · next_yuan
#
# Lin Yue asks: what would one yuan more of budget bring, with everything else as it is?
#
# Produce: a number `next_yuan`, in yuan of gain per yuan of budget.

# %% id="next-yuan-do"
next_yuan = ...

### BEGIN SOLUTION
next_yuan = -best.ineqlin.marginals[0]
### END SOLUTION

wb.check("next_yuan", next_yuan)

# %% [markdown] id="next-yuan-explained" tags=["solution"]
# *How and why.* The shadow price of the first limit. The average yuan of the budget brings more, since the best
# was bought first. The gain is after cost, so a price above 0 says that more budget pays; it does not say how
# much more, for the price holds along one straight piece of the curve only.

# %% [markdown] id="pay-at-most"
# ## Task 6 · pay_at_most
#
# An agency offers `more_hours` hours of trained staff on top of those that there are, all or none. What is the most
# that Zhou Ning should pay for them, besides the budget of the messages, which stays as it is?
#
# Produce: a number `pay_at_most`, in yuan for all of them.

# %% id="pay-at-most-start"
more_hours = wb.data.more_hours
crm.tell("{more} further hours are offered.", more=more_hours)

# %% id="pay-at-most-do"
pay_at_most = ...

### BEGIN SOLUTION
with_more = linprog(-options["gain"], A_ub=limits, b_ub=[budget, hours + more_hours, *most[2:]])
pay_at_most = best.fun - with_more.fun
### END SOLUTION

wb.check("pay_at_most", pay_at_most)

# %% id="pay-at-most-shown" tags=["solution"]
crm.tell(
    "The price of one hour times their number would have said {naive:,.0f}; they are worth {worth:,.0f}.",
    naive=-best.ineqlin.marginals[1] * more_hours, worth=pay_at_most,
)

# %% [markdown] id="pay-at-most-explained" tags=["solution"]
# *How and why.* Solve again. The price is that of the *next* hour; with so many more, money becomes the bottleneck
# and the price falls on the way. Half of the hours would be worth more than half of the sum: ask the
# agency whether it lends fewer.

# %% [markdown] id="memo"
# ## Task 7 · a judgement in words
#
# Lin Yue is offered a platform for 60,000 yuan a year that "knows 360 degrees of your customers and lifts your
# marketing ROI by 23 per cent". Write five or six sentences to her: what you can answer without it, what it may
# use, what your figures above say about *all* customers, and what the supplier would have to show. This task is
# not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "The view is one query over tables that we have, and the plan of January is a small programme;
# neither needs the platform. It may use only what customers agreed to for this purpose, by the log and not by the
# box in the register, and that is a part of them. Those who agreed order more than the others, so figures from
# them must not be taken for all; more data of the same customers do not mend that. The 23 per cent come from
# firms that speak about themselves, without those that failed; to find such a lift by lot we would need more
# customers than we have. The supplier may show us, on customers who agreed to sharing and with a group held out
# by lot, what its data change in our gain: the upper end of that interval is the most that we would pay. Until
# then the money is better spent on a few hours of staff, and on asking customers for their consent."

# %% [markdown] id="price-low"
# ## Task 8 · price_low (stretch)
#
# The gains are estimates. `draws` has 201 draws of them (rows), one column per option, as in the lesson: what
# they might be, given how sure the spring campaign was. Compute the shadow price of the budget for each draw,
# with the costs and limits of task 4. What is the lower end of the interval that holds the middle 95 % of them?
#
# Produce: a number `price_low`, in yuan of gain per yuan of budget.

# %% id="price-low-start"
draws = wb.data.draws
plots.table(draws.iloc[:3, :4], "Three draws of the gains of four options (yuan)", "{:.1f}")

# %% id="price-low-do"
price_low = ...

### BEGIN SOLUTION
prices = [
    -linprog(-gain, A_ub=limits, b_ub=most).ineqlin.marginals[0] for gain in draws.to_numpy()
]
price_low = np.quantile(prices, 0.025)
### END SOLUTION

wb.check("price_low", price_low)

# %% [markdown] id="price-low-explained" tags=["solution"]
# *How and why.* Each draw is one world that fits what we saw in spring; in each, the plan and the price are another.
# Putting the lower end of *every* gain into one world makes a world that hardly can be: not all estimates are too
# high at once. Where the lower end is above 0, more budget pays in nearly every world.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
