"""Checks of the exercise of chapter 8a, from view to action."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

TODAY = "2025-12-31"
HALF_YEAR = "2025-07-01"  # from then on an order counts, for who is still there
DAYS = pd.date_range("2025-03-04", "2025-03-14")  # one of them is the day of the exercise
SPANS = ("0 to 90 days", "91 to 365 days")
FITTED = {"convenience": "fast_delivery", "gourmet": "tasting", "office": "office_plan",
    "gift": "gift_wrap"}
# What He Rui predicts of one message, before the seed's own luck: gain and cost (yuan), hours of
# the shop staff, and gain per order that it adds; the offer of the group, then 5 % for all.
PREDICTED = {
    ("convenience", SPANS[0]): ((9.0, 6.8, 0.04, 175), (4.5, 7.6, 0.0, 165)),
    ("convenience", SPANS[1]): ((7.0, 3.9, 0.02, 160), (3.4, 3.7, 0.0, 150)),
    ("gourmet", SPANS[0]): ((13.5, 12.3, 0.23, 300), (7.0, 11.0, 0.0, 280)),
    ("gourmet", SPANS[1]): ((11.5, 6.2, 0.10, 270), (6.0, 5.6, 0.0, 255)),
    ("office", SPANS[0]): ((16.5, 24.0, 1.00, 390), (9.0, 19.0, 0.0, 380)),
    ("office", SPANS[1]): ((18.0, 12.0, 0.45, 370), (10.5, 8.8, 0.0, 360)),
    ("gift", SPANS[0]): ((21.0, 4.6, 0.13, 270), (11.0, 7.2, 0.0, 250)),
    ("gift", SPANS[1]): ((16.0, 3.2, 0.06, 250), (8.0, 3.7, 0.0, 240)),
}
DRAWS = 201  # then both ends of the middle 95 % are draws, however a quantile is cut
BUDGET_SHARE, HOURS_SHARE = 0.60, 0.30  # of what the offers of the groups would take for everybody
MORE_HOURS = 0.45  # so many more are offered, as a share

# Headings of the lesson to read again.
_HISTORY = mark("Consent has a history")
_KINDS = mark("Four kinds of data, and what they are for")
_BIAS = mark("Those who agree are not like the others")
_DO = mark("Prescriptive: what shall we do?")
_OBVIOUS = mark("Against the obvious plans")
_PRICE = mark("The price of a yuan")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    consents : pandas.DataFrame
        One row per consent given, refused or withdrawn, in order of time.
    customers : pandas.DataFrame
        One row per customer: ``label``, the needs group, and ``email_consent``.
    day : str
        The day for which tasks 1 and 2 ask.
    people : pandas.DataFrame
        One row per customer on the last day of 2025: ``agreed`` to profiling, ``ordered`` in the
        half-year before (1 or 0).
    options : pandas.DataFrame
        One row per cell and offer: ``cell``, ``offer``; ``gain`` and ``cost`` of one message
        (yuan), ``hours`` of the shop staff per message, ``customers`` of the cell who may be
        written to.
    budget, hours, more_hours : int
        Yuan; hours of the shop staff that there are, and that an agency offers besides.
    draws : pandas.DataFrame
        201 draws (rows) of the gain of each option (columns).
    """

    size = 6000

    @handed_out
    def consents(self):
        log = self.company.consents.astype({"purpose": "str", "source": "str"})
        return log[log["customer_id"].isin(self.labels.index)].reset_index(drop=True)

    @cached_property
    def labels(self):
        return self.company.touches.astype({"label": "str"}).set_index("customer_id")["label"]

    @handed_out
    def customers(self):
        flag = self.company.customers.set_index("customer_id")["email_consent"]
        return self.labels.to_frame().assign(email_consent=flag).reset_index()

    @handed_out
    def day(self):
        log = self.consents[self.consents["purpose"] == "messages"]
        found = log["recorded"].dt.normalize().value_counts().reindex(DAYS, fill_value=0)
        return str(found.idxmax().date())

    @handed_out
    def people(self):
        orders = self.company.orders.query("amount >= 0")
        lately = orders.loc[orders["date"] >= HALF_YEAR, "customer_id"].unique()
        ids = self.labels.index
        agreed = state(self, "profiling", day=TODAY)
        return pd.DataFrame({"agreed": ids.isin(agreed), "ordered": ids.isin(lately).astype(int)},
            index=ids)

    @cached_property
    def everybody(self):
        """The customers as a list: of an index of text each loop would make one anew."""
        return self.labels.index.tolist()

    @cached_property
    def _cells(self):
        orders = self.company.orders.query("amount >= 0")
        last = orders.groupby("customer_id")["date"].max()[self.labels.index]
        days = (pd.Timestamp(TODAY) - last.dt.normalize()).dt.days
        span = pd.cut(days, [-1, 90, 365], labels=SPANS).astype("str")
        both = self.labels.index.isin(state(self, "messages", day=TODAY)) & self.people["agreed"]
        return pd.DataFrame({"label": self.labels, "span": span})[both].value_counts()

    @cached_property
    def _predictions(self):
        """The first of many draws in which no obvious plan is the best one by luck."""
        for attempt in range(200):
            draft = Case(self.seed)
            vars(draft).update(vars(self), known={}, _predictions=self._predicted(attempt))
            if _is_clear(draft):
                break
        return draft._predictions

    def _predicted(self, attempt):
        rng = np.random.default_rng([self.seed, attempt, 8])
        rows = [(label, span, offer, *numbers) for (label, span), both in PREDICTED.items()
            for offer, numbers in zip((FITTED[label], "five_percent"), both, strict=True)]
        names = ["label", "span", "offer", "gain", "cost", "hours", "per"]
        table = pd.DataFrame(rows, columns=names)
        luck = np.exp(0.12 * rng.normal(size=(3, len(table))))
        for name, factor in zip(("gain", "cost", "hours"), luck, strict=True):
            table[name] = (table[name] * factor).round(2)
        table["customers"] = [self._cells[row.label, row.span] for row in table.itertuples()]
        numbers = [f"M{place:02d}" for place in range(1, len(table) + 1)]
        return table.set_axis(pd.Index(numbers, name="option"))

    @handed_out
    def options(self):
        table = self._predictions
        cell = table["label"] + ", " + table["span"]
        return table[["offer", "gain", "cost", "hours", "customers"]].assign(cell=cell)[
            ["cell", "offer", "gain", "cost", "hours", "customers"]]

    @cached_property
    def of_group(self):
        """Whether each option is the offer of its group."""
        return (self.options["offer"] != "five_percent").to_numpy()

    @handed_out
    def budget(self):
        everybody = self.options[self.of_group]
        return int(round(BUDGET_SHARE * (everybody["cost"] * everybody["customers"]).sum(), -1))

    @handed_out
    def hours(self):
        everybody = self.options[self.of_group]
        return int(HOURS_SHARE * (everybody["hours"] * everybody["customers"]).sum())

    @handed_out
    def more_hours(self):
        return int(MORE_HOURS * self.hours)

    @handed_out
    def draws(self):
        rng, table = np.random.default_rng([self.seed, 88]), self._predictions
        shock = rng.normal(0, 0.012, (DRAWS, len(SPANS), 2))
        span = table["span"].map(SPANS.index).to_numpy()
        moved = shock[:, span, (~self.of_group).astype(int)] * table["per"].to_numpy()
        gains = table["gain"].to_numpy() + moved
        return pd.DataFrame(gains.round(3), columns=table.index)

    @cached_property
    def facts(self):
        log = self.consents[self.consents["purpose"] == "messages"]
        end = pd.Timestamp(self.day) + pd.Timedelta(days=1)
        before, by = log[log["recorded"] < end], "customer_id"
        own = before[before["source"] != "dealer list"]
        on_day = own[own["recorded"] >= self.day]
        twice = own.assign(day=own["recorded"].dt.normalize()).groupby([by, "day"]).size() > 1
        first, number = own.groupby(by)["given"].first(), own.groupby(by).size()
        last = own.groupby(by)["given"].last()
        later = log[log["recorded"] >= end]
        other = self.consents[self.consents["purpose"] != "messages"]
        ids = self.labels.index
        return facts(ids, {
            mark("they have a record on the day itself"): on_day[by].unique(),
            mark("they changed their mind within one day"): twice[twice].index.get_level_values(0),
            mark("they agreed, withdrew and agreed again"):
                last.index[last & (number > 2) & first],
            mark("they withdrew a consent"): last.index[~last & (number > 1)],
            mark("they refused, and have no other record"): last.index[~last & (number == 1)],
            mark("they stand on a dealer's list only"):
                set(before[by]) - set(own[by]),
            mark("they have no record by that day"): ids.difference(before[by]),
            mark("they have a record after that day"): later[by].unique(),
            mark("they have records for another purpose"): other[by].unique(),
            mark("the box is ticked in the register"):
                self.customers.loc[self.customers["email_consent"], by],
        })

    def about(self, name):
        rows = self.consents[self.consents["customer_id"] == name].tail(4).itertuples()
        return ", ".join(f"{row.recorded:%Y-%m-%d %H:%M} {row.purpose} {row.given} ({row.source})"
            for row in rows)


