"""Wrong answers to the exercise of chapter 2."""

import numpy as np
import pandas as pd

import crmlab as crm
from tests.wrong_answers import wrong

START, CUTOFF, END = "2024-01-01", "2024-12-31", "2025-12-31"
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


# alive


def probabilities(customers, fitted=None):
    model = crm.BetaGeometricNBD().fit(customers if fitted is None else fitted)
    return model.probability_alive(customers)


@wrong("alive", named="future_of_known")
def alive_future(data, given):
    """The whole log up to the end of 2025 is used, for those who had bought by the cut-off."""
    customers = crm.summarize(data.log, as_of=END, unit="W")
    return probabilities(customers)[customers["first_purchase"] <= CUTOFF]


@wrong("alive", named="silent_year")
def alive_silent_year(data, given):
    """The log ends at the cut-off, but ages are counted to the end of 2025, as if all were silent
    for a year.
    """
    log = data.log[data.log["date"] < AFTER]
    return probabilities(crm.summarize(log, as_of=END, unit="W"))


@wrong("alive", named="refunds_counted")
def alive_refunds(data, given):
    """Refunds count as purchases (their minus signs are taken away before summarising)."""
    log = data.log.assign(amount=data.log["amount"].abs())
    return probabilities(crm.summarize(log, as_of=CUTOFF, unit="W"))


@wrong("alive", named="purchases_expected")
def alive_expected(data, given):
    """The purchases expected in the next 52 weeks are given instead of the probability to be a
    customer.
    """
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return crm.BetaGeometricNBD().fit(customers).expected_purchases(52, customers)


@wrong("alive", named="yes_or_no")
def alive_bought_in_year(data, given):
    """No model: 1 for who bought in the 365 days up to the cut-off, 0 for the others."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return (customers["recency_days"] < 365).astype("float64")


@wrong("alive", named="complement")
def alive_gone(data, given):
    """The probability of having left is given, one minus the right one."""
    return 1 - probabilities(crm.summarize(data.log, as_of=CUTOFF, unit="W"))


@wrong("alive", named="future_of_known+hundredfold")
def alive_future_percent(data, given):
    """Two mistakes: the whole log up to the end of 2025 is used, and it is in per cent."""
    return 100 * alive_future.give(data, given)


@wrong("alive", named="once_left_out+once_missing")
def alive_repeaters_only(data, given):
    """Two mistakes: who bought once is left out of the answer, and was left out when fitting."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return probabilities(customers[customers["x"] > 0])


@wrong("alive", named="once_is_zero")
def alive_once_is_zero(data, given):
    """Who bought once gets a probability of 0, as they never came back; all others are right."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return probabilities(customers).where(customers["x"] > 0, 0)


# accounts


def lifted(data, lift=None, share=None):
    """Return by how much a manager raises each customer's margin of next year."""
    forecast = data.forecast
    lift = data.manager_lift if lift is None else lift
    share = data.margin_share if share is None else share
    return share * forecast["purchases"] * forecast["spend"] * lift


def paying(data, gain):
    return list(data.forecast.index[np.asarray(gain > data.manager_cost)])


@wrong("accounts", named="alive_twice")
def accounts_alive_again(data, given):
    """The gain is multiplied by the probability to be alive, though the expected purchases contain
    it.
    """
    return paying(data, lifted(data) * data.forecast["alive"])


@wrong("accounts", named="last_year")
def accounts_last_year(data, given):
    """Last year's contribution is lifted instead of the margin forecast for next year."""
    return paying(data, data.forecast["contribution"] * data.manager_lift)


@wrong("accounts", named="revenue_not_margin")
def accounts_spend(data, given):
    """Spend is lifted instead of margin: the margin share is forgotten."""
    return paying(data, lifted(data, share=1))


@wrong("accounts", named="lift_forgotten")
def accounts_whole_margin(data, given):
    """The whole margin of the year is compared with the cost, not what the manager adds to it."""
    return paying(data, lifted(data, lift=1))


