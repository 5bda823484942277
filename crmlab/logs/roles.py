"""Which column of a foreign table plays which part in a transaction log.

A column is taken by the name the user gives. Without one it is recognised, but only where
exactly one column fits: a guess between two would be silent and wrong half of the time.
"""

from collections import Counter
from difflib import SequenceMatcher

from crmlab.errors import TransactionError
from crmlab.language import and_more, sentences
from crmlab.language import gettext as _
from crmlab.logs.exports import folded, names_of, recognised

STANDARD_NAME = {
    "customer": "customer_id",
    "date": "date",
    "amount": "amount",
    "order": "order_id",
    "quantity": "quantity",
    "price": "price",
}
# What a row is worth: one column, or the product of two.
FACTORS = ("quantity", "price")
REQUIRED = ("customer", "date", "amount", *FACTORS)

# Names seen in shop, till and CRM exports, English and Chinese; compared without case,
# spaces and punctuation. The standard name comes first and wins.
_KNOWN_AS = {
    role: names.split()
    for role, names in {
        "customer": (
            "customerid customer customerno customernumber customercode clientid client "
            "userid user memberid member accountid householdid buyerid custid cust "
            "客户编号 客户号 客户id 客户代码 客户 会员编号 会员号 会员id 会员 "
            "用户编号 用户id 用户 顾客编号 顾客"
        ),
        "date": (
            "date orderdate transactiondate purchasedate invoicedate saledate orderedat createdat "
            "timestamp datetime ordertime transactiontime "
            "日期 订单日期 下单日期 下单时间 交易日期 交易时间 购买日期 购买时间 "
            "消费日期 消费时间 付款时间 创建时间"
        ),
        "amount": (
            "amount orderamount totalamount total ordertotal revenue sales salesvalue spend "
            "netamount grossamount paymentamount turnover "
            "金额 订单金额 交易金额 消费金额 实付金额 支付金额 付款金额 销售额 总金额 总价"
        ),
        "order": (
            "orderid order orderno ordernumber invoiceid invoiceno invoice transactionid basketid "
            "receiptid 订单编号 订单号 订单id 订单 交易号 流水号 小票号"
        ),
        "quantity": (
            "quantity qty quantityordered quantitysold quantitypurchased orderquantity "
            "itemquantity lineitemquantity units unitssold itemcount noofitems pieces "
            "数量 购买数量 商品数量 订购数量 销售数量 宝贝数量 件数 商品件数"
        ),
        "price": (
            "price unitprice priceperunit priceeach itemprice lineitemprice productprice "
            "sellingprice saleprice salesprice pricepaid "
            "单价 价格 商品单价 商品价格 销售单价 成交单价 宝贝单价 宝贝价格 售价"
        ),
    }.items()
}


def resolve_columns(columns, **named):
    """Find the column for each role.

    Parameters
    ----------
    columns : sequence of str
        The table's column names, in order.
    **named : str or None
        ``customer``, ``date``, ``amount``, ``order``, ``quantity``, ``price``: the name the user
        gave, if any. With one of the last two, both take the place of the amount.

    Returns
    -------
    dict
        Role to column name; ``order`` only where there is one, ``quantity`` and ``price`` only
        where the user names one of them.

    Raises
    ------
    TransactionError
        If a column is missing, doubled, or cannot be told from another.
    """
    columns = list(columns)
    counts = Counter(columns)
    found = {}
    factors = {role: named.pop(role, None) for role in FACTORS}
    if any(name is not None for name in factors.values()):
        if named.pop("amount") is not None:
            raise TransactionError(
                "What was paid is one column, or quantity × price: give amount=, or quantity= and "
                "price=, not both."
            )
        named |= factors
    for role, name in named.items():
        if name is None:
            name = _recognise(role, columns, taken=set(named.values()))
        if name is None:
            continue
        if counts[name] == 0:
            raise TransactionError(
                "There is no column {name!r}. The columns are: {columns}.",
                name=name,
                columns=_listed(_likely_first(columns, name)),
            )
        if counts[name] > 1:
            raise TransactionError(
                "The column name {name!r} stands {count} times in the table, so it does not "
                "say which one is meant. Rename one of them.",
                name=name,
                count=counts[name],
            )
        found[role] = name
    if len(set(found.values())) < len(found):
        raise TransactionError(
            "One column is named for two parts: {roles}. Give each its own column.",
            roles=", ".join(f"{role}={name!r}" for role, name in found.items()),
        )
    return found


def _recognise(role, columns, taken):
    known = _KNOWN_AS[role]
    fitting = [name for name in columns if folded(name) in known and name not in taken]
    exact = [name for name in fitting if folded(name) == known[0]]
    if not exact and (of_export := recognised(columns).get(role)) not in (None, *taken):
        return of_export
    if not fitting and role in ("customer", "date"):
        # What exports alone call it says no less, where nothing else does.
        fitting = [
            name for name in columns if folded(name) in names_of(role) - {*map(folded, taken)}
        ]
    choice = exact or fitting
    if len(set(choice)) == 1:
        return choice[0]
    if role not in REQUIRED:
        return None
    question = {
        "customer": _("Which column says who bought?"),
        "date": _("Which column says when?"),
        "amount": _("Which column says how much was paid?"),
        "quantity": _("Which column says how many were bought?"),
        "price": _("Which column says what one of them costs?"),
    }[role]
    candidates = _("More than one could be meant: {names}.") if choice else _("None is recognised.")
    raise TransactionError(
        sentences(
            question,
            candidates.format(names=_listed(choice)),
            _("The columns are: {columns}.").format(
                columns=_listed(_likely_first(columns, *known, *_PARTS[role].split()))
            ),
            _("Name it: {role}='…'.").format(role=role),
            *(_product_offered(columns, taken) if role == "amount" and not choice else []),
        )
    )


def _product_offered(columns, taken):
    """Offer quantity × price, where one column of each kind is recognised."""
    try:
        factors = {role: _recognise(role, columns, taken) for role in FACTORS}
    except TransactionError:
        return []
    return [
        _(
            "Or read the product of two columns as what was paid: quantity={quantity!r}, "
            "price={price!r}."
        ).format(**factors)
    ]


# Parts of names that speak for a role, where no whole name does.
_PARTS = {
    "customer": "buyer email phone mobile openid account name id 买家 对方 手机 邮箱 账号 昵称",
    "date": "day time paid created when year month 时间 日 月",
    "amount": "paid price gross net value sum money revenue cost 金额 价 款 元 额",
    "quantity": "quantity qty number count units 数 量 件",
    "price": "price unit each 单价 价",
}


def _likely_first(columns, *words):
    """Order columns by how much their names are like some words; the others stay as they are."""
    words = [folded(word) for word in words]

    def likeness(column):
        name = folded(column)
        if said := sum(len(word) for word in words if word in name):
            return 1 + said / len(name)
        near = max(SequenceMatcher(None, word, name).ratio() for word in words)
        return near if near >= _NEAR else 0

    scores = {column: likeness(column) for column in dict.fromkeys(columns)}
    return sorted(columns, key=scores.get, reverse=True)


_NEAR = 0.6  # as difflib takes it


def _listed(names, most=12):
    shown = ", ".join(repr(str(name)) for name in names[:most])
    return and_more(shown, len(names) - most)
