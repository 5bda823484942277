# %% [markdown] id="title"
# # 4 · Acquisition
#
# ### The question
#
# Ma Jun sells to dealers and firms, Zhou Ning leads marketing, and together they plan how Harbour
# Coffee wins customers in 2026: which channels get the budget, which dealers get a contract, which
# leads are called first. Lin Yue, the founder, wants the plan by Friday. A wrong answer is expensive
# twice: money goes to channels that only take the credit for customers who would have come anyway, and
# the salespeople spend their days with people who will not buy.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. describe the customers you want, and find others like them;
# 2. choose dealers on ten criteria, and say how firm the choice is;
# 3. score leads, and read a funnel without fooling yourself;
# 4. compute what a new customer costs and when it pays back, with intervals;
# 5. give credit to channels in six ways, and say what none of them shows;
# 6. plan, run and read an A/B test, and leave it alone while it runs.
#
# *You need* customer lifetime value and the bootstrap ([chapter 2](02_customer_value.ipynb)), and tiers and
# the randomised test of [chapter 3](03_segmentation.ipynb). *Time:* about {{minutes}} minutes to read and
# run; the chapter divides well before "Channels". *Not here:* keeping the customers you have won
# ([chapter 5](05_retention.ipynb)), and selling more to them
# ([chapter 6](06_development.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
currency = "yuan"
decided = 90  # days after which a lead that has not bought counts as not won
contracts = 5  # dealer contracts to be given
call_cost = 25  # yuan per lead called, half an hour of a salesperson (assumed)
calls = 300  # calls that can be made in a quarter
horizon = 78  # weeks of the forecast of a new customer's value
discount_rate = 0.10  # a year

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=6000)
last_day = pd.Timestamp("2025-12-31")
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-margin"
costs = company.products.set_index("product_id")["unit_cost"]
lines = company.order_lines
lines["margin"] = lines["paid"] - lines["quantity"] * lines["product_id"].map(costs)
orders = company.orders
orders["margin"] = orders["order_id"].map(lines.groupby("order_id")["margin"].sum())

# %% id="recall-ceiling"
in_2025 = orders[orders["date"] >= "2025-01-01"]
yearly = in_2025.groupby("customer_id")["margin"].sum().mean()
tell("A buyer of 2025 brought a margin of {margin:,.0f} {unit}.", margin=yearly, unit=currency)
crm.quiz(
    "70 % stay from year to year, money next year is worth 10 % less, and the first margin comes at "
    "once. What is the most you may pay for such a new customer?",
    (f"{yearly * 1.1 / (1.1 - 0.7):,.0f}", True, "m (1 + d) ÷ (1 + d − r): the first margin counts."),
    (f"{yearly * 0.7 / (1.1 - 0.7):,.0f}", False, "That is a customer you already have."),
    (f"{yearly:,.0f}", False, "That is the first year only."),
)

# %% id="recall-frequency"
register = company.customers.set_index("customer_id")
table = crm.summarize(orders, as_of=last_day)
young = register["joined"].reindex(table.index) >= "2025-07-01"
often = table["purchases"].groupby(young).mean()
tell(
    "Customers who joined in the last half year bought on {young:.1f} days, the others on {old:.1f}.",
    young=often[True], old=often[False],
)
crm.quiz(
    "So their F scores are low. Are they worse customers?",
    ("Nobody knows yet: they had less time.", True, "Compare only what had the same time to happen."),
    ("Yes, frequency is a habit.", False, "A habit of three weeks cannot be seen."),
    ("No, new customers are always better.", False, "Nothing in these numbers says so."),
)

# %% [markdown] id="data"
# ## The data
#
# A **lead** is a person or a firm that has left a way to be reached: they asked for a price, ordered a
# sample, came to a tasting. Leads, contacts, spend and dealers stand in six tables.

# %% id="data-tables"
rows = {
    "leads": "one person or firm that left a contact in 2025",
    "touchpoints": "one contact of a lead with us, before it was won or lost",
    "channels": "one channel in which we can be met",
    "channel_spend": "one channel in one month of 2025",
    "landing_test": "one day of one version of the landing page",
    "dealers": "one dealer, or one candidate",
}
overview = pd.DataFrame({"one row is": rows}).rename_axis("table")
overview["rows"] = [len(getattr(company, name)) for name in rows]
plots.table(overview, "Six tables on how customers are won")

# %% id="data-lead"
leads = company.leads.set_index("lead_id")
touchpoints = company.touchpoints
contacts = touchpoints.groupby("lead_id").size().reindex(leads.index)
example = leads[leads["won_on"].notna() & (contacts == 4)].iloc[0]
values = example.astype("str").str.removesuffix(" 00:00:00")
plots.table(values.rename("value").to_frame(), "One lead")

# %% id="data-touches"
path = touchpoints[touchpoints["lead_id"] == example.name].set_index("date")[["channel", "promotion"]]
plots.table(path.astype("str"), "Its contacts with us, in order of time")

# %% id="data-read"
won = leads["won_on"].notna()
tell("{leads:,} leads, {won:,} of them won so far.", leads=len(leads), won=won.sum())
tell("{mean:.1f} contacts per lead.", mean=contacts.mean())

# %% [markdown] id="data-wrong"
# Every customer who joined in 2025 is among the leads. What is wrong with the tables? `need` and `budget` are what people said when they signed up, 1 to 5: polite, not
# exact. The contacts are those we could see; nobody wrote down what a friend said over dinner. The
# spend on content and email is mostly wages, and a bill tells less about those. And a lead of December
# has had no time to buy: its fate is not "lost" but unknown. Such a row is **censored**. How long does
# it take?

# %% id="data-wait"
wait = (leads["won_on"] - leads["created"]).dt.days
early = leads["created"] < "2025-07-01"
soon = (wait[won & early] <= decided).mean()
tell("Of those won early in the year, half were won within {half:.0f} days.", half=wait[won & early].median())
tell("{share:.0%} of them were won within {limit} days.", share=soon, limit=decided)

# %% id="data-known"
leads["won in time"] = wait <= decided
known = leads["created"] <= last_day - pd.Timedelta(days=decided)
tell("So we judge the {known:,} leads that have had {limit} days.", known=known.sum(), limit=decided)
tell("The {open:,} younger ones are left out of every rate, not counted as lost.", open=(~known).sum())

# %% id="data-naive"
all_rate, fair_rate = won.mean(), leads.loc[known, "won in time"].mean()
tell("Won so far, of all leads: {all:.1%}.", all=all_rate)
tell("Won within {limit} days, of those that had the time: {fair:.1%}.", fair=fair_rate, limit=decided)

# %% [markdown] id="target"
# ## Target customers
#
# A **target customer** is somebody you would like to win, described well enough to be found. The four
# steps in the training material are market research, needs, a portrait, positioning. A company with
# customers has a better start than a guess: it can look at the best of those it has.

# %% [markdown] id="persona"
# ### A persona from facts
#
# A **persona** is a portrait of a typical target customer that a copywriter or a salesperson can picture.
# Most personas are made up in a meeting. Ours is a table: what do the best customers have in common that
# the others have not? The best are the top fifth (the upper three tiers of chapter 3) by margin in their first
# twelve months, so that everybody has had the same time. We learn on those who joined in 2023.

# %% id="persona-first-year"
joined = register["joined"]
age = orders["date"] - orders["customer_id"].map(joined)
first_year = orders[age < pd.Timedelta(days=365)].groupby("customer_id")["margin"].sum()
people = register[joined < "2025-01-01"].copy()
people["first year"] = first_year.reindex(people.index).fillna(0)
people["best"] = people.groupby(people["joined"].dt.year)["first year"].rank(pct=True) > 0.8

# %% id="persona-facts"
past = people[people["joined"] < "2024-01-01"]
facts = pd.DataFrame(
    {
        "has a tax number": past["tax_number"].notna(),
        "first order through a dealer": past["first_channel"] == "dealer",
        "first order in a shop": past["first_channel"] == "shop",
        "large city": past["city_size"] == "large",
        "household income over 15k": past["income_band"].isin(["15k to 30k", "over 30k"]),
        "agreed to mail": past["email_consent"],
    }
)

# %% id="persona-table"
portrait = facts.groupby(past["best"]).mean().T.set_axis(["the others", "the best fifth"], axis=1)
portrait["ratio"] = portrait["the best fifth"] / portrait["the others"]
formats = {"the others": "{:.0%}", "the best fifth": "{:.0%}", "ratio": "{:.1f}"}
caption = "Facts about customers who joined in 2023: share of whom they are true"
plots.table(portrait[list(formats)], caption, formats)

# %% id="persona-read"
mark = portrait["ratio"].idxmax()
tell("What sets the best apart most: {fact}.", fact=mark)
tell("It is true of {best:.0%} of the best.", best=portrait.loc[mark, "the best fifth"])
tell("Of those of whom it is true, {share:.0%} are among the best.", share=past.loc[facts[mark], "best"].mean())

# %% [markdown] id="persona-words"
# The last two sentences answer different questions. A persona says what is *typical of the best*; a campaign
# pays for all of *those like that*, and needs to know how many of them are good. A portrait without the
# second number flatters itself.

# %% [markdown] id="lookalike"
# ### Look-alikes of the best customers
#
# **Look-alike** scoring turns the portrait into a number per person: the chance to be one of the best.
# Two rules make it honest. Only what is known at sign-up may enter; the contract may have been signed a
# year later, so it stays out. A column that knows the future is **leakage**. And the score is judged on
# customers it has not seen, those who joined a year later.

# %% id="lookalike-features"
known_at_start = ["first_channel", "region", "city_size", "gender", "income_band", "email_consent"]
features = people[known_at_start].astype("str").fillna("unknown")
features["organisation"] = people["tax_number"].notna().astype("str")
born = 10 * (people["birth_year"] // 10)
features["born in"] = born.astype("str").fillna("unknown")

# %% id="lookalike-fit"
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

learn = people["joined"] < "2024-01-01"
lookalike = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(C=0.3))
lookalike.fit(features[learn], people.loc[learn, "best"])
people["look-alike"] = crm.steady(lookalike.predict_proba(features)[:, 1])

# %% [markdown] id="lookalike-measures"
# Two measures say how well a score ranks. The **AUC** is the chance that of two people, one of the best and
# one not, the better one gets the higher score: 0.5 is a coin, 1 is perfect. **Lift** is plainer: how
# many times more of the best are among the fifth ranked first than in a fifth drawn at random? Its
# interval is a bootstrap over the people, as in [chapter 2](02_customer_value.ipynb).

# %% id="lookalike-judge"
from sklearn.metrics import roc_auc_score

