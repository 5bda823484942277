"""Checks of the exercise of chapter 10a, visits and push."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm

from crmlab.arguments import steady
from crmlab.company import world
from crmlab.language import mark
from crmlab.segmentation.visits import OFFICE, plan_visits, visits_in_order
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

WEEKS = 26  # of the log
PLACES = 28  # due tomorrow in the exercise: enough to choose from, and quickly planned
LARGEST = 10  # of the habit's list
PER_KM = 5.0  # yuan: by taxi
CHEAP_KM = 1.2  # yuan: as `crm.plan_visits` takes it by default, and the lesson
PUSHED = 0.9  # of those who still allow it; the others stay held out
MARGIN = 14.0  # yuan an order with the app
HELD_OUT = "held out"
# In no town that was tried did these visit whom the best plan visits: none is drawn anew for them.
ELSEWHERE = "two_people", "three_people", "no_hours"
WIDE = norm.ppf(1 - 0.025 / 6)  # of six intervals that hold together in 95 %

# Headings of the lesson to read again.
_WORTH = mark("What is a visit worth?")
_HABIT = mark("Tomorrow by habit")
_PLAN = mark("Tomorrow by plan")
_LEAD = mark("Plan against habit, with its interval")
_EIGHT = mark("Push: what eight weeks bring")
_OFF = mark("Push: whom it loses")
_TOTAL = mark("Push: the whole account")
_DECISION = mark("The decision")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    visits : pandas.DataFrame
        One row per place that was due in a week of the first half of 2025: ``kind``, ``sales``
        (yuan a year), ``listed``, ``visited``, ``margin_before`` and ``margin`` (yuan in 30 days).
    kind : str
        The kind of place for which task 2 asks.
    places : pandas.DataFrame
        One row per place that is due tomorrow; index ``place_id``.
    per_km, margin : float
        Cost of a km, and margin of an order with the app, yuan.
    test : pandas.DataFrame
        One row per user in the test of pushes: ``plan``, ``opted_out`` (week), orders
        ``before``, ``during`` and ``after``.
    """

    size = 30_000

    @handed_out
    def visits(self):
        log = self.company.visit_log.astype({"kind": "str"})
        return log[log["week"] <= WEEKS].drop(columns="week").reset_index(drop=True)

    @handed_out
    def kind(self):
        rng = np.random.default_rng([self.seed, 10])
        return str(rng.choice(["office", "café", "new dealer"]))

    @cached_property
    def _spots(self):
        """The first of many draws of places in which no mistake visits whom the best plan does."""
        for attempt in range(40):
            draft = Case(self.seed)
            vars(draft).update(vars(self), known=dict(self.known), _spots=self._drawn(attempt))
            if _is_clear(draft):
                break
        self.known |= draft.known  # the plans of these places: a solver needs a second for them
        return draft._spots

    def _drawn(self, attempt):
        rng = np.random.default_rng([self.seed, attempt, 10])
        return np.sort(rng.choice(world.VISIT_PLACES, PLACES, replace=False))

    @cached_property
    def _all_places(self):
        table = self.company.visit_places.astype({"kind": "str"}).drop(columns="area")
        return table.set_index("place_id")

    @handed_out
    def places(self):
        return self._all_places.iloc[self._spots]

    @handed_out
    def per_km(self):
        return PER_KM

    @handed_out
    def margin(self):
        return MARGIN

    @handed_out
    def test(self):
        users = self.company.app_users.set_index("customer_id")["orders_before"]
        table = self.company.push_test.astype({"hour": "str"})
        plan = table["hour"] + " × " + table["per_week"].astype("str")
        return pd.DataFrame(
            {
                "plan": plan.where(table["per_week"] > 0, HELD_OUT),
                "opted_out": table["opted_out"],
                "before": users[table["customer_id"]].to_numpy(),
                "during": table["during"],
                "after": table["after"],
            }
        ).set_index(pd.Index(table["customer_id"], name="customer_id"))

    @cached_property
    def plans(self):
        """The six plans of pushes, in the order of the alphabet."""
        return sorted(set(self.test["plan"]) - {HELD_OUT})

    def about(self, name):
        if name not in self._all_places.index:  # a kind, or a plan
            return ""
        row = self._all_places.loc[name]
        return f"{row['kind']}, {row['opens']}–{row['closes']}, {row['x']} km, {row['y']} km"


