"""Wrong answers to the exercise of chapter 6."""

import numpy as np
import pandas as pd

from tests.wrong_answers import wrong

SPLIT = "2025-01-01"
TODAY = pd.Timestamp("2025-12-01")
CALL_COST = 40


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


# shelf


def _pairs(table):
    """Return each pair with what is counted and computed of it; table: 0 and 1 per product."""
    counts, total = (table.T @ table).to_numpy(dtype="float64"), len(table)
    names, of_product = table.columns, np.diag(counts)
    one, other = np.triu_indices(len(names), 1)
    both, first, second = counts[one, other], of_product[one], of_product[other]
    return pd.DataFrame(
        {
            "both": both,
            "lift": both * total / (first * second),
            "confidence": both / np.minimum(first, second),
            "cosine": both / np.sqrt(first * second),
        },
        index=[f"{names[i]}+{names[j]}" for i, j in zip(one, other, strict=True)],
    )


def _best(pairs, by="lift", least=20):
    return pairs[pairs["both"] >= least].nlargest(10, by).index.tolist()


@wrong("shelf", named="by_confidence")
def shelf_confidence(data, given):
    """The ten pairs with the highest confidence (the better of the two rules) instead of lift."""
    return _best(_pairs(_baskets(data.lines)), "confidence")


@wrong("shelf", named="by_support")
def shelf_most_frequent(data, given):
    """The ten pairs that stand together most often."""
    return _best(_pairs(_baskets(data.lines)), "both")


@wrong("shelf", named="by_cosine")
def shelf_cosine(data, given):
    """The ten pairs with the highest cosine similarity instead of lift."""
    return _best(_pairs(_baskets(data.lines)), "cosine")


@wrong("shelf", named="per_customer")
def shelf_customers(data, given):
    """Customers instead of baskets: pairs of products ever bought by the same people."""
    return _best(_pairs(_baskets(data.lines, "customer_id")))


@wrong("shelf", named="both_directions")
def shelf_both_directions(data, given):
    """The first ten rules in both directions: five pairs, each twice, as P14+P15 and P15+P14."""
    best = _best(_pairs(_baskets(data.lines)))[:5]
    return [name for pair in best for name in (pair, "+".join(reversed(pair.split("+"))))]


@wrong("shelf", named="lowest_lift")
def shelf_lowest_lift(data, given):
    """Sorted the wrong way: the ten pairs with the lowest lift."""
    pairs = _pairs(_baskets(data.lines))
    return pairs[pairs["both"] >= 20].nsmallest(10, "lift").index.tolist()


@wrong("shelf", named="per_customer+rare_pairs")
def shelf_customers_no_least(data, given):
    """Customers instead of baskets, and no least number: rare pairs come first."""
    return _best(_pairs(_baskets(data.lines, "customer_id")), least=1)


@wrong("shelf", named="by_support")
def shelf_least_by_frequency_before_split(data, given):
    """The ten most frequent pairs instead of the highest lift, and only before the split day."""
    return _best(_pairs(_baskets(data.lines[data.lines["date"] < SPLIT])), "both")


@wrong("shelf", named="struck_out_late")
def shelf_cut_after_sorting(data, given):
    """The ten highest lifts of all pairs, then those under 20 baskets struck out: under ten."""
    best = _pairs(_baskets(data.lines)).nlargest(10, "lift")
    return best.index[best["both"] >= 20].tolist()


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


# near_limit


def _usage(data):
    usage = data.usage.sort_values(["customer_id", "month"]).astype({"plan": "str"})
    usage = usage.assign(share=usage["used"] / usage["included"])
    return usage.assign(before=usage.groupby("customer_id")["share"].shift())


def _december(data):
    usage = _usage(data)
    return usage[usage["month"] == TODAY].set_index("customer_id")


def _firms(table, chosen):
    return table.index[chosen].tolist()


@wrong("near_limit", named="one_month")
def near_limit_december_only(data, given):
    """Above 90 % in December is enough; November is not looked at."""
    now = _december(data)
    return _firms(now, (now["share"] > 0.9) & (now["plan"] != "L"))


@wrong("near_limit", named="largest_plan")
def near_limit_largest_plan_too(data, given):
    """Firms on plan L are on the list, though there is no larger plan."""
    now = _december(data)
    return _firms(now, (now["share"] > 0.9) & (now["before"] > 0.9))


