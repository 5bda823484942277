# %% [markdown] id="title"
# # 10a · Visits and push
#
# ### The question
#
# Ma Jun leads three sales people who visit chains, offices, cafés and dealers. From Monday on they carry an
# app, and he asks two things by Friday: whom do they visit tomorrow, and in which order? Zhou Ning has the other
# end of the same app, on the customers' phones: when may she push, and how often? Each push brings orders; each
# also makes somebody switch pushes off, and nobody has ever switched them on again. Lin Yue wants both in yuan.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. say which of the four traits of a phone adds what to knowing a customer, with an interval;
# 2. find out by lot what a visit adds, and not confuse it with how large a customer is;
# 3. plan visits by value, way and opening hours, and compare the plan with the habit and with the best;
# 4. judge push plans by what they bring *and* by whom they lose, with intervals for all of them at once;
# 5. say what a bandit saves and what it no longer lets you know.
#
# *You need* the held-out group of [chapter 3b](03b_groups_and_offers.ipynb), AUC of
# [chapter 4a](04a_leads_and_channels.ipynb) and consent of [chapter 8a](08a_from_view_to_action.ipynb).
# *Time:* about {{minutes}} minutes to read and run. *Not here:* what happens without a network, and machines
# that report themselves (10b).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
people = 3  # who visit
per_km = 1.2  # cost of the way, yuan a km
margin = 14.0  # of an order with the app, yuan
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=40_000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-off-quiz"
test = company.push_test.astype({"hour": "str"})
off = test["opted_out"].notna().groupby(test["per_week"]).mean()
crm.quiz(
    "Of users pushed five times a week {five:.1%} switched pushes off in eight weeks, of those held out by "
    "lot {none:.1%}. What did the pushes cause?", ("{more:+.1points}", True, "Some switch off anyway."),
    ("{five:.1%}", False, "Some of these would have switched off without a push."),
    ("{times:.0f} times as much", False, "That is how many times as many; of 100 users, how many more?"),
    five=off[5], none=off[0], more=off[5] - off[0], times=off[5] / off[0],
)

# %% id="recall-difference-quiz"
crm.quiz(
    "One plan brings 20 ± 9 yuan, another 12 ± 9; each was tried on other users. Is the first better?",
    ("Open: the difference is 8 ± 13.", True, "√(9² + 9²) = 13: the interval of the difference holds 0."),
    ("Yes: both are above 0, and 20 is more than 12.", False, "Look at the difference, and how sure it is."),
    ("No: the intervals overlap.", False, "Overlap decides nothing; the difference is 8 ± 13: open."),
)

# %% [markdown] id="traits"
# ## What a phone changes
#
# **Mobile CRM** is customer relationship management on the phone: of the people who sell and serve, and of the
# customers. It came in four stages.

# %% id="traits-stages"
stages = pd.DataFrame({
    "stage": ["early", "growing", "mature", "intelligent"],
    "since": ["early 2000s", "about 2010", "after 2015", "now"],
    "what it can do": ["read mail, look up contacts", "apps for sales and service",
                       "everything, also without a network", "speaks, knows the situation, proposes"],
})
plots.table(stages.set_index("stage"), "Four stages of mobile CRM")

# %% [markdown] id="traits-four"
# Each stage makes more of the four traits that set a phone apart from a desk: **access anywhere**; **real-time
# data**, written and read on the spot; **location awareness**, knowing where the phone is; and the **push
# notification**, a message that comes without being asked for. Where do they pay? A phone is worth its price
# where work is *away* from the desk, needs data of *this minute*, depends on the *place*, or has to be *decided
# at once*. Six scenarios, and how many of the four hold at Harbour Coffee, by Ma Jun's judgement:

# %% id="traits-scenarios"
needs = ["away", "this minute", "place", "decide at once"]
scenarios = pd.DataFrame(
    [[1, 1, 1, 1], [1, 1, 1, 0], [0, 1, 1, 1], [0, 1, 0, 1], [1, 1, 0, 0], [1, 0, 0, 1]],
    index=["mobile sales: whom to visit", "field service: which machine", "mobile marketing: when to push",
           "management: figures on the way", "self-service: order ahead", "collaboration: ask a colleague"],
    columns=needs)
plots.table(scenarios.assign(holds=scenarios.sum(axis=1)).rename_axis("scenario"), "Where a phone may pay (1: holds)")

# %% [markdown] id="traits-read"
# A table like that starts a talk; it measures nothing. We take the two scenarios with a decision and money in
# them, visits and pushes; service follows in 10b. But first: what do the traits tell us about a customer?

# %% [markdown] id="events"
# ## What each trait adds to knowing the customer
#
# The customers' app orders coffee ahead at the bars. It also records events, of those who agreed to profiling
# (chapter 8a); and where a phone is, only of those who allow that, too. One row is one event.

# %% id="events-table"
events = company.app_events.astype({"event": "str"})
trait_of = {"opened on the way": "anywhere", "looked up stock": "real time",
            "came near a shop": "location", "tapped a push": "push"}
events["trait"] = events["event"].map(trait_of)
plots.table(events.tail(4).set_index("at"), "The last events of November")

# %% [markdown] id="events-question"
# *The question:* who orders beans in the first ten days of December? For orders we know the date of the last one and
# their number without any phone. What does each trait add to that? First those who had agreed, before the first
# event was recorded and at the end.

