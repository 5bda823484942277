# %% [markdown] id="title"
# # 11a · The journey
#
# ### The question
#
# Today is 31 May 2026. Three things annoy the customers of Harbour Coffee, and there is money to mend one.
# Tang Mei, who leads service, says that it is the telephone: nobody writes so many angry answers as those who
# waited in its queue. Xu Dan, who leads the shops and the online shop, says that it is the carts: many
# are left, and until March each got a reminder with a voucher of 60 yuan. Before Friday they want to know: where
# does it hurt, who is hit, and which step do we look at first? And is the reminder worth its money? What to
# mend, and whether it helped, is the next session's question.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. join the ids of several channels into people, and say how wrong the figures of one channel were;
# 2. mine journeys from a log of events: drop-off with its interval, waiting, changes of channel;
# 3. draw an emotion curve from short surveys, and say who is missing in it;
# 4. list pain points with customers hit, minutes lost and what goes with them, each with its interval;
# 5. decide from a test by lot who gets a reminder, in money.
#
# *You need* effort scores ([chapter 5a](05a_satisfaction_and_loyalty.ipynb)), record linkage
# ([chapter 7b](07b_building_and_moving.ipynb)) and a test by lot ([chapter
# 4b](04b_attribution_and_tests.ipynb)). *Time:* about {{minutes}} minutes to read and run. *Not here:* what it
# costs to mend a pain point, and how to tell whether that helped (11b).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
left_after = 72  # hours without a payment after which a cart counts as left
break_days = 4  # a longer break begins a new journey
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

# %% id="recall-effort"
closed = company.tickets.dropna(subset="resolved")
said = closed["effort"].dropna()
tell("Of {all:,} closed tickets of three years {said:.0%} have an effort score; their mean is {mean:.1f} of 7.",
     all=len(closed), said=len(said) / len(closed), mean=said.mean())

# %% id="recall-effort-quiz"
crm.quiz(
    "How hard was it for the others?",
    ("The score does not say: who answers may differ.", True, "That is non-response (chapter 5a)."),
    ("{mean:.1f}, a little less sure.", False, "A larger sample of those who answer stays one of those who answer."),
    ("Harder: the angry do not answer.", False, "It may be so, or the reverse; the scores cannot tell."),
    mean=said.mean(),
)

# %% id="recall-interval-quiz"
orders = company.orders.query("amount >= 0 and date >= '2025-01-01'")
online = (orders["channel"] == "online").mean()
half = 1.96 * np.sqrt(online * (1 - online) / len(orders))
crm.quiz(
    "Online share of the {count:,} orders of 2025: {share:±.1%}. With a quarter of the orders?",
    ("{twice:.1points} to either side", True, "A quarter of the rows doubles the interval."),
    ("{four:.1points} to either side", False, "It goes by the square root."),
    ("{half:.1points} to either side", False, "Fewer rows know less."),
    count=len(orders), share=(online, half), twice=2 * half, four=4 * half, half=half,
)

# %% [markdown] id="cycle"
# ## From touchpoint to journey
#
# A **touchpoint** is any moment at which a customer meets the company: a page, a till, a call, a parcel at the door.
# **Customer experience** is what the customer makes of all of them together. To manage it (CEM) is a cycle of five
# steps:
#
# | step | what it leaves | where |
# | --- | --- | --- |
# | understand | who is who, and the journeys as they are | here |
# | design | the journey as it should be; what to mend first | 11b |
# | deliver | the change, a part of the shops at a time | 11b |
# | measure | effort, drop-off, waiting; before and after | here, and 11b |
# | improve | the next pain point | the circle closes |
#
# **Multichannel** means that there are several channels. **Omnichannel** means that they know of each other: what
# was put into the cart in the app is there at the till. The customer has always been in one journey; whether the
# company sees one is another matter.

# %% [markdown] id="data"
# ## The data
#
# One row is one event in one channel, from March to May. `waited` is in minutes (in a queue,
# or at home for a parcel), `amount` in yuan.

# %% id="data-events"
words = ["channel", "journey", "step", "outcome"]
events = company.journey_events.astype(dict.fromkeys(words, "str"))
shown = events.set_index("event_id").iloc[2000:2005]
plots.table(shown.assign(at=shown["at"].dt.strftime("%d %B, %H:%M")), "Five events of the log")

# %% id="data-steps"
counts = pd.crosstab([events["journey"], events["step"]], events["channel"])
plots.table(counts, "Events by step and channel")

# %% [markdown] id="data-wrong"
# What is wrong with it? There is no customer number. The app knows an account, the web shop the cookie of a browser,
# the shop a card, the telephone a number that calls, a parcel its label. Who shows no card at the till has no id at
# all. Journeys that were not over on 31 May are cut off. And private customers only are in it: dealers and offices have
# their own ways.

# %% [markdown] id="one-channel"
# ## What one channel sees
#
# Xu Dan's figures come from the online shop. A cart is *left* if the same id does not pay within 72 hours.
# `merge_asof` finds for each cart the next payment of its id. Carts of the last days are not followed up, so they
# stay out.

# %% id="one-channel-hours"
paid = events[events["step"] == "paid"].assign(paid_at=events["at"])
end = pd.Timestamp("2026-06-01") - pd.Timedelta(hours=168)
carts = events[(events["step"] == "cart") & (events["at"] < end)].reset_index(drop=True)
first = pd.merge_asof(carts, paid.dropna(subset="channel_id")[["at", "channel_id", "paid_at"]],
                      on="at", by="channel_id", direction="forward")
hours = pd.DataFrame({"same id": (first["paid_at"] - first["at"]) / pd.Timedelta(hours=1)})

# %% id="one-channel-left"
left = ~(hours["same id"] <= left_after)
price = paid.loc[paid["channel"].isin(["app", "web"]), "amount"].mean()
tell("{carts:,} carts, {left:.0%} of them left; at {price:.0f} {unit} each, Xu Dan reports {money:,.0f} {unit} of "
     "sales lost.", carts=len(carts), left=left.mean(), price=price, money=left.sum() * price, unit=currency)

