# %% [markdown] id="title"
# # 12a · Trust
#
# ### The question
#
# Two sheets lie on the desk of Feng Lan, the data protection officer, and both need her name by Friday. A
# university asks for an extract of customers, to learn who comes back: "no names, no telephone numbers", says Zhou
# Ning, "so it is anonymous". And Tang Mei wants to call those whom the churn score of chapter 5 puts above a
# threshold. May this extract leave the house, and is the score fair enough to use? A wrong yes cannot be called
# back: what has left the house has left it.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. attack an extract as a stranger would, and say how many people are found, with an interval;
# 2. defend it: minimise, keyed pseudonyms, k-anonymity, noisy counts, a backup that is restored; and say what each costs;
# 3. watch a score with an alarm whose rate of false alarms you know, and decide by money when to make it anew;
# 4. compare calibration and error rates of groups, and explain why they cannot all be equal;
# 5. measure a training with a control group.
#
# *You need* churn scores and calibration ([chapter 5b](05b_churn.ipynb)), purposes and consents ([chapter
# 8a](08a_from_view_to_action.ipynb)), and an alarm ([chapter 9b](09b_spreading.ipynb)). *Time:* about {{minutes}}
# minutes to read and run. *Not here:* the law itself: it differs from country to country; ask your own Feng Lan.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
most_found = 0.02  # share of people whom a stranger may find in an extract; the end of the interval counts
most_off = 0.10  # by which the score may be off in a group
least_group = 10  # people who look alike, in what leaves the house
call_cost = 8  # yuan a call
leaver_worth = 16  # yuan, what a call to somebody who would leave brings, on average
renewal_margin, renewal_keeps = 180, 0.20  # yuan a renewal; share of leavers whom a call keeps
new_score_cost = 15_000  # yuan to make a score anew: a week of work, and a test
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=12_000)
log, register = company.orders, company.customers.set_index("customer_id")
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-consent"
consents = company.consents.query("purpose == 'sharing' and source != 'dealer list'")
yes = consents.drop_duplicates("customer_id", keep="last")["given"].sum()
tell("{share:.0%} of the customers have agreed that their data are shared with others.", share=yes / len(register))
crm.quiz(
    "An extract for a university has no names in it. Does it need the consent to sharing? (Chapter 8a)",
    ("Yes, unless nobody can be found in it.", True, "Whether that holds is today's first question, and it can be tried out."),
    ("No: without names it is anonymous.", False, "Names are one way to find somebody. There are others."),
    ("No: a university is not a company.", False, "Sharing is sharing; the purpose is another one than that of the data."),
)

# %% id="recall-calibration-quiz"
crm.quiz(
    "A churn score says 30 % for each of a hundred customers. What makes it calibrated? (Chapter 5b)",
    ("About thirty of them leave.", True, "Today we ask that of each group of customers, and of each month."),
    ("The thirty with the highest score leave.", False, "They all have the same score. That would be ranking."),
    ("None of them has left yet.", False, "That is a condition for scoring, not a property of the score."),
)

# %% [markdown] id="data"
# ## The data
#
# The extract that Zhou Ning would send: one row per customer who bought in the year before 30 June 2025 and told
# birth year and sex. Four facts of the register, the day of the first purchase, three columns on buying, and
# whether they stayed away in the 150 days from 14 July on (`churned`). It is a *snapshot* as in chapter 5b; the
# scores come from two earlier ones.

# %% id="data-snapshot"
days = ["2024-06-30", "2024-12-31", "2025-06-30"]
snapshots = crm.churn.snapshot(log, days, gap=14, horizon=150).astype({"churned": float})
last = pd.Timestamp(days[-1])
earlier, present = snapshots.drop(last, level="cutoff"), snapshots.xs(last, level="cutoff")

# %% id="data-extract"
facts = ["birth_year", "gender", "region", "city_size"]
extract = present[["recency_days", "purchases", "spend", "churned"]].join(register[facts])
extract["first_purchase"] = register["joined"]
extract = extract.dropna(subset=facts).astype(dict.fromkeys(facts[1:], "str"))
plots.table(extract.head(3).reset_index(drop=True), "Three rows of the extract (spend: yuan)", {"birth_year": "{:.0f}"})

# %% id="data-read"
tell("{rows:,} rows. By days since the last purchase and spend alone, {unique:.1%} of them are like no other.",
     rows=len(extract), unique=1 - extract.duplicated(["recency_days", "spend"], keep=False).mean())

# %% [markdown] id="attack"
# ## An attack on a harmless extract
#
# None of these columns is a name. But facts that a stranger can know, and that together point to one row, are
# **quasi-identifiers**. Finding the person of a row in this way is **re-identification**. How easily it happens is
# not a matter of opinion: in a **motivated intruder test** somebody who is no expert tries it (Information
# Commissioner's Office, 2012), with people who agreed to it. Lots chose private customers, all of whom agreed (life
# is seldom so kind), and a student wrote down what their public pages tell: birth year, sex, where they live, and
# often "my first bag!", with the day or the month. Some of it is wrong, and she does not know who is in the extract.
# `customer_id` lay in an envelope until she was done.

# %% id="attack-pages"
pages = company.intruder_test.astype(dict.fromkeys(facts[1:], "str"))
plots.table(pages.drop(columns="customer_id").head(3).set_index("page"), "Three pages", {"birth_year": "{:.0f}"})

# %% [markdown] id="attack-how"
# She looks for each page: rows that agree in everything the page tells are candidates. Where there is just one, she
# says "that is her". `crm.find_people` does that; then we open the envelope.

# %% id="attack-find"
extract["first_month"] = extract["first_purchase"].dt.strftime("%Y-%m")
known = {"four facts": facts, "and the first purchase": [*facts, "first_purchase", "first_month"]}
inside = pages["customer_id"].isin(extract.index).sum()
claims = {name: crm.find_people(pages, extract, columns)["found"] for name, columns in known.items()}
right = {name: (found == pages["customer_id"]).sum() for name, found in claims.items()}

# %% id="attack-table"
from statsmodels.stats.proportion import proportion_confint

