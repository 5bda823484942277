"""Wrong answers to the exercise of chapter 10b."""

import numpy as np
import pandas as pd

import crmlab as crm
from tests.wrong_answers import wrong

HOUR = pd.Timedelta(hours=1)
TODAY = pd.Timestamp("2025-12-31")
GRID = np.arange(1_000, 12_001, 10)


# ahead


def _road(data):
    return data.edits[data.edits["device"].str.startswith("A")]


def _gap(rows, one="sent", other="uploaded"):
    return (rows[one] - rows[other]) / HOUR


@wrong("ahead", named="sign")
def ahead_turned(data, given):
    """uploaded less sent."""
    rows = _road(data)
    return _gap(rows, "uploaded", "sent").groupby(rows["device"]).last()


@wrong("ahead", named="mean")
def ahead_mean(data, given):
    """The mean of all uploads."""
    rows = _road(data)
    return _gap(rows).groupby(rows["device"]).mean()


@wrong("ahead", named="first_upload")
def ahead_first(data, given):
    """drop_duplicates keeps the first row of each device."""
    rows = _road(data).drop_duplicates("device").set_index("device")
    return (rows["sent"] - rows["uploaded"]) / HOUR


@wrong("ahead", named="made_less_arrived")
def ahead_from_making(data, given):
    """When it was made, by the device, less when it arrived."""
    rows = _road(data)
    return _gap(rows, "device_time").groupby(rows["device"]).last()


@wrong("ahead", named="in_minutes")
def ahead_minutes(data, given):
    """Minutes."""
    rows = _road(data)
    return (60 * _gap(rows)).groupby(rows["device"]).last()


@wrong("ahead", named="in_seconds")
def ahead_seconds(data, given):
    """total_seconds."""
    rows = _road(data)
    return (rows["sent"] - rows["uploaded"]).dt.total_seconds().groupby(rows["device"]).last()


@wrong("ahead", named="wait")
def ahead_wait(data, given):
    """sent less device_time."""
    rows = _road(data)
    return _gap(rows, "sent", "device_time").groupby(rows["device"]).last()


@wrong("ahead", named="without_sign")
def ahead_absolute(data, given):
    """How wrong, without the direction."""
    rows = _road(data)
    return _gap(rows).abs().groupby(rows["device"]).last()


@wrong("ahead", named="office_too")
def ahead_all(data, given):
    """All thirty devices."""
    rows = data.edits
    return _gap(rows).groupby(rows["device"]).last()


@wrong("ahead", named="in_days")
def ahead_days(data, given):
    """Days."""
    rows = _road(data)
    return (_gap(rows) / 24).groupby(rows["device"]).last()


@wrong("ahead", named="mean+sign")
def ahead_mean_turned(data, given):
    """The mean, and the wrong way round."""
    rows = _road(data)
    return _gap(rows, "uploaded", "sent").groupby(rows["device"]).mean()


@wrong("ahead", named="median")
def ahead_median(data, given):
    """The median of all uploads."""
    rows = _road(data)
    return _gap(rows).groupby(rows["device"]).median()


@wrong("ahead", named="largest")
def ahead_max(data, given):
    """max of all uploads."""
    rows = _road(data)
    return _gap(rows).groupby(rows["device"]).max()


@wrong("ahead", named="sum")
def ahead_sum(data, given):
    """sum of all uploads."""
    rows = _road(data)
    return _gap(rows).groupby(rows["device"]).sum()


# packs


def _added(data, once=True):
    rows = data.edits[data.edits["action"] == "add"]
    return rows.drop_duplicates("edit_id") if once else rows


def _by_account(rows, value, how="sum"):
    return value.groupby(rows["customer_id"]).agg(how)


@wrong("packs", named="arrived_twice")
def packs_repeats(data, given):
    """All rows that arrived."""
    rows = _added(data, once=False)
    return _by_account(rows, rows["value"].astype(float))


@wrong("packs", named="same_value_once")
def packs_values_once(data, given):
    """drop_duplicates on customer and value, to get rid of repeats."""
    rows = _added(data, once=False).drop_duplicates(["customer_id", "value"])
    return _by_account(rows, rows["value"].astype(float))


@wrong("packs", named="taken_back_added")
def packs_extract(data, given):
    """The digits are cut out of the text, the sign is lost."""
    rows = _added(data)
    return _by_account(rows, rows["value"].str.extract(r"(\d+)")[0].astype(float))


