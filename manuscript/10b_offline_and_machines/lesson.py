# %% [markdown] id="title"
# # 10b · Without a network, and by use
#
# ### The question
#
# Ma Jun's sales people tried the app in October and November, in basements, on trains and in valleys without a
# network. Two of them now miss notes that they are sure they wrote, and a customer who had said no was written to.
# By Friday Ma Jun has to say how the app keeps what was done offline. Tang Mei, head of service, has a second
# question. 600 coffee machines report how much they are used, yet customers are reminded of the service by the
# calendar. When should a reminder go out in 2026, and is that worth the trouble?

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. choose the kind of an app by what it must do, and say how firm the choice is;
# 2. say what whole records, single fields and an event log lose when people work offline, and count it;
# 3. put edits in order though clocks are wrong, and find those that a person has to decide;
# 4. read wear from machines, on the right clock, with lives that have not ended;
# 5. set the limit of a reminder by cost, and compare it with the calendar and with nobody.
#
# *You need* censored lives and Kaplan–Meier from [chapter 5b](05b_churn.ipynb), must-haves from
# [chapter 7a](07a_choosing_a_system.ipynb) and the consents of [chapter 8a](08a_from_view_to_action.ipynb).
# *Time:* about {{minutes}} minutes to read and run. *Not here:* visits and push (10a); how to write an app.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
reminder = 2  # yuan, to send one
service = 260  # yuan, a planned service: journey, work, parts
breakdown = 1_400  # yuan: repair at once, a machine lent, coffee not sold
lead_days = 14  # from a reminder to its service
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed)
today = pd.Timestamp("2025-12-31")
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-censored"
broken = company.machine_events.query("event == 'breakdown'").drop_duplicates("machine_id")
share_broken, mean_first = broken["machine_id"].nunique() / len(company.machines), broken["cups"].mean()
tell("{share:.0%} of the machines have had a breakdown; their first came after {cups:,.0f} cups on "
     "average.", share=share_broken, cups=mean_first)

# %% id="recall-censored-quiz"
crm.quiz(
    "How long does a machine run until its first breakdown?",
    ("Longer than {cups:,.0f} cups on average.", True, "The others are censored: they run on."),
    ("{cups:,.0f} cups on average.", False, "That leaves out all that have not broken down yet."),
    ("{less:,.0f} cups on average.", False, "The share that broke down does not scale a life."),
    cups=mean_first, less=mean_first * share_broken,
)

# %% id="recall-must-quiz"
crm.quiz(
    "An offer has the highest score and lacks a must-have. What do you do?",
    ("Leave it out before anybody scores.", True, "Nothing makes up for a must-have (chapter 7a)."),
    ("Take a point off for it.", False, "Then it would be a weight, and could be outweighed."),
    ("Negotiate about it after signing.", False, "After signing, nobody has to give it to you."),
)

# %% [markdown] id="edits"
# ## What a device does not know
#
# One row of `app_edits` is one *edit*: somebody changed one field of one account's record. Thirty devices made
# them: `A01` to `A24` belong to sellers on the road, `D01` to `D06` stand in the office and are always connected. An
# edit does one of three things: *set* a value (phone, next visit, whether messages are welcome), *add* a number (packs
# of samples handed out, or taken back), *append* a note. Each row has four times: `device_time`, when it was made by
# the clock of the device; `sent`, that clock when the edit was sent; `uploaded`, the server's clock when it arrived; and `seen`,
# when the device had been connected before, by the server's clock. What others did after `seen`, the seller could not know.

# %% id="edits-look"
edits = company.app_edits.astype({"field": "str", "action": "str"})
columns = ["device", "field", "action", "value", "device_time", "uploaded", "seen"]
times = dict.fromkeys(columns[4:], "{:%m-%d %H:%M}")
some = edits[edits["device"] == edits["device"].min()].set_index("edit_id").iloc[20:24]
plots.table(some[columns], "Four rows of one device", times)

# %% [markdown] id="edits-words"
# How long did edits wait? `sent` and `device_time` come from one clock, so their difference is right even where the
# clock is wrong (unless somebody set it in between). And `sent` less `uploaded` says how wrong it is: one moment, read on two clocks.

# %% id="edits-wait"
on_road = edits[edits["device"].str.startswith("A")].drop_duplicates("edit_id")
waited = (on_road["sent"] - on_road["device_time"]) / pd.Timedelta(hours=1)
ahead = ((on_road["sent"] - on_road["uploaded"]) / pd.Timedelta(hours=1)).groupby(on_road["device"])
clocks = ahead.agg(["median", "min", "max"])

# %% id="edits-clocks"
apart = crm.steady(clocks["max"] - clocks["min"]).sort_values(kind="stable").index[-3:]
plots.table(clocks.loc[apart], "The three least steady clocks: hours ahead, over all uploads", "{:+.1f}")

# %% id="edits-read"
off = (clocks.abs().max(axis=1) > 1).sum()
tell("{share:.0%} of the edits made on the road waited more than an hour for a network, the longest "
     "{days:.1f} days. {off} of {all} clocks were more than an hour off.", share=(waited > 1).mean(),
     days=waited.max() / 24, off=off, all=len(clocks))

# %% [markdown] id="edits-clock-words"
# Clocks set by the network are right to the second. Others were set by hand, to a wrong day or the hour of another
# place. These three were put right during the trial.

# %% [markdown] id="kinds"
# ## Native, web or hybrid?
#
# A **native app** is written for one system of telephones, and can use all of it. A **responsive web app** is a page that
# fits itself to any screen; nothing is installed. A **hybrid app** is a web page in a native shell: one code, most of
# the device. First the must-haves (7a): no edit may be lost if a device is without a network for as long as above. A
# page can store edits too, but the browser owns that store: Safari deletes it after seven days of using the browser without
# the page (Wilander, 2020). So a page has to be put on the home screen, at least, and we ask for that in writing.
# What is left is weighed. The points of Chen Bo (IT), 1 to 10, are his judgement, so the question is what they hang on.

# %% id="kinds-scores"
criteria = ["offline", "camera", "push", "cost to build", "cost to keep"]
weights = pd.Series([0.30, 0.10, 0.15, 0.25, 0.20], criteria)
points_given = {"native": [10, 10, 10, 3, 3], "web": [4, 5, 5, 10, 9], "hybrid": [8, 8, 9, 6, 6]}
options = pd.DataFrame(points_given, criteria).T
plots.table(options.assign(score=options @ weights), "Points (1 to 10) and weighted score", {"score": "{:.2f}"})

