# %% [markdown] id="title"
# # 5b · Churn
#
# ### The question
#
# Tang Mei's desk has time to look after 600 customers a month before they leave: somebody reads what
# happened to them, and calls if there is a reason. Ma Jun, who leads sales, would give her those who have
# been silent longest. He Rui has a model, and would like to feed it with visits, tickets and reviews,
# which costs 40,000 yuan a year. By Friday Lin Yue, the founder, has to say who stands on the list of
# January, and whether the feeds are bought. On a bad list stand people who have left already, or who
# never meant to leave, and nobody calls the others.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. read and project a retention curve, and use customers who have not left yet;
# 2. define churn with and without a contract, and say what follows from the choice;
# 3. build a model of churn that does not look into the future, and judge it against a simple rule;
# 4. check its probabilities, and turn them into a list of customers to warn of.
#
# *You need* [chapter 4a](04a_leads_and_channels.ipynb), where a score of leads was judged by AUC and lift,
# and [chapter 5a](05a_satisfaction_and_loyalty.ipynb) for the tickets. From
# [chapter 2a](02a_value_and_clv.ipynb) you need the bootstrap. *Time:* about {{minutes}} minutes to read
# and run. *Not here:* what an offer changes ([chapter 5c](05c_winning_back.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
earlier = ["2024-06-30", "2024-12-31"]  # the days on which the churn model is learned
cutoff = "2025-06-30"  # the day on which it is judged
today = "2025-12-31"
gap = 14  # days between the decision and the first call
horizon = 150  # days without a purchase that count as churn
margin_share = 0.45  # what is left of a yuan of sales after the cost of goods
places = 600  # on the list of a month
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=12_000)
log = company.orders if transactions is None else crm.read_transactions(transactions)
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-leads"
leads = company.leads
won = leads["won_on"].notna().groupby(leads["created"].dt.month).mean()
tell(
    "Of the leads of June {june:.0%} were won by the end of 2025, of those of December {december:.0%}.",
    june=won[6], december=won[12],
)
crm.quiz(
    "Are the leads of December worse?",
    ("Nobody knows yet: they had less time.", True, "They are censored, as in chapter 4a."),
    ("Yes: fewer of them were won.", False, "Many are still open; an open lead is not a lost one."),
    ("No: December is as good as June.", False, "It may be; these shares cannot show it."),
)

# %% id="recall-points"
points = company.points
ripe = points["expires_on"] <= "2025-12-31"
gone = points.loc[ripe & points["used_on"].isna(), "points"].sum() / points.loc[ripe, "points"].sum()
tell("Of points whose year is over, {share:.0%} were never used.", share=gone)
crm.quiz(
    "Of the points of last month 85 % are unused. Is their breakage 85 %?",
    ("No: they have had a month.", True, "Only batches whose year is over tell, as in chapter 5a."),
    ("Yes: unused is unused.", False, "Not used yet is not the same as never used."),
    ("No, it is 15 %.", False, "That is the share used so far."),
)

# %% [markdown] id="data"
# ## The data
#
# The log of orders says who bought, and when. It does not say who left: nobody tells Harbour Coffee. Four
# other tables hold what happened before: `visits` (one row is one visit to the shop's pages), `tickets`,
# `reviews` and the ratings of tickets. What is wrong with them: a missing row is not "all is well". Who
# left long ago has no visit, and who never had a problem has no ticket.

# %% id="data-log"
paid = log[log["amount"] >= 0]
tickets, visits, reviews = company.tickets, company.visits, company.reviews
tell(
    "{orders:,} purchases of {customers:,} customers.",
    orders=len(paid), customers=paid["customer_id"].nunique(),
)

# %% [markdown] id="survival"
# ## Survival
#
# How long do customers stay? Take those who came in the same half-year, a cohort as in
# [chapter 1](01_crm_at_a_glance.ipynb), and follow the share who buy in each quarter of a year after
# their first purchase: the **retention curve**.

