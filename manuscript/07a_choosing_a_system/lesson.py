# %% [markdown] id="title"
# # 7a · Choosing a CRM system
#
# ### The question
#
# Chen Bo, the IT lead of Harbour Coffee, has five offers for a CRM system on his desk, and 240 people
# who would work with it. Seven colleagues have seen the demonstrations and given scores. A pilot has
# run for twelve weeks. By Friday he tells Lin Yue, the founder, which offer to sign, or that the
# spreadsheets stay. The contract runs for five years: a wrong answer can cost a million yuan, and
# the dearest system is the one that is paid for and that nobody opens.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. place tables and tools in layers and modules, and read from the empty places what to ask for;
# 2. put must-haves before weights, and say how firm a scorecard's ranking is;
# 3. compute what an offer costs over five years, and what drives its value;
# 4. read adoption per department from logins, and tell an effect of training from a change;
# 5. ask a figure such as "70 % fail" for its definition.
#
# *You need* the weighted scorecard of [chapter 4a](04a_leads_and_channels.ipynb), discounting from
# [chapter 2a](02a_value_and_clv.ipynb), and regression to the mean from
# [chapter 3a](03a_rfm_and_pyramid.ipynb). *Time:* about {{minutes}} minutes to read and run. *Not here:*
# building the system and moving the data into it, which is the rest of chapter 7.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
years = 5  # length of the contract
discount = 0.08  # a year
hour_cost = 80  # yuan, of one working hour, from the payroll
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed)
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-worth-quiz"
today = 100_000 / (1 + discount) ** years
crm.quiz(
    "What is a payment of 100,000 yuan in {years} years worth today, at {rate:.0%} a year?",
    ("{today:,.0f}", True, "Divide by (1 + d)^t, chapter 2a."),
    ("{simple:,.0f}", False, "That takes the rate off once for each year; it has to be compounded."),
    ("100,000", False, "A yuan of today can earn something until then."),
    years=years, rate=discount, today=today, simple=100_000 * (1 - discount * years),
)

# %% id="recall-mean"
spend = company.orders.groupby([company.orders["date"].dt.year, "customer_id"])["amount"].sum()
best = spend[2024].nlargest(100)
again = spend[2025].reindex(best.index, fill_value=0).mean()
tell("The hundred who spent most in 2024: {then:,.0f} {unit} each, and {again:,.0f} in 2025.",
     then=best.mean(), again=again, unit=currency)

# %% id="recall-mean-quiz"
crm.quiz(
    "Suppose that nothing was done to these hundred. Why would they fall all the same?",
    ("They were chosen for an extreme year.", True, "Regression to the mean, chapter 3a; some have also left."),
    ("Our service got worse for the best.", False, "Nothing here says so: whoever is on top has had luck."),
    ("All customers spent less.", False, "The choice alone makes the chosen fall, whatever the others do."),
)

# %% [markdown] id="data"
# ## The data
#
# Today is 31 December 2025. Of `vendors` a row is one offer; of `vendor_scores` one score (1 to 10) that
# one rater gave one offer on one criterion after a demonstration; of `it_projects` an earlier IT project
# of the company. Of `pilot` a row is one person who would have a seat, of `pilot_logins` one person in one
# week of the pilot, of `training` one person with three tests.

# %% id="data-tables"
offers = company.vendors.set_index("vendor")
scores = company.vendor_scores.astype({"rater": "str", "vendor": "str", "criterion": "str"})
pilot = company.pilot.astype({"department": "str", "arm": "str"})
projects = company.it_projects
seats = len(pilot)

# %% id="data-offers"
prices = ["licence", "setup", "training_fee"]
caption = "Five offers: licence per seat and month, setup as quoted, training per seat ({unit})"
plots.table(offers[prices], caption, unit=currency)

# %% [markdown] id="data-wrong"
# What is wrong with these data? A quote is not a bill. A score is given by somebody who saw an hour's
# show, made by people who show well. Logins count doors that open, not work that gets done. And the one
# thing that Lin Yue wants to know, what a system brings, stands in no offer.

# %% [markdown] id="architecture"
# ## What a CRM system is made of
#
# The curriculum draws a system in **five layers**: the *interface* that people see, the *applications* that
# do the work, the *integration* with other systems, the *data*, and the *infrastructure* below. Across
# them stand five **modules**: sales, marketing, service, customer data, analytics. You have worked with most
# of it for six chapters. So before we ask what to buy: what is there already?

# %% id="architecture-tables"
tables = {
    "sales": "orders order_lines products leads dealers plans usage invoices",
    "marketing": "campaigns offers touches channels channel_spend touchpoints landing_test referrals points",
    "service": "tickets service_test retention_offers retention_test reviews",
    "customer data": "customers export",
    "analytics": "survey visits",
}
parts = [("data", module, name) for module, names in tables.items() for name in names.split()]

# %% id="architecture-code"
tools = {
    "interface": {"analytics": "notebooks, explorers, crmlab report"},
    "applications": {
        "sales": "lead scoring, calls to firms", "marketing": "attribution, recommend", "service": "churn",
        "customer data": "summarize", "analytics": "RFM, Pyramid, CLV",
    },
    "integration": {"customer data": "read_transactions"},
    "infrastructure": {"customer data": "files", "analytics": "one laptop"},
}
for layer, found in tools.items():
    parts += [(layer, module, name) for module, names in found.items() for name in names.split(", ")]

