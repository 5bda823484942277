# %% [markdown] id="title"
# # 10b · Without a network, and by use: exercise
#
# The goal of this exercise is to put together what *your own* sales people did offline, and to find the limit at which
# *your own* machines should be served, with what it saves. Your company comes from your `seed`: your numbers are yours,
# the difficulty is the same for everybody. It takes about 60 minutes. The last task is a *stretch*.
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

wb = Workbook("10b_offline_and_machines", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="ahead"
# ## Task 1 · ahead
#
# `edits` is the trial of your sales people, as in the lesson: one row per edit that arrived, in the order of arrival. Chen Bo
# wants to know which clocks he has to put right today: by how many hours was the clock of each device *on the road*
# (`A01` to `A24`) ahead at its last upload?
#
# Produce: a Series `ahead`, index `device`, hours (below 0 for a clock that is behind).

# %% id="ahead-start"
edits = wb.data.edits
plots.table(edits.head(3).set_index("edit_id").drop(columns=["customer_id", "seen"]), "The first rows of the trial")

# %% id="ahead-do"
ahead = ...

### BEGIN SOLUTION
road = edits[edits["device"].str.startswith("A")]
gap = (road["sent"] - road["uploaded"]) / pd.Timedelta(hours=1)
ahead = gap.groupby(road["device"]).last()
### END SOLUTION

wb.check("ahead", ahead)

# %% [markdown] id="ahead-explained" tags=["solution"]
# *How and why.* `sent` and `uploaded` are one moment, read on two clocks. `device_time` is another moment: its difference to
# `uploaded` holds the wait, too. A mean or a median over the trial hides the clocks that were put right on the way.

# %% [markdown] id="packs"
# ## Task 2 · packs
#
# Ma Jun wants to know how many packs of samples each account was given, net of what was taken back, by the event log: edits
# with the action `add`, whose `value` is text such as `+3`. Some edits arrived twice.
#
# Produce: a Series `packs`, index `customer_id`, the number of packs, for all accounts with at least one such edit.

# %% id="packs-do"
packs = ...

### BEGIN SOLUTION
added = edits[edits["action"] == "add"].drop_duplicates("edit_id")
packs = added["value"].astype(float).groupby(added["customer_id"]).sum()
### END SOLUTION

wb.check("packs", packs)

# %% [markdown] id="packs-explained" tags=["solution"]
# *How and why.* The number of the edit says what came twice: equal *values* do not, for two visits may each have left three
# packs. `crm.merge_logs(edits)` does the same for all fields. The order does not matter, nor any clock.

# %% [markdown] id="phones"
# ## Task 3 · phones
#
# Which telephone number of each account was set last, by the corrected clock? (Of an edit that arrived twice, take the
# first arrival.)
#
# Produce: a Series `phones`, index `customer_id`, the number as text, for all accounts with at least one such edit.

# %% id="phones-do"
phones = ...

### BEGIN SOLUTION
log = crm.merge_logs(edits)
log["corrected"] = log["device_time"] + (log["uploaded"] - log["sent"])
numbers = log[log["field"] == "phone"].sort_values(["corrected", "edit_id"])
phones = numbers.groupby("customer_id")["value"].last()
### END SOLUTION

wb.check("phones", phones)

# %% [markdown] id="phones-explained" tags=["solution"]
# *How and why.* Where the clock is ahead, `sent` is later than `uploaded`, and their difference brings the time back. By the devices'
# clocks a telephone three days ahead wins against everybody for three days. `crm.current_state(log, "corrected")` gives this
# column, too.

# %% [markdown] id="ask"
# ## Task 4 · ask
#
# For which accounts has the seller to be asked about the telephone number? That is where two different devices set
# different numbers, and neither had seen the other's, even if it was settled later.
#
# Produce: a list `ask` of customer ids, in any order. `log` below has each edit once.

# %% id="ask-start"
log = crm.merge_logs(edits)

# %% id="ask-do"
ask = ...

### BEGIN SOLUTION
numbers = log[log["field"] == "phone"]
pairs = numbers.merge(numbers, on="customer_id", suffixes=("", "_b")).query("device < device_b")
unseen = (pairs["uploaded"] > pairs["seen_b"]) & (pairs["uploaded_b"] > pairs["seen"])
ask = pairs.loc[unseen & (pairs["value"] != pairs["value_b"]), "customer_id"].unique()
### END SOLUTION

wb.check("ask", ask)

# %% [markdown] id="ask-explained" tags=["solution"]
# *How and why.* No clock is asked, only who had seen what; the server's clock alone is behind `uploaded` and `seen`. One direction is not
# enough: an edit made yesterday and one made today, after a look at yesterday's, are no conflict: the second is a correction.

# %% [markdown] id="limit"
# ## Task 5 · limit
#
# `lives` has a row per life of a machine: its `use` (cups) from the last service, and whether it `broke` down; the others ended with a service,
# or run on. A reminder costs `reminder` yuan (Tang Mei's people call), a service `service`, a breakdown `breakdown`; the share `followed` of the
# reminders leads to a service. At which limit is a cup cheapest in the long run? Fit one Weibull distribution to all lives.
#
# Produce: a number `limit`, cups since the last service, one of `grid`.

# %% id="limit-start"
lives, reminder, service = wb.data.lives, wb.data.reminder, wb.data.service
breakdown, followed = wb.data.breakdown, wb.data.followed
grid = np.arange(1_000, 12_001, 10)

# %% id="limit-prices"
crm.tell(
    "Reminder {reminder}, service {service}, breakdown {breakdown} yuan; {share:.0%} of the reminders are followed.",
    reminder=reminder, service=service, breakdown=breakdown, share=followed,
)

# %% id="limit-do"
limit = ...

### BEGIN SOLUTION
shape, scale = crm.churn.fit_weibull(lives["use"], lives["broke"])
prices = np.array([reminder, service, breakdown])
per_cup = crm.churn.wear_rates(grid, shape, scale, followed) @ prices
limit = grid[crm.steady(per_cup).argmin()]
### END SOLUTION

wb.check("limit", limit)

# %% [markdown] id="limit-explained" tags=["solution"]
# *How and why.* Dropping lives that have not ended makes machines look short-lived, and the limit too low; taking each end for a
# breakdown is worse. If only a part of the owners follow, the others break down whatever the limit is.

# %% [markdown] id="saved"
# ## Task 6 · saved and saved_low
#
# `machines` has a row per machine: its `pace` (cups a day), and `remind_after`, the days after which the calendar reminds. As in the
# lesson, the service comes 14 days after a reminder of the calendar, and the limit is the use at the service. What does your limit save against
# the calendar in a year of 365.25 days, all machines together, in the long run? And what is the lower end of the interval that holds the
# middle 95 % of the 200 `draws` of shape and scale, with the same limit and prices?
#
# Produce: two numbers, yuan a year: `saved` with the fit of task 5, and `saved_low`.

# %% id="saved-start"
machines, draws, limit = wb.data.machines, wb.data.draws, wb.given("limit")
shape, scale = crm.churn.fit_weibull(lives["use"], lives["broke"])
prices = np.array([reminder, service, breakdown])
plots.table(machines.head(3), "Three machines (use: cups since the last service, by the last report)", {"pace": "{:.2f}"})

# %% id="saved-do"
saved = ...

### BEGIN SOLUTION
cups = 365.25 * machines["pace"]
calendar = machines["pace"] * (machines["remind_after"] + 14)
by_calendar = (crm.churn.wear_rates(calendar, shape, scale, followed) @ prices) @ cups
by_limit = (crm.churn.wear_rates(limit, shape, scale, followed) @ prices).iloc[0] * cups.sum()
saved = by_calendar - by_limit
### END SOLUTION

wb.check("saved", saved)

# %% id="saved-low-do"
saved_low = ...

### BEGIN SOLUTION
differences = []
for one_shape, one_scale in draws.itertuples(index=False):
    by_calendar = (crm.churn.wear_rates(calendar, one_shape, one_scale, followed) @ prices) @ cups
    one = (crm.churn.wear_rates(limit, one_shape, one_scale, followed) @ prices).iloc[0]
    differences.append(by_calendar - one * cups.sum())
saved_low = np.quantile(differences, 0.025)
### END SOLUTION

wb.check("saved_low", saved_low)

# %% [markdown] id="saved-explained" tags=["solution"]
# *How and why.* A calendar is a limit of its own for each machine. The two costs rise and fall together from draw to draw, so the interval is
# that of their difference; two intervals side by side would be far too wide. What no draw contains: whether prices and paces
# stay, and whether owners follow a reminder by use as they follow one by the calendar.

# %% [markdown] id="memo"
# ## Task 7 · a judgement in words
#
# A supplier offers Ma Jun an app that "synchronises everything automatically: the newest record wins", and Tang Mei a sensor that
# "cuts breakdowns by 70 per cent". Write five or six sentences to both: what the first would lose in your trial and what you ask for
# instead, per kind of field; and against what the 70 per cent would have to be measured. This task is not checked; compare yours with
# the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "In our trial nearly every edit of the road was made without a network, so records would overwrite each other daily: notes
# and packs of colleagues would be gone, and nobody would be told. 'Newest' by which clock? Many of ours are wrong by hours. We ask for a log of what was done:
# packs are added up, notes all kept, the telephone number is the last by the corrected clock, and where two had not seen each other, the seller
# decides; for consents a no wins. As to the sensor: 70 per cent fewer than what? Against no service at all any calendar avoids breakdowns, too. We compare
# with the best calendar that needs no sensor, in yuan and not in breakdowns, with services, false calls and those who ignore reminders counted. Our own
# estimate has an interval, and its lower end is what we would pay at most."

# %% [markdown] id="due"
# ## Task 8 · due (stretch)
#
# Which machines are to be reminded today, 31 December 2025? A machine is due if its use since the last service will have reached the limit on the day on which the
# service would come, 14 days from now. `machines` has the use by the last report, which for silent machines is weeks old; all go on at their pace.
#
# Produce: a list `due` of machine ids, in any order.

# %% id="due-start"
today = pd.Timestamp("2025-12-31")

# %% id="due-do"
due = ...

### BEGIN SOLUTION
days_on = (today - machines["reported"]).dt.days + 14
due = machines.index[machines["use"] + machines["pace"] * days_on >= limit]
### END SOLUTION

wb.check("due", due)

# %% [markdown] id="due-explained" tags=["solution"]
# *How and why.* A machine without a network makes coffee all the same. Whoever waits for its report reminds it when it is too late. The pace is an estimate,
# so check first the machines that have been silent longest: some may stand idle.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
