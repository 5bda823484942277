"""Dates and amounts written as text.

A whole column is read at once, because one value often settles how the others are meant:
a single ``25/03/2024`` shows that the day comes first. What no value settles is refused;
nothing is guessed. Each distinct text is read once.
"""

import re
import unicodedata
from itertools import product

import numpy as np
import pandas as pd

from crmlab.errors import TransactionError
from crmlab.language import gettext as _
from crmlab.language import mark

MISSING = {"", "na", "n/a", "nan", "nat", "null", "none", "<na>", "#n/a", "-", "--", "缺失", "无"}

ZONE_OF_NOTHING = mark(
    "timezone={timezone!r} is given, but the times carry no zone or offset to convert from. If "
    "they are those of that place, leave timezone= out; if they are of another, such as UTC, "
    "write them with their offset, as in 2024-12-31T23:00:00+00:00."
)

# What exports put around a value so that Excel leaves it alone: ="12", 'twelve or `twelve.
_GUARDS = re.compile(r"=\"(.*)\"|['`](.*)")
_PLAIN_SIGNS = str.maketrans({"\u2212": "-", "\u2019": "'"})  # minus; Swiss thousands sign

# Which half of the day; noon is 12 or, at 中午1:30, an hour after it.
_HALVES = {
    **dict.fromkeys(["am", "上午", "早上", "凌晨"], 0),
    **dict.fromkeys(["pm", "下午", "晚上", "傍晚", "中午"], 12),
}
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +)?"
_WEEKDAY_AFTER = r"(?: ?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_CLOCK = (
    r"(?P<half_before>上午|早上|下午|凌晨|中午|晚上|傍晚)?\s*"
    r"(?P<hour>\d{1,2})[:时](?P<minute>\d{2}|\d(?=分))(?:[:分](?P<second>\d{2}(?:\.\d+)?)?秒?)?"
    r"(?:\s*(?P<half>[ap](?:m|\. ?m\.))| Uhr)?"
)
_OFFSET = r"(?P<offset>Z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?(?: UTC)?|(?:UTC|GMT)(?:[+-]\d)?)"
_TIME = rf"{_WEEKDAY_AFTER}(?:(?:[T ]|, ?|(?<=日)){_CLOCK}\s*{_OFFSET}?)?"
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            *["jan january", "feb february", "mar march", "apr april", "may", "jun june"],
            *["jul july", "aug august", "sep sept september", "oct october"],
            *["nov november", "dec december"],
        ],
        start=1,
    )
    for name in names.split()
}
_YEAR, _MONTH = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})"
_DAY, _NTH = r"(?P<day>\d{1,2})", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAME = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_YY = r"(?P<short_year>\d{2})"
# Each pattern names the parts of a date. Which part is the day is left open by two of them, which
# year by the last, so that is read only where the user says how.
_DATE_PATTERNS = {
    "year-month-day": rf"{_YEAR}[-/.年] ?{_MONTH}[-/.月] ?{_DAY}[日.]?{_TIME}",
    "yearmonthday": rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}}){_TIME}",
    "yearmonthdayhourminutesecond": (
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})T?"
        rf"(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}}){_OFFSET}?"
    ),
    "yy年month月day": rf"{_YY}年{_MONTH}月{_DAY}日{_TIME}",
    "day month-name year": rf"{_WEEKDAY}{_NTH}[ \-/]?{_NAME}\.?,?[ \-/]?{_YEAR}{_TIME}",
    "day month-name yy": rf"{_NTH}[ \-/]?{_NAME}[ \-/]?{_YY}{_TIME}",
    "month-name day year": rf"{_WEEKDAY}{_NAME}\.?[ \-/]{_NTH},?[ \-/]{_YEAR}{_TIME}",
    "year month-name day": rf"{_YEAR}[ \-/]{_NAME}[ \-/]{_NTH}{_TIME}",
    "month-name day time year": rf"{_WEEKDAY}{_NAME} +{_NTH} {_CLOCK} ?{_OFFSET}? {_YEAR}",
    "first/second/year": rf"(?P<first>\d{{1,2}})[-/.](?P<second_part>\d{{1,2}})[-/.]{_YEAR}{_TIME}",
    "first/second/yy": (
        rf"(?P<first>\d{{1,2}})[-/.](?P<second_part>\d{{1,2}})[-/.](?P<third>\d{{2}}){_TIME}"
    ),
}

