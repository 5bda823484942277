"""Checks of the exercise of chapter 5a, satisfaction and loyalty."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.checks.ch05 import CUTOFF, END, ERRORS, YEAR_START, Z
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

WAVE, BALANCE_DAY = "2025-06-01", CUTOFF
POINT_VALUE = 0.01  # yuan off for one point
COMPLAINTS_SINCE = "2025-07-05"  # the last 180 days of the data

# Headings of the lesson to read again.
_SATISFACTION = mark("Satisfaction: set, measure, analyse, improve")
_POINTS = mark("What do points cost?")

# What is said of several tasks, and slips that go wrong in the same way in two of them.
_LIVE = mark("You counted batches that can still be used: not yet used is not unused.")
_MEAN_OF_SHARES = mark("You took a mean of shares; add up the points.")
_YEAR_END = mark("You took the end of 2025; the balance day is 30 June.")
_ANSWERS = {
    "both_waves": Slip("You took both waves together; the last one is asked.", wave="both"),
    "first_wave": Slip("You took the wave of 2024; that of June 2025 is asked.", wave="first"),
    "passives_as_promoters": Slip("You counted an 8 as a promoter: 9 and 10 are.", promoter=8),
    "six_left_out": Slip("You left out the 6; detractors gave 0 to 6.", detractor=5),
}


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    survey, tickets, orders, points : pandas.DataFrame
        Tables of the company.
    programme : pandas.Series
        ``margin_share``, ``breakage`` (shares), and what a hundred points are ``worth_now`` and
        would be worth, ``worth_new``, in yuan.
    """

    size = 2000
    survey = handed_out(lambda case: case.company.survey)
    tickets = handed_out(lambda case: case.company.tickets)
    orders = handed_out(lambda case: case.company.orders)
    points = handed_out(lambda case: case.company.points)

    @handed_out
    def programme(self):
        rng = np.random.default_rng([self.seed, 51])
        return pd.Series(
            {"margin_share": round(rng.uniform(0.36, 0.48), 2),
             "breakage": round(rng.uniform(0.22, 0.36), 2),
             "worth_now": 1.0, "worth_new": float(rng.choice([2.5, 3.0, 3.5, 4.0]))},
            name="programme")

    @cached_property
    def waits(self):
        """Of each ticket its hours, and what may decide whether it is counted."""
        tickets, channel = self.tickets, self.orders.set_index("order_id")["channel"]
        hours = tickets[["queue_hours", "work_hours", "partner_hours"]].sum(axis=1)
        return tickets[["partner_hours"]].assign(
            hours=hours, number=1.0, all=True, has_order=tickets["order_id"].notna(),
            closed=tickets["resolved"].notna(), of_year=tickets["opened"] >= YEAR_START,
            late=tickets["topic"] == "late delivery",
            dealer=tickets["order_id"].map(channel.astype("object")) == "dealer")

    @cached_property
    def handled(self):
        """Of each ticket whose it is, how it ended, and when."""
        tickets = self.tickets
        return pd.DataFrame({
            "customer_id": tickets["customer_id"], "closed": tickets["resolved"].notna(),
            "failed": ~tickets["solved_first_time"], "given": tickets["goodwill"] > 0,
            "lately": tickets["resolved"] >= COMPLAINTS_SINCE,
            "opened": tickets["opened"] >= COMPLAINTS_SINCE})

    @cached_property
    def facts(self):
        table, ids = self.handled, self.company.customers["customer_id"]
        late, bad = table["closed"] & table["lately"], table["failed"] & ~table["given"]
        who = table["customer_id"]
        return facts(ids, {
            mark("they were given goodwill for a ticket of the last 180 days"): who[
                late & table["given"]],
            mark("a ticket of the last 180 days was solved at the first contact"): who[
                late & ~table["failed"]],
            mark("they have an open ticket"): who[~table["closed"]],
            mark("they had a bad ticket before, too"): who[
                table["closed"] & bad & ~table["lately"]],
            mark("their bad ticket was opened before 5 July"): who[late & bad & ~table["opened"]],
            mark("they have no ticket"): ids[~ids.isin(who)],
        })


