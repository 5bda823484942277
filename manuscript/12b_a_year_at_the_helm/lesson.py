# %% [markdown] id="title"
# # 12b · A year at the helm
#
# ### The question
#
# It is the first of January 2026. "You have written me memos for eleven chapters", says Lin Yue. "Now run it. For a
# year the channels, the offers and the people in service are yours, and one budget for all of them." On Friday the
# board wants two things: your policy in a file, and one sentence: how much does it bring over *last year again*, and
# how sure are you? Then the file is played on companies that nobody has seen, and cannot be changed any more.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. read one report that carries a company through all chapters, and say what its log cannot answer;
# 2. run a company for four quarters under a budget, by sliders and by a function with your own models;
# 3. test a policy on companies it was not made for, and compare two policies by what they make of the same ones;
# 4. say how many companies it takes to tell two policies apart;
# 5. find where the money was lost, decision by decision.
#
# *You need* the next yuan ([chapter 4b](04b_attribution_and_tests.ipynb)), waiting in service ([chapter
# 5a](05a_satisfaction_and_loyalty.ipynb)), uplift ([chapter 5c](05c_winning_back.ipynb)), and what an extract gives
# away ([chapter 12a](12a_trust.ipynb)). *Time:* about {{minutes}} minutes to read and run. *Not here:* messages; they are
# part of the game, and left to you.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
practice = 6  # companies on which a policy is tried
days_left = (365, 275, 184, 92)  # of the year, when a quarter begins
least_gain = 8  # yuan that an offer has to bring; less is not worth a customer's patience
full_load = 0.75  # of the hours that people have, and no more
rule_of_thumb = 0.075  # share of sales, for marketing
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
game = crm.game.Game(seed=seed)
year = game.year()
view = year.view

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-search"
search = view.spend_test[view.spend_test["channel"] == "search ad"].set_index("spend_multiple")
fewer = (search.loc[1.0, "new_customers"] - search.loc[0.0, "new_customers"]) / search.loc[1.0, "quarters"]
last = view.channels.set_index("channel").loc["search ad", "new_customers"]
tell("Last contact search ad: {last:.0f} newcomers a quarter. Towns that stopped it had {fewer:.0f} fewer.",
     last=last, fewer=fewer)

# %% id="recall-search-quiz"
crm.quiz(
    "Which of the two figures says what the money for search ads brings? (Chapter 4b)",
    ("The second: what was missing where it was stopped.", True, "The search is where many end up who were won by something else."),
    ("The first: these newcomers came by the search.", False, "It was their last contact. That is credit, not cause."),
    ("The mean of the two.", False, "One is about order in time, the other about cause."),
)

# %% id="recall-uplift-quiz"
crm.quiz(
    "A voucher goes to customers who are likely to leave, and most of them stay. Did it pay? (Chapter 5c)",
    ("Compare with customers who drew no voucher.", True, "Some would have stayed anyway, and take it; some leave because of it."),
    ("Yes: most of them stayed.", False, "How many stay without it?"),
    ("No: vouchers never pay.", False, "That depends on whom it changes."),
)

# %% [markdown] id="capstone"
# ## One report, all chapters
#
# Before you steer a company, look at all of it once. The **capstone** of this course is a report: one code that takes a
# log, and whatever else a company has, through all chapters: quality, value, segments, acquisition, retention,
# development, trust. Here it is for Harbour Coffee, where we have every table; one section of it:

# %% id="capstone-report"
from crmlab.report import company_report, show_section

report = company_report(crm.Company(seed=seed, customers=1000))
show_section(report, "trust")

# %% [markdown] id="capstone-how"
# Read a report in this order, whoever wrote it:
#
# 1. *quality*: what was repaired, what was left out? Everything below stands on it;
# 2. *what happened*: figures, segments, pyramid, migration. These are counts; nobody can argue with them;
# 3. *what will happen*: value, churn. Look for the test on a period that the model had not seen;
# 4. *what an action changes*: almost never in a log. Look for a lot;
# 5. *what is missing*. A report that answers everything has invented something.
#
# The last point can be checked: this report says what it cannot answer, which table would be needed, and which chapter
# shows it.

# %% id="capstone-gaps"
plots.table(report.gaps.set_index("section"), "What the tables of Harbour Coffee cannot answer")

# %% [markdown] id="capstone-words"
# Even with all these tables something is missing. A log of who, when and how much cannot even say where customers came
# from, what they cost, or who could be found in it: [My customers](my_customers.ipynb) makes the same report of CDNOW, which is
# such a log, and of your own file. Each gap is something to begin to keep. In the exercise you present one.