attack = pd.DataFrame({"said": {name: found.notna().sum() for name, found in claims.items()}, "right": right})
attack["found"] = attack["right"] / inside
attack["low"], attack["high"] = proportion_confint(attack["right"], inside, method="wilson")
caption = "Of {inside} people who are in the extract: found by a stranger (95 % interval)"
plots.table(attack, caption, dict.fromkeys(["found", "low", "high"], "{:.1%}"), inside=inside)

# %% id="attack-read"
asked = attack.loc["and the first purchase"]
tell("A stranger finds {share:.0%} of them ({within:.0%}) and then reads what they spend and whether they stay away. "
     "Of those she names, {sure:.0%} are right.", share=asked["found"], within=(asked["low"], asked["high"]),
     sure=asked["right"] / asked["said"])

# %% [markdown] id="attack-words"
# The extract is not anonymous: too many people can be found by what they posted. So it is personal data, and its law
# holds. (The rate is one for *this* stranger; somebody with a receipt knows days and sums.) And who is named wrongly
# is harmed as well.

# %% [markdown] id="minimise"
# ### Minimise: what does the question need?
#
# **Data minimisation**: send only what the purpose needs, as coarse as it can be. The university asks who comes
# back. It needs no birthday, no sum to the cent. Two coarser versions; pages and extract are coarsened alike, since
# the stranger knows how to count decades, too.

# %% id="minimise-coarse"
for people in (extract, pages):
    month = pd.to_datetime(people["first_month"])
    people["decade"] = people["birth_year"] // 10 * 10
    people["first_half"] = month.dt.year + month.dt.month.gt(6) / 2
    people["first_year"] = month.dt.year
    people["age"] = pd.cut(2025 - people["birth_year"].astype(float), [0, 31, 43, 56, 99],
                           labels=["up to 31", "32 to 43", "44 to 56", "57 or more"]).astype("str")

# %% id="minimise-behaviour"
extract["quarters_ago"] = extract["recency_days"] // 91
extract["bought"] = extract["purchases"].clip(upper=6)
extract["spend_class"] = pd.qcut(extract["spend"].rank(method="first"), 5, labels=False)
behaviour, coarse = ["recency_days", "purchases", "spend"], ["quarters_ago", "bought", "spend_class"]

# %% id="minimise-attack"
versions = {"as asked": known["and the first purchase"]}
versions["coarser"] = ["decade", "gender", "region", "city_size", "first_half"]
versions["what is needed"] = ["age", "region", "first_year"]
found = {name: (crm.find_people(pages, extract, columns)["found"] == pages["customer_id"]).sum()
         for name, columns in versions.items()}
safety = pd.DataFrame({"people found": found})
safety["low"], safety["high"] = proportion_confint(safety["people found"], inside, method="wilson")

# %% [markdown] id="k-anonymity"
# ### k-anonymity: nobody alone
#
# An extract has **k-anonymity** if each row looks like at least $k - 1$ others in all quasi-identifiers (Sweeney,
# 2002). It is counted, not believed: the size of the group of each row. Rows in smaller groups are left out.

# %% id="k-anonymity-size"
size = {name: extract.groupby(columns, dropna=False)["churned"].transform("size") for name, columns in versions.items()}
safety["smallest group"] = pd.Series({name: groups.min() for name, groups in size.items()})
safety["left out"] = pd.Series({name: (groups < least_group).mean() for name, groups in size.items()})

# %% id="k-anonymity-table"
caption = "Found of {inside} (95 % interval), and rows in groups smaller than {k}"
plots.table(safety, caption, dict.fromkeys(["low", "high", "left out"], "{:.1%}"), inside=inside, k=least_group)

# %% id="k-anonymity-read"
small = size["coarser"] < least_group
by_region = small.groupby(extract["region"]).mean()
tell("Coarser, but with k = {k}: {share:.0%} of the rows would have to go, {most:.0%} in {where}, {least:.0%} in {there}.",
     k=least_group, share=small.mean(), most=by_region.max(), where=by_region.idxmax(), least=by_region.min(),
     there=by_region.idxmin())

# %% [markdown] id="k-anonymity-words"
# Leaving rows out is not free: it is the rare who go, and a study would then say nothing about them. Better fewer
# columns than fewer people. Of what is needed no row is alone: the 0 is certain, for a stranger who knows no more.
# And k-anonymity has two holes. If all in a group have left, you know it of each without finding anyone.
# (*l-diversity* asks for several outcomes in each group, and says little where nine of ten have left: Machanavajjhala
# et al., 2007.) And k counts only the columns that we *call* quasi-identifiers. Who stood at the same till may know
# what was bought:

# %% id="k-anonymity-hole"
groups = extract.groupby(versions["what is needed"])["churned"].mean()
alone = 1 - extract.duplicated([*versions["what is needed"], *coarse], keep=False).mean()
tell("Of the groups of what is needed {low:.0%} to {high:.0%} have left. To somebody who knows the coarse columns on buying, "
     "too, {alone:.0%} of the rows are alone.", low=groups.min(), high=groups.max(), alone=alone)

# %% [markdown] id="useful"
# ### What does it cost the study?
#
# The university will fit a model of who stays away. We do it for them: learn on 70 % of the rows of each version,
# and judge it on the same other 30 % by the AUC. The interval of the difference comes from drawing these rows anew.

# %% id="useful-fit"
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

train = rng.random(len(extract)) < 0.7
columns = {"as asked": [*facts, "first_half", *behaviour], "coarser": [*versions["coarser"], *coarse]}
columns["what is needed"] = [*versions["what is needed"], *coarse]
predicted = pd.DataFrame(index=extract.index[~train])
for name, chosen in columns.items():
    model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
    table = pd.get_dummies(extract[chosen], dtype=float)
    learn = train & (size[name] >= (1 if name == "as asked" else least_group)).to_numpy()
    predicted[name] = crm.steady(model.fit(table[learn], extract["churned"][learn]).predict_proba(table[~train])[:, 1])

# %% id="useful-auc"
from sklearn.metrics import roc_auc_score

outcome = extract["churned"][~train].to_numpy()
draws = [np.arange(len(outcome)), *(rng.integers(len(outcome), size=len(outcome)) for draw in range(150))]
auc = pd.DataFrame([[roc_auc_score(outcome[rows], predicted[name].iloc[rows]) for name in predicted] for rows in draws],
                   columns=predicted.columns)
