# %% [markdown] id="title"
# # 5 · Retention
#
# ### The question
#
# Tang Mei leads service at Harbour Coffee, Zhou Ning leads marketing, and for 2026 they share one
# retention budget. Tang Mei wants to call customers who had trouble, Zhou Ning wants to send
# vouchers. By Friday Lin Yue, the founder, has to know whom to make an offer, which one, and what it
# will bring. A wrong answer is expensive twice: money goes to people who would have stayed anyway, and
# some people leave *because* they were disturbed.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. measure satisfaction with its interval, and find what drives it;
# 2. find the bottleneck in a service process, and say what mending it brings;
# 3. read and project a retention curve;
# 4. define churn, and build a model of it that does not look into the future;
# 5. choose whom to contact by expected profit, test it against chance, and defend the choice.
#
# *You need* [chapter 4](04_acquisition.ipynb): it judged a score of leads by AUC and lift against a
# baseline, and here a model of churn is judged in the same way. From
# [chapter 3](03_segmentation.ipynb) you need the randomised test, and from
# [chapter 2](02_customer_value.ipynb) the customer lifetime value. *Time:* about {{minutes}} minutes to
# read and run; the chapter divides well after "Survival". *Not here:* selling more to those who stay
# ([chapter 6](06_development.ipynb)), and the journey of a customer through all channels (chapter 11).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
earlier = ["2024-06-30", "2024-12-31"]  # the days on which the churn model is learned
cutoff = "2025-06-30"  # the day on which it is judged
today = "2025-12-31"
gap = 14  # days between the decision and the first letter
horizon = 150  # days without a purchase that count as churn
margin_share = 0.45  # what is left of a yuan of sales after the cost of goods
budget = 40_000
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
last_day = pd.Timestamp("2025-12-31")  # of the case company, whatever log is used

# %% [markdown] id="setup-words"
# Chapter 3 worked with 2,000 customers. Here we need more: who churns is a noisy question, and what an
# offer changes is small beside luck.

# %% [markdown] id="recall"
# ## Recall
#
# Three quick questions before we start. Answer first, then open an option.

# %% id="recall-margin"
costs = company.products.set_index("product_id")["unit_cost"]
lines = company.order_lines
lines["margin"] = lines["paid"] - lines["quantity"] * lines["product_id"].map(costs)
of_order = lines.groupby("order_id")["margin"].sum()

# %% id="recall-yearly"
in_2025 = company.orders[company.orders["date"] >= "2025-01-01"]
margin_2025 = in_2025["order_id"].map(of_order).groupby(in_2025["customer_id"]).sum()
yearly = margin_2025.mean()
tell("A customer who ordered in 2025 brought {margin:,.0f} {unit}.", margin=yearly, unit=currency)

# %% id="recall-value"
crm.quiz(
    "Say 80 % stay from one year to the next, and money next year is worth 10 % less. What are the "
    "coming years worth, if the first margin comes in one year?",
    (f"{yearly * 0.8 / (1.1 - 0.8):,.0f}", True, "m · r ÷ (1 + d − r), as in chapter 2."),
    (f"{yearly / (1 - 0.8):,.0f}", False, "That counts five full years and forgets to discount."),
    (f"{yearly * 0.8:,.0f}", False, "That is next year only."),
)

# %% id="recall-top"
in_2024 = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")
year = crm.summarize(company.orders, since="2025-01-01", as_of=last_day)
spend = pd.DataFrame({2024: in_2024["spend"], 2025: year["spend"]}).fillna(0)
top = spend.rank(pct=True) > 0.8
fell = 1 - top.loc[top[2024], 2025].mean()

# %% id="recall-top-quiz"
tell("{share:.0%} of the top fifth by spend in 2024 left it in 2025.", share=fell)
crm.quiz(
    "Does that show that good customers were treated badly?",
    ("No: a part of it happens by luck alone.", True, "Regression to the mean, as in chapter 3."),
    ("Yes: they fell.", False, "Some fall in every year, even if nothing changes."),
    ("Yes, because the top fifth has always the same size.", False, "That says nothing about why."),
)

# %% id="recall-leads"
leads = company.leads
won = leads["won_on"].notna().groupby(leads["created"].dt.month).mean()
tell(
    "Of the leads of June {june:.0%} were won by the end of 2025, of those of December {december:.0%}.",
    june=won[6], december=won[12],
)
crm.quiz(
    "Are the leads of December worse?",
    ("Nobody knows yet: they had less time.", True, "They are censored, as in chapter 4."),
    ("Yes: fewer of them were won.", False, "Many are still open; an open lead is not a lost one."),
    ("No: December is as good as June.", False, "It may be; these shares cannot show it."),
)

# %% [markdown] id="data"
# ## The data
#
# Orders say what customers did. The other tables say what happened around them. Before you use a
# table, ask what one row is, who is in it, and who is not.

# %% id="data-tables"
tables = {
    "tickets": "one question or complaint to the service desk",
    "visits": "one visit to the web shop or the app",
    "reviews": "one public review, with 1 to 5 stars",
    "survey": "one customer's answers in one wave",
    "points": "the loyalty points earned with one order",
    "retention_test": "one customer in the test of January 2026",
}

# %% id="data-overview"
rows = [(name, row, len(getattr(company, name))) for name, row in tables.items()]
overview = pd.DataFrame(rows, columns=["table", "one row is", "rows"]).set_index("table")
found = [getattr(company, name)["customer_id"].nunique() for name in tables]
overview["customers in it"] = np.divide(found, len(company.customers))
plots.table(overview, "Tables; share of all customers in each", {"customers in it": "{:.0%}"})

# %% [markdown] id="data-words"
# Hardly anybody is in all of them. Who never had a problem has no ticket, who left long ago no visit,
# and who is angry enough may answer no survey. A missing row is information, but not the information
# "all is well". Let us look at one ticket.

# %% id="data-ticket"
tickets = company.tickets
example = tickets[tickets["rating"].notna() & (tickets["handovers"] > 0)].iloc[0]
plots.table(example.rename("value").astype("str").to_frame(), "One ticket")

# %% id="data-ticket-words"
recent = tickets[tickets["opened"] >= "2025-01-01"].copy()
known = recent[["resolved", "rating", "effort"]].notna().mean()
tell(
    "{count:,} tickets in 2025: {open:.1%} open at its end, {rated:.0%} rated for satisfaction, "
    "{effort:.0%} for effort.",
    count=len(recent), open=1 - known["resolved"], rated=known["rating"], effort=known["effort"],
)

# %% [markdown] id="data-wrong"
# What is wrong with it: a ticket is opened by those who still care enough to complain; the rating is
# missing for most; `solved_first_time` is what the desk wrote down. And an open ticket has hours
# *so far*: an average over closed tickets only would leave out the slowest.

# %% [markdown] id="satisfaction"
# ## Satisfaction: set, measure, analyse, improve
#
# Three scores are in use everywhere. The **net promoter score (NPS)** asks "would you recommend us?",
# 0 to 10, and is the share of promoters (9 and 10) minus the share of detractors (0 to 6), in points
# (Reichheld, 2003). The **customer satisfaction index (CSI)** is the mean of satisfaction, here put on
# a scale from 0 to 100. The **customer effort score (CES)** asks those who had a problem how easy it
# was to get it solved, here 1 to 7 with 7 as very easy (Dixon, Freeman & Toman, 2010).
#
# *Set* the targets first, before you know the answers. Zhou Ning wants an NPS of 3 and a CSI of 70,
# Tang Mei a CES of 4.5.

# %% id="satisfaction-targets"
targets = {"NPS": 3, "CSI": 70, "CES": 4.5}

# %% [markdown] id="satisfaction-measure"
# *Measure.* A score from a sample needs an interval. NPS is a mean too: each promoter counts +1, each
# detractor −1, the others 0. So its variance is p + d − (p − d)², over the number of answers.

# %% id="satisfaction-nps"
survey = company.survey.query("wave == wave.max()").set_index("customer_id")
nps = survey["nps"].dropna().astype("float64")
promoters, detractors = (nps >= 9).mean(), (nps <= 6).mean()
nps_score = promoters - detractors
nps_error = np.sqrt((promoters + detractors - nps_score**2) / len(nps))

# %% id="satisfaction-nps-read"
low, high = nps_score - 1.96 * nps_error, nps_score + 1.96 * nps_error
tell("{p:.0%} promoters, {d:.0%} detractors.", p=promoters, d=detractors)
tell(
    "NPS {score:+.1f}, 95 % interval {low:+.1f} to {high:+.1f}, from {count:,} answers.",
    score=100 * nps_score, low=100 * low, high=100 * high, count=len(nps),
)

# %% id="satisfaction-scores"
csi = (survey["csat"].dropna().astype("float64") - 1) * 25
ces = recent["effort"].dropna().astype("float64")
scores = pd.DataFrame({"score": [100 * nps_score, csi.mean(), ces.mean()]}, index=list(targets))
half = 1.96 * np.array([100 * nps_error, csi.sem(), ces.sem()])
scores = scores.assign(low=scores["score"] - half, high=scores["score"] + half)

# %% id="satisfaction-verdict"
scores["target"] = pd.Series(targets)
reached, missed = scores["low"] >= scores["target"], scores["high"] < scores["target"]
scores["verdict"] = np.select([reached, missed], ["reached", "missed"], "cannot say")
caption = "Three scores with 95 % intervals (NPS in points, CSI 0–100, CES 1–7)"
plots.table(scores, caption, "{:.1f}")

# %% [markdown] id="satisfaction-verdict-read"
# A target is reached when the whole interval lies above it, and missed when it lies below. With three
# hundred answers, as many firms have, the interval of an NPS is some seventeen points wide: a change of
# three points from one quarter to the next is then no news.

# %% [markdown] id="satisfaction-who"
# ### Who answers?
#
# The interval covers luck, nothing else. It does not cover that some people do not answer. We know of
# everybody when they last bought. Does it matter?

# %% id="satisfaction-response"
then = crm.summarize(company.orders, as_of="2025-05-31")
names = ["up to 90", "91 to 180", "181 to 365", "over 365"]
silence = pd.cut(then["recency_days"], [-1, 90, 180, 365, 2000], labels=names)
verdict = ((nps >= 9).astype(int) - (nps <= 6)).reindex(then.index)