# %% id="one-channel-people"
seen = events.groupby("channel")["channel_id"].nunique()
tell("And {ids:,} ids, which many a report calls customers: {web:,} on the web, {app:,} in the app, {shop:,} shop "
     "cards.", ids=seen.sum(), web=seen["web"], app=seen["app"], shop=seen["shop"])

# %% [markdown] id="one-channel-read"
# Would you believe either figure? A cart may be filled in the app and paid on the web, or carried to the shop in the
# head. To know, we have to see the person.

# %% [markdown] id="identity"
# ## One person across channels
#
# Finding the ids that belong to one person is called **identity resolution**: the record linkage of chapter 7b, once
# more. What does each channel know?

# %% id="identity-known"
ids = company.channel_ids.astype({"channel": "str"})
details = ["name", "phone", "email"]
known = ids[details].notna().groupby(ids["channel"]).mean()
plots.table(known.assign(ids=ids["channel"].value_counts()), "Ids that know a detail",
            dict.fromkeys(details, "{:.0%}"))

# %% [markdown] id="identity-exact"
# The obvious way first: the same telephone or the same address for mail, the same person. Ids that hang together
# through others are one person, too: a *connected component*.

# %% id="identity-exact-run"
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

place = pd.Series(range(len(ids)), ids["channel_id"])
pairs = [ids.dropna(subset=one).groupby(one)["channel_id"].transform("first") for one in ["phone", "email"]]
rows, columns = np.concatenate([one.index for one in pairs]), place[pd.concat(pairs)]
links = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(ids), len(ids)))
ids["same telephone or mail"] = connected_components(links, directed=False)[1]

# %% [markdown] id="identity-splink"
# A couple may share a telephone; then the exact way makes one person of two. So we weigh the evidence: *Splink* learns
# what agreement in each detail is worth. Pairs that share neither telephone nor mail are not compared. From which weight
# on do we join? Weight 0 is even odds; but Splink rates what hardly any two strangers share too low (chapter 7b), so we try −3, too.

# %% id="identity-settings"
import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

names = compare.JaroWinklerAtThresholds("name", [0.92, 0.75])
settings = SettingsCreator(
    "dedupe_only",
    comparisons=[names, compare.ExactMatch("phone"), compare.ExactMatch("email")],
    blocking_rules_to_generate_predictions=[block_on("phone"), block_on("email")],
)

# %% id="identity-train"
engine = duckdb.connect(config={"threads": 1}).execute("SET enable_progress_bar = false")
records = ids[["channel_id", *details]].rename(columns={"channel_id": "unique_id"})
linker = Linker(DuckDBAPI(engine).register(records), settings, log_level="ERROR")
rules = [block_on("name", "phone"), block_on("name", "email")]
linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)
linker.training.estimate_u_using_random_sampling(1e6, seed=1, min_count_per_level=None, num_chunks=1)
for detail in ["phone", "email"]:
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on(detail), record_sample_proportion=1.0)

# %% id="identity-predict"
found = linker.inference.predict(threshold_match_weight=-20).as_pandas_dataframe()
for way, least in {"weighed, from 0": 0, "weighed, from −3": -3}.items():
    joined = found[found["match_weight"].round(2) >= least]
    rows, columns = place[joined["unique_id_l"]], place[joined["unique_id_r"]]
    links = coo_array((np.ones(len(joined)), (rows, columns)), shape=(len(ids), len(ids)))
    ids[way] = connected_components(links, directed=False)[1].astype("int64")

# %% [markdown] id="identity-check"
# Which way is better? The company does not know who is who. But nobody needs two accounts of the app or two shop
# cards, so a "person" with two of them is probably two people.

# %% id="identity-compare"
ways = ["same telephone or mail", "weighed, from 0", "weighed, from −3"]
several = {}
for way in ways:
    held = ids[ids["channel"].isin(["app", "shop"])].groupby([way, "channel"]).size()
    several[way] = {"people": ids[way].nunique(), "with two accounts or cards": (held > 1).sum()}
several = pd.DataFrame(several).T
plots.table(several.rename_axis("way"), "{ids:,} ids become people", ids=len(ids))

# %% [markdown] id="identity-compare-read"
# Joining from −3 on finds nearly as much as the obvious way, and makes fewer impossible people. We take it.

# %% id="identity-log"
ids["person"] = ids["weighed, from −3"]
person = ids.set_index("channel_id")["person"]
events["person"] = events["channel_id"].map(person)
nobody = events["person"].isna()
events.loc[nobody, "person"] = -1 - np.arange(nobody.sum())  # each of them somebody of its own
events["person"] = events["person"].astype("int64")
lonely = ids.groupby("person")["channel_id"].transform("size") == 1
tell("{none:.0%} of the ids on the web know nothing at all; {lonely:.0%} of all ids stay alone. Of the payments in the "
     "shop {cardless:.0%} show no card.", none=(ids[details].isna().all(axis=1) & (ids["channel"] == "web")).sum()
     / seen["web"], lonely=lonely.mean(), cardless=paid.loc[paid["channel"] == "shop", "channel_id"].isna().mean())

# %% [markdown] id="identity-read"
# So the picture gets better, not perfect: who shows nothing stays unseen. The share that is joined is a floor of what
# belongs together. (And joining channels is *profiling*: Feng Lan allows it for counting; a reminder needs the consent of
# chapter 8a.)

# %% [markdown] id="wrong-by"
# ## How wrong was the one channel?
#
# The same carts again, by three rules: paid by the same id; by the same person online; by the same person anywhere.

