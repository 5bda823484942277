"""Wrong answers to the exercise of chapter 7a."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from tests.wrong_answers import wrong

MUST = ["all_data_out", "open_interface", "views_by_role", "data_in_country"]


def _left(data):
    return data.offers.index[data.offers[MUST].all(axis=1)]


def _of_rater(data, weights=None):
    """Return each rater's weighted mean of each offer."""
    weights = data.weights if weights is None else weights
    card = data.scores.pivot(index=["rater", "vendor"], columns="criterion", values="score")
    return (card[weights.index] @ (weights / weights.sum())).unstack()


# score


@wrong("score", named="must_haves_ignored")
def score_all_five(data, given):
    """All five offers are scored; nobody looked at the must-haves."""
    return _of_rater(data).mean()


@wrong("score", named="equal_weights")
def score_plain_mean(data, given):
    """groupby("vendor")["score"].mean(), without the weights."""
    return data.scores.groupby("vendor")["score"].mean()[_left(data)]


@wrong("score", named="not_divided")
def score_weighted_sum(data, given):
    """The weighted sum of the criteria, not divided by the weights."""
    return (_of_rater(data) * data.weights.sum()).mean()[_left(data)]


@wrong("score", named="divided_by_criteria")
def score_divided_by_eight(data, given):
    """The weighted sum divided by the number of criteria."""
    return (_of_rater(data) * data.weights.sum() / 8).mean()[_left(data)]


@wrong("score", named="raters_added")
def score_of_all_raters(data, given):
    """The weighted means of the seven raters added up."""
    return _of_rater(data).sum()[_left(data)]


@wrong("score", named="median_rater")
def score_median(data, given):
    """The median of the raters."""
    return _of_rater(data).median()[_left(data)]


@wrong("score", named="as_ranks")
def score_ranks(data, given):
    """Places 1 to 3."""
    return given("score").rank(ascending=False)


@wrong("score", named="one_must_have")
def score_one_must_have(data, given):
    """Only offers whose data can be taken out, whatever else they lack."""
    return _of_rater(data).mean()[data.offers.index[data.offers["all_data_out"]]]


@wrong("score", named="must_haves_ignored+equal_weights")
def score_plain_mean_of_all(data, given):
    """The plain mean of every offer."""
    return data.scores.groupby("vendor")["score"].mean()


@wrong("score", named="best_rater")
def score_highest(data, given):
    """The most generous rater of each."""
    return _of_rater(data).max()[_left(data)]


# lead_low


def _gap(data, given, weights=None):
    one, two = given("score").nlargest(2).index
    table = _of_rater(data, weights)
    return table[one] - table[two]


def _t(gap, level=0.975):
    return stats.t.ppf(level, len(gap) - 1)


@wrong("lead_low", named="normal")
def lead_196(data, given):
    """1.96 standard errors in place of Student's t."""
    gap = _gap(data, given)
    return gap.mean() - 1.96 * gap.sem()


@wrong("lead_low", named="upper_end")
def lead_upper(data, given):
    """The upper end."""
    gap = _gap(data, given)
    return gap.mean() + _t(gap) * gap.sem()


@wrong("lead_low", named="spread")
def lead_std(data, given):
    """std() for sem()."""
    gap = _gap(data, given)
    return gap.mean() - _t(gap) * gap.std()


@wrong("lead_low", named="no_interval")
def lead_mean(data, given):
    """The difference of the two scores."""
    return _gap(data, given).mean()


@wrong("lead_low", named="one_tail")
def lead_095(data, given):
    """t.ppf(0.95, 6)."""
    gap = _gap(data, given)
    return gap.mean() - _t(gap, 0.95) * gap.sem()


@wrong("lead_low", named="not_paired")
def lead_two_errors(data, given):
    """The two standard errors put together by hypot, as of two groups."""
    one, two = given("score").nlargest(2).index
    table = _of_rater(data)
    half = stats.t.ppf(0.975, 6) * np.hypot(table[one].sem(), table[two].sem())
    return table[one].mean() - table[two].mean() - half


