# %% [markdown] id="title"
# # 8a · From view to action
#
# ### The question
#
# Lin Yue, the founder of Harbour Coffee, has an offer on her desk: a "big data platform" for 240,000 yuan
# a year. It promises a full view of every customer, data from outside, and decisions in real time; and
# the leaflet says that data-driven firms beat their rivals. Before Friday she wants to know three things.
# What can we answer today, with the data we have? With whose consent? And what would the platform add
# that is worth its price? He Rui works it out, Feng Lan watches that nothing is used that customers did
# not agree to, and Zhou Ning has a campaign to send in January.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. put everything known about one customer into one query, and say how much of a view that is;
# 2. read from a log of consents who had agreed to what on a given day, and refuse the rest;
# 3. say what a refusal costs: in audience, in money, and in bias;
# 4. carry one question from "what happened" to "what shall we do", with a plan that is best under its
#    limits, and say what one yuan more is worth and how sure that is;
# 5. judge what a supplier claims, and what its data are worth.
#
# *You need* the held-out group of [chapter 3b](03b_groups_and_offers.ipynb), the sample size of
# [chapter 4b](04b_attribution_and_tests.ipynb) and some SQL. *Time:* about {{minutes}} minutes to read and
# run. *Not here:* mining tools, and data too large for one machine (8b); the law of your country in
# detail: ask your own Feng Lan.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
budget = 24_000  # of the January campaign: messages and what the offers cost, yuan
tasting_sets = 250  # that the roastery can pack by then
price = 240_000  # of the platform, yuan a year
campaigns = 4  # a year
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=40_000)
today = "2025-12-31"

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-added"
touches = company.touches.astype({"design": "str", "label": "str", "offer": "str"})
came = touches.groupby("design")["ordered"].mean()
tell("In spring {fitted:.1%} of those with the offer for their group ordered within 30 days, and "
     "{held:.1%} of those held out by lot.", fitted=came["segmented"], held=came["held out"])

# %% id="recall-added-quiz"
crm.quiz(
    "What did the message add?",
    ("{added:+.1points}", True, "Who was held out shows what would have come anyway."),
    ("{fitted:.1%}", False, "Most of these would have ordered without a message."),
    ("{grown:+.0relative}", False, "That is the relative change, not the change of the share."),
    fitted=came["segmented"], added=came["segmented"] - came["held out"],
    grown=came["segmented"] / came["held out"] - 1,
)

# %% id="recall-size-quiz"
spread = came["held out"] * (1 - came["held out"])
crm.quiz(
    "To find 2 points more than {base:.1%}, how many customers does each arm need, by the rule of 16?",
    ("{right:,.0f}", True, "16 times the variance of a yes or no, over the difference squared."),
    ("{few:,.0f}", False, "The difference has to be squared."),
    ("{much:,.0f}", False, "That would find less than a point."), base=came["held out"],
    right=16 * spread / 0.02**2, few=16 * spread / 0.02, much=16 * spread / 0.008**2,
)

# %% [markdown] id="view"
# ## One customer, every touchpoint, one query
#
# The leaflet's first promise is the **360° view**: everything that the company knows about a customer in
# one place. Do we need a platform for it? Our tables all carry the same `customer_id` (that this was
# work, and that one person may have two numbers, is chapter 7). *DuckDB* is a database that runs inside
# Python; it reads the tables where they lie.

# %% id="view-register"
import duckdb

db = duckdb.connect()
db.sql("SET enable_progress_bar = false")
db.register("consents", company.consents)
for name in ["orders", "order_lines", "products", "tickets", "visits", "reviews", "survey", "touches"]:
    db.register(name, getattr(company, name))

# %% [markdown] id="view-words"
# One row is one contact: who, when, what kind, and one detail. `UNION ALL` puts the tables below each
# other; the name `timeline` stands for the query, not for a copy of the data.

# %% id="view-query"
view = db.sql("""
    CREATE VIEW timeline AS
    SELECT customer_id, date AS at, 'order' AS touchpoint, channel::VARCHAR AS detail FROM orders
    UNION ALL SELECT customer_id, opened, 'ticket', topic::VARCHAR FROM tickets
    UNION ALL SELECT customer_id, date, 'visit', page::VARCHAR FROM visits
    UNION ALL SELECT customer_id, date, 'review', stars || ' stars' FROM reviews
    UNION ALL SELECT customer_id, wave, 'survey', 'recommends: ' || nps FROM survey
    UNION ALL SELECT customer_id, sent, 'message', offer::VARCHAR FROM touches WHERE offer <> 'none'
    UNION ALL SELECT customer_id, recorded, 'consent', purpose::VARCHAR FROM consents
""")

# %% id="view-one"
who = db.sql("""SELECT customer_id FROM timeline GROUP BY customer_id
            ORDER BY count(DISTINCT touchpoint) DESC, count(*), customer_id LIMIT 1""").fetchall()[0][0]
told = db.sql(f"SELECT * EXCLUDE customer_id FROM timeline WHERE customer_id = '{who}' ORDER BY ALL").df()
plots.table(told.tail(8).set_index("at"), "The last rows about {who}", {"detail": "{}"}, who=who)

# %% [markdown] id="view-coverage"
# That is one of the best-known customers, chosen for that. What do we know about the others? The
# **coverage** of a source is the share of customers whom it knows at all. (Its interval is for customers to
# come of the same kind.)

# %% id="view-coverage-query"
coverage = db.sql(f"""
    SELECT touchpoint, count(DISTINCT customer_id) / {len(company.customers)} AS share
    FROM timeline GROUP BY touchpoint ORDER BY share DESC, touchpoint
""").df().set_index("touchpoint")
coverage["±"] = 1.96 * np.sqrt(coverage["share"] * (1 - coverage["share"]) / len(company.customers))
plots.table(coverage, "Coverage: share known to each source", {"share": "{:.1%}", "±": "{:.1points}"})