# %% id="wrong-by-hours"
paid = paid.assign(person=events["person"])
carts["person"] = carts["channel_id"].map(person)
known_rows = {"same person, online": paid[paid["channel"] != "shop"], "same person, anywhere": paid}
for view, payments in known_rows.items():
    first = pd.merge_asof(carts, payments[["at", "person", "paid_at"]], on="at", by="person",
                          direction="forward")
    hours[view] = (first["paid_at"] - first["at"]) / pd.Timedelta(hours=1)

# %% id="wrong-by-table"
from statsmodels.stats.proportion import proportion_confint

open_carts = (~(hours <= left_after)).sum()
low, high = proportion_confint(open_carts, len(hours), method="wilson")
views = pd.DataFrame({"left": open_carts / len(hours), "from": low, "to": high})
plots.table(views.rename_axis("rule"), "Carts left after {hours} hours (95 % interval)", "{:.1%}", hours=left_after)

# %% [markdown] id="wrong-by-paired"
# The three rules look at the *same* carts, so their intervals must not be laid side by side. The difference is itself a
# share: that of the carts which look left and are not, of all carts.

# %% id="wrong-by-read"
not_left = (left & (hours["same person, anywhere"] <= left_after)).sum()
low_left, high_left = proportion_confint(not_left, left.sum(), method="wilson")
tell("The rules differ by {all:.1points} ({all_range:.1points}) of all carts. Of those that look left, {share:.0%} "
     "({interval:.0%}) were paid by the same person in another place within {hours} hours.", all=not_left / len(left),
     all_range=proportion_confint(not_left, len(left), method="wilson"), share=not_left / left.sum(),
     interval=(low_left, high_left), hours=left_after)

# %% id="wrong-by-channels"
where = events[events["channel"] != "delivery"].groupby("person")["channel"].nunique()
several_channels = (where[where.index >= 0] > 1).mean()
tell("{more:.0%} of the people use two channels or more, parcels left out; in the view of one channel it is nobody.",
     more=several_channels)

# %% [markdown] id="wrong-by-words"
# These **cross-channel customers** are why the sum of the channels' customers is no number of customers. The true share is
# higher: every id that could not be joined makes one customer two, and each of them looks faithful to one channel.

# %% [markdown] id="explore"
# ## Explore: when is a cart left?
#
# Move the hours. Two things to try:
#
# 1. Send the reminder after an hour. How many go to somebody who is about to pay anyway?
# 2. Wait for a week. How many of the carts that look left are not?
#
# Where nothing can move, the picture shows a reminder after 24 hours.

# %% id="explorer"
from crmlab import widgets

widgets.abandonment_explorer(hours)

# %% [markdown] id="explore-read"
# The gap between the lines opens in the first two days: people who look online and buy in the shop do so soon. A
# reminder after 24 hours is late enough to miss many of them, *if* somebody looks.

# %% [markdown] id="mining"
# ## Journeys from events
#
# A **customer journey** is what one person does for one purpose, over all channels, until it is done or given up. The log has
# none; it has to be cut. Our rule: the same person, the same kind, and no break of more than four days. A parcel takes up
# to four days; a shorter rule would tear journeys apart, a longer one would glue two purchases together.

# %% id="mining-cut"
trail = events.sort_values(["person", "journey", "at", "event_id"]).reset_index(drop=True)
pause = trail.groupby(["person", "journey"])["at"].diff()
trail["number"] = (~(pause <= pd.Timedelta(days=break_days))).cumsum()

# %% id="mining-table"
of_journey = trail.groupby("number")
trips = of_journey.agg(journey=("journey", "first"), start=("at", "first"), end=("at", "last"),
                       waited=("waited", "sum"), begins=("channel", "first"), first_step=("step", "first"))
seen_in = trail[trail["channel"] != "delivery"].groupby("number")["channel"].nunique()
trips["channels"] = seen_in.reindex(trips.index, fill_value=0)

# %% id="mining-kinds"
trips["crosses"] = trips["channels"] > 1
trips["days"] = (trips["end"] - trips["start"]) / pd.Timedelta(days=1)
kinds = trips.groupby("journey").agg(journeys=("days", "size"), days=("days", "mean"), waited=("waited", "mean"),
                                     crosses=("crosses", "mean"))
formats = {"days": "{:.1f}", "waited": "{:.1f}", "crosses": "{:.0%}"}
plots.table(kinds, "Journeys by kind (mean days, mean minutes waited, share that changes channel)", formats)

# %% id="mining-kinds-read"
tell("{crosses:.0%} of the journeys to buy change the channel; {whole:,} journeys to complain take {days:.1f} days each.",
     crosses=kinds["crosses"]["buy"], whole=kinds["journeys"]["complain"], days=kinds["days"]["complain"])

# %% [markdown] id="transitions"
# ### Where people change
#
# From each event to the next of the same journey: from which channel to which? A table of counts becomes a map when each row
# is divided by its sum. "End" means that nothing follows.

# %% id="transitions-count"
trail["then"] = of_journey["channel"].shift(-1).fillna("end")
buying = trail[trail["journey"] == "buy"]
moves = pd.crosstab(buying["channel"], buying["then"])[["app", "web", "shop", "delivery", "end"]]
moves = moves.loc[["app", "web", "shop", "delivery"]]

# %% id="transitions-map"
import seaborn as sns

shares = moves.div(moves.sum(axis=1), axis=0)
text = shares.map("{:.0%}".format) + "\n" + moves.map("{:,}".format)
drawn = sns.heatmap(shares, annot=text, fmt="", cmap="Blues", vmin=0, vmax=1, cbar=False, linewidths=1)
drawn.tick_params(axis="y", rotation=0)
plots.show(drawn, "Journeys to buy: what follows an event (share of the row, count)", x="the next event's channel",
           y="channel of an event", alt="Map of shares: from app and web mostly to themselves; some end in the shop.")

# %% id="transitions-read"
online_out = moves.loc[["app", "web"], "shop"].sum()
to_shop = online_out / moves["shop"].sum()
tell("{count:,} times an event online is followed by one in the shop: of the events in a shop that follow something, "
     "{share:.0%} follow something online.", count=online_out, share=to_shop)