loss = auc.rsub(auc["as asked"], axis=0)
loss_half = 1.96 * loss[1:].std()

# %% id="useful-table"
useful = pd.DataFrame({"AUC": auc.iloc[0], "less than as asked": loss.iloc[0], "±": loss_half})
plots.table(useful, "How well the study could tell who stays away (k = {k} but for as asked)", "{:.3f}", k=least_group)

# %% id="useful-read"
price = loss.at[0, "what is needed"], loss_half["what is needed"]
tell("What is needed costs the study {price:±.3f} of AUC, and finds {count} of {inside} people.", price=price,
     count=safety.at["what is needed", "people found"], inside=inside)

# %% [markdown] id="useful-words"
# Read the interval: where it holds 0, nothing is seen to be lost, for *this* question. Another one (which birth
# years buy machines?) would lose everything. So ask for the question first; "send us all you have" has no version
# that is safe.

# %% [markdown] id="pseudonyms"
# ## Pseudonyms: why a hash alone fails
#
# Next year the university wants to follow the same customers. A **pseudonym** stands for the person, the same each
# time. "We hash the telephone number", says Chen Bo, "nobody can turn that back". True, and nobody has to: there
# are not many numbers. A stranger hashes them all, and looks. Here for one thousandth of the numbers, all that
# begin with 12345.

# %% id="pseudonyms-dictionary"
import hashlib

accounts = company.system_accounts.query("system == 'web' and phone != ''")
phones = accounts["phone"].str[-11:]
hashed = {hashlib.sha256(phone.encode()).hexdigest() for phone in phones}
tried = (f"12345{number:06d}" for number in range(1_000_000))
turned_back = [phone for phone in tried if hashlib.sha256(phone.encode()).hexdigest() in hashed]

# %% id="pseudonyms-read"
block = phones[phones.str.startswith("12345")].nunique()
tell("A million hashes, about a second: {found} of {there} customers with such a number are found. All numbers take a "
     "thousand times as long.", found=len(turned_back), there=block)

# %% [markdown] id="pseudonyms-key"
# That is a *dictionary attack*. A salt that goes along with the data hardly helps, since it is hashed along. What
# helps is a **keyed hash** (HMAC): without the key the stranger cannot compute it, for any number of guesses. Chen Bo
# keeps the key, and not beside the data.

# %% id="pseudonyms-keyed"
import hmac
import secrets

key, other_key = secrets.token_bytes(32), secrets.token_bytes(32)
keyed, other = ({hmac.digest(one, phone.encode(), "sha256").hex() for phone in phones} for one in (key, other_key))
tell("{all:,} numbers, {different:,} pseudonyms; the same with another key: {both} in common.", all=phones.nunique(),
     different=len(keyed), both=len(keyed & other))

# %% [markdown] id="pseudonyms-words"
# One key for each receiver: then two of them cannot join their extracts by it. What it costs: a lost key ends the
# study, and a leaked one undoes everything. A pseudonym hides the *name* only: the attack above never used one. It
# joins this year's row with last year's, so k has to be counted over both. And since we can turn it back, most laws
# call such data personal.

# %% [markdown] id="noise"
# ## A noisy count
#
# Perhaps the university needs no rows, only counts: how many customers bought last month, by region? Even a count
# tells. Ask for all, then for all but one:

# %% id="noise-difference"
lately = log.query("amount >= 0 and date >= '2025-12-01'")["customer_id"]
buyers = register.assign(lately=register.index.isin(lately)).query("lately")
target = buyers.index[0]
tell("Buyers in December: {all:,}; without {who}: {rest:,}. So {who} bought in December.", all=len(buyers), who=target,
     rest=len(buyers.drop(target)))

# %% [markdown] id="noise-how"
# **Differential privacy** answers with noise, so that one person more or less changes the chance of any answer by a
# factor of at most $e^\varepsilon$. The noise must hide the most that one person can change, the *sensitivity*: a
# count of people by 1, a sum of yuan by far more. For a count, noise of a *Laplace* distribution with scale
# $1/\varepsilon$ does it (Dwork et al., 2006). Small ε: much noise. 95 % of the noise lies within $\ln 20 /
# \varepsilon$, so the interval of a noisy count is known, and may be told.

# %% id="noise-count"
truth_count = len(buyers)
levels = pd.DataFrame({"ε": [0.05, 0.5, 2.0]})
levels["noisy count"] = truth_count + rng.laplace(scale=1 / levels["ε"])
levels["±"] = np.log(20) / levels["ε"]
levels["of the smallest count"] = levels["±"] / buyers["region"].value_counts().min()
plots.table(levels.set_index("ε"), "Buyers in December, told with noise (last column: ± over that count of a region)",
            {"±": "{:.1f}", "of the smallest count": "{:.0%}"})

# %% id="noise-coverage"
answers = truth_count + rng.laplace(scale=1 / 0.5, size=20_000)
covered = np.abs(answers - truth_count) <= np.log(20) / 0.5
hundred = answers[:100].mean(), 1.96 * np.sqrt(2) / 0.5 / 10
tell("Of 20,000 answers with ε = 0.5, {share:.1%} hold the truth in their interval. The mean of a hundred of them: "
     "{mean:±.1f}; the truth is {truth}.", share=covered.mean(), mean=hundred, truth=truth_count)

# %% [markdown] id="noise-words"
# The last figure is the weak point: who may ask again takes the noise away. Each answer spends some of a **privacy
# budget**, and ε adds up: a hundred answers with 0.5 may cost an ε of 50, which protects nobody. (Counts of groups
# that share nobody, as by region, cost ε once.) So decide the budget for a year, answer the same question with the
# same noise, and stop when it is spent. Noise is cheap for large counts and ruins small ones; that is what it is for.
# (For real use take a tested library: rounding of floats leaks, too. Mironov, 2012.)

# %% [markdown] id="backup"
# ## A backup that is restored
#
# The opposite harm is data that are gone. A backup is copied to places that we do not watch, so it is
# **encrypted**: of no use without its key. And a backup that nobody has ever restored is a hope. `Fernet` of the
# package *cryptography* takes care of what is easily done wrong, and notices a change.

# %% id="backup-make"
from cryptography.fernet import Fernet, InvalidToken