# %% id="architecture-map"
import matplotlib.pyplot as plt
import seaborn as sns

layers = ["interface", "applications", "integration", "data", "infrastructure"]
placed = pd.DataFrame(parts, columns=["layer", "module", "part"])
cell = placed.groupby(["layer", "module"])["part"]
count = cell.size().unstack(fill_value=0).reindex(index=layers, columns=list(tables), fill_value=0)
words = cell.agg("\n".join).unstack().reindex_like(count).fillna("")

# %% id="architecture-plot"
figure, ax = plt.subplots(figsize=(8.6, 8.2))
look = {"fmt": "", "cmap": "Blues", "vmax": 20, "cbar": False, "linewidths": 2}
sns.heatmap(count, annot=words, ax=ax, annot_kws={"fontsize": 8, "color": "black"}, **look)
ax.tick_params(axis="y", rotation=0)
title, filled = "Our tables and tools fill {filled} of {all} places", int((count > 0).sum(axis=None))
plots.show(ax, title, filled=filled, all=count.size, x="module", y="layer",
           alt="Grid of five layers and five modules, our tables and tools in their places.")

# %% id="architecture-read"
empty = (count == 0).sum(axis=1)
tell("Empty: {interface} of 5 places at the interface, {integration} of 5 at integration.",
     interface=empty["interface"], integration=empty["integration"])

# %% [markdown] id="architecture-words"
# The figure says what to shop for. Data and analysis are there: another dashboard is the part of an offer
# that we need least. What is missing lies above and between: nobody in sales, service or a shop has a screen
# that shows one customer, and nothing hands an order from one system to the next.

# %% [markdown] id="sharing"
# ### Who needs to see what
#
# A CRM system is bought so that departments share what they know. Does that matter here? Count for each
# customer of 2025 how many of four departments met them.

# %% id="sharing-count"
orders = company.orders[company.orders["date"] >= "2025-01-01"].astype({"channel": "str"})
met = {
    "shops": orders.loc[orders["channel"] == "shop", "customer_id"],
    "dealers": orders.loc[orders["channel"] == "dealer", "customer_id"],
    "service": company.tickets.query("opened >= '2025-01-01'")["customer_id"],
    "marketing": company.touches.query("offer != 'none'")["customer_id"],
}
met = pd.concat({name: pd.Series(ids.unique()) for name, ids in met.items()}, names=["department"])
departments_met = met.groupby(met).size()

# %% id="sharing-read"
several = (departments_met >= 2).mean()
in_service = (departments_met[met["service"]] >= 2).mean()
tell("{share:.0%} of {customers:,} customers were met by two departments or more; of those with a ticket, "
     "{ticket:.0%}.", share=several, customers=len(departments_met), ticket=in_service)

# %% [markdown] id="views"
# So who answers a complaint mostly talks to somebody whom others know. That does not mean that everybody
# sees everything. A **role** is a set of tasks, and a right is given to a role, not to a person. The
# rule is **least privilege**: what a role does not need for its work, it does not see.

# %% id="views-table"
roles = pd.Index(["sales", "marketing", "service", "shops", "dealers", "analyst"], name="role")
views = pd.DataFrame({
    "profile": ["write", "read", "write", "write", "own", "no name"],
    "orders": ["read", "–", "read", "write", "own", "read"],
    "tickets": ["read", "–", "write", "write", "own", "read"],
    "campaigns": ["read", "write", "read", "–", "–", "read"],
    "invoices": ["read", "–", "–", "–", "–", "read"],
}, roles)
plots.table(views, "Which role needs which view (own: its own customers only; no name: nor telephone, nor address)")

# %% id="views-read"
tell("Of {all} rights {none} are not needed, and {own} only for a dealer's own customers.", all=views.size,
     none=(views == "–").sum(axis=None), own=(views == "own").sum(axis=None))

# %% [markdown] id="views-words"
# The table is a proposal of He Rui, the analyst, and an assumption until each department has signed it. It
# needs a system with views per role: a dealer who could read the customers of another one would be the end of
# dealer contracts.

# %% [markdown] id="must-haves"
# ## Must-haves before weights
#
# A weight says how much of one thing makes up for another. Some things nothing makes up for. A **must-have** is
# a condition that an offer meets or not; it is asked first, and in writing. Ours come from the empty places and
# the table of roles: all data can be taken out again, an open interface to other systems, views by role, data
# kept in the country, as our lawyers ask.

# %% id="must-haves-ask"
must = ["all_data_out", "open_interface", "views_by_role", "data_in_country"]
passes = offers[must].all(axis=1)
shown = offers[must].assign(left=passes).replace({True: "yes", False: "no"})
plots.table(shown, "Must-haves, and which offers are left")

# %% id="must-haves-read"
tell("Left: {names}.", names=", ".join(offers.index[passes]))

# %% [markdown] id="must-haves-words"
# Keep the list short. Each must-have throws out offers unseen, and "must" is the cheapest word in a meeting:
# ask of each, "would we rather keep the spreadsheets than do without it?"

# %% [markdown] id="scorecard"
# ## The scorecard
#
# Before the demonstrations the team gave each criterion a weight from 0 to 10. The score of an offer is the
# weighted mean of its criteria, one for each rater; then the mean over the raters. Hold the weights against the map
# above: analytics, of which most is there, counts more than integration, of which hardly anything is.

