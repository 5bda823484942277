"""Checks of the exercise of chapter 4, acquisition."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

from crmlab.attribution import last_touch, linear, markov, paths
from crmlab.company import Company
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 2000
LAST_KNOWN = "2025-10-02"  # leads created since have had less than 90 days
DECIDED = 90  # days after which a lead that has not bought counts as not won
JUDGED_SINCE = "2025-07-01"  # leads created before are learned from
FEATURES = ("need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar")
CALLS = 60
SOURCE, FIRST_DAYS, WON_UNTIL = "social", 180, "2025-07-05"
STEP = 0.25  # of a channel's spend
LIMIT = 1.96  # two-sided 5 %
_TESTS, _DAYS = 1000, 28  # simulated A/A tests

# Headings of the lesson to read again.
_DATA = mark("The data")
_FUNNEL = mark("The funnel")
_SCORING = mark("Lead scoring")
_CHANNELS = mark("Channels")
_CAC = mark("Customer acquisition cost")
_PAYBACK = mark("Payback")
_BY_HAND = mark("A small example by hand")
_SIX_RULES = mark("Six rules side by side")
_CAUSE = mark("Credit is not cause")
_PLAN = mark("Plan: how many visitors?")
_PEEKING = mark("What peeking does")
_CLAIM = mark('Claim check: "lifetime value should be three times the acquisition cost"')

# What a year of tests found by channel, about: value of the customers caused over the spend;
# value of one customer, yuan; and, for those where the answer is not drawn, the elasticity.
_FOUND = {
    "content": (5.6, 1850.0, None),
    "event": (6.4, 3400.0, None),
    "partner": (6.0, 3600.0, None),
    "press": (2.0, 1750.0, None),
    "social": (2.6, 1550.0, None),
    "search ad": (0.45, 1800.0, 0.35),
    "display ad": (0.12, 1700.0, 0.30),
    "email": (0.6, 1650.0, 0.40),
}
# Above three to one; below it, but above one.
_RICH, _MIDDLING = ("content", "event", "partner"), ("press", "social")
_GOOD, _POOR = (1.35, 1.70), (0.45, 0.72)  # yuan that the next yuan brings


class Case:
    """The data of one participant.

    Attributes
    ----------
    company : Company
    leads, touchpoints, channel_spend : pandas.DataFrame
        Tables of the company.
    orders : pandas.DataFrame
        ``order_id``, ``customer_id``, ``date``, ``revenue`` and ``margin`` (yuan).
    newest : pandas.DataFrame
        Leads younger than 90 days, one row each: also ``chance`` to be won, by a model, and
        ``value`` of the customer, margin of two years (yuan).
    page : pandas.Series
        ``orders per visitor`` of the landing page, and the ``gain in points`` to be found.
    tests : pandas.DataFrame
        Index ``channel``: ``spend`` of 2025 (yuan), new customers ``credited`` by last touch,
        and ``caused``, found by tests; ``value`` of a customer (yuan); ``elasticity``.
    aa_old, aa_new : pandas.DataFrame
        One row per simulated test of two equal pages, one column per day: orders of the arm.
    aa_visitors : int
        Visitors of each arm on each day of these tests.
    """

    def __init__(self, seed):
        self.seed = int(seed)

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @handed_out
    def leads(self):
        return self.company.leads

    @handed_out
    def touchpoints(self):
        return self.company.touchpoints

    @handed_out
    def channel_spend(self):
        return self.company.channel_spend

    @handed_out
    def orders(self):
        lines = self.company.order_lines
        costs = self.company.products.set_index("product_id")["unit_cost"]
        cost = lines["quantity"] * lines["product_id"].map(costs)
        per_order = pd.DataFrame({"revenue": lines["paid"], "margin": lines["paid"] - cost})
        per_order = per_order.groupby(lines["order_id"]).sum().round(2)
        return self.company.orders[["order_id", "customer_id", "date"]].join(
            per_order, on="order_id"
        )

    @cached_property
    def known(self):
        """Leads that had 90 days by the end of the data, by id, with ``won_in_time``."""
        leads = self.leads.set_index("lead_id")
        days = (leads["won_on"] - leads["created"]).dt.days
        return leads.assign(won_in_time=days <= DECIDED)[leads["created"] <= LAST_KNOWN]

    @cached_property
    def won(self):
        """Won leads, by id."""
        leads = self.leads.set_index("lead_id")
        return leads[leads["won_on"].notna()]

    @cached_property
    def by_first_touch(self):
        """Channel of the first contact, by lead."""
        return self._touches.first()

    @cached_property
    def by_last_touch(self):
        """Channel of the last contact, by lead."""
        return self._touches.last()

    @cached_property
    def _touches(self):
        touches = self.touchpoints.sort_values("date", kind="stable")
        return touches["channel"].astype("str").groupby(touches["lead_id"])

    @cached_property
    def spend(self):
        """Spend of 2025 by channel, yuan."""
        table = self.channel_spend
        return table["spend"].groupby(table["channel"].astype("str")).sum()

    @cached_property
    def judged(self):
        """Later leads that had 90 days; the model is judged on them."""
        return self.known[self.known["created"] >= JUDGED_SINCE]

    @cached_property
    def chance(self):
        """Chance of each judged lead to be won, from what is known at sign-up."""
        return self._learned().predict_proba(_features(self.judged))[:, 1]

    @cached_property
    def chance_with_offer(self):
        """The same by a model that may see whether there was an offer."""
        return self._learned(["offer_on"]).predict_proba(_features(self.judged, ["offer_on"]))[:, 1]

    def _learned(self, dates=()):
        """Learn on the leads of the first half year."""
        past = self.known[self.known["created"] < JUDGED_SINCE]
        return _model().fit(_features(past, dates), past["won_in_time"])

    @handed_out
    def newest(self):
        leads = self.leads[self.leads["created"] > LAST_KNOWN].reset_index(drop=True)
        rng = np.random.default_rng([self.seed, 4])
        people = leads["employees"].astype("float64").fillna(1).to_numpy()
        value = 700 * people**0.35 * np.exp(0.5 * rng.normal(size=len(leads)))
        chance = self._learned().predict_proba(_features(leads))[:, 1]
        columns = ["lead_id", "created", "kind", "contacted_on", "won_on"]
        return leads[columns].assign(chance=chance.round(4), value=value.round(2))

    @cached_property
    def cac(self):
        """CAC by source, yuan."""
        return _per_lead(self.spend, self.by_first_touch.reindex(self.won.index))

    @cached_property
    def joined(self):
        """Day of the first order of the customers of one source, by customer."""
        won = self.won[self.by_first_touch.reindex(self.won.index) == SOURCE]
        return won.set_index("customer_id")["won_on"]

    @cached_property
    def their_orders(self):
        """Orders of these customers, with ``age``, whole days since the first."""
        orders = self.orders
        age = (orders["date"] - orders["customer_id"].map(self.joined)).dt.days
        return orders.assign(age=age)[age.notna()]

    @cached_property
    def paths(self):
        """Paths of the leads that had 90 days."""
        touches = self.touchpoints
        known = touches["lead_id"].isin(self.known.index)
        return paths(touches[known], self.known["won_on"].notna())

    @cached_property
    def paths_of_all(self):
        """Paths of all leads, also of those that may still be won."""
        return paths(self.touchpoints, self.leads.set_index("lead_id")["won_on"].notna())

    @handed_out
    def page(self):
        rng = np.random.default_rng([self.seed, 44])
        return pd.Series(
            {
                "orders per visitor": rng.integers(60, 101) / 1000,
                "gain in points": rng.integers(10, 19) / 10,
            },
            name="landing page",
        )

    @handed_out
    def tests(self):
        rng = np.random.default_rng([self.seed, 444])
        table = pd.DataFrame(_FOUND, index=["ratio", "value", "elasticity"]).T
        table = table.loc[self.spend.index].astype("float64")
        table["ratio"] *= rng.uniform(0.95, 1.05, len(table))
        table["value"] = (table["value"] * rng.uniform(0.95, 1.05, len(table))).round()
        # Never all three rich channels: whoever goes by three to one would be right.
        middling = rng.permutation(_MIDDLING)[: rng.integers(1, 3)]
        good = [*middling, *rng.permutation(_RICH)[: 3 - len(middling)]]
        for channel in [*_RICH, *_MIDDLING]:
            next_yuan = rng.uniform(*(_GOOD if channel in good else _POOR))
            table.loc[channel, "elasticity"] = next_yuan / table.loc[channel, "ratio"]
        last = self.by_last_touch.reindex(self.won.index).value_counts()
        return pd.DataFrame(
            {
                "spend": self.spend.round(),
                "credited": last.reindex(table.index, fill_value=0),
                "caused": (table["ratio"] * self.spend / table["value"]).round(1),
                "value": table["value"],
                "elasticity": table["elasticity"].round(3),
            }
        ).rename_axis("channel")

    @cached_property
    def aa_visitors(self):
        return int(np.random.default_rng([self.seed, 4444]).integers(60, 91))

    @handed_out
    def aa_old(self):
        return self._aa_arm(0)

    @handed_out
    def aa_new(self):
        return self._aa_arm(1)

    def _aa_arm(self, arm):
        rng = np.random.default_rng([self.seed, 44444, arm])
        orders = rng.binomial(self.aa_visitors, 0.10, (_TESTS, _DAYS))
        days = pd.RangeIndex(1, _DAYS + 1, name="day")
        return pd.DataFrame(orders, pd.RangeIndex(1, _TESTS + 1, name="test"), days)


def _features(leads, dates=()):
    there_is_one = {f"has {name}": leads[name].notna() for name in dates}
    return leads[list(FEATURES)].assign(**there_is_one).astype("float64")


def _model():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression())


def _per_lead(spend, channels):
    """Spend of each channel over the number of leads that are booked on it."""
    return (spend / channels.value_counts()).rename("cac")


class OfferRate(Task):
    """How many qualified leads are made an offer."""

    name = "offer_rate"
    answer = Number(tolerance=1e-6)  # the young leads may move it very little
    praise = mark("Right: from one stage to the next, among those who had the time.")
    hints = (
        mark("Which leads had 90 days? Leave out the others before you count anything."),
        mark("A step of the funnel: how many have offer_on, of how many with qualified_on?"),
        mark("offer_on.notna().sum() ÷ qualified_on.notna().sum(), of leads up to 2 October."),
    )

    @staticmethod
    def counts(leads, stages=("offer_on", "qualified_on")):
        """Count those who reached a stage, and those who reached the one before."""
        return tuple(int(leads[stage].notna().sum()) for stage in stages)

    def _share(self, leads, stages=("offer_on", "qualified_on")):
        reached, before = self.counts(leads, stages)
        return reached / before

    def right(self, case):
        return self._share(case.known)

    @mistake(
        mark("You counted leads that had less than 90 days: their offers may still come."), _DATA
    )
    def young_counted(self, case):
        return self._share(case.leads)

    @mistake(mark("That is the share of all leads; a step begins at the stage before."), _FUNNEL)
    def of_all_leads(self, case):
        return self._share(case.known, ("offer_on", "created"))

    @mistake(mark("You began one stage too early: contacted is not yet qualified."), _FUNNEL)
    def stage_skipped(self, case):
        return self._share(case.known, ("offer_on", "contacted_on"))

    @mistake(mark("That is the next step, from the offer to the sale."), _FUNNEL)
    def next_step(self, case):
        return self._share(case.known, ("won_on", "offer_on"))


class LowerOfferRate(Task):
    """The lower end of the step's 95 % interval."""

    name = "offer_low"
    answer = Number(tolerance=0.001)  # of so many leads, the normal interval is as good
    praise = mark("Right. Next quarter's figure may well be that low with nothing changed.")
    hints = (
        mark("The lesson gives every step of the funnel its interval, after Wilson."),
        mark("proportion_confint takes how many, of how many, and method=."),
        mark('proportion_confint(offers, qualified, method="wilson")[0]'),
    )

    @staticmethod
    def _ends(case, stages=("offer_on", "qualified_on"), **settings):
        return proportion_confint(
            *OfferRate.counts(case.known, stages), **{"method": "wilson"} | settings
        )

    def right(self, case):
        return float(self._ends(case)[0])

    @mistake(mark("You took the upper end."), _FUNNEL)
    def upper_end(self, case):
        return float(self._ends(case)[1])

    @mistake(
        mark("That is the interval of all leads; only those who were qualified could go on."),
        _FUNNEL,
    )
    def of_all_leads(self, case):
        return float(self._ends(case, ("offer_on", "created"))[0])

    @mistake(mark("That is a 90 % interval: alpha is the risk on both sides together."), _FUNNEL)
    def ninety_percent(self, case):
        return float(self._ends(case, alpha=0.10)[0])


