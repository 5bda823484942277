"""Turn a report into a page, and put page and customer table on disk."""

import os
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex

from crmlab import __version__
from crmlab.errors import CRMError
from crmlab.language import gettext as _

_FOLDER = Path(__file__).parent


def render(report):
    """Return a report as one HTML page that needs no other file.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
    """
    import jinja2

    # Names in a log can hold anything, so every text is escaped.
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    words = {
        "title": _("Customer report: {name}").format(name=report.name),
        "contents": _("Contents"),
        "missing": _("Not shown:"),
        "made_with": _("Made with crmlab {version}.").format(version=__version__),
    }
    return pages.get_template("page.html.j2").render(report=report, words=words)


def write_report(report, path, overwrite=False):
    """Write the page, and beside it one row per customer as CSV: both or neither.

    Parameters
    ----------
    report : Report
    path : str or os.PathLike
        Where the page goes. The table goes to ``<stem>_customers.csv`` in the same folder,
        in UTF-8 with a byte order mark, without which Excel misreads Chinese.
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
    with ExitStack() as unfinished:
        drafts = [_draft(target, unfinished) for target in targets]
        drafts[0].write_text(render(report), encoding="utf-8")
        report.customers.to_csv(drafts[1], encoding="utf-8-sig", date_format="%Y-%m-%d")
        # The table first: it may be open in a program that locks it, a page is not.
        for draft, target in zip(reversed(drafts), reversed(targets), strict=True):
            os.replace(draft, target)
    return page, table


def targets_of(path):
    """Return where the page and the customer table go."""
    path = Path(path)
    return path, path.with_name(f"{path.stem}_customers.csv")


def check_targets(targets, overwrite, source=None):
    """Refuse a folder that is not there, and to write over a file unless told to.

    Parameters
    ----------
    targets : iterable of pathlib.Path
    overwrite : bool
    source : pathlib.Path, optional
        The file that the report is about: it is never written over.
    """
    for target in targets:
        if not target.parent.is_dir():
            raise CRMError("There is no folder {name!r}; make it first.", name=str(target.parent))
        if source is not None and target.exists() and source.exists() and target.samefile(source):
            raise CRMError(
                "The report would be written over the file it is about, {name!r}.", name=str(target)
            )
        if target.exists() and not overwrite:
            raise CRMError(
                "There is a file {name!r} already, and it is left as it is. Name another one, "
                "or write over it with overwrite=True.",
                name=str(target),
            )


def _draft(target, unfinished):
    """Return a new file beside the target, which is gone in the end unless it was moved."""
    draft = target.with_name(f".{target.name}.{token_hex(4)}.part")
    draft.touch(exist_ok=False)
    unfinished.callback(draft.unlink, missing_ok=True)
    return draft