# %% id="scorecard-weights"
weights = {"sales": 7, "marketing": 6, "service": 7, "analytics": 6, "integration": 5, "ease_of_use": 4,
           "security": 5, "support": 4}
share_of_weight = pd.Series(weights) / sum(weights.values())
card = scores.pivot(index=["rater", "vendor"], columns="criterion", values="score")[list(weights)]
of_rater = (card @ share_of_weight).unstack()

# %% id="scorecard-table"
score = crm.steady(of_rater.mean()).sort_values(ascending=False, kind="stable")
table = score.to_frame("score").assign(lowest=of_rater.min(), highest=of_rater.max())
table["must-haves"] = passes.map({True: "yes", False: "no"})
plots.table(table, "Weighted score (1 to 10), its lowest and highest among seven raters", "{:.2f}")

# %% id="scorecard-top"
favourite = score.index[0]
tell("Highest score: {name}, {score:.2f}, must-haves: {passed}.", name=favourite, score=score.iloc[0],
     passed="all there" if passes[favourite] else "not all there")

# %% [markdown] id="scorecard-order"
# Where the highest score belongs to an offer that lacks a must-have, the order of the two steps decides. Whoever
# scores first has a favourite, and a favourite's missing must-have becomes "a detail for the negotiation".

# %% [markdown] id="lead"
# ### How firm is the ranking?
#
# Of the offers that are left, is the first better than the second? The seven raters are a sample of those who
# could have sat there. Some are mild and some strict, but each scored *both*: so take the difference within each
# rater, and the interval of its mean. With seven, 1.96 is too small: Student's t gives 2.45.

# %% id="lead-interval"
from scipy import stats

first, second = score[passes[score.index]].index[:2]
ahead = of_rater[first] - of_rater[second]
lead = (ahead.mean(), stats.t.ppf(0.975, len(ahead) - 1) * ahead.sem())
tell("{first} less {second}: {lead:±+.2f} points, {verdict}.", first=first, second=second, lead=lead,
     verdict="that may be luck" if lead[1] >= lead[0] else "more than the luck of these raters")

# %% [markdown] id="acceptability"
# That holds for *these* weights, and weights are opinions. So draw both by lot, ten thousand times: weights
# around the chosen ones, from the Dirichlet distribution of chapter 4a, and seven raters out of the seven, with
# replacement. The share of the draws in which an offer has rank 1 (2, 3 …) is its **rank acceptability** (Lahdelma,
# Hokkanen & Salminen, 1998).

# %% id="acceptability-draw"
tried = list(score.index[passes[score.index]])
cube = np.stack([card.xs(name, level="vendor") for name in tried])  # offer, rater, criterion
drawn = rng.dirichlet(40 * share_of_weight, 10_000)
raters = rng.integers(0, 7, (10_000, 7))
totals = [cube[:, seven].mean(axis=1) @ weight for seven, weight in zip(raters, drawn, strict=True)]

# %% id="acceptability-table"
ranks = crm.steady(pd.DataFrame(totals, columns=tried)).rank(axis=1, ascending=False, method="first")
acceptability = pd.DataFrame({f"rank {place}": (ranks == place).mean() for place in (1, 2, 3)})
plots.table(acceptability, "Rank acceptability: share of draws with each rank", "{:.0%}")

# %% id="acceptability-read"
tell("{first} is first in {share:.0%} of the draws, {second} in {other:.0%}.", first=first, second=second,
     share=acceptability.loc[first, "rank 1"], other=acceptability.loc[second, "rank 1"])

# %% [markdown] id="acceptability-words"
# A share of draws is no probability that an offer is *better*: it says how often this panel, with other weights
# and another draw of raters, would have put it first. A scorecard throws out the poor offers. Between two good
# ones it is often open; and it has not asked yet what they cost, or whether anybody would use them.

# %% [markdown] id="explore"
# ### Explore: your weights
#
# Move one weight at a time. Three things to try:
#
# 1. Raise the ease of use to 10. Who comes first now?
# 2. Weigh as the map says: integration 10, analytics 1. How firm is the first place?
# 3. Ignore the must-haves. Whose contract would you be reading?
#
# Where nothing can move, the picture shows the team's weights. (It draws lots of its own: a point more or less.)

# %% id="explorer"
from crmlab import widgets

widgets.vendor_explorer(card, weights, passes, random_state=seed)

# %% [markdown] id="explore-read"
# Whoever may set the weights after the demonstration chooses the system. That is why they were written down
# before.

# %% [markdown] id="cost"
# ## What it costs over five years
#
# The **total cost of ownership** is everything that is paid because of a system, over one horizon for all
# offers: here licences, setup with integration, training, and the four hours that each person sits in it. Yearly
# amounts are paid at the end of each year and discounted, so a yuan a year for five years is worth the *annuity factor*
# $\sum_{t=1}^{T} (1+d)^{-t}$ today; setup and training are paid today. Not in it, for want of numbers: our own people's
# time on the project, moving the data, and leaving one day.

# %% [markdown] id="overrun"
# ### A quote is not a bill
#
# Setup means *customising*: fitting the system to our work, and joining it to the other systems. What we have
# programmed for us we pay for again at each update, so change how we work where that is cheaper. What will it
# cost? Everybody asks the vendor. Ask the records: what did *our* projects cost in the end?
# Such a look at similar cases is called the *outside view*. In 1,471 IT projects the mean overrun was
# 27 %, and one in six cost, on average, three times its budget (Flyvbjerg & Budzier, 2011).