# %% [markdown] id="transitions-words"
# Who judges the app by what is paid in the app takes that row for a loss. And who judges the shop by its till does not see what
# came before. Which channel *caused* the purchase, such a map does not say: that took a lot, in chapter 4b.

# %% [markdown] id="drop-off"
# ### Drop-off, step by step
#
# The **drop-off** of a step is the share of those who reach it and go no further. Take the journeys that begin with a
# product page. Each share is of those who came as far, hence the interval of a share (Wilson).

# %% id="drop-off-reached"
online_trips = trips[(trips["first_step"] == "product") & (trips["start"] < "2026-05-25")]
inside = trail[trail["number"].isin(online_trips.index)]
reached = pd.crosstab(inside["number"], inside["step"]) > 0
reached["paid online"] = inside[(inside["step"] == "paid") & (inside["channel"] != "shop")].groupby("number").size() > 0
reached["paid online"] = reached["paid online"].fillna(False).astype(bool)

# %% id="drop-off-table"
ladder = ["product", "cart", "pay", "paid online"]
funnel = pd.DataFrame({"reached": reached[ladder].sum()})
funnel["went on"] = funnel["reached"].shift(-1)
funnel = funnel.dropna()
low, high = proportion_confint(funnel["reached"] - funnel["went on"], funnel["reached"], method="wilson")
funnel = funnel.assign(**{"drop-off": 1 - funnel["went on"] / funnel["reached"], "from": low, "to": high})
shares = ["drop-off", "from", "to"]
plots.table(funnel.rename_axis("step"), "Journeys that begin online", dict.fromkeys(shares, "{:.1%}"))

# %% id="drop-off-read"
lost_online = ~reached["paid online"]
in_shop = (reached["paid"] & lost_online).sum() / lost_online.sum()
tell("Of the journeys without a payment online, {share:.0%} end with one in a shop. Those are no drop-off.", share=in_shop)

# %% [markdown] id="drop-off-app"
# The first two steps lose most. But people who look at a page and go on their way are not annoyed: not every drop-off is a
# pain. At the payment somebody *wants* to pay. There, the app and the web differ.

# %% id="drop-off-device"
opened = trail[(trail["step"] == "pay") & (trail["at"] < "2026-05-25")].drop_duplicates("number")
done = trail.loc[trail["step"] == "paid", "number"]
again = trail.loc[trail["step"] == "log in again", "number"]
opened = opened.assign(bought=opened["number"].isin(done).astype(float), again=opened["number"].isin(again))
by_device = opened.groupby(["channel", "again"])["bought"].agg(["size", "mean", "sem"]).reset_index()
by_device = by_device[by_device["size"] > 100].assign(**{"±": 1.96 * by_device["sem"]})

# %% id="drop-off-device-table"
by_device["again"] = by_device["again"].map({True: "yes", False: "no"})
shown = by_device.drop(columns="sem").rename(columns={"again": "log in again", "size": "journeys", "mean": "bought"})
plots.table(shown.set_index(["channel", "log in again"]), "Journeys that opened the payment: bought, anywhere",
            {"bought": "{:.1%}", "±": "{:.1points}"})

# %% [markdown] id="drop-off-device-read"
# In part of the payments in the app the session is lost: the customer has to log in again. Of these, far fewer end in a
# purchase. Whether anybody complained, the log does not say; the survey asks only who got through.

# %% [markdown] id="waiting"
# ### Waiting
#
# A mean says little about waiting, for most wait little and a few very long. Look at the upper end, and at the sum.

# %% id="waiting-table"
waits = trail[trail["waited"] > 0].groupby(["step", "channel"])["waited"]
waiting = waits.describe(percentiles=[0.5, 0.9])[["count", "50%", "90%"]].assign(hours=waits.sum() / 60)
waiting = waiting[waiting["hours"] > 40].sort_values("hours", ascending=False, kind="stable")
plots.table(waiting, "Minutes waited: median, 90 of 100 wait less; hours of all customers")

# %% id="waiting-read"
calls = trail[(trail["step"] == "contact") & (trail["channel"] == "phone")]
long = calls["waited"] > 10
tell("{share:.0%} of the callers wait more than 10 minutes; they make up {sum:.0%} of all minutes in the queue.",
     share=long.mean(), sum=calls.loc[long, "waited"].sum() / calls["waited"].sum())

# %% [markdown] id="emotion"
# ## The emotion curve
#
# An **emotion curve** draws how a journey feels from step to step. Ours comes from a short survey after some touchpoints:
# effort (1 hard to 7 easy) and satisfaction. `touch_survey` has a row per *invitation*, answered or not.

# %% id="emotion-joined"
invited = company.touch_survey.merge(trail, on="event_id")
invited["answered"] = invited["effort"].notna()
by = {"app": " online", "web": " online", "shop": " in the shop", "phone": " by phone", "delivery": ""}
place_of = invited["channel"].map(by).where(invited["step"].isin(["paid", "contact"]), "")
invited["touchpoint"] = invited["step"] + place_of

# %% id="emotion-table"
order = ["paid online", "paid in the shop", "delivered", "contact online", "contact in the shop",
         "contact by phone", "solved", "refunded"]
felt = invited.groupby("touchpoint").agg(asked=("answered", "size"), answered=("answered", "mean"),
    effort=("effort", "mean"), sem=("effort", "sem"), satisfaction=("satisfaction", "mean")).loc[order]
felt.insert(3, "effort ±", 1.96 * felt["sem"].astype(float))
plots.table(felt.drop(columns="sem"), "What is felt, by those who answered", {"answered": "{:.0%}",
    "effort": "{:.1f}", "effort ±": "{:.1f}", "satisfaction": "{:.1f}"})