# %% [markdown] id="kinds-flip"
# Chapter 7a drew all weights at random. Here one weight is in dispute, that of *offline*. Move it from 0 to 1, let the
# others shrink in proportion, and see where the order flips.

# %% id="kinds-weight"
offline = np.linspace(0, 1, 101)
rest = options.drop(columns="offline") @ weights.drop("offline") / weights.drop("offline").sum()
totals = np.outer(offline, options["offline"]) + np.outer(1 - offline, rest)
totals = pd.DataFrame(crm.steady(totals), offline, options.index)

# %% id="kinds-figure"
ax = totals.plot(style=["-", "--", ":"], figsize=(7.5, 3.8))
ax.axvline(weights["offline"], color="0.4", lw=1)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(ax, "What the weight of working offline decides", x="weight of offline (line: the team's)", y="score",
           alt="Three lines: the score of each kind of app by the weight of working offline.")

# %% id="kinds-read"
first = totals.idxmax(axis=1)
flips = [f"{name} {offline[first == name].min():.0%}–{offline[first == name].max():.0%}" for name in first.unique()]
tell("Highest score by the weight of offline: {flips}; the team's is {weight:.0%}.", flips=", ".join(flips), weight=weights["offline"])

# %% [markdown] id="kinds-words"
# Whoever sets that weight chooses the app, as in 7a. But the trial has measured the need. A team that always has a
# network is served by a page, and cheaper. The hard part is the same: what happens when the edits arrive?

# %% [markdown] id="record"
# ## Whole records: the last writer wins
#
# The simplest app keeps a copy of each record. Who changes something sends the *whole* record, and the server puts it
# in place of its own: **last writer wins**. Look at one account: what arrived, and what the server then held.

# %% id="record-one"
edit_log = crm.merge_logs(edits)
whole = crm.replay_uploads(edits)
notes = edit_log.query("field == 'note'").groupby("customer_id").size()
sizes = edits.groupby("customer_id").size()[notes.index[notes > whole["note"].reindex(notes.index)]]
who = sizes[sizes >= 6].sort_values(kind="stable").index[0]

# %% id="record-shown"
shown = edits[edits["customer_id"] == who].set_index("edit_id")[columns[1:]]
plots.table(shown, "All edits of {who}, in the order in which they arrived", times, who=who)

# %% id="record-held"
plots.table(whole.loc[[who]], "What the server holds in the end, whole records (note: how many; samples: packs)")

# %% id="record-read"
tell("{who}: notes written {all}, left {kept:.0f}.", who=who, all=notes[who], kept=whole.loc[who, "note"])

# %% [markdown] id="record-words"
# A device that had not seen a colleague's note sent its own copy of the record, without it. Compare the other cells with the
# last edit of their field, too.
# This is a **lost update**: the work is gone, without an error. Would the clock help? Let the server take a record only
# where it is *newer*, by the clock of the device.

# %% id="record-count"
ways = {"whole record, last to arrive": whole}
ways["whole record, by clock"] = crm.replay_uploads(edits, clock="device_time")
ways["single fields, last to arrive"] = crm.replay_uploads(edits, "field")
ways["single fields, by clock"] = crm.replay_uploads(edits, "field", clock="device_time")
kept_notes = pd.DataFrame({name: state["note"] for name, state in ways.items()})

# %% id="record-lost"
written = notes.reindex(kept_notes.index, fill_value=0)
gone = -kept_notes.sub(written, axis=0)
lost = pd.DataFrame({"notes lost": gone.sum(), "±": 1.96 * gone.sem() * len(gone)})
lost["share"] = lost["notes lost"] / written.sum()
plots.table(lost.rename_axis("way"), "Notes lost of {all} in two months", {"share": "{:.0%}"}, all=written.sum())

# %% id="record-clock-read"
by_clock = gone["whole record, by clock"] - gone["whole record, last to arrive"]
tell("By the clock, {more:±+,.0f} notes more are lost than by arrival (accounts to come of the same kind).",
     more=(by_clock.sum(), 1.96 * by_clock.sem() * len(by_clock)))

# %% [markdown] id="field"
# ## Single fields
#
# **Per-field merge** sends only the fields that were changed. Two people who change *different* fields no longer
# hurt each other. The same field is another matter: a box of notes is one field, and so is a count of packs. Whoever
# adds 3 to the 4 on the screen sends 7; a colleague who adds 2 to the same 4 sends 6; and 6 it stays, where 9 packs are
# gone from the car. No way to compare times repairs that, for both are right.

# %% [markdown] id="log"
# ## An event log
#
# So do not send what the field *is*, send what was *done*: "+3 packs", "note: asks for decaf". The server appends each
# edit to an **event log** and never overwrites; the record is read from the log. Numbers are added up, notes stand
# below each other, and of values the last one counts. Each edit has a number that nobody else gives (device and
# count), so what arrives twice counts once.

# %% id="log-twice"
twice = len(edits) - len(edit_log)
packs = edits[edits["action"] == "add"]
once = packs.drop_duplicates("edit_id")["value"].astype(float).sum()
tell("{twice} edits arrived twice, because a receipt was lost. Counted as they came, the packs add up to "
     "{naive:,.0f}; each once, to {once:,.0f}.", twice=twice, naive=packs["value"].astype(float).sum(), once=once)

# %% [markdown] id="log-promise"
# What does such a log promise? Merging is the same in any order (it *commutes*), in any grouping (it is *associative*),
# and again changes nothing (it is *idempotent*). Try it: shuffle all that arrived, split it, and merge the parts in the wrong order, one of them twice.

# %% id="log-shuffled"
shuffled = edits.sample(frac=1, random_state=seed)
part, other = shuffled.iloc[::2], shuffled.iloc[1::2]
tell("The same log after shuffling, splitting and repeating: {same}.",
     same="yes" if crm.merge_logs(other, part, other).equals(edit_log) else "no")

# %% [markdown] id="log-words"
# One try proves little; the tests of this course try thousands of random devices, clocks and orders, and none loses an
# edit, since a set that only grows cannot lose (Shapiro and others, 2011). What a log costs: it grows, and somebody who wants to be forgotten has to be taken out of it on purpose.

