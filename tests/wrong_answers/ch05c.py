"""Wrong answers to the exercise of chapter 5c."""

import numpy as np
import pandas as pd

from tests.wrong_answers import wrong


def _purchases(data):
    log = data.log
    return log[log["amount"] >= 0].assign(day=log["date"].dt.normalize())


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