# %% id="emotion-curve"
ax = felt["effort"].astype(float).plot(marker="o", linestyle="none", figsize=(8, 4), yerr=felt["effort ±"], capsize=4, color=plots.PALETTE[0])
ax.set_xticks(range(len(felt)), [name.replace(" ", "\n", 1) for name in felt.index])
ax.set(ylim=(1, 7), xlim=(-0.5, 7.5))
plots.show(ax, "Effort at eight touchpoints, as answered", x="touchpoint",
           y="effort, 1 hard to 7 easy (95 % interval)", alt="Points of mean effort by touchpoint: lowest on the phone.")

# %% [markdown] id="emotion-read"
# The telephone is the valley, and so Tang Mei is right? Ask first who is on this curve. Three things are missing. Who left at
# the payment was never asked: only what is done sends an invitation. Of those asked, few answer. And they
# are not like the others.

# %% id="emotion-selection"
of_calls = invited[invited["touchpoint"] == "contact by phone"]
long_wait = of_calls["waited"] > 10
answers = of_calls.groupby(long_wait)["answered"].agg(["mean", "sem"])
gap = answers["mean"][True] - answers["mean"][False], 1.96 * np.hypot(*answers["sem"])
tell("After a long wait {long:.0%} answer, after a short one {short:.0%}: a difference of {gap:±+.0points}.",
     long=answers["mean"][True], short=answers["mean"][False], gap=gap)

# %% [markdown] id="emotion-weights"
# What we know of *all* who were asked, the wait, can put that right: take the mean of each group, and weight it by those
# asked, not by those who answered (**post-stratification**).

# %% id="emotion-weighted"
scores = of_calls.groupby(long_wait)["effort"].agg(["mean", "sem"]).astype(float)
share = long_wait.value_counts(normalize=True).reindex(scores.index)
weighted = (scores["mean"] * share).sum(), 1.96 * np.sqrt(((scores["sem"] * share) ** 2).sum())
tell("Effort of a call as answered: {seen:.2f}; weighted by who was asked: {weighted:±.2f}.",
     seen=felt["effort"]["contact by phone"], weighted=weighted)

# %% [markdown] id="emotion-weights-read"
# It mends only what the wait explains; within a group, the angry may still answer more. And no weight brings in those who
# were not asked. A curve of answers says what is *loud*. What is quiet stands in the log, as steps that do not follow.

# %% [markdown] id="pains"
# ## Three pain points
#
# A **pain point** is a touchpoint that costs customers effort or the company customers. Three candidates: the queue
# (over 10 minutes), the lost session, and the parcel that found nobody at home. For each we compare those who were hit with those
# who did the same and were not. The outcome is the same for all three: how many purchases the person made in the 30 days
# from then on, in any channel. So we take what happened before May, and of each person the first time only: then each row is
# somebody else.

# %% id="pains-groups"
in_app = events[events["channel"] == "app"]
then = in_app.groupby("channel_id")["step"].shift(-1)
door = trail[trail["channel"] == "delivery"].sort_values(["channel_id", "at"], kind="stable")
groups = {
    "phone queue": calls.assign(hit=long),
    "log in again": in_app.assign(hit=then == "log in again").query("step == 'pay'"),
    "missed parcel": door.drop_duplicates("channel_id").assign(hit=lambda rows: rows["step"] == "missed"),
}

# %% [markdown] id="pains-next-read"
# Whether a payment or a parcel was hit is read from the next step of *this* payment, the first try of *this* label. To ask
# whether its journey holds a hit would be a trap: a journey with two parcels holds a missed one more often, and it is that
# of somebody who buys a lot.

# %% id="pains-next"
touches = pd.concat(groups, names=["pain", None]).reset_index("pain")[["pain", "at", "person", "hit"]]
touches = touches[(touches["at"] < "2026-05-01") & (touches["person"] >= 0)].sort_values("at", kind="stable")
touches = touches.drop_duplicates(["pain", "person"]).reset_index(drop=True)
buys = trail.loc[trail["step"] == "paid", ["at", "person"]]
pairs = touches.reset_index().merge(buys, on="person", suffixes=("", "_paid"))
gap = pairs["at_paid"] - pairs["at"]
soon = pairs[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=30))]
touches["purchases"] = soon["index"].value_counts().reindex(touches.index, fill_value=0)

# %% id="pains-effect"
sides = touches.groupby(["pain", "hit"])["purchases"].agg(["mean", "sem"]).unstack().reindex(list(groups))
effect = pd.DataFrame({"purchases": sides["mean"][True] - sides["mean"][False]})
effect["±"] = 1.96 * np.hypot(sides["sem"][True], sides["sem"][False])

# %% id="pains-hits"
hits = {"phone queue": calls[long], "log in again": trail[trail["step"] == "log in again"]}
hits["missed parcel"] = trail[trail["step"] == "missed"]
pains = pd.DataFrame({name: {"hits": len(rows), "people": rows["person"].nunique(),
                             "hours": rows["waited"].sum() / 60} for name, rows in hits.items()}).T
pains.insert(2, "people ±", 1.96 * np.sqrt(pains["people"]))

# %% id="pains-table"
late = door.loc[(door["step"] == "delivered") & (door.groupby("channel_id")["step"].shift() == "missed"), "event_id"]
low_scores = invited["effort"] <= 3
pain_of = {"phone queue": (invited["channel"] == "phone") & (invited["waited"] > 10)}
pain_of |= {"log in again": invited["number"].isin(again), "missed parcel": invited["event_id"].isin(late)}
pains["hard (answers)"] = {name: (low_scores & rows).sum() for name, rows in pain_of.items()}
plots.table(pains, "Who is hit in three months (± of the people: by chance alone; hard: effort 1 to 3)")

# %% id="pains-figure"
drawn = plots.bars(effect["purchases"], error=effect["±"])
plots.show(drawn, "Purchases of those hit, less those of the others", x="purchases a person, in 30 days (95 %)")

