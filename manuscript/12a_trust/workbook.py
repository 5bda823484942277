# %% [markdown] id="title"
# # 12a · Trust: exercise
#
# The goal of this exercise is to decide for *your own* Harbour Coffee whether an extract may leave the house, and
# whether a score is right and fair enough to use: how many people a stranger finds, what is left with k-anonymity,
# how noisy a count must be, when the alarm comes, what a new score brings, and whom the old one misses. Your data
# come from your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 60
# minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at once. Where it can
# tell what went wrong, it says so; where it cannot, it shows what your wrong rows have in common, or how your
# answer differs. If you are stuck, run `wb.hint("name of the task")`; each call gives one more hint. You may leave
# a task out: the next one starts from data, or from the right result. Do not round numbers before you hand them in.

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

wb = Workbook("12a_trust", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="found"
# ## Task 1 · found and found_high
#
# `extract` is what somebody wants to send: one row per customer, named by an index that stays at home. `pages` has
# what the public pages of some people tell: the same facts (`first_month`, of the first purchase, is missing where
# it is not told), and in `customer_id` the envelope: who it truly is. Some of these people are not in the extract.
# A stranger compares all facts that a page tells, and names the person where just one row agrees
# (`crm.find_people`, with the four facts).
#
# Produce: a number `found`: of the people *in the extract* who have a page, the share that she names *rightly*.
#
# And a number `found_high`: the upper end of its 95 % interval, after Wilson (`proportion_confint`).

# %% id="found-start"
extract, pages = wb.data.extract, wb.data.pages
facts = ["birth_year", "gender", "region", "first_month"]
plots.table(pages.head(3).set_index("page"), "Three pages", {"birth_year": "{:.0f}"})

# %% id="found-do"
found = ...

### BEGIN SOLUTION
named = crm.find_people(pages, extract, facts)["found"]
inside = pages["customer_id"].isin(extract.index)
found = (named == pages["customer_id"]).sum() / inside.sum()
### END SOLUTION

wb.check("found", found)

# %% id="found-high-do"
from statsmodels.stats.proportion import proportion_confint

found_high = ...

### BEGIN SOLUTION
found_low, found_high = proportion_confint((named == pages["customer_id"]).sum(), inside.sum(), method="wilson")
### END SOLUTION

wb.check("found_high", found_high)

# %% id="found-shown" tags=["solution"]
crm.tell("She names {said} people, {right} of them rightly; {share:.0%} of those in the extract ({within:.0%}).",
         said=named.notna().sum(), right=(named == pages["customer_id"]).sum(), share=found, within=(found_low, found_high))

# %% [markdown] id="found-explained" tags=["solution"]
# *How and why.* What counts is the risk of those who are in the extract. The share of her claims that are right is
# another figure, and worth telling, too: who is named wrongly is harmed as well. Candidates of pages that tell
# little are many, so these people are safe from *her*; another stranger may know other facts.

# %% [markdown] id="left-out"
# ## Task 2 · left_out
#
# Instead, only `region`, `gender` and the *decade* of birth are to leave the house (1984 and 1987 belong to 1980).
# For k-anonymity with k = 10, rows of groups of fewer than 10 that agree in all three are left out.
#
# Produce: a list `left_out` of the customers (the index of `extract`) that are left out, in any order.

# %% id="left-out-start"
plots.table(extract.head(3), "Three rows of the extract (spend: yuan)", {"birth_year": "{:.0f}"})

# %% id="left-out-do"
left_out = ...

### BEGIN SOLUTION
coarse = extract.assign(decade=extract["birth_year"] // 10 * 10)
size = coarse.groupby(["decade", "gender", "region"])["spend"].transform("size")
left_out = list(extract.index[size < 10])
### END SOLUTION

wb.check("left_out", left_out)

# %% id="left-out-shown" tags=["solution"]
shares = (size < 10).groupby(extract["region"]).mean().rename("left out")
plots.table(shares, "Of the rows of each region: left out", "{:.0%}")

# %% [markdown] id="left-out-explained" tags=["solution"]
# *How and why.* `transform("size")` gives each row the size of its group. The small regions lose most, and in them
# the oldest and the youngest: a study of the rest says little about them. Wider ages, or no sex, would keep more
# people.

# %% [markdown] id="half-width"
# ## Task 3 · half_width
#
# In place of rows the partner gets counts with Laplace noise. `budget` has `epsilon`, the privacy budget of the
# year, and `answers`, how many counts it is for; each count gets the same share of it.
#
# Produce: a number `half_width`: half of the 95 % interval of each noisy count, in customers.

# %% id="half-width-start"
budget = wb.data.budget
plots.table(budget.rename("value"), "The budget of the year", "{:.2f}")

# %% id="half-width-do"
half_width = ...

### BEGIN SOLUTION
epsilon_each = budget["epsilon"] / budget["answers"]
half_width = np.log(20) / epsilon_each
### END SOLUTION

wb.check("half_width", half_width)

# %% id="half-width-shown" tags=["solution"]
noise = np.random.default_rng(seed).laplace(scale=1 / epsilon_each, size=20_000)
crm.tell("{half:.1f} customers to each side; {share:.1%} of 20,000 noises lie within.", half=half_width, share=(np.abs(noise) <= half_width).mean())

# %% [markdown] id="half-width-explained" tags=["solution"]
# *How and why.* The chance that the noise exceeds $t$ is $e^{-\varepsilon t}$; at 5 % that is
# $t = \ln 20 / \varepsilon$. For a count of thousands this is nothing, for one of fifty it is most of it: the small
# ones are those that need hiding.

# %% [markdown] id="sums"
# ## Task 4 · sums and alarm
#
# `renewals` has, for 75 weeks, the `score` of each renewal (the chance not to renew) and whether the customer
# `left`. For each week, z is the excess of leavers over the score, in standard deviations of luck; the CUSUM adds
# up what exceeds one half, and never falls below 0.
#
# Produce: a Series `sums`, index `week` (0 to 74): the CUSUM of each week.
#
# And a number `alarm`: the first week whose sum is above `limit`.

# %% id="sums-start"
renewals, limit = wb.data.renewals, wb.data.limit
shown = renewals.groupby("week")[["score", "left"]].mean().rolling(10).mean().iloc[[9, 22, 35, 48, 61, 74]]
plots.table(shown, "Score, and share that left: means of ten weeks", "{:.1%}")

# %% id="sums-do"
sums = ...

### BEGIN SOLUTION
excess = crm.churn.excess_leavers(renewals["left"], renewals["score"], renewals["week"])
sums = pd.Series(crm.churn.cusum(excess), excess.index.rename("week"))
### END SOLUTION

wb.check("sums", sums)

# %% id="alarm-do"
alarm = ...

### BEGIN SOLUTION
alarm = (wb.given("sums") > limit).idxmax()
### END SOLUTION

wb.check("alarm", alarm)

# %% id="alarm-shown" tags=["solution"]
single = (excess[:alarm] > 1.96).sum()
crm.tell("The alarm comes with week {week}. Before it, {count} single weeks were above 1.96.", week=alarm, count=single)

# %% [markdown] id="alarm-explained" tags=["solution"]
# *How and why.* A limit for each week alone sounds in most quiet years, or comes late. The sum waits for small
# excesses to agree. The limit comes from simulated runs in which the score is right, so we know how often it sounds
# for nothing.

# %% [markdown] id="net"
# ## Task 5 · net
#
# `since` has renewals since the alarm: the old `score`, the `corrected` one, and whether the customer `left`.
# `terms` has what a call costs, the margin of a renewal, the share of leavers whom a call keeps, renewals a week,
# and the price of a new score. By either score, everybody is called for whom a call pays on average: from call_cost
# ÷ (keeps × margin) on, that value included. The coming 52 weeks are like these rows.
#
# Produce: a number `net`, in yuan: what calling by the corrected score brings more than calling by the old one in
# 52 weeks, less the price.

# %% id="net-start"
since, terms = wb.data.since, wb.data.terms
plots.table(terms.rename("value"), "Terms (yuan; keeps: a share)", "{:,.1f}")

# %% id="net-do"
net = ...

### BEGIN SOLUTION
saved = terms["keeps"] * terms["margin"]
pays_from = terms["call_cost"] / saved
pays = saved * since["left"] - terms["call_cost"]
gain = pays * ((since["corrected"] >= pays_from).astype(int) - (since["score"] >= pays_from))
net = 52 * terms["renewals_a_week"] * gain.mean() - terms["new_score_cost"]
### END SOLUTION

wb.check("net", net)

# %% id="net-shown" tags=["solution"]
net_half = 1.96 * 52 * terms["renewals_a_week"] * gain.sem()
crm.tell("A new score brings {net:±+,.0f} yuan in 52 weeks.", net=(net, net_half))

# %% [markdown] id="net-explained" tags=["solution"]
# *How and why.* Only renewals between the two thresholds make a difference, and each is an outcome that happened,
# not one that a score expects. Look at the interval: where it holds 0, the alarm is right, and the new score still
# not shown to be worth its price.

# %% [markdown] id="missed"
# ## Task 6 · missed
#
# `scored` has the churn score of customers, their `age`, and whether they `left`. Who has 0.5 or more is called.
#
# Produce: a Series `missed`, index `age`: the miss rate (between 0 and 1), of those who leave, the share that is
# not called.

# %% id="missed-start"
scored = wb.data.scored
plots.table(scored.groupby("age")[["score", "left"]].mean(), "Mean score, and share that left", "{:.1%}")

# %% id="missed-do"
missed = ...

### BEGIN SOLUTION
leavers = scored[scored["left"]]
missed = (leavers["score"] < 0.5).groupby(leavers["age"]).mean()
### END SOLUTION

wb.check("missed", missed)

# %% [markdown] id="missed-explained" tags=["solution"]
# *How and why.* The score is right in each age, as the table above says, and still misses more where fewer leave:
# fewer have a high score. Whether that is unfair is a question of what a call is. As a benefit, it goes more often
# to those ages that leave more.

# %% [markdown] id="memo"
# ## Task 7 · a judgement in words
#
# It is Friday. Write five or six sentences to Feng Lan: may the extract leave the house, and in which form; may the
# score be used for calls, and what must not be done with it; is the renewal score made anew. Say what each figure
# rests on. This task is not checked; compare yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "The extract as it is stays at home: a stranger who knows public pages finds the share above,
# and the upper end counts. With decade, sex and region and k = 10 nobody stands alone, but the small regions lose
# many; without the sex they would lose fewer, so ask first what the study needs. Counts with noise will do for
# large groups only, and the budget is for the whole year. The renewal score has been wrong since the alarm; a new
# one is worth its price if the interval says so, otherwise we watch on. The churn score is right in each age, so it
# may be used for calls, which are a benefit. It misses more in ages that leave less; equal miss rates would need
# thresholds by age, and that is a decision, not a calculation. It must not be used for prices or refusals: there
# other errors hurt, and other people."

# %% [markdown] id="forced"
# ## Task 8 · forced (stretch)
#
# `rates` has, for one group, the share that leaves (`leave`), the share of calls that are right (`right_calls`,
# PPV), and the miss rate (`missed`).
#
# Produce: a number `forced`: the false positive rate, of those who stay the share that is called, which follows
# from the three.

# %% id="forced-start"
rates = wb.data.rates
plots.table(rates.rename("share"), "Three rates of a group", "{:.0%}")

# %% id="forced-do"
forced = ...

### BEGIN SOLUTION
odds = rates["leave"] / (1 - rates["leave"])
forced = odds * (1 - rates["right_calls"]) / rates["right_calls"] * (1 - rates["missed"])
### END SOLUTION

wb.check("forced", forced)

# %% [markdown] id="forced-explained" tags=["solution"]
# *How and why.* Count a hundred: so many leave, so many of them are called, and for each right call there are
# $(1 - \text{PPV}) / \text{PPV}$ wrong ones, all of them among those who stay. No score can escape it. Who wants
# all rates equal wants equal shares that leave.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
