# %% [markdown] id="title"
# # 11b · What to mend
#
# ### The question
#
# Three things annoy the customers of Harbour Coffee: the queue on the telephone, an app that asks them to log
# in again in the middle of paying, and parcels that find nobody at home. There is money to mend one. Tang Mei, head of
# service, wants the queue mended, since it is what everybody complains about. Xu Dan, head of shops and online, says that the
# loudest need not be the dearest. Lin Yue decides on Friday. Before that she asks one more thing: last year's
# money went into late parcels. Did that help, and how would we know?

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. say what a pain point costs: customers hit × value lost × what mending brings back, less its price;
# 2. rank pain points with the probability of each place, and tell a lead from luck;
# 3. measure a repair that was rolled out in waves, by differences in differences, with an interval that counts units;
# 4. see when that must not be done: another trend before, or the worst chosen;
# 5. draw the way from a touchpoint to money, and say what each link rests on.
#
# *You need* the pain points of [chapter 11a](11a_journeys.ipynb), differences in differences
# ([chapter 6b](06b_upsell_and_levels.ipynb)), regression to the mean ([chapter 3a](03a_rfm_and_pyramid.ipynb))
# and the sample size of [chapter 4b](04b_attribution_and_tests.ipynb). *Time:* about {{minutes}} minutes to read
# and run. *Not here:* how customers are told apart across channels (7b, 11a), and synthetic controls.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
days_after = 30  # in which a purchase counts after a touchpoint
year = 365 / 92  # the log covers 92 days
parcel_margin = 30  # yuan an order through the depots, after the fees of the marketplaces
sorting_cost = 250  # yuan a depot and week
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=40_000)
today = "2026-05-31"

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-value"
orders = company.orders.query("amount >= 0 and date >= '2025-01-01'")
products = company.products.set_index("product_id")["unit_cost"]
lines = company.order_lines.assign(unit_cost=company.order_lines["product_id"].map(products))
earned = (lines["paid"] - lines["quantity"] * lines["unit_cost"]).groupby(lines["order_id"]).sum()
margin_share = orders["order_id"].map(earned).sum() / orders["amount"].sum()

# %% id="recall-value-quiz"
crm.quiz(
    "An order of {mean:,.0f} yuan is lost. What is lost to the company? (Chapter 2a)",
    ("About {margin:,.0f} yuan.", True, "The margin: goods that are not sold are not paid for."),
    ("{mean:,.0f} yuan.", False, "That is revenue; the goods would have cost something."),
    ("Nothing, the customer comes back.", False, "Some do. That has to be measured, not hoped."),
    mean=orders["amount"].mean(), margin=orders["amount"].mean() * margin_share,
)

# %% id="recall-mean-quiz"
crm.quiz(
    "The ten depots with most late parcels get a second van; a quarter later they have fewer. What else "
    "may have done that? (Chapter 3a)",
    ("Luck: they were chosen at their worst.", True, "Regression to the mean: today's section on the van."),
    ("Nothing; the others did not change.", False, "The others were not chosen at their worst."),
    ("The season.", False, "It would have changed the others, too."),
)

# %% [markdown] id="points"
# ## Three pain points, and who is loud
#
# `journey_events` is the log of chapter 11a: one row per event from March to May 2026. Each channel knows
# customers by ids of its own, so we first put ids together that share a telephone number or a mail address: the simple
# way of 11a. It joins some wrong people; for counts of touches and purchases it is near enough. Who shows no card in a shop stays unknown.

# %% id="points-person"
events = company.journey_events.astype({"channel": "str", "step": "str"})
ids = company.channel_ids
phone_of = ids.dropna(subset=["phone", "email"]).drop_duplicates("email").set_index("email")["phone"]
person = ids["phone"].fillna(ids["email"].map(phone_of)).fillna(ids["email"]).fillna(ids["channel_id"])
events["person"] = events["channel_id"].map(pd.Series(person.to_numpy(), ids["channel_id"]))

# %% [markdown] id="points-touch"
# Now the three touchpoints, each with those who were hit *and* those who passed the same touchpoint unhurt:
# calls with a wait above ten minutes and others; payments in the app with a new log-in and others; parcels that
# found nobody at the first try and others.

# %% id="points-calls"
calls = events.query("step == 'contact' and channel == 'phone'").assign(pain="phone queue")
calls["hit"] = calls["waited"] > 10
app = events[events["channel"] == "app"]
again = app.groupby("channel_id")["step"].shift(-1) == "log in again"

# %% id="points-tries"
payments = app.assign(pain="log in again", hit=again).query("step == 'pay'")
tries = events[events["step"].isin(["missed", "delivered"])].assign(pain="missed parcel")
tries["hit"] = tries["step"] == "missed"
first_try = tries.groupby("channel_id")["step"].shift() != "missed"
moments = pd.concat([calls, payments, tries[first_try]]).dropna(subset="person")

# %% id="points-loud"
said = company.touch_survey.merge(events, on="event_id").dropna(subset="effort")
hard = said[said["effort"] <= 3]
at = hard.groupby(["channel", "step"]).size()
annoyed = {"phone queue": at["phone", "contact"], "log in again": at["app", "paid"]}
annoyed["missed parcel"] = at.xs("delivered", level="step").sum()

# %% id="points-table"
hit = moments[moments["hit"]].groupby("pain")
pains = hit.agg(hits=("hit", "size"), people=("person", "nunique"))
pains["hard"] = pd.Series(annoyed)
plots.table(pains, "March to May 2026 (hard: answers with an effort of 3 or less at this touchpoint)")

# %% id="points-read"
loudest = pains["hard"].idxmax()
tell("The loudest is {pain}: {share:.0%} of the bad answers.", pain=loudest,
     share=pains["hard"].max() / pains["hard"].sum())

# %% [markdown] id="points-words"
# The loudest list is made by those who answer. Who is sent away at the payment gets no survey: they are not in
# the column at all. Complaints, surveys and posts (chapters 5 and 9) tell *that* something hurts and *why*; they
# do not tell what it costs.

