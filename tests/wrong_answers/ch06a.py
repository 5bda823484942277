"""Wrong answers to the exercise of chapter 6a."""

import numpy as np
import pandas as pd

from tests.wrong_answers import wrong

SPLIT = "2025-01-01"


def _baskets(lines, by="order_id"):
    return (pd.crosstab(lines[by], lines["product_id"].astype("str")) > 0).astype(int)


# lift


def _lift_of(table, one="P14", other="P15"):
    return (table[one] * table[other]).mean() / (table[one].mean() * table[other].mean())


@wrong("lift", named="confidence")
def lift_confidence(data, given):
    """The confidence: the share of the baskets with the kit that hold papers."""
    baskets = _baskets(data.lines)
    return baskets.loc[baskets["P14"] == 1, "P15"].mean()


@wrong("lift", named="support")
def lift_support(data, given):
    """The support: the share of all baskets that hold both."""
    baskets = _baskets(data.lines)
    return (baskets["P14"] * baskets["P15"]).mean()


@wrong("lift", named="per_customer")
def lift_customers(data, given):
    """Customers instead of baskets: who ever bought the kit and ever bought papers."""
    return _lift_of(_baskets(data.lines, "customer_id"))


@wrong("lift", named="lines_as_number")
def lift_rows_for_baskets(data, given):
    """The number of rows (products in orders) stands for the number of baskets."""
    baskets = _baskets(data.lines)
    both, kit, papers = (baskets["P14"] * baskets["P15"]).sum(), baskets["P14"], baskets["P15"]
    return both * len(data.lines) / (kit.sum() * papers.sum())


@wrong("lift", named="several_products")
def lift_two_products_or_more(data, given):
    """Only baskets with two products or more are counted, not all baskets."""
    baskets = _baskets(data.lines)
    return _lift_of(baskets[baskets.sum(axis=1) >= 2])


@wrong("lift", named="against_others")
def lift_against_without_kit(data, given):
    """Share with papers among baskets with the kit over that among baskets without the kit."""
    baskets = _baskets(data.lines)
    papers = baskets["P15"].groupby(baskets["P14"]).mean()
    return papers[1] / papers[0]


@wrong("lift", named="surplus")
def lift_minus_one(data, given):
    """The lift less 1: how much more often, as a surplus, instead of how many times."""
    return _lift_of(_baskets(data.lines)) - 1


@wrong("lift", named="confidence+per_customer")
def lift_customers_confidence(data, given):
    """Customers instead of baskets, and the confidence instead of the lift."""
    people = _baskets(data.lines, "customer_id")
    return people.loc[people["P14"] == 1, "P15"].mean()


@wrong("lift", named="confidence_turned+hundredfold")
def lift_confidence_of_papers_in_percent(data, given):
    """The confidence of the reversed rule, papers → kit, and in per cent."""
    baskets = _baskets(data.lines)
    return 100 * baskets.loc[baskets["P15"] == 1, "P14"].mean()


@wrong("lift", named="")
def lift_mean_of_years(data, given):
    """The lift of each year is computed by itself, and the mean of the three is handed in."""
    years = data.lines.groupby(data.lines["date"].dt.year)
    return np.mean([_lift_of(_baskets(lines)) for _year, lines in years])


# lift_within


def _groups(data, customers=False):
    """Return the table of baskets (or customers), and the group of each row."""
    lines = data.lines
    if customers:
        people = _baskets(lines, "customer_id")
        return people, pd.Series(people.index.map(data.labels), people.index).astype("str")
    baskets = _baskets(lines)
    whose = lines.drop_duplicates("order_id").set_index("order_id")["customer_id"]
    return baskets, whose.reindex(baskets.index).map(data.labels).astype("str")


def _within(table, group):
    """Return of each group: rows with both, with either, and rows in all."""
    parts = table[["P04", "P05"]].assign(both=table["P04"] * table["P05"], all=1)
    found = parts.groupby(group).sum()
    return found.assign(expected=found["P04"] * found["P05"] / found["all"])


@wrong("lift_within", named="groups_ignored")
def lift_within_plain(data, given):
    """The lift over all baskets, without any regard to groups."""
    return _lift_of(_baskets(data.lines), "P04", "P05")