unseen = people[~learn]
first = unseen["look-alike"].rank(ascending=False, method="first") <= 0.2 * len(unseen)
lift = unseen.loc[first, "best"].mean() / unseen["best"].mean()

# %% id="lookalike-read"
draws = rng.choice(unseen.loc[first, "best"], (500, first.sum())).mean(axis=1)
low, high = np.quantile(draws, [0.025, 0.975]) / unseen["best"].mean()
tell("Joined in 2024: AUC {auc:.2f}.", auc=roc_auc_score(unseen["best"], unseen["look-alike"]))
tell("Lift of the first fifth: {lift:.1f}, 95 % interval {low:.1f} to {high:.1f}.", lift=lift, low=low, high=high)

# %% id="lookalike-value"
value = unseen.groupby(first)["first year"].agg(["mean", "median"])
value = value.set_axis(["the others", "the first fifth"])
plots.table(value, "Margin of the first year ({unit}), joined in 2024, by look-alike score", unit=currency)

# %% id="lookalike-leans"
learned = lookalike[0].get_feature_names_out()
leans = pd.Series(lookalike[-1].coef_[0], learned).abs().nlargest(3)
tell("The score leans most on: {features}.", features=", ".join(leans.index.str.replace("_", " ")))

# %% [markdown] id="lookalike-words"
# Who somebody is says a little about what they will be worth, and chapter 3 found the same: what people
# *do* says far more, and of a stranger we know nothing of that kind. Use look-alikes to choose where to
# advertise, not to decide about one person. And mind what the score leans on: a model that prefers one
# region or one gender repeats whom you courted in the past.

# %% [markdown] id="selection"
# ## Customer selection
#
# ### Not every buyer is a target
#
# **Customer selection** is to decide whom *not* to court. The training material gives four reasons: not
# every buyer is a target, not every customer brings a profit, the right choice is half of the success,
# and a choice makes clear who you are. The second one can be counted.

# %% id="selection-paid"
spend = company.channel_spend
marketing = spend["spend"].sum()
average_cost = marketing / won.sum()
repaid = (unseen["first year"] >= average_cost).mean()
tell("Winning a customer cost {cost:,.0f} {unit} on average in 2025.", cost=average_cost, unit=currency)
tell("Of those who joined in 2024, {share:.0%} brought that margin in their first year.", share=repaid)

# %% [markdown] id="selection-influences"
# Seven influences decide who can be your target. Each of them can be asked of the data, even if no single
# number settles it.

# %% id="selection-shares"
category = company.products.set_index("product_id")["category"].astype("str")
earned = lines.groupby(lines["product_id"].map(category))["margin"].sum()
earned = earned / earned.sum()
recent = register[joined >= "2025-01-01"]
comparing = company.visits["page"] == "compare"

# %% id="selection-answers"
organisation = leads["kind"] == "organisation"
win = leads[known].groupby(organisation[known])["won in time"].mean()
answers = [
    ("positioning", "margin from beans and machines", earned[["beans", "machines"]].sum()),
    ("product", "margin from service plans", earned["service plans"]),
    ("segment", "leads that are organisations", organisation.mean()),
    ("competition", "visits through a price comparison", comparing.mean()),
    ("channel strategy", "newcomers through a dealer", (recent["first_channel"] == "dealer").mean()),
    ("cost and resources", "leads that our people could call", min(1, 4 * calls / len(leads))),
    ("society, staff", "newcomers from the East", (recent["region"] == "East").mean()),
]

# %% id="selection-table"
influences = pd.DataFrame(answers, columns=["influence", "asked of the data", "share"])
plots.table(influences.set_index("influence"), "Seven influences on the choice", {"share": "{:.0%}"})

# %% id="selection-kind-win"
tell(
    "Of leads that are organisations {firm:.0%} are won, of consumers {consumer:.0%}.",
    firm=win[True], consumer=win[False],
)

# %% [markdown] id="kinds"
# ### Kinds of customers
#
# What you look at depends on the kind of customer. Of a *consumer*: age, place, occupation, class, tastes.
# Of a *retail outlet*: place, strength, size, line of business. Of a *reseller*: finances, range, credit,
# people. Where a customer sells under a *brand*, ask whether it is theirs or another maker's, and whether
# it competes with yours or completes it. The register lets us tell the kinds apart, roughly.

# %% id="kinds-rule"
shop_like = register["display_name"].str.contains("Trading|Foods|Hotel", regex=True)
conditions = [
    register["contract"] == "dealer",
    register["contract"] == "cooperation",
    register["tax_number"].notna() & shop_like,
    register["tax_number"].notna(),
]
kinds = ["reseller", "brand partner", "retail outlet", "firm or public body"]
kind = pd.Series(np.select(conditions, kinds, "consumer"), register.index, name="kind")

# %% id="kinds-table"
by_kind = people.groupby(kind)["first year"].agg(["size", "mean", "median"])
by_kind["in the best fifth"] = people["best"].groupby(kind).mean()
by_kind = by_kind.rename(columns={"size": "customers"})
by_kind = by_kind.sort_values("customers", ascending=False, kind="stable")
caption = "Customers who joined in 2023 and 2024: margin of the first year ({unit})"
plots.table(by_kind, caption, {"in the best fifth": "{:.0%}"}, unit=currency)

# %% [markdown] id="kinds-quality"
# Two groups cut across the kinds. **Quality customers** bring much for what they cost. **Strategic
# customers** matter for the long run, whatever they buy now: a partner that opens a market, a name that
# others follow. The first can be computed, as above. The second is a judgement; here it is a signed
# contract, the rule of chapter 3. Do the two agree?

# %% id="kinds-strategic"
strategic = people["contract"].isin(["dealer", "cooperation"])
both = (strategic & people["best"]).sum()
tell("{share:.0%} of the strategic customers are quality customers.", share=both / strategic.sum())
tell("{share:.0%} of the quality customers are strategic.", share=both / people["best"].sum())

# %% [markdown] id="dealers"
# ### Dealers on ten criteria
#
# Ma Jun has candidates for dealer contracts and may sign only a few. The training material lists ten
# criteria; his team has scored everybody on each, from 1 to 10.

# %% id="dealers-data"
dealers = company.dealers.set_index("name")
dealers.columns = dealers.columns.str.replace("_", " ")
criteria = list(dealers.loc[:, "market range":"price"])
candidates = dealers[dealers["sales 2025"].isna()]
tell("{count} candidates for {contracts} contracts.", count=len(candidates), contracts=contracts)

# %% [markdown] id="dealers-weights"
# A **weighted scorecard** multiplies each score by a weight and adds up. Weights are opinions. Ma Jun's
# team gave them from 0 to 10, before they looked at any candidate; afterwards one finds the weights that
# suit the friend.

# %% id="dealers-weights-set"
weights = pd.Series(
    {
        "market range": 6, "reputation": 8, "history": 3, "cooperation": 5, "products": 4,
        "finances": 6, "location": 4, "distribution": 7, "service": 4, "price": 6,
    }
)
share_of_weight = weights / weights.sum()

# %% id="dealers-score"
candidates = candidates.assign(score=crm.steady(candidates[criteria] @ share_of_weight[criteria]))
candidates = candidates.sort_values("score", ascending=False, kind="stable")
shown = ["score", "distribution", "cooperation", "finances", "reputation", "price"]
caption = "Candidates by weighted score, and five of their ten scores (1 to 10)"
plots.table(candidates[shown], caption, {"score": "{:.2f}"})

# %% id="dealers-gap"
score = candidates["score"].to_numpy()
gap = score[contracts - 1] - score[contracts]
tell("The last one chosen leads the first one left out by {gap:.2f} points.", gap=gap)
tell("The first leads the last by {span:.2f}.", span=score[0] - score[-1])

# %% [markdown] id="dealers-ask"
# Are these the right weights? There are dealers who have sold for years: which of the criteria go with
# their sales? With two dozen dealers each correlation has a wide interval (from Fisher's z), so this can
# correct an opinion, not replace it.

# %% id="dealers-evidence"
current = dealers[dealers["sales 2025"].notna()]
rho = current[criteria].corrwith(current["sales 2025"], method="spearman")
half = 1.96 * 1.06 / np.sqrt(len(current) - 3)
evidence = pd.DataFrame({"correlation": rho, "from": np.tanh(np.arctanh(rho) - half)})
evidence["to"] = np.tanh(np.arctanh(rho) + half)

# %% id="dealers-evidence-table"
evidence["Ma Jun's weight"] = share_of_weight
evidence = evidence.sort_values("correlation", ascending=False, kind="stable")
formats = dict.fromkeys(evidence, "{:+.2f}") | {"Ma Jun's weight": "{:.0%}"}
plots.table(evidence, "Rank correlation of each criterion with sales of 2025, 95 % interval", formats)

# %% id="dealers-evidence-read"
clear = evidence.index[evidence["from"] > 0]
top = weights.idxmax()
tell("{count} of 10 intervals lie above 0. Strongest: {first}.", count=len(clear), first=evidence.index[0])
tell("Ma Jun's highest weight is on {top}; its correlation is {rho:+.2f}.", top=top, rho=rho[top])

# %% [markdown] id="dealers-firm"
# ### How firm is the ranking?
#
# Nobody can say whether a weight is 6 or 7. So we draw a thousand sets of weights around the chosen ones
# (from a *Dirichlet* distribution, which keeps them positive with sum 1) and rank the candidates under
# each. **Weight sensitivity** is how much the ranking moves: in how many draws does each candidate stay
# among the chosen?

# %% id="dealers-draw"
drawn = rng.dirichlet(40 * share_of_weight[criteria], 1000)
totals = pd.DataFrame(drawn @ candidates[criteria].to_numpy().T, columns=candidates.index)
ranks = crm.steady(totals).rank(axis=1, ascending=False)
firm = ranks.quantile([0.05, 0.95]).T.set_axis(["rank from", "to"], axis=1)
firm["chosen in"] = (ranks <= contracts).mean()

# %% id="dealers-other"
others = pd.DataFrame({"equal weights": 1.0, "by correlation": rho.clip(lower=0)})
other_scores = crm.steady(candidates[criteria] @ others.loc[criteria])
firm = firm.join(other_scores.rank(ascending=False))

# %% id="dealers-firm-table"
caption = "Ranks of nine draws of ten, share of draws among the chosen, and rank under two other rules"
plots.table(firm, caption, {"chosen in": "{:.0%}"})

