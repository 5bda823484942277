"""Wrong answers to the exercise of chapter 11a."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from tests.wrong_answers import wrong

ONLINE = ["app", "web"]


def _carts(data, days=7, known=True):
    log, monday = data.events, pd.Timestamp(data.week)
    carts = log[(log["step"] == "cart") & (log["at"] >= monday)]
    carts = carts[carts["at"] < monday + pd.Timedelta(days=days)]
    return carts.dropna(subset="person") if known else carts


def _left(data, carts, by="person", hours=72, step="paid", channels=None, direction="forward"):
    paid = data.events[data.events["step"] == step]
    if channels:
        paid = paid[paid["channel"].isin(channels)]
    paid = paid[["at", by]].dropna().assign(paid_at=paid["at"])
    found = pd.merge_asof(
        carts.dropna(subset=by),
        paid,
        on="at",
        by=by,
        direction=direction,
        tolerance=pd.Timedelta(hours=hours),
    )
    return found.loc[found["paid_at"].isna(), "event_id"].tolist()


# open_carts


@wrong("open_carts", named="same_id")
def open_by_id(data, given):
    """A payment by the cart's own id is looked for."""
    return _left(data, _carts(data), by="channel_id")


@wrong("open_carts", named="online_only")
def open_online(data, given):
    """Payments in a shop are left out."""
    return _left(data, _carts(data), channels=ONLINE)


@wrong("open_carts", named="one_day")
def open_day(data, given):
    """24 hours, as for the reminder."""
    return _left(data, _carts(data), hours=24)


@wrong("open_carts", named="no_limit")
def open_ever(data, given):
    """Any later payment counts."""
    return _left(data, _carts(data), hours=9999)


@wrong("open_carts", named="payment_opened")
def open_pay(data, given):
    """The step pay is taken for the payment."""
    return _left(data, _carts(data), step="pay")


@wrong("open_carts", named="nobody_in")
def open_nobody(data, given):
    """Carts without a person are kept: nobody has paid for them."""
    carts = _carts(data, known=False)
    unknown = carts.loc[carts["person"].isna(), "event_id"].tolist()
    return _left(data, _carts(data)) + unknown


@wrong("open_carts", named="last_day_lost")
def open_until_sunday(data, given):
    """The week ends at midnight before its last day."""
    return _left(data, _carts(data, days=6))


@wrong("open_carts", named="whole_log")
def open_all(data, given):
    """The week is forgotten."""
    log = data.events
    return _left(data, log[log["step"] == "cart"].dropna(subset="person"))


@wrong("open_carts", named="before_too")
def open_nearest(data, given):
    """direction="nearest": the payment before counts, too."""
    return _left(data, _carts(data), direction="nearest")


@wrong("open_carts", named="same_id+one_day")
def open_id_and_day(data, given):
    """By the same id, within 24 hours."""
    return _left(data, _carts(data), by="channel_id", hours=24)


# crossing


def _cut(data, days=4, by=("person", "journey"), fill=False):
    log = data.events
    log = log.fillna({"person": "?"}) if fill else log.dropna(subset="person")
    log = log.sort_values([*by, "at", "event_id"])
    pause = log.groupby(list(by))["at"].diff()
    return log.assign(number=(~(pause <= pd.Timedelta(days=days))).cumsum())


def _crossing(log, kind="buy", parcels=False, by="number", least=2):
    log = log[log["journey"] == kind] if kind else log
    every = log[by].unique()
    rows = log if parcels else log[log["channel"] != "delivery"]
    return (rows.groupby(by)["channel"].nunique().reindex(every, fill_value=0) >= least).mean()


@wrong("crossing", named="parcels_too")
def crossing_parcels(data, given):
    """The parcel counts as a channel."""
    return _crossing(_cut(data), parcels=True)


@wrong("crossing", named="all_kinds")
def crossing_all(data, given):
    """All kinds of journeys."""
    return _crossing(_cut(data), kind="")


@wrong("crossing", named="three_days")
def crossing_three(data, given):
    """Three days."""
    return _crossing(_cut(data, days=3))


@wrong("crossing", named="no_break")
def crossing_people(data, given):
    """The share of people."""
    log = data.events.dropna(subset="person")
    return _crossing(log, by="person")


@wrong("crossing", named="kinds_mixed")
def crossing_mixed(data, given):
    """The kind is left out of the cut."""
    log = _cut(data, by=("person",))
    return _crossing(log)


@wrong("crossing", named="three_channels")
def crossing_over_two(data, given):
    """More than two."""
    return _crossing(_cut(data), least=3)