# %% [markdown] id="helm"
# ## How the game works
#
# A report looks back. Now decide. A year has four quarters. On the first day of each you see a `View`: what the company
# knows by then, and nothing of the truth or the future. You decide four things; the simulator runs the quarter; the
# next view shows what came of it.
#
# | you decide | it works by | it goes wrong when |
# | --- | --- | --- |
# | `spend` by channel | winning newcomers; each yuan fewer than the one before | the channel is full; content works a quarter later |
# | `offers`, to stay | keeping who is at risk, or was served badly | who would have stayed takes it, or is woken up by it |
# | `messages`, to buy | one more order | too many of them tire |
# | `people` in service | short waiting | tickets and calls fill the day; waiting makes customers leave, a quarter later |
#
# The score is the profit of the year: margin less all costs. All players meet the same companies with the same luck:
# a customer who would order on 3 May does so in each of the worlds, if only they are still there. Comparing decisions under the same luck is the method of **common
# random numbers**; without it luck would drown what a decision does. A real company has one world only.

# %% id="helm-view"
tables = {name: getattr(view, name) for name in ["customers", "orders", "tickets", "spend_test", "offer_test"]}
rows = {"customers": "a customer on the register", "orders": "an order, or a refund", "tickets": "a ticket since October",
        "spend_test": "a channel at one spend, in other towns", "offer_test": "a customer of other towns, offered something by lot"}
shown = pd.DataFrame({"rows": {name: len(table) for name, table in tables.items()}, "one row is": rows})
plots.table(shown.rename_axis("table"), "The largest tables of the view on the first day")

# %% id="helm-money"
salaries = 4 * view.people * view.costs["salary"]
spent = 4 * view.channels["spend"].sum()
tell("Budget for the year: {budget:,.0f} {unit}. The {people} people in service cost {salaries:,.0f}; channels as last year "
     "{spent:,.0f} more.", budget=view.budget_left, unit=currency, people=view.people, salaries=salaries, spent=spent)

# %% [markdown] id="helm-limits"
# So there is room for more than last year's way, and not for everything. Offers and messages cost when they are sent, and
# again when they are redeemed. Hiring and letting go are limited to two people a quarter. What customers are worth
# *after* the year does not count: remember that when you read a strategy.

# %% [markdown] id="first"
# ### A first quarter by hand
#
# A decision is a dictionary. A channel that is left out gets nothing, and nobody is offered or written anything that is
# not asked for; only people stay as they are. Say you spend what was usual, a little more on events, and hire one person.

# %% id="first-decide"
usual = view.channels.set_index("channel")["spend"].rename(index=str)
more_events = usual.to_dict() | {"event": usual["event"] + 2_000}
year.decide({"spend": more_events, "people": view.people + 1})
money = year.result.table.T.rename_axis("account")
plots.table(money, "Your first quarter ({unit})", unit=currency)

# %% [markdown] id="first-refused"
# Good or bad? That cannot be said yet. First, what happens to a decision that cannot be carried out:

# %% id="first-refuse"
try:
    year.decide({"people": 50})
except crm.CRMError as refused:
    print(refused)

# %% [markdown] id="first-words"
# It is refused with a reason, and nothing happens: decide again. In a tournament you would have done nothing in that
# quarter, so try your policy out before.

# %% [markdown] id="baselines"
# ### Two baselines
#
# To say whether a year was good, compare with what anybody could have done: *nobody* does anything (no spend, no contact), and *last year
# again* (the same spend, a voucher to who has been silent for 90 days, 5 % off for all in spring).

# %% id="baselines-table"
nobody, last_year = game.play(crm.game.nobody), game.play(crm.game.last_year)
both = pd.DataFrame({"nobody": nobody.table.sum(), "last year again": last_year.table.sum()})
plots.table(both.rename_axis("account"), "A year of our company ({unit})", unit=currency)

# %% id="baselines-read"
costs = both.drop(["margin", "profit"]).sum()
tell("Last year again costs {more:,.0f} {unit} more than nobody, and brings {gain:+,.0f} in profit.", unit=currency,
     more=costs["last year again"] - costs["nobody"], gain=last_year.profit - nobody.profit)

# %% [markdown] id="explore"
# ## Explore: the sliders
#
# Here are all four decisions as sliders. They stand where the company did last year; each move plays the whole year anew.
# Three things to try:
#
# 1. All channels at 2.0 times last year. Does the profit double its distance to nobody?
# 2. Offer a call to everybody: a care call to each of the four labels, 0 visits to a comparison, 0 days without an order.
#    What happens to waiting, and a quarter later?
# 3. Two more people in service: when do they pay, with the calls or without?
#
# Where nothing can move, on a page or before you run the cell, the picture shows last year again. With `file="policy.py"`
# the best try so far is kept as a file that you can hand in; a worse one never writes over it.

