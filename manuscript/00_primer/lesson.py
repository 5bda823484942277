# %% [markdown] id="title"
# # Primer: pandas and reading plots
#
# ### The question
#
# Zhou Ning, head of marketing at Harbour Coffee, has a bar chart on her desk. In it, the customers of
# the best channel come back far more often than those of the worst. By Friday she tells Lin Yue, the
# founder, whether the money for winning new customers moves from the one to the other. You sit beside He
# Rui, the analyst, and you have the order table. If the chart is wrong, the money moves for nothing.

# %% [markdown] id="goals"
# ### After this primer you can
#
# 1. choose rows and columns of a table, and make new columns;
# 2. count, group and join tables, and say what one row of the result means;
# 3. read an error message, and find the line that is to blame;
# 4. read bars, lines, histograms, scatter plots and intervals, and say what is wrong with a plot.
#
# *You need* the notebook [Start here](00_start_here.ipynb), and a little Python: names, numbers,
# texts, lists, a function call. *Time:* about {{minutes}} minutes; the self-test takes five, and says
# whether you can skip the rest. *Not here:* everything else that pandas can do. The chapters use what stands
# on this page, again and again.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()

# %% [markdown] id="self-test"
# ## Self-test
#
# Eight questions, no trick. Say your answer aloud or write it down, *then* click on an option. Count
# how many you had right. The grey cells hold the answers, too: read the question with the blue bar
# below each. The first four ask what a line of code gives for these two small tables.

# %% id="self-test-tables"
small = pd.DataFrame({"buyer": ["Ann", "Bo", "Bo", "Cai"], "amount": [100, 50, None, 90]})
towns = pd.DataFrame({"buyer": ["Ann", "Bo", "Bo", "Cai"], "town": ["N", "E", "W", "S"]})
plots.table(small, "The table small: one row is one order (amount in yuan)")

# %% id="self-test-towns"
plots.table(towns, "The table towns: one row is one address")

# %% id="self-test-missing"
crm.quiz(
    '1. What does small["amount"].mean() give?',
    (f"{small['amount'].mean():.0f}", True, "Missing values are left out: 240 over 3."),
    (
        f"{small['amount'].fillna(0).mean():.0f}", False,
        "That counts the missing value as 0. See: New columns and missing values.",
    ),
    (
        "An error, because a value is missing.", False,
        "pandas leaves it out silently. See: New columns and missing values.",
    ),
)

# %% id="self-test-mask"
crm.quiz(
    '2. What does small[small["amount"] > 60 & small["buyer"] == "Bo"] give?',
    ("An error.", True, "& is done before > and ==, so each comparison needs its brackets."),
    ("The orders of Bo above 60.", False, "That needs brackets. See: Choosing columns and rows."),
    ("All orders above 60.", False, "It does not run at all. See: Choosing columns and rows."),
)

# %% id="self-test-group"
crm.quiz(
    '3. How many rows has small.groupby("buyer")["amount"].sum()?',
    (f"{small['buyer'].nunique()}", True, "One per buyer."),
    (f"{len(small)}", False, "That is one per order. See: Grouping."),
    ("1", False, "That is the sum without groupby. See: Grouping."),
)

# %% id="self-test-merge"
crm.quiz(
    '4. How many rows has small.merge(towns, on="buyer")?',
    (
        f"{len(small.merge(towns, on='buyer'))}", True,
        "Two orders of Bo meet two addresses of Bo: four rows, and one each for Ann and Cai.",
    ),
    (f"{len(small)}", False, "Only if each buyer stood once in towns. See: Joining tables."),
    (
        f"{len(small) + len(towns)}", False,
        "A join does not put tables below each other. See: Joining tables.",
    ),
)

# %% id="self-test-share"
crm.quiz(
    "5. A column says True or False for each customer. What is its mean?",
    ("The share of customers with True.", True, "True counts as 1, False as 0."),
    ("Nothing: only numbers have a mean.", False, "True counts as 1. See: Sorting and counting."),
    ("True, if most are True.", False, "The mean is a number. See: Sorting and counting."),
)

# %% id="self-test-skew"
crm.quiz(
    "6. Most customers spend little and a few spend very much. Which is higher?",
    ("The mean.", True, "The few pull it up. The median stays with the customer in the middle."),
    ("The median.", False, "The few at the top do not move it. See: Reading plots."),
    ("They are the same.", False, "Only if both sides are alike. See: Reading plots."),
)

# %% id="self-test-bars"
crm.quiz(
    "7. An axis of bars starts at 60 %. One bar is twice as long as the other. What do you know?",
    ("Which is higher, not how much.", True, "Lengths can be compared only from zero."),
    ("One value is twice the other.", False, "Only from zero. See: A plot that misleads."),
    ("Nothing at all.", False, "The order is right. See: A plot that misleads."),
)