backup_key = Fernet.generate_key()
plain = register.to_csv().encode()
backup = Fernet(backup_key).encrypt(plain)
readable = register["display_name"].iloc[0].encode() in backup
tell("{size:,.0f} kB become {larger:,.0f} kB; the first customer's name is readable in it: {readable}.",
     size=len(plain) / 1000, larger=len(backup) / 1000, readable="yes" if readable else "no")

# %% id="backup-restore"
from contextlib import suppress

spoilt = backup[:1000] + bytes([backup[1000] ^ 1]) + backup[1001:]  # one bit changed
tries = {"our key": (backup_key, backup), "another key": (Fernet.generate_key(), backup), "one bit changed": (backup_key, spoilt)}
restored = dict.fromkeys(tries, "no")
for name, (tried_key, data) in tries.items():
    with suppress(InvalidToken):
        restored[name] = "yes" if Fernet(tried_key).decrypt(data) == plain else "no"
plots.table(pd.Series(restored, name="restored").rename_axis("with"), "Restoring the register")

# %% [markdown] id="backup-words"
# A lost key is lost data: nobody can help, we as little as a thief. So the key lies in two places, neither of them
# beside the backup, and restoring is practised each quarter by somebody who did not make it.

# %% [markdown] id="drift"
# ## Is the score still right?
#
# Bean subscriptions are sold on marketplaces; four weeks before a renewal a score says who will not renew. `renewals`
# has one in ten of them, by lot, by week. Needs and markets change, in two ways. **Data drift**: those who are scored
# are others than before. **Concept drift**: the same customers behave otherwise. The first leaves a score right that
# is right in each of the groups that grow or shrink; the second makes it wrong.

# %% id="drift-week"
renewals = company.renewals.dropna(subset="left").astype({"left": float})
weekly = renewals.groupby("week")[["score", "left"]].mean()
monthly = weekly.rolling(4).mean().dropna()
plots.show(monthly.plot(), "What the score says, and who did not renew: two years", x="week", percent="y",
           y="share of renewals (mean of four weeks)", alt="Two lines: mean score and share that did not renew; they run together, then part.")

# %% [markdown] id="drift-alarm"
# When do the lines part, and how do we know that it is not luck? For each week, $z$ says by how many standard
# deviations of luck more left than the score said; `crm.churn.excess_leavers` computes it. Small excesses are added
# up by a **CUSUM**: $S_t = \max(0, S_{t-1} + z_t - \tfrac12)$ (Page, 1954). An alarm is an $S$ above a limit. We
# choose the limit so that in a year in which the score is right, an alarm comes with 5 %: by simulating 2,000 such
# years with our own scores.

# %% id="drift-limit"
first_year = renewals[renewals["week"] < "2025-01-01"]
limit = crm.churn.cusum_limit(first_year["score"], first_year["week"], rate=0.05, seed=seed)
excess = crm.churn.excess_leavers(renewals["left"], renewals["score"], renewals["week"])
sums = pd.Series(crm.churn.cusum(excess), excess.index, name="CUSUM")
above = sums > limit
alarms = sums.index[above & ~above.shift(fill_value=False)]

# %% [markdown] id="drift-confirm"
# An alarm may be luck: that is what 5 % means. So it only makes us look, at weeks that it has not seen. By luck alone
# the mean $z$ of four weeks lies within $1.96 / \sqrt{4}$ of 0, 19 times of 20. The first alarm with more after it
# counts; after a false one the watch goes on.

# %% id="drift-confirmed"
after = pd.Series({week: excess[excess.index > week].head(4).mean() for week in alarms})
alarm = after.index[after > 1.96 / np.sqrt(4)][0]
tell("{week:%d %B %Y}: in the four weeks after it z is {mean:±+.1f} on average. False alarms before: {count}.", week=alarm,
     mean=(after[alarm], 1.96 / np.sqrt(4)), count=(alarms < alarm).sum())

# %% id="drift-figure"
ax = sums.plot(ylim=(0, 30))
ax.axhline(limit, color=plots.PALETTE[3], ls="--")
ax.axvline(alarm, color=plots.PALETTE[1], ls=":")
plots.show(ax, "The alarm that counts comes with the renewals of {week:%d %B %Y}", week=alarm, x="week", y="CUSUM, up to 30",
           alt="A line, low for over a year, then rising steeply over a dashed limit; a dotted line marks the alarm.")

# %% id="drift-check"
years = crm.churn.luck_alone(first_year["score"], first_year["week"], seed=seed + 100)
false = (crm.churn.cusum(years).max(axis=1) > limit).mean()
tell("In 2,000 other years in which the score is right, {false:.1%} have an alarm. A limit of 1.96 on each week "
     "alone would have one in {naive:.0%}.", false=false, naive=(years > 1.96).any(axis=1).mean())

# %% [markdown] id="drift-words"
# What is known of a week is known four weeks later: add four weeks to the date, and four to confirm it. The limit
# holds for a score that was right to begin with: check that first, as below.

# %% id="drift-calibrated"
miss = first_year["left"] - first_year["score"]
tell("In 2024 the share that left was {miss:±+.1points} above the score.", miss=(miss.mean(), 1.96 * miss.sem()))

# %% [markdown] id="claim"
# ### Claim check: "a stability index above 0.25 means: make the model anew"
#
# The **population stability index** (PSI) compares how a column is distributed now and then:
# $\sum (b_i - a_i) \ln (b_i / a_i)$ over its bins. Below 0.1 little has changed, above 0.25 much, says the manual
# (Siddiqi, 2006); the trade makes of it "all is well" and "make it anew". Two PSI, before the alarm and since: of
# the score, and of the plan.

# %% id="claim-psi"
plan = renewals.assign(plan=renewals["plan"].cat.codes)
spans = {"before the alarm": plan[plan["week"].between(alarm - pd.Timedelta(weeks=14), alarm - pd.Timedelta(weeks=1))]}
spans["since"] = plan[plan["week"] > alarm]
start = plan[plan["week"] < plan["week"].min() + pd.Timedelta(weeks=13)]
rows = {name: [crm.churn.population_stability(start[column], span[column]) for column in ("score", "plan")]
        for name, span in spans.items()}
