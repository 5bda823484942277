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


def notebook_of(kind, session, lang="en"):
    """Return the notebook of a session in one language.

    Parameters
    ----------
    kind : {"chapters", "exercises", "solutions"}
    session : str or int
        ``"3a"``, or 3 where the chapter has one session only.
    lang : {"en", "zh"}

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CRMError
        If the course is not here, or has no such session in that language.
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
        _as_said(path.name.partition("_")[0]): path
        for path in sorted(edition.glob("*.ipynb"), reverse=True)
        if re.match(r"\d\d[a-z]?_", path.name)
    }
    wanted = _as_said(str(session))
    if wanted not in known:
        raise CRMError(
            "There is no session {session} in {folder}. There are: {known}.",
            session=wanted,
            folder=str(edition),
            known=", ".join(sorted(known, key=lambda name: known[name].name)) or "–",
        )
    return known[wanted]


def _as_said(number):
    """Return the number of a session as people say it: 3a for 03a."""
    return number.strip().lower().lstrip("0") or "0"


def session_of(exercise):
    """Return how people call the session of an exercise: 3a for ``03a_rfm_and_pyramid``."""
    return _as_said(exercise.partition("_")[0])


def guide_of(session):
    """Return the instructor's guide of a session.

    Parameters
    ----------
    session : str or int
        ``"3a"``, or 3 where the chapter has one session only; or the name of its folder.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CRMError
        If the course is not here, or has no such session.
    """
    lesson = notebook_of("chapters", session_of(str(session)))
    path = lesson.parents[1] / "manuscript" / lesson.stem / "guide.md"
    if not path.is_file():
        raise CRMError("There is no guide {path!r} in this copy of the course.", path=str(path))
    return path
