# %% [markdown] id="title"
# # 8b · The toolbox, and scale
#
# ### The question
#
# A vendor offers Lin Yue, the founder of Harbour Coffee, a "big data platform": it finds patterns, it
# warns of fraud, and the data "will soon outgrow any single machine". Chen Bo, who runs IT, asks for the
# contract, 180,000 yuan a year, by Friday. Before anybody signs, two things have to be known: what can the
# company find out with what it has, and when, if ever, does its log outgrow one machine? Bought too early,
# the platform costs a salary each year for nothing; too late, and for a quarter there are no reports.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. choose among six tools of data mining, and name the simple rival that each has to beat;
# 2. find what is bought after what, and tell it from what the same people buy;
# 3. judge an alarm by alerts a week, hits and money, and set its threshold by the *next* alert;
# 4. keep a customer table up to date, day by day, and say what such an update cannot know;
# 5. say in which year a log outgrows a machine, with the interval of the growth rate.
#
# *You need* shuffled baskets and the false discovery rate of [chapter 6a](06a_cross_sell.ipynb), and the
# customer table of [chapter 3a](03a_rfm_and_pyramid.ipynb). *Time:* about {{minutes}} minutes to read and
# run. *Not here:* whose data may be used for what, and running a cluster of machines.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
spark = False  # True also asks Apache Spark; needs crmlab[spark] and some ten seconds
memory_gb = 16  # of the machine that the company has
rows_per_payment = 4  # rows of the log for one payment: the payment and its lines
check_cost = 30  # yuan to check one return
currency = "yuan"

# %% id="setup"
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=12_000)
orders = company.orders

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-pairs"
products = company.products.set_index("product_id")
possible = len(products) * (len(products) - 1) // 2
tell("Chapter 6a tested pairs of {products} products: {pairs} are possible.", products=len(products), pairs=possible)

# %% id="recall-pairs-quiz"
crm.quiz(
    "If nothing went together at all, how many of them would be called significant at 5 %?",
    ("About {right:.0f}.", True, "One in twenty, by luck. That is why we limit the false discovery rate."),
    ("None.", False, "In twenty tests one looks significant by luck."),
    ("About {all:.0f}.", False, "That would be half of them; 5 % is one in twenty."),
    right=0.05 * possible, all=0.5 * possible,
)

# %% id="recall-days"
bought = orders.query("amount >= 0")
days = bought.assign(day=bought["date"].dt.normalize()).groupby("customer_id")["day"]
rows = days.agg(["size", "nunique"]).query("size > nunique").iloc[0]
tell("One customer has {orders} orders on {days} different days.", orders=rows["size"], days=rows["nunique"])

# %% id="recall-days-quiz"
crm.quiz(
    "How many purchases does the customer table count for this customer?",
    ("{days}", True, "Several rows on one day are one purchase. Today it decides what can be updated."),
    ("{orders}", False, "Those are the orders; two on one day are one purchase."),
    ("{less}", False, "Those are the repeat purchases: all but the first."),
    days=rows["nunique"], orders=rows["size"], less=rows["nunique"] - 1,
)

# %% [markdown] id="data"
# ## The data
#
# Three tables join the orders that you know. `bookings` has one row per service that a customer booked at
# a shop: classes, and care for machines. `till_feed` has one row per shop and day: how many payments
# arrived from the tills that night, and, from the card processor's statement a month later, how many were
# truly `settled`. Most of those who pay there are in no register. And `returns` has one row per return at
# a till in 2025. Until June every second one, by lot, was checked by a call: the `audit`. Today is 31
# December 2025.

# %% id="data-bookings"
bookings = company.bookings
plots.table(bookings.head(3).set_index("booking_id"), "Bookings", {"date": "{:%Y-%m-%d %H:%M}"})

# %% id="data-tills"
feed, returns = company.till_feed, company.returns
tell(
    "{bookings:,} bookings; {days:,} days of {shops} shops; {returns:,} returns, {checked:,} of them checked.",
    bookings=len(bookings), days=feed["date"].nunique(), shops=feed["shop"].nunique(), returns=len(returns),
    checked=returns["audit"].notna().sum())

# %% [markdown] id="data-wrong"
# What is wrong with them? A booking says when, not why. The feed is the log that grows, and now and then
# it is broken. And an audit finds what a customer on the phone denies or confirms, nothing else. For
# `settled` of December the statement has not come yet.

# %% [markdown] id="toolbox"
# ## Four tools that you know
#
# **Data mining** is looking for patterns in data that were collected for something else. Four of its
# tools you have used. The vendor shows each of them on a slide; we ask each of them for its simplest rival.
#
# *Clustering* puts like beside like (chapter 3b). Its rival is the label that the company wrote down.

# %% id="toolbox-clusters"
from sklearn.cluster import KMeans

lines = company.order_lines.merge(bought[["order_id", "customer_id"]], on="order_id")
lines["category"] = lines["product_id"].map(products["category"].astype("str"))
spent = lines.pivot_table(index="customer_id", columns="category", values="paid", aggfunc="sum").fillna(0)
spent = spent[lines.groupby("customer_id")["order_id"].nunique() >= 4]
clusters = KMeans(4, n_init=5, random_state=seed).fit_predict(crm.steady(spent.div(spent.sum(axis=1), axis=0)))

# %% [markdown] id="toolbox-rules-words"
# *Association rules* name what lies in one basket (chapter 6a). The rival: the pairs met most often.

# %% id="toolbox-rules"
from scipy import sparse

