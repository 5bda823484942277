"""The customer table brought forward by new rows, without the whole log.

Of most customers the table knows enough: what they buy after their last purchase is one
purchase more, and a refund is money only. What it does not know is taken from the log, for
those customers alone: whether the day of a late purchase was a purchase day already, and
whether somebody who is not in the table had refunds before.
"""

import numpy as np
import pandas as pd

from crmlab.arguments import as_day
from crmlab.errors import CRMError
from crmlab.language import gettext as _
from crmlab.language import ngettext, sentences
from crmlab.logs.summary import aggregate, by_day, collected, customer_table, lazy_log, window
from crmlab.notices import say

_KNOWN = ("as_of", "unit", "since", "rows_before_since", "refund_only_customers")
_MOST_EXAMPLES = 3


def update_summary(customers, new_rows, *, as_of=None, log=None):
    """Bring a customer table forward by new rows of its log.

    The result is that of :func:`summarize` on all rows, old and new.

    Parameters
    ----------
    customers : pandas.DataFrame
        As from :func:`summarize`, with its ``attrs`` (Parquet keeps them, CSV does not).
    new_rows : frame of any engine, str or os.PathLike
        The rows of a log that the table does not count yet, all of them up to `as_of`; late
        ones too.
    as_of : date-like, optional
        The last day that counts, as a whole; not before that of the table. The default is the
        later one of the table's and the last new day. Later rows are left out and counted;
        hand them over again when their day has come.
    log : frame of any engine, str or os.PathLike, optional
        The whole log, the new rows in it. It is needed where the table knows too little:
        for customers with a purchase dated before their last one, other than on the day of
        their first; and, if the table left out customers with refunds only, for those who
        are not in it. Only their rows are read.

    Returns
    -------
    pandas.DataFrame
        As from :func:`summarize`, with the unit and the first day of `customers`.

    Raises
    ------
    CRMError
        If the table does not say what it is of, `as_of` lies before it, the log is needed
        and missing, or the log lacks the new rows.
    TransactionError
        If the new rows are no log.

    Notes
    -----
    Equal to a summary of all rows in every count and day, and in sums of money to the
    millionth that :func:`summarize` rounds to, unless an amount has more decimals than that.
    """
    said = _what_it_says(customers)
    days, counts = _read(new_rows, said, as_of)
    _insist_on_one_kind_of_id(customers.index, days["customer_id"])
    before = customers[["first_purchase", "last_purchase"]].reindex(days["customer_id"])
    first, last = before["first_purchase"].to_numpy(), before["last_purchase"].to_numpy()
    known, day = ~np.isnat(first), days["purchase_day"].to_numpy()
    late = known & (day < last) & (day != first)
    # Somebody with refunds only is not in the table; where nobody was, whoever is not is new.
    unclear = ~known & (said["refund_only_customers"] > 0)
    asked = pd.Index(days.loc[late | unclear, "customer_id"].unique())
    if len(asked) and log is None:
        raise _log_needed(days["customer_id"], late, unclear, said)
    settled = ~days["customer_id"].isin(asked).to_numpy()
    days = days.assign(after=day > last, paid_again=np.where(day == first, 0.0, days["paid"]))
    parts = [
        _with_new_days(_aggregated(customers), days[known & settled]),
        _of_new_customers(days[~known & settled]),
    ]
    had_refunds = 0
    if len(asked):
        looked_up = _looked_up(log, asked, counts["as_of"], said)
        had_refunds = _insist_on_new_rows(looked_up, customers, days[~settled])
        parts = [parts[0].drop(asked, errors="ignore"), parts[1], looked_up]
    table = pd.concat([part for part in parts if len(part)] or parts[:1])
    if len(customers):
        table.index = table.index.astype(customers.index.dtype)
    if len(table) > len(customers) or len(asked):
        table = table.sort_index(kind="stable")
    _say_what_is_new(sum(_newcomers(part, customers.index) for part in parts[1:]), late)
    counts["rows_before_since"] += said["rows_before_since"]
    out_before = said["refund_only_customers"] - had_refunds
    return customer_table(table.rename_axis("customer_id"), counts, said["unit"], out_before)


def _what_it_says(customers):
    missing = [name for name in _KNOWN if name not in customers.attrs]
    if missing:
        raise CRMError(
            "The customer table no longer says {missing} in its attrs, which a CSV file does not "
            "keep. Make it with summarize(log), and keep it in Parquet.",
            missing=", ".join(missing),
        )
    return customers.attrs


def _read(new_rows, said, as_of):
    """Bring the new rows home, one per customer and day, and what was counted of them."""
    reached = as_day(said["as_of"], "as_of")
    if as_of is not None and as_day(as_of, "as_of") < reached:
        raise CRMError(
            "The customer table counts up to {reached} already, so as_of cannot be {asked}. "
            "Summarise the log for an earlier day.",
            reached=reached,
            asked=as_day(as_of, "as_of"),
        )
    with lazy_log(new_rows) as frame:
        rows, counts = window(frame, as_of, said["since"], reached=reached)
        days = collected(by_day(rows), ["purchase_day"])
    return days.reset_index(), counts


