# %% [markdown] id="title"
# # 4 · Acquisition: exercise
#
# The goal of this exercise is to plan how *your own* Harbour Coffee wins customers: what a new
# customer costs and when the money is back, whom to call first, what the credit of a channel is
# worth, how large a test must be, and where the budget should go. Your company comes from your
# `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 60 minutes.
# The last task is a *stretch*.
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
decided = 90  # days after which a lead that has not bought counts as not won
last_known = "2025-10-02"  # leads created since have had less time than that
calls = 60
step = 0.25  # by which a channel's spend may go up or down

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("04_acquisition", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="offer-rate"
# ## Task 1 · offer_rate and offer_low
#
# `leads` has the day on which a lead reached each stage of the funnel: `created`, `contacted_on`,
# `qualified_on`, `offer_on`, `won_on`. It is missing where a lead did not get so far by the end of
# 2025. Which share of the *qualified* leads was made an offer? Count only leads that have had their
# 90 days: those created on 2 October 2025 or before. Of these, an offer counts however late it was made.
#
# Produce: a number `offer_rate` between 0 and 1.

# %% id="offer-rate-start"
leads = wb.data.leads
stages = ["created", "contacted_on", "qualified_on", "offer_on", "won_on"]
plots.table(leads.set_index("lead_id")[stages].astype("str").head(4), "The first leads")

# %% id="offer-rate-do"
offer_rate = ...

### BEGIN SOLUTION
known = leads[leads["created"] <= last_known]
offers, qualified = known["offer_on"].notna().sum(), known["qualified_on"].notna().sum()
offer_rate = offers / qualified
### END SOLUTION

wb.check("offer_rate", offer_rate)

# %% [markdown] id="offer-low"
# What is the lower end of its 95 % interval, after Wilson, as in the lesson?
#
# Produce: a number `offer_low` between 0 and 1.

# %% id="offer-low-do"
offer_low = ...

### BEGIN SOLUTION
from statsmodels.stats.proportion import proportion_confint

offer_low, offer_high = proportion_confint(offers, qualified, method="wilson")
### END SOLUTION

wb.check("offer_low", offer_low)

# %% [markdown] id="offer-explained" tags=["solution"]
# *How and why.* A step of the funnel has two numbers: who came, and who could have come. Those who
# could have come are the leads of the stage before, not all leads. The young leads are left out because
# their offers may still be on the way: whoever counts them mixes what has been decided with what has not.
# The error may be small and go either way, so nobody notices it. The interval says by how much the rate
# may move from one year to the next with nothing changed. With so many leads the plain normal interval
# says nearly the same; with thirty, or with a share near 0 or 1, Wilson's is the one to trust.

# %% [markdown] id="cac"
# ## Task 2 · cac
#
# What did a new customer cost in 2025, by source? The *source* of a lead is the channel of its first
# contact in `touchpoints`. All won leads were won in 2025, and `channel_spend` has the spend of
# 2025 by month and channel.
#
# Produce: a Series `cac`, index the eight channels: spend of the channel over the leads of that source
# that were won, in yuan per customer.

# %% id="cac-start"
touchpoints, channel_spend = wb.data.touchpoints, wb.data.channel_spend
plots.table(touchpoints.set_index("lead_id").astype("str").tail(3), "The last contacts")

# %% id="cac-spend"
last_spend = channel_spend.set_index("channel").tail(3)
plots.table(last_spend, "The last rows of the spend (yuan)", {"month": "{:%Y-%m}"})

# %% id="cac-do"
cac = ...

### BEGIN SOLUTION
first_contact = touchpoints.sort_values("date", kind="stable").groupby("lead_id")["channel"].first()
leads["source"] = leads["lead_id"].map(first_contact).astype("str")
customers = leads[leads["won_on"].notna()].groupby("source").size()
spend = channel_spend.groupby(channel_spend["channel"].astype("str"))["spend"].sum()
cac = spend / customers
### END SOLUTION

wb.check("cac", cac)

# %% [markdown] id="cac-explained" tags=["solution"]
# *How and why.* Numerator and denominator must be of the same year and the same channel, and every
# customer is booked once. Join all contacts instead of the first, and a customer with four channels is
# counted four times: every channel looks cheap. Here the young leads need not be left out: a *rate*
# asks what became of leads, and needs time; a *cost* sets a year's money against a year's new
# customers. It remains bookkeeping: another rule for "its" channel gives another CAC.

# %% [markdown] id="auc"
# ## Task 3 · auc and call_list
#
# Score the leads. Learn on those created before 1 July 2025, judge on those created from that day to
# 2 October. A lead counts as won if `won_on` is at most 90 days after `created`. Use the six
# columns below as they are, and this model: `make_pipeline(StandardScaler(), LogisticRegression())`.
# How well does the chance to be won rank the later leads?
#
# Produce: a number `auc` between 0 and 1.

# %% id="auc-start"
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

features = ["need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar"]
plots.table(leads.set_index("lead_id")[features].head(3), "The first leads: what is known at sign-up")

# %% id="auc-do"
auc = ...

### BEGIN SOLUTION
won_in_time = (leads["won_on"] - leads["created"]).dt.days <= decided
early = leads["created"] < "2025-07-01"
later = ~early & (leads["created"] <= last_known)
model = make_pipeline(StandardScaler(), LogisticRegression())
model.fit(leads.loc[early, features], won_in_time[early])
chance = model.predict_proba(leads.loc[later, features])[:, 1]
auc = roc_auc_score(won_in_time[later], chance)
### END SOLUTION

wb.check("auc", auc)

# %% id="auc-baseline" tags=["solution"]
by_hand = leads.loc[later, "need"] * leads.loc[later, "budget"]
crm.tell(
    "AUC of need × budget, without any model: {by_hand:.2f}; of the model: {model:.2f}.",
    by_hand=roc_auc_score(won_in_time[later], by_hand), model=auc,
)

# %% [markdown] id="auc-explained" tags=["solution"]
# *How and why.* The columns are what is known at sign-up. Add `offer_on`, and the AUC jumps to a
# height that no honest score of people reaches: whoever is won had an offer, so the column tells the
# end of the story. In use, on the day of sign-up, it is always empty. Hand in `predict_proba`, not `predict`: few leads have a chance
# above one half, so yes and no say next to nothing about the order.

# %% [markdown] id="call-list"
# Now use it. `newest` has the leads created since 3 October. `chance` comes from the same model;
# `value` is the margin in yuan that the customer would bring in two years, if won. Ma Jun's people can
# make 60 first calls in the first week of January. They call those who have not been contacted (nobody
# buys before that), the highest expected margin first.
#
# Produce: a list `call_list` of 60 lead ids.

# %% id="call-list-start"
newest = wb.data.newest
plots.table(
    newest.head(4).set_index("lead_id").astype({"created": "str", "contacted_on": "str", "won_on": "str"}),
    "The first of the newest leads (value in yuan)", {"chance": "{:.1%}"},
)

# %% id="call-list-do"
call_list = ...

### BEGIN SOLUTION
waiting = newest[newest["contacted_on"].isna()]
expected = waiting.set_index("lead_id").eval("chance * value")
call_list = list(expected.nlargest(calls).index)
### END SOLUTION

wb.check("call_list", call_list)

# %% id="call-list-shown" tags=["solution"]
by_chance = waiting.set_index("lead_id")["chance"].nlargest(calls).index
crm.tell(
    "The 60 are expected to bring {mine:,.0f} yuan, the 60 likeliest ones {likeliest:,.0f}, and the first "
    "60 of the list {listed:,.0f}.",
    mine=expected[call_list].sum(), likeliest=expected[by_chance].sum(), listed=expected.iloc[:calls].sum(),
)

# %% [markdown] id="call-list-explained" tags=["solution"]
# *How and why.* Expected margin is chance times value; either of them alone sends people to small
# customers or to dreams. Two cautions. The chance is that of the day of sign-up: of a lead that has
# been silent for eleven weeks, it promises too much. And it is the chance to *buy*, not what a call adds
# to it. Leave a tenth of the list uncalled, drawn by lot, and in spring you know.

# %% [markdown] id="paid-back"
# ## Task 4 · paid_back and paid_back_low
#
# Lin Yue asks when the money is back. Take the customers whose source is `social`, and only those won
# on 5 July 2025 or before: each has been a customer for 180 whole days. Add up each one's margin
# of the first 180 days: day 0 is `won_on`, with the first order, and day 179 is the last that counts;
# refunds are taken off as they stand in the table. What is the mean of it per customer, as a share of the CAC
# of this source?
#
# Produce: a number `paid_back`; 1 means that the CAC is just paid back. The right CAC is given.

# %% id="paid-back-start"
orders = wb.data.orders
social_cac = wb.given("cac")["social"]
last_orders = orders.tail(3).set_index("order_id").astype({"date": "str"})
plots.table(last_orders, "The last orders (money in yuan)")

# %% id="paid-back-do"
paid_back = ...

### BEGIN SOLUTION
source = touchpoints.sort_values("date", kind="stable").groupby("lead_id")["channel"].first()
bought = leads[(leads["lead_id"].map(source) == "social") & (leads["won_on"] <= "2025-07-05")]
won_on = bought.set_index("customer_id")["won_on"]
days = (orders["date"] - orders["customer_id"].map(won_on)).dt.days
margin = orders[days.between(0, 179)].groupby("customer_id")["margin"].sum()
margin = margin.reindex(won_on.index, fill_value=0)
paid_back = margin.mean() / social_cac
### END SOLUTION

wb.check("paid_back", paid_back)

# %% [markdown] id="paid-back-low"
# Other customers would have come in another year. What is the lower end of the 95 % interval of
# `paid_back`? Take the mean margin less 1.96 standard errors of the mean, and count the CAC as known.
#
# Produce: a number `paid_back_low`.

# %% id="paid-back-low-do"
paid_back_low = ...

### BEGIN SOLUTION
paid_back_low = (margin.mean() - 1.96 * margin.std() / np.sqrt(len(margin))) / social_cac
### END SOLUTION

wb.check("paid_back_low", paid_back_low)

# %% id="paid-back-shown" tags=["solution"]
crm.tell(
    "The tenth of these customers who brought most hold {share:.0%} of the margin; the median customer has "
    "paid back {median:.0%} of the CAC.",
    share=margin.nlargest(len(margin) // 10).sum() / margin.sum(), median=margin.median() / social_cac,
)

# %% [markdown] id="paid-back-explained" tags=["solution"]
# *How and why.* Everybody gets the same 180 days, so nobody is judged by a time that they did not have.
# Revenue would pay back about twice as fast, on paper: the goods have to be paid first. The interval is
# wide because a few customers bring much of the margin; and it is still too narrow, because the number
# won, and with it the CAC, is uncertain as well. The lesson's Poisson bootstrap draws both.

# %% [markdown] id="credit"
# ## Task 5 · credit
#
# Divide the credit by Markov attribution. Take the leads created on 2 October 2025 or before. A lead
# counts as won if it has a `won_on` at all, also after more than 90 days (not as in task 3).
#
# Produce: a Series `credit`, index the eight channels: credited customers.

# %% id="credit-do"
credit = ...

### BEGIN SOLUTION
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

# %% [markdown] id="visitors"
# ## Task 6 · visitors
#
# Zhou Ning plans the next test of the landing page. `page` has today's orders per visitor, and the
# smallest gain that would matter, in percentage points. How many visitors does *each* of the two pages need,
# for 80 % power and 5 % false alarms, two-sided?
#
# Produce: a number `visitors`. The formula or the rule of 16, both will do.

# %% id="visitors-start"
page = wb.data.page
crm.tell(
    "Today {rate:.1%} of the visitors order. The smallest gain that would matter: {gain:.1f} points.",
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
# ## Task 7 · more and profit
#
# During the year Harbour Coffee switched channels off in some regions, drawn by lot, and raised and lowered
# budgets in others. `tests` has the result by channel: `spend` of 2025, new customers `credited` by
# the last touch and really `caused`, `value` of a customer (margin of two years, yuan), and the
# `elasticity`: with f times the spend, a channel causes f to the power of the elasticity times as many customers.

# %% id="budget-start"
tests = wb.data.tests
plots.table(
    tests, "What the tests of 2025 found (money in yuan)",
    {"caused": "{:.1f}", "elasticity": "{:.3f}"},
)

# %% [markdown] id="budget-ask"
# In which channels does the *next* yuan bring more than a yuan of value? They should get more.
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
# ## Task 8 · a judgement in words
#
# Write four or five sentences to Lin Yue: where the budget goes and what that is expected to bring, whom Ma
# Jun's people call first, what you do *not* know, and which test you would run next. This task is not checked;
# compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We take a quarter from the channels in which the next yuan brings less than a yuan,
# and give a quarter more to the three in which it brings more. What that should gain stands in task 7;
# more than half of it is money we stop wasting, and that part is the surer one. I trust the tests more than
# the credits: last touch would have sent the money to search and email. What I do not know is how firm
# the numbers of the tests are: each of them has an interval, and with eight channels the best one is best
# partly by luck. So we move a quarter and not a half, and look again in half a year, at customers and not
# at leads. Ma Jun's people begin with the sixty leads of task 3. A tenth of them, drawn by lot, gets no
# call, because the score says who buys and not whom a call changes. The new landing page is tested with
# the number of visitors of task 6, and nobody looks before the end."

# %% [markdown] id="false-alarms"
# ## Task 9 · false_alarms (stretch)
#
# "We look every morning, and stop when it is clear." How often is it clear, when there is nothing to find?
# Here are 1,500 simulated tests of two pages that are *equal*. `aa_old` and `aa_new` have one row per
# test and one column per day: the orders of the day. Every day, each page has `aa_visitors` visitors.
#
# A look on day d compares the rates of all days so far: z is the difference of the two rates over its
# standard error, √(2 p (1 − p) ÷ n), with p the rate of both pages together and n the visitors of one page so
# far. |z| above 1.96 is an alarm. In which share of the tests is there an alarm on *at least one* of the 28
# days?
#
# Produce: a number `false_alarms` between 0 and 1.

# %% id="false-alarms-start"
aa_old, aa_new, aa_visitors = wb.data.aa_old, wb.data.aa_new, wb.data.aa_visitors
plots.table(aa_new.iloc[:3, :6], "Orders of the new page in the first tests, on the first six days")

# %% id="false-alarms-do"
false_alarms = ...

### BEGIN SOLUTION
old_so_far, new_so_far = aa_old.cumsum(axis=1), aa_new.cumsum(axis=1)
visitors_so_far = aa_visitors * np.arange(1, 29)
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
    once=alarm[28].mean(), weekly=alarm[[7, 14, 21, 28]].any(axis=1).mean(), daily=false_alarms,
)

# %% [markdown] id="false-alarms-explained" tags=["solution"]
# *How and why.* Each look is another chance for luck, but not an independent one: day 15 shares
# fourteen days with day 14. So the risk is far above 5 %, and far below the 76 % of 28 separate
# tests. Half of the alarms say that the new page is *worse*: who waits for good news only sees the other half.
# Fix the day beforehand and look once, or use limits made for several looks.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
