# %% [markdown] id="title"
# # 1 · CRM at a glance
#
# ### The question
#
# Lin Yue founded Harbour Coffee and runs it. The budget round ends on Friday, and 100,000 yuan are
# left. Ma Jun, who leads sales, wants to win new customers with them. Tang Mei, who
# leads service, wants to keep the customers there are: that costs a fifth, she has read. Chen Bo, the
# IT lead, asks for "a CRM". Lin Yue asks two things. What is CRM, beyond software? And where should
# the next yuan go: into winning or into keeping? A wrong answer is expensive either way: the money
# buys customers who leave again, or it goes to customers who never meant to leave.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. say what CRM is, and show for a company which of its data belong to which part of it;
# 2. compute the first figures of any customer base, each with its interval;
# 3. read a cohort heat map: columns, rows and diagonals;
# 4. place every customer in a stage of the lifecycle, and see how customers move;
# 5. test two famous claims about keeping customers, and say when they hold.
#
# *You need* a little pandas: selecting rows, `groupby`, a mean. The self-test of the
# [primer](00_primer.ipynb) tells you whether you have it. *Time:* about {{minutes}} minutes to read and run.
# *Not here:* what a single customer is worth ([chapter 2](02_customer_value.ipynb)), which channel
# wins whom ([chapter 4](04_acquisition.ipynb)), whom to make an offer to stay
# ([chapter 5](05_retention.ipynb)), and which system to buy (chapter 7).
#
# You sit beside He Rui, the analyst. Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
cutoff = "2025-12-31"
currency = "yuan"
discount_rate = 0.10  # a year: what money is worth less, one year later
budget = 100_000

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=12_000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions on the primer before we start. Answer first, then open an option.

# %% id="recall-rows"
orders = company.orders
tell(
    "{rows:,} rows in the order table, {people:,} different customers in it.",
    rows=len(orders), people=orders["customer_id"].nunique(),
)
crm.quiz(
    'How many rows has orders.groupby("customer_id")["amount"].sum()?',
    (f"{orders['customer_id'].nunique():,}", True, "One row per group, and a group is a customer."),
    (f"{len(orders):,}", False, "That is one row per order: nothing would have been grouped."),
    ("1", False, "That would be the sum without groupby."),
)

# %% id="recall-share"
refunds = (orders["amount"] < 0).mean()
tell("{count:,} orders have an amount below 0.", count=(orders["amount"] < 0).sum())
crm.quiz(
    'What is (orders["amount"] < 0).mean()?',
    (f"{refunds:.1%}", True, "True counts as 1, so the mean of a yes-or-no column is a share."),
    (f"{orders['amount'].mean():,.0f}", False, "That is the mean amount; here we average yes and no."),
    ("True", False, "One yes or no per order; their mean is a number."),
)

# %% [markdown] id="what"
# ## What CRM is
#
# **Customer relationship management (CRM)** is the way in which a company wins, keeps and develops
# customers so that both sides gain. It has four parts: *strategy* (which customers, which promise),
# *process* (what happens when somebody orders, asks or complains), *technology* (the systems that
# remember it) and *culture* (what people do when nobody looks). Payne and Frow (2005) define it in
# the same way: a strategy first, software last.
#
# So the first thing to ask about a company is not which system it has. Ask what its data tell about
# each part.

# %% id="what-map"
known = [
    ("campaigns", "strategy", "who is written to, and who is left alone"),
    ("retention_offers", "strategy", "what it may cost to keep a customer"),
    ("leads", "process", "how a stranger becomes a customer, or not"),
    ("orders", "process", "who buys what, when and where"),
    ("tickets", "process", "how long a customer waits for help"),
    ("export", "technology", "what the order systems hand over"),
    ("visits", "technology", "who looks in, by web and by app"),
]
parts = pd.DataFrame(known, columns=["table", "part of CRM", "what it tells"]).set_index("table")

# %% id="what-map-table"
parts.insert(1, "rows", [len(getattr(company, name)) for name in parts.index])
parts.loc["(no table)"] = ["culture", 0, "who is thanked when a customer stays?"]
plots.table(parts, "What the tables of Harbour Coffee tell about the four parts of CRM")

# %% [markdown] id="what-read"
# Process and technology fill tables. Strategy fills short ones: it is a few decisions. Culture fills
# none, and it decides whether the rest is used. A company that asks for a CRM and means
# technology only may own a system that nobody uses. Chapter 7 comes back to that.

# %% [markdown] id="history"
# ### Four stages of its history
#
# How firms remembered their customers changed with the tools. The limits between the stages are
# rough; the six events are dated.

# %% id="history-stages"
stages = pd.DataFrame(
    [
        ("card files", 1975, 1990, "a name, an address, a salesperson's memory"),
        ("sales automation", 1990, 2000, "calls, offers, who is next"),
        ("one system for all", 2000, 2010, "sales, marketing and service in one place"),
        ("social, mobile, AI", 2010, 2026, "what people do and say; forecasts from it"),
    ],
    columns=["stage", "from", "to", "what is remembered"],
).set_index("stage")
events = {"ACT!": 1987, "Siebel": 1993, "salesforce.com": 1999}
events |= {"iPhone": 2007, "WeChat": 2011, "ChatGPT": 2022}

# %% id="history-plot"
from matplotlib import pyplot as plt

ax = plt.subplots(figsize=(7.5, 3))[1]
ax.barh(stages.index, stages["to"] - stages["from"], left=stages["from"], alpha=0.6)
for event, year in events.items():
    row = (stages["from"] <= year).sum() - 1
    side = "right" if year < stages[["from", "to"]].iloc[row].mean() else "left"
    ax.plot(year, row, "o", color="black")
    ax.annotate(event, (year + (1 if side == "left" else -1), row), ha=side, va="center")
ax.set(xlim=(1974, 2034), ylim=(3.6, -0.6))
plots.show(
    ax, "Each stage kept what the one before it could do", x="year",
    alt="Timeline of four stages of CRM with six dated events, 1975 to today.",
)

# %% id="history-table"
remembered = stages["what is remembered"].to_frame()
remembered["at Harbour Coffee"] = [
    "customers (the register)", "orders, leads", "tickets, touches, export", "visits, reviews, tests",
]
plots.table(remembered, "What each stage remembers, and where it stands at Harbour Coffee")

# %% [markdown] id="history-read"
# The tools changed, the aim did not: to know the customer as well as a shopkeeper knows a
# neighbour, for more customers than anybody can know. Each stage made more data cheap. None made it
# cheap to decide what to do with them, and that is what this course is about.

# %% [markdown] id="data"
# ## The data
#
# Most of this chapter needs one table only: one row per order, with who, when and how much. A
# negative amount is a refund. Every customer of Harbour Coffee came after the register opened in
# January 2023, so nobody's history is cut off. In your own file it usually is, and we say where it
# matters.

# %% id="data-log"
log = company.orders if transactions is None else crm.read_transactions(transactions)
end = pd.Timestamp(cutoff)
log = log[log["date"] < end + pd.Timedelta(days=1)]
shown = ["customer_id", "date", "amount"]
plots.table(log[shown].tail(4), "The last four rows of the log (amount in {unit})", unit=currency)

# %% [markdown] id="data-customers"
# Questions about customers need one row per customer. `summarize` makes it; `since` and `as_of` say
# which days count.

