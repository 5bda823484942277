# %% [markdown] id="title"
# # 2b · Purchase models
#
# ### The question
#
# It is the first week of January 2026. Ma Jun, head of sales at Harbour Coffee, wants to give good
# customers a personal account manager, at 600 yuan a year for each. He has a list: those who brought
# most last year. Lin Yue, the founder, asks by Friday: who gets one in 2026? Last year's best may have
# left already, and some who came in autumn are not on his list at all.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. fit a model of purchases to a log, and tie each of its parameters to the story it tells;
# 2. test it on a year that it has not seen, against the simple way;
# 3. read silence against a customer's own rhythm;
# 4. draw a value matrix, and say what each quadrant has to bring;
# 5. choose whom to invest in, and say which part of the choice is settled.
#
# *You need* margin, lifetime value and the bootstrap of [chapter 2a](02a_value_and_clv.ipynb). *Time:*
# about {{minutes}} minutes to read and run. *Not here:* other ways to rank customers
# ([chapter 3a](03a_rfm_and_pyramid.ipynb)), and who is about to leave ([chapter 5b](05b_churn.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
cutoff = "2024-12-31"
end = "2025-12-31"  # today
currency = "yuan"
discount_rate = 0.10  # a year
margin = 0.40  # share of spend that is margin, for a CSV of your own
manager_cost = 600  # a year and customer

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

# %% id="recall-ceiling"
spend_2025 = company.orders.loc[company.orders["date"] >= "2025-01-01"].groupby("customer_id")["amount"].sum()
brought = round(0.4 * spend_2025.mean(), -1)
tell("Say a customer brings a margin of {brought:,.0f} {unit} a year.", brought=brought, unit=currency)
crm.quiz(
    "The first comes at once, 75 % stay, the discount rate is 10 %. What may winning one cost at most?",
    (f"{crm.clv_closed_form(brought, 0.75, 0.1):,.0f}", True, "m (1 + d) / (1 + d − r)."),
    (f"{crm.clv_closed_form(brought, 0.75, 0):,.0f}", False, "That does not discount."),
    (f"{brought:,.0f}", False, "That is one year; three in four stay for more."),
)

# %% id="recall-gaps"
seen = crm.summarize(company.orders, as_of=end if transactions is None else "2025-12-31")
days = seen.loc[seen["purchases"] == 4, "t_x"].iloc[0]
tell("A customer bought on four days; {days:.0f} days lie between first and last.", days=days)
crm.quiz(
    "What is their purchase cycle?",
    (f"{days / 3:.0f} days", True, "Four purchases have three gaps."),
    (f"{days / 4:.0f} days", False, "Four purchases have one gap less."),
    (f"{days / 2:.0f} days", False, "Count the gaps: three."),
)

# %% [markdown] id="data"
# ## The data
#
# A model of purchases needs no more than a *log*: who, when, how much. One row is an order, or a
# refund with a negative amount. A *purchase* is a day with at least one row of amount 0 or more; so
# `crm.summarize` counts days, and no refunds. What is wrong with a log: one person may have two
# numbers, and nobody writes down that they have left.
#
# Today is the last day of 2025. The models may see the log up to the end of 2024; the year after it
# is over, so it can judge them.

# %% [markdown] id="model"
# ## CLV by probability model
#
# Nobody says goodbye to a coffee shop. A telephone company knows on which day a contract ends; a shop
# only sees that a customer has been silent for a while. And the average customer does not exist: some
# buy every week, some once a year, so the same silence means different things.
#
# The **BG/NBD model** (Fader, Hardie & Lee, 2005a) turns this into five sentences, and four numbers
# that say how customers differ:
#
# 1. While active, a customer buys at random moments, at a personal rate λ.
# 2. Rates differ from customer to customer, by a gamma distribution with the parameters *r* and *α*.
#    The mean rate is $r/\alpha$. A small *r* means very unequal customers; *α* is in units of time.
# 3. After each repeat purchase a customer may stop for good, with a personal probability *p*.
# 4. These probabilities differ, too, by a beta distribution with the parameters *a* and *b*. The mean
#    is $a/(a+b)$; the smaller *a + b*, the more unequal.
# 5. λ and *p* have nothing to do with each other.
#
# It needs three numbers per customer: `x`, the number of *repeat* purchases (the first does not
# count); `t_x`, the customer's age at the last purchase; and `T`, the age today. Beware: `t_x` counts
# from the first purchase, not back from today.
#
# ### First on real data
#
# CDNOW sold compact discs online. We fit the model on the first nine months of 1997, the
# **calibration period**, and keep the nine months after it as a **hold-out**: the model must not see
# them, so they can judge it.