_DATE_FORMS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _DATE_PATTERNS.items()}

# What the user can say in place of a format, where the dates leave something open.
_ORDERS = {
    "day-first": ("day", "month", "short_year"),
    "month-first": ("month", "day", "short_year"),
    "year-first": ("short_year", "month", "day"),
}
_COUNTS = {
    # How a spreadsheet and a computer count; other dates of the column are read as they are.
    "excel": re.compile(r"\d{5}(?:\.\d+)?"),
    "unix": re.compile(r"(?:\d{9,10}|\d{13}|\d{16})(?:\.\d+)?"),
}
WAYS = (*_ORDERS, *_COUNTS)

# A closed list: any three letters would make "QTY 12" an amount of money.
_CURRENCY = (
    r"(?:[A-Z]{1,3}\$|[$€£¥元₩₹₽₺₫₴฿₪₱]|人民币|美元|欧元|港[元币]|kr\.?|zł|Rs\.?|Ft|Kč|RMB|CNY|USD|EUR|GBP|JPY|HKD|TWD|MOP|SGD|KRW|INR|AUD|NZD|CAD"
    r"|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|RUB|UAH|ILS|AED|SAR|ZAR|NGN|KES|EGP|BRL|MXN|ARS|CLP|COP"
    r"|THB|VND|IDR|MYR|PHP|PKR|BDT)"
)
_AMOUNT = re.compile(
    rf"(?:(?P<before_open>{_CURRENCY})\s*(?=\())?(?P<open>\()?(?P<sign>[-+])?\s*"
    rf"(?P<before>{_CURRENCY})?\s*(?P<sign2>[-+])?\s*"
    rf"(?P<digits>\d(?:[\d.,' ]*[\d.,])?|[.,]\d+)(?P<power>[Ee][-+]?\d{{1,2}})?\s*"
    rf"(?P<unit>[千kK]|[百千]?[万萬]|[亿億])?\s*(?P<after>{_CURRENCY})?\s*(?P<sign3>-)?(?P<close>\))?"
)
_SIZES = {"": 1, "百": 1e2, "千": 1e3}
_UNITS = {
    **dict.fromkeys(["千", "k", "K"], 1e3),
    **{size + unit: 1e4 * times for unit in "万萬" for size, times in _SIZES.items()},
    **dict.fromkeys(["亿", "億"], 1e8),
}
_SAME_CURRENCY = {
    **dict.fromkeys(["元", "RMB", "人民币"], "CNY"),
    **{"US$": "$", "USD": "$", "美元": "$", "EUR": "€", "欧元": "€", "GBP": "£", "INR": "₹"},
    **{"HK$": "HKD", "港元": "HKD", "港币": "HKD", "Rs.": "Rs", "kr.": "kr"},
}


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

    def cleaned(value):
        value = unicodedata.normalize("NFKC", value).translate(_PLAIN_SIGNS).strip()
        if guarded := _GUARDS.fullmatch(value):
            value = (guarded[1] or guarded[2] or "").strip()
        return None if value.lower() in MISSING else value

    return text.map(cleaned, na_action="ignore").astype("str")