order_code, product_code = pd.factorize(lines["order_id"])[0], lines["product_id"].cat.codes
in_basket = sparse.csr_array((np.ones(len(lines)), (order_code, product_code))) > 0
both = (in_basket.T.astype(float) @ in_basket.astype(float)).toarray()
lift = crm.steady(both * in_basket.shape[0] / np.outer(np.diag(both), np.diag(both)))
often = np.triu(both >= 20, 1)
by_lift, most_met = (np.argsort(-np.where(often, score, 0), axis=None, kind="stable")[:5] for score in (lift, both))

# %% [markdown] id="toolbox-classes-words"
# *Classification* gives each customer a chance of yes (chapter 5b): here, to order in the last quarter of
# 2025. It learns from the same quarter a year before. The rival: who ordered last is called first.

# %% id="toolbox-classes"
from sklearn.linear_model import LogisticRegression

quarter = {}
for year in [2024, 2025]:
    table = crm.summarize(orders, as_of=f"{year}-09-30")
    buyers = bought.loc[bought["date"].between(f"{year}-10-01", f"{year}-12-31 23:59"), "customer_id"]
    quarter[year] = np.log1p(table[["recency_days", "purchases", "T"]]), table.index.isin(buyers)

# %% id="toolbox-classes-judge"
(learn, learned), (judge, came) = quarter[2024], quarter[2025]
model = LogisticRegression(solver="newton-cholesky").fit(learn, learned)
called = pd.DataFrame({"model": crm.steady(model.predict_proba(judge)[:, 1]), "rival": -judge["recency_days"]})
called = called.rank(method="first") > len(called) - 1000
better = (called["model"].astype(float) - called["rival"]) * came * len(called) / 1000

# %% id="toolbox-classes-read"
tell(
    "Of 1,000 customers called, {model:.1%} of the model's order, {rival:.1%} of the last buyers: {gain:±+.1points}.",
    model=came[called["model"]].mean(), rival=came[called["rival"]].mean(),
    gain=(better.mean(), 1.96 * better.sem()),
)

# %% [markdown] id="toolbox-regression-words"
# *Regression* draws a line through numbers. Ours says how fast the log grows, from the settled payments a
# day, month by month, with a level of its own for each month of the year. The rival: the last eleven months
# over the same months a year before.

# %% id="toolbox-regression"
import statsmodels.formula.api as smf

monthly = feed.dropna(subset="settled").groupby(feed["date"].dt.to_period("M"))["settled"].sum().to_frame("payments")
monthly["a_day"] = monthly["payments"] / monthly.index.days_in_month
monthly["years"], monthly["month"] = np.arange(len(monthly)) / 12, monthly.index.month
fit = smf.ols("np.log(a_day) ~ years + C(month)", monthly).fit()

# %% id="toolbox-regression-read"
growth, (low, high) = np.expm1(fit.params["years"]), np.expm1(fit.conf_int().loc["years"])
last = monthly["payments"].iloc[-11:].sum() / monthly["payments"].iloc[-23:-12].sum() - 1
tell(
    "Payments grow by {growth:.1%} a year, 95 % interval {low:.1%} to {high:.1%}; eleven months over eleven months "
    "give {last:.1%}.", growth=growth, low=low, high=high, last=last,
)

# %% [markdown] id="toolbox-words"
# Both look at the same growth. What the line adds is its interval, and we shall need it. Whether clusters and
# rules are right only the truth can tell, at the end. Now the two tools that are new.

# %% [markdown] id="sequences"
# ## What is booked after what
#
# A **sequential pattern** says "after A comes B". If it holds, we know what to remind whom of, and when:
# who had a home brewing class may want the grinder set up. The usual way is to count what customers have
# in common, whenever they booked it.

# %% id="sequences-common"
times = pd.crosstab(bookings["customer_id"], bookings["service"].astype("str"))
common = (times > 0).astype(int).T @ (times > 0).astype(int)
common = common.where(np.triu(common, 1) > 0).stack().sort_values(ascending=False, kind="stable")
plots.table(common.head(4).rename_axis(["one", "other"]).to_frame("customers"), "Customers who booked both")

# %% [markdown] id="sequences-common-words"
# Care for machines fills the list: those who own a machine book all of it. It says who, not what comes
# next. So put each customer's bookings in order, and count what comes *next* after what.

# %% [markdown] id="sequences-hand"
# ### Order against luck
#
# One customer is enough to see what luck gives. Say she booked a class, a set-up and two descalings, four
# bookings. In any order there are three places where one booking follows another. If each order is equally
# likely, a given place holds "class, then set-up" with chance $\frac14 \cdot \frac13$: three places make
# $\frac14$. In general a customer with $n$ bookings, of which $a$ are A and $b$ are B, gives $ab/n$ such
# pairs by luck. The **lift of order** compares:
#
# $$\text{lift of order} = \frac{n_{A \to B}}{\sum_i a_i\, b_i / n_i}$$
#
# where $n_{A \to B}$ counts how often B came next after A, and the sum goes over customers. What kind of
# customer books what, and how much, stands on both sides; what is left is the order.

# %% id="sequences-hand-run"
in_order = bookings.sort_values(["customer_id", "date"], kind="stable")
following = in_order.groupby("customer_id")["service"].shift(-1)
seen = ((in_order["service"] == "Home brewing class") & (following == "Grinder set-up")).sum()
by_luck = (times["Home brewing class"] * times["Grinder set-up"] / times.sum(axis=1)).sum()
tell("The set-up came next after a home brewing class {seen} times; in any order, {luck:.0f} times: lift of order "
     "{lift:.2f}.", seen=seen, luck=by_luck, lift=seen / by_luck)

# %% [markdown] id="sequences-test"
# And how far does luck scatter? Shuffle the bookings *within* each customer, 999 times, and count again: a
# **permutation test**. Its p-value is the share of the orders, the real one among them, with as many such
# pairs or more (Phipson & Smyth, 2010). `next_pairs` does it for every ordered pair. There are many of them, so
# we keep pairs at a false discovery rate of 5 %; and, as in chapter 6a, only those at one and a half times
# luck or more, a size set in advance.