@wrong("packs", named="taken_back_left_out")
def packs_positive(data, given):
    """Only what was handed out."""
    rows = _added(data)
    return _by_account(rows, rows["value"].astype(float).clip(lower=0))


@wrong("packs", named="number_of_edits")
def packs_counted(data, given):
    """value_counts of the accounts."""
    return _added(data)["customer_id"].value_counts()


@wrong("packs", named="single_fields")
def packs_field(data, given):
    """What the server of single fields holds."""
    held = crm.replay_uploads(data.edits, "field")["samples"]
    return held[held.index.isin(_added(data)["customer_id"])]


@wrong("packs", named="whole_records")
def packs_record(data, given):
    """What the server of whole records holds."""
    held = crm.replay_uploads(data.edits)["samples"]
    return held[held.index.isin(_added(data)["customer_id"])]


@wrong("packs", named="mean")
def packs_mean(data, given):
    """mean in place of sum."""
    rows = _added(data)
    return _by_account(rows, rows["value"].astype(float), "mean")


@wrong("packs", named="road_only")
def packs_road(data, given):
    """Only the devices on the road, as in task 1."""
    rows = _added(data)
    rows = rows[rows["device"].str.startswith("A")]
    return _by_account(rows, rows["value"].astype(float))


@wrong("packs", named="arrived_twice+taken_back_added")
def packs_repeats_and_sign(data, given):
    """Repeats counted, and the sign lost."""
    rows = _added(data, once=False)
    return _by_account(rows, rows["value"].astype(float).abs())


@wrong("packs", named="single_fields_of_all")
def packs_field_all(data, given):
    """The column of the server, as it is."""
    return crm.replay_uploads(data.edits, "field")["samples"]


@wrong("packs", named="all_accounts")
def packs_zeros(data, given):
    """reindex to all accounts."""
    rows = _added(data)
    sums = _by_account(rows, rows["value"].astype(float))
    return sums.reindex(data.edits["customer_id"].unique(), fill_value=0)


@wrong("packs", named="largest_edit")
def packs_largest(data, given):
    """max in place of sum."""
    rows = _added(data)
    return _by_account(rows, rows["value"].astype(float), "max")


# phones


def _numbers(data):
    log = data.edits.drop_duplicates("edit_id")
    log = log[log["field"] == "phone"]
    return log.assign(corrected=log["device_time"] + (log["uploaded"] - log["sent"]))


def _last(log, by, keep="last"):
    log = log.sort_values(by, kind="stable").drop_duplicates("customer_id", keep=keep)
    return log.set_index("customer_id")["value"]


@wrong("phones", named="device_clock")
def phones_device(data, given):
    """Sorted by device_time."""
    return _last(_numbers(data), "device_time")


@wrong("phones", named="arrival")
def phones_arrival(data, given):
    """The table is in the order of arrival; the last row is taken."""
    return _last(_numbers(data), "uploaded")


@wrong("phones", named="of_last_arrival")
def phones_arrival_any(data, given):
    """Sorted by the arrival; which edit of an upload comes last is chance."""
    log = _numbers(data).sort_values(["uploaded", "edit_id"], ascending=[True, False])
    return log.groupby("customer_id")["value"].last()


@wrong("phones", named="wrong_way")
def phones_wrong_way(data, given):
    """device_time plus what the clock is ahead."""
    log = _numbers(data)
    return _last(log.assign(time=log["device_time"] + (log["sent"] - log["uploaded"])), "time")


@wrong("phones", named="first")
def phones_first(data, given):
    """Sorted the wrong way round."""
    return _last(_numbers(data), "corrected", keep="first")


@wrong("phones", named="whole_records")
def phones_record(data, given):
    """What the server of whole records holds."""
    held = crm.replay_uploads(data.edits)["phone"].dropna()
    return held[held.index.isin(_numbers(data)["customer_id"])]


@wrong("phones", named="road_only")
def phones_road(data, given):
    """Only the devices on the road."""
    log = _numbers(data)
    return _last(log[log["device"].str.startswith("A")], "corrected")


@wrong("phones", named="sending")
def phones_sent(data, given):
    """Sorted by sent."""
    return _last(_numbers(data), "sent")


@wrong("phones", named="largest_number")
def phones_max(data, given):
    """max() of the column of numbers."""
    return _numbers(data).groupby("customer_id")["value"].max()


@wrong("phones", named="office_only")
def phones_office(data, given):
    """Only the office, whose clocks are right."""
    log = _numbers(data)
    return _last(log[log["device"].str.startswith("D")], "corrected")