# %% id="data-summarize"
one_day, one_year = pd.Timedelta(days=1), pd.Timedelta(days=365)
customers = crm.summarize(log, as_of=end)
this_year = crm.summarize(log, since=end - one_year + one_day, as_of=end)
last_year = crm.summarize(log, since=end - 2 * one_year + one_day, as_of=end - one_year)

# %% [markdown] id="data-wrong"
# What is wrong with these data? Refunds stand apart from their order, so sums come out right and
# counts do not: `summarize` counts only days on which somebody bought. And an order says nothing about
# why. [Chapter 3](03_segmentation.ipynb) shows how messy the same orders arrive, and how to clean
# them.

# %% [markdown] id="ideas"
# ## Four ideas, four figures
#
# Textbooks name four core ideas of CRM. An idea that cannot be measured stays a poster on the wall, so
# let us give each one a figure.
#
# | idea | the question behind it | figure |
# | --- | --- | --- |
# | put the customer first | how many customers have we, not how many orders? | active customers |
# | think in relationships | do they come back? | repeat rate, retention rate |
# | create value | what is it worth to us, and to them? | revenue per customer, satisfaction |
# | decide with data | do we know what our actions change? | customers in a randomised test |
#
# ### Put the customer first: active customers
#
# An **active customer** has bought at least once in the last twelve months. The period is a choice; say
# which one you took.

# %% id="ideas-active"
tell(
    "{known:,} customers in the log, {active:,} of them active ({share:.0%}).",
    known=len(customers), active=len(this_year), share=len(this_year) / len(customers),
)

# %% [markdown] id="ideas-active-read"
# The first number only ever grows, and that is the number that many firms report. Nobody is taken out
# of a register for not coming back.
#
# ### Think in relationships: repeat rate and retention rate
#
# The **repeat rate** is the share of customers who bought more than once. The **retention rate** is the
# share of one year's buyers who buy again in the next year. The first looks at all time, the second at
# two periods of equal length.

# %% id="ideas-rates"
came_back = customers["purchases"] > 1
stayed = last_year.index.isin(this_year.index)
rates = {"repeat rate": came_back, "retention rate": stayed}
found = {name: (len(yes), yes.sum()) for name, yes in rates.items()}
counts = pd.DataFrame(found, index=["customers", "of them"]).T

# %% [markdown] id="ideas-interval"
# A share from data is never exact. With other luck, a few more or fewer people would have walked in.
# The 95 % interval of the primer says how far the true share may be from ours. For a share we use
# Wilson's method (Wilson, 1927).

# %% id="ideas-rates-interval"
from statsmodels.stats.proportion import proportion_confint

counts["share"] = counts["of them"] / counts["customers"]
ends = proportion_confint(counts["of them"], counts["customers"], method="wilson")
counts["95 % from"], counts["95 % to"] = ends

# %% id="ideas-rates-table"
formats = dict.fromkeys(["share", "95 % from", "95 % to"], "{:.1%}")
plots.table(counts, "Do customers come back?", formats)

# %% [markdown] id="ideas-age"
# Be careful with the repeat rate. Somebody who came last week has had no time to come back. Look at it
# by the year of the first purchase.

# %% id="ideas-age-table"
joined_in = customers["first_purchase"].dt.year.rename("first purchase in")
by_age = came_back.groupby(joined_in).agg(["size", "mean"])
by_age = by_age.set_axis(["customers", "repeat rate"], axis=1)
plots.table(by_age, "Repeat rate by year of the first purchase", {"repeat rate": "{:.0%}"})

# %% [markdown] id="ideas-age-read"
# The youngest customers usually look worst. They are not worse, they are younger. A company that grows
# fast sees its repeat rate fall for that reason alone. To compare fairly, compare customers of equal
# age; the cohorts below do that.
#
# ### Create value: revenue per customer, and satisfaction
#
# **Revenue per customer** is the revenue of a period, refunds taken off, over the customers active in
# it. It is a mean, so its interval comes from the spread between customers: mean ± 1.96 standard
# errors.

# %% id="ideas-revenue"
spend = this_year["spend"]
half = 1.96 * spend.sem()
tell(
    "Revenue per active customer {mean:,.0f} {unit} a year, 95 % interval {low:,.0f} to {high:,.0f}; "
    "half of them bring less than {median:,.0f}.",
    mean=spend.mean(), low=spend.mean() - half, high=spend.mean() + half, median=spend.median(),
    unit=currency,
)

# %% id="ideas-satisfaction"
answers = company.survey.query("wave == wave.max()")["csat"].dropna().astype("float64")
tell(
    "Satisfaction at Harbour Coffee, 1 to 5: {mean:±.2f}, from {count:,} answers.",
    mean=(answers.mean(), 1.96 * answers.sem()), count=len(answers),
)

# %% [markdown] id="ideas-value-read"
# The first figure is value for the company, the second a trace of value for the customer. A company
# can raise the first for a while by lowering the second, and a report that shows only revenue will not
# say so. Who did not answer is in neither; [chapter 5](05_retention.ipynb) looks at that.
#
# ### Decide with data: who was in a test?
#
# Whoever writes to everybody never learns what would have happened without the letter. So count the
# customers for whom chance decided what they got.

# %% id="ideas-data"
tests = ["touches", "service_test", "retention_test"]  # spring campaign, refill service, pilot
in_a_test = pd.concat([getattr(company, name)["customer_id"] for name in tests]).nunique()
tell("{share:.0%} of customers were in a randomised test.", share=in_a_test / len(company.customers))

# %% [markdown] id="elements"
# ### Six elements, five strategies
#
# Longer lists name six *elements* of managing customers and five *strategies* to carry it out. Again,
# a list is worth as much as the figure beside it.

# %% id="elements-figures"
visits = company.visits
comparing = visits.loc[visits["date"] >= "2025-01-01", "page"] == "compare"
fifth = crm.top_share(spend, 0.2)
used = company.points["used_on"].notna()
known_to_all = company.export["customer"].notna().mean()

# %% id="elements-table"
elements = pd.DataFrame(
    [
        ("integrate what is known", "orders with a known customer", known_to_all, "8"),
        ("assess value", "revenue held by the best fifth", fifth, "2, 3"),
        ("build the relationship", "yearly retention rate", stayed.mean(), "1, 6"),
        ("raise satisfaction", "answers of 4 or 5 out of 5", (answers >= 4).mean(), "5, 11"),
        ("grow loyalty", "batches of points that were used", used.mean(), "5"),
        ("prevent churn", "visits through a price comparison", comparing.mean(), "5"),
    ],
    columns=["element", "one figure of it", "share", "chapter"],
).set_index("element")
plots.table(elements, "Six elements of customer management, one figure each", {"share": "{:.0%}"})

# %% id="strategies-table"
hours = company.tickets[["queue_hours", "work_hours", "partner_hours"]].sum(axis=1)
strategies = pd.DataFrame(
    [
        ("set a customer strategy", "designs in the last campaign", len(company.campaigns)),
        ("mend the service processes", "hours until a ticket is solved, median", hours.median()),
        ("use data in decisions", "customers in a randomised test", in_a_test),
        ("run a CRM system", "systems that orders come from", company.export["system"].nunique()),
        ("keep improving", "randomised tests so far", len(tests)),
    ],
    columns=["strategy", "one figure of it", "value"],
).set_index("strategy")
plots.table(strategies, "Five strategies, one figure each")