def _insist_on_one_kind_of_id(index, new):
    if not len(index) or not len(new):
        return
    kinds = [
        _("numbers") if pd.api.types.is_numeric_dtype(one) else _("text") for one in (index, new)
    ]
    if kinds[0] != kinds[1]:
        raise CRMError(
            "The ids of the customer table are {old}, those of the new rows {new}: nobody would "
            "be recognised. Read both alike.",
            old=kinds[0],
            new=kinds[1],
        )


def _log_needed(ids, late, unclear, said):
    """Say which customers the table alone cannot bring forward, and the way out."""
    reasons = []
    if late.any():
        count = ids[late].nunique()
        reasons.append(
            ngettext(
                "{count} customer has a late row, dated before the last purchase.",
                "{count} customers have late rows, dated before the last purchase.",
                count,
            ).format(count=count)
        )
    if unclear.any():
        count = ids[unclear].nunique()
        reasons.append(
            ngettext(
                "{count} customer is not in the table, which left out {out} with refunds only.",
                "{count} customers are not in the table, which left out {out} with refunds only.",
                count,
            ).format(count=count, out=said["refund_only_customers"])
        )
    examples = ids[late | unclear].drop_duplicates().head(_MOST_EXAMPLES)
    return CRMError(
        sentences(
            *reasons,
            _("For example: {ids}.").format(ids=_(", ").join(map(repr, examples.tolist()))),
            _(
                "Hand over the whole log, the new rows in it, with log=…; only the rows of such "
                "customers are read."
            ),
        )
    )


def _aggregated(customers):
    """Turn a customer table back into sums; of what was paid, that of repeat purchases only."""
    return pd.DataFrame(
        {
            "purchases": customers["purchases"],
            "spend": customers["spend"],
            "first_purchase": customers["first_purchase"],
            "last_purchase": customers["last_purchase"],
            "paid": (customers["mean_repeat_spend"] * customers["x"]).round(6).fillna(0.0),
            "first_paid": 0.0,
        }
    )


def _with_new_days(table, days):
    """Add the new days of known customers; none of them lies between known purchases."""
    if days.empty:
        return table
    new = days.groupby("customer_id").agg(
        purchases=("after", "sum"),
        spend=("spend", "sum"),
        last_purchase=("purchase_day", "max"),
        paid=("paid_again", "sum"),
    )
    place = table.index.get_indexer(new.index)
    for column in ("purchases", "spend", "paid"):
        values = table[column].to_numpy(copy=True)
        values[place] += new[column].to_numpy()
        table[column] = values
    last = table["last_purchase"].to_numpy(copy=True)
    last[place] = np.fmax(last[place], new["last_purchase"].to_numpy())
    return table.assign(last_purchase=last)


def _of_new_customers(days):
    order = days.sort_values("purchase_day", kind="stable")  # days with refunds only come last
    return order.groupby("customer_id").agg(
        purchases=("purchase_day", "count"),
        spend=("spend", "sum"),
        first_purchase=("purchase_day", "min"),
        last_purchase=("purchase_day", "max"),
        paid=("paid", "sum"),
        first_paid=("paid", "first"),
    )


def _looked_up(log, ids, end, said):
    """Aggregate the rows that some customers have in the log."""
    import narwhals as nw

    with lazy_log(log) as frame:
        # They are few, and one pass of the engine finds them.
        theirs = frame.filter(nw.col("customer_id").is_in(ids.tolist())).collect("pyarrow")
        rows, _counts = window(theirs.lazy(), end, said["since"], reached=end)
        return collected(aggregate(rows))


def _insist_on_new_rows(looked_up, customers, days):
    """Refuse a log that lacks the new rows; return how many had refunds only before."""
    new = days.groupby("customer_id").agg(
        spend=("spend", "sum"), purchases=("purchase_day", "count")
    )
    there = looked_up.reindex(new.index)
    before = customers["spend"].reindex(new.index)
    known = before.notna()
    added = there["spend"] - before.fillna(0.0) - new["spend"]
    enough = np.where(
        known,
        np.isclose(added, 0, atol=1e-5 + 1e-9 * there["spend"].abs().max()),
        (there["purchases"] == new["purchases"]) & (added < 5e-7),
    )
    if not enough.all():
        raise CRMError(
            ngettext(
                "The log does not hold what the table and the new rows say of {count} customer, "
                "for example {id!r}. Hand over the whole log, with the new rows in it, once.",
                "The log does not hold what the table and the new rows say of {count} customers, "
                "for example {id!r}. Hand over the whole log, with the new rows in it, once.",
                int((~enough).sum()),
            ),
            count=int((~enough).sum()),
            id=new.index[~enough][0],
        )
    return int((~known & (added < -5e-7)).sum())


def _newcomers(part, known):
    return int(((known.get_indexer(part.index) < 0) & (part["purchases"] > 0)).sum())


def _say_what_is_new(count, late):
    if count:
        say(ngettext("{count} new customer.", "{count} new customers.", count), count=count)
    if late.any():
        say(
            ngettext(
                "{count} purchase came late: that customer is computed anew from the log.",
                "{count} purchases came late: their customers are computed anew from the log.",
                int(late.sum()),
            ),
            count=int(late.sum()),
        )