# %% id="self-test-interval"
crm.quiz(
    "8. The 95 % intervals of two shares overlap a little. What do you know?",
    ("Not enough: look at the interval of the difference.", True, "They may differ or not."),
    (
        "The two shares are the same.", False,
        "No proof of a difference is no proof of none. See: What an interval says.",
    ),
    ("The two shares differ.", False, "The picture does not settle it. See: What an interval says."),
)

# %% [markdown] id="self-test-score"
# *Eight right:* go on to [chapter 1](01_crm_at_a_glance.ipynb). *Six or seven right:* read the
# sections that the answers named, then go on. *Fewer:* read on from here; it takes an hour and a half,
# and it saves you many more. Whoever skips the primer may still try
# [its exercise](../exercises/00_primer.ipynb): you learn more from writing code than from a quiz.

# %% [markdown] id="table"
# ## A table and its rows
#
# The case company again, with two thousand customers, and five columns of its order table. A table is
# called a **data frame** in pandas. The first question about any table is: *what is one row?* Here it
# is one order.

# %% id="table-orders"
company = crm.Company(seed=seed, customers=2000)
orders = company.orders[["order_id", "customer_id", "date", "channel", "amount"]]
plots.table(orders.head(3), "The first orders (amount in yuan)")

# %% [markdown] id="table-size"
# `head(3)` gives the first three rows. `shape` gives the number of rows and of columns, `dtypes` what
# each column holds: text (`str`), points in time (`datetime64`), a fixed list of names (`category`),
# numbers (`float64`). Look at it first: an amount that came in as text cannot be added up.

# %% id="table-dtypes"
tell("{rows:,} rows, {columns} columns.", rows=orders.shape[0], columns=orders.shape[1])
orders.dtypes

# %% [markdown] id="table-column"
# One column is a **Series**: values in a row, each with a label. The labels together are the
# **index**, here simply the number of the row. `len` counts rows, `max`, `mean` and `sum` do what they
# say.

# %% id="table-series"
amount = orders["amount"]
amount.head(3)

# %% id="table-first-answers"
tell(
    "Mean amount {mean:,.0f} yuan, highest {high:,.0f}, lowest {low:,.0f}.",
    mean=amount.mean(), high=amount.max(), low=amount.min(),
)

# %% [markdown] id="table-refunds"
# The lowest amount is below zero. That is no error: money that went back to a customer, a refund,
# stands as a row of its own. Whoever counts rows counts refunds as orders.

# %% [markdown] id="choose"
# ## Choosing columns and rows
#
# Square brackets choose. With one name you get a Series; with a *list* of names a data frame, even if
# the list has one name only.

# %% id="choose-columns"
one_column = orders["amount"]
two_columns = orders[["customer_id", "amount"]]
tell("{one} and {two}", one=type(one_column).__name__, two=type(two_columns).__name__)

# %% [markdown] id="choose-mask"
# Rows are chosen with a condition. A comparison gives True or False for every row, a **Boolean mask**;
# put into the brackets, it keeps the rows with True.

# %% id="choose-refunds"
is_refund = orders["amount"] < 0
refunds = orders[is_refund]
tell("{count} of {all:,} rows are refunds.", count=len(refunds), all=len(orders))

# %% [markdown] id="choose-and"
# Masks are joined with `&` (and), `|` (or) and turned round with `~` (not). Each comparison stands in
# *its own brackets*: without them, Python does `&` first and stops with an error. From here on, `paid`
# is the table without refunds.

# %% id="choose-brackets"
online_large = orders[(orders["channel"] == "online") & (orders["amount"] >= 500)]
paid = orders[~is_refund]
tell(
    "{large:,} online orders of 500 yuan or more; {paid:,} rows that are not refunds.",
    large=len(online_large), paid=len(paid),
)

# %% [markdown] id="choose-isin"
# `isin` asks for several values at once, `between` for a range with both ends. `query` does the same
# as a mask, written as text; the chapters use both.

# %% id="choose-query"
direct = paid[paid["channel"].isin(["online", "shop"])]
middle = paid[paid["amount"].between(100, 200)]
the_same = paid.query("100 <= amount <= 200")
tell(
    "{direct:,} direct orders; {middle:,} orders from 100 to 200 yuan, by query {same:,}.",
    direct=len(direct), middle=len(middle), same=len(the_same),
)

# %% [markdown] id="choose-loc"
# `loc[rows, columns]` does both at once: a mask or labels for the rows, names for the columns. Note
# `<` against `<=`: prices repeat, so the border itself often holds many rows.

