"""Wrong answers to the exercise of chapter 4b."""

import numpy as np
import pandas as pd
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_effectsize

import crmlab as crm
from tests.wrong_answers import wrong

LAST_KNOWN, STEP = "2025-10-02", 0.25


def _known(data):
    leads = data.leads
    return leads[leads["created"] <= LAST_KNOWN]


def _touches(data):
    return data.touchpoints.sort_values("date", kind="stable").astype({"channel": str})


# Task 1 · search_credit


def _won(data):
    leads = _known(data)
    return leads[leads["won_on"].notna()]


def _weighted(data, leads, weights, once=False):
    """Sum, by lead, of the weights that a rule gives the contacts of search advertising.

    `weights` takes the length of a path and returns one weight per place.
    """
    touches = _touches(data)
    touches = touches[touches["lead_id"].isin(leads["lead_id"])]
    touches = touches.drop_duplicates(["lead_id", "channel"]) if once else touches
    found = {
        lead: sum(
            w for w, channel in zip(weights(len(path)), path, strict=True) if channel == "search ad"
        )
        for lead, path in touches.groupby("lead_id")["channel"].agg(list).items()
    }
    return pd.Series(found, dtype="float64")


def _by_position(length):
    if length < 3:
        return [1 / length] * length
    return [0.4, *[0.2 / (length - 2)] * (length - 2), 0.4]


@wrong("search_credit", named="linear")
def search_credit_linear(data, given):
    """The linear rule: the same to each contact."""
    return _weighted(data, _won(data), lambda length: [1 / length] * length)


@wrong("search_credit", named="last_touch")
def search_credit_last_touch(data, given):
    """All to the last contact."""
    return _weighted(data, _won(data), lambda length: [0] * (length - 1) + [1])


@wrong("search_credit", named="first_touch")
def search_credit_first_touch(data, given):
    """All to the first contact."""
    return _weighted(data, _won(data), lambda length: [1] + [0] * (length - 1))


@wrong("search_credit", named="two_not_halved")
def search_credit_two(data, given):
    """Of two contacts each gets 40 %, as on longer paths."""
    return _weighted(data, _won(data), lambda n: [0.4, 0.4] if n == 2 else _by_position(n))


@wrong("search_credit", named="two_not_halved+alone_not_whole")
def search_credit_ends_as_written(data, given):
    """Two mistakes: of two contacts each gets 40 %, and a contact alone gets 40 %."""
    return _weighted(data, _won(data), lambda n: [0.4] * n if n < 3 else _by_position(n))


@wrong("search_credit", named="each_between")
def search_credit_each_between(data, given):
    """Every contact between the first and the last gets 20 %, so paths sum to more than 1."""
    return _weighted(
        data, _won(data), lambda n: [0.4, *[0.2] * (n - 2), 0.4] if n > 2 else _by_position(n)
    )


@wrong("search_credit", named="lost_too")
def search_credit_of_lost(data, given):
    """All leads of the time get a row, also those who were not won."""
    return _weighted(data, _known(data), _by_position)


@wrong("search_credit", named="young_too")
def search_credit_of_young(data, given):
    """All won leads, also those created after 2 October."""
    return _weighted(data, data.leads[data.leads["won_on"].notna()], _by_position)


@wrong("search_credit", named="won_in_time")
def search_credit_in_time(data, given):
    """Only the leads that were won within 90 days, as in the lesson's funnel of chapter 4a."""
    leads = _won(data)
    return _weighted(data, leads[(leads["won_on"] - leads["created"]).dt.days <= 90], _by_position)


@wrong("search_credit", named="repeats_left_out")
def search_credit_once(data, given):
    """Each channel counts once on a path: repeats are dropped first."""
    return _weighted(data, _won(data), _by_position, once=True)


@wrong("search_credit", named="not_met_left_out")
def search_credit_met_only(data, given):
    """Leads that did not meet search advertising are left out instead of getting 0."""
    found = _weighted(data, _won(data), _by_position)
    return found[found > 0]


# Task 2 · credit


def _paths(data, leads, drop_repeats=False):
    touches = _touches(data)
    touches = touches[touches["lead_id"].isin(leads["lead_id"])]
    if drop_repeats:
        touches = touches.drop_duplicates(["lead_id", "channel"])
    return crm.attribution.paths(touches, converted=leads.set_index("lead_id")["won_on"].notna())


@wrong("credit", named="last_touch")
def credit_last_touch(data, given):
    """All credit to the last contact instead of Markov attribution."""
    return crm.attribution.last_touch(_paths(data, _known(data)))


