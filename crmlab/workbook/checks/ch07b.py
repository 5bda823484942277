"""Checks of the exercise of chapter 7b, building and moving."""

from functools import cached_property

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crmlab.arguments import steady
from crmlab.company import crm_system
from crmlab.language import mark
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

TODAY = pd.Timestamp("2025-12-31")
# What a mistake and a call cost, yuan, from and up to.
_PRICES = {"wrong merge": (700, 800), "missed pair": (90, 110), "call": (16, 18)}
LIMIT = 0.02  # share of wrong merges
VENDOR = 5  # match weight from which the vendor of the linkage would merge
REVIEWED = 400  # pairs called to judge the vendor's threshold
BANDS = ("below -2", "-2 to 8", "8 to 12", "12 or more")
EDGES = (-10, -2, 8, 12, np.inf)
PER_BAND = 60
# Shares of agreement, of pairs of one person and of two, as splink learns them in the lesson.
EVIDENCE = pd.DataFrame(
    {"m": [0.82, 0.81, 0.77, 0.96, 0.85], "u": [0.0008, 0.0003, 0.0002, 0.0003, 0.0007]},
    pd.Index(["name_key", "phone", "email", "born", "street"], name="detail"),
)
PRIOR = 0.0003
TORN = 12  # lines of each kind that are torn
KINDS = ("cut", "number", "date", "future", "account", "again")

