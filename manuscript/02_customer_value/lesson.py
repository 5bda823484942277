# %% [markdown] id="title"
# # 2 · Customer value
#
# ### The question
#
# Lin Yue founded Harbour Coffee and runs it. Zhou Ning, head of marketing, has asked her two
# things: how much may I spend to win a new customer, and which customers may I spend more on to
# keep? Lin Yue wants to answer by Friday. If the figure is too low, competitors take the customers;
# if it is too high, the company pays more for a customer than it will ever get back, and nobody
# notices for years.

# %% [markdown] id="goals"
# ### After this chapter you can
#
# 1. compute what a customer is worth to the firm, and what the firm is worth to the customer;
# 2. build a value score from several components, and say how much of it is your own choice;
# 3. compute customer lifetime value by formula, and state every convention it hides;
# 4. fit a probability model to a log of purchases, and test it on a year that it has not seen;
# 5. turn a lifetime value into a spending limit, with its uncertainty.
#
# *You need* [chapter 1](01_crm_at_a_glance.ipynb): it counted how many of a year's buyers come back,
# and here the same retention rate decides what a customer is worth. And a little pandas, as in the
# [primer](00_primer.ipynb). *Time:* about {{minutes}} minutes to read and run. *Not here:* how to group
# customers ([chapter 3](03_segmentation.ipynb)), what each channel really costs
# ([chapter 4](04_acquisition.ipynb)) and what keeps customers from leaving
# ([chapter 5](05_retention.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
transactions = None  # a CSV of your own, instead of the case company's orders
cutoff = "2024-12-31"
end = "2025-12-31"
currency = "yuan"
discount_rate = 0.10  # a year
margin = 0.40  # share of spend that is margin, for a CSV of your own

# %% id="setup"
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import plots, tell

crm.use_language(lang)
plots.use_style()
company = crm.Company(seed=seed, customers=2000)

# %% [markdown] id="recall"
# ## Recall
#
# Two quick questions before we start. Answer first, then open an option.

# %% id="recall-net"
amounts = company.orders["amount"]
sold, back = amounts[amounts >= 0].sum(), -amounts[amounts < 0].sum()
tell("Orders: {sold:,.0f} {unit}. Refunds: {back:,.0f}.", sold=sold, back=back, unit=currency)
crm.quiz(
    "What did all customers together spend, net?",
    (f"{sold - back:,.0f}", True, "A refund gives money back: take it off."),
    (f"{sold:,.0f}", False, "That counts money that was given back."),
    (f"{sold + back:,.0f}", False, "A refund is not a second sale."),
)

# %% id="recall-back"
earlier = crm.summarize(company.orders, since="2023-01-01", as_of="2023-12-31")
later = crm.summarize(company.orders, since="2024-01-01", as_of="2024-12-31")
both_years = earlier.index.isin(later.index).sum()
tell(
    "{first:,} customers bought in 2023, {second:,} in 2024, {both:,} in both years.",
    first=len(earlier), second=len(later), both=both_years,
)

# %% id="recall-back-quiz"
crm.quiz(
    "What is the retention rate from 2023 to 2024?",
    (f"{both_years / len(earlier):.0%}", True, "The share of the buyers of 2023 who came back."),
    (f"{both_years / len(earlier.index.union(later.index)):.0%}", False, "That divides by all buyers."),
    (f"{len(later) / len(earlier):.0%}", False, "New customers hide in it those who left."),
)

# %% [markdown] id="data"
# ## The data
#
# Six tables are needed. Before you use one, ask what one row is, and what is wrong with it.

# %% id="data-tables"
known_about = [
    ("orders", "an order, or a refund", "refunds stand apart from their order"),
    ("order_lines", "a product in an order", "what it cost stands in products"),
    ("tickets", "a call for help", "hours, but not what an hour costs"),
    ("survey", "a customer's answers in a wave", "only some answer, and the satisfied more"),
    ("referrals", "a new customer sent by another", "would some have come anyway?"),
    ("invoices", "a bill to an organisation", "consumers pay at once and have none"),
]
tables = pd.DataFrame(known_about, columns=["table", "one row is", "mind"]).set_index("table")
tables.insert(0, "rows", [len(getattr(company, name)) for name in tables.index])
plots.table(tables, "Six tables of the company")

# %% [markdown] id="data-margin"
# Spend is not what a customer brings. The margin of a line is, as in chapter 1, what was paid minus
# what the goods cost the company. It is computed line by line, because a machine leaves a much
# smaller share than a bag of beans.

# %% id="data-lines"
lines = company.order_lines.merge(company.products.astype({"category": "str"}), on="product_id")
lines["margin"] = lines["paid"] - lines["quantity"] * lines["unit_cost"]
shown = ["order_id", "name", "quantity", "unit_cost", "paid", "margin"]
plots.table(lines[shown].head(4), "Four order lines ({unit})", unit=currency)

# %% id="data-share"
by_category = lines.groupby("category")[["paid", "margin"]].sum()
by_category["margin ÷ paid"] = by_category["margin"] / by_category["paid"]
formats = {"margin ÷ paid": "{:.0%}"}
plots.table(by_category, "Margin by category, all years ({unit})", formats, unit=currency)

# %% id="data-orders"
orders = company.orders.join(lines.groupby("order_id")["margin"].sum(), on="order_id")
difference = (lines.groupby("order_id")["paid"].sum() - orders.set_index("order_id")["amount"]).abs()
margin_share = orders["margin"].sum() / orders["amount"].sum()

# %% id="data-orders-read"
tell("Lines and orders differ by at most {most:.2f} {unit}.", most=difference.max(), unit=currency)
tell("Of all that was paid, {share:.0%} is margin.", share=margin_share)

# %% [markdown] id="data-refunds"
# Refunds are rows with a negative amount and a negative margin, so sums come out net without any
# further step. Averages per order do not: leave refunds out of the *count*.
#
# Two errors stay. What an hour of service costs stands in no table, so below it is an assumption
# that you can change. And the company writes down a guess of what each customer needs, a label; it
# is sometimes wrong.

# %% id="data-period"
past = orders[orders["date"] < "2025-01-01"]
year = past[past["date"] >= "2024-01-01"]
tell("Rows up to the end of 2024: {past:,}; in 2024: {year:,}.", past=len(past), year=len(year))

# %% [markdown] id="views"
# ## Two views of value
#
# **Customer value** has two meanings, and people mix them up. *Value to the firm* is what the
# customer brings: margin, minus what it costs to serve them. *Value to the customer* is what the
# customer gets: benefits, minus everything they give up, money and trouble alike. A business lives
# on the first and is kept alive by the second.
#
# ### Value to the firm
#
# The **cost to serve** is what a customer causes after the sale: parcels, calls, goodwill. The two
# prices in the next cell are assumptions of He Rui, the analyst beside you. Change them and run on.

# %% id="views-costs"
cost_per_order, cost_per_hour = 15, 60
tickets = company.tickets
tickets["cost"] = cost_per_hour * tickets["work_hours"] + tickets["goodwill"]
served = tickets[(tickets["opened"] >= "2024-01-01") & (tickets["opened"] < "2025-01-01")]

# %% id="views-firm"
firm = year.groupby("customer_id")[["margin"]].sum()
firm["orders"] = year[year["amount"] >= 0].groupby("customer_id").size()
firm["service"] = served.groupby("customer_id")["cost"].sum()
firm = firm.fillna(0)
firm["cost to serve"] = cost_per_order * firm["orders"] + firm["service"]
firm["value"] = firm["margin"] - firm["cost to serve"]

# %% id="views-firm-plot"
plots.show(plots.concentration(firm["value"], share=0.2))

# %% id="views-firm-read"
tell(
    "Serving takes {share:.0%} of the margin of 2024. {count} of {all:,} customers cost more than "
    "they brought. Judged by margin alone, {hidden} of these look profitable.",
    share=firm["cost to serve"].sum() / firm["margin"].sum(), count=(firm["value"] < 0).sum(),
    all=len(firm), hidden=((firm["value"] < 0) & (firm["margin"] > 0)).sum(),
)

# %% [markdown] id="views-whale"
# Where the curve rises above 100 %, the customers to the right of its top take away what others
# brought. That does not mean: get rid of them. A new customer whose machine broke is in a bad year,
# not a bad customer. It means: look at *one* year with care.
#
# ### Value to the customer
#
# Nobody sees this value in an order table; it has to be asked for (Zeithaml, 1988). We make an
# index from the survey. The *benefit* is how much quality, time and giving matter to the customer,
# times how satisfied they are. The *cost* has two halves: how much price matters to them, times the
# share of the list price they paid; and the trouble they had, in service tickets per order.
#
# Do the two values go together? The **rank correlation** compares two orders: 1 is the same order, 0
# no relation, −1 the reverse.

