"""Checks of the exercise of chapter 4, acquisition."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

from crmlab import attribution
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

LAST_KNOWN = "2025-10-02"  # leads created since have had less than 90 days
DECIDED = 90  # days after which a lead that has not bought counts as not won
JUDGED_SINCE = "2025-07-01"  # leads created before are learned from
FEATURES = ("need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar")
CALLS = 60
SOURCE, FIRST_DAYS, WON_UNTIL, END = "social", 180, "2025-07-05", "2025-12-31"
STEP = 0.25  # of a channel's spend
LIMIT = 1.96  # two-sided 5 %
_TESTS, _DAYS = 1000, 28  # simulated A/A tests

# What a model may see, and what it is tempted to.
_COLUMNS = {
    "six": FEATURES,
    "lesson": (*FEATURES, "need × budget", "organisation", "log employees"),
    "offer": (*FEATURES, "offer_on"),
    "stages": (*FEATURES, "contacted_on", "qualified_on", "offer_on"),
}

# Headings of the lesson to read again.
_DATA = mark("The data")
_FUNNEL = mark("The funnel")
_SCORING = mark("Lead scoring")
_CHANNELS = mark("Channels")
_CAC = mark("Customer acquisition cost")
_PAYBACK = mark("Payback")
_ATTRIBUTION = mark("Attribution")
_BY_HAND = mark("A small example by hand")
_CAUSE = mark("Credit is not cause")
_PLAN = mark("Plan: how many visitors?")
_PEEKING = mark("What peeking does")
_CLAIM = mark('Claim check: "lifetime value should be three times the acquisition cost"')

# What is said of several tasks.
_YOUNG = mark("You counted leads that had less than 90 days: they may still go on.")
_LAST = mark("You booked customers on their last contact; the source is the first.")
_CREDITED = mark("You went by the last touch; the tests say what a channel caused.")
_BY_RULE = mark("That is another rule than Markov's.")

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


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
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

    size = 2000

    leads = handed_out(lambda case: case.company.leads)
    touchpoints = handed_out(lambda case: case.company.touchpoints)
    channel_spend = handed_out(lambda case: case.company.channel_spend)

    @handed_out
    def orders(self):
        lines = self.company.order_lines
        costs = self.company.products.set_index("product_id")["unit_cost"]
        cost = lines["quantity"] * lines["product_id"].map(costs)
        per_order = pd.DataFrame({"revenue": lines["paid"], "margin": lines["paid"] - cost})
        per_order = per_order.groupby(lines["order_id"]).sum().round(2)
        orders = self.company.orders[["order_id", "customer_id", "date"]]
        return orders.join(per_order, on="order_id")

    @cached_property
    def everyone(self):
        """All leads by id; won ``ever`` and ``in_time``; channel ``first``, ``last``, ``most``."""
        leads, touches = self.leads.set_index("lead_id"), self.touches.groupby("lead_id")["channel"]
        most = pd.crosstab(self.touches["lead_id"], self.touches["channel"]).idxmax(axis=1)
        return leads.assign(
            ever=leads["won_on"].notna(),
            in_time=(leads["won_on"] - leads["created"]).dt.days <= DECIDED,
            first=touches.first(), last=touches.last(), most=most,
        )

    @cached_property
    def touches(self):
        """Contacts in the order of time."""
        return self.touchpoints.astype({"channel": "str"}).sort_values("date", kind="stable")

    @cached_property
    def groups(self):
        """Parts of all leads, by name: bool by lead."""
        created, won = self.everyone["created"], self.everyone["ever"]
        decided, late = created <= LAST_KNOWN, created >= JUDGED_SINCE
        return {
            "all": created.notna(), "decided": decided, "won": won, "won decided": won & decided,
            "early": ~late, "later": decided & late, "late": late, "young": ~decided,
        }

    def group(self, name):
        """Return some of the leads."""
        return self.everyone[self.groups[name]]

    @cached_property
    def spend(self):
        """Spend of 2025 by channel, yuan."""
        table = self.channel_spend
        return table["spend"].groupby(table["channel"].astype("str")).sum()

    @cached_property
    def inputs(self):
        """What a model could look at, by lead."""
        leads = self.everyone
        return leads[list(FEATURES)].assign(
            **{name: leads[name].notna() for name in ("contacted_on", "qualified_on", "offer_on")},
            **{"need × budget": leads["need"] * leads["budget"].astype("float64")},
            organisation=leads["kind"] == "organisation",
            **{"log employees": np.log1p(leads["employees"].astype("float64")).fillna(0)},
        ).astype("float64")

    def chance(self, of, learned="early", columns="six", won="in_time"):
        """Return the chance of some leads to be won, by a model learned on others."""
        key = "chance", of, learned, columns, won
        if key not in self.known:
            inputs, past = self.inputs[list(_COLUMNS[columns])], self.groups[learned]
            model = self.known.get(key[2:])
            if model is None:
                model = self.known[key[2:]] = _model().fit(inputs[past], self.everyone[won][past])
            self.known[key] = model.predict_proba(inputs[self.groups[of]])[:, 1]
        return self.known[key]

    @handed_out
    def newest(self):
        leads = self.group("young").reset_index()
        rng = np.random.default_rng([self.seed, 4])
        people = leads["employees"].astype("float64").fillna(1).to_numpy()
        value = 700 * people**0.35 * np.exp(0.5 * rng.normal(size=len(leads)))
        columns = ["lead_id", "created", "kind", "contacted_on", "won_on"]
        return leads[columns].assign(chance=self.chance("young").round(4), value=value.round(2))

    @cached_property
    def aged(self):
        """Orders of the customers won, with ``age``, whole days since they were won."""
        won = self.group("won").set_index("customer_id")[["won_on", "first", "last"]]
        orders = self.orders.join(won, on="customer_id", how="inner")
        return orders.assign(age=(orders["date"] - orders["won_on"]).dt.days)

    def paths(self, leads, won, once=False):
        """Return the paths of some leads."""
        key = "paths", leads, won, once
        if key not in self.known:
            touches = self.touches.drop_duplicates(["lead_id", "channel"]) if once else self.touches
            theirs = touches["lead_id"].isin(self.group(leads).index)
            self.known[key] = attribution.paths(touches[theirs], self.everyone[won])
        return self.known[key]

    @handed_out
    def page(self):
        rng = np.random.default_rng([self.seed, 44])
        rate, points = rng.integers(60, 101) / 1000, rng.integers(10, 19) / 10
        found = {"orders per visitor": rate, "gain in points": points}
        return pd.Series(found, name="landing page")

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
        last = self.group("won")["last"].value_counts().reindex(table.index, fill_value=0)
        caused = (table["ratio"] * self.spend / table["value"]).round(1)
        found = {"spend": self.spend.round(), "credited": last, "caused": caused}
        found |= {"value": table["value"], "elasticity": table["elasticity"].round(3)}
        return pd.DataFrame(found).rename_axis("channel")

    @handed_out
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

    @cached_property
    def facts(self):
        newest = self.newest.set_index("lead_id")
        firm, month = newest["kind"] == "organisation", newest["created"].dt.month
        best = {name: newest[name] > newest[name].quantile(0.8) for name in ("chance", "value")}
        return facts(newest.index, {
            mark("they are organisations"): firm,
            mark("nobody has contacted them yet"): newest["contacted_on"].isna(),
            mark("they have bought already"): newest["won_on"].notna(),
            mark("they signed up in October"): month == 10,
            mark("they signed up in November"): month == 11,
            mark("they signed up in December"): month == 12,
            mark("their chance is among the highest fifth"): best["chance"],
            mark("their value is among the highest fifth"): best["value"],
            mark("their chance is below 5 %"): newest["chance"] < 0.05,
        })

    def about(self, name):
        found = self.newest[self.newest["lead_id"] == name].astype({"kind": "str"})
        return "".join(
            f"{row.created:%Y-%m-%d} {row.kind}, contacted_on {row.contacted_on}, "
            f"chance {row.chance:.4f}, value {row.value:,.2f}"
            for row in found.itertuples()
        )


def _model():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression())


class OfferRate(Task):
    """How many qualified leads are made an offer."""

    answer = Number(tolerance=1e-6)  # the young leads may move it very little
    section = _FUNNEL
    praise = "Right: from one stage to the next, among those who had the time."
    hints = (
        "Which leads had 90 days? Leave out the others before you count anything.",
        "A step of the funnel begins at the stage before, not at the first one.",
        "Two counts of days that are not missing, one over the other.",
    )
    slips = {
        "young_counted": Slip(_YOUNG, _DATA, leads="all"),
        "young_only": Slip("You took the leads that had less than 90 days.", _DATA, leads="young"),
        "of_all_leads": Slip("That is the share of all leads; a step begins at the stage before.",
            of="created"),
        "stage_skipped": Slip("You began one stage too early: contacted is not yet qualified.",
            of="contacted_on"),
        "won_not_offer": Slip("You counted who was won, not who was made an offer.",
            stage="won_on"),
        "next_step": Slip("That is the next step, from the offer to the sale.", stage="won_on",
            of="offer_on"),
        "step_before": Slip("That is the step before, from contacted to qualified.",
            stage="qualified_on", of="contacted_on"),
        "won_left_out": Slip("You dropped those who were won; they were made an offer, too.",
            still=True),
        "within_90_days": Slip("You counted offers within 90 days; any offer counts.", quick=True),
    }

    def sizes(self, case):
        return (int(case.group("decided")["qualified_on"].count()),)

    @staticmethod
    def counts(case, leads="decided", of="qualified_on", stage="offer_on", still=False,
               quick=False):
        """Return how many reached a stage, and of how many."""
        found = case.group(leads)
        if still:
            found = found[~found["ever"]]
        reached = found[stage].notna()
        if quick:
            reached &= (found[stage] - found["created"]).dt.days <= DECIDED
        return int(reached.sum()), int(found[of].count())

    def solve(self, case, **which):
        reached, before = self.counts(case, **which)
        return reached / before


class OfferLow(Task):
    """The lower end of the step's 95 % interval."""

    answer = Number(tolerance=1e-5)
    section = _FUNNEL
    praise = "Right. Next quarter's figure may well be that low with nothing changed."
    hints = (
        "The lesson gives every step of the funnel its interval, after Wilson.",
        "proportion_confint takes how many, of how many, and method=.",
        "It returns both ends: which of them is asked?",
    )
    slips = {
        **OfferRate.slips,
        "upper_end": Slip("You took the upper end.", end="high"),
        "half_width": Slip("That is half the width of the interval: take it off the rate.",
            end="half"),
        "normal_interval": Slip("That is the plain normal interval: Wilson's needs method=.",
            method="normal"),
        "one_standard_error": Slip("You took off one standard error; 95 % needs 1.96 of them.",
            method="normal", alpha=0.3173105078629141),
        "ninety_percent": Slip("That is a 90 % interval: alpha is both sides together.",
            alpha=0.10),
        "alpha_halved": Slip("You halved alpha: it is the risk on both sides together.",
            alpha=0.025),
        "ninety_nine": Slip("That is a 99 % interval.", alpha=0.01),
        "number_of_leads": Slip("Your n is that of all leads; only the qualified could go on.",
            size="all"),
    }

    def solve(self, case, *, end="low", method="wilson", alpha=0.05, size="", **which):
        reached, before = OfferRate.counts(case, **which)
        if size:
            number = len(case.group(which.get("leads", "decided")))
            reached, before = reached / before * number, number
        low, high = proportion_confint(reached, before, alpha, method)
        return float({"low": low, "high": high, "half": (high - low) / 2}[end])


