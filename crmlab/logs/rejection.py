"""The rows of a log that cannot be used: which, why, and what the user can do."""

import numpy as np
import pandas as pd

from crmlab.language import and_more, ngettext, written
from crmlab.language import gettext as _

_MOST_EXAMPLES = 5


def _faults():
    """Column and words for each fault that the engines name by its key."""
    return {
        "customer missing": ("customer_id", _("no customer")),
        "customer shortened": (
            "customer_id",
            _("a number that a spreadsheet has shortened; export the column as text"),
        ),
        "date missing": ("date", _("no date")),
        "date in the future": ("date", _("a date in the future")),
        "date before all": ("date", _("a date before the year 1")),
        "date placeholder": (
            "date",
            _("a day that programs write where they know no date; if it is meant, say since='…'"),
        ),
        "amount missing": ("amount", _("no amount")),
        "amount infinite": ("amount", _("an infinite amount")),
        "quantity missing": ("quantity", _("no quantity")),
        "quantity infinite": ("quantity", _("an infinite quantity")),
        "price missing": ("price", _("no price")),
        "price infinite": ("price", _("an infinite price")),
    }


def rejected_table(faulty, fault, names, rows, spend, problems=None):
    """List the refused rows: where, which cell, why, what they are worth, and their cells."""
    faults = _faults()
    column = fault.map({key: column for key, (column, _words) in faults.items()})
    words = fault.map({key: words for key, (_column, words) in faults.items()})
    value = pd.Series(None, index=faulty.index, dtype=object)
    for name in column.unique():
        here = column == name
        value[here] = faulty.loc[here, name].astype(object)
        if problems and name in problems:
            words[here] = problems[name][here].fillna(words[here])
    table = pd.DataFrame(
        {
            "row": pd.array([pd.NA] * len(faulty) if rows is None else rows, dtype="Int64"),
            "column": column.map(names).astype("str"),
            "value": value,
            "reason": words.astype("str"),
            "spend": spend.astype("float64").replace([np.inf, -np.inf], np.nan),
        },
        index=faulty.index,
    )
    return table.join(faulty.astype(object)).reset_index(drop=True)


def with_torn_lines(rejected, torn):
    torn = torn.astype({"row": "Int64", "value": object})
    torn = torn.assign(column="", reason=_("the number of fields is not that of the header"))
    torn = torn.reindex(columns=rejected.columns)
    both = pd.concat([rejected, torn]) if len(rejected) else torn
    return both.sort_values("row", kind="stable", ignore_index=True)


def rejection_note(count):
    return ngettext(
        "{count} row cannot be used and is left out.",
        "{count} rows cannot be used and are left out.",
        count,
    ).format(count=count)


def refusal(rejected, kept_rows, kept_spend):
    """Say which rows are refused, why, and the way out.

    Parameters
    ----------
    rejected : pandas.DataFrame
        As from :func:`rejected_table`.
    kept_rows, kept_spend : int, float
        How many rows are left without them, and the sum of the amounts above 0 in these.
    """
    lines = []
    for (column, reason), group in rejected.groupby(["column", "reason"], sort=False, dropna=False):
        shown = group.head(_MOST_EXAMPLES)
        where = _(", ").join(
            _shown(value)
            if pd.isna(row)
            else _("row {row} ({value})").format(row=row, value=_shown(value))
            for row, value in zip(shown["row"], shown["value"], strict=True)
        )
        where = and_more(where, len(group) - len(shown))
        lines.append(
            _("- {column}: {reason}: {rows}").format(
                column=column or _("line"), reason=reason, rows=where
            )
        )
    head = ngettext(
        "{count} row of the log cannot be used:",
        "{count} rows of the log cannot be used:",
        len(rejected),
    ).format(count=len(rejected))
    return "\n".join([head, *lines, _way_out(rejected, kept_rows, kept_spend)])


def _way_out(rejected, kept_rows, kept_spend):
    if kept_rows == 0:
        return _("Correct them in the source; without them no row is left.")
    spend = rejected["spend"].clip(lower=0).sum()
    unread = int(rejected["spend"].isna().sum())
    share = {
        "rows": len(rejected) / (len(rejected) + kept_rows),
        "spend": spend / (spend + kept_spend) if spend else 0.0,
    }
    if unread:
        said = ngettext(
            "{rows:.1%} of the rows with {spend:.1%} of the spend that can be read ({count} of "
            "them has no amount that can)",
            "{rows:.1%} of the rows with {spend:.1%} of the spend that can be read ({count} of "
            "them have no amount that can)",
            unread,
        )
    else:
        said = _("{rows:.1%} of the rows with {spend:.1%} of spend")
    return _(
        "Correct them in the source, or leave them out with bad_rows='reject', which drops {share}."
    ).format(share=written(said, count=unread, **share))


def _shown(value):
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return _("empty")
    return repr(value) if isinstance(value, str) else str(value)
