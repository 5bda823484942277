# %% [markdown] id="title"
# # 9b · Spreading
#
# ### The question
#
# On 20 January Harbour Coffee brings out a new roast. Zhou Ning, head of marketing, has 60 tasting boxes to give
# away to members of the club, the community in the app, and an agency tells her to give them to the members with
# the most followers. Tang Mei, head of service, has another worry: in December a film of a leaking machine went
# round. Her alarm is one fixed number of negative mentions a day. She does not know how often it calls
# her team for nothing, nor how late it is when it matters. By Friday Zhou Ning has to say who gets a box, and Tang Mei from how many
# mentions on she wakes her team.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. compute four centralities of a network, and say what none of them knows;
# 2. estimate how many others one customer sets off, with an interval, and what follows for "viral";
# 3. find out of past launches who sets others off, without falling for luck;
# 4. compare plans of seeding in money, by the interval of their difference;
# 5. set an alarm by what a false one and a late one cost, and check what it promises.
#
# *You need* lots and held-out groups of [chapter 3b](03b_groups_and_offers.ipynb) and shrinking from
# [chapter 2b](02b_purchase_models.ipynb). *Time:* about {{minutes}} minutes to read and run. *Not here:* what is
# said and who is answered (9a); paid stars outside the club; how a network grows.
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
boxes = 60  # that Zhou Ning can give away
box_cost = 38  # yuan, with the parcel
margin = 34  # yuan that an order of a new roast earns, the repeats of a quarter included
order_value = 96  # yuan that is paid for such an order
false_alarm = 3_000  # yuan: the team comes in for a day, for nothing
day_late = 15_000  # yuan that a day costs on which a crisis goes on without an answer
crises = 1  # a year
currency = "yuan"

# %% id="setup"
import itertools

import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=10_000)
rng = np.random.default_rng(seed)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-luck"
one, none = 60 * 0.02, 0.98**60
tell("Each of 60 customers orders with a chance of 2% in a week: {one:.1f} orders are expected.", one=one)

# %% id="recall-luck-quiz"
crm.quiz(
    "How sure is it that in a week nobody of them orders?",
    ("{none:.0%}", True, "0.98 to the power of 60. Empty weeks say little about 60 customers."),
    ("{share:.0%}", False, "That is the share that does not order, of many customers."),
    ("Less than 1%", False, "Rare things fail to happen more often than one thinks."), none=none, share=0.98,
)

# %% id="recall-lot-quiz"
crm.quiz(
    "Boxes go to the most loyal customers, who then order more than the others. What did the boxes do?",
    ("Nobody knows: the loyal order more without a box, too.", True,
     "Who gets a box must be drawn by lot, or the two groups differ before."),
    ("They caused the difference.", False, "The two groups differed before the boxes."),
    ("Nothing.", False, "That is not known either."),
)

# %% [markdown] id="data"
# ## The data
#
# Who has an account in the club follows others. In `follows` one row is a pair: `customer_id` sees what
# `followed_id` shows. It is a **directed network**: customers are its *nodes*, rows its *edges*, and an edge
# has a direction. It holds the accounts that were customers at the start of 2025 and still are on
# 31 December 2025, today; who left is not in it.

# %% id="data-follows"
follows = company.follows
ids = pd.Index(np.union1d(follows["customer_id"], follows["followed_id"]))
tell("{members:,} members, {pairs:,} pairs.", members=len(ids), pairs=len(follows))
plots.table(follows.head(2).set_index("customer_id"), "Who follows whom")

# %% [markdown] id="data-tellings-words"
# In 2025 eight roasts came out. Each time one member in 25 got a box, *drawn by lot*: the best thing that the company
# ever did, as you will see. `tellings` has a row per launch and member who had the roast: with a `box`, by an
# order of their `own accord`, or because somebody had `told` them. The order form asks who; the first one counts.

# %% id="data-tellings"
tellings = company.tellings.astype({"launch": "str", "how": "str"})
shown = tellings.groupby("launch", sort=False)["how"].value_counts().unstack()
plots.table(shown[["box", "own accord", "told"]], "Members who had each roast, by how they came to it")

# %% [markdown] id="data-wrong"
# What is wrong with it? What people say in a form is what they remember. Friends who talk at the coffee machine are
# no edge. And whoever has no account in the club is not there at all.

# %% [markdown] id="centrality"
# ## Who is in the middle?
#
# The agency sells "influencers". The oldest measure of influence is a place in the network, a **centrality**,
# and there are many. We look at four on a small, real network: the 34 members of a karate club that split in two
# (Zachary, 1977), as the library *networkx* carries it.
#
# - **Degree** counts the edges of a node: here friends, in a directed network *followers*.
# - **Betweenness** is the share of shortest ways between two others that lead through a node.
# - The **eigenvector centrality** of a node is in proportion to the sum of its neighbours': friends who have friends.
# - **PageRank** is the share of time that somebody spends at a node who walks along the edges at random, and now
#   and then jumps (Brin & Page, 1998).

# %% id="centrality-karate"
import networkx as nx

karate = nx.karate_club_graph()
measures = {"degree": nx.degree_centrality, "betweenness": nx.betweenness_centrality}
measures |= {"eigenvector": nx.eigenvector_centrality_numpy, "PageRank": lambda net: nx.pagerank(net, weight=None)}
central = pd.DataFrame({name: measure(karate) for name, measure in measures.items()})
places = crm.steady(central).rank(ascending=False, method="min").astype(int)

# %% id="centrality-figure"
shown = places[(places <= 6).any(axis=1)].rename(index="member {}".format)
ax = shown.T.plot(figsize=(7.5, 4.2), marker="o", style=["-", "--", "-.", ":"] * 5, colormap="cividis")
ax.invert_yaxis()
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "A member's place depends on the measure", x="centrality (real data: karate club)", y="place",
    alt="Lines of the places of members by four centralities: they cross.",
)

# %% [markdown] id="centrality-words"
# The two heads of the club are on top by every measure. Below them the lines cross: member 3 has
# many friends, and hardly any shortest way leads through it. Which is right? None: each answers another question.
# Now ours, without betweenness, which needs the ways of every pair, and a sample of starting points gives another list
# each time.