@remembered
def state(case, purpose="messages", *, day="", until="end", which="last", lists=False,
          minute=True, unknown=False):
    """Return who agreed to a purpose on a day; by the switches, who seems to have."""
    log = case.consents
    if which == "flag":
        return frozenset(case.customers.loc[case.customers["email_consent"], "customer_id"])
    if purpose:
        log = log[log["purpose"] == purpose]
    if not lists:
        log = log[log["source"] != "dealer list"]
    end = pd.Timestamp(day or case.day)
    if until != "now":
        days = {"start": 0, "end": 1, "next": 2}[until]
        log = log[log["recorded"] < end + pd.Timedelta(days=days)]
    if which == "ever":
        return frozenset(log.loc[log["given"], "customer_id"])
    if which == "never no":
        return frozenset(log["customer_id"]) - frozenset(log.loc[~log["given"], "customer_id"])
    if not minute:
        of_day = [log["customer_id"], log["recorded"].dt.normalize()]
        log = log[~pd.DataFrame(dict(enumerate(of_day))).duplicated(keep="first")]
    keep = "first" if which == "first" else "last"
    decides = log.drop_duplicates("customer_id", keep=keep)
    found = frozenset(decides.loc[decides["given"], "customer_id"])
    if unknown:
        found |= frozenset(case.labels.index) - frozenset(log["customer_id"])
    return found


