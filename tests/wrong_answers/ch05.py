"""Wrong answers to the exercise of chapter 5."""

import numpy as np
import pandas as pd

import crmlab as crm
from tests.wrong_answers import wrong

WAVE = "2025-06-01"
BALANCE = pd.Timestamp("2025-06-30")
POINT_VALUE = 0.01
CUTOFF = pd.Timestamp("2025-06-30")
LOOKBACK, GAP, HORIZON = 365, 14, 120


def _days(number):
    return pd.Timedelta(days=number)


def _wave(data):
    return data.survey[data.survey["wave"] == WAVE]


def _said(data):
    return _wave(data)["nps"].dropna().astype("float64")


# nps


@wrong("nps", named="both_waves")
def nps_both_waves(data, given):
    """The answers of both waves are thrown together, not just those of June 2025."""
    said = data.survey["nps"].dropna()
    return 100 * ((said >= 9).mean() - (said <= 6).mean())


@wrong("nps", named="missing_counted")
def nps_missing_in_denominator(data, given):
    """Promoters and detractors are divided by all rows of the wave, those who skipped included."""
    said, rows = _said(data), len(_wave(data))
    return 100 * ((said >= 9).sum() - (said <= 6).sum()) / rows


@wrong("nps", named="missing_as_zero")
def nps_missing_as_zero(data, given):
    """Skipped answers are filled with 0 and so count as detractors."""
    said = _wave(data)["nps"].astype("float64").fillna(0)
    return 100 * ((said >= 9).mean() - (said <= 6).mean())


@wrong("nps", named="six_left_out")
def nps_detractors_up_to_five(data, given):
    """Only answers from 0 to 5 count as detractors; a 6 is taken as passive."""
    said = _said(data)
    return 100 * ((said >= 9).mean() - (said < 6).mean())


@wrong("nps", named="mean_times_ten")
def nps_mean_times_ten(data, given):
    """The mean answer, times ten, is called the net promoter score."""
    return 10 * _said(data).mean()


@wrong("nps", named="passives_left_out")
def nps_passives_left_out(data, given):
    """Passives (7 and 8) are dropped from the denominator: promoters less detractors over both."""
    said = _said(data)
    up, down = (said >= 9).sum(), (said <= 6).sum()
    return 100 * (up - down) / (up + down)


@wrong("nps", named="hundredth")
def nps_as_share(data, given):
    """The right difference of shares, not multiplied by 100: a share instead of points."""
    said = _said(data)
    return (said >= 9).mean() - (said <= 6).mean()


@wrong("nps", named="both_waves")
def nps_both_waves_missing_counted(data, given):
    """Both waves together, and all rows, skipped ones too, in the denominator."""
    said = data.survey["nps"]
    return 100 * ((said >= 9).sum() - (said <= 6).sum()) / len(said)


@wrong("nps", named="first_wave+hundredth")
def nps_first_wave_as_share(data, given):
    """The wave of 2024 instead of 2025, and a share instead of points."""
    said = data.survey.loc[data.survey["wave"] == "2024-06-01", "nps"].dropna()
    return (said >= 9).mean() - (said <= 6).mean()


@wrong("nps")
def nps_from_csat(data, given):
    """Made from the satisfaction question: the share of 5 minus the share of 1 to 3."""
    said = _wave(data)["csat"].dropna()
    return 100 * ((said == 5).mean() - (said <= 3).mean())


# nps_low


def _nps_parts(said):
    up, down = (said >= 9).mean(), (said <= 6).mean()
    return up, down, up - down, up + down - (up - down) ** 2


@wrong("nps_low", named="without_number")
def nps_low_standard_deviation(data, given):
    """1.96 standard deviations of one answer are taken off; never divided by the root of n."""
    _up, _down, score, variance = _nps_parts(_said(data))
    return 100 * (score - 1.96 * np.sqrt(variance))


@wrong("nps_low", named="upper_end")
def nps_low_upper_end(data, given):
    """The upper end of the interval."""
    said = _said(data)
    _up, _down, score, variance = _nps_parts(said)
    return 100 * (score + 1.96 * np.sqrt(variance / len(said)))


