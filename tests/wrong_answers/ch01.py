"""Wrong answers to the exercise of chapter 1."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import crmlab as crm
from tests.wrong_answers import wrong


def known(data):
    """Return the purchases up to the cut-off day."""
    log = data.log
    return log[(log["amount"] >= 0) & (log["date"] < "2025-07-01")]


# active


@wrong("active", named="rows_counted")
def active_rows(data, given):
    """The rows of the year are counted instead of the customers."""
    bought = known(data)
    return len(bought[bought["date"] >= "2024-07-01"])


@wrong("active", named="refunds_counted")
def active_with_refunds(data, given):
    """Customers are counted who have any row in the year, a refund included."""
    log = data.log
    year = log[(log["date"] >= "2024-07-01") & (log["date"] < "2025-07-01")]
    return year["customer_id"].nunique()


@wrong("active", named="last_day_lost")
def active_last_day(data, given):
    """The year ends at midnight before 30 June 2025 (`<= "2025-06-30"`), so the last
    day is lost.
    """
    log = data.log
    year = (log["date"] >= "2024-07-01") & (log["date"] <= "2025-06-30")
    return log.loc[year & (log["amount"] >= 0), "customer_id"].nunique()


@wrong("active", named="after_cutoff")
def active_future(data, given):
    """No end of the period is set: the rows after the cut-off day, to the end of the file, count
    too.
    """
    log = data.log
    return log.loc[(log["date"] >= "2024-07-01") & (log["amount"] >= 0), "customer_id"].nunique()


@wrong("active", named="whole_register")
def active_ever(data, given):
    """All customers who ever bought up to the cut-off day are counted, without a start of the
    period.
    """
    return known(data)["customer_id"].nunique()


@wrong("active", named="calendar_year")
def active_calendar_year(data, given):
    """The buyers of the calendar year 2024 are counted instead of the last 365 days."""
    log = data.log
    return log.loc[(log["date"].dt.year == 2024) & (log["amount"] >= 0), "customer_id"].nunique()


@wrong("active", named="share")
def active_share(data, given):
    """The share of active customers among all who ever bought is given, not their number."""
    bought = known(data)
    return (
        bought.loc[bought["date"] >= "2024-07-01", "customer_id"].nunique()
        / bought["customer_id"].nunique()
    )


@wrong("active", named="refunds_counted+after_cutoff")
def active_future_refunds(data, given):
    """Two mistakes: rows after the cut-off day count, and refunds count as purchases."""
    return data.log.loc[data.log["date"] >= "2024-07-01", "customer_id"].nunique()


@wrong("active", named="whole_register+after_cutoff")
def active_ever_future(data, given):
    """Two mistakes: no start and no end of the period, so every buyer in the whole file is
    counted.
    """
    return data.log.loc[data.log["amount"] >= 0, "customer_id"].nunique()


@wrong("active", named="months_added")
def active_sum_of_months(data, given):
    """Different customers are counted month by month and added up, so who came in several counts
    again.
    """
    bought = known(data)
    year = bought[bought["date"] >= "2024-07-01"]
    return int(year.groupby(year["date"].dt.to_period("M"))["customer_id"].nunique().sum())


def days_of(bought):
    """Return the number of purchase days of each customer."""
    return bought["date"].dt.normalize().groupby(bought["customer_id"]).nunique()


# cohort_rate


def first_of(bought):
    return bought.groupby("customer_id")["date"].min()


@wrong("cohort_rate", named="buyers_of_the_year")
def cohort_rate_buyers_of_2024(data, given):
    """All who bought in 2024 are taken as the cohort, not only those whose first
    purchase it was.
    """
    bought = known(data)
    cohort = bought.loc[bought["date"].dt.year == 2024, "customer_id"].unique()
    return np.isin(cohort, bought.loc[bought["date"] >= "2025-01-01", "customer_id"]).mean()


@wrong("cohort_rate", named="turned_round")
def cohort_rate_of_buyers(data, given):
    """The denominator is wrong: which share of the buyers of the first half of 2025 is of the
    cohort.
    """
    bought = known(data)
    first = first_of(bought)
    buyers = bought.loc[bought["date"] >= "2025-01-01", "customer_id"].unique()
    return np.isin(buyers, first.index[first.dt.year == 2024]).mean()


@wrong("cohort_rate", named="of_all_customers")
def cohort_rate_all_customers(data, given):
    """The cohort's buyers of the first half of 2025 are divided by all customers who
    ever bought.
    """
    bought = known(data)
    first = first_of(bought)
    buyers = bought.loc[bought["date"] >= "2025-01-01", "customer_id"].unique()
    return np.isin(buyers, first.index[first.dt.year == 2024]).sum() / len(first)


@wrong("cohort_rate", named="rows_counted")
def cohort_rate_rows(data, given):
    """The cohort's rows of the first half of 2025 are counted instead of its customers
    who bought.
    """
    bought = known(data)
    first = first_of(bought)
    cohort = first.index[first.dt.year == 2024]
    return ((bought["date"] >= "2025-01-01") & bought["customer_id"].isin(cohort)).sum() / len(
        cohort
    )


@wrong("cohort_rate", named="after_cutoff")
def cohort_rate_whole_2025(data, given):
    """The whole year 2025 is taken from the log, with the months after the cut-off day."""
    paid = data.log[data.log["amount"] >= 0]
    first = first_of(paid)
    cohort = first.index[first.dt.year == 2024]
    return cohort.isin(paid.loc[paid["date"].dt.year == 2025, "customer_id"]).mean()


@wrong("cohort_rate", named="bought_again")
def cohort_rate_repeat(data, given):
    """The repeat rate of the cohort: a second purchase day at any time, in 2024 as well."""
    bought = known(data)
    first = first_of(bought)
    return (days_of(bought)[first.dt.year == 2024] > 1).mean()


@wrong("cohort_rate", named="complement")
def cohort_rate_lost(data, given):
    """The share of the cohort who did not buy in the first half of 2025, one minus the right
    share.
    """
    bought = known(data)
    first = first_of(bought)
    cohort = first.index[first.dt.year == 2024]
    return 1 - cohort.isin(bought.loc[bought["date"] >= "2025-01-01", "customer_id"]).mean()


@wrong("cohort_rate", named="buyers_of_the_year+after_cutoff")
def cohort_rate_buyers_future(data, given):
    """Two mistakes: all buyers of 2024 are the cohort, and all of 2025 counts, with the future
    rows.
    """
    paid = data.log[data.log["amount"] >= 0]
    cohort = paid.loc[paid["date"].dt.year == 2024, "customer_id"].unique()
    return np.isin(cohort, paid.loc[paid["date"].dt.year == 2025, "customer_id"]).mean()


@wrong("cohort_rate", named="turned_round+hundredfold")
def cohort_rate_of_buyers_percent(data, given):
    """Two mistakes: divided by the buyers of the first half of 2025, and given in per cent."""
    return 100 * cohort_rate_of_buyers.give(data, given)


@wrong("cohort_rate", named="first_half")
def cohort_rate_first_half(data, given):
    """Only customers whose first purchase lies in the first half of 2024 are taken as
    the cohort.
    """
    bought = known(data)
    first = first_of(bought)
    cohort = first.index[(first >= "2024-01-01") & (first < "2024-07-01")]
    return cohort.isin(bought.loc[bought["date"] >= "2025-01-01", "customer_id"]).mean()


# stages

WORDS = ["new", "grow", "keep", "won back", "decline"]


def placed(halves, questions, words=WORDS):
    return pd.Series(np.select(questions, words, "lost"), halves.index, name="stages")


def questions_of(halves, limit="2024-12-30"):
    """Return the five questions of the rule, in its order."""
    last, before = halves["spend_last"], halves["spend_before"]
    bought, bought_before = last.notna(), before.notna()
    both = bought & bought_before
    return [halves["first_purchase"] > limit, both & (last > before), both, bought, bought_before]


@wrong("stages", named="zero_compared")
def stages_missing_is_zero(data, given):
    """Missing amounts become 0 before last > before is asked, so the won back are
    placed as grow.
    """
    halves = data.halves
    questions = questions_of(halves)
    questions[1] = halves["spend_last"].fillna(0) > halves["spend_before"].fillna(0)
    return placed(halves, questions)


@wrong("stages", named="new_won_back")
def stages_no_new(data, given):
    """The question for new customers is forgotten: they are placed as won back."""
    halves = data.halves
    return placed(halves, questions_of(halves)[1:], WORDS[1:])


@wrong("stages", named="new_in_a_year")
def stages_new_in_a_year(data, given):
    """New is who first bought in the last year, after 30 June 2024, not in the last half-year."""
    halves = data.halves
    return placed(halves, questions_of(halves, "2024-06-30"))


@wrong("stages", named="halves_swapped")
def stages_halves_swapped(data, given):
    """The two half-years are exchanged: who spent less now is grow, won back and decline change
    places.
    """
    halves = data.halves
    swapped = halves.rename(columns={"spend_last": "spend_before", "spend_before": "spend_last"})
    return placed(halves, questions_of(swapped))


@wrong("stages", named="less_is_decline")
def stages_less_is_decline(data, given):
    """Who bought in both half-years and spent less in the last one is called decline, not keep."""
    halves = data.halves
    questions = questions_of(halves)
    less = questions[2] & (halves["spend_last"] < halves["spend_before"])
    return placed(halves, [questions[0], less, *questions[1:]], ["new", "decline", *WORDS[1:]])


@wrong("stages", named="decline_is_lost")
def stages_decline_is_lost(data, given):
    """Everybody who bought nothing in the last half-year is lost; nobody is placed as decline."""
    halves = data.halves
    return placed(halves, questions_of(halves)[:-1], WORDS[:-1])


@wrong("stages", named="keep_first")
def stages_keep_first(data, given):
    """The questions for grow and keep are asked in the wrong order, so nobody is placed as grow."""
    halves = data.halves
    new, grow, keep, *others = questions_of(halves)
    return placed(
        halves, [new, keep, grow, *others], ["new", "keep", "grow", "won back", "decline"]
    )


@wrong("stages", named="new_won_back+zero_compared")
def stages_zero_before_new(data, given):
    """Two mistakes: missing is 0, and new is asked after grow, so the new and the won back are
    grow.
    """
    halves = data.halves
    new, _grow, *others = questions_of(halves)
    grow = halves["spend_last"].fillna(0) > halves["spend_before"].fillna(0)
    return placed(halves, [grow, new, *others], ["grow", "new", *WORDS[2:]])


@wrong("stages", named="new_won_back+won_back_and_decline_swapped")
def stages_swapped_no_new(data, given):
    """Two mistakes: won back and decline are exchanged, and new customers are not asked for."""
    halves = data.halves
    words = ["grow", "keep", "decline", "won back"]
    return placed(halves, questions_of(halves)[1:], words)


def gained(firm, points, margin=None, first_margin="now", discount_rate=None):
    """Return what so much more retention is worth for one customer."""
    margin = firm["margin"] if margin is None else margin
    rate = firm["discount_rate"] if discount_rate is None else discount_rate
    before, after = firm["retention"], firm["retention"] + points
    more = crm.clv_closed_form(margin, after, rate, first_margin)
    return more - crm.clv_closed_form(margin, before, rate, first_margin)


# worth_it


@wrong("worth_it", named="per_cent_not_points")
def worth_it_percent(data, given):
    """The points are taken as per cent of the retention rate."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * gained(firm, offered["points"] / 100 * firm["retention"])
    return gain - offered["cost"]


