"""Wrong answers to the exercise of the primer."""

import numpy as np

from tests.wrong_answers import wrong


def of_2025(orders):
    return orders[orders["date"].dt.year == 2025]


def november(orders):
    return orders[(orders["date"] >= "2025-11-01") & (orders["date"] < "2025-12-01")]


# free_delivery


@wrong("free_delivery", named="border_left_out")
def free_delivery_above(data, given):
    """Orders of more than 500 yuan are counted, those of exactly 500 are not."""
    orders = november(data.orders)
    return len(orders[(orders["channel"] == "online") & (orders["amount"] > 500)])


@wrong("free_delivery", named="last_day_lost")
def free_delivery_last_day(data, given):
    """The period ends at midnight before 30 November (`<= "2025-11-30"`), so the last
    day is lost.
    """
    orders = data.orders
    period = (orders["date"] >= "2025-11-01") & (orders["date"] <= "2025-11-30")
    return len(orders[period & (orders["channel"] == "online") & (orders["amount"] >= 500)])


@wrong("free_delivery", named="every_channel")
def free_delivery_all_channels(data, given):
    """Orders of all channels are counted, not only those placed online."""
    orders = november(data.orders)
    return len(orders[orders["amount"] >= 500])


@wrong("free_delivery", named="every_november")
def free_delivery_every_november(data, given):
    """The Novembers of all years are counted, as only the month is asked for and not the year."""
    orders = data.orders
    chosen = (orders["date"].dt.month == 11) & (orders["channel"] == "online")
    return len(orders[chosen & (orders["amount"] >= 500)])


@wrong("free_delivery", named="customers_counted")
def free_delivery_customers(data, given):
    """Different customers are counted instead of orders."""
    orders = november(data.orders)
    free = orders[(orders["channel"] == "online") & (orders["amount"] >= 500)]
    return free["customer_id"].nunique()


@wrong("free_delivery", named="no_limit")
def free_delivery_no_limit(data, given):
    """All online orders of November 2025 are counted, without the limit of 500 yuan."""
    orders = november(data.orders)
    return len(orders[(orders["channel"] == "online") & (orders["amount"] >= 0)])


@wrong("free_delivery", named="share")
def free_delivery_share(data, given):
    """The share of the online orders of November that are free, not their number."""
    orders = november(data.orders)
    online = orders[(orders["channel"] == "online") & (orders["amount"] >= 0)]
    return (online["amount"] >= 500).mean()


@wrong("free_delivery", named="border_left_out+last_day_lost")
def free_delivery_above_last_day(data, given):
    """Two mistakes: orders of exactly 500 are left out, and so is 30 November."""
    orders = data.orders
    period = (orders["date"] >= "2025-11-01") & (orders["date"] <= "2025-11-30")
    return len(orders[period & (orders["channel"] == "online") & (orders["amount"] > 500)])


@wrong("free_delivery", named="share+hundredfold")
def free_delivery_share_percent(data, given):
    """Two mistakes: a share of the online orders instead of their number, and in per cent."""
    return 100 * free_delivery_share.give(data, given)


# refund_share


@wrong("refund_share", named="sign")
def refund_share_negative(data, given):
    """The refunds keep their minus sign, so the share is below 0."""
    amount = of_2025(data.orders)["amount"]
    return amount[amount < 0].sum() / amount[amount >= 0].sum()


@wrong("refund_share", named="rows_counted")
def refund_share_rows(data, given):
    """The share of rows that are refunds, instead of the share of money."""
    return (of_2025(data.orders)["amount"] < 0).mean()


@wrong("refund_share", named="of_net")
def refund_share_of_net(data, given):
    """Refunds are divided by net sales (refunds already subtracted) instead of the money taken."""
    amount = of_2025(data.orders)["amount"]
    return -amount[amount < 0].sum() / amount.sum()


@wrong("refund_share", named="every_year")
def refund_share_all_years(data, given):
    """Refunds and money of all years are taken, not only those of 2025."""
    amount = data.orders["amount"]
    return -amount[amount < 0].sum() / amount[amount >= 0].sum()


@wrong("refund_share", named="of_all_money")
def refund_share_of_all_money(data, given):
    """The refunds of 2025 are divided by the money taken in all years."""
    amount, ever = of_2025(data.orders)["amount"], data.orders["amount"]
    return -amount[amount < 0].sum() / ever[ever >= 0].sum()


