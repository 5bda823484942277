"""Checks of the exercise of chapter 5, retention."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.arguments import steady
from crmlab.churn import snapshot
from crmlab.clv import ShiftedBetaGeometric
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

WAVE, YEAR_START, END = "2025-06-01", "2025-01-01", "2025-12-31"
BALANCE_DAY = CUTOFF = "2025-06-30"
LOOKBACK, GAP, HORIZON = 365, 14, 120  # days
WINDOW_END, EVER = GAP + HORIZON, 10_000  # days from the cutoff
SEEN, AHEAD = 8, 24  # months: renewals of the cohort so far, and how many are asked
RECENT_SINCE = "2025-07-01"  # a purchase since then counts as recent before the pilot
COMPLAINTS_SINCE = "2025-07-05"  # the last 180 days of the data
RUNS, _Z = range(5), 1.96  # seeds of luck; normal quantile of a two-sided 95 % interval
_MARGIN, POINT_VALUE = 0.5, 0.01  # share of revenue; yuan off for one point

# Headings of the lesson to read again.
_SATISFACTION = mark("Satisfaction: set, measure, analyse, improve")
_POINTS = mark("What do points cost?")
_RISES = mark("Why does retention rise with tenure?")
_PROFIT = mark("From probability to profit")
_TEST = mark("A randomised test")

# What is said of several tasks, and slips that go wrong in the same way in two of them.
_LIVE = mark("You counted batches that can still be used: not yet used is not unused.")
_MEAN_OF_SHARES = mark("You took a mean of shares; add up the points.")
_YEAR_END = mark("You took the end of 2025; the balance day is 30 June.")
_RESPONSE = mark("That is what called customers bring; take off what comes without a call.")
_LUCK = mark("You compared runs of different luck; use the same seed for both decisions.")
_ANSWERS = {
    "both_waves": Slip("You took both waves together; the last one is asked.", wave="both"),
    "first_wave": Slip("You took the wave of 2024; that of June 2025 is asked.", wave="first"),
    "passives_as_promoters": Slip("You counted an 8 as a promoter: 9 and 10 are.", promoter=8),
    "six_left_out": Slip("You left out the 6; detractors gave 0 to 6.", detractor=5),
}
_ERRORS = {
    "one_standard_error": Slip("That is one standard error; 95 % needs 1.96.", quantile=1.0),
    "one_sided": Slip("1.645 is one-sided; 95 % takes 1.96 on each side.", quantile=1.645),
    "upper_end": Slip("You added the standard errors: the upper end.", quantile=-_Z),
    "half_width": Slip("That is what to take off the estimate.", centre=0, quantile=-_Z),
}
_GAIN = {
    "contact_cost_forgotten": Slip("You forgot what a letter costs.", contact_cost=0.0),
    "stayers_forgotten": Slip("Those who stay anyway use the voucher too.", take_rate=0.0),
    "all_stayers_use_it": Slip("Not all who stay use it: the share take_rate does.", take_rate=1.0),
    "all_charged": Slip("You charged a voucher for each letter; not all are used.", charged=True),
    "kept_for_free": Slip("Those whom the voucher keeps use it too: V − δ.", kept_pay=0),
    "everybody_saved": Slip("You let the voucher keep everybody; it keeps a share.", save_rate=1.0),
    "revenue_not_margin": Slip("You counted revenue; a gain is in margin.", value="revenue"),
    "probability_turned": Slip("You took the chance to churn for that to stay.", turned=1),
}
_MONEY = {
    "cost_forgotten": Slip("You forgot what the calls cost.", value="margin"),
    "revenue_not_margin": Slip("You counted revenue; a gain is in margin.", value="of_revenue"),
}
_WHO = {
    "orderers_only": Slip("You kept only who ordered: the result chose them.", orderers=True),
    "whole_pilot": Slip("You took the whole pilot; recent buyers are asked.", who="all"),
    "bought_in_a_year": Slip("You took buyers of a year; those since July are asked.", who="year"),
}


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): orders, and refunds below 0.
    survey, tickets, orders, points, pilot : pandas.DataFrame
        Tables of the company; `pilot` is its ``retention_test``.
    cohort : pandas.Series
        Index ``month``: who still rents a machine of those who began together.
    at_risk : pandas.DataFrame
        Index ``customer_id``, those who bought in 2025: ``churn_probability``, and ``revenue``
        and ``margin`` (yuan) expected of the next year from a customer who stays.
    voucher : pandas.DataFrame
        ``offer``, ``contact_cost``, ``redemption_cost`` (yuan), ``save_rate``, ``take_rate``.
    """

    size = 2000
    survey = handed_out(lambda case: case.company.survey)
    tickets = handed_out(lambda case: case.company.tickets)
    orders = handed_out(lambda case: case.company.orders)
    points = handed_out(lambda case: case.company.points)
    pilot = handed_out(lambda case: case.company.retention_test)
    log = handed_out(lambda case: case.orders[["customer_id", "date", "amount"]])

    @handed_out
    def cohort(self):
        rng = np.random.default_rng([self.seed, 5])
        leaving = rng.beta(rng.uniform(0.7, 1.1), rng.uniform(3.5, 5.5), size=3000)
        months = rng.geometric(leaving)
        survivors = {month: int((months > month).sum()) for month in range(SEEN + 1)}
        return pd.Series(survivors, name="survivors").rename_axis("month")

    @handed_out
    def at_risk(self):
        from sklearn.linear_model import LogisticRegression

        with quiet():
            past = snapshot(self.log, CUTOFF, lookback=LOOKBACK, gap=GAP, horizon=HORIZON)
            now = summarize(self.log, since=YEAR_START, as_of=END)
        features = ["recency_days", "purchases"]
        model = LogisticRegression(solver="newton-cholesky")
        model.fit(np.log1p(past[features]), past["churned"].astype(bool))
        probability = model.predict_proba(np.log1p(now[features]))[:, 1].round(3)
        revenue = now["spend"].clip(lower=0).round(2)
        return pd.DataFrame({"churn_probability": probability, "revenue": revenue,
                             "margin": (revenue * _MARGIN).round(2)}, index=now.index)

    @handed_out
    def voucher(self):
        rng = np.random.default_rng([self.seed, 55])
        offer = {"offer": "voucher", "contact_cost": 1.0, "redemption_cost": 20.0}
        offer["save_rate"] = round(rng.uniform(0.018, 0.026), 3)
        return pd.DataFrame([offer | {"take_rate": round(rng.uniform(0.40, 0.50), 2)}])

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
    def rows(self):
        """The log, with what is paid, and the ``day`` of each row, counted from the cutoff."""
        day = (self.log["date"] - pd.Timestamp(CUTOFF)).dt.floor("D").dt.days
        return self.log.assign(paid=self.log["amount"] >= 0, day=day)

    @cached_property
    def models(self):
        """The model of the cohort, fitted from its start, and from its first month."""
        return [ShiftedBetaGeometric().fit(self.cohort.iloc[first:]) for first in (0, 1)]

    def gain(self, risk=None, *, value="margin", turned=0, charged=False, kept_pay=1, **terms):
        """Return the voucher's expected gain per customer, yuan, with some of its terms changed."""
        risk, offer = self.at_risk if risk is None else risk, {**self.voucher.iloc[0], **terms}
        leaves, gift = abs(turned - risk["churn_probability"]), offer["redemption_cost"]
        if charged:
            return leaves * offer["save_rate"] * risk[value] - gift - offer["contact_cost"]
        saved = leaves * offer["save_rate"] * (risk[value] - kept_pay * gift)
        return saved - (1 - leaves) * offer["take_rate"] * gift - offer["contact_cost"]

    @cached_property
    def tried(self):
        """The pilot with what counts, and with who had bought before it, by three rules."""
        pilot, paid = self.pilot.astype({"offer": "object"}), self.log[self.log["amount"] >= 0]
        recent, year = (pilot["customer_id"].isin(paid.loc[paid["date"] >= day, "customer_id"])
                        for day in (RECENT_SINCE, YEAR_START))
        return _with_net(pilot).assign(recent=recent, year=year, all=True)

    @cached_property
    def groups(self):
        """Whom one may call: by the rule of the task, or by one that people take for it."""
        tickets, lately = self.tickets, self.tickets["resolved"] >= COMPLAINTS_SINCE
        unsolved = tickets["resolved"].notna() & ~tickets["solved_first_time"]
        badly, who = unsolved & (tickets["goodwill"] == 0), tickets["customer_id"]
        rules = {"disappointed": badly & lately, "ever": badly, "goodwill": unsolved & lately,
                 "any": lately}
        called = {name: sorted(set(who[rule])) for name, rule in rules.items()}
        return called | {"all": sorted(self.company.customers["customer_id"])}

    @cached_property
    def years(self):
        """What each customer brings in the next year, by offer and luck."""
        # One seed more than asked, and as many again for those who are left alone.
        lucks = {"care_call": range(RUNS.stop + 1), "none": range(2 * RUNS.stop + 1)}
        plans = {offer: pd.Series(offer, self.groups["all"]) for offer in lucks}
        runs = {(offer, luck): _with_net(self.company.run_forward(plans[offer], seed=luck))
                for offer in lucks for luck in lucks[offer]}
        return pd.concat(runs, axis=1)

    @cached_property
    def facts(self):
        rows, risk, ids = self.rows, self.at_risk, self.company.customers["customer_id"]
        who, paid, day = rows["customer_id"], rows["paid"], rows["day"]
        asked = ids.isin(who[paid & day.between(1 - LOOKBACK, 0)])
        back = who.isin(who[paid & day.between(GAP + 1, WINDOW_END)])
        return facts(ids, {
            mark("they returned something"): who[~paid],
            mark("they returned something after the cutoff"): who[~paid & (day > 0)],
            mark("they bought on the cutoff day itself"): who[paid & (day == 0)],
            mark("they bought in the gap"): who[paid & day.between(1, GAP)],
            mark("they bought on the last day of the gap"): who[paid & (day == GAP)],
            mark("they bought on the last day of the window"): who[paid & (day == WINDOW_END)],
            mark("they came back, but after the window"): who[paid & (day > WINDOW_END) & ~back],
            mark("they bought nothing in the look-back"): ids[~asked],
            mark("they are more likely to stay than to churn"): risk["churn_probability"] < 0.5,
        })

    def about(self, name):
        rows, risk = self.log[self.log["customer_id"] == name], self.at_risk
        seen = [f"{row.date:%Y-%m-%d} {row.amount:,.2f}" for row in rows.tail(5).itertuples()]
        risk = risk[risk.index == name].itertuples()
        return ", ".join(seen + [f"p = {row.churn_probability}, V = {row.margin}" for row in risk])