# %% id="dealers-firm-read"
chosen = list(candidates.index[:contracts])
safe = firm.index[firm["chosen in"] >= 0.9]
never = firm.index[firm["chosen in"] < 0.1]
tell("{count} candidates are chosen in nine draws of ten or more.", count=len(safe))
tell("{count} are chosen in fewer than one of ten.", count=len(never))
tell("For {count} the weights decide, not the scores.", count=len(firm) - len(safe) - len(never))

# %% [markdown] id="dealers-firm-words"
# That is the useful result of a scorecard: a few clear yeses, a few clear noes, and usually a short list in
# between that deserves a visit instead of a second decimal.

# %% [markdown] id="explore"
# ### Explore: your weights, your dealers
#
# Move one weight at a time, with the mouse or with the Tab and arrow keys. Three things to try:
#
# 1. Set the weight of reputation to 0. Does anybody come in?
# 2. Give distribution, cooperation and finances 9 and everything else 2.
# 3. Say how sure you are of your weights. How many of the chosen stay chosen?
#
# Where nothing can move, the picture shows Ma Jun's weights.

# %% id="explorer"
from crmlab import widgets

widgets.scorecard_explorer(candidates[criteria], weights.to_dict(), contracts, random_state=seed)

# %% [markdown] id="explore-read"
# Long lines are not a fault of the method. They say that the order was never as firm as the scores with
# their two decimals looked.

# %% [markdown] id="potential"
# ## Potential customers
#
# A **potential customer** needs what we have and can afford it, and has not bought yet. Both conditions
# have to hold: who needs it and cannot pay does not buy, and who can pay but needs nothing does not
# either.
#
# ### Needs it and can afford it
#
# Leads were asked both. We count, for each pair of answers, how many were won.

# %% id="grid-table"
decided_leads = leads[known]
pairs = decided_leads.groupby(["need", "budget"])["won in time"]
rate, size = pairs.mean().unstack(), pairs.size().unstack(fill_value=0)
needs_it, can_afford = decided_leads["need"] >= 4, decided_leads["budget"] >= 4
both_high = decided_leads.loc[needs_it & can_afford, "won in time"].mean()

# %% id="grid-plot"
import matplotlib.pyplot as plt
import seaborn as sns

figure, ax = plt.subplots(figsize=(7.5, 4.4))
labels = rate.map("{:.0%}".format) + "\n" + size.map("{:,}".format)
sns.heatmap(rate, annot=labels.to_numpy(), fmt="", cmap="Blues", cbar=False, linewidths=1, ax=ax)
ax.invert_yaxis()
plots.show(
    ax, "With both at 4 or 5, {high:.0%} are won; of all leads {all:.0%}", high=both_high,
    all=fair_rate, x="budget: can afford it (1 to 5)", y="need (1 to 5)",
    alt="Heat map: share of leads won and number of leads, by need and budget.",
)

# %% id="grid-read"
one_high = decided_leads.loc[needs_it ^ can_afford, "won in time"].mean()
tell("With only one of them at 4 or 5: {one:.0%}.", one=one_high)

# %% [markdown] id="funnel"
# ### The funnel
#
# A **funnel** counts how many leads reach each stage. **Conversion** is the share that goes on to the next
# one. We take only leads that have had their time, and give every share its interval (Wilson, 1927).

# %% id="funnel-count"
from statsmodels.stats.proportion import proportion_confint

stages = ["created", "contacted_on", "qualified_on", "offer_on", "won_on"]
names = ["lead", "contacted", "qualified", "offer", "won"]
reached = decided_leads[stages].notna().sum().set_axis(names)
funnel = pd.DataFrame({"leads": reached, "of all": reached / reached["lead"]})
funnel["conversion"] = reached / reached.shift()

# %% id="funnel-interval"
low, high = proportion_confint(reached.iloc[1:], reached.shift().iloc[1:], method="wilson")
funnel["from"], funnel["to"] = low, high
steps = decided_leads[stages].diff(axis=1).set_axis(names, axis=1)
funnel["days"] = steps.apply(lambda step: step.dt.days.median())

# %% id="funnel-table"
formats = dict.fromkeys(["of all", "conversion", "from", "to"], "{:.0%}")
caption = "The funnel: conversion from the stage before with 95 % interval, median days"
plots.table(funnel.rename_axis("stage"), caption, formats)

# %% id="funnel-plot"
ax = plots.bars(funnel["leads"])
narrowest = funnel["conversion"].idxmin()
plots.show(
    ax, "The narrowest step: {rate:.0%} reach “{stage}” from the stage before",
    rate=funnel["conversion"].min(), stage=narrowest, x="leads that reach the stage", y="",
    alt="Bars: number of leads at each of five stages of the funnel.",
)

# %% [markdown] id="funnel-read"
# The narrowest step is where most are lost. That is not yet where most can be gained: a step is narrow
# because it is done badly, or because it rightly sends people away. Compare before you repair.

# %% id="funnel-kind"
by_kind = decided_leads.groupby("kind", observed=True)[stages].count().set_axis(names, axis=1)
step = by_kind.div(by_kind.shift(axis=1)).drop(columns="lead")
step["won, of all"] = by_kind["won"] / by_kind["lead"]
plots.table(step, "Conversion from the stage before, by kind of lead", "{:.0%}")

# %% [markdown] id="nine"
# ### Nine steps to convert
#
# The training material names nine steps from a potential to a real customer. Each leaves a trace in the
# data. For each trace we compare the leads that show it with those that do not.

# %% id="nine-traces"
in_order = touchpoints.sort_values("date", kind="stable")
first_touch = in_order.groupby("lead_id")["channel"].first().astype("str")
had_voucher = decided_leads.index.isin(touchpoints.loc[touchpoints["promotion"], "lead_id"])
quick = (decided_leads["contacted_on"] - decided_leads["created"]).dt.days <= 3
opened_by = first_touch.reindex(decided_leads.index)

# %% id="nine-steps"
traces = {
    "1 stress the need": decided_leads["need"] >= 4,
    "2 build the brand (met by content, social, press)": opened_by.isin(["content", "social", "press"]),
    "3 lower the buyer's cost (voucher)": had_voucher,
    "4 make buying easy (price page seen)": decided_leads["price_page"],
    "5 communicate (contacted within 3 days)": quick,
    "6 value each contact (4 contacts or more)": contacts.reindex(decided_leads.index) >= 4,
    "7 strengthen the motive (trial pack)": decided_leads["trial_pack"],
    "8 prompt the purchase (offer made)": decided_leads["offer_on"].notna(),
}

# %% id="nine-table"
shown_by = pd.DataFrame(traces, index=decided_leads.index)
outcome = decided_leads["won in time"]
nine = pd.DataFrame({"share of leads": shown_by.mean()})
nine["won with"] = [outcome[shown_by[name]].mean() for name in shown_by]
nine["won without"] = [outcome[~shown_by[name]].mean() for name in shown_by]

# %% id="nine-show"
plots.table(nine.rename_axis("step and its trace"), "Eight steps before the ninth, the sale", "{:.0%}")

# %% id="nine-read"
gain = nine["won with"] - nine["won without"]
tell("The largest difference before the offer: {step}.", step=gain.iloc[:7].idxmax())

# %% [markdown] id="nine-words"
# A trace is not a lever. Who orders a sample is keener already; sending a sample to everybody will not
# win as many. Step 8 is not even a difference between people: whoever is won had an offer, so "won
# without" says how we keep our books. To learn what a step *does*, draw lots: the section on A/B tests
# shows how.

# %% [markdown] id="scoring"
# ### Lead scoring
#
# **Lead scoring** turns all this into one number per lead: the chance to be won. Whom to call first is then
# a sorted list. The **baseline**, what a person would do without a model, is need × budget. Features are
# what is known when the lead signs up. `contacted_on` and the stages after it are not: who has an offer
# is nearly won, and a model that may look at them is excellent and useless.

# %% id="scoring-features"
columns = ["need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar"]
lead_features = decided_leads[columns].astype("float64")
lead_features["need × budget"] = lead_features["need"] * lead_features["budget"]
lead_features["organisation"] = (decided_leads["kind"] == "organisation").astype("float64")
lead_features["log employees"] = np.log1p(decided_leads["employees"].astype("float64")).fillna(0)

# %% [markdown] id="scoring-split"
# We learn on the first half of the year and judge on the leads after it, as in use.

# %% id="scoring-fit"
from sklearn.preprocessing import StandardScaler

before = decided_leads["created"] < "2025-07-01"
lead_model = make_pipeline(StandardScaler(), LogisticRegression())
lead_model.fit(lead_features[before], outcome[before])
later, later_won = lead_features[~before], outcome[~before]
chance = crm.steady(pd.Series(lead_model.predict_proba(later)[:, 1], later.index))

# %% id="scoring-compare"
scores = later[["need", "need × budget"]].assign(model=chance)
draws = [rng.integers(len(later), size=len(later)) for draw in range(30)]
auc = pd.DataFrame(
    {name: [roc_auc_score(later_won.iloc[rows], scores[name].iloc[rows]) for rows in draws] for name in scores}
)

# %% id="scoring-lift"
fifth = round(0.2 * len(later))
quality = pd.DataFrame({"AUC": {name: roc_auc_score(later_won, scores[name]) for name in scores}})
quality["± (95 %)"] = 1.96 * auc.std()
top = {name: later_won[scores[name].nlargest(fifth).index].mean() for name in scores}
quality["won in the top fifth"] = pd.Series(top)
quality["lift"] = quality["won in the top fifth"] / later_won.mean()

# %% id="scoring-table"
formats = {"AUC": "{:.3f}", "± (95 %)": "{:.3f}", "won in the top fifth": "{:.0%}", "lift": "{:.1f}"}
plots.table(quality, "Three ways to rank leads, judged on later leads", formats)

# %% id="scoring-gain"
step = auc["model"] - auc["need × budget"]
gain = (step.mean(), 1.96 * step.std())
tell("The model adds {gain:±+.3f} to the AUC of need × budget.", gain=gain)

# %% [markdown] id="scoring-calibration"
# For a plan in yuan we need more than an order: of a hundred leads with 20 %, about twenty should be won.
# Chapter 2 called the first part of a log *calibration*; here the word means that said and happened agree.

# %% id="scoring-calibration-table"
group = pd.qcut(chance, 5, labels=["lowest", "2", "3", "4", "highest"]).rename("fifth by score")
calibration = pd.DataFrame({"said": chance, "won": later_won}).groupby(group, observed=True).mean()
counts = later_won.groupby(group, observed=True).agg(["sum", "size"])
calibration["from"], calibration["to"] = proportion_confint(counts["sum"], counts["size"], method="wilson")
plots.table(calibration, "Chance said by the model, share won, and its 95 % interval", "{:.1%}")

