# %% [markdown] id="title"
# # Your customers
#
# ### The question
#
# You have a file of orders, and somebody asks: who are our customers, who carries the business, who leaves, what
# could we sell next, and may we keep all this? One report goes through all chapters with one company: the case
# company, CDNOW, or yours. What its data cannot answer, it says, and what it would need. The command `crmlab report
# orders.csv` writes it as a page; this notebook shows it section by section, with how to read it and which chapter
# explains it. Both are the same code.

# %% [markdown] id="how"
# ### How to use it on your file
#
# A file needs three columns: who bought, when, and how much. Put its path into `transactions` in the
# next cell and choose *Run → Run All Cells*; or, from the command line and without opening anything:
#
# ```sh
# papermill chapters/my_customers.ipynb my_customers_report.ipynb -p transactions orders.csv
# ```
#
# A log of many files goes in as a folder of Parquet files, `transactions = "orders/"`: it is
# summarised where it lies. With `"harbour"` you see the case company, which has all the tables a company can have;
# without a file, a sample of CDNOW, a real shop that sold compact discs. Three more files may lie beside yours:
# customers (`register`), the products of each order (`lines`), and what was spent to find customers (`spend`: columns
# month, channel, spend). The words of the field are explained in the [glossary](../docs/glossary.md), each with its
# chapter.

# %% id="parameters" tags=["parameters"]
lang = "en"
transactions = None  # a CSV or Parquet file of your own, or a folder of Parquet files; "harbour": the case company
customer = None  # its columns, where they are not recognised
date = None
amount = None
order = None
as_of = None  # the last day that counts, as "2025-12-31"; None: the last day of the log
currency = "USD"
register = None  # a file with one row per customer; its columns:
channel = None  # how each customer came
facts = []  # what a stranger could know, as ["birth_year", "region"]
group = None  # groups to which the churn score should be fair
lines = None  # a file with one row per product in an order
product = None  # its column of products
spend = None  # a file of what was spent, by month and channel
seed, size = 1, 2000  # of the case company

# %% id="setup"
import crmlab as crm
from crmlab import plots, tell
from crmlab.report import Sources, build_report, company_report, show_section

crm.use_language(lang)
plots.use_style()

# %% id="report"
if transactions == "harbour":
    report = company_report(crm.Company(seed=seed, customers=size), as_of=as_of)
else:
    source = crm.datasets.load_cdnow("sample") if transactions is None else transactions
    reading = crm.check_transactions(source, customer=customer, date=date, amount=amount, order=order)
    beside = Sources(register=register, channel=channel, facts=facts, group=group, lines=lines, product=product, spend=spend)
    name = "CDNOW" if transactions is None else str(transactions)
    report = build_report(reading, name=name, as_of=as_of, currency=currency, sources=beside)

# %% id="report-head"
rows, people, period, last = report.head.values()
tell("{rows} rows of {customers} customers, {period}; the last day that counts is {last}.", rows=rows,
     customers=people, period=period, last=last)

# %% [markdown] id="quality"
# ## Data quality
#
# First of all: what came in, what was repaired, and what cannot be used? Every figure below rests on the answer. A
# few bad rows are normal. Many rows with the same reason are one fault in the export: mend it there and start again,
# rather than report on what is left ([chapter 7b](07b_building_and_moving.ipynb)).

# %% id="quality-show"
show_section(report, "quality")

# %% [markdown] id="figures"
# ## Key figures
#
# Compare mean and median. The further they are apart, the less "the average customer" exists, and the more the next
# sections matter. A *purchase day* is a day with at least one order; a refund changes the spend, never the count.

# %% id="figures-show"
show_section(report, "figures")

# %% [markdown] id="segments"
# ## Segments by recency, frequency and spend
#
# *RFM* gives each customer three scores; a table of names turns blocks of scores into segments ([chapter
# 3a](03a_rfm_and_pyramid.ipynb)). In the second figure each line runs from a segment's share of customers, in grey, to
# its share of spend, in blue. Look for the longest line to the right: few people, much money. Then look for the longest
# to the left.

# %% id="segments-show"
show_section(report, "segments")

# %% [markdown] id="pyramid"
# ## Pyramid and concentration
#
# The *customer pyramid* ranks customers by spend and divides them into *tiers*. The *concentration curve* asks the
# same question without limits between tiers.

# %% id="pyramid-show"
show_section(report, "pyramid")

# %% [markdown] id="migration"
# ## Tier migration
#
# Who rose, who fell, who is gone? Keep the limits, and a tier is a level of spend: all can rise. Rank anew, and it is a
# place in a queue. Part of every fall from the top is luck that does not repeat itself (*regression to the mean*), so
# ask before you blame.

