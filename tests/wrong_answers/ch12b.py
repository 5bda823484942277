"""Wrong answers to the exercise of chapter 12b."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from tests.wrong_answers import wrong


def _pivot(data, column):
    return data.spend_test.pivot(index="channel", columns="spend_multiple", values=column)


def _came(data):
    test = data.spend_test
    return _pivot(data, "new_customers") / test["quarters"].iloc[0]


def _step(data, low=1.0, high=2.0):
    came, spend = _came(data), _pivot(data, "spend")
    return (came[high] - came[low]) * data.terms["worth"] / (spend[high] - spend[low])


# brings


@wrong("brings", named="average")
def brings_average(data, given):
    """From 0 to twice the usual."""
    return _step(data, 0.0)


@wrong("brings", named="usual")
def brings_step_before(data, given):
    """From half to the usual."""
    return _step(data, 0.5, 1.0)


@wrong("brings", named="average_usual")
def brings_usual_spend(data, given):
    """The usual spend against none."""
    return _step(data, 0.0, 1.0)


@wrong("brings", named="all_newcomers")
def brings_all(data, given):
    """All newcomers over the whole spend."""
    return _came(data)[2.0] * data.terms["worth"] / _pivot(data, "spend")[2.0]


@wrong("brings", named="whole_spend")
def brings_whole_spend(data, given):
    """The added newcomers over the whole spend."""
    came = _came(data)
    return (came[2.0] - came[1.0]) * data.terms["worth"] / _pivot(data, "spend")[2.0]


@wrong("brings", named="ten_quarters")
def brings_all_quarters(data, given):
    """Newcomers of ten quarters, spend of one."""
    return _step(data) * data.spend_test["quarters"].iloc[0]


@wrong("brings", named="no_worth")
def brings_newcomers(data, given):
    """Newcomers a yuan."""
    return _step(data) / data.terms["worth"]


@wrong("brings", named="last_contact")
def brings_by_last_contact(data, given):
    """By last contact."""
    channels = data.channels
    return channels["new_customers"] * data.terms["worth"] / channels["spend"]


@wrong("brings", named="sign")
def brings_turned(data, given):
    """The rows subtracted the wrong way round."""
    return -_step(data)


@wrong("brings", named="average+ten_quarters")
def brings_average_all_quarters(data, given):
    """From 0, newcomers of all quarters."""
    return _step(data, 0.0) * data.spend_test["quarters"].iloc[0]


@wrong("brings", named="quarters_of_spend")
def brings_spend_of_all_quarters(data, given):
    """Newcomers of one quarter, spend of ten."""
    return _step(data) / data.spend_test["quarters"].iloc[0]


@wrong("brings", named="days_left")
def brings_days_left(data, given):
    """With the worth of what is left of the year."""
    return _step(data) * data.terms["days"] / 320


@wrong("brings", named="whole_step")
def brings_whole_step(data, given):
    """All that the step brings."""
    return (_came(data)[2.0] - _came(data)[1.0]) * data.terms["worth"]


@wrong("brings", named="after_cost")
def brings_after_cost(data, given):
    """What the step leaves."""
    spend = _pivot(data, "spend")
    return (_step(data) - 1) * (spend[2.0] - spend[1.0])


@wrong("brings")
def brings_half_to_double(data, given):
    """From half to twice."""
    return _step(data, 0.5, 2.0)


@wrong("brings", named="less_the_yuan")
def brings_less_the_yuan(data, given):
    """What is left after the yuan."""
    return _step(data) - 1


# spend


def _added(data, worth=None, quarters=1):
    came = _came(data) * quarters
    worth = data.terms["worth"] * data.terms["days"] / 320 if worth is None else worth
    return came.sub(came[0.0], axis=0) * worth


def _yuan(data, multiple):
    spend = _pivot(data, "spend")
    return pd.Series({name: spend.loc[name, one] for name, one in multiple.items()})


@wrong("spend", named="whole_worth")
def spend_whole_worth(data, given):
    """With the worth of 320 days."""
    net = _added(data, data.terms["worth"]) - _pivot(data, "spend")
    return _yuan(data, net.idxmax(axis=1))


@wrong("spend", named="most_newcomers")
def spend_most(data, given):
    """Most newcomers."""
    return _yuan(data, _came(data).idxmax(axis=1))


@wrong("spend", named="average_pays")
def spend_average(data, given):
    """The highest that pays on average."""
    spend = _pivot(data, "spend")
    return spend.where(_added(data) >= spend).max(axis=1)


@wrong("spend", named="best_ratio")
def spend_ratio(data, given):
    """The best return on a yuan."""
    spend = _pivot(data, "spend").drop(columns=0.0)
    ratio = (_added(data).drop(columns=0.0) / spend).assign(**{"0": 0.0})
    return _yuan(data, ratio.idxmax(axis=1).replace("0", 0.0))


@wrong("spend", named="without_zero")
def spend_never_zero(data, given):
    """0 not among the choices."""
    net = (_added(data) - _pivot(data, "spend")).drop(columns=0.0)
    return _yuan(data, net.idxmax(axis=1))


@wrong("spend", named="multiples")
def spend_multiples(data, given):
    """Multiples in place of yuan."""
    return (_added(data) - _pivot(data, "spend")).idxmax(axis=1).astype(float)


@wrong("spend", named="ten_quarters")
def spend_all_quarters(data, given):
    """Newcomers of ten quarters."""
    net = _added(data, quarters=data.spend_test["quarters"].iloc[0]) - _pivot(data, "spend")
    return _yuan(data, net.idxmax(axis=1))


@wrong("spend", named="worst")
def spend_least(data, given):
    """The wrong end."""
    return _yuan(data, (_added(data) - _pivot(data, "spend")).idxmin(axis=1))


@wrong("spend", named="year_for_quarter")
def spend_a_year(data, given):
    """A year's spend."""
    return 4 * _yuan(data, (_added(data) - _pivot(data, "spend")).idxmax(axis=1))


