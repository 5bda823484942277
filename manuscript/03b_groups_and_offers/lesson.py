# %% [markdown] id="title"
# # 3b · Groups, offers and tests
#
# ### The question
#
# It is February 2026, and the spring campaign of Harbour Coffee is due in March. Lin Yue, the founder,
# likes one offer for everybody: 5 % off. Zhou Ning, head of marketing, would rather send each customer
# the offer that fits: fast delivery, a tasting, a barista, gift wrapping. Last spring both were
# tried. By Friday she has to say which of them goes out, to whom, and what it should earn. If she
# is wrong, several thousand yuan are spent on orders that would have come anyway.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. compare ways to divide customers by what they foretell about customers not seen;
# 2. find groups with different needs, name them, and say how sure you are of them;
# 3. keep a registry of tags that people can trust;
# 4. plan a test, read its interval, and say when it cannot decide;
# 5. judge with a number whether an offer that fits pays.
#
# *You need* scores and tiers of [chapter 3a](03a_rfm_and_pyramid.ipynb). And a little pandas: `groupby`,
# joining two tables. *Time:* about {{minutes}} minutes to read and run. *Not here:* who is about to leave
# ([chapter 5b](05b_churn.ipynb)), and tests with several looks ([chapter 4b](04b_attribution_and_tests.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=2000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-tiers"
year = crm.summarize(company.orders, since="2025-01-01", as_of="2025-12-31")
fifth = round(0.2 * len(year))
tell("{all:,} customers bought in 2025.", all=len(year))
crm.quiz(
    "Chapter 3a: how many of them are in the top three tiers?",
    (f"{fifth:,}", True, "Diamond, Platinum and Gold are 1 + 4 + 15 = 20 % of customers."),
    (f"{round(0.05 * len(year)):,}", False, "That is Diamond and Platinum; Gold is missing."),
    (f"{round(0.6 * len(year)):,}", False, "That is Basic, the broad foot of the pyramid."),
)

# %% id="recall-keep"
crm.quiz(
    "Chapter 3a: a service costs 60 yuan a year, and its customers bring a margin of 600 yuan each. "
    "What must it keep from leaving, to pay within the year?",
    ("10 % of them.", True, "60 ÷ 600: every tenth customer; it cannot keep more than leave."),
    ("60 % of them.", False, "That is the cost, read as a share."),
    ("Nothing: 600 is more than 60.", False, "Most of the 600 would have come anyway."),
)

# %% [markdown] id="data"
# ## The data
#
# Three tables more than in chapter 3a. The survey of June 2024 has a row per customer who answered:
# twelve statements, each from 1 (no) to 7 (yes). `touches` has a row per customer in the campaign of
# March 2025: which design the lot gave them, which offer went out, whether they ordered within 30
# days, and what that cost. `order_lines` say what was in each order.

# %% id="data-touches"
touches = company.touches
shown = touches[["customer_id", "design", "label", "offer", "ordered", "margin", "cost"]].head(4)
plots.table(shown, "Four rows of the campaign (money in {unit})", {"cost": "{:.1f}"}, unit=currency)

# %% [markdown] id="data-words"
# `label` is the firm's own guess of what the customer wants, asked at sign-up; it is not always right.
# `held out` customers were sent nothing. The lot was drawn among everybody, so the three designs
# reached customers of the same kind.

# %% [markdown] id="bases"
# ### Four bases, tried on the same customers
#
# There are four classic **bases of segmentation**: *demographic* (age, income, household),
# *geographic* (region, size of the city), *behavioural* (what people do) and *psychographic*
# (attitudes, from a survey). Longer lists exist, but their entries fall under one of these four.
# We make groups on each base with data up to the end of 2024, for the customers who answered the
# survey, and ask how well the groups foretell the *next* year's spend.

# %% id="bases-survey"
from sklearn.cluster import KMeans

survey = company.survey.set_index("customer_id")
answers = survey[survey["wave"] == "2024-06-01"].filter(regex="^q").astype("float64")
answers = answers.fillna(answers.median())
attitude = KMeans(4, n_init=10, random_state=seed).fit_predict(answers)

# %% id="bases-register"
register = company.customers.set_index("customer_id")
profile = crm.summarize(company.orders, as_of="2024-12-31").join(register)
profile = profile.join(pd.Series(attitude, answers.index, name="attitude"), how="inner")

# %% id="bases-bands"
profile["age_band"] = pd.cut(2024 - profile["birth_year"].astype("Float64"), [0, 30, 45, 60, 100])
profile["orders_band"] = pd.cut(profile["purchases"], [0, 1, 3, 8, 1000])
profile["recency_band"] = pd.cut(profile["recency_days"], [-1, 90, 180, 365, 1000])