@wrong("refund_share", named="means_compared")
def refund_share_mean_amounts(data, given):
    """The mean refund is divided by the mean order, instead of the sum by the sum."""
    amount = of_2025(data.orders)["amount"]
    return -amount[amount < 0].mean() / amount[amount >= 0].mean()


@wrong("refund_share", named="hundredfold")
def refund_share_percent(data, given):
    """The share is given in per cent."""
    amount = of_2025(data.orders)["amount"]
    return 100 * -amount[amount < 0].sum() / amount[amount >= 0].sum()


@wrong("refund_share", named="of_net+sign")
def refund_share_negative_of_net(data, given):
    """Two mistakes: the minus sign is kept, and the denominator is net sales."""
    amount = of_2025(data.orders)["amount"]
    return amount[amount < 0].sum() / amount.sum()


@wrong("refund_share", named="customers_counted+every_year")
def refund_share_customers_ever(data, given):
    """Two mistakes: the share of customers with a refund instead of money, and over all years."""
    orders = data.orders
    refunds = orders[orders["amount"] < 0]
    return refunds["customer_id"].nunique() / orders["customer_id"].nunique()


@wrong("refund_share", named="mean_of_months")
def refund_share_mean_of_months(data, given):
    """The twelve monthly shares are averaged, so that each month counts alike."""
    orders = of_2025(data.orders)
    month = orders["date"].dt.month
    back = -orders["amount"].where(orders["amount"] < 0, 0).groupby(month).sum()
    return (back / orders["amount"].where(orders["amount"] >= 0, 0).groupby(month).sum()).mean()


# satisfied


@wrong("satisfied", named="silent_counted")
def satisfied_missing_counted(data, given):
    """Tickets without a rating are counted in the denominator, as if not satisfied."""
    return (data.tickets["rating"].astype("float64") >= 4).mean()


@wrong("satisfied", named="four_left_out")
def satisfied_only_five(data, given):
    """Only a rating of 5 counts as satisfied (`> 4`)."""
    return (data.tickets["rating"].dropna() > 4).mean()


@wrong("satisfied", named="three_too")
def satisfied_from_three(data, given):
    """A rating of 3 counts as satisfied, too."""
    return (data.tickets["rating"].dropna() >= 3).mean()


@wrong("satisfied", named="mean_of_five")
def satisfied_mean_of_five(data, given):
    """The mean rating divided by 5, instead of the share of 4 and 5."""
    return data.tickets["rating"].dropna().mean() / 5


@wrong("satisfied", named="net")
def satisfied_net(data, given):
    """A net score as in the net promoter method: the share of 4 and 5 minus the share
    of 1 and 2.
    """
    rating = data.tickets["rating"].dropna()
    return (rating >= 4).mean() - (rating <= 2).mean()


@wrong("satisfied", named="topics")
def satisfied_mean_of_topics(data, given):
    """The shares of the topics are averaged, so that each topic counts alike whatever
    its number.
    """
    rated = data.tickets.dropna(subset="rating")
    topic = rated["topic"].astype("str")
    return (rated["rating"] >= 4).astype("float64").groupby(topic).mean().mean()


@wrong("satisfied", named="hundredfold")
def satisfied_percent(data, given):
    """The share is given in per cent."""
    return 100 * (data.tickets["rating"].dropna() >= 4).mean()


@wrong("satisfied", named="complement")
def satisfied_others(data, given):
    """The share of those who gave 1 to 3, that is one minus the right share."""
    return (data.tickets["rating"].dropna() < 4).mean()


@wrong("satisfied", named="silent_counted+four_left_out")
def satisfied_missing_only_five(data, given):
    """Two mistakes: tickets without a rating are in the denominator, and only 5 counts."""
    return (data.tickets["rating"].astype("float64") > 4).mean()


@wrong("satisfied", named="silent_counted+hundredfold")
def satisfied_missing_percent(data, given):
    """Two mistakes: tickets without a rating are in the denominator, and it is in per cent."""
    return 100 * (data.tickets["rating"].astype("float64") >= 4).sum() / len(data.tickets)


# activity