# %% id="scoring-calibration-read"
inside = calibration["said"].between(calibration["from"], calibration["to"]).sum()
tell("{inside} of 5 intervals cover what the model said.", inside=inside)
tell("On average it said {said:.1%}; {won:.1%} were won.", said=chance.mean(), won=later_won.mean())

# %% [markdown] id="scoring-drift"
# A model that learned in spring may say too much or too little in summer, because the share that is won
# moves. The order usually survives that, the level does not; so check the level every quarter.

# %% id="scoring-call"
called = chance.nlargest(min(calls, len(chance))).index
arrived = later_won.iloc[: len(called)]
tell("{count} calls in the order of the score: {won:.0%} won.", count=len(called), won=later_won[called].mean())
tell("In the order in which they arrived: {won:.0%}.", won=arrived.mean())
tell("The calls cost {cost:,.0f} {unit} either way.", cost=call_cost * len(called), unit=currency)

# %% [markdown] id="scoring-words"
# One caution. The score says who *buys*, not whom a call *changes*. If the best leads buy without a call,
# calling them wins nobody. [Chapter 5](05_retention.ipynb) has the tool for that question; it needs
# calls drawn by lot.

# %% [markdown] id="channels"
# ## Channels
#
# Five kinds of channels win customers: *paid* (search and display advertising), *content* (articles, videos,
# reports), *social* media, *partners* and *events*; press and email stand beside them. The **channel mix** is
# what each of them costs and brings; the forms of communication are those of
# [chapter 1](01_crm_at_a_glance.ipynb). For a start we book a lead on the channel of its first contact and
# call that its **source**.

# %% id="channels-source"
leads["source"] = first_touch.reindex(leads.index)
cost = spend.groupby(spend["channel"].astype("str"))["spend"].sum()
by_source = leads.groupby("source")

# %% id="channels-mix"
mix = pd.DataFrame({"spend": cost, "leads": by_source.size(), "won": by_source["won_on"].count()})
mix["share won"] = leads[known].groupby("source")["won in time"].mean()
mix["cost per lead"] = mix["spend"] / mix["leads"]
mix = mix.sort_values("spend", ascending=False, kind="stable")

# %% id="channels-table"
form = company.channels.set_index("channel")["communication"].astype("str").rename("form")
shown = mix.join(form)[["form", "spend", "leads", "won", "share won", "cost per lead"]]
caption = "Channel mix of 2025 by first contact ({unit}); share won: within {days} days"
plots.table(shown, caption, {"share won": "{:.0%}"}, unit=currency, days=decided)

# %% id="channels-kinds"
kinds = {"search ad": "paid", "display ad": "paid", "partner": "partners", "event": "events"}
of_kind = mix[["spend", "leads", "won"]].rename(index=kinds).groupby(level=0).sum()
of_kind = (of_kind / of_kind.sum()).sort_values("spend", ascending=False, kind="stable")
plots.table(of_kind.rename_axis("kind"), "Shares of spend, leads and new customers", "{:.0%}")

# %% id="channels-read"
most = mix["spend"].idxmax()
part = mix.loc[most, ["spend", "leads"]] / mix[["spend", "leads"]].sum()
tell("Largest budget: {channel}.", channel=most)
tell("It takes {spend:.0%} of the spend for {leads:.0%} of the leads.", spend=part["spend"], leads=part["leads"])

# %% [markdown] id="channels-words"
# Cheap leads are not the aim. A channel whose leads cost twice as much can be the better one if more of
# them buy, or if those who buy stay. And a lead meets several channels before it buys, so "its" channel is
# a way of keeping books. We come back to that.

# %% [markdown] id="cac"
# ## Customer acquisition cost
#
# **Customer acquisition cost (CAC)** is what was spent on winning customers over the number won. Say what
# is in it: ours is the spend of the channels, without the hours of the salespeople. The spend is known to
# the fen, the number won is not a law of nature: the same spend in a second 2025 would have won some more
# or some fewer. A bootstrap gives the interval: each customer counts 0, 1, 2 … times by lot (a *Poisson
# bootstrap*), four hundred times over.

# %% id="cac-draws"
buyers = leads.loc[won, ["customer_id", "source", "won_on"]].set_index("customer_id")
member = pd.get_dummies(buyers["source"]).astype("float64")
times_drawn = rng.poisson(1, (401, len(buyers)))
times_drawn[0] = 1  # first the customers as they are
cac_draws = cost[member.columns].to_numpy() / (times_drawn @ member.to_numpy())
cac = pd.Series(cac_draws[0], member.columns)

# %% id="cac-plot"
low, high = np.quantile(cac_draws, [0.025, 0.975], axis=0)
cac_table = pd.DataFrame({"CAC": cac, "from": low, "to": high}, index=member.columns)
cac_table = cac_table.sort_values("CAC", kind="stable")
ax = plots.bars(cac_table["CAC"], error=(cac_table["to"] - cac_table["from"]) / 2)
plots.show(
    ax, "By first contact, a customer costs least through {least}, most through {most}",
    least=cac_table.index[0], most=cac_table.index[-1], unit=currency, y="",
    x="CAC, {unit} per new customer (95 % interval)",
    alt="Bars: acquisition cost per new customer by channel of the first contact.",
)

# %% id="cac-read"
overlap = cac_table["to"].iloc[0] > cac_table["from"].iloc[1]
tell("All channels together: {all:,.0f} {unit}.", all=cost.sum() / len(buyers), unit=currency)
tell("The dearest channel costs {times:.1f} times the cheapest.", times=cac.max() / cac.min())
tell("The two cheapest cannot be told apart." if overlap else "The cheapest is clearly the cheapest.")

# %% [markdown] id="payback"
# ### Payback
#
# **Payback** is the time until the margin of a customer has paid the CAC. Not everybody won in 2025 has
# been a customer for a year, so we take for each month after the first order only those who have had
# the whole month, and add up the means. (Customers who never came back stay in the mean, with 0.)

# %% id="payback-months"
own = orders[orders["customer_id"].isin(buyers.index)]
start = own["customer_id"].map(buyers["won_on"])
month = (own["date"] - start).dt.days // 30
by_month = own["margin"].groupby([own["customer_id"], month]).sum().unstack()
by_month = by_month.reindex(index=buyers.index, columns=range(12)).fillna(0)

# %% id="payback-seen"
full_months = ((last_day - buyers["won_on"]).dt.days + 1) // 30
seen = full_months.to_numpy()[:, None] > np.arange(12)
margin_seen = by_month.to_numpy() * seen

# %% id="payback-curve"
curves = {}
for place, name in enumerate(member):
    own_margin, own_months = (table * member[[name]].to_numpy() for table in (margin_seen, seen))
    mean = (times_drawn @ own_margin) / np.maximum(times_drawn @ own_months, 1)
    curves[name] = mean.cumsum(axis=1) / cac_draws[:, [place]]
paid_back = pd.DataFrame({name: curve[0] for name, curve in curves.items()}, index=range(1, 13))

# %% id="payback-plot"
ax = paid_back.plot(figsize=(7.5, 4.4), style=["-", "--", "-.", ":"] * 2, lw=2)
ax.axhline(1, color="0.3", lw=1)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
after_six = (paid_back.loc[6] >= 1).sum()
plots.show(
    ax, "After six months {count} of {all} have paid back", count=after_six, all=len(cac),
    x="months since the first order", y="margin so far ÷ CAC (1 = paid back)",
    alt="Lines: cumulative margin per new customer over CAC, by channel, in the first twelve months.",
)

# %% [markdown] id="payback-interval"
# When does each curve cross 1, and how sure is that? Each of the four hundred draws gives its own curve.

# %% id="payback-table"
reached = {name: np.column_stack([curve >= 1, np.ones(len(curve))]) for name, curve in curves.items()}
months = pd.DataFrame({name: paid.argmax(axis=1) + 1 for name, paid in reached.items()})
payback = months.quantile([0.025, 0.5, 0.975]).T.set_axis(["from", "middle", "to"], axis=1)
caption = "Months to payback: middle and 95 % interval (13: not in the first year)"
plots.table(payback.sort_values("middle", kind="stable"), caption)

# %% id="payback-read"
beyond = (payback["to"] > 12).sum()
tell("For {count} of {all} channels the interval reaches beyond the first year.", count=beyond, all=len(payback))

# %% [markdown] id="payback-words"
# The later months rest on the few who joined early in the year, so the right end of a curve is the least
# certain. Payback says how long the money is away. It does not say what comes afterwards.

# %% [markdown] id="ratio"
# ### CLV : CAC
#
# The **CLV : CAC ratio** puts the lifetime value over the cost of winning a customer (chapter 2 called that
# cost *AC*). We take the margin so far and add the forecast of chapter 2: expected
# purchases (BG/NBD) times expected spend (Gamma-Gamma) times the margin share, discounted, for as many
# weeks as `horizon` says. A customer is then seen for about two years in all. The CAC is *not* taken off: it
# stands below the line of the ratio. The package says what it left out on the way.

# %% id="ratio-forecast"
weekly = crm.summarize(orders, as_of=last_day, unit="W")
purchases_model, spend_model = crm.BetaGeometricNBD().fit(weekly), crm.GammaGamma().fit(weekly)
margin_share = lines["margin"].sum() / lines["paid"].sum()
forecast = crm.customer_lifetime_value(
    purchases_model, spend_model, weekly,
    horizon=horizon, discount_rate=discount_rate, margin=margin_share, unit="W",
)

# %% id="ratio-value"
so_far = own.groupby("customer_id")["margin"].sum()
buyers["CLV"] = so_far.reindex(buyers.index).fillna(0) + forecast.reindex(buyers.index).fillna(0)
total_draws = (times_drawn * buyers["CLV"].to_numpy()) @ member.to_numpy()
ratio_draws = total_draws / cost[member.columns].to_numpy()

# %% id="ratio-table"
ratios = pd.DataFrame({"CLV": buyers.groupby("source")["CLV"].mean(), "CAC": cac})
ratios["CLV : CAC"] = ratios["CLV"] / ratios["CAC"]
ratios["from"], ratios["to"] = np.quantile(ratio_draws, [0.025, 0.975], axis=0)
ratios = ratios.sort_values("CLV : CAC", ascending=False, kind="stable")

# %% id="ratio-show"
formats = dict.fromkeys(["CLV : CAC", "from", "to"], "{:.1f}")
caption = "Value and cost of a customer by source ({unit}), ratio with 95 % interval"
plots.table(ratios, caption, formats, unit=currency)

