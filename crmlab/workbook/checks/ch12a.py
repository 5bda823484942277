"""Checks of the exercise of chapter 12a, trust."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crmlab.arguments import steady
from crmlab.churn.drift import cusum, cusum_limit, excess_leavers
from crmlab.language import mark
from crmlab.logs.extracts import find_people
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

REGIONS = ("North", "East", "South", "West", "Central")
_REGION_SHARES = (0.22, 0.33, 0.20, 0.11, 0.14)
AGES = ("32 to 43", "44 to 56", "57 or more", "up to 31")  # in the order of a grouped table
_AGE_BASES, _AGE_ROWS = (0.44, 0.40, 0.50, 0.53), (700, 560, 460, 600)
FACTS = ("birth_year", "gender", "region", "first_month")
K = 10
THRESHOLD = 0.5  # from which on a customer is called
_ROWS, _INSIDE, _OUTSIDE = 1200, 230, 90  # of the extract; pages of people in it, and others
_WEEKS, _PER_WEEK, _CALM = 75, 60, 26  # of renewals; the first weeks, in which the score is right
_FIRST_ALARM, _LAST_ALARM = 32, 67
SLACK = 0.5

# Headings of the lesson to read again.
_ATTACK = mark("An attack on a harmless extract")
_K = mark("k-anonymity: nobody alone")
_NOISE = mark("A noisy count")
_DRIFT = mark("Is the score still right?")
_ANEW = mark("When is a new score worth its price?")
_FAIR = mark("Is the score fair?")
_WHY = mark("Why they cannot all be equal")


class Case(BaseCase):
    """The data of one participant, for chapter 12a.

    Attributes
    ----------
    extract : pandas.DataFrame
        Index customer_id: ``birth_year``, ``gender``, ``region``, ``first_month`` (of the first
        purchase), ``spend`` (yuan).
    pages : pandas.DataFrame
        One row per page of the intruder test: the same four facts as the page tells them
        (``first_month`` missing where it is not told), and ``customer_id``, the envelope.
    budget : pandas.Series
        ``epsilon``, the privacy budget of the year, and ``answers``, how many counts it is for.
    renewals : pandas.DataFrame
        One row per renewal: ``week`` (a number), ``score``, ``left``.
    limit : float
        Of the CUSUM, for one false alarm in twenty runs.
    since : pandas.DataFrame
        One row per renewal since the alarm: ``score``, ``corrected``, ``left``.
    terms : pandas.Series
        ``call_cost``, ``margin`` and ``new_score_cost`` (yuan), ``keeps`` (share of leavers whom a
        call keeps), ``renewals_a_week``.
    scored : pandas.DataFrame
        Index customer_id: ``age``, ``score``, ``left``.
    rates : pandas.Series
        ``leave`` (share of a group that leaves), ``right_calls`` (PPV), ``missed`` (miss rate).
    """

    size = 50  # nothing here depends on the customers of the company

    @cached_property
    def _drawn(self):
        """The parts of the case: of each, the first draw in which its traps are clear."""
        parts = []
        for place, (draw, clear) in enumerate(_PARTS):
            for attempt in range(200):
                found = draw(np.random.default_rng([self.seed, attempt, 12, place]))
                if clear(found):
                    break
            parts.append(found)
        return parts

    @handed_out
    def extract(self):
        return self._drawn[0][0]

    @handed_out
    def pages(self):
        return self._drawn[0][1]

    @handed_out
    def renewals(self):
        return self._drawn[1][0]

    @handed_out
    def limit(self):
        return self._drawn[1][1]

    @handed_out
    def since(self):
        return self._drawn[2][0]

    @handed_out
    def terms(self):
        return self._drawn[2][1]

    @handed_out
    def scored(self):
        return self._drawn[3]

    @handed_out
    def budget(self):
        rng = np.random.default_rng([self.seed, 12, 100])
        # Not 4 or 12: "a year for a month" would be one more name of the whole budget.
        answers = int(rng.choice([5, 6, 8, 10]))
        return pd.Series({"epsilon": round(rng.uniform(0.5, 1.5), 2), "answers": answers})

    @handed_out
    def rates(self):
        return self._drawn[4]

    @cached_property
    def facts(self):
        extract, size = self.extract, _sizes(self.extract)
        lives = {region: extract["region"] == region for region in REGIONS}
        return facts(extract.index, {
            mark("they live in West"): lives["West"],
            mark("they live in Central"): lives["Central"],
            mark("they live in North"): lives["North"],
            mark("they were born before 1960"): extract["birth_year"] < 1960,
            mark("they were born in 2000 or later"): extract["birth_year"] >= 2000,
            mark("they are women"): extract["gender"] == "female",
            mark("they are alone in their group"): size == 1,
            mark("their group has just 10 rows"): size == K,
            mark("their group has just 9 rows"): size == K - 1,
            mark("they spent more than 1,500 yuan"): extract["spend"] > 1500,
        })

    def about(self, name):
        if name not in self.extract.index:
            return ""
        row = self.extract.loc[name]
        size = _sizes(self.extract)[name]
        return f"{row['birth_year']}, {row['gender']}, {row['region']}, {size}"


def _people(rng, first, count):
    """Draw people of different ages and regions."""
    born = np.clip(np.rint(rng.normal(1984, 13, count)), 1948, 2006).astype(int)
    month = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 910, count), unit="D")
    return pd.DataFrame({
        "birth_year": born,
        "gender": np.where(rng.random(count) < 0.54, "female", "male"),
        "region": rng.choice(REGIONS, count, p=_REGION_SHARES),
        "first_month": month.strftime("%Y-%m").astype("str"),
        "spend": np.rint(rng.gamma(1.5, 400, count)),
    }, index=pd.Index([f"C{one:05d}" for one in first + np.arange(count)], name="customer_id"))


def _extract(rng):
    extract, others = _people(rng, 1, _ROWS), _people(rng, 5001, _OUTSIDE)
    chosen = extract.iloc[rng.permutation(_ROWS)[:_INSIDE]]
    pages = pd.concat([chosen, others]).drop(columns="spend").reset_index()
    pages = pages.iloc[rng.permutation(len(pages))].reset_index(drop=True)
    wrong = rng.random(len(pages)) < 0.05
    pages["birth_year"] = pages["birth_year"] + np.where(wrong, rng.choice([-1, 1], len(pages)), 0)
    pages["first_month"] = pages["first_month"].where(rng.random(len(pages)) < 0.6)
    pages.insert(0, "page", [f"W{one:03d}" for one in range(1, len(pages) + 1)])
    return extract, pages[["page", *FACTS, "customer_id"]]


def _extract_is_clear(drawn):
    """Return whether there are groups of just ten, rows that are alone, and false finds."""
    extract, pages = drawn
    sizes = _sizes(extract)
    claims = find_people(pages, extract, FACTS)["found"]
    false = claims.notna() & (claims != pages["customer_id"])
    return bool((sizes == K).any() and (sizes == 1).any() and false.sum() >= 4)


def _with_decades(extract):
    year = extract["birth_year"]
    return extract.assign(decade=year // 10 * 10, rounded=year.round(-1),
        rounded_up=(year + 5) // 10 * 10, age=(2025 - year) // 10 * 10)


def _sizes(extract):
    groups = _with_decades(extract).groupby(["decade", "gender", "region"])
    return groups["spend"].transform("size")


def _renewals(rng):
    week = np.repeat(np.arange(_WEEKS), _PER_WEEK)
    log_odds = rng.normal(-1.4, 0.75, len(week))
    more = rng.uniform(0.55, 0.75) * (week >= rng.integers(_FIRST_ALARM - 4, _LAST_ALARM))
    score = (1 / (1 + np.exp(-log_odds))).round(3)
    chance = 1 / (1 + (1 - score) / score * np.exp(-more))
    table = pd.DataFrame({"week": week, "score": score, "left": rng.random(len(week)) < chance})
    calm = table[table["week"] < _CALM]
    limit = cusum_limit(calm["score"], calm["week"], runs=400, seed=int(rng.integers(2**31)))
    return table, round(limit, 2)


def _renewals_are_clear(drawn):
    """Return whether the alarm comes late enough, and no earlier by other rules."""
    table, limit = drawn
    excess = excess_leavers(table["left"], table["score"], table["week"])
    sums = cusum(excess)
    above = np.flatnonzero(sums > limit)
    if not len(above) or not _FIRST_ALARM <= above[0] <= _LAST_ALARM:
        return False
    first, single = above[0], np.flatnonzero(excess.to_numpy() > 1.96)
    zero = np.flatnonzero(sums[:first] == 0)
    if single[0] > first or not len(zero):
        return False
    total = (excess - SLACK).cumsum()
    if total.max() < 0.05:  # set to 0 at the end only, it would say nothing
        return False
    by_other_sums = [np.flatnonzero(other > limit)[:1] for other in
        (cusum(excess, 0.0), total, excess)]
    weeks = [first - 1, first, first + 1, first + 4, sums.argmax(), single[0], zero[-1] + 1,
        len(above), *np.concatenate(by_other_sums)]
    return bool(len(set(weeks)) == len(weeks) and np.abs(sums[: first + 1] - limit).min() > 0.05)


def _since(rng):
    count = 1600
    log_odds = rng.normal(-1.4, 0.75, count)
    score = (1 / (1 + np.exp(-log_odds))).round(3)
    corrected = 1 / (1 + (1 - score) / score * np.exp(-rng.uniform(0.55, 0.75)))
    table = pd.DataFrame({"score": score, "corrected": corrected.round(3),
        "left": rng.random(count) < corrected})
    terms = pd.Series({"call_cost": float(rng.choice([6, 7, 8])),
        "margin": float(rng.choice([160, 180, 200])), "keeps": 0.20,
        "renewals_a_week": float(rng.choice([1500, 1800, 2000])),
        "new_score_cost": float(rng.choice([15_000, 20_000]))})
    return table, terms


def _since_is_clear(drawn):
    """Return whether nobody stands at a threshold, and the gain is not near 0."""
    table, terms = drawn
    cut = terms["call_cost"] / (terms["keeps"] * terms["margin"])
    near = np.abs(table[["score", "corrected"]] - cut).min().min()
    return bool(near > 1e-6 and abs(_net(table, terms)) > 3_000)


def _net(table, terms):
    cut = terms["call_cost"] / (terms["keeps"] * terms["margin"])
    pays = terms["keeps"] * terms["margin"] * table["left"] - terms["call_cost"]
    gain = pays * ((table["corrected"] >= cut).astype(int) - (table["score"] >= cut))
    return float(52 * terms["renewals_a_week"] * gain.mean() - terms["new_score_cost"])


def _scored(rng):
    age = np.repeat(AGES, _AGE_ROWS)
    base = np.repeat(_AGE_BASES, _AGE_ROWS)
    score = rng.beta(2.2 * base, 2.2 * (1 - base)).round(2)
    table = pd.DataFrame({"age": age, "score": score, "left": rng.random(len(age)) < score})
    table = table.iloc[rng.permutation(len(table))]
    return table.set_axis(pd.Index([f"C{one:05d}" for one in range(1, len(table) + 1)],
        name="customer_id"))


def _scored_is_clear(table):
    """Return whether in each group a leaver stands at the threshold."""
    at = table[(table["score"] == THRESHOLD) & table["left"]]
    return at["age"].nunique() >= 2


def _rates(rng):
    ends = {"leave": (0.36, 0.46), "right_calls": (0.66, 0.74), "missed": (0.22, 0.34)}
    return pd.Series({name: round(rng.uniform(*pair), 2) for name, pair in ends.items()})


def _rates_are_clear(rates):
    """Return whether no two rates, given or forced, are the same, even rounded."""
    leave, right, missed = rates
    forced = leave / (1 - leave) * (1 - right) / right * (1 - missed)
    return min(abs(forced - (1 - right)), abs(1 - missed - right)) > 0.0101


_PARTS = ((_extract, _extract_is_clear), (_renewals, _renewals_are_clear),
    (_since, _since_is_clear), (_scored, _scored_is_clear), (_rates, _rates_are_clear))


@remembered
def _attack(case, told="all"):
    """Return what the stranger says of each page, and whether she is right."""
    names = [fact for fact in FACTS if told == "all" or fact != "first_month"]
    pages = case.pages
    if told == "pages with month":
        pages, names = pages[pages["first_month"].notna()], list(FACTS)
    found = find_people(pages, case.extract, names)
    right = found["found"] == pages["customer_id"]
    return pages, found, right


def _counted(case, count="right", over="inside", told="all"):
    """Return how many people were found, and of how many."""
    pages, found, right = _attack(case, told)
    inside = pages["customer_id"].isin(case.extract.index)
    if count == "any":  # the person is among the candidates, however many
        alike = case.extract.reset_index().merge(pages, on=["birth_year", "gender", "region"])
        alike = alike[alike["first_month_y"].isna()
            | (alike["first_month_x"] == alike["first_month_y"])]
        number = (alike["customer_id_x"] == alike["customer_id_y"]).sum()
    else:
        alone = ~case.extract.duplicated(list(FACTS), keep=False)
        number = {"right": right.sum(), "said": found["found"].notna().sum(),
            "met": (found["candidates"] > 0).sum(), "alone": alone.sum()}[count]
    everybody = case.pages["customer_id"].isin(case.extract.index)
    whole = {"inside": inside.sum(), "all inside": everybody.sum(), "pages": len(pages),
        "said": found["found"].notna().sum(), "extract": len(case.extract)}[over]
    return int(number), int(whole)


class Found(Task):
    """The share of people in the extract whom a stranger finds."""

    answer, section = Number(), _ATTACK
    praise = "Right: found, and rightly, of those who can be found."
    hints = ("A find is a page with one candidate. Is it the right person?",
        "Compare `found` with the envelope, `customer_id`. Who could have been found at all?",
        "Right finds, over the pages whose `customer_id` is in the index of the extract.")
    slips = {
        "of_pages": Slip("You divided by all pages; who is not in the extract cannot be found "
            "there.", over="pages"),
        "of_claims": Slip("That is how many of those she names are right; asked is how many of "
            "the people in the extract are found.", over="said"),
        "of_the_extract": Slip("You divided by the rows of the extract; only those with a page "
            "were looked for.", over="extract"),
        "false_finds": Slip("You counted what she says, right or wrong: open the envelope.",
            count="said"),
        "among_several": Slip("You counted people who are among several candidates; a find has "
            "one.", count="any"),
        "any_candidate": Slip("You counted every page that has a candidate.", count="met"),
        "without_month": Slip("You left out the month of the first purchase, which she knows of "
            "many.", told="no month"),
        "month_only": Slip("You took only pages that tell the month; the others are looked for by "
            "three facts.", told="pages with month"),
        "month_demanded": Slip("You found nobody whose page tells no month; such a page is "
            "compared in the three facts that it tells.", told="pages with month",
            over="all inside"),
        "rows_alone": Slip("That is the share of rows that are like no other; asked is whom she "
            "finds by what the pages tell.", count="alone", over="extract"),
    }

    def sizes(self, case):
        return (_counted(case)[1],)

    def solve(self, case, **switches):
        number, whole = _counted(case, **switches)
        return number / whole


class FoundHigh(Task):
    """The upper end of the interval of that share."""

    answer, section = Number(relative=1e-4), _ATTACK
    praise = "Right: what she may find, as far as so many pages can tell."
    hints = ("A share of so many cases: which interval did chapter 1 use?",
        "`proportion_confint` of statsmodels, with the method of Wilson.",
        "It takes the number of right finds, the number of people, and `method=\"wilson\"`; its "
            "second value is the upper end.")
    slips = {
        "lower_end": Slip("That is the lower end; a risk is judged by the upper one.", end=0),
        "normal": Slip("That is the interval of the normal distribution, the default of the "
            "function; Wilson's is asked.", method="normal"),
        "ninety": Slip("That is a 90 % interval.", alpha=0.10),
        "ninety_nine": Slip("That is a 99 % interval.", alpha=0.01),
        "five": Slip("That is a 5 % interval: `alpha` is the share outside, 0.05.", alpha=0.95),
        "exact": Slip("That is the interval of Clopper and Pearson; Wilson's is asked.",
            method="beta"),
        "point": Slip("That is the share itself.", end="point"),
        "half": Slip("That is half of the interval; its end is asked.", end="half"),
        "of_pages": Slip("You took all pages; who is not in the extract cannot be found there.",
            over="pages"),
        "of_claims": Slip("You took the interval of how many of her claims are right.",
            over="said"),
        "false_finds": Slip("You counted what she says, right or wrong.", count="said"),
    }

    def solve(self, case, *, end=1, method="wilson", alpha=0.05, **switches):
        number, whole = _counted(case, **switches)
        ends = proportion_confint(number, whole, alpha=alpha, method=method)
        if end == "point":
            return number / whole
        return float((ends[1] - ends[0]) / 2 if end == "half" else ends[end])


class LeftOut(Task):
    """The rows in groups that are too small."""

    answer, section = Chosen(), _K
    praise = "Right: rows that fewer than nine others look like; most of them in the small regions."
    hints = ("How many rows look like this one? Make a column of that.",
        "`groupby([…])[\"spend\"].transform(\"size\")` gives each row the size of its group.",
        "The index of the rows whose group is smaller than 10. The decade of a year is "
            "`year // 10 * 10`.")
    slips = {
        "ten_too": Slip("You left out groups of 10, too; such a group has k = 10.", least=K + 1),
        "unique_only": Slip("You left out rows that are alone; k = 10 asks for nine others.",
            least=2),
        "five": Slip("You took 5 for k; 10 is asked.", least=5),
        "one_a_group": Slip("You left out one row of each small group; all of its rows go.",
            rows="first"),
        "year": Slip("You grouped by the birth year; decades are asked.", age="birth_year"),
        "rounded": Slip("You rounded the year to the next decade; 1987 belongs to 1980.",
            age="rounded"),
        "rounded_up": Slip("You counted years that end in 5 to 9 to the next decade; 1987 belongs "
            "to 1980.", age="rounded_up"),
        "age": Slip("You took decades of the age; decades of birth are asked.", age="age"),
        "no_gender": Slip("You left out the sex; it leaves the house, too.", gender=False),
        "no_region": Slip("You left out the region; it leaves the house, too.", region=False),
        "with_month": Slip("You grouped by the month of the first purchase, too; it stays at home.",
            month=True),
    }

    def choices(self, case):
        return case.extract.index

    def solve(self, case, *, least=K, rows="all", age="decade", gender=True, region=True,
              month=False):
        extract = _with_decades(case.extract)
        named = {"gender": gender, "region": region, "first_month": month}
        by = [age, *(name for name, used in named.items() if used)]
        size = extract.groupby(by)["spend"].transform("size")
        small = extract[size < least]
        return list((small.drop_duplicates(by) if rows == "first" else small).index)


class HalfWidth(Task):
    """Half of the interval of each noisy count, under a budget."""

    answer, section = Number(relative=1e-4), _NOISE
    praise = "Right: a budget is shared out, and each answer gets noisier."
    hints = ("ε adds up over the answers. How much is left for each?",
        "95 % of the noise of a Laplace distribution lies within ln 20 × its scale, and the scale "
            "is 1 ÷ ε.",
        "ln 20, over the ε of one answer.")
    slips = {
        "whole_budget": Slip("You gave the whole budget to each answer; together they would spend "
            "it many times.", share="whole"),
        "budget_each": Slip("You multiplied the budget by the answers; it is shared out.",
            share="times"),
        "root": Slip("You shared out by the root of the answers; ε adds up.", share="root"),
        "normal": Slip("You took 1.96 standard deviations; the noise is Laplace's, not normal.",
            form="normal"),
        "normal_scale": Slip("You took 1.96 times the scale; 95 % of a Laplace distribution lie "
            "within ln 20 = 3.0 times it.", form="scale"),
        "one_side": Slip("That leaves 5 % on each side, a 90 % interval.", form="one side"),
        "whole_interval": Slip("That is the whole interval; half of it is asked.", form="double"),
        "sd": Slip("That is the standard deviation of the noise.", form="sd"),
        "scale": Slip("That is the scale of the noise.", form="1"),
        "log_ten": Slip("You took the logarithm to the base 10; it is the natural one.",
            form="log10"),
        "three": Slip("You took 3 for ln 20; round at the end only.", form="3"),
        "two_sides": Slip("That leaves 2.5 % outside; ln 20 counts both sides already.",
            form="two sides"),
        "epsilon_turned": Slip("You multiplied by ε; the scale of the noise is 1 ÷ ε.",
            share="turned"),
    }

    def solve(self, case, *, share="each", form="ln 20"):
        epsilon, answers = case.budget["epsilon"], case.budget["answers"]
        each = {"each": epsilon / answers, "whole": epsilon, "times": epsilon * answers,
            "root": epsilon / np.sqrt(answers), "turned": answers / epsilon}[share]
        width = {"ln 20": np.log(20), "normal": 1.96 * np.sqrt(2), "scale": 1.96,
            "one side": np.log(10), "double": 2 * np.log(20), "sd": np.sqrt(2), "1": 1.0,
            "log10": np.log10(20), "3": 3.0, "two sides": np.log(40)}[form]
        return float(width / each)


class Sums(Task):
    """The CUSUM of the excess, week by week."""

    # Two digits are enough to see when an alarm comes.
    answer, section = PerCustomer(("sums",), tolerance=0.0051, key="week"), _DRIFT
    praise = "Right: small excesses add up, and calm weeks bring it back to 0."
    hints = ("First z of each week, then add up what exceeds one half.",
        "`crm.churn.excess_leavers` gives z; `crm.churn.cusum` adds up, in the order of the weeks.",
        "`cusum` gives an array: make a Series of it, with the index of the excess.")
    slips = {
        "no_slack": Slip("You left out the slack of one half: luck alone then adds up.",
            slack=0.0),
        "slack_one": Slip("You took a slack of 1; one half is asked.", slack=1.0),
        "slack_added": Slip("You added the slack; it is taken off.", slack=-0.5),
        "never_reset": Slip("You added up without going back to 0: a calm year would buy credit "
            "for a bad one.", form="sum"),
        "excess": Slip("That is the excess of each week; it has to be added up.", form="z"),
        "not_standardised": Slip("You added up numbers of leavers; z is their excess in standard "
            "deviations.", form="count"),
        "shares": Slip("You added up shares; z is the excess in standard deviations.",
            form="share"),
        "spread_of_outcomes": Slip("You divided by the standard deviation of the weeks; luck alone "
            "is √Σ p(1 − p).", form="sd"),
        "luck_of_the_mean": Slip("You took the luck of the mean score, n p(1 − p); it is "
            "Σ p(1 − p) over the renewals of the week.", form="mean"),
        "luck_of_those_who_left": Slip("You took luck from the share that left; how far luck leads "
            "if the score is right, the score says.", form="own"),
        "root_of_leavers": Slip("You divided by the root of the leavers expected; luck is "
            "√Σ p(1 − p).", form="root"),
        "reset_at_the_end": Slip("You set sums below 0 to 0 at the end; each week goes on from the "
            "one before, already set to 0.", form="late"),
        "never_down": Slip("You added up only weeks above one half; calm weeks take away from the "
            "sum.", form="early"),
        "either_way": Slip("You took the size of the excess: a calm week would ring, too.",
            form="abs"),
        "below": Slip("You looked for fewer leavers than the score says; more is the harm.",
            form="below"),
    }

    def facts(self, case):
        return facts(range(_WEEKS), {})

    def solve(self, case, *, slack=SLACK, form="cusum"):
        weeks = case.renewals.assign(off=case.renewals["left"] - case.renewals["score"])
        excess = excess_leavers(weeks["left"], weeks["score"], weeks["week"])
        by_week = weeks.groupby("week")
        off, score, left = (by_week[name] for name in ("off", "score", "left"))
        luck = {"sd": off.sum().std(), "mean": np.sqrt(score.sum() * (1 - score.mean())),
            "own": np.sqrt(left.sum() * (1 - left.mean())), "root": np.sqrt(score.sum())}
        if form in luck:
            z = off.sum() / luck[form]
        else:
            z = {"count": off.sum(), "share": off.mean(), "below": -excess,
                "abs": excess.abs()}.get(form, excess)
        over = z - slack
        found = {"z": z, "sum": over.cumsum(), "late": over.cumsum().clip(lower=0),
            "early": over.clip(lower=0).cumsum()}.get(form, cusum(z, slack))
        return pd.Series(np.asarray(found), pd.RangeIndex(len(z), name="week"), name="sums")


class Alarm(Task):
    """The week of the first alarm."""

    answer, section = Number(readable=False), _DRIFT
    praise = "Right: the first week above the limit. It is known when its outcomes are."
    hints = ("An alarm is a sum above the limit. Which is the first?",
        "Compare all sums with the limit; `idxmax` of a column of yes and no gives the first yes.",
        "`(… > limit).idxmax()`, with your sums for the dots.")
    slips = {
        "highest": Slip("That is the week with the highest sum; the first one above the limit is "
            "asked.", pick="highest"),
        "week_before": Slip("That is the last week below the limit.", pick="before"),
        "counted_from_1": Slip("That is one too many: weeks are numbered from 0.", pick="after"),
        "known_later": Slip("You added the four weeks until the outcome is known; the week of the "
            "renewals is asked.", pick="known"),
        "first_excess": Slip("That is the first week whose own z is above 1.96: in so many weeks "
            "luck brings one.", pick="z"),
        "begins_to_rise": Slip("That is where the sum leaves 0 for the last time; nobody knew it "
            "then.", pick="rise"),
        "how_many": Slip("That is how many weeks are above the limit.", pick="count"),
        "last": Slip("That is the last week above the limit; the first is asked.", pick="last"),
        "sum_itself": Slip("That is the sum of that week; its number is asked.", pick="sum"),
        "week_alone": Slip("That is the first week whose own z is above the limit; the limit is "
            "one for sums.", sums="excess"),
        "sums_without_slack": Slip("That is the alarm of sums without the slack of one half.",
            sums="no_slack"),
        "sums_never_reset": Slip("That is the alarm of sums that do not go back to 0.",
            sums="never_reset"),
    }

    def solve(self, case, *, pick="first", sums=""):
        z = Sums().wrong(case, "excess").to_numpy()
        sums = Sums().wrong(case, *([sums] if sums else [])).to_numpy()
        above = np.flatnonzero(sums > case.limit)
        if not len(above):
            return np.nan  # by sums of another kind there may be no alarm
        zero = np.flatnonzero(sums[: above[0]] == 0)
        return float({"first": above[0], "highest": steady(sums).argmax(), "before": above[0] - 1,
            "after": above[0] + 1, "known": above[0] + 4, "z": np.flatnonzero(z > 1.96)[0],
            "rise": zero[-1] + 1 if len(zero) else np.nan, "count": len(above),
            "last": above[-1], "sum": sums[above[0]]}[pick])


class Net(Task):
    """What a new score brings in 52 weeks, its price paid."""

    answer, section = Number(tolerance=0.02, relative=1e-6), _ANEW
    praise = "Right: what other calls bring, of all renewals of the year, less the price."
    hints = ("Who is called by one score and not by the other? Only they make a difference.",
        "A call pays from call_cost ÷ (keeps × margin) on. What it brings: keeps × margin if "
            "the customer would leave, less what it costs, in any case.",
        "The mean gain of a renewal, times renewals of 52 weeks, less the price of the score.")
    slips = {
        "no_price": Slip("You left out the price of the new score.", price=0.0),
        "price_each_week": Slip("You paid for the new score every week.", price=52.0),
        "one_week": Slip("That is what one week brings; 52 are asked.", weeks=1.0),
        "sample_only": Slip("You took the renewals of the table for those of a week.",
            count="table"),
        "new_alone": Slip("That is what the calls by the corrected score bring; the old score's "
            "calls brought something, too.", against="none"),
        "threshold_margin": Slip("You called from call_cost ÷ margin on: a call keeps only a share "
            "of the leavers.", cut="margin"),
        "threshold_half": Slip("You called from 50 % on; a call pays from call_cost ÷ (keeps × "
            "margin) on.", cut="half"),
        "all_kept": Slip("You counted each leaver who is called as kept.", keeps="all"),
        "calls_free": Slip("You left out what the calls cost.", calls=0.0),
        "leavers_only": Slip("You paid for calls to leavers only; the others are called, too.",
            calls="leavers"),
        "expected_by_old": Slip("You took the old score for the chance to leave; it is wrong, and "
            "`left` says what happened.", truth="score"),
        "expected_by_new": Slip("You took the corrected score for the chance to leave; `left` says "
            "what happened.", truth="corrected"),
        "twelve": Slip("You multiplied by 12, as if a week were a month.", weeks=12.0),
        "price_added": Slip("You added the price of the new score; it is paid.", price=-1.0),
        "old_alone": Slip("That is what the calls by the old score bring.", against="itself",
            price=0.0),
        "all_leave": Slip("You counted everybody who is called as a leaver; `left` says who is "
            "one.", truth="all"),
        "gain_of_the_table": Slip("That is what the rows of the table bring together; a year has "
            "52 weeks of `renewals_a_week`.", weeks=1.0, count="table", price=0.0),
        "changed_only": Slip("You took the mean of those who are called by one score only; the "
            "others count with 0.", count="changed"),
    }

    def solve(self, case, *, price=1.0, weeks=52.0, count="week", against="old", cut="right",
              keeps="share", calls=1.0, truth="left"):
        table, terms = case.since, case.terms
        share = terms["keeps"]
        limit = {"right": terms["call_cost"] / (share * terms["margin"]),
            "margin": terms["call_cost"] / terms["margin"], "half": 0.5}[cut]
        worth = (1.0 if keeps == "all" else share) * terms["margin"]
        left = table.assign(all=1.0)[truth].astype(float)
        paid = left if calls == "leavers" else calls
        pays = worth * left - terms["call_cost"] * paid
        new, old = ((table[name] >= limit).astype(int) for name in ("corrected", "score"))
        more = {"old": new - old, "none": new, "itself": old}[against]
        number = {"week": terms["renewals_a_week"], "table": len(table),
            "changed": terms["renewals_a_week"] * len(table) / max((new != old).sum(), 1)}[count]
        return float(weeks * number * (pays * more).mean() - price * terms["new_score_cost"])


class Missed(Task):
    """The miss rate of each age."""

    answer, section = PerCustomer(("missed",), key="age"), _FAIR
    praise = "Right: of those who leave, how many nobody calls."
    hints = ("Of whom is it a share: of all, of those not called, or of those who leave?",
        "Take those who leave. Who of them is below the threshold?",
        "Of the leavers, the mean of `score < 0.5`, by age.")
    slips = {
        "of_all": Slip("You divided by all customers of the age; of those who leave is asked.",
            among="all"),
        "of_not_called": Slip("That is, of those not called, the share that leaves: the question "
            "turned round.", among="not called"),
        "in_vain": Slip("That is the false positive rate: of those who stay, the share that is "
            "called.", among="stayers"),
        "stayers_spared": Slip("That is, of those who stay, the share that is not called.",
            among="spared"),
        "at_the_threshold": Slip("You did not call those with just 50 %; from 50 % on includes "
            "them.", strict=True),
        "share_leaving": Slip("That is the share that leaves.", among="base"),
        "right_calls": Slip("That is, of those called, the share that leaves.", among="called"),
        "not_called": Slip("That is the share of all that is not called.", among="any"),
        "numbers": Slip("Those are numbers of people; shares are asked.", among="number"),
        "of_all_missed": Slip("That says how the missed fall on the ages; asked is the share of "
            "each age's leavers.", among="of missed"),
        "of_all_leavers": Slip("You divided by the leavers of all ages; those of the age are "
            "asked.", among="of leavers"),
        "wrong_calls": Slip("That is, of those called, the share that stays.",
            among="called wrong"),
    }

    def facts(self, case):
        return facts(AGES, {})

    def solve(self, case, *, among="leavers", strict=False):
        table = case.scored
        called = table["score"] > THRESHOLD if strict else table["score"] >= THRESHOLD
        left, age = table["left"], table["age"]
        missed = ~called & left

        def share(what, of):
            return what[of].groupby(age[of]).mean()

        count = missed.groupby(age).sum().astype(float)
        everybody = pd.Series(True, table.index)
        found = {"leavers": lambda: share(~called, left), "all": lambda: share(missed, everybody),
            "not called": lambda: share(left, ~called), "stayers": lambda: share(called, ~left),
            "spared": lambda: share(~called, ~left), "base": lambda: share(left, everybody),
            "called": lambda: share(left, called), "any": lambda: share(~called, everybody),
            "number": lambda: count, "of missed": lambda: count / count.sum(),
            "of leavers": lambda: count / left.sum(),
            "called wrong": lambda: share(~left, called)}[among]()
        return found.reindex(list(AGES)).astype(float).rename("missed")


class Forced(Task):
    """The false positive rate that the other rates force."""

    answer, section = Number(relative=1e-4), _WHY
    praise = "Right: three of the rates leave no choice for the fourth."
    hints = ("The formula of the lesson has p, PPV and FNR. Which of your rates is which?",
        "p ÷ (1 − p) are the odds of leaving; the miss rate is FNR.",
        "Odds of leaving, times the odds of a wrong call, times the share of leavers who are "
            "called.")
    slips = {
        "share_for_odds": Slip("You took p; the formula has the odds, p ÷ (1 − p).", base="share"),
        "odds_turned": Slip("You turned the odds of leaving round.", base="turned"),
        "ppv_turned": Slip("You turned PPV round: it is (1 − PPV) ÷ PPV.", calls="turned"),
        "wrong_calls": Slip("You took 1 − PPV; the formula divides it by PPV.", calls="wrong"),
        "missed_for_called": Slip("You took the miss rate; the formula has the share of leavers "
            "who are called, 1 − FNR.", found="missed"),
        "without_missed": Slip("You left out the share of leavers who are called.", found="none"),
        "divided": Slip("You divided by the share of leavers who are called.", found="divided"),
        "of_calls": Slip("That is 1 − PPV: of those called, the share that stays. Asked is, of "
            "those who stay, the share that is called.", base="1", calls="wrong", found="none"),
        "all_called": Slip("That is the share of all that is called.", base="share", calls="all"),
        "odds_left_out": Slip("You left out the odds of leaving, p ÷ (1 − p).", base="1"),
    }

    def solve(self, case, *, base="odds", calls="odds", found="called"):
        leave, right, missed = case.rates[["leave", "right_calls", "missed"]]
        odds = {"odds": leave / (1 - leave), "share": leave, "turned": (1 - leave) / leave,
            "1": 1.0}[base]
        wrong = {"odds": (1 - right) / right, "turned": right / (1 - right),
            "wrong": 1 - right, "all": 1 / right}[calls]
        called = {"called": 1 - missed, "missed": missed, "none": 1.0,
            "divided": 1 / (1 - missed)}[found]
        return float(odds * wrong * called)


TASKS = tasks_in(globals())
