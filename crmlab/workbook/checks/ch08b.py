"""Checks of the exercise of chapter 8b, the toolbox and scale."""

from functools import cached_property
from itertools import permutations

import numpy as np
import pandas as pd
from scipy.stats import poisson

from crmlab.arguments import steady
from crmlab.company.services import SERVICES
from crmlab.language import mark
from crmlab.logs.summary import summarize
from crmlab.notices import quiet
from crmlab.workbook.answers import Chosen, Number
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

FIRST, THEN = "Water test", "Filter exchange"
RATE, SIZE = 0.05, 1.5  # false discovery rate; times luck
PULLED = 0.12  # share of the pairs of the other chain that are no luck
LIMIT = 3  # scaled median absolute deviations
CHECK_COST = 30  # yuan
LEAST = 3  # signs
A_YEAR = 4  # half a year, of which every second return was checked
TODAY = "2025-12-31"
FITS = 60e6  # rows that the machine can work on
ROWS_EACH = 4  # of the log for one payment

# Headings of the lesson to read again.
_LUCK = mark("Order against luck")
_NEXT = mark("What is booked after what")
_FEED = mark("A broken feed")
_FRAUD = mark("Returns that are no returns")
_MONEY = mark("The next alert")
_DAY = mark("Day by day")
_TOOLS = mark("Four tools that you know")
_DECISION = mark("The decision")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    bookings : pandas.DataFrame
        One row per booking, in order of time: ``customer_id``, ``date``, ``service``.
    pairs : pandas.DataFrame
        Ordered pairs of a befriended chain of shops, index ``pair`` such as "A → B":
        ``count``, ``by_luck``, ``p_value``.
    feed : pandas.DataFrame
        Index ``day`` such as "S03 2025-05-07": ``date``, ``shop``, ``payments`` that arrived, and
        ``usual``, the median of the last eight same weekdays.
    checked : pandas.DataFrame
        Index ``return_id``, every second return of half a year, by lot: ``signs``, ``amount``
        (yuan), ``fraud``.
    table : pandas.DataFrame
        The customer table as of 31 December 2025, without the rows of `late`.
    late : pandas.DataFrame
        Rows that came late: ``customer_id``, ``date``, ``amount`` (yuan).
    monthly : pandas.DataFrame
        Index ``month``, 36 months: ``days``, ``payments`` at the tills.
    """

    size = 3000

    @handed_out
    def bookings(self):
        table = self.company.bookings[["customer_id", "date", "service"]]
        return table.astype({"service": "str"})

    @cached_property
    def steps(self):
        """The bookings of each customer in order, and what each customer booked how often."""
        rows = self.bookings.sort_values(["customer_id", "date"], kind="stable")
        rows["next"] = rows.groupby("customer_id")["service"].shift(-1)
        return rows, pd.crosstab(rows["customer_id"], rows["service"])

    @handed_out
    def pairs(self):
        rng, pairs = np.random.default_rng([self.seed, 4]), list(permutations(SERVICES, 2))
        for _chain in range(1000):
            by_luck = rng.gamma(1.0, 30.0, len(pairs)).round(1) + 3
            times = np.where(rng.random(len(pairs)) < PULLED, rng.uniform(1.3, 2.6, len(pairs)), 1)
            count = rng.poisson(by_luck * times)
            table = pd.DataFrame({"count": count, "by_luck": by_luck},
                pd.Index([" → ".join(pair) for pair in pairs], name="pair"))
            table["p_value"] = np.ceil(1 + 999 * poisson.sf(count - 1, by_luck)) / 1000
            # Each usual mistake leads elsewhere, and no count stands just at the size asked for.
            told = {frozenset(kept(table, **how)) for how in ({}, *KEPT_OTHERWISE)}
            close = np.abs(count / by_luck / SIZE - 1).min() < 1e-6
            few = 3 <= len(kept(table)) <= 16 and kept(table, size=2.0)
            if len(told) > len(KEPT_OTHERWISE) and few and not close:
                return table
        raise AssertionError("no chain in a thousand")

    @handed_out
    def feed(self):
        table = self.company.till_feed
        table = table.assign(weekday=table["date"].dt.day_of_week)
        by_shop = table.groupby(["shop", "weekday"])["payments"]
        table["usual"] = by_shop.transform(lambda paid: paid.shift(1).rolling(8).median())
        table["payments"] = table["payments"].clip(lower=1)
        table = table[table["date"] >= "2025-01-01"]
        table.index = (table["shop"] + " " + table["date"].dt.strftime("%Y-%m-%d")).rename("day")
        return table[["date", "shop", "payments", "usual"]]

    @handed_out
    def checked(self):
        table = self.company.returns
        table = table[table["audit"].notna()].set_index("return_id")
        signs = (table["date"].dt.hour >= 20).astype(int) + table["amount"].between(150, 199)
        signs = signs + ~table["receipt"] + ~table["same_card"]
        return pd.DataFrame({"signs": signs, "amount": table["amount"],
                             "fraud": table["audit"] == "fraud"})

    @cached_property
    def split(self):
        """The log without the late rows, and these."""
        rows = self.company.orders[["customer_id", "date", "amount"]]
        rng = np.random.default_rng([self.seed, 8])
        lot = (rows["date"] >= "2025-10-01") & (rng.random(len(rows)) < 0.12)
        came = rows[~lot]
        # A second payment on the first or last day of some: the day counts already.
        again = came[came["amount"] > 0].groupby("customer_id", as_index=False)
        extra = pd.concat([again.first().iloc[5::90], again.last().iloc[20::60]])
        extra["amount"] = extra["amount"].to_numpy()[::-1].copy()
        # Refunds between two purchases: they change the spend only.
        place = came.groupby("customer_id").cumcount()
        left = came.groupby("customer_id").cumcount(ascending=False)
        back = came[(place > 0) & (left > 1) & (came["amount"] > 0)].iloc[::400]
        back = back.assign(amount=-back["amount"], date=back["date"] + pd.Timedelta(days=1))
        # A day between two purchases: where there are no more, the table knows both days.
        paid = came[came["amount"] > 0].groupby("customer_id", as_index=False)
        days = came.loc[came["amount"] >= 0, "date"].dt.normalize()
        days = days.groupby(came["customer_id"]).agg(["min", "max", "nunique"])
        gap = days["max"] - days["min"]
        two = days.index[(days["nunique"] == 2) & (gap > pd.Timedelta(days=10))]
        hidden = paid.first().set_index("customer_id").loc[two[3::40]].reset_index()
        hidden["date"] += pd.to_timedelta(gap[hidden["customer_id"]].dt.days.to_numpy() // 2, "D")
        late = pd.concat([rows[lot], extra, back, hidden]).sort_values("date", kind="stable")
        return came, late.reset_index(drop=True)

    @handed_out
    def late(self):
        return self.split[1]

    @handed_out
    def table(self):
        with quiet():
            return summarize(self.split[0], as_of=TODAY)

    @cached_property
    def placed(self):
        """The late rows of customers of the table, with the days that the table knows."""
        known = self.table[["purchases", "first_purchase", "last_purchase"]]
        rows = self.late.join(known, on="customer_id")
        rows["day"] = rows["date"].dt.normalize()
        return rows

    @handed_out
    def monthly(self):
        table = self.company.till_feed
        paid = table["settled"].fillna(table["payments"])
        table = paid.groupby(table["date"].dt.to_period("M")).sum().to_frame("payments")
        table.insert(0, "days", table.index.days_in_month)
        return table.rename_axis("month").set_axis(table.index.astype("str"))

    @cached_property
    def of_days(self):
        """What is special about the days of the feed."""
        truth = self.company.truth.till_feed
        name = truth["shop"] + " " + truth["date"].dt.strftime("%Y-%m-%d")
        feed = self.feed
        ratio = feed["payments"] / feed["usual"]
        market = ratio.groupby(feed["date"]).transform("median")
        return facts(feed.index, {
            mark("more arrived than usual"): ratio > 1,
            mark("less arrived than usual"): ratio < 1,
            mark("it was a day unlike others in all shops"): (market - 1).abs() > 0.25,
            mark("the feed was broken"): list(name),
            mark("more than twice the usual arrived"): ratio > 2,
        })

    @cached_property
    def of_customers(self):
        """What is special about the customers of the late rows."""
        rows, who = self.placed, self.placed["customer_id"]
        paid, day = rows["amount"] >= 0, rows["day"]
        return facts(pd.Index(self.company.customers["customer_id"]), {
            mark("their late row is a refund"): who[~paid],
            mark("their late row is of the day of their last purchase"):
                who[paid & (day == rows["last_purchase"])],
            mark("their late row is of the day of their first purchase"):
                who[paid & (day == rows["first_purchase"])],
            mark("their late row is after their last purchase"):
                who[paid & (day > rows["last_purchase"])],
            mark("their late row is before their first purchase"):
                who[paid & (day < rows["first_purchase"])],
            mark("they are not in the table"): who[rows["first_purchase"].isna()],
            mark("the table has just two purchases of theirs"): who[rows["purchases"] == 2],
            mark("no row of theirs came late"):
                set(self.company.customers["customer_id"]) - set(who),
        })

    def about(self, name):
        if name in self.feed.index:
            row = self.feed.loc[name]
            return f"{row['payments']:.0f} arrived, {row['usual']:.1f} usual"
        if name in self.pairs.index:
            row = self.pairs.loc[name]
            return f"{row['count']:.0f}, {row['by_luck']:.1f} by luck, p = {row['p_value']:.3f}"
        rows = self.placed[self.placed["customer_id"] == name]
        rows = rows.dropna(subset="first_purchase").itertuples()
        return "; ".join(
            f"{row.day:%Y-%m-%d} {row.amount:,.2f}, known {row.first_purchase:%Y-%m-%d} and "
            f"{row.last_purchase:%Y-%m-%d} ({row.purchases:.0f})" for row in rows)


def kept(pairs, method="fdr_bh", rate=RATE, size=SIZE, top=0, small=False):
    """Return the pairs that are kept."""
    from statsmodels.stats.multitest import multipletests

    p_value, times = steady(pairs["p_value"]), steady(pairs["count"] / pairs["by_luck"])
    if top:
        return list(times.nlargest(top).index)
    large = (times >= size).to_numpy()
    tested = large if method == "large" else np.ones(len(pairs), bool)
    if method in ("raw", "none"):
        sure = (p_value <= rate).to_numpy() | (method == "none")
    else:
        how, sure = "fdr_bh" if method == "large" else method, np.zeros(len(pairs), bool)
        sure[tested] = multipletests(p_value[tested], rate, method=how)[0]
    return list(pairs.index[sure & (large != small)])


KEPT_OTHERWISE = ({"method": "raw"}, {"rate": 0.1}, {"size": 0}, {"size": 2.0}, {"top": 5},
    {"method": "bonferroni"}, {"method": "large"}, {"method": "none"})


class OrderLift(Task):
    """How much more often B comes next after A than in shuffled order."""

    answer, section = Number(), _LUCK
    praise = "Right: what kind of customer books what stands on both sides; the order is left."
    hints = ("Put each customer's bookings in order of time; what is the next one?",
        "By luck a customer with n bookings gives a × b ÷ n such pairs.",
        "Count what was seen over all customers, add up luck over all customers, divide once.")
    slips = {
        "common": Slip("You counted customers with both, in any order.", _NEXT, seen="common"),
        "turned": Slip("You took the pair the other way round.", turned=True),
        "any_later": Slip("You counted any later booking, not only the next.", seen="later"),
        "customers_mixed": Slip("Your next row is of another customer at times.", seen="mixed"),
        "table_order": Slip("You did not put customers together: the next row is anybody's.",
            seen="table"),
        "luck_of_all": Slip("Your luck is that of one shuffled table; shuffle within customers.",
            luck="table"),
        "places": Slip("You divided by n − 1; luck is a × b ÷ n.", luck="places"),
        "mean_of_ratios": Slip("You averaged ratios of customers: divide two sums.", luck="mean"),
        "surplus": Slip("You took 1 off; the lift says how many times.", less=1),
        "share_followed": Slip("That is the share of the first that the second follows: compare "
            "with luck.", luck="first"),
        "count_only": Slip("That is how often it was seen: compare with luck.", luck="none"),
        "luck_only": Slip("That is what luck gives: compare with what was seen.", seen="luck"),
    }

    def solve(self, case, *, turned=False, seen="next", luck="within", less=0):
        rows, times = case.steps
        first, then = (THEN, FIRST) if turned else (FIRST, THEN)
        one, other, number = times[first], times[then], times.sum(axis=1)
        expected = {"within": (one * other / number).sum(),
            "places": (one * other / (number - 1).where(number > 1)).sum(), "none": 1.0,
            "first": one.sum(), "table": one.sum() * other.sum() / number.sum(), "mean": np.nan}
        hit = (rows["service"] == first) & (rows["next"] == then)
        if luck == "mean":
            of_each = hit.groupby(rows["customer_id"]).sum() / (one * other / number)
            return float(of_each[(one > 0) & (other > 0)].mean()) - less
        if seen == "luck":
            return float(expected["within"])
        return self._seen(case, hit, first, then, seen) / float(expected[luck]) - less

    @staticmethod
    def _seen(case, hit, first, then, how):
        rows, times = case.steps
        if how == "next":
            return float(hit.sum())
        if how == "common":
            return float(((times[first] > 0) & (times[then] > 0)).sum())
        if how in ("mixed", "table"):
            table = rows if how == "mixed" else case.bookings
            return float(((table["service"] == first) & (table["service"].shift(-1) == then)).sum())
        # Each "then" counts every "first" before it.
        before = (rows["service"] == first).groupby(rows["customer_id"]).cumsum()
        return float(before[rows["service"] == then].sum())


class Kept(Task):
    """The pairs that are kept at a false discovery rate, and are large enough."""

    answer, section = Chosen("pair"), _LUCK
    praise = "Right: few of these are luck, and none is a trifle."
    hints = ("How many of so many pairs have a p-value below 5 % by luck alone?",
        "multipletests has a method for the false discovery rate; its first result is a mask.",
        "Both conditions at once: the mask, and the count at 1.5 times luck or more.")
    slips = {
        "raw": Slip("You took each p-value below 5 %: several of these are luck.", method="raw"),
        "bonferroni": Slip("You used Bonferroni; the false discovery rate is asked.",
            method="bonferroni"),
        "ten_percent": Slip("Your rate is 10 %; 5 % is asked.", rate=0.1),
        "any_size": Slip("You left out the size: 1.5 times luck or more.", size=0),
        "twice": Slip("You asked for twice luck; 1.5 times is asked.", size=2.0),
        "one_percent": Slip("Your rate is 1 %; 5 % is asked.", rate=0.01),
        "size_only": Slip("You took all that are large enough, whatever their p-values.",
            method="none"),
        "large_ones_tested": Slip("You tested only the pairs that are large: all were looked at.",
            method="large"),
        "small_ones": Slip("You took those below 1.5 times luck.", small=True),
        "best_five": Slip("You took the five highest lifts, without their p-values.", top=5),
    }

    def choices(self, case):
        return list(case.pairs.index)

    def facts(self, case):
        pairs = case.pairs
        times = pairs["count"] / pairs["by_luck"]
        mask = dict.fromkeys(pairs.index, False)
        right = pd.Series(mask | dict.fromkeys(kept(pairs, size=0), True))
        return facts(pairs.index, {
            mark("their p-value is below 5 %, and luck would give as many"):
                (pairs["p_value"] < RATE) & ~right[pairs.index],
            mark("they are below 1.5 times luck"): times < SIZE,
            mark("they come less often than by luck"): times < 1,
            mark("they were seen fewer than 20 times"): pairs["count"] < 20,
        })

    def solve(self, case, **which):
        return kept(case.pairs, **which)


class AlarmDays(Task):
    """The days of the shops on which the robust rule rings."""

    answer, section = Chosen("day"), _FEED
    praise = "Right: weekdays, feasts and growth are taken off before anybody is woken."
    hints = ("The logarithm makes a doubled and a halved day equally far from usual.",
        "On each date, take off the median over the shops: what moves all is no fault.",
        "The scale is 1.4826 times the median of the absolute deviations from the median.")
    slips = {
        "all_shops_left": Slip("You left in what moves all shops on a day.", market=""),
        "mean_of_shops": Slip("You took off a mean over shops; a broken one moves it.",
            market="mean"),
        "standard_deviation": Slip("You took a standard deviation: the broken days widen it.",
            scale="std"),
        "unscaled": Slip("You forgot 1.4826.", scale="unscaled"),
        "scale_of_each_shop": Slip("You took a scale for each shop; one over all rows is asked.",
            scale="shop"),
        "quartiles": Slip("You took the distance of the quartiles, not 1.4826 times the median "
            "deviation.", scale="quartiles"),
        "mean_deviation": Slip("You took the mean of the absolute deviations; the median is asked.",
            scale="mean"),
        "ratio": Slip("You took the ratio less 1, not its logarithm.", log="ratio"),
        "difference": Slip("You took payments less usual: large shops ring first.", log="less"),
        "only_below": Slip("You looked for too little only; a day may come twice.", side=-1),
        "only_above": Slip("You looked for too much only; rows may be lost.", side=1),
        "four": Slip("Your limit is 4; 3 is asked.", limit=4),
        "two": Slip("Your limit is 2; 3 is asked.", limit=2),
    }

    def choices(self, case):
        return list(case.feed.index)

    def facts(self, case):
        return case.of_days

    def solve(self, case, *, log="log", market="median", scale="mad", limit=LIMIT, side=0):
        feed = case.feed
        off = feed["payments"] / feed["usual"]
        off = {"log": np.log(off), "ratio": off - 1, "less": feed["payments"] - feed["usual"]}[log]
        if market:
            off = off - off.groupby(feed["date"]).transform(market)
        deviations = (off - off.median()).abs()
        deviation, of_shops = deviations.median(), off.groupby(feed["shop"])
        own = (off - of_shops.transform("median")).abs().groupby(feed["shop"]).transform("median")
        width = {"mad": 1.4826 * deviation, "unscaled": deviation, "std": off.std(),
            "shop": 1.4826 * own, "mean": 1.4826 * deviations.mean(),
            "quartiles": off.quantile(0.75) - off.quantile(0.25)}[scale]
        far = steady(off / width)
        rings = {0: far.abs() > limit, 1: far > limit, -1: far < -limit}[side]
        return list(feed.index[rings])


def _net(case, *, cost=CHECK_COST, amounts="of frauds"):
    """Return what a check of each return brings, yuan."""
    table = case.checked
    mean = table.loc[table["fraud"], "amount"].mean()
    back = {"of frauds": table["amount"] * table["fraud"], "all": table["amount"],
        "mean": mean * table["fraud"], "none": table["fraud"].astype(float)}[amounts]
    return back - cost


class NextCheck(Task):
    """What a check of a return with exactly two signs brings."""

    answer, section = Number(), _MONEY
    praise = "Right: this is the next alert, and it decides where to stop."
    hints = ("Which returns would be checked besides, if two signs were enough?",
        "A check costs 30 yuan, whatever it finds; a fraud gives its own amount back.",
        "The honest ones among them count as well: what do they bring?")
    slips = {
        "two_or_more": Slip("You took two signs or more: that is the average alert.", who="least"),
        "three_or_more": Slip("You took the alerts from three signs on.", who="three"),
        "exactly_three": Slip("You took three signs; two are asked.", who="exactly three"),
        "everybody": Slip("You took all returns, whatever their signs.", who="all"),
        "cost_forgotten": Slip("You forgot the cost of a check.", cost=0),
        "all_amounts": Slip("You counted honest amounts as found.", amounts="all"),
        "mean_amount": Slip("You took one mean amount; each fraud has its own.", amounts="mean"),
        "frauds_counted": Slip("You counted frauds, not their yuan.", amounts="none"),
        "of_frauds_only": Slip("You averaged over frauds; every check counts.", who="frauds"),
    }

    def sizes(self, case):
        return (int((case.checked["signs"] == 2).sum()),)

    def solve(self, case, *, who="exactly", **which):
        table = case.checked
        rows = {"exactly": table["signs"] == 2, "least": table["signs"] >= 2,
            "three": table["signs"] >= 3, "exactly three": table["signs"] == 3,
            "all": table["signs"] >= 0, "frauds": (table["signs"] == 2) & table["fraud"]}[who]
        return float(_net(case, **which)[rows].mean())


_OF_CHECKS = {
    "two_signs": Slip("You checked from two signs on; three are asked.", least=2),
    "exactly_three": Slip("You left out four signs: three or more.", least="exactly"),
    "more_than_three": Slip("You left out three signs: three or more.", least=4),
    "cost_forgotten": Slip("You forgot the cost of the checks.", cost=0),
    "all_amounts": Slip("You counted honest amounts as found.", amounts="all"),
    "mean_amount": Slip("You took one mean amount; each fraud has its own.", amounts="mean"),
    "half_of_returns": Slip("You took twice the audit: it is half a year, and half of it.", year=2),
    "as_checked": Slip("That is what the audit itself found; a year of all returns is asked.",
        year=1),
    "a_quarter_more": Slip("You took the audit for a quarter; it is half a year.", year=8),
}


class CheckWorth(Task):
    """What checking returns with three signs or more brings in a year."""

    answer, section = Number(), _MONEY
    praise = "Right: half a year, and of it every second return."
    hints = ("Add up what the checks of the audit would have brought.",
        "Every second return was checked, of half a year: how many times is that a year?",
        "A check costs 30 yuan whether it finds anything or not: take it off for each on the list.")
    slips = _OF_CHECKS

    def sizes(self, case):
        return (len(case.checked),)

    @staticmethod
    def gains(case, *, least=LEAST, **which):
        """Return what each return of the audit brings, 0 where it is not on the list."""
        signs = case.checked["signs"]
        listed = signs == LEAST if least == "exactly" else signs >= least
        return _net(case, **which).where(listed, 0.0)

    def solve(self, case, *, year=A_YEAR, **which):
        return float(year * self.gains(case, **which).sum())


class WorthLow(Task):
    """The lower end of the interval of what the checks bring."""

    answer, section = Number(relative=0.002), _MONEY
    praise = "Right: so much they bring at least, but for one case in forty."
    hints = ("Each return of the audit has a gain; it is 0 where nobody would check.",
        "Standard error of the mean: std ÷ √n over all returns of the audit.",
        "A total is its mean times a number: so is its standard error.")
    slips = {
        # One mean amount moves the total and its scatter together: at times the end stays.
        **{name: slip for name, slip in _OF_CHECKS.items() if name != "mean_amount"},
        "upper_end": Slip("You added the 1.96 standard errors: the upper end.", end="high"),
        "half_width": Slip("Those are 1.96 standard errors: take them off.", end="half"),
        "one_standard_error": Slip("You took one standard error; 95 % takes 1.96.", times=1.0),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", times=1.645),
        "scatter_of_one": Slip("You forgot ÷ √n: that is how one return scatters.", root=False),
        "listed_only": Slip("You left out the returns that nobody would check: they count as 0.",
            zeros=False),
        "not_a_year": Slip("Your half interval is that of the audit, not of a year.", wide=False),
    }

    def solve(self, case, *, year=A_YEAR, times=1.96, end="low", root=True, wide=True,
              zeros=True, **which):
        gains = CheckWorth.gains(case, **which)
        gains = gains if zeros else gains[gains != 0]
        number = len(gains)
        half = times * gains.std() * (np.sqrt(number) if root else number) * (year if wide else 1)
        total = year * gains.sum()
        return float({"low": total - half, "high": total + half, "half": half}[end])


class Recount(Task):
    """Whose number of purchases the table alone cannot update."""

    answer, section = Chosen(), _DAY
    praise = "Right: for these, and for no others, the log has to be read again."
    hints = ("What does the table know of a customer's days? The first one and the last one.",
        "A late row on a day that the table knows changes nothing; one after the last is new.",
        "Refunds are no purchases. And how many days can hide between the first and the last?")
    slips = {
        "everybody_late": Slip("You named all with a late row; of many the table knows enough.",
            where="all"),
        "refunds_too": Slip("A refund is no purchase: it changes the spend only.", refunds=True),
        "last_day_too": Slip("The day of the last purchase counts already.", last=True),
        "first_day_too": Slip("The first day counts already; compare days, not times of day.",
            opening=True),
        "after_last": Slip("You named rows after the last purchase: these are new days.",
            where="after"),
        "before_last": Slip("You did not ask for the first purchase: earlier days are new.",
            where="before"),
        "two_purchases": Slip("Of two purchases the table knows both days: any other is new.",
            least=1),
        "both_ends": Slip("The first and the last day count already, and of two purchases the "
            "table knows both.", last=True, opening=True, least=1),
        "up_to_last": Slip("You took all up to the last purchase: that day counts already, and "
            "earlier ones than the first are new.", where="before", last=True, least=1),
        "not_in_table": Slip("Who is not in the table has no days yet: all of them are new.",
            new=True),
    }

    def facts(self, case):
        return case.of_customers

    def solve(self, case, *, where="between", refunds=False, last=False, opening=False,
              new=False, least=3):
        rows, day = case.placed, case.placed["day"]
        below = (day <= rows["last_purchase"]) if last else (day < rows["last_purchase"])
        above = (day >= rows["first_purchase"]) if opening else (day > rows["first_purchase"])
        unknown = rows["first_purchase"].isna()
        hidden = rows["purchases"] >= least  # whether a purchase may hide between the two days
        asked = {"between": below & above & hidden, "all": ~unknown | unknown,
            "before": below & hidden, "after": day > rows["last_purchase"]}[where]
        asked = (asked | (unknown if new else False)) & (refunds | (rows["amount"] >= 0))
        return sorted(set(rows.loc[asked, "customer_id"]))


def growth(case, *, months=True):
    """Return the growth a year: estimate, and both ends of its interval."""
    import statsmodels.formula.api as smf

    table = case.monthly
    table = table.assign(years=np.arange(len(table)) / 12, number=np.arange(len(table)) % 12)
    table["a_day"] = table["payments"] / table["days"]
    level = "np.log(a_day) ~ years" + (" + C(number)" if months else "")
    fit = smf.ols(level, table).fit()
    low, high = fit.conf_int().loc["years"]
    return np.expm1([fit.params["years"], low, high])


class YearsLeft(Task):
    """In how many years the log outgrows the machine."""

    answer, section = Number(relative=0.003), _DECISION
    praise = "Right: the rows of all coming years together, at this growth."
    hints = ("First the growth: the regression of the lesson, on payments a day.",
        "Four rows a payment: of the rows so far, and of the last twelve months.",
        "The formula of the decision, with 60 million rows that fit.")
    slips = {
        "months_left_out": Slip("Your line knows no months of the year.", _TOOLS, months=False),
        "log_as_growth": Slip("The slope is of the logarithm; growth is exp(slope) − 1.", _TOOLS,
            rate="slope"),
        "payments_only": Slip("You counted payments; a payment has four rows.", each=1),
        "so_far_forgotten": Slip("You forgot the rows so far.", so_far=False),
        "last_year_growth": Slip("You took twelve months over twelve; the regression is asked.",
            rate="last year"),
        "no_growth": Slip("You let the log grow by the same number each year.", rate="none"),
        "middle_of_year": Slip("The rate of today is half a year ahead of those months.",
            ahead=False),
        "all_three_years": Slip("You took three years for one: the last twelve months.",
            year=36),
        "one_year_jump": Slip("You asked when one year alone is too large.", total=False),
        "upper_rate": Slip("You took the upper end of the growth; the estimate is asked.", which=2),
        "lower_rate": Slip("You took the lower end of the growth; the estimate is asked.", which=1),
    }

    which = 0

    def solve(self, case, *, months=True, rate="growth", each=ROWS_EACH, so_far=True,
              ahead=True, year=12, total=True, which=None):
        paid = case.monthly["payments"]
        place = self.which if which is None else which
        growing = growth(case, months=months)[place]
        if rate == "last year":
            growing = paid.iloc[-12:].sum() / paid.iloc[-24:-12].sum() - 1
        if rate == "slope":
            growing = np.log1p(growing)
        left, yearly = FITS - so_far * each * paid.sum(), each * paid.iloc[-year:].sum()
        if rate == "none":
            return float(left / yearly)
        speed = np.log1p(growing)
        yearly = yearly * np.sqrt(1 + growing) if ahead else yearly
        if not total:
            return float(np.log(FITS / yearly) / speed)
        return float(np.log1p(left * speed / yearly) / speed)


class Soonest(YearsLeft):
    """The lower end of the interval of these years."""

    praise = "Right: the sooner end belongs to the faster growth."
    hints = ("Which end of the growth fills the machine sooner?",
        "conf_int() has both ends of the slope.",
        "The same formula, with the upper end of the growth.")
    slips = {
        **{name: slip for name, slip in YearsLeft.slips.items()
           if name not in ("upper_rate", "no_growth", "last_year_growth")},
        "lower_rate": Slip("You took the lower end of the growth: that is the later end.", which=1),
        "estimate": Slip("That is the estimate; the sooner end is asked.", which=0),
    }
    which = 2


TASKS = tasks_in(globals())