# %% id="views-survey"
survey = company.survey
answers = survey[survey["wave"] == "2024-06-01"].set_index("customer_id")
answers = answers.drop(columns="wave").astype("float64")
items = {"price": "q0[123]", "quality": "q0[456]", "time": "q0[789]", "giving": "q1[012]"}
matters = pd.DataFrame(
    {name: (answers.filter(regex=item).mean(axis=1) - 1) / 6 for name, item in items.items()}
)

# %% id="views-give"
paid = year[year["amount"] > 0].groupby("customer_id")[["amount", "discount"]].sum()
part_of_list = paid["amount"] / (paid["amount"] + paid["discount"])
trouble = (served.groupby("customer_id").size() / firm["orders"]).fillna(0).clip(upper=1)

# %% id="views-customer"
person = matters[["quality", "time", "giving"]].mean(axis=1).to_frame("matters")
person["benefit"] = 100 * person["matters"] * (answers["csat"] - 1) / 4
person["cost"] = 50 * (matters["price"] * part_of_list + trouble)
person["net"] = person["benefit"] - person["cost"]
both = person.join(firm["value"], how="inner").dropna()

# %% id="views-table"
some = both.sort_values("value", kind="stable").iloc[np.linspace(0, len(both) - 1, 6).astype("int64")]
names = {"net": "value to the customer", "value": "value to the firm"}
some = some[["benefit", "cost", "net", "value"]].rename(columns=names)
plots.table(some, "Six customers: points (benefit − cost), and {unit} in 2024", unit=currency)

# %% id="views-plot"
rho = both["net"].corr(both["value"], "spearman")
ax = both.plot.scatter("net", "value", alpha=0.5, figsize=(7.5, 4))
ax.set_yscale("symlog", linthresh=300)
ax.axvline(both["net"].median(), ls="--", color="0.6")
ax.axhline(both["value"].median(), ls="--", color="0.6")
plots.show(
    ax, "The two views: rank correlation {rho:.2f}", rho=rho,
    x="value to the customer (index, points)", y="value to the firm in 2024 ({unit}, log scale)",
    alt="Scatter plot of customers by the two values, with both medians.", unit=currency,
)

# %% id="views-read"
upper_left = (both["value"] > both["value"].median()) & (both["net"] < both["net"].median())
tell(
    "{count} of {all} customers are in the upper left: they bring more than half of the others and "
    "get less than half of the others.", count=upper_left.sum(), all=len(both),
)

# %% [markdown] id="views-upper-left"
# The upper left is where a competitor will look first. Call these customers before you spend
# anything on the upper right.
#
# Is the index worth anything? We put its parts together by our own taste, so it needs a test
# against something it was not made from: what the same customers said a year later. How sure are we?
# We draw the customers anew, with replacement, two hundred times, and see how far the number moves: a
# **bootstrap** interval.

# %% id="views-test"
later = survey[survey["wave"] == "2025-06-01"].set_index("customer_id")["nps"].astype("float64")
pair = both.join(later.rename("later"), how="inner").dropna()
rng = np.random.default_rng(seed)
draws = [pair.sample(len(pair), replace=True, random_state=rng) for draw in range(200)]
redrawn = [draw["net"].corr(draw["later"], "spearman") for draw in draws]

# %% id="views-test-read"
low, high = np.quantile(redrawn, [0.025, 0.975])
tell(
    "Rank correlation of the index with next year's answer to \"would you recommend us\": {rho:.2f}, "
    "95 % interval {low:.2f} to {high:.2f}, {count} customers.",
    rho=pair["net"].corr(pair["later"], "spearman"), low=low, high=high, count=len(pair),
)

# %% [markdown] id="price"
# ### Three ways to set a price
#
# Price is where the two views meet. Take one product, the Panama micro-lot. **Cost-based pricing**
# starts from the unit cost and adds the usual share. **Competition-based pricing** starts from what
# others ask. **Value-based pricing** starts from what the product is worth to the customer, compared
# with the next best thing they could buy (Nagle & Müller, 2017).

# %% id="price-product"
products = company.products.set_index("product_id")
panama, ethiopia = products.loc["P06"], products.loc["P05"]
both_coffees = products.loc[["P06", "P05"], ["name", "price", "unit_cost"]]
plots.table(both_coffees, "Two coffees: list price and unit cost ({unit})", unit=currency)

# %% id="price-cost"
beans = by_category.loc["beans", "margin ÷ paid"]
cost_based = panama["unit_cost"] / (1 - beans)
seen_in_shops = [178, 188, 199, 238]
competition_based = np.median(seen_in_shops)

# %% [markdown] id="price-willing"
# The four prices of competitors are what He Rui saw in shops; no table holds them. For the third
# way we need what a customer would pay at most. A survey of attitudes cannot say that in yuan, so
# the next cell *assumes* an exchange: a customer who cares fully for taste and not at all for price
# would pay two and a half times the price of the Ethiopia, and one who is the opposite would pay
# nothing above it. Only those above the middle on taste are asked.

# %% id="price-demand"
taste = matters[matters["quality"] > 0.5]
willing = ethiopia["price"] * (1 + 1.5 * (1 + taste["quality"] - taste["price"]) / 2)
ladder = pd.Series(np.arange(130, 321, 2), name="price")
buyers = ladder.map(lambda price: (willing >= price).mean())
profit = 100 * buyers * (ladder - panama["unit_cost"])
value_based = ladder[profit.idxmax()]

# %% id="price-plot"
prices = pd.Series({"cost": cost_based, "competition": competition_based, "value": value_based})
ax = profit.set_axis(ladder).plot(figsize=(7.5, 3.6), ylim=(0, 1.1 * profit.max()))
for price, style in zip(prices, [":", "--", "-"], strict=True):
    ax.axvline(price, ls=style, color="0.5")
plots.show(
    ax, "Cost says {cost:.0f}, competition {shop:.0f}, value {value:.0f} {unit}",
    cost=cost_based, shop=competition_based, value=value_based, unit=currency,
    x="price of 250 g ({unit}); dotted: cost, dashed: competition, line: value",
    y="margin from 100 customers ({unit})",
    alt="Curve of margin against price, with the three prices marked.",
)

# %% id="price-read"
compared = prices.to_frame("price")
compared["would buy"] = prices.map(lambda price: (willing >= price).mean())
compared["margin"] = 100 * compared["would buy"] * (prices - panama["unit_cost"])
formats = {"would buy": "{:.0%}"}
plots.table(compared, "Three prices, margin from 100 customers ({unit})", formats, unit=currency)

# %% [markdown] id="price-words"
# Do not read the table as a race: the value-based price is the top of the curve by construction.
# Each way is blind to something: the first to customers, the second to your own product, and the
# third is only as good as what you believe about willingness to pay. The teeth of the curve are
# single customers: few were asked. Look how flat or steep the curve is around its top: where it is
# flat, a wrong guess costs little. To *know* it, vary the price by lot and count
# ([chapter 4](04_acquisition.ipynb)).

# %% [markdown] id="components"
# ## Components of value
#
# A customer brings more than margin. Textbooks name four components. **Economic value** is the margin
# after the cost to serve. **Referral value** is what the customers bring whom this customer sent.
# **Information value** is what the firm learns from them. **Development value** is what they could
# still buy. Each needs a definition that a machine can compute. These are ours:

# %% id="components-referral"
referrals = company.referrals
sent = referrals[referrals["date"] < "2025-01-01"].copy()
sent["brought"] = sent["customer_id"].map(firm["value"]).fillna(0)
referral = sent.groupby("referrer_id")["brought"].sum()

# %% id="components-information"
reviews = company.reviews
reviews = reviews[reviews["date"] < "2025-01-01"].groupby("customer_id").size()
consent = company.customers.set_index("customer_id")["email_consent"].astype("int64")
answered = answers["csat"].notna().astype("int64")
information = consent.add(reviews, fill_value=0).add(answered, fill_value=0)

# %% id="components-development"
bought = lines.merge(past[["order_id", "customer_id"]], on="order_id")
variety = bought.groupby("customer_id")["category"].nunique()
per_order = year["margin"].sum() / (year["amount"] >= 0).sum()
development = (5 - variety) / 5 * firm["orders"] * per_order

# %% id="components-table"
components = {"economic": firm["value"], "referral": referral}
components |= {"information": information, "development": development}
components = pd.DataFrame(components).reindex(firm.index).fillna(0)
plots.table(
    components.agg(["mean", "median", "max"]),
    "Components per customer, 2024 ({unit}; information: points)", {"information": "{:.1f}"},
    unit=currency,
)

