"""Ids that are no customers: guests under one number, one person under two, orders as people.

Judged from one row per customer, as from :func:`crmlab.logs.evidence.by_customer`.
"""

import numpy as np
import pandas as pd

from crmlab.language import gettext as _
from crmlab.language import sentences
from crmlab.logs.evidence import extent
from crmlab.logs.exports import folded

# 1.23457E+11, also with a decimal comma: fewer digits stand there than the number has.
SHORTENED = (
    r"^[1-9](?:(?:[.,]\d{1,5})?[Ee]\+0*(?:[6-9]|[1-9]\d)|[.,]\d{6,9}[Ee]\+[1-9]\d"
    r"|[.,]\d{10,14}[Ee]\+(?:1[5-9]|[2-9]\d))$"
)
_DIGITS_KEPT = 15  # by a spreadsheet; the others become 0

# Ids that are words for nobody in particular, folded.
_NOBODY = (
    "guest guests guestuser guestcustomer guestcheckout gast invitado invite convidado walkin "
    "walkins walkincustomer walkinclient walkinguest anonymous anonymoususer anonymouscustomer "
    "anonym anon unknown unknowncustomer nocustomer nocustomerid noname nobody notset notavailable "
    "notapplicable undefined unassigned unregistered notregistered nonmember cash cashcustomer "
    "cashsale cashsales cashclient counter countersale pos poscustomer till shop store default "
    "defaultcustomer generic genericcustomer misc miscellaneous various other others test testuser "
    "testcustomer dummy tbd retailcustomer privatecustomer "
    "散客 游客 匿名 匿名用户 匿名客户 匿名买家 匿名会员 未知 未知客户 未知用户 无名氏 无会员 "
    "非会员 零售 零售客户 零售顾客 散户 临时客户 临时会员 过路客 路人 现金客户 现金 门店散客 "
    "普通顾客 普通客户 默认客户 默认会员 默认 访客 未注册 未登录 未登记 未绑定 其他 其它 "
    "测试 测试客户 测试用户"
)
_NOBODY = frozenset(_NOBODY.split())
_LEAST_CUSTOMERS = 20
_LEAST_ROWS = 10
_LEAST_DAYS = 28  # a shorter log hardly sees anybody twice
_MANY_TIMES = 5
_MOST_HOUSE_ACCOUNTS = 5
_HARDLY_ANY = 0.01
_LEAST_CUT, _MOSTLY = 3, 0.5
_MOST_SHOWN = 5

# Parts of folded names of columns that may say who bought.
_OF_PEOPLE = (
    *("customer", "client", "user", "member", "buyer", "household", "email", "mail", "phone"),
    *("mobile", "openid", "unionid", "客户", "会员", "用户", "顾客", "买家", "手机", "电话"),
    *("邮箱", "收货人"),
)


def as_one_spelling(ids):
    """Return an expression for ids without a final ``.0``, zeros in front, and capital letters.

    Parameters
    ----------
    ids : narwhals.Expr or narwhals.Series
        Text.

    Returns
    -------
    narwhals.Expr or narwhals.Series
    """
    import narwhals as nw

    lower = ids.str.to_lowercase()
    whole = nw.when(lower.str.contains(r"^\d+\.0+$")).then(lower.str.replace_all(r"\.0+$", ""))
    whole = whole.otherwise(lower)
    short = nw.when(whole.str.contains(r"^0+[1-9]\d*$")).then(whole.str.replace_all("^0+", ""))
    return short.otherwise(whole)


def notes_on_customers(customers, names, columns):
    """Say what looks wrong about the ids.

    Parameters
    ----------
    customers : pandas.DataFrame
        As from :func:`crmlab.logs.evidence.by_customer`.
    names : dict
        What each column that is read is called in the source.
    columns : list of str
        All columns of the source.

    Returns
    -------
    list of str
    """
    rest = [name for name in columns if name not in names.values()]
    found = [
        _nobody_in_particular(customers),
        _spelled_twice(customers),
        _cut_to_zeros(customers),
        _orders_as_people(customers, rest),
    ]
    column = names["customer_id"]
    return [_("{column}: {note}").format(column=column, note=note) for note in found if note]