# %% id="sequences-run"
from statsmodels.stats.multitest import multipletests

pairs = crm.next_pairs(bookings, "service", seed=seed)
pairs["kept"] = multipletests(crm.steady(pairs["p_value"]), alpha=0.05, method="fdr_bh")[0]
pairs["kept"] &= pairs["times_luck"] >= 1.5

# %% id="sequences-table"
kept = pairs[pairs["kept"]].sort_values("times_luck", ascending=False, kind="stable")
formats = {"by_luck": "{:.0f}", "times_luck": "{:.2f}", "p_value": "{:.3f}"}
plots.table(kept.drop(columns="kept").head(6), "After the first comes the second: pairs kept", formats)

# %% id="sequences-read"
tell(
    "Of {all} ordered pairs {kept} are kept; {alone} have a p-value below 5 %, and some {luck:.0f} would by luck. Of "
    "the five pairs with most customers in common, {same} are kept.", all=len(pairs), kept=len(kept),
    alone=(pairs["p_value"] < 0.05).sum(), luck=0.05 * len(pairs),
    same=sum(pair in kept.index or pair[::-1] in kept.index for pair in common.index[:5]),
)

# %% [markdown] id="sequences-words"
# What the test cannot do: it says that the order is no luck, not that the first *brings* the second. A
# class in spring and a set-up in autumn, or a service offered only since last year, would make an order as
# well. And where one pair is strong, pairs beside it move a little: what is left after A is less of
# everything else. Whether a reminder brings bookings that would not have come anyway, only a reminder by lot
# can tell.

# %% [markdown] id="anomalies"
# ## What is not as it should be
#
# **Anomaly detection** points at rows that differ from the rest. It is judged by three numbers: **alerts a
# week**, which somebody has to look at; hits, the alerts that were right; and what a miss and a false alarm
# cost. The rival is the rule that anybody would write in five minutes.

# %% [markdown] id="feed"
# ### A broken feed
#
# Some nights a shop's day arrives twice, or a part of it never. A month later the statement shows it; by
# then the reports were wrong for a month. The five-minute rule is a **control chart**: an alert when a day
# is more than three standard deviations from that shop's mean of the year before.

# %% id="feed-chart"
arrived, settled = (feed.pivot(index="date", columns="shop", values=name) for name in ("payments", "settled"))
year_before = arrived.loc["2024"]
chart = (arrived - year_before.mean()).abs() > 3 * year_before.std()

# %% [markdown] id="feed-rule"
# The other rule knows the business. What is usual: the median of the last eight same weekdays in this
# shop. What moves all shops that day, a feast or a storm, is taken off: the median over the shops. What is
# left is compared with its usual size, the *median absolute deviation* of the year before, times 1.4826,
# which is what it takes to compare with a standard deviation. A median hardly notices the broken days
# themselves; a mean does. The limit is four such sizes, where 2024 rang about as often as the chart did: the
# table says so, so that neither rule wins by ringing more.

# %% id="feed-robust"
by_weekday = arrived.groupby(arrived.index.day_of_week)
off = np.log(arrived.clip(lower=1) / by_weekday.transform(lambda shop: shop.shift(1).rolling(8).median()))
off = off.sub(off.median(axis=1), axis=0)
usual = off.loc["2024"].stack()
robust = off.abs() > 4 * 1.4826 * (usual - usual.median()).abs().median()

# %% id="feed-judge"
known = slice("2025-01-01", "2025-11-30")  # the statements that have come
broken = (arrived != settled).loc[known].stack()
rung = pd.DataFrame({"control chart": chart.loc[known].stack(), "robust rule": robust.loc[known].stack()})
alarms = pd.DataFrame({"alerts a week": 7 * rung.sum() / broken.index.levels[0].size, "hits": rung[broken].sum()})
alarms["missed"] = broken.sum() - alarms["hits"]
alarms["a week in 2024"] = [7 * rule.loc["2024"].to_numpy().sum() / 366 for rule in (chart, robust)]
formats = {"alerts a week": "{:.1f}", "a week in 2024": "{:.1f}"}
plots.table(alarms, "Broken days of a shop, January to November 2025", formats)

# %% id="feed-read"
gained = (rung["robust rule"].astype(float) - rung["control chart"])[broken]
weekly = alarms["alerts a week"]
tell(
    "Of {all} broken days the robust rule finds {gain:±+.0points} more than the chart, with {share:.0%} of its alerts.",
    all=len(gained), gain=(gained.mean(), 1.96 * gained.sem()), share=weekly["robust rule"] / weekly["control chart"],
)

# %% [markdown] id="feed-words"
# The chart cries on Saturdays, on feasts, and more and more as the company grows: its mean is a year old.
# Nobody reads an alarm that is wrong most of the time. What the better rule needed was not a platform, it
# was knowing what moves a till. What it misses are mostly days of which the smaller part was lost.

# %% [markdown] id="fraud"
# ### Returns that are no returns
#
# A cashier can pay out a return that never was. The shop inspector names four signs, and did so before we
# looked at any data: late, after 20:00; without receipt; not to the card that paid; and just under the 200
# yuan that need a second signature. The score of a return is its number of signs. The vendor offers an
# **isolation forest** instead, which needs no such knowledge: random cuts set a rare row apart sooner than a
# usual one (Liu, Ting & Zhou, 2008). The five-minute rule: check the largest.

# %% id="fraud-scores"
scores = pd.DataFrame({"amount": returns["amount"]})
late, near = returns["date"].dt.hour >= 20, returns["amount"].between(150, 199)
scores["signs"] = late.astype(int) + near + ~returns["receipt"] + ~returns["same_card"]