@wrong("nps_low", named="variance_of_one_share")
def nps_low_promoters_only(data, given):
    """The error is that of the share of promoters alone, p(1 − p)/n; detractors add nothing."""
    said = _said(data)
    up, _down, score, _variance = _nps_parts(said)
    return 100 * (score - 1.96 * np.sqrt(up * (1 - up) / len(said)))


@wrong("nps_low", named="two_shares")
def nps_low_two_independent_shares(data, given):
    """p(1 − p)/n + d(1 − d)/n, as if promoters and detractors were two independent samples."""
    said = _said(data)
    up, down, score, _variance = _nps_parts(said)
    return 100 * (score - 1.96 * np.sqrt((up * (1 - up) + down * (1 - down)) / len(said)))


@wrong("nps_low", named="of_the_answers")
def nps_low_error_of_raw_answers(data, given):
    """From the score in points, 1.96 standard errors of the mean 0-to-10 answer are taken off."""
    said = _said(data)
    return 100 * _nps_parts(said)[2] - 1.96 * said.sem()


@wrong("nps_low", named="one_standard_error")
def nps_low_one_standard_error(data, given):
    """One standard error is taken off instead of 1.96."""
    said = _said(data)
    _up, _down, score, variance = _nps_parts(said)
    return 100 * (score - np.sqrt(variance / len(said)))


@wrong("nps_low", named="hundredth")
def nps_low_as_share(data, given):
    """The right lower end as a share instead of points."""
    said = _said(data)
    _up, _down, score, variance = _nps_parts(said)
    return score - 1.96 * np.sqrt(variance / len(said))


@wrong("nps_low", named="half_width+hundredth")
def nps_low_half_width_as_share(data, given):
    """Only 1.96 standard errors, not taken off the score, and as a share instead of points."""
    said = _said(data)
    return 1.96 * np.sqrt(_nps_parts(said)[3] / len(said))


@wrong("nps_low", named="both_waves+one_sided")
def nps_low_both_waves_one_sided(data, given):
    """Both waves are thrown together, and 1.645 (one-sided) stands for 1.96."""
    said = data.survey["nps"].dropna().astype("float64")
    _up, _down, score, variance = _nps_parts(said)
    return 100 * (score - 1.645 * np.sqrt(variance / len(said)))


@wrong("nps_low", named="ends_combined")
def nps_low_ends_combined(data, given):
    """The low end of the promoters' share less the high end of the detractors' share."""
    said = _said(data)
    up, down, _score, _variance = _nps_parts(said)
    low = up - 1.96 * np.sqrt(up * (1 - up) / len(said))
    high = down + 1.96 * np.sqrt(down * (1 - down) / len(said))
    return 100 * (low - high)


# bottleneck


def _closed(data):
    tickets = data.tickets
    opened = tickets["opened"]
    return tickets[(opened >= "2025-01-01") & (opened < "2026-01-01") & tickets["resolved"].notna()]


def _dealer_late(data, tickets):
    channel = data.orders.set_index("order_id")["channel"].astype("str")
    at_dealer = tickets["order_id"].map(channel) == "dealer"
    return at_dealer & (tickets["topic"] == "late delivery")


def _share_of_partner_hours(data, tickets):
    hours = tickets["partner_hours"]
    return hours[_dealer_late(data, tickets)].sum() / hours.sum()


@wrong("bottleneck", named="every_channel")
def bottleneck_all_channels(data, given):
    """Late deliveries of all orders are taken, not only of those that came through dealers."""
    tickets = _closed(data)
    late = tickets["topic"] == "late delivery"
    return tickets.loc[late, "partner_hours"].sum() / tickets["partner_hours"].sum()


@wrong("bottleneck", named="every_topic")
def bottleneck_all_topics(data, given):
    """All tickets about dealers' orders are taken, whatever the topic."""
    tickets = _closed(data)
    channel = data.orders.set_index("order_id")["channel"].astype("str")
    dealer = tickets["order_id"].map(channel) == "dealer"
    return tickets.loc[dealer, "partner_hours"].sum() / tickets["partner_hours"].sum()


