"""Checks of the exercise of chapter 11a, the journey."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

LEFT_AFTER = 72  # hours
BREAK = 4  # days
LONG = 10  # minutes on the telephone
FIRST_WEEK, WEEKS = "2026-03-09", 9  # one of so many weeks is the week of the exercise
FOLLOWED = "2026-05-25"  # journeys that begin before it are followed to their end
LADDER = ("product", "cart", "pay", "paid")
ONLINE = ("app", "web")
# The reminder in a second test: carts, purchases without and what it adds, share that uses the
# voucher (of those who buy after it; of those who had bought, of all), carts of a month. The last
# group is small, and what it gains is not shown.
GROUPS = {
    "app, no purchase seen": (2600, 0.36, 0.22, 0.85, (600, 1600)),
    "app, had bought": (1100, 0.26, 0.00, 0.45, (700, 1600)),
    "web, no purchase seen": (2200, 0.32, 0.16, 0.85, (600, 1600)),
    "web, had bought": (420, 0.24, 0.14, 0.22, (200, 450)),
}
VOUCHER, MESSAGE = 60.0, 0.5  # yuan

# Headings of the lesson to read again.
_WRONG_BY = mark("How wrong was the one channel?")
_MINING = mark("Journeys from events")
_DROP = mark("Drop-off, step by step")
_PAINS = mark("Three pain points")
_CURVE = mark("The emotion curve")
_DECIDE = mark("The decision: who gets a reminder?")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    events : pandas.DataFrame
        The log, in order of time; ``person`` is missing where nobody could be joined.
    week : str
        The first day of the week of task 1, a Monday.
    numbered : pandas.DataFrame
        The events of the app, the web, the shop and the parcels with a person: ``number`` of the
        journey, by the rule of the lesson.
    calls : pandas.DataFrame
        One row per call whose caller was asked: ``waited`` (minutes), ``effort`` (missing where
        not answered).
    test : pandas.DataFrame
        One row per cart: ``group``, ``reminded``, ``purchases`` in 14 days, ``cost`` (yuan).
    margin : float
        Yuan of a purchase.
    planned : pandas.Series
        Carts of next month by group.
    """

    size = 20_000

    @cached_property
    def _log(self):
        words = dict.fromkeys(["channel", "journey", "step", "outcome"], "str")
        return self.company.journey_events.astype(words)

    @handed_out
    def events(self):
        ids = self.company.channel_ids
        known = ids.loc[ids["phone"].notna() | ids["email"].notna(), "channel_id"]
        owner = self.company.truth.channel_ids["customer_id"].loc[known]
        code = pd.Series(pd.factorize(owner)[0] + 1, known.to_numpy())
        person = self._log["channel_id"].map("P" + code.astype(str).str.zfill(5))
        return self._log.assign(person=person.astype("str"))[
            ["event_id", "at", "channel", "channel_id", "person", "journey", "step", "waited",
             "amount"]]

    @handed_out
    def week(self):
        rng = np.random.default_rng([self.seed, 11])
        day = pd.Timestamp(FIRST_WEEK) + pd.Timedelta(weeks=int(rng.integers(WEEKS)))
        return str(day.date())

    @cached_property
    def all_carts(self):
        """The carts of all weeks."""
        log = self.events
        return log[log["step"] == "cart"].set_index("event_id")

    @cached_property
    def carts(self):
        """The carts of the week."""
        at, day = self.all_carts["at"], pd.Timestamp(self.week)
        return self.all_carts[(at >= day) & (at < day + pd.Timedelta(days=7))]

    @handed_out
    def numbered(self):
        log = self.events.dropna(subset="person")
        log = _in_order(log.drop(columns=["waited", "amount"]))
        return log.assign(number=_numbers(log)).drop(columns="pause")

    @handed_out
    def calls(self):
        log = self._log[["event_id", "channel", "step", "waited"]]
        asked = self.company.touch_survey.merge(log, on="event_id")
        found = asked[(asked["channel"] == "phone") & (asked["step"] == "contact")]
        return found.set_index("event_id")[["waited", "effort"]]

    @handed_out
    def margin(self):
        rng = np.random.default_rng([self.seed, 12])
        return float(rng.integers(180, 231))

    @handed_out
    def test(self):
        """The first of many draws in which the two ways to decide are clear."""
        for attempt in range(200):
            draft = Case(self.seed)
            vars(draft).update(known={}, _margin=self.margin, _test=self._tested(attempt))
            vars(draft).update(_planned=self.planned)
            if _is_clear(draft):
                break
        return vars(draft)["_test"]

    def _tested(self, attempt):
        rng = np.random.default_rng([self.seed, attempt, 11])
        parts = []
        for group, (size, base, adds, used, _month) in GROUPS.items():
            count = int(size * rng.uniform(0.85, 1.15))
            reminded = rng.random(count) < 0.5
            purchases = rng.poisson(base + adds * rng.uniform(0.85, 1.15) * reminded)
            spends = reminded & (rng.random(count) < used)
            spends &= (purchases > 0) | ("had" in group)
            cost = MESSAGE * reminded + VOUCHER * spends
            columns = {"group": group, "reminded": reminded, "purchases": purchases}
            parts.append(pd.DataFrame(columns | {"cost": cost}))
        table = pd.concat(parts, ignore_index=True)
        order = rng.permutation(len(table))
        names = [f"K{place:05d}" for place in range(1, len(table) + 1)]
        return table.iloc[order].set_axis(pd.Index(names, name="cart"))

    @handed_out
    def planned(self):
        rng = np.random.default_rng([self.seed, 13])
        ends = np.array([month for *_rates, month in GROUPS.values()])
        return pd.Series(rng.integers(*ends.T), pd.Index(GROUPS, name="group"), name="carts")

    @cached_property
    def facts(self):
        carts = self.carts
        paid = {name: _hours(self, **switches).loc[carts.index] for name, switches in {
            "id": {"by": "channel_id"}, "online": {"where": "online"}, "any": {}}.items()}
        return facts(carts.index, {
            mark("the person paid in a shop"):
                (paid["any"] <= LEFT_AFTER) & ~(paid["online"] <= LEFT_AFTER),
            mark("the person paid by another id"):
                (paid["online"] <= LEFT_AFTER) & ~(paid["id"] <= LEFT_AFTER),
            mark("the payment came after more than 72 hours"): paid["any"] > LEFT_AFTER,
            mark("the payment came after 24 to 72 hours"):
                (paid["any"] > 24) & (paid["any"] <= LEFT_AFTER),
            mark("nobody is known behind the cart"): carts["person"].isna(),
            mark("the cart was filled in the app"): carts["channel"] == "app",
            mark("the cart was filled on the first day of the week"):
                carts["at"] < pd.Timestamp(self.week) + pd.Timedelta(days=1),
            mark("the cart was filled on the last day of the week"):
                carts["at"] >= pd.Timestamp(self.week) + pd.Timedelta(days=6),
        })

    def about(self, name):
        log = self.events
        row = log[log["event_id"] == name]
        if row.empty or row["person"].isna().any():
            return ""
        near = log[(log["person"] == row["person"].iloc[0]) & (log["at"] >= row["at"].iloc[0])]
        near = near.head(5).itertuples()
        return ", ".join(f"{one.at:%Y-%m-%d %H:%M} {one.channel} {one.step}" for one in near)


