# %% [markdown] id="title"
# # 5a · Satisfaction and loyalty
#
# ### The question
#
# Harbour Coffee wants to keep its customers content in 2026, and two people ask for money. Tang Mei, who
# leads service, wants goodwill for every ticket that goes wrong, and somebody who makes the dealers
# deliver faster. Zhou Ning, who leads marketing, wants to double the loyalty points. And He Rui, who keeps
# the books, asks what the points given so far will still cost. By Friday Lin Yue, the founder, has to answer
# each. A yes to points that brings nothing costs more than a hundred thousand yuan a year.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. measure satisfaction with its interval, and say what it does not cover;
# 2. find what drives a rating, and the bottleneck in a service process;
# 3. tell the effect of a well-handled complaint from a difference between customers;
# 4. work out what a points programme costs, what it owes, and when it pays.
#
# *You need* [chapter 4b](04b_attribution_and_tests.ipynb): the size of a test, and the interval of a
# difference. From [chapter 3a](03a_rfm_and_pyramid.ipynb) you need regression to the mean, and from
# [chapter 2a](02a_value_and_clv.ipynb) the margin of a year. *Time:* about {{minutes}} minutes to read and
# run. *Not here:* who will leave ([chapter 5b](05b_churn.ipynb)), and whom to make an offer
# ([chapter 5c](05c_winning_back.ipynb)).
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
company = crm.Company(seed=seed, customers=12_000)
last_day = pd.Timestamp("2025-12-31")

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

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
    (f"{yearly * 0.8 / (1.1 - 0.8):,.0f}", True, "m · r ÷ (1 + d − r), as in chapter 2a."),
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
    ("No: a part of it happens by luck alone.", True, "Regression to the mean, as in chapter 3a."),
    ("Yes: they fell.", False, "Some fall in every year, even if nothing changes."),
    ("Yes, because the top fifth has always the same size.", False, "That says nothing about why."),
)

# %% [markdown] id="data"
# ## The data
#
# Orders say what customers did. Four other tables say how content they were, and what they were given.

# %% id="data-tables"
tables = {
    "tickets": "one question or complaint to the service desk",
    "survey": "one customer's answers in one wave",
    "reviews": "one public review, with 1 to 5 stars",
    "points": "the loyalty points earned with one order",
}

# %% id="data-overview"
rows = [(name, row, len(getattr(company, name))) for name, row in tables.items()]
overview = pd.DataFrame(rows, columns=["table", "one row is", "rows"]).set_index("table")
found = [getattr(company, name)["customer_id"].nunique() for name in tables]
overview["customers in it"] = np.divide(found, len(company.customers))
plots.table(overview, "Tables; share of all customers in each", {"customers in it": "{:.0%}"})

# %% [markdown] id="data-words"
# Who never had a problem has no ticket, and who is angry enough may answer no
# survey. A missing row is information, but not the information "all is well".

# %% id="data-ticket-words"
tickets = company.tickets
recent = tickets[tickets["opened"] >= "2025-01-01"].copy()
known = recent[["resolved", "rating", "effort"]].notna().mean()
tell(
    "{count:,} tickets in 2025: {open:.1%} open at its end, {rated:.0%} rated for satisfaction, "
    "{effort:.0%} for effort.",
    count=len(recent), open=1 - known["resolved"], rated=known["rating"], effort=known["effort"],
)

# %% [markdown] id="data-wrong"
# What is wrong with it: a ticket is opened by those who still care enough to complain; the rating, 1 to 5,
# is missing for most; `solved_first_time` is what the desk wrote down. `goodwill` is what was given to make
# a mistake good, in yuan: a refund or a free bag. And an open ticket has hours *so far*: an average over
# closed tickets only would leave out the slowest.

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
# The interval covers luck, nothing else. It does not cover who is *asked*: here people drawn by lot from all
# who ever bought, also those who left years ago. Nor does it cover who *answers*. We know of everybody when
# they last bought. Does it matter?

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
caption = "Customers, the share with an answer, and how they answered"
plots.table(by_silence, caption, {"answered": "{:.0%}", "NPS": "{:+.1f}"})

