"""A sensible policy, written from the course: what somebody decides who has read the chapters.

1. Spend (chapter 4): a saturating curve for each channel from the test of spend, not from last
   contacts; the next yuan on a channel brings at least a yuan within the year.
2. To stay (chapter 5): what each offer adds, from the test by lot, one model per offer (two
   models, one difference), as a share of what a customer usually brings; offered to who shows a
   reason to leave, where that is worth more than it costs. The others are let sleep.
3. Messages (chapters 3 and 10): by the test, to whom they bring more than they cost, and not
   twice in a row.
4. Service (chapters 5 and 9): people for the tickets that come and the calls that are planned, so
   many that they are busy for 70 % of their time: beyond, the queue grows faster than the load.

It reads the view only, with the models of this course.
"""

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from crmlab.arguments import steady
from crmlab.churn import TwoModelUplift, choose_offers
from crmlab.game import numbers
from crmlab.game.rules import within_budget

_DAYS_LEFT = (365, 275, 184, 92)  # of the year, when a quarter begins
_ORDERS_IF_THERE = 0.75  # share of those who are still customers that order in a quarter
_PENALTY = 30.0  # of the ridge regressions
_LEAST_GAIN = 8.0  # yuan: what is expected to bring less is not worth a customer's patience
_LOAD = 0.7  # share of their time that the people in service are to be busy
_AT_MOST = 0.6  # of the budget that is free, on channels before the last quarter


def sensible(quarter, view):
    """Decide as the course teaches; see the module.

    Parameters
    ----------
    quarter : int
    view : View

    Returns
    -------
    dict
    """
    offers = _offers(quarter, view)
    people = _people(quarter, view, int((offers == "care_call").sum()))
    messages = _messages(view)
    fixed = _people_cost(view, people)
    # What the people cost in the quarters to come is kept.
    later = (numbers.QUARTERS - 1 - quarter) * people * view.costs["salary"]
    for part, costs in ((offers, view.costs["offers"]), (messages, view.costs["messages"])):
        fixed += sum(costs[name]["contact"] for name in part)
    room = max(view.budget_left - fixed - later, 0.0)
    room *= _AT_MOST if quarter < numbers.QUARTERS - 1 else 1.0
    spend = _spend(quarter, view)
    share = min(1.0, room / max(sum(spend.values()), 1.0))
    decision = {
        "spend": {name: float(np.floor(share * amount)) for name, amount in spend.items()},
        "offers": offers,
        "messages": messages,
        "people": people,
    }
    return within_budget(view, decision)


# --- channels ----------------------------------------------------------------------------


def _spend(quarter, view):
    """Return the spend per channel with which the next yuan brings a yuan within the year."""
    test = view.spend_test
    worth = _newcomer_worth(quarter, view)
    spend = {}
    for channel, rows in test.groupby("channel", observed=True, sort=False):
        reach, scale = _curve(rows)
        ratio = reach * worth.get(channel, worth.mean()) / scale
        spend[channel] = scale * np.log(ratio) if ratio > 1 else 0.0
    if quarter == numbers.QUARTERS - 1:
        spend["content"] = 0.0  # most of it would work after the year
    return spend


def _curve(rows):
    """Return reach (customers a quarter) and scale (yuan) of a channel's saturating curve.

    For each of many scales, base and reach are fitted by least squares; the best is taken.
    """
    spend = rows["spend"].to_numpy()
    came = rows["new_customers"].to_numpy() / rows["quarters"].to_numpy()
    usual = spend[spend > 0].mean()
    scales = usual * np.geomspace(0.15, 3.0, 30)
    fits = []
    for scale in scales:
        share = 1 - np.exp(-spend / scale)
        design = np.column_stack([np.ones(len(share)), share])
        (base, reach), *_rest = np.linalg.lstsq(design, came, rcond=None)
        fits.append((((base + reach * share - came) ** 2).sum(), max(reach, 0.0)))
    # A little towards the middle of the scales: four points do not say much about a curve.
    errors = np.array([error for error, _reach in fits])
    pull = np.log(scales / usual) ** 2 * 0.02 * came.var()
    best = int(steady(errors + pull).argmin())
    return fits[best][1], scales[best]


def _newcomer_worth(quarter, view):
    """Return the margin that a newcomer of each channel brings until the end of the year, yuan.

    Mean over those who joined in the year before the quarter, by their first contact, of the
    margin per day since they joined.
    """
    customers = view.customers[view.customers["first_contact"].notna()]
    age = (view.first_day - customers["joined"]).dt.days
    old = customers[(age >= 120) & (age <= 365)]
    days = _DAYS_LEFT[quarter] - 40
    # Orders thin out as newcomers leave: the first order comes at once, the rest in proportion.
    margin = view.orders.groupby("customer_id")["margin"].sum().reindex(old.index, fill_value=0.0)
    one = margin / view.orders.groupby("customer_id").size().reindex(old.index, fill_value=1)
    later = (margin - one) / age[old.index] * days
    worth = one + later.clip(lower=0.0)
    by_channel = worth.groupby(old["first_contact"], observed=True)
    count, mean = by_channel.size(), worth.mean()
    # Few newcomers: towards the mean of all.
    return (by_channel.sum() + 25 * mean) / (count + 25)


# --- whom to offer what ------------------------------------------------------------------


