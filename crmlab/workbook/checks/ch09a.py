"""Checks of the exercise of chapter 9a, listening."""

from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from statsmodels.duration.survfunc import SurvfuncRight

from crmlab.arguments import steady
from crmlab.company import world
from crmlab.language import mark
from crmlab.social import corrected_share
from crmlab.workbook.answers import Chosen, Number
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

NOW = pd.Timestamp("2026-01-01")
PROMISE = 24  # hours
Z = 1.959963984540054  # of a 95 % interval, as the function has it
COUNTS = world.WAIT_COUNTS  # hours of waiting that count at most
PLACES = range(18, 31)  # how many posts may be answered today: where the cut is clearest

# Headings of the lesson to read again.
_WAIT = mark("Respond: how long do people wait?")
_MANY = mark("How many are negative?")
_CLAIM = mark('Claim check: "a complaint answered within the hour is settled"')
_FIRST = mark("Whom to answer first?")
_WHERE = mark("Create: where to have an account")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    now : pandas.Timestamp
        Midnight after the last day with data.
    december : pandas.DataFrame
        One row per post of December: ``posted``, ``answered_at``.
    november : pandas.DataFrame
        One row per post of November: ``called`` negative by the classifier, or not.
    checked : pandas.DataFrame
        One row per post of September to November that was read by hand: ``called``, ``negative``.
    test : pandas.DataFrame
        One row per post of the months with lots: ``turn``, ``label``, ``posted``,
        ``answered_at``, ``cost`` (yuan).
    waiting : pandas.DataFrame
        One row per post without an answer now: ``waited`` (hours), ``score``, the chance that it
        is negative.
    places : int
        How many of them can be answered today.
    use : pandas.DataFrame
        One row per customer asked: which platforms they use.
    have, more : list of str, str
        Two platforms with an account, and a third one.
    """

    size = 1000

    @cached_property
    def _posts(self):
        posts = self.company.posts.astype({"label": "str"}).set_index("post_id")
        posts["negative"] = posts["label"] == "negative"
        read = posts["label"].isin(["negative", "other"])
        summer = posts[read & (posts["posted"] < "2025-09-01")]
        size = {"ngram_range": (1, 3), "min_df": 3}
        pieces = TfidfVectorizer(analyzer="char_wb", sublinear_tf=True, **size)
        ends = LogisticRegression(C=5, solver="newton-cg", tol=1e-10, max_iter=1000)
        learned = make_pipeline(pieces, ends).fit(summer["text"], summer["negative"])
        later = posts[posts["posted"] >= "2025-09-01"].copy()
        later["score"] = steady(learned.predict_proba(later["text"])[:, 1])
        later["called"] = later["score"] > 0.5
        return later

    @handed_out
    def now(self):
        return NOW

    @handed_out
    def december(self):
        posts = self._posts
        return posts.loc[posts["posted"] >= "2025-12-01", ["posted", "answered_at"]]

    @handed_out
    def november(self):
        posts = self._posts
        return posts.loc[posts["posted"].dt.month == 11, ["posted", "called"]]

    @handed_out
    def checked(self):
        posts = self._posts
        read = posts["label"].isin(["negative", "other"]) & (posts["posted"] < "2025-12-01")
        return posts.loc[read, ["called", "negative"]]

    @handed_out
    def test(self):
        posts = self.company.posts.set_index("post_id")[["label", "posted", "answered_at"]]
        table = self.company.answer_test.set_index("post_id").drop(columns="settled").join(posts)
        return table.astype({"turn": "str", "label": "str"})[
            ["turn", "label", "posted", "answered_at", "cost"]]

    @handed_out
    def waiting(self):
        posts = self._posts
        open_now = posts[posts["answered_at"].isna() & (posts["posted"] >= world.CRISIS_DAY)]
        hours = (NOW - open_now["posted"]).dt.total_seconds() / 3600
        return pd.DataFrame({"waited": hours.round(2), "score": open_now["score"].round(4)})

    @handed_out
    def places(self):
        """The clearest cut of those where who counts other hours has another list."""
        right, *wrong = (self.ranking(by=by) for by in ("saved", "young", "all left"))
        gaps = [right.iloc[place - 1] - right.iloc[place] if all(
                set(one.index[:place]) != set(right.index[:place]) for one in wrong) else 0
            for place in PLACES]
        return PLACES[int(steady(np.array(gaps)).argmax())]

    def ranking(self, *, by="saved", turned=False):
        """Return `worth` with the post to be answered first at the top."""
        return self.worth(by=by).sort_values(ascending=turned, kind="stable")

    def worth(self, *, by="saved", capped=True):
        """Return what answering each waiting post today is worth, in hours of a negative one."""
        table = self.waiting
        so_far, tomorrow = table["waited"], table["waited"] + PROMISE
        if capped:
            so_far, tomorrow = so_far.clip(upper=COUNTS), tomorrow.clip(upper=COUNTS)
        more, left = tomorrow - so_far, COUNTS - table["waited"].clip(upper=COUNTS)
        worth = {"saved": table["score"] * more, "score": table["score"], "hours": more,
            "oldest": table["waited"], "newest": -table["waited"], "left": left,
            "young": table["score"] * (table["waited"] < COUNTS),
            "all left": table["score"] * left, "soon": table["waited"] * (left > 0),
            "harm so far": table["score"] * table["waited"].clip(upper=COUNTS)}[by]
        return steady(worth)

    @handed_out
    def use(self):
        return self.company.platform_use.set_index("customer_id")

    @cached_property
    def _order(self):
        rng = np.random.default_rng([self.seed, 9])
        return [world.SOCIAL_PLATFORMS[place] for place in rng.permutation(4)]

    @handed_out
    def have(self):
        return self._order[:2]

    @handed_out
    def more(self):
        return self._order[2]

    @cached_property
    def facts(self):
        posts, waiting = self.december, self.waiting
        hours = (posts["answered_at"] - posts["posted"]).dt.total_seconds() / 3600
        age = (NOW - posts["posted"]).dt.total_seconds() / 3600
        none = hours.isna()
        return facts(posts.index, {
            mark("they have no answer, and are older than 24 hours"):
                none & (age > PROMISE),
            mark("they have no answer, and are younger than 24 hours"): none & (age <= PROMISE),
            mark("they were answered after more than 24 hours"): hours > PROMISE,
            mark("they were answered on another day, within 24 hours"): (hours <= PROMISE)
                & (posts["answered_at"].dt.normalize() > posts["posted"].dt.normalize()),
            mark("they were answered after one to two days"): (hours > 24) & (hours < 48),
            mark("they came before the leak"): posts["posted"] < world.CRISIS_DAY,
            mark("they have waited for more than 48 hours"):
                waiting.index[waiting["waited"] > COUNTS],
            mark("they have waited for 24 to 48 hours"):
                waiting.index[waiting["waited"].between(24, COUNTS)],
            mark("their score is below 0.5"): waiting.index[waiting["score"] < 0.5],
        })

    def about(self, name):
        row = self.december.loc[name]
        answer = "–" if pd.isna(row["answered_at"]) else f"{row['answered_at']:%Y-%m-%d %H:%M}"
        return f"{row['posted']:%Y-%m-%d %H:%M} → {answer}"


def hours_of(posts):
    """Return hours from each post to its answer, missing without one."""
    return (posts["answered_at"] - posts["posted"]).dt.total_seconds() / 3600


class Late(Task):
    """The posts whose promise of 24 hours is broken by now."""

    answer, section = Chosen(key="post_id"), _WAIT
    praise = "Right: those answered too late, and those that have waited too long already."
    hints = ("In which two ways can the promise be broken?",
        "A comparison with a missing time is never true: what is the wait of a post without an "
        "answer, as far as we know it?",
        "What is the least that a post without an answer has waited by now?")
    slips = {
        "unanswered_dropped": Slip("You left out the posts without an answer: some have waited "
            "too long already.", waiting="none"),
        "all_unanswered": Slip("You counted every post without an answer: the youngest may still "
            "be answered in time.", waiting="all"),
        "only_unanswered": Slip("You left out the posts that were answered too late.",
            answered=False),
        "another_day": Slip("You compared days of the calendar; 24 hours are asked.",
            unit="calendar"),
        "whole_days": Slip("You took 48 hours: whole days are more than 1 only from two days on.",
            unit="days"),
        "since_the_leak": Slip("You took the posts since the leak; all of December are asked.",
            since=world.CRISIS_DAY),
        "before_the_leak": Slip("You took the posts before the leak; all of December are asked.",
            until=world.CRISIS_DAY),
    }

    def choices(self, case):
        return list(case.december.index)

    def solve(self, case, *, waiting="known", answered=True, unit="hours", since=None,
              until=None):
        posts = case.december
        end = posts["answered_at"].fillna(NOW)
        late = (end - posts["posted"]) > pd.Timedelta(hours=PROMISE)
        if unit == "calendar":
            late = end.dt.normalize() > posts["posted"].dt.normalize()
        elif unit == "days":
            late = (end - posts["posted"]).dt.days > 1
        none = posts["answered_at"].isna()
        if waiting == "none":
            late &= ~none
        elif waiting == "all":
            late |= none
        if not answered:
            late &= none
        if since is not None:
            late &= posts["posted"] >= since
        if until is not None:
            late &= posts["posted"] < until
        return list(posts.index[late])


class MedianWait(Task):
    """The median hours to an answer, with those who wait."""

    answer, section = Number(relative=0.002), _WAIT
    praise = "Right: those who still wait are counted as long as they are seen."
    hints = ("The median of those answered leaves out the slowest.",
        "A survival curve takes, per post, how long it was seen, and whether it was answered.",
        "Which column says how long each was seen, which one whether that ended in an answer? The "
        "half is its quantile 0.5.")
    slips = {
        "answered_only": Slip("That is the median of those answered.", way="answered"),
        "as_answered_now": Slip("You took the time until now for an answer: they still wait.",
            way="now"),
        "as_never": Slip("You took those who wait for never answered: the youngest may be answered "
            "soon.", way="never"),
        "as_zero": Slip("You counted those without an answer as 0 hours.", way="zero"),
        "mean_of_answered": Slip("That is the mean of those answered.", way="mean"),
        "in_days": Slip("That is in days; hours are asked.", scale=1 / 24),
        "in_minutes": Slip("That is in minutes; hours are asked.", scale=60),
        "since_the_leak": Slip("You took the posts since the leak; all of December are asked.",
            since=world.CRISIS_DAY),
        "a_quarter": Slip("That is the 25 % quantile.", at=0.25),
        "status_turned": Slip("The status is 1 for those answered: yours is turned round.",
            way="turned"),
        "lower_end": Slip("That is the lower end of its 95 % interval; the median is asked.",
            way="low"),
        "upper_end": Slip("That is the upper end of its 95 % interval; the median is asked.",
            way="high"),
        "mean_of_all": Slip("That is the mean of what was seen so far; the median is asked, and "
            "some still wait.", way="mean of all"),
    }

    def solve(self, case, *, way="curve", scale=1.0, since=None, at=0.5):
        posts = case.december
        if since is not None:
            posts = posts[posts["posted"] >= since]
        hours = hours_of(posts)
        seen = hours.fillna((NOW - posts["posted"]).dt.total_seconds() / 3600)

        def curve():
            return SurvfuncRight(seen, hours.notna().astype(int))

        ways = {
            "curve": lambda: curve().quantile(at),
            "low": lambda: curve().quantile_ci(at)[0],
            "high": lambda: curve().quantile_ci(at)[1],
            "mean of all": lambda: seen.mean(),
            "turned": lambda: SurvfuncRight(seen, hours.isna().astype(int)).quantile(at),
            "answered": lambda: hours.quantile(at), "now": lambda: seen.quantile(at),
            "never": lambda: hours.fillna(1e9).quantile(at),
            "zero": lambda: hours.fillna(0).quantile(at), "mean": lambda: hours.mean(),
        }
        return float(ways[way]() * scale)


def _errors(case):
    """Return raw share, sensitivity, specificity of the participant's classifier."""
    found = corrected_share(case.november["called"], *_pair(case))
    return found["called"], found["sensitivity"], found["specificity"]