# %% id="explorer"
from crmlab import widgets

widgets.year_explorer(game)

# %% [markdown] id="explore-read"
# Whoever finds the best sliders for *this* company has learned its luck by heart. The file will be played on others. So write rules
# that look at the view, not numbers that fit one company.

# %% [markdown] id="policy"
# ## The same as a function
#
# A **policy** says what to decide, whatever is seen: a function `decide(quarter, view)` that returns a decision. The
# sliders write one, and `load_policy` reads it back.

# %% id="policy-write"
from pathlib import Path
from tempfile import mkdtemp

file = Path(mkdtemp()) / "policy.py"
times = dict.fromkeys(usual.index, 1.0) | {"search ad": 0.5}
crm.game.write_policy(file, times=times, offer={"office": "care_call"}, compared=1, more_people=1)
print(file.read_text(encoding="utf-8").split("\n\n", 2)[-1])

# %% id="policy-load"
sliders = crm.game.load_policy(file)
gain = game.play(sliders).profit - last_year.profit
tell("By these settings: {gain:+,.0f} {unit} against last year again, on this company.", gain=gain, unit=currency)

# %% [markdown] id="policy-words"
# Now replace the constants by what the chapters taught, one decision at a time.

# %% [markdown] id="channels"
# ## Channels: go on while the next step pays
#
# `spend_test` comes from other towns: one channel at a time was set to 0, ½, 1 and 2 times the usual spend for ten
# quarters. What counts is each *step*: how many more newcomers, and what are they worth until the year ends?

# %% id="channels-worth"
age = (view.first_day - view.customers["joined"]).dt.days
year_old = view.customers[age.between(275, 365)]
worth = year_old["margin"].mean()
worth_half = 1.96 * year_old["margin"].sem()
tell("Who joined about a year ago has brought {worth:±,.0f} {unit} of margin.", worth=(worth, worth_half), unit=currency)

# %% id="channels-steps"
from scipy import stats

test = view.spend_test.astype({"channel": "str"}).assign(came=lambda rows: rows["new_customers"] / rows["quarters"])
came = test.pivot(index="channel", columns="spend_multiple", values="came")
spend = test.pivot(index="channel", columns="spend_multiple", values="spend")
brings = worth * came.diff(axis=1) / spend.diff(axis=1)
luck = np.sqrt((came + came.shift(axis=1)) / test["quarters"].iloc[0])
eighteen = stats.norm.isf(0.025 / 18)  # steps that are looked at
brings_half = eighteen * worth * luck / spend.diff(axis=1)

# %% id="channels-figure"
steps = {0.5: "0 to ½", 1.0: "½ to 1", 2.0: "1 to 2 times the usual"}
ax = plots.bars(brings[list(steps)].rename(columns=steps).rename_axis(columns="step"), brings_half[list(steps)].T)
ax.legend(loc="lower right")
ax.axvline(1, color="0.3", ls="--")
pays = (brings - brings_half > 1).sum()
plots.show(ax, "Shown to pay within a year: {first} of six first steps, {two} of six doublings", first=int(pays[0.5]),
           two=int(pays[2.0]), x="yuan that a yuan of the step brings in a year, joint 95 % interval",
           alt="Bars of six channels, three steps each; the dashed line is one yuan.")

# %% id="channels-read"
first, second = brings.loc["search ad", [0.5, 2.0]]
tell("Search ad: the first step brings {first:.1f} {unit} a yuan, the doubling {second:.1f} ({within:.1f}).", first=first, second=second,
     unit=currency, within=(second - brings_half.loc["search ad", 2.0], second + brings_half.loc["search ad", 2.0]))

# %% [markdown] id="channels-words"
# The intervals hold for all eighteen steps at once. They are those of the newcomers; what one is worth is unsure, too,
# for all bars alike. As a rule: of the four spends that were tried, take the one whose newcomers bring most after their
# cost. In summer a newcomer has half a year left, so the rule spends less by itself. What it does not know: content works
# a quarter later, when less of the year is left.

# %% id="channels-function"
def channels(quarter, view):
    test = view.spend_test.astype({"channel": "str"})
    test = test.assign(came=test["new_customers"] / test["quarters"])
    came = test.pivot(index="spend_multiple", columns="channel", values="came")
    spend = test.pivot(index="spend_multiple", columns="channel", values="spend")
    age = (view.first_day - view.customers["joined"]).dt.days
    worth = view.customers.loc[age.between(275, 365), "margin"].mean()
    worth *= (days_left[quarter] - 45) / 320  # a newcomer comes in the middle of the quarter
    net = (came - came.loc[0.0]) * worth - spend
    return {channel: spend.loc[crm.steady(net[channel]).idxmax(), channel] for channel in net}