def _features(table):
    """Return the columns of the models: what is known before, and how it works together."""
    label = pd.get_dummies(table["label"], dtype=float)
    shows = (table["compared"] > 0).to_numpy(float)
    bad = (table["bad_tickets"] > 0).to_numpy(float)
    columns = {
        "shows": shows,
        "twice": (table["compared"] > 1).to_numpy(float),
        "quiet": (table["visits"] == 0).to_numpy(float),
        "bad": bad,
        "recency": np.log1p(table["recency_days"].clip(0, 365)).to_numpy(float),
        "orders": np.log1p(table["orders"]).to_numpy(float),
        "organisation": (table["kind"] == "organisation").to_numpy(float),
    }
    for name in label:
        columns[name] = label[name].to_numpy()
        columns[f"{name} shows"] = label[name].to_numpy() * shows
        columns[f"{name} bad"] = label[name].to_numpy() * bad
    return pd.DataFrame(columns, index=table.index)


def _usual(table):
    """Return the margin that a customer usually brings in a year, yuan, held off 0."""
    return (0.85 * table["margin"] + 0.15 * table["margin"].mean()).clip(lower=60.0)


def _ridge():
    return make_pipeline(StandardScaler(), Ridge(_PENALTY, solver="cholesky"))


def _offers(quarter, view):
    """Return the offer of everybody for whom one is expected to gain enough."""
    test = view.offer_test
    # Whether they still order three months later says more about leaving than the money does,
    # in which the luck of single orders drowns what an offer did.
    model = TwoModelUplift(_ridge()).fit(
        _features(test), test["offer"], test["ordered_late"].astype(float)
    )
    customers = view.customers[view.customers["orders"] > 0]
    # Of the others nearly all stay anyway; that an offer keeps some of them is mostly noise of the
    # test, and that it wakes them is not.
    shows = (customers["compared"] > 0) | (customers["bad_tickets"] > 0)
    customers = customers[shows]
    stay = model.predict(_features(customers)) / _ORDERS_IF_THERE
    # Whoever is kept brings the rest of the year, all but what they would have stayed anyway.
    gain = stay.mul(_usual(customers) * max(_DAYS_LEFT[quarter] - 45, 45) / 365, axis=0)
    gain -= _offer_cost(view, test, customers, gain.columns)
    return _chosen(gain, _LEAST_GAIN)


def _offer_cost(view, test, customers, offers):
    """Return what each offer is expected to cost for each customer: contact, and redemption."""
    hour = view.costs["salary"] / view.costs["person_hours"]
    cost = {}
    for offer in offers:
        arm = test[test["offer"] == offer]
        price = view.costs["offers"][offer]
        taken = _ridge().fit(_features(arm), (arm["cost"] > price["contact"]).astype(float))
        share = np.clip(taken.predict(_features(customers)), 0.0, 1.0)
        cost[offer] = price["contact"] + price["redemption"] * share
    cost["care_call"] = cost["care_call"] + view.costs["call_hours"] * hour
    return pd.DataFrame(cost, index=customers.index)


def _messages(view):
    """Return the message of everybody to whom one brings more than it costs."""
    test = view.message_test
    model = TwoModelUplift(_ridge()).fit(
        _features(test), test["message"], test["ordered"].astype(float)
    )
    customers = view.customers
    may = customers["email_consent"] & (customers["orders"] > 0) & ~customers["written_to"]
    customers = customers[may]
    orders = model.predict(_features(customers)).clip(lower=0.0)
    usual = model.models_["none"].predict(_features(customers)).clip(0.0, 1.0)
    per_order = (customers["margin"] / customers["orders"]).clip(lower=0.0)
    per_order = 0.7 * per_order + 0.3 * per_order.mean()
    gain = {}
    for name in orders:
        price = view.costs["messages"][name]
        value = per_order * (1 - price["discount_percent"] / 45)  # of a margin of about 45 %
        taken = (orders[name] + usual).clip(upper=1.0)
        gain[name] = orders[name] * value - taken * (
            price["redemption"] + price["discount_percent"] / 100 * per_order / 0.45
        )
        gain[name] -= price["contact"]
    # A message makes some leave who would not have: a little of what a year brings.
    return _chosen(pd.DataFrame(gain), _LEAST_GAIN / 2 + 0.005 * _usual(customers))


def _chosen(gain, least):
    chosen = choose_offers(gain.sub(least, axis=0) if np.ndim(least) else gain - least)
    chosen = chosen["offer"]
    return chosen[chosen != "none"]


# --- people in service -------------------------------------------------------------------


def _people(quarter, view, calls):
    """Return the people who are busy for `_LOAD` of their time with the tickets and the calls."""
    service, costs = view.service, view.costs
    tickets = service["hours"] - costs["call_hours"] * service["calls"]
    # Quarters before the game went up and down by themselves; the last one is what goes on.
    hours = tickets.iloc[-1 if quarter else slice(None)].mean() + costs["call_hours"] * calls
    people = int(np.rint(hours / (_LOAD * costs["person_hours"])))
    step = costs["most_change"]
    return int(np.clip(people, max(view.people - step, 1), view.people + step))


def _people_cost(view, people):
    """Return what people in service cost in a quarter, with hiring and letting go, yuan."""
    costs = view.costs
    hired, gone = max(people - view.people, 0), max(view.people - people, 0)
    return costs["salary"] * people + costs["hiring"] * hired + costs["leaving_pay"] * gone
