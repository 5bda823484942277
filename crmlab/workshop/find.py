"""Which workshop is meant: its folder, or a zip of the class in it or beside it."""

from pathlib import Path

from crmlab.errors import CRMError
from crmlab.workshop.handout import RETURNED
from crmlab.workshop.plan import PLAN_NAME

_MOST_SHOWN = 5


def workshop_of(named, returned=None):
    """Return the folder of a workshop, and where what came back is.

    Parameters
    ----------
    named : pathlib.Path
        The folder of the workshop; or a zip or folder of what came back, where the workshop is the
        current folder, the one in which that lies, or the only one in either of them.
    returned : pathlib.Path, optional
        What came back, where `named` is the workshop.

    Returns
    -------
    tuple of pathlib.Path

    Raises
    ------
    CRMError
        If there is no workshop here, or more than one.
    """
    if (named / PLAN_NAME).is_file() or not named.exists() or returned is not None:
        return named, returned or named / RETURNED
    around = [Path.cwd(), named.absolute().parent]
    for places in (around, [folder for place in around for folder in sorted(place.glob("*/"))]):
        found = {place.resolve(): place for place in places if (place / PLAN_NAME).is_file()}
        if len(found) > 1:
            raise CRMError(
                "Which workshop is {name!r} of? There are: {folders}. Say it like this: crmlab "
                "workshop grade {first} --returned {name}",
                name=str(named),
                folders=", ".join(str(place) for place in list(found.values())[:_MOST_SHOWN]),
                first=str(next(iter(found.values()))),
            )
        if found:
            return next(iter(found.values())), named
    raise CRMError(
        "There is no workshop in or around this folder to which {name!r} could belong: none has a "
        "{plan}. Go to the folder that 'crmlab workshop new' made, or name it: crmlab workshop "
        "grade FOLDER --returned {name}",
        name=str(named),
        plan=PLAN_NAME,
    )