# %% [markdown] id="last"
# ## Which edit was the last?
#
# A log loses nothing, but for a *value* it has to say which edit was last, and clocks are wrong. We know by how much
# each clock was off when it sent: so **clock correction** takes that off. Was it right? In the trial a lot drew
# accounts for which a journal was kept, with the time of the telephone network: there we know what was truly last.

# %% id="last-states"
edit_log["corrected"] = edit_log["device_time"] + (edit_log["uploaded"] - edit_log["sent"])
edits["corrected"] = edits["device_time"] + (edits["uploaded"] - edits["sent"])
ways["single fields, clock corrected"] = crm.replay_uploads(edits, "field", clock="corrected")
ways["event log, by clock"] = crm.current_state(edit_log, "device_time")
ways["event log, clock corrected"] = crm.current_state(edit_log, "corrected")
made = company.app_journal.set_index("edit_id")["made"]
known = edit_log.assign(made=edit_log["edit_id"].map(made)).dropna(subset=["made"])
true = crm.current_state(known, "made")

# %% id="last-wrong"
kinds = {"phone, visit, consent": ["phone", "next_visit", "messages"], "notes": ["note"], "samples": ["samples"]}
wrong = {}
for name, state in ways.items():
    differs = state.loc[true.index].ne(true) & (state.loc[true.index].notna() | true.notna())
    wrong[name] = pd.DataFrame({kind: differs[fields].any(axis=1) for kind, fields in kinds.items()}).astype(float)

# %% id="last-figure"
shares = pd.DataFrame({name: one.mean() for name, one in wrong.items()}).T
halves = 1.96 * pd.DataFrame({name: one.sem() for name, one in wrong.items()}).T
drawn = plots.bars(shares, error=halves.T)
plots.show(drawn, "Records that are wrong in the end, by way and kind of field", percent="x",
           x="share of {n} accounts with a journal (95 % interval; no bar: none)", n=len(true))

# %% id="last-read"
from scipy.stats import beta

by_clocks, corrected = (wrong[name]["phone, visit, consent"] for name in ("event log, by clock", "event log, clock corrected"))
gain = (corrected - by_clocks).mean(), 1.96 * (corrected - by_clocks).sem()
still = int(corrected.sum())
tell("By a log with the devices' clocks {clock:.1%} of the records have a wrong phone, visit or consent; correcting the "
     "clocks changes that by {gain:±+.1points}. Then {still} of {n} are wrong, which may be up to {most:.1%} (exact 95 %).",
     clock=by_clocks.mean(), gain=gain, still=still, n=len(true), most=beta.ppf(0.975, still + 1, len(true) - still))

# %% [markdown] id="last-words"
# For notes and packs only the log is right, and it needs no clock at all. For values the
# clock decides, not the way of keeping: single fields with the corrected clock do as well as the log. What correction cannot do: if a clock was
# set right *between* making and sending, the difference at sending is that of another clock.

# %% [markdown] id="conflict"
# ### What a person has to decide
#
# "Last" is not always right either. If the office entered one number at 10:00 and a seller in a basement another at
# 10:20, neither had seen the other. Two edits are **concurrent** if neither device had seen the other's; and they are a
# *conflict* if they set the same field to different values. No device's clock is needed to say so: an order of events is enough
# (Lamport, 1978), and here the server gives it.

# %% id="conflict-pairs"
values = edit_log[edit_log["action"] == "set"]
both = values.merge(values, on=["customer_id", "field"], suffixes=("", "_b"))
pairs = both.query("device < device_b")
unseen = (pairs["uploaded"] > pairs["seen_b"]) & (pairs["uploaded_b"] > pairs["seen"])
conflicts = pairs[unseen & (pairs["value"] != pairs["value_b"])]
a_week = conflicts.groupby("field")[["customer_id"]].nunique() / 8.7
ask = a_week.drop("messages").sum().item()

# %% id="conflict-read"
tell("Accounts in which a conflict arises, a week: {phone:.0f} telephone numbers, {next_visit:.0f} visits, {messages:.0f} "
     "consents.", **a_week["customer_id"])

# %% id="conflict-open"
knew = (both["uploaded"] <= both["seen_b"]) | ((both["device"] == both["device_b"]) & (both["edit_id"] < both["edit_id_b"]))
settled = both.loc[knew, "edit_id"]  # somebody who knew this edit set the field again
left = conflicts[~(conflicts["edit_id"].isin(settled) | conflicts["edit_id_b"].isin(settled))]
tell("Many are settled later, by somebody who knew both. At the end open: {phone} telephone numbers, {next_visit} visits, "
     "{messages} consents.", **left.groupby("field")["customer_id"].nunique())

# %% [markdown] id="conflict-consent"
# Few enough to ask: show both numbers to the seller of the account, who decides in seconds. Not so for consents: there the wrong guess has a victim. The careful rule: a yes counts only if its writer had
# *seen* every no. What does that cost?

# %% id="conflict-careful"
said = values[values["field"] == "messages"].sort_values(["corrected", "edit_id"])
last = said.drop_duplicates("customer_id", keep="last").query("value == 'yes'")
noes = last.merge(said[said["value"] == "no"], on="customer_id", suffixes=("", "_no"))
not_seen = (noes["uploaded_no"] > noes["seen"]) & (noes["device_no"] != noes["device"])
in_doubt = noes.loc[not_seen, "customer_id"]
doubtful = in_doubt.nunique()

# %% id="conflict-careful-read"
said_no = true.index[true["messages"] == "no"]
undone = {name: (state.loc[said_no, "messages"] == "yes").sum() for name, state in ways.items()}
careful = (said_no.isin(last["customer_id"]) & ~said_no.isin(in_doubt)).sum()
tell("Of {no} accounts with a journal that said no in the end, whole records would write to {whole}, a log by the "
     "clock to {clock}, the careful rule to {careful}. By it {doubtful} of all {yes} that say yes are asked again.",
     no=len(said_no), careful=careful,
     whole=undone["whole record, last to arrive"], doubtful=doubtful, clock=undone["event log, by clock"], yes=len(last))

# %% [markdown] id="conflict-words"
# So there is a best strategy for each kind of field: add numbers, keep all lines, take the last value by the corrected
# clock and ask where two did not see each other, and let a no win over every yes that had not seen it. A small firm whose people sit
# in one office needs none of this: there single fields are enough.

