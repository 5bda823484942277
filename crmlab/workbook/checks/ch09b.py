"""Checks of the exercise of chapter 9b, spreading."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from crmlab.arguments import steady
from crmlab.language import fill, mark
from crmlab.social import alarm_delays, alarm_limit, false_alarms, shrunk_rate, spread
from crmlab.workbook.answers import ROUNDED, Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

BOXES = range(26, 37)  # there are so many, where two scores lie farthest apart
WORLDS = 400
PLANS = ("highest score", "most followers", "by lot")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CALM = slice("2024-07-01", "2025-12-17")
COURSE = (1.3, 1.6, 2.0, 2.4, 2.7, 2.5, 2.2, 1.9, 1.6, 1.4)  # what Tang Mei expects of a crisis
EVERY = {"A": 7, "B": 14, "C": 30, "D": 60, "E": 120, "F": 365, "G": 1500}
HABIT = "fixed number"
QUANTILES = ("linear", "lower", "higher", "nearest", "midpoint", "inverted_cdf", "hazen", "weibull",
    "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "median_unbiased",
    "normal_unbiased")  # all of numpy's ways

# Headings of the lesson to read again.
_DATA = mark("The data")
_MOUTH = mark("Word of mouth")
_WHO = mark("Who sets others off?")
_PLANS = mark("Whom to seed: a simulation")
_ALARM = mark("A warning of a crisis")
_COST = mark("How sure, how late")
_CLAIM = mark('Claim check: "5.78 dollars for every dollar"')


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    follows : pandas.DataFrame
        Who follows whom in the club: one row per pair.
    tellings : pandas.DataFrame
        Who had which new roast from whom: one row per launch and member.
    launch : str
        The launch for which task 1 asks.
    members : pandas.DataFrame
        Per member: ``set_off`` and ``exposures`` in all launches, ``followers``, and ``usual``,
        the rate that is expected of so many followers.
    shape : float
        ν of the gamma distribution of the members' own factors.
    boxes, box_cost, margin, fee : int
        Boxes to give away; yuan for one; yuan that an order earns; yuan that the agency asks.
    worlds : pandas.DataFrame
        400 worlds (rows): orders more than without a box, by plan (columns).
    expected : pandas.Series
        Expected negative mentions on a calm day, by weekday.
    scatter : float
        k of the negative binomial distribution of a day's negative mentions.
    every : int
        Days between two false alarms, at least.
    alarms : pandas.DataFrame
        Seven limits and Tang Mei's fixed number: ``false``, false alarms a year; ``late``, days.
    false_alarm, day_late : int
        Yuan for one false alarm, and for one day late.
    crises : float
        A year.
    """

    size = 6000

    @handed_out
    def follows(self):
        return self.company.follows

    @handed_out
    def tellings(self):
        return self.company.tellings.astype({"launch": "str", "how": "str"})

    @handed_out
    def launch(self):
        names = self.tellings["launch"].unique()
        return str(names[1 + self._rng(1).integers(0, len(names) - 2)])

    def _rng(self, number):
        return np.random.default_rng([self.seed, number, 9])

    @cached_property
    def ids(self):
        """All members."""
        return pd.Index(np.union1d(self.follows["customer_id"], self.follows["followed_id"]))

    @cached_property
    def _past(self):
        told, follows = self.tellings, self.follows
        pairs = told[["launch", "customer_id", "at"]].merge(
            follows.rename(columns={"customer_id": "follower", "followed_id": "customer_id"}))
        had = told[["launch", "customer_id", "at", "how"]]
        had = had.rename(columns={"customer_id": "follower", "at": "had", "how": "by"})
        pairs = pairs.merge(had, how="left", on=["launch", "follower"])
        pairs["open"] = ~((pairs["had"] < pairs["at"]) | (pairs["by"] == "box"))
        table = pd.DataFrame({
            "set_off": told.groupby("told_by").size(),
            "exposures": pairs.groupby("customer_id")["open"].sum(),
            "followers": follows.groupby("followed_id").size(),
        })
        table = table.reindex(self.ids).fillna(0).astype(int).rename_axis("customer_id")
        seen = table[table["exposures"] > 0]
        depth = pd.cut(seen["followers"], [0, 3, 6, 10, 16, 25, np.inf])
        rates = seen.groupby(depth, observed=True)[["set_off", "exposures"]].sum()
        rate = (rates["set_off"] + 1) / (rates["exposures"] + 10)
        middle = seen.groupby(depth, observed=True)["followers"].mean()
        slope, level = np.polyfit(np.log(middle), np.log(rate), 1)
        usual = np.exp(level + slope * np.log(table["followers"].clip(lower=1)))
        return table.assign(usual=usual.round(4))

    @handed_out
    def members(self):
        return self._past

    @handed_out
    def shape(self):
        table = self._past
        _rate, shape = shrunk_rate(table["set_off"], table["exposures"] * table["usual"])
        return round(min(float(shape), 5.0), 2)

    @handed_out
    def boxes(self):
        ranked = score(self).sort_values(ascending=False, kind="stable").to_numpy()
        gaps = [ranked[number - 1] - ranked[number] for number in BOXES]
        return int(BOXES[int(np.argmax(gaps))])

    @handed_out
    def box_cost(self):
        return int(self._rng(2).integers(28, 46))

    @handed_out
    def margin(self):
        return int(self._rng(3).integers(31, 59))

    @handed_out
    def fee(self):
        """The first of many with which no slip of task 4 gives nearly the right answer."""
        rng, task, worlds = self._rng(4), LeadLow(), self.worlds
        for _attempt in range(100):
            draft = Case(self.seed)
            fee = int(10 * rng.integers(31, 79))
            vars(draft).update(vars(self), known={}, _fee=fee, _worlds=worlds)
            low, high = task.ways(draft).min(), task.ways(draft).max()
            wrongs = (task.solve(draft, **slip.switches) for slip in task.slips.values())
            if not any(low - 15 < wrong < high + 15 for wrong in wrongs):
                break
        return fee

    @handed_out
    def worlds(self):
        """The first of a few draws in which the lower end of the lead is not nearly no order."""
        for attempt in range(5):
            found = self._worlds_drawn(50 + attempt)
            low = (found["highest score"] - found["most followers"]).quantile(0.025)
            if abs(low) >= 1:
                break
        return found

    def _worlds_drawn(self, number):
        table, ids, rng = self._past, self.ids, self._rng(number)
        teller = ids.get_indexer(self.follows["followed_id"])
        follower = ids.get_indexer(self.follows["customer_id"])
        expected = (table["exposures"] * table["usual"]).to_numpy()
        pulls = rng.gamma(self.shape + table["set_off"].to_numpy(), 1 / (self.shape + expected),
            (WORLDS, len(ids)))
        chance = np.clip(pulls * table["usual"].to_numpy(), 0, 1)[:, teller]
        alone = ids.get_indexer(
            self.tellings.loc[self.tellings["how"] == "own accord", "customer_id"])
        own = rng.choice(alone, (WORLDS, len(alone) // 8))
        plans = (self._first(score(self)), self._first(table["followers"]),
            rng.permuted(np.tile(np.arange(len(ids)), (WORLDS, 1)), axis=1)[:, :self.boxes])
        world = teller, follower, chance
        base = self._reached(world, own)
        found = {}
        for name, plan in zip(PLANS, plans, strict=True):
            begin = np.hstack([own, np.broadcast_to(plan, (WORLDS, self.boxes))])
            found[name] = self._reached(world, begin) - self.boxes - base
        return pd.DataFrame(found).rename_axis("world")

    def _first(self, values):
        return np.argsort(-steady(values.to_numpy()), kind="stable")[:self.boxes]

    def _reached(self, world, begin):
        return (spread(*world, begin, len(self.ids), WORLDS, self.seed) >= 0).sum(axis=1)

    @cached_property
    def _calm(self):
        return self.company.mentions.groupby("date")["negative"].sum()[CALM]

    @handed_out
    def expected(self):
        mean = self._calm.groupby(self._calm.index.day_name()).mean()
        return mean[list(WEEKDAYS)].round(1).rename("expected").rename_axis("weekday")

    @cached_property
    def _k(self):
        mean = self.expected[self._calm.index.day_name()].to_numpy()
        return float(round((mean**2).sum() / ((self._calm.to_numpy() - mean) ** 2 - mean).sum(), 1))

    @handed_out
    def scatter(self):
        return self._k

    @handed_out
    def every(self):
        return int(self._rng(6).choice([20, 25, 40, 50, 80, 100]))

    @cached_property
    def _year(self):
        return np.tile(self.expected.to_numpy(), 52)

    @handed_out
    def alarms(self):
        year, k = self._year, self._k
        limits = {name: alarm_limit(year, k, 1 / days) for name, days in EVERY.items()}
        limits[HABIT] = np.full(len(year), np.ceil(self._calm.mean() + 2 * self._calm.std()))
        return pd.DataFrame({
            "false": {name: round(false_alarms(year, k, one), 1) for name, one in limits.items()},
            "late": {name: round(alarm_delays(year, k, one, COURSE, seed=self.seed).mean(), 2)
                for name, one in limits.items()},
        }).rename_axis("alarm")

    @cached_property
    def _prices(self):
        """Prices with which no other alarm than the best is nearly as cheap, and none is an end."""
        rng, table = self._rng(7), self.alarms
        for _attempt in range(500):
            false = int(100 * rng.integers(15, 60))
            late = int(500 * rng.integers(12, 60))
            often = float(rng.choice([0.5, 1.5, 2.0, 2.5]))
            cost = false * table["false"] + often * late * table["late"]
            single = false * table["false"] + late * table["late"]
            ranked = cost.sort_values(kind="stable")
            inside = ranked.index[0] in ("C", "D", "E", "F") and single.idxmin() != ranked.index[0]
            if inside and ranked.iloc[1] > 1.004 * ranked.iloc[0]:
                break
        return false, late, often

    @handed_out
    def false_alarm(self):
        return self._prices[0]

    @handed_out
    def day_late(self):
        return self._prices[1]

    @handed_out
    def crises(self):
        return self._prices[2]

    @cached_property
    def roots(self):
        """Per row of `tellings`: the position of the row with which its chain began."""
        told = self.tellings
        keys = pd.MultiIndex.from_frame(told[["launch", "customer_id"]])
        before = keys.get_indexer(pd.MultiIndex.from_arrays([told["launch"], told["told_by"]]))
        before = np.where(told["told_by"].isna(), np.arange(len(told)), before)
        for _doubling in range(12):
            before = before[before]
        return before

    @cached_property
    def counted(self):
        """`tellings` with whom each row set off: directly, and all in the chains from it."""
        told = self.tellings
        direct = told.groupby(["launch", "told_by"]).size()
        keys = pd.MultiIndex.from_frame(told[["launch", "customer_id"]])
        chains = np.bincount(self.roots, minlength=len(told)) - 1
        return told.assign(direct=direct.reindex(keys, fill_value=0).to_numpy(), chain=chains)

    @cached_property
    def boxes_sent(self):
        """How many boxes there were in all launches."""
        return int((self.tellings["how"] == "box").sum())

    @cached_property
    def lots(self):
        """A row per launch and member who follows: how many it follows, how many of them had a box.

        ``sum`` and ``size``; ``own``, whether it had a box itself; ``had`` the roast, ``told``.
        """
        told = self.tellings
        launch = pd.Categorical(told["launch"])
        member, boxed = self.ids.get_indexer(told["customer_id"]), told["how"] == "box"
        kinds = {"own": boxed, "had": boxed | True, "told": told["how"] == "told"}
        held = {}
        for name, rows in kinds.items():
            held[name] = np.zeros((len(launch.categories), len(self.ids)), dtype=bool)
            held[name][launch.codes[rows], member[rows]] = True
        follower, followed = (self.ids.get_indexer(self.follows[name])
            for name in ("customer_id", "followed_id"))
        size = np.bincount(follower, minlength=len(self.ids))
        seen = np.array([np.bincount(follower, one[followed], len(size)) for one in held["own"]])
        where, who = np.nonzero(np.broadcast_to(size > 0, seen.shape))
        return pd.DataFrame({"launch": where, "size": size[who], "sum": seen[where, who],
            **{name: table[where, who] for name, table in held.items()}})

    @cached_property
    def facts(self):
        table, tellings = self._past, self.tellings
        mine = tellings[tellings["launch"] == self.launch]
        told = set(mine["told_by"].dropna())
        boxed = mine.loc[mine["how"] == "box", "customer_id"]
        often = tellings.loc[tellings["how"] == "box", "customer_id"].value_counts()
        return facts(self.ids, {
            mark("they had a box in this launch"): boxed,
            mark("they set nobody off in this launch"): set(boxed) - told,
            mark("they had a box in several launches"): often.index[often > 1],
            mark("they have fewer than 20 exposures"): table.index[table["exposures"] < 20],
            mark("they have no exposures"): table.index[table["exposures"] == 0],
            mark("they have more than 25 followers"): table.index[table["followers"] > 25],
            mark("they never set anybody off"): table.index[table["set_off"] == 0],
        })

    def about(self, name):
        if name not in self.ids:
            return ""
        row, mine = self._past.loc[name], self.tellings["launch"] == self.launch
        how = self.tellings.loc[mine & (self.tellings["customer_id"] == name), "how"]
        return fill("{launch}: {how}; in all launches: set_off {count}, exposures {exposures}, "
            "followers {followers}, usual {usual:.4f}", launch=self.launch,
            how=" ".join(how) or "–", count=row["set_off"].astype(int),
            exposures=row["exposures"].astype(int), followers=row["followers"].astype(int),
            usual=row["usual"])


def score(case, *, by="score"):
    """Return what each member is ranked by: the score, or what people take for it."""
    table, shape = case._past, case.shape
    count, usual, followers = table["set_off"], table["usual"], table["followers"]
    expected = table["exposures"] * usual
    rate = (count / table["exposures"].where(table["exposures"] > 0)).fillna(0)
    factor = (shape + count) / (shape + expected)
    found = {"score": factor * usual * followers, "rate": rate, "count": count, "factor": factor,
        "own rate": factor * usual, "followers": followers,
        "unshrunk": rate * followers, "no exposures": (shape + count) * usual * followers,
        "over raw": (shape + count) / (shape + table["exposures"]) * usual * followers,
        "without usual": factor * followers, "exposures": factor * usual * table["exposures"],
        "raw alone": (shape + count) / (shape + table["exposures"])}
    return pd.Series(steady(found[by].astype(float)), table.index)


def _of_another_launch(case, answer):
    """Return whether an answer is about those who had a box in another launch."""
    boxes = case.tellings[case.tellings["how"] == "box"].groupby("launch")["customer_id"]
    mine = set(answer.index)
    return any(mine == set(ids) for launch, ids in boxes if launch != case.launch)


class SetOff(Task):
    """How many each box of one launch set off directly."""

    answer, section = PerCustomer(("set_off",)), _MOUTH
    praise = "Right: one row per box, the zeros among them."
    hints = ("Which rows are about this launch? And which of them have a box?",
        "Who was told names the teller: count the names of this launch.",
        "Whoever is named by nobody is not in that count: how does a Series get the rows of "
        "another index?")
    slips = {
        "zeros_dropped": Slip("Boxes that set off nobody are missing: they count, too.",
            whom="tellers"),
        "everybody": Slip("You took everybody who had the roast; only those with a box are asked.",
            whom="all"),
        "all_launches": Slip("You counted what they set off in all launches.", _DATA, every=True),
        "whole_chain": Slip("You counted the chains, too; directly set off is asked.",
            count="chain"),
        "chain_of_all": Slip("You counted the box itself, too.", plus=1),
        "per_follower": Slip("Those are shares of the followers; numbers are asked.",
            count="share"),
        "followers": Slip("Those are their followers, not whom they set off.", _DATA,
            count="followers"),
        "yes_or_no": Slip("That says whether they set off anybody; how many is asked.",
            count="any"),
        "all_named": Slip("You took everybody who is named: boxes that set off nobody are missing, "
            "and some of these had no box.", whom="named"),
        "another_launch": Slip("Those are the boxes of another launch.", _DATA,
            seen_in=_of_another_launch),
    }

    def solve(self, case, *, whom="boxed", every=False, count="direct", plus=0):
        rows = case.counted
        mine = rows[rows["launch"] == case.launch].set_index("customer_id")
        boxed = mine["how"] == "box"
        tellers = boxed & (mine["direct"] > 0)
        chosen = {"boxed": boxed, "tellers": tellers, "all": boxed | True,
            "named": mine["direct"] > 0}[whom]
        found = mine.loc[chosen, "chain" if count == "chain" else "direct"]
        if every and count != "chain":
            found = rows.groupby("customer_id")["direct"].sum()[found.index]
        followers = case._past["followers"].reindex(found.index).fillna(0)
        if count == "share":
            found = (found / followers.where(followers > 0)).fillna(0)
        if count == "followers":
            found = followers
        if count == "any":
            found = (found > 0).astype(int)
        return (found + plus).astype(float).rename("set_off").rename_axis("customer_id")


def _boxes(case, *, whom="boxed", count="direct"):
    """Return what is averaged for R, one element per box; by the switches, what is not."""
    rows = case.counted
    boxed = rows["how"] == "box"
    chosen = {"boxed": boxed, "tellers": boxed & (rows["direct"] > 0), "all": boxed | True,
        "own": rows["how"] == "own accord", "named": rows["direct"] > 0}[whom]
    return rows.loc[chosen, count].astype(float)


class PerBox(Task):
    """How many others a box sets off."""

    answer, section = Number(relative=1e-6), _MOUTH
    praise = "Right: so many others a box sets off, the zeros counted."
    hints = ("Over what do you take the mean: over boxes, or over those who told?",
        "All boxes of all launches; each has a number, often 0.",
        "Do for all launches what you did for one, and take the mean over the boxes.")
    slips = {
        "zeros_dropped": Slip("You left out the boxes that set off nobody.", whom="tellers"),
        "everybody": Slip("You took everybody who had a roast; a box is asked.", whom="all"),
        "own_accord": Slip("You took those of their own accord; boxes are asked.", whom="own"),
        "all_tellers": Slip("You averaged over those who are named: without zeros, and without a "
            "lot.", whom="named"),
        "whole_chain": Slip("You counted the whole chains; R is the first generation.",
            count="chain"),
        "all_told": Slip("You divided all who were told by the boxes; some were told by others.",
            by="all told"),
        "formula": Slip("That is R ÷ (1 − R): the reach; R is asked.", by="reach"),
        "one_launch": Slip("That is for one launch; all are asked.", _DATA, one=True),
        "share_of_boxes": Slip("That is the share of boxes that set off anybody.", by="any"),
        "in_total": Slip("That is how many all boxes set off; per box is asked.", by="sum"),
        "per_launch": Slip("That is per launch; per box is asked.", by="launch"),
        "per_member": Slip("You divided by the members; some had a box in several launches, and "
            "each box counts.", by="member"),
    }

    def solve(self, case, *, whom="boxed", count="direct", by="mean", one=False):
        found = _boxes(case, whom=whom, count=count)
        if one:
            found = found[case.tellings["launch"].reindex(found.index) == case.launch]
        if by == "all told":
            return float((case.tellings["how"] == "told").sum() / len(found))
        mean = found.mean()
        rows = case.tellings.loc[found.index]
        return float({"mean": mean, "reach": mean / (1 - mean), "any": (found > 0).mean(),
            "sum": found.sum(), "launch": found.sum() / rows["launch"].nunique(),
            "member": found.sum() / rows["customer_id"].nunique()}[by])


class PerBoxLow(Task):
    """The lower end of the interval of R."""

    answer, section = Number(relative=0.002), _MOUTH
    praise = "Right: R, less 1.96 standard errors of a mean over boxes."
    hints = ("How much does a mean over so many boxes scatter?",
        "It is a mean of counts, the zeros among them: no share, and more luck than Poisson's.",
        "The standard error of any mean comes from how its numbers scatter: `sem` of which ones?")
    slips = {
        "upper_end": Slip("You added the 1.96 standard errors: the upper end.", end="high"),
        "half_width": Slip("Those are 1.96 standard errors: take them off.", end="half"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "without_number": Slip("You forgot ÷ √n: that is how single boxes scatter.", error="sd"),
        "poisson": Slip("You took Poisson's √(R ÷ n); boxes scatter more than that.",
            error="poisson"),
        "share": Slip("You took the formula of a share, √(R (1 − R) ÷ n): R is a mean of counts.",
            error="share"),
        "zeros_dropped": Slip("You left out the boxes that set off nobody.", whom="tellers"),
        "everybody": Slip("You took everybody who had a roast; a box is asked.", whom="all"),
        "by_launch": Slip("You took the standard error over launches, with 1.96: boxes are asked.",
            error="launches"),
        "launches": Slip("You took the mean and the standard error of the launches, with Student's "
            "t: each box is one observation here.", error="t"),
        "one_launch": Slip("That is for one launch; all are asked.", _DATA, one=True),
        "whole_chain": Slip("You counted the whole chains; R is the first generation.",
            count="chain"),
    }

    def solve(self, case, *, times=1.96, end="low", whom="boxed", error="sem", one=False,
              count="direct"):
        found = _boxes(case, whom=whom, count=count)
        launch = case.tellings["launch"].reindex(found.index)
        if one:
            found, launch = found[launch == case.launch], launch[launch == case.launch]
        mean, n = found.mean(), len(found)
        launches = found.groupby(launch).mean()
        errors = {"sem": found.sem(), "sd": found.std(), "poisson": np.sqrt(mean / n),
            "share": np.sqrt(abs(mean * (1 - mean)) / n), "launches": launches.sem()}
        half = times * errors.get(error, 0.0)
        if error == "t":
            mean = launches.mean()
            half = stats.t.ppf(0.975, len(launches) - 1) * launches.sem()
        return float({"low": mean - half, "high": mean + half, "half": half}[end])


class GetsBox(Task):
    """Who gets a box."""

    answer, section = Chosen(), _WHO
    praise = "Right: what is expected of a member, shrunk by what is known, times the followers."
    hints = ("What is expected of a member with so many exposures and the usual rate?",
        "Shrinking adds ν to both, to what was set off and to what was expected: with few "
        "exposures the factor stays near 1.",
        "The factor moves the usual rate to the member's own. And to how many does one telling go?")
    slips = {
        "by_rate": Slip("You took the highest rates: they rest on few exposures.", by="rate"),
        "by_count": Slip("You took who set off most: some only had many occasions.", by="count"),
        "by_factor": Slip("You took the highest factors; a box is worth factor × usual rate × "
            "followers.", by="factor"),
        "by_own_rate": Slip("You forgot the followers: a rate is not yet a number of others.",
            by="own rate"),
        "by_followers": Slip("You took the most followers, or what is usual of them: nobody's own "
            "count is in it.", by="followers"),
        "unshrunk": Slip("You took the own rate × followers, without shrinking.", by="unshrunk"),
        "no_exposures": Slip("You forgot to divide by ν + what was expected.", by="no exposures"),
        "expected_is_exposures": Slip("Expected is exposures × usual rate, not the exposures.",
            by="over raw"),
        "without_usual": Slip("You took factor × followers: the factor multiplies the usual rate.",
            by="without usual"),
        "times_exposures": Slip("You multiplied by the exposures: those of all launches. One "
            "telling goes to the followers.", by="exposures"),
        "raw_rate": Slip("You shrank towards 1 with the exposures for what was expected, and "
            "forgot the followers.", by="raw alone"),
        "one_too_many": Slip("You took one member too many.", extra=1),
        "one_too_few": Slip("You took one member too few.", extra=-1),
        "half_of_them": Slip("You chose half as many as there are boxes.", number=0.5),
        "twice_as_many": Slip("You chose twice as many as there are boxes.", number=2),
        "lowest": Slip("You took the lowest scores.", lowest=True),
    }

    def choices(self, case):
        return list(case.ids)

    def solve(self, case, *, by="score", number=1, extra=0, lowest=False):
        values = score(case, by=by)
        order = values.sort_values(ascending=lowest, kind="stable").index
        return sorted(order[: int(case.boxes * number) + extra])


class LeadLow(Task):
    """The lower end of what the scores bring more than the agency."""

    answer, section = Number(relative=0.002), _PLANS
    praise = "Right: the difference within each world, in yuan, and its lower end."
    hints = ("What do the two plans cost? And what do the boxes cost both of them?",
        "Take the difference in each world first, and the quantile of it afterwards.",
        "What does the agency's list cost that yours does not? Put it on the right side before you "
        "take the quantile.")
    slips = {
        "fee_forgotten": Slip("You forgot the agency's fee: only its plan costs it.", fee=0),
        "fee_turned": Slip("The fee is saved by the scores: it adds to their lead.", fee=-1),
        "overlap": Slip("You took the low end of one and the high end of the other: the interval "
            "of the difference decides.", way="overlap"),
        "ends": Slip("You took the difference of the two lower ends: the interval of the "
            "difference decides.", way="ends"),
        "upper_end": Slip("That is the upper end.", quantile=0.975),
        "five_percent": Slip("You took the 5 % quantile; a 95 % interval starts at 2.5 %.",
            quantile=0.05),
        "middle": Slip("That is the middle; the lower end is asked.", quantile=0.5),
        "standard_error": Slip("Mean less 1.96 standard errors: that is how sure the mean of the "
            "worlds is; you could draw more of them.", way="sem"),
        "against_lot": Slip("You compared with the lot; the agency is asked.", rival="by lot"),
        "alone": Slip("That is what the scores bring; how much more than the agency is asked.",
            way="alone"),
        "in_orders": Slip("You counted orders, not yuan.", yuan=False),
        "boxes_once": Slip("You took the boxes off: both plans have them.", boxes=True),
        "mean": Slip("That is the mean of the worlds; the lower end is asked.", way="mean"),
        "lot_and_fee": Slip("You compared with the lot, which costs no fee; the agency is asked.",
            rival="by lot with the fee"),
        "per_box": Slip("That is per box; the whole launch is asked.", boxed=True),
        "ninety_nine": Slip("You took the 0.5 % quantile: that is the low end of 99 %.",
            quantile=0.005),
    }

    def read(self, case, value):
        """Take each way to compute a quantile for right; they lie between two of the worlds."""
        found = super().read(case, value)
        same = any(self.answer.closeness(found, other) >= ROUNDED for other in self.ways(case))
        return self.target(case).copy() if same else found

    def ways(self, case):
        """Return the lower end in each way to compute a quantile, a row each."""
        lead = case.margin * (case.worlds["highest score"] - case.worlds["most followers"])
        return np.array([[np.quantile(lead + case.fee, 0.025, method=way)] for way in QUANTILES])

    def solve(self, case, *, fee=1, way="difference", quantile=0.025, rival="most followers",
              yuan=True, boxes=False, boxed=False):
        worlds, margin = case.worlds, case.margin if yuan else 1
        cost = case.boxes * case.box_cost
        mine = margin * worlds["highest score"] - (cost if boxes or way == "alone" else 0)
        theirs = margin * worlds[rival.removesuffix(" with the fee")]
        paid = fee * case.fee if rival != "by lot" and way != "alone" else 0
        gap = mine - theirs
        found = {"difference": lambda: gap.quantile(quantile), "mean": lambda: gap.mean(),
            "sem": lambda: gap.mean() - 1.96 * gap.sem(),
            "overlap": lambda: mine.quantile(0.025) - theirs.quantile(0.975),
            "ends": lambda: mine.quantile(quantile) - theirs.quantile(quantile),
            "alone": lambda: mine.quantile(quantile)}
        return float((found[way]() + paid) / (case.boxes if boxed else 1))


class Limits(Task):
    """From how many mentions on there is an alarm, by weekday."""

    answer, section = PerCustomer(("limit",), key="weekday"), _ALARM
    praise = "Right: the day's own level, and the right scatter."
    hints = ("What is expected on a Sunday, and how much do such days scatter?",
        "Poisson scatters too little; which distribution takes k?",
        "`isf` counts from above: which share of the calm days may lie above the limit? "
        "crm.social.alarm_limit asks for the same three things.")
    slips = {
        "poisson": Slip("You took Poisson: mentions scatter more than that.", law="poisson"),
        "three_sd": Slip("Three standard deviations above the mean: the rate is asked.",
            law="three"),
        "normal": Slip("You took a normal distribution; counts are skewed.", law="normal"),
        "normal_poisson": Slip("You took a normal distribution with Poisson's variance.",
            law="normal poisson"),
        "or_more": Slip("You counted one more: an alarm is a count *above* the limit.", plus=1),
        "one_less": Slip("You counted one less: an alarm is a count *above* the limit.", plus=-1),
        "one_for_all": Slip("You took the same limit for all days; weekends have more.",
            level="mean"),
        "two_sided": Slip("You left room on both sides: few mentions are no alarm.", rate=0.5),
        "once_a_week": Slip("Each weekday comes once a week, but the rate is one of all days.",
            rate=7.0),
        "seventh": Slip("You gave each weekday a seventh of the rate; the rate is one per day "
            "already.", rate=1 / 7),
        "turned_p": Slip("You took p = expected ÷ (k + expected): it is the other share.",
            law="turned"),
        "multiple": Slip("Those are multiples of what is expected; counts are asked.",
            level="ratio"),
        "other_tail": Slip("You took the limit below which one day in so many lies; too many "
            "mentions are an alarm.", law="other tail"),
        "normal_down": Slip("You took a normal distribution, rounded down; counts are skewed.",
            law="normal down"),
        "normal_up": Slip("You took a normal distribution, rounded up; counts are skewed.",
            law="normal up"),
    }

    def facts(self, case):
        return facts(WEEKDAYS, {mark("it is a weekend"): ["Saturday", "Sunday"]})

    def solve(self, case, *, law="negative binomial", plus=0, level="day", rate=1.0):
        mean, k = case.expected.astype(float), case.scatter
        if level == "mean":
            mean = mean * 0 + mean.mean()
        share, values = min(rate / case.every, 0.99), mean.to_numpy()
        variance = values + values**2 / k
        z = stats.norm.isf(share)
        found = {"negative binomial": lambda: stats.nbinom.isf(share, k, k / (k + values)),
            "poisson": lambda: stats.poisson.isf(share, values),
            "turned": lambda: stats.nbinom.isf(share, k, values / (k + values)),
            "three": lambda: values + 3 * np.sqrt(variance),
            "other tail": lambda: stats.nbinom.isf(1 - share, k, k / (k + values)),
            "normal": lambda: values + z * np.sqrt(variance),
            "normal down": lambda: np.floor(values + z * np.sqrt(variance)),
            "normal up": lambda: np.ceil(values + z * np.sqrt(variance)),
            "normal poisson": lambda: values + z * np.sqrt(values)}[law]() + plus
        if level == "ratio":
            found = found / values
        return pd.Series(found, mean.index, name="limit")


class Saved(Task):
    """What the cheapest alarm saves a year against the fixed number."""

    answer, section = Number(relative=1e-4), _COST
    praise = "Right: false ones and late ones, each at its price, over a year."
    hints = ("What does one year cost with each alarm? Two kinds of cost.",
        "False alarms are counted a year; days late are counted per crisis.",
        "Which of the seven is cheapest at these prices? And what does the present one cost?")
    slips = {
        "one_crisis": Slip("You counted one crisis a year.", often=False),
        "false_only": Slip("You counted only the false alarms.", late=0),
        "late_only": Slip("You counted only the days late.", false=0),
        "least_cost": Slip("That is what the cheapest costs; what it saves is asked.", what="cost"),
        "habit_cost": Slip("That is what the fixed number costs; what is saved is asked.",
            what="habit"),
        "fewest_false": Slip("You took the alarm with the fewest false ones; the cheapest is "
            "asked.", choose="false"),
        "earliest": Slip("You took the earliest alarm; the cheapest is asked.", choose="late"),
        "cheapest_at_one": Slip("You chose the alarm as if there were one crisis a year.",
            choose="one"),
        "dearest": Slip("You compared with the dearest; the fixed number is asked.", base="max"),
        "mean_of_all": Slip("You compared with the mean of all; the fixed number is asked.",
            base="mean"),
        "prices_swapped": Slip("You gave false alarms the price of a day late, and the reverse.",
            swapped=True),
        "false_at_cheapest": Slip("You chose by both costs, and then counted only the false "
            "alarms.", late=0, choose="both"),
        "late_at_cheapest": Slip("You chose by both costs, and then counted only the days late.",
            false=0, choose="both"),
        "false_per_crisis": Slip("You multiplied the false alarms by the crises, too: they are a "
            "year's already.", often="both"),
        "mean_of_the_seven": Slip("You took the mean of the seven; the cheapest is asked.",
            choose="mean"),
        "dearest_of_the_seven": Slip("You took the dearest of the seven; the cheapest is asked.",
            choose="dearest"),
        "a_month": Slip("That is for a month; a year is asked.", months=1),
    }

    def solve(self, case, *, often=True, late=1, false=1, what="saved", choose="cost",
              base="habit", swapped=False, months=12):
        table, price, day = case.alarms, case.false_alarm, case.day_late
        if swapped:
            price, day = day, price
        crises = case.crises if often else 1
        wrong, behind = price * table["false"], day * table["late"]
        if often == "both":
            wrong = crises * wrong
        cost = false * wrong + late * crises * behind
        others = cost.drop(HABIT)
        by = {"cost": cost, "both": wrong + crises * behind, "one": wrong + behind,
            "false": table["false"], "late": table["late"], "dearest": -cost}
        least = (others.mean() if choose == "mean"
            else others[steady(by[choose].drop(HABIT)).idxmin()])
        of = {"habit": cost[HABIT], "max": cost.max(), "mean": cost.mean()}[base]
        found = {"saved": of - least, "cost": least, "habit": cost[HABIT]}[what]
        return float(found * months / 12)


class Caused(Task):
    """How many orders a box causes among followers, by the lots."""

    answer, section = Number(relative=0.002), _CLAIM
    praise = "Right: compared within a launch and number followed, where a lot decided."
    hints = ("Among whom did only the lot decide how many of those they follow had a box?",
        "Take the mean of each launch and number followed off both columns, and look at the slope.",
        "The slope is for one member and one box more. By how many members without a box is each "
        "box seen, on average?")
    slips = {
        "not_within": Slip("You compared members who follow different numbers: they differ in "
            "more than the lot.", strata=""),
        "launch_only": Slip("You compared within launches, but not within the number followed.",
            strata="launch"),
        "owners_too": Slip("You kept members with a box of their own: they did not order.",
            owners="zero"),
        "slope_alone": Slip("That is by how much one box raises the chance of one follower; per "
            "box is asked.", what="slope"),
        "agency": Slip("That is the agency's way: all orders of followers.", what="agency"),
        "per_follower": Slip("You multiplied by all followers of a member, not by those of the "
            "boxes.", what="followers"),
        "all_caused": Slip("That is for all boxes; one box is asked.", what="total"),
        "told_only": Slip("You counted only those who were told; all orders are asked.",
            outcome="told"),
        "named": Slip("That is how many name the owner of a box: some of them would have heard it "
            "from another, or ordered anyway.", what="named"),
        "box_is_order": Slip("You kept members with a box of their own, and took their box for an "
            "order.", owners="ordered"),
        "all_followers": Slip("You multiplied by all followers of the boxes; those with a box of "
            "their own are not asked.", what="all followers"),
        "any_box": Slip("You compared any box with none; the slope is for one box more.",
            seen="any"),
        "any_for_each": Slip("You compared any box with none, and multiplied by the number of "
            "boxes seen.", seen="any", what="box by number"),
    }

    def solve(self, case, *, strata="both", owners="out", what="box", outcome="ordered",
              seen="sum"):
        people, boxes = case.lots, case.boxes_sent
        if what == "named":
            return PerBox().right(case)
        all_seen = people["sum"].sum()
        if owners == "out":
            people = people[~people["own"]]
        ordered = people["told" if outcome == "told" else "had"].astype(float)
        if owners == "zero":
            ordered = ordered.where(~people["own"], 0.0)
        if what == "agency":
            return float(ordered[people["sum"] > 0].sum() / boxes)
        number = people["sum"].astype(float)
        moved = (number > 0).astype(float) if seen == "any" else number
        columns = pd.DataFrame({"seen": moved, "ordered": ordered})
        by = {"both": ["launch", "size"], "launch": ["launch"], "": []}[strata]
        mean = (columns.groupby([people[name] for name in by]).transform("mean") if by
            else columns.mean())
        within = columns - mean
        slope = (within["seen"] * within["ordered"]).sum() / (within["seen"] ** 2).sum()
        return float(slope * {"slope": 1.0, "box": moved.sum() / boxes, "total": moved.sum(),
            "box by number": number.sum() / boxes, "all followers": all_seen / boxes,
            "followers": len(case.follows) / len(case.ids)}[what])


TASKS = tasks_in(globals())
