"""Wrong answers to the exercise of chapter 9b."""

import numpy as np
import pandas as pd
from scipy import stats

from tests.wrong_answers import wrong

# set_off


def _mine(data):
    return data.tellings[data.tellings["launch"] == data.launch]


def _boxed(data):
    mine = _mine(data)
    return mine.loc[mine["how"] == "box", "customer_id"]


def _counts(data):
    return _mine(data)["told_by"].value_counts()


@wrong("set_off", named="zeros_dropped")
def off_counts_of_boxed(data, given):
    """Counts of the names, those with a box kept: the zeros are gone."""
    counts = _counts(data)
    return counts[counts.index.isin(_boxed(data))]


@wrong("set_off", named="everybody")
def off_all(data, given):
    """Everybody who had the roast in this launch."""
    return _counts(data).reindex(_mine(data)["customer_id"], fill_value=0)


@wrong("set_off", named="all_launches")
def off_every_launch(data, given):
    """The names counted in all launches."""
    return data.tellings["told_by"].value_counts().reindex(_boxed(data), fill_value=0)


def _chains(data, table):
    found = dict(zip(table["customer_id"], table["told_by"], strict=True))
    roots = []
    for name in table["customer_id"]:
        while isinstance(found[name], str):
            name = found[name]
        roots.append(name)
    return pd.Series(roots, table["customer_id"])


@wrong("set_off", named="whole_chain")
def off_tree(data, given):
    """The whole tree below each box."""
    roots = _chains(data, _mine(data))
    counts = roots[roots.index != roots.to_numpy()].value_counts()
    return counts.reindex(_boxed(data), fill_value=0)


@wrong("set_off", named="whole_chain+chain_of_all")
def off_tree_with_root(data, given):
    """The size of the tree, the box included."""
    return _chains(data, _mine(data)).value_counts().reindex(_boxed(data))


@wrong("set_off", named="per_follower")
def off_share(data, given):
    """Divided by the number of followers."""
    boxed = _boxed(data)
    followers = data.follows["followed_id"].value_counts().reindex(boxed, fill_value=0)
    counts = _counts(data).reindex(boxed, fill_value=0)
    return (counts / followers.where(followers > 0)).fillna(0)


@wrong("set_off", named="followers")
def off_followers(data, given):
    """How many followers they have."""
    return data.follows["followed_id"].value_counts().reindex(_boxed(data), fill_value=0)


@wrong("set_off", named="yes_or_no")
def off_any(data, given):
    """1 where somebody was set off."""
    return _counts(data).reindex(_boxed(data), fill_value=0).gt(0).astype(int)


@wrong("set_off", named="all_named")
def off_value_counts(data, given):
    """value_counts as it comes: all tellers of the launch, and no zeros."""
    return _counts(data)


@wrong("set_off", named="another_launch")
def off_other_launch(data, given):
    """The next launch by mistake."""
    names = list(data.tellings["launch"].unique())
    other = names[names.index(data.launch) + 1]
    rows = data.tellings[data.tellings["launch"] == other]
    boxed = rows.loc[rows["how"] == "box", "customer_id"]
    return rows["told_by"].value_counts().reindex(boxed, fill_value=0)


# per_box


def _direct(data, keep=None):
    told = data.tellings
    counts = told.groupby(["launch", "told_by"]).size()
    rows = told if keep is None else told[told["how"] == keep]
    keys = pd.MultiIndex.from_frame(rows[["launch", "customer_id"]])
    return counts.reindex(keys, fill_value=0)


@wrong("per_box", named="zeros_dropped")
def box_no_zeros(data, given):
    """Only boxes that set somebody off."""
    off = _direct(data, "box")
    return off[off > 0].mean()


@wrong("per_box", named="all_tellers")
def box_tellers(data, given):
    """The mean of the counts of names, over all tellers."""
    return data.tellings.groupby(["launch", "told_by"]).size().mean()


@wrong("per_box", named="everybody")
def box_all(data, given):
    """All told, over all who had a roast."""
    return _direct(data).mean()


@wrong("per_box", named="all_told")
def box_told(data, given):
    """All told, divided by the boxes."""
    how = data.tellings["how"].value_counts()
    return how["told"] / how["box"]