# %% [markdown] id="satisfaction-weights"
# Those who answer least are the least content. **Non-response** flatters the score. A partial remedy: give
# each group the weight w that it has among those whom the score is about, not among those who answered. The
# score is then the sum of w × NPS of the group, and its variance the sum of w² × s² ÷ n, where s² is the
# variance of the n answers of the group. And whom is it about? The target did not say. We take two answers.

# %% id="satisfaction-weighted"
spreads = bands["NPS"].var() / bands["NPS"].count()
weighted = {"as measured": (100 * nps_score, half[0])}
for whom, groups in {"all who ever bought": names, "bought within a year": names[:3]}.items():
    weights = by_silence.loc[groups, "customers"] / by_silence.loc[groups, "customers"].sum()
    error = np.sqrt((weights**2 * spreads[groups]).sum())
    weighted[whom] = (weights * by_silence.loc[groups, "NPS"]).sum(), 1.96 * error

# %% id="satisfaction-weighted-read"
verdicts = pd.DataFrame({"NPS": weighted})
lows, highs = ([score + sign * error for score, error in weighted.values()] for sign in (-1, 1))
certain = [np.array(lows) >= targets["NPS"], np.array(highs) < targets["NPS"]]
verdicts["target"] = np.select(certain, ["reached", "missed"], "cannot say")
plots.table(verdicts, "NPS by whom it is about (points)", {"NPS": "{:±+.1f}"})

# %% [markdown] id="satisfaction-weighted-words"
# One survey, one target, three rows: a target for the NPS has to say whom it counts. Who bought within a year
# can still be kept content; who left long ago pulls the score down, whatever is done now. And weights mend only
# the part that recency explains: within a group the contented may still answer more, as they may for CSI and
# CES. So compare a score with itself, measured in the same way, and never with that of another firm.

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

# %% [markdown] id="drivers-why"
# But they come together: a ticket that goes wrong is handed over *and* takes long *and* is not solved
# at once. Which of them would we have to change? A regression compares tickets that differ in one
# driver and are alike in the others, and in topic and channel. (One customer can have several tickets, so the
# interval counts customers, not tickets.)

# %% id="drivers-fit"
from statsmodels.regression.linear_model import OLS

alike = pd.get_dummies(rated[["topic", "channel"]].astype("str"), drop_first=True, dtype=float)
drivers = OLS(rated["rating"], good.join(alike).assign(constant=1.0)).fit(
    cov_type="cluster", cov_kwds={"groups": rated["customer_id"].factorize()[0]}
)
together = drivers.params[good.columns]

# %% id="drivers-plot"
ax = plots.bars(pd.DataFrame({"alone": alone, "all together": together}))
plots.show(
    ax, "What goes with a better rating: alone, and all together",
    x="difference of the rating (1 to 5) when it is so",
    alt="Bars: difference of the rating by five drivers, alone and all together.",
)

# %% [markdown] id="drivers-plot-read"
# Bars that shrink stand in the data mostly as companions of something else. But be careful with "all
# alike": one contact person solves more tickets *at the first contact*, and to compare only tickets that
# are alike in that takes this part of the benefit away. So what one contact person is worth may lie between
# the two bars, or, as nobody drew lots, outside.

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
plots.table(plan, "Drivers of the rating (steps of 1 to 5, 95 % interval), and possible gain", formats)

# %% id="drivers-cost"
goodwill = recent.loc[recent["goodwill"] > 0, "goodwill"]
goodwill_cost = goodwill.mean()
tell("Goodwill costs {mean:.0f} {unit} where it is given.", mean=goodwill_cost, unit=currency)

# %% [markdown] id="drivers-words"
# Goodwill leads the list because it is rare, and it is never free. It is a remedy, not a cure. And the
# possible gain gives it to *every* ticket, also where nothing went wrong: more than can be had.

# %% [markdown] id="service"
# ## Complaints and waiting
#
# From opening to solution a ticket passes three stages: the *queue* until someone answers, the *work*
# of our own people, and the wait for a *partner*: a carrier, a dealer, a workshop. By topic:

# %% id="service-stages"
topics = recent.groupby("topic", observed=True)
stages = topics[stage_hours].mean().set_axis(["queue", "work", "partner"], axis=1)
level = stages.assign(median=topics["hours"].median(), tickets=topics.size())
level["slowest tenth"] = topics["hours"].quantile(0.9)
level = level.sort_values("median", kind="stable")

