"""Wrong answers to the exercise of chapter 2a."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

import crmlab as crm
from tests.wrong_answers import wrong

START, CUTOFF = "2024-01-01", "2024-12-31"
AFTER = "2025-01-01"  # the day after the cut-off
RATE = 0.10


# contribution


def in_year(dates, last_day=True):
    return (dates >= START) & ((dates < AFTER) if last_day else (dates <= CUTOFF))


def margins(data, orders, each=False):
    """Return the margin of these orders, by customer."""
    lines = data.order_lines.merge(data.products[["product_id", "unit_cost"]], on="product_id")
    lines = lines.merge(orders[["order_id", "customer_id"]], on="order_id")
    quantity = np.sign(lines["quantity"]) if each else lines["quantity"]
    margin = lines["paid"] - quantity * lines["unit_cost"]
    return margin.groupby(lines["customer_id"]).sum()


def service(data, tickets, goodwill=True):
    """Return the cost of these tickets, by customer."""
    cost = tickets["work_hours"] * data.hour_cost
    if goodwill:
        cost = cost + tickets["goodwill"]
    return cost.groupby(tickets["customer_id"]).sum()


def less(margin, cost):
    return (margin - cost.reindex(margin.index).fillna(0)).rename("contribution")


@wrong("contribution", named="last_day_lost")
def contribution_last_day(data, given):
    """The year ends at midnight before 31 December (`<= cutoff`), so orders and tickets of that
    day are lost.
    """
    orders, tickets = data.orders, data.tickets
    orders = orders[in_year(orders["date"], last_day=False)]
    tickets = tickets[in_year(tickets["opened"], last_day=False)]
    return less(margins(data, orders), service(data, tickets))


@wrong("contribution", named="refunds_left_out")
def contribution_without_refunds(data, given):
    """Refunds are left out, so money and goods are not taken back."""
    orders, tickets = data.orders, data.tickets
    refunds = set(data.order_lines.loc[data.order_lines["quantity"] < 0, "order_id"])
    orders = orders[in_year(orders["date"]) & ~orders["order_id"].isin(refunds)]
    return less(margins(data, orders), service(data, tickets[in_year(tickets["opened"])]))


@wrong("contribution", named="goodwill_forgotten")
def contribution_without_goodwill(data, given):
    """Service costs the hours of work only; goodwill is forgotten."""
    orders, tickets = data.orders, data.tickets
    orders, tickets = orders[in_year(orders["date"])], tickets[in_year(tickets["opened"])]
    return less(margins(data, orders), service(data, tickets, goodwill=False))


@wrong("contribution", named="tickets_of_all_years")
def contribution_every_ticket(data, given):
    """The tickets of all years are subtracted, not only those opened in the year."""
    orders = data.orders
    return less(margins(data, orders[in_year(orders["date"])]), service(data, data.tickets))


@wrong("contribution", named="units_forgotten")
def contribution_without_quantity(data, given):
    """The unit cost is subtracted once for each line, whatever the quantity."""
    orders, tickets = data.orders, data.tickets
    orders, tickets = orders[in_year(orders["date"])], tickets[in_year(tickets["opened"])]
    return less(margins(data, orders, each=True), service(data, tickets))


@wrong("contribution", named="joined_first")
def contribution_multiplied(data, given):
    """Lines and tickets are merged by customer before adding up, so each counts as often as it
    meets others.
    """
    orders, tickets = data.orders, data.tickets
    orders, tickets = orders[in_year(orders["date"])], tickets[in_year(tickets["opened"])]
    lines = data.order_lines.merge(data.products[["product_id", "unit_cost"]], on="product_id")
    lines = lines.merge(orders[["order_id", "customer_id"]], on="order_id")
    lines["margin"] = lines["paid"] - lines["quantity"] * lines["unit_cost"]
    cost = tickets["work_hours"] * data.hour_cost + tickets["goodwill"]
    tickets = tickets[["customer_id"]].assign(cost=cost)
    both = lines[["customer_id", "margin"]].merge(tickets, on="customer_id", how="left")
    both = both.fillna({"cost": 0}).groupby("customer_id")[["margin", "cost"]].sum()
    return (both["margin"] - both["cost"]).rename("contribution")


@wrong("contribution", named="service_added")
def contribution_service_added(data, given):
    """The cost of service is added to the margin instead of subtracted."""
    orders, tickets = data.orders, data.tickets
    orders, tickets = orders[in_year(orders["date"])], tickets[in_year(tickets["opened"])]
    return less(margins(data, orders), -service(data, tickets))


@wrong("contribution", named="refunds_left_out+last_day_lost")
def contribution_refunds_and_last_day(data, given):
    """Two mistakes: refunds are left out, and 31 December is lost for orders and tickets."""
    orders, tickets = data.orders, data.tickets
    refunds = set(data.order_lines.loc[data.order_lines["quantity"] < 0, "order_id"])
    orders = orders[in_year(orders["date"], last_day=False) & ~orders["order_id"].isin(refunds)]
    return less(
        margins(data, orders), service(data, tickets[in_year(tickets["opened"], last_day=False)])
    )


@wrong("contribution", named="goodwill_forgotten+tickets_of_all_years")
def contribution_every_ticket_no_goodwill(data, given):
    """Two mistakes: the tickets of all years are subtracted, and goodwill is forgotten."""
    orders = data.orders
    cost = service(data, data.tickets, goodwill=False)
    return less(margins(data, orders[in_year(orders["date"])]), cost)


@wrong("contribution", named="without_ticket_missing")
def contribution_missing_without_ticket(data, given):
    """Customers without a ticket in the year get a missing value (no fillna); the others are
    right.
    """
    orders, tickets = data.orders, data.tickets
    orders, tickets = orders[in_year(orders["date"])], tickets[in_year(tickets["opened"])]
    margin = margins(data, orders)
    return margin - service(data, tickets).reindex(margin.index)


# score


def ranks_of(indicators, late_is_good=False):
    """Return the share of customers who are strictly worse, among those known."""
    ranks = (indicators.rank(method="min") - 1) / indicators.count()
    if not late_is_good:
        late = indicators["late_share"]
        ranks["late_share"] = (late.rank(method="min", ascending=False) - 1) / late.count()
    return ranks


def weighted(ranks, points, known=None):
    """Return the mean of the ranks, weighted, where something is known."""
    known = ranks.notna() if known is None else known
    return (100 * (ranks * points).sum(axis=1) / (known * points).sum(axis=1)).rename("score")


def weights_of(data):
    return data.points["points"] if isinstance(data.points, pd.DataFrame) else data.points


@wrong("score", named="late_is_good")
def score_late_is_good(data, given):
    """A high late_share gets a high rank, as if paying late were good."""
    return weighted(ranks_of(data.indicators, late_is_good=True), weights_of(data))


@wrong("score", named="missing_is_best")
def score_missing_is_zero(data, given):
    """A missing late_share is filled with 0, so who never had an invoice counts as
    always in time.
    """
    return weighted(ranks_of(data.indicators.fillna(0)), weights_of(data))


@wrong("score", named="missing_is_worst")
def score_missing_is_worst(data, given):
    """Who has no late_share gets rank 0 for it and its points still count in the denominator."""
    return weighted(ranks_of(data.indicators).fillna(0), weights_of(data))


@wrong("score", named="ties_counted")
def score_rank_pct(data, given):
    """`rank(pct=True)` is used: equal values get the mean of their places, and each customer
    counts with.
    """
    ranks = data.indicators.rank(pct=True)
    ranks["late_share"] = data.indicators["late_share"].rank(pct=True, ascending=False)
    return weighted(ranks, weights_of(data))


@wrong("score", named="points_forgotten")
def score_unweighted(data, given):
    """The plain mean of the known ranks is taken, without the points."""
    return 100 * ranks_of(data.indicators).mean(axis=1)


@wrong("score", named="min_max")
def score_min_max(data, given):
    """Each indicator is scaled from its lowest to its highest value (min-max) instead of ranked."""
    values = data.indicators.astype("float64")
    scaled = (values - values.min()) / (values.max() - values.min())
    scaled["late_share"] = 1 - scaled["late_share"]
    return weighted(scaled, weights_of(data))


@wrong("score", named="hundredth")
def score_not_times_100(data, given):
    """The score runs from 0 to 1; it is not multiplied by 100."""
    return weighted(ranks_of(data.indicators), weights_of(data)) / 100


@wrong("score", named="late_is_good+missing_is_worst")
def score_late_good_missing_worst(data, given):
    """Two mistakes: a high late_share is good, and a missing one gets rank 0 with its points
    counted.
    """
    return weighted(ranks_of(data.indicators, late_is_good=True).fillna(0), weights_of(data))


@wrong("score", named="points_forgotten+ties_counted")
def score_pct_unweighted(data, given):
    """Two mistakes: `rank(pct=True)` instead of strictly worse, and the plain mean without the
    points.
    """
    ranks = data.indicators.rank(pct=True)
    ranks["late_share"] = data.indicators["late_share"].rank(pct=True, ascending=False)
    return 100 * ranks.mean(axis=1)


@wrong("score", named="late_one_minus")
def score_late_one_minus(data, given):
    """The rank of late_share is one minus the share below, so equals count as worse; all others
    are right.
    """
    ranks = ranks_of(data.indicators, late_is_good=True)
    ranks["late_share"] = 1 - ranks["late_share"]
    return weighted(ranks, weights_of(data))


# simple


def came_back(data):
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return customers[customers["x"] > 0]


def value(data, lifetime=5 * 365 / 7, cycle=None, spend=None, margin=None):
    """Return (T / t) · s; what is given takes the place of the right figure."""
    customers = came_back(data)
    cycle = customers["t_x"].sum() / customers["x"].sum() if cycle is None else cycle
    spend = customers["spend"].sum() / customers["purchases"].sum() if spend is None else spend
    return lifetime / cycle * spend * (data.margin_share if margin is None else margin)


@wrong("simple", named="weeks_for_days")
def simple_days(data, given):
    """T is in days (1,825) and t in weeks."""
    return value(data, lifetime=5 * 365)


@wrong("simple", named="everybody")
def simple_everybody(data, given):
    """Spend per purchase is taken from all customers, with those who bought once only."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return value(data, spend=customers["spend"].sum() / customers["purchases"].sum())