def parse_each_once(text, parse, **options):
    """Apply `parse` to the distinct values of a text column and spread the result.

    Parameters
    ----------
    text : pandas.Series of str
    parse : callable
        :func:`parse_amounts` or :func:`parse_dates`.
    **options
        For `parse`.

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
    rows = pd.Series(np.bincount(codes[codes >= 0], minlength=len(distinct)), distinct.index)
    values, problems, notes = parse(distinct, rows=rows, **options)
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


# Forms of dates that a whole column can have, with what the time of day looks like.
_SETTLED = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")
_NAMED = (
    *("%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%b %d, %Y", "%b %d %Y", "%Y-%b-%d"),
    *("%d %B %Y", "%d-%B-%Y", "%B %d, %Y", "%B %d %Y"),
)
_DAY_OR_MONTH_FIRST = {"day-first": ("%d", "%m"), "month-first": ("%m", "%d")}
_TIMES = (
    *("", " %H:%M:%S", "T%H:%M:%S", " %H:%M", "T%H:%M", " %H:%M:%S.%f", "T%H:%M:%S.%f"),
    *(" %I:%M:%S %p", " %I:%M %p"),
)
# How far to look for a cell that is not missing.
_LOOK = 1000


def dates_of_one_form(text, date_format=None):
    """Read a column in which every date has the same fixed form, the fast way.

    Parameters
    ----------
    text : pandas.Series of str
        A whole column.
    date_format : {None, "day-first", "month-first"}

    Returns
    -------
    values : pandas.Series of datetime64[us]
    notes : list of str
        Both as :func:`parse_dates` gives them.

    Or None where a cell is neither missing nor of the form of the first, or the form does not say
    which part is the day: then the column has to be looked at closely.
    """
    first = next((cell for cell in text.head(_LOOK) if _known(cell)), "")
    if not first.isascii():
        return None
    dates = _NAMED if re.search("[A-Za-z]{3}", first) else _SETTLED
    for form in (date + time for date in dates for time in _TIMES):
        if _has_form(first, form):
            values = _all_of_form(text, form)
            return None if values is None else (values, [])
    orders = [_DAY_OR_MONTH_FIRST[date_format]] if date_format else _DAY_OR_MONTH_FIRST.values()
    for parts, sign, time in product(orders, "/-.", _TIMES):
        form, other = (sign.join([*order, "%Y"]) + time for order in (parts, parts[::-1]))
        if not _has_form(first, form):
            continue
        values = _all_of_form(text, form)
        if values is None:
            continue
        if date_format is None and _all_of_form(text, other) is not None:
            return None
        return values, [_order_noted(values.notna().sum(), first, day_first=parts[0] == "%d")]
    return None


def _has_form(cell, form):
    return not pd.isna(pd.to_datetime(cell, format=form, errors="coerce"))


def _all_of_form(text, form):
    """Return the dates of a form; None where a cell is neither missing nor of that form."""
    values = pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[us]")
    if not _all_missing(text[values.isna()]) or values.min().year < 1:  # there was no year 0
        return None
    return values


def _all_missing(rest):
    distinct = rest.dropna().unique()
    if len(distinct) > _LOOK:
        return False
    return normalise(pd.Series(distinct, dtype="str")).isna().all()


def _order_noted(count, example, day_first):
    return _("{count} dates such as {example} read with the {part} first.").format(
        count=count, example=example, part=_("day") if day_first else _("month")
    )


# Nothing but digits, with a point that can only be a decimal mark.
_PLAIN_AMOUNT = r"-?(?:0|[1-9]\d*)(?:\.(?:\d{1,2}|\d{4,}))?"


def plain_amounts(text):
    """Read a column in which every amount is written like ``-1299.00``, the fast way.

    Parameters
    ----------
    text : pandas.Series of str
        A whole column.

    Returns
    -------
    pandas.Series of float or None
        What :func:`parse_amounts` would give, which then has nothing to note; None where a
        cell is neither missing nor of that form.
    """
    plain = _true(text.str.fullmatch(_PLAIN_AMOUNT))
    if not plain.any() or not _all_missing(text[~plain]):
        return None
    return text.where(plain).astype("float64[pyarrow]").astype("float64")


def _known(cell):
    return isinstance(cell, str) and cell.strip().lower() not in MISSING


def parse_amounts(text, rows, decimal=None):
    """Read amounts such as ``¥1,299.00``, ``(12.50)`` or ``1.299,00 €``.

    Parameters
    ----------
    text : pandas.Series of str
        Distinct, normalised values.
    rows : pandas.Series of int
        How many rows hold each of them, for the notes.
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
    # 5,- and 5.-- are whole amounts: the dash stands for the cents, and is no minus.
    written = text.str.replace(r"(?<=\d[.,])(?:--?|[–—])(?=\D*$)", "00", regex=True)
    parts = written.str.extract(_anchored(_AMOUNT.pattern))
    readable = parts["digits"].notna() & (parts["open"].notna() == parts["close"].notna())
    parts["before"] = parts["before"].fillna(parts["before_open"])
    signs = parts[["before", "after"]].replace(_SAME_CURRENCY)
    # ¥ is the sign of two currencies; beside the name of one it is that one.
    named = {*signs["before"], *signs["after"]} & {"CNY", "JPY"}
    if len(named) == 1:
        signs = signs.replace("¥", named.pop())
    readable &= signs.isna().any(axis=1) | (signs["before"] == signs["after"])
    currency = signs["before"].fillna(signs["after"])[readable].dropna()
    _insist_on_one_currency(currency.unique())
    # A space or an apostrophe is never a decimal mark.
    digits = parts["digits"].where(readable).str.replace(r"[ ']", "\u2009", regex=True)
    mark = decimal or _decimal_mark(digits.dropna())
    thousands = {".": ",", ",": "."}[mark] + "\u2009"
    grouped = _true(digits.str.contains(rf"[{thousands}]"))
    # 1,23 is not a number with thousands separators, whatever the mark is.
    # In India twos stand before the last three: 1,23,456.
    in_threes = (
        rf"(?:\d{{1,3}}([{thousands}])\d{{3}}(?:\1\d{{3}})*|\d{{1,2}}(?:,\d{{2}})+,\d{{3}})"
        rf"(?:{re.escape(mark)}\d*)?"
    )
    sound = ~grouped | _true(digits.map(lambda cell: bool(re.fullmatch(in_threes, cell)), "ignore"))
    plain = digits.str.replace(rf"[{thousands}]", "", regex=True).str.replace(mark, ".")
    plain = plain.str.cat(parts["power"].astype("str").fillna(""))
    values = pd.to_numeric(plain.where(sound), errors="coerce").astype("float64")
    unit = parts["unit"].map(_UNITS).astype("float64")
    # 1.88万 is 18,800 to the last digit; a product of floats would be a little beside it.
    values = values.where(unit.isna(), (values * unit).round(2))
    signs = parts[["sign", "sign2", "sign3"]].eq("-").sum(axis=1) + parts["open"].notna()
    negative = signs == 1
    values = values.where(signs <= 1).mask(negative, -values)
    problems = _problem_where(text.notna() & values.isna(), _("not an amount"))
    infinite = _true(text.str.fullmatch(r"[-+]?inf(?:inity)?", case=False))
    problems = problems.mask(infinite, _("an infinite amount"))
    notes = []
    if len(currency):
        notes.append(
            _("currency sign {currency} taken off {count} amounts.").format(
                currency=currency.iloc[0], count=rows[currency.index].sum()
            )
        )
    if (grouped & values.notna()).any():
        notes.append(
            _(
                "{count} amounts read with thousands separators, and {mark!r} before decimals."
            ).format(count=rows[grouped & values.notna()].sum(), mark=mark)
        )
    elif mark == "," and _true(digits.str.contains(",")).any():
        notes.append(
            _("{count} amounts read with ',' before decimals.").format(
                count=rows[_true(digits.str.contains(","))].sum()
            )
        )
    if unit.notna().any():
        notes.append(
            _("{count} amounts such as {example} read in units of a thousand or more.").format(
                count=rows[unit.notna()].sum(), example=text[unit.notna()].iloc[0]
            )
        )
    unusual = (parts["open"].notna() | parts["sign3"].notna()) & values.notna()
    if unusual.any():
        notes.append(
            _("{count} amounts such as {example} read as negative.").format(
                count=rows[unusual].sum(), example=text[unusual].iloc[0]
            )
        )
    return values, problems, notes


