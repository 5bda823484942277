# %% [markdown] id="title"
# # 6 · Development
#
# ### The question
#
# Xu Dan runs the shops and the web shop of Harbour Coffee, Ma Jun sells to firms. Both want to grow
# the customers whom the company already has: Xu Dan by putting the right product next to the till
# and into the newsletter, Ma Jun by calling firms about a larger plan. By Friday Lin Yue, the
# founder, wants one plan: what to recommend to whom, whom to offer more, what each tier of customers
# gets, and what it costs and brings. A wrong answer is expensive twice: shelves and letters are
# filled with what people would have bought anyway, and good customers learn to ignore us.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. find products that go together, and tell them from luck and from products for the same people;
# 2. build a recommender from baskets and customers, and judge it on baskets it has not seen;
# 3. find who is about to need a larger plan, and decide whom to call;
# 4. describe customers as a ladder, see where they get stuck, and say what a better step is worth;
# 5. write an action table with cost, return and uncertainty, in which an assumption is called one.
#
# *You need* [chapter 3](03_segmentation.ipynb) (tiers, intervals, a randomised test) and
# [chapter 5](05_retention.ipynb) (calibration, and the difference between a probability and an
# effect). *Time:* about {{minutes}} minutes to read and run; the chapter divides well before "Upsell".
# *Not here:* finding new customers ([chapter 4](04_acquisition.ipynb)), and putting a recommender into
# a running shop (chapters 7 and 8).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
baskets = None  # a CSV of your own with order_id, customer_id, date, product
split = "2025-01-01"  # recommenders learn before this day and are judged from it on
recommended = 3  # how many products a recommendation has
currency = "yuan"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=12_000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-effect"
test = company.retention_test.astype({"offer": "str"})
came = test.groupby("offer")["ordered"].mean()
tell(
    "In the test of chapter 5, {with_offer:.1%} of those with a voucher ordered, and {without:.1%} "
    "of those who got nothing.", with_offer=came["voucher"], without=came["none"],
)

# %% id="recall-effect-quiz"
crm.quiz(
    "What did the voucher change?",
    ("{effect:+.1points}", True, "The arms were drawn by lot: compare them."),
    (f"{came['voucher']:.1%}", False, "Most of them would have ordered without a voucher."),
    (f"{1 - came['none']:.1%}", False, "That is the share of the others who did not order."),
    effect=came["voucher"] - came["none"],
)

# %% id="recall-tiers"
orders = company.orders.query("amount >= 0")
year = crm.summarize(orders, since="2025-01-01", as_of="2025-12-31")
pyramid = crm.Pyramid().fit(year)
top = pyramid.summary_.iloc[:3]
tell("The top three tiers of 2025 hold {share:.0%} of spend.", share=top["share_of_value"].sum())

# %% id="recall-tiers-quiz"
customers_in_top = top["customers"].sum()
crm.quiz(
    "How many customers are in these three tiers?",
    (f"{customers_in_top:,}", True, "A fifth of those who bought, by the definition of chapter 3."),
    (f"{top['customers'].iloc[0]:,}", False, "That is Diamond alone, the best hundredth."),
    (f"{len(year) - customers_in_top:,}", False, "Those are the customers of the other two tiers."),
)

# %% [markdown] id="data"
# ## The data
#
# Chapters 3 to 5 looked at orders: who, when, how much. Development asks *what* was bought, so we
# need the lines of the orders, and some tables around them.

# %% id="data-tables"
rows = {
    "order_lines": "one product in one order",
    "products": "one product on the price list",
    "usage": "one firm's service plan in one month",
    "plans": "one plan: cups included, fee and cost a month",
    "referrals": "one customer who was sent by another",
    "retention_test": "one customer in the test of January 2026",
}

# %% id="data-overview"
overview = pd.DataFrame({"one row is": rows})
overview["rows"] = [len(getattr(company, name)) for name in rows]
plots.table(overview.rename_axis("table"), "Tables of this chapter")

# %% id="data-lines"
catalogue = company.products.astype({"category": "str"}).set_index("product_id")
lines = company.order_lines.merge(orders[["order_id", "customer_id", "date"]], on="order_id")
lines["product"] = lines["product_id"].map(catalogue["name"])
lines["margin"] = lines["paid"] - lines["quantity"] * lines["product_id"].map(catalogue["unit_cost"])

# %% id="data-example"
example = lines[lines["order_id"] == lines["order_id"].value_counts().index[0]]
shown = ["order_id", "product", "quantity", "paid", "margin"]
plots.table(example[shown].set_index("order_id"), "One order, line by line ({unit})", unit=currency)

# %% [markdown] id="data-wrong"
# What is wrong with it? A product can stand on two lines of one order; we count it once. Refunds are
# left out: what was sent back was still bought together. A customer with one order tells us little. And
# the most important thing is not in the table at all: nobody wrote down what customers *saw*. They
# may have bought the biscuits because the biscuits lie next to the till.

# %% id="data-baskets"
text = {"order_id": "str", "customer_id": "str"}
bought = lines if baskets is None else pd.read_csv(baskets, dtype=text, parse_dates=["date"])
bought = bought.drop_duplicates(["order_id", "product"]).astype({"product": "category"})
names = bought["product"].cat.categories
earlier, later = bought[bought["date"] < split], bought[bought["date"] >= split]

# %% id="data-size"
size = earlier.groupby("order_id").size()
tell(
    "{count:,} baskets before {day}, {products} products; {single:.0%} of the baskets hold one only.",
    count=len(size), day=split, products=len(names), single=(size == 1).mean(),
)

# %% [markdown] id="rules"
# ## Cross-sell: what is bought together
#
# **Cross-selling** means to sell a customer something else beside what is bought already: capsules
# to the machine, filter papers to the pour-over kit. A **basket** is what one order holds. If two
# products are often in one basket, offer the one to those who take the other.

# %% [markdown] id="rules-measures"
# ### Support, confidence, lift
#
# Ten baskets are enough to do it by hand. A 1 says that the product is in the basket.

# %% id="rules-ten"
ten = pd.DataFrame(
    {
        "kit": [1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
        "papers": [1, 1, 0, 1, 0, 0, 0, 0, 0, 0],
        "beans": [1, 0, 1, 1, 1, 1, 1, 1, 1, 0],
    },
    index=pd.Index([f"basket {number}" for number in range(1, 11)]),
)
plots.table(ten.T, "Ten baskets")

# %% [markdown] id="rules-define"
# An **association rule** says "who takes the kit also takes papers", in short kit → papers. Its
# **support** is the share of all baskets with both. Its **confidence** is the share of the baskets
# with the kit that also hold papers. And the **lift of a rule** is its confidence divided by the share
# of *all* baskets that hold papers: 1 says that the kit tells nothing about papers. (The lift of a
# ranking, in chapters 4 and 5, is the same idea: how many times the usual share.)

# %% id="rules-by-hand"
with_kit = ten[ten["kit"] == 1]
measures = pd.DataFrame({"support": with_kit[["papers", "beans"]].sum() / len(ten)})
measures["confidence"] = with_kit[["papers", "beans"]].mean()
measures["share of all baskets"] = ten[["papers", "beans"]].mean()
measures["lift"] = measures["confidence"] / measures["share of all baskets"]
plots.table(measures.rename_axis("kit →"), "Two rules that begin with the kit", "{:.2f}")

# %% [markdown] id="rules-by-hand-read"
# Both rules have the same support and the same confidence. But nearly every basket holds beans,
# with or without a kit: their lift is below 1. Papers are rare, and the kit makes them more than twice
# as likely. Only the rule to papers is news.

# %% [markdown] id="rules-mine"
# Now all baskets. The matrix has a row per basket and a column per product; most of it is empty, so
# we keep only the ones (a *sparse* matrix).

# %% id="rules-matrix"
from scipy import sparse

order_code, order_ids = pd.factorize(earlier["order_id"])
product_code = earlier["product"].cat.codes.to_numpy()
ones = np.ones(len(earlier))
basket_matrix = sparse.csr_matrix((ones, (order_code, product_code)), (len(order_ids), len(names)))

# %% [markdown] id="rules-apriori"
# With many products there are too many combinations to count. *Apriori* (Agrawal & Srikant, 1994) uses
# that a pair cannot be more frequent than its rarer product: what is rare alone is not combined at
# all. We ask for pairs that stand in at least twenty baskets, and for every rule that they give.

# %% id="rules-run"
from mlxtend.frequent_patterns import apriori, association_rules

yes_or_no = pd.DataFrame(basket_matrix.toarray() > 0, columns=names)
frequent = apriori(yes_or_no, min_support=20 / len(yes_or_no), use_colnames=True, max_len=2)
rules = association_rules(frequent, metric="confidence", min_threshold=0)

# %% id="rules-tidy"
rules["if"], rules["then"] = rules["antecedents"].map(min), rules["consequents"].map(min)
rules["baskets"] = (rules["support"] * len(yes_or_no)).round().astype(int)
rules = rules[["if", "then", "baskets", "support", "confidence", "lift"]].sort_values(["if", "then"])
tell(
    "{rules} rules from {pairs} pairs; {possible} pairs are possible.", rules=len(rules),
    pairs=len(rules) // 2, possible=len(names) * (len(names) - 1) // 2,
)

# %% [markdown] id="rules-wrong"
# ### The wrong way first
#
# Many shops sort by confidence. It sounds right: "most of those who took this also took that".

# %% id="rules-confident"
share_of_all = earlier["product"].value_counts() / len(order_ids)
confident = rules.nlargest(8, "confidence").set_index(["if", "then"])
confident["of all baskets"] = share_of_all.reindex(confident.index.get_level_values("then")).to_numpy()
formats = {"support": "{:.2%}", "confidence": "{:.0%}", "lift": "{:.1f}", "of all baskets": "{:.0%}"}
plots.table(confident, "The eight rules with the highest confidence", formats)

# %% id="rules-confident-read"
targets = confident.index.get_level_values("then")
bestsellers = share_of_all.nlargest(5).index
tell(
    "Eight rules, {different} different recommendations; {count} of the eight recommend one of the five "
    "bestsellers.", different=targets.nunique(), count=targets.isin(bestsellers).sum(),
)

# %% [markdown] id="rules-confident-words"
# Confidence alone mostly recommends bestsellers: they are in many baskets, whatever else is in there.
# And a rule that starts from a product that few people buy helps few people.

# %% [markdown] id="rules-lift"
# So sort by lift? Then the rarest combinations come first, and luck with them.

# %% [markdown] id="rules-chance"
# ### How many rules are chance?
#
# A test without mathematics: *shuffle* the products among all order lines. Each product is sold as
# often as before and baskets stay about as large, but who stands beside whom is now luck alone. Every
# rule found in shuffled baskets is false. We do it for the last week and for all weeks, and count the pairs
# with a lift above 1.5 that stand in at least 2, 5 or 20 baskets.

# %% id="rules-shuffle"
rng = np.random.default_rng(seed)
week = earlier["date"] >= earlier["date"].max() - pd.Timedelta(days=7)
found = {}
for name, part in {"last week": earlier[week], "all weeks": earlier}.items():
    order, product = pd.factorize(part["order_id"])[0], part["product"].cat.codes.to_numpy()
    for kind, column in {"real": product, "shuffled": rng.permutation(product)}.items():
        matrix = (sparse.csr_matrix((np.ones(len(part)), (order, column))) > 0).astype(float)
        both = np.triu((matrix.T @ matrix).toarray(), 1)
        count = np.asarray(matrix.sum(axis=0)).ravel()
        lift = both * matrix.shape[0] / np.maximum(np.outer(count, count), 1)
        found[name, kind] = {least: ((lift > 1.5) & (both >= least)).sum() for least in (2, 5, 20)}

# %% id="rules-shuffle-table"
chance = pd.DataFrame(found).rename_axis("in at least so many baskets")
plots.table(chance, "Pairs with a lift above 1.5, in real and in shuffled baskets")

# %% [markdown] id="rules-shuffle-read"
# Look at the first row and the last. In a week of baskets, a pair that was seen twice can have any lift,
# and a part of the "discoveries" would be made in shuffled baskets as well: nobody can say which part. The
# remedy is not a cleverer measure but more baskets, and a least number of them. What is left then is
# not luck. But is it what we are looking for?

# %% [markdown] id="within"
# ### Together, or the same kind of customer?
#
# Two single-origin coffees are often in one basket. Do they *go together*? Or are they both bought by
# gourmets, and never by offices? For the shelf it makes a difference: a descaler belongs beside the
# machine, but two coffees that compete for the same cup do not help each other.
#
# [Chapter 3](03_segmentation.ipynb) found four needs groups, and the company keeps a label for each customer. So we ask
# for more than lift: within each group, how many baskets would hold both if the two had nothing to do
# with each other? The sum over groups is what we would *expect* from the kind of customer alone.

# %% id="within-group"
label = company.touches.set_index("customer_id")["label"].astype("str")
customer_of = earlier.drop_duplicates("order_id").set_index("order_id")["customer_id"]
group = customer_of[order_ids].map(label).fillna("unknown").to_numpy()

# %% id="within-expected"
expected = np.zeros((len(names), len(names)))
for name in np.unique(group):
    count = np.asarray(basket_matrix[group == name].sum(axis=0)).ravel()
    expected += np.outer(count, count) / (group == name).sum()
expected = pd.DataFrame(expected, names, names).rename_axis("if").stack()
rules["expected"] = expected.loc[pd.MultiIndex.from_frame(rules[["if", "then"]])].to_numpy()
rules["lift within"] = rules["baskets"] / rules["expected"]

# %% [markdown] id="within-test"
# How far above the expectation is more than luck? The chance of so many baskets or more, if only the
# expected number were due, is a Poisson tail. But we test hundreds of pairs, and in twenty tests one
# looks "significant at 5 %" by luck. The method of Benjamini and Hochberg (1995) limits the **false
# discovery rate** instead: of the pairs we keep, at most 5 % on average should be luck.

# %% id="within-keep"
from scipy.stats import poisson
from statsmodels.stats.multitest import multipletests

pairs = rules[rules["if"] < rules["then"]].copy()
pairs["p"] = poisson.sf(pairs["baskets"] - 1, pairs["expected"])
pairs["kept"] = multipletests(pairs["p"], alpha=0.05, method="fdr_bh")[0]

# %% id="within-plot"
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7.5, 4.4))
for kept, colour in {False: "0.6", True: plots.PALETTE[1]}.items():
    some = pairs[pairs["kept"] == kept]
    ax.scatter(some["lift"], some["lift within"], color=colour, label="kept" if kept else "not kept")
