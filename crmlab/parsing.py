"""Dates and amounts written as text.

A whole column is read at once, because one value often settles how the others are meant:
a single ``25/03/2024`` shows that the day comes first. What no value settles is refused;
nothing is guessed. Each distinct text is read once.
"""

import re
import unicodedata

import numpy as np
import pandas as pd

from crmlab.errors import TransactionError
from crmlab.language import gettext as _

_MISSING = {"", "na", "n/a", "nan", "nat", "null", "none", "-", "--", "缺失", "无"}

_TIME = (
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august"
        "|sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
# Each pattern names the parts of a date; only the last leaves open which part is the day.
_DATE_PATTERNS = {
    "year-month-day": rf"(?P<year>\d{{4}})[-/.年](?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?{_TIME}",
    "yearmonthday": rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_TIME}",
    "day month-name year": rf"(?P<day>\d{{1,2}})[ \-/](?P<name>[A-Za-z]{{3,9}})\.?,?[ \-/](?P<year>\d{{4}}){_TIME}",
    "month-name day year": rf"(?P<name>[A-Za-z]{{3,9}})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_TIME}",
    "first/second/year": rf"(?P<first>\d{{1,2}})[-/.](?P<second_part>\d{{1,2}})[-/.](?P<year>\d{{4}}){_TIME}",
}

_CURRENCY = r"(?:[A-Z]{3}|US\$|[$€£¥元₩₹])"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[-+])?\s*"
    rf"(?P<digits>\d[\d.,' ]*|[.,]\d+)\s*(?P<after>{_CURRENCY})?\s*(?P<sign3>-)?(?P<close>\))?"
)
_SAME_CURRENCY = {"元": "CNY", "RMB": "CNY", "US$": "$", "USD": "$", "EUR": "€", "GBP": "£"}


def normalise(text):
    """Strip spaces, turn full-width characters into plain ones, and missing marks into NA.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    pandas.Series of str
        NA where the cell is empty or says that it is.
    """

    def plain(value):
        value = unicodedata.normalize("NFKC", value).replace("\u2212", "-").strip()
        return None if value.lower() in _MISSING else value

    return text.map(plain, na_action="ignore").astype("str")


def parse_each_once(text, parse, **options):
    """Apply `parse` to the distinct values of a text column and spread the result.

    Returns
    -------
    values : pandas.Series
        Missing where a cell is missing or cannot be read.
    problems : pandas.Series of str
        Why a cell cannot be read; NA elsewhere.
    notes : list of str
        What the reader did, in sentences.
    """
    codes, distinct = pd.factorize(text)
    distinct = normalise(pd.Series(distinct, dtype="str"))
    values, problems, notes = parse(distinct, **options)
    problems = problems.astype("str")
    if len(distinct) == 0:  # nothing but missing cells
        values = pd.Series([None], dtype=values.dtype)
        problems = pd.Series([None], dtype="str")
    spread = np.where(codes >= 0, codes, 0)
    missing = codes < 0
    return (
        values.take(spread).mask(missing).set_axis(text.index),
        problems.take(spread).mask(missing).set_axis(text.index),
        notes,
    )


