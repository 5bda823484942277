"""``crmlab workshop game``: every returned policy runs a year, and a leaderboard is written."""

from click import Argument, Option

from crmlab.cli.base import Command
from crmlab.cli.options import PATH, chosen_limits, run_options, whole_number
from crmlab.cli.progress import progress_bar
from crmlab.language import current_language
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    number = _("NUMBER")
    return Command(
        "game",
        run,
        short_help=_("every returned policy runs a company for a year"),
        help=_(
            "Run every returned policy of the game, a year at the helm, on companies that nobody "
            "has seen, each policy in a process of its own that sees only what the company would "
            "know. Writes a leaderboard as one HTML page, and the profits as a CSV file."
        ),
        arguments=[
            Argument(
                ["folder"],
                metavar=_("FOLDER"),
                type=PATH,
                help=_("with a .py file of each player, named by the player"),
            )
        ],
        options=[
            Option(
                ["--out"],
                metavar=_("PAGE"),
                type=PATH,
                help=_("where the page goes; else FOLDER/leaderboard.html"),
            ),
            Option(
                ["--companies"],
                metavar=number,
                type=whole_number,
                default=20,
                help=_("how many companies (20)"),
            ),
            Option(
                ["--customers"],
                metavar=number,
                type=whole_number,
                default=3000,
                help=_("customers of each (3000)"),
            ),
            Option(
                ["--seed"],
                metavar=number,
                type=whole_number,
                help=_("of an earlier leaderboard, to play it again; else the companies are new"),
            ),
            *run_options(_("how long a policy may take for a quarter of all companies (120)")),
        ],
    )


def run(folder, out, companies, customers, seed, workers, seconds, memory):
    """Play the tournament, and write the page and the table."""
    from crmlab.output import check_folder
    from crmlab.workshop import tournament
    from crmlab.workshop.leaderboard import write_leaderboard
    from crmlab.workshop.sandbox import Limits

    tournament.collect(folder)  # before anything takes time
    page = out or folder / "leaderboard.html"
    check_folder(page)
    with progress_bar(folder.name) as progress:
        played = tournament.play(
            folder,
            seed=seed,
            companies=companies,
            customers=customers,
            limits=Limits(**chosen_limits(seconds, memory)),
            workers=max(1, workers),
            progress=progress,
        )
    for path in write_leaderboard(played, page, lang=current_language()):
        print(path)
    return 0
