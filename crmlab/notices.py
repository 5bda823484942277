"""What the package has to tell the person at the keyboard.

A step that repairs, leaves out or collapses something says so in one plain sentence. The
sentences go through the standard logger ``crmlab``, so a program can silence or collect
them; in a notebook they appear under the cell without a path or a line number.
"""

import logging
import sys

_LOGGER = logging.getLogger("crmlab")


class _CurrentStdout(logging.Handler):
    """Write to whatever ``sys.stdout`` is now: a notebook swaps it after import."""

    def emit(self, record):
        sys.stdout.write(self.format(record) + "\n")


_LOGGER.addHandler(_CurrentStdout())
_LOGGER.setLevel(logging.INFO)


def say(sentence):
    """Tell the user one thing, already in their language.

    Silence it with ``logging.getLogger("crmlab").setLevel("ERROR")``.
    """
    _LOGGER.info(sentence)
