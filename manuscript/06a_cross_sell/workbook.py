# %% [markdown] id="title"
# # 6a · Cross-selling: exercise
#
# The goal of this exercise is to decide, at *your own* Harbour Coffee, what to put side by side on the
# shelf, which list of recommendations to show at the till, and what such a list may cost. Your company
# comes from your `seed`: your numbers are yours, the difficulty is the same for everybody. It takes
# about 55 minutes. The last task is a *stretch*.
#
# Each task ends in a name set to `...`. Replace the dots, run the cell, and the check answers at
# once. Where it can tell what went wrong, it says so; where it cannot, it shows what your wrong rows
# have in common, or how your answer differs. If you are stuck, run `wb.hint("name of the task")`;
# each call gives one more hint. You may leave a task out: the next one starts from data, or from the
# right result. Do not round numbers before you hand them in.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
participant = "me"
split = "2025-01-01"

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots
from crmlab.workbook import Workbook

wb = Workbook("06a_cross_sell", seed=seed, participant=participant, lang=lang)
plots.use_style()

# %% [markdown] id="recall"
# ## Before you start
#
# Two questions on earlier chapters. Set the letters, for example `"b"`, and run the second cell.

# %% id="recall-ask" tags=["nbval-ignore-output"]
wb.recall()

# %% id="recall-answer" tags=["nbval-ignore-output"]
first, second = ..., ...
wb.check_recall(first, second)

# %% [markdown] id="lift"
# ## Task 1 · lift
#
# `lines` has one row per product in an order; refunds are left out, and a product stands in an order
# once. An order is a basket. How much more often are a pour-over kit (`P14`) and filter papers (`P15`)
# in one basket than the formula expects?
#
# Produce: a number `lift`, the lift of the rule kit → papers over all baskets.

# %% id="lift-start"
lines = wb.data.lines
plots.table(lines.head(4), "The first rows of the lines", {"date": "{:%Y-%m-%d}"})

# %% id="lift-do"
lift = ...

### BEGIN SOLUTION
with_kit = lines.loc[lines["product_id"] == "P14", "order_id"]
with_papers = lines.loc[lines["product_id"] == "P15", "order_id"]
confidence = with_kit.isin(with_papers).mean()
lift = confidence / (len(with_papers) / lines["order_id"].nunique())
### END SOLUTION

wb.check("lift", lift)

# %% [markdown] id="lift-explained" tags=["solution"]
# *How and why.* Confidence says what share of the kits is bought with papers. Whether that is much
# depends on how many buy papers anyway, and lift divides by it. All shares are of *baskets*: a
# customer who takes a kit in spring and papers in autumn says nothing about the shelf, and lines are
# more than baskets. Lift is the same in both directions, papers → kit; confidence is not.

# %% [markdown] id="lift-within"
# ## Task 2 · lift_within
#
# Coffee from Yunnan (`P04`) and coffee from Ethiopia (`P05`) have a lift far above 1. Do they go
# together, or do the same people like both? `labels` names the needs group of each customer; some are
# `unknown`, and count as a group of their own. If the two had nothing to do with each other *within* a
# group, how many of its baskets would hold both? Add this up over the groups: so many are expected.
#
# Produce: a number `lift_within`, the baskets with both divided by the expected ones. `baskets` has a row
# per basket, a column per product, and 1 where the product is in the basket.

# %% id="lift-within-start"
labels, baskets = wb.data.labels, pd.crosstab(lines["order_id"], lines["product_id"])
plots.table(labels.value_counts().to_frame("customers"), "Needs groups")

# %% id="lift-within-do"
lift_within = ...

### BEGIN SOLUTION
customer = lines.drop_duplicates("order_id").set_index("order_id")["customer_id"]
group = customer[baskets.index].map(labels)
counts = baskets[["P04", "P05"]].assign(both=baskets["P04"] * baskets["P05"], number=1)
counts = counts.groupby(group.to_numpy()).sum()
expected = (counts["P04"] * counts["P05"] / counts["number"]).sum()
lift_within = counts["both"].sum() / expected
### END SOLUTION

wb.check("lift_within", lift_within)

# %% [markdown] id="lift-within-explained" tags=["solution"]
# *How and why.* Within groups most of this pair's lift is gone: two coffees for the same cup. For the shelf
# it is no pair; for a letter to gourmets it is a good idea. Keep the group of the unlabelled in, on both
# sides of the division; and do not average the lifts of the groups, for the lift of a group with three such
# baskets is mostly luck. What is left above 1 is partly the labels' fault: some are wrong, so groups are
# mixed. (A lift of exactly 1 is not what luck gives: the lesson's shuffled baskets say how much.)