@wrong("per_box", named="own_accord")
def box_own(data, given):
    """Those of their own accord."""
    return _direct(data, "own accord").mean()


@wrong("per_box", named="share_of_boxes")
def box_any(data, given):
    """The share of boxes that set somebody off."""
    return (_direct(data, "box") > 0).mean()


@wrong("per_box", named="formula")
def box_reach(data, given):
    """R ÷ (1 − R)."""
    mean = _direct(data, "box").mean()
    return mean / (1 - mean)


@wrong("per_box", named="one_launch")
def box_one_launch(data, given):
    """The mean of task 1 only."""
    return given("set_off").to_numpy(float).mean()


@wrong("per_box", named="inverse")
def box_turned(data, given):
    """Boxes per member set off."""
    return 1 / _direct(data, "box").mean()


@wrong("per_box", named="hundredfold")
def box_per_cent(data, given):
    """In per cent."""
    return 100 * _direct(data, "box").mean()


@wrong("per_box", named="in_total")
def box_total(data, given):
    """All boxes together."""
    return _direct(data, "box").sum()


@wrong("per_box", named="per_launch")
def box_per_launch(data, given):
    """All boxes, per launch."""
    return _direct(data, "box").sum() / data.tellings["launch"].nunique()


@wrong("per_box", named="per_member")
def box_per_member(data, given):
    """The mean over members with a box, their launches added up."""
    return _direct(data, "box").groupby(level="customer_id").sum().mean()


# per_box_low


@wrong("per_box_low", named="one_launch")
def low_one_launch(data, given):
    """The launch of task 1 only."""
    off = given("set_off").astype(float)
    return off.mean() - 1.96 * off.sem()


@wrong("per_box_low", named="launches")
def low_t_of_launches(data, given):
    """Student's t over the eight means."""
    means = _direct(data, "box").groupby(level="launch").mean()
    return means.mean() - stats.t.ppf(0.975, len(means) - 1) * means.sem()


@wrong("per_box_low", named="upper_end")
def low_upper(data, given):
    """The upper end."""
    off = _direct(data, "box")
    return off.mean() + 1.96 * off.sem()


@wrong("per_box_low", named="half_width")
def low_half(data, given):
    """1.96 standard errors."""
    return 1.96 * _direct(data, "box").sem()


@wrong("per_box_low", named="one_standard_error")
def low_one(data, given):
    """One standard error."""
    off = _direct(data, "box")
    return off.mean() - off.sem()


@wrong("per_box_low", named="ninety_percent")
def low_ninety(data, given):
    """1.645 standard errors."""
    off = _direct(data, "box")
    return off.mean() - 1.645 * off.sem()


@wrong("per_box_low", named="without_number")
def low_sd(data, given):
    """The standard deviation in place of the standard error."""
    off = _direct(data, "box")
    return off.mean() - 1.96 * off.std()


@wrong("per_box_low", named="poisson")
def low_poisson(data, given):
    """The square root of R ÷ n."""
    off = _direct(data, "box")
    return off.mean() - 1.96 * np.sqrt(off.mean() / len(off))


@wrong("per_box_low", named="share")
def low_share(data, given):
    """The formula of a share."""
    off = _direct(data, "box")
    return off.mean() - 1.96 * np.sqrt(off.mean() * (1 - off.mean()) / len(off))


@wrong("per_box_low", named="zeros_dropped")
def low_no_zeros(data, given):
    """Without the zeros."""
    off = _direct(data, "box")
    off = off[off > 0]
    return off.mean() - 1.96 * off.sem()


@wrong("per_box_low", named="everybody")
def low_all(data, given):
    """Over all who had a roast."""
    off = _direct(data)
    return off.mean() - 1.96 * off.sem()


@wrong("per_box_low", named="by_launch")
def low_launches(data, given):
    """The standard error of the eight means."""
    off = _direct(data, "box")
    return off.mean() - 1.96 * off.groupby(level="launch").mean().sem()


# gets_box


def _top(data, score, number=None):
    ranked = score.round(12).sort_values(ascending=False, kind="stable")
    return ranked.index[: number or data.boxes].tolist()


