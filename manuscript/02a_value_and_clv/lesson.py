# %% [markdown] id="title"
# # 2a · Customer value and lifetime value
#
# ### The question
#
# It is the first week of January 2026. An agency offers Harbour Coffee eighty new customers by each
# of three channels, for a fixed price per customer. Zhou Ning, head of marketing, wants to sign. Lin
# Yue, the founder, asks first: which channels' customers bring more than they cost? She answers by
# Friday. If she pays too much, the company never gets its money back, and nobody
# notices for years.

# %% [markdown] id="goals"
# ### After this session you can
#
# 1. compute what a customer is worth to the firm, and what the firm is worth to the customer;
# 2. build a value score, and say how much of it is your own choice;
# 3. compute customer lifetime value by formula, and state every convention it hides;
# 4. say which input the result hangs on, and how far the formula is from what came;
# 5. turn a value into a limit on what winning a customer may cost, with its interval.
#
# *You need* [chapter 1](01_crm_at_a_glance.ipynb), whose retention rate decides here what a customer
# is worth, and a little pandas, as in the [primer](00_primer.ipynb). *Time:* about {{minutes}} minutes
# to read and run. *Not here:* a forecast for each single customer
# ([chapter 2b](02b_purchase_models.ipynb)), and what each channel cost so far
# ([chapter 4a](04a_leads_and_channels.ipynb)).
#
# Words in bold are explained where they first appear.

# %% id="parameters" tags=["parameters"]
lang = "en"
seed = 1
currency = "yuan"
discount_rate = 0.10  # a year

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
sales = company.orders[company.orders["amount"] >= 0]
buyers = {year: set(rows["customer_id"]) for year, rows in sales.groupby(sales["date"].dt.year)}
both_years = len(buyers[2023] & buyers[2024])
counts = {"first": len(buyers[2023]), "second": len(buyers[2024]), "both": both_years}
tell("{first:,} customers bought in 2023, {second:,} in 2024, {both:,} in both years.", **counts)

# %% id="recall-back-quiz"
crm.quiz(
    "What is the retention rate from 2023 to 2024?",
    (f"{both_years / len(buyers[2023]):.0%}", True, "The share of the buyers of 2023 who came back."),
    (f"{both_years / len(buyers[2023] | buyers[2024]):.0%}", False, "That divides by all buyers."),
    (f"{len(buyers[2024]) / len(buyers[2023]):.0%}", False, "New customers hide those who left."),
)

# %% [markdown] id="data"
# ## The data
#
# Before you use a table, ask what one row is, and what is wrong with it. Four to begin with:
#
# | table | one row is | mind |
# | --- | --- | --- |
# | `orders` | an order, or a refund | refunds stand apart from their order |
# | `order_lines` | a product in an order | what it cost stands in `products` |
# | `tickets` | a call for help | hours, but not what an hour costs |
# | `survey` | a customer's answers in a wave | only some answer, and the satisfied more |
#
# More follow, each where it is needed. Orders and tickets carry a *time of day*: the last day of a
# year goes on until the next day begins. So a period is cut with "before the day after", never with
# "up to the last day", which means its midnight.
#
# Spend is not what a customer brings. The margin of a line is, as in chapter 1, what was paid minus
# what the goods cost. A line can hold several units, so the cost of one is multiplied.

# %% id="data-lines"
lines = company.order_lines.merge(company.products.astype({"category": "str"}), on="product_id")
lines["margin"] = lines["paid"] - lines["quantity"] * lines["unit_cost"]
orders = company.orders.join(lines.groupby("order_id")["margin"].sum(), on="order_id")

# %% id="data-orders"
shown = ["customer_id", "date", "amount", "margin"]
plots.table(
    orders[shown].head(3), "Three orders ({unit})", {"date": "{:%Y-%m-%d %H:%M}"}, unit=currency
)

# %% id="data-share"
by_category = lines.groupby("category")[["paid", "margin"]].sum()
shares = by_category["margin"] / by_category["paid"]
tell(
    "Of what was paid, {low:.0%} ({lowest}) to {high:.0%} ({highest}) is margin; of all, {all:.0%}.",
    low=shares.min(), lowest=shares.idxmin(), high=shares.max(), highest=shares.idxmax(),
    all=orders["margin"].sum() / orders["amount"].sum(),
)

# %% [markdown] id="data-refunds"
# Refunds have a negative amount and a negative margin, so sums come out net without a further step.
# Averages per order do not: leave refunds out of the *count*.
#
# The data end with 2025. We value customers by 2024, so that 2025 can judge what we did.

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
firm = year.groupby("customer_id")[["amount", "margin"]].sum()
firm["orders"] = year[year["amount"] >= 0].groupby("customer_id").size()
firm["service"] = served.groupby("customer_id")["cost"].sum()

# %% id="views-firm-value"
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
# brought. A new customer whose machine broke is in a bad year, not a bad customer.
#
# ### Value to the customer
#
# Nobody sees this value in an order table; it has to be asked for (Zeithaml, 1988). We make an
# index from the survey of 2024. The *benefit* is how much quality, time and giving matter to the
# customer, times how satisfied they are. The *cost* is how much price matters to them, times the
# share of the list price they paid; and the trouble they had, in tickets per order. How much each part
# weighs, 100, 50 and 50, is our choice.