# %% id="choose-border"
border = 98
tell(
    "Below {border} yuan: {below:,} orders. At most {border} yuan: {at_most:,}.",
    border=border,
    below=len(paid.loc[paid["amount"] < border, "amount"]),
    at_most=len(paid.loc[paid["amount"] <= border, "amount"]),
)

# %% [markdown] id="dates"
# ## Dates
#
# A date column can be compared with a date written as text, year first. But `"2025-11-30"` means the
# first second of that day, midnight. So `<= "2025-11-30"` loses the orders of the day itself.

# %% id="dates-midnight"
november = paid[(paid["date"] >= "2025-11-01") & (paid["date"] < "2025-12-01")]
day_lost = paid[(paid["date"] >= "2025-11-01") & (paid["date"] <= "2025-11-30")]
tell(
    "Orders in November: {right}. With <= on the last day: {wrong}.",
    right=len(november), wrong=len(day_lost),
)

# %% [markdown] id="dates-parts"
# Write the *first day after* the period and `<`. Parts of a date come after `.dt`: year, month, the
# day without its time (`normalize`), the month as a period. Two dates subtracted give a length of
# time, whose `.dt.days` is a number.

# %% id="dates-dt"
some = paid[["date"]].iloc[[0, 5000, -1]]
some["month"] = some["date"].dt.to_period("M").astype("str")
some["day"] = some["date"].dt.normalize()
some["days to the end of 2025"] = (pd.Timestamp("2025-12-31") - some["day"]).dt.days
plots.table(some, "Parts of a date", {"date": "{:%Y-%m-%d %H:%M}"})

# %% [markdown] id="dates-read"
# *day* has lost its time, and that is why the days come out whole: with the time of the order, `.dt.days`
# would cut off a part of a day.

# %% [markdown] id="new"
# ## New columns and missing values
#
# A new column is written like an old one, with `=`; it is computed for all rows at once, without a
# loop. `assign` makes the column in a *new* table and leaves the old one as it is.

# %% id="new-column"
paid = paid.assign(year=paid["date"].dt.year)
paid["large"] = paid["amount"] >= 500
plots.table(paid[["order_id", "year", "amount", "large"]].head(3), "Two new columns (yuan)", {"year": "{}"})

# %% [markdown] id="new-missing"
# A **missing value** (`NaN`, `NaT` or `<NA>`) is not zero and not an empty text: nobody knows. Service
# tickets show it: customers may rate the help they got from 1 to 5, and many do not.

# %% id="new-rating"
rating = company.tickets["rating"]
tell(
    "{known:,} of {all:,} tickets have a rating ({share:.0%}).",
    known=rating.count(), all=len(rating), share=rating.notna().mean(),
)

# %% [markdown] id="new-trap"
# `mean` and `sum` leave missing values out. A *comparison* may not, and that depends on the type of the
# column. In a plain `float64`, as most files are read, `NaN >= 4` is False, so a mean over it counts every
# silent ticket as a bad one. In a nullable type (`Int8` here; its missing values are shown as `<NA>`) the
# answer is missing, too, and the mean leaves it out. `dropna` first, and you need not know the type.

# %% id="new-satisfied"
plain = rating.astype("float64")  # as it comes from a file
tell(
    "Rated 4 or 5: {right:.0%} of those with a rating. Without dropna, float64 gives {wrong:.0%}, Int8 {na:.0%}.",
    right=(plain.dropna() >= 4).mean(), wrong=(plain >= 4).mean(), na=(rating >= 4).mean(),
)

# %% [markdown] id="new-fill"
# `fillna(0)` puts a number in its place. That is right where missing *means* zero (no order, so no
# spend), and wrong where it means "not known".

# %% [markdown] id="sort"
# ## Sorting and counting
#
# `sort_values` sorts, from low to high unless `ascending=False`; `nlargest` gives the top in one step.
# A sort may put rows with *equal* values in any order, another one on another computer, unless it is
# stable: `kind="stable"` leaves them in the order they had.

# %% id="sort-largest"
largest = paid.sort_values("amount", ascending=False, kind="stable")
plots.table(largest[["order_id", "customer_id", "channel", "amount"]].head(3), "The largest orders (yuan)")

# %% [markdown] id="sort-counts"
# Three ways to count answer three questions. `len` counts rows, `count` counts values that are not
# missing, `nunique` counts *different* values.

# %% id="sort-nunique"
tell(
    "{rows:,} orders were placed by {people:,} different customers.",
    rows=len(paid), people=paid["customer_id"].nunique(),
)

# %% [markdown] id="sort-shares"
# `value_counts` counts rows per value, with `normalize=True` as shares. And the mean of a mask is a
# share, because True counts as 1: the shortest way to say "how many per cent".

# %% id="sort-channels"
shares = paid["channel"].value_counts(normalize=True)
plots.table(shares.rename("share of orders"), "Orders by channel", "{:.0%}")