@wrong("spend", named="whole_worth+without_zero")
def spend_whole_worth_never_zero(data, given):
    """With the worth of 320 days, and 0 not among the choices."""
    net = (_added(data, data.terms["worth"]) - _pivot(data, "spend")).drop(columns=0.0)
    return _yuan(data, net.idxmax(axis=1))


@wrong("spend", named="usual")
def spend_usual(data, given):
    """Last year again."""
    return data.channels["spend"]


@wrong("spend", named="doubled")
def spend_doubled(data, given):
    """Twice the usual, everywhere."""
    return 2 * data.channels["spend"]


@wrong("spend", named="nothing")
def spend_nothing(data, given):
    """Nothing."""
    return 0 * data.channels["spend"]


@wrong("spend", named="after_cost")
def spend_what_is_left(data, given):
    """What the best spend leaves after its cost."""
    return (_added(data) - _pivot(data, "spend")).max(axis=1)


# load


def _load(data, call=0.7, new=0.6):
    hours, calls, before, people = data.desk
    return (hours + call * calls) / (200 * (before + new * (people - before)))


@wrong("load", named="no_calls")
def load_tickets(data, given):
    """Without the calls."""
    return _load(data, call=0)


@wrong("load", named="call_an_hour")
def load_hour(data, given):
    """An hour a call."""
    return _load(data, call=1)


@wrong("load", named="new_full")
def load_all_full(data, given):
    """All people alike."""
    return _load(data, new=1)


@wrong("load", named="new_none")
def load_before(data, given):
    """Only those who were there."""
    return _load(data, new=0)


@wrong("load", named="all_new")
def load_all_new(data, given):
    """Everybody 0.6."""
    return (data.desk["ticket_hours"] + 0.7 * data.desk["calls"]) / (
        200 * 0.6 * data.desk["people"]
    )


@wrong("load", named="hours_only")
def load_hours(data, given):
    """Hours of work."""
    return data.desk["ticket_hours"] + 0.7 * data.desk["calls"]


@wrong("load", named="people_only")
def load_a_person(data, given):
    """Hours a person."""
    return 200 * _load(data)


@wrong("load", named="hundredfold")
def load_per_cent(data, given):
    """Per cent."""
    return 100 * _load(data)


@wrong("load", named="inverse")
def load_turned(data, given):
    """The hours of the people over the work."""
    return 1 / _load(data)


@wrong("load", named="no_calls+new_full")
def load_plain(data, given):
    """Without the calls, all people alike."""
    return _load(data, call=0, new=1)