# %% id="survival-cohorts"
first = paid.groupby("customer_id")["date"].transform("min")
age = ((paid["date"].dt.normalize() - first.dt.normalize()).dt.days // 91).rename("quarter")
halves = np.where(first.dt.month <= 6, " first half", " second half")
cohort = (first.dt.year.astype("str") + halves).rename("cohort")
active = paid["customer_id"].groupby([cohort, age]).nunique().unstack(0)

# %% [markdown] id="survival-complete"
# A quarter counts for a cohort only if its last member has had it in full. Otherwise each curve would
# end in a fall that is nothing but missing time.

# %% id="survival-curve"
complete = (log["date"].max() - first.groupby(cohort).max()).dt.days // 91
in_full = active.index.to_numpy()[:, None] < complete[active.columns].to_numpy()
curve = (active / active.loc[0]).where(in_full).dropna(axis=1, thresh=3)

# %% id="survival-plot"
ax = curve.iloc[1:].plot(marker="o", figsize=(7.5, 4))
ax.set_ylim(bottom=0)
plots.show(
    ax, "In the quarter after the first, {share:.0%} of a cohort buy", share=curve.iloc[1].mean(),
    x="quarter of a year since the first purchase", y="share of the cohort that buys", percent="y",
    alt="Lines: share of each cohort of joiners that buys, by quarter since the first purchase.",
)

# %% [markdown] id="survival-read"
# Everybody buys in the quarter of the first purchase (number 0, not drawn). Most of the fall comes at
# once, and after it the curve goes down slowly. It shows *buying*, not *staying*: without a contract,
# someone who buys once a year is missing in most quarters. With a contract we know who is left, and the
# question becomes: what comes next?

# %% [markdown] id="sbg"
# ### Projecting a retention curve
#
# A published case: high-end customers of a company with yearly contracts. Of a hundred, so many were left
# after each of the first seven years (Fader & Hardie, 2007, who took it from Berry & Linoff, 2004). A
# straight line and an exponential curve are the usual ways to continue it in a spreadsheet.

# %% id="sbg-data"
survivors = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
known, years = np.arange(8), np.arange(13)
fit_line = np.polynomial.Polynomial.fit
projected = pd.DataFrame({"straight line": fit_line(known, survivors, 1)(years)}, index=years)
projected["exponential"] = np.exp(fit_line(known, np.log(survivors), 1)(years))

# %% [markdown] id="sbg-model"
# The **shifted beta-geometric model (sBG)** tells a story instead. Each customer has a personal chance
# to leave at each renewal, always the same; the chances differ between customers, in the shape of a
# beta distribution with parameters α and β. Their mean is α ÷ (α + β), and the smaller α + β, the more
# customers differ. Then the share left after t renewals is S(t) = B(α, β + t) ÷ B(α, β), where B is the
# beta function, and of those who are left (β + t − 1) ÷ (α + β + t − 1) renew at renewal t.

# %% id="sbg-fit"
sbg = crm.ShiftedBetaGeometric().fit(survivors, customers=1000)
projected["sBG"] = 100 * sbg.survival(years)
alpha, beta = sbg.params_["alpha"], sbg.params_["beta"]
tell(
    "α = {alpha:.2f}, β = {beta:.2f}: at first {mean:.0%} leave.",
    alpha=alpha, beta=beta, mean=alpha / (alpha + beta),
)

# %% [markdown] id="sbg-held-out"
# Percentages are published, not how many customers they are of; we fit them as if of 1,000, which moves no
# curve. With α below 1 many customers hardly ever leave, and some leave soon. The authors also published
# what happened in years 8 to 12. None of the three curves has seen it.

# %% id="sbg-errors"
later = pd.Series([46.8, 44.5, 42.7, 40.9, 39.4], index=range(8, 13))
off = projected.loc[8:].sub(later, axis=0).abs()
mean_error = off.mean().rename("mean error")
plots.table(mean_error, "Mean absolute error in years 8 to 12 (points)", "{:.1f}")

# %% id="sbg-plot"
ax = projected.plot(style=["--", ":", "-"], figsize=(7.5, 4.2))
ax.plot(known, survivors, "ko", label="known when fitted")
ax.plot(later, "ko", mfc="white", label="what happened")
ax.legend()
plots.show(
    ax, "Three ways to continue a retention curve, and what happened",
    x="year", y="customers left of 100",
    alt="Three projections of a retention curve against the years that were held out.",
)

# %% [markdown] id="sbg-rises"
# ### Why does retention rise with tenure?
#
# From the second year on, the published share that renews rises. It is tempting to say that customers
# become more loyal. Let us make 100,000 customers whose personal chance to leave *never changes*, and
# look at those who are left.

# %% id="sbg-simulate"
leaves = rng.beta(alpha, beta, 100_000)
stays_for = rng.geometric(leaves)  # the renewal at which the customer leaves
there = [leaves[stays_for >= renewal] for renewal in range(1, 8)]
rate = pd.DataFrame({"published": np.divide(survivors[1:], survivors[:-1])}, index=range(1, 8))
rate["simulated"] = [1 - left.mean() for left in there]
plots.table(rate.rename_axis("renewal").loc[[1, 2, 5, 7]], "Share that renews, of those who are left", "{:.1%}")

# %% [markdown] id="sbg-rises-read"
# Nobody became more loyal. Those who were likely to leave have left: **survivorship**. So a retention
# rate that rises with tenure does not show that your programme works. And one average rate for all is
# wrong for a new cohort: with many old customers in it, it is too high for the first years and too low for
# the late ones. The first published year, where fewer leave than in the second, is not in this story; a
# model of two numbers does not have to know everything.

# %% [markdown] id="explore"
# ### Explore: how different are the customers?
#
# Move the mean chance to leave and how much customers differ. Three things to try:
#
# 1. Let customers hardly differ. What becomes of the rate that renews?
# 2. Find the setting that misses the dots least. Compare its α and β with the fit above.
# 3. Keep the mean and let customers differ more. Are more left after twelve years, or fewer?
#
# Where nothing can move, on a page or before you run the cell, the picture shows one setting.

# %% id="explorer"
from crmlab import widgets

widgets.survival_explorer(survivors)

# %% [markdown] id="explore-read"
# The same mean chance at the start, and quite another end: how customers differ decides about the long
# tail, and no average shows it.

# %% [markdown] id="km"
# ### Kaplan–Meier: customers who have not left yet
#
# The telephone company in our data has contracts. For customers who are still there we only know that
# they stay *longer* than their tenure so far: they are censored, as the young leads above. Leaving them
# out, or taking their tenure as the end, makes lifetimes too short. The **Kaplan–Meier** estimate uses
# both kinds: the share left at t is the product of (1 − dᵢ ÷ nᵢ) over the tenures up to t, where dᵢ leave
# of the nᵢ customers who got so far (Kaplan & Meier, 1958).

# %% id="km-data"
telco = crm.datasets.load_telco()
billed = telco[telco["tenure"] > 0].assign(left=telco["churn"].astype("int64"))
share = billed["left"].mean()
tell("{count:,} customers, {left:.0%} carry the label *churn*.", count=len(billed), left=share)

# %% id="km-fit"
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

groups = billed.groupby("contract", observed=True)
by_contract = {name: SurvfuncRight(group["tenure"], group["left"]) for name, group in groups}

# %% id="km-plot"
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7.5, 4.2))
for contract, one in by_contract.items():
    months, left = np.append(0, one.surv_times), np.append(1, one.surv_prob)
    half = 1.96 * np.append(0, one.surv_prob_se)
    ax.step(months, left, where="post", label=contract)
    ax.fill_between(months, (left - half).clip(0), (left + half).clip(max=1), step="post", alpha=0.2)
