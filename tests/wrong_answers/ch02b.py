"""Wrong answers to the exercise of chapter 2b."""

import numpy as np

import crmlab as crm
from tests.wrong_answers import wrong

START, CUTOFF, END = "2024-01-01", "2024-12-31", "2025-12-31"
AFTER = "2025-01-01"  # the day after the cut-off
RATE = 0.10


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


@wrong("tracking", named="alive_twice")
def tracking_alive(data, given):
    """The expected purchases are multiplied by P(alive), which they hold already."""
    customers, next_year = tables(data)
    model = crm.BetaGeometricNBD().fit(customers)
    expected = model.expected_purchases(52, customers) * model.probability_alive(customers)
    return expected.sum() / next_year["purchases"].reindex(customers.index).sum()


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


# value


def three_years(data, weeks=156, rate=RATE, margin=None, as_of=CUTOFF, keep=None):
    """Return the value by the two models, fitted to what was known on a day."""
    customers = crm.summarize(data.log, as_of=as_of, unit="W")
    fitted = crm.BetaGeometricNBD().fit(customers), crm.GammaGamma().fit(customers)
    margin = data.margin_share if margin is None else margin
    asked = customers if keep is None else keep(customers)
    return crm.customer_lifetime_value(
        *fitted, asked, horizon=weeks, discount_rate=rate, margin=margin, unit="W"
    )


@wrong("value", named="revenue_not_margin")
def value_of_revenue(data, given):
    """margin=1: the value is in spend, not in margin."""
    return three_years(data, margin=1)


@wrong("value", named="one_year")
def value_of_one_year(data, given):
    """A horizon of 52 weeks instead of three years."""
    return three_years(data, weeks=52)


@wrong("value", named="days_for_weeks")
def value_in_days(data, given):
    """A horizon of 1,095, three years in days, with a model in weeks."""
    return three_years(data, weeks=1095)


@wrong("value", named="not_discounted")
def value_not_discounted(data, given):
    """discount_rate=0: a yuan in three years counts as one of today."""
    return three_years(data, rate=0)


@wrong("value", named="future_used")
def value_future(data, given):
    """The models are fitted to the log up to the end of 2025, for those known at the cut-off."""
    known = crm.summarize(data.log, as_of=CUTOFF, unit="W").index
    return three_years(data, as_of=END, keep=lambda customers: customers.loc[known])


@wrong("value", named="alive_twice")
def value_alive_again(data, given):
    """The value is multiplied by the probability to be alive."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    return three_years(data) * probabilities(customers)


@wrong("value", named="own_spend")
def value_own_spend(data, given):
    """Purchases to come times each customer's own mean spend, without the model of spend."""
    customers = crm.summarize(data.log, as_of=CUTOFF, unit="W")
    weights = (1 + RATE) ** -(np.arange(1, 157) / 52)
    model = crm.BetaGeometricNBD().fit(customers)
    spend = customers["spend"] / customers["purchases"]
    return model.discounted_purchases(weights, customers) * spend * data.margin_share


@wrong("value", named="once_missing")
def value_repeaters(data, given):
    """Only those with a repeat purchase stand in the answer; the models saw everybody."""
    return three_years(data, keep=lambda customers: customers[customers["x"] > 0])


@wrong("value", named="rate_a_week")
def value_rate_a_week(data, given):
    """10 % are taken for each week."""
    return three_years(data, rate=1.1**52 - 1)


@wrong("value", named="revenue_not_margin+not_discounted")
def value_revenue_not_discounted(data, given):
    """Two mistakes: spend instead of margin, and nothing is discounted."""
    return three_years(data, margin=1, rate=0)


# saved


def misses(data, absolute=True, fill=True):
    """Return by how much last year again, and the model, miss each customer's purchases."""
    customers, next_year = tables(data)
    before = crm.summarize(data.log, since=START, as_of=CUTOFF)["purchases"]
    actual = next_year["purchases"].reindex(customers.index)
    before = before.reindex(customers.index)
    actual, before = (actual.fillna(0), before.fillna(0)) if fill else (actual, before)
    found = before - actual, forecast_of(customers) - actual
    return [one.abs() if absolute else one for one in found]