# %% [markdown] id="lost"
# ## What does a hit cost?
#
# The first idea is to compare people who were hit with people who were not.

# %% id="lost-people"
paid = events[events["step"] == "paid"].dropna(subset="person")
bought = paid["person"].value_counts()
ever = moments.groupby(["pain", "person"])["hit"].any().reset_index()
ever["purchases"] = ever["person"].map(bought).fillna(0)
naive = ever.groupby(["pain", "hit"])["purchases"].mean().unstack()

# %% id="lost-people-table"
naive.columns = ["never hit", "hit"]
plots.table(naive, "Purchases of a person in three months", "{:.2f}")

# %% id="lost-people-read"
tell("Those who met a missed parcel bought {more:.0%} more than those who got parcels without one. "
     "Shall we miss more of them?", more=naive.at["missed parcel", "hit"] / naive.at["missed parcel", "never hit"] - 1)

# %% [markdown] id="lost-people-words"
# Of course not: who gets many parcels misses one some day. Being hit is a sign of being there. So we compare
# *touches*, not people: one payment with a new log-in against one payment without, both by people who were about
# to pay; and we count what each bought, on any channel, in the 30 days from then on. That holds as far as luck
# decides which payment is hit. Nobody drew lots: it is an assumption, and a better one here (a session that
# breaks does not look at whose it is) than between people.

# %% id="lost-after"
last_start = pd.Timestamp(today) - pd.Timedelta(days=days_after - 1)
begun = moments[moments["at"] < last_start].reset_index(drop=True)
later = begun[["person", "at"]].reset_index().merge(paid[["person", "at"]], on="person", suffixes=("", "_paid"))
gap = later["at_paid"] - later["at"]
soon = later[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=days_after))]
begun["purchases"] = soon["index"].value_counts().reindex(begun.index, fill_value=0)

# %% [markdown] id="lost-cluster"
# One person may stand in several rows, and those rows are not independent. An interval that takes the *person*
# as the unit is a **clustered interval**: `cov_type="cluster"` in statsmodels. More below.

# %% id="lost-fit"
import statsmodels.formula.api as smf

fits = {}
for pain, rows in begun.groupby("pain"):
    who = {"groups": pd.factorize(rows["person"])[0]}
    fits[pain] = smf.ols("purchases ~ hit", rows.astype({"hit": int})).fit(cov_type="cluster", cov_kwds=who)
pains["lost"] = pd.Series({pain: -fit.params["hit"] for pain, fit in fits.items()})
pains["se"] = pd.Series({pain: fit.bse["hit"] for pain, fit in fits.items()})

# %% id="lost-figure"
drawn = plots.bars(pains["lost"], error=1.96 * pains["se"])
axis = "purchases lost in 30 days per hit (95 % interval by person)"
plots.show(drawn, "Purchases after touches not hit, less those after touches hit", x=axis)

# %% id="lost-read"
tell("After a new log-in there are {login:±.2f} purchases fewer, after a missed parcel {parcel:±.2f}, after the queue "
     "{queue:±.2f}.",
     **{name: (pains.at[pain, "lost"], 1.96 * pains.at[pain, "se"]) for name, pain in
        [("login", "log in again"), ("parcel", "missed parcel"), ("queue", "phone queue")]})

# %% [markdown] id="lost-words"
# The figure does not prove that the queue costs nothing: its interval is an interval. Nor does
# it count what comes after 30 days. But the loudest pain is not the one with the largest loss that we can see.

# %% [markdown] id="whose"
# ### Whose purchases are they?
#
# A purchase of one customer is not worth that of another (chapters 2 and 3). So we look at who was hit: the margin of
# a purchase of those people, and how many of the hits fall on the top fifth by spend in the log.

# %% id="whose-value"
spend = paid.groupby("person")["amount"].sum()
top = spend.index[spend >= spend.quantile(0.8)]
hits_of = moments[moments["hit"]].assign(top=moments["person"].isin(top))
pairs = hits_of[["pain", "person"]].drop_duplicates().merge(paid[["person", "amount"]], on="person")
pains["margin"] = pairs.groupby("pain")["amount"].mean() * margin_share
pains["top_fifth"] = hits_of.groupby("pain")["top"].mean()

# %% id="whose-table"
plots.table(pains[["margin", "top_fifth"]], "Who is hit (margin of a purchase: yuan; share of hits on the top fifth)",
            {"top_fifth": "{:.0%}"})

# %% id="whose-read"
tell("A hit falls on the top fifth in {most:.0%} of the cases at {most_pain}, in {least:.0%} at {least_pain}.",
     most=pains["top_fifth"].max(), most_pain=pains["top_fifth"].idxmax(), least=pains["top_fifth"].min(),
     least_pain=pains["top_fifth"].idxmin())

# %% [markdown] id="whose-words"
# Who is there often is hit often, so a pain of the app falls on good customers. The margins hardly differ here; where
# they do, they change the order. What a firm knows of satisfaction, of churn and of what is
# written (chapters 5 and 9) enters the same way: as a reason why a hit may cost more than 30 days show. Who leaves for good
# loses us more than the next purchase, and that is not in our figure.

# %% [markdown] id="money"
# ## From hits to money, and to places
#
# What does mending bring in 12 months?
#
# $$\text{net} = \text{hits a year} \times \text{purchases lost per hit} \times \text{margin of a purchase} \times
# \text{cure} - \text{cost}$$
#
# The *cure* is the share of hits that stay away. The suppliers promise a range; we take it for evenly likely,
# which is an assumption, as is a year of four such quarters.

# %% id="money-net"
quotes = company.mendings.set_index("pain")
pains = pains.join(quotes)
pains["cure"] = pains[["cure_low", "cure_high"]].mean(axis=1)
pains["net"] = pains["hits"] * year * pains["lost"] * pains["margin"] * pains["cure"] - pains["cost"]
shown = pains[["hits", "lost", "margin", "cure", "cost", "net"]]
plots.table(shown, "Mending one, 12 months (margin, cost, net: yuan)", {"lost": "{:.2f}", "cure": "{:.0%}"})