ax.legend(loc="lower left")
half_gone = by_contract["Month-to-month"].quantile_ci(0.5)  # a 95 % interval
plots.show(
    ax, "Half of the month-to-month customers are gone after {low:.0f} to {high:.0f} months", percent="y",
    low=half_gone[0], high=half_gone[1],
    x="months since the start (bands: 95 % intervals)", y="share still there",
    alt="Kaplan-Meier curves of telephone customers by contract.",
)

# %% id="km-test"
statistic, chance = survdiff(billed["tenure"], billed["left"], billed["contract"])
tell(
    "Log-rank test of equal curves: χ² = {statistic:,.0f}, p {chance}.",
    statistic=statistic, chance="< 0.001" if chance < 0.001 else f"= {chance:.3f}",
)

# %% [markdown] id="km-words"
# The **log-rank test** asks whether curves differ by more than luck. It does not ask why. Who means to
# stay signs for two years: moving everybody to long contracts need not move them to the upper curve.
#
# One more caution. The card of the data says that *churn* means "left in the last month". If that were
# literally true, the share that leaves at each tenure would have to be counted among those who *have*
# that tenure now. Try it:

# %% id="km-literal"
monthly = billed[billed["contract"] == "Month-to-month"].groupby("tenure")["left"].mean()
usual = by_contract["Month-to-month"]
after_a_year = usual.surv_prob[usual.surv_times <= 12].min()
tell("Still there after 12 months by Kaplan–Meier: {share:.0%}.", share=after_a_year)
tell("Still there, if the label is taken literally: {share:.2%}.", share=(1 - monthly.loc[:12]).prod())

# %% [markdown] id="km-literal-read"
# The literal reading would leave next to nobody, but there are many customers with years of tenure. So
# the table must hold leavers of a longer time, and the usual reading is the sensible one. Ask what a
# label means before you model it.

# %% [markdown] id="churn"
# ## What is churn?
#
# **Churn** is losing customers. With a contract (*contractual* churn) it is an event with a date:
# somebody cancels. Harbour Coffee has no contracts. Customers just fall silent, and silence has many
# reasons (*non-contractual* churn). How long must a silence be before you call it churn? Ask the log:
# of those who have been silent for so many days, how many come back?

# %% id="churn-return"
returns = crm.churn.return_curve(log, as_of=today, within=horizon)
shown = returns.reindex([0, 30, 60, 90, 150, 270, 365])
shown.columns = ["silences so long", "ended before", "end soon"]
caption = "Silences by length in days; the last column: end within {days} days more"
plots.table(shown, caption, {"ended before": "{:.0%}", "end soon": "{:.0%}"}, days=horizon)

# %% id="churn-return-plot"
plots.show(crm.churn.figures.returns(returns))