def _in_order(log, *, kinds=True):
    """Return the log in order of person and time, with the pause before each event."""
    by = ["person", "journey"] if kinds else ["person"]
    log = log.sort_values([*by, "at", "event_id"]).reset_index(drop=True)
    return log.assign(pause=log.groupby(by)["at"].diff())


def _numbers(log, days=BREAK):
    """Return the number of the journey of each event of a log in order."""
    return (~(log["pause"] <= pd.Timedelta(days=days))).cumsum()


@remembered
def _paused(case, *, by="person", kinds=True, nobody=False):
    """Return all events in order, by whom their journeys are cut."""
    log = case.events[["event_id", "at", "channel", "channel_id", "person", "journey"]]
    log = log.fillna({"person": "nobody"}) if nobody else log.dropna(subset="person")
    log = log.assign(person=log[by])
    return _in_order(log, kinds=kinds).astype({"channel": "category"})


@remembered
def _hours(case, *, by="person", where="any", step="paid", before=False):
    """Return the hours from each cart to its payment, missing where there is none."""
    log = case.events
    rows = log[log["step"] == step]
    if where != "any":
        rows = rows[rows["channel"].isin(ONLINE) == (where == "online")]
    carts = case.all_carts[["at", by]].dropna(subset=by).reset_index()
    pairs = carts.merge(rows[["at", by]].dropna(subset=by), on=by, suffixes=("", "_paid"))
    gap = (pairs["at_paid"] - pairs["at"]) / pd.Timedelta(hours=1)
    gap = gap.abs() if before else gap.where(gap >= 0)
    return gap.groupby(pairs["event_id"]).min().reindex(case.all_carts.index)


