"""The command ``crmlab``: what runs without a notebook.

Each subcommand is one function that adds its options and one that runs. What is heavy is
imported when a subcommand runs, so that ``crmlab --help`` is instant.

Exit codes: 0 done; 1 the doctor found a fault; 2 the input has to be mended; 130 stopped.
"""

import argparse
import re
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import LANGUAGES, ngettext, use_language
from crmlab.language import gettext as _

_TABLE_SUFFIXES = (".gz", ".csv", ".tsv", ".txt", ".parquet")


def main(arguments=None):
    """Run the command and return its exit code."""
    if arguments is None:
        arguments = sys.argv[1:]
        # Ended from outside, it tidies up as it does after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        # A console of another character set shows a ? rather than a traceback.
        stream.reconfigure(errors="replace")
    use_language(_language_of(arguments))  # first, so that --help is in it too
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except CRMError as error:
        print(error, _as_options(str(error)), sep="\n", end="", file=sys.stderr)
        return 2
    except OSError as error:
        print(_("This did not work: {problem}").format(problem=error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(options.stopped, file=sys.stderr)
        return 130


def _language_of(arguments):
    known = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    _add_language(known)
    return known.parse_known_args(arguments)[0].lang


def _add_language(parser):
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="en", help=_("language of what is shown")
    )


def _parser():
    parser = argparse.ArgumentParser(
        prog="crmlab", description=_("The commands of the CRM course."), allow_abbrev=False
    )
    commands = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")
    _add_report(commands)
    _add_doctor(commands)
    _add_workshop(commands)
    return parser


def _add_command(commands, name, run, help, description, stopped=None):
    parser = commands.add_parser(name, help=help, description=description, allow_abbrev=False)
    parser.set_defaults(run=run, stopped=stopped or _("Stopped; nothing was written."))
    _add_language(parser)
    return parser


# --- report -----------------------------------------------------------------------------


def _add_report(commands):
    parser = _add_command(
        commands,
        "report",
        _report,
        help=_("a page about the customers of your own file of orders"),
        description=_(
            "Read a file of orders (who, when, how much) and write one HTML page with data "
            "quality, RFM segments, pyramid, concentration, tier migration, a forecast of value, "
            "the risk of churn and actions, and a CSV file with one row per customer."
        ),
    )
    parser.add_argument("file", metavar="FILE", help=_("CSV or Parquet"))
    parser.add_argument("--out", metavar="PAGE", type=Path, help=_("where the page goes"))
    columns = parser.add_argument_group(_("columns, where they are not recognised"))
    for role, meaning in (
        ("customer", _("who bought")),
        ("date", _("when")),
        ("amount", _("how much was paid")),
        ("order", _("in which order")),
    ):
        columns.add_argument(f"--{role}", metavar="NAME", help=meaning)
    reading = parser.add_argument_group(_("how to read the file, where it does not say"))
    reading.add_argument("--date-format", metavar="FORMAT", help=_("for example %%d/%%m/%%Y"))
    reading.add_argument("--decimal", metavar="MARK", help=_("the decimal mark, . or ,"))
    reading.add_argument(
        "--timezone", metavar="ZONE", help=_("whose days count, for example Asia/Shanghai")
    )
    reading.add_argument("--encoding", metavar="NAME", help=_("for example cp1252"))
    reading.add_argument("--reject", action="store_true", help=_("leave unusable rows out"))
    page = parser.add_argument_group(_("the page"))
    page.add_argument("--as-of", metavar="DAY", help=_("the last day that counts"))
    page.add_argument("--currency", default="", help=_("unit of the amounts, for captions"))
    page.add_argument("--force", action="store_true", help=_("write over an earlier report"))


def _report(options):
    from crmlab.output import check_targets
    from crmlab.report.page import targets_of

    page = options.out or Path(f"{_stem(options.file)}_report.html")
    check_targets(targets_of(page), options.force, source=Path(options.file))
    with _progress(Path(options.file).name) as progress:
        report = _computed(options, progress)
        progress(_("writing"), 0.9)
        from crmlab.report import write_report

        written = write_report(report, page, overwrite=options.force)
    for path in written:
        print(path)
    return 0


def _computed(options, progress):
    from crmlab.logs.reading import check_transactions

    progress(_("reading"), 0)
    reading = check_transactions(
        options.file,
        customer=options.customer,
        date=options.date,
        amount=options.amount,
        order=options.order,
        date_format=options.date_format,
        decimal=options.decimal,
        timezone=options.timezone,
        encoding=options.encoding,
    )
    if not options.reject:
        reading.insist()
    # Only now, so that a wrong file name is told at once.
    import matplotlib

    from crmlab.report import build_report

    matplotlib.use("Agg")  # no window, and no display needed
    return build_report(
        reading,
        name=Path(options.file).name,
        as_of=options.as_of,
        currency=options.currency,
        # On long files reading takes about half of the time.
        progress=lambda step, done: progress(step, 0.5 + 0.4 * done),
    )


def _stem(file):
    path = Path(file)
    while path.suffix.lower() in _TABLE_SUFFIXES:
        path = path.with_suffix("")
    return path.name


# What a message calls by its name in Python, and the option of the command.
_OPTIONS = {
    **{name: f"--{name}" for name in ("customer", "date", "amount", "order")},
    **{name: f"--{name}" for name in ("decimal", "timezone", "encoding")},
    "date_format": "--date-format",
    "as_of": "--as-of",
    "bad_rows": "--reject",
    "overwrite": "--force",
}


def _as_options(message):
    """Say which options of the command the names in a message are."""
    named = [name for name in _OPTIONS if re.search(rf"\b{name}(?==| must)", message)]
    if not named:
        return ""
    pairs = ", ".join(f"{name} = {_OPTIONS[name]}" for name in named)
    return _("As options of this command: {pairs}").format(pairs=pairs) + "\n"


@contextmanager
def _progress(name):
    """Give a function that shows the step begun and the part done, where someone looks."""
    if not sys.stderr.isatty():
        yield lambda step, done: None
        return
    from shutil import get_terminal_size
    from threading import Event, Thread

    from tqdm import tqdm

    form = f"{name} {{percentage:3.0f}}% |{{bar:24}}| {{elapsed}} {{desc}}"
    over = Event()
    # Where a terminal does not tell its size, tqdm alone would show nothing.
    width, height = get_terminal_size()
    with tqdm(total=1, bar_format=form, ncols=width, nrows=height, leave=False) as bar:

        def keep_the_clock_running():
            while not over.wait(0.5):
                bar.refresh()

        def begin(step, done):
            bar.n = done
            bar.set_description_str(step)

        Thread(target=keep_the_clock_running, daemon=True).start()
        try:
            yield begin
        finally:
            over.set()


# --- doctor -----------------------------------------------------------------------------


def _add_doctor(commands):
    _add_command(
        commands,
        "doctor",
        _doctor,
        help=_("check this computer before a workshop"),
        description=_(
            "Check Python, packages, fonts, browser, disk and files, and run the first chapter. "
            "For each fault it says what to do."
        ),
    )


def _doctor(options):
    from crmlab.cli.doctor import examine

    return examine()


# --- workshop ---------------------------------------------------------------------------


def _add_workshop(commands):
    parser = commands.add_parser(
        "workshop",
        help=_("personal exercises for a class"),
        description=_("Personal exercises for everybody in a class."),
        allow_abbrev=False,
    )
    steps = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")
    _add_workshop_new(steps)
    _add_workshop_grade(steps)
    _add_workshop_slides(steps)


def _add_workshop_new(steps):
    parser = _add_command(
        steps,
        "new",
        _workshop_new,
        help=_("one exercise and one welcome page for each participant"),
        description=_(
            "Read a roster and write, for each participant, the exercise of a chapter with "
            "numbers of their own and a welcome page. Run again with a longer roster, it adds who "
            "is new; nobody's numbers change, and no file that is there is touched."
        ),
        stopped=_("Stopped. Run the command again: it goes on where it was."),
    )
    parser.add_argument(
        "roster",
        metavar="ROSTER",
        help=_("CSV with a column of names; if you like, columns of ids and of languages (en, zh)"),
    )
    parser.add_argument("--chapter", metavar="NUMBER", type=int, required=True, help=_("which"))
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, required=True, help=_("where the workshop goes")
    )
    parser.add_argument("--encoding", metavar="NAME", help=_("of the roster, for example cp1252"))


