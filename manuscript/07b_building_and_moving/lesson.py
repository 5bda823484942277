# %% [markdown] id="title"
# # 7b · Building and moving
#
# ### The question
#
# The system is chosen. Now Chen Bo, who leads IT, has to move into it what three old systems hold: the
# web shop, the till and the dealers' list. On Monday, 5 January 2026, the shops are to open with the new
# one. By Friday he has to tell Lin Yue, the founder, in which order the data move, which accounts become
# one customer, and whether the switch may go ahead. A wrong merge shows one customer the orders of
# another. A missed one sends two letters, and service sees half of a history.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. write requirements as checks, and a schema whose constraints refuse what must not be there;
# 2. read messy files so that each line is taken, or refused with a reason;
# 3. find the accounts of one person by probabilistic linkage, and judge it by precision and recall;
# 4. move data so that a run can be rehearsed, killed and repeated, and reconcile the totals to the cent;
# 5. decide go or no-go by criteria that were stated before.
#
# *You need* the interval of a share ([chapter 1](01_crm_at_a_glance.ipynb)) and costs weighed against
# chances ([chapter 5c](05c_winning_back.ipynb)). *Time:* about {{minutes}} minutes to read and run.
# *Not here:* which system to choose (chapter 7a), consent, and what to do with the joined data
# (chapter 8).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
call_cost = 15  # yuan, to ask a customer whether two accounts are one person
wrong_cost = 750  # yuan, a merge of two people: unpicked by hand, an apology, a report
missed_cost = 100  # yuan, a person who stands there twice: letters, service, wrong tier
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-export"
export = company.export
resent = export.duplicated("order_no").sum()
tell("The export of chapter 3a: {rows:,} rows, {resent:,} repeat an order.", rows=len(export), resent=resent)

# %% id="recall-export-quiz"
crm.quiz(
    "How many orders are in it?",
    ("{right:,}", True, "Each order counts once, however often it was sent."),
    ("{rows:,}", False, "That counts a batch that was sent twice."),
    ("{less:,}", False, "You took off both copies; one of them is an order."),
    right=len(export) - resent, rows=len(export), less=len(export) - 2 * resent,
)

# %% id="recall-interval"
from statsmodels.stats.proportion import proportion_confint

unhappy = company.survey["csat"].dropna() <= 2
low, high = proportion_confint(unhappy.sum(), len(unhappy), method="wilson")
tell(
    "Of {count:,} answers, {share:.1%} give 2 points of 5 or less; 95 % interval {low:.1%} to {high:.1%}.",
    count=len(unhappy), share=unhappy.mean(), low=low, high=high,
)

# %% id="recall-interval-quiz"
crm.quiz(
    "The company promises: not more than {limit:.1%} are unhappy. What do you say?",
    ("These answers do not show it: the upper end is above.", True, "A limit is judged by the upper end."),
    ("It is kept: the share is below.", False, "The share of a sample is not the share of all."),
    ("It is broken: the upper end is above.", False, "Values below the limit are in the interval, too."),
    limit=(unhappy.mean() + high) / 2,
)

# %% [markdown] id="data"
# ## The data
#
# The customer number of the earlier chapters was put together by hand, for the analysts. The systems that run
# the company have never heard of it: each has a list of its own. Today is 31 December 2025, and this is what
# they hand over.

# %% id="data-files"
from pathlib import Path
from tempfile import TemporaryDirectory

workplace = TemporaryDirectory(ignore_cleanup_errors=True)
folder = Path(workplace.name) / "first delivery"
files = {path.name: (path.stat().st_size, repr(path.read_bytes()[:14])) for path in company.write_files(folder)}
plots.table(pd.DataFrame(files, index=["bytes", "it begins with"]).T.rename_axis("file"), "Seven files")

# %% [markdown] id="data-encoding"
# A file is bytes. Which letters they mean is its **encoding**, and nothing in the file says which one it
# has. Read the till's as the usual UTF-8, as GB18030 (the Chinese standard), and as Latin-1, which takes any byte.

# %% id="data-encoding-try"
till_bytes = (folder / "till_people.csv").read_bytes()
readings = {}
for encoding in ["utf-8", "gb18030", "latin-1"]:
    try:
        readings[encoding] = till_bytes.decode(encoding).splitlines()[1][:26]
    except UnicodeDecodeError as error:
        readings[encoding] = f"refused: {error.reason}"
plots.table(pd.Series(readings).to_frame("the first customer"), "One line, read in three encodings")

# %% [markdown] id="data-encoding-read"
# An error is the better case: UTF-8 refuses. Latin-1 reads nonsense without a word, and nonsense is what
# would stand in the new system. So the encoding is asked for, written down, and checked by reading a name
# aloud.

# %% id="data-spellings"
accounts = company.system_accounts.astype({"system": "str"})
full = accounts[(accounts[["phone", "address"]] != "").all(axis=1)].groupby("system", sort=False).head(2)
shown = full.set_index("account_no")[["system", "name", "phone", "born", "address", "updated"]]
plots.table(shown, "Six accounts, as their systems write them")

# %% [markdown] id="data-wrong"
# One row is one account. What is wrong with it? Names stand there in characters, in pinyin, and in
# capitals with the surname first. Telephone numbers, dates and money each have three forms: the web shop
# counts in fen, hundredths of a yuan, and the dealers write a comma. Details are as old as the day on
# which somebody told them last. And one person may have an account in each system, or two in one.