def _factor(data):
    table = data.members
    return (data.shape + table["set_off"]) / (data.shape + table["exposures"] * table["usual"])


def _score(data):
    return _factor(data) * data.members["usual"] * data.members["followers"]


@wrong("gets_box", named="by_count")
def boxes_count(data, given):
    """Who set off most."""
    return _top(data, data.members["set_off"].astype(float))


@wrong("gets_box", named="by_rate")
def boxes_rate(data, given):
    """The highest set_off ÷ exposures."""
    table = data.members
    return _top(data, (table["set_off"] / table["exposures"]).fillna(0))


@wrong("gets_box", named="by_factor")
def boxes_factor(data, given):
    """The factor alone."""
    return _top(data, _factor(data))


@wrong("gets_box", named="by_own_rate")
def boxes_own_rate(data, given):
    """Factor × usual, without the followers."""
    return _top(data, _factor(data) * data.members["usual"])


@wrong("gets_box", named="by_followers")
def boxes_followers(data, given):
    """The most followers."""
    return _top(data, data.members["followers"].astype(float))


@wrong("gets_box", named="unshrunk")
def boxes_unshrunk(data, given):
    """Own rate × followers."""
    table = data.members
    return _top(data, (table["set_off"] / table["exposures"] * table["followers"]).fillna(0))


@wrong("gets_box", named="expected_is_exposures")
def boxes_raw(data, given):
    """Divided by ν + exposures."""
    table = data.members
    factor = (data.shape + table["set_off"]) / (data.shape + table["exposures"])
    return _top(data, factor * table["usual"] * table["followers"])


@wrong("gets_box", named="no_exposures")
def boxes_no_division(data, given):
    """(ν + set_off) × usual × followers."""
    table = data.members
    return _top(data, (data.shape + table["set_off"]) * table["usual"] * table["followers"])


@wrong("gets_box", named="lowest")
def boxes_ascending(data, given):
    """Sorted the wrong way."""
    score = _score(data).round(12)
    return score.sort_values(kind="stable").index[: data.boxes].tolist()


@wrong("gets_box", named="twice_as_many")
def boxes_twice(data, given):
    """Twice as many."""
    return _top(data, _score(data), 2 * data.boxes)


@wrong("gets_box", named="without_usual")
def boxes_factor_followers(data, given):
    """Factor × followers."""
    return _top(data, _factor(data) * data.members["followers"])


@wrong("gets_box", named="times_exposures")
def boxes_exposures(data, given):
    """Factor × usual × exposures."""
    return _top(data, _factor(data) * data.members["usual"] * data.members["exposures"])


@wrong("gets_box", named="raw_rate")
def boxes_raw_rate(data, given):
    """(ν + set_off) ÷ (ν + exposures), without the followers."""
    table = data.members
    return _top(data, (data.shape + table["set_off"]) / (data.shape + table["exposures"]))


@wrong("gets_box", named="one_too_few")
def boxes_one_less(data, given):
    """One too few."""
    return _top(data, _score(data), data.boxes - 1)


@wrong("gets_box", named="one_too_many")
def boxes_one_more(data, given):
    """One too many."""
    return _top(data, _score(data), data.boxes + 1)


@wrong("gets_box", named="by_followers")
def boxes_usual(data, given):
    """What is usual of so many followers."""
    return _top(data, data.members["usual"] * data.members["followers"])


# lead_low


def _gap(data, rival="most followers"):
    return data.margin * (data.worlds["highest score"] - data.worlds[rival])


@wrong("lead_low", named="fee_forgotten")
def lead_no_fee(data, given):
    """Without the fee."""
    return _gap(data).quantile(0.025)


@wrong("lead_low", named="fee_turned")
def lead_fee_off(data, given):
    """The fee taken off."""
    return _gap(data).quantile(0.025) - data.fee


@wrong("lead_low", named="overlap")
def lead_overlap(data, given):
    """Low end of one, high end of the other."""
    money = data.margin * data.worlds
    return (
        money["highest score"].quantile(0.025) - money["most followers"].quantile(0.975) + data.fee
    )


@wrong("lead_low", named="ends")
def lead_ends(data, given):
    """The lower end of each, subtracted."""
    low = (data.margin * data.worlds).quantile(0.025)
    return low["highest score"] - low["most followers"] + data.fee


