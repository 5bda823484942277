"""Wrong answers to the exercise of chapter 5b."""

import numpy as np
import pandas as pd

import crmlab as crm
from tests.wrong_answers import wrong

CUTOFF = pd.Timestamp("2025-06-30")
LOOKBACK, GAP, HORIZON = 365, 14, 120


def _days(number):
    return pd.Timedelta(days=number)


# churned


def _purchases(data):
    log = data.log
    return log[log["amount"] >= 0].assign(day=log["date"].dt.normalize())


def _buyers(log, first, last):
    return pd.Index(log.loc[log["day"].between(first, last), "customer_id"].unique())


def _label(asked, back):
    asked = asked.sort_values().rename("customer_id")
    return pd.Series(~asked.isin(back), asked, name="churned")


def _asked(log):
    return _buyers(log, CUTOFF - _days(LOOKBACK - 1), CUTOFF)


@wrong("churned", named="gap_forgotten")
def churned_no_gap(data, given):
    """The label window of 120 days begins on the day after the cutoff; there is no gap."""
    log = _purchases(data)
    return _label(_asked(log), _buyers(log, CUTOFF + _days(1), CUTOFF + _days(HORIZON)))


@wrong("churned", named="gap_cuts_window")
def churned_gap_cuts_window(data, given):
    """The window runs from day 15 to day 120 after the cutoff: the gap shortens it to 106 days."""
    log = _purchases(data)
    return _label(_asked(log), _buyers(log, CUTOFF + _days(GAP + 1), CUTOFF + _days(HORIZON)))


@wrong("churned", named="half_year")
def churned_calendar_year(data, given):
    """Asks about those who bought in the calendar year 2025 so far: half the look-back."""
    log = _purchases(data)
    asked = _buyers(log, pd.Timestamp("2025-01-01"), CUTOFF)
    return _label(asked, _buyers(log, CUTOFF + _days(GAP + 1), CUTOFF + _days(GAP + HORIZON)))


@wrong("churned", named="everybody")
def churned_everybody_so_far(data, given):
    """Asks about all who had ever bought by the cutoff, not those of the look-back."""
    log = _purchases(data)
    asked = _buyers(log, log["day"].min(), CUTOFF)
    return _label(asked, _buyers(log, CUTOFF + _days(GAP + 1), CUTOFF + _days(GAP + HORIZON)))


@wrong("churned", named="to_the_end")
def churned_to_the_end_of_the_data(data, given):
    """Any purchase after the gap, to the end of the log, counts: the window is not 120 days."""
    log = _purchases(data)
    return _label(_asked(log), _buyers(log, CUTOFF + _days(GAP + 1), log["day"].max()))


@wrong("churned", named="silent_before")
def churned_looks_back(data, given):
    """Churned is who had not bought in the 120 days before the cutoff: silence in the past."""
    log = _purchases(data)
    return _label(_asked(log), _buyers(log, CUTOFF - _days(HORIZON - 1), CUTOFF))


@wrong("churned", named="turned_round")
def churned_inverted(data, given):
    """True and False are exchanged: True is who bought again."""
    log = _purchases(data)
    back = _buyers(log, CUTOFF + _days(GAP + 1), CUTOFF + _days(GAP + HORIZON))
    return ~_label(_asked(log), back)


@wrong("churned", named="gap_forgotten+everybody")
def churned_everybody_no_gap(data, given):
    """Asks about all customers so far, and the window begins right after the cutoff."""
    log = _purchases(data)
    asked = _buyers(log, log["day"].min(), CUTOFF)
    return _label(asked, _buyers(log, CUTOFF + _days(1), CUTOFF + _days(HORIZON)))


@wrong("churned", named="defaults")
def churned_defaults(data, given):
    """snapshot with its defaults: no gap, and 90 days instead of 120."""
    return crm.churn.snapshot(data.log, CUTOFF)["churned"].astype(bool)


@wrong("churned", named="rows:they bought in the gap")
def churned_gap_buyers_dropped(data, given):
    """Right, but customers who bought in the gap are left out altogether."""
    log = _purchases(data)
    in_gap = _buyers(log, CUTOFF + _days(1), CUTOFF + _days(GAP))
    asked = _asked(log).difference(in_gap)
    return _label(asked, _buyers(log, CUTOFF + _days(GAP + 1), CUTOFF + _days(GAP + HORIZON)))


# warned


def _top(score, count=100):
    return score.sort_values(ascending=False, kind="stable").index[:count]


def _stake(data):
    return (data.scored["churn_probability"] * data.scored["margin"]).round(6)


@wrong("warned", named="likeliest")
def warned_by_probability(data, given):
    """The hundred with the highest probability to churn."""
    return list(_top(data.scored["churn_probability"]))