ticks = [0.2, 0.5, 1, 2, 5, 10, 20]
ax.set(xscale="log", yscale="log")
ax.set(xticks=ticks, yticks=ticks, xticklabels=ticks, yticklabels=ticks)
ax.minorticks_off()
ax.axhline(1, color="0.3", lw=1)
ax.legend(loc="upper left")
plots.show(
    ax, "Of {high} pairs with lift above 1.5, {kept} go together within groups",
    high=(pairs["lift"] > 1.5).sum(), kept=(pairs["kept"] & (pairs["lift"] > 1.5)).sum(),
    x="lift over all baskets (log scale)", y="lift within needs groups (log scale)",
    alt="Scatter: lift of each pair over all baskets against its lift within needs groups.",
)

# %% id="within-table"
kept = pairs[pairs["kept"]].sort_values("lift within", ascending=False, kind="stable").head(10)
shown = kept.set_index(["if", "then"])[["baskets", "expected", "lift", "lift within"]]
formats = {"lift": "{:.1f}", "lift within": "{:.2f}"}
plots.table(shown, "Pairs kept: baskets with both, and expected from the groups", formats)

# %% [markdown] id="within-read"
# The dots on the right that fall to the line are products for the same people. They are no use for the
# shelf; for a letter they are very useful, because there the question *is* what this kind of person
# likes. The dots that stay above the line go together. Those only just above it deserve doubt: the
# labels are wrong for some customers, so a little of the difference between groups is left inside them.
# At the end of the chapter we compare the list with the truth.

# %% [markdown] id="filter"
# ## Cross-sell: what similar customers buy
#
# Rules look at baskets. The other way looks at customers over all their orders: *customers who bought
# what you bought also bought …* That is a **collaborative filter**: it knows nothing about coffee,
# only who bought what (Sarwar and others, 2001).

# %% [markdown] id="filter-make"
# ### A collaborative filter
#
# A row per customer, a column per product, 1 where the customer has bought it. Two products are
# *similar* if the same customers buy them: the cosine of their columns, 1 for the same buyers and 0
# for none in common.

# %% id="filter-matrix"
customer_code, customer_ids = pd.factorize(earlier["customer_id"])
customer_ids = pd.Index(customer_ids)
shape = (len(customer_ids), len(names))
history = (sparse.csr_matrix((ones, (customer_code, product_code)), shape) > 0).astype(float)

# %% id="filter-matrix-read"
tell(
    "{customers:,} customers × {products} products; {filled:.0%} of the cells are filled.",
    customers=shape[0], products=shape[1], filled=history.nnz / np.prod(shape),
)

# %% id="filter-similarity"
from sklearn.metrics.pairwise import cosine_similarity

similarity = cosine_similarity(history.T)
np.fill_diagonal(similarity, 0)
similar = pd.DataFrame(crm.steady(similarity), names, names)

# %% id="filter-neighbours"
one = names[np.asarray(history.sum(axis=0)).ravel().argmin()]
for name in [share_of_all.index[0], one]:
    tell("Most similar to {product}: {other}.", product=name, other=similar[name].idxmax())

# %% [markdown] id="filter-score"
# The score of a product for a customer is the sum of its similarities to what the customer has. That is
# one matrix product: history × similarity. There is nothing to train, and it can be explained: "because
# you bought …".

# %% [markdown] id="till"
# ### At the till
#
# Is it any good? A recommender is judged on *later* baskets, which it has not seen. First task: the
# basket is nearly full, what is missing? We take the baskets of the test period with two products or
# more, hide one product of each by lot, and recommend three. The **hit rate** is the share of baskets
# whose hidden product is among the three.

# %% id="till-hide"
mixed = later.sample(frac=1, random_state=seed)
mixed = mixed[mixed.groupby("order_id")["product"].transform("size") >= 2]
hidden = mixed.drop_duplicates("order_id").set_index("order_id")
rest = mixed[mixed.duplicated("order_id")]

# %% id="till-matrix"
row = hidden.index.get_indexer(rest["order_id"])
in_basket = np.zeros((len(hidden), len(names)))
in_basket[row, rest["product"].cat.codes] = 1
missing = np.eye(len(names))[hidden["product"].cat.codes]
tell("{count:,} baskets, one product hidden in each.", count=len(hidden))

# %% [markdown] id="till-baselines"
# Two baselines come first, as always. *Bestsellers* recommends the same three to everybody. *Bestsellers
# of the group* does it per needs group. Then the rules, by confidence and by lift, and the filter. All
# of them learned before the split day.

# %% id="till-tables"
popular = np.asarray(basket_matrix.sum(axis=0)).ravel()
by_group = pd.crosstab(group[order_code], earlier["product"]).reindex(columns=names)
by_group.loc["unknown"] = popular
known_label = hidden["customer_id"].map(label).fillna("unknown")

# %% id="till-matrices"
matrices = {
    by: rules.pivot(index="if", columns="then", values=by).reindex(names, columns=names).fillna(0)
    for by in ("confidence", "lift")
}

# %% id="till-scores"
scores = {
    "bestsellers": np.tile(popular, (len(hidden), 1)),
    "bestsellers of the group": by_group.loc[known_label].to_numpy(),
    "rules by lift": in_basket @ matrices["lift"].to_numpy(),
    "rules by confidence": in_basket @ matrices["confidence"].to_numpy(),
    "similar customers": in_basket @ similarity,
}

# %% id="till-judge"
hits = {}
for name, score in scores.items():
    allowed = np.where(in_basket > 0, -np.inf, crm.steady(score))
    best = np.argsort(-allowed, axis=1, kind="stable")[:, :recommended]
    hits[name] = np.take_along_axis(missing, best, axis=1).any(axis=1)
till = pd.DataFrame(hits, hidden.index).astype(float)

# %% [markdown] id="till-interval"
# All five are judged on the same baskets, so compare them basket by basket: the difference of two hits is
# 1, 0 or −1, and its mean has a smaller error than two separate rates.

# %% id="till-table"
against = till.sub(till["bestsellers"], axis=0)
judged = pd.DataFrame({"hit rate": till.mean(), "± ": 1.96 * till.sem()})
judged["against bestsellers"] = against.mean()
judged["±"] = 1.96 * against.sem()
formats = dict.fromkeys(["± ", "±"], "{:.1points}")
formats |= {"hit rate": "{:.1%}", "against bestsellers": "{:+.1points}"}
caption = "At the till: hit rate with {count} recommendations, 95 % intervals"
plots.table(judged, caption, formats, count=recommended)

# %% id="till-read"
gain = judged["against bestsellers"]
tell(
    "Against bestsellers: rules by confidence {rules:+.1points}, similar customers "
    "{similar:+.1points}, knowing the group alone {group:+.1points}.",
    rules=gain["rules by confidence"], similar=gain["similar customers"],
    group=gain["bestsellers of the group"],
)

# %% id="till-read-lift"
tell("Rules sorted by lift: {lift:+.1points}.", lift=gain["rules by lift"])

# %% [markdown] id="till-words"
# Read it twice. Rules and filter usually beat bestsellers by far, and each other by hardly anything. But
# most of their advantage is that they guess the *kind* of customer from the basket; a company that
# knows the kind already has most of it with one line of code. And lift, the better measure for
# *understanding*, makes the poorer recommendations: it loves rare products.

# %% [markdown] id="letter"
# ### In a letter
#
# Second task: the customer is not here, and we write a letter with three products that this customer
# has *never bought*. A hit is when the customer buys at least one of them in the test period. We judge
# customers who did buy something new.