_STATE = {
    "day_itself_lost": Slip("You lost the records of the day itself: it counts to its end.",
        _HISTORY, until="start"),
    "day_after": Slip("You counted the records of the day after, too.", _HISTORY, until="next"),
    "as_of_now": Slip("You took the state of today, with all that came after the day.",
        _HISTORY, until="now"),
    "ever_yes": Slip("You took who ever said yes: some withdrew since.", _HISTORY, which="ever"),
    "never_no": Slip("You left out who ever said no: some agreed later.", _HISTORY,
        which="never no"),
    "first_record": Slip("You took the first record; the last one decides.", _HISTORY,
        which="first"),
    "first_of_the_day": Slip("Of two records on one day the later one counts, to the minute.",
        _HISTORY, minute=False),
    "dealers_lists": Slip("You counted dealers' lists: they prove nothing.", _HISTORY, lists=True),
    "no_record_is_yes": Slip("You counted who has no record: nobody asked them.", _HISTORY,
        unknown=True),
    "register": Slip("That is the box in the register: it knows no withdrawal.", _HISTORY,
        which="flag"),
}


class MayWrite(Task):
    """Who had agreed to messages on the day."""

    answer, section = Chosen(), _HISTORY
    praise = "Right: the last own record for this purpose, up to the end of that day."
    hints = ("Which records can have a say? Think of purpose, day and source.",
        "The day ends at midnight: a record at 9:12 is not <= the day, read as a date.",
        "Of what is left, keep the last record of each customer, and then only the yes.")
    slips = {
        **_STATE,
        "every_purpose": Slip("You mixed the purposes: only messages are asked for.", _KINDS,
            purpose=""),
        "profiling": Slip("That is who agreed to profiling.", _KINDS, purpose="profiling"),
        "others_too": Slip("You took who said no, not who said yes.", turned=True),
    }

    def choices(self, case):
        return list(case.labels.index)

    def solve(self, case, *, turned=False, **which):
        found = state(case, **which)
        if turned:
            found = frozenset(state(case, **{**which, "unknown": True})) - found
            asked = case.consents[case.consents["purpose"] == "messages"]
            end = pd.Timestamp(case.day) + pd.Timedelta(days=1)
            own = asked[(asked["source"] != "dealer list") & (asked["recorded"] < end)]
            found = frozenset(own["customer_id"]) - state(case, **which)
        return sorted(found)