# %% [markdown] id="offers"
# ## Offers: whom they keep, and whom they drive away
#
# `offer_test` drew lots among customers of other towns. `ordered_late` says whether somebody still ordered in the
# second quarter after it, which is what staying looks like. First those who show *no* sign of leaving: no visit
# through a price comparison.

# %% id="offers-calm"
trial = view.offer_test.astype({"label": "str", "offer": "str"})
calm = trial[trial["compared"] == 0]
arms = calm.groupby(["label", "offer"])["ordered_late"].agg(["mean", "var", "size"])
stays = arms["mean"].unstack()
error = np.sqrt((arms["var"] / arms["size"]).unstack())
kept = ["voucher", "tasting", "care_call"]
change = stays[kept].sub(stays["none"], axis=0)
error = np.sqrt(error[kept].pow(2).add(error["none"].pow(2), axis=0))

# %% id="offers-figure"
twelve = stats.norm.isf(0.025 / change.size)
away = change + twelve * error < 0
ax = plots.bars(change, twelve * error.T)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
title = "Shown to drive away in {away} of 12 cases, to keep in {keeps}"
plots.show(ax, title, x="still order after a quarter, less those not offered (joint 95 % interval)", in_points="x",
           away=int(away.sum().sum()), keeps=int((change - twelve * error > 0).sum().sum()),
           alt="Bars of four groups and three offers, with intervals.")

# %% id="offers-read"
worst = crm.steady(change.stack()).idxmin()
tell("Most of all: {group}, {offer}: {change:+.1points} ({within:+.1points}).", group=worst[0], offer=worst[1],
     change=change.stack()[worst], within=tuple(change.stack()[worst] + twelve * error.stack()[worst] * side for side in (-1, 1)))

# %% [markdown] id="offers-words"
# An offer need not be harmless, perhaps because somebody who was happy is reminded that one can compare. So the question is not who is likely
# to leave, but whom the offer *changes* (chapter 5c): one model for each arm, and the difference of the two. With the
# label, what the customer shows, and a bad ticket as features, that is a small model; the ridge penalty holds small groups
# near the others.

# %% id="offers-features"
def features(table):
    label = pd.get_dummies(table["label"], dtype=float).rename(columns=str)
    shows, bad = table["compared"] > 0, table["bad_tickets"] > 0
    parts = [label, label.mul(shows, axis=0).add_suffix(" shows"), label.mul(bad, axis=0).add_suffix(" bad")]
    return pd.concat(parts, axis=1)

# %% id="offers-function"
from sklearn.linear_model import Ridge

def offers(quarter, view):
    trial = view.offer_test
    model = crm.churn.TwoModelUplift(Ridge(30, solver="cholesky"))
    model.fit(features(trial), trial["offer"], trial["ordered_late"].astype(float))
    buyers = view.customers[view.customers["orders"] > 0]
    stays = model.predict(features(buyers))
    left = max(days_left[quarter] - 45, 45) / 365
    price = trial.groupby("offer", observed=True)["cost"].mean()
    hour = view.costs["salary"] / view.costs["person_hours"]
    price["care_call"] += view.costs["call_hours"] * hour  # the time of who calls
    gain = stays.mul(buyers["margin"] * left, axis=0) - price[list(stays)] - least_gain
    chosen = crm.churn.choose_offers(gain)["offer"]
    return chosen[chosen != "none"]

# %% id="offers-count"
offered = offers(0, view)
buyers = (view.customers["orders"] > 0).sum()
tell("On the first day: {count} offers to {buyers:,} customers who bought within a year; most often: {offer}.", count=len(offered),
     buyers=buyers, offer=offered.mode().iloc[0] if len(offered) else "none")

# %% [markdown] id="people"
# ## People: keep away from the edge
#
# Eight quarters of the past are on record. The **load** of the desk is the work that comes, over the hours that the people
# have:
#
# $$\text{load} = \frac{\text{hours of tickets} + 0.7 \cdot \text{calls}}{200 \cdot (\text{people who were there} + 0.6 \cdot \text{newly hired})}$$
#
# with 200 hours a person and quarter, 0.7 hours a call, and 0.6 for who is new.

# %% id="people-load"
service = view.service
load = service["hours"] / (service["people"] * view.costs["person_hours"])
light, heavy = crm.steady(load).idxmin(), crm.steady(load).idxmax()

# %% id="people-figure"
from matplotlib import pyplot as plt