# %% id="fraud-forest"
from sklearn.ensemble import IsolationForest

looks = returns[["amount", "days_since", "receipt", "same_card"]].assign(hour=returns["date"].dt.hour)
forest = IsolationForest(n_estimators=100, random_state=seed).fit(looks.astype(float))
scores["forest"] = crm.steady(-forest.score_samples(looks.astype(float)))

# %% [markdown] id="fraud-judge-words"
# The audit was drawn by lot, so it says fairly what each list would find. Each list gets the same number of
# alerts: as many as returns with two signs or more.

# %% id="fraud-judge"
audited = returns["audit"].notna()
fraud = returns.loc[audited, "audit"] == "fraud"
alerts = scores[audited].rank(ascending=False, method="first") <= (scores.loc[audited, "signs"] >= 2).sum()

# %% id="fraud-table"
lists = pd.DataFrame({"hits": alerts[fraud].sum(), "of its alerts": alerts[fraud].sum() / alerts.sum()})
plots.table(lists, "Three lists of {alerts} alerts each; the audit found {all} frauds", {"of its alerts": "{:.0%}"},
            alerts=alerts["signs"].sum(), all=fraud.sum())

# %% id="fraud-read"
found = alerts[fraud].astype(float)
more, than_largest = found["signs"] - found["forest"], found["forest"] - found["amount"]
tell(
    "Of the frauds, the signs find {more:±+.0points} more than the forest; the forest {largest:±+.0points} more than "
    "the largest amounts.", more=(more.mean(), 1.96 * more.sem()), largest=(than_largest.mean(), 1.96 * than_largest.sem()),
)

# %% [markdown] id="fraud-words"
# The forest finds what is *rare*. A large return of an old purchase is rare, and honest. Whoever pays himself
# takes care to look usual, and stays under the limit. So unusual is not the same as wrong: where somebody can
# say what wrong looks like, four yes-or-no questions beat the clever tool. Where nobody can, the forest is
# still better than size.

# %% [markdown] id="money"
# ### The next alert
#
# A check costs 30 yuan of somebody's time; a fraud that is found gives its amount back. Checking pays as long
# as the *next* alert pays, not the average one.

# %% id="money-table"
audit = returns[audited].assign(signs=scores["signs"], fraud=fraud)
audit["net"] = audit["amount"] * audit["fraud"] - check_cost
by_signs = audit.groupby("signs").agg(returns=("fraud", "size"), frauds=("fraud", "sum"), net=("net", "mean"))
by_signs["±"] = 1.96 * audit.groupby("signs")["net"].sem()
plots.table(by_signs.sort_index(ascending=False), "What a check brings, by signs (net and ± in {unit})",
            {"net": "{:+.0f}", "±": "{:.0f}"}, unit=currency)

# %% [markdown] id="money-choice-words"
# All returns with two signs or more, taken together, may well pay; whether those with *exactly* two do, the
# row of the two tells. We choose the threshold on the audit of the first quarter, and take the figures of
# the memo from the second: who chooses and judges on the same rows flatters the choice.

# %% id="money-choice"
first = audit["date"] < "2025-04-01"
total = {least: audit.loc[first & (audit["signs"] >= least), "net"].sum() for least in (1, 2, 3, 4)}
threshold = int(crm.steady(pd.Series(total)).idxmax())
listed = audit["net"].where(audit["signs"] >= threshold, 0)[~first]
a_year = 4 * 2 * len(listed)  # a quarter, of which every second return was checked
worth, checks = (a_year * listed.mean(), a_year * 1.96 * listed.sem()), (scores["signs"] >= threshold).sum() / 52
tell("From {least} signs on. Worth {worth:±+,.0f} {unit} a year, for {checks:.1f} checks a week.", least=threshold,
     worth=worth, unit=currency, checks=checks)

# %% [markdown] id="explore"
# Move the number of alerts a week and what a check costs. Three things to try:
#
# 1. Begin with two alerts a week and add more. Where does the best list stop earning?
# 2. What may a check cost until the forest earns nothing any more?
# 3. Is there any cost at which the largest amounts are the better list?
#
# Where nothing can move, the picture shows ten alerts a week.

# %% id="explorer"
from crmlab import widgets

widgets.alert_explorer(scores[audited], fraud, audit["amount"], weeks=13)  # half a year, every second return

# %% [markdown] id="explore-read"
# Each list rises while it finds frauds and falls when it has found them: after that, every alert is a cost.
# The top of the curve is the threshold. A list with more hits is not the better one if it needs three times
# the alerts.

# %% [markdown] id="big"
# ## What makes data big
#
# **Big data** is described by three words: *volume*, *velocity* and *variety* (after Laney, 2001). Our
# sources add real time and all channels. All of it can be measured, before anybody buys anything.

# %% id="big-log"
log = company.orders[["customer_id", "date", "amount"]]
bytes_per_row = log.memory_usage(deep=True, index=False).sum() / len(log)
tills = feed["settled"].fillna(feed["payments"])  # December as it arrived
payments = tills[feed["date"] >= "2025-01-01"].sum()

# %% id="big-log-read"
tell("Volume: {rows:,} rows of orders take {each:.0f} bytes each in memory. The tills add some {log:,.1f} million rows a "
     "year.", rows=len(log), each=bytes_per_row, log=payments * rows_per_payment / 1e6)

# %% id="big-variety"
tables = [getattr(company, name) for name in ("customers", "orders", "tickets", "survey", "bookings")]
kinds = {kind: sum(len(table.select_dtypes(kind).columns) for table in tables) for kind in ("number", "datetime")}
tell("Variety: five tables have {number} columns of numbers, {datetime} of dates, and {words} of single words, yes or no.",
     words=sum(len(table.columns) for table in tables) - sum(kinds.values()), **kinds)