# %% id="satisfaction-response-table"
asked = pd.DataFrame({"answered": verdict.notna(), "NPS": 100 * verdict})
bands = asked.groupby(silence.rename("days since last purchase"), observed=True)
by_silence = bands.mean()
by_silence.insert(0, "customers", bands.size())
plots.table(by_silence, "Who answered, and how", {"answered": "{:.0%}", "NPS": "{:+.1f}"})

# %% [markdown] id="satisfaction-weights"
# Those who answer least are usually the least content. **Non-response** flatters the score. A partial
# remedy: give each group the weight it has among all customers, not among those who answered.

# %% id="satisfaction-weighted"
weighted = np.average(by_silence["NPS"], weights=by_silence["customers"])
tell(
    "NPS as measured {raw:+.1f}, weighted to all customers {weighted:+.1f}.",
    raw=100 * nps_score, weighted=weighted,
)

# %% [markdown] id="satisfaction-weighted-words"
# Weights mend only the part of the difference that recency explains. Within a group the contented may
# still answer more. So compare a score with itself, measured in the same way, and never with the
# published score of another firm.

# %% [markdown] id="drivers"
# ### What drives the rating?
#
# *Analyse.* Each rated ticket tells what happened and what the customer thought of it. A **key driver**
# is something we can change that moves the rating. We turn each stage into a plain yes or no where yes
# is good, and first look at one driver at a time.

# %% id="drivers-table"
stage_hours = ["queue_hours", "work_hours", "partner_hours"]
recent["hours"] = recent[stage_hours].sum(axis=1)
rated = recent.dropna(subset=["rating"]).astype({"rating": "float64"})

# %% id="drivers-good"
good = pd.DataFrame(
    {
        "solved at the first contact": rated["solved_first_time"],
        "one contact person": rated["handovers"] == 0,
        "answer within an hour": rated["queue_hours"] <= 1,
        "closed within 24 hours": rated["hours"] <= 24,
        "goodwill given": rated["goodwill"] > 0,
    }
).astype("float64")

# %% id="drivers-alone"
alone = {name: rated["rating"].groupby(so).mean().diff().iloc[-1] for name, so in good.items()}
tell(
    "Looked at alone, the drivers change the rating by {least:.2f} to {most:.2f} points.",
    least=min(alone.values()), most=max(alone.values()),
)

# %% [markdown] id="drivers-why"
# But they come together: a ticket that goes wrong is handed over *and* takes long *and* is not solved
# at once. Which of them would we have to change? A regression compares tickets that differ in one
# driver and are alike in the others, and in topic and channel.

# %% id="drivers-fit"
from statsmodels.regression.linear_model import OLS

alike = pd.get_dummies(rated[["topic", "channel"]].astype("str"), drop_first=True, dtype=float)
drivers = OLS(rated["rating"], good.join(alike).assign(constant=1.0)).fit(cov_type="HC1")
together = drivers.params[good.columns]

# %% id="drivers-plot"
ax = plots.bars(pd.DataFrame({"alone": alone, "all together": together}))
plots.show(
    ax, "The strongest driver, others alike: {name}", name=together.idxmax(),
    x="change of the rating when it is so, points",
    alt="Bars: effect of five drivers on the rating, alone and all together.",
)

# %% [markdown] id="drivers-plot-read"
# Bars that shrink were borrowed: waiting and handovers stand in the data mostly as companions of a
# ticket that went wrong. What remains is closer to a cause, but it is still a comparison of tickets
# that nobody assigned by lot.

# %% [markdown] id="drivers-improve"
# *Improve.* A driver is worth working on if it matters (**importance**: its coefficient) and if we are
# not good at it yet (**performance**: the share of tickets where it is so). Importance times what is
# missing says how far the mean rating could rise.

# %% id="drivers-gain"
plan = drivers.conf_int().loc[good.columns].set_axis(["low", "high"], axis=1)
plan.insert(0, "importance", together)
plan["performance"] = good.mean()
plan["possible gain"] = plan["importance"] * (1 - plan["performance"])
plan = plan.sort_values("possible gain", ascending=False, kind="stable")

# %% id="drivers-gain-table"
formats = dict.fromkeys(plan, "{:.2f}") | {"performance": "{:.0%}"}
plots.table(plan, "Drivers of the rating (points, 95 % interval), and possible gain", formats)

# %% id="drivers-cost"
goodwill = recent.loc[recent["goodwill"] > 0, "goodwill"]
tell("First on the list: {first}.", first=plan.index[0])
tell("Goodwill costs {mean:.0f} {unit} where it is given.", mean=goodwill.mean(), unit=currency)

# %% [markdown] id="drivers-words"
# Goodwill is often the easiest lever and never a free one. And it is a remedy, not a cure: after a
# solution at the first contact there is nothing to make good.

# %% [markdown] id="service"
# ## Complaints and waiting
#
# From opening to solution a ticket passes three stages: the *queue* until someone answers, the *work*
# of our own people, and the wait for a *partner*: a carrier, a dealer, a workshop. The customer feels
# the sum.

# %% id="service-levels"
topics = recent.groupby("topic", observed=True)["hours"]
level = topics.agg(tickets="size", median="median").sort_values("median", kind="stable")
level["slowest tenth"] = topics.quantile(0.9)
level["within 24 h"] = (recent["hours"] <= 24).groupby(recent["topic"], observed=True).mean()

# %% id="service-levels-table"
formats = {"median": "{:.1f}", "within 24 h": "{:.0%}"}
plots.table(level, "Hours from opening to solution, tickets of 2025", formats)

# %% [markdown] id="service-levels-read"
# Report the median *and* the slowest tenth. Nobody complains about the median: complaints come from
# the tail, and a mean hides it.

# %% id="service-stages"
stages = recent.groupby("topic", observed=True)[stage_hours].mean()
stages.columns = ["queue", "work", "partner"]
stage_share = recent[stage_hours].sum().set_axis(stages.columns) / recent["hours"].sum()
bottleneck = stage_share.idxmax()

# %% id="service-stages-plot"
ax = stages.plot.barh(stacked=True, figsize=(7.5, 3.6))
ax.invert_yaxis()
plots.show(
    ax, "Most of the time goes into one stage: {stage}", stage=bottleneck, x="mean hours", y="",
    alt="Stacked bars: mean hours in queue, work and partner stage, by topic.",
)

# %% id="service-share"
share = stage_share[bottleneck]
tell("Stage with most of the hours: {stage}, {share:.0%}.", stage=bottleneck, share=share)
tell("Our own work takes {work:.0%}.", work=stage_share["work"])

# %% [markdown] id="service-bottleneck"
# The **bottleneck** is the stage that decides how long the whole takes. Hiring more people for the
# service desk shortens the other bars. Where exactly is the wait? Follow the late deliveries to the
# channel of their order.

# %% id="service-late"
channel = company.orders.set_index("order_id")["channel"].astype("str")
recent["ordered at"] = recent["order_id"].map(channel)
late = recent[recent["topic"] == "late delivery"].groupby("ordered at")
waits = late["partner_hours"].agg(tickets="size", mean="mean", median="median")
plots.table(waits, "Late deliveries: hours of waiting for the partner")

# %% [markdown] id="service-what-if"
# Now compare remedies before you pay for one. What becomes of the total if one stage takes a quarter
# less, or if dealers' late deliveries took no longer than our own? These are calculations on last
# year's tickets, not forecasts: they say where it is worth negotiating.

# %% id="service-remedies"
dealer = (recent["topic"] == "late delivery") & (recent["ordered at"] == "dealer")
saved = dealer * (1 - waits.loc["online", "mean"] / waits.loc["dealer", "mean"])
remedies = pd.DataFrame({"as it is": recent["hours"]})
for stage in stages.columns:
    remedies[f"a quarter off: {stage}"] = recent["hours"] - recent[f"{stage}_hours"] / 4
remedies["dealers as fast as our own"] = recent["hours"] - saved * recent["partner_hours"]

# %% id="service-remedies-table"
result = pd.DataFrame({"mean hours": remedies.mean(), "over 3 days": (remedies > 72).mean()})
formats = {"mean hours": "{:.1f}", "over 3 days": "{:.1%}"}
plots.table(result, "What each remedy would do to the tickets of 2025", formats)

# %% id="service-monday"
weekday = recent.groupby(recent["opened"].dt.day_of_week == 0)["queue_hours"].mean()
tell(
    "Tickets opened on Mondays queue for {monday:.1f} hours, others for {other:.1f}.",
    monday=weekday[True], other=weekday[False],
)

# %% [markdown] id="service-simpler"
# ### A simpler process
#
# Each **handover** from one person to the next means telling the story again. Do tickets with fewer
# handovers go better?

# %% id="service-handovers"
passed = recent.groupby(recent["handovers"].clip(upper=3).rename("handovers (3 = 3 or more)"))
process = passed.agg(tickets=("hours", "size"), hours=("hours", "median"))
process["solved at once"] = passed["solved_first_time"].mean()
process["effort"] = passed["effort"].mean()

# %% id="service-handovers-table"
formats = {"hours": "{:.1f}", "solved at once": "{:.0%}", "effort": "{:.1f}"}
plots.table(process, "Tickets of 2025: median hours, and effort (1–7, 7 = very easy)", formats)

# %% [markdown] id="service-handovers-read"
# Fewer handovers go with everything good. But hard tickets are handed over *because* they are hard,
# so forbidding handovers would not bring the upper row's numbers to the lower rows. A fair way to
# learn what a simpler process brings is to send tickets at random to an agent who keeps them.

# %% [markdown] id="recovery"
# ### Does a well-handled complaint bring customers back?
#
# We sort tickets by how they ended: *bad* (not solved at the first contact, nothing given), *plain*
# (solved at once) or *made good* (goodwill given). Who orders again within 180 days? Only tickets
# closed at least 180 days before the end can tell.

# %% id="recovery-handled"
half_year = pd.Timedelta(days=180)
closed = tickets[tickets["resolved"] <= last_day - half_year].sort_values("resolved", kind="stable")
ways = [closed["goodwill"] > 0, closed["solved_first_time"]]
closed = closed.assign(handling=np.select(ways, ["made good", "plain"], "bad"))