class Cac(Task):
    """CAC by source."""

    answer = PerCustomer(("cac",), tolerance=0.05, key="channel")
    section = _CHANNELS
    praise = "Right: a year's spend over a year's new customers, each booked once."
    hints = (
        "Which channel did a lead meet first? That is its source.",
        "Count the won leads by source. Every lead has one source only.",
        "Spend by channel ÷ won leads by source; pandas matches the names.",
    )
    slips = {
        "last_contact": Slip(_LAST, by="last"),
        "most_contacts": Slip("You booked leads where they had most contacts, not the first.",
            by="most"),
        "counted_again": Slip("You counted a customer in every channel they met.", by="met"),
        "contacts_counted": Slip("You counted contacts, not customers.", by="contacts"),
        "per_lead": Slip("You divided by all leads: most of them do not buy.", _CAC, leads="all"),
        "not_the_same_time": Slip("You took a year's spend, and customers of leads to 2 October.",
            _CAC, leads="won decided"),
        "spend_of_all": Slip("You divided the spend of all channels, not that of each.", _CAC,
            whole=True),
    }

    def sizes(self, case):
        return ()

    def solve(self, case, *, by="first", leads="won", whole=False):
        theirs = case.group(leads)
        if by in theirs:
            booked = theirs[by]
        else:
            touches = case.touches[case.touches["lead_id"].isin(theirs.index)]
            if by == "met":
                touches = touches.drop_duplicates(["lead_id", "channel"])
            booked = touches["channel"]
        return ((case.spend.sum() if whole else case.spend) / booked.value_counts()).rename("cac")