# %% id="big-speed"
age = (pd.Timestamp("2026-01-01") - bought.groupby("customer_id")["date"].max()).dt.days
channels = bought.groupby("customer_id")["channel"].nunique()
tell(
    "Speed: {day:.1%} of the customers change in a day, {week:.1%} in a week, {month:.1%} in a month. All channels: "
    "{several:.0%} of customers bought in more than one.", day=(age < 1).mean(), week=(age < 7).mean(),
    month=(age < 30).mean(), several=(channels > 1).mean(),
)

# %% [markdown] id="big-read"
# Volume: it fits in a corner of a laptop. Variety: tables of numbers, dates and words, no pictures, no
# recordings. Speed: a table made last night is right for nearly everybody this morning. All channels: here
# one column tells, because the company has one number for each customer; where it has not, that is work for
# chapter 7, and no platform does it by itself.

# %% [markdown] id="engines"
# ## One table, any engine
#
# The customer table of chapter 3a is one line of code. It does not say where the rows are. An **engine** is
# the program that does the adding up. pandas holds all rows in memory; where they are many, `summarize` hands
# them to DuckDB, which adds up faster. Polars uses all processors, and so does DuckDB, a database inside your
# program that also reads **Parquet**, files which keep each column together, without loading them; **Apache
# Spark** spreads rows over many machines. Write the log to a folder, a file per year, and ask each of them.

# %% id="engines-folder"
place = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # gone when the notebook ends
folder, crowded = Path(place.name, "log"), Path(place.name, "long")
folder.mkdir(), crowded.mkdir()
for year, rows in log.groupby(log["date"].dt.year):
    rows.to_parquet(folder / f"{year}.parquet", index=False)

# %% id="engines-run"
import polars as pl

customers = crm.summarize(log, as_of="2025-12-31")
answers = {"pandas": customers}
answers["Polars"] = crm.summarize(pl.from_pandas(log), as_of="2025-12-31")
answers["DuckDB over Parquet"] = crm.summarize(str(folder), as_of="2025-12-31")
if spark:
    answers["Spark"] = crm.summarize(crm.local_spark().read.parquet(str(folder)), as_of="2025-12-31")

# %% id="engines-read"
same = all(customers.equals(table) for table in answers.values())
tell("{count:,} customers; the tables of {engines} are {same}.", count=len(customers), engines=", ".join(answers),
     same="equal to the last digit" if same else "not equal")

# %% [markdown] id="engines-words"
# That is worth more than speed: nothing that you built on the table has to be built again when the log moves.
# Spark is asked where `spark = True` stands in the parameters; it starts a Java machine, which takes a while.
# Its times, and whether its table was equal, stand in the measurement below.

# %% [markdown] id="cost"
# ### Cost against size
#
# How long does the table take? A time belongs to a machine, so this one was measured once, on two cores, and
# kept with the course: `datasets/engines` says how, and how to do it again on yours. The line of pandas is that
# of rows which pandas loads and DuckDB adds up.

# %% id="cost-plot"
measured = crm.datasets.load_engines()
seconds = measured.pivot(index="rows", columns="engine", values="seconds")
ax = seconds.plot(loglog=True, style=["o-", "s-", "D-", "^-"], figsize=(7.5, 4.2))
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "Seconds for the customer table, by rows of the log", x="rows of the log (log scale)", y="seconds (log scale)",
    alt="Lines: seconds to summarise a log against its rows, one line per engine, both axes logarithmic.",
)

# %% id="cost-read"
most, few = seconds.iloc[-1], seconds.iloc[0]
tell(
    "{rows:,} rows: {each}. With {few:,} rows Spark takes {times:.0f} times as long as pandas. All tables were {same}.",
    rows=most.name, each=", ".join(f"{engine} {time:.1f} s" for engine, time in most.items()), few=few.name,
    times=few["Spark"] / few["pandas"], same="equal" if measured["equal"].all() else "not equal",
)

# %% [markdown] id="cost-words"
# Few rows cost the start, many rows the work: ten times the rows take at most about ten times as long. On one
# machine Spark does the same work with more ado; it was built for many machines, and for rows that one does not
# hold. Read the curve towards the right: how many rows until the table takes longer than a night? Trust the order
# of size, not the second digit, and no order among lines that lie close: another machine has another.

# %% [markdown] id="memory"
# ### A log larger than memory
#
# Too large for memory does not mean too large for the machine. DuckDB reads a folder piece by piece, and what
# it cannot hold it lays on the disk. We make a log in which each row stands thirty times, and give DuckDB
# less memory than the log would need.

# %% id="memory-write"
for copy in range(30):
    log.to_parquet(crowded / f"{copy:02d}.parquet", index=False)
needed = 30 * len(log) * bytes_per_row / 1e6

# %% id="memory-run"
import duckdb

limits = {"memory_limit": "40MB", "threads": 1, "temp_directory": f"{place.name}/spill"}
with duckdb.connect(config=limits) as connection:
    long = crm.summarize(connection.read_parquet(f"{crowded}/*.parquet"), as_of="2025-12-31")

# %% id="memory-read"
thirty = np.abs(long["spend"] - 30 * customers["spend"]).max() < 0.001
same = thirty and long["purchases"].equals(customers["purchases"])
tell("A log of {rows:,} rows, {needed:.0f} MB in memory, summarised with 40 MB: purchases as before and thirty times the "
     "spend: {same}.", rows=30 * len(log), needed=needed, same="yes" if same else "no")