# %% [markdown] id="shelf"
# ## Task 3 · shelf
#
# Xu Dan has room for six pairs side by side. The lesson warns of rare pairs, and of pairs that only the
# same people buy. So take the pairs of products that stand together in at least 20 baskets: which six of
# them have the highest lift *within needs groups*, computed as in task 2?
#
# Produce: a list `shelf` of six texts such as `"P14+P15"`, the lower id first; the order of the list is
# free.

# %% id="shelf-do"
shelf = ...

### BEGIN SOLUTION
both, expected = baskets.T @ baskets, 0
for _label, some in baskets.groupby(group.to_numpy()):
    number = some.sum()
    expected = expected + np.outer(number, number) / len(some)
within = both / expected
each_once = np.triu(both >= 20, k=1)
best = within.where(each_once).stack().nlargest(6)
shelf = [f"{one}+{other}" for one, other in best.index]
### END SOLUTION

wb.check("shelf", shelf)

# %% id="shelf-shown" tags=["solution"]
names = lines.drop_duplicates("product_id").set_index("product_id")["product"]
chosen = best.rename("lift within").rename_axis(["one", "other"]).reset_index()
chosen["baskets"] = [both.loc[one, other] for one, other in zip(chosen["one"], chosen["other"], strict=True)]
chosen["one"], chosen["other"] = chosen["one"].map(names), chosen["other"].map(names)
plots.table(chosen.set_index(["one", "other"]), "The six pairs", {"lift within": "{:.1f}"})

# %% id="shelf-planted" tags=["solution"]
planted = wb.data.company.truth.companions.astype("str")
true_pairs = {"+".join(sorted(pair)) for pair in planted[["product_id", "companion_id"]].to_numpy()}
crm.tell(
    "The truth, which no real company knows: {all} pairs are planted, and {found} of them stand on "
    "the shelf.", all=len(true_pairs), found=len(true_pairs & set(shelf)),
)

# %% [markdown] id="shelf-explained" tags=["solution"]
# *How and why.* Without a least number of baskets the first places go to pairs that a handful of people
# bought; sorted by confidence or by support, to the bestsellers; sorted by lift over all baskets, to
# products for the same people. Within groups a pair has to beat what its kind of customer explains. A
# service plan on the list belongs to the offer for its machine, not on a shelf.

# %% [markdown] id="hit-rate"
# ## Task 4 · hit_rate
#
# A recommender has to beat the bestsellers. So measure them first. `in_basket` holds the baskets of 2025
# with two products or more; one product of each was taken out by lot and stands in `hidden`. Rank the
# products by the number of baskets *before* the split day in which they stand (of equal ones, the
# lower product id comes first). To each basket recommend the first three of the ranking that are not in the
# basket. In which share of baskets is the hidden product among the three?
#
# Produce: a number `hit_rate` between 0 and 1.

# %% id="hit-rate-start"
in_basket, hidden = wb.data.in_basket, wb.data.hidden
plots.table(
    in_basket.iloc[:3, :5].replace({True: "yes", False: "no"}).assign(hidden=hidden),
    "Three baskets of the test, and five of the products",
)

# %% id="hit-rate-do"
hit_rate = ...

### BEGIN SOLUTION
popular = lines.loc[lines["date"] < split, "product_id"].value_counts()
popular = popular.reindex(in_basket.columns, fill_value=0)
scores = np.where(in_basket, -1, popular)
best_three = np.argsort(-scores, axis=1, kind="stable")[:, :3]
hits = in_basket.columns.to_numpy()[best_three] == hidden.to_numpy()[:, None]
hit_rate = hits.any(axis=1).mean()
### END SOLUTION

wb.check("hit_rate", hit_rate)

# %% [markdown] id="hit-rate-explained" tags=["solution"]
# *How and why.* Learn before the split, judge after it: a ranking that has seen 2025 is judged on what it
# has seen. Each basket gets its *own* three, because recommending what already lies in it wastes a place.
# The hit rate is a share of baskets, so at most one hit counts for each. And it is no sales figure: all
# these products were bought without any recommendation.

# %% [markdown] id="worth"
# ## Task 5 · list_worth and worth_low
#
# A software house offers its filter for the screens at the till. Bestsellers of the needs group would
# cost nothing. Both lists have been tried on the baskets of task 4. `guesses` says for each basket
# whether the hidden product was among the three of each list, and the `price` and `margin` of that
# product, in yuan. Assume, as the lesson does, that one right guess in ten becomes an additional sale.
#
# What does the filter bring beyond the bestsellers of the group, over all these baskets, which are those
# of one year? And what is the lower end of its 95 % interval? Take 1.96 standard errors, and each basket for
# one draw; to count customers, as the lesson does, would make it wider.
#
# Produce: a number `list_worth` and a number `worth_low`, in yuan a year.