# %% [markdown] id="components-defined"
# *Referral:* the value in 2024 of everybody this customer ever sent. Some would have come anyway, so
# this is an upper limit (Kumar, Petersen & Leone, 2010). *Information:* a point each for consent to
# mail, a survey answered, and every public review. *Development:* the share of the five categories
# never bought, times the orders of the year, times the margin of an average order. Most customers
# have sent nobody, so the middle one is zero.
#
# ### A weighted score
#
# Points and yuan cannot be added. So each component becomes a **percentile rank**, the share of
# customers who have less, and the ranks are added with **weights**. Equal values get equal ranks:
# all who have sent nobody get 0. The last digits of a computed score differ from computer to computer,
# and who comes first must not hang on them: `crm.steady` rounds a score to nine digits.

# %% id="score-weights"
ranks = (components.rank(method="min") - 1) / len(components)
weights = pd.Series({"economic": 0.5, "referral": 0.2, "information": 0.1, "development": 0.2})
score = crm.steady((ranks * weights).sum(axis=1)).rename("score")

# %% id="score-table"
plots.table(
    ranks.assign(score=score).nlargest(5, "score"),
    "The five best customers by weighted score: percentile ranks, 0 to 1", "{:.2f}",
)

# %% id="score-change"
best = score.nlargest(20).index
changed = {name: weights.mask(weights.index == name, 2 * weights) for name in weights.index}
stay = {
    name: best.isin(crm.steady((ranks * doubled).sum(axis=1)).nlargest(20).index).sum()
    for name, doubled in changed.items()
}

# %% id="score-plot"
stay = pd.Series(stay).sort_values(kind="stable")
ax = plots.bars(stay)
ax.set_xticks(range(0, 21, 5))
plots.show(
    ax, "Change one weight, and {count} of the 20 best stay at worst", count=stay.min(),
    x="of the 20 best, how many stay when this weight is doubled",
    alt="Bars: how many of the best twenty stay when the weight of one component is doubled.",
)

# %% id="score-alone"
alone = best.isin(components["economic"].nlargest(20).index).sum()
tell("Among the 20 customers with the highest economic value are {count} of these 20.", count=alone)

# %% [markdown] id="score-read"
# The list depends on the weights, and the weights are nobody's finding: they are a decision about
# what the firm wants. Say so whenever you show such a list. One thing can be checked: which component
# foretells next year's value?

# %% id="score-foretell"
after = orders[orders["date"] >= "2025-01-01"].groupby("customer_id")["margin"].sum()
after = after.reindex(components.index).fillna(0)
foretold = components.assign(score=score).corrwith(after, method="spearman")
plots.table(foretold.rename("rank correlation"), "Component in 2024, margin in 2025", "{:.2f}")

# %% [markdown] id="score-foretold"
# A score built for several aims need not be the best forecast of one of them. If all you want is next
# year's margin, forecast next year's margin; the second half of this chapter does.

# %% [markdown] id="explore-weights"
# ### Explore: your weights, your list
#
# The bars are the ten best customers, and what each component adds to their score. All weights start
# equal. Move one at a time. Which customers stay whatever you do? They are the ones to talk about
# with the sales team. Which come and go? Those are your weights talking.

# %% id="explorer-weights"
from crmlab import widgets

widgets.value_weights(ranks)

# %% [markdown] id="indicators"
# ## Value indicators
#
# Another list in the training material names **value indicators**: amount, frequency, profit
# contribution, credit standing and potential; a third adds referrals. One table holds them all.
# **Credit standing** is how reliably a customer pays; here, the share of bills paid by the day they
# were due. Only organisations get bills.

# %% id="indicators-credit"
bills = company.invoices
bills = bills[bills["due"] < "2025-01-01"]
paid_in_time = bills["paid_on"] <= bills["due"]
in_time = paid_in_time.astype("float64").groupby(bills["customer_id"]).mean()

# %% id="indicators-late"
count, late = len(bills), 1 - paid_in_time.mean()
tell("Bills due by the end of 2024: {count:,}; paid late or open: {late:.0%}.", count=count, late=late)

# %% id="indicators-table"
indicators = pd.DataFrame(
    {
        "amount": year.groupby("customer_id")["amount"].sum(),
        "frequency": firm["orders"],
        "profit": firm["value"],
        "credit": in_time,
        "potential": development,
        "referrals": sent.groupby("referrer_id").size(),
    }
).reindex(firm.index)
indicators["referrals"] = indicators["referrals"].fillna(0)

# %% id="indicators-show"
plots.table(
    indicators.loc[best].head(),
    "Value indicators of five customers, 2024 (amount, profit, potential in {unit})",
    {"credit": "{:.0%}"}, unit=currency,
)

# %% [markdown] id="indicators-missing"
# A missing credit standing means: this customer pays at once, we have never given credit. It is not
# 0 %. Watch what happens to the **composite score**, the mean of the ranks, if someone fills the gap
# with a zero "so that the formula works".

# %% id="indicators-composite"
placed = (indicators.rank(method="min") - 1) / indicators.count()
composite = pd.DataFrame(
    {"known only": placed.mean(axis=1), "missing is 0": placed.fillna(0).mean(axis=1)}
)
billed = indicators["credit"].notna()
share = {name: billed[crm.steady(composite[name]).nlargest(100).index].mean() for name in composite}

# %% id="indicators-read"
tell(
    "Organisations with bills are {all:.0%} of the customers. They are {known:.0%} of the best 100 "
    "where only known indicators count, and {zero:.0%} where missing is 0.",
    all=billed.mean(), known=share["known only"], zero=share["missing is 0"],
)

# %% [markdown] id="indicators-double"
# There is a second trap. How many different things does the composite measure?

# %% id="indicators-correlation"
plots.table(
    indicators.corr("spearman"), "Rank correlations of the indicators", "{:.2f}"
).background_gradient(cmap="Blues", axis=None)

# %% [markdown] id="indicators-words"
# Indicators that go up and down together are one indicator, counted several times: with equal
# weights they decide the score. Keep one of a kind, or give each of them a part of the weight.

# %% [markdown] id="formula"
# ## CLV by formula
#
# So far value was last year's. A decision is about the years to come. **Customer lifetime value**
# (CLV) is what a customer will bring over the whole relationship, in money of today:
#
# $$\mathrm{CLV} = \sum_{t=1}^{T} \frac{R - RC}{(1+i)^t} - AC$$
#
# *R* is what the customer brings in a year. *RC* is the **retention cost**, what you spend in a year
# to serve and keep them. *AC* is the **acquisition cost**, spent once to win them. *T* is the number
# of years. *i* is the **discount rate**: money next year is worth less than money today, because you
# could have put it to other use and because it may never come (Berger & Nasr, 1998).
#
# Careful with *R*. The course material that gives this formula calls it a *net profit*. If the cost
# of keeping the customer has been taken off already, *R − RC* takes it off twice. In this course *R*
# is margin after the cost of goods and *before* RC. An example: a margin of 500 a year, 80 a year to
# keep the customer, 150 to win them, five years.

# %% id="formula-one"
case = {"revenue": 500, "retention_cost": 80, "acquisition_cost": 150, "periods": 5}
value = crm.clv_formula(**case, discount_rate=discount_rate)
tell("Five years at a margin of 500 are worth {value:,.0f} {unit} today.", value=value, unit=currency)

# %% id="formula-years"
today = (1 + discount_rate) ** -np.arange(1.0, 6)
steps = pd.DataFrame({"R − RC": 500 - 80, "worth of 1 today": today})
steps["worth today"] = steps["R − RC"] * steps["worth of 1 today"]
steps.index = pd.RangeIndex(1, 6, name="year")
plots.table(steps, "The same year by year ({unit})", {"worth of 1 today": "{:.3f}"}, unit=currency)

# %% id="formula-sum"
total = steps["worth today"].sum()
tell("Sum {total:,.0f}, minus 150 to win the customer: {net:,.0f}.", total=total, net=total - 150)

# %% [markdown] id="formula-timing"
# The formula hides a convention: when in the year does the money come? The sum above puts it all at
# the end. Say which one you use; otherwise two people with the same numbers get two answers.

# %% id="formula-timing-run"
timing = {
    when: crm.clv_formula(**case, discount_rate=discount_rate, timing=when)
    for when in ["start", "middle", "end"]
}
plots.table(pd.Series(timing, name="CLV"), "One customer, three conventions ({unit})", unit=currency)

# %% [markdown] id="formula-simple"
# ### Two shortcuts
#
# The training material has two shorter ways. *Average yearly contribution × years* is the same sum
# without discounting. And *CLV = (T / t) · s*: the lifetime T over the **purchase cycle** t, the time
# between two purchases, times the amount s per purchase. Two traps: T and t need the same unit, and
# if s is spend instead of margin, the result is turnover, not value.

# %% id="formula-simple-run"
seen = year.loc[year["amount"] >= 0].groupby("customer_id")["date"].agg(["min", "max", "size"])
seen = seen[seen["size"] >= 4]
cycle = ((seen["max"] - seen["min"]).dt.days / (seen["size"] - 1)).median()
per_purchase = year.loc[year["amount"] > 0, "amount"].mean()
lifetime = 3 * 365