# %% id="events-agreed"
consents = company.consents.query("purpose == 'profiling' and source != 'dealer list'")
ids = pd.Index(company.app_users["customer_id"])
for day in ["2025-11-03", "2025-12-01"]:
    last = consents[consents["recorded"] < day].drop_duplicates("customer_id", keep="last")
    ids = ids[ids.isin(last.loc[last["given"], "customer_id"])]

# %% id="events-known"
orders = company.orders.query("amount >= 0")
past = orders[orders["date"] < "2025-12-01"].groupby("customer_id")["date"]
known = pd.DataFrame({"days since": (pd.Timestamp("2025-12-01") - past.max()).dt.days, "orders": past.size()})
december = orders[(orders["date"] >= "2025-12-01") & (orders["date"] < "2025-12-11")]
soon = ids.isin(december["customer_id"])

# %% id="events-signs"
late = events[events["at"] >= "2025-11-21"]
signs = late.groupby(["customer_id", "trait"]).size().unstack(fill_value=0)
features = np.log1p(known.reindex(ids).join(signs).fillna(0))
seen = (features[list(trait_of.values())] > 0).mean()

# %% id="events-seen"
tell("{count:,} users; {share:.1%} order within ten days. Seen in the last ten days of November: anywhere "
     "{anywhere:.0%}, real time {real:.0%}, location {place:.0%}, push {push:.0%}.", count=len(ids),
     share=soon.mean(), anywhere=seen["anywhere"], real=seen["real time"], place=seen["location"], push=seen["push"])

# %% [markdown] id="events-model"
# Then one model without and one with each trait. Each customer is scored by a model that was fitted without that
# customer (`cross_val_predict`, five parts), so a feature that means nothing gains nothing.

# %% id="events-scores"
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

model = LogisticRegression(solver="newton-cholesky")
parts = StratifiedKFold(5, shuffle=True, random_state=seed)

# %% id="events-scored"
scores, base = {}, ["days since", "orders"]
for trait in ["none", *trait_of.values()]:
    inputs = features[base + [trait] * (trait != "none")]
    chance = cross_val_predict(model, inputs, soon, cv=parts, method="predict_proba")[:, 1]
    scores[trait] = crm.steady(chance)

# %% [markdown] id="events-auc"
# The difference of two AUCs on the same customers is *paired*: draw the customers anew, 200 times, and compute both
# AUCs on the same draw.

# %% id="events-added"
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(seed)
draws = [rng.integers(0, len(ids), len(ids)) for _draw in range(200)]
auc = pd.DataFrame([{trait: roc_auc_score(soon[who], score[who]) for trait, score in scores.items()}
                    for who in draws])
added = auc.drop(columns="none").sub(auc["none"], axis=0)

# %% id="events-figure"
whole = pd.Series({trait: roc_auc_score(soon, score) for trait, score in scores.items()})
gain = whole.drop("none") - whole["none"]
low, high = added.quantile(0.025), added.quantile(0.975)
reach = pd.DataFrame([(gain - low).clip(lower=0), (high - gain).clip(lower=0)])
title, axis = "What each trait adds to an AUC of {auc:.2f}", "added AUC (95 % interval)"
plots.show(plots.bars(gain, error=reach), title, x=axis, auc=whole["none"])

# %% [markdown] id="events-words"
# Real time knows most: who looks up whether the beans are there is about to buy them. Location adds a little,
# since few allow it and not everybody near a shop wants something. Opening the app on the way is for coffee, hardly for
# beans, and tapping a push says next to nothing. The trait that talks most, access anywhere, adds next to nothing. So a phone's
# data are worth as much as the question that they answer; each further column needs its consent and its gain.

# %% [markdown] id="worth"
# ## What is a visit worth?
#
# Now the other phones. All through 2025 the team had lists of whom to visit; the large places stood on them first.
# Of those listed, He Rui drew about one in three out by lot: they got a call instead. One row is a place that was due in
# a week; `margin` is that of the 30 days after, `margin_before` that of the 30 days before. Today is the end of December: we
# take the weeks whose 30 days are over.

# %% id="worth-table"
visit_log = company.visit_log.query("week <= 48").astype({"kind": "str"})
plots.table(visit_log.head(4).replace({True: "yes", False: "no"}).set_index("week"), "Four places due in week 1 (yuan)")

# %% id="worth-naive"
by_visit = visit_log.groupby("visited")["margin"].mean()
listed = visit_log[visit_log["listed"]].assign(change=lambda rows: rows["margin"] - rows["margin_before"])
by_lot = listed.groupby("visited")["change"].agg(["mean", "sem"])
effect, effect_half = by_lot["mean"][True] - by_lot["mean"][False], 1.96 * np.hypot(*by_lot["sem"])
tell("Visited places brought {naive:,.0f} {unit} more than the others. Among those listed, by lot, a visit "
     "added {effect:±+,.0f}.", naive=by_visit[True] - by_visit[False], effect=(effect, effect_half), unit=currency)

# %% [markdown] id="worth-read"
# The first number compares large places with small ones: the list chose them. The second compares places that were
# all listed, and a lot decided. (Taking the *change* of the margin makes the interval narrower, because what a
# place buys anyway drops out; it does not move what is estimated.) Does a visit add the same everywhere?