# %% id="view-coverage-read"
kinds = db.sql("SELECT count(DISTINCT touchpoint) FROM timeline GROUP BY customer_id").df().iloc[:, 0]
tell("{full:.1%} of customers show all {all} kinds of touchpoint; {two:.0%} show three or fewer.",
     full=(kinds == kinds.max()).mean(), all=kinds.max(), two=(kinds <= 3).mean())

# %% [markdown] id="view-read"
# The query costs nothing, and the view is full for few. No platform changes that: customers who write no review
# have none, and a demonstration shows the fullest customer. Note what the query did: it read everything about
# everybody. May it?

# %% [markdown] id="kinds"
# ## Four kinds of data, and what they are for
#
# Data about customers come in four kinds. **Given data** were told to us: a form, a survey, a complaint.
# **Behavioural data** are left behind: orders, visits, points used. **Social data** are said in public or to
# friends: reviews, referrals. **Third-party data** were bought or lent: here, the file of a vendor. And each
# column has a *purpose*, for which it was asked. Feng Lan keeps an inventory, one row per column. To
# deliver, answer and bill nobody needs a consent: that is the *contract*. For everything else
# Feng Lan asks for one (the European law knows other grounds, too, such as a *legitimate interest*; she does
# not build on them): for *messages*, for *profiling* (using behaviour to choose what somebody is shown), or
# for *sharing* with others.

# %% id="kinds-inventory"
inventory = company.inventory
plots.table(pd.crosstab(inventory["kind"], inventory["purpose"]), "Columns held about customers")

# %% id="kinds-read"
free = (inventory["purpose"] == "contract").mean()
tell("{count} columns; {free:.0%} of them serve the contract.", count=len(inventory), free=free)

# %% [markdown] id="kinds-limit"
# **Purpose limitation** says that data collected for one purpose are not used for another that does not fit
# it: the address for the parcel is not an address for letters. It stands in the European regulation (GDPR)
# and in the Chinese law (PIPL) alike; so does the right to withdraw a consent at any time (articles 7 and 15).
# A rule that stands in a binder is broken by the first query. So let the query refuse. The
# *macro* below looks each wanted column up in the inventory, and stops with an error if one is not for the
# purpose stated, or not in the inventory at all.

# %% id="kinds-permit"
db.register("inventory", inventory.astype("str"))
permit = db.sql("""
    CREATE MACRO permit(wanted, what) AS (
    SELECT CASE WHEN count(*) = len(wanted) AND bool_and(purpose IN ('contract', what)) THEN 'permitted'
           ELSE error('Refused: not all of these columns are for ' || what) END
    FROM inventory WHERE list_contains(wanted, "table" || '.' || "column"))
""")

# %% id="kinds-refused"
for wanted in (["customers.region", "orders.date"], ["customers.region", "visits.page"]):
    try:
        print(wanted, "→", db.sql(f"SELECT permit({wanted}, 'messages')").fetchall()[0][0])
    except duckdb.Error as refusal:
        print(wanted, "→", str(refusal).partition(": ")[2])

# %% [markdown] id="kinds-refused-read"
# Region and order dates may choose who gets a message, since the form that asks for that consent says so; the
# pages that somebody looked at may not, unless that person agreed to profiling. Columns are one half. The other half is the person: did *this* customer
# agree?

# %% [markdown] id="consent"
# ## Consent has a history
#
# A **consent** is a yes to one purpose, recorded with its date and its source, that can be withdrawn at any
# time. One row of the log is one such event, given or not.

# %% id="consent-example"
consents = company.consents.astype({"purpose": "str", "source": "str"})
rows = consents["customer_id"].value_counts()
much = min(rows.index[rows == rows.max()])
shown = consents[consents["customer_id"] == much].set_index("recorded").drop(columns="customer_id")
plots.table(shown.replace({True: "yes", False: "no"}), "All records of {who}", who=much)

# %% [markdown] id="consent-wrong"
# The register has a column `email_consent`: the box of the sign-up form, copied once. So there are several
# ways to count to whom we may write today.

# %% id="consent-ways"
records = consents[consents["purpose"] == "messages"]
own = records[records["source"] != "dealer list"]
ways = {"box ticked, in the register": company.customers["email_consent"].sum()}
ways["ever said yes"] = records.loc[records["given"], "customer_id"].nunique()
ways["last record is a yes"] = records.drop_duplicates("customer_id", keep="last")["given"].sum()
ways["the same, without dealers' lists"] = own.drop_duplicates("customer_id", keep="last")["given"].sum()
plots.table(pd.Series(ways, name="customers").rename_axis("way"), "To whom may we write? Four counts")

# %% id="consent-ways-read"
box, *_between, careful = ways.values()
tell("The box counts {more:,} customers more than the careful way: {share:.0%} too many.",
     more=box - careful, share=box / careful - 1)

# %% [markdown] id="consent-rules"
# The careful way has five rules, and each is broken somewhere every day:
#
# - the *last* record decides: a withdrawal ends a consent, and a new yes begins another;
# - the *day itself counts*: a withdrawal at 9:12 on the day of sending is a withdrawal;
# - of two records on one day the *later* counts, to the minute;
# - *no record is no consent*: who was never asked has not agreed;
# - a list that somebody else hands over proves nothing: ask for the customer's own yes.
#
# And a yes to one purpose is not a yes to another. The macro `agreed` says it once, for any purpose and
# day: from now on, whoever is chosen for anything has passed it.

# %% id="consent-agreed"
agreed = db.sql("""
    CREATE MACRO agreed(what, day) AS TABLE
        SELECT customer_id FROM consents
        WHERE purpose = what AND source <> 'dealer list' AND recorded < day + INTERVAL 1 DAY
        GROUP BY customer_id HAVING arg_max(given, recorded)
""")

