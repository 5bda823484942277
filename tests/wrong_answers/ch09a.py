"""Wrong answers to the exercise of chapter 9a."""

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

from crmlab.social import corrected_share
from tests.wrong_answers import wrong

DAY = pd.Timedelta(days=1)


def _wait(data, posts=None):
    posts = data.december if posts is None else posts
    return posts["answered_at"] - posts["posted"]


def _seen(data):
    posts = data.december
    return posts["answered_at"].fillna(data.now) - posts["posted"]


# late


@wrong("late", named="unanswered_dropped")
def late_filter(data, given):
    """A filter on the difference; missing ones are never larger."""
    return data.december.index[_wait(data) > DAY]


@wrong("late", named="all_unanswered")
def late_isna(data, given):
    """Too late, or no answer at all."""
    wait = _wait(data)
    return data.december.index[(wait > DAY) | wait.isna()].tolist()


@wrong("late", named="only_unanswered")
def late_open(data, given):
    """Only those that still wait for longer than a day."""
    posts = data.december
    return posts.index[posts["answered_at"].isna() & (data.now - posts["posted"] > DAY)]


@wrong("late", named="another_day")
def late_calendar(data, given):
    """Answered on a later day."""
    posts = data.december
    end = posts["answered_at"].fillna(data.now)
    return posts.index[end.dt.date > posts["posted"].dt.date]


@wrong("late", named="whole_days")
def late_days(data, given):
    """.dt.days > 1."""
    return data.december.index[_seen(data).dt.days > 1]


@wrong("late", named="whole_days")
def late_two(data, given):
    """48 hours."""
    return data.december.index[_seen(data) > 2 * DAY]


@wrong("late", named="others")
def late_kept(data, given):
    """The posts for which it was kept."""
    return data.december.index[_seen(data) <= DAY]


@wrong("late", named="since_the_leak")
def late_leak(data, given):
    """Only posts since 18 December."""
    posts = data.december
    return posts.index[(_seen(data) > DAY) & (posts["posted"] >= "2025-12-18")]


@wrong("late", named="before_the_leak")
def late_before(data, given):
    """Only posts before 18 December."""
    posts = data.december
    return posts.index[(_seen(data) > DAY) & (posts["posted"] < "2025-12-18")]


@wrong("late", named="unanswered_dropped+whole_days")
def late_days_dropped(data, given):
    """.dt.days > 1 without the unanswered."""
    return data.december.index[_wait(data).dt.days > 1]


# median_wait


def _hours(wait):
    return wait.dt.total_seconds() / 3600


@wrong("median_wait", named="answered_only")
def wait_answered(data, given):
    """median() skips what is missing."""
    return _hours(_wait(data)).median()


@wrong("median_wait", named="as_answered_now")
def wait_now(data, given):
    """Filled with now, then the median."""
    return _hours(_seen(data)).median()


@wrong("median_wait", named="as_never")
def wait_never(data, given):
    """Filled with a very long time."""
    return _hours(_wait(data)).fillna(99_999).median()


@wrong("median_wait", named="as_zero")
def wait_zero(data, given):
    """Filled with 0."""
    return _hours(_wait(data)).fillna(0).median()


@wrong("median_wait", named="mean_of_answered")
def wait_mean(data, given):
    """The mean."""
    return _hours(_wait(data)).mean()


def _curve(data, rows=None, at=0.5):
    posts, seen = data.december, _hours(_seen(data))
    rows = slice(None) if rows is None else rows
    return SurvfuncRight(seen[rows], posts["answered_at"].notna()[rows].astype(int)).quantile(at)


@wrong("median_wait", named="in_days")
def wait_days(data, given):
    """Right, in days."""
    return _curve(data) / 24


@wrong("median_wait", named="in_minutes")
def wait_minutes(data, given):
    """Right, in minutes."""
    return _curve(data) * 60


@wrong("median_wait", named="since_the_leak")
def wait_leak(data, given):
    """Only posts since the leak."""
    return _curve(data, data.december["posted"] >= "2025-12-18")


@wrong("median_wait", named="status_turned")
def wait_turned(data, given):
    """The status is 1 for the censored."""
    posts = data.december
    return SurvfuncRight(_hours(_seen(data)), posts["answered_at"].isna().astype(int)).quantile(0.5)


@wrong("median_wait", named="a_quarter")
def wait_quarter(data, given):
    """The 25 % quantile."""
    return _curve(data, at=0.25)