# %% id="ratio-read"
top, bottom = ratios.iloc[0], ratios.iloc[-1]
tell("Best ratio: {source}, {ratio:.1f}.", source=top.name, ratio=top["CLV : CAC"])
tell("Worst ratio: {source}, {ratio:.1f}.", source=bottom.name, ratio=bottom["CLV : CAC"])
tell("Their intervals do not meet." if top["from"] > bottom["to"] else "Their intervals overlap.")

# %% [markdown] id="ratio-words"
# The interval covers which customers came, not an error of the forecast, and not the question whether
# the channel brought them at all. Also note that the model knows nothing of the channel: somebody who has
# bought once gets the forecast of everybody who has bought once at that age, so real differences
# between channels are drawn towards each other.

# %% [markdown] id="claim"
# ### Claim check: "lifetime value should be three times the acquisition cost"
#
# The rule of three to one is repeated in every talk about start-ups; we found no study behind it. Let us see
# for whom it would be true. Suppose that spending s wins a·sᵇ customers: more money wins more, but
# the next customer is always harder to win than the last one. The exponent b is the **elasticity**: 1 % more
# spend wins b % more customers. What should one spend, and what is the ratio then?

# %% id="claim-profit"
elasticity = np.array([0.12, 0.25, 0.33, 0.50, 0.70])
budget = np.geomspace(1, 1e9, 20_001)[:, None]
customers_won = 2 * budget**elasticity
profit = 100 * customers_won - budget  # each customer is worth 100
best_budget = profit.argmax(axis=0)

# %% id="claim-table"
best = pd.DataFrame({"elasticity": elasticity, "spend": budget[best_budget, 0]})
best["customers"] = customers_won[best_budget, range(len(elasticity))]
best["CAC"] = best["spend"] / best["customers"]
best["CLV : CAC"] = 100 / best["CAC"]

# %% id="claim-show"
best = best.set_index(best.pop("elasticity").map("{:.2f}".format))
plots.table(best, "The most profitable spend, when a customer is worth 100", {"CLV : CAC": "{:.1f}"})

# %% [markdown] id="claim-answer"
# The best ratio is 1 ÷ b, whatever a customer is worth. So three to one is right where the elasticity is
# one third, and nowhere else. A meta-analysis of 751 short-term elasticities of advertising found 0.12 on
# average (Sethuraman, Tellis & Briesch, 2011); a sales team that only lacks hands may be near 1. A high
# ratio can also mean that you spend too *little*. What to compare with the CLV is the **marginal CAC**, the
# cost of the *next* customer: spend more as long as it is lower.
#
# How much is b here? From month to month the spend of a channel goes up and down. Do its contacts go with it?

# %% id="claim-company"
from statsmodels.regression.linear_model import OLS

month = touchpoints["date"].dt.to_period("M").dt.to_timestamp().rename("month")
met = touchpoints.groupby(["channel", month], observed=True).size().rename("contacts")
panel = np.log(spend.set_index(["channel", "month"]).join(met))
panel = panel - panel.groupby("channel", observed=True).transform("mean")
fit = OLS(panel["contacts"], panel[["spend"]]).fit(cov_type="HC1")

# %% id="claim-company-read"
low, high = fit.conf_int().loc["spend"]
tell("1 % more spend in a month goes with {b:.2f} % more contacts.", b=fit.params["spend"])
tell("95 % interval: {low:.2f} to {high:.2f}.", low=low, high=high)

# %% [markdown] id="claim-company-words"
# Do not read that as an elasticity. In this company a contact is *billed*: more contacts make more spend,
# not only the other way round. To learn b, somebody has to change a budget on purpose, in some regions and
# not in others.

# %% [markdown] id="attribution"
# ## Attribution
#
# The lead at the top of this chapter had several contacts before it bought. Who gets the customer?
# **Attribution** divides the credit for a conversion among the contacts on the way. There are simple rules.
# **First touch** gives all to the first contact, **last touch** all to the last. **Linear attribution** gives each
# contact the same. **Position-based attribution** gives 40 % to the first, 40 % to the last and the rest to those between.
#
# Two rules look at all paths at once. **Markov attribution** treats a path as a walk from channel to channel
# and asks: if everybody who reaches this channel were lost there, what share of conversions would be gone?
# That is its **removal effect**, and credit follows it (Anderl et al., 2016). The **Shapley value** comes
# from game theory: let the channels join one after another in every possible order, and give each what it
# adds on average (Shapley, 1953).

# %% [markdown] id="hand"
# ### A small example by hand
#
# Three leads: C1 › C2 › C3 bought; C1 did not; C2 › C3 did not. First the walk: of two leads at C1, one
# went on to C2. All who were at C2 went on to C3. Of two at C3, one bought. Two of three started at C1, one
# at C2.

# %% id="hand-paths"
small = pd.DataFrame(
    {
        "path": [("C1", "C2", "C3"), ("C1",), ("C2", "C3")],
        "conversions": [1, 0, 0],
        "lost": [0, 1, 1],
    }
)
plots.table(crm.attribution.transition_matrix(small), "Where leads go next", "{:.2f}")

# %% id="hand-removal"
all_channels = 2 / 3 * 1 / 2 * 1 / 2 + 1 / 3 * 1 / 2
without_c1 = 1 / 3 * 1 / 2
without_c2 = without_c3 = 0
removal = 1 - np.array([without_c1, without_c2, without_c3]) / all_channels
tell("Chance to buy: {all:.3f}; without C1 {less:.3f}; without C2 or C3, 0.", all=all_channels, less=without_c1)

# %% id="hand-credit"
hand = pd.DataFrame({"removal effect": removal}, index=["C1", "C2", "C3"])
hand["credit"] = hand["removal effect"] / hand["removal effect"].sum()
plots.table(hand, "By hand: removal effects, and credits for one conversion", "{:.2f}")

# %% [markdown] id="hand-markov-words"
# Removing C1 loses only half: who starts at C2 can still buy. Removal effects add up to more than 1,
# because one conversion is lost with each of its channels; so they are scaled to share out exactly one.
# `crm.attribution.markov` does the same:

# %% id="hand-markov"
by_package = crm.attribution.markov(small).rename(columns={"removal_effect": "removal effect"})
plots.table(by_package, "By the package", "{:.2f}")

# %% [markdown] id="hand-shapley"
# Now Shapley. Channel A alone brings 6 customers, B alone 4. If both together bring 10, nobody adds
# anything to the other. If both bring 20, they help each other. There are two orders. A first: A gets 6, and B
# what is added to it. B first: B gets 4, and A what is added. Each gets the mean of the two.

# %% id="hand-shapley-run"
for together in (10, 20):
    a_gets = np.mean([6, together - 4])
    b_gets = np.mean([together - 6, 4])
    tell("Both bring {both}: A gets {a:.0f}, B gets {b:.0f}.", both=together, a=a_gets, b=b_gets)

# %% id="hand-shapley-package"
shared = crm.attribution.shapley_values({"A": 6, "B": 4, ("A", "B"): 20})
tell("The package says {a:.0f} and {b:.0f}.", a=shared["A"], b=shared["B"])

# %% [markdown] id="rules"
# ### Six rules side by side
#
# Now all leads that have had their time.

# %% id="rules-paths"
of_known = touchpoints[touchpoints["lead_id"].isin(leads.index[known])]
paths = crm.attribution.paths(of_known, converted=leads.loc[known, "won_on"].notna())
common = paths.nlargest(5, "conversions")
common = common.set_index(common.pop("path").map(" › ".join))
plots.table(common, "Five paths with most conversions, of {count:,} different ones", count=len(paths))

# %% id="rules-compare"
credit = crm.attribution.compare(paths)
sums = credit.sum()
tell("There were {won:,} conversions.", won=paths["conversions"].sum())
tell("The credits of a rule sum to {low:,.2f} at least, {high:,.2f} at most.", low=sums.min(), high=sums.max())

# %% id="rules-table"
names = ["first touch", "last touch", "linear", "position-based", "Markov", "Shapley"]
credit = credit.set_axis(names, axis=1)
plots.table(credit.rename_axis("channel"), "New customers credited to each channel, by six rules")

# %% id="rules-plot"
share = (credit / credit.sum()).sort_values("last touch", ascending=False, kind="stable")
ax = share.T.plot(figsize=(7.5, 4.4), marker="o", style=["-", "--", "-.", ":"] * 2)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
widest = (share.max(axis=1) - share.min(axis=1)).idxmax()
plots.show(
    ax, "As you like: {channel} gets {low:.0%} or {high:.0%} of the credit", channel=widest,
    low=share.loc[widest].min(), high=share.loc[widest].max(), x="rule", y="share of all credit", percent="y",
    alt="Lines: share of the credit per channel under six attribution rules.",
)

# %% id="rules-read"
for rule in ("first touch", "last touch"):
    tell("Most credit by {rule}: {channel}.", rule=rule, channel=share[rule].idxmax())
agree = (credit["Shapley"] - credit["linear"]).abs().max()
tell("Shapley and linear differ by at most {count:.0f} customers in a channel.", count=agree)

# %% [markdown] id="rules-words"
# Shapley and linear are so alike for a reason. Of paths we know only which *sets* of channels went with a
# conversion, and then the Shapley value divides each conversion equally among the different channels of
# its path. That is the linear rule without repeats. The great name adds little here; it adds more where
# one has *tested* what channels bring alone and together. Only Markov looks at the paths that failed.

# %% id="rules-cac"
per_customer = (1 / share).mul(cost.reindex(share.index), axis=0) / len(buyers)
shown = per_customer[["first touch", "last touch", "linear", "Markov"]]
plots.table(shown, "CAC by four rules ({unit} per credited customer)", unit=currency)

# %% id="rules-cac-read"
swing = per_customer.max(axis=1) / per_customer.min(axis=1)
tell("Most at the mercy of the rule: {channel}.", channel=swing.idxmax())
tell("Its CAC changes by a factor of {factor:.1f}.", factor=swing.max())
tell("Whoever chooses the rule decides the budget.")

# %% [markdown] id="cause"
# ### Credit is not cause
#
# All six rules divide what happened. None asks what would have happened *without* a channel. Somebody who
# has made up their mind types our name into a search engine and clicks on our advertisement above our own
# page: last touch says the advertisement won a customer. To find out, switch the channel off where it can
# be seen: in some regions, drawn by lot, for a quarter. That is a **geo experiment**. How large must it be?

# %% id="cause-plan"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

tested = share["last touch"].idxmax()
base = leads.loc[known, "won_on"].notna().mean()
without = base * (1 - share.loc[tested, "last touch"])
effect = proportion_effectsize(base, without)