# %% id="views-survey"
survey = company.survey.astype(dict.fromkeys(["csat", "nps"], "float64"))
answers = survey[survey["wave"] == "2024-06-01"].set_index("customer_id").drop(columns="wave")

# %% id="views-matters"
items = {"price": "q0[123]", "quality": "q0[456]", "time": "q0[789]", "giving": "q1[012]"}
matters = pd.DataFrame({
    name: (answers.filter(regex=item).astype("float64").mean(axis=1) - 1) / 6
    for name, item in items.items()
})

# %% id="views-customer"
paid = year[year["amount"] > 0].groupby("customer_id")[["amount", "discount"]].sum()
part_of_list = paid["amount"] / (paid["amount"] + paid["discount"])
trouble = (served.groupby("customer_id").size() / firm["orders"]).fillna(0).clip(upper=1)

# %% id="views-index"
benefit = 100 * matters[["quality", "time", "giving"]].mean(axis=1) * (answers["csat"] - 1) / 4
price_felt = 50 * matters["price"] * part_of_list
index = (benefit - price_felt - 50 * trouble).rename("index")

# %% [markdown] id="views-together"
# Do the two values go together? The **rank correlation** compares two orders: 1 is the same order, 0
# no relation, −1 the reverse. To see how sure it is, we draw the customers anew, with replacement, two
# hundred times: a **bootstrap**.

# %% id="views-plot"
both = firm[["value", "margin"]].join(index, how="inner").dropna()
both["calm"] = benefit - price_felt
rho = both["index"].corr(both["value"], "spearman")
ax = both.plot.scatter("index", "value", alpha=0.5, figsize=(7.5, 4))
ax.set_yscale("symlog", linthresh=300)
plots.show(
    ax, "The two views: rank correlation {rho:.2f}", rho=rho, unit=currency,
    x="value to the customer (index, points)",
    y="value to the firm, 2024 ({unit}, log scale)",
    alt="Scatter plot of customers by the two values.",
)

# %% id="views-draws"
rng = np.random.default_rng(seed)
draws = [both, *(both.sample(len(both), replace=True, random_state=rng) for draw in range(200))]
rhos = pd.DataFrame({"all": [draw["index"].corr(draw["value"], "spearman") for draw in draws]})
rhos["without"] = [draw["calm"].corr(draw["margin"], "spearman") for draw in draws]
rhos["gone"] = rhos["all"] - rhos["without"]

# %% id="views-read"
ends = {f"{name}_in": tuple(rhos[name].iloc[1:].quantile([0.025, 0.975])) for name in rhos}
tell(
    "Rank correlation {all:.2f}, 95 % interval {all_in:.2f}; without tickets in the index and service in the "
    "value {without:.2f}, {without_in:.2f}. Difference {gone:+.2f}, {gone_in:+.2f}.", **rhos.iloc[0], **ends,
)

# %% [markdown] id="views-shared"
# Tickets stand in *both* axes of the figure: a bad year lowers both. The difference is the part of the
# relation that goes when you take them out. Look for what two figures share before you believe that they
# go together.
#
# Is the index worth anything? Test it against something it was not made from: would the same
# customers recommend us a year later? And test it against the obvious: one plain answer of 2024.

# %% id="views-test"
later = survey[survey["wave"] == "2025-06-01"].set_index("customer_id")["nps"].rename("later")
pair = both.join(answers[["csat", "nps"]]).join(later, how="inner").dropna()
draws = [pair.sample(len(pair), replace=True, random_state=rng) for draw in range(200)]
asked = ["index", "csat", "nps"]
redrawn = pd.DataFrame([draw[asked].corrwith(draw["later"], method="spearman") for draw in draws])

# %% id="views-test-read"
foretold = pair[asked].corrwith(pair["later"], method="spearman")
gap = (redrawn["index"] - redrawn["nps"]).quantile([0.025, 0.975])
tell(
    "Rank correlation with \"would you recommend us\" of 2025, {count} customers: our index {index:.2f}, "
    "satisfaction alone {csat:.2f}, the same question in 2024 {nps:.2f}. Index minus that: "
    "{gap:+.2f}, 95 % interval {low:+.2f} to {high:+.2f}.", count=len(pair), **foretold,
    gap=foretold["index"] - foretold["nps"], low=gap.iloc[0], high=gap.iloc[1],
)

# %% [markdown] id="views-obvious"
# The obvious question beats our index. So do not sell the index as a forecast. Its parts still say
# *what* a customer lacks, which one number cannot.
#
# ### Three ways to set a price
#
# Price is where the two views meet. **Cost-based pricing** starts from the unit cost and adds the usual
# share. **Competition-based pricing** starts from what others ask. **Value-based pricing** starts from
# what the product is worth to the customer, compared with the next best thing they could buy (Nagle &
# Müller, 2017). Take the Panama coffee. The price of others is the
# middle of four that He Rui saw in shops. What customers would pay is *assumed*: we take
# those who care for taste, at the price of the Ethiopia, up to two and a half times that for those who do
# not care for price.