# %% id="consent-today"
ids = pd.Index(company.customers["customer_id"])
may = pd.DataFrame(index=ids)
for what in ("messages", "profiling", "sharing"):
    who = db.sql(f"SELECT customer_id FROM agreed('{what}', DATE '{today}')").df()["customer_id"]
    may[what] = ids.isin(who)

# %% id="consent-audience"
both = may["messages"] & may["profiling"]
steps = {"customers": len(may), "agreed to messages": may["messages"].sum()}
steps |= {"… and to profiling": both.sum(), "… and to sharing": (both & may["sharing"]).sum()}
plots.table(pd.Series(steps, name="audience").rename_axis("who"), "What each purpose leaves")

# %% [markdown] id="consent-asof"
# For one day `agreed` is enough. Where each row has its *own* day, an **as-of join** finds, for every row,
# the last record before it: `ASOF JOIN … ON … AND` the later moment `>` the earlier. Take last spring, when
# nobody asked Feng Lan. Of the messages sent on 3 March, how many went to customers who had agreed by that
# evening? The table holds only the day of sending, which is midnight; so a day is added.

# %% id="consent-spring"
sent, fine = db.sql("""
    SELECT count(*), count(*) FILTER (given) FROM touches
    ASOF LEFT JOIN (SELECT * FROM consents WHERE purpose = 'messages' AND source <> 'dealer list') AS own
    ON touches.customer_id = own.customer_id AND touches.sent + INTERVAL 1 DAY > own.recorded
    WHERE offer <> 'none'
""").fetchall()[0]
tell("Of {sent:,} messages in spring {without:,} ({share:.0%}) went out without a consent.",
     sent=sent, without=sent - fine, share=1 - fine / sent)

# %% [markdown] id="consent-visits-read"
# The same join serves visits: one may be used for profiling if its owner had agreed when it was recorded, *and*
# agrees today. What is withdrawn is not used any more, though what was done with it before stays lawful. Data that
# nobody may use are not an asset.

# %% [markdown] id="bias"
# ### Those who agree are not like the others
#
# What is left is not only less. Let the question be: what share of customers ordered in the last half-year?
# For orders we know everybody, consent or not, so here we can see the error that we would make elsewhere.
# The whole contains those who agreed, so with $p$ the share that agreed,
#
# $$\bar y_{\text{agreed}} - \bar y_{\text{all}} = (1 - p)\,(\bar y_{\text{agreed}} - \bar y_{\text{others}}),$$
#
# and the interval of the right-hand side is that of two separate groups, times $1 - p$.

# %% id="bias-interval"
orders = company.orders.query("amount >= 0")
back = pd.Series(ids.isin(orders.loc[orders["date"] >= "2025-07-01", "customer_id"]), ids).astype(float)
groups = back.groupby(may["profiling"]).agg(["mean", "sem"])

# %% id="bias-error"
part = 1 - may["profiling"].mean()
bias = part * (groups["mean"][True] - groups["mean"][False])
bias_half = 1.96 * part * np.hypot(groups["sem"][True], groups["sem"][False])

# %% id="bias-read"
tell("Ordered in the last half-year: {agreed:.1%} of those who agreed to profiling, {all:.1%} of all. "
     "The estimate from those who agreed is off by {bias:±+.1points}.",
     agreed=groups["mean"][True], all=back.mean(), bias=(bias, bias_half))

# %% [markdown] id="bias-words"
# That is **consent bias**, and a million rows do not cure it: the interval gets narrower around the wrong
# number. The keen and the satisfied say yes; who had left before the question came up was never asked.
# So: use counts that need no consent (the contract's) for figures about *all* customers, and do not project
# what agreeing customers do on the visits, reviews or bought data of the others.

# %% [markdown] id="describe"
# ## One question, four kinds of analysis
#
# Zhou Ning's question for January: *whom do we write to, with which offer?* It will be taken through all
# four. **Descriptive analysis** says what happened, **diagnostic analysis** why, **predictive analysis** what
# will happen, and **prescriptive analysis** what to do about it. We look at how
# long ago the last order was, and at the needs group (`label`). Many of spring's messages should not have gone
# out. Feng Lan lets us use what came of them as averages of large groups, a statistic that decides about
# nobody; whether your law does, ask.

# %% id="describe-recency"
day_sent = touches["sent"].iloc[0]
last_order = orders[orders["date"] < day_sent].groupby("customer_id")["date"].max()
days = (day_sent - touches["customer_id"].map(last_order)).dt.days
edges, spans = [-np.inf, 90, 365, np.inf], ["0 to 90 days", "91 to 365 days", "over a year"]
spring = touches.assign(recency=pd.cut(days, edges, labels=spans).astype("str"))

# %% id="describe-table"
fitted = spring[spring["design"] == "segmented"].groupby("recency")
happened = fitted.agg(messages=("ordered", "size"), ordered=("ordered", "mean"), cost=("cost", "mean"))
caption = "Descriptive: the offer for the group, spring 2025 (cost: yuan a message)"
plots.table(happened, caption, {"ordered": "{:.1%}", "cost": "{:.1f}"})

# %% [markdown] id="describe-read"
# *What happened*: the more recent the last order, the higher the response. Many a marketing department
# stops here, and writes to its best responders. But note what they cost: each redeemed offer is paid for,
# also by us who would have had the order anyway.

# %% [markdown] id="diagnose"
# ### Diagnostic: why did they order?
#
# Who was held out by lot tells what would have happened without a message. The difference is what the
# message *caused*; nothing else differs between the arms.

# %% id="diagnose-added"
rates = spring.groupby(["recency", "design"])["ordered"].agg(["mean", "sem"]).unstack()
arms = ["uniform", "segmented"]
added = rates["mean"][arms].sub(rates["mean"]["held out"], axis=0)
added_half = 1.96 * (rates["sem"][arms] ** 2).add(rates["sem"]["held out"] ** 2, axis=0) ** 0.5