# %% id="service-stages-table"
formats = dict.fromkeys(["queue", "work", "partner", "median"], "{:.1f}")
plots.table(level, "Mean hours of each stage, hours of the whole, tickets of 2025", formats)

# %% id="service-share"
stage_share = recent[stage_hours].sum().set_axis(stages.columns) / recent["hours"].sum()
bottleneck = stage_share.idxmax()
no_partner = (recent["partner_hours"] == 0).mean()
tell("Stage with most of the hours: {stage}, {share:.0%}.", stage=bottleneck, share=stage_share.max())
tell("Tickets that wait for no partner at all: {share:.0%}.", share=no_partner)

# %% [markdown] id="service-bottleneck"
# Report the median *and* the slowest tenth: complaints come from the tail, and a mean hides it. The
# **bottleneck** is the stage that decides how long the whole takes. But it is the bottleneck of *some*
# tickets: those that wait for no partner feel the queue. Where exactly is the wait? Follow the late
# deliveries to the channel of their order.

# %% id="service-late"
channel = company.orders.set_index("order_id")["channel"].astype("str")
recent["ordered at"] = recent["order_id"].map(channel)
late = recent[recent["topic"] == "late delivery"].groupby("ordered at")
waits = late["partner_hours"].agg(tickets="size", mean="mean", median="median")
plots.table(waits, "Late deliveries: hours of waiting for the partner")

# %% [markdown] id="service-what-if"
# Compare remedies before you pay for one. What becomes of the tickets if the queue takes a quarter less,
# if Mondays queue no longer than other days, or if dealers' late deliveries take no longer than our own?
# These are calculations on last year's tickets, not forecasts: they say where it is worth negotiating.

# %% id="service-remedies"
dealer = (recent["topic"] == "late delivery") & (recent["ordered at"] == "dealer")
slower = 1 - waits.loc["online", "mean"] / waits.loc["dealer", "mean"]
monday = recent["opened"].dt.day_of_week == 0
queue = recent["queue_hours"].groupby(monday).mean()

# %% id="service-saved"
saved = {
    "a quarter off the queue": recent["queue_hours"] / 4,
    "Mondays like other days": monday * (1 - queue[False] / queue[True]) * recent["queue_hours"],
    "dealers as fast as our own": dealer * slower * recent["partner_hours"],
}
saved = pd.DataFrame(saved)
over = saved.rsub(recent["hours"], axis=0) > 72
fewer = over.astype(float).sub(recent["hours"] > 72, axis=0)

# %% id="service-remedies-table"
result = pd.DataFrame({"hours saved": saved.mean(), "over 3 days": over.mean()})
result["change"] = list(zip(fewer.mean(), 1.96 * fewer.sem(), strict=True))
formats = {"hours saved": "{:.1f}", "over 3 days": "{:.1%}", "change": "{:±+.1points}"}
plots.table(result, "Hours saved on average, and the share of tickets over three days", formats)

# %% id="service-compare"
dealers, desk = fewer["dealers as fast as our own"], fewer["a quarter off the queue"]
ahead = (dealers - desk).mean(), 1.96 * (dealers - desk).sem()
tell("Dealers against a shorter queue: {ahead:±+.1points} of tickets over three days.", ahead=ahead)

# %% [markdown] id="service-read"
# The interval of the difference decides, ticket by ticket: both remedies are tried on the same tickets.
# More people at the desk shorten waits that are short already. On Mondays the queue is long, and to even it
# out does as much as a quarter off every day: that may be a matter of the roster, but people moved to
# Monday are missing on other days.

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
# Fewer handovers go with everything good. But hard tickets are handed over *because* they are hard. A
# fair way to learn what a simpler process brings is to send tickets by lot to an agent who keeps them.

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
pairs = closed[["ticket_id", "customer_id", "opened", "resolved"]].merge(bought, on="customer_id")
later, earlier = (pairs["date"] - pairs["resolved"]).dt.days, (pairs["opened"] - pairs["date"]).dt.days
came = pairs.loc[later.between(0, 179), "ticket_id"]
past = pairs.loc[earlier.between(0, 89), "ticket_id"].value_counts()