def _insist_on_one_currency(used):
    if len(used) > 1:
        raise TransactionError(
            "The amounts are in more than one currency: {currencies}. Convert them to one "
            "before reading, or read each currency on its own.",
            currencies=", ".join(sorted(used)),
        )


def _decimal_mark(digits):
    """Return the decimal mark that the values settle, or refuse."""
    # A lone mark in 1.299 can be either. 12.5, 0.125 and 1299.125 have a decimal mark:
    # thousands would stand in threes. Of two different marks the last is the decimal one,
    # and a mark that repeats separates thousands. What fits nothing proves nothing.
    open_question = _true(digits.str.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}"))
    shown_by = {
        mark: digits[~open_question & _true(digits.str.fullmatch(_shows(mark, other)))]
        for mark, other in (".,", ",.")
    }
    evidence = [mark for mark, examples in shown_by.items() if len(examples)]
    if len(evidence) == 2:
        raise TransactionError(
            "The amounts mix two decimal marks: {one!r} and {other!r}. Write them in one way, "
            "best as 1299.00; or say which mark is right, decimal='.' or decimal=',', and "
            "the others are refused row by row.",
            one=shown_by["."].iloc[0],
            other=shown_by[","].iloc[0],
        )
    if not evidence and open_question.any():
        raise TransactionError(
            "It cannot be told whether {example!r} has a decimal mark or a thousands "
            "separator. Say which is the decimal mark: decimal='.' or decimal=','.",
            example=digits[open_question].iloc[0],
        )
    return evidence[0] if evidence else "."


