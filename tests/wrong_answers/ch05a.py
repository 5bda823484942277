"""Wrong answers to the exercise of chapter 5a."""

import numpy as np
import pandas as pd

from tests.wrong_answers import wrong

WAVE = "2025-06-01"
BALANCE = pd.Timestamp("2025-06-30")
POINT_VALUE = 0.01


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


# disappointed


def _who(tickets):
    return list(tickets["customer_id"].unique())


def _bad_ones(tickets):
    return tickets[~tickets["solved_first_time"] & (tickets["goodwill"] == 0)]


def _late(data):
    return data.tickets[data.tickets["resolved"] >= "2025-07-05"]


@wrong("disappointed", named="ever")
def disappointed_of_all_years(data, given):
    """Bad tickets of all years."""
    return _who(_bad_ones(data.tickets[data.tickets["resolved"].notna()]))


@wrong("disappointed", named="goodwill_too")
def disappointed_made_good(data, given):
    """Not solved at the first contact, whatever was given."""
    late = _late(data)
    return _who(late[~late["solved_first_time"]])


@wrong("disappointed", named="solved_too")
def disappointed_nothing_given(data, given):
    """Nothing was given, whether it was solved or not."""
    late = _late(data)
    return _who(late[late["goodwill"] == 0])


@wrong("disappointed", named="any_ticket")
def disappointed_any_ticket(data, given):
    """Everybody with a ticket of those days."""
    return _who(_late(data))


@wrong("disappointed", named="all_bad")
def disappointed_only_bad(data, given):
    """Those all of whose tickets of those days were bad."""
    late = _late(data)
    good = late.drop(_bad_ones(late).index)
    return [name for name in _who(_bad_ones(late)) if name not in set(good["customer_id"])]


@wrong("disappointed", named="others")
def disappointed_the_others(data, given):
    """All customers but those."""
    every = data.company.customers["customer_id"]
    return list(every[~every.isin(given("disappointed"))])


@wrong("disappointed", named="ever+goodwill_too")
def disappointed_ever_unsolved(data, given):
    """Tickets of all years that were not solved at the first contact."""
    tickets = data.tickets[data.tickets["resolved"].notna()]
    return _who(tickets[~tickets["solved_first_time"]])


@wrong("disappointed", named="solved_too+all_bad")
def disappointed_never_given(data, given):
    """Customers to whom nothing was given for any ticket of those days."""
    late = _late(data)
    got = set(late.loc[late["goodwill"] > 0, "customer_id"])
    return [name for name in _who(late) if name not in got]


@wrong("disappointed")
def disappointed_rated(data, given):
    """Those who rated a ticket of these days with 1 or 2."""
    late = _late(data)
    return _who(late[late["rating"] <= 2])


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


# break_even


def _costs(data, share=None, per=100):
    plan = data.programme
    share = 1 - plan["breakage"] if share is None else share
    return plan["worth_now"] / per * share, plan["worth_new"] / per * share, plan["margin_share"]


@wrong("break_even", named="breakage_forgotten")
def break_even_all_used(data, given):
    """Every point is taken to be used."""
    now, new, margin = _costs(data, 1)
    return (new - now) / (margin - new)


@wrong("break_even", named="whole_programme")
def break_even_of_the_new_programme(data, given):
    """The formula of the lesson with the new worth: what the new points have to bring in all."""
    _now, new, margin = _costs(data)
    return new / (margin - new)


@wrong("break_even", named="cost_only")
def break_even_extra_cost(data, given):
    """The extra cost of a yuan of sales, not divided by anything."""
    now, new, _margin = _costs(data)
    return new - now


@wrong("break_even", named="of_full_margin")
def break_even_over_margin(data, given):
    """The extra cost over the margin, from which no points were taken."""
    now, new, margin = _costs(data)
    return (new - now) / margin


@wrong("break_even", named="of_old_margin")
def break_even_over_margin_now(data, given):
    """The extra cost over the margin that is left under the points of today."""
    now, new, margin = _costs(data)
    return (new - now) / (margin - now)


@wrong("break_even", named="hundredfold")
def break_even_per_cent(data, given):
    """The right share, in per cent."""
    now, new, margin = _costs(data)
    return 100 * (new - now) / (margin - new)


@wrong("break_even", named="factor")
def break_even_factor(data, given):
    """By how much sales are multiplied."""
    now, new, margin = _costs(data)
    return (margin - now) / (margin - new)


@wrong("break_even", named="breakage_turned")
def break_even_breakage_as_use(data, given):
    """Breakage is taken for the share that is used."""
    now, new, margin = _costs(data, data.programme["breakage"])
    return (new - now) / (margin - new)


@wrong("break_even", named="breakage_forgotten+whole_programme")
def break_even_whole_and_all_used(data, given):
    """What the new points have to bring in all, every point used."""
    _now, new, margin = _costs(data, 1)
    return new / (margin - new)


@wrong("break_even", named="whole_programme+of_full_margin")
def break_even_cost_over_margin(data, given):
    """The cost of the new points over the margin: neither the change, nor what is left."""
    _now, new, margin = _costs(data)
    return new / margin


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