# %% id="sort-mean-of-mask"
tell("{share:.0%} of orders are of 500 yuan or more.", share=paid["large"].mean())

# %% [markdown] id="group"
# ## Grouping
#
# Most questions in this course ask about customers, and the table has orders. `groupby` makes a heap
# for each customer, `agg` says what to compute of each heap. One row of the result is one *customer*,
# and `customer_id` has become the index.

# %% id="group-agg"
per_customer = paid.groupby("customer_id").agg(
    orders=("order_id", "count"), spend=("amount", "sum"), last=("date", "max")
)
plots.table(per_customer.head(3), "One row per customer (spend in yuan)")

# %% [markdown] id="group-one"
# For a single number per group, the short form: column in brackets, then the method. A category
# column wants `observed=True`: only groups that occur.

# %% id="group-channel"
by_channel = paid.groupby("channel", observed=True)["amount"].agg(["size", "mean", "median"])
plots.table(by_channel, "Number of orders, mean and median amount (yuan)")

# %% [markdown] id="group-means"
# A trap: the *mean of means*. Spend per order, averaged over customers, is not the mean order: somebody
# with one order counts as much as somebody with fifty. Both are right answers, to different questions.

# %% id="group-mean-of-means"
mean_order = paid["amount"].mean()
mean_of_means = paid.groupby("customer_id")["amount"].mean().mean()
tell(
    "A mean order is {order:,.0f} yuan; the mean of the customers' means is {means:,.0f}; "
    "a customer spends {spend:,.0f} in all.",
    order=mean_order, means=mean_of_means, spend=per_customer["spend"].mean(),
)

# %% [markdown] id="group-transform"
# `transform` gives the group's number back to *each row* of the group, so that a row can be compared
# with its own customer.

# %% id="group-usual"
usual = paid.groupby("customer_id")["amount"].transform("median")
tell("{share:.0%} of orders are above twice the customer's usual order.", share=(paid["amount"] > 2 * usual).mean())

# %% [markdown] id="join"
# ## Joining tables
#
# Who a customer is stands in another table, the register: one row is one customer. `merge` joins two tables by a
# column that both have, the **key**. `how="left"` keeps every row of the left table, even if the right
# one has no partner for it.

# %% id="join-customers"
register = company.customers[["customer_id", "joined", "first_channel", "region"]]
known = paid.merge(register, on="customer_id", how="left", validate="many_to_one")
tell("{before:,} rows before, {after:,} rows after.", before=len(paid), after=len(known))

# %% [markdown] id="join-multiply"
# Compare the number of rows before and after, always. Here is a join where it grows: an order has one
# line for each product, so each order meets *several* lines, and its amount stands there several times.

# %% id="join-lines"
lines = company.order_lines
joined = paid.merge(lines, on="order_id")
tell(
    "{before:,} orders become {after:,} rows; the sum of amounts grows by {more:.0%}.",
    before=len(paid), after=len(joined), more=joined["amount"].sum() / paid["amount"].sum() - 1,
)

# %% [markdown] id="join-validate"
# Nothing was sold in between. Two remedies: first bring the other table to one row per key, then merge; and
# write `validate="many_to_one"`, so that pandas stops if the key stands twice on the right. `groupby` adds
# the rows of a key up; `sort_values` by a date and `drop_duplicates("key", keep="last")` leave the newest.

# %% id="join-first-group"
units = lines.groupby("order_id", as_index=False)["quantity"].sum()
safe = paid.merge(units, on="order_id", how="left", validate="many_to_one")
newest = paid.sort_values("date", kind="stable").drop_duplicates("customer_id", keep="last")
tell(
    "{before:,} rows before, {after:,} after. The newest order of each customer: {newest:,} rows.",
    before=len(paid), after=len(safe), newest=len(newest),
)

# %% [markdown] id="join-map"
# For one column there is a shorter way: `map` looks up each value in a Series, by its index. The index
# matters in arithmetic, too: two Series are added label by label, so each customer's number meets
# that of the *same* customer, in whatever order they stand.

# %% id="join-lookup"
region_of = register.set_index("customer_id")["region"]
paid["region"] = paid["customer_id"].map(region_of)
plots.table(paid[["order_id", "customer_id", "region"]].head(3), "The region, looked up")

# %% [markdown] id="join-lookup-read"
# No row was added: each order has got the region of its customer.

# %% [markdown] id="wide"
# ## Turning a table round
#
# Grouped by two columns, a result is long: one row per pair. `unstack` turns the second into columns,
# and the table can be read like a sheet. `pd.crosstab` does the same for plain counts.

# %% id="wide-unstack"
sales = paid.groupby(["year", "channel"], observed=True)["amount"].sum()
wide = sales.unstack()
plots.table(wide, "Sales by year and channel (yuan)")

