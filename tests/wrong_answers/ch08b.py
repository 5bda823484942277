"""Wrong answers to the exercise of chapter 8b."""

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from statsmodels.stats.multitest import multipletests

from tests.wrong_answers import wrong

A, B = "Water test", "Filter exchange"

# order_lift


def _ordered(data):
    return data.bookings.sort_values(["customer_id", "date"], kind="stable")


def _seen(rows, following, first=A, then=B):
    return ((rows["service"] == first) & (following == then)).sum()


def _luck(data, first=A, then=B):
    times = pd.crosstab(data.bookings["customer_id"], data.bookings["service"])
    return (times[first] * times[then] / times.sum(axis=1)).sum()


def _next(rows):
    return rows.groupby("customer_id")["service"].shift(-1)


@wrong("order_lift", named="count_only")
def order_lift_just_counted(data, given):
    """How often the exchange came next, without any comparison."""
    rows = _ordered(data)
    return int(_seen(rows, _next(rows)))


@wrong("order_lift", named="customers_mixed")
def order_lift_shift_without_groupby(data, given):
    """Sorted by customer and date, but shifted over the whole table."""
    rows = _ordered(data)
    return _seen(rows, rows["service"].shift(-1)) / _luck(data)


@wrong("order_lift", named="table_order")
def order_lift_not_sorted(data, given):
    """The table as it is, in order of time, shifted by one row."""
    rows = data.bookings
    return _seen(rows, rows["service"].shift(-1)) / _luck(data)


@wrong("order_lift", named="turned")
def order_lift_shift_the_wrong_way(data, given):
    """shift(1): what came before, so the pair is exchange, then test."""
    rows = _ordered(data)
    before = rows.groupby("customer_id")["service"].shift(1)
    return _seen(rows, before) / _luck(data)


@wrong("order_lift", named="common")
def order_lift_both_ever(data, given):
    """Customers who booked both at any time, over the luck of pairs."""
    times = pd.crosstab(data.bookings["customer_id"], data.bookings["service"])
    return ((times[A] > 0) & (times[B] > 0)).sum() / _luck(data)


@wrong("order_lift", named="luck_of_all")
def order_lift_shares_of_all(data, given):
    """Luck from shares of all bookings: times A by times B over all bookings."""
    rows = _ordered(data)
    count = rows["service"].value_counts()
    return _seen(rows, _next(rows)) / (count[A] * count[B] / len(rows))


@wrong("order_lift", named="surplus")
def order_lift_less_one(data, given):
    """How much more often: the lift less 1."""
    rows = _ordered(data)
    return _seen(rows, _next(rows)) / _luck(data) - 1


@wrong("order_lift", named="places")
def order_lift_over_pairs(data, given):
    """By luck a b over the number of neighbours, n - 1."""
    rows = _ordered(data)
    times = pd.crosstab(data.bookings["customer_id"], data.bookings["service"])
    number = times.sum(axis=1)
    times = times[number > 1]
    return _seen(rows, _next(rows)) / (times[A] * times[B] / (number[number > 1] - 1)).sum()


@wrong("order_lift", named="any_later")
def order_lift_any_time_after(data, given):
    """Every exchange with every test before it, not only the next booking."""
    tests = data.bookings[data.bookings["service"] == A]
    both = tests.merge(data.bookings[data.bookings["service"] == B], on="customer_id")
    return (both["date_x"] < both["date_y"]).sum() / _luck(data)


@wrong("order_lift", named="inverse")
def order_lift_luck_over_seen(data, given):
    """Luck divided by what was seen."""
    rows = _ordered(data)
    return _luck(data) / _seen(rows, _next(rows))


@wrong("order_lift", named="share_followed")
def order_lift_confidence(data, given):
    """The share of tests that an exchange follows."""
    rows = _ordered(data)
    return _seen(rows, _next(rows)) / (rows["service"] == A).sum()


# kept


def _mask(data, method="fdr_bh", alpha=0.05):
    return multipletests(data.pairs["p_value"], alpha=alpha, method=method)[0]


def _size(data, least=1.5):
    return data.pairs["count"] / data.pairs["by_luck"] >= least


@wrong("kept", named="raw")
def kept_by_p_value(data, given):
    """All with p below 5 % and the size."""
    pairs = data.pairs
    return list(pairs.index[(pairs["p_value"] < 0.05) & _size(data)])