@wrong("near_limit", named="either_month")
def near_limit_either_month(data, given):
    """Above 90 % in November or in December, not in both."""
    now = _december(data)
    return _firms(now, ((now["share"] > 0.9) | (now["before"] > 0.9)) & (now["plan"] != "L"))


@wrong("near_limit", named="mean_of_months")
def near_limit_mean_of_two(data, given):
    """The mean of November and December is above 90 %."""
    now = _december(data)
    return _firms(now, (now[["share", "before"]].mean(axis=1) > 0.9) & (now["plan"] != "L"))


@wrong("near_limit", named="over_the_allowance")
def near_limit_over_the_allowance(data, given):
    """More than 100 % instead of more than 90 % of the cups, in both months."""
    now = _december(data)
    return _firms(now, (now["share"] > 1) & (now["before"] > 1) & (now["plan"] != "L"))


@wrong("near_limit", named="at_any_time")
def near_limit_any_two_months(data, given):
    """Any two months in a row above 90 %, at whatever time, not November and December."""
    usage = _usage(data)
    found = usage[(usage["share"] > 0.9) & (usage["before"] > 0.9) & (usage["plan"] != "L")]
    return found["customer_id"].unique().tolist()


@wrong("near_limit", named="below_limit")
def near_limit_below(data, given):
    """The wrong direction: firms that used less than 90 % in both months."""
    now = _december(data)
    return _firms(now, (now["share"] < 0.9) & (now["before"] < 0.9) & (now["plan"] != "L"))


@wrong("near_limit", named="one_month+largest_plan")
def near_limit_december_all_plans(data, given):
    """December alone is looked at, and firms on plan L are on the list."""
    now = _december(data)
    return _firms(now, now["share"] > 0.9)


@wrong("near_limit", named="largest_plan+mean_of_months")
def near_limit_mean_all_plans(data, given):
    """The mean of the two months is above 90 %, and firms on plan L are on the list."""
    now = _december(data)
    return _firms(now, now[["share", "before"]].mean(axis=1) > 0.9)


@wrong("near_limit", named="small_plan_only")
def near_limit_small_plan_only(data, given):
    """Only firms on plan S are listed; those on M, who can still move up to L, are lost."""
    now = _december(data)
    return _firms(now, (now["share"] > 0.9) & (now["before"] > 0.9) & (now["plan"] == "S"))


# upgrade_share


def _signal(data, largest=False, december=False):
    usage = _usage(data)
    usage = usage[(usage["share"] > 0.9) & (usage["before"] > 0.9)]
    usage = usage if largest else usage[usage["plan"] != "L"]
    usage = usage if december else usage[usage["month"] < TODAY]
    return usage.assign(up=usage["upgraded"].fillna(False).astype(bool))


@wrong("upgrade_share", named="one_month")
def upgrade_share_one_month(data, given):
    """Above 90 % in this month is enough; the month before is not looked at."""
    usage = _usage(data)
    usage = usage[(usage["share"] > 0.9) & (usage["plan"] != "L") & (usage["month"] < TODAY)]
    return usage["upgraded"].astype(bool).mean()


@wrong("upgrade_share", named="largest_plan")
def upgrade_share_largest_plan_too(data, given):
    """Rows of plan L are in the denominator, though nobody can move up from there."""
    return _signal(data, largest=True)["up"].mean()


@wrong("upgrade_share", named="december_counted")
def upgrade_share_december_as_no(data, given):
    """December 2025 counts, its unknown answers taken for no."""
    return _signal(data, december=True)["up"].mean()


@wrong("upgrade_share", named="of_firms")
def upgrade_share_of_firms(data, given):
    """Firms instead of rows: of those that ever had the signal, the share that moved up."""
    return _signal(data).groupby("customer_id")["up"].max().mean()


@wrong("upgrade_share", named="turned_round")
def upgrade_share_of_upgrades(data, given):
    """The other condition: of all upgrades, the share that came after the signal."""
    usage = _usage(data)
    usage = usage[(usage["plan"] != "L") & (usage["month"] < TODAY)]
    return _signal(data)["up"].sum() / usage["upgraded"].astype(bool).sum()


@wrong("upgrade_share", named="next_row")
def upgrade_share_next_row(data, given):
    """The column is moved by one more month: upgraded of the row after the signal."""
    usage = _usage(data)
    usage["later"] = usage.groupby("customer_id")["upgraded"].shift(-1)
    found = usage[(usage["share"] > 0.9) & (usage["before"] > 0.9) & (usage["plan"] != "L")]
    return found.loc[found["month"] < TODAY, "later"].dropna().astype(bool).mean()