@wrong("median_wait", named="lower_end")
def wait_low(data, given):
    """The lower end of the interval."""
    posts, seen = data.december, _hours(_seen(data))
    curve = SurvfuncRight(seen, posts["answered_at"].notna().astype(int))
    return curve.quantile_ci(0.5)[0]


@wrong("median_wait", named="upper_end")
def wait_high(data, given):
    """The upper end of the interval."""
    posts, seen = data.december, _hours(_seen(data))
    curve = SurvfuncRight(seen, posts["answered_at"].notna().astype(int))
    return curve.quantile_ci(0.5)[1]


@wrong("median_wait", named="mean_of_all")
def wait_mean_of_all(data, given):
    """The mean of the hours until the answer or until now."""
    return _hours(_seen(data)).mean()


@wrong("median_wait", named="form")
def wait_timedelta(data, given):
    """A length of time in place of hours."""
    return pd.Timedelta(hours=_curve(data))


# share


def _found(data, **options):
    checked = data.checked
    return corrected_share(
        data.november["called"], checked["called"], checked["negative"], **options
    )


def _rates(data):
    checked = data.checked
    caught = checked.loc[checked["negative"], "called"].mean()
    passed = 1 - checked.loc[~checked["negative"], "called"].mean()
    return data.november["called"].mean(), caught, passed


@wrong("share", named="called")
def share_called(data, given):
    """What is called negative."""
    return data.november["called"].mean()


@wrong("share", named="only_sensitivity")
def share_missed(data, given):
    """Divided by the sensitivity."""
    raw, caught, _passed = _rates(data)
    return raw / caught


@wrong("share", named="precision")
def share_precision(data, given):
    """Precision in place of sensitivity."""
    raw, _caught, passed = _rates(data)
    precision = data.checked.loc[data.checked["called"], "negative"].mean()
    return (raw + passed - 1) / (precision + passed - 1)


@wrong("share", named="swapped")
def share_swapped(data, given):
    """Sensitivity and specificity swapped."""
    raw, caught, passed = _rates(data)
    return (raw + caught - 1) / (caught + passed - 1)


@wrong("share", named="predictive_values")
def share_predictive(data, given):
    """What a call meant in autumn."""
    means = data.checked.groupby("called")["negative"].mean()
    raw = data.november["called"].mean()
    return raw * means[True] + (1 - raw) * means[False]


@wrong("share", named="read_posts")
def share_read(data, given):
    """The share of the posts that were read."""
    return data.checked["negative"].mean()


@wrong("share", named="hundredfold")
def share_per_cent(data, given):
    """In per cent."""
    return 100 * _found(data)["share"]


@wrong("share", named="complement")
def share_others(data, given):
    """The share of the others."""
    return 1 - _found(data)["share"]


@wrong("share", named="only_specificity")
def share_invented(data, given):
    """Corrected for false alarms only."""
    raw, _caught, passed = _rates(data)
    return (raw + passed - 1) / passed


@wrong("share", named="accuracy")
def share_accuracy(data, given):
    """The accuracy for both."""
    right = (data.checked["called"] == data.checked["negative"]).mean()
    return (data.november["called"].mean() + right - 1) / (2 * right - 1)


def _of_november(data):
    return data.checked.loc[data.checked.index.isin(data.november.index), "negative"]


@wrong("share", named="read_in_november")
def share_by_hand(data, given):
    """November's posts that were read."""
    return _of_november(data).mean()


@wrong("share", named="number")
def share_posts(data, given):
    """How many posts are negative."""
    return _found(data)["share"] * len(data.november)


@wrong("share", named="both_turned")
def share_conditions(data, given):
    """What a call means, and what none means, in place of sensitivity and specificity."""
    means = data.checked.groupby("called")["negative"].mean()
    raw = data.november["called"].mean()
    return (raw - means[False]) / (means[True] - means[False])


# share_low


@wrong("share_low", named="called_corrected")
def low_of_called_corrected(data, given):
    """The low end of what is called, put into the formula."""
    raw, caught, passed = _rates(data)
    low = raw - 1.96 * np.sqrt(raw * (1 - raw) / len(data.november))
    return (low + passed - 1) / (caught + passed - 1)


@wrong("share_low", named="as_counted")
def low_counted(data, given):
    """The formula of a share that was counted."""
    share = _found(data)["share"]
    return share - 1.96 * np.sqrt(share * (1 - share) / len(data.november))


@wrong("share_low", named="read_in_november")
def low_by_hand(data, given):
    """The interval of November's posts that were read."""
    own = _of_november(data)
    return own.mean() - 1.96 * np.sqrt(own.mean() * (1 - own.mean()) / len(own))