# %% [markdown] id="machines"
# ## Machines that tell how they are used
#
# Now Tang Mei's machines, a small *internet of things* (**IoT**): things that measure and report. Each Sunday a machine
# reports two counters, cups made and hours switched on. Firms are reminded of a service half a year after the last,
# homes after a year; a breakdown is repaired at once, and after either the machine is as good as new. At an event the
# technician reads the counters.

# %% id="machines-tables"
machines = company.machines.set_index("machine_id").astype({"site": "str"})
happened = company.machine_events.astype({"event": "str"})
reports = company.machine_reports
caption = "Three events; counters in cups, and in hours switched on"
plots.table(happened.tail(3).set_index("machine_id"), caption)

# %% [markdown] id="machines-words"
# Not every reminder leads to a service. Those after which the machine broke down before anybody could come say nothing
# about that; they are left out.

# %% id="machines-read"
happened = happened.sort_values(["machine_id", "date"])
after = happened.groupby("machine_id")[["event", "date"]].shift(-1).add_prefix("next_")
asked = happened.join(after).query("event == 'reminder' and date < '2025-11-01'")
too_late = (asked["next_event"] == "breakdown") & (asked["next_date"] - asked["date"] <= pd.Timedelta(days=30))
asked = asked[~too_late]
followed = (asked["next_event"] == "service").mean()

# %% id="machines-followed"
tell("{machines} machines, {services} services, {breakdowns} breakdowns in three years. Where none came in "
     "between, {share:.0%} of the reminders led to a service.", machines=len(machines), share=followed,
     services=(happened["event"] == "service").sum(), breakdowns=(happened["event"] == "breakdown").sum())

# %% [markdown] id="lives"
# One row of our table of *lives* goes from a service (or the installation) to the next service or breakdown, or to the
# last report. A life that ended by a service, or runs on, is censored: it would have lasted *longer*. A machine
# without a network is silent, and its last report is old: its life is known up to there. Who writes 0 cups for a silent week
# makes a tired machine look young; the counter, like the event log, catches up by itself.

# %% id="lives-make"
ends = happened[happened["event"] != "reminder"].assign(broke=lambda rows: rows["event"] == "breakdown")
lives = pd.concat([ends, reports.drop_duplicates("machine_id", keep="last").assign(broke=False)])
lives = lives.sort_values(["machine_id", "cups", "date"]).fillna({"event": "running"})
before = lives.groupby("machine_id")[["cups", "hours", "date"]].shift()
before["date"] = before["date"].fillna(lives["machine_id"].map(machines["installed"]))

# %% id="lives-use"
lives["use"] = lives["cups"] - before["cups"].fillna(0)
lives["on"] = lives["hours"] - before["hours"].fillna(0)
lives["days"] = (lives["date"] - before["date"]).dt.days
lives = lives[(lives[["use", "on", "days"]] > 0).all(axis=1)].join(machines, on="machine_id")
plots.table(pd.crosstab(lives["site"], lives["event"]), "Lives by how they ended")

# %% id="lives-read"
tell("{count:,} lives; {censored:.0%} of them are censored.", count=len(lives), censored=1 - lives["broke"].mean())

# %% [markdown] id="clock"
# ## Which clock shows the wear?
#
# A life can be measured in days, in hours switched on, or in cups. If parts wear, the *hazard* (the chance to break next, given that it
# has not yet) rises. The **Weibull distribution** says how fast, by its *shape* $k$: with $S(u)$ the share that reaches the use $u$,
#
# $$S(u) = e^{-(u/\lambda)^k}, \qquad \text{hazard}(u) = \frac{k}{\lambda}\left(\frac{u}{\lambda}\right)^{k-1}$$
#
# With $k = 1$ the hazard is constant: a machine is never old, and a service before the breakdown is wasted. Above 1 it
# wears. $\lambda$ is the use that 37 % reach. `crm.churn.fit_weibull` finds both by maximum likelihood, censored lives included.

# %% id="clock-fits"
fits = {}
for name in ("days", "on", "use"):
    sites = {site: crm.churn.fit_weibull(one[name], one["broke"]) for site, one in lives.groupby("site")}
    shapes = {f"shape {site}": shape for site, (shape, _scale) in sites.items()}
    median = {f"median {site}": scale * np.log(2) ** (1 / shape) for site, (shape, scale) in sites.items()}
    fits[name] = {"shape": crm.churn.fit_weibull(lives[name], lives["broke"])[0], **shapes, **median}

# %% id="clock-table"
clock_table = pd.DataFrame(fits).T.rename(index={"on": "hours switched on", "use": "cups"})
clock_table["home ÷ firm"] = clock_table["median home"] / clock_table["median firm"]
plots.table(clock_table.rename_axis("clock"), "Weibull shape, all machines and by site; median life by site",
            {"shape": "{:.2f}", "shape firm": "{:.2f}", "shape home": "{:.2f}", "home ÷ firm": "{:.1f}"})

# %% id="clock-read"
tell("By days all machines together have shape {days:.2f}: as if nothing wore, though at each kind of site it does. By "
     "cups {cups:.2f}. A machine at home lasts {apart:.1f} times as long as one in a firm by days, {near:.1f} times by cups.",
     days=clock_table.loc["days", "shape"], cups=clock_table.loc["cups", "shape"],
     apart=clock_table.loc["days", "home ÷ firm"], near=clock_table.loc["cups", "home ÷ firm"])

# %% [markdown] id="clock-words"
# The calendar mixes machines that make five cups a day with those that make fifty. A mixture of fast and slow looks like
# luck: the fast break early, and what is left over is slow. On the clock that *causes* the wear, firms and homes
# are nearly alike (homes have had few breakdowns, so theirs is a rough guess). Hours switched on are no better than days: a machine
# that stands idle does not wear. So ask of each survival curve: on which clock? Days since the last order were such a choice, too (chapter 5b).

# %% id="clock-fit"
from statsmodels.duration.survfunc import SurvfuncRight

shape, scale = crm.churn.fit_weibull(lives["use"], lives["broke"])
cups = np.arange(0, 14_001, 100)

