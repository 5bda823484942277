"""Help laid out for a terminal, in which a Chinese sign is as wide as two letters."""

import re
from unicodedata import east_asian_width

import click

from crmlab.language import gettext as _

# What a line is broken between: words, and Chinese signs. A mark that closes or divides
# stays with the sign before it, one that opens with the sign after it.
_PIECES = re.compile(
    r"\s*[（“]*(?:[\u2e80-\u9fff]|[^\s\u2e80-\uffef“”]+)[，。；：、！？）”]*|\s*\S"
)


class Formatter(click.HelpFormatter):
    """click's page of help, measured in columns of the terminal instead of characters."""

    def write_usage(self, prog, args="", prefix=None):
        """Write how the command is called."""
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading):
        """Write the heading of a list."""
        self.write(_("{heading}:").format(heading=heading) + "\n")

    def write_text(self, text):
        """Write a paragraph."""
        indent = " " * self.current_indent
        lines = wrapped(text, self.width - self.current_indent)
        self.write("".join(f"{indent}{line}\n" for line in lines))

    def write_dl(self, rows, col_max=30, col_spacing=2):
        """Write a list of terms, each with what it means beside it."""
        rows = list(rows)
        column = min(max(width(term) for term, _meaning in rows), col_max) + col_spacing
        left = self.current_indent + column
        for term, meaning in rows:
            first, *more = wrapped(meaning, self.width - left)
            gap = column - width(term)
            between = " " * gap if gap >= col_spacing else "\n" + " " * left
            self.write(" " * self.current_indent + term + between + f"{first}\n")
            self.write("".join(" " * left + f"{line}\n" for line in more))


def width(text):
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text, columns):
    """Return the lines of a text that is to take no more than so many columns."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and width(lines[-1] + piece) > columns:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines
