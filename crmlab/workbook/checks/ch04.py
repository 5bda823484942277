"""Checks of the exercise of chapter 4, acquisition."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

from crmlab import attribution
from crmlab.arguments import steady
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
_TESTS, _DAYS = 1500, 28  # simulated A/A tests

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
_LAST = mark("You booked customers on their last contact; the source is the first.")
_CREDITED = mark("You went by the last touch; the tests say what a channel caused.")
_HOW_FAR = mark("You took off one standard error; 95 % needs 1.96 of them.")
_NINETY = mark("That is a 90 % interval; 95 % is asked.")

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
        Leads younger than 90 days: ``chance`` to be won; ``value``, margin of two years (yuan).
    page : pandas.Series
        ``orders per visitor`` of the landing page, and the ``gain in points`` to be found.
    tests : pandas.DataFrame
        Index ``channel``: ``spend`` of 2025 (yuan), new customers ``credited`` by last touch,
        and ``caused``, found by tests; ``value`` of a customer (yuan); ``elasticity``.
    aa_old, aa_new : pandas.DataFrame
        Orders of an arm: a row per simulated test of two equal pages, a column per day.
    aa_visitors : int
        Visitors of each arm on each day of these tests.
    """

    size = 2000
    leads = handed_out(lambda case: case.company.leads)
    touchpoints = handed_out(lambda case: case.company.touchpoints)
    channel_spend = handed_out(lambda case: case.company.channel_spend)

    @handed_out
    def orders(self):
        lines, products = self.company.order_lines, self.company.products
        costs = products.set_index("product_id")["unit_cost"]
        cost = lines["quantity"] * lines["product_id"].map(costs)
        per_order = pd.DataFrame({"revenue": lines["paid"], "margin": lines["paid"] - cost})
        per_order = per_order.groupby(lines["order_id"]).sum().round(2)
        orders = self.company.orders[["order_id", "customer_id", "date"]]
        return orders.join(per_order, on="order_id")

    @cached_property
    def touches(self):
        """Contacts in the order of time."""
        return self.touchpoints.astype({"channel": "str"}).sort_values("date", kind="stable")

    @cached_property
    def everyone(self):
        """All leads by id; channel of ``first`` and ``last`` contact, and bool: groups of leads."""
        leads, touches = self.leads.set_index("lead_id"), self.touches.groupby("lead_id")["channel"]
        days, won = (leads["won_on"] - leads["created"]).dt.days, leads["won_on"].notna()
        decided, late = leads["created"] <= LAST_KNOWN, leads["created"] >= JUDGED_SINCE
        groups = {"all": won | ~won, "won": won, "in_time": days <= DECIDED, "decided": decided}
        groups |= {"early": ~late, "later": late & decided, "late": late, "young": ~decided}
        groups |= {"won_decided": won & decided, "offer": leads["offer_on"].notna()}
        return leads.assign(first=touches.first(), last=touches.last(), **groups)

    def group(self, name):
        """Return some of the leads."""
        return self.everyone[self.everyone[name]]

    @cached_property
    def spend(self):
        """Spend of 2025 by channel, yuan."""
        table = self.channel_spend
        return table["spend"].groupby(table["channel"].astype("str")).sum()

    def chance(self, of, learned="early", columns=FEATURES, won="in_time"):
        """Return the chance of a group to be won, by a model that has learned on another."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        columns, past = list(columns), self.group(learned)
        key = "model", learned, *columns, won
        if key not in self.known:
            model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
            self.known[key] = model.fit(past[columns].astype("float64"), past[won])
        return self.known[key].predict_proba(self.group(of)[columns].astype("float64"))[:, 1]

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
        """Orders of those won: the ``row`` of each, and ``age``, whole days since it was won."""
        won = self.group("won").assign(row=range(self.everyone["won"].sum()))
        won = won.set_index("customer_id")[["row", "won_on"]]
        orders = self.orders.join(won, on="customer_id", how="inner")
        return orders.assign(age=(orders["date"] - orders["won_on"]).dt.days)

    def paths(self, leads, won):
        """Return the paths of a group, and how they ended."""
        key = "paths", leads, won
        if key not in self.known:
            theirs = self.touches["lead_id"].isin(self.group(leads).index)
            self.known[key] = attribution.paths(self.touches[theirs], self.everyone[won])
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

    aa_old = handed_out(lambda case: case.aa_arm(0))
    aa_new = handed_out(lambda case: case.aa_arm(1))

    def aa_arm(self, arm):
        """Return the orders of one page in each test, by day."""
        rng = np.random.default_rng([self.seed, 44444, arm])
        orders = rng.binomial(self.aa_visitors, 0.10, (_TESTS, _DAYS))
        days = pd.RangeIndex(1, _DAYS + 1, name="day")
        return pd.DataFrame(orders, pd.RangeIndex(1, _TESTS + 1, name="test"), days)

    @cached_property
    def facts(self):
        newest = self.newest.set_index("lead_id")
        month, chance, value = newest["created"].dt.month, newest["chance"], newest["value"]
        return facts(newest.index, {
            mark("they are organisations"): newest["kind"] == "organisation",
            mark("they have bought already"): newest["won_on"].notna(),
            mark("they signed up in October"): month == 10,
            mark("they signed up in December"): month == 12,
            mark("their chance is below 5 %"): chance < 0.05,
            mark("their chance is among the highest fifth"): chance > chance.quantile(0.8),
            mark("their value is among the highest fifth"): value > value.quantile(0.8),
        })

    def about(self, name):
        newest = self.newest.set_index("lead_id").astype("str").fillna("—")
        row = newest.loc[name] if name in newest.index else {}
        return ", ".join(f"{column} {value}" for column, value in row.items())


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
        "young_counted": Slip("You counted leads that had less than 90 days.", _DATA, leads="all"),
        "young_only": Slip("You took the leads that had less than 90 days.", _DATA, leads="young"),
        "of_all_leads": Slip("You divided by all leads, not by the stage before.", of="created"),
        "stage_skipped": Slip("You began one stage too early, at contacted.", of="contacted_on"),
        "won_not_offer": Slip("You counted who was won, not who got an offer.", stage="won_on"),
        "next_step": Slip("That is the step from offer to sale.", stage="won_on", of="offer_on"),
        "step_before": Slip("That is the step before.", stage="qualified_on", of="contacted_on"),
        "won_left_out": Slip("You dropped those who were won; they had an offer, too.", drop=True),
        "within_90_days": Slip("You counted offers within 90 days; any offer counts.", quick=True),
    }

    @staticmethod
    def counts(case, leads="decided", of="qualified_on", stage="offer_on", drop=False, quick=False):
        """Return how many reached a stage, and of how many."""
        found = case.group(leads)
        found = found[~found["won"]] if drop else found
        days = (found[stage] - found["created"]).dt.days
        return int((days <= DECIDED if quick else days.notna()).sum()), int(found[of].count())

    def solve(self, case, **which):
        reached, before = self.counts(case, **which)
        return reached / before


class OfferLow(Task):
    """The lower end of the step's 95 % interval."""

    answer, section = Number(tolerance=1e-5), _FUNNEL
    praise = "Right. Next quarter's figure may well be that low with nothing changed."
    hints = (
        "The lesson gives every step of the funnel its interval, after Wilson.",
        "proportion_confint takes how many, of how many, and method=; it gives both ends.",
    )
    slips = {
        **OfferRate.slips,
        "upper_end": Slip("You took the upper end.", end="high"),
        "half_width": Slip("That is half the interval: take it off the rate.", end="half"),
        "normal_interval": Slip("That is the normal interval, not Wilson's.", method="normal"),
        "one_standard_error": Slip(_HOW_FAR, method="normal", alpha=2 * norm.sf(1)),
        "ninety_percent": Slip(_NINETY, alpha=0.10),
        "alpha_halved": Slip("You halved alpha: it is for both sides together.", alpha=0.025),
        "number_of_leads": Slip("Your n is that of all leads, not of the qualified.", size="all"),
    }

    def solve(self, case, *, end="low", method="wilson", alpha=0.05, size="", **which):
        reached, before = OfferRate.counts(case, **which)
        scale = len(case.group(which.get("leads", "decided"))) / before if size else 1
        low, high = proportion_confint(scale * reached, scale * before, alpha, method)
        return float({"low": low, "high": high, "half": (high - low) / 2}[end])


