"""Wrong answers to the exercise of chapter 3b."""

from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportion_effectsize,
)

import crmlab as crm
from tests.wrong_answers import wrong

# Task 1 · profile


def _shares(lines, value="paid", aggfunc="sum"):
    """A row per customer and group, a column per category."""
    return lines.pivot_table(
        index=["customer_id", "group"], columns="category", values=value, aggfunc=aggfunc
    )


def _of_rows(table):
    return table.div(table.sum(axis=1), axis=0)


@wrong("profile", named="pooled")
def profile_pooled(data, given):
    """The spend of a group by category, divided by the group's spend: large customers speak for all."""
    spent = data.lines.groupby(["group", "category"])["paid"].sum().unstack().fillna(0)
    return _of_rows(spent)


@wrong("profile", named="lines_counted")
def profile_lines(data, given):
    """Lines are counted, not what was paid for them."""
    return _of_rows(_shares(data.lines, aggfunc="count").fillna(0)).groupby("group").mean()


@wrong("profile", named="quantity")
def profile_pieces(data, given):
    """Pieces are added up, not what was paid for them."""
    return _of_rows(_shares(data.lines, "quantity").fillna(0)).groupby("group").mean()


@wrong("profile", named="missing_left_out")
def profile_without_zeros(data, given):
    """A customer without a category has no value there, and the mean leaves them out."""
    return _of_rows(_shares(data.lines)).groupby("group").mean()


@wrong("profile", named="median")
def profile_median(data, given):
    """The median customer of a group instead of the mean."""
    return _of_rows(_shares(data.lines).fillna(0)).groupby("group").median()


@wrong("profile", named="hundredfold")
def profile_per_cent(data, given):
    """The shares are given in per cent."""
    return 100 * _of_rows(_shares(data.lines).fillna(0)).groupby("group").mean()


@wrong("profile", named="buyers")
def profile_buyers(data, given):
    """The share of customers who bought a category at all."""
    return (_shares(data.lines).fillna(0) > 0).groupby("group").mean()


@wrong("profile", named="down_the_column")
def profile_columns(data, given):
    """Mean spend of a group by category, divided by the column's sum: how a category divides over
    the groups."""
    mean = _shares(data.lines).fillna(0).groupby("group").mean()
    return mean / mean.sum()


@wrong("profile", named="pooled+lines_counted")
def profile_crosstab(data, given):
    """Two mistakes: a cross table of lines, normalised by row: lines instead of spend, and sums
    divided by sums."""
    lines = data.lines.groupby(["group", "category"]).size().unstack().fillna(0)
    return _of_rows(lines)


@wrong("profile")
def profile_of_totals(data, given):
    """Each customer's spend is divided by the spend of the whole firm."""
    spent = _shares(data.lines).fillna(0)
    return (spent / spent.sum().sum()).groupby("group").mean()


# Task 2 · quiet


@wrong("quiet", named="either")
def quiet_or(data, given):
    """One of the two parts is enough: the definition is read with an or."""
    c = data.customers
    return c.index[(c["recency_days"] > 180) | (c["purchases"] >= 3)].tolist()


@wrong("quiet", named="days_alone")
def quiet_days(data, given):
    """Everybody whose last purchase is longer ago than 180 days."""
    c = data.customers
    return c.index[c["recency_days"] > 180].tolist()


@wrong("quiet", named="purchases_alone")
def quiet_purchases(data, given):
    """Everybody with three purchases or more."""
    c = data.customers
    return c.index[c["purchases"] >= 3].tolist()


@wrong("quiet", named="more_than_three")
def quiet_more_than_three(data, given):
    """More than three purchases instead of at least three."""
    c = data.customers
    return c.index[(c["recency_days"] > 180) & (c["purchases"] > 3)].tolist()


@wrong("quiet", named="upside_down")
def quiet_turned(data, given):
    """The sign of the days is turned: those who bought in the last 180 days."""
    c = data.customers
    return c.index[(c["recency_days"] <= 180) & (c["purchases"] >= 3)].tolist()


@wrong("quiet", named="others")
def quiet_others(data, given):
    """The mask is negated: all customers who do not carry the tag."""
    c = data.customers
    return c.index[~((c["recency_days"] > 180) & (c["purchases"] >= 3))].tolist()


@wrong("quiet", named="to_the_end")
def quiet_at_the_end(data, given):
    """The customers are summarised to the end of 2025, a year after the cut-off."""
    log = data.company.orders
    c = crm.summarize(log, as_of="2025-12-31")
    return c.index[(c["recency_days"] > 180) & (c["purchases"] >= 3)].tolist()