def _counted(case, *, wave="last", promoter=9, detractor=6, of="answers", skipped=np.nan):
    """Return the shares of promoters and detractors, of how many they are, and the answers."""
    nps, last = case.survey["nps"].astype("float64"), case.survey["wave"] == WAVE
    scores = nps[{"last": last, "first": ~last, "both": last | ~last}[wave]].fillna(skipped)
    promoters, detractors = (scores >= promoter).sum(), (scores <= detractor).sum()
    number = {"answers": scores.count(), "rows": len(scores), "both": promoters + detractors}[of]
    return promoters / number, detractors / number, number, scores


class Nps(Task):
    """The net promoter score of the last wave."""

    answer, section = Number(tolerance=0.01), _SATISFACTION
    praise = "Right: promoters less detractors, in points, among those who answered."
    hints = ("The survey has two waves; the question is about one of them.",
        "Promoters gave 9 or 10, detractors 0 to 6; 7 and 8 count in the number only.",
        "Drop the missing answers first; then two shares, their difference, and points.")
    slips = _ANSWERS | {
        "missing_as_zero": Slip("You took a skipped answer for a 0, a detractor.", skipped=0),
        # A score of 0 stays 0 whatever it is divided by.
        "missing_counted": Slip("You divided by all rows; some skipped this question.",
            seen_in=lambda case, score: np.isclose(score[0], Nps().solve(case, of="rows"))),
        "passives_left_out": Slip("You left out 7 and 8: divide by all answers.",
            seen_in=lambda case, score: np.isclose(score[0], Nps().solve(case, of="both"))),
        "promoters_only": Slip("You forgot to take the detractors off.", asked="promoters"),
        "mean_answer": Slip("That is the mean answer; take shares of people.", asked="mean"),
        "mean_times_ten": Slip("That is ten times the mean answer; take shares.", asked="ten"),
    }

    def solve(self, case, *, asked="", **which):
        up, down, _number, scores = _counted(case, **which)
        return float({"": 100 * (up - down), "promoters": 100 * up, "mean": scores.mean(),
                      "ten": 10 * scores.mean()}[asked])


class NpsLow(Task):
    """The lower end of the score's 95 % interval."""

    answer = Number(tolerance=0.03)  # n − 1 for n, or a t quantile, is as good
    section = _SATISFACTION
    praise = "Right. A rise of a few points from one wave to the next may be nothing at all."
    hints = ("Each answer is +1 (promoter), 0 or −1 (detractor); the score is their mean.",
        "The variance of one such number is p + d − (p − d)², with p and d the two shares.",
        "From it to the standard error of a mean; then 1.96 of them, in points, downwards.")
    slips = _ANSWERS | ERRORS | {
        "variance_of_one_share": Slip("That is the error of one share, not of two.", spread="one"),
        "two_shares": Slip("You added variances as if of two samples: it is one.", spread="two"),
        "ends_combined": Slip("You put two shares' ends together; take one error.", spread="ends"),
        "of_the_answers": Slip("Your error is of answers 0 to 10, not +1, 0, −1.", spread="raw"),
        "missing_counted": Slip("You divided by all rows; some skipped the question.", of="rows"),
        "without_number": Slip("You did not divide by the number: answers vary so.", many=False),
    }

    def solve(self, case, *, spread="", many=True, quantile=Z, centre=1, **which):
        up, down, number, scores = _counted(case, **which)
        one, other = np.sqrt(up * (1 - up)), np.sqrt(down * (1 - down))
        deviation = {"": np.sqrt(up + down - (up - down) ** 2), "one": one, "ends": one + other,
                     "two": np.hypot(one, other), "raw": scores.std() / 100}[spread]
        error = deviation / np.sqrt(number if many else 1)
        return float(100 * (centre * (up - down) - quantile * error))