# %% [markdown] id="money-draws"
# Which is first? Ranks of estimates are estimates. So draw everything that we do not know 4,000 times: the loss
# around its estimate, the hits of another year (by chance alone), the cure within its range. In each draw, rank; *nothing* is in the
# race with a net of 0.

# %% id="money-draw"
rng = np.random.default_rng(seed)
shape = 4_000, len(pains)
lost = rng.normal(pains["lost"], pains["se"], shape)
hits = rng.poisson(pains["hits"], shape) * year
cure = rng.uniform(pains["cure_low"], pains["cure_high"], shape)
nets = hits * lost * cure * pains["margin"].to_numpy() - pains["cost"].to_numpy()
nets = pd.DataFrame(nets, columns=pains.index)
nets["nothing"] = 0.0

# %% id="money-places"
places = crm.steady(nets).rank(axis=1, ascending=False, method="first").astype(int)
chance = places.apply(lambda column: column.value_counts(normalize=True)).fillna(0).T.sort_index(axis=1)
chance = chance.loc[chance[1].sort_values(ascending=False, kind="stable").index]
plots.table(chance, "Probability of each place", "{:.0%}")

# %% id="money-lead"
best = crm.steady(pains["net"]).idxmax()
lead = nets[[best]].to_numpy() - nets.drop(columns=best)
ahead = pd.DataFrame({"lead": lead.mean(), "from": lead.quantile(0.025), "to": lead.quantile(0.975)})
plots.table(ahead, "Lead of {best} over each other choice (yuan in 12 months, 95 % of the draws)", best=best)

# %% id="money-read"
rivals = ["nothing", loudest] if best != loudest else ["nothing"]
clear = bool((ahead.loc[rivals, "from"] > 0).all())
rival = ahead["from"].drop(["nothing", loudest], errors="ignore").idxmin()
even = ahead.at[rival, "from"] <= 0
tell("{best} is first in {share:.0%} of the draws. Against the loudest and against nothing its lead is {verdict}; "
     "against {rival} it is {other}.", best=best, share=chance.at[best, 1], rival=rival,
     verdict="clear of 0" if clear else "not clear of 0 in both cases", other="open" if even else "clear of 0")

# %% [markdown] id="money-words"
# A table of places says more than a ranking: it shows where second and third could be swapped for all we know. And
# the lead over the *loudest* is a question of its own, since that is what would be mended without us. Whoever comes
# first has also been a little lucky: expect less than the table promises (chapter 8a). Note what the
# draws do not contain: whether "hit or not" was luck, and whether the suppliers know what they promise. For that we
# have one witness: what was mended last year.

# %% [markdown] id="depots"
# ## Last year's repair, in waves by lot
#
# The courier's 40 depots deliver to everybody who orders a parcel, most of them in no register of ours. From June
# 2025 on parcels were sorted by street the night before, eight depots every ten weeks, in an order drawn by lot: a
# **staggered roll-out**. Firms do that because nobody can mend everywhere at once; who draws lots for the order gets an experiment for nothing. One
# row of `depot_weeks` is a depot and a week.

# %% id="depots-panel"
depots = company.depots
panel = company.depot_weeks.merge(depots, on="depot")
panel["orders_per_100"] = 100 * panel["orders"] / panel["customers"]
panel["late_share"] = panel["late"] / panel["orders"]
panel["pleased_share"] = panel["pleased"] / panel["answers"].clip(lower=1)

# %% id="depots-before"
age = (panel["week"] - panel["sorting"]).dt.days // 7
before = panel[age.between(-10, -1)]["orders_per_100"].mean()
after = panel[age.between(0, 9)]["orders_per_100"].mean()
tell("In the ten weeks after the repair a depot had {after:.2f} orders per 100 customers and week, in the ten weeks "
     "before {before:.2f}.", after=after, before=before)

# %% [markdown] id="depots-twice"
# Before and after differ by the repair *and* by everything else that changed. Take the first wave, and what
# changed at the depots that were not yet repaired by the end of those ten weeks. They had the same weeks, the
# same weather and the same feasts.

# %% id="depots-hand"
wave = panel["sorting"].min()
span = panel[panel["week"].between(wave - pd.Timedelta(weeks=10), wave + pd.Timedelta(weeks=9))]
cells = span.assign(first=span["sorting"] == wave, after=span["week"] >= wave)
means = cells.groupby(["first", "after"])["orders_per_100"].mean().unstack()
by_hand = means.diff(axis=1)[True].diff()[True]

# %% id="depots-hand-read"
tell("First wave: from {before:.2f} to {after:.2f}. The others: from {b:.2f} to {a:.2f}. Difference of the "
     "differences: {effect:+.2f} orders per 100 customers and week.", effect=by_hand,
     before=means.at[True, False], after=means.at[True, True], b=means.at[False, False], a=means.at[False, True])

# %% [markdown] id="depots-function"
# `rollout_effects` does that for each wave and averages them (Callaway & Sant'Anna, 2021). It
# compares with depots that are *not yet* repaired by the end of the span, and its interval takes the depot as the
# unit: each depot gives one number, however many weeks it has. Spans before the repair are a test: there, nothing
# should have happened.

# %% id="depots-effects"
from crmlab.attribution import rollout_effects

spans = [(-30, -21), (-20, -11), (0, 9), (10, 19), (20, 29)]
effects = rollout_effects(panel, "orders_per_100", "sorting", spans)
effects.index = [f"week {first} to {last}" for first, last in spans]
shown = effects[["effect", "low", "high", "units", "compared"]]
plots.table(shown, "Effect on orders per 100 customers and week", {"units": "{:.0f}", "compared": "{:.0f}"} |
            dict.fromkeys(["effect", "low", "high"], "{:+.2f}"))

# %% id="depots-figure"
import matplotlib.pyplot as plt