class Auc(Task):
    """How well a score ranks later leads."""

    answer = Number(tolerance=0.0005)
    section = _SCORING
    praise = "Right: learned in spring, judged in summer, from what was known at sign-up."
    hints = (
        "Two groups of leads: one to learn from, a later one to judge on.",
        "Only the six columns. Won means: within 90 days after created.",
        "roc_auc_score takes what happened, then the chance of it: which column is that?",
    )
    slips = {
        "offer_known": Slip("Your model knows who was made an offer; at sign-up nobody does.",
            columns="offer"),
        "stages_known": Slip("Your model knows later stages of the funnel; at sign-up nobody does.",
            columns="stages", seen_in=lambda _case, auc: 0.93 < auc[0] <= 1),
        "lesson_columns": Slip("You took the lesson's columns; the task says which six.",
            columns="lesson"),
        "yes_or_no": Slip("You ranked by yes and no; predict_proba gives the chance.",
            score="labels"),
        "accuracy": Slip("That is the share of right guesses, not the AUC.", score="accuracy"),
        "by_hand": Slip("That is need × budget, without a model.", score="by hand"),
        "gini": Slip("That is 2 × AUC − 1, the Gini coefficient.", score="gini"),
        "on_training": Slip("You judged on the leads that the model learned from.",
            judged="early"),
        "halves_swapped": Slip("You learned on the later leads, and judged on the earlier ones.",
            learned="later", judged="early"),
        "not_split": Slip("You learned and judged on the same leads.", learned="decided",
            judged="decided"),
        "learned_on_all": Slip("Your model has learned from the leads that it is judged on.",
            learned="decided"),
        "young_judged": Slip("You judged on leads that had less than 90 days as well.", _DATA,
            judged="late"),
        "won_ever": Slip("You took who was won at all; within 90 days is asked.", _DATA,
            won="ever"),
    }

    def solve(self, case, *, score="chance", judged="later", won="in_time", **model):
        from sklearn.metrics import roc_auc_score

        leads = case.group(judged)
        if score == "by hand":
            return float(roc_auc_score(leads[won], leads["need"] * leads["budget"]))
        chance = case.chance(judged, won=won, **model)
        if score == "accuracy":
            return float(((chance > 0.5) == leads[won]).mean())
        auc = float(roc_auc_score(leads[won], chance > 0.5 if score == "labels" else chance))
        return 2 * auc - 1 if score == "gini" else auc