# %% id="clock-figure"
ax = pd.Series(np.exp(-((cups / scale) ** shape)), cups).plot(color="0.3", style=":", xlim=(0, 14_000), label="Weibull, all")
for site, one in lives.groupby("site"):
    curve = SurvfuncRight(one["use"], one["broke"].astype(int))
    enough = curve.n_risk >= 20
    ax.step(curve.surv_times[enough], curve.surv_prob[enough], where="post", label=f"Kaplan–Meier, {site}")
ax.legend()
plots.show(ax, "Share of lives without a breakdown, by cups since the last service", percent="y",
           x="cups since the last service", y="not broken down",
           alt="Two Kaplan–Meier curves, firms and homes, and the fitted Weibull curve, close to each other.")

# %% [markdown] id="checked"
# ### Checked on what the fit has not seen
#
# Fit with what was known on 30 June, then count. A machine with the use $u_0$ on that day and $u_1$ at the end of its life, or of the
# year, is expected to break down $(u_1/\lambda)^k - (u_0/\lambda)^k$ times in between. Add up, and compare. (`begun`: the counter when the life began;
# so the report before 30 June less `begun` is the use on that day.)

# %% id="checked-split"
split = pd.Timestamp("2025-06-30")
at_split = reports[reports["date"] <= split].groupby("machine_id")["cups"].last()
open_then = (lives["date"] > split) & (lives["date"] - pd.to_timedelta(lives["days"], "D") <= split)
begun = lives["machine_id"].map(at_split) - (lives["cups"] - lives["use"])
use_then = begun.where(open_then, 0).fillna(0).clip(lower=0)

# %% id="checked-fit"
past = (lives["date"] <= split) | (use_then > 0)
seen_use = lives["use"].where(lives["date"] <= split, use_then)
k_then, scale_then = crm.churn.fit_weibull(seen_use[past], (lives["broke"] & (lives["date"] <= split))[past])
later = lives["date"] > split
expected = (((lives["use"] / scale_then) ** k_then) - (use_then / scale_then) ** k_then)[later].sum()

# %% id="checked-read"
tell("Expected for July to December: {expected:±,.0f} breakdowns, the luck of the half-year alone; there were {seen}.",
     expected=(expected, 1.96 * expected**0.5), seen=(lives["broke"] & later).sum())

# %% [markdown] id="checked-words"
# A count far outside says that something changed, or that the model is wrong. That the fit is not sure comes on top.

# %% [markdown] id="cost"
# ## The limit, by cost
#
# A reminder goes out so that the service falls on the limit of $\tau$ cups. The share $p$ of the owners follow it; the
# others run on to the breakdown. With $L(\tau) = \int_0^\tau S(u)\,du$, the cups made until the limit on average, and with $c_r$, $c_s$, $c_b$
# for a reminder, a service and a breakdown, a cup costs in the long run
#
# $$\frac{S(\tau)\,(c_r + p\,c_s) + \bigl(1 - p\,S(\tau)\bigr)\,c_b}{p\,L(\tau) + (1-p)\,L(\infty)}$$
#
# what a life costs, over how long it is. With $p = 1$ this is the **age replacement** of Barlow and Hunter (1960), here by use.
# `crm.churn.wear_rates` counts the three per cup.

# %% id="cost-curve"
prices = np.array([reminder, service, breakdown])
grid = np.arange(1_000, 15_001, 50)
per_cup = crm.churn.wear_rates(grid, shape, scale, followed) @ prices
limit = int(grid[crm.steady(per_cup).argmin()])

# %% [markdown] id="cost-draws"
# How sure is that? Draw the *machines* anew, with replacement: the lives of one machine belong together. Fit each draw,
# and the share that follows reminders with it.

# %% id="cost-drawn"
drawn = rng.multinomial(len(machines), np.full(len(machines), 1 / len(machines)), 200)
place = machines.index.get_indexer(lives["machine_id"])
one_fit = [crm.churn.fit_weibull(lives["use"], lives["broke"], counts[place]) for counts in drawn]
follow = rng.binomial(len(asked), followed, len(drawn)) / len(asked)
curves = [1_000 * crm.churn.wear_rates(grid, *fit, share) @ prices for fit, share in zip(one_fit, follow, strict=True)]

# %% id="cost-figure"
never = 1_000 * (crm.churn.wear_rates(np.inf, shape, scale) @ prices)[0]
ax = (1_000 * pd.Series(per_cup.to_numpy(), grid)).plot(figsize=(7.5, 4), label="reminder (band: 95 %)")
ax.fill_between(grid, *np.quantile(curves, [0.025, 0.975], axis=0), alpha=0.2)
ax.axhline(never, color="0.4", ls="--", label="no reminder")
ax.legend()
plots.show(ax, "Cost of 1,000 cups by the limit of the reminder", x="limit, cups since the last service",
           y="yuan per 1,000 cups", alt="U-shaped curve of cost by limit, with a band; a line for no reminder.")

# %% id="cost-read"
best_limits = grid[crm.steady(np.array(curves)).argmin(axis=1)]
limit_range, shape_range = (tuple(np.quantile(one, [0.025, 0.975])) for one in (best_limits, np.array(one_fit)[:, 0]))
tell("Cheapest at {limit:,} cups ({limits:,.0f} over the draws). The shape is {shape:.2f} ({shapes:.2f}): it wears.",
     limit=limit, limits=limit_range, shape=shape, shapes=shape_range)

# %% [markdown] id="cost-words"
# The curve is flat at its bottom: 500 cups more or less hardly matter. It is steep
# on the left, where each service comes far too early. The band is that of the *height*; what a limit
# saves has its own interval below.

# %% [markdown] id="context"
# ### Context: hard water
#
# **Context awareness** means that the same reading leads to another action in another place. Each machine knows
# its water. Does hardness change the hazard? **Cox regression** compares the hazards of machines at the same use, whatever
# their shape (Cox, 1972), and gives a *hazard ratio*.

# %% id="context-cox"
from statsmodels.duration.hazard_regression import PHReg

cox = PHReg(lives["use"], lives[["hardness"]] / 5, lives["broke"].astype(int)).fit()
ratio, ratio_range = np.exp(cox.params[0]), tuple(np.exp(cox.conf_int()[0]))
tell("5 °dH more multiply the hazard by {ratio:.2f} ({range:.2f}).", ratio=ratio, range=ratio_range)

# %% [markdown] id="context-words"
# (The interval takes the lives of one machine for separate ones.) So two limits: one for soft water,
# one for hard, above 14 °dH. Each gets a fit and a limit of its own; so does, below, each draw of machines.