# %% [markdown] id="churn-choice"
# There is no day on which a customer is gone. A short horizon calls many people lost who are only slow;
# a long one is right more often, but then it is too late to act. We take the number of days in the
# parameters cell: *churned* means no purchase in so many days. It is a choice; say it whenever you
# report a churn rate, because the rate follows the choice:

# %% id="churn-rates"
a_year = pd.Timedelta(days=364)
buyers = crm.summarize(log, since=pd.Timestamp(cutoff) - a_year, as_of=cutoff).index
after = paid[paid["date"].dt.normalize() > cutoff].groupby("customer_id")["date"].min()
wait = (after - pd.Timestamp(cutoff)).dt.days.reindex(buyers).fillna(np.inf)

# %% id="churn-rates-table"
rates = pd.Series({days: (wait > days).mean() for days in (30, 90, 150)})
rates = rates.rename("churn rate").rename_axis("horizon in days")
caption = "Buyers of the year to {day} who do not buy within the horizon"
plots.table(rates, caption, "{:.0%}", day=cutoff)

# %% [markdown] id="churn-return-sure"
# How sure are the shares of the curve? One customer has many silences, so count customers: deal them into
# twenty groups and draw the curve of each. The standard error is the standard deviation of twenty shares ÷ √20,
# and with twenty only the interval takes 2.09 of them, not 1.96.

# %% id="churn-return-groups"
parts = [part for _, part in log.groupby(log["customer_id"].factorize()[0] % 20)]
apart = [crm.churn.return_curve(part, as_of=today, within=horizon)["comes_back"] for part in parts]
half = 2.09 * pd.DataFrame(apart).sem()
back = {days: (returns["comes_back"][days], half[days]) for days in (30, horizon)}

# %% id="churn-return-read"
tell("After 30 days, {early:±.0%} come back within {days} days.", early=back[30], days=horizon)
tell("After {days} days of silence, {late:±.0%} still do.", days=horizon, late=back[horizon])

# %% [markdown] id="signs"
# ## Warning signs
#
# Curricula list five families of **churn indicators**: *behaviour* (orders and visits fade),
# *satisfaction* (low ratings), *competition* (visits that come through a price comparison), *service*
# (tickets, slow and badly solved), *social* (few stars in public). The company has a table for each. A
# ticket is *bad* here if it was not solved at the first contact and nothing was given.

# %% id="signs-events"
tickets["hours"] = tickets[["queue_hours", "work_hours", "partner_hours"]].sum(axis=1)
tickets["bad"] = ~tickets["solved_first_time"] & (tickets["goodwill"] == 0)
Events, service = crm.churn.Events, {"hours": "resolved", "bad": "resolved"}
rated = tickets[tickets["rating"].notna()]

# %% id="signs-families"
events = {
    "visits": Events(visits),
    "compare": Events(visits[visits["page"] == "compare"], family="competition"),
    "tickets": Events(tickets, "opened", service, "service"),
    "ratings": Events(rated, "resolved", ["rating"], "satisfaction"),
    "reviews": Events(reviews, values=["stars"], family="social"),
}

# %% [markdown] id="signs-known"
# Look at the tickets: their hours are known when they are *resolved*, not when they are opened. A
# feature may only use what was known on the day of the decision. What happens if you do not care?

# %% [markdown] id="signs-leak"
# ### The wrong way first
#
# The question is who, of the buyers on the cutoff day, will not buy in the time after it. An eager
# colleague waits until the answer is known, takes the customer table of *that* day, with its
# `recency_days`, and tests how well it ranks. The measure is the AUC of chapter 4a: the chance that of two
# customers, one churned and one not, the churned one gets the higher score; 0.5 is a coin, 1 is perfect.

# %% id="signs-leak-run"
begin = pd.Timestamp(cutoff) + pd.Timedelta(days=gap)
finish = begin + pd.Timedelta(days=horizon)
inside = paid["date"].dt.normalize().between(begin, finish, inclusive="right")
no_purchase = ~buyers.isin(paid.loc[inside, "customer_id"])

# %% id="signs-leak-auc"
from sklearn.metrics import roc_auc_score

for day in (finish, pd.Timestamp(cutoff)):
    recency = crm.summarize(log, as_of=day).loc[buyers, "recency_days"]
    score = roc_auc_score(no_purchase, recency)
    tell("Recency as of {day}: AUC {score:.3f}.", day=f"{day:%Y-%m-%d}", score=score)

# %% [markdown] id="signs-leak-why"
# Why is the first one so good? Because it contains the answer: who bought in the window has a short
# recency at its end *because* of that purchase. This is leakage, as in
# [chapter 4a](04a_leads_and_channels.ipynb). It never looks like an error, it looks like success. When a
# churn model is nearly perfect, search for the column that knows the future.

