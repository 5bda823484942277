"""``crmlab workshop cards``: the roles of a role play, to print."""

from crmlab.cli.base import Command
from crmlab.cli.options import session_options
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    return Command(
        "cards",
        run,
        short_help=_("the roles of a session's role play, to print"),
        help=_(
            "Write the cards of the role play in the guide of a session as one HTML page: a page "
            "for each role, and one with the questions of the debrief for you. The guides are in "
            "English."
        ),
        options=session_options(_("write over earlier cards")),
    )


def run(session, out, overwrite):
    """Write the cards."""
    from crmlab.workshop.cards import write_cards

    print(write_cards(session, out, overwrite=overwrite))
    return 0
