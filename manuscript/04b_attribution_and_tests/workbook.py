# %% [markdown] id="title"
# # 4b · Attribution and tests: exercise
#
# The goal of this exercise is to move the budget of *your own* Harbour Coffee on evidence: what the credit of a
# channel is worth, what it causes, how large a test must be, and in which channels the next yuan pays. Your company comes
# from your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 60
# minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows have
# in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`; each call
# gives one more hint. You may leave a task out: the next one starts from data, or from the right
# result. Do not round numbers before you hand them in.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"
last_known = "2025-10-02"  # leads created since have had less than 90 days
step = 0.25  # by which a channel's spend may go up or down

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("04b_attribution_and_tests", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="search"
# ## Task 1 · search_credit
#
# Take the leads created on 2 October 2025 or before that were won (they have a `won_on`, also after more than
# 90 days, as in the lesson's paths). What part of each goes to search advertising, `search ad`, by the
# position-based rule?
#
# Produce: a Series `search_credit`, index `lead_id`, one row for each of these leads: a share between 0 and 1,
# 0 where search advertising was not met.

# %% id="search-start"
leads, touchpoints = wb.data.leads, wb.data.touchpoints
plots.table(touchpoints.set_index("lead_id").astype("str").tail(3), "The last contacts")

# %% id="search-do"
search_credit = ...

### BEGIN SOLUTION
known = leads[leads["created"] <= last_known]
won = known.loc[known["won_on"].notna(), "lead_id"]
contacts = touchpoints.sort_values("date", kind="stable")
contacts = contacts[contacts["lead_id"].isin(won)]
path = contacts.groupby("lead_id")["channel"]
place, length = path.cumcount(), path.transform("size").astype("int")
at_an_end = (place == 0) | (place == length - 1)
weight = np.select([length == 1, length == 2, at_an_end], [1.0, 0.5, 0.4], 0.2 / (length - 2).clip(lower=1))
search_credit = pd.Series(weight * (contacts["channel"] == "search ad")).groupby(contacts["lead_id"]).sum()
### END SOLUTION

wb.check("search_credit", search_credit)

# %% id="search-shown" tags=["solution"]
crm.tell(
    "Search advertising gets {credit:.0f} of {all:,} customers by this rule.", credit=search_credit.sum(), all=len(won),
)

# %% [markdown] id="search-explained" tags=["solution"]
# *How and why.* A contact alone is first and last at once and gets everything; of two each gets half, because
# there is nobody between. Whoever forgets these two cases gives away less than one customer per customer.
# Check it: over all channels the weights of a lead add up to 1. `crm.attribution.position_based` does it for
# all channels at once.

# %% [markdown] id="credit"
# ## Task 2 · credit
#
# Now divide the credit by Markov attribution, among all leads created on 2 October 2025 or before, won or
# not. A lead counts as won as in task 1.
#
# Produce: a Series `credit`, index the eight channels: credited customers.

# %% id="credit-do"
credit = ...

### BEGIN SOLUTION
known = leads[leads["created"] <= last_known]
outcome = known.set_index("lead_id")["won_on"].notna()
contacts = touchpoints[touchpoints["lead_id"].isin(known["lead_id"])]
paths = crm.attribution.paths(contacts, outcome)
credit = crm.attribution.markov(paths)["credit"]
### END SOLUTION

wb.check("credit", credit)

# %% id="credit-shown" tags=["solution"]
rules = crm.attribution.compare(paths)[["first_touch", "last_touch", "markov"]]
rules.columns = ["first touch", "last touch", "Markov"]
plots.table(rules.rename_axis("channel"), "The same customers, credited by three rules")

# %% [markdown] id="credit-explained" tags=["solution"]
# *How and why.* Three choices decide the result before any mathematics. Which leads: with the young ones
# in, leads that are still open count as lost. Which paths: without those that failed, every
# channel seems to convert, and the method has nothing left to compare. And scaling: the removal effects
# add up to more than 1, because one customer is lost with any of several channels. What no choice
# changes: the paths do not say who would have come anyway.

# %% [markdown] id="caused"
# ## Task 3 · caused_high
#
# For a year Harbour Coffee held back its search advertising from half of the leads that would have met it,
# drawn by lot. `holdout` has both halves: how many leads, and how many of them were won. Next year all of
# them would be met again. How many customers a year does search advertising cause *at most*, by the formula of
# the lesson's hold-out test?
#
# Produce: a number `caused_high`, the upper end of the 95 % interval of the customers caused in a year, in
# customers. The test stands alone, so take 1.96.

# %% id="caused-start"
holdout = wb.data.holdout
plots.table(holdout, "The hold-out test of search advertising")

# %% id="caused-do"
caused_high = ...

### BEGIN SOLUTION
won, size = holdout["won"], holdout["leads"]
caused = 2 * (won["met"] - won["kept out"])
error = 2 * np.sqrt((won * (1 - won / size)).sum())
caused_high = caused + 1.96 * error
### END SOLUTION

wb.check("caused_high", caused_high)

# %% id="caused-shown" tags=["solution"]
crm.tell(
    "Caused: {caused:.0f}, 95 % interval {within:.0f}; won among those who met it: {met:.0f} a year.",
    caused=caused, within=(caused - 1.96 * error, caused_high), met=2 * won["met"],
)

# %% [markdown] id="caused-explained" tags=["solution"]
# *How and why.* Half of the leads were met, so the difference of the halves counts for half a year's channel,
# and twice of it for the whole. Each count varies as w (1 − w ÷ leads); the lots are independent, so the
# variances add up, and twice a difference has twice its standard error. For the question "may we cut?" the
# upper end is the one to look at: if even that many customers are worth less than the spend, the cut pays.
# The lower end may lie below 0; nobody believes that an advertisement drives customers away.

# %% [markdown] id="visitors"
# ## Task 4 · visitors
#
# Zhou Ning plans the next test of the landing page. `page` has today's orders per visitor, and the
# smallest gain that would matter, in percentage points. How many visitors does *each* of the two pages need,
# for 80 % power and 5 % false alarms, two-sided?
#
# Produce: a number `visitors`. The formula or the rule of 16, both will do.

# %% id="visitors-start"
page = wb.data.page
crm.tell(
    "Today {rate:.1%} of the visitors order. The smallest gain that would matter: {gain:.2f} points.",
    rate=page["orders per visitor"], gain=page["gain in points"],
)

# %% id="visitors-do"
visitors = ...

### BEGIN SOLUTION
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

now, gain = page["orders per visitor"], page["gain in points"] / 100
effect = proportion_effectsize(now + gain, now)
visitors = NormalIndPower().solve_power(effect, power=0.8, alpha=0.05)
### END SOLUTION

wb.check("visitors", visitors)

# %% id="visitors-shown" tags=["solution"]
crm.tell(
    "By the rule of 16: {thumb:,.0f}. For half of the gain: {half:,.0f}, about four times as many.",
    thumb=16 * now * (1 - now) / gain**2,
    half=NormalIndPower().solve_power(proportion_effectsize(now + gain / 2, now), power=0.8, alpha=0.05),
)

# %% [markdown] id="visitors-explained" tags=["solution"]
# *How and why.* From 8 % up by one point is 9 %; up by 1 % it would be 8.08 %. Meetings mix the
# two up, and the test then needs a hundred times the visitors, or finds nothing. The number is for each
# page. If the shop does not have so many visitors, ask for a larger gain or run longer; do not drop the
# power, because a test that finds the gain every second time is a coin with a laboratory coat.

# %% [markdown] id="budget"
# ## Task 5 · more and profit
#
# During the year Harbour Coffee switched channels off in some regions, drawn by lot, and raised and lowered
# budgets in others. `tests` has the result by channel: `spend` of 2025, new customers `credited` by
# the last touch and really `caused`, `value` of a customer (margin of two years, yuan), and the
# `elasticity`: with f times the spend, a channel causes f to the power of the elasticity times as many customers.
# Take these figures as exact, as no company can; with intervals several answers would be open.

# %% id="budget-start"
tests = wb.data.tests
plots.table(
    tests, "What the tests of 2025 found (money in yuan)",
    {"caused": "{:.1f}", "elasticity": "{:.3f}"},
)

# %% [markdown] id="budget-ask"
# In which channels does the *next* yuan bring more than a yuan of value, that is, where is the marginal CAC
# below the value of a customer? They should get more.
#
# Produce: a list `more` of channels.

# %% id="more-do"
more = ...

### BEGIN SOLUTION
average = tests["caused"] * tests["value"] / tests["spend"]
next_yuan = average * tests["elasticity"]
more = list(tests.index[next_yuan > 1])
### END SOLUTION

wb.check("more", more)

# %% [markdown] id="profit"
# Zhou Ning raises the spend of these channels by a quarter and lowers that of all others by a quarter.
# By how much does the profit of a year, value of the caused customers less spend, change?
#
# Produce: a number `profit`, in yuan; below 0 if the plan loses money. The right list is given.

# %% id="profit-start"
raised = wb.given("more")

# %% id="profit-do"
profit = ...

### BEGIN SOLUTION
factor = pd.Series(1 - step, tests.index)
factor[raised] = 1 + step
customers_change = tests["caused"] * (factor ** tests["elasticity"] - 1)
spend_change = tests["spend"] * (factor - 1)
profit = (tests["value"] * customers_change - spend_change).sum()
### END SOLUTION

wb.check("profit", profit)

# %% id="profit-shown" tags=["solution"]
by_channel = pd.DataFrame({"average": average, "next yuan": next_yuan, "spend": spend_change})
by_channel["profit"] = tests["value"] * customers_change - spend_change
plots.table(
    by_channel.sort_values("next yuan", ascending=False, kind="stable").rename_axis("channel"),
    "Yuan that a yuan brings, and the change of spend and profit (yuan)",
    {"average": "{:.2f}", "next yuan": "{:.2f}", "spend": "{:+,.0f}", "profit": "{:+,.0f}"},
)

# %% id="profit-split" tags=["solution"]
crm.tell(
    "{cut:+,.0f} yuan come from what is cut, {raised:+,.0f} from what is raised; spend changes by {spend:+,.0f}.",
    cut=by_channel["profit"].drop(raised).sum(), raised=by_channel.loc[raised, "profit"].sum(), spend=spend_change.sum(),
)

# %% [markdown] id="budget-explained" tags=["solution"]
# *How and why.* The average says what a channel brought so far, the elasticity how much of that the
# next yuan still brings. A channel with a high ratio can be full: everybody whom it can reach has been
# reached. One with a low ratio can have room. Three to one is the right line for an elasticity of one third,
# and for no other. By credit instead of cause, the money would go to search and email, which stand at the
# end of paths that would have ended in a purchase anyway.

# %% id="budget-truth" tags=["solution"]
truth = wb.data.company.truth.channels["conversions"].rename("really caused").astype("float64")
compared = tests[["credited", "caused"]].join(truth)
caption = "New customers of 2025: credited by last touch, caused by test, really caused"
plots.table(compared, caption, {"caused": "{:.0f}"})

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# Write four or five sentences to Lin Yue: where the budget goes and what that is expected to bring, what you
# do *not* know, and which test you would run next. This task is not checked; compare yours with the model
# answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We take a quarter from the channels in which the next yuan brings less than a yuan,
# and give a quarter more to those in which it brings more. What that should gain stands in task 5;
# more than half of it is money we stop wasting, and that part is the surer one. I trust the tests more than
# the credits: last touch would have sent the money to search and email. What I do not know is how firm
# the numbers of the tests are: each of them has an interval that the table does not show, and with eight
# channels the best one is best partly by luck. So we move a quarter and not a half, and look again in half a
# year, at customers and not at leads. The new landing page is tested with the number of visitors of task 4, and
# nobody looks before the end."

# %% [markdown] id="false-alarms"
# ## Task 7 · false_alarms (stretch)
#
# "We look every morning, and stop when it is clear." How often is it clear, when there is nothing to find?
# Here are 1,500 simulated tests of two pages that are *equal*. `aa_old` and `aa_new` have one row per
# test and one column per day: the orders of the day. Every day, each page has `aa_visitors` visitors.
#
# A look on day d compares the rates of all days so far: z is the difference of the two rates over its
# standard error, √(2 p (1 − p) ÷ n), with p the rate of both pages together and n the visitors of one page so
# far. |z| above 1.96 is an alarm. In which share of the tests is there an alarm on *at least one* of their
# days?
#
# Produce: a number `false_alarms` between 0 and 1.

# %% id="false-alarms-start"
aa_old, aa_new, aa_visitors = wb.data.aa_old, wb.data.aa_new, wb.data.aa_visitors
days = aa_old.shape[1]
crm.tell("Each test runs for {days} days, with {visitors} visitors a day on each page.",
         days=days, visitors=aa_visitors)
plots.table(aa_new.iloc[:3, :6], "Orders of the new page in the first tests, on the first six days")

# %% id="false-alarms-do"
false_alarms = ...

### BEGIN SOLUTION
old_so_far, new_so_far = aa_old.cumsum(axis=1), aa_new.cumsum(axis=1)
visitors_so_far = aa_visitors * np.arange(1, days + 1)
pooled = (old_so_far + new_so_far) / (2 * visitors_so_far)
error = np.sqrt(2 * pooled * (1 - pooled) / visitors_so_far)
z_scores = (new_so_far - old_so_far) / visitors_so_far / error
alarm = z_scores.abs() > 1.96
false_alarms = alarm.any(axis=1).mean()
### END SOLUTION

wb.check("false_alarms", false_alarms)

# %% id="false-alarms-shown" tags=["solution"]
crm.tell(
    "With one look on the last day {once:.1%} have an alarm, with a look a week {weekly:.1%}, with a look a "
    "day {daily:.1%}.",
    once=alarm[days].mean(), weekly=alarm[range(7, days + 1, 7)].any(axis=1).mean(), daily=false_alarms,
)

# %% [markdown] id="false-alarms-explained" tags=["solution"]
# *How and why.* Each look is another chance for luck, but not an independent one: day 8 shares
# seven days with day 7. So the risk is far above 5 %, and far below what as many separate tests would have.
# Half of the alarms say that the new page is *worse*: who waits for good news only sees the other half.
# Fix the day beforehand and look once, or use limits made for several looks.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