# %% id="centrality-ours"
network = nx.from_pandas_edgelist(follows, "customer_id", "followed_id", create_using=nx.DiGraph)
ours = pd.DataFrame({"followers": dict(network.in_degree())}).reindex(ids)
ours["eigenvector"] = pd.Series(nx.eigenvector_centrality(network, max_iter=2000, tol=1e-9))
ours["PageRank"] = pd.Series(nx.pagerank(network))
ours = crm.steady(ours)

# %% id="centrality-top"
top = {name: set(ours[name].nlargest(boxes).index) for name in ours}
common = pd.DataFrame({one: {other: len(top[one] & top[other]) for other in top} for one in top}).rename_axis("measure")
plots.table(common, "Members in common of the {boxes} highest by two measures", boxes=boxes)

# %% id="centrality-read"
tell("Of the {boxes} members with most followers {pagerank} are among the highest by PageRank and {eigen} by "
     "the eigenvector; {all} are so by all three.", boxes=boxes, pagerank=common.at["followers", "PageRank"],
     eigen=common.at["followers", "eigenvector"], all=len(set.intersection(*top.values())))

# %% [markdown] id="centrality-limits"
# They disagree about many, and one thing they have in common: none has ever looked at anybody being set off. All
# follow from who follows whom. Whether followers *listen* stands in no network.

# %% [markdown] id="paradox"
# ### Why others always have more followers
#
# Compare the followers of a member with those of the members followed by it.

# %% id="paradox-read"
of_followed = follows["followed_id"].map(ours["followers"]).groupby(follows["customer_id"]).mean()
more = (of_followed > ours["followers"].reindex(of_followed.index)).mean()
tell("A member has {mean:.1f} followers on average; those whom a member follows have {theirs:.1f}. For {more:.0%} "
     "of the members the others have more.", mean=ours["followers"].mean(), theirs=of_followed.mean(), more=more)

# %% [markdown] id="paradox-words"
# That is the **friendship paradox** (Feld, 1991): who is followed by many is met often, so the others look more popular. It gives
# a way to seed without any network: draw members by lot, let each *name* one whom they follow, and give that one the box.

# %% [markdown] id="spread"
# ## Word of mouth
#
# How far does a box carry? Call $R$ the number of others whom one member who has the roast sets off *directly*. They
# are the first **generation**, those whom they set off the second. If every generation multiplied by the same $R$, a
# box would bring
#
# $$R + R^2 + R^3 + \dots = \frac{R}{1 - R}\quad\text{for } R < 1 .$$
#
# For $R > 1$ the sum has no end: only then may one say **viral**. Each box counts, also one that set
# nobody off. (Counting from the list of those who *told* would drop the zeros.)

# %% id="spread-counts"
tellings["set off"] = 0
set_off = tellings.groupby(["launch", "told_by"]).size()
keys = pd.MultiIndex.from_frame(tellings[["launch", "customer_id"]])
tellings["set off"] = set_off.reindex(keys, fill_value=0).to_numpy()

# %% id="spread-r"
box = tellings.loc[tellings["how"] == "box", "set off"]
per_box, per_box_half = box.mean(), 1.96 * box.sem()
dropped = box[box > 0].mean()
tell("A box set off {R:±.2f} others. With the zeros dropped it would be {dropped:.2f}. {none:.0%} of the boxes set "
     "off nobody; the best one {best}.", R=(per_box, per_box_half), dropped=dropped, none=(box == 0).mean(), best=box.max())

# %% [markdown] id="spread-generations-words"
# The interval is clearly below 1: nothing here goes viral, and hardly anything ever does; in seven online
# domains most of those who were set off were so by the first one (Goel, Watts & Goldstein, 2012). And do the
# later generations have the same $R$? A member's generation is its distance from the box in the tree of who told
# whom.

# %% id="spread-generations"
told = tellings[tellings["how"] == "told"]
by, to = (pd.MultiIndex.from_frame(told[["launch", who]]) for who in ("told_by", "customer_id"))
tree = nx.DiGraph(zip(by, to, strict=True))
tree.add_nodes_from(keys)
roots = keys[tellings["how"] == "box"].to_list()
steps = pd.Series(nx.multi_source_dijkstra_path_length(tree, roots))
tellings["generation"] = steps.reindex(keys).to_numpy()

# %% id="spread-table"
off = tellings.groupby("generation")["set off"].agg(["size", "mean", "sem"])
off["±"] = 1.96 * off["sem"]
shown = off[off["size"] >= 40].rename(columns={"size": "members", "mean": "set off"}).drop(columns="sem")
shown.index = shown.index.astype(int)
plots.table(shown, "Others set off by one member, by generation (0: with a box)", {"set off": "{:.2f}", "±": "{:.2f}"})

# %% id="spread-total"
later = tellings[tellings["generation"] > 0]
per_launch = later.groupby("launch").size() / (tellings["generation"] == 0).groupby(tellings["launch"]).sum()
total, total_half = per_launch.mean(), 2.36 * per_launch.sem()  # Student's t for eight launches
ends = [end / (1 - end) for end in (per_box - per_box_half, per_box + per_box_half)]
tell("The formula promises {formula:.2f} orders a box ({low:.2f} to {high:.2f}); seen are {total:±.2f}.",
     formula=per_box / (1 - per_box), low=ends[0], high=ends[1], total=(total, total_half))

# %% [markdown] id="spread-words"
# Two warnings. The formula exaggerates every error of $R$: near 1 a little more $R$ is a lot more reach. And
# $R$ is not one number: a box drawn by lot meets everybody, but who is *reached* follows somebody, is often followed back, and listens.
# So the later rows may differ from the first. A box by lot brings so many orders; is that enough?

# %% id="spread-money"
lot_net = margin * total - box_cost, margin * total_half
tell("By lot a box brings {net:±+,.1f} {unit} after its cost.", net=lot_net, unit=currency)

# %% [markdown] id="who"
# ## Who sets others off?
#
# Are there members who set off three, and who? The launches show it: everybody who had the roast told their
# followers, and we know who followed whom. Count for each member the followers who *could* be set off: not those who had the roast already, nor those with a box of their own. Each is one **exposure**.