def parse_amounts(text, decimal=None):
    """Read amounts such as ``¥1,299.00``, ``(12.50)`` or ``1.299,00 €``.

    Parameters
    ----------
    text : pandas.Series of str
        Distinct, normalised values.
    decimal : {".", ","}, optional
        The decimal mark, where the values do not settle it.

    Returns
    -------
    values : pandas.Series of float
    problems : pandas.Series of str
    notes : list of str

    Raises
    ------
    TransactionError
        If the amounts are in more than one currency, or the marks do not settle which is
        the decimal mark.
    """
    parts = text.str.extract(_anchored(_AMOUNT.pattern))
    readable = parts["digits"].notna() & (parts["open"].notna() == parts["close"].notna())
    currency = parts["before"].fillna(parts["after"]).replace(_SAME_CURRENCY)
    used = currency[readable].dropna().unique()
    if len(used) > 1:
        raise TransactionError(
            _(
                "The amounts are in more than one currency: {currencies}. Convert them to one "
                "before reading, or read each currency on its own."
            ).format(currencies=", ".join(sorted(used)))
        )
    digits = parts["digits"].where(readable).str.replace(r"[' ]", "", regex=True)
    mark = decimal or _decimal_mark(digits.dropna())
    thousands = {".": ",", ",": "."}[mark]
    grouped = digits.str.contains(thousands, regex=False).fillna(False).astype(bool)
    plain = digits.str.replace(thousands, "", regex=False).str.replace(mark, ".", regex=False)
    # 1,23 is not a number with thousands separators, whatever the mark is.
    group = re.escape(thousands)
    sound = ~grouped | digits.str.fullmatch(
        rf"\d{{1,3}}(?:{group}\d{{3}})+(?:{re.escape(mark)}\d*)?"
    ).fillna(False).astype(bool)
    values = pd.to_numeric(plain.where(sound), errors="coerce").astype("float64")
    signs = parts[["sign", "sign2", "sign3"]].eq("-").sum(axis=1) + parts["open"].notna()
    values = values.where(signs <= 1).mask(signs == 1, -values)
    problems = pd.Series(None, index=text.index, dtype="str")
    problems = problems.mask(text.notna() & values.isna(), _("not an amount"))
    infinite = text.str.fullmatch(r"[-+]?inf(?:inity)?", case=False).fillna(False).astype(bool)
    problems = problems.mask(infinite, _("an infinite amount"))
    notes = []
    if len(used):
        notes.append(_("Currency sign taken off: {currency}.").format(currency=used[0]))
    if grouped.any():
        notes.append(
            _("Amounts read with {mark!r} as decimal mark and thousands separators.").format(
                mark=mark
            )
        )
    return values, problems, notes


def _decimal_mark(digits):
    """Return the decimal mark that the values settle, or refuse."""
    commas, points = digits.str.count(","), digits.str.count(r"\.")
    after_mark = digits.str.extract(r"[.,](\d*)$", expand=False).str.len()
    last = digits.str.extract(r"([.,])\d*$", expand=False)
    single = (commas + points) == 1
    # A lone mark before exactly three digits can be either; any other length is a decimal
    # mark, and of two different marks the last one is. A mark that repeats separates.
    decides = (single & (after_mark != 3)) | ((commas > 0) & (points > 0))
    evidence = {mark for mark in ".," if (decides & (last == mark)).any()}
    evidence |= {"."} if (commas > 1).any() else set()
    evidence |= {","} if (points > 1).any() else set()
    if not evidence and not (single & digits.str.contains(",")).any():
        return "."  # plain numbers, as Python and SQL write them
    if len(evidence) == 1:
        return evidence.pop()
    example = digits[commas + points > 0].iloc[0]
    raise TransactionError(
        _(
            "It cannot be told whether {example!r} has a decimal mark or a thousands separator. "
            "Say which: decimal='.' or decimal=','."
        ).format(example=example)
    )


