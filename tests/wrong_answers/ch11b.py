"""Wrong answers to the exercise of chapter 11b."""

import numpy as np
import pandas as pd
from scipy import stats

from tests.wrong_answers import wrong


def _means(data, value="mean"):
    return data.touches.groupby(["pain", "hit"])["purchases"].agg(value).unstack()


# lost


@wrong("lost", named="people")
def lost_ever_hit(data, given):
    """People who were ever hit against people who never were, mean per touch."""
    each = data.touches.groupby(["pain", "person"]).agg(
        hit=("hit", "any"), purchases=("purchases", "mean")
    )
    mean = each.groupby(["pain", "hit"])["purchases"].mean().unstack()
    return mean[False] - mean[True]


@wrong("lost", named="sign")
def lost_hit_less_unhurt(data, given):
    """Hit less not hit."""
    mean = _means(data)
    return mean[True] - mean[False]


@wrong("lost", named="against_all")
def lost_against_all(data, given):
    """The mean of all touches less that of the hit ones."""
    return data.touches.groupby("pain")["purchases"].mean() - _means(data)[True]


@wrong("lost", named="hit_mean")
def lost_of_hit(data, given):
    """The mean of the hit ones."""
    return _means(data)[True]


@wrong("lost", named="unhurt_mean")
def lost_of_unhurt(data, given):
    """The mean of those not hit."""
    return _means(data)[False]


@wrong("lost", named="share_of_it")
def lost_as_share(data, given):
    """1 less the ratio of the means."""
    mean = _means(data)
    return 1 - mean[True] / mean[False]


@wrong("lost", named="of_all_hits")
def lost_in_total(data, given):
    """Multiplied by the hits of the table."""
    mean = _means(data)
    return (mean[False] - mean[True]) * data.touches.groupby("pain")["hit"].sum()


@wrong("lost", named="bought_at_all")
def lost_buyers(data, given):
    """The share that bought at all."""
    table = data.touches.assign(bought=data.touches["purchases"] > 0)
    share = table.groupby(["pain", "hit"])["bought"].mean().unstack()
    return share[False] - share[True]


@wrong("lost", named="hundredfold")
def lost_per_hundred(data, given):
    """Per 100 hits."""
    mean = _means(data)
    return 100 * (mean[False] - mean[True])


@wrong("lost", named="share_of_it+sign")
def lost_relative_change(data, given):
    """The relative change of a hit touch."""
    mean = _means(data)
    return mean[True] / mean[False] - 1


# net


def _net(data, given, year=365 / 92, money="margin", count="hits"):
    points = data.points
    return points[count] * year * given("lost") * points[money]


@wrong("net", named="not_a_year")
def net_of_the_log(data, given):
    """The hits as they stand."""
    return _net(data, given, year=1) * data.points["cure"] - data.points["cost"]


@wrong("net", named="four_quarters")
def net_four_quarters(data, given):
    """Four times the quarter."""
    return _net(data, given, year=4) * data.points["cure"] - data.points["cost"]


@wrong("net", named="monthly")
def net_twelve(data, given):
    """Twelve times, as if a month."""
    return _net(data, given, year=12) * data.points["cure"] - data.points["cost"]


@wrong("net", named="revenue")
def net_of_amount(data, given):
    """Amount in place of margin."""
    return _net(data, given, money="amount") * data.points["cure"] - data.points["cost"]


@wrong("net", named="no_cure")
def net_all_cured(data, given):
    """No cure."""
    return _net(data, given) - data.points["cost"]


@wrong("net", named="what_stays")
def net_of_the_rest(data, given):
    """1 less the cure."""
    return _net(data, given) * (1 - data.points["cure"]) - data.points["cost"]


@wrong("net", named="no_cost")
def net_gross(data, given):
    """Without the cost."""
    return _net(data, given) * data.points["cure"]


@wrong("net", named="cost_every_quarter")
def net_cost_too(data, given):
    """All brought to a year, the cost too."""
    part = _net(data, given, year=1) * data.points["cure"] - data.points["cost"]
    return part * 365 / 92


@wrong("net", named="people")
def net_of_people(data, given):
    """People in place of hits."""
    return _net(data, given, count="people") * data.points["cure"] - data.points["cost"]


@wrong("net", named="not_a_year+no_cure")
def net_of_the_log_all_cured(data, given):
    """The hits of the log, and no cure."""
    return _net(data, given, year=1) - data.points["cost"]


# first


def _choices(data):
    return data.draws.assign(nothing=0.0)