@wrong("phones", named="first_by_clock")
def phones_descending(data, given):
    """Sorted by device_time, newest first, then last()."""
    log = _numbers(data).sort_values("device_time", ascending=False, kind="stable")
    return log.groupby("customer_id")["value"].last()


# ask


def _pairs(data, field="phone"):
    log = data.edits.drop_duplicates("edit_id")
    log = log[log["field"] == field] if field else log[log["action"] == "set"]
    log = log.assign(corrected=log["device_time"] + (log["uploaded"] - log["sent"]))
    pairs = log.merge(log, on=["customer_id", "field"], suffixes=("", "_b"))
    return pairs[(pairs["edit_id"] < pairs["edit_id_b"]) & (pairs["value"] != pairs["value_b"])]


def _unseen(pairs):
    return (pairs["uploaded"] > pairs["seen_b"]) & (pairs["uploaded_b"] > pairs["seen"])


def _accounts(pairs, mask):
    return pairs.loc[mask, "customer_id"].unique().tolist()


@wrong("ask", named="one_or_other")
def ask_or(data, given):
    """| in place of &."""
    pairs = _pairs(data)
    either = (pairs["uploaded"] > pairs["seen_b"]) | (pairs["uploaded_b"] > pairs["seen"])
    return _accounts(pairs, either & (pairs["device"] != pairs["device_b"]))


@wrong("ask", named="first_way_only")
def ask_one_way(data, given):
    """Only one of the two conditions."""
    pairs = _pairs(data)
    mask = (pairs["uploaded"] > pairs["seen_b"]) & (pairs["device"] != pairs["device_b"])
    return _accounts(pairs, mask)


@wrong("ask", named="second_way_only")
def ask_other_way(data, given):
    """Only the other one of the two conditions."""
    pairs = _pairs(data)
    mask = (pairs["uploaded_b"] > pairs["seen"]) & (pairs["device"] != pairs["device_b"])
    return _accounts(pairs, mask)


@wrong("ask", named="same_device")
def ask_any_device(data, given):
    """Two edits of one device count as well."""
    pairs = _pairs(data)
    return _accounts(pairs, _unseen(pairs))


@wrong("ask", named="by_the_clock")
def ask_within_a_day(data, given):
    """Edits of two devices less than a day apart."""
    pairs = _pairs(data)
    near = (pairs["corrected"] - pairs["corrected_b"]).abs() < pd.Timedelta(days=1)
    return _accounts(pairs, near & (pairs["device"] != pairs["device_b"]))


@wrong("ask", named="one_or_other")
def ask_two_devices(data, given):
    """All accounts with numbers from two devices."""
    log = data.edits[data.edits["field"] == "phone"]
    counts = log.groupby("customer_id")["device"].nunique()
    return counts.index[counts > 1]


@wrong("ask", named="one_or_other")
def ask_all_pairs(data, given):
    """All pairs of different numbers of two devices; nobody looked at `seen`."""
    pairs = _pairs(data)
    return _accounts(pairs, pairs["device"] != pairs["device_b"])


@wrong("ask", named="several_numbers")
def ask_two_edits(data, given):
    """All accounts with more than one number."""
    log = data.edits[data.edits["field"] == "phone"]
    counts = log.groupby("customer_id")["value"].nunique()
    return counts.index[counts > 1]


@wrong("ask", named="visits")
def ask_visits(data, given):
    """The field of task 1 of a colleague."""
    pairs = _pairs(data, "next_visit")
    return _accounts(pairs, _unseen(pairs) & (pairs["device"] != pairs["device_b"]))


@wrong("ask", named="every_field")
def ask_everything(data, given):
    """All fields that are set."""
    pairs = _pairs(data, "")
    return _accounts(pairs, _unseen(pairs) & (pairs["device"] != pairs["device_b"]))


@wrong("ask", named="others")
def ask_the_others(data, given):
    """The accounts about which nobody has to be asked."""
    return list(set(data.edits["customer_id"]) - set(given("ask")))


# limit


def _prices(data):
    return np.array([data.reminder, data.service, data.breakdown], float)


def _best(data, shape, scale, prices=None, followed=None):
    prices = _prices(data) if prices is None else prices
    followed = data.followed if followed is None else followed
    cost = crm.churn.wear_rates(GRID, shape, scale, followed) @ prices
    return GRID[crm.steady(cost).argmin()]


def _fit(data):
    return crm.churn.fit_weibull(data.lives["use"], data.lives["broke"])