# %% [markdown] id="wide-shares"
# Shares come from dividing by a sum: `axis=1` adds along the row. Say aloud what 100 % is: here each
# *year* adds up to 100 %. Dividing by the sums of the columns would answer another question.

# %% id="wide-divide"
mix = wide.div(wide.sum(axis=1), axis=0)
plots.table(mix, "Share of each channel in the sales of the year", "{:.0%}")

# %% [markdown] id="wide-read"
# Read along a row. A channel can sell more each year and still lose share, if the others grow faster.

# %% [markdown] id="chain"
# ## Functions, methods and chains
#
# A *function* stands before its argument: `len(orders)`. A **method** belongs to a value and stands
# after its point: `orders.head()`. A name after a point without brackets, such as `orders.shape`, is a
# property: it is there already and computes nothing.
#
# Methods give new tables, so they can be written one after the other, a **method chain**. Read it from
# top to bottom, like a recipe; the brackets around it allow one step a line.

# %% id="chain-recipe"
best = (
    paid[paid["date"] >= "2025-01-01"]
    .groupby("customer_id")["amount"]
    .sum()
    .sort_values(ascending=False, kind="stable")
    .head(3)
)
plots.table(best, "The three customers who spent most in 2025 (yuan)")

# %% [markdown] id="chain-check"
# If a chain gives something odd, cut it after the first step, look, add the next step, look again.

# %% [markdown] id="red"
# ## When it goes red
#
# Errors are everyday. A long red text frightens; it is read *from the end*. The last line says what went
# wrong, the arrow which of *your* lines did it; what stands in between are the insides of pandas, and
# you skip them.
#
# ```
# KeyError                                  Traceback (most recent call last)
#       1 # one row per channel
# ----> 2 orders["Amount"].sum()
#       ⋮  (thirty lines from inside pandas)
# KeyError: 'Amount'
# ```
#
# `KeyError: 'Amount'`: there is no column of that name. The column is called `amount`. The next cell
# fails on purpose.

# %% id="red-type" tags=["raises-exception"]
"Orders in all: " + len(orders)

# %% [markdown] id="red-type-words"
# A text and a number cannot be put together with `+`; that is what the last line says. The commonest
# error of all is `NameError: name 'oders' is not defined`. Either the name is misspelt, as here, or the
# cell that makes it has not been run: after a pause, that is the usual cause, and
# *Kernel → Restart Kernel and Run All Cells…* mends it.

# %% [markdown] id="red-list"
# The errors that you will meet most, each with its last line. `try … except` catches them here, so that
# the notebook runs on.

# %% id="red-brackets"
try:
    orders[orders["amount"] > 500 & orders["channel"] == "online"]
except TypeError as error:
    print("TypeError:", error)

# %% id="red-and"
try:
    orders[(orders["amount"] > 500) and (orders["channel"] == "online")]
except ValueError as error:
    print("ValueError:", error)

# %% id="red-attribute"
try:
    orders["amount"].average()
except AttributeError as error:
    print("AttributeError:", error)

# %% [markdown] id="red-words"
# The first: brackets missing around the comparisons. The second: `and` asks for one yes or no, and there
# are thousands; write `&`. The third: there is no such method, the name is `mean`. Copy the last line
# into a search engine if you do not know it; somebody had it before you.
#
# Worse than an error is a wrong number without one: rows multiplied, missing values counted, the last
# day lost. That is why the exercises check *numbers*.

# %% [markdown] id="plots"
# ## Reading plots
#
# Before you look at the shape, read the words: what is one mark, what is on each axis, in which unit,
# where does it start? A bar shows an amount by its
# length, so its axis starts at zero.

# %% id="plots-bar"
ax = plots.bars(by_channel["median"])
plots.show(
    ax, "The middle order is largest at the channel: {best}", best=by_channel["median"].idxmax(),
    x="median order (yuan)", y="channel", alt="Bars: median order by channel, from zero.",
)

# %% [markdown] id="plots-line"
# The bar is a median, so it speaks of the middle order; the sum of all orders may look different. A
# line shows change over time; its axis need not start at zero, but look where it does start. Ask of
# every line: is the last point a whole month, and is it a season that comes every year?

# %% id="plots-months"
per_month = paid.groupby(paid["date"].dt.to_period("M"))["amount"].sum() / 1000
ax = per_month.plot(figsize=(7.5, 3.4), marker="o", markersize=4)
ax.set_ylim(0, 1.05 * per_month.max())
plots.show(
    ax, "Sales were highest in {month}", month=str(per_month.idxmax()),
    x="month", y="sales (thousand yuan)", alt="Line: sales per month, three years.",
)

