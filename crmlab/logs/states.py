"""What became of an order: columns of states, and states in which nothing was sold.

1. A column is looked at as one of states, or of yes and no, if its name says so.
2. Its states are told if some of them, such as ``cancelled`` or 退款, hardly mean a purchase: every
   row counts as one, until the user says which states do.
3. On the user's word rows of other states are left out, and amounts of refunds turned below 0.
"""

import re
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from crmlab.errors import TransactionError
from crmlab.language import and_more, sentences
from crmlab.language import gettext as _
from crmlab.logs.evidence import extent
from crmlab.logs.exports import folded

_MOST_SHOWN = 8

# Parts of folded names. A name of the first kind says what its states are of.
_OF_ORDERS = re.compile(
    "(order|financial|payment|pay|transaction|invoice|sale|charge|订单|訂單|交易|付款|支付|退款|售后)"
    "(status|state|状态|狀態)|^status$|^状态$"
)
_OF_SOMETHING = re.compile(
    "status|状态|狀態|statut|^estado|^stato|^state$|^(transaction|event|record|entry|order)?type$"
    "|^(交易|业务|单据|订单)?类型$"
)
_FLAG = re.compile("^(is|was|是否|已)?(.*)$")

# Stems in states, of several languages; the first that fits decides.
_STEMS = {
    "sold": (
        "notrefunded notreturned notcancel norefund noreturn nonrefund nonreturn "
        "没有 無退 无退 未退 未申请 未取消 未关闭"
    ),
    "refund": (
        "refund return chargeback chargedback revers reembols rembours erstatt devol rimbors "
        "退款 退货 退貨 已退 退回 全退 返品 返金 환불 반품 возврат"
    ),
    "nothing": (
        "cancel fail void pending unpaid notpaid declin denied reject expire abandon draft trash "
        "dispute onhold hold await waitingfor requires uncaptured notcaptured incomplete "
        "unconfirmed authorized blocked storn annul anull ausstehend offen pendiente pendente "
        "取消 关闭 關閉 失败 失敗 作废 作廢 撤销 拒 未付 未支付 待付 待支付 过期 超时 无效 "
        "等待买家付款 等待付款 キャンセル 取消し 취소 отмен"
    ),
    "done": (
        "complete paid success succeed fulfil shipped deliver processing captured settled approved "
        "received closed invoiced sale charge payment "
        "成功 完成 已付 已支付 发货 發貨 签收 收货 收貨 评价 发出"
    ),
}
_STEMS = {kind: re.compile("|".join(stems.split())) for kind, stems in _STEMS.items()}
_YES = {"true", "t", "yes", "y", "1", "是"}
_NO = {"false", "f", "no", "n", "0", "否", ""}


def state_columns(columns, taken):
    """Return the columns that may hold states, by their names.

    Parameters
    ----------
    columns : sequence of str
    taken : collection of str
        Columns that play another part.
    """
    return [
        name
        for name in columns
        if name not in taken
        and list(columns).count(name) == 1
        and (_says_status(name) or _kind_of_flag(name))
    ]


def _says_status(column):
    return bool(_OF_SOMETHING.search(folded(column)) or _OF_ORDERS.search(folded(column)))


def _kind_of_flag(column):
    """Return what a column of yes and no says where it is called ``is_cancelled`` or 是否退款."""
    stem = _FLAG.match(folded(column))[2]
    if _says_status(column) or len(stem) > len("cancelled order"):
        return None
    return next((kind for kind in ("refund", "nothing") if _STEMS[kind].match(stem)), None)


def kind_of(state):
    """Say what a state means: ``"sold"``, ``"refund"``, ``"nothing"``, or None if unknown.

    Parameters
    ----------
    state : str
    """
    state = folded(state)
    kind = next((kind for kind, stem in _STEMS.items() if stem.search(state)), None)
    return "sold" if kind == "done" else kind