class Cac(Task):
    """CAC by source."""

    answer, section = PerCustomer(("cac",), tolerance=0.05, key="channel"), _CHANNELS
    praise = "Right: a year's spend over a year's new customers, each booked once."
    hints = (
        "Which channel did a lead meet first? That is its source.",
        "Count the won leads by source. Every lead has one source only.",
        "Spend by channel ÷ won leads by source; pandas matches the names.",
    )
    slips = {
        "last_contact": Slip(_LAST, by="last"),
        "counted_again": Slip("You counted a customer in every channel they met.", by="met"),
        "contacts_counted": Slip("You counted contacts, not customers.", by="contacts"),
        "per_lead": Slip("You divided by all leads: most of them do not buy.", _CAC, leads="all"),
        "not_the_same_time": Slip("You left out customers of the last months; their spend is in.",
            _CAC, leads="won_decided"),
    }

    def solve(self, case, *, by="first", leads="won"):
        theirs = case.group(leads)
        touches = case.touches[case.touches["lead_id"].isin(theirs.index)]
        touched = {"met": touches.drop_duplicates(["lead_id", "channel"]), "contacts": touches}
        booked = touched[by]["channel"] if by in touched else theirs[by]
        return (case.spend / booked.value_counts()).rename("cac")


class Auc(Task):
    """How well a score ranks later leads."""

    answer, section = Number(tolerance=1e-5), _SCORING
    praise = "Right: learned in spring, judged in summer, from what was known at sign-up."
    hints = (
        "Two groups of leads: one to learn from, a later one to judge on.",
        "Only the six columns. Won means: within 90 days after created.",
        "roc_auc_score takes what happened, then the chance of it: which column is that?",
    )
    slips = {
        "offer_known": Slip("Your model knows stages of the funnel: at sign-up nobody does.",
            columns=(*FEATURES, "offer"), seen_in=lambda _case, auc: 0.92 < auc[0] <= 1),
        "yes_or_no": Slip("You ranked by yes and no, not by the chance.", score="labels"),
        "accuracy": Slip("That is the share of right guesses, not the AUC.", score="accuracy"),
        "by_hand": Slip("That is need × budget, without a model.", score="by hand"),
        "gini": Slip("That is 2 × AUC − 1, the Gini coefficient.", score="gini"),
        "on_training": Slip("You judged on the leads that it learned from.", judged="early"),
        "not_split": Slip("You did not split the leads.", learned="decided", judged="decided"),
        "learned_on_all": Slip("Your model learned from later leads, too.", learned="decided"),
        "young_judged": Slip("You judged on leads under 90 days, too.", _DATA, judged="late"),
        "won_ever": Slip("You counted wins after 90 days, too.", _DATA, won="won"),
    }

    def solve(self, case, *, score="chance", judged="later", won="in_time", **model):
        from sklearn.metrics import roc_auc_score

        leads, chance = case.group(judged), case.chance(judged, won=won, **model)
        if score == "accuracy":
            return float(((chance > 0.5) == leads[won]).mean())
        ways = {"labels": chance > 0.5, "by hand": leads["need"] * leads["budget"]}
        auc = float(roc_auc_score(leads[won], ways.get(score, chance)))
        return 2 * auc - 1 if score == "gini" else auc