def _with_net(table):
    """Add what is left of the margin, and what people take for it."""
    return table.assign(net=table.margin - table.cost, of_revenue=table.revenue - table.cost)


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
    slips = _ANSWERS | _ERRORS | {
        "variance_of_one_share": Slip("That is the error of one share, not of two.", spread="one"),
        "two_shares": Slip("You added variances as if of two samples: it is one.", spread="two"),
        "ends_combined": Slip("You put two shares' ends together; take one error.", spread="ends"),
        "of_the_answers": Slip("Your error is of answers 0 to 10, not +1, 0, −1.", spread="raw"),
        "missing_counted": Slip("You divided by all rows; some skipped the question.", of="rows"),
        "without_number": Slip("You did not divide by the number: answers vary so.", many=False),
    }

    def solve(self, case, *, spread="", many=True, quantile=_Z, centre=1, **which):
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


class Churned(Task):
    """Who churned, as seen from a cutoff."""

    answer = PerCustomer(("churned",))
    section = mark("A snapshot in time")
    praise = "Right: only customers who were still there, judged in one window of days."
    hints = ("Write down four days: look-back from and to, label window from and to.",
        "The label window begins on the day after the gap and is over before the log is.",
        "crm.churn.snapshot takes lookback=, gap= and horizon=; it has a column for the label.")
    slips = {
        "gap_forgotten": Slip("You forgot the gap between the windows.", since=1, until=HORIZON),
        "gap_in_window": Slip("Your window begins at once; the gap is part of it.", since=1),
        "gap_cuts_window": Slip("Your window ends 120 days after the cutoff.", until=HORIZON),
        "to_the_end": Slip("Your window runs to the end of the log; it has 120 days.", until=EVER),
        "defaults": Slip("snapshot took no gap, and 90 days: set both.", since=1, until=90),
        "lesson_horizon": Slip("Your window has 150 days, as in the lesson.", until=GAP + 150),
        "silent_before": Slip("You judged by days before the cutoff.", since=1 - HORIZON, until=0),
        "everybody": Slip("You asked about all who ever bought; many had left.", first=-EVER),
        "half_year": Slip("You asked about buyers of 2025; look back 365 days.", first=-180),
        "turned_round": Slip("Yours is the other way round: True means churned.", turned=True),
    }

    def solve(self, case, *, since=GAP + 1, until=WINDOW_END, first=1 - LOOKBACK, turned=False):
        paid = case.rows[case.rows["paid"]]
        day, who = paid["day"], paid["customer_id"]
        asked = pd.Index(sorted(who[day.between(first, 0)].unique()), name="customer_id")
        back = asked.isin(who[day.between(since, until)].unique())
        return pd.Series(back == turned, index=asked)