# %% id="worth-kind"
each = listed.groupby(["kind", "visited"])["change"].agg(["mean", "sem"]).unstack()
worth = pd.DataFrame({"adds": each["mean"][True] - each["mean"][False]})
worth["±"] = 1.96 * np.hypot(each["sem"][True], each["sem"][False])
worth["yearly sales"] = listed.groupby("kind")["sales"].median()
plots.table(worth.sort_values("adds", kind="stable"), "What a visit adds to a call (yuan of margin in 30 days)")

# %% id="worth-largest"
largest = worth["yearly sales"].idxmax()
less = worth["adds"]["office"] - worth["adds"][largest], np.hypot(*worth.loc[["office", largest], "±"])
tell("A visit adds {less:±+,.0f} {unit} more at an office than at the kind with the largest sales, {kind}.", kind=largest,
     less=less, unit=currency)

# %% [markdown] id="worth-words"
# The largest kind gains least from a visit. A chain orders by contract, whoever drops in; a new dealer does not know
# yet what to order. Whether size matters *within* a kind, the table does not say. The value of a visit is *what it adds*, not what the
# customer is worth. It is known for kinds, not for single places, and for 30 days; what comes later is not in it.

# %% [markdown] id="habit"
# ## Tomorrow by habit
#
# Tomorrow 48 places are due. Each has a spot on the map, minutes of a visit, and hours in which the visit can
# begin: `opens` to `closes`, in minutes since midnight. Some asked for a time of their own.

# %% id="habit-places"
places = company.visit_places.astype({"kind": "str", "area": "str"}).set_index("place_id")
places["value"] = places["kind"].map(worth["adds"].round()).clip(lower=0)
shown = places.drop(columns=["x", "y"]).head(4)
plots.table(shown, "Four of the places due tomorrow (minutes; sales and value: yuan)")

# %% [markdown] id="habit-ways"
# The team's habit: everybody has an area, takes the ten largest places there, and drives to the nearest that is
# open. Two other ways that people have: strictly the largest first; and always to the nearest, whatever it is.
# `crm.visits_in_order` plays a day through: from the office at 8:30, back by 17:30, at 30 km an hour as the crow flies, waiting where it is too early,
# leaving out what cannot be reached in time.

# %% id="habit-days"
areas = [rows.sort_values("sales", ascending=False, kind="stable") for _area, rows in places.groupby("area")]
days = {
    "habit": pd.concat([crm.visits_in_order(area.head(10)) for area in areas]),
    "largest first": pd.concat([crm.visits_in_order(area, area.index) for area in areas]),
    "nearest next": pd.concat([crm.visits_in_order(area) for area in areas]),
}

# %% [markdown] id="habit-rule"
# What a day brings is the value of its visits less the cost of its way; the hours are paid anyway. Who is left out gets a
# call, as in 2025, and counts 0.

# %% id="habit-table"
sums = {name: day[["value", "km"]].sum() for name, day in days.items()}
compared = pd.DataFrame(sums).T.assign(visits=[(day["place"] != "office").sum() for day in days.values()])
compared["gain"] = compared["value"] - per_km * compared["km"]
plots.table(compared[["visits", "km", "value", "gain"]], "Three ways of a day (three people; value, gain: yuan)")

# %% [markdown] id="habit-read"
# Strictly by size they spend the day on the road and before closed doors. The habit runs out of places that are
# still open, and visits many of the wrong kind. Nearest next is not bad at all: a person who only keeps the way short
# gets more done. That is the baseline to beat.

# %% [markdown] id="plan"
# ## Tomorrow by plan
#
# Choosing whom to visit *and* the order, with opening hours, is the (team) **orienteering problem with time windows**.
# Nobody can try all plans: 20 places have more orders than a computer can count in a lifetime. *PyVRP* (Wouda, Lan & Kool,
# 2024) searches instead: it changes a plan a little, keeps what is better, thousands of times. Each place is given to it with
# a *prize*, its value, that is lost when the place is left out. `crm.plan_visits` hands over our table, in whole
# fen, minutes and hundreds of metres, and stops after 1,000 steps, never by the clock: the same plan everywhere.

# %% id="plan-solve"
days["plan"] = crm.plan_visits(places, people, per_km=per_km)
first = days["plan"].query("person == 1").set_index("place")
hours = pd.to_datetime(first["begins"], unit="m").dt.strftime("%H:%M")
shown = first.assign(begins=hours, kind=places["kind"]).fillna({"kind": "–"})
plots.table(shown[["begins", "kind", "km", "value"]].head(5), "The morning of the first person", {"km": "{:.1f}", "begins": "{}"})

# %% id="plan-spots"
spots = places[["x", "y"]].copy()
spots.loc["office"] = 0.0

# %% id="plan-map"
ax = spots.drop("office").plot.scatter("x", "y", color="0.7", figsize=(7.5, 5.2), label="left out")
for person, stops in days["plan"].groupby("person"):
    spots.loc[["office", *stops["place"]]].plot(x="x", y="y", marker="o", ms=4, label=f"person {person}", ax=ax)
ax.plot(0, 0, "ks", label="office")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
title, alt = "The plan of tomorrow: {count} of {due} places", "Map: the ways of the sales people, and the places left out."
plots.show(ax, title, x="km east of the office", y="km north of the office", alt=alt, due=len(places),
           count=(days["plan"]["place"] != "office").sum())

# %% [markdown] id="plan-read"
# Grey places are left out: far away, of little value, or closed when somebody is near. The areas no longer bind.

