"""What participants wrote where an exercise asks for words: read from what came back.

An exercise keeps the place in a text cell of its own, whose id ends in ``-yours``; the cell above
it asks. Programs that rewrite notebooks drop ids: the beginning of the text, as it was handed out,
tells then. People also write below, into text cells of their own, up to the next heading.
"""

import re
from dataclasses import dataclass

from crmlab.workshop.notebook_json import said_in, source_of

_ID = "-yours"
# As exercises hand it out, in every language.
_PLACE = re.compile(r"\s*\*?(Your \w+:|你的\w+：)\*?\s*(?P<text>.*)", re.DOTALL)
_DOTS = re.compile(r"[\s.…]*")
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_MOST = 20_000  # characters
_MOST_PLACES, _MOST_BELOW = 100, 100  # cells; a notebook can have a million


@dataclass(frozen=True)
class Words:
    """One answer in words.

    Attributes
    ----------
    place : int
        Which of the places for words in the notebook, from 1.
    text : str
        Markdown of unknown origin; empty where nothing was written.
    """

    place: int
    text: str


def words_of(notebook):
    """Return the answers in words of a notebook.

    Parameters
    ----------
    notebook : object
        Its content, read as JSON.

    Returns
    -------
    tuple of Words
    """
    cells = said_in(notebook, list, "cells") or []
    found = []
    for number, cell in enumerate(cells):
        if not _is_place(cell):
            continue
        place = _PLACE.fullmatch(source_of(cell)) if _is_text(cell) else None
        below = cells[number + 1 : number + 1 + _MOST_BELOW]
        texts = [place["text"] if place else source_of(cell), *_below(below)]
        text = "\n\n".join(text.strip() for text in texts if not _DOTS.fullmatch(text))
        found.append(Words(len(found) + 1, text[:_MOST]))
        if len(found) == _MOST_PLACES:
            break
    return tuple(found)


def _below(cells):
    """Yield the text cells right below, up to the next heading, code or place for words."""
    for cell in cells:
        source = source_of(cell)
        tags = said_in(cell, list, "metadata", "tags") or ()
        if not _is_text(cell) or _HEADING.search(source) or "solution" in tags or _is_place(cell):
            return
        yield source


def _is_place(cell):
    """Return whether a cell asks for words, by how it begins or by its id."""
    by_text = _is_text(cell) and _PLACE.fullmatch(source_of(cell)) is not None
    return by_text or str(said_in(cell, str, "id") or "").endswith(_ID)


def _is_text(cell):
    return said_in(cell, str, "cell_type") in ("markdown", "raw")