@wrong("bottleneck", named="tickets_lost_in_join")
def bottleneck_inner_merge(data, given):
    """An inner merge with the orders drops tickets without an order from the denominator."""
    both = _closed(data).merge(
        data.orders[["order_id", "channel"]], on="order_id", suffixes=("", "_order")
    )
    chosen = (both["topic"] == "late delivery") & (both["channel_order"].astype("str") == "dealer")
    return both.loc[chosen, "partner_hours"].sum() / both["partner_hours"].sum()


@wrong("bottleneck", named="tickets_counted")
def bottleneck_tickets_not_hours(data, given):
    """The share of tickets that are such late deliveries, not the share of the hours."""
    return _dealer_late(data, _closed(data)).mean()


@wrong("bottleneck", named="every_stage_below")
def bottleneck_all_stages(data, given):
    """Their partner hours are divided by all hours: queue, work and partner."""
    tickets = _closed(data)
    hours = tickets[["queue_hours", "work_hours", "partner_hours"]].sum().sum()
    return tickets.loc[_dealer_late(data, tickets), "partner_hours"].sum() / hours


@wrong("bottleneck", named="all_years")
def bottleneck_all_years(data, given):
    """Closed tickets of all years, not just those opened in 2025."""
    return _share_of_partner_hours(data, data.tickets[data.tickets["resolved"].notna()])


@wrong("bottleneck", named="hundredfold")
def bottleneck_percent(data, given):
    """The right share in per cent."""
    return 100 * _share_of_partner_hours(data, _closed(data))


@wrong("bottleneck", named="all_years+of_late")
def bottleneck_among_late_and_all_years(data, given):
    """The denominator holds late deliveries only, and tickets of all years are counted."""
    tickets = data.tickets[data.tickets["resolved"].notna()]
    late = tickets[tickets["topic"] == "late delivery"]
    return _share_of_partner_hours(data, late)


@wrong("bottleneck")
def bottleneck_means_in_percent(data, given):
    """Mean hours of these tickets over the sum of both groups' means, and in per cent."""
    tickets = _closed(data)
    means = tickets["partner_hours"].groupby(_dealer_late(data, tickets)).mean()
    return 100 * means[True] / means.sum()


@wrong("bottleneck")
def bottleneck_channel_of_last_order(data, given):
    """The channel is that of the customer's latest order, not of the order the ticket is about."""
    latest = data.orders.sort_values("date").drop_duplicates("customer_id", keep="last")
    channel = latest.set_index("customer_id")["channel"].astype("str")
    tickets = _closed(data)
    dealer = tickets["customer_id"].map(channel) == "dealer"
    chosen = dealer & (tickets["topic"] == "late delivery")
    return tickets.loc[chosen, "partner_hours"].sum() / tickets["partner_hours"].sum()


# breakage


def _expired(data):
    return data.points[data.points["expires_on"] <= BALANCE]


@wrong("breakage", named="whole_table")
def breakage_all_points(data, given):
    """All points earned so far, those not yet expired too: unused ones over all."""
    points = data.points
    return points.loc[points["used_on"].isna(), "points"].sum() / points["points"].sum()


@wrong("breakage", named="batches_counted")
def breakage_batches(data, given):
    """The share of batches, each counted once, instead of the share of points."""
    return _expired(data)["used_on"].isna().mean()


@wrong("breakage", named="live_counted_now")
def breakage_earned_by_balance_day(data, given):
    """Points earned by the balance day count, whether or not they had expired by then."""
    points = data.points[data.points["earned_on"] <= BALANCE]
    return points.loc[points["used_on"].isna(), "points"].sum() / points["points"].sum()


@wrong("breakage", named="of_all_points")
def breakage_over_all_earned(data, given):
    """Expired unused points over all points ever earned, not over the expired ones."""
    expired = _expired(data)
    return expired.loc[expired["used_on"].isna(), "points"].sum() / data.points["points"].sum()


@wrong("breakage", named="year_end")
def breakage_expired_by_year_end(data, given):
    """Batches that expired by the end of 2025 count, not those by the balance day."""
    expired = data.points[data.points["expires_on"] <= "2025-12-31"]
    return expired.loc[expired["used_on"].isna(), "points"].sum() / expired["points"].sum()


