# %% [markdown] id="title"
# # 9a · Listening: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, how long people wait for an answer, how many
# posts are negative behind a classifier that errs, what an hour of waiting costs, and whom the desk answers
# today. Your company comes from your `seed`: your numbers are yours, the difficulty is the same for everybody. It
# takes about 60 minutes. The last task is a *stretch*.
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
from statsmodels.duration.survfunc import SurvfuncRight

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("09a_listening", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="late"
# ## Task 1 · late
#
# Tang Mei promises an answer within 24 hours, on the clock. `december` has one row per post of December; `now` is
# midnight after 31 December. For which posts is the promise broken, as far as it can be known now?
#
# Produce: a list `late` of post ids, in any order.

# %% id="late-start"
december, now = wb.data.december, wb.data.now
formats = dict.fromkeys(["posted", "answered_at"], "{:%d %b %H:%M}")
plots.table(december.tail(3), "The last posts of December", formats)

# %% id="late-do"
late = ...

### BEGIN SOLUTION
waited = december["answered_at"].fillna(now) - december["posted"]
late = december.index[waited > pd.Timedelta(hours=24)].tolist()
### END SOLUTION

wb.check("late", late)

# %% [markdown] id="late-explained" tags=["solution"]
# *How and why.* A post without an answer has waited at least until now; where that is more than 24 hours, the
# promise is broken whatever comes. Where it is less, nobody can know yet. A comparison with a missing time is
# never true, so a filter on `answered_at - posted` alone drops the worst cases without a word.

# %% [markdown] id="median-wait"
# ## Task 2 · median_wait
#
# How many hours does it take until half of the posts of December have an answer? Those that still wait are
# counted as long as they are seen.
#
# Produce: a number `median_wait`, in hours.

# %% id="median-wait-do"
median_wait = ...

### BEGIN SOLUTION
hours = waited.dt.total_seconds() / 3600
median_wait = SurvfuncRight(hours, december["answered_at"].notna().astype(int)).quantile(0.5)
### END SOLUTION

wb.check("median_wait", median_wait)

# %% [markdown] id="median-wait-explained" tags=["solution"]
# *How and why.* The median of those answered is far lower: the slowest are not in it. To take those who wait for
# *never* answered is wrong the other way, since the youngest may be answered soon; the survival curve counts each post
# as long as it could have been answered.

# %% [markdown] id="share"
# ## Task 3 · share and share_low
#
# `november` has one row per post of November, with what the classifier calls it. `checked` has the posts of September
# to November that were read by hand, by lot: what the classifier calls them, and whether they are negative. What share of
# November's posts is negative: the share called, corrected for the classifier's errors, as all posts read show them? And
# what is the lower end of its 95 % interval? November's posts are all that is asked about.
#
# Produce: two numbers, as shares: `share` and `share_low`.

# %% id="share-start"
november, checked = wb.data.november, wb.data.checked
counted = pd.crosstab(checked["negative"], checked["called"])
plots.table(counted.rename({True: "yes", False: "no"}).rename({True: "yes", False: "no"}, axis=1), "Posts read by hand")

# %% id="share-do"
share = ...

### BEGIN SOLUTION
corrected = crm.social.corrected_share(november["called"], checked["called"], checked["negative"])
share = corrected["share"]
### END SOLUTION

wb.check("share", share)

# %% id="share-low-do"
share_low = ...

### BEGIN SOLUTION
share_low = corrected["low"]
### END SOLUTION

wb.check("share_low", share_low)

# %% [markdown] id="share-explained" tags=["solution"]
# *How and why.* By hand: $q$ is the mean of `called` in November; $s$ that of `called` where a read post is negative;
# $t$ that of *not* called where it is not. $(q + t - 1) / (s + t - 1)$. The share called is too low, because more is missed than
# invented. What a call *meant* in autumn (so many of those called were negative) must not be carried over: that changes
# with the share itself. Most of the interval comes from the posts read: more reading makes it narrower, more posts do not.
# The share of November's own posts that were read is honest, too, and assumes nothing; it rests on fewer posts. Where the
# two differ by more than luck, believe the posts that were read: the classifier's errors have moved.

# %% [markdown] id="per-hour"
# ## Task 4 · per_hour
#
# `test` has the posts of the months in which lots decided whose turn it was: *first*, or *in turn*. What does an hour of
# waiting cost for a negative post? Hours count up to 48; a post without an answer counts 48.
#
# Produce: a number `per_hour`, in yuan.

# %% id="per-hour-start"
test = wb.data.test
plots.table(test.tail(3), "Three posts of the test (cost: yuan)", {**formats, "cost": "{:.2f}"})

# %% id="per-hour-do"
per_hour = ...

### BEGIN SOLUTION
cases = test[test["label"] == "negative"]
wait = (cases["answered_at"] - cases["posted"]).dt.total_seconds() / 3600
means = cases.assign(wait=wait.clip(upper=48).fillna(48)).groupby("turn")[["cost", "wait"]].mean()
gap = means.loc["in turn"] - means.loc["first"]
per_hour = gap["cost"] / gap["wait"]
### END SOLUTION

wb.check("per_hour", per_hour)

# %% [markdown] id="per-hour-explained" tags=["solution"]
# *How and why.* The lot moved the wait, and through it the cost: the ratio of the two differences. A line through the points
# of cost and hours mixes in that severe cases wait for a specialist and cost more anyway. Who leaves out the posts
# without an answer leaves them out of one arm only: nobody who was put first was overlooked.

# %% [markdown] id="first-up"
# ## Task 5 · first_up and saved
#
# `waiting` has the posts that wait now: the hours `waited` so far, and a `score`, which here may be taken for the chance
# that the post is negative. Today the desk can answer `places` of them; the others wait at least another 24 hours. An hour costs
# `per_hour` for a negative post and nothing for the others; hours after the 48th cost nothing more. Which posts should be
# answered today, so that most money is saved? And how much do these save, expected, compared with an answer tomorrow?
#
# Produce: a list `first_up` of post ids, and a number `saved`, in yuan. `per_hour` below is the right result of task 4.

# %% id="first-up-start"
waiting, places, per_hour = wb.data.waiting, wb.data.places, wb.given("per_hour")
plots.table(waiting.tail(3), "Three posts that wait; {places} can be answered", {"waited": "{:.1f}", "score": "{:.2f}"},
            places=places)

# %% id="first-up-do"
first_up = ...

### BEGIN SOLUTION
spared = (waiting["waited"] + 24).clip(upper=48) - waiting["waited"].clip(upper=48)
worth = crm.steady(waiting["score"] * spared).sort_values(ascending=False, kind="stable")
first_up = worth.index[:places].tolist()
### END SOLUTION

wb.check("first_up", first_up)

# %% id="saved-do"
saved = ...

### BEGIN SOLUTION
saved = worth[first_up].sum() * per_hour
### END SOLUTION

wb.check("saved", saved)

# %% [markdown] id="first-up-explained" tags=["solution"]
# *How and why.* The rule is the falling order of what an answer today still saves. By the score alone the desk would
# answer posts that have waited two days: nothing of their cost can be saved any more. First come, first served saves nothing
# at all here, since the oldest are all past 48 hours. It is money only: whoever has waited longest
# may have a right to an answer that no score knows; say so when you propose the list.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# A supplier offers a dashboard: "93 per cent right, sentiment in real time, median answer cut to 6 hours". Write five or
# six sentences to Tang Mei: what each figure leaves out, what yours say, and what you would ask for. This task is not
# checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "Ninety-three per cent right says little: calling nothing negative would be right on two thirds of our posts, and
# we do not know on whose texts and which months it was measured. Ours is right less often on months that it has not seen, and misses
# about a third of the negative posts; so the share on a dashboard is too low until it is corrected, and the correction needs some of our own
# posts read by hand. A median of those answered hides those who still wait: of December's posts, ours is several
# days if all are counted. And what a shorter wait brings is known only where lots decided: an hour
# costs us the sum of task 4, no more. I would ask for a trial on our posts of the last month, read by us, both kinds of
# error, and the time of every post without an answer. Until then, the order of task 5 costs nothing."

# %% [markdown] id="added-low"
# ## Task 7 · added_low (stretch)
#
# The company has an account on the two platforms in `have` and thinks of a third one, `more`. `use` says which platforms each customer
# asked uses every week. By what share of the customers would the coverage grow? What is the lower end of the 95 % interval (1.96
# standard errors)?
#
# Produce: a number `added_low`, as a share.

# %% id="added-low-start"
use, have, more = wb.data.use, wb.data.have, wb.data.more
crm.tell("{count} customers were asked; accounts on {one} and {two}; the third would be {more}.", count=len(use),
         one=have[0], two=have[1], more=more)

# %% id="added-low-do"
added_low = ...

### BEGIN SOLUTION
added = (use[more] & ~use[have].any(axis=1)).astype(float)
added_low = added.mean() - 1.96 * added.sem()
### END SOLUTION

wb.check("added_low", added_low)

# %% [markdown] id="added-low-explained" tags=["solution"]
# *How and why.* Who is added uses the third platform and none of the two. Both coverages come from the same customers, so
# their difference is a mean of ones and zeros, with one standard error; two separate ones would be far too wide.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