# %% id="price-willing"
panama, ethiopia = company.products.set_index("product_id").loc[["P06", "P05"]].to_dict("records")
taste = matters[matters["quality"] > 0.5]
willing = ethiopia["price"] * (1 + 1.5 * (1 + taste["quality"] - taste["price"]) / 2)

# %% id="price-table"
steps = {f"value, at {step}": step for step in [160, 200, 240, 280]}
prices = pd.Series(steps | {"cost": panama["unit_cost"] / (1 - shares["beans"]), "competition": 193.5})
compared = prices.to_frame("price")
compared["would buy"] = prices.map(lambda price: (willing >= price).mean())
compared["margin"] = 100 * compared["would buy"] * (prices - panama["unit_cost"])
caption = "Prices of 250 g, margin from 100 customers who care for taste ({unit})"
plots.table(compared, caption, {"would buy": "{:.0%}"}, unit=currency)

# %% [markdown] id="price-words"
# Value-based pricing tries prices and takes the step with the largest margin; a price between two steps may
# bring more. Do not read that as a win: the willingness is made up. The first way is blind to customers, the second to
# your own product. To *know* what people pay, vary the price by lot
# ([chapter 4b](04b_attribution_and_tests.ipynb)).

# %% [markdown] id="indicators"
# ## Value indicators
#
# A customer brings more than margin. Textbooks name four components: **economic value**, the margin
# after the cost to serve; **referral value**, what the customers bring whom this one sent;
# **information value**, what the firm learns from them; **development value**, what they could still
# buy. The training material adds **value indicators**: amount, frequency, and **credit standing**, how
# reliably a customer pays. Each needs a definition that a machine can compute. These are ours:

# %% id="indicators-referral"
sent = company.referrals
sent = sent[sent["date"] < "2025-01-01"]
referral = sent["customer_id"].map(firm["value"]).fillna(0).groupby(sent["referrer_id"]).sum()
reviews = company.reviews
told = reviews[reviews["date"] < "2025-01-01"].groupby("customer_id").size()

# %% id="indicators-information"
consent = company.customers.set_index("customer_id")["email_consent"].astype("int64")
information = consent.add(told, fill_value=0).add(answers["csat"].notna().astype("int64"), fill_value=0)

# %% id="indicators-development"
bought = lines.merge(past[["order_id", "customer_id"]], on="order_id")
variety = bought.groupby("customer_id")["category"].nunique()
development = (5 - variety) / 5 * firm["orders"] * year["margin"].sum() / firm["orders"].sum()

# %% id="indicators-credit"
bills = company.invoices
bills = bills[bills["due"] < "2025-01-01"]
in_time = (bills["paid_on"] <= bills["due"]).astype("float64").groupby(bills["customer_id"]).mean()

# %% id="indicators-table"
indicators = pd.DataFrame(
    {"economic": firm["value"], "referral": referral, "information": information}
    | {"development": development, "amount": firm["amount"], "frequency": firm["orders"]}
).reindex(firm.index).fillna(0)
indicators["credit"] = in_time
shown = indicators.agg(["mean", "median", "count"]).T.rename(columns={"count": "customers"})
plots.table(
    shown, "Indicators of 2024, all but three in {unit}", {"mean": "{:,.2f}", "median": "{:,.2f}"},
    unit=currency,
)

# %% [markdown] id="indicators-defined"
# The middle customer has sent nobody. Few have bills, and only they have a credit standing.
# *Referral:* the value in 2024 of everybody this customer ever sent. It is too high, because some
# would have come anyway, and too low, because later years are not in it (Kumar, Petersen & Leone,
# 2010). And it is the *same money* as the economic value of those who were sent: good for a ranking,
# never for a total. *Information:* a point each for consent to mail, a survey answered, every review.
# *Development:* the share of the five categories never bought, times the orders of the year, times the
# margin of an average order. *Credit:* the share of bills paid by the day they were due.
#
# ### A weighted score
#
# Points and yuan cannot be added. So each indicator becomes a **percentile rank**, the share of
# customers who have less, among those of whom it is known. Equal values get equal ranks: all who have
# sent nobody get 0. The ranks are added with **weights**; what is not known of a customer does not
# count, neither its rank nor its weight. Where *low* is good, as with a share of bills paid *late*,
# rank the other way round. A score with equal weights is called a **composite score**. The last
# digits of a computed score differ from computer to computer, so `crm.steady` rounds it to nine.

# %% id="score-weights"
ranks = (indicators.rank(method="min") - 1) / indicators.count()
weights = pd.Series({"economic": 5, "referral": 2, "information": 1, "development": 2, "credit": 2})
chosen = ranks[weights.index]
score = (chosen * weights).sum(axis=1) / (chosen.notna() * weights).sum(axis=1)
score = crm.steady(score).rename("score")

# %% id="score-table"
plots.table(
    chosen.assign(score=score).loc[score.nlargest(4).index],
    "The four best customers by weighted score: percentile ranks, 0 to 1", "{:.2f}",
)