@wrong("kept", named="any_size")
def kept_without_size(data, given):
    """Only the false discovery rate."""
    return list(data.pairs.index[_mask(data)])


@wrong("kept", named="raw+any_size")
def kept_p_value_only(data, given):
    """Only p below 5 %, no correction and no size."""
    return list(data.pairs.index[data.pairs["p_value"] <= 0.05])


@wrong("kept", named="size_only")
def kept_by_size(data, given):
    """All that are large enough, with no look at a p-value."""
    return list(data.pairs.index[_size(data)])


@wrong("kept", named="large_ones_tested")
def kept_filtered_first(data, given):
    """The size first; the false discovery rate among those that are left."""
    pairs = data.pairs[_size(data)]
    return list(pairs.index[multipletests(pairs["p_value"], 0.05, method="fdr_bh")[0]])


@wrong("kept", named="one_percent")
def kept_at_one(data, given):
    """The false discovery rate at 1 %."""
    return list(data.pairs.index[_mask(data, alpha=0.01) & _size(data)])


@wrong("kept", named="bonferroni")
def kept_with_bonferroni(data, given):
    """Bonferroni in place of the false discovery rate."""
    return list(data.pairs.index[_mask(data, "bonferroni") & _size(data)])


@wrong("kept", named="ten_percent")
def kept_at_ten(data, given):
    """The false discovery rate at 10 %."""
    return list(data.pairs.index[_mask(data, alpha=0.1) & _size(data)])


@wrong("kept", named="twice")
def kept_twice_luck(data, given):
    """At twice luck."""
    return list(data.pairs.index[_mask(data) & _size(data, 2)])


@wrong("kept", named="best_five")
def kept_five_best(data, given):
    """The five with the highest ratio."""
    pairs = data.pairs
    return list((pairs["count"] / pairs["by_luck"]).nlargest(5).index)


@wrong("kept", named="others")
def kept_the_rest(data, given):
    """The mask turned round: all that are not kept."""
    return list(data.pairs.index[~(_mask(data) & _size(data))])


@wrong("kept", named="ten_percent+any_size")
def kept_at_ten_any_size(data, given):
    """At 10 %, and the size forgotten."""
    return list(data.pairs.index[_mask(data, alpha=0.1)])


@wrong("kept", named="raw+twice")
def kept_p_and_twice(data, given):
    """p below 5 % and twice luck."""
    return list(data.pairs.index[(data.pairs["p_value"] < 0.05) & _size(data, 2)])


# alarm_days


def _off(data, log=True, market="median"):
    feed = data.feed
    off = feed["payments"] / feed["usual"]
    off = np.log(off) if log else off - 1
    return off - off.groupby(feed["date"]).transform(market) if market else off


def _wide(off):
    return 1.4826 * (off - off.median()).abs().median()


@wrong("alarm_days", named="all_shops_left")
def alarm_days_no_market(data, given):
    """The median over the shops is not taken off."""
    off = _off(data, market="")
    return list(data.feed.index[(off / _wide(off)).abs() > 3])


@wrong("alarm_days", named="standard_deviation")
def alarm_days_three_sigma(data, given):
    """Three standard deviations."""
    off = _off(data)
    return list(data.feed.index[(off / off.std()).abs() > 3])


@wrong("alarm_days", named="unscaled")
def alarm_days_raw_mad(data, given):
    """The median absolute deviation without 1.4826."""
    off = _off(data)
    return list(data.feed.index[off.abs() > 3 * (off - off.median()).abs().median()])


@wrong("alarm_days", named="ratio")
def alarm_days_no_log(data, given):
    """Ratio less 1 in place of the logarithm."""
    off = _off(data, log=False)
    return list(data.feed.index[(off / _wide(off)).abs() > 3])


@wrong("alarm_days", named="scale_of_each_shop")
def alarm_days_by_shop(data, given):
    """A median absolute deviation for each shop."""
    off = _off(data)
    shop = data.feed["shop"]
    wide = off.groupby(shop).transform(lambda one: (one - one.median()).abs().median())
    return list(data.feed.index[(off / (1.4826 * wide)).abs() > 3])


@wrong("alarm_days", named="quartiles")
def alarm_days_quartiles(data, given):
    """Three times the distance of the quartiles."""
    off = _off(data)
    return list(data.feed.index[off.abs() > 3 * (off.quantile(0.75) - off.quantile(0.25))])