@wrong("credit", named="linear")
def credit_linear(data, given):
    """Linear attribution, the same to each contact, instead of Markov."""
    return crm.attribution.linear(_paths(data, _known(data)))


@wrong("credit", named="failures_left_out")
def credit_won_paths_only(data, given):
    """Markov attribution on the paths of the won leads only: the lost paths are left out."""
    leads = _known(data)
    return crm.attribution.markov(_paths(data, leads[leads["won_on"].notna()]))["credit"]


@wrong("credit", named="young_as_lost")
def credit_young_leads(data, given):
    """Markov attribution on all leads, with those created after 2 October, of whom the open ones
    count as lost."""
    return crm.attribution.markov(_paths(data, data.leads))["credit"]


@wrong("credit", named="effects_not_credits")
def credit_removal_effect(data, given):
    """The removal effects, shares between 0 and 1, instead of the credited customers."""
    return crm.attribution.markov(_paths(data, _known(data)))["removal_effect"]


@wrong("credit", named="not_scaled")
def credit_effect_not_scaled(data, given):
    """Each removal effect times the number of conversions, not divided by the sum of the effects,
    so the credits add up to more than the customers won."""
    paths = _paths(data, _known(data))
    return crm.attribution.markov(paths)["removal_effect"] * paths["conversions"].sum()


@wrong("credit", named="shares")
def credit_as_share(data, given):
    """The right division as shares that add up to 1, instead of customers."""
    credit = crm.attribution.markov(_paths(data, _known(data)))["credit"]
    return credit / credit.sum()


@wrong("credit", named="young_as_lost+failures_left_out")
def credit_won_paths_of_all(data, given):
    """Two mistakes: only the paths of won leads, and those of leads created after 2 October
    too."""
    leads = data.leads[data.leads["won_on"].notna()]
    return crm.attribution.markov(_paths(data, leads))["credit"]


@wrong("credit", named="young_as_lost+first_touch")
def credit_first_touch_of_all(data, given):
    """Two mistakes: all credit to the first contact instead of Markov, and leads created after 2
    October included."""
    return crm.attribution.first_touch(_paths(data, data.leads))


@wrong("credit", named="back_to_front")
def credit_back_to_front(data, given):
    """The contacts are sorted from the newest to the oldest, so every path is walked back to
    front: right only where a path has one contact."""
    leads = _known(data)
    paths = _paths(data, leads)
    return crm.attribution.markov(paths.assign(path=paths["path"].map(lambda p: p[::-1])))["credit"]


# Task 3 · caused_high


def _halves(data):
    """Won and leads of both halves, and the variance of each count."""
    won, leads = data.holdout["won"], data.holdout["leads"]
    return won, leads, won * (1 - won / leads)


@wrong("caused_high", named="lower_end")
def caused_high_lower_end(data, given):
    """The lower end of the interval instead of the upper one."""
    won, _leads, variance = _halves(data)
    return 2 * (won["met"] - won["kept out"]) - 1.96 * 2 * np.sqrt(variance.sum())


@wrong("caused_high", named="middle")
def caused_high_middle(data, given):
    """The middle of the interval: twice the difference of the halves."""
    won, _leads, _variance = _halves(data)
    return 2 * (won["met"] - won["kept out"])


@wrong("caused_high", named="half_width")
def caused_high_half_width(data, given):
    """1.96 standard errors, not added to the middle."""
    return 1.96 * 2 * np.sqrt(_halves(data)[2].sum())


@wrong("caused_high", named="half_a_year")
def caused_high_half_a_year(data, given):
    """The difference of the halves and its interval, not doubled."""
    won, _leads, variance = _halves(data)
    return won["met"] - won["kept out"] + 1.96 * np.sqrt(variance.sum())


@wrong("caused_high", named="one_standard_error")
def caused_high_one_error(data, given):
    """One standard error is added, without the 1.96."""
    won, _leads, variance = _halves(data)
    return 2 * (won["met"] - won["kept out"]) + 2 * np.sqrt(variance.sum())


@wrong("caused_high", named="four_at_once")
def caused_high_of_four(data, given):
    """The 2.50 of the lesson, which reads four tests at once, instead of 1.96."""
    won, _leads, variance = _halves(data)
    return 2 * (won["met"] - won["kept out"]) + 2.50 * 2 * np.sqrt(variance.sum())