# %% id="diagnose-figure"
effect = added.stack()
named = {"uniform": "5 % for all", "segmented": "offer for the group"}
effect.index = [f"{span}: {named[arm]}" for span, arm in effect.index]
drawn = plots.bars(effect, error=pd.Series(added_half.stack().to_numpy(), effect.index))
title, axis = "What a message added to the share that ordered", "added in 30 days, points (95 % interval)"
plots.show(drawn, title, x=axis, in_points="x")

# %% id="diagnose-read"
anyway = rates["mean"]["held out"] / rates["mean"]["segmented"]
relative = (rates["sem"] / rates["mean"])[["held out", "segmented"]]
half = 1.96 * anyway * np.hypot(relative["held out"], relative["segmented"])
recent, older = ((anyway[span] - half[span], anyway[span] + half[span]) for span in spans[:2])
tell("Of the orders after an offer for the group, {recent:.0%} would have come anyway where the last "
     "order was at most 90 days ago, and {older:.0%} where it was 91 to 365 days ago (95 % intervals).",
     recent=recent, older=older)

# %% [markdown] id="diagnose-words"
# The best responders respond to their coffee running out. A message moves them, too, but most of what we
# pay for is orders that we had already. And those who last ordered over a year ago have mostly left: little
# moves them.

# %% [markdown] id="predict"
# ### Predictive: what would a message bring in January?
#
# A *cell* of customers is a needs group with a time since the last order. For a cell and an offer we predict
# the gain of one message. With $a$ the share that orders anyway (of the cell), $d$ what the message adds (of the time
# since the last order, all groups together, since single cells are too small), $m$ the margin of an order, $r$
# the cost of a redeemed offer and $c$ that of the message:
#
# $$\text{gain} = d\,m - (a + d)\,r - c$$
#
# The offer is paid for $a + d$ orders, of which only $d$ are new. First the money: one query over lines,
# prices and orders.

# %% id="predict-money"
db.register("spring", spring)
money = db.sql("""
    WITH earned AS (SELECT order_id, sum(paid - quantity * unit_cost) AS margin
                    FROM order_lines JOIN products USING (product_id) GROUP BY order_id)
    SELECT label, recency, avg(earned.margin) AS margin, avg(amount) AS amount
    FROM orders JOIN earned USING (order_id) JOIN spring USING (customer_id)
    WHERE amount >= 0 AND date >= '2025-01-01' GROUP BY ALL ORDER BY ALL
""").df()

# %% id="predict-cells"
held = spring[spring["design"] == "held out"]
cells = held.groupby(["label", "recency"])["ordered"].mean().rename("anyway").reset_index().merge(money)
options = cells.merge(pd.DataFrame({"design": arms}), how="cross")

# %% id="predict-offer"
options = options.join(added.stack().rename("added"), on=["recency", "design"])
of_group = spring[spring["design"] == "segmented"].groupby("label")["offer"].first()
options["offer"] = options["label"].map(of_group).where(options["design"] == "segmented", "five_percent")

# %% id="predict-gain"
options = options.merge(company.offers.astype({"offer": "str"}), on="offer")
redeemed = options["redemption_cost"] + options["amount"] * options["discount_percent"] / 100
response = options["anyway"] + options["added"]

# %% id="predict-values"
options["cost"] = crm.steady(response * redeemed + options["contact_cost"])
options["gain"] = crm.steady(options["added"] * options["margin"] - options["cost"])
options["sets"] = crm.steady(response.where(options["offer"] == "tasting", 0))

# %% id="predict-table"
shown = options[options["design"] == "segmented"].set_index(["label", "recency"])
formats = {"anyway": "{:.1%}", "added": "{:+.1points}", "gain": "{:.1f}", "cost": "{:.1f}"}
columns = ["offer", "anyway", "added", "margin", "cost", "gain"]
plots.table(shown.loc[["gift", "office"], columns], "Predicted: one message (yuan), two groups", formats)

# %% [markdown] id="predict-read"
# It is a prediction for *averages of cells*; nobody's own gain is known. And it assumes what no interval below
# contains: that a message adds the same in all four groups.

# %% [markdown] id="prescribe"
# ### Prescriptive: what shall we do?
#
# We plan for the customers of the spring campaign (who came later has no needs group yet). Their recency has
# changed, and only those with a consent to messages *and* to profiling can be sent the offer of their group,
# chosen by their behaviour.

# %% id="prescribe-audience"
last_order = spring["customer_id"].map(orders.groupby("customer_id")["date"].max())
latest = (pd.Timestamp(today) - last_order).dt.days
now = spring[["customer_id", "label"]].assign(recency=pd.cut(latest, edges, labels=spans).astype("str"))
now["both"] = now["customer_id"].isin(ids[both])
audience = now.groupby(["label", "recency"])["both"].agg(customers="sum", known="size")
options = options.join(audience, on=["label", "recency"])

# %% [markdown] id="prescribe-lp"
# Now choose how many customers $x$ of each cell get which offer, so that the total gain is largest: at most
# the budget is spent, no more tasting sets are given away than there are, and nobody gets two messages.
#
# $$\max_{x \ge 0} \sum_j g_j x_j \quad\text{with}\quad \sum_j c_j x_j \le B,\qquad \sum_j s_j x_j \le S,\qquad
# \sum_{j \in \text{cell}} x_j \le n_{\text{cell}}$$
#
# Everything is a sum of numbers times $x$: that is a **linear programme**, and `linprog` of scipy finds the best
# $x$ for certain, not nearly (its solver is HiGHS: Huangfu & Hall, 2018). It minimises, so the gains get a
# minus.

# %% id="prescribe-solve"
from scipy.optimize import linprog

number = options.groupby(["label", "recency"]).ngroup().to_numpy()
in_cell = (number == np.arange(len(audience))[:, None]).astype(float)

