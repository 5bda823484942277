"""Wrong answers to the exercise of chapter 8a."""

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from tests.wrong_answers import wrong


def _log(data, purpose="messages", lists=False):
    log = data.consents
    log = log[log["purpose"] == purpose] if purpose else log
    return log if lists else log[log["source"] != "dealer list"]


def _end(data, days=1):
    return pd.Timestamp(data.day) + pd.Timedelta(days=days)


def _yes(log, keep="last"):
    last = log.drop_duplicates("customer_id", keep=keep)
    return last.loc[last["given"], "customer_id"]


def _until(data, purpose="messages", lists=False, days=1):
    log = _log(data, purpose, lists)
    return log[log["recorded"] < _end(data, days)]


# may_write


@wrong("may_write", named="day_itself_lost")
def write_day_as_date(data, given):
    """`recorded <= day`: the day is read as midnight, so its own records are lost."""
    log = _log(data)
    return list(_yes(log[log["recorded"] <= data.day]))


@wrong("may_write", named="as_of_now")
def write_today(data, given):
    """The last record of the whole log, without a look at the day."""
    return list(_yes(_log(data)))


@wrong("may_write", named="ever_yes")
def write_any_yes(data, given):
    """All customers with a yes up to the day."""
    log = _until(data)
    return log.loc[log["given"], "customer_id"].unique().tolist()


@wrong("may_write", named="never_no")
def write_no_no(data, given):
    """Who has a record up to the day and never a no."""
    log = _until(data)
    return (
        log.groupby("customer_id").filter(lambda rows: rows["given"].all())["customer_id"].unique()
    )


@wrong("may_write", named="dealers_lists")
def write_lists(data, given):
    """Dealers' lists are left in."""
    return list(_yes(_until(data, lists=True)))


@wrong("may_write", named="register")
def write_flag(data, given):
    """The box in the register."""
    table = data.customers
    return table.loc[table["email_consent"], "customer_id"]


@wrong("may_write", named="every_purpose")
def write_mixed(data, given):
    """The purpose is not looked at: the last record of any of the three."""
    return list(_yes(_until(data, purpose="")))


@wrong("may_write", named="no_record_is_yes")
def write_left_join(data, given):
    """A left join from the customers; who has no record gets True."""
    last = (
        _until(data).drop_duplicates("customer_id", keep="last").set_index("customer_id")["given"]
    )
    ids = data.customers["customer_id"]
    return ids[ids.map(last).fillna(True).astype(bool)]


@wrong("may_write", named="day_itself_lost+dealers_lists")
def write_lists_and_midnight(data, given):
    """Dealers' lists left in, and the day itself lost."""
    log = _log(data, lists=True)
    return list(_yes(log[log["recorded"] < data.day]))


@wrong("may_write", named="first_of_the_day")
def write_by_date_only(data, given):
    """Dates without a time, sorted from new to old; of one day the earlier record stands first."""
    log = _until(data).assign(date=lambda rows: rows["recorded"].dt.normalize())
    log = log.sort_values("date", ascending=False, kind="stable")
    return list(_yes(log, keep="first"))


# audience


def _counts(data, ids):
    table = data.customers
    return table["customer_id"].isin(list(ids)).groupby(table["label"]).sum()


def _both(data, one, other):
    return set(one) & set(other)


@wrong("audience", named="messages_only")
def audience_messages(data, given):
    """Only messages are asked for."""
    return _counts(data, given("may_write"))


@wrong("audience", named="profiling_only")
def audience_profiling(data, given):
    """Only profiling is asked for."""
    return _counts(data, _yes(_until(data, "profiling")))


@wrong("audience", named="ever_for_profiling")
def audience_ever_profiling(data, given):
    """The list of task 1, and all who ever agreed to profiling."""
    log = _until(data, "profiling")
    return _counts(data, _both(data, given("may_write"), log.loc[log["given"], "customer_id"]))


@wrong("audience", named="today_for_profiling")
def audience_profiling_today(data, given):
    """The list of task 1, and profiling as it is today."""
    return _counts(data, _both(data, given("may_write"), _yes(_log(data, "profiling"))))


