"""Wrong answers to the exercise of chapter 7b."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from tests.wrong_answers import wrong

# refused


def _parts(data, comma=True):
    lines = data.lines
    amount = lines["amount"].str.replace(",", ".") if comma else lines["amount"]
    return {
        "date": pd.to_datetime(lines["date"], format="%d.%m.%Y", errors="coerce"),
        "yuan": pd.to_numeric(amount, errors="coerce"),
        "known": lines["account_no"].isin(data.numbers),
        "again": lines.duplicated("order_no"),
    }


def _refused(data, last="2025-12-31", again=None, comma=True, **changed):
    parts = _parts(data, comma) | changed
    again = parts["again"] if again is None else again
    bad = parts["date"].isna() | (parts["date"] > last) | parts["yuan"].isna()
    return list(data.lines.index[bad | ~parts["known"] | again])


@wrong("refused", named="both_refused")
def refused_keep_false(data, given):
    """duplicated(keep=False): both lines of an order sent twice."""
    return _refused(data, again=data.lines.duplicated("order_no", keep=False))


@wrong("refused", named="first_refused")
def refused_keep_last(data, given):
    """Keeps the last copy, refuses the first."""
    return _refused(data, again=data.lines.duplicated("order_no", keep="last"))


@wrong("refused", named="sent_again_taken")
def refused_no_duplicates(data, given):
    """Forgets the rule on order numbers."""
    return _refused(data, again=pd.Series(False, data.lines.index))


@wrong("refused", named="unknown_taken")
def refused_without_accounts(data, given):
    """Forgets to look the accounts up."""
    return _refused(data, known=pd.Series(True, data.lines.index))


@wrong("refused", named="future_taken")
def refused_without_future(data, given):
    """Only asks whether a date can be read."""
    return _refused(data, last="2099-12-31")


@wrong("refused", named="today_refused")
def refused_from_today(data, given):
    """Today counts as the future."""
    parts = _parts(data)
    bad = parts["date"].isna() | (parts["date"] >= "2025-12-31") | parts["yuan"].isna()
    return list(data.lines.index[bad | ~parts["known"] | parts["again"]])


@wrong("refused", named="comma_not_read")
def refused_comma(data, given):
    """The decimal comma stays: every amount is missing."""
    return _refused(data, comma=False)


@wrong("refused", named="refunds_refused")
def refused_refunds(data, given):
    """Negative amounts are taken for faults."""
    yuan = _parts(data)["yuan"]
    return _refused(data, yuan=yuan.where(yuan >= 0))


@wrong("refused", named="not_a_number_taken")
def refused_value_errors_taken(data, given):
    """Looks for empty amounts only, not for amounts that are no numbers."""
    return _refused(data, yuan=(data.lines["amount"] == "").map({True: np.nan, False: 1.0}))


@wrong("refused", named="no_such_date_taken")
def refused_bad_dates_taken(data, given):
    """Dates that cannot be read pass; cut lines are found by their amount."""
    date = _parts(data)["date"].fillna(pd.Timestamp("2025-01-01"))
    return _refused(data, date=date)


@wrong("refused", named="future_taken+today_refused")
def refused_year_only(data, given):
    """A rule of their own: without the last day, and dates of the future pass. Two at once."""
    parts = _parts(data)
    bad = parts["date"].isna() | (parts["date"] == "2025-12-31") | parts["yuan"].isna()
    return list(data.lines.index[bad | ~parts["known"] | parts["again"]])


@wrong("refused", named="month_first")
def refused_default_dates(data, given):
    """to_datetime without a format: pandas takes 01.02.2023 for the second of January."""
    return _refused(data, date=pd.to_datetime(data.lines["date"], errors="coerce"))


@wrong("refused", named="others")
def refused_the_good_ones(data, given):
    """Hands in the lines that are good."""
    return [line for line in data.lines.index if line not in set(_refused(data))]


# left_over


def _money(data, given, again=False, sign=True):
    yuan = _parts(data)["yuan"].fillna(0)
    yuan = yuan if sign else yuan.abs()
    refused = data.lines.index.isin(given("refused"))
    lost = refused if again else refused & ~data.lines.duplicated("order_no")
    return data.control, yuan[~refused].sum(), yuan[lost].sum()


@wrong("left_over", named="refused_forgotten")
def left_over_only_taken(data, given):
    """Control total less what was taken."""
    control, taken, _lost = _money(data, given)
    return control - taken


@wrong("left_over", named="sent_twice_off")
def left_over_all_readable(data, given):
    """Control total less the sum of all that can be read."""
    return data.control - _parts(data)["yuan"].sum()


@wrong("left_over", named="taken_forgotten")
def left_over_without_taken(data, given):
    """Control total less refused."""
    control, _taken, lost = _money(data, given)
    return control - lost


@wrong("left_over", named="sign")
def left_over_turned(data, given):
    """Taken plus refused less control total."""
    control, taken, lost = _money(data, given)
    return taken + lost - control


@wrong("left_over", named="hundredfold")
def left_over_in_fen(data, given):
    """In fen."""
    control, taken, lost = _money(data, given)
    return round(100 * (control - taken - lost))


@wrong("left_over", named="refunds_positive")
def left_over_absolute(data, given):
    """Signs are lost."""
    control, taken, lost = _money(data, given, sign=False)
    return control - taken - lost


@wrong("left_over", named="refused_money")
def left_over_refused(data, given):
    """The money of the refused lines."""
    return _money(data, given)[2]


@wrong("left_over", named="taken_money")
def left_over_taken(data, given):
    """The money that was taken."""
    return _money(data, given)[1]


@wrong("left_over", named="refunds_left_out")
def left_over_sales_only(data, given):
    """Sums positive amounts only."""
    yuan = _parts(data)["yuan"].fillna(0).clip(lower=0)
    return data.control - yuan[~data.lines.duplicated("order_no")].sum()


@wrong("left_over", named="thousandth")
def left_over_in_thousands(data, given):
    """In thousand yuan."""
    control, taken, lost = _money(data, given)
    return (control - taken - lost) / 1000


@wrong("left_over", named="not_to_the_cent")
def left_over_in_whole_yuan(data, given):
    """Rounded to whole yuan; where it is whole, half a yuan is off."""
    control, taken, lost = _money(data, given)
    right = round(control - taken - lost, 2)
    return float(round(right)) if right % 1 else right + 0.4


@wrong("left_over", named="refused_added")
def left_over_added(data, given):
    """The refused money added."""
    control, taken, lost = _money(data, given)
    return control - taken + lost


@wrong("left_over", named="both_lost")
def left_over_keep_false(data, given):
    """Of an order sent twice neither line counts."""
    control, taken, lost = _money(data, given)
    again = data.lines.duplicated("order_no", keep=False) & ~data.lines.duplicated("order_no")
    return control - taken + _parts(data)["yuan"][again].sum() - lost


@wrong("left_over", named="unknown_left_out")
def left_over_known_only(data, given):
    """Refused lines of unknown accounts are not counted."""
    control, taken, lost = _money(data, given)
    parts = _parts(data)
    return control - taken - lost + parts["yuan"][~parts["known"]].sum()


# weight


def _weight(data, log=np.log2, missing=None, differ=1, prior=True):
    table = data.evidence
    shown = table["pair"].replace("missing", missing or "missing")
    weight = log(table["m"] / table["u"])[shown == "agree"].sum()
    weight += differ * log((1 - table["m"]) / (1 - table["u"]))[shown == "differ"].sum()
    return weight + (log(data.prior / (1 - data.prior)) if prior else 0)


@wrong("weight", named="no_prior")
def weight_without_prior(data, given):
    """Adds the details only."""
    return _weight(data, prior=False)


@wrong("weight", named="natural_log")
def weight_natural(data, given):
    """np.log in place of np.log2."""
    return _weight(data, log=np.log)


@wrong("weight", named="decimal_log")
def weight_decimal(data, given):
    """np.log10."""
    return _weight(data, log=np.log10)


@wrong("weight", named="missing_differs")
def weight_missing_differs(data, given):
    """What does not agree differs."""
    return _weight(data, missing="differ")


@wrong("weight", named="missing_agrees")
def weight_missing_agrees(data, given):
    """What does not differ agrees."""
    return _weight(data, missing="agree")


@wrong("weight", named="agreements_only")
def weight_agreements(data, given):
    """Leaves out what differs."""
    return _weight(data, differ=0)


@wrong("weight", named="differ_positive")
def weight_minus(data, given):
    """Takes the bits of what differs off."""
    return _weight(data, differ=-1)


@wrong("weight", named="probability")
def weight_probability(data, given):
    """Hands in the probability."""
    return 1 / (1 + 2 ** -_weight(data))


@wrong("weight", named="odds")
def weight_odds(data, given):
    """Multiplies in place of adding logarithms."""
    return 2 ** _weight(data)


@wrong("weight", named="no_prior+natural_log")
def weight_two(data, given):
    """Natural logarithms, and no prior."""
    return _weight(data, log=np.log, prior=False)


@wrong("weight", named="log_of_share")
def weight_log_prior(data, given):
    """log2 of the share, not of the odds."""
    return _weight(data, prior=False) + np.log2(data.prior)


@wrong("weight", named="all_agree")
def weight_all(data, given):
    """The bits of agreement of all five details."""
    table = data.evidence
    return np.log2(table["m"] / table["u"]).sum() + np.log2(data.prior / (1 - data.prior))


@wrong("weight", named="u_over_m")
def weight_turned_agreements(data, given):
    """u over m."""
    table = data.evidence
    bits = np.log2(table["m"] / table["u"])[table["pair"] == "agree"].sum()
    return _weight(data) - 2 * bits


@wrong("weight", named="agreement_taken_off")
def weight_minus_agreement(data, given):
    """What differs takes off what agreement would have brought."""
    table = data.evidence
    bits = np.log2(table["m"] / table["u"])[table["pair"] == "differ"].sum()
    return _weight(data, differ=0) - bits


# wrong_high


def _interval(same, method="wilson", alpha=0.05):
    return proportion_confint((~same).sum(), len(same), method=method, alpha=alpha)


@wrong("wrong_high", named="point")
def wrong_high_share(data, given):
    """The share in the sample."""
    return (~data.reviewed["same"]).mean()


@wrong("wrong_high", named="lower_end")
def wrong_high_low(data, given):
    """The first of the two that the function returns."""
    return _interval(data.reviewed["same"])[0]


@wrong("wrong_high", named="normal")
def wrong_high_default(data, given):
    """The function's default method."""
    return _interval(data.reviewed["same"], method="normal")[1]