@wrong("alarm_days", named="mean_deviation")
def alarm_days_mean_deviation(data, given):
    """The mean of the absolute deviations in place of their median."""
    off = _off(data)
    return list(data.feed.index[off.abs() > 3 * 1.4826 * (off - off.mean()).abs().mean()])


@wrong("alarm_days", named="difference")
def alarm_days_payments_less_usual(data, given):
    """Payments less usual, not their ratio."""
    off = data.feed["payments"] - data.feed["usual"]
    off = off - off.groupby(data.feed["date"]).transform("median")
    return list(data.feed.index[(off / _wide(off)).abs() > 3])


@wrong("alarm_days", named="only_below")
def alarm_days_too_little(data, given):
    """Only days on which too little came."""
    off = _off(data)
    return list(data.feed.index[off / _wide(off) < -3])


@wrong("alarm_days", named="only_above")
def alarm_days_no_abs(data, given):
    """abs() forgotten: only too much."""
    off = _off(data)
    return list(data.feed.index[off / _wide(off) > 3])


@wrong("alarm_days", named="four")
def alarm_days_four_as_in_the_lesson(data, given):
    """The lesson's limit of 4."""
    off = _off(data)
    return list(data.feed.index[(off / _wide(off)).abs() > 4])


@wrong("alarm_days", named="mean_of_shops")
def alarm_days_mean(data, given):
    """The mean over shops in place of the median."""
    off = _off(data, market="mean")
    return list(data.feed.index[(off / _wide(off)).abs() > 3])


@wrong("alarm_days", named="all_shops_left+standard_deviation")
def alarm_days_plain_chart(data, given):
    """No market taken off, and three standard deviations."""
    off = _off(data, market="")
    return list(data.feed.index[(off / off.std()).abs() > 3])


@wrong("alarm_days", named="only_below+four")
def alarm_days_four_below(data, given):
    """The lesson's limit, and only too little."""
    off = _off(data)
    return list(data.feed.index[off / _wide(off) < -4])


# next_check


def _net(data, cost=30):
    return data.checked["amount"] * data.checked["fraud"] - cost


@wrong("next_check", named="two_or_more")
def next_check_two_or_more(data, given):
    """All with two signs or more."""
    return _net(data)[data.checked["signs"] >= 2].mean()


@wrong("next_check", named="cost_forgotten")
def next_check_no_cost(data, given):
    """The cost of the check is forgotten."""
    return _net(data, 0)[data.checked["signs"] == 2].mean()


@wrong("next_check", named="total")
def next_check_sum(data, given):
    """The sum over these returns."""
    return _net(data)[data.checked["signs"] == 2].sum()


@wrong("next_check", named="of_frauds_only")
def next_check_frauds(data, given):
    """The mean over frauds with two signs."""
    return _net(data)[(data.checked["signs"] == 2) & data.checked["fraud"]].mean()


@wrong("next_check", named="exactly_three")
def next_check_three(data, given):
    """Exactly three signs."""
    return _net(data)[data.checked["signs"] == 3].mean()


@wrong("next_check", named="all_amounts")
def next_check_every_amount(data, given):
    """Amounts of all returns, fraud or not, less the cost."""
    table = data.checked[data.checked["signs"] == 2]
    return (table["amount"] - 30).mean()


@wrong("next_check", named="mean_amount")
def next_check_mean_of_frauds(data, given):
    """Share of frauds times the mean amount of all frauds, less the cost."""
    table = data.checked
    mean = table.loc[table["fraud"], "amount"].mean()
    return table.loc[table["signs"] == 2, "fraud"].mean() * mean - 30


@wrong("next_check", named="three_or_more")
def next_check_of_the_list(data, given):
    """What a check of the present list brings."""
    return _net(data)[data.checked["signs"] >= 3].mean()


@wrong("next_check", named="sign")
def next_check_as_a_loss(data, given):
    """As a loss, with the sign turned round."""
    return -_net(data)[data.checked["signs"] == 2].mean()


@wrong("next_check", named="two_or_more+cost_forgotten")
def next_check_all_two_no_cost(data, given):
    """Two signs or more, and no cost."""
    return _net(data, 0)[data.checked["signs"] >= 2].mean()


# check_worth


def _gain(data, least=3, cost=30):
    return _net(data, cost).where(data.checked["signs"] >= least, 0)