@wrong("breakage", named="mean_of_customers")
def breakage_mean_of_customers(data, given):
    """The unweighted mean of the customers' own shares of unused expired points."""
    expired = _expired(data)
    lost = expired["points"].where(expired["used_on"].isna(), 0)
    of_customer = expired["customer_id"]
    return (lost.groupby(of_customer).sum() / expired["points"].groupby(of_customer).sum()).mean()


@wrong("breakage", named="complement")
def breakage_used_share(data, given):
    """The share of expired points that was used: 1 minus the answer."""
    expired = _expired(data)
    return expired.loc[expired["used_on"].notna(), "points"].sum() / expired["points"].sum()


@wrong("breakage", named="whole_table+batches_counted")
def breakage_batches_of_all(data, given):
    """Batches instead of points, and all batches instead of the expired ones."""
    return data.points["used_on"].isna().mean()


@wrong("breakage")
def breakage_used_batches_percent(data, given):
    """The share of expired batches that was used, in per cent: turned round, and not of points."""
    return 100 * _expired(data)["used_on"].notna().mean()


@wrong("breakage", named="mean_of_months")
def breakage_mean_of_months(data, given):
    """The mean of the shares of each month of expiry, every month with the same weight."""
    expired = _expired(data)
    month = expired["expires_on"].dt.to_period("M")
    lost = expired["points"].where(expired["used_on"].isna(), 0)
    return (lost.groupby(month).sum() / expired["points"].groupby(month).sum()).mean()


# liability


def _alive(data):
    points = data.points
    return points[(points["earned_on"] <= BALANCE) & (points["expires_on"] > BALANCE)]


def _used_by(points):
    return points.loc[points["used_on"] <= BALANCE, "points"].sum()


@wrong("liability", named="breakage_ignored")
def liability_face_value(data, given):
    """All living points not used by the balance day, at full value; no breakage is taken off."""
    alive = _alive(data)
    return POINT_VALUE * (alive["points"].sum() - _used_by(alive))


@wrong("liability", named="breakage_of_open")
def liability_unused_times_rest(data, given):
    """Points unused by the balance day times (1 − rate): breakage of the unused, not of all."""
    alive = _alive(data)
    return POINT_VALUE * (alive["points"].sum() - _used_by(alive)) * (1 - given("breakage"))


@wrong("liability", named="used_left_in")
def liability_used_not_taken_off(data, given):
    """Points that will be used, but those used already are not taken off."""
    return POINT_VALUE * _alive(data)["points"].sum() * (1 - given("breakage"))


@wrong("liability", named="hindsight")
def liability_future_uses(data, given):
    """Uses after the balance day count as used already."""
    alive = _alive(data)
    used = alive.loc[alive["used_on"].notna(), "points"].sum()
    return POINT_VALUE * (alive["points"].sum() * (1 - given("breakage")) - used)


@wrong("liability", named="used_of_all")
def liability_uses_of_all_batches(data, given):
    """Used points of all batches are taken off, those of expired batches too."""
    used = _used_by(data.points)
    return POINT_VALUE * (_alive(data)["points"].sum() * (1 - given("breakage")) - used)


@wrong("liability", named="earned_later")
def liability_earned_later_too(data, given):
    """Batches earned after the balance day count as alive as well."""
    points = data.points[data.points["expires_on"] > BALANCE]
    return POINT_VALUE * (points["points"].sum() * (1 - given("breakage")) - _used_by(points))


@wrong("liability", named="hundredfold")
def liability_in_points(data, given):
    """The right number of points, not turned into yuan."""
    alive = _alive(data)
    return alive["points"].sum() * (1 - given("breakage")) - _used_by(alive)


@wrong("liability", named="rate_turned+breakage_of_open")
def liability_rate_turned_of_unused(data, given):
    """Unused points times the breakage itself: not its complement, and of the unused only."""
    alive = _alive(data)
    return POINT_VALUE * (alive["points"].sum() - _used_by(alive)) * given("breakage")


@wrong("liability", named="no_balance_day")
def liability_today_unused_times_rest(data, given):
    """Batches unused to this day, expired ones too, times (1 − rate): no balance day at all."""
    points = data.points
    return (
        POINT_VALUE * points.loc[points["used_on"].isna(), "points"].sum() * (1 - given("breakage"))
    )


