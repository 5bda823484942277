"""Checks of the exercise of chapter 4a, leads and channels."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import ch04, tasks_in
from crmlab.workbook.checks.ch04 import DATA, DECIDED, LIMIT, NINETY
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

FEATURES = ("need", "budget", "pages_viewed", "price_page", "trial_pack", "webinar")
CALLS = 60
SOURCE, FIRST_DAYS, WON_UNTIL, END = "social", 180, "2025-07-05", "2025-12-31"

# Headings of the lesson to read again.
_FUNNEL = mark("The funnel")
_SCORING = mark("Lead scoring")
_CHANNELS = mark("Channels")
_CAC = mark("Customer acquisition cost")
_PAYBACK = mark("Payback")
_LIST = mark("Chance times value")

_HOW_FAR = mark("You took off one standard error; 95 % needs 1.96 of them.")
_LAST = mark("You booked customers on their last contact; the source is the first.")


class Case(ch04.Case):
    """The data of one participant.

    Attributes
    ----------
    leads, touchpoints, channel_spend : pandas.DataFrame
        Tables of the company.
    orders : pandas.DataFrame
        ``order_id``, ``customer_id``, ``date``, ``revenue`` and ``margin`` (yuan).
    newest : pandas.DataFrame
        Leads younger than 90 days: ``chance`` to be won; ``value``, margin of two years (yuan).
    """

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

    @remembered
    def chance(self, of, learned="early", columns=FEATURES, won="in_time"):
        """Return the chance of a group to be won, by a model that has learned on another."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        columns, past = list(columns), self.group(learned)
        model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
        model.fit(past[columns].astype("float64"), past[won])
        return model.predict_proba(self.group(of)[columns].astype("float64"))[:, 1]

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
        "young_counted": Slip("You counted leads that had less than 90 days.", DATA, leads="all"),
        "young_only": Slip("You took the leads that had less than 90 days.", DATA, leads="young"),
        "of_all_leads": Slip("You divided by all leads, not by the stage before.", of="created"),
        "stage_skipped": Slip("You began one stage too early, at contacted.", of="contacted_on"),
        "won_not_offer": Slip("You counted who was won, not who got an offer.", stage="won_on"),
        "next_step": Slip("That is the step from offer to sale.", stage="won_on", of="offer_on"),
        "step_before": Slip("That is the step before.", stage="qualified_on", of="contacted_on"),
        "won_left_out": Slip("You dropped those who were won; they had an offer, too.", drop=True),
        "late_counted": Slip("You counted stages reached after 90 days, too.", late="both"),
        "late_qualified": Slip("You counted who was qualified after 90 days, too.", late="of"),
    }

    @staticmethod
    def counts(case, leads="decided", of="qualified_on", stage="offer_on", drop=False, late=""):
        """Return how many reached a stage within 90 days, and of how many."""
        found = case.group(leads)
        found = found[~found["won"]] if drop else found
        days = {name: (found[name] - found["created"]).dt.days for name in (stage, of)}
        numerator = days[stage].notna() if late == "both" else days[stage] <= DECIDED
        return int(numerator.sum()), int((days[of].notna() if late else days[of] <= DECIDED).sum())

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
        "ninety_percent": Slip(NINETY, alpha=0.10),
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
    praise = "Right: learned from what was known on 1 July, judged on those who came after."
    hints = (
        "Who had had 90 days on 1 July? Learn from these, judge on those after.",
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
        "learned_too_young": Slip("You learned from leads undecided on 1 July.",
            learned="half_year"),
        "young_judged": Slip("You judged on leads under 90 days, too.", DATA, judged="late"),
        "won_ever": Slip("You counted wins after 90 days, too.", DATA, won="won"),
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

    answer, section = Chosen(key="lead_id"), _LIST
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
        "ninety_percent": Slip(NINETY, times=1.645),
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


TASKS = tasks_in(globals())