# %% [markdown] id="plots-hist"
# A **histogram** shows how values are spread: the axis is cut into bins, and a bar counts the customers
# in its bin. Money is nearly always **skewed**: many small values at the left, a long tail at the right.
# The mean is pulled along by the tail; the median, the customer in the middle, is not.

# %% id="plots-spend"
spend = per_customer["spend"]
shown = spend.clip(upper=20_000) / 1000
ax = shown.plot.hist(bins=40, figsize=(7.5, 3.4), color="0.7", label="customers")
ax.axvline(spend.mean() / 1000, color="C1", label="mean")
ax.axvline(spend.median() / 1000, color="C0", ls="--", label="median")
ax.legend()
plots.show(
    ax, "The mean is {ratio:.1f} times the median", ratio=spend.mean() / spend.median(),
    x="spend in three years (thousand yuan; 20 means 20 or more)", y="customers",
    alt="Histogram of spend per customer: many small values, a long tail, mean above median.",
)

# %% [markdown] id="plots-bins"
# How many bins? Too few hide the shape, too many show noise. The same customers three times:

# %% id="plots-three"
import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
for ax, bins in zip(axes, [3, 30, 300], strict=True):
    shown.plot.hist(bins=bins, ax=ax, color="0.5", linewidth=0, xlabel=f"{bins} bins", ylabel="")
axes[0].set_ylabel("customers")
plots.show(
    axes[1], "3 bins hide the shape, 300 show noise", x="30 bins; spend in thousand yuan",
    alt="The same histogram with 3, 30 and 300 bins: too coarse, readable, noisy.",
)

# %% [markdown] id="plots-scatter"
# A scatter plot has one point for each customer and two measures: do they go together? Where points
# cover each other, make them transparent, and where both measures are skewed, use a logarithmic axis:
# each step is *times* ten, not plus.

# %% id="plots-points"
ax = per_customer.plot.scatter("orders", "spend", alpha=0.2, s=14, logx=True, logy=True)
plots.show(
    ax, "{share:.0%} of those with ten orders or more spend above the median",
    share=(spend[per_customer["orders"] >= 10] > spend.median()).mean(),
    x="orders (logarithmic)", y="spend (yuan, logarithmic)",
    alt="Scatter plot on logarithmic axes: spend against orders, one point per customer.",
)

# %% [markdown] id="plots-cause"
# The two go together, more or less. That does not say that one makes the other. Here it is nearly arithmetic: more
# orders add up to more money. In the chapters it is the question that costs most.

# %% [markdown] id="claim"
# ## Claim check: "the average customer"
#
# Reports like to speak of the average customer. Test it: how many customers spend less than the
# average?

# %% id="claim-run"
near = spend.between(0.9 * spend.mean(), 1.1 * spend.mean()).mean()
tell(
    "The average customer spends {mean:,.0f} yuan. {share:.0%} of customers spend less, {near:.0%} about as "
    "much (up to a tenth more or less).", mean=spend.mean(), share=(spend < spend.mean()).mean(), near=near,
)

# %% [markdown] id="claim-answer"
# Both sentences count: most spend less, and few come anywhere near the average. The mean is right for
# money in total (mean times customers is the sum), the median for a typical customer. A report that gives
# one of them for something skewed should give both.

# %% [markdown] id="interval"
# ## What an interval says
#
# Back to Zhou Ning's chart. Take everybody who bought in 2024. In which channel did they start, and who
# bought again in 2025?

# %% id="interval-regulars"
buyers_2024 = paid.loc[paid["year"] == 2024, "customer_id"].unique()
buyers_2025 = paid.loc[paid["year"] == 2025, "customer_id"].unique()
regulars = register[register["customer_id"].isin(buyers_2024)]
regulars = regulars.assign(came_back=regulars["customer_id"].isin(buyers_2025))

# %% id="interval-table"
back = regulars.groupby("first_channel", observed=True)["came_back"].agg(["size", "mean"])
back = back.set_axis(["customers", "share"], axis=1)
plots.table(back, "Buyers of 2024, and the share who came back in 2025", {"share": "{:.1%}"})

# %% [markdown] id="interval-words"
# With a little more or less luck, each share would be another one. A **confidence interval** says how
# much: it is made so that, over many repetitions, 95 of 100 such intervals contain the true share. For
# a share, half of its length is about 1.96 √(share × (1 − share) / number). More customers make it
# shorter, but slowly: *four* times as many for half the length. The axis is in per cent; ask "per cent
# of what?" Here: of the buyers of 2024 who started in the channel.

# %% id="interval-half"
back["half"] = 1.96 * np.sqrt(back["share"] * (1 - back["share"]) / back["customers"])
ax = plots.bars(back["share"], error=back["half"])
plots.show(
    ax, "From {low:.0%} to {high:.0%} came back, by channel; each has its interval",
    low=back["share"].min(), high=back["share"].max(),
    x="share who came back, with 95 % interval", y="first channel", percent="x",
    alt="Bars from zero with intervals: share of the buyers of 2024 who came back, by first channel.",
)