# %% id="prescribe-limits"
limits = np.vstack([options["cost"], options["sets"], in_cell])
most = np.concatenate([[budget, tasting_sets], audience["customers"]])

# %% id="prescribe-best"
best = linprog(-options["gain"], A_ub=limits, b_ub=most)

# %% id="prescribe-plan"
options["send"] = np.floor(crm.steady(best.x))
written = options[options["send"] > 0].set_index(["recency", "label"]).sort_index()
shown = written[["offer", "send", "customers", "gain", "cost"]]
plots.table(shown, "The plan (gain, cost: yuan a message)", {"gain": "{:.1f}", "cost": "{:.1f}"})

# %% id="prescribe-read"
promised, used = (options["send"] * options["gain"]).sum(), limits[:2] @ options["send"]
by_chance = 1.96 * np.sqrt((options["send"] * options["sets"] * (1 - options["sets"])).sum())
tell("{messages:,.0f} messages, expected gain {gain:,.0f} {unit}; rounding down costs {lost:.0f}. They "
     "are expected to take {money:.0%} of the budget, and {sets:±,.0f} tasting sets.",
     messages=options["send"].sum(), gain=promised, lost=-best.fun - promised, money=used[0] / budget,
     sets=(used[1], by_chance), unit=currency)

# %% [markdown] id="prescribe-words"
# Read what is *not* there. A cell that gets nothing brings too little for the money, or asks for what is short,
# though its customers may be the best responders. Where a limit cuts through a cell, a lot decides who of it is
# written to; the others are a held-out group for nothing. And cost and sets are expected ones: about
# every second time more is redeemed. Pack some sets more, or write to fewer.

# %% [markdown] id="baselines"
# ### Against the obvious plans
#
# *Last year again*: the offer of the group to everybody who may get it, drawn by lot until money or tasting
# sets run out. *Best responders first*: the same offers, in the order of the response rate. Each has the same
# budget.

# %% id="baselines-lot"
group_offer = (options["design"] == "segmented").to_numpy()
everybody = options["customers"].where(group_offer, 0).to_numpy(float)
with_set = limits[1] > 0
share = min(budget / (limits[0] @ everybody), tasting_sets / (limits[1] @ everybody), 1)
lot = everybody * np.where(with_set, share, 0)
lot += everybody * ~with_set * min(1, (budget - limits[0] @ lot) / (limits[0] @ (everybody * ~with_set)))

# %% id="baselines-responders"
responders, left = np.zeros(len(options)), np.array([budget, tasting_sets], float)
rank = crm.steady(response.where(group_offer, -1)).sort_values(ascending=False, kind="stable")
for place in rank.index[: group_offer.sum()]:
    needs = limits[:2, place]
    responders[place] = min(everybody[place], *(left[needs > 0] / needs[needs > 0]))
    left -= needs * responders[place]

# %% [markdown] id="baselines-draws"
# How sure is the advantage? What is uncertain is mainly what a message adds. So draw the three times three
# shares of the spring campaign anew, 200 times, each around its value with its standard error, and value the
# *same* plans with the gains that follow. The interval holds 95 % of the draws; what comes
# anyway, margins and costs stay as they are.

# %% id="baselines-drawn"
rng = np.random.default_rng(seed)
order = ["held out", *arms]
drawn = rng.normal(rates["mean"][order], rates["sem"][order], (200, len(spans), 3))
drawn = drawn[:, :, 1:] - drawn[:, :, :1]

# %% id="baselines-gains"
place = options["recency"].map(spans.index), options["design"].map(arms.index)
change = drawn[:, place[0], place[1]] - options["added"].to_numpy()
gains = options["gain"].to_numpy() + change * (options["margin"] - redeemed).to_numpy()

# %% id="baselines-table"
plans = pd.DataFrame({"last year again": lot, "best responders first": responders})
plans["best plan"] = options["send"]
compared = pd.DataFrame({"messages": plans.sum(), "gain": plans.T @ options["gain"]})

# %% id="baselines-lead"
values = pd.DataFrame(gains @ plans.to_numpy(), columns=plans.columns)
lead = values["best plan"].to_numpy()[:, None] - values
compared[["lead from", "to"]] = lead.drop(columns="best plan").quantile([0.025, 0.975]).T
plots.table(compared, "Three plans with the same limits (yuan; lead: of the best plan, 95 % interval)")

# %% [markdown] id="baselines-promise"
# One more doubt. The best plan was chosen *because* its gains look high, and a part of that is luck. How much?
# Take our estimates for the truth, and each draw for a campaign that we might have seen: choose a plan from
# every draw, and compare what it promises with what it would bring.

# %% id="baselines-luck"
redo = [linprog(-one, A_ub=limits, b_ub=most) for one in gains]
luck = np.mean([-one.fun - options["gain"] @ one.x for one in redo])
value, value_lot = promised - luck, compared["gain"]["last year again"]

# %% id="baselines-read"
tell("A plan chosen from a draw promises {luck:,.0f} {unit} too much on average. Less that, the best "
     "plan brings {value:,.0f}; last year again, which nobody chose by its gain, {lot:,.0f}.",
     luck=luck, value=value, lot=value_lot, unit=currency)

# %% [markdown] id="baselines-words"
# The memo takes the gain less that luck. The lead is no trick of the solver: messages go where they move more
# for their cost, and less of the money is spent on orders that come anyway.

# %% [markdown] id="shadow"
# ### The price of a yuan
#
# Zhou Ning asks: would you like more budget? The **shadow price** of a limit is what one unit more of it would
# bring: here, gain per yuan of budget, per tasting set, and per customer more who agrees. The solver
# returns it with the plan (`marginals`).