@wrong("quiet", named="one_year")
def quiet_of_the_year(data, given):
    """The purchases of 2024 alone are counted."""
    c = data.last_year
    return c.index[(c["recency_days"] > 180) & (c["purchases"] >= 3)].tolist()


@wrong("quiet", named="more_than_three+one_year")
def quiet_two(data, given):
    """Two mistakes: more than three purchases, of 2024 alone."""
    c = data.last_year
    return c.index[(c["recency_days"] > 180) & (c["purchases"] > 3)].tolist()


@wrong("quiet")
def quiet_half_year(data, given):
    """A year instead of 180 days."""
    c = data.customers
    return c.index[(c["recency_days"] > 365) & (c["purchases"] >= 3)].tolist()


# Task 3 · added_low


def _tested(data):
    row = data.campaign.loc["Need attention"]
    return row["ordered_with"], row["ordered_without"], row["per_arm"]


def _newcombe(one, other, n, m=None, **options):
    m = n if m is None else m
    return confint_proportions_2indep(one * n, n, other * m, m, method="newcomb", **options)


@wrong("added_low", named="upper_end")
def added_low_upper(data, given):
    """The second of the two ends."""
    return _newcombe(*_tested(data))[1]


@wrong("added_low", named="no_interval")
def added_low_point(data, given):
    """The difference of the shares, without an interval."""
    one, other, _n = _tested(data)
    return one - other


@wrong("added_low", named="turned")
def added_low_turned(data, given):
    """The arm without a letter is given first."""
    one, other, n = _tested(data)
    return _newcombe(other, one, n)[0]


@wrong("added_low", named="ends_combined")
def added_low_ends(data, given):
    """The low end of the one arm minus the high end of the other, each after Wilson."""
    one, other, n = _tested(data)
    low, _high = proportion_confint(one * n, n, method="wilson")
    _low, high = proportion_confint(other * n, n, method="wilson")
    return low - high


@wrong("added_low", named="one_arm")
def added_low_one_arm(data, given):
    """The low end of the share with the letter."""
    one, _other, n = _tested(data)
    return proportion_confint(one * n, n, method="wilson")[0]


@wrong("added_low", named="ninety")
def added_low_ninety(data, given):
    """alpha=0.1 instead of 0.05."""
    return _newcombe(*_tested(data), alpha=0.1)[0]


@wrong("added_low", named="both_arms")
def added_low_both(data, given):
    """per_arm is taken for both arms together, half of it for one."""
    one, other, n = _tested(data)
    return _newcombe(one, other, n / 2)[0]


@wrong("added_low", named="segment_size")
def added_low_segment(data, given):
    """The number of customers of the segment instead of those of the test."""
    row = data.campaign.loc["Need attention"]
    return _newcombe(row["ordered_with"], row["ordered_without"], row["customers"])[0]


@wrong("added_low", named="half_width")
def added_low_half(data, given):
    """How far the interval reaches below the difference."""
    one, other, n = _tested(data)
    return one - other - _newcombe(one, other, n)[0]


@wrong("added_low", named="hundredfold")
def added_low_points(data, given):
    """In points, not as a share."""
    return 100 * _newcombe(*_tested(data))[0]


# Tasks 4 and 5 · mailing and mailing_profit


@wrong("mailing", named="response_not_uplift")
def mailing_no_baseline(data, given):
    """What would have been ordered without the letter is not taken off: ordered_with × margin
    above the cost."""
    c = data.campaign
    return c.index[c["ordered_with"] * c["margin"] > c["cost"]].tolist()


@wrong("mailing", named="revenue_not_margin")
def mailing_revenue(data, given):
    """The additional orders are valued at revenue instead of margin."""
    c = data.campaign
    return c.index[(c["ordered_with"] - c["ordered_without"]) * c["revenue"] > c["cost"]].tolist()


@wrong("mailing", named="cost_forgotten")
def mailing_any_uplift(data, given):
    """Every segment in which more ordered with the letter than without; its cost is not asked
    for."""
    c = data.campaign
    return c.index[c["ordered_with"] > c["ordered_without"]].tolist()


@wrong("mailing")
def mailing_without_the_one_looked_at(data, given):
    """The right list without the segment of task 3: its interval frightens."""
    return [segment for segment in given("mailing") if segment != "Need attention"]


