"""``crmlab workshop grade``: run what came back, and write a report about the class."""

import math
import time

from click import Argument, Option

from crmlab.cli.base import Command
from crmlab.cli.options import PATH, chosen_limits, run_options
from crmlab.cli.progress import progress_lines
from crmlab.language import current_language
from crmlab.language import gettext as _
from crmlab.output import check_folder
from crmlab.workshop.safe_text import line

_PAGE_EVERY = 10  # seconds
_SHORT = 24  # characters of a name


def command():
    """Return the command, described in the language in use."""
    folder = _("FOLDER")
    return Command(
        "grade",
        run,
        short_help=_("run what came back, and write a report about the class"),
        help=_(
            "Run every returned notebook in a process of its own, under limits and with the "
            "numbers of its participant, and compare its answers. FOLDER is the workshop's; in it "
            "or beside it, the zip of the class can stand there instead. Writes the class report, "
            "one without names for the projector, the answers in words, marks to import into "
            "Moodle or Canvas, and a page for each participant. Run again, it goes on where it was "
            "and grades only what has changed. What is promised, and what not: docs/handbook.md."
        ),
        stopped=_("Stopped. Run the command again: it goes on where it was."),
        arguments=[
            Argument(
                ["folder"],
                metavar=folder,
                type=PATH,
                help=_("of the workshop, made by 'workshop new'; or the zip of the class"),
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
                metavar=_("PLACE"),
                type=PATH,
                help=_("a folder or a zip of the returned notebooks; else FOLDER/returned"),
            ),
            Option(
                ["--who"],
                metavar=_("FILE=ID"),
                multiple=True,
                help=_("whose a notebook is, where it is not clear; - for nobody's"),
            ),
            Option(
                ["--due"],
                metavar=_("TIME"),
                help=_("what came later is marked, for example '2026-03-01 18:00'"),
            ),
            Option(
                ["--column"],
                metavar=_("NAME"),
                help=_("name of the column of marks; else the exercise"),
            ),
            *run_options(_("how long one may run (120)")),
        ],
    )


def run(folder, out, returned, who, due, column, workers, seconds, memory):
    """Grade what came back, and write the page, the tables and what goes home."""
    from crmlab.workshop.find import workshop_of
    from crmlab.workshop.marks import moment_of
    from crmlab.workshop.plan import load_plan
    from crmlab.workshop.points import read_points
    from crmlab.workshop.questions import answers_in, ask, given

    folder, returned = workshop_of(folder, returned)
    plan = load_plan(folder)
    due = moment_of(due) if due else None
    points = read_points(folder, plan.exercise)
    page = out or folder / "report.html"
    check_folder(page)
    answers = answers_in(folder, plan) | given(who, plan)
    from crmlab.workshop.deliver import Report
    from crmlab.workshop.grading import grade
    from crmlab.workshop.returned import collect
    from crmlab.workshop.watchdog import Limits

    limits = Limits(**chosen_limits(seconds, memory))
    lang = current_language()
    intake = collect(plan, returned, folder, answers)
    if intake.questions:
        ask(intake.questions, folder)
    report = Report(plan, page, lang, intake, points, due, column)
    with progress_lines(folder.name) as progress:
        so_far = SoFar(report, intake, progress)
        results = grade(
            plan,
            folder,
            intake,
            lang=lang,
            limits=limits,
            workers=max(1, workers),
            progress=so_far.running,
            partial=so_far.write,
        )
    for path in report.write(results):
        print(path)
    return 0


class SoFar:
    """Keeps the instructor told while notebooks are being checked: on the screen, on the page.

    Parameters
    ----------
    report : crmlab.workshop.deliver.Report
    intake : crmlab.workshop.returned.Intake
    progress : callable
        Shows a text and the share that is done.
    """

    def __init__(self, report, intake, progress):
        self._report, self._progress = report, progress
        self._all = len(intake.notebooks)
        self._names = {
            one.file: one.participant.name for one in intake.notebooks if one.participant
        }
        self._files, self._written = (), -math.inf

    def running(self, files, share):
        """Show who is running."""
        self._files = tuple(files)
        names = " · ".join(line(self._names.get(file, file), _SHORT) for file in files)
        done = _("{done} of {all}").format(done=round(share * self._all), all=self._all)
        self._progress(f"{done} · {names}" if names else done, share)

    def write(self, results):
        """Write the page, at the beginning and then every few seconds."""
        if time.monotonic() - self._written < _PAGE_EVERY or len(results) == self._all:
            return
        self._report.write_so_far(results, self._files, self._all - len(results))
        self._written = time.monotonic()
