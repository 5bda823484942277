# %% [markdown] id="title"
# # 10a · Visits and push: exercise
#
# The goal of this exercise is to plan one day of visits by what a visit adds, to say how sure its lead over the habit is, and
# to judge six plans of pushes with what they leave behind, at *your own* Harbour Coffee. Your company comes
# from your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 60 minutes.
# The last task is a *stretch*.
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
from scipy.stats import norm

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("10a_visits_and_push", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="adds"
# ## Task 1 · adds
#
# `visits` has one row per place that was due in a week of the first half of 2025. The habit listed some (`listed`);
# of those listed a lot drew some out, who were only phoned; the others were `visited`. What does a visit add to the
# *change* of the margin, from the 30 days before to the 30 days after, at each kind of place?
#
# Produce: a Series `adds`, index `kind` (four kinds), in yuan.

# %% id="adds-start"
visits = wb.data.visits
plots.table(visits.head(3).replace({True: "yes", False: "no"}).set_index("kind"), "Three places (yuan)")

# %% id="adds-do"
adds = ...

### BEGIN SOLUTION
listed = visits[visits["listed"]].assign(change=lambda rows: rows["margin"] - rows["margin_before"])
each = listed.groupby(["kind", "visited"])["change"].agg(["mean", "sem"]).unstack()
adds = each["mean"][True] - each["mean"][False]
### END SOLUTION

wb.check("adds", adds)

# %% [markdown] id="adds-explained" tags=["solution"]
# *How and why.* Only among the listed places did a lot decide. Against all places not visited, the visited ones look
# far better, since the list chose the large ones. The margin after, without that before, is right on average, too, but
# its interval is wider, up to twice as wide.

# %% [markdown] id="adds-low"
# ## Task 2 · adds_low
#
# How sure is that for the kind in `kind`? Give the lower end of its 95 % interval (1.96 standard errors).
#
# Produce: a number `adds_low`, in yuan.

# %% id="adds-low-start"
kind = wb.data.kind
crm.tell("Your kind of place: {kind}.", kind=kind)

# %% id="adds-low-do"
adds_low = ...

### BEGIN SOLUTION
error = np.hypot(each["sem"][True], each["sem"][False])
adds_low = adds[kind] - 1.96 * error[kind]
### END SOLUTION

wb.check("adds_low", adds_low)

# %% [markdown] id="adds-low-explained" tags=["solution"]
# *How and why.* Visited and phoned places are separate groups, so their standard errors add up in squares. Those of
# the visited alone would make the interval too narrow.

# %% [markdown] id="visited"
# ## Task 3 · visited
#
# Tomorrow the `places` are due, and one sales person has the day for them. A visit is worth what task 1 says of its kind, and
# nothing where that is below 0. A km by taxi costs `per_km` yuan; everything else is as `crm.plan_visits` takes it by
# default. Which places does the best plan visit?
#
# Produce: a list `visited` of place ids, in any order, without the office.

# %% id="visited-start"
places, per_km, adds = wb.data.places, wb.data.per_km, wb.given("adds")
plots.table(places.head(3), "Three of the places (km, minutes, yuan)", {"x": "{:.1f}", "y": "{:.1f}"})

# %% id="visited-do"
visited = ...

### BEGIN SOLUTION
places["value"] = places["kind"].map(adds).clip(lower=0)
plan = crm.plan_visits(places, per_km=per_km)
visited = plan.loc[plan["place"] != "office", "place"].tolist()
### END SOLUTION

wb.check("visited", visited)

# %% [markdown] id="visited-explained" tags=["solution"]
# *How and why.* The value is what a visit adds, never the sales: with the sales as prize the plan drives to chains, where
# a visit changes least. The order and the hours are PyVRP's business.

# %% [markdown] id="lead-low"
# ## Task 4 · lead_low
#
# The habit: take the ten places with the largest sales, and drive to the nearest that is open (`crm.visits_in_order`). What
# does your plan bring more, value less way, and what is the lower end of the 95 % interval of this lead? Only what a visit
# adds is unsure; the way is not. What a kind adds is unsure also where it counts as 0.
#
# Produce: a number `lead_low`, in yuan.

# %% id="lead-low-do"
lead_low = ...

### BEGIN SOLUTION
large = places.sort_values("sales", ascending=False, kind="stable").head(10)
habit = crm.visits_in_order(large)
gains = [day["value"].sum() - per_km * day["km"].sum() for day in (plan, habit)]
counts = [day["place"].map(places["kind"]).value_counts() for day in (plan, habit)]
more = counts[0].sub(counts[1], fill_value=0)
lead_low = gains[0] - gains[1] - 1.96 * np.sqrt(((more * error) ** 2).sum())
### END SOLUTION

wb.check("lead_low", lead_low)

# %% [markdown] id="lead-low-explained" tags=["solution"]
# *How and why.* If cafés gain less than we think, all visits to cafés do, in both days: what both days share drops out, and *n*
# visits more of one kind are off *n* times together. Adding up the errors of both days as if they were apart makes the
# interval too wide; the root of *n* makes it too narrow. A kind that counts as 0 was estimated like the others, so its error stays.

# %% [markdown] id="brings"
# ## Task 5 · brings
#
# `test` has one row per user in the test of pushes: the `plan`, the week of the opt-out (missing: none), and the
# orders `before`, `during` and `after`; an order brings `margin` yuan. What does each plan bring per user over all 34
# weeks, during *and* after, more than those held out? Adjust for the orders before, with one slope for all users,
# as in the lesson.
#
# Produce: a Series `brings`, index `plan` (six plans), in yuan a user.

# %% id="brings-start"
test, margin = wb.data.test, wb.data.margin
plots.table(test.head(4), "Four users (orders)")

# %% id="brings-do"
brings = ...

### BEGIN SOLUTION
before = test["before"] - test["before"].mean()
total = margin * (test["during"] + test["after"])
adjusted = total - np.polyfit(before, total, 1)[0] * before
groups = adjusted.groupby(test["plan"]).agg(["mean", "sem"])
brings = groups["mean"].drop("held out") - groups["mean"]["held out"]
### END SOLUTION

wb.check("brings", brings)

# %% [markdown] id="brings-explained" tags=["solution"]
# *How and why.* Everybody in an arm counts, also who switched off: they are what the plan costs. Eight weeks alone show the
# gain, the half-year after alone the damage. The adjustment moves no difference on average; it takes away most of
# the scatter. A regression of the total on the arms and on `before` gives nearly the same, to the third decimal.

# %% [markdown] id="round-low"
# ## Task 6 · round_low
#
# Zhou Ning points at the plan with the highest total: is there anything to sign at all? (The lesson's rule comes after
# that: it may prefer another plan, with fewer opt-outs.) She would push nine in ten of the users of `test` who still allow it; a tenth
# stays held out. What does this plan bring them at least, all together? Take the lower end of an interval that is wide
# enough for all six plans to hold together in 95 % of cases (Bonferroni, both sides; each arm with its own standard error).
#
# Produce: a number `round_low`, in yuan.

# %% id="round-low-do"
round_low = ...

### BEGIN SOLUTION
best = crm.steady(brings).idxmax()
wide = norm.ppf(1 - 0.025 / 6)
half = wide * np.hypot(groups["sem"][best], groups["sem"]["held out"])
users = 0.9 * test["opted_out"].isna().sum()
round_low = users * (brings[best] - half)
### END SOLUTION

wb.check("round_low", round_low)

# %% id="round-low-shown" tags=["solution"]
crm.tell("{plan}: at least {low:+,.0f} yuan for {users:,.0f} users: {verdict}.", plan=best, low=round_low, users=users,
         verdict="there is something to sign" if round_low > 0 else "open")

# %% id="round-low-rule" tags=["solution"]
behind, errors = brings[best] - brings, groups["sem"][brings.index]
close = behind <= wide * np.hypot(errors, errors[best])
fit = close & (brings > wide * np.hypot(errors, groups["sem"]["held out"]))
off = test["opted_out"].notna().groupby(test["plan"]).mean()[brings.index]
rule = crm.steady(off[fit]).idxmin() if fit.any() else best
crm.tell("The lesson's rule would choose {plan}.", plan=rule)

# %% [markdown] id="round-low-explained" tags=["solution"]
# *How and why.* The best of six looks better than it is; the wider interval allows for that. With 1.96 the same
# figure would be signed too often. The winner of eight weeks is another plan, and it loses. Who switched off in the test can no longer be
# pushed. Among plans that are not clearly apart, the lesson's rule takes the one with the fewest opt-outs, which go on costing.

# %% [markdown] id="memo"
# ## Task 7 · a judgement in words
#
# The maker of the app proposes "smart push": a bandit that learns by itself, from orders within an hour, when each
# user is pushed and how often. "No test needed, it optimises while you sleep." Write five or six sentences to Zhou Ning: what
# it would find, what it cannot see, what you would no longer know, and on which condition you would try it. This
# task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "It would find what brings orders within an hour, and that is pushing often, at the liveliest hour. It does
# not see who switches off weeks later, nor what they no longer order after that: in our test the plan that looked best after eight
# weeks lost money by the end of half a year. As it pushes everybody, nobody is held out, and we could not even say that
# pushes bring anything. Of the plans that it drops it would know little, so we could not come back to them. I would try it
# where the whole effect is seen at once, for the wording of a push, say, with at most one push a week, a tenth of the
# users held out by lot, and opt-outs counted as a cost of the yuan that our test found."

# %% [markdown] id="per-opt-out"
# ## Task 8 · per_opt_out (stretch)
#
# What does one opt-out cost in the half-year after? Put the three plans with five pushes a week together, compare with
# those held out (adjusted for the orders before), and divide the loss by the opt-outs that the pushes caused.
#
# Produce: a number `per_opt_out`, in yuan, above 0 for a cost.

# %% id="per-opt-out-do"
per_opt_out = ...

### BEGIN SOLUTION
after = margin * test["after"]
after = after - np.polyfit(before, after, 1)[0] * before
gone = test["opted_out"].notna()
often, held = test["plan"].str.endswith("5"), test["plan"] == "held out"
caused = gone[often].mean() - gone[held].mean()
per_opt_out = -(after[often].mean() - after[held].mean()) / caused
### END SOLUTION

wb.check("per_opt_out", per_opt_out)

# %% [markdown] id="per-opt-out-explained" tags=["solution"]
# *How and why.* Who switches off differs from who does not, long before the first push; comparing them charges the pushes
# for that. The lots made the arms alike: what differs after the pushes have ended is what they left behind. It takes for
# granted that they leave nothing else behind; a bad mood among those who stay would be charged to the opt-outs.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