def activity_of(orders):
    """Return what the task asks for, of these rows."""
    bought = orders[orders["amount"] >= 0].groupby("customer_id").size().rename("orders")
    spend = orders.groupby("customer_id")["amount"].sum().rename("spend")
    return bought.to_frame().join(spend)


@wrong("activity", named="refunds_as_orders")
def activity_refunds_as_orders(data, given):
    """Refunds are counted as orders; the customers and their spend are right."""
    orders = of_2025(data.orders)
    table = activity_of(orders)
    table["orders"] = orders.groupby("customer_id").size().reindex(table.index)
    return table


@wrong("activity", named="refunds_forgotten")
def activity_gross(data, given):
    """Spend is the sum of the orders; refunds are not subtracted."""
    orders = of_2025(data.orders)
    return activity_of(orders[orders["amount"] >= 0])


@wrong("activity", named="every_year")
def activity_all_years(data, given):
    """Orders and spend of all years are taken, not only those of 2025."""
    return activity_of(data.orders)


@wrong("activity", named="last_day_lost")
def activity_last_day(data, given):
    """The period ends at midnight before 31 December, so the last day of 2025 is lost."""
    orders = data.orders
    return activity_of(orders[(orders["date"] >= "2025-01-01") & (orders["date"] <= "2025-12-31")])


@wrong("activity", named="mean_not_sum")
def activity_mean_spend(data, given):
    """Spend is the mean amount of a customer's rows instead of their sum."""
    orders = of_2025(data.orders)
    table = activity_of(orders)
    table["spend"] = orders.groupby("customer_id")["amount"].mean().reindex(table.index)
    return table


@wrong("activity", named="register_kept")
def activity_whole_register(data, given):
    """All customers of the order table are kept, with 0 orders and 0 yuan where they
    bought nothing.
    """
    table = activity_of(of_2025(data.orders))
    table = table.reindex(data.orders["customer_id"].drop_duplicates().sort_values()).fillna(0)
    return table.astype({"orders": "int64"})


@wrong("activity", named="refunds_added")
def activity_refunds_added(data, given):
    """Refunds are added to the spend instead of subtracted (the minus signs are taken away)."""
    orders = of_2025(data.orders)
    table = activity_of(orders)
    table["spend"] = (
        orders["amount"].abs().groupby(orders["customer_id"]).sum().reindex(table.index)
    )
    return table


@wrong("activity", named="refunds_as_orders")
def activity_plain_groupby(data, given):
    """Two mistakes: refunds are counted as orders, and customers with refunds only are kept."""
    orders = of_2025(data.orders)
    return orders.groupby("customer_id").agg(orders=("order_id", "count"), spend=("amount", "sum"))


@wrong("activity", named="last_day_lost+refunds_forgotten")
def activity_gross_last_day(data, given):
    """Two mistakes: refunds are not subtracted, and 31 December is lost."""
    orders = data.orders[data.orders["amount"] >= 0]
    return activity_of(orders[(orders["date"] >= "2025-01-01") & (orders["date"] <= "2025-12-31")])


@wrong("activity", named="refunders_left_out")
def activity_without_refunders(data, given):
    """Customers who had any refund in 2025 are left out altogether; the others are right."""
    orders = of_2025(data.orders)
    refunded = orders.loc[orders["amount"] < 0, "customer_id"].unique()
    return activity_of(orders[~orders["customer_id"].isin(refunded)])


# spend_per_customer


@wrong("spend_per_customer", named="median")
def spend_per_customer_median(data, given):
    """The median is given instead of the mean."""
    return given("activity")["spend"].median()


@wrong("spend_per_customer", named="per_order")
def spend_per_customer_per_order(data, given):
    """Spend per order: total spend is divided by the number of orders."""
    activity = given("activity")
    return activity["spend"].sum() / activity["orders"].sum()


@wrong("spend_per_customer", named="mean_of_means")
def spend_per_customer_mean_of_means(data, given):
    """The mean of means: each customer's spend per order, averaged over customers."""
    activity = given("activity")
    return (activity["spend"] / activity["orders"]).mean()


@wrong("spend_per_customer", named="everybody")
def spend_per_customer_register(data, given):
    """Total spend is divided by all customers of the order table, with those who did not buy."""
    return given("activity")["spend"].sum() / data.orders["customer_id"].nunique()