@wrong("lead_low", named="must_haves_ignored")
def lead_of_all_five(data, given):
    """The first and second of all five offers."""
    table = _of_rater(data)
    one, two = table.mean().nlargest(2).index
    gap = table[one] - table[two]
    return gap.mean() - _t(gap) * gap.sem()


@wrong("lead_low", named="half_width")
def lead_half(data, given):
    """Half the width of the interval."""
    gap = _gap(data, given)
    return _t(gap) * gap.sem()


@wrong("lead_low", named="equal_weights")
def lead_plain_means(data, given):
    """The difference of plain means over the criteria."""
    gap = _gap(data, given, pd.Series(1.0, data.weights.index))
    return gap.mean() - _t(gap) * gap.sem()


@wrong("lead_low", named="")
def lead_of_medians(data, given):
    """The median of the differences in place of their mean."""
    gap = _gap(data, given)
    return gap.median() - _t(gap) * gap.sem()


@wrong("lead_low", named="by_n")
def lead_numpy_std(data, given):
    """np.std in place of std(): divided by n."""
    gap = _gap(data, given)
    return gap.mean() - _t(gap) * np.std(gap.to_numpy()) / np.sqrt(len(gap))


# users


def _weeks(data, last=4):
    logins = data.logins
    late = logins[(logins["week"] > 12 - last) & (logins["logins"] > 0)]
    return late["employee_id"].value_counts()


@wrong("users", named="ever")
def users_ever(data, given):
    """Everybody with a login."""
    return _weeks(data, 12).index.tolist()


@wrong("users", named="every_week")
def users_all_four(data, given):
    """A login in each of the last four weeks."""
    weeks = _weeks(data)
    return weeks.index[weeks == 4].tolist()


@wrong("users", named="every_week")
def users_more_than_three(data, given):
    """More than three weeks, read for three or more."""
    weeks = _weeks(data)
    return weeks.index[weeks > 3].tolist()


@wrong("users", named="last_week")
def users_in_last_week(data, given):
    """Who logged in in week 12."""
    return _weeks(data, 1).index.tolist()


@wrong("users", named="first_weeks")
def users_first_weeks(data, given):
    """The first four weeks (head for tail)."""
    early = data.logins[(data.logins["week"] <= 4) & (data.logins["logins"] > 0)]
    weeks = early["employee_id"].value_counts()
    return weeks.index[weeks >= 3].tolist()


@wrong("users", named="logins_counted")
def users_three_logins(data, given):
    """Three logins or more in the last four weeks together."""
    late = data.logins[data.logins["week"] > 8].groupby("employee_id")["logins"].sum()
    return late.index[late >= 3].tolist()


@wrong("users", named="any_three_weeks")
def users_three_of_twelve(data, given):
    """Three weeks with a login, of all twelve."""
    weeks = _weeks(data, 12)
    return weeks.index[weeks >= 3].tolist()


@wrong("users", named="entries")
def users_who_enter(data, given):
    """Weeks with entries instead of weeks with logins."""
    late = data.logins[(data.logins["week"] > 8) & (data.logins["entries"] > 0)]
    weeks = late["employee_id"].value_counts()
    return weeks.index[weeks >= 3].tolist()


@wrong("users", named="others")
def users_not(data, given):
    """Those who are not weekly users."""
    people = data.pilot.loc[data.pilot["arm"] != "spreadsheets", "employee_id"]
    return people[~people.isin(given("users"))].tolist()


@wrong("users", named="five_weeks")
def users_of_five_weeks(data, given):
    """week >= 8: five weeks for four."""
    weeks = _weeks(data, 5)
    return weeks.index[weeks >= 3].tolist()


@wrong("users", named="entries")
def users_without_readers(data, given):
    """Weekly users, without those who have never entered anything."""
    entries = data.logins.groupby("employee_id")["entries"].sum()
    return [name for name in given("users") if entries[name] > 0]