# %% [markdown] id="steps"
# ## Six steps
#
# A system is put in place in six steps. Here each leaves something that runs.
#
# | step | what it leaves |
# | --- | --- |
# | 1 requirements | `checks.sql`: queries that return what breaks them |
# | 2 design | `001_people.sql` to `004_views.sql`: the schema |
# | 3 build | `upgrade()`: the database, from the scripts |
# | 4 test | `trials.sql`: rows that have to be refused |
# | 5 roll-out | `rehearsal()`, `move()`: there, and back |
# | 6 operation | `check()`: the same checks, every night |
#
# ### Requirements as checks
#
# A requirement such as "no money gets lost" is a wish until somebody says how it would be noticed. So each
# is written as a query that returns the rows that *break* it. An empty answer is good.

# %% id="requirements-read"
from crmlab.company import crm_system

asked = crm_system.requirements()
print(*asked, "", asked["every customer has an account"], sep="\n")

# %% [markdown] id="requirements-first"
# They are run before anything exists. The database is SQLite: a library and one file, no server. It serves
# the operations, which write a little and often. DuckDB, on which the linkage runs, serves what reads a lot.

# %% id="requirements-run"
path = Path(workplace.name) / "crm.db"
database = crm_system.connect(path)
plots.table(crm_system.check(database), "Six requirements, before there is anything")

# %% [markdown] id="requirements-run-read"
# None is met yet: there are no tables.
#
# And before anything is measured, Chen Bo writes down when the switch may go ahead. Five criteria: money agrees
# to the cent, in each system; at the first delivery not more than one order in a hundred is refused; a run
# that is killed and repeated leaves the same rows; a rehearsal can be taken back; and not more of the
# merges are wrong than a limit that follows from what mistakes cost.

# %% [markdown] id="design"
# ### Design: keys and constraints
#
# A **schema** says which tables there are and what a row must be. Read the first of four scripts.

# %% id="design-read"
print(crm_system.script(1).split("\n\n", 1)[1])

# %% [markdown] id="design-words"
# A **primary key** names a row: there is one of each, and none twice. A **foreign key** (`REFERENCES`)
# points at a row of another table, which has to be there. Both are **constraints**, as `NOT NULL` and
# `CHECK` are: rules that the database itself keeps, whoever writes. Money is whole fen: sums of whole
# numbers are exact, sums of 0.1 are not.
#
# The foreign keys also answer the first part of Chen Bo's question. A row can only go in when those that
# it points at are there. So sort the tables by who needs whom.

# %% [markdown] id="build"
# ### Build, twice
#
# `upgrade` runs the scripts that the database has not seen, in one transaction, and remembers the last
# one. A second run finds nothing to do. What can be run twice without harm is called **idempotent**.

# %% id="build-run"
first, second = crm_system.upgrade(database), crm_system.upgrade(database)
tell("The first run ran {first} scripts, the second {second}.", first=len(first), second=len(second))

# %% id="build-order"
order = pd.DataFrame(crm_system.order_of_tables(database), columns=["table", "points at"])
order["points at"] = order["points at"].map(", ".join)
plots.table(order.set_index("table"), "An order in which the tables can be filled")

# %% [markdown] id="build-order-read"
# That is the order of the move: systems and customers, then accounts, then orders. Who begins with the
# orders, because they are the most urgent, is refused at the first row.

# %% [markdown] id="refuses"
# ### What the database refuses
#
# A spreadsheet takes any cell. Here are six rows that people do write, and what the database says.

# %% id="refuses-run"
print(crm_system.trials()["born on 30 February"])
said = crm_system.try_rows(database)
plots.table(said.to_frame(), "Six rows, and the answer")

# %% id="refuses-count"
tell("Refused: {refused} of {all}.", refused=(said != "taken").sum(), all=len(said))

# %% [markdown] id="refuses-read"
# Before them, two customers Wang Wei with one telephone number went in without a word, and rightly: 王伟 and 王薇
# are both Wang Wei in pinyin, and a couple may share a number. A constraint refuses what *cannot* be. What is
# only unlikely needs a check that reports it, and somebody who looks.

# %% [markdown] id="transaction"
# ### All or nothing
#
# A customer's ticket is closed, and 90 yuan are given back for it. Two rows, and only both together are
# right. A **transaction** keeps all that is done in it, or nothing. The desk may give 60 yuan at most.

# %% id="transaction-run"
import sqlite3

with crm_system.rehearsal(database):
    crm_system.put_examples(database)
    try:
        with crm_system.transaction(database):
            crm_system.insert(database, "ticket", (1, "C1", "late delivery", "closed"))
            crm_system.insert(database, "goodwill", (1, 9000))
    except sqlite3.IntegrityError as error:
        left = crm_system.count(database, "ticket")
        tell("Refused: {reason}. Tickets left: {left}.", reason=str(error), left=left)

# %% [markdown] id="transaction-read"
# The ticket itself was without fault, and went all the same. In two spreadsheets it would now stand closed,
# with no money given. The move below uses the same thing, in batches of 500 rows.

# %% [markdown] id="reading"
# ## Taken, or refused
#
# `crm_system.read` decodes the six files, cuts lines into fields and checks each. A line is taken, or it is
# a **reject**: kept with its file, its line number and a reason. Nothing is repaired in silence, for who
# guesses an amount has made one up.

# %% id="reading-read"
delivery = crm_system.read(folder)
rejects = delivery.rejects
reasons = rejects.groupby("reason")["fen"].agg(["size", "sum"]).set_axis(["lines", "yuan"], axis=1)
plots.table(
    reasons.assign(yuan=reasons["yuan"].astype(float) / 100),
    "Lines refused, by reason (yuan: as far as they can be read)", {"yuan": "{:,.2f}"},
)

