# %% [markdown] id="title"
# # 1 · CRM at a glance
#
# ### The question
#
# It is July 2026. Lin Yue founded Harbour Coffee and runs it. On Friday she gives away the last
# 100,000 yuan of the year. Ma Jun, who leads sales, wants to win new customers with them. Tang Mei, who
# leads service, wants to keep the customers there are: that costs a fifth, she has read. Chen Bo, the
# IT lead, asks for "a CRM". Lin Yue asks two things. What is CRM, beyond software? And where should
# the next yuan go, into winning or into keeping? A wrong answer is expensive either way: the money
# buys customers who would have come anyway, or it goes to customers who never meant to leave.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. say what CRM is, and show for a company which of its data belong to which part of it;
# 2. compute the first figures of any customer base, each with its interval;
# 3. read a cohort heat map: columns, rows and diagonals;
# 4. place every customer in a stage of the lifecycle, and see how customers move;
# 5. test two famous claims about keeping customers, and say what a budget has to add to pay.
#
# *You need* a little pandas; the self-test of the [primer](00_primer.ipynb) tells you whether you have it.
# *Time:* about {{minutes}} minutes to read and run. *Not here:* what a single customer is worth
# ([chapter 2a](02a_value_and_clv.ipynb)), which channel wins whom
# ([chapter 4a](04a_leads_and_channels.ipynb)), whom to make an offer ([chapter 5b](05b_churn.ipynb)).
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
# Two quick questions on the primer. Answer first, then open an option.

# %% id="recall-rows"
orders = company.orders
people = orders["customer_id"].nunique()
crm.quiz(
    'Of {rows:,} orders by {people:,} customers: how many rows has orders.groupby("customer_id").size()?',
    ("{people:,}", True, "One row per group, and a group is a customer."),
    ("{rows:,}", False, "That is one row per order: nothing would have been grouped."),
    ("1", False, "That would be the sum without groupby."),
    rows=len(orders), people=people,
)

# %% id="recall-share"
refunds = orders["amount"] < 0
crm.quiz(
    '{count:,} of these amounts are below 0. What is (orders["amount"] < 0).mean()?',
    ("{share:.1%}", True, "True counts as 1, so the mean of a yes-or-no column is a share."),
    ("{mean:,.0f}", False, "That is the mean amount; here we average yes and no."),
    ("True", False, "One yes or no per order; their mean is a number."),
    count=refunds.sum(), share=refunds.mean(), mean=orders["amount"].mean(),
)

# %% [markdown] id="what"
# ## What CRM is
#
# **Customer relationship management (CRM)** is the way in which a company wins, keeps and develops
# customers so that both sides gain. It has four parts: *strategy* (which customers, which promise),
# *process* (what happens when somebody orders, asks or complains), *technology* (the systems that
# remember it) and *culture* (what people do when nobody looks). Others cut it differently: Payne and
# Frow (2005) name five processes, from strategy to assessing what it brings, and information is one of
# them. What do the data of a company tell about each part?

# %% id="what-map"
known = [
    ("strategy", "campaigns", len(company.campaigns), "who is written to, and who is left alone"),
    ("process", "tickets", len(company.tickets), "how long a customer waits for help"),
    ("technology", "export", len(company.export), "what the order systems hand over"),
    ("culture", "(no table)", 0, "who is thanked when a customer stays?"),
]
parts = pd.DataFrame(known, columns=["part of CRM", "table", "rows", "what it tells"])
plots.table(parts.set_index("part of CRM"), "What some tables of Harbour Coffee tell about CRM")

# %% [markdown] id="what-read"
# Process and technology fill tables, strategy a short one. Culture fills none, and it decides whether the
# rest is used: who buys technology only may own a system that nobody uses (chapter 7).
#
# How did firms remember their customers before? Four stages are told, the last of them social, mobile and
# AI; the limits are rough.

# %% id="history-plot"
from matplotlib import pyplot as plt

steps = {1975: "card files", 1987: "sales automation (ACT!, 1987)", 1999: "one system (salesforce.com, 1999)"}
steps |= {2011: "social, mobile (WeChat, 2011)", 2022: "AI (ChatGPT, 2022)"}
ax = pd.Series(range(len(steps)), steps).plot(marker="o", figsize=(7.5, 2.4), xlim=(1974, 2042))
for step, (year, words) in enumerate(steps.items()):
    ax.annotate(words, (year, step), (8, -4), textcoords="offset points", fontsize="small")
ax.set(xticks=range(1980, 2021, 10), yticks=[])
plots.show(ax, "How firms came to remember customers", x="year", alt="Timeline of five steps, 1975 to 2022.")

# %% [markdown] id="history-read"
# Each step made more data cheap. None made it cheap to decide what to do with them.

# %% [markdown] id="data"
# ## The data
#
# Most of this chapter needs one table: one row per order, with who, when and how much. A negative
# amount is a refund. Everybody came after the register opened in January 2023, so nobody's history is
# cut off; in your own file it usually is. The orders of 2025 are the last that are closed: "now" is the
# end of 2025. One thing is newer, a pilot that ran from January to July 2026 and has just been counted.

# %% id="data-log"
log = company.orders if transactions is None else crm.read_transactions(transactions)
end = pd.Timestamp(cutoff)
log = log[log["date"] < end + pd.Timedelta(days=1)]
last_rows = log[["customer_id", "date", "amount"]].tail(3)
plots.table(last_rows, "The last rows of the log (amount in {unit})", unit=currency)

# %% [markdown] id="data-customers"
# Questions about customers need one row per customer. `summarize` makes it; `since` and `as_of` say
# which days count.