# %% id="bases-list"
bases = {
    "demographic": ["age_band", "income_band", "household_size"],
    "geographic": ["region", "city_size"],
    "psychographic": ["attitude"],
    "behavioural": ["orders_band", "recency_band"],
}

# %% [markdown] id="bases-measure"
# To be fair, each base has to foretell the spend of customers it has *not* seen: groups learn
# their average on four fifths of the customers and foretell the last fifth, in turn. The measure is
# **R²** = 1 − Σ (spend − forecast)² ÷ Σ (spend − mean)²: 1 is perfect, 0 is no better than one average
# for everybody, and below 0 is worse than that. Spend is taken as a logarithm, so that a few large
# customers do not decide alone.

# %% id="bases-score"
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

# %% id="bases-outcome"
outcome = np.log1p(year["spend"].reindex(profile.index).fillna(0).clip(lower=0))
model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LinearRegression())
folds = KFold(n_splits=5, shuffle=True, random_state=seed)

# %% id="bases-compare"
foretold = {
    name: cross_val_predict(model, profile[columns].astype("str"), outcome, cv=folds)
    for name, columns in bases.items()
}
error = (pd.DataFrame(foretold, profile.index).sub(outcome, axis=0)) ** 2
spread = (outcome - outcome.mean()) ** 2
strength = (1 - error.sum() / spread.sum()).sort_values(kind="stable")

# %% [markdown] id="bases-boot-words"
# Then we draw the customers anew, 400 times, and look at the four R² and at the *difference* between
# two of them: behaviour, and the best of the others.

# %% id="bases-boot"
rng = np.random.default_rng(seed)
drawn = rng.integers(0, len(error), (400, len(error)))
draws = {name: error[name].to_numpy()[drawn].sum(axis=1) for name in error}

# %% id="bases-lead"
again = 1 - pd.DataFrame(draws).div(spread.to_numpy()[drawn].sum(axis=1), axis=0)
other = strength.drop("behavioural").index[-1]
lead = tuple((again["behavioural"] - again[other]).quantile([0.025, 0.975]))

# %% id="bases-plot"
low, high = (again.quantile(end)[strength.index] for end in (0.025, 0.975))
ax = plots.bars(strength, error=pd.DataFrame([strength - low, high - strength]))
plots.show(
    ax, "What four bases foretell about the next year",
    x="R² of next year's spend (log), on customers not seen; bars: 95 % interval",
    alt="Bars: R² of four bases, with 95 % intervals over draws of the customers.",
)

# %% id="bases-read"
tell(
    "Behaviour has an R² of {best:.2f}, the best of the others, {other}, {rest:.2f}. Difference: "
    "{gap:+.2f}, 95 % interval {interval:+.2f}. {count} customers answered the survey.",
    best=strength["behavioural"], other=other, rest=strength[other],
    gap=strength["behavioural"] - strength[other], interval=lead, count=len(profile),
)

# %% [markdown] id="bases-reading"
# Where the interval lies above 0, what people did says more about what they will do than the best of
# the other three bases. That is why RFM came first. But value is not the only reason to segment:
# attitudes and needs say what to *offer*, and age and place say how to *reach* people.

# %% [markdown] id="cluster"
# ## Groups that nobody defined: clustering
#
# RFM says *how much* a customer buys, not *what* the customer wants. For that, describe each
# customer by what is bought, when, and through which channel, and let an algorithm find groups of
# similar customers: **clustering**. We take customers with three orders or more; fewer say little
# about habits.

# %% id="cluster-mix"
orders = company.orders.query("amount > 0")
orders = orders[orders["date"] < "2025-01-01"]
lines = company.order_lines.merge(company.products.astype({"category": "str"}), on="product_id")
lines = lines.merge(orders[["order_id", "customer_id"]], on="order_id")
bought = lines.pivot_table(index="customer_id", columns="category", values="paid", aggfunc="sum")
bought = bought.div(bought.sum(axis=1), axis=0).fillna(0)

# %% id="cluster-habits"
when = orders["date"].dt
habits = orders.assign(
    weekend=when.day_of_week >= 5, morning=when.hour < 12, evening=when.hour >= 18
).groupby("customer_id")[["weekend", "morning", "evening"]].mean()
channel = pd.crosstab(orders["customer_id"], orders["channel"].astype("str"), normalize="index")

# %% id="cluster-needs"
frequent = orders["customer_id"].value_counts().loc[lambda count: count >= 3].index
needs = bought.join([habits, channel]).loc[sorted(frequent)]
tell("{count} customers, {columns} columns.", count=len(needs), columns=needs.shape[1])

# %% id="cluster-scale"
from sklearn.preprocessing import StandardScaler

scaled = StandardScaler().fit_transform(needs)

# %% [markdown] id="cluster-k"
# All columns are shares, but some vary more than others, so we standardise them first. How many
# groups? The **silhouette** compares how close customers are to their own group and to the next
# one. **Stability** asks whether half of the customers lead to the same groups as all of them: the
# **adjusted Rand index** is 1 for the same groups and 0 for chance.

