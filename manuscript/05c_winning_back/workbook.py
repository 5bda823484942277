# %% [markdown] id="title"
# # 5c · Winning back: exercise
#
# The goal of this exercise is to decide, at *your own* Harbour Coffee, whom to write to, and to find out
# what a call from the service desk is worth, and how sure that is. Your company comes from your `seed`: your
# numbers are yours, the difficulty is the same for everybody. It takes about 55 minutes. The last task is a
# *stretch*.
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
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("05c_winning_back", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="contacts"
# ## Task 1 · contacts
#
# A model of churn, as in [chapter 5b](../chapters/05b_churn.ipynb), was used on the last day of 2025. `at_risk` has one row per customer
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
# in *From probability to profit*)?
#
# Produce: a list `contacts` of customer ids.

# %% id="contacts-do"
contacts = ...

### BEGIN SOLUTION
gain = crm.churn.expected_gain(at_risk["churn_probability"], at_risk["margin"], voucher)["voucher"]
contacts = list(gain.index[gain > 0])
### END SOLUTION

wb.check("contacts", contacts)

# %% [markdown] id="contact-gain"
# ## Task 2 · contact_gain
#
# What is the whole mailing expected to gain, if the assumed rates hold? The right list is given as `who`.
#
# Produce: a number `contact_gain`, in yuan.

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
# ## Task 3 · uplift
#
# On 5 January a pilot began with a random half of all customers: each was sent one of three offers,
# or nothing (`none`), by lot. `pilot` shows what each brought in 180 days. Tang Mei asks what a
# `care_call` adds. Many customers of the register had left long before, so look at those who bought
# since 1 July 2025 (a purchase in `log` on that day or later; refunds do not count).
#
# By how much did the call raise margin − cost per customer, over sending nothing? Take the plain difference
# of two means.
#
# Produce: a number `uplift`, in yuan per customer.

# %% id="uplift-start"
pilot, log = wb.data.pilot, wb.data.log
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
# ## Task 4 · uplift_low
#
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
# ## Task 5 · a judgement in words
#
# Write four or five sentences to Tang Mei and Zhou Ning: who gets a voucher and what it is expected
# to gain, what the pilot says about the care call and what it does not, and what you would do next
# to know more. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "The voucher goes to the customers of task 1, those for whom it pays on average;
# the others keep their price. The expected gain rests on one number that nobody has measured, the
# share of leavers whom a voucher keeps: with half of that share, less than half of the gain is left.
# The pilot says little about the care call: money differs so much between customers that the
# interval is hundreds of yuan wide. If it includes zero, I promise nothing; if it does not, I promise
# its lower end, not the estimate. Next, I would call those for whom a call should matter, customers
# with a badly handled complaint, leave half of them alone, by lot, and compare what they buy. Half of the
# voucher list gets no letter, by lot, too. With a few hundred customers one round will not settle either
# question, so the lots go on with every round until the interval is narrow enough to decide."

# %% [markdown] id="policy-gain"
# ## Task 6 · policy_gain (stretch)
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
company, tickets = wb.data.company, wb.data.tickets
plots.table(
    tickets[["customer_id", "resolved", "solved_first_time", "goodwill"]].tail(3), "The last tickets"
)

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
    "vouchers of task 1 are worth {written:,.0f}. We had expected {expected:,.0f} of the vouchers.",
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