# %% id="overrun-own"
overrun = projects["paid"] / projects["quoted"]
mean_overrun = (overrun.mean(), stats.t.ppf(0.975, len(overrun) - 1) * overrun.sem())
tell("{count} projects of ours: paid ÷ quoted {mean:±.2f} on average; one in ten {high:.2f} or more.",
     count=len(overrun), mean=mean_overrun, high=overrun.quantile(0.9))

# %% id="cost-parts"
annuity = ((1 + discount) ** -np.arange(1.0, years + 1)).sum()
left = offers.loc[tried]
cost = pd.DataFrame({"licence": annuity * 12 * seats * left["licence"], "setup as quoted": left["setup"]})
cost["overrun"] = left["setup"] * (overrun.mean() - 1)
cost["training and its hours"] = seats * (left["training_fee"] + 4 * hour_cost)

# %% id="cost-plot"
ax = (cost / 1000).plot.barh(stacked=True, figsize=(7.5, 2.8), width=0.7)
ax.invert_yaxis()
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(ax, "Expected cost of the offers that are left", x="thousand {unit} of today, whole contract", y="",
           unit=currency, alt="Stacked bars of cost: licence, setup, overrun, training.")

# %% id="cost-read"
cheapest, total_cost = left["licence"].idxmin(), cost.sum(axis=1)
tell("{cheap}, the cheapest licence, costs {cost:,.0f} {unit} in all; its licence is {share:.0%} of that.",
     cheap=cheapest, cost=total_cost[cheapest], unit=currency,
     share=cost.loc[cheapest, "licence"] / total_cost[cheapest])

# %% [markdown] id="cost-words"
# The price per seat is the figure that is compared, because it is the one that stands on the first page. For a
# cheap system much of the cost stands elsewhere. And one cost is in no table yet: that of seats that nobody
# uses.

# %% [markdown] id="factors"
# ## Six success factors, and which we can measure
#
# The training material lists six: support by management, clear goals, better processes, data quality, user
# adoption, integration. A factor that nobody can measure cannot warn anybody. Which have a number here today?

# %% id="factors-table"
tickets = company.tickets.query("opened >= '2025-01-01'")
wait = (tickets["resolved"] - tickets["opened"]).dt.total_seconds().median() / 3600
lost = company.export["customer"].isna().mean()
measured = {
    "support by management": "none", "clear goals": "none: write them down now",
    "better processes": f"{wait:.0f} hours, median time of a ticket",
    "data quality": f"{lost:.1%} of exported orders have no customer",
    "user adoption": "logins of the pilot, below",
    "integration": f"{company.export['system'].nunique()} systems that write orders",
}
plots.table(pd.Series(measured, name="what we have").rename_axis("factor"), "Six factors, and a measure of each")

# %% [markdown] id="factors-words"
# Two have no measure, and they are the two that every talk on CRM begins with. A goal can be made measurable
# by writing it down: ours is *minutes saved*, below. Support by management cannot be read off a table; ask instead
# what it has already paid for. Data quality comes back when the data are moved. Adoption has the best data
# of all, if somebody looks.

# %% [markdown] id="adoption"
# ### Adoption, by department
#
# In the pilot lots were drawn within each department: a quarter of the people kept their spreadsheets, and the
# others worked with one of the offers that are left. **Adoption** means that people come to do their work with
# a system. It is a funnel: invited, tried it once, uses it weekly (a login in three of the last four weeks
# or more), and also enters data. Each step has fewer people than the one before.

# %% id="adoption-person"
logins = company.pilot_logins
late = logins[logins["week"] > logins["week"].max() - 4].groupby("employee_id")
person = pilot[pilot["arm"] != "spreadsheets"].set_index("employee_id")
person["tried"] = logins.groupby("employee_id")["logins"].sum() > 0
person["weekly"] = late["logins"].agg(lambda week: (week > 0).sum()) >= 3
person["enters data"] = person["weekly"] & (late["entries"].sum() > 0)

# %% id="adoption-funnel"
steps = ["tried", "weekly", "enters data"]
funnel = person.groupby("department")[steps].sum().assign(invited=person["department"].value_counts())
plots.table(funnel[["invited", *steps]], "People of the pilot on each step, all systems together")

# %% id="adoption-interval"
from statsmodels.stats.proportion import proportion_confint

low, high = proportion_confint(funnel["weekly"], funnel["invited"], method="wilson")
weekly = pd.DataFrame({"share": funnel["weekly"] / funnel["invited"], "low": low, "high": high})
weekly = weekly.sort_values("share", kind="stable")

# %% id="adoption-plot"
figure, ax = plt.subplots(figsize=(7.5, 3))
reach = [weekly["share"] - weekly["low"], weekly["high"] - weekly["share"]]
ax.errorbar(weekly["share"], weekly.index, xerr=reach, fmt="o", capsize=4)
ax.margins(y=0.2)
ax.set_xlim(0, 1)
plots.show(ax, "Weekly users of the pilot by department", x="share of those invited, 95 % interval", y="",
           percent="x", alt="Share of weekly users in each department, with its interval.")

# %% id="adoption-read"
reached = funnel[steps].sum() / funnel["invited"].sum()
tell("Of {invited} invited {tried:.0%} tried it and {weekly:.0%} use it weekly. In the smallest department, "
     "{few} people, a share is known to some {half:.0points} either way.", invited=len(person), **reached[:2],
     few=funnel["invited"].min(), half=(weekly["high"] - weekly["low"]).max() / 2)