@wrong("lift_within", named="unlabelled_lost")
def lift_within_no_unknown(data, given):
    """Customers labelled unknown are left out, above and below."""
    found = _within(*_groups(data)).drop("unknown")
    return found["both"].sum() / found["expected"].sum()


@wrong("lift_within", named="mean_of_lifts")
def lift_within_mean_of_groups(data, given):
    """The unweighted mean of the lifts of the groups."""
    found = _within(*_groups(data))
    return (found["both"] / found["expected"]).mean()


@wrong("lift_within", named="per_customer")
def lift_within_customers(data, given):
    """Customers instead of baskets are counted, within the groups."""
    found = _within(*_groups(data, customers=True))
    return found["both"].sum() / found["expected"].sum()


@wrong("lift_within", named="all_baskets_below")
def lift_within_all_baskets_below(data, given):
    """In each group the product of the two counts is divided by all baskets, not by the group's."""
    found = _within(*_groups(data))
    return found["both"].sum() / (found["P04"] * found["P05"] / found["all"].sum()).sum()


@wrong("lift_within", named="customers_below")
def lift_within_group_customers_below(data, given):
    """In each group the product of the counts of baskets is divided by its number of customers."""
    found = _within(*_groups(data))
    customers = data.labels.astype("str").value_counts()
    return found["both"].sum() / (found["P04"] * found["P05"] / customers).sum()


@wrong("lift_within", named="inverse")
def lift_within_turned(data, given):
    """Turned round: the expected baskets divided by those with both."""
    found = _within(*_groups(data))
    return found["expected"].sum() / found["both"].sum()


@wrong("lift_within", named="mean_of_lifts+unlabelled_lost")
def lift_within_mean_without_unknown(data, given):
    """The mean of the groups' lifts, weighted equally, and the unknown ones left out."""
    found = _within(*_groups(data)).drop("unknown")
    return (found["both"] / found["expected"]).mean()


@wrong("lift_within", named="per_customer+inverse")
def lift_within_customers_turned(data, given):
    """Customers instead of baskets, and expected over observed."""
    found = _within(*_groups(data, customers=True))
    return found["expected"].sum() / found["both"].sum()


@wrong("lift_within", named="unlabelled_not_expected")
def lift_within_unknown_below_only(data, given):
    """Baskets of the unknown count among those with both, but nothing is expected of them."""
    found = _within(*_groups(data))
    return found["both"].sum() / found["expected"].drop("unknown").sum()


# shelf


def _pairs(table, group=None):
    """Return each pair with what is counted and computed of it; table: 0 and 1 per product."""
    counts, total = (table.T @ table).to_numpy(dtype="float64"), len(table)
    names, of_product = table.columns, np.diag(counts)
    one, other = np.triu_indices(len(names), 1)
    both, first, second = counts[one, other], of_product[one], of_product[other]
    expected = np.zeros_like(counts)
    group = np.zeros(total) if group is None else group.to_numpy()
    for label in pd.unique(group):
        some = table[group == label]
        expected += np.outer(some.sum(), some.sum()) / len(some)
    return pd.DataFrame(
        {
            "both": both,
            "lift": both * total / (first * second),
            "within": both / expected[one, other],
            "confidence": both / np.minimum(first, second),
            "cosine": both / np.sqrt(first * second),
        },
        index=[f"{names[i]}+{names[j]}" for i, j in zip(one, other, strict=True)],
    )


def _best(pairs, by="within", least=20, places=6):
    return pairs[pairs["both"] >= least].nlargest(places, by).index.tolist()


def _by_group(data, customers=False):
    return _pairs(*_groups(data, customers))


@wrong("shelf", named="over_all")
def shelf_lift_over_all(data, given):
    """The six pairs with the highest lift over all baskets, groups ignored."""
    return _best(_by_group(data), "lift")


@wrong("shelf", named="by_confidence")
def shelf_confidence(data, given):
    """The six pairs with the highest confidence (the better of the two rules) instead of lift."""
    return _best(_by_group(data), "confidence")


@wrong("shelf", named="by_support")
def shelf_most_frequent(data, given):
    """The six pairs that stand together most often."""
    return _best(_by_group(data), "both")


@wrong("shelf", named="by_cosine")
def shelf_cosine(data, given):
    """The six pairs with the highest cosine similarity instead of lift."""
    return _best(_by_group(data), "cosine")