# %% id="who-exposures"
pairs = tellings[["launch", "customer_id", "at"]].merge(
    follows.rename(columns={"customer_id": "follower", "followed_id": "customer_id"}))
had = tellings[["launch", "customer_id", "at", "how"]]
had = had.rename(columns={"customer_id": "follower", "at": "had"})
pairs = pairs.merge(had, how="left", on=["launch", "follower"])
pairs["open"] = ~((pairs["had"] < pairs["at"]) | (pairs["how"] == "box"))

# %% id="who-past"
exposed = pairs.groupby(["launch", "customer_id"])["open"].sum()
past = tellings.set_index(["launch", "customer_id"])[["set off"]].join(exposed.rename("exposures")).fillna(0)
members = past.groupby("customer_id").sum().reindex(ids, fill_value=0)
members["followers"] = ours["followers"]

# %% id="who-naive"
members["rate"] = members["set off"] / members["exposures"].where(members["exposures"] > 0)
shown = members.sort_values(["rate", "set off"], ascending=False, kind="stable").head(4)
plots.table(shown, "The four highest rates: set off ÷ exposures", {"rate": "{:.0%}", "exposures": "{:.0f}"})

# %% id="who-naive-read"
best = members["rate"].nlargest(boxes)
tell("The {boxes} highest rates rest on {few:.0f} exposures each, in the middle; {unseen:.0%} of the members have never had "
     "a chance to set anybody off.", boxes=boxes, few=members.loc[best.index, "exposures"].median(),
     unseen=(members["exposures"] == 0).mean())

# %% [markdown] id="who-shrink"
# The highest rates belong to those of whom we know least: one follower, one order. It is the mistake of every
# ranking by a rate. Two steps mend it. First, what would we expect of somebody of whom only the number of
# followers is known? A Poisson regression answers: $\log(\text{rate}) = a + b \log(\text{followers})$.

# %% id="who-expected"
import statsmodels.api as sm

seen = members[members["exposures"] > 0]
followers = sm.add_constant(np.log(seen[["followers"]]))  # below, X2: errors as wide as the counts scatter
usual = sm.GLM(seen["set off"], followers, sm.families.Poisson(), exposure=seen["exposures"]).fit(scale="X2")
slope, slope_half = usual.params["followers"], 1.96 * usual.bse["followers"]

# %% id="who-expected-read"
tell("With twice the followers the share set off is {less:.0%} of what it was (b: {slope:±+.2f}), so the number set "
     "off grows by {grown:+.0relative} only.", less=2**slope, slope=(slope, slope_half), grown=2 ** (1 + slope) - 1)

# %% [markdown] id="who-shrink-words"
# Members with large audiences set off a smaller share of them; on Twitter, too, many followers said little about who
# is passed on (Cha, Haddadi, Benevenuto & Gummadi, 2010). Second, each
# member's own count moves it away from that expectation, by so much as the count tells. If a member's rate is $g$ times
# the expected one, and $g$ differs between members as a gamma distribution with mean 1 and shape $\nu$, then
# after $c$ set off where $e$ were expected
#
# $$\hat g = \frac{\nu + c}{\nu + e} .$$
#
# This is shrinkage, as in the models of purchases (the same formula maps rare diseases: Clayton & Kaldor, 1987): nobody
# is judged by two exposures. `shrunk_rate` takes
# $\nu$ from how much more the counts scatter than Poisson would.

# %% id="who-shrunk"
known = sm.add_constant(np.log(members[["followers"]].clip(lower=1)))
members["expected rate"] = usual.predict(known, exposure=np.ones(len(members)))
expected = members["exposures"] * members["expected rate"]
factor, nu = crm.social.shrunk_rate(members["set off"], expected)
members["score"] = crm.steady(factor * members["expected rate"] * members["followers"])

# %% id="who-table"
shown = members.sort_values("score", ascending=False, kind="stable").head(4).drop(columns="rate")
formats = {"exposures": "{:.0f}", "expected rate": "{:.1%}", "score": "{:.1f}"}
plots.table(shown, "The four highest scores: others whom one telling is expected to set off", formats)

# %% [markdown] id="who-check-words"
# The *score* is the number of others that a member is expected to set off. A promise; so check it on data it has not seen:
# score from the first six launches, and count in the last two.

# %% id="who-check-fit"
launch = past.index.get_level_values("launch")
last_two = launch.isin(tellings["launch"].unique()[-2:])
first, then = past[~last_two].groupby("customer_id").sum(), past[last_two].reset_index("launch", drop=True)
first = first.reindex(ids, fill_value=0).assign(followers=members["followers"])
fitted = first[first["exposures"] > 0]
rest = sm.GLM(fitted["set off"], sm.add_constant(np.log(fitted[["followers"]])), sm.families.Poisson(),
              exposure=fitted["exposures"]).fit()

# %% id="who-check-score"
rate = rest.predict(known, exposure=np.ones(len(ids)))
again, _shape = crm.social.shrunk_rate(first["set off"], first["exposures"] * rate)
promised = pd.Series(again * rate, ids).reindex(then.index) * then["exposures"]
fifth = pd.qcut(crm.steady(promised).rank(method="first"), 5, labels=range(1, 6))

# %% id="who-check-figure"
checked = pd.DataFrame({"promised": promised.groupby(fifth, observed=True).mean()})
seen_then = then["set off"].groupby(fifth.to_numpy()).agg(["mean", "sem"])
drawn = plots.bars(checked.assign(seen=seen_then["mean"]).rename_axis("fifth by promise"),
                   error=pd.DataFrame({"promised": np.nan, "seen": 1.96 * seen_then["sem"]}).T)
plots.show(drawn, "What the score promised, and what the last two launches showed",
           x="others set off by one member (95 % interval)")

# %% id="who-check-usual"
by_usual = crm.steady(pd.Series(rate, ids).reindex(then.index) * then["exposures"]).rank(method="first")
plain = pd.qcut(by_usual, 5, labels=range(1, 6))
apart = 5 * then["set off"] * ((fifth == 5).to_numpy().astype(int) - (plain == 5).to_numpy())
tell("The highest fifth by promise set off {score:.2f} each, the highest fifth by the number of followers alone {usual:.2f}: "
     "{apart:±+.2f}.", score=seen_then.at[5, "mean"], usual=then["set off"][(plain == 5).to_numpy()].mean(),
     apart=(apart.mean(), 1.96 * apart.sem()))