@wrong("worth_it", named="revenue_not_margin")
def worth_it_revenue(data, given):
    """The worth is computed with revenue instead of margin."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * gained(firm, offered["points"] / 100, firm["revenue"])
    return gain - offered["cost"]


@wrong("worth_it", named="one_year")
def worth_it_next_year(data, given):
    """Only one more margin of those who stay on is counted, not the years after it."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * offered["points"] / 100 * firm["margin"]
    return gain - offered["cost"]


@wrong("worth_it", named="not_the_difference")
def worth_it_whole_worth(data, given):
    """The whole worth of the new customers at the higher rate is compared with the cost, not the
    gain.
    """
    firm, offered = data.firm, data.programmes
    rates = firm["retention"] + offered["points"] / 100
    value = crm.clv_closed_form(firm["margin"], rates, firm["discount_rate"])
    return firm["new_customers"] * value - offered["cost"]


@wrong("worth_it", named="as_points_card")
def worth_it_below_points_card(data, given):
    """Each cost is compared with the worth of the points card, whatever the programme promises."""
    firm, offered = data.firm, data.programmes
    return firm["new_customers"] * gained(firm, 0.03) - offered["cost"]


@wrong("worth_it", named="not_discounted")
def worth_it_not_discounted(data, given):
    """The gain is not discounted: margin times expected years 1 ÷ (1 − r)."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * gained(firm, offered["points"] / 100, discount_rate=0)
    return gain - offered["cost"]


@wrong("worth_it", named="sign")
def worth_it_reversed(data, given):
    """The difference is turned round: the cost less the gain."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * gained(firm, offered["points"] / 100)
    return offered["cost"] - gain