ax = plt.subplots()[1]
half = (effects["high"] - effects["low"]) / 2
ax.errorbar(effects["first"] + 4.5, effects["effect"], yerr=half, fmt="o", capsize=4)
ax.axhline(0, color="0.4", lw=1)
ax.axvline(-0.5, color="0.4", ls="--", lw=1)
plots.show(ax, "Orders, repaired depots against those not yet repaired", x="weeks since the repair",
           y="orders per 100 customers and week (95 %)", alt="Points with intervals: near 0 before the repair, rising after it.")

# %% id="depots-read"
late_weeks = effects.loc["week 20 to 29"]
early, near = effects.iloc[0], effects.iloc[1]
tell("In weeks 20 to 29 the repair brings {effect:+.2f} orders per 100 customers and week ({interval:+.2f}). Before it "
     "the difference was {early:+.2f} ({early_range:+.2f}) and {near:+.2f} ({near_range:+.2f}).",
     effect=late_weeks["effect"], interval=(late_weeks["low"], late_weeks["high"]), early=early["effect"],
     early_range=(early["low"], early["high"]), near=near["effect"], near_range=(near["low"], near["high"]))

# %% [markdown] id="depots-words"
# Two things to see. The points left of the dashed line are the **pre-trend**: the difference before anything was
# done. With lots it must be luck, and its intervals say which trends they do not rule out. And the points rise:
# parcels are on time at once, but customers come back when they have noticed. They rest on four, three and two waves,
# though, since nobody is left to compare the others with. Does the effect *grow* at the same depots?

# %% id="depots-growth"
grown = []
for begin in sorted(panel["sorting"].unique())[:2]:
    alike = panel[(panel["sorting"] == begin) | (panel["sorting"] >= begin + pd.Timedelta(weeks=30))]
    later_on = alike.assign(later=alike["sorting"].where(alike["sorting"] == begin) + pd.Timedelta(weeks=10))
    grown.append(rollout_effects(later_on, "orders_per_100", "later", [(10, 19)]).iloc[0])

# %% id="depots-growth-read"
grown = pd.DataFrame(grown)
grown_half = np.hypot(*(grown["high"] - grown["low"])) / 4
tell("Weeks 20 to 29 less weeks 0 to 9: {one:+.2f} ({one_range:+.2f}) in the first wave, {two:+.2f} ({two_range:+.2f}) "
     "in the second; their mean is {mean:±+.2f}, if their luck has nothing in common.", one=grown["effect"].iloc[0],
     two=grown["effect"].iloc[1], one_range=tuple(grown[["low", "high"]].iloc[0]),
     two_range=tuple(grown[["low", "high"]].iloc[1]), mean=(grown["effect"].mean(), grown_half))

# %% [markdown] id="twoway"
# ## The regression that misleads
#
# Most would run one regression instead: an effect for each depot, one for each week, and a dummy for "repaired". Its
# name is **two-way fixed effects**.

# %% id="twoway-fit"
panel["repaired"] = (age >= 0).astype(int)
regression = smf.ols("orders_per_100 ~ repaired + C(depot) + C(week)", panel.astype({"week": "str"}))
by_depot = {"groups": pd.factorize(panel["depot"])[0]}
clustered = regression.fit(cov_type="cluster", cov_kwds=by_depot)
told, told_half = clustered.params["repaired"], 1.96 * clustered.bse["repaired"]

# %% id="twoway-read"
average = effects["effect"].iloc[2:].mean()
tell("The regression says {told:±+.2f} orders. The three spans after the repair have a mean of {mean:+.2f}.",
     told=(told, told_half), mean=average)

# %% [markdown] id="twoway-why"
# Why less? Without noise it is easy to see. Three depots, ten weeks; repaired in week 2, in week 6, and never; each
# gains one more every week from its repair on.

# %% id="twoway-toy"
starts = pd.DataFrame({"unit": list("ABC"), "start": [2, 6, 99]})
toy = starts.merge(pd.DataFrame({"week": range(10)}), how="cross")
toy["repaired"] = (toy["week"] >= toy["start"]).astype(int)
toy["outcome"] = (toy["week"] - toy["start"] + 1).clip(lower=0)
plain = smf.ols("outcome ~ repaired + C(unit) + C(week)", toy).fit()

# %% id="twoway-toy-read"
true_mean = toy.loc[toy["repaired"] == 1, "outcome"].mean()
pair = smf.ols("outcome ~ repaired + C(unit) + C(week)", toy[toy["unit"] != "C"]).fit()
tell("True mean effect {true:.2f}; the regression says {all:.2f}, and {pair:.2f} where C does not exist.",
     true=true_mean, all=plain.params["repaired"], pair=pair.params["repaired"])

# %% [markdown] id="twoway-words"
# The coefficient is an average of all comparisons of two groups that differ in timing (Goodman-Bacon, 2021). One
# of them takes A, repaired long ago, as what B would have been. But A is still rising, and its rise is taken *off*
# B's effect. The more depots are repaired, the more of these comparisons there are; where all effects are positive the
# coefficient can even be negative. It is right if the effect is there at once, stays the same and is alike in all waves; here it grows. The explorer
# below counts the weeks after a repair that enter with a weight below 0 (de Chaisemartin & D'Haultfœuille, 2020).
# A larger sample does not help: it is the wrong comparison.

# %% [markdown] id="units"
# ### Rows are not units
#
# 40 depots × 104 weeks are 4,160 rows. What would the regression's interval be if they were independent?

# %% id="units-fit"
as_if = 1.96 * regression.fit().bse["repaired"]
tell("Half of the 95 % interval: {rows:.2f} if rows were independent, {units:.2f} by depot: {factor:.1f} times as "
     "wide.", rows=as_if, units=told_half, factor=told_half / as_if)

# %% [markdown] id="units-words"
# What a depot's own level and the week do not explain still hangs together from week to week: its 104 rows say much
# less than 104 depots would (Bertrand, Duflo & Mullainathan, 2004). So the unit of the interval is the unit of the roll-out. And 40 is not many: the usual formula needs many clusters, and
# "few" may begin anywhere below 20 to 50 (Cameron & Miller, 2015). `rollout_effects` uses Student's *t* with the degrees of freedom that the
# waves leave. With five regions in place of 40 depots hardly any formula helps. By hand, for the first wave: one number a depot, its
# change, and Welch's test of the two groups.