# %% id="recovery-orders"
bought = company.orders.query("amount >= 0")[["customer_id", "date"]]
bought = bought.sort_values("date", kind="stable")
after = pd.merge_asof(
    closed, bought, left_on="resolved", right_on="date", by="customer_id",
    direction="forward", tolerance=half_year,
)["date"].notna()

# %% id="recovery-rates"
from statsmodels.stats.proportion import proportion_confint

closed["after"] = after.to_numpy()
again = closed.groupby("handling")["after"].agg(["sum", "size"]).loc[["bad", "plain", "made good"]]
rate = again["sum"] / again["size"]
low, high = proportion_confint(again["sum"], again["size"], method="wilson")

# %% id="recovery-plot"
ax = plots.bars(rate, error=(high - low) / 2)
plots.show(
    ax, "After a bad ticket {bad:.0%} order again, after one made good {good:.0%}",
    bad=rate["bad"], good=rate["made good"], percent="x", y="",
    x="ordered within 180 days of the solution (95 % interval)",
    alt="Bars: share of customers who order again, by how their ticket was handled.",
)

# %% id="recovery-difference"
from statsmodels.stats.proportion import confint_proportions_2indep as difference_interval

low, high = difference_interval(*again.loc["made good"], *again.loc["bad"], method="newcomb")
gap_in_rate = rate["made good"] - rate["bad"]
tell(
    "Made good against bad: {gap:+.1points}, 95 % interval {interval:+.1points}.",
    gap=gap_in_rate, interval=(low, high),
)

# %% [markdown] id="recovery-fair"
# This difference (interval by Newcombe, 1998) is the **recovery effect** as trade journals show it. Is
# it an effect? Nobody drew lots about who is treated well. A quick test of fairness: were the groups
# alike *before* the ticket? What happened before cannot have been caused by what came after.

# %% id="recovery-placebo"
before = pd.merge_asof(
    closed.sort_values("opened", kind="stable"), bought, left_on="opened", right_on="date", by="customer_id",
    tolerance=pd.Timedelta(days=90),
)
earlier_rate = before["date"].notna().groupby(before["handling"]).mean()[again.index]
earlier_rate = earlier_rate.rename("ordered before")
plots.table(earlier_rate, "Ordered in the 90 days before the ticket", "{:.0%}")

# %% [markdown] id="recovery-words"
# If the groups were alike before, the difference afterwards is not explained by who bought more at the
# time. It is still no proof: a customer who has already decided to leave may be harder to please, and
# then leaving explains the bad ending, not the other way round. At the end of the chapter the
# simulator tells which it was. In life you would draw lots: of the tickets that went wrong, half get a
# call.

# %% [markdown] id="loyalty"
# ## Loyalty
#
# A **loyalty programme** gives something back to those who come again. The designs differ in *whom*
# they reward. *Points* give a share of every yuan. *Tiers* give benefits to those above a level of
# spend. A *stamp card* rewards every fifth order. A *paid membership* sells the benefits. Before the
# cost, look at who would get the money.

# %% id="loyalty-designs"
best = year["spend"].rank(pct=True) > 0.8
often = year["purchases"] >= 6
designs = pd.DataFrame({"points": 0.01 * year["spend"].clip(lower=0)})
designs["tiers"] = 40.0 * best
designs["stamp card"] = 15.0 * (year["purchases"] // 5)
designs["paid membership"] = often * (20.0 * year["purchases"] - 100)

# %% id="loyalty-designs-table"
reach = pd.DataFrame({"cost a year": designs.sum(), "customers reached": (designs > 0).mean()})
reach["to the top fifth"] = designs[best].sum() / designs.sum()
reach["to six orders or more"] = designs[often].sum() / designs.sum()
formats = dict.fromkeys(reach, "{:.0%}") | {"cost a year": "{:,.0f}"}
caption = "Four designs on the buyers of 2025: where the cost goes ({unit})"
plots.table(reach, caption, formats, unit=currency)

# %% [markdown] id="loyalty-designs-read"
# Most of the money goes to customers who come anyway. That is the weak point of nearly every
# programme: it *rewards* loyalty; whether it *makes* any is another question.

# %% [markdown] id="points"
# ### What do points cost?
#
# Harbour Coffee gives one point per yuan since January 2024; a hundred points are worth one yuan, and
# they expire after a year. Points that are never used are **breakage**. What is out there and may still
# be used is a **liability**: money that the company owes.

# %% id="points-naive"
points = company.points
value_of_point = 0.01
used = points["used_on"].notna()
unused = (points["points"] * ~used).sum() / points["points"].sum()
tell("{share:.0%} of all points earned so far are unused.", share=unused)

# %% [markdown] id="points-mature"
# Is that the breakage? No: the points of last month have hardly had a chance. Only batches whose year
# is over can tell.

# %% id="points-breakage"
ripe = points["expires_on"] <= last_day
breakage = 1 - points.loc[ripe & used, "points"].sum() / points.loc[ripe, "points"].sum()
tell("Of points whose year is over, {share:.0%} were never used.", share=breakage)

# %% [markdown] id="points-liability"
# The liability counts what is unused *and* still valid. But the older a batch is, the less likely it is
# to be used. The batches whose year is over show how this chance falls with age.

# %% id="points-age"
age_used = (points["used_on"] - points["earned_on"]).dt.days
spent = points[ripe & used]["points"].groupby(age_used[ripe & used]).sum()
used_by = spent.reindex(range(366), fill_value=0).cumsum() / points.loc[ripe, "points"].sum()
still_used = (used_by.iloc[-1] - used_by) / (1 - used_by)

# %% id="points-age-read"
tell(
    "Of points unused after a month, {young:.0%} are used later; after half a year {old:.0%}.",
    young=still_used[30], old=still_used[180],
)

# %% id="points-owed"
valid = points[~ripe & ~used]
age_now = (last_day - valid["earned_on"]).dt.days
face = value_of_point * valid["points"].sum()
owed = value_of_point * (valid["points"] * age_now.map(still_used)).sum()

# %% id="points-owed-read"
tell("Valid points: {face:,.0f} {unit} if all were used.", face=face, unit=currency)
tell("Expected to be used: {owed:,.0f} {unit}. That is the liability.", owed=owed, unit=currency)

# %% [markdown] id="points-even"
# ### When does the programme pay?
#
# Of each yuan of sales, the programme costs c = value of a point × (1 − breakage). At a margin m, sales
# must rise by the share c / (m − c) before anything is earned: the **break-even uplift**.

# %% id="points-margin"
earned_share = lines["margin"].sum() / lines["paid"].sum()
tell("Of each yuan of sales, {share:.2f} is margin.", share=earned_share)

# %% id="points-table"
worth_of_100 = pd.Series([0.5, 1.0, 2.0, 5.0], index=["0.5", "1", "2", "5"])
even = pd.DataFrame({"cost of a yuan of sales": worth_of_100 / 100 * (1 - breakage)})
cost = even["cost of a yuan of sales"]
even["break-even uplift"] = cost / (earned_share - cost)
formats = {"cost of a yuan of sales": "{:.4f}", "break-even uplift": "{:.1relative}"}
even = even.rename_axis("100 points are worth")
plots.table(even, "What sales must rise by ({unit})", formats, unit=currency)

# %% id="points-selection"
ordered = in_2025.query("amount >= 0").groupby("customer_id").size()
redeems = ordered.index.isin(points.loc[used, "customer_id"])
tell(
    "Who uses points ordered {users:.1f} times in 2025, who does not {others:.1f} times.",
    users=ordered[redeems].mean(), others=ordered[~redeems].mean(),
)

# %% [markdown] id="points-selection-read"
# This is how programmes are sold: "members buy so much more". But who buys often has more points, and
# more chances to use them. The difference is **selection**. Nobody was left without points, so no
# number of this company can say what points bring: start the next programme with a group, drawn by
# lot, that gets none.

# %% [markdown] id="bonds"
# ### Experience, emotional tie and community
#
# Points tie with money. Other ties show where customers do something for nothing: they write a review,
# or they bring a friend. These are **proxies**: what we can count, not the feeling itself. First the
# *experience*: does it matter how easy the last contact was?

# %% id="bonds-experience"
effort = closed.dropna(subset=["effort"])
easy = effort["after"].groupby(effort["effort"] >= 5).agg(["sum", "size"])
low, high = difference_interval(*easy.loc[True], *easy.loc[False], method="newcomb")
share = easy["sum"] / easy["size"]

# %% id="bonds-experience-read"
tell(
    "Ordered again: {easy:.0%} after an easy contact (5 to 7), {hard:.0%} after a harder one; "
    "difference {interval:+.1points}.",
    easy=share[True], hard=share[False], interval=(low, high),
)

# %% [markdown] id="bonds-tie"
# Then tie and community: do those who write or bring a friend come back more often than others *who
# bought as much*?

# %% id="bonds-data"
reviews, referrals = company.reviews, company.referrals
wrote = reviews.loc[reviews["date"].dt.year == 2024, "customer_id"]
brought = referrals.loc[referrals["date"].dt.year == 2024, "referrer_id"]
did = [in_2024.index.isin(brought), in_2024.index.isin(wrote)]

# %% id="bonds-table"
bond = pd.DataFrame({"back": in_2024.index.isin(year.index).astype(float)}, in_2024.index)
names = ["1", "2–3", "4–6", "7+"]
bond["orders in 2024"] = pd.cut(in_2024["purchases"], [0, 1, 3, 6, 1000], labels=names)
bond["tie"] = np.select(did, ["brought a friend", "wrote a review"], "neither")

# %% id="bonds-adjusted"
tied = bond["tie"] != "neither"
cells = bond.groupby([tied, "orders in 2024"], observed=True)["back"].agg(["mean", "var", "size"])
weight = bond.loc[tied, "orders in 2024"].value_counts(normalize=True)
within = ((cells.loc[True, "mean"] - cells.loc[False, "mean"]) * weight).sum()
variance = (cells["var"] / cells["size"]).groupby("orders in 2024", observed=True).sum()
error = np.sqrt((variance * weight**2).sum())

# %% id="bonds-adjusted-read"
raw = bond["back"].groupby(tied).mean()
tell("Raw difference for those with a tie: {raw:+.1points}.", raw=raw[True] - raw[False])
tell(
    "Within bands of orders: {within:+.1points}, 95 % interval {interval:+.1points}.",
    within=within, interval=(within - 1.96 * error, within + 1.96 * error),
)

# %% id="bonds-plot"
back = bond.groupby(["orders in 2024", "tie"], observed=True)["back"].mean().unstack()
ax = plots.bars(back[["neither", "wrote a review", "brought a friend"]])
ax.set_xlim(0, 1)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "With as many orders, a tie adds {gain:+.1points}", gain=within,
    percent="x", x="share that bought again in 2025", y="orders in 2024",
    alt="Bars: share who bought in 2025, by orders in 2024 and by what they did for the company.",
)

