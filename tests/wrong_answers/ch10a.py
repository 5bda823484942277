"""Wrong answers to the exercise of chapter 10a."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import norm

import crmlab as crm
from tests.wrong_answers import wrong

# adds


def _change(log):
    return (log["margin"] - log["margin_before"]).astype(float)


def _by(log, values, how="mean"):
    return values.groupby([log["kind"], log["visited"]]).agg(how).unstack()


def _listed(data):
    return data.visits[data.visits["listed"]]


@wrong("adds", named="not_listed_too")
def adds_everybody(data, given):
    """Visited against all not visited."""
    mean = _by(data.visits, _change(data.visits))
    return mean[True] - mean[False]


@wrong("adds", named="margin_alone")
def adds_after(data, given):
    """The margin after the visit, among the listed."""
    log = _listed(data)
    mean = _by(log, log["margin"])
    return mean[True] - mean[False]


@wrong("adds", named="not_listed_too+margin_alone")
def adds_naive(data, given):
    """Mean margin of visited places less that of the others."""
    mean = _by(data.visits, data.visits["margin"])
    return mean[True] - mean[False]


@wrong("adds", named="median")
def adds_median(data, given):
    """Medians of the change."""
    log = _listed(data)
    middle = _by(log, _change(log), "median")
    return middle[True] - middle[False]


@wrong("adds", named="visited_only")
def adds_before_after(data, given):
    """Before and after, visited places only."""
    log = data.visits[data.visits["visited"]]
    return _change(log).groupby(log["kind"]).mean()


@wrong("adds", named="phoned_only")
def adds_phoned(data, given):
    """The change of those not visited."""
    log = _listed(data)
    return _by(log, _change(log))[False]


@wrong("adds", named="sign")
def adds_turned(data, given):
    """diff() the wrong way round."""
    log = _listed(data)
    mean = _by(log, _change(log))
    return mean[False] - mean[True]


@wrong("adds", named="all_kinds")
def adds_one(data, given):
    """One effect for all kinds."""
    log = _listed(data)
    mean = _change(log).groupby(log["visited"]).mean()
    return pd.Series(mean[True] - mean[False], sorted(log["kind"].unique()))


@wrong("adds", named="relative")
def adds_share(data, given):
    """Divided by the mean margin of the kind."""
    log = _listed(data)
    mean = _by(log, _change(log))
    return (mean[True] - mean[False]) / log.groupby("kind")["margin"].mean()


@wrong("adds", named="sums")
def adds_total(data, given):
    """Sums in place of means."""
    log = _listed(data)
    total = _by(log, _change(log), "sum")
    return total[True] - total[False]


# adds_low


def _row(data, log=None, values=None):
    log = _listed(data) if log is None else log
    mine = log[log["kind"] == data.kind]
    values = _change(mine) if values is None else mine[values].astype(float)
    groups = values.groupby(mine["visited"]).agg(["mean", "sem", "std"])
    return groups, groups["mean"][True] - groups["mean"][False]


@wrong("adds_low", named="upper_end")
def low_plus(data, given):
    """Added."""
    groups, gap = _row(data)
    return gap + 1.96 * np.hypot(*groups["sem"])


@wrong("adds_low", named="half_width")
def low_half(data, given):
    """The half alone."""
    return 1.96 * np.hypot(*_row(data)[0]["sem"])


@wrong("adds_low", named="one_standard_error")
def low_one(data, given):
    """One standard error."""
    groups, gap = _row(data)
    return gap - np.hypot(*groups["sem"])


@wrong("adds_low", named="ninety_percent")
def low_ninety(data, given):
    """1.645."""
    groups, gap = _row(data)
    return gap - 1.645 * np.hypot(*groups["sem"])


@wrong("adds_low", named="visited_error")
def low_visited(data, given):
    """The error of the visited."""
    groups, gap = _row(data)
    return gap - 1.96 * groups["sem"][True]


@wrong("adds_low", named="without_number")
def low_std(data, given):
    """std for sem."""
    groups, gap = _row(data)
    return gap - 1.96 * np.hypot(*groups["std"])


@wrong("adds_low", named="margin_alone")
def low_margin(data, given):
    """The margin after."""
    groups, gap = _row(data, values="margin")
    return gap - 1.96 * np.hypot(*groups["sem"])


@wrong("adds_low", named="not_listed_too")
def low_all(data, given):
    """All places."""
    groups, gap = _row(data, data.visits)
    return gap - 1.96 * np.hypot(*groups["sem"])


@wrong("adds_low", named="errors_added")
def low_sum(data, given):
    """Errors added without squares."""
    groups, gap = _row(data)
    return gap - 1.96 * groups["sem"].sum()


@wrong("adds_low", named="upper_end+one_standard_error")
def low_plus_one(data, given):
    """One standard error, added."""
    groups, gap = _row(data)
    return gap + np.hypot(*groups["sem"])


@wrong("adds_low", named="ninety_nine_percent")
def low_ninety_nine(data, given):
    """2.576."""
    groups, gap = _row(data)
    return gap - 2.576 * np.hypot(*groups["sem"])


@wrong("adds_low", named="phoned_error")
def low_phoned(data, given):
    """The error of the phoned."""
    groups, gap = _row(data)
    return gap - 1.96 * groups["sem"][False]


@wrong("adds_low", named="estimate")
def low_point(data, given):
    """The estimate itself."""
    return given("adds")[data.kind]


# visited


def _valued(data, given):
    return data.places.assign(value=data.places["kind"].map(given("adds")).clip(lower=0))


def _ids(plan):
    return plan.loc[plan["place"] != "office", "place"].tolist()


@wrong("visited", named="sales_as_value")
def visited_sales(data, given):
    """The sales as the value."""
    return _ids(crm.plan_visits(data.places.assign(value=data.places["sales"]), per_km=data.per_km))


@wrong("visited", named="way_for_nothing")
def visited_free(data, given):
    """per_km left at 0."""
    return _ids(crm.plan_visits(_valued(data, given), per_km=0))


@wrong("visited", named="office_too")
def visited_office(data, given):
    """The column place as it is, with the office."""
    return crm.plan_visits(_valued(data, given), per_km=data.per_km)["place"]


@wrong("visited", named="all_equal")
def visited_count(data, given):
    """As many visits as possible."""
    return _ids(crm.plan_visits(data.places.assign(value=100), per_km=data.per_km))


@wrong("visited", named="no_hours")
def visited_open(data, given):
    """The hours are left out."""
    places = _valued(data, given).assign(opens=0, closes=1440)
    return _ids(crm.plan_visits(places, per_km=data.per_km))


@wrong("visited", named="two_people")
def visited_two(data, given):
    """Two people."""
    return _ids(crm.plan_visits(_valued(data, given), 2, per_km=data.per_km))


@wrong("visited", named="three_people")
def visited_three(data, given):
    """Three people, as in the lesson."""
    return _ids(crm.plan_visits(_valued(data, given), 3, per_km=data.per_km))


@wrong("visited", named="ten_largest")
def visited_ten(data, given):
    """The ten with the largest sales, without a day."""
    return data.places.sort_values("sales", kind="stable").index[-10:]


@wrong("visited", named="habit")
def visited_habit(data, given):
    """The habit's day."""
    large = data.places.sort_values("sales", ascending=False, kind="stable").head(10)
    return _ids(crm.visits_in_order(large))