@wrong("crossing", named="hundredfold")
def crossing_per_cent(data, given):
    """In per cent."""
    return 100 * _crossing(_cut(data))


@wrong("crossing", named="complement")
def crossing_one(data, given):
    """The share that stays in one channel."""
    return 1 - _crossing(_cut(data))


@wrong("crossing", named="parcels_too+all_kinds")
def crossing_two(data, given):
    """All kinds, with parcels."""
    return _crossing(_cut(data), kind="", parcels=True)


@wrong("crossing", named="nobody_as_one")
def crossing_unknown(data, given):
    """Missing persons filled with one name."""
    return _crossing(_cut(data, fill=True))


# drop_off


def _steps(data, begins=True):
    log = data.numbered[data.numbered["journey"] == "buy"]
    start = log.groupby("number").agg(step=("step", "first"), at=("at", "first"))
    chosen = start["at"] < "2026-05-25"
    if begins:
        chosen &= start["step"] == "product"
    return log[log["number"].isin(start.index[chosen])]


def _ladder(data, begins=True, paid="online", events=False):
    rows = _steps(data, begins)
    table = pd.crosstab(rows["number"], rows["step"])
    table = table if events else (table > 0).astype(int)
    if paid == "online":
        online = rows[(rows["step"] == "paid") & rows["channel"].isin(ONLINE)]
        table["paid"] = table.index.isin(online["number"]).astype(int)
    return table[["product", "cart", "pay", "paid"]].sum()


def _drop(count, of=None, alpha=0.05, method="wilson", turned=False):
    of = count.iloc[:3] if of is None else of
    left = (count - count.shift(-1)).iloc[:3]
    left = of - left if turned else left
    low, high = proportion_confint(left, of, alpha=alpha, method=method)
    return pd.DataFrame({"share": left / of, "low": low, "high": high}).rename_axis("step")


@wrong("drop_off", named="of_all")
def drop_all(data, given):
    """Divided by all journeys."""
    count = _ladder(data)
    return _drop(count, of=pd.Series(count.iloc[0], count.index[:3]))


@wrong("drop_off", named="going_on")
def drop_on(data, given):
    """The share that goes on."""
    return _drop(_ladder(data), turned=True)


@wrong("drop_off", named="every_journey")
def drop_every(data, given):
    """The first event is not looked at."""
    return _drop(_ladder(data, begins=False))


@wrong("drop_off", named="wald")
def drop_wald(data, given):
    """The default of proportion_confint."""
    return _drop(_ladder(data), method="normal")


@wrong("drop_off", named="ninety")
def drop_ninety(data, given):
    """alpha=0.1."""
    return _drop(_ladder(data), alpha=0.1)


@wrong("drop_off", named="hundredfold")
def drop_per_cent(data, given):
    """In per cent."""
    return 100 * _drop(_ladder(data))


@wrong("drop_off", named="events_counted")
def drop_events(data, given):
    """Events are counted before the last step."""
    return _drop(_ladder(data, events=True))


@wrong("drop_off", named="of_all+wald")
def drop_all_wald(data, given):
    """Divided by all, with the simple interval."""
    count = _ladder(data)
    return _drop(count, of=pd.Series(count.iloc[0], count.index[:3]), method="normal")


@wrong("drop_off", named="wald+ninety")
def drop_wald_ninety(data, given):
    """The simple interval, of 90 %."""
    return _drop(_ladder(data), method="normal", alpha=0.1)


@wrong("drop_off", named="going_on+wald")
def drop_on_wald(data, given):
    """The share that goes on, with the simple interval."""
    return _drop(_ladder(data), turned=True, method="normal")


# effect


def _opened(data, app=True, where=None):
    log = data.numbered[data.numbered["journey"] == "buy"]
    rows = log[(log["step"] == "pay") & (log["at"] < "2026-05-25")].drop_duplicates("number")
    rows = rows[rows["channel"] == "app"] if app else rows
    paid = log[log["step"] == "paid"]
    paid = paid[paid["channel"].isin(where)] if where else paid
    hit = rows["number"].isin(log.loc[log["step"] == "log in again", "number"])
    return hit, rows["number"].isin(paid["number"]).astype(float)


def _groups(data, **which):
    hit, bought = _opened(data, **which)
    return bought.groupby(hit).agg(["mean", "sem", "std"])


@wrong("effect", named="sign")
def effect_turned(data, given):
    """Not hit less hit; the size is right."""
    groups = _groups(data)
    return groups["mean"][False] - groups["mean"][True]