class CallList(Task):
    """Which of the newest leads are called first."""

    answer, section = Chosen(key="lead_id"), _SCORING
    praise = "Right: neither the likeliest nor the largest, but chance times value."
    hints = (
        "First leave out those whom nobody need call for the first time.",
        "What is a lead expected to bring? A chance, times what it is worth.",
        "nlargest finds the highest 60: of those who wait, not of everybody.",
    )
    slips = {
        "chance_only": Slip("You went by the chance alone: small customers buy, too.", by="chance"),
        "value_only": Slip("You went by the value alone: many will not buy.", by="value"),
        "first_come": Slip("You went by the day of sign-up.", by="created"),
        "least_first": Slip("You sorted the wrong way: the least is first.", sign=-1),
        "contacted_too": Slip("You left out buyers only: see contacted_on.", which="not won"),
        "won_too": Slip("You left out nobody, not even buyers.", which="all"),
        "contacted_only": Slip("You took those who have been contacted.", which="contacted"),
        "left_out_afterwards": Slip("You took 60, then left some out: do it first.", late=True),
    }

    def choices(self, case):
        return case.newest["lead_id"]

    @staticmethod
    def expected(case, which="waiting"):
        """Return some of the newest leads, with the margin ``expected`` of each, yuan."""
        newest = case.newest.assign(expected=steady(case.newest["chance"] * case.newest["value"]))
        fresh, open_ = newest["contacted_on"].isna(), newest["won_on"].isna()
        kept = {"waiting": fresh, "not won": open_, "contacted": open_ & ~fresh}
        return newest[kept[which]] if which in kept else newest

    def solve(self, case, *, by="expected", which="waiting", sign=1, late=False):
        leads = self.expected(case, "all" if late else which)
        leads = leads.sort_values(by, ascending=(sign < 0) != (by == "created"), kind="stable")
        chosen = leads["lead_id"].head(CALLS)
        return list(chosen[chosen.isin(self.expected(case, which)["lead_id"])])