class AcquisitionCost(Task):
    """CAC by source."""

    name = "cac"
    answer = PerCustomer(("cac",), tolerance=0.05, key="channel")
    praise = mark("Right: a year's spend over a year's new customers, each booked once.")
    hints = (
        mark("Which channel did a lead meet first? That is its source."),
        mark("Count the won leads by source. Every lead has one source only."),
        mark("Spend by channel ÷ won leads by source; pandas matches the names."),
    )

    def right(self, case):
        return case.cac

    @mistake(
        mark("You booked customers on their last contact; the source is the first."), _CHANNELS
    )
    def last_contact(self, case):
        return _per_lead(case.spend, case.by_last_touch.reindex(case.won.index))

    @mistake(mark("That is the cost per lead: most leads do not buy."), _CHANNELS)
    def per_lead(self, case):
        return _per_lead(case.spend, case.by_first_touch)

    @mistake(
        mark("You counted a customer in every channel they met, so more were won than there are."),
        _CHANNELS,
    )
    def counted_again(self, case):
        met = case.touchpoints[["lead_id", "channel"]].drop_duplicates()
        return _per_lead(
            case.spend, met.loc[met["lead_id"].isin(case.won.index), "channel"].astype("str")
        )

    @mistake(
        mark("You counted contacts; a customer with three of them is one customer."), _CHANNELS
    )
    def contacts_counted(self, case):
        contacts = case.touchpoints
        mine = contacts["lead_id"].isin(case.won.index)
        return _per_lead(case.spend, contacts.loc[mine, "channel"].astype("str"))

    @mistake(
        mark(
            "You took the customers of leads up to 2 October and the spend of the whole year; both "
            "must be of the same time."
        ),
        _CAC,
    )
    def not_the_same_time(self, case):
        won = case.known.index[case.known["won_on"].notna()]
        return _per_lead(case.spend, case.by_first_touch.reindex(won))