# %% id="reading-examples"
shown = rejects.drop_duplicates("reason").set_index("reason")[["file", "line", "text"]]
few = ["amount cannot be read", "date in the future", "line is cut"]
plots.table(shown.loc[few], "Three of them, as they came")

# %% id="reading-cascade"
unknown = rejects.loc[rejects["reason"] == "account unknown", "text"].str.split("[,\t]", regex=True).str[1]
torn_people = rejects.loc[rejects["file"].str.contains("people"), "number"]
tell(
    "Of {unknown} orders of unknown accounts, {caused} have no fault of their own: the line of their account was "
    "refused.", unknown=len(unknown), caused=unknown.isin(torn_people).sum())

# %% [markdown] id="reading-words"
# One torn line among the people drags all its orders along. That is why people are mended before orders, and
# why each reject carries a reason: the list goes back to the three systems, line by line.

# %% [markdown] id="who"
# ## Who is who?
#
# Now the second part of the question: which accounts belong to one person? First, each detail is brought to
# one form. Characters become pinyin, and the words of a name stand in the order of the alphabet.

# %% id="who-forms"
people = delivery.accounts
three = pd.Series(["王伟", "wei Wang", "WANG WEI"])
tell("{written} become: {forms}.", written=", ".join(three), forms=", ".join(crm_system.name_key(three)))

# %% [markdown] id="exact"
# ### Exact matching first
#
# The obvious way: same name and same telephone number, same person.

# %% id="exact-run"
keys = ["name_key", "phone"]
known = people.dropna(subset=keys)[["account_no", *keys]]
exact = known.merge(known, on=keys, suffixes=("_l", "_r")).query("account_no_l < account_no_r")
exact_pairs = set(zip(exact["account_no_l"], exact["account_no_r"], strict=True))
tell("{pairs:,} pairs of accounts agree in name and telephone number.", pairs=len(exact_pairs))

# %% id="exact-missed"
mail = people.dropna(subset="email").merge(people.dropna(subset="email"), on="email")
apart = mail.query("account_no_x < account_no_y and phone_x != phone_y").set_index("email")
shown = apart[["name_x", "name_y", "phone_x", "phone_y", "street_x", "street_y"]]
plots.table(shown.head(3), "Three pairs that it leaves apart")

# %% [markdown] id="exact-read"
# One address for mail, and another number or none. People change numbers, move, and mistype. Exact matching
# gives up at the first detail that does not agree. A person would weigh: *this agrees, that does not, and how
# likely is either for one person, how likely for two?*

# %% [markdown] id="linkage"
# ### Record linkage: weighing the evidence
#
# That is **probabilistic record linkage** (Fellegi & Sunter, 1969). For each detail there are two shares: *m*,
# how often it agrees in two accounts of *one* person, and *u*, how often in those of *two* people. An
# agreement is worth $\log_2(m/u)$ bits for "one person", a disagreement $\log_2\frac{1-m}{1-u}$, which is
# mostly below 0. The **match weight** adds them up. It begins with how rare a match is at all, where
# $\lambda$ is the share of all pairs that are one:
#
# $$w = \log_2 \frac{\lambda}{1 - \lambda} + \sum_{\text{agree}} \log_2 \frac{m}{u}
# + \sum_{\text{differ}} \log_2 \frac{1 - m}{1 - u}$$
#
# Weight 0 is even odds; each bit more doubles them. Three details by hand:

# %% id="linkage-by-hand"
hand = pd.DataFrame({"m": [0.8, 0.8, 0.95], "u": [0.001, 0.0001, 0.5]}, ["name", "telephone", "sex"])
hand["agree"] = np.log2(hand["m"] / hand["u"])
hand["differ"] = np.log2((1 - hand["m"]) / (1 - hand["u"]))
bits = {"m": "{:.2f}", "u": "{:.4f}", "agree": "{:+.1f}", "differ": "{:+.1f}"}
plots.table(hand.rename_axis("detail"), "What a detail is worth (agree, differ: bits)", bits)

# %% [markdown] id="linkage-by-hand-read"
# Two people hardly ever share a telephone number, so agreement says much. Sex agrees in every second pair of
# strangers: agreement says next to nothing. And no disagreement is fatal. A missing detail is worth 0.
#
# Nobody knows *m* and *u* beforehand. *Splink*, an open library (Linacre and others, 2022), takes *u* from
# pairs drawn at random, nearly all of which are two people. For *m* it guesses which pairs match, counts,
# guesses better, and so on until nothing changes: the *EM algorithm*. For $\lambda$ it counts what two strict
# rules find, and we say that this is four matches in five: an assumption. And since nearly all of the millions
# of pairs are hopeless, it scores only those that agree in one detail at least. That is called **blocking**;
# what agrees in nothing is never compared.

# %% id="linkage-settings"
import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

details = ["name_key", "phone", "email", "born", "street"]
names = compare.JaroWinklerAtThresholds("name_key", 0.92)
settings = SettingsCreator(
    "dedupe_only",
    comparisons=[
        names.configure(term_frequency_adjustments=True),
        compare.DamerauLevenshteinAtThresholds("phone", 1),
        *[compare.ExactMatch(detail) for detail in ["email", "born", "street"]],
    ],
    blocking_rules_to_generate_predictions=[block_on(detail) for detail in details],
)

# %% [markdown] id="linkage-settings-read"
# A name may be *nearly* the same, a number wrong in one digit: a level between agree and differ, with a weight
# of its own. And a common name says less than a rare one; `term_frequency_adjustments` sees to that.

# %% id="linkage-records"
engine = duckdb.connect(config={"threads": 1}).execute("SET enable_progress_bar = false")
one_thread = DuckDBAPI(engine)  # the same sums on every machine
columns = people[["account_no", *details]].rename(columns={"account_no": "unique_id"})
linker = Linker(one_thread.register(columns), settings, log_level="ERROR")