@wrong("effect", named="web_too")
def effect_web(data, given):
    """The web is among those not hit."""
    return _groups(data, app=False)["mean"].diff()[True]


@wrong("effect", named="online_only")
def effect_online(data, given):
    """Purchases in the shop are left out."""
    return _groups(data, where=ONLINE)["mean"].diff()[True]


@wrong("effect", named="hit_alone")
def effect_hit(data, given):
    """The share of those hit."""
    return _groups(data)["mean"][True]


@wrong("effect", named="not_hit_alone")
def effect_not(data, given):
    """The share of those not hit."""
    return _groups(data)["mean"][False]


@wrong("effect", named="against_all")
def effect_all(data, given):
    """Against all."""
    hit, bought = _opened(data)
    return bought[hit].mean() - bought.mean()


@wrong("effect", named="relative")
def effect_relative(data, given):
    """The relative change."""
    return _groups(data)["mean"].pct_change()[True]


@wrong("effect", named="hundredfold")
def effect_points(data, given):
    """In points."""
    return 100 * _groups(data)["mean"].diff()[True]


@wrong("effect", named="backwards")
def effect_backwards(data, given):
    """The share hit, by whether they bought."""
    hit, bought = _opened(data)
    return hit.astype(float).groupby(bought).mean().diff()[1.0]


@wrong("effect", named="web_too+online_only")
def effect_two(data, given):
    """With the web, and purchases online only."""
    return _groups(data, app=False, where=ONLINE)["mean"].diff()[True]


# effect_high


def _gap(groups):
    return groups["mean"][True] - groups["mean"][False]


@wrong("effect_high", named="lower_end")
def high_low(data, given):
    """The lower end: below 0, the larger in size is taken for the upper."""
    groups = _groups(data)
    return _gap(groups) - 1.96 * np.hypot(*groups["sem"])


@wrong("effect_high", named="half_width")
def high_half(data, given):
    """Half of the interval."""
    return 1.96 * np.hypot(*_groups(data)["sem"])


@wrong("effect_high", named="one_standard_error")
def high_one(data, given):
    """One standard error."""
    groups = _groups(data)
    return _gap(groups) + np.hypot(*groups["sem"])


@wrong("effect_high", named="ninety_percent")
def high_ninety(data, given):
    """1.645."""
    groups = _groups(data)
    return _gap(groups) + 1.645 * np.hypot(*groups["sem"])


@wrong("effect_high", named="errors_added")
def high_sum(data, given):
    """Errors added."""
    groups = _groups(data)
    return _gap(groups) + 1.96 * groups["sem"].sum()


@wrong("effect_high", named="hit_only")
def high_hit(data, given):
    """The error of those hit."""
    groups = _groups(data)
    return _gap(groups) + 1.96 * groups["sem"][True]


@wrong("effect_high", named="without_number")
def high_std(data, given):
    """Standard deviations."""
    groups = _groups(data)
    return _gap(groups) + 1.96 * np.hypot(*groups["std"])


@wrong("effect_high", named="hundredfold")
def high_points(data, given):
    """In points."""
    groups = _groups(data)
    return 100 * (_gap(groups) + 1.96 * np.hypot(*groups["sem"]))


@wrong("effect_high", named="online_only")
def high_online(data, given):
    """Purchases in the shop left out."""
    groups = _groups(data, where=ONLINE)
    return _gap(groups) + 1.96 * np.hypot(*groups["sem"])


@wrong("effect_high", named="sign")
def high_positive(data, given):
    """Not hit less hit, then the end near to 0."""
    groups = _groups(data)
    return -_gap(groups) - 1.96 * np.hypot(*groups["sem"])


# gain


def _gain(data, cost=None, margin=None, times=1.96, end=-1, purchases=None):
    test = data.test
    cost = test["cost"] if cost is None else cost
    purchases = test["purchases"] if purchases is None else purchases
    net = purchases * (data.margin if margin is None else margin) - cost
    arms = net.groupby([test["group"], test["reminded"]]).agg(["mean", "sem"]).unstack()
    gain = (arms["mean"][True] - arms["mean"][False]).to_frame("gain")
    gain["low"] = gain["gain"] + end * times * np.hypot(arms["sem"][True], arms["sem"][False])
    return gain


@wrong("gain", named="no_cost")
def gain_gross(data, given):
    """Cost left out."""
    return _gain(data, cost=0.0)


