# %% [markdown] id="title"
# # Your customers
#
# ### The question
#
# You have a file of orders, and somebody asks: who are our customers, who carries the business, and
# what should we do about it? The command `crmlab report orders.csv` answers on one page. This
# notebook makes the same page cell by cell, so that you can see where each figure comes from, change
# it, and defend it.

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
# summarised where it lies. Without a file the notebook runs on a sample of CDNOW, a real shop that
# sold compact discs. The words of the field are explained in the
# [glossary](../docs/glossary.md), each with its chapter.

# %% id="parameters" tags=["parameters"]
lang = "en"
transactions = None  # a CSV or Parquet file of your own, or a folder of Parquet files
customer = None  # its columns, where they are not recognised
date = None
amount = None
as_of = None  # the last day that counts, as "2025-12-31"; None: the last day of the log
currency = "dollars"

# %% id="setup"
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()

# %% [markdown] id="quality"
# ## Data quality
#
# First of all: what came in, what was repaired, and what cannot be used? Every figure below rests on
# the answer.

# %% id="quality-check"
source = crm.datasets.load_cdnow("sample") if transactions is None else transactions
reading = crm.check_transactions(source, customer=customer, date=date, amount=amount)
for note in reading.notes:
    print("-", note)

# %% id="quality-rejected"
from crmlab.report import extent

used, first_day, last_day = extent(reading)
tell("{used:,} rows can be used, {rejected:,} cannot.", used=used, rejected=len(reading.rejected))
shown = reading.rejected[["row", "column", "value", "reason"]]
plots.table(shown.head(10), "The first rows that cannot be used")

# %% [markdown] id="quality-read"
# A few bad rows are normal. Many rows with the same reason are one fault in the export: mend it
# there and start again, rather than report on what is left.

# %% [markdown] id="customers"
# ## From orders to customers
#
# One row per customer, on a day that you choose and always state. A *purchase day* is a day with
# at least one order; a refund changes `spend`, never the count.

# %% id="customers-table"
log = reading.log
last_day = last_day if as_of is None else pd.Timestamp(as_of)
customers = crm.summarize(log, as_of=last_day)
columns = ["purchases", "spend", "first_purchase", "last_purchase", "recency_days"]
plots.table(customers[columns].head(), "Five customers on {day:%Y-%m-%d}", day=last_day)

# %% id="customers-figures"
spend = customers["spend"]
tell(
    "{count:,} customers spent {total:,.0f} {unit}. The mean is {mean:,.2f}, the median {median:,.2f}; "
    "{again:.0%} bought more than once.",
    count=len(customers), total=spend.sum(), unit=currency, mean=spend.mean(),
    median=spend.median(), again=(customers["purchases"] > 1).mean(),
)

# %% [markdown] id="customers-read"
# Compare mean and median. The further they are apart, the less "the average customer" exists, and
# the more the next sections matter.

# %% [markdown] id="segments"
# ## Segments by recency, frequency and spend
#
# *RFM* gives each customer three scores from 1 to 5, and high is good: *R* for a recent purchase,
# *F* for many purchases, *M* for much spend. Customers with equal values get equal scores, so
# that a score may be missing. A table of names turns blocks of scores into segments.

# %% id="segments-fit"
rfm = crm.RFM().fit(customers)
scores = rfm.transform(customers)
plots.show(plots.segment_map(scores))

# %% id="segments-limits"
limits = rfm.summary_.rename({"R": "recency (R)", "F": "frequency (F)", "M": "spend (M)"})
plots.table(limits, "What the scores mean: R in days, F in purchases, M in {unit}", unit=currency)

# %% id="segments-shares"
plots.show(plots.segment_shares(scores, customers["spend"]))

# %% [markdown] id="segments-read"
# Each line runs from a segment's share of customers, in grey, to its share of spend, in blue. Look
# for the longest line to the right: few people, much money. Then look for the longest to the left.

# %% [markdown] id="pyramid"
# ## Pyramid and concentration
#
# The *customer pyramid* ranks customers by spend and divides them into *tiers*; equal spend is
# in the same tier. The *concentration curve* asks the same question without limits between tiers.

# %% id="pyramid-fit"
pyramid = crm.Pyramid().fit(customers)
plots.show(plots.pyramid(pyramid.summary_))

# %% id="pyramid-table"
tiers = pyramid.summary_[["customers", "share_of_value", "mean_value", "least_value"]]
plots.table(
    tiers, "Tiers by spend (values in {unit})",
    {"share_of_value": "{:.0%}", "mean_value": "{:,.2f}", "least_value": "{:,.2f}"}, unit=currency,
)

# %% id="pyramid-concentration"
positive = customers["spend"].clip(lower=0)
plots.show(plots.concentration(positive, share=0.2))

# %% id="pyramid-gini"
tell(
    "The best 1 % hold {one:.0%}, the best 5 % {five:.0%}, the best 20 % {fifth:.0%} of spend. "
    "The Gini coefficient is {gini:.2f}.",
    one=crm.top_share(positive, 0.01), five=crm.top_share(positive, 0.05),
    fifth=crm.top_share(positive, 0.2), gini=crm.gini(positive),
)

# %% [markdown] id="migration"
# ## Tier migration
#
# Who rose, who fell, who is gone? Compare two periods of equal length: the last year and the year
# before it, or the two halves of a log that is shorter.

# %% id="migration-periods"
from crmlab.report import last_two_periods, stayed