# --- visits --------------------------------------------------------------------------------


@remembered
def effects(case, *, rows="listed", outcome="change", by="mean", which="difference",
            relative=False):
    """Return what a visit adds per kind, with its error; by the switches, what it seems to."""
    log = case.visits
    if rows == "listed":
        log = log[log["listed"]]
    values = {
        "change": log["margin"] - log["margin_before"],
        "margin": log["margin"],
        "before": log["margin_before"],
    }[outcome].astype(float)
    groups = values.groupby([log["kind"], log["visited"]]).agg([by, "sem", "std", "size"]).unstack()
    level, sem = groups[by], groups["sem"]
    found = {
        "difference": level[True] - level[False],
        "visited": level[True],
        "others": level[False],
    }[which]
    if relative:
        found = found / log.groupby("kind")["margin"].mean()
    table = pd.DataFrame({"adds": found, "error": np.hypot(sem[True], sem[False])})
    table["error_added"] = sem[True] + sem[False]
    table["error_phoned"] = sem[False]
    return table.assign(error_visited=sem[True], spread=np.hypot(*groups["std"].to_numpy().T))


class Adds(Task):
    """What a visit adds at each kind of place."""

    answer, section = PerCustomer(("adds",), tolerance=1e-3, key="kind"), _WORTH
    praise = "Right: among the listed places a lot decided, and the change leaves their size out."
    hints = (
        "Between which places did a lot decide who was visited?",
        "Keep the listed ones; what changed from the 30 days before to the 30 days after?",
        "Mean change of those visited less mean change of those only phoned, kind by kind.",
    )
    slips = {
        "not_listed_too": Slip(
            "You compared with all places not visited; a lot decided among the listed ones only.",
            rows="all",
        ),
        "margin_alone": Slip(
            "You took the margin after, not its change: that scatters more.", outcome="margin"
        ),
        "before_only": Slip("That is the margin before the visit.", outcome="before"),
        "median": Slip("You took medians; the mean is what adds up to money.", by="median"),
        "sums": Slip("You took sums: more places were visited than phoned.", by="sum"),
        "visited_only": Slip(
            "That is the change of visited places; some would have changed anyway.",
            which="visited",
        ),
        "phoned_only": Slip("That is the change of those who were only phoned.", which="others"),
        "relative": Slip("Those are shares of the margin; yuan are asked.", relative=True),
        "all_kinds": Slip("That is one figure for all; kind by kind is asked.", together=True),
    }

    def facts(self, case):
        return facts(sorted(set(case.visits["kind"])), {})

    def solve(self, case, *, together=False, **which):
        found = effects(case, **which)["adds"]
        if together:
            log = case.visits[case.visits["listed"]]
            change = (log["margin"] - log["margin_before"]).groupby(log["visited"]).mean()
            found = pd.Series(change[True] - change[False], found.index)
        return found.rename("adds")


class AddsLow(Task):
    """The lower end of the interval at one kind of place."""

    answer, section = Number(relative=0.002), _WORTH
    praise = "Right: at least so much, in 95 of 100 such years."
    hints = (
        "The two groups have nobody in common: how do their standard errors add up?",
        "np.hypot of the two standard errors is that of the difference.",
        "1.96 of them come off the difference of the means.",
    )
    slips = {
        "upper_end": Slip("You added the 1.96 standard errors: the upper end.", end="high"),
        "half_width": Slip("Those are 1.96 standard errors: take them off.", end="half"),
        "estimate": Slip("That is the estimate; its lower end is asked.", end="mean"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_nine_percent": Slip("That is a 99 % interval; 95 % is asked.", times=2.576),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "visited_error": Slip(
            "You took the error of those visited alone; the phoned ones are unsure, too.",
            error="error_visited",
        ),
        "phoned_error": Slip(
            "You took the error of those phoned alone; the visited ones are unsure, too.",
            error="error_phoned",
        ),
        "without_number": Slip(
            "You forgot ÷ √n: that is how single places scatter.", error="spread"
        ),
        "errors_added": Slip("You added the two errors without squares.", error="error_added"),
        "margin_alone": Slip(
            "You took the margin after, not its change: that scatters more.", outcome="margin"
        ),
        "not_listed_too": Slip(
            "You compared with all places not visited; a lot decided among the listed ones only.",
            rows="all",
        ),
    }

    def solve(self, case, *, times=1.96, end="low", error="error", **which):
        row = effects(case, **which).loc[case.kind]
        half, adds = times * row[error], row["adds"]
        return float({"low": adds - half, "high": adds + half, "half": half, "mean": adds}[end])