# %% id="formula-simple-read"
tell(
    "A regular buyer comes every {cycle:.0f} days. Over three years (T / t) · s is {spend:,.0f} "
    "{unit} with s as spend and {margin:,.0f} with s as margin.", cycle=cycle, unit=currency,
    spend=crm.clv_simple(lifetime, cycle, per_purchase),
    margin=crm.clv_simple(lifetime, cycle, per_purchase * margin_share),
)

# %% id="formula-simple-wrong"
wrong = crm.clv_simple(3, cycle, per_purchase)
tell("With T in years and t in days it would be {wrong:.0f}.", wrong=wrong)
contribution = crm.clv_contribution(firm["value"].mean(), 3)
tell("Average yearly contribution × 3 years: {value:,.0f} {unit}.", value=contribution, unit=currency)

# %% [markdown] id="formula-retention"
# ### How long will they stay?
#
# T is the weak spot: nobody knows it. If the same share *r* of customers stays each year, the
# retention rate of [chapter 1](01_crm_at_a_glance.ipynb), then the sum over all years can be written
# in one line, a **closed form** (Gupta & Lehmann, 2003). There are three of them in the literature,
# and they differ in which margin they count first. `"now"`: the first margin comes at once.
# `"after_renewal"`: it has come already and does not count. `"end_of_period"`: it comes at the end of
# the first year.

# %% id="formula-closed"
first = ["now", "after_renewal", "end_of_period"]
forms = {name: crm.clv_closed_form(100, 0.8, 0.1, first_margin=name) for name in first}
forms = pd.Series(forms, name="CLV").rename_axis("first margin")
plots.table(forms, "Margin 100 a year, retention 80 %, discount rate 10 %", "{:.2f}")

# %% [markdown] id="formula-closed-read"
# The first two differ by exactly one margin. For a *ceiling on what to pay* for a new customer the
# first purchase counts; for the value of a customer *you already have* it does not. The published
# formulas are all right; they answer different questions (Fader & Hardie, 2012).
#
# Now the company's own numbers. We group customers by the channel of their first order, because that
# is where the money to win them is spent. Retention: of those who bought in 2023, how many bought in
# 2024? (Who skips a year counts as lost, even if they come back. Without a contract that is the best
#    a formula can do.)

# %% id="formula-retained"
sales = past[past["amount"] >= 0]
cohort = sales.loc[sales["date"] < "2024-01-01", "customer_id"].drop_duplicates()
active = firm.index[firm["orders"] > 0]
channel = company.customers.set_index("customer_id")["first_channel"].astype("str")
stayed = pd.Series(cohort.isin(active).to_numpy(), pd.Index(cohort))
came_back = stayed.groupby(channel)

# %% id="formula-groups"
groups = firm.loc[active].groupby(channel).agg(R=("margin", "mean"), RC=("cost to serve", "mean"))
groups.insert(0, "customers", came_back.size())
groups["retention"] = came_back.mean()
groups["years"] = 1 / (1 - groups["retention"])

# %% [markdown] id="formula-interval"
# A retention rate from a few hundred customers is not certain, and it sits in the denominator. The
# interval of each rate (Wilson's method) gives the range of CLV that follows from it alone.

# %% id="formula-range"
from statsmodels.stats.proportion import proportion_confint

ends = proportion_confint(came_back.sum(), came_back.size(), method="wilson")
flow = groups["R"] - groups["RC"]
groups["CLV"] = crm.clv_closed_form(flow, groups["retention"], discount_rate, "end_of_period")
for name, rate in zip(["from", "to"], ends, strict=True):
    groups[name] = crm.clv_closed_form(flow, np.asarray(rate), discount_rate, "end_of_period")

# %% id="formula-table"
plots.table(
    groups.drop(columns="customers").rename_axis("first channel"),
    "CLV by first channel ({unit} a year; CLV and its range in {unit}; before AC)",
    {"retention": "{:.0%}", "years": "{:.1f}"}, unit=currency,
)

# %% id="formula-table-read"
widest = ((groups["to"] - groups["from"]) / groups["CLV"]).idxmax()
tell(
    "Highest: {best}. Least certain: {widest}, where {count} customers leave a range of "
    "{low:,.0f} to {high:,.0f} {unit}.",
    best=groups["CLV"].idxmax(), widest=widest, count=groups.loc[widest, "customers"],
    low=groups.loc[widest, "from"], high=groups.loc[widest, "to"], unit=currency,
)

# %% [markdown] id="formula-tornado"
# ### What does the result hang on?
#
# A **tornado chart** moves one input at a time over the range you find possible, and puts the widest
# bar on top: there your ignorance costs most.

# %% id="formula-tornado-run"
from crmlab.clv import figures

net, average = round(firm.loc[active, "value"].mean(), -1), round(stayed.mean(), 2)
base = {"margin": net, "retention": average, "discount_rate": discount_rate}
ranges = {"margin": (0.9 * net, 1.1 * net), "discount_rate": (0.05, 0.15)}
ranges["retention"] = (round(average - 0.1, 2), round(average + 0.1, 2))
plots.show(figures.tornado(crm.tornado(crm.clv_closed_form, base, ranges)))

# %% [markdown] id="formula-tornado-read"
# The ranges are part of the result. Margin is known to a tenth from the books, the discount rate is
# set by the owners, and retention can usually be guessed to ten points at best. So measure retention
# before you quarrel about the discount rate.

# %% [markdown] id="explore"
# ## Explore: a CLV calculator
#
# Start from an average customer of the company. Three things to try:
#
# 1. Set the years to the largest value, then raise the discount rate. What happens to far years?
# 2. Find the largest acquisition cost at which the customer still pays. That is the ceiling.
# 3. Move the money from the end to the start of the period. How much does a mere convention change?

# %% id="explorer"
widgets.clv_calculator(
    revenue=round(firm["margin"].mean()), retention_cost=round(firm["cost to serve"].mean()),
    acquisition_cost=150, discount_rate=discount_rate, periods=3,
)

# %% [markdown] id="explore-read"
# A formula answers exactly what you typed in. Its weakness is not the mathematics. It treats all
# customers of a group as one average customer, and it needs to know who is still a customer.

# %% [markdown] id="model"
# ## CLV by probability model
#
# Nobody says goodbye to a coffee shop. A telephone company knows on which day a contract ends; a shop
# only sees that a customer has been silent for a while. And the average customer does not exist: some
# buy every week, some once a year, so the same silence means different things.
#
# The **BG/NBD model** (Fader, Hardie & Lee, 2005a) turns this into five sentences:
#
# 1. While active, a customer buys at random moments, at a personal rate.
# 2. Rates differ from customer to customer.
# 3. After each repeat purchase a customer may stop for good, with a personal probability.
# 4. These probabilities differ, too.
# 5. The two have nothing to do with each other.
#
# It needs three numbers per customer: `x`, the number of *repeat* purchases (the first does not
# count); `t_x`, the customer's age at the last purchase; and `T`, the age today. Beware: `t_x` counts
# from the first purchase. It is not the recency of RFM, which counts back from today.
#
# ### First on real data
#
# CDNOW sold compact discs online. We fit the model on the first nine months of 1997, the
# **calibration period**, and keep the nine months after it as a **hold-out**: the model must not see
# them, so they can judge it.

# %% id="model-holdout"
cdnow = crm.datasets.load_cdnow("sample")
cd_buyers = crm.clv.holdout(cdnow, "1997-09-30", "1998-06-30")
plots.table(
    cd_buyers.loc[cd_buyers["x"].nlargest(3).index, ["x", "t_x", "T", "holdout_purchases"]],
    "Three CDNOW customers: t_x and T in weeks", {"t_x": "{:.1f}", "T": "{:.1f}"},
)