@wrong("shelf", named="per_customer")
def shelf_customers(data, given):
    """Customers instead of baskets: pairs of products ever bought by the same people."""
    return _best(_by_group(data, customers=True))


@wrong("shelf", named="both_directions")
def shelf_both_directions(data, given):
    """The first six rules in both directions: P14+P15 and P15+P14 are two of them."""
    best = _best(_by_group(data), places=3)
    return [name for pair in best for name in (pair, "+".join(reversed(pair.split("+"))))]


@wrong("shelf", named="lowest_lift")
def shelf_lowest_lift(data, given):
    """Sorted the wrong way: the six pairs with the lowest lift within groups."""
    pairs = _by_group(data)
    return pairs[pairs["both"] >= 20].nsmallest(6, "within").index.tolist()


@wrong("shelf", named="per_customer+rare_pairs")
def shelf_customers_no_least(data, given):
    """Customers instead of baskets, and no least number: rare pairs come first."""
    return _best(_by_group(data, customers=True), least=1)


@wrong("shelf", named="ten_pairs")
def shelf_ten(data, given):
    """Ten pairs instead of six."""
    return _best(_by_group(data), places=10)


@wrong("shelf", named="struck_out_late")
def shelf_cut_after_sorting(data, given):
    """The six highest of all pairs, then those under 20 baskets struck out: under six."""
    best = _by_group(data).nlargest(6, "within")
    return best.index[best["both"] >= 20].tolist()


# hit_rate


def _ranking(lines, by="order_id", ascending=False):
    count = lines.groupby(lines["product_id"].astype("str"))[by].nunique()
    return count.sort_index().sort_values(ascending=ascending, kind="stable").index.tolist()


def _before(data):
    return data.lines[data.lines["date"] < SPLIT]


def _hits(data, ranking, number=3, skip=True):
    """Return of each basket whether its hidden product is among those recommended."""
    table, hidden = data.in_basket.astype(bool), data.hidden.astype("str")
    hits = []
    for (_order, row), out in zip(table.iterrows(), hidden.reindex(table.index), strict=True):
        free = [name for name in ranking if not (skip and row[name])]
        hits.append(out in free[:number])
    return pd.Series(hits, table.index)


@wrong("hit_rate", named="basket_not_masked")
def hit_rate_same_three(data, given):
    """The same first three for every basket, though some of them are in the basket already."""
    return _hits(data, _ranking(_before(data)), skip=False).mean()


@wrong("hit_rate", named="untouched_baskets")
def hit_rate_untouched_baskets(data, given):
    """Only baskets that hold none of the first three are judged, by those three."""
    ranking = _ranking(_before(data))
    free = ~data.in_basket.astype(bool)[ranking[:3]].any(axis=1)
    return _hits(data, ranking)[free].mean()


@wrong("hit_rate", named="one_product")
def hit_rate_first_only(data, given):
    """Only the first product that is not in the basket is recommended, instead of three."""
    return _hits(data, _ranking(_before(data)), number=1).mean()


@wrong("hit_rate", named="five_products")
def hit_rate_five(data, given):
    """Five products are recommended instead of three."""
    return _hits(data, _ranking(_before(data)), number=5).mean()


@wrong("hit_rate", named="per_recommendation")
def hit_rate_per_recommendation(data, given):
    """Hits are divided by the number of recommendations, three per basket: a precision."""
    return _hits(data, _ranking(_before(data))).sum() / (3 * len(data.hidden))


@wrong("hit_rate", named="")
def hit_rate_similar_products(data, given):
    """Not the bestsellers, but the products most similar (cosine of baskets) to those in it."""
    table = data.in_basket.astype(int)
    names = sorted(table.columns.astype("str"))
    similar = _cosine(_baskets(_before(data))).reindex(index=names, columns=names, fill_value=0)
    scores = (table[names] @ similar).where(table[names] == 0, -np.inf).to_numpy()
    best = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    hidden = data.hidden.astype("str").reindex(table.index).map(names.index).to_numpy()
    return (best == hidden[:, None]).any(axis=1).mean()


@wrong("hit_rate", named="hundredfold")
def hit_rate_percent(data, given):
    """The right share in per cent."""
    return 100 * _hits(data, _ranking(_before(data))).mean()