@wrong("visited", named="nearest_next")
def visited_near(data, given):
    """Nearest next."""
    return _ids(crm.visits_in_order(data.places))


@wrong("visited", named="largest_first")
def visited_large(data, given):
    """Strictly by size."""
    order = data.places.sort_values("sales", ascending=False, kind="stable").index
    return _ids(crm.visits_in_order(data.places, order))


@wrong("visited", named="others")
def visited_not(data, given):
    """Who is not visited."""
    return data.places.index[~data.places.index.isin(given("visited"))]


@wrong("visited", named="everybody")
def visited_all(data, given):
    """All places."""
    return data.places.index.tolist()


# lead_low


def _errors(data):
    log = _listed(data)
    sem = _by(log, _change(log), "sem")
    return np.hypot(sem[True], sem[False])


def _days(data, given, other="habit"):
    places = _valued(data, given)
    large = places.sort_values("sales", ascending=False, kind="stable")
    others = {
        "habit": lambda: crm.visits_in_order(large.head(10)),
        "nearest": lambda: crm.visits_in_order(places),
        "strict": lambda: crm.visits_in_order(large, large.index),
    }
    return crm.plan_visits(places, per_km=data.per_km), others[other]()


def _gain(data, stops, home=True):
    driven = stops if home else stops[stops["place"] != "office"]
    return stops["value"].sum() - data.per_km * driven["km"].sum()


