# %% [markdown] id="title"
# # 5 · Retention: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, how satisfied customers
# are, who has gone silent, whom to write to, and what a call from the service desk is worth. Your
# company comes from your `seed`: your numbers are yours, the difficulty is the same for everybody.
# It takes about 60 minutes. The last task is a *stretch*.
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
wave = "2025-06-01"
balance_day = "2025-06-30"
point_value = 0.01  # yuan off an order for one point
cutoff = "2025-06-30"
lookback, gap, horizon = 365, 14, 120  # days

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("05_retention", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="nps"
# ## Task 1 · nps and nps_low
#
# `survey` holds the answers to two waves. Some customers skipped the question `nps` ("would you
# recommend us?", 0 to 10). What is the net promoter score of the wave of June 2025, among those
# who answered the question?
#
# Produce: a number `nps`, in points, from −100 to 100.

# %% id="nps-start"
survey = wb.data.survey
plots.table(survey[["wave", "customer_id", "csat", "nps"]].tail(3), "The last rows of the survey")

# %% id="nps-do"
nps = ...

### BEGIN SOLUTION
answers = survey.loc[survey["wave"] == wave, "nps"].dropna()
promoters, detractors = (answers >= 9).mean(), (answers <= 6).mean()
nps = 100 * (promoters - detractors)
### END SOLUTION

wb.check("nps", nps)

# %% [markdown] id="nps-low"
# Another survey would have reached other customers. What is the lower end of the 95 % interval of
# this score? Use the normal approximation with 1.96 standard errors.
#
# Produce: a number `nps_low`, in points.

# %% id="nps-low-do"
nps_low = ...

### BEGIN SOLUTION
variance = promoters + detractors - (promoters - detractors) ** 2
nps_low = nps - 1.96 * 100 * np.sqrt(variance / len(answers))
### END SOLUTION

wb.check("nps_low", nps_low)

# %% [markdown] id="nps-explained" tags=["solution"]
# *How and why.* Give each answer +1, 0 or −1: the score is the mean of these numbers, and its
# variance is p + d − (p − d)². The variance p (1 − p) of *one* share is too small, because
# promoters and detractors move the score in two directions. With some hundreds of answers the
# interval is many points wide, so a change of three points is no news. And the interval says
# nothing about those who did not answer: customers who left answer less, and they are less happy.

# %% [markdown] id="bottleneck"
# ## Task 2 · bottleneck
#
# Tang Mei suspects that late deliveries of orders that came through *dealers* hold up her desk. Take
# the tickets that were opened in 2025 and are closed (`resolved` is not missing). Which share of
# all their hours of waiting for a partner, `partner_hours`, falls on these late deliveries?
#
# Produce: a number `bottleneck` between 0 and 1. The channel in `tickets` is that of the message;
# the channel of the order stands in `orders`. Machine faults often belong to no order, and they wait
# for partners too.

# %% id="bottleneck-start"
tickets, orders = wb.data.tickets, wb.data.orders
plots.table(
    tickets[["order_id", "opened", "channel", "topic", "partner_hours", "resolved"]].tail(4),
    "The last tickets (time of waiting for a partner in hours)",
)

# %% id="bottleneck-do"
bottleneck = ...

### BEGIN SOLUTION
closed = tickets[tickets["resolved"].notna() & (tickets["opened"] >= "2025-01-01")]
order_channel = closed["order_id"].map(orders.set_index("order_id")["channel"])
stuck = (closed["topic"] == "late delivery") & (order_channel == "dealer")
bottleneck = closed.loc[stuck, "partner_hours"].sum() / closed["partner_hours"].sum()
### END SOLUTION

wb.check("bottleneck", bottleneck)

# %% [markdown] id="bottleneck-explained" tags=["solution"]
# *How and why.* A bottleneck is where the *hours* are, not where the tickets are: a small share of
# the tickets holds a large share of the waiting. Two traps lie in the join. `merge` with its default
# `how="inner"` drops the tickets without an order, and the total gets too small. And both tables
# have a column `channel`, with different meanings. Mapping one column, as here, avoids both.

# %% [markdown] id="breakage"
# ## Task 3 · breakage and liability
#
# Since January 2024 an order earns one point per yuan. The points of an order are one *batch*. It is
# used whole, on `used_on` (missing if it was never used), and can be used up to the day before
# `expires_on`. A batch that expires unused is *breakage*.
#
# Of all points in batches that had expired by the balance day (`expires_on` on or before it), which
# share was never used?
#
# Produce: a number `breakage` between 0 and 1.

# %% id="breakage-start"
points = wb.data.points
plots.table(
    points.head(), "The first batches of points",
    {"earned_on": "{:%Y-%m-%d}", "used_on": "{:%Y-%m-%d}", "expires_on": "{:%Y-%m-%d}"},
)

# %% id="breakage-do"
breakage = ...

### BEGIN SOLUTION
expired = points[points["expires_on"] <= balance_day]
breakage = expired.loc[expired["used_on"].isna(), "points"].sum() / expired["points"].sum()
### END SOLUTION

wb.check("breakage", breakage)

# %% [markdown] id="liability"
# What does Harbour Coffee owe on the evening of the balance day? The lesson followed batches by their
# age; many accounts make do with one number. Take the batches that are alive: earned on the balance
# day or before, expiring after it. Expect that the share `rate`, the right breakage, of their points
# will *never* be used. The rest will be, sooner or later, and a part of that has been used already,
# on the balance day or before. The liability is the value of what is still to come: points that will
# be used, less points used already, times `point_value`.
#
# Produce: a number `liability`, in yuan.

# %% id="liability-start"
rate = wb.given("breakage")

# %% id="liability-do"
liability = ...

### BEGIN SOLUTION
alive = points[(points["earned_on"] <= balance_day) & (points["expires_on"] > balance_day)]
used = alive.loc[alive["used_on"] <= balance_day, "points"].sum()
liability = ((1 - rate) * alive["points"].sum() - used) * point_value
### END SOLUTION

wb.check("liability", liability)

# %% id="liability-by-age" tags=["solution"]
was_used = expired["used_on"].notna()
age_used = (expired["used_on"] - expired["earned_on"]).dt.days
spent = expired[was_used].groupby(age_used[was_used])["points"].sum()
used_by = spent.reindex(range(366), fill_value=0).cumsum() / expired["points"].sum()
still_used = (used_by.iloc[-1] - used_by) / (1 - used_by)

# %% id="liability-shown" tags=["solution"]
still_open = alive[~(alive["used_on"] <= balance_day)]
age = (pd.Timestamp(balance_day) - still_open["earned_on"]).dt.days
crm.tell(
    "Liability by one rate {owed:,.0f} yuan, by age as in the lesson {by_age:,.0f}, by the short cut "
    "{short_cut:,.0f}. Half a year later {used:,.0f} yuan have been used, and some points are still "
    "valid.",
    owed=liability,
    by_age=(still_open["points"] * age.map(still_used)).sum() * point_value,
    short_cut=(1 - rate) * still_open["points"].sum() * point_value,
    used=still_open.loc[still_open["used_on"].notna(), "points"].sum() * point_value,
)

# %% [markdown] id="liability-explained" tags=["solution"]
# *How and why.* Only batches whose life is over can tell how many are never used; a young batch is
# not used *yet*. The tempting short cut, open points × (1 − breakage), owes far too much: keen
# customers have used theirs soon, and what is still open belongs to those who may never. Two other ways
# to go wrong look into the future: uses and batches after the balance day stand in today's table, but
# nobody knew of them on that evening. The weak side of one rate: the liability is a small difference of
# two large numbers, and a rate that is off by a point or two moves it a lot. Going by age, as in the
# lesson, is steadier.

# %% [markdown] id="churned"
# ## Task 4 · churned
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

# %% [markdown] id="after-two-years"
# ## Task 5 · after_two_years
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

# %% [markdown] id="contacts"
# ## Task 6 · contacts and contact_gain
#
# A model was learned on task 4 and used on the last day of 2025. `at_risk` has one row per customer
# who bought in 2025: the probability to churn, and what a customer who stays is expected to bring
# next year, in revenue and in margin. `voucher` is Zhou Ning's offer, with assumed rates: of those who
# are about to churn it keeps the share `save_rate`, who use it, and the others throw it away; of
# those who stay anyway, the share `take_rate` uses it too. The contact costs money in any case.

# %% id="contacts-start"
at_risk, voucher = wb.data.at_risk, wb.data.voucher
plots.table(
    at_risk.head(4), "Customers at risk (money in yuan)",
    {"churn_probability": "{:.1%}", "revenue": "{:,.0f}", "margin": "{:,.0f}"},
)

# %% id="contacts-offer"
plots.table(
    voucher.set_index("offer"), "The offer (costs in yuan)",
    {"save_rate": "{:.1%}", "take_rate": "{:.0%}"},
)

# %% [markdown] id="contacts-ask"
# Whom should Zhou Ning write to, if every letter has to pay for itself on average (the formula stands
# in *From probability to profit*)? And what is the whole mailing expected to gain?
#
# Produce: a list `contacts` of customer ids, and a number `contact_gain` in yuan. The right list is
# given as `who` for the second.

# %% id="contacts-do"
contacts = ...

### BEGIN SOLUTION
gain = crm.churn.expected_gain(at_risk["churn_probability"], at_risk["margin"], voucher)["voucher"]
contacts = list(gain.index[gain > 0])
### END SOLUTION

wb.check("contacts", contacts)

# %% id="contact-gain-start"
who = wb.given("contacts")

# %% id="contact-gain-do"
contact_gain = ...

### BEGIN SOLUTION
contact_gain = gain[who].sum()
### END SOLUTION

wb.check("contact_gain", contact_gain)

# %% [markdown] id="contacts-explained" tags=["solution"]
# *How and why.* With probability p the customer is about to churn: the voucher keeps a share s of
# them, each worth V − δ. With 1 − p the customer stays anyway, and a share t takes the money. So the
# gain is p·s·(V − δ) − (1 − p)·t·δ − c. Neither "all above 50 %" nor "the most valuable" follows
# from it: a valuable customer pays at a lower probability than a small one. Look at the largest
# customers, too: does last year's margin come again? And no data of this task supports s. It is an
# assumption, and the gain goes up and down with it.

# %% [markdown] id="uplift"
# ## Task 7 · uplift and uplift_low
#
# On 5 January a pilot began with a random half of all customers: each was sent one of three offers,
# or nothing (`none`), by lot. `pilot` shows what each brought in 180 days. Tang Mei asks what a
# `care_call` adds. Many customers of the register had left long before, so look at those who bought
# since 1 July 2025 (a purchase in `log` on that day or later; refunds do not count).
#
# By how much did the call raise margin − cost per customer, over sending nothing?
#
# Produce: a number `uplift`, in yuan per customer.

# %% id="uplift-start"
pilot = wb.data.pilot
plots.table(
    pilot[["customer_id", "offer", "ordered", "revenue", "margin", "cost"]].head(4),
    "Some columns of the pilot (money in yuan)",
)

# %% id="uplift-do"
uplift = ...

### BEGIN SOLUTION
lately = log.loc[(log["amount"] >= 0) & (log["date"] >= "2025-07-01"), "customer_id"]
pilot["net"] = pilot["margin"] - pilot["cost"]
recent = pilot[pilot["customer_id"].isin(lately)]
arms = recent.groupby("offer", observed=True)["net"].agg(["mean", "var", "count"])
uplift = arms.loc["care_call", "mean"] - arms.loc["none", "mean"]
### END SOLUTION

wb.check("uplift", uplift)

# %% [markdown] id="uplift-low"
# How low may the true effect be? Give the lower end of the 95 % interval of this difference, with
# 1.96 standard errors; the two arms need not vary equally.
#
# Produce: a number `uplift_low`, in yuan per customer.

# %% id="uplift-low-do"
uplift_low = ...

### BEGIN SOLUTION
pair = arms.loc[["care_call", "none"]]
uplift_low = uplift - 1.96 * np.sqrt((pair["var"] / pair["count"]).sum())
### END SOLUTION

wb.check("uplift_low", uplift_low)

# %% [markdown] id="uplift-explained" tags=["solution"]
# *How and why.* The lot makes the two arms alike, so the difference of their means is what the call
# did, plus luck. You may choose customers by anything known *before* the call; keeping those who
# ordered afterwards lets the result choose the customers, and the arms are not alike any more. The
# interval is the answer to "how sure are we?": money differs so much between customers that about
# a hundred per arm can hardly tell a good offer from a bad one. A large estimate from a small test is
# mostly luck.

# %% [markdown] id="memo"
# ## Task 8 · a judgement in words
#
# Write four or five sentences to Tang Mei and Zhou Ning: who gets a voucher and what it is expected
# to gain, what the pilot says about the care call and what it does not, and what you would do next
# to know more. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "The voucher goes to the customers of task 6, those for whom it pays on average;
# the others keep their price. The expected gain rests on one number that nobody has measured, the
# share of leavers whom a voucher keeps: with half of that share, less than half of the gain is left.
# The pilot says little about the care call: money differs so much between customers that the
# interval is hundreds of yuan wide. If it includes zero, I promise nothing; if it does not, I promise
# its lower end, not the estimate. Next, I would call those for whom a call should matter, customers
# with a badly handled complaint, leave a random part of them alone, and compare orders as well as
# margin. And a random tenth of the voucher list gets no letter, so that in half a year we know the
# share that we now assume."

# %% [markdown] id="policy-gain"
# ## Task 9 · policy_gain (stretch)
#
# Tang Mei has one group in mind: the customers with a *badly handled* ticket in the last 180 days. A
# ticket was badly handled if it is closed, was not solved first time, and no goodwill was given; it
# counts if it was resolved on 5 July 2025 or later. What would a `care_call` to each of these
# customers, and to nobody else, gain in the next year?
#
# `company.run_forward(assignment, seed=luck)` lets the year happen: `assignment` is a Series with
# an offer (`"care_call"` or `"none"`) per customer id. The same seed is the same luck.
#
# Produce: a number `policy_gain`, in yuan: the total of margin − cost with the calls, less the total
# without any, on average over the seeds of luck 0, 1, 2, 3 and 4.

# %% id="policy-gain-start"
company = wb.data.company

# %% id="policy-gain-do"
policy_gain = ...

### BEGIN SOLUTION
bad = tickets["resolved"].notna() & ~tickets["solved_first_time"] & (tickets["goodwill"] == 0)
lately_bad = bad & (tickets["resolved"] >= "2025-07-05")
disappointed = pd.Index(tickets.loc[lately_bad, "customer_id"].unique())

gains = []
for luck in range(5):
    called = company.run_forward(pd.Series("care_call", disappointed), seed=luck)
    alone = company.run_forward(pd.Series("none", disappointed), seed=luck)
    difference = (called["margin"] - called["cost"]) - (alone["margin"] - alone["cost"])
    gains.append(difference.sum())
policy_gain = np.mean(gains)
### END SOLUTION

wb.check("policy_gain", policy_gain)

# %% id="policy-gain-shown" tags=["solution"]
crm.tell(
    "Calling {count} customers gains {gain:,.0f} yuan on average; the standard deviation between "
    "years of different luck is {sd:,.0f} yuan.",
    count=len(disappointed), gain=policy_gain, sd=np.std(gains, ddof=1),
)
truth = company.truth.retention
crm.tell(
    "The truth, which no real company knows: calling them is worth {called:,.0f} yuan, the "
    "vouchers of task 6 are worth {written:,.0f}. We had expected {expected:,.0f} of the vouchers.",
    called=truth.loc[disappointed, "care_call"].sum(), written=truth.loc[who, "voucher"].sum(),
    expected=contact_gain,
)

# %% [markdown] id="policy-gain-explained" tags=["solution"]
# *How and why.* What these customers bring is not what the call brings: part of it comes without a
# call. With the same seed both years have the same luck, so most of the noise is gone from the
# difference; with different seeds luck can drown the effect. Still, one run is
# one year: compare the standard deviation with the mean. The second line shows why it pays to measure
# a save rate instead of assuming it.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