# %% [markdown] id="interval-mean-words"
# A mean has an interval, too. Its half is 1.96 times the standard error, the spread of single orders
# divided by the root of their number; `sem` computes it. Orders of one customer are alike, so the true
# interval is wider.

# %% id="interval-mean"
of_2025 = paid[paid["year"] == 2025].groupby("channel", observed=True)["amount"]
mean_orders = of_2025.agg(["mean", "sem"])
mean_orders["half"] = 1.96 * mean_orders["sem"]
plots.table(mean_orders, "Mean order in 2025, its standard error, half of its 95 % interval (yuan)")

# %% [markdown] id="interval-two"
# Do two channels differ? Do not compare two intervals by eye. It is unlikely that luck pushes one share up
# *and* the other one down, so intervals may overlap and the shares differ all the same. Look at the
# *interval of the difference*. Its half is the root of the sum of squares (halves of 3 and 4 give 5, not 7).
# If it contains zero, the data are compatible with no difference. And a difference of two shares is in
# *points*: from 60 % to 63 % is 3 points, and 5 per cent.

# %% id="interval-difference"
order = back["share"].sort_values(ascending=False, kind="stable").index
best, lowest = back.loc[order[0]], back.loc[order[-1]]
gap = best["share"] - lowest["share"]
gap_half = np.hypot(best["half"], lowest["half"])

# %% id="interval-read"
within = gap - gap_half, gap + gap_half
tell(
    "Highest ({best}) minus lowest ({lowest}): {gap:+.1points}, 95 % interval {within:+.1points}.",
    best=order[0], lowest=order[-1], gap=gap, within=within,
)
tell("It contains zero." if gap < gap_half else "It does not contain zero.")

# %% [markdown] id="interval-luckiest"
# One caution: we chose the highest and the lowest *after* looking. The highest of several is usually the
# luckiest, too, so the true difference tends to be smaller than this one.

# %% [markdown] id="truth"
# ## How far off were we?
#
# Does an interval keep its promise? Take these customers for the whole world, so that the true share is
# known. Ask 100 of them at random, make the interval, and do so a thousand times.

# %% id="truth-samples"
world = regulars["came_back"].to_numpy()
rng = np.random.default_rng(seed)
shares = rng.choice(world, size=(1000, 100)).mean(axis=1)
halves = 1.96 * np.sqrt(shares * (1 - shares) / 100)

# %% id="truth-covered"
missed = np.abs(shares - world.mean()) > halves
tell("{share:.1%} of the 1,000 intervals contain the true share.", share=1 - missed.mean())

# %% id="truth-plot"
turn = np.arange(60)
ax = plt.subplots(figsize=(7.5, 3.2))[1]
for group, colour in [(turn[~missed[:60]], "0.6"), (turn[missed[:60]], "C1")]:
    ax.errorbar(group, shares[group], halves[group], fmt="o", ms=3, color=colour)
ax.axhline(world.mean(), color="C0")
plots.show(
    ax, "{count} of the first 60 intervals miss the true share", count=missed[:60].sum(),
    x="repetition", y="share who came back", percent="y",
    alt="Sixty intervals around a line, the true share; those that miss it are orange.",
)

# %% [markdown] id="truth-words"
# A real company has one of these intervals, and no blue line. You never know whether yours is an orange
# one; you know how often such a method is wrong.

# %% [markdown] id="misleads"
# ## A plot that misleads
#
# This is the chart on Zhou Ning's desk. What is wrong with it? Look before you read on.

# %% id="misleads-chart"
ax = back["share"].plot.bar(figsize=(5, 3.6), rot=0, color=["C0", "C1", "C2"])
ax.set_ylim(back["share"].min() - 0.1 * (back["share"].max() - back["share"].min()), back["share"].max())
plots.show(
    ax, "Wrong on purpose: {best} far ahead of {lowest}!", best=order[0], lowest=order[-1], x="", y="loyalty",
    alt="Bars from an axis that is cut just below the lowest value, so that small differences tower.",
)

# %% id="misleads-ratio"
seen = (back["share"] - ax.get_ylim()[0])[[order[0], order[-1]]]
tell(
    "In the chart the longest bar is {seen:.0f} times as long as the shortest. The shares are {real:.2f} to 1.",
    seen=seen.iloc[0] / seen.iloc[1], real=best["share"] / lowest["share"],
)

