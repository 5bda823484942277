# %% [markdown] id="title"
# # 7a · Choosing a CRM system: exercise
#
# The goal of this exercise is to decide, at *your own* Harbour Coffee, whether the offer with the highest
# score is worth its licence, and what a pilot and a course have really changed. Your company comes from
# your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 55 minutes.
# The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at once.
# Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows have in
# common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`; each call gives one
# more hint. You may leave a task out: the next one starts from data, or from the right result. Do not
# round numbers before you hand them in.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"

# %% id="setup"
import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("07a_choosing_a_system", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="score"
# ## Task 1 · score and lead_low
#
# `offers` has one row per offer; its last four columns are the must-haves. `scores` has one row per rater, offer and
# criterion, 1 to 10. `weights` has the weight of each criterion. Take the offers that have *all* must-haves. The score
# of an offer is the weighted mean of its criteria, then the mean over the raters.
#
# Produce: a Series `score`, index `vendor`, one number from 1 to 10 for each offer that is left.

# %% id="score-start"
offers, scores, weights = wb.data.offers, wb.data.scores, wb.data.weights
plots.table(scores.head(3), "The first rows of the scores")

# %% id="score-do"
score = ...

### BEGIN SOLUTION
must = ["all_data_out", "open_interface", "views_by_role", "data_in_country"]
left = offers.index[offers[must].all(axis=1)]
card = scores.pivot(index=["rater", "vendor"], columns="criterion", values="score")
of_rater = (card[weights.index] @ (weights / weights.sum())).unstack()
score = of_rater[left].mean()
### END SOLUTION

wb.check("score", score)

# %% [markdown] id="lead-low"
# Of these, is the first really better than the second? Take the difference of the two within each rater, and
# the 95 % interval of its mean, with Student's t for this number of raters.
#
# Produce: a number `lead_low`, the lower end of the interval, in points, of the first less the second.

# %% id="lead-low-do"
lead_low = ...

### BEGIN SOLUTION
one, two = score.nlargest(2).index
ahead = of_rater[one] - of_rater[two]
lead_low = ahead.mean() - stats.t.ppf(0.975, len(ahead) - 1) * ahead.sem()
### END SOLUTION

wb.check("lead_low", lead_low)

# %% [markdown] id="score-explained" tags=["solution"]
# *How and why.* Must-haves come first: an offer that lacks one has no score that counts. The two offers were scored by
# the same raters, so a mild rater is mild to both, and the difference within a rater is free of that. The units are
# seven raters, not 56 scores: what a rater thinks of a vendor as a whole is in all eight of them. Where the lower end
# lies below 0, another seven raters might have put the second first.

# %% [markdown] id="users"
# ## Task 2 · users
#
# `logins` has one row per person with a system and week of the pilot, `pilot` one row per person with a seat. A *weekly
# user* has logged in (at least once) in at least three of the last four weeks.
#
# Produce: a list `users` of the `employee_id` of all weekly users.

# %% id="users-start"
logins, pilot = wb.data.logins, wb.data.pilot
plots.table(logins.head(3), "The first rows of the logins")

# %% id="users-do"
users = ...

### BEGIN SOLUTION
late = logins[(logins["week"] > logins["week"].max() - 4) & (logins["logins"] > 0)]
weeks = late["employee_id"].value_counts()
users = weeks.index[weeks >= 3].tolist()
### END SOLUTION

wb.check("users", users)

# %% [markdown] id="users-explained" tags=["solution"]
# *How and why.* Weeks are counted, not logins: somebody who logs in ten times on one day has still been there in one
# week only. The first weeks are full of the curious, so they are left out; one week may be missed, for holidays. Who
# enters nothing is a user all the same, as the lesson defines it; whether that is enough for the sales book is
# another question.

# %% [markdown] id="adoption"
# ## Task 3 · adoption
#
# What share of those *invited* (people of the pilot whose `arm` is not `spreadsheets`) is a weekly user, by department?
# `wb.given("users")` has the right users, should you need them.
#
# Produce: a DataFrame `adoption`, index `department`, columns `share`, `low`, `high`: the share (0 to 1), and the ends
# of its 95 % interval by Wilson's method.

# %% id="adoption-do"
adoption = ...

### BEGIN SOLUTION
invited = pilot[pilot["arm"] != "spreadsheets"]
weekly = invited["employee_id"].isin(users).groupby(invited["department"])
low, high = proportion_confint(weekly.sum(), weekly.size(), method="wilson")
adoption = pd.DataFrame({"share": weekly.mean(), "low": low, "high": high})
### END SOLUTION

wb.check("adoption", adoption)

# %% id="adoption-shown" tags=["solution"]
plots.table(adoption, "Weekly users among those invited, with 95 % intervals", "{:.0%}")

# %% [markdown] id="adoption-explained" tags=["solution"]
# *How and why.* Below the line stand all who were invited: who never came is the finding, not a gap in the data. Those
# who kept their spreadsheets had nothing to log in to. With some twenty people in a department the interval is wide, and the
# simple formula p ± 1.96 √(p(1 − p)/n) is poor there.

# %% [markdown] id="cost"
# ## Task 4 · cost
#
# What do the offers that are left cost over five years? 240 seats. The licence is paid per seat and month; take the
# twelve months of a year as paid at the end of the year, and discount 8 % a year. The setup costs what was quoted times
# the mean of paid ÷ quoted of your earlier `projects`; it is paid today, as is the training: the fee per seat,
# and four hours of each person at 80 yuan.
#
# Produce: a Series `cost`, index `vendor`, in yuan of today, for each offer with all must-haves.

# %% id="cost-start"
projects = wb.data.projects
plots.table(projects.head(3).set_index("project_id"), "Three earlier projects (yuan, days, people)", {"year": "{:d}"})

# %% id="cost-do"
cost = ...

### BEGIN SOLUTION
annuity = (1.08 ** -np.arange(1.0, 6)).sum()
overrun = (projects["paid"] / projects["quoted"]).mean()
chosen = offers.loc[left]
one_off = chosen["setup"] * overrun + 240 * (chosen["training_fee"] + 4 * 80)
cost = annuity * 12 * 240 * chosen["licence"] + one_off
### END SOLUTION

wb.check("cost", cost)

# %% [markdown] id="cost-explained" tags=["solution"]
# *How and why.* One horizon for all, and everything in yuan of today. The mean of the ratios counts each project once;
# the ratio of the sums would be the overrun of the one or two largest. A mean, and not a median, because costs
# add up: the rare disaster is in the bill, too.

# %% [markdown] id="worth"
# ## Task 5 · worth and worth_low
#
# A quarter of the people kept their spreadsheets, by lot. `minutes_before` and `minutes_after` are the two diaries of
# `pilot`, in minutes a week. A system saves what its people, all who were invited, saved more than those with
# spreadsheets. A minute a week and seat is worth, a year, 240 seats × 46 weeks ÷ 60 × 80 yuan × 0.85 × 0.7: of the
# pilot's use 0.85 lasts, and of the time saved 0.7 is used. Discount as in task 4, and take off the cost.
# `wb.given("cost")` has the right one.
#
# Produce: a Series `worth`, index `vendor`, the net present value of each offer that is left, in yuan.

# %% id="worth-do"
worth = ...

### BEGIN SOLUTION
saved = (pilot["minutes_before"] - pilot["minutes_after"]).groupby(pilot["arm"])
effect = saved.mean() - saved.mean()["spreadsheets"]
a_minute = annuity * 240 * 46 / 60 * 80 * 0.85 * 0.7
worth = a_minute * effect[cost.index] - cost
### END SOLUTION

wb.check("worth", worth)

# %% [markdown] id="worth-low"
# The department heads want the offer with the highest score (task 1), the finance department the cheapest licence of
# those that are left. What is the first worth *more* than the second, and how sure is that? Take the cost, and what a
# minute is worth, as known; only the minutes saved vary, and the two systems were used by different people.
#
# Produce: a number `worth_low`, the lower end of the 95 % interval (1.96 standard errors) of the difference, in yuan.

# %% id="worth-low-do"
worth_low = ...

### BEGIN SOLUTION
best, cheapest = score.idxmax(), offers.loc[left, "licence"].idxmin()
error = np.hypot(saved.sem()[best], saved.sem()[cheapest])
worth_low = worth[best] - worth[cheapest] - 1.96 * a_minute * error
### END SOLUTION

wb.check("worth_low", worth_low)

# %% id="worth-shown" tags=["solution"]
found = pd.DataFrame({"score": score, "cost": cost, "worth": worth})
plots.table(found, "Score, cost and net present value (yuan)", {"score": "{:.2f}"})

# %% id="worth-truth" tags=["solution"]
truth = wb.data.company.truth.vendors["net_value"]
crm.tell(
    "The truth, which no real company knows: {one} brings {value:,.0f} yuan, {two} {less:,.0f}.", one=best,
    value=truth[best], two=cheapest, less=truth[cheapest],
)

# %% [markdown] id="worth-explained" tags=["solution"]
# *How and why.* The people with spreadsheets saved minutes, too, in a quieter month: without them that would be
# credited to the system. All who were invited count, since all seats are paid for. In the *difference* of two systems
# the spreadsheets cancel, so their error does not belong into it. And the offers differ in what they cost; that moves the
# interval, and does not widen it.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# Write four or five sentences to Lin Yue: which offer you would sign, or none; how sure that is, and against what; what
# has to stand in the contract; and when you would stop. This task is not checked; compare yours with the model answer in
# the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "Two offers are out, because they lack a must-have, whatever their score. By score the first two of the
# rest cannot be told apart; so money decides. We sign the offer with the highest net present value, if that is above 0
# with most of its interval, and else keep the spreadsheets. The cheapest licence is not cheap: few use it, and the
# licence is only a part of what it costs. It all rests on minutes that people wrote down, on use that has to last, and on time
# that has to be used. So the contract has a price per weekly user, all data out at any time, and an end after a year if
# there are fewer weekly users than it takes to earn the licence: what was paid for setup and training is gone either
# way. We count them every month."

# %% [markdown] id="taught"
# ## Task 7 · taught_low (stretch)
#
# `training` has three tests of service skills, in points. After the one of `march` the weakest were `sent` to a course.
# In September lots were drawn among the *others*: `wave` is `first` for those who then had the course, `later` for those who
# wait. In `november` all took the test again. What has the course changed for those it was drawn for?
#
# Produce: a number `taught_low`, the lower end of the 95 % interval (1.96 standard errors) of the effect on the test of
# November, in points.

# %% id="taught-start"
training = wb.data.training
plots.table(training.head(3).set_index("employee_id"), "The first rows of the training (points)")

# %% id="taught-do"
taught_low = ...

### BEGIN SOLUTION
november = training.groupby("wave")["november"]
effect_by_lot = november.mean()["first"] - november.mean()["later"]
taught_low = effect_by_lot - 1.96 * np.hypot(november.sem()["first"], november.sem()["later"])
### END SOLUTION

wb.check("taught_low", taught_low)

# %% [markdown] id="taught-explained" tags=["solution"]
# *How and why.* Those who were sent had been chosen for a low score: they rise by themselves, as the others fall. Among the
# others lots were drawn, so the two waves differ in the course alone, and November is enough; taking each person's March
# off is fair as well, and here no more precise, since one more test brings one more error. For the weakest the
# effect stays unknown.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