# %% id="context-limits"
machines["water"] = np.where(machines["hardness"] > 14, "hard", "soft")
groups = dict(list(lives.assign(place=place).join(machines["water"], on="machine_id").groupby("water")))
water_fit = {kind: crm.churn.fit_weibull(one["use"], one["broke"]) for kind, one in groups.items()}
by_water = {kind: crm.churn.wear_rates(grid, *fit, followed) @ prices for kind, fit in water_fit.items()}
limits = {kind: int(grid[crm.steady(one).argmin()]) for kind, one in by_water.items()}
tell("Limits: {soft:,} cups with soft water, {hard:,} with hard.", **limits)

# %% [markdown] id="money"
# ## Against the calendar, and against nobody
#
# Now to all machines, each with its own pace, its water and the same prices. A calendar is a limit, too: what the
# machine makes in that time. Against *nobody*, the *calendar as it is*, the *best calendar* for each site (also chosen by the fit), one
# limit, and two. False calls are services on machines that, left alone, would have run for another 90 days.

# %% id="money-pace"
year = reports[reports["date"] > today - pd.Timedelta(days=372)].groupby("machine_id")[["date", "cups"]]
passed = year.last() - year.first()
pace = (passed["cups"] / passed["date"].dt.days).reindex(machines.index)
habit = machines["site"].map({"firm": 182, "home": 365}) + lead_days
k, lam = (machines["water"].map({kind: fit[part] for kind, fit in water_fit.items()}) for part in (0, 1))

# %% id="money-calendar"
days = np.arange(60, 1_500, 20)
by_days = [pace * 365.25 * (crm.churn.wear_rates(pace * day, k, lam, followed) @ prices) for day in days]
costs = pd.DataFrame(by_days, days).T.groupby(machines["site"]).sum()
best_days = crm.steady(costs).idxmin(axis=1)
tell("Best calendar: {firm} days from a service to the next for firms, {home} for homes.", **best_days)

# %% id="money-rules"
rules = {"nobody": pd.Series(np.inf, pace.index), "calendar as it is": pace * habit}
rules["best calendar"] = pace * machines["site"].map(best_days)
rules["use, one limit"] = pd.Series(float(limit), pace.index)
rules["use, by water"] = machines["water"].map(limits).astype(float)

# %% id="money-table"
rows = {}
for name, tau in rules.items():
    a_year = crm.churn.wear_rates(tau, k, lam, followed).mul(365.25 * pace, axis=0)
    idle = np.exp((tau / lam) ** k - ((tau + 90 * pace) / lam) ** k)
    rows[name] = {**a_year.sum(), "false calls": a_year["services"] @ idle.fillna(0), "cost": (a_year @ prices).sum()}
frame = pd.DataFrame(rows).T
plots.table(frame.rename_axis("rule"), "Expected in a year, {n} machines (cost: yuan)", n=len(machines))

# %% id="money-read"
by_use, habitual = frame.loc["use, by water"], frame.loc["calendar as it is"]
false = frame["false calls"] / frame["services"]
tell("By use and water: {fewer:.0f} breakdowns a year less than by the calendar, for {more:.0f} services more; {false:.0%} "
     "of its services are false calls, {before:.0%} of the calendar's.", more=by_use["services"] - habitual["services"],
     fewer=habitual["breakdowns"] - by_use["breakdowns"], false=false["use, by water"], before=false["calendar as it is"])

# %% [markdown] id="money-false"
# A rule is not good because it has few false calls: whoever waits for certainty has none, and all the breakdowns. Now the interval of the *differences*: the same rules, valued by each draw of the machines.

# %% id="money-draws"
costs_drawn = []
for counts, share in zip(drawn, follow, strict=True):
    fit = {kind: crm.churn.fit_weibull(one["use"], one["broke"], counts[one["place"]]) for kind, one in groups.items()}
    k_d, lam_d = (machines["water"].map({kind: one[part] for kind, one in fit.items()}) for part in (0, 1))
    costs_drawn.append({name: (crm.churn.wear_rates(tau, k_d, lam_d, share) @ prices) @ pace * 365.25
                        for name, tau in rules.items()})
costs_drawn = pd.DataFrame(costs_drawn)

# %% id="money-saved"
cost = frame["cost"]
others = cost.drop("use, by water").index
saved_drawn = costs_drawn[others].sub(costs_drawn["use, by water"], axis=0)
saved = pd.DataFrame({"saved": cost[others] - cost["use, by water"]})
saved[["from", "to"]] = saved_drawn.quantile([0.025, 0.975]).T
plots.table(saved.rename_axis("against"), "Saved by reminders by use and water (yuan a year; 95 % interval)", "{:+,.0f}")

# %% id="money-saved-read"
against, span = saved.loc["calendar as it is"], tuple(saved.loc["calendar as it is", ["from", "to"]])
tell("Against the calendar: {saved:+,.0f} {unit} a year ({span:+,.0f}), {share:.0%} of its cost. Two limits instead of "
     "one: {two:+,.0f} ({two_span:+,.0f}).", saved=against["saved"], span=span, unit=currency,
     share=against["saved"] / cost["calendar as it is"], two=saved.loc["use, one limit", "saved"],
     two_span=tuple(saved.loc["use, one limit", ["from", "to"]]))

# %% [markdown] id="money-words"
# Three warnings. The lowest expected cost was *chosen* from the same data, so it flatters itself a little; on a curve so flat, very
# little. The figures are those of the long run; in a single year luck moves the breakdowns up and down. And the model takes for granted
# that who ignores reminders does not treat the machine differently. What we did not try, and would first: a second reminder. When is the simple rule enough? Where all machines
# have the same pace: then days are cups.

# %% [markdown] id="explore"
# ## Explore: the limit
#
# Move one control at a time. Three things to try:
#
# 1. Make a breakdown as cheap as two services. Where does the bottom go?
# 2. Let hardly anybody follow the reminders. What does the best limit still bring?
# 3. Set the shape to 1. What is the best limit now?
#
# Where nothing can move, the picture shows the fit above: one for all machines, so a little off the table.

# %% id="explorer"
from crmlab import widgets

widgets.reminder_explorer(shape, scale, pace.sum() * 365.25, reminder, service, breakdown, followed)

# %% [markdown] id="explore-read"
# The shape decides whether a service before the breakdown makes sense at all, the prices how early, and the share that
# follows how much of it arrives.