class CallList(Task):
    """Which of the newest leads are called first."""

    answer = Chosen(key="lead_id")
    section = _SCORING
    praise = "Right: neither the likeliest nor the largest, but chance times value."
    hints = (
        "First leave out those whom nobody need call for the first time.",
        "What is a lead expected to bring? A chance, times what it is worth.",
        "nlargest takes the 60 highest; sort the ones who wait, not everybody.",
    )
    slips = {
        "chance_only": Slip("You went by the chance alone: a small customer is as likely to buy.",
            by="chance"),
        "value_only": Slip("You went by the value alone: many of these leads will not buy.",
            by="value"),
        "first_come": Slip("You went by the day of sign-up.", by="created"),
        "least_first": Slip("You sorted the wrong way: the least is first.", sign=-1),
        "organisations_first": Slip("You put organisations first; what counts is the margin.",
            firms=True),
        "contacted_too": Slip("Some of yours are being looked after: contacted_on is not empty.",
            _DATA, which="not won"),
        "won_too": Slip("You left out nobody: some of yours have bought already.", _DATA,
            which="all"),
        "contacted_only": Slip("You took those who have been contacted; the others wait.", _DATA,
            which="contacted"),
        "left_out_afterwards": Slip("You took 60 first and left out some afterwards: leave out "
            "first.", late=True),
    }

    def choices(self, case):
        return case.newest["lead_id"]

    @staticmethod
    def expected(case, which="waiting"):
        """Return some of the newest leads, with the margin ``expected`` of each, yuan."""
        newest = case.newest
        not_won, fresh = newest["won_on"].isna(), newest["contacted_on"].isna()
        kept = {"waiting": fresh, "not won": not_won, "contacted": not_won & ~fresh}
        newest = newest.assign(expected=newest["chance"] * newest["value"])
        return newest[kept[which]] if which in kept else newest

    def solve(self, case, *, by="expected", which="waiting", sign=1, firms=False, late=False):
        leads = self.expected(case, "all" if late else which)
        leads = leads.sort_values(by, ascending=(sign < 0) != (by == "created"), kind="stable")
        if firms:
            leads = leads.sort_values("kind", key=lambda kind: kind != "organisation",
                kind="stable")
        chosen = leads["lead_id"].head(CALLS)
        return list(chosen[chosen.isin(self.expected(case, which)["lead_id"])])