# %% [markdown] id="benchmark"
# ### Is the plan any good?
#
# A search does not prove that it has found the best. So try it where the best is known. Marius Solomon's instance
# RC208 (1987) has 100 customers with time windows and one load per vehicle; the best known tours are 776.1 long. Everybody
# must be visited. Here is PyVRP by hand, without our function; the benchmark counts distances in tenths, cut off.

# %% id="benchmark-model"
from pyvrp import Model
from pyvrp.stop import MaxIterations

table = crm.datasets.load_routing("rc208")
routing = Model()
spot = [routing.add_location(int(place.x), int(place.y)) for place in table.itertuples()]

# %% id="benchmark-customers"
depot = routing.add_depot(spot[0])
routing.add_vehicle_type(25, capacity=1000, start_depot=depot, end_depot=depot, tw_late=9600)
for place in table.iloc[1:].itertuples():
    routing.add_client(spot[place.Index], delivery=int(place.demand), service_duration=10 * int(place.minutes),
                       tw_early=10 * int(place.opens), tw_late=10 * int(place.closes))

# %% id="benchmark-solve"
apart = np.hypot(*(table[["x", "y"]].to_numpy()[:, None] - table[["x", "y"]].to_numpy()).transpose(2, 0, 1))
tenths = np.floor(crm.steady(10 * apart)).astype(int)
for start in range(len(table)):
    for end in range(len(table)):
        routing.add_edge(spot[start], spot[end], int(tenths[start, end]), int(tenths[start, end]))
found = routing.solve(MaxIterations(1000), seed=1, display=False).best.distance() / 10

# %% id="benchmark-read"
tours = crm.datasets.load_routing("rc208_best")["place"].groupby(crm.datasets.load_routing("rc208_best")["route"])
best_known = sum(tenths[[0, *tour], [*tour, 0]].sum() for _route, tour in tours) / 10
tell("1,000 steps find tours of {found:.1f}; the best known are {best:.1f}: {more:+.1relative}.",
     found=found, best=best_known, more=found / best_known - 1)

# %% [markdown] id="benchmark-words"
# That is near enough: opening hours, traffic and values are known far less well. (On small instances of our own,
# where all plans can be tried, the tests of the course compare with the very best.) Our own day is
# smaller; a search ten times as long says whether something was missed.

# %% id="benchmark-own"
longer = crm.plan_visits(places, people, per_km=per_km, iterations=5000, seed=2)
gains = {name: day["value"].sum() - per_km * day["km"].sum() for name, day in {**days, "longer": longer}.items()}
tell("The plan brings {gain:,.0f} {unit}, a longer search {longer:,.0f}.", gain=gains["plan"],
     longer=gains["longer"], unit=currency)

# %% [markdown] id="lead"
# ### Plan against habit, with its interval
#
# The plan is best for the values that we *estimated*. How sure is its lead? Both days are fixed; uncertain is what a visit
# adds at each kind of place. With $n_k$ visits more of kind $k$ and its standard error $s_k$, the half of the
# interval is
#
# $$1.96 \sqrt{\textstyle\sum_k n_k^2 s_k^2}$$
#
# and the way costs what it costs.

# %% id="lead-intervals"
kinds = {name: day["place"].map(places["kind"]).value_counts() for name, day in days.items()}
lead, lead_half = {}, {}
for other in ["habit", "largest first", "nearest next"]:
    more = kinds["plan"].sub(kinds[other], fill_value=0)
    lead[other] = gains["plan"] - gains[other]
    lead_half[other] = np.sqrt(((more * worth["±"]) ** 2).sum())

# %% id="lead-figure"
drawn = plots.bars(pd.Series(lead), error=pd.Series(lead_half))
plots.show(drawn, "What the plan of tomorrow brings more than three other ways", x="more than this way, yuan a day (95 % interval)")

# %% id="lead-read"
visits = pd.DataFrame(kinds).fillna(0)[["habit", "nearest next", "plan"]]
plots.table(visits.rename_axis("kind"), "Visits by kind of place")

# %% [markdown] id="lead-parts"
# Where does the lead over nearest next come from? Two ways in between: nearest next without chains, by who has read the
# table above and owns no solver; and the best plan of each area alone.

# %% id="lead-between"
no_chains = pd.concat([crm.visits_in_order(area[area["kind"] != "chain"]) for area in areas])
inside = pd.concat([crm.plan_visits(area, 1, per_km=per_km) for area in areas])
step = [day["value"].sum() - per_km * day["km"].sum() for day in (days["nearest next"], no_chains, inside, days["plan"])]
tell("Of {all:,.0f} {unit}, leaving out the chains brings {mix:,.0f}, the search {search:,.0f}, and dropping the areas "
     "{free:,.0f}.", all=step[3] - step[0], mix=step[1] - step[0], search=step[2] - step[1], free=step[3] - step[2], unit=currency)

# %% [markdown] id="lead-words"
# The plan chose its mix by the same estimates that value it, so its lead is a little lucky (chapter 7a); four kinds leave
# luck little room, the truth below says how much. And one caution: the habit knows things that no table holds. Let Ma Jun strike
# out places, and plan again; it takes a second.

# %% [markdown] id="explore"
# ## Explore: the day
#
# Move one control at a time. Three things to try:
#
# 1. Send one person more. What does the fourth bring, compared with the first?
# 2. Let the day end at 15:30. Which visits go first?
# 3. Make a kilometre ten times dearer. When does the plan drive less?
#
# Where nothing can move, the picture shows tomorrow as planned.

# %% id="explorer"
from crmlab import widgets