@wrong("saved", named="sign")
def saved_turned(data, given):
    """The miss of the model less that of last year again: the sign is turned round."""
    simple, model = misses(data)
    return (model - simple).mean()


@wrong("saved", named="signed")
def saved_signed(data, given):
    """The misses keep their signs, so those above and below cancel."""
    simple, model = misses(data, absolute=False)
    return (simple - model).mean()


@wrong("saved", named="total")
def saved_total(data, given):
    """The sum over all customers instead of the mean."""
    simple, model = misses(data)
    return (simple - model).sum()


@wrong("saved", named="model_only")
def saved_model(data, given):
    """The mean miss of the model alone."""
    return misses(data)[1].mean()


@wrong("saved", named="simple_only")
def saved_simple(data, given):
    """The mean miss of last year again alone."""
    return misses(data)[0].mean()


@wrong("saved", named="root_of_squares")
def saved_squares(data, given):
    """The difference of the two root mean squared errors."""
    simple, model = misses(data)
    return np.sqrt((simple**2).mean()) - np.sqrt((model**2).mean())


@wrong("saved", named="median")
def saved_median(data, given):
    """The median of the differences."""
    simple, model = misses(data)
    return (simple - model).median()


@wrong("saved", named="only_buyers")
def saved_of_buyers(data, given):
    """Who bought nothing in the year is lost in an inner join."""
    customers, next_year = tables(data)
    simple, model = misses(data)
    return (simple - model)[customers.index.isin(next_year.index)].mean()


@wrong("saved", named="whole_history")
def saved_all_so_far(data, given):
    """All purchases so far are taken for those of last year."""
    customers, next_year = tables(data)
    actual = next_year["purchases"].reindex(customers.index).fillna(0)
    model = (forecast_of(customers) - actual).abs()
    return ((customers["purchases"] - actual).abs() - model).mean()


@wrong("saved", named="only_last_year")
def saved_of_last_year(data, given):
    """Who bought nothing last year has a missing value and drops out of the mean."""
    customers, _next_year = tables(data)
    before = crm.summarize(data.log, since=START, as_of=CUTOFF)
    simple, model = misses(data)
    return (simple - model)[customers.index.isin(before.index)].mean()


# saved_low


def differences(data):
    simple, model = misses(data)
    return simple - model


@wrong("saved_low", named="upper_end")
def saved_low_upper(data, given):
    """The upper end of the interval."""
    each = differences(data)
    return each.mean() + 1.96 * each.sem()


@wrong("saved_low", named="one_error")
def saved_low_one_error(data, given):
    """One standard error is taken off, not 1.96."""
    each = differences(data)
    return each.mean() - each.sem()


@wrong("saved_low", named="deviation_not_error")
def saved_low_deviation(data, given):
    """1.96 standard deviations are taken off."""
    each = differences(data)
    return each.mean() - 1.96 * each.std()


@wrong("saved_low", named="ninety")
def saved_low_ninety(data, given):
    """1.645 standard errors: an interval of 90 %."""
    each = differences(data)
    return each.mean() - 1.645 * each.sem()


@wrong("saved_low", named="not_paired")
def saved_low_not_paired(data, given):
    """The standard errors of the two means are put together, as if they were of other people."""
    simple, model = misses(data)
    return (simple.mean() - model.mean()) - 1.96 * np.hypot(simple.sem(), model.sem())


@wrong("saved_low", named="half_only")
def saved_low_half(data, given):
    """Half the interval is given, not its lower end."""
    return 1.96 * differences(data).sem()


@wrong("saved_low", named="no_interval")
def saved_low_mean(data, given):
    """The mean itself."""
    return differences(data).mean()


@wrong("saved_low", named="signed")
def saved_low_signed(data, given):
    """The misses keep their signs."""
    simple, model = misses(data, absolute=False)
    return (simple - model).mean() - 1.96 * (simple - model).sem()


@wrong("saved_low", named="only_buyers")
def saved_low_of_buyers(data, given):
    """Who bought nothing in the year is left out."""
    customers, next_year = tables(data)
    each = differences(data)[customers.index.isin(next_year.index)]
    return each.mean() - 1.96 * each.sem()