def _more(data, days):
    counts = [day["place"].map(data.places["kind"]).value_counts() for day in days]
    return counts[0].sub(counts[1], fill_value=0), counts


def _lead(data, given, other="habit"):
    days = _days(data, given, other)
    more, counts = _more(data, days)
    error = _errors(data)
    half = 1.96 * np.sqrt(((more * error) ** 2).sum())
    return days, _gain(data, days[0]) - _gain(data, days[1]), half, error, more, counts


@wrong("lead_low", named="upper_end")
def lead_plus(data, given):
    """Added."""
    _days, lead, half, *_rest = _lead(data, given)
    return lead + half


@wrong("lead_low", named="lead_alone")
def lead_only(data, given):
    """The lead."""
    return _lead(data, given)[1]


@wrong("lead_low", named="half_width")
def lead_half(data, given):
    """The half."""
    return _lead(data, given)[2]


@wrong("lead_low", named="way_forgotten")
def lead_no_way(data, given):
    """Values only."""
    days, _one, half, *_rest = _lead(data, given)
    return days[0]["value"].sum() - days[1]["value"].sum() - half


@wrong("lead_low", named="way_home")
def lead_no_home(data, given):
    """The office's row is dropped first."""
    days, _one, half, *_rest = _lead(data, given)
    return _gain(data, days[0], False) - _gain(data, days[1], False) - half


@wrong("lead_low", named="both_days_apart")
def lead_apart(data, given):
    """Each day's error, in squares."""
    _days, lead, _half, error, _more, counts = _lead(data, given)
    return lead - 1.96 * np.sqrt(sum(((one * error) ** 2).sum() for one in counts))


@wrong("lead_low", named="errors_added")
def lead_added(data, given):
    """No squares."""
    _days, lead, _half, error, more, _counts = _lead(data, given)
    return lead - 1.96 * (more.abs() * error).sum()


@wrong("lead_low", named="number_not_squared")
def lead_root(data, given):
    """Each visit as if for itself."""
    _days, lead, _half, error, more, _counts = _lead(data, given)
    return lead - 1.96 * np.sqrt((more.abs() * error**2).sum())


@wrong("lead_low", named="against_nearest")
def lead_near(data, given):
    """Against nearest next."""
    _days, lead, half, *_rest = _lead(data, given, "nearest")
    return lead - half


@wrong("lead_low", named="against_strict")
def lead_strict(data, given):
    """Against largest first."""
    _days, lead, half, *_rest = _lead(data, given, "strict")
    return lead - half


@wrong("lead_low", named="one_standard_error")
def lead_one(data, given):
    """One standard error."""
    _days, lead, half, *_rest = _lead(data, given)
    return lead - half / 1.96