class Audience(Task):
    """How many of each group may get an offer chosen by behaviour."""

    answer, section = PerCustomer(("customers",), key="label"), _KINDS
    praise = "Right: a yes to messages, and a yes to profiling."
    hints = ("The offer of a group is chosen by behaviour: which two purposes is that?",
        "Do for profiling what you did for messages, and keep who is on both lists.",
        "Count them by label, with the table of customers.")
    slips = {
        **{name: _STATE[name] for name in ("day_itself_lost", "as_of_now", "ever_yes",
            "first_record", "first_of_the_day", "no_record_is_yes")},
        "messages_only": Slip("You counted who agreed to messages.", purposes="messages"),
        "profiling_only": Slip("You counted who agreed to profiling; they may want no messages.",
            purposes="profiling"),
        "either": Slip("You counted who agreed to one of the two; both are needed.",
            purposes="either"),
        "sharing_too": Slip("You asked for sharing, too: nothing is shared here.",
            purposes="three"),
        "share_of_group": Slip("Those are shares of the group; numbers are asked.", share="group"),
        "share_of_all": Slip("Those are shares of all customers; numbers are asked.", share="all"),
        "those_without": Slip("You counted those who did not agree to both.", turned=True),
        "ever_for_profiling": Slip("You took who ever agreed to profiling: some withdrew since.",
            _HISTORY, profiling="ever"),
        "today_for_profiling": Slip("You took the state of today for profiling.", _HISTORY,
            profiling="now"),
        "box_for_profiling": Slip("You took the box in the register for profiling.", _HISTORY,
            profiling="flag"),
        "box_for_messages": Slip("You took the box in the register for messages.", _HISTORY,
            messages="flag"),
        "lists_for_messages": Slip("You counted dealers' lists: they prove nothing.", _HISTORY,
            lists=True),
    }

    def facts(self, case):
        return facts(FITTED, {})

    def solve(self, case, *, purposes="both", share="", turned=False, messages="", lists=False,
              profiling="", **which):
        write = state(case, "messages", lists=lists, **({"which": "flag"} if messages else which))
        alone = {"ever": {"which": "ever"}, "flag": {"which": "flag"}, "now": {"until": "now"}}
        profile = state(case, "profiling", **{**which, **alone.get(profiling, {})})
        shared = state(case, "sharing", **which)
        found = {"both": write & profile, "messages": write, "profiling": profile,
            "either": write | profile, "three": write & profile & shared}[purposes]
        held = pd.Series([(one in found) != turned for one in case.everybody], case.labels.index)
        counts = held.groupby(case.labels).sum().rename("customers")
        if share:
            counts = counts / (held.groupby(case.labels).size() if share == "group" else len(held))
        return counts.rename_axis("label")