# %% id="units-hand"
from scipy import stats

change = cells.groupby(["depot", "after"])["orders_per_100"].mean().unstack().diff(axis=1)[True]
is_first = depots.set_index("depot")["sorting"].reindex(change.index) == wave
welch = stats.ttest_ind(change[is_first], change[~is_first], equal_var=False).confidence_interval()
tell("First wave, weeks 0 to 9: {effect:+.2f} ({interval:+.2f}).", effect=by_hand, interval=(welch.low, welch.high))

# %% [markdown] id="van"
# ## When it must not be used
#
# There was an older repair. In October 2024 the ten depots with the most late parcels got a second van. The
# courier's slide says that late parcels fell. Here is the same function, on the same kind of data. To
# keep the sorting out, we look at the weeks before it began.

# %% id="van-effects"
earlier = panel[panel["week"] < wave]
blocks = [(-16, -9), (0, 7), (8, 15), (16, 23)]
van = rollout_effects(earlier, "late_share", "second_van", blocks, before=8)
van.index = [f"week {first} to {last}" for first, last in blocks]
columns = ["effect", "low", "high"]
plots.table(van[columns], "Second van: share of parcels late", dict.fromkeys(columns, "{:+.1points}"))

# %% id="van-read"
tell("In weeks 16 to 23 the share is {fall:.1points} lower against the others ({interval:+.1points}). But two months "
     "before the van these depots stood {pre:+.1points} from where they were just before it.",
     fall=-van["effect"].iloc[3], pre=van["effect"].iloc[0], interval=tuple(van[["low", "high"]].iloc[3]))

# %% [markdown] id="van-parallel"
# Differences in differences rest on **parallel trends**: without the repair both would have gone on alike. A
# pre-trend speaks against it: these depots were getting worse. They were chosen *because* they were at their worst, and what is at its worst by luck
# comes back by itself. How much is that? Of the thirty depots that never got a van, choose the ten worst of another eight
# weeks. Nothing was done there, before or after: "repair" them on paper.

# %% id="van-paper"
paper_day = pd.Timestamp("2025-02-10")
untouched = earlier[earlier["second_van"].isna()]
window = untouched["week"].between(paper_day - pd.Timedelta(weeks=8), paper_day - pd.Timedelta(weeks=1))
lately = untouched[window].groupby("depot")["late_share"].mean()
worst = crm.steady(lately).sort_values(ascending=False, kind="stable").index[:10]
on_paper = untouched.assign(paper=pd.Series(paper_day, untouched.index).where(untouched["depot"].isin(worst)))

# %% id="van-paper-effects"
nothing_done = rollout_effects(on_paper, "late_share", "paper", blocks[:3], before=8)
nothing_done.index = van.index[:3]
plots.table(nothing_done[columns], "A repair on paper: share of parcels late", dict.fromkeys(columns, "{:+.1points}"))

# %% id="van-paper-read"
ends = ["low", "high"]
tell("Where nothing was done the same method finds {paper:+.1points} ({paper_range:+.1points}) in weeks 8 to 15; for the "
     "van {van:+.1points} ({van_range:+.1points}).", paper=nothing_done["effect"].iloc[2],
     paper_range=tuple(nothing_done[ends].iloc[2]), van=van["effect"].iloc[2], van_range=tuple(van[ends].iloc[2]))

# %% [markdown] id="van-words"
# A part of what the slide shows may have come without a van, and perhaps all of it. How much is the van's nobody can
# tell from these data. And a flat pre-trend is no proof: with few depots a slope can hide in the interval. What helps is
# to know *how* units were chosen. By lot: compare. Because they were getting worse: do not.

# %% [markdown] id="tree"
# ## From a touchpoint to money
#
# An **experience metric tree** writes down what leads to what: an event at a touchpoint, what customers feel, what
# they do, what it earns. For the sorting the lot lets us measure each level. Beside it stands what we would
# have said without a lot: depots with fewer late parcels had more orders before, so what does the fall promise?

# %% id="tree-lot"
levels = {"late, of 100 parcels": "late_share", "pleased, of 100 answers": "pleased_share",
          "orders, of 100 customers": "orders_per_100"}
scaled = panel.assign(late_share=100 * panel["late_share"], pleased_share=100 * panel["pleased_share"])
tree = pd.concat([rollout_effects(scaled, column, "sorting", [(20, 29)]) for column in levels.values()])
tree = tree.set_axis(list(levels))[["effect", "low", "high"]]

# %% id="tree-seen"
usual = scaled[scaled["week"] < wave].groupby("depot")[list(levels.values())].mean()
fall, *fall_range = tree.iloc[0]
seen = {level: smf.ols(f"{column} ~ late_share", usual).fit() for level, column in list(levels.items())[1:]}
tree["seen"] = pd.Series({level: fit.params["late_share"] * fall for level, fit in seen.items()})

# %% id="tree-table"
tree.columns = ["by lot", "from", "to", "seen together"]
plots.table(tree, "Sorting, weeks 20 to 29 after it: what changed, and what seen together promises", "{:+.2f}")

# %% [markdown] id="tree-why"
# A promise has an interval, too: from the slope, and from the fall of late parcels. And it must be set against the same
# weeks: depots before the sorting show what a difference does in the long run, not ten weeks after it began.

# %% id="tree-gap"
line = seen[tree.index[2]]
slope, slope_half = line.params["late_share"], 1.96 * line.bse["late_share"]
gaps = scaled.assign(gap=slope * scaled["late_share"] - scaled["orders_per_100"])
gap = rollout_effects(gaps, "gap", "sorting", [(20, 29)]).iloc[0]
gap_half = np.hypot((gap["high"] - gap["low"]) / 2, slope_half * fall)