@wrong("warned", named="largest")
def warned_by_margin(data, given):
    """The hundred with the largest margin."""
    return list(_top(data.scored["margin"]))


@wrong("warned", named="longest_silent")
def warned_by_silence(data, given):
    """The hundred who were silent longest."""
    return list(_top(data.scored["recency_days"]))


@wrong("warned", named="least_at_stake")
def warned_from_the_wrong_end(data, given):
    """Sorted the wrong way: the hundred with the least at stake."""
    return list(_top(-_stake(data)))


@wrong("warned", named="stayers")
def warned_of_stayers(data, given):
    """The chance to stay times the margin."""
    return list(_top(((1 - data.scored["churn_probability"]) * data.scored["margin"]).round(6)))


@wrong("warned", named="hindsight")
def warned_with_hindsight(data, given):
    """The largest of those who did churn, as is known by now."""
    return list(_top(data.scored["margin"] * data.scored["churned"]))


@wrong("warned", named="ranks_added")
def warned_by_sum_of_ranks(data, given):
    """Ranks by probability and by margin, added."""
    table = data.scored
    return list(_top(table["churn_probability"].rank() + table["margin"].rank()))


@wrong("warned")
def warned_half_likely(data, given):
    """All above 50 %, and of these the hundred largest."""
    table = data.scored[data.scored["churn_probability"] > 0.5]
    return list(_top(table["margin"]))


@wrong("warned", named="others")
def warned_the_rest(data, given):
    """All who are not on the list."""
    return list(data.scored.index.difference(given("warned")))


@wrong("warned")
def warned_too_few(data, given):
    """The right order, and ten places only."""
    return list(_top(_stake(data), 10))


# lead


def _lost(data):
    return data.scored["margin"] * data.scored["churned"]


def _largest(data):
    return _top(data.scored["margin"])


def _lead(data, given, counted):
    return counted[given("warned")].sum() - counted[_largest(data)].sum()


@wrong("lead", named="own_list_only")
def lead_without_the_other(data, given):
    """What was lost on the own list."""
    return _lost(data)[given("warned")].sum()


@wrong("lead", named="whole_margin")
def lead_of_all_on_the_lists(data, given):
    """The margin of all on the lists, whether they churned or not."""
    return _lead(data, given, data.scored["margin"])


@wrong("lead", named="expected_loss")
def lead_expected(data, given):
    """Probability times margin on one list less the same on the other."""
    return _lead(data, given, data.scored["churn_probability"] * data.scored["margin"])


@wrong("lead", named="sign")
def lead_turned(data, given):
    """The largest less the own list."""
    return -_lead(data, given, _lost(data))


@wrong("lead", named="people_counted")
def lead_in_customers(data, given):
    """How many more on the list churned."""
    return _lead(data, given, data.scored["churned"].astype(float))


@wrong("lead", named="of_stayers")
def lead_of_stayers(data, given):
    """The margin of those who stayed."""
    return _lead(data, given, data.scored["margin"] * ~data.scored["churned"])


@wrong("lead", named="per_place")
def lead_per_place(data, given):
    """The difference of the two means."""
    return _lead(data, given, _lost(data)) / 100


@wrong("lead", named="longest_silent")
def lead_over_the_silent(data, given):
    """Compared with those who were silent longest."""
    silent = _top(data.scored["recency_days"])
    return _lost(data)[given("warned")].sum() - _lost(data)[silent].sum()


@wrong("lead", named="likeliest")
def lead_over_the_likeliest(data, given):
    """Compared with those likeliest to churn."""
    likely = _top(data.scored["churn_probability"])
    return _lost(data)[given("warned")].sum() - _lost(data)[likely].sum()


@wrong("lead", named="whole_margin+own_list_only")
def lead_margin_of_the_list(data, given):
    """The margin of all on the own list."""
    return data.scored["margin"][given("warned")].sum()


# lead_low


def _adds(data, given, counted=None):
    counted, index = _lost(data) if counted is None else counted, data.scored.index
    return counted * (
        index.isin(given("warned")).astype(float) - index.isin(_largest(data)).astype(float)
    )


def _below(adds, times=1.96):
    return adds.sum() - times * np.sqrt(len(adds)) * adds.std()


@wrong("lead_low", named="upper_end")
def lead_low_upper_end(data, given):
    """The upper end."""
    return _below(_adds(data, given), -1.96)


@wrong("lead_low", named="one_standard_error")
def lead_low_one_error(data, given):
    """One standard error instead of 1.96."""
    return _below(_adds(data, given), 1)


@wrong("lead_low", named="one_sided")
def lead_low_one_sided(data, given):
    """1.645 instead of 1.96."""
    return _below(_adds(data, given), 1.645)