@wrong("worth_it", named="per_cent_not_points+revenue_not_margin")
def worth_it_percent_revenue(data, given):
    """Two mistakes: points taken as per cent of the rate, and revenue instead of margin."""
    firm, offered = data.firm, data.programmes
    points = offered["points"] / 100 * firm["retention"]
    gain = firm["new_customers"] * gained(firm, points, firm["revenue"])
    return gain - offered["cost"]


@wrong("worth_it", named="revenue_not_margin+one_year")
def worth_it_revenue_next_year(data, given):
    """Two mistakes: revenue instead of margin, and only one year of it."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * offered["points"] / 100 * firm["revenue"]
    return gain - offered["cost"]


@wrong("worth_it", named="in_proportion")
def worth_it_in_proportion(data, given):
    """The gain of the points card is scaled with the points of each programme."""
    firm, offered = data.firm, data.programmes
    gain = firm["new_customers"] * gained(firm, 0.03) * offered["points"] / 3
    return gain - offered["cost"]


# cost_per_extra


def arms(data):
    return data.pilot.loc["voucher"], data.pilot.loc["no voucher"]


def rate(arm):
    return arm["stayed"] / arm["customers"]


@wrong("cost_per_extra", named="per_stayer")
def cost_per_extra_all_who_stayed(data, given):
    """The cost is divided by all who stayed with a voucher, those who would have stayed anyway
    included.
    """
    voucher, _without = arms(data)
    return voucher["cost"] / voucher["stayed"]


@wrong("cost_per_extra", named="per_voucher")
def cost_per_extra_customer(data, given):
    """The cost per customer who got a voucher, whether or not they stayed."""
    voucher, _without = arms(data)
    return voucher["cost"] / voucher["customers"]


@wrong("cost_per_extra", named="arms_not_scaled")
def cost_per_extra_counts(data, given):
    """The numbers who stayed are subtracted as they are, though the arms differ in size."""
    voucher, without = arms(data)
    return voucher["cost"] / (voucher["stayed"] - without["stayed"])


@wrong("cost_per_extra", named="other_arm")
def cost_per_extra_small_arm(data, given):
    """The difference of the shares is multiplied by the size of the arm without a voucher."""
    voucher, without = arms(data)
    return voucher["cost"] / (without["customers"] * (rate(voucher) - rate(without)))


@wrong("cost_per_extra", named="both_arms")
def cost_per_extra_both_arms(data, given):
    """The difference of the shares is multiplied by the customers of both arms together."""
    voucher, without = arms(data)
    customers = voucher["customers"] + without["customers"]
    return voucher["cost"] / (customers * (rate(voucher) - rate(without)))


@wrong("cost_per_extra", named="relative_difference")
def cost_per_extra_relative(data, given):
    """The relative rise of the share who stayed is used instead of the difference in points."""
    voucher, without = arms(data)
    return voucher["cost"] / (voucher["customers"] * (rate(voucher) / rate(without) - 1))


@wrong("cost_per_extra", named="hundredth")
def cost_per_extra_points(data, given):
    """The difference is in percentage points, as a number such as 9, so the cost is a hundredth."""
    voucher, without = arms(data)
    points = 100 * (rate(voucher) - rate(without))
    return voucher["cost"] / voucher["customers"] / points


@wrong("cost_per_extra", named="size_forgotten")
def cost_per_extra_rate_only(data, given):
    """The cost of the whole arm is divided by the difference of the shares, without a number of
    customers.
    """
    voucher, without = arms(data)
    return voucher["cost"] / (rate(voucher) - rate(without))


@wrong("cost_per_extra", named="relative_difference+both_arms")
def cost_per_extra_relative_both(data, given):
    """Two mistakes: the relative rise instead of the difference, times the customers
    of both arms.
    """
    voucher, without = arms(data)
    customers = voucher["customers"] + without["customers"]
    return voucher["cost"] / (customers * (rate(voucher) / rate(without) - 1))


@wrong("cost_per_extra", named="arms_not_scaled+cost_of_stayers")
def cost_per_extra_mean_cost_of_stayers(data, given):
    """Two mistakes: only the cost of those who stayed is counted, and the arms are subtracted
    unscaled.
    """
    voucher, without = arms(data)
    return voucher["cost"] * rate(voucher) / (voucher["stayed"] - without["stayed"])


# cost_at_most


def ends_of(data, alpha=0.05):
    """Return both ends of the interval of the difference of the shares who stayed."""
    (kept, size), (alone, others) = (
        data.pilot.loc[arm, ["stayed", "customers"]] for arm in ("voucher", "no voucher")
    )
    return confint_proportions_2indep(kept, size, alone, others, method="newcomb", alpha=alpha)


def per_voucher(data):
    voucher, _without = arms(data)
    return voucher["cost"] / voucher["customers"]


@wrong("cost_at_most", named="lower_end")
def cost_at_most_lower_end(data, given):
    """The high end of the share is taken, which gives the low end of the cost."""
    return per_voucher(data) / ends_of(data)[1]


@wrong("cost_at_most", named="one_of_three")
def cost_at_most_three_looks(data, given):
    """The 98.3 % of the lesson's three offers is copied."""
    return per_voucher(data) / ends_of(data, 0.05 / 3)[0]