# %% id="tree-read"
orders_row = tree.iloc[2]
promised_half = np.hypot(slope * (fall_range[1] - fall_range[0]) / 2, slope_half * fall)
tell("Seen together promised {promised:±+.2f} orders, the lot found {found:+.2f} ({interval:+.2f}). The promise less the "
     "find is {gap:±+.2f}: {verdict}.", promised=(orders_row["seen together"], promised_half),
     found=orders_row["by lot"], interval=(orders_row["from"], orders_row["to"]), gap=(gap["effect"], gap_half),
     verdict="open" if abs(gap["effect"]) < gap_half else "clear of 0")

# %% [markdown] id="tree-words"
# A district that is well run *may* have fewer late parcels and more orders for reasons of its own. A link that is only
# **seen together** carries all of them, and without the lot we would not know whether there are any. So write beside
# each link what it rests on; and where an interval above holds 0, the link is open.
#
# | link | rests on |
# | --- | --- |
# | sorting → late parcels; sorting → orders | a lot |
# | late parcels → pleased → orders | an assumption: the lot moved the sorting, not what lies between |
# | new log-in, missed parcel → purchases in 30 days | touches that luck may have chosen |
# | hits in spring → hits in a year | an assumption |
# | mending → hits that stay away | the supplier's word |
# | what people say → what they do | let us see |
#
# A tree without that column makes every arrow look alike, and dashboards are full of such trees. The money decides
# where the weakest link is worth a test.

# %% id="tree-money"
reach = depots["customers"].sum() / 100 * 52
sorting_net = reach * parcel_margin * late_weeks[["effect", "low", "high"]] - 52 * sorting_cost * len(depots)
tell("At {margin} {unit} of margin an order and {cost} {unit} a depot and week, a year with the effect of weeks 20 to "
     "29 brings {net:+,.0f} {unit} ({interval:+,.0f}).", margin=parcel_margin, cost=sorting_cost, unit=currency,
     net=sorting_net["effect"], interval=(sorting_net["low"], sorting_net["high"]))

# %% [markdown] id="explore"
# ## Explore: when the regression goes wrong
#
# No noise here, so that all you see is the method. Move one control at a time:
#
# 1. Set "more each week" to 0 and "effect at once" to 1. What does the regression say?
# 2. Let the effect grow again, and add waves that are never repaired. Why does that help?
# 3. Bring the waves closer together, then further apart.
#
# Where nothing can move, the picture shows five waves, ten weeks apart, all repaired in the end.

# %% id="explorer"
from crmlab import widgets

widgets.rollout_explorer()

# %% [markdown] id="explore-read"
# With all waves repaired in the end and growing effects the regression turns the sign, though nothing but good
# was done. Groups that are never repaired make it better, not right. Keep some for last, and compare with those who wait.

# %% [markdown] id="claim"
# ## Claim check: "86 % pay more, 67 % experience over price, 94 % recommend, three times the value"
#
# These are four figures of the trade. The first three are what people *say*. In December 2024 half of the private
# customers were asked the same; in 2025 each of them could pay 12 yuan for a parcel in an hour of their choice, choose
# a gift (a voucher, or a tasting hour of the same price), and send a friend.

# %% id="claim-said"
claims = company.experience_claims
sent = company.referrals.query("date >= '2025-01-01'")["referrer_id"]
claims["referred"] = claims["customer_id"].isin(sent)
claims["tasting"] = (claims["gift"] == "tasting hour").where(claims["gift"].notna())
ordered = claims[claims["ordered"]]

# %% id="claim-pairs"
pairs = {"would pay more": (ordered, "pay_more", "paid_for_hour"),
         "experience over price": (claims.dropna(subset="tasting"), "over_price", "tasting"),
         "would recommend": (claims, "recommends", "referred")}
rows = []
for people, says, does in pairs.values():
    asked = people.dropna(subset=says)
    yes = asked[says].astype(bool)
    said_yes, said_no = asked.loc[yes, does].astype(float), asked.loc[~yes, does].astype(float)
    more_of = said_yes.mean() - said_no.mean()
    rows.append((yes.mean(), said_yes.mean(), said_no.mean(), more_of, 1.96 * np.hypot(said_yes.sem(), said_no.sem()),
                 people[does].mean()))

# %% id="claim-table"
columns = ["say so", "did, of these", "did, of those who said no", "yes less no", "±", "did, of all invited"]
stated = pd.DataFrame(rows, index=list(pairs), columns=columns)
plots.table(stated, "What was said in December 2024, and done in 2025",
            dict.fromkeys(columns, "{:.1%}") | dict.fromkeys(columns[3:5], "{:.1points}"))

# %% id="claim-read"
answered = ordered.dropna(subset="pay_more")
rates = answered.astype({"pay_more": bool}).groupby("pay_more")["paid_for_hour"].agg(["mean", "sem"])
more, more_half = rates["mean"].diff()[True], 1.96 * np.sqrt((rates["sem"] ** 2).sum())
tell("{say:.0%} say that they would pay more. Of these {did:.0%} did, {more:±+.1points} more than of those who "
     "said no.", say=stated.at["would pay more", "say so"], did=rates.at[True, "mean"], more=(more, more_half))

# %% [markdown] id="claim-words"
# The survey costs nothing to say yes to, and about half did not answer. Who said yes did it a few points more often, if at
# all: that is no forecast, and not even a good way to find the payers. Ask with a price tag on the table, or better,
# count. The fourth figure compares the contented with the discontented.

# %% id="claim-value"
wave_1 = company.survey.query("wave < '2025-01-01'").dropna(subset="csat")
next_year = company.orders.query("amount >= 0 and date >= '2024-06-01' and date < '2025-06-01'")
a_year = next_year.groupby("customer_id")["amount"].sum() * margin_share
wave_1["margin"] = wave_1["customer_id"].map(a_year).fillna(0)
wave_1["happy"] = wave_1["csat"] >= 4