# %% id="model-holdout"
cdnow = crm.datasets.load_cdnow("sample")
cd_buyers = crm.clv.holdout(cdnow, "1997-09-30", "1998-06-30")

# %% id="model-buyers"
plots.table(
    cd_buyers.loc[cd_buyers["x"].nlargest(3).index, ["x", "t_x", "T", "holdout_purchases"]],
    "Three CDNOW customers: t_x and T in weeks", {"t_x": "{:.1f}", "T": "{:.1f}"},
)

# %% id="model-fit"
model = crm.BetaGeometricNBD().fit(cd_buyers)
published = pd.Series({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
table = model.summary_.assign(published=published)
plots.table(table, "BG/NBD on CDNOW: estimate, 95 % interval, published value", "{:.3f}")

# %% id="model-fit-meaning"
found = model.params_
rate, stop = 52 * found["r"] / found["alpha"], found["a"] / (found["a"] + found["b"])
last = (1 - model.probability_alive(cd_buyers)).sum() / cd_buyers["x"].sum()

# %% id="model-fit-read"
tell("While active, the average buyer buys again {rate:.1f} times a year.", rate=rate)
tell(
    "Mean over customers: a repeat purchase is the last with probability {stop:.0%}. Of the repeat "
    "purchases that were made, the model takes {last:.0%} to be the last.", stop=stop, last=last,
)

# %% [markdown] id="model-checks"
# The estimates are the published ones. And mind over what you average: the two shares differ because
# most purchases are made by those who seldom stop.
#
# Four numbers describe all customers. Does the description hold? Three pictures, each stricter than
# the one before. First: how many customers bought again how often, in the period the model has seen?

# %% id="model-frequency"
from crmlab.clv import figures

plots.show(figures.frequency(crm.clv.frequency_table(model, cd_buyers)))

# %% [markdown] id="model-tracking-words"
# Second: repeat purchases week by week. To the right of the line is the future that the model did not
# see.

# %% id="model-tracking"
path = crm.clv.tracking(model, cdnow, "1997-09-30", "1998-06-30")
plots.show(figures.tracking(path))

# %% [markdown] id="model-conditional-words"
# Third, and most useful for a firm: who buys in the hold-out? Customers with more purchases before
# should buy more after.

# %% id="model-conditional"
plots.show(figures.conditional(crm.clv.conditional_table(model, cd_buyers)))

# %% [markdown] id="model-conditional-reading"
# The last two pictures expect slightly different totals. The curve by weeks knows only when customers
# came; the last picture knows what each of them did before. And in the hold-out people bought
# somewhat more than either says: the model has no seasons and no growth.
#
# ### Who is still there?
#
# **P(alive)** is the probability that a customer has not stopped for good. For a customer with a
# repeat purchase it is
#
# $$P(\text{alive}) = 1 \Big/ \left( 1 + \frac{a}{b + x - 1} \left( \frac{\alpha + T}{\alpha + t_x}
# \right)^{r + x} \right)$$
#
# Long silence makes $(\alpha + T)/(\alpha + t_x)$ large, and the exponent $r + x$ makes it count more
# for those who bought often. Guess before you run the cell: four customers, all of age 39 weeks. Who
# is most surely gone?

# %% id="alive-four"
four = pd.DataFrame(
    {"x": [0, 2, 12, 12], "t_x": [0, 19, 19, 38], "T": 39},
    index=["bought once", "rare, silent 20 weeks", "often, silent 20 weeks", "often, last week"],
)
four["P(alive)"] = model.probability_alive(four)
four["next 39 weeks"] = model.expected_purchases(39, four)
plots.table(
    four, "Four customers, and purchases expected in the next 39 weeks",
    {"P(alive)": "{:.0%}", "next 39 weeks": "{:.2f}"},
)

# %% [markdown] id="alive-read"
# The surprise is the third customer. Somebody who came every week or two and has been silent for
# twenty weeks has almost surely left; somebody who comes every other month may just not need
# anything. Silence has to be read against a customer's own rhythm.
#
# The first row shows a limit: with no repeat purchase, P(alive) is always 100 %, because this model
# lets people stop only after a repeat purchase. Do not use it to count active customers. Their
# *expected purchases* are low, and those are what counts. They contain P(alive) already: do not
# multiply by it again.
#
# ### Explore: silence
#
# Take a customer who bought twelve times in twenty weeks, then one who bought once. Move the weeks of
# silence. When does P(alive) fall below a half? Then look at what is to expect in the next year: for
# whom is a call worth more?

# %% id="explorer"
from crmlab import widgets

widgets.silence_explorer(model)

# %% [markdown] id="spend"
# ### How much per purchase?
#
# The **Gamma-Gamma model** (Colombo & Jiang, 1999; Fader & Hardie, 2013) says what a customer spends
# per purchase. Its story: purchases of one customer scatter around a personal mean, the less the
# larger *p*; the personal means differ from customer to customer, the less the larger *q*; *γ* sets the
# money. Nobody's mean is known, so a customer's own mean of *x* repeat purchases is pulled towards the
# mean of all, $p\gamma/(q-1)$: **shrinkage**. The own mean $\bar z$ gets the weight
# $px/(px + q - 1)$, and the mean of all gets the rest. It assumes that spend and number of purchases
# have nothing to do with each other.

# %% id="spend-fit"
spend = crm.GammaGamma().fit(cd_buyers)
published = pd.Series({"p": 6.25, "q": 3.74, "gamma": 15.44})
table = spend.summary_.assign(published=published)
plots.table(table, "Gamma-Gamma on CDNOW: estimate, 95 % interval, published value", "{:.2f}")

# %% id="spend-shrink"
repeat = cd_buyers[cd_buyers["mean_repeat_spend"] > 80].sort_values("x", kind="stable")
repeat = repeat.iloc[[0, len(repeat) // 2, -1]][["x", "mean_repeat_spend"]]
repeat["weight"] = 1 - 1 / (1 + spend.params_["p"] * repeat["x"] / (spend.params_["q"] - 1))
repeat["expected_spend"] = spend.expected_spend(repeat)

# %% id="spend-shrink-table"
formats = {"weight": "{:.0%}"}
plots.table(repeat, "Own mean, its weight, and expected spend per purchase (US dollars)", formats)

# %% id="spend-read"
mean, rho = spend.expected_spend(), spend.correlation_
tell(
    "Expected of a customer of whom nothing is known: {mean:.0f} US dollars. Correlation of spend and "
    "number of purchases: {rho:+.2f}; the model takes it to be 0.", mean=mean, rho=rho,
)

# %% [markdown] id="spend-words"
# A weak correlation is no reason to stop; it is a reason to say so. Here it is above 0: frequent buyers
# spend a little more than the model thinks.
#
# ### Now the case company
#
# The same steps on Harbour Coffee, or on your own log. CLV is the purchases expected in each week of
# the horizon, times the expected spend, times the margin, each week discounted to today (Fader, Hardie
# & Lee, 2005b). Two rules: the margin share is that of the time before the cut-off, and what *came*
# is counted order by order, because a machine leaves a smaller share than a bag of beans.

# %% id="own-log"
if transactions is None:
    lines = company.order_lines.merge(company.products, on="product_id")
    lines["margin"] = lines["paid"] - lines["quantity"] * lines["unit_cost"]
    log = company.orders.join(lines.groupby("order_id")["margin"].sum(), on="order_id")
else:
    log = crm.read_transactions(transactions).assign(margin=lambda rows: margin * rows["amount"])

# %% id="own-periods"
after = pd.Timestamp(cutoff) + pd.Timedelta(days=1)
before, year_ago = log[log["date"] < after], after - pd.DateOffset(years=1)
share = before["margin"].sum() / before["amount"].sum()
customers = crm.clv.holdout(log, cutoff, end)

# %% id="own-years"
came = log[(log["date"] >= after) & (log["date"] < pd.Timestamp(end) + pd.Timedelta(days=1))]
for name, rows in {"last year": before[before["date"] >= year_ago], "next year": came}.items():
    customers[name] = rows.groupby("customer_id")["margin"].sum().reindex(customers.index).fillna(0)

# %% id="own-fit"
purchases_model, spend_model = crm.BetaGeometricNBD().fit(customers), crm.GammaGamma().fit(customers)
both_models = pd.concat([purchases_model.summary_, spend_model.summary_])
plots.table(both_models, "Both models on this log: estimates with 95 % interval", "{:,.2f}")

# %% id="own-tracking"
plots.show(figures.tracking(crm.clv.tracking(purchases_model, log, cutoff, end)))

# %% id="own-conditional"
plots.show(figures.conditional(crm.clv.conditional_table(purchases_model, customers)))

# %% [markdown] id="own-read"
# The same checks as before: does the dashed line follow the other one behind the mark, and do the two
# lines of the last picture rise together? Where a few customers stand behind a point, it may jump.

# %% id="own-clv"
models = purchases_model, spend_model
terms = {"margin": share, "unit": "W"}
customers["clv"] = crm.customer_lifetime_value(
    *models, customers, horizon=156, discount_rate=discount_rate, **terms
)

# %% id="own-forecast"
customers["forecast"] = crm.customer_lifetime_value(
    *models, customers, horizon=52, discount_rate=0, **terms
)

# %% id="own-newcomer"
newcomer = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [0.0], "mean_repeat_spend": [np.nan]})
first = share * spend_model.expected_spend()
two, three = (
    first + crm.customer_lifetime_value(
        *models, newcomer, horizon=weeks, discount_rate=discount_rate, **terms)[0]
    for weeks in (104, 156)
)
tell(
    "A newcomer, margin before serving: {two:,.0f} {unit} in two years, {three:,.0f} in three.",
    two=two, three=three, unit=currency,
)

# %% [markdown] id="own-newcomer-read"
# Compare the first figure with what [chapter 2a](02a_value_and_clv.ipynb) saw in two years, after
# serving. That is no test, because the model has seen half of that time or more. The
# second figure says why the endless formula with one retention rate was too low: the model lets unequal
# customers remain unequal, a constant rate does not. Three years and not a lifetime: a model that has
# seen two years should not speak about twenty.
#
# ### What a real company can check
#
# The hold-out year is over, so a forecast for each customer can be judged. Two simple ways compete:
# *last year again*, and *average year*, all margin so far over the years since the first purchase (at
# least half a year).

# %% id="check-methods"
years = (customers["T"] / 52).clip(lower=0.5)
so_far = before.groupby("customer_id")["margin"].sum().reindex(customers.index).fillna(0)
ways = customers[["forecast", "last year"]].assign(**{"average year": so_far / years})
errors = ways.sub(customers["next year"], axis=0).abs()
judging = pd.DataFrame({
    "total ÷ actual": ways.sum() / customers["next year"].sum(),
    "rank correlation": ways.corrwith(customers["next year"], method="spearman"),
    "mean error": errors.mean(),
})
plots.table(
    judging, "Three forecasts of the hold-out year (mean absolute error in {unit})",
    {"total ÷ actual": "{:.2f}", "rank correlation": "{:.2f}"}, unit=currency,
)

# %% id="check-saved"
saved = errors["last year"] - errors["forecast"]
tell(
    "Mean error of last year again minus that of the model, customer by customer: {saved:±+,.0f} {unit}.",
    saved=(saved.mean(), 1.96 * saved.sem()), unit=currency,
)

# %% [markdown] id="check-read"
# The difference is taken per customer, so each is compared with itself; half the interval is 1.96
# standard errors of these differences, and one that holds 0 leaves open which is better. *Last year again* is a good forecast of a *total* as long as
# about as many customers come as go. It is enough for a budget. Neither simple way can say what a
# customer is worth who came last month.
#
# ## The value matrix
#
# There are many **evaluation models**, ways to rank customers: RFM and the pyramid come in
# [chapter 3a](03a_rfm_and_pyramid.ipynb). The **value matrix** puts *current value* on one axis and
# *potential* on the other, and draws a limit on each. We call the upper three tenths high. That is a
# choice.

# %% id="matrix-quadrants"
limit = customers[["last year", "clv"]].quantile(0.7)
now_high, later_high = customers["last year"] >= limit["last year"], customers["clv"] >= limit["clv"]
customers["quadrant"] = np.select(
    [now_high & later_high, later_high, now_high], ["protect", "develop", "ask why"], "keep simple"
)

# %% id="matrix-plot"
import seaborn as sns

order = ["protect", "develop", "ask why", "keep simple"]
colours = [*plots.PALETTE[:3], "0.6"]
drawn = customers[["last year", "clv"]].clip(lower=10).assign(quadrant=customers["quadrant"])
ax = sns.scatterplot(drawn, x="last year", y="clv", hue="quadrant", hue_order=order, palette=colours)
ax.set(xscale="log", yscale="log")
ax.axvline(limit["last year"], ls="--", color="0.6")
ax.axhline(limit["clv"], ls="--", color="0.6")
plots.show(
    ax, "The value matrix: what they brought, and what they should bring", unit=currency,
    x="margin of the last year ({unit}, log scale; less than 10 drawn as 10)",
    y="three-year CLV ({unit}, the same)",
    alt="Scatter plot of customers by current value and CLV, with both limits.",
)

# %% [markdown] id="matrix-act"
# A picture decides nothing. Each quadrant gets one action and a price (an assumption), and the last column says by
# how much the action has to raise next year's margin to pay for itself.

# %% id="matrix-table"
plan = customers.groupby("quadrant").agg(customers=("clv", "size"), forecast=("forecast", "mean"))
plan["came"] = customers.groupby("quadrant")["next year"].mean()
plan = plan.reindex(order)
plan["action"] = ["personal contact", "taste a second category", "a call: why less?", "newsletter"]

# %% id="matrix-plan"
plan["cost each"] = [150, 40, 20, 2]
plan["must raise by"] = plan["cost each"] / plan["forecast"]
caption = "Actions per quadrant; margin of the hold-out year per customer, forecast and as it came ({unit})"
plots.table(plan, caption, {"must raise by": "{:.1relative}"}, unit=currency)

# %% id="matrix-why"
sure = customers.groupby("quadrant")["next year"].agg(["mean", "sem"]).reindex(["develop", "ask why"])
half = 1.96 * np.hypot(*sure["sem"])

# %% id="matrix-why-read"
tell(
    "Develop minus ask why, margin of the hold-out year per customer: {gap:±+,.0f} {unit}.",
    gap=(sure["mean"].iloc[0] - sure["mean"].iloc[1], half), unit=currency,
)

# %% [markdown] id="matrix-read"
# *Develop* and *ask why* are the reason to draw a matrix. A ranking by last year's margin puts all of
# *ask why* before all of *develop*. The interval says whether that order was right.
#
# ### Claim check: "3.2 times the lifetime value for high-value groups"
#
# A training deck says that firms which segment see 3.2 times the lifetime value in their high-value
# groups. It does not say who measured it. Read it as: the high-value group has 3.2 times the CLV of
# the average customer. We compute this ratio for several sizes of the group, in two logs.

# %% id="claim-cuts"
values = {
    "this log": customers["clv"],
    "CDNOW": crm.customer_lifetime_value(
        model, spend, cd_buyers, horizon=156, discount_rate=discount_rate, margin=0.3, unit="W"),
}
cuts = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]
ratio = pd.DataFrame(
    {name: [crm.top_share(clv, cut) / cut for cut in cuts] for name, clv in values.items()}, index=cuts
)

# %% id="claim-plot"
ax = ratio.plot(marker="o", figsize=(7.5, 3.8))
ax.axhline(3.2, ls="--", color="0.4")
ax.set_yscale("log")
ax.set_yticks([1, 2, 3.2, 5, 10, 20], ["1", "2", "3.2", "5", "10", "20"])
ax.minorticks_off()
plots.show(
    ax, "From {high:.0f} down to {low:.1f}: the factor is where you cut",
    high=ratio.to_numpy().max(), low=ratio.to_numpy().min(), percent="x",
    x="size of the high-value group (share of customers)",
    y="mean CLV ÷ that of all (log scale)",
    alt="Lines: ratio of CLV against the size of the group in two logs, with 3.2 marked.",
)

# %% id="claim-interval"
rng = np.random.default_rng(seed)
everyone = customers["clv"].to_numpy()
fifths = [crm.top_share(rng.choice(everyone, len(everyone)), 0.2) / 0.2 for draw in range(200)]

# %% id="claim-interval-read"
tell(
    "The best fifth of this log: {ratio:.1f} times, 95 % interval {interval:.1f}.",
    ratio=ratio.loc[0.2, "this log"], interval=tuple(np.quantile(fifths, [0.025, 0.975])),
)

# %% [markdown] id="claim-answer"
# Make the group small enough and the factor is large; make it large and the factor falls to 1. (The
# interval draws customers anew and leaves the models as they are; it is a little too narrow.) The
# ratio is there before anybody does anything, so it says nothing about segmenting. Whether *treating*
# a group differently adds anything needs the same customers with and without:
# [chapter 5c](05c_winning_back.ipynb). The deck offers no such evidence, and we found none.
#
# ## The decision
#
# Who gets an account manager in 2026? A partner firm ran a pilot in which lots decided: visits raised a
# customer's margin of the year by 20 %, 95 % interval 13 to 27 %. That it holds here is an
# *assumption*. A manager pays by what they *add*, so for a customer whose margin is at least the cost
# over the lift. Whom does that concern? By the model's forecast, or by last year again? The hold-out
# year shows how both lists turn out.

# %% id="decision-lists"
lift, lift_half = 0.20, 0.07  # of the partner's pilot
enough = manager_cost / lift
listed = {way: crm.steady(customers[way]) >= enough for way in ["forecast", "last year"]}
added = lift * customers["next year"] - manager_cost

# %% id="decision-lists-table"
lists = pd.DataFrame({
    way: {"customers": on.sum(), "margin each": customers.loc[on, "next year"].mean(),
          "gain": added[on].sum()}
    for way, on in listed.items()
}).T
plots.table(lists, "Two lists made at the cut-off, and the year after it ({unit})", unit=currency)

# %% id="decision-compare"
own = added.where(listed["forecast"], 0) - added.where(listed["last year"], 0)
better, better_half = own.sum(), 1.96 * np.sqrt(len(own)) * own.std()

# %% id="decision-compare-tell"
tell(
    "Gain of the list by forecast minus that by last year, all customers: {better:±+,.0f} {unit}.",
    better=(better, better_half), unit=currency,
)

# %% [markdown] id="decision-compare-read"
# Lists of different length are compared by what they gain, not by what a customer on them brings. Both
# lists use the same limit and the same lift.
#
# Now the list for 2026: both models again, on all that is known today. What the model promises for
# those it chose is corrected by what the promise was worth in the hold-out year; the interval takes in
# this correction and the pilot's.

# %% id="decision-now"
now = crm.summarize(log, as_of=end, unit="W")
now_models = crm.BetaGeometricNBD().fit(now), crm.GammaGamma().fit(now)
now["forecast"] = crm.customer_lifetime_value(*now_models, now, horizon=52, discount_rate=0, **terms)
now["last year"] = came.groupby("customer_id")["margin"].sum().reindex(now.index).fillna(0)
chosen = now[crm.steady(now["forecast"]) >= enough].sort_values("forecast", key=crm.steady, kind="stable")

# %% id="decision-gain"
on_list = customers[listed["forecast"]]
kept = on_list["next year"].sum() / on_list["forecast"].sum()
misses = on_list["next year"] - kept * on_list["forecast"]
kept_error = np.sqrt(len(on_list)) * misses.std() / on_list["forecast"].sum()

# %% id="decision-gain-sum"
expected = chosen["forecast"].sum()
gain = lift * kept * expected - manager_cost * len(chosen)
gain_half = np.hypot(lift_half * kept * expected, 1.96 * lift * kept_error * expected)

# %% id="decision-gain-read"
tell("Of each {unit} promised to those on the list, {kept:±.2f} came.", unit=currency,
     kept=(kept, 1.96 * kept_error))

# %% id="decision-gain-tell"
tell(
    "{count} customers for 2026, expected gain of the year {gain:±+,.0f} {unit}.", count=len(chosen),
    gain=(gain, gain_half), unit=currency,
)

# %% [markdown] id="decision-next-words"
# That is the average, of what is *expected*: the luck of one year comes on top. The *next* manager goes to
# the customer at the end of the list, who should bring just about the limit. So let us look at the last
# ten, and at the lift from which the whole list pays. The interval of the first takes in the pilot's and
# that of the correction; the second asks for no lift, so it has the correction's alone.

# %% id="decision-next"
brings = chosen["forecast"].head(10).mean()
last_ten = lift * kept * brings - manager_cost
last_half = np.hypot(lift_half * kept, 1.96 * lift * kept_error) * brings
kept_ends = kept + 1.96 * kept_error * np.array([0, 1, -1])
break_even, *break_ends = manager_cost * len(chosen) / (kept_ends * expected)

# %% id="decision-next-read"
tell(
    "Gain per manager: {each:±+,.0f} {unit} on average, {last:±+,.0f} for the last ten. The list pays from a "
    "lift of {needed:.0relative} on, 95 % interval {within:.0relative}.", unit=currency, needed=break_even,
    each=(gain / max(len(chosen), 1), gain_half / max(len(chosen), 1)), last=(last_ten, last_half),
    within=tuple(break_ends),
)

# %% [markdown] id="decision-test-words"
# Could we test the lift ourselves, by giving a manager to half of the list, by lot? The noise is what
# the forecast misses per customer. To see the lift with 80 % power in a year, each half needs twice
# the square of 2.8 standard deviations over the effect.

# %% id="decision-test"
effect = lift * kept * chosen["forecast"].mean()
needed = np.ceil(2 * (2.8 * misses.std() / effect) ** 2)
can = needed <= len(chosen) // 2
tell("A test needs {needed:,.0f} customers in each half for 12 months; the list has {half:,} for each.",
     needed=needed, half=len(chosen) // 2)

# %% [markdown] id="decision-memo-words"
# The memo to Lin Yue, with the numbers of this run:

# %% id="decision-memo"
is_open = bool(better - better_half <= 0)
tell(
    "1. Whom: the {count} customers with a forecast of {enough:,.0f} {unit} or more. In the hold-out "
    "year such a list gained {better:±+,.0f} {unit} more than last year's best. {verdict}",
    count=len(chosen), enough=enough, better=(better, better_half), unit=currency,
    verdict="Which list is better is open: either can be defended." if is_open else "That is settled.",
)

# %% id="decision-memo-gain"
tell(
    "2. Expected gain in 2026: {gain:±+,.0f} {unit}, for {cost:,.0f} spent. {verdict}", gain=(gain, gain_half),
    cost=manager_cost * len(chosen), unit=currency,
    verdict="Whether it pays is open." if gain <= gain_half else "The interval is above 0.",
)

# %% id="decision-memo-next"
tell(
    "3. No further: the last ten on the list bring {last:±+,.0f} {unit} each. Risk: the lift is a "
    "partner's; below {needed:.0relative}, 95 % interval {within:.0relative}, the list loses money.",
    last=(last_ten, last_half), unit=currency, needed=break_even, within=tuple(break_ends),
)

# %% id="decision-memo-test"
tell(
    "4. Test it: half of the list by lot, 12 months." if can else
    "4. No test of our own: {needed:,.0f} customers a half are needed, and there are {half:,}. Sign for "
    "one year, and ask the partner for the pilot's data.", needed=needed, half=len(chosen) // 2,
)

# %% id="decision-evidence"
crm.evidence(
    ("gain by forecast over last year's list, a year", "{better:+,.0f}", "{better_in:+,.0f}",
     "decision-compare", "the pilot's lift, for both lists"),
    ("expected gain of the list in 2026", "{gain:+,.0f}", "{gain_in:+,.0f}", "decision-gain-sum",
     "2026 keeps as much of the forecast as 2025; the pilot's lift"),
    ("gain per manager, last ten", "{last:+,.0f}", "{last_in:+,.0f}", "decision-next", "the same"),
    ("lift from which the list pays", "{needed:.0relative}", "{needed_in:.0relative}", "decision-next",
     "2026 keeps as much of the forecast as 2025"),
    better=better, better_in=(better - better_half, better + better_half), gain=gain,
    gain_in=(gain - gain_half, gain + gain_half), last=last_ten, needed=break_even,
    last_in=(last_ten - last_half, last_ten + last_half), needed_in=tuple(break_ends),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# No firm has what follows. The truth holds what each customer was *expected* to bring in 2026, with the
# luck taken out. (With a log of your own, this section goes on about Harbour Coffee.)

# %% id="truth-now"
if transactions is not None:
    now = crm.summarize(company.orders, as_of="2025-12-31", unit="W")
    now_models = crm.BetaGeometricNBD().fit(now), crm.GammaGamma().fit(now)
    now["forecast"] = crm.customer_lifetime_value(
        *now_models, now, horizon=52, discount_rate=0, margin=0.45, unit="W")
    now["last year"] = 0.45 * spend_2025.reindex(now.index).fillna(0)
now["truth"] = company.truth.customers["worth"].reindex(now.index)

# %% id="truth-judged"
true_gain = {way: (lift * now["truth"] - manager_cost)[crm.steady(now[way]) >= enough].sum()
             for way in ["forecast", "last year"]}

# %% id="truth-judged-read"
judged = {"action": true_gain["forecast"], "baseline": true_gain["last year"], "open": is_open}
tell(
    "If the lift holds, the list by forecast truly brings {action:+,.0f} {unit}, last year's {baseline:+,.0f}.",
    action=judged["action"], baseline=judged["baseline"], unit=currency,
)

# %% id="truth-calibration"
tenth = pd.qcut(crm.steady(now["forecast"]), 10, labels=False, duplicates="drop") + 1
means = now.groupby(tenth)[["forecast", "truth"]].mean()
ax = means.plot.scatter("forecast", "truth", s=45, figsize=(5.6, 4.4), loglog=True)
ax.plot(means["forecast"], means["forecast"], ls="--", color="0.6")
plots.show(
    ax, "All customers together: forecast {off:+.0relative} against the truth",
    off=now["forecast"].sum() / now["truth"].sum() - 1, unit=currency,
    x="mean forecast of a tenth of the customers ({unit})", y="mean truth ({unit})",
    alt="Ten points, forecast against truth, with the line where both agree.",
)

# %% [markdown] id="truth-alive"
# The total can be right while the lower points are not. For the reason, look at P(alive). The truth
# says who had left by the end of 2025.

# %% id="truth-alive-table"
group = pd.cut(now["x"], [-1, 0, 1, 4, 1000], labels=["0", "1", "2 to 4", "5 and more"])
left = company.truth.customers["active_until"].isna().reindex(now.index)
alive = pd.DataFrame({"P(alive)": now_models[0].probability_alive(now), "truly active": left})
alive = alive.groupby(group, observed=True).mean()
plots.table(
    alive.rename_axis("repeat purchases"), "Who is still there?",
    dict.fromkeys(alive, "{:.0%}"),
)

# %% [markdown] id="truth-words"
# P(alive) is far too high for those who bought once, and still too high for those with few repeat
# purchases. In the model's story nobody stops before a repeat purchase; in the simulated world people
# leave at any time, as in the older *Pareto/NBD* model. The *MBG/NBD* model lets people stop after the
# first purchase, too. For money it matters less *why* somebody does not come. Use a forecast for what it
# was tested on, and leave who is about to leave to [chapter 5b](05b_churn.ipynb).

# %% [markdown] id="recap"
# ## Recap
#
# - A purchase model reads silence against the customer's own rhythm.
# - Expected purchases contain P(alive) already, and P(alive) is no count of active customers.
# - Test a model on a year that it has not seen, against last year again, customer by customer.
# - Choose by what an action adds to the year to come; compare lists by the interval of the difference.
# - A factor for "the best" says where somebody cut, not what a treatment brings.
#
# ## Quiz

# %% id="quiz-silent"
crm.quiz(
    "A and B were both last seen ten weeks ago. A used to come every week, B twice a year. Who has "
    "more likely left?",
    ("A", True, "Ten weeks are ten missed visits for A, and nothing unusual for B."),
    ("B", False, "B was never expected within ten weeks."),
    ("Both equally: recency is the same.", False, "Silence counts against a customer's own rhythm."),
)

# %% id="quiz-once"
crm.quiz(
    "BG/NBD gives P(alive) = 100 % for a customer who bought once, two years ago. What do you do?",
    ("Look at expected purchases instead.", True, "They are low, and that is what counts for money."),
    ("Send a voucher: the customer is active.", False, "In this model nobody stops before a repeat."),
    ("Fit again: the software is wrong.", False, "It is what the assumptions say."),
)

# %% id="quiz-cut"
crm.quiz(
    "A consultant: \"Our high-value group has eight times the average CLV, so segmenting works.\"",
    ("Ask how large the group is.", True, "A small enough group has any factor, segmented or not."),
    ("Believe it: eight is far above one.", False, "The best always have more than the average."),
    ("Ask for the model's accuracy.", False, "Even a perfect model has such a ratio."),
)

# %% id="quiz-lift"
crm.quiz(
    "A manager costs 600 and raises a customer's margin by 20 %. Whom do you give one?",
    ("Who should bring 3,000 or more.", True, "A fifth of 3,000 is the cost."),
    ("Who should bring 600 or more.", False, "Most of that comes without a manager, too."),
    ("Who brought 600 or more last year.", False, "A fifth of 600 is 120: far less than the cost."),
)

# %% [markdown] id="next"
# ## Next
#
# Do the [exercise](../exercises/02b_purchase_models.ipynb), then go on to
# [chapter 3a](03a_rfm_and_pyramid.ipynb), which turns value into groups and services.
#
# *Your own data:* put the path of a CSV into `transactions`, your `cutoff` and an `end` one year later,
# your `currency`, `margin` and `manager_cost` into the parameters cell, and run again. From *Now the case
# company* to the memo, the sections speak about your customers.
#
# ### References
#
# - Colombo, R. & Jiang, W. (1999). A stochastic RFM model. *Journal of Interactive Marketing* 13(3),
#   2–12.
# - Fader, P. S. & Hardie, B. G. S. (2013). The gamma-gamma model of monetary value. Note,
#   brucehardie.com.
# - Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005a). "Counting your customers" the easy way: an
#   alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275–284.
# - Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005b). RFM and CLV: using iso-value curves for
#   customer base analysis. *Journal of Marketing Research* 42(4), 415–430.
