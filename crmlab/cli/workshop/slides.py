"""``crmlab workshop slides``: a session as slides, for a projector without a network."""

from crmlab.cli.base import Command
from crmlab.cli.options import session_options
from crmlab.language import current_language
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    return Command(
        "slides",
        run,
        short_help=_("a session as slides, for a projector without a network"),
        help=_(
            "Write the slides of a session as one HTML page that any browser shows, made of the "
            "session's notebook with the figures and tables that are in it. In the page: arrow "
            "keys, a for answers, n for notes, w for notes in a second window; it prints one slide "
            "per page."
        ),
        options=session_options(_("write over earlier slides")),
    )


def run(session, out, overwrite):
    """Write the slides."""
    from crmlab.workshop.slides import write_slides

    print(write_slides(session, out, current_language(), overwrite=overwrite))
    return 0
