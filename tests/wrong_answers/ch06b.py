"""Wrong answers to the exercise of chapter 6b."""

import numpy as np
import pandas as pd

from tests.wrong_answers import wrong

TODAY = pd.Timestamp("2025-12-01")
CALL_COST = 40


# near_limit


def _usage(data):
    usage = data.usage.sort_values(["customer_id", "month"]).astype({"plan": "str"})
    usage = usage.assign(share=usage["used"] / usage["included"])
    return usage.assign(before=usage.groupby("customer_id")["share"].shift())


def _december(data):
    usage = _usage(data)
    return usage[usage["month"] == TODAY].set_index("customer_id")


def _firms(table, chosen):
    return table.index[chosen].tolist()


@wrong("near_limit", named="one_month")
def near_limit_december_only(data, given):
    """Above 90 % in December is enough; November is not looked at."""
    now = _december(data)
    return _firms(now, (now["share"] > 0.9) & (now["plan"] != "L"))


@wrong("near_limit", named="largest_plan")
def near_limit_largest_plan_too(data, given):
    """Firms on plan L are on the list, though there is no larger plan."""
    now = _december(data)
    return _firms(now, (now["share"] > 0.9) & (now["before"] > 0.9))


@wrong("near_limit", named="either_month")
def near_limit_either_month(data, given):
    """Above 90 % in November or in December, not in both."""
    now = _december(data)
    return _firms(now, ((now["share"] > 0.9) | (now["before"] > 0.9)) & (now["plan"] != "L"))


@wrong("near_limit", named="mean_of_months")
def near_limit_mean_of_two(data, given):
    """The mean of November and December is above 90 %."""
    now = _december(data)
    return _firms(now, (now[["share", "before"]].mean(axis=1) > 0.9) & (now["plan"] != "L"))


@wrong("near_limit", named="over_the_allowance")
def near_limit_over_the_allowance(data, given):
    """More than 100 % instead of more than 90 % of the cups, in both months."""
    now = _december(data)
    return _firms(now, (now["share"] > 1) & (now["before"] > 1) & (now["plan"] != "L"))


@wrong("near_limit", named="at_any_time")
def near_limit_any_two_months(data, given):
    """Any two months in a row above 90 %, at whatever time, not November and December."""
    usage = _usage(data)
    found = usage[(usage["share"] > 0.9) & (usage["before"] > 0.9) & (usage["plan"] != "L")]
    return found["customer_id"].unique().tolist()


@wrong("near_limit", named="below_limit")
def near_limit_below(data, given):
    """The wrong direction: firms that used less than 90 % in both months."""
    now = _december(data)
    return _firms(now, (now["share"] < 0.9) & (now["before"] < 0.9) & (now["plan"] != "L"))


@wrong("near_limit", named="one_month+largest_plan")
def near_limit_december_all_plans(data, given):
    """December alone is looked at, and firms on plan L are on the list."""
    now = _december(data)
    return _firms(now, now["share"] > 0.9)


@wrong("near_limit", named="largest_plan+mean_of_months")
def near_limit_mean_all_plans(data, given):
    """The mean of the two months is above 90 %, and firms on plan L are on the list."""
    now = _december(data)
    return _firms(now, now[["share", "before"]].mean(axis=1) > 0.9)


@wrong("near_limit", named="small_plan_only")
def near_limit_small_plan_only(data, given):
    """Only firms on plan S are listed; those on M, who can still move up to L, are lost."""
    now = _december(data)
    return _firms(now, (now["share"] > 0.9) & (now["before"] > 0.9) & (now["plan"] == "S"))


# upgrade_share


def _signal(data, largest=False, december=False):
    usage = _usage(data)
    usage = usage[(usage["share"] > 0.9) & (usage["before"] > 0.9)]
    usage = usage if largest else usage[usage["plan"] != "L"]
    usage = usage if december else usage[usage["month"] < TODAY]
    return usage.assign(up=usage["upgraded"].fillna(False).astype(bool))


@wrong("upgrade_share", named="one_month")
def upgrade_share_one_month(data, given):
    """Above 90 % in this month is enough; the month before is not looked at."""
    usage = _usage(data)
    usage = usage[(usage["share"] > 0.9) & (usage["plan"] != "L") & (usage["month"] < TODAY)]
    return usage["upgraded"].astype(bool).mean()