# %% [markdown] id="score-missing"
# A missing credit standing means: this customer pays at once, we have never given credit. It is not
# 0. Watch who comes to the top if somebody fills the gap "so that the formula works".

# %% id="score-filled"
filled = crm.steady((chosen.fillna(0) * weights).sum(axis=1) / weights.sum())
billed = indicators["credit"].notna()
tell(
    "Customers with bills are {all:.0%} of all. Of the best 100 they are {known:.0%} where only what "
    "is known counts, and {zero:.0%} where missing is 0.", all=billed.mean(),
    known=billed[score.nlargest(100).index].mean(), zero=billed[filled.nlargest(100).index].mean(),
)

# %% [markdown] id="score-double"
# There is a second trap. How many different things do the indicators measure?

# %% id="score-correlation"
like = indicators[["economic", "amount", "frequency", "development", "referral"]].corr("spearman")
plots.table(like, "Rank correlations of the indicators", "{:.2f}")

# %% [markdown] id="score-read"
# Indicators that go up and down together are one indicator, counted several times. Keep one of a
# kind; that is why amount and frequency are not in the score. And the weights are nobody's finding:
# they are a decision about what the firm wants. One thing can be checked: which component foretells
# the next year?

# %% id="score-foretell"
after = orders[orders["date"] >= "2025-01-01"].groupby("customer_id")["margin"].sum()
after = after.reindex(chosen.index).fillna(0)
foretold = chosen.drop(columns="credit").assign(score=score).corrwith(after, method="spearman")
plots.table(foretold.rename("rank correlation"), "Indicator in 2024, margin in 2025", "{:.2f}")

# %% id="score-foretell-read"
known = pd.DataFrame({"economic": chosen["economic"], "score": score, "after": after})
draws = [known.sample(len(known), replace=True, random_state=rng) for draw in range(200)]
gaps = [draw[["economic", "score"]].corrwith(draw["after"], method="spearman") for draw in draws]
gaps = pd.DataFrame(gaps).eval("economic - score").quantile([0.025, 0.975])
tell(
    "Economic value minus score: {gap:+.2f}, 95 % interval {within:+.2f}.",
    gap=foretold["economic"] - foretold["score"], within=tuple(gaps),
)

# %% [markdown] id="score-foretold"
# A score built for several aims need not be a better forecast of one of them than a single part. If all
# you want is next year's margin, forecast next year's margin: [chapter 2b](02b_purchase_models.ipynb) does.
#
# ### Explore: your weights, your list
#
# The bars are the ten best customers, and what each component adds to their score. All weights start
# equal: that is the composite score. Move one at a time. Which customers stay whatever you do? Talk about them with the sales
# team. Which come and go? Those are your weights talking.

# %% id="explorer-weights"
from crmlab import widgets

widgets.value_weights(ranks[["economic", "referral", "information", "development"]])

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
# could have put it to other use (Berger & Nasr, 1998). That customers may *leave* is another matter.
# It belongs into the yearly flow, as a share still there, and not into *i* as well: the same risk
# would count twice.
#
# Careful with *R*, too. The course material that gives this formula calls it a *net profit*. If the
# cost of keeping the customer has been taken off already, *R − RC* takes it off twice. In this course
# *R* is margin after the cost of goods and *before* RC. (The function calls it `revenue`; it takes a
# margin.) An example: 500 a year, 80 a year to keep the customer, 150 to win them, five years.

# %% id="formula-one"
case = {"revenue": 500, "retention_cost": 80, "acquisition_cost": 150, "periods": 5}
value = crm.clv_formula(**case, discount_rate=discount_rate)
tell("Five years at a margin of 500 are worth {value:,.0f} {unit} today.", value=value, unit=currency)

# %% [markdown] id="formula-timing"
# By hand: the 420 of year 1 are divided by 1.1, those of year 2 by 1.1², and so on; at the end the
# 150 are taken off. The formula hides a convention: when in the year does the money come? The sum
# above puts it all at the end. Say which one you use; otherwise two people with the same numbers get two answers.

# %% id="formula-timing-run"
at = {when: crm.clv_formula(**case, discount_rate=0.1, timing=when) for when in ["start", "middle"]}
tell(
    "Paid at the start of each year: {start:,.0f}; in the middle: {middle:,.0f}; at the end: {end:,.0f}.",
    **at, end=crm.clv_formula(**case, discount_rate=0.1),
)

# %% id="formula-leaving"
still_there = 0.8 ** np.arange(5)  # of 100 won, 100, 80, 64, … in years 1, 2, 3, …
leaving = crm.clv_formula(500 * still_there, 80 * still_there, 150, discount_rate, 5)
tell("Where one in five leaves each year: {value:,.0f} {unit}.", value=leaving, unit=currency)

# %% [markdown] id="formula-leaving-read"
# The last line multiplies each year's flow with the share of the customers won who are *still there*,
# here 0.8 once more each year. Where a plan states that share, it is not multiplied up again.
#
# ### Two shortcuts
#
# The training material has two shorter ways. *Average yearly contribution × years* is the same sum
# without discounting. And *CLV = (T / t) · s*: the lifetime T over the **purchase cycle** t, the time
# between two purchases, times the amount s per purchase. Three traps: T and t need the same unit;
# between three purchases lie two gaps; and if s is spend instead of margin, the result is turnover.