# Headings of the lesson to read again.
_TAKEN = mark("Taken, or refused")
_CENT = mark("To the cent")
_LINKAGE = mark("Record linkage: weighing the evidence")
_TRUE = mark("Is the probability true?")
_ZONES = mark("Three zones")
_MERGING = mark("From pairs to customers")
_DECISION = mark("The decision")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    lines : pandas.DataFrame
        The dealers' file of orders, all text, indexed by line (L0002 …): order_no, account_no,
        date, amount; empty where the line is cut.
    numbers : list of str
        The account numbers that were taken.
    control : float
        The dealers' control total, yuan.
    evidence, prior : pandas.DataFrame, float
        Per detail ``m``, ``u`` and what one pair shows of it; the share of pairs that match.
    reviewed, called, pairs : pandas.DataFrame
        Pairs called to judge and to choose, and all compared pairs.
    prices : pandas.Series
        What a wrong merge, a missed pair and a call cost, yuan.
    accounts : pandas.DataFrame
        Accounts that were joined to customers, with the details that a merge rule chooses from.
    """

    @cached_property
    def _torn(self):
        """The dealers' lines, torn, with a kind for each torn one, and what each is worth."""
        orders = self.company.system_orders.astype({"system": "str"})
        orders = orders[orders["system"] == "dealer"].drop(columns="system")
        lines = orders.rename(columns={"time": "date"}).reset_index(drop=True)
        worth = _yuan(lines["amount"])
        rng = np.random.default_rng([self.seed, 71])
        # Refunds, and orders of the last day, are whole: whoever refuses them is to be told.
        may = lines.index[(worth > 0) & (_day(lines["date"]) < TODAY)]
        hit = rng.permutation(may)[: TORN * len(KINDS)].reshape(len(KINDS), TORN)
        kind = pd.Series("", lines.index)
        for name, places in zip(KINDS, hit, strict=True):
            kind[places] = name
        lines.loc[kind == "cut", ["date", "amount"]] = ""
        lines.loc[kind == "number", "amount"] = "#VALUE!"
        lines.loc[kind == "date", "date"] = "31.02.2025"
        late = lines["date"].str.replace(r"\.202", ".205", regex=True)
        lines.loc[kind == "future", "date"] = late
        lines.loc[kind == "account", "account_no"] = "D99999"
        again = lines[kind == "again"]
        kind[kind == "again"] = "sent again"
        whole = pd.concat([lines, again], ignore_index=True)
        whole["kind"] = [*kind, *["again"] * len(again)]
        places = [f"L{place:04d}" for place in range(2, len(whole) + 2)]  # the head is line 1
        whole.index = pd.Index(places, name="line")
        return whole, worth.sum()

    @handed_out
    def lines(self):
        return self._torn[0].drop(columns="kind")

    @handed_out
    def numbers(self):
        return sorted(set(self.lines["account_no"]) - {"D99999"})

    @handed_out
    def control(self):
        return round(float(self._torn[1]), 2)

    @cached_property
    def marks(self):
        """What is the matter with each line: bool, a column per matter."""
        lines, day, yuan = self.lines, _day(self.lines["date"]), _yuan(self.lines["amount"])
        return pd.DataFrame({
            "cut": lines["amount"] == "", "number": yuan.isna() & (lines["amount"] != ""),
            "date": day.isna() & (lines["date"] != ""), "future": day > TODAY,
            "account": ~lines["account_no"].isin(self.numbers),
            "again": lines.duplicated("order_no"),
            "last": lines.duplicated("order_no", keep="last"),
            "refund": yuan < 0, "today": day == TODAY,
        })

    @cached_property
    def facts(self):
        held = self.marks
        return facts(self.lines.index, {
            mark("the line is cut"): held["cut"],
            mark("the amount is no number"): held["number"],
            mark("there is no such date"): held["date"],
            mark("the date lies in the future"): held["future"],
            mark("the account is not among those taken"): held["account"],
            mark("the order number stood on an earlier line"): held["again"],
            mark("the same order number comes again further down"): held["last"],
            mark("it is a refund"): held["refund"],
            mark("it is of 31 December 2025"): held["today"],
        })

    @cached_property
    def tidy(self):
        """All accounts, whole, in one form."""
        raw = self.company.system_accounts.astype({"system": "str"})
        parts = [crm_system.tidy_accounts(part, system)
            for system, part in raw.groupby("system", sort=False)]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def scored(self):
        """All compared pairs: two accounts, match weight, and whether they are one person."""
        table, found = self.tidy, []
        for detail in EVIDENCE.index:
            known = table.loc[table[detail].notna(), [detail]].reset_index()
            both = known.merge(known, on=detail, suffixes=("_l", "_r"))
            found.append(both.loc[both["index_l"] < both["index_r"], ["index_l", "index_r"]])
        places = pd.concat(found).drop_duplicates()
        places = places.sort_values(["index_l", "index_r"], kind="stable")
        left, right = (table.iloc[places[f"index_{side}"]] for side in "lr")
        weight = np.full(len(places), np.log2(PRIOR / (1 - PRIOR)))
        for detail, bits in bits_of(EVIDENCE).iterrows():
            one, other = left[detail].to_numpy(), right[detail].to_numpy()
            known = pd.notna(one) & pd.notna(other)
            weight += np.where(known, np.where(one == other, bits["agree"], bits["differ"]), 0)
        owner = self.company.truth.accounts["customer_id"]
        pairs = pd.DataFrame({"left": left["account_no"].to_numpy(),
            "right": right["account_no"].to_numpy(), "weight": steady(weight.round(2))})
        pairs["same"] = (owner[pairs["left"]].to_numpy() == owner[pairs["right"]].to_numpy())
        pairs = pairs[pairs["weight"] >= EDGES[0]].reset_index(drop=True)
        pairs["band"] = pd.cut(pairs["weight"], EDGES, right=False, labels=BANDS).astype("str")
        return pairs

    @handed_out
    def pairs(self):
        return self.scored.drop(columns="same")

    @handed_out
    def prices(self):
        rng = np.random.default_rng([self.seed, 75])
        drawn = {name: rng.integers(2 * low, 2 * high + 1) for name, (low, high) in _PRICES.items()}
        return pd.Series(drawn) / 2

    @handed_out
    def called(self):
        """As drawn by lot, again until the lowest band holds a few of one person, as most do."""
        for lot in range(self.seed, self.seed + 100):
            called = self.scored.groupby("band").sample(PER_BAND, random_state=lot)
            same = called.groupby("band")["same"].sum()
            if same[BANDS[0]] in (1, 2, 3) and same[list(BANDS[2:])].min() >= PER_BAND - 1:
                break
        odds = 2.0 ** called["weight"]
        return called.sort_index().assign(model=odds / (1 + odds))

    @handed_out
    def reviewed(self):
        high = self.scored[self.scored["weight"] >= VENDOR]
        drawn = high.sample(REVIEWED, random_state=self.seed + 1)
        return drawn.sort_index().drop(columns="band")

    @handed_out
    def prior(self):
        return PRIOR

    @handed_out
    def evidence(self):
        """What one pair shows: two or three details agree, one is not known, the others differ."""
        rng = np.random.default_rng([self.seed, 73])
        order, agree = rng.permutation(len(EVIDENCE)), rng.integers(2, 4)
        shown = np.full(len(EVIDENCE), "differ", dtype=object)
        shown[order[:agree]], shown[order[agree]] = "agree", "missing"
        table = EVIDENCE.copy()
        table["m"] = (table["m"] - rng.integers(0, 16, len(table)) / 100).round(2)
        table["u"] = (table["u"] * (1 + rng.integers(0, 9, len(table)) / 4)).round(6)
        return table.assign(pair=shown)

    @handed_out
    def accounts(self):
        """Accounts of customers with several, as the truth joins them; a customer has a number."""
        owner = self.company.truth.accounts["customer_id"]
        table = self.tidy[["account_no", "name", "street", "opened", "updated"]]
        table = table.assign(customer_id=owner[table["account_no"]].to_numpy())
        several = table["customer_id"].duplicated(keep=False)
        known = table["street"].notna().groupby(table["customer_id"]).transform("any")
        table = table[several & known].sort_values("account_no", kind="stable", ignore_index=True)
        return table[["account_no", "customer_id", "name", "street", "opened", "updated"]]

    def about(self, name):
        if name not in set(self.accounts["customer_id"]):
            return ""
        held = self.accounts[self.accounts["customer_id"] == name]
        held = held.sort_values("updated", kind="stable")
        return ", ".join(f"{row.updated} {row.street or '–'}" for row in held.itertuples())