@wrong("mailing", named="by_response")
def mailing_best_response(data, given):
    """Segments whose order rate with the letter is above the mean of the segments: response, not
    uplift."""
    c = data.campaign
    return c.index[c["ordered_with"] > c["ordered_with"].mean()].tolist()


@wrong("mailing", named="cost_of_orders")
def mailing_cost_of_orders(data, given):
    """The cost is charged only for those who order, not for every letter: uplift × margin above
    ordered_with × cost."""
    c = data.campaign
    gain = (c["ordered_with"] - c["ordered_without"]) * c["margin"]
    return c.index[gain > c["ordered_with"] * c["cost"]].tolist()


@wrong("mailing", named="low_end")
def mailing_low_end(data, given):
    """To be careful, as in chapter 3a: the low end of what the letter adds has to pay for it."""
    c = data.campaign
    low = [
        _newcombe(row["ordered_with"], row["ordered_without"], row["per_arm"])[0]
        for _name, row in c.iterrows()
    ]
    return c.index[low * c["margin"] > c["cost"]].tolist()


@wrong("mailing", named="others")
def mailing_turned(data, given):
    """The inequality is turned: the segments in which the letter does not pay for itself."""
    c = data.campaign
    return c.index[(c["ordered_with"] - c["ordered_without"]) * c["margin"] < c["cost"]].tolist()


@wrong("mailing", named="response_not_uplift+best_three")
def mailing_three_best_no_baseline(data, given):
    """Two mistakes: only the three segments with the highest profit are taken, and that profit
    does not take off what would have been ordered without the letter."""
    c = data.campaign
    return (c["ordered_with"] * c["margin"] - c["cost"]).nlargest(3).index.tolist()


@wrong("mailing")
def mailing_revenue_without_small(data, given):
    """Two mistakes: revenue instead of margin, and segments of fewer than 40 customers left out
    as too small to bother."""
    c = data.campaign
    pays = (c["ordered_with"] - c["ordered_without"]) * c["revenue"] > c["cost"]
    return c.index[pays & (c["customers"] >= 40)].tolist()


@wrong("mailing")
def mailing_and_champions(data, given):
    """The segments in which the letter pays, and Champions on top, because the best customers
    should not be left out."""
    return [*given("mailing"), "Champions"]


@wrong("mailing_profit", named="response_not_uplift")
def mailing_profit_no_baseline(data, given):
    """All orders with the letter are counted as its gain; those that would have come anyway are
    not taken off."""
    c = data.campaign.loc[given("mailing")]
    return (c["customers"] * (c["ordered_with"] * c["margin"] - c["cost"])).sum()


@wrong("mailing_profit", named="revenue_not_margin")
def mailing_profit_revenue(data, given):
    """The additional orders are valued at revenue instead of margin."""
    c = data.campaign.loc[given("mailing")]
    uplift = c["ordered_with"] - c["ordered_without"]
    return (c["customers"] * (uplift * c["revenue"] - c["cost"])).sum()


@wrong("mailing_profit", named="half")
def mailing_profit_of_the_half(data, given):
    """Only half of the customers are counted, as in last spring's test, though everyone gets a
    letter."""
    c = data.campaign.loc[given("mailing")]
    uplift = c["ordered_with"] - c["ordered_without"]
    return (c["customers"] / 2 * (uplift * c["margin"] - c["cost"])).sum()


@wrong("mailing_profit", named="everybody")
def mailing_profit_all_segments(data, given):
    """The profit of a mailing to all segments, also those in which it does not pay."""
    c = data.campaign
    uplift = c["ordered_with"] - c["ordered_without"]
    return (c["customers"] * (uplift * c["margin"] - c["cost"])).sum()


@wrong("mailing_profit", named="cost_forgotten")
def mailing_profit_before_cost(data, given):
    """The cost of the letters is not taken off."""
    c = data.campaign.loc[given("mailing")]
    return (c["customers"] * (c["ordered_with"] - c["ordered_without"]) * c["margin"]).sum()


@wrong("mailing_profit", named="cost_of_orders")
def mailing_profit_cost_of_orders(data, given):
    """The cost of a letter is charged only for the customers who order, not for all who get
    one."""
    c = data.campaign.loc[given("mailing")]
    uplift = c["ordered_with"] - c["ordered_without"]
    return (c["customers"] * (uplift * c["margin"] - c["ordered_with"] * c["cost"])).sum()