@remembered
def valued(case):
    """Return the places with what a visit adds at their kind, nothing where that is below 0."""
    return case.places.assign(value=case.places["kind"].map(Adds().right(case)).clip(lower=0))


@remembered
def day(case, way):
    """Return the stops of a day; `way` says how it is planned."""
    places = valued(case)
    large = places.sort_values("sales", ascending=False, kind="stable")
    ways = {
        "plan": lambda: plan_visits(places, per_km=PER_KM),
        "sales": lambda: plan_visits(places.assign(value=places["sales"]), per_km=PER_KM),
        "way free": lambda: plan_visits(places, per_km=0.0),
        "equal": lambda: plan_visits(places.assign(value=100.0), per_km=PER_KM),
        "hours": lambda: plan_visits(places.assign(opens=0, closes=1440), per_km=PER_KM),
        "two": lambda: plan_visits(places, 2, per_km=PER_KM),
        "three": lambda: plan_visits(places, 3, per_km=PER_KM),
        "ten": lambda: pd.DataFrame({"place": large.index[:LARGEST], "km": 0.0}),
        "habit": lambda: visits_in_order(large.head(LARGEST)),
        "strict": lambda: visits_in_order(large, large.index),
        "nearest": lambda: visits_in_order(places),
        "all": lambda: pd.DataFrame({"place": places.index, "km": 0.0}),
    }
    found = ways[way]()
    return found.assign(value=found["place"].map(places["value"]).fillna(0.0))


class Visited(Task):
    """Whom the best plan visits."""

    answer, section = Chosen(key="place"), _PLAN
    praise = "Right: no plan of this day that we know of brings more."
    hints = (
        "`crm.plan_visits` needs a column `value`: which Series of task 1 says it, by kind?",
        "One person; the cost of a km is in `per_km`.",
        "The column `place` of the plan, without the office.",
    )
    slips = {
        "sales_as_value": Slip(
            "You took the sales for the value: a visit is worth what it adds.", _WORTH, way="sales"
        ),
        "way_for_nothing": Slip("You left out the cost of the way.", way="way free"),
        "all_equal": Slip("You gave all places the same value.", way="equal"),
        "no_hours": Slip("Some of these are closed when you come.", way="hours"),
        "two_people": Slip("You sent two people; there is one.", way="two"),
        "three_people": Slip("You sent three people, as the lesson does; there is one.",
            way="three"),
        "habit": Slip("That is the day by habit.", _HABIT, way="habit"),
        "ten_largest": Slip("Those are the ten with the largest sales, not a day's plan.", _HABIT,
            way="ten"),
        "largest_first": Slip("That is who is visited largest first.", _HABIT, way="strict"),
        "nearest_next": Slip("That is who is visited nearest next.", _HABIT, way="nearest"),
        "everybody": Slip("Those are all places; a day is too short for that.", way="all"),
        "office_too": Slip("The office is on your list: nobody is visited there.", office=True),
    }

    def choices(self, case):
        return list(case.places.index)

    def facts(self, case):
        places, sales = case.places, case.places["sales"]
        held = {
            mark("they open in the afternoon"): places.index[places["opens"] >= 780],
            mark("they are chains"): places.index[places["kind"] == "chain"],
            mark("they are new dealers"): places.index[places["kind"] == "new dealer"],
            mark("they lie more than 12 km away"): places.index[
                np.hypot(places["x"], places["y"]) > 12
            ],
            mark("they are among the ten largest"): sales.nlargest(LARGEST).index,
            mark("they have an hour of their own"): places.index[
                places["closes"] - places["opens"] <= 60
            ],
        }
        return facts([*places.index, OFFICE], held)

    def solve(self, case, *, way="plan", office=False):
        found = set(day(case, way)["place"]) - {OFFICE}
        return sorted(found | {OFFICE} if office else found)


