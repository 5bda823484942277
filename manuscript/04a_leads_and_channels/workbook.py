# %% [markdown] id="title"
# # 4a · Leads and channels: exercise
#
# The goal of this exercise is to decide whom *your own* Harbour Coffee calls first, and what a new
# customer costs: a funnel, the cost by channel, a score, a call list with money in it, and the day on
# which the money is back. Your company comes from your `seed`: your numbers are yours, the difficulty is
# the same for everybody. It takes about 50 minutes. The last task is a *stretch*.
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

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("04a_leads_and_channels", seed=seed, participant=participant, lang=lang)
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
# 2025. Which share of the *qualified* leads was made an offer? The rule is that of the lesson: only leads
# that have had their 90 days, those created on 2 October 2025 or before, and a stage counts if it was
# reached at most 90 days after `created`.
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
in_time = known[stages].sub(known["created"], axis=0) <= pd.Timedelta(days=decided)
offers, qualified = in_time["offer_on"].sum(), in_time["qualified_on"].sum()
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
# their offers may still be on the way, and late offers because only the oldest leads had the time for them.
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
# ## Task 3 · auc
#
# Score the leads as in use: on 1 July 2025 the fate of those created on 2 April or before is known, so learn
# on these; judge on those created from 1 July to 2 October. A lead counts as won if `won_on` is at most 90
# days after `created`. Use the six columns below as they are, and `make_pipeline(StandardScaler(),
# LogisticRegression(solver="newton-cholesky"))`. How well does the chance to be won rank the later leads?
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
early = leads["created"] <= "2025-04-02"
later = leads["created"].between("2025-07-01", last_known)
model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
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
# *How and why.* The columns are what is known at sign-up, the leads those whose fate is known on the day of
# learning. Take all leads of the first half-year, and the model learns from a spring whose end nobody knew on 1
# July: a report would look as good, and the score could not have been made. Add `offer_on`, and the AUC
# jumps to a height that no honest score of people reaches: the column tells the end of the story. Hand in
# `predict_proba`, not `predict`: few leads have a chance above one half, so yes and no say next to nothing
# about the order.

# %% [markdown] id="call-list"
# ## Task 4 · call_list
#
# Now the decision. `newest` has the leads created since 3 October. `chance` comes from the same model;
# `value` is the margin in yuan that the customer would bring in two years, if won. Ma Jun's people can
# make 60 first contacts, by phone, in the first week of January. They call those who have not been contacted
# (nobody buys before that), the highest expected margin first. Take `chance` as it stands, however old the
# lead.
#
# Produce: a list `call_list` of 60 lead ids, in any order.

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

# %% [markdown] id="memo"
# ## Task 5 · a judgement in words
#
# Write four or five sentences to Lin Yue: whom Ma Jun's people call first and what that list should hold,
# which channels look dear, what you do *not* know, and how you would find out what a call adds. This task is
# not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We call the sixty leads of task 4 first: they hold the highest chance times value, and at the
# same cost more than the sixty likeliest or the first sixty. What the list holds is not what the calls bring.
# The score says who buys, not whom a call changes, so next quarter we call half of the best 120, drawn by lot,
# and compare; with so few, only a large effect will show, and we add the quarters up. Search and email are
# dearest per customer by the first contact, but that is bookkeeping: I would not move a budget on it. The
# chance itself was learned on the first quarter and holds for an order, less for a level; we check it every
# quarter against what was won."

# %% [markdown] id="paid-back"
# ## Task 6 · paid_back and paid_back_low (stretch)
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

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