# %% id="model-fit"
model = crm.BetaGeometricNBD().fit(cd_buyers)
published = pd.Series({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
table = model.summary_.assign(published=published)
plots.table(table, "BG/NBD on CDNOW: estimate, 95 % interval, published value", "{:.3f}")

# %% id="model-fit-read"
off = (model.summary_["estimate"] - published).abs().max()
tell("The largest difference from the published values is {off:.4f}.", off=off)

# %% id="model-fit-meaning"
found = model.params_
rate, stop = 52 * found["r"] / found["alpha"], found["a"] / (found["a"] + found["b"])
tell("While active, the average buyer buys again {rate:.1f} times a year.", rate=rate)
tell("On average a repeat purchase is the last one with probability {stop:.0%}.", stop=stop)

# %% [markdown] id="model-checks"
# Four numbers describe all customers. Does the description hold? Three pictures, each stricter than
# the one before. First: how many customers bought again how often, in the period the model has seen?

# %% id="model-frequency"
plots.show(figures.frequency(crm.clv.frequency_table(model, cd_buyers)))

# %% [markdown] id="model-tracking-words"
# Second: repeat purchases week by week. To the right of the line is the future that the model did not
# see.

# %% id="model-tracking"
path = crm.clv.tracking(model, cdnow, "1997-09-30", "1998-06-30")
plots.show(figures.tracking(path))

# %% [markdown] id="model-conditional-words"
# Third, and most useful for a firm: who buys in the hold-out? Customers with more purchases before
# should buy more after.

# %% id="model-conditional"
plots.show(figures.conditional(crm.clv.conditional_table(model, cd_buyers)))

# %% id="model-conditional-read"
expected = model.expected_purchases(cd_buyers.attrs["holdout_length"], cd_buyers)
rho = expected.corr(cd_buyers["holdout_purchases"], "spearman")
tell("Rank correlation of expected and actual purchases in the hold-out: {rho:.2f}.", rho=rho)

# %% [markdown] id="model-conditional-reading"
# The last two pictures expect slightly different totals. The curve by weeks knows only when customers
# came; the last picture knows what each of them did before. And in the hold-out people bought
# somewhat more than either says: the model has no seasons and no growth.

# %% [markdown] id="alive"
# ### Who is still there?
#
# **P(alive)** is the probability that a customer has not stopped for good. Guess before you run the
# cell: four customers, all of age 39 weeks. Who is most surely gone?

# %% id="alive-four"
four = pd.DataFrame(
    {"x": [0, 2, 12, 12], "t_x": [0, 19, 19, 38], "T": 39},
    index=["bought once", "rare, silent 20 weeks", "often, silent 20 weeks", "often, last week"],
)
four["P(alive)"] = model.probability_alive(four)
four["next 39 weeks"] = model.expected_purchases(39, four)
plots.table(
    four, "Four customers, and purchases expected in the next 39 weeks",
    {"P(alive)": "{:.0%}", "next 39 weeks": "{:.2f}"},
)

# %% id="alive-silence"
silence = np.arange(0, 53)
curves = pd.DataFrame(index=silence)
for repeats in [1, 3, 12]:
    buyer = pd.DataFrame({"x": repeats, "t_x": 20, "T": 20 + silence})
    curves[repeats] = model.probability_alive(buyer)

# %% id="alive-plot"
ax = curves.plot(figsize=(7.5, 3.6))
plots.show(
    ax, "After ten silent weeks: {rare:.0%} with 1 repeat purchase, {often:.0%} with 12",
    rare=curves.iloc[10, 0], often=curves.iloc[10, 2], percent="y",
    x="weeks of silence (lines: 1, 3 or 12 repeat purchases in the 20 weeks before)", y="P(alive)",
    alt="Lines: P(alive) against weeks of silence; the more purchases before, the faster it falls.",
)

# %% [markdown] id="alive-read"
# The surprise is the third customer. Somebody who came every week or two and has been silent for
# twenty weeks has almost surely left; somebody who comes every other month may just not need
# anything. Silence has to be read against a customer's own rhythm.
#
# The first row shows a limit: with no repeat purchase, P(alive) is always 100 %, because this model
# lets people stop only after a repeat purchase. Do not use it to count active customers. Their
# *expected purchases* are low, and those are what counts.

# %% [markdown] id="spend"
# ### How much per purchase?
#
# The **Gamma-Gamma model** (Fader & Hardie, 2013) says what a customer spends per purchase. The mean
# of one purchase says little, the mean of twenty says much. So it pulls each customer's own mean
# towards the mean of all, the more so the fewer purchases there are: **shrinkage**. It assumes that
# spend per purchase and number of purchases have nothing to do with each other; check that.

# %% id="spend-fit"
spend = crm.GammaGamma().fit(cd_buyers)
published = pd.Series({"p": 6.25, "q": 3.74, "gamma": 15.44})
table = spend.summary_.assign(published=published)
plots.table(table, "Gamma-Gamma on CDNOW: estimate, 95 % interval, published value", "{:.2f}")

# %% id="spend-shrink"
repeat = cd_buyers[cd_buyers["mean_repeat_spend"] > 80].sort_values("x", kind="stable")
repeat = repeat.iloc[[0, len(repeat) // 2, -1]][["x", "mean_repeat_spend"]]
repeat["expected_spend"] = spend.expected_spend(repeat)
plots.table(repeat, "Own mean and expected spend per purchase (US dollars)")

# %% id="spend-read"
mean, rho = spend.expected_spend(), spend.correlation_
tell("Expected of a customer of whom nothing is known: {mean:.0f} US dollars.", mean=mean)
tell("Correlation of spend and number of purchases: {rho:.2f}. The model takes it to be 0.", rho=rho)

# %% [markdown] id="spend-words"
# The package said so while it fitted. A weak correlation is no reason to stop; it is a reason to say
# in the report that frequent buyers may spend a little more, or less, than the model thinks.

# %% [markdown] id="own"
# ### Now the case company
#
# The same steps on Harbour Coffee, or on your own log (Fader, Hardie & Lee, 2005a, 2005b). CLV is the
# purchases expected in each week of three years, times the expected spend, times the margin, each
# week discounted to today. Three years and not a lifetime: a model that has seen two years should not
# speak about twenty.

# %% id="own-log"
if transactions is None:
    log, log_margin = company.orders, margin_share
else:
    log, log_margin = crm.read_transactions(transactions), margin
customers = crm.clv.holdout(log, cutoff, end)

# %% id="own-fit"
purchases_model = crm.BetaGeometricNBD().fit(customers)
spend_model = crm.GammaGamma().fit(customers)
both_models = pd.concat([purchases_model.summary_, spend_model.summary_])
plots.table(both_models, "Both models on this log: estimates with 95 % interval", "{:,.2f}")

# %% id="own-tracking"
plots.show(figures.tracking(crm.clv.tracking(purchases_model, log, cutoff, end)))

# %% id="own-conditional"
plots.show(figures.conditional(crm.clv.conditional_table(purchases_model, customers)))

# %% [markdown] id="own-read"
# The same checks as before: does the dashed line follow the other one behind the mark, and do the two
# lines of the last picture rise together? Where a few customers stand behind a point, it may jump.

# %% id="own-clv"
customers["clv"] = crm.customer_lifetime_value(
    purchases_model, spend_model, customers,
    horizon=156, discount_rate=discount_rate, margin=log_margin, unit="W",
)
tell(
    "Three-year CLV: mean {mean:,.0f}, median {median:,.0f} {unit}. The best tenth hold {share:.0%}.",
    mean=customers["clv"].mean(), median=customers["clv"].median(), unit=currency,
    share=crm.top_share(customers["clv"], 0.1),
)

# %% id="own-best"
shown = customers[["x", "recency_days", "mean_repeat_spend", "clv"]].copy()
shown.insert(2, "P(alive)", purchases_model.probability_alive(customers))
plots.table(
    shown.nlargest(5, "clv"), "The five best customers by three-year CLV ({unit})",
    {"P(alive)": "{:.0%}"}, unit=currency,
)

# %% id="own-best-read"
best_now = customers["spend"].nlargest(50).index
kept = crm.steady(customers["clv"]).nlargest(50).index.isin(best_now).sum()
tell("Of the 50 with the highest CLV, {count} are among the 50 who have spent most so far.", count=kept)

# %% [markdown] id="matrix"
# ## The value matrix
#
# Now there are two numbers for every customer: what they brought in the last year, and what they
# should bring from now on. The **value matrix** puts *current value* on one axis and *potential* on
# the other, and draws a limit on each. We call the upper three tenths high. That is a choice.

# %% id="matrix-current"
year_before = pd.Timestamp(cutoff) - pd.DateOffset(years=1) + pd.Timedelta(days=1)
last_year = crm.summarize(log, since=year_before, as_of=cutoff)
customers["current"] = (log_margin * last_year["spend"]).reindex(customers.index).fillna(0)

# %% id="matrix-quadrants"
limit = customers[["current", "clv"]].quantile(0.7)
now_high, later_high = customers["current"] >= limit["current"], customers["clv"] >= limit["clv"]
customers["quadrant"] = np.select(
    [now_high & later_high, later_high, now_high], ["protect", "develop", "ask why"], "keep simple"
)

# %% id="matrix-plot"
import seaborn as sns

order = ["protect", "develop", "ask why", "keep simple"]
colours = [*plots.PALETTE[:3], "0.6"]
drawn = customers[["current", "clv"]].clip(lower=10).assign(quadrant=customers["quadrant"])
ax = sns.scatterplot(drawn, x="current", y="clv", hue="quadrant", hue_order=order, palette=colours)
ax.set(xscale="log", yscale="log")
protect = customers["quadrant"] == "protect"
plots.show(
    ax, "{share:.0%} of customers are high on both, with {part:.0%} of all CLV",
    share=protect.mean(), part=customers.loc[protect, "clv"].sum() / customers["clv"].sum(),
    x="margin of the last year ({unit}, log scale; less than 10 drawn as 10)",
    y="three-year CLV ({unit}, the same)", unit=currency,
    alt="Scatter plot of customers by current value and CLV, with both limits.",
)

# %% [markdown] id="matrix-act"
# A picture decides nothing. Each quadrant gets one action and a price, and the last column says by
# how much the action has to raise next year's margin to pay for itself. Change the prices and run on.

# %% id="matrix-actions"
actions = pd.DataFrame(
    {
        "action": ["personal contact", "taste a second category", "a call: why less?", "newsletter"],
        "cost each": [150, 40, 20, 2],
    },
    index=order,
)
customers["forecast"] = crm.customer_lifetime_value(
    purchases_model, spend_model, customers, horizon=52, discount_rate=0, margin=log_margin, unit="W"
)

# %% id="matrix-table"
plan = customers.groupby("quadrant").agg(customers=("clv", "size"), forecast=("forecast", "mean"))
plan = plan.reindex(order).join(actions)
plan["budget"] = plan["cost each"] * plan["customers"]
plan["must raise by"] = plan["cost each"] / plan["forecast"]
plots.table(
    plan[["action", "customers", "forecast", "cost each", "budget", "must raise by"]],
    "Actions per quadrant; forecast: margin next year per customer ({unit})",
    {"must raise by": "{:.1relative}"}, unit=currency,
)

# %% id="matrix-holdout"
customers["next"] = log_margin * customers["holdout_spend"]
came = customers.groupby("quadrant")["next"].mean().reindex(order)
came = came.rename("margin")
plots.table(came, "What came in the hold-out year, margin per customer ({unit})", unit=currency)

# %% [markdown] id="matrix-read"
# *Develop* and *ask why* are the reason to draw a matrix. A ranking by last year's margin puts all of
# *ask why* before all of *develop*; look at which of the two really brought more afterwards.
#
# ### Which evaluation model finds the best customers?
#
# The material lists three **evaluation models** beside CLV: RFM, which scores recency, frequency and
# amount; the pyramid, which ranks by the amount of the last year; and the matrix.
# ([Chapter 3](03_segmentation.ipynb) builds the first two.) Each may name as many customers as the top three
# tiers of the pyramid hold. Whose list holds most of the next year's margin, which none of them has
# seen?

# %% id="models-lists"
size = crm.Pyramid().fit(last_year).summary_["customers"].iloc[:3].sum()
rfm_sum = crm.RFM().fit_transform(customers)[["R", "F", "M"]].sum(axis=1)
ranking = pd.DataFrame(
    {
        "RFM": rfm_sum + customers["spend"].rank(pct=True) / 2,  # equal sums: higher spend first
        "pyramid": customers["current"],
        "matrix": customers["current"].rank() + crm.steady(customers["clv"]).rank(),
        "CLV": crm.steady(customers["clv"]),
    }
)
lists = ranking.rank(ascending=False, method="first") <= size

# %% id="models-overlap"
named = lists.astype("int64")
plots.table(
    named.T @ named / size, "Share of the list in the row that is also on the list in the column",
    "{:.0%}",
)

# %% [markdown] id="models-boot"
# How sure is a difference? Bootstrap again: `times` says how often each customer is drawn in each of
# four hundred draws.

# %% id="models-held"
rng = np.random.default_rng(seed)
everyone = np.full(len(customers), 1 / len(customers))
times = rng.multinomial(len(customers), everyone, size=400)
total = times @ customers["next"].to_numpy()
brought = lists.mul(customers["next"], axis=0)
held = pd.DataFrame({name: times @ brought[name].to_numpy() / total for name in lists})

# %% id="models-plot"
share = held.agg(["mean", "std"]).T.sort_values("mean", kind="stable")
plots.show(
    plots.bars(share["mean"], error=1.96 * share["std"]),
    "The four lists hold {low:.0%} to {high:.0%} of next year's margin",
    low=share["mean"].min(), high=share["mean"].max(), percent="x",
    x="share of next year's margin held by the list, with 95 % interval",
    alt="Bars: share of next year's margin held by the list of each model.",
)

# %% id="models-read"
best_other = held.drop(columns="CLV").mean().idxmax()
gap = held["CLV"] - held[best_other]
interval = tuple(gap.quantile([0.025, 0.975]))

# %% id="models-gap"
tell("Customers on each list: {count}. Best list beside CLV: {name}.", count=size, name=best_other)
tell(
    "CLV minus this one: {mean:+.1points} of next year's margin, 95 % interval {interval:+.1points}.",
    mean=gap.mean(), interval=interval,
)

# %% [markdown] id="models-words"
# For *making a list of good customers* the models are usually close to each other, because all of
# them look at the same purchases. If the interval includes 0, this year's winner may be luck. If a
# list is all you need, take the one that your colleagues understand. The probability model earns its
# keep elsewhere: it gives an amount of money with a horizon, and it can speak about a customer who
# has only just come.

# %% [markdown] id="claim"
# ### Claim check: "3.2 times the lifetime value for high-value groups"
#
# A training deck says that firms which segment see 3.2 times the lifetime value in their high-value
# groups. It does not say who measured it. It can be read in two ways; we test both.
#
# *First reading:* the high-value group has 3.2 times the CLV of the average customer. So we compute
# this ratio, for several sizes of the group and in three logs. For CDNOW and Complete Journey, a
# grocer (Boehmke & Mortimer, 2019), we assume a margin of 30 %; a ratio does not depend on it.

# %% id="claim-logs"
households = crm.summarize(crm.datasets.load_complete_journey(), as_of="2017-12-31", unit="W")
household_models = crm.BetaGeometricNBD().fit(households), crm.GammaGamma().fit(households)
terms = {"horizon": 156, "discount_rate": discount_rate, "unit": "W"}
terms_30 = terms | {"margin": 0.3}
values = {
    "this log": customers["clv"],
    "CDNOW": crm.customer_lifetime_value(model, spend, cd_buyers, **terms_30),
    "Complete Journey": crm.customer_lifetime_value(*household_models, households, **terms_30),
}

# %% id="claim-cuts"
cuts = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]
ratio = {name: [crm.top_share(clv, cut) / cut for cut in cuts] for name, clv in values.items()}
ratio = pd.DataFrame(ratio, index=cuts)

# %% id="claim-boot"
spread = {
    (name, cut): [
        crm.top_share(rng.choice(clv, len(clv)), cut) / cut for draw in range(100)
    ]
    for name, clv in values.items()
    for cut in [0.01, 0.05, 0.2]
}
interval = pd.DataFrame(spread).quantile([0.025, 0.975]).T

# %% id="claim-plot"
ax = ratio.plot(marker="o", figsize=(7.5, 4))
ax.axhline(3.2, ls="--", color="0.4")
ax.set_yscale("log")
ax.set_yticks([1, 2, 3.2, 5, 10, 20], ["1", "2", "3.2", "5", "10", "20"])
ax.minorticks_off()
plots.show(
    ax, "From {high:.0f} down to {low:.1f}: the factor is where you cut",
    high=ratio.to_numpy().max(), low=ratio.to_numpy().min(), percent="x",
    x="size of the high-value group (share of customers)",
    y="its mean CLV ÷ mean CLV of all (log scale)",
    alt="Lines: ratio of CLV against the size of the group in three logs, with 3.2 marked.",
)

# %% id="claim-table"
shown = interval.set_axis(["95 % from", "95 % to"], axis=1)
shown.insert(0, "ratio", [ratio.loc[cut, name] for name, cut in shown.index])
shown.index = pd.MultiIndex.from_tuples([(name, f"{cut:.0%}") for name, cut in shown.index])
shown = shown.rename_axis(["log", "best"])
plots.table(shown, "Mean CLV of the best, as a multiple of the mean of all", "{:.1f}")

# %% [markdown] id="claim-cut-read"
# Follow each line: make the group small enough and the factor is large, make it large and the factor
# falls to 1. (The intervals draw customers anew and leave the fitted models as they are; they are a
# little too narrow.) This reading says nothing about segmenting: the ratio is there before anybody
# does anything.
#
# *Second reading:* treating the high-value group differently multiplies what it brings by 3.2. The
# simulator can run the year after the data twice, with the same customers and the same luck. Once
# nobody is contacted. Once the best fifth by CLV get an offer that fits their label: a voucher, a
# tasting, or a call (the newest have no label yet and get none).

# %% id="claim-now"
now = crm.summarize(company.orders, as_of="2025-12-31", unit="W")
now_purchases, now_spend = crm.BetaGeometricNBD().fit(now), crm.GammaGamma().fit(now)
now["clv"] = crm.customer_lifetime_value(now_purchases, now_spend, now, margin=margin_share, **terms)
top = crm.steady(now["clv"]).nlargest(round(0.2 * len(now))).index

# %% id="claim-offers"
label = company.touches.set_index("customer_id")["label"].astype("str")
fitting = {"convenience": "voucher", "gourmet": "tasting", "office": "care_call", "gift": "voucher"}
treated = label.reindex(top).map(fitting).fillna("none")
untreated = treated.mask(treated != "none", "none")

# %% id="claim-labels"
wrong = (label != company.truth.customers["segment"].astype("str").reindex(label.index)).mean()
tell("{wrong:.0%} of the labels are wrong, and the company does not know which.", wrong=wrong)

# %% id="claim-run"
runs = {
    name: [company.run_forward(offers, luck).eval("margin - cost").sum() for luck in range(20)]
    for name, offers in {"treated": treated, "untreated": untreated}.items()
}
runs = pd.DataFrame(runs)
factor = runs["treated"] / runs["untreated"]

# %% id="claim-run-read"
gain = runs["treated"] - runs["untreated"]
tell(
    "Treated, the best fifth bring {factor:.3f} times what they bring untreated (mean of 20 runs, "
    "standard deviation {sd:.3f}): {gain:+,.0f} {unit} a year for {count} customers.",
    factor=factor.mean(), sd=factor.std(), gain=gain.mean(), unit=currency, count=len(top),
)

# %% id="claim-possible"
possible = company.truth.retention.loc[top, list(company.retention_offers["offer"])].max(axis=1)
tell(
    "Had we known for every customer which offer is best: {factor:.3f} times.",
    factor=1 + possible.sum() / runs["untreated"].mean(),
)

# %% [markdown] id="claim-answer"
# The honest answer: treating good customers well can pay, and here it is a matter of per cent, not of
# multiples. This company is invented, its offers are small and one year is short, so the run does not
# prove that 3.2 is impossible elsewhere. It shows what evidence would look like: the same customers,
# with and without. The deck offers none, and we found none.

# %% [markdown] id="truth"
# ## How far off were we?
#
# ### What a real company can check
#
# The hold-out year is over, so forecasts can be judged. Two simple methods compete: *last year
# again*, and *average year*, all margin so far over the years since the first purchase (at least half
# a year).

# %% id="truth-methods"
years = (customers["T"] / 52).clip(lower=0.5)
methods = pd.DataFrame(
    {
        "probability model": customers["forecast"],
        "last year again": customers["current"],
        "average year": log_margin * customers["spend"] / years,
    }
)

# %% id="truth-table"
actual = customers["next"]
judged = pd.DataFrame(
    {
        "total ÷ actual": methods.sum() / actual.sum(),
        "rank correlation": methods.corrwith(actual, method="spearman"),
        "mean error": methods.sub(actual, axis=0).abs().mean(),
    }
)
plots.table(
    judged, "Three forecasts of the hold-out year (mean absolute error in {unit})",
    {"total ÷ actual": "{:.2f}", "rank correlation": "{:.2f}"}, unit=currency,
)

# %% id="truth-read"
error = methods.sub(actual, axis=0).abs()
saved = times @ (error["last year again"] - error["probability model"]).to_numpy() / len(error)
low, high = np.quantile(saved, [0.025, 0.975])

# %% id="truth-saved"
tell(
    "Mean error of last year again minus that of the model: {mean:+.0f} {unit}, 95 % interval "
    "{low:+.0f} to {high:+.0f}.", mean=saved.mean(), unit=currency, low=low, high=high,
)

# %% [markdown] id="truth-simple"
# *Last year again* is a good forecast of a *total* as long as about as many customers come as go, and
# usually nearly as good as the model for a list. It is enough for a budget. *Average year* takes no
# notice of anybody who left, and usually promises too much. Neither can say what a customer is worth
# who came last week.
#
# ### What only a simulator can check
#
# A year's margin contains luck. The truth table holds what each customer was *expected* to bring,
# with the luck taken out. We fit at the end of 2025, and compare.

# %% id="truth-now"
now["forecast"] = crm.customer_lifetime_value(
    now_purchases, now_spend, now, horizon=52, discount_rate=0, margin=margin_share, unit="W"
)
now["truth"] = company.truth.customers["worth"].reindex(now.index)
spent = crm.summarize(company.orders, since="2025-01-01", as_of="2025-12-31")["spend"]
now["last year again"] = (margin_share * spent).reindex(now.index).fillna(0)

# %% id="truth-calibration"
tenth = pd.qcut(crm.steady(now["forecast"]), 10, labels=False, duplicates="drop") + 1
means = now.groupby(tenth)[["forecast", "truth"]].mean()
ax = means.plot.scatter("forecast", "truth", s=45, figsize=(5.6, 4.6), loglog=True)
ax.plot(means["forecast"], means["forecast"], ls="--", color="0.6")
plots.show(
    ax, "All customers together: forecast {off:+.0relative} against the truth",
    off=now["forecast"].sum() / now["truth"].sum() - 1,
    x="mean forecast of a tenth of the customers ({unit})", y="mean truth ({unit})",
    alt="Ten points, forecast against truth, with the line where both agree.", unit=currency,
)

# %% id="truth-calibration-read"
model_rank, last_rank = now[["forecast", "last year again"]].corrwith(now["truth"], method="spearman")
tell(
    "Rank correlation with the truth: model {model:.2f}, last year again {last:.2f}.",
    model=model_rank, last=last_rank,
)

# %% id="truth-halves"
halves = means.groupby(means.index > 5).sum()
low, high = halves["forecast"] / halves["truth"]
tell("Forecast ÷ truth: lower half of customers {low:.2f}, upper half {high:.2f}.", low=low, high=high)

# %% [markdown] id="truth-alive"
# Most of the money is in the upper half, so the total can be right while the lower half is not. For
# the reason, look at P(alive). The truth says who had left by the end of 2025.

# %% id="truth-alive-table"
group = pd.cut(now["x"], [-1, 0, 1, 4, 1000], labels=["0", "1", "2 to 4", "5 and more"])
alive = pd.DataFrame(
    {
        "P(alive)": now_purchases.probability_alive(now),
        "truly active": company.truth.customers["active_until"].isna().reindex(now.index),
    }
).groupby(group, observed=True).mean()
alive.insert(0, "customers", now.groupby(group, observed=True).size())
formats = {"P(alive)": "{:.0%}", "truly active": "{:.0%}"}
plots.table(alive.rename_axis("repeat purchases"), "Who is still there?", formats)

# %% [markdown] id="truth-words"
# P(alive) is far too high for those who bought once, as the model's own story told us to expect: in
# it, nobody stops before a second purchase, and a low rate has to explain their silence. In the
# simulated world many of them left. For money this matters less, because it is all the same *why*
# somebody does not come. A forecast can be right about the sum and wrong about the reason: use it for
# what it was tested on, and leave who is about to leave to [chapter 5](05_retention.ipynb).

# %% [markdown] id="decision"
# ## The decision
#
# [Chapter 1](01_crm_at_a_glance.ipynb) found what a new customer *did* cost. What *may* one cost? At
# most what they will bring: the margin of the first purchase, and the CLV of a customer of age zero.
# What it takes to serve them is taken off. The interval draws the
# customers anew and fits both models each time.

# %% id="decision-bootstrap"
from crmlab.notices import quiet

newcomer = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [0.0], "mean_repeat_spend": [np.nan]})
ceilings = []
for draw in range(61):
    drawn = customers.sample(len(customers), replace=True, random_state=rng) if draw else customers
    with quiet():  # or each fit would say again what it leaves out
        fitted = crm.BetaGeometricNBD().fit(drawn), crm.GammaGamma().fit(drawn)
    later = crm.customer_lifetime_value(*fitted, newcomer, margin=log_margin, **terms)[0]
    repeat_spend = (drawn["x"] * drawn["mean_repeat_spend"]).fillna(0)
    ceilings.append(log_margin * (drawn["spend"] - repeat_spend).mean() + later)

# %% id="decision-ceiling"
to_serve = firm["cost to serve"].sum() / firm["margin"].sum() if transactions is None else 0
ceiling, *redrawn = (1 - to_serve) * np.array(ceilings)
least, most = np.quantile(redrawn, [0.025, 0.975])

# %% id="decision-ceiling-read"
tell(
    "A new customer is worth {ceiling:,.0f} {unit} over three years, 95 % interval {least:,.0f} to "
    "{most:,.0f}.", ceiling=ceiling, unit=currency, least=least, most=most,
)

# %% [markdown] id="decision-channels"
# One ceiling for all channels would be wrong if channels bring different customers. For the company
# we can look without any model: what did those who came in 2023 bring in their first two years? That
# is short of a lifetime, so it is a *safe* ceiling.

# %% id="decision-observed"
first_order = orders.groupby("customer_id")["date"].transform("min")
age = (orders["date"] - first_order).dt.days
counted = orders[(first_order < "2024-01-01") & (age < 730)]

# %% id="decision-two-years"
worth_today = counted["margin"] * (1 - to_serve) * (1 + discount_rate) ** (-age / 365)
two_years = worth_today.dropna().groupby(counted["customer_id"]).sum()
by_channel = two_years.groupby(channel).agg(["size", "mean", "sem"])
by_channel.loc["all"] = two_years.agg(["size", "mean", "sem"])

# %% id="decision-table"
by_channel["from"] = by_channel["mean"] - 1.96 * by_channel["sem"]
by_channel["to"] = by_channel["mean"] + 1.96 * by_channel["sem"]
columns = {"size": "customers", "mean": "value", "from": "95 % from", "to": "95 % to"}
shown = by_channel[list(columns)].rename(columns=columns).rename_axis("first channel")
plots.table(shown, "Value of a customer in the first two years ({unit})", unit=currency)

# %% id="decision-check"
first_margin = orders.loc[orders["date"] == first_order, "margin"].mean()
later = crm.customer_lifetime_value(
    now_purchases, now_spend, newcomer, margin=margin_share, **(terms | {"horizon": 104})
)[0]
promised = (1 - to_serve) * (first_margin + later)

# %% id="decision-check-tell"
seen, low, high = by_channel.loc["all", ["mean", "from", "to"]]
tell(
    "Over two years the models promise {promised:,.0f} {unit} for a newcomer; those of 2023 brought "
    "{seen:,.0f} ({low:,.0f} to {high:,.0f}).",
    promised=promised, unit=currency, seen=seen, low=low, high=high,
)

# %% id="decision-check-read"
inside = low <= promised <= high
tell("The promise is inside the interval." if inside else "The promise is outside the interval.")

# %% [markdown] id="decision-keep"
# And who deserves more? An account manager costs 600 a year per customer. Suppose the visits raise a
# customer's margin by a tenth; then they pay for every customer with a forecast of ten times the
# cost. We make the list as of the cut-off day, so that the hold-out year shows how such a list turns
# out.

# %% id="decision-list"
manager_cost, assumed_gain = 600, 0.10
courted = customers[customers["forecast"] >= manager_cost / assumed_gain]
first_five = courted.nlargest(5, "forecast")[["current", "forecast", "next", "clv"]]
plots.table(
    first_five.set_axis(["last year", "forecast", "what came", "CLV"], axis=1),
    "First on the list: margin of last year, next year and three years ({unit})", unit=currency,
)

# %% [markdown] id="decision-memo-words"
# Lin Yue's memo, with the numbers of this run:

# %% id="decision-memo"
tell(
    "1. Winning: at most {least:,.0f} {unit} for a new customer, the lower end of the interval. At "
    "that price we earn nothing for three years, so stay well below.", least=least, unit=currency,
)

# %% id="decision-memo-channels"
safe = by_channel["from"].drop("all")
tell(
    "2. By first channel, {best} up to {most:,.0f} {unit}, {worst} only up to {least:,.0f} (lower "
    "ends, two years).",
    best=safe.idxmax(), most=safe.max(), worst=safe.idxmin(), least=safe.min(), unit=currency,
)

# %% id="decision-memo-keep"
tell(
    "3. Keeping: an account manager for {count} customers, {cost:,.0f} {unit} a year, for a forecast "
    "margin of {forecast:,.0f}. It pays if visits raise it by {needed:.1relative}.",
    count=len(courted), cost=manager_cost * len(courted), unit=currency,
    forecast=courted["forecast"].sum(), needed=manager_cost / courted["forecast"].mean(),
)

# %% id="decision-memo-protect"
others = plan.loc["protect"]
tell(
    "For the quadrant to protect, personal contact at {each:.0f} {unit} a year pays if it raises "
    "margin by {needed:.1%}; test it on a half, by lot, before all {count:,.0f} get it.",
    each=others["cost each"], unit=currency, needed=others["must raise by"], count=others["customers"],
)

# %% id="decision-memo-risk"
tell(
    "4. Risk: {count} of these {all} customers brought less than half of their forecast in the "
    "hold-out year. A gain of a tenth is assumed: leave every fourth without visits, by lot, and "
    "compare.",
    count=(courted["next"] < courted["forecast"] / 2).sum(), all=len(courted),
)

# %% [markdown] id="recap"
# ## Recap
#
# - Value to the firm is margin minus the cost to serve; value to the customer has to be asked for.
# - A weighted score is a decision, not a finding. Ask who stays on the list whatever the weights.
# - A CLV has conventions: what R includes, when money comes, which first margin, how many years.
# - A model of purchases reads silence against the customer's own rhythm. Test it on a year kept
#   apart.
# - Last year again is often enough for a list or a total; a ceiling for new customers needs a CLV.

# %% [markdown] id="quiz"
# ## Quiz

# %% id="quiz-net"
crm.quiz(
    "A report gives yearly net profit per customer, after service costs. What is RC in the formula?",
    ("0: it has been taken off already.", True, "R − RC must take each cost off once."),
    ("The service costs, as always.", False, "Then they are taken off twice."),
    ("The cost to win the customer.", False, "That is AC, and it is paid once."),
)

# %% id="quiz-form"
crm.quiz(
    "You bought a list of customers of another firm. Their first payment to you comes in a year, if "
    "they stay. Which closed form gives your ceiling?",
    ("m·r / (1 + d − r)", True, "Even the first margin has to be survived and waited for."),
    ("m·(1 + d) / (1 + d − r)", False, "That counts a margin that comes today for sure."),
    ("m / (1 + d − r)", False, "That counts a margin from everybody at the end of the year."),
)

# %% id="quiz-silent"
crm.quiz(
    "A and B were both last seen ten weeks ago. A used to come every week, B twice a year. Who has "
    "more likely left?",
    ("A", True, "Ten weeks are ten missed visits for A, and nothing unusual for B."),
    ("B", False, "B was never expected within ten weeks."),
    ("Both equally: recency is the same.", False, "Silence counts against a customer's own rhythm."),
)

# %% id="quiz-once"
crm.quiz(
    "BG/NBD gives P(alive) = 100 % for a customer who bought once, two years ago. What do you do?",
    ("Look at expected purchases instead.", True, "They are low, and that is what counts for money."),
    ("Send a voucher: the customer is active.", False, "In this model nobody stops before a repeat."),
    ("Fit again: the software is wrong.", False, "It is what the assumptions say."),
)

# %% id="quiz-cut"
crm.quiz(
    "A consultant: \"Our high-value group has eight times the average CLV, so segmenting works.\"",
    ("Ask how large the group is.", True, "A small enough group has any factor, segmented or not."),
    ("Believe it: eight is far above one.", False, "The best always have more than the average."),
    ("Ask for the model's accuracy.", False, "Even a perfect model has such a ratio."),
)

# %% [markdown] id="next"
# ## Next
#
# Do the [exercise](../exercises/02_customer_value.ipynb), then go on to
# [chapter 3](03_segmentation.ipynb), which turns value into groups and services.
#
# *Your own data:* put the path of a CSV into `transactions`, your `cutoff` and an `end` one year
# later, your `currency` and your `margin` into the parameters cell, change the prices of the actions
# and of the account manager, and run the chapter again. From *Now the case company* on, the sections
# speak about your customers. Where lines, tickets or the truth are needed, they go on speaking about
# Harbour Coffee.
#
# ### References
#
# - Berger, P. D. & Nasr, N. I. (1998). Customer lifetime value: marketing models and applications.
#   *Journal of Interactive Marketing* 12(1), 17–30.
# - Boehmke, B. & Mortimer, S. M. (2019). *completejourney*: retail shopping data. R package.
# - Fader, P. S. & Hardie, B. G. S. (2012). Reconciling and clarifying CLV formulas. Note,
#   brucehardie.com.
# - Fader, P. S. & Hardie, B. G. S. (2013). The gamma-gamma model of monetary value. Note,
#   brucehardie.com.
# - Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005a). "Counting your customers" the easy way: an
#   alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275–284.
# - Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005b). RFM and CLV: using iso-value curves for
#   customer base analysis. *Journal of Marketing Research* 42(4), 415–430.
# - Gupta, S. & Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing* 17(1),
#   9–24.
# - Kumar, V., Petersen, J. A. & Leone, R. P. (2010). Driving profitability by encouraging customer
#   referrals: who, when, and how. *Journal of Marketing* 74(5), 1–17.
# - Nagle, T. T. & Müller, G. (2017). *The Strategy and Tactics of Pricing*, 6th edition. Routledge.
# - Zeithaml, V. A. (1988). Consumer perceptions of price, quality, and value. *Journal of Marketing*
#   52(3), 2–22.