class ScoreQuality(Task):
    """How well a score ranks later leads."""

    name = "auc"
    answer = Number(tolerance=0.002)
    praise = mark("Right: learned in spring, judged in summer, from what was known at sign-up.")
    hints = (
        mark("Two groups of leads: one to learn from, a later one to judge on."),
        mark("Only the six columns. Won means: within 90 days after created."),
        mark("roc_auc_score(won of the later leads, model.predict_proba(their columns)[:, 1])"),
    )

    @staticmethod
    def _auc(case, score):
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(case.judged["won_in_time"], score))

    def right(self, case):
        return self._auc(case, case.chance)

    @mistake(
        mark(
            "Your model knows who was made an offer. At sign-up nobody does: too good to be true."
        ),
        _SCORING,
    )
    def offer_known(self, case):
        return self._auc(case, case.chance_with_offer)

    @mistake(mark("You ranked by yes and no; predict_proba gives the chance."), _SCORING)
    def yes_or_no(self, case):
        return self._auc(case, case.chance > 0.5)

    @mistake(
        mark("Yours is the other way round: the second column is the chance to win."), _SCORING
    )
    def turned_round(self, case):
        return self._auc(case, -case.chance)


class CallList(Task):
    """Which of the newest leads are called first."""

    name = "call_list"
    answer = Chosen(key="lead_id")
    praise = mark("Right: neither the likeliest nor the largest, but chance times value.")
    hints = (
        mark("First leave out those whom nobody need call for the first time."),
        mark("What is a lead expected to bring? A chance, times what it is worth."),
        mark("(chance × value).nlargest(60) of those without contacted_on and won_on."),
    )

    @staticmethod
    def _first(leads, score):
        return list(leads.loc[score.loc[leads.index].nlargest(CALLS).index, "lead_id"])

    @staticmethod
    def waiting(case):
        """Return the newest leads whom nobody has contacted, and who have not bought."""
        newest = case.newest
        return newest[newest["contacted_on"].isna() & newest["won_on"].isna()]

    @staticmethod
    def expected(leads):
        """Return the expected margin of each lead, yuan."""
        return leads["chance"] * leads["value"]

    def right(self, case):
        return self._first(self.waiting(case), self.expected(case.newest))

    @mistake(mark("You went by the chance alone: a small customer is as likely to buy."), _SCORING)
    def chance_only(self, case):
        return self._first(self.waiting(case), case.newest["chance"])

    @mistake(mark("You went by the value alone: many of these leads will not buy."), _SCORING)
    def value_only(self, case):
        return self._first(self.waiting(case), case.newest["value"])

    @mistake(
        mark("Some of yours are being looked after already: contacted_on is not empty."), _DATA
    )
    def contacted_too(self, case):
        newest = case.newest
        return self._first(newest[newest["won_on"].isna()], self.expected(case.newest))

    @mistake(mark("Some of yours have bought already."), _DATA)
    def won_too(self, case):
        return self._first(case.newest, self.expected(case.newest))