class OpenCarts(Task):
    """The carts of the week that are truly left."""

    answer, section = Chosen(key="event_id"), _WRONG_BY
    praise = "Right: nobody known has paid for them in any channel within 72 hours."
    hints = ("Who may have paid, and where? The id of the cart is not the only one of its person.",
        "For each cart, look for the next payment of its person, in any channel.",
        "`merge_asof` finds the next row of the same person; it wants both tables in order of "
            "time. What does it leave where nothing is found?")
    slips = {
        "same_id": Slip("You looked for a payment by the same id only.", by="channel_id"),
        "online_only": Slip("You looked online only: a payment in a shop counts, too.",
            where="online"),
        "shop_only": Slip("You looked in the shop only.", where="shop"),
        "one_day": Slip("You took 24 hours; 72 are asked.", limit=24),
        "no_limit": Slip("You let any later payment count; 72 hours are asked.", limit=1e9),
        "payment_opened": Slip("You took `pay`, the opened payment, for `paid`.", step="pay"),
        "before_too": Slip("You let payments before the cart count.", before=True),
        "nobody_in": Slip("You left carts on the list behind which nobody is known.", nobody=True),
        "whole_log": Slip("You took the carts of all weeks.", weeks="all"),
        "last_day_lost": Slip("You lost the last day of the week.", weeks="six days"),
        "day_too_many": Slip("You took the Monday after the week, too.", weeks="eight days"),
        "paid_or_not": Slip("Those are all carts of the week, paid or not.", limit=-1),
    }

    def choices(self, case):
        return list(case.carts.index)

    def solve(self, case, *, limit=LEFT_AFTER, nobody=False, weeks="one", **which):
        carts, day = case.all_carts, pd.Timestamp(case.week)
        if weeks != "all":
            days = 8 if weeks == "eight days" else 7
            carts = carts[(carts["at"] >= day) & (carts["at"] < day + pd.Timedelta(days=days))]
        left = ~(_hours(case, **which).loc[carts.index] <= limit)
        if not nobody:
            left &= carts["person"].notna()
        if weeks == "six days":
            left &= carts["at"] < day + pd.Timedelta(days=6)
        return sorted(carts.index[left])