@wrong("caused_high", named="variance_of_a_count")
def caused_high_poisson(data, given):
    """The variance of a count is taken to be the count, without 1 − w ÷ leads."""
    won, _leads, _variance = _halves(data)
    return 2 * (won["met"] - won["kept out"]) + 1.96 * 2 * np.sqrt(won.sum())


@wrong("caused_high", named="one_half_varies")
def caused_high_one_half(data, given):
    """Only the half that was met is taken to vary."""
    won, _leads, variance = _halves(data)
    return 2 * (won["met"] - won["kept out"]) + 1.96 * 2 * np.sqrt(variance["met"])


@wrong("caused_high", named="share")
def caused_high_share(data, given):
    """The upper end of the difference of the shares won, by Newcombe's method, not customers."""
    won, leads, _variance = _halves(data)
    counts = won["met"], leads["met"], won["kept out"], leads["kept out"]
    return confint_proportions_2indep(*counts, method="newcomb")[1]


@wrong("caused_high", named="all_who_met")
def caused_high_all(data, given):
    """Everybody who met the channel and was won is counted, with the interval of that count."""
    won, _leads, variance = _halves(data)
    return 2 * won["met"] + 1.96 * 2 * np.sqrt(variance["met"])


@wrong("caused_high", named="middle+half_a_year")
def caused_high_difference(data, given):
    """Two mistakes: the difference of the halves as it stands, without an interval."""
    won, _leads, _variance = _halves(data)
    return won["met"] - won["kept out"]


# Task 4 · visitors


def _page(data):
    return data.page["orders per visitor"], data.page["gain in points"]


def _per_page(after, before, alternative="two-sided"):
    effect = proportion_effectsize(after, before)
    return NormalIndPower().solve_power(effect, power=0.8, alpha=0.05, alternative=alternative)


@wrong("visitors", named="percent_not_points")
def visitors_relative(data, given):
    """The gain is taken as a percentage of today's rate instead of percentage points."""
    rate, gain = _page(data)
    return _per_page(rate * (1 + gain / 100), rate)


@wrong("visitors", named="both_pages")
def visitors_both_pages(data, given):
    """The visitors of both pages together instead of each."""
    rate, gain = _page(data)
    return 2 * _per_page(rate + gain / 100, rate)


@wrong("visitors", named="gain_as_effect")
def visitors_gain_as_effect(data, given):
    """The gain as a share is used as the effect size (Cohen's h) as it stands; today's rate plays
    no part."""
    _rate, gain = _page(data)
    return NormalIndPower().solve_power(gain / 100, power=0.8, alpha=0.05)


@wrong("visitors", named="any_rate")
def visitors_worst_case(data, given):
    """The rule of 16 with p = 50 %, the "safe" variance, instead of today's rate."""
    _rate, gain = _page(data)
    return 16 * 0.5 * 0.5 / (gain / 100) ** 2


@wrong("visitors", named="of_a_survey")
def visitors_of_a_survey(data, given):
    """The formula for the margin of error of one share, 1.96² p (1 − p) ÷ Δ², which has no power
    and no second page."""
    rate, gain = _page(data)
    return 1.96**2 * rate * (1 - rate) / (gain / 100) ** 2


@wrong("visitors", named="one_sided")
def visitors_one_sided(data, given):
    """A one-sided test instead of a two-sided one."""
    rate, gain = _page(data)
    return _per_page(rate + gain / 100, rate, alternative="larger")


@wrong("visitors", named="points_not_share")
def visitors_points_not_share(data, given):
    """The rule of 16 with the gain in points (1.8) instead of as a share (0.018): 10,000 times
    too few."""
    rate, gain = _page(data)
    return 16 * rate * (1 - rate) / gain**2


@wrong("visitors", named="both_pages+percent_not_points")
def visitors_relative_both_pages(data, given):
    """Two mistakes: the gain as a percentage of today's rate, and both pages together."""
    rate, gain = _page(data)
    return 2 * _per_page(rate * (1 + gain / 100), rate)


@wrong("visitors", named="both_pages+one_sided")
def visitors_one_sided_both_pages(data, given):
    """Two mistakes: a one-sided test, and both pages together."""
    rate, gain = _page(data)
    return 2 * _per_page(rate + gain / 100, rate, alternative="larger")


@wrong("visitors", named="nothing_squared")
def visitors_difference_not_squared(data, given):
    """The rule of 16 with standard deviation over difference, neither of them squared: 16 σ ÷
    Δ."""
    rate, gain = _page(data)
    return 16 * np.sqrt(rate * (1 - rate)) / (gain / 100)