# %% id="recovery-again"
closed["again"] = closed["ticket_id"].isin(came).astype(float)
closed["before"] = closed["ticket_id"].map(past).fillna(0)
closed["ordered"] = closed["before"] > 0
by_end = closed.groupby("handling")[["again", "ordered", "before"]].mean()
by_end = by_end.loc[["bad", "plain", "made good"]]

# %% id="recovery-table"
names = {"again": "ordered again", "ordered": "ordered before", "before": "orders before"}
formats = {"ordered again": "{:.0%}", "ordered before": "{:.0%}", "orders before": "{:.2f}"}
caption = "Tickets by how they ended; before: in the 90 days before the ticket"
plots.table(by_end.rename(columns=names), caption, formats)

# %% id="recovery-difference"
two = closed[closed["handling"] != "plain"].assign(constant=1.0)
two["good"] = (two["handling"] == "made good").astype(float)
cluster = {"cov_type": "cluster", "cov_kwds": {"groups": two["customer_id"].factorize()[0]}}
raw = OLS(two["again"], two[["constant", "good"]]).fit(**cluster)
tell("Made good against bad: {gap:±+.1points}.", gap=(raw.params["good"], 1.96 * raw.bse["good"]))

# %% [markdown] id="recovery-fair"
# This difference is the **recovery effect** as trade journals show it. Is it an effect? Nobody drew lots about who is
# treated well. A test of fairness: were the groups alike *before* the ticket? What happened before cannot
# have been caused by what came after. The table has two answers. *Ordered before*, yes or no, looks alike,
# because nearly everybody with a ticket had just ordered. The *number* of orders does not. And many tickets
# made good were also solved at once.

# %% id="recovery-placebo"
placebo = OLS(two["before"], two[["constant", "good"]]).fit(**cluster)
tell(
    "Made good against bad, orders in the 90 days before: {gap:±+.2f}.",
    gap=(placebo.params["good"], 1.96 * placebo.bse["good"]),
)

# %% id="recovery-bands"
band = pd.get_dummies(two["before"].clip(upper=6).astype("str"), drop_first=True, dtype=float)
banded = OLS(two["again"], two[["constant", "good"]].join(band)).fit(**cluster)
recovered, recovered_half = banded.params["good"], 1.96 * banded.bse["good"]
tell("With as many orders before: {gap:±+.1points}.", gap=(recovered, recovered_half))

# %% [markdown] id="recovery-words"
# The groups were *not* alike, and with as many orders before, a part of the difference is gone. What is
# left is still no proof: a customer who has already decided to leave may be harder to please, and then
# leaving explains the bad ending, not the other way round. A yes or no that nearly everybody passes is
# no test. In life you would draw lots: of the tickets that went wrong, half get goodwill. How large must
# the effect be to pay, and how long would the test take?

# %% id="recovery-test"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

bad_rate = by_end.loc["bad", "again"]
pays_from = goodwill_cost / (yearly / 2)
size = proportion_effectsize(bad_rate + recovered, bad_rate + pays_from)
per_arm = NormalIndPower().solve_power(size, power=0.8, alpha=0.05)

# %% id="recovery-months"
wrong = (~recent["solved_first_time"] & (recent["goodwill"] == 0)).sum()
months = 2 * per_arm / (wrong / 12) + 6
tell("Goodwill pays if it brings back {least:.1points} more within 180 days.", least=pays_from)
tell(
    "To tell that from {seen:.1points} takes {count:,.0f} bad tickets in each of two arms, {months:.0f} "
    "months in all.",
    seen=recovered, count=per_arm, months=months,
)

# %% [markdown] id="recovery-months-read"
# *Pays* counts half a year's margin for each customer who comes back; the months are those to collect
# enough bad tickets, and six more to see who orders. The size is that of
# [chapter 4b](04b_attribution_and_tests.ipynb), with a power of 80 %, if the effect is as large as it looks;
# one nearer to what pays takes longer.

# %% [markdown] id="loyalty"
# ## Loyalty
#
# A **loyalty programme** gives something back to those who come again. The designs differ in *whom*
# they reward. *Points* give a share of every yuan, here one per cent. *Tiers* give benefits to those above
# a level of spend, say 40 yuan a year to the top fifth. Before the cost, look at who would get the money.