# %% [markdown] id="bonds-read"
# Most of the raw difference goes away when customers with equally many orders are compared. What is
# left may be the tie, or whatever made them write. Reading it as "get people to write reviews and they
# will stay" would be a mistake: they would be asked, not attached. As a *sign* it can still be useful;
# we come back to signs below.

# %% [markdown] id="survival"
# ## Survival
#
# How long do customers stay? Take those who came in the same half-year, a cohort as in
# [chapter 1](01_crm_at_a_glance.ipynb), and follow the share who buy in each quarter of a year after
# their first purchase: the **retention curve**.

# %% id="survival-cohorts"
paid = log[log["amount"] >= 0]
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
# Everybody buys in the quarter of the first purchase (number 0, not drawn). So most of the fall comes at
# once, and after it the curve goes down slowly. It shows *buying*, not *staying*: without a contract,
# someone who buys once a year is missing in most quarters. With a contract we know who is left, and the
# question becomes: what comes next?

# %% [markdown] id="sbg"
# ### Projecting a retention curve
#
# A published case: 1,000 high-end customers of a company with yearly contracts. After each of the first
# seven years so many were left (Fader & Hardie, 2007). A straight line and an exponential curve are the
# usual ways to continue it in a spreadsheet.

# %% id="sbg-data"
survivors = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
known, years = np.arange(8), np.arange(13)
fit_line = np.polynomial.Polynomial.fit
projected = pd.DataFrame({"straight line": fit_line(known, survivors, 1)(years)}, index=years)
projected["exponential"] = np.exp(fit_line(known, np.log(survivors), 1)(years))

# %% [markdown] id="sbg-model"
# The **shifted beta-geometric model (sBG)** tells a story instead. Each customer has a personal chance
# to leave at each renewal, always the same; the chances differ between customers, in the shape of a
# beta distribution with parameters α and β. Two numbers, fitted by maximum likelihood.

# %% id="sbg-fit"
sbg = crm.ShiftedBetaGeometric().fit(survivors, customers=1000)
projected["sBG"] = 100 * sbg.survival(years)
caption = "Parameters of the sBG, fitted on years 0 to 7, with 95 % intervals"
plots.table(sbg.summary_.rename(columns={"standard_error": "standard error"}), caption, "{:.2f}")

# %% [markdown] id="sbg-held-out"
# The authors also published what happened in years 8 to 12. None of the three curves has seen it.

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
    ax, "Closest in year 12: {name}, off by {off:.1f} points", name=off.loc[12].idxmin(),
    off=off.loc[12].min(), x="year", y="customers left of 100",
    alt="Three projections of a retention curve against the years that were held out.",
)

# %% [markdown] id="sbg-rises"
# ### Why does retention rise with tenure?
#
# In the data the share that renews rises from year to year. It is tempting to say that customers
# become more loyal. Let us make 100,000 customers whose personal chance to leave *never changes*, and
# look at those who are left.

# %% id="sbg-simulate"
rng = np.random.default_rng(seed)
leaves = rng.beta(sbg.params_["alpha"], sbg.params_["beta"], 100_000)
stays_for = rng.geometric(leaves)  # the renewal at which the customer leaves
there = [leaves[stays_for >= renewal] for renewal in range(1, 8)]

# %% id="sbg-simulate-table"
left_at = np.array([len(left) for left in there] + [(stays_for > 7).sum()])
rate = pd.DataFrame({"published": np.divide(survivors[1:], survivors[:-1])}, index=range(1, 8))
rate["simulated"] = left_at[1:] / left_at[:-1]
rate["mean chance to leave"] = [left.mean() for left in there]
caption = "Share that renews, published and simulated; chance to leave of those who are left"
plots.table(rate.rename_axis("renewal"), caption, "{:.1%}")

# %% [markdown] id="sbg-rises-read"
# Nobody became more loyal. Those who were likely to leave have left: **survivorship**. So a retention
# rate that rises with tenure does not show that your programme works, and the average rate of all
# customers, put into a lifetime formula, undervalues a new cohort's long tail.

# %% [markdown] id="km"
# ### Kaplan–Meier: customers who have not left yet
#
# The telephone company in our data has contracts. For customers who are still there we only know that
# they stay *longer* than their tenure so far: they are censored, as the young leads of
# [chapter 4](04_acquisition.ipynb). Leaving them out, or taking their tenure as the end, makes lifetimes too
# short. The **Kaplan–Meier** estimate uses both kinds: at each tenure, the share that leaves of those who
# got so far (Kaplan & Meier, 1958).

# %% id="km-data"
telco = crm.datasets.load_telco()
billed = telco[telco["tenure"] > 0].assign(left=telco["churn"].astype("int64"))
dropped = len(telco) - len(billed)
tell("{count:,} customers, {left:.0%} have left.", count=len(billed), left=billed["left"].mean())
tell("{dropped} customers in their first month are left out.", dropped=dropped)

# %% id="km-fit"
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

groups = billed.groupby("contract", observed=True)
by_contract = {name: SurvfuncRight(group["tenure"], group["left"]) for name, group in groups}

# %% id="km-plot"
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7.5, 4.2))
for contract, one in by_contract.items():
    band = 1.96 * one.surv_prob_se * np.array([[-1], [1]]) + one.surv_prob
    ax.step(one.surv_times, one.surv_prob, where="post", label=contract)
    ax.fill_between(one.surv_times, *band.clip(0, 1), step="post", alpha=0.2)