class Bottleneck(Task):
    """Which share of the wait for partners is late deliveries of dealers."""

    answer = Number(tolerance=1e-6)
    section = mark("Complaints and waiting")
    praise = "Right: few of the tickets, and much of the waiting. That is a bottleneck."
    hints = ("The dealer stands with the order, not with the ticket: bring the two together.",
        "Tickets without an order wait too; a left join keeps them.",
        "Add up hours, not tickets: above those of the late deliveries, below those of all.")
    slips = {
        "tickets_counted": Slip("You counted tickets; the task asks for hours.", by="number"),
        "tickets_lost_in_join": Slip("Your join lost the tickets without an order.", lost=True),
        "every_channel": Slip("You took late deliveries of all channels.", channel="all"),
        "every_topic": Slip("You took all tickets of dealers' orders, late or not.", topic="all"),
        "every_stage": Slip("You took in the hours in the queue and of work.", by="hours"),
        "every_stage_below": Slip("You divided by the hours of all stages.", below="hours"),
        "all_years": Slip("You took tickets of all years; 2025 is asked.", since="all"),
        # Where open tickets have not waited for a partner, leaving them in does no harm.
        "open_left_in": Slip("You left in open tickets: their hours go on.",
            seen_in=lambda case, part: np.isclose(part[0], Bottleneck().solve(case, closed="all"))),
        "of_late": Slip("You divided by late deliveries, not by all tickets.", among="late"),
        "of_means": Slip("You divided one mean by another; divide the sums.", how="mean"),
    }

    def solve(self, case, *, by="partner_hours", below="", topic="late", channel="dealer",
              since="of_year", closed="closed", lost=False, among="all", how="sum"):
        waits = case.waits
        kept = waits[waits[since] & waits[closed] & (waits["has_order"] | (not lost))]
        part = kept.loc[kept[topic] & kept[channel], by]
        return float(part.agg(how) / kept.loc[kept[among], below or by].agg(how))


class Disappointed(Task):
    """Whose ticket went wrong lately."""

    answer, section = Chosen(), mark("Does a well-handled complaint bring customers back?")
    praise = "Right: of these, lots can decide who gets goodwill, and then it can be seen."
    hints = ("A ticket counts if it is closed, was not solved at once, and nothing was given.",
        "Which of the two dates says when it ended?",
        "Four conditions on tickets, all at once; then the customers, each of them once.")
    slips = {
        "ever": Slip("You took bad tickets of all years.", since="closed"),
        # Where no bad ticket was open on that day, it does no harm.
        "by_opening": Slip("You went by the day it was opened; when it was resolved counts.",
            seen_in=lambda case, who: who == frozenset(Disappointed().solve(case, since="opened"))),
        "goodwill_too": Slip("You left in tickets that were made good.", given=True),
        "solved_too": Slip("You left in tickets that were solved at the first contact.",
            solved=True),
        "any_ticket": Slip("You took every ticket of those days.", given=True, solved=True),
        "all_bad": Slip("A customer with one good ticket is left out: one bad ticket is enough.",
            every=True),
    }

    def choices(self, case):
        return case.company.customers["customer_id"]

    def solve(self, case, *, since="lately", given=False, solved=False, every=False):
        table = case.handled
        late = table["closed"] & table[since]
        bad = late & (table["failed"] | solved) & (~table["given"] | given)
        who = set(table.loc[bad, "customer_id"])
        return sorted(who - set(table.loc[late & ~bad, "customer_id"]) if every else who)


class Breakage(Task):
    """The share of points that expire unused."""

    answer, section = Number(tolerance=1e-6), _POINTS
    praise = "Right: only batches whose life is over can tell."
    hints = ("Of which batches is it known for good whether they are used?",
        "Take the batches that had expired by the balance day.",
        "Add up points, not batches: above those of batches never used, below those of all.")
    slips = {
        "live_counted": Slip(_LIVE, of="earned", known="then"),
        "live_counted_now": Slip(_LIVE, of="earned"),
        "whole_table": Slip("You took all batches; many can still be used.", of="all"),
        "expired_before": Slip("You lost batches that expired on the balance day itself.",
            seen_in=lambda case, part: np.isclose(part[0], Breakage().solve(case, of="before"))),
        "year_end": Slip(_YEAR_END, day=END),
        "batches_counted": Slip("You counted batches; the task asks for points.", by="batches"),
        "of_all_points": Slip("You divided by all points ever earned.", below="all"),
        "mean_of_customers": Slip(_MEAN_OF_SHARES, mean="customer_id"),
        "mean_of_months": Slip(_MEAN_OF_SHARES, mean="month"),
    }

    def solve(self, case, *, of="expired", day=BALANCE_DAY, known="", by="points", below="",
              mean=""):
        every, ends = case.points.assign(batches=1), case.points["expires_on"]
        points = every[{"expired": ends <= day, "before": ends < day, "all": ends.notna(),
                        "earned": every["earned_on"] <= day}[of]]
        unused = points["used_on"].isna() | ((points["used_on"] > day) & (known == "then"))
        lost, whole = points[by].where(unused, 0), points[by]
        if mean:
            groups = points[mean] if mean in points else points["expires_on"].dt.to_period("M")
            return float((lost.groupby(groups).sum() / whole.groupby(groups).sum()).mean())
        return float(lost.sum() / (every[by] if below == "all" else whole).sum())