# %% id="loyalty-designs"
best = year["spend"].rank(pct=True) > 0.8
often = year["purchases"] >= 6
designs = pd.DataFrame({"points": 0.01 * year["spend"].clip(lower=0), "tiers": 40.0 * best})

# %% id="loyalty-designs-table"
reach = pd.DataFrame({"cost a year": designs.sum(), "customers reached": (designs > 0).mean()})
reach["to six orders or more"] = designs[often].sum() / designs.sum()
formats = dict.fromkeys(reach, "{:.0%}") | {"cost a year": "{:,.0f}"}
plots.table(reach, "Two designs on the buyers of 2025, all points used ({unit})", formats, unit=currency)

# %% [markdown] id="loyalty-designs-read"
# Most of the money goes to customers who come anyway. That is the weak point of nearly every
# programme: it *rewards* loyalty; whether it *makes* any is another question.

# %% [markdown] id="points"
# ### What do points cost?
#
# Harbour Coffee gives one point per yuan since January 2024; a hundred points are worth one yuan, and
# they expire after a year. Points that are never used are **breakage**. What *will* still be used of the
# valid points is a **liability**: money that the company owes.

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
# The liability counts what is unused, still valid, *and* will be used. The older a batch is, the less
# likely that is. Let F(a) be the share of all points that have been used by age a, from batches whose year
# is over. Of those unused at age a, the share (F(365) − F(a)) ÷ (1 − F(a)) is used later.

# %% id="points-age"
age_used = (points["used_on"] - points["earned_on"]).dt.days
spent = points[ripe & used].groupby(["customer_id", age_used])["points"].sum().unstack(fill_value=0)
spent = spent.reindex(columns=range(366), fill_value=0)
earned = points[ripe].groupby("customer_id")["points"].sum()
spent = spent.reindex(earned.index, fill_value=0).to_numpy(dtype=float)

# %% id="points-owed"
valid = points[~ripe & ~used]
age_now = (last_day - valid["earned_on"]).dt.days
open_now = np.bincount(age_now, weights=valid["points"], minlength=366)
used_by = spent.sum(axis=0).cumsum() / earned.sum()
still_used = (used_by[-1] - used_by) / (1 - used_by)
owed = value_of_point * (open_now @ still_used)

# %% [markdown] id="points-boot"
# How sure is that? We draw the customers anew two hundred times (a bootstrap, as in
# [chapter 2a](02a_value_and_clv.ipynb)) and compute it again: each customer counts as often as drawn.

# %% id="points-drawn"
rng = np.random.default_rng(seed)
times = rng.multinomial(len(earned), np.full(len(earned), 1 / len(earned)), size=200)
drawn = (times @ spent).cumsum(axis=1) / (times @ earned.to_numpy())[:, None]
drawn_owed = value_of_point * ((drawn[:, -1:] - drawn) / (1 - drawn)) @ open_now
owed_low, owed_high = np.quantile(drawn_owed, [0.025, 0.975])
broken = tuple(np.quantile(1 - drawn[:, -1], [0.025, 0.975]))

# %% id="points-owed-read"
tell("Unused after a month, used later: {young:.0%}; after half a year {old:.0%}.",
     young=still_used[30], old=still_used[180])
tell("Valid points: {face:,.0f} {unit} if all were used.", face=open_now.sum() / 100, unit=currency)
tell(
    "Expected to be used: {owed:,.0f} {unit}, 95 % interval {interval:,.0f}. That is the liability.",
    owed=owed, interval=(owed_low, owed_high), unit=currency,
)

# %% [markdown] id="points-even"
# ### When does the programme pay?
#
# Of each yuan of sales, the programme costs c = value of a point × (1 − breakage). At a margin m, sales
# must rise by the share u = c ÷ (m − c) before anything is earned, because (1 + u)(m − c) = m: the
# **break-even uplift**. To *double* the points costs c once more, and sales must rise by c ÷ (m − 2c).

# %% id="points-margin"
earned_share = lines["margin"].sum() / lines["paid"].sum()
tell("Of each yuan of sales, {share:.2f} is margin.", share=earned_share)

