"""What the package has to tell the person at the keyboard.

A step that repairs, leaves out or collapses something says so in one plain sentence. The
sentences go through the standard logger ``crmlab``, so a program can silence or collect
them; in a notebook they appear under the cell without a path or a line number.
"""

import logging
import sys
from contextlib import contextmanager

from crmlab.language import fill_verbatim

_LOGGER = logging.getLogger("crmlab")


class _CurrentStdout(logging.Handler):
    """Write to whatever ``sys.stdout`` is now: a notebook swaps it after import."""

    def emit(self, record):
        sys.stdout.write(self.format(record) + "\n")


_LOGGER.addHandler(_CurrentStdout())
if _LOGGER.level == logging.NOTSET:  # leave it as a program has set it before the import
    _LOGGER.setLevel(logging.INFO)


def say(message, /, **values):
    """Tell the user one thing, in their language.

    Silence it with ``logging.getLogger("crmlab").setLevel("ERROR")``.

    Parameters
    ----------
    message : str
        An English text with ``{name:format}`` fields, looked up in the catalogue.
    **values
        What the fields stand for, shown as they are.
    """
    _LOGGER.info(fill_verbatim(message, **values))


@contextmanager
def quiet():
    """Say nothing within the block: what is computed there is not the user's doing."""
    before, _LOGGER.disabled = _LOGGER.disabled, True
    try:
        yield
    finally:
        _LOGGER.disabled = before


@contextmanager
def collected():
    """Gather what is said into a list, instead of showing it."""
    sentences = []
    gather = logging.Handler()
    gather.emit = lambda record: sentences.append(record.getMessage())
    shown_by, _LOGGER.handlers = _LOGGER.handlers, [gather]
    try:
        yield sentences
    finally:
        _LOGGER.handlers = shown_by