@wrong("gain", named="message_only")
def gain_message(data, given):
    """Half a yuan for each reminded."""
    return _gain(data, cost=0.5 * data.test["reminded"])


@wrong("gain", named="voucher_always")
def gain_voucher(data, given):
    """60.5 yuan for each reminded."""
    return _gain(data, cost=60.5 * data.test["reminded"])


@wrong("gain", named="no_control")
def gain_reminded(data, given):
    """Only what reminded carts bring, with the right lower end."""
    test = data.test[data.test["reminded"]]
    net = test["purchases"] * data.margin - test["cost"]
    return _gain(data).assign(gain=net.groupby(test["group"]).mean())


@wrong("gain", named="purchases_not_money")
def gain_purchases(data, given):
    """The margin is forgotten."""
    return _gain(data, margin=1.0)


@wrong("gain", named="upper_end")
def gain_upper(data, given):
    """The upper end."""
    return _gain(data, end=1)


@wrong("gain", named="one_standard_error")
def gain_one(data, given):
    """One standard error."""
    return _gain(data, times=1.0)


@wrong("gain", named="ninety_percent")
def gain_ninety(data, given):
    """1.645."""
    return _gain(data, times=1.645)


@wrong("gain", named="no_interval")
def gain_twice(data, given):
    """The gain itself in both columns."""
    return _gain(data, times=0.0)


@wrong("gain", named="whether_bought")
def gain_buyers(data, given):
    """Whether somebody bought, as 1 or 0."""
    return _gain(data, purchases=(data.test["purchases"] > 0).astype(int))


@wrong("gain", named="one_control")
def gain_all_others(data, given):
    """All carts not reminded as one control, with the right lower end."""
    test = data.test
    net = test["purchases"] * data.margin - test["cost"]
    reminded = net[test["reminded"]].groupby(test["group"]).mean()
    half = _gain(data)["gain"] - _gain(data)["low"]
    gain = (reminded - net[~test["reminded"]].mean()).to_frame("gain")
    return gain.assign(low=gain["gain"] - half)


@wrong("gain", named="errors_added")
def gain_sum_of_errors(data, given):
    """The two standard errors are added."""
    test = data.test
    net = test["purchases"] * data.margin - test["cost"]
    sem = net.groupby([test["group"], test["reminded"]]).sem().unstack()
    return _gain(data).assign(low=lambda table: table["gain"] - 1.96 * sem.sum(axis=1))


@wrong("gain", named="without_number")
def gain_scatter(data, given):
    """Standard deviations in place of errors."""
    test = data.test
    net = test["purchases"] * data.margin - test["cost"]
    sd = net.groupby([test["group"], test["reminded"]]).std().unstack()
    return _gain(data).assign(
        low=lambda table: table["gain"] - 1.96 * np.hypot(sd[True], sd[False])
    )


@wrong("gain", named="sign")
def gain_turned(data, given):
    """Control less reminded, in both columns."""
    return -_gain(data)


# worth


def _money(data, found, sizes=None):
    return found["gain"] * (data.planned if sizes is None else sizes)


@wrong("worth", named="rule_alone")
def worth_rule(data, given):
    """What the rule brings."""
    gain = given("gain")
    return _money(data, gain)[gain["low"] > 0].sum()


@wrong("worth", named="to_all")
def worth_all(data, given):
    """What reminders to all bring."""
    return _money(data, given("gain")).sum()


@wrong("worth", named="sign")
def worth_turned(data, given):
    """All less the rule."""
    gain = given("gain")
    return _money(data, gain)[gain["low"] <= 0].sum()


@wrong("worth", named="of_the_test")
def worth_test(data, given):
    """The carts of the test."""
    gain = given("gain")
    money = _money(data, gain, data.test.groupby("group").size())
    return -money[gain["low"] <= 0].sum()


@wrong("worth", named="per_cart")
def worth_each(data, given):
    """Not multiplied by the carts."""
    gain = given("gain")
    return -gain.loc[gain["low"] <= 0, "gain"].sum()


@wrong("worth", named="lower_ends")
def worth_low(data, given):
    """Lower ends added up."""
    gain = given("gain")
    money = gain["low"] * data.planned
    return money[gain["low"] > 0].sum() - money.sum()


@wrong("worth", named="app_only")
def worth_app(data, given):
    """Only to the app."""
    money = _money(data, given("gain"))
    return money[money.index.str.startswith("app")].sum() - money.sum()


@wrong("worth", named="best_group")
def worth_best(data, given):
    """Only to the best group."""
    gain = given("gain")
    money = _money(data, gain)
    return money[gain["gain"].idxmax()] - money.sum()