class Bias(Task):
    """How far off the estimate from those who agreed is."""

    answer, section = Number(), _BIAS
    praise = "Right: by so much the estimate from those who agreed misses the whole."
    hints = ("What would you say of all, if you knew only those who agreed?",
        "The whole holds those who agreed as well: compare with all, not with the others.",
        "Two means of `ordered`: of the rows with `agreed`, and of all rows.")
    slips = {
        "against_others": Slip("You compared with the others; the whole is asked.", against="rest"),
        "agreed_alone": Slip("That is the share of those who agreed: how far off is it?",
            against="none"),
        "all_alone": Slip("That is the share of all.", against="all alone"),
        "p_for_rest": Slip("You took p for 1 − p.", against="p"),
        "others_off": Slip("So far off are those who did not agree.", against="others"),
        "others_alone": Slip("That is the share of those who did not agree.", against="rest alone"),
        "relative": Slip("That is the relative change; the difference is asked.", relative=True),
        "turned": Slip("You turned the question round: who agreed, among those who ordered.",
            turned=True),
    }

    def solve(self, case, *, against="all", relative=False, turned=False):
        people = case.people.astype(float)
        which, what = ("ordered", "agreed") if turned else ("agreed", "ordered")
        mean = people.groupby(which)[what].mean()
        base = {"all": people[what].mean(), "rest": mean[0.0]}
        if against in base:
            return float((mean[1.0] - base[against]) / (base[against] if relative else 1))
        alone = {"none": mean[1.0], "all alone": base["all"], "rest alone": mean[0.0],
            "others": mean[0.0] - base["all"], "p": base["all"] - mean[0.0]}
        return float(alone[against])