def bits_of(evidence):
    """Return what agreement and disagreement are worth, bits (Fellegi & Sunter 1969)."""
    m, u = evidence["m"], evidence["u"]
    return pd.DataFrame({"agree": np.log2(m / u), "differ": np.log2((1 - m) / (1 - u))})


def _day(texts):
    return pd.to_datetime(texts, format="%d.%m.%Y", errors="coerce")


def _yuan(texts):
    return pd.to_numeric(texts.str.replace(",", ".", regex=False), errors="coerce")


class Refused(Task):
    """The lines that cannot be taken."""

    answer, section = Chosen("line"), _TAKEN
    praise = "Right: each of them goes back to the dealers, with its reason."
    hints = ("Five rules, and each is a question with yes or no for every line.",
        "pd.to_datetime and pd.to_numeric make a missing value of what cannot be read.",
        "duplicated() marks what stood on an earlier line; the first of two is an order.")
    slips = {
        "sent_again_taken": Slip("You took orders that were sent twice.", without=("again",)),
        "both_refused": Slip("You refused both lines of an order sent twice; one is good.",
            twice="both"),
        "first_refused": Slip("You refused the first line of an order sent twice.", twice="first"),
        "no_such_date_taken": Slip("You took dates that do not exist.", without=("date",)),
        "future_taken": Slip("You took orders of the future.", without=("future",)),
        "unknown_taken": Slip("You took orders of accounts that are not there.",
            without=("account",)),
        "not_a_number_taken": Slip("You took amounts that are no numbers.", without=("number",)),
        "refunds_refused": Slip("You refused refunds: a negative amount is money back.",
            too=("refund",)),
        "today_refused": Slip("You refused 31 December: only what is later is the future.",
            too=("today",)),
        "comma_not_read": Slip("You did not read the comma: good amounts became missing.",
            comma=False),
        "month_first": Slip("You read month.day.year; dates are day.month.year.",
            order="%m.%d.%Y"),
        "cut_only": Slip("You refused cut lines alone.", only=("cut",)),
    }

    def choices(self, case):
        return case.lines.index

    def solve(self, case, *, without=(), too=(), only=(), twice="later", comma=True, order=""):
        held = case.marks
        if "today" in too and not held["today"].any():
            raise LookupError("no line is of today")  # then nobody can refuse one
        if order:
            day = pd.to_datetime(case.lines["date"], format=order, errors="coerce")
            held = held.assign(date=day.isna() & (case.lines["date"] != ""), future=day > TODAY)
        both = held["again"] | held["last"]
        again = {"later": held["again"], "first": held["last"], "both": both}
        held = held.assign(again=again[twice])
        rules = [*(only or ("cut", "number", "date", "future", "account", "again")), *too]
        refused = held[[rule for rule in rules if rule not in without]].any(axis=1)
        if not comma:
            refused |= pd.to_numeric(case.lines["amount"], errors="coerce").isna()
        return list(case.lines.index[refused])


