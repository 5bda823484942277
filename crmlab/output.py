"""Pages for people: worded in their template, and on disk as a whole or not at all."""

import os
from contextlib import ExitStack, contextmanager
from functools import cache

from markupsafe import escape

from crmlab import __version__
from crmlab.errors import CRMError
from crmlab.language import gettext


def render(template, **values):
    """Return a page made from a template, its words in the language in use.

    Every value is a text that can hold anything, so it is escaped, unless it is ``Markup``.
    The template holds the words, where the catalogue finds them:
    ``{{ _("Welcome, {name}!", name=name) }}``.

    Parameters
    ----------
    template : pathlib.Path
        Of Jinja.
    **values
        What the template shows, beside ``version``, that of crmlab.

    Returns
    -------
    str
    """
    pages = _templates_in(template.parent)
    return pages.get_template(template.name).render(_=_worded, version=__version__, **values)


@cache
def _templates_in(folder):
    """Return the templates of a folder, each of which is compiled once."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _worded(message, /, **values):
    return escape(gettext(message)).format(**values)


def check_targets(targets, overwrite, source=None):
    """Refuse a folder that is not there, and to write over a file unless told to.

    Parameters
    ----------
    targets : iterable of pathlib.Path
    overwrite : bool
    source : pathlib.Path, optional
        The file that the report is about: it is never written over.
    """
    for target in targets:
        check_folder(target)
        if source is not None and target.exists() and source.exists() and target.samefile(source):
            raise CRMError(
                "The report would be written over the file it is about, {name!r}.", name=str(target)
            )
        if target.exists() and not overwrite:
            raise CRMError(
                "There is a file {name!r} already, and it is left as it is. Name another one, "
                "or write over it with overwrite=True.",
                name=str(target),
            )


def check_folder(target):
    """Refuse a file in a folder that is not there."""
    if not target.parent.is_dir():
        raise CRMError("There is no folder {name!r}; make it first.", name=str(target.parent))


@contextmanager
def drafts(*targets):
    """Give a path beside each target; at the end these files take the targets' places, in order.

    After an error none does, and the drafts are gone.

    Parameters
    ----------
    *targets : pathlib.Path

    Yields
    ------
    list of pathlib.Path
    """
    with ExitStack() as unfinished:
        # One name for a draft: what a killed run left is written over by the next.
        files = [target.with_name(f".{target.name}.part") for target in targets]
        for draft in files:
            unfinished.callback(draft.unlink, missing_ok=True)
        yield files
        for draft, target in zip(files, targets, strict=True):
            os.replace(draft, target)


def write_whole(path, text):
    """Write a file in UTF-8, with line ends as they are, so that it is never there half."""
    with drafts(path) as [draft]:
        draft.write_bytes(text.encode())