# %% id="shadow-prices"
shadow = crm.steady(-best.ineqlin.marginals)
redrawn = np.array([-one.ineqlin.marginals for one in redo])
price_low, price_high = np.quantile(redrawn[:, 0], [0.025, 0.975])
tell("One yuan more brings {price:.2f} yuan ({low:.2f} to {high:.2f} over the draws), one tasting set "
     "more {set:.1f}.", price=shadow[0], low=price_low, high=price_high, set=shadow[1])

# %% [markdown] id="shadow-words"
# The gain is *after* cost: a price of 0.5 says that a yuan comes back with half a yuan on top. Two warnings.
# The price is made of estimates, hence its interval. And it is the price of the *next* yuan: it holds only
# as long as the plan changes by more of the same. So solve again for other budgets, and look.

# %% id="shadow-budgets"
budgets = np.arange(2_000, 48_001, 1_000)
solved = [linprog(-options["gain"], A_ub=limits, b_ub=[one, *most[1:]]) for one in budgets]
curve = pd.DataFrame({"gain": [-one.fun for one in solved]}, budgets)
curve["price"] = crm.steady([-one.ineqlin.marginals[0] for one in solved])
same = curve.index[np.isclose(curve["price"], shadow[0], rtol=1e-6)]

# %% id="shadow-figure"
ax = curve["gain"].plot(figsize=(7.5, 4.2), color="0.4", label="best plan")
tangent = -best.fun + shadow[0] * (budgets - budget)
ax.plot(budgets, tangent, color=plots.PALETTE[1], label="at the price of the next yuan")
ax.plot([budget], [-best.fun], "o", color=plots.PALETTE[0], label="budget of January")
ax.legend(loc="lower right")
plots.show(
    ax, "At these estimates the price stays the same from {low:,} to {high:,} yuan", x="budget, yuan",
    low=same.min(), high=same.max(), y="expected gain of the best plan, yuan",
    alt="Curve of the best gain by budget, flatter to the right, and its tangent at the budget.",
)

# %% id="shadow-read"
ten = curve["gain"][budget + 10_000] - curve["gain"][budget]
tell("10,000 yuan more bring {more:,.0f}; the price times 10,000 would have said {naive:,.0f}.",
     more=ten, naive=10_000 * shadow[0])

# %% [markdown] id="shadow-read-words"
# The curve bends downwards: the best is bought first. Whoever multiplies the price by a large sum promises
# too much. When a limit is not used up, its price is 0.

# %% [markdown] id="lost"
# ### What a missing consent costs
#
# The same programme says what is lost because customers did not agree: give it an audience that it may not
# have.

# %% id="lost-solve"
of_messages = now["customer_id"].isin(ids[may["messages"]]).groupby([now["label"], now["recency"]]).sum()
sizes = pd.DataFrame({"all whom we know": audience["known"], "agreed to messages": of_messages})
sizes["agreed to both"] = audience["customers"]
gains_with = sizes.apply(lambda n: -linprog(-options["gain"], A_ub=limits, b_ub=[*most[:2], *n]).fun)
lost = pd.DataFrame({"audience": sizes.sum(), "gain": gains_with})
plots.table(lost.rename_axis("who"), "Audience and best gain with the same budget (yuan)")

# %% id="lost-read"
rows = lost.loc["agreed to both"] / lost.loc["all whom we know"]
tell("Without the others' consent the audience is {audience:.0%} of what it would be, and the best gain "
     "{money:.0%}.", audience=rows["audience"], money=rows["gain"])

# %% [markdown] id="lost-words"
# The loss of money is smaller than that of audience: the budget was short before, and customers who agree are
# those who still buy. (The gains are those of all customers of a cell; within a cell, who agrees may differ
# again.) The shadow price of a cell is what one more customer's consent there is worth; a real programme for
# more consent asks where it is high, and never asks by the message for which it has no consent.

# %% [markdown] id="explore"
# ## Explore: the limits
#
# Move one control at a time. Three things to try:
#
# 1. Raise the budget. Where does the next yuan bring nothing more?
# 2. Pack more tasting sets. When does one set more bring nothing?
# 3. Lower the share that agreed. Which falls faster, the gain or the price of a yuan?
#
# Where nothing can move, the picture shows January as planned.

# %% id="explorer"
from crmlab import widgets

widgets.plan_explorer(options.assign(cell=number), budget, tasting_sets)

# %% [markdown] id="explore-read"
# With few customers who agree, more budget is worthless: money is no longer what is short. A plan has one
# bottleneck or two; paying for anything else brings nothing. Is a platform what is short here?

# %% [markdown] id="claim"
# ## Claim check: "67 % outperform, decisions five times faster, 23 % more ROI"
#
# The leaflet does not say who was asked. Most such figures come from a survey: firms say whether they are
# data-driven, and how they do. Let us make a world in which data do *nothing*. Success is luck; the least
# successful firms are gone before the survey; and the successful ones like to call themselves data-driven.

# %% id="claim-simulate"
success = rng.normal(size=4_000)
still_there = success > -1  # the others cannot be asked
calls_itself = rng.random(4_000) < 1 / (1 + np.exp(-success))
asked = still_there & calls_itself
outperforms = success > np.median(success)

# %% id="claim-read"
tell("Where data do nothing, {share:.0%} of the firms that call themselves data-driven outperform the "
     "middle firm of the start; of the others still there, {others:.0%}.",
     share=outperforms[asked].mean(), others=outperforms[still_there & ~calls_itself].mean())

# %% [markdown] id="claim-evidence"
# So such a figure shows nothing: survivorship (who failed is not asked; chapter 5b) and **self-report bias** (who
# did well says that it was the data) are enough to make it. "Five times faster" needs the day of each question
# and of each decision, before and after, and a reason to think that speed was short. "23 % more" could be
# tested: half of the customers by lot are planned for with the platform, half without. How large?

