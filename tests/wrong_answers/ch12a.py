"""Wrong answers to the exercise of chapter 12a."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

import crmlab as crm
from tests.wrong_answers import wrong

_FACTS = ["birth_year", "gender", "region", "first_month"]


def _named(data, facts=_FACTS):
    return crm.find_people(data.pages, data.extract, facts)["found"]


def _right(data, facts=_FACTS):
    return (_named(data, facts) == data.pages["customer_id"]).sum()


def _inside(data):
    return data.pages["customer_id"].isin(data.extract.index).sum()


# found


@wrong("found", named="of_pages")
def found_of_pages(data, given):
    """Over all pages."""
    return _right(data) / len(data.pages)


@wrong("found", named="of_claims")
def found_precision(data, given):
    """Of those she names."""
    return _right(data) / _named(data).notna().sum()


@wrong("found", named="false_finds")
def found_claims(data, given):
    """All that she names, over those in the extract."""
    return _named(data).notna().sum() / _inside(data)


@wrong("found", named="of_pages+false_finds")
def found_claims_of_pages(data, given):
    """All that she names, over all pages."""
    return _named(data).notna().mean()


@wrong("found", named="without_month")
def found_three_facts(data, given):
    """Without the month."""
    return _right(data, _FACTS[:3]) / _inside(data)


@wrong("found", named="month_only")
def found_with_month(data, given):
    """Only pages that tell the month."""
    pages = data.pages.dropna()
    named = crm.find_people(pages, data.extract, _FACTS)["found"]
    return (named == pages["customer_id"]).sum() / pages["customer_id"].isin(
        data.extract.index
    ).sum()


@wrong("found", named="hundredfold")
def found_per_cent(data, given):
    """Per cent."""
    return 100 * _right(data) / _inside(data)


@wrong("found", named="total")
def found_number(data, given):
    """How many."""
    return int(_right(data))


@wrong("found", named="complement")
def found_safe(data, given):
    """Who is not found."""
    return 1 - _right(data) / _inside(data)


@wrong("found", named="month_demanded")
def found_by_merging(data, given):
    """A merge on all four facts, over those in the extract: a missing month agrees with none."""
    alone = data.extract.reset_index().drop_duplicates(_FACTS, keep=False)
    both = data.pages.merge(alone, on=_FACTS)
    return (both["customer_id_x"] == both["customer_id_y"]).sum() / _inside(data)


@wrong("found", named="rows_alone")
def found_unique_rows(data, given):
    """The share of rows of the extract that are alone in the four facts."""
    return (data.extract.groupby(_FACTS)["spend"].transform("size") == 1).mean()


# found_high


def _wilson(data, end=1, number=None, whole=None, **options):
    number = _right(data) if number is None else number
    whole = _inside(data) if whole is None else whole
    return proportion_confint(number, whole, **({"method": "wilson"} | options))[end]


@wrong("found_high", named="lower_end")
def high_low(data, given):
    """The lower end."""
    return _wilson(data, end=0)


@wrong("found_high", named="normal")
def high_normal(data, given):
    """The default of the function."""
    return _wilson(data, method="normal")


@wrong("found_high", named="normal")
def high_by_hand(data, given):
    """The share and 1.96 standard errors."""
    share = _right(data) / _inside(data)
    return share + 1.959964 * np.sqrt(share * (1 - share) / _inside(data))


@wrong("found_high", named="ninety")
def high_ninety(data, given):
    """90 %."""
    return _wilson(data, alpha=0.1)


@wrong("found_high", named="exact")
def high_exact(data, given):
    """Clopper and Pearson."""
    return _wilson(data, method="beta")


@wrong("found_high", named="point")
def high_point(data, given):
    """The share."""
    return _right(data) / _inside(data)


@wrong("found_high", named="of_pages")
def high_of_pages(data, given):
    """Of all pages."""
    return _wilson(data, whole=len(data.pages))


@wrong("found_high", named="of_claims")
def high_of_claims(data, given):
    """Of what she says."""
    return _wilson(data, whole=_named(data).notna().sum())


@wrong("found_high", named="hundredfold")
def high_per_cent(data, given):
    """Per cent."""
    return 100 * _wilson(data)


@wrong("found_high", named="half")
def high_half(data, given):
    """Half of the interval."""
    return (_wilson(data) - _wilson(data, end=0)) / 2


@wrong("found_high", named="normal+of_pages")
def high_normal_of_pages(data, given):
    """The default, of all pages."""
    return _wilson(data, whole=len(data.pages), method="normal")


@wrong("found_high", named="five")
def high_five(data, given):
    """alpha = 0.95."""
    return _wilson(data, alpha=0.95)


@wrong("found_high")
def high_jeffreys(data, given):
    """After Jeffreys."""
    return _wilson(data, method="jeffreys")


# left_out


def _size(data, by=("decade", "gender", "region")):
    table = data.extract.assign(decade=data.extract["birth_year"] // 10 * 10)
    return table.groupby(list(by))["spend"].transform("size")


def _ids(data, mask):
    return list(data.extract.index[mask])


@wrong("left_out", named="ten_too")
def left_out_ten(data, given):
    """Ten or fewer."""
    return _ids(data, _size(data) <= 10)


@wrong("left_out", named="unique_only")
def left_out_unique(data, given):
    """Alone."""
    return _ids(data, _size(data) == 1)


@wrong("left_out", named="others")
def left_out_kept(data, given):
    """Who is kept."""
    return _ids(data, _size(data) >= 10)


@wrong("left_out", named="one_a_group")
def left_out_first(data, given):
    """One of each small group."""
    table = data.extract.assign(decade=data.extract["birth_year"] // 10 * 10)
    return list(table[_size(data) < 10].drop_duplicates(["decade", "gender", "region"]).index)


@wrong("left_out", named="five")
def left_out_five(data, given):
    """Fewer than five."""
    return _ids(data, _size(data) < 5)


@wrong("left_out", named="year")
def left_out_year(data, given):
    """By birth year."""
    return _ids(data, _size(data, ("birth_year", "gender", "region")) < 10)


def _small_by(data, decade):
    table = data.extract.assign(decade=decade)
    return _ids(data, table.groupby(["decade", "gender", "region"])["spend"].transform("size") < 10)


@wrong("left_out", named="rounded_up")
def left_out_rounded_up(data, given):
    """Years cut to decades from 5 to 4."""
    return _small_by(data, (data.extract["birth_year"] / 10 + 0.5) // 1)


@wrong("left_out", named="rounded")
def left_out_rounded(data, given):
    """Years rounded to tens."""
    return _small_by(data, (data.extract["birth_year"] / 10).round())


@wrong("left_out", named="age")
def left_out_age(data, given):
    """Decades of the age."""
    return _small_by(data, (2025 - data.extract["birth_year"]) // 10)


@wrong("left_out")
def left_out_last_digit(data, given):
    """The last digit of the year."""
    return _small_by(data, data.extract["birth_year"] % 10)


@wrong("left_out", named="no_gender")
def left_out_no_gender(data, given):
    """Without the sex."""
    return _ids(data, _size(data, ("decade", "region")) < 10)


@wrong("left_out", named="no_region")
def left_out_no_region(data, given):
    """Without the region."""
    return _ids(data, _size(data, ("decade", "gender")) < 10)


@wrong("left_out", named="with_month")
def left_out_month(data, given):
    """With the month."""
    return _ids(data, _size(data, ("decade", "gender", "region", "first_month")) < 10)


@wrong("left_out", named="ten_too+no_gender")
def left_out_ten_no_gender(data, given):
    """Ten or fewer, without the sex."""
    return _ids(data, _size(data, ("decade", "region")) <= 10)


# half_width


def _epsilon(data):
    return data.budget["epsilon"], data.budget["answers"]


@wrong("half_width", named="whole_budget")
def half_whole(data, given):
    """All of ε for each."""
    epsilon, _answers = _epsilon(data)
    return np.log(20) / epsilon


@wrong("half_width", named="budget_each")
def half_times(data, given):
    """ε times the answers."""
    epsilon, answers = _epsilon(data)
    return np.log(20) / (epsilon * answers)


@wrong("half_width", named="root")
def half_root(data, given):
    """Shared by the root."""
    epsilon, answers = _epsilon(data)
    return np.log(20) * np.sqrt(answers) / epsilon


@wrong("half_width", named="normal")
def half_normal(data, given):
    """1.96 standard deviations."""
    epsilon, answers = _epsilon(data)
    return 1.96 * np.sqrt(2) * answers / epsilon


@wrong("half_width", named="normal_scale")
def half_scale_normal(data, given):
    """1.96 times the scale."""
    epsilon, answers = _epsilon(data)
    return 1.96 * answers / epsilon


@wrong("half_width", named="one_side")
def half_one_side(data, given):
    """ln 10."""
    epsilon, answers = _epsilon(data)
    return np.log(10) * answers / epsilon


@wrong("half_width", named="whole_interval")
def half_double(data, given):
    """The whole interval."""
    epsilon, answers = _epsilon(data)
    return 2 * np.log(20) * answers / epsilon


@wrong("half_width", named="scale")
def half_scale(data, given):
    """The scale."""
    epsilon, answers = _epsilon(data)
    return answers / epsilon


@wrong("half_width", named="inverse")
def half_turned(data, given):
    """Turned round."""
    epsilon, answers = _epsilon(data)
    return epsilon / answers / np.log(20)


@wrong("half_width", named="whole_budget+normal")
def half_normal_whole(data, given):
    """Normal, and all of ε."""
    epsilon, _answers = _epsilon(data)
    return 1.96 * np.sqrt(2) / epsilon


@wrong("half_width", named="three")
def half_of_three(data, given):
    """3 for ln 20."""
    epsilon, answers = _epsilon(data)
    return 3 * answers / epsilon


@wrong("half_width", named="two_sides")
def half_two_sides(data, given):
    """2.5 % outside."""
    epsilon, answers = _epsilon(data)
    return -np.log(0.025) * answers / epsilon


@wrong("half_width", named="epsilon_turned")
def half_times_epsilon(data, given):
    """ε as the scale."""
    epsilon, answers = _epsilon(data)
    return np.log(20) * epsilon / answers


@wrong("half_width")
def half_log_two(data, given):
    """The logarithm to the base 2."""
    epsilon, answers = _epsilon(data)
    return np.log2(20) * answers / epsilon


# sums


def _excess(data):
    table = data.renewals
    return crm.churn.excess_leavers(table["left"], table["score"], table["week"])


@wrong("sums", named="no_slack")
def sums_no_slack(data, given):
    """No slack."""
    return pd.Series(crm.churn.cusum(_excess(data), 0.0))


@wrong("sums", named="slack_one")
def sums_slack_one(data, given):
    """A slack of 1."""
    return pd.Series(crm.churn.cusum(_excess(data), 1.0))


@wrong("sums", named="never_reset")
def sums_plain(data, given):
    """A plain sum."""
    return (_excess(data) - 0.5).cumsum()


@wrong("sums", named="no_slack+never_reset")
def sums_plain_no_slack(data, given):
    """A plain sum of z."""
    return _excess(data).cumsum()


@wrong("sums", named="excess")
def sums_excess(data, given):
    """z itself."""
    return _excess(data)


@wrong("sums", named="not_standardised")
def sums_counts(data, given):
    """Leavers more than expected."""
    table = data.renewals
    off = (table["left"] - table["score"]).groupby(table["week"]).sum()
    return pd.Series(crm.churn.cusum(off))


@wrong("sums", named="shares")
def sums_shares(data, given):
    """Shares."""
    table = data.renewals
    off = (table["left"] - table["score"]).groupby(table["week"]).mean()
    return pd.Series(crm.churn.cusum(off))


@wrong("sums", named="spread_of_outcomes")
def sums_by_sd(data, given):
    """Over the standard deviation of the weeks."""
    table = data.renewals
    off = (table["left"] - table["score"]).groupby(table["week"]).sum()
    return pd.Series(crm.churn.cusum(off / off.std()))


@wrong("sums", named="either_way")
def sums_either_way(data, given):
    """The size of z."""
    return pd.Series(crm.churn.cusum(_excess(data).abs()))


@wrong("sums", named="below")
def sums_below(data, given):
    """Fewer than expected."""
    return pd.Series(crm.churn.cusum(-_excess(data)))


def _sums_by(data, luck):
    """Leavers more than expected over another measure of luck, added up."""
    weeks = data.renewals.groupby("week")
    off = weeks["left"].sum() - weeks["score"].sum()
    return pd.Series(crm.churn.cusum(off / luck(weeks)))


@wrong("sums", named="luck_of_the_mean")
def sums_by_the_mean(data, given):
    """Luck of the mean score."""
    mean = data.renewals.groupby("week")["score"].mean()
    return _sums_by(data, lambda weeks: np.sqrt(weeks.size() * mean * (1 - mean)))


@wrong("sums", named="luck_of_those_who_left")
def sums_by_those_who_left(data, given):
    """Luck of the share that left."""
    share = data.renewals.groupby("week")["left"].mean()
    return _sums_by(data, lambda weeks: np.sqrt(weeks.size() * share * (1 - share)))


@wrong("sums", named="root_of_leavers")
def sums_by_the_root(data, given):
    """The root of the leavers expected."""
    return _sums_by(data, lambda weeks: np.sqrt(weeks["score"].sum()))


@wrong("sums", named="reset_at_the_end")
def sums_clipped_late(data, given):
    """Below 0 cut off at the end."""
    return (_excess(data) - 0.5).cumsum().clip(lower=0)


@wrong("sums", named="never_down")
def sums_clipped_early(data, given):
    """Below 0 cut off before adding up."""
    return (_excess(data) - 0.5).clip(lower=0).cumsum()


@wrong("sums")
def sums_backwards(data, given):
    """From the last week to the first."""
    return pd.Series(crm.churn.cusum(_excess(data)[::-1])[::-1])


# alarm


@wrong("alarm", named="highest")
def alarm_highest(data, given):
    """The highest."""
    return given("sums").idxmax()


@wrong("alarm", named="week_before")
def alarm_before(data, given):
    """The last below."""
    return (given("sums") > data.limit).idxmax() - 1


@wrong("alarm", named="counted_from_1")
def alarm_after(data, given):
    """Counted from 1."""
    return (given("sums") > data.limit).idxmax() + 1


@wrong("alarm", named="known_later")
def alarm_known(data, given):
    """When it is known."""
    return (given("sums") > data.limit).idxmax() + 4


@wrong("alarm", named="first_excess")
def alarm_single(data, given):
    """The first z above 1.96."""
    return (_excess(data) > 1.96).idxmax()


@wrong("alarm", named="begins_to_rise")
def alarm_rise(data, given):
    """Where the sum leaves 0."""
    sums = given("sums")
    before = sums[: (sums > data.limit).idxmax()]
    return before.index[before == 0][-1] + 1


@wrong("alarm", named="how_many")
def alarm_count(data, given):
    """How many weeks."""
    return int((given("sums") > data.limit).sum())


@wrong("alarm", named="sum_itself")
def alarm_sum(data, given):
    """The sum of that week."""
    return given("sums")[given("sums") > data.limit].iloc[0]


@wrong("alarm")
def alarm_mask(data, given):
    """All weeks above."""
    return given("sums") > data.limit


@wrong("alarm", named="last")
def alarm_last(data, given):
    """The last week above."""
    return given("sums").index[given("sums") > data.limit][-1]


@wrong("alarm", named="sums_without_slack")
def alarm_no_slack(data, given):
    """By sums without the slack."""
    return int(np.argmax(crm.churn.cusum(_excess(data), 0.0) > data.limit))


# net


def _net(data, left=None, cut=None, weeks=52, price=1.0, old=True, count=None):
    table, terms = data.since, data.terms
    saved = terms["keeps"] * terms["margin"]
    cut = terms["call_cost"] / saved if cut is None else cut
    pays = saved * (table["left"] if left is None else left) - terms["call_cost"]
    more = (table["corrected"] >= cut).astype(int) - old * (table["score"] >= cut)
    count = terms["renewals_a_week"] if count is None else count
    return weeks * count * (pays * more).mean() - price * terms["new_score_cost"]


@wrong("net", named="no_price")
def net_gross(data, given):
    """Without the price."""
    return _net(data, price=0)


@wrong("net", named="price_each_week")
def net_price_weekly(data, given):
    """The price each week."""
    return 52 * _net(data, weeks=1)


@wrong("net", named="one_week")
def net_week(data, given):
    """One week."""
    return _net(data, weeks=1)


@wrong("net", named="sample_only")
def net_of_table(data, given):
    """The rows of the table as a week."""
    return _net(data, count=len(data.since))


@wrong("net", named="expected_by_new")
def net_by_corrected(data, given):
    """The corrected score in place of what happened."""
    return _net(data, left=data.since["corrected"])


@wrong("net", named="new_alone")
def net_of_new(data, given):
    """The corrected score against nothing."""
    return _net(data, old=False)


@wrong("net", named="threshold_margin")
def net_cut_margin(data, given):
    """call_cost ÷ margin."""
    return _net(data, cut=data.terms["call_cost"] / data.terms["margin"])


@wrong("net", named="threshold_half")
def net_cut_half(data, given):
    """50 %."""
    return _net(data, cut=0.5)


@wrong("net", named="expected_by_old")
def net_by_score(data, given):
    """The score in place of what happened."""
    return _net(data, left=data.since["score"])


@wrong("net", named="no_price+new_alone")
def net_of_new_gross(data, given):
    """The corrected score alone, without the price."""
    return _net(data, old=False, price=0)


@wrong("net", named="sign")
def net_turned(data, given):
    """The old less the new."""
    return -_net(data)


@wrong("net", named="all_kept")
def net_all_kept(data, given):
    """All leavers kept."""
    table, terms = data.since, data.terms
    cut = terms["call_cost"] / (terms["keeps"] * terms["margin"])
    pays = terms["margin"] * table["left"] - terms["call_cost"]
    more = (table["corrected"] >= cut).astype(int) - (table["score"] >= cut)
    return 52 * terms["renewals_a_week"] * (pays * more).mean() - terms["new_score_cost"]


@wrong("net", named="price_added")
def net_price_added(data, given):
    """The price added."""
    return _net(data, price=-1)


@wrong("net", named="old_alone")
def net_of_old(data, given):
    """The calls of today."""
    table, terms = data.since, data.terms
    saved = terms["keeps"] * terms["margin"]
    pays = saved * table["left"] - terms["call_cost"]
    calls = table["score"] >= terms["call_cost"] / saved
    return 52 * terms["renewals_a_week"] * (pays * calls).mean()


@wrong("net", named="all_leave")
def net_all_leave(data, given):
    """Everybody who is called would leave."""
    return _net(data, left=1)


@wrong("net", named="gain_of_the_table")
def net_of_the_rows(data, given):
    """The sum over the rows."""
    return _net(data, weeks=1, count=len(data.since), price=0)


@wrong("net")
def net_quarter(data, given):
    """13 weeks."""
    return _net(data, weeks=13)


# missed


def _called(data):
    return data.scored["score"] >= 0.5


@wrong("missed", named="of_all")
def missed_of_all(data, given):
    """Over all customers."""
    return (~_called(data) & data.scored["left"]).groupby(data.scored["age"]).mean()


@wrong("missed", named="of_not_called")
def missed_of_not_called(data, given):
    """Of those not called."""
    table = data.scored[~_called(data)]
    return table["left"].groupby(table["age"]).mean()


@wrong("missed", named="in_vain")
def missed_in_vain(data, given):
    """False positives."""
    stays = ~data.scored["left"]
    return _called(data)[stays].groupby(data.scored["age"][stays]).mean()


@wrong("missed", named="complement")
def missed_called(data, given):
    """Who is called, of the leavers."""
    left = data.scored["left"]
    return _called(data)[left].groupby(data.scored["age"][left]).mean()


@wrong("missed", named="at_the_threshold")
def missed_strict(data, given):
    """Called above 0.5."""
    left = data.scored[data.scored["left"]]
    return (left["score"] <= 0.5).groupby(left["age"]).mean()


@wrong("missed", named="share_leaving")
def missed_base(data, given):
    """The share that leaves."""
    return data.scored.groupby("age")["left"].mean()


@wrong("missed", named="right_calls")
def missed_ppv(data, given):
    """Right calls."""
    table = data.scored[_called(data)]
    return table["left"].groupby(table["age"]).mean()


@wrong("missed", named="not_called")
def missed_not_called(data, given):
    """Of all, not called."""
    return (~_called(data)).groupby(data.scored["age"]).mean()


@wrong("missed", named="numbers")
def missed_numbers(data, given):
    """Numbers."""
    return (~_called(data) & data.scored["left"]).groupby(data.scored["age"]).sum()


@wrong("missed", named="hundredfold")
def missed_per_cent(data, given):
    """Per cent."""
    left = data.scored[data.scored["left"]]
    return 100 * (left["score"] < 0.5).groupby(left["age"]).mean()


@wrong("missed", named="of_all_leavers")
def missed_of_all_leavers(data, given):
    """Over the leavers of all ages."""
    missed = ~_called(data) & data.scored["left"]
    return missed.groupby(data.scored["age"]).sum() / data.scored["left"].sum()


@wrong("missed", named="wrong_calls")
def missed_wrong_calls(data, given):
    """Of those called, who stays."""
    table = data.scored[_called(data)]
    return (~table["left"]).groupby(table["age"]).mean()


@wrong("missed")
def missed_at_forty(data, given):
    """Called from 40 % on."""
    left = data.scored[data.scored["left"]]
    return (left["score"] < 0.4).groupby(left["age"]).mean()


# forced


def _rates(data):
    return data.rates[["leave", "right_calls", "missed"]]


@wrong("forced", named="share_for_odds")
def forced_share(data, given):
    """p in place of the odds."""
    leave, right, missed = _rates(data)
    return leave * (1 - right) / right * (1 - missed)


@wrong("forced", named="odds_turned")
def forced_turned(data, given):
    """(1 − p) ÷ p."""
    leave, right, missed = _rates(data)
    return (1 - leave) / leave * (1 - right) / right * (1 - missed)


@wrong("forced", named="ppv_turned")
def forced_ppv(data, given):
    """PPV ÷ (1 − PPV)."""
    leave, right, missed = _rates(data)
    return leave / (1 - leave) * right / (1 - right) * (1 - missed)


@wrong("forced", named="wrong_calls")
def forced_wrong_calls(data, given):
    """1 − PPV."""
    leave, right, missed = _rates(data)
    return leave / (1 - leave) * (1 - right) * (1 - missed)


@wrong("forced", named="missed_for_called")
def forced_missed(data, given):
    """FNR."""
    leave, right, missed = _rates(data)
    return leave / (1 - leave) * (1 - right) / right * missed


@wrong("forced", named="without_missed")
def forced_without(data, given):
    """Without FNR."""
    leave, right, _missed = _rates(data)
    return leave / (1 - leave) * (1 - right) / right


@wrong("forced", named="hundredfold")
def forced_per_cent(data, given):
    """Per cent."""
    leave, right, missed = _rates(data)
    return 100 * leave / (1 - leave) * (1 - right) / right * (1 - missed)


@wrong("forced", named="complement")
def forced_spared(data, given):
    """Who is not called in vain."""
    leave, right, missed = _rates(data)
    return 1 - leave / (1 - leave) * (1 - right) / right * (1 - missed)


@wrong("forced", named="share_for_odds+wrong_calls")
def forced_shares(data, given):
    """p (1 − PPV) (1 − FNR)."""
    leave, right, missed = _rates(data)
    return leave * (1 - right) * (1 - missed)


@wrong("forced", named="divided")
def forced_divided(data, given):
    """Divided by 1 − FNR."""
    leave, right, missed = _rates(data)
    return leave / (1 - leave) * (1 - right) / right / (1 - missed)


@wrong("forced", named="of_calls")
def forced_of_calls(data, given):
    """1 − PPV."""
    return 1 - data.rates["right_calls"]


@wrong("forced", named="all_called")
def forced_all_called(data, given):
    """The share of all that is called."""
    leave, right, missed = _rates(data)
    return leave * (1 - missed) / right


@wrong("forced", named="odds_left_out")
def forced_no_odds(data, given):
    """Without the odds of leaving."""
    _leave, right, missed = _rates(data)
    return (1 - right) / right * (1 - missed)


@wrong("forced")
def forced_found(data, given):
    """The leavers who are called."""
    return 1 - data.rates["missed"]