# %% id="data-summarize"
one_day, one_year = pd.Timedelta(days=1), pd.Timedelta(days=365)
customers = crm.summarize(log, as_of=end)
this_year = crm.summarize(log, since=end - one_year + one_day, as_of=end)
last_year = crm.summarize(log, since=end - 2 * one_year + one_day, as_of=end - one_year)

# %% [markdown] id="data-wrong"
# The line above, where there is one, speaks of customers who sent something back within a year and bought
# nothing in it: they are no buyers of that year. Refunds stand apart from their order, so `summarize`
# takes them off the spend and counts only days on which somebody bought. How to clean messy orders is in
# [chapter 3a](03a_rfm_and_pyramid.ipynb).

# %% [markdown] id="ideas"
# ## Four ideas, four figures
#
# Textbooks name four core ideas of CRM. Give each one a figure.
#
# | idea | the question behind it | figure |
# | --- | --- | --- |
# | put the customer first | how many customers, not how many orders? | active customers |
# | think in relationships | do they come back? | repeat rate, retention rate |
# | create value | what is it worth to us, and to them? | revenue per customer, satisfaction |
# | decide with data | do we know what our actions change? | customers in a randomised test |
#
# ### Put the customer first: active customers
#
# An **active customer** has bought at least once in the last twelve months. The period is a choice; say
# which one you took.

# %% id="ideas-active"
all_known, active = len(customers), len(this_year)
share = active / all_known
tell("{all:,} customers, {active:,} active ({share:.0%}).", all=all_known, active=active, share=share)

# %% [markdown] id="ideas-active-read"
# Many firms report the first number. It only ever grows: nobody is taken out of a register for not
# coming back.
#
# ### Think in relationships: repeat rate and retention rate
#
# The **repeat rate** is the share of customers who bought more than once, in all time. The **retention
# rate** is the share of one year's buyers who buy again in the next year. With other luck a few more or
# fewer people would have walked in, so each comes with its 95 % interval, by Wilson's method (1927).

# %% id="ideas-rates"
from statsmodels.stats.proportion import proportion_confint

came_back = customers["purchases"] > 1
stayed = last_year.index.isin(this_year.index)
counts = pd.DataFrame({"of them": [came_back.sum(), stayed.sum()], "customers": [len(came_back), len(stayed)]})
counts.index = ["repeat rate", "retention rate"]
ends = proportion_confint(counts["of them"], counts["customers"], method="wilson")
counts["share"] = counts["of them"] / counts["customers"]
counts["95 % from"], counts["95 % to"] = ends

# %% id="ideas-rates-table"
plots.table(counts, "Do customers come back?", dict.fromkeys(counts.columns[2:], "{:.1%}"))

# %% [markdown] id="ideas-age"
# Somebody who came last week has had no time to come back. Look at the repeat rate by the year of the
# first purchase.

# %% id="ideas-age-table"
joined_in = customers["first_purchase"].dt.year.rename("first purchase in")
by_age = came_back.groupby(joined_in).agg(["size", "mean"]).set_axis(["customers", "repeat rate"], axis=1)
plots.table(by_age, "Repeat rate by year of the first purchase", {"repeat rate": "{:.0%}"})

# %% [markdown] id="ideas-age-read"
# The youngest usually look worst. They need not be worse, they are younger. A company that grows fast sees
# its repeat rate fall for that reason alone. Compare customers of equal age; the cohorts below do. And on
# real data? CDNOW sold compact discs online; the log holds everybody who first bought
# early in 1997 (Fader & Hardie, 2001).

# %% id="cdnow-figures"
discs = crm.summarize(crm.datasets.load_cdnow("master"), as_of="1998-06-30")
again = (discs["purchases"] > 1).mean()
tell("CDNOW: {all:,} customers; {again:.0%} came back within 15 to 18 months.", all=len(discs), again=again)

# %% [markdown] id="ideas-value"
# ### Create value: revenue per customer, and satisfaction
#
# **Revenue per customer** is the revenue of a period, refunds taken off, over the customers active in
# it. It is a mean, so half of its interval is 1.96 standard errors.

# %% id="ideas-revenue"
spend = this_year["spend"]
answers = company.survey.query("wave == wave.max()")["csat"].dropna().astype("float64")
tell(
    "Revenue per active customer {mean:±,.0f} {unit} a year; half of them bring less than {median:,.0f}. "
    "Satisfaction, 1 to 5: {csat:±.2f}, from {count:,} answers; who did not answer is not in it.",
    mean=(spend.mean(), 1.96 * spend.sem()), median=spend.median(), unit=currency,
    csat=(answers.mean(), 1.96 * answers.sem()), count=len(answers),
)

# %% [markdown] id="ideas-value-read"
# The first figure is value for the company, the second a trace of value for the customer. A company can
# raise the first for a while by lowering the second.
#
# ### Decide with data: who was in a test?
#
# Whoever writes to everybody never learns what would have happened without the letter. So count those for
# whom chance decided what they got.

# %% id="ideas-data"
tests = ["touches", "service_test"]  # the spring campaign and the refill service of 2025
in_a_test = pd.concat([getattr(company, name)["customer_id"] for name in tests]).nunique()
tell("{share:.0%} of customers were in a randomised test.", share=in_a_test / len(company.customers))

# %% [markdown] id="elements"
# ### Six elements, five strategies
#
# Longer lists name five *strategies* (set a customer strategy, mend the processes, decide with data, run a
# system, keep improving) and six *elements* of managing customers: integrate what is known, assess value, build
# the relationship, raise satisfaction, grow loyalty, keep people from leaving. Three of them get a figure here.

# %% id="elements-figures"
hours = company.tickets[["queue_hours", "work_hours", "partner_hours"]].sum(axis=1).median()
used, fifth = company.points["used_on"].notna().mean(), crm.top_share(spend, 0.2)
tell(
    "The best fifth hold {fifth:.0%} of the revenue of 2025; of all batches of points so far {used:.0%} are "
    "used; of all tickets so far half were solved within {hours:.0f} hours.", fifth=fifth, used=used, hours=hours,
)