# %% id="claim-value-read"
worth = wave_1.groupby("happy")["margin"].agg(["mean", "sem"])
ratio = worth.at[True, "mean"] / worth.at[False, "mean"]
spread = np.exp(1.96 * np.sqrt(((worth["sem"] / worth["mean"]) ** 2).sum()))
tell("In the year after the survey the contented brought {ratio:.2f} times the margin of the others "
     "({interval:.2f}).", ratio=ratio, interval=(ratio / spread, ratio * spread))

# %% [markdown] id="claim-end"
# No three times here. And even this ratio is seen together only: who had left before the survey was not contented, and
# brings nothing. It does not say what a customer made contented would bring. For all four: ask for the deed, the lot, and
# who was not asked.

# %% [markdown] id="decision"
# ## The decision
#
# One pain point can be mended. Against it stand the obvious choices: the loudest, and nothing. The suppliers' cure
# is the weakest link, so we also ask whether a trial could decide: mend for a part by lot and count purchases in 30
# days after a touch. By the rule of 16 (chapter 4b) each arm needs 16 times the variance over the square of what
# mending changes. Mending keeps hits away. So hits can be counted an arm only where a hit that was saved is noted, too;
# else all touches of the two arms are compared, and those that were never in danger thin the effect out.

# %% id="decision-size"
scatter = begun.groupby("pain")["purchases"].std()
pains["arm"] = 16 * (scatter / (pains["cure"] * pains["lost"])) ** 2
pains["months"] = 2 * pains["arm"] / (pains["hits"] / 3) + 1
share_hit = moments.groupby("pain")["hit"].mean()
pains["touches_arm"] = pains["arm"] / share_hit**2
pains["long"] = 2 * pains["touches_arm"] / (pains["hits"] / share_hit / 3) + 1
shown = pains[["arm", "months", "touches_arm", "long"]].where(pains["lost"] > pains["se"])
shown.columns = ["hits an arm", "months", "touches an arm", "months, all touches"]
plots.table(shown, "A trial by lot, with the 30 days of the last touch", dict.fromkeys(shown.columns[1::2], "{:.1f}"))

# %% id="decision-read"
net_range = tuple(nets[best].quantile([0.025, 0.975]))
of_loudest = pains.loc[loudest]
need = of_loudest["cost"] / (of_loudest["hits"] * year * of_loudest["margin"] * of_loudest["cure"])
tell("For {pain} to pay, a hit would have to cost {need:.2f} purchases; the interval of the estimate ends at {high:.2f}.",
     pain=loudest, need=need, high=pains.at[loudest, "lost"] + 1.96 * pains.at[loudest, "se"])

# %% [markdown] id="decision-words"
# Where no loss is seen beyond one standard error no size is given: a trial for it would take years, so we do not propose
# it. Now the memo.

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-mend"
lead_range = tuple(ahead.loc[loudest if best != loudest else "nothing", ["from", "to"]])
tell("1. {verdict} {best}: expected {net:+,.0f} {unit} in 12 months ({interval:+,.0f}); it is first in {share:.0%} of the "
     "draws, and ahead of the loudest, {loudest}, by {lead:+,.0f}.", best=best, net=pains.at[best, "net"], unit=currency,
     verdict="Mend" if clear else "Open. First a trial with", interval=net_range, share=chance.at[best, 1],
     loudest=loudest, lead=lead_range)
tell("Against {rival} its lead is {lead:+,.0f} {unit}: {open}.", rival=rival, lead=tuple(ahead.loc[rival, ["from", "to"]]),
     unit=currency, open="that may be the better one" if even else "clear of 0")

# %% id="memo-how"
pays = pains.at[best, "cost"] / (pains.at[best, "hits"] * year * pains.at[best, "margin"])
tell("2. How: half of those concerned first, by lot, the rest later. If a hit is noted in both halves, also where it was "
     "saved, {arm:,.0f} hits an arm show what mending truly changes, in {months:.1f} months; if not, it takes {touches:,.0f} "
     "touches an arm and {long:.1f} months. Go on unless the interval ends below {pays:.2f} purchases a hit, from which it "
     "pays.", arm=pains.at[best, "arm"], months=pains.at[best, "months"], touches=pains.at[best, "touches_arm"],
     long=pains.at[best, "long"], pays=pays)

# %% id="memo-loud"
tell("3. The loudest, {loudest}: not for the sake of sales, as far as we can see. To pay, a hit would have to cost "
     "{need:.2f} purchases. Our {cost:±.2f} does not prove that it costs none.", loudest=loudest, need=need,
     cost=(pains.at[loudest, "lost"], 1.96 * pains.at[loudest, "se"]))

# %% id="memo-sorting"
sorting_range = sorting_net["low"], sorting_net["high"]
tell("4. Sorting by street {verdict}: {effect:+.2f} orders per 100 customers and week ({interval:+.2f}), {net:+,.0f} "
     "{unit} a year ({money:+,.0f}) if it stays there, at all depots. The second van has shown nothing either way.", effect=late_weeks["effect"],
     interval=(late_weeks["low"], late_weeks["high"]), net=sorting_net["effect"], unit=currency, money=sorting_range,
     verdict="goes on" if sorting_net["low"] > 0 else "stays open, and goes on for now")