@wrong("hit_rate", named="basket_not_masked+per_recommendation")
def hit_rate_same_three_per_recommendation(data, given):
    """The same three for every basket, and hits divided by three recommendations per basket."""
    hits = _hits(data, _ranking(_before(data)), skip=False)
    return hits.sum() / (3 * len(hits))


@wrong("hit_rate", named="rarest_first+complement")
def hit_rate_misses_of_rarest(data, given):
    """Ranked in the wrong direction, so that the rarest come first, and the share of misses."""
    return 1 - _hits(data, _ranking(_before(data), ascending=True)).mean()


@wrong("hit_rate", named="")
def hit_rate_mean_of_products(data, given):
    """The hit rate of each hidden product first, then the mean of these, all weighted alike."""
    hits = _hits(data, _ranking(_before(data)))
    return hits.groupby(data.hidden.astype("str").reindex(hits.index)).mean().mean()


# list_worth


def _gains(data, money="margin", share=0.1):
    table = data.guesses
    value = 1.0 if money is None else table[money]
    return share * (table["filter"].astype(float) - table["of_group"]) * value


@wrong("list_worth", named="filter_alone")
def list_worth_filter_alone(data, given):
    """All that the filter guesses right, nothing taken off for the other list."""
    table = data.guesses
    return 0.1 * table.loc[table["filter"], "margin"].sum()


@wrong("list_worth", named="price")
def list_worth_prices(data, given):
    """Prices instead of margins."""
    return _gains(data, "price").sum()


@wrong("list_worth", named="guesses_only")
def list_worth_guesses(data, given):
    """A tenth of the difference of right guesses, without money."""
    return _gains(data, None).sum()


@wrong("list_worth", named="mean_margin")
def list_worth_mean_margin(data, given):
    """The difference of right guesses times the mean margin of all hidden products."""
    return _gains(data, None).sum() * data.guesses["margin"].mean()


@wrong("list_worth", named="mean_of_right")
def list_worth_mean_of_hits(data, given):
    """The difference of right guesses times the mean margin of the filter's hits."""
    table = data.guesses
    return _gains(data, None).sum() * table.loc[table["filter"], "margin"].mean()


@wrong("list_worth", named="all_of_them")
def list_worth_every_guess(data, given):
    """Every right guess counts as an additional sale."""
    return _gains(data, share=1.0).sum()


@wrong("list_worth", named="better_only")
def list_worth_better_only(data, given):
    """Only baskets in which the filter alone was right; the reverse is left out."""
    return _gains(data).clip(lower=0).sum()


@wrong("list_worth", named="mean")
def list_worth_per_basket(data, given):
    """The mean of a basket instead of the sum over all."""
    return _gains(data).mean()


@wrong("list_worth", named="sign")
def list_worth_turned(data, given):
    """Bestsellers of the group less the filter."""
    return -_gains(data).sum()


@wrong("list_worth", named="price+all_of_them")
def list_worth_price_of_all(data, given):
    """Prices instead of margins, and every right guess as a sale."""
    return _gains(data, "price", 1.0).sum()


# worth_low


def _low(gains, times=1.96):
    return len(gains) * (gains.mean() - times * gains.sem())


@wrong("worth_low", named="upper_end")
def worth_low_upper_end(data, given):
    """The upper end of the interval."""
    return _low(_gains(data), -1.96)


@wrong("worth_low", named="half_width")
def worth_low_half(data, given):
    """1.96 standard errors of the sum, not taken off it."""
    gains = _gains(data)
    return 1.96 * len(gains) * gains.sem()


@wrong("worth_low", named="one_standard_error")
def worth_low_one_error(data, given):
    """One standard error taken off."""
    return _low(_gains(data), 1.0)


@wrong("worth_low", named="ninety_percent")
def worth_low_ninety(data, given):
    """The lower end of a 90 % interval."""
    return _low(_gains(data), 1.645)


@wrong("worth_low", named="without_number")
def worth_low_no_root(data, given):
    """The standard deviation of a basket in place of the standard error."""
    gains = _gains(data)
    return len(gains) * (gains.mean() - 1.96 * gains.std())


@wrong("worth_low", named="not_paired")
def worth_low_two_lists(data, given):
    """The errors of the two lists put together, as if they had been tried on different baskets."""
    table, gains = data.guesses, _gains(data)
    one, other = (0.1 * table[name] * table["margin"] for name in ("filter", "of_group"))
    return len(gains) * (gains.mean() - 1.96 * np.hypot(one.sem(), other.sem()))