@wrong("load", named="new_twice")
def load_new_twice(data, given):
    """200 × (people + 0.6 × new), with people as they are from now on."""
    hours, calls, before, people = data.desk
    return (hours + 0.7 * calls) / (200 * (people + 0.6 * (people - before)))


@wrong("load", named="new_less")
def load_new_less(data, given):
    """0.4 for who is new."""
    return _load(data, new=0.4)


@wrong("load", named="calls_divided")
def load_calls_divided(data, given):
    """Calls over 0.7."""
    return _load(data, call=1 / 0.7)


# change


def _stays(data, rows=None, column="ordered_late"):
    trial = data.trial if rows is None else data.trial[rows]
    return trial.groupby(["label", "offer"])[column].mean().unstack()


def _calm(data):
    return data.trial["compared"] == 0


@wrong("change", named="everybody")
def change_all(data, given):
    """All who drew."""
    stays = _stays(data)
    return stays[data.offer] - stays["none"]


@wrong("change", named="who_shows")
def change_shows(data, given):
    """Those who compared."""
    stays = _stays(data, ~_calm(data))
    return stays[data.offer] - stays["none"]


@wrong("change", named="orders")
def change_orders(data, given):
    """Orders in place of whether."""
    stays = _stays(data, _calm(data), "orders_after")
    return stays[data.offer] - stays["none"]


@wrong("change", named="money")
def change_money(data, given):
    """Margin."""
    stays = _stays(data, _calm(data), "margin_after")
    return stays[data.offer] - stays["none"]


@wrong("change", named="at_all")
def change_any(data, given):
    """Whether there was any order after it."""
    trial = data.trial[_calm(data)].assign(any=lambda rows: rows["orders_after"] > 0)
    stays = trial.groupby(["label", "offer"])["any"].mean().unstack()
    return stays[data.offer] - stays["none"]


@wrong("change", named="share_offered")
def change_share(data, given):
    """The share of those offered."""
    return _stays(data, _calm(data))[data.offer]


@wrong("change", named="sign")
def change_turned(data, given):
    """None less offered."""
    stays = _stays(data, _calm(data))
    return stays["none"] - stays[data.offer]


@wrong("change", named="hundredfold")
def change_points(data, given):
    """In points."""
    stays = _stays(data, _calm(data))
    return 100 * (stays[data.offer] - stays["none"])


@wrong("change", named="against_all")
def change_mean(data, given):
    """Against the mean of all."""
    calm = data.trial[_calm(data)]
    return _stays(data, _calm(data))[data.offer] - calm.groupby("label")["ordered_late"].mean()


@wrong("change", named="relative")
def change_relative(data, given):
    """Relative to the share without."""
    stays = _stays(data, _calm(data))
    return stays[data.offer] / stays["none"] - 1


@wrong("change", named="ratio")
def change_ratio(data, given):
    """One over the other."""
    stays = _stays(data, _calm(data))
    return stays[data.offer] / stays["none"]


@wrong("change", named="rounded")
def change_two_decimals(data, given):
    """As whole points."""
    stays = _stays(data, _calm(data))
    return (stays[data.offer] - stays["none"]).round(2)


@wrong("change")
def change_counts(data, given):
    """Customers in place of shares."""
    calm = data.trial[_calm(data)]
    stays = calm.groupby(["label", "offer"])["ordered_late"].sum().unstack()
    return stays[data.offer] - stays["none"]


# worst_high


def _worst(data, z=None, side=1, rows=None, arms=True):
    trial = data.trial[_calm(data) if rows is None else rows]
    found = trial.groupby(["label", "offer"])["ordered_late"].agg(["mean", "var", "size"])
    mean, error = found["mean"].unstack(), (found["var"] / found["size"]).unstack()
    change = mean[data.offer] - mean["none"]
    lowest = change.idxmin()
    variance = error.loc[lowest, data.offer] + (error.loc[lowest, "none"] if arms else 0)
    z = stats.norm.isf(0.025 / 4) if z is None else z
    return change[lowest] + side * z * np.sqrt(variance)


@wrong("worst_high", named="one_look")
def worst_one_look(data, given):
    """1.96."""
    return _worst(data, stats.norm.isf(0.025))


@wrong("worst_high", named="one_look_rounded")
def worst_rounded_factor(data, given):
    """1.96, as it is written."""
    return _worst(data, 1.96)