# %% id="memo-evidence"
crm.evidence(
    ("net of the first, yuan in 12 months", "{net:+,.0f}", "{net_range:+,.0f}", "money-net",
     "which touch is hit is luck; a year like this spring; the supplier's range"),
    ("its lead over the loudest, yuan", "{lead:+,.0f}", "{lead_range:+,.0f}", "money-lead", "the same"),
    ("its lead over the next rival, yuan", "{over:+,.0f}", "{over_range:+,.0f}", "money-lead", "the same"),
    ("first in this share of draws", "{share:.0%}", "", "money-places", "the same"),
    ("hits an arm of a trial", "{arm:,.0f}", "", "decision-size", "saved hits are noted; one in five good repairs is missed; cure in the middle of its range"),
    ("purchases that a hit of the loudest costs", "{loud:.2f}", "{loud_range:.2f}", "lost-fit", "30 days"),
    ("sorting, orders per 100 and week", "{effect:+.2f}", "{effect_range:+.2f}", "depots-effects", "the first two waves"),
    ("sorting, yuan a year", "{sorting:+,.0f}", "{sorting_range:+,.0f}", "tree-money",
     "the effect stays as in weeks 20 to 29, at all depots"),
    net=pains.at[best, "net"], net_range=net_range, lead=lead[loudest if best != loudest else "nothing"].mean(),
    lead_range=lead_range, over=ahead.at[rival, "lead"], over_range=tuple(ahead.loc[rival, ["from", "to"]]), share=chance.at[best, 1], arm=pains.at[best, "arm"], loud=pains.at[loudest, "lost"],
    loud_range=tuple(pains.at[loudest, "lost"] + np.array([-1.96, 1.96]) * pains.at[loudest, "se"]),
    effect=late_weeks["effect"], effect_range=(late_weeks["low"], late_weeks["high"]),
    sorting=sorting_net["effect"], sorting_range=sorting_range,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows which purchases each pain has cost, what share of the hits each mending truly keeps away, and what
# the sorting does.

# %% id="truth-nets"
truth = company.truth.mendings
shown = truth.assign(memo=pains["net"])[["lost", "cure", "net", "memo"]]
plots.table(shown, "In truth (yuan in 12 months; memo: what we said)", {"cure": "{:.0%}"})

# %% id="truth-judged"
judged = {"action": truth.at[best, "net"], "baseline": max(truth.at[loudest, "net"], 0.0), "open": not clear}
tell("Mending {best} truly brings {net:+,.0f} {unit}, the loudest {loud:+,.0f}, nothing 0.", best=best,
     net=judged["action"], loud=truth.at[loudest, "net"], unit=currency)

# %% id="truth-sorting"
real = company.truth.sorting["orders"]
two_waves = panel["sorting"].isin(sorted(panel["sorting"].unique())[:2])
tell("Sorting truly brought {late:+.2f} orders in weeks 20 to 29; we said {said:+.2f}. Over all repaired weeks it brought "
     "{all:+.2f}; the regression said {told:+.2f}.", late=real[two_waves & age.between(20, 29)].mean(),
     said=late_weeks["effect"], all=real[age >= 0].mean(), told=told)

# %% [markdown] id="truth-words"
# The new log-in looks dearer than it is: some who gave up bought in a shop without a card, where we could not see them;
# a loss that is counted by ids counts what ids lose. The missed parcel looks cheaper, since 30 days are short. An
# interval allows for luck, not for either of these. Over 100 companies the intervals of `rollout_effects` held
# the true effect in about 95, on orders and on late parcels.

# %% [markdown] id="recap"
# ## Recap
#
# - The loudest pain is the one that is asked about. What it costs is counted in purchases, at the same touchpoint.
# - Rank by money, and show the probability of each place; the lead over the obvious choice decides.
# - A roll-out in waves by lot is an experiment: compare with those not yet repaired, and count units, not rows.
# - Two-way fixed effects use the repaired as a comparison: with growing effects that is wrong.
# - Chosen at their worst, units get better by themselves. Each link of a tree says what it rests on.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-hit"
crm.quiz(
    "People who were hit by a pain buy more than people who were not. What follows?",
    ("Nothing: who buys more is hit more often.", True, "Compare touches at the same touchpoint."),
    ("The pain does no harm.", False, "Being hit is a sign of being there."),
    ("The pain should be kept.", False, "Nobody would miss parcels to sell more."),
)

# %% id="quiz-waves"
crm.quiz(
    "Wave 3 was repaired in January. Whom may it be compared with in the ten weeks after?",
    ("Depots that are not repaired by the end of these weeks.", True, "They show what would have been."),
    ("Waves 1 and 2.", False, "Their effects may still grow: that growth would be taken off."),
    ("Itself before January.", False, "Everything else that changed would count as the repair."),
)

# %% id="quiz-rows"
crm.quiz(
    "40 depots, 104 weeks, a repair by depot. What does the interval count?",
    ("40 depots.", True, "The unit of the roll-out is the unit of the interval."),
    ("4,160 rows.", False, "Weeks of one depot say nearly the same."),
    ("5 waves.", False, "The lot was drawn among depots."),
)

# %% id="quiz-pretrend"
crm.quiz(
    "Shops were chosen for a repair because complaints rose there. Afterwards complaints fall against the others. "
    "What do you say?",
    ("We cannot tell: they were chosen at their worst.", True, "Look at shops that were nearly chosen."),
    ("It helped, the interval is clear of 0.", False, "The interval is narrow around another question."),
    ("It helped, since the trends before differ.", False, "That is what speaks against it."),
)

# %% id="quiz-say"
crm.quiz(
    "86 % say that they would pay more for a better experience. What is a fair forecast of those who will?",
    ("What a part drawn by lot paid when it was offered.", True, "A deed with a price on it."),
    ("86 %.", False, "Saying yes costs nothing."),
    ("Half of it.", False, "A rule of thumb is no measurement."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/11b_what_to_mend.ipynb) gives you pain points and a roll-out of your own. Chapter 12 asks
# whom customers and staff can trust with all this, and what comes next.
#
# *Your own data:* for the ranking a log with a touchpoint, who was hit, and later purchases; for the roll-out a table
# of unit, period and outcome, with the date of the repair. If the order is not fixed yet, draw it by lot: that is all
# an experiment needs.
#
# ### References
#
# - Bertrand, M., Duflo, E. & Mullainathan, S. (2004). How much should we trust differences-in-differences estimates?
#   *Quarterly Journal of Economics* 119(1), 249–275.
# - Callaway, B. & Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple time periods. *Journal of
#   Econometrics* 225(2), 200–230.
# - Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. *Journal of Human
#   Resources* 50(2), 317–372.
# - de Chaisemartin, C. & D'Haultfœuille, X. (2020). Two-way fixed effects estimators with heterogeneous treatment
#   effects. *American Economic Review* 110(9), 2964–2996.
# - Goodman-Bacon, A. (2021). Difference-in-differences with variation in treatment timing. *Journal of Econometrics*
#   225(2), 254–277.
