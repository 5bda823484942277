# %% [markdown] id="title"
# # 8b · The toolbox, and scale: exercise
#
# The goal of this exercise is to say, for *your own* Harbour Coffee, what its customers book after what,
# which alarms are worth their checks, what a late row does to the customer table, and when the log
# outgrows the machine. Your company comes from your `seed`: your numbers are yours, the difficulty is the
# same for everybody. It takes about 60 minutes. The last task is a *stretch*.
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

wb = Workbook("08b_toolbox_and_scale", seed=seed, participant=participant, lang=lang)
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

# %% [markdown] id="order-lift"
# ## Task 1 · order_lift
#
# `bookings` has one row per booking, in order of time: `customer_id`, `date`, `service`. How many times as
# often does a filter exchange come *next* after a water test as it would if each customer's own bookings
# came in any order?
#
# Produce: a number `order_lift`, the lift of order of `Water test`, then `Filter exchange`.

# %% id="order-lift-start"
bookings = wb.data.bookings
plots.table(bookings.head(3), "The first bookings", {"date": "{:%Y-%m-%d %H:%M}"})

# %% id="order-lift-do"
order_lift = ...

### BEGIN SOLUTION
in_order = bookings.sort_values(["customer_id", "date"], kind="stable")
following = in_order.groupby("customer_id")["service"].shift(-1)
seen = ((in_order["service"] == "Water test") & (following == "Filter exchange")).sum()
times = pd.crosstab(bookings["customer_id"], bookings["service"])
by_luck = times["Water test"] * times["Filter exchange"] / times.sum(axis=1)
order_lift = seen / by_luck.sum()
### END SOLUTION

wb.check("order_lift", order_lift)

# %% [markdown] id="order-lift-explained" tags=["solution"]
# *How and why.* `groupby` before `shift` keeps the next booking with the same customer. Luck gives a customer
# with $n$ bookings $ab/n$ such pairs, so what kind of customer books both, and how much, stands below the
# line as well. `crm.next_pairs(bookings, "service", draws=0)` gives the same number for every pair. It says
# that the order is no luck, and not yet that the test *brings* the exchange.

# %% [markdown] id="kept"
# ## Task 2 · kept
#
# A befriended chain of shops has counted all its ordered pairs: how often each was seen (`count`), how often
# luck would give it (`by_luck`), and the p-value of 999 shuffles. Which pairs are kept at a false discovery
# rate of 5 % *and* are seen 1.5 times as often as by luck, or more? All pairs of the table are tested.
#
# Produce: a list `kept` of texts such as `"Water test → Descaling"`, as in the index of `pairs`; the order is
# free.

# %% id="kept-start"
pairs = wb.data.pairs
formats = {"by_luck": "{:.1f}", "p_value": "{:.3f}"}
plots.table(pairs.head(3), "Three of the pairs", formats)

# %% id="kept-do"
kept = ...

### BEGIN SOLUTION
from statsmodels.stats.multitest import multipletests

no_luck = multipletests(pairs["p_value"], alpha=0.05, method="fdr_bh")[0]
large = pairs["count"] / pairs["by_luck"] >= 1.5
kept = list(pairs.index[no_luck & large])
### END SOLUTION

wb.check("kept", kept)

# %% [markdown] id="kept-explained" tags=["solution"]
# *How and why.* Of so many pairs, one in twenty has a p-value below 5 % by luck: most of those that you would
# add to the list are of that kind. Bonferroni would keep none at all: 999 shuffles cannot make a p-value small
# enough for it. The size is a second question: a pair can be no luck and still a trifle.

# %% [markdown] id="alarm-days"
# ## Task 3 · alarm_days
#
# `feed` has one row per day of a shop in 2025: `payments` that arrived, and `usual`, the median of the last
# eight same weekdays in this shop. Build the robust rule of the lesson. How far off is a day: the logarithm of
# payments ÷ usual, less the median of that over all shops on the same date. Its scale: 1.4826 times the median
# absolute deviation (from the median), here over all rows of the table. An alarm rings where a day is off by
# *more than 3* scales, in either direction.
#
# Produce: a list `alarm_days` of texts such as `"S03 2025-05-07"`, as in the index of `feed`; the order is
# free.