@wrong("audience", named="box_for_profiling")
def audience_box_for_profiling(data, given):
    """The list of task 1, and the box."""
    table = data.customers
    box = table.loc[table["email_consent"], "customer_id"]
    return _counts(data, _both(data, given("may_write"), box))


@wrong("audience", named="either")
def audience_union(data, given):
    """One of the two is enough: | in place of &."""
    return _counts(data, set(given("may_write")) | set(_yes(_until(data, "profiling"))))


@wrong("audience", named="share_of_group")
def audience_mean(data, given):
    """mean() in place of sum(): shares of each group."""
    table = data.customers
    both = _both(data, given("may_write"), _yes(_until(data, "profiling")))
    return table["customer_id"].isin(both).groupby(table["label"]).mean()


@wrong("audience", named="sharing_too")
def audience_three(data, given):
    """Sharing is asked for as well."""
    both = _both(data, given("may_write"), _yes(_until(data, "profiling")))
    return _counts(data, both & set(_yes(_until(data, "sharing"))))


@wrong("audience", named="ever_yes")
def audience_ever(data, given):
    """Ever said yes to each of the two."""
    logs = [_until(data, purpose) for purpose in ("messages", "profiling")]
    one, other = (log.loc[log["given"], "customer_id"] for log in logs)
    return _counts(data, _both(data, one, other))


@wrong("audience", named="as_of_now")
def audience_today(data, given):
    """The state of today for both purposes."""
    return _counts(data, _both(data, _yes(_log(data)), _yes(_log(data, "profiling"))))


@wrong("audience", named="those_without")
def audience_without(data, given):
    """Those who did not agree to both."""
    table = data.customers
    both = _both(data, given("may_write"), _yes(_until(data, "profiling")))
    return (~table["customer_id"].isin(both)).groupby(table["label"]).sum()


@wrong("audience", named="box_for_messages")
def audience_flag(data, given):
    """The box in the register for messages, the log for profiling."""
    table = data.customers
    ticked = table.loc[table["email_consent"], "customer_id"]
    return _counts(data, _both(data, ticked, _yes(_until(data, "profiling"))))


@wrong("audience", named="share_of_all")
def audience_normalized(data, given):
    """Divided by the number of all customers."""
    both = _both(data, given("may_write"), _yes(_until(data, "profiling")))
    return _counts(data, both) / len(data.customers)


# bias


def _means(data):
    people = data.people
    return people.groupby("agreed")["ordered"].mean(), people["ordered"].mean()


@wrong("bias", named="against_others")
def bias_two_groups(data, given):
    """Those who agreed less those who did not."""
    mean, _all = _means(data)
    return mean[True] - mean[False]


@wrong("bias", named="sign")
def bias_turned(data, given):
    """All less those who agreed."""
    mean, everybody = _means(data)
    return everybody - mean[True]


@wrong("bias", named="agreed_alone")
def bias_share(data, given):
    """The share of those who agreed."""
    return _means(data)[0][True]


@wrong("bias", named="all_alone")
def bias_whole(data, given):
    """The share of all."""
    return _means(data)[1]


@wrong("bias", named="hundredfold")
def bias_points(data, given):
    """In points, not as a share."""
    mean, everybody = _means(data)
    return 100 * (mean[True] - everybody)


@wrong("bias", named="relative")
def bias_relative(data, given):
    """The relative difference."""
    mean, everybody = _means(data)
    return mean[True] / everybody - 1


@wrong("bias", named="turned")
def bias_other_way(data, given):
    """The share that agreed among those who ordered, less the share that agreed."""
    people = data.people
    return people.loc[people["ordered"] == 1, "agreed"].mean() - people["agreed"].mean()


@wrong("bias", named="against_others+hundredfold")
def bias_two_groups_points(data, given):
    """Against the others, in points."""
    mean, _all = _means(data)
    return 100 * (mean[True] - mean[False])


@wrong("bias", named="against_others+relative")
def bias_relative_to_others(data, given):
    """Relative to the share of the others."""
    mean, _all = _means(data)
    return mean[True] / mean[False] - 1


@wrong("bias", named="others_off")
def bias_of_others(data, given):
    """How far off those are who did not agree."""
    people = data.people
    return people.loc[~people["agreed"], "ordered"].mean() - people["ordered"].mean()