class LeftOver(Task):
    """The money of the lines whose amount is lost."""

    answer, section = Number(tolerance=0.005, readable=False), _CENT
    praise = "Right, to the cent: that much stands on the lines whose amount is lost."
    hints = ("Three sums: what the control total says, what was taken, what was refused.",
        "An order that was sent twice is refused the second time, and no money is lost by that.",
        "Control total less taken less refused, where the amount can be read.")
    slips = {
        "refused_forgotten": Slip("You forgot refused lines whose amount can be read.",
            off=("taken",)),
        "sent_twice_off": Slip("You took off what was sent twice: no money is lost by it.",
            again=True),
        "taken_forgotten": Slip("That is control total less refused: what was taken is missing.",
            off=("refused",)),
        "refused_money": Slip("That is the money of the refused lines that can be read.",
            of="refused"),
        "taken_money": Slip("That is the money that was taken.", of="taken"),
        "refunds_positive": Slip("You counted refunds as sales: their sign is lost.", sign=False),
        "refunds_left_out": Slip("You left refunds out.", refunds=False),
        "refused_added": Slip("You added what was refused; take it off, too.", turned=True),
        "both_lost": Slip("You left out both lines of an order sent twice; one is an order.",
            both=True),
        "unknown_left_out": Slip("You left out refused lines whose account is unknown.",
            less="account"),
        "future_left_out": Slip("You left out refused lines of the future.", less="future"),
        "date_left_out": Slip("You left out refused lines with no such date.", less="date"),
    }

    def solve(self, case, *, off=("taken", "refused"), again=False, of="", sign=True, refunds=True,
              turned=False, both=False, less=""):
        yuan = _yuan(case.lines["amount"]).fillna(0)
        yuan = yuan if sign else yuan.abs()
        yuan = yuan if refunds else yuan.clip(lower=0)
        refused = case.lines.index.isin(Refused().right(case))
        held = case.marks
        lost = refused & (again | ~held["again"])
        if less:
            lost &= ~held[less]
        taken = ~(refused | (both & held["last"]))
        parts = {"taken": yuan[taken].sum(), "refused": yuan[lost].sum()}
        if turned:
            parts["refused"] *= -1
        found = parts[of] if of else case.control - sum(parts[name] for name in off)
        return round(float(found), 2)