# %% id="letter-matrix"
tried = later[later["customer_id"].isin(customer_ids)]
row = customer_ids.get_indexer(tried["customer_id"])
has = history.toarray()
new = np.zeros(shape)
new[row, tried["product"].cat.codes] = 1
new = new * (1 - has)

# %% id="letter-judged"
open_to_new = new.any(axis=1)
back = np.isin(np.arange(shape[0]), row)
tell(
    "Of {known:,} known customers {back:.0%} bought in the test period, and {new:.0%} something new.",
    known=shape[0], back=back.mean(), new=open_to_new.mean(),
)
has, new = has[open_to_new], new[open_to_new]
who = customer_ids[open_to_new]

# %% id="letter-scores"
buyers = np.asarray(history.sum(axis=0)).ravel()
scores = {
    "bestsellers": np.tile(buyers, (len(who), 1)),
    "bestsellers of the group": by_group.loc[label.reindex(who).fillna("unknown")].to_numpy(),
    "rules by lift": has @ matrices["lift"].to_numpy(),
    "rules by confidence": has @ matrices["confidence"].to_numpy(),
    "similar customers": has @ similarity,
}

# %% id="letter-judge"
hits, offered = {}, {}
for name, score in scores.items():
    allowed = np.where(has > 0, -np.inf, crm.steady(score))
    offered[name] = np.argsort(-allowed, axis=1, kind="stable")[:, :recommended]
    hits[name] = np.take_along_axis(new, offered[name], axis=1).any(axis=1)
letter = pd.DataFrame(hits, who).astype(float)

# %% id="letter-table"
against = letter.sub(letter["bestsellers"], axis=0)
result = pd.DataFrame({"hit rate": letter.mean(), "± ": 1.96 * letter.sem()})
result["against bestsellers"] = against.mean()
result["±"] = 1.96 * against.sem()
caption = "In a letter: hit rate with {count} new products, 95 % intervals"
plots.table(result, caption, formats, count=recommended)

# %% id="letter-plot"
ax = plots.bars(pd.DataFrame({"at the till": till.mean(), "in a letter": letter.mean()}))
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "Best in a letter: {name}, {rate:.0%}", name=letter.mean().idxmax(), rate=letter.mean().max(),
    percent="x", x="hit rate", y="",
    alt="Bars: hit rate of five recommenders in two tasks.",
)

# %% id="letter-read"
step = letter["similar customers"] - letter["bestsellers of the group"]
low, high = step.mean() - 1.96 * step.sem(), step.mean() + 1.96 * step.sem()
tell(
    "The filter against bestsellers of the group: {step:+.1points}, 95 % interval {interval:+.1points}.",
    step=step.mean(), interval=(low, high),
)
tell("It holds 0: that may be luck." if low <= 0 <= high else "It leaves out 0: more than luck.")

# %% [markdown] id="letter-words"
# Here the filter has its place, because a customer's history says more than one basket. It needs no
# labels, and it comes close to, or goes beyond, what the labels know.
#
# Two warnings. A hit rate among those who bought something new is not a response rate of a letter. And
# a hit is *not an additional sale*: we recommended what these customers bought *without* our letter.
# A recommender with many hits can earn nothing, because it names what people find by themselves
# (chapter 5: sure things). Only a test with a group that gets no recommendation can tell.

# %% [markdown] id="cold"
# ### New customers, new products
#
# The **cold start**: who has bought nothing yet is similar to nobody. How does the hit rate grow with
# what we know?

# %% id="cold-customers"
known = pd.cut(has.sum(axis=1), [0, 1, 2, 4, 100], labels=["1", "2", "3–4", "5+"])
by_known = letter.groupby(known)[["bestsellers", "similar customers"]].mean()
by_known.insert(0, "customers", letter.groupby(known).size())
formats = dict.fromkeys(["bestsellers", "similar customers"], "{:.0%}")
by_known = by_known.rename_axis("products known")
plots.table(by_known, "Hit rate in a letter, by how many products we know of the customer", formats)

# %% [markdown] id="cold-customers-read"
# Both columns may fall downwards: who has bought many products has tried the bestsellers already, so
# less is left that is easy to guess. Compare the two columns, not the rows. For a customer without any
# order only the first column is possible.

# %% id="cold-products"
launched = catalogue.set_index("name")["launched"]
young = launched.index[launched >= "2024-01-01"].intersection(names)
chosen = pd.Series(names[offered["similar customers"].ravel()]).value_counts()
cold = pd.DataFrame({"launched": launched[young]})

# %% id="cold-products-table"
cold["customers before the split"] = buyers[names.get_indexer(young)].astype(int)
cold["letters that name it"] = chosen.reindex(young).fillna(0).astype(int)
cold["bought as new"] = new[:, names.get_indexer(young)].sum(axis=0).astype(int)
plots.table(cold, "Products launched in the year before the split, and the filter")

# %% [markdown] id="cold-products-read"
# The filter recommends what many similar customers *have bought*. A product that came late has had few
# buyers, so it is named seldom or never, and stays unknown. Give new products a fixed place on the
# shelf and in the letter, by decision and not by score.

# %% [markdown] id="journey"
# ### Real baskets
#
# Harbour Coffee has two dozen products and clear groups: an easy case. *Complete Journey* has real
# baskets of a grocer, every fifth household, here by product category. Same two tasks; the test period
# is the last quarter. One more baseline belongs to a grocer: what does this household *always* buy?

# %% id="journey-data"
aisle = crm.datasets.load_complete_journey("lines")
aisle = aisle.drop_duplicates(["order_id", "product_category"])
past, after = aisle[aisle["date"] < "2017-10-01"], aisle[aisle["date"] >= "2017-10-01"]
categories = aisle["product_category"].cat.categories

# %% id="journey-matrix"
home_code, homes = pd.factorize(past["customer_id"])
homes = pd.Index(homes)
cells = (np.ones(len(past)), (home_code, past["product_category"].cat.codes))
times = sparse.csr_matrix(cells, (len(homes), len(categories)))
tell("{homes} households, {categories} categories.", homes=len(homes), categories=len(categories))

# %% id="journey-learn"
owned = (times > 0).astype(float)
alike = cosine_similarity(owned.T)
np.fill_diagonal(alike, 0)
basket_code = pd.factorize(past["order_id"])[0]
baskets_real = sparse.csr_matrix((cells[0], (basket_code, cells[1][1])))
together = (baskets_real.T @ baskets_real).toarray()
confidence = together / np.maximum(np.diag(together), 1)[:, None]

# %% id="journey-hide"
after = after[after["customer_id"].isin(homes)].sample(frac=1, random_state=seed)
after = after[after.groupby("order_id")["product_category"].transform("size") >= 3]
hidden = after.drop_duplicates("order_id").set_index("order_id")
rest = after[after.duplicated("order_id")]
in_basket = np.zeros((len(hidden), len(categories)))
in_basket[hidden.index.get_indexer(rest["order_id"]), rest["product_category"].cat.codes] = 1
missing = hidden["product_category"].cat.codes.to_numpy()[:, None]

# %% id="journey-till"
habit = times[homes.get_indexer(hidden["customer_id"])].toarray()
scores = {
    "bestsellers": np.tile(np.diag(together), (len(hidden), 1)),
    "rules by confidence": in_basket @ confidence,
    "similar customers": in_basket @ alike,
    "what they always buy": habit,
}
hits = {}
for name, score in scores.items():
    allowed = np.where(in_basket > 0, -np.inf, crm.steady(score))
    best = np.argsort(-allowed, axis=1, kind="stable")[:, :recommended]
    hits[name] = (best == missing).any(axis=1)
real = pd.DataFrame(hits, hidden.index).astype(float)

# %% id="journey-till-table"
real_table = pd.DataFrame({"hit rate": real.mean(), "±": 1.96 * real.sem()})
caption = "Grocer, at the till: hit rate in {count:,} baskets, 95 % intervals"
formats = {"hit rate": "{:.1%}", "±": "{:.1points}"}
plots.table(real_table, caption, formats, count=len(real))

# %% id="journey-letter"
tried = np.zeros(owned.shape)
tried[homes.get_indexer(after["customer_id"]), after["product_category"].cat.codes] = 1
had = owned.toarray()
tried = tried * (1 - had)
asked = tried.any(axis=1)

# %% id="journey-letter-guess"
guesses = {"bestsellers": np.tile(had.sum(axis=0), (len(had), 1)), "similar customers": had @ alike}
hits = {}
for name, score in guesses.items():
    best = np.argsort(np.where(had > 0, np.inf, -crm.steady(score)), axis=1, kind="stable")[:, :recommended]
    hits[name] = np.take_along_axis(tried, best, axis=1)[asked].any(axis=1)

# %% id="journey-letter-read"
real_letter = pd.DataFrame(hits).astype(float)
step = real_letter["similar customers"] - real_letter["bestsellers"]
tell(
    "In a letter: bestsellers hit {base:.1%} of {count} households, similar customers {filter:.1%}; "
    "difference {step:±+.1points}.", base=real_letter["bestsellers"].mean(), count=len(step),
    filter=real_letter["similar customers"].mean(), step=(step.mean(), 1.96 * step.sem()),
)

# %% [markdown] id="journey-read"
# On these real baskets the gain is smaller. At the grocer's till, the household's own habit says more than
# any rule; and among products never bought, a filter on a few hundred households is hardly better than
# bestsellers, if at all. So do not promise the case company's gains to anybody: ask for held-out baskets,
# and for the baseline.

# %% [markdown] id="upsell"
# ## Upsell
#
# **Upselling** means to sell a better or larger version of what the customer would take anyway. Three
# questions: *what* is the next step, *who* is ready for it, and *when*?

# %% [markdown] id="ladder-price"
# ### The price ladder
#
# A **price ladder** offers the same need on several steps: good, better, best. The steps should be close
# enough to be climbed, and each should earn more than the one below. Beans, per 100 grams:

# %% id="price-beans"
grams = {
    "House Blend 500 g": 500, "Dark Roast 1 kg": 1000, "Single Origin Yunnan 250 g": 250,
    "Single Origin Ethiopia 250 g": 250, "Micro-lot Panama 250 g": 250,
}
step_of = dict(zip(grams, ["good", "good", "better", "better", "best"], strict=True))
beans = catalogue.set_index("name").loc[list(grams), ["price", "unit_cost"]]
beans = beans.div(pd.Series(grams) / 100, axis=0).rename(columns={"unit_cost": "cost"})

# %% id="price-beans-table"
buyers_2025 = lines[lines["date"] >= "2025-01-01"].groupby("product")["customer_id"].nunique()
beans["margin"] = beans["price"] - beans["cost"]
beans["customers 2025"] = buyers_2025
beans.insert(0, "step", pd.Series(step_of))
formats = dict.fromkeys(["price", "cost", "margin"], "{:.1f}")
plots.table(beans, "A price ladder of beans ({unit} per 100 g)", formats, unit=currency)

# %% [markdown] id="price-climb"
# Do customers climb? For everybody who bought beans in both years: the highest step of 2024 and of 2025.