@wrong("spend_per_customer", named="gross")
def spend_per_customer_gross(data, given):
    """Refunds are not subtracted: the orders of 2025 are divided by the customers of 2025."""
    orders = of_2025(data.orders)
    return orders.loc[orders["amount"] >= 0, "amount"].sum() / len(given("activity"))


@wrong("spend_per_customer", named="weighted")
def spend_per_customer_weighted(data, given):
    """The mean is weighted with the number of orders, so frequent buyers count more."""
    activity = given("activity")
    return np.average(activity["spend"], weights=activity["orders"])


@wrong("spend_per_customer", named="month_for_year")
def spend_per_customer_month(data, given):
    """Spend per customer and month: the right mean divided by 12."""
    return given("activity")["spend"].mean() / 12


@wrong("spend_per_customer", named="per_order+gross")
def spend_per_customer_gross_order(data, given):
    """Two mistakes: a mean order instead of a mean customer, and refunds not subtracted."""
    orders = of_2025(data.orders)
    return orders.loc[orders["amount"] >= 0, "amount"].mean()


@wrong("spend_per_customer", named="gross+every_year")
def spend_per_customer_ever_gross(data, given):
    """Two mistakes: all years instead of 2025, and refunds not subtracted."""
    bought = data.orders[data.orders["amount"] >= 0]
    return bought.groupby("customer_id")["amount"].sum().mean()


@wrong("spend_per_customer", named="repeaters_only")
def spend_per_customer_repeat_only(data, given):
    """The mean of customers with two orders or more; who ordered once is left out."""
    activity = given("activity")
    return activity.loc[activity["orders"] > 1, "spend"].mean()


# pickup_regions


def of_2024(orders):
    return orders[orders["date"].dt.year == 2024]


def paying(data, addresses, orders, margin=0.3):
    """Return by region how far `margin` of these orders is above the rent."""
    sales = (
        orders.merge(addresses, on="customer_id").groupby("region", observed=True)["amount"].sum()
    )
    return margin * sales - data.rents["rent"]


def current(data):
    addresses = data.addresses.sort_values("since").drop_duplicates("customer_id", keep="last")
    return addresses[["customer_id", "region"]]


@wrong("pickup_regions", named="rows_multiplied")
def pickup_regions_every_address(data, given):
    """All addresses are joined, so the orders of customers who moved count in each of their
    regions.
    """
    return paying(data, data.addresses, of_2025(data.orders))


@wrong("pickup_regions", named="old_address")
def pickup_regions_first_address(data, given):
    """Customers are placed by their first address instead of the present one."""
    first = data.addresses.sort_values("since").drop_duplicates("customer_id", keep="first")
    return paying(data, first, of_2025(data.orders))


@wrong("pickup_regions", named="sales_not_margin")
def pickup_regions_sales(data, given):
    """Net sales are compared with the rent, without taking 30 % as margin."""
    return paying(data, current(data), of_2025(data.orders), 1)


@wrong("pickup_regions", named="year_before")
def pickup_regions_year_before(data, given):
    """The net sales of 2024 are taken instead of those of 2025."""
    return paying(data, current(data), of_2024(data.orders))


@wrong("pickup_regions", named="every_year")
def pickup_regions_all_years(data, given):
    """The sales of all three years are set against the rent of one year."""
    return paying(data, current(data), data.orders)


@wrong("pickup_regions", named="movers_left_out")
def pickup_regions_movers_out(data, given):
    """Customers with more than one address are left out as unclear."""
    once = data.addresses.drop_duplicates("customer_id", keep=False)
    return paying(data, once, of_2025(data.orders))


@wrong("pickup_regions", named="sign")
def pickup_regions_reversed(data, given):
    """The difference is turned round: the rent less the margin."""
    return -paying(data, current(data), of_2025(data.orders))


@wrong("pickup_regions", named="rows_multiplied+year_before")
def pickup_regions_every_address_2024(data, given):
    """Two mistakes: all addresses are joined, and the sales are those of 2024."""
    return paying(data, data.addresses, of_2024(data.orders))


@wrong("pickup_regions", named="old_address+year_before")
def pickup_regions_first_2024(data, given):
    """Two mistakes: the first address instead of the present one, and the sales are
    those of 2024.
    """
    first = data.addresses.sort_values("since").drop_duplicates("customer_id", keep="first")
    return paying(data, first, of_2024(data.orders))


