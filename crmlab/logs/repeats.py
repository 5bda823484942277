"""Rows that repeat one another: sent twice, or two equal articles of one order."""

from crmlab.language import ngettext


def repetition_notes(log):
    """Say how many rows repeat another one, and what that may mean.

    Parameters
    ----------
    log : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` and perhaps ``order_id``.

    Returns
    -------
    list of str
    """
    # Who repeats a row repeats its date, which is found much faster than equal texts.
    alike = log[log["date"].duplicated(keep=False)]
    repeated = int(alike.duplicated().sum())
    if not repeated:
        return []
    if _holds_lines_of_orders(alike):
        note = ngettext(
            "{count} row repeats another one in every column read. It is kept: the log holds the "
            "lines of orders, and two articles of one order may cost the same.",
            "{count} rows repeat another one in every column read. They are kept: the log holds "
            "the lines of orders, and two articles of one order may cost the same.",
            repeated,
        )
    else:
        note = ngettext(
            "{count} row repeats another one in every column read. It is kept: two equal "
            "purchases are possible. If it was sent twice, drop it before reading.",
            "{count} rows repeat another one in every column read. They are kept: two equal "
            "purchases are possible. If they were sent twice, drop them before reading.",
            repeated,
        )
    return [note.format(count=repeated)]


def _holds_lines_of_orders(alike):
    """Whether some rows are of one order, or of one moment of one customer, and differ."""
    columns = ["customer_id", "date", *(["order_id"] if "order_id" in alike else [])]
    if "order_id" not in alike:
        # Without a time of day, several rows of a day may be several visits.
        alike = alike[alike["date"] != alike["date"].dt.normalize()]
    return bool((alike.duplicated(columns) & ~alike.duplicated()).any())