@wrong("lead_low", named="without_number")
def lead_low_one_customer(data, given):
    """The standard deviation of one customer, without √n."""
    adds = _adds(data, given)
    return adds.sum() - 1.96 * adds.std()


@wrong("lead_low", named="places_only")
def lead_low_hundred(data, given):
    """√100 for the places, in place of √n."""
    adds = _adds(data, given)
    return adds.sum() - 1.96 * 10 * adds.std()


@wrong("lead_low", named="own_list_only")
def lead_low_of_the_list(data, given):
    """The interval of what was lost on the own list."""
    return _below(_lost(data) * data.scored.index.isin(given("warned")))


@wrong("lead_low", named="half_width")
def lead_low_half(data, given):
    """What is to be taken off."""
    adds = _adds(data, given)
    return 1.96 * np.sqrt(len(adds)) * adds.std()


@wrong("lead_low", named="variances_apart")
def lead_low_two_errors(data, given):
    """The errors of the two lists, added."""
    index, lost = data.scored.index, _lost(data)
    mine, other = lost * index.isin(given("warned")), lost * index.isin(_largest(data))
    error = np.sqrt(len(lost)) * (mine.std() + other.std())
    return mine.sum() - other.sum() - 1.96 * error


@wrong("lead_low", named="whole_margin")
def lead_low_whole_margin(data, given):
    """All margin on the lists, churned or not."""
    return _below(_adds(data, given, data.scored["margin"]))


@wrong("lead_low", named="mean_of_sum")
def lead_low_error_of_the_mean(data, given):
    """The standard error of the mean is taken off the sum."""
    adds = _adds(data, given)
    return adds.sum() - 1.96 * adds.sem()


# after_two_years


@wrong("after_two_years", named="two_renewals")
def after_two_years_two_periods(data, given):
    """The survival after 2 renewals instead of 24: years taken for months."""
    return crm.ShiftedBetaGeometric().fit(data.cohort).survival(2)


@wrong("after_two_years", named="mean_rate")
def after_two_years_exponential(data, given):
    """Exponential: the mean monthly retention of the first 8 months, to the power of 24."""
    cohort = data.cohort
    return (cohort.iloc[-1] / cohort.iloc[0]) ** (24 / (len(cohort) - 1))


@wrong("after_two_years", named="last_rate")
def after_two_years_last_rate(data, given):
    """From month 8 on the last observed monthly retention goes on for 16 more months."""
    cohort = data.cohort
    rate = cohort.iloc[-1] / cohort.iloc[-2]
    return cohort.iloc[-1] / cohort.iloc[0] * rate ** (24 - (len(cohort) - 1))


@wrong("after_two_years", named="of_those_left")
def after_two_years_of_those_left(data, given):
    """sBG, but the share of those still there in month 8, S(24) / S(8), not of those who began."""
    model = crm.ShiftedBetaGeometric().fit(data.cohort)
    return model.survival(24) / model.survival(8)


@wrong("after_two_years", named="retention_rate")
def after_two_years_retention_rate(data, given):
    """The retention rate of the 24th renewal instead of the share that is left after it."""
    return crm.ShiftedBetaGeometric().fit(data.cohort).retention(24)


@wrong("after_two_years", named="one_month_off")
def after_two_years_one_short(data, given):
    """The survival after 23 renewals: month 1 is counted as the start of the 24 months."""
    return crm.ShiftedBetaGeometric().fit(data.cohort).survival(23)


@wrong("after_two_years", named="complement")
def after_two_years_lost(data, given):
    """The share that has left by then: 1 minus the answer."""
    return 1 - crm.ShiftedBetaGeometric().fit(data.cohort).survival(24)


@wrong("after_two_years", named="month_zero_left_out+of_those_left")
def after_two_years_first_month_dropped_of_left(data, given):
    """Fitted from month 1 on as if that were the start, and then S(24) / S(8) of those left."""
    model = crm.ShiftedBetaGeometric().fit(data.cohort.iloc[1:])
    return model.survival(24) / model.survival(8)


@wrong("after_two_years", named="mean_rate+number")
def after_two_years_exponential_number(data, given):
    """A number of customers instead of a share, by constant retention instead of the sBG."""
    cohort = data.cohort
    return cohort.iloc[0] * (cohort.iloc[-1] / cohort.iloc[0]) ** (24 / (len(cohort) - 1))


@wrong("after_two_years", named="mean_customer")
def after_two_years_mean_customer(data, given):
    """The sBG is fitted, then the mean chance to stay, β / (α + β), goes to the power of 24."""
    fitted = crm.ShiftedBetaGeometric().fit(data.cohort).params_
    return (fitted["beta"] / (fitted["alpha"] + fitted["beta"])) ** 24