@wrong("upgrade_share", named="largest_plan")
def upgrade_share_largest_plan_too(data, given):
    """Rows of plan L are in the denominator, though nobody can move up from there."""
    return _signal(data, largest=True)["up"].mean()


@wrong("upgrade_share", named="december_counted")
def upgrade_share_december_as_no(data, given):
    """December 2025 counts, its unknown answers taken for no."""
    return _signal(data, december=True)["up"].mean()


@wrong("upgrade_share", named="of_firms")
def upgrade_share_of_firms(data, given):
    """Firms instead of rows: of those that ever had the signal, the share that moved up."""
    return _signal(data).groupby("customer_id")["up"].max().mean()


@wrong("upgrade_share", named="turned_round")
def upgrade_share_of_upgrades(data, given):
    """The other condition: of all upgrades, the share that came after the signal."""
    usage = _usage(data)
    usage = usage[(usage["plan"] != "L") & (usage["month"] < TODAY)]
    return _signal(data)["up"].sum() / usage["upgraded"].astype(bool).sum()


@wrong("upgrade_share", named="next_row")
def upgrade_share_next_row(data, given):
    """The column is moved by one more month: upgraded of the row after the signal."""
    usage = _usage(data)
    usage["later"] = usage.groupby("customer_id")["upgraded"].shift(-1)
    found = usage[(usage["share"] > 0.9) & (usage["before"] > 0.9) & (usage["plan"] != "L")]
    return found.loc[found["month"] < TODAY, "later"].dropna().astype(bool).mean()


@wrong("upgrade_share", named="complement")
def upgrade_share_stayed(data, given):
    """The share that did not move up: 1 minus the answer."""
    return 1 - _signal(data)["up"].mean()


@wrong("upgrade_share", named="largest_plan+december_counted")
def upgrade_share_all_plans_december(data, given):
    """Plan L is in the denominator, and so is December with its unknown answers as no."""
    return _signal(data, largest=True, december=True)["up"].mean()


@wrong("upgrade_share", named="one_month+largest_plan")
def upgrade_share_one_month_all_plans(data, given):
    """One month above 90 % is enough, and rows of plan L are in the denominator."""
    usage = _usage(data)
    usage = usage[(usage["share"] > 0.9) & (usage["month"] < TODAY)]
    return usage["upgraded"].astype(bool).mean()


@wrong("upgrade_share", named="first_signal")
def upgrade_share_first_signal(data, given):
    """Only the first row with the signal of each firm counts; its later ones are dropped."""
    return _signal(data).drop_duplicates("customer_id")["up"].mean()


# upgrade_low


def _wilson(moved, number, z=1.959963984540054, sign=-1):
    share = moved / number
    middle = share + z**2 / (2 * number)
    half = z * np.sqrt(share * (1 - share) / number + z**2 / (4 * number**2))
    return (middle + sign * half) / (1 + z**2 / number)


def _counts(data, **which):
    up = _signal(data, **which)["up"]
    return up.sum(), len(up)


@wrong("upgrade_low", named="upper_end")
def upgrade_low_upper(data, given):
    """The upper end of the interval."""
    return _wilson(*_counts(data), sign=1)


@wrong("upgrade_low", named="half_width")
def upgrade_low_half(data, given):
    """Half the length of the interval."""
    return (_wilson(*_counts(data), sign=1) - _wilson(*_counts(data))) / 2


@wrong("upgrade_low", named="normal_interval")
def upgrade_low_normal(data, given):
    """The share less 1.96 standard errors: the normal interval."""
    moved, number = _counts(data)
    share = moved / number
    return share - 1.959963984540054 * np.sqrt(share * (1 - share) / number)


@wrong("upgrade_low", named="one_standard_error")
def upgrade_low_one_error(data, given):
    """The share less one standard error."""
    moved, number = _counts(data)
    share = moved / number
    return share - np.sqrt(share * (1 - share) / number)


@wrong("upgrade_low", named="ninety_percent")
def upgrade_low_ninety(data, given):
    """The lower end of a 90 % interval."""
    return _wilson(*_counts(data), z=1.6448536269514722)


@wrong("upgrade_low", named="alpha_halved")
def upgrade_low_alpha_halved(data, given):
    """alpha=0.025 handed to the function, which is two-sided already."""
    return _wilson(*_counts(data), z=2.241402727604947)