ax.legend(loc="lower left")
plots.show(
    ax, "Half of the month-to-month customers are gone after {median:.0f} months",
    median=by_contract["Month-to-month"].quantile(0.5), percent="y",
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
# stay signs for two years: moving everybody to long contracts would not move them to the upper curve.
#
# One more caution. The card of the data says that *churn* means "left in the last month". If that were
# literally true, the share that leaves at each tenure would have to be counted among those who *have*
# that tenure now. Try it:

# %% id="km-literal"
monthly = billed[billed["contract"] == "Month-to-month"].groupby("tenure")["left"].mean()
usual = by_contract["Month-to-month"]
after_a_year = usual.surv_prob[usual.surv_times <= 12].min()
tell("Left after 12 months by Kaplan–Meier: {share:.0%}.", share=after_a_year)
tell("If the label is taken literally: {share:.2%}.", share=(1 - monthly.loc[:12]).prod())

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

# %% id="churn-return-read"
back = returns["comes_back"]
tell("After 30 days, {early:.0%} come back within {days} days.", early=back[30], days=horizon)
tell("After {days} days of silence, {late:.0%} still do.", days=horizon, late=back[horizon])

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
rates = pd.Series({days: (wait > days).mean() for days in (30, 60, 90, 120, 150, 180)})
rates = rates.rename("churn rate").rename_axis("horizon in days")
caption = "Buyers of the year to {day} who do not buy within the horizon"
plots.table(rates, caption, "{:.0%}", day=cutoff)

# %% [markdown] id="signs"
# ## Warning signs
#
# Curricula list five families of **churn indicators**: *behaviour* (orders and visits fade),
# *satisfaction* (low ratings), *competition* (visits that come through a price comparison), *service*
# (tickets, slow and badly solved), *social* (few stars in public). The company has a table for each.

# %% id="signs-events"
tickets["hours"] = tickets[stage_hours].sum(axis=1)
tickets["bad"] = ~tickets["solved_first_time"] & (tickets["goodwill"] == 0)
visits, Events = company.visits, crm.churn.Events
service = {"hours": "resolved", "bad": "resolved"}

# %% id="signs-families"
events = {
    "visits": Events(visits),
    "compare": Events(visits[visits["page"] == "compare"], family="competition"),
    "tickets": Events(tickets, "opened", service, "service"),
    "ratings": Events(tickets[tickets["rating"].notna()], "resolved", ["rating"], "satisfaction"),
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
# `recency_days`, and tests how well it ranks. The measure is the AUC of chapter 4: the chance that of two
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
# [chapter 4](04_acquisition.ipynb). It never looks like an error, it looks like success. When a churn
# model is nearly perfect, search for the column that knows the future.

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
plots.table(rate, "The snapshots", {"churned": "{:.0%}"})

# %% id="signs-features"
families = pd.Series(snapshots.attrs["families"], name="family")
example = families.reset_index().groupby("family")["index"].agg(["size", "last"])
example.columns = ["features", "for example"]
plots.table(example, "Features by family of indicators")

# %% [markdown] id="model"
# ## A model and its honesty
#
# We learn on the earlier cutoffs and judge on the latest, as in use: the model of summer 2025 could
# only know labels that were complete by then. A random split would let it learn from the same weeks on
# which it is judged.

# %% id="model-split"
past, present, past_churned, churned = crm.churn.temporal_split(snapshots)
tell("Learned on {past:,} rows, judged on {present:,}.", past=len(past), present=len(present))

# %% [markdown] id="model-baseline"
# Before any model, the baseline: what does recency alone know? A model that does not beat it is not
# worth its upkeep.

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
# To see how sure the AUC is, we draw the test customers anew thirty times (a bootstrap, as in
# [chapter 2](02_customer_value.ipynb)), the same draws for every model.

# %% id="model-auc"
draws = [rng.integers(len(churned), size=len(churned)) for draw in range(30)]
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
step = auc["all five families"] - auc["all about orders"]
tell(
    "Warning signs beyond orders add {gain:±+.3f} to the AUC (95 % interval).",
    gain=(step.mean(), 1.96 * step.std()),
)

# %% [markdown] id="model-families"
# What does each family know by itself, and what does it add to the orders?

# %% id="model-families-run"
feeds = {family: list(names) for family, names in families.groupby(families).groups.items()}
known = {}
for family, names in feeds.items():
    for columns in (names, list(dict.fromkeys(orders_only + names))):
        one = crm.churn.churn_model(calibrated=False).fit(past[columns], past_churned)
        score = roc_auc_score(churned, one.predict_proba(present[columns])[:, 1])
        known.setdefault(family, []).append(score)

# %% id="model-families-table"
known = pd.DataFrame(known, index=["alone", "with orders"]).T
plots.table(known, "AUC by family of indicators (orders are behaviour)", "{:.3f}")

# %% [markdown] id="model-gain-read"
# The largest step is from recency to the habits in the order table. The other families add a little,
# and each of them is one more data feed to keep alive. Whether that is worth it is a question of money.

# %% id="model-lift"
probability = predicted["all five families"]
first_group = crm.churn.lift_table(churned, probability).iloc[0]
tell(
    "The tenth ranked first: {rate:.0%} churned, {lift:.2f} times the rate of all.",
    rate=first_group["churn_rate"], lift=first_group["lift"],
)

# %% [markdown] id="model-calibration"
# Lift says how much more often the first group churns than all. But ranking is half of the work. To
# compute a profit we need *probabilities*: of a hundred customers with 30 %, about thirty should leave.
# **Calibration** compares the two, group by group.

# %% id="model-calibration-plot"
calibration = crm.churn.calibration_table(churned, probability)
plots.show(crm.churn.figures.calibration(calibration))

# %% id="model-calibration-read"
covered = calibration["predicted"].between(calibration["low"], calibration["high"])
tell(
    "On average the model said {said:.0%}, and {true:.0%} churned. {count} of 10 intervals cover the "
    "prediction.",
    said=probability.mean(), true=churned.mean(), count=covered.sum(),
)

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
loss = pd.DataFrame({"mean": crm.steady(importance["importances_mean"])}, families.index)
loss["sd"] = importance["importances_std"]
used_most = loss.nlargest(10, "mean").rename(index=lambda name: name.replace("_", " "))

# %% id="model-importance-plot"
ax = plots.bars(used_most["mean"], error=used_most["sd"])
plots.show(
    ax, "The model leans most on: {feature}", feature=used_most.index[0], y="",
    x="AUC lost when the column is shuffled (mean and standard deviation of 2 shuffles)",
    alt="Bars: the ten features that the churn model uses most.",
)

# %% [markdown] id="model-importance-read"
# Columns that say nearly the same share their importance, so a short bar need not mean "useless".

# %% [markdown] id="contract"
# ### Where there is a contract
#
# With a contract, the label needs no horizon. The telephone company again: who left? Its table has no
# dates, so only a random split is possible, and `total_charges` includes the last bill; we leave it
# out.

# %% id="contract-model"
from sklearn.model_selection import train_test_split

features = telco.drop(columns=["customer_id", "churn", "total_charges"])
features = pd.get_dummies(features, dtype=float)
train, test, train_left, test_left = train_test_split(
    features, telco["churn"], test_size=0.3, random_state=seed
)

# %% id="contract-fit"
from sklearn.linear_model import LogisticRegression

weighted = LogisticRegression(max_iter=1000, class_weight="balanced")
kinds = {"plain": None, "balanced": weighted}
fits = {
    name: crm.churn.churn_model(calibrated=False, estimator=kind).fit(train, train_left)
    for name, kind in kinds.items()
}

# %% [markdown] id="contract-balanced"
# Many tutorials balance the classes "because churners are few". The two models differ in nothing else.

# %% id="contract-compare"
said = crm.steady(pd.DataFrame({name: fit.predict_proba(test)[:, 1] for name, fit in fits.items()}))
compared = pd.DataFrame({"AUC": {name: roc_auc_score(test_left, said[name]) for name in said}})
compared["mean probability"] = said.mean()
compared["share that left"] = test_left.mean()
plots.table(compared, "Telephone company: plain and balanced classes", "{:.2f}")

# %% [markdown] id="contract-read"
# Balancing does not make the ranking better, and it spoils the probabilities: the model answers for a
# world in which half of the customers leave. Leave the weights alone and move the *threshold*. Where
# should it be? That is a question of money.

# %% [markdown] id="profit"
# ## From probability to profit
#
# A contact costs money, whoever it is. With probability p the customer was going to leave; the offer
# keeps a share s of those (the **save rate**), each worth V more than if gone. Those who would have
# stayed take the gift too, a share t of them. So with contact cost c and redemption cost δ, a contact
# earns on average p·s·(V − δ) − (1 − p)·t·δ − c (after Neslin et al., 2006, where t is 1). V is here the
# margin of a year, p the probability of the model, and the rates of Zhou Ning's voucher are *assumed*:

# %% id="profit-offer"
value = margin_share * present["spend"].clip(lower=0)
voucher = {"contact_cost": 3.0, "redemption_cost": 25.0, "save_rate": 0.05, "take_rate": 0.4}

# %% id="profit-curves"
ranked = {
    way: crm.churn.profit_curve(churned, probability, value, rank_by=way, **voucher)
    for way in ("probability", "profit")
}
best = {way: crm.churn.best_threshold(one) for way, one in ranked.items()}

# %% id="profit-plot"
figure, ax = plt.subplots(figsize=(7.5, 4))
for way, one in ranked.items():
    ax.plot(one["share"], one["realised"] / 1000, label=way)
ax.axhline(0, color="0.4", lw=1)
ax.legend(title="contacted first by", loc="lower center")
plots.show(
    ax, "Ranked by expected profit, it pays to contact {share:.0%}", share=best["profit"]["share"],
    x="share of customers contacted", y="profit (thousand {unit})", percent="x", unit=currency,
    alt="Lines: profit of a voucher by share of customers contacted, two rankings.",
)

# %% id="profit-read"
for way, row in best.items():
    tell(
        "By {way}: contact {share:.0%}, profit {profit:,.0f} {unit}, if the assumed rates hold.",
        way=way, share=row["share"], profit=row["realised"], unit=currency,
    )

# %% [markdown] id="profit-words"
# The likeliest churners are often worth least: they bought once, long ago. Ranking by expected profit
# puts value and probability together. And a good model is not enough: if the offer costs more than it
# saves, the best share is zero.

# %% [markdown] id="explore"
# ### Explore: where should the threshold be?
#
# Move the threshold and the assumptions; the line is the profit expected, the dots what would have come
# of it. Three things to try:
#
# 1. Put the save rate to half. Does the best share halve?
# 2. Make the voucher cheaper, then the contact. Which one moves the best share more?
# 3. Find a setting at which contacting nobody is best.
#
# Where nothing can move, on a page or before you run the cell, the picture shows the setting above.

# %% id="explorer"
from crmlab import widgets

widgets.threshold_explorer(churned, probability, value, **voucher, unit=currency)

# %% [markdown] id="explore-read"
# The save rate decides more than the model does, and it was a guess. Churn models are judged in
# hundredths of AUC, while the number that matters most is assumed. The rest of the chapter measures it.

# %% [markdown] id="winback"
# ## Win-back
#
# **Win-back** means to regain customers who are leaving or have left. Its steps: find the cause, sort by
# value and risk, design the offer, choose the time and the tone, run it, and track it against a group
# that got nothing.

# %% [markdown] id="winback-cause"
# ### The cause
#
# Why did they fall silent? Nobody asked them. But we can look at what came before: a badly handled
# ticket, a visit through a price comparison, few stars. The obvious comparison is with everybody else,
# and it is unfair: who has a ticket or writes a review has *bought* lately, and buyers stay. The fair
# comparison is with customers who had the same occasion, and no such sign.

# %% id="winback-signs"
seen, left = present.droplevel("cutoff"), churned.droplevel("cutoff")
signs = pd.DataFrame({"a badly handled ticket": seen["tickets_bad_mean"] > 0})
signs["rated service 1 or 2"] = seen["ratings_rating_mean"] <= 2
signs["two stars or fewer"] = seen["reviews_stars_mean"] <= 2
signs["came through a price comparison"] = seen["compare_recent"] > 0

# %% id="winback-occasions"
occasions = seen[["tickets_count", "ratings_count", "reviews_count", "visits_recent"]] > 0
occasions.columns = signs.columns
causes = pd.DataFrame({"customers": signs.sum()})
causes["churned"] = {name: left[signs[name]].mean() for name in signs}
causes["everybody else"] = {name: left[~signs[name]].mean() for name in signs}
causes["same occasion"] = {name: left[~signs[name] & occasions[name]].mean() for name in signs}

# %% id="winback-signs-table"
formats = dict.fromkeys(["churned", "everybody else", "same occasion"], "{:.0%}")
plots.table(causes, "Share that churned: with the sign, and two groups without it", formats)

# %% id="winback-explained"
worse = causes["churned"] > causes["same occasion"]
tell("Against the same occasion, {count} of 4 signs go with more churn.", count=worse.sum())
tell("{share:.0%} of those who churned show no sign.", share=1 - signs[left].any(axis=1).mean())

# %% [markdown] id="winback-signs-read"
# Read the last two columns against each other: they show how much the wrong comparison hides. And for
# most customers there is no visible cause. A letter that names one ("we are sorry about your delivery")
# is right only where the table shows it.

# %% [markdown] id="winback-grid"
# ### Value and risk
#
# Now for today: no label yet, but a probability. And one more thing changes. To *describe* churn,
# 12,000 customers were enough; to *measure* what an offer changes takes many more. From here on Harbour
# Coffee has 60,000 customers, made by the same rules. The churn model is the one on orders alone, as it
# needs no other table.

# %% id="winback-now"
large = crm.Company(seed=seed, customers=60_000)
now = crm.churn.snapshot(large.orders, last_day, gap=gap, horizon=horizon, as_of=last_day)
order_model, order_features = candidates["all about orders"]
now["probability"] = crm.steady(order_model.predict_proba(now[order_features])[:, 1])
now["value"] = margin_share * now["spend"].clip(lower=0)

# %% id="winback-grid-table"
names = ["low risk", "middle risk", "high risk"]
risk = pd.cut(now["probability"], [-1, 0.3, 0.6, 1], labels=names)
worth = pd.qcut(now["value"].rank(pct=True), [0, 0.5, 0.8, 1])
worth = worth.cat.rename_categories(["low value", "middle value", "high value"])

# %% id="winback-grid-drawn"
grid = pd.crosstab(worth, risk).rename_axis(index=None, columns=None)
drawn = plots.table(grid, "Customers who bought within a year, by value and risk")
drawn.background_gradient(cmap="Blues", axis=None)

# %% id="winback-grid-read"
stake = (now["probability"] * now["value"]).groupby([worth, risk], observed=True).sum()
tell(
    "Most margin at risk: {worth}, {risk}, with {share:.0%} of all probability × value.",
    worth=stake.idxmax()[0], risk=stake.idxmax()[1], share=stake.max() / stake.sum(),
)

# %% [markdown] id="winback-grid-words"
# A first plan by cell: high value at high risk gets a call from a person, soon; high value at low risk
# gets thanks and peace; low value at high risk gets the cheapest offer or none; and who is in the middle
# of both is the field for a test. But the grid says where money is at stake, not where it can be saved.

# %% [markdown] id="winback-offers"
# ### The offers, the time and the tone
#
# Three offers were designed for three supposed causes: price, service, taste. The contact costs for
# everybody, the redemption for everybody who uses the offer within 60 days.

# %% id="winback-offers-table"
offers = large.retention_offers.astype({"offer": "str"}).set_index("offer")
shown = offers.rename(columns={"contact_cost": "contact", "redemption_cost": "redemption"})
shown = shown.rename(index=lambda name: name.replace("_", " "))
plots.table(shown, "Retention offers and what they cost ({unit})", unit=currency)

# %% [markdown] id="winback-time"
# *When?* Too early, and you pay people who would have come anyway. Too late, and hardly anybody is left.
# The model says how many would come back without any help.

# %% id="winback-timing"
names = ["0–30", "31–90", "91–180", "181–365"]
silent = pd.cut(now["recency_days"], [-1, 30, 90, 180, 365], labels=names)
by_silence = now.groupby(silent.rename("days silent"), observed=True)
timing = by_silence.agg(customers=("value", "size"), margin=("value", "mean"))
timing["come back anyway"] = 1 - by_silence["probability"].mean()

# %% id="winback-timing-table"
caption = "By silence: yearly margin ({unit}) and who comes back without help"
plots.table(timing, caption, {"come back anyway": "{:.0%}"}, unit=currency)

# %% [markdown] id="winback-tone"
# Most of the first band would come anyway, and the last band is worth little: the time to act lies in
# between. *Which tone?* It follows the cause that we can see, and nothing else.

# %% id="winback-tones"
tones = [
    ("a badly handled ticket", "a person calls, apologises, mends it", "within days"),
    ("a price comparison", "what the price includes; a voucher at most", "before the next order"),
    ("none", "a friendly reminder of what they liked", "after twice the usual gap"),
    ("asked for no contact", "no contact", "never"),
]
tones = pd.DataFrame(tones, columns=["visible cause", "tone", "time"]).set_index("visible cause")
plots.table(tones, "Tone and time by visible cause")

# %% [markdown] id="winback-expected"
# ### Expected gain per customer and offer
#
# With assumed rates for each offer, the formula of the last section gives an expected gain for every
# customer and every offer. Each customer gets the best one, as far as the budget reaches: first where a
# yuan brings most.

# %% id="winback-assumed"
assumed = large.retention_offers.assign(save_rate=[0, 0.05, 0.10, 0.05], take_rate=[0, 0.4, 0, 0.4])
expected = crm.churn.expected_gain(now["probability"], now["value"], assumed)
price = crm.churn.expected_cost(now["probability"], assumed)
by_profit = crm.churn.choose_offers(expected, budget=budget, cost=price)

# %% id="winback-chosen"
chosen = by_profit.groupby("offer")[["cost", "gain"]].sum()
chosen.insert(0, "customers", by_profit["offer"].value_counts())
chosen = chosen.rename(index=lambda name: name.replace("_", " "))
plots.table(chosen, "Plan by assumed rates: cost and expected gain ({unit})", unit=currency)

# %% [markdown] id="winback-doubt"
# The plan looks good because we wrote down that it would. A save rate that is equal for everybody is an
# assumption too, and a strange one. Ascarza (2018) found in two field experiments that the customers at
# highest risk need not be those whom an offer can keep. So test.

# %% [markdown] id="test"
# ### A randomised test
#
# In January 2026 the company drew half of the customers by lot, and each of them got one of the three
# offers or nothing, all equally often. Half a year later the result is in. (Those who had left long
# before are in the test as well; we read it for those who had bought within a year.)

# %% id="test-data"
test = large.retention_test.set_index("customer_id").astype({"offer": "str", "label": "str"})
test = test[test.index.isin(now.index)]
test["profit"] = test["margin"] - test["cost"]
arms = test.groupby("offer")[["ordered", "cost", "profit"]].mean()
arms.insert(0, "customers", test["offer"].value_counts())

# %% id="test-gain"
error = test.groupby("offer")["profit"].sem()
arms["gain"] = (arms["profit"] - arms.loc["none", "profit"]).drop("none")
arms["± (95 %)"] = 1.96 * np.hypot(error, error["none"]).drop("none")

# %% id="test-table"
formats = {"ordered": "{:.1%}", "gain": "{:+.0f}"}
shown = arms.rename(index=lambda name: name.replace("_", " "))
plots.table(shown, "The test, per customer; gain against none ({unit})", formats, unit=currency)

# %% id="test-noise"
spread = test["profit"].std()
tell("Profit varies between customers with an sd of {sd:,.0f} {unit}.", sd=spread, unit=currency)
tell(
    "To see a gain of 20 {unit} takes {needed:,.0f} customers in each of two arms.",
    unit=currency, needed=2 * ((1.96 + 0.84) * spread / 20) ** 2,
)

# %% [markdown] id="test-noise-read"
# In money, a test of this size usually shows nothing on average: a few big accounts swamp everything,
# and an offer that helps some and annoys others may have no average effect at all. Two things help. An
# outcome with less noise: did the customer *order* at all? And a look at groups that were named
# *before* the test: the company's guess of the needs group.

# %% id="test-groups"
arm = test.groupby(["label", "offer"])["ordered"].agg(["sum", "size"])
effects = pd.DataFrame(
    {
        f"{offer.replace('_', ' ')} · {label}": difference_interval(
            *arm.loc[(label, offer)], *arm.loc[(label, "none")], method="newcomb"
        )
        for label, offer in arm.drop("none", level="offer").index
    },
    index=["low", "high"],
).T
effects["middle"] = effects.mean(axis=1)

# %% id="test-groups-plot"
effects = effects.sort_values("middle", kind="stable")
figure, ax = plt.subplots(figsize=(7.5, 4.4))
half = (effects["high"] - effects["low"]) / 2
ax.errorbar(effects["middle"], effects.index, xerr=half, fmt="o", capsize=3)
ax.axvline(0, color="0.4", lw=1)
plots.show(
    ax, "Largest effect on ordering: {best}, {effect:+.1points}", best=effects.index[-1],
    effect=effects["middle"].iloc[-1], in_points="x", y="",
    x="change of the share that orders (points, 95 % interval)",
    alt="Effects of three offers on ordering in four groups, with 95 % intervals.",
)

# %% id="test-groups-read"
clear = (effects["low"] > 0) | (effects["high"] < 0)
tell("{count} of {all} intervals leave out 0.", count=clear.sum(), all=len(effects))
tell("If no offer had any effect, about {chance:.1f} would.", chance=0.05 * len(effects))

# %% [markdown] id="test-groups-words"
# With twelve comparisons, one may look good by luck. Do not pick the best of twelve and report its
# interval as if it had been the only one.

# %% [markdown] id="uplift"
# ### Uplift: whom does the offer change?
#
# **Uplift** is what an offer changes for one customer. Nobody is seen with and without it, but the test
# allows an estimate: one model per arm predicts the number of orders, and the difference of two
# predictions is the uplift (the *two-model approach*). Customers fall into four kinds: *persuadables*;
# *sure things*, who come anyway and take the gift; *lost causes*; and *sleeping dogs*, who leave because
# you wake them.
#
# Few features are enough, and they should be those that you would expect to matter: the needs group, a
# badly handled ticket in the last half-year, how long silent, how often and how much.

# %% id="uplift-features"
label = large.touches.set_index("customer_id")["label"].astype("str").combine_first(test["label"])
profile = pd.get_dummies(label.reindex(now.index), dtype=float)
profile["silence"] = np.log1p(now["recency_days"])
profile["purchases"] = np.log(now["purchases"])
profile["spend"] = np.log1p(now["spend"].clip(lower=0))

# %% id="uplift-complaint"
desk = large.tickets
failed = desk["resolved"].notna() & ~desk["solved_first_time"] & (desk["goodwill"] == 0)
lately = desk["resolved"] > last_day - half_year
profile["bad ticket"] = now.index.isin(desk.loc[failed & lately, "customer_id"]).astype(float)

# %% [markdown] id="uplift-outcome"
# Which outcome? Money is too noisy, and *ordered or not* throws away how often. The number of orders is
# in between; **Poisson regression** is made for counts.

# %% id="uplift-fit"
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

counts_model = make_pipeline(StandardScaler(), PoissonRegressor(alpha=0.01))
uplift_model = crm.churn.TwoModelUplift(counts_model)

# %% id="uplift-learn"
learned = rng.random(len(test)) < 0.5
learn, judge = test[learned], test[~learned]
uplift_model.fit(profile.loc[learn.index], learn["offer"], learn["orders"])
uplift = uplift_model.predict(profile.loc[judge.index])

# %% [markdown] id="uplift-qini"
# Does the ranking hold on the other half of the test? The **Qini curve** (Radcliffe, 2007) goes through
# the customers in the order of their predicted uplift and counts the orders gained over the control
# group. A ranking without any knowledge stays near the straight line; the band holds 95 % of random
# rankings.

# %% id="uplift-curves"
curves = {}
for offer in uplift_model.offers_:
    two = judge[judge["offer"].isin([offer, "none"])]
    rank = uplift.loc[two.index, offer]
    curves[offer] = crm.churn.qini_curve(two["orders"], two["offer"] == offer, rank, seed=seed)

# %% id="uplift-plot"
plots.show(crm.churn.figures.qini(curves["care_call"], unit="orders"))

# %% id="uplift-table"
judged = pd.DataFrame(index=[name.replace("_", " ") for name in curves])
judged["Qini coefficient"] = [crm.churn.qini_coefficient(one) for one in curves.values()]
judged["above the band"] = [(one["gain"] > one["high"]).mean() for one in curves.values()]
judged["below the band"] = [(one["gain"] < one["low"]).mean() for one in curves.values()]
formats = {"Qini coefficient": "{:+.3f}", "above the band": "{:.0%}", "below the band": "{:.0%}"}
caption = "Qini coefficients (orders per customer), and share of the curve beside the band"
plots.table(judged, caption, formats)

# %% [markdown] id="uplift-read"
# Do not be surprised by a curve inside its band: effects of a few points, in some thousand customers,
# look like this. Uplift models are hungry. The next section asks the question that counts: do we earn
# more if we act on it?

# %% [markdown] id="policies"
# ### Four policies in the next year
#
# The other half of the customers got nothing so far. The simulator lets us go back to the first day of
# 2026 and treat *them*, by four policies with the same budget, and run the whole year. First the uplift
# policy: learned on the whole test, then turned into money. An additional order is worth the customer's
# usual margin, counted for the 180 days that the test saw.

# %% id="policies-change"
uplift_model.fit(profile.loc[test.index], test["offer"], test["orders"])
others = label.index.intersection(now.index).difference(test.index)
change = uplift_model.predict(profile.loc[others])
usual = now["value"] / now["purchases"]

# %% [markdown] id="policies-outlay"
# And the cost: an offer is valid for 60 days, a third of the test, and whoever orders in that time may
# use it. With n orders expected in 180 days, the chance of at least one in 60 is 1 − exp(−n/3).

# %% id="policies-gain"
expects = {name: arm.predict(profile.loc[others]) for name, arm in uplift_model.models_.items()}
takes = 1 - np.exp(-pd.DataFrame(expects, others)[change.columns] / 3)
outlay = takes * offers["redemption_cost"].drop("none") + offers["contact_cost"].drop("none")
gain = crm.steady(change.mul(usual[others], axis=0) - outlay)

# %% id="policies-choose"
by_uplift = crm.churn.choose_offers(gain, budget=budget, cost=outlay)["offer"]
by_profit = crm.churn.choose_offers(expected.loc[others], budget=budget, cost=outlay)["offer"]
likeliest = now.loc[others, "probability"].sort_values(ascending=False, kind="stable").index
paid_for = outlay.loc[likeliest, "voucher"].cumsum() <= budget
by_churn = pd.Series(np.where(paid_for, "voucher", "none"), likeliest)[others]

# %% [markdown] id="policies-small"
# How much does the size of the test matter? One more plan learns from a tenth of it.

# %% id="policies-small-test"
tenth = test[rng.random(len(test)) < 0.1]
uplift_model.fit(profile.loc[tenth.index], tenth["offer"], tenth["orders"])
guess = uplift_model.predict(profile.loc[others]).mul(usual[others], axis=0) - outlay
by_small = crm.churn.choose_offers(guess, budget=budget, cost=outlay)["offer"]

# %% [markdown] id="policies-held"
# Each policy holds out a tenth of the customers, drawn by lot, who get nothing whatever it says. In life
# this is the only way to know afterwards what the policy brought.

# %% id="policies-plan"
held_out = pd.Series(rng.random(len(others)) < 0.1, others)
policies = {
    "nobody": pd.Series("none", others),
    "likeliest churners": by_churn.mask(held_out, "none"),
    "assumed profit": by_profit.mask(held_out, "none"),
    "measured uplift": by_uplift.mask(held_out, "none"),
    "uplift, small test": by_small.mask(held_out, "none"),
}

# %% id="policies-table"
counts = pd.DataFrame({name: plan.value_counts() for name, plan in policies.items()}).T
counts = counts.reindex(columns=["none", "voucher", "care_call", "tasting"]).fillna(0)
counts = counts.astype(int).rename(columns={"care_call": "care call"})
plots.table(counts, "Who gets what: number of customers")

# %% id="policies-run"
runs = {
    (luck, name): large.run_forward(plan, seed=luck)
    for name, plan in policies.items()
    for luck in range(6)
}
totals = pd.DataFrame({key: run[["margin", "cost"]].sum() for key, run in runs.items()})
profit = (totals.loc["margin"] - totals.loc["cost"]).unstack()

# %% id="policies-result"
against = profit.sub(profit["nobody"], axis=0)[list(policies)[1:]]
summary = against.agg(["mean", "std", "min", "max"]).T
summary.insert(0, "cost", totals.loc["cost"].unstack().mean())
caption = "Profit of a year against contacting nobody, 6 repetitions with the same luck ({unit})"
plots.table(summary, caption, unit=currency)

# %% id="policies-plot"
ax = plots.bars(summary["mean"] / 1000, error=summary["std"] / 1000)
ax.axvline(0, color="0.3", lw=1)
plots.show(
    ax, "Most profit: {policy}, {gain:+,.0f} thousand {unit}", policy=summary["mean"].idxmax(),
    gain=summary["mean"].max() / 1000, unit=currency, y="",
    x="profit against contacting nobody (thousand {unit}, mean and standard deviation of 6 runs)",
    alt="Bars: profit of each policy against contacting nobody.",
)

# %% id="policies-size"
part = summary.loc["uplift, small test", "mean"] / summary.loc["measured uplift", "mean"]
tell("With a tenth of the test, the same method gains {part:.0%} of that.", part=part)

# %% id="policies-life"
first_run = runs[0, "measured uplift"]
seen = (first_run["margin"] - first_run["cost"]).groupby(held_out).agg(["mean", "sem"])
tell(
    "One real year would show {gap:±+.0f} {unit} per customer against those held out.",
    gap=(seen.loc[False, "mean"] - seen.loc[True, "mean"], 1.96 * np.hypot(*seen["sem"])),
    unit=currency,
)

# %% [markdown] id="policies-read"
# With the same luck for every policy the differences are clear; in one real year they drown in noise.
# That is why a held-out group must be large, and why the evaluation of a retention policy takes
# patience. Look at the order of the bars, too. The churn model is the same in the first two; the uplift
# policies have something else, a measurement of what the offers do. How large the test was matters: what
# a small one learns is partly luck (run the chapter with another seed and compare).

# %% [markdown] id="campaign"
# ### A campaign without a control group
#
# Most campaigns have no control group. The grocer of *Complete Journey* sent coupons to households and
# tells how many were used.

# %% id="campaign-data"
load = crm.datasets.load_complete_journey
sent = load("campaigns").merge(load("campaign_descriptions"), on="campaign_id")
keys = ["campaign_id", "customer_id"]
redeemed = load("coupon_redemptions").set_index(keys).index
sent["redeemed"] = sent.set_index(keys).index.isin(redeemed)

# %% id="campaign-rates"
by_type = sent.groupby(sent["campaign_type"].rename("campaign"))["redeemed"]
response = by_type.agg(households="size", redeemed="sum", share="mean")
limits = proportion_confint(response["redeemed"], response["households"], method="wilson")
response["low"], response["high"] = limits
formats = dict.fromkeys(["share", "low", "high"], "{:.1%}")
plots.table(response, "Coupons redeemed, by type of campaign (95 % intervals)", formats)

# %% id="campaign-effect"
mailing = sent[sent["campaign_id"] == 18].set_index("customer_id")
start, end = mailing[["start_date", "end_date"]].iloc[0]
baskets = load("baskets")
in_weeks = baskets["date"].between(start, end)
weeks_before = baskets["date"].between(start - (end - start), start, inclusive="left")

# %% id="campaign-naive"
households = pd.DataFrame(index=baskets["customer_id"].unique())
for name, rows in {"before": weeks_before, "during": in_weeks}.items():
    households[name] = baskets[rows].groupby("customer_id")["amount"].sum()
mean_spend = households.fillna(0).groupby(households.index.isin(mailing.index)).mean()

# %% id="campaign-naive-read"
times = mean_spend.loc[True] / mean_spend.loc[False]
tell("In its weeks, mailed households spent {times:.1f} times as much.", times=times["during"])
tell("In the weeks before it: {times:.1f} times as much.", times=times["before"])

# %% id="campaign-who"
before = households["before"].fillna(0).reindex(mailing.index)
redeemers = before.groupby(mailing["redeemed"]).mean()
tell(
    "In the weeks before, later redeemers had spent {yes:,.0f} US dollars, others mailed {no:,.0f}.",
    yes=redeemers[True], no=redeemers[False],
)

# %% [markdown] id="campaign-read"
# The grocer mailed its best households, and the best of those used the coupons. Comparing them with
# others measures whom the grocer chose. The redemption rate is not an effect either: it counts sure
# things. Nothing in this table can say what the campaign changed, and no model can put in what was not
# measured. The remedy would have cost nothing: leave out every tenth household by lot.

# %% [markdown] id="claim"
# ### Claim check: "5 % more retention brings 25 to 95 % more profit"
#
# The most repeated sentence of the trade stands in Reichheld and Schefter (2000) and goes back to
# Reichheld and Sasser (1990); neither publishes the data behind it. [Chapter 1](01_crm_at_a_glance.ipynb)
# asked where it can be true at all; now it stands against the question of this chapter, an offer to stay.
# With yearly margin m, retention r and discount rate d a customer is worth m(1 + d)/(1 + d − r)
# ([chapter 2](02_customer_value.ipynb)). What is r? The retention rate: of those who bought in 2024, the
# share that bought in 2025.

# %% id="claim-base"
retention = in_2024.index.isin(year.index).mean()
tell("r = {r:.2f}, m = {m:,.0f} {unit}.", r=retention, m=yearly, unit=currency)

# %% [markdown] id="claim-what"
# *Five per cent or five points?* 5 % of r is not r + 0.05. And *which profit?* The value of a customer,
# or what is left after the fixed cost that each customer has to carry? We compute all four; fixed cost is
# set to 70 % of a customer's value.

# %% id="claim-worth"
discount_rate = 0.10
worth_now = crm.clv_closed_form(yearly, retention, discount_rate)
fixed_cost = 0.7 * worth_now
raised = {"5 % more": retention * 1.05, "5 points more": retention + 0.05}
answers = pd.DataFrame({"retention": raised})
more = crm.clv_closed_form(yearly, answers["retention"], discount_rate) - worth_now

# %% id="claim-worth-table"
answers["value of a customer"] = more / worth_now
answers["after fixed cost"] = more / (worth_now - fixed_cost)
formats = dict.fromkeys(answers, "{:+.0relative}") | {"retention": "{:.2f}"}
plots.table(answers, "What more retention brings", formats)

# %% [markdown] id="claim-range"
# Now over base rates and fixed costs. Where does the claim hold?

# %% id="claim-grid"
base = np.array([0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
growth = crm.clv_closed_form(1, base + 0.05, discount_rate)
growth = growth / crm.clv_closed_form(1, base, discount_rate) - 1
carried = {f"{cost:.0%}": growth / (1 - cost) for cost in (0, 0.3, 0.5, 0.7, 0.8)}
table = pd.DataFrame(carried, index=[f"{rate:.0%}" for rate in base])

# %% id="claim-grid-table"
caption = "Profit from 5 points more retention; columns: share of value that fixed cost takes"
plots.table(table.rename_axis("retention now"), caption, "{:+.0relative}")

# %% id="claim-inside"
inside = (table >= 0.25) & (table <= 0.95)
tell("{count} of {all} cells lie within the claim.", count=inside.to_numpy().sum(), all=table.size)

# %% [markdown] id="claim-explore"
# Try your own firm. Where does the curve enter the band of the claim, where does it leave it?

# %% id="claim-explorer"
widgets.retention_explorer(yearly, retention, discount_rate, fixed_cost)

# %% [markdown] id="claim-answer"
# So the range is not nonsense, and not a law. Without fixed cost it needs a retention near ninety per
# cent; the more of a customer's value is eaten by fixed cost, the lower the rate at which it begins to
# hold, and at high rates the gain can even be larger. It says nothing about what the five points
# *cost*, and that was this chapter's question. Say which retention, which profit and what cost, or do
# not say it.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows who had left for good. First the label: we called a customer churned who did not
# buy in the window. How many of those had really left by its end?

# %% id="truth-label"
judged = crm.churn.snapshot(company.orders, "2025-06-30", gap=gap, horizon=horizon, as_of=last_day)
label_said = judged["churned"].astype(bool)
window_end = pd.Timestamp("2025-06-30") + pd.Timedelta(days=gap + horizon)
gone = company.truth.customers["active_until"].reindex(judged.index) <= window_end
tell("Of the churned by our label, {right:.0%} had left for good.", right=gone[label_said].mean())
tell("Of those who had left, the label found {found:.0%}.", found=label_said[gone].mean())

# %% id="truth-auc"
score = order_model.predict_proba(judged[order_features])[:, 1]
tell("AUC against the label: {auc:.3f}.", auc=roc_auc_score(label_said, score))
tell("AUC against having left for good: {auc:.3f}.", auc=roc_auc_score(gone, score))

# %% [markdown] id="truth-silence"
# Silence is not leaving: a good part of our "churners" are slow buyers. The label is what a company can
# have; the truth it cannot. Next, the complaints. Did bad handling come before leaving more often, and
# how often?

# %% id="truth-recovery"
recovery = company.truth.recovery.set_axis(["before leaving", "otherwise", "ratio"], axis=1)
formats = {"before leaving": "{:.0%}", "otherwise": "{:.0%}", "ratio": "{:.2f}"}
plots.table(recovery, "How tickets end: shortly before leaving, and otherwise", formats)

# %% [markdown] id="truth-recovery-read"
# In the simulator the day of leaving is drawn first, and the tickets shortly before it go wrong more
# often. So the arrow runs mainly the other way: the comparison in the section on complaints would have
# promised too much for a goodwill budget. The test of the offers, not that comparison, shows what a call
# can do.

# %% [markdown] id="truth-offers"
# And the offers. The simulator knows the expected gain of each offer for each customer. This is how far
# each policy came, of all that was possible without a budget.

# %% id="truth-gain"
true_gain = large.truth.retention.drop(columns="best_offer").loc[others]
reached = {
    name: sum(true_gain.loc[plan == offer, offer].sum() for offer in true_gain)
    for name, plan in policies.items()
}
truth = pd.Series(reached).drop("nobody").rename("expected gain").to_frame()
truth["of what was possible"] = truth["expected gain"] / true_gain.max(axis=1).sum()

# %% id="truth-gain-table"
formats = {"of what was possible": "{:.0%}"}
plots.table(truth, "True expected gain of each policy in a year ({unit})", formats, unit=currency)

# %% id="truth-risk"
best_gain = true_gain.max(axis=1)
rho = best_gain.corr(now.loc[others, "probability"], method="spearman")
tell("Rank correlation of churn probability and possible gain: {rho:+.2f}.", rho=rho)
tell("For {share:.0%} of customers the best offer is none.", share=(best_gain <= 0).mean())

# %% [markdown] id="truth-risk-read"
# This is the point of Ascarza (2018): who is likely to leave and who can be kept are two questions. No
# improvement of the churn model answers the second.

# %% [markdown] id="decision"
# ## The decision
#
# The memo of Tang Mei and Zhou Ning to Lin Yue, with the numbers of this run:

# %% id="decision-offers"
winner = summary["mean"].idxmax()
tell("1. Whom: {policy}, for {all:,} customers outside the test.", policy=winner, all=len(others))
tell(
    "2. What: {voucher:,} vouchers, {call:,} calls, {tasting:,} tastings, cost {cost:,.0f} {unit}.",
    voucher=counts.loc[winner, "voucher"], call=counts.loc[winner, "care call"],
    tasting=counts.loc[winner, "tasting"], cost=summary.loc[winner, "cost"], unit=currency,
)

# %% id="decision-gain"
tell(
    "3. What it brings: {gain:+,.0f} {unit} a year against doing nothing (standard deviation {sd:,.0f}).",
    gain=summary.loc[winner, "mean"], sd=summary.loc[winner, "std"], unit=currency,
)

# %% id="decision-service"
slow = (remedies > 72).mean()
tell(
    "4. And mend the {stage} stage: tickets over three days from {now:.1%} to {then:.1%}.",
    stage=bottleneck, now=slow["as it is"], then=slow["dealers as fast as our own"],
)

# %% id="decision-risk"
alone_better = (gain.max(axis=1) <= 0).mean()
tell("5. Risk: for {share:.0%} no offer is worth its cost; leave them alone.", share=alone_better)
tell("A tenth stays held out, and we look again in a year.")

# %% [markdown] id="recap"
# ## Recap
#
# - A satisfaction score needs an interval, and a thought for those who did not answer.
# - Mend the bottleneck first; improving the other stages is hardly felt.
# - Retention rises with tenure because the leavers leave. Censored customers count.
# - Churn without a contract is a choice of days. Features end at the cutoff, and a perfect score is a
#   leak.
# - A probability is no decision. Money goes where an offer changes something, and only a test with a
#   held-out group can tell where.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-nps"
crm.quiz(
    "NPS was 12 last quarter and is 15 now, each ± 5. What do you report?",
    ("No clear change.", True, "The difference has an interval of about ± 7."),
    ("The programme works: +3.", False, "A change of 3 is well inside the luck of the sample."),
    ("NPS rose by 25 %.", False, "A percentage of a difference of shares means nothing."),
)

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

# %% id="quiz-uplift"
crm.quiz(
    "A customer has a churn probability of 0.9. Should the customer get the voucher?",
    ("Only if the voucher changes something.", True, "Lost causes and sleeping dogs cost money."),
    ("Yes, the risk is highest there.", False, "High risk is not high uplift (Ascarza, 2018)."),
    ("No, 0.9 means lost.", False, "Some at high risk can be kept; a test tells which."),
)

# %% id="quiz-points"
crm.quiz(
    "40 % of all points so far are unused. Is the breakage 40 %?",
    ("No: young points still have time.", True, "Only points whose term is over can tell."),
    ("Yes, by definition.", False, "Breakage is what is never used; that is not known yet."),
    ("No, it is 60 %.", False, "That is the share used so far."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/05_retention.ipynb) lets you decide about a company of your own.
# [Chapter 6](06_development.ipynb) asks the next question: what else would those who stay like to have?
#
# *Your own data:* put the path of a CSV into `transactions`, your days into `earlier`, `cutoff` and
# `today`, and your `margin_share` and `currency` in the parameters cell, and run the chapter again. The
# cohort curves, the return curve, the churn model (on orders alone) and the profit curve then speak
# about your customers; the other sections stay with the case company.
#
# ### References
#
# - Ascarza, E. (2018). Retention futility: targeting high-risk customers might be ineffective.
#   *Journal of Marketing Research* 55(1), 80–98.
# - Dixon, M., Freeman, K. & Toman, N. (2010). Stop trying to delight your customers. *Harvard
#   Business Review* 88(7/8), 116–122.
# - Fader, P. S. & Hardie, B. G. S. (2007). How to project customer retention. *Journal of Interactive
#   Marketing* 21(1), 76–90.
# - Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations. *Journal
#   of the American Statistical Association* 53, 457–481.
# - Neslin, S. A., Gupta, S., Kamakura, W., Lu, J. & Mason, C. H. (2006). Defection detection:
#   measuring and understanding the predictive accuracy of customer churn models. *Journal of
#   Marketing Research* 43(2), 204–211.
# - Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
#   *Statistics in Medicine* 17(8), 873–890.
# - Radcliffe, N. J. (2007). Using control groups to target on predicted lift: building and assessing
#   uplift models. *Direct Marketing Analytics Journal* 1, 14–21.
# - Reichheld, F. F. (2003). The one number you need to grow. *Harvard Business Review* 81(12), 46–54.
# - Reichheld, F. F. & Sasser, W. E. (1990). Zero defections: quality comes to services. *Harvard
#   Business Review* 68(5), 105–111.
# - Reichheld, F. F. & Schefter, P. (2000). E-loyalty: your secret weapon on the web. *Harvard Business
#   Review* 78(4), 105–113.