@wrong("cost_at_most", named="ninety")
def cost_at_most_ninety(data, given):
    """An interval of 90 %: alpha is 0.1."""
    return per_voucher(data) / ends_of(data, 0.1)[0]


@wrong("cost_at_most", named="point")
def cost_at_most_point(data, given):
    """The cost per extra customer itself is handed in again."""
    voucher, without = arms(data)
    return per_voucher(data) / (rate(voucher) - rate(without))


@wrong("cost_at_most", named="ends_subtracted")
def cost_at_most_ends_subtracted(data, given):
    """The high end of the arm without is taken off the low end of the arm with a voucher."""
    voucher, without = arms(data)
    low = proportion_confint(voucher["stayed"], voucher["customers"], method="wilson")[0]
    high = proportion_confint(without["stayed"], without["customers"], method="wilson")[1]
    return per_voucher(data) / (low - high)


@wrong("cost_at_most", named="per_stayer")
def cost_at_most_per_stayer(data, given):
    """The cost of a voucher over the low end of the share who stayed with one."""
    voucher, _without = arms(data)
    low = proportion_confint(voucher["stayed"], voucher["customers"], method="wilson")[0]
    return per_voucher(data) / low


@wrong("cost_at_most", named="relative_difference")
def cost_at_most_relative(data, given):
    """The low end is divided by the share without a voucher, as a relative rise."""
    _voucher, without = arms(data)
    return per_voucher(data) / (ends_of(data)[0] / rate(without))