# %% [markdown] id="who-check-read"
# The score is compared with what is usual of so many followers, in launches that it had not seen. Where
# *promised* lies outside an interval, the score is off by that much on average: keep it in mind for the sums below.

# %% [markdown] id="plans"
# ## Whom to seed: a simulation
#
# What a plan brings is not the sum of the scores: who is set off tells others, and two boxes may reach the same
# followers. In the **independent cascade** (Kempe, Kleinberg & Tardos, 2003) everybody who has the roast tells
# each follower once, and each is set off with a chance of its own. We let that run on our network many
# times, with the chances that the launches suggest.

# %% id="plans-chance"
teller, follower = ids.get_indexer(follows["followed_id"]), ids.get_indexer(follows["customer_id"])
chance = np.clip(factor * members["expected rate"].to_numpy(), 0, 1)[teller]
cascades = crm.social.spread(teller, follower, chance, [0, 1, 2], len(ids), runs=3)
tell("From three members, three runs reached {reached} others.", reached=str((cascades > 0).sum(axis=1).tolist()))

# %% [markdown] id="plans-five"
# Five plans for the same boxes. *By lot*, as in 2025. *Named*: a lot, and who is drawn names one whom they follow. *Most followers*:
# the agency's. *Highest score*: the launches'. And *one by one*: choose the seeds so that each adds most to
# the reach of those before it. That is a **greedy choice**; it comes to at least 63 % of the best possible, if the chances are right.

# %% id="plans-chosen"
lots = np.array([rng.choice(len(ids), boxes, replace=False) for _run in range(1000)])
named = follows.sample(frac=1, random_state=seed).drop_duplicates("customer_id").set_index("customer_id")
names = ids.get_indexer(named["followed_id"].reindex(ids).fillna(pd.Series(ids, ids)))
plans = {"by lot": lots, "named": names[lots]}
for name, column in {"most followers": "followers", "highest score": "score"}.items():
    plans[name] = np.argsort(-members[column].to_numpy(), kind="stable")[:boxes]
plans["one by one"] = crm.social.choose_seeds(teller, follower, crm.steady(chance), len(ids), boxes, seed=seed)

# %% [markdown] id="plans-draws"
# How sure are the chances? What the launches leave open about each member is again a gamma distribution, with shape
# $\nu + c$ and mean $\hat g$. So we draw 200 sets of all chances, and run each plan five times with each.
#
# And what would happen *without* boxes? Some order of their own accord, and tell. So each run has them, too: we draw
# them by lot from those who ever did so. A plan brings what is ordered *more* than without a box. `spread`
# gives each pair the same luck in each run, whoever begins: the plans are compared in the same worlds.