_BROUGHT = {
    "revenue_not_margin": Slip("You counted revenue; a cost is paid back from the margin.",
        money="revenue"),
    "young_counted": Slip("You took all customers; the young ones had less than 180 days.",
        until=END),
    "all_so_far": Slip("You took all orders so far, not the first 180 days of each.", before=1000),
    "first_order_lost": Slip("You left out the first order; it pays back as well.", since=1),
    "refunds_left_out": Slip("You left out refunds; they are taken off.", gross=True),
    "came_back_only": Slip("You left out those who bought once; they cost as much.", again=True),
    "last_contact": Slip(_LAST, _CHANNELS, source="last"),
    "all_sources": Slip("You took customers of all sources, over the CAC of one.", _CHANNELS,
        source=""),
    "in_yuan": Slip("That is yuan; divide by what a customer cost.", cac=False),
}


class PaidBack(Task):
    """Which part of the CAC is back after half a year."""

    answer = Number(tolerance=1e-4)
    section = _PAYBACK
    praise = "Right: margin, the same 180 days for everybody, and nobody left out."
    hints = (
        "Who was won by 5 July? Then: their orders of the first 180 days.",
        "Who never came back counts too, with the first order.",
        "Add up by customer, then take the mean; how many times the CAC is that?",
    )
    slips = {
        **_BROUGHT,
        "per_order": Slip("That is the mean of an order; add up by customer first.", mean="order"),
        "median": Slip("That is the median; the mean has to pay the cost.", mean="median"),
        "cac_taken_off": Slip("You took the CAC off; then 0 is paid back, not 1.", less=1),
    }

    def sizes(self, case):
        return (len(self.brought(case)[1]),)

    @staticmethod
    def brought(case, *, money="margin", until=WON_UNTIL, since=0, before=FIRST_DAYS,
                source="first", gross=False, again=False):
        """Return orders between two ages, and what each customer brought by them, yuan."""
        won, orders = case.group("won"), case.aged
        mine = (won["won_on"] <= until) & (not source or won[source] == SOURCE)
        theirs = (orders["won_on"] <= until) & orders["age"].between(since, before - 1)
        if source:
            theirs &= orders[source] == SOURCE
        if gross:
            theirs &= orders["revenue"] > 0
        orders, customers = orders[theirs], won.loc[mine, "customer_id"]
        sums = orders.groupby("customer_id")[money].sum()
        if again:
            bought = orders.loc[orders["revenue"] > 0, "customer_id"].value_counts()
            return orders, sums.reindex(bought.index[bought + (since > 0) > 1])
        return orders, sums.reindex(customers, fill_value=0)

    def solve(self, case, *, mean="mean", less=0, cac=True, **which):
        orders, brought = self.brought(case, **which)
        if mean == "order":
            brought = orders[which.get("money", "margin")]
        found = brought.median() if mean == "median" else brought.mean()
        return float(found / (Cac().right(case)[SOURCE] if cac else 1) - less)