widgets.visit_explorer(places, people, per_km)

# %% [markdown] id="explore-read"
# Each further person brings less than the one before: the best visits are taken. That figure is what Ma Jun needs when he asks for
# a fourth salary; what he has now is one day of it, without an interval, and not a year.

# %% [markdown] id="push"
# ## Push: what eight weeks bring
#
# Zhou Ning's turn. In May and June 2025 lots decided, for every user who let the app push, between six plans (morning,
# noon or evening, once or five times a week) and no push at all. One row is one user: orders with
# the app `during` the eight weeks, and `after`, in the half-year that followed, in which nobody was pushed. All count 14
# yuan of margin.

# %% id="push-data"
test = company.push_test.astype({"hour": "str"}).merge(company.app_users[["customer_id", "orders_before"]])
test["plan"] = test["hour"] + " × " + test["per_week"].astype("str")
test["plan"] = test["plan"].replace("none × 0", "held out")
plots.table(test.drop(columns=["hour", "per_week"]).head(4).set_index("customer_id"), "Four users (orders; opted_out: week)")

# %% [markdown] id="push-adjust"
# Users differ far more than plans do: some order daily, some never. But we know what each ordered in the half-year *before*.
# Take off what that foretells: with $b$ the slope of the outcome on the orders before,
#
# $$y_i - b\,(x_i - \bar x)$$
#
# has the same difference between arms that were drawn by lot, and much less scatter. This is **covariate adjustment**
# (in online tests called CUPED: Deng and others, 2013). It is allowed only for what was fixed *before* the lots.

# %% id="push-adjusted"
before = test["orders_before"] - test["orders_before"].mean()
money = margin * test[["during", "after"]].assign(total=test["during"] + test["after"])
slopes = np.polyfit(before, money, 1)[0]
adjusted = money - np.outer(before, slopes)
tell("Standard deviation of the total between users: {plain:,.0f} {unit}, adjusted {left:,.0f}.",
     plain=money["total"].std(), left=adjusted["total"].std(), unit=currency)

# %% [markdown] id="push-six"
# Six plans are compared with those held out, and we will look for the best. So each interval is made wider, so
# that all six hold together in 95 % of cases or more (Bonferroni, chapter 1): 2.64 standard errors in place of 1.96.

# %% id="push-effects"
from scipy.stats import norm

wide = norm.ppf(1 - 0.025 / 6)
groups = adjusted.groupby(test["plan"])
means, errors = groups.mean(), groups.sem()

# %% id="push-brings"
pushed = means.index.drop("held out")
brings = means.loc[pushed] - means.loc["held out"]
reach = wide * np.sqrt(errors.loc[pushed] ** 2 + errors.loc["held out"] ** 2)

# %% id="push-eight"
drawn = plots.bars(brings["during"], error=reach["during"])
axis = "margin in eight weeks, yuan a user more than held out (95 %, all six)"
plots.show(drawn, "What each push plan brings in the eight weeks of the test", x=axis)

# %% id="push-eight-read"
loud = crm.steady(brings["during"]).idxmax()
tell("After eight weeks {plan} looks best: {gain:±+.0f} {unit} a user. Most tests end here.", plan=loud,
     gain=(brings["during"][loud], reach["during"][loud]), unit=currency)

# %% [markdown] id="off"
# ## Push: whom it loses
#
# A user can switch pushes off, in two taps. This is an **opt-out**: for good, as far as anybody has seen.

# %% id="off-shares"
left = test["opted_out"].notna().groupby(test["plan"]).agg(["mean", "sem"])
lost = pd.DataFrame({"caused": left["mean"][pushed] - left["mean"]["held out"]})
lost["±"] = wide * np.hypot(left["sem"][pushed], left["sem"]["held out"])
plots.table(lost, "Opt-outs more than held out, in eight weeks", {"caused": "{:+.1points}", "±": "{:.1points}"})

# %% [markdown] id="off-read"
# Five a week cost many times as many as one a week. What is a user worth who is gone? The obvious way: compare,
# in the half-year after, those who switched off with those who did not.

# %% id="off-naive"
gone = test["opted_out"].notna()
naive = money["after"][gone].mean() - money["after"][~gone].mean()
earlier = test["orders_before"].groupby(gone).mean()
tell("In the half-year after, who switched off brought {less:,.0f} {unit} less than the others. But they had "
     "ordered {gone:.0f} times in the half-year before, the others {stay:.0f}.", less=-naive, unit=currency,
     gone=earlier[True], stay=earlier[False])

# %% [markdown] id="off-trap"
# That compares people who chose. Those who switch off are the lukewarm, who would have ordered less anyway. The lots help again:
# nobody was pushed in the half-year after, so what differs *between arms* there was caused by what the test left behind.

# %% id="off-after"
drawn = plots.bars(brings["after"], error=reach["after"])
axis = "margin in the half-year after, yuan a user more than held out (95 %, all six)"
plots.show(drawn, "What each push plan leaves behind", x=axis)

# %% [markdown] id="off-worth"
# The plans with many opt-outs leave a loss. Divide the one by the other: the loss per user pushed five times a
# week, over the opt-outs caused per user, is the loss *per opt-out*. It takes for granted that a push of June changes
# the orders of autumn only through the opt-out. (The share of opt-outs is known so well that we let the
# interval come from the loss alone.)

# %% id="off-each"
by_often = adjusted["after"].groupby(test["per_week"]).agg(["mean", "sem"])
off = gone.groupby(test["per_week"]).mean()
caused = off[5] - off[0]