@wrong("upgrade_share", named="complement")
def upgrade_share_stayed(data, given):
    """The share that did not move up: 1 minus the answer."""
    return 1 - _signal(data)["up"].mean()


@wrong("upgrade_share", named="largest_plan+december_counted")
def upgrade_share_all_plans_december(data, given):
    """Plan L is in the denominator, and so is December with its unknown answers as no."""
    return _signal(data, largest=True, december=True)["up"].mean()


@wrong("upgrade_share", named="one_month+largest_plan")
def upgrade_share_one_month_all_plans(data, given):
    """One month above 90 % is enough, and rows of plan L are in the denominator."""
    usage = _usage(data)
    usage = usage[(usage["share"] > 0.9) & (usage["month"] < TODAY)]
    return usage["upgraded"].astype(bool).mean()


@wrong("upgrade_share", named="first_signal")
def upgrade_share_first_signal(data, given):
    """Only the first row with the signal of each firm counts; its later ones are dropped."""
    return _signal(data).drop_duplicates("customer_id")["up"].mean()


# calls


def _months(firms, span=range(1, 13)):
    return sum((1 - firms["chance"]) ** month for month in span)


def _gain(firms, months=None, money="more_margin"):
    months = _months(firms) if months is None else months
    return firms["persuaded"] * firms[money] * months - CALL_COST


@wrong("calls", named="comes_anyway")
def calls_chance_times_year(data, given):
    """The usual list: chance × margin of a year, less the call; what comes anyway counts."""
    firms = data.firms
    return _firms(firms, firms["chance"] * 12 * firms["more_margin"] > CALL_COST)


@wrong("calls", named="whole_year")
def calls_whole_year(data, given):
    """Each persuaded firm is taken to gain twelve full months, though it might come by itself."""
    return _firms(data.firms, _gain(data.firms, 12) > 0)


@wrong("calls", named="fee_not_margin")
def calls_fee(data, given):
    """The additional fee is counted instead of the additional margin."""
    return _firms(data.firms, _gain(data.firms, money="more_fee") > 0)


@wrong("calls", named="everybody")
def calls_without_persuaded(data, given):
    """Every call is taken to persuade: months gained × margin against the cost of the call."""
    firms = data.firms
    return _firms(firms, firms["more_margin"] * _months(firms) > CALL_COST)


@wrong("calls", named="likeliest")
def calls_most_ready(data, given):
    """The firms with a chance above 20 % a month are called: who is ready, not what a call adds."""
    return _firms(data.firms, data.firms["chance"] > 0.2)


@wrong("calls", named="last_power")
def calls_last_power_only(data, given):
    """Twelve times (1 − chance)^12 stands for the sum over the twelve months."""
    firms = data.firms
    return _firms(firms, _gain(firms, 12 * (1 - firms["chance"]) ** 12) > 0)


@wrong("calls", named="others")
def calls_loss(data, given):
    """Turned round: the firms whose call does not pay for itself."""
    return _firms(data.firms, _gain(data.firms) < 0)


@wrong("calls", named="whole_year+fee_not_margin")
def calls_fee_whole_year(data, given):
    """The fee instead of the margin, and twelve full months."""
    return _firms(data.firms, _gain(data.firms, 12, "more_fee") > 0)


@wrong("calls", named="comes_anyway+fee_not_margin")
def calls_chance_times_year_fee(data, given):
    """Chance × fee of a year: counts what comes anyway, and the fee instead of the margin."""
    firms = data.firms
    return _firms(firms, firms["chance"] * 12 * firms["more_fee"] > CALL_COST)


@wrong("calls", named="mean_chance")
def calls_mean_chance(data, given):
    """The months gained are those of the mean chance of all firms, the same for everybody."""
    firms = data.firms
    months = sum((1 - firms["chance"].mean()) ** month for month in range(1, 13))
    return _firms(firms, _gain(firms, months) > 0)


# call_gain


@wrong("call_gain", named="mean")
def call_gain_mean(data, given):
    """The mean gain per call instead of the total."""
    return _gain(data.firms.loc[given("calls")]).mean()