@wrong("cost_at_most", named="arm_forgotten")
def cost_at_most_whole_arm(data, given):
    """The cost of the whole arm is divided by the low end of the share."""
    voucher, _without = arms(data)
    return voucher["cost"] / ends_of(data)[0]


@wrong("cost_at_most", named="hundredth")
def cost_at_most_points(data, given):
    """The low end is taken in points, as a number such as 3, so the cost is a hundredth."""
    return per_voucher(data) / (100 * ends_of(data)[0])


@wrong("cost_at_most", named="lower_end+other_arm")
def cost_at_most_lower_end_other_arm(data, given):
    """Two mistakes: the high end of the share, and the size of the arm without a voucher."""
    voucher, without = arms(data)
    return voucher["cost"] / without["customers"] / ends_of(data)[1]


# base_rate

RATES = np.arange(0.30, 0.9401, 0.001)


def lowest(true):
    return RATES[np.asarray(true)].min() if np.any(true) else RATES[-1]


def worth(rates, discount_rate, first_margin="now"):
    return crm.clv_closed_form(1, rates, discount_rate, first_margin)


@wrong("base_rate", named="cost_forgotten")
def base_rate_no_cost(data, given):
    """The cost of winning is forgotten: the gain is measured against the worth, not the profit."""
    d = data.firm["discount_rate"]
    return lowest(worth(RATES + 0.05, d) / worth(RATES, d) - 1 >= 0.25)