class Weight(Task):
    """The match weight of one pair."""

    answer, section = Number(tolerance=1e-6), _LINKAGE
    praise = "Right: what agrees speaks for one person, what differs against it."
    hints = ("Begin with how rare a match is at all, then add bits detail by detail.",
        "Agree: log2 of m over u. Differ: log2 of (1 − m) over (1 − u). Missing: nothing.",
        "The first summand is log2 of the odds of the prior; it is below 0.")
    slips = {
        "no_prior": Slip("You forgot the first summand: how rare a match is.", prior=False),
        "prior_only_share": Slip("You added the prior without its logarithm.", prior="plain"),
        "log_of_share": Slip("You took log2 of the share; take it of the odds, λ over 1 − λ.",
            prior="share"),
        "prior_turned": Slip("Your first summand is turned round: it is λ over 1 − λ.",
            prior="turned"),
        "u_over_m": Slip("For what agrees you took u over m: take m over u.", agree=-1),
        "agreement_taken_off": Slip("For what differs you took the bits of agreement off.",
            differ="-m/u"),
        "without_u": Slip("For what differs you took 1 − m alone: divide by 1 − u.", differ="1-m"),
        "natural_log": Slip("You took the natural logarithm; bits are log2.", log="e"),
        "decimal_log": Slip("You took log10; bits are log2.", log="10"),
        "missing_differs": Slip("You took a missing detail for one that differs.",
            missing="differ"),
        "missing_agrees": Slip("You took a missing detail for one that agrees.", missing="agree"),
        "all_agree": Slip("You took every detail for one that agrees: the pair differs in some.",
            missing="agree", differ="m/u"),
        "agreements_only": Slip("You left out what differs: it speaks against.", differ=0),
        "differ_positive": Slip("What differs takes bits away; you added them.", differ=-1),
        "differ_as_agree": Slip("For what differs you took m over u: take 1 − m over 1 − u.",
            differ="m/u"),
        "probability": Slip("That is the probability; the weight in bits is asked.", form="share"),
        "odds": Slip("Those are the odds; the weight is their log2.", form="odds"),
    }

    def solve(self, case, *, prior=True, log="2", missing="", differ=1, form="bits", agree=1):
        table, bits = case.evidence, bits_of(case.evidence)
        shown = table["pair"].replace("missing", missing)
        ways = {"m/u": bits["agree"], "-m/u": -bits["agree"], "1-m": np.log2(1 - table["m"])}
        against = ways[differ] if differ in ways else bits["differ"] * differ
        weight = agree * bits["agree"][shown == "agree"].sum() + against[shown == "differ"].sum()
        odds = np.log2(case.prior / (1 - case.prior))
        rare = {True: odds, False: 0.0, "plain": case.prior, "share": np.log2(case.prior),
            "turned": -odds}
        weight += rare[prior]
        if form != "bits":
            odds = 2.0**weight
            return float(odds if form == "odds" else odds / (1 + odds))
        return float(weight * {"2": 1.0, "e": np.log(2), "10": np.log10(2)}[log])


class WrongHigh(Task):
    """The upper end of the share of wrong merges at the vendor's threshold."""

    answer, section = Number(tolerance=1e-4), _DECISION
    praise = "Right: the limit is 2 %, so this threshold does not pass."
    hints = ("Of the called pairs, which share is not one person? Those merges are wrong.",
        "proportion_confint, with the method that the lesson uses.",
        "Of the two ends, the promise of a limit is judged by the upper one.")
    slips = {
        "point": Slip("That is the share itself; the upper end is asked.", end="point"),
        "lower_end": Slip("That is the lower end.", end="low"),
        "half_width": Slip("That is half the interval; add it to the middle.", end="half"),
        "normal": Slip("That is the interval without Wilson's correction.", method="normal"),
        "exact": Slip("That is the exact method (Clopper–Pearson); Wilson is asked.",
            method="beta"),
        "agresti": Slip("You took the interval by Agresti and Coull.", method="agresti_coull"),
        "jeffreys": Slip("You took the interval by Jeffreys; Wilson is asked.",
            method="jeffreys"),
        "ninety_percent": Slip("That is a 90 % interval; 95 % is asked.", alpha=0.1),
        "ninety_nine": Slip("That is a 99 % interval; 95 % is asked.", alpha=0.01),
        "right_merges": Slip("You took the right merges; the wrong ones are asked.", right=True),
        "choosing_calls": Slip("You took the calls that chose the bands.", of="called"),
        "both_samples": Slip("You took both samples: the other was not drawn from these.",
            of="both"),
    }

    def sizes(self, case):
        return (REVIEWED,)

    def solve(self, case, *, end="high", method="wilson", alpha=0.05, right=False, of="reviewed"):
        tables = {"reviewed": [case.reviewed], "called": [case.called],
            "both": [case.reviewed, case.called]}
        same = pd.concat([table["same"] for table in tables[of]])
        hits = int((same if right else ~same).sum())
        low, high = proportion_confint(hits, len(same), alpha=alpha, method=method)
        ends = {"high": high, "low": low, "point": hits / len(same), "half": (high - low) / 2}
        return float(ends[end])