@wrong("users", named="rows_counted")
def users_size(data, given):
    """groupby().size() of the last weeks: rows without a login are counted."""
    rows = data.logins[data.logins["week"] > 8].groupby("employee_id").size()
    return rows.index[rows >= 3].tolist()


# adoption


def _table(data, users, everyone=None, method="wilson", alpha=0.05):
    people = data.pilot if everyone is None else everyone
    invited = people[people["arm"] != "spreadsheets"] if everyone is None else people
    weekly = invited["employee_id"].isin(list(users)).groupby(invited["department"])
    low, high = proportion_confint(weekly.sum(), weekly.size(), alpha, method)
    return pd.DataFrame({"share": weekly.mean(), "low": low, "high": high})


@wrong("adoption", named="simple_formula")
def adoption_normal(data, given):
    """proportion_confint without method, the normal approximation."""
    return _table(data, given("users"), method="normal")


@wrong("adoption", named="of_those_who_tried")
def adoption_of_tried(data, given):
    """Of those who have ever logged in."""
    ever = data.logins.groupby("employee_id")["logins"].sum()
    people = data.pilot[data.pilot["employee_id"].isin(ever.index[ever > 0])]
    return _table(data, given("users"), people)


@wrong("adoption", named="with_spreadsheets")
def adoption_of_all(data, given):
    """Of all people of the pilot, spreadsheets among them."""
    return _table(data, given("users"), data.pilot)


@wrong("adoption", named="ever")
def adoption_ever(data, given):
    """The share that ever logged in."""
    ever = data.logins.groupby("employee_id")["logins"].sum()
    return _table(data, ever.index[ever > 0])


@wrong("adoption", named="ninety")
def adoption_ninety(data, given):
    """alpha=0.10."""
    return _table(data, given("users"), alpha=0.10)


@wrong("adoption", named="hundredfold")
def adoption_percent(data, given):
    """In per cent."""
    return 100 * _table(data, given("users"))


@wrong("adoption", named="exact_method")
def adoption_exact(data, given):
    """method="beta"."""
    return _table(data, given("users"), method="beta")


@wrong("adoption", named="ends_swapped")
def adoption_swapped(data, given):
    """low and high exchanged."""
    found = _table(data, given("users"))
    return found.rename(columns={"low": "high", "high": "low"})


@wrong("adoption", named="half_widths")
def adoption_half_widths(data, given):
    """Distances to the ends, as errorbar takes them."""
    found = _table(data, given("users"))
    return found.assign(low=found["share"] - found["low"], high=found["high"] - found["share"])


@wrong("adoption", named="with_spreadsheets+simple_formula")
def adoption_of_all_normal(data, given):
    """Of all people, and with the normal approximation."""
    return _table(data, given("users"), data.pilot, method="normal")


@wrong("adoption", named="not_users")
def adoption_of_others(data, given):
    """The share that is no weekly user."""
    people = data.pilot["employee_id"]
    return _table(data, people[~people.isin(given("users"))])


# cost


def _cost(data, annuity=None, ratio=None, months=12, seats=240, hours=4, fee=1, times=1):
    table = data.offers.loc[_left(data)]
    annuity = (1.08 ** -np.arange(1.0, 6)).sum() if annuity is None else annuity
    overrun = (data.projects["paid"] / data.projects["quoted"]).mean() if ratio is None else ratio
    training = 240 * (fee * table["training_fee"] + hours * 80)
    return annuity * months * seats * table["licence"] + table["setup"] * overrun + times * training


@wrong("cost", named="not_discounted")
def cost_times_five(data, given):
    """Five times the licence of a year."""
    return _cost(data, annuity=5)


@wrong("cost", named="paid_at_start")
def cost_at_start(data, given):
    """1.08 to the −0 … −4."""
    return _cost(data, annuity=(1.08 ** -np.arange(5.0)).sum())


@wrong("cost", named="quoted")
def cost_as_quoted(data, given):
    """No overrun."""
    return _cost(data, ratio=1)


