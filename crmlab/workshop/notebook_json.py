"""The JSON of a notebook that a stranger wrote: read within bounds, and asked for what is there."""

from crmlab.errors import CRMError
from crmlab.workshop import plain


class NotRunnable(CRMError):
    """A file that cannot be run as a notebook; the text says why."""


def parsed(content):
    """Return the content of a notebook file, read as JSON.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    object

    Raises
    ------
    NotRunnable
        If it is empty, no JSON, or so large or deep that reading it would take the memory of the
        one who grades.
    """
    if not content.strip():
        raise NotRunnable("The file is empty.")
    try:
        return plain.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotRunnable("It is not a notebook: {why}.", why=error) from None


def said_in(data, kind, *names):
    """Return what stands under names in data of a stranger, if it is of a kind, else None."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, kind) else None


def source_of(cell):
    """Return the source of a cell of any notebook, which may be a list of lines."""
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