# %% id="pains-lost"
lost, lost_half = pains["hits"] * -effect["purchases"], pains["hits"] * effect["±"]
for name in pains.index:
    tell("{name}: {effect:±+.2f} purchases in 30 days; if it is the pain that does it, {lost:±,.0f} in three months.",
         name=name, effect=tuple(effect.loc[name]), lost=(lost[name], lost_half[name]))

# %% [markdown] id="pains-read"
# The order by noise and the order by purchases are not the same. But be careful with the word *cost*. Nobody drew lots for
# who is hit. Who waits long may have called on another day; who was not at home may be a person who is busy; a difference may have been
# there before. For the session it is least likely, if the server does not choose whom it loses; but
# that is an assumption, too. And the difference is smaller than that of the payments above: some who left come back within
# the 30 days. Which difference is caused, and what it is worth to mend it, is 11b's work. Here it tells where to look *first*.

# %% [markdown] id="map"
# ### The journey map
#
# A **journey map** puts it on one page: the steps, what they are meant to do, what is felt, what hurts. Most are drawn from
# memory, on a wall. Ours has a source for each cell, and says where there is none.

# %% id="map-table"
steps = {"pay": "paid online", "delivered": "delivered", "contact": "contact by phone", "solved": "solved"}
drop = {"pay": funnel.loc["pay", "drop-off"], "contact": 1 - calls.loc[
    calls["at"] < "2026-05-25", "number"].isin(trail.loc[trail["step"] == "solved", "number"]).mean()}
board = pd.DataFrame({"effort": felt["effort"].astype(float).reindex(steps.values()).to_numpy()}, list(steps))
board["goes no further"] = pd.Series(drop)
board["pain"] = ["log in again", "missed parcel", "phone queue", ""]
plots.table(board.rename_axis("step"), "A journey map, in figures",
            {"effort": "{:.1f}", "goes no further": "{:.0%}"})

# %% [markdown] id="map-read"
# At "pay" the effort is that of those who got through. The map has its hole exactly where the pain is.

# %% [markdown] id="claim"
# ## Claim check: "customers who use several channels are worth more"
#
# Consultants repeat it (with factors we could not trace to a source), and our data agree: people who paid both online and in the shop
# spend more than those who stayed with one. Does the second channel make them do it?

# %% id="claim-ratio"
buyers = trail[(trail["step"] == "paid") & (trail["person"] >= 0)]
place_paid = np.where(buyers["channel"] == "shop", "shop", "online")
spend = buyers.groupby("person")["amount"].sum()
both = pd.Series(place_paid, buyers["person"]).groupby(level=0).nunique() > 1
ratio = spend[both].mean() / spend[~both].mean()

# %% [markdown] id="claim-luck"
# Make a world in which the channel does nothing: shuffle the channels among all payments. Everybody keeps the number and the
# amount of the purchases.

# %% id="claim-shuffle"
rng = np.random.default_rng(seed)
shuffled = []
for _again in range(50):
    by_lot = pd.Series(rng.permutation(place_paid), buyers["person"]).groupby(level=0).nunique() > 1
    shuffled.append(spend[by_lot].mean() / spend[~by_lot].mean())

# %% id="claim-read"
twice = buyers.groupby("person").size() == 2
pair = spend[twice].groupby(both[twice]).agg(["mean", "sem"])
same, factor = pair["mean"][True] / pair["mean"][False], np.exp(1.96 * np.hypot(*(pair["sem"] / pair["mean"])))
tell("Two channels: {ratio:.1f} times the spend of one. With channels by lot: {luck:.1f} times. Among people with two "
     "purchases: {same:.2f} times ({same_range:.2f}).", ratio=ratio, luck=np.mean(shuffled), same=same,
     same_range=(same / factor, same * factor))

# %% [markdown] id="claim-words"
# Who buys often has more chances to be seen in a second place; who buys once can have one channel only. That alone makes the
# factor. So the claim is true as a count, and says nothing about what a second channel would do. To find that out, a part of the
# one-channel customers would have to be invited to it by lot.

# %% [markdown] id="decision"
# ## The decision: who gets a reminder?
#
# Since March the reminder has been sent by lot: of the carts without a payment by the same id after 24 hours, half get it, with
# a voucher of 60 yuan, valid for 14 days. `cost` is what it cost: the message, and the voucher where it was used. First: who
# had bought elsewhere by then, as far as we can see?

# %% id="decision-before"
test = company.cart_test.merge(events[["event_id", "at", "person"]], on="event_id")
later = test[["event_id", "person", "at", "sent"]].merge(paid[["person", "paid_at"]], on="person")
later = later[later["paid_at"] >= later["at"]]
test["before"] = test["event_id"].isin(later.loc[later["paid_at"] < later["sent"], "event_id"])

# %% id="decision-after"
until = later["sent"] + pd.Timedelta(days=14)
within = later[(later["paid_at"] >= later["sent"]) & (later["paid_at"] < until)]
test["purchases"] = test["event_id"].map(within.groupby("event_id").size()).fillna(0)

# %% [markdown] id="decision-money"
# The money of a cart: the margin of its person's purchases in the 14 days, in any channel, less what the reminder cost. To count
# only *whether* somebody bought would hide a purchase added for those who buy again anyway. (The lot fell on carts; one
# purchase may count for two carts of a person.) The margin is the share of the
# online orders of 2025, of the mean payment.

# %% id="decision-margin"
lines = company.order_lines.merge(company.products[["product_id", "unit_cost"]], on="product_id")
lines = lines[lines["order_id"].isin(orders.loc[orders["channel"] == "online", "order_id"])]
margin = price * (1 - (lines["quantity"] * lines["unit_cost"]).sum() / lines["paid"].sum())
test["net"] = test["purchases"] * margin - test["cost"]

# %% id="decision-arms"
arms = test.groupby(["before", "reminded"])[["purchases", "net"]].agg(["mean", "sem"]).unstack()
gain = pd.DataFrame({"carts": test.groupby("before").size()})
for what in ["purchases", "net"]:
    gain[what] = arms[what, "mean"][True] - arms[what, "mean"][False]
    gain[f"{what} ±"] = 1.96 * np.hypot(arms[what, "sem"][True], arms[what, "sem"][False])

