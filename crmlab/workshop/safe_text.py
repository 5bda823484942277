"""Texts that came with a submission, made fit to be shown.

Whoever wrote a notebook chose its names and its error messages: they can be endless, write
right to left over the words beside them, or be read as a formula by a spreadsheet. Escaping
for HTML is left to the template, which does it for every text.
"""

import re
import unicodedata

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Where lists are parted by semicolons, a spreadsheet ends a cell at one, and at a line's end, too.
_FORMULA_INSIDE = re.compile('([;\t\r\n][\\s"]*+)([=+\\-@＝＋－＠])')
_JOINERS = "\u200c\u200d"  # without them names in Persian or Hindi are misspelt
_STACKED = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})[\u0300-\u036f"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def block(text, most=600):
    """Return a text with its lines, without characters that cannot be seen.

    Parameters
    ----------
    text : str
    most : int
        Characters at most; where more were there, the last one is an ellipsis.
    """
    # What is cut off anyway is not looked at: a message can have a hundred million characters.
    text = str(text)[: 4 * most]
    text = re.sub("\r\n?|[\v\f\x85\u2028\u2029]", "\n", text)
    text = "".join(map(_visible, text))
    text = _STACKED.sub(r"\1", text).strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def line(text, most=200):
    """Return a text as one line, without characters that cannot be seen."""
    text = " ".join(block(text, 2 * most).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cell(value):
    """Return what to write into a CSV file: no text that a spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    value = _FORMULA_INSIDE.sub(r"\1'\2", value)
    return "'" + value if value.startswith(_FORMULA) else value


def _visible(character):
    """Return a character, or what stands for one that cannot be seen or cannot be written."""
    match unicodedata.category(character):
        case "Cc":
            return character if character == "\n" else " "
        case "Cf":  # directions of writing among them
            return character if character in _JOINERS else ""
        case "Cs" | "Cn" | "Co":
            return "\ufffd"
    return character
