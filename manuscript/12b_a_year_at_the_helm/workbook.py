# %% [markdown] id="title"
# # 12b · A year at the helm: exercise
#
# The goal of this exercise is to compute what carries a policy for *your own* company: what the next step of each
# channel brings, how full the desk will be, whom an offer drives away, how sure a lead is, and where the money was
# lost; and to present a capstone. Your data come from your `seed`: your numbers are yours, the difficulty is the same
# for everybody. It takes about 60 minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at once. Where it can
# tell what went wrong, it says so; where it cannot, it shows what your wrong rows have in common, or how your
# answer differs. If you are stuck, run `wb.hint("name of the task")`; each call gives one more hint. You may leave
# a task out: the next one starts from data. Do not round numbers before you hand them in.

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

wb = Workbook("12b_a_year_at_the_helm", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="brings"
# ## Task 1 · brings
#
# `spend_test` comes from other towns: one channel at a time was set to 0, ½, 1 and 2 times the usual spend
# (`spend_multiple`, `spend` in yuan a quarter), for so many `quarters`; `new_customers` came in all of them together.
# In `terms`, `worth` is the margin that a newcomer brings in 320 days.
#
# Produce: a Series `brings`, index `channel`: how many yuan of margin, within 320 days, one yuan of the step from 1 to
# 2 times the usual spend brings. It may be below 0: so is luck.

# %% id="brings-start"
spend_test, terms = wb.data.spend_test, wb.data.terms
plots.table(spend_test.head(4).set_index("channel"), "One channel of the test (spend: yuan a quarter)", {"spend_multiple": "{:.1f}"})

# %% id="brings-do"
brings = ...

### BEGIN SOLUTION
came = spend_test.assign(came=spend_test["new_customers"] / spend_test["quarters"])
came = came.pivot(index="channel", columns="spend_multiple", values="came")
spent = spend_test.pivot(index="channel", columns="spend_multiple", values="spend")
brings = (came[2.0] - came[1.0]) * terms["worth"] / (spent[2.0] - spent[1.0])
### END SOLUTION

wb.check("brings", brings)

# %% id="brings-shown" tags=["solution"]
average = (came[2.0] - came[0.0]) * terms["worth"] / spent[2.0]
plots.table(pd.DataFrame({"step": brings, "average": average}), "What a yuan brings in 320 days: of the last step, and on average", "{:.2f}")

# %% [markdown] id="brings-explained" tags=["solution"]
# *How and why.* `new_customers` stands for all quarters of the test, the spend for one: divide first. What decides is
# the step: a channel whose average yuan pays may have a last step that does not. The counts have luck in them, about
# the root of a count, so a step a little above 1 is not shown to pay, and one a little below 1 not shown to lose.

# %% [markdown] id="spend"
# ## Task 2 · spend
#
# It is no longer January: a newcomer of this quarter has `days` days (in `terms`, on average, so counted from the middle
# of the quarter) until the end of the year, and brings in proportion, worth × days ÷ 320.
#
# Produce: a Series `spend`, index `channel`: of the four spends that were tried (yuan a quarter, 0 among them) the one
# that brings most until the end of the year after its cost.

# %% id="spend-start"
plots.table(terms.rename("value"), "Terms (worth: yuan in 320 days)")

# %% id="spend-do"
spend = ...

### BEGIN SOLUTION
added = came.sub(came[0.0], axis=0)
net = crm.steady(added * terms["worth"] * terms["days"] / 320 - spent)
best = net.idxmax(axis=1)
spend = pd.Series({channel: spent.loc[channel, multiple] for channel, multiple in best.items()})
### END SOLUTION

wb.check("spend", spend)

# %% id="spend-shown" tags=["solution"]
usual = wb.data.channels["spend"]
compared = pd.DataFrame({"last year": usual, "now": spend})
plots.table(compared, "Spend a quarter (yuan)")

# %% [markdown] id="spend-explained" tags=["solution"]
# *How and why.* `net` is what each spend brings beyond itself; the largest in a row is the best that was tried. The more of
# the year is gone, the more channels end at 0: right for a score that ends in December, and a warning about such
# scores.

# %% [markdown] id="load"
# ## Task 3 · load
#
# `desk` is the plan of a quarter: `ticket_hours`, the hours of work that tickets will bring; `calls` that your offers
# make; `people_before` in service now, and `people` from now on. A call takes 0.7 hours, a person has 200 hours a quarter,
# and who is new counts 0.6 of that.
#
# Produce: a number `load`: the hours of work over the hours that the people have.

# %% id="load-start"
desk = wb.data.desk
plots.table(desk.rename("value"), "The plan of the desk", "{:,.1f}")

# %% id="load-do"
load = ...

### BEGIN SOLUTION
work = desk["ticket_hours"] + 0.7 * desk["calls"]
hired = desk["people"] - desk["people_before"]
load = work / (200 * (desk["people_before"] + 0.6 * hired))
### END SOLUTION

wb.check("load", load)

# %% id="load-shown" tags=["solution"]
without = desk["ticket_hours"] / (200 * (desk["people_before"] + 0.6 * hired))
crm.tell("Load {load:.0%}; without the calls {without:.0%}.", load=load, without=without)

# %% [markdown] id="load-explained" tags=["solution"]
# *How and why.* An offer that is a call is a decision about people, too. Near 1 the queue grows all quarter, and the bill
# comes a quarter later: customers who were served badly leave.

# %% [markdown] id="change"
# ## Task 4 · change and worst_high
#
# `trial` has customers of other towns who drew, by lot, one `offer` or none. Take those without a visit through a price
# comparison (`compared` is 0). `ordered_late` says whether somebody still ordered in the second quarter after it.
#
# Produce: a Series `change`, index `label`: the share that still orders of those offered, less that of those who drew
# `none` (a difference of shares, such as −0.03).
#
# And a number `worst_high`: for the label with the *lowest* change, the upper end of its interval. Since you pick the worst of
# four, it has to hold for four looks at once: `stats.norm.isf(0.025 / 4)` in place of 1.96. The variance of a mean is
# the variance of the column (`var()`) over its number of rows.

# %% id="change-start"
trial = wb.data.trial
plots.table(trial.groupby(["label", "offer"])[["ordered_late"]].mean().unstack(), "Share that still orders (all who drew)", "{:.1%}")

# %% id="change-do"
change = ...

### BEGIN SOLUTION
calm = trial[trial["compared"] == 0]
arms = calm.groupby(["label", "offer"])["ordered_late"].agg(["mean", "var", "size"])
stays = arms["mean"].unstack()
offered = wb.data.offer
change = stays[offered] - stays["none"]
### END SOLUTION

wb.check("change", change)

# %% id="worst-high-do"
worst_high = ...

### BEGIN SOLUTION
variance = (arms["var"] / arms["size"]).unstack()
error = np.sqrt(variance[offered] + variance["none"])
lowest = crm.steady(change).idxmin()
worst_high = change[lowest] + stats.norm.isf(0.025 / 4) * error[lowest]
### END SOLUTION

wb.check("worst_high", worst_high)

# %% id="change-shown" tags=["solution"]
crm.tell("{offer}, offered to {label}: {change:+.1points}; the interval for four looks ends at {end:+.1points}.", offer=offered, label=lowest,
         change=change[lowest], end=worst_high)

# %% [markdown] id="change-explained" tags=["solution"]
# *How and why.* Among four differences one is the lowest by luck alone, so its interval has to be wider. If it ends below 0,
# the offer is shown to drive these customers away; if not, nothing is shown, which is not the same as "harmless". Look at the
# size of the arms: a change of a few points is hard to see.

# %% [markdown] id="lead-low"
# ## Task 5 · lead_low
#
# `scores` has a tournament: the profit of a year on twenty companies (yuan), for four policies; all met the same companies
# with the same luck.
#
# Produce: a number `lead_low`, in yuan: the lower end of the 95 % interval of the mean lead of `ours` over `last year`
# (Student's t).

# %% id="lead-low-start"
scores = wb.data.scores
plots.table(scores.head(3), "Three of twenty companies (yuan)")

# %% id="lead-low-do"
lead_low = ...

### BEGIN SOLUTION
lead = scores["ours"] - scores["last year"]
half = stats.t.ppf(0.975, len(lead) - 1) * lead.sem()
lead_low = lead.mean() - half
### END SOLUTION

wb.check("lead_low", lead_low)

# %% id="lead-low-shown" tags=["solution"]
crm.tell("The lead is {lead:±,.0f} yuan; each company's own profit varies by {spread:,.0f}.", lead=(lead.mean(), half), spread=scores["ours"].std())

# %% [markdown] id="lead-low-explained" tags=["solution"]
# *How and why.* How rich a company is drops out of the differences. `crm.game.Score(scores).gains(over="last year")` computes the same
# for all policies.

# %% [markdown] id="companies"
# ## Task 6 · companies
#
# Whether `ours` is better than `rival` is open after twenty companies. Suppose that the mean lead of `ours` over
# `rival` in `scores` is the true one, and the standard deviation of the differences, too.
#
# Produce: a whole number `companies`: how many a tournament needs to find it in four of five cases (with 1.96 and 0.84,
# as in the lesson), rounded up.

# %% id="companies-do"
companies = ...

### BEGIN SOLUTION
ahead = scores["ours"] - scores["rival"]
companies = int(np.ceil(((1.96 + 0.84) * ahead.std() / ahead.mean()) ** 2))
### END SOLUTION

wb.check("companies", companies)

# %% id="companies-shown" tags=["solution"]
crm.tell("{count} companies, for a lead of {lead:,.0f} yuan that varies by {spread:,.0f}.", count=companies, lead=ahead.mean(), spread=ahead.std())

# %% [markdown] id="companies-explained" tags=["solution"]
# *How and why.* Half the lead needs four times the companies. The lead that you put in is itself a guess from twenty; plan rather with the
# smallest that would matter to you, and for Student's t with two or three companies more.

# %% [markdown] id="present"
# ## Task 7 · a judgement in words: present the capstone
#
# Make the report of a company: `chapters/my_customers.ipynb`, on your own file, on CDNOW, or on Harbour Coffee.
# You have ten minutes before the board, and one page. Write down, in eight sentences or fewer: the state of the customers, with
# two figures and their intervals; one decision with its cost and what you expect of it; what this log cannot answer, and which table
# you would begin to keep; what must not be done with these data; and how you will know in a year whether you were right.
# This task is not checked; compare yours with the model answer in the solution, and ask somebody to mark it by the rubric
# in the guide.

# %% [markdown] id="present-yours"
# *Your presentation:* …

# %% [markdown] id="present-model" tags=["solution"]
# *A model answer* (CDNOW; the figures in brackets are on your page). "More than half of these customers bought once and did not come back: the
# share that did is [share, with its interval], and a customer who was forecast on weeks that the model had not seen brought [forecast against what came].
# We propose to write to those who bought twice or more, to half of them by lot; a letter costs one dollar (our assumption), and we expect eight more of a
# hundred to order within a quarter: by the rule of 16 the two halves are just large enough to see that, and not less. The log has no channels, so we cannot say what a customer
# cost; from Monday the shop keeps the first contact. It has no consent either: nobody is written to who did not agree. The table does not leave the house,
# because days and sums make most rows unlike any other. Today we write down these eight; in a year we lay beside them what the two halves did."
#
# It loses a point for the forecast, which is one figure without a decision. Yours may say something quite different: the rubric asks whether each sentence can
# be held against the page.

# %% [markdown] id="shares"
# ## Task 8 · shares (stretch)
#
# `mixed` has the profit of one year for each way to replace parts of somebody's decisions by the best's: a part is replaced where
# its column says True. In the first row nothing is replaced, in the last everything.
#
# Produce: a Series `shares`, index `part` (spend, offers, people): what each part lost, in yuan: what replacing it adds, averaged over all
# orders in which the three can be replaced.

# %% id="shares-start"
mixed = wb.data.mixed
plots.table(mixed.set_index(["spend", "offers", "people"]), "Eight years of one company (yuan)")

# %% id="shares-do"
shares = ...

### BEGIN SOLUTION
from itertools import permutations

profit = mixed.set_index(["spend", "offers", "people"])["profit"]
parts, lost = ["spend", "offers", "people"], dict.fromkeys(["spend", "offers", "people"], 0.0)
for order in permutations(parts):
    for place, part in enumerate(order):
        before, after = (tuple(name in order[:end] for name in parts) for end in (place, place + 1))
        lost[part] += (profit[after] - profit[before]) / 6
shares = pd.Series(lost)
### END SOLUTION

wb.check("shares", shares)

# %% id="shares-shown" tags=["solution"]
crm.tell("Together {whole:,.0f} yuan: the last row less the first.", whole=shares.sum())

# %% [markdown] id="shares-explained" tags=["solution"]
# *How and why.* What a part adds depends on what was replaced before it; over all six orders nobody is first more often than
# another. `crm.game.post_mortem` does this for four parts and your own file. A part with a large share is where to learn, not whom to blame.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