psi = pd.DataFrame(rows, index=["score", "plan"]).T
psi["left less score"] = [(span["left"] - span["score"]).mean() for span in spans.values()]
psi["±"] = [1.96 * (span["left"] - span["score"]).sem() for span in spans.values()]
now = tuple(psi.loc["since", ["left less score", "±"]])
formats = {"score": "{:.2f}", "plan": "{:.2f}", "left less score": "{:+.1points}", "±": "{:.1points}"}
plots.table(psi, "Stability index against the first quarter, and how wrong the score is", formats)

# %% [markdown] id="claim-words"
# More people subscribe as a gift: the index rises, and the score, which knows the plan, stays right. Then a rival
# comes (the trade press had it): the score is wrong, and its index hardly moves. The index looks at inputs, never
# at outcomes, and its limits come with no rate of false alarms: by luck alone it is about (bins − 1)(1/n + 1/m)
# (Yurdakul & Naranjo, 2020). Look at it to ask *who* comes; ask the outcome whether the score is right.

# %% [markdown] id="anew"
# ### When is a new score worth its price?
#
# A call costs 8 yuan and keeps a fifth of those who would leave; a renewal brings 180. So a call pays from a chance
# of $8 / (0.2 \times 180)$ on. A score that is too low leaves people out who should be called. We learn the
# correction from the renewals after the alarm, each fifth from the other four (`cross_val_predict`), and count what
# it brings.

# %% id="anew-correct"
from sklearn.model_selection import cross_val_predict

since = renewals[renewals["week"] > alarm].assign(log_odds=lambda rows: np.log(rows["score"] / (1 - rows["score"])))
logistic = LogisticRegression(C=np.inf, solver="newton-cholesky")
chances = cross_val_predict(logistic, since[["log_odds"]], since["left"], method="predict_proba")
since["corrected"] = crm.steady(chances[:, 1])
worth_from = call_cost / (renewal_keeps * renewal_margin)
pays = renewal_keeps * renewal_margin * since["left"] - call_cost
gain = pays * ((since["corrected"] >= worth_from).astype(int) - (since["score"] >= worth_from))

# %% id="anew-net"
renewals_a_week = 10 * len(since) / since["week"].nunique()
weekly_loss = renewals_a_week * np.array([gain.mean(), 1.96 * gain.sem()])
net = 52 * weekly_loss[0] - new_score_cost, 52 * weekly_loss[1]
tell("The old score loses {loss:±,.0f} {unit} a week. A new one brings {net:±+,.0f} {unit} in a year, its price paid.",
     loss=tuple(weekly_loss), net=net, unit=currency)

# %% [markdown] id="anew-rules"
# Three rules for the 52 weeks after such a change: never; every half-year, which waits a quarter on average; and on
# a confirmed alarm. By the size of the excess the sum reaches the limit after about $\text{limit} / (\bar z -
# \tfrac12)$ weeks, later where the change comes slowly, and four more confirm it. Under both, outcomes are known
# four weeks late. (Assumed: a new score is at once as good as the one above.)

# %% id="anew-table"
waits = 13 + 4, limit / (excess[excess.index > alarm].mean() - 0.5) + 4 + 4
names = ["never", "every half-year", "on the alarm"]
rules = pd.DataFrame({"weeks lost": [52, *waits], "new scores": [0, 2, 1]}, index=names)
rules["cost"] = rules["weeks lost"] * weekly_loss[0] + rules["new scores"] * new_score_cost
plots.table(rules, "Cost of three rules in the 52 weeks after such a change (yuan)", {"weeks lost": "{:.1f}"})

# %% id="anew-read"
saved = rules.at["every half-year", "cost"] - rules.at["on the alarm", "cost"], abs(waits[0] - waits[1]) * weekly_loss[1]
tell("Against every half-year the alarm saves {saved:±+,.0f} {unit} in these weeks; in a quiet year, two scores.",
     saved=saved, unit=currency)

# %% [markdown] id="fair"
# ## Is the score fair?
#
# Now the other sheet: the churn score of chapter 5b, on the snapshot of June 2025, which it has not seen. Who has
# 50 % or more is called. Who gets a call is better off, so the harm is to be *missed*: to leave, and not to be
# called. The score knows neither age nor region. Is that enough?

# %% id="fair-score"
features = ["recency_days", "purchases", "spend", "purchases_trend", "tenure_days", "days_between_purchases"]
churn_model = crm.churn.churn_model().fit(earlier[features], earlier["churned"])
scored = present[["churned"]].assign(score=crm.steady(churn_model.predict_proba(present[features])[:, 1]))
scored = scored.join(extract["age"]).join(register["region"].astype("str"))
threshold = call_cost / leaver_worth
scored["called"] = scored["score"] >= threshold

# %% [markdown] id="fair-measures"
# Three measures for each group. **Calibration within groups**: does the score mean the same in each (here: on
# average)? The **miss rate** (false negative rate): of those who leave, how many are not called? The **false positive
# rate**: of those who stay, how many are called in vain? Age is known of those in the extract, region of all. Of nine
# groups one is off by luck now and then, so the worst is held against an interval that is right for nine looks
# (Bonferroni: $1 - 0.05/9$ in place of 95 %). For the error rates we look at two ages: those with the highest and the
# lowest share that leaves.

# %% id="fair-groups"
from scipy import stats

scored["off"] = scored["score"] - scored["churned"]
scored["missed"] = (~scored["called"]).astype(float).where(scored["churned"] == 1)
scored["in_vain"] = scored["called"].astype(float).where(scored["churned"] == 0)
rates = ["churned", "off", "missed", "in_vain"]
measures = scored.melt(rates, ["age", "region"], value_name="group").groupby(["variable", "group"])[rates]
means, halves = measures.mean(), 1.96 * measures.sem()
nine_looks = stats.norm.isf(0.025 / len(means)) / 1.96

# %% id="fair-table"
shown = means.join(halves[["off", "missed"]].add_suffix(" ±")).droplevel("variable").rename(columns={"churned": "leave"})
formats = dict.fromkeys(["leave", "missed", "in_vain"], "{:.0%}") | dict.fromkeys(["off ±", "missed ±"], "{:.1points}")
columns = ["leave", "off", "off ±", "missed", "missed ±", "in_vain"]
plots.table(shown[columns], "Score less share that left (off), and error rates by group", formats | {"off": "{:+.1points}"})