@wrong("share_low", named="upper_end")
def low_upper(data, given):
    """The upper end."""
    return _found(data)["high"]


@wrong("share_low", named="half_width")
def low_half(data, given):
    """Half of the interval."""
    found = _found(data)
    return (found["high"] - found["low"]) / 2


@wrong("share_low", named="one_standard_error")
def low_one(data, given):
    """One standard error."""
    found = _found(data)
    return found["share"] - (found["share"] - found["low"]) / 1.96


@wrong("share_low", named="ninety_percent")
def low_ninety(data, given):
    """1.645 standard errors."""
    found = _found(data)
    return found["share"] - 1.645 * (found["share"] - found["low"]) / 1.96


@wrong("share_low", named="as_sample")
def low_sample(data, given):
    """sample=True."""
    return _found(data, sample=True)["low"]


@wrong("share_low", named="of_called")
def low_called(data, given):
    """The interval of what is called."""
    raw = data.november["called"].mean()
    return raw - 1.96 * np.sqrt(raw * (1 - raw) / len(data.november))


@wrong("share_low", named="of_read")
def low_read(data, given):
    """The interval of the posts read."""
    share = data.checked["negative"].mean()
    return share - 1.96 * np.sqrt(share * (1 - share) / len(data.checked))


@wrong("share_low", named="errors_known")
def low_known(data, given):
    """The errors taken for known."""
    found, (_raw, caught, passed) = _found(data), _rates(data)
    share = found["share"]
    luck = share * caught * (1 - caught) + (1 - share) * passed * (1 - passed)
    return share - 1.96 * np.sqrt(luck / len(data.november)) / (caught + passed - 1)


@wrong("share_low", named="hundredfold")
def low_per_cent(data, given):
    """In per cent."""
    return 100 * _found(data)["low"]


@wrong("share_low", named="not_stretched")
def low_narrow(data, given):
    """The standard error before it is divided."""
    found, (_raw, caught, passed) = _found(data), _rates(data)
    return found["share"] - (found["share"] - found["low"]) * (caught + passed - 1)


# per_hour


def _arms(data, kind="negative", drop=False, zero=False, cap=True):
    test = data.test if kind is None else data.test[data.test["label"] == kind]
    hours = _hours(_wait(data, test))
    hours = hours.clip(upper=48) if cap else hours
    if drop:
        test, hours = test[hours.notna()], hours.dropna()
    return test.assign(hours=hours.fillna(0 if zero else 48))


def _wald(rows):
    gap = rows.groupby("turn")[["cost", "hours"]].mean().diff().iloc[-1]
    return gap["cost"] / gap["hours"]


@wrong("per_hour", named="slope_in_turn")
def hour_slope(data, given):
    """A line through cost and hours of those in turn."""
    rows = _arms(data).query("turn == 'in turn'")
    return np.polyfit(rows["hours"], rows["cost"], 1)[0]


@wrong("per_hour", named="seen_together")
def hour_slope_all(data, given):
    """A line through cost and hours of both arms."""
    rows = _arms(data)
    return np.polyfit(rows["hours"], rows["cost"], 1)[0]


@wrong("per_hour", named="all_posts")
def hour_all(data, given):
    """All posts."""
    return _wald(_arms(data, kind=None))


@wrong("per_hour", named="unanswered_dropped")
def hour_dropped(data, given):
    """Without those who have no answer."""
    return _wald(_arms(data, drop=True))


@wrong("per_hour", named="not_capped")
def hour_uncapped(data, given):
    """Hours are not cut at 48."""
    return _wald(_arms(data, cap=False))


@wrong("per_hour", named="cost_only")
def hour_cost(data, given):
    """The difference in cost."""
    return _arms(data).groupby("turn")["cost"].mean().diff().iloc[-1]


@wrong("per_hour", named="inverse")
def hour_inverse(data, given):
    """Hours per yuan."""
    return 1 / _wald(_arms(data))


@wrong("per_hour", named="in_turn_only")
def hour_one_arm(data, given):
    """Cost over hours of those in turn."""
    mean = _arms(data).query("turn == 'in turn'")[["cost", "hours"]].mean()
    return mean["cost"] / mean["hours"]


@wrong("per_hour", named="within_the_hour")
def hour_fast(data, given):
    """Within the hour against the others."""
    rows = _arms(data)
    mean = rows.groupby(rows["hours"] <= 1)[["cost", "hours"]].mean()
    gap = mean.loc[False] - mean.loc[True]
    return gap["cost"] / gap["hours"]