@wrong("limit", named="censored_dropped")
def limit_dropped(data, given):
    """Only the lives with a breakdown."""
    lives = data.lives[data.lives["broke"]]
    return _best(data, *crm.churn.fit_weibull(lives["use"], lives["broke"]))


@wrong("limit", named="censored_as_broken")
def limit_all_broke(data, given):
    """All lives have ended, so all broke."""
    lives = data.lives
    return _best(data, *crm.churn.fit_weibull(lives["use"], np.ones(len(lives), bool)))


@wrong("limit", named="all_follow")
def limit_everybody(data, given):
    """The fourth argument is left out."""
    return _best(data, *_fit(data), followed=1.0)


@wrong("limit", named="prices_swapped")
def limit_swapped(data, given):
    """Prices in the wrong order: breakdown before service."""
    return _best(data, *_fit(data), prices=_prices(data)[[0, 2, 1]])


@wrong("limit", named="reminder_free")
def limit_without_reminder(data, given):
    """Two prices only; the reminder is 0."""
    return _best(data, *_fit(data), prices=_prices(data) * [0, 1, 1])


@wrong("limit", named="no_wear")
def limit_scale(data, given):
    """The scale."""
    return _fit(data)[1]


@wrong("limit", named="median_life")
def limit_median(data, given):
    """The use that half of the machines reach."""
    shape, scale = _fit(data)
    return scale * np.log(2) ** (1 / shape)


@wrong("limit", named="cost_of_it")
def limit_cost_of_a_cup(data, given):
    """min in place of argmin."""
    return (crm.churn.wear_rates(GRID, *_fit(data), data.followed) @ _prices(data)).min()


@wrong("limit", named="mean_use")
def limit_mean_use(data, given):
    """The mean of the column."""
    return data.lives["use"].mean()


@wrong("limit", named="highest")
def limit_argmax(data, given):
    """argmax in place of argmin."""
    cost = crm.churn.wear_rates(GRID, *_fit(data), data.followed) @ _prices(data)
    return GRID[crm.steady(cost).argmax()]


@wrong("limit", named="position")
def limit_argmin(data, given):
    """argmin, without the grid."""
    return np.flatnonzero(given("limit") == GRID)[0]


@wrong("limit", named="mean_of_the_broken")
def limit_mean_broken(data, given):
    """The mean use of the lives that broke."""
    return data.lives.loc[data.lives["broke"], "use"].mean()


@wrong("limit", named="reminder_swapped")
def limit_reminder_service(data, given):
    """Prices in the wrong order: service before reminder."""
    return _best(data, *_fit(data), prices=_prices(data)[[1, 0, 2]])


@wrong("limit", named="prices_of_the_lesson")
def limit_lesson(data, given):
    """The prices copied from the lesson."""
    return _best(data, *_fit(data), prices=np.array([2.0, 260.0, 1400.0]))


@wrong("limit", named="cost_of_thousand")
def limit_cost(data, given):
    """min in place of argmin, per 1,000 cups."""
    shape, scale = _fit(data)
    return 1000 * (crm.churn.wear_rates(GRID, shape, scale, data.followed) @ _prices(data)).min()


@wrong("limit", named="by_days")
def limit_days(data, given):
    """The lives in days."""
    return _best(data, *crm.churn.fit_weibull(data.lives["days"], data.lives["broke"]))


@wrong("limit", named="difference")
def limit_extra(data, given):
    """A breakdown costs its price less that of a service."""
    prices = _prices(data)
    return _best(data, *_fit(data), prices=prices - [0, 0, prices[1]])


@wrong("limit", named="censored_dropped+all_follow")
def limit_two(data, given):
    """Lives dropped, and all follow."""
    lives = data.lives[data.lives["broke"]]
    return _best(data, *crm.churn.fit_weibull(lives["use"], lives["broke"]), followed=1.0)


# saved


def _saved(data, given, shape=None, scale=None, *, followed=None, prices=None, calendar=None):
    if shape is None:
        shape, scale = _fit(data)
    followed = data.followed if followed is None else followed
    prices = _prices(data) if prices is None else prices
    cups = 365.25 * data.machines["pace"]
    calendar = _calendar(data) if calendar is None else calendar
    rates = crm.churn.wear_rates
    limit = (rates(given("limit"), shape, scale, followed) @ prices).iloc[0] * cups.sum()
    return (rates(calendar, shape, scale, followed) @ prices) @ cups - limit


def _calendar(data, more=14):
    return data.machines["pace"] * (data.machines["remind_after"] + more)