# %% id="cause-size"
needed = np.ceil(NormalIndPower().solve_power(effect, power=0.8, alpha=0.05))
tell("If last touch were right about {channel}, then without it:", channel=tested)
tell("Share won {without:.1%} instead of {base:.1%}.", without=without, base=base)
tell("To see that takes {needed:,.0f} leads in each half of the regions.", needed=needed)
tell("A quarter brings {have:,.0f}.", have=len(leads) / 4 / 2)

# %% id="cause-small"
effect = proportion_effectsize(base, base * (1 - share.loc[tested, "last touch"] / 4))
many = np.ceil(NormalIndPower().solve_power(effect, power=0.8, alpha=0.05))
tell("If the channel causes a quarter of what it is credited with, it takes {many:,.0f}.", many=many)

# %% [markdown] id="cause-words"
# A large error of the books can be found in a quarter; the exact effect of a small channel cannot be found
# at all by a company of this size, and even giants measure it with wide intervals (Lewis & Rao, 2015).
# And it is two things to draw regions and to draw people: with five regions, luck has only five draws.
#
# The simulator has more patience. It runs 2025 eight times more, each time with one channel under test. Of
# the leads that would meet this channel, half do not, by lot; all others only add noise and stay out (Johnson,
# Lewis & Nubbemeyer, 2017). A company would get one such result a year, and would begin where most money is
# at stake.

# %% id="cause-reach"
met = touchpoints.astype({"channel": "str"}).drop_duplicates(["lead_id", "channel"])
met["won"] = met["lead_id"].map(won)
reach = met.groupby("channel")["won"].agg(["size", "sum"])
in_half = reach["size"] // 2

# %% id="cause-run"
lost = company.truth.channels["conversions"]  # what the switch does; the company does not know it
with_it = rng.binomial(in_half, reach["sum"] / reach["size"])
without_it = rng.binomial(in_half, (reach["sum"] - lost) / reach["size"])

# %% id="cause-interval"
tests = pd.DataFrame({"by test": 2.0 * (with_it - without_it)}, index=reach.index)
variance = with_it * (1 - with_it / in_half) + without_it * (1 - without_it / in_half)
tests["from"] = tests["by test"] - 1.96 * 2 * np.sqrt(variance)
tests["to"] = tests["by test"] + 1.96 * 2 * np.sqrt(variance)

# %% id="cause-table"
credited = share * len(buyers)
tests.insert(0, "least credit", credited.min(axis=1))
tests.insert(1, "most credit", credited.max(axis=1))
tests = tests.sort_values("by test", ascending=False, kind="stable")
plots.table(tests, "New customers credited by six rules, and caused by test with 95 % interval")

# %% id="cause-missed"
place, half = np.arange(len(tests)), (tests["to"] - tests["from"]) / 2
missed = (tests["least credit"] > tests["to"]) | (tests["most credit"] < tests["from"])

# %% id="cause-plot"
figure, ax = plt.subplots(figsize=(7.5, 4))
ax.hlines(place - 0.15, tests["least credit"], tests["most credit"], color="0.6", lw=6, label="six rules")
ax.errorbar(tests["by test"], place + 0.15, xerr=half, fmt="o", capsize=4, label="test")
ax.axvline(0, color="0.3", lw=1)
ax.set_yticks(place, tests.index)
ax.invert_yaxis()
ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
plots.show(
    ax, "In {count} of {all} channels all six rules miss the test", count=missed.sum(), all=len(tests),
    x="new customers of 2025 (test: 95 % interval)", y="",
    alt="Ranges of the credit by six rules, and what a test finds with its interval, by channel.",
)

# %% id="cause-read"
steady = tests.loc[(tests["most credit"] / tests["least credit"]).idxmin()]
tell("The rules agree most about {channel}.", channel=steady.name)
tell("Credited: {low:.0f} to {high:.0f} customers.", low=steady["least credit"], high=steady["most credit"])
tell("By test: {test:.0f} ({low:.0f} to {high:.0f}).", test=steady["by test"], low=steady["from"], high=steady["to"])

# %% [markdown] id="cause-agree"
# Six rules that agree are not six witnesses: they all read the same paths. A channel that is everywhere
# is in every path, and so it gets credit under every rule, whether it does anything or not.

# %% [markdown] id="ab"
# ## A/B test
#
# Zhou Ning has a new landing page. An A/B test sends half of the visitors, by lot, to each page
# ([chapter 3](03_segmentation.ipynb) had one). Because of the lot, a difference beyond luck is caused by the
# page. It has three parts: plan, run, read; most mistakes are made between them.

# %% [markdown] id="ab-plan"
# ### Plan: how many visitors?
#
# The **sample size** depends on three things: how much single visitors vary (σ), the smallest difference Δ
# that would matter, and the risks you accept. The **power** is the chance to find a difference Δ if it is
# there. For 80 % power and a false alarm in one test of twenty there is a rule of thumb, the **rule of
# 16**: n = 16 σ² ÷ Δ² per arm (van Belle, 2008).

# %% id="ab-rule"
sigma, difference = 3, 0.0625
tell("σ = 3, Δ = 0.0625: {count:,.0f} per arm.", count=16 * sigma**2 / difference**2)

# %% [markdown] id="ab-plan-shares"
# For a share p, σ² is p(1 − p). From 5 % to 5.25 % orders per visitor, a gain of a twentieth that many a shop
# would love to have (the formula: Kohavi, Tang & Xu, 2020):

# %% id="ab-power"
exact = NormalIndPower().solve_power(proportion_effectsize(0.0525, 0.05), power=0.8, alpha=0.05)
thumb = 16 * 0.05 * 0.95 / 0.0025**2
tell("5 % to 5.25 %: {exact:,.0f} per arm by formula.", exact=exact)
tell("By the rule of 16: {thumb:,.0f}.", thumb=thumb)

# %% id="ab-landing-plan"
plan = NormalIndPower().solve_power(proportion_effectsize(0.13, 0.10), power=0.8, alpha=0.05)
a_day = 68  # visitors per page, counted in September
weeks = int(np.ceil(plan / a_day / 7))
tell("10 % to 13 %: {plan:,.0f} per page, {weeks} whole weeks.", plan=np.ceil(plan), weeks=weeks)

# %% id="ab-size-plot"
steps = np.array([0.5, 1, 2, 3, 4, 5])
sizes = pd.Series(16 * 0.1 * 0.9 / (steps / 100) ** 2, steps)
ax = sizes.plot(marker="o", logy=True, figsize=(7.5, 3.6))
plots.show(
    ax, "Half the difference takes four times the visitors", y="visitors per arm (log scale)",
    x="smallest difference to be found, percentage points",
    alt="Line: visitors needed per arm against the smallest difference, from 10 %, by the rule of 16.",
)

# %% [markdown] id="ab-plan-words"
# Whole weeks, because Sunday's visitors are not Monday's. And write the plan down before the first
# visitor: the size, the measure, the day on which you will look.

# %% [markdown] id="ab-run"
# ### Run and read
#
# First question at the end: did the lot work? Both pages should have about the same number of visitors. A
# difference that luck cannot explain, a **sample ratio mismatch**, means that something is broken, and
# nothing else may be read.

# %% id="ab-lot"
from scipy.stats import binomtest

test = company.landing_test
arms = test.groupby("arm", observed=True)[["orders", "visitors"]].sum()
came = arms["visitors"]
lot = binomtest(int(came["new page"]), int(came.sum())).pvalue

# %% id="ab-lot-read"
tell("Visitors: new page {new:,}, old {old:,}.", new=came["new page"], old=came["control"])
if lot >= 0.001:
    tell("p = {p:.2f} for a fair lot: nothing speaks against it.", p=lot)
else:
    tell("p = {p:.4f} for a fair lot: stop here, and look for the fault.", p=lot)

# %% [markdown] id="ab-lot-words"
# (Where the numbers say "stop", it is chance here: the simulator's lot is fair, and one company in a thousand
# looks like that. In life you would not read on.)

# %% id="ab-read"
from statsmodels.stats.proportion import confint_proportions_2indep as difference_interval

rate = arms["orders"] / arms["visitors"]
page_low, page_high = difference_interval(*arms.loc["new page"], *arms.loc["control"], method="newcomb")

# %% id="ab-result"
gap = rate["new page"] - rate["control"]
tell("Orders per visitor: new {new:.1%}, old {old:.1%}.", new=rate["new page"], old=rate["control"])
interval = (page_low, page_high)
tell("Difference {gap:+.1points}, 95 % interval {interval:+.1points}.", gap=gap, interval=interval)
tell("The new page is better." if page_low > 0 else "The test does not decide between them.")

# %% [markdown] id="ab-days-words"
# And during the test? Somebody looks every morning. This is what they would have seen.

# %% id="ab-days"
daily = test.pivot(index="day", columns="arm", values=["orders", "visitors"]).cumsum()
orders_so_far, visitors_so_far = daily["orders"], daily["visitors"]
rates = orders_so_far / visitors_so_far
pooled = orders_so_far.sum(axis=1) / visitors_so_far.sum(axis=1)
error = np.sqrt(pooled * (1 - pooled) * (1 / visitors_so_far).sum(axis=1))
so_far = (rates["new page"] - rates["control"]).set_axis(range(1, len(rates) + 1))

# %% id="ab-days-plot"
half = 1.96 * error.set_axis(so_far.index)
figure, ax = plt.subplots(figsize=(7.5, 3.8))
ax.plot(so_far.index, so_far, marker="o")
ax.fill_between(so_far.index, so_far - half, so_far + half, alpha=0.2)
ax.axhline(0, color="0.3", lw=1)
clear_days = ((so_far - half > 0) | (so_far + half < 0)).sum()
plots.show(
    ax, "On {count} of {days} mornings the interval leaves out 0", count=clear_days, days=len(so_far),
    x="day of the test", y="difference so far (points, 95 % interval)", in_points="y",
    alt="Line with band: difference between the pages so far and its interval, day by day.",
)

# %% [markdown] id="peeking"
# ### What peeking does
#
# **Peeking** is to look again and again and to stop at the first clear result. What is wrong with it? Test
# two *equal* pages, an **A/A test**: every alarm is false. We run three thousand of them, and look once,
# twice, … or every day.

# %% id="peeking-simulate"
shape = (3000, 28, 2)
visitors = rng.poisson(a_day, shape)
equal_pages = rng.binomial(visitors, 0.10)
seen_visitors, seen_orders = visitors.cumsum(axis=1), equal_pages.cumsum(axis=1)
pooled = seen_orders.sum(axis=2) / seen_visitors.sum(axis=2)
error = np.sqrt(pooled * (1 - pooled) * (1 / seen_visitors).sum(axis=2))
distance = np.diff(seen_orders / seen_visitors, axis=2)[..., 0] / error

