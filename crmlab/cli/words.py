"""The words of click that a reader of the commands can meet, in the language in use.

click looks its words up with the standard gettext, and that one asks the environment for the
language. Listed here, click's words stand in the catalogue of the course, beside its own.
"""

import gettext
import os
from contextlib import contextmanager

from crmlab.language import LOCALE, mark, nmark

CLICK = (
    mark("Positional arguments"),
    mark("Options"),
    mark("Commands"),
    mark("required"),
    mark("Show this message and exit."),
    mark("Try '{command} {option}' for help."),
    mark("Error: {message}"),
    mark("Missing command."),
    mark("No such command {name!r}."),
    mark("Missing argument"),
    nmark("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    mark("Missing option"),
    mark("No such option {name!r}."),
    nmark("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    mark("Option {name!r} does not take a value."),
    nmark("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    mark("Invalid value for {param_hint}: {message}"),
    nmark("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


@contextmanager
def click_speaks(language):
    """Let click, within the block, show its words in a language of the course."""
    domain, chosen = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain("crmlab", LOCALE)
    gettext.textdomain("crmlab")
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.textdomain(domain)
        os.environ.pop("LANGUAGE")
        if chosen is not None:
            os.environ["LANGUAGE"] = chosen