class PaidBack(Task):
    """Which part of the CAC is back after half a year."""

    name = "paid_back"
    answer = Number(tolerance=1e-4)
    praise = mark("Right: margin, the same 180 days for everybody, and nobody left out.")
    hints = (
        mark("Who was won by 5 July? Then: their orders of the first 180 days."),
        mark("Who never came back counts too, with the first order."),
        mark("Sum of these margins ÷ number of these customers ÷ CAC of the channel."),
    )

    @staticmethod
    def brought(case, money="margin", until=WON_UNTIL, since=0, before=FIRST_DAYS):
        """Return what each customer brought between two ages, yuan."""
        customers = case.joined.index[case.joined <= until]
        orders = case.their_orders[case.their_orders["age"].between(since, before - 1)]
        return orders.groupby("customer_id")[money].sum().reindex(customers, fill_value=0)

    def _share(self, case, **changed):
        return float(self.brought(case, **changed).mean() / case.cac[SOURCE])

    def right(self, case):
        return self._share(case)

    @mistake(mark("You counted revenue; a cost is paid back from the margin."), _PAYBACK)
    def revenue_not_margin(self, case):
        return self._share(case, money="revenue")

    @mistake(
        mark("You took all customers of the channel; the young ones had less than 180 days."),
        _PAYBACK,
    )
    def young_counted(self, case):
        return self._share(case, until="2025-12-31")

    @mistake(
        mark("You took all orders so far; the task asks for the first 180 days of each."), _PAYBACK
    )
    def all_so_far(self, case):
        return self._share(case, before=400)

    @mistake(mark("You left out the first order; it pays back as well."), _PAYBACK)
    def first_order_lost(self, case):
        return self._share(case, since=1)

    @mistake(mark("That is yuan per customer; divide by what a customer cost."), _PAYBACK)
    def in_yuan(self, case):
        return float(self.brought(case).mean())


