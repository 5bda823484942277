"""``crmlab report``: a page about the customers of a file of orders."""

from dataclasses import replace
from pathlib import Path

from click import Argument, Choice, Option

from crmlab.cli.base import Command
from crmlab.cli.options import PATH, as_options
from crmlab.cli.progress import progress_bar
from crmlab.language import gettext as _

_TABLE_SUFFIXES = (".gz", ".bz2", ".xz", ".zip", ".csv", ".tsv", ".txt", ".parquet")


def command():
    """Return the command, described in the language in use."""
    name = _("NAME")
    return Command(
        "report",
        run,
        short_help=_("a page about the customers of your own file of orders"),
        help=_(
            "Read a file of orders (who, when, how much) and write one HTML page with data "
            "quality, RFM segments, pyramid, concentration, tier migration, a forecast of value, "
            "the risk of churn and actions, and a CSV file with one row per customer."
        ),
        arguments=[
            Argument(
                ["file"],
                metavar=_("FILE"),
                type=PATH,
                help=_("CSV or Parquet, or a folder of Parquet files, which is not loaded"),
            )
        ],
        sections={
            _("Columns, where they are not recognised"): [
                Option(["--customer"], metavar=name, help=_("who bought")),
                Option(["--date"], metavar=name, help=_("when")),
                Option(["--amount"], metavar=name, help=_("how much was paid")),
                Option(["--order"], metavar=name, help=_("in which order")),
                Option(["--quantity"], metavar=name, help=_("how many were bought")),
                Option(
                    ["--price"],
                    metavar=name,
                    help=_("what one costs; times the quantity, in place of the amount"),
                ),
                Option(["--status"], metavar=name, help=_("what became of the order")),
            ],
            _("How to read the file, where it does not say"): [
                Option(
                    ["--date-format"],
                    metavar=_("FORMAT"),
                    help=_("day-first, month-first, year-first, excel, unix, or one like %d/%m/%Y"),
                ),
                Option(
                    ["--decimal"],
                    metavar=_("MARK"),
                    type=Choice([".", ","]),
                    help=_("the decimal mark, . or ,"),
                ),
                Option(
                    ["--timezone"],
                    metavar=_("ZONE"),
                    help=_("whose days count, for example Asia/Shanghai"),
                ),
                Option(["--encoding"], metavar=name, help=_("for example cp1252")),
                Option(
                    ["--reject", "bad_rows"],
                    flag_value="reject",
                    default="error",
                    help=_("leave unusable rows out"),
                ),
            ],
            _("Which rows count"): [
                Option(["--since"], metavar=_("DAY"), help=_("the first day that counts")),
                Option(
                    ["--keep"],
                    metavar=_("STATE"),
                    multiple=True,
                    help=_("orders in this state count, others do not; can be given again"),
                ),
                Option(
                    ["--refund", "refunds"],
                    metavar=_("STATE"),
                    multiple=True,
                    help=_("rows in this state are refunds, to be taken off; can be given again"),
                ),
                Option(
                    ["--not-customer", "not_customers"],
                    metavar=_("ID"),
                    multiple=True,
                    help=_("no customer, such as the id of guests; can be given again"),
                ),
                Option(
                    ["--fold-ids"],
                    is_flag=True,
                    help=_("ids that differ by a final .0, zeros in front or capitals are one"),
                ),
            ],
            _("The page"): [
                Option(["--out"], metavar=_("PAGE"), type=PATH, help=_("where the page goes")),
                Option(["--as-of"], metavar=_("DAY"), help=_("the last day that counts")),
                Option(
                    ["--currency"],
                    metavar=_("UNIT"),
                    default="",
                    help=_("unit of the amounts, for captions"),
                ),
                Option(
                    ["--force", "overwrite"],
                    is_flag=True,
                    help=_("write over an earlier report"),
                ),
            ],
        },
    )


def run(file, out, as_of, currency, bad_rows, overwrite, **reading):
    """Read the file, compute the report, and write the page and the table."""
    from crmlab.output import check_targets
    from crmlab.report.page import targets_of

    page = out or Path(f"{stem(file)}_report.html")
    check_targets(targets_of(page), overwrite, source=file)
    with progress_bar(file.name) as progress:
        log = _checked(file, bad_rows, reading, progress)
        # Only now, so that a wrong file name is told at once.
        import matplotlib

        from crmlab.report import build_report, write_report

        matplotlib.use("Agg")  # no window, and no display needed
        report = build_report(
            log,
            name=file.name,
            as_of=as_of,
            currency=currency,
            # On long files reading takes about half of the time.
            progress=lambda step, done: progress(step, 0.5 + 0.4 * done),
        )
        progress(_("writing"), 0.9)
        written = write_report(report, page, overwrite=overwrite)
    for path in written:
        print(path)
    return 0


def _checked(file, bad_rows, reading, progress):
    from crmlab.logs.reading import check_transactions

    progress(_("reading"), 0)
    log = check_transactions(file, **reading)
    if bad_rows == "error":
        log.insist()
    options = [one for one in command().params if isinstance(one, Option)]
    return replace(log, notes=[as_options(note, options) for note in log.notes])


def stem(path):
    """Return the name of a file without the suffixes of a table: of ``a.b.csv.gz``, ``a.b``."""
    while path.suffix.lower() in _TABLE_SUFFIXES:
        path = path.with_suffix("")
    return path.name