# %% id="peeking-count"
every = {1: 28, 2: 14, 4: 7, 7: 4, 14: 2, 28: 1}
clear = np.abs(distance) > 1.96
alarm = pd.DataFrame({looks: clear[:, days - 1 :: days].any(axis=1) for looks, days in every.items()})
alarms = alarm.mean().rename("false alarms").to_frame()
alarms["from"], alarms["to"] = proportion_confint(alarm.sum(), len(distance), method="wilson")

# %% id="peeking-plot"
ax = alarms["false alarms"].plot(marker="o", figsize=(7.5, 3.8))
ax.fill_between(alarms.index, alarms["from"], alarms["to"], alpha=0.2)
ax.axhline(0.05, color="0.3", ls="--")
ax.set_ylim(0)
plots.show(
    ax, "Equal pages: with daily looks {share:.0%} of the tests find a winner",
    share=alarms.loc[28, "false alarms"], x="looks in 28 days", y="tests with a false alarm", percent="y",
    alt="Line: share of A/A tests with a false alarm against the number of looks; dashed: 5 %.",
)

# %% [markdown] id="peeking-what"
# Each look is another chance for luck. What to do instead? The plain way: fix the size and look once. If
# you must look, raise the bar, so that *all looks together* keep the 5 % (Pocock, 1977); **alpha spending**
# plans how much of the risk each look may use up. The simulation gives the bar directly:

# %% id="peeking-bar"
bar = np.quantile(np.abs(distance).max(axis=1), 0.95)
tell("With a look on each of 28 days, |z| must reach {bar:.2f} instead of 1.96.", bar=bar)

# %% [markdown] id="peeking-effect-words"
# Peeking does a second harm: who stops at a lucky moment reports a lucky number. Now the new page is
# really better, by one point, and we stop at the first clear result.

# %% id="peeking-effect"
better_page = rng.binomial(visitors, [0.10, 0.11]).cumsum(axis=1)
gap = np.diff(better_page / seen_visitors, axis=2)[..., 0]
pooled = better_page.sum(axis=2) / seen_visitors.sum(axis=2)
clear = gap / np.sqrt(pooled * (1 - pooled) * (1 / seen_visitors).sum(axis=2)) > 1.96
stopped = clear.any(axis=1)
reported = gap[stopped, clear.argmax(axis=1)[stopped]]

# %% id="peeking-effect-read"
tell("{share:.0%} of the tests stop with a winner.", share=stopped.mean())
tell(
    "They report {reported:+.1points} on average. The truth is {truth:+.1points}.",
    reported=reported.mean(), truth=0.11 - 0.10,
)

# %% [markdown] id="evaluation"
# ## Evaluation
#
# Acquisition is evaluated in four steps: set goals, choose measures, monitor, analyse. The goals for 2025
# were set a year ago: one lead in seven won within the time, a CAC of at most 400 per customer, and three
# of four leads called within two weeks. Quarter by quarter:

# %% id="evaluation-goals"
goals = {"won in time": 1 / 7, "called in two weeks": 0.75, "CAC": 400}
called_soon = (leads["contacted_on"] - leads["created"]).dt.days <= 14
quarter = leads["created"].dt.quarter
called_known = leads["created"] <= last_day - pd.Timedelta(days=14)

# %% id="evaluation-table"
monitor = pd.DataFrame({"leads": leads.groupby(quarter).size()})
monitor["called in two weeks"] = called_soon[called_known].groupby(quarter).mean()
ready = known.groupby(quarter).mean() == 1
monitor["won in time"] = leads["won in time"].groupby(quarter).mean().where(ready)
monitor["spend"] = spend.groupby(spend["month"].dt.quarter)["spend"].sum()
monitor["new customers"] = buyers.groupby(buyers["won_on"].dt.quarter).size()
monitor["CAC"] = monitor["spend"] / monitor["new customers"]

# %% id="evaluation-show"
formats = {"called in two weeks": "{:.0%}", "won in time": "{:.1%}"}
caption = "Monitoring by quarter of 2025 ({unit}); –: too early to say"
plots.table(monitor.rename_axis("quarter"), caption, formats, unit=currency)

# %% id="evaluation-verdict"
below = monitor["won in time"].dropna() < goals["won in time"]
late = monitor["called in two weeks"] < goals["called in two weeks"]
tell("Won in time: goal missed in {count} of {all} quarters.", count=below.sum(), all=len(below))
tell("Called in two weeks: goal missed in {count} of 4 quarters.", count=late.sum())
tell("CAC: goal missed in {count} of 4 quarters.", count=(monitor["CAC"] > goals["CAC"]).sum())

# %% [markdown] id="evaluation-chart-words"
# Which movement deserves a meeting? A **control chart** draws the limits within which luck alone moves the
# figure: here a number of new customers that varies like a Poisson count around what the year's average CAC
# would give for the month's spend. Only a point outside is news.

# %% id="evaluation-limits"
from scipy.stats import poisson

monthly = spend.groupby("month")["spend"].sum().to_frame()
monthly["won"] = buyers.groupby(buyers["won_on"].dt.to_period("M").dt.to_timestamp()).size()
expected = monthly["won"].sum() * monthly["spend"] / monthly["spend"].sum()
monthly["CAC"] = monthly["spend"] / monthly["won"]
monthly["least"] = monthly["spend"] / poisson.ppf(0.9985, expected)
monthly["most"] = monthly["spend"] / poisson.ppf(0.0015, expected)

# %% id="evaluation-plot"
chart = monthly.set_axis(range(1, 13))
outside = ~chart["CAC"].between(chart["least"], chart["most"])
figure, ax = plt.subplots(figsize=(7.5, 3.8))
ax.fill_between(chart.index, chart["least"], chart["most"], alpha=0.15)
ax.plot(chart.index, chart["CAC"], marker="o")
ax.set(xticks=range(1, 13), ylim=(0, 1.1 * max(chart["CAC"].max(), chart["most"].max())))
plots.show(
    ax, "Months outside what luck explains: {count} of 12", count=outside.sum(), x="month of 2025",
    y="CAC, {unit} per new customer", unit=currency,
    alt="Line: CAC by month, with the band within which luck alone would move it.",
)

# %% [markdown] id="evaluation-words"
# The band lies around the average of the year. It does not say that the average is good: that is what
# goals are for. A month's spend also wins customers of the next month, so the first months of a new
# budget always look dear.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator can do what no company can: switch a channel off for a whole year, leave all other luck as
# it was, and count the customers who are missing.

# %% id="truth-channels"
caused = company.truth.channels["conversions"]
compared = credited[["first touch", "last touch", "Markov"]].assign(test=tests["by test"])
compared["caused"] = caused
compared["spend per caused"] = cost.reindex(share.index) / compared["caused"]
compared = compared.sort_values("caused", ascending=False, kind="stable")
caption = "New customers: credited by three rules, found by test, really caused; spend in {unit}"
plots.table(compared, caption, unit=currency)

# %% id="truth-channels-plot"
ax = plots.bars(compared[["last touch", "first touch", "caused"]])
flattered = (compared["last touch"] - compared["caused"]).idxmax()
plots.show(
    ax, "Last touch flatters {channel} most: {credit:.0f} credited, {caused:.0f} caused",
    channel=flattered, credit=compared.loc[flattered, "last touch"], caused=compared.loc[flattered, "caused"],
    x="new customers of 2025", y="",
    alt="Bars: new customers by channel: credited by last touch, by first touch, and caused.",
)

# %% id="truth-wrong"
true_share = caused / caused.sum()
by_test = tests["by test"].clip(lower=0)
wrong = share.assign(test=by_test / by_test.sum()).sub(true_share, axis=0).abs().sum() / 2
caption = "Share of the credit that goes to the wrong channel"
plots.table(wrong.rename("wrong").rename_axis("by"), caption, "{:.0%}")

# %% id="truth-anyway"
inner = company.truth.leads.reindex(leads.index)
anyway = inner.loc[won, "anyway"].mean()
tell("{share:.0%} of the new customers would have come without any contact.", share=anyway)
tell("{share:.0%} hang on one channel alone; the rest had several reasons.", share=caused.sum() / len(buyers))

# %% [markdown] id="truth-channels-read"
# Search and email stand at the end of the path, where those arrive who have made up their minds. Rules
# that look at the end pay them for it. Which rule comes closest is a fact about *this* company, not about
# the rule: where the openers did nothing, first touch would be as wrong. The way to know is to switch off.

# %% id="truth-clv"
buyers["true CLV"] = inner.loc[won, "clv"].to_numpy()  # the same leads in the same order
value_check = buyers.groupby("source")[["CLV", "true CLV"]].mean()
value_check = value_check.sort_values("true CLV", ascending=False, kind="stable")
plots.table(value_check, "Mean value of a customer by source ({unit})", unit=currency)

# %% id="truth-clv-read"
rho = value_check["CLV"].corr(value_check["true CLV"], method="spearman")
tell("Rank correlation of the eight estimates with the truth: {rho:+.2f}.", rho=rho)

# %% [markdown] id="truth-clv-words"
# Both reach about two years from the first order on. Next: look-alikes, leads and dealers.

# %% id="truth-lookalike"
worth = company.truth.customers["worth"].reindex(unseen.index).groupby(first).mean()
tell("True worth of next year, first fifth by look-alike: {worth:,.0f} {unit}.", worth=worth[True], unit=currency)
tell("Of the others: {worth:,.0f} {unit}.", worth=worth[False], unit=currency)

# %% id="truth-leads"
best_auc = roc_auc_score(later_won, inner.loc[later.index, "chance"])
tell("AUC of the model {auc:.3f}.", auc=quality.loc["model", "AUC"])
tell("AUC of the true chances {auc:.3f}: even they do not know what luck will do.", auc=best_auc)

# %% id="truth-dealers"
expected = candidates["dealer id"].map(company.truth.dealers["expected_sales"])
by_rule = other_scores.assign(**{"Ma Jun's weights": candidates["score"], "perfect knowledge": expected})
signed = by_rule.apply(lambda score: expected[score.nlargest(contracts).index].sum())
signed["by lot"] = contracts * expected.mean()
caption = "True expected sales of the chosen dealers, a year ({unit})"
plots.table(signed.sort_values(kind="stable").rename("sales"), caption, unit=currency)

# %% id="truth-weights"
true_weights = company.truth.dealer_weights["weight"].rename(index=lambda name: name.replace("_", " "))
both_weights = pd.DataFrame({"true weight": true_weights / true_weights.sum()})
both_weights["Ma Jun's weight"] = share_of_weight
both_weights = both_weights.sort_values("true weight", ascending=False, kind="stable")
plots.table(both_weights, "What sales depend on, and what Ma Jun weighted", "{:.0%}")