def _workshop_new(options):
    from crmlab.workshop.handout import HAND_OUT, RETURNED, make_workshop

    made = make_workshop(
        options.roster, options.chapter, options.out, options.lang, options.encoding
    )
    count, new = len(made.plan.participants), len(made.added)
    print(
        ngettext(
            "{exercise}: {count} participant, {new} of them new.",
            "{exercise}: {count} participants, {new} of them new.",
            count,
        ).format(exercise=made.plan.exercise, count=count, new=new)
    )
    if 0 < new < count:
        print(_("New: {names}").format(names=_names(made.added)))
    if made.kept:
        print(
            _("Name or language changed on the roster; what was handed out stays: {names}").format(
                names=_names(made.kept)
            )
        )
    if made.absent:
        print(
            _("No longer on the roster; they stay in the workshop: {names}").format(
                names=_names(made.absent)
            )
        )
    print(_("Give everybody their folder in {folder}").format(folder=options.out / HAND_OUT))
    print(_("Put what comes back into {folder}").format(folder=options.out / RETURNED))
    return 0


def _add_workshop_grade(steps):
    parser = _add_command(
        steps,
        "grade",
        _workshop_grade,
        help=_("run what came back, and write a report about the class"),
        description=_(
            "Run every returned notebook in a process of its own, under limits and with the "
            "numbers of its participant, and compare its answers. Writes one HTML page and a CSV "
            "file. Run again, it goes on where it was and grades only what has changed. Notebooks "
            "of strangers belong in a container: see docs/handbook.md."
        ),
        stopped=_("Stopped. Run the command again: it goes on where it was."),
    )
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, help=_("of the workshop, made by 'workshop new'")
    )
    parser.add_argument(
        "--out", metavar="PAGE", type=Path, help=_("where the page goes; else FOLDER/report.html")
    )
    parser.add_argument(
        "--returned",
        metavar="FOLDER",
        type=Path,
        help=_("where the returned notebooks are; else FOLDER/returned"),
    )
    parser.add_argument(
        "--workers", metavar="NUMBER", type=int, default=2, help=_("how many run at a time (2)")
    )
    parser.add_argument(
        "--seconds", metavar="NUMBER", type=float, help=_("how long one may run (120)")
    )
    parser.add_argument(
        "--memory", metavar="GB", type=float, help=_("how much memory one may use (2)")
    )