_BROUGHT = {
    "revenue_not_margin": Slip("You counted revenue; the margin pays back.", money="revenue"),
    "young_counted": Slip("Some of your customers had less than 180 days.", until=END),
    "all_so_far": Slip("You took all orders so far, not those of 180 days.", before=1000),
    "first_order_lost": Slip("You left out the first order; it pays back as well.", since=1),
    "refunds_left_out": Slip("You left out refunds; they are taken off.", gross=True),
    "came_back_only": Slip("You left out those who bought once; they cost as much.", again=True),
    "last_contact": Slip(_LAST, _CHANNELS, source="last"),
    "all_sources": Slip("Your customers are those of all sources.", _CHANNELS, source=""),
    "in_yuan": Slip("That is yuan; divide by what a customer cost.", cac=False),
}


class PaidBack(Task):
    """Which part of the CAC is back after half a year."""

    answer, section = Number(tolerance=1e-4), _PAYBACK
    praise = "Right: margin, the same 180 days for everybody, and nobody left out."
    hints = (
        "Who was won by 5 July? Then: their orders of the first 180 days.",
        "Who never came back counts too, with the first order.",
        "Add up by customer, then take the mean; how many times the CAC is that?",
    )
    slips = {
        **_BROUGHT,
        "per_order": Slip("That is the mean of an order; add up by customer.", mean="order"),
        "median": Slip("That is the median; the mean has to pay the cost.", mean="median"),
        "cac_taken_off": Slip("You took the CAC off; then 0 is paid back, not 1.", less=1),
    }

    def sizes(self, case):
        return (len(self.brought(case)[0]),)

    @staticmethod
    def brought(case, *, money="margin", until=WON_UNTIL, since=0, before=FIRST_DAYS,
                source="first", gross=False, again=False):
        """Return what each customer brought between two ages, yuan, and by how many orders."""
        won, orders = case.group("won"), case.aged
        orders = orders[orders["age"].between(since, before - 1)]
        orders = orders[orders["revenue"] > 0] if gross else orders
        bought = np.bincount(orders["row"], orders["revenue"] > 0, len(won))
        mine = ((won["won_on"] <= until) & (not source or won[source] == SOURCE)).to_numpy()
        mine = mine & (bought + (since > 0) > again)
        orders = orders[mine[orders["row"]]]
        return np.bincount(orders["row"], orders[money], len(won))[mine], len(orders)

    def solve(self, case, *, mean="", less=0, cac=True, **which):
        brought, orders = self.brought(case, **which)
        ways = {"": brought.mean(), "median": np.median(brought), "order": brought.sum() / orders}
        return float(ways[mean] / (Cac().right(case)[SOURCE] if cac else 1) - less)