@wrong("liability", named="used_later")
def liability_hindsight(data, given):
    """The value of the living points that were in fact used after the balance day: hindsight."""
    alive = _alive(data)
    return POINT_VALUE * alive.loc[alive["used_on"] > BALANCE, "points"].sum()


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


# contacts


def _offer(data):
    return data.voucher.iloc[0]


def _profit(data, value="margin", take=None):
    people, offer = data.at_risk, _offer(data)
    p, cost = people["churn_probability"], offer["redemption_cost"]
    take = offer["take_rate"] if take is None else take
    saved = p * offer["save_rate"] * (people[value] - cost)
    return saved - (1 - p) * take * cost - offer["contact_cost"]


def _ids(chosen):
    return chosen.index[chosen].tolist()


@wrong("contacts", named="likely_to_leave")
def contacts_likely_churners(data, given):
    """Everybody with a churn probability above 50 %, whatever they are worth."""
    return _ids(data.at_risk["churn_probability"] > 0.5)


@wrong("contacts", named="revenue_not_margin")
def contacts_revenue(data, given):
    """The formula with the revenue as the value of a customer instead of the margin."""
    return _ids(_profit(data, "revenue") > 0)


@wrong("contacts", named="all_stayers_use_it")
def contacts_everybody_takes(data, given):
    """The take rate is left out: all of those who stay anyway are taken to use the voucher."""
    return _ids(_profit(data, take=1.0) > 0)


@wrong("contacts", named="stayers_forgotten")
def contacts_no_free_riders(data, given):
    """The voucher that those who stay anyway use is forgotten: p·s·(V − δ) − c."""
    return _ids(_profit(data, take=0.0) > 0)


@wrong("contacts", named="everybody_saved")
def contacts_without_save_rate(data, given):
    """The save rate is left out, as if every letter to a would-be churner kept one."""
    people, offer = data.at_risk, _offer(data)
    p, cost = people["churn_probability"], offer["redemption_cost"]
    sure = (1 - p) * offer["take_rate"] * cost
    return _ids(p * (people["margin"] - cost) - sure - offer["contact_cost"] > 0)