def _pair(case):
    return case.checked["called"], case.checked["negative"]


class Share(Task):
    """The corrected share of negative posts of November."""

    answer, section = Number(relative=1e-6), _MANY
    praise = "Right: what was called, corrected for what was missed and what was invented."
    hints = ("What share is called negative? And how often is the classifier wrong, each way?",
        "Sensitivity is of the negative posts that were read, specificity of the others.",
        "Those called are a part s of the negative posts and a part 1 − t of the others. For which "
        "share does that give what was called in November?")
    slips = {
        "called": Slip("That is the share that is called negative.", way="called"),
        "only_sensitivity": Slip("You divided by the sensitivity, and forgot the others that are "
            "called negative.", way="missed"),
        "only_specificity": Slip("You corrected for the others called negative, and forgot those "
            "that are missed.", way="invented"),
        "precision": Slip("You took the share of those called that are negative for the "
            "sensitivity: turn the condition round.", way="precision"),
        "swapped": Slip("You swapped sensitivity and specificity.", way="swapped"),
        "predictive_values": Slip("You took what a call meant in autumn: that changes with the "
            "share that you want to know.", way="predictive"),
        "read_posts": Slip("That is the share in the posts that were read, of three months.",
            way="read"),
        "accuracy": Slip("You took how often it is right for both.", way="accuracy"),
        "read_in_november": Slip("That is the share of November's posts that were read by hand: "
            "honest, but of few posts. Asked is the share called, corrected.", way="november"),
        "number": Slip("That is how many posts; a share is asked.", way="number"),
        "both_turned": Slip("You took both conditions the wrong way round: of the negative posts, "
            "how many are called? Of the others, how many are not?", way="both turned"),
    }

    def solve(self, case, *, way=""):
        raw, caught, passed = _errors(case)
        called, true = (one.astype(bool) for one in _pair(case))
        precision, omitted = true[called].mean(), true[~called].mean()
        right = (called == true).mean()
        ways = {"": lambda: _turned(raw, caught, passed), "called": lambda: raw,
            "missed": lambda: raw / caught, "invented": lambda: (raw + passed - 1) / passed,
            "precision": lambda: _turned(raw, precision, passed),
            "swapped": lambda: _turned(raw, passed, caught),
            "predictive": lambda: raw * precision + (1 - raw) * omitted,
            "read": lambda: true.mean(), "accuracy": lambda: _turned(raw, right, right),
            "november": lambda: _read_in_november(case).mean(),
            "number": lambda: _turned(raw, caught, passed) * len(case.november),
            "both turned": lambda: _turned(raw, precision, 1 - omitted)}
        return float(ways[way]())