@wrong("check_worth", named="half_of_returns")
def check_worth_two_halves(data, given):
    """Twice: the half-year, but not the half of the returns."""
    return 2 * _gain(data).sum()


@wrong("check_worth", named="as_checked")
def check_worth_of_the_audit(data, given):
    """The audit itself."""
    return _gain(data).sum()


@wrong("check_worth", named="two_signs")
def check_worth_from_two(data, given):
    """From two signs on."""
    return 4 * _gain(data, 2).sum()


@wrong("check_worth", named="cost_forgotten")
def check_worth_free(data, given):
    """No cost."""
    return 4 * _gain(data, cost=0).sum()


@wrong("check_worth", named="exactly_three")
def check_worth_equal_three(data, given):
    """Exactly three signs."""
    return 4 * _net(data)[data.checked["signs"] == 3].sum()


@wrong("check_worth", named="mean")
def check_worth_mean(data, given):
    """A mean over the returns of the audit, times four."""
    return 4 * _gain(data).mean()


@wrong("check_worth", named="all_amounts")
def check_worth_all_listed(data, given):
    """The amounts of all listed returns."""
    table = data.checked[data.checked["signs"] >= 3]
    return 4 * (table["amount"] - 30).sum()


@wrong("check_worth", named="two_signs+half_of_returns")
def check_worth_two_signs_twice(data, given):
    """From two signs on, and twice."""
    return 2 * _gain(data, 2).sum()


@wrong("check_worth", named="thousandth")
def check_worth_in_thousands(data, given):
    """In thousands of yuan."""
    return 4 * _gain(data).sum() / 1000


@wrong("check_worth", named="cost_forgotten+as_checked")
def check_worth_found_in_audit(data, given):
    """What the audit found, without cost."""
    return _gain(data, cost=0).sum()


# worth_low


def _low(gain, times=1.96, year=4):
    return year * len(gain) * (gain.mean() - times * gain.sem())


@wrong("worth_low", named="upper_end")
def worth_low_upper(data, given):
    """The upper end."""
    return _low(_gain(data), -1.96)


@wrong("worth_low", named="one_standard_error")
def worth_low_one(data, given):
    """One standard error."""
    return _low(_gain(data), 1)


@wrong("worth_low", named="ninety_percent")
def worth_low_ninety(data, given):
    """1.645 standard errors."""
    return _low(_gain(data), 1.645)


@wrong("worth_low", named="half_width")
def worth_low_half(data, given):
    """The half width itself."""
    gain = _gain(data)
    return 4 * len(gain) * 1.96 * gain.sem()


@wrong("worth_low", named="scatter_of_one")
def worth_low_std(data, given):
    """The standard deviation for the standard error."""
    gain = _gain(data)
    return 4 * len(gain) * (gain.mean() - 1.96 * gain.std())


@wrong("worth_low", named="two_signs")
def worth_low_from_two(data, given):
    """From two signs on."""
    return _low(_gain(data, 2))


@wrong("worth_low", named="half_of_returns")
def worth_low_twice(data, given):
    """Twice the audit."""
    return _low(_gain(data), year=2)


@wrong("worth_low", named="not_a_year")
def worth_low_interval_of_audit(data, given):
    """The year's sum less the half interval of the audit."""
    gain = _gain(data)
    return 4 * gain.sum() - 1.96 * gain.sem() * len(gain)


@wrong("worth_low", named="cost_forgotten")
def worth_low_free(data, given):
    """No cost."""
    return _low(_gain(data, cost=0))


@wrong("worth_low", named="listed_only")
def worth_low_listed_only(data, given):
    """Scatter among the listed returns only, without the zeros."""
    gain = _net(data)[data.checked["signs"] >= 3]
    return _low(gain)


@wrong("check_worth", named="more_than_three")
def check_worth_above_three(data, given):
    """More than three signs, not three or more."""
    rows = data.checked[data.checked["signs"] > 3]
    return 4 * (rows["amount"] * rows["fraud"] - 30).sum()


# recount


def _known(data):
    days = data.table[["purchases", "first_purchase", "last_purchase"]]
    known = data.late.join(days, on="customer_id")
    many = known["purchases"] > 2
    return known.assign(day=known["date"].dt.normalize(), paid=known["amount"] >= 0, many=many)


def _names(rows):
    return list(rows["customer_id"].unique())


@wrong("recount", named="everybody_late+refunds_too")
def recount_all_late(data, given):
    """Everybody with a late row."""
    return _names(data.late)


