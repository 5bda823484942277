"""Checks of the exercise of chapter 10b, without a network, and by use."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import gamma

from crmlab.arguments import steady
from crmlab.churn.wear import fit_weibull, wear_rates
from crmlab.language import mark
from crmlab.logs.offline import merge_logs, replay_uploads
from crmlab.workbook.answers import Chosen, Number, PerCustomer
from crmlab.workbook.cases import Case as BaseCase
from crmlab.workbook.cases import facts, handed_out, remembered
from crmlab.workbook.checks import tasks_in
from crmlab.workbook.slips import Slip
from crmlab.workbook.tasks import Task

TODAY = pd.Timestamp("2025-12-31")
GRID = np.arange(1_000, 12_001, 10)  # cups, among which the limit is looked for
LEAD = 14  # days from a reminder to its service
DRAWS = 200
YEAR = 365.25
LESSON = 2, 260, 1_400  # yuan: a reminder, a service and a breakdown there

# Headings of the lesson to read again.
_DEVICE = mark("What a device does not know")
_FIELDS = mark("Single fields")
_LOG = mark("An event log")
_LAST = mark("Which edit was the last?")
_PERSON = mark("What a person has to decide")
_USE = mark("Machines that tell how they are used")
_CLOCK = mark("Which clock shows the wear?")
_COST = mark("The limit, by cost")
_MONEY = mark("Against the calendar, and against nobody")
_DECISION = mark("The decision")


class Case(BaseCase):
    """The data of one participant.

    Attributes
    ----------
    edits : pandas.DataFrame
        One row per edit that arrived, in the order of arrival; some arrived twice.
    lives : pandas.DataFrame
        One row per life of a machine: ``machine_id``, ``use`` (cups), ``days``, ``broke``.
    machines : pandas.DataFrame
        One row per machine: ``site``, ``pace`` (cups a day), ``remind_after`` (days, the habit),
        ``use`` since the last service at the last report, and ``reported``, its date.
    reminder, service, breakdown : int
        Prices of one, yuan.
    followed : float
        Share of reminders that lead to a service.
    draws : pandas.DataFrame
        200 draws (rows) of ``shape`` and ``scale`` of the Weibull distribution.
    """

    @handed_out
    def edits(self):
        return self.company.app_edits.astype({"field": "str", "action": "str"})

    @cached_property
    def log(self):
        """Each edit once, as it arrived first, with its corrected time."""
        log = merge_logs(self.edits)
        return log.assign(corrected=log["device_time"] + (log["uploaded"] - log["sent"]))

    @cached_property
    def pairs(self):
        """Pairs of edits that set the same field of one account, each pair once."""
        values = self.log[self.log["action"] == "set"]
        pairs = values.merge(values, on=["customer_id", "field"], suffixes=("", "_b"))
        return pairs[pairs["edit_id"] < pairs["edit_id_b"]]

    @cached_property
    def _fleet(self):
        return self.company.machines.set_index("machine_id").astype({"site": "str"})

    @cached_property
    def _reports(self):
        return self.company.machine_reports

    @cached_property
    def _all_lives(self):
        events = self.company.machine_events.astype({"event": "str"})
        ends = events[events["event"] != "reminder"]
        ends = ends.assign(broke=ends["event"] == "breakdown")
        last = self._reports.drop_duplicates("machine_id", keep="last")
        last = last.assign(event="running", broke=False)
        rows = pd.concat([ends, last]).sort_values(["machine_id", "cups", "date"])
        before = rows.groupby("machine_id")[["cups", "date"]].shift()
        installed = rows["machine_id"].map(self._fleet["installed"])
        rows["use"] = rows["cups"] - before["cups"].fillna(0)
        rows["days"] = (rows["date"] - before["date"].fillna(installed)).dt.days
        return rows

    @handed_out
    def lives(self):
        rows = self._all_lives[(self._all_lives["use"] > 0) & (self._all_lives["days"] > 0)]
        lives = rows[["machine_id", "use", "days", "broke"]].astype({"use": "int64"})
        return lives.reset_index(drop=True)

    @handed_out
    def machines(self):
        reports = self._reports
        year = reports[reports["date"] > TODAY - pd.Timedelta(days=372)].groupby("machine_id")
        span = year[["date", "cups"]].last() - year[["date", "cups"]].first()
        latest = self._all_lives.drop_duplicates("machine_id", keep="last").set_index("machine_id")
        use = latest["use"].where(latest["event"] == "running", 0)
        table = self._fleet[["site"]].copy()
        table["pace"] = (span["cups"] / span["date"].dt.days).round(2)
        table["remind_after"] = table["site"].map({"firm": 182, "home": 365})
        table["use"] = use.reindex(table.index, fill_value=0).astype("int64")
        table["reported"] = reports.groupby("machine_id")["date"].last()
        return table

    @cached_property
    def _numbers(self):
        """The first of many draws of prices in which no slip leads close to what is right."""
        for lost in ("censored", "dropped", "broken"):
            fitted(self, lost=lost)  # no fit hangs on a price: each draft takes them over
        for attempt in range(200):
            rng = np.random.default_rng([self.seed, attempt, 10])
            whole = [int(rng.integers(*ends)) for ends in ((15, 45), (200, 330), (1_000, 2_000))]
            draft, numbers = Case(self.seed), (*whole, round(float(rng.uniform(0.60, 0.88)), 2))
            vars(draft).update(vars(self), known=dict(self.known), _numbers=numbers)
            if _is_clear(draft):
                break
        self.known |= draft.known
        return numbers

    @handed_out
    def reminder(self):
        return self._numbers[0]

    @handed_out
    def service(self):
        return self._numbers[1]

    @handed_out
    def breakdown(self):
        return self._numbers[2]

    @handed_out
    def followed(self):
        return self._numbers[3]

    @handed_out
    def draws(self):
        rng, lives = np.random.default_rng([self.seed, 11]), self.lives
        count = len(self._fleet)
        place = self._fleet.index.get_indexer(lives["machine_id"])
        drawn = rng.multinomial(count, np.full(count, 1 / count), DRAWS)
        fits = [fit_weibull(lives["use"], lives["broke"], weights[place]) for weights in drawn]
        table = pd.DataFrame(fits, columns=["shape", "scale"])
        return table.assign(shape=table["shape"].round(4), scale=table["scale"].round(1))

    @cached_property
    def of_accounts(self):
        """What is special about the accounts."""
        edits, log, who = self.edits, self.log, "customer_id"
        packs, phone = edits[edits["action"] == "add"], log[log["field"] == "phone"]
        twice = packs[packs["edit_id"].duplicated()]
        off = (phone["sent"] - phone["uploaded"]).abs() > pd.Timedelta(hours=1)
        pairs = self.pairs[self.pairs["field"] == "phone"]
        return facts(log[who].unique(), {
            mark("an edit of their samples arrived twice"): twice[who].unique(),
            mark("samples were taken back"): packs.loc[packs["value"].str.startswith("-"), who],
            mark("several devices changed their samples"):
                packs.groupby(who)["device"].nunique().gt(1),
            mark("a device with a wrong clock set their telephone number"): phone.loc[off, who],
            mark("they have one edit of the telephone number"): phone.groupby(who).size().eq(1),
            mark("two edits of their number had not seen each other"):
                pairs.loc[unseen(pairs), who],
            mark("all edits of their number are of one device"):
                phone.groupby(who)["device"].nunique().eq(1),
            mark("they have no edit of the telephone number"):
                set(log[who]) - set(phone[who]),
        })

    @cached_property
    def of_devices(self):
        """What is special about the devices."""
        edits = self.edits[self.edits["device"].str.startswith("A")]
        ahead = (edits["sent"] - edits["uploaded"]).groupby(edits["device"])
        first, last = ahead.first(), ahead.last()
        hour = pd.Timedelta(hours=1)
        return facts(self.edits["device"].unique(), {
            mark("their clock was put right on the way"): (first - last).abs() > hour,
            mark("their clock was never wrong"): (first.abs() < hour) & (last.abs() < hour),
            mark("their clock is behind"): last < -hour,
            mark("they stand in the office"):
                [name for name in self.edits["device"].unique() if name.startswith("D")],
        })

    @cached_property
    def of_machines(self):
        """What is special about the machines."""
        table = self.machines
        silent = (TODAY - table["reported"]).dt.days
        broken = self._all_lives.loc[self._all_lives["broke"], "machine_id"].unique()
        return facts(table.index, {
            mark("they have been silent for more than two weeks"): silent > 14,
            mark("they stand in firms"): table["site"] == "firm",
            mark("they stand at homes"): table["site"] == "home",
            mark("they were just served or repaired"): table["use"] == 0,
            mark("they have had a breakdown"): broken,
        })

    @cached_property
    def facts(self):
        parts = [self.of_accounts, self.of_devices, self.of_machines]
        return pd.concat(parts).fillna(False).astype(bool)

    def about(self, name):
        if name in self.of_machines.index:
            row = self.machines.loc[name]
            return f"{row['use']} cups by {row['reported']:%Y-%m-%d}, {row['pace']} a day"
        rows = self.log[(self.log["customer_id"] == name) | (self.log["device"] == name)]
        rows = rows.sort_values(["corrected", "edit_id"]).tail(4).itertuples()
        return "; ".join(f"{row.edit_id} {row.field} {row.value}, device "
            f"{row.device_time:%m-%d %H:%M}, sent {row.sent:%m-%d %H:%M}, arrived "
            f"{row.uploaded:%m-%d %H:%M}" for row in rows)


def _is_clear(case):
    """Return whether the limit and what it saves are told from what they are not."""
    limit, money = Limit(), Saved()
    right, gain = limit.right(case), money.right(case)
    if gain < 20_000 or min(abs(limit.wrong(case, name) - right) for name in limit.slips) < 80:
        return False
    return min(abs(money.wrong(case, name) / gain - 1) for name in money.slips) > 0.02


def unseen(pairs, ways="both"):
    """Return which pairs had not seen each other; by the switch, which seem so."""
    one, other = pairs["uploaded"] > pairs["seen_b"], pairs["uploaded_b"] > pairs["seen"]
    apart = pairs["device"] != pairs["device_b"]
    near = (pairs["corrected"] - pairs["corrected_b"]).abs() < pd.Timedelta(days=1)
    return {"both": one & other & apart, "one": one & apart, "other": other & apart,
        "same": one & other, "near": near & apart, "any": apart, "all": apart | ~apart}[ways]


class Ahead(Task):
    """By how many hours the clock of each device on the road is ahead now."""

    # Three minutes: hours to one decimal say which clock has to be put right.
    answer, section = PerCustomer(("hours",), tolerance=0.051, key="device"), _DEVICE
    praise = "Right: two clocks read at one moment; whoever is far from 0 is put right today."
    hints = ("Which two columns are one moment, read on two clocks?",
        "`sent` is the device's clock and `uploaded` the server's; ahead means later.",
        "Of each device take the last upload, and divide by an hour.")
    slips = {
        "first_upload": Slip("You took the first upload; some clocks were put right since.",
            which="first"),
        "mean": Slip("You took the mean of all uploads; some clocks were put right since.",
            which="mean"),
        "median": Slip("You took the median of all uploads; some clocks were put right since.",
            which="median"),
        "sum": Slip("You added up all uploads; the last one is asked.", which="sum"),
        "largest": Slip("You took the largest of all uploads; the last one is asked.",
            which="max"),
        "smallest": Slip("You took the smallest of all uploads; the last one is asked.",
            which="min"),
        "made_less_arrived": Slip("You compared when the edit was made: that holds the wait, too.",
            of="device_time"),
        "wait": Slip("That is how long the edit waited on the device.", of="wait"),
        "in_days": Slip("Those are days; hours are asked.", per=24.0),
        "in_minutes": Slip("Those are minutes; hours are asked.", per=1 / 60),
        "in_seconds": Slip("Those are seconds; hours are asked.", per=1 / 3600),
        "without_sign": Slip("You dropped the sign: a clock behind is ahead by less than 0.",
            sign=False),
        "office_too": Slip("You counted the devices in the office, too.", office=True),
        "whole_hours": Slip("You cut to whole hours.", whole=True),
    }

    def facts(self, case):
        return case.of_devices

    def solve(self, case, *, which="last", of="clock", per=1.0, sign=True, office=False,
              whole=False):
        rows = case.edits if office else case.edits[case.edits["device"].str.startswith("A")]
        gaps = {"clock": rows["sent"] - rows["uploaded"],
            "device_time": rows["device_time"] - rows["uploaded"],
            "wait": rows["sent"] - rows["device_time"]}
        by_device = (gaps[of] / pd.Timedelta(hours=1)).groupby(rows["device"])
        hours = by_device.agg(which) / per
        summary = which in ("median", "max", "min")
        if summary and np.allclose(hours, by_device.last() / per, atol=0.1):
            raise LookupError("no clock was put right in such a way that this would show")
        hours = hours if sign else hours.abs()
        return (np.trunc(hours) if whole else hours).rename("hours")


@remembered
def replayed(case, keep):
    """Return what the server holds that overwrites fields, or whole records."""
    return replay_uploads(case.edits, keep)


@remembered
def added(case, repeats):
    """Return the edits of samples, with their packs as numbers."""
    rows = case.edits if repeats else case.log
    rows = rows[rows["action"] == "add"]
    return rows.assign(packs=rows["value"].astype(float))


class Packs(Task):
    """How many packs of samples each account was given."""

    answer, section = PerCustomer(("packs",)), _LOG
    praise = "Right: what was done is added up, each edit once, in whatever order it arrived."
    hints = ("Which rows say what was done to the samples?",
        "Some rows stand there twice: which column says so?",
        "Numbers come as text, with their sign: turn them into numbers, then add up by account.")
    slips = {
        "arrived_twice": Slip("You counted edits that arrived twice as two.", repeats=True),
        "same_value_once": Slip("You dropped equal values of an account: two edits may be alike.",
            repeats="values"),
        "taken_back_left_out": Slip("You left out what was taken back.", sign="positive"),
        "taken_back_added": Slip("You added what was taken back.", sign="absolute"),
        "number_of_edits": Slip("You counted the edits, not the packs.", how="size"),
        "last_edit": Slip("You took the last edit; each of them adds.", how="last"),
        "largest_edit": Slip("You took the largest edit; each of them adds.", how="max"),
        "mean": Slip("You averaged the edits of an account; their sum is asked.", how="mean"),
        "single_fields": Slip("That is what is left when fields are overwritten.", _FIELDS,
            how="field"),
        "single_fields_of_all": Slip("That is what is left when fields are overwritten; and some "
            "of these accounts were given no samples.", _FIELDS, how="field", everybody=True),
        "whole_records": Slip("That is what is left when whole records are overwritten.", _FIELDS,
            how="record"),
        "whole_records_of_all": Slip("That is what is left when whole records are overwritten; and "
            "some of these accounts were given no samples.", _FIELDS, how="record",
            everybody=True),
        "all_accounts": Slip("You listed accounts without such an edit, too, with 0.",
            everybody=True),
        "road_only": Slip("You left out the devices in the office.", devices="A"),
        "office_only": Slip("You left out the devices on the road.", devices="D"),
    }

    def facts(self, case):
        return case.of_accounts

    def solve(self, case, *, repeats=False, sign="", how="sum", devices="", everybody=False):
        rows = added(case, bool(repeats))
        if how in ("field", "record"):
            held = replayed(case, how)["samples"].rename("packs")
            return held if everybody else held[held.index.isin(rows["customer_id"])]
        if devices:
            rows = rows[rows["device"].str.startswith(devices)]
        if repeats == "values":
            rows = rows.drop_duplicates(["customer_id", "value"])
        value = rows["packs"]
        value = {"": value, "positive": value.clip(lower=0), "absolute": value.abs()}[sign]
        if how == "last":
            time = rows["device_time"] + (rows["uploaded"] - rows["sent"])
            rows = rows.assign(time=time).sort_values(["time", "edit_id"], kind="stable")
            value = value[rows.index]
        found = value.groupby(rows["customer_id"]).agg(how).astype(float).rename("packs")
        if everybody:
            return found.reindex(sorted(case.edits["customer_id"].unique()), fill_value=0.0)
        return found


def _of_last(column):
    """Return whether a number is one of those that came with the last upload, for all accounts.

    The edits of one upload have one time; which of them a sort puts last is chance.
    """

    def seen(case, answer):
        log = case.log[case.log["field"] == "phone"]
        latest = log[log[column] == log.groupby("customer_id")[column].transform("max")]
        given = answer["phone"].reindex(latest["customer_id"].astype(str)).to_numpy()
        fits = pd.Series(given == latest["value"].astype(float).to_numpy())
        return bool(fits.groupby(latest["customer_id"].to_numpy()).any().all())

    return seen


class Phones(Task):
    """The telephone number of each account that was set last."""

    answer, section = PerCustomer(("phone",)), _LAST
    praise = "Right: the devices' times, put right by how wrong each clock was when it sent."
    hints = ("When was each edit made, by a clock that is right?",
        "What has to be taken off `device_time` where the clock is ahead?",
        "By how much was the server's clock ahead of the device's at the upload? Add that to "
        "each edit's time, and sort.")
    slips = {
        "device_clock": Slip("You took the devices' clocks as they are; many are wrong.",
            order="device_time"),
        "arrival": Slip("You took the last to arrive; it may have been made long before.",
            order="uploaded"),
        "of_last_arrival": Slip("You took a number of the last upload to arrive; it may have been "
            "made long before.", seen_in=_of_last("uploaded")),
        "sending": Slip("You took the last to be sent, by the device's clock.", order="sent"),
        "of_last_sending": Slip("You took a number of the last upload to be sent, by the device's "
            "clock.", seen_in=_of_last("sent")),
        "wrong_way": Slip("You corrected the wrong way: a clock ahead shows too late a time.",
            order="wrong"),
        "first": Slip("You took the first number, not the last.", keep="first"),
        "first_by_clock": Slip("You took the first by the devices' clocks.", keep="first",
            order="device_time"),
        "whole_records": Slip("That is what is left when whole records are overwritten.", _FIELDS,
            order="record"),
        "road_only": Slip("You left out the devices in the office.", devices="A"),
        "office_only": Slip("You left out the devices on the road.", devices="D"),
        "largest_number": Slip("You took the largest number, not the last.", order="value"),
    }

    def facts(self, case):
        return case.of_accounts

    def solve(self, case, *, order="corrected", keep="last", devices=""):
        log = case.log[case.log["field"] == "phone"]
        if order == "record":
            state = replayed(case, "record")["phone"].dropna()
            return state[state.index.isin(log["customer_id"])].rename("phone")
        log = log[log["device"].str.startswith(devices)]
        log = log.assign(wrong=log["device_time"] - (log["uploaded"] - log["sent"]))
        log = log.sort_values([order, "edit_id"]).drop_duplicates("customer_id", keep=keep)
        return log.set_index("customer_id")["value"].rename("phone")


class Ask(Task):
    """The accounts whose seller has to be asked about the telephone number."""

    answer, section = Chosen(), _PERSON
    praise = "Right: neither had seen the other, and they differ; no clock was needed."
    hints = ("Put each number of an account beside each other one: a merge with itself.",
        "One had seen the other if the other had been uploaded by the time it was connected.",
        "Keep pairs of two devices where uploaded > seen of the other, both ways round.")
    slips = {
        "one_or_other": Slip("Different numbers of two devices are not enough, nor that one of the "
            "two was not seen: neither may have seen the other's.", ways="any"),
        "first_way_only": Slip("You asked only whether the second had seen the first.", ways="one"),
        "second_way_only": Slip("You asked only whether the first had seen the second.",
            ways="other"),
        "same_device": Slip("You counted two edits of one device: it knows its own.", ways="same"),
        "by_the_clock": Slip("You took what lies within a day; what was seen counts.", ways="near"),
        "several_numbers": Slip("You took all with two edits or more.", ways="all"),
        "visits": Slip("That is for the next visit; the telephone number is asked.",
            field="next_visit"),
        "consents": Slip("That is for the consents; the telephone number is asked.",
            field="messages"),
        "every_field": Slip("You took all fields; only the telephone number is asked.", field=""),
    }

    def facts(self, case):
        return case.of_accounts

    def choices(self, case):
        return list(case.log["customer_id"].unique())

    def solve(self, case, *, ways="both", field="phone"):
        pairs = case.pairs[case.pairs["field"] == field] if field else case.pairs
        pairs = pairs[unseen(pairs, ways) & (pairs["value"] != pairs["value_b"])]
        return sorted(pairs["customer_id"].unique())


@remembered
def fitted(case, *, clock="use", lost="censored"):
    """Return shape and scale of the lives; by the switches, wrong ones."""
    lives = case.lives
    lives = lives[lives["broke"]] if lost == "dropped" else lives
    return fit_weibull(lives[clock], lives["broke"] | (lost == "broken"))


def prices(case, which=""):
    """Return the prices of a reminder, a service and a breakdown, as an array."""
    right = [case.reminder, case.service, case.breakdown]
    changed = {"": right, "no reminder": [0, *right[1:]], "swapped": [right[0], right[2], right[1]],
        "extra": [right[0], right[1], right[2] - right[1]], "plus": [right[0], right[1],
        right[1] + right[2]], "reminder swapped": [right[1], right[0], right[2]],
        "lesson": LESSON}
    return np.array(changed[which], float)


class Limit(Task):
    """The limit of the reminder, cups since the last service."""

    answer, section = Number(tolerance=15), _COST
    praise = "Right: later costs breakdowns, earlier costs services; around it the curve is flat."
    hints = ("Two numbers come first: shape and scale, with the lives that have not ended.",
        "wear_rates gives reminders, services and breakdowns per cup for each limit of the grid.",
        "Times their prices, added up: where is that lowest?")
    slips = {
        "censored_dropped": Slip("You left out the lives that have not ended in a breakdown.",
            _USE, lost="dropped"),
        "censored_as_broken": Slip("You took every end of a life for a breakdown.", _USE,
            lost="broken"),
        "all_follow": Slip("You let every owner follow the reminder.", follow="all"),
        "not_followed": Slip("You took the share that does not follow.", follow="rest"),
        "prices_swapped": Slip("You swapped the prices of service and breakdown.", at="swapped"),
        "reminder_swapped": Slip("You swapped the prices of reminder and service.",
            at="reminder swapped"),
        "prices_of_the_lesson": Slip("You took the prices of the lesson; yours stand above.",
            at="lesson"),
        "reminder_free": Slip("You forgot what a reminder costs.", at="no reminder"),
        "difference": Slip("You took what a breakdown costs more; all of it is paid.", at="extra"),
        "service_too": Slip("You added a service to each breakdown; it is in its price.",
            at="plus"),
        "no_wear": Slip("You took the scale for the limit: the use that 37 % reach.", by="scale"),
        "mean_life": Slip("That is the mean life; by then most have broken down.", by="mean"),
        "median_life": Slip("That is the median life; by then half have broken down.", by="median"),
        "mean_of_the_broken": Slip("That is the mean use of the lives that broke; most have not.",
            by="mean of broken"),
        "mean_use": Slip("That is the mean use of all lives, ended or not.", by="mean use"),
        "median_use": Slip("That is the median use of all lives, ended or not.", by="median use"),
        "highest": Slip("There a cup costs most; the lowest cost is asked.", by="highest"),
        "divided_twice": Slip("You divided by the limit; the rates are per cup already.",
            by="divided twice"),
        "cost_of_it": Slip("That is what a cup costs at the limit; the limit is asked.",
            by="cost"),
        "cost_of_thousand": Slip("That is what 1,000 cups cost at the limit; the limit is asked.",
            by="cost of thousand"),
        "position": Slip("That is the position in `grid`; the limit that stands there is asked.",
            by="position"),
        "per_life": Slip("You made the cost of a life small, not that of a cup.", by="life"),
        "by_days": Slip("You measured lives in days; the limit is in cups.", _CLOCK, by="days"),
    }

    def solve(self, case, *, lost="censored", follow="", at="", by="cups"):
        shape, scale = fitted(case, lost=lost)
        share = {"": case.followed, "all": 1.0, "rest": 1 - case.followed}[follow]
        if by == "mean of broken":
            return float(case.lives.loc[case.lives["broke"], "use"].mean())
        if by in ("mean use", "median use"):
            return float(case.lives["use"].agg(by.removesuffix(" use")))
        if by in ("scale", "mean", "median"):
            return {"scale": scale, "median": scale * np.log(2) ** (1 / shape),
                "mean": scale * float(gamma(1 + 1 / shape))}[by]
        grid = GRID
        if by == "days":
            shape, scale = fitted(case, clock="days", lost=lost)
        rates = wear_rates(grid, shape, scale, share)
        cost = rates @ prices(case, at)
        if by == "life":
            cost = cost / (rates["services"] + rates["breakdowns"])
        if by == "divided twice":
            cost = cost / grid
        best = int(steady(cost.to_numpy() * (-1 if by == "highest" else 1)).argmin())
        if by.startswith("cost"):
            return float(cost.iloc[best] * (1000 if by.endswith("thousand") else 1))
        return float(best if by == "position" else grid[best])


@remembered
def saved(case, *, lost="censored", drawn=False, against="calendar", by="limit", follow="", at="",
          lead=True, pace="own"):
    """Return what one rule saves against another in a year on all machines, yuan.

    An array: by the fit, by the lower ends of shape and scale, or of all draws.
    """
    shape, scale = {
        False: lambda: np.array([fitted(case, lost=lost)]),
        True: lambda: case.draws.to_numpy(),
        "corner": lambda: case.draws.quantile([0.025]).to_numpy(),
    }[drawn]().T[:, :, None]
    limit, table, price = Limit().right(case), case.machines, prices(case, at)
    paces = table["pace"].to_numpy()
    mean = np.full_like(paces, paces.mean())
    cups = YEAR * (mean if pace == "mean" else paces)
    share = {"": case.followed, "all": 1.0}[follow]
    days = table["remind_after"].to_numpy() + (LEAD if lead else 0)
    each_day = {"own": paces, "days as cups": 1.0}.get(pace, mean)
    limits = {"limit": limit, "limit and 14 days": limit + LEAD * paces,
        "limit less 14 days": limit - LEAD * paces, "calendar": each_day * days,
        "nobody": np.inf, "year": YEAR * paces}

    def cost(rule):
        limit = np.atleast_1d(np.asarray(limits[rule], float))
        every = np.broadcast_arrays(limit, shape, scale)  # a row per draw, a column per machine
        rates = wear_rates(*(one.ravel() for one in every), share) @ price
        rates = rates.to_numpy().reshape(every[0].shape)
        return rates @ cups if len(limit) > 1 else rates[:, 0] * cups.sum()

    return (cost(against) if against else 0.0) - (cost(by) if by else 0.0)


class Saved(Task):
    """What the limit saves against the calendar in a year."""

    answer, section = Number(relative=0.002), _MONEY
    praise = "Right: the same machines, prices and wear; only the rule differs."
    hints = ("A calendar is a limit, too: how many cups does each machine make until then?",
        "wear_rates takes one limit per machine; times the cups of a year, times the prices.",
        "Cost by the calendar less cost by the limit; the service comes 14 days after a reminder.")
    slips = {
        "against_nobody": Slip("You compared with no reminder; the calendar is asked.",
            against="nobody"),
        "cost_of_the_limit": Slip("That is what the limit costs; compare.", against="limit",
            rule=""),
        "calendar_against_nobody": Slip("That is what the calendar saves against no reminder; what "
            "the limit saves against the calendar is asked.", against="nobody", rule="calendar"),
        "lead_added": Slip("You added 14 days to the limit; it is the use at the service.",
            rule="limit and 14 days"),
        "lead_taken_off": Slip("You took 14 days off the limit; it is the use at the service.",
            rule="limit less 14 days"),
        "a_year_for_all": Slip("You served all by a full year; firms are reminded earlier.",
            against="year"),
        "cost_of_the_calendar": Slip("That is what the calendar costs; compare.", rule=""),
        "days_as_cups": Slip("You took days for cups: multiply by the pace.", pace="days as cups"),
        "lead_forgotten": Slip("You forgot the 14 days from the reminder to the service.",
            lead=False),
        "all_follow": Slip("You let every owner follow the reminder.", _COST, follow="all"),
        "reminder_free": Slip("You forgot what a reminder costs.", _COST, at="no reminder"),
        "mean_pace": Slip("You took one mean pace for all machines.", pace="mean"),
        "calendar_of_mean_pace": Slip("You took one mean pace for the calendar of all machines.",
            pace="mean of calendar"),
        "per_day": Slip("That is for a day; a year is asked.", by="day"),
        "censored_dropped": Slip("You left out the lives that have not ended in a breakdown.",
            _USE, lost="dropped"),
        "per_thousand_cups": Slip("That is per 1,000 cups; a year of all machines is asked.",
            by="cups"),
    }

    def sizes(self, case):
        return (len(case.machines),)

    def solve(self, case, *, by="", rule="limit", **which):
        found = float(saved(case, by=rule, **which)[0])
        if by == "cups":
            return 1000 * found / (YEAR * case.machines["pace"].sum())
        return found / (YEAR if by == "day" else 1)


class SavedLow(Task):
    """The lower end of the interval of that."""

    answer, section = Number(relative=0.002), _MONEY
    praise = "Right: so much is saved in all but the worst draws of the machines."
    hints = ("What is saved with the shape and the scale of the first draw?",
        "The same limit and the same calendar in each draw: only the wear changes.",
        "The interval of 95 % begins at the 2.5 % quantile of the 200 differences.")
    slips = {
        "five_percent": Slip("You took the 5 % quantile; 95 % in the middle begin at 2.5 %.",
            at=0.05),
        "upper_end": Slip("That is the upper end.", at=0.975),
        "lowest": Slip("You took the lowest of all draws.", at=0.0),
        "middle": Slip("That is the middle of the draws.", at=0.5),
        "two_and_a_half_times": Slip("You took 1.96 standard errors of the mean off: more draws "
            "would make that small.", way="sem"),
        "estimate": Slip("That is the estimate of the fit; its lower end is asked.",
            way="estimate"),
        "standard_deviations": Slip("You took 1.96 standard deviations off the mean; the draws "
            "themselves say where the middle 95 % begins.", way="sd"),
        "standard_deviations_off": Slip("You took 1.96 standard deviations off the estimate; the "
            "draws themselves say where the middle 95 % begins.", way="sd", of="estimate"),
        "errors_off": Slip("You took 1.96 standard deviations ÷ √200 off the estimate: more draws "
            "would make that small.", way="sem", of="estimate"),
        "same_ends": Slip("You subtracted the 2.5 % quantiles of two costs: take the difference in "
            "each draw.", way="same ends"),
        "ends_apart": Slip("You subtracted the ends of two intervals: take the difference in each "
            "draw.", way="apart"),
        "worst_of_each": Slip("You put the lower end of shape and of scale together.",
            way="corner"),
        "against_nobody": Slip("You compared with no reminder; the calendar is asked.",
            against="nobody"),
        "lead_forgotten": Slip("You forgot the 14 days from the reminder to the service.",
            lead=False),
        "all_follow": Slip("You let every owner follow the reminder.", _COST, follow="all"),
        "half_width": Slip("That is half of the interval; its lower end is asked.", way="half"),
    }

    def sizes(self, case):
        return (len(case.machines),)

    def solve(self, case, *, at=0.025, way="", of="mean", **which):
        if way in ("estimate", "corner"):
            return float(saved(case, drawn="corner" if way == "corner" else False, **which)[0])
        found = saved(case, drawn=True, **which)
        if way in ("sem", "sd"):
            middle = saved(case, **which)[0] if of == "estimate" else found.mean()
            off = 1.96 * found.std(ddof=1) / (np.sqrt(len(found)) if way == "sem" else 1)
            return float(middle - off)
        if way in ("apart", "same ends"):
            mine = saved(case, drawn=True, **{**which, "against": "limit", "by": ""})
            end = 1 - at if way == "apart" else at
            return float(np.quantile(found + mine, at) - np.quantile(mine, end))
        if way == "half":
            return float((np.quantile(found, 0.975) - np.quantile(found, 0.025)) / 2)
        return float(np.quantile(found, at))


class Due(Task):
    """The machines that are reminded today."""

    answer, section = Chosen("machine_id"), _DECISION
    praise = "Right: brought up to today and on to the service; silence is no rest."
    hints = ("How much use does each machine have on the day on which the service would come?",
        "From the last report to today it went on at its pace; and 14 days more.",
        "So the days count since each machine's own report until the service, at its own pace.")
    slips = {
        "silence_is_rest": Slip("You took the use of the last report: silent machines go on.",
            days="lead"),
        "lead_forgotten": Slip("You forgot the 14 days until the service.", days="silence"),
        "as_reported": Slip("You took the use as it was reported, for the day of the service.",
            days="none"),
        "lead_taken_off": Slip("You took the 14 days off; the use goes on until the service.",
            days="minus"),
        "a_month": Slip("You took 30 days until the service; it comes in 14.", days="month"),
        "silent_left_out": Slip("You left out the silent machines.", silent="out"),
        "calendar": Slip("Those are due by the calendar, by days since the last service.",
            by="calendar"),
        "counter": Slip("You took the counter since the installation; a service starts anew.",
            by="counter"),
        "homes_only": Slip("You left out the machines in firms.", site="home"),
    }

    def facts(self, case):
        return case.of_machines

    def choices(self, case):
        return list(case.machines.index)

    def solve(self, case, *, days="both", silent="", by="use", site=""):
        table, limit = case.machines, Limit().right(case)
        silence = (TODAY - table["reported"]).dt.days
        more = {"both": silence + LEAD, "lead": LEAD, "silence": silence, "none": 0,
            "minus": silence - LEAD, "month": silence + 30}[days]
        use = table["use"]
        if by == "counter":
            use = case._reports.groupby("machine_id")["cups"].last().reindex(table.index)
        due = steady(use + table["pace"] * more) >= limit
        if by == "calendar":
            lives = case._all_lives.drop_duplicates("machine_id", keep="last")
            days_since = lives.set_index("machine_id")["days"].reindex(table.index)
            due = days_since.where(table["use"] > 0, 0) + silence >= table["remind_after"]
        if silent:
            due &= silence <= 14
        if site:
            due &= table["site"] == site
        return list(table.index[due])


TASKS = tasks_in(globals())