def _read_in_november(case):
    """Return which of November's own posts that were read are negative."""
    return case.checked.loc[case.checked.index.isin(case.november.index), "negative"]


def _turned(raw, caught, passed):
    return (raw + passed - 1) / (caught + passed - 1)


class ShareLow(Task):
    """The lower end of the interval of that share."""

    answer, section = Number(relative=0.004), _MANY
    praise = "Right: both kinds of luck are in it, that of the calls and that of the posts read."
    hints = ("Which figures of the correction are known from some posts only?",
        "crm.social.corrected_share knows both kinds of luck, and returns the interval, too.",
        "These are all posts of November: no sample of more.")
    slips = {
        "upper_end": Slip("That is the upper end.", end="high"),
        "half_width": Slip("That is half of the interval; take it off the share.", end="half"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "errors_known": Slip("You took sensitivity and specificity for known: they come from the "
            "posts that were read.", luck="calls"),
        "read_only": Slip("You left out the luck of the calls in November.", luck="read"),
        "as_sample": Slip("You took November for a sample of more; its own share is asked.",
            luck="sample"),
        "of_called": Slip("That is the interval of the share called negative.", luck="called"),
        "of_read": Slip("That is the interval of the posts that were read.", luck="posts read"),
        "not_stretched": Slip("You forgot to divide the standard error by s + t − 1.",
            luck="narrow"),
        "called_corrected": Slip("You corrected the low end of the share called, as if sensitivity "
            "and specificity were known: they come from the posts that were read.",
            luck="called corrected"),
        "as_counted": Slip("You took √(p(1 − p) ÷ n), as if the share had been counted: it was "
            "corrected, with errors that come from the posts read.", luck="counted"),
        "read_in_november": Slip("That is the interval of November's posts that were read by hand; "
            "the corrected share is asked.", luck="november"),
    }

    def solve(self, case, *, end="low", times=Z, luck=""):
        raw, caught, passed = _errors(case)
        true = case.checked["negative"]
        share, power = _turned(raw, caught, passed), caught + passed - 1
        number, ones, others = len(case.november), true.sum(), (~true).sum()
        own = _read_in_november(case)

        def of_share(one, size):
            return one * (1 - one) / size

        missed, invented = caught * (1 - caught), passed * (1 - passed)
        calls = (share * missed + (1 - share) * invented) / number
        read = share**2 * missed / ones + (1 - share) ** 2 * invented / others
        middle, variance = {
            "": (share, (calls + read) / power**2), "calls": (share, calls / power**2),
            "read": (share, read / power**2), "narrow": (share, calls + read),
            "sample": (share, (of_share(raw, number) + read) / power**2),
            "called corrected": (share, of_share(raw, number) / power**2),
            "counted": (share, of_share(share, number)), "called": (raw, of_share(raw, number)),
            "posts read": (true.mean(), of_share(true.mean(), len(true))),
            "november": (own.mean(), of_share(own.mean(), len(own))),
        }[luck]
        half = times * np.sqrt(variance)
        return float({"low": middle - half, "high": middle + half, "half": half}[end])


class PerHour(Task):
    """What an hour of waiting costs for a negative post, by lot."""

    answer, section = Number(relative=1e-6), _CLAIM
    praise = "Right: the lots moved the wait and nothing else, so the cost follows from the wait."
    hints = ("Which two groups differ in nothing but whose turn it was?",
        "Both means differ between the arms: that of the cost, and that of the hours.",
        "Negative posts only; hours up to 48, and 48 for a post without an answer.")
    slips = {
        "seen_together": Slip("You fitted cost on hours: severe cases wait longer and cost more "
            "anyway. Compare the arms.", way="slope"),
        "slope_in_turn": Slip("You fitted cost on hours among those in turn: severe cases wait "
            "longer and cost more anyway.", way="slope in turn"),
        "all_posts": Slip("You took all posts; the negative ones are asked.", kind="all"),
        "others": Slip("You took the posts that are not negative.", kind="other"),
        "unanswered_dropped": Slip("You left out the posts without an answer: they count 48 hours.",
            missing="drop"),
        "unanswered_zero": Slip("You counted no hours for posts without an answer.",
            missing="zero"),
        "not_capped": Slip("You counted more than 48 hours for some posts.", cap=False),
        "cost_only": Slip("That is the difference in cost; divide it by that of the hours.",
            way="cost"),
        "hours_only": Slip("That is the difference in hours.", way="hours"),
        "per_day": Slip("That is for a day; an hour is asked.", scale=24),
        "in_turn_only": Slip("You divided cost by hours in one arm: what costs anyway is in it.",
            way="one arm"),
        "within_the_hour": Slip("You compared those answered within the hour with the others: that "
            "is not what lots decided.", way="fast"),
        "cost_over_hours": Slip("You divided the cost of both arms by their hours: what costs "
            "anyway is in it.", way="both arms"),
        "of_two_ratios": Slip("You took the difference of two ratios; asked is the ratio of two "
            "differences.", way="two ratios"),
        "per_minute": Slip("That is for a minute; an hour is asked.", scale=1 / 60),
    }

    def solve(self, case, *, way="lot", kind="negative", missing="48", cap=True, scale=1.0):
        test = case.test
        if kind != "all":
            test = test[test["label"] == kind]
        hours = hours_of(test)
        if cap:
            hours = hours.clip(upper=COUNTS)
        if missing == "drop":
            test, hours = test[hours.notna()], hours.dropna()
        hours = hours.fillna(COUNTS if missing == "48" else 0)
        table = pd.DataFrame({"cost": test["cost"], "hours": hours, "turn": test["turn"]})
        if way in ("slope", "slope in turn"):
            rows = table if way == "slope" else table[table["turn"] == "in turn"]
            return float(np.polyfit(rows["hours"], rows["cost"], 1)[0] * scale)
        group = table["turn"] if way != "fast" else np.where(hours <= 1, "first", "in turn")
        mean = table.groupby(group)[["cost", "hours"]].mean()
        gap = mean.loc["in turn"] - mean.loc["first"]
        ratio, both = mean["cost"] / mean["hours"], table[["cost", "hours"]].sum()
        found = {"cost": gap["cost"], "hours": gap["hours"], "one arm": ratio["in turn"],
            "both arms": both["cost"] / both["hours"],
            "two ratios": ratio["in turn"] - ratio["first"]}
        return float(found.get(way, gap["cost"] / gap["hours"]) * scale)


class FirstUp(Task):
    """The posts to answer today."""

    answer, section = Chosen(key="post_id"), _FIRST
    praise = "Right: no other posts would save more by being answered today."
    hints = ("What does a post lose if it waits another 24 hours? For whom is that nothing?",
        "What was lost until now is lost either way, and after the 48th hour nothing more is.",
        "Which of the next 24 hours still cost something for this post, and how likely is it that "
        "they do?")
    slips = {
        "by_score": Slip("You took the highest scores: some have waited two days, and lose "
            "nothing more by waiting.", by="score"),
        "oldest": Slip("You took the oldest: they have waited two days, and lose nothing more "
            "by waiting.", by="oldest"),
        "newest": Slip("You took the newest, negative or not.", by="newest"),
        "hours_only": Slip("You took those with most hours to lose, negative or not.", by="hours"),
        "harm_so_far": Slip("You took those that waiting has harmed most: that cannot be saved any "
            "more.", by="harm so far"),
        "young_by_score": Slip("You left out who is over 48 hours; but who reaches 48 before "
            "tomorrow saves fewer than 24.", by="young"),
        "all_hours_left": Slip("You counted all hours to 48; of those answered tomorrow only the "
            "next 24 are lost.", by="all left"),
        "youngest_hours": Slip("You took those with most hours left to 48, negative or not.",
            by="left"),
        "oldest_below": Slip("You took the oldest of those under 48 hours: they have least left to "
            "lose.", by="soon"),
        "one_too_many": Slip("You took one post too many.", extra=1),
        "one_too_few": Slip("You took one post too few.", extra=-1),
        "all_called": Slip("You took all with a score above 0.5; there are fewer places.",
            by="called"),
        "lowest": Slip("You took the smallest; sort the other way.", turned=True),
    }

    def choices(self, case):
        return list(case.waiting.index)

    def solve(self, case, *, by="saved", extra=0, turned=False):
        if by == "called":
            return list(case.waiting.index[case.waiting["score"] > 0.5])
        return list(case.ranking(by=by, turned=turned).index[: case.places + extra])


class Saved(Task):
    """What answering them today saves."""

    answer, section = Number(relative=1e-6), _FIRST
    praise = "Right: so much is saved if these are answered today and not tomorrow."
    hints = ("What does one post of your list save, if it is answered today? First in hours.",
        "An hour after the 48th costs nothing: how many of the next 24 still count?",
        "Not every post is negative: of ten with a score of 0.4, how many pay for an hour?")
    slips = {
        "not_capped": Slip("You counted 24 hours for each; some reach 48 before.", capped=False),
        "without_chance": Slip("You took every post for negative: multiply by its score.",
            chance=False),
        "called_negative": Slip("You counted the posts with a score above 0.5 as negative, and the "
            "others as not.", chance="cut"),
        "hours_of_negatives": Slip("Those are hours; multiply by the cost of an hour.", rate=""),
        "of_all_waiting": Slip("That is what all that wait would save; there are fewer places.",
            whose="all"),
        "of_highest_scores": Slip("That is what the highest scores would save.", whose="score"),
        "per_post": Slip("That is for one post; all of the list are asked.", mean=True),
        "whole_wait": Slip("You took the hours waited so far; those to come can be spared.",
            spared="past"),
        "rate_of_slope": Slip("You took the cost of an hour from a fit, not from the lots.", _CLAIM,
            rate="slope"),
        "all_hours_left": Slip("You counted all hours to 48; of those answered tomorrow only the "
            "next 24 are lost.", spared="left"),
        "all_hours_in_list": Slip("You counted all hours to 48, in the list, too; of those "
            "answered tomorrow only the next 24 are lost.", spared="left", whose="all left"),
        "of_young_by_score": Slip("That is what the highest scores under 48 hours would save; who "
            "reaches 48 before tomorrow saves fewer than 24 hours.", whose="young"),
    }

    def solve(self, case, *, capped=True, chance=True, rate="lot", whose="saved", mean=False,
              spared="hours"):
        names = list(case.waiting.index)
        if whose != "all":
            names = list(case.ranking(by=whose).index[: case.places])
        table = case.waiting.loc[names]
        hours = (table["waited"].clip(upper=COUNTS) if spared == "past"
            else case.worth(by=spared, capped=capped)[names])
        weight = {True: table["score"], False: 1.0, "cut": (table["score"] > 0.5) * 1.0}[chance]
        cost = {"lot": lambda: PerHour().right(case), "": lambda: 1.0,
            "slope": lambda: PerHour().wrong(case, "slope_in_turn")}[rate]()
        total = float((hours * weight).sum() * cost)
        return total / len(names) if mean else total


class AddedLow(Task):
    """The lower end of what a third platform adds to two."""

    answer, section = Number(relative=0.002), _WHERE
    praise = "Right: so many more customers at least, and each counted once."
    hints = ("Which customers would an account there reach that the two do not reach?",
        "Make it a yes or no of each customer asked: the share of these has one standard error.",
        "Who uses none of the two: `any` over their columns, turned round.")
    slips = {
        "upper_end": Slip("That is the upper end.", times=-1.96),
        "point": Slip("That is what it adds; the lower end is asked.", times=0.0),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "alone": Slip("You took all who use it: some use one of the two already.", what="alone"),
        "all_three": Slip("You took the coverage of all three; what the third adds is asked.",
            what="three"),
        "the_two": Slip("That is the coverage of the two.", what="two"),
        "separate_samples": Slip("You took two separate samples: the same customers answered.",
            error="separate"),
        "in_all_of_two": Slip("You compared with who uses both; one of the two is enough.",
            what="both"),
        "without_number": Slip("You forgot ÷ √n: that is how single customers scatter.",
            error="sd"),
        "of_the_rest": Slip("That is the share of those not covered yet; of all customers is "
            "asked.", of="rest"),
        "relative": Slip("You divided by the coverage of the two: that is relative growth; a share "
            "of all customers is asked.", of="two"),
    }

    def solve(self, case, *, times=1.96, what="added", error="", of="all"):
        use, two = case.use.astype(bool), case.use[case.have].any(axis=1)
        third = use[case.more]
        column = {"added": third & ~two, "alone": third, "three": third | two, "two": two,
            "both": third & ~use[case.have].all(axis=1)}[what].astype(float)
        if of == "rest":
            column = column[~two]
        errors = {"": column.sem(), "sd": column.std(),
            "separate": np.hypot((third | two).astype(float).sem(), two.astype(float).sem())}
        low = column.mean() - times * errors[error]
        return float(low / two.mean() if of == "two" else low)


TASKS = tasks_in(globals())
