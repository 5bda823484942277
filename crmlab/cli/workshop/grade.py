"""``crmlab workshop grade``: run what came back, and write a report about the class."""

from click import Argument, Option

from crmlab.cli.base import Command
from crmlab.cli.options import PATH, number_above_0, whole_number
from crmlab.cli.progress import progress_bar
from crmlab.language import current_language
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    folder, number = _("FOLDER"), _("NUMBER")
    return Command(
        "grade",
        run,
        short_help=_("run what came back, and write a report about the class"),
        help=_(
            "Run every returned notebook in a process of its own, under limits and with the "
            "numbers of its participant, and compare its answers. Writes one HTML page and a CSV "
            "file. Run again, it goes on where it was and grades only what has changed. Notebooks "
            "of strangers belong in a container: see docs/handbook.md."
        ),
        stopped=_("Stopped. Run the command again: it goes on where it was."),
        arguments=[
            Argument(
                ["folder"],
                metavar=folder,
                type=PATH,
                help=_("of the workshop, made by 'workshop new'"),
            )
        ],
        options=[
            Option(
                ["--out"],
                metavar=_("PAGE"),
                type=PATH,
                help=_("where the page goes; else FOLDER/report.html"),
            ),
            Option(
                ["--returned"],
                metavar=folder,
                type=PATH,
                help=_("where the returned notebooks are; else FOLDER/returned"),
            ),
            Option(
                ["--workers"],
                metavar=number,
                type=whole_number,
                default=2,
                help=_("how many run at a time (2)"),
            ),
            Option(
                ["--seconds"],
                metavar=number,
                type=number_above_0,
                help=_("how long one may run (120)"),
            ),
            Option(
                ["--memory"],
                metavar=_("GB"),
                type=number_above_0,
                help=_("how much memory one may use (2)"),
            ),
        ],
    )


def run(folder, out, returned, workers, seconds, memory):
    """Grade what came back, and write the page and the table."""
    from crmlab.output import check_folder
    from crmlab.workshop.handout import RETURNED
    from crmlab.workshop.plan import load_plan

    plan = load_plan(folder)
    page = out or folder / "report.html"
    check_folder(page)
    from crmlab.workshop.grading import grade
    from crmlab.workshop.page import write_report
    from crmlab.workshop.watchdog import Limits

    chosen = {"seconds": seconds, "memory": memory and memory * 2**30}
    limits = Limits(**{name: value for name, value in chosen.items() if value})
    lang = current_language()
    with progress_bar(folder.name) as progress:
        results = grade(
            plan,
            folder,
            returned or folder / RETURNED,
            lang=lang,
            limits=limits,
            workers=max(1, workers),
            progress=progress,
        )
    for path in write_report(plan, results, page, lang=lang):
        print(path)
    return 0