@wrong("wrong_high", named="exact")
def wrong_high_exact(data, given):
    """The exact method."""
    return _interval(data.reviewed["same"], method="beta")[1]


@wrong("wrong_high", named="ninety_percent")
def wrong_high_ninety(data, given):
    """A 90 % interval."""
    return _interval(data.reviewed["same"], alpha=0.1)[1]


@wrong("wrong_high", named="right_merges")
def wrong_high_right(data, given):
    """The upper end of the right ones."""
    return _interval(~data.reviewed["same"])[1]


@wrong("wrong_high", named="hundredfold")
def wrong_high_percent(data, given):
    """In per cent."""
    return 100 * _interval(data.reviewed["same"])[1]


@wrong("wrong_high", named="choosing_calls")
def wrong_high_called(data, given):
    """The calls of the next task."""
    return _interval(data.called["same"])[1]


@wrong("wrong_high", named="half_width")
def wrong_high_half(data, given):
    """Half of the interval."""
    low, high = _interval(data.reviewed["same"])
    return (high - low) / 2


@wrong("wrong_high", named="normal+ninety_percent")
def wrong_high_two(data, given):
    """1.645 standard errors, added by hand."""
    return _interval(data.reviewed["same"], method="normal", alpha=0.1)[1]


@wrong("wrong_high", named="agresti")
def wrong_high_agresti(data, given):
    """method="agresti_coull"."""
    return _interval(data.reviewed["same"], method="agresti_coull")[1]


