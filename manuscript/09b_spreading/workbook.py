# %% [markdown] id="title"
# # 9b · Spreading: exercise
#
# The goal of this exercise is to find out, in the club of *your own* Harbour Coffee, how many others a box sets
# off, who should get one, whether the agency's list is worth its fee, and which alarm is the cheapest. Your
# company comes from your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about
# 60 minutes. The last task is a *stretch*.
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
from scipy import stats

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("09b_spreading", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="set-off"
# ## Task 1 · set_off
#
# `tellings` has a row per launch and member who had the new roast: with a `box`, by an order of their `own accord`,
# or `told` by the member in `told_by`. Take the launch in `launch`. How many others did each member with a box
# set off *directly* in it?
#
# Produce: a Series `set_off`, index `customer_id` (each member with a box in this launch), a number of members.

# %% id="set-off-start"
tellings, launch = wb.data.tellings, wb.data.launch
rows = tellings[tellings["launch"] == launch].tail(4).set_index("customer_id")
plots.table(rows.drop(columns="launch"), "Four rows of the launch of {launch}", {"told_by": "{}"}, launch=launch)

# %% id="set-off-do"
set_off = ...

### BEGIN SOLUTION
mine = tellings[tellings["launch"] == launch]
boxed = mine.loc[mine["how"] == "box", "customer_id"]
set_off = mine["told_by"].value_counts().reindex(boxed, fill_value=0)
### END SOLUTION

wb.check("set_off", set_off)

# %% [markdown] id="set-off-explained" tags=["solution"]
# *How and why.* Whoever was told names the teller, so a count of the names gives all who set anybody off. Those
# with a box who are named by nobody are in no count: `reindex` brings their zeros. Most boxes have one.

# %% [markdown] id="per-box"
# ## Task 2 · per_box and per_box_low
#
# Now all launches together. How many others does one box set off directly, on average over all boxes? And what is the
# lower end of the 95 % interval (1.96 standard errors, each box one observation)?
#
# Produce: two numbers, `per_box` and `per_box_low`.

# %% id="per-box-do"
per_box = ...

### BEGIN SOLUTION
direct = tellings.groupby(["launch", "told_by"]).size()
boxes_sent = tellings[tellings["how"] == "box"]
keys = pd.MultiIndex.from_frame(boxes_sent[["launch", "customer_id"]])
of_boxes = direct.reindex(keys, fill_value=0)
per_box = of_boxes.mean()
### END SOLUTION

wb.check("per_box", per_box)

# %% id="per-box-low-do"
per_box_low = ...

### BEGIN SOLUTION
per_box_low = per_box - 1.96 * of_boxes.sem()
### END SOLUTION

wb.check("per_box_low", per_box_low)

# %% [markdown] id="per-box-explained" tags=["solution"]
# *How and why.* Boxes were given by lot, so their mean stands for a member drawn by lot; those who ordered of their own
# accord, or were told, are others. The standard error comes from how the boxes scatter. Poisson's, $\sqrt{R/n}$,
# would be too small: members differ.

# %% [markdown] id="gets-box"
# ## Task 3 · gets_box
#
# `members` has for each member what came of the launches: how many it has `set_off`, of how many `exposures`, how many
# `followers` it has, and the `usual` rate of members with so many followers. The shape ν is in `shape`. Who
# are the `boxes` members with the highest *score*, the number of others whom one telling is expected to set off?
#
# Produce: a list `gets_box` of customer ids, in any order.

# %% id="gets-box-start"
members, shape, boxes = wb.data.members, wb.data.shape, wb.data.boxes
plots.table(members.head(3), "Three members; ν is {shape}, and there are {boxes} boxes", {"usual": "{:.2%}"},
            shape=shape, boxes=boxes)

# %% id="gets-box-do"
gets_box = ...

### BEGIN SOLUTION
expected_set_off = members["exposures"] * members["usual"]
factor = (shape + members["set_off"]) / (shape + expected_set_off)
score = crm.steady(factor * members["usual"] * members["followers"])
gets_box = score.sort_values(ascending=False, kind="stable").index[:boxes].tolist()
### END SOLUTION

wb.check("gets_box", gets_box)

# %% [markdown] id="gets-box-explained" tags=["solution"]
# *How and why.* Three numbers in one: what is usual, how far the member's own count moves it, and how many would hear. A
# rate alone puts those on top who were lucky once with three followers; a count alone those who often had a
# roast.

# %% [markdown] id="lead-low"
# ## Task 4 · lead_low
#
# The agency sells its list of the members with the most followers for a `fee`. `worlds` has 400 worlds, as the lesson
# draws them, with the luck of one launch in each: how many orders more than without a box each plan brings, with the same
# boxes. An order earns `margin` yuan, a box costs `box_cost`. By how much do *your* scores bring
# more than the agency's list, after all costs? Give the lower end of the interval that holds the middle 95 % of the worlds.
#
# Produce: a number `lead_low`, in yuan for the launch.

# %% id="lead-low-start"
worlds, margin, box_cost, fee = wb.data.worlds, wb.data.margin, wb.data.box_cost, wb.data.fee
caption = "Two worlds: orders more; margin {margin}, a box {box_cost}, the fee {fee} yuan"
plots.table(worlds.head(2), caption, margin=margin, box_cost=box_cost, fee=fee)

# %% id="lead-low-do"
lead_low = ...

### BEGIN SOLUTION
lead = margin * (worlds["highest score"] - worlds["most followers"]) + fee
lead_low = lead.quantile(0.025)
### END SOLUTION

wb.check("lead_low", lead_low)

# %% [markdown] id="lead-low-explained" tags=["solution"]
# *How and why.* First the difference in each world, then its quantile: in a world where word of mouth is strong, both
# plans bring more. The boxes cost both plans the same and fall out; the fee is saved by yours.

# %% [markdown] id="limits"
# ## Task 5 · limits
#
# `expected` has how many negative mentions Tang Mei expects on a calm day, by weekday; they scatter as a negative binomial
# distribution with size k, which is in `scatter`. She can bear one false alarm in `every` days. Above how many mentions is
# there an alarm, on each weekday?
#
# Produce: a Series `limits`, index `weekday` (seven), the largest number that is *no* alarm.

# %% id="limits-start"
expected, scatter, every = wb.data.expected, wb.data.scatter, wb.data.every
caption = "Negative mentions on a calm day; k is {scatter}, one false alarm in {every} days"
plots.table(expected, caption, {"expected": "{:.1f}"}, scatter=scatter, every=every)

# %% id="limits-do"
limits = ...

### BEGIN SOLUTION
limits = pd.Series(crm.social.alarm_limit(expected, scatter, 1 / every), expected.index)
### END SOLUTION

wb.check("limits", limits)

# %% [markdown] id="limits-explained" tags=["solution"]
# *How and why.* With scipy alone: `stats.nbinom.isf(1 / every, k, k / (k + expected))`. The rate is per day, whatever
# weekday it is. Poisson's limits would be far too low: mentions are repeated, and come in bunches.

# %% [markdown] id="saved"
# ## Task 6 · saved
#
# `alarms` has seven alarms, A to G, with limits by the day, and the one that Tang Mei has now, a `fixed number`: how many
# `false` alarms a year, and how many days `late` in a crisis, on average. A false alarm costs `false_alarm` yuan, each day
# late `day_late`; she expects `crises` crises a year. Take the figures for exact. How much does the cheapest of the seven
# save a year, against the fixed number?
#
# Produce: a number `saved`, in yuan a year.

# %% id="saved-start"
alarms, crises = wb.data.alarms, wb.data.crises
false_alarm, day_late = wb.data.false_alarm, wb.data.day_late
caption = "Alarms; a false one {false_alarm:,} yuan, a day late {day_late:,}, {crises} crises a year"
formats = {"false": "{:.1f}", "late": "{:.2f}"}
plots.table(alarms, caption, formats, false_alarm=false_alarm, day_late=day_late, crises=crises)

# %% id="saved-do"
saved = ...

### BEGIN SOLUTION
cost = false_alarm * alarms["false"] + crises * day_late * alarms["late"]
saved = cost["fixed number"] - cost.drop("fixed number").min()
### END SOLUTION

wb.check("saved", saved)

# %% [markdown] id="saved-explained" tags=["solution"]
# *How and why.* False alarms come whether there is a crisis or not; days late only with one. With more crises a year
# the cheapest limit is lower. The table says which one is cheapest, as if its figures were exact: the days late are the mean of
# simulated crises, and the cheapest of seven looks a little cheaper than it is. Whether the prices are right, nobody's
# table says: move them, and look whether the choice changes.

# %% [markdown] id="memo"
# ## Task 7 · a judgement in words
#
# The agency writes to Zhou Ning: "Your campaign can go viral. Our influencers return 5.78 for each yuan, and you will
# see it in the orders of their followers." Write five or six sentences to her: what R says about "viral", whom you would
# give the boxes and how sure that is, what is wrong with counting the followers' orders, and what the agency could do
# to show what it claims. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "A box by lot sets off about half another member, and the interval ends well below one: our word of
# mouth dies out, as nearly all does, and nothing goes viral. It is still worth having, if the boxes go to those who
# were followed by orders in the launches of 2025; in all but very few of the simulated worlds that list brings more than
# the agency's, also without its fee. Many followers are not many listeners, and the ranking of the agency has never
# looked at an order. If it counts the orders of followers, it counts those who would have come anyway and those
# whom somebody else told; and revenue is not margin. It can show what it claims: we draw by lot who of both lists gets a
# box, and count who names them. And we keep some boxes for a lot among all, since of many members we know nothing."

# %% [markdown] id="caused"
# ## Task 8 · caused (stretch)
#
# Back to all launches. How many orders did one box *cause* among the followers of its owner, by the lots? As in the
# lesson: take members without a box in that launch; for each, count how many members they follow, and how many of these had a box;
# compare within a launch and number followed. The slope says by how much one box more raises the chance to
# have ordered the roast; multiply it by how many such followers a box has on average.
#
# Produce: a number `caused`, orders per box.

# %% id="caused-start"
follows = wb.data.follows
plots.table(follows.head(2).set_index("customer_id"), "Two pairs: customer_id follows followed_id")

# %% id="caused-do"
caused = ...

### BEGIN SOLUTION
had = pd.MultiIndex.from_frame(tellings[["launch", "customer_id"]])
with_box = had[tellings["how"] == "box"]
seen = follows.merge(pd.Series(tellings["launch"].unique(), name="launch"), how="cross")
seen["box"] = pd.MultiIndex.from_frame(seen[["launch", "followed_id"]]).isin(with_box)
people = seen.groupby(["launch", "customer_id"])["box"].agg(["sum", "size"])
people = people[~people.index.isin(with_box)]
people["ordered"] = people.index.isin(had).astype(float)
columns = people[["sum", "ordered"]]
within = columns - people.groupby(["launch", "size"])[["sum", "ordered"]].transform("mean")
slope = (within["sum"] * within["ordered"]).sum() / (within["sum"] ** 2).sum()
caused = slope * people["sum"].sum() / len(with_box)
### END SOLUTION

wb.check("caused", caused)

# %% [markdown] id="caused-explained" tags=["solution"]
# *How and why.* Who follows many follows more boxes, and is told more of everything: only among those who follow equally many
# did nothing but the lot decide. It is a little less than what is named in the form, since some whom the owner
# told first would have heard from another.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