@wrong("first_place", named="without_nothing")
def first_of_three(data, given):
    """The best of the three; nothing gets 0."""
    found = data.draws.idxmax(axis=1).value_counts(normalize=True)
    return found.reindex([*data.draws, "nothing"], fill_value=0)


@wrong("first_place")
def first_three_rows(data, given):
    """The best of the three, without a row for nothing."""
    return data.draws.idxmax(axis=1).value_counts(normalize=True)


@wrong("first_place", named="above_nothing")
def first_positive(data, given):
    """How often above 0."""
    return (_choices(data) > 0).mean()


@wrong("first_place", named="last")
def first_smallest(data, given):
    """The smallest."""
    nets = _choices(data)
    return nets.idxmin(axis=1).value_counts(normalize=True).reindex(nets.columns, fill_value=0)


@wrong("first_place", named="counts")
def first_numbers(data, given):
    """Numbers of draws."""
    nets = _choices(data)
    return nets.idxmax(axis=1).value_counts().reindex(nets.columns, fill_value=0)


@wrong("first_place", named="hundredfold")
def first_per_cent(data, given):
    """Per cent."""
    nets = _choices(data)
    found = nets.idxmax(axis=1).value_counts(normalize=True)
    return 100 * found.reindex(nets.columns, fill_value=0)


@wrong("first_place", named="complement")
def first_not(data, given):
    """How often it is not the best."""
    nets = _choices(data)
    found = nets.idxmax(axis=1).value_counts(normalize=True)
    return 1 - found.reindex(nets.columns, fill_value=0)


@wrong("first_place", named="not_last")
def first_not_last(data, given):
    """How often it is not the worst."""
    nets = _choices(data)
    found = nets.idxmin(axis=1).value_counts(normalize=True)
    return 1 - found.reindex(nets.columns, fill_value=0)


@wrong("first_place", named="without_nothing+counts")
def first_numbers_of_three(data, given):
    """Numbers of draws among the three."""
    found = data.draws.idxmax(axis=1).value_counts()
    return found.reindex([*data.draws, "nothing"], fill_value=0)


@wrong("first_place")
def first_of_means(data, given):
    """1 for the best by its mean, 0 for the others."""
    mean = _choices(data).mean()
    return (mean == mean.max()).astype(float)


# lead_low


def _best(data):
    return data.draws[data.draws.mean().idxmax()]


def _loud(data):
    return data.draws[data.points["hard"].idxmax()]


@wrong("lead_low", named="upper_end")
def lead_upper(data, given):
    """The upper end."""
    return (_best(data) - _loud(data)).quantile(0.975)


@wrong("lead_low", named="five_percent")
def lead_five(data, given):
    """The 5 % quantile."""
    return (_best(data) - _loud(data)).quantile(0.05)


@wrong("lead_low", named="mean_lead")
def lead_mean(data, given):
    """The mean."""
    return (_best(data) - _loud(data)).mean()


@wrong("lead_low", named="ends_apart")
def lead_ends(data, given):
    """The lower end of one less the upper end of the other."""
    return _best(data).quantile(0.025) - _loud(data).quantile(0.975)


@wrong("lead_low", named="low_less_low")
def lead_lows(data, given):
    """Both lower ends."""
    return _best(data).quantile(0.025) - _loud(data).quantile(0.025)


@wrong("lead_low", named="over_nothing")
def lead_nothing(data, given):
    """The lower end of the best itself."""
    return _best(data).quantile(0.025)


@wrong("lead_low", named="over_second")
def lead_second(data, given):
    """Over the next best."""
    second = data.draws.mean().sort_values(kind="stable").index[-2]
    return (_best(data) - data.draws[second]).quantile(0.025)


@wrong("lead_low", named="mean_less_errors")
def lead_errors(data, given):
    """1.96 standard errors of the mean."""
    lead = _best(data) - _loud(data)
    return lead.mean() - 1.96 * lead.std() / np.sqrt(len(lead))


@wrong("lead_low", named="upper_end+sign")
def lead_turned(data, given):
    """The loudest less the best, lower end."""
    return (_loud(data) - _best(data)).quantile(0.025)


@wrong("lead_low", named="thousandth")
def lead_in_thousands(data, given):
    """In thousands of yuan."""
    return (_best(data) - _loud(data)).quantile(0.025) / 1000


# not_yet


def _later(data, weeks):
    return data.depots["sorting"] > pd.Timestamp(data.wave) + pd.Timedelta(weeks=weeks)


def _named(data, mask):
    return list(data.depots.loc[mask, "depot"])