@wrong("recount", named="refunds_too")
def recount_with_refunds(data, given):
    """Refunds are counted too."""
    rows = _known(data)
    return _names(
        rows[
            (rows["day"] > rows["first_purchase"])
            & (rows["day"] < rows["last_purchase"])
            & rows["many"]
        ]
    )


@wrong("recount", named="last_day_too")
def recount_up_to_last(data, given):
    """Up to and with the last day."""
    rows = _known(data)
    inside = (rows["day"] > rows["first_purchase"]) & (rows["day"] <= rows["last_purchase"])
    return _names(rows[inside & rows["many"] & rows["paid"]])


@wrong("recount", named="first_day_too")
def recount_with_time_of_day(data, given):
    """The date with its time is compared with the days."""
    rows = _known(data)
    inside = (rows["date"] > rows["first_purchase"]) & (rows["date"] < rows["last_purchase"])
    return _names(rows[inside & rows["many"] & rows["paid"]])


@wrong("recount", named="last_day_too+first_day_too")
def recount_between_inclusive(data, given):
    """between() takes both ends."""
    rows = _known(data)
    inside = rows["day"].between(rows["first_purchase"], rows["last_purchase"])
    return _names(rows[inside & rows["many"] & rows["paid"]])


@wrong("recount", named="before_last")
def recount_before_last(data, given):
    """All before the last purchase."""
    rows = _known(data)
    return _names(rows[(rows["day"] < rows["last_purchase"]) & rows["many"] & rows["paid"]])


@wrong("recount", named="after_last")
def recount_after(data, given):
    """All after the last purchase."""
    rows = _known(data)
    return _names(rows[(rows["day"] > rows["last_purchase"]) & rows["paid"]])


@wrong("recount", named="everybody_late")
def recount_all_purchases(data, given):
    """Everybody with a late row that is no refund."""
    return _names(data.late[data.late["amount"] >= 0])


@wrong("recount", named="not_in_table")
def recount_not_known(data, given):
    """Those who are not in the table are named as well."""
    rows = _known(data)
    inside = (rows["day"] > rows["first_purchase"]) & (rows["day"] < rows["last_purchase"])
    return _names(rows[((inside & rows["many"]) | rows["first_purchase"].isna()) & rows["paid"]])


@wrong("recount", named="refunds_too+last_day_too")
def recount_last_day_and_refunds(data, given):
    """The last day too, and refunds."""
    rows = _known(data)
    inside = (rows["day"] > rows["first_purchase"]) & (rows["day"] <= rows["last_purchase"])
    return _names(rows[inside & rows["many"]])


@wrong("recount", named="two_purchases")
def recount_all_between(data, given):
    """All strictly between the first and the last day, with two purchases too."""
    rows = _known(data)
    inside = (rows["day"] > rows["first_purchase"]) & (rows["day"] < rows["last_purchase"])
    return _names(rows[inside & rows["paid"]])


@wrong("recount", named="both_ends")
def recount_between_as_pandas_has_it(data, given):
    """between() takes both ends, and the number of purchases is not looked at."""
    rows = _known(data)
    inside = rows["day"].between(rows["first_purchase"], rows["last_purchase"])
    return _names(rows[inside & rows["paid"]])


@wrong("recount", named="up_to_last")
def recount_not_after_last(data, given):
    """All that are not after the last purchase."""
    rows = _known(data)
    return _names(rows[(rows["day"] <= rows["last_purchase"]) & rows["paid"]])


@wrong("recount", named="refunds_too+two_purchases")
def recount_all_between_and_refunds(data, given):
    """The same, and refunds."""
    rows = _known(data)
    inside = (rows["day"] > rows["first_purchase"]) & (rows["day"] < rows["last_purchase"])
    return _names(rows[inside])


# years_left, soonest


def _fit(data, levels=True):
    monthly = data.monthly
    table = monthly.assign(
        years=np.arange(len(monthly)) / 12,
        number=np.arange(len(monthly)) % 12,
        a_day=monthly["payments"] / monthly["days"],
    )
    return smf.ols("np.log(a_day) ~ years" + (" + C(number)" if levels else ""), table).fit()


def _years(data, rate, each=4, so_far=True, ahead=True, months=12):
    paid = each * data.monthly["payments"]
    speed, left = np.log1p(rate), 60e6 - so_far * paid.sum()
    yearly = paid.iloc[-months:].sum() * (np.sqrt(1 + rate) if ahead else 1)
    return np.log1p(left * speed / yearly) / speed