# %% id="price-climb-run"
height = lines["product"].map(step_of).map({"good": 1, "better": 2, "best": 3})
highest = height.groupby([lines["customer_id"], lines["date"].dt.year]).max().unstack()
both = highest[[2024, 2025]].dropna()
up, down = (both[2025] > both[2024]).mean(), (both[2025] < both[2024]).mean()
tell("{count:,} customers: {up:.1%} went up a step, {down:.1%} down.", count=len(both), up=up, down=down)

# %% [markdown] id="price-climb-read"
# Nobody had been offered a step; this is what happens by itself. Where as many go down as up, the steps
# are tastes rather than stairs, and a letter "treat yourself to better beans" pushes against a taste.
# Look for a ladder where the *need* grows.

# %% [markdown] id="limit"
# ### Near the limit
#
# Service plans are such a ladder. Firms pay a fee a month for a number of cups; what they use is
# metered.

# %% id="limit-plans"
plans = company.plans.astype({"plan": "str"}).set_index("plan")
plans["margin"] = plans["fee"] - plans["unit_cost"]
plans["fee per cup"] = plans["fee"] / plans["included"]
shown = plans.rename(columns={"included": "cups included", "unit_cost": "cost"})
plots.table(shown, "Three plans ({unit} a month)", {"fee per cup": "{:.2f}"}, unit=currency)

# %% id="limit-usage"
usage = company.usage.sort_values(["customer_id", "month"]).astype({"plan": "str"})
usage["share"] = usage["used"] / usage["included"]
months = usage.groupby("customer_id")
usage["share before"] = months["share"].shift()
usage["age"] = months.cumcount() + 1
tell("{firms:,} subscribers, {rows:,} months.", firms=months.ngroups, rows=len(usage))

# %% [markdown] id="limit-signal"
# The **near-the-limit signal**: who used more than nine tenths of the allowance needs more soon. Two
# months in a row are better than one, since one may be a birthday. We look at the share that moves to
# a larger plan *in the next month*. The last month, December 2025, is today: we do not know yet what
# comes after it. And who has the largest plan cannot move up.

# %% id="limit-bands"
heavy, heavy_before = usage["share"] > 0.9, usage["share before"] > 0.9
bands = ["below 90 %", "above 90 %, one month", "above 90 %, two months"]
usage["signal"] = np.select([heavy & heavy_before, heavy], bands[:0:-1], bands[0])
today = usage["month"].max()
can_rise = usage[(usage["plan"] != "L") & (usage["month"] < today)]

# %% id="limit-rates"
from statsmodels.stats.proportion import proportion_confint

rates = can_rise.groupby("signal")["upgraded"].agg(["size", "sum", "mean"]).loc[bands]
rates["low"], rates["high"] = proportion_confint(rates["sum"], rates["size"], method="wilson")
rates.columns = ["months", "moved up", "share", "low", "high"]
formats = dict.fromkeys(["share", "low", "high"], "{:.1%}")
plots.table(rates, "Who moves up in the next month (95 % intervals)", formats)

# %% id="limit-read"
signalled = rates.loc[bands[2]]
tell(
    "After two months above 90 %, {share:.0%} move up in the next month. These are {few:.0%} of the "
    "months, and {found:.0%} of all upgrades.", share=signalled["share"],
    few=signalled["months"] / rates["months"].sum(), found=signalled["moved up"] / rates["moved up"].sum(),
)

# %% [markdown] id="limit-timing"
# *When?* Does it matter how long the firm has had the plan? Of those with the signal:

# %% id="limit-age"
ready = can_rise[can_rise["signal"] == bands[2]]
age = pd.cut(ready["age"], [0, 3, 12, 99], labels=["2–3", "4–12", "13+"])
timing = ready.groupby(age.rename("month with a plan"), observed=True)["upgraded"]
timing = timing.agg(["size", "sum", "mean"])
timing["low"], timing["high"] = proportion_confint(timing["sum"], timing["size"], method="wilson")
timing.columns = ["months", "moved up", "share", "low", "high"]
plots.table(timing, "With the signal: who moves up, by time with a plan (95 % intervals)", formats)

# %% [markdown] id="limit-timing-read"
# Compare the intervals before you build a calendar on the shares. (For firms that were there when
# the meters were put in, in January 2024, the first months are not their first: their start is
# unknown, which blurs the rows.)

# %% [markdown] id="propensity"
# ### A propensity model
#
# A **propensity model** gives each customer a probability to take a step. One signal is already good;
# does a model know more? Logistic regression, learned on months before June 2025 and judged on the
# months after.

# %% id="propensity-features"
features = usage[["share"]].copy()
features["share before"] = usage["share before"].fillna(usage["share"])
features["one month"] = (usage["signal"] == bands[1]).astype(float)
features["two months"] = (usage["signal"] == bands[2]).astype(float)
features["log age"] = np.log(usage["age"])
features["plan M"] = (usage["plan"] == "M").astype(float)
learn, judge = can_rise[can_rise["month"] < "2025-06-01"], can_rise[can_rise["month"] >= "2025-06-01"]

# %% id="propensity-fit"
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# %% id="propensity-predict"
propensity = make_pipeline(StandardScaler(), LogisticRegression())
propensity.fit(features.loc[learn.index], learn["upgraded"])
predicted = crm.steady(propensity.predict_proba(features.loc[judge.index])[:, 1])
moved = judge["upgraded"]

# %% id="propensity-auc"
ranks = {"the signal alone": judge["signal"].map(bands.index), "the model": predicted}
draws = [rng.integers(len(moved), size=len(moved)) for draw in range(30)]
auc = pd.DataFrame(
    {
        name: [roc_auc_score(moved.iloc[rows], np.asarray(rank)[rows]) for rows in draws]
        for name, rank in ranks.items()
    }
)

# %% id="propensity-auc-table"
quality = pd.DataFrame({"AUC": {name: roc_auc_score(moved, rank) for name, rank in ranks.items()}})
quality["± (95 %)"] = 1.96 * auc.std()
plots.table(quality, "How well they rank the months from June 2025 on", "{:.3f}")

# %% id="propensity-calibration"
calibration = crm.churn.calibration_table(moved, predicted, groups=5)
calibration = calibration.rename(columns={"customers": "months"})
formats = dict.fromkeys(["predicted", "observed", "low", "high"], "{:.1%}")
plots.table(calibration, "Calibration: predicted and observed share that moves up", formats)

# %% [markdown] id="propensity-read"
# Compare the two areas with their intervals: what the model knows beyond the signal concerns mostly the
# many who are far from any limit, where it matters least. Where the signal is nearly as good, use the
# signal to choose: a salesperson can explain it. For money we need probabilities, and in the group that
# matters, the last one, predicted and observed should agree.

# %% [markdown] id="offers"
# ### The offer list
#
# A call by Ma Jun's people costs 40 yuan. A larger plan earns the difference of two margins, month after
# month; we count one year. The usual list multiplies that by the probability. First the wrong way:

# %% id="offers-now"
now = usage[(usage["month"] == today) & (usage["plan"] != "L")].copy()
now["chance"] = crm.steady(propensity.predict_proba(features.loc[now.index])[:, 1])
now["more a month"] = now["plan"].map(plans["margin"].diff().shift(-1))
now = now.set_index("customer_id")

# %% id="offers-naive"
call_cost = 40
naive = now["chance"] * 12 * now["more a month"] - call_cost
tell(
    "Probability × margin of a year, less the call: {count} firms, {gain:,.0f} {unit}.",
    count=(naive > 0).sum(), gain=naive[naive > 0].sum(), unit=currency,
)

# %% [markdown] id="offers-effect"
# This counts as earned what would have come *without* a call. A firm at its limit moves up soon anyway:
# with a chance p each month, it is still on the small plan after t months with the chance (1 − p)^t. So a
# call only brings the step *forward*. It earns the share of firms that it persuades, times the months
# gained, times the difference of the margins. How many does it persuade? There is no test. So here is
# an *assumption*, and it is called one: a share of the firms with the signal, and nobody without it.

# %% id="offers-gain"
signal_now = now["signal"] == bands[2]
months_gained = sum((1 - now["chance"]) ** month for month in range(1, 13))
brought_forward = (months_gained * now["more a month"]).where(signal_now, 0)
outcomes = {}
for persuaded in (0.1, 0.2, 0.3, 0.5):
    gain = persuaded * brought_forward - call_cost
    outcomes[f"{persuaded:.0%}"] = [(gain > 0).sum(), call_cost * (gain > 0).sum(), gain[gain > 0].sum()]

# %% id="offers-table"
calls = pd.DataFrame(outcomes, index=["firms called", "cost", "expected gain"]).T
calls = calls.rename_axis("persuaded (assumed)")
plots.table(calls, "Offer list: firms, cost and gain after cost ({unit})", unit=currency)

# %% [markdown] id="offers-read"
# The list hangs on a number that nobody has measured, and even a good call earns far less than the usual
# list promised. If few are persuaded, it hardly pays to call anybody, since most come by themselves; a
# line on the invoice, "you used 95 % of your cups", is cheaper. If many are persuaded, call at once, for
# each month of waiting costs. We take the third row for the plan, and ask what it takes to find out.

# %% id="offers-list"
gain = 0.3 * brought_forward - call_cost
offer_list = now.assign(**{"months gained": months_gained, "gain": gain}).query("gain > 0")
shown = offer_list.nlargest(6, "gain")[["plan", "share", "chance", "months gained", "gain"]]
formats = {"share": "{:.0%}", "chance": "{:.0%}", "months gained": "{:.1f}"}
plots.table(shown, "The first six of the offer list (gain in {unit})", formats, unit=currency)

# %% id="offers-test"
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

base = signalled["share"]
effect = proportion_effectsize(base + 0.3 * (1 - base), base)
needed = np.ceil(NormalIndPower().solve_power(effect, power=0.8, alpha=0.05))

# %% id="offers-test-read"
tell(
    "If 30 % are persuaded, {needed:.0f} firms in each of two arms show it in four tests of five; "
    "{ready} firms have the signal today.", needed=needed, ready=signal_now.sum(),
)

# %% [markdown] id="offers-words"
# So the calls themselves can be the test: of the firms that reach the signal, half are called, by lot.
# If today there are too few, more reach it every month. And look down the ladder as well:

# %% id="offers-oversold"
low_use = (now["share"] < 0.5) & (now["plan"] == "M")
tell(
    "{share:.0%} of the firms on plan M use less than half of it: perhaps they were sold too much.",
    share=low_use.sum() / (now["plan"] == "M").sum(),
)

# %% [markdown] id="offers-oversold-words"
# A firm that pays for what it does not use will find out. Offering it the smaller plan costs margin now
# and may keep the customer; whether it does is a question for a test of chapter 5.

# %% [markdown] id="ladder"
# ## The value ladder
#
# The **value ladder** looks at a customer's whole way: *new* (one purchase), *repeat* (two or more),
# *multi-line* (several lines of products), *advocate* (brings others). Our rule, for each half-year, and
# the first that fits: *silent* if nothing was bought in it; advocate if the customer has sent another
# one so far; multi-line with products of three categories or more so far; repeat with two
# purchases or more so far; new otherwise. (H1 is January to June, H2 July to December.)