class LowerPaidBack(Task):
    """The lower end of the interval of what is paid back."""

    name = "paid_back_low"
    answer = Number(tolerance=0.005)  # either standard deviation, over n or n − 1
    praise = mark("Right. A few large customers carry a channel; the interval knows it.")
    hints = (
        mark("How uncertain is a mean? By the spread between customers, and their number."),
        mark("Standard error of the mean margin: std ÷ √n. The CAC counts as known."),
        mark("(mean − 1.96 × std ÷ √n) ÷ CAC, of the margins of the first 180 days."),
    )

    @staticmethod
    def _low(case, quantile=LIMIT, number=None):
        brought = PaidBack.brought(case)
        error = brought.std() / np.sqrt(number or len(brought))
        return float((brought.mean() - quantile * error) / case.cac[SOURCE])

    def right(self, case):
        return self._low(case)

    @mistake(mark("You forgot to divide by √n: that is how single customers vary."), _CAC)
    def without_number(self, case):
        return self._low(case, number=1)

    @mistake(mark("You divided by the number of orders; customers were drawn, not orders."), _CAC)
    def number_of_orders(self, case):
        orders = case.their_orders
        theirs = orders["customer_id"].isin(case.joined.index[case.joined <= WON_UNTIL])
        return self._low(case, number=int((theirs & (orders["age"] < FIRST_DAYS)).sum()))

    @mistake(mark("That is one standard error; 95 % needs 1.96 of them."), _CAC)
    def one_standard_error(self, case):
        return self._low(case, quantile=1.0)

    @mistake(mark("You added the 1.96 standard errors: that is the upper end."), _CAC)
    def upper_end(self, case):
        return self._low(case, quantile=-LIMIT)