# %% id="plans-drawn"
line = rng.multivariate_normal(usual.params, usual.cov_params(), 200) @ known.to_numpy().T
pulls = rng.gamma(nu + members["set off"], 1 / (nu + members["exposures"].to_numpy() * np.exp(line)))
chances = np.clip(pulls * np.exp(line), 0, 1)[:, teller]
alone = ids.get_indexer(tellings.loc[tellings["how"] == "own accord", "customer_id"])
own = rng.choice(alone, (1000, len(alone) // 8))

# %% id="plans-run"
without = (crm.social.spread(teller, follower, chances, own, len(ids), 1000, seed) >= 0).sum(axis=1)
more = {}
for name, chosen in plans.items():
    begin = np.hstack([own, np.broadcast_to(chosen, (1000, boxes))])
    reached = crm.social.spread(teller, follower, chances, begin, len(ids), 1000, seed) >= 0
    more[name] = reached.sum(axis=1) - boxes - without

# %% id="plans-net"
each_set = pd.DataFrame(more).groupby(np.arange(1000) % 200).mean()
net = margin * each_set - boxes * box_cost

# %% id="plans-table"
table = pd.DataFrame({"orders": each_set.mean(), "net": net.mean()})
table[["from", "to"]] = net.quantile([0.025, 0.975]).T
plots.table(table, "What {boxes} boxes bring by plan (net: yuan after the boxes; 95 % of the sets)",
            {"orders": "{:.0f}"}, boxes=boxes)

# %% id="plans-lead"
lead = net["highest score"] - net["most followers"]
lead_ends = tuple(lead.quantile([0.025, 0.975]))
greedy = tuple((net["one by one"] - net["highest score"]).quantile([0.025, 0.975]))
plain_lot = [tuple((net[name] - net["by lot"]).quantile([0.025, 0.975])) for name in ("most followers", "named")]
tell("Highest score less most followers: {lead:+,.0f} yuan ({ends:+,.0f}). One by one less highest score: "
     "{greedy:+,.0f}. Most followers less by lot: {most:+,.0f}; named less by lot: {named:+,.0f}.", lead=lead.mean(),
     ends=lead_ends, greedy=greedy, most=plain_lot[0], named=plain_lot[1])

# %% [markdown] id="plans-words"
# The network alone is worth something: more followers beat the plain lot; whether a name does, its interval tells. But who listens is worth
# more. The greedy choice is the theory's pride; in a club where few share their
# followers it changes little, and a list sorted by score will do. What one launch brings scatters more than these
# averages: luck comes on top. And compare *by lot* with the total of 2025, which counted all who were reached: some of them would
# have heard of the roast from others.

# %% [markdown] id="next-box"
# ### The next box
#
# Zhou Ning may also give away fewer or more. The next box is not the average box: sorted by score, each further one
# goes to somebody who sets off fewer.

# %% id="next-box-curve"
numbers = np.arange(10, 151, 10)
ranked = np.argsort(-members["score"].to_numpy(), kind="stable")
curve = []
for number in numbers:
    begin = np.hstack([own, np.broadcast_to(ranked[:number], (1000, number))])[:400]
    reached = crm.social.spread(teller, follower, chances, begin, len(ids), 400, seed) >= 0
    curve.append(margin * (reached.sum(axis=1) - number - without[:400]) - box_cost * number)
gains = pd.DataFrame(np.array(curve).T, columns=numbers).groupby(np.arange(400) % 200).mean()
gain = gains.mean()

# %% id="next-box-figure"
ax = gain.plot(figsize=(7.5, 4.2), marker="o")
ax.axvline(boxes, color="0.4", lw=1)
plots.show(ax, "How many boxes? The net gain of the highest scores", x="boxes (line: Zhou Ning's)",
           y="expected net, yuan", alt="Curve of the net gain by number of boxes; it rises ever less.")

# %% id="next-box-read"
beside = numbers[numbers >= boxes - 20][:5]
slopes = np.polyfit(beside, gains[beside].T, 1)[0]  # one for each set of chances
step, step_ends = slopes.mean(), tuple(np.quantile(slopes, [0.025, 0.975]))
tell("Around {boxes} boxes one more brings {step:+.0f} yuan ({ends:+.0f}); on average the {boxes} bring {each:+.0f} each.",
     boxes=boxes, step=step, ends=step_ends, each=gain[boxes] / boxes)

# %% [markdown] id="alarm"
# ## A warning of a crisis
#
# Word of mouth also carries what one would rather not hear. A listening service counts how often the company is mentioned in the
# whole of the web, by day and platform, and calls each mention `negative` or not.

# %% id="alarm-data"
mentions = company.mentions
daily = mentions.groupby("date")["negative"].sum()
ax = daily.rolling(7).mean().plot(figsize=(7.5, 3.8))
plots.show(ax, "Negative mentions a day, mean of seven days", x="date", y="mentions a day",
           alt="Line with two peaks: June 2024 and December 2025.")

# %% [markdown] id="alarm-read"
# Two peaks: in June 2024 filter papers with ink on them, in December 2025 the leaking machines. Tang Mei wakes her team at
# three standard deviations above the mean, like many control charts. What does a fixed number do?

# %% id="alarm-fixed"
in_crisis = pd.date_range("2024-06-13", "2024-06-22")
calm, check = daily[:"2025-06-30"].drop(in_crisis), daily["2025-07-01":"2025-12-17"]
fixed = calm.mean() + 3 * calm.std()
over = pd.concat([calm, check]) > fixed
alarms = over.groupby(over.index.day_name()).sum()

# %% id="alarm-fixed-read"
weekend = alarms[["Saturday", "Sunday"]].sum()
tell("Above {fixed:.0f} mentions: {all} alarms in calm times, {weekend} of them on a weekend.", fixed=fixed,
     all=alarms.sum(), weekend=weekend)

# %% [markdown] id="alarm-expected"
# More is written on weekends, so a fixed number is too low on a Sunday, and too high on a Tuesday, when it
# would come late. An alarm needs what is *expected* of the day: the weekday, and the season as a wave through the year. We fit it on the calm
# days to June 2025, and keep July to mid-December to check it.

# %% id="alarm-design"
angle = 2 * np.pi * daily.index.day_of_year / 365.25
design = pd.get_dummies(daily.index.day_of_week, dtype=float).set_index(daily.index)
design["cos"], design["sin"] = np.cos(angle), np.sin(angle)
level = sm.GLM(calm, design.loc[calm.index], sm.families.Poisson()).fit()
expected = level.predict(design)

# %% [markdown] id="alarm-scatter"
# Counts of independent events scatter as Poisson's: the variance is the mean. Mentions are not independent, since a post is
# read and repeated. The **negative binomial distribution** has the variance $\mu + \mu^2 / k$; the smaller
# its size $k$, the more it scatters.

# %% id="alarm-size"
mean = expected[calm.index]
size = (mean**2).sum() / ((calm - mean) ** 2 - mean).sum()
tell("The variance is {times:.1f} times Poisson's; k = {size:.0f}.", times=((calm - mean) ** 2).sum() / mean.sum(), size=size)

# %% id="alarm-check"
later = expected[check.index]
checked = pd.DataFrame(columns=["promised", "seen"], dtype=float)
for name, scatter in {"Poisson": np.inf, "negative binomial": size}.items():
    limit = crm.social.alarm_limit(later, scatter, 1 / 30)
    checked.loc[name] = crm.social.false_alarms(later, scatter, limit), (check > limit).sum()
caption = "False alarms, July to 17 December 2025, for a limit of one in 30 days"
plots.table(checked.rename_axis("scatter"), caption, {"promised": "{:.1f}", "seen": "{:.0f}"})

# %% id="alarm-check-read"
from scipy import stats

count = int(checked.at["negative binomial", "seen"])
ends = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2
tell("With Poisson's limit the team comes {poisson} times in {weeks:.0f} weeks. With the other one {count} times; a true rate "
     "of {ends:.1f} would fit that.", poisson=int(checked.at["Poisson", "seen"]), weeks=len(check) / 7, count=count, ends=ends)

# %% [markdown] id="alarm-cost"
# ### How sure, how late
#
# A high limit is seldom wrong, and late; a low one is early, and often wrong. Both cost money. What comes too late depends on how a
# crisis grows; we have seen one *before* we choose, in June 2024.

# %% id="alarm-course"
crisis = daily[in_crisis] / expected[in_crisis]
course = crisis.rolling(3, center=True, min_periods=2).mean().to_numpy()
tell("Day by day it was {course} times the usual.", course=", ".join(f"{one:.1f}" for one in course))

# %% [markdown] id="alarm-again"
# The check is done, so the alarm may now learn from all calm days to mid-December.

# %% id="alarm-refit"
calm = daily[:"2025-12-17"].drop(in_crisis)
level = sm.GLM(calm, design.loc[calm.index], sm.families.Poisson()).fit()
expected = level.predict(design)
mean = expected[calm.index]
spread_more = ((calm - mean) ** 2 - mean) / (mean**2).mean()
size, few, much = 1 / (spread_more.mean() + 1.96 * spread_more.sem() * np.array([0, -1, 1]))

# %% id="alarm-rates"
year = expected["2025-01-01":"2025-12-31"].to_numpy()
spacing = np.array([7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365, 730, 1460])
by_day = [crm.social.alarm_limit(year, size, 1 / days) for days in spacing]
costs = pd.DataFrame({"false": [crm.social.false_alarms(year, size, one) for one in by_day]}, spacing)
costs["late"] = [crm.social.alarm_delays(year, size, one, course, seed=seed).mean() for one in by_day]

# %% id="alarm-best"
total_cost = crm.steady(false_alarm * costs["false"] + crises * day_late * costs["late"])
best_days = int(total_cost.idxmin())
chosen_limit = by_day[list(spacing).index(best_days)]
false_ends = tuple(crm.social.false_alarms(year, one, chosen_limit) for one in (few, much))
near = total_cost.index[total_cost <= 1.1 * total_cost.min()]
tell("Cheapest: at most one false alarm in {best} days ({false:.1f} a year; {ends:.1f} by the interval of k), "
     "{late:.1f} days late on average. From {low} to {high} days the sum is at most a tenth higher.", best=best_days,
     false=costs.at[best_days, "false"], ends=false_ends, late=costs.at[best_days, "late"], low=near.min(),
     high=near.max())

# %% [markdown] id="explore"
# ### Explore: what an alarm costs
#
# Move one control at a time. Three things to try:
#
# 1. Make a false alarm dearer. To which side does the valley go?
# 2. Make the crisis smaller. Which of the two curves rises?
# 3. Look for prices at which a limit of one false alarm a week is right.
#
# Where nothing can move, the picture shows Tang Mei's prices.

# %% id="explorer"
from crmlab import widgets

widgets.alarm_explorer(year, size, course, false_alarm, day_late, seed=seed)

# %% [markdown] id="explore-read"
# A crisis that grows fast is seen by any alarm; the limit matters for those that grow slowly. And where a day of waiting costs
# little, the best alarm is the newspaper.

# %% [markdown] id="alarm-habit-words"
# The valley is flat: the exact limit matters little, the wrong half of the scale a lot. Against what there is: Tang Mei's
# fixed number, the best fixed number by the same prices, and no alarm (then a newspaper calls after ten days). The curve rests
# on one crisis; so what if the next were a quarter smaller, or larger, above the usual?

# %% id="alarm-habit"
saved = {}
for larger, one in itertools.product((0.75, 1, 1.25), (few, size, much)):
    bend = 1 + larger * (course - 1)
    late = [crm.social.alarm_delays(year, one, level, bend, seed=seed).mean() for level in (fixed, chosen_limit)]
    false = [crm.social.false_alarms(year, one, level) for level in (fixed, chosen_limit)]
    saved[larger, one] = false_alarm * (false[0] - false[1]) + crises * day_late * (late[0] - late[1])
saves, saves_ends = saved[1, size], (min(saved.values()), max(saved.values()))

# %% id="alarm-flat"
flat = pd.Series({one: false_alarm * crm.social.false_alarms(year, size, one) + crises * day_late
                  * crm.social.alarm_delays(year, size, one, course, seed=seed).mean()
                  for one in range(int(fixed) - 20, int(fixed) + 41)})
flat = crm.steady(flat)
by_day_saves = flat.min() - total_cost[best_days]  # against the best fixed number

# %% id="alarm-habit-read"
nothing = crises * day_late * len(course)
tell("A year costs {best:,.0f} yuan with the limit by the day, {saved:,.0f} yuan less than with the fixed number "
     "({ends:,.0f} by the size of the crisis and the interval of k). Of these {height:,.0f} a better fixed number, {number}, would "
     "bring, too, and {day:,.0f} only the limit by the day. Without an alarm: {nothing:,.0f}.", best=total_cost[best_days],
     saved=saves, ends=saves_ends, height=saves - by_day_saves, number=flat.idxmin(), day=by_day_saves, nothing=nothing)

# %% [markdown] id="alarm-december-words"
# Now a test that it could fail: how would the limit have done in December, which it has not seen? One crisis decides nothing
# between two alarms, but it can show that one is broken.

# %% id="alarm-december"
limit = pd.Series(crm.social.alarm_limit(expected, size, 1 / best_days), daily.index)
december = daily["2025-12-18":]
over, over_fixed = december > limit[december.index], december > fixed
tell("In December the day's own limit gives the alarm {late} days late, the fixed number {fixed}. The limit is "
     "about {sunday:.0f} on a Sunday and {tuesday:.0f} on a Tuesday.", late=over.argmax() if over.any() else len(over),
     fixed=over_fixed.argmax() if over_fixed.any() else len(over),
     sunday=limit[limit.index.day_of_week == 6].mean(), tuesday=limit[limit.index.day_of_week == 1].mean())

# %% [markdown] id="claim"
# ## Claim check: "5.78 dollars for every dollar"
#
# Influencer marketing, so agencies repeat, returns 5.78 dollars on average for each dollar spent, "up to 20". The
# figure is repeated in sales decks, from surveys among marketers, with no method behind it. Agencies count what the reach would have
# cost as advertising (no order at all), or all that followers buy afterwards, as revenue. We count the second way. Who followed somebody with a box, and ordered the roast?

# %% id="claim-agency"
boxed = pd.MultiIndex.from_frame(tellings.loc[tellings["how"] == "box", ["launch", "customer_id"]])
launches = pd.Series(tellings["launch"].unique(), name="launch")
watched = follows.merge(launches, how="cross")
watched["box"] = pd.MultiIndex.from_frame(watched[["launch", "followed_id"]]).isin(boxed)
people = watched.groupby(["launch", "customer_id"])["box"].agg(["sum", "size"])
people = people[~people.index.isin(boxed)]

# %% id="claim-agency-read"
people["ordered"] = people.index.isin(keys).astype(float)
by_agency = people.loc[people["sum"] > 0, "ordered"].sum() / len(boxed)
tell("By the agency's way: {orders:.1f} orders a box, or {times:.1f} yuan of revenue for each yuan.", orders=by_agency,
     times=by_agency * order_value / box_cost)

# %% [markdown] id="claim-lot"
# Some of them would have ordered of their own accord, others were told by somebody else; and who follows many is more
# likely to follow one with a box. The lots settle it: of members who follow *equally many*, a lot decided
# how many of these had a box. So compare within a launch and number followed. By how much does one box more
# raise the chance to order?

# %% id="claim-effect"
strata = people.groupby(["launch", "size"])
within = people[["sum", "ordered"]] - strata[["sum", "ordered"]].transform("mean")
who = people.index.get_level_values("customer_id")
effect = sm.OLS(within["ordered"], within["sum"]).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(who)[0]})
seen_by = people["sum"].sum() / len(boxed)  # followers without a box, per box
caused = effect.params["sum"] * seen_by, 1.96 * effect.bse["sum"] * seen_by