def parse_dates(text, date_format=None, timezone=None):
    """Read dates, with or without a time of day.

    Parameters
    ----------
    text : pandas.Series of str
        Distinct, normalised values.
    date_format : str, optional
        A ``strptime`` format, where the values do not settle the order of day and month.
    timezone : str, optional
        The zone whose days count, for values with UTC offsets.

    Returns
    -------
    values : pandas.Series of datetime64[us]
        Without a time zone.
    problems : pandas.Series of str
    notes : list of str

    Raises
    ------
    TransactionError
        If the order of day and month, or the time zone, is not settled.
    """
    if date_format is not None:
        values = pd.to_datetime(text, format=date_format, errors="coerce").astype("datetime64[us]")
        problem = _("not a date of the form {format}").format(format=date_format)
        return values, _problem_where(text.notna() & values.isna(), problem), []

    parts = pd.DataFrame(
        index=text.index,
        columns=["year", "month", "day", "name", "first", "second_part"]
        + ["hour", "minute", "second", "half", "offset"],
        dtype="str",
    )
    form = pd.Series(None, index=text.index, dtype="str")
    for name, pattern in _DATE_PATTERNS.items():
        fits = form.isna() & text.str.fullmatch(pattern).fillna(False).astype(bool)
        if fits.any():
            form = form.mask(fits, name)
            parts.update(text[fits].str.extract(_anchored(pattern)))
    open_order = form == "first/second/year"
    day_first = _day_comes_first(text[open_order], parts[open_order])
    first, second = ("day", "month") if day_first else ("month", "day")
    parts[first] = parts[first].fillna(parts["first"])
    parts[second] = parts[second].fillna(parts["second_part"])
    parts["month"] = parts["month"].fillna(parts["name"].str.lower().map(_MONTHS).astype("str"))

    numbers = parts[["year", "month", "day", "hour", "minute", "second"]].apply(pd.to_numeric)
    numbers[["hour", "minute", "second"]] = numbers[["hour", "minute", "second"]].fillna(0)
    half = parts["half"].str.lower()
    numbers["hour"] = numbers["hour"].where(half.isna(), numbers["hour"] % 12)
    numbers["hour"] += 12 * (half == "pm")
    known = numbers.notna().all(axis=1)
    in_day = (numbers["hour"] < 24) & (numbers["minute"] < 60) & (numbers["second"] < 60)
    values = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    clock = pd.to_timedelta(
        (numbers["hour"] * 3600 + numbers["minute"] * 60 + numbers["second"])[known & in_day],
        unit="s",
    ).astype("timedelta64[us]")
    calendar = pd.to_datetime(
        numbers.loc[known & in_day, ["year", "month", "day"]].astype("int64"), errors="coerce"
    ).astype("datetime64[us]")
    values.loc[clock.index] = calendar + clock

    notes = []
    if open_order.any():
        notes.append(
            _("Dates such as {example} read with the {part} first.").format(
                example=text[open_order].iloc[0], part=_("day") if day_first else _("month")
            )
        )
    if form.nunique() > 1:
        notes.append(_("Dates were written in {count} ways.").format(count=form.nunique()))
    values, zone_notes = _without_zone(values, parts["offset"], timezone)
    problems = _problem_where(text.notna() & form.isna(), _("not a date"))
    problems = problems.mask(form.notna() & values.isna(), _("no such day or time"))
    return values, problems, notes + zone_notes


def _anchored(pattern):
    return rf"^(?:{pattern})$"


def _problem_where(condition, problem):
    return pd.Series(None, index=condition.index, dtype="str").mask(condition, problem)


def _day_comes_first(text, parts):
    """Return whether the day stands first in dates like 03/04/2024, or refuse."""
    first, second = pd.to_numeric(parts["first"]), pd.to_numeric(parts["second_part"])
    day_first, month_first = (first > 12) & (second <= 12), (second > 12) & (first <= 12)
    if day_first.any() and month_first.any():
        raise TransactionError(
            _(
                "The dates mix two orders: {one} has the day first, {other} the month first. "
                "Write them in one order, best as 2024-12-31."
            ).format(one=repr(text[day_first].iloc[0]), other=repr(text[month_first].iloc[0]))
        )
    undecided = (first != second) & (first <= 12) & (second <= 12)
    if undecided.any() and not (day_first.any() or month_first.any()):
        raise TransactionError(
            _(
                "It cannot be told whether {example} is day/month or month/day, and no other date "
                "of the column settles it. Say which: date_format='%d/%m/%Y' or '%m/%d/%Y' (with "
                "the separator of your file)."
            ).format(example=repr(text[undecided].iloc[0]))
        )
    return not month_first.any()


def _without_zone(values, offset, timezone):
    """Turn times with UTC offsets into the days of one place."""
    has_offset = offset.notna()
    if not has_offset.any():
        return values, []
    if (~has_offset & values.notna()).any():
        raise TransactionError(
            _(
                "Some dates carry a time zone and some do not. Write all of them with one or none "
                "with one."
            )
        )
    plain = offset.replace({"Z": "+0000", "UTC": "+0000"}).str.replace(":", "", regex=False)
    if timezone is not None:
        minutes = (pd.to_numeric(plain.str[1:3]) * 60 + pd.to_numeric(plain.str[3:5])) * plain.str[
            0
        ].map({"+": 1, "-": -1})
        in_utc = values - pd.to_timedelta(minutes, unit="min").astype("timedelta64[us]")
        local = in_utc.dt.tz_localize("UTC").dt.tz_convert(timezone).dt.tz_localize(None)
        return local, [_("Times converted to {timezone}.").format(timezone=timezone)]
    if plain.nunique() > 1:
        raise TransactionError(
            _(
                "The dates carry {count} different UTC offsets, so the day depends on the place. "
                "Say whose days count, for example timezone='Asia/Shanghai'."
            ).format(count=plain.nunique())
        )
    return values, [
        _("Time zone {offset} taken off; days are as written.").format(
            offset=offset[has_offset].iloc[0]
        )
    ]
