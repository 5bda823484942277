"""``crmlab workshop new``: one exercise and one welcome page for each participant."""

from click import Argument, Option

from crmlab.cli.base import Command
from crmlab.cli.options import PATH
from crmlab.language import current_language, ngettext
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    return Command(
        "new",
        run,
        short_help=_("one exercise and one welcome page for each participant"),
        help=_(
            "Read a roster and write, for each participant, the exercise of a session with "
            "numbers of their own and a welcome page. Run again with a longer roster, it adds who "
            "is new; nobody's numbers change, and no file that is there is touched."
        ),
        stopped=_("Stopped. Run the command again: it goes on where it was."),
        arguments=[
            Argument(
                ["roster"],
                metavar=_("ROSTER"),
                type=PATH,
                help=_(
                    "CSV with a column of names; if you like, columns of ids and of languages "
                    "(en, zh)"
                ),
            )
        ],
        options=[
            Option(
                ["--session"],
                metavar=_("NUMBER"),
                required=True,
                help=_("which, for example 3"),
            ),
            Option(
                ["--out"],
                metavar=_("FOLDER"),
                type=PATH,
                required=True,
                help=_("where the workshop goes"),
            ),
            Option(
                ["--encoding"],
                metavar=_("NAME"),
                help=_("of the roster, for example cp1252"),
            ),
        ],
    )


def run(roster, session, out, encoding):
    """Make the workshop, or what is new in it, and say what to do next."""
    from crmlab.workshop.handout import HAND_OUT, RETURNED, make_workshop

    made = make_workshop(roster, session, out, current_language(), encoding)
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
    print(_("Give everybody their folder in {folder}").format(folder=out / HAND_OUT))
    print(_("Put what comes back into {folder}").format(folder=out / RETURNED))
    return 0


def _names(participants):
    return ", ".join(one.name for one in participants)