# %% id="off-cost"
each_lost = (by_often["mean"][5] - by_often["mean"][0]) / caused
each_half = 1.96 * np.hypot(by_often["sem"][5], by_often["sem"][0]) / caused
tell("One opt-out costs {each:±,.0f} {unit} of margin in half a year; the comparison of those who chose said "
     "{naive:,.0f}.", each=(-each_lost, each_half), naive=-naive, unit=currency)

# %% [markdown] id="total"
# ## Push: the whole account
#
# Now add up, per user: eight weeks, and the half-year after. No opt-out has to be valued for that: what it costs
# within this time is in the orders.

# %% id="total-figure"
drawn = plots.bars(brings["total"], error=reach["total"])
axis = "margin in 34 weeks, yuan a user more than held out (95 %, all six)"
plots.show(drawn, "What each push plan brings, with what it leaves behind", x=axis)

# %% [markdown] id="total-rule"
# The rule, set before looking: of the plans that are above 0 for sure, drop those that are clearly behind the best; of
# what is left, take the one with the fewest opt-outs. They go on costing after the half-year, and no bar above says so.

# %% id="total-choice"
total, best = brings["total"], crm.steady(brings["total"]).idxmax()
between = wide * np.hypot(errors.loc[pushed, "total"], errors.loc[best, "total"])
fit = (total > reach["total"]) & (total[best] - total <= between)
sure = bool(fit.any())
chosen = crm.steady(lost["caused"][fit]).idxmin() if sure else best

# %% id="total-read"
tell("{count} plans are above 0 for sure and not clearly behind {best}. Chosen: {plan}, {gain:±+,.0f} {unit} a user; "
     "{loud}, the best of eight weeks, {other:±+,.0f}. Should its opt-outs go on costing as much, each further half-year "
     "takes about {further:,.0f} from {plan}.", further=-each_lost * lost["caused"][chosen], count=fit.sum(), best=best, plan=chosen, unit=currency,
     gain=(total[chosen], reach["total"][chosen]), loud=loud, other=(total[loud], reach["total"][loud]))

# %% [markdown] id="total-words"
# A test that ends with the campaign can crown the plan that burns its audience. And the account is still kind to
# such a plan: who has switched off is gone next year, too.

# %% [markdown] id="bandit"
# ## A bandit beside the test
#
# A fixed test keeps pushing users by plans that look bad. A **bandit** does not: it gives more users to what looks
# good so far. **Thompson sampling** (1933) does it by lot: for every user, draw a value for each plan from
# what is known of it (its mean so far, its standard error) and give the user the plan with the highest draw. Little known
# plans are tried because their draws scatter; bad ones fade.
#
# To see what it does, let it run 200 times in a world in which the *eight-week* figures above are the truth. It gets eight
# waves of users, as many in all as the test had, and is told each wave's margin before the next: kinder than life.

# %% id="bandit-world"
arms = brings.index
truth8, scatter = brings["during"].to_numpy(), adjusted["during"].std()
wave, runs = len(test) // 8, 200
users = np.full((runs, len(arms)), 25.0)  # each plan starts with a few
margins = rng.normal(users * truth8, scatter * np.sqrt(users))

# %% id="bandit-run"
for _wave in range(8):
    spread = scatter / np.sqrt(users)
    drawn = rng.normal((margins / users)[:, None], spread[:, None], (runs, 500, len(arms)))
    share = (drawn.argmax(axis=2)[:, :, None] == np.arange(len(arms))).mean(axis=1)
    margins += rng.normal(share * wave * truth8, scatter * np.sqrt(share * wave))
    users += share * wave

# %% id="bandit-table"
fixed = np.full(len(arms), wave * 8 / len(arms))
bandit = pd.DataFrame({"plan": arms, "fixed test": fixed, "bandit": users.mean(axis=0)}).set_index("plan")
bandit["fixed test ±"] = 1.96 * scatter / np.sqrt(fixed)
bandit["bandit ±"] = (1.96 * scatter / np.sqrt(users)).mean(axis=0)
bandit["bandit's error"] = (margins / users - truth8).mean(axis=0)
some = {"fixed test ±": "{:.1f}", "bandit ±": "{:.1f}", "bandit's error": "{:+.1f}"}
plots.table(bandit, "Users per plan; interval and mean error of its mean (yuan, average of 200 runs)", some)

# %% id="bandit-read"
per_user = (users * truth8).sum(axis=1) / users.sum(axis=1)
weakest = bandit["bandit"].idxmin()
tell("In its eight weeks the bandit brings {bandit:.0f} {unit} a user, the fixed test {fixed:.0f}. It sent {share:.0%} "
     "of all users to {loud}; the interval of {weakest} is {wider:.1f} times as wide.", bandit=per_user.mean(),
     fixed=truth8.mean(), share=users[:, arms.get_loc(loud)].sum() / users.sum(), loud=loud, weakest=weakest,
     wider=bandit["bandit ±"][weakest] / bandit["fixed test ±"][weakest], unit=currency)

# %% [markdown] id="bandit-words"
# Two prices. *Knowledge*: of the plans that fade little is known, and their means come out too low on average, because a
# plan with bad luck is not tried again (Nie and others, 2018). *Purpose*: it is paid by what it is told. It hears of eight
# weeks, so it hurries towards the plan that loses most in the end, and nobody is held out who could show it. A bandit is
# for choices whose whole effect is seen at once (a headline, a picture); where the harm comes later, keep the
# fixed test and its held-out group.