# %% id="formula-simple-run"
sold = past[past["amount"] >= 0]
seen = sold.groupby("customer_id").agg(first=("date", "min"), last=("date", "max"), size=("date", "size"))
seen = seen[seen["size"] >= 2]
cycle = (seen["last"] - seen["first"]).dt.days.sum() / (seen["size"] - 1).sum()

# %% id="formula-simple-margin"
theirs = past[past["customer_id"].isin(seen.index)]
per_purchase = theirs["margin"].sum() / seen["size"].sum()

# %% id="formula-simple-read"
simple = crm.clv_simple(3 * 365, cycle, per_purchase)
tell(
    "Those who came back buy every {cycle:.0f} days. Three years: (T / t) · s = {value:,.0f} {unit}; with "
    "T in years and t in days it would be {wrong:.0f}. Contribution × 3: {contribution:,.0f}.",
    cycle=cycle, value=simple, wrong=crm.clv_simple(3, cycle, per_purchase), unit=currency,
    contribution=crm.clv_contribution(firm["value"].mean(), 3),
)

# %% [markdown] id="formula-simple-words"
# All gaps are added up before dividing, all margins too: a mean of ratios gives those who bought
# twice as much say as the best customers. The first figure is an upper end: it takes those who came
# back, and lets all of them stay.
#
# ### How long will they stay?
#
# T is the weak spot: nobody knows it. If the same share *r* stays each year, the retention rate of
# [chapter 1](01_crm_at_a_glance.ipynb), the mean lifetime is $1/(1-r)$ years, and the sum over all
# years fits into one line, a **closed form** (Gupta & Lehmann, 2003). With *m* for the yearly margin
# after serving (*R − RC*) and *d* for the discount rate (the *i* above), there are three:
#
# $$\frac{m\,(1+d)}{1+d-r}, \qquad \frac{m\,r}{1+d-r}, \qquad \frac{m}{1+d-r}$$
#
# They differ in the first margin they count. `"now"`: it comes at once, from everybody.
# `"after_renewal"`: it has come already; the next one comes in a year, from those who stay.
# `"end_of_period"`: it comes at the end of the first year, from everybody.

# %% id="formula-closed"
first = ["now", "after_renewal", "end_of_period"]
forms = {name: crm.clv_closed_form(100, 0.8, 0.1, first_margin=name) for name in first}
forms = pd.Series(forms, name="CLV").rename_axis("first margin")
plots.table(forms, "Margin 100 a year, retention 80 %, discount rate 10 %", "{:.2f}")

# %% [markdown] id="formula-closed-read"
# The first two differ by exactly one margin. For a *ceiling on what to pay* for a new customer the
# first margin counts: `"now"`, from here on. For a customer *you already have* it does not. The
# published formulas are all right; they answer different questions (Fader & Hardie, 2012).
#
# Now the company's own numbers, by the channel of the first order. Retention: of those who bought in
# 2023, how many bought in 2024? A rate from few customers is not certain, and it sits in the
# denominator: Wilson's interval gives the range of CLV that follows from it alone.

# %% id="formula-groups"
from statsmodels.stats.proportion import proportion_confint

channel = company.customers.set_index("customer_id")["first_channel"].astype("str")
stayed = pd.Series({one: one in buyers[2024] for one in sorted(buyers[2023])})
back_again = stayed.groupby(channel).agg(["sum", "size", "mean"])
active = firm[firm["orders"] > 0]
groups = active["value"].groupby(channel).agg(["mean"]).set_axis(["m"], axis=1)
groups["retention"] = back_again["mean"]

# %% id="formula-range"
ends = proportion_confint(back_again["sum"], back_again["size"], method="wilson")
rates = {"CLV": groups["retention"], "from": np.asarray(ends[0]), "to": np.asarray(ends[1])}
for name, rate in rates.items():
    groups[name] = crm.clv_closed_form(groups["m"], rate, discount_rate, first_margin="now")
plots.table(
    groups.rename_axis("first channel"), "CLV by first channel, and its range by retention ({unit})",
    {"retention": "{:.0%}"}, unit=currency,
)

# %% id="formula-table-read"
few = back_again["size"].idxmin()
tell(
    "Fewest customers, {count}: {few}. By retention alone its CLV may lie from {within:,.0f} {unit}.",
    count=back_again.loc[few, "size"], few=few, within=tuple(groups.loc[few, ["from", "to"]]), unit=currency,
)

# %% [markdown] id="reconcile"
# ### Does the formula agree with what came?
#
# Here we can look. Those who came in 2023 have all been here for two whole years. What did they bring
# from their first order on, after serving, in money of that day? And does *r* stay the same?

# %% id="reconcile-observed"
first_order = orders.groupby("customer_id")["date"].min()
flows = pd.concat([
    orders.assign(money=orders["margin"] - cost_per_order * (orders["amount"] >= 0)),
    tickets.rename(columns={"opened": "date"}).assign(money=-tickets["cost"]),
])[["customer_id", "date", "money"]]

