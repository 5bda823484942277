"""Where the course is on this computer, and which notebook of it is meant."""

import re
from pathlib import Path

from crmlab.errors import CRMError

_PACKAGE = Path(__file__).resolve().parents[1]


def folder_of(kind):
    """Find a folder of notebooks: here, in the folder around this one, or beside the package.

    Parameters
    ----------
    kind : {"chapters", "exercises", "solutions"}

    Returns
    -------
    pathlib.Path or None
    """
    places = (Path.cwd(), Path.cwd().parent, _PACKAGE.parent)
    return next((place / kind for place in places if any((place / kind).glob("0*.ipynb"))), None)


def notebook_of(kind, chapter, lang="en"):
    """Return the notebook of a chapter in one language.

    Parameters
    ----------
    kind : {"chapters", "exercises", "solutions"}
    chapter : int
    lang : {"en", "zh"}

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CRMError
        If the course is not here, or has no such chapter in that language.
    """
    folder = folder_of(kind)
    if folder is None:
        raise CRMError(
            "The notebooks of the course are not here. Run this in the folder of the course, "
            "the one that holds the folder {kind!r}.",
            kind=kind,
        )
    edition = folder if lang == "en" else folder / lang
    known = {  # of two notebooks with one number, 00_primer and 00_start_here, the first
        int(path.name[:2]): path
        for path in sorted(edition.glob("*.ipynb"), reverse=True)
        if re.match(r"\d\d_", path.name)
    }
    if chapter not in known:
        raise CRMError(
            "There is no chapter {chapter} in {folder}. There are: {known}.",
            chapter=chapter,
            folder=str(edition),
            known=", ".join(map(str, sorted(known))) or "–",
        )
    return known[chapter]