@wrong("not_yet", named="not_yet_at_start")
def not_yet_later(data, given):
    """All that are repaired later than the wave."""
    return _named(data, data.depots["sorting"] > data.wave)


@wrong("not_yet", named="all_others")
def not_yet_others(data, given):
    """All that are not of the wave."""
    return _named(data, data.depots["sorting"] != data.wave)


@wrong("not_yet", named="already")
def not_yet_earlier(data, given):
    """Those that are done."""
    return _named(data, data.depots["sorting"] < data.wave)


@wrong("not_yet", named="already_as_well")
def not_yet_both(data, given):
    """Those that do not change within the weeks."""
    return _named(data, _later(data, 19) | (data.depots["sorting"] < data.wave))


@wrong("not_yet", named="wave_too")
def not_yet_and_wave(data, given):
    """The wave left in."""
    return _named(data, _later(data, 19) | (data.depots["sorting"] == data.wave))


@wrong("not_yet", named="one_week_more")
def not_yet_strict(data, given):
    """After week 20."""
    return _named(data, _later(data, 20))


@wrong("not_yet", named="wave_itself")
def not_yet_wave(data, given):
    """The depots of the wave."""
    return _named(data, data.depots["sorting"] == data.wave)


@wrong("not_yet", named="others")
def not_yet_turned(data, given):
    """The mask turned round."""
    return _named(data, ~_later(data, 19))


@wrong("not_yet", named="not_yet_at_start")
def not_yet_ten(data, given):
    """Later than ten weeks before the end, so the next wave is in."""
    return _named(data, _later(data, 9))


@wrong("not_yet")
def not_yet_last_wave(data, given):
    """Eight of them only, by the number of the depot."""
    return _named(data, _later(data, 19))[:8]


# effect


def _panel(data):
    panel = data.weeks.merge(data.depots, on="depot")
    panel["per_100"] = 100 * panel["orders"] / panel["customers"]
    panel["age"] = (panel["week"] - pd.Timestamp(data.wave)).dt.days // 7
    return panel


def _change(data, first=10, last=19, base=-10, value="per_100"):
    panel = _panel(data)
    after = panel[panel["age"].between(first, last)].groupby("depot")[value].mean()
    return after - panel[panel["age"].between(base, -1)].groupby("depot")[value].mean()


def _wave(data):
    return _named(data, data.depots["sorting"] == data.wave)


def _double(data, change, compared):
    return change[_wave(data)].mean() - change[compared].mean()


@wrong("effect", named="before_after")
def effect_one_difference(data, given):
    """Before and after of the wave."""
    return _change(data)[_wave(data)].mean()


@wrong("effect", named="after_only")
def effect_after(data, given):
    """The weeks after only."""
    panel = _panel(data)
    after = panel[panel["age"].between(10, 19)].groupby("depot")["per_100"].mean()
    return _double(data, after, given("not_yet"))


@wrong("effect", named="all_others")
def effect_all(data, given):
    """Against all other depots."""
    return _double(data, _change(data), _named(data, data.depots["sorting"] != data.wave))


@wrong("effect", named="already")
def effect_already(data, given):
    """Against the first wave."""
    return _double(data, _change(data), _named(data, data.depots["sorting"] < data.wave))


@wrong("effect", named="repaired_within")
def effect_later(data, given):
    """Against all that are repaired later."""
    return _double(data, _change(data), _named(data, data.depots["sorting"] > data.wave))


@wrong("effect", named="too_early")
def effect_early(data, given):
    """Weeks 0 to 9."""
    return _double(data, _change(data, 0, 9), given("not_yet"))


@wrong("effect", named="all_weeks_before")
def effect_long_base(data, given):
    """All weeks before."""
    return _double(data, _change(data, base=-1000), given("not_yet"))


@wrong("effect", named="orders_not_per_100")
def effect_orders(data, given):
    """Orders, as they stand."""
    return _double(data, _change(data, value="orders"), given("not_yet"))


@wrong("effect", named="sign")
def effect_turned(data, given):
    """The others less the wave."""
    return -_double(data, _change(data), given("not_yet"))


@wrong("effect", named="hundredth")
def effect_per_customer(data, given):
    """Per customer."""
    return _double(data, _change(data), given("not_yet")) / 100


# effect_low


def _ends(data, given, level=0.95, **test):
    change = _change(data)
    pair = change[_wave(data)], change[given("not_yet")]
    return stats.ttest_ind(*pair, **({"equal_var": False} | test)).confidence_interval(level)


@wrong("effect_low", named="upper_end")
def low_upper(data, given):
    """The upper end."""
    return _ends(data, given).high