@wrong("worst_high", named="one_tail")
def worst_one_tail(data, given):
    """5 % over four."""
    return _worst(data, stats.norm.isf(0.05 / 4))


@wrong("worst_high", named="lower_end")
def worst_low(data, given):
    """The other end."""
    return _worst(data, side=-1)


@wrong("worst_high", named="point")
def worst_point(data, given):
    """The change."""
    return _worst(data, 0)


@wrong("worst_high", named="one_arm")
def worst_one_arm(data, given):
    """The error of those offered."""
    return _worst(data, arms=False)


@wrong("worst_high", named="everybody")
def worst_everybody(data, given):
    """All who drew."""
    return _worst(data, rows=data.trial["compared"] >= 0)


@wrong("worst_high", named="half")
def worst_half(data, given):
    """Half of the interval."""
    return _worst(data) - _worst(data, 0)


@wrong("worst_high", named="hundredfold")
def worst_points(data, given):
    """In points."""
    return 100 * _worst(data)


@wrong("worst_high", named="twelve_looks")
def worst_twelve(data, given):
    """As in the lesson, for twelve."""
    return _worst(data, stats.norm.isf(0.025 / 12))


@wrong("worst_high", named="one_look_rounded+everybody")
def worst_everybody_one_look(data, given):
    """1.96, and all who drew."""
    return _worst(data, 1.96, rows=data.trial["compared"] >= 0)


@wrong("worst_high", named="who_shows")
def worst_shows(data, given):
    """Those who compared."""
    return _worst(data, rows=~_calm(data))


def _arms(data):
    trial = data.trial[_calm(data)].astype({"ordered_late": float})
    found = trial.groupby(["label", "offer"])["ordered_late"].agg(["mean", "sum", "size"])
    mean = found["mean"].unstack()
    lowest = (mean[data.offer] - mean["none"]).idxmin()
    return found.loc[lowest].loc[[data.offer, "none"]]


@wrong("worst_high", named="by_rows")
def worst_by_shares(data, given):
    """p (1 − p) over n."""
    arms = _arms(data)
    variance = (arms["mean"] * (1 - arms["mean"]) / arms["size"]).sum()
    return _worst(data, 0) + stats.norm.isf(0.025 / 4) * np.sqrt(variance)


@wrong("worst_high", named="pooled")
def worst_pooled(data, given):
    """One share for both arms."""
    arms = _arms(data)
    share = arms["sum"].sum() / arms["size"].sum()
    variance = share * (1 - share) * (1 / arms["size"]).sum()
    return _worst(data, 0) + stats.norm.isf(0.025 / 4) * np.sqrt(variance)


@wrong("worst_high", named="no_root")
def worst_no_root(data, given):
    """The variance for the error."""
    z = stats.norm.isf(0.025 / 4)
    return _worst(data, 0) + ((_worst(data) - _worst(data, 0)) / z) ** 2 * z


@wrong("worst_high")
def worst_t(data, given):
    """Twice the standard error."""
    return _worst(data, 3.0)


# lead_low


def _low(data, other="last year", factor=None, error=None):
    lead = data.scores["ours"] - data.scores[other]
    factor = stats.t.ppf(0.975, 19) if factor is None else factor
    return lead.mean() - factor * (lead.sem() if error is None else error)


@wrong("lead_low", named="not_paired")
def lead_unpaired(data, given):
    """Two samples."""
    return _low(data, error=np.hypot(data.scores["ours"].sem(), data.scores["last year"].sem()))


@wrong("lead_low", named="normal")
def lead_normal(data, given):
    """1.96."""
    return _low(data, factor=1.96)


@wrong("lead_low", named="one_tail")
def lead_one_tail(data, given):
    """t of 95 %."""
    return _low(data, factor=stats.t.ppf(0.95, 19))


@wrong("lead_low", named="deviation")
def lead_deviation(data, given):
    """The standard deviation."""
    return _low(data, error=(data.scores["ours"] - data.scores["last year"]).std())


@wrong("lead_low", named="over_n")
def lead_numpy(data, given):
    """The deviation of numpy."""
    lead = (data.scores["ours"] - data.scores["last year"]).to_numpy()
    return _low(data, error=lead.std() / np.sqrt(20))


@wrong("lead_low", named="upper_end")
def lead_high(data, given):
    """The upper end."""
    return _low(data, factor=-stats.t.ppf(0.975, 19))