# %% id="worth-start"
guesses = wb.data.guesses
plots.table(
    guesses.head(3).replace({True: "yes", False: "no"}), "Two lists, and the hidden product (yuan)",
    {"of_group": "{}", "filter": "{}"},
)

# %% id="worth-do"
list_worth = ...

### BEGIN SOLUTION
difference = guesses["filter"].astype(float) - guesses["of_group"]
gain = 0.1 * difference * guesses["margin"]
list_worth = gain.sum()
### END SOLUTION

wb.check("list_worth", list_worth)

# %% id="worth-low-do"
worth_low = ...

### BEGIN SOLUTION
worth_low = len(gain) * (gain.mean() - 1.96 * gain.sem())
### END SOLUTION

wb.check("worth_low", worth_low)

# %% [markdown] id="worth-explained" tags=["solution"]
# *How and why.* Only baskets in which the lists differ matter, in both directions, and each right guess
# counts with the margin of *its* product. The interval comes from the differences of one basket each, not
# from two rates: both lists were tried on the same baskets. Where the lower end is below 0, it is open
# whether a paid filter brings anything; where it is above, the fee has to stay below it, and all of it
# hangs on the tenth, which is assumed. And a customer's baskets are alike, so the interval is in truth wider.
# Most of the lead may be with customers without a label, to whom the list of the group names bestsellers.

# %% [markdown] id="memo"
# ## Task 6 · a judgement in words
#
# The filter would cost 1,500 yuan a year. Write four or five sentences to Lin Yue: what goes side by side
# on the shelf and what does not, whether to buy the filter, what a recommender may promise, and what you
# would do next to know more. This task is not checked; compare yours with the model answer in the
# solution.

# %% [markdown] id="memo-yours"
# *Your memo:* …

# %% [markdown] id="memo-model" tags=["solution"]
# *A model answer.* "On the shelf we put side by side the pairs that stand together more often than the
# kind of customer explains, such as kit and papers. The two single origins are for the same people: they
# belong into one letter, not side by side. Bestsellers of the needs group cost nothing and have most of
# what the filter guesses, so we start with them; we buy the filter only if its fee is below the lower end
# of what it brings more. Even that figure rests on one additional sale in ten right guesses, which nobody
# has measured. A hit rate says how well a list guesses, not that it sells: so in every second basket, by
# lot, the screen stays dark, and we count."

# %% [markdown] id="letter"
# ## Task 7 · letter (stretch)
#
# Xu Dan writes letters. Each names *one* product that this customer has never bought. Use the collaborative
# filter of the lesson on all of `lines`: a table of customers and products with 1 where the customer has
# bought it and 0 elsewhere, cosine similarity of the products, and for each customer the sum of
# similarities to what the customer has. Which new product scores highest? Of a customer with one product
# we know too little: letters go to those who have bought two different products or more.
#
# Produce: a Series `letter`, index `customer_id`, with one product id such as `"P14"` per customer.

# %% id="letter-do"
letter = ...

### BEGIN SOLUTION
from sklearn.metrics.pairwise import cosine_similarity

history = pd.crosstab(lines["customer_id"], lines["product_id"]).clip(upper=1)
similarity = cosine_similarity(history.T)
np.fill_diagonal(similarity, 0)
scores = history @ pd.DataFrame(similarity, history.columns, history.columns)
known = history.sum(axis=1) >= 2
letter = scores.mask(history == 1)[known].idxmax(axis=1)
### END SOLUTION

wb.check("letter", letter)

# %% id="letter-shown" tags=["solution"]
named = letter.map(names).value_counts()
plots.table(named.head(5).to_frame("letters"), "The products named most often")

# %% [markdown] id="letter-explained" tags=["solution"]
# *How and why.* Without the cosine every product is most like the bestsellers, since these have most buyers
# in common with anything. With counts instead of 0 and 1, a firm that orders beans every week decides alone
# what beans are like. Two customers who bought the same get the same letter: the filter knows
# nothing else. Some letters go to people who left long ago; in real life choose the receivers first
# (chapter 5), then the product.

# %% [markdown] id="end"
# ## How far you are

# %% id="end-progress" tags=["nbval-ignore-output"]
plots.table(wb.progress().reset_index(), "Your tasks", {"task": "{}"})
