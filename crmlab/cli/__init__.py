"""The command ``crmlab``: what runs without a notebook.

Each command is one module: ``command`` describes it, in the language in use, and ``run`` does
it. What is heavy is imported when a command runs, so that ``crmlab --help`` is instant.

Exit codes: 0 done; 1 the doctor found a fault; 2 the input has to be mended; 130 stopped.
"""

import signal
import sys

import click

from crmlab.cli import doctor, report, workshop
from crmlab.cli.base import Group, language_of, say_stopped
from crmlab.cli.words import click_speaks
from crmlab.language import gettext as _
from crmlab.language import use_language


def main(arguments=None):
    """Run the command and return its exit code."""
    if arguments is None:
        arguments = sys.argv[1:]
        # Ended from outside, it tidies up as it does after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        # A console of another character set shows a ? rather than a traceback.
        stream.reconfigure(errors="replace")
    language = language_of(arguments)
    use_language(language)  # before a command describes itself
    with click_speaks(language):
        try:
            return _crmlab().main(arguments, "crmlab", standalone_mode=False)
        except click.MissingParameter as error:  # click ends it with a full stop of its own
            missing = error.format_message().rstrip(".")
            click.UsageError(_("{missing}.").format(missing=missing), error.ctx).show(sys.stderr)
            return error.exit_code
        except click.UsageError as error:
            error.show(sys.stderr)
            return error.exit_code
        except click.Abort:  # before the command itself began
            return say_stopped(_("Stopped; nothing was written."))


def _crmlab():
    return Group(
        "crmlab",
        help=_("The commands of the CRM course."),
        commands=[report.command(), doctor.command(), workshop.command()],
    )