# %% [markdown] id="adoption-words"
# "Nearly all have logged in" is what a vendor reports, and it is true. It is curiosity. What counts is who is still
# there in the last weeks. Departments with overlapping intervals need not be equal, but with so few people
# only large differences show; so ask the dealers and the shops *why* before you call them unwilling.

# %% id="adoption-seat"
by_arm = person.groupby("arm")["weekly"].agg(["sum", "size"]).loc[tried]
low, high = proportion_confint(by_arm["sum"], by_arm["size"], method="wilson")
paid = pd.DataFrame({"weekly users": by_arm["sum"] / by_arm["size"], "low": low, "high": high})
paid["per seat"] = left["licence"]
paid["per weekly user"] = left["licence"] / paid["weekly users"]
caption = "Weekly users with 95 % interval; licence a month per seat and per weekly user ({unit})"
plots.table(paid, caption, dict.fromkeys(["weekly users", "low", "high"], "{:.0%}"), unit=currency)

# %% [markdown] id="adoption-seat-words"
# The last column says more than the price list: a seat that nobody uses is paid for all the same. Compare its order
# with that of the licence. It is no firmer than the share it is divided by, and does not say what a user brings.

# %% [markdown] id="minutes"
# ## What a seat brings
#
# The goal, written down before the pilot: less time for searching and retyping. Everybody kept a diary in the
# week before the pilot and in its last week. The mean change of those with a system looks like what it saves.

# %% id="minutes-change"
pilot["saved"] = pilot["minutes_before"] - pilot["minutes_after"]
change = pilot.groupby("arm")["saved"].agg(["mean", "sem"])
tell("Minutes a week less than in the first diary: {name} {mine:.0f}; spreadsheets {rest:.0f}.", name=first,
     mine=change.loc[first, "mean"], rest=change.loc["spreadsheets", "mean"])

# %% [markdown] id="minutes-words"
# Those with spreadsheets saved time, too: the second diary fell into a quiet month. Before and after is not an effect.
# But who kept the spreadsheets was drawn by lot, so the *difference* to them is one. It counts all who were invited,
# users or not; users alone would not do, they differ from the others in more than the system. We look at three
# systems at once, so each interval is made wider, 2.43 standard errors (Student's t; two groups of 60): then all
# three hold in 95 % of cases or more (Bonferroni).

# %% id="minutes-effect"
effect = change.loc[tried, "mean"] - change.loc["spreadsheets", "mean"]
half = stats.t.ppf(1 - 0.025 / 3, 118) * np.hypot(change.loc[tried, "sem"], change.loc["spreadsheets", "sem"])
saved = pd.DataFrame({"minutes": effect, "low": effect - half, "high": effect + half})
plots.table(saved, "Minutes a week saved per seat, against spreadsheets; intervals for three looks", "{:.1f}")

# %% id="minutes-read"
clear = saved.index[saved["low"] > 0]
tell("More than 0 with the whole interval: {names}.", names=", ".join(clear) or "none")

# %% [markdown] id="minutes-doubt"
# These are minutes as people wrote them down, from people who knew what they were working with. A diary of an
# enthusiast is kind to the system. And minutes are not yet money: whoever saves an hour may work, or drink a coffee.
# The lots were drawn person by person, so colleagues sat on other systems: what it brings to *share* one is not seen.

# %% [markdown] id="value"
# ## The value over five years
#
# Now put it together. Per year, a system brings seats × minutes × weeks × the cost of an hour, times two shares that
# nobody has measured: how much of the pilot's use *lasts*, and how much of the time saved is *used* for other work.
# For such numbers we state a range with a most likely value, and draw from it (triangular distribution). A
# **Monte Carlo simulation** draws all unknown inputs again and again, and looks at how the result scatters. The input
# with data is drawn from its estimate, the overrun from our own projects. Few draws lie near the ends of an interval:
# take a hundred thousand, or the ends move from run to run.

# %% id="value-inputs"
draws = 100_000
lasting = rng.triangular(0.6, 0.85, 1.0, draws)  # of the use in the pilot
used = rng.triangular(0.5, 0.7, 0.9, draws)  # of the time saved
kept = rng.normal(*change.loc["spreadsheets"], draws)
minutes = {name: rng.normal(*change.loc[name], draws) - kept for name in tried}
bill = {name: rng.choice(overrun, draws) for name in tried}

# %% id="value-net"
net, hours = pd.DataFrame(), seats * 46 / 60  # 46 working weeks; of a minute a week and seat
for name, offer in left.iterrows():
    a_year = hours * hour_cost * minutes[name] * lasting * used - 12 * seats * offer["licence"]
    today = offer["setup"] * bill[name] + seats * (offer["training_fee"] + 4 * hour_cost)
    net[name] = annuity * a_year - today

# %% [markdown] id="value-net-words"
# The result is the **net present value** of each offer: what it brings less what it costs, in yuan of today, over
# the same five years. Keeping the spreadsheets brings 0 and costs 0: that baseline stands in the figure. All systems
# share the two unmeasured shares and the people with spreadsheets, so compare them draw by draw.

# %% id="value-table"
three_looks = [0.0083, 0.9917]  # 98.3 % each, 95 % together
value = net.quantile(three_looks).T.set_axis(["low", "high"], axis=1)
value.insert(0, "expected", crm.steady(net.mean()))
value = value.sort_values("expected", ascending=False, kind="stable")
value["loses money in"] = (net < 0).mean()
caption = "Net present value over {years} years ({unit}), intervals for three looks; share of draws below 0"
plots.table(value, caption, {"loses money in": "{:.0%}"}, years=years, unit=currency)