def _nobody(data):
    return pd.Series(np.inf, data.machines.index)


@wrong("saved", named="against_nobody")
def saved_nobody(data, given):
    """Against no reminder at all."""
    return _saved(data, given, calendar=_nobody(data))


@wrong("saved", named="cost_of_the_limit")
def saved_cost(data, given):
    """The cost by the limit alone."""
    cups = 365.25 * data.machines["pace"]
    rates = crm.churn.wear_rates(given("limit"), *_fit(data), data.followed)
    return (rates @ _prices(data)).iloc[0] * cups.sum()


@wrong("saved", named="cost_of_the_calendar")
def saved_calendar_cost(data, given):
    """The cost by the calendar alone."""
    return _saved(data, given) + saved_cost.give(data, given)


@wrong("saved", named="calendar_against_nobody")
def saved_by_calendar(data, given):
    """What the calendar saves."""
    return _saved(data, given, calendar=_nobody(data)) - _saved(data, given)


@wrong("saved", named="lead_added")
def saved_later(data, given):
    """The 14 days added to the limit as well."""
    return _with_limit(data, given, 14)


@wrong("saved", named="lead_taken_off")
def saved_earlier(data, given):
    """The reminder goes out 14 days before the limit, and that is taken for the service."""
    return _with_limit(data, given, -14)


def _with_limit(data, given, days):
    cups = 365.25 * data.machines["pace"]
    limit = given("limit") + days * data.machines["pace"]
    shape, scale = _fit(data)
    moved = (crm.churn.wear_rates(limit, shape, scale, data.followed) @ _prices(data)) @ cups
    return _saved(data, given) + saved_cost.give(data, given) - moved


@wrong("saved", named="lead_forgotten")
def saved_without_lead(data, given):
    """The service on the day of the reminder."""
    return _saved(data, given, calendar=_calendar(data, 0))


@wrong("saved", named="days_as_cups")
def saved_days(data, given):
    """The days are handed over as the limit."""
    return _saved(data, given, calendar=data.machines["remind_after"] + 14.0)


@wrong("saved", named="all_follow")
def saved_all(data, given):
    """The share is left out."""
    return _saved(data, given, followed=1.0)


@wrong("saved", named="sign")
def saved_turned(data, given):
    """Limit less calendar."""
    return -_saved(data, given)


@wrong("saved", named="mean")
def saved_each(data, given):
    """Per machine."""
    return _saved(data, given) / len(data.machines)


@wrong("saved", named="per_day")
def saved_day(data, given):
    """The pace, not the cups of a year."""
    return _saved(data, given) / 365.25


@wrong("saved", named="month_for_year")
def saved_month(data, given):
    """A month."""
    return _saved(data, given) / 12


@wrong("saved", named="reminder_free")
def saved_two_prices(data, given):
    """Without the price of the reminder."""
    return _saved(data, given, prices=_prices(data) * [0, 1, 1])


@wrong("saved", named="censored_dropped")
def saved_dropped(data, given):
    """The fit of the lives with a breakdown."""
    lives = data.lives[data.lives["broke"]]
    return _saved(data, given, *crm.churn.fit_weibull(lives["use"], lives["broke"]))


@wrong("saved", named="against_nobody+all_follow")
def saved_nobody_all(data, given):
    """Against nobody, everybody follows."""
    return _saved(data, given, calendar=_nobody(data), followed=1.0)


@wrong("saved", named="calendar_of_mean_pace")
def saved_mean_pace(data, given):
    """One machine of mean pace, times the number of machines, by site."""
    table = data.machines
    return _saved(data, given, calendar=table["pace"].mean() * (table["remind_after"] + 14))


# saved_low


def _over(data, given, **which):
    draws = data.draws.itertuples(index=False)
    return np.array([_saved(data, given, shape, scale, **which) for shape, scale in draws])


@wrong("saved_low", named="five_percent")
def low_five(data, given):
    """The 5 % quantile."""
    return np.quantile(_over(data, given), 0.05)


@wrong("saved_low", named="upper_end")
def low_upper(data, given):
    """The upper end."""
    return np.quantile(_over(data, given), 0.975)


@wrong("saved_low", named="lowest")
def low_min(data, given):
    """min()."""
    return _over(data, given).min()


@wrong("saved_low", named="middle")
def low_median(data, given):
    """The median."""
    return np.median(_over(data, given))