# %% id="reconcile-two-years"
start = flows["customer_id"].map(first_order)
flows["age"] = (flows["date"] - start).dt.days
of_2023 = flows[(start < "2024-01-01") & (flows["age"] < 730)]
worth_then = of_2023["money"] * (1 + discount_rate) ** (-of_2023["age"] / 365)
two_years = worth_then.groupby(of_2023["customer_id"]).sum()

# %% id="reconcile-rates"
loyal = buyers[2023] & buyers[2024]
r_first, r_later = stayed.mean(), len(loyal & buyers[2025]) / len(loyal)

# %% id="reconcile-rates-read"
tell(
    "Retention 2023 to 2024: {first:.0%}. Of those who stayed, {later:.0%} bought in 2025, too.",
    first=r_first, later=r_later,
)

# %% id="reconcile-table"
brings = active["value"].mean()
lasting = crm.clv_closed_form(brings, r_later, discount_rate)
rows = {
    "two years, as they came": two_years.mean(),
    "formula, two years": brings * (1 + r_first / (1 + discount_rate)),
    "formula, endless, one retention": crm.clv_closed_form(brings, r_first, discount_rate),
    "formula, endless, two retentions": brings + r_first / (1 + discount_rate) * lasting,
    "contribution × 3, nobody leaves": 3 * brings,
}
rows = pd.Series(rows, name="value")
plots.table(rows.rename_axis("way"), "One new customer, five figures ({unit})", unit=currency)

# %% id="reconcile-read"
tell(
    "As they came: {came:±,.0f} {unit}. One retention rate for ever gives {share:.0%} of what two rates give.",
    came=(two_years.mean(), 1.96 * two_years.sem()), unit=currency,
    share=rows["formula, endless, one retention"] / rows["formula, endless, two retentions"],
)

# %% [markdown] id="reconcile-words"
# A constant *r* is not the best a formula can do. The rate rises because customers differ: those who
# were about to leave have left, and the loyal remain. That is called *heterogeneity*, and it makes a
# constant rate too low for far years. [Chapter 5b](05b_churn.ipynb) has a model for it, and
# [chapter 2b](02b_purchase_models.ipynb) one for each customer. The endless formula at one rate, in
# the company's case, promises for ever little more than two years have brought. So for the decision below we
# trust what came.
#
# ### What does the result hang on?
#
# A **tornado chart** moves one input at a time over the range you find possible, and puts the widest
# bar on top: there your ignorance costs most. Our ranges are the 95 % intervals of margin and
# retention, and what the owners might set as a discount rate.

# %% id="formula-tornado-run"
from crmlab.clv import figures

half = 1.96 * active["value"].sem()
low, high = proportion_confint(stayed.sum(), len(stayed), method="wilson")
base = {"margin": brings, "retention": r_first, "discount_rate": discount_rate}
ranges = {"margin": (brings - half, brings + half), "retention": (low, high)}
ranges["discount_rate"] = (0.05, 0.15)

# %% id="formula-tornado-plot"
ax = figures.tornado(crm.tornado(crm.clv_closed_form, base, ranges))
plots.show(ax, x="CLV of a new customer ({unit})", unit=currency)

# %% id="formula-tornado-read"
guessed = ranges | {"retention": (r_first - 0.1, r_first + 0.1)}
wide = crm.tornado(crm.clv_closed_form, base, guessed).set_index("parameter")["range"]
tell("With retention only guessed to ten points, the widest bar is {name}.", name=wide.idxmax())

# %% [markdown] id="formula-tornado-words"
# The ranges are part of the result: a guess where a count was possible can turn the order round. And
# no bar shows what we just saw, that a constant *r* is the wrong shape.
#
# ### Explore: a CLV calculator
#
# Start from an average customer. Set the years to the largest value, then raise the discount rate:
# what happens to far years? Find the largest acquisition cost at which the customer still pays.

# %% id="explorer"
widgets.clv_calculator(
    revenue=round(firm["margin"].mean()), retention_cost=round(firm["cost to serve"].mean()),
    acquisition_cost=150, discount_rate=discount_rate, periods=3,
)

# %% [markdown] id="claim"
# ### Claim check: "five years of revenue"
#
# The agency's leaflet says that a customer "is worth five years of revenue". It does not say who
# measured it. Put its figure beside what customers brought.

# %% id="claim-run"
leaflet = 5 * active["amount"].mean()
tell(
    "Five years of revenue: {leaflet:,.0f} {unit}, {times:.1f} times what two years brought and "
    "{more:.1f} times the endless formula with two rates.", leaflet=leaflet, unit=currency,
    times=leaflet / two_years.mean(), more=leaflet / rows["formula, endless, two retentions"],
)

# %% [markdown] id="claim-answer"
# The claim forgets the goods, the service, the leaving and the interest. We know of no evidence for
# it, and here it is far off.

# %% [markdown] id="decision"
# ## The decision
#
# The agency's prices are below. The obvious way is *one ceiling for all*: buy where the price is below
# the value of the average customer. The other way is a ceiling per channel. We count two years, as
# they came: no model, and nothing that comes later.

