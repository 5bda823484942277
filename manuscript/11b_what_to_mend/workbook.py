# %% [markdown] id="title"
# # 11b · What to mend: exercise
#
# The goal of this exercise is to decide what to mend first at *your own* Harbour Coffee, and to measure a repair that
# came in waves: what a hit costs, what mending brings, how sure the first place is, and with whom a wave may be
# compared. Your company comes from your `seed`: your numbers are yours, the difficulty is the same for everybody.
# It takes about 55 minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at once. Where it
# can tell what went wrong, it says so; where it cannot, it shows what your wrong rows have in common, or how
# your answer differs. If you are stuck, run `wb.hint("name of the task")`; each call gives one more hint. You may
# leave a task out: the next one starts from data, or from the right result. Do not round numbers before you hand
# them in.

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

wb = Workbook("11b_what_to_mend", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="lost"
# ## Task 1 · lost
#
# `touches` has one row per touch of a sample: the `person`, the touchpoint named by its `pain`, whether the pain
# was met (`hit`), and the `purchases` in the 30 days from then on. What does one hit cost, on average, against a
# touch of the same touchpoint that was not hit?
#
# Produce: a Series `lost`, index `pain`, purchases per hit; positive where a hit loses purchases.

# %% id="lost-start"
touches = wb.data.touches
shown = touches.head(4).set_index("person").replace({True: "yes", False: "no"})
plots.table(shown, "Four touches")

# %% id="lost-do"
lost = ...

### BEGIN SOLUTION
mean = touches.groupby(["pain", "hit"])["purchases"].mean().unstack()
lost = mean[False] - mean[True]
### END SOLUTION

wb.check("lost", lost)

# %% id="lost-shown" tags=["solution"]
people = touches.groupby(["pain", "person"]).agg(hit=("hit", "any"), purchases=("purchases", "mean"))
naive = people.groupby(["pain", "hit"])["purchases"].mean().unstack()
shown = pd.DataFrame({"by touch": lost, "by people": naive[False] - naive[True]})
plots.table(shown, "Purchases lost per hit, compared by touch and by people", "{:+.2f}")

# %% [markdown] id="lost-explained" tags=["solution"]
# *How and why.* By people the sign turns: who is there often is hit some day, and buys more. By touch the often-there
# stand on both sides. It is still no lot: it holds as far as luck decides which touch is hit.

# %% [markdown] id="net"
# ## Task 2 · net
#
# `points` has, per pain point, the `hits` of all customers and the `people` hit in 92 days, the bad answers (`hard`), the
# mean `amount` and `margin` of a purchase (yuan), the share of hits that stay away when it is mended (`cure`), and
# the `cost` of mending for the first 12 months (yuan). Take the right loss per hit from `wb.given("lost")`. A year has
# 365 days like the 92.
#
# Produce: a Series `net`, index `pain`, in yuan: what mending brings in 12 months, less what it costs.

# %% id="net-start"
points, given = wb.data.points, wb.given("lost")
plots.table(points, "Three pain points", {"cure": "{:.2f}"})

# %% id="net-do"
net = ...

### BEGIN SOLUTION
a_year = points["hits"] * 365 / 92
net = a_year * given * points["margin"] * points["cure"] - points["cost"]
### END SOLUTION

wb.check("net", net)

# %% [markdown] id="net-explained" tags=["solution"]
# *How and why.* Hits count, not people: who is hit twice loses twice. The margin is lost, not the amount. The cure is
# the supplier's word, and mending all of it would be a better world than the one that is for sale.

# %% [markdown] id="first"
# ## Task 3 · first_place and lead_low
#
# `draws` has 2,000 draws (rows) of the net of mending each pain point, in yuan in 12 months: the loss, the hits and
# the cure drawn anew. Doing *nothing* brings 0 in each draw.
#
# Produce: a Series `first_place`, index `choice`: the three pain points and `"nothing"`, each with the share of the draws
# (between 0 and 1) in which it is best.
#
# And a number `lead_low`, in yuan: the lower end of the 95 % interval of the *lead* of the choice with the highest mean
# over the loudest one (most bad answers in `points`), from the quantiles of the draws.

# %% id="first-start"
draws = wb.data.draws
plots.table(draws.head(3).rename_axis("draw"), "Three draws (yuan in 12 months)")

# %% id="first-do"
first_place = ...

### BEGIN SOLUTION
nets = draws.assign(nothing=0.0)
first_place = nets.idxmax(axis=1).value_counts(normalize=True).reindex(nets.columns, fill_value=0)
### END SOLUTION

wb.check("first_place", first_place)

# %% id="lead-do"
lead_low = ...

### BEGIN SOLUTION
best, loudest = draws.mean().idxmax(), points["hard"].idxmax()
lead_low = (draws[best] - draws[loudest]).quantile(0.025)
### END SOLUTION

wb.check("lead_low", lead_low)

# %% id="first-shown" tags=["solution"]
crm.tell(
    "{best} is first in {share:.0%} of the draws. Its lead over the loudest is {low:+,.0f} yuan at the lower end; "
    "its own net {net:+,.0f}.", best=best, share=first_place[best], low=lead_low, net=draws[best].quantile(0.025),
)

# %% [markdown] id="first-explained" tags=["solution"]
# *How and why.* The lead is drawn as a difference, draw by draw. Where its lower end is below 0, the memo may name the
# best, and must say that luck could have made it. And beating the loudest is not yet earning money: look at nothing, too.

# %% [markdown] id="not-yet"
# ## Task 4 · not_yet
#
# `depots` says from which Monday on parcels are sorted by street at each of the 40 depots (`sorting`). We want the effect
# on the depots that began on `wave`, in weeks 10 to 19 after it (the week of that Monday is week 0). With whom may they
# be compared? Those who are not yet repaired by the end of week 19.
#
# Produce: a list `not_yet` of the names of these depots, such as `"D07"`, in any order.

# %% id="not-yet-start"
depots, wave = wb.data.depots, wb.data.wave
crm.tell("The wave began on {wave}.", wave=wave)
plots.table(depots.head(3).set_index("depot"), "Three depots")

# %% id="not-yet-do"
not_yet = ...

### BEGIN SOLUTION
last_week = pd.Timestamp(wave) + pd.Timedelta(weeks=19)
not_yet = list(depots.loc[depots["sorting"] > last_week, "depot"])
### END SOLUTION

wb.check("not_yet", not_yet)

# %% [markdown] id="not-yet-explained" tags=["solution"]
# *How and why.* Who was repaired before is still changing because of it; who is repaired within these weeks changes
# because of its own repair. A depot that begins in week 20 is a good comparison until week 19.

# %% [markdown] id="effect"
# ## Task 5 · effect and effect_low
#
# `weeks` has the orders of each depot and week. Compare orders per 100 customers: for each depot the mean of weeks 10 to
# 19, less the mean of the ten weeks before the Monday of the wave; then the mean over the depots of the wave, less the
# mean over those of `wb.given("not_yet")`, in the same weeks.
#
# Produce: a number `effect`, in orders per 100 customers and week.
#
# And a number `effect_low`, the lower end of its 95 % interval, with the *depot* as the unit, by Welch's test
# (`scipy.stats.ttest_ind(…, equal_var=False)`; its result has a method `confidence_interval`).

# %% id="effect-start"
from scipy import stats

weeks, compared = wb.data.weeks, wb.given("not_yet")
plots.table(weeks.head(3).set_index("week"), "Three depot weeks")

# %% id="effect-do"
effect = ...

### BEGIN SOLUTION
panel = weeks.merge(depots, on="depot")
panel["per_100"] = 100 * panel["orders"] / panel["customers"]
age = (panel["week"] - pd.Timestamp(wave)).dt.days // 7
after = panel[age.between(10, 19)].groupby("depot")["per_100"].mean()
change = after - panel[age.between(-10, -1)].groupby("depot")["per_100"].mean()
of_wave = depots.loc[depots["sorting"] == wave, "depot"]
effect = change[of_wave].mean() - change[compared].mean()
### END SOLUTION

wb.check("effect", effect)

# %% id="effect-low-do"
effect_low = ...

### BEGIN SOLUTION
test = stats.ttest_ind(change[of_wave], change[compared], equal_var=False)
effect_low = test.confidence_interval().low
### END SOLUTION

wb.check("effect_low", effect_low)

# %% id="effect-shown" tags=["solution"]
crm.tell("Effect {effect:+.2f} orders per 100 customers and week, {low:+.2f} at the lower end; {change:+.2f} before and "
         "after alone.", effect=effect, low=effect_low, change=change[of_wave].mean())

# %% [markdown] id="effect-explained" tags=["solution"]
# *How and why.* Each depot is one number; the test of two means does the rest. One wave of eight is little: the interval
# is wide, and `rollout_effects` takes all waves together. Where the lower end is below 0, this wave alone does not show
# that the sorting brings orders. It does not show that it brings none, either.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# It is Friday. Write four or five sentences to Lin Yue: what to mend, or what stays open; why not simply the loudest; what
# the wave shows about the sorting; and how the next repair should be rolled out so that we know afterwards. This task is
# not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "By what a hit costs, and what the suppliers promise, the log-in or the parcel comes first, and the
# queue last; `first_place` says how sure that is. The queue has most bad answers because those who wait are asked, and
# those who leave are not. If the lead is not clear of 0 against the loudest and against nothing, we do not spend all of
# the money: we begin with half of the customers, drawn by lot. The one wave that we looked at shows the effect with the
# interval above; alone it may not be enough. The next repair comes in waves, in an order drawn by lot, and we
# compare with those who still wait. If somebody chooses the worst first, we shall see an improvement, and learn
# nothing."

# %% [markdown] id="on-paper"
# ## Task 7 · on_paper (stretch)
#
# Choose the worst, and do nothing. Leave out the depots with a second van (`second_van` in `depots`): there something was
# done. Of the other thirty take the ten with the highest share of late parcels (the mean of their weekly shares) in the eight
# weeks before the Monday `paper`. Of each depot take the mean share in weeks 8 to 15 (the week of that Monday is week 0),
# less the mean share in the eight weeks before.
#
# Produce: a number `on_paper`: the mean of the ten less the mean of the other twenty, as a difference of shares (0.01
# is one point).

# %% id="on-paper-start"
paper = wb.data.paper
crm.tell("Nothing was done on {paper}.", paper=paper)

# %% id="on-paper-do"
on_paper = ...

### BEGIN SOLUTION
untouched = depots.loc[depots["second_van"].isna(), "depot"]
table = weeks.assign(share=weeks["late"] / weeks["orders"]).pivot(index="depot", columns="week", values="share")
table = table.loc[untouched]
since = (table.columns - pd.Timestamp(paper)).days // 7
before, later = table.loc[:, (since >= -8) & (since < 0)].mean(axis=1), table.loc[:, (since >= 8) & (since <= 15)].mean(axis=1)
ten = before.index.isin(crm.steady(before).sort_values(ascending=False, kind="stable").index[:10])
on_paper = (later - before)[ten].mean() - (later - before)[~ten].mean()
### END SOLUTION

wb.check("on_paper", on_paper)

# %% [markdown] id="on-paper-explained" tags=["solution"]
# *How and why.* A fall of some points, and nobody did anything: the ten were chosen at their worst. Any repair that is
# given to the worst will seem to help. The difference of differences takes off what happened to all, not what happens
# to those who were chosen.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