# %% id="alarm-days-start"
feed = wb.data.feed
plots.table(feed.head(3), "Three days of shops", {"usual": "{:.1f}", "date": "{:%Y-%m-%d}"})

# %% id="alarm-days-do"
alarm_days = ...

### BEGIN SOLUTION
off = np.log(feed["payments"] / feed["usual"])
off = off - off.groupby(feed["date"]).transform("median")
scale = 1.4826 * (off - off.median()).abs().median()
alarm_days = list(feed.index[(off / scale).abs() > 3])
### END SOLUTION

wb.check("alarm_days", alarm_days)

# %% [markdown] id="alarm-days-explained" tags=["solution"]
# *How and why.* Without the market of the day, the Spring Festival rings in all shops at once. With a standard
# deviation the broken days widen the very measure that should find them. The logarithm makes a doubled and a
# halved day equally far. At 3 scales some alarms are luck or a feast next door: whether 3 or 4 is better, the
# cost of a look and of a wrong report decides.

# %% [markdown] id="checks"
# ## Task 4 · next_check, check_worth and worth_low
#
# `checked` has the returns of half a year of which every second one, by lot, was checked: the number of `signs`,
# the `amount` in yuan, and whether it was `fraud`. A check costs 30 yuan; a fraud that is found gives its amount
# back.
#
# Today returns with three signs or more are checked. What would a check of a return with *exactly two* signs
# bring, on average? What do the checks from three signs on bring in a *year*, over *all* returns, if
# the other half-year is like this one? And what is the lower end of its 95 % interval (1.96 standard errors;
# every return of the audit counts, with 0 where nobody would check)?
#
# Produce: numbers `next_check` (yuan a check), `check_worth` and `worth_low` (yuan a year).

# %% id="checks-start"
checked = wb.data.checked
plots.table(checked.head(3).replace({True: "yes", False: "no"}), "Three returns of the audit (yuan)")

# %% id="next-check-do"
next_check = ...

### BEGIN SOLUTION
net = checked["amount"] * checked["fraud"] - 30
next_check = net[checked["signs"] == 2].mean()
### END SOLUTION

wb.check("next_check", next_check)

# %% id="check-worth-do"
check_worth = ...

### BEGIN SOLUTION
gain = net.where(checked["signs"] >= 3, 0)
check_worth = 4 * gain.sum()
### END SOLUTION

wb.check("check_worth", check_worth)

# %% id="worth-low-do"
worth_low = ...

### BEGIN SOLUTION
worth_low = 4 * len(gain) * (gain.mean() - 1.96 * gain.sem())
### END SOLUTION

wb.check("worth_low", worth_low)

# %% [markdown] id="checks-explained" tags=["solution"]
# *How and why.* Two signs or more, taken together, may earn money, and the returns with exactly two still lose
# it: the average hides the next alert. Half a year is half of a year, and the audit saw every second return:
# four times. The interval is that of a sum over all returns of the audit, of which most have a gain of 0; whether
# the lower end is above 0 says whether the checks surely pay.

# %% [markdown] id="recount"
# ## Task 5 · recount
#
# `table` is the customer table as of 31 December 2025. Now `late` rows come in, from a shop that had no network.
# Spend, first and last purchase can be updated from the table alone. For which customers can the *number of
# purchases* not be updated without the log? A purchase is a day with a row of 0 yuan or more; the table knows
# of a customer only the days of the first and of the last purchase, and how many there are. Who is not in the
# table has no purchase yet.
#
# Produce: a list `recount` of customer ids.

# %% id="recount-start"
table, late = wb.data.table, wb.data.late
plots.table(late.head(3), "Three late rows (yuan)", {"date": "{:%Y-%m-%d %H:%M}", "amount": "{:,.2f}"})

# %% id="recount-do"
recount = ...