# %% id="decision-values"
price = pd.Series({"online": 1300, "shop": 1000, "dealer": 1700}, name="price")
by_channel = two_years.groupby(channel).agg(["size", "mean", "sem"]).loc[price.index]
by_channel["from"] = by_channel["mean"] - 2.39 * by_channel["sem"]
by_channel["to"] = by_channel["mean"] + 2.39 * by_channel["sem"]

# %% id="decision-answers"
answers_to = [by_channel["from"] > price, by_channel["to"] < price]
answer = pd.Series(np.select(answers_to, ["buy", "refuse"], "open"), price.index, name="answer")

# %% id="decision-table"
columns = {"size": "customers", "mean": "value", "from": "95 % from", "to": "95 % to"}
shown = by_channel[list(columns)].rename(columns=columns).join(price).join(answer)
caption = "Value of a customer in the first two years, after serving, and the price ({unit})"
plots.table(shown.rename_axis("first channel"), caption, unit=currency)

# %% [markdown] id="decision-rule"
# *Buy* where even the lower end of the interval is above the price, *refuse* where the upper end is
# below, and leave *open* what the data do not decide. Three looks are three chances to be wrong; 2.39
# standard errors instead of 1.96 make all three hold together with 95 %, as in chapter 1. Now compare with
# the obvious way, by the interval of the difference, customers drawn anew.

# %% id="decision-compare"
offered = 80
buy, one_for_all = list(price.index[answer == "buy"]), list(price.index[price < two_years.mean()])
drawn = pd.DataFrame({
    name: rng.choice(two_years[channel == name], (1000, size)).mean(axis=1)
    for name, size in by_channel["size"].items()
})
gains = offered * (pd.concat([by_channel[["mean"]].T, drawn]) - price)
sums = pd.DataFrame({"by channel": gains[buy].sum(axis=1), "one": gains[one_for_all].sum(axis=1)})
sums["difference"] = sums["by channel"] - sums["one"]

# %% id="decision-compare-read"
gain, other, more = sums.iloc[0]
within = {name: tuple(sums[name].iloc[1:].quantile([0.025, 0.975])) for name in sums}
tell(
    "By channel we buy: {buy}. With one ceiling: {all}. Gain in two years {gain:,.0f} against "
    "{other:,.0f} {unit}; difference {more:+,.0f}, 95 % interval {within:+,.0f}.",
    buy=", ".join(buy) or "none", all=", ".join(one_for_all) or "none", gain=gain, other=other,
    more=more, within=within["difference"], unit=currency,
)

# %% [markdown] id="decision-next"
# One doubt stays. These customers came *by themselves*. The next ones, bought from an agency, may
# well be worth less; nobody knows by how much. So we say how much less they may be worth. Could a trial
# tell? It needs so many customers that, if they are as good as ours, its 95 % interval lies above their
# price in four of five cases: the square of 2.8 standard deviations over the distance.

# %% id="decision-headroom"
room = 1 - 1 / by_channel[["mean", "from", "to"]].div(price, axis=0)
least = room.loc[room.loc[buy, "mean"].idxmin()] if buy else 0 * room.iloc[0]
spread = by_channel["sem"] * np.sqrt(by_channel["size"])
needed = np.ceil((2.8 * spread / (by_channel["mean"] - price)) ** 2)

# %% id="decision-headroom-table"
columns = {"mean": "may be worth less by", "from": "95 % from", "to": "95 % to"}
shown = room.rename(columns=columns).assign(**{"customers a trial needs": needed}).loc[buy]
caption = "Agency customers: how much worse they may be, and a trial of two years"
plots.table(shown.rename_axis("first channel"), caption, dict.fromkeys(columns.values(), "{:.0%}"))

# %% [markdown] id="decision-memo-words"
# Lin Yue's memo, with the numbers of this run:

# %% id="decision-memo"
tell(
    "1. Buy {count} customers each by: {buy}. Expected gain in two years {gain:,.0f} {unit}, 95 % "
    "interval {within:,.0f}.", count=offered, buy=", ".join(buy) or "none", gain=gain, unit=currency,
    within=within["by channel"],
)

# %% id="decision-memo-open"
left = list(answer.index[answer == "open"])
limits = ", ".join(f"{by_channel.loc[name, 'from']:,.0f}" for name in left)
tell(
    "2. Open: {names}. Sign only where the price falls below the lower end: {limits} {unit}.",
    names=", ".join(left) or "none", limits=limits or "–", unit=currency,
)

# %% id="decision-memo-obvious"
is_open = bool(within["difference"][0] <= 0)
tell(
    "3. One ceiling for all brings {more:,.0f} {unit} less, 95 % interval of the difference {within:+,.0f}. {verdict}",
    more=more, within=within["difference"], unit=currency,
    verdict="The interval leaves open whether less." if is_open else "The interval is above 0.",
)

# %% id="decision-memo-risk"
tell(
    "4. Risk: agency customers may be worth less than those who came by themselves. In the channel with "
    "least room, {share:.0%} less eats the gain, 95 % interval {within:.0%}. {count} customers and 24 months "
    "can decide in: {able}.", share=least["mean"], within=tuple(least[["from", "to"]]), count=offered,
    able=", ".join(name for name in buy if needed[name] <= offered) or "no channel, so no trial",
)