class PaidBackLow(Task):
    """The lower end of the interval of what is paid back."""

    answer = Number(tolerance=0.005)  # either standard deviation, over n or n − 1
    section = _PAYBACK
    praise = "Right. A few large customers carry a channel; the interval knows it."
    hints = (
        "How uncertain is a mean? By the spread between customers, and their number.",
        "Standard error of the mean margin: std ÷ √n. The CAC counts as known.",
        "Find the lower end in yuan first; then divide it by the CAC.",
    )
    slips = {
        **_BROUGHT,
        "without_number": Slip("You forgot ÷ √n: that is how customers vary.", n="one"),
        "number_of_orders": Slip("Your n is that of orders; customers were drawn.", n="orders"),
        "one_standard_error": Slip(_HOW_FAR, times=1.0),
        "ninety_percent": Slip(_NINETY, times=1.645),
        "upper_end": Slip("You added the 1.96 standard errors: the upper end.", end="high"),
        "half_width": Slip("Those are 1.96 standard errors: take them off.", end="half"),
        "quantile": Slip("That is a quantile of customers, not of their mean.", end="quantile"),
        "error_in_yuan": Slip("You took yuan off a share: the error ÷ CAC, too.", mixed=True),
    }

    def solve(self, case, *, times=LIMIT, n="", end="low", mixed=False, cac=True, **which):
        brought, orders = PaidBack.brought(case, **which)
        cost = Cac().right(case)[SOURCE] if cac else 1
        number = {"one": 1, "orders": orders}.get(n, len(brought))
        half = times * brought.std(ddof=1) / np.sqrt(number) / (1 if mixed else cost)
        mean = brought.mean() / cost
        ends = {"low": mean - half, "high": mean + half, "half": half}
        return float(ends[end] if end in ends else np.quantile(brought, 0.025) / cost)


class Credit(Task):
    """Customers credited to each channel by Markov attribution."""

    answer, section = PerCustomer(("credit",), tolerance=0.02, key="channel"), _ATTRIBUTION
    praise = "Right: the credits add up to the customers won. What caused them is unknown."
    hints = (
        "Paths of which leads? Those that had 90 days, the won and the lost ones.",
        "crm.attribution.paths takes touchpoints, and a Series: won or not, by lead_id.",
        "crm.attribution.markov gives two columns: one holds shares, one customers.",
    )
    slips = {
        "young_as_lost": Slip("You counted leads under 90 days as lost.", _DATA, leads="all"),
        "won_in_time": Slip("You left out who was won after 90 days.", won="in_time"),
        "failures_left_out": Slip("You left out the paths that failed.", _BY_HAND, lost=False),
        "back_to_front": Slip("Your paths run backwards: the oldest contact is first.", step=-1),
        "not_scaled": Slip("They add up to more than were won: scale.", _BY_HAND, rule="all"),
        "effects_not_credits": Slip("Those are removal effects.", _BY_HAND, rule="removal_effect"),
        "shares": Slip("Those are shares; customers are asked.", rule="shares"),
        "first_touch": Slip("That is first touch: all for the first contact.", rule="first_touch"),
        "last_touch": Slip("That is last touch: all for the last contact.", rule="last_touch"),
        "linear": Slip("That is the linear rule: the same for each contact.", rule="linear"),
        "position_based": Slip("That is the position-based rule.", rule="position_based"),
        "shapley": Slip("That is the Shapley value.", rule="shapley"),
    }

    def solve(self, case, *, leads="decided", won="won", lost=True, step=1, rule="credit"):
        paths = case.paths(leads, won)
        if not lost:
            paths = paths[paths["conversions"] > 0].assign(lost=0)
        paths = paths.assign(path=[path[::step] for path in paths["path"]])
        if hasattr(attribution, rule):
            return getattr(attribution, rule)(paths)
        found, total = attribution.markov(paths), paths["conversions"].sum()
        found = found.assign(all=found["removal_effect"] * total, shares=found["credit"] / total)
        return found[rule].rename("credit")