# %% id="fair-read"
worst = crm.steady(means["off"].abs()).idxmax()
worst_off = means.loc[worst, "off"], nine_looks * halves.loc[worst, "off"]
ages, leave = means.loc["age", "missed"], means.loc["age", "churned"]
young, middle = leave.idxmax(), leave.idxmin()
apart = ages[middle] - ages[young], np.hypot(halves.loc["age", "missed"][middle], halves.loc["age", "missed"][young])
tell("The score is most wrong for {group}: {off:±+.1points}. Of the leavers aged {middle} we miss {more:±.1points} more "
     "than of those aged {young}.", group=worst[1], off=worst_off, middle=middle, young=young, more=apart)

# %% [markdown] id="fair-why"
# ### Why they cannot all be equal
#
# Let us ask for a fairer score: right in each group, and with the same error rates. That cannot be had. With $p$
# the share that leaves, PPV the share of those called who leave, and FNR the miss rate,
#
# $$\text{FPR} = \frac{p}{1 - p} \cdot \frac{1 - \text{PPV}}{\text{PPV}} \cdot (1 - \text{FNR})$$
#
# holds for any score whatever, by counting (Chouldechova, 2017). So where $p$ differs, two groups with the same PPV
# and the same miss rate *must* differ in the false positive rate (see also Kleinberg et al., 2017). Only a score
# without errors, or the same $p$, gets around it. Give both age groups the PPV and the miss rate of all:

# %% id="fair-forced"
ppv, missed = scored.loc[scored["called"], "churned"].mean(), scored["missed"].mean()
forced = leave / (1 - leave) * (1 - ppv) / ppv * (1 - missed)
tell("With PPV {ppv:.0%} and miss rate {missed:.0%} in both, {young:.0%} of the stayers aged {young_name} would be "
     "called in vain, and {middle:.0%} of those aged {middle_name}.", ppv=ppv, missed=missed, young=forced[young], young_name=young,
     middle=forced[middle], middle_name=middle)

# %% [markdown] id="fair-why-words"
# So somebody has to say *which* equality counts here, and that is no question of statistics. A call is a benefit:
# then being missed is the harm, and the miss rate counts. Were the score used to refuse something, it would be the
# false positives.

# %% [markdown] id="explore"
# ### Explore: make two groups equal
#
# Both scores are perfectly calibrated. Three things to try:
#
# 1. Give both groups the same threshold, and base rates that differ. Which rates differ?
# 2. Move the thresholds until both miss rates are equal. What has become of the share of right calls?
# 3. Let the score separate better. Do the gaps close?
#
# Where nothing can move, on a page or before you run the cell, the picture shows one setting.

# %% id="explorer"
from crmlab import widgets

widgets.fairness_explorer(base_rates=(leave[young], leave[middle]), groups=(young, middle))

# %% [markdown] id="explore-read"
# You can make any one rate equal, sometimes two, and never all three while the base rates differ.

# %% [markdown] id="price"
# ### What another threshold costs, and whom
#
# A call costs 8 yuan, and brings 16 where somebody would have left: so 50 % is the threshold of the money. Two
# others: 40 % for all, and a threshold for each age that makes the miss rates equal.

# %% id="price-rules"
aged = scored.dropna(subset="age")
leavers = aged[aged["churned"] == 1]
equal = leavers.groupby("age")["score"].quantile(leavers["missed"].mean())
bars = pd.DataFrame({"50 % for all": threshold, "40 % for all": 0.4}, index=aged.index)
bars["equal miss rate"] = aged["age"].map(equal)
calls = bars.rsub(aged["score"], axis=0) >= 0
worth = calls.mul(leaver_worth * aged["churned"] - call_cost, axis=0)
cost = worth.rsub(worth["50 % for all"], axis=0)

# %% id="price-table"
missed_by = 1 - calls[aged["churned"] == 1].groupby(leavers["age"]).mean().T
rules_table = pd.DataFrame({"calls": calls.sum(), "missed " + young: missed_by[young], "missed " + middle: missed_by[middle],
                            "costs": 1000 * cost.mean(), "±": 1960 * cost.sem()})
plots.table(rules_table, "Three rules: calls, leavers missed, and what a rule costs per 1,000 customers (yuan)",
            dict.fromkeys(rules_table.columns[1:3], "{:.0%}"))

# %% id="price-read"
equal_cost = 1000 * cost["equal miss rate"].mean(), 1960 * cost["equal miss rate"].sem()
changed = missed_by.at["equal miss rate", young] - ages[young]
tell("Equal miss rates cost {cost:±,.0f} {unit} per 1,000 customers. Of the leavers aged {young} they miss {more:.1points} more.",
     cost=equal_cost, unit=currency, young=young, more=changed)

# %% [markdown] id="price-words"
# Near the threshold a call is worth about what it costs, so moving it a little is cheap. What it changes is *who*
# is missed: one group gains what the other loses, unless we pay for more calls. And a threshold by age treats two
# customers with the same score differently, which some laws forbid, as they may forbid age in the score. That is
# for Feng Lan, with these figures in her hand. (The thresholds are set and judged on the same customers; on others
# the rates would be equal only nearly.)

# %% [markdown] id="training"
# ## Did the training help?
#
# A leak needs no attack on a table: somebody calls, sounds friendly, and asks for a customer's number. The goal
# of a training is a deed: do not give it away. Of the four forms in the training material, lecture, case, role play
# and online, Feng Lan tried the last two, with the same content. Of 72 teams in shops and at dealers, lots dealt 24
# to each course and 24 to none. A stranger called everybody before, after one month, and after six. One row is one
# person; training is evaluated on **four levels** (Kirkpatrick, 1959): was it liked, what was learned, what is
# done, what does it bring?

# %% id="training-data"
calls_made = company.handling_test.astype({"arm": "str"})
teams = calls_made.groupby(["team", "arm"]).mean().reset_index()
levels_of = teams.groupby("arm")[["liked", "quiz", "gave_before", "gave_month_1", "gave_month_6"]].mean()
formats = dict.fromkeys(levels_of.columns[2:], "{:.0%}") | {"liked": "{:.1f}"}
plots.table(levels_of, "Liked (of 5), quiz (of 100), share that gave the number away", formats)