def _growth(data):
    return np.expm1(_fit(data).params["years"])


def _high(data):
    return np.expm1(_fit(data).conf_int().loc["years", 1])


@wrong("years_left", named="log_as_growth")
def years_left_slope(data, given):
    """The slope is taken for the growth."""
    return _years(data, _fit(data).params["years"])


@wrong("years_left", named="months_left_out")
def years_left_plain_line(data, given):
    """A line without months of the year."""
    return _years(data, np.expm1(_fit(data, levels=False).params["years"]))


@wrong("years_left", named="payments_only")
def years_left_payments(data, given):
    """Payments, not rows."""
    return _years(data, _growth(data), each=1)


@wrong("years_left", named="so_far_forgotten")
def years_left_empty(data, given):
    """The rows so far are forgotten."""
    return _years(data, _growth(data), so_far=False)


@wrong("years_left", named="middle_of_year")
def years_left_no_root(data, given):
    """Without the root of 1 + g."""
    return _years(data, _growth(data), ahead=False)


@wrong("years_left", named="last_year_growth")
def years_left_year_over_year(data, given):
    """Twelve months over the twelve before."""
    paid = data.monthly["payments"]
    return _years(data, paid.iloc[-12:].sum() / paid.iloc[-24:-12].sum() - 1)


@wrong("years_left", named="no_growth")
def years_left_flat(data, given):
    """The rows that fit over the rows of a year."""
    paid = 4 * data.monthly["payments"]
    return (60e6 - paid.sum()) / paid.iloc[-12:].sum()


@wrong("years_left", named="all_three_years")
def years_left_three_years(data, given):
    """All 36 months are taken for a year."""
    return _years(data, _growth(data), months=36)


@wrong("years_left", named="year_for_month")
def years_left_in_months(data, given):
    """In months."""
    return 12 * _years(data, _growth(data))


@wrong("years_left", named="upper_rate")
def years_left_upper(data, given):
    """With the upper end of the growth."""
    return _years(data, _high(data))


@wrong("years_left", named="so_far_forgotten+middle_of_year")
def years_left_empty_no_root(data, given):
    """The rows so far and the root are forgotten."""
    return _years(data, _growth(data), so_far=False, ahead=False)


@wrong("soonest", named="lower_rate")
def soonest_lower_growth(data, given):
    """Lower end of the growth for the lower end of the years."""
    return _years(data, np.expm1(_fit(data).conf_int().loc["years", 0]))


@wrong("soonest", named="estimate")
def soonest_estimate(data, given):
    """The estimate again."""
    return _years(data, _growth(data))


@wrong("soonest", named="log_as_growth")
def soonest_slope(data, given):
    """The upper slope taken for the growth."""
    return _years(data, _fit(data).conf_int().loc["years", 1])


@wrong("soonest", named="months_left_out")
def soonest_plain_line(data, given):
    """A line without months of the year."""
    return _years(data, np.expm1(_fit(data, levels=False).conf_int().loc["years", 1]))


@wrong("soonest", named="payments_only")
def soonest_payments(data, given):
    """Payments, not rows."""
    return _years(data, _high(data), each=1)


@wrong("soonest", named="so_far_forgotten")
def soonest_empty(data, given):
    """The rows so far are forgotten."""
    return _years(data, _high(data), so_far=False)


@wrong("soonest", named="middle_of_year")
def soonest_no_root(data, given):
    """Without the root of 1 + g."""
    return _years(data, _high(data), ahead=False)


@wrong("soonest", named="all_three_years")
def soonest_three_years(data, given):
    """All 36 months are taken for a year."""
    return _years(data, _high(data), months=36)


@wrong("soonest", named="one_year_jump")
def soonest_one_year(data, given):
    """The year in which one year alone is too large."""
    paid, rate = 4 * data.monthly["payments"], _high(data)
    return np.log(60e6 / (paid.iloc[-12:].sum() * np.sqrt(1 + rate))) / np.log1p(rate)


@wrong("soonest", named="so_far_forgotten+lower_rate")
def soonest_lower_empty(data, given):
    """Lower end of the growth, and the rows so far forgotten."""
    rate = np.expm1(_fit(data).conf_int().loc["years", 0])
    return _years(data, rate, so_far=False)