# %% [markdown] id="trends"
# ## The other trends, a sentence or two each
#
# - *AI:* a model with two numbers did the work above. A larger one (chapters 5b and 9a) has to beat it on lives that it has
#   not seen.
# - *Voice:* a seller dictates in the car. Where 1 digit in 100 is misheard, a number of eleven is wrong with $1 - 0.99^{11}$,
#   one in ten: read it back. A note may be stored at once: an error in it does no harm.
# - *AR* (pictures laid over what the camera sees): a technician might find the part sooner. We have no data on it, and would
#   want the minutes per repair, with and without, by lot.
# - *Integration:* the reminder of a service belongs to the contract; an offer of beans in the same message does not
#   (chapter 8a). So the list of reminders is joined with the log of consents before it is sent, not after.

# %% [markdown] id="claim"
# ## Claim check: "70 to 75 % fewer breakdowns, 25 to 30 % less cost"
#
# These figures stand on many a leaflet about connected machines. They come from a guide of the US Department of
# Energy (Sullivan and others, 2010), which calls them averages of surveys in industry, without saying who was asked.
# Against what decides:

# %% id="claim-table"
change = pd.DataFrame({f"against {name}": frame.loc["use, by water"] / frame.loc[name] - 1
                       for name in ("nobody", "calendar as it is", "best calendar")}).T[["breakdowns", "cost"]]
by_draw = costs_drawn[["nobody", "calendar as it is", "best calendar"]].rdiv(costs_drawn["use, by water"], axis=0) - 1
change["cost from"], change["cost to"] = by_draw.quantile([0.025, 0.975]).to_numpy()
plots.table(change.rename_axis("by use and water"), "Change of breakdowns and of cost", "{:+.0relative}")

# %% [markdown] id="claim-words"
# A change without "against what" is empty: whoever never served a machine gains most. And part of the gain is that of *any* good calendar, which needs no sensor. Ask a supplier for the difference to
# the best rule without his product.

# %% [markdown] id="decision"
# ## The decision
#
# Whom would the rule remind now? The use since the last service, brought up to today and on to the day of the service by the machine's
# own pace: so silent machines count as well. Who was reminded in the last 24 days may still come (services came up to that late)
# and is left out.

# %% id="decision-due"
latest = lives.drop_duplicates("machine_id", keep="last").set_index("machine_id")
running = latest["use"].where(latest["event"] == "running", 0).reindex(machines.index, fill_value=0)
silent = (today - reports.groupby("machine_id")["date"].last()).dt.days.reindex(machines.index)
use_then = running + pace * (silent + lead_days)
due = use_then >= rules["use, by water"]

# %% id="decision-reminded"
newest = happened.drop_duplicates("machine_id", keep="last").set_index("machine_id").reindex(machines.index)
reminded = newest["event"] == "reminder"
due &= ~(reminded & ((today - newest["date"]).dt.days <= 24))
again = (due & reminded).sum()
overlooked = due & (running + pace * lead_days < rules["use, by water"]) & (silent > 14)

# %% id="decision-test"
gap = (habitual["breakdowns"] - by_use["breakdowns"]) / len(machines)
months = 12 * 16 * habitual["breakdowns"] / len(machines) / gap**2 / (len(machines) / 2)
tell("{due} machines are due ({late} of them silent, and overlooked by their last report). To see the difference in "
     "breakdowns by lot takes {months:.0f} months with half of the machines in each arm (power 80 %).",
     due=due.sum(), late=overlooked.sum(), months=months)

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-sync"
tell("1. Offline: an event log. Packs are added up, notes all kept; telephone and visit: the last by the corrected "
     "clock, and {ask:.0f} conflicts a week shown to the seller; consent: a no wins over a yes that had not seen it, "
     "{doubtful} accounts are asked. Whole records would lose {lost:±,.0f} notes in two months.", ask=ask,
     doubtful=doubtful, lost=tuple(lost.loc["whole record, last to arrive", ["notes lost", "±"]]))

# %% id="memo-app"
tell("2. The app: {kind}, if it keeps edits for at least {days:.0f} days without a network, the longest wait seen; the "
     "order of the scores hangs on the weight of offline.", kind=crm.steady(options @ weights).idxmax(),
     days=np.ceil(waited.max() / 24))

# %% id="memo-reminders"
best, best_span = saved.loc["best calendar", "saved"], tuple(saved.loc["best calendar", ["from", "to"]])
tell("3. Reminders in 2026: {verdict}, at {soft:,} cups, {hard:,} with hard water. Against the calendar {saved:+,.0f} "
     "{unit} a year ({span:+,.0f}) in the long run; against the best calendar, which needs no counter, {best:+,.0f} "
     "({best_span:+,.0f}). {due} machines are due now, {again} of them reminded before in vain; the first months bring "
     "more services.", verdict="by use" if span[0] > 0 else "open", saved=against["saved"], span=span, unit=currency,
     best=best, best_span=best_span, due=due.sum(), again=again, **limits)

# %% id="memo-check"
half = by_use["breakdowns"] / 2
tell("4. What would make us change it: from July on, more than {alarm:,.0f} breakdowns in a half-year; the long run has "
     "{half:,.0f}, the months before fewer, as the overdue are served first. A lot on half of the machines would take "
     "{months:.0f} months and {price:,.0f} {unit} of savings; we do without.", alarm=half + 1.96 * half**0.5, half=half,
     months=months, price=round(against["saved"] / 24 * months, -3), unit=currency)