# %% id="value-compare"
chosen = value.index[0]
others = [*value.index[1:], "spreadsheets"]
against = pd.DataFrame({name: net[chosen] - net.get(name, 0) for name in others})
more = against.quantile(three_looks).T.set_axis(["low", "high"], axis=1)
more.insert(0, "gain", against.mean())

# %% id="value-plot"
shown = more / 1000
figure, ax = plt.subplots(figsize=(7.5, 2.8))
reach = [shown["gain"] - shown["low"], shown["high"] - shown["gain"]]
ax.errorbar(shown["gain"], shown.index, xerr=reach, fmt="o", capsize=4)
ax.margins(y=0.2)
ax.axvline(0, color="0.3", lw=1)
title, clear = "{name} against {count} alternatives: {clear} with an interval above 0", int((more["low"] > 0).sum())
plots.show(ax, title, name=chosen, clear=clear, count=len(more), x="thousand {unit} more, whole contract; "
           "intervals for three looks", y="", unit=currency,
           alt="Difference in net present value between the best offer and each alternative.")

# %% id="value-read"
baseline = cheapest if cheapest in others else others[0]
tell("{chosen} less {other}: {gain:+,.0f} {unit} ({within:+,.0f}).", chosen=chosen, other=baseline, unit=currency,
     gain=more.loc[baseline, "gain"], within=tuple(more.loc[baseline, ["low", "high"]]))
tell("First by score: {first}; first by net present value: {chosen}.", first=first, chosen=chosen)

# %% [markdown] id="value-words"
# Whoever comes first in a table of three was also a little lucky: the expected value of the winner is too high on
# average. So is its lead, over the spreadsheets and over the others, whose luck was worse. Where an interval just
# clears 0, remember that.

# %% [markdown] id="drivers"
# ### What drives it
#
# Which input should we know better? A tornado chart moves one input at a time (chapter 2a). With draws at hand the
# *rank correlation* of each input with the result does the same for all inputs at once: near 1 or −1, this input
# decides; near 0, forget it.

# %% id="drivers-plot"
inputs = {"minutes saved in the pilot": minutes[chosen], "use that lasts": lasting, "time used": used,
          "overrun of the setup": bill[chosen]}
driven = pd.DataFrame(inputs).corrwith(net[chosen], method="spearman")
plots.show(plots.bars(driven), "Rank correlation with the value of {name}", name=chosen, x="Spearman's ρ",
           alt="Bars: rank correlation of four inputs with the net present value.")

# %% id="drivers-read"
middle = [0.5, 0.025, 0.975]
brought = pd.Series(hours * hour_cost * minutes[chosen] * used)  # a year, if all use of the pilot lasted
even = (lasting - net[chosen] / (annuity * brought)).quantile(middle)
tell("{name} pays if {share:.0%} of the pilot's use lasts ({within:.0%}).", name=chosen, share=even[0.5],
     within=(even[0.025], even[0.975]))
go_on = (12 * seats * left.loc[chosen, "licence"] / brought).quantile(middle)
tell("Once setup and training are paid, {share:.0%} is enough to go on ({within:.0%}).", share=go_on[0.5],
     within=(go_on[0.025], go_on[0.975]))

# %% [markdown] id="drivers-words"
# With the ranges that we stated, the inputs about *people* weigh most: whether they use it, whether that lasts, what
# they do with the time. A larger pilot would tell the minutes better; what lasts only time tells. The overrun, of
# which every meeting on IT speaks, moves less. That is why the contract should pay for users instead of seats, and why
# somebody has to count them.
#
# There are two bars. To *sign* takes the higher one, with all that it costs. After a year setup and training
# are paid, whether we go on or not (a *sunk cost*): to *go on*, only the licence still has to be earned.

# %% [markdown] id="training"
# ## What training changed
#
# Does a course help? In March 2025 everybody took a test of service skills (find the customer, read the history,
# answer), 0 to 100 points. Department heads sent the lowest third to a course; in June all took the test again. In
# September lots were drawn among the others: half went first, the rest waits. In November there was a third test.

# %% id="training-before"
training = company.training.astype({"wave": "str"})
rise = (training["june"] - training["march"]).groupby(training["sent"]).agg(["mean", "sem"])
rise["sem"] *= 1.96
tell("Those sent: {sent:±+.1f} points from March to June. The others, without a course: {rest:±+.1f}.",
     sent=tuple(rise.loc[True]), rest=tuple(rise.loc[False]))

# %% [markdown] id="training-words"
# A triumph? Those who were sent *were* the weak ones, some for good and some by a bad day. A bad day is not repeated:
# they would have risen without a course. The others, chosen for a good day, fell. Taking one change from the other
# makes it worse: it adds both errors. Only the lots compare like with like.

# %% id="training-lot"
waves = training[~training["sent"]].groupby("wave")["november"].agg(["mean", "sem", "var"])
taught = (waves.loc["first", "mean"] - waves.loc["later", "mean"], 1.96 * np.hypot(*waves["sem"]))
change_of_changes = rise.loc[True, "mean"] - rise.loc[False, "mean"]
tell("By lot: {taught:±+.1f} points. Before and after said {rise:+.1f}; less the others' change, {both:+.1f}.",
     taught=taught, rise=rise.loc[True, "mean"], both=change_of_changes)

