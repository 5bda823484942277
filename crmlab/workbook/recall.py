"""Questions on earlier chapters, asked again when they are about to be forgotten.

A question that was answered right comes back after 1, 3, 7, 21 and 60 days; a wrong answer
sends it to the start (the boxes of Leitner, 1972, *So lernt man lernen*). The numbers in a
question are those of the participant's own company.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from zlib import crc32

from crmlab.clv import clv_closed_form
from crmlab.language import fill, mark
from crmlab.language import gettext as _
from crmlab.logs.summary import summarize
from crmlab.workbook import progress
from crmlab.workbook.tasks import NOT_ATTEMPTED, PASSED, WRONG, Verdict

_DAYS_UNTIL_DUE = (0, 1, 3, 7, 21, 60)
_LETTERS = "abcd"


@dataclass(frozen=True)
class Question:
    """A question with options; the first option is the right one.

    Attributes
    ----------
    name : str
        Under which progress is kept.
    chapter : int
        Where it was taught.
    text : str
        English, with fields that `numbers` fills.
    options : tuple of str
        English, with the same fields; shown in an order that depends on the name.
    why : str
        What to say about the right answer, English.
    numbers : callable
        Company to a mapping of field to value.
    """

    name: str
    chapter: int
    text: str
    options: tuple
    why: str
    numbers: Callable = lambda company: {}

    def shown(self, company):
        """Return the question and its options, in the order shown."""
        numbers = self.numbers(company)
        order = self._order()
        return fill(self.text, **numbers), [fill(self.options[i], **numbers) for i in order]

    def check(self, letter):
        """Return the verdict on the letter of an option."""
        if letter is ...:
            return Verdict(self.name, NOT_ATTEMPTED, message=_("not attempted yet"))
        right = _LETTERS[self._order().index(0)]
        if str(letter).strip().lower().strip("'\"") == right:
            return Verdict(self.name, PASSED, message=_(self.why))
        message = _("No. Think again, or read chapter {number}.").format(number=self.chapter)
        return Verdict(self.name, WRONG, "other", message)

    def _order(self):
        turn = crc32(self.name.encode()) % len(self.options)
        places = list(range(len(self.options)))
        return places[turn:] + places[:turn]


def due(chapter, participant, count, now=None):
    """Choose the questions to ask now.

    Parameters
    ----------
    chapter : int
        Only questions of earlier chapters are asked.
    participant : str
    count : int
        How many.
    now : datetime, optional
        With a time zone.

    Returns
    -------
    list of Question
        Overdue ones first, the longest overdue at the head; then new ones; then the rest.
    """
    now = now or datetime.now(UTC)
    history = progress.events()
    history = history[history["participant"] == participant]
    ranked = []
    for number, question in enumerate(BANK):
        if question.chapter < chapter:
            answers = history[history["task"] == question.name]
            ranked.append((*_urgency(answers, now), number))
    return [BANK[number] for *_rank, number in sorted(ranked)[:count]]


def _urgency(answers, now):
    """Return a sort key: (0, −days overdue), (1, 0) if new, (2, days to wait)."""
    answers = answers[answers["status"].isin([PASSED, WRONG])]
    if answers.empty:
        return 1, 0.0
    right = answers["status"].eq(PASSED)[::-1].cumprod().sum()
    wait = timedelta(days=_DAYS_UNTIL_DUE[min(right, len(_DAYS_UNTIL_DUE) - 1)])
    overdue = (now - datetime.fromisoformat(answers["at"].iloc[-1]) - wait).total_seconds()
    return (0, -overdue) if overdue >= 0 else (2, -overdue)


class Asked:
    """A question as it is shown: text, and HTML in a notebook."""

    def __init__(self, number, question, company):
        self._text, options = question.shown(company)
        self._text = f"{number}. {self._text}"
        self._options = [
            f"{letter})  {option}" for letter, option in zip(_LETTERS, options, strict=False)
        ]

    def __repr__(self):
        return "\n   ".join([self._text, *self._options])

    def _repr_html_(self):
        return "<br>&emsp;".join([f"<b>{escape(self._text)}</b>", *map(escape, self._options)])


def _repeat(company):
    count = company.orders.query("amount >= 0").groupby("customer_id").size()
    return {
        "once": int((count == 1).sum()),
        "all": len(count),
        "rate": (count > 1).mean(),
        "other": (count == 1).mean(),
        "mean": count.mean(),
    }


def _spend(company):
    spend = company.orders.groupby("customer_id")["amount"].sum()
    return {"mean": spend.mean(), "median": spend.median()}


def _revenue(company):
    orders = company.orders[company.orders["date"] >= "2025-01-01"]
    buyers, total = orders["customer_id"].nunique(), orders["amount"].sum()
    return {
        "total": total,
        "buyers": buyers,
        "orders": len(orders),
        "right": total / buyers,
        "per_order": total / len(orders),
        "per_register": total / len(company.customers),
    }


def _ceiling(company):
    orders = company.orders[company.orders["date"] >= "2025-01-01"]
    margin = round(0.45 * orders["amount"].sum() / orders["customer_id"].nunique(), -1)
    return {
        "margin": margin,
        "right": clv_closed_form(margin, 0.75, 0.1),
        "not_discounted": clv_closed_form(margin, 0.75, 0),
    }


def _gaps(company):
    customers = summarize(company.orders, as_of="2025-12-31")
    days = customers.loc[customers["purchases"] == 4, "t_x"].iloc[0]
    return {"days": days, "right": days / 3, "too_short": days / 4, "too_long": days / 2}


def _visits(company):
    cost = 200 + 50 * (company.seed % 7)
    return {"cost": cost, "right": cost / 0.2, "whole": 1.2 * cost}


def _score(company):
    answers = company.survey.query("wave == wave.max()")["nps"].dropna()
    high, low = (answers >= 9).mean(), (answers <= 6).mean()
    return {
        "promoters": high,
        "detractors": low,
        "middle": 1 - high - low,
        "score": 100 * (high - low),
        "ratio": 100 * high,
        "mean": answers.mean(),
    }


def _breakage(company):
    points = company.points
    gone = points[points["expires_on"] <= "2025-12-31"]
    unused = gone["used_on"].isna()
    return {
        "earned": int(gone["points"].sum()),
        "lost": int(gone.loc[unused, "points"].sum()),
        "rate": gone.loc[unused, "points"].sum() / gone["points"].sum(),
        "used": 1 - gone.loc[unused, "points"].sum() / gone["points"].sum(),
    }


def _points(company):
    buyers = company.orders[company.orders["amount"] >= 0]
    years = buyers.groupby(buyers["date"].dt.year)["customer_id"]
    before, after = years.get_group(2024).unique(), years.get_group(2025).unique()
    rate = len(set(before) & set(after)) / len(before)
    return {
        "rate": rate,
        "right": rate + 0.05,
        "per_cent": 1.05 * rate,
        "rest": rate + 0.05 * (1 - rate),
    }


def _extra(company):
    cost, stayed = 10 + company.seed % 5, 560 + 10 * (company.seed % 7)
    alone = stayed - 40
    return {
        "cost": cost,
        "stayed": stayed,
        "alone": alone,
        "right": 1000 * cost / 40,
        "per_stayer": 1000 * cost / stayed,
    }


def _active(company):
    buyers = company.orders[company.orders["amount"] >= 0]
    recent = buyers[buyers["date"] >= "2025-01-01"]
    return {
        "known": len(company.customers),
        "orders": len(recent),
        "right": recent["customer_id"].nunique(),
    }


def _acquisition_cost(company):
    spend = company.channel_spend["spend"].sum()
    leads = company.leads
    won = leads["won_on"].notna().sum()
    return {
        "spend": spend,
        "leads": len(leads),
        "won": int(won),
        "right": spend / won,
        "per_lead": spend / len(leads),
        "per_customer": spend / len(company.customers),
    }


def _conversion(company):
    leads = company.leads
    old = leads[leads["created"] <= "2025-10-02"]
    offer, won = old["offer_on"].notna().sum(), old["won_on"].notna().sum()
    return {
        "all": len(old),
        "offer": int(offer),
        "won": int(won),
        "right": won / offer,
        "of_all": won / len(old),
        "before": offer / len(old),
    }


def _pair(company):
    lines = company.order_lines[company.order_lines["quantity"] > 0]
    baskets = lines["order_id"].nunique()
    with_kit = set(lines.loc[lines["product_id"] == "P14", "order_id"])
    with_papers = set(lines.loc[lines["product_id"] == "P15", "order_id"])
    both = len(with_kit & with_papers)
    return {
        "baskets": baskets,
        "kit": len(with_kit),
        "papers": len(with_papers),
        "both": both,
        "lift": both * baskets / (len(with_kit) * len(with_papers)),
        "confidence": both / len(with_kit),
        "support": both / baskets,
    }


def _forward(company):
    chance = 0.2 + 0.02 * (company.seed % 6)
    months = (1 - chance) * (1 - (1 - chance) ** 12) / chance
    return {
        "chance": chance,
        "right": 77 * months,
        "year": 77 * 12,
        "chance_year": 77 * 12 * chance,
    }


def _rung(company):
    up = 200 + 10 * (company.seed % 9)
    return {
        "up": up,
        "silent": 1000 - up,
        "right": up * 1.1 / 1000,
        "points": up / 1000 + 0.1,
        "up_only": up / 1000,
    }


def _rows_of_groups(company):
    orders = company.orders
    return {
        "rows": len(orders),
        "people": orders["customer_id"].nunique(),
        "mean": orders["amount"].mean(),
    }


def _november(company):
    date = company.orders["date"]
    right = (date >= "2025-11-01") & (date < "2025-12-01")
    lost = (date >= "2025-11-01") & (date <= "2025-11-30")
    return {"right": int(right.sum()), "lost": int(lost.sum())}


BANK = (
    Question(
        "recall_repeat_rate",
        1,
        mark("{once} of {all} customers ordered once. What is the repeat rate?"),
        (mark("{rate:.0%}"), mark("{other:.0%}"), mark("{mean:.1f}")),
        mark("Customers with two orders or more, over all customers."),
        _repeat,
    ),
    Question(
        "recall_mean_median",
        1,
        mark("Mean spend is {mean:,.0f} yuan, the median {median:,.0f}. What does that tell you?"),
        (
            mark("A few customers spend very much."),
            mark("Half of the customers spend nothing."),
            mark("The data must be wrong."),
        ),
        mark("A few large values pull up the mean; the median stays where the middle customer is."),
        _spend,
    ),
    Question(
        "recall_revenue_per_customer",
        1,
        mark(
            "In 2025, {buyers} customers placed {orders} orders for {total:,.0f} yuan in all. "
            "What is the revenue per active customer?"
        ),
        (
            mark("{right:,.0f} yuan"),
            mark("{per_order:,.0f} yuan"),
            mark("{per_register:,.0f} yuan"),
        ),
        mark("Active customers are those who bought in the period, not all names in the register."),
        _revenue,
    ),
    Question(
        "recall_active",
        1,
        mark(
            "The register has {known:,} names; {orders:,} orders came in the last twelve months, "
            "from {right:,} of them. How many active customers has the company?"
        ),
        (mark("{right:,}"), mark("{orders:,}"), mark("{known:,}")),
        mark("Customers, not orders, and only those who bought in the period."),
        _active,
    ),
    Question(
        "recall_equal_age",
        1,
        mark(
            "After a year of strong growth the repeat rate has fallen. What do you look at first?"
        ),
        (
            mark("the repeat rate among customers of equal age"),
            mark("the campaigns of that year"),
            mark("the price of the competitors"),
        ),
        mark("New customers have had less time to come back; growth alone lowers the rate."),
    ),
    Question(
        "recall_diagonal",
        1,
        mark("In a cohort map one diagonal is paler than its neighbours. What does it say?"),
        (
            mark("one quarter of the calendar was bad for everybody"),
            mark("one cohort was badly chosen"),
            mark("customers leave after so many quarters"),
        ),
        mark("A row is a cohort, a column an age, a diagonal a quarter of the calendar."),
    ),
    Question(
        "recall_points",
        1,
        mark(
            "{rate:.1%} of one year's customers buy again in the next. What is the rate after a "
            "rise of five percentage points?"
        ),
        (mark("{right:.1%}"), mark("{per_cent:.1%}"), mark("{rest:.1%}")),
        mark("Points are added to the rate; per cent would be a part of it."),
        _points,
    ),
    Question(
        "recall_cost_per_extra",
        1,
        mark(
            "1,000 customers get a voucher that costs {cost} yuan each; {stayed} stay. Of 1,000 "
            "without one, {alone} stay. What does one customer cost who stayed because of it?"
        ),
        (mark("{right:,.0f} yuan"), mark("{per_stayer:,.0f} yuan"), mark("{cost} yuan")),
        mark("Only the difference between the groups is bought by the money."),
        _extra,
    ),
    Question(
        "recall_returning_share",
        1,
        mark("The share of revenue from returning customers rises to 95 %. Is that good news?"),
        (
            mark("Only if the amount rises, too."),
            mark("Yes: loyalty has grown."),
            mark("Yes: keeping is cheaper than winning."),
        ),
        mark("A company that wins nobody any more has a share of 100 %."),
    ),
    Question(
        "recall_purchase_day",
        2,
        mark("A customer comes in twice on one day. How many purchases does the course count?"),
        (mark("one"), mark("two"), mark("it depends on the amounts")),
        mark("A purchase day is a day with at least one order; tills split visits into rows."),
    ),
    Question(
        "recall_ceiling",
        2,
        mark(
            "A customer brings a margin of {margin:,.0f} yuan a year, the first at once; 75 % "
            "stay from year to year; the discount rate is 10 %. What may it cost to win one, at "
            "most?"
        ),
        (
            mark("{right:,.0f} yuan"),
            mark("{not_discounted:,.0f} yuan"),
            mark("{margin:,.0f} yuan"),
        ),
        mark("m (1 + d) / (1 + d − r): all years count, later ones a little less each."),
        _ceiling,
    ),
    Question(
        "recall_gaps",
        2,
        mark(
            "A customer bought on four days; {days:.0f} days lie between the first and the last "
            "of them. How long is the mean time between two purchases?"
        ),
        (
            mark("{right:.0f} days"),
            mark("{too_short:.0f} days"),
            mark("{too_long:.0f} days"),
        ),
        mark("Between three purchases lie two gaps: divide by one less."),
        _gaps,
    ),
    Question(
        "recall_net_profit",
        2,
        mark(
            "CLV = Σ (R − RC) (1 + i)^−t − AC. A table gives the net profit of each year, after "
            "the retention cost, and you take it for R. What is RC then?"
        ),
        (
            mark("0"),
            mark("the retention cost of the year"),
            mark("the cost of winning the customer"),
        ),
        mark("It is taken off already; with RC it would be paid twice."),
    ),
    Question(
        "recall_silence",
        2,
        mark("A came every week, B twice a year. Both were last seen ten weeks ago. Who has left?"),
        (
            mark("more probably A"),
            mark("more probably B"),
            mark("both equally: the silence is the same"),
        ),
        mark("Ten weeks are ten missed visits for one of them, and nothing unusual for the other."),
    ),
    Question(
        "recall_bought_once",
        2,
        mark("BG/NBD says P(alive) = 1 for a customer who bought once, long ago. Why?"),
        (
            mark("In this model nobody leaves before a repeat purchase."),
            mark("The customer is sure to come back."),
            mark("The model was fitted to too few customers."),
        ),
        mark("For such customers look at the expected purchases; they are low."),
    ),
    Question(
        "recall_lift",
        2,
        mark(
            "Visits cost {cost:,.0f} yuan per customer and year and raise the margin of the year "
            "by 20 %. From which margin without visits on do they pay?"
        ),
        (
            mark("{right:,.0f} yuan"),
            mark("{cost:,.0f} yuan"),
            mark("{whole:,.0f} yuan"),
        ),
        mark(
            "Only what the visits add can pay for them: a fifth of the margin has to be the cost."
        ),
        _visits,
    ),
    Question(
        "recall_tie",
        3,
        mark("Two customers both bought once. Which F scores can they have?"),
        (
            mark("the same score"),
            mark("scores next to each other"),
            mark("any scores: ties are broken by chance"),
        ),
        mark("Equal values get equal scores."),
    ),
    Question(
        "recall_rerank",
        3,
        mark("Tiers are ranked anew each year and everybody's spend doubles. How many rise?"),
        (mark("nobody"), mark("everybody"), mark("the lower half")),
        mark("Rank is all that counts, and the order has not changed."),
    ),
    Question(
        "recall_acquisition_cost",
        4,
        mark(
            "In 2025 the channels cost {spend:,.0f} yuan; {leads:,} leads came, {won:,} of them "
            "were won. What is the customer acquisition cost?"
        ),
        (
            mark("{right:,.0f} yuan"),
            mark("{per_lead:,.0f} yuan"),
            mark("{per_customer:,.0f} yuan"),
        ),
        mark("Spend over new customers: leads that were not won are paid by those that were."),
        _acquisition_cost,
    ),
    Question(
        "recall_conversion",
        4,
        mark(
            "Of {all:,} leads {offer:,} got an offer and {won:,} were won. What is the conversion "
            "of the last step?"
        ),
        (mark("{right:.0%}"), mark("{of_all:.0%}"), mark("{before:.0%}")),
        mark("Conversion counts from the stage before: won over offers."),
        _conversion,
    ),
    Question(
        "recall_young_leads",
        4,
        mark("A smaller share of the leads of December has been won than of those of March. Why?"),
        (
            mark("The leads of December have had less time."),
            mark("The leads of December are worse."),
            mark("In December fewer people buy."),
        ),
        mark("They are censored. Compare what was won within the same number of days."),
    ),
    Question(
        "recall_last_touch",
        4,
        mark("Last touch credits search advertising with most customers. What does that show?"),
        (
            mark("That search stands last in most paths."),
            mark("That search wins most customers."),
            mark("That search deserves a larger budget."),
        ),
        mark("Credit is bookkeeping. What a channel causes shows when it is switched off, by lot."),
    ),
    Question(
        "recall_agreeing_rules",
        4,
        mark("Six attribution rules give a channel about the same credit. Is the credit right?"),
        (
            mark("Nobody knows: they all read the same paths."),
            mark("Yes, six rules cannot be wrong together."),
            mark("Yes, within the difference between the rules."),
        ),
        mark("A channel that is everywhere is in every path, whether it does anything or not."),
    ),
    Question(
        "recall_peeking",
        4,
        mark(
            "Two equal pages are tested at 5 % for four weeks, with a look every day. In how many "
            "of such tests does one of them seem to win at some time?"
        ),
        (mark("in about a quarter"), mark("in 5 %"), mark("in nearly all")),
        mark("Each look is another chance for luck. Fix the size beforehand, and look once."),
    ),
    Question(
        "recall_nps",
        5,
        mark(
            "{promoters:.1%} of the answers are promoters, {middle:.1%} passives, "
            "{detractors:.1%} detractors. What is the net promoter score?"
        ),
        (mark("{score:+.0f} points"), mark("{ratio:.0f} points"), mark("{mean:.1f} points")),
        mark("Promoters less detractors, in points; passives count in the number only."),
        _score,
    ),
    Question(
        "recall_breakage",
        5,
        mark(
            "{earned:,} points have reached the end of their life, {lost:,} of them were never "
            "used. What is the breakage?"
        ),
        (mark("{rate:.0%}"), mark("{used:.0%}"), mark("unknown until all points have expired")),
        mark("The share of points that expire unused, from batches whose life is over."),
        _breakage,
    ),
    Question(
        "recall_retention_rises",
        5,
        mark("In a cohort the retention rate rises from year to year. What does that show?"),
        (
            mark("Customers differ: those likely to leave have left."),
            mark("Customers become more loyal with time."),
            mark("The loyalty programme works."),
        ),
        mark(
            "With personal chances that never change, the rate of those who are left still rises."
        ),
    ),
    Question(
        "recall_leakage",
        5,
        mark("A churn model ranks nearly without a mistake. What do you check first?"),
        (
            mark("on which day each feature was known"),
            mark("whether more customers can be scored with it"),
            mark("whether its threshold is 50 %"),
        ),
        mark("A score too good to be true usually comes from a column that knows the future."),
    ),
    Question(
        "recall_voucher_stayers",
        5,
        mark("Who makes a voucher against churn expensive?"),
        (
            mark("customers who would have stayed, and use it"),
            mark("customers who leave in spite of it"),
            mark("customers who never open the letter"),
        ),
        mark("A voucher costs money when it is used; those who stay anyway use it for nothing."),
    ),
    Question(
        "recall_highest_risk",
        5,
        mark("Should an offer go to the customers at highest risk of leaving?"),
        (
            mark("Only if a randomised test shows that it changes what they do."),
            mark("Yes: nobody else can be lost."),
            mark("Yes, as long as the model's AUC is high."),
        ),
        mark("Risk is not uplift: some at high risk cannot be kept, some at low risk can."),
    ),
    Question(
        "recall_rule_lift",
        6,
        mark(
            "Of {baskets:,} baskets {kit:,} hold a pour-over kit, {papers:,} filter papers and "
            "{both:,} both. What is the lift of the rule kit → papers?"
        ),
        (mark("{lift:.2f}"), mark("{confidence:.2f}"), mark("{support:.3f}")),
        mark(
            "Confidence over the share of all baskets with papers: how many times the usual share."
        ),
        _pair,
    ),
    Question(
        "recall_bestsellers",
        6,
        mark(
            "A recommender names three products, and 60 % of the customers buy one of them later. "
            "What do you ask first?"
        ),
        (
            mark("How many do, if everybody is recommended the bestsellers?"),
            mark("Which algorithm is it?"),
            mark("How many are 60 % in money?"),
        ),
        mark("A hit rate says nothing without a baseline; and a hit is not an additional sale."),
    ),
    Question(
        "recall_same_people",
        6,
        mark(
            "Two coffees have a lift of 2 over all baskets and of 1 within each needs group. What "
            "follows?"
        ),
        (
            mark("The same people like both; they do not pull each other."),
            mark("They belong side by side on the shelf."),
            mark("The lift of 2 is luck."),
        ),
        mark("Products for the same kind of customer meet in baskets without going together."),
    ),
    Question(
        "recall_brought_forward",
        6,
        mark(
            "A firm at its limit moves to the larger plan with {chance:.0%} a month by itself. It "
            "brings 77 yuan more a month. What does a call earn, at most, in a year, if it "
            "persuades the firm today?"
        ),
        (
            mark("{right:,.0f} yuan"),
            mark("{year:,.0f} yuan"),
            mark("{chance_year:,.0f} yuan"),
        ),
        mark("Only the months count in which the firm would still have been on the small plan."),
        _forward,
    ),
    Question(
        "recall_better_step",
        6,
        mark(
            "Of 1,000 new customers {up} buy again in the next half-year, {silent} fall silent. "
            "The step is made 10 % better. Which share buys again then?"
        ),
        (
            mark("{right:.1%}"),
            mark("{points:.1%}"),
            mark("{up_only:.1%}"),
        ),
        mark("Ten per cent of the share, not ten percentage points."),
        _rung,
    ),
    Question(
        "recall_evidence",
        6,
        mark("In an action table a return has the evidence “assumption”. What is it good for?"),
        (
            mark("to plan the test that replaces it"),
            mark("to compare it with the tested returns, as it is a number too"),
            mark("for nothing: leave the row out"),
        ),
        mark("It shows on which number the plan hangs; measure that one first."),
    ),
    # The primer comes last: it repeats what every chapter uses anyway.
    Question(
        "recall_rows_of_groups",
        0,
        mark(
            "A table has {rows:,} orders of {people:,} customers. You group by customer and sum "
            "the amounts. How many rows has the result?"
        ),
        (mark("{people:,}"), mark("{rows:,}"), mark("1")),
        mark("One row per group, and a group is a customer."),
        _rows_of_groups,
    ),
    Question(
        "recall_last_day",
        0,
        mark(
            'November 2025 has {right} orders. Your mask ends in date <= "2025-11-30" and finds '
            "{lost}. Why?"
        ),
        (
            mark("A date without a time is midnight: the last day is lost."),
            mark("Refunds are left out."),
            mark("The brackets are missing."),
        ),
        mark('Write the day after the period and <: date < "2025-12-01".'),
        _november,
    ),
    Question(
        "recall_merge_rows",
        0,
        mark(
            "A customer has 3 orders in one table and 2 addresses in another. You merge. "
            "How many rows?"
        ),
        (mark("6"), mark("3"), mark("5")),
        mark("Each order meets each address; bring one table to one row per customer first."),
    ),
)