class Credit(Task):
    """Customers credited to each channel by Markov attribution."""

    name = "credit"
    answer = PerCustomer(("credit",), tolerance=0.02, key="channel")
    praise = mark("Right: the credits add up to the customers won. What caused them is unknown.")
    hints = (
        mark("Paths of which leads? Those that had 90 days, the won and the lost ones."),
        mark("crm.attribution.paths takes touchpoints, and a Series: won or not, by lead_id."),
        mark('crm.attribution.markov(paths)["credit"]'),
    )

    def right(self, case):
        return markov(case.paths)["credit"]

    @mistake(
        mark("You counted the leads that had less than 90 days as lost. They are not, yet."),
        _SIX_RULES,
    )
    def young_as_lost(self, case):
        return markov(case.paths_of_all)["credit"]

    @mistake(
        mark("You left out the paths that failed. Then every channel seems to convert."), _BY_HAND
    )
    def failures_left_out(self, case):
        return markov(case.paths.query("conversions > 0").assign(lost=0))["credit"]

    @mistake(
        mark("Your credits add up to more than were won: scale the removal effects."), _BY_HAND
    )
    def not_scaled(self, case):
        return markov(case.paths)["removal_effect"] * case.paths["conversions"].sum()

    @mistake(mark("Those are removal effects, shares; the task asks for customers."), _BY_HAND)
    def effects_not_credits(self, case):
        return markov(case.paths)["removal_effect"]

    @mistake(mark("That is last touch: the whole credit for the last contact."), _SIX_RULES)
    def last_touch(self, case):
        return last_touch(case.paths)

    @mistake(mark("That is the linear rule: the same credit for each contact."), _SIX_RULES)
    def linear(self, case):
        return linear(case.paths)


class Visitors(Task):
    """How many visitors each arm of a test needs."""

    name = "visitors"
    answer = Number(relative=0.10)  # the rule of 16 gives up to so much less
    praise = mark("Right. Write the number down before the first visitor comes.")
    hints = (
        mark("Two rates: today's, and the one that would matter. A point is 0.01."),
        mark("80 % power, 5 % risk of a false alarm, two-sided, for each page."),
        mark("NormalIndPower().solve_power(proportion_effectsize(new, old), power=.8, alpha=.05)"),
    )

    @staticmethod
    def _number(case, new=None, **changed):
        old, points = case.page
        effect = proportion_effectsize(old + points / 100 if new is None else new, old)
        settings = {"power": 0.8, "alpha": 0.05} | changed
        return float(NormalIndPower().solve_power(effect, **settings))

    def right(self, case):
        return self._number(case)

    @mistake(mark("That is for both pages together; the task asks for each page."), _PLAN)
    def both_pages(self, case):
        return 2 * self._number(case)

    @mistake(
        mark("You took the gain for a percentage of today's rate; it is in percentage points."),
        _PLAN,
    )
    def percent_not_points(self, case):
        old, points = case.page
        return self._number(case, new=old * (1 + points / 100))

    @mistake(mark("Your test has one side only; the new page could also be worse."), _PLAN)
    def one_sided(self, case):
        return self._number(case, alternative="larger")

    @mistake(
        mark("With so few you would find the gain in every second test only: mind the power."),
        _PLAN,
    )
    def power_forgotten(self, case):
        return self._number(case, power=0.5)

    @mistake(mark("The rule of 16 has the variance in it, σ², not σ."), _PLAN)
    def sigma_not_squared(self, case):
        old, points = case.page
        return float(16 * np.sqrt(old * (1 - old)) / (points / 100) ** 2)


class More(Task):
    """Which channels should get more money."""

    name = "more"
    answer = Chosen(key="channel")
    praise = mark("Right: what counts is what the next yuan brings, not the average one.")
    hints = (
        mark("What does the next customer of a channel cost? Its CAC ÷ elasticity."),
        mark("CAC by what was caused: spend ÷ caused. The next one costs that ÷ elasticity."),
        mark("More where elasticity × caused × value ÷ spend is above 1."),
    )

    @staticmethod
    def _above(returned, limit=1.0):
        return list(returned.index[returned > limit])

    @staticmethod
    def _average(tests, customers="caused"):
        return tests[customers] * tests["value"] / tests["spend"]

    def right(self, case):
        return self._above(self._average(case.tests) * case.tests["elasticity"])

    @mistake(
        mark("You went by the average: what the last yuan brought, the next one will not."), _CLAIM
    )
    def average_return(self, case):
        return self._above(self._average(case.tests))

    @mistake(
        mark("Three to one is right for one elasticity only; each channel has its own."), _CLAIM
    )
    def three_to_one(self, case):
        return self._above(self._average(case.tests), limit=3.0)

    @mistake(mark("You went by the last touch; the tests say what a channel caused."), _CAUSE)
    def by_last_touch(self, case):
        tests = case.tests
        return self._above(self._average(tests, "credited") * tests["elasticity"])

    @mistake(mark("Yours is the other way round: these channels should get less."), _CLAIM)
    def turned_round(self, case):
        return list(case.tests.index.difference(self.right(case)))