@wrong("worth_low", named="price")
def worth_low_prices(data, given):
    """The lower end, in prices instead of margins."""
    return _low(_gains(data, "price"))


@wrong("worth_low", named="all_of_them")
def worth_low_every_guess(data, given):
    """The lower end, every right guess a sale."""
    return _low(_gains(data, share=1.0))


@wrong("worth_low", named="mean")
def worth_low_per_basket(data, given):
    """The lower end of the mean of a basket."""
    return _low(_gains(data)) / len(data.guesses)


@wrong("worth_low", named="filter_alone")
def worth_low_filter_alone(data, given):
    """The lower end of what the filter guesses right, compared with nothing."""
    table = data.guesses
    return _low(0.1 * table["filter"] * table["margin"])


# letter


def _cosine(table):
    table = table.astype(float)
    length = np.sqrt((table**2).sum())
    similar = (table.T @ table) / np.outer(length, length)
    return similar - np.diag(np.diag(similar))


def _first(scores, owned, chosen=None, mask=True):
    """Return the product with the highest score of each customer who is written to."""
    scores = scores.where(owned == 0, -np.inf) if mask else scores
    chosen = owned.sum(axis=1) >= 2 if chosen is None else chosen
    return scores[chosen].idxmax(axis=1).rename_axis("customer_id")


def _owned(data):
    return _baskets(data.lines, "customer_id")


@wrong("letter", named="already_bought")
def letter_owned_too(data, given):
    """Products that the customer has bought already are not excluded."""
    owned = _owned(data)
    return _first(owned @ _cosine(owned), owned, mask=False)


@wrong("letter", named="how_often")
def letter_counts(data, given):
    """The table holds how often a customer bought a product instead of 1 and 0."""
    owned = _owned(data)
    often = pd.crosstab(data.lines["customer_id"], data.lines["product_id"].astype("str"))
    return _first(often @ _cosine(often), owned)


@wrong("letter", named="everybody")
def letter_everybody(data, given):
    """Customers with one product only get a letter as well."""
    owned = _owned(data)
    return _first(owned @ _cosine(owned), owned, owned.sum(axis=1) >= 1)


@wrong("letter", named="bestseller")
def letter_bestsellers(data, given):
    """The bestseller that the customer does not have yet, by number of buyers: no filter at all."""
    owned = _owned(data)
    buyers = pd.DataFrame(1, owned.index, owned.columns) * owned.sum()
    return _first(buyers, owned)


@wrong("letter", named="mean_similarity")
def letter_textbook_mean(data, given):
    """The sum is divided by the product's similarities to all products: the mean of textbooks."""
    owned = _owned(data)
    similar = _cosine(owned)
    return _first((owned @ similar) / similar.sum(), owned)


@wrong("letter", named="of_baskets")
def letter_baskets(data, given):
    """Products are similar if they share baskets, not if the same customers buy them."""
    owned = _owned(data)
    return _first(owned @ _cosine(_baskets(data.lines)), owned)


@wrong("letter", named="lowest_score")
def letter_lowest_score(data, given):
    """The wrong direction: of the products not bought yet, the one with the lowest score."""
    owned = _owned(data)
    return _first(-(owned @ _cosine(owned)), owned)


@wrong("letter", named="everybody+before_split")
def letter_before_split_everybody(data, given):
    """Learned on the lines before the split day only, and letters to one-product customers too."""
    owned = _baskets(_before(data), "customer_id")
    return _first(owned @ _cosine(owned), owned, owned.sum(axis=1) >= 1)


@wrong("letter", named="already_bought+how_often")
def letter_counts_owned_too(data, given):
    """How often instead of 1 and 0, and products already bought are not excluded."""
    often = pd.crosstab(data.lines["customer_id"], data.lines["product_id"].astype("str"))
    return _first(often @ _cosine(often), _owned(data), mask=False)


@wrong("letter", named="two_orders")
def letter_two_orders(data, given):
    """Right products, but to those with two orders or more instead of two products or more."""
    owned = _owned(data)
    orders = data.lines.groupby("customer_id")["order_id"].nunique().reindex(owned.index)
    return _first(owned @ _cosine(owned), owned, orders >= 2)