# %% [markdown] id="stream"
# ### Day by day
#
# To add up three years every night in order to learn of one day is waste. A **streaming update** takes the
# table of yesterday and the rows of today. `update_summary` does it; here for each day of December.

# %% id="stream-run"
from crmlab.notices import quiet

day_of = log["date"].dt.normalize()
table = crm.summarize(log, as_of="2025-11-30")
with quiet():
    for day in pd.date_range("2025-12-01", "2025-12-31"):
        table = crm.update_summary(table, log[day_of == day], as_of=day)
tell("31 updates, and the table made anew: {same}.", same="equal" if table.equals(customers) else "not equal")

# %% [markdown] id="stream-late"
# That went well because each row came on its day. A shop without a network sends its rows days late. What can
# the table do with a late row? The spend is a sum, so it takes any row. The last purchase is a maximum, the
# first a minimum: they too. But the number of purchases counts *days*, and the table does not keep them: if a
# late row lies between the first and the last of three or more purchases, nobody can tell from the table
# whether that day counts already. (Of two purchases the table knows both days; `update_summary` asks for the
# log there as well, and for days before the first, since that is simpler.)

# %% id="stream-refused"
late = log["date"].between("2025-12-10", "2025-12-13") & (np.arange(len(log)) % 5 == 0)
behind = crm.summarize(log[~late], as_of="2025-12-31")
try:
    crm.update_summary(behind, log[late])
except crm.CRMError as refusal:
    print(refusal)

# %% id="stream-again"
with quiet():
    mended = crm.update_summary(behind, log[late], log=log)
tell("{late} late rows, with the log at hand: {same}.", late=late.sum(), same="equal" if mended.equals(customers) else "not equal")

# %% [markdown] id="stream-words"
# So real time has a price that no slide names: either the log stays at hand, and the few customers concerned
# are counted again, or the table keeps more than it shows. The rule is simple: a sum, a largest and a smallest can
# be updated; a count of *different* things and a median cannot.

# %% [markdown] id="claim"
# ## Claim check: "the more data, the better"
#
# The offer says so, and so do our sources: more volume, deeper insight. Take a part of the customers, by lot,
# and ask two questions of it: the mean spend of a customer, and what is booked after what.

# %% id="claim-run"
lot = pd.Series(np.random.default_rng(seed).random(len(company.customers)), company.customers["customer_id"])
answered = {}
for share in (0.02, 0.1, 0.5, 1.0):
    some = lot.index[lot <= share]
    spend = customers["spend"].reindex(some).dropna()
    after = crm.next_pairs(bookings[bookings["customer_id"].isin(some)], "service", seed=seed)
    sure = multipletests(crm.steady(after["p_value"]), alpha=0.05, method="fdr_bh")[0] & (after["times_luck"] >= 1.5)
    answered[len(some)] = 1.96 * spend.sem() / spend.mean(), sure.sum()

# %% id="claim-table"
answered = pd.DataFrame(answered, index=["half interval of mean spend", "pairs kept"]).T.rename_axis("customers")
plots.table(answered, "Two questions asked of a part of the customers", {"half interval of mean spend": "{:.1%}"})

# %% [markdown] id="claim-words"
# For a mean, a hundred times the customers give ten times the precision: the first few hundred do most of the
# work, and a lot of a few thousand answers what a platform would. For what is rare, pairs, frauds, small
# groups, volume decides whether it is seen at all. So the claim is half true: more rows help where the thing
# you look for is rare, and no number of rows mends rows that were not drawn by lot.

# %% [markdown] id="decision"
# ## The decision
#
# When does the log outgrow the machine? To work on a log in memory takes about three times its size, as
# measured in the benchmarks of this course, and half of the memory belongs to others. That gives the rows that
# fit. The rows so far, and those of each coming year at the growth rate, add up until they do not fit any more.
# A row was measured with the three columns of the orders; a till may write more. So we ask for half as many rows
# as well.

# %% id="decision-limit"
fit_in = memory_gb * 1e9 / 2 / 3 / bytes_per_row
so_far, a_year_now = tills.sum() * rows_per_payment, payments * rows_per_payment

# %% [markdown] id="decision-limit-words"
# With $R$ rows that fit, $R_0$ rows so far, $r$ rows in the last twelve months and growth $g$ a year, of which
# the rate today is half a year ahead of the mean of those months:
#
# $$t = \frac{1}{\ln(1+g)} \ln\left(1 + \frac{(R - R_0)\,\ln(1+g)}{r\,\sqrt{1+g}}\right)$$

# %% id="decision-years"
rates = pd.Series({"low": low, "estimate": growth, "high": high})
on_disk = sum(path.stat().st_size for path in folder.glob("*.parquet")) / len(log)
capacity = {"memory": fit_in, "half as many rows": fit_in / 2, "disk": 1e12 / on_disk}
force, a_year = np.log1p(rates), a_year_now * (1 + rates) ** 0.5
years = pd.DataFrame({name: np.log1p((rows - so_far) * force / a_year) / force for name, rows in capacity.items()})
plots.table(years.assign(growth=rates), "Years until {memory} GB of memory, and a disk of 1 TB, are outgrown",
            {"growth": "{:.1%}", "memory": "{:.1f}", "half as many rows": "{:.1f}", "disk": "{:.0f}"}, memory=memory_gb)

# %% id="decision-year"
soon, late = years["memory"]["high"], years["memory"]["low"]
half = years["half as many rows"].min()
tell(
    "{rows:,.0f} million rows fit. The log outgrows the memory in {year:.0f}: {soon:.1f} to {late:.1f} years from now, if "
    "growth is within its interval. If half as many fit, from {half:.1f} years on: the size of a row counts for more.",
    rows=fit_in / 1e6, year=2026 + np.floor(years["memory"]["estimate"]), soon=soon, late=late, half=half,
)

