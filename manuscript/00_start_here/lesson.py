# %% [markdown] id="title"
# # Start here
#
# Welcome. In this course you learn to answer questions about customers with data: who they are,
# what they are worth, how to win them, keep them and serve them. Every chapter starts with a
# decision that somebody at *Harbour Coffee*, our case company, has to take, and ends with a memo
# that answers it.
#
# You do not install anything else and you do not need the internet: the data are here.
#
# 中文版：[从这里开始](zh/00_start_here.ipynb)

# %% [markdown] id="how"
# ## How to use a chapter
#
# A chapter is a **notebook**: text, and grey **cells** with code. Click a cell and press
# *Shift + Enter* to run it; the result appears below. Run the cells from top to bottom. If
# something looks wrong, choose *Kernel → Restart Kernel and Run All Cells…* and look again.
#
# Try it with the next two cells.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1

# %% id="setup"
import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()

# %% [markdown] id="taste"
# ## A first look at the company
#
# `crmlab` is the small package that the chapters call. The next cell opens the case company with
# two thousand customers and shows three of its orders. `seed` chooses which company: everybody who
# uses the same seed sees the same customers.

# %% id="taste-orders"
company = crm.Company(seed=seed, customers=2000)
orders = company.orders[["order_id", "customer_id", "date", "channel", "amount"]]
plots.table(orders.head(3), "Three orders (amount in {unit})", unit="yuan")

# %% [markdown] id="taste-ask"
# An order table answers questions about orders. To ask about customers, you need one row per
# customer. That is one line:

# %% id="taste-customers"
customers = crm.summarize(company.orders, as_of="2025-12-31")
once = customers["purchases"] == 1
tell("{count} customers; {share:.0%} of them bought once.", count=len(customers), share=once.mean())

# %% id="taste-figure"
plots.show(plots.concentration(customers["spend"].clip(lower=0), share=0.2))

# %% [markdown] id="taste-read"
# The title says what the figure found, for this company. What follows from it is what the chapters
# are about.

# %% [markdown] id="route"
# ## Where to go
#
# | chapter | the question | lesson | exercise |
# | --- | --- | --- | --- |
# | 0 · Primer | Do you know enough pandas, and how do you read a plot? | [read](00_primer.ipynb) | [do](../exercises/00_primer.ipynb) |
# | 1 · CRM at a glance | Where should the next yuan go, into winning or into keeping? | [read](01_crm_at_a_glance.ipynb) | [do](../exercises/01_crm_at_a_glance.ipynb) |
# | 2 · Customer value | What may it cost to win or keep a customer, and whom do we invest in? | [read](02_customer_value.ipynb) | [do](../exercises/02_customer_value.ipynb) |
# | 3 · Segmentation | Which customers get which service, and what does it cost? | [read](03_segmentation.ipynb) | [do](../exercises/03_segmentation.ipynb) |
# | 4 · Acquisition | Which channels, dealers and leads get the budget, and what does a customer cost? | [read](04_acquisition.ipynb) | [do](../exercises/04_acquisition.ipynb) |
# | 5 · Retention | Who gets an offer to stay, which one, and what does it bring? | [read](05_retention.ipynb) | [do](../exercises/05_retention.ipynb) |
# | 6 · Development | What to recommend to whom, whom to offer more, and what does it bring? | [read](06_development.ipynb) | [do](../exercises/06_development.ipynb) |
#
# Read them in this order: each uses what the ones before it found. Words of the field are in the
# [glossary](../docs/glossary.md), formulas on the [formula sheet](../docs/formulas.md). Chapters 7 to
# 12 are being written; each appears here when it can be run.
#
# - *Student:* read a chapter and run it, answer the quiz at its end, then do the exercise. It tells
#   you at once which mistake you made, if any. The solutions, in the folder `solutions`, are for
#   afterwards.
# - *Self-learner:* do the same, then run [My customers](my_customers.ipynb) on your own file, or
#   type `crmlab report orders.csv` in a terminal.
# - *Instructor:* each chapter has a guide, such as `manuscript/03_segmentation/guide.md`. Ask
#   participants to run `crmlab doctor` the day before.

# %% [markdown] id="progress"
# ## How far you are
#
# The next cell shows your exercises. Progress is kept in a small file in your home folder; running
# a notebook again never overwrites it.

# %% id="progress-page" tags=["nbval-ignore-output"]
from crmlab.workbook import progress_page

progress_page()

# %% [markdown] id="words"
# ## Three habits of this course
#
# 1. *Say how sure you are.* A number from data comes with an interval, or with the spread over
#    repetitions.
# 2. *Check the claim.* The trade repeats figures without a source. Each chapter takes one and
#    tests it.
# 3. *Compare with the truth.* Harbour Coffee is simulated, so the truth is known. At the end of a
#    chapter we look at how far off we were, which no real company can do.