@wrong("simple", named="revenue_not_margin")
def simple_turnover(data, given):
    """s is the spend of a purchase instead of its margin."""
    return value(data, margin=1)


@wrong("simple", named="mean_of_cycles")
def simple_mean_of_cycles(data, given):
    """t is the mean of the customers' own cycles instead of all their time over all their gaps."""
    customers = came_back(data)
    return value(data, cycle=(customers["t_x"] / customers["x"]).mean())


@wrong("simple", named="age_for_last")
def simple_age_for_last(data, given):
    """The cycle is the age today (T) over the gaps, so the silence since the last purchase is in
    it.
    """
    customers = came_back(data)
    return value(data, cycle=customers["T"].sum() / customers["x"].sum())


@wrong("simple", named="gaps_miscounted")
def simple_purchases_for_gaps(data, given):
    """The time is divided by the purchases, not by the gaps between them, of which there is one
    less.
    """
    customers = came_back(data)
    return value(data, cycle=customers["t_x"].sum() / customers["purchases"].sum())


@wrong("simple", named="years_by_weeks")
def simple_years(data, given):
    """T is in years (5) and t in weeks."""
    return value(data, lifetime=5)


@wrong("simple", named="weeks_for_days+revenue_not_margin")
def simple_turnover_days(data, given):
    """Two mistakes: T is in days but t in weeks, and s is spend instead of margin."""
    return value(data, lifetime=5 * 365, margin=1)


