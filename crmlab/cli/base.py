"""What every command has: its language, its page of help, its errors and exit codes."""

import errno
import sys
from itertools import chain

import click

from crmlab.cli.layout import Formatter
from crmlab.cli.options import as_options
from crmlab.errors import CRMError
from crmlab.language import LANGUAGES
from crmlab.language import gettext as _


class _Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command that says in one line what went wrong, and returns its exit code.

    Parameters
    ----------
    name : str
    run : callable
        Called with a keyword for each argument and option; returns the exit code.
    arguments : list of click.Argument, optional
    sections : dict, optional
        Heading to a list of options that stand under it on the page of help.
    options : list of click.Option, optional
        The others.
    stopped : str, optional
        What to say after Ctrl-C.
    **words
        ``help`` and ``short_help``.
    """

    context_class = _Context

    def __init__(
        self, name, run, *, arguments=(), sections=None, options=(), stopped=None, **words
    ):
        self.sections = sections or {}
        self.stopped = stopped or _("Stopped; nothing was written.")
        super().__init__(
            name,
            callback=run,
            params=[*arguments, *chain(*self.sections.values()), *options, _lang()],
            options_metavar=_("[OPTIONS]"),
            **words,
        )

    def format_options(self, ctx, formatter):
        """Write the options under their headings, and last those without."""
        placed = set(chain(*self.sections.values()))
        rest = [one for one in self.get_params(ctx) if _is_option(one) and one not in placed]
        for heading, options in [*self.sections.items(), (_("Options"), rest)]:
            with formatter.section(heading):
                formatter.write_dl([option.get_help_record(ctx) for option in options])

    def invoke(self, ctx):
        """Run the command and return its exit code."""
        try:
            return super().invoke(ctx)
        except CRMError as error:
            print(as_options(error.told, filter(_is_option, self.params)), file=sys.stderr)
            return 2
        except OSError as error:
            print(_("This did not work: {problem}").format(problem=_told(error)), file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return say_stopped(self.stopped)


class Group(click.Group):
    """Commands under one name, listed in the order in which they are used."""

    context_class = _Context

    def __init__(self, name, *, commands, **words):
        super().__init__(
            name,
            commands=commands,
            params=[_lang()],
            options_metavar=_("[OPTIONS]"),
            subcommand_metavar=_("COMMAND …"),
            **words,
        )

    def list_commands(self, ctx):
        """Return the names of the commands, in the order given."""
        return list(self.commands)


def _told(error):
    """Say what the system refused, in the language in use where it is one of the usual things."""
    usual = {
        errno.EACCES: _("you are not allowed to use {path!r}"),
        errno.EPERM: _("you are not allowed to use {path!r}"),
        errno.EROFS: _("nothing can be written to {path!r}"),
        errno.ENOENT: _("there is no {path!r}"),
        errno.EISDIR: _("{path!r} is a folder"),
        errno.ENOTDIR: _("a part of {path!r} is no folder"),
        errno.ENOSPC: _("the disk is full"),
    }
    told = usual.get(error.errno, str(error))
    return told.format(path=error.filename) if error.errno in usual else told


def say_stopped(sentence):
    """Say that the command was stopped, and return the exit code of that."""
    print(sentence, file=sys.stderr)
    return 130


def language_of(arguments):
    """Return the language that the arguments name, wherever they do, or else English.

    It is looked for on its own, so that help and errors are in that language too.
    """
    reader = click.Command(
        "language",
        params=[_lang(expose_value=True)],
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    found = reader.make_context("language", list(arguments), resilient_parsing=True)
    return found.params["lang"] or "en"


def _lang(expose_value=False):
    return click.Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        help=_("language of what is shown"),
        expose_value=expose_value,
    )


def _is_option(parameter):
    return isinstance(parameter, click.Option)