# %% id="migration-show"
show_section(report, "migration")

# %% [markdown] id="value"
# ## What customers will bring
#
# Two forecasts are tried: the models of [chapter 2b](02b_purchase_models.ipynb), and the simplest one, the last period
# once more. Each is first made for the last period, from what was known before it. How far the two numbers of that
# period are apart is how far you may trust the forecast. It is spend, not profit, and it knows no customer who has not
# come yet.

# %% id="value-show"
show_section(report, "value")

# %% [markdown] id="acquisition"
# ## New customers
#
# How many come, by which channel, at what cost, and what becomes of them? Read the cost of a new customer beside what
# such customers spend, with both intervals: a cheap channel may bring customers who never come back ([chapter
# 4a](04a_leads_and_channels.ipynb)). And who came last by search may have come anyway ([chapter
# 4b](04b_attribution_and_tests.ipynb)).

# %% id="acquisition-show"
show_section(report, "acquisition")

# %% [markdown] id="retention"
# ## Who stays
#
# Without a contract nobody says goodbye. How long is a long silence? The curve shows how many come back after how many
# days. Who buys often stays more often; that does not mean that more purchases would make somebody stay ([chapter
# 5a](05a_satisfaction_and_loyalty.ipynb)).

# %% id="retention-show"
show_section(report, "retention")

# %% [markdown] id="churn"
# ## Who may be leaving
#
# A model learns on one day in the past who bought nothing in the time after, and is judged on a later one ([chapter
# 5b](05b_churn.ipynb)). A high probability is no reason for an offer: many of these customers have left already, and
# others would stay without one ([chapter 5c](05c_winning_back.ipynb)).

# %% id="churn-show"
show_section(report, "churn")

# %% [markdown] id="development"
# ## The next purchase
#
# From the first purchase to the second is the steepest step of most shops: where does yours lose most? And what goes
# together is a reason to try an offer, with a random half ([chapter 6a](06a_cross_sell.ipynb)).

# %% id="development-show"
show_section(report, "development")

# %% [markdown] id="trust"
# ## Trust
#
# Before the table of customers goes to anybody: who could be found in it by a stranger who knows a little? And does the
# score treat groups alike ([chapter 12a](12a_trust.ipynb))?

# %% id="trust-show"
show_section(report, "trust")

# %% [markdown] id="actions"
# ## What to do
#
# One line for each segment. The actions are a start for a discussion: try one on a random half of a segment, and
# compare.

# %% id="actions-show"
show_section(report, "actions")

# %% [markdown] id="gaps"
# ## What these data cannot answer
#
# All of it in one place: before you promise an answer, and as a list of what to collect next.

# %% id="gaps-table"
plots.table(report.gaps.set_index("section"), "Not in these data, and what would be needed")

# %% id="gaps-read"
tell("{count} questions are open; a table beside the log answers most of them.", count=len(report.gaps))

# %% [markdown] id="file"
# ## One row per customer
#
# Everything above that is said about a single customer, as a table to go on with. Where a forecast failed its test, its
# column is empty.

# %% id="file-table"
if transactions not in (None, "harbour"):
    report.customers.to_csv("my_customers.csv", encoding="utf-8-sig")  # this encoding opens well in Excel
shown = ["purchases", "spend", "recency_days", "segment", "tier", "expected_spend", "churn_probability"]
plots.table(report.customers[shown].head(), "Five customers", {"churn_probability": "{:.0%}"})

# %% id="file-read"
risk = report.customers["churn_probability"].dropna()
if len(risk):
    tell("Of {asked:,} recent customers {at_risk:,} buy nothing with a probability of 50 % or more.", asked=len(risk),
         at_risk=int((risk >= 0.5).sum()))
else:
    tell("No probability to buy nothing is shown: there is no churn model that passed its test.")

# %% [markdown] id="limits"
# ## What this cannot say
#
# Scores and tiers compare your customers with one another, and say nothing about other companies.
# They describe the past; the forecasts assume that nothing changes. Spend is not profit. Somebody
# who bought under two numbers is two customers here, and a first purchase before the log begins is
# not seen.
#
# ## Next
#
# - Show the page: `crmlab report orders.csv` writes it, with a CSV file of all customers.
# - Present it: one decision, one number with its range, one risk.
# - [Chapter 3a](03a_rfm_and_pyramid.ipynb) explains the first steps one by one, tests them, and takes your file too.