# %% id="decision-table"
shown = gain.rename({True: "had bought elsewhere", False: "no purchase seen"}).rename_axis("cart")
formats = {"purchases": "{:+.2f}", "purchases ±": "{:.2f}", "net": "{:+.1f}", "net ±": "{:.1f}"}
plots.table(shown, "What a reminder adds in 14 days: purchases, and net money ({unit}), a cart", formats, unit=currency)

# %% [markdown] id="decision-read"
# Who has not bought comes back more often, and that pays. After a purchase the voucher is used, too, by the rule of the
# till even for that of yesterday. Whether a reminder adds anything there is open.

# %% id="decision-used"
used = (test["cost"] > 1)[test["reminded"]].groupby(test["before"]).mean()
tell("Of the reminded {bought:.0%} used the voucher where a purchase was seen, {open:.0%} where none was.",
     bought=used[True], open=used[False])

# %% id="decision-apart"
apart = gain.loc[False, "net"] - gain.loc[True, "net"], np.hypot(*gain["net ±"])
tell("The two groups differ by {apart:±+.1f} {unit} a cart.", apart=apart, unit=currency)

# %% id="decision-year"
days = (test["sent"].dt.normalize().max() - test["sent"].dt.normalize().min()).days + 1
per_year = 365 / days
size = gain["carts"] * per_year
worth = pd.DataFrame({"yuan": size * gain["net"], "±": size * gain["net ±"]})
send = worth["yuan"] - worth["±"] > 0
to_all = worth["yuan"].sum(), np.hypot(*worth["±"])
chosen = worth.loc[send, "yuan"].sum(), np.sqrt((worth.loc[send, "±"] ** 2).sum())
better = chosen[0] - to_all[0], np.sqrt((worth.loc[~send, "±"] ** 2).sum())

# %% id="decision-compare"
plans = pd.DataFrame({"to nobody": (0, 0), "to all, as before March": to_all, "by the rule": chosen,
                      "by the rule, more than to all": better}, ["gain", "±"]).T
plots.table(plans.rename_axis("plan"), "Reminders: {unit} a year, at as many carts as in the test", "{:+,.0f}",
            unit=currency)

# %% [markdown] id="decision-words"
# The rule: a group gets the reminder if the interval of its gain is above 0. The two plans share the carts that get a reminder in both;
# so their difference has the interval of the others alone. The next question, a smaller voucher, would take another lot.

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-first"
loudest, quietest = pains["hard (answers)"].astype(int).idxmax(), (lost - lost_half).idxmax()
tell("1. Look first at: {quiet}. {people:,.0f} people in three months; {effect:±+.2f} purchases each in 30 days, as seen "
     "together; if the step does it, {lost:±,.0f} in all. The log shows it; the survey cannot.", quiet=quietest,
     people=pains["people"][quietest], effect=tuple(effect.loc[quietest]), lost=(lost[quietest], lost_half[quietest]))

# %% id="memo-loud"
tell("2. Loudest in the survey: {loud}, {hard:.0f} hard answers, {people:,.0f} people, {hours:,.0f} hours; "
     "{effect:±+.2f} purchases in 30 days. It costs customers time; that it costs purchases is {verdict}.", loud=loudest,
     hard=pains["hard (answers)"][loudest], people=pains["people"][loudest], hours=pains["hours"][loudest],
     effect=tuple(effect.loc[loudest]), verdict="seen" if effect.loc[loudest].sum() < 0 else "not shown")

# %% id="memo-third"
tell("3. Missed parcels: {people:,.0f} people, {hours:,.0f} hours of waiting, {effect:±+.2f} purchases in 30 days: "
     "{verdict}.",
     people=pains["people"]["missed parcel"], hours=pains["hours"]["missed parcel"],
     effect=tuple(effect.loc["missed parcel"]),
     verdict="look second" if effect.loc["missed parcel"].sum() < 0 else "open")

# %% id="memo-reminder"
tell("4. Reminders: {verdict}. That brings {chosen:±+,.0f} {unit} a year more than to nobody, and {better:±+,.0f} more than "
     "to all: {sure}. Only where the customer agreed to both, messages and joining (8a).", better=better, chosen=chosen,
     unit=currency,
     sure="shown" if better[0] > better[1] else "open, and the cheaper way meanwhile",
     verdict={(False, False): "to nobody", (True, False): "only to carts with no purchase seen in any channel",
              (True, True): "to all", (False, True): "only after a purchase"}[(send[False], send[True])])

# %% id="memo-figures"
tell("5. Figures: no cart is called left before the person has been looked up in all channels; {share:.0%} "
     "({interval:.0%}) of those reported were not.", share=not_left / left.sum(), interval=(low_left, high_left))