@wrong("lead_low", named="point")
def lead_mean(data, given):
    """The mean."""
    return _low(data, factor=0)


@wrong("lead_low", named="over_nobody")
def lead_nobody(data, given):
    """Over nobody."""
    return _low(data, "nobody")


@wrong("lead_low", named="over_rival")
def lead_rival(data, given):
    """Over the rival."""
    return _low(data, "rival")


@wrong("lead_low", named="half")
def lead_half(data, given):
    """Half of the interval."""
    return _low(data, factor=0) - _low(data)


@wrong("lead_low", named="worst_company")
def lead_minimum(data, given):
    """The worst company."""
    return (data.scores["ours"] - data.scores["last year"]).min()


@wrong("lead_low", named="thousandth")
def lead_thousands(data, given):
    """In thousand yuan."""
    return _low(data) / 1000


@wrong("lead_low", named="two_samples")
def lead_two_samples(data, given):
    """ttest_ind."""
    found = stats.ttest_ind(data.scores["ours"], data.scores["last year"])
    return found.confidence_interval().low


@wrong("lead_low", named="welch")
def lead_welch(data, given):
    """ttest_ind, with equal_var=False."""
    found = stats.ttest_ind(data.scores["ours"], data.scores["last year"], equal_var=False)
    return found.confidence_interval().low


def _ends(data, policy):
    found = stats.ttest_1samp(data.scores[policy], 0).confidence_interval()
    return found.low, found.high


@wrong("lead_low", named="ends_apart")
def lead_ends_apart(data, given):
    """Our lower end less the upper one of last year."""
    return _ends(data, "ours")[0] - _ends(data, "last year")[1]


@wrong("lead_low", named="lower_ends")
def lead_lower_ends(data, given):
    """Our lower end less that of last year."""
    return _ends(data, "ours")[0] - _ends(data, "last year")[0]


@wrong("lead_low", named="degrees")
def lead_degrees(data, given):
    """t with 20 degrees of freedom."""
    return _low(data, factor=stats.t.ppf(0.975, 20))


@wrong("lead_low", named="quantile")
def lead_quantile(data, given):
    """The quantile of the twenty leads."""
    return (data.scores["ours"] - data.scores["last year"]).quantile(0.025)


# companies


def _size(data, z=2.8, other="rival", deviation=None):
    ahead = data.scores["ours"] - data.scores[other]
    deviation = ahead.std() if deviation is None else deviation
    return (z * deviation / ahead.mean()) ** 2


@wrong("companies", named="no_power")
def companies_no_power(data, given):
    """1.96 only."""
    return int(np.ceil(_size(data, 1.96)))


@wrong("companies", named="ninety")
def companies_ninety(data, given):
    """Nine of ten."""
    return int(np.ceil(_size(data, 1.96 + 1.2816)))


@wrong("companies", named="two_groups")
def companies_sixteen(data, given):
    """The rule of 16."""
    return int(np.ceil(_size(data, 4)))


@wrong("companies", named="not_paired")
def companies_unpaired(data, given):
    """Both deviations."""
    scores = data.scores
    return int(
        np.ceil(_size(data, deviation=np.hypot(scores["ours"].std(), scores["rival"].std())))
    )


@wrong("companies", named="one_policy")
def companies_one_policy(data, given):
    """The deviation of our profit."""
    return int(np.ceil(_size(data, deviation=data.scores["ours"].std())))


@wrong("companies", named="standard_error")
def companies_error(data, given):
    """The standard error."""
    return int(np.ceil(_size(data, deviation=(data.scores["ours"] - data.scores["rival"]).sem())))


@wrong("companies", named="not_squared")
def companies_not_squared(data, given):
    """Without the square."""
    return int(np.ceil(np.sqrt(_size(data))))


@wrong("companies", named="rounded_down")
def companies_down(data, given):
    """int() alone."""
    return int(_size(data))


@wrong("companies", named="over_last_year")
def companies_last_year(data, given):
    """Over last year."""
    return int(np.ceil(_size(data, other="last year")))


@wrong("companies", named="twice")
def companies_of_both_groups(data, given):
    """The size of each of two groups."""
    return int(np.ceil(2 * _size(data)))