before, after = last_two_periods(first_day, last_day.normalize())
old, new = (crm.summarize(log, since=start, as_of=end) for start, end in (before, after))
tell("Before: {a:%Y-%m-%d} to {b:%Y-%m-%d}.", a=before[0], b=before[1])
tell("After: {a:%Y-%m-%d} to {b:%Y-%m-%d}.", a=after[0], b=after[1])

# %% id="migration-matrix"
first = crm.Pyramid().fit(old)
kept = first.migration(old, new)
plots.show(plots.migration(kept))

# %% id="migration-rank"
ranked = first.migration(old, new, rerank=True)
tell(
    "{kept:.0%} stay in their tier if its limits are kept, {ranked:.0%} if customers are ranked anew.",
    kept=stayed(kept), ranked=stayed(ranked),
)

# %% [markdown] id="migration-read"
# Keep the limits, and a tier is a level of spend: all can rise. Rank anew, and it is a place in a
# queue: one rises only as another falls. Part of every fall from the top is luck that does not
# repeat itself (*regression to the mean*), so ask before you blame.

# %% [markdown] id="actions"
# ## What to do
#
# One line for each segment. The actions are a start for a discussion: try one on a random half of a
# segment, and compare.

# %% id="actions-table"
groups = customers.groupby(scores["segment"], observed=True)
actions = groups.agg(customers=("spend", "size"), spend=("spend", "sum"), mean=("spend", "mean"))
actions["recency_days"] = groups["recency_days"].median()
actions["action"] = rfm.segments_.set_index("segment")["action"]
plots.table(actions, "Segments (money in {unit}; recency: median)", {"mean": "{:,.2f}"}, unit=currency)

# %% id="actions-file"
result = customers[columns].join(scores).assign(tier=pyramid.predict(customers))
if transactions is not None:
    result.to_csv("my_customers.csv", encoding="utf-8-sig")  # this encoding opens well in Excel
plots.table(result.drop(columns=["first_purchase", "last_purchase"]).head(), "Per customer")

# %% [markdown] id="value"
# ## What customers will bring
#
# Two forecasts are tried. The models: *BG/NBD* says how often each customer should buy again (everybody
# buys at a rate of their own, and after any purchase may leave without saying so), *Gamma-Gamma* how
# much a purchase is worth; [Chapter 2b](02b_purchase_models.ipynb) explains both. And the simplest one:
# the last period comes once more. Each is first made for the last period, from what was known before it.
# It passes if purchases and spend are both within a quarter of what came. The first that passes is made
# again from today, for as long a time as it was tried on.

# %% id="value-test"
from crmlab.report import Outlook

outlook = Outlook(customers, log, before, after, old, new)
made = [trial for trial in outlook.trials if trial.foretold is not None]
tried = pd.DataFrame([trial.foretold[["purchases", "spend"]].sum() for trial in made])
tried.insert(0, "forecast", [trial.name for trial in made])
tried["passed"] = ["passed" if trial.passed else "failed" for trial in made]
plots.table(tried, "Foretold for the last period, and whether it is near what came", {"purchases": "{:,.0f}", "spend": "{:,.0f}"})

# %% id="value-came"
tell("In the {days} days after {day:%Y-%m-%d} came {purchases:,.0f} purchases, and {spend:,.0f} {unit}.",
     days=outlook.days, day=before[1], unit=currency, **outlook.came)
for trial in outlook.trials:
    if trial.reason:
        tell("A forecast could not be made: {reason}", reason=trial.reason)

# %% id="value-read"
if outlook.forecast is None:
    tell("No forecast passed its test, so none is shown: these customers do not go on in a way to be counted on.")
else:
    total = outlook.forecast.sum()
    tell("In the next {days} days these customers should make {purchases:,.0f} purchases and spend "
         "{spend:,.0f} {unit}, if nothing changes.", days=outlook.days, unit=currency,
         purchases=total["expected_purchases"], spend=total["expected_spend"])

# %% [markdown] id="value-words"
# How far the two numbers of the last period are apart is how far you may trust the forecast. It is spend,
# not profit, and it knows no customer who has not come yet.

# %% [markdown] id="churn"
# ## Who may be leaving
#
# Without a contract nobody says goodbye. How long is a long silence? The curve shows how many came
# back after how many days.

# %% id="churn-silence"
plots.show(crm.churn.figures.returns(crm.churn.return_curve(log, as_of=last_day)))

# %% [markdown] id="churn-define"
# So *churn* has to be defined: to buy nothing for `window` days, among customers who bought in the
# `lookback` days before. A model learns it on one day in the past and is judged on a later one.
# [Chapter 5b](05b_churn.ipynb) explains why the two must not overlap.

# %% id="churn-fit"
from crmlab.report import Risk

risk = Risk(log, customers, first_day, last_day.normalize())
judged = crm.churn.calibration_table(risk.churned, risk.foretold)
plots.show(crm.churn.figures.calibration(judged))

# %% id="churn-read"
tell(
    "Churn here: no purchase in {window} days. The model expected {expected:.0%}, and {observed:.0%} "
    "bought nothing.", window=risk.window, expected=risk.foretold.mean(), observed=risk.churned.mean(),
)
if risk.passed:
    tell("Of today's {count:,} recent customers it expects {today:.0%} to buy nothing.",
         count=len(risk.today), today=risk.today["churn_probability"].mean())
else:
    tell("The model failed this test, so its probabilities of today are not shown.")

# %% [markdown] id="churn-words"
# A high probability is no reason for an offer: many of these customers have left already, and others
# would stay without one. Try an offer on a random half, and compare.

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
# - [Chapter 3a](03a_rfm_and_pyramid.ipynb) explains each step, tests it, and takes your file too.