@wrong("worth", named="gain_above_0")
def worth_points(data, given):
    """Sent wherever the gain is above 0."""
    money = _money(data, given("gain"))
    return money[money > 0].sum() - money.sum()


@wrong("worth", named="rule_alone+gain_above_0")
def worth_points_alone(data, given):
    """What reminders bring wherever the gain is above 0."""
    money = _money(data, given("gain"))
    return money[money > 0].sum()


@wrong("worth", named="year_for_month")
def worth_year(data, given):
    """For a year."""
    gain = given("gain")
    return -12 * _money(data, gain)[gain["low"] <= 0].sum()


@wrong("worth", named="thousandth")
def worth_thousands(data, given):
    """In thousand yuan."""
    gain = given("gain")
    return -_money(data, gain)[gain["low"] <= 0].sum() / 1000


# effort_all


def _calls(data):
    return data.calls.astype({"effort": "float64"})


def _weighted(data, least=10, missing=None):
    calls = _calls(data)
    effort = calls["effort"] if missing is None else calls["effort"].fillna(missing)
    long = calls["waited"] > least
    means = effort.groupby(long).mean()
    return (means * long.value_counts(normalize=True).reindex(means.index)).sum()


@wrong("effort_all", named="as_answered")
def effort_mean(data, given):
    """The plain mean."""
    return _calls(data)["effort"].mean()


@wrong("effort_all", named="equal_weights")
def effort_equal(data, given):
    """The mean of the two means."""
    calls = _calls(data)
    return calls.groupby(calls["waited"] > 10)["effort"].mean().mean()


@wrong("effort_all", named="missing_as_zero")
def effort_zero(data, given):
    """fillna(0)."""
    return _calls(data)["effort"].fillna(0).mean()


@wrong("effort_all", named="missing_as_middle")
def effort_four(data, given):
    """fillna(4)."""
    return _calls(data)["effort"].fillna(4).mean()


@wrong("effort_all", named="short_only")
def effort_short(data, given):
    """After a short wait."""
    calls = _calls(data)
    return calls.loc[calls["waited"] <= 10, "effort"].mean()


@wrong("effort_all", named="long_only")
def effort_long(data, given):
    """After a long wait."""
    calls = _calls(data)
    return calls.loc[calls["waited"] > 10, "effort"].mean()


@wrong("effort_all", named="ten_is_long")
def effort_ten(data, given):
    """waited >= 10."""
    return _weighted(data, least=9.5)


@wrong("effort_all", named="weights_crossed")
def effort_crossed(data, given):
    """Each group with the other's share."""
    calls = _calls(data)
    long = calls["waited"] > 10
    means, share = calls.groupby(long)["effort"].mean(), long.mean()
    return means[True] * (1 - share) + means[False] * share


@wrong("effort_all", named="as_answered")
def effort_weighted_by_answers(data, given):
    """Weighted by who answered, which is the plain mean again."""
    calls = _calls(data).dropna()
    long = calls["waited"] > 10
    return (calls.groupby(long)["effort"].mean() * long.value_counts(normalize=True)).sum()


@wrong("effort_all", named="hundredth")
def effort_share(data, given):
    """Divided by 100."""
    return _weighted(data) / 100


# What a second reader handed in.


@wrong("open_carts", named="day_too_many")
def open_eight(data, given):
    """Until the Monday after, that day too."""
    return _left(data, _carts(data, days=8))


@wrong("open_carts", named="paid_or_not")
def open_or_paid(data, given):
    """All carts of the week behind which somebody is known."""
    return _carts(data)["event_id"].tolist()


@wrong("crossing", named="parcels_alone_lost")
def crossing_without_parcels(data, given):
    """Parcels are dropped first, and with them the journeys that have nothing else."""
    log = _cut(data)
    rows = log[(log["journey"] == "buy") & (log["channel"] != "delivery")]
    return (rows.groupby("number")["channel"].nunique() >= 2).mean()


@wrong("effect", named="ratio")
def effect_ratio(data, given):
    """One share over the other."""
    mean = _groups(data)["mean"]
    return mean[True] / mean[False]


@wrong("effect_high", named="not_hit_only")
def high_rest(data, given):
    """The error of those not hit."""
    groups = _groups(data)
    return _gap(groups) + 1.96 * groups["sem"][False]


@wrong("gain", named="cost_added")
def gain_plus_cost(data, given):
    """Cost added."""
    return _gain(data, cost=-data.test["cost"])