# %% id="linkage-train"
rules = [block_on("name_key", "phone"), block_on("name_key", "street")]
train = linker.training
train.estimate_probability_two_random_records_match(rules, recall=0.8)
train.estimate_u_using_random_sampling(4e5, seed=1, min_count_per_level=None, num_chunks=1)
for detail in ["name_key", "phone"]:  # each pass learns the other details
    train.estimate_parameters_using_expectation_maximisation(block_on(detail), record_sample_proportion=1.0)

# %% id="linkage-learned"
model = linker.misc.save_model_to_json()["comparisons"]
levels = [one["comparison_levels"][1] for one in model]  # level 0 is "missing", 1 is full agreement
learned = pd.DataFrame(levels, details)[["m_probability", "u_probability"]].set_axis(["m", "u"], axis=1)
learned["bits"] = np.log2(learned["m"] / learned["u"])
formats = {"m": "{:.2f}", "u": "{:.5f}", "bits": "{:.1f}"}
plots.table(learned.rename_axis("detail"), "What full agreement is worth", formats)

# %% [markdown] id="linkage-learned-read"
# Nobody told it which accounts belong together, and it found roughly what every detail is worth. (Pairs drawn at
# random hold a few true ones. They are rare, but strangers with one number or one address for mail are rarer:
# there *u* is several times too high, and agreement is worth more bits than it says. We shall not take the
# weights at their word.)

# %% id="linkage-predict"
pairs = linker.inference.predict(threshold_match_weight=-10).as_pandas_dataframe()
pairs["weight"] = pairs["match_weight"].round(2)
pairs = pairs.sort_values(["unique_id_l", "unique_id_r"], kind="stable", ignore_index=True)
ends = pairs[["unique_id_l", "unique_id_r"]]
pairs["exact"] = [pair in exact_pairs for pair in ends.itertuples(index=False, name=None)]
tell(
    "Of {possible:,} possible pairs {count:,} agree in something and have a weight of −10 or more. By the "
    "model {likely:,} of them are more likely one person than two.", count=len(pairs),
    possible=len(people) * (len(people) - 1) // 2, likely=(pairs["weight"] > 0).sum(),
)

# %% [markdown] id="calls"
# ### Is the probability true?
#
# A weight is also a probability: at 5 bits the odds are 32 to 1, which is 97 %. But the model assumes that
# each detail agrees or differs for itself. A family shares the address *and* the telephone. So we ask: draw
# pairs by lot in each band of weight, call the customer, and take the answer as true. That is a **clerical review**.
# (Ask for the other number; do not read it out, it may be somebody else's.)

# %% id="calls-made"
edges, labels = [-11, -2, 8, 12, np.inf], ["below −2", "−2 to 8", "8 to 12", "12 or more"]
pairs["band"] = pd.cut(pairs["weight"], edges, right=False, labels=labels).astype("str")
called = pairs.groupby("band", sort=False).sample(60, random_state=seed)
called["same"] = company.ask_by_phone(called[["unique_id_l", "unique_id_r"]])

# %% id="calls-bands"
bands = called.groupby("band").agg(model=("match_probability", "mean"), share=("same", "mean")).loc[labels]
bands["pairs"] = pairs["band"].value_counts()
bands["low"], bands["high"] = proportion_confint(60 * bands["share"], 60, method="wilson")

# %% id="calls-figure"
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7.5, 3.2))
ax.hlines(bands.index, bands["low"], bands["high"], lw=3, label="by calls (95 % interval)")
ax.scatter(bands["model"], bands.index, marker="D", color=plots.PALETTE[1], label="by the model", zorder=3)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "How many pairs are one person, by the model and by calls", x="share of pairs", y="match weight",
    percent="x", alt="Share of pairs that are one person per band of weight: intervals by calls, diamonds.",
)

# %% id="calls-read"
family = called.query("gamma_phone == 2 and gamma_street == 1 and gamma_name_key == 0")["same"]
tell(
    "Between −2 and 8 bits the model says {model:.0%} on average, calls {share:.0%} ({low:.0%} to {high:.0%}). Of "
    "{called} called pairs that share number and street but no name, {same} are one person.",
    called=len(family), same=family.sum(), **bands.loc["−2 to 8", ["model", "share", "low", "high"]])

# %% [markdown] id="calls-words"
# The *order* of the weights is good: the higher, the more often one person. The *probability* is not, below 8
# bits: families look like one person. Who merges from "90 % sure" on merges parents with children. So a
# threshold is chosen on called pairs, never on the model's word.

# %% [markdown] id="measures"
# ### Precision, recall, and what they cost
#
# Of the pairs that are merged, the share that is one person is called **precision**. Of the pairs that are one
# person, the share that is merged is **recall**. A higher threshold buys precision with recall. Which is worth
# more? Ask what a mistake costs. The amounts are Chen Bo's assumptions.

# %% [markdown] id="explore"
# Move one control at a time. Each called pair stands for the pairs of its band. Three things to try:
#
# 1. Raise the weight from which pairs are merged. Where is the cost lowest, if nobody is asked?
# 2. Stay there, and ask from a lower weight on. When does asking pay, and when not?
# 3. Make a wrong merge as cheap as a missed one. Where does the lowest point go?
#
# Where nothing can move, the picture shows merging from 3 bits on, which the model calls 89 %.

# %% id="explorer"
from crmlab import widgets

stands_for = called["band"].map(bands["pairs"]) / 60
widgets.linkage_explorer(called["weight"], called["same"], stands_for, call_cost, missed_cost)