@wrong("simple", named="gaps_miscounted+revenue_not_margin")
def simple_turnover_gaps(data, given):
    """Two mistakes: s is spend instead of margin, and time is divided by purchases instead of
    gaps.
    """
    customers = came_back(data)
    return value(data, cycle=customers["t_x"].sum() / customers["purchases"].sum(), margin=1)


@wrong("simple", named="mean_of_customers")
def simple_mean_of_customers(data, given):
    """(T / t) · s is computed for each customer with their own t and s, and then averaged."""
    customers = came_back(data)
    customers = customers[customers["t_x"] > 0]
    cycle, spend = customers["t_x"] / customers["x"], customers["spend"] / customers["purchases"]
    return value(data, cycle=cycle, spend=spend).mean()


# clv


def today(plan, timing=0.0):
    """Return what one yuan of each year is worth today."""
    return (1 + RATE) ** -(plan.index.to_numpy(dtype="float64") - timing)


@wrong("clv", named="retention_cost_twice")
def clv_retention_cost_twice(data, given):
    """The retention cost is taken off the net profit, where it has been taken off already."""
    plan = data.plan
    flow = plan["still_there"] * (plan["net_profit"] - plan["retention_cost"])
    return (flow * today(plan)).sum() - data.acquisition_cost


@wrong("clv", named="leaving_forgotten")
def clv_everybody_stays(data, given):
    """The share still there is left out, as if every customer stayed five years."""
    plan = data.plan
    return (plan["net_profit"] * today(plan)).sum() - data.acquisition_cost


