"""``crmlab workshop slides``: a chapter as slides, for a projector without a network."""

from click import Option

from crmlab.cli.base import Command
from crmlab.cli.options import PATH, whole_number
from crmlab.language import current_language
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    return Command(
        "slides",
        run,
        short_help=_("a chapter as slides, for a projector without a network"),
        help=_(
            "Write the slides of a chapter as one HTML page that any browser shows, made of the "
            "chapter's notebook with the figures and tables that are in it. In the page: arrow "
            "keys, a for answers, n for notes, w for notes in a second window; it prints one slide "
            "per page."
        ),
        options=[
            Option(
                ["--chapter"],
                metavar=_("NUMBER"),
                type=whole_number,
                required=True,
                help=_("which"),
            ),
            Option(
                ["--out"],
                metavar=_("PAGE"),
                type=PATH,
                required=True,
                help=_("where the page goes"),
            ),
            Option(["--force", "overwrite"], is_flag=True, help=_("write over earlier slides")),
        ],
    )


def run(chapter, out, overwrite):
    """Write the slides."""
    from crmlab.workshop.slides import write_slides

    print(write_slides(chapter, out, current_language(), overwrite=overwrite))
    return 0