# %% id="decision-evidence"
crm.evidence(
    ("gain of buying by channel, two years", "{gain:,.0f}", "{gain_in:,.0f}", "decision-compare-read",
     "agency customers as good as those of 2023, by which they were chosen, too"),
    ("gain over one ceiling for all, two years", "{more:+,.0f}", "{more_in:+,.0f}",
     "decision-compare-read", "agency customers as good as those of 2023"),
    ("how much less they may be worth", "{share:.0%}", "{share_in:.0%}", "decision-headroom",
     "prices as offered; the channel with least room"),
    gain=gain, gain_in=within["by channel"], more=more, more_in=within["difference"],
    share=least["mean"], share_in=tuple(least[["from", "to"]]),
)

# %% [markdown] id="truth"
# ## How far off were we?
#
# No firm has what follows. The simulator knows each customer's true rate of buying, true rate of
# leaving, and mean margin of an order: so also what two years are worth on average, without luck. For
# serving we take off what it took in 2024. How good an agency's customers are, it cannot say.

# %% id="truth-two-years"
true = company.truth.customers
fall = true["dropout_per_year"] + np.log(1 + discount_rate)
to_come = true["orders_per_year"] * -np.expm1(-2 * fall) / fall
margins = (true["mean_order_margin"] * (1 + to_come)).groupby(channel).mean()

# %% id="truth-served"
sums_2024 = firm[["value", "margin"]].groupby(channel).sum()
true_value = margins * sums_2024["value"] / sums_2024["margin"]

# %% id="truth-table"
shown = pd.DataFrame({"we said": by_channel["mean"], "truth": true_value}).loc[price.index]
caption = "Value of a customer in two years, by first channel ({unit})"
plots.table(shown.rename_axis("first channel"), caption, unit=currency)

# %% id="truth-judged"
true_gain = offered * (true_value - price)
judged = {"action": true_gain[buy].sum(), "baseline": true_gain[one_for_all].sum(), "open": is_open}
tell(
    "In truth, by channel {action:,.0f} {unit} in two years; one ceiling for all {baseline:,.0f}.",
    action=judged["action"], baseline=judged["baseline"], unit=currency,
)

# %% [markdown] id="recap"
# ## Recap
#
# - Value to the firm is margin minus the cost to serve; value to the customer has to be asked for.
# - A weighted score is a decision, not a finding. What is not known does not count.
# - A CLV has conventions: what R includes, when money comes, which first margin, how many years.
# - One retention rate for ever is too low for far years: those who stay are the loyal ones.
# - A ceiling is per channel, at the lower end; the next customer may be worth less than the average.
#
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
    "You bought a list of customers of another firm. Their first margin m comes in a year, from those "
    "who stay (r); the discount rate is d. Which closed form is your ceiling?",
    ("m·r / (1 + d − r)", True, "Even the first margin has to be survived and waited for."),
    ("m·(1 + d) / (1 + d − r)", False, "That counts a margin that comes today for sure."),
    ("m / (1 + d − r)", False, "That counts a margin from everybody at the end of the year."),
)

# %% id="quiz-constant"
crm.quiz(
    "Of last year's new customers 52 % came back, of the older ones 76 %. What does a formula with 52 % "
    "for all years do?",
    ("It makes far years too small.", True, "Those who stay leave less often than new ones."),
    ("It makes far years too large.", False, "Fewer would be there than in truth."),
    ("Nothing: rates average out.", False, "The loyal ones are the ones who remain."),
)

# %% id="quiz-average"
crm.quiz(
    "The average customer is worth 1,500. A channel sells customers for 1,300. Buy?",
    ("Ask what this channel's are worth.", True, "The average customer does not exist."),
    ("Yes, 200 are gained on each.", False, "Only if this channel's are like the average."),
    ("No, 1,300 is nearly 1,500.", False, "A ceiling is a limit; below it there is a gain."),
)

# %% [markdown] id="next"
# ## Next
#
# Do the [exercise](../exercises/02a_value_and_clv.ipynb), then go on to
# [chapter 2b](02b_purchase_models.ipynb), which makes a forecast for each customer.
#
# ### References
#
# - Berger, P. D. & Nasr, N. I. (1998). Customer lifetime value: marketing models and applications.
#   *Journal of Interactive Marketing* 12(1), 17–30.
# - Fader, P. S. & Hardie, B. G. S. (2012). Reconciling and clarifying CLV formulas. Note,
#   brucehardie.com.
# - Gupta, S. & Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing* 17(1),
#   9–24.
# - Kumar, V., Petersen, J. A. & Leone, R. P. (2010). Driving profitability by encouraging customer
#   referrals: who, when, and how. *Journal of Marketing* 74(5), 1–17.
# - Nagle, T. T. & Müller, G. (2017). *The Strategy and Tactics of Pricing*, 6th edition. Routledge.
# - Zeithaml, V. A. (1988). Consumer perceptions of price, quality, and value. *Journal of Marketing*
#   52(3), 2–22.