@wrong("call_gain", named="everybody")
def call_gain_all_firms(data, given):
    """The sum over all firms, not only over those that are called."""
    return _gain(data.firms).sum()


@wrong("call_gain", named="cost_forgotten")
def call_gain_before_cost(data, given):
    """The cost of the calls is not taken off."""
    return (_gain(data.firms.loc[given("calls")]) + CALL_COST).sum()


@wrong("call_gain", named="fee_not_margin")
def call_gain_fee(data, given):
    """The additional fee instead of the additional margin."""
    return _gain(data.firms.loc[given("calls")], money="more_fee").sum()


@wrong("call_gain", named="whole_year")
def call_gain_whole_year(data, given):
    """Twelve full months for every persuaded firm, though it might come by itself."""
    return _gain(data.firms.loc[given("calls")], 12).sum()


@wrong("call_gain", named="cost_once")
def call_gain_one_cost(data, given):
    """The cost of one call is taken off the total, not that of every call."""
    return (_gain(data.firms.loc[given("calls")]) + CALL_COST).sum() - CALL_COST


@wrong("call_gain", named="month_for_year")
def call_gain_a_month(data, given):
    """The right gain divided by twelve: a month instead of a year."""
    return _gain(data.firms.loc[given("calls")]).sum() / 12


@wrong("call_gain", named="comes_anyway")
def call_gain_chance_for_persuaded(data, given):
    """Chance × margin of a year less the call: what comes anyway, and no share persuaded."""
    firms = data.firms.loc[given("calls")]
    return (firms["chance"] * 12 * firms["more_margin"] - CALL_COST).sum()


@wrong("call_gain", named="fee_not_margin+cost_forgotten")
def call_gain_fee_before_cost(data, given):
    """The fee instead of the margin, and the calls cost nothing."""
    return (_gain(data.firms.loc[given("calls")], money="more_fee") + CALL_COST).sum()


@wrong("call_gain", named="cost_of_persuaded")
def call_gain_cost_of_persuaded(data, given):
    """Only calls that persuade are paid for: the cost is multiplied by the share persuaded."""
    firms = data.firms.loc[given("calls")]
    return (firms["persuaded"] * (firms["more_margin"] * _months(firms) - CALL_COST)).sum()


# rung


HALF = pd.Timestamp("2025-07-01")


def _facts(data, since=None):
    """Return of each customer what the rules ask, so far or since a day."""
    lines = data.lines if since is None else data.lines[data.lines["date"] >= since]
    by = lines.groupby("customer_id")
    everyone = pd.Index(data.lines["customer_id"].unique()).sort_values().rename("customer_id")
    facts = pd.DataFrame(
        {
            "orders": by["order_id"].nunique(),
            "rows": by.size(),
            "categories": by["category"].nunique(),
            "products": by["product_id"].nunique(),
            "last": by["date"].max(),
        }
    ).reindex(everyone)
    for name in ("orders", "rows", "categories", "products"):
        facts[name] = facts[name].fillna(0)
    facts["sent"] = facts.index.isin(data.referrals["referrer_id"])
    return facts


def _rungs(facts, order=("silent", "advocate", "multi-line", "repeat"), **other):
    rules = {
        "silent": ~(facts["last"] >= HALF),
        "advocate": facts["sent"],
        "multi-line": facts["categories"] >= 3,
        "repeat": facts["orders"] >= 2,
    } | {name.replace("_", "-"): rule for name, rule in other.items()}
    found = np.select([rules[name] for name in order], order, "new")
    return pd.Series(found, facts.index, name="rung")


@wrong("rung", named="silence_last")
def rung_silent_last(data, given):
    """Silence is asked last: an advocate, multi-line or repeat customer is never silent."""
    return _rungs(_facts(data), ("advocate", "multi-line", "repeat", "silent"))


@wrong("rung", named="sent_not_senders")
def rung_sent_by_another(data, given):
    """Advocate is who was sent by another customer, not who sent one."""
    facts = _facts(data)
    return _rungs(facts, advocate=facts.index.isin(data.referrals["customer_id"]))


@wrong("rung", named="rows_as_orders")
def rung_rows_as_orders(data, given):
    """Rows of lines count as orders: one order with two products makes a repeat customer."""
    facts = _facts(data)
    return _rungs(facts, repeat=facts["rows"] >= 2)


@wrong("rung", named="products_as_categories")
def rung_products_as_categories(data, given):
    """Three products or more make multi-line, though they may be of one category."""
    facts = _facts(data)
    return _rungs(facts, multi_line=facts["products"] >= 3)