@wrong("effect_low", named="half_width")
def low_half(data, given):
    """Half the width."""
    low, high = _ends(data, given)
    return (high - low) / 2


@wrong("effect_low", named="equal_variances")
def low_student(data, given):
    """Student's test."""
    return _ends(data, given, equal_var=True).low


@wrong("effect_low", named="ninety")
def low_ninety(data, given):
    """90 %."""
    return _ends(data, given, level=0.90).low


def _error(data, given):
    change = _change(data)
    pair = change[_wave(data)], change[given("not_yet")]
    error = np.sqrt(sum(one.var() / len(one) for one in pair))
    return pair[0].mean() - pair[1].mean(), error


@wrong("effect_low", named="normal")
def low_normal(data, given):
    """1.96 standard errors."""
    effect, error = _error(data, given)
    return effect - 1.96 * error


@wrong("effect_low", named="one_error")
def low_one(data, given):
    """One standard error."""
    effect, error = _error(data, given)
    return effect - error


@wrong("effect_low", named="weeks_as_rows")
def low_rows(data, given):
    """Every week a row."""
    panel = _panel(data)
    base = panel[panel["age"].between(-10, -1)].groupby("depot")["per_100"].mean()
    rows = panel[panel["age"].between(10, 19)]
    change = rows["per_100"] - rows["depot"].map(base)
    of = rows["depot"].isin(_wave(data))
    other = rows["depot"].isin(given("not_yet"))
    return stats.ttest_ind(change[of], change[other], equal_var=False).confidence_interval().low


@wrong("effect_low", named="all_others")
def low_all(data, given):
    """Against all other depots."""
    change, others = _change(data), _named(data, data.depots["sorting"] != data.wave)
    return (
        stats.ttest_ind(change[_wave(data)], change[others], equal_var=False)
        .confidence_interval()
        .low
    )


@wrong("effect_low", named="too_early")
def low_early(data, given):
    """Weeks 0 to 9."""
    change = _change(data, 0, 9)
    pair = change[_wave(data)], change[given("not_yet")]
    return stats.ttest_ind(*pair, equal_var=False).confidence_interval().low


@wrong("effect_low", named="upper_end+sign")
def low_turned(data, given):
    """The others first."""
    change = _change(data)
    pair = change[given("not_yet")], change[_wave(data)]
    return stats.ttest_ind(*pair, equal_var=False).confidence_interval().low


# on_paper


def _shares(data, vans=False):
    table = data.weeks.assign(share=data.weeks["late"] / data.weeks["orders"])
    wide = table.pivot(index="depot", columns="week", values="share")
    if not vans:
        wide = wide.loc[data.depots.loc[data.depots["second_van"].isna(), "depot"]]
    return wide, (wide.columns - pd.Timestamp(data.paper)).days // 7


def _paper(data, first=8, chosen=None, ascending=False, vans=False):
    wide, age = _shares(data, vans)
    before = wide.loc[:, (age >= -8) & (age < 0)].mean(axis=1)
    later = wide.loc[:, (age >= first) & (age < first + 8)].mean(axis=1)
    level = before if chosen is None else chosen.loc[wide.index]
    order = level.sort_values(ascending=ascending, kind="stable").index[:10]
    return before, later, before.index.isin(order)


@wrong("on_paper", named="before_after")
def paper_ten(data, given):
    """Before and after of the ten."""
    before, later, ten = _paper(data)
    return (later - before)[ten].mean()


@wrong("on_paper", named="against_all")
def paper_all(data, given):
    """Against all thirty."""
    before, later, ten = _paper(data)
    return (later - before)[ten].mean() - (later - before).mean()


@wrong("on_paper", named="after_only")
def paper_after(data, given):
    """The weeks after only."""
    _before, later, ten = _paper(data)
    return later[ten].mean() - later[~ten].mean()


@wrong("on_paper", named="most_parcels")
def paper_counts(data, given):
    """Chosen by the number of late parcels."""
    age = (data.weeks["week"] - pd.Timestamp(data.paper)).dt.days // 7
    count = data.weeks[age.between(-8, -1)].groupby("depot")["late"].sum()
    before, later, ten = _paper(data, chosen=count)
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="best_ten")
def paper_best(data, given):
    """The ten best."""
    before, later, ten = _paper(data, ascending=True)
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="too_early")
def paper_early(data, given):
    """Weeks 0 to 7."""
    before, later, ten = _paper(data, first=0)
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="chosen_by_all")
def paper_all_weeks(data, given):
    """Chosen by all weeks before."""
    wide, age = _shares(data)
    before, later, ten = _paper(data, chosen=wide.loc[:, age < 0].mean(axis=1))
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="hundredfold")
def paper_points(data, given):
    """In points."""
    before, later, ten = _paper(data)
    return 100 * ((later - before)[ten].mean() - (later - before)[~ten].mean())