# %% [markdown] id="training-who"
# The lots were drawn among the upper two thirds of the test. For the weak the course may do more or less: that is
# not known, because nobody drew lots among them. The next time half of them wait, too.

# %% [markdown] id="claim"
# ## Claim check: "half to 70 % of CRM projects fail"
#
# The trade repeats it in every second talk. Krigsman (2009) collected eight surveys: they say 18 to 70 %, and for the
# most quoted figure he could not find the source. What would such a figure need? A list of *all* projects, a
# definition that was written down before, one horizon. We have a list: our own projects. Take five definitions.

# %% id="claim-definitions"
failed = pd.DataFrame({
    "dearer than quoted": overrun > 1,
    "dearer by half": overrun > 1.5,
    "later than planned": projects["days_taken"] > projects["days_planned"],
    "used by less than half": projects["users_later"] < 0.5 * projects["seats"],
})
failed["any of these"] = failed.any(axis=1)

# %% id="claim-plot"
low, high = proportion_confint(failed.sum(), len(failed), method="wilson")
share = failed.mean()
figure, ax = plt.subplots(figsize=(7.5, 3))
ax.errorbar(share, share.index, xerr=[share - low, high - share], fmt="o", capsize=4)
ax.margins(y=0.2)
ax.axvspan(0.5, 0.7, color="0.9")
ax.invert_yaxis()
plots.show(ax, "“Failed” by five definitions, the same {count} projects", count=len(failed), percent="x",
           x="share that failed, 95 % interval; grey: the claim", y="",
           alt="Share of our projects that failed under each of five definitions, with intervals.")

# %% [markdown] id="claim-survey"
# The same projects fail or succeed, as one likes. And who answers a survey? Suppose a thousand firms have projects
# like ours, and whoever was annoyed answers twice as often.

# %% id="claim-simulate"
annoyed = rng.choice(failed["dearer than quoted"], 1000)
answers = rng.random(1000) < np.where(annoyed, 0.4, 0.2)
tell("Dearer than quoted: {all:.0%} of the thousand, {reported:.0%} of the {count} who answered.",
     all=annoyed.mean(), reported=annoyed[answers].mean(), count=int(answers.sum()))

# %% [markdown] id="claim-words"
# Such surveys are no evidence for 70 %, and none against it: without a definition it is not a figure. So write down today
# what failure of *this* project means, and when it will be looked at.

# %% [markdown] id="decision"
# ## The decision
#
# Chen Bo's memo for Lin Yue.

# %% id="decision-count"
weakest = int(training["sent"].sum())
an_arm = 16 * waves["var"].mean() / taught[0] ** 2
courses = int(np.ceil(2 * an_arm / weakest))
tell("To see the effect by lot among the weakest takes {arm:.0f} people an arm (rule of 16). Of the "
     "{weakest} weakest half are sent and half wait, each quarter anew: {courses} courses, {months} months.",
     arm=an_arm, weakest=weakest, courses=courses, months=3 * courses)

# %% [markdown] id="memo"
# ### The memo

# %% id="decision-system"
keep, sign = more.loc["spreadsheets"], more.loc["spreadsheets", "gain"] > 0
open_verdict = "open: only with the end after twelve months in point 3" if sign else "so the spreadsheets stay"
tell("1. {action} {chosen}: {gain:+,.0f} {unit} over {years} years against the spreadsheets ({within:+,.0f}), {verdict}.",
     action="Sign" if sign else "Do not sign", chosen=chosen, gain=keep["gain"], unit=currency, years=years,
     within=(keep["low"], keep["high"]), verdict="more than 0" if keep["low"] > 0 else open_verdict)

# %% id="decision-others"
for name, row in more.drop("spreadsheets").iterrows():
    tell("2. Not {name}{why}: {chosen} brings {gain:+,.0f} {unit} more ({within:+,.0f}), {verdict}.", name=name,
         why=", the cheapest licence" if name == cheapest else "", chosen=chosen, gain=row["gain"], unit=currency,
         within=(row["low"], row["high"]), verdict="the whole interval above 0" if row["low"] > 0 else "open")

# %% id="decision-contract"
fewest = int(np.ceil(go_on[0.5] * paid.loc[chosen, "weekly users"] * seats))
tell("3. In the contract: all data out at any time, an end after twelve months, and a price per weekly user. While "
     "seats are paid, end it below {fewest} weekly users of {seats}: {share:.0%} of the pilot's use ({within:.0%}).",
     fewest=fewest, seats=seats, share=go_on[0.5], within=(go_on[0.025], go_on[0.975]))

# %% id="decision-training"
tell("4. Training: {taught:±+.1f} points by lot, among the upper two thirds. The {rise:+.1f} of those sent is no effect: "
     "draw lots among the weakest, too, {months} months.", taught=taught, rise=rise.loc[True, "mean"], months=3 * courses)