class BreakEven(Task):
    """By what share sales must rise for points that are worth more to pay."""

    answer, section = Number(tolerance=1e-5), mark("When does the programme pay?")
    praise = "Right: what more is given away, over the margin that is left after it."
    hints = ("What do the points of one yuan of sales cost now, and what after the change?",
        "Only points that are used cost anything.",
        "Before and after have to earn the same: (1 + u)(m − new cost) = m − cost now.")
    slips = {
        "breakage_forgotten": Slip("You forgot breakage: some points are never used.", used="all"),
        "breakage_turned": Slip("You took the share never used for that which is.", used="turned"),
        "whole_programme": Slip("That is what the whole programme has to bring, not the change.",
            before=0),
        "of_full_margin": Slip("You divided by the margin before points; they take part of it.",
            below="margin"),
        "of_old_margin": Slip("You divided by the margin under the old points.", below="old"),
        "cost_only": Slip("That is what the change costs, as a share of sales.", below="sales"),
        "worth_per_point": Slip("The worth is that of a hundred points, not of one.", points=1),
        "factor": Slip("That is by how much sales are multiplied; the rise is asked.", plus=1),
    }

    def solve(self, case, *, used="", before=1, below="new", points=100, plus=0):
        plan = case.programme
        share = {"": 1 - plan["breakage"], "all": 1, "turned": plan["breakage"]}[used]
        now, new = (plan[name] / points * share for name in ("worth_now", "worth_new"))
        margin = plan["margin_share"]
        left = {"new": margin - new, "margin": margin, "old": margin - now, "sales": 1}[below]
        return float((new - before * now) / left + plus)


class Liability(Task):
    """What the open points are expected to cost."""

    answer = Number(relative=0.0005)  # four digits will do
    section = _POINTS
    praise = "Right: what will be used in the end, less what is used already."
    hints = ("Live batches were earned by the balance day and expire after it.",
        "A batch used after the balance day was still open on that day.",
        "Two sums over live batches: all points, and those used by then. Breakage is of the first.")
    slips = {
        "breakage_ignored": Slip("You left breakage out: some are never used.", rate="none"),
        "rate_turned": Slip("You took the share never used for that which is.", rate="turned"),
        "breakage_of_open": Slip("You took breakage off the open points only. Those who use points "
            "have used many of theirs; of what is left, more than that will expire.", asked="rest"),
        "used_left_in": Slip("You did not take off the points used already.", used="never"),
        "used_of_all": Slip("You took off used points of expired batches too.", used="of_all"),
        "hindsight": Slip("You took off points used later: nobody knew of that.", used="ever"),
        "used_later": Slip("You took what was used later: nobody knew that.", asked="used later"),
        "earned_later": Slip("You counted points earned after the balance day.", of="not expired"),
        "no_balance_day": Slip("You took the state of today.", of="all", used="ever", asked="rest"),
        "expiring_counted": Slip("You counted batches that expire on the balance day itself.",
            seen_in=lambda case, owed: np.isclose(owed[0], Liability().solve(case, of="today"))),
        "year_end": Slip(_YEAR_END, day=END),
    }

    def solve(self, case, *, day=BALANCE_DAY, of="live", rate="", asked="", used="then"):
        points, breakage = case.points, Breakage().right(case)
        number, ends, gone = points["points"], points["expires_on"], points["used_on"]
        earned = points["earned_on"] <= day
        live = {"live": earned & (ends > day), "today": earned & (ends >= day),
                "not expired": ends > day, "all": ends.notna()}[of]
        will = {"": 1 - breakage, "none": 1, "turned": breakage}[rate]
        is_used = {"then": live & (gone <= day), "of_all": gone <= day, "ever": live & gone.notna(),
                   "never": live & False}[used]
        owed = {"": will * number[live].sum() - number[is_used].sum(),
                "rest": will * number[live & ~is_used].sum(),
                "used later": number[live & (gone > day)].sum()}[asked]
        return float(owed * POINT_VALUE)


TASKS = tasks_in(globals())