# %% id="memo-evidence"
quiet_range = tuple(effect.loc[quietest, "purchases"] + effect.loc[quietest, "±"] * np.array([-1, 1]))
crm.evidence(
    ("purchases in 30 days of those hit, first step", "{quiet:+.2f}", "{quiet_range:+.2f}", "pains-effect",
     "seen together: nobody drew lots"),
    ("people hit by it", "{people:,.0f}", "{people_range:,.0f}", "pains-hits", "ids not joined count twice"),
    ("carts that look left and are not", "{share:.0%}", "{interval:.0%}", "wrong-by-read",
     "a floor: purchases without a card are not seen"),
    ("reminders by the rule, more than to all, yuan a year", "{better:+,.0f}", "{better_range:+,.0f}", "decision-year",
     "carts and customers as in the test, agreed or not; carts of one person do not influence each other"),
    ("by the rule, more than to nobody, yuan a year", "{chosen:+,.0f}", "{chosen_range:+,.0f}", "decision-year",
     "a purchase added is as large as the mean; chosen on the same test: expect less"),
    quiet=effect["purchases"][quietest], quiet_range=quiet_range, people=pains["people"][quietest],
    people_range=tuple(pains["people"][quietest] + pains["people ±"][quietest] * np.array([-1, 1])), share=not_left / left.sum(), interval=(low_left, high_left), better=better[0], chosen=chosen[0],
    better_range=(better[0] - better[1], better[0] + better[1]),
    chosen_range=(chosen[0] - chosen[1], chosen[0] + chosen[1]),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows whose each id is. Of all pairs of ids of one person, how many were joined (recall); of the joined pairs,
# how many are right (precision)?

# %% id="truth-pairs"
owner = company.truth.channel_ids["customer_id"].reindex(ids["channel_id"]).to_numpy()
judgement = {}
for way in ways:
    sizes = [ids.groupby(by).size() for by in (way, owner, [ids[way], owner])]
    made, there, right = ((one * (one - 1) / 2).sum() for one in sizes)
    judgement[way] = {"precision": right / made, "recall": right / there}
judgement = pd.DataFrame(judgement).T
plots.table(judgement.rename_axis("way"), "Three ways to join ids, by the truth", "{:.1%}")

# %% id="truth-carts"
truth = company.truth.cart_test
seen_before = test.set_index("event_id")["before"].reindex(truth.index)
tell("People: {true:,}, where we counted {counted:,}. Of the carts in the test {really:.0%} had bought before the "
     "reminder; we saw {seen:.0%}.", true=pd.Series(owner).nunique(), counted=ids["person"].nunique(),
     really=truth["bought"].mean(), seen=seen_before.mean())

# %% id="truth-pains"
pain_truth = company.truth.pain_points
shown = pain_truth[["hits", "customers", "lost_purchases"]].assign(estimated=lost, lost_margin=pain_truth["lost_margin"])
plots.table(shown, "The three pain points, by the truth (lost margin: yuan in three months; estimated: purchases)")

# %% id="truth-judged"
chosen_carts = seen_before.map(send).astype(bool)
judged = {"action": truth.loc[chosen_carts.to_numpy(), "gain"].sum() * per_year}
judged |= {"baseline": truth["gain"].sum() * per_year, "open": bool(better[0] <= better[1])}
best = truth["gain"].where(~truth["bought"], 0).sum() * per_year
tell("Reminders by the rule truly bring {action:,.0f} {unit} a year, to all {baseline:,.0f}; who knew every purchase would "
     "get {best:,.0f}.", action=judged["action"], baseline=judged["baseline"], best=best, unit=currency)

# %% [markdown] id="truth-words"
# The quiet step costs most, the loud one hardly anything in purchases; but thousands of minutes in a queue are a cost to
# customers all the same, and a company may mend it for that. What we could not see, purchases without a card, still gets
# its voucher. And the truth counts to the end of the log, where we followed people for 30 days: what a missed parcel costs
# later, we do not see.

# %% [markdown] id="recap"
# ## Recap
#
# - The customer is in one journey; each channel sees a piece and calls the rest a loss.
# - Join ids by weighed evidence, check with what cannot be, and say what stays unseen.
# - Compare rules on the same carts by the carts on which they differ.
# - A survey after a touchpoint hears who got through and who is angry; the quiet pain stands in the log.
# - Hit against not hit says where to look first; a lot says what it costs.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-left"
crm.quiz(
    "By the id, 60 % of the carts are left; by the person, 45 %. What is the interval of the difference made of?",
    ("Of the carts that are left by the one rule only, as a share of all.", True, "Both rules look at the same carts."),
    ("Of two separate samples: the errors are added in squares.", False, "No cart is in one sample only."),
    ("Of whether the two intervals overlap.", False, "Overlap of intervals decides nothing."),
)

# %% id="quiz-quiet"
crm.quiz(
    "A step has no complaints and the best effort score of all. May it be a pain point?",
    ("Yes: who leaves there is not asked.", True, "Look at what does not follow in the log."),
    ("No: effort measures just that.", False, "Only of those who got through, and answered."),
    ("Only if the survey is too small.", False, "A larger survey asks the same people."),
)

# %% id="quiz-channels"
crm.quiz(
    "Customers with two channels spend twice as much. What would the second channel bring to a customer who has one?",
    ("The figure does not say.", True, "Who buys more often is seen in more places."),
    ("As much again.", False, "That takes the count for an effect."),
    ("Half as much again, to be careful.", False, "A guess between two wrong numbers is no estimate."),
)

# %% id="quiz-reminder"
crm.quiz(
    "A reminder with a voucher goes to customers who have just bought in the shop. What does it cost?",
    ("The message, and a voucher for a purchase that was made.", True, "And what it adds is little, or nobody can see it."),
    ("Only the message: nobody has a reason to use it.", False, "The next purchase, or the last, is reason enough."),
    ("Nothing: it keeps them loyal.", False, "Loyalty would have to show as purchases."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/11a_journeys.ipynb) gives you a log of your own. [Chapter 11b](11b_what_to_mend.ipynb) puts a
# price on each pain point, asks how sure the ranking is, and whether mending helped.
#
# *Your own data:* a log with a time, an id, a channel and a step is enough for all of "Journeys from events". Begin with one
# channel, ask Feng Lan what may be joined, and count first how many rows have no id at all.
#
# ### References
#
# - Lemon, K. N. & Verhoef, P. C. (2016). Understanding customer experience throughout the customer journey. *Journal of
#   Marketing* 80(6), 69–96.
# - Linacre, R., Lindsay, S., Manassis, T., Slade, Z., Hepworth, T., Kennedy, R. & Bond, A. (2022). Splink: free software for probabilistic record
#   linkage at scale. *International Journal of Population Data Science* 7(3).
# - Verhoef, P. C., Kannan, P. K. & Inman, J. J. (2015). From multi-channel retailing to omni-channel retailing. *Journal of
#   Retailing* 91(2), 174–181.