def _choice(case, *, by="calls", zones=("merge", "ask", "leave"), swapped=False, turned=False):
    """Return per band what each action costs a pair (yuan) and the cheapest of `zones`."""
    called, (wrong, missed, call) = case.called, case.prices
    if swapped:
        wrong, missed = missed, wrong
    share = called.groupby("band")["same" if by == "calls" else "model"].mean().reindex(BANDS)
    share = 1 - share if turned else share
    costs = pd.DataFrame({"merge": (1 - share) * wrong, "ask": call, "leave": share * missed})
    return costs, steady(costs[list(zones)]).idxmin(axis=1)


def _of_each(costs, action):
    """Return what the action of each band costs a pair, yuan."""
    return pd.Series([costs.loc[band, name] for band, name in action.items()], action.index)


_COSTLY = {
    "models_word": Slip("You took the model's probability, not what the calls found.",
        _TRUE, by="model"),
    "nobody_asked": Slip("You left out asking: a call has its price, too.",
        zones=("merge", "leave")),
    "never_leave": Slip("You left out leaving: it costs a missed pair now and then.",
        zones=("merge", "ask")),
    "swapped": Slip("You swapped the prices of the two mistakes, or the shares.", swapped=True),
}


class Actions(Task):
    """What is done with the pairs of each band, and what it costs a pair."""

    answer, section = PerCustomer(("action", "per_pair"), tolerance=0.006, key="band"), _ZONES
    praise = "Right: each band takes what costs least."
    hints = ("For each band: which share of the called pairs is one person?",
        "Three costs a pair: merging costs the wrong ones, leaving the right ones, asking a call.",
        "idxmin(axis=1) names the cheapest of three columns.")
    slips = {
        **{name: _COSTLY[name] for name in ("models_word", "nobody_asked", "never_leave")},
        "turned": Slip("You took the share of two people for that of one.", turned=True),
        "half": Slip("You merged from one half on: a wrong merge is dearer than a missed one.",
            rule="half"),
        "dearest": Slip("You took the dearest.", rule="dearest"),
        "ask_all": Slip("You ask about everything: where nearly all agree, a call is wasted.",
            rule="ask"),
        "leave_all": Slip("You leave everything apart.", rule="leave"),
        "worst_end": Slip("You took the worse end of each interval; the share itself is asked.",
            rule="worst"),
        "merge_sure": Slip("You ask where you do not merge: leaving may cost less.", rule="sure"),
    }

    def facts(self, case):
        few = case.called.groupby("band")["same"].mean() < 0.5
        return facts(BANDS, {mark("fewer than half of the called pairs are one person"): few})

    def solve(self, case, *, rule="", **which):
        costs, action = _choice(case, **which)
        wrong, missed, call = case.prices
        if rule == "half":
            action = (costs["leave"] >= missed / 2).map({True: "merge", False: "leave"})
        elif rule == "dearest":
            action = steady(costs).idxmax(axis=1)
        elif rule == "worst":
            same = case.called.groupby("band")["same"].sum().reindex(BANDS)
            low, high = proportion_confint(same, PER_BAND, method="wilson")
            costs = pd.DataFrame({"merge": (1 - low) * wrong, "ask": call, "leave": high * missed})
            action = steady(costs).idxmin(axis=1)
        elif rule == "sure":
            action = (costs["leave"] >= 0.95 * missed).map({True: "merge", False: "ask"})
        elif rule:
            action = action.map(lambda _action: rule)
        found = pd.DataFrame({"action": action, "per_pair": _of_each(costs, action)})
        return found.rename_axis("band")