# %% [markdown] id="elements-read"
# None of these figures is good or bad by itself. Compare each with its own value a year ago, never with
# another firm's: the definitions will differ. Choose few.

# %% [markdown] id="cohorts"
# ## Cohorts: comparing customers of equal age
#
# A **cohort** is the group of customers who came in the same period, here in the same quarter. For each
# cohort we ask which share bought in the quarter after, two quarters after, and so on.

# %% id="cohorts-quarters"
paid = log[log["amount"] >= 0]
paid = paid[paid["date"].dt.to_period("Q") < (end + one_day).to_period("Q")]  # whole quarters only
quarter = paid["date"].dt.to_period("Q").rename("quarter")
joined = quarter.groupby(paid["customer_id"]).transform("min").rename("cohort")
age = (quarter.dt.year * 4 + quarter.dt.quarter) - (joined.dt.year * 4 + joined.dt.quarter)

# %% id="cohorts-share"
buyers = paid["customer_id"].groupby([joined, age.rename("quarters since")]).nunique().unstack()
share = buyers.div(buyers[0], axis=0)

# %% [markdown] id="cohorts-how"
# Everybody buys in quarter 0, that is how they got in, so we leave it out. Read the map in three
# directions. Along a *row*: one cohort grows older. Down a *column*: younger and younger cohorts at the
# same age. Along a *diagonal*, from lower left to upper right: one and the same quarter of the calendar.

# %% id="cohorts-map"
import seaborn as sns

ax = plt.subplots(figsize=(7.5, 4.8))[1]
drawn = share.iloc[:, 1:].dropna(how="all")
look = {"cmap": "Blues", "cbar": False, "linewidths": 1, "annot_kws": {"fontsize": "small"}}
sns.heatmap(drawn.set_axis(drawn.index.astype("str")), annot=True, fmt=".0%", ax=ax, **look)
ax.tick_params(axis="y", rotation=0)
ax.grid(False)
plots.show(
    ax, "The oldest cohort: one quarter after the first, {first:.0%} buy; after {last} quarters, {later:.0%}",
    first=drawn.iloc[0, 0], last=drawn.columns[-1], later=drawn.iloc[0, -1],
    x="quarters since the first purchase", y="quarter of the first purchase",
    alt="Heat map: share of each quarterly cohort that buys, by quarters since the first purchase.",
)

# %% id="cohorts-luck"
column = drawn[1].dropna()
half = 1.96 * np.sqrt(column * (1 - column) / buyers[0]).mean()

# %% id="cohorts-luck-read"
tell(
    "One quarter after joining, the cohorts lie between {low:.0%} and {high:.0%}; luck alone moves "
    "each by about {half:.0points} up or down.", low=column.min(), high=column.max(), half=half,
)

# %% [markdown] id="cohorts-words"
# *Rows.* A row falls slowly from the first quarter on. Who does not buy in a quarter need not have
# left: many drink their beans slowly. Silence and leaving are two things, and this map shows silence only;
# the truth at the end tells them apart. *Columns.* A column that gets paler from top to bottom says that
# newer customers come back less: look at how they were won. But first compare with the luck in the
# sentence above; among a dozen cohorts the palest is always some way from the darkest. *Diagonals.* A pale
# diagonal is a bad quarter for old and new, a price rise or a broken web shop. A dark one is usually a season.

# %% [markdown] id="lifecycle"
# ## The lifecycle: where does each customer stand?
#
# The **customer lifecycle** has five parts: acquire, keep, grow, decline, win back. We need a
# rule that places every customer. Ours looks at the last half-year and the one before, and makes six stages
# of the five parts: who could be won back is *lost* until it happens.
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
halves = paid.groupby(["customer_id", half_year])["amount"].sum().unstack().reindex(columns=range(3))
first_half = half_year.groupby(paid["customer_id"]).max()
plots.table(halves.head(4), "Spend of four customers, by half-years ago ({unit})", unit=currency)

# %% [markdown] id="lifecycle-rule"
# Half-year 0 is the last one; a dash says that the customer bought nothing. The rule is a list of questions;
# the first "yes" decides. `np.select` takes the questions, the word for each, and the word for whoever is
# left. (A comparison with a missing amount is never a yes.)

# %% id="lifecycle-stages"
names = ["new", "grow", "keep", "won back", "decline", "lost"]
last, before = halves[0], halves[1]
new, bought, bought_before = first_half == 0, last.notna(), before.notna()
questions = [new, last > before, bought & bought_before, bought, bought_before]
now = pd.Series(np.select(questions, names[:-1], "lost"), halves.index, name="now")

# %% id="lifecycle-plot"
by_stage = halves[0].fillna(0).groupby(now).agg(["size", "sum"]).reindex(names, fill_value=0)
table = by_stage / by_stage.sum()
few, much = table.loc[["grow", "keep"]].sum()
ax = plots.bars(table.set_axis(["share of customers", "share of revenue"], axis=1))
ax.legend(loc="center right")
plots.show(
    ax, "{lost:.0%} are lost by the rule; {few:.0%} grow or keep and bring {much:.0%} of revenue",
    lost=table["size"]["lost"], few=few, much=much, y="stage",
    x="share of all customers, of the half-year's revenue", percent="x",
    alt="Bars: share of customers and of revenue by stage of the lifecycle.",
)

# %% [markdown] id="lifecycle-do"
# Some of this is true by definition and says nothing: *decline* and *lost* bought nothing, and *grow*
# spent more because that is what puts them there. Each stage has its own task. *New*: make the second
# purchase easy. *Keep*: deliver, and stay out of the way. *Grow*: offer what fits. *Decline*: ask, soon,
# what went wrong. *Lost*: usually leave in peace.
#
# ### How customers move
#
# Ask the same questions half a year earlier, and compare. Each row adds up to 100 %.