class Crossing(Task):
    """The share of journeys to buy that change the channel."""

    answer, section = Number(), _MINING
    praise = "Right: by journey, and without the parcels."
    hints = ("First give each event the number of its journey: when does a new one begin?",
        "The same person, the same kind, and no break of more than four days; then one row each.",
        "The parcel is nobody's choice: count the channels without it, and ask who has two.")
    slips = {
        "parcels_too": Slip("You counted the parcel as a channel.", parcels=True),
        "all_kinds": Slip("You took all kinds of journeys; those to buy are asked.", kind="all"),
        "three_days": Slip("You began a new journey after three days; four are asked.", days=3),
        "five_days": Slip("You began a new journey after five days; four are asked.", days=5),
        "no_break": Slip("You took all that a person does for one journey: a break of more than "
            "four days begins a new one.", days=1e4),
        "by_id": Slip("You cut journeys by id: then hardly any can change the channel.",
            by="channel_id"),
        "kinds_mixed": Slip("You cut journeys by person only: a call interrupts no purchase.",
            kinds=False),
        "nobody_as_one": Slip("You took all events without a person for one person's.",
            nobody=True),
        "three_channels": Slip("That is the share with three channels; two are enough.", least=3),
        "parcels_alone_lost": Slip("You lost the journeys of which only the parcel is seen: they "
            "are journeys to buy, too.", base="seen"),
    }

    def solve(self, case, *, parcels=False, kind="buy", days=BREAK, by="person", kinds=True,
              nobody=False, least=2, base="all"):
        log = _paused(case, by=by, kinds=kinds, nobody=nobody)
        number = _numbers(log, days)
        inside = log["journey"] == "buy" if kind == "buy" else pd.Series(True, log.index)
        seen = inside if parcels else inside & (log["channel"] != "delivery")
        each = pd.DataFrame({"number": number, "channel": log["channel"].cat.codes})[seen]
        channels = each.drop_duplicates()["number"].value_counts()
        of = len(channels) if base == "seen" else number[inside].nunique()
        return float((channels >= least).sum() / of)


@remembered
def _reached(case, which):
    """Return per journey to buy (one that begins online, or every) which steps it reaches."""
    log = case.numbered
    log = log[log["journey"] == "buy"]
    first = log.drop_duplicates("number").set_index("number")
    chosen = first["at"] < FOLLOWED
    if which == "begins":
        chosen &= first["step"] == "product"
    rows = log[log["number"].isin(first.index[chosen])]
    steps = rows.groupby(["number", "step"]).size().unstack(fill_value=0)
    online = rows[(rows["step"] == "paid") & rows["channel"].isin(ONLINE)]
    return steps.assign(**{"paid online": steps.index.isin(online["number"]).astype(int)})


class DropOff(Task):
    """The share of journeys that go no further than a step, with its interval."""

    answer, section = PerCustomer(("share", "low", "high"), tolerance=1e-6, key="step"), _DROP
    praise = "Right: each share is of those who came as far."
    hints = ("Of whom is the share: who began, or who reached this step?",
        "A crosstab of number and step says which journey reached what.",
        "A drop-off is a share: who stays behind, of whom? `proportion_confint` takes these two "
            "counts.")
    slips = {
        "of_all": Slip("You divided by all journeys; by those who reached the step is asked.",
            base="all"),
        "going_on": Slip("That is the share that goes on.", turned=True),
        "events_counted": Slip("You counted events; a journey may open the payment twice.",
            count="events"),
        "shop_in_too": Slip("You let a payment in the shop count as going on.", paid="paid"),
        "every_journey": Slip("You took journeys that begin in the shop, too.", which="every"),
        "wald": Slip("That is the simple interval; Wilson's is asked.", method="normal"),
        "ninety": Slip("That is a 90 % interval; 95 % is asked.", alpha=0.10),
        "one_error": Slip("You took one standard error; 95 % takes 1.96.", alpha=0.3173,
            method="normal"),
    }

    def facts(self, case):
        return facts(LADDER[:-1], {})

    def solve(self, case, *, base="reached", turned=False, count="journeys", paid="paid online",
              which="begins", method="wilson", alpha=0.05):
        steps = _reached(case, which)[["product", "cart", "pay", paid]]
        reached = (steps if count == "events" else steps > 0).sum().to_numpy(float)
        left, of = reached[:-1] - reached[1:], reached[:-1]
        of = np.full(3, reached[0]) if base == "all" else of
        left = of - left if turned else left
        low, high = proportion_confint(left.clip(0), of, alpha=alpha, method=method)
        return pd.DataFrame({"share": left / of, "low": low, "high": high},
            index=pd.Index(LADDER[:-1], name="step"))