def _is_clear(case):
    """Return whether no mistake gives the right answer, and another search no better plan.

    What costs least, or rules out most, is asked first.
    """
    task, lead = Visited(), LeadLow()
    right = lead.right(case)
    if right <= 0:
        return False
    # A kind that counts as 0 may lie near 0 in truth, whatever the town.
    told = [name for name in lead.slips if not name.startswith("below_0")]
    if min(abs(lead.wrong(case, name) - right) for name in told) < 0.006 * right:
        return False
    first = ("way_for_nothing", "all_equal")
    told = [name for name in task.slips if name not in ELSEWHERE]
    if any(task.wrong(case, name) == task.right(case) for name in (*first, *told)):
        return False
    return gain(another_search(case)) <= gain(day(case, "plan")) + 1


@remembered
def another_search(case):
    """Return the stops that another search finds, with other luck."""
    return plan_visits(valued(case), per_km=PER_KM, seed=5)


def gain(stops):
    """Return what a day brings: value less way, yuan."""
    return stops["value"].sum() - PER_KM * stops["km"].sum()


class LeadLow(Task):
    """The lower end of what the plan brings more than the habit."""

    answer, section = Number(relative=0.003), _LEAD
    praise = "Right: the way costs the same in every year; only what visits add is unsure."
    hints = (
        "First the lead itself: value less way, of both days.",
        "How many visits more of each kind does the plan have? That may be a negative number.",
        "Square the product of number and standard error, kind by kind, add up, take the root.",
    )
    slips = {
        "upper_end": Slip("You added the half of the interval: the upper end.", end="high"),
        "half_width": Slip("That is the half of the interval: take it off the lead.", end="half"),
        "lead_alone": Slip("That is the lead; its lower end is asked.", end="lead"),
        "way_forgotten": Slip("You left out the cost of the way.", way=False),
        "way_home": Slip("You left out the way home.", home=False),
        "cheap_way": Slip("You took 1.2 yuan a km, as the lesson does; yours is in `per_km`.",
            per_km=CHEAP_KM),
        "below_0_taken_off": Slip("You counted visits of a kind below 0 as losses; they count 0.",
            clipped=False),
        "below_0_sure": Slip(
            "You left out the error of the kind that counts as 0: it is as unsure as the others.",
            error="clipped",
        ),
        "number_of_the_plan": Slip(
            "You took the visits of the plan; what it has *more* than the habit is unsure.",
            error="plan",
        ),
        "both_days_apart": Slip(
            "You added the errors of both days as if apart: they hang on the same estimates.",
            error="apart",
        ),
        "errors_added": Slip("You added the errors without squares.", error="added"),
        "visited_error": Slip(
            "You took the error of those visited alone; the phoned ones are unsure, too.", _WORTH,
            error="visited",
        ),
        "number_not_squared": Slip(
            "n visits of one kind are off together: n times the error, not √n times.", error="root"
        ),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "against_nearest": Slip("You compared with nearest next.", _HABIT, other="nearest"),
        "against_strict": Slip("You compared with largest first.", _HABIT, other="strict"),
        "the_plan_alone": Slip("That is the day by plan, not its lead.", other="nothing"),
    }

    def solve(self, case, *, end="low", way=True, per_km=PER_KM, home=True, clipped=True, error="",
              times=1.96, other="habit"):
        table, places = effects(case), valued(case)
        below = table["adds"] < 0
        if not clipped:
            places = places.assign(value=places["kind"].map(table["adds"]))
        numbers, gains = [], []
        for name in ("plan", other):
            stops = day(case, "plan" if name == "nothing" else name)
            share = 0.0 if name == "nothing" else 1.0
            kinds = stops["place"].map(places["kind"]).value_counts()
            numbers.append(share * kinds.reindex(table.index, fill_value=0))
            driven = stops if home else stops[stops["place"] != OFFICE]
            value = stops["place"].map(places["value"]).sum()
            gains.append(share * (value - way * per_km * driven["km"].sum()))
        more, lead = numbers[0] - numbers[1], gains[0] - gains[1]
        if (error == "clipped" or not clipped) and not (below & (more != 0)).any():
            raise LookupError("no kind on these days counts as 0")
        one = table["error"]
        spread = {
            "": lambda: np.sqrt(((more * one) ** 2).sum()),
            "clipped": lambda: np.sqrt(((more * one)[~below] ** 2).sum()),
            "plan": lambda: np.sqrt(((numbers[0] * one) ** 2).sum()),
            "visited": lambda: np.sqrt(((more * table["error_visited"]) ** 2).sum()),
            "apart": lambda: np.sqrt(sum(((n * one) ** 2).sum() for n in numbers)),
            "added": lambda: (more.abs() * one).sum(),
            "root": lambda: np.sqrt((more.abs() * one**2).sum()),
        }[error]()
        half = times * spread
        return float({"low": lead - half, "high": lead + half, "half": half, "lead": lead}[end])