class Profit(Task):
    """What the new budget changes in profit."""

    name = "profit"
    answer = Number(tolerance=1.0)
    praise = mark("Right, as far as the tests are: each number in their table has an interval.")
    hints = (
        mark("The spend of a channel is multiplied by 1.25 or 0.75. What about its customers?"),
        mark("Its customers are multiplied by 1.25 or 0.75 to the power of the elasticity."),
        mark("Sum of value × caused × (factor ** elasticity − 1) − spend × (factor − 1)."),
    )

    @staticmethod
    def _change(case, customers="caused", elasticity=None, spend=True):
        tests = case.tests
        factor = pd.Series(1 - STEP, tests.index)
        factor[More().right(case)] = 1 + STEP
        power = tests["elasticity"] if elasticity is None else elasticity
        gained = tests["value"] * tests[customers] * (factor**power - 1)
        return float((gained - spend * tests["spend"] * (factor - 1)).sum())

    def right(self, case):
        return self._change(case)

    @mistake(
        mark("A quarter more money wins less than a quarter more customers: mind the elasticity."),
        _CLAIM,
    )
    def in_proportion(self, case):
        return self._change(case, elasticity=1.0)

    @mistake(
        mark("You multiplied by the elasticity; that is right for small changes only."), _CLAIM
    )
    def straight_line(self, case):
        tests, more = case.tests, More().right(case)
        step = pd.Series(-STEP, tests.index)
        step[more] = STEP
        gained = tests["value"] * tests["caused"] * tests["elasticity"]
        return float(((gained - tests["spend"]) * step).sum())

    @mistake(mark("You counted credited customers; the tests say how many were caused."), _CAUSE)
    def by_last_touch(self, case):
        return self._change(case, customers="credited")

    @mistake(mark("You forgot what the change of the budget costs or saves."), _CLAIM)
    def spend_forgotten(self, case):
        return self._change(case, spend=False)


class FalseAlarms(Task):
    """How often somebody who looks every day finds a winner between equal pages."""

    name = "false_alarms"
    answer = Number(tolerance=0.02)  # pooled or not, some of the 1,000 tests differ
    praise = mark("Right: every look is another chance for luck. Fix the day, and look once.")
    hints = (
        mark("What does the table look like on the evening of day 3? Add up the days so far."),
        mark("z on each day: difference of the two rates so far over its standard error."),
        mark("(z.abs() > 1.96).any(axis=1).mean()"),
    )

    @staticmethod
    def _z(case, add_up=True):
        old, new = case.aa_old, case.aa_new
        visitors = np.full(_DAYS, case.aa_visitors)
        if add_up:
            old, new, visitors = old.cumsum(axis=1), new.cumsum(axis=1), visitors.cumsum()
        pooled = (old + new) / (2 * visitors)
        return (new - old) / np.sqrt(2 * visitors * pooled * (1 - pooled))

    def right(self, case):
        return float((self._z(case).abs() > LIMIT).any(axis=1).mean())

    @mistake(
        mark("That is the risk of one look. Count the tests with an alarm on any day."), _PEEKING
    )
    def one_look(self, case):
        return float((self._z(case)[_DAYS].abs() > LIMIT).mean())

    @mistake(
        mark("You took each day for a test of its own; a look sees all days so far."), _PEEKING
    )
    def each_day_alone(self, case):
        return float((self._z(case, add_up=False).abs() > LIMIT).any(axis=1).mean())

    @mistake(
        mark("You watched for a better new page only; a worse one is a false alarm, too."), _PEEKING
    )
    def better_only(self, case):
        return float((self._z(case) > LIMIT).any(axis=1).mean())


TASKS = (
    OfferRate(),
    LowerOfferRate(),
    AcquisitionCost(),
    ScoreQuality(),
    CallList(),
    PaidBack(),
    LowerPaidBack(),
    Credit(),
    Visitors(),
    More(),
    Profit(),
    FalseAlarms(),
)