# %% id="lifecycle-then"
last, before = halves[1], halves[2]
new, bought, bought_before = first_half == 1, last.notna(), before.notna()
questions = [new, last > before, bought & bought_before, bought, bought_before]
then = pd.Series(np.select(questions, names[:-1], "lost"), halves.index, name="half a year ago")
then = then[first_half > 0]  # who was a customer by then

# %% id="lifecycle-movement"
moves = pd.crosstab(then, now, normalize="index").reindex(index=names, columns=names[1:])
moves = moves.dropna(how="all").fillna(0)
plots.table(moves, "From the stage half a year ago (row) to the stage now (column)", "{:.0%}")

# %% [markdown] id="lifecycle-words"
# Look at the column *won back*. There was no win-back campaign: some come back by themselves. Remember
# that when somebody reports that a campaign "brought back" so many. And *grow* and *keep* change places
# in both directions. A part of that is luck, because a good half-year is easily followed by an ordinary
# one ([chapter 3a](03a_rfm_and_pyramid.ipynb) gives it a name).

# %% [markdown] id="compete"
# ## Customer management and competitiveness
#
# Managing customers well is said to make a company hard to beat. The figure that most boards look at is
# the share of revenue from **returning customers**: customers whose first purchase lies in an earlier
# quarter.

# %% id="compete-revenue"
kind = np.where(age > 0, "returning", "new")
revenue = paid["amount"].groupby([quarter, kind]).sum().unstack(fill_value=0)
returning = (revenue["returning"] / revenue.sum(axis=1)).iloc[1:]

# %% id="compete-plot"
ax = returning.plot(marker="o", figsize=(7.5, 2.8), ylim=(0, 1))
plots.show(
    ax, "Returning customers bring {last:.0%} of revenue; in {quarter} it was {first:.0%}",
    last=returning.iloc[-1], first=returning.iloc[0], quarter=str(returning.index[0]),
    x="quarter", y="share of revenue", percent="y",
    alt="Line: share of each quarter's revenue from customers who first bought in an earlier quarter.",
)

# %% [markdown] id="compete-trap"
# Is a rising share good news? It rises with the age of the register, and a company that wins nobody any
# more has a share of 100 %. So look at both amounts, and at what competitors leave in your own data:
# visits that come through a price comparison.