@wrong("pickup_regions", named="gross")
def pickup_regions_gross(data, given):
    """Refunds are not subtracted from the sales."""
    orders = of_2025(data.orders)
    return paying(data, current(data), orders[orders["amount"] >= 0])


# difference_low


def two_channels(orders):
    """Return mean and standard error of online and shop orders."""
    by_channel = orders.groupby("channel", observed=True)["amount"].agg(["mean", "sem"])
    return by_channel.loc["online"], by_channel.loc["shop"]


def paid_2025(data):
    orders = of_2025(data.orders)
    return orders[orders["amount"] >= 0]


@wrong("difference_low", named="upper_end")
def difference_low_upper_end(data, given):
    """The upper end of the interval is given."""
    online, shop = two_channels(paid_2025(data))
    return online["mean"] - shop["mean"] + 1.96 * np.hypot(online["sem"], shop["sem"])


@wrong("difference_low", named="halves_added")
def difference_low_halves_added(data, given):
    """The halves of the two intervals are added, instead of the root of the sum of
    their squares.
    """
    online, shop = two_channels(paid_2025(data))
    return online["mean"] - shop["mean"] - 1.96 * (online["sem"] + shop["sem"])


@wrong("difference_low", named="lower_ends")
def difference_low_of_lower_ends(data, given):
    """The lower end of the shop interval is subtracted from the lower end of the
    online interval.
    """
    online, shop = two_channels(paid_2025(data))
    return (online["mean"] - 1.96 * online["sem"]) - (shop["mean"] - 1.96 * shop["sem"])


@wrong("difference_low", named="spread_of_orders")
def difference_low_standard_deviation(data, given):
    """The standard deviation of single orders is used instead of the standard error of the mean."""
    orders = paid_2025(data).groupby("channel", observed=True)["amount"].agg(["mean", "std"])
    online, shop = orders.loc["online"], orders.loc["shop"]
    return online["mean"] - shop["mean"] - 1.96 * np.hypot(online["std"], shop["std"])


@wrong("difference_low", named="every_year")
def difference_low_all_years(data, given):
    """The orders of all years are taken, not only those of 2025."""
    online, shop = two_channels(data.orders[data.orders["amount"] >= 0])
    return online["mean"] - shop["mean"] - 1.96 * np.hypot(online["sem"], shop["sem"])


@wrong("difference_low", named="one_error")
def difference_low_one_error(data, given):
    """One standard error is subtracted; the factor 1.96 is forgotten."""
    online, shop = two_channels(paid_2025(data))
    return online["mean"] - shop["mean"] - np.hypot(online["sem"], shop["sem"])


@wrong("difference_low", named="shop_minus_online")
def difference_low_reversed(data, given):
    """The difference is taken the other way round, shop minus online; the lower end of that."""
    online, shop = two_channels(paid_2025(data))
    return shop["mean"] - online["mean"] - 1.96 * np.hypot(online["sem"], shop["sem"])


@wrong("difference_low", named="refunds_kept+every_year")
def difference_low_refunds_all_years(data, given):
    """Two mistakes: refunds are kept among the orders, and all years are taken."""
    online, shop = two_channels(data.orders)
    return online["mean"] - shop["mean"] - 1.96 * np.hypot(online["sem"], shop["sem"])


@wrong("difference_low", named="halves_added+refunds_kept")
def difference_low_refunds_added(data, given):
    """Two mistakes: refunds are kept among the orders, and the halves are added."""
    online, shop = two_channels(of_2025(data.orders))
    return online["mean"] - shop["mean"] - 1.96 * (online["sem"] + shop["sem"])


@wrong("difference_low", named="mean_of_means")
def difference_low_mean_of_means(data, given):
    """Each customer's mean order in a channel is one case, so customers count alike, not orders."""
    means = paid_2025(data).groupby(["channel", "customer_id"], observed=True)["amount"].mean()
    by_channel = means.groupby("channel", observed=True).agg(["mean", "sem"])
    online, shop = by_channel.loc["online"], by_channel.loc["shop"]
    return online["mean"] - shop["mean"] - 1.96 * np.hypot(online["sem"], shop["sem"])
