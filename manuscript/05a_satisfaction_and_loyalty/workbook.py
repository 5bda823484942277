# %% [markdown] id="title"
# # 5a · Satisfaction and loyalty: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, how satisfied customers are and
# how sure that is, where the service desk waits, and what loyalty points cost, owe and have to bring. Your
# company comes from your `seed`: your numbers are yours, the difficulty is the same for everybody. It
# takes about 50 minutes. The last task is a *stretch*.
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

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("05a_satisfaction_and_loyalty", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="disappointed"
# ## Task 3 · disappointed
#
# Tang Mei wants to try out what goodwill changes, by lot, among customers whose ticket went wrong. Who is
# it? A ticket went wrong if it is closed, was not solved at the first contact, and no goodwill was given; it
# counts if it was *resolved* on 5 July 2025 or later. One such ticket is enough.
#
# Produce: a list `disappointed` of customer ids.

# %% id="disappointed-start"
plots.table(
    tickets[["customer_id", "opened", "resolved", "solved_first_time", "goodwill"]].tail(3),
    "How the last tickets ended (goodwill in yuan)",
)

# %% id="disappointed-do"
disappointed = ...

### BEGIN SOLUTION
bad = tickets["resolved"].notna() & ~tickets["solved_first_time"] & (tickets["goodwill"] == 0)
lately_bad = bad & (tickets["resolved"] >= "2025-07-05")
disappointed = list(tickets.loc[lately_bad, "customer_id"].unique())
### END SOLUTION

wb.check("disappointed", disappointed)

# %% [markdown] id="disappointed-explained" tags=["solution"]
# *How and why.* A list for a test is made by what is known *before* the lots: how the ticket ended, and when.
# A customer with one good and one bad ticket belongs to it, because one bad ticket is what the test is about.
# Whether goodwill brings them back nobody can read off the tickets, as the lesson showed; half of this list,
# by lot, could tell, if it were long enough.

# %% [markdown] id="breakage"
# ## Task 4 · breakage
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

# %% [markdown] id="breakage-explained" tags=["solution"]
# *How and why.* Only batches whose life is over can tell how many are never used; a young batch is not used
# *yet*. And points count, not batches: large batches come from large orders, whose owners use them more
# often.

# %% [markdown] id="break-even"
# ## Task 5 · break_even
#
# Zhou Ning wants a hundred points to be worth more: `worth_new` yuan instead of `worth_now`. A yuan of sales
# earns one point. `programme` holds both, the margin as a share of sales, and the breakage to count on. By
# which share must sales rise, over what they are now, for *the change* to pay?
#
# Produce: a number `break_even`, a share. The lesson doubles the points in *When does the programme pay?*

# %% id="break-even-start"
programme = wb.data.programme
plots.table(programme, "The programme (shares; worth of 100 points in yuan)", "{:.2f}")

# %% id="break-even-do"
break_even = ...

### BEGIN SOLUTION
cost_now, cost_new = (
    programme[name] / 100 * (1 - programme["breakage"]) for name in ("worth_now", "worth_new")
)
break_even = (cost_new - cost_now) / (programme["margin_share"] - cost_new)
### END SOLUTION

wb.check("break_even", break_even)

# %% [markdown] id="break-even-explained" tags=["solution"]
# *How and why.* Now a yuan of sales earns m − c₁, afterwards m − c₂, and (1 + u)(m − c₂) = m − c₁ has to
# hold. So u = (c₂ − c₁) ÷ (m − c₂): what *more* is given away, over the margin that is left *after* it. The
# first points are paid for in any case and must not be charged to the change. A share of this size looks
# small, and no test with two thousand customers could see it.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# Write four or five sentences to Lin Yue: was an NPS target of 5 reached; is the bottleneck worth a talk
# with the dealers; and should a hundred points be worth more? Say what you know, how sure you are, and what
# stays open. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "Whether an NPS of 5 was reached, the interval says: only if its lower end lies above 5,
# and it speaks of those who answered; those who left answer less and are less content. Late deliveries of
# dealers hold much of the waiting for partners, in a small share of the tickets, so talk to the dealers;
# how much they can improve is not in the tickets. I would not make points worth more: the cost comes, if
# sales and breakage stay; the rise of sales that pays for it is more than anything we have seen, and it is
# too small for a test of ours. What points bring at all is open, because everybody has them: the next
# programme should start with a group, drawn by lot, that gets none."

# %% [markdown] id="liability"
# ## Task 7 · liability (stretch)
#
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

# %% id="liability-open" tags=["solution"]
still_open = alive[~(alive["used_on"] <= balance_day)]
age = (pd.Timestamp(balance_day) - still_open["earned_on"]).dt.days

# %% id="liability-shown" tags=["solution"]
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
# *How and why.* The tempting short cut, open points × (1 − breakage), owes far too much: keen
# customers have used theirs soon, and what is still open belongs to those who may never. Two other ways
# to go wrong look into the future: uses and batches after the balance day stand in today's table, but
# nobody knew of them on that evening. The weak side of one rate: the liability is a small difference of
# two large numbers, and a rate that is off by a point or two moves it a lot. Going by age, as in the
# lesson, is steadier.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
