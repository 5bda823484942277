"""Turn a report into a page, and put page and customer table on disk."""

from pathlib import Path

from crmlab import output
from crmlab.language import named
from crmlab.output import check_targets, drafts

_TEMPLATE = Path(__file__).with_name("page.html.j2")


def render(report):
    """Return a report as one HTML page that needs no other file.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
    """
    return output.render(_TEMPLATE, report=report)


def write_report(report, path, overwrite=False):
    """Write the page, and beside it one row per customer as CSV: both or neither.

    Parameters
    ----------
    report : Report
    path : str or os.PathLike
        Where the page goes. The table goes to ``<stem>_customers.csv`` in the same folder,
        in UTF-8 with a byte order mark, without which Excel misreads Chinese, and with the
        names of its columns in the language in use, too.
    overwrite : bool, default False

    Returns
    -------
    tuple of pathlib.Path
        The page and the table.

    Raises
    ------
    CRMError
        If there is such a file and `overwrite` is False.
    OSError
        If the folder cannot be written to.
    """
    targets = page, table = targets_of(path)
    check_targets(targets, overwrite)
    # The table first: it may be open in a program that locks it, a page is not.
    with drafts(table, page) as [table_draft, page_draft]:
        page_draft.write_text(render(report), encoding="utf-8")
        customers = report.customers.rename(columns=named).rename_axis(index=named)
        customers.to_csv(table_draft, encoding="utf-8-sig", date_format="%Y-%m-%d")
    return page, table


def targets_of(path):
    """Return where the page and the customer table go."""
    path = Path(path)
    return path, path.with_name(f"{path.stem}_customers.csv")