@wrong("lead_low", named="below_0_sure")
def lead_without_error(data, given):
    """The kind that counts as 0 has no error."""
    if (given("adds") >= 0).all():
        return np.nan  # no kind counts as 0: nothing to get wrong
    _days, lead, _half, error, more, _counts = _lead(data, given)
    error = error.where(given("adds") >= 0, 0)
    return lead - 1.96 * np.sqrt(((more * error) ** 2).sum())


@wrong("lead_low", named="below_0_taken_off")
def lead_unclipped(data, given):
    """The values of task 1 as they are."""
    if (given("adds") >= 0).all():
        return np.nan  # no kind counts as 0: nothing to get wrong
    days, _one, half, *_rest = _lead(data, given)
    values = data.places["kind"].map(given("adds"))
    gains = [one["place"].map(values).sum() - data.per_km * one["km"].sum() for one in days]
    return gains[0] - gains[1] - half


@wrong("lead_low", named="number_of_the_plan")
def lead_plan_number(data, given):
    """The visits of the plan alone."""
    _days, lead, _half, error, _more, counts = _lead(data, given)
    return lead - 1.96 * np.sqrt(((counts[0] * error) ** 2).sum())


@wrong("lead_low", named="visited_error")
def lead_visited_error(data, given):
    """The errors of the visited alone."""
    _days, lead, _half, _error, more, _counts = _lead(data, given)
    log = _listed(data)
    one = _by(log, _change(log), "sem")[True]
    return lead - 1.96 * np.sqrt(((more * one) ** 2).sum())


@wrong("lead_low", named="cheap_way")
def lead_cheap(data, given):
    """1.2 yuan a km, as in the lesson."""
    days, _one, half, *_rest = _lead(data, given)
    gains = [one["value"].sum() - 1.2 * one["km"].sum() for one in days]
    return gains[0] - gains[1] - half


@wrong("lead_low", named="the_plan_alone")
def lead_of_plan(data, given):
    """The day by plan, with its own interval."""
    days, _one, _half, error, _more, counts = _lead(data, given)
    return _gain(data, days[0]) - 1.96 * np.sqrt(((counts[0] * error) ** 2).sum())


# brings


def _adjust(test, values):
    before = test["before"] - test["before"].mean()
    return values - np.polyfit(before, values, 1)[0] * before


def _total(data):
    return data.margin * (data.test["during"] + data.test["after"])


def _against(test, values):
    mean = values.groupby(test["plan"]).mean()
    return mean.drop("held out") - mean["held out"]


@wrong("brings", named="not_adjusted")
def brings_plain(data, given):
    """Plain means."""
    return _against(data.test, _total(data))


@wrong("brings", named="eight_weeks")
def brings_during(data, given):
    """Only during."""
    return _against(data.test, _adjust(data.test, data.margin * data.test["during"]))


@wrong("brings", named="eight_weeks+not_adjusted")
def brings_during_plain(data, given):
    """Only during, plain means."""
    return _against(data.test, data.margin * data.test["during"])


@wrong("brings", named="half_year_after")
def brings_after(data, given):
    """Only after."""
    return _against(data.test, _adjust(data.test, data.margin * data.test["after"]))


@wrong("brings", named="orders")
def brings_orders(data, given):
    """Orders."""
    return _against(data.test, _adjust(data.test, data.test["during"] + data.test["after"]))


@wrong("brings", named="level")
def brings_level(data, given):
    """Not compared."""
    return _adjust(data.test, _total(data)).groupby(data.test["plan"]).mean().drop("held out")


@wrong("brings", named="against_all")
def brings_all(data, given):
    """Against the mean of all."""
    values = _adjust(data.test, _total(data))
    return values.groupby(data.test["plan"]).mean().drop("held out") - values.mean()


@wrong("brings", named="without_opt_outs")
def brings_stayed(data, given):
    """Who switched off is dropped."""
    test = data.test[data.test["opted_out"].isna()]
    return _against(test, _adjust(test, data.margin * (test["during"] + test["after"])))