def _about(times, **switches):
    """Return whether visitors are a multiple of the right ones, by whatever formula."""
    return lambda case, found: 0.9 < found[0] / times / Visitors().solve(case, **switches) < 1.1


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
        "both_pages": Slip("That is for both pages together.", arms=2, seen_in=_about(2)),
        "half_a_page": Slip("You halved it: it is for each page.", arms=0.5, seen_in=_about(0.5)),
        "percent_not_points": Slip("You took per cent of today's rate; the gain is in points.",
            relative=True, seen_in=_about(1, relative=True)),
        "fall": Slip("You planned for a fall of the rate; a gain is asked.", sign=-1),
        "one_sided": Slip("Your test has one side; a page could be worse.", sides="larger"),
        "power_forgotten": Slip("So few find the gain every second time only.", power=0.5),
        "sigma_not_squared": Slip("The rule of 16 has the variance, σ², in it.", how="sigma"),
        "nothing_squared": Slip("The rule of 16 has both squared, σ² and Δ².", how="neither"),
        "any_rate": Slip("You took the variance of 50 %; today's rate is known.", how="half"),
        "of_a_survey": Slip("That is for one share: no second page, no power.", how="survey"),
        "gain_as_effect": Slip("The gain itself is no effect size.", how="raw"),
        "points_not_share": Slip("A point is 0.01, not 1.", how="points", seen_in=_about(1e-4)),
        "rate_in_percent": Slip("Your rate is in per cent.", how="percent", seen_in=_about(1e4)),
    }

    def solve(self, case, *, how="", arms=1, relative=False, sign=1, sides="two-sided", power=0.8):
        rate, points = case.page
        gain, variance = points / 100 * (rate if relative else sign), rate * (1 - rate)
        by_hand = {"sigma": 16 * variance**0.5, "neither": 16 * variance**0.5 * gain, "half": 4.0,
            "survey": LIMIT**2 * variance, "points": 16e-4 * variance, "percent": 16e4 * variance}
        if how in by_hand:
            return arms * by_hand[how] / gain**2
        effect = abs(gain if how == "raw" else proportion_effectsize(rate + gain, rate))
        return arms * float(NormalIndPower().solve_power(effect, None, 0.05, power, 1, sides))


class More(Task):
    """Which channels should get more money."""

    answer, section = Chosen(key="channel"), _CLAIM
    praise = "Right: what counts is what the next yuan brings, not the average one."
    hints = (
        "The average customer of a channel costs its CAC. What does the next one cost?",
        "CAC by what was caused: spend ÷ caused. The next one costs that ÷ elasticity.",
        "Compare what the next customer costs with what a customer is worth.",
    )
    slips = {
        "average_return": Slip("You went by the average yuan; the next brings less.", power=0),
        "three_to_one": Slip("Three to one fits one elasticity only.", power=0, least=3.0),
        "by_last_touch": Slip(_CREDITED, _CAUSE, of="credited"),
        "divided": Slip("You divided by the elasticity: multiply by it.", power=-1),
        "by_elasticity": Slip("You went by elasticity alone.", by="elasticity", best=4),
        "undervalued": Slip("You compared caused and credited.", _CAUSE, by="undervalued"),
        "best_two": Slip("You took two; take all where the next yuan pays.", best=2),
        "best_half": Slip("You took half; take all where the next yuan pays.", best=4),
    }

    def choices(self, case):
        return case.tests.index

    def solve(self, case, *, of="caused", power=1, least=1.0, best=None, by="next"):
        tests = case.tests
        average = tests[of] * tests["value"] / tests["spend"]
        found = tests.assign(next=average * tests["elasticity"] ** power,
            undervalued=tests["caused"] / tests["credited"])[by].pipe(steady)
        return list(found.nlargest(best).index if best else found.index[found > least])