@wrong("base_rate", named="per_cent_not_points")
def base_rate_percent(data, given):
    """Five per cent more retention is taken (× 1.05, at most 1) instead of five
    percentage points.
    """
    d, cost = data.firm["discount_rate"], data.acquisition_years
    profit = worth(RATES, d) - cost
    return lowest((worth(np.minimum(1.05 * RATES, 1), d) - cost) / profit - 1 >= 0.25)


@wrong("base_rate", named="of_profit_after")
def base_rate_of_profit_after(data, given):
    """The gain is measured against the profit after the five points, not the profit before them."""
    d, cost = data.firm["discount_rate"], data.acquisition_years
    more = worth(RATES + 0.05, d) - worth(RATES, d)
    return lowest(more / (worth(RATES + 0.05, d) - cost) >= 0.25)


@wrong("base_rate", named="not_discounted")
def base_rate_not_discounted(data, given):
    """Nothing is discounted: worth is 1 ÷ (1 − r) years of margin."""
    cost = data.acquisition_years
    profit = worth(RATES, 0) - cost
    return lowest((worth(RATES + 0.05, 0) - cost) / profit - 1 >= 0.25)


@wrong("base_rate", named="rate_after")
def base_rate_after(data, given):
    """The rate after the five points is given, not the rate before them."""
    d, cost = data.firm["discount_rate"], data.acquisition_years
    profit = worth(RATES, d) - cost
    return lowest((worth(RATES + 0.05, d) - cost) / profit - 1 >= 0.25) + 0.05


@wrong("base_rate", named="of_margin")
def base_rate_of_margin(data, given):
    """The gain has to be 25 per cent of a year's margin, instead of 25 per cent of the profit."""
    d = data.firm["discount_rate"]
    return lowest(worth(RATES + 0.05, d) - worth(RATES, d) >= 0.25)


@wrong("base_rate", named="hundredfold")
def base_rate_as_percent(data, given):
    """The rate is given in per cent, such as 78 for 0.78."""
    d, cost = data.firm["discount_rate"], data.acquisition_years
    profit = worth(RATES, d) - cost
    return 100 * lowest((worth(RATES + 0.05, d) - cost) / profit - 1 >= 0.25)


@wrong("base_rate", named="cost_forgotten+per_cent_not_points")
def base_rate_percent_no_cost(data, given):
    """Two mistakes: five per cent instead of five points, and the cost of winning is forgotten."""
    d = data.firm["discount_rate"]
    return lowest(worth(np.minimum(1.05 * RATES, 1), d) / worth(RATES, d) - 1 >= 0.25)


@wrong("base_rate", named="cost_forgotten+not_discounted")
def base_rate_no_cost_no_discount(data, given):
    """Two mistakes: the cost of winning is forgotten, and nothing is discounted."""
    return lowest(worth(RATES + 0.05, 0) / worth(RATES, 0) - 1 >= 0.25)


@wrong("base_rate", named="cost_one_year")
def base_rate_one_year(data, given):
    """Winning is taken to cost one year of margin, as in a column of the lesson's table."""
    d = data.firm["discount_rate"]
    profit = worth(RATES, d) - 1
    return lowest((worth(RATES + 0.05, d) - 1) / profit - 1 >= 0.25)
