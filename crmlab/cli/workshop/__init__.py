"""``crmlab workshop``: what an instructor runs before, in and after a class."""

from crmlab.cli.base import Group
from crmlab.cli.workshop import cards, game, grade, new, slides
from crmlab.language import gettext as _


def command():
    """Return the commands of a workshop, described in the language in use."""
    return Group(
        "workshop",
        short_help=_("personal exercises for a class"),
        help=_("Personal exercises for everybody in a class."),
        commands=[
            new.command(),
            grade.command(),
            slides.command(),
            cards.command(),
            game.command(),
        ],
    )