@wrong("upgrade_low", named="largest_plan")
def upgrade_low_largest_plan(data, given):
    """The lower end, with the rows of plan L in the denominator."""
    return _wilson(*_counts(data, largest=True))


@wrong("upgrade_low", named="december_counted")
def upgrade_low_december(data, given):
    """The lower end, with December taken for no."""
    return _wilson(*_counts(data, december=True))


@wrong("upgrade_low", named="hundredfold")
def upgrade_low_percent(data, given):
    """The lower end in per cent."""
    return 100 * _wilson(*_counts(data))


@wrong("upgrade_low", named="largest_plan+upper_end")
def upgrade_low_largest_plan_upper(data, given):
    """The upper end, with the rows of plan L in the denominator."""
    return _wilson(*_counts(data, largest=True), sign=1)


# calls


def _months(firms, span=range(1, 13)):
    return sum((1 - firms["chance"]) ** month for month in span)


def _gain(firms, months=None, money="more_margin"):
    months = _months(firms) if months is None else months
    return firms["persuaded"] * firms[money] * months - CALL_COST


@wrong("calls", named="comes_anyway")
def calls_chance_times_year(data, given):
    """The usual list: chance × margin of a year, less the call; what comes anyway counts."""
    firms = data.firms
    return _firms(firms, firms["chance"] * 12 * firms["more_margin"] > CALL_COST)


@wrong("calls", named="whole_year")
def calls_whole_year(data, given):
    """Each persuaded firm is taken to gain twelve full months, though it might come by itself."""
    return _firms(data.firms, _gain(data.firms, 12) > 0)


@wrong("calls", named="fee_not_margin")
def calls_fee(data, given):
    """The additional fee is counted instead of the additional margin."""
    return _firms(data.firms, _gain(data.firms, money="more_fee") > 0)


@wrong("calls", named="persuaded_left_out")
def calls_without_persuaded(data, given):
    """Every call is taken to persuade: months gained × margin against the cost of the call."""
    firms = data.firms
    return _firms(firms, firms["more_margin"] * _months(firms) > CALL_COST)


@wrong("calls", named="likeliest")
def calls_most_ready(data, given):
    """The firms with a chance above 20 % a month are called: who is ready, not what a call adds."""
    return _firms(data.firms, data.firms["chance"] > 0.2)


@wrong("calls", named="last_power")
def calls_last_power_only(data, given):
    """Twelve times (1 − chance)^12 stands for the sum over the twelve months."""
    firms = data.firms
    return _firms(firms, _gain(firms, 12 * (1 - firms["chance"]) ** 12) > 0)


@wrong("calls", named="others")
def calls_loss(data, given):
    """Turned round: the firms whose call does not pay for itself."""
    return _firms(data.firms, _gain(data.firms) < 0)


@wrong("calls", named="whole_year+fee_not_margin")
def calls_fee_whole_year(data, given):
    """The fee instead of the margin, and twelve full months."""
    return _firms(data.firms, _gain(data.firms, 12, "more_fee") > 0)


@wrong("calls", named="comes_anyway+fee_not_margin")
def calls_chance_times_year_fee(data, given):
    """Chance × fee of a year: counts what comes anyway, and the fee instead of the margin."""
    firms = data.firms
    return _firms(firms, firms["chance"] * 12 * firms["more_fee"] > CALL_COST)


@wrong("calls", named="mean_chance")
def calls_mean_chance(data, given):
    """The months gained are those of the mean chance of all firms, the same for everybody."""
    firms = data.firms
    months = sum((1 - firms["chance"].mean()) ** month for month in range(1, 13))
    return _firms(firms, _gain(firms, months) > 0)


# call_gain


@wrong("call_gain", named="mean")
def call_gain_mean(data, given):
    """The mean gain per call instead of the total."""
    return _gain(data.firms.loc[given("calls")]).mean()


@wrong("call_gain", named="everybody")
def call_gain_all_firms(data, given):
    """The sum over all firms, not only over those that are called."""
    return _gain(data.firms).sum()


@wrong("call_gain", named="cost_forgotten")
def call_gain_before_cost(data, given):
    """The cost of the calls is not taken off."""
    return (_gain(data.firms.loc[given("calls")]) + CALL_COST).sum()