# %% [markdown] id="training-words"
# Without the teams that had no course we would have written: "after the course the share fell". But people talk:
# without a course the share moves, too. What a course changed is the difference to the teams without one. Teams were
# dealt, and people of a team learn from each other, so a *team* is the unit. Two courses against the same teams are
# two chances to be lucky: Dunnett's test (`stats.dunnett`) gives intervals that hold for both together.

# %% id="training-effect"
arms = dict(list(teams.groupby("arm")))
effects = []
for call in ("gave_month_1", "gave_month_6"):
    courses = [arms[arm][call] for arm in ("online", "role play")]
    ends = stats.dunnett(*courses, control=arms["no course"][call], rng=np.random.default_rng(seed)).confidence_interval()
    change = [course.mean() - arms["no course"][call].mean() for course in courses]
    effects += zip(("online", "role play"), [call] * 2, change, ends.low, ends.high, strict=True)
effects = pd.DataFrame(effects, columns=["arm", "call", "effect", "low", "high"])
effects = effects.set_index(["arm", "call"])
plots.table(effects, "Gave the number away more often than teams without a course (95 % for both together)", "{:+.1points}")

# %% id="training-read"
play, online = (tuple(effects.loc[(arm, "gave_month_6"), ["low", "high"]]) for arm in ("role play", "online"))
tell("After six months: role play {play:+.1points}, online {online:+.1points}. Of five, role play was given {less:.1f}, "
     "the online course {more:.1f}.", play=play, online=online, more=levels_of.at["online", "liked"],
     less=levels_of.at["role play", "liked"])

# %% [markdown] id="training-end"
# Liking is not learning, and learning is not doing. A course is judged by what is done, later, against a group by
# lot. (The fourth level, what it brings, are leaks that do not happen: too rare to count here.) And mind the
# **incentive**: whoever is paid by calls answered in a minute will give the number away, whatever the course says.

# %% [markdown] id="decision"
# ## The decision
#
# The rules were set before: an extract may leave the house if the upper end of what a stranger finds is at most
# 2 %; rows of groups below 10 are left out before it goes. The score may be used for calls if in no group it is
# more than 10 points off; the end of the interval counts here, too.

# %% id="decision-extract"
signed = [name for name in versions if safety.at[name, "high"] <= most_found][-1]
off, around = means["off"].abs(), nine_looks * halves["off"]
score_verdict = "yes, for calls" if (off + around).max() <= most_off else "no" if (off - around).max() > most_off else "open"

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-extract"
tell("1. The extract as asked: no. A stranger finds {share:.0%} of the people ({within:.0%}). Signed: “{version}”; "
     "found {none} of {inside}, at most {most:.1%}; it costs the study {price:±.3f} of AUC. To somebody who knows what was "
     "bought {alone:.0%} of the rows are alone: a contract forbids to join it with other data. Following customers needs "
     "pseudonyms, and their consent.", share=asked["found"], within=(asked["low"], asked["high"]), version=signed,
     none=safety.at[signed, "people found"], inside=inside, most=safety.at[signed, "high"], price=price, alone=alone)

# %% id="memo-score"
tell("2. The churn score: {verdict}. It is most wrong for {group}, {off:±+.1points}, the worst of nine groups. At one "
     "threshold leavers aged {middle} are missed {more:±.1points} more than those aged {young}, of whom more leave. Equal "
     "miss rates would cost {cost:±,.0f} {unit} per 1,000 customers. Not for prices, not for refusals.", verdict=score_verdict, group=worst[1],
     off=worst_off, middle=middle, young=young, more=apart, cost=equal_cost, unit=currency)

# %% id="memo-anew"
anew = net[0] - net[1] > 0
verdict = "make it anew now" if anew else "open, watch on"
tell("3. The renewal score: {verdict}. Since {week:%B %Y} it is off by {now:±+.1points}; a new one brings {net:±+,.0f} "
     "{unit} in a year. From then on the alarm, with about one false alarm in twenty years.", verdict=verdict, week=alarm, now=now,
     net=net, unit=currency)
tell("4. The course: {form}. After six months {play:+.1points}.", play=play,
     form="role play for all teams, in an order by lot" if play[1] < 0 else "open, role play is not shown to last")