class AfterTwoYears(Task):
    """How much of a cohort is left after two years, projected."""

    answer = Number(tolerance=0.001)
    section = mark("Projecting a retention curve")
    praise = "Right: customers differ, so those who are left leave more slowly."
    hints = ("The retention rate rises from month to month. Which model says why?",
        "Fit crm.ShiftedBetaGeometric on the whole cohort, month 0 included.",
        "A fitted model has survival and retention. Which of them looks back to the start?")
    slips = {
        "mean_rate": Slip("You kept one mean rate; the rate rises.", _RISES, model="mean rate"),
        "last_rate": Slip("You kept the last rate; it goes on rising.", _RISES, model="last rate"),
        "mean_customer": Slip("You took the mean customer for all.", _RISES, model="one"),
        "exponential": Slip("That is the exponential curve; fit the sBG.", model="exponential"),
        "month_zero_left_out": Slip("You left out month 0, the start of the cohort.", first=1),
        "two_renewals": Slip("You took 2 renewals, as if they were years.", t=2),
        "one_month_off": Slip("You are one month short: month 0 is the start.", t=AHEAD - 1),
        "months_ahead": Slip("You counted 24 months from now, not from the start.", t=AHEAD + SEEN),
        "of_those_left": Slip("That is of those left now; of those who began is asked.", base=SEEN),
        "retention_rate": Slip("That is the rate of one month, not what is left.", base="last"),
        "number": Slip("That is a number of customers; a share is asked.", number=True),
    }

    def solve(self, case, *, model="sbg", first=0, t=AHEAD, base=None, number=False):
        began, sbg = case.cohort.iloc[first], case.models[first]
        cohort = case.cohort.iloc[first:].to_numpy() / began
        seen, rate = np.arange(len(cohort)), cohort[-1] / cohort[-2]
        times = np.array([t, t - 1 if base == "last" else base or 0])
        left, of = {
            "sbg": sbg.survival(times),
            "mean rate": cohort[-1] ** (times / seen[-1]),
            "last rate": cohort[-1] * rate ** (times - seen[-1]),
            "one": (1 - sbg.params_["alpha"] / sum(sbg.params_.values())) ** times,
            "exponential": np.exp(np.polyval(np.polyfit(seen, np.log(cohort), 1), times)),
        }[model]
        return float(left / (of if base else 1) * (began if number else 1))