# %% [markdown] id="claim"
# ## Claim check: "who allows pushes orders half as much again"
#
# Leaflets of app makers say such things (this one is a saying without a source): users with pushes on order so and so much
# more, *so* get everybody to switch them on. We have users of both kinds, and the half-year *before* anybody was pushed.

# %% id="claim-before"
app = company.app_users
switch = app.groupby("notices")["orders_before"].agg(["mean", "sem"])
more = switch["mean"][True] - switch["mean"][False]
more_half = 1.96 * np.hypot(*switch["sem"])

# %% id="claim-read"
tell("Before the first push ever: {on:.0f} orders in half a year of users who allow pushes, {off:.0f} of the "
     "others: {more:±+.1f}, {times:.1f} times as many.", on=switch["mean"][True], off=switch["mean"][False],
     more=(more, more_half), times=switch["mean"][True] / switch["mean"][False])

# %% [markdown] id="claim-words"
# The figure is of the right size, a little high, and its "so" is wrong: the difference was there before a single push. Who likes the bars allows pushes. What
# pushes *do* is what the lots say above, a small part of it. Chapter 8a called it bias of those who agree.

# %% [markdown] id="decision"
# ## The decision
#
# For the users who *still* allow pushes (who switched off in the test is gone for good), less the tenth that stays held
# out; and what it would take to tell the chosen plan from the next one.

# %% id="decision-numbers"
allowing = int((~gone).sum())
reached = round(0.9 * allowing)  # a tenth stays held out
account = pd.DataFrame({"gain": total, "±": reach["total"]}) * reached
all_users, cost_loud = (tuple(account.loc[plan].round(-3)) for plan in (chosen, loud))
need = 16 * (adjusted["total"].std() / 5) ** 2
other = crm.steady(total.drop(chosen)).idxmax()
apart = total[chosen] - total[other], 1.96 * np.hypot(*errors.loc[[chosen, other], "total"])

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-visits"
tell("1. Tomorrow: {visits} visits by the plan bring, in the 30 days after, {lead:±+,.0f} {unit} of margin more than the "
     "habit, {near:±+,.0f} more than always to the nearest. That is one day, with the best places taken first: not to be "
     "multiplied by 250. Ma Jun strikes out what he knows better, and we plan again.", unit=currency,
     visits=(days["plan"]["place"] != "office").sum(), lead=(lead["habit"], lead_half["habit"]),
     near=(lead["nearest next"], lead_half["nearest next"]))

# %% id="memo-push"
tell("2. Push: {verdict} {plan} a week. For {reached:,} of the {allowing:,} users who still allow pushes (a tenth is held "
     "out) a round of eight weeks brings {gain:±+,.0f} {unit} in 34 weeks. It was measured on all who allowed them in May; "
     "who is left is steadier.", verdict="yes," if sure else "open, at best", plan=chosen, reached=reached,
     allowing=allowing, gain=all_users, unit=currency)

# %% id="memo-loud"
tell("3. {verdict} {loud}: it looks best after eight weeks and brings {loss:±+,.0f} {unit} in all. An opt-out costs "
     "{each:±,.0f} {unit} in half a year and is, as far as anybody has seen, for good.", loud=loud, loss=cost_loud,
     verdict="Not" if sum(cost_loud) < 0 else "Open:", unit=currency, each=(-each_lost, each_half))

# %% id="memo-test"
tell("4. {chosen} against {other}: {apart:±+.0f} {unit} a user. To find 5 would take {need:,.0f} users an arm, and we have "
     "{allowing:,} in all: no further test. One user in ten stays held out, so that we see when pushes wear out.",
     chosen=chosen, other=other, apart=apart, need=need, allowing=allowing, unit=currency)

