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
# | session | the question | lesson | exercise |
# | --- | --- | --- | --- |
# | 0 · Primer | Do you know enough pandas, and how do you read a plot? | [read](00_primer.ipynb) | [do](../exercises/00_primer.ipynb) |
# | 1 · CRM at a glance | Where should the next yuan go, into winning or into keeping? | [read](01_crm_at_a_glance.ipynb) | [do](../exercises/01_crm_at_a_glance.ipynb) |
# | 2a · Customer value and lifetime value | Which channels' customers bring more than they cost? | [read](02a_value_and_clv.ipynb) | [do](../exercises/02a_value_and_clv.ipynb) |
# | 2b · Purchase models | Whom is a personal account manager worth? | [read](02b_purchase_models.ipynb) | [do](../exercises/02b_purchase_models.ipynb) |
# | 3a · RFM and the customer pyramid | Which customers get which service, and what does it cost? | [read](03a_rfm_and_pyramid.ipynb) | [do](../exercises/03a_rfm_and_pyramid.ipynb) |
# | 3b · Groups, offers and tests | One offer for everybody, or one for each group? | [read](03b_groups_and_offers.ipynb) | [do](../exercises/03b_groups_and_offers.ipynb) |
# | 4a · Leads and channels | Whom to call, which dealers to sign, which channels pay? | [read](04a_leads_and_channels.ipynb) | [do](../exercises/04a_leads_and_channels.ipynb) |
# | 4b · Attribution and tests | Where does the next yuan of advertising go? | [read](04b_attribution_and_tests.ipynb) | [do](../exercises/04b_attribution_and_tests.ipynb) |
# | 5a · Satisfaction and loyalty | Goodwill, faster delivery, more points: which of them pays? | [read](05a_satisfaction_and_loyalty.ipynb) | [do](../exercises/05a_satisfaction_and_loyalty.ipynb) |
# | 5b · Churn | Who stands on the list of those who may be leaving? | [read](05b_churn.ipynb) | [do](../exercises/05b_churn.ipynb) |
# | 5c · Winning back | Whom to make an offer, which one, and what does it bring? | [read](05c_winning_back.ipynb) | [do](../exercises/05c_winning_back.ipynb) |
# | 6a · Cross-selling | What to recommend on the shelf, at the till and in the letter? | [read](06a_cross_sell.ipynb) | [do](../exercises/06a_cross_sell.ipynb) |
# | 6b · Upselling, ladder and levels | Whom to offer more, and which step to mend first? | [read](06b_upsell_and_levels.ipynb) | [do](../exercises/06b_upsell_and_levels.ipynb) |
# | 7a · Choosing a CRM system | Which of five offers to sign, or none? | [read](07a_choosing_a_system.ipynb) | [do](../exercises/07a_choosing_a_system.ipynb) |
# | 7b · Building and moving | In which order do the data move, and may we switch on Monday? | [read](07b_building_and_moving.ipynb) | [do](../exercises/07b_building_and_moving.ipynb) |
# | 8a · From view to action | What can we answer today, with what consent, and what is a platform worth? | [read](08a_from_view_to_action.ipynb) | [do](../exercises/08a_from_view_to_action.ipynb) |
# | 8b · The toolbox, and scale | What can we find out already, and when do we outgrow one machine? | [read](08b_toolbox_and_scale.ipynb) | [do](../exercises/08b_toolbox_and_scale.ipynb) |
# | 9a · Listening | Are people angrier than before, and who is answered first? | [read](09a_listening.ipynb) | [do](../exercises/09a_listening.ipynb) |
# | 9b · Spreading | Who gets a box to try, and from when on is it an alarm? | [read](09b_spreading.ipynb) | [do](../exercises/09b_spreading.ipynb) |
# | 10a · Visits and push | Whom do we visit tomorrow, and when may we push? | [read](10a_visits_and_push.ipynb) | [do](../exercises/10a_visits_and_push.ipynb) |
# | 10b · Without a network, and by use | What happens to work done offline, and when is a reminder due? | [read](10b_offline_and_machines.ipynb) | [do](../exercises/10b_offline_and_machines.ipynb) |
# | 11a · The journey | Where does it hurt, who is hit, and is the reminder worth it? | [read](11a_journeys.ipynb) | [do](../exercises/11a_journeys.ipynb) |
# | 11b · What to mend | Which of three pains to mend, and did the last repair help? | [read](11b_what_to_mend.ipynb) | [do](../exercises/11b_what_to_mend.ipynb) |
# | 12a · Trust | May this extract leave the house, and is the score fair enough to use? | [read](12a_trust.ipynb) | [do](../exercises/12a_trust.ipynb) |
# | 12b · A year at the helm | What do you decide for a year, and how sure are you that it beats last year again? | [read](12b_a_year_at_the_helm.ipynb) | [do](../exercises/12b_a_year_at_the_helm.ipynb) |
#
# These are all twelve chapters of the course. Each line is a session of its own, of at most 100 minutes, with an
# exercise of about an hour. Read them in this order: each uses what the ones before it found. Words of the field are
# in the [glossary](../docs/glossary.md), formulas on the [formula sheet](../docs/formulas.md). At the end you run a
# company for a year: 12b is the game, and can be played with sliders from the first day on.
#
# - *Student:* read a chapter and run it, answer the quiz at its end, then do the exercise. It tells
#   you at once which mistake you made, if any. The solutions, in the folder `solutions`, are for
#   afterwards.
# - *Self-learner:* do the same, then run [My customers](my_customers.ipynb) on your own file, or
#   type `crmlab report orders.csv` in a terminal.
# - *Instructor:* each session has a guide, such as `manuscript/03a_rfm_and_pyramid/guide.md`. Ask
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