@wrong("per_hour", named="sign")
def hour_sign(data, given):
    """One difference first less in turn, the other the other way."""
    return -_wald(_arms(data))


@wrong("per_hour", named="cost_over_hours")
def hour_of_all(data, given):
    """The cost of both arms over their hours."""
    rows = _arms(data)
    return rows["cost"].sum() / rows["hours"].sum()


@wrong("per_hour", named="of_two_ratios")
def hour_ratios(data, given):
    """Cost over hours, by arm, and their difference."""
    mean = _arms(data).groupby("turn")[["cost", "hours"]].mean()
    ratio = mean["cost"] / mean["hours"]
    return ratio["in turn"] - ratio["first"]


@wrong("per_hour", named="per_minute")
def hour_minute(data, given):
    """A minute of waiting."""
    return _wald(_arms(data)) / 60


# first_up


def _top(data, score, number=None):
    order = score.sort_values(ascending=False, kind="stable")
    return order.index[: data.places if number is None else number].tolist()


def _worth(data):
    table = data.waiting
    spared = (table["waited"] + 24).clip(upper=48) - table["waited"].clip(upper=48)
    return (table["score"] * spared).round(9)


@wrong("first_up", named="by_score")
def up_score(data, given):
    """The highest scores."""
    return _top(data, data.waiting["score"])


@wrong("first_up", named="oldest")
def up_oldest(data, given):
    """First come, first served."""
    return _top(data, data.waiting["waited"])


@wrong("first_up", named="newest")
def up_newest(data, given):
    """Last come, first served."""
    return _top(data, -data.waiting["waited"])


@wrong("first_up", named="harm_so_far")
def up_harm(data, given):
    """Chance times hours waited, up to 48."""
    return _top(data, (data.waiting["score"] * data.waiting["waited"].clip(upper=48)).round(9))


@wrong("first_up", named="one_too_many")
def up_more(data, given):
    """One too many."""
    return _top(data, _worth(data), data.places + 1)


@wrong("first_up", named="one_too_few")
def up_fewer(data, given):
    """One too few."""
    return _top(data, _worth(data), data.places - 1)


@wrong("first_up", named="all_called")
def up_called(data, given):
    """All above 0.5."""
    return data.waiting.index[data.waiting["score"] > 0.5]


@wrong("first_up", named="lowest")
def up_lowest(data, given):
    """Sorted the wrong way."""
    return _worth(data).sort_values(kind="stable").index[: data.places]


@wrong("first_up", named="hours_only")
def up_hours(data, given):
    """The hours that still count, without the score."""
    table = data.waiting
    spared = (table["waited"] + 24).clip(upper=48) - table["waited"].clip(upper=48)
    return _top(data, spared.round(9))


@wrong("first_up", named="others")
def up_others(data, given):
    """All but those."""
    return data.waiting.index[~data.waiting.index.isin(given("first_up"))]


@wrong("first_up", named="young_by_score")
def up_young(data, given):
    """The highest scores of those under 48 hours."""
    return _top(data, data.waiting["score"].where(data.waiting["waited"] < 48, 0))


def _left(data):
    return (48 - data.waiting["waited"]).clip(lower=0)


@wrong("first_up", named="all_hours_left")
def up_left(data, given):
    """Score times all hours that are left to 48."""
    return _top(data, (data.waiting["score"] * _left(data)).round(9))


@wrong("first_up", named="youngest_hours")
def up_youngest(data, given):
    """The most hours left to 48."""
    return _top(data, _left(data).round(9))


@wrong("first_up", named="oldest_below")
def up_next(data, given):
    """The oldest of those under 48 hours."""
    return _top(data, data.waiting["waited"].where(data.waiting["waited"] < 48, 0))


# saved


def _saved(data, given, names=None):
    return _worth(data)[given("first_up") if names is None else names].sum() * given("per_hour")


@wrong("saved", named="not_capped")
def saved_uncapped(data, given):
    """24 hours for each."""
    return 24 * data.waiting["score"][given("first_up")].sum() * given("per_hour")


@wrong("saved", named="without_chance")
def saved_all_negative(data, given):
    """Hours times cost, without the chance."""
    table = data.waiting.loc[given("first_up")]
    spared = (table["waited"] + 24).clip(upper=48) - table["waited"].clip(upper=48)
    return spared.sum() * given("per_hour")