# %% id="decision-evidence"
cheap = more.loc[baseline]
crm.evidence(
    ("chosen less spreadsheets, yuan", "{keep:+,.0f}", "{keep_in:+,.0f}", "value-compare", "the stated ranges"),
    ("chosen less the cheapest licence, yuan", "{cheap:+,.0f}", "{cheap_in:+,.0f}", "value-compare", "the same"),
    ("part of the pilot's use, to go on", "{go_on:.0%}", "{go_on_in:.0%}", "drivers-read",
     "minutes go with weekly users, time used as stated"),
    ("training, points", "{taught:+.1f}", "{taught_in:+.1f}", "training-lot", "for the upper two thirds"),
    ("months to test it among the weakest", "{months}", "", "decision-count", "power 80 %, the same effect"),
    keep=keep["gain"], keep_in=(keep["low"], keep["high"]), cheap=cheap["gain"],
    cheap_in=(cheap["low"], cheap["high"]), go_on=go_on[0.5], go_on_in=(go_on[0.025], go_on[0.975]),
    taught=taught[0], taught_in=(taught[0] - taught[1], taught[0] + taught[1]), months=3 * courses,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what each offer truly brings over five years, its bill, and who truly came to use it.

# %% id="truth-value"
truth = company.truth.vendors.loc[value.index]
off = value[["expected", "low", "high"]].join(truth["net_value"].rename("true")).join(truth["overrun"])
caption = "Net present value as we saw it and as it is ({unit}), and the true overrun of each offer"
plots.table(off, caption, {"overrun": "{:.2f}"}, unit=currency)

# %% id="truth-judged"
true = truth["net_value"]
action = true[chosen] if sign else 0.0
judged = {"action": action, "baseline": true[baseline], "open": bool(cheap["low"] <= 0)}
tell("The memo's choice truly brings {action:+,.0f} {unit}, {other} {less:+,.0f}. {inside} of {count} true values lie "
     "in their interval.", action=action, unit=currency, other=baseline, less=true[baseline],
     inside=int(off["true"].between(off["low"], off["high"]).sum()), count=len(off))

# %% id="truth-score"
tell("{name}, with the highest score, would truly bring {value:+,.0f} {unit}; its must-haves: {passed}.",
     name=favourite, value=company.truth.vendors.loc[favourite, "net_value"], unit=currency,
     passed="all there" if passes[favourite] else "not all there")

# %% id="truth-people"
uses = company.truth.pilot["uses"].reindex(person.index)
right = {step: (uses == person[step]).mean() for step in ("weekly", "tried")}
tell("Who truly came to use it: told rightly for {weekly:.0%} by the last four weeks, for {tried:.0%} by having "
     "tried it. A course truly adds {effect:.0f} points.", **right, effect=company.truth.training["effect"].iloc[0])

# %% [markdown] id="truth-words"
# The score and the value ask different questions, and may give different answers. What decided the value was not in any
# offer: who is still there when the show is over. And no firm ever sees this page: it sees the system that it
# signed, and never the other four.

# %% [markdown] id="recap"
# ## Recap
#
# - Must-haves first, in writing; then weights, fixed before the show; then raters.
# - A ranking is as firm as its rank acceptability, and as the interval of the two best, within raters.
# - Cost is over one horizon, discounted, with the overrun of your own projects.
# - A login is curiosity. Count who is there in the last weeks, per department, with intervals.
# - Before and after is not an effect: draw lots, for systems as for courses.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-must"
crm.quiz(
    "The best offer by score cannot hand out all data. What now?",
    ("It is out, if that was a must-have.", True, "Else ask why it was called a must."),
    ("Take off some points for it.", False, "Then other points make up for it: that is a weight, not a must."),
    ("Negotiate after signing.", False, "After signing nobody negotiates with you."),
)

# %% id="quiz-firm"
crm.quiz(
    "Two offers differ by 0.5 ± 0.8 points. What does the scorecard say?",
    ("Both are good; something else has to decide.", True, "Cost, use, a pilot: not a second decimal."),
    ("The first one is better.", False, "With other raters it might be the second."),
    ("The scorecard was useless.", False, "It left out the poor ones, and it says what is open."),
)

# %% id="quiz-adoption"
crm.quiz(
    "Nine in ten have logged in. Is the pilot a success?",
    ("That says little: who is there in the last weeks?", True, "The first login is curiosity."),
    ("Yes, nine in ten is high.", False, "Count again in the last weeks, and what they entered."),
    ("No, it should be all.", False, "Nobody needs all; and one login is no use anyway."),
)

# %% id="quiz-training"
crm.quiz(
    "The weakest third was trained and rose by 11 points; the others fell by 3. What did training change?",
    ("Nobody can tell from that.", True, "They were chosen for a low score; lots would tell."),
    ("11 points.", False, "A part of it is regression to the mean."),
    ("14 points.", False, "That adds the luck of both groups: it is worse."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/07a_choosing_a_system.ipynb) lets you decide about a company of your own. [Chapter
# 7b](07b_building_and_moving.ipynb) builds a small CRM on a real database, and moves the data into it.
#
# *Your own data:* put your offers, your scores (a row per rater, offer and criterion) and a pilot with two diaries into
# the names of the cell below *The data*. Everything runs until the truth; without a pilot stop before *What a seat brings*.
#
# ### References
#
# - Flyvbjerg, B. & Budzier, A. (2011). Why your IT project may be riskier than you think. *Harvard Business Review*
#   89(9), 23–25.
# - Krigsman, M. (2009). CRM failure rates: 2001–2009. *ZDNet*, 3 August 2009.
# - Lahdelma, R., Hokkanen, J. & Salminen, P. (1998). SMAA: stochastic multiobjective acceptability analysis. *European
#   Journal of Operational Research* 106(1), 137–143.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the American
#   Statistical Association* 22(158), 209–212.