@wrong("accounts", named="best_tenth")
def accounts_top_tenth(data, given):
    """The best tenth of the customers by forecast margin, whatever a manager costs."""
    margin = lifted(data, lift=1)
    return list(margin.nlargest(len(margin) // 10).index)


@wrong("accounts", named="one_purchase")
def accounts_one_purchase(data, given):
    """The margin of one purchase is lifted; the number of purchases is forgotten."""
    forecast = data.forecast
    return paying(data, data.margin_share * forecast["spend"] * data.manager_lift)


@wrong("accounts", named="others")
def accounts_reversed(data, given):
    """The comparison is turned round: the customers for whom a manager does not pay."""
    return list(data.forecast.index[np.asarray(lifted(data) <= data.manager_cost)])


@wrong("accounts", named="revenue_not_margin+alive_twice")
def accounts_spend_alive(data, given):
    """Two mistakes: spend is lifted instead of margin, and multiplied by the probability to be
    alive.
    """
    return paying(data, lifted(data, share=1) * data.forecast["alive"])


@wrong("accounts", named="lift_forgotten+last_year")
def accounts_last_year_whole(data, given):
    """Two mistakes: last year's contribution instead of the forecast, and the whole of it, not the
    lift.
    """
    return paying(data, data.forecast["contribution"])


@wrong("accounts", named="both_years")
def accounts_in_both_years(data, given):
    """A manager has to pay by the forecast and by last year's contribution; who grows
    is left out.
    """
    before = paying(data, data.forecast["contribution"] * data.manager_lift)
    return [one for one in paying(data, lifted(data)) if one in set(before)]


# accounts_gain


def chosen_gain(data):
    gain = lifted(data)
    return gain[gain > data.manager_cost]


@wrong("accounts_gain", named="cost_forgotten")
def accounts_gain_without_cost(data, given):
    """The added margin of the right customers; the cost of the managers is not subtracted."""
    return chosen_gain(data).sum()


@wrong("accounts_gain", named="lift_forgotten")
def accounts_gain_whole_margin(data, given):
    """The whole margin of the right customers less the cost, not only what the managers add."""
    return (chosen_gain(data) / data.manager_lift - data.manager_cost).sum()


@wrong("accounts_gain", named="everybody")
def accounts_gain_all(data, given):
    """A manager for every customer of the forecast is counted, those for whom it does not pay
    included.
    """
    return (lifted(data) - data.manager_cost).sum()


@wrong("accounts_gain", named="alive_twice")
def accounts_gain_alive_again(data, given):
    """The gain of the right customers is multiplied by the probability to be alive, which is in it
    already.
    """
    gain = chosen_gain(data)
    return (gain * data.forecast["alive"].reindex(gain.index) - data.manager_cost).sum()


@wrong("accounts_gain", named="last_year")
def accounts_gain_last_year(data, given):
    """For the right customers, last year's contribution is lifted instead of the
    forecast margin.
    """
    before = data.forecast["contribution"].reindex(chosen_gain(data).index)
    return (before * data.manager_lift - data.manager_cost).sum()


@wrong("accounts_gain", named="discounted")
def accounts_gain_discounted(data, given):
    """The gain is discounted by 10 % for the year."""
    return (chosen_gain(data) / (1 + RATE) - data.manager_cost).sum()


@wrong("accounts_gain", named="mean")
def accounts_gain_each(data, given):
    """The mean gain of one manager is given, not what all of them earn."""
    return (chosen_gain(data) - data.manager_cost).mean()


@wrong("accounts_gain", named="revenue_not_margin_throughout+cost_forgotten")
def accounts_gain_spend(data, given):
    """Two mistakes: spend is lifted instead of margin, and the cost is not subtracted."""
    gain = lifted(data, share=1)
    return gain[gain > data.manager_cost].sum()


@wrong("accounts_gain", named="lift_forgotten+cost_forgotten")
def accounts_gain_whole_without_cost(data, given):
    """Two mistakes: the whole margin of the right customers, and the cost is not subtracted."""
    return (chosen_gain(data) / data.manager_lift).sum()


@wrong("accounts_gain", named="cost_once")
def accounts_gain_cost_once(data, given):
    """The cost of one manager is subtracted from the sum, as if one served all."""
    return chosen_gain(data).sum() - data.manager_cost


# tracking


def tables(data):
    """Return the customers of the cut-off day, and the summary of the year after it."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return customers, crm.summarize(data.log, since=AFTER, as_of=END)


def forecast_of(customers, weeks=52):
    return crm.BetaGeometricNBD().fit(customers).expected_purchases(weeks, customers)


@wrong("tracking", named="newcomers_counted")
def tracking_new_customers(data, given):
    """The purchases of customers who came after the cut-off are in the actual total."""
    customers, next_year = tables(data)
    return forecast_of(customers).sum() / next_year["purchases"].sum()


@wrong("tracking", named="repeats_of_the_year")
def tracking_repeat_only(data, given):
    """x of the next year is taken as the actual number, so each customer's first purchase in it is
    missing.
    """
    customers, next_year = tables(data)
    return forecast_of(customers).sum() / next_year["x"].reindex(customers.index).sum()


@wrong("tracking", named="days_for_weeks")
def tracking_days(data, given):
    """The forecast is for 365 units of time, that is weeks, instead of 52 weeks."""
    customers, next_year = tables(data)
    return forecast_of(customers, 365).sum() / next_year["purchases"].reindex(customers.index).sum()


@wrong("tracking", named="all_new_customers")
def tracking_newcomers(data, given):
    """The forecast is that of a new customer's first 52 weeks, times the number of customers."""
    customers, next_year = tables(data)
    expected = crm.BetaGeometricNBD().fit(customers).expected_purchases(52) * len(customers)
    return expected / next_year["purchases"].reindex(customers.index).sum()


@wrong("tracking", named="rows_not_days")
def tracking_rows(data, given):
    """The actual total counts rows with an amount of 0 or more, not days with a purchase."""
    customers, _next_year = tables(data)
    log = data.log
    later = log[(log["amount"] >= 0) & (log["date"] >= AFTER)]
    return forecast_of(customers).sum() / later["customer_id"].isin(customers.index).sum()


@wrong("tracking", named="fitted_later")
def tracking_fitted_later(data, given):
    """The model is fitted to the log up to the end of 2025, so it has seen the year it
    forecasts.
    """
    customers, next_year = tables(data)
    model = crm.BetaGeometricNBD().fit(crm.summarize(data.log, as_of=END, unit="W"))
    actual = next_year["purchases"].reindex(customers.index).sum()
    return model.expected_purchases(52, customers).sum() / actual


@wrong("tracking", named="inverse")
def tracking_turned(data, given):
    """The actual total is divided by the forecast total."""
    customers, next_year = tables(data)
    return next_year["purchases"].reindex(customers.index).sum() / forecast_of(customers).sum()


@wrong("tracking", named="newcomers_counted+inverse")
def tracking_turned_new_customers(data, given):
    """Two mistakes: actual over forecast, and the purchases of later customers are in the actual
    total.
    """
    customers, next_year = tables(data)
    return next_year["purchases"].sum() / forecast_of(customers).sum()


@wrong("tracking", named="newcomers_counted+repeats_of_the_year")
def tracking_repeat_new_customers(data, given):
    """Two mistakes: x instead of purchases in the next year, and later customers are in the actual
    total.
    """
    customers, next_year = tables(data)
    return forecast_of(customers).sum() / next_year["x"].sum()


@wrong("tracking", named="only_buyers")
def tracking_only_buyers(data, given):
    """The tables are joined by an inner join, so the forecast of who did not buy again is lost."""
    customers, next_year = tables(data)
    both = forecast_of(customers).to_frame("forecast").join(next_year["purchases"], how="inner")
    return both["forecast"].sum() / both["purchases"].sum()