# --- pushes --------------------------------------------------------------------------------


@remembered
def account(case, *, outcome="total", adjust=True, slope=None, stay=False, money=True,
            against=HELD_OUT):
    """Return what each plan brings more than held out, yuan a user, with its standard error.

    The slope on the orders before is that of all users unless it is given.
    """
    test = case.test
    if stay:
        test = test[test["opted_out"].isna()]
    orders = {
        "total": test["during"] + test["after"],
        "during": test["during"],
        "after": test["after"],
        "before": test["before"],
    }[outcome]
    if slope is not None:
        orders = orders - slope * test["before"]
    values = orders * (MARGIN if money else 1.0)
    if adjust and slope is None:
        values = adjusted(test, values)
    groups = values.groupby(test["plan"]).agg(["mean", "sem", "std"])
    rest = {
        HELD_OUT: groups.loc[HELD_OUT],
        "all": pd.Series({"mean": values.mean(), "sem": values.sem(), "std": values.std()}),
        "nothing": pd.Series({"mean": 0.0, "sem": 0.0, "std": 0.0}),
    }[against]
    found = groups.loc[case.plans]
    return pd.DataFrame(
        {
            "brings": found["mean"] - rest["mean"],
            "error": np.hypot(found["sem"], rest["sem"]),
            "alone": found["sem"],
        }
    )


def adjusted(test, values):
    """Return the values less what the orders before foretell."""
    before = test["before"] - test["before"].mean()
    return values - np.polyfit(before, values, 1)[0] * before


@remembered
def regression(case):
    """Return what each plan brings by least squares, with errors of one scatter for all arms."""
    test = case.test
    arms = pd.get_dummies(test["plan"]).astype(float)
    inputs = np.column_stack([arms, test["before"]])
    values = MARGIN * (test["during"] + test["after"]).to_numpy(float)
    inverse = np.linalg.inv(inputs.T @ inputs)
    found = inverse @ (inputs.T @ values)
    left = values - inputs @ found
    scatter = left @ left / (len(values) - inputs.shape[1])
    rest = arms.columns.get_loc(HELD_OUT)
    spread = np.diag(inverse) - 2 * inverse[rest] + inverse[rest, rest]
    table = {"brings": found - found[rest], "error": np.sqrt(scatter * spread)}
    return pd.DataFrame(table, [*arms.columns, "before"]).loc[case.plans]


_ACCOUNT = {
    "eight_weeks": Slip(
        "You counted the eight weeks only; what the opt-outs cost comes later.", _TOTAL,
        outcome="during",
    ),
    "half_year_after": Slip(
        "You counted the half-year after only; the eight weeks belong to it.", _TOTAL,
        outcome="after",
    ),
    "without_opt_outs": Slip(
        "You left out who switched off: they are what the plan costs.", _OFF, stay=True
    ),
    "not_adjusted": Slip(
        "You did not take off what the orders before foretell: it scatters far more.", _EIGHT,
        adjust=False,
    ),
}