# %% id="memo-evidence"
crm.evidence(
    ("people found in the extract as asked", "{share:.1%}", "{within:.1%}", "attack-table", "a stranger who knows a public page"),
    ("people found in the version signed, at most", "{most:.1%}", "", "minimise-attack", "she knows no other facts"),
    ("rows alone for who also knows the buying", "{alone:.1%}", "", "k-anonymity-hole", "all rows: no sample"),
    ("what it costs the study, AUC", "{price:.3f}", "{price_in:.3f}", "useful-auc", "this question"),
    ("score for the worst group, points", "{off:+.1points}", "{off_in:+.1points}", "fair-groups", "the winter like the summer of 2025"),
    ("missed more, points", "{more:+.1points}", "{more_in:+.1points}", "fair-read", "threshold 50 %"),
    ("equal miss rates, yuan per 1,000", "{cost:+,.0f}", "{cost_in:+,.0f}", "price-rules", "what a call brings is known"),
    ("a new renewal score, yuan a year", "{net:+,.0f}", "{net_in:+,.0f}", "anew-net", "the rival stays; a call keeps a fifth"),
    ("false alarms a year", "{false:.1%}", "", "drift-check", "the new score is right to begin with"),
    ("role play, after six months", "{play:+.1points}", "{play_in:+.1points}", "training-effect", ""),
    share=asked["found"], within=(asked["low"], asked["high"]), most=safety.at[signed, "high"], alone=alone, price=price[0],
    price_in=(price[0] - price[1], sum(price)), off=worst_off[0], off_in=(worst_off[0] - worst_off[1], sum(worst_off)),
    more=apart[0], more_in=(apart[0] - apart[1], sum(apart)), cost=equal_cost[0],
    cost_in=(equal_cost[0] - equal_cost[1], sum(equal_cost)), net=net[0], net_in=(net[0] - net[1], sum(net)),
    false=false, play=np.mean(play), play_in=play,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows what the page of *everybody* would tell, each true chance, and what a course does.

# %% id="truth-extract"
everyone = company.truth.profiles.astype(dict.fromkeys(facts[1:], "str"))
everyone = everyone[everyone["customer_id"].isin(extract.index)]
all_found = (crm.find_people(everyone, extract, versions["as asked"])["found"] == everyone["customer_id"]).mean()
tell("If everybody had such a page, a stranger would find {share:.1%}; our test said {said:.1%} ({within:.1%}).",
     share=all_found, said=asked["found"], within=(asked["low"], asked["high"]))

# %% id="truth-anew"
chance = renewals["renewal_id"].map(company.truth.renewals["chance"])
rival = renewals.loc[chance.sub(renewals["score"]) > 0.001, "week"].min()
true_gain = (renewal_keeps * renewal_margin * chance[since.index] - call_cost) * (
    (since["corrected"] >= worth_from).astype(int) - (since["score"] >= worth_from))
true_net = 52 * renewals_a_week * true_gain.mean() - new_score_cost
judged = {"action": true_net if anew else 0.0, "baseline": 0.0, "open": not anew}
tell("The rival came in the week of {rival:%d %B %Y}, the alarm {late} weeks later. The new renewal score truly brings "
     "{net:+,.0f} {unit} in a year like the weeks since; keeping the old one brings 0.", rival=rival,
     late=(alarm - rival).days // 7, net=true_net, unit=currency)

# %% id="truth-course"
course = company.truth.handling_test["month_6"]
tell("After six months role play truly changes {play:+.1points}, the online course {online:+.1points}.", play=course["role play"],
     online=course["online"])

# %% [markdown] id="truth-words"
# No firm has this page of everybody. The test by lot came near, since lots chose whom to look up. Volunteers would
# not have been like the others: who agrees to be looked for hides little.

# %% [markdown] id="recap"
# ## Recap
#
# - Without names is not anonymous: try to find people, and tell the rate with its interval.
# - Send what the question needs. A hash without a key, and a count that may be asked again, protect nobody.
# - A backup counts once it has been restored; a lost key is lost data.
# - Watch outcomes, not only inputs, with an alarm whose false alarms you know; make the score anew when that pays.
# - Where base rates differ, not all error rates can be equal: say which one counts, and what it costs whom.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-hash"
crm.quiz(
    "An extract has the SHA-256 of each telephone number in place of the number. Why is that weak?",
    ("All numbers can be hashed and looked up.", True, "A dictionary attack; a key that stays at home stops it."),
    ("SHA-256 can be turned back.", False, "Nobody has to: there are few numbers."),
    ("Two customers get the same hash.", False, "That hardly ever happens."),
)

# %% id="quiz-k"
crm.quiz(
    "In an extract with k = 10 all ten customers of a group have left. What is known about a customer of that group?",
    ("That she has left, without finding her row.", True, "k-anonymity hides which row, not what all of them share."),
    ("Nothing, one in ten is not enough.", False, "All ten say the same."),
    ("Which of the ten rows is hers.", False, "That is what k hides."),
)

# %% id="quiz-noise"
crm.quiz(
    "A count is answered with ε = 1 and fresh noise at each question. Somebody asks it 50 times. What now?",
    ("The mean is nearly the true count; the ε are 50 together.", True, "Same question, same noise; and a budget."),
    ("Each answer has ε = 1, so all have.", False, "What is learned adds up."),
    ("Nothing: the noise is random.", False, "Random noise is what a mean takes away."),
)

# %% id="quiz-psi"
crm.quiz(
    "The stability index of a score is 0.05. Is the score still right?",
    ("That cannot be said without outcomes.", True, "The index compares inputs; customers may behave otherwise."),
    ("Yes: below 0.1 all is well.", False, "That is the rule which failed above."),
    ("No: it should be 0.", False, "By luck alone it is above 0."),
)

# %% id="quiz-fair"
crm.quiz(
    "A calibrated score misses more leavers in one group. Its share of leavers is lower. What follows?",
    ("With one threshold that is to be expected.", True, "Fewer of them have a high score. Whether it is acceptable is another question."),
    ("The score is wrong for that group.", False, "Calibration says whether it is wrong."),
    ("Calibrate it again by group.", False, "It is calibrated; that would change nothing."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/12a_trust.ipynb) gives you an extract, a score and groups of your own. Then the course
# comes to its end: one company through all chapters, and [a year at the helm](12b_a_year_at_the_helm.ipynb).
#
# *Your own data:* count groups of equal facts in the last extract that left your house. For an alarm you need the
# score *as it was given*, with its date, and the outcome. Keep both from today on.
#
# ### References
#
# - Chouldechova, A. (2017). Fair prediction with disparate impact. *Big Data* 5(2), 153–163.
# - Dunnett, C. W. (1955). A multiple comparison procedure for comparing several treatments with a control. *Journal of
#   the American Statistical Association* 50, 1096–1121.
# - Dwork, C., McSherry, F., Nissim, K. & Smith, A. (2006). Calibrating noise to sensitivity in private data analysis. *Theory
#   of Cryptography Conference*, 265–284.
# - Information Commissioner's Office (2012). *Anonymisation: managing data protection risk code of practice*.
# - Kirkpatrick, D. L. (1959). Techniques for evaluating training programs. *Journal of the American Society of
#   Training Directors* 13.
# - Kleinberg, J., Mullainathan, S. & Raghavan, M. (2017). Inherent trade-offs in the fair determination of risk scores. *Innovations
#   in Theoretical Computer Science*.
# - Machanavajjhala, A., Kifer, D., Gehrke, J. & Venkitasubramaniam, M. (2007). l-diversity: privacy beyond k-anonymity. *ACM
#   Transactions on Knowledge Discovery from Data* 1(1).
# - Mironov, I. (2012). On significance of the least significant bits for differential privacy. *ACM CCS*, 650–661.
# - Page, E. S. (1954). Continuous inspection schemes. *Biometrika* 41, 100–115.
# - Siddiqi, N. (2006). *Credit Risk Scorecards*. Wiley.
# - Sweeney, L. (2002). k-anonymity: a model for protecting privacy. *International Journal of Uncertainty, Fuzziness and
#   Knowledge-Based Systems* 10(5), 557–570.
# - Yurdakul, B. & Naranjo, J. (2020). Statistical properties of the population stability index. *Journal of Risk Model
#   Validation* 14(4).