# actions


def _costs(data, share=None, swapped=False):
    share = data.called.groupby("band")["same"].mean() if share is None else share
    wrong, missed, call = data.prices
    if swapped:
        wrong, missed = missed, wrong
    return pd.DataFrame({"merge": (1 - share) * wrong, "ask": call, "leave": share * missed})


def _by_model(data):
    return data.called.groupby("band")["model"].mean()


def _turned(data):
    return 1 - data.called.groupby("band")["same"].mean()


def _cheapest(costs):
    return pd.DataFrame({"action": costs.idxmin(axis=1), "per_pair": costs.min(axis=1)})


def _priced(data, action):
    """Return what an action per band costs by the right costs."""
    costs = _costs(data)
    each = [costs.loc[band, name] for band, name in action.items()]
    return pd.DataFrame({"action": action, "per_pair": each})


@wrong("actions", named="nobody_asked")
def actions_two(data, given):
    """Merges or leaves."""
    return _cheapest(_costs(data)[["merge", "leave"]])


@wrong("actions", named="half")
def actions_half(data, given):
    """Merges where most are one person."""
    share = data.called.groupby("band")["same"].mean()
    return _priced(data, (share >= 0.5).map({True: "merge", False: "leave"}))


@wrong("actions", named="dearest")
def actions_dearest(data, given):
    """idxmax and max in place of idxmin and min."""
    costs = _costs(data)
    return pd.DataFrame({"action": costs.idxmax(axis=1), "per_pair": costs.max(axis=1)})