# %% id="claim-size"
messages = spring[spring["offer"] != "none"]
scatter, per_message = (messages["margin"] - messages["cost"]).std(), value / options["send"].sum()
arm = 16 * (scatter / (0.23 * per_message)) ** 2
tell("A message brings {each:.1f} yuan; customers scatter by {scatter:,.0f} (sd). To find 23 per cent "
     "more takes {arm:,.0f} customers an arm; we may write to {may:,}.",
     each=per_message, scatter=scatter, arm=arm, may=audience["customers"].sum())

# %% [markdown] id="claim-words"
# A test of that size would take us years of campaigns, so we do not propose it. The leaflet has no evidence for
# the three figures, and we can get none in time. What can be asked is smaller: what do the platform's *data* add?

# %% [markdown] id="trial"
# ### The trial file
#
# The vendor looked up, for nothing, the customers who had agreed to sharing in November. Its `coffee_interest`,
# 0 to 100, is the pride of the file. If it is worth money, a message moves the interested more than the others.
# Those who withdrew since are left out, and so is who last ordered over a year ago: little moves them.

# %% id="trial-effect"
enriched = company.enrichment[company.enrichment["customer_id"].isin(ids[may["sharing"]])]
keen = enriched.set_index("customer_id")["coffee_interest"] >= enriched["coffee_interest"].median()
tried = spring[(spring["recency"] != spans[2]) & spring["customer_id"].isin(keen.index)]
tried = tried.assign(keen=tried["customer_id"].map(keen).astype(bool), message=tried["offer"] != "none")

# %% id="trial-four"
four = tried.groupby(["keen", "message"])["ordered"].agg(["mean", "sem"])
moved = four["mean"].unstack().diff(axis=1)[True]

# %% id="trial-money"
more = moved[True] - moved[False]
more_half = 1.96 * np.sqrt((four["sem"] ** 2).sum())
in_file = now.loc[now["both"], "customer_id"].isin(keen.index).mean()
mean_margin = (options["send"] * options["margin"]).sum() / options["send"].sum()
a_year = campaigns * options["send"].sum() * in_file / 2 * mean_margin
worth = a_year * more, a_year * more_half

# %% id="trial-read"
tell("A message moves the more interested half by {more:±+.1points} more than the other. Moving half of "
     "the messages to customers in the file from the lower to the upper half would bring {worth:±+,.0f} "
     "{unit} a year.", more=(more, more_half), worth=worth, unit=currency)

# %% [markdown] id="trial-words"
# That is generous to the vendor: it takes for granted that half of the messages can be moved. The file reaches
# only those who agreed to sharing *and* were found; more computers do not change that. And it is younger than the
# campaign: interest in November may be what an order in spring has left.

# %% [markdown] id="decision"
# ## The decision
#
# The platform pays if what it adds is more than its price. Two yardsticks: by how much would it have to raise
# the gain of all campaigns of a year, if that were all it did; and the upper end of what its data may bring.
# Beside it stands what costs nearly nothing: to ask customers for their consent who were never asked.

# %% id="decision-break-even"
lead_half = (lead["last year again"].quantile(0.975) - lead["last year again"].quantile(0.025)) / 2
gain_lead = value - value_lot
need = price / (campaigns * value)
value_half = (values["best plan"].quantile(0.975) - values["best plan"].quantile(0.025)) / 2
need_range = price / campaigns / (value + value_half), price / campaigns / (value - value_half)

# %% id="decision-ask"
asked_ids = set(consents.loc[consents["purpose"] == "profiling", "customer_id"])
yes = may["profiling"].sum() / len(asked_ids)
dearest = pd.Series(shadow[2:], audience.index)
fresh = orders[(orders["date"] >= "2025-10-01") & ~orders["customer_id"].isin(asked_ids)]
newly = fresh["customer_id"].nunique() / 3
best_range = tuple(np.quantile(redrawn[:, 2 + dearest.to_numpy().argmax()], [0.025, 0.975]))
ask_arm = 16 * yes * (1 - yes) / 0.10**2

# %% id="decision-ask-test"
tell("One customer more who agrees brings up to {best:.1f} yuan a campaign ({cell}). Of those asked "
     "about profiling, {yes:.0%} agree today; {newly:,.0f} customers whom nobody has asked order "
     "in a month.", best=dearest.max(), cell=", ".join(dearest.idxmax()), yes=yes, newly=newly)

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-plan"
tell("1. January: {messages:,.0f} messages by the plan, expected to take up to {budget:,} {unit} and "
     "{sets} tasting sets, and to bring {lead:±+,.0f} {unit} more than last year's way with the same "
     "money.", messages=options["send"].sum(), budget=budget, sets=tasting_sets,
     lead=(gain_lead, lead_half), unit=currency)

# %% id="memo-budget"
tell("2. Budget: the next yuan brings {price:.2f} ({low:.2f} to {high:.2f}) after cost, up to about "
     "{until:,} {unit}; beyond that, less.",
     price=shadow[0], low=price_low, high=price_high, until=same.max(), unit=currency)

# %% id="memo-platform"
tell("3. The platform: {verdict} at {price:,} {unit} a year. It would have to raise the gain of all "
     "{campaigns} campaigns by {need:.0%} ({low:.0%} to {high:.0%}); its data may bring {worth:±+,.0f}. "
     "The view and the plan we have already.", price=price, need=need, campaigns=campaigns,
     verdict="no" if worth[0] + worth[1] < price else "open", low=need_range[0], high=need_range[1],
     worth=worth, unit=currency)

# %% id="memo-consent"
tell("4. Consent: no message leaves without the query; in spring {share:.0%} had none. Ask those who "
     "were never asked, at the till and in the app: who agrees is worth up to {best:.1f} {unit} a "
     "campaign. First test: two ways to ask, by lot; to find 10 points more yes it takes {arm:,.0f} "
     "customers an arm, {months:.1f} months if as many come as now.", share=1 - fine / sent,
     best=dearest.max(), unit=currency, arm=ask_arm, months=2 * ask_arm / newly)