@wrong("clv", named="start_of_year")
def clv_start_of_year(data, given):
    """The money of a year is taken at its start: the first year is not discounted."""
    plan = data.plan
    return (plan["still_there"] * plan["net_profit"] * today(plan, 1)).sum() - data.acquisition_cost


@wrong("clv", named="acquisition_forgotten")
def clv_without_acquisition(data, given):
    """The cost of winning the customer is not subtracted."""
    plan = data.plan
    return (plan["still_there"] * plan["net_profit"] * today(plan)).sum()


@wrong("clv", named="not_discounted")
def clv_not_discounted(data, given):
    """The money of the years is added up without discounting."""
    plan = data.plan
    return (plan["still_there"] * plan["net_profit"]).sum() - data.acquisition_cost


@wrong("clv", named="leaving_multiplied")
def clv_stay_multiplied(data, given):
    """The shares still there are multiplied up over the years, as if they were yearly retention
    rates.
    """
    plan = data.plan
    return (
        plan["still_there"].cumprod() * plan["net_profit"] * today(plan)
    ).sum() - data.acquisition_cost


@wrong("clv", named="acquisition_added")
def clv_acquisition_added(data, given):
    """The cost of winning the customer is added instead of subtracted."""
    plan = data.plan
    return (plan["still_there"] * plan["net_profit"] * today(plan)).sum() + data.acquisition_cost


@wrong("clv", named="retention_cost_twice+start_of_year")
def clv_twice_and_start(data, given):
    """Two mistakes: the retention cost is taken off twice, and the money comes at the start of the
    year.
    """
    plan = data.plan
    flow = plan["still_there"] * (plan["net_profit"] - plan["retention_cost"])
    return (flow * today(plan, 1)).sum() - data.acquisition_cost


@wrong("clv", named="leaving_forgotten+not_discounted")
def clv_everybody_not_discounted(data, given):
    """Two mistakes: the share still there is left out, and nothing is discounted."""
    return data.plan["net_profit"].sum() - data.acquisition_cost


@wrong("clv", named="times_nine_tenths")
def clv_times_nine_tenths(data, given):
    """Each year is worth 0.9 times the one before (× 0.9) instead of divided by 1.1."""
    plan = data.plan
    kept = 0.9 ** plan.index.to_numpy(dtype="float64")
    return (plan["still_there"] * plan["net_profit"] * kept).sum() - data.acquisition_cost


# channels_kept


def worth(channels, column="margin", first_margin="now", rate=RATE):
    return crm.clv_closed_form(channels[column], channels["retention"], rate, first_margin)


def above(channels, values):
    return list(channels.index[np.asarray(values > channels["cost"])])


@wrong("channels_kept", named="revenue_not_margin")
def channels_kept_revenue(data, given):
    """The worth is computed with revenue instead of margin."""
    return above(data.channels, worth(data.channels, "revenue"))


@wrong("channels_kept", named="first_year_only")
def channels_kept_first_year(data, given):
    """Only the margin of the first year is compared with the cost."""
    return above(data.channels, data.channels["margin"])