class Brings(Task):
    """What each plan of pushes brings, with what it leaves behind."""

    # To a tenth of a yuan: a regression on the arms and the orders before differs by some fen.
    answer, section = PerCustomer(("brings",), key="plan", tolerance=0.06), _TOTAL
    praise = "Right: eight weeks and the half-year after, against those held out."
    hints = (
        "Which orders belong to the account of a plan? In both times.",
        "Take off the slope on the orders before (np.polyfit) for all users together, in yuan.",
        "Mean per plan, less the mean of those held out.",
    )
    slips = {
        **_ACCOUNT,
        "orders": Slip("Those are orders; yuan are asked.", money=False),
        "level": Slip("You did not compare with those held out.", _EIGHT, against="nothing"),
        "against_all": Slip("You compared with all users; held out is asked.", against="all"),
        "before": Slip("That is the half-year before the test.", outcome="before", adjust=False),
        "one_for_one": Slip(
            "You took off the orders before one for one; they foretell less: take the slope.",
            _EIGHT, slope=1.0,
        ),
    }

    def facts(self, case):
        return facts(case.plans, {mark("they push five times a week"):
            [name for name in case.plans if name.endswith("5")]})

    def solve(self, case, **which):
        return account(case, **which)["brings"].rename("brings")


class RoundLow(Task):
    """The least that the best plan brings, for those who are to be pushed."""

    answer, section = Number(relative=0.002), _TOTAL
    praise = "Right. Above 0 you can sign it; below, the memo has to say open."
    hints = (
        "Which plan has the highest total in task 5?",
        "You looked at six plans to find it: how many standard errors is that?",
        "Six intervals share 5 %, at two ends each; then times those to be pushed.",
    )
    slips = {
        "one_look": Slip(
            "You took 1.96: you chose the best of six, so the interval is wider.", _EIGHT,
            times=1.96,
        ),
        "one_sided": Slip(
            "You divided 5 % by six; both ends count, so 2.5 % are divided.", _EIGHT,
            times=norm.ppf(1 - 0.05 / 6),
        ),
        "seven_arms": Slip(
            "You divided by seven: six plans are compared with those held out.", _EIGHT,
            times=norm.ppf(1 - 0.025 / 7),
        ),
        "upper_end": Slip("That is the upper end.", end="high"),
        "half_width": Slip("That is the half of the interval.", end="half"),
        "estimate": Slip("That is the estimate; its lower end is asked.", end="mean"),
        "per_user": Slip("That is for one user; all of them are asked.", whom="one"),
        "in_the_test": Slip("You counted the users of the plan in the test, not all.", whom="arm"),
        "who_switched_off": Slip(
            "You counted those who switched off, too; they can no longer be pushed.", _DECISION,
            whom="gone too",
        ),
        "nobody_held_out": Slip(
            "You pushed the tenth that stays held out, too.", _DECISION, whom="held out too"
        ),
        "all_of_the_test": Slip(
            "You took all users of the test: some switched off, and a tenth stays held out.",
            _DECISION, whom="everybody",
        ),
        "rule_of_the_lesson": Slip(
            "You took the plan with few opt-outs that the lesson's rule chooses; the one with the "
            "highest total is asked.", choose="rule",
        ),
        "winner_of_eight_weeks": Slip(
            "You chose the plan that is best after eight weeks.", choose="during"
        ),
        "error_of_plan_alone": Slip(
            "You took the error of the plan alone; those held out are unsure, too.", error="alone"
        ),
        "errors_not_adjusted": Slip(
            "You adjusted the means, not their errors.", _EIGHT, error="plain"
        ),
        "one_scatter": Slip(
            "You took one scatter for all arms; the lesson takes each arm's own.", _EIGHT,
            error="pooled",
        ),
        **{name: _ACCOUNT[name] for name in ("eight_weeks", "not_adjusted")},
    }

    def solve(self, case, *, times=WIDE, end="low", whom="", choose="", error="error", **which):
        table = regression(case) if error == "pooled" else account(case, **which)
        plan = _chosen(case, table, choose)
        errors = {
            "plain": lambda: account(case, adjust=False)["error"],
            "pooled": lambda: table["error"],
        }.get(error, lambda: table[error])()
        middle, half = table["brings"][plan], times * errors[plan]
        value = {"low": middle - half, "high": middle + half, "half": half, "mean": middle}[end]
        everybody, still = len(case.test), int(case.test["opted_out"].isna().sum())
        users = {
            "": PUSHED * still,
            "one": 1,
            "arm": (case.test["plan"] == plan).sum(),
            "gone too": PUSHED * everybody,
            "held out too": still,
            "everybody": everybody,
        }[whom]
        return float(value * users)