class Profit(Task):
    """What the new budget changes in profit."""

    answer, section = Number(tolerance=1.0), _CLAIM
    praise = "Right, as far as the tests are: each number in their table has an interval."
    hints = (
        "The spend of a channel is multiplied by 1.25 or 0.75. What about its customers?",
        "Its customers are multiplied by that number to the power of the elasticity.",
        "Customers gained and lost are worth money, and the change of spend is money.",
    )
    slips = {
        "in_proportion": Slip("You left out the elasticity.", shape="proportion"),
        "straight_line": Slip("You multiplied by the elasticity: it is a power.", shape="line"),
        "by_last_touch": Slip(_CREDITED, _CAUSE, of="credited"),
        "spend_forgotten": Slip("You forgot what the budget costs or saves.", spend=0),
        "spend_added": Slip("You added the change of spend: take it off.", spend=-1),
        "whole_profit": Slip("That is the profit of the year, not its change.", today=0),
        "raised_only": Slip("You left out the channels that get less.", lowered=0),
        "lowered_lose_nobody": Slip("Channels that get less lose customers, too.", lost=0),
        "list_by_average": Slip("Your list is by the average yuan.", more=("average_return",)),
    }

    def solve(self, case, *, of="caused", shape="", spend=1, today=1, lowered=1, lost=1, more=()):
        tests = case.tests
        up = tests.index.isin(More().wrong(case, *more))
        factor = np.where(up, 1 + STEP, 1 - STEP)
        line = 1 + tests["elasticity"] * (factor - 1)
        times = {"": factor ** tests["elasticity"], "proportion": factor, "line": line}[shape]
        gained = tests["value"] * tests[of] * (times - today) * np.where(up, 1, lost)
        change = gained - spend * tests["spend"] * (factor - today)
        return float((change * np.where(up, 1, lowered)).sum())


class FalseAlarms(Task):
    """How often somebody who looks every day finds a winner between equal pages."""

    answer = Number(tolerance=0.02)  # pooled or not, some of the tests differ
    section = _PEEKING
    praise = "Right: every look is another chance for luck. Fix the day, and look once."
    hints = (
        "What does the table look like on the evening of day 3? Add up the days so far.",
        "z on each day: difference of the two rates so far over its standard error.",
        "Mark the days with an alarm; then ask of each test whether any day is marked.",
    )
    slips = {
        "one_look": Slip("That is the risk of one look, on the last day.", days=slice(-1, None)),
        "weekly": Slip("You looked once a week, not every day.", days=slice(6, None, 7)),
        "first_day_left_out": Slip("You left out the look on day 1.", days=slice(1, None)),
        "share_of_looks": Slip("That is the share of looks, not of tests.", of="looks"),
        "by_formula": Slip("Looks at one test are not independent: count.", of="formula"),
        "each_day_alone": Slip("You took each day for itself, not all days so far.", add_up=None),
        "tests_added_up": Slip("You added up tests, not days: cumsum needs axis=1.", add_up=0),
        "better_only": Slip("A worse new page is a false alarm, too.", sides=1),
        "without_two": Slip("Your standard error lacks the 2: two pages vary.", pages=1),
        "bar_of_lesson": Slip("You took the raised bar of the lesson, not 1.96.", limit=2.70),
    }

    def solve(self, case, *, days=slice(None), of="tests", add_up=1, sides=2, pages=2, limit=LIMIT):
        old, new = case.aa_old.to_numpy(), case.aa_new.to_numpy()
        visitors = np.full(_DAYS, case.aa_visitors)
        if add_up is not None:
            old, new, visitors = old.cumsum(add_up), new.cumsum(add_up), visitors.cumsum()
        pooled = (old + new) / (2 * visitors)
        z = (new - old) / np.sqrt(pages * visitors * pooled * (1 - pooled))
        alarm = ((np.abs(z) if sides == 2 else z) > limit)[:, days]
        if of == "formula":
            return 1 - 0.95 ** alarm.shape[1]
        return float(alarm.mean() if of == "looks" else alarm.any(axis=1).mean())


TASKS = tasks_in(globals())