def _shows(mark, other):
    """Return the pattern of amounts in which `mark` can only be the decimal mark."""
    mark, other = re.escape(mark), re.escape(other)
    lone, after_thousands = rf"[\d\u2009]*{mark}\d*", rf"\d{{1,3}}(?:{other}\d{{3}})+{mark}\d*"
    return rf"{lone}|{after_thousands}|\d{{1,3}}(?:{other}\d{{3}}){{2,}}"


def parse_dates(text, rows, date_format=None, timezone=None):
    """Read dates, with or without a time of day.

    Parameters
    ----------
    text : pandas.Series of str
        Distinct, normalised values.
    rows : pandas.Series of int
        How many rows hold each of them, for the notes.
    date_format : str, optional
        What is meant where the values leave it open: ``"day-first"``, ``"month-first"``,
        ``"year-first"`` (of two-digit years); ``"excel"`` or ``"unix"``, where numbers count days
        or seconds; or a ``strptime`` format, the only one read then.
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
    if date_format is not None and date_format not in WAYS:
        return _dates_of_format(text, date_format, timezone)
    form, parts = _date_parts(text)
    # With an order, a year of two digits is as good as one of four.
    short = form == "first/second/yy"
    if date_format in _ORDERS:
        for part, place in zip(
            _ORDERS[date_format], ("first", "second_part", "third"), strict=True
        ):
            parts.loc[short, part] = parts.loc[short, place]
    else:
        form[short], parts.loc[short] = None, None
    open_order = form == "first/second/year"
    if date_format in ("day-first", "month-first"):
        day_first = date_format == "day-first"
    else:
        day_first = _day_comes_first(text[open_order], parts[open_order])
    first, second = ("day", "month") if day_first else ("month", "day")
    parts[first] = parts[first].fillna(parts["first"].where(open_order))
    parts[second] = parts[second].fillna(parts["second_part"].where(open_order))
    parts["year"] = parts["year"].fillna(_whole_years(parts["short_year"]))
    parts["month"] = parts["month"].fillna(parts["name"].str.lower().map(_MONTHS).astype("str"))
    values = _assembled(parts)
    if date_format in _COUNTS:
        counts = text[form.isna() & _fit(text, _COUNTS[date_format])]
        values[counts.index] = _counted(counts, date_format)
        form[counts.index] = date_format
        if date_format == "unix":
            parts.loc[counts.index, "offset"] = "Z"

    notes = []
    if open_order.any():
        notes.append(_order_noted(rows[open_order].sum(), text[open_order].iloc[0], day_first))
    short = parts["short_year"].notna()
    if short.any():
        notes.append(
            _("{count} dates such as {example} read as of the years 1969 to 2068.").format(
                count=rows[short].sum(), example=text[short].iloc[0]
            )
        )
    if form.nunique() > 1:
        notes.append(
            _("the dates are written in {count} ways; each is read as it is.").format(
                count=form.nunique()
            )
        )
    values, zone_notes = _without_zone(text, values, parts["offset"], timezone)
    unread = text[text.notna() & form.isna()]
    problems = _problem_where(text.notna() & form.isna(), _("not a date"))
    for pattern, problem in _telling_forms(unread):
        problems[unread.index[_fit(unread, pattern)]] = problem
    problems = problems.mask(form.notna() & values.isna(), _("no such day or time"))
    return values, problems, notes + zone_notes


def _whole_years(short):
    """Return years of two digits with their century, as strptime and POSIX read them."""
    century = short.astype("float64").ge(69).map({True: "19", False: "20"})
    return century.where(short.notna()).astype("str").str.cat(short)


def _counted(counts, kind):
    """Return the times that numbers count: days since 1899-12-30, or seconds since 1970."""
    numbers = counts.astype("float64")
    if kind == "excel":
        seconds, origin = (numbers * 86_400).round(), "1899-12-30"
    else:
        digits = counts.str.split(".").str[0].str.len()
        seconds, origin = numbers / digits.map({13: 1e3, 16: 1e6}).fillna(1.0), "1970-01-01"
    passed = pd.to_timedelta((seconds * 1e6).round(), unit="us").astype("timedelta64[us]")
    return (pd.Timestamp(origin).as_unit("us") + passed).astype("datetime64[us]")


_SHORT_YEAR = _DATE_FORMS["first/second/yy"]
_NAMED_ZONE = re.compile(r"\d.*\d{2}:\d{2}.*[A-Za-z]{3,}.*")


def _telling_forms(unread):
    """Texts that are no dates, but show what happened to them, and what then reads them."""
    return [
        (_COUNTS["excel"], _ways_out(unread, _("a spreadsheet's day number"), ["excel"])),
        (_COUNTS["unix"], _ways_out(unread, _("a count since 1970"), ["unix"])),
        (_SHORT_YEAR, _ways_out(unread, _("a year of two digits"), list(_ORDERS))),
        (
            _NAMED_ZONE,
            _("a time zone by its name; write the UTC offset, as in 2024-12-31T23:00:00+08:00"),
        ),
    ]


def _ways_out(unread, problem, ways):
    """Offer of some ways those that read every text of the kind."""
    pattern = _COUNTS.get(ways[0], _SHORT_YEAR)
    kind = unread[_fit(unread, pattern)]
    if kind.empty:
        return problem
    kind = kind.str.replace(r"[ T,].*", "", regex=True)  # the day alone says how it is written
    sound = [
        f"date_format={way!r}"
        for way in ways
        if parse_dates(kind, kind.index.to_series(), date_format=way)[0].notna().all()
    ]
    if not sound:
        return problem
    return _("{problem}; say how to read it: {ways}").format(
        problem=problem, ways=_(" or ").join(sound)
    )


def _dates_of_format(text, date_format, timezone):
    zoned = "%z" in date_format or "%Z" in date_format
    if zoned and timezone is None:
        raise TransactionError(
            "The format reads a time zone. Say whose days count: timezone='Asia/Shanghai'."
        )
    try:
        values = pd.to_datetime(text, format=date_format, errors="coerce", utc=zoned)
    except ValueError as error:
        raise TransactionError(
            "date_format={format!r} is not a format: {problem}", format=date_format, problem=error
        ) from error
    if zoned:
        values = values.dt.tz_convert(timezone).dt.tz_localize(None)
    problem = _("not a date of the form {format}").format(format=date_format)
    values = values.astype("datetime64[us]")
    return values, _problem_where(text.notna() & values.isna(), problem), []


def _date_parts(text):
    """Name the pattern that each text fits, and cut it into its parts."""
    # Block by block: the matches of millions of texts would fill the memory.
    blocks = [text.iloc[start : start + _BLOCK] for start in range(0, len(text), _BLOCK)]
    found = [_parts_of_block(block) for block in blocks or [text]]
    return tuple(map(pd.concat, zip(*found, strict=True)))


_BLOCK = 100_000


def _parts_of_block(text):
    parts = pd.DataFrame(
        index=text.index,
        columns=[
            *["year", "month", "day", "name", "first", "second_part", "third"],
            *["short_year", "hour", "minute", "second", "half_before", "half", "offset"],
        ],
        dtype="str",
    )
    form = pd.Series(None, index=text.index, dtype="str")
    rest = text.dropna()
    for name, pattern in _DATE_FORMS.items():
        matches = [pattern.fullmatch(cell) for cell in rest]
        fitting = np.array([match is not None for match in matches], dtype=bool)
        if fitting.any():
            groups = list(pattern.groupindex)
            cut = [match.group(*groups) for match in matches if match]
            fit, rest = rest.index[fitting], rest[~fitting]
            form[fit] = name
            parts.loc[fit, groups] = pd.DataFrame(cut, index=fit, columns=groups, dtype="str")
    return form, parts


def _fit(text, pattern):
    """Return which texts fit a compiled pattern as a whole; a missing one fits none."""
    return text.map(lambda cell: pattern.fullmatch(cell) is not None, "ignore").eq(True)


def _assembled(parts):
    """Put dates together; missing where there is no such day or time."""
    numbers = parts[["year", "month", "day", "hour", "minute", "second"]].apply(pd.to_numeric)
    numbers = numbers.astype("float64")
    numbers[["hour", "minute", "second"]] = numbers[["hour", "minute", "second"]].fillna(0)
    half = parts["half"].str.lower().str.replace(r"\W", "", regex=True)
    half = half.fillna(parts["half_before"]).map(_HALVES).astype("float64")
    # Some write 下午15:04: an hour that says itself which half it is in.
    halved = half.notna() & ((numbers["hour"] <= 12) | parts["half"].notna())
    numbers["hour"] = numbers["hour"].where(~halved, numbers["hour"] % 12 + half.fillna(0))
    sound = numbers.notna().all(axis=1) & (numbers["year"] >= 1)
    sound &= (numbers["hour"] < 24) & (numbers["minute"] < 60) & (numbers["second"] < 60)
    numbers = numbers[sound]
    clock = pd.to_timedelta(
        numbers["hour"] * 3600 + numbers["minute"] * 60 + numbers["second"], unit="s"
    ).astype("timedelta64[us]")
    calendar = pd.to_datetime(
        numbers[["year", "month", "day"]].astype("int64"), errors="coerce"
    ).astype("datetime64[us]")
    return (calendar + clock).reindex(parts.index)


def _true(condition):
    """Return a condition on text as plain booleans: a missing text fulfils none."""
    return condition.eq(True)


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
            "The dates mix two orders: {one} has the day first, {other} the month first. "
            "Write them in one order, best as 2024-12-31; or say which is right, "
            "date_format='day-first' or date_format='month-first', and the others are refused row "
            "by row.",
            one=repr(text[day_first].iloc[0]),
            other=repr(text[month_first].iloc[0]),
        )
    undecided = (first != second) & (first <= 12) & (second <= 12)
    if undecided.any() and not (day_first.any() or month_first.any()):
        raise TransactionError(
            "It cannot be told whether {example} is day/month or month/day, and no other date "
            "of the column settles it. Say which: date_format='day-first' or "
            "date_format='month-first'.",
            example=repr(text[undecided].iloc[0]),
        )
    return not month_first.any()


def _without_zone(text, values, offset, timezone):
    """Turn times with UTC offsets into the days of one place."""
    has_offset = offset.notna()
    if not has_offset.any():
        if timezone is not None and values.notna().any():
            raise TransactionError(ZONE_OF_NOTHING, timezone=timezone)
        return values, []
    bare = ~has_offset & values.notna()
    if bare.any():
        raise TransactionError(
            "Some dates carry a time zone and some do not: {one!r} and {other!r}. Write all of "
            "them with one, or none.",
            one=text[has_offset].iloc[0],
            other=text[bare].iloc[0],
        )
    plain = (
        offset.str.upper().str.replace(r":|UTC|GMT| ", "", regex=True).replace(["Z", ""], "+0000")
    )
    plain = plain.str.replace(r"^([+-])(\d)$", r"\g<1>0\2", regex=True).str.ljust(5, "0")
    if timezone is not None:
        minutes = pd.to_numeric(plain.str[1:3]) * 60 + pd.to_numeric(plain.str[3:5])
        minutes *= plain.str[0].map({"+": 1, "-": -1})
        in_utc = values - pd.to_timedelta(minutes, unit="min").astype("timedelta64[us]")
        local = in_utc.dt.tz_localize("UTC").dt.tz_convert(timezone).dt.tz_localize(None)
        return local, [_("times converted to {timezone}.").format(timezone=timezone)]
    if plain.nunique() > 1:
        raise TransactionError(
            "The dates carry {count} different UTC offsets, so the day depends on the place. "
            "Say whose days count, for example timezone='Asia/Shanghai'.",
            count=plain.nunique(),
        )
    said = _("time zone {offset} taken off; days are as written.")
    return values, [said.format(offset=offset[has_offset].iloc[0])]