@wrong("brings", named="sign")
def brings_sign(data, given):
    """Held out less plan."""
    return -given("brings")


@wrong("brings", named="one_for_one")
def brings_difference(data, given):
    """The orders before taken off as they are."""
    return _against(data.test, _total(data) - data.margin * data.test["before"])


@wrong("brings")
def brings_ratio(data, given):
    """Divided by the orders before."""
    return _against(data.test, _total(data) / (data.test["before"] + 1))


# round_low


def _groups(data, values=None):
    values = _adjust(data.test, _total(data)) if values is None else values
    groups = values.groupby(data.test["plan"]).agg(["mean", "sem"])
    brings = groups["mean"].drop("held out") - groups["mean"]["held out"]
    error = np.hypot(groups["sem"].drop("held out"), groups["sem"]["held out"])
    return brings, error


WIDE = norm.ppf(1 - 0.025 / 6)


def _users(data):
    return 0.9 * data.test["opted_out"].isna().sum()


@wrong("round_low", named="one_look")
def round_196(data, given):
    """1.96."""
    brings, error = _groups(data)
    best = brings.idxmax()
    return _users(data) * (brings[best] - 1.96 * error[best])


@wrong("round_low", named="one_sided")
def round_one_sided(data, given):
    """0.05 over six."""
    brings, error = _groups(data)
    best = brings.idxmax()
    return _users(data) * (brings[best] - norm.ppf(1 - 0.05 / 6) * error[best])


@wrong("round_low", named="seven_arms")
def round_seven(data, given):
    """Seven arms."""
    brings, error = _groups(data)
    best = brings.idxmax()
    return _users(data) * (brings[best] - norm.ppf(1 - 0.025 / 7) * error[best])


@wrong("round_low", named="upper_end")
def round_plus(data, given):
    """Upper end."""
    brings, error = _groups(data)
    best = brings.idxmax()
    return _users(data) * (brings[best] + WIDE * error[best])


@wrong("round_low", named="estimate")
def round_point(data, given):
    """The estimate."""
    return _users(data) * _groups(data)[0].max()


@wrong("round_low", named="per_user")
def round_user(data, given):
    """A user."""
    brings, error = _groups(data)
    best = brings.idxmax()
    return brings[best] - WIDE * error[best]


@wrong("round_low", named="in_the_test")
def round_arm(data, given):
    """Users of the arm."""
    brings, error = _groups(data)
    best = brings.idxmax()
    return (data.test["plan"] == best).sum() * (brings[best] - WIDE * error[best])


@wrong("round_low", named="winner_of_eight_weeks")
def round_loud(data, given):
    """The winner of eight weeks."""
    brings, error = _groups(data)
    loud = _groups(data, _adjust(data.test, data.margin * data.test["during"]))[0].idxmax()
    return _users(data) * (brings[loud] - WIDE * error[loud])


@wrong("round_low", named="eight_weeks")
def round_during(data, given):
    """Eight weeks only."""
    brings, error = _groups(data, _adjust(data.test, data.margin * data.test["during"]))
    best = brings.idxmax()
    return _users(data) * (brings[best] - WIDE * error[best])


@wrong("round_low", named="not_adjusted")
def round_plain(data, given):
    """Plain means."""
    brings, error = _groups(data, _total(data))
    best = brings.idxmax()
    return _users(data) * (brings[best] - WIDE * error[best])


@wrong("round_low", named="estimate+per_user")
def round_point_user(data, given):
    """The estimate, for one user."""
    return _groups(data)[0].max()


def _best_low(data, error=None):
    brings, own = _groups(data)
    best = brings.idxmax()
    return brings[best] - WIDE * (own if error is None else error)[best]


@wrong("round_low", named="all_of_the_test")
def round_everybody(data, given):
    """All users of the test."""
    return len(data.test) * _best_low(data)