# %% id="points-double"
cost = value_of_point * (1 - breakage)
sales_2025 = year["spend"].clip(lower=0)
double_cost = cost * sales_2025.sum()
double_range = tuple(value_of_point * (1 - share) * sales_2025.sum() for share in broken[::-1])
even = cost / (earned_share - 2 * cost)

# %% id="points-double-read"
tell(
    "To double the points costs {cost:,.0f} {unit} more a year, 95 % interval {interval:,.0f}.",
    cost=double_cost, interval=double_range, unit=currency,
)
tell("It pays if sales rise by more than {even:.1relative}.", even=even)

# %% id="points-test"
needed = NormalIndPower().solve_power(even * sales_2025.mean() / sales_2025.std(), power=0.8, alpha=0.05)
tell(
    "A test that sees so small a rise takes {needed:,.0f} customers in each of two arms; {buyers:,} bought "
    "in 2025.",
    needed=needed, buyers=len(sales_2025),
)

# %% [markdown] id="points-test-read"
# That test can never decide at this company, so nobody should propose it. What speaks *for* the points?

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
# number of this company can say what points bring.

# %% [markdown] id="explore"
# ### Explore: what would the points have to bring?
#
# Move the worth of a hundred points, the margin and the breakage; the line is the break-even uplift. Three
# things to try:
#
# 1. Double the worth. Does the uplift double, or more?
# 2. Halve the margin. Which matters more, the margin or the breakage?
# 3. Find a programme that needs ten per cent more sales. Would you believe it?
#
# Where nothing can move, on a page or before you run the cell, the picture shows the setting above.

# %% id="explorer"
from crmlab import widgets

widgets.points_explorer(earned_share, breakage, worth=1.0, unit=currency)

# %% [markdown] id="explore-read"
# The break-even uplift grows a little faster than the worth of the points, because what is given away is
# margin too. It is small for a cheap programme: so it may well pay, and it can hardly be shown.

# %% [markdown] id="bonds"
# ### Experience, emotional tie and community
#
# Points tie with money. Other ties show where customers do something for nothing: they write a review,
# or they bring a friend. These are **proxies**: what we can count, not the feeling itself. Do those who
# write or bring a friend come back more often than others *who bought as much*?

# %% id="bonds-data"
reviews, referrals = company.reviews, company.referrals
wrote = reviews.loc[reviews["date"].dt.year == 2024, "customer_id"]
brought = referrals.loc[referrals["date"].dt.year == 2024, "referrer_id"]
bond = pd.DataFrame({"back": in_2024.index.isin(year.index).astype(float), "constant": 1.0}, in_2024.index)
bond["tie"] = (in_2024.index.isin(brought) | in_2024.index.isin(wrote)).astype(float)

# %% id="bonds-adjusted"
orders_2024 = pd.cut(in_2024["purchases"], [0, 1, 3, 6, 1000], labels=["1", "2–3", "4–6", "7+"])
band = pd.get_dummies(orders_2024, drop_first=True, dtype=float)
raw = OLS(bond["back"], bond[["constant", "tie"]]).fit(cov_type="HC1")
within = OLS(bond["back"], bond[["constant", "tie"]].join(band)).fit(cov_type="HC1")

# %% id="bonds-adjusted-read"
tell("Bought again in 2025, with a tie: {gap:±+.1points}.", gap=(raw.params["tie"], 1.96 * raw.bse["tie"]))
tell(
    "With about as many orders in 2024: {gap:±+.1points}.",
    gap=(within.params["tie"], 1.96 * within.bse["tie"]),
)

# %% [markdown] id="bonds-read"
# Most of the difference goes away when customers with equally many orders are compared. And the
# *experience*, how easy the last contact was, has the same trouble as goodwill: those about to leave may
# find it hard. "Get people to write reviews and they will stay" does not follow. As a *sign* a tie can
# still be useful; [chapter 5b](05b_churn.ipynb) comes back to signs.

# %% [markdown] id="claim"
# ### Claim check: "a complaint well handled makes a better customer than no complaint"
#
# The trade calls it the *service recovery paradox* (McCollough & Bharadwaj, 1992). A review of the studies
# found it in what customers say of their satisfaction, and not in whether they mean to buy again (de Matos,
# Henrique & Rossi, 2007). What do orders say? We cannot compare with no complaint; the nearest is a ticket
# solved at once.