# %% [markdown] id="explore-read"
# With dear mistakes the lowest point lies far to the right of where the model is "sure". Asking pays in the
# middle, where nobody can tell; it does not pay where nearly all pairs, or hardly any, are one person.

# %% [markdown] id="zones"
# ### Three zones
#
# So Fellegi and Sunter choose two thresholds, not one: merge above, leave below, and *ask* in between. If a
# pair is one person with chance $p$, merging costs $1-p$ wrong merges, leaving costs $p$ missed ones, and
# asking one call. Each band takes the cheapest.

# %% id="zones-costs"
costs = pd.DataFrame({"merge": (1 - bands["share"]) * wrong_cost})
costs["ask"] = float(call_cost)
costs["leave"] = bands["share"] * missed_cost
bands["action"] = crm.steady(costs).idxmin(axis=1)

# %% id="zones-table"
shown = costs.join(bands[["pairs", "action"]]).rename_axis("match weight")
plots.table(shown, "What a pair costs ({unit}), and the cheapest", dict.fromkeys(costs, "{:.1f}"), unit=currency)

# %% id="zones-do"
pairs["action"] = pairs["band"].map(bands["action"])
zone = ends[(pairs["action"] == "ask") & ~pairs.index.isin(called.index)]
told = pd.concat([called["same"], company.ask_by_phone(zone)])
pairs["linked"] = pairs["action"] == "merge"
pairs.loc[told.index, "linked"] = told  # what a call has found counts, in every band
limit = call_cost / wrong_cost
tell(
    "{merged:,} pairs are merged by weight. The other {asked:,} in the middle are asked about as well, for {cost:,} "
    "{unit}. Merging is cheaper than asking while at most {limit:.1%} of the merges are wrong.",
    merged=(pairs["action"] == "merge").sum(), asked=len(zone), cost=len(zone) * call_cost, unit=currency,
    limit=limit,
)

# %% [markdown] id="zones-read"
# That last figure is the limit of the fifth criterion. Sixty calls cannot show that it is kept: with none of
# sixty wrong, the interval still reaches to 6 %. So merges are called once more, by lot, before the decision.
# And if there is no time for all calls? Leave those pairs: what is apart can be joined next month, what is merged is
# hard to take apart.

# %% [markdown] id="merging"
# ### From pairs to customers
#
# If A is B and B is C, then A is C: accounts that hang together are one customer. So one wrong link can join
# two groups. A customer's number is that of its first account. And details that disagree? A **merge rule**
# says it beforehand. Ours: of each detail the one that was told last, and a name in characters before one in
# pinyin.

# %% id="merging-do"
customer_of = crm_system.join(people["account_no"], ends[pairs["linked"]])
size = customer_of.value_counts()
tell("{accounts:,} accounts are {found:,} customers, of {most} accounts at most.", accounts=len(customer_of),
    found=len(size), most=size.max())

# %% id="merging-example"
number = size[size == 3].sort_index().index[0]
kept = ["name", "phone", "born", "street", "updated"]
parts = people.set_index("account_no").loc[customer_of.index[customer_of == number], kept]
whole = crm_system.merge(people, customer_of).set_index("customer_id").loc[[number], kept]
plots.table(pd.concat([parts, whole.set_axis(["merged"])]).fillna("–"), "Three accounts, one customer")

# %% [markdown] id="merging-example-read"
# Each detail of the last line was told by somebody, and the rule says why it is this one. (`updated` is of the
# whole account: a single detail may be older.)

# %% [markdown] id="rehearsal"
# ## The rehearsal
#
# A **rehearsal** does everything as on the day, is looked at, and is taken back. Here it is one large
# transaction that ends in a rollback.

# %% id="rehearsal-run"
with crm_system.rehearsal(database):
    crm_system.move(database, delivery, customer_of)
    checked, during = crm_system.check(database), crm_system.count(database, "purchase")
left = crm_system.count(database, "purchase")
tell("Orders there in the rehearsal: {during:,}; after it: {left}.", during=during, left=left)

# %% id="rehearsal-checks"
plots.table(checked, "The requirements, at the end of the rehearsal")

# %% [markdown] id="rehearsal-read"
# Money does not agree with what the old systems show on their screens. That is what rehearsals are for: better
# on Wednesday than on Monday. Where is it?

# %% [markdown] id="cent"
# ### To the cent
#
# Each system names its **control totals**: how many accounts and orders it has, and how much money. What has
# moved and what was refused must add up to them. What was sent twice is in them once: refusing the second line
# loses nothing. Where an amount cannot be read, it is in what is left.

# %% id="cent-table"
whose = rejects["file"].str.split("_").str[0]
cents = delivery.control.set_index("system")[["fen"]].set_axis(["control"], axis=1)
cents["moved"] = delivery.orders.groupby("system")["fen"].sum()
cents["refused"] = rejects["fen"].groupby(whose).sum().astype("int64")
cents["left"] = cents["control"] - cents["moved"] - cents["refused"]
shown = (cents / 100).assign(unreadable=rejects["fen"].isna().groupby(whose).sum())
money = dict.fromkeys(cents, "{:,.2f}")
plots.table(shown, "Reconciled ({unit}); lines whose amount is unreadable", money, unit=currency)

# %% [markdown] id="cent-read"
# What is left should be the money of the lines whose amount is lost, as many as the last column says. Whether
# it is, the second delivery shows.

# %% [markdown] id="killed"
# ### Killed in the middle
#
# Suppose that the program dies. The next cells start the move in a process of its own, which ends in the
# middle of a batch, and then run it again.