@wrong("lead_low", named="upper_end")
def lead_upper(data, given):
    """The 97.5 % quantile."""
    return _gap(data).quantile(0.975) + data.fee


@wrong("lead_low", named="five_percent")
def lead_five(data, given):
    """The 5 % quantile."""
    return _gap(data).quantile(0.05) + data.fee


@wrong("lead_low", named="standard_error")
def lead_sem(data, given):
    """Mean less 1.96 standard errors of the worlds."""
    gap = _gap(data)
    return gap.mean() - 1.96 * gap.sem() + data.fee


@wrong("lead_low", named="against_lot")
def lead_lot(data, given):
    """Against the lot."""
    return _gap(data, "by lot").quantile(0.025)


@wrong("lead_low", named="alone")
def lead_alone(data, given):
    """What the scores bring, less the boxes."""
    money = data.margin * data.worlds["highest score"] - data.boxes * data.box_cost
    return money.quantile(0.025)


@wrong("lead_low", named="boxes_once")
def lead_boxes(data, given):
    """The boxes taken off the own plan only."""
    return _gap(data).quantile(0.025) + data.fee - data.boxes * data.box_cost


@wrong("lead_low", named="fee_forgotten+in_orders")
def lead_orders(data, given):
    """The quantile of the difference of the orders."""
    return (data.worlds["highest score"] - data.worlds["most followers"]).quantile(0.025)


@wrong("lead_low", named="mean")
def lead_mean(data, given):
    """The mean of the worlds."""
    return _gap(data).mean() + data.fee


@wrong("lead_low", named="lot_and_fee")
def lead_lot_and_fee(data, given):
    """Against the lot, and the fee saved."""
    return _gap(data, "by lot").quantile(0.025) + data.fee


@wrong("lead_low", named="per_box")
def lead_per_box(data, given):
    """Per box."""
    return (_gap(data).quantile(0.025) + data.fee) / data.boxes


# limits


def _law(data, rate=None, mean=None):
    mean, k = data.expected if mean is None else mean, data.scatter
    return stats.nbinom.isf(1 / data.every if rate is None else rate, k, k / (k + mean))


def _days(data, values):
    return pd.Series(values, data.expected.index)


@wrong("limits", named="poisson")
def limits_poisson(data, given):
    """Poisson's distribution."""
    return _days(data, stats.poisson.isf(1 / data.every, data.expected))


@wrong("limits", named="three_sd")
def limits_three(data, given):
    """Mean plus three standard deviations."""
    variance = data.expected + data.expected**2 / data.scatter
    return data.expected + 3 * np.sqrt(variance)


def _normal(data):
    variance = data.expected + data.expected**2 / data.scatter
    return data.expected + stats.norm.isf(1 / data.every) * np.sqrt(variance)


@wrong("limits", named="normal")
def limits_normal(data, given):
    """The quantile of a normal distribution."""
    return _normal(data)


@wrong("limits", named="normal_poisson")
def limits_normal_poisson(data, given):
    """Normal, with the mean for the variance."""
    return data.expected + stats.norm.isf(1 / data.every) * np.sqrt(data.expected)


@wrong("limits", named="or_more")
def limits_plus(data, given):
    """The first count that is an alarm."""
    return _days(data, _law(data) + 1)


@wrong("limits", named="one_for_all")
def limits_one(data, given):
    """One limit from the mean of all days."""
    return _days(data, _law(data, mean=np.full(7, data.expected.mean())))


@wrong("limits", named="two_sided")
def limits_two_sided(data, given):
    """Half of the rate on each side."""
    return _days(data, _law(data, 0.5 / data.every))


@wrong("limits", named="once_a_week")
def limits_week(data, given):
    """Seven times the rate, as each weekday comes once a week."""
    return _days(data, _law(data, 7 / data.every))


@wrong("limits", named="turned_p")
def limits_turned(data, given):
    """p turned round."""
    mean, k = data.expected, data.scatter
    return _days(data, stats.nbinom.isf(1 / data.every, k, mean / (k + mean)))