@wrong("call_gain", named="fee_not_margin")
def call_gain_fee(data, given):
    """The additional fee instead of the additional margin."""
    return _gain(data.firms.loc[given("calls")], money="more_fee").sum()


@wrong("call_gain", named="whole_year")
def call_gain_whole_year(data, given):
    """Twelve full months for every persuaded firm, though it might come by itself."""
    return _gain(data.firms.loc[given("calls")], 12).sum()


@wrong("call_gain", named="cost_once")
def call_gain_one_cost(data, given):
    """The cost of one call is taken off the total, not that of every call."""
    return (_gain(data.firms.loc[given("calls")]) + CALL_COST).sum() - CALL_COST


@wrong("call_gain", named="month_for_year")
def call_gain_a_month(data, given):
    """The right gain divided by twelve: a month instead of a year."""
    return _gain(data.firms.loc[given("calls")]).sum() / 12


@wrong("call_gain", named="comes_anyway")
def call_gain_chance_for_persuaded(data, given):
    """Chance × margin of a year less the call: what comes anyway, and no share persuaded."""
    firms = data.firms.loc[given("calls")]
    return (firms["chance"] * 12 * firms["more_margin"] - CALL_COST).sum()


@wrong("call_gain", named="fee_not_margin+cost_forgotten")
def call_gain_fee_before_cost(data, given):
    """The fee instead of the margin, and the calls cost nothing."""
    return (_gain(data.firms.loc[given("calls")], money="more_fee") + CALL_COST).sum()


@wrong("call_gain", named="cost_of_persuaded")
def call_gain_cost_of_persuaded(data, given):
    """Only calls that persuade are paid for: the cost is multiplied by the share persuaded."""
    firms = data.firms.loc[given("calls")]
    return (firms["persuaded"] * (firms["more_margin"] * _months(firms) - CALL_COST)).sum()


# rung


HALF = pd.Timestamp("2025-07-01")


def _facts(data, since=None):
    """Return of each customer what the rules ask, so far or since a day."""
    lines = data.lines if since is None else data.lines[data.lines["date"] >= since]
    by = lines.groupby("customer_id")
    everyone = pd.Index(data.lines["customer_id"].unique()).sort_values().rename("customer_id")
    facts = pd.DataFrame(
        {
            "orders": by["order_id"].nunique(),
            "rows": by.size(),
            "categories": by["category"].nunique(),
            "products": by["product_id"].nunique(),
            "last": by["date"].max(),
        }
    ).reindex(everyone)
    for name in ("orders", "rows", "categories", "products"):
        facts[name] = facts[name].fillna(0)
    facts["sent"] = facts.index.isin(data.referrals["referrer_id"])
    return facts


def _rungs(facts, order=("silent", "advocate", "multi-line", "repeat"), **other):
    rules = {
        "silent": ~(facts["last"] >= HALF),
        "advocate": facts["sent"],
        "multi-line": facts["categories"] >= 3,
        "repeat": facts["orders"] >= 2,
    } | {name.replace("_", "-"): rule for name, rule in other.items()}
    found = np.select([rules[name] for name in order], order, "new")
    return pd.Series(found, facts.index, name="rung")


@wrong("rung", named="silence_last")
def rung_silent_last(data, given):
    """Silence is asked last: an advocate, multi-line or repeat customer is never silent."""
    return _rungs(_facts(data), ("advocate", "multi-line", "repeat", "silent"))


@wrong("rung", named="sent_not_senders")
def rung_sent_by_another(data, given):
    """Advocate is who was sent by another customer, not who sent one."""
    facts = _facts(data)
    return _rungs(facts, advocate=facts.index.isin(data.referrals["customer_id"]))


@wrong("rung", named="rows_as_orders")
def rung_rows_as_orders(data, given):
    """Rows of lines count as orders: one order with two products makes a repeat customer."""
    facts = _facts(data)
    return _rungs(facts, repeat=facts["rows"] >= 2)


@wrong("rung", named="products_as_categories")
def rung_products_as_categories(data, given):
    """Three products or more make multi-line, though they may be of one category."""
    facts = _facts(data)
    return _rungs(facts, multi_line=facts["products"] >= 3)