# %% id="claim-read"
earned = tuple(one * margin / box_cost for one in caused)
tell("By the lots a box causes {caused:±.2f} orders among the followers of its owner; in the form {named:±.2f} name "
     "the owner. In margin that is {earned:±.2f} yuan for each yuan, without those whom they set off in turn.", caused=caused, named=(per_box, per_box_half), earned=earned)

# %% [markdown] id="claim-words"
# By who counts, the same boxes bring back a multiple of what they cost, or a part of it. Orders that would have come anyway
# are counted in (who follows whom is alike, and buys alike: **homophily**; Aral, Muchnik & Sundararajan, 2009, find that it
# explains more than half of what looks like contagion), and revenue for margin. Even "who told you?" may say a little too much: some whom the owner told first would have been told by
# another. On top, the 5.78 come from those who still do it (chapter 8a). There is no evidence for the figure; whoever quotes it
# can be asked for a lot.

# %% [markdown] id="decision"
# ## The decision
#
# Is the plan good enough to be followed, and would a launch show it? Compare how many one box sets off, by list, among those
# who stand on one list only.

# %% id="decision-test"
ours_only, theirs_only = (np.setdiff1d(plans[one], plans[other]) for one, other in
                          (("highest score", "most followers"), ("most followers", "highest score")))