# %% id="memo-evidence"
crm.evidence(
    ("plan of tomorrow, more than the habit, yuan", "{habit:+,.0f}", "{habit_range:+,.0f}", "lead-intervals",
     "visits add to a call what they added at their kind in 2025; who is left out is called"),
    ("more than nearest next, yuan", "{near:+,.0f}", "{near_range:+,.0f}", "lead-intervals", "the same"),
    ("best push plan, users who still allow it, yuan", "{push:+,.0f}", "{push_range:+,.0f}", "decision-numbers",
     "who is left is moved as all were in May; interval of all six plans"),
    ("best of eight weeks, the same users, yuan", "{loud:+,.0f}", "{loud_range:+,.0f}", "decision-numbers", "the same"),
    ("one opt-out, yuan in half a year", "{each:,.0f}", "{each_range:,.0f}", "off-cost",
     "June's pushes act in autumn through the opt-out alone"),
    ("users an arm, for 5 yuan", "{need:,.0f}", "", "decision-numbers", "power 80 %"),
    habit=lead["habit"], habit_range=(lead["habit"] - lead_half["habit"], lead["habit"] + lead_half["habit"]),
    near=lead["nearest next"], near_range=(lead["nearest next"] - lead_half["nearest next"],
                                           lead["nearest next"] + lead_half["nearest next"]),
    push=all_users[0], push_range=(all_users[0] - all_users[1], all_users[0] + all_users[1]),
    loud=cost_loud[0], loud_range=(cost_loud[0] - cost_loud[1], cost_loud[0] + cost_loud[1]),
    each=-each_lost, each_range=(-each_lost - each_half, -each_lost + each_half), need=need,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what a visit adds at each kind of place, and what each plan of pushes truly does.

# %% id="truth-visits"
adds = places["kind"].map(company.truth.visits["adds"])
truly = {name: day["place"].map(adds).sum() - per_km * day["km"].sum() for name, day in days.items()}
perfect = crm.plan_visits(places.assign(value=adds), people, per_km=per_km)
best = perfect["value"].sum() - per_km * perfect["km"].sum()

# %% id="truth-visits-read"
tell("The plan truly brings {plan:,.0f} {unit}, the habit {habit:,.0f}, nearest next {near:,.0f}; with the true values "
     "known, a plan would bring {best:,.0f}. Its lead over the habit, {lead:,.0f}, was estimated as {guess:±,.0f}.",
     plan=truly["plan"], habit=truly["habit"], near=truly["nearest next"], best=best, unit=currency,
     lead=truly["plan"] - truly["habit"], guess=(lead["habit"], lead_half["habit"]))

# %% id="truth-judged"
real = company.truth.push["total"].iloc[1:]
real.index = [f"{hour} × {often}" for hour, often in real.index]
judged = {"action": real[chosen] if sure else 0.0, "baseline": 0.0, "open": not sure}
tell("{chosen} truly brings {action:+.0f} {unit} a user, nobody pushed 0, {loud} {other:+.0f}; best of all would be "
     "{best} with {most:+.0f}.", chosen=chosen, action=real[chosen], loud=loud, other=real[loud],
     best=crm.steady(real).idxmax(), most=real.max(), unit=currency)

# %% [markdown] id="truth-words"
# What was decided by the *clear* differences holds: plan before habit, once before five times. Which of two close hours looks
# better is luck, as the interval of their difference said; there the opt-outs are the safer guide. The value of visits is known well enough: with the true values the plan would
# hardly be better; errors of this size change hardly any visit.

# %% [markdown] id="recap"
# ## Recap
#
# - A trait of the phone is worth what it adds to a question, beyond what you know without it, with consent.
# - The value of a visit is what it adds, found by lot; large customers may gain least.
# - Plan by value, way and opening hours; compare with what a careful person does, not with the worst habit.
# - A push has a price that comes later: count until the opt-outs have had their effect, against a held-out group.
# - A bandit earns while it learns, learns little of the losers, and runs after whatever it is told.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-worth"
crm.quiz(
    "Visited places bring 900 yuan a month more than places not visited. What is a visit worth?",
    ("Unknown: the list chose the large ones.", True, "Only places among which a lot decided can say it."),
    ("900 yuan.", False, "Large places would have brought most of that without a visit."),
    ("900 yuan less the way.", False, "The way comes off what a visit adds, which is not 900."),
)

# %% id="quiz-plan"
crm.quiz(
    "A search finds a plan within 1 % of the best known of a benchmark. What follows for our own day?",
    ("It is probably near the best; a longer search and small exact cases tell more.", True,
     "A search proves nothing, but it can be tried."),
    ("It is within 1 % of the best.", False, "Another instance, another gap."),
    ("The estimated gain is right to 1 %.", False, "The values are far less sure than the search."),
)

# %% id="quiz-off"
crm.quiz(
    "Pushing daily brings 40 yuan a user in eight weeks, and 25 of 100 users switch off; held out, 2 do. One opt-out "
    "costs 200 yuan later. What does the plan bring?",
    ("About −6 yuan a user.", True, "40 − 0.23 × 200."),
    ("40 yuan a user.", False, "The opt-outs' cost comes later, and it is caused by the plan."),
    ("About −10 yuan a user.", False, "Two of the 25 would have switched off anyway."),
)

# %% id="quiz-bandit"
crm.quiz(
    "When is a bandit the right tool?",
    ("When the whole effect of a choice is seen at once, and only the winner matters.", True,
     "Then what it no longer knows of the losers costs nothing."),
    ("When opt-outs come weeks later.", False, "It would run after what brings most before they come."),
    ("When every arm's effect must be known well.", False, "It starves the weak arms of users."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/10a_visits_and_push.ipynb) gives you a town and a test of your own. [Chapter
# 10b](10b_offline_and_machines.ipynb) asks what happens without a network, and lets the machines report themselves.
#
# *Your own data:* for visits, a list of places with coordinates and opening hours is enough for a plan; for its value draw lots
# among those listed, for a quarter. For pushes, hold a tenth out from the first day, and keep the date of every opt-out.
#
# ### References
#
# - Deng, A., Xu, Y., Kohavi, R. & Walker, T. (2013). Improving the sensitivity of online controlled experiments by
#   utilizing pre-experiment data. *Proceedings of WSDM 2013*, 123–132.
# - Nie, X., Tian, X., Taylor, J. & Zou, J. (2018). Why adaptively collected data have negative bias and how to correct for
#   it. *Proceedings of AISTATS 2018*.
# - Solomon, M. M. (1987). Algorithms for the vehicle routing and scheduling problems with time window constraints.
#   *Operations Research* 35(2), 254–265.
# - Thompson, W. R. (1933). On the likelihood that one unknown probability exceeds another in view of the evidence of two
#   samples. *Biometrika* 25(3/4), 285–294.
# - Wouda, N. A., Lan, L. & Kool, W. (2024). PyVRP: a high-performance VRP solver package. *INFORMS Journal on Computing*
#   36(4), 943–955.