# Task 5 · more and profit


@wrong("more", named="average_return")
def more_average_yuan(data, given):
    """The average yuan instead of the next one: value of all caused customers above the spend,
    without the elasticity."""
    t = data.tests
    return t.index[t["value"] * t["caused"] > t["spend"]].tolist()


@wrong("more", named="by_last_touch")
def more_credited(data, given):
    """The next yuan, but reckoned with the credited customers instead of the caused ones."""
    t = data.tests
    return t.index[t["value"] * t["credited"] * t["elasticity"] > t["spend"]].tolist()


@wrong("more", named="three_to_one")
def more_three_to_one(data, given):
    """The rule of three to one: channels where value ÷ (spend per caused customer) is at least
    3."""
    t = data.tests
    return t.index[t["value"] * t["caused"] / t["spend"] >= 3].tolist()


@wrong("more", named="by_elasticity")
def more_elastic(data, given):
    """The half of the channels with the highest elasticity, whatever a customer is worth or
    costs."""
    t = data.tests
    return t.index[t["elasticity"] > t["elasticity"].median()].tolist()


@wrong("more", named="undervalued")
def more_caused_over_credited(data, given):
    """Channels that cause more customers than the last touch credits them with, because they are
    undervalued."""
    t = data.tests
    return t.index[t["caused"] > t["credited"]].tolist()


@wrong("more", named="divided")
def more_divided(data, given):
    """The average return is divided by the elasticity instead of multiplied with it."""
    t = data.tests
    return t.index[t["value"] * t["caused"] / t["spend"] / t["elasticity"] > 1].tolist()


@wrong("more", named="others")
def more_turned(data, given):
    """The inequality is turned: channels in which the next yuan brings less than a yuan."""
    t = data.tests
    return t.index[t["value"] * t["caused"] * t["elasticity"] < t["spend"]].tolist()


@wrong("more", named="average_return+by_last_touch")
def more_credited_average(data, given):
    """Two mistakes: credited instead of caused customers, and the average yuan instead of the
    next one."""
    t = data.tests
    return t.index[t["value"] * t["credited"] > t["spend"]].tolist()


@wrong("more", named="three_to_one+by_last_touch")
def more_credited_three_to_one(data, given):
    """Two mistakes: credited instead of caused customers, and the rule of three to one."""
    t = data.tests
    return t.index[t["value"] * t["credited"] / t["spend"] >= 3].tolist()


@wrong("more", named="best_one")
def more_best_one(data, given):
    """Only the channel in which the next yuan brings most, though it pays in others too."""
    t = data.tests
    return (t["value"] * t["caused"] * t["elasticity"] / t["spend"]).nlargest(1).index.tolist()


def _plan(data, given):
    t = data.tests
    return t, pd.Series(np.where(t.index.isin(given("more")), 1 + STEP, 1 - STEP), t.index)


@wrong("profit", named="in_proportion")
def profit_proportional(data, given):
    """The elasticity is left out: a quarter more spend is taken to cause a quarter more
    customers."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (f - 1) - t["spend"] * (f - 1)).sum()


@wrong("profit", named="by_last_touch")
def profit_credited(data, given):
    """Credited customers instead of caused ones."""
    t, f = _plan(data, given)
    return (t["value"] * t["credited"] * (f ** t["elasticity"] - 1) - t["spend"] * (f - 1)).sum()


@wrong("profit", named="raised_only")
def profit_raised_only(data, given):
    """Only the raised channels are reckoned; that the others are lowered is left out."""
    t, f = _plan(data, given)
    change = t["value"] * t["caused"] * (f ** t["elasticity"] - 1) - t["spend"] * (f - 1)
    return change[f > 1].sum()


@wrong("profit", named="whole_profit")
def profit_level(data, given):
    """The profit under the plan instead of its change against today."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * f ** t["elasticity"] - t["spend"] * f).sum()


@wrong("profit", named="spend_forgotten")
def profit_spend_forgotten(data, given):
    """Only the change in value: the change in spend is not taken off."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (f ** t["elasticity"] - 1)).sum()


@wrong("profit", named="straight_line")
def profit_straight_line(data, given):
    """The return of the next yuan is taken for every yuan of the quarter: change in customers =
    elasticity × change in spend, instead of f to the power of the elasticity."""
    t, f = _plan(data, given)
    return ((t["value"] * t["caused"] * t["elasticity"] - t["spend"]) * (f - 1)).sum()


@wrong("profit", named="sign")
def profit_turned(data, given):
    """The sign is turned: profit of today less profit under the plan."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (1 - f ** t["elasticity"]) - t["spend"] * (1 - f)).sum()