# %% [markdown] id="signs-snapshot"
# ### A snapshot in time
#
# The remedy is a **snapshot**. Features see the days up to the cutoff, and how far they look back is
# stated. Then comes a *gap*, the time it takes to print letters, and only then the window of the label.

# %% id="signs-timeline"
figure, ax = plt.subplots(figsize=(7.5, 2.2))
names = ["look-back: features", "gap", "label: bought or not"]
ax.barh(names, [365, gap, horizon], left=[-365, 0, gap], color=plots.PALETTE[:3])
ax.axvline(0, color="0.3", ls="--")
ax.invert_yaxis()
plots.show(
    ax, "Nothing to the right of the line may enter a feature", x="days from the cutoff", y="",
    alt="Time line: a year of look-back before the cutoff, a gap after it, then the label window.",
)

# %% id="signs-run"
days = [*earlier, cutoff]
snapshots = crm.churn.snapshot(log, days, gap=gap, horizon=horizon, events=events, as_of=today)
rate = snapshots["churned"].astype("float64").groupby("cutoff").agg(["size", "mean"])
rate.columns = ["customers", "churned"]
families = pd.Series(snapshots.attrs["families"], name="family")
tell("{count} features, of {kinds} families.", count=len(families), kinds=families.nunique())
plots.table(rate, "The snapshots", {"churned": "{:.0%}"})

# %% [markdown] id="model"
# ## A model and its honesty
#
# We learn on the earlier cutoffs and judge on the latest, as in use: the model of summer 2025 could
# only know labels that were complete by then. A random split would let it learn from the same weeks on
# which it is judged. Before any model, the baseline: what does recency alone know? `churn_model` is a
# logistic regression whose probabilities are set right on folds that it was not fitted on.

# %% id="model-split"
past, present, past_churned, churned = crm.churn.temporal_split(snapshots)
tell("Learned on {past:,} rows, judged on {present:,}.", past=len(past), present=len(present))

# %% id="model-fit"
from sklearn.ensemble import HistGradientBoostingClassifier

every = list(families.index)
orders_only = every[: every.index("visits_count")]
trees = HistGradientBoostingClassifier(max_iter=60, random_state=seed)
candidates = {
    "recency only": (crm.churn.baseline_model(), ["recency_days"]),
    "all about orders": (crm.churn.churn_model(), orders_only),
    "all five families": (crm.churn.churn_model(), every),
    "all five, boosted trees": (crm.churn.churn_model(calibrated=False, estimator=trees), every),
}

# %% id="model-predict"
predicted = pd.DataFrame(index=present.index)
for name, (model, columns) in candidates.items():
    model.fit(past[columns], past_churned)
    predicted[name] = crm.steady(model.predict_proba(present[columns])[:, 1])

# %% [markdown] id="model-boot"
# To see how sure the AUC is, we draw the test customers anew a hundred times (a bootstrap), the same draws
# for every model, so that differences have an interval, too.

# %% id="model-auc"
draws = [rng.integers(len(churned), size=len(churned)) for draw in range(100)]
auc = pd.DataFrame(
    [
        {name: roc_auc_score(churned.iloc[rows], predicted[name].iloc[rows]) for name in predicted}
        for rows in draws
    ]
)

# %% id="model-auc-table"
quality = pd.DataFrame(index=predicted.columns)
quality["AUC"] = [roc_auc_score(churned, predicted[name]) for name in predicted]
quality["± (95 %)"] = 1.96 * auc.std()
plots.table(quality, "How well four models rank the customers of the test day", "{:.3f}")

# %% id="model-gain"
from itertools import pairwise

for less, more in pairwise(candidates):
    step = auc[more] - auc[less]
    gain = quality["AUC"][more] - quality["AUC"][less], 1.96 * step.std()
    tell("{more} against {less}: {gain:±+.3f}.", more=more, less=less, gain=gain)

# %% [markdown] id="model-gain-read"
# The largest step is from recency to the habits in the order table. The other families add a little,
# and each of them is one more data feed to keep alive. Whether that is worth it is a question of money. The
# last line is the step to another kind of model on the same feeds: read its interval before you say that trees
# lead. They need the feeds, too.

# %% [markdown] id="model-calibration"
# Ranking is half of the work. To compute what is at stake we need *probabilities*: of a hundred customers
# with 30 %, about thirty should leave. **Calibration** compares the two, group by group, on the day that
# the model has not seen.

# %% id="model-calibration-plot"
probability = predicted["all about orders"]
calibration = crm.churn.calibration_table(churned, probability)
plots.show(crm.churn.figures.calibration(calibration))

# %% id="model-calibration-read"
miss = probability - churned
too_high = miss.mean(), 1.96 * miss.sem()
tell("On average the model said {gap:±+.1points} too much.", gap=too_high)

# %% [markdown] id="model-drift"
# Where the points leave the line, the reason is often not the model but the season or the trend: the
# model learned on other months. That is an error that no test on the *same* months would have shown.