@wrong("limits", named="multiple")
def limits_ratio(data, given):
    """Limit ÷ expected."""
    return _days(data, _law(data) / data.expected)


@wrong("limits", named="other_tail")
def limits_other_tail(data, given):
    """1 less the rate."""
    return _days(data, _law(data, 1 - 1 / data.every))


@wrong("limits", named="normal_down")
def limits_normal_down(data, given):
    """The quantile of a normal distribution, rounded down."""
    return np.floor(_normal(data))


# saved


def _cost(data, crises=None):
    table, times = data.alarms, data.crises if crises is None else crises
    return data.false_alarm * table["false"] + times * data.day_late * table["late"]


def _over(data, cost):
    return cost["fixed number"] - cost.drop("fixed number").min()


@wrong("saved", named="one_crisis")
def saved_one(data, given):
    """The number of crises forgotten."""
    return _over(data, _cost(data, 1))


@wrong("saved", named="false_only")
def saved_false_alone(data, given):
    """Only the false alarms, and the alarm with the fewest."""
    return _over(data, data.false_alarm * data.alarms["false"])


@wrong("saved", named="late_only")
def saved_late_alone(data, given):
    """Only the days late, and the earliest alarm."""
    return _over(data, data.crises * data.day_late * data.alarms["late"])


@wrong("saved", named="late_at_cheapest")
def saved_late(data, given):
    """Only the days late, of the cheapest alarm."""
    cost = data.crises * data.day_late * data.alarms["late"]
    cheapest = _cost(data).drop("fixed number").idxmin()
    return cost["fixed number"] - cost[cheapest]


@wrong("saved", named="false_per_crisis")
def saved_all_per_crisis(data, given):
    """Both costs times the crises."""
    table = data.alarms
    return _over(
        data, data.crises * (data.false_alarm * table["false"] + data.day_late * table["late"])
    )


@wrong("saved", named="mean_of_the_seven")
def saved_mean(data, given):
    """Against the mean of the seven."""
    cost = _cost(data)
    return cost["fixed number"] - cost.drop("fixed number").mean()


@wrong("saved", named="dearest_of_the_seven")
def saved_max(data, given):
    """max() in place of min()."""
    cost = _cost(data)
    return cost["fixed number"] - cost.drop("fixed number").max()


@wrong("saved", named="false_at_cheapest")
def saved_false(data, given):
    """Only the false alarms, of the cheapest alarm."""
    cost = data.false_alarm * data.alarms["false"]
    cheapest = _cost(data).drop("fixed number").idxmin()
    return cost["fixed number"] - cost[cheapest]


@wrong("saved", named="least_cost")
def saved_cost(data, given):
    """The cost of the cheapest."""
    return _cost(data).drop("fixed number").min()


@wrong("saved", named="habit_cost")
def saved_habit(data, given):
    """The cost of the fixed number."""
    return _cost(data)["fixed number"]


@wrong("saved", named="fewest_false")
def saved_fewest(data, given):
    """Against the alarm with the fewest false ones."""
    cost = _cost(data)
    return cost["fixed number"] - cost[data.alarms["false"].idxmin()]


@wrong("saved", named="earliest")
def saved_earliest(data, given):
    """Against the earliest alarm."""
    cost = _cost(data)
    return cost["fixed number"] - cost[data.alarms["late"].idxmin()]


@wrong("saved", named="dearest")
def saved_dearest(data, given):
    """Dearest less cheapest."""
    cost = _cost(data)
    return cost.max() - cost.min()


@wrong("saved", named="prices_swapped")
def saved_swapped(data, given):
    """The prices swapped."""
    table = data.alarms
    cost = data.day_late * table["false"] + data.crises * data.false_alarm * table["late"]
    return _over(data, cost)


@wrong("saved", named="sign")
def saved_sign(data, given):
    """Cheapest less fixed."""
    return -_over(data, _cost(data))


@wrong("saved", named="a_month")
def saved_month(data, given):
    """A month."""
    return _over(data, _cost(data)) / 12


@wrong("saved", named="cheapest_at_one")
def saved_chosen_at_one(data, given):
    """Chosen without the crises, counted with them."""
    cost = _cost(data)
    return cost["fixed number"] - cost[_cost(data, 1).drop("fixed number").idxmin()]