@wrong("bias", named="p_for_rest")
def bias_times_p(data, given):
    """The difference of the two groups, times p."""
    people = data.people
    mean = people.groupby("agreed")["ordered"].mean()
    return people["agreed"].mean() * (mean[True] - mean[False])


@wrong("bias", named="others_alone")
def bias_no(data, given):
    """The share of those who did not agree."""
    return _means(data)[0][False]


# bias_low


def _parts(data):
    groups = data.people.groupby("agreed")["ordered"].agg(["mean", "sem", "std"])
    part = 1 - data.people["agreed"].mean()
    return groups, part, part * (groups["mean"][True] - groups["mean"][False])


@wrong("bias_low", named="upper_end")
def low_upper(data, given):
    """The upper end."""
    groups, part, gap = _parts(data)
    return gap + 1.96 * part * np.hypot(*groups["sem"])


@wrong("bias_low", named="half_width")
def low_half(data, given):
    """Half the interval, not its end."""
    groups, part, _gap = _parts(data)
    return 1.96 * part * np.hypot(*groups["sem"])


@wrong("bias_low", named="one_standard_error")
def low_one(data, given):
    """One standard error."""
    groups, part, gap = _parts(data)
    return gap - part * np.hypot(*groups["sem"])


@wrong("bias_low", named="not_scaled")
def low_not_scaled(data, given):
    """The interval of the difference of the two groups, without 1 − p."""
    groups, _part, gap = _parts(data)
    return gap - 1.96 * np.hypot(*groups["sem"])


@wrong("bias_low", named="whole_as_separate")
def low_separate(data, given):
    """The standard errors of those who agreed and of all, squared and added."""
    groups, _part, gap = _parts(data)
    return gap - 1.96 * np.hypot(groups["sem"][True], data.people["ordered"].sem())


@wrong("bias_low", named="agreed_only")
def low_agreed(data, given):
    """Only the standard error of those who agreed."""
    groups, _part, gap = _parts(data)
    return gap - 1.96 * groups["sem"][True]


@wrong("bias_low", named="ninety_percent")
def low_ninety(data, given):
    """1.645 standard errors."""
    groups, part, gap = _parts(data)
    return gap - 1.645 * part * np.hypot(*groups["sem"])


@wrong("bias_low", named="against_others")
def low_others(data, given):
    """The lower end of the difference to the others."""
    groups, part, gap = _parts(data)
    return gap / part - 1.96 * np.hypot(*groups["sem"])


@wrong("bias_low", named="without_number")
def low_sd(data, given):
    """Standard deviations in place of standard errors."""
    groups, part, gap = _parts(data)
    return gap - 1.96 * part * np.hypot(*groups["std"])


@wrong("bias_low", named="hundredfold")
def low_points(data, given):
    """Right, but in points."""
    groups, part, gap = _parts(data)
    return 100 * (gap - 1.96 * part * np.hypot(*groups["sem"]))


# plan


def _programme(data, hours=None, budget=None, without=(), gain=None):
    options = data.options
    cells = pd.get_dummies(options["cell"]).T.astype(float)
    rows = {"budget": ([options["cost"]], [data.budget if budget is None else budget])}
    rows["hours"] = ([options["hours"]], [data.hours if hours is None else hours])
    rows["cells"] = (cells.to_numpy(), options.groupby("cell")["customers"].first()[cells.index])
    kept = [rows[name] for name in rows if name not in without]
    matrix = np.vstack([np.asarray(row, float) for row, _most in kept])
    most = np.concatenate([np.asarray(limit, float) for _row, limit in kept])
    bounds = [(0, most) for most in options["customers"]] if "cells" in without else (0, None)
    values = options["gain"] if gain is None else gain
    return linprog(-np.asarray(values, float), A_ub=matrix, b_ub=most, bounds=bounds)


def _plan(data, found):
    return pd.Series(found.x, data.options.index)


@wrong("plan", named="hours_forgotten")
def plan_no_hours(data, given):
    """The hours have no limit."""
    return _plan(data, _programme(data, without=("hours",)))


@wrong("plan", named="budget_forgotten")
def plan_no_budget(data, given):
    """The budget has no limit."""
    return _plan(data, _programme(data, without=("budget",)))