# %% [markdown] id="model-why"
# ### What does the model use?
#
# **Permutation importance** shuffles one column among the customers and looks how much worse the AUC
# gets. It says what the model *uses*, not what makes customers leave.

# %% id="model-importance"
from sklearn.inspection import permutation_importance

model = candidates["all five families"][0]
rows = rng.permutation(len(present))[:1000]
importance = permutation_importance(
    model, present.iloc[rows], churned.iloc[rows], scoring="roc_auc", n_repeats=2, random_state=seed
)

# %% id="model-importance-table"
loss = pd.Series(crm.steady(importance["importances_mean"]), families.index, name="AUC lost")
used_most = loss.nlargest(5).rename(index=lambda name: name.replace("_", " "))
plots.table(used_most, "AUC lost when a column is shuffled, model with all five families", "{:.3f}")

# %% [markdown] id="model-importance-read"
# Columns that say nearly the same share their importance, so a small number need not mean "useless".

# %% [markdown] id="claim"
# ### Claim check: "customers leave because of bad service"
#
# "68 % leave because nobody cared" is shown in trade talks again and again, with another source each time,
# and none with data. What do our tables say of the customers of the test day? The obvious comparison is
# with everybody else, and it is unfair: who has a ticket has *bought* lately, and buyers stay. The fair
# comparison is with customers who had the same occasion, and no such sign.

# %% id="claim-signs"
seen, left = present.droplevel("cutoff"), churned.droplevel("cutoff").astype(float)
signs = pd.DataFrame({"a badly handled ticket": seen["tickets_bad_mean"] > 0})
signs["rated service 1 or 2"] = seen["ratings_rating_mean"] <= 2
signs["two stars or fewer"] = seen["reviews_stars_mean"] <= 2
occasions = (seen[["tickets_count", "ratings_count", "reviews_count"]] > 0).set_axis(signs.columns, axis=1)

# %% id="claim-compare"
rows = []
for name in signs:
    with_sign, without = left[signs[name]], left[occasions[name] & ~signs[name]]
    half = 1.96 * np.hypot(with_sign.sem(), without.sem())
    rows.append([with_sign.mean(), left[~signs[name]].mean(), without.mean(),
                 (with_sign.mean() - without.mean(), half)])
columns = ["churned", "everybody else", "same occasion", "difference"]
causes = pd.DataFrame(rows, index=signs.columns, columns=columns)

# %% id="claim-table"
formats = dict.fromkeys(columns[:3], "{:.0%}") | {"difference": "{:±+.0points}"}
silent = 1 - signs[left > 0].any(axis=1).mean()
tell("{share:.0%} of those who churned show none of the three signs.", share=silent)
plots.table(causes, "Share that churned, with the sign, and two groups without it", formats)

# %% [markdown] id="claim-answer"
# Read the columns against each other: the wrong comparison hides the difference, or turns it round. Against
# the same occasion, more of them churn. That is a sign, not yet a cause. And most of those who churned show
# none, so whatever the share of bad service is, our tables cannot put it at 68 %. A letter that says "we are
# sorry about your ticket" is right only where the table shows one.

# %% [markdown] id="list"
# ## Who is warned of?
#
# A list has places, and a customer is worth a place if much is at stake: the margin of a year times the
# probability that it ends. (`margin_share` is set a little below what chapters 2a and 5a found, to be
# careful.) Five lists for the test day, each of as many places as the desk has. What counts is the margin
# of those on it who did churn. Two lists differ by a sum over n customers, each of whom adds something or
# 0; such a sum varies by √n times the standard deviation of what they add.

# %% id="list-rules"
stake = margin_share * present["spend"].clip(lower=0)
scores = pd.DataFrame({"longest silent": present["recency_days"], "largest": stake})
scores["likeliest to churn"] = probability
scores["most at stake"] = probability * stake
scores["most at stake, with feeds"] = predicted["all five families"] * stake
on_list = crm.steady(scores).rank(ascending=False, method="first") <= places

# %% id="list-lost"
lost = on_list.mul(stake * churned, axis=0)
against = lost.sub(lost["longest silent"], axis=0)
half = 1.96 * np.sqrt(len(lost)) * against.std()
left_share = on_list.mul(churned, axis=0).sum() / on_list.sum()
lists = pd.DataFrame({"churned": left_share, "margin lost": lost.sum()})
lists["more than the silent"] = list(zip(against.sum(), half, strict=True))

# %% id="list-table"
formats = {"churned": "{:.0%}", "more than the silent": "{:±+,.0f}"}
plots.table(lists, "Lists of {count} on {day}: yearly margin of those who churned ({unit})",
            formats, count=places, day=cutoff, unit=currency)