# %% id="claim-compare"
fair = closed[closed["handling"] != "bad"].assign(constant=1.0)
fair["good"] = (fair["handling"] == "made good").astype(float)
band = pd.get_dummies(fair["before"].clip(upper=6).astype("str"), drop_first=True, dtype=float)
counted = {"groups": fair["customer_id"].factorize()[0]}
paradox = OLS(fair["again"], fair[["constant", "good"]].join(band)).fit(
    cov_type="cluster", cov_kwds=counted
)

# %% id="claim-read"
tell(
    "Made good against solved at once, with as many orders before: {gap:±+.1points} order again.",
    gap=(paradox.params["good"], 1.96 * paradox.bse["good"]),
)

# %% [markdown] id="claim-answer"
# Even where the interval lies above zero, it is the same kind of comparison: who was about to leave may
# have been less often made content. Without lots, our tables can neither show the paradox nor refute it.
# And nobody should spoil a delivery in order to make it good.

# %% [markdown] id="decision"
# ## The decision
#
# The memo of He Rui to Lin Yue, with the numbers of this run. Next year is taken to be as large as 2025.

# %% id="decision-service"
tell("1. Talk with the dealers, but hire nobody yet: if they were as fast as our own, {fewer:±+.1points} of "
     "tickets over three days. What that is worth no table shows.",
     fewer=(dealers.mean(), 1.96 * dealers.sem()))

# %% id="decision-points"
tell(
    "2. No to double points: {cost:,.0f} {unit} a year if sales and breakage stay, against a rise of sales "
    "that nothing shows and no test of ours could. The points stay as they are.",
    cost=double_cost, unit=currency,
)
tell("3. Book {owed:,.0f} {unit} for points that will still be used.", owed=owed, unit=currency)

# %% id="decision-goodwill"
tell(
    "4. Open: goodwill for every bad ticket, {cost:,.0f} {unit} a year. Not before a lot has decided: "
    "half of the bad tickets, {months:.0f} months if the effect is as large as it looks, reviewed then.",
    cost=goodwill_cost * wrong, unit=currency, months=months,
)
tell("5. The NPS of those who bought within a year is {lately:±+.1f}, over all who ever bought {ever:±+.1f}. "
     "The target names the first from now on.",
     lately=weighted["bought within a year"], ever=weighted["all who ever bought"])

# %% id="decision-evidence"
crm.evidence(
    ("change of tickets over three days, dealers as fast as our own", "{fewer:+.1points}",
     "{fewer_in:+.1points}", "service-remedies-table", "tickets like those of 2025"),
    ("cost of double points a year, yuan", "{double:,.0f}", "{double_in:,.0f}", "points-double",
     "sales and breakage as now"),
    ("rise of sales at which they pay", "{even:.1relative}", "", "points-double", "margin as now"),
    ("liability, yuan", "{owed:,.0f}", "{owed_in:,.0f}", "points-drawn", "use by age as in 2024"),
    ("come back after goodwill, with as many orders before", "{back:+.1points}", "{back_in:+.1points}",
     "recovery-bands", "none: nobody drew lots"),
    ("months of a test of goodwill", "{months:.0f}", "", "recovery-months", "half a year's margin each"),
    ("NPS, bought within a year", "{nps:+.1f}", "{nps_in:+.1f}", "satisfaction-weighted",
     "who answers is like the others of the group"),
    fewer=dealers.mean(), fewer_in=tuple(dealers.mean() + 1.96 * dealers.sem() * np.array([-1, 1])),
    double=double_cost, double_in=double_range, even=even, owed=owed, owed_in=(owed_low, owed_high),
    back=recovered, back_in=(recovered - recovered_half, recovered + recovered_half), months=months,
    nps=weighted["bought within a year"][0], nps_in=(lows[2], highs[2]),
)

# %% [markdown] id="decision-read"
# For none of the three requests can anybody show that the money comes back. Goodwill can be settled by lot,
# points cannot, and then the cheaper answer stands.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows how tickets end, shortly before a customer leaves and otherwise.