# %% [markdown] id="decision-plans"
# The interval holds for the growth *so far*. Nobody knows whether it goes on; so the plan looks again each
# January. Three plans over ten years, at the vendor's price and at what Chen Bo reckons, which are assumptions:
# the platform now, 180,000 yuan a year; one look a year, 2,000 yuan, and the log moved to Parquet and DuckDB in
# good time, 40,000; or nothing until the reports stop, and then in a hurry, 120,000.

# %% id="decision-cost"
moves = years["memory"] < 10  # within the ten years that are counted
plans = {"platform now": 1_800_000, "look and move": 20_000 + 40_000 * moves, "nothing": 120_000 * moves}
costs = pd.DataFrame(plans).T
chosen = costs.max(axis=1).idxmin()
plots.table(costs, "Cost over ten years, by growth ({unit})", unit=currency)

# %% id="decision-choice"
spared = (costs.loc["platform now"] - costs.loc[chosen]).min()
tell("Cheapest in its worst case: {plan}. It spares at least {spared:,.0f} {unit} over ten years against the platform.",
     plan=chosen, spared=spared, unit=currency)

# %% [markdown] id="decision-test-words"
# And the reminders? A test by lot of customers: at the first booking that has a follower, half of them get a
# reminder of it. What counts is whether it comes next *within 90 days*; without such a date no test ever ends.
# It has to find seven points more, which we assume is the least that pays, in 80 % of tests.

# %% id="decision-test"
wait = in_order.groupby("customer_id")["date"].shift(-1) - in_order["date"]
follows = pd.MultiIndex.from_arrays([in_order["service"], following]).isin(kept.index)
starts = in_order.assign(in_time=follows & (wait <= "90 days")).query("date >= '2025-01-01'")
starts = starts[starts["service"].isin(kept.index.get_level_values("first"))].drop_duplicates("customer_id")

# %% id="decision-test-size"
a_month = len(starts) / 12
base = starts.loc[starts["date"] < "2025-10-02", "in_time"].mean()  # of the others the 90 days are not over
an_arm = 16 * base * (1 - base) / 0.07**2
months = np.ceil(2 * an_arm / a_month) + 3  # and 90 days for the last of them
tell("For {base:.0%} of these customers the follower comes within 90 days anyway. The rule of 16 asks for {arm:,.0f} "
     "customers an arm; {month:.0f} come a month. With 90 days to wait for the last: {months:.0f} months.", base=base,
     arm=an_arm, month=a_month, months=months)

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-platform"
tell(
    "1. No platform. At {growth:.1%} growth a year the log outgrows {memory} GB in {soon:.1f} to {late:.1f} years, if "
    "rows are twice as large from {half:.1f} on, a disk of 1 TB not within {disk:.0f} years. Plan: {plan}. We look each "
    "January, and move the log one year ahead.", growth=growth, memory=memory_gb, soon=soon, late=late, half=half,
    disk=np.floor(years["disk"].min()), plan=chosen,
)

# %% id="memo-alarms"
tell(
    "2. From Monday: the robust alarm on the feed, {feed:.1f} alerts a week; and checks of returns with {least} signs or "
    "more, {checks:.1f} a week, worth {worth:±+,.0f} {unit} a year.", feed=weekly["robust rule"], least=threshold,
    worth=worth, unit=currency, checks=checks,
)

# %% id="memo-sequences"
tell("3. Reminders for {count} pairs of bookings: first as a test by lot, {months:.0f} months. They are an order in time, not "
     "yet an effect.", count=len(kept), months=months)

# %% id="memo-ask"
tell("4. We ask again when somebody needs an answer within minutes and can say what it is worth: in a day {day:.1%} of the "
     "customers change.", day=(age < 1).mean())