sds = [tellings.loc[tellings["customer_id"].isin(ids[one]), "set off"].std() for one in (ours_only, theirs_only)]
list_gap = members["score"].iloc[ours_only].mean() - members["score"].iloc[theirs_only].mean()
arm = max(int(np.ceil(8 * (sds[0] ** 2 + sds[1] ** 2) / list_gap**2)), 15)  # below 15 the rule is too rough
verdict = "the highest scores" if lead_ends[0] > 0 else "open: half of each list"
net_ends = tuple(net["highest score"].quantile([0.025, 0.975]))
launch_ends = tuple((margin * pd.Series(more["highest score"]) - boxes * box_cost).quantile([0.025, 0.975]))

# %% [markdown] id="memo"
# ### The memo

# %% id="memo-boxes"
tell("1. Boxes: {verdict}. {boxes} of them are expected to bring {net:+,.0f} {unit} ({ends:+,.0f}) after their cost; that "
     "is {lead:+,.0f} ({lead_ends:+,.0f}) against the most followers. One launch may bring {launch:+,.0f}. By lot they bring "
     "{lot:+,.0f}, and no boxes 0. One box more brings {step:+.0f} ({slopes:+.0f}).", verdict=verdict, boxes=boxes,
     net=net["highest score"].mean(), ends=net_ends, lead=lead.mean(), lead_ends=lead_ends, launch=launch_ends,
     lot=net["by lot"].mean(), unit=currency, step=step, slopes=step_ends)

# %% id="memo-test"
tell("2. If that is to be shown: of the members on one list only, {arm} each by lot, out of the {boxes} boxes (power 80 % or more). Each box "
     "for the agency's list instead of ours is expected to cost {less:,.0f} {unit}. And give five by lot: {unseen:.0%} of the "
     "members have never had a chance to show what they can.", arm=arm, boxes=boxes, less=lead.mean() / len(ours_only),
     unit=currency, unseen=(members["exposures"] == 0).mean())

# %% id="memo-viral"
tell("3. Nothing goes viral: a box by lot sets off {R:±.2f} others. The agency's figure is not evidence; we will not pay "
     "for followers.", R=(per_box, per_box_half))

# %% id="memo-alarm"
tell("4. Alarm: a limit for each day, one false alarm in {days} days. Expected a year: {false:.1f} false alarms, "
     "{cost:,.0f} {unit} in all, {saved:,.0f} less than now ({ends:,.0f}); {height:,.0f} of it a better fixed number would save, too. "
     "It rests on one crisis and three prices.", days=best_days, false=costs.at[best_days, "false"], unit=currency,
     cost=total_cost[best_days], saved=saves, ends=saves_ends, height=saves - by_day_saves)