# %% [markdown] id="elements-read"
# None of these figures is good or bad by itself. Compare each with its own value a year ago, and never
# with another firm's published value: the definitions will differ. Choose few. A page with thirty
# figures is read by nobody.

# %% [markdown] id="cohorts"
# ## Cohorts: comparing customers of equal age
#
# A **cohort** is the group of customers who came in the same period, here in the same quarter. For each
# cohort we ask which share bought in the quarter after, two quarters after, and so on.

# %% id="cohorts-quarters"
paid = log[log["amount"] >= 0]
quarter = paid["date"].dt.to_period("Q")
joined = quarter.groupby(paid["customer_id"]).transform("min").rename("cohort")
last_full = (end + pd.Timedelta(days=1)).to_period("Q") - 1  # the last quarter that is complete
age = (quarter.dt.year * 4 + quarter.dt.quarter) - (joined.dt.year * 4 + joined.dt.quarter)

# %% id="cohorts-share"
full = quarter <= last_full
buyers = paid.loc[full, "customer_id"].groupby([joined[full], age[full].rename("quarters since")])
buyers = buyers.nunique().unstack()
share = buyers.div(buyers[0], axis=0)

# %% [markdown] id="cohorts-how"
# Everybody buys in quarter 0, so we leave it out. Read the map in three directions. Along a *row*: one
# cohort grows older. Down a *column*: younger and younger cohorts at the same age. Along a *diagonal*,
# from lower left to upper right: one and the same quarter of the calendar.

# %% id="cohorts-map"
import seaborn as sns

ax = plt.subplots(figsize=(7.5, 4.8))[1]
drawn = share.iloc[:, 1:].dropna(how="all")
look = {"cmap": "Blues", "cbar": False, "linewidths": 1, "annot_kws": {"fontsize": "small"}}
sns.heatmap(drawn.set_axis(drawn.index.astype("str")), annot=True, fmt=".0%", ax=ax, **look)
ax.tick_params(axis="y", rotation=0)
ax.grid(False)
plots.show(
    ax, "One quarter after the first, {first:.0%} buy; after {last} quarters, {later:.0%}",
    first=drawn[1].mean(), last=drawn.columns[-1], later=drawn.iloc[:, -1].mean(),
    x="quarters since the first purchase", y="quarter of the first purchase",
    alt="Heat map: share of each quarterly cohort that buys, by quarters since the first purchase.",
)

# %% id="cohorts-read"
column = drawn[1].dropna()
error = np.sqrt(column * (1 - column) / buyers[0]).mean()

# %% id="cohorts-luck"
tell(
    "One quarter after joining, the cohorts lie between {low:.0%} and {high:.0%}; luck alone moves "
    "each by about {error:.0points} up or down.",
    low=column.min(), high=column.max(), error=1.96 * error,
)

# %% [markdown] id="cohorts-words"
# *Rows.* Most of the fall comes at once, then the row flattens out. Nobody need have become more
# loyal: those who were going to leave have left, and the survivors remain. *Columns.* A column that
# gets paler from top to bottom says that newer customers come back less: look at how they were won.
# But first compare the differences with the luck in the sentence above. *Diagonals.* A pale diagonal
# is a bad quarter for everybody, old and new: a price rise, a broken web shop, a competitor. A dark
# one is usually a season. Let us see.

# %% id="cohorts-diagonal"
older = age[full] > 0
by_quarter = paid.loc[full, "customer_id"][older].groupby(quarter[full][older]).nunique()
first_quarter = joined.groupby(paid["customer_id"]).first()
before = [(first_quarter < one).sum() for one in by_quarter.index]
calendar = (by_quarter / before).rename("share that bought").rename_axis("quarter")

# %% id="cohorts-diagonal-plot"
ax = calendar.set_axis(calendar.index.astype("str")).plot.bar(figsize=(7.5, 3.2), rot=45)
plots.show(
    ax, "Of earlier customers, {low:.0%} to {high:.0%} buy in a quarter; most in {best}",
    low=calendar.min(), high=calendar.max(), best=str(calendar.idxmax()),
    x="quarter of the calendar", y="share of earlier customers", percent="y",
    alt="Bars: share of all earlier customers who bought, by calendar quarter.",
)

# %% [markdown] id="cohorts-diagonal-read"
# Two things are mixed here. As the register ages, more of its names have left, so the bars sink. And
# seasons move them up and down. A report that says "last quarter was worse than the one before" and
# forgets both will be wrong every spring.
#
# *With your own file:* its first cohort is not a cohort. It holds everybody who was a customer before
# the file begins. Leave the first row out of any comparison.

# %% [markdown] id="lifecycle"
# ## The lifecycle: where does each customer stand?
#
# The **customer lifecycle** has five parts: acquire, keep, grow, decline, win back. To use it, we need
# a rule that places every customer, and the rule must use nothing but what the company knows. Ours
# looks at two half-years: the last one, and the one before.
#
# | stage | bought in the last half-year? | in the half-year before? | |
# | --- | --- | --- | --- |
# | *new* | yes | | the first purchase of all |
# | *grow* | yes | yes | and spent more than in the half-year before |
# | *keep* | yes | yes | and spent as much or less |
# | *won back* | yes | no | but had bought earlier |
# | *decline* | no | yes | |
# | *lost* | no | no | |