# %% [markdown] id="truth-dealers-read"
# Reputation and price are what one talks about; sales come from distribution, cooperation and sound
# finances. A scorecard with wrong weights can still choose well, because good dealers are good at many things
# at once; compare its row with the lot. Two dozen dealers with their sales correct the weights only roughly.

# %% id="truth-landing"
true_rate = company.truth.landing_test["rate"]
gap = true_rate["new page"] - true_rate["control"]
tell("The landing page: the true difference is {gap:+.1points}.", gap=gap)
tell("The interval covers it." if page_low <= gap <= page_high else "The interval misses it.")

# %% [markdown] id="real"
# ### The methods on real data
#
# The grocer of *Complete Journey* sent three types of coupon campaigns to its households. The path of a
# household is the campaigns it was in until it first used a coupon, the conversion is that first coupon.

# %% id="real-paths"
load = crm.datasets.load_complete_journey
sent = load("campaigns").merge(load("campaign_descriptions"), on="campaign_id")
first_coupon = load("coupon_redemptions").groupby("customer_id")["redemption_date"].min()
sent["first coupon"] = sent["customer_id"].map(first_coupon)
until = sent[sent["first coupon"].isna() | (sent["start_date"] <= sent["first coupon"])]
used = until.groupby("customer_id")["first coupon"].first().notna()

# %% id="real-funnel"
low_used, high_used = proportion_confint(used.sum(), len(used), method="wilson")
tell("{count:,} households got a campaign; {used:,} of them used a coupon.", count=len(used), used=used.sum())
tell("That is {share:.0%}, 95 % interval {low:.0%} to {high:.0%}.", share=used.mean(), low=low_used, high=high_used)

# %% id="real-credit"
columns = {"path": "customer_id", "time": "start_date", "channel": "campaign_type"}
real_paths = crm.attribution.paths(until, used, **columns)
real_credit = crm.attribution.compare(real_paths).set_axis(names, axis=1)
caption = "First coupons credited to three types of campaign, by six rules"
plots.table(real_credit.rename_axis("campaign"), caption)

# %% id="real-share"
sent_share = until["campaign_type"].value_counts(normalize=True)
main_type = sent_share.idxmax()
its_credit = real_credit.loc[main_type] / used.sum()
tell("{type} is {sent:.0%} of all that was sent.", type=main_type, sent=sent_share[main_type])
tell("It gets {low:.0%} to {high:.0%} of the credit.", low=its_credit.min(), high=its_credit.max())

# %% [markdown] id="real-words"
# On paths this short the credit mostly follows how often a type was sent. [Chapter 5](05_retention.ipynb) looks at whom
# the grocer sent it to, and why no rule can say what it changed: nobody was left out by lot.

# %% [markdown] id="decision"
# ## The decision
#
# The memo of Ma Jun and Zhou Ning to Lin Yue. For the budget, they put side by side what a yuan brings under
# the six rules and by the tests: CLV of the customers over the spend. (Without a simulator they would have
# one or two of these tests by now, and could move only the budgets that they have tested.)

# %% id="decision-table"
worth_of_one = (ratios["CLV"] / cost).reindex(tests.index)
brings = tests.mul(worth_of_one, axis=0)
brings = brings.rename(columns={"least credit": "worst rule", "most credit": "best rule"})
formats = dict.fromkeys(brings, "{:.1f}")
brings.insert(0, "spend", cost.reindex(tests.index))
caption = "Spend of 2025; value per {unit} spent, by the rules and by test (95 % interval)"
plots.table(brings, caption, formats, unit=currency)

# %% [markdown] id="decision-rule"
# The rule: more for the channel whose interval *begins* highest, less for the one whose interval *ends*
# lowest. Nobody is judged by the middle of a wide interval: with eight of them, the lowest middle is mostly
# bad luck. The next yuan brings less than the last one; we reckon with 30 to 100 % of the average.

# %% id="decision-budget"
up, down = brings["from"].idxmax(), brings["to"].idxmin()
moved = 0.25 * cost[down]
least, most = moved * (np.array([0.3, 1]) * brings.loc[up, "by test"] - brings.loc[down, "by test"])
tell("1. Budget: {moved:,.0f} {unit}, a quarter of {down}, go to {up}.", moved=moved, unit=currency, down=down, up=up)
tell("Expected: {low:+,.0f} to {high:+,.0f} {unit} of customer value.", low=least, high=most, unit=currency)

# %% id="decision-test"
untested = cost.drop([up, down]).idxmax()
tell("2. Next test: {channel}, the largest budget that stays, in half of the regions.", channel=untested)

# %% id="decision-dealers"
sign = [name for name in chosen if name in safe]
visit = [name for name in firm.index if name not in safe and name not in never]
tell("3. Dealers: sign {names} now.", names=", ".join(sign) or "nobody")
tell("Visit before the rest of the {count} contracts: {names}.", names=", ".join(visit) or "nobody", count=contracts)

# %% id="decision-calls"
per_call = chance[called].mean() * buyers["CLV"].mean()
tell("4. Calls: the {count} best leads of a quarter first.", count=len(called))
tell("They cost {cost:,.0f} {unit}.", cost=call_cost * len(called), unit=currency)
tell("The customers among them are worth {value:,.0f} {unit}.", value=per_call * len(called), unit=currency)
tell("What the calls add to it is unknown until some are left out by lot.")

# %% id="decision-page"
tell("5. Landing page: the new one." if page_low > 0 else "5. Landing page: the old one; test again.")
tell("Risk: the intervals of point 1 are wide, so we move one budget, and look again after a quarter.")

# %% [markdown] id="decision-check"
# And what would have come of it, by the simulator's truth, beside the move that the six rules would have
# suggested: from the channel that is poorest even under its best rule, to the one that is best even under
# its worst?

# %% id="decision-truth"
true_value = caused * company.truth.channels["clv"] / cost
moves = [(down, up), (brings["best rule"].idxmin(), brings["worst rule"].idxmax())]
for basis, (source, target) in zip(["the tests", "the rules"], moves, strict=True):
    gain = 10_000 * (true_value[target] - true_value[source])
    tell("By {basis}: from {source} to {target}.", basis=basis, source=source, target=target)
    tell("For every 10,000 moved, {gain:+,.0f} {unit} of customer value.", gain=gain, unit=currency)

# %% [markdown] id="recap"
# ## Recap
#
# - Describe the customers you want by facts, and judge a look-alike score on customers it has not seen.
# - A scorecard is as firm as its weights: draw them anew, and say who stays.
# - Leave out what has had no time to happen, in funnels, rates and models.
# - CAC and CLV : CAC need intervals, and a word on which customers are whose.
# - Credit is bookkeeping. What a channel causes shows when it is switched off, by lot.
# - Fix the size of a test beforehand, and look once.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-censored"
crm.quiz(
    "Of the leads of this quarter 12 % have been won so far, of the first 18 %. What do you report?",
    ("Nothing yet: the young ones had less time.", True, "Compare what was won within as many days."),
    ("The leads have become worse.", False, "They may have; these numbers cannot show it."),
    ("The salespeople work more slowly.", False, "Look at the time to contact for that."),
)

# %% id="quiz-last"
crm.quiz(
    "Last touch gives half of all customers to search advertising. What happens if you switch it off?",
    ("Nobody can know from the paths.", True, "Many may come anyway. Switch it off in some regions, by lot."),
    ("Half of the customers are lost.", False, "That would be so only if none of them had come anyway."),
    ("Nothing: last touch is always wrong.", False, "It may be right by chance; it does not measure cause."),
)

# %% id="quiz-markov"
crm.quiz(
    "Markov attribution gives a removal effect of 1 to two channels. Their credits?",
    ("They share equally, and do not sum to 2.", True, "Effects are scaled to the number of conversions."),
    ("Each gets all conversions.", False, "Then more would be credited than there were."),
    ("None: the method has failed.", False, "It is normal: every conversion went through both."),
)

# %% id="quiz-peek"
crm.quiz(
    "On day 9 of 28 the new page leads with p = 0.03. What do you do?",
    ("Go on to day 28.", True, "You planned one look. With daily looks many equal pages lead at some time."),
    ("Stop: p is below 0.05.", False, "That limit is for one look."),
    ("Stop and test a second time for 9 days.", False, "That is too short to find what you planned for."),
)

# %% id="quiz-ratio"
crm.quiz(
    "A channel has CLV : CAC = 6. What follows?",
    ("Perhaps more should be spent there.", True, "If the next customer still costs less than the CLV."),
    ("It is twice as good as one with 3.", False, "It may be tiny; the profit depends on the volume."),
    ("It should get the whole budget.", False, "The next customers will cost more than the last ones."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/04_acquisition.ipynb) lets you plan the acquisition of a company of your own.
# [Chapter 5](05_retention.ipynb) asks how to keep those whom you have won.
#
# *Your own data:* three small tables are enough for most of this chapter: leads with the days of their
# stages, contacts with a channel, and spend by channel and month. Give them the column names of the tables
# shown above, put them in place of `company.leads`, `company.touchpoints` and `company.channel_spend`, and
# run on.
#
# ### References
#
# - Anderl, E., Becker, I., von Wangenheim, F. & Schumann, J. H. (2016). Mapping the customer journey:
#   lessons learned from graph-based online attribution modeling. *International Journal of Research in
#   Marketing* 33(3), 457–474.
# - Johnson, G. A., Lewis, R. A. & Nubbemeyer, E. I. (2017). Ghost ads: improving the economics of measuring
#   online ad effectiveness. *Journal of Marketing Research* 54(6), 867–884.
# - Kohavi, R., Tang, D. & Xu, Y. (2020). *Trustworthy Online Controlled Experiments*. Cambridge University
#   Press.
# - Lewis, R. A. & Rao, J. M. (2015). The unfavorable economics of measuring the returns to advertising.
#   *Quarterly Journal of Economics* 130(4), 1941–1973.
# - Pocock, S. J. (1977). Group sequential methods in the design and analysis of clinical trials.
#   *Biometrika* 64(2), 191–199.
# - Sethuraman, R., Tellis, G. J. & Briesch, R. A. (2011). How well does advertising work? Generalizations
#   from meta-analysis of brand advertising elasticities. *Journal of Marketing Research* 48(3), 457–471.
# - Shapley, L. S. (1953). A value for n-person games. In *Contributions to the Theory of Games II*,
#   307–317. Princeton University Press.
# - van Belle, G. (2008). *Statistical Rules of Thumb*, 2nd ed. Wiley.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of
#   the American Statistical Association* 22, 209–212.