def _nobody_in_particular(customers):
    words = _words_for_nobody(customers["customer_id"])
    people = customers[~words].nlargest(_MOST_HOUSE_ACCOUNTS + 1, "rows")
    accounts = _house_accounts(people["rows"].to_numpy(), len(customers))
    house, rest = people.head(accounts), people.iloc[accounts:]
    found = pd.concat([house, customers[words]])
    if found.empty:
        return None
    total = customers["amount"].sum()
    # An engine gives groups in any order.
    found = found.assign(customer_id=found["customer_id"].astype("str"))
    found = found.sort_values(["rows", "customer_id"], ascending=[False, True], kind="stable")
    shown = [
        _("{id!r} ({extent})").format(id=id_, extent=extent(rows, amount, total))
        for id_, rows, amount in found[["customer_id", "rows", "amount"]]
        .head(_MOST_SHOWN)
        .itertuples(index=False)
    ]
    said = [
        _("counted as one customer each, though perhaps no single person: {ids}.").format(
            ids=_(", ").join(shown)
        )
    ]
    if len(house):
        most = _("Nobody else has more than {rows:,} rows.")
        said.append(most.format(rows=rest["rows"].iloc[0]))
    way_out = _("If these are guests or a till, leave them out with not_customers={ids}.")
    return sentences(*said, way_out.format(ids=found["customer_id"].tolist()))


def _words_for_nobody(ids):
    if not isinstance(ids.dtype, pd.StringDtype) and ids.dtype != object:
        return np.zeros(len(ids), dtype=bool)
    text = ids.astype("str")
    # Almost every true id holds a digit: only the others are looked at one by one.
    rest = text[~text.str.contains("[0-9]")]
    words = np.zeros(len(ids), dtype=bool)
    words[rest.index] = [not folded(word) or folded(word) in _NOBODY for word in rest]
    return words


def _house_accounts(rows, customers):
    """Return how many of the first ids have many times the rows of the next; rows descend."""
    if customers < _LEAST_CUSTOMERS:
        return 0
    before, after = rows[:_MOST_HOUSE_ACCOUNTS], rows[1 : _MOST_HOUSE_ACCOUNTS + 1]
    steps = np.flatnonzero((before >= _MANY_TIMES * after) & (before >= _LEAST_ROWS))
    return int(steps[-1]) + 1 if len(steps) else 0


def _spelled_twice(customers):
    import narwhals as nw

    ids = customers["customer_id"]
    if not isinstance(ids.dtype, pd.StringDtype):
        return None
    one = ids.str.lower()
    marked = one.str.contains(r"^0|\.0+$")
    if marked.any():
        frame = nw.from_native(one[marked].to_frame())
        one[marked] = frame.select(as_one_spelling(nw.col("customer_id"))).to_native()[
            "customer_id"
        ]
    elif one.equals(ids):
        return None
    twice = one.duplicated(keep=False)
    if not twice.any():
        return None
    those = customers[twice].assign(one=one[twice]).sort_values(["one", "customer_id"])
    return _(
        "{count:,} ids differ from another one only by a final '.0', zeros in front or capital "
        "letters, such as {one!r} and {other!r}; each is a customer of its own ({extent}). If they "
        "are the same people, fold_ids=True makes one of them."
    ).format(
        count=len(those),
        one=those["customer_id"].iloc[0],
        other=those["customer_id"].iloc[1],
        extent=extent(those["rows"].sum(), those["amount"].sum(), customers["amount"].sum()),
    )


def _cut_to_zeros(customers):
    ids = customers["customer_id"]
    if pd.api.types.is_integer_dtype(ids.dtype):
        ids = ids[ids >= 10**_DIGITS_KEPT]
    ids = ids.astype("str")
    ids = ids[ids.str.fullmatch(rf"[1-9]\d{{{_DIGITS_KEPT},}}").eq(True)]
    cut = ids.str.fullmatch(rf"\d{{{_DIGITS_KEPT}}}0+")
    # By chance one of ten ends so, at most.
    if cut.sum() < _LEAST_CUT or cut.mean() < _MOSTLY:
        return None
    those = customers.loc[ids.index[cut]]
    return _(
        "{count:,} ids such as {id} have zeros after digit {kept}, where a spreadsheet stops to "
        "count: several customers may have become one ({extent}). Export the column as text."
    ).format(
        count=len(those),
        id=ids[cut].min(),
        kept=_DIGITS_KEPT,
        extent=extent(those["rows"].sum(), those["amount"].sum(), customers["amount"].sum()),
    )


def _orders_as_people(customers, columns):
    if len(customers) < _LEAST_CUSTOMERS:
        return None
    first, last = customers["first"], customers["last"]
    if (last.max() - first.min()).days < _LEAST_DAYS:
        return None
    again = int((first.dt.normalize() < last.dt.normalize()).sum())
    if again > _HARDLY_ANY * len(customers):
        return None
    others = [name for name in columns if any(part in folded(name) for part in _OF_PEOPLE)]
    said = _(
        "only {again:,} of {count:,} customers bought on more than one day. If this column numbers "
        "orders, not people, name that of people with customer={name!r}."
    ).format(again=again, count=len(customers), name=others[0] if others else "…")
    if len(others) < 2:
        return said
    more = _("These may be meant, too: {names}.")
    return sentences(said, more.format(names=_(", ").join(map(repr, others[1:]))))
