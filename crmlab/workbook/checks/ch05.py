"""Checks of the exercise of chapter 5, retention."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlab.churn import expected_gain, snapshot
from crmlab.clv import ShiftedBetaGeometric
from crmlab.company import Company
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import handed_out
from crmlab.workbook.tasks import Task, mistake

CUSTOMERS = 2000
WAVE = "2025-06-01"
YEAR_START, END = "2025-01-01", "2025-12-31"
BALANCE_DAY = "2025-06-30"
CUTOFF, LOOKBACK, GAP, HORIZON = "2025-06-30", 365, 14, 120  # days
RENEWALS_SEEN, RENEWALS_AHEAD = 8, 24  # months
RECENT_SINCE = "2025-07-01"  # a purchase since then counts as recent before the pilot
COMPLAINTS_SINCE = "2025-07-05"  # the last 180 days of the data
RUNS = range(5)  # seeds of luck
_Z = 1.96  # normal quantile of a two-sided 95 % interval
_MARGIN = 0.5  # share of revenue
POINT_VALUE = 0.01  # yuan off for one point

# Headings of the lesson to read again.
_SATISFACTION = mark("Satisfaction: set, measure, analyse, improve")
_COMPLAINTS = mark("Complaints and waiting")
_POINTS = mark("What do points cost?")
_SURVIVAL = mark("Projecting a retention curve")
_SNAPSHOT = mark("A snapshot in time")
_PROFIT = mark("From probability to profit")
_TEST = mark("A randomised test")
_POLICIES = mark("Four policies in the next year")


class Case:
    """The data of one participant.

    Attributes
    ----------
    company : Company
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` (yuan): orders, and refunds below 0.
    survey, tickets, orders, points, pilot : pandas.DataFrame
        Tables of the company; `pilot` is its ``retention_test``.
    cohort : pandas.Series
        Index ``month``: who still rents a machine of those who began together.
    at_risk : pandas.DataFrame
        Index ``customer_id``, those who bought in 2025: ``churn_probability``, and
        ``revenue`` and ``margin`` (yuan) that the next year is expected to bring from a
        customer who stays.
    voucher : pandas.DataFrame
        One row: ``offer``, ``contact_cost`` and ``redemption_cost`` (yuan), ``save_rate``
        and ``take_rate`` (shares).
    """

    def __init__(self, seed):
        self.seed = int(seed)
        self._runs = {}

    @cached_property
    def company(self):
        return Company(seed=self.seed, customers=CUSTOMERS)

    @handed_out
    def survey(self):
        return self.company.survey

    @handed_out
    def tickets(self):
        return self.company.tickets

    @handed_out
    def orders(self):
        return self.company.orders

    @handed_out
    def points(self):
        return self.company.points

    @handed_out
    def pilot(self):
        return self.company.retention_test

    @handed_out
    def log(self):
        return self.orders[["customer_id", "date", "amount"]]

    @handed_out
    def cohort(self):
        rng = np.random.default_rng([self.seed, 5])
        leaving = rng.beta(rng.uniform(0.7, 1.1), rng.uniform(3.5, 5.5), size=3000)
        months = rng.geometric(leaving)
        survivors = [int((months > month).sum()) for month in range(RENEWALS_SEEN + 1)]
        index = pd.RangeIndex(RENEWALS_SEEN + 1, name="month")
        return pd.Series(survivors, index, name="survivors")

    @cached_property
    def closed_tickets(self):
        """Tickets opened in 2025 and closed, each with the channel of its order."""
        tickets = self.tickets
        closed = tickets[tickets["resolved"].notna() & (tickets["opened"] >= YEAR_START)]
        channels = self.orders.set_index("order_id")["channel"]
        return closed.assign(order_channel=closed["order_id"].map(channels).astype("object"))

    @cached_property
    def snapshot(self):
        return snapshot(self.log, CUTOFF, lookback=LOOKBACK, gap=GAP, horizon=HORIZON)

    @handed_out
    def at_risk(self):
        from sklearn.linear_model import LogisticRegression

        with quiet():
            past, now = self.snapshot, summarize(self.log, since=YEAR_START, as_of=END)
        features = ["recency_days", "purchases"]
        model = LogisticRegression().fit(np.log1p(past[features]), past["churned"].astype(bool))
        probability = model.predict_proba(np.log1p(now[features]))[:, 1]
        revenue = now["spend"].clip(lower=0).round(2)
        table = {
            "churn_probability": probability.round(3),
            "revenue": revenue,
            "margin": (revenue * _MARGIN).round(2),
        }
        return pd.DataFrame(table, index=now.index)

    @handed_out
    def voucher(self):
        rng = np.random.default_rng([self.seed, 55])
        return pd.DataFrame(
            {
                "offer": ["voucher"],
                "contact_cost": [1.0],
                "redemption_cost": [20.0],
                "save_rate": [round(rng.uniform(0.018, 0.026), 3)],
                "take_rate": [round(rng.uniform(0.40, 0.50), 2)],
            }
        )

    def expected_gain(self, value="margin", **changed):
        """Return the voucher's expected gain per customer, with some of its terms changed."""
        table, offer = self.at_risk, self.voucher.assign(**changed)
        return expected_gain(table["churn_probability"], table[value], offer)["voucher"]

    @cached_property
    def gain(self):
        """The voucher's expected gain per customer, yuan."""
        return self.expected_gain()

    @cached_property
    def recent_pilot(self):
        """The customers of the pilot who had bought in the half year before it."""
        recent = self.log[(self.log["amount"] >= 0) & (self.log["date"] >= RECENT_SINCE)]
        return self.pilot[self.pilot["customer_id"].isin(recent["customer_id"])]

    @cached_property
    def purchases(self):
        """One row per purchase: ``customer_id``, and ``day``, counted from the cutoff."""
        bought = self.log[self.log["amount"] >= 0]
        days = (bought["date"].dt.normalize() - pd.Timestamp(CUTOFF)).dt.days
        return pd.DataFrame({"customer_id": bought["customer_id"], "day": days})

    @cached_property
    def badly_handled(self):
        """Tickets that were closed unsolved at the first contact, and without goodwill."""
        tickets = self.tickets
        unsolved = tickets["resolved"].notna() & ~tickets["solved_first_time"]
        return tickets[unsolved & (tickets["goodwill"] == 0)]

    @cached_property
    def disappointed(self):
        """Customers with a badly handled ticket closed in the last 180 days."""
        lately = self.badly_handled["resolved"] >= COMPLAINTS_SINCE
        return sorted(self.badly_handled.loc[lately, "customer_id"].unique())

    @cached_property
    def ever_disappointed(self):
        """Customers with a badly handled ticket at any time."""
        return sorted(self.badly_handled["customer_id"].unique())

    def run_totals(self, group, offer, runs=RUNS):
        """Return the totals of forward runs in which a group is sent an offer.

        Parameters
        ----------
        group : {"disappointed", "ever_disappointed"}
        offer : str
        runs : iterable of int
            Seeds of luck.

        Returns
        -------
        pandas.DataFrame
            One row per run: ``revenue``, ``margin``, ``cost``, yuan.
        """
        return pd.DataFrame([self._run(group, offer, luck) for luck in runs])

    def _run(self, group, offer, luck):
        key = group, offer, luck
        if key not in self._runs:
            decision = pd.Series(offer, index=getattr(self, group))
            outcome = self.company.run_forward(decision, seed=luck)
            self._runs[key] = outcome[["revenue", "margin", "cost"]].sum()
        return self._runs[key]


def _points_between(scores, promoter=9, detractor=6):
    """Net promoter score in points, with other cuts where asked for."""
    return float(100 * ((scores >= promoter).mean() - (scores <= detractor).mean()))


class NetPromoterScore(Task):
    """The net promoter score of the last wave."""

    name = "nps"
    answer = Number(tolerance=0.01)
    praise = mark("Right: promoters less detractors, in points, among those who answered.")
    hints = (
        mark("The survey has two waves; the question is about one of them."),
        mark("Promoters gave 9 or 10, detractors 0 to 6; 7 and 8 count in the number only."),
        mark("100 × ((nps >= 9).mean() − (nps <= 6).mean()), without the missing answers."),
    )

    @staticmethod
    def scores(case, wave=WAVE):
        survey = case.survey
        return survey.loc[survey["wave"] == wave, "nps"].dropna()

    def right(self, case):
        return _points_between(self.scores(case))

    @mistake(mark("You took both waves together; the task asks for the last one."), _SATISFACTION)
    def both_waves(self, case):
        return _points_between(case.survey["nps"].dropna())

    @mistake(mark("You counted an 8 as a promoter; promoters gave 9 or 10."), _SATISFACTION)
    def passives_as_promoters(self, case):
        return _points_between(self.scores(case), promoter=8)

    @mistake(mark("You left out the 6; detractors gave 0 to 6."), _SATISFACTION)
    def six_left_out(self, case):
        return _points_between(self.scores(case), detractor=5)

    @mistake(mark("You forgot to take the detractors off."), _SATISFACTION)
    def promoters_only(self, case):
        return float(100 * (self.scores(case) >= 9).mean())

    @mistake(mark("That is the mean answer, not promoters less detractors."), _SATISFACTION)
    def mean_answer(self, case):
        return float(self.scores(case).mean())


class LowerNetPromoterScore(Task):
    """The lower end of the score's 95 % interval."""

    name = "nps_low"
    answer = Number(tolerance=0.05)
    praise = mark("Right. A rise of a few points from one wave to the next may be nothing at all.")
    hints = (
        mark("Each answer is +1 (promoter), 0 or −1 (detractor); the score is their mean."),
        mark("Its variance is p + d − (p − d)², over n, with p and d the two shares."),
        mark("The lower end is nps − 1.96 × 100 × √(variance / n)."),
    )

    @staticmethod
    def _low(case, variance=None, number=None, quantile=_Z):
        scores = NetPromoterScore.scores(case)
        promoters, detractors = (scores >= 9).mean(), (scores <= 6).mean()
        score = promoters - detractors
        if variance is None:
            variance = promoters + detractors - score**2
        return float(100 * (score - quantile * np.sqrt(variance / (number or len(scores)))))

    def right(self, case):
        return self._low(case)

    @mistake(
        mark("You used the variance of one share; the score is the difference of two."),
        _SATISFACTION,
    )
    def variance_of_one_share(self, case):
        share = (NetPromoterScore.scores(case) >= 9).mean()
        return self._low(case, variance=share * (1 - share))

    @mistake(
        mark("You forgot to divide by the number of answers: that is how answers vary."),
        _SATISFACTION,
    )
    def without_number(self, case):
        return self._low(case, number=1)

    @mistake(mark("That is one standard error; 95 % needs 1.96 of them."), _SATISFACTION)
    def one_standard_error(self, case):
        return self._low(case, quantile=1.0)

    @mistake(mark("You added the 1.96 standard errors: that is the upper end."), _SATISFACTION)
    def upper_end(self, case):
        return self._low(case, quantile=-_Z)


class Bottleneck(Task):
    """Which share of the wait for partners is late deliveries of dealers."""

    name = "bottleneck"
    answer = Number(tolerance=0.001)
    praise = mark("Right: few of the tickets, and much of the waiting. That is a bottleneck.")
    hints = (
        mark("The dealer stands with the order, not with the ticket: bring the two together."),
        mark("Tickets without an order wait too; a left join keeps them."),
        mark("Hours of late deliveries of dealers ÷ hours of all closed tickets of the year."),
    )

    @staticmethod
    def _cases(tickets):
        return (tickets["topic"] == "late delivery") & (tickets["order_channel"] == "dealer")

    def _share(self, tickets, inside=None, hours="partner_hours"):
        inside = self._cases(tickets) if inside is None else inside
        return float(tickets.loc[inside, hours].sum() / tickets[hours].sum())

    def right(self, case):
        return self._share(case.closed_tickets)

    @mistake(mark("You counted tickets; the task asks for hours."), _COMPLAINTS)
    def tickets_counted(self, case):
        return float(self._cases(case.closed_tickets).mean())

    @mistake(
        mark("Your join lost the tickets without an order, and their hours with them."),
        _COMPLAINTS,
    )
    def tickets_lost_in_join(self, case):
        tickets = case.closed_tickets
        return self._share(tickets[tickets["order_id"].notna()])

    @mistake(mark("You took late deliveries of all channels."), _COMPLAINTS)
    def every_channel(self, case):
        tickets = case.closed_tickets
        return self._share(tickets, tickets["topic"] == "late delivery")

    @mistake(mark("You took in the hours in the queue and the hours of work."), _COMPLAINTS)
    def every_stage(self, case):
        tickets = case.closed_tickets
        stages = ["queue_hours", "work_hours", "partner_hours"]
        return self._share(tickets.assign(hours=tickets[stages].sum(axis=1)), hours="hours")


class Breakage(Task):
    """The share of points that expire unused."""

    name = "breakage"
    answer = Number(tolerance=0.001)
    praise = mark("Right: only batches whose life is over can tell.")
    hints = (
        mark("Of which batches is it known for good whether they are used?"),
        mark("Take the batches that had expired by the balance day."),
        mark("Points of those never used ÷ points of all of those."),
    )

    @staticmethod
    def _expired(case):
        return case.points[case.points["expires_on"] <= BALANCE_DAY]

    @staticmethod
    def _share(unused, points):
        return float(points[unused].sum() / points.sum())

    def right(self, case):
        expired = self._expired(case)
        return self._share(expired["used_on"].isna(), expired["points"])

    @mistake(
        mark("You counted batches that can still be used: not yet used is not unused."), _POINTS
    )
    def live_counted(self, case):
        earned = case.points[case.points["earned_on"] <= BALANCE_DAY]
        used = earned["used_on"] <= BALANCE_DAY
        return self._share(~used, earned["points"])

    @mistake(
        mark(
            "You took the whole table, with batches earned later and others that can still be used."
        ),
        _POINTS,
    )
    def whole_table(self, case):
        return self._share(case.points["used_on"].isna(), case.points["points"])

    @mistake(mark("That is the share that was used; breakage is the rest."), _POINTS)
    def turned_round(self, case):
        return 1 - self.right(case)


class Liability(Task):
    """What the open points are expected to cost."""

    name = "liability"
    answer = Number(tolerance=1.0)
    praise = mark("Right: what will be used in the end, less what is used already.")
    hints = (
        mark("Live batches were earned by the balance day and expire after it."),
        mark("A batch used after the balance day was still open on that day."),
        mark("(1 − breakage) × points of all live batches − points of those already used."),
    )

    @staticmethod
    def _live(case):
        points = case.points
        return points[(points["earned_on"] <= BALANCE_DAY) & (points["expires_on"] > BALANCE_DAY)]

    def _owed(self, case, batches, used, breakage=None):
        breakage = Breakage().right(case) if breakage is None else breakage
        points = batches["points"]
        return float(((1 - breakage) * points.sum() - points[used].sum()) * POINT_VALUE)

    def right(self, case):
        live = self._live(case)
        return self._owed(case, live, live["used_on"] <= BALANCE_DAY)

    @mistake(mark("You left breakage out: some of the points will never be used."), _POINTS)
    def breakage_ignored(self, case):
        live = self._live(case)
        return self._owed(case, live, live["used_on"] <= BALANCE_DAY, breakage=0.0)

    @mistake(
        mark(
            "You took breakage off the open points only. Those who use points have used many of "
            "theirs; of what is left, more than the breakage will expire."
        ),
        _POINTS,
    )
    def breakage_of_open(self, case):
        live = self._live(case)
        still_open = live[~(live["used_on"] <= BALANCE_DAY)]
        return self._owed(case, still_open, np.zeros(len(still_open), bool))

    @mistake(
        mark("You took off points used after the balance day: nobody knew of that then."), _POINTS
    )
    def hindsight(self, case):
        live = self._live(case)
        return self._owed(case, live, live["used_on"].notna())

    @mistake(
        mark("You counted points earned after the balance day; they are not owed yet."), _POINTS
    )
    def earned_later(self, case):
        not_expired = case.points[case.points["expires_on"] > BALANCE_DAY]
        return self._owed(case, not_expired, not_expired["used_on"] <= BALANCE_DAY)

    @mistake(mark("You gave points; the task asks for yuan."), _POINTS)
    def in_points(self, case):
        return self.right(case) / POINT_VALUE


class Churned(Task):
    """Who churned, as seen from a cutoff."""

    name = "churned"
    answer = PerCustomer(("churned",))
    praise = mark("Right: only customers who were still there, judged in one window of days.")
    hints = (
        mark("Write down four days: look-back from and to, label window from and to."),
        mark("The label window begins on the day after the gap and is over before the log is."),
        mark("crm.churn.snapshot takes lookback=, gap= and horizon=."),
    )

    def right(self, case):
        return case.snapshot["churned"]

    @staticmethod
    def _labels(case, since=GAP + 1, until=GAP + HORIZON, asked_since=1 - LOOKBACK):
        """Label by hand; days from the cutoff, or None for the ends of the log."""
        who, day = case.purchases["customer_id"], case.purchases["day"]
        in_lookback = day <= 0 if asked_since is None else day.between(asked_since, 0)
        in_window = day >= since if until is None else day.between(since, until)
        asked = pd.Index(who[in_lookback].unique()).sort_values()
        return pd.Series(~asked.isin(who[in_window]), index=asked)

    @mistake(mark("You forgot the gap: purchases in it count neither way."), _SNAPSHOT)
    def gap_forgotten(self, case):
        return self._labels(case, since=1, until=HORIZON)

    @mistake(
        mark("Your label window begins at once, so the days of the gap are part of it."), _SNAPSHOT
    )
    def gap_in_window(self, case):
        return self._labels(case, since=1)

    @mistake(
        mark("Your label window runs to the end of the log; it has a fixed length."), _SNAPSHOT
    )
    def to_the_end(self, case):
        return self._labels(case, until=None)

    @mistake(
        mark("You asked about everybody who ever bought; many had left before the look-back."),
        _SNAPSHOT,
    )
    def everybody(self, case):
        return self._labels(case, asked_since=None)

    @mistake(mark("Yours is the other way round: True means churned."), _SNAPSHOT)
    def turned_round(self, case):
        return ~self._labels(case)


class AfterTwoYears(Task):
    """How much of a cohort is left after two years, projected."""

    name = "after_two_years"
    answer = Number(tolerance=0.001)
    praise = mark("Right: customers differ, so those who are left leave more slowly.")
    hints = (
        mark("The retention rate rises from month to month. Which model says why?"),
        mark("Fit crm.ShiftedBetaGeometric on the whole cohort, month 0 included."),
        mark("survival(24) is the share still there after 24 renewals."),
    )

    def right(self, case):
        return self._model(case.cohort).survival(RENEWALS_AHEAD)

    @staticmethod
    def _model(survivors):
        return ShiftedBetaGeometric().fit(survivors)

    @mistake(
        mark("You kept one mean retention rate for all months, so too many leave later on."),
        _SURVIVAL,
    )
    def mean_rate(self, case):
        left = case.cohort.iloc[-1] / case.cohort.iloc[0]
        return float(left ** (RENEWALS_AHEAD / RENEWALS_SEEN))

    @mistake(
        mark("You kept the last retention rate; it goes on rising as the cohort ages."), _SURVIVAL
    )
    def last_rate(self, case):
        start, before, last = case.cohort.iloc[[0, -2, -1]]
        return float(last / start * (last / before) ** (RENEWALS_AHEAD - RENEWALS_SEEN))

    @mistake(mark("You are one month off: month 0 is the start, before any renewal."), _SURVIVAL)
    def one_month_off(self, case):
        return self._model(case.cohort).survival(RENEWALS_AHEAD - 1)

    @mistake(
        mark("That is the share of those who are left now; the task asks for those who began."),
        _SURVIVAL,
    )
    def of_those_left(self, case):
        seen, ahead = self._model(case.cohort).survival([RENEWALS_SEEN, RENEWALS_AHEAD])
        return float(ahead / seen)

    @mistake(mark("That is one month's retention rate, not what is left in the end."), _SURVIVAL)
    def retention_rate(self, case):
        return self._model(case.cohort).retention(RENEWALS_AHEAD)


class Contacts(Task):
    """Who gets the voucher."""

    name = "contacts"
    answer = Chosen()
    praise = mark("Right: neither the likeliest to leave nor the best, but where the gain is.")
    hints = (
        mark("What can happen to a customer who gets the voucher? Two cases, p and 1 − p."),
        mark("Gain = p·s·(V − δ) − (1 − p)·t·δ − c, with V the margin."),
        mark("crm.churn.expected_gain gives it; keep those above 0."),
    )

    @staticmethod
    def _above_zero(gain):
        return list(gain.index[gain > 0])

    def right(self, case):
        return self._above_zero(case.gain)

    @mistake(
        mark("You took all who are more likely to leave than to stay, whatever they are worth."),
        _PROFIT,
    )
    def likely_to_leave(self, case):
        return list(case.at_risk.index[case.at_risk["churn_probability"] > 0.5])

    @mistake(mark("You forgot those who stay anyway: they use the voucher too."), _PROFIT)
    def stayers_forgotten(self, case):
        return self._above_zero(case.expected_gain(take_rate=0.0))

    @mistake(mark("You counted revenue; a voucher is paid from the margin."), _PROFIT)
    def revenue_not_margin(self, case):
        return self._above_zero(case.expected_gain("revenue"))

    @mistake(mark("You let the voucher keep everybody who gets it; it keeps a share."), _PROFIT)
    def everybody_saved(self, case):
        return self._above_zero(case.expected_gain(save_rate=1.0))

    @mistake(mark("You write to everybody: many vouchers cost more than they bring."), _PROFIT)
    def everybody(self, case):
        return list(case.at_risk.index)


class ContactGain(Task):
    """What the vouchers are expected to gain."""

    name = "contact_gain"
    answer = Number(tolerance=1.0)
    praise = mark("Right, if the save rate is. It is an assumption until a test has measured it.")
    hints = (
        mark("The gain of each contacted customer is in the formula above."),
        mark("Add up over the contacts only."),
        mark("gain[contacts].sum()"),
    )

    @staticmethod
    def _total(case, gain):
        return float(gain[Contacts().right(case)].sum())

    def right(self, case):
        return self._total(case, case.gain)

    @mistake(mark("You forgot the cost of the contacts."), _PROFIT)
    def contact_cost_forgotten(self, case):
        return self._total(case, case.expected_gain(contact_cost=0.0))

    @mistake(mark("You forgot the vouchers of those who would have stayed anyway."), _PROFIT)
    def stayers_forgotten(self, case):
        return self._total(case, case.expected_gain(take_rate=0.0))

    @mistake(mark("You counted revenue; a gain is counted in margin."), _PROFIT)
    def revenue_not_margin(self, case):
        return self._total(case, case.expected_gain("revenue"))

    @mistake(mark("That is what writing to everybody would bring."), _PROFIT)
    def everybody(self, case):
        return float(case.gain.sum())


def _net(table):
    return table["margin"] - table["cost"]


class Uplift(Task):
    """What a care call added in the pilot."""

    name = "uplift"
    answer = Number(tolerance=0.006)  # two decimals will do
    praise = mark("Right: the two arms were alike before, so the difference is the call's.")
    hints = (
        mark("Whom was this arm drawn by lot against? Compare with the customers left alone."),
        mark("Choose by what was known before the pilot, and take everybody who fits."),
        mark("Mean of margin − cost of the care_call arm less that of the none arm."),
    )

    @staticmethod
    def difference(pilot, value=_net):
        mean = value(pilot).groupby(pilot["offer"], observed=True).mean()
        return float(mean["care_call"] - mean["none"])

    def right(self, case):
        return self.difference(case.recent_pilot)

    @mistake(
        mark("That is what called customers bring; take off what comes without a call."), _TEST
    )
    def response_not_uplift(self, case):
        pilot = case.recent_pilot
        return float(_net(pilot)[pilot["offer"] == "care_call"].mean())

    @mistake(mark("You compared with all others; some of them had another offer."), _TEST)
    def against_all_others(self, case):
        pilot = case.recent_pilot
        called = pilot["offer"] == "care_call"
        return float(_net(pilot)[called].mean() - _net(pilot)[~called].mean())

    @mistake(mark("You forgot what the calls cost."), _TEST)
    def cost_forgotten(self, case):
        return self.difference(case.recent_pilot, lambda pilot: pilot["margin"])

    @mistake(mark("You counted revenue; the call is paid from the margin."), _TEST)
    def revenue_not_margin(self, case):
        return self.difference(case.recent_pilot, lambda pilot: pilot["revenue"] - pilot["cost"])

    @mistake(
        mark("You kept only those who ordered in the pilot: the result chose the customers."),
        _TEST,
    )
    def orderers_only(self, case):
        return self.difference(case.recent_pilot.query("ordered == 1"))

    @mistake(mark("You took the whole pilot; the task asks for those who bought lately."), _TEST)
    def whole_pilot(self, case):
        return self.difference(case.pilot)


class LowerUplift(Task):
    """The lower end of the uplift's 95 % interval."""

    name = "uplift_low"
    answer = Number(tolerance=5.0)  # Welch's t quantile is as good
    praise = mark("Right. Say what the interval holds before you say what the call is worth.")
    hints = (
        mark("Both means are uncertain; their variances add up."),
        mark("Variance of the difference: s² / n of one arm + s² / n of the other."),
        mark("uplift − 1.96 × √(s₁² / n₁ + s₀² / n₀)"),
    )

    @staticmethod
    def _low(case, quantile=_Z, arms=("care_call", "none"), per_customer=True):
        pilot = case.recent_pilot
        found = _net(pilot).groupby(pilot["offer"], observed=True).agg(["var", "count"])
        found = found.loc[list(arms)]
        variance = found["var"] / found["count"] if per_customer else found["var"]
        return Uplift.difference(pilot) - quantile * float(np.sqrt(variance.sum()))

    def right(self, case):
        return self._low(case)

    @mistake(mark("You forgot that customers without a call vary too: add both variances."), _TEST)
    def one_arm(self, case):
        return self._low(case, arms=["care_call"])

    @mistake(mark("You forgot to divide by the numbers: that is how customers vary."), _TEST)
    def without_number(self, case):
        return self._low(case, per_customer=False)

    @mistake(mark("You added the 1.96 standard errors: that is the upper end."), _TEST)
    def upper_end(self, case):
        return self._low(case, quantile=-_Z)


class PolicyGain(Task):
    """What calling the disappointed gains in the next year."""

    name = "policy_gain"
    answer = Number(tolerance=1.0)
    praise = mark("Right: the same luck under both decisions, so the difference is the decision's.")
    hints = (
        mark("Two decisions, the same customers: a call for each of them, and none for any."),
        mark("Run both with the same seed, so that luck is the same; then take the difference."),
        mark("Mean over the seeds 0 to 4 of the difference in the total of margin − cost."),
    )

    @staticmethod
    def _gain(case, value=_net, group="disappointed", runs=RUNS, other_runs=None):
        called = value(case.run_totals(group, "care_call", runs))
        alone = value(case.run_totals(group, "none", other_runs or runs))
        return float(called.mean() - alone.mean())

    def right(self, case):
        return self._gain(case)

    @mistake(
        mark("That is what these customers bring; take off what comes without a call."), _POLICIES
    )
    def nobody_forgotten(self, case):
        return float(_net(case.run_totals("disappointed", "care_call")).mean())

    @mistake(mark("You forgot what the calls cost."), _POLICIES)
    def cost_forgotten(self, case):
        return self._gain(case, lambda totals: totals["margin"])

    @mistake(mark("You counted revenue; a gain is counted in margin."), _POLICIES)
    def revenue_not_margin(self, case):
        return self._gain(case, lambda totals: totals["revenue"] - totals["cost"])

    @mistake(
        mark("You compared runs of different luck; use the same seed for both decisions."),
        _POLICIES,
    )
    def other_luck(self, case):
        after = range(RUNS.stop, 2 * RUNS.stop)
        return self._gain(case, other_runs=after)

    @mistake(mark("That is one run; the task asks for the mean of five."), _POLICIES)
    def one_run(self, case):
        return self._gain(case, runs=range(1))

    @mistake(mark("You called everybody who ever had a badly handled ticket."), _POLICIES)
    def ever_disappointed(self, case):
        return self._gain(case, group="ever_disappointed")


TASKS = (
    NetPromoterScore(),
    LowerNetPromoterScore(),
    Bottleneck(),
    Breakage(),
    Liability(),
    Churned(),
    AfterTwoYears(),
    Contacts(),
    ContactGain(),
    Uplift(),
    LowerUplift(),
    PolicyGain(),
)