class BiasLow(Task):
    """The lower end of the interval of that error."""

    answer, section = Number(relative=0.002), _BIAS
    praise = "Right: the error is that large at least, and no larger sample makes it smaller."
    hints = ("Which two groups have nobody in common?",
        "The interval of a difference of two separate groups: two standard errors, squared.",
        "The error is (1 − p) times that difference, and so is its interval.")
    slips = {
        "upper_end": Slip("You added the 1.96 standard errors: the upper end.", end="high"),
        "half_width": Slip("Those are 1.96 standard errors: take them off.", end="half"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "not_scaled": Slip("Your standard error lacks the factor 1 − p.", scale="none"),
        "p_for_rest": Slip("You took p for 1 − p in the standard error.", scale="p"),
        "against_others": Slip("You compared with the others; the whole is asked.", of="rest"),
        "whole_as_separate": Slip("You took the whole for a separate group: it holds those who "
            "agreed.", error="whole"),
        "agreed_only": Slip("You took the error of those who agreed alone.", error="agreed"),
        "errors_added": Slip("You added two standard errors; their squares add up.", error="sum"),
        "without_number": Slip("You forgot ÷ √n: that is how single customers scatter.",
            error="sd"),
    }

    def solve(self, case, *, times=1.96, end="low", scale="", of="", error=""):
        people = case.people.astype(float)
        groups = people.groupby("agreed")["ordered"].agg(["mean", "sem", "std"])
        p = people["agreed"].mean()
        part = 1.0 if of else 1 - p
        gap = part * (groups["mean"][1.0] - groups["mean"][0.0])
        whole = people["ordered"].sem()
        errors = {"": np.hypot(*groups["sem"]), "sd": np.hypot(*groups["std"]),
            "whole": np.hypot(groups["sem"][1.0], whole), "agreed": groups["sem"][1.0],
            "sum": groups["sem"].sum()}
        scaled = error in ("", "sd", "sum")
        factor = {"": part, "none": 1.0, "p": p}[scale] if scaled else 1.0
        half = times * factor * errors[error]
        return float({"low": gap - half, "high": gap + half, "half": half}[end])


def best(case, *, gain=None, budget=None, hours=None, without=()):
    """Return the solver's result for the best plan, with limits of which some may be left out."""
    options = case.options
    cell = pd.factorize(options["cell"])[0]
    in_cell = (cell == np.arange(cell.max() + 1)[:, None]).astype(float)
    sizes = options["customers"].to_numpy(float)
    budget = case.budget if budget is None else budget
    hours = case.hours if hours is None else hours
    rows = {"budget": (options["cost"].to_numpy()[None], [budget]),
        "hours": (options["hours"].to_numpy()[None], [hours]),
        "cells": (in_cell, sizes[in_cell.argmax(axis=1)])}
    if "cells" in without:
        rows["cells"] = np.eye(len(options)), sizes
    kept = [rows[name] for name in rows if name == "cells" or name not in without]
    values = options["gain"] if gain is None else gain
    return linprog(-steady(np.asarray(values, float)), A_ub=np.vstack([one for one, _most in kept]),
        b_ub=np.concatenate([most for _one, most in kept]))


def _is_clear(case):
    """Return whether the best plan and its prices are told from what they are not."""
    found, yuan, pay = best(case), NextYuan(), PayAtMost()
    gain, price, right = -found.fun, yuan.right(case), pay.right(case)
    if min(-found.ineqlin.marginals[:2]) < 0.1 or right < 10:
        return False
    if np.abs(found.lower.marginals[found.x < 1e-7]).min() < 0.01:
        return False
    if price - yuan.wrong(case, "thousand_more") < 0.03 * price:
        return False
    if min(abs(right - pay.wrong(case, name)) for name in _NEAR_IT) < 0.04 * right:
        return False
    if 1 - Plan().wrong(case, "by_gain_per_yuan") @ case.options["gain"] / gain <= 0.01:
        return False
    low = PriceLow()  # not 0, which is the lowest draw of many and no multiple of anything
    return low.right(case) > 0.02 and low.right(case) > 1.02 * low.wrong(case, "lowest")


_NEAR_IT = ("price_times_number", "no_limit", "greedy")  # of the slips of `PayAtMost`


def in_order(case, score, *, of_group=True):
    """Return the plan of who serves the options one by one, in the falling order of a score."""
    options, plan = case.options, pd.Series(0.0, case.options.index)
    left = np.array([case.budget, case.hours], float)
    free = options.groupby("cell")["customers"].first().astype(float)
    for name in steady(score).sort_values(ascending=False, kind="stable").index:
        row = options.loc[name]
        if of_group and row["offer"] == "five_percent":
            continue
        needs = row[["cost", "hours"]].to_numpy(float)
        plan[name] = min(free[row["cell"]], *(left[needs > 0] / needs[needs > 0]))
        left, free[row["cell"]] = left - needs * plan[name], free[row["cell"]] - plan[name]
    return plan


def _are_whole(case, plan):
    """Return whether a plan is the best one with its messages made whole, in whatever way."""
    sent, right = plan["messages"].to_numpy(float), best(case).x
    moved = np.abs(sent - right).max() if len(sent) == len(right) else np.inf
    return bool(0.01 < moved <= 2 and (np.abs(sent - sent.round()) < 1e-9).all())


class Plan(Task):
    """How many messages of each option the best plan has."""

    answer, section = PerCustomer(("messages",), tolerance=0.01, key="option"), _DO
    praise = "Right: no other plan within these limits is expected to gain more."
    hints = ("Three kinds of limits: the budget, the hours, and each cell's customers.",
        "linprog makes its sum as small as it can: what has to be small here?",
        "One row of A_ub per limit; a cell's row has a 1 for each of its options.")
    slips = {
        "budget_forgotten": Slip("Your plan costs more than the budget.", without=("budget",)),
        "hours_forgotten": Slip("Your plan needs more hours than there are.",
            without=("hours",)),
        "two_messages": Slip("Some customers get two messages: limit the cell, not the option.",
            without=("cells",)),
        "only_offers_of_group": Slip("You left out the 5 % for all.", group=True),
        "by_gain": Slip("You served the highest gain first: the money goes too fast.", _OBVIOUS,
            by="gain"),
        "by_gain_per_yuan": Slip("You served the highest gain per yuan first; two things are "
            "short.", _OBVIOUS, by="ratio"),
        "by_lot": Slip("You spread the budget over all: that is last year again.", _OBVIOUS,
            by="lot"),
        "cheapest": Slip("You made the cost small, not the gain large.", by="cost"),
        "nothing": Slip("All zeros: linprog minimises, so the gains need a minus.", by="zero"),
        "whole_customers": Slip("You rounded; do not round here.", seen_in=_are_whole),
        "cost_taken_twice": Slip("You took the cost off the gain: that was done already.",
            twice=True),
        "gain_of_plan": Slip("Those are gains (messages × gain); messages are asked.",
            times="gain"),
        "cost_of_plan": Slip("Those are costs (messages × cost); messages are asked.",
            times="cost"),
        "as_share": Slip("Those are shares of the cell; messages are asked.", times="share"),
    }

    def facts(self, case):
        options, right = case.options, self.right(case)
        return facts(options.index, {
            mark("the offer is the 5 % for all"): options.index[~case.of_group],
            mark("the offer takes more than a quarter of an hour"):
                options.index[options["hours"] > 0.25],
            mark("the last order is at most 90 days ago"):
                options.index[options["cell"].str.contains(SPANS[0])],
            mark("the best plan leaves the option out"): options.index[right < 1e-6],
        })

    def solve(self, case, *, without=(), by="lp", group=False, twice=False, times=""):
        options = case.options
        gain = options["gain"].where(case.of_group | (not group), -1.0)
        gain = gain - options["cost"] if twice else gain
        if by == "lp":
            plan = pd.Series(best(case, gain=gain, without=without).x, options.index)
        elif by == "zero":
            plan = pd.Series(0.0, options.index)
        elif by == "lot":
            everybody = options["customers"].where(case.of_group, 0).astype(float)
            plan = everybody * min(case.budget / (everybody @ options["cost"]),
                case.hours / (everybody @ options["hours"]))
        else:
            score = {"gain": gain, "ratio": gain / options["cost"], "cost": -options["cost"]}[by]
            plan = in_order(case, score, of_group=group)
        plan = plan.clip(lower=0)
        factor = {"": 1.0, "gain": options["gain"], "cost": options["cost"],
            "share": 1 / options["customers"]}[times]
        return (plan * factor).rename("messages")


class NextYuan(Task):
    """What one yuan more of the budget would bring."""

    answer, section = Number(relative=1e-6), _PRICE
    praise = "Right: the price of the next yuan, which is not that of the average one."
    hints = ("How much more would the best plan gain with one yuan more?",
        "The solver returns it: ineqlin.marginals, one per row of A_ub.",
        "The solver made minus the gain small, so the sign is turned round.")
    slips = {
        "average_yuan": Slip("That is the gain per yuan on average; the next one is asked.",
            by="average"),
        "price_of_an_hour": Slip("That is the price of an hour.", by="hours"),
        "thousand_more": Slip("You took 1,000 yuan more: the price has changed on the way.",
            by="thousand"),
        "without_cost": Slip("You added the yuan itself; the gain is after cost.", by="plus one"),
        "cost_again": Slip("You took the yuan off; the gain is after cost already.",
            by="less one"),
        "hours_forgotten": Slip("You left out the limit of the hours.", _DO,
            without=("hours",)),
        "two_messages": Slip("Some customers get two messages: limit the cell, not the option.",
            _DO, without=("cells",)),
        "best_ratio": Slip("That is the best gain per yuan of all options; it is used up first.",
            by="best"),
    }

    def solve(self, case, *, by="price", without=()):
        found = best(case, without=without)
        ratio = (case.options["gain"] / case.options["cost"]).to_numpy()
        price = -found.ineqlin.marginals[0]
        gains = {"thousand": lambda: (found.fun - best(case, budget=case.budget + 1000,
            without=without).fun) / 1000, "average": lambda: -found.fun / case.budget,
            "hours": lambda: -found.ineqlin.marginals[1], "best": lambda: ratio.max(),
            "plus one": lambda: 1 + price, "less one": lambda: price - 1,
            "price": lambda: price}
        return float(gains[by]())


class PayAtMost(Task):
    """What the further hours may cost."""

    answer, section = Number(relative=1e-6), _PRICE
    praise = "Right: solved again. At a higher fee, the hours cost more than they bring."
    hints = ("What would the best plan gain with the hours, and what without?",
        "The price holds for the next hour only: solve again with all of them.",
        "Two best gains, with the old number of hours and with the new one; the difference.")
    slips = {
        "price_times_number": Slip("You multiplied the price of one hour: it falls on the way. "
            "Solve again.", by="price"),
        "price_after_times_number": Slip("You multiplied the price that is left at the end: it is "
            "lower than on the way. Solve again.", by="price after"),
        "both_prices": Slip("You averaged the first and the last price; it falls by steps. Solve "
            "again.", by="both"),
        "all_of_the_gain": Slip("That is all that the plan gains with the hours: compare.",
            by="all"),
        "per_hour": Slip("That is for one hour; all of them are asked.", by="each"),
        "only_these": Slip("You solved with the new hours in place of the old ones.", by="only"),
        "no_limit": Slip("You took away the limit of the hours; so many are not offered.",
            by="free"),
        "price_alone": Slip("That is the price of the next hour.", by="one"),
        "average_hour": Slip("You multiplied the average gain per hour.", by="average"),
        "greedy": Slip("You served the highest gain per yuan first, with and without.", _OBVIOUS,
            by="ratio"),
    }

    def solve(self, case, *, by="solve"):
        now, more = best(case), case.more_hours
        then = best(case, hours=case.hours + more)
        price, after = -now.ineqlin.marginals[1], -then.ineqlin.marginals[1]
        ways = {"solve": lambda: now.fun - then.fun, "price": lambda: price * more,
            "price after": lambda: after * more, "both": lambda: (price + after) / 2 * more,
            "all": lambda: -then.fun, "each": lambda: (now.fun - then.fun) / more,
            "only": lambda: now.fun - best(case, hours=more).fun,
            "free": lambda: now.fun - best(case, hours=1e9).fun, "one": lambda: price,
            "average": lambda: -now.fun / case.hours * more, "ratio": lambda: _greedy_gain(case)}
        return float(ways[by]())


def _greedy_gain(case):
    """Return what further hours bring to who serves the highest gain per yuan first."""
    ratio, gains = case.options["gain"] / case.options["cost"], []
    other = Case(case.seed)
    vars(other).update({name: value for name, value in vars(case).items() if name != "known"})
    for hours in (case.hours, case.hours + case.more_hours):
        vars(other)["_hours"] = hours
        gains.append(in_order(other, ratio, of_group=False) @ case.options["gain"])
    return gains[1] - gains[0]


class PriceLow(Task):
    """The lower end of the price of a yuan over the draws."""

    answer, section = Number(relative=0.01), _PRICE
    praise = "Right: so much the next yuan brings in all but the worst draws."
    hints = ("The price hangs on the gains: what is it with the gains of the first draw?",
        "Solve once for each row of `draws`, with the same limits, and keep the price.",
        "The interval of 95 % begins at the 2.5 % quantile.")
    slips = {
        "five_percent": Slip("You took the 5 % quantile; 95 % in the middle begin at 2.5 %.",
            at=0.05),
        "upper_end": Slip("That is the upper end.", at=0.975),
        "lowest": Slip("You took the lowest of all draws.", at=0.0),
        "middle": Slip("That is the middle of the draws.", at=0.5),
        "mean_less_errors": Slip("You took off 1.96 standard errors of the mean: draws do not make "
            "the price sure.", way="sem"),
        "normal": Slip("You took off 1.96 standard deviations: prices are no bell.", way="normal"),
        "mean_gains": Slip("You solved once, with the mean of the draws.", way="mean gains"),
        "price_of_an_hour": Slip("That is the price of an hour.", row=1),
    }

    def solve(self, case, *, at=0.025, way="", row=0):
        if way == "mean gains":
            return float(-best(case, gain=case.draws.mean()).ineqlin.marginals[row])
        prices = _prices(case, row)
        if way == "sem":
            return float(prices.mean() - 1.96 * prices.std(ddof=1) / np.sqrt(len(prices)))


        key = "prices", row
        if key not in case.known:
            case.known[key] = np.array([-best(case, gain=one).ineqlin.marginals[row]
                for one in case.draws.to_numpy()])
        prices = case.known[key]
        if way in ("sem", "normal"):
            part = np.sqrt(len(prices)) if way == "sem" else 1
            return float(prices.mean() - 1.96 * prices.std(ddof=1) / part)
        return float(np.quantile(prices, at))


@remembered
def _prices(case, row):
    gains = case.draws.to_numpy()
    return np.array([-best(case, gain=one).ineqlin.marginals[row] for one in gains])


TASKS = tasks_in(globals())