class Cost(Task):
    """What these actions cost over all compared pairs."""

    answer, section = Number(relative=1e-6), _ZONES
    praise = "Right: calls, wrong merges and missed pairs, each with its price."
    hints = ("The calls were drawn by band; the cost is that of all compared pairs.",
        "How many pairs has each band? value_counts() of all pairs.",
        "Cost of a pair in its band, with the cheapest action, times pairs; then the sum.")
    slips = {
        **_COSTLY,
        "sample_only": Slip("You counted the called pairs; all compared pairs cost.", of="called"),
        "called_left_out": Slip("You left the called pairs out; all pairs are asked.", of="rest"),
        "of_one_pair": Slip("You added up one pair of each band; bands have many.", of="one"),
        "mean_of_pairs": Slip("You took the mean of one pair of each band; all pairs are asked.",
            of="each"),
        "mean_of_bands": Slip("You took a mean of the bands times all pairs: bands differ in size.",
            of="mean"),
        "calls_only": Slip("Those are the calls; mistakes cost, too.", parts=("ask",)),
        "without_calls": Slip("You left out what the calls cost.", parts=("merge", "leave")),
        "all_merged": Slip("That is what merging all would cost.", all_of="merge"),
        "all_left": Slip("That is what leaving all apart would cost.", all_of="leave"),
        "all_asked": Slip("That is what asking about all would cost.", all_of="ask"),
    }

    def sizes(self, case):
        return (len(case.pairs),)

    def solve(self, case, *, of="pairs", parts=("merge", "ask", "leave"), all_of="", **which):
        costs, action = _choice(case, **which)
        number = case.pairs["band"].value_counts().reindex(BANDS).astype(float)
        if of == "called":
            number[:] = PER_BAND
        elif of == "rest":
            number -= PER_BAND
        elif of in ("one", "each"):
            number[:] = 1 if of == "one" else 1 / len(BANDS)
        elif of == "mean":
            number[:] = number.mean()
        action = action if not all_of else pd.Series(all_of, BANDS)
        return float((_of_each(costs, action) * number)[action.isin(parts)].sum())


class Street(Task):
    """The address of each customer, by the merge rule."""

    answer, section = PerCustomer(("street",)), _MERGING
    praise = "Right: the latest that was told, and nothing that is missing stands in for it."
    hints = ("One customer, several accounts: whose address was told last?",
        "An account without an address says nothing; drop it before you choose.",
        "Sort by the day of the update, then take the last of each customer.")
    slips = {
        "latest_record": Slip("You took the latest account even where it has no address.",
            missing=True),
        "oldest": Slip("You took the address told first.", keep="first"),
        "by_opening": Slip("You sorted by the day of opening, not of the update.", by="opened"),
        "not_sorted": Slip("You took the last in the table; sort by the update.", by=""),
        "first_in_table": Slip("You took the first in the table; sort by the update.",
            by="", keep="first"),
        "most_common": Slip("You took the most frequent address; the rule says the latest.",
            keep="mode"),
    }

    def facts(self, case):
        table = case.accounts.sort_values(["updated", "account_no"], kind="stable")
        by = table.groupby("customer_id")
        last = by.tail(1).set_index("customer_id")
        known = table.dropna(subset="street").groupby("customer_id")["street"]
        return facts(sorted(table["customer_id"].unique()), {
            mark("the account that was updated last has no address"): last["street"].isna(),
            mark("only one of the accounts has an address"): known.size() == 1,
            mark("the accounts tell several addresses"): known.nunique() > 1,
            mark("there are three accounts or more"): by.size() >= 3,
        })

    def solve(self, case, *, missing=False, keep="last", by="updated"):
        table = case.accounts
        if by:
            table = table.sort_values([by, "account_no"], kind="stable")
        if not missing:
            table = table.dropna(subset="street")
        if keep == "mode":  # of equally frequent ones the first in the alphabet, as mode() has it
            often = table.groupby(["customer_id", "street"]).size().rename("times").reset_index()
            often = often.sort_values(["times", "street"], ascending=[False, True], kind="stable")
            table, keep = often, "first"
        chosen = table.drop_duplicates("customer_id", keep=keep)
        return chosen.set_index("customer_id")["street"].sort_index().fillna("missing")


TASKS = tasks_in(globals())