@wrong("profit", named="in_proportion+by_last_touch")
def profit_credited_proportional(data, given):
    """Two mistakes: credited customers instead of caused ones, and no elasticity."""
    t, f = _plan(data, given)
    return ((t["value"] * t["credited"] - t["spend"]) * (f - 1)).sum()


@wrong("profit", named="spend_forgotten+raised_only")
def profit_raised_only_spend_forgotten(data, given):
    """Two mistakes: only the raised channels, and the additional spend is not taken off."""
    t, f = _plan(data, given)
    return (t["value"] * t["caused"] * (f ** t["elasticity"] - 1))[f > 1].sum()


@wrong("profit", named="lowered_lose_nobody")
def profit_lowered_lose_nobody(data, given):
    """The lowered channels save their spend but are taken to lose no customers; the raised ones
    are right."""
    t, f = _plan(data, given)
    gain = (t["value"] * t["caused"] * (f ** t["elasticity"] - 1)).where(f > 1, 0)
    return (gain - t["spend"] * (f - 1)).sum()


# Task 7 · false_alarms


def _z(data, cumulative=True, factor=2):
    old, new = data.aa_old.to_numpy(), data.aa_new.to_numpy()
    n = np.full(old.shape[1], data.aa_visitors)
    if cumulative:
        old, new, n = old.cumsum(axis=1), new.cumsum(axis=1), n.cumsum()
    p = (old + new) / (2 * n)
    return (new - old) / n / np.sqrt(factor * p * (1 - p) / n)


@wrong("false_alarms", named="one_look")
def false_alarms_last_day(data, given):
    """Only the look on the last day instead of any day."""
    return (np.abs(_z(data)[:, -1]) > 1.96).mean()


@wrong("false_alarms", named="each_day_alone")
def false_alarms_day_by_day(data, given):
    """Each day is tested for itself, not all days so far."""
    return (np.abs(_z(data, cumulative=False)) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="by_formula")
def false_alarms_by_formula(data, given):
    """1 − 0.95 to the power of the days, as if the looks were independent, instead of counting in
    the simulated tests."""
    return 1 - 0.95 ** data.aa_old.shape[1]


@wrong("false_alarms", named="share_of_looks")
def false_alarms_mean_of_looks(data, given):
    """The share of all looks (tests × days) with an alarm instead of the share of tests with at
    least one."""
    return (np.abs(_z(data)) > 1.96).mean()


@wrong("false_alarms", named="better_only")
def false_alarms_new_wins(data, given):
    """Only z above +1.96, where the new page seems better; alarms below −1.96 are not counted."""
    return (_z(data) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="without_two")
def false_alarms_without_two(data, given):
    """The 2 in the standard error is left out, √(p (1 − p) ÷ n), so z is too large."""
    return (np.abs(_z(data, factor=1)) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="complement")
def false_alarms_quiet(data, given):
    """The share of tests *without* an alarm on any day (1 − x)."""
    return 1 - (np.abs(_z(data)) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="each_day_alone+better_only")
def false_alarms_day_by_day_new_wins(data, given):
    """Two mistakes: each day for itself instead of all days so far, and only z above +1.96."""
    return (_z(data, cumulative=False) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="one_look+without_two")
def false_alarms_last_day_without_two(data, given):
    """Two mistakes: only the last day, and the 2 in the standard error left out."""
    return (np.abs(_z(data, factor=1)[:, -1]) > 1.96).mean()


@wrong("false_alarms", named="weekly")
def false_alarms_weekly(data, given):
    """A look once a week, on days 7, 14 and so on, instead of every day."""
    return (np.abs(_z(data)[:, 6::7]) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="first_day_left_out")
def false_alarms_from_day_two(data, given):
    """The look on the evening of day 1 is left out."""
    return (np.abs(_z(data)[:, 1:]) > 1.96).any(axis=1).mean()


@wrong("false_alarms", named="tests_added_up")
def false_alarms_cumsum(data, given):
    """cumsum() without axis=1 adds up the tests, not the days."""
    old, new = data.aa_old.cumsum(), data.aa_new.cumsum()
    n = data.aa_visitors * np.arange(1, data.aa_old.shape[1] + 1)
    p = (old + new) / (2 * n)
    z = (new - old) / n / np.sqrt(2 * p * (1 - p) / n)
    return float((z.abs() > 1.96).any(axis=1).mean())