@wrong("rung", named="this_half_only")
def rung_half_year_only(data, given):
    """Orders and categories are counted in the half-year only, not so far."""
    return _rungs(_facts(data, HALF))


@wrong("rung", named="silent_for_a_year")
def rung_silent_for_a_year(data, given):
    """Silent is who had no order in the whole of 2025, not in its second half."""
    facts = _facts(data)
    return _rungs(facts, silent=facts["last"] < "2025-01-01")


@wrong("rung", named="lowest_first")
def rung_reverse_order(data, given):
    """The rules are asked after silence from the bottom: repeat goes before the higher rungs."""
    return _rungs(_facts(data), ("silent", "repeat", "multi-line", "advocate"))


@wrong("rung", named="silence_last+sent_not_senders")
def rung_silent_last_sent_by_another(data, given):
    """Silence is asked last, and advocate is who was sent by another customer."""
    facts = _facts(data)
    was_sent = facts.index.isin(data.referrals["customer_id"])
    return _rungs(facts, ("advocate", "multi-line", "repeat", "silent"), advocate=was_sent)


@wrong("rung", named="products_as_categories+rows_as_orders")
def rung_rows_and_products(data, given):
    """Rows count as orders, and products as categories."""
    facts = _facts(data)
    return _rungs(facts, repeat=facts["rows"] >= 2, multi_line=facts["products"] >= 3)


@wrong("rung", named="recent_referrals")
def rung_recent_referrals(data, given):
    """Right, but an advocate must have sent somebody in this half-year; earlier ones are lost."""
    facts = _facts(data)
    sent = data.referrals.loc[data.referrals["date"] >= HALF, "referrer_id"]
    return _rungs(facts, advocate=facts.index.isin(sent))


# lost


def _halves(data, given):
    return data.earlier_rungs.assign(**{"2025 H2": given("rung")}).astype("str")


def _steps(data, given):
    rungs = _halves(data, given)
    parts = []
    for step in range(rungs.shape[1] - 1):
        now, then = rungs.iloc[:, step], rungs.iloc[:, step + 1]
        parts.append(pd.DataFrame({"step": step, "now": now, "then": then}))
    return pd.concat(parts)


@wrong("lost", named="mean_of_steps")
def lost_mean_of_steps(data, given):
    """The unweighted mean of the five shares instead of all five steps together."""
    new = _steps(data, given).query("now == 'new'")
    return (new["then"] == "silent").groupby(new["step"]).mean().mean()


@wrong("lost", named="last_step")
def lost_last_step(data, given):
    """Only the last step, from 2025 H1 to 2025 H2."""
    new = _steps(data, given).query("now == 'new' and step == 4")
    return (new["then"] == "silent").mean()


@wrong("lost", named="turned_round")
def lost_of_silent(data, given):
    """The other condition: of those silent in a half-year, the share that was new before it."""
    silent = _steps(data, given).query("then == 'silent'")
    return (silent["now"] == "new").mean()


@wrong("lost", named="of_everybody")
def lost_of_all_moves(data, given):
    """New and then silent, as a share of all customers and steps."""
    steps = _steps(data, given)
    return ((steps["now"] == "new") & (steps["then"] == "silent")).mean()


@wrong("lost", named="last_half_below")
def lost_last_half_in_denominator(data, given):
    """The new ones of 2025 H2 are in the denominator, though nobody knows yet what follows."""
    steps, rungs = _steps(data, given), _halves(data, given)
    gone = ((steps["now"] == "new") & (steps["then"] == "silent")).sum()
    return gone / (rungs == "new").sum().sum()


@wrong("lost", named="ever_silent")
def lost_ever_silent(data, given):
    """Silent in any later half-year, not just in the next one."""
    rungs = _halves(data, given)
    shares = []
    for step in range(rungs.shape[1] - 1):
        new = rungs.iloc[:, step] == "new"
        shares.append((rungs.iloc[:, step + 1 :] == "silent").any(axis=1)[new])
    return pd.concat(shares).mean()


@wrong("lost", named="complement")
def lost_kept(data, given):
    """The share that was not silent in the next half-year: 1 minus the answer."""
    new = _steps(data, given).query("now == 'new'")
    return (new["then"] != "silent").mean()