# %% id="ladder-halves"
starts = pd.to_datetime([f"{year}-{month}-01" for year in (2023, 2024, 2025) for month in (1, 7)])
halves = [f"{day.year} H{1 + day.month // 7}" for day in starts]
everyone = company.customers["customer_id"]
sent = company.referrals.rename(columns={"customer_id": "sent_id", "referrer_id": "customer_id"})
first_of_kind = lines.assign(category=lines["product_id"].map(catalogue["category"]))
first_of_kind = first_of_kind.drop_duplicates(["customer_id", "category"])

# %% id="ladder-count"
counts = {}
for name, rows in {"orders": orders, "categories": first_of_kind, "sent": sent}.items():
    half = starts.searchsorted(rows["date"], side="right") - 1
    count = pd.crosstab(rows["customer_id"], half)
    counts[name] = count.reindex(index=everyone, columns=range(len(halves)), fill_value=0)
so_far = {name: count.cumsum(axis=1) for name, count in counts.items()}

# %% id="ladder-states"
rungs = ["new", "repeat", "multi-line", "advocate", "silent"]
conditions = {
    "not yet": so_far["orders"] == 0,
    "silent": counts["orders"] == 0,
    "advocate": so_far["sent"] > 0,
    "multi-line": so_far["categories"] >= 3,
    "repeat": so_far["orders"] >= 2,
}
states = np.select(list(conditions.values()), list(conditions), "new")
states = pd.DataFrame(states, everyone, halves)

# %% id="ladder-plot"
on_rung = states.apply(lambda half: half.value_counts()).reindex(rungs).fillna(0)
ax = on_rung.T.plot.bar(stacked=True, figsize=(7.5, 4), width=0.8, rot=0)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "At the end {silent:.0%} of all customers are silent, {advocate:.1%} advocates",
    silent=on_rung.loc["silent"].iloc[-1] / len(everyone),
    advocate=on_rung.loc["advocate"].iloc[-1] / len(everyone), x="", y="customers",
    alt="Stacked bars: customers per rung of the ladder, by half-year.",
)

# %% [markdown] id="ladder-move"
# ### From one half-year to the next
#
# Count who went from which rung to which, over all half-years, and divide by the row: the **transition
# matrix**. If the next rung depended on the present one only, the ladder would be a **Markov chain**, and
# everything below would follow from this one table (Pfeifer & Carraway, 2000).

# %% id="ladder-matrix"
before, then = states.iloc[:, :-1].to_numpy().ravel(), states.iloc[:, 1:].to_numpy().ravel()
moves = pd.crosstab(before, then).reindex(index=rungs, columns=rungs, fill_value=0)
shares = moves.div(moves.sum(axis=1), axis=0)
shares = shares.rename_axis(index="from", columns="to")
drawn = plots.table(shares, "Where customers of a rung are half a year later", "{:.1%}")
drawn.background_gradient(cmap="Blues", axis=None)

# %% [markdown] id="ladder-matrix-read"
# Read along the rows. Nobody can stay *new*: the next purchase makes a repeat customer, and no purchase
# a silent one. And silence is not the end: the last row shows who comes back, and on which rung. How sure
# are these shares?

# %% id="ladder-interval"
steps = [("new", "repeat"), ("repeat", "multi-line"), ("multi-line", "advocate"), ("silent", "repeat")]
sure = pd.DataFrame({"customers": [moves.loc[one].sum() for one, _next in steps]})
sure["moved"] = [moves.loc[step] for step in steps]
sure["share"] = sure["moved"] / sure["customers"]

# %% id="ladder-interval-table"
sure["low"], sure["high"] = proportion_confint(sure["moved"], sure["customers"], method="wilson")
sure.index = [f"{one} → {following}" for one, following in steps]
formats = dict.fromkeys(["share", "low", "high"], "{:.1%}")
plots.table(sure, "Four steps of the ladder (95 % intervals)", formats)

# %% [markdown] id="ladder-interval-read"
# Thousands of steps give narrow intervals, in truth a little wider, since the same customer stands in
# several half-years. The shares differ from row to row by far more than that.

# %% [markdown] id="stuck"
# ### Where customers get stuck
#
# Now suppose that silence is the end (an **absorbing state**). How many half-years does a customer
# spend on each rung before the first silence? With Q the part of the matrix without silence, the answer
# is the inverse of 1 − Q: row = where one starts, column = where one spends the time.

# %% id="stuck-time"
climbing = rungs[:-1]
stay = np.linalg.inv(np.eye(len(climbing)) - shares.loc[climbing, climbing].to_numpy())
time_on = pd.DataFrame(stay, climbing, climbing).rename_axis("starts as")
time_on["until silence"] = time_on.sum(axis=1)
plots.table(time_on, "Half-years on each rung before the first silence", "{:.2f}")

# %% id="stuck-fate"
fate = pd.DataFrame({"silent next": shares["silent"], "up next": 0.0}).loc[climbing]
for place, rung in enumerate(climbing):
    fate.loc[rung, "up next"] = shares.loc[rung, climbing[place + 1 :]].sum()
fate["stays"] = 1 - fate.sum(axis=1)
most_lost = fate["silent next"].idxmax()

# %% id="stuck-fate-read"
tell(
    "Most are lost on the rung {rung}: {share:.0%} are silent half a year later, {up:.0%} have gone up.",
    rung=most_lost, share=fate.loc[most_lost, "silent next"], up=fate.loc[most_lost, "up next"],
)

# %% id="stuck-plot"
ax = fate[["up next", "stays", "silent next"]].plot.barh(stacked=True, figsize=(7.5, 3.2), xlim=(0, 1))
ax.invert_yaxis()
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plots.show(
    ax, "Silent half a year later: {new:.0%} of new, {share:.0%} of multi-line customers",
    new=fate.loc["new", "silent next"], share=fate.loc["multi-line", "silent next"], percent="x", y="",
    x="share of the customers on the rung, half a year later",
    alt="Stacked bars: per rung, the shares that go up, stay, and fall silent.",
)

# %% [markdown] id="stuck-read"
# Customers get stuck in two ways. At the bottom they are *lost*: most never make a second purchase soon.
# Higher up they *stay*: comfortable, but hardly anybody becomes an advocate. Do not conclude that a
# third category *makes* customers loyal. Who was going to stay long has more time to try things:
# survivorship, as in chapter 5.

# %% [markdown] id="better"
# ### What a better step would bring
#
# The matrix can be asked "what if". Of 1,000 new customers, how many are on each rung after two years,
# and what margin have they brought? First the margin of a half-year on each rung:

# %% id="better-margin"
half = starts.searchsorted(lines["date"], side="right") - 1
margin = pd.crosstab(lines["customer_id"], half, values=lines["margin"], aggfunc="sum")
margin = margin.reindex(everyone).fillna(0).to_numpy().ravel()
of_rung = pd.Series(margin).groupby(states.to_numpy().ravel()).agg(["mean", "sem"]).loc[rungs]
of_rung["sem"] *= 1.96
of_rung.columns = ["margin", "±"]
plots.table(of_rung, "Margin of a half-year per customer ({unit}, 95 % intervals)", unit=currency)

# %% [markdown] id="better-step"
# Now each step made 10 % better: a tenth more customers take it, and as many fewer fall (or stay)
# silent.

# %% id="better-run"
value = of_rung["margin"].to_numpy()
start = np.array([1000.0, 0, 0, 0, 0])
extra = {}
for one, following in steps:
    better = shares.copy()
    better.loc[one, following] += 0.1 * shares.loc[one, following]
    better.loc[one, "silent"] -= 0.1 * shares.loc[one, following]
    now_path, better_path = [
        np.array([start @ np.linalg.matrix_power(matrix, half) for half in range(1, 5)])
        for matrix in (shares, better)
    ]
    change = better_path - now_path
    extra[f"{one} → {following}"] = [(change @ value).sum(), -change[-1, -1], change[-1, 2:4].sum()]

# %% id="better-table"
outcomes = ["margin in two years", "fewer silent", "more multi-line or advocate"]
what_if = pd.DataFrame(extra, index=outcomes).T
formats = {"fewer silent": "{:+.1f}", "more multi-line or advocate": "{:+.1f}"}
caption = "A step 10 % better: change for 1,000 new customers ({unit})"
plots.table(what_if, caption, formats | {"margin in two years": "{:+,.0f}"}, unit=currency)

# %% [markdown] id="better-sure"
# How sure is the order of the steps? The shares are estimates. We draw them anew a hundred times from
# what the counts allow (a Dirichlet distribution per row), and compute the gains again.

# %% id="better-draws"
gains = []
for draw in range(100):
    drawn = np.array([rng.dirichlet(moves.loc[rung] + 0.001) for rung in rungs])
    for one, following in steps:
        better, place = drawn.copy(), (rungs.index(one), rungs.index(following))
        better[place] += 0.1 * drawn[place]
        better[place[0], -1] -= 0.1 * drawn[place]
        powers = [np.linalg.matrix_power(matrix, half) for matrix in (drawn, better) for half in range(5)]
        gains.append((draw, f"{one} → {following}", start @ (sum(powers[5:]) - sum(powers[:5])) @ value))
gains = pd.DataFrame(gains, columns=["draw", "step", "gain"]).pivot(index="draw", columns="step")["gain"]

# %% id="better-read"
best_step = what_if["margin in two years"].idxmax()
best_gain, first_each = what_if["margin in two years"].max(), (gains.idxmax(axis=1) == best_step).mean()
tell(
    "The best step to mend is {step}: {gain:±+,.0f} {unit} for 1,000 new customers, so at "
    "most {each:,.0f} {unit} for each. It is the best in {first:.0%} of the draws.", step=best_step,
    gain=(best_gain, 1.96 * gains[best_step].std()), unit=currency, each=best_gain / 1000,
    first=first_each,
)

# %% [markdown] id="explore"
# Which step is worth most depends on how much it can be improved, and for how long you wait. The bars
# are the change of customers per rung; a period is half a year. Move one control at a time. Three things
# to try:
#
# 1. Improve the first step by a half. What becomes of the advocates?
# 2. Wait for one period, then for ten. Does the same step stay the best?
# 3. How much must winning back improve, to bring as much as the first step improved by a tenth?
#
# Where nothing can move, on a page or before you run the cell, the picture shows the first step improved
# by a tenth.

# %% id="explorer"
from crmlab import widgets

widgets.ladder_explorer(shares, of_rung["margin"], unit=currency)

# %% [markdown] id="explore-read"
# The matrix says what a better step would bring, not how to get it, nor that those who are pushed up
# behave like those who climbed by themselves. It gives an upper limit for what the push may cost. One
# thing it leaves out: an advocate's value lies in the others who come; we count them below.