@wrong("actions", named="turned")
def actions_turned(data, given):
    """The share of two people."""
    return _cheapest(_costs(data, share=_turned(data)))


@wrong("actions", named="never_leave")
def actions_never_leave(data, given):
    """Forgets that leaving is possible."""
    return _cheapest(_costs(data)[["merge", "ask"]])


@wrong("actions", named="nobody_asked+turned")
def actions_two_turned(data, given):
    """Merges or leaves, by the share of two people."""
    return _cheapest(_costs(data, share=_turned(data))[["merge", "leave"]])


@wrong("actions", named="ask_all")
def actions_ask(data, given):
    """Asks about everything."""
    return _priced(data, _costs(data).idxmin(axis=1).map(lambda _action: "ask"))


@wrong("actions", named="merge_sure")
def actions_only_sure(data, given):
    """Merges where all that were called are one person or nearly so, asks everywhere else."""
    share = data.called.groupby("band")["same"].mean()
    return _priced(data, (share >= 0.95).map({True: "merge", False: "ask"}))


@wrong("actions", named="leave_all")
def actions_leave(data, given):
    """Leaves everything apart."""
    return _priced(data, _costs(data).idxmin(axis=1).map(lambda _action: "leave"))


@wrong("actions", named="worst_end")
def actions_careful(data, given):
    """By the worse end of each interval."""
    same = data.called.groupby("band")["same"].sum()
    low, high = proportion_confint(same, 60, method="wilson")
    wrong_merge, missed, call = data.prices
    costs = {"merge": (1 - low) * wrong_merge, "ask": call, "leave": high * missed}
    return _cheapest(pd.DataFrame(costs, same.index))


@wrong("actions", named="models_word")
def actions_by_the_model(data, given):
    """The probability of the model in place of the calls."""
    return _cheapest(_costs(data, share=_by_model(data)))


@wrong("actions")
def actions_of_the_band(data, given):
    """What a whole band costs in place of one of its pairs."""
    number = data.pairs["band"].value_counts()
    actions = _cheapest(_costs(data))
    return actions.assign(per_pair=actions["per_pair"] * number)


# cost


def _total(data, costs, number=None):
    number = data.pairs["band"].value_counts() if number is None else number
    return (costs.min(axis=1) * number).sum()


@wrong("cost", named="sample_only")
def cost_of_the_sample(data, given):
    """The called pairs only."""
    return _total(data, _costs(data), 60)


@wrong("cost", named="mean_of_bands")
def cost_mean(data, given):
    """Mean cost of a pair over bands, times all pairs."""
    return _costs(data).min(axis=1).mean() * len(data.pairs)