@wrong("cost", named="ratio_of_sums")
def cost_ratio_of_sums(data, given):
    """paid.sum() / quoted.sum()."""
    return _cost(data, ratio=data.projects["paid"].sum() / data.projects["quoted"].sum())


@wrong("cost", named="median_overrun")
def cost_median(data, given):
    """The median of paid ÷ quoted."""
    return _cost(data, ratio=(data.projects["paid"] / data.projects["quoted"]).median())


@wrong("cost", named="months_forgotten")
def cost_without_months(data, given):
    """The licence of a month for that of a year."""
    return _cost(data, months=1)


@wrong("cost", named="hours_forgotten")
def cost_without_hours(data, given):
    """The fee of the training, without the hours."""
    return _cost(data, hours=0)


@wrong("cost", named="training_forgotten")
def cost_without_training(data, given):
    """No training at all."""
    return _cost(data, times=0)


@wrong("cost", named="thousandth")
def cost_in_thousands(data, given):
    """In thousand yuan."""
    return _cost(data) / 1000


@wrong("cost", named="not_discounted+quoted")
def cost_naive(data, given):
    """Five times the year, and the setup as quoted."""
    return _cost(data, annuity=5, ratio=1)


@wrong("cost", named="one_year")
def cost_first_year(data, given):
    """The first year only, not discounted."""
    return _cost(data, annuity=1)


@wrong("cost", named="six_payments")
def cost_from_today(data, given):
    """1.08 to the −0 … −5."""
    return _cost(data, annuity=(1.08 ** -np.arange(6.0)).sum())


@wrong("cost", named="rate_taken_off")
def cost_times_092(data, given):
    """0.92 to the 1 … 5."""
    return _cost(data, annuity=(0.92 ** np.arange(1.0, 6)).sum())


@wrong("cost", named="training_of_one")
def cost_one_trained(data, given):
    """Fee and hours of one person."""
    return _cost(data, times=1 / 240)


@wrong("cost", named="overrun_of_all")
def cost_all_overruns(data, given):
    """The whole cost times paid ÷ quoted."""
    return _cost(data, ratio=1) * (data.projects["paid"] / data.projects["quoted"]).mean()


# worth


def _minute(annuity=None, lasting=0.85, used=0.7, weeks=46, per=60):
    annuity = (1.08 ** -np.arange(1.0, 6)).sum() if annuity is None else annuity
    return annuity * 240 * weeks / per * 80 * lasting * used


def _saved(pilot):
    return (pilot["minutes_before"] - pilot["minutes_after"]).groupby(pilot["arm"])


def _worth(data, given, minutes=None, minute=None, cost=1):
    mean = _saved(data.pilot).mean()
    minutes = mean - mean["spreadsheets"] if minutes is None else minutes
    bill = given("cost")
    return (_minute() if minute is None else minute) * minutes[bill.index] - cost * bill


@wrong("worth", named="no_comparison")
def worth_before_and_after(data, given):
    """Before less after of each system."""
    return _worth(data, given, _saved(data.pilot).mean())


@wrong("worth", named="users_alone")
def worth_of_users(data, given):
    """Only weekly users of each system, against the spreadsheets."""
    pilot = data.pilot
    kept = pilot["employee_id"].isin(given("users")) | (pilot["arm"] == "spreadsheets")
    mean = _saved(pilot[kept]).mean()
    return _worth(data, given, mean - mean["spreadsheets"])


@wrong("worth", named="after_alone")
def worth_second_diary(data, given):
    """Only the second diaries compared."""
    after = data.pilot.groupby("arm")["minutes_after"].mean()
    return _worth(data, given, after["spreadsheets"] - after)


@wrong("worth", named="cost_forgotten")
def worth_without_cost(data, given):
    """What the time is worth, nothing taken off."""
    return _worth(data, given, cost=0)


@wrong("worth", named="not_discounted")
def worth_times_five(data, given):
    """Five times the year."""
    return _worth(data, given, minute=_minute(annuity=5))


@wrong("worth", named="lasting_forgotten")
def worth_all_lasts(data, given):
    """0.85 forgotten."""
    return _worth(data, given, minute=_minute(lasting=1))