class PaidBackLow(Task):
    """The lower end of the interval of what is paid back."""

    answer = Number(tolerance=0.005)  # either standard deviation, over n or n − 1
    section = _CAC
    praise = "Right. A few large customers carry a channel; the interval knows it."
    hints = (
        "How uncertain is a mean? By the spread between customers, and their number.",
        "Standard error of the mean margin: std ÷ √n. The CAC counts as known.",
        "Find the lower end in yuan first; then divide it by the CAC.",
    )
    slips = {
        **_BROUGHT,
        "without_number": Slip("You forgot to divide by √n: that is how customers vary.",
            number="one"),
        "number_of_orders": Slip("Your n is that of orders; customers were drawn, not orders.",
            number="orders"),
        "one_standard_error": Slip("You took off one standard error; 95 % needs 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval: 95 % needs 1.96.", times=1.645),
        "upper_end": Slip("You added the 1.96 standard errors: that is the upper end.",
            end="high"),
        "half_width": Slip("Those are the 1.96 standard errors: take them off the mean.",
            end="half"),
        "quantile": Slip("That is a quantile of customers, not the interval of their mean.",
            end="quantile"),
        "error_in_yuan": Slip("You took yuan off a share: the standard error ÷ CAC, too.",
            mixed=True),
    }

    def solve(self, case, *, times=LIMIT, number="customers", end="low", mixed=False, cac=True,
              **which):
        orders, brought = PaidBack.brought(case, **which)
        cost = Cac().right(case)[SOURCE] if cac else 1
        count = {"customers": len(brought), "orders": len(orders), "one": 1}[number]
        half = times * brought.std() / np.sqrt(count) / (1 if mixed else cost)
        mean, sign = brought.mean() / cost, 1 if end == "high" else -1
        other = {"half": half, "quantile": brought.quantile(0.025) / cost}
        return float(other.get(end, mean + sign * half))


class Credit(Task):
    """Customers credited to each channel by Markov attribution."""

    answer = PerCustomer(("credit",), tolerance=0.02, key="channel")
    section = _ATTRIBUTION
    praise = "Right: the credits add up to the customers won. What caused them is unknown."
    hints = (
        "Paths of which leads? Those that had 90 days, the won and the lost ones.",
        "crm.attribution.paths takes touchpoints, and a Series: won or not, by lead_id.",
        "crm.attribution.markov gives two columns: one holds shares, one customers.",
    )
    slips = {
        "young_as_lost": Slip("You counted leads that had less than 90 days as lost.", _DATA,
            leads="all"),
        "won_in_time": Slip("You took who was won within 90 days; any won_on counts.", won="in_time"),
        "failures_left_out": Slip("You left out the paths that failed: then every channel seems "
            "to convert.", _BY_HAND, lost=False),
        "back_to_front": Slip("Your paths run backwards: sort contacts by date, oldest first.",
            _BY_HAND, step=-1),
        "channels_once": Slip("You dropped contacts with a channel that was met before.",
            once=True),
        "not_scaled": Slip("Your credits add up to more than were won: scale the removal effects.",
            _BY_HAND, rule="not scaled"),
        "effects_not_credits": Slip("Those are removal effects, shares; customers are asked.",
            _BY_HAND, rule="removal_effect"),
        "shares": Slip("Those are shares; customers are asked.", rule="shares"),
        "first_touch": Slip("That is first touch: all for the first contact.", rule="first_touch"),
        "last_touch": Slip("That is last touch: all for the last contact.", rule="last_touch"),
        "linear": Slip("That is the linear rule: the same for each contact.", rule="linear"),
        "position_based": Slip("That is the position-based rule, 40 % for either end.",
            rule="position_based"),
        "shapley": Slip("That is the Shapley value.", rule="shapley"),
    }

    def solve(self, case, *, leads="decided", won="ever", lost=True, step=1, once=False,
              rule="credit"):
        paths = case.paths(leads, won, once)
        if not lost:
            paths = paths[paths["conversions"] > 0].assign(lost=0)
        if step < 0:
            paths = paths.assign(path=[path[::-1] for path in paths["path"]])
        if hasattr(attribution, rule):
            return getattr(attribution, rule)(paths)
        found, total = attribution.markov(paths), paths["conversions"].sum()
        found["not scaled"], found["shares"] = found["removal_effect"] * total, found["credit"] / total
        return found[rule].rename("credit")


def _about(times, **switches):
    """Return whether visitors are a multiple of the right ones, by whatever formula."""
    return lambda case, visitors: (
        abs(visitors[0] / (times * Visitors().solve(case, **switches)) - 1) < Visitors.answer.relative
    )