@wrong("plan", named="two_messages")
def plan_bounds_only(data, given):
    """Each option up to the customers of its cell, so some get both offers."""
    return _plan(data, _programme(data, without=("cells",)))


@wrong("plan", named="nothing")
def plan_no_minus(data, given):
    """The minus is forgotten."""
    return _plan(data, _programme(data, gain=-data.options["gain"]))


@wrong("plan", named="whole_customers")
def plan_rounded_to_nearest(data, given):
    """Rounded to the nearest whole number."""
    return _plan(data, _programme(data)).round()


@wrong("plan", named="cost_taken_twice")
def plan_gain_less_cost(data, given):
    """The cost is taken off the gain again."""
    return _plan(data, _programme(data, gain=data.options["gain"] - data.options["cost"]))


@wrong("plan", named="whole_customers")
def plan_whole(data, given):
    """Rounded down to whole customers."""
    return np.floor(_plan(data, _programme(data)) + 1e-7)


def _greedy(data, score):
    options, plan = data.options, pd.Series(0.0, data.options.index)
    money, hours = float(data.budget), float(data.hours)
    free = options.groupby("cell")["customers"].first().astype(float)
    for name, row in options.loc[
        score.sort_values(ascending=False, kind="stable").index
    ].iterrows():
        number = min(free[row["cell"]], money / row["cost"])
        if row["hours"] > 0:
            number = min(number, hours / row["hours"])
        plan[name], free[row["cell"]] = number, free[row["cell"]] - number
        money, hours = money - number * row["cost"], hours - number * row["hours"]
    return plan


@wrong("plan", named="by_gain_per_yuan")
def plan_ratio(data, given):
    """The highest gain per yuan first."""
    return _greedy(data, data.options["gain"] / data.options["cost"])


@wrong("plan", named="by_gain")
def plan_gain(data, given):
    """The highest gain first."""
    return _greedy(data, data.options["gain"])


@wrong("plan", named="only_offers_of_group")
def plan_group_only(data, given):
    """Only the offers of the groups are considered."""
    options = data.options
    return _plan(
        data, _programme(data, gain=options["gain"].where(options["offer"] != "five_percent", -1))
    )


@wrong("plan", named="cost_of_plan")
def plan_money(data, given):
    """What each option costs in the best plan."""
    return given("plan") * data.options["cost"]


@wrong("plan", named="as_share")
def plan_share(data, given):
    """The share of each cell's customers."""
    return given("plan") / data.options["customers"]


# next_yuan


@wrong("next_yuan", named="sign")
def yuan_sign(data, given):
    """marginals as they come, negative."""
    return _programme(data).ineqlin.marginals[0]


@wrong("next_yuan", named="average_yuan")
def yuan_average(data, given):
    """The gain of the plan per yuan of budget."""
    return -_programme(data).fun / data.budget


@wrong("next_yuan", named="price_of_an_hour")
def yuan_set(data, given):
    """The second marginal."""
    return -_programme(data).ineqlin.marginals[1]


@wrong("next_yuan", named="thousand_more")
def yuan_thousand(data, given):
    """1,000 yuan more, by solving again, divided by 1,000."""
    return (_programme(data).fun - _programme(data, budget=data.budget + 1000).fun) / 1000


@wrong("next_yuan", named="without_cost")
def yuan_plus(data, given):
    """The yuan itself is added."""
    return 1 - _programme(data).ineqlin.marginals[0]


@wrong("next_yuan", named="hours_forgotten")
def yuan_no_hours(data, given):
    """Without the limit of the hours."""
    return -_programme(data, without=("hours",)).ineqlin.marginals[0]


@wrong("next_yuan", named="best_ratio")
def yuan_best(data, given):
    """The highest gain per yuan of the options."""
    return (data.options["gain"] / data.options["cost"]).max()


@wrong("next_yuan", named="hundredfold")
def yuan_per_cent(data, given):
    """In per cent."""
    return -100 * _programme(data).ineqlin.marginals[0]


@wrong("next_yuan", named="inverse")
def yuan_inverse(data, given):
    """Yuan of budget per yuan of gain."""
    return -1 / _programme(data).ineqlin.marginals[0]