ax = plt.subplots(figsize=(7.5, 3.2))[1]
ax.scatter(load, service["bad_share"])
ax.axvline(full_load, color="0.3", ls="--")
plots.show(ax, "Tickets handled badly, by load of the desk: eight quarters", x="load", y="share handled badly", percent="xy",
           alt="Scatter of eight quarters; the dashed line is the load that the policy allows.")

# %% id="people-read"
bad = service["bad_share"]
tell("At the lightest load, {light:.0%}, {few:.0%} of the tickets were handled badly; at the heaviest, {heavy:.0%}, it was {many:.0%}.",
     light=load[light], few=bad[light], heavy=load[heavy], many=bad[heavy])

# %% [markdown] id="people-words"
# The dashed line is the load that our rule will allow. A queue does not grow in proportion: it is short, and then it is
# endless (chapter 5a). Eight quarters cannot give a
# curve, and the number of people was not drawn by lot; but a rule that stays away from the edge needs no curve. It
# also has to know of the calls: whoever offers four hundred calls has decided about people, too. To
# keep the rule short, who is new is counted in full there: the room that it leaves has to do for that.

# %% id="people-function"
def people(quarter, view, calls=0):
    past = view.service["hours"] - view.costs["call_hours"] * view.service["calls"]
    hours = past.iloc[-4:].mean() if quarter == 0 else past.iloc[-1]
    hours += view.costs["call_hours"] * calls
    wanted = int(np.ceil(hours / (full_load * view.costs["person_hours"])))
    change = view.costs["most_change"]
    return int(np.clip(wanted, view.people - change, view.people + change))

# %% [markdown] id="decide"
# ## All of it in one function
#
# `within_budget` cuts what the budget does not allow: people first, then offers, then all channels alike.

# %% id="decide-function"
def decide(quarter, view):
    chosen = offers(quarter, view)
    desk = people(quarter, view, calls=(chosen == "care_call").sum())
    decision = {"spend": channels(quarter, view), "offers": chosen, "people": desk}
    return crm.game.within_budget(view, decision)

# %% id="decide-play"
mine = game.play(decide)
accounts = pd.DataFrame({"last year again": last_year.table.sum(), "decide": mine.table.sum()}).rename_axis("account")
plots.table(accounts, "A year of our company ({unit})", unit=currency)

# %% id="decide-read"
tell("On this company: {gain:+,.0f} {unit} against last year again.", gain=mine.profit - last_year.profit, unit=currency)

# %% [markdown] id="decide-words"
# This proves little: one company, and we looked at it all the time while we wrote the function. It is the training set. (To hand `decide` in, copy it into a
# file of its own, with the functions it calls, their imports and the three constants from the top.)

# %% [markdown] id="luck"
# ## What luck does
#
# So let us practise on companies that were not looked at: other customers, other markets. Four policies, each adding one
# decision to the one before. Before anybody looks, the board sets its rule: a policy is adopted if its lead over *last
# year again* is clear of 0 on these companies.

# %% id="luck-policies"
def channels_only(quarter, view):
    return crm.game.within_budget(view, {"spend": channels(quarter, view)})

def and_people(quarter, view):
    return crm.game.within_budget(view, {"spend": channels(quarter, view), "people": people(quarter, view)})

policies = {"last year": crm.game.last_year, "channels": channels_only, "and people": and_people, "and offers": decide}

# %% id="luck-play"
others = [crm.game.Game(seed=1000 * seed + number) for number in range(1, practice + 1)]
profits = pd.DataFrame([{name: other.play(policy).profit for name, policy in policies.items()} for other in others])
profits.index = pd.RangeIndex(1, practice + 1, name="company")

# %% id="luck-figure"
ax = (profits.T / 1000).plot(color="0.6", legend=False, figsize=(7.5, 4), marker="o", ms=4)
ax.plot(range(len(policies)), profits.mean() / 1000, color=plots.PALETTE[1], lw=3)
apart, lead = profits["last year"].std() / 1000, (profits["and offers"] - profits["last year"]).mean() / 1000
plots.show(ax, "Standard deviation of companies {apart:,.0f} thousand yuan, mean lead {lead:,.0f}",
           x="policy", y="profit of the year, thousand yuan", apart=apart, lead=lead,
           alt="A line for each company over four policies; the thick line is the mean.")

# %% [markdown] id="luck-words"
# Each thin line is a company, the thick one their mean. Who had drawn the richest company would stand first with any policy. So compare company by company: the difference
# on the *same* company, then the mean of these differences, with Student's t for few companies (Student, 1908).