@wrong("companies", named="student")
def companies_student(data, given):
    """t for 1.96."""
    return int(np.ceil(_size(data, stats.t.ppf(0.975, 19) + 0.84)))


@wrong("companies", named="one_tail")
def companies_one_tail(data, given):
    """1.645 for 1.96."""
    return int(np.ceil(_size(data, 1.645 + 0.84)))


@wrong("companies", named="not_whole")
def companies_not_whole(data, given):
    """Not rounded."""
    return _size(data)


@wrong("companies")
def companies_total(data, given):
    """Those twenty besides."""
    return int(np.ceil(_size(data))) + 20


# shares


def _profit(data):
    return data.mixed.set_index(["spend", "offers", "people"])["profit"]


def _of(profit, parts):
    return profit[tuple(name in parts for name in ("spend", "offers", "people"))]


_NAMES = ("spend", "offers", "people")


def _each_alone(profit):
    return pd.Series({name: _of(profit, [name]) - _of(profit, []) for name in _NAMES})


@wrong("shares", named="alone")
def shares_alone(data, given):
    """Each alone."""
    return _each_alone(_profit(data))


@wrong("shares", named="last")
def shares_last(data, given):
    """What the last one adds."""
    profit = _profit(data)
    return pd.Series(
        {name: _of(profit, _NAMES) - _of(profit, set(_NAMES) - {name}) for name in _NAMES}
    )


@wrong("shares", named="in_order")
def shares_in_order(data, given):
    """One order."""
    profit = _profit(data)
    steps = [_of(profit, _NAMES[:count]) for count in range(4)]
    return pd.Series(np.diff(steps), _NAMES)


@wrong("shares", named="equal_weights")
def shares_plain_mean(data, given):
    """The mean of four."""
    profit, found = _profit(data), {}
    for name in _NAMES:
        others = [other for other in _NAMES if other != name]
        sets = [subset for size in range(3) for subset in combinations(others, size)]
        found[name] = np.mean([_of(profit, [*one, name]) - _of(profit, one) for one in sets])
    return pd.Series(found)


def _right_shares(data):
    profit, found = _profit(data), {}
    weight = {0: 1 / 3, 1: 1 / 6, 2: 1 / 3}
    for name in _NAMES:
        others = [other for other in _NAMES if other != name]
        sets = [subset for size in range(3) for subset in combinations(others, size)]
        found[name] = sum(
            weight[len(one)] * (_of(profit, [*one, name]) - _of(profit, one)) for one in sets
        )
    return pd.Series(found)


@wrong("shares", named="as_shares")
def shares_of_the_whole(data, given):
    """Shares of the whole."""
    found = _right_shares(data)
    return found / found.sum()


@wrong("shares", named="sign")
def shares_negative(data, given):
    """As losses, below 0."""
    return -_right_shares(data)


@wrong("shares", named="thousandth")
def shares_thousands(data, given):
    """In thousand yuan."""
    return _right_shares(data) / 1000


@wrong("shares", named="alone+as_shares")
def shares_alone_of_their_sum(data, given):
    """Each alone, as shares of their sum."""
    alone = _each_alone(_profit(data))
    return alone / alone.sum()


@wrong("shares", named="backwards")
def shares_backwards(data, given):
    """The other order."""
    profit = _profit(data)
    steps = [_of(profit, _NAMES[place:]) for place in range(4)]
    return pd.Series(-np.diff(steps), _NAMES)


@wrong("shares", named="first_and_last")
def shares_first_and_last(data, given):
    """The mean of alone and last."""
    profit = _profit(data)
    last = {name: _of(profit, _NAMES) - _of(profit, set(_NAMES) - {name}) for name in _NAMES}
    return (_each_alone(profit) + pd.Series(last)) / 2


@wrong("shares", named="sums")
def shares_sums(data, given):
    """Six orders, added up."""
    return 6 * _right_shares(data)


@wrong("shares")
def shares_proportional(data, given):
    """The whole, as each alone would have it."""
    profit = _profit(data)
    alone = _each_alone(profit)
    return alone / alone.sum() * (_of(profit, _NAMES) - _of(profit, []))


@wrong("shares")
def shares_equal(data, given):
    """The whole in three equal parts."""
    profit = _profit(data)
    return pd.Series((_of(profit, _NAMES) - _of(profit, [])) / 3, _NAMES)