@wrong("worth", named="used_forgotten")
def worth_all_used(data, given):
    """0.7 forgotten."""
    return _worth(data, given, minute=_minute(used=1))


@wrong("worth", named="weeks_52")
def worth_whole_year(data, given):
    """52 weeks."""
    return _worth(data, given, minute=_minute(weeks=52))


@wrong("worth", named="sign")
def worth_cost_less_benefit(data, given):
    """Cost less benefit."""
    return -_worth(data, given)


@wrong("worth", named="lasting_forgotten+used_forgotten")
def worth_both_forgotten(data, given):
    """Both shares forgotten."""
    return _worth(data, given, minute=_minute(lasting=1, used=1))


@wrong("worth", named="cost_quoted")
def worth_quoted(data, given):
    """With a cost of one's own, in which the setup is as quoted."""
    mean = _saved(data.pilot).mean()
    bill = _cost(data, ratio=1)
    return _minute() * (mean - mean["spreadsheets"])[bill.index] - bill


@wrong("worth", named="minutes_turned")
def worth_after_less_before(data, given):
    """Minutes after less minutes before."""
    mean = -_saved(data.pilot).mean()
    return _worth(data, given, mean - mean["spreadsheets"])


# worth_low


def _low(data, given, times=1.96, error="sem", end=-1, minute=None, cost=1, extra=0.0):
    minute = _minute() if minute is None else minute
    worth = _worth(data, given, minute=minute, cost=cost)
    one, two = given("score").idxmax(), data.offers.loc[_left(data), "licence"].idxmin()
    spread = getattr(_saved(data.pilot), error)()
    half = times * minute * np.sqrt(spread[one] ** 2 + spread[two] ** 2 + extra)
    return worth[one] - worth[two] + end * half


@wrong("worth_low", named="upper_end")
def worth_low_upper(data, given):
    """The upper end."""
    return _low(data, given, end=1)


@wrong("worth_low", named="no_interval")
def worth_low_point(data, given):
    """The difference."""
    return _low(data, given, times=0)


@wrong("worth_low", named="spread")
def worth_low_std(data, given):
    """std for sem."""
    return _low(data, given, error="std")


@wrong("worth_low", named="one_standard_error")
def worth_low_one(data, given):
    """One standard error."""
    return _low(data, given, times=1)


@wrong("worth_low", named="ninety")
def worth_low_ninety(data, given):
    """1.645 standard errors."""
    return _low(data, given, times=1.645)


@wrong("worth_low", named="cost_forgotten")
def worth_low_minutes_only(data, given):
    """The minutes in yuan only: that the costs differ is left out."""
    return _low(data, given, cost=0)


@wrong("worth_low", named="twice_spreadsheets")
def worth_low_two_effects(data, given):
    """The errors of two effects, each against the spreadsheets."""
    sem = _saved(data.pilot).sem()
    return _low(data, given, extra=2 * sem["spreadsheets"] ** 2)


@wrong("worth_low", named="against_nothing")
def worth_low_alone(data, given):
    """The worth of the first alone, with the errors of both systems."""
    one, sem = given("score").idxmax(), _saved(data.pilot).sem()
    return _worth(data, given)[one] - 1.96 * _minute() * np.hypot(sem[one], sem["spreadsheets"])


@wrong("worth_low", named="turned")
def worth_low_turned(data, given):
    """The cheapest less the first."""
    worth = _worth(data, given)
    one, two = given("score").idxmax(), data.offers.loc[_left(data), "licence"].idxmin()
    sem = _saved(data.pilot).sem()
    return worth[two] - worth[one] - 1.96 * _minute() * np.hypot(sem[one], sem[two])


@wrong("worth_low", named="")
def worth_low_in_minutes(data, given):
    """The lower end in minutes a week."""
    mean, sem = _saved(data.pilot).mean(), _saved(data.pilot).sem()
    one, two = given("score").idxmax(), data.offers.loc[_left(data), "licence"].idxmin()
    return mean[one] - mean[two] - 1.96 * np.hypot(sem[one], sem[two])