@dataclass(frozen=True)
class States:
    """A column of states, counted.

    Attributes
    ----------
    column : str
        Its name in the source.
    table : pandas.DataFrame
        As from :func:`crmlab.logs.evidence.by_state`.
    """

    column: str
    table: pd.DataFrame

    @cached_property
    def kinds(self):
        """What each state means, in the order of the table."""
        states = self.table["state"]
        flag = _kind_of_flag(self.column)
        if flag is None:
            return [kind_of(state) for state in states]
        if set(map(folded, states)) <= _YES | _NO:
            return [flag if folded(state) in _YES else "sold" for state in states]
        return ["sold"] * len(states)  # a number of returns, or the day of one

    @property
    def are_doubtful(self):
        """Whether some rows hardly are purchases, or nobody but the user can tell."""
        # Refunds written below 0 are taken off already.
        counted = zip(self.kinds, self.table["above"], strict=True)
        if any(kind == "nothing" or (kind == "refund" and above) for kind, above in counted):
            return True
        unknown = None in self.kinds
        return unknown and len(self.table) > 1 and bool(_OF_ORDERS.search(folded(self.column)))

    def has(self, states):
        """Return whether one of these states stands in the column."""
        return self.table["state"].isin(states).any()

    def listed(self):
        """Say how many rows and what share of spend each state has."""
        total = self.table["amount"].sum()
        shown = [
            _("{state!r}: {extent}").format(state=state, extent=extent(rows, amount, total))
            for state, rows, amount in self.table[["state", "rows", "amount"]]
            .head(_MOST_SHOWN)
            .itertuples(index=False)
        ]
        rest = len(self.table) - len(shown)
        return and_more(_("; ").join(shown), rest)

    def note(self):
        """Tell the states, and how to say which of them count."""
        sold = [state for state, kind in self._known() if kind in ("sold", None)]
        said = _(
            "{column}: states of orders: {states}. The rows of all of them count. Name those that "
            "count with keep={sold}; the others are left out."
        ).format(column=self.column, states=self.listed(), sold=sold or ["…"])
        refunds = [
            state
            for (state, kind), above in zip(self._known(), self.table["above"], strict=True)
            if kind == "refund" and above
        ]
        if not refunds:
            return said
        turned = _(
            "Refunds are written above 0 here: where each is a row of its own beside the order, "
            "refunds={refunds} turns their amounts below 0."
        )
        return sentences(said, turned.format(refunds=refunds))

    def _known(self):
        return list(zip(self.table["state"], self.kinds, strict=True))


def chosen(columns, asked, named):
    """Return the column of states that the user means.

    Parameters
    ----------
    columns : dict of str to States
    asked : list of str
        States that the user names.
    named : bool
        Whether the user names the column, too.

    Returns
    -------
    str
        A key of `columns`.

    Raises
    ------
    TransactionError
        If there is none, or more than one.
    """
    fitting = [key for key, states in columns.items() if states.has(asked)]
    if len(fitting) == 1:
        return fitting[0]
    if not columns and not named:
        raise TransactionError(
            "States to keep or turn are given, but no column of states is recognised. Name it with "
            "status='…'."
        )
    if not columns:
        raise TransactionError(
            "The column that status= names has too many different values to be one of states."
        )
    if fitting:
        raise TransactionError(
            "More than one column holds such states: {names}. Name one with status='…'.",
            names=", ".join(repr(columns[key].column) for key in fitting),
        )
    raise TransactionError(
        "No row has one of the states {asked}. {there}",
        asked=", ".join(map(repr, asked)),
        there=" ".join(
            _("{column} holds {states}.").format(column=states.column, states=states.listed())
            for states in columns.values()
        ),
    )


def hint_on_rejected(rejected):
    """Say in which states refused rows are, where these hardly mean a purchase.

    Parameters
    ----------
    rejected : pandas.DataFrame
        As from :class:`crmlab.Reading`.

    Returns
    -------
    str or None
    """
    if "status" not in rejected:
        return None
    states = rejected["status"].dropna().value_counts()
    undone = states[[kind_of(state) in ("nothing", "refund") for state in states.index]]
    if undone.empty:
        return None
    shown = [f"{state!r} ({count:,})" for state, count in undone.head(_MOST_SHOWN).items()]
    return _(
        "Some of them are no purchases by their state: {states}. With keep=['…'] name the states "
        "that count, and rows of others are left out."
    ).format(states=_(", ").join(shown))