# %% [markdown] id="levels"
# ## Relationship levels
#
# The ladder counts purchases. A **relationship level** asks what the relationship rests on:
# *transactional* (a purchase here and there, the price decides), *solution* (several of our lines solve
# one problem together), *partner* (steady and planned), *advocate* (speaks for us). The idea goes back to
# the "ladder of loyalty" of Christopher, Payne and Ballantyne (1991). For each calendar year, the first
# rule that fits:

# %% id="levels-facts"
recent = lines[lines["date"] >= "2024-01-01"]
recent = recent.assign(
    year=recent["date"].dt.year, quarter=recent["date"].dt.quarter,
    category=recent["product_id"].map(catalogue["category"]),
)
facts = recent.groupby(["customer_id", "year"])[["order_id", "quarter", "category"]].nunique()
facts["margin"] = recent.groupby(["customer_id", "year"])["margin"].sum()

# %% id="levels-voice"
reviews = company.reviews.query("stars >= 4")
voices = pd.concat([reviews[["customer_id", "date"]], sent[["customer_id", "date"]]])
spoke = pd.MultiIndex.from_arrays([voices["customer_id"], voices["date"].dt.year])

# %% id="levels-rule"
rules_of_level = {
    "advocate": facts.index.isin(spoke) & (facts["order_id"] >= 2),
    "partner": facts["quarter"] == 4,
    "solution": facts["category"] >= 3,
}
facts["level"] = np.select(list(rules_of_level.values()), list(rules_of_level), "transactional")

# %% id="levels-table"
order_of_levels = ["transactional", "solution", "partner", "advocate"]
at_2025 = facts.xs(2025, level="year")
by_level = at_2025.groupby("level")["margin"].agg(["size", "mean", "sum"]).loc[order_of_levels]
by_level["sum"] /= by_level["sum"].sum()
by_level.columns = ["customers", "margin", "share of margin"]

# %% id="levels-shown"
plots.table(
    by_level, "Relationship levels in 2025 (margin a year in {unit})", {"share of margin": "{:.0%}"},
    unit=currency,
)

# %% [markdown] id="levels-move"
# The upper levels bring more per customer, and that is hardly a surprise: their rules ask for orders. How
# do they move? Of each level of 2024: the level of 2025, or no order at all.

# %% id="levels-matrix"
levels = facts["level"].unstack().dropna(subset=[2024]).fillna("no order")
moved_levels = pd.crosstab(levels[2024], levels[2025], normalize="index")
moved_levels = moved_levels.loc[order_of_levels, ["no order", *order_of_levels]]
moved_levels = moved_levels.rename_axis(index="2024", columns="2025")
drawn = plots.table(moved_levels, "Levels of 2024, and where they are in 2025", "{:.0%}")
drawn.background_gradient(cmap="Blues", axis=None)

# %% id="levels-read"
size = levels[2024].value_counts()["advocate"]
low, high = proportion_confint(moved_levels.loc["advocate", "advocate"] * size, size, method="wilson")
tell(
    "Of the advocates of 2024, {stay:.0%} are advocates again (95 % interval {low:.0%} to {high:.0%}); "
    "{gone:.0%} did not order.", stay=moved_levels.loc["advocate", "advocate"], low=low, high=high,
    gone=moved_levels.loc["advocate", "no order"],
)

# %% [markdown] id="levels-words"
# A level is less firm than its name. Who orders often has more occasions to write a review, so the levels
# mix attitude with frequency. And part of the movement is luck, since a review is a rare event: regression
# to the mean, as with the tiers. Use the level for the *tone* (nobody wants to be sold a
# starter kit after three years), and the tier for the *budget*.

# %% [markdown] id="tiers"
# ## What each tier gets
#
# Our sources name four things to do for high-value customers (find them, serve them personally, reward
# them with points, visit them) and four for low-value ones (stimulate, upgrade, improve the service,
# educate). High value is here the top three tiers of chapter 3, Diamond to Gold; low value are Ordinary
# and Basic. Each action needs a cost, a return, and a word on how we know.

# %% [markdown] id="tiers-high"
# ### High-value customers
#
# *Find.* Who will be in the top fifth next year and is not yet? We take the lower tiers of 2024 and rank
# them by the second half of that year alone, when we would have to decide.

# %% id="high-find"
year_2024 = crm.summarize(orders, since="2024-01-01", as_of="2024-12-31")["spend"]
late_2024 = crm.summarize(orders, since="2024-07-01", as_of="2024-12-31")["spend"]
risers = year_2024[year_2024.rank(pct=True) <= 0.8].index
rose = pd.Series(risers.isin(year.index[year["spend"].rank(pct=True) > 0.8]), risers)
best_300 = late_2024.reindex(risers).fillna(0).nlargest(300).index

# %% id="high-find-read"
tell(
    "Of {all:,} customers of the lower tiers, {rose:.0%} rise into the top fifth; of the 300 with the "
    "highest spend in the last half-year, {found:.0%}.", all=len(risers), rose=rose.mean(),
    found=rose[best_300].mean(),
)

# %% [markdown] id="high-serve"
# *Serve.* Since January 2025 the top fifth by spend in 2024 is served first. No lots were drawn, but the
# survey was held before and after. Satisfaction of the others changed too, so compare the two changes
# (**difference in differences**).

# %% id="high-serve-run"
first_served = year_2024.index[year_2024.rank(pct=True) > 0.8]
csat = company.survey[company.survey["customer_id"].isin(year_2024.index)].dropna(subset=["csat"])
served = csat["customer_id"].isin(first_served).rename("served")
cells = csat["csat"].astype("float64").groupby([served, csat["wave"]]).agg(["mean", "sem"])
change = cells["mean"].unstack().diff(axis=1).iloc[:, -1]
effect, half_width = change[True] - change[False], 1.96 * np.sqrt((cells["sem"] ** 2).sum())

# %% id="high-serve-change"
tell(
    "Satisfaction (1 to 5) of the top fifth changed by {top:+.2f}, of the others by {rest:+.2f}: "
    "difference {effect:±+.2f} points.", top=change[True], rest=change[False],
    effect=(effect, half_width),
)

# %% [markdown] id="high-serve-read"
# That is what service brings in points of satisfaction. What it brings in yuan nobody has measured.
# *Reward.* Points cost their value times the share that is used:

# %% id="high-points"
points = company.points
batches = points[points["earned_on"].dt.year == 2024]
used = batches["points"].where(batches["used_on"].notna(), 0).sum() / batches["points"].sum()
tier = pyramid.predict(year).astype("str")
high_value = tier.isin(["Diamond", "Platinum", "Gold"])
points_cost = 0.01 * used * year["spend"].groupby(high_value).mean()

# %% id="high-points-read"
tell(
    "{used:.0%} of points are used. They cost {high:.0f} {unit} a year per high-value customer, "
    "{low:.1f} per low-value one.", used=used, high=points_cost[True], low=points_cost[False],
    unit=currency,
)

# %% [markdown] id="high-visit"
# *Visit.* The care call of chapter 5's test is a visit by telephone, and there lots *were* drawn. Money
# is noisy, so we use the large company of chapter 5, and take out what last year's spend explains: a
# customer who spent much will probably spend much, called or not. With that in the regression the interval
# gets narrower (the idea of Deng and others, 2013).

# %% id="visit-data"
large = crm.Company(seed=seed, customers=60_000)
tested = large.retention_test.set_index("customer_id").astype({"offer": "str"})
theirs = large.orders[large.orders["customer_id"].isin(tested.index)].query("amount >= 0")
large_year = crm.summarize(theirs, since="2025-01-01", as_of="2025-12-31")

# %% id="visit-tiers"
tested = tested.join(large_year["spend"], how="inner")
large_tier = crm.Pyramid().fit(large_year).predict(large_year).astype("str")
tested["high"] = large_tier[tested.index].isin(["Diamond", "Platinum", "Gold"])
tested["profit"] = tested["margin"] - tested["cost"]

# %% id="visit-fit"
from statsmodels.regression.linear_model import OLS

estimates = {}
for high, some in tested.groupby("high"):
    arms = pd.get_dummies(some["offer"], dtype=float).drop(columns="none")
    for name, columns in {"raw": arms, "adjusted": arms.join(some["spend"] / 1000)}.items():
        fit = OLS(some["profit"], columns.assign(constant=1.0)).fit(cov_type="HC1")
        interval = fit.conf_int().set_axis(["low", "high"], axis=1)
        estimates[high, name] = interval.assign(effect=fit.params).loc[arms.columns]
effects = pd.concat(estimates, names=["high value", "how", "offer"]).sort_index()

# %% id="visit-read"
wide = effects["high"] - effects["low"]
narrower = 1 - wide.loc[True, "adjusted"].mean() / wide.loc[True, "raw"].mean()
tell("Among high-value customers the adjustment makes the intervals {by:.0%} narrower.", by=narrower)
call = effects.loc[True, "adjusted", "care_call"]

# %% id="visit-call"
tell(
    "A care call to a high-value customer earns {effect:+.0f} {unit} in half a year, after its cost, "
    "95 % interval {low:+.0f} to {high:+.0f}.", effect=call["effect"], unit=currency, low=call["low"],
    high=call["high"],
)

# %% [markdown] id="tiers-low"
# ### Low-value customers
#
# *Stimulate* and *educate* were in the same test: the voucher, and the tasting, which teaches people what
# they drink. *Upgrade* is the offer list. *Improve the service* costs goodwill:

# %% id="low-effects"
shown = effects.xs("adjusted", level="how").reset_index()
shown["high value"] = shown["high value"].map({True: "high value", False: "low value"})
shown["offer"] = shown["offer"].str.replace("_", " ")
shown = shown.set_index(["high value", "offer"])[["effect", "low", "high"]]
caption = "The test, effect on profit in half a year per customer ({unit}, 95 % intervals)"
plots.table(shown.rename_axis(["tier", "offer"]), caption, "{:+.0f}", unit=currency)

# %% id="low-goodwill"
in_year = company.tickets[company.tickets["opened"] >= "2025-01-01"]
low_tickets = in_year[in_year["customer_id"].isin(tier.index[~high_value])]
goodwill = low_tickets["goodwill"].sum() / (~high_value).sum()

# %% id="low-goodwill-read"
tell(
    "Goodwill costs {each:.2f} {unit} a year per low-value customer; {bad:.0%} of their tickets are "
    "not solved at the first contact.", each=goodwill, unit=currency,
    bad=1 - low_tickets["solved_first_time"].mean(),
)

# %% [markdown] id="actions"
# ### The action table
#
# One row per action: for whom, what it costs per customer, what it returns after its cost, how we know. The
# evidence column is the most important one. A *test* has a group left out by lot; a *comparison* has
# not; an *assumption* is a number that somebody wrote down.

# %% id="actions-cost"
redeemed = tested.groupby(["high", "offer"])["cost"].mean()
list_gain = offer_list["gain"].mean() if len(offer_list) else np.nan
firms = len(offer_list)