@wrong("contacts", named="likeliest_fifth")
def contacts_top_fifth(data, given):
    """The fifth with the highest churn probability: a quota instead of a profit."""
    people = data.at_risk
    return people.nlargest(len(people) // 5, "churn_probability").index.tolist()


@wrong("contacts", named="others")
def contacts_unprofitable(data, given):
    """Turned round: those of whom a loss is expected."""
    return _ids(_profit(data) < 0)


@wrong("contacts", named="stayers_forgotten+revenue_not_margin")
def contacts_revenue_no_free_riders(data, given):
    """Revenue for margin, and nothing for those who stay anyway and use the voucher."""
    return _ids(_profit(data, "revenue", take=0.0) > 0)


@wrong("contacts", named="value_at_risk")
def contacts_expected_loss_only(data, given):
    """p·margin above 21 yuan: neither the save rate nor those who stay anyway."""
    people, offer = data.at_risk, _offer(data)
    risk = people["churn_probability"] * people["margin"]
    return _ids(risk > offer["contact_cost"] + offer["redemption_cost"])


@wrong("contacts", named="rows:they are more likely to stay than to churn")
def contacts_profitable_and_likely(data, given):
    """Profit above 0 and a churn probability of 30 % or more: valuable low risks are lost."""
    return _ids((_profit(data) > 0) & (data.at_risk["churn_probability"] >= 0.3))


# contact_gain


@wrong("contact_gain", named="per_letter")
def contact_gain_mean(data, given):
    """The mean gain per letter instead of that of the whole mailing."""
    return _profit(data)[given("contacts")].mean()


@wrong("contact_gain", named="everybody")
def contact_gain_everybody(data, given):
    """The sum over all customers at risk, not over those who are written to."""
    return _profit(data).sum()


@wrong("contact_gain", named="revenue_not_margin")
def contact_gain_revenue(data, given):
    """Revenue instead of margin is what a customer kept brings."""
    return _profit(data, "revenue")[given("contacts")].sum()


@wrong("contact_gain", named="contact_cost_forgotten")
def contact_gain_no_contact_cost(data, given):
    """The cost of the letters is not taken off."""
    return (_profit(data) + _offer(data)["contact_cost"])[given("contacts")].sum()


@wrong("contact_gain", named="stayers_forgotten")
def contact_gain_no_free_riders(data, given):
    """The vouchers of those who stay anyway cost nothing."""
    return _profit(data, take=0.0)[given("contacts")].sum()


@wrong("contact_gain", named="all_charged")
def contact_gain_voucher_for_all(data, given):
    """Every letter costs letter and voucher, whoever uses it: p·s·V − δ − c."""
    people, offer = data.at_risk.loc[given("contacts")], _offer(data)
    saved = people["churn_probability"] * offer["save_rate"] * people["margin"]
    return (saved - offer["redemption_cost"] - offer["contact_cost"]).sum()


@wrong("contact_gain", named="sign")
def contact_gain_loss(data, given):
    """The sign is turned: cost less what is saved."""
    return -_profit(data)[given("contacts")].sum()


@wrong("contact_gain", named="nothing_charged")
def contact_gain_saved_margin(data, given):
    """Only the margin that is saved, p·s·V: no cost of any kind, letters or vouchers."""
    people = data.at_risk.loc[given("contacts")]
    return (people["churn_probability"] * people["margin"]).sum() * _offer(data)["save_rate"]


@wrong("contact_gain", named="revenue_not_margin+per_letter")
def contact_gain_mean_revenue(data, given):
    """Revenue for margin, and the mean per letter for the total."""
    return _profit(data, "revenue")[given("contacts")].mean()


@wrong("contact_gain", named="average_customer")
def contact_gain_average_customer(data, given):
    """Number of letters times the profit of the average customer: mean p with mean margin."""
    people, offer = data.at_risk.loc[given("contacts")], _offer(data)
    p, cost = people["churn_probability"].mean(), offer["redemption_cost"]
    saved = p * offer["save_rate"] * (people["margin"].mean() - cost)
    each = saved - (1 - p) * offer["take_rate"] * cost - offer["contact_cost"]
    return len(people) * each


# uplift


def _recent(data):
    bought = _purchases(data)
    return bought.loc[bought["day"] >= "2025-07-01", "customer_id"].unique()


def _pilot(data, everybody=False):
    pilot = data.pilot.astype({"offer": "str"})
    pilot = pilot.assign(profit=pilot["margin"] - pilot["cost"])
    return pilot if everybody else pilot[pilot["customer_id"].isin(_recent(data))]


def _call_less_none(pilot, column="profit", how="mean"):
    arms = pilot.groupby("offer")[column].agg(how)
    return arms["care_call"] - arms["none"]


@wrong("uplift", named="whole_pilot")
def uplift_whole_pilot(data, given):
    """All customers of the pilot, not only those who bought since 1 July 2025."""
    return _call_less_none(_pilot(data, everybody=True))


@wrong("uplift", named="cost_forgotten")
def uplift_without_cost(data, given):
    """The difference of the margins; the cost of the calls is not taken off."""
    return _call_less_none(_pilot(data), "margin")


@wrong("uplift", named="against_all_others")
def uplift_against_all_others(data, given):
    """The call against all others, the other two offers too, instead of against nothing."""
    pilot = _pilot(data)
    called = pilot["offer"] == "care_call"
    return pilot.loc[called, "profit"].mean() - pilot.loc[~called, "profit"].mean()


@wrong("uplift", named="orderers_only")
def uplift_those_who_ordered(data, given):
    """Only customers who ordered in the 180 days are compared: chosen after the treatment."""
    pilot = _pilot(data)
    return _call_less_none(pilot[pilot["ordered"] == 1])


@wrong("uplift", named="median")
def uplift_median(data, given):
    """The difference of the medians instead of the means."""
    return _call_less_none(_pilot(data), how="median")


@wrong("uplift", named="response_not_uplift")
def uplift_before_after(data, given):
    """No control group: margin − cost per called customer, all of it taken for the effect."""
    pilot = _pilot(data)
    return pilot.loc[pilot["offer"] == "care_call", "profit"].mean()


@wrong("uplift", named="sign")
def uplift_turned(data, given):
    """Nothing less the call: the sign is turned."""
    return -_call_less_none(_pilot(data))


@wrong("uplift", named="cost_forgotten+whole_pilot")
def uplift_whole_pilot_margin(data, given):
    """All customers of the pilot, and margin without the cost."""
    return _call_less_none(_pilot(data, everybody=True), "margin")


@wrong("uplift", named="totals+revenue_not_margin")
def uplift_total_revenue(data, given):
    """Revenue − cost, and the difference of the totals of two arms instead of the means."""
    pilot = _pilot(data)
    return _call_less_none(pilot.assign(profit=pilot["revenue"] - pilot["cost"]), how="sum")


@wrong("uplift")
def uplift_merged_rows(data, given):
    """Merged with the purchases since 1 July: a customer counts as often as they bought."""
    bought = _purchases(data)
    bought = bought.loc[bought["day"] >= "2025-07-01", ["customer_id", "day"]]
    return _call_less_none(_pilot(data, everybody=True).merge(bought, on="customer_id"))


# uplift_low


def _arms(pilot, column="profit"):
    return pilot.groupby("offer")[column].agg(["mean", "var", "std", "size", "sem"])


def _low(arms, error, times=1.96):
    return arms.loc["care_call", "mean"] - arms.loc["none", "mean"] - times * error


def _error(arms):
    return np.hypot(arms.loc["care_call", "sem"], arms.loc["none", "sem"])


@wrong("uplift_low", named="upper_end")
def uplift_low_upper_end(data, given):
    """The upper end of the interval."""
    arms = _arms(_pilot(data))
    return _low(arms, _error(arms), -1.96)


@wrong("uplift_low", named="errors_added")
def uplift_low_errors_added(data, given):
    """The two standard errors are added, instead of their squares."""
    arms = _arms(_pilot(data))
    return _low(arms, arms.loc["care_call", "sem"] + arms.loc["none", "sem"])


@wrong("uplift_low", named="one_arm")
def uplift_low_one_arm(data, given):
    """Only the standard error of the called arm; that of the control is forgotten."""
    arms = _arms(_pilot(data))
    return _low(arms, arms.loc["care_call", "sem"])


@wrong("uplift_low", named="without_number")
def uplift_low_standard_deviations(data, given):
    """Standard deviations of customers are used in place of standard errors: no division by n."""
    arms = _arms(_pilot(data))
    return _low(arms, np.hypot(arms.loc["care_call", "std"], arms.loc["none", "std"]))


@wrong("uplift_low", named="whole_pilot")
def uplift_low_whole_pilot(data, given):
    """All customers of the pilot, not only those who bought since 1 July 2025."""
    arms = _arms(_pilot(data, everybody=True))
    return _low(arms, _error(arms))


@wrong("uplift_low", named="low_of_called")
def uplift_low_low_against_mean(data, given):
    """The low end of the called arm alone, without taking the control off."""
    called = _arms(_pilot(data)).loc["care_call"]
    return called["mean"] - 1.96 * called["sem"]


@wrong("uplift_low", named="sign")
def uplift_low_turned(data, given):
    """The sign of the right lower end is turned: the upper end of nothing less the call."""
    arms = _arms(_pilot(data))
    return -_low(arms, _error(arms))


@wrong("uplift_low", named="cost_forgotten+whole_pilot")
def uplift_low_whole_pilot_margin(data, given):
    """All customers of the pilot, and the margin without the cost."""
    arms = _arms(_pilot(data, everybody=True), "margin")
    return _low(arms, _error(arms))


@wrong("uplift_low", named="errors_added+one_standard_error")
def uplift_low_one_error_added(data, given):
    """One standard error for 1.96, and the errors of the arms added instead of their squares."""
    arms = _arms(_pilot(data))
    return _low(arms, arms.loc["care_call", "sem"] + arms.loc["none", "sem"], 1.0)


@wrong("uplift_low", named="spread_of_all")
def uplift_low_spread_of_all(data, given):
    """One spread for both arms, that of all four arms together, though arms may vary unequally."""
    pilot = _pilot(data)
    arms = _arms(pilot)
    rows = 1 / arms.loc["care_call", "size"] + 1 / arms.loc["none", "size"]
    return _low(arms, pilot["profit"].std() * np.sqrt(rows))


# policy_gain


def _bad(data):
    tickets = data.tickets
    unsolved = ~tickets["solved_first_time"].astype(bool) & (tickets["goodwill"] == 0)
    return tickets[tickets["resolved"].notna() & unsolved]


def _who(tickets, day="2025-07-05", column="resolved"):
    return tickets.loc[tickets[column] >= day, "customer_id"].unique()


def _gain(data, called, seeds=range(5), offer="care_call", keep="margin", cost=True, days=365):
    """Total with the calls less total without, of the called (the others do not change)."""
    gains = []
    for luck in seeds:
        totals = []
        for what in (offer, "none"):
            run = data.company.run_forward(pd.Series(what, called), seed=luck, days=days)
            totals.append(run[keep].sum() - cost * run["cost"].sum())
        gains.append(totals[0] - totals[1])
    return np.array(gains)


@wrong("policy_gain", named="everybody")
def policy_gain_everybody(data, given):
    """A care call to every customer, not just to those with a badly handled ticket."""
    everybody = data.company.customers["customer_id"].to_numpy()
    return _gain(data, everybody).mean()


@wrong("policy_gain", named="goodwill_too")
def policy_gain_goodwill_too(data, given):
    """Badly handled is 'not solved first time' alone; tickets with goodwill count too."""
    tickets = data.tickets
    return _gain(data, _who(tickets[~tickets["solved_first_time"].astype(bool)])).mean()


@wrong("policy_gain", named="any_ticket")
def policy_gain_any_ticket(data, given):
    """Everybody with a closed ticket since 5 July is called, however it was handled."""
    return _gain(data, _who(data.tickets)).mean()


@wrong("policy_gain", named="ever_disappointed")
def policy_gain_all_time(data, given):
    """A badly handled ticket of any time counts, not only of the last 180 days."""
    return _gain(data, _bad(data)["customer_id"].unique()).mean()


@wrong("policy_gain", named="nobody_forgotten")
def policy_gain_no_baseline(data, given):
    """Total margin − cost of the called customers with the calls; nothing is compared with it."""
    called = pd.Series("care_call", _who(_bad(data)))
    runs = [data.company.run_forward(called, seed=luck) for luck in range(5)]
    return np.mean([(run["margin"] - run["cost"]).sum() for run in runs])


@wrong("policy_gain", named="other_luck_of_all")
def policy_gain_other_luck(data, given):
    """With the calls in luck 0 to 4, without any in luck 5 to 9: the luck is not the same."""
    everybody = data.company.customers["customer_id"]
    nobody = pd.Series("none", everybody)
    calls = nobody.copy()
    calls[_who(_bad(data))] = "care_call"
    totals = []
    for luck in range(5):
        with_calls = data.company.run_forward(calls, seed=luck)
        without = data.company.run_forward(nobody, seed=luck + 5)
        totals.append(
            (with_calls["margin"] - with_calls["cost"]).sum()
            - (without["margin"] - without["cost"]).sum()
        )
    return np.mean(totals)


@wrong("policy_gain", named="per_customer")
def policy_gain_per_customer(data, given):
    """The gain per called customer instead of the total."""
    called = _who(_bad(data))
    return _gain(data, called).mean() / len(called)


@wrong("policy_gain", named="one_run+revenue_not_margin")
def policy_gain_revenue_one_luck(data, given):
    """Revenue for margin, and luck 0 only instead of the mean of five."""
    return _gain(data, _who(_bad(data)), seeds=[0], keep="revenue").mean()


@wrong("policy_gain", named="summed+cost_forgotten")
def policy_gain_sum_without_cost(data, given):
    """The sum over the five lucks instead of the mean, and the cost of the calls not taken off."""
    return _gain(data, _who(_bad(data)), cost=False).sum()


@wrong("policy_gain")
def policy_gain_last_ticket_decides(data, given):
    """Only the last closed ticket decides: a better one later takes a customer out."""
    closed = data.tickets[data.tickets["resolved"] >= "2025-07-05"].sort_values("resolved")
    last = closed.drop_duplicates("customer_id", keep="last")
    bad = ~last["solved_first_time"].astype(bool) & (last["goodwill"] == 0)
    return _gain(data, last.loc[bad, "customer_id"].to_numpy()).mean()