@wrong("mailing_profit", named="customers_forgotten")
def mailing_profit_per_letter(data, given):
    """The profit of one letter per segment is added up, without the number of customers."""
    c = data.campaign.loc[given("mailing")]
    return ((c["ordered_with"] - c["ordered_without"]) * c["margin"] - c["cost"]).sum()


@wrong("mailing_profit", named="revenue_not_margin+response_not_uplift")
def mailing_profit_revenue_no_baseline(data, given):
    """Two mistakes: revenue instead of margin, and the orders that would have come anyway not
    taken off."""
    c = data.campaign.loc[given("mailing")]
    return (c["customers"] * (c["ordered_with"] * c["revenue"] - c["cost"])).sum()


@wrong("mailing_profit", named="cost_forgotten+half")
def mailing_profit_half_before_cost(data, given):
    """Two mistakes: only half of the customers are counted, and the cost of the letters is not
    taken off."""
    c = data.campaign.loc[given("mailing")]
    return (c["customers"] / 2 * (c["ordered_with"] - c["ordered_without"]) * c["margin"]).sum()


@wrong("mailing_profit", named="cost_once")
def mailing_profit_one_letter_each(data, given):
    """The cost of a letter is taken off once per segment instead of once per customer."""
    c = data.campaign.loc[given("mailing")]
    uplift = c["ordered_with"] - c["ordered_without"]
    return (c["customers"] * uplift * c["margin"] - c["cost"]).sum()


# Task 7 · test_size


def _base(data):
    return data.last_year.index.isin(data.next_year.index).mean()


def _per_arm(after, before, power=0.8, alternative="two-sided"):
    effect = proportion_effectsize(after, before)
    return NormalIndPower().solve_power(effect, power=power, alpha=0.05, alternative=alternative)


@wrong("test_size", named="both_arms")
def test_size_both_arms(data, given):
    """The customers of both arms together instead of those per arm."""
    base = _base(data)
    return 2 * _per_arm(base + data.rise / 100, base)


@wrong("test_size", named="relative_not_points")
def test_size_relative(data, given):
    """The rise is taken as per cent of the base rate instead of percentage points."""
    base = _base(data)
    return _per_arm((1 + data.rise / 100) * base, base)


@wrong("test_size", named="one_sided")
def test_size_one_sided(data, given):
    """A one-sided test instead of a two-sided one."""
    base = _base(data)
    return _per_arm(base + data.rise / 100, base, alternative="larger")


@wrong("test_size", named="base_of_all")
def test_size_all_customers(data, given):
    """The base rate is over all customers up to the cut-off instead of those who bought in
    2024."""
    base = data.customers.index.isin(data.next_year.index).mean()
    return _per_arm(base + data.rise / 100, base)


@wrong("test_size", named="of_a_survey")
def test_size_of_a_survey(data, given):
    """The formula for the margin of error of one share, 1.96² p (1 − p) ÷ rise², which has no
    power."""
    base = _base(data)
    return 1.96**2 * base * (1 - base) / (data.rise / 100) ** 2


@wrong("test_size", named="power_95")
def test_size_power_95(data, given):
    """Power 95 % instead of 80 %: the 5 % are taken for both kinds of error."""
    base = _base(data)
    return _per_arm(base + data.rise / 100, base, power=0.95)


@wrong("test_size", named="raw_difference")
def test_size_points_as_effect(data, given):
    """The difference itself is used as the effect size (Cohen's h) as it stands, so the base
    rate plays no part."""
    return NormalIndPower().solve_power(data.rise / 100, power=0.8, alpha=0.05)


@wrong("test_size", named="relative_not_points+both_arms")
def test_size_relative_both_arms(data, given):
    """Two mistakes: a rise in per cent of the base rate instead of points, and both arms
    together."""
    base = _base(data)
    return 2 * _per_arm((1 + data.rise / 100) * base, base)


@wrong("test_size", named="one_sided+both_arms")
def test_size_one_sided_both_arms(data, given):
    """Two mistakes: a one-sided test, and both arms together."""
    base = _base(data)
    return 2 * _per_arm(base + data.rise / 100, base, alternative="larger")


@wrong("test_size")
def test_size_best_fifth(data, given):
    """The base rate is that of the best fifth of last year's customers (the upper three tiers)
    instead of all of them."""
    best = data.last_year["spend"].nlargest(round(0.2 * len(data.last_year))).index
    base = best.isin(data.next_year.index).mean()
    return _per_arm(base + data.rise / 100, base)