# %% id="luck-paired"
scores = crm.game.Score(profits)
gains = scores.gains(over="last year").drop("last year")
gains["half"] = (gains["high"] - gains["low"]) / 2
apart_half = stats.t.ppf(0.975, 2 * practice - 2) * np.sqrt((profits.var() + profits["last year"].var()) / practice)
gains["half if not paired"] = apart_half[gains.index]
plots.table(gains.drop(columns="half"), "Profit of a year over last year again ({unit}): mean and 95 % interval", "{:+,.0f}", unit=currency)

# %% id="luck-read"
sure = gains.loc["and offers", "low"] > 0
tell("Compared company by company, the interval is {times:.1f} times narrower. {verdict}",
     times=(gains["half if not paired"] / gains["half"]).loc["and offers"],
     verdict="The lead over last year is clear of 0." if sure else "Whether it leads over last year is open.")

# %% [markdown] id="luck-steps"
# And what does each decision *add*? Again by differences, of neighbours now.

# %% id="luck-added"
added = profits.diff(axis=1).drop(columns="last year")
adds = pd.DataFrame({"adds": added.mean(), "±": stats.t.ppf(0.975, practice - 1) * added.sem()})
plots.table(adds.rename_axis("decision"), "What a decision adds to those before it ({unit}, ±: half a 95 % interval)", "{:+,.0f}", unit=currency)

# %% id="luck-added-read"
open_ones = adds.index[adds["adds"].abs() < adds["±"]]
tell("Open on {count} companies: {names}.", count=practice, names=", ".join(open_ones) if len(open_ones) else "none")

# %% [markdown] id="enough"
# ### How many companies would tell?
#
# Open does not mean nothing. With a standard deviation $s$ of the differences, a true lead $d$ is found in four of five
# tournaments of
#
# $$n = \left(\frac{(1.96 + 0.84)\, s}{d}\right)^2$$
#
# companies: the rule of sample size of chapter 4b, for pairs. For each step:

# %% id="enough-companies"
enough = (2.8 * added.std() / added.mean()) ** 2
needed = pd.DataFrame({"adds": added.mean(), "standard deviation": added.std(), "companies": np.ceil(enough).clip(lower=4)})
plots.table(needed.rename_axis("decision"), "Companies needed, if a decision truly adds this much ({unit})", unit=currency)

# %% [markdown] id="enough-words"
# The formula takes 1.96 for Student's t, which is larger where companies are few: below ten add three, and take four at
# least. The lead that was seen stands for the true one, which nobody knows. Simulated companies are cheap, so you can have as many as you like. In life you have one company and one year; therefore tests by lot *within* the
# company: thousands of customers, instead of one year against another.

# %% [markdown] id="claim"
# ## Claim check: "spend 7 to 8 % of sales on marketing"
#
# The rule is quoted in many guides for small firms; it goes back to a post on the site of an American authority (Beesley, 2012), which names no data. It
# is meant for sales below five million dollars, and a profit of 10 to 12 % of them. What would it bring here? We spend 7.5 % of sales, split as last year, and decide nothing else.

# %% id="claim-share"
def by_rule(quarter, view):
    last = view.channels[view.channels["quarter"] == "last year"].set_index("channel")["spend"]
    quarter_sales = view.customers["spend"].sum() / 4
    wanted = rule_of_thumb * quarter_sales * last / last.sum()
    return crm.game.within_budget(view, {"spend": wanted.rename(index=str).to_dict()})

# %% id="claim-play"
ruled = pd.Series([other.play(by_rule).profit for other in others], profits.index)
behind = profits["channels"] - ruled
behind_half = stats.t.ppf(0.975, practice - 1) * behind.sem()
first_views = [other.year().view for other in others]
shares = pd.Series([4 * sum(channels(0, one).values()) / one.customers["spend"].sum() for one in first_views])

# %% id="claim-read"
tell("By steps that pay, companies spend {least:.1%} to {most:.1%} of sales in the first quarter. That brings {more:±+,.0f} {unit} a year "
     "more than the rule.", least=shares.min(), most=shares.max(), more=(behind.mean(), behind_half), unit=currency)

# %% [markdown] id="claim-words"
# Compare the two shares first: if 7.5 % lies among those that companies arrive at by steps, the *sum* is no bad guess here, where margins are high and growth is
# cheap; with other margins it would be another. What the rule cannot say is *where*, and *when*: split as last year it goes on feeding channels that are full, and in
# autumn spends as in January. Whoever has a test has something better.

# %% [markdown] id="decision"
# ## The decision
#
# The board's rule stood before anybody played: the lead over *last year again* has to be clear of 0. Of its parts, one that is
# not shown to add anything may stay for now; the memo says that it is open.