# %% id="list-differences"
chosen, plain, fed = lost["most at stake"], lost["largest"], lost["most at stake, with feeds"]
by_model, by_feeds = chosen - plain, fed - chosen
wide = 1.96 * np.sqrt(len(lost))
by_model = by_model.sum(), wide * by_model.std()
by_feeds = by_feeds.sum(), wide * by_feeds.std()
tell("Most at stake against largest: {gap:±+,.0f} {unit}.", gap=by_model, unit=currency)
tell("What the feeds add to it: {gap:±+,.0f} {unit}.", gap=by_feeds, unit=currency)

# %% [markdown] id="list-read"
# Those who are silent longest, and those likeliest to churn, did churn most often, and hold the least:
# most of them bought once, long ago. And what is *on* a list is not yet kept: the lists say where to look, not what
# a call changes. How far down should the desk go? The next place is not the average place:

# %% id="list-places"
order = crm.steady(scores["most at stake"]).sort_values(ascending=False, kind="stable").index
per_place = (stake * churned)[order].to_numpy()

# %% id="list-next"
ends = per_place[:100], per_place[places - 100 : places]
top, end = ((part.mean(), 1.96 * part.std(ddof=1) / 10) for part in ends)
tell("Margin lost per place: {top:±,.0f} {unit} on the first hundred, {end:±,.0f} on the last.",
     top=top, end=end, unit=currency)

# %% [markdown] id="list-next-read"
# A quarter of an hour of the desk costs 8 yuan. The last places pay if a look keeps the share that this is
# of the margin lost there; the ends of one interval give the ends of the other. No table of this session says
# whether a look does.

# %% [markdown] id="decision"
# ## The decision
#
# The memo of He Rui to Lin Yue, with the numbers of this run, all from a day that the model had not seen:

# %% id="decision-memo"
silence_gap = against["most at stake"].sum(), half["most at stake"]
tell("1. The list: the {count} with the most margin at stake, by the model on orders alone.", count=places)
tell(
    "2. It holds {lost:,.0f} {unit} of yearly margin of customers who bought nothing in the window; "
    "{gap:±+,.0f} more than the longest silent, {more:±+,.0f} more than the largest. After such a silence "
    "{back:±.0%} still come back within {days} days more.",
    lost=chosen.sum(), gap=silence_gap, more=by_model, back=back[horizon], days=horizon, unit=currency,
)

# %% id="decision-memo-feeds"
worth = by_feeds[0] - by_feeds[1] > 0
verdict = "they find more, and what of it can be kept is open" if worth else "no, more is not shown"
tell(
    "3. The feeds: {verdict}. They add {gap:±+,.0f} {unit} on one list, before anything is kept; the feeds "
    "cost 40,000 a year.",
    verdict=verdict, gap=by_feeds, unit=currency,
)

# %% id="decision-memo-places"
keep, keep_in = 8 / end[0], (8 / (end[0] + end[1]), 8 / max(end[0] - end[1], 1))
tell("4. The last places pay if a look keeps {share:.1%} of what is lost there, 95 % interval {around:.1%}.",
     share=keep, around=keep_in)

# %% id="decision-evidence"
crm.evidence(
    ("yearly margin lost on the list, against the longest silent, yuan", "{silent:+,.0f}", "{silent_in:+,.0f}",
     "list-lost", "January like last summer"),
    ("the same, against the largest, yuan", "{large:+,.0f}", "{large_in:+,.0f}", "list-differences",
     "January like last summer"),
    ("what the feeds add, yuan", "{feeds:+,.0f}", "{feeds_in:+,.0f}", "list-differences",
     "feeds as in 2025, later lists mostly of the same people"),
    ("how much too high the model is", "{high:+.1points}", "{high_in:+.1points}",
     "model-calibration-read", ""),
    ("come back after such a silence", "{back:.0%}", "{back_in:.0%}", "churn-return-read",
     "by all silences in the log"),
    ("share to be kept on the last places", "{share:.1%}", "{share_in:.1%}", "list-next",
     "8 yuan a look, set by the desk"),
    silent=silence_gap[0], silent_in=(silence_gap[0] - silence_gap[1], sum(silence_gap)),
    large=by_model[0], large_in=(by_model[0] - by_model[1], sum(by_model)),
    feeds=by_feeds[0], feeds_in=(by_feeds[0] - by_feeds[1], sum(by_feeds)),
    high=too_high[0], high_in=(too_high[0] - too_high[1], sum(too_high)), share=keep, share_in=keep_in,
    back=back[horizon][0], back_in=(back[horizon][0] - back[horizon][1], sum(back[horizon])),
)

# %% [markdown] id="decision-read"
# The list is made anew every month, so a customer who stays on it should be looked at once, not six times.
# What a look keeps is open. To leave a few of 600 alone would never tell: that takes a test with thousands of
# customers, and [chapter 5c](05c_winning_back.ipynb) has one.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows who had left for good. First the label: of those whom it calls churned, how many had?