@wrong("channels_kept", named="cheap")
def channels_kept_cheap(data, given):
    """The channels that win a customer for less than the mean cost of the channels, whatever they
    are worth.
    """
    channels = data.channels
    return list(channels.index[np.asarray(channels["cost"] < channels["cost"].mean())])


@wrong("channels_kept", named="first_margin_left_out")
def channels_kept_after_renewal(data, given):
    """The formula m · r ÷ (1 + d − r) is used, which leaves out the first margin."""
    return above(data.channels, worth(data.channels, first_margin="after_renewal"))


@wrong("channels_kept", named="not_discounted")
def channels_kept_not_discounted(data, given):
    """Nothing is discounted: margin times expected years 1 ÷ (1 − r)."""
    return above(data.channels, worth(data.channels, rate=0))


@wrong("channels_kept", named="average_retention")
def channels_kept_mean_retention(data, given):
    """The mean retention of all channels is used for each of them, not its own."""
    channels = data.channels
    return above(channels, worth(channels.assign(retention=channels["retention"].mean())))


@wrong("channels_kept", named="others")
def channels_kept_reversed(data, given):
    """The comparison is turned round: the channels whose customers cost more than they
    are worth.
    """
    channels = data.channels
    return list(channels.index[np.asarray(worth(channels) < channels["cost"])])


@wrong("channels_kept", named="revenue_average")
def channels_kept_revenue_mean_retention(data, given):
    """Two mistakes: revenue instead of margin, and the mean retention of all channels for each."""
    channels = data.channels
    return above(
        channels, worth(channels.assign(retention=channels["retention"].mean()), "revenue")
    )


@wrong("channels_kept", named="first_year_of_revenue")
def channels_kept_revenue_first_year(data, given):
    """Two mistakes: revenue instead of margin, and only the first year."""
    return above(data.channels, data.channels["revenue"])


@wrong("channels_kept", named="three_years")
def channels_kept_three_years(data, given):
    """Only three years are counted, the first at once, instead of all years to come."""
    channels = data.channels
    step = channels["retention"] / (1 + RATE)
    return above(channels, channels["margin"] * (1 + step + step**2))


# channels_gain


def kept(data):
    """Return the channels that pay."""
    channels = data.channels
    return channels[np.asarray(worth(channels) > channels["cost"])]


@wrong("channels_gain", named="every_channel")
def channels_gain_all(data, given):
    """All channels are added up, those that lose money included."""
    channels = data.channels
    return (channels["new_customers"] * (worth(channels) - channels["cost"])).sum()


@wrong("channels_gain", named="customers_forgotten")
def channels_gain_one_each(data, given):
    """The gains of one customer of each channel are added up, not multiplied by their number."""
    chosen = kept(data)
    return (worth(chosen) - chosen["cost"]).sum()


@wrong("channels_gain", named="cost_forgotten")
def channels_gain_without_cost(data, given):
    """The cost of winning is not subtracted."""
    chosen = kept(data)
    return (chosen["new_customers"] * worth(chosen)).sum()


@wrong("channels_gain", named="first_margin_late")
def channels_gain_end_of_year(data, given):
    """The gain of the right channels is computed with m ÷ (1 + d − r), the margin at the end of
    the year.
    """
    chosen = kept(data)
    value = worth(chosen, first_margin="end_of_period")
    return (chosen["new_customers"] * (value - chosen["cost"])).sum()


@wrong("channels_gain", named="revenue_not_margin")
def channels_gain_revenue(data, given):
    """The gain of the right channels is computed with revenue instead of margin."""
    chosen = kept(data)
    return (chosen["new_customers"] * (worth(chosen, "revenue") - chosen["cost"])).sum()


@wrong("channels_gain", named="cost_once")
def channels_gain_cost_once(data, given):
    """The cost of winning one customer is subtracted once for each channel, not for
    each customer.
    """
    chosen = kept(data)
    return (chosen["new_customers"] * worth(chosen) - chosen["cost"]).sum()


@wrong("channels_gain", named="thousandth")
def channels_gain_thousands(data, given):
    """The gain is given in thousand yuan."""
    chosen = kept(data)
    return (chosen["new_customers"] * (worth(chosen) - chosen["cost"])).sum() / 1000