# %% id="decision-plan"
plan = decide(0, view)
most = max(plan["spend"], key=plan["spend"].get)
late = sum(channels(3, view).values())  # as things stand today
worst_lead = (profits["and offers"] - profits["last year"]).min()

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-policy"
lead = gains.loc["and offers"]
tell("1. {verdict}: on {count} companies that it had not seen, the policy brings {gain:±+,.0f} {unit} a year more than last year again; in the worst of them "
     "{worst:+,.0f}.", verdict="Adopt it" if sure else "Do not adopt it yet", count=practice, gain=(lead["gain"], lead["half"]), unit=currency, worst=worst_lead)

# %% id="memo-channels"
tell("2. Channels: {spend:,.0f} {unit} in the first quarter, most of it {channel} (last year {last:,.0f}); as things stand, {late:,.0f} in the last. Alone that brings "
     "{gain:±+,.0f}.", spend=sum(plan["spend"].values()), unit=currency, channel=most, last=spent / 4, late=late,
     gain=(gains.loc["channels", "gain"], gains.loc["channels", "half"]))

# %% id="memo-parts"
said = {name: ", open" if name in open_ones else "" for name in adds.index}
tell("3. In service {people} people (now {now}), so that the desk has room: that adds {desk:±+,.0f}{desk_open}. Offers: {offers}, by a model from the lots; they add "
     "{kept:±+,.0f}{kept_open}.", people=plan["people"], now=view.people, desk=tuple(adds.loc["and people"]), desk_open=said["and people"],
     offers=len(plan["offers"]), kept=tuple(adds.loc["and offers"]), kept_open=said["and offers"])
tell("4. What this does not count: what customers are worth after December. A policy that is judged by one year will cut what pays later. Look at retention, too.")