# %% id="actions-rows"
measured = effects.xs("adjusted", level="how")
high_call, low_voucher = measured.loc[True, "care_call"], measured.loc[False, "voucher"]
low_tasting, service_cost = measured.loc[False, "tasting"], 150.0
nothing = {"effect": np.nan, "low": np.nan, "high": np.nan}
actions = {
    ("high", "find: rank the last half-year"): [0.0, nothing, "comparison"],
    ("high", "serve: priority desk"): [service_cost, nothing, "comparison"],
    ("high", "reward: points"): [points_cost[True], nothing, "none"],
    ("high", "visit: care call"): [redeemed[True, "care_call"], high_call, "test"],
    ("low", "stimulate: voucher"): [redeemed[False, "voucher"], low_voucher, "test"],
    ("low", "upgrade: call the offer list"): [
        call_cost, {"effect": list_gain, "low": np.nan, "high": np.nan}, "assumption",
    ],
    ("low", "improve service: goodwill"): [goodwill, nothing, "none"],
    ("low", "educate: tasting"): [redeemed[False, "tasting"], low_tasting, "test"],
}

# %% id="actions-table"
table = pd.DataFrame([{"cost": cost, **gain, "evidence": known} for cost, gain, known in actions.values()])
table.index = pd.MultiIndex.from_tuples(actions, names=["value", "action"])
certain = [table["low"] > 0, table["high"] < 0, table["evidence"] == "test"]
table["so"] = np.select(certain, ["do it", "stop it", "larger test"], "measure first")
table = table.rename(columns={"effect": "return"})

# %% id="actions-shown"
formats = dict.fromkeys(["return", "low", "high"], "{:+.0f}") | {"cost": "{:.0f}"}
caption = "Action table: cost and return per customer ({unit}), 95 % intervals"
plots.table(table, caption, formats, unit=currency)

# %% [markdown] id="actions-read"
# Costs of the tests are for half a year, as are their returns; the others are for a year, and the cost of
# the priority desk is the budget of chapter 3, an assumption too. Most rows have no interval, and some
# intervals hold both a gain and a loss. That is what the evidence of a well-run company looks like. A
# table with a certain return in every row has been invented.

# %% id="actions-size"
spread = tested.groupby("high")["profit"].std()
tell(
    "To see a return of 50 {unit} per customer takes {high:,.0f} customers an arm in the high tiers, "
    "{low:,.0f} in the low ones.", unit=currency, high=2 * (2.8 * spread[True] / 50) ** 2,
    low=2 * (2.8 * spread[False] / 50) ** 2,
)

# %% [markdown] id="referral"
# ### What a referral is worth
#
# Growth by word of mouth: each customer who is glad to be with us may bring another. A *referred*
# customer is one who was sent. Are they better customers than others? The wrong way first: the margin of
# each customer so far.

# %% id="referral-wrong"
joined = company.customers.set_index("customer_id")["joined"]
referred = joined.index.isin(company.referrals["customer_id"])
total = lines.groupby("customer_id")["margin"].sum().reindex(joined.index).fillna(0)
tell(
    "Margin so far: {sent:,.0f} {unit} per referred customer, {others:,.0f} per other customer.",
    sent=total[referred].mean(), others=total[~referred].mean(), unit=currency,
)

# %% [markdown] id="referral-why"
# Not a fair race: nobody was referred in the opening months, since there was nobody to refer them, and
# who came first has had most time. So take the *first year* of those who joined after the opening and
# have had a full year.

# %% id="referral-fair"
day = (lines["date"] - lines["customer_id"].map(joined)).dt.days
first_year = lines[day < 365].groupby("customer_id")["margin"].sum().reindex(joined.index).fillna(0)
fair = (joined >= "2023-04-01") & (joined <= "2024-12-31")
sent_in, came_alone = first_year[fair & referred], first_year[fair & ~referred]
gap = sent_in.mean() - came_alone.mean()

# %% id="referral-fair-read"
half_gap = 1.96 * np.hypot(sent_in.sem(), came_alone.sem())
tell(
    "First year: referred {sent:,.0f} {unit}, others {others:,.0f}; difference {gap:±+,.0f}.",
    sent=sent_in.mean(), others=came_alone.mean(), unit=currency, gap=(gap, half_gap),
)

# %% [markdown] id="referral-literature"
# At a German bank referred customers stayed longer and brought more (Schmitt, Skiera & Van den Bulte,
# 2011). That need not be so elsewhere: here, see whether the interval holds 0. And those who *send* are
# another matter:

# %% id="referral-senders"
margin_2025 = lines[lines["date"] >= "2025-01-01"].groupby("customer_id")["margin"].sum()
senders = margin_2025.index.isin(sent["customer_id"])
per_active = (sent["date"] >= "2025-01-01").sum() / len(margin_2025)

# %% id="referral-senders-table"
tell(
    "Who has sent somebody brought {yes:,.0f} {unit} in 2025, others {no:,.0f}.",
    yes=margin_2025[senders].mean(), no=margin_2025[~senders].mean(), unit=currency,
)
tell("Each active customer sent {rate:.3f} new ones in 2025.", rate=per_active)

# %% id="referral-value"
worth = per_active * sent_in.mean()
in_both = np.hypot(sent_in.sem() / sent_in.mean(), 1 / np.sqrt((sent["date"] >= "2025-01-01").sum()))
half_worth = 1.96 * worth * in_both
tell(
    "So word of mouth is worth {worth:±.0f} {unit} a year per active customer, in first-year "
    "margins.", worth=(worth, half_worth), unit=currency,
)

# %% [markdown] id="referral-words"
# Three cautions. Who sends others is keen already (selection again, chapter 5): paying somebody to
# send a friend does not make them keen. A referred customer might have come anyway, and then the
# reward buys nothing. And below one referral per customer and lifetime word of mouth does not grow by
# itself: it is a discount on acquisition, which [chapter 4](04_acquisition.ipynb)
# can put beside the cost of each channel.

# %% [markdown] id="claim"
# ## Claim check: "an old customer buys with 60 to 70 %, a new one with 5 to 20 %"
#
# Sales trainers repeat this figure; our sources say the same without a number ("existing customers accept
# cross-selling more readily"). We know of no data behind it. Let us count. Old: bought within a year
# before 30 June 2025. New: a lead of the first half of 2025 (chapter 4).

# %% id="claim-old"
as_of = pd.Timestamp("2025-06-30")
last_purchase = orders[orders["date"].dt.normalize() <= as_of].groupby("customer_id")["date"].max()
old = last_purchase.index[last_purchase > as_of - pd.Timedelta(days=365)]
next_purchase = orders[orders["date"].dt.normalize() > as_of].groupby("customer_id")["date"].min()
wait = (next_purchase.reindex(old) - as_of).dt.days

# %% id="claim-new"
leads = company.leads[company.leads["created"] <= as_of]
until_won = (leads["won_on"] - leads["created"]).dt.days
chances = pd.DataFrame(
    {
        "an old customer buys": {days: (wait <= days).mean() for days in (30, 60, 90, 180)},
        "a lead is won": {days: (until_won <= days).mean() for days in (30, 60, 90, 180)},
    }
)
plots.table(chances.rename_axis("within days"), "Two chances, by how long one waits", "{:.0%}")

# %% id="claim-kind"
recency = (as_of - last_purchase[old].dt.normalize()).dt.days
bands_of_silence = pd.cut(recency, [-1, 30, 90, 180, 365], labels=["0–30", "31–90", "91–180", "181–365"])
by_recency = (wait <= 180).groupby(bands_of_silence, observed=True).agg(["size", "mean"])
by_recency.columns = ["old customers", "buy within 180 days"]
by_recency = by_recency.rename_axis("days since the last purchase")
plots.table(by_recency, "Which old customer?", {"buy within 180 days": "{:.0%}"})

# %% id="claim-verdict"
old_in, new_in = chances["an old customer buys"].between(0.6, 0.7), chances["a lead is won"].between(0.05, 0.2)
tell(
    "The claim for old customers holds for {old} of 4 waiting times, that for new ones for {new} of 4, "
    "both at once for {both}.", old=old_in.sum(), new=new_in.sum(), both=(old_in & new_in).sum(),
)

# %% [markdown] id="claim-answer"
# A chance without a time is no number: wait long enough and it comes true. Nor is there *the* old
# customer: the chance falls steeply with silence. And the comparison is lame, because a lead has already
# shown interest; of all passers-by far fewer buy. What remains is what everybody knows: who has just bought
# buys more readily than a stranger. It does not follow that selling to them is worth more, since much of
# what they buy they would have bought anyway.

# %% [markdown] id="truth"
# ## How far off were we?
#
# The simulator knows which products were planted as companions: after the first of a pair, the second is
# often the next line. How many of them, and how many false ones, does each of three lists hold?

# %% id="truth-pairs"
planted = company.truth.companions.astype({"product_id": "str", "companion_id": "str"})
named = [planted[column].map(catalogue["name"]) for column in ("product_id", "companion_id")]
true_pairs = {frozenset(pair) for pair in zip(*named, strict=True)}
pairs["planted"] = [frozenset(pair) in true_pairs for pair in zip(pairs["if"], pairs["then"], strict=True)]
tell("{count} pairs are planted.", count=len(true_pairs))

# %% id="truth-lists"
most_confident = rules.sort_values("confidence", ascending=False, kind="stable")
in_order = [frozenset(pair) for pair in zip(most_confident["if"], most_confident["then"], strict=True)]
by_lift = pairs.nlargest(10, "lift")
within_groups = pairs[pairs["kept"] & (pairs["lift within"] > 1.2)].nlargest(10, "lift within")

# %% id="truth-recovered"
recovered = {
    "ten pairs by confidence": [len(true_pairs & set(list(dict.fromkeys(in_order))[:10])), 10],
    "ten pairs by lift": [by_lift["planted"].sum(), 10],
    "kept within groups, lift over 1.2": [within_groups["planted"].sum(), len(within_groups)],
}

# %% id="truth-lists-table"
verdict = pd.DataFrame(recovered, index=["recovered", "pairs on the list"]).T
verdict["false"] = verdict["pairs on the list"] - verdict["recovered"]
verdict["missed"] = len(true_pairs) - verdict["recovered"]
plots.table(verdict, "Three lists of pairs against the planted ones")

# %% id="truth-each"
each = pairs[pairs["planted"]].sort_values("lift", ascending=False, kind="stable").set_index(["if", "then"])
each = each[["baskets", "lift", "lift within", "kept"]]
each["kept"] = np.where(each["kept"], "yes", "no")
plots.table(each, "The planted pairs in our table", {"lift": "{:.1f}", "lift within": "{:.1f}"})

# %% [markdown] id="truth-pairs-read"
# Confidence alone finds hardly any of them, lift finds some and mixes them with products for the same
# people, and comparing within groups cleans the list. A pair of an expensive machine is the hardest:
# few are sold, so few baskets can tell. A planted pair that is not in the table stood in fewer than
# twenty baskets.

# %% [markdown] id="truth-ladder"
# Next, the ladder. Had we stood at the end of 2024 with the matrix of that day, how well would it have
# foretold the end of 2025?