# %% id="lifecycle-halves"
half_year = ((end - paid["date"].dt.normalize()).dt.days // 182).rename("half-years ago")
halves = paid.groupby(["customer_id", half_year])["amount"].sum().unstack()
halves = halves.reindex(columns=range(max(halves.columns.max() + 1, 3)))
first_half = half_year.groupby(paid["customer_id"]).max()

# %% id="lifecycle-halves-table"
caption = "Spend of four customers, by half-years ago ({unit})"
plots.table(halves[[0, 1, 2]].head(4), caption, unit=currency)

# %% [markdown] id="lifecycle-rule"
# The rule is a list of questions, asked in order; the first "yes" decides. We ask them twice: for
# today, and for half a year ago, so that we can see movement.

# %% id="lifecycle-stages"
names = ["new", "grow", "keep", "won back", "decline", "lost"]
stage = pd.DataFrame(index=halves.index)
for day, ago in {"half a year ago": 1, "now": 0}.items():
    last, before = halves[ago], halves[ago + 1]
    bought, bought_before = last.notna(), before.notna()
    questions = [first_half < ago, first_half == ago, last > before]
    questions += [bought & bought_before, bought, bought_before]
    placed = np.select(questions, ["not yet", *names[:-1]], "lost")
    stage[day] = pd.Categorical(placed, [*names, "not yet"])

# %% id="lifecycle-table"
now = stage["now"].cat.set_categories(names).rename("stage")
table = halves[0].fillna(0).groupby(now, observed=False).agg(["size", "sum"])
table = table.set_axis(["customers", "revenue"], axis=1)
table["share of customers"] = table["customers"] / table["customers"].sum()
table["share of revenue"] = table["revenue"] / table["revenue"].sum()

# %% id="lifecycle-plot"
ax = plots.bars(table[["share of customers", "share of revenue"]])
ax.legend(loc="center right")
plots.show(
    ax, "{lost:.0%} are lost; the {few:.0%} who grow or keep bring {much:.0%} of revenue",
    lost=table.loc["lost", "share of customers"],
    few=table.loc[["grow", "keep"], "share of customers"].sum(),
    much=table.loc[["grow", "keep"], "share of revenue"].sum(),
    x="share of all customers, of the half-year's revenue", percent="x",
    alt="Bars: share of customers and of revenue by stage of the lifecycle.",
)

# %% id="lifecycle-counts"
table["per customer"] = table["revenue"] / table["customers"]
shown = table[["customers", "revenue", "per customer"]]
plots.table(shown, "Lifecycle stages; revenue of the half-year ({unit})", unit=currency)

# %% [markdown] id="lifecycle-do"
# Each stage has its own task. *New*: make the second purchase easy. *Keep*: deliver, and stay out of
# the way. *Grow*: offer what fits ([chapter 6](06_development.ipynb)). *Decline*: ask, soon, what
# went wrong ([chapter 5](05_retention.ipynb)). *Lost*: usually leave in peace. Some authors call it
# growth, too, when customers bring others. That is in the data:

# %% id="lifecycle-friends"
referrals = company.referrals
came_in_2025 = company.customers["joined"] >= "2025-01-01"
sent = company.customers.loc[came_in_2025, "customer_id"].isin(referrals["customer_id"])

# %% id="lifecycle-friends-read"
tell(
    "{brought:,} customers of Harbour Coffee have brought somebody; {share:.0%} of the customers who "
    "came in 2025 were sent by another.",
    brought=referrals["referrer_id"].nunique(), share=sent.mean(),
)

# %% [markdown] id="lifecycle-move"
# ### How customers move
#
# Where were they half a year ago, where are they now? Each row adds up to 100 %.

# %% id="lifecycle-movement"
there = stage[stage["half a year ago"] != "not yet"]
moves = pd.crosstab(there["half a year ago"], there["now"], normalize="index")
moves = moves.reindex(index=names, columns=names[1:]).dropna(how="all").fillna(0)
plots.table(moves, "From the stage half a year ago (row) to the stage now (column)", "{:.0%}")

# %% id="lifecycle-movement-read"
for word in moves.index.intersection(["decline", "lost"]):
    tell(
        "Stage half a year ago: {stage}. Of them {share:.0%} have bought since.",
        stage=word, share=moves.loc[word, "won back"],
    )

# %% [markdown] id="lifecycle-words"
# There was no win-back campaign. Remember that when somebody reports that one "brought back" so many
# customers: some come back by themselves. And look at *grow* and *keep*: customers change places
# between them in both directions. A part of that is luck, because a good half-year is easily
# followed by an ordinary one. [Chapter 3](03_segmentation.ipynb) gives it a name.
#
# Are "lost" customers gone? The rule cannot know; we compare it with the truth below.

# %% [markdown] id="compete"
# ## Customer management and competitiveness
#
# Four ways are named in which managing customers makes a company stronger: it knows what the market
# wants, it loses fewer customers, it spends where it pays, and its customers speak for it. The figure
# that most boards look at is the share of revenue from **returning customers**: customers whose first
# purchase lies in an earlier quarter.

# %% id="compete-revenue"
kind = np.where(age[full] > 0, "returning", "new")
by_kind = paid.loc[full, "amount"].groupby([quarter[full].rename("quarter"), kind])
revenue = by_kind.sum().unstack(fill_value=0)
returning = (revenue["returning"] / revenue.sum(axis=1)).iloc[1:]

# %% id="compete-plot"
labels = returning.index.astype("str")
ax = returning.set_axis(labels).plot(marker="o", figsize=(7.5, 3.2))
ax.set_ylim(0, 1)
ax.set_xticks(range(len(labels)), labels, rotation=45)
plots.show(
    ax, "Returning customers bring {last:.0%} of revenue; in {quarter} it was {first:.0%}",
    last=returning.iloc[-1], first=returning.iloc[0], quarter=labels[0],
    x="quarter", y="share of revenue", percent="y",
    alt="Line: share of each quarter's revenue from customers who first bought in an earlier quarter.",
)

# %% [markdown] id="compete-trap"
# Is a rising share good news? A company that wins nobody any more has a share of 100 %. So always look
# at both amounts, not at their ratio alone.

# %% id="compete-amounts"
span = min(4, len(revenue) // 2)
growth = revenue.iloc[-span:].sum() / revenue.iloc[-2 * span : -span].sum() - 1
tell(
    "Last {span} quarters against the {span} before: revenue from new customers {new:+.0relative}, from "
    "returning customers {returning:+.0relative}.", span=span, **growth,
)

# %% id="compete-rivals"
rivals = (visits["page"] == "compare").groupby(visits["date"].dt.year).mean()
plots.table(
    rivals.rename("share of visits").rename_axis("year").to_frame(),
    "Visits to Harbour Coffee that came through a price comparison", "{:.1%}",
)

# %% [markdown] id="compete-read"
# The last table is one of the few traces that competitors leave in a company's own data: customers who
# compare prices. Most of what competitors do stays invisible here. A retention rate says how many
# stayed, never where the others went.

# %% [markdown] id="mix"
# ## Communication and the marketing mix
#
# What does a company offer, and how does it reach people with it? The **marketing mix** is the
# classic list: *product*, *price*, *place* and *promotion* (McCarthy, 1960). Promotion, how a firm
# speaks to people, has forms of its own: *advertising*, *sales promotion* (a voucher, say), *public
# relations*, *social media* and *direct marketing*. First the four, one figure each, for 2025.

# %% id="mix-four"
sold = orders[orders["date"] >= "2025-01-01"]
lines = company.order_lines.merge(company.products, on="product_id")
of_2025 = lines[lines["order_id"].isin(sold["order_id"])]

# %% id="mix-four-figures"
by_category = of_2025.groupby("category", observed=True)["paid"].sum()
by_place = sold.groupby("channel", observed=True)["amount"].sum()
discount = sold["discount"].sum() / (sold["amount"] + sold["discount"]).sum()

# %% id="mix-four-table"
mix = pd.DataFrame(
    [
        ("product", "revenue from the largest category", by_category.max() / by_category.sum()),
        ("price", "discount off the list price", discount),
        ("place", "revenue through the largest channel", by_place.max() / by_place.sum()),
        ("promotion", "orders that made use of an offer", sold["offer"].notna().mean()),
    ],
    columns=["part of the mix", "one figure of it", "share"],
).set_index("part of the mix")
plots.table(mix, "The marketing mix of Harbour Coffee in 2025", {"share": "{:.1%}"})

# %% id="mix-largest"
tell(
    "Largest category: {category}. Largest channel: {place}.",
    category=str(by_category.idxmax()), place=str(by_place.idxmax()),
)

# %% [markdown] id="mix-touches"
# Now the forms of communication. A *lead* is a person or firm that left a contact; a *touch* is one
# contact before the lead was won or lost. For each form: which share of the leads did it reach at least
# once? A touch that carried a voucher counts as sales promotion, too.

# %% id="mix-join"
leads = company.leads
leads["group"] = leads["kind"].astype("str").where(leads["won_on"].notna(), "not won")
contacts = company.touchpoints.merge(company.channels, on="channel").merge(leads, on="lead_id")
contacts["form"] = contacts["communication"].astype("str")

# %% id="mix-voucher"
voucher = contacts[contacts["promotion"] & (contacts["form"] != "sales promotion")]
contacts = pd.concat([contacts, voucher.assign(form="sales promotion")])

# %% id="mix-reach"
reached = contacts.groupby(["form", "group"])["lead_id"].nunique().unstack()
reach = reached / leads["group"].value_counts()
reach.insert(0, "touches", contacts["form"].value_counts())
reach = reach.sort_values("consumer", ascending=False, kind="stable")
reach = reach.rename(columns={"consumer": "consumers", "organisation": "organisations"})

# %% id="mix-table-show"
groups = ["consumers", "organisations", "not won"]
caption = "Which form reached whom: customers won in 2025, and leads not won (share reached)"
plots.table(reach[["touches", *groups]], caption, dict.fromkeys(groups, "{:.0%}"))

# %% id="mix-won"
won_share = leads["won_on"].notna()
both = contacts.groupby(["form", contacts["won_on"].notna()])["lead_id"].nunique().unstack()
both = both.set_axis(["not won", "won"], axis=1) / [(~won_share).sum(), won_share.sum()]
both = both.sort_values("won", ascending=False, kind="stable")

# %% id="mix-won-plot"
ax = plots.bars(both[["won", "not won"]])
ax.legend(loc="lower right")
plots.show(
    ax, "Reached by {form}: {won:.0%} of the won, {lost:.0%} of the others",
    form=both.index[0], won=both["won"].iloc[0], lost=both["not won"].iloc[0],
    x="share of leads reached at least once", percent="x",
    alt="Bars: share of won and of other leads that each form of communication reached.",
)

# %% [markdown] id="mix-read"
# Two traps wait here. A form that reaches everybody reaches the buyers, too: compare with those who
# did not buy. And a form that reached buyers *more often* need not have made them buy. Whoever is
# about to order types the name of the shop into a search field, sees a search ad, and would have
# come without it. Who gets the credit is the subject of [chapter 4](04_acquisition.ipynb).

# %% [markdown] id="mix-existing"
# And those who are customers already? They get direct marketing: the campaign of March 2025, in which
# chance decided who got a message. Had they agreed to get mail?

# %% id="mix-campaign"
touches = company.touches.merge(company.customers[["customer_id", "email_consent"]], on="customer_id")
written = touches[touches["offer"] != "none"]

# %% id="mix-campaign-read"
tell(
    "{share:.0%} of the customers got a message; {without:.0%} of these had not agreed to mail.",
    share=len(written) / len(touches), without=1 - written["email_consent"].mean(),
)

# %% [markdown] id="mix-consent"
# Perhaps they were reached in another way that is allowed; the tables do not say. Feng Lan, who looks
# after data protection, will want to know, and chapter 12 comes back to it. Now the cost of winning.

# %% id="mix-cost"
spent, won = company.channel_spend["spend"].sum(), won_share.sum()
tell(
    "In 2025 all channels together cost {spent:,.0f} {unit}; {won:,} customers were won.",
    spent=spent, unit=currency, won=won,
)

# %% [markdown] id="claim-profit"
# ## Claim check: "5 % more retention brings 25 to 95 % more profit"
#
# The most repeated sentence of the trade goes back to Reichheld and Sasser (1990) and Reichheld (1996).
# Neither publishes the data behind it. We cannot check their firms, but we can check the arithmetic:
# build customers who stay with a given chance, and count what they bring.
#
# Say each customer brings a margin of 100 a year, the first at once, and stays from one year to the
# next with chance *r*. The chance to be there for more than *k* years is then rᵏ. So one random number
# between 0 and 1 gives one customer's years. And first of all: is "5 % more" of 80 % now 84 % or 85 %?
# We do both, with the same luck for the same customers.

# %% id="claim-profit-luck"
luck = np.random.default_rng(seed).random(20_000)
rates = {"now": 0.80, "5 % more": 0.84, "5 points more": 0.85}
years_kept = {name: np.ceil(np.log(luck) / np.log(rate)) for name, rate in rates.items()}
years_kept = pd.DataFrame(years_kept)

# %% [markdown] id="claim-profit-discount"
# Money that comes later is worth a little less. The margins of *n* years, each worth less by the
# discount rate, add up to 100 · (1 − vⁿ) ÷ (1 − v), with v = 1 ÷ (1 + discount rate). The formula in the
# last column does the same without a simulation; [chapter 2](02_customer_value.ipynb) explains it.

# %% id="claim-profit-simulated"
later = 1 / (1 + discount_rate)
worth = 100 * (1 - later**years_kept) / (1 - later)

# %% id="claim-profit-formula"
simulated = worth.agg(["mean", "sem"]).T
simulated["formula"] = crm.clv_closed_form(100, pd.Series(rates), discount_rate)
simulated.insert(0, "years", years_kept.mean())
simulated = simulated.rename(columns={"mean": "worth", "sem": "standard error"})
plots.table(simulated, "20,000 simulated customers: mean years, and mean worth today", "{:.1f}")

# %% id="claim-profit-read"
gain = worth.mean() / worth["now"].mean() - 1
tell(
    "From 80 %: 5 % more retention makes a customer worth {less:+.0relative}, five points more "
    "{more:+.0relative}.",
    less=gain["5 % more"], more=gain["5 points more"],
)

# %% [markdown] id="claim-profit-cost"
# That is worth, not profit. Winning the customer cost something, and that cost is the same however
# long the customer stays. So the same gain is a larger part of what is left. Let us do it for
# many rates and costs. Where winning costs more than the customer ever brings, a percentage says
# nothing, and the cell stays empty.

# %% id="claim-profit-grid"
base = pd.Series([0.5, 0.6, 0.7, 0.8, 0.9], index=["50%", "60%", "70%", "80%", "90%"])
value = pd.Series(crm.clv_closed_form(1, base, discount_rate), base.index)
more = crm.clv_closed_form(1, base + 0.05, discount_rate) - value

# %% id="claim-profit-change"
costs = {"no cost": 0, "half a year": 0.5, "1 year": 1, "2 years": 2, "3 years": 3}
change = {name: more / (value - cost).where(value > cost) for name, cost in costs.items()}
change = pd.DataFrame(change)

# %% id="claim-profit-table"
caption = "Profit from five points more retention; columns: cost of winning, in years of margin"
plots.table(change.rename_axis("retention now"), caption, "{:+.0relative}")

# %% id="claim-profit-inside"
inside = (change >= 0.25) & (change <= 0.95)
tell(
    "{inside} of {all} cells lie between 25 and 95 %, {below} lie below.",
    inside=inside.sum().sum(), all=change.count().sum(), below=(change < 0.25).sum().sum(),
)

# %% [markdown] id="claim-profit-own"
# Now with Harbour Coffee's own numbers: its yearly retention, its margin per customer and year, and
# what it paid on average to win a customer in 2025. A **margin** is what a customer pays less what the
# goods cost.

# %% id="claim-profit-margin"
bought = orders[orders["amount"] >= 0]
by_year = bought.groupby(bought["date"].dt.year)["customer_id"]
in_2024, in_2025 = (by_year.get_group(year).unique() for year in (2024, 2025))
retention = pd.Index(in_2024).isin(in_2025).mean()

# %% id="claim-profit-yearly"
lines["margin"] = lines["paid"] - lines["quantity"] * lines["unit_cost"]
of_order = lines.groupby("order_id")["margin"].sum()
yearly = sold["order_id"].map(of_order).sum() / len(in_2025)

# %% id="claim-profit-company"
tell(
    "Retention {retention:.0%}, margin {yearly:,.0f} {unit} a year, cost per new customer {cost:,.0f}.",
    retention=retention, yearly=yearly, unit=currency, cost=spent / won,
)

# %% [markdown] id="claim-profit-explore"
# Move the rate and the costs. For which firms is the sentence true? Then switch from points to per cent
# and look again.

# %% id="claim-profit-explorer"
from crmlab import widgets

widgets.retention_explorer(yearly, retention, discount_rate, spent / won)

# %% id="claim-profit-elastic"
step = crm.clv_closed_form(1, 1.01 * retention, discount_rate)
step = step / crm.clv_closed_form(1, retention, discount_rate) - 1
tell("At this retention, 1 % more of it makes a customer worth {step:.1relative} more.", step=step)

# %% [markdown] id="claim-profit-answer"
# So the range is not nonsense and not a law. It needs a high retention, or a cost of winning that
# eats most of what a customer brings. Gupta, Lehmann and Stuart (2004) did the sum for five listed
# firms: 1 % more retention raised the value of the firm by about 5 %, 1 % more margin by 1 %, and 1
# % less acquisition cost by a tenth of a per cent. So retention matters most *per per cent*. But
# nobody sells per cents of retention at the same price as per cents of margin, and the claim is
# silent about what the five points cost. [Chapter 5](05_retention.ipynb) does the sum again with a
# fixed cost per customer.

# %% [markdown] id="claim-cost"
# ## Claim check: "keeping costs a fifth to a tenth of winning"
#
# This is what Tang Mei has read. The ratio is repeated everywhere, from "a fifth" to "one
# twenty-fifth" (Gallo, 2014), mostly without a source. Let us count as it is usually counted: money
# spent on winning, divided by customers won; money spent on keeping, divided by customers who stayed.
# In January 2026 the company tried three offers on customers drawn by lot; a fourth group got nothing.
# The pilot counts what all of them did in the 180 days after. We look at those who had bought in 2025.

# %% id="claim-cost-pilot"
pilot = company.retention_test
pilot = pilot[pilot["customer_id"].isin(in_2025)].copy()
pilot["profit"] = pilot["margin"] - pilot["cost"]
pilot["offer"] = pilot["offer"].cat.rename_categories({"care_call": "care call"})
arms = pilot.groupby("offer", observed=True)

# %% id="claim-cost-arms"
result = arms.agg(customers=("ordered", "size"), bought=("ordered", "mean"), cost=("cost", "mean"))
result["cost per buyer"] = result["cost"] / result["bought"]
plots.table(
    result, "Pilot of January 2026: bought within 180 days, and cost per customer ({unit})",
    {"bought": "{:.1%}", "cost": "{:.1f}", "cost per buyer": "{:.1f}"}, unit=currency,
)

# %% id="claim-cost-average"
offers = result.index.drop("none").astype("str")
cheapest, dearest = result.loc[offers, "cost per buyer"].agg(["min", "max"])
tell(
    "A new customer cost {win:,.0f} {unit}, one who stayed {low:,.0f} to {high:,.0f}: a ratio of "
    "1 to {most:.0f} up to 1 to {least:.0f}.",
    win=spent / won, unit=currency, low=cheapest, high=dearest,
    most=spent / won / dearest, least=spent / won / cheapest,
)

# %% [markdown] id="claim-cost-hole"
# There it is: the famous ratio, and more. Now look at the group that got nothing. It cost nothing, and
# most of what the others did, it did too. Nearly all those "kept" customers would have stayed anyway. So
# the question is: how many stayed *because* of the offer? These are the differences to the group
# without an offer, with their intervals (Newcombe's method for two shares).

# %% id="claim-cost-difference"
from statsmodels.stats.proportion import confint_proportions_2indep

found = arms["ordered"].agg(["sum", "size"])
ends = {
    offer: confint_proportions_2indep(*found.loc[offer], *found.loc["none"], method="newcomb")
    for offer in offers
}

# %% id="claim-cost-extra"
extra = pd.DataFrame(ends, index=["95 % from", "95 % to"]).T.rename_axis("offer")
extra.insert(0, "extra buyers", result["bought"] - result.loc["none", "bought"])
plots.table(extra, "What the offers add, against no offer (share of customers)", "{:+.1points}")

# %% id="claim-cost-range"
best = extra["extra buyers"].idxmax()
least = result.loc[best, "cost"] / extra.loc[best, "95 % to"]
most = result.loc[best, "cost"] / max(extra.loc[best, "95 % from"], 1e-9)

# %% id="claim-cost-range-read"
tell(
    "Best in the pilot: {offer}, at {least:,.0f} {unit} or more per extra buyer.",
    offer=best, least=least, unit=currency,
)
limited = most < 1e6
tell("It may be as much as {most:,.0f}." if limited else "It may add nobody at all.", most=most)

# %% [markdown] id="claim-cost-small"
# An interval that reaches below 0 cannot exclude that the offer does nothing, or harm. And even the
# best one leaves the cost per extra customer wide open: a pilot of this size is too small to say it.
# The simulator can do what no company can: give every customer each
# offer in turn, with the same luck, and see who is still a customer a year later. It can do the same
# for winning: it knows who would have come without any of the company's channels.

# %% id="claim-cost-runs"
runs = {
    offer: company.run_forward(pd.Series(offer.replace(" ", "_"), index=in_2025), seed=seed)
    for offer in ["none", *offers]
}

# %% id="claim-cost-count"
rows = {offer: (run["cost"].sum(), run["active"].sum()) for offer, run in runs.items()}
true_cost = pd.DataFrame(rows, index=["cost", "customers"]).T.add_prefix("keep: ", axis=0)
true_cost["extra"] = true_cost["customers"] - true_cost.loc["keep: none", "customers"]
anyway = company.truth.leads["anyway"].sum()
true_cost.loc["win: all channels"] = [spent, won, won - anyway]
true_cost = true_cost.drop("keep: none").sort_index(ascending=False)

# %% id="claim-cost-table"
true_cost["cost per customer"] = true_cost["cost"] / true_cost["customers"]
true_cost["cost per extra customer"] = true_cost["cost"] / true_cost["extra"]
plots.table(true_cost, "Cost of winning and keeping, counted both ways ({unit})", unit=currency)

# %% id="claim-cost-plot"
per_extra = true_cost["cost per extra customer"]
times = per_extra.drop("win: all channels") / per_extra["win: all channels"]
ax = plots.bars(true_cost[["cost per customer", "cost per extra customer"]])
ax.legend(loc="upper right")
plots.show(
    ax, "Per extra customer, keeping costs {low:.1f} to {high:.1f} times what winning costs",
    low=times.min(), high=times.max(), x="{unit} per customer", unit=currency,
    alt="Bars: cost per customer and per extra customer, of winning and of three offers to keep.",
)

# %% [markdown] id="claim-cost-answer"
# The ratio comes from the way of counting. Divide by everybody who stayed, and keeping is cheap,
# because staying is what most people do. Divide by those who stayed *because of* the money, and it
# depends on what you do: a cheap offer that fits some, a dear one that fits few. Winning has the same
# hole: some of the customers won would have come anyway.
#
# And the ratio does not answer Lin Yue's question, whichever way it is counted. It compares costs. A
# budget needs what the money *brings*: an extra customer who is won and one who is kept need not be
# worth the same. Blattberg and Deighton (1996) said so long ago: choose both budgets so that the next
# yuan brings equally much on either side.

# %% [markdown] id="bring"
# ## What would 100,000 yuan bring?
#
# So let us put both sides into the same unit, profit. *Winning:* at last year's average cost the
# money wins so many customers. What does a new one bring? We take those who came in 2024 and add up the
# margin of their first 365 days.

# %% id="bring-first-year"
joined_on = company.customers.set_index("customer_id")["joined"]
days_since = (orders["date"].dt.normalize() - orders["customer_id"].map(joined_on)).dt.days
margins = orders["order_id"].map(of_order)[days_since < 365]
first_year = margins.groupby(orders["customer_id"]).sum()
first_year = first_year.reindex(joined_on.index[joined_on.dt.year == 2024]).fillna(0)

# %% id="bring-first-year-read"
tell(
    "A customer who came in 2024 brought {mean:±,.0f} {unit} of margin in the first year.",
    mean=(first_year.mean(), 1.96 * first_year.sem()), unit=currency,
)

# %% [markdown] id="bring-both"
# That counts every new customer as won by the money. If half of them would have come anyway, the money
# has won half as many; we compute both. *Keeping:* the money pays for so many contacts, and the pilot
# says what a contact added to the profit, in half a year. Nobody can be contacted twice, so the number
# of active customers is the limit.

# %% id="bring-win"
customers_won = budget / (spent / won)
options = {}
for name, extra_share in {"win, if all are extra": 1.0, "win, if half are extra": 0.5}.items():
    many = customers_won * extra_share
    options[name] = (many, many * first_year.mean() - budget, 1.96 * many * first_year.sem())

# %% id="bring-keep"
profit = arms["profit"].agg(["mean", "sem"])
for offer in offers:
    many = min(budget / result.loc[offer, "cost"], len(in_2025))
    added = profit.loc[offer, "mean"] - profit.loc["none", "mean"]
    error = np.hypot(profit.loc[offer, "sem"], profit.loc["none", "sem"])
    options[f"keep: {offer}"] = (many, many * added, 1.96 * many * error)

# %% id="bring-table"
options = pd.DataFrame(options, index=["customers", "profit", "half"]).T
options["95 % from"] = options["profit"] - options["half"]
options["95 % to"] = options["profit"] + options["half"]

# %% id="bring-table-show"
rounded = options.drop(columns="half").assign(customers=options["customers"].round())
rounded[["profit", "95 % from", "95 % to"]] /= 1000
caption = "{budget:,.0f} {unit}: customers won or contacted, profit after cost (thousand {unit})"
plots.table(rounded, caption, budget=budget, unit=currency)

# %% id="bring-read"
share_needed = spent / won / first_year.mean()
tell(
    "Winning pays within a year if at least {share:.0%} of the customers won would not have come "
    "anyway.", share=share_needed,
)

# %% [markdown] id="bring-words"
# Compare the widths. The interval of winning looks narrow, because it knows only one kind of
# uncertainty; the share of extra customers, which nobody has measured, moves it far more. The
# intervals of keeping are wide, because they come from a comparison with a group left alone, and such
# a comparison is honest about what it does not know. A narrow interval around the wrong question is
# not better than a wide one around the right question.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what the company cannot: who has left for good. First the lifecycle. How many
# customers in each stage had really left?

# %% id="truth-stage"
judged = now if transactions is None else now.iloc[:0]  # nobody knows the truth of your own
active_until = company.truth.customers["active_until"].reindex(judged.index)
gone = (active_until <= end).groupby(judged, observed=False).agg(["size", "mean"])
gone = gone.set_axis(["customers", "had left for good"], axis=1).rename_axis("stage now")
plots.table(gone.dropna(), "The rule against the truth", {"had left for good": "{:.0%}"})

# %% id="truth-stage-read"
tell(
    "{lost:.0%} of the customers called lost are still customers, and {new:.0%} of the new ones have "
    "left already."
    if transactions is None
    else "Nobody knows the truth about your own customers: the table stays empty.",
    lost=1 - gone.loc["lost", "had left for good"], new=gone.loc["new", "had left for good"],
)

# %% [markdown] id="truth-stage-words"
# *Decline* is usually close to a coin toss: half a year of silence is a slow buyer as often as somebody
# who has left. No rule on dates alone does much better. Chapter 2 turns the silence into a probability
# for each customer, and chapter 5 adds other signs. Next, the 100,000 yuan.

# %% id="truth-win"
extra_won = budget / per_extra["win: all channels"]
truth = {"win": extra_won * first_year.mean() - budget}
for offer in offers:
    gain_each = company.truth.retention.loc[in_2025, offer.replace(" ", "_")].mean()
    truth[f"keep: {offer}"] = options.loc[f"keep: {offer}", "customers"] * gain_each

# %% id="truth-table"
estimated = options["profit"].rename({"win, if all are extra": "win"}).reindex(truth.keys())
compared = pd.DataFrame({"we thought": estimated, "in truth": truth}) / 1000
caption = "Profit from {budget:,.0f} {unit}, estimated and true (thousand {unit})"
plots.table(compared, caption, budget=budget, unit=currency)

# %% id="truth-read"
tell(
    "{share:.0%} of the customers won in 2025 would not have come without the channels; winning needed "
    "{needed:.0%} to pay within a year.",
    share=1 - anyway / won, needed=share_needed,
)

# %% [markdown] id="truth-words"
# (The truth of an offer counts a whole year, the pilot half of one.) Winning brings much less than
# the average cost made us think. Keeping can bring as much or lose money, depending on the offer.
# And these are offers sent to *everybody*: whom an offer suits is the subject of
# [chapter 5](05_retention.ipynb), and which channel brings whom that of [chapter 4](04_acquisition.ipynb).
# There the real differences are. "Winning or keeping?" is the wrong question; "whom, with what, and
# what does it add?" is the right one.

# %% [markdown] id="cdnow"
# ### The same figures on real data
#
# CDNOW sold compact discs online. The log holds everybody who bought there for the first time in the
# first quarter of 1997, for a year and a half (Fader & Hardie, 2001). Nobody knows a truth here, but the
# figures can be computed.

# %% id="cdnow-figures"
discs = crm.datasets.load_cdnow("master")
buyers_1998 = crm.summarize(discs, as_of="1998-06-30")
active_1998 = crm.summarize(discs, since="1997-07-01", as_of="1998-06-30")
tell(
    "{all:,} customers; active in the last twelve months {active:.0%}; repeat rate {again:.0%}; revenue "
    "per active customer {revenue:.0f} US dollars.",
    all=len(buyers_1998), active=len(active_1998) / len(buyers_1998),
    again=(buyers_1998["purchases"] > 1).mean(), revenue=active_1998["spend"].mean(),
)

# %% id="cdnow-map"
month = discs["date"].dt.to_period("M")
start = month.groupby(discs["customer_id"]).transform("min").rename("first purchase")
since = (12 * month.dt.year + month.dt.month) - (12 * start.dt.year + start.dt.month)
monthly = discs["customer_id"].groupby([start, since.rename("months since")]).nunique().unstack(0)
monthly = (monthly / monthly.loc[0]).iloc[1:].set_axis(monthly.columns.astype("str"), axis=1)

# %% id="cdnow-plot"
ax = monthly.plot(marker="o", figsize=(7.5, 3.6))
plots.show(
    ax, "CDNOW: {first:.0%} buy in the month after the first, {last:.0%} a year later",
    first=monthly.loc[1].mean(), last=monthly.loc[13].mean(),
    x="months since the first purchase", y="share of the cohort that buys", percent="y",
    alt="Lines: share of three monthly CDNOW cohorts that buys, by months since the first purchase.",
)

# %% [markdown] id="cdnow-read"
# The same shape as at Harbour Coffee: a large fall at once, then a slow one. More than half of these
# people bought once and never again in a year and a half. Whoever plans with the average customer of
# such a firm plans for somebody who does not exist.

# %% [markdown] id="decision"
# ## The decision
#
# He Rui's memo to Lin Yue, with the numbers of this run. *What is CRM?* A way of working with four
# parts. A system is one of them; Chen Bo's request waits until the other three are answered
# (chapter 7). *Where does the next yuan go?*

# %% id="decision-state"
tell(
    "1. Where we stand: {active:.0%} of all customers are active. Of one year's customers {rate:.0%} buy "
    "in the next ({low:.0%} to {high:.0%}).",
    active=len(this_year) / len(customers), rate=counts.loc["retention rate", "share"],
    low=counts.loc["retention rate", "95 % from"], high=counts.loc["retention rate", "95 % to"],
)

# %% id="decision-win"
tell(
    "2. Winning: {budget:,.0f} {unit} win {many:,.0f} customers at last year's cost. It pays within a year "
    "if {share:.0%} of them are extra, and nobody has measured that.",
    budget=budget, unit=currency, many=customers_won, share=share_needed,
)

# %% id="decision-keep"
keep = options.loc[options.index.str.startswith("keep")]
first_choice = keep["profit"].idxmax()
thousands = keep.loc[first_choice] / 1000

# %% id="decision-keep-read"
tell(
    "3. Keeping: best in the pilot is {offer}, {profit:+,.0f} thousand {unit}, 95 % interval {low:+,.0f} "
    "to {high:+,.0f}.",
    offer=first_choice.removeprefix("keep: "), profit=thousands["profit"],
    low=thousands["95 % from"], high=thousands["95 % to"], unit=currency,
)

# %% id="decision-split"
proven = keep["95 % from"].max() > 0

# %% id="decision-money"
tell(
    "4. Half of the money goes to winning, half to the offer that the pilot has proven."
    if proven
    else "4. No offer is proven. Three quarters of the money go to winning, one to a larger test of "
    "the offers."
)
tell("5. By lot, a tenth of the customers get no offer and a tenth of the towns no ads. We compare.")

# %% [markdown] id="decision-words"
# *Cost:* the whole sum. *Review:* after half a year. *Risk:* the part for winning pays for people
# who would have come, and the part for keeping for people who would have stayed. The tenth that is
# left out is the price of knowing how many, and it is a small one.

# %% [markdown] id="recap"
# ## Recap
#
# - CRM is strategy, process, technology and culture; a system is one part of four.
# - State the period with every figure, and give its interval. Names in a register are not customers.
# - Compare customers of equal age: rows, columns and diagonals of a cohort map say different things.
# - A lifecycle rule places everybody, and is wrong about many. Some come back by themselves.
# - "Keeping is cheaper" is true per customer who stays, not per customer who stays because of it. Ask
#   what the money adds, on both sides.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-crm"
crm.quiz(
    "A firm buys a CRM system and nothing else changes. What has it got?",
    ("One part of four: technology.", True, "Strategy, process and culture decide whether it is used."),
    ("Customer relationship management.", False, "Software remembers; it does not decide or care."),
    ("Nothing at all.", False, "A good system helps a firm that knows what it wants."),
)

# %% id="quiz-repeat"
crm.quiz(
    "After a year of strong growth the repeat rate has fallen from 60 to 52 %. What do you check first?",
    ("The rate among customers of equal age.", True, "New customers have had less time to come back."),
    ("Which campaign drove customers away.", False, "Perhaps none: look at the ages first."),
    ("Whether the new customers are worse.", False, "Only after comparing them at equal age."),
)

# %% id="quiz-diagonal"
crm.quiz(
    "In a cohort map one diagonal is paler than its neighbours. What happened?",
    ("A bad quarter for old and new customers.", True, "A diagonal is one quarter of the calendar."),
    ("One cohort was badly chosen.", False, "That would be a pale row."),
    ("Customers leave after so many quarters.", False, "That would be a pale column."),
)

# %% id="quiz-share"
crm.quiz(
    "Returning customers bring 95 % of revenue, up from 85 %. Good news?",
    ("Only if their revenue rose.", True, "The share rises, too, when nobody new is won."),
    ("Yes: loyalty has risen.", False, "Look at both amounts before you say so."),
    ("No: too few customers are new.", False, "Perhaps, but the share alone cannot tell."),
)

# %% id="quiz-cost"
crm.quiz(
    "1,000 vouchers at 12 yuan; 600 of the customers stay. Of 1,000 without one, 560 stay. What does one "
    "kept customer cost?",
    ("300 yuan", True, "12,000 yuan for the 40 who stayed because of it."),
    ("20 yuan", False, "That pays for 560 who would have stayed anyway."),
    ("12 yuan", False, "That is the cost of a voucher, whether it changes anything or not."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/01_crm_at_a_glance.ipynb) lets you do the same for a company of your own.
# Then [chapter 2](02_customer_value.ipynb) asks what a single customer is worth.
#
# *Your own data:* you need the orders of at least a year and a half. Put the path of a CSV into
# `transactions`, its last complete day into `cutoff` and your `currency` into the parameters cell, and
# run the chapter again. The four figures, the cohorts, the lifecycle and the share of returning customers
# then speak about your customers; the other sections stay with the case company.
#
# ### References
#
# - Blattberg, R. C. & Deighton, J. (1996). Manage marketing by the customer equity test. *Harvard
#   Business Review* 74(4), 136–144.
# - Fader, P. S. & Hardie, B. G. S. (2001). Forecasting repeat sales at CDNOW: a case study.
#   *Interfaces* 31(3, part 2), S94–S107.
# - Gallo, A. (2014). The value of keeping the right customers. *Harvard Business Review*, hbr.org,
#   29 October.
# - Gupta, S., Lehmann, D. R. & Stuart, J. A. (2004). Valuing customers. *Journal of Marketing Research*
#   41(1), 7–18.
# - McCarthy, E. J. (1960). *Basic Marketing: A Managerial Approach*. Irwin.
# - Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
#   *Statistics in Medicine* 17(8), 873–890.
# - Payne, A. & Frow, P. (2005). A strategic framework for customer relationship management. *Journal of
#   Marketing* 69(4), 167–176.
# - Reichheld, F. F. (1996). *The Loyalty Effect*. Harvard Business School Press.
# - Reichheld, F. F. & Sasser, W. E. (1990). Zero defections: quality comes to services. *Harvard
#   Business Review* 68(5), 105–111.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal
#   of the American Statistical Association* 22(158), 209–212.