@remembered
def _payments(case, *, device="app", where="any", count="journeys", until=FOLLOWED):
    """Return per journey that opened the payment: whether it was hit, and bought."""
    log = case.numbered
    log = log[(log["journey"] == "buy")]
    opened = log[(log["step"] == "pay") & (log["at"] < until)]
    opened = opened if count == "events" else opened.drop_duplicates("number")
    if device == "app":
        opened = opened[opened["channel"] == "app"]
    paid = log[log["step"] == "paid"]
    paid = paid[paid["channel"].isin(ONLINE)] if where == "online" else paid
    hit = opened["number"].isin(log.loc[log["step"] == "log in again", "number"])
    return pd.DataFrame({"hit": hit.to_numpy(),
        "bought": opened["number"].isin(paid["number"]).to_numpy().astype(float)})


class Effect(Task):
    """How many points fewer of those hit buy."""

    answer, section = Number(), _DROP
    praise = "Right: hit less not hit, of those who did the same, and bought anywhere."
    hints = ("Who did the same and was not hit? The web has no lost sessions.",
        "One row per journey that opened the payment in the app: was it hit, did it buy?",
        "Group these rows by whether they were hit. Which of the two shares is taken off?")
    slips = {
        "turned": Slip("You took those not hit less those hit.", sign=-1),
        "web_too": Slip("You compared with the web, too: only the app loses sessions.",
            device="all"),
        "online_only": Slip("You left out purchases in the shop.", _WRONG_BY, where="online"),
        "hit_alone": Slip("That is the share of those hit: compare.", against="none"),
        "not_hit_alone": Slip("That is the share of those not hit: compare.", against="hit none"),
        "against_all": Slip("You compared with all; those not hit are asked.", against="all"),
        "relative": Slip("That is the relative change; the difference is asked.", relative=True),
        "ratio": Slip("That is the one share ÷ the other; the difference is asked.",
            against="ratio"),
        "each_event": Slip("You counted each opened payment; a journey counts once.",
            count="events"),
        "not_followed": Slip("You took payments from 25 May on, too: they may not be over yet.",
            until="2026-06-30"),
        "backwards": Slip("You turned it round: the share that was hit, among those who bought.",
            backwards=True),
    }

    def solve(self, case, *, sign=1, against="rest", relative=False, backwards=False, **chosen):
        rows = _payments(case, **chosen)
        which, what = ("bought", "hit") if backwards else ("hit", "bought")
        means = rows.astype(float).groupby(which)[what].mean()
        if against in ("none", "hit none"):
            return float(means[1.0] if against == "none" else means[0.0])
        if against == "ratio":
            return float(means[1.0] / means[0.0])
        base = rows[what].mean() if against == "all" else means[0.0]
        return float(sign * (means[1.0] - base) / (base if relative else 1))