# %% id="memo-evidence"
crm.evidence(
    ("net of the highest scores, yuan", "{net:+,.0f}", "{net_ends:+,.0f}", "plans-table",
     "members listen as in 2025; the followers of one member are alike"),
    ("more than the most followers, yuan", "{lead:+,.0f}", "{lead_ends:+,.0f}", "plans-lead",
     "the same; without the luck of one launch"),
    ("set off by a box by lot", "{R:.2f}", "{R_ends:.2f}", "spread-r", "who is asked says who told"),
    ("orders that a box causes, by lots", "{caused:.2f}", "{caused_ends:.2f}", "claim-effect", ""),
    ("boxes an arm", "{arm}", "", "decision-test", "power 80 % or more"),
    ("false alarms a year", "{false:.1f}", "{false_ends:.1f}", "alarm-best", "mentions scatter as in calm times"),
    ("saved by the limit, yuan a year", "{saved:+,.0f}", "{saved_ends:+,.0f}", "alarm-habit",
     "range, no interval: crises a quarter smaller or larger than 2024, and the interval of k; prices assumed"),
    net=net["highest score"].mean(), net_ends=net_ends, lead=lead.mean(), lead_ends=lead_ends, R=per_box,
    R_ends=(per_box - per_box_half, per_box + per_box_half), caused=caused[0], caused_ends=(caused[0] - caused[1], sum(caused)), arm=arm,
    false=costs.at[best_days, "false"], false_ends=false_ends, saved=saves, saved_ends=saves_ends,
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows with what chance each follower is set off. First, what were the measures worth?

# %% id="truth-measures"
truth = company.truth.members.reindex(ids)
measured = ours.assign(score=members["score"], rate=members["rate"].fillna(0))  # who never had a chance: 0
worth = measured.corrwith(truth["sets_off"], method="spearman").rename("rank correlation").to_frame()
worth["the highest set off"] = [truth.loc[one.nlargest(boxes).index, "sets_off"].mean() for _name, one in measured.items()]
plots.table(worth.rename_axis("measure"), "Measures against whom a member truly sets off ({boxes} highest)", "{:.2f}", boxes=boxes)

# %% id="truth-plans"
true_chance = company.truth.chances["chance"].to_numpy()
nobody = (crm.social.spread(teller, follower, true_chance, own, len(ids), 1000, seed) >= 0).sum(axis=1)
truly = {}
for name, chosen in plans.items():
    begin = np.hstack([own, np.broadcast_to(chosen, (1000, boxes))])
    reached = crm.social.spread(teller, follower, true_chance, begin, len(ids), 1000, seed) >= 0
    truly[name] = margin * ((reached.sum(axis=1) - nobody).mean() - boxes) - boxes * box_cost

# %% id="truth-table"
shown = pd.DataFrame({"promised": net.mean(), "truly": truly}).rename_axis("plan")
plots.table(shown, "Net of {boxes} boxes: promised and true (yuan)", boxes=boxes)

# %% id="truth-judged"
judged = {"action": truly["highest score"], "baseline": truly["most followers"], "open": bool(lead_ends[0] <= 0)}
tell("The highest scores truly bring {action:+,.0f}, the most followers {baseline:+,.0f} yuan.",
     action=judged["action"], baseline=judged["baseline"])

# %% id="truth-alarm"
true_level = company.truth.mentions.query("not crisis")["expected"]["2025-01-01":]
true_false = crm.social.false_alarms(true_level, company.truth.mentions["size"].iloc[0], limit[true_level.index])
tell("The alarm is truly false {true:.1f} times a year; the memo said {said:.1f} ({ends:.1f}).", true=true_false,
     said=costs.at[best_days, "false"], ends=false_ends)

# %% [markdown] id="truth-words"
# A rate ranks fairly on the whole, and has the lucky at its top. The order of the plans was safer than their amounts. Where the
# truth lies outside the memo's interval, the reason is an assumption beside it. Our model takes all followers of a member for alike; in
# truth some are more curious, and tell on. Of two tellers only the first is named, which hides what the second would have done. And the
# best members are partly among those who never had a chance: no score can know them, only boxes by lot.

# %% [markdown] id="recap"
# ## Recap
#
# - A centrality is a place in a network; none has seen anybody being set off.
# - $R$ counts the zeros, and has an interval. Below 1 nothing is viral.
# - A high rate on few exposures is luck: expect by what is known, and shrink towards it. Check on later data.
# - Compare plans of seeding in the same worlds, and ask what the *next* box brings.
# - An alarm has an expected count for its day, the right scatter, and a limit chosen by what false and late cost.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-r"
crm.quiz(
    "Of 100 boxes 60 set off nobody, 40 set off 40 × 1.5 others together. What is R?",
    ("0.6", True, "60 others ÷ 100 boxes: the zeros count."),
    ("1.5", False, "That leaves out the boxes that set off nobody."),
    ("0.4", False, "That is the share of boxes that set off anybody."),
)

# %% id="quiz-rate"
crm.quiz(
    "A member with 2 exposures set off both; one with 200 set off 40. The usual rate is 5 %. Who gets the box?",
    ("The second: 40 are far more than the 10 expected, and no luck.", True,
     "Two of two may happen to anybody who was lucky once."),
    ("The first: 100 % is more than 20 %.", False, "On two exposures a rate says next to nothing."),
    ("Neither: rates say nothing about boxes.", False, "Rates with enough exposures do."),
)

# %% id="quiz-central"
crm.quiz(
    "An agency ranks your members by PageRank. What does the ranking not know?",
    ("Whether anybody listens to them.", True, "It is made of who follows whom, and of nothing else."),
    ("Who their followers are.", False, "That is what it is made of."),
    ("How many follow their followers.", False, "That is just what it adds to a count."),
)

# %% id="quiz-alarm"
crm.quiz(
    "A day of waiting becomes twice as dear, a false alarm stays as it is. Where does the best limit go?",
    ("Down: more false alarms, fewer late ones.", True, "What is late costs more, so be early."),
    ("Up: fewer alarms in all.", False, "That makes the dear thing more frequent."),
    ("Nowhere: it follows from the mentions.", False, "The mentions give the two curves; prices weigh them."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/09b_spreading.ipynb) gives you a club of your own: what a box sets off, who gets one, and an
# alarm. [Chapter 10a](10a_visits_and_push.ipynb) plans the day on the road: whom Ma Jun's people visit tomorrow.
#
# *Your own data:* you need not know who follows whom. Ask in the order form "who told you?", and give each launch's
# boxes by lot; after a year you have $R$, and a list. For an alarm two years of counts a day are enough.
#
# ### References
#
# - Aral, S., Muchnik, L. & Sundararajan, A. (2009). Distinguishing influence-based contagion from homophily-driven diffusion in dynamic networks. *PNAS* 106(51), 21544–21549.
# - Brin, S. & Page, L. (1998). The anatomy of a large-scale hypertextual web search engine. *Computer Networks and ISDN Systems* 30(1–7), 107–117.
# - Cha, M., Haddadi, H., Benevenuto, F. & Gummadi, K. P. (2010). Measuring user influence in Twitter: the million follower fallacy. *ICWSM*.
# - Clayton, D. & Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for use in disease mapping. *Biometrics* 43(3), 671–681.
# - Feld, S. L. (1991). Why your friends have more friends than you do. *American Journal of Sociology* 96(6), 1464–1477.
# - Goel, S., Watts, D. J. & Goldstein, D. G. (2012). The structure of online diffusion networks. *ACM EC*, 623–638.
# - Kempe, D., Kleinberg, J. & Tardos, É. (2003). Maximizing the spread of influence through a social network. *KDD*, 137–146.
# - Zachary, W. W. (1977). An information flow model for conflict and fission in small groups. *Journal of Anthropological Research* 33(4), 452–473.