class Contacts(Task):
    """Who gets the voucher."""

    answer, section = Chosen(), _PROFIT
    praise = "Right: neither the likeliest to leave nor the best, but where the gain is."
    hints = ("What can happen to a customer who gets the voucher? Two cases, p and 1 − p.",
        "The lesson's formula has both; V is the margin, and each letter has its cost.",
        "crm.churn.expected_gain works the formula out. At which gain does a letter pay?")
    slips = {
        "likely_to_leave": Slip("You took all above 50 %, whatever their worth.", rule="likely"),
        "likeliest_fifth": Slip("You took the likeliest fifth; each has to pay.", rule="fifth"),
        "value_at_risk": Slip("You set p × V against costs; little of it is saved.", rule="value"),
        "everybody": Slip("You write to everybody: many cost more than they bring.", rule="all"),
    } | _GAIN

    def choices(self, case):
        return case.at_risk.index

    def solve(self, case, *, rule="gain", **changed):
        risk, offer = case.at_risk, case.voucher.iloc[0]
        p, worth = risk["churn_probability"], risk[changed.get("value", "margin")]
        chosen = {"gain": steady(case.gain(**changed)) > 0, "likely": p > 0.5, "all": p.notna(),
                  "fifth": risk.index.isin(steady(p).nlargest(len(p) // 5).index),
                  "value": steady(p * worth - offer["contact_cost"] - offer["redemption_cost"]) > 0}
        return list(risk.index[chosen[rule]])


class ContactGain(Task):
    """What the vouchers are expected to gain."""

    answer = Number(relative=0.0005)  # four digits will do
    section = _PROFIT
    praise = "Right, if the save rate is. It is an assumption until a test has measured it."
    hints = ("What a letter gains differs from customer to customer: the formula again.",
        "The gain of the mailing is that of all its letters, and of no others.",
        "Choose the gains of the customers in who, then think: mean or total?")
    slips = _GAIN | {
        "nothing_charged": Slip("You took no cost off.", contact_cost=0, take_rate=0, kept_pay=0),
        "everybody": Slip("That is what writing to everybody would bring.", who="all"),
        "per_letter": Slip("That is the mean per letter; the total is asked.", each=True),
        "average_customer": Slip("You took mean p and mean V; they go together.", means=True),
    }

    def solve(self, case, *, who="gain", means=False, each=False, **changed):
        risk = case.at_risk.loc[Contacts().solve(case, rule=who)]
        table = risk.mean().to_frame().T if means else risk
        return float(case.gain(table, **changed).mean() * (1 if each else len(risk)))


def _arms(case, *, who="recent", value="net", orderers=False):
    """Return what customers of the pilot brought, by offer."""
    kept = case.tried[who] & ((case.tried["ordered"] == 1) | (not orderers))
    return case.tried[kept].set_index("offer")[value]


class Uplift(Task):
    """What a care call added in the pilot."""

    answer = Number(tolerance=0.006)  # two decimals will do
    section = _TEST
    praise = "Right: the lot made the arms alike, so this is what the call did, plus luck."
    hints = ("Whom was this arm drawn by lot against? Compare with the customers left alone.",
        "Choose by what was known before the pilot, and take everybody who fits.",
        "A mean of margin − cost in each of the two arms; which one is taken off?")
    slips = {
        "response_not_uplift": Slip(_RESPONSE, against=""),
        "against_all_others": Slip("Some of the others had another offer.", against="others"),
        "median": Slip("You compared medians; money adds up to means.", how="median"),
        "totals": Slip("You compared totals of two arms; they are not equally large.", how="sum"),
    } | _MONEY | _WHO

    def solve(self, case, *, against="none", how="mean", **which):
        table = _arms(case, **which)
        others = {"none": table.index == "none", "others": table.index != "care_call"}
        off = table[others[against]].agg(how) if against else 0
        return float(table["care_call"].agg(how) - off)


class UpliftLow(Task):
    """The lower end of the uplift's 95 % interval."""

    answer = Number(tolerance=3.0)  # Welch's t quantile is as good
    section = _TEST
    praise = "Right. Say what the interval holds before you say what the call is worth."
    hints = ("Both means are uncertain; their variances add up.",
        "The variance of a mean is that of the customers of its arm ÷ their number.",
        "One standard error for the difference: the root of the sum. Then down by 1.96 of them.")
    slips = {
        "one_arm": Slip("Customers without a call vary too: add both variances.", errors="one"),
        "errors_added": Slip("You added two errors, as from the low end of one arm to the high end "
            "of the other; add their squares.", errors="sum"),
        "without_number": Slip("You did not divide by the numbers of customers.", errors="sd"),
        "one_spread": Slip("You took one spread for both arms; each has its own.", errors="pair"),
        "spread_of_all": Slip("You took the spread of all arms; each has its own.", errors="all"),
        "low_of_called": Slip("That is the low end of one arm alone.", against=0, errors="one"),
    } | _ERRORS | _MONEY | _WHO

    def solve(self, case, *, errors="both", against=1, quantile=_Z, centre=1, **which):
        table = _arms(case, **which)
        called, alone = table["care_call"], table["none"]
        one, other = called.sem(), alone.sem()
        rows = np.sqrt(1 / len(called) + 1 / len(alone))
        error = {"both": np.hypot(one, other), "one": one, "sum": one + other,
                 "sd": np.hypot(called.std(), alone.std()), "all": table.std() * rows,
                 "pair": pd.concat([called, alone]).std() * rows}[errors]
        return float(centre * (called.mean() - against * alone.mean()) - quantile * error)


class PolicyGain(Task):
    """What calling the disappointed gains in the next year."""

    answer = Number(relative=0.0005)  # four digits will do
    section = mark("Four policies in the next year")
    praise = "Right: the same luck under both decisions, so the difference is the decision's."
    hints = ("Two decisions, the same customers: a call for each of them, and none for any.",
        "Run both with the same seed, so that luck is the same; then take the difference.",
        "Five seeds are five differences of totals; the task asks for one number of them.")
    slips = {
        "nobody_forgotten": Slip(_RESPONSE, against=0),
        "other_luck": Slip(_LUCK, later=RUNS.stop),
        "other_luck_of_all": Slip(_LUCK, later=RUNS.stop, rest=1),
        "one_run": Slip("That is one run; the task asks for the mean of five.", runs=range(1)),
        "runs_from_one": Slip("Your seeds are 1 to 5; 0 to 4 are asked.", runs=range(1, 6)),
        "summed": Slip("That is the total of five years of luck; their mean is asked.", how="sum"),
        "per_customer": Slip("That is the gain per customer; the total is asked.", each=True),
        "ever_disappointed": Slip("You called all who ever had a bad ticket.", group="ever"),
        "goodwill_too": Slip("You called those who were given goodwill, too.", group="goodwill"),
        "any_ticket": Slip("You called all with a ticket, well handled ones too.", group="any"),
        "everybody": Slip("You called every customer of the company.", group="all"),
    } | _MONEY

    def solve(self, case, *, group="disappointed", value="net", against=1, runs=RUNS, later=0,
              rest=0, how="mean", each=False):
        who, years = case.groups[group], case.years.xs(value, axis=1, level=2)
        them, others = years.loc[who].sum(), years["none"].drop(index=who).sum()
        gains = [them["care_call", luck] - against * them["none", luck + later]
                 + rest * (others[luck] - others[luck + later]) for luck in runs]
        return float(getattr(np, how)(gains) / (len(who) if each else 1))


TASKS = tasks_in(globals())