@wrong("saved", named="called_negative")
def saved_cut(data, given):
    """Above 0.5 is negative."""
    table = data.waiting.loc[given("first_up")]
    spared = (table["waited"] + 24).clip(upper=48) - table["waited"].clip(upper=48)
    return spared[table["score"] > 0.5].sum() * given("per_hour")


@wrong("saved", named="hours_of_negatives")
def saved_hours(data, given):
    """Without the cost of an hour."""
    return _worth(data)[given("first_up")].sum()


@wrong("saved", named="of_all_waiting")
def saved_everybody(data, given):
    """All that wait."""
    return _saved(data, given, data.waiting.index)


@wrong("saved", named="of_highest_scores")
def saved_scores(data, given):
    """The list of the highest scores."""
    return _saved(data, given, _top(data, data.waiting["score"]))


@wrong("saved", named="per_post")
def saved_mean(data, given):
    """The mean."""
    return _saved(data, given) / len(given("first_up"))


@wrong("saved", named="whole_wait")
def saved_past(data, given):
    """The hours waited so far."""
    table = data.waiting.loc[given("first_up")]
    return (table["score"] * table["waited"].clip(upper=48)).sum() * given("per_hour")


@wrong("saved", named="sign")
def saved_sign(data, given):
    """As a cost."""
    return -_saved(data, given)


@wrong("saved", named="thousandth")
def saved_thousands(data, given):
    """In thousand yuan."""
    return _saved(data, given) / 1000


@wrong("saved", named="all_hours_in_list")
def saved_left(data, given):
    """Score times all hours to 48, in the list and in the sum."""
    worth = (data.waiting["score"] * _left(data)).round(9)
    return worth[_top(data, worth)].sum() * given("per_hour")


@wrong("saved", named="all_hours_left")
def saved_left_of_right_list(data, given):
    """The right list, and all hours to 48."""
    worth = data.waiting["score"] * _left(data)
    return worth[given("first_up")].sum() * given("per_hour")


@wrong("saved", named="of_young_by_score")
def saved_young(data, given):
    """The list of the highest scores under 48 hours."""
    score = data.waiting["score"].where(data.waiting["waited"] < 48, 0)
    return _saved(data, given, _top(data, score))


# added_low


def _added(data):
    use = data.use
    return (use[data.more] & ~use[data.have].any(axis=1)).astype(float)


@wrong("added_low", named="upper_end")
def added_upper(data, given):
    """The upper end."""
    return _added(data).mean() + 1.96 * _added(data).sem()


@wrong("added_low", named="point")
def added_point(data, given):
    """What it adds."""
    return _added(data).mean()


@wrong("added_low", named="one_standard_error")
def added_one(data, given):
    """One standard error."""
    return _added(data).mean() - _added(data).sem()


@wrong("added_low", named="ninety_percent")
def added_ninety(data, given):
    """1.645 standard errors."""
    return _added(data).mean() - 1.645 * _added(data).sem()


def _low(column):
    column = column.astype(float)
    return column.mean() - 1.96 * column.sem()


@wrong("added_low", named="alone")
def added_alone(data, given):
    """All who use the third."""
    return _low(data.use[data.more])


@wrong("added_low", named="all_three")
def added_three(data, given):
    """The coverage of all three."""
    return _low(data.use[[*data.have, data.more]].any(axis=1))


@wrong("added_low", named="in_all_of_two")
def added_both(data, given):
    """Not in both."""
    return _low(data.use[data.more] & ~data.use[data.have].all(axis=1))


@wrong("added_low", named="separate_samples")
def added_separate(data, given):
    """Two coverages, their standard errors squared and added."""
    two = data.use[data.have].any(axis=1).astype(float)
    three = data.use[[*data.have, data.more]].any(axis=1).astype(float)
    return three.mean() - two.mean() - 1.96 * np.hypot(three.sem(), two.sem())


@wrong("added_low", named="hundredfold")
def added_points(data, given):
    """In points."""
    return 100 * _low(_added(data))


@wrong("added_low", named="without_number")
def added_sd(data, given):
    """The standard deviation."""
    return _added(data).mean() - 1.96 * _added(data).std()


@wrong("added_low", named="of_the_rest")
def added_of_the_rest(data, given):
    """Of those whom the two do not reach yet."""
    return _low(_added(data)[~data.use[data.have].any(axis=1)])


@wrong("added_low", named="relative")
def added_relative(data, given):
    """Growth against the coverage of the two."""
    return _low(_added(data)) / data.use[data.have].any(axis=1).mean()