# caused


def _people(data, owners=False, outcome=None):
    told, follows = data.tellings, data.follows
    boxed = pd.MultiIndex.from_frame(told.loc[told["how"] == "box", ["launch", "customer_id"]])
    rows = told if outcome is None else told[told["how"] == outcome]
    have = pd.MultiIndex.from_frame(rows[["launch", "customer_id"]])
    seen = follows.merge(pd.DataFrame({"launch": told["launch"].unique()}), how="cross")
    seen["box"] = pd.MultiIndex.from_frame(seen[["launch", "followed_id"]]).isin(boxed)
    people = seen.groupby(["launch", "customer_id"])["box"].agg(["sum", "size"])
    if not owners:
        people = people[~people.index.isin(boxed)]
    return people.assign(ordered=people.index.isin(have).astype(float)), len(boxed)


def _slope(people, by):
    both = people[["sum", "ordered"]]
    mean = both.mean() if by is None else people.groupby(by)[["sum", "ordered"]].transform("mean")
    both = both - mean
    return (both["sum"] * both["ordered"]).sum() / (both["sum"] ** 2).sum()


WITHIN = ["launch", "size"]


@wrong("caused", named="not_within")
def caused_raw(data, given):
    """One slope over everybody."""
    people, boxes = _people(data)
    return _slope(people, None) * people["sum"].sum() / boxes


@wrong("caused", named="launch_only")
def caused_launch(data, given):
    """Within launches only."""
    people, boxes = _people(data)
    return _slope(people, ["launch"]) * people["sum"].sum() / boxes


@wrong("caused", named="slope_alone")
def caused_slope(data, given):
    """The slope."""
    people, _boxes = _people(data)
    return _slope(people, WITHIN)


@wrong("caused", named="agency")
def caused_agency(data, given):
    """All orders of followers of boxes, per box."""
    people, boxes = _people(data)
    return people.loc[people["sum"] > 0, "ordered"].sum() / boxes


@wrong("caused", named="all_caused")
def caused_total(data, given):
    """For all boxes."""
    people, _boxes = _people(data)
    return _slope(people, WITHIN) * people["sum"].sum()


@wrong("caused", named="per_follower")
def caused_followers(data, given):
    """The slope times the mean number of followers."""
    people, _boxes = _people(data)
    members = pd.unique(data.follows[["customer_id", "followed_id"]].to_numpy().ravel())
    return _slope(people, WITHIN) * len(data.follows) / len(members)


@wrong("caused", named="told_only")
def caused_told(data, given):
    """Only those who were told count as orders."""
    people, boxes = _people(data, outcome="told")
    return _slope(people, WITHIN) * people["sum"].sum() / boxes


@wrong("caused", named="hundredfold")
def caused_per_cent(data, given):
    """In per cent."""
    people, boxes = _people(data)
    return 100 * _slope(people, WITHIN) * people["sum"].sum() / boxes


@wrong("caused", named="named")
def caused_named(data, given):
    """Those who named an owner of a box, per box."""
    return _direct(data, "box").mean()


@wrong("caused", named="box_is_order")
def caused_with_own(data, given):
    """Members with a box kept, and their box taken for an order."""
    people, boxes = _people(data, owners=True)
    return _slope(people, WITHIN) * people["sum"].sum() / boxes


@wrong("caused", named="all_followers")
def caused_all_followers(data, given):
    """The slope times all followers of the boxes, those with a box among them."""
    people, boxes = _people(data)
    everybody, _boxes = _people(data, owners=True)
    return _slope(people, WITHIN) * everybody["sum"].sum() / boxes


def _any(people):
    return people.assign(sum=(people["sum"] > 0).astype(float))


@wrong("caused", named="any_box")
def caused_any(data, given):
    """Any box against none, times those who saw any."""
    people, boxes = _people(data)
    return _slope(_any(people), WITHIN) * (people["sum"] > 0).sum() / boxes


@wrong("caused", named="any_for_each")
def caused_any_number(data, given):
    """Any box against none, times the boxes seen."""
    people, boxes = _people(data)
    return _slope(_any(people), WITHIN) * people["sum"].sum() / boxes