# %% id="compete-amounts"
span = min(4, len(revenue) // 2)
growth = revenue.iloc[-span:].sum() / revenue.iloc[-2 * span : -span].sum() - 1
rivals = (company.visits.query("date >= '2025'")["page"] == "compare").mean()

# %% id="compete-amounts-read"
tell(
    "Revenue of the last {span} quarters against the {span} before: from new customers {new:+.0relative}, "
    "from returning {returning:+.0relative}. Visits of 2025 through a price comparison: {rivals:.1%}.",
    span=span, rivals=rivals, **growth,
)

# %% [markdown] id="mix"
# ## Communication and the marketing mix
#
# The **marketing mix** is the classic list of what a firm can set: *product*, *price*, *place* and
# *promotion* (McCarthy, 1960). One figure each, for 2025:

# %% id="mix-four"
sold = orders[orders["date"] >= "2025-01-01"]
lines = company.order_lines.merge(company.products, on="product_id")
product = lines[lines["order_id"].isin(sold["order_id"])].groupby("category", observed=True)["paid"].sum()
place = sold.groupby("channel", observed=True)["amount"].sum()
price = sold["discount"].sum() / (sold["amount"] + sold["discount"]).sum()
tell(
    "Product: {product:.0%} of revenue is {category}. Price: discounts are {price:.1%} of the list price. "
    "Place: the largest channel, {channel}, sells {place:.0%}. Promotion: {offer:.1%} of orders use an offer.",
    product=product.max() / product.sum(), category=str(product.idxmax()), price=price,
    place=place.max() / place.sum(), channel=str(place.idxmax()), offer=sold["offer"].notna().mean(),
)

# %% [markdown] id="mix-forms"
# Promotion has five forms: *advertising*, *sales promotion* (a voucher, say), *public relations*, *social
# media* and *direct marketing*. Which form reached whom, before they became customers? A *lead* is a person
# or firm that left a contact.

# %% id="mix-forms-join"
leads = company.leads
leads["group"] = leads["kind"].astype("str").where(leads["won_on"].notna(), "not won")
met = company.touchpoints.merge(company.channels, on="channel").merge(leads, on="lead_id")
met["form"] = met["communication"].astype("str").where(~met["promotion"], "sales promotion")

# %% id="mix-reach"
reach = met.groupby(["form", "group"])["lead_id"].nunique().unstack() / leads["group"].value_counts()
reach = reach[["consumer", "organisation", "not won"]]
plots.table(reach, "Leads of 2025 reached at least once: won, by kind, and not won", "{:.0%}")

# %% [markdown] id="mix-read"
# A form that reached buyers more often need not have made them buy: whoever is about to order searches
# for the shop, sees an ad, and would have come without it. Who gets the credit is the subject of
# [chapter 4b](04b_attribution_and_tests.ipynb).

# %% [markdown] id="claim-profit"
# ## Claim check: "5 % more retention brings 25 to 95 % more profit"
#
# The most repeated sentence of the trade goes back to Reichheld and Sasser (1990) and Reichheld (1996).
# Neither publishes the data behind it, but we can check the arithmetic. Say each customer brings a margin
# of 100 a year, the first at once, and leaves at the end of each year with chance 1 − *r*. In which year? A
# draw from the geometric distribution says so. And is "5 % more" of 80 % now 84 % or 85 %? We do both.

# %% id="claim-profit-simulated"
rng = np.random.default_rng(seed)
rates = pd.Series({"now": 0.80, "5 % more": 0.84, "5 points more": 0.85})
years = pd.DataFrame({name: rng.geometric(1 - rate, 20_000) for name, rate in rates.items()})
later = 1 / (1 + discount_rate)
worth = 100 * (1 - later**years) / (1 - later)

# %% [markdown] id="claim-profit-discount"
# The last line adds up the margins of *n* years, each worth less than the one before by the discount rate
# *d*: 100 · (1 − vⁿ) ÷ (1 − v), with v = 1 ÷ (1 + *d*). The mean over all customers can be had without a
# simulation: a margin *m*, the first at once, is worth
#
# *m* (1 + *d*) ÷ (1 + *d* − *r*).
#
# `crm.clv_closed_form` computes it; [chapter 2a](02a_value_and_clv.ipynb) shows why.

# %% id="claim-profit-formula"
half = 1.96 * worth.sem()
simulated = pd.DataFrame({"years": years.mean(), "worth": worth.mean(), "half of interval": half})
simulated["formula"] = crm.clv_closed_form(100, rates, discount_rate)
plots.table(simulated, "20,000 simulated customers: mean years, and mean worth today", "{:.1f}")

# %% [markdown] id="claim-profit-cost"
# Simulation and formula agree, and five points are more than 5 %: say which you mean. But that is worth, not
# profit. Winning the customer cost something, however long the customer stays, so the gain is a larger part
# of what is left. Where winning costs more than the customer ever brings, the cell stays empty.

# %% id="claim-profit-change"
base = pd.Series([0.5, 0.6, 0.7, 0.8, 0.9], index=["50%", "60%", "70%", "80%", "90%"])
value, better = (crm.clv_closed_form(1, base + more, discount_rate) for more in (0, 0.05))
costs = {"no cost": 0, "1 year": 1, "2 years": 2, "3 years": 3}
left = {name: np.where(value > cost, value - cost, np.nan) for name, cost in costs.items()}
change = {name: (better - value) / profit for name, profit in left.items()}
caption = "Profit from five points more retention; columns: cost of winning, in years of margin"
plots.table(pd.DataFrame(change, base.index.rename("retention now")), caption, "{:+.0relative}")

# %% [markdown] id="claim-profit-own"
# Now Harbour Coffee's own numbers: its yearly retention, its margin per customer and year, and what it
# paid on average to win a customer in 2025. A **margin** is what a customer pays less what the goods
# cost.

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
spent, won = company.channel_spend["spend"].sum(), leads["won_on"].notna().sum()
per_new = spent / won
tell("Retention {rate:.0%}, margin {money:,.0f} {unit} a year.", rate=retention, money=yearly, unit=currency)
tell("In 2025 {won:,} customers were won, at {cost:,.0f} {unit} each.", won=won, cost=per_new, unit=currency)

# %% [markdown] id="claim-profit-explore"
# Move the rate and the costs. For which firms is the sentence true? Then switch from points to per cent.

# %% id="claim-profit-explorer"
from crmlab import widgets

widgets.retention_explorer(yearly, round(retention, 2), discount_rate, per_new)

# %% [markdown] id="claim-profit-answer"
# So the range is neither nonsense nor a law. With a constant margin it needs a high retention, or a cost of
# winning that eats a part of what a customer brings, a larger one where retention is low. Reichheld's
# own argument is another one: customers bring *more* the longer they stay. Then later years weigh more, and
# so do five points. Whether margins grow with the years is disputed: Reinartz and Kumar (2000) found little
# of it at a mail-order firm. And the claim is silent about what five points cost.

# %% [markdown] id="claim-cost"
# ## Claim check: "keeping costs a fifth to a tenth of winning"
#
# This is what Tang Mei has read. Count as it is usually
# counted: money spent on winning, divided by customers won; money spent on keeping, divided by customers who
# bought again. In January 2026 the company tried three offers on customers drawn by lot; a fourth group got
# nothing. The pilot counts what all of them did in the 180 days after, here those who had bought in 2025.

# %% id="claim-cost-pilot"
pilot = company.retention_test
pilot = pilot[pilot["customer_id"].isin(in_2025)].assign(profit=pilot["margin"] - pilot["cost"])
pilot["offer"] = pilot["offer"].cat.rename_categories({"care_call": "care call"})
arms = pilot.groupby("offer", observed=True)

# %% id="claim-cost-arms"
result = arms.agg(customers=("ordered", "size"), bought=("ordered", "mean"), cost=("cost", "mean"))
result["cost per buyer"] = result["cost"] / result["bought"]
formats = {"bought": "{:.1%}", "cost": "{:.1f}", "cost per buyer": "{:.1f}"}
plots.table(result, "Bought within 180 days, and cost per customer ({unit})", formats, unit=currency)

# %% id="claim-cost-average"
offers = result.index.drop("none").astype("str")
low, high = result.loc[offers, "cost per buyer"].agg(["min", "max"])
tell(
    "A new customer cost {win:,.0f} {unit}, one who bought again {low:,.0f} to {high:,.0f}: {less:.0%} to {more:.0%} "
    "of it.", win=per_new, unit=currency, low=low, high=high, less=low / per_new, more=high / per_new,
)

# %% [markdown] id="claim-cost-hole"
# There it is: the famous ratio, and more. Now look at the group that got nothing. It cost nothing, and
# most of what the others did, it did too. So how many bought *because* of the offer? That is the
# difference to the group without one, with its interval (Newcombe, 1998). We look at three offers, and the
# best of three may look good by luck. So each interval is made for 98.3 % instead of 95 %: then all three
# hold together with 95 % (Bonferroni's correction).

# %% id="claim-cost-ends"
from statsmodels.stats.proportion import confint_proportions_2indep

found, how = arms["ordered"].agg(["sum", "size"]), {"method": "newcomb", "alpha": 0.05 / 3}
none = found.loc["none"]
ends = {offer: confint_proportions_2indep(*found.loc[offer], *none, **how) for offer in offers}

# %% id="claim-cost-extra"
extra = pd.DataFrame(ends, index=["95 % from", "95 % to"]).T.rename_axis("offer")
extra.insert(0, "extra buyers", result["bought"] - result.loc["none", "bought"])
plots.table(extra, "What the offers add, against no offer (share of customers)", "{:+.1points}")

# %% id="claim-cost-best"
best = extra["extra buyers"].idxmax()
added, low, high = extra.loc[best]
ends = [result.loc[best, "cost"] / share if share > 0 else np.inf for share in (high, added, low)]

# %% id="claim-cost-best-read"
tell(
    "Best in the pilot: {offer}. Cost ÷ share of extra buyers: {middle:,.0f} {unit} each; 95 % interval "
    "{within:,.0f}.", offer=best, unit=currency, middle=ends[1], within=(ends[0], ends[2]),
)

# %% [markdown] id="claim-cost-answer"
# The low end of the cost comes from the high end of the share. Where the share may be 0 or less, the cost has no
# upper end: *inf*. So the ratio comes from the way of counting. Divide by everybody who bought, and keeping is
# cheap, because most people buy anyway. Divide by those who bought *because of* the offer, and this pilot
# leaves the price wide open. Winning has the same hole: some would have come anyway, and nobody has
# counted them. And a ratio compares costs; a budget needs what the money *brings*. Choose both budgets such
# that the *next* yuan brings equally much on either side (Blattberg & Deighton, 1996).

# %% [markdown] id="bring"
# ## What would 100,000 yuan bring?
#
# Put both sides into one unit, profit, and one period, the 180 days of the pilot. What does a newcomer
# bring in the first 180 days? We take everybody who came since 2024 and was seen that long.

# %% id="bring-first-days"
joined_on = company.customers.set_index("customer_id")["joined"]
days_since = (orders["date"].dt.normalize() - orders["customer_id"].map(joined_on)).dt.days
early = orders["order_id"].map(of_order)[days_since < 180].groupby(orders["customer_id"]).sum()
seen = joined_on.index[joined_on.between("2024-01-01", "2025-07-04")]
newcomer = early.reindex(seen).fillna(0)

# %% id="bring-newcomers"
brings, half = newcomer.mean(), 1.96 * newcomer.sem()
needed, between = per_new / brings, (per_new / (brings + half), per_new / (brings - half))
tell(
    "A newcomer brings {mean:±,.0f} {unit} of margin in 180 days: winning pays if {needed:.0%} are extra "
    "({between:.0%}).", mean=(brings, half), unit=currency, needed=needed, between=between,
)

# %% [markdown] id="bring-needed-read"
# Only *extra* newcomers count, those who would not have come otherwise: the money comes back if at least
# cost ÷ margin of them are extra (and bring as much as the others). Nobody has counted them. And this is last
# year's average. The *next* newcomer costs more than the last: the best leads were called first. By how
# much more, [chapter 4a](04a_leads_and_channels.ipynb) discusses. Take both unknowns in a range.

# %% id="bring-win-grid"
share_extra = pd.Series([0.25, 0.5, 0.75, 1.0], index=["25% extra", "50% extra", "75% extra", "all extra"])
next_costs = {"as the average": 1, "half as much again": 1.5, "twice as much": 2}
per_yuan = share_extra * brings / per_new
thousands = budget / 1000

# %% id="bring-win"
winning = pd.DataFrame({name: thousands * (per_yuan / times - 1) for name, times in next_costs.items()})
caption = "Winning: profit within 180 days (thousand {unit}), by what the next newcomer costs"
plots.table(winning, caption, "{:+,.0f}", unit=currency)

# %% [markdown] id="bring-win-read"
# The sign changes within the table, and no data of the company say which cell is true. Now keeping. The pilot
# measures the profit itself, margin less cost, against the group without an offer. With this money nobody is
# contacted twice, so the buyers of 2025 are the limit. (For three looks, 2.39 takes the place of 1.96.)

# %% id="bring-keep-profit"
profit = arms["profit"].agg(["mean", "sem"])
keeping = np.minimum(budget / result.loc[offers, "cost"], len(in_2025)).rename("customers").to_frame()
many = keeping["customers"] / 1000
keeping["profit"] = many * (profit["mean"] - profit.loc["none", "mean"])

# %% id="bring-keep"
half = 2.39 * many * np.hypot(profit["sem"], profit.loc["none", "sem"])
keeping["95 % from"], keeping["95 % to"] = keeping["profit"] - half, keeping["profit"] + half
plots.table(keeping, "Keeping: customers contacted, profit within 180 days (thousand {unit})", unit=currency)

# %% id="bring-noise"
spread = pilot["margin"].std()
people = 2 * (1.96 * spread / result.loc["voucher", "cost"]) ** 2

# %% id="bring-noise-read"
tell(
    "Margins have a standard deviation of {spread:,.0f} {unit}. To know the profit to within the cost of a "
    "voucher takes {people:,.0f} customers in each group.", spread=spread, unit=currency, people=people,
)

# %% [markdown] id="bring-words"
# That is why the intervals are so wide: margins differ much from customer to customer. In a company of this
# size no test can decide by profit about an offer to *everybody*, so none is proposed below. What can be
# found is whom an offer suits ([chapter 5b](05b_churn.ipynb)).

# %% [markdown] id="decision"
# ## The decision
#
# He Rui's memo to Lin Yue. *What is CRM?* A way of working with four parts. A system is one of them; Chen
# Bo's request waits until the other three are answered (chapter 7). *Where does the next yuan go?* The
# sums are profits of at most 100,000 yuan within 180 days, in thousand yuan. An offer gets the money only
# if both its profit and its extra buyers lie above 0 with their whole intervals: a few large orders can
# make a profit.

# %% id="decision-sides"
passes = (keeping["95 % from"] > 0) & (extra["95 % from"] > 0)
proven, best = passes.any(), keeping.loc[passes if passes.any() else offers, "profit"].idxmax()
kept, within = keeping.loc[best, "profit"], tuple(keeping.loc[best, ["95 % from", "95 % to"]])
reach = winning.min(axis=None), winning.max(axis=None)

# %% id="decision-sides-read"
tell("1. Winning, as last year: {reach:+,.0f}, depending on what nobody has measured.", reach=reach)
tell("2. Keeping, by {offer}: {kept:+,.0f}; 95 % interval {within:+,.0f}.", offer=best, kept=kept, within=within)

# %% id="decision-money"
tell(
    "3. All of it goes to the offer: it adds buyers and profit beyond luck." if proven
    else "3. Open. The money waits for a test; neither side has shown that it pays."
)

# %% [markdown] id="decision-test-words"
# Which test? Of the people who leave a contact, a part, drawn by lot, is neither called nor advertised to
# again. If the share *p₁* of those treated as always buys, and *p₀* of those left alone, 1 − *p₀* ÷ *p₁* of
# the newcomers are extra *by these calls and reminders*. So compare it with what these cost, not with all
# that winning costs: of each channel's money, the share of its contacts that came afterwards.

# %% id="decision-calls"
of_2025 = met[met["date"] >= "2025-01-01"].assign(after=lambda rows: rows["date"] >= rows["created"])
money = company.channel_spend.groupby("channel", observed=True)["spend"].sum()
calls = (of_2025.groupby("channel", observed=True)["after"].mean() * money).sum() / won
must_add, must_between = calls / brings, tuple(calls / per_new * np.array(between))

# %% [markdown] id="decision-size-words"
# With *n* people in each group, half of the interval of that share is about
# 1.96 (*p₀* ÷ *p₁*) √((1 − *p₀*) ÷ (*n p₀*) + (1 − *p₁*) ÷ (*n p₁*)). We want ten points.

# %% id="decision-test"
as_always = leads["won_on"].notna().mean()
alone = as_always * (1 - must_add)  # where calls and reminders just pay
size = (1.96 / 0.10 * alone / as_always) ** 2 * ((1 - alone) / alone + (1 - as_always) / as_always)
wait = (leads["won_on"] - leads["created"]).dt.days.quantile(0.95)
months = 2 * size / (len(leads) / 12) + wait / 30

# %% id="decision-test-read"
tell(
    "4. A test of calls and reminders: {size:,.0f} people in each group, {months:.1f} months with the wait. They cost "
    "{calls:,.0f} {unit} per newcomer, and pay if they add {must:.1%} of the newcomers ({between:.1%}).",
    size=size, months=months, calls=calls, unit=currency, must=must_add, between=must_between,
)

# %% [markdown] id="decision-words"
# It tells the share that they add from the share they must add in four of five cases if the two lie fourteen
# points apart. Advertisements *before* a contact, the larger part of the money, need a test by region
# ([chapter 4b](04b_attribution_and_tests.ipynb)). *Cost:* the customers who are not won meanwhile. *Risk:*
# half a year is short; on both sides more comes later.

# %% id="decision-evidence"
crm.evidence(
    ("share of newcomers that must be extra", "{needed:.0%}", "{between:.0%}", "bring-newcomers",
     "extra newcomers bring as much as the others, at last year's cost"),
    ("profit of winning, thousand yuan", "{reach:+,.0f}", "", "bring-win",
     "a quarter to all newcomers are extra; the next costs one to two times the average"),
    ("profit of the best offer, thousand yuan", "{kept:+,.0f}", "{within:+,.0f}", "bring-keep",
     "customers of the next half-year are as those of the pilot"),
    ("share that calls and reminders must add", "{must:.1%}", "{must_in:.1%}", "decision-calls",
     "a contact before costs as much as one after"),
    ("people in each group of the test", "{size:,.0f}", "", "decision-test", "as many of the leads are won as in 2025"),
    needed=needed, between=between, reach=reach, kept=kept, within=within, size=size, must=must_add,
    must_in=must_between,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what the company cannot: who has left for good. First, is silence leaving?

# %% id="truth-stage"
judged_stage = now if transactions is None else now.iloc[:0]  # nobody knows the truth of your own
leaves = company.truth.customers["active_until"]
gone = (leaves.reindex(judged_stage.index) <= end).groupby(judged_stage).agg(["size", "mean"])
gone = gone.reindex(names).set_axis(["customers", "had left for good"], axis=1).rename_axis("stage now")
plots.table(gone, "The rule against the truth", {"had left for good": "{:.0%}"})

# %% [markdown] id="truth-stage-words"
# *Decline* is close to a coin toss: half a year of silence is a slow buyer as often as somebody who has
# left. And some of the *lost* are still customers. Silence says more if it is measured by the customer's
# own habit: take those in decline who bought twice or more, and divide it by their usual gap.

# %% id="truth-gap"
of_company = crm.summarize(orders, as_of="2025-12-31")
slow = of_company[of_company["recency_days"].between(182, 363) & (of_company["x"] > 0)]
fifth = pd.qcut(crm.steady(slow["recency_days"] * slow["x"] / slow["t_x"]), 5, labels=False)
has_left = leaves.reindex(slow.index).notna().groupby(fifth).mean()
tell(
    "Shortest fifth of silences, in usual gaps: {short:.0%} had left; longest: {long:.0%}. Of all customers "
    "{early:.0%} left within 90 days; far more bought nothing in the quarter after the first.",
    short=has_left.iloc[0], long=has_left.iloc[-1], early=((leaves - joined_on).dt.days <= 90).mean(),
)

# %% [markdown] id="truth-gap-words"
# [Chapter 2b](02b_purchase_models.ipynb) makes a probability of this. Now the money. The simulator can give
# every customer each offer in turn, with the same luck, and it knows who would have come anyway.

# %% id="truth-runs"
sums = {}
for offer in ["none", *offers]:
    assigned = pd.Series(offer.replace(" ", "_"), in_2025)
    runs = pd.concat([company.run_forward(assigned, seed=run, days=180) for run in range(8)])
    sums[offer] = runs.assign(bought=runs["orders"] > 0)[["margin", "cost", "bought"]].mean()
added = pd.DataFrame(sums).T.sub(sums["none"]).drop("none")

# %% id="truth-offers"
shown = pd.DataFrame({"in the pilot": extra["extra buyers"], "in truth": added["bought"]})
plots.table(shown.rename_axis("offer"), "Extra buyers within 180 days of the offer", "{:+.1points}")

# %% id="truth-winning"
fate = leads[leads["won_on"].notna()].merge(company.truth.leads[["anyway", "without_calls"]], on="lead_id")
by_calls, fate = (~fate["without_calls"]).mean(), fate[~fate["anyway"]]
tell(
    "{share:.0%} of the newcomers of 2025 were extra, at {win:,.0f} {unit} each; {calls:.0%} by calls and "
    "reminders after a contact, which the test would find, where {must:.0%} are needed.",
    share=len(fate) / won, win=spent / len(fate), unit=currency, calls=by_calls, must=must_add,
)

# %% id="truth-judged"
of_extra = early.reindex(fate.loc[fate["customer_id"].isin(seen), "customer_id"]).fillna(0).mean()
gain = (added["margin"] - added["cost"]) * keeping["customers"]
as_last_year = budget * (of_extra * len(fate) / spent - 1)
judged = {"action": gain[best] if proven else 0.0, "baseline": as_last_year, "open": not proven}

# %% id="truth-judged-read"
tell(
    "Winning as last year: {baseline:+,.0f} {unit} if the next newcomer costs no more, nothing at {times:.1f} "
    "times the cost. Offers to everybody: {offers:+,.0f}. The memo: {action:,.0f}.", **judged, unit=currency,
    times=1 + as_last_year / budget, offers=(gain.min(), gain.max()),
)

# %% [markdown] id="truth-words"
# Waiting is not free: what winning would have brought is the price of not having tested before. Most of
# the extra newcomers were won before they left a contact: against the cost of *all* winning, the test of
# calls would have said "stop". The offers would have lost money in half a year, in spite of the pilot's
# best figure. And all of these are averages over everybody. "Winning or keeping?" is the wrong question;
# "whom, with what, and what does it add?" is the right one
# ([chapters 4b](04b_attribution_and_tests.ipynb) and [5b](05b_churn.ipynb)).

# %% [markdown] id="recap"
# ## Recap
#
# - CRM is strategy, process, technology and culture; a system is one part of four.
# - State the period with every figure, and give its interval. Names in a register are not customers.
# - Compare customers of equal age: rows, columns and diagonals of a cohort map say different things.
# - A lifecycle rule places everybody, and is wrong about many. Silence is not leaving.
# - "Keeping is cheaper" is true per customer who stays, not per customer who stays because of it. Ask
#   what the next yuan adds. Where nobody has measured it, say "open", and test.

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

# %% id="quiz-cost"
crm.quiz(
    "1,000 vouchers at 12 yuan; 600 of the customers stay. Of 1,000 without one, 560 stay. What does one "
    "kept customer cost?",
    ("300 yuan, and the interval is wide.", True, "12,000 yuan for the 40 who stayed because of it."),
    ("20 yuan", False, "That pays for 560 who would have stayed anyway."),
    ("12 yuan", False, "That is the cost of a voucher, whether it changes anything or not."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/01_crm_at_a_glance.ipynb) lets you do the same for a company of your own.
# Then [chapter 2a](02a_value_and_clv.ipynb) asks what a single customer is worth.
#
# *Your own data:* put the path of a CSV with a year and a half of orders into `transactions`, its last
# complete day into `cutoff`, and your `currency`, and run the chapter again. The figures, the cohorts,
# the lifecycle and the returning customers then are yours; the rest stays with the case company.
#
# ### References
#
# - Blattberg, R. C. & Deighton, J. (1996). Manage marketing by the customer equity test. *Harvard
#   Business Review* 74(4), 136–144.
# - Fader, P. S. & Hardie, B. G. S. (2001). Forecasting repeat sales at CDNOW: a case study.
#   *Interfaces* 31(3, part 2), S94–S107.
# - McCarthy, E. J. (1960). *Basic Marketing: A Managerial Approach*. Irwin.
# - Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
#   *Statistics in Medicine* 17(8), 873–890.
# - Payne, A. & Frow, P. (2005). A strategic framework for customer relationship management. *Journal of
#   Marketing* 69(4), 167–176.
# - Reichheld, F. F. (1996). *The Loyalty Effect*. Harvard Business School Press.
# - Reichheld, F. F. & Sasser, W. E. (1990). Zero defections: quality comes to services. *Harvard
#   Business Review* 68(5), 105–111.
# - Reinartz, W. J. & Kumar, V. (2000). On the profitability of long-life customers in a noncontractual
#   setting. *Journal of Marketing* 64(4), 17–35.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal
#   of the American Statistical Association* 22(158), 209–212.