# %% id="killed-script"
customer_of.to_csv(folder / "links.csv", header=["customer_id"])
script = f"""
import os, pandas
from crmlab.company import crm_system
links = pandas.read_csv({str(folder / "links.csv")!r}, index_col=0)["customer_id"]
crm_system.move(
    crm_system.connect({str(path)!r}), crm_system.read({str(folder)!r}), links,
    progress=lambda table, rows: rows > 9_000 and os._exit(9),
)
"""

# %% id="killed-run"
import subprocess
import sys

died = subprocess.run([sys.executable, "-c", script]).returncode
counts = [crm_system.count(database, "purchase")]
counts += [crm_system.move(database, delivery, customer_of)["rows"]["purchase"] for _again in range(2)]
tell(
    "The process ended with {died}. Orders there: {first:,}; after a second run {second:,}, after a third "
    "{third:,}.", died=died, first=counts[0], second=counts[1], third=counts[2],
)

# %% id="killed-same"
undisturbed = crm_system.connect()
crm_system.upgrade(undisturbed)
crm_system.move(undisturbed, delivery, customer_of)
same = sorted(undisturbed.iterdump()) == sorted(database.iterdump())
tell("The same rows as after a run that nobody disturbed: {same}.", same="yes" if same else "no")

# %% [markdown] id="killed-read"
# The batch in which it died is gone as a whole; the batches before it are there. The second run left alone what
# it found, by its key, and brought the rest: nothing twice, nothing lost.

# %% [markdown] id="second"
# ### The second delivery
#
# The list of rejects went to the three systems. On Friday they deliver again, with the torn lines mended.

# %% id="second-run"
again = folder.with_name("second delivery")
company.write_files(again, mended=True)
second = crm_system.read(again)
crm_system.move(database, second, customer_of)
query = "SELECT system, sum(fen) AS fen FROM purchase JOIN account USING (account_no) GROUP BY system"
moved = crm_system.read_sql(query, database).set_index("system")["fen"]
gap = (moved - second.control.set_index("system")["fen"]).abs().sum()  # each system: faults must not cancel
tell(
    "Refused now: {rejects} lines. Off the control totals: {gap} fen. {new} mended accounts were compared with "
    "nobody: customers of their own until the linkage runs again.", rejects=len(second.rejects), gap=gap,
    new=len(second.accounts) - len(people))

# %% id="second-checks"
state = crm_system.check(database)
plots.table(state, "The requirements, after the second delivery")

# %% [markdown] id="second-read"
# To the cent. Where a requirement is still broken, it is about people who stand there twice: a list to look at
# on Tuesday, and no reason to stay closed on Monday.
#
# The shops sell on until Sunday night. Then the old systems are closed for writing, and a last delivery goes the
# same way, with the same checks. It brings *new* rows; a row that changed since it was moved stays as it was.
# If a check fails, the old systems are opened again: until the first order in the new one, that is the way back.

# %% [markdown] id="operation"
# ### In operation: roles and reports
#
# Each role has a **view**: a query that looks like a table. `open_as` lets it read that one and nothing else.
# (SQLite has no users: whoever has the file reads all of it. On a server, `GRANT` makes the database itself
# keep it.) Ask as the service desk: for its customers, then for what is none of its business.

# %% id="operation-roles"
desk, answers = crm_system.open_as("service", path), {}
for query in ["SELECT name FROM for_service", "SELECT fen FROM purchase", "DELETE FROM customer"]:
    try:
        answers[query] = f"{len(desk.execute(query).fetchall()):,} rows"
    except sqlite3.DatabaseError as error:
        answers[query] = str(error)
plots.table(pd.Series(answers).to_frame("answer").rename_axis("the service desk asks"), "What one role may see")

# %% [markdown] id="operation-read"
# Who cannot read a column cannot lose it, print it, or sell it. Analysis sees orders without a
# name, and asks what none of the old systems could: what are customers worth who buy through several?

# %% id="operation-report"
report = crm_system.read_sql("""
    SELECT systems, count(*) AS customers, avg(yuan) AS "yuan each" FROM (
        SELECT customer_id, count(DISTINCT system) AS systems, sum(fen) / 100.0 AS yuan
        FROM for_analysis GROUP BY customer_id)
    GROUP BY systems""", crm_system.open_as("analysis", path))
plots.table(report.set_index("systems"), "Customers by the number of systems they buy through", "{:,.0f}")

# %% [markdown] id="operation-report-read"
# Before the move, only the first row could be seen: the others were two customers or more, and each looked smaller.
# (That more systems *make* more money does not follow.)

# %% [markdown] id="scorecard"
# ### Data quality, before and after
#
# The move is also measured by the data, on five of the six **dimensions of data quality** (DAMA UK, 2013):
# *completeness* (how many details are known), *uniqueness* (how many records are not one too many), *validity*
# (of the details told, how many can be right), *timeliness* (how many records were renewed in the last year),
# and *consistency* (of the people with several records, how many have one address everywhere).

# %% id="scorecard-run"
after = crm_system.read_sql("SELECT * FROM customer", database)
apart = bands[bands["action"] == "leave"]
score = pd.DataFrame({"before": crm_system.scorecard(people, customer_of)})
score["after"] = crm_system.scorecard(after, after["customer_id"])
score.loc["uniqueness", "after"] = 1 - ((apart["pairs"] - 60) * apart["high"]).sum() / len(after)
plots.table(score.rename_axis("dimension"), "Data quality before and after the move", "{:.1%}")

# %% [markdown] id="scorecard-read"
# Uniqueness after the move is the worst that the calls allow: the upper end for the band that is left. (Pairs
# that were never compared are not in it.) Validity is perfect because the constraints refuse what cannot be,
# consistency because one record cannot contradict itself. Neither says that the address is *right*: that is the
# sixth dimension, accuracy, and no query finds it. And timeliness rises only because of several records the
# latest counts: a move renews nothing.