@wrong("on_paper", named="sign")
def paper_fall(data, given):
    """The fall, as a positive number."""
    before, later, ten = _paper(data)
    return (later - before)[~ten].mean() - (later - before)[ten].mean()


@wrong("on_paper", named="chosen_afterwards")
def paper_worst_later(data, given):
    """Chosen by the weeks after."""
    _before, later, _ten = _paper(data)
    before, later, ten = _paper(data, chosen=later)
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="vans_in")
def paper_all_depots(data, given):
    """Chosen among all forty."""
    before, later, ten = _paper(data, vans=True)
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="vans_compared")
def paper_against_vans(data, given):
    """Compared with the thirty that are left of forty."""
    before, _later, ten = _paper(data)
    chosen = before.index[ten]
    before, later, _ten = _paper(data, vans=True)
    ten = before.index.isin(chosen)
    return (later - before)[ten].mean() - (later - before)[~ten].mean()


@wrong("on_paper", named="before_after+vans_in")
def paper_all_depots_alone(data, given):
    """Chosen among all forty, before and after of the ten."""
    before, later, ten = _paper(data, vans=True)
    return (later - before)[ten].mean()


@wrong("on_paper", named="pooled")
def paper_pooled(data, given):
    """Late parcels of the weeks over orders of the weeks."""
    bare = data.depots.loc[data.depots["second_van"].isna(), "depot"]
    age = (data.weeks["week"] - pd.Timestamp(data.paper)).dt.days // 7

    def share(first, last):
        sums = data.weeks[age.between(first, last)].groupby("depot")[["late", "orders"]].sum()
        return (sums["late"] / sums["orders"]).loc[bare]

    before = share(-8, -1)
    change = share(8, 15) - before
    ten = before.index.isin(before.sort_values(ascending=False, kind="stable").index[:10])
    return change[ten].mean() - change[~ten].mean()


# What a second reader handed in.


@wrong("on_paper", named="relative")
def paper_relative(data, given):
    """Relative to the level before."""
    before, later, ten = _paper(data)
    return ((later - before)[ten].mean() - (later - before)[~ten].mean()) / before[ten].mean()


@wrong("on_paper", named="before_only")
def paper_before(data, given):
    """The weeks before only."""
    before, _later, ten = _paper(data)
    return before[ten].mean() - before[~ten].mean()


@wrong("lost", named="sums")
def lost_sums(data, given):
    """Sums in place of means."""
    total = _means(data, "sum")
    return total[False] - total[True]


@wrong("lost", named="one_control")
def lost_one_control(data, given):
    """One mean of all touches that were not hit."""
    touches = data.touches
    return touches.loc[~touches["hit"], "purchases"].mean() - _means(data)[True]


@wrong("net", named="cost_cured")
def net_part_of_the_cost(data, given):
    """The cure taken of the cost, too."""
    return (_net(data, given) - data.points["cost"]) * data.points["cure"]


@wrong("net", named="no_loss")
def net_every_hit(data, given):
    """Every hit costs a purchase."""
    points = data.points
    return points["hits"] * 365 / 92 * points["margin"] * points["cure"] - points["cost"]


@wrong("first_place", named="above_loudest")
def first_against_loudest(data, given):
    """How often each beats the loudest."""
    nets = _choices(data)
    return nets.gt(_loud(data), axis=0).mean()


@wrong("lead_low", named="mean_less_deviations")
def lead_normal(data, given):
    """1.96 standard deviations."""
    lead = _best(data) - _loud(data)
    return lead.mean() - 1.96 * lead.std()


@wrong("effect", named="eleven_weeks")
def effect_to_twenty(data, given):
    """Weeks 10 to 20."""
    return _double(data, _change(data, last=20), given("not_yet"))


@wrong("effect_low", named="one_week_late")
def low_late(data, given):
    """Weeks 11 to 20."""
    change = _change(data, 11, 20)
    pair = change[_wave(data)], change[given("not_yet")]
    return stats.ttest_ind(*pair, equal_var=False).confidence_interval().low


@wrong("effect_low", named="wave_alone")
def low_wave(data, given):
    """The wave against itself before."""
    return stats.ttest_1samp(_change(data)[_wave(data)], 0).confidence_interval().low