@wrong("saved_low", named="two_and_a_half_times")
def low_sem(data, given):
    """Mean less 1.96 standard errors of the 200."""
    found = _over(data, given)
    return found.mean() - 1.96 * found.std(ddof=1) / len(found) ** 0.5


@wrong("saved_low", named="worst_of_each")
def low_corner(data, given):
    """The 2.5 % quantile of shape and of scale, put in once."""
    shape, scale = data.draws.quantile(0.025)
    return _saved(data, given, shape, scale)


@wrong("saved_low", named="against_nobody")
def low_nobody(data, given):
    """Against no reminder."""
    return np.quantile(_over(data, given, calendar=_nobody(data)), 0.025)


@wrong("saved_low", named="all_follow")
def low_all(data, given):
    """The share is left out."""
    return np.quantile(_over(data, given, followed=1.0), 0.025)


@wrong("saved_low", named="half_width")
def low_half(data, given):
    """Half of the interval."""
    return np.diff(np.quantile(_over(data, given), [0.025, 0.975]))[0] / 2


@wrong("saved_low", named="lead_forgotten")
def low_lead(data, given):
    """Without the 14 days."""
    return np.quantile(_over(data, given, calendar=_calendar(data, 0)), 0.025)


@wrong("saved_low", named="mean")
def low_each(data, given):
    """Per machine."""
    return np.quantile(_over(data, given), 0.025) / len(data.machines)


@wrong("saved_low", named="estimate")
def low_estimate(data, given):
    """What task 6 gave."""
    return given("saved")


@wrong("saved_low", named="standard_deviations")
def low_normal(data, given):
    """Mean less 1.96 standard deviations."""
    found = _over(data, given)
    return found.mean() - 1.96 * found.std(ddof=1)


@wrong("saved_low", named="errors_off")
def low_errors(data, given):
    """The estimate less 1.96 standard errors of the 200."""
    return given("saved") - 1.96 * _over(data, given).std(ddof=1) / 200**0.5


@wrong("saved_low", named="same_ends")
def low_of_two(data, given):
    """The 2.5 % quantile of one cost less that of the other."""
    cups = (365.25 * data.machines["pace"]).sum()
    limit = []
    for shape, scale in data.draws.itertuples(index=False):
        rates = crm.churn.wear_rates(given("limit"), shape, scale, data.followed)
        limit.append((rates @ _prices(data)).iloc[0] * cups)
    return np.quantile(_over(data, given) + limit, 0.025) - np.quantile(limit, 0.025)


# due


def _due(data, given, days):
    table = data.machines
    return table.index[table["use"] + table["pace"] * days >= given("limit")]


def _silence(data):
    return (TODAY - data.machines["reported"]).dt.days


@wrong("due", named="silence_is_rest")
def due_reported(data, given):
    """The use by the last report, and 14 days."""
    return _due(data, given, 14)


@wrong("due", named="as_reported")
def due_now(data, given):
    """use >= limit."""
    return _due(data, given, 0)


@wrong("due", named="lead_forgotten")
def due_today(data, given):
    """Brought up to today, not to the service."""
    return _due(data, given, _silence(data))


@wrong("due", named="lead_taken_off")
def due_minus(data, given):
    """The 14 days are taken off."""
    return _due(data, given, _silence(data) - 14)


@wrong("due", named="silent_left_out")
def due_without_silent(data, given):
    """Machines without a report in two weeks are left out."""
    found = _due(data, given, _silence(data) + 14)
    return [name for name in found if _silence(data)[name] <= 14]


@wrong("due", named="others")
def due_turned(data, given):
    """< in place of >=."""
    return data.machines.index.difference(_due(data, given, _silence(data) + 14))


@wrong("due", named="counter")
def due_counter(data, given):
    """The counter of the machine, not the use since the service."""
    table = data.machines
    counter = data.company.machine_reports.groupby("machine_id")["cups"].last()
    use = counter.reindex(table.index) + table["pace"] * (_silence(data) + 14)
    return table.index[use >= given("limit")]


@wrong("due", named="homes_only")
def due_homes(data, given):
    """Only the homes."""
    table = data.machines
    return [name for name in _due(data, given, _silence(data) + 14) if table.site[name] == "home"]


@wrong("due", named="a_month")
def due_month(data, given):
    """30 days ahead in place of 14."""
    return _due(data, given, _silence(data) + 30)


@wrong("due", named="others")
def due_not_yet(data, given):
    """A mask the wrong way round."""
    return ~data.machines.index.isin(_due(data, given, _silence(data) + 14))