# %% [markdown] id="decision"
# ## The decision
#
# **Go or no-go** is decided by the five criteria that Chen Bo wrote down before there was a table.
#
# The fifth needs calls that chose nothing: who picks a threshold and judges it on the same pairs flatters it.
# So 300 merged pairs are drawn anew, by lot, and the *upper end* of the interval has to be below the limit.
# 300 because with none wrong the upper end is 1.3 %, and one wrong is still allowed.

# %% id="decision-sample"
merged = pairs[(pairs["action"] == "merge") & ~pairs.index.isin(called.index)]
fresh = merged.sample(300, random_state=seed + 1)
fresh["wrong"] = ~company.ask_by_phone(fresh[["unique_id_l", "unique_id_r"]])
wrong_low, wrong_high = proportion_confint(fresh["wrong"].sum(), 300, method="wilson")
tell(
    "Of 300 merges that were called, {wrong} are wrong; 95 % interval {low:.1%} to {high:.1%}.",
    wrong=fresh["wrong"].sum(), low=wrong_low, high=wrong_high,
)

# %% id="decision-criteria"
refused = rejects["file"].str.contains("orders").sum() / delivery.control["orders"].sum()
criteria = pd.DataFrame([
    ("money not explained", f"{gap} fen", "0 fen", gap == 0),
    ("orders refused", f"{refused:.2%}", "1.00%", refused <= 0.01),
    ("rows after the killed run", "the same" if same else "others", "the same", same),
    ("rows left by the rehearsal", str(left), "0", left == 0),
    ("wrong merges, upper end", f"{wrong_high:.2%}", f"{limit:.2%}", wrong_high <= limit),
], columns=["criterion", "measured", "limit", "met"]).set_index("criterion")
go = bool(criteria["met"].all())
plots.table(criteria.replace({True: "yes", False: "no"}), "Stated before, measured now")

# %% [markdown] id="decision-money-words"
# What do the three zones bring over exact matching? Only pairs that the two treat differently count. In the
# middle, and of all that were called, the answer is known. Of the other pairs merged by weight, the fresh calls
# say how many are wrong among those that exact matching leaves apart, with an interval; each right one saves a
# missed pair.

# %% id="decision-money"
new, tried = (~merged["exact"]).sum(), fresh.loc[~fresh["exact"], "wrong"]
around = proportion_confint(tried.sum(), len(tried), method="wilson")
by_weight = [new * ((1 - share) * missed_cost - share * wrong_cost) for share in (tried.mean(), *around)]
before = pairs.loc[told.index, "exact"]
by_calls = (told & ~before).sum() * missed_cost + (~told & before).sum() * wrong_cost
calls_paid = (len(told) + len(fresh)) * call_cost
saving, most, least = (part + by_calls - calls_paid for part in by_weight)

# %% id="decision-recall"
found = pairs["linked"].sum()
lost = [((apart["pairs"] - 60) * apart[end]).sum() for end in ("share", "low", "high")]
reached, reached_high, reached_low = (found / (found + some) for some in lost)

# %% [markdown] id="decision-recall-read"
# The last three lines: of the pairs that are one person, how many are linked; the others lie in the band left.

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-order"
moved = [table for table in order["table"] if table in ("source_system", "customer", "account", "purchase")]
tell("1. Order of the move: {tables}. Each reject goes back to its system.", tables=", ".join(moved))

# %% id="memo-links"
rule = "; ".join(f"{what}: {', '.join(rows.index)}" for what, rows in bands.groupby("action", sort=False))
tell(
    "2. By match weight, {rule}. Less cost than exact matching: {saving:,.0f} {unit} ({least:,.0f} to {most:,.0f}), "
    "{calls} calls paid. Of the compared pairs that are one person it finds {low:.0%} to {high:.0%}.",
    rule=rule, saving=saving, least=least, most=most, unit=currency, calls=len(told) + len(fresh), low=reached_low,
    high=reached_high)

# %% id="memo-go"
verdict = "all criteria are met; go, if Sunday's delivery passes the checks, too" if go else "wait: one is not met"
tell("3. On Monday: {verdict}.", verdict=verdict)

# %% id="memo-after"
twice = state.loc["nobody stands there twice with name, telephone and date of birth", "broken_by"]
tell(
    "4. The checks run every night. Groups with one name, number and date of birth, to look at: {twice}. "
    "Details are asked for at the next contact: {old:.0%} of the records were not renewed this year.",
    twice=twice, old=1 - score.loc["timeliness", "after"])