@wrong("channels_gain", named="every_channel+first_margin_late")
def channels_gain_all_end(data, given):
    """Two mistakes: all channels are added up, and the margin comes at the end of the year."""
    channels = data.channels
    value = worth(channels, first_margin="end_of_period")
    return (channels["new_customers"] * (value - channels["cost"])).sum()


@wrong("channels_gain", named="revenue_not_margin_throughout+cost_forgotten")
def channels_gain_revenue_chosen_by_it(data, given):
    """Two mistakes: revenue instead of margin in the choice and in the gain, and the cost is not
    subtracted.
    """
    channels = data.channels
    chosen = channels[np.asarray(worth(channels, "revenue") > channels["cost"])]
    return (chosen["new_customers"] * worth(chosen, "revenue")).sum()


@wrong("channels_gain", named="mean_of_channels")
def channels_gain_of_means(data, given):
    """The plain mean gain of the chosen channels is multiplied by all their customers together."""
    chosen = kept(data)
    return chosen["new_customers"].sum() * (worth(chosen) - chosen["cost"]).mean()


# safe_ceiling


def ceiling(data, retention, column="margin", rate=RATE, first_margin="now"):
    channels = data.channels
    retention = np.asarray(retention).clip(0, 1)
    return pd.Series(
        crm.clv_closed_form(channels[column], retention, rate, first_margin), channels.index
    )


def ends(data, alpha=0.05, method="wilson", together=False):
    channels = data.channels
    number = channels["new_customers"].sum() if together else channels["new_customers"]
    return proportion_confint(channels["retention"] * number, number, alpha, method)


@wrong("safe_ceiling", named="no_interval")
def safe_ceiling_of_the_rate(data, given):
    """The value at the retention as it stands in the table, without an interval."""
    return ceiling(data, data.channels["retention"])


@wrong("safe_ceiling", named="upper_end")
def safe_ceiling_upper(data, given):
    """The upper end of the retention is taken, the second number that the function returns."""
    return ceiling(data, ends(data)[1])


@wrong("safe_ceiling", named="plain_interval")
def safe_ceiling_default_method(data, given):
    """`proportion_confint` without a method: the plain interval, not Wilson's."""
    return ceiling(data, ends(data, method="normal")[0])


@wrong("safe_ceiling", named="ninety")
def safe_ceiling_one_sided(data, given):
    """alpha=0.1, "because only the lower end is of interest"."""
    return ceiling(data, ends(data, alpha=0.1)[0])


@wrong("safe_ceiling", named="all_customers")
def safe_ceiling_of_all(data, given):
    """The number of all new customers together is taken for each channel."""
    return ceiling(data, ends(data, together=True)[0])


@wrong("safe_ceiling", named="revenue_not_margin")
def safe_ceiling_revenue(data, given):
    """The lower end of the retention is right, but revenue stands in for margin."""
    return ceiling(data, ends(data)[0], "revenue")


@wrong("safe_ceiling", named="first_margin_late")
def safe_ceiling_end_of_year(data, given):
    """m ÷ (1 + d − r) with the lower end: the first margin at the end of the year."""
    return ceiling(data, ends(data)[0], first_margin="end_of_period")


@wrong("safe_ceiling", named="not_discounted")
def safe_ceiling_not_discounted(data, given):
    """m ÷ (1 − r) with the lower end: nothing is discounted."""
    return ceiling(data, ends(data)[0], rate=0)


@wrong("safe_ceiling", named="gain_not_value")
def safe_ceiling_less_cost(data, given):
    """The cost of winning a customer is taken off the ceiling."""
    return ceiling(data, ends(data)[0]) - data.channels["cost"]


@wrong("safe_ceiling", named="one_error")
def safe_ceiling_one_error(data, given):
    """One standard error is taken off the retention."""
    rate, number = data.channels["retention"], data.channels["new_customers"]
    return ceiling(data, rate - np.sqrt(rate * (1 - rate) / number))


@wrong("safe_ceiling", named="upper_end+revenue_not_margin")
def safe_ceiling_upper_revenue(data, given):
    """Two mistakes: the upper end of the retention, and revenue instead of margin."""
    return ceiling(data, ends(data)[1], "revenue")