# %% id="memo-evidence"
crm.evidence(
    ("growth of the log, a year", "{growth:.1%}", "{rates:.1%}", "toolbox-regression-read", "goes on as in 2023 to 2025"),
    ("years until the memory is outgrown", "{years:.1f}", "{span:.1f}", "decision-years", "a log needs three times its size"),
    ("the same, if rows are twice as large", "{half_years:.1f}", "{half_span:.1f}", "decision-years", "half as many rows fit"),
    ("spared against the platform, yuan", "{spared:,.0f}", "", "decision-choice", "costs as offered and as reckoned"),
    ("checks of returns, yuan a year", "{worth:+,.0f}", "{around:+,.0f}", "money-choice", "fraud as in the second quarter"),
    ("alerts of the feed a week", "{alerts:.1f}", "", "feed-judge", "as in 2025"),
    ("test of reminders, months", "{months:.0f}", "", "decision-test-size", "seven points in 90 days, power 80 %"),
    growth=growth, rates=(low, high), years=years["memory"]["estimate"], span=(soon, late), spared=spared, worth=worth[0],
    half_years=years["half as many rows"]["estimate"], half_span=(half, years["half as many rows"]["low"]),
    around=(worth[0] - worth[1], worth[0] + worth[1]), alerts=weekly["robust rule"], months=months,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what was planted: segments, companions, followers, broken days, frauds, and the growth
# rate. Classification and the feed were judged already, by what came later. The
# other five tools stand against the truth that no firm has, each beside its rival.

# %% id="truth-groups"
from sklearn.metrics import adjusted_rand_score

segment = company.truth.customers["segment"].astype("str")
label = company.touches.set_index("customer_id")["label"].astype("str")
groups = pd.DataFrame({"clusters": clusters}, spent.index).join(label, how="inner")
agree = [adjusted_rand_score(segment[groups.index], guess) for _name, guess in groups.items()]

# %% id="truth-lists"
names = lines["product_id"].cat.categories
companions = {frozenset(pair) for pair in company.truth.companions.iloc[:, :2].astype("str").to_numpy()}
met = [sum(frozenset(names[[*divmod(cell, len(names))]]) in companions for cell in some) for some in (by_lift, most_met)]
followers = {frozenset(pair) for pair in company.truth.sequences.iloc[:, :2].to_numpy()}
after = [sum(frozenset(pair) in followers for pair in some) for some in (kept.index, common.index[: len(kept)])]

# %% id="truth-alarms"
planted = company.truth.returns["fraud"].to_numpy() & (returns["date"] >= "2025-07-01").to_numpy()
listed = scores[["signs", "forest"]].rank(ascending=False, method="first") <= (scores["signs"] >= 2).sum()
caught = [int((listed[name] & planted).sum()) for name in listed]

# %% id="truth-growth"
true_growth = company.truth.till_growth.loc["payments", "growth"]
rows = {
    "clustering": ("agreement with the segments, 1 is perfect", *(f"{one:.2f}" for one in agree), "label"),
    "association rules": ("planted pairs among five", *map(str, met), "pairs met most"),
    "sequential patterns": (f"planted pairs among {len(kept)}", *map(str, after), "customers in common"),
    "anomalies": (f"of {planted.sum()} frauds since July", *map(str, caught), "forest, as many alerts"),
    "regression": (f"growth; truth {true_growth:.1%}", f"{growth:.1%}", f"{last:.1%}", "eleven months"),
}
tools = pd.DataFrame(rows, index=["measure", "tool", "rival", "the rival is"]).T
plots.table(tools, "Five tools and their rivals against the truth")

# %% id="truth-judged"
force, a_year = np.log1p(true_growth), a_year_now * (1 + true_growth) ** 0.5
true_years = np.log1p((fit_in - so_far) * force / a_year) / force
moves = true_years < 10
bill = {"platform now": 1_800_000, "look and move": 20_000 + 40_000 * moves, "nothing": 120_000 * moves}
judged = {"action": -int(bill[chosen]), "baseline": -int(bill["nothing"]), "open": bool(spared <= 0)}
tell(
    "At the true growth the memory is outgrown in {years:.1f} years; we said {soon:.1f} to {late:.1f}. Over ten years {plan} "
    "costs {cost:,.0f} {unit}, nothing until it breaks {nothing:,.0f}, the platform {platform:,.0f}.", years=true_years,
    soon=soon, late=late, plan=chosen, cost=bill[chosen], unit=currency, nothing=bill["nothing"],
    platform=bill["platform now"],
)

# %% [markdown] id="truth-words"
# Read the table by rows. The clever tool does not always win: where the company once asked its customers, the
# label may beat the clusters, and four questions beat the forest. Where it does win, order against shuffled
# order, a robust rule against a chart, it wins by asking a better question, not by more machines.

# %% [markdown] id="recap"
# ## Recap
#
# - Each tool has a simple rival. Ask for it before you ask for the tool.
# - What comes next is compared with the customer's own bookings in shuffled order.
# - An alarm is alerts a week, hits and money; the threshold is where the next alert stops paying.
# - The table is the same from any engine; larger than memory is not larger than the machine.
# - A sum, a largest and a smallest can be updated; a count of different days needs the log.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-order"
crm.quiz(
    "Two services have a lift of order of 1, and half of the customers with one have the other. What follows?",
    ("The same people book both, in any order.", True, "So name both to them; there is no moment for it."),
    ("The second should be offered after the first.", False, "It comes next no more often than by luck."),
    ("They have nothing to do with each other.", False, "The same people book them: that is a finding."),
)

# %% id="quiz-alert"
crm.quiz(
    "40 alerts a week earn 2,000 yuan together. The last ten of them find nothing. A check costs 30 yuan. And now?",
    ("Stop at 30 alerts: the last ten cost 300 yuan.", True, "The next alert has to pay, not the average one."),
    ("Keep all 40: they earn 2,000 yuan.", False, "30 of them earn 2,300."),
    ("Check everything, to be safe.", False, "Each further alert costs 30 yuan and finds nothing."),
)

# %% id="quiz-late"
crm.quiz(
    "A row arrives five days late. What can the customer table not take from it without the log?",
    ("Whether its day is a new purchase day.", True, "The table does not keep the days between first and last."),
    ("The spend.", False, "A sum takes any row, in any order."),
    ("The last purchase.", False, "The later of two days is the later one, whenever it is told."),
)

# %% id="quiz-memory"
crm.quiz(
    "The log will be larger than memory in three years. What does the company need then?",
    ("A folder of Parquet files, and an engine that reads it piece by piece.", True,
     "The same line of code gives the same table."),
    ("A cluster of machines.", False, "Only when one machine's disk, or one night, is too small."),
    ("To throw away old rows.", False, "The first purchase of old customers would be lost."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/08b_toolbox_and_scale.ipynb) lets you judge alarms and an offer of your own. [Chapter
# 9a](09a_listening.ipynb) listens to what customers say in public.
#
# *Your own data:* put a folder of Parquet files, or a file, into `crm.summarize`; `crm.next_pairs` takes any
# table with `customer_id`, `date` and a column that says what it was. Ask first who fills it, and how late.
#
# ### References
#
# - Laney, D. (2001). *3D Data Management: Controlling Data Volume, Velocity, and Variety*. META Group.
# - Liu, F. T., Ting, K. M. & Zhou, Z.-H. (2008). Isolation forest. *Proceedings of the 8th IEEE
#   International Conference on Data Mining*, 413–422.
# - Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be zero: calculating exact p-values
#   when permutations are randomly drawn. *Statistical Applications in Genetics and Molecular Biology* 9(1).