# %% id="memo-evidence"
crm.evidence(
    ("lead over last year again, yuan a year", "{lead:+,.0f}", "{lead_in:+,.0f}", "luck-paired", "our company is one like these"),
    ("channels alone, yuan a year", "{channels:+,.0f}", "{channels_in:+,.0f}", "luck-paired", "spend works here as in other towns"),
    ("people add, yuan a year", "{desk:+,.0f}", "{desk_in:+,.0f}", "luck-added", "tickets come as last year"),
    ("offers add, yuan a year", "{kept:+,.0f}", "{kept_in:+,.0f}", "luck-added", "offers do here what they do in other towns"),
    ("lead in the worst company", "{worst:+,.0f}", "", "decision-plan", ""),
    lead=lead["gain"], lead_in=(lead["low"], lead["high"]), worst=worst_lead,
    channels=gains.loc["channels", "gain"], channels_in=(gains.loc["channels", "low"], gains.loc["channels", "high"]),
    desk=adds.loc["and people", "adds"], desk_in=tuple(adds.loc["and people", "adds"] + adds.loc["and people", "±"] * side for side in (-1, 1)),
    kept=adds.loc["and offers", "adds"], kept_in=tuple(adds.loc["and offers", "adds"] + adds.loc["and offers", "±"] * side for side in (-1, 1)),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator can search for the best year with the truth in its hands: who is at risk, what each offer does, how full each channel is. No
# company can, and it is a mark to measure by.

# %% id="truth-best"
best = crm.game.play_best(game)
gap = mine.profit - last_year.profit, best.profit - last_year.profit
judged = {"action": mine.profit if sure else last_year.profit, "baseline": last_year.profit, "open": not sure}
tell("On our company: {mine:+,.0f} {unit} over last year again, of {best:+,.0f} that the best found with the truth brings.", mine=gap[0],
     best=gap[1], unit=currency)

# %% [markdown] id="post-mortem"
# ### The post-mortem
#
# A **post-mortem** asks where the money was lost. Take one part of our decisions, put the best's in its place, and play
# again. But what a part is worth depends on the others: more calls are worth nothing where nobody has time to make them. So
# each part is replaced in every order, and the mean is its share: the Shapley value of chapter 4b, with decisions for
# channels (Shapley, 1953). The shares add up to the whole.

# %% id="post-mortem-table"
lost = crm.game.post_mortem(game, mine)
plots.table(lost, "Lost against the best, by decision ({unit})", {"lost": "{:+,.0f}"}, unit=currency)

# %% id="post-mortem-read"
dearest = crm.steady(lost["lost"]).idxmax()
tell("Most was lost by {part}; all four together {whole:,.0f} {unit}.", part=dearest, whole=lost["lost"].sum(), unit=currency)

# %% [markdown] id="post-mortem-words"
# A share below 0 would say that in this year ours was better, by luck, or because the best was found by a search and is not proven. Read it as a list of what to learn next, not as blame: part of the loss is
# what nobody could know. The sentence for your own file: what did you decide, what did you know then, what would you do again?

# %% id="truth-wakes"
wakes = pd.DataFrame(game.start.market.wakes[:, [1, 3, 2]], ["convenience", "gourmet", "office", "gift"], kept)
truly = np.expm1(-wakes / 4).mul(stays["none"], axis=0)  # a rate of leaving a year, for one quarter
held = int(((change - truly).abs() <= twelve * error).sum().sum())
tell("{group}, {offer}, the worst above: {said:+.1points} by the lots, about {truth:+.1points} in truth. Of twelve joint intervals {held} hold "
     "the truth.", group=worst[0], offer=worst[1], said=change.stack()[worst], truth=truly.stack()[worst], held=held)

# %% id="truth-worst"
truly_worst = crm.steady(truly.stack()).idxmin()
tell("Truly worst: {group}, {offer}, {truth:+.1points}; the lots said {said:+.1points}.", group=truly_worst[0], offer=truly_worst[1],
     truth=truly.stack()[truly_worst], said=change.stack()[truly_worst])

# %% [markdown] id="truth-words"
# Who picks the worst of twelve picks bad luck, too: the estimate lies too far out as a rule. Joint intervals are wide for that reason; all the same, in one study of twenty
# one of them misses by luck alone. And three differences share one group that drew no offer: where that group is lucky, all three offers look bad together. A
# larger group without an offer would help; so does a model that holds the cells near one another. "About", because the truth is by the true group, while the
# company knows a label, which is wrong for some.

# %% [markdown] id="recap"
# ## Recap
#
# - A report is read from quality to gaps; one that has no gaps has invented something.
# - Spend until the next step no longer pays within the time that counts; a share of sales knows nothing of that.
# - An offer can drive away whom it should keep, and decisions work on one another: calls need people.
# - Judge a policy on companies it has not seen, company by company; say what is open, and how many would tell.
# - After the year: where was the money lost, by decision, and what could have been known?

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-gaps"
crm.quiz(
    "A report on a log of who, when and how much shows the cost of winning a customer. What do you ask?",
    ("Where does the spend come from?", True, "It is in no such log: somebody added it, or invented it."),
    ("How large its interval is.", False, "First: of what?"),
    ("Nothing: a report may show that.", False, "From three columns it cannot be computed."),
)

# %% id="quiz-paired"
crm.quiz(
    "Two policies were played on the same twenty companies. Their two intervals overlap. Is one better?",
    ("Look at the interval of the differences.", True, "How companies differ drops out, company by company."),
    ("No: they overlap.", False, "Each interval is mostly about how companies differ."),
    ("Yes: the one with the higher mean.", False, "Perhaps by luck."),
)

# %% id="quiz-side"
crm.quiz(
    "Calls keep customers in the test, and the policy that calls everybody at risk loses money. How can that be?",
    ("The calls fill the desk, and tickets wait.", True, "In the test the desk had time; side effects come with scale."),
    ("The test was wrong.", False, "It answered its own question: a few calls, with people to make them."),
    ("Calls cost more than vouchers.", False, "Their price was in the rule; the waiting was not."),
)

# %% id="quiz-last"
crm.quiz(
    "In the last quarter a good policy spends less on content than in the first. Is content worse in autumn?",
    ("No: most of it would work after the year.", True, "The score ends in December. What does your bonus end with?"),
    ("Yes: demand is lower.", False, "In the last quarter it is highest."),
    ("No: the budget is used up.", False, "It spends less even where there is some left."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/12b_a_year_at_the_helm.ipynb) lets you compute what carries a policy, and present your capstone. Your file
# goes to your instructor, or to yourself: `crmlab workshop game DIR` plays every policy in a folder on companies that nobody has seen. After that the
# course is over, and [your own customers](my_customers.ipynb) are waiting.
#
# *Your own data:* you have no simulator of your company, and will not get one. What you can have: a lot within the quarter, last year's records by week, and the
# habit to write down, *before* a decision, what you expect of it. That makes a post-mortem possible.
#
# ### References
#
# - Beesley, C. (2012). How to set a marketing budget that fits your business goals and provides a high return on investment. U.S. Small
#   Business Administration, blog, 4 June 2012.
# - Shapley, L. S. (1953). A value for n-person games. *Contributions to the Theory of Games* II, 307–317.
# - Student (1908). The probable error of a mean. *Biometrika* 6, 1–25.
# - Law, A. M. (2015). *Simulation Modeling and Analysis*, 5th edition, chapter 11 (common random numbers). McGraw-Hill.
