# %% [markdown] id="title"
# # 11a · The journey: exercise
#
# The goal of this exercise is to find out, at *your own* Harbour Coffee, which carts are truly left, where journeys
# change the channel and end, what goes with a lost session, and who gets a reminder. Your company comes from your
# `seed`: your numbers are yours, the difficulty is the same for everybody. It takes about 60 minutes. The last task
# is a *stretch*.
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
from statsmodels.stats.proportion import proportion_confint

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("11a_journeys", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="open-carts"
# ## Task 1 · open_carts
#
# `events` is the log, in order of time; the ids have been joined for you: `person` says who it was, and is missing where
# nobody is known. `week` is the Monday on which a week of seven days begins. Which carts filled in that week are truly left?
# A cart is left if its person does not pay, in any channel, within 72 hours after it. Carts behind which nobody is known
# are left out: nobody could be reminded.
#
# Produce: a list `open_carts` of event ids (of the steps `cart`), in any order.

# %% id="open-carts-start"
events, week = wb.data.events, wb.data.week
shown = events.head(4).set_index("event_id").drop(columns="amount")
plots.table(shown, "The first events; your week begins on {week}", week=week)

# %% id="open-carts-do"
open_carts = ...

### BEGIN SOLUTION
monday = pd.Timestamp(week)
in_week = (events["at"] >= monday) & (events["at"] < monday + pd.Timedelta(days=7))
carts = events[(events["step"] == "cart") & in_week].dropna(subset="person")
paid = events.loc[events["step"] == "paid", ["at", "person"]].dropna().assign(paid_at=events["at"])
found = pd.merge_asof(
    carts, paid, on="at", by="person", direction="forward", tolerance=pd.Timedelta(hours=72)
)
open_carts = found.loc[found["paid_at"].isna(), "event_id"].tolist()
### END SOLUTION

wb.check("open_carts", open_carts)

# %% [markdown] id="open-carts-explained" tags=["solution"]
# *How and why.* By the same id, a part of the carts looks left that was paid in the shop or on another device. `merge_asof`
# finds the next payment of the person; what is missing within 72 hours is left. A purchase without a card stays unseen, so
# even this list is too long; nobody can say by how much.

# %% [markdown] id="crossing"
# ## Task 2 · crossing
#
# Cut the log into journeys by the rule of the lesson: the same person, the same kind (`journey`), and no break of more than
# four days. Events without a person are left out. In what share of the journeys to *buy* does the person use two channels or
# more? The parcel (`delivery`) is not a channel that anybody chose, so it does not count.
#
# Produce: a number `crossing`, as a share.

# %% id="crossing-do"
crossing = ...

### BEGIN SOLUTION
log = events.dropna(subset="person").sort_values(["person", "journey", "at", "event_id"])
pause = log.groupby(["person", "journey"])["at"].diff()
log["number"] = (~(pause <= pd.Timedelta(days=4))).cumsum()
buying = log[log["journey"] == "buy"]
chosen = buying[buying["channel"] != "delivery"].groupby("number")["channel"].nunique()
crossing = (chosen.reindex(buying["number"].unique(), fill_value=0) >= 2).mean()
### END SOLUTION

wb.check("crossing", crossing)

# %% [markdown] id="crossing-explained" tags=["solution"]
# *How and why.* A first event has no pause: its comparison is false, and `~` makes it a new journey. With parcels, nearly every
# purchase online would cross. By person, the share is larger, since people have several journeys.

# %% [markdown] id="drop-off"
# ## Task 3 · drop_off
#
# `numbered` has the journeys cut for you (`number`; its rows are in order of person and time). Take the journeys to buy whose
# first event is a `product` page before 25 May. Of those that reach a step, which share does not reach the next one? The
# steps are `product`, `cart`, `pay`, and at last a payment *online* (`paid` in the app or on the web).
#
# Produce: a DataFrame `drop_off`, index `step` (product, cart, pay), columns `share`, `low` and `high`: the drop-off, and its
# 95 % interval (Wilson), all as shares.

# %% id="drop-off-start"
numbered = wb.data.numbered
plots.table(numbered.head(4).set_index("event_id")[["at", "person", "step", "number"]], "The log, numbered")

# %% id="drop-off-do"
drop_off = ...

### BEGIN SOLUTION
buying = numbered[numbered["journey"] == "buy"]
start = buying.groupby("number").agg(step=("step", "first"), at=("at", "first"))
online = start.index[(start["step"] == "product") & (start["at"] < "2026-05-25")]
inside = buying[buying["number"].isin(online)]
reached = pd.crosstab(inside["number"], inside["step"]) > 0
in_net = inside[(inside["step"] == "paid") & inside["channel"].isin(["app", "web"])]
reached["paid"] = reached.index.isin(in_net["number"])
count = reached[["product", "cart", "pay", "paid"]].sum()
left, of = (count - count.shift(-1)).iloc[:3], count.iloc[:3]
low, high = proportion_confint(left, of, method="wilson")
drop_off = pd.DataFrame({"share": left / of, "low": low, "high": high}).rename_axis("step")
### END SOLUTION

wb.check("drop_off", drop_off)

# %% [markdown] id="drop-off-explained" tags=["solution"]
# *How and why.* Count journeys, not events: a payment may be opened twice. Each share is of those who came as far. The largest
# drop-off is not the largest pain: who looks at a page and goes on wanted nothing yet.

# %% [markdown] id="effect"
# ## Task 4 · effect and effect_high
#
# Take the journeys to buy that opened the payment before 25 May, by their first event `pay`, where that was in the *app*. Some
# were hit: the journey has a step `log in again`. Did the journey end in a purchase, in any channel (a step `paid`)? How much
# smaller is that share among those hit than among the others? And what is the upper end of the 95 % interval of this
# difference (1.96 standard errors)?
#
# Produce: two numbers, as shares: `effect`, hit less not hit; and `effect_high`.

# %% id="effect-do"
effect = ...

### BEGIN SOLUTION
buying = numbered[numbered["journey"] == "buy"]
opened = buying[(buying["step"] == "pay") & (buying["at"] < "2026-05-25")].drop_duplicates("number")
opened = opened[opened["channel"] == "app"]
hit = opened["number"].isin(buying.loc[buying["step"] == "log in again", "number"])
bought = opened["number"].isin(buying.loc[buying["step"] == "paid", "number"]).astype(float)
groups = bought.groupby(hit).agg(["mean", "sem"])
effect = groups["mean"][True] - groups["mean"][False]
### END SOLUTION

wb.check("effect", effect)

# %% id="effect-high-do"
effect_high = ...

### BEGIN SOLUTION
effect_high = effect + 1.96 * np.hypot(*groups["sem"])
### END SOLUTION

wb.check("effect_high", effect_high)

# %% [markdown] id="effect-explained" tags=["solution"]
# *How and why.* Compare those who did the same: on the web no session is lost, and other people pay there. The upper end is
# below 0, so it is no luck. This is one purchase: some come back later, so over 30 days less is lost. And nobody drew lots for who is hit: to say that the step *does* it, and how much it is worth to mend
# it, takes more.

# %% [markdown] id="gain"
# ## Task 5 · gain
#
# The reminder was tested by lot once more. `test` has a row per cart: its `group`, whether it was `reminded`, how many
# `purchases` the person made within 14 days, and what the reminder has `cost` (yuan). Each purchase brings `margin` yuan. What does a
# reminder bring in each group, after cost, compared with none, in yuan a cart? And what is the lower end of its 95 % interval?
#
# Produce: a DataFrame `gain`, index `group` (four), columns `gain` and `low`.

# %% id="gain-start"
test, margin = wb.data.test, wb.data.margin
shown = test.head(3).replace({True: "yes", False: "no"})
plots.table(shown, "Three carts; a purchase brings {margin:.0f} yuan", {"cost": "{:.1f}"}, margin=margin)

# %% id="gain-do"
gain = ...

### BEGIN SOLUTION
net = test["purchases"] * margin - test["cost"]
arms = net.groupby([test["group"], test["reminded"]]).agg(["mean", "sem"]).unstack()
gain = (arms["mean"][True] - arms["mean"][False]).to_frame("gain")
gain["low"] = gain["gain"] - 1.96 * np.hypot(arms["sem"][True], arms["sem"][False])
### END SOLUTION

wb.check("gain", gain)

# %% [markdown] id="gain-explained" tags=["solution"]
# *How and why.* With money per cart, purchases and cost stand in one number, and its mean has one standard error. Two purchases
# bring two margins: to count only whether somebody bought would hide a part. The carts not reminded of the same group say
# what would have come anyway. Where somebody had bought, no lower end is above 0.

# %% [markdown] id="worth"
# ## Task 6 · worth
#
# Next month there will be so many carts in each group as `planned` says. The rule: a group gets the reminder if the lower end of
# its gain is above 0. How much more than reminders to *all* is that expected to bring next month?
#
# Produce: a number `worth`, in yuan for the month. `gain` below is the right result of task 5.

# %% id="worth-start"
planned, gain = wb.data.planned, wb.given("gain")
plots.table(planned, "Carts of next month")

# %% id="worth-do"
worth = ...

### BEGIN SOLUTION
money = gain["gain"] * planned
worth = money[gain["low"] > 0].sum() - money.sum()
### END SOLUTION

wb.check("worth", worth)

# %% [markdown] id="worth-explained" tags=["solution"]
# *How and why.* The lower end chooses, the gain itself is what is expected. The two plans share the groups that get a reminder in
# both, so the difference is what the others would have brought, turned round. One group is left out although its gain is above
# 0: its interval holds 0, and money is spent where a gain is shown. "Everybody above 0" would promise a larger sum, but a gain
# that is not shown may be luck. A test with more carts of this group would settle it.

# %% [markdown] id="memo"
# ## Task 7 · a judgement in words
#
# Tang Mei says: "The survey is clear. The telephone has by far the worst effort score, so the money goes to the telephone." Write
# five or six sentences to her: what the score shows, whom it does not hear, what your figures say about the lost session, what
# they do not show, and which step you would look at first. This task is not checked; compare yours with the model answer in
# the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "The score shows that those who waited long found it hard, and I believe it; they also answer more often than
# the others, so the telephone looks somewhat worse than it is. But an invitation goes only to who got through. Who left at
# the app's payment was never asked, and there is no complaint from them. Of the journeys in which the session was lost,
# markedly fewer end in a purchase anywhere than of those in which it was not, and the whole interval is below 0. That is seen
# together, not drawn by lot; other reasons are unlikely, since the server does not choose, but not excluded. So I would look at
# the payment first. A long queue costs our customers hours, and that is a reason of its own to mend it; what it costs in
# purchases we have not shown."

# %% [markdown] id="effort-all"
# ## Task 8 · effort_all (stretch)
#
# `calls` has a row per call whose caller was asked: minutes `waited`, and the `effort` score, missing where nobody answered. A
# wait of *over* 10 minutes is long. Weight the mean effort after long and after short waits by who was asked, so that
# nobody counts more for answering more often. What is the effort of a call then?
#
# Produce: a number `effort_all`.

# %% id="effort-all-start"
calls = wb.data.calls
plots.table(calls.head(4), "Four calls")

# %% id="effort-all-do"
effort_all = ...

### BEGIN SOLUTION
long = calls["waited"] > 10
means = calls["effort"].astype(float).groupby(long).mean()
effort_all = (means * long.value_counts(normalize=True).reindex(means.index)).sum()
### END SOLUTION

wb.check("effort_all", effort_all)

# %% [markdown] id="effort-all-explained" tags=["solution"]
# *How and why.* Within a group everybody who answered stands for everybody who was asked. That mends what the wait explains. If
# the angry answer more often among those with the same wait, the result is still too low; no weight can know that.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