### BEGIN SOLUTION
known = late.join(table[["purchases", "first_purchase", "last_purchase"]], on="customer_id")
day = known["date"].dt.normalize()
between = (day > known["first_purchase"]) & (day < known["last_purchase"]) & (known["purchases"] > 2)
recount = list(known.loc[between & (known["amount"] >= 0), "customer_id"].unique())
### END SOLUTION

wb.check("recount", recount)

# %% [markdown] id="recount-explained" tags=["solution"]
# *How and why.* On the first and the last day the table knows that there was a purchase: nothing to add. Before
# the first and after the last, the day is new: one more. Strictly between, it may be new or known, and the table
# cannot say, unless there are just two purchases: then both days are known, and any other is new.
# `crm.update_summary(table, late, log=...)` is simpler and reads the log for all with a late day before their
# last purchase. A time of day would make a second payment on the last day look like an earlier one: take days.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# A vendor offers a platform with real-time fraud detection for 180,000 yuan a year. Write four or five sentences
# to Lin Yue: which alarms you would switch on and from which number of signs, what they bring at least, what real
# time would add, and what has to happen before you look at the offer again. This task is not checked; compare
# yours with the model answer in the solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "We switch on two alarms that we have: the robust rule on the feed, and checks of returns from
# three signs on. The checks surely pay if the lower end of their interval is above 0; those with two signs cost
# more than they find, so we leave them. A platform would look at the same returns with a forest that knows less
# than our inspector, and the money of a year's checks does not pay a fifth of it. Real time would tell us of a
# return some hours sooner, and the customer table of last night is right for nearly everybody; late rows are a
# matter of reading the log again for a few. We look at the offer again when the log is a year from outgrowing the
# machine, or when somebody names an answer that is worth having within minutes. Reminders after a booking we
# test by lot first: an order in time is not an effect."

# %% [markdown] id="years"
# ## Task 7 · years_left and soonest (stretch)
#
# When does the log outgrow the machine? `monthly` has the payments at the tills of 36 months, the last of which is
# December 2025, and the `days` of each month. Fit the regression of the lesson to all 36: the logarithm of payments
# a day on years (a month is $\frac{1}{12}$), with a level for each month of the year. A payment makes four rows of
# the log; the rows of all 36 months are there already; 60 million rows fit. Use the formula of the lesson's
# decision, with the last twelve months as the year.
#
# Produce: numbers `years_left`, at the estimated growth, and `soonest`, at that end of the growth's 95 % interval
# at which the machine is outgrown sooner; both in years from the end of 2025.

# %% id="years-start"
monthly = wb.data.monthly
plots.table(monthly.tail(3), "The last months")

# %% id="years-left-do"
years_left = ...

### BEGIN SOLUTION
import statsmodels.formula.api as smf

months = monthly.assign(
    years=np.arange(len(monthly)) / 12,
    number=np.arange(len(monthly)) % 12,
    a_day=monthly["payments"] / monthly["days"],
)
fit = smf.ols("np.log(a_day) ~ years + C(number)", months).fit()
rows = 4 * monthly["payments"]


def years_until(rate):
    speed, yearly = np.log1p(rate), rows.iloc[-12:].sum() * np.sqrt(1 + rate)
    return np.log1p((60e6 - rows.sum()) * speed / yearly) / speed


years_left = years_until(np.expm1(fit.params["years"]))
### END SOLUTION

wb.check("years_left", years_left)

# %% id="soonest-do"
soonest = ...

### BEGIN SOLUTION
soonest = years_until(np.expm1(fit.conf_int().loc["years", 1]))
### END SOLUTION

wb.check("soonest", soonest)

# %% [markdown] id="years-explained" tags=["solution"]
# *How and why.* The slope is that of the logarithm: growth is $e^{\text{slope}} - 1$. Months differ in length, so
# take payments *a day*; and December is not January, so each month has its level. The faster growth fills the
# machine sooner: the upper end of the growth is the lower end of the years. The interval speaks of the growth so
# far; that it goes on for years is an assumption, so somebody looks again each January.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
