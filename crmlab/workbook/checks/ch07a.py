"""Checks of the exercise of chapter 7a, choosing a CRM system."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

WEIGHTS = {"sales": 7, "marketing": 6, "service": 7, "analytics": 6, "integration": 5,
    "ease_of_use": 4, "security": 5, "support": 4}
MUST_HAVES = ["all_data_out", "open_interface", "views_by_role", "data_in_country"]
OLD = "spreadsheets"
SEATS, YEARS, DISCOUNT, WEEKS, HOUR, HOURS = 240, 5, 0.08, 46, 80.0, 4
LASTING, USED = 0.85, 0.70
_CLOSE = 0.009  # points; one more point of one rater on one criterion is 0.013 or more
LAST, LEAST = 4, 3  # weeks that count, and in how many of them a weekly user is there

# Headings of the lesson to read again.
_MUST = mark("Must-haves before weights")
_CARD = mark("The scorecard")
_FIRM = mark("How firm is the ranking?")
_COST = mark("What it costs over five years")
_QUOTE = mark("A quote is not a bill")
_ADOPTION = mark("Adoption, by department")
_SEAT = mark("What a seat brings")
_VALUE = mark("The value over five years")
_TAUGHT = mark("What training changed")

# What is said of several tasks.
_FAILING = mark("You kept offers that lack a must-have.")
_UPPER = mark("That is the upper end of the interval.")
_HALF = mark("That is half the width; take it off the difference.")
_POINT = mark("That is the difference itself, without its interval.")
_ONE = mark("You took one standard error; 95 % takes more.")
_NINETY = mark("That is a 90 % interval; 95 % is asked.")
_STUDENT = mark("You took Student's t; with so many people 1.96 is asked.")
_SPREAD = mark("You forgot ÷ √n: that is how single values scatter.")


class Case(BaseCase):
    """The data of one participant, for chapter 7a.

    Attributes
    ----------
    offers : pandas.DataFrame
        Index ``vendor``: ``licence`` (yuan a seat and month), ``setup`` (yuan, quoted),
        ``training_fee`` (yuan a seat), and a column of True and False per must-have.
    scores : pandas.DataFrame
        ``rater``, ``vendor``, ``criterion``, ``score`` (1 to 10).
    weights : pandas.Series
        Index criterion.
    projects, logins, pilot, training : pandas.DataFrame
        As the company has them; see docs/company.md.
    """

    size = 100  # the tables of the choice do not depend on the customers

    @handed_out
    def offers(self):
        return self.company.vendors.set_index("vendor")

    @handed_out
    def scores(self):
        table = self.company.vendor_scores.astype(
            {"rater": "str", "vendor": "str", "criterion": "str"})
        # Weights and scores are whole numbers, so the two best can be equal in one company of some
        # hundred: then the first one's lowest score is a point higher.
        weighted = table["score"] * table["criterion"].map(WEIGHTS)
        mean = weighted.groupby(table["vendor"]).sum()[self.left] / sum(WEIGHTS.values())
        mean = steady(mean / table["rater"].nunique())
        first, second = mean.nlargest(2).index
        if mean[first] - mean[second] < _CLOSE:
            table.loc[table.loc[table["vendor"] == first, "score"].idxmin(), "score"] += 1
        return table

    @handed_out
    def weights(self):
        return pd.Series(WEIGHTS, name="weight").rename_axis("criterion")

    @handed_out
    def projects(self):
        return self.company.it_projects

    @handed_out
    def logins(self):
        return self.company.pilot_logins

    @handed_out
    def pilot(self):
        return self.company.pilot.astype({"department": "str", "arm": "str"})

    @handed_out
    def training(self):
        return self.company.training.astype({"department": "str", "wave": "str"})

    @cached_property
    def left(self):
        """The offers that have all must-haves."""
        return self.offers.index[self.offers[MUST_HAVES].all(axis=1)]

    @cached_property
    def card(self):
        """A score per rater (row), vendor and criterion (columns)."""
        table = self.scores.pivot(index="rater", columns=["vendor", "criterion"], values="score")
        return table.sort_index(axis=1)

    @cached_property
    def order(self):
        """The offers that are left, by score, the highest first."""
        return steady(Score().solve(self)).sort_values(ascending=False, kind="stable").index

    @cached_property
    def weekly(self):
        """Logins and entries, a row per person, a column per week."""
        return {name: self.logins.pivot(index="employee_id", columns="week", values=name)
            for name in ("logins", "entries")}

    @cached_property
    def invited(self):
        """The people with a system."""
        return self.pilot[self.pilot["arm"] != OLD].set_index("employee_id")

    def about(self, name):
        if name not in self.weekly["logins"].index:
            return ""
        row = self.weekly["logins"].loc[name].tail(LAST)
        return ", ".join(f"{week}: {count}" for week, count in row.items())


def _of_raters(case, weights="given"):
    """Return the weighted mean of each rater (row) and vendor (column)."""
    criteria = pd.Series(WEIGHTS, dtype=float)
    if weights == "equal":
        criteria[:] = 1.0
    share = criteria if weights == "sum" else criteria / criteria.sum()
    vendors = case.card.columns.unique(level=0)
    return pd.DataFrame({name: case.card[name][share.index] @ share for name in vendors})


class Score(Task):
    """The score of each offer that has all must-haves."""

    answer, section = PerCustomer(("score",), key="vendor"), _CARD
    praise = "Right: must-haves first, then weights, then the raters."
    hints = ("Which offers have True in all four last columns?",
        "pivot gives a row per rater and offer; a weighted mean is a sum of weight × score …",
        "… divided by the sum of the weights. Then one mean over the raters.")
    slips = {
        "must_haves_ignored": Slip(_FAILING, _MUST, asked=()),
        "one_must_have": Slip("You asked for one must-have only.", _MUST, asked=("all_data_out",)),
        "equal_weights": Slip("You took a plain mean; the criteria have weights.", weights="equal"),
        "not_divided": Slip("You did not divide by the sum of the weights.", weights="sum"),
        "divided_by_criteria": Slip("You divided by eight, not by the weights.", per="criteria"),
        "raters_added": Slip("You added up the raters; a mean is asked.", over="sum"),
        "median_rater": Slip("You took the median rater; the mean is asked.", over="median"),
        "best_rater": Slip("You took the highest of the raters; the mean is asked.", over="max"),
        "lowest_rater": Slip("You took the lowest of the raters; the mean is asked.", over="min"),
        "as_ranks": Slip("Those are ranks; the scores themselves are asked.", rank=True),
    }

    def facts(self, case):
        has = case.offers[MUST_HAVES].all(axis=1)
        return facts(case.offers.index, {mark("they lack a must-have"): ~has})

    def solve(self, case, *, asked=None, weights="given", per="", over="mean", rank=False):
        must = MUST_HAVES if asked is None else list(asked)
        left = case.offers.index[case.offers[must].all(axis=1)]
        table = _of_raters(case, "sum" if per else weights)[left] / (len(WEIGHTS) if per else 1)
        score = table.agg(over).rename_axis("vendor").rename("score")
        return steady(score).rank(ascending=False) if rank else score


class LeadLow(Task):
    """The lower end of the interval of the difference of the two best."""

    answer, section = Number(tolerance=1e-6), _FIRM
    praise = "Right. Would another seven raters have put the same one first?"
    hints = ("One difference per rater: how many numbers do you then have?",
        "Their mean, and their standard error, std ÷ √n.",
        "stats.t.ppf(0.975, n − 1) standard errors, off the mean.")
    slips = {
        "normal": Slip("With so few raters 1.96 is too small: take Student's t.", times="normal"),
        "one_tail": Slip("You took t for 95 % on one side; 0.975 is needed.", times="tail"),
        "one_standard_error": Slip(_ONE, times="one"),
        "wrong_degrees": Slip("n − 1 degrees of freedom, not n.", times="n"),
        "upper_end": Slip(_UPPER, end="high"),
        "half_width": Slip(_HALF, end="half"),
        "no_interval": Slip(_POINT, end="middle"),
        "turned": Slip("You took the first from the second.", turned=True),
        "spread": Slip(_SPREAD, unit="spread"),
        "by_n": Slip("You divided by n: a standard error takes n − 1 (std(ddof=1)).", unit="by n"),
        "not_paired": Slip("You took two errors: compare within each rater.", unit="apart"),
        "scores_as_units": Slip("Your units are the single scores; raters are.", unit="scores"),
        "equal_weights": Slip("You took a plain mean; the criteria have weights.", _CARD,
            weights="equal"),
        "must_haves_ignored": Slip(_FAILING, _MUST, among="all"),
        "first_to_third": Slip("You compared the first with the third.", among="third"),
    }

    def solve(self, case, *, times="t", end="low", turned=False, unit="raters", weights="given",
              among="left"):
        table = _of_raters(case, weights)
        mean = steady(table.mean() if among == "all" else table[case.left].mean())
        # The two best are those of task 1, whatever weights the difference then takes.
        order = mean.nlargest(3).index if among == "all" else case.order
        one, two = order[0], order[2 if among == "third" else 1]
        if turned:
            one, two = two, one
        gap = table[one] - table[two]
        error = {"raters": gap.sem(), "spread": gap.std(), "by n": gap.sem(ddof=0),
            "apart": np.hypot(table[one].sem(), table[two].sem())}
        count = len(gap)
        if unit == "scores":
            share = pd.Series(WEIGHTS) / np.mean(list(WEIGHTS.values()))
            single = ((case.card[one] - case.card[two])[share.index] * share).to_numpy().ravel()
            error["scores"], count = stats.sem(single), len(single)
        factor = {"t": stats.t.ppf(0.975, count - 1), "normal": 1.96, "one": 1.0,
            "tail": stats.t.ppf(0.95, count - 1), "n": stats.t.ppf(0.975, count)}[times]
        return _end(gap.mean(), factor * error[unit], end)


def _end(middle, half, end):
    """Return an end of an interval, or what is taken for one."""
    return float({"low": middle - half, "high": middle + half, "half": half, "middle": middle}[end])


class Users(Task):
    """Who is a weekly user."""

    answer, section = Chosen(key="employee_id"), _ADOPTION
    praise = "Right: who is still there when the curiosity is over."
    hints = ("Which weeks count? How often must somebody have been there?",
        "Count weeks with a login, not logins.",
        "Keep the rows of the last weeks with a login, and count the rows of each person.")
    slips = {
        "ever": Slip("You took all who ever logged in: that is curiosity.", weeks="all", least=1),
        "once_late": Slip("You took who came once in the last weeks; three times is asked.",
            least=1),
        "two_weeks": Slip("Two of the four weeks are not enough.", least=2),
        "every_week": Slip("You asked for all four weeks; one may be missed.", least=4),
        "last_week": Slip("You looked at the last week only.", weeks="last", least=1),
        "first_weeks": Slip("Those are the first four weeks, not the last.", weeks="first"),
        "five_weeks": Slip("You took the last five weeks; four count.", weeks="five"),
        "rows_counted": Slip("You counted rows; weeks without a login have one, too.",
            count="rows"),
        "any_three_weeks": Slip("You counted three weeks of all twelve.", weeks="all"),
        "half_of_all": Slip("You took half of all twelve weeks.", weeks="all", least=6),
        "logins_counted": Slip("You counted logins, not weeks with one.", count="sum"),
        "entries": Slip("You asked for entries; a login is enough.", what="entries"),
    }

    def choices(self, case):
        return case.invited.index

    def facts(self, case):
        logins, entries = (case.weekly[name] for name in ("logins", "entries"))
        late = logins[logins.columns[-LAST:]] > 0
        place = case.invited["department"].reindex(logins.index)
        return facts(case.invited.index, {
            mark("they missed one of the last four weeks"): late.sum(axis=1) == LEAST,
            mark("they never entered anything"): entries.sum(axis=1) == 0,
            mark("they missed the first week"): logins.iloc[:, 0] == 0,
            mark("they missed the last week"): logins.iloc[:, -1] == 0,
            mark("they work in the shops"): place == "shops",
            mark("they work for a dealer"): place == "dealers",
            mark("they work in marketing"): place == "marketing",
            mark("they work in service"): place == "service",
            mark("they work in sales"): place == "sales",
        })

    def solve(self, case, *, weeks="late", least=LEAST, count="weeks", what="logins"):
        table = case.weekly[what]
        table = {"late": table.iloc[:, -LAST:], "all": table, "last": table.iloc[:, -1:],
            "five": table.iloc[:, -LAST - 1:], "first": table.iloc[:, :LAST]}[weeks]
        number = table.sum(axis=1) if count == "sum" else (table > 0).sum(axis=1)
        if count == "rows":
            number = table.notna().sum(axis=1)
        found = list(table.index[number >= least])
        if weeks == "five" and least == LEAST and count == "weeks" and found == self.solve(case):
            raise LookupError("in this company the fifth week changes nobody")
        return found


class Adoption(Task):
    """The share of weekly users by department, with its interval."""

    answer = PerCustomer(("share", "low", "high"), tolerance=1e-6, key="department")
    section = _ADOPTION
    praise = "Right: of all who were invited, with what so few people can tell."
    hints = ("Below the line stand all who were invited, above it the users of task 2.",
        "Two counts per department: how many were invited, how many of them are users.",
        "proportion_confint takes both, and method=\"wilson\".")
    slips = {
        "of_those_who_tried": Slip("You divided by those who logged in; all invited count.",
            below="tried"),
        "with_spreadsheets": Slip("You divided by all people; those with spreadsheets had no "
            "system.", below="all"),
        "ever": Slip("You counted all who ever logged in, not weekly users.", above="ever"),
        "enters_data": Slip("You counted those who enter data, not weekly users.", above="enters"),
        "not_users": Slip("You counted those who are no users.", above="not"),
        "simple_formula": Slip("You took p ± 1.96 √(p(1 − p)/n); Wilson's is asked.",
            method="normal"),
        "exact_method": Slip("You took the exact interval; Wilson's is asked.", method="beta"),
        "agresti": Slip("You took the interval by Agresti and Coull.", method="agresti_coull"),
        "ninety": Slip(_NINETY, alpha=0.10),
        "five_looks": Slip("You made it wider for five looks; one is asked.", alpha=0.01),
        "ends_swapped": Slip("Your lower ends are the upper ones.", swapped=True),
        "half_widths": Slip("You gave half widths; the ends are asked.", ends=False),
    }

    def facts(self, case):
        size = case.invited["department"].value_counts()
        return facts(size.index, {mark("they are a small department"): size < size.median()})

    def solve(self, case, *, below="invited", above="users", method="wilson", alpha=0.05,
              swapped=False, ends=True):
        ever = Users().solve(case, weeks="all", least=1)
        users = Users().solve(case)
        enters = case.weekly["entries"].iloc[:, -LAST:].sum(axis=1)
        enters = [name for name in users if enters[name] > 0]
        people = case.invited
        chosen = {"users": users, "ever": ever, "enters": enters,
            "not": people.index.difference(users)}[above]
        count = people["department"][people.index.isin(chosen)].value_counts()
        everyone = {"invited": people["department"], "all": case.pilot["department"],
            "tried": people["department"][people.index.isin(ever)]}[below].value_counts()
        count = count.reindex(everyone.index, fill_value=0)
        low, high = proportion_confint(count, everyone, alpha, method)
        share = count / everyone
        if swapped:
            low, high = high, low
        if not ends:
            low, high = share - low, high - share
        return pd.DataFrame({"share": share, "low": low, "high": high}).rename_axis("department")


class Cost(Task):
    """What each offer costs over five years."""

    answer, section = PerCustomer(("cost",), tolerance=1.0, key="vendor"), _COST
    praise = "Right: one horizon, yuan of today, and the setup as your projects went."
    hints = ("Which amounts come every year, which are paid today?",
        "A yuan at the end of each of five years: add up 1.08 to the −1, −2 … −5.",
        "12 months × seats × licence × that factor, plus setup × overrun, plus training.")
    slips = {
        "must_haves_ignored": Slip(_FAILING, _MUST, every=True),
        "not_discounted": Slip("You did not discount the licence.", factor="plain"),
        "paid_at_start": Slip("You took a year as paid at its start.", factor="start"),
        "one_year": Slip("That is one year; five are asked.", factor="one"),
        "six_payments": Slip("You counted six payments: the first is at the end of year 1.",
            factor="six"),
        "rate_taken_off": Slip("You took 0.92 to the power; divide by 1.08.", factor="off"),
        "last_year_only": Slip("You discounted all five years as the last one.", factor="last"),
        "months_forgotten": Slip("The licence is per month: a year has twelve.", months=1),
        "seats_forgotten": Slip("The licence is per seat.", seats=1),
        "quoted": Slip("You took the setup as quoted, without overrun.", _QUOTE, overrun="none"),
        "ratio_of_sums": Slip("You divided sums; the mean of the ratios is asked.", _QUOTE,
            overrun="sums"),
        "median_overrun": Slip("You took the median overrun; the mean is asked.", _QUOTE,
            overrun="median"),
        "quoted_by_paid": Slip("You divided quoted by paid.", _QUOTE, overrun="turned"),
        "overrun_alone": Slip("You counted the overrun alone, not the whole setup.", _QUOTE,
            overrun="less"),
        "training_forgotten": Slip("You left out the training.", training="none"),
        "hours_forgotten": Slip("You left out the hours of those who are trained.",
            training="fee"),
        "one_hour": Slip("You took one hour; it takes four.", training="hour"),
        "training_of_one": Slip("You trained one person; each seat has one.", training="one"),
        "overrun_of_all": Slip("You raised the whole cost; only the setup overruns.", _QUOTE,
            overrun="all"),
        "training_each_year": Slip("You paid the training each year; it is paid once.",
            training="yearly"),
        "licence_alone": Slip("That is the licence alone.", parts="licence"),
        "licence_forgotten": Slip("You left out the licence.", parts="rest"),
    }

    def facts(self, case):
        return Score().facts(case)

    def solve(self, case, *, every=False, factor="end", months=12, seats=SEATS, overrun="mean",
              training="all", parts="all"):
        table = case.offers if every else case.offers.loc[case.left]
        annuity = _annuity(factor)
        paid, quoted = case.projects["paid"], case.projects["quoted"]
        ratio = {"mean": (paid / quoted).mean(), "median": (paid / quoted).median(),
            "sums": paid.sum() / quoted.sum(), "none": 1.0, "turned": (quoted / paid).mean(),
            "less": (paid / quoted).mean() - 1, "all": (paid / quoted).mean()}[overrun]
        fee = table["training_fee"]
        a_seat = {"all": fee + HOURS * HOUR, "fee": fee, "none": 0 * fee, "hour": fee + HOUR,
            "yearly": annuity * (fee + HOURS * HOUR), "one": (fee + HOURS * HOUR) / SEATS}[training]
        licence = annuity * months * seats * table["licence"]
        rest = table["setup"] * ratio + SEATS * a_seat
        if overrun == "all":
            licence, rest = licence * ratio, table["setup"] * ratio + SEATS * a_seat * ratio
        found = {"all": licence + rest, "licence": licence, "rest": rest}[parts]
        return found.rename("cost")


def _annuity(factor):
    end = (1 + DISCOUNT) ** -np.arange(1.0, YEARS + 1)
    return float({"end": end.sum(), "start": end.sum() * (1 + DISCOUNT), "plain": YEARS,
        "one": 1.0, "last": YEARS * end[-1], "six": 1 + end.sum(),
        "off": ((1 - DISCOUNT) ** np.arange(1.0, YEARS + 1)).sum()}[factor])


@remembered
def _minutes(case, which="by lot"):
    """Return mean, standard error and standard deviation of the minutes saved a week, by arm."""
    table = case.pilot.set_index("employee_id")
    change = table["minutes_before"] - table["minutes_after"]
    if which == "after":
        change = -table["minutes_after"]
    if which == "turned":
        change = -change
    if which == "share":
        change = 100 * change / table["minutes_before"]
    if which == "users":
        kept = table.index.isin(Users().solve(case)) | (table["arm"] == OLD)
        table, change = table[kept], change[kept]
    groups = change.groupby(table["arm"])
    return groups.mean(), groups.sem(), groups.std()


def _minute(factor="end", lasting=LASTING, used=USED, weeks=WEEKS, per=60):
    """Return what a minute a week and seat is worth over the contract, yuan."""
    return _annuity(factor) * SEATS * weeks / per * HOUR * lasting * used


class Worth(Task):
    """The net present value of each offer."""

    answer, section = PerCustomer(("worth",), tolerance=1.0, key="vendor"), _VALUE
    praise = "Right: against those who kept their spreadsheets, users or not, less the cost."
    hints = ("Minutes before less minutes after, for each arm; then compare with one arm.",
        "Minutes × what a minute is worth a year × the factor that discounts.",
        "Each offer has its own minutes and its own cost; all arms are there by lot.")
    slips = {
        "no_comparison": Slip("You took before and after, without those with spreadsheets.",
            _SEAT, less="nobody"),
        "after_alone": Slip("You compared the second diary alone; take the change.", _SEAT,
            which="after"),
        "users_alone": Slip("You counted users alone; all who were invited count.", _SEAT,
            which="users"),
        "minutes_turned": Slip("You took before from after: saved is before less after.", _SEAT,
            which="turned"),
        "against_others": Slip("You compared with all the other people.", _SEAT, less="others"),
        "lasting_forgotten": Slip("You forgot that 0.85 of the use lasts.", lasting=1.0),
        "used_forgotten": Slip("You forgot that 0.7 of the time is used.", used=1.0),
        "weeks_52": Slip("You took 52 weeks; people work 46.", weeks=52),
        "not_discounted": Slip("You did not discount what the time is worth.", _COST,
            factor="plain"),
        "paid_at_start": Slip("You took what a year brings as there at its start.", _COST,
            factor="start"),
        "one_year": Slip("You counted the time of one year; five are asked.", factor="one"),
        "minutes_as_hours": Slip("A minute is a sixtieth of an hour.", per=1),
        "cost_forgotten": Slip("You did not take off the cost.", cost=0.0),
        "cost_added": Slip("You added the cost; it has to come off.", cost=-1.0),
        "cost_quoted": Slip("Your cost has the setup as quoted.", _QUOTE, bill="none"),
    }

    def facts(self, case):
        return Score().facts(case)

    def solve(self, case, **switches):
        return _worth(case, **switches)


@remembered
def _worth(case, *, less="spreadsheets", which="by lot", lasting=LASTING, used=USED,
           weeks=WEEKS, factor="end", per=60, cost=1.0, bill="mean"):
    mean = _minutes(case, which)[0]
    base = {"spreadsheets": mean[OLD], "nobody": 0.0}.get(less)
    if less == "others":
        size = case.pilot["arm"].value_counts()
        rest = {name: (mean * size).drop(name).sum() / size.drop(name).sum() for name in mean.index}
        base = pd.Series(rest)
    gain = (mean - base)[case.left]
    value = _minute(factor, lasting, used, weeks, per) * gain
    found = value - cost * Cost().solve(case, overrun=bill)
    return found.rename("worth").rename_axis("vendor")


class WorthLow(Task):
    """The lower end of what the highest score is worth more than the cheapest licence."""

    answer, section = Number(tolerance=60.0), _VALUE  # 1.96 or norm.ppf(0.975), of some million
    praise = "Right: so much more it is worth at least, if the shares hold."
    hints = ("Two offers, two groups of people: what is the error of a difference?",
        "np.hypot of two standard errors of the minutes; the spreadsheets cancel.",
        "Difference of the worth − 1.96 × error × what a minute is worth.")
    slips = {
        "upper_end": Slip(_UPPER, end="high"),
        "half_width": Slip(_HALF, end="half"),
        "no_interval": Slip(_POINT, end="middle"),
        "one_standard_error": Slip(_ONE, times=1.0),
        "ninety": Slip(_NINETY, times=1.645),
        "students_t": Slip(_STUDENT, times="t"),
        "three_looks": Slip("You made it wider for three looks; one is asked.", times="three"),
        "half_of_one_year": Slip("Your error is that of one year; the contract has five.",
            years=False),
        "spread": Slip(_SPREAD, _SEAT, error="spread"),
        "with_spreadsheets": Slip("You counted the error of the spreadsheets, which cancels.",
            error="three"),
        "twice_spreadsheets": Slip("You put two effects together; the spreadsheets cancel.",
            error="four"),
        "errors_added": Slip("You added the errors; take the root of the squares.", error="sum"),
        "one_error": Slip("You took the error of one of the two.", error="first"),
        "other_error": Slip("You took the error of the cheapest alone.", error="second"),
        "turned": Slip("You took the highest score from the cheapest.", turned=True),
        "against_nothing": Slip("That is against the spreadsheets, not the cheapest.",
            other="nothing"),
        "against_second": Slip("You compared with the second by score.", other="second"),
        "cost_forgotten": Slip("You left out that the two cost different amounts.", cost=0.0),
        "cost_added": Slip("You added the cost; it has to come off.", cost=-1.0),
        "lasting_forgotten": Slip("You forgot that 0.85 of the use lasts.", lasting=1.0),
        "used_forgotten": Slip("You forgot that 0.7 of the time is used.", used=1.0),
        "not_discounted": Slip("You did not discount what the time is worth.", _COST,
            factor="plain"),
        "users_alone": Slip("You counted users alone; all who were invited count.", _SEAT,
            which="users"),
    }

    def solve(self, case, *, end="low", times=1.96, error="two", turned=False, other="cheapest",
              which="by lot", cost=1.0, years=True, **worth):
        value = _worth(case, which=which, cost=cost, **worth)
        _mean, sem, std = _minutes(case, which)
        one = case.order[0]
        two = case.offers.loc[case.left, "licence"].idxmin()
        two = {"cheapest": two, "second": case.order[1], "nothing": OLD}[other]
        value, minute = value.reindex([*value.index, OLD], fill_value=0.0), _minute(**worth)
        pair = np.hypot(sem[one], sem[two])
        size = {"two": pair, "spread": np.hypot(std[one], std[two]),
            "three": np.hypot(pair, sem[OLD]), "four": np.hypot(pair, np.sqrt(2) * sem[OLD]),
            "sum": sem[one] + sem[two], "first": sem[one], "second": sem[two]}[error]
        gap = value[two] - value[one] if turned else value[one] - value[two]
        free = int(case.pilot["arm"].isin([one, two]).sum()) - 2
        times = {"t": stats.t.ppf(0.975, free), "three": stats.t.ppf(1 - 0.025 / 3, free)}.get(
            times, times)
        if not years:
            minute /= _annuity(worth.get("factor", "end"))
        return _end(gap, times * minute * size, end)


class TaughtLow(Task):
    """The lower end of what the course changed."""

    answer, section = Number(tolerance=3e-4), _TAUGHT  # 1.96 or norm.ppf(0.975)
    praise = "Right: like with like, because lots were drawn."
    hints = ("Between which two groups did lots decide?",
        "November, first less later; those who were sent belong to neither.",
        "np.hypot of the standard errors of the two means, 1.96 times, off the difference.")
    slips = {
        "before_and_after": Slip("Those sent were the weak ones: they rise by themselves.",
            groups="sent"),
        "change_against_others": Slip("The others fall, having had a good day: two errors.",
            groups="both"),
        "sent_among_trained": Slip("You counted those sent among the trained; no lots there.",
            groups="trained"),
        "sent_among_waiting": Slip("You counted those sent among those who wait; no lots there.",
            groups="waiting"),
        "first_against_sent": Slip("You compared the first wave with those sent; no lots there.",
            groups="sent and first"),
        "sent_against_rest": Slip("You compared those sent with the others.", groups="november"),
        "first_over_time": Slip("That is one wave before and after; lots give a comparison.",
            groups="first"),
        "change_by_lot": Slip("You took changes since March; fair, but November is asked.",
            groups="change"),
        "since_june": Slip("You took changes since June; fair, but November is asked.",
            groups="june"),
        "test_of_june": Slip("In June neither wave had been trained.", groups="wrong test"),
        "upper_end": Slip(_UPPER, end="high"),
        "half_width": Slip(_HALF, end="half"),
        "no_interval": Slip(_POINT, end="middle"),
        "one_standard_error": Slip(_ONE, times=1.0),
        "ninety": Slip(_NINETY, times=1.645),
        "students_t": Slip(_STUDENT, times="t"),
        "spread": Slip(_SPREAD, unit="spread"),
        "errors_added": Slip("You added the errors; take the root of the squares.", unit="sum"),
        "one_error": Slip("You took the error of one wave.", unit="first"),
        "turned": Slip("You took first from later.", turned=True),
    }

    def solve(self, case, *, groups="lot", end="low", times=1.96, unit="sem", turned=False):
        table = case.training
        first, later = (table[table["wave"] == name] for name in ("first", "later"))
        sent, rest = table[table["sent"]], table[~table["sent"]]
        nothing = pd.Series([0.0, 0.0])
        one, two = {
            "lot": (first["november"], later["november"]),
            "sent": (sent["june"] - sent["march"], nothing),
            "first": (first["november"] - first["march"], nothing),
            "both": (sent["june"] - sent["march"], rest["june"] - rest["march"]),
            "trained": (table.loc[table["sent"] | (table["wave"] == "first"), "november"],
                later["november"]),
            "waiting": (first["november"], table.loc[table["wave"] != "first", "november"]),
            "sent and first": (first["november"], sent["november"]),
            "november": (sent["november"], rest["november"]),
            "change": (first["november"] - first["march"], later["november"] - later["march"]),
            "june": (first["november"] - first["june"], later["november"] - later["june"]),
            "wrong test": (first["june"], later["june"]),
        }[groups]
        error = {"sem": np.hypot(one.sem(), two.sem()), "spread": np.hypot(one.std(), two.std()),
            "sum": one.sem() + two.sem(), "first": one.sem()}[unit]
        gap = two.mean() - one.mean() if turned else one.mean() - two.mean()
        if times == "t":
            times = stats.t.ppf(0.975, len(first) + len(later) - 2)
        return _end(gap, times * error, end)


TASKS = tasks_in(globals())