# %% [markdown] id="misleads-words"
# 1. *The axis is cut.* Bars speak by their length, so they start at zero. A difference too small to be
#    seen from zero is shown better as an interval of the difference.
# 2. *No uncertainty.* Three numbers from some hundred people each, as if they were exact.
# 3. *No unit and no definition.* "Loyalty" is what? The share of the buyers of 2024 who bought in 2025.
# 4. *The title shouts* and names no number.
# 5. *And it proves no cause*, even where the difference is sure: other people may start in another
#    channel. Dealers, for example, serve firms.
#
# Other tricks to know: two axes, one on each side, that make any two lines agree; sums that can only
# grow ("customers so far"); a period that was chosen after looking; a pie of ten slices.

# %% [markdown] id="decision"
# ## The decision
#
# What you write to Zhou Ning, with the numbers of this run:

# %% id="decision-memo"
tell(
    "1. Of the buyers of 2024, {low:.0%} to {high:.0%} came back, by first channel. The chart makes a tower of "
    "{gap:.1points}.", low=lowest["share"], high=best["share"], gap=gap,
)
tell("2. 95 % interval of the difference, had the two been chosen before looking: {within:+.1points}.", within=within)

# %% id="decision-what"
tell(
    "3. That can be luck: leave the money where it is."
    if gap < gap_half
    else "3. Chosen before looking, that would be more than luck; and it may be other people rather than a better "
    "channel: leave the money."
)

# %% [markdown] id="decision-words"
# And we chose the highest and the lowest *after* looking, so the true difference is probably smaller. Whether a
# *channel* makes people come back is a question for a test by lot; how large it must be is computed in
# [chapter 3b](03b_groups_and_offers.ipynb).

# %% id="decision-evidence"
crm.evidence(
    ("lowest and highest share who came back", "{low:.1%} to {high:.1%}", "", "interval-table", ""),
    ("their difference", "{gap:+.1points}", "{within:+.1points}", "interval-difference",
     "would hold for channels chosen before looking; these were not"),
    low=lowest["share"], high=best["share"], gap=gap, within=within,
)

# %% [markdown] id="recap"
# ## Recap
#
# - Say what one row is: before, and after `groupby` and `merge`. Compare the number of rows.
# - Each condition in its own brackets; the period ends *before* the next day.
# - Missing is not zero; a mean of yes and no is a share; the mean of means answers another question.
# - Read an error from its last line. A wrong number without an error is worse.
# - Bars start at zero, skewed money needs its median, and two shares are compared by the interval of
#   their difference.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-rows"
crm.quiz(
    "After a merge your table has more rows than before. What happened?",
    ("The key stands more than once in the right table.", True, "Each row met several partners."),
    ("Customers without a partner were added.", False, "how=\"left\" keeps rows of the left; it adds none."),
    ("Nothing that matters: no row was lost.", False, "Every sum over the table is now too high."),
)

# %% id="quiz-period"
crm.quiz(
    "Which mask takes all orders of June, with their times of day?",
    ('(date >= "2025-06-01") & (date < "2025-07-01")', True, "Up to the last second of June."),
    ('(date >= "2025-06-01") & (date <= "2025-06-30")', False, "That ends at midnight, before the last day."),
    ('date >= "2025-06-01" & date < "2025-07-01"', False, "An error: the brackets are missing."),
)

# %% id="quiz-mean"
crm.quiz(
    "Ten customers: nine spend 100 yuan, one spends 9,100. What is the median?",
    ("100", True, "The middle of ten customers; the large one does not move it."),
    ("1,000", False, "That is the mean, and nobody spends it."),
    ("4,600", False, "That is the middle between lowest and highest."),
)

# %% id="quiz-error"
crm.quiz(
    "A cell of yesterday gives NameError: name 'paid' is not defined. What do you do first?",
    ("Run the cells above.", True, "The name is made there; a new kernel knows nothing yet."),
    ("Install pandas again.", False, "pandas is there: it is your own name that is missing."),
    ("Write paid = ... to make the error go.", False, "Then the next line fails, or worse, it does not."),
)

# %% [markdown] id="next"
# ## Next
#
# Now write it yourself: [the exercise](../exercises/00_primer.ipynb) has small tasks on a company
# of your own. Then [chapter 1](01_crm_at_a_glance.ipynb) asks where the next yuan should go.
#
# ### References
#
# - Cleveland, W. S. & McGill, R. (1984). Graphical perception. *Journal of the American Statistical
#   Association* 79(387), 531–554.
# - McKinney, W. (2010). Data structures for statistical computing in Python. *Proceedings of the 9th
#   Python in Science Conference*, 56–61.
# - Schenker, N. & Gentleman, J. F. (2001). On judging the significance of differences by examining the
#   overlap between confidence intervals. *The American Statistician* 55(3), 182–186.
# - Wickham, H. (2014). Tidy data. *Journal of Statistical Software* 59(10), 1–23.