def _workshop_grade(options):
    from crmlab.workshop.handout import RETURNED
    from crmlab.workshop.plan import load_plan

    plan = load_plan(options.folder)
    page = options.out or options.folder / "report.html"
    if not page.parent.is_dir():
        raise CRMError("There is no folder {folder!r}.", folder=str(page.parent))
    from crmlab.workshop.grading import grade
    from crmlab.workshop.page import write_report
    from crmlab.workshop.watchdog import Limits

    chosen = {"seconds": options.seconds, "memory": options.memory and options.memory * 2**30}
    limits = Limits(**{name: value for name, value in chosen.items() if value})
    with _progress(options.folder.name) as progress:
        results = grade(
            plan,
            options.folder,
            options.returned or options.folder / RETURNED,
            lang=options.lang,
            limits=limits,
            workers=max(1, options.workers),
            progress=progress,
        )
    for path in write_report(plan, results, page, lang=options.lang):
        print(path)
    return 0


def _names(participants):
    return ", ".join(one.name for one in participants)


def _add_workshop_slides(steps):
    parser = _add_command(
        steps,
        "slides",
        _workshop_slides,
        help=_("a chapter as slides, for a projector without a network"),
        description=_(
            "Write the slides of a chapter as one HTML page that any browser shows, made of the "
            "chapter's notebook with the figures and tables that are in it. In the page: arrow "
            "keys, a for answers, n for notes, w for notes in a second window; it prints one slide "
            "per page."
        ),
    )
    parser.add_argument("--chapter", metavar="NUMBER", type=int, required=True, help=_("which"))
    parser.add_argument(
        "--out", metavar="PAGE", type=Path, required=True, help=_("where the page goes")
    )
    parser.add_argument("--force", action="store_true", help=_("write over earlier slides"))


def _workshop_slides(options):
    from crmlab.workshop.slides import write_slides

    print(write_slides(options.chapter, options.out, options.lang, overwrite=options.force))
    return 0