# %% id="truth-recovery"
recovery = company.truth.recovery.set_axis(["before leaving", "otherwise", "ratio"], axis=1)
formats = {"before leaving": "{:.0%}", "otherwise": "{:.0%}", "ratio": "{:.2f}"}
plots.table(recovery, "How tickets end: shortly before leaving, and otherwise", formats)

# %% [markdown] id="truth-recovery-read"
# In the simulator the day of leaving is drawn first, and the tickets shortly before it go wrong more
# often. So in these years the arrow ran the other way: goodwill kept nobody, and "with as many orders
# before" did not take that out. It was right to leave this open. (Whether a *call* helps after a bad ticket
# is another question; [chapter 5c](05c_winning_back.ipynb) has lots for it.) And the points?

# %% id="truth-judged"
truth = company.truth.customers
sales_2026 = (truth["worth"] / truth["mean_order_margin"] * truth["mean_order_value"]).sum()
judged = {"action": 0.0, "baseline": -cost * sales_2026, "open": False}
tell("Double points bring {lost:+,.0f} {unit} in 2026.", lost=judged["baseline"], unit=currency)

# %% [markdown] id="truth-judged-read"
# In the simulator points bring no order: customers use them, and would have bought anyway. In another
# company they may. What holds there, too, is that a table in which everybody has points cannot tell.

# %% [markdown] id="recap"
# ## Recap
#
# - A satisfaction score needs an interval, a thought for those who did not answer, and a word whom it counts.
# - Find the stage where the hours are, and for which tickets; compare remedies on the same tickets.
# - A fairness test needs a measure that can differ. Alike in yes or no is not alike.
# - Breakage is known when the year of a batch is over; the liability is what will still be used.
# - A programme rewards loyalty. Whether it makes any, only lots can tell, and sometimes not even they.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-nps"
crm.quiz(
    "NPS was 12 last quarter and is 15 now, each ± 5. What do you report?",
    ("No clear change.", True, "The difference has an interval of about ± 7."),
    ("The programme works: +3.", False, "A change of 3 is well inside the luck of the sample."),
    ("NPS rose by 25 %.", False, "A percentage of a difference of shares means nothing."),
)

# %% id="quiz-points"
crm.quiz(
    "40 % of all points so far are unused. Is the breakage 40 %?",
    ("No: young points still have time.", True, "Only points whose term is over can tell."),
    ("Yes, by definition.", False, "Breakage is what is never used; that is not known yet."),
    ("No, it is 60 %.", False, "That is the share used so far."),
)

# %% id="quiz-fair"
crm.quiz(
    "Two groups of customers: 83 % and 84 % had ordered before their ticket. Were they alike?",
    ("Not shown: look at how much they ordered, too.", True, "A yes or no can hide a difference."),
    ("Yes: one point is nothing.", False, "One had 2.0 orders on average, the other 2.4."),
    ("No: 84 is more than 83.", False, "So small a gap may be luck; the trouble is the measure."),
)

# %% id="quiz-bottleneck"
crm.quiz(
    "Partners take 70 % of all hours. Two in five tickets wait for none. What helps the latter?",
    ("A shorter queue, or less work.", True, "A bottleneck is that of some tickets."),
    ("Faster partners.", False, "They do not wait for one."),
    ("Nothing: they are fast.", False, "Perhaps; their slowest tenth would tell."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/05a_satisfaction_and_loyalty.ipynb) lets you decide about a company of your
# own. [Chapter 5b](05b_churn.ipynb) asks who is about to leave.
#
# ### References
#
# - Dixon, M., Freeman, K. & Toman, N. (2010). Stop trying to delight your customers. *Harvard
#   Business Review* 88(7/8), 116–122.
# - de Matos, C. A., Henrique, J. L. & Rossi, C. A. V. (2007). Service recovery paradox: a meta-analysis.
#   *Journal of Service Research* 10(1), 60–77.
# - McCollough, M. A. & Bharadwaj, S. G. (1992). The recovery paradox. In Allen, C. T. et al. (eds.),
#   *Marketing Theory and Applications*. American Marketing Association.
# - Reichheld, F. F. (2003). The one number you need to grow. *Harvard Business Review* 81(12), 46–54.