def _chosen(case, table, how):
    """Return the plan with the highest total; by `how`, the one that another rule chooses."""
    if how == "during":
        return steady(account(case, outcome="during")["brings"]).idxmax()
    best = steady(table["brings"]).idxmax()
    if how == "rule":
        behind = table["brings"][best] - table["brings"]
        close = behind <= WIDE * np.hypot(table["alone"], table["alone"][best])
        fit = close & (table["brings"] > WIDE * table["error"])
        off = case.test["opted_out"].notna().groupby(case.test["plan"]).mean()
        chosen = steady(off[table.index[fit]]).idxmin() if fit.any() else best
        if chosen == best:
            raise LookupError("the lesson's rule chooses the highest total")
        return chosen
    return best


class PerOptOut(Task):
    """What one opt-out costs in the half-year after."""

    answer, section = Number(relative=0.002), _OFF
    praise = "Right: the loss that the pushes left behind, over the opt-outs that they caused."
    hints = (
        "Nobody was pushed in the half-year after: what differs there between arms, and why?",
        "Put the three plans with five a week together; their loss against held out, adjusted.",
        "Divide by the share that switched off more than among those held out.",
    )
    slips = {
        "those_who_chose": Slip(
            "You compared who switched off with who did not: they differed before.", way="chose"
        ),
        "chose_adjusted": Slip(
            "You compared who switched off with who did not; no lot decided that.",
            way="chose adjusted",
        ),
        "per_user": Slip("That is the loss per user pushed; per opt-out is asked.", share="none"),
        "not_caused": Slip(
            "You divided by all opt-outs; some switch off without a push.", share="all"
        ),
        "once_a_week": Slip("You took the plans with one a week.", often="1"),
        "all_plans": Slip("You took all plans; five a week is asked.", often=""),
        "whole_time": Slip("You counted the eight weeks, too: there the pushes bring orders.",
            outcome="total"),
        "not_adjusted": _ACCOUNT["not_adjusted"],
        "orders": Slip("Those are orders; yuan are asked.", money=False),
        "mean_of_ratios": Slip(
            "You averaged the ratios of three plans; put their users together, then divide.",
            way="ratios",
        ),
        "all_three_added": Slip("You added up the ratios of three plans.", way="sum of ratios"),
    }

    def solve(self, case, *, way="", share="caused", often="5", outcome="after", adjust=True,
              money=True):
        if way.endswith("ratios"):
            each = [self.solve(case, share=share, often=plan, outcome=outcome, adjust=adjust,
                money=money) for plan in case.plans if plan.endswith(often)]
            return float(np.sum(each) if way.startswith("sum") else np.mean(each))
        test = case.test
        orders = test["after"] + (test["during"] if outcome == "total" else 0)
        values = orders * (MARGIN if money else 1.0)
        if adjust and way != "chose":
            values = adjusted(test, values)
        gone = test["opted_out"].notna()
        if way:
            return float(values[~gone].mean() - values[gone].mean())
        held = test["plan"] == HELD_OUT
        pushed = ~held & test["plan"].str.endswith(often)
        off = {
            "caused": gone[pushed].mean() - gone[held].mean(),
            "all": gone[pushed].mean(),
            "none": 1.0,
        }[share]
        return float((values[held].mean() - values[pushed].mean()) / off)


TASKS = tasks_in(globals())
