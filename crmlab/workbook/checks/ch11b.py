"""Checks of the exercise of chapter 11b, what to mend."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.arguments import steady
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

PAINS = ("phone queue", "log in again", "missed parcel")
# Share of touches hit; chance that a hit loses a purchase; cost of mending (yuan); answers.
_HIT, _LOSES, _COST = (0.45, 0.40, 0.16), (0.02, 0.42, 0.20), (120_000, 150_000, 75_000)
_HARD = (260, 80, 60)
_PERSONS, _DRAWS = 500, 2_000
YEAR = 365 / 92
SPAN = (10, 19)  # weeks after the repair, both counted
BASE = 10  # weeks before it
PAPER, LOOKS_BACK, PAPER_SPAN = pd.Timestamp("2025-02-10"), 8, (8, 15)

# Headings of the lesson to read again.
_LOST = mark("What does a hit cost?")
_MONEY = mark("From hits to money, and to places")
_WAVES = mark("Last year's repair, in waves by lot")
_UNITS = mark("Rows are not units")
_WORST = mark("When it must not be used")


class Case(BaseCase):
    """The data of one participant, for chapter 11b.

    Attributes
    ----------
    touches : pandas.DataFrame
        One row per touch: ``person``, ``pain`` (the touchpoint), ``hit`` (whether the pain was
        met), ``purchases`` in the 30 days from then on.
    points : pandas.DataFrame
        Index pain: ``hits`` and ``people`` hit in 92 days, ``hard`` (bad answers), ``amount`` and
        ``margin`` of a purchase (yuan), ``cure`` (share of hits that stay away), ``cost`` of
        mending in 12 months (yuan).
    draws : pandas.DataFrame
        2,000 draws (rows) of the net of mending each pain point (columns), yuan in 12 months.
    depots : pandas.DataFrame
        ``depot``, ``customers``; ``second_van`` and ``sorting``: the Mondays of two repairs.
    weeks : pandas.DataFrame
        One row per depot and week: ``week``, ``depot``, ``orders``, ``late``.
    wave : str
        Monday of the wave that the exercise asks about.
    paper : str
        Monday of a repair that was none.
    """

    size = 50  # the depots do not depend on the customers

    @cached_property
    def _drawn(self):
        """Touches, points and draws: the first of many in which the traps are clear."""
        for attempt in range(200):
            rng = np.random.default_rng([self.seed, attempt, 11])
            touches, points = _touches(rng), _points(rng)
            drawn = touches, points, _draws(rng, touches, points)
            if _is_clear(*drawn):
                break
        return drawn

    @handed_out
    def touches(self):
        return self._drawn[0]

    @handed_out
    def points(self):
        return self._drawn[1]

    @handed_out
    def draws(self):
        return self._drawn[2]

    @handed_out
    def depots(self):
        return self.company.depots

    @handed_out
    def weeks(self):
        return self.company.depot_weeks[["week", "depot", "orders", "late"]]

    @handed_out
    def wave(self):
        second = sorted(self.depots["sorting"].unique())[1]
        return str(pd.Timestamp(second).date())

    @handed_out
    def paper(self):
        return str(PAPER.date())

    @cached_property
    def since(self):
        """Week of the repair of each depot, as a number of the week in the table."""
        start = self.depots.set_index("depot")["sorting"]
        return ((start - self.weeks["week"].min()).dt.days // 7).astype(int)

    @cached_property
    def start(self):
        """Week of the wave, as a number."""
        return int((pd.Timestamp(self.wave) - self.weeks["week"].min()).days // 7)

    @cached_property
    def tables(self):
        """Orders, orders per 100 customers, and share late: a row per depot, a column per week."""
        wide = {name: self.weeks.pivot(index="depot", columns="week", values=name).to_numpy(float)
            for name in ("orders", "late")}
        people = self.depots["customers"].to_numpy()[:, None]
        return {"orders": wide["orders"], "per_100": 100 * wide["orders"] / people,
            "late": wide["late"] / wide["orders"], "count": wide["late"]}

    @cached_property
    def facts(self):
        since, end = self.since, self.start + SPAN[1]
        depots = self.depots.set_index("depot")
        people = depots["customers"]
        return facts(since.index, {
            mark("they are of the wave itself"): since.index[since == self.start],
            mark("they were repaired before that wave"): since.index[since < self.start],
            mark("they are repaired before the weeks have ended"):
                since.index[(since > self.start) & (since <= end)],
            mark("they are repaired in the week after the last one"):
                since.index[since == end + 1],
            mark("they have a second van"): depots.index[depots["second_van"].notna()],
            mark("they serve fewer than 2,200 people"): people.index[people < 2200],
            mark("they serve more than 3,000 people"): people.index[people > 3000],
        })

    def about(self, name):
        row = self.depots[self.depots["depot"] == name]
        return "".join(f"sorting {one.sorting:%Y-%m-%d}" for one in row.itertuples())


def _touches(rng):
    """Draw touches of people who differ in how often they are there, and buy."""
    parts = []
    for pain, hit_share, loses in zip(PAINS, _HIT, _LOSES, strict=True):
        rate = rng.gamma(1.5, 1 / 1.5, _PERSONS)
        person = np.repeat(np.arange(_PERSONS), 1 + rng.poisson(1.2 * rate))
        n = len(person)
        hit = rng.random(n) < hit_share
        purchases = rng.poisson(0.25 + 0.85 * rate[person])
        lost = hit & (rng.random(n) < loses * rng.uniform(0.85, 1.15))
        purchases = np.maximum(purchases - lost, 0)
        number = 1000 * (1 + PAINS.index(pain)) + person
        parts.append(pd.DataFrame({"person": [f"P{one:05d}" for one in number], "pain": pain,
            "hit": hit, "purchases": purchases}))
    table = pd.concat(parts, ignore_index=True)
    return table.sample(frac=1, random_state=rng.integers(2**31)).reset_index(drop=True)


def _points(rng):
    luck = rng.uniform(0.85, 1.15, (5, len(PAINS)))
    hits = np.rint(1500 * luck[0]).astype(int)
    amount = np.rint(430 * luck[1])
    return pd.DataFrame({
        "hits": hits,
        "people": np.rint(hits * rng.uniform(0.75, 0.9, len(PAINS))).astype(int),
        "hard": np.rint(_HARD * luck[2]).astype(int),
        "amount": amount,
        "margin": np.rint(0.49 * amount),
        "cure": rng.uniform(0.55, 0.85, len(PAINS)).round(2),
        "cost": np.round(_COST * luck[3], -3).astype(int),
    }, index=pd.Index(PAINS, name="pain"))


def _lost(touches):
    mean = touches.groupby(["pain", "hit"])["purchases"].mean().unstack()
    return (mean[False] - mean[True]).reindex(list(PAINS))


def _error(touches):
    each = touches.groupby(["pain", "hit"])["purchases"].agg(["var", "size"])
    return np.sqrt((each["var"] / each["size"]).groupby("pain").sum()).reindex(list(PAINS))


def _net(points, lost):
    return points["hits"] * YEAR * lost * points["margin"] * points["cure"] - points["cost"]


def _draws(rng, touches, points):
    """Draw the net of mending each anew: the loss, the hits of a year, the cure."""
    shape = _DRAWS, len(points)
    lost = rng.normal(_lost(touches), _error(touches), shape)
    hits = rng.poisson(points["hits"], shape) * YEAR
    cure = np.clip(points["cure"].to_numpy() + rng.uniform(-0.15, 0.15, shape), 0, 1)
    nets = hits * lost * points["margin"].to_numpy() * cure - points["cost"].to_numpy()
    return pd.DataFrame(nets.round(0), columns=points.index)


def _is_clear(touches, points, draws):
    """Return whether the best is one, the loudest is last, and the obvious turns the sign."""
    means = steady(draws.mean()).sort_values(ascending=False, kind="stable")
    loudest, best = points["hard"].idxmax(), draws.mean().idxmax()
    people = Lost().solve_table(touches, by="people")
    shares = draws.assign(nothing=0.0).idxmax(axis=1).value_counts(normalize=True)
    lead = (draws[best] - draws[loudest]).quantile(0.025)
    gaps = -np.diff(means)
    return bool(means.index[-1] == loudest and (gaps > 8_000).all() and (people < 0).sum() >= 2
        and shares.get("nothing", 0) >= 0.005 and abs(lead) > 5_000
        and _net(points, _lost(touches)).idxmax() == best)


class Lost(Task):
    """Purchases lost per hit, at each touchpoint."""

    answer, section = PerCustomer(("lost",), key="pain"), _LOST
    praise = "Right: the same touchpoint, with and without the pain."
    hints = ("What would a touch have brought that was not hit? Who tells you?",
        "Compare touches of one touchpoint, not people, and not with all touches.",
        "Group by two columns at once; `unstack` sets the two means side by side. A loss is "
            "positive: which is taken off which?")
    slips = {
        "people": Slip("You compared people who were ever hit with people who never were: who is "
            "there more often is hit more often.", by="people"),
        "against_all": Slip("You compared with all touches; the hit ones are among them.",
            by="all"),
        "hit_mean": Slip("That is what touches that were hit bring.", by="hit"),
        "unhurt_mean": Slip("That is what touches that were not hit bring.", by="unhurt"),
        "share_of_it": Slip("That is the share of the purchases that a hit loses; the number is "
            "asked.", by="share"),
        "of_all_hits": Slip("That is the loss of all hits of the table; one hit is asked.",
            by="total"),
        "bought_at_all": Slip("You counted who bought at all; a second purchase counts, too.",
            counted="any"),
        "median": Slip("You took medians; a mean is asked, since the total is what is lost.",
            by="median"),
        "sums": Slip("You took sums; there are not as many hit as not: means are asked.",
            by="sums"),
        "ratio": Slip("That is the one mean ÷ the other; the difference is asked.", by="ratio"),
        "one_control": Slip("You compared with all touches that were not hit; take those of the "
            "same touchpoint.", by="one control"),
    }

    def facts(self, case):
        return facts(PAINS, {})

    def solve(self, case, **switches):
        return self.solve_table(case.touches, **switches).rename("lost")

    def solve_table(self, touches, *, by="touch", counted="number"):
        """Return the loss per hit of a table of touches, by pain."""
        if counted == "any":
            touches = touches.assign(purchases=(touches["purchases"] > 0).astype(float))
        pains = list(PAINS)
        if by == "people":
            each = touches.groupby(["pain", "person"]).agg(
                hit=("hit", "any"), purchases=("purchases", "mean")).reset_index()
            return _lost(each)
        group = touches.groupby(["pain", "hit"])["purchases"]
        mean = (group.median() if by == "median" else group.mean()).unstack().reindex(pains)
        lost = mean[False] - mean[True]
        all_touches = touches.groupby("pain")["purchases"].mean().reindex(pains)
        hits = touches.groupby("pain")["hit"].sum().reindex(pains)
        return {"touch": lost, "median": lost, "all": all_touches - mean[True], "hit": mean[True],
            "unhurt": mean[False], "share": lost / mean[False], "total": lost * hits,
            "ratio": mean[True] / mean[False],
            "one control": touches.loc[~touches["hit"], "purchases"].mean() - mean[True],
            "sums": -group.sum().unstack().reindex(pains).diff(axis=1)[True]}[by]


class Net(Task):
    """What mending each brings in 12 months."""

    answer, section = PerCustomer(("net",), key="pain"), _MONEY
    praise = "Right: hits of a year, what each costs, what of it comes back, less the price."
    hints = ("The log covers 92 days, the cost 12 months.",
        "A lost purchase costs the margin; mending brings back the share `cure` of it.",
        "Write it as a chain: the hits of a year, what they lose in yuan, which part of it comes "
            "back. The price comes last, once.")
    slips = {
        "not_a_year": Slip("You took the hits of 92 days; 12 months are asked.", year=1.0),
        "four_quarters": Slip("You multiplied by 4; 92 days are a little more than a quarter: "
            "365 ÷ 92.", year=4.0),
        "monthly": Slip("You multiplied by 12, as if the log covered a month.", year=12.0),
        "revenue": Slip("You took the amount of a purchase; what is lost is its margin.",
            money="amount"),
        "no_cure": Slip("You left out the cure: some hits stay.", cure="none"),
        "what_stays": Slip("You took the hits that stay; those that stay away count.",
            cure="rest"),
        "no_cost": Slip("You left out the cost of mending.", cost=0.0),
        "cost_added": Slip("You added the cost; it has to be taken off.", cost=-1.0),
        "cost_cured": Slip("You multiplied the cost by the cure, too: it is paid in full.",
            cost="cured"),
        "no_loss": Slip("You left out what a hit loses: not every hit costs a purchase.",
            loss=False),
        "cost_every_quarter": Slip("You took the cost for each 92 days; it is for 12 months.",
            cost=YEAR),
        "people": Slip("You took the people who were hit; some were hit more than once.",
            count="people"),
    }

    def facts(self, case):
        return facts(PAINS, {})

    def solve(self, case, *, year=YEAR, money="margin", cure="cure", cost=1.0, count="hits",
              loss=True):
        points, lost = case.points, Lost().right(case) if loss else 1.0
        share = {"cure": points["cure"], "none": 1.0, "rest": 1 - points["cure"]}[cure]
        gain = points[count] * year * lost * points[money] * share
        return (gain - (share if cost == "cured" else cost) * points["cost"]).rename("net")


class FirstPlace(Task):
    """The probability that each choice is first, nothing among them."""

    answer, section = PerCustomer(("first_place",), key="choice"), _MONEY
    praise = "Right: who leads depends on luck, and nothing is a choice, too."
    hints = ("Nothing brings 0 in each draw: give it a column.",
        "In each row of the draws, which column is the largest? `idxmax(axis=1)`.",
        "`value_counts` counts the names. Does it show a choice that is never the best?")
    slips = {
        "without_nothing": Slip("You left out the choice to do nothing.", by="three"),
        "above_nothing": Slip("That is how often each brings more than 0.", by="positive"),
        "above_loudest": Slip("That is how often each beats the loudest; the best of all four is "
            "asked.", by="loudest"),
        "last": Slip("That is how often each is last.", by="last"),
        "not_last": Slip("That is how often each is not last.", by="not last"),
        "counts": Slip("Those are numbers of draws; shares are asked.", count=True),
    }

    def facts(self, case):
        return facts([*PAINS, "nothing"], {})

    def solve(self, case, *, by="first", count=False):
        nets = case.draws.assign(nothing=0.0)
        choices = [*PAINS, "nothing"]
        times = len(nets) if count else 1
        if by == "positive":
            return ((nets > 0).mean() * times).rename("first_place").rename_axis("choice")
        if by == "loudest":
            ahead = nets.gt(nets[case.points["hard"].idxmax()], axis=0).mean()
            return (ahead * times).rename("first_place").rename_axis("choice")
        if by == "three":
            nets = nets.drop(columns="nothing")
        picked = nets.idxmin(axis=1) if by in ("last", "not last") else nets.idxmax(axis=1)
        shares = picked.value_counts().reindex(choices, fill_value=0) / len(nets)
        shares = 1 - shares if by == "not last" else shares
        return (shares * times).rename("first_place").rename_axis("choice")


class LeadLow(Task):
    """The lower end of the lead of the best over the loudest."""

    answer, section = Number(relative=0.003), _MONEY
    praise = "Right: the interval of the difference, draw by draw."
    hints = ("Which has the highest mean of the draws? Which has most bad answers?",
        "Subtract in each draw, and look at the differences.",
        "Between which two of their quantiles do the middle 95 % of the differences lie?")
    slips = {
        "upper_end": Slip("That is the upper end.", at=0.975),
        "five_percent": Slip("You took the 5 % quantile; 95 % in the middle begin at 2.5 %.",
            at=0.05),
        "mean_lead": Slip("That is the mean of the lead, without its interval.", at="mean"),
        "ends_apart": Slip("You took the lower end of the one less the upper end of the other: "
            "the interval of the difference is asked.", way="ends"),
        "low_less_low": Slip("You took the difference of the two lower ends.", way="lows"),
        "over_nothing": Slip("That is the lead over nothing.", other="nothing"),
        "over_second": Slip("That is the lead over the next best; the loudest is asked.",
            other="second"),
        "mean_less_deviations": Slip("You took off 1.96 standard deviations; take the quantile of "
            "the draws.", at="std"),
        "smallest": Slip("That is the smallest lead of all draws.", at=0.0),
        "mean_less_errors": Slip("You took off 1.96 standard errors of the mean: draws do not "
            "make the lead sure.", at="sem"),
    }

    def solve(self, case, *, at=0.025, way="", other="loudest"):
        draws = case.draws
        order = steady(draws.mean()).sort_values(ascending=False, kind="stable").index
        loudest = case.points["hard"].idxmax()
        against = {"loudest": draws[loudest], "nothing": 0.0 * draws[loudest],
            "second": draws[order[1]]}[other]
        best = draws[order[0]]
        if way:
            low = best.quantile(0.025)
            return float(low - against.quantile(0.975 if way == "ends" else 0.025))
        lead = best - against
        if at == "mean":
            return float(lead.mean())
        if at == "std":
            return float(lead.mean() - 1.96 * lead.std())
        if at == "sem":
            return float(lead.mean() - 1.96 * lead.sem())
        return float(lead.quantile(at))


class NotYet(Task):
    """The depots that the wave may be compared with."""

    answer, section = Chosen(), _WAVES
    praise = "Right: not yet repaired by the end of those weeks."
    hints = ("Whose weeks show what would have been without a repair?",
        "A depot that is repaired before the last of these weeks shows its own repair.",
        "The last week begins 19 weeks after the Monday of the wave.")
    slips = {
        "not_yet_at_start": Slip("You took all that are repaired after the wave: some of them "
            "are repaired within these weeks.", which="later"),
        "all_others": Slip("You took all other depots; those repaired already are no comparison.",
            which="others"),
        "already": Slip("You took the depots that were repaired before the wave.",
            which="earlier"),
        "already_as_well": Slip("You took those repaired already beside those not yet repaired.",
            which="both"),
        "wave_too": Slip("You left the wave itself in.", own=True),
        "one_week_more": Slip("You left out those repaired in the week after the last one: they "
            "are not repaired yet.", which="strict"),
        "wave_itself": Slip("Those are the depots of the wave.", which="wave"),
    }

    def choices(self, case):
        return list(case.since.index)

    def solve(self, case, *, which="right", own=False):
        since, start = case.since, case.start
        end, wave = start + SPAN[1], since == start
        found = {"right": since > end, "later": since > start, "others": ~wave,
            "earlier": since < start, "both": (since > end) | (since < start),
            "strict": since > end + 1, "wave": wave}[which]
        return sorted(since.index[found | (wave if own else False)])


def _differences(case, *, outcome="per_100", first=SPAN[0], last=SPAN[1], base=BASE):
    """Return the mean of the span less that of the base, per depot."""
    values, start = case.tables[outcome], case.start
    before = values[:, :start] if base == "all" else values[:, start - base : start]
    return values[:, start + first : start + last + 1].mean(axis=1) - before.mean(axis=1)


def _groups(case, against="not yet"):
    """Return who is of the wave and who is compared with, bool per depot."""
    since, start = case.since.to_numpy(), case.start
    others = {"not yet": since > start + SPAN[1], "others": since != start,
        "later": since > start, "earlier": since < start}[against]
    return since == start, others


class Effect(Task):
    """The effect on orders per 100 customers and week."""

    answer, section = Number(), _WAVES
    praise = "Right: the change of the wave, less the change of those not yet repaired."
    hints = ("Two differences: after less before, and wave less the others.",
        "Give each depot one number: its mean in weeks 10 to 19, less its mean in the ten weeks "
            "before the repair of the wave; for the others, too, in the same weeks.",
        "Number the weeks from the Monday of the wave: days // 7 is 0 in its week, and below 0 "
            "before. `between` has both ends in.")
    slips = {
        "before_after": Slip("You took before and after of the wave alone.", way="wave"),
        "after_only": Slip("You compared the weeks after only; the depots differed before.",
            way="after"),
        "others_change": Slip("That is the change of those not yet repaired.", way="others"),
        "all_others": Slip("You compared with all other depots.", against="others"),
        "already": Slip("You compared with depots that were repaired before.", against="earlier"),
        "repaired_within": Slip("You compared with all that are repaired later, some of them "
            "within these weeks.", against="later"),
        "too_early": Slip("You took weeks 0 to 9; weeks 10 to 19 are asked.", first=0, last=9),
        "all_weeks_after": Slip("You took all weeks from the repair to week 19.", first=0),
        "eleven_weeks": Slip("You took week 20, too.", last=20),
        "one_week_late": Slip("You took weeks 11 to 20: the week of the Monday is week 0.",
            first=11, last=20),
        "eleven_before": Slip("You took eleven weeks before; the base is the ten before.", base=11),
        "all_weeks_before": Slip("You took all weeks before; the base is the ten before.",
            base="all"),
        "orders_not_per_100": Slip("You compared orders, not orders per 100 customers.",
            outcome="orders"),
        "pooled": Slip("You added up orders and customers first: large depots count more. The "
            "mean over depots is asked.", way="pooled"),
        "relative": Slip("That is relative to the level before; the difference is asked.",
            way="relative"),
    }

    def solve(self, case, *, way="double", against="not yet", **span):
        change, (wave, others) = _differences(case, **span), _groups(case, against)
        start = case.start
        values = case.tables["per_100"]
        if way == "pooled":
            people = case.depots["customers"].to_numpy()
            return float(np.average(change[wave], weights=people[wave])
                - np.average(change[others], weights=people[others]))
        after = values[:, start + SPAN[0] : start + SPAN[1] + 1].mean(axis=1)
        double = change[wave].mean() - change[others].mean()
        before = values[wave, start - BASE : start].mean()
        return float({"double": double, "wave": change[wave].mean(),
            "others": change[others].mean(), "relative": double / before,
            "after": after[wave].mean() - after[others].mean()}[way])


class EffectLow(Task):
    """The lower end of the interval of the effect, by depot."""

    answer, section = Number(), _UNITS
    praise = "Right: each depot is one number, whatever its weeks."
    hints = ("How many numbers do you have? The weeks of a depot are one.",
        "Two groups of depots, one difference each: that is a test of two means.",
        "`ttest_ind` wants the numbers of the two groups. Of its result, ask for the interval.")
    slips = {
        "upper_end": Slip("That is the upper end.", end=1),
        "half_width": Slip("That is half the width; take it off the effect.", end="half"),
        "weeks_as_rows": Slip("You took each week for a row of its own: rows are not units.",
            rows=True),
        "one_error": Slip("You took one standard error; 95 % takes more.", times=1.0),
        "normal": Slip("You took 1.96; with so few depots Student's t is wider.", times=1.96),
        "ninety": Slip("That is a 90 % interval; 95 % is asked.", level=0.90),
        "equal_variances": Slip("You took the two variances for equal; Welch's test does not.",
            equal=True),
        "all_others": Slip("You compared with all other depots.", _WAVES, against="others"),
        "repaired_within": Slip("You compared with all that are repaired later, some of them "
            "within these weeks.", _WAVES, against="later"),
        "too_early": Slip("You took weeks 0 to 9; weeks 10 to 19 are asked.", _WAVES, first=0,
            last=9),
        "all_weeks_after": Slip("You took all weeks from the repair to week 19.", _WAVES, first=0),
        "one_week_late": Slip("You took weeks 11 to 20: the week of the Monday is week 0.", _WAVES,
            first=11, last=20),
        "wave_alone": Slip("You took the wave alone; the others change, too.", _WAVES, alone=True),
        "ninety_nine": Slip("That is a 99 % interval; 95 % is asked.", level=0.99),
    }

    def solve(self, case, *, end=0, rows=False, times=0.0, level=0.95, equal=False,
              against="not yet", first=SPAN[0], last=SPAN[1], alone=False):
        wave, others = _groups(case, against)
        values, start = case.tables["per_100"], case.start
        base = values[:, start - BASE : start].mean(axis=1, keepdims=True)
        change = values[:, start + first : start + last + 1] - base
        change = change if rows else change.mean(axis=1, keepdims=True)
        pair = change[wave].ravel(), change[others].ravel()
        if times:
            error = np.sqrt(sum(one.var(ddof=1) / len(one) for one in pair))
            ends = pair[0].mean() - pair[1].mean() + np.array([-1, 1]) * times * error
        else:
            test = stats.ttest_1samp(pair[0], 0.0) if alone else stats.ttest_ind(
                *pair, equal_var=equal)
            ends = np.array(test.confidence_interval(level))
        return float((ends[1] - ends[0]) / 2 if end == "half" else ends[end])


class OnPaper(Task):
    """What the same method finds where the worst were chosen and nothing was done."""

    answer, section = Number(), _WORST
    praise = "Right: at their worst by luck, they come back without a repair."
    hints = ("Choose by the share of late parcels in the eight weeks before the day.",
        "Of each depot: the mean share in weeks 8 to 15 from that day on, less the mean share in "
            "the eight weeks before it. The day's own week is week 0.",
        "A table with a row for each depot and a column for each week makes both means one line. "
            "Who is left to compare with?")
    slips = {
        "before_after": Slip("You took before and after of the ten alone.", way="ten"),
        "against_all": Slip("You compared with all thirty; the ten are among them.", way="all"),
        "vans_in": Slip("You left the depots with a second van in: there something was done.",
            among="all"),
        "vans_compared": Slip("You compared with the depots that have a second van, too.",
            among="chosen"),
        "relative": Slip("That is relative to the level before; the difference is asked.",
            way="relative"),
        "before_only": Slip("You compared the weeks before only.", way="before"),
        "pooled": Slip("You divided sums of parcels; the mean of the weekly shares is asked.",
            pooled=True),
        "after_only": Slip("You compared the weeks after only.", way="after"),
        "most_parcels": Slip("You chose by the number of late parcels: large depots have more. "
            "The share is asked.", by="count"),
        "best_ten": Slip("You chose the ten with the lowest share.", turned=True),
        "too_early": Slip("You took weeks 0 to 7; weeks 8 to 15 are asked.", first=0),
        "chosen_afterwards": Slip("You chose by the weeks after.", chosen="after"),
        "chosen_by_all": Slip("You chose by all weeks before; the eight before the day are "
            "asked.", chosen="all"),
    }

    def solve(self, case, *, way="double", by="late", turned=False, first=PAPER_SPAN[0],
              chosen="before", among="untouched", pooled=False):
        bare = case.depots["second_van"].isna().to_numpy()
        everybody = np.ones_like(bare)
        choice = everybody if among == "all" else bare
        compared = bare if among == "untouched" else everybody
        day = int((PAPER - case.weeks["week"].min()).days // 7)
        tables = case.tables

        def mean(name, weeks):
            if pooled and name == "late":
                late, orders = (tables[one][:, weeks].sum(axis=1) for one in ("count", "orders"))
                return late / orders
            return tables[name][:, weeks].mean(axis=1)

        after = slice(day + first, day + first + 8)
        before = slice(day - LOOKS_BACK, day)
        when = {"before": before, "after": after, "all": slice(0, day)}[chosen]
        level = steady(mean(by, when))
        order = np.argsort(level if turned else -level, kind="stable")
        ten = np.isin(np.arange(len(bare)), order[choice[order]][:10])
        others = compared & ~ten
        means, earlier = mean("late", after), mean("late", before)
        change = means - earlier
        double = change[ten].mean() - change[others].mean()
        return float({"double": double, "relative": double / earlier[ten].mean(),
            "before": earlier[ten].mean() - earlier[others].mean(),
            "ten": change[ten].mean(), "all": change[ten].mean() - change[compared].mean(),
            "after": means[ten].mean() - means[others].mean()}[way])


TASKS = tasks_in(globals())