@wrong("round_low", named="nobody_held_out")
def round_no_tenth(data, given):
    """All who still allow pushes."""
    return data.test["opted_out"].isna().sum() * _best_low(data)


@wrong("round_low", named="who_switched_off")
def round_gone(data, given):
    """Nine in ten of all users of the test."""
    return 0.9 * len(data.test) * _best_low(data)


@wrong("round_low", named="errors_not_adjusted")
def round_plain_errors(data, given):
    """Errors of the plain means."""
    return _users(data) * _best_low(data, _groups(data, _total(data))[1])


@wrong("round_low", named="one_scatter")
def round_regression(data, given):
    """Least squares with its usual errors."""
    test = data.test
    inputs = pd.get_dummies(test["plan"]).astype(float).drop(columns="held out")
    inputs = sm.add_constant(inputs.assign(before=test["before"]))
    fit = sm.OLS(_total(data), inputs).fit()
    best = fit.params[given("brings").index].idxmax()
    return _users(data) * (fit.params[best] - WIDE * fit.bse[best])


# per_opt_out


def _loss(data, values=None, often="5"):
    test = data.test
    values = _adjust(test, data.margin * test["after"]) if values is None else values
    held = test["plan"] == "held out"
    pushed = ~held & test["plan"].str.endswith(often)
    gone = test["opted_out"].notna()
    return values[held].mean() - values[pushed].mean(), gone[pushed].mean(), gone[held].mean()


@wrong("per_opt_out", named="those_who_chose")
def opt_naive(data, given):
    """Who switched off against who did not."""
    gone, after = data.test["opted_out"].notna(), data.margin * data.test["after"]
    return after[~gone].mean() - after[gone].mean()


@wrong("per_opt_out", named="chose_adjusted")
def opt_naive_adjusted(data, given):
    """The same, adjusted."""
    gone = data.test["opted_out"].notna()
    after = _adjust(data.test, data.margin * data.test["after"])
    return after[~gone].mean() - after[gone].mean()


@wrong("per_opt_out", named="per_user")
def opt_user(data, given):
    """A user pushed."""
    return _loss(data)[0]


@wrong("per_opt_out", named="not_caused")
def opt_all(data, given):
    """All opt-outs."""
    loss, off, _held = _loss(data)
    return loss / off


@wrong("per_opt_out", named="once_a_week")
def opt_once(data, given):
    """One a week."""
    loss, off, held = _loss(data, often="1")
    return loss / (off - held)


@wrong("per_opt_out", named="all_plans")
def opt_plans(data, given):
    """All plans."""
    loss, off, held = _loss(data, often="")
    return loss / (off - held)


@wrong("per_opt_out", named="whole_time")
def opt_whole(data, given):
    """During and after."""
    loss, off, held = _loss(data, _adjust(data.test, _total(data)))
    return loss / (off - held)


@wrong("per_opt_out", named="not_adjusted")
def opt_plain(data, given):
    """Plain means."""
    loss, off, held = _loss(data, data.margin * data.test["after"])
    return loss / (off - held)


@wrong("per_opt_out", named="orders")
def opt_orders(data, given):
    """Orders."""
    loss, off, held = _loss(data, _adjust(data.test, data.test["after"]))
    return loss / (off - held)


@wrong("per_opt_out", named="mean_of_ratios")
def opt_ratios(data, given):
    """The three ratios averaged."""
    plans = [plan for plan in given("brings").index if plan.endswith("5")]
    parts = [_loss(data, often=plan) for plan in plans]
    return np.mean([loss / (off - held) for loss, off, held in parts])


@wrong("per_opt_out", named="sign")
def opt_sign(data, given):
    """Below 0."""
    loss, off, held = _loss(data)
    return -loss / (off - held)


@wrong("per_opt_out", named="hundredth")
def opt_percent(data, given):
    """The share in per cent."""
    loss, off, held = _loss(data)
    return loss / (100 * (off - held))