# %% id="truth-ladder-run"
known, later_half = states.iloc[:, :3].to_numpy().ravel(), states.iloc[:, 1:4].to_numpy().ravel()
old_moves = pd.crosstab(known, later_half).reindex(index=rungs, columns=rungs, fill_value=0)
old_shares = old_moves.div(old_moves.sum(axis=1), axis=0).to_numpy()
then = states.iloc[:, 3]
at_start = then.value_counts().reindex(rungs).fillna(0)

# %% id="truth-ladder-table"
check = pd.DataFrame({"end of 2024": at_start})
check["foretold"] = at_start.to_numpy() @ old_shares @ old_shares
check["end of 2025"] = states.loc[then != "not yet"].iloc[:, -1].value_counts().reindex(rungs).fillna(0)
check = check.rename_axis("rung")
plots.table(check, "Customers of the end of 2024, foretold and counted a year later")

# %% id="truth-ladder-read"
miss = check["foretold"] - check["end of 2025"]
tell(
    "The chain was wrong about {share:.1%} of the customers; most for the rung {rung}: {miss:+,.0f}.",
    share=miss.abs().sum() / 2 / check["end of 2025"].sum(), rung=miss.abs().idxmax(),
    miss=miss[miss.abs().idxmax()],
)

# %% [markdown] id="truth-ladder-words"
# Usually the chain promises too many repeat customers. Its assumption fails where it hurts: who has been
# silent for a year is not like one who has been silent for a month, and the chain cannot tell them apart.
# For a year the error is small; for five years ask the models of [chapter 2](02_customer_value.ipynb).

# %% [markdown] id="truth-upgrades"
# The upgrade signal. The simulator's own chances, and what the list of December was worth: who moved up in
# January?

# %% id="truth-upgrades-table"
plots.table(company.truth.upgrades, "True chance to move up next month, by time with a plan", "{:.1%}")

# %% id="truth-upgrades-read"
came_true = now.loc[offer_list.index, "upgraded"]
others = now.drop(offer_list.index)["upgraded"]
tell(
    "Of the {count} firms on the offer list {hit:.0%} moved up in January without a call, of the other "
    "{rest:,} {other:.1%}.", count=len(came_true), hit=came_true.mean(), rest=len(others),
    other=others.mean(),
)

# %% [markdown] id="truth-actions"
# In truth there is a best time: months 4 to 12. Look back at our timing table: would you have sworn to it?
# And who is on the list moves up in numbers without any call, as the months gained took into account.
#
# And the action table. What does each offer really bring, in a year, on average?

# %% id="truth-actions-table"
true_gain = large.truth.retention.loc[tested.index, ["voucher", "care_call", "tasting"]]
true_gain.columns = ["voucher", "care call", "tasting"]
by_value = true_gain.groupby(tested["high"]).mean()
by_value.index = pd.Index(["low value", "high value"], name="tier")
plots.table(by_value, "True expected gain of a year per customer ({unit})", "{:+.1f}", unit=currency)

# %% id="truth-actions-read"
right_call = by_value.loc["high value", "care call"]
tell(
    "A care call to a high-value customer is worth {call:+.0f} {unit}, a voucher to a low-value one "
    "{voucher:+.0f}.", call=right_call, unit=currency, voucher=by_value.loc["low value", "voucher"],
)

# %% id="truth-actions-waste"
tell(
    "A care call to a low-value customer: {waste:+.0f} {unit}.", unit=currency,
    waste=by_value.loc["low value", "care call"],
)

# %% [markdown] id="truth-actions-words"
# The same action can be right in one tier and a loss in another: an average over all customers would
# hide both. Where the table said "larger test", it was honest; "it does not work" would have been wrong
# for some. And of several intervals one may mislead, so even a clear row deserves a second look. Last,
# does the ladder say who is worth most?

# %% id="truth-worth"
true_worth = company.truth.customers["worth"]
by_rung = true_worth.groupby(states.iloc[:, -1]).agg(["size", "mean"]).loc[rungs]
by_rung = by_rung.set_axis(["customers", "true worth"], axis=1).rename_axis("rung")
plots.table(by_rung, "Margin expected in the next year, by rung at the end of 2025 ({unit})", unit=currency)

# %% id="truth-worth-read"
spend_2025 = year["spend"].reindex(true_worth.index).fillna(0)
rho = true_worth.corr(spend_2025, method="spearman")
tell("Rank correlation of true worth with the spend of 2025: {rho:.2f}.", rho=rho)

# %% [markdown] id="decision"
# ## The decision
#
# The plan of Xu Dan and Ma Jun for Lin Yue, with the numbers of this run:

# %% id="decision-shelf"
best_pairs = within_groups.head(3)
tell(
    "1. On the shelf and at the till, side by side: {pairs}.",
    pairs="; ".join(f"{one} + {two}" for one, two in zip(best_pairs["if"], best_pairs["then"], strict=True)),
)

# %% id="decision-letters"
tell(
    "2. In letters: three new products by similar customers (hit rate {rate:.0%}, bestsellers {base:.0%}); "
    "a tenth, by lot, gets no recommendation, and one place belongs to a new product.",
    rate=letter["similar customers"].mean(), base=letter["bestsellers"].mean(),
)

# %% id="decision-plans"
tell(
    "3. Larger plans: {count} firms on the list, half of them called by lot; cost {cost:,.0f} {unit}, "
    "expected {gain:,.0f} {unit} if 30 % are persuaded, a loss of the calls if nobody is.",
    count=firms, cost=call_cost * firms / 2, gain=offer_list["gain"].sum() / 2, unit=currency,
)

# %% id="decision-ladder"
tell("4. First mend the step {step}.", step=best_step)
tell(
    "It may cost up to {each:.0f} {unit} per new customer if it makes the step a tenth better.",
    each=best_gain / 1000, unit=currency,
)

# %% id="decision-tiers"
called = high_value.sum() // 2
half_answer = 1.96 * spread[True] * np.sqrt(2 / called)
tell(
    "5. Care calls as a test, for {count:,} high-value customers drawn by lot: cost {cost:,.0f} {unit}, "
    "return in half a year between {low:+,.0f} and {high:+,.0f} {unit}.", count=called,
    cost=20 * called, low=called * high_call["low"], high=called * high_call["high"], unit=currency,
)

# %% id="decision-july"
tell(
    "In July we shall know the return per customer to within {half:,.0f} {unit}; the calls go on by lot until "
    "that is enough.",
    half=half_answer, unit=currency,
)

# %% id="decision-low"
so = table["so"].droplevel("value")
tell(
    "For low-value customers: voucher, {voucher}; tasting, {tasting}; no care calls.",
    voucher=so["stimulate: voucher"], tasting=so["educate: tasting"],
)

# %% id="decision-risk"
tell(
    "6. Risk: {none} of {all} actions have no measured return, and hits of a recommender are not "
    "additional sales.", none=table["low"].isna().sum(), all=len(table),
)

# %% [markdown] id="recap"
# ## Recap
#
# - Confidence recommends bestsellers, lift loves rare pairs; shuffle to see what is chance, and compare
#   within groups to see what goes together.
# - Judge a recommender on later baskets, against bestsellers, and against bestsellers of the group. A hit
#   is not an additional sale.
# - Near the limit, a call brings forward what would come anyway: count months gained, not years.
# - The value ladder is a table of shares: it shows where customers are lost, and what a step may cost.
# - In an action table the evidence column is the most important one.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-lift"
crm.quiz(
    "A rule has a confidence of 40 % and a lift of 0.9. What does it tell you?",
    ("Who takes the first takes the second a little less than others.", True, "Lift below 1: no reason."),
    ("The second should lie beside the first: 40 % take it.", False, "Of all customers 44 % take it."),
    ("The rule holds in 90 % of baskets.", False, "Lift is a ratio of two shares, not a share."),
)

# %% id="quiz-chance"
crm.quiz(
    "You find 30 pairs with lift over 2 in one week of baskets. In shuffled baskets there are 25. And now?",
    ("Take more weeks, and a least number of baskets.", True, "Most of the 30 would be found by luck."),
    ("Use the five best by lift.", False, "The highest lifts of few baskets are the luckiest ones."),
    ("Act on all 30: lift over 2 is strong.", False, "It is strong only where it is not luck."),
)

# %% id="quiz-hit"
crm.quiz(
    "A recommender has a hit rate of 60 % on held-out baskets. How many additional sales are that?",
    ("Nobody can say without a group that saw nothing.", True, "They bought it without our letter."),
    ("60 % of the letters.", False, "These customers had no letter, and bought all the same."),
    ("60 % minus the hit rate of bestsellers.", False, "That compares two guesses, not two actions."),
)

# %% id="quiz-limit"
crm.quiz(
    "A firm at its limit moves up with 25 % a month by itself. What does a call bring that persuades it?",
    ("About three months of the difference.", True, "It would have come by itself before long."),
    ("A year of the difference.", False, "Without the call it would have paid most of that as well."),
    ("Nothing, since it comes anyway.", False, "It comes later; the months until then are earned."),
)

# %% id="quiz-ladder"
crm.quiz(
    "Multi-line customers stay longest. Should we push everybody to buy a third category?",
    ("Test it: who stays long has time to try things.", True, "Survivorship and selection explain it too."),
    ("Yes, the matrix shows what it brings.", False, "Only if the pushed behave like the climbers."),
    ("No, categories do not matter.", False, "The table does not show that either."),
)

# %% [markdown] id="next"
# ## Next
#
# The [exercise](../exercises/06_development.ipynb) lets you decide about a company of your own. With this
# chapter the first half of the course is whole: who the customers are, what they are worth, how to find, keep and develop them. Chapter 7 asks
# what kind of system carries all that.
#
# *Your own data:* put the path of a CSV with `order_id`, `customer_id`, `date` and `product` into
# `baskets`, and a day that leaves the last months for judging into `split`. The rules, the shuffled
# baskets and both recommenders then speak about your products; without labels there is one group only.
# The other sections stay with the case company.
#
# ### References
#
# - Agrawal, R. & Srikant, R. (1994). Fast algorithms for mining association rules. *Proceedings of the
#   20th International Conference on Very Large Data Bases*, 487–499.
# - Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful
#   approach to multiple testing. *Journal of the Royal Statistical Society B* 57(1), 289–300.
# - Christopher, M., Payne, A. & Ballantyne, D. (1991). *Relationship Marketing: Bringing Quality,
#   Customer Service and Marketing Together*. Butterworth-Heinemann.
# - Deng, A., Xu, Y., Kohavi, R. & Walker, T. (2013). Improving the sensitivity of online controlled
#   experiments by utilizing pre-experiment data. *Proceedings of the 6th ACM International Conference on
#   Web Search and Data Mining*, 123–132.
# - Pfeifer, P. E. & Carraway, R. L. (2000). Modeling customer relationships as Markov chains. *Journal
#   of Interactive Marketing* 14(2), 43–55.
# - Sarwar, B., Karypis, G., Konstan, J. & Riedl, J. (2001). Item-based collaborative filtering
#   recommendation algorithms. *Proceedings of the 10th International Conference on World Wide Web*,
#   285–295.
# - Schmitt, P., Skiera, B. & Van den Bulte, C. (2011). Referral programs and customer value. *Journal of
#   Marketing* 75(1), 46–59.