# %% id="cluster-fits"
rng = np.random.default_rng(seed)
everyone = np.arange(len(scaled))
halves = [rng.permutation(everyone)[: len(scaled) // 2] for half in range(6)]
models = {
    k: [KMeans(k, n_init=4, random_state=seed).fit(scaled[rows]) for rows in [everyone, *halves]]
    for k in range(2, 8)
}
fits = {k: [model.predict(scaled) for model in family] for k, family in models.items()}

# %% id="cluster-choose"
from sklearn.metrics import adjusted_rand_score, silhouette_score

choice = pd.DataFrame(
    {
        "silhouette": {k: silhouette_score(scaled, found[0]) for k, found in fits.items()},
        "stability": {
            k: np.mean([adjusted_rand_score(all_of_them, half) for half in by_half])
            for k, (all_of_them, *by_half) in fits.items()
        },
    }
)

# %% id="cluster-choose-table"
plots.table(choice.rename_axis("k"), "Two opinions on the number of groups k", "{:.2f}")

# %% [markdown] id="cluster-k-read"
# The two opinions need not agree, and neither knows what you can use. Where the silhouette hardly
# moves, it does not decide; stability tends to fall with more groups. Marketing here can serve about
# four groups in different ways. We take four, and say that it was a choice.

# %% id="cluster-profile"
cluster = pd.Series(fits[4][0], needs.index, name="cluster")
means = needs.groupby(cluster).mean()
plots.table(
    means.T, "What each cluster buys (share of spend), when and where (share of orders)", "{:.0%}"
).background_gradient(cmap="Blues", axis=1)

# %% [markdown] id="cluster-profile-read"
# This is the **needs profile**. Read along a row: where is one cluster darker than the others? Give
# the groups names that a colleague understands. We name them by rule from the profile, so that the
# names stay right if the numbering changes.

# %% id="cluster-names"
names = {
    means["tea & snacks"].idxmax(): "gift",
    means["dealer"].idxmax(): "office",
    means["weekend"].idxmax(): "gourmet",
}
need = cluster.map(names).fillna("convenience").rename("need")
plots.table(need.value_counts().rename("customers"), "Needs groups found")

# %% [markdown] id="cluster-alternatives"
# Other algorithms draw other lines. **Hierarchical clustering** joins the two nearest groups again
# and again. A **Gaussian mixture** lets groups have different widths and gives probabilities. Where
# the methods agree, the groups are in the data; where they do not, they are in the method.

# %% id="cluster-compare"
from sklearn.cluster import AgglomerativeClustering
from sklearn.mixture import GaussianMixture

mixture = GaussianMixture(4, covariance_type="diag", n_init=5, reg_covar=1e-2, random_state=seed)
found = {
    "k-means": cluster,
    "hierarchical": AgglomerativeClustering(4).fit_predict(scaled),
    "Gaussian mixture": mixture.fit_predict(scaled),
}

# %% id="cluster-agree"
agreement = {
    one: {other: adjusted_rand_score(found[one], found[other]) for other in found} for one in found
}
plots.table(pd.DataFrame(agreement), "Agreement of three methods (adjusted Rand index)", "{:.2f}")

# %% [markdown] id="cluster-agree-read"
# 1 would be the same groups, 0 chance. The methods agree on most customers and part on the rest: so
# nobody should be told "you are a gift buyer" as if it were a fact.

# %% [markdown] id="asked"
# ### Do customers say the same?
#
# *Customer participation*: customers can say themselves what they want. Does what they tick in
# the survey agree with the group that their orders put them in?

# %% id="classes-scales"
scales = {
    "convenience": ["q07_no_time_to_shop", "q08_same_order_again", "q09_fast_delivery"],
    "gourmet": ["q04_taste_differences", "q05_know_the_origin", "q06_try_new_coffees"],
    "gift": ["q10_gifts_say_something", "q11_packaging_matters", "q12_coffee_with_others"],
}
said = pd.DataFrame({name: answers[items].mean(axis=1) for name, items in scales.items()})
said = said.rank(pct=True).idxmax(axis=1).rename("by answers")

# %% id="classes-asked"
asked = need[need != "office"].rename("by orders").to_frame().join(said, how="inner")
table = pd.crosstab(asked["by orders"], asked["by answers"], normalize="index")
plots.table(table, "Of each group found in orders: what its members say in the survey", "{:.0%}")

# %% id="classes-asked-read"
match = (asked["by orders"] == asked["by answers"]).mean()
half = 1.96 * np.sqrt(match * (1 - match) / len(asked))
tell(
    "Orders and answers agree for {match:±.0%} of {count} customers; chance gives about 33 %.",
    match=(match, half), count=len(asked),
)

# %% [markdown] id="tags"
# ## Tags and customer profiles
#
# A **tag** is a short statement about a customer that systems can act on: *gone quiet*, *gift
# buyer*. Tags breed: after two years nobody knows what half of them mean. So they need a registry:
# a name by a rule (`group.meaning`), a definition that a machine can run, who made it (a rule or a
# model), an owner, and a day on which it is reviewed.

# %% id="tags-registry"
quiet = "recency_days > 180 and purchases >= 3"
fan = "spend > 500_000 and purchases > 200"
rows = [
    ("value.top", "tier in ['Diamond', 'Platinum']", "rule", "marketing", "2026-06-30"),
    ("activity.quiet", quiet, "rule", "service", "2025-12-31"),
    ("need.gift", "need == 'gift'", "model", "analytics", "2026-12-31"),
    ("value.golden_fan", fan, "rule", "sales", "2025-06-30"),
]

# %% id="tags-table"
registry = pd.DataFrame(rows, columns=["tag", "definition", "made by", "owner", "review on"])
registry = registry.set_index("tag")

# %% id="tags-naming"
well_named = registry.index.str.fullmatch(r"[a-z]+\.[a-z_]+")
tell("{good} of {all} tags keep the naming rule.", good=well_named.sum(), all=len(registry))

# %% id="tags-facts"
customers = crm.summarize(company.orders, as_of="2025-12-31")
facts = customers[["recency_days", "purchases", "spend"]].join(need)
facts["tier"] = crm.Pyramid().fit(year).predict(year).astype("str")

# %% id="tags-apply"
tags = pd.DataFrame({tag: facts.eval(rule) for tag, rule in registry["definition"].items()})
registry["customers"] = tags.sum()
plots.table(registry.drop(columns="review on"), "The tag registry, and how many carry each tag")

# %% [markdown] id="tags-review"
# *Review* is part of the tag. A tag past its date that fits nobody, or nearly everybody, tells
# nobody anything: retire it, but keep the row, so that the name is never used again for something
# else.

# %% id="tags-retire"
overdue = registry["review on"] <= "2025-12-31"
useless = ~(registry["customers"] / len(tags)).between(0.005, 0.8)
registry["status"] = np.select([overdue & useless, overdue], ["retired", "review due"], "active")
plots.table(registry[["owner", "review on", "status"]], "Status of each tag on 2025-12-31")

# %% [markdown] id="tags-card"
# A **customer profile** puts what is known on one card: what a service agent sees when the phone
# rings. Here is the card of a customer with at least one tag.

# %% id="tags-profile"
caller = tags.index[tags["value.top"]].min()
card = pd.concat([facts.loc[caller], register.loc[caller, ["region", "first_channel"]]])
card["tags"] = ", ".join(tags.columns[tags.loc[caller]])
plots.table(card.rename(caller).astype("str"), "Profile card")

# %% [markdown] id="tags-profile-read"
# The last line is what the agent needs: one of the best customers is on the phone.

# %% [markdown] id="service"
# ## From a segment to a service
#
# A segment is a guess about what people want. Test it. Convenience customers say that they have no
# time, so the company built an automatic refill for them and gave it to a random half of those it
# believes to be in the group: an **A/B test**. First the *plan*: how many customers does it take
# to see a difference that would matter? Two shares are compared on the scale h = 2 arcsin √p₁ − 2
# arcsin √p₂ (Cohen, 1988), and each arm needs n = 2 ((z₁ + z₂) ÷ h)²: z₁ = 1.96 for an interval of
# 95 %, z₂ = 0.84 so that four tests of five see the difference.

# %% id="service-plan"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

effect = proportion_effectsize(0.55, 0.45)
per_arm = NormalIndPower().solve_power(effect, power=0.8, alpha=0.05)

# %% id="service-size"
test = company.service_test
tell(
    "To tell 55 % from 45 % in four tests of five takes {needed:.0f} per arm; there are {have}.",
    needed=np.ceil(per_arm), have=test["arm"].value_counts().min(),
)

# %% [markdown] id="service-analyse"
# Then the *analysis*: the difference between the arms, with its interval (Newcombe's method for
# two proportions).

# %% id="service-interval"
from statsmodels.stats.proportion import confint_proportions_2indep

arms = test.groupby("arm", observed=True)["ordered"].agg(["sum", "size"])
low, high = confint_proportions_2indep(*arms.loc["service"], *arms.loc["control"], method="newcomb")
rate = arms["sum"] / arms["size"]

# %% id="service-read"
tell(
    "Ordered within 60 days: {a:.1%} with the refill, {b:.1%} without. "
    "Difference, 95 % interval: {interval:+.1points}.",
    a=rate["service"], b=rate["control"], interval=(low, high),
)

# %% [markdown] id="service-words"
# Read the interval, not only its middle. If it reaches from "useless" to "wonderful", the test was
# too small to decide on, and that is a result too: run it longer before you build the service for
# everyone.

# %% [markdown] id="target"
# ## Choosing target segments
#
# A segment can be attractive and still not be yours. **Attractiveness** asks about the segment: how
# many customers, what margin, does it grow? **Fit** asks about you: do these customers come back,
# are they satisfied? Groups were made from orders up to 2024; the year 2025 judges them.

# %% id="target-groups"
earned = (lines["paid"] - lines["quantity"] * lines["unit_cost"]).groupby(lines["customer_id"]).sum()
table = pd.DataFrame({"margin": earned, "need": need}).dropna()
table["before"] = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")["spend"]
table["after"] = year["spend"]
table["satisfaction"] = survey.loc[survey["wave"] == "2025-06-01", "csat"].astype("float64")

# %% id="target-measures"
groups = table.groupby("need")
measures = pd.DataFrame(
    {
        "customers": groups.size(),
        "margin": groups["margin"].mean(),
        "growth": groups["after"].sum() / groups["before"].sum() - 1,
        "came back": groups["after"].count() / groups.size(),
        "satisfaction": groups["satisfaction"].mean(),
    }
)

# %% id="target-measures-table"
formats = {"growth": "{:+.0relative}", "came back": "{:.0%}", "satisfaction": "{:.1f}"}
plots.table(
    measures, "Needs groups: margin up to 2024 per customer ({unit}); growth of the same customers, newcomers "
    "left out", formats, unit=currency,
)

# %% [markdown] id="target-scale"
# To add such measures up, put each on a scale from 0 (not for us) to 1 (all we could wish). Fix the
# ends *before* you look, as we do here. A scale from the worst group to the best would blow up any
# difference, however small, to the full length.

# %% id="target-scores"
ends = {
    "customers": (0, 300), "margin": (0, 5_000), "growth": (-0.2, 0.2), "came back": (0, 1),
    "satisfaction": (1, 5),
}
scale = pd.DataFrame({name: (measures[name] - low) / (high - low) for name, (low, high) in ends.items()})
scale = scale.clip(0, 1)
attractiveness = scale[["customers", "margin", "growth"]].mean(axis=1)
fit = scale[["came back", "satisfaction"]].mean(axis=1)

# %% id="target-plot"
ax = plots.matrix(fit, attractiveness, size=2 * measures["customers"])
ax.set(xlim=(0, 1), ylim=(0, 1))
ax.grid(visible=False)
plots.show(
    ax, "Needs groups by fit and attractiveness", x="fit with us (0 to 1)", y="attractiveness (0 to 1)",
    alt="Needs groups by fit and attractiveness; the size of a circle is customers.",
)

# %% [markdown] id="target-words"
# Upper right: invest. Upper left: learn to serve them, or leave them to others. Lower right: they like
# you, so serve them, but cheaply. Lower left: take the orders that come, and spend nothing to get
# more. Groups that lie close together are not told apart by such a picture, and with equal weights it
# is a start for a discussion, not its end.

# %% [markdown] id="explore"
# ## Explore: how firm is the choice?
#
# Say that you can serve two groups well. Which two depends on how much each measure counts, and that is
# an opinion. A point is the rank under your weights; a line reaches over 90 % of the weights that
# somebody else might choose. Move one control at a time, with the mouse or with the Tab and arrow
# keys. Three things to try:
#
# 1. Set the number of customers to 0. Does another group come in?
# 2. Give satisfaction all the weight. How much do the ranks move, and why so little or so much?
# 3. Say that you are very sure of your weights. Which lines are left?
#
# Where nothing can move, on a page or before you run the cell, the picture has equal weights.

# %% id="explorer"
from crmlab import widgets

widgets.scorecard_explorer(scale, dict.fromkeys(scale, 5), choose=2, random_state=seed)

# %% [markdown] id="explore-read"
# A short line is a rank that nobody's opinion changes. Where lines are long, do not argue about weights:
# get better evidence on the measure that decides.

# %% [markdown] id="claim-roi"
# ## Claim check: "segmentation brings 64 % more return, keeps 56 % more customers, cuts cost by 48 %"
#
# Our sources state these figures without saying who measured them, where, or against what. We can
# run the comparison: in March 2025 two fifths of the customers got one offer for all, two fifths
# the offer that fits their supposed needs, and one fifth, drawn at random too, got nothing.
# A discount is a cost, too: 5 % off is 5 ÷ 95 of what the customer paid.

# %% id="claim-roi-run"
discount = np.where(touches["design"] == "uniform", 5 / 95 * touches["revenue"], 0)
touches["all costs"] = touches["cost"] + discount
touches["profit"] = touches["margin"] - touches["cost"]
designs = touches.groupby("design", observed=True)

# %% id="claim-roi-table"
result = designs[["ordered", "all costs", "profit"]].mean().assign(customers=designs.size())
formats = {"ordered": "{:.1%}", "all costs": "{:.1f}", "profit": "{:.1f}"}
plots.table(result, "Two campaigns and a held-out group, per customer ({unit})", formats, unit=currency)

# %% id="claim-roi-gain"
sem = designs["profit"].sem()
compared = [("uniform", "held out"), ("segmented", "held out"), ("segmented", "uniform")]
for design, other in compared:
    more = result.loc[design, "profit"] - result.loc[other, "profit"]
    half = 1.96 * np.hypot(sem[design], sem[other])
    tell(
        "{design} against {other}: {more:±+.1f} {unit} profit per customer.",
        design=design, other=other, more=(more, half), unit=currency,
    )

# %% [markdown] id="claim-roi-noise"
# Half an interval of that size decides nothing: one espresso machine more or less moves it. So ask a
# question with less noise. An offer can only bring *orders*; whether somebody ordered is yes or no.

# %% [markdown] id="letter"
# ### What a letter adds, and what it costs
#
# What an offer *adds* is the share that ordered with it minus the share that ordered anyway: in
# points. Orders that would have come anyway are not its doing. We take the three differences at once,
# three looks at one test, so each interval is one of 98.3 % instead of 95 %: then all three hold
# together in 95 % of cases (Bonferroni).

# %% id="letter-added"
counts = designs["ordered"].agg(["sum", "size"])
added = pd.DataFrame(
    [
        confint_proportions_2indep(*counts.loc[one], *counts.loc[other], method="newcomb", alpha=0.05 / 3)
        for one, other in compared
    ],
    index=[f"{one} − {other}" for one, other in compared], columns=["from", "to"],
)
shares = counts["sum"] / counts["size"]
added.insert(0, "adds", [shares[one] - shares[other] for one, other in compared])

# %% id="letter-table"
plots.table(added, "What each campaign adds, in points, with its interval", "{:+.1points}")

# %% [markdown] id="letter-money-words"
# In money: an order that is added brings its margin. No offer sells a machine, so we take the margin of
# a usual order, the median: an assumption, and on the careful side. A customer then brings that margin
# for an order, less all costs, and luck is in both: the interval is that of the difference of two such
# means, 2.39 standard errors for three looks. The *next* yuan counts: what does the campaign that fits
# cost more than the other one, and what must it add for that?

# %% id="letter-money"
order = touches.loc[touches["ordered"] == 1, "margin"].median()
brought = order * touches["ordered"] - touches["all costs"]
brought, costs = brought.groupby(touches["design"], observed=True).agg(["mean", "sem"]), result["all costs"]
money = pd.DataFrame({"costs more": [costs[one] - costs[other] for one, other in compared]}, added.index)
money["adds"] = [brought["mean"][one] - brought["mean"][other] for one, other in compared]
half = [2.39 * np.hypot(brought["sem"][one], brought["sem"][other]) for one, other in compared]
money["from"], money["to"] = money["adds"] - half, money["adds"] + half
money["must add"] = money["costs more"] / order

# %% id="letter-money-table"
plots.table(
    money, "Per customer ({unit}): cost, gain with its interval, and orders that pay for it",
    {"must add": "{:+.1points}", **dict.fromkeys(["costs more", "adds", "from", "to"], "{:+.1f}")},
    unit=currency,
)

# %% id="letter-read"
fits, both = money.loc["segmented − held out"], money.loc["segmented − uniform"]
tell(
    "The offer that fits gains {gain:+.1f} {unit} per customer over nothing, {interval:+.1f}. Over one "
    "offer for all it gains {more:+.1f}, {between:+.1f}; the cost differs by {extra:+.1f}.",
    gain=fits["adds"], interval=(fits["from"], fits["to"]), unit=currency, more=both["adds"],
    between=(both["from"], both["to"]), extra=both["costs more"],
)

# %% [markdown] id="claim-roi-answer"
# So does segmentation pay? Read the intervals: what holds 0 is not decided. And read the cost column: 5 %
# off looks cheap, and is paid to everybody who would have come anyway. Whether an offer "cuts cost" is
# not even the point; what it adds for the next yuan is. The amount depends on how different the needs
# are, how often the label is right, and what the offers cost. A single percentage without those says
# nothing about *your* company. We found no evidence for the three figures, and no reason to repeat them.

# %% [markdown] id="cases"
# ## Cases to discuss
#
# In a workshop, take one card per table: what do we know for certain, what is only told, and which
# cell of this session would test it?

# %% id="cases-cards"
columns = ["company", "what is told", "question"]
cards = [
    ("Huawei", "serves carriers, firms and consumers apart", "which base is that? what does it cost?"),
    ("Alibaba", "targets offers with tags from many services", "who reviews the tags, who agreed?"),
    ("Amazon", "recommends what similar buyers bought", "is a segment of one still a segment?"),
    ("Apple", "sells few products to a defined group", "attractiveness or fit: which came first?"),
]
plots.table(pd.DataFrame(cards, columns=columns).set_index("company"), "Four discussion cards")

# %% [markdown] id="cases-read"
# Not one of these stories comes with a group that was left out. That is the first question to ask.

# %% [markdown] id="decision"
# ## The decision
#
# If the two campaigns cannot be told apart yet, the campaign of March can be the next test, in the same
# three parts as last spring, by new lots. There is a campaign each quarter, with about as many
# customers. How many campaigns does it take to see three points, as Zhou Ning hopes for? The size is for
# three comparisons at once, as above, and it counts the same customers anew in each campaign, as if they
# were others.

# %% id="decision-test"
step, arm = 0.03, int(0.4 * len(touches))
hoped = proportion_effectsize(shares["uniform"] + step, shares["uniform"])
needed = NormalIndPower().solve_power(hoped, power=0.8, alpha=0.05 / 3)
campaigns = int(np.ceil(needed / arm))
tell(
    "To see {step:.0points} more takes {needed:,.0f} customers per arm: {campaigns} campaigns with {arm:,} "
    "each, so {months} months.",
    step=step, needed=needed, campaigns=campaigns, arm=arm, months=3 * campaigns,
)

# %% [markdown] id="decision-words"
# Zhou Ning's memo to Lin Yue, with the numbers of this run. Where point 2 is settled, everybody but a
# held-out fifth gets the offer that fits. Where it is open, lots decide as last spring: two fifths get
# the one, two fifths the other, a fifth nothing, so that points 1 and 2 can be settled.

# %% id="decision-memo"
pays, ahead = fits["from"] > 0, both["from"] > 0
tell(
    "1. {state}: against nothing, the offer that fits gains {gain:+.1f} {unit} per customer, {interval:+.1f}; "
    "for {count:,} customers {total:+,.0f}, {totals:+,.0f}.",
    state="Settled" if pays else "Open", gain=fits["adds"], interval=(fits["from"], fits["to"]),
    unit=currency, count=len(touches), total=len(touches) * fits["adds"],
    totals=(len(touches) * fits["from"], len(touches) * fits["to"]),
)

# %% id="decision-which"
tell(
    "2. {state}: against one offer for all it gains {more:+.1f} {unit} per customer, {between:+.1f}.",
    state="Settled" if ahead else "Open", more=both["adds"], unit=currency,
    between=(both["from"], both["to"]),
)

# %% id="decision-plan"
tell(
    "3. No further test of the two; a fifth stays held out." if ahead else
    "3. The test needs {campaigns} campaigns, {months} months. Three points would be worth {worth:+.1f} {unit} "
    "per customer and campaign; until then we claim nothing.",
    campaigns=campaigns, months=3 * campaigns, worth=step * order - both["costs more"], unit=currency,
)
tell(
    "4. {state}: the refill adds {effect:+.1points} of orders, {interval:+.1points}.",
    state="Settled" if low > 0 else "Open", effect=rate["service"] - rate["control"], interval=(low, high),
)

# %% id="decision-evidence"
crm.evidence(
    ("gain over nothing, yuan per customer", "{gain:+.1f}", "{gained:+.1f}", "letter-money",
     "an added order brings the median margin"),
    ("gain over one offer for all, yuan per customer", "{more:+.1f}", "{between:+.1f}", "letter-money",
     "an added order brings the median margin"),
    ("orders it must add, points", "{must:+.1points}", "", "letter-money", "costs as last spring"),
    ("months of the test", "{months}", "", "decision-test",
     "a campaign each quarter, new lots; the same customers count anew"),
    ("effect of the refill, points", "{refill:+.1points}", "{refilled:+.1points}", "service-interval",
     "the customers of the test are like the others"),
    gain=fits["adds"], gained=(fits["from"], fits["to"]), more=both["adds"],
    between=(both["from"], both["to"]), must=both["must add"], months=3 * campaigns,
    refill=rate["service"] - rate["control"], refilled=(low, high),
)

# %% [markdown] id="decision-note"
# The intervals of the first two lines hold for three comparisons together, so each is wider than one of
# 95 % would be. That the refill *pays* needs its cost, which nobody has booked yet.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what the company cannot: what each customer needs, what the service does, and
# what both campaigns bring when they are sent to *the same customers with the same luck*, again and
# again.

# %% id="truth-needs"
planted = company.truth.customers["segment"].astype("str").reindex(need.index)
tell(
    "{right:.0%} of {count} customers are in the right needs group (adjusted Rand index {ari:.2f}).",
    right=(planted == need).mean(), count=len(need), ari=adjusted_rand_score(planted, need),
)

# %% id="truth-service"
actual = company.truth.service_test["effect"].mean()
tell("The true effect of the refill is {effect:+.0points}.", effect=actual)
tell("The interval covers it." if low <= actual <= high else "The interval misses it.")

# %% id="truth-policies"
label = touches.set_index("customer_id")["label"].astype("str")
sent = touches.groupby(["design", "label"], observed=True)["offer"].first().astype("str")
policies = {design: label.map(sent[design]) for design in ["uniform", "segmented", "held out"]}

# %% id="truth-simulate"
runs = {
    (design, luck): company.simulate_campaign(offers, seed=luck).drop(columns="offer").sum()
    for design, offers in policies.items()
    for luck in range(20)
}
runs = pd.DataFrame(runs).T.rename_axis(["design", "luck"])
runs["profit"] = runs["margin"] - runs["cost"]

# %% id="truth-compare"
gain = runs - runs.loc["held out"].reindex(runs.index, level="luck")
gain = gain.loc[["uniform", "segmented"], ["response", "cost", "profit"]]
gain = gain.rename(
    columns={"response": "extra orders", "cost": "cost without discount", "profit": "extra profit"}
)
plots.table(gain.groupby("design").agg(["mean", "std"]), "Against sending nothing: mean and sd of 20 repetitions ({unit})", unit=currency)

# %% id="truth-judged"
extra = gain["extra profit"].groupby("design").mean()
judged = {"action": extra["segmented"], "baseline": extra["uniform"], "open": not ahead}
tell(
    "The offer that fits truly earns {action:+,.0f} {unit} more than nothing in a spring, one offer for all "
    "{baseline:+,.0f}.",
    action=judged["action"], baseline=judged["baseline"], unit=currency,
)

# %% [markdown] id="truth-words"
# A campaign of this size can hardly see a difference that is there. That is no fault of the method: it
# is what an interval is for. Whoever had taken the middle of the first table for a promise would have
# been right or wrong by luck.

# %% [markdown] id="recap"
# ## Recap
#
# - Four bases can be compared: on customers not seen, by the interval of a difference.
# - Clusters say what people want; their number is a choice, so test what you build on them.
# - A tag has a rule, an owner and a day of review.
# - An offer is paid by the orders it *adds*, in margin; the next yuan decides, not the average.
# - A test that cannot decide yet is told as open, with the size and months it takes.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-test"
crm.quiz(
    "A test of a new service shows +6 points, interval −2 to +14. What do you do?",
    ("Run it longer.", True, "It may be useless or very good; the test was too small to say."),
    ("Build it: the effect is 6 points.", False, "The middle of an interval is not a promise."),
    ("Drop it: it does not work.", False, "No proof of an effect is not proof of no effect."),
)

# %% id="quiz-adds"
crm.quiz(
    "Of those with the letter 30 % order, of those without it 26 %. An order brings 100 yuan of margin, a "
    "letter costs 5. Does it pay?",
    ("No: it adds 4 points, so 4 yuan, and costs 5.", True, "Only the added orders are its doing."),
    ("Yes: 30 yuan against 5.", False, "26 of these 30 orders would have come anyway."),
    ("Yes: orders rise by 15 %.", False, "That is relative; what pays is 0.04 × 100 yuan."),
)

# %% id="quiz-scale"
crm.quiz(
    "Four groups come back at 71, 72, 73 and 74 %. On a scale from worst to best they get 0, ⅓, ⅔ and 1. "
    "What is wrong?",
    ("Three points are drawn as all or nothing.", True, "Fix the ends of a scale before you look."),
    ("Nothing: the order is right.", False, "The order is; the distances decide in a mean."),
    ("The scale should go to 100.", False, "That changes the unit, not the picture."),
)

# %% id="quiz-k"
crm.quiz(
    "Silhouette says three groups, stability says four. How many are there?",
    ("As many as you can serve; say that it was a choice.", True, "Both are opinions, neither knows your use."),
    ("Three.", False, "It measures how well groups are separated, not your use."),
    ("Four.", False, "Stable groups need not be useful ones."),
)

# %% [markdown] id="next"
# ## Next
#
# Do the [exercise](../exercises/03b_groups_and_offers.ipynb), then go on to
# [chapter 4a](04a_leads_and_channels.ipynb), which looks for more customers like the best of these.
#
# *Your own data:* needs groups come from order lines, and a comparison of offers needs a group without.
# If you have no such group yet, that is what to start with.
#
# ### References
#
# - Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed. Erlbaum.
# - Hubert, L. & Arabie, P. (1985). Comparing partitions. *Journal of Classification* 2, 193–218.
# - Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
#   *Statistics in Medicine* 17(8), 873–890.
# - Rousseeuw, P. J. (1987). Silhouettes. *Journal of Computational and Applied Mathematics* 20,
#   53–65.