@wrong("next_yuan", named="price_of_an_hour+sign")
def yuan_set_sign(data, given):
    """The second marginal, with its sign."""
    return _programme(data).ineqlin.marginals[1]


# pay_at_most


def _more(data):
    return _programme(data, hours=data.hours + data.more_hours)


@wrong("pay_at_most", named="price_times_number")
def pay_naive(data, given):
    """The price of an hour times their number."""
    return -_programme(data).ineqlin.marginals[1] * data.more_hours


@wrong("pay_at_most", named="all_of_the_gain")
def pay_all(data, given):
    """All that the plan gains with the hours."""
    return -_more(data).fun


@wrong("pay_at_most", named="per_hour")
def pay_each(data, given):
    """For one set."""
    return (_programme(data).fun - _more(data).fun) / data.more_hours


@wrong("pay_at_most", named="sign")
def pay_sign(data, given):
    """Old less new, the wrong way round."""
    return _more(data).fun - _programme(data).fun


@wrong("pay_at_most", named="only_these")
def pay_only(data, given):
    """The new hours in place of the old ones."""
    return _programme(data).fun - _programme(data, hours=data.more_hours).fun


@wrong("pay_at_most", named="no_limit")
def pay_free(data, given):
    """The limit of the hours is left out."""
    return _programme(data).fun - _programme(data, without=("hours",)).fun


@wrong("pay_at_most", named="price_after_times_number")
def pay_last_price(data, given):
    """The price that is left with all of the hours, times their number."""
    more = data.more_hours
    return -_programme(data, hours=data.hours + more).ineqlin.marginals[1] * more


@wrong("pay_at_most", named="price_alone")
def pay_one(data, given):
    """The price of the next set."""
    return -_programme(data).ineqlin.marginals[1]


@wrong("pay_at_most", named="average_hour")
def pay_average(data, given):
    """The average gain per set, times their number."""
    return -_programme(data).fun / data.hours * data.more_hours


@wrong("pay_at_most", named="thousandth")
def pay_thousands(data, given):
    """In thousand yuan."""
    return (_programme(data).fun - _more(data).fun) / 1000


@wrong("pay_at_most", named="both_prices")
def pay_half(data, given):
    """The mean of the prices before and after, times the number."""
    prices = [-found.ineqlin.marginals[1] for found in (_programme(data), _more(data))]
    return np.mean(prices) * data.more_hours


# price_low


def _prices(data, row=0):
    return np.array(
        [-_programme(data, gain=one).ineqlin.marginals[row] for one in data.draws.to_numpy()]
    )


@wrong("price_low", named="five_percent")
def price_five(data, given):
    """The 5 % quantile."""
    return np.quantile(_prices(data), 0.05)


@wrong("price_low", named="upper_end")
def price_upper(data, given):
    """The 97.5 % quantile."""
    return np.quantile(_prices(data), 0.975)


@wrong("price_low", named="lowest")
def price_min(data, given):
    """The lowest of all."""
    return _prices(data).min()


@wrong("price_low", named="middle")
def price_median(data, given):
    """The median."""
    return np.median(_prices(data))


@wrong("price_low", named="mean_less_errors")
def price_sem(data, given):
    """Mean less 1.96 standard errors of the mean."""
    prices = pd.Series(_prices(data))
    return prices.mean() - 1.96 * prices.sem()


@wrong("price_low", named="normal")
def price_normal(data, given):
    """Mean less 1.96 standard deviations."""
    prices = _prices(data)
    return prices.mean() - 1.96 * prices.std(ddof=1)


@wrong("price_low", named="mean_gains")
def price_mean_gains(data, given):
    """One programme with the mean of the draws."""
    return -_programme(data, gain=data.draws.mean()).ineqlin.marginals[0]


@wrong("price_low", named="price_of_an_hour")
def price_sets(data, given):
    """The price of an hour."""
    return np.quantile(_prices(data, 1), 0.025)


@wrong("price_low", named="hundredfold")
def price_per_cent(data, given):
    """In per cent."""
    return 100 * np.quantile(_prices(data), 0.025)


@wrong("price_low", named="sign")
def price_sign(data, given):
    """marginals as they come; the quantile of the negative prices is then the other end."""
    return -np.quantile(_prices(data), 0.025)