# %% id="memo-evidence"
crm.evidence(
    ("notes lost in two months, whole records", "{lost:,.0f}", "{lost_range:,.0f}", "record-lost",
     "accounts to come as in the trial"),
    ("wrong values, correcting the clocks", "{gain:+.1points}", "{gain_range:+.1points}", "last-read",
     "clocks not set right between making and sending"),
    ("conflicts that arise, a week", "{ask:.0f}", "{ask_range:.0f}", "conflict-pairs", "as in the trial"),
    ("saved against the calendar, yuan a year", "{saved:+,.0f}", "{span:+,.0f}", "money-saved",
     "long run; prices and pace as now; reminders followed as now"),
    ("saved against the best calendar", "{best:+,.0f}", "{best_span:+,.0f}", "money-saved", "as above"),
    ("saved by two limits instead of one", "{two:+,.0f}", "{two_span:+,.0f}", "money-saved", "as above"),
    ("machines due", "{due}", "", "decision-due", "pace as in the last year"),
    lost=lost.iloc[0, 0], lost_range=(lost.iloc[0, 0] - lost.iloc[0, 1], lost.iloc[0, 0] + lost.iloc[0, 1]),
    gain=gain[0], gain_range=(gain[0] - gain[1], gain[0] + gain[1]),
    ask=ask, ask_range=(ask - 1.96 * (ask / 8.7) ** 0.5, ask + 1.96 * (ask / 8.7) ** 0.5), saved=against["saved"],
    span=span, due=due.sum(), best=best, best_span=best_span,
    two=saved.loc["use, one limit", "saved"], two_span=tuple(saved.loc["use, one limit", ["from", "to"]]),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows when each edit was truly made, and the wear of each machine. First the records of all accounts:

# %% id="truth-sync"
made_all = edit_log.assign(made=edit_log["edit_id"].map(company.truth.app_edits["made"]))
all_true = crm.current_state(made_all, "made")
two = [ways[name][kinds["phone, visit, consent"]].fillna("") for name in ("event log, by clock", "event log, clock corrected")]
off_all = [one.ne(all_true[kinds["phone, visit, consent"]].fillna("")).any(axis=1).mean() for one in two]
tell("A wrong value truly: {clock:.1%} of the records by a log with the devices' clocks (estimated {guess:.1%}), {fixed:.1%} "
     "with clocks corrected.", clock=off_all[0], guess=by_clocks.mean(), fixed=off_all[1])

# %% id="truth-judged"
wear = company.truth.machines
truly = {name: (crm.churn.wear_rates(tau, wear["shape"], wear["scale"], 0.8) @ prices) @ wear["cups_a_day"] * 365.25
         for name, tau in rules.items()}
judged = {"action": truly["nobody"] - truly["use, by water"], "baseline": truly["nobody"] - truly["calendar as it is"]}
judged["open"] = bool(span[0] <= 0)

# %% id="truth-read"
tell("Truly saved against nobody: {action:,.0f} {unit} a year by use and water, {baseline:,.0f} by the calendar. The difference, "
     "{lead:,.0f}, was estimated as {saved:,.0f} ({span:,.0f}).", unit=currency, action=judged["action"],
     baseline=judged["baseline"], lead=judged["action"] - judged["baseline"], saved=against["saved"], span=span)

# %% id="truth-shape"
tell("Each machine truly has shape {true:.1f}; we found {shape:.2f}.", true=wear["shape"].iloc[0], shape=shape)

# %% [markdown] id="truth-words"
# Machines that look alike differ a little, and mixing them makes the shape look smaller, as the calendar did, only less: what
# the model cannot see, it takes for luck. The rule can hardly be the worse for it, as the curve is flat.

# %% [markdown] id="recap"
# ## Recap
#
# - Whole records lose what others did; single fields lose what was done to the same field; a log loses nothing.
# - Numbers are added, lines kept, values ordered by the corrected clock; for consent, a no wins over a yes that had not seen it.
# - Concurrent edits are found without the devices' clocks: the server's order is enough; and they are few enough to ask about.
# - Measure a life on the clock that causes the wear, with censored lives; the wrong clock looks like luck.
# - A limit is set by cost and compared with the best rule that needs no sensor.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-add"
crm.quiz(
    "Two sellers, both offline, hand out 3 and 2 packs to an account with 4. The server merges single fields. What does it hold?",
    ("7 or 6, by who comes last.", True, "Each sent the sum on the own screen."),
    ("9.", False, "Only if they had sent what was done: +3 and +2."),
    ("4, since the two are in conflict.", False, "Nobody is asked: the later one overwrites."),
)

# %% id="quiz-clock"
crm.quiz(
    "A device says it sent at 15:00; the server received it at 12:00 at once. An edit has the device time 14:20. When was it made?",
    ("At 11:20.", True, "The clock was three hours ahead when it sent."),
    ("At 14:20.", False, "That is what the wrong clock said."),
    ("At 12:00.", False, "That is when it arrived."),
)

# %% id="quiz-shape"
crm.quiz(
    "On the calendar the shape is 1.0. Does a service before the breakdown pay?",
    ("Nobody can say before looking at the use.", True, "A mixture of fast and slow machines looks like luck."),
    ("No: nothing wears.", False, "On the clock of use it may well wear."),
    ("Yes: services always avoid breakdowns.", False, "With a shape of 1 in use they would avoid none."),
)

# %% id="quiz-false"
crm.quiz(
    "A new rule halves the false calls. Is it better?",
    ("Not known: what do its breakdowns cost?", True, "Waiting longer has fewer false calls and more breakdowns."),
    ("Yes, half as many technicians drive for nothing.", False, "And how many machines broke down meanwhile?"),
    ("Yes, if the interval of the share leaves out the old one.", False, "A share of false calls is not money."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/10b_offline_and_machines.ipynb) gives you a trial and machines of your own. [Chapter
# 11a](11a_journeys.ipynb) looks at customers' whole journeys, over all channels.
#
# *Your own data:* ask the maker of your app three things: what is sent, the record or the edit; whose clock decides; and who is told
# of a conflict. For reminders you need a counter, the dates of services and breakdowns, and three prices.
#
# ### References
#
# - Barlow, R. & Hunter, L. (1960). Optimum preventive maintenance policies. *Operations Research* 8(1), 90–100.
# - Cox, D. R. (1972). Regression models and life-tables. *Journal of the Royal Statistical Society B* 34(2), 187–220.
# - Lamport, L. (1978). Time, clocks, and the ordering of events in a distributed system. *Communications of the ACM*
#   21(7), 558–565.
# - Shapiro, M., Preguiça, N., Baquero, C. & Zawirski, M. (2011). Conflict-free replicated data types. *Stabilization,
#   Safety, and Security of Distributed Systems*, LNCS 6976, 386–400.
# - Sullivan, G. P., Pugh, R., Melendez, A. P. & Hunt, W. D. (2010). *Operations & Maintenance Best Practices: A Guide
#   to Achieving Operational Efficiency*, release 3.0. Pacific Northwest National Laboratory.
# - Wilander, J. (2020). Full third-party cookie blocking and more. *WebKit blog*, 24 March.