class EffectHigh(Task):
    """The upper end of the interval of that difference."""

    answer, section = Number(relative=0.003), _PAINS
    praise = "Right: so much it is at least, as far as luck goes. Whether the step does it is open."
    hints = ("The difference is below 0: the upper end is the one near to 0.",
        "Two separate groups: their standard errors, squared and added, then the root.",
        "How many of these errors lie between the middle of a 95 % interval and its end?")
    slips = {
        "lower_end": Slip("That is the lower end.", end="low"),
        "half_width": Slip("Those are 1.96 standard errors: add them to the difference.",
            end="half"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "errors_added": Slip("You added the two errors; add their squares.", error="sum"),
        "hit_only": Slip("You took the error of those hit alone.", error="hit"),
        "not_hit_only": Slip("You took the error of those not hit alone.", error="rest"),
        "without_number": Slip("You forgot ÷ √n: that is how single journeys scatter.",
            error="sd"),
        "web_too": Slip("You compared with the web, too: only the app loses sessions.",
            device="all"),
        "online_only": Slip("You left out purchases in the shop.", _WRONG_BY, where="online"),
    }

    def solve(self, case, *, end="high", times=1.96, error="", **which):
        groups = _payments(case, **which).groupby("hit")["bought"].agg(["mean", "sem", "std"])
        gap = groups["mean"][True] - groups["mean"][False]
        errors = {"": np.hypot(*groups["sem"]), "sum": groups["sem"].sum(),
            "hit": groups["sem"][True], "rest": groups["sem"][False],
            "sd": np.hypot(*groups["std"])}
        half = times * errors[error]
        return float({"low": gap - half, "high": gap + half, "half": half}[end])


@remembered
def gains(case, *, times=1.96, cost="measured", margin="purchase", error="difference",
          counted="number", arm="group"):
    """Return what a reminder brings in each group, yuan a cart, with the ends of its interval."""
    test, worth = case.test, case.margin if margin == "purchase" else 1.0
    spent = {"measured": test["cost"], "none": 0.0, "added": -test["cost"],
        "message": MESSAGE * test["reminded"],
        "always": (MESSAGE + VOUCHER) * test["reminded"]}[cost]
    purchases = test["purchases"] if counted == "number" else test["purchases"] > 0
    net = purchases * worth - spent
    arms = net.groupby([test["group"], test["reminded"]]).agg(["mean", "sem", "std"]).unstack()
    control = arms["mean"][False] if arm == "group" else net[~test["reminded"]].mean()
    gain = arms["mean"][True] - control
    half = times * {"difference": np.hypot(arms["sem"][True], arms["sem"][False]),
        "reminded": arms["sem"][True], "sum": arms["sem"][True] + arms["sem"][False],
        "sd": np.hypot(arms["std"][True], arms["std"][False])}[error]
    return pd.DataFrame({"gain": gain, "low": gain - half, "high": gain + half,
        "reminded": arms["mean"][True]}).reindex(list(GROUPS)).rename_axis("group")


class Gain(Task):
    """What a reminder brings in each group, and the lower end of its interval."""

    answer, section = PerCustomer(("gain", "low"), tolerance=0.02, key="group"), _DECIDE
    praise = "Right: money of those reminded less money of those not, group by group."
    hints = ("What does one cart bring, in yuan, with and without a reminder?",
        "Make a column with the money of each cart first; then every group has two means.",
        "`agg` gives the mean and its standard error (`sem`) at once. The two arms are separate "
            "carts: how do their errors combine?")
    slips = {
        "no_cost": Slip("You left out what the reminders cost.", cost="none"),
        "cost_added": Slip("You added the cost; it has to be taken off.", cost="added"),
        "message_only": Slip("You counted the message, and not the vouchers.", cost="message"),
        "voucher_always": Slip("You charged the voucher to everybody reminded; it is paid where "
            "used.", cost="always"),
        "whether_bought": Slip("You counted whether somebody bought; a second purchase brings its "
            "margin, too.", counted="whether"),
        "one_control": Slip("You compared each group with all carts not reminded; take those of "
            "the same group.", arm="all"),
        "no_control": Slip("That is what reminded carts bring; some would have bought anyway.",
            against="nothing"),
        "purchases_not_money": Slip("You counted a purchase as one yuan; its margin is asked.",
            margin="one"),
        "upper_end": Slip("That is the upper end.", end="high"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "error_of_one_arm": Slip("You took the error of the reminded alone.", error="reminded"),
        "errors_added": Slip("You added the two errors; add their squares.", error="sum"),
        "without_number": Slip("You forgot ÷ √n: that is how single carts scatter.", error="sd"),
        "no_interval": Slip("That is the gain itself, not the lower end of its interval.",
            end="gain"),
    }

    def facts(self, case):
        return facts(GROUPS, {mark("the person had bought"):
            [group for group in GROUPS if "had" in group]})

    def solve(self, case, *, against="control", end="low", **which):
        found = gains(case, **which)
        if against == "nothing":
            found = found.assign(gain=found["reminded"])
        return found.assign(low=found[end])[["gain", "low"]]


class Worth(Task):
    """What the reminders of next month bring by the rule, more than to all."""

    answer, section = Number(tolerance=1.0), _DECIDE
    praise = "Right: the rule saves what the others would have cost."
    hints = ("Which groups get a reminder by the rule? Look at the lower ends.",
        "What is expected of a group next month: its lower end, or its gain? And of how many "
            "carts?",
        "Work out the money of both plans. In which groups do they differ?")
    slips = {
        "rule_alone": Slip("That is what the rule brings; how much more than to all is asked.",
            which="rule"),
        "to_all": Slip("That is what reminders to all bring.", which="all"),
        "turned": Slip("You took all less the rule.", which="turned"),
        "of_the_test": Slip("You took the carts of the test; those of next month are asked.",
            carts="test"),
        "per_cart": Slip("You added gains of single carts: multiply by the carts.", carts="one"),
        "lower_ends": Slip("You added up lower ends; they are for the choice only.",
            value="low"),
        "no_cost": Slip("You left out what the reminders cost.", cost="none"),
        "message_only": Slip("You counted the message, and not the vouchers.", cost="message"),
        "app_only": Slip("You sent to the app only.", chosen="app"),
        "best_group": Slip("You sent to the best group only.", chosen="best"),
        "gain_above_0": Slip("You sent where the gain is above 0; by the rule its lower end "
            "decides.", chosen="gain"),
        "whether_bought": Slip("You counted whether somebody bought; a second purchase brings its "
            "margin, too.", counted="whether"),
    }

    def solve(self, case, *, which="more", carts="planned", value="gain", chosen="rule",
              cost="measured", counted="number"):
        found = gains(case, cost=cost, counted=counted)
        sizes = {"planned": case.planned, "one": 1.0,
            "test": case.test.groupby("group").size().reindex(found.index)}[carts]
        send = {"rule": found["low"] > 0, "app": found.index.str.startswith("app"),
            "gain": found["gain"] > 0,
            "best": found["gain"] == found["gain"].max()}[chosen]
        money = found[value] * sizes
        rule, everybody = money[send].sum(), money.sum()
        return float({"more": rule - everybody, "rule": rule, "all": everybody,
            "turned": everybody - rule}[which])


def _is_clear(case):
    """Return whether the rule's choice is clear, by its lower end and not by the gain alone.

    It sends where nothing was bought. One of the other groups loses, and the last one gains, but
    not for sure.
    """
    found = gains(case)
    seen = found.index.str.contains("had")
    return bool((found["low"][~seen] > 3).all() and found["high"].iloc[1] < -3
        and found["gain"].iloc[-1] > 3 and found["low"].iloc[-1] < -3)


class EffortAll(Task):
    """The mean effort of a call, weighted by who was asked."""

    answer, section = Number(tolerance=1e-4), _CURVE
    praise = "Right: each group counts as much as it was asked, not as it answered."
    hints = ("Who answers more often: after a long wait, or after a short one?",
        "Take the mean effort in each of the two groups, of those who answered.",
        "A weighted mean: `value_counts(normalize=True)` of which rows gives the weights?")
    slips = {
        "as_answered": Slip("That is the mean of those who answered.", weight="answered"),
        "equal_weights": Slip("You gave both groups the same weight.", weight="equal"),
        "weights_crossed": Slip("You gave each group the weight of the other.", weight="crossed"),
        "missing_as_zero": Slip("You counted those who did not answer as 0.", missing=0.0),
        "missing_as_middle": Slip("You gave those who did not answer the middle, 4.", missing=4.0),
        "short_only": Slip("That is the mean after a short wait.", group=False),
        "long_only": Slip("That is the mean after a long wait.", group=True),
        "ten_is_long": Slip("You took 10 minutes for a long wait; it is *over* 10.", least=9),
        "median": Slip("You took medians; means are asked.", middle="median"),
    }

    def solve(self, case, *, weight="asked", missing=None, group=None, least=LONG, middle="mean"):
        calls = case.calls.astype({"effort": "float64"})
        long = calls["waited"] > least
        effort = calls["effort"] if missing is None else calls["effort"].fillna(missing)
        means = effort.groupby(long).agg(middle)
        if group is not None:
            return float(means[group])
        share = {"asked": long, "answered": long[calls["effort"].notna()], "crossed": ~long}
        if weight == "equal":
            return float(means.mean())
        weights = share[weight].value_counts(normalize=True).reindex(means.index)
        return float((means * weights).sum())


TASKS = tasks_in(globals())