@wrong("worth_low", named="students_t")
def worth_low_t(data, given):
    """Student's t with 118 degrees of freedom."""
    return _low(data, given, times=stats.t.ppf(0.975, 118))


@wrong("worth_low", named="three_looks")
def worth_low_as_in_the_lesson(data, given):
    """The lesson's 2.43 standard errors."""
    return _low(data, given, times=stats.t.ppf(1 - 0.025 / 3, 118))


@wrong("worth_low", named="half_of_one_year")
def worth_low_one_year(data, given):
    """The minutes' error in yuan of one year."""
    return _low(data, given, times=1.96 / (1.08 ** -np.arange(1.0, 6)).sum())


# taught_low


def _waves(data):
    return (data.training[data.training["wave"] == name] for name in ("first", "later"))


def _low_of(one, two, times=1.96):
    return one.mean() - two.mean() - times * np.hypot(one.sem(), two.sem())


@wrong("taught_low", named="before_and_after")
def taught_those_sent(data, given):
    """June less March of those who were sent."""
    sent = data.training[data.training["sent"]]
    change = sent["june"] - sent["march"]
    return change.mean() - 1.96 * change.sem()


@wrong("taught_low", named="change_against_others")
def taught_difference_in_differences(data, given):
    """The change of those sent less the change of the others."""
    table = data.training.assign(change=data.training["june"] - data.training["march"])
    return _low_of(table.loc[table["sent"], "change"], table.loc[~table["sent"], "change"])


@wrong("taught_low", named="upper_end")
def taught_upper(data, given):
    """The upper end."""
    first, later = _waves(data)
    return _low_of(first["november"], later["november"], -1.96)


@wrong("taught_low", named="no_interval")
def taught_point(data, given):
    """The difference of the means."""
    first, later = _waves(data)
    return first["november"].mean() - later["november"].mean()


@wrong("taught_low", named="sent_among_trained")
def taught_all_trained(data, given):
    """All who have been trained against those who wait."""
    _first, later = _waves(data)
    trained = data.training[data.training["wave"] != "later"]
    return _low_of(trained["november"], later["november"])


@wrong("taught_low", named="change_by_lot")
def taught_changes(data, given):
    """Changes since March, by lot."""
    first, later = _waves(data)
    return _low_of(first["november"] - first["march"], later["november"] - later["march"])


@wrong("taught_low", named="first_over_time")
def taught_first_wave(data, given):
    """The first wave, November less March."""
    first, _later = _waves(data)
    change = first["november"] - first["march"]
    return change.mean() - 1.96 * change.sem()


@wrong("taught_low", named="half_width")
def taught_half(data, given):
    """Half the width."""
    first, later = _waves(data)
    return 1.96 * np.hypot(first["november"].sem(), later["november"].sem())


@wrong("taught_low", named="one_standard_error")
def taught_one(data, given):
    """One standard error."""
    first, later = _waves(data)
    return _low_of(first["november"], later["november"], 1)


@wrong("taught_low", named="sent_against_rest")
def taught_sent_in_november(data, given):
    """Those sent against the others, in November."""
    table = data.training
    return _low_of(table.loc[table["sent"], "november"], table.loc[~table["sent"], "november"])


@wrong("taught_low", named="sent_among_waiting")
def taught_not_first(data, given):
    """wave != "first": those who were sent are among them."""
    table = data.training
    first = table["wave"] == "first"
    return _low_of(table.loc[first, "november"], table.loc[~first, "november"])


@wrong("taught_low", named="first_against_sent")
def taught_first_and_sent(data, given):
    """The first wave against those who were sent."""
    table = data.training
    first = table.loc[table["wave"] == "first", "november"]
    return _low_of(first, table.loc[table["sent"], "november"])


@wrong("taught_low", named="students_t")
def taught_t(data, given):
    """Student's t."""
    first, later = _waves(data)
    return _low_of(first["november"], later["november"], stats.t.ppf(0.975, 158))
