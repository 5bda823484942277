"""Options: how their values are read, and how errors name them."""

import math
import re
from pathlib import Path

import click

from crmlab.language import gettext as _

PATH = click.Path(path_type=Path)
_WORD = "[A-Za-z0-9_]"  # \\w takes a Chinese character beside a name for a part of it
_QUOTED = rf"(?<!{_WORD})'[^'\n]*'|\"[^\"\n]*\""
_LIST = rf"\[(?:{_QUOTED}|[^]'\"\n])*\]"
_PLAIN = re.compile(r"[\w%/:…-]+")  # what no shell takes apart


def whole_number(value):
    """Read the value of an option as a whole number."""
    try:
        return int(value)
    except ValueError:
        raise click.BadParameter(
            _("{value!r} is not a whole number.").format(value=value)
        ) from None


def number_above_0(value):
    """Read the value of an option as a number above 0."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise click.BadParameter(_("{value!r} is not a number above 0.").format(value=value))
    return number


def session_options(overwrite):
    """Return the options of a command that writes a page of a session.

    Parameters
    ----------
    overwrite : str
        What is said of writing over what is there.
    """
    page = {"metavar": _("PAGE"), "type": PATH, "required": True, "help": _("where the page goes")}
    return [
        click.Option(
            ["--session"], metavar=_("NUMBER"), required=True, help=_("which, for example 3")
        ),
        click.Option(["--out"], **page),
        click.Option(["--force", "overwrite"], is_flag=True, help=overwrite),
    ]


def run_options(seconds):
    """Return the options of a command that runs what others wrote.

    Parameters
    ----------
    seconds : str
        What is said of how long one may take.
    """
    return [
        click.Option(
            ["--workers"],
            metavar=_("NUMBER"),
            type=whole_number,
            default=2,
            help=_("how many run at a time (2)"),
        ),
        click.Option(["--seconds"], metavar=_("NUMBER"), type=number_above_0, help=seconds),
        click.Option(
            ["--memory"],
            metavar=_("GB"),
            type=number_above_0,
            help=_("how much memory one may use (2)"),
        ),
    ]


def chosen_limits(seconds, memory):
    """Return the keywords of the limits that the options name; what they leave open is left out.

    Parameters
    ----------
    seconds : float or None
    memory : float or None
        GB.
    """
    chosen = {"seconds": seconds, "memory": memory and int(memory * 2**30)}
    return {name: value for name, value in chosen.items() if value}


def as_options(message, options):
    """Return an error with the parameters that it names written as options of the command.

    ``customer='…'`` becomes ``--customer …``, and ``as_of`` becomes ``--as-of``; an option stands
    once for each of several values: ``keep=['a', 'b']`` becomes ``--keep a --keep b``. What stands
    in quotes is the user's own and stays.
    """
    known = {option.name: option for option in options}
    value = rf"{_LIST}|{_QUOTED}|{_WORD}*"
    names = re.compile(rf"{_QUOTED}|(?<!{_WORD})({'|'.join(known)})(?!{_WORD})(?:=({value}))?")

    def written(found):
        option, value = known.get(found[1]), found[2]
        # A word such as `date` means the parameter only where a value follows.
        if option is None or (value is None and "_" not in option.name):
            return found[0]
        values = re.findall(_QUOTED, value) if value and value[0] == "[" else [value or ""]
        return " ".join(_one_option(option, one.strip("'\"")) for one in values)

    return names.sub(written, message)


def _one_option(option, value):
    if not value or option.is_flag:
        return option.opts[0]
    return f"{option.opts[0]} " + (value if _PLAIN.fullmatch(value) else f'"{value}"')