@wrong("lost", named="of_everybody+last_step")
def lost_last_step_of_all(data, given):
    """The last step only, and the new ones then silent as a share of all customers."""
    last = _steps(data, given).query("step == 4")
    return ((last["now"] == "new") & (last["then"] == "silent")).mean()


@wrong("lost", named="mean_of_steps+hundredfold")
def lost_mean_of_steps_percent(data, given):
    """The mean of the five shares, each step weighted alike, and in per cent."""
    new = _steps(data, given).query("now == 'new'")
    return 100 * (new["then"] == "silent").groupby(new["step"]).mean().mean()


@wrong("lost", named="new_and_repeat")
def lost_new_and_repeat(data, given):
    """The two lowest rungs, new and repeat, are taken together as the foot of the ladder."""
    foot = _steps(data, given).query("now in ['new', 'repeat']")
    return (foot["then"] == "silent").mean()


# step_worth


def _path(matrix, margin, halves=range(1, 5)):
    start = np.array([1.0, 0, 0, 0, 0])
    return sum(start @ np.linalg.matrix_power(matrix, half) @ margin for half in halves)


def _matrices(data, add=None, take=None):
    now = data.matrix.to_numpy(dtype="float64")
    better = now.copy()
    add = 0.1 * now[0, 1] if add is None else add
    better[0, 1] += add
    better[0, 4] -= add if take is None else take
    return now, better, data.rung_margin.to_numpy(dtype="float64")


@wrong("step_worth", named="three_half_years")
def step_worth_three_halves(data, given):
    """The first of the four half-years is the start itself, so the matrix acts three times only."""
    now, better, margin = _matrices(data)
    return _path(better, margin, range(4)) - _path(now, margin, range(4))


@wrong("step_worth", named="last_half_only")
def step_worth_last_half(data, given):
    """Only the margin of the fourth half-year, not that of all four."""
    now, better, margin = _matrices(data)
    return _path(better, margin, [4]) - _path(now, margin, [4])


@wrong("step_worth", named="one_half_year")
def step_worth_first_half(data, given):
    """Only the first half-year: what the step brings at once, not what follows from it."""
    now, better, margin = _matrices(data)
    return _path(better, margin, [1]) - _path(now, margin, [1])


@wrong("step_worth", named="percentage_points")
def step_worth_ten_points(data, given):
    """The share rises by ten points instead of by a tenth of itself."""
    now, better, margin = _matrices(data, add=0.1)
    return _path(better, margin) - _path(now, margin)


@wrong("step_worth", named="row_divided")
def step_worth_silent_not_lowered(data, given):
    """The share that falls silent stays; the row is divided by its sum to add up to 1 again."""
    now, better, margin = _matrices(data, take=0)
    better[0] /= better[0].sum()
    return _path(better, margin) - _path(now, margin)


@wrong("step_worth", named="tenth_of_silent")
def step_worth_tenth_of_silent(data, given):
    """A tenth of the share that falls silent moves to repeat, not a tenth of the repeat share."""
    silent = 0.1 * data.matrix.to_numpy(dtype="float64")[0, 4]
    now, better, margin = _matrices(data, add=silent)
    return _path(better, margin) - _path(now, margin)


@wrong("step_worth", named="thousandfold")
def step_worth_per_thousand(data, given):
    """For 1,000 new customers, as in the lesson, instead of one."""
    now, better, margin = _matrices(data)
    return 1000 * (_path(better, margin) - _path(now, margin))


@wrong("step_worth", named="percentage_points+three_half_years")
def step_worth_ten_points_three_halves(data, given):
    """Ten points instead of a tenth, and the start counted as the first of the four half-years."""
    now, better, margin = _matrices(data, add=0.1)
    return _path(better, margin, range(4)) - _path(now, margin, range(4))


@wrong("step_worth", named="not_the_difference+thousandfold")
def step_worth_total_per_thousand(data, given):
    """The total with the better step, nothing taken off for what comes without it, for 1,000."""
    _now, better, margin = _matrices(data)
    return 1000 * _path(better, margin)


@wrong("step_worth", named="silence_is_the_end")
def step_worth_silence_is_the_end(data, given):
    """Right, but nobody comes back from silence, as in the count of half-years of the lesson."""
    now, better, margin = _matrices(data)
    now = now.copy()
    for matrix in (now, better):
        matrix[4] = [0, 0, 0, 0, 1]
    return _path(better, margin) - _path(now, margin)