@wrong("cost", named="mean")
def cost_each(data, given):
    """The mean cost of a pair."""
    return _total(data, _costs(data)) / len(data.pairs)


@wrong("cost", named="models_word")
def cost_model(data, given):
    """By the model's probability."""
    return _total(data, _costs(data, share=_by_model(data)))


@wrong("cost", named="swapped")
def cost_swapped(data, given):
    """The two costs swapped."""
    return _total(data, _costs(data, swapped=True))


@wrong("cost", named="nobody_asked")
def cost_two(data, given):
    """Without asking."""
    return _total(data, _costs(data)[["merge", "leave"]])


@wrong("cost", named="all_left")
def cost_leave(data, given):
    """Everything left apart."""
    return _total(data, _costs(data)[["leave"]])


@wrong("cost", named="all_merged")
def cost_merge(data, given):
    """Everything merged."""
    return _total(data, _costs(data)[["merge"]])


@wrong("cost", named="all_asked")
def cost_ask(data, given):
    """Everybody asked."""
    return data.prices["call"] * len(data.pairs)


@wrong("cost", named="calls_only")
def cost_calls(data, given):
    """What the calls cost."""
    costs = _costs(data)
    asked = costs.idxmin(axis=1) == "ask"
    return data.prices["call"] * data.pairs["band"].value_counts()[asked[asked].index].sum()


@wrong("cost", named="called_left_out")
def cost_of_the_rest(data, given):
    """The called pairs are known by now."""
    return _total(data, _costs(data), data.pairs["band"].value_counts() - 60)


@wrong("cost", named="mean_of_pairs")
def cost_mean_of_four(data, given):
    """The cheapest of each band, and their mean."""
    return _costs(data).min(axis=1).mean()


@wrong("cost", named="of_one_pair")
def cost_of_four_pairs(data, given):
    """The cheapest of each band, added up."""
    return _costs(data).min(axis=1).sum()


# street


def _told(data, by=("updated", "account_no"), missing=False):
    table = data.accounts if missing else data.accounts.dropna(subset="street")
    return table.sort_values(list(by), kind="stable") if by else table


@wrong("street", named="latest_record")
def street_latest_record(data, given):
    """The latest account, whether it has a street or not."""
    table = _told(data, missing=True)
    return table.groupby("customer_id").tail(1).set_index("customer_id")["street"]


@wrong("street", named="oldest")
def street_first(data, given):
    """first() in place of last()."""
    return _told(data).groupby("customer_id")["street"].first()


@wrong("street", named="by_opening")
def street_opened(data, given):
    """By the day of opening."""
    return _told(data, ("opened", "account_no")).groupby("customer_id")["street"].last()


@wrong("street", named="not_sorted")
def street_unsorted(data, given):
    """Without sorting."""
    return _told(data, ()).groupby("customer_id")["street"].last()


@wrong("street", named="first_in_table")
def street_drop_duplicates(data, given):
    """drop_duplicates keeps the first."""
    return _told(data, ()).drop_duplicates("customer_id").set_index("customer_id")["street"]


@wrong("street", named="most_common")
def street_mode(data, given):
    """The most frequent one."""
    return _told(data, ()).groupby("customer_id")["street"].agg(lambda told: told.mode().iloc[0])


@wrong("street", named="rows:the accounts tell several addresses")
def street_joined(data, given):
    """All of them, in one text."""
    return (
        _told(data)
        .groupby("customer_id")["street"]
        .agg(lambda told: "; ".join(dict.fromkeys(told)))
    )


@wrong("street", named="oldest+by_opening")
def street_earliest_opened(data, given):
    """Sorted by opening, the first taken."""
    return _told(data, ("opened", "account_no")).groupby("customer_id")["street"].first()


@wrong("street", named="latest_record+by_opening")
def street_latest_opened(data, given):
    """The account opened last, whether it has a street or not."""
    table = _told(data, ("opened", "account_no"), missing=True)
    return table.groupby("customer_id").tail(1).set_index("customer_id")["street"]