# %% id="memo-evidence"
crm.evidence(
    ("best plan, more than last year again, yuan", "{lead:+,.0f}", "{lead_range:+,.0f}",
     "baselines-luck", "in January, and in each group, customers are moved as in spring"),
    ("gain of one yuan more", "{shadow:.2f}", "{shadow_range:.2f}", "shadow-prices",
     "the plan changes by more of the same"),
    ("more gain that the platform needs", "{need:.0%}", "{need_range:.0%}", "decision-break-even",
     "four campaigns like this one; nothing else gains"),
    ("its data, yuan a year", "{worth:+,.0f}", "{worth_range:+,.0f}", "trial-money",
     "half of the messages can be moved"),
    ("messages of spring without consent", "{without:.0%}", "", "consent-spring", ""),
    ("one more who agrees, yuan", "{best:.1f}", "{best_range:.1f}", "decision-ask", "of the best cell"),
    ("customers an arm, ways to ask", "{arm:,.0f}", "", "decision-ask", "10 points more, power 80 %"),
    lead=gain_lead, lead_range=(gain_lead - lead_half, gain_lead + lead_half), shadow=shadow[0],
    shadow_range=(price_low, price_high), need=need, need_range=need_range, worth=worth[0],
    worth_range=(worth[0] - worth[1], worth[0] + worth[1]), without=1 - fine / sent, arm=ask_arm,
    best=dearest.max(), best_range=best_range,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what each message is truly expected to bring from each customer. What do the plans bring
# to those who may be written to?

# %% id="truth-gain"
cells_now = pd.MultiIndex.from_frame(now[["label", "recency"]])
true_gain = company.truth.campaign.loc[now["customer_id"]].set_index(cells_now)
agreeing = true_gain[now["both"].to_numpy()].groupby(level=["label", "recency"]).mean()
really = np.array([agreeing.at[(row.label, row.recency), row.offer] for row in options.itertuples()])

# %% id="truth-judged"
judged = {"action": really @ options["send"], "baseline": really @ lot}
judged["open"] = bool(gain_lead <= lead_half)
tell("The best plan truly brings {action:,.0f} {unit}, last year again {baseline:,.0f}, best responders "
     "first {responders:,.0f}; the memo said {lead:±+,.0f} for the lead.", action=judged["action"],
     baseline=judged["baseline"], responders=really @ responders,
     lead=(gain_lead, lead_half), unit=currency)

# %% [markdown] id="truth-words"
# The order of the plans was safer than their gains: all rest on the same lots drawn in spring. Two assumptions
# stood outside every interval: that a message adds the same in all groups, and that those who agreed are moved
# as the others of their cell. Where they fail, a gain may be off by more than any ±: compare the best responders
# with their row in the table. In a sum the errors may cancel, but nobody can count on that. A lot drawn anew,
# among those who agreed, would tell.

# %% [markdown] id="recap"
# ## Recap
#
# - A view is a query; how full it is depends on the customers, not on the platform.
# - Consent is a log: the last own record for this purpose, on this day; no record is no.
# - Who agrees differs. Count the whole from what needs no consent, and give the interval of the difference.
# - Describe, compare with a lot, predict averages, optimise under the limits, take off the luck.
# - A shadow price is the worth of the next unit, made of estimates; solve again before you multiply it.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-asof"
crm.quiz(
    "A customer agreed in May, withdrew on 3 September at 9:12 and agreed again on 3 October. May a "
    "message go out in the evening of 3 September?",
    ("No.", True, "The last record before that moment is a withdrawal."),
    ("Yes, the customer agrees today.", False, "What counts is the state when the message goes out."),
    ("Yes, a withdrawal counts from the next day.", False, "It counts from its minute on."),
)

# %% id="quiz-bias"
crm.quiz(
    "Of the customers who agreed to profiling, 40 % order in a half-year; of all, 30 %. The interval "
    "of the first is 39 to 41 %. What share of all does it promise?",
    ("None: it is narrow around another question.", True, "More rows do not bring back the others."),
    ("39 to 41 %.", False, "That is the share of those who agreed."),
    ("About 40 %, a little less sure.", False, "The error is ten points, not a wider interval."),
)

# %% id="quiz-shadow"
crm.quiz(
    "The shadow price of the budget is 0.80, after cost. What do 50,000 yuan more bring?",
    ("At most 40,000; solve again to know.", True, "The best is bought first: the price can only fall."),
    ("40,000.", False, "The price is that of the next yuan, not of the fifty-thousandth."),
    ("More than 40,000, since more customers are reached.", False, "Who comes next gains less."),
)

# %% id="quiz-claim"
crm.quiz(
    "Two thirds of the firms that bought a platform say they beat their rivals. What do you ask first?",
    ("What share do those say that did not buy, and who is no longer there to be asked?", True,
     "Without them the figure says nothing about the platform."),
    ("How large was the survey?", False, "A large survey of the wrong firms is wrong very precisely."),
    ("By how much do they beat them?", False, "That, too, is what the winners say about themselves."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/08a_from_view_to_action.ipynb) gives you a company of your own: who may be written
# to, what is lost, the best plan and its price. [Chapter
# 8b](08b_toolbox_and_scale.ipynb) asks what more the mining toolbox finds, and when one machine is no longer enough.
#
# *Your own data:* a log of consents with customer, time, purpose and answer is enough for `agreed`; if your firm has
# only a flag, start the log today. For the plan you need a campaign with a held-out group; without one, stop at
# "what happened", and draw lots next time.
#
# ### References
#
# - Huangfu, Q. & Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. *Mathematical Programming
#   Computation* 10(1), 119–142.
# - Regulation (EU) 2016/679 (General Data Protection Regulation), articles 5 to 7.
# - Personal Information Protection Law of the People's Republic of China (2021), articles 6, 13 to 15 and 23.