@wrong("rung", named="this_half_only")
def rung_half_year_only(data, given):
    """Orders and categories are counted in the half-year only, not so far."""
    return _rungs(_facts(data, HALF))


@wrong("rung", named="silent_for_a_year")
def rung_silent_for_a_year(data, given):
    """Silent is who had no order in the whole of 2025, not in its second half."""
    facts = _facts(data)
    return _rungs(facts, silent=facts["last"] < "2025-01-01")


@wrong("rung", named="lowest_first")
def rung_reverse_order(data, given):
    """The rules are asked after silence from the bottom: repeat goes before the higher rungs."""
    return _rungs(_facts(data), ("silent", "repeat", "multi-line", "advocate"))


@wrong("rung", named="silence_last+sent_not_senders")
def rung_silent_last_sent_by_another(data, given):
    """Silence is asked last, and advocate is who was sent by another customer."""
    facts = _facts(data)
    was_sent = facts.index.isin(data.referrals["customer_id"])
    return _rungs(facts, ("advocate", "multi-line", "repeat", "silent"), advocate=was_sent)


@wrong("rung", named="products_as_categories+rows_as_orders")
def rung_rows_and_products(data, given):
    """Rows count as orders, and products as categories."""
    facts = _facts(data)
    return _rungs(facts, repeat=facts["rows"] >= 2, multi_line=facts["products"] >= 3)


@wrong("rung", named="recent_referrals")
def rung_recent_referrals(data, given):
    """Right, but an advocate must have sent somebody in this half-year; earlier ones are lost."""
    facts = _facts(data)
    sent = data.referrals.loc[data.referrals["date"] >= HALF, "referrer_id"]
    return _rungs(facts, advocate=facts.index.isin(sent))


# lost


def _halves(data, given):
    return data.earlier_rungs.assign(**{"2025 H2": given("rung")}).astype("str")


def _steps(data, given):
    rungs = _halves(data, given)
    parts = []
    for step in range(rungs.shape[1] - 1):
        now, then = rungs.iloc[:, step], rungs.iloc[:, step + 1]
        parts.append(pd.DataFrame({"step": step, "now": now, "then": then}))
    return pd.concat(parts)


@wrong("lost", named="mean_of_steps")
def lost_mean_of_steps(data, given):
    """The unweighted mean of the five shares instead of all five steps together."""
    new = _steps(data, given).query("now == 'new'")
    return (new["then"] == "silent").groupby(new["step"]).mean().mean()


@wrong("lost", named="last_step")
def lost_last_step(data, given):
    """Only the last step, from 2025 H1 to 2025 H2."""
    new = _steps(data, given).query("now == 'new' and step == 4")
    return (new["then"] == "silent").mean()


@wrong("lost", named="turned_round")
def lost_of_silent(data, given):
    """The other condition: of those silent in a half-year, the share that was new before it."""
    silent = _steps(data, given).query("then == 'silent'")
    return (silent["now"] == "new").mean()


@wrong("lost", named="of_everybody")
def lost_of_all_moves(data, given):
    """New and then silent, as a share of all customers and steps."""
    steps = _steps(data, given)
    return ((steps["now"] == "new") & (steps["then"] == "silent")).mean()


@wrong("lost", named="last_half_below")
def lost_last_half_in_denominator(data, given):
    """The new ones of 2025 H2 are in the denominator, though nobody knows yet what follows."""
    steps, rungs = _steps(data, given), _halves(data, given)
    gone = ((steps["now"] == "new") & (steps["then"] == "silent")).sum()
    return gone / (rungs == "new").sum().sum()


@wrong("lost", named="ever_silent")
def lost_ever_silent(data, given):
    """Silent in any later half-year, not just in the next one."""
    rungs = _halves(data, given)
    shares = []
    for step in range(rungs.shape[1] - 1):
        new = rungs.iloc[:, step] == "new"
        shares.append((rungs.iloc[:, step + 1 :] == "silent").any(axis=1)[new])
    return pd.concat(shares).mean()


@wrong("lost", named="complement")
def lost_kept(data, given):
    """The share that was not silent in the next half-year: 1 minus the answer."""
    new = _steps(data, given).query("now == 'new'")
    return (new["then"] != "silent").mean()


@wrong("lost", named="of_everybody+last_step")
def lost_last_step_of_all(data, given):
    """The last step only, and the new ones then silent as a share of all customers."""
    last = _steps(data, given).query("step == 4")
    return ((last["now"] == "new") & (last["then"] == "silent")).mean()