# %% id="memo-evidence"
crm.evidence(
    ("less cost than exact matching, yuan", "{saving:,.0f}", "{range:+,.0f}", "decision-money",
     "costs of mistakes as assumed; each call gets a true answer"),
    ("wrong merges", "{wrong:.1%}", "{around:.1%}", "decision-sample", "drawn by lot, not used to choose"),
    ("pairs found, of those compared", "{reached:.0%}", "{reach:.0%}", "decision-recall",
     "who agrees in no detail was never compared"),
    ("money not explained, fen", "{gap}", "", "second-run", "control totals are right"),
    ("orders refused at first", "{refused:.2%}", "", "decision-criteria", ""),
    saving=saving, range=(least, most), wrong=fresh["wrong"].mean(), around=(wrong_low, wrong_high), gap=gap,
    reached=reached, reach=(reached_low, reached_high), refused=refused,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows whose each account is. So each way of joining can be judged over *all* pairs, those that
# were never compared among them: exact matching; the model's word, merging where it says 90 % or more; and the
# three zones.

# %% id="truth-pairs"
owner = company.truth.accounts["customer_id"]
pairs["same"] = owner[ends["unique_id_l"]].to_numpy() == owner[ends["unique_id_r"]].to_numpy()
owners = owner[people["account_no"]].value_counts()
one_person = (owners * (owners - 1) // 2).sum()

# %% id="truth-ways"
ways = {"exact matching": pairs["exact"], "90 % by the model": pairs["match_probability"] >= 0.9,
    "three zones": pairs["linked"]}
right = {way: (pairs["same"] & joined).sum() for way, joined in ways.items()}
truth = pd.DataFrame({"merged": {way: joined.sum() for way, joined in ways.items()}, "right": right})
truth["precision"], truth["recall"] = truth["right"] / truth["merged"], truth["right"] / one_person
truth["cost"] = (truth["merged"] - truth["right"]) * wrong_cost + (one_person - truth["right"]) * missed_cost
truth.loc["three zones", "cost"] += calls_paid
formats = dict.fromkeys(["merged", "right", "cost"], "{:,.0f}") | dict.fromkeys(["precision", "recall"], "{:.1%}")
plots.table(truth.rename_axis("way"), "Three ways of joining, by the truth (cost in {unit})", formats, unit=currency)

# %% id="truth-judged"
judged = {
    "action": -truth.loc["three zones", "cost"], "baseline": -truth.loc["exact matching", "cost"],
    "open": bool(least <= 0),
}
tell(
    "Less cost than exact matching, truly: {gain:,.0f} {unit}; the memo said {saving:,.0f} ({least:,.0f} to "
    "{most:,.0f}).", gain=judged["action"] - judged["baseline"], unit=currency, saving=saving, least=least,
    most=most,
)

# %% id="truth-chains"
zones, met = truth.loc["three zones"], pd.DataFrame({"customer": customer_of, "owner": owner[customer_of.index]})
all_pairs, good = ((members * (members - 1) // 2).sum() for members in (size, met.value_counts()))
tell(
    "Three zones: {wrong:.0f} wrong links, which join {joined} pairs of two people. {missed:.0f} pairs of one person "
    "have no link: {left} were compared, {third:.0f} are joined over a third account.",
    wrong=zones["merged"] - zones["right"], joined=all_pairs - good, missed=one_person - zones["right"],
    left=(pairs["same"] & ~pairs["linked"]).sum(), third=good - zones["right"])

# %% [markdown] id="truth-words"
# Exact matching is hardly ever wrong, and misses every third pair. The model's word finds more, but its wrong
# merges cost more than what it finds beyond: its probability says 90 % where families live. Three zones find
# about as many without that price. What they miss mostly agrees in something, but in too little: it lies in the
# lowest band, among thousands of pairs.

# %% [markdown] id="recap"
# ## Recap
#
# - A requirement is a query that returns what breaks it; run it before, during, and every night after.
# - A constraint refuses what cannot be; a transaction keeps all or nothing; keys make a second run harmless.
# - Every line is taken, or refused with a reason, and the totals agree to the cent.
# - Order pairs by a model, choose thresholds by calls and costs, and judge on pairs that chose nothing.
# - Go or no-go: criteria first, then numbers, and for a limit the upper end of the interval.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-refuse"
crm.quiz("Two customers with one name and one telephone number. What should the database do?",
    ("Take them, and a check lists them for somebody to look at.", True, "They may be two: a couple, say."),
    ("Refuse the second by a constraint.", False, "A constraint is for what cannot be."),
    ("Merge them by itself.", False, "That is a guess, and nobody would see it."),
)

# %% id="quiz-weight"
crm.quiz("An agreement has m = 0.8 and u = 0.1, another one m = 0.8 and u = 0.0001. What follows?",
    ("The second says more: it hardly ever happens between two people.", True, "3 bits against 13."),
    ("Both say the same: m is the same.", False, "Evidence is how many times likelier it is for one person."),
    ("The first says more: it happens more often.", False, "What happens often between strangers says little."),
)

# %% id="quiz-probability"
crm.quiz("The model says 97 % for a band of pairs; of 60 that were called, 41 are one person. What do you do?",
    ("Ask, or leave them: the calls count, not the model.", True, "Its details are not independent: families."),
    ("Merge: 97 % is enough.", False, "Nearly a third of the merges would be wrong."),
    ("Call again until it fits.", False, "The calls are the truth here; the model is what is off."),
)

# %% id="quiz-killed"
crm.quiz("The move breaks off after half of the rows. What now?",
    ("Run it again: what is there is left alone.", True, "Keys and transactions make that harmless."),
    ("Delete everything and begin anew.", False, "Not needed, and on a live system not possible."),
    ("Find out where it stopped, and go on from there by hand.", False, "That is how rows go twice, or never."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/07b_building_and_moving.ipynb) lets you decide about a company of your own. [Chapter
# 8a](08a_from_view_to_action.ipynb) asks what the joined data can say, and with whose consent.
#
# *Your own data:* the schema, the checks and the move stand in the folder `crmlab/company/crm_system`. Copy it,
# and begin with your own checks.
#
# ### References
#
# - DAMA UK Working Group (2013). *The six primary dimensions for data quality assessment.* White paper.
# - Fellegi, I. P. & Sunter, A. B. (1969). A theory for record linkage. *Journal of the American Statistical
#   Association* 64(328), 1183–1210.
# - Linacre, R., Lindsay, S., Manassis, T., Slade, Z., Hepworth, T., Kennedy, R. & Bond, A. (2022). Splink: free
#   software for probabilistic record linkage at scale. *International Journal of Population Data Science* 7(3).