# %% id="truth-label"
last = pd.Timestamp("2025-12-31")
ours = crm.churn.snapshot(company.orders, "2025-06-30", gap=gap, horizon=horizon, as_of=last)
label = ours["churned"].astype(bool)
window_end = pd.Timestamp("2025-06-30") + pd.Timedelta(days=gap + horizon)
gone = company.truth.customers["active_until"].reindex(label.index) <= window_end
tell("Of the churned by our label, {right:.0%} had left for good.", right=gone[label].mean())
tell("Of those who had left, the label found {found:.0%}.", found=label[gone].mean())

# %% [markdown] id="truth-silence"
# Silence is not leaving: a good part of our "churners" are slow buyers, and who bought once more and left
# then is no churner at all. The label is what a company can have. How do the lists of the test day look by
# the truth: how much yearly margin is on them of customers who had left for good?

# %% id="truth-list"
order_model, order_features = candidates["all about orders"]
at_stake = margin_share * ours["spend"].clip(lower=0)
rules = pd.DataFrame({"longest silent": ours["recency_days"], "largest": at_stake})
rules["most at stake"] = at_stake * order_model.predict_proba(ours[order_features])[:, 1]
ours_on = crm.steady(rules).rank(ascending=False, method="first") <= places

# %% id="truth-judged"
truly = ours_on.mul(at_stake * gone, axis=0).sum()
judged = {"action": truly["most at stake"], "baseline": truly.drop("most at stake").max(), "open": False}
tell(
    "Truly lost: most at stake {action:,.0f} {unit}, longest silent {silent:,.0f}, largest {largest:,.0f}.",
    action=truly["most at stake"], silent=truly["longest silent"], largest=truly["largest"], unit=currency,
)

# %% [markdown] id="truth-judged-read"
# The order of the lists holds, and the lead over the largest is smaller than the label said. The label
# flatters the model: both look at silence, and the model was made to foresee it.

# %% [markdown] id="recap"
# ## Recap
#
# - Retention rises with tenure because the leavers leave. Censored customers count.
# - Churn without a contract is a choice of days. Say it with every churn rate.
# - Features end at the cutoff, and a perfect score is a leak.
# - Judge a model on a later day, against a simple rule, with the interval of the difference.
# - A list is ranked by what is at stake, not by risk. What a call changes is another question.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-leak"
crm.quiz(
    "Your churn model has an AUC of 0.99 on test data. What is the first thing to do?",
    ("Look for a feature that knows the future.", True, "Check the date of every column."),
    ("Put it into production.", False, "It will fail as soon as the future is not in the table."),
    ("Balance the classes.", False, "That removes no leak, and it spoils the probabilities."),
)

# %% id="quiz-tenure"
crm.quiz(
    "Of customers in their fifth year 93 % renew, in their first year 85 %. What follows?",
    ("Those likely to leave have mostly gone.", True, "Nobody needs to change: see the sBG."),
    ("Customers become more loyal with time.", False, "They may; these numbers do not show it."),
    ("The fifth-year gift works.", False, "The same would be seen without a gift."),
)

# %% id="quiz-label"
crm.quiz(
    "A colleague reports a churn rate of 56 %, another one of 42 %, for the same customers. Who is right?",
    ("Both may be: ask for the horizon.", True, "Without a contract the rate follows the days chosen."),
    ("The lower one: customers come back.", False, "Some do after any horizon; none is the right one."),
    ("One of them has a bug.", False, "Perhaps, but 90 and 180 days give such rates without one."),
)

# %% id="quiz-calibration"
crm.quiz(
    "A model ranks well and says 60 % on average; 45 % churn. What is it good for?",
    ("A list of fixed length, not yet sums of money.", True, "The order is right, the sums are not."),
    ("Nothing: it is wrong.", False, "Its order of customers may still be the best there is."),
    ("Everything: the AUC is what counts.", False, "An expected loss is a third too high."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/05b_churn.ipynb) lets you make the list of a company of your own.
# [Chapter 5c](05c_winning_back.ipynb) asks what a call or a voucher changes.
#
# *Your own data:* put the path of a CSV into `transactions`, your days into `earlier`, `cutoff` and
# `today`, and your `margin_share` and `currency` in the parameters cell, and run the session again. The
# cohort curves, the return curve, the model on orders and the lists then speak about your customers; the
# rest stays with the case company.
#
# ### References
#
# - Berry, M. J. A. & Linoff, G. S. (2004). *Data Mining Techniques*, 2nd edition. Wiley.
# - Fader, P. S. & Hardie, B. G. S. (2007). How to project customer retention. *Journal of Interactive
#   Marketing* 21(1), 76–90.
# - Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations. *Journal
#   of the American Statistical Association* 53, 457–481.