@wrong("lost", named="mean_of_steps+hundredfold")
def lost_mean_of_steps_percent(data, given):
    """The mean of the five shares, each step weighted alike, and in per cent."""
    new = _steps(data, given).query("now == 'new'")
    return 100 * (new["then"] == "silent").groupby(new["step"]).mean().mean()


@wrong("lost", named="new_and_repeat")
def lost_new_and_repeat(data, given):
    """The two lowest rungs, new and repeat, are taken together as the foot of the ladder."""
    foot = _steps(data, given).query("now in ['new', 'repeat']")
    return (foot["then"] == "silent").mean()


# step_worth


def _path(matrix, margin, halves=range(1, 5)):
    start = np.array([1.0, 0, 0, 0, 0])
    return sum(start @ np.linalg.matrix_power(matrix, half) @ margin for half in halves)


def _matrices(data, add=None, take=None):
    now = data.matrix.to_numpy(dtype="float64")
    better = now.copy()
    add = 0.1 * now[0, 1] if add is None else add
    better[0, 1] += add
    better[0, 4] -= add if take is None else take
    return now, better, data.rung_margin.to_numpy(dtype="float64")


@wrong("step_worth", named="three_half_years")
def step_worth_three_halves(data, given):
    """The first of the four half-years is the start itself, so the matrix acts three times only."""
    now, better, margin = _matrices(data)
    return _path(better, margin, range(4)) - _path(now, margin, range(4))


@wrong("step_worth", named="last_half_only")
def step_worth_last_half(data, given):
    """Only the margin of the fourth half-year, not that of all four."""
    now, better, margin = _matrices(data)
    return _path(better, margin, [4]) - _path(now, margin, [4])


@wrong("step_worth", named="one_half_year")
def step_worth_first_half(data, given):
    """Only the first half-year: what the step brings at once, not what follows from it."""
    now, better, margin = _matrices(data)
    return _path(better, margin, [1]) - _path(now, margin, [1])


@wrong("step_worth", named="percentage_points")
def step_worth_ten_points(data, given):
    """The share rises by ten points instead of by a tenth of itself."""
    now, better, margin = _matrices(data, add=0.1)
    return _path(better, margin) - _path(now, margin)


@wrong("step_worth", named="row_divided")
def step_worth_silent_not_lowered(data, given):
    """The share that falls silent stays; the row is divided by its sum to add up to 1 again."""
    now, better, margin = _matrices(data, take=0)
    better[0] /= better[0].sum()
    return _path(better, margin) - _path(now, margin)


@wrong("step_worth", named="tenth_of_silent")
def step_worth_tenth_of_silent(data, given):
    """A tenth of the share that falls silent moves to repeat, not a tenth of the repeat share."""
    silent = 0.1 * data.matrix.to_numpy(dtype="float64")[0, 4]
    now, better, margin = _matrices(data, add=silent)
    return _path(better, margin) - _path(now, margin)


@wrong("step_worth", named="thousandfold")
def step_worth_per_thousand(data, given):
    """For 1,000 new customers, as in the lesson, instead of one."""
    now, better, margin = _matrices(data)
    return 1000 * (_path(better, margin) - _path(now, margin))


@wrong("step_worth", named="percentage_points+three_half_years")
def step_worth_ten_points_three_halves(data, given):
    """Ten points instead of a tenth, and the start counted as the first of the four half-years."""
    now, better, margin = _matrices(data, add=0.1)
    return _path(better, margin, range(4)) - _path(now, margin, range(4))


@wrong("step_worth", named="not_the_difference+thousandfold")
def step_worth_total_per_thousand(data, given):
    """The total with the better step, nothing taken off for what comes without it, for 1,000."""
    _now, better, margin = _matrices(data)
    return 1000 * _path(better, margin)


@wrong("step_worth", named="silence_is_the_end")
def step_worth_silence_is_the_end(data, given):
    """Right, but nobody comes back from silence, as in the count of half-years of the lesson."""
    now, better, margin = _matrices(data)
    now = now.copy()
    for matrix in (now, better):
        matrix[4] = [0, 0, 0, 0, 1]
    return _path(better, margin) - _path(now, margin)