class Visitors(Task):
    """How many visitors each arm of a test needs."""

    answer = Number(relative=0.10)  # the rule of 16 gives up to so much less
    section = _PLAN
    praise = "Right. Write the number down before the first visitor comes."
    hints = (
        "Two rates: today's, and the one that would matter. A point is 0.01.",
        "80 % power, 5 % risk of a false alarm, two-sided, for each page.",
        "proportion_effectsize makes one number of two rates; solve_power makes visitors of it.",
    )
    slips = {
        "both_pages": Slip("That is for both pages together; the task asks for each page.",
            seen_in=_about(2), arms=2),
        "half_a_page": Slip("You halved it: the formula gives the number for each page already.",
            seen_in=_about(0.5), arms=0.5),
        "percent_not_points": Slip("You took per cent of today's rate; the gain is in points.",
            seen_in=_about(1, relative=True), relative=True),
        "fall": Slip("You planned for a fall of the rate; a gain is asked.", sign=-1),
        "one_sided": Slip("Your test has one side; the new page could also be worse.",
            sides="larger"),
        "power_forgotten": Slip("So few find the gain in every second test: mind the power.",
            power=0.5),
        "power_90": Slip("That is for 90 % power; 80 % is asked.", power=0.9),
        "sigma_not_squared": Slip("The rule of 16 has the variance in it, σ², not σ.",
            how="sigma"),
        "nothing_squared": Slip("The rule of 16 has both squared, σ² and Δ².", how="neither"),
        "any_rate": Slip("You took the variance of 50 %; today's rate is known.", how="half"),
        "of_a_survey": Slip("That is for the error of one share: no second page, no power.",
            how="survey"),
        "gain_as_effect": Slip("The gain is no effect size: proportion_effectsize makes it one.",
            how="raw"),
        "points_not_share": Slip("You left the gain in points: one point is 0.01.",
            seen_in=_about(1e-4), how="points"),
    }

    def solve(self, case, *, how="", arms=1, relative=False, sign=1, **settings):
        rate, points = case.page
        gain = points / 100 * (rate if relative else sign)
        variance = rate * (1 - rate)
        by_hand = {
            "sigma": 16 * variance**0.5 / gain**2, "neither": 16 * variance**0.5 / gain,
            "half": 16 * 0.25 / gain**2, "survey": LIMIT**2 * variance / gain**2,
            "points": 16 * variance / (100 * gain) ** 2,
        }
        if how in by_hand:
            return arms * by_hand[how]
        effect = abs(gain if how == "raw" else proportion_effectsize(rate + gain, rate))
        asked = {"power": settings.get("power", 0.8), "alternative": settings.get("sides", "two-sided")}
        return arms * float(NormalIndPower().solve_power(effect, alpha=0.05, **asked))


class More(Task):
    """Which channels should get more money."""

    answer = Chosen(key="channel")
    section = _CLAIM
    praise = "Right: what counts is what the next yuan brings, not the average one."
    hints = (
        "The average customer of a channel costs its CAC. What does the next one cost?",
        "CAC by what was caused: spend ÷ caused. The next one costs that ÷ elasticity.",
        "Compare what the next customer costs with what a customer is worth.",
    )
    slips = {
        "average_return": Slip("You went by the average yuan; the next one brings less.", power=0),
        "three_to_one": Slip("Three to one is right for one elasticity only; each has its own.",
            power=0, least=3.0),
        "by_last_touch": Slip(_CREDITED, _CAUSE, of="credited"),
        "divided": Slip("You divided by the elasticity; the next yuan brings less, not more.",
            power=-1),
        "by_elasticity": Slip("You went by the elasticity alone.", by="elasticity", best=4),
        "above_a_third": Slip("You went by an elasticity of one third, whatever a yuan brings.",
            by="elasticity", least=1 / 3),
        "undervalued": Slip("You took channels that cause more than they are credited with.",
            _CAUSE, by="undervalued"),
        "best_two": Slip("You took two; each channel counts in which the next yuan pays.", best=2),
        "best_half": Slip("You took half; each channel counts in which the next yuan pays.",
            best=4),
    }

    def choices(self, case):
        return case.tests.index

    def solve(self, case, *, of="caused", power=1, least=1.0, best=None, by="return"):
        tests = case.tests
        found = tests.assign(
            **{"return": tests[of] * tests["value"] / tests["spend"] * tests["elasticity"] ** power},
            undervalued=tests["caused"] / tests["credited"],
        )[by]
        return list(found.nlargest(best).index if best else found.index[found > least])


class Profit(Task):
    """What the new budget changes in profit."""

    answer = Number(tolerance=1.0)
    section = _CLAIM
    praise = "Right, as far as the tests are: each number in their table has an interval."
    hints = (
        "The spend of a channel is multiplied by 1.25 or 0.75. What about its customers?",
        "Its customers are multiplied by that number to the power of the elasticity.",
        "Customers gained or lost are worth money, and the change of spend is money: add up both.",
    )
    slips = {
        "in_proportion": Slip("A quarter more money wins less than a quarter more customers.",
            shape="proportion"),
        "straight_line": Slip("You multiplied by the elasticity: right for small changes only.",
            shape="line"),
        "by_last_touch": Slip(_CREDITED, _CAUSE, of="credited"),
        "spend_forgotten": Slip("You forgot what the change of the budget costs or saves.",
            spend=0),
        "spend_added": Slip("You added the change of spend; it is to be taken off.", spend=-1),
        "whole_profit": Slip("That is the profit of the whole year; its change is asked.",
            today=0),
        "raised_only": Slip("You left out the channels that get less.", part="raised"),
        "lowered_only": Slip("You left out the channels that get more.", part="lowered"),
        "lowered_lose_nobody": Slip("Channels that get less lose customers, too.", lost=0),
        "all_raised": Slip("You raised the spend of all channels.", more=None),
        "list_by_average": Slip("Your list is the one by the average yuan.",
            more=("average_return",)),
        "list_of_three": Slip("Your list is the one by three to one.", more=("three_to_one",)),
    }

    def solve(self, case, *, of="caused", shape="power", spend=1, today=1, part="", lost=1, more=()):
        tests = case.tests
        raised = tests.index.isin(tests.index if more is None else More().wrong(case, *more))
        factor = np.where(raised, 1 + STEP, 1 - STEP)
        won = {
            "power": factor ** tests["elasticity"], "proportion": factor,
            "line": 1 + tests["elasticity"] * (factor - 1),
        }[shape] - today
        gained = tests["value"] * tests[of] * won * np.where(raised, 1, lost)
        change = gained - spend * tests["spend"] * (factor - today)
        kept = {"raised": raised, "lowered": ~raised}.get(part, slice(None))
        return float(change[kept].sum())


class FalseAlarms(Task):
    """How often somebody who looks every day finds a winner between equal pages."""

    answer = Number(tolerance=0.02)  # pooled or not, some of the 1,000 tests differ
    section = _PEEKING
    praise = "Right: every look is another chance for luck. Fix the day, and look once."
    hints = (
        "What does the table look like on the evening of day 3? Add up the days so far.",
        "z on each day: difference of the two rates so far over its standard error.",
        "Mark the days with an alarm; then ask of each test whether any day is marked.",
    )
    slips = {
        "one_look": Slip("That is the risk of one look, on the last day.", days=slice(-1, None)),
        "weekly": Slip("You looked once a week; a look every day is asked.", days=slice(6, None, 7)),
        "first_day_left_out": Slip("You left out the look on the first day.", days=slice(1, None)),
        "share_of_looks": Slip("That is the share of looks; count tests with any alarm.",
            count="looks"),
        "by_formula": Slip("28 looks at one test are not independent: count.", count="formula"),
        "each_day_alone": Slip("You took each day for itself; a look sees all days so far.",
            add_up=False),
        "better_only": Slip("You watched for a better new page only; a worse one counts, too.",
            sides=1),
        "without_two": Slip("Your standard error lacks the 2: two pages vary, not one.", pages=1),
        "bar_of_lesson": Slip("You took the raised bar of the lesson, 2.70; the task says 1.96.",
            limit=2.70),
        "ninety_percent": Slip("You took 1.645; the task says 1.96.", limit=1.645),
    }

    def sizes(self, case):
        return (_TESTS,)

    def solve(self, case, *, days=slice(None), count="tests", add_up=True, sides=2, pages=2,
              limit=LIMIT):
        old, new = case.aa_old.to_numpy(), case.aa_new.to_numpy()
        visitors = np.full(_DAYS, case.aa_visitors)
        if add_up:
            old, new, visitors = old.cumsum(axis=1), new.cumsum(axis=1), visitors.cumsum()
        pooled = (old + new) / (2 * visitors)
        z = (new - old) / np.sqrt(pages * visitors * pooled * (1 - pooled))
        alarm = ((np.abs(z) if sides == 2 else z) > limit)[:, days]
        if count == "formula":
            return 1 - 0.95 ** alarm.shape[1]
        return float(alarm.mean() if count == "looks" else alarm.any(axis=1).mean())


TASKS = tasks_in(globals())
