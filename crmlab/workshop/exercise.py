"""The exercise of a chapter, as built: where it is, in which languages, with which parameters.

An exercise is part of the course's folder, not of the installed package. It is looked for
beside the package first, because its checks are that package's, then in the current folder
and in those around it.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

from crmlab.errors import CRMError
from crmlab.language import LANGUAGES
from crmlab.language import gettext as _

_SHELF = "exercises"
_PACKAGE = Path(__file__).parents[1]
_PERSONAL = {"seed", "participant", "lang"}


@dataclass(frozen=True)
class Exercise:
    """The exercise of one chapter.

    Attributes
    ----------
    name : str
        The chapter folder's name, such as ``"03_segmentation"``.
    notebooks : dict
        Language to the notebook's path, for every language that has one.
    """

    name: str
    notebooks: dict

    def read(self, lang):
        """Return the notebook of a language, without outputs.

        Raises
        ------
        CRMError
            If the exercise has no edition in the language.
        """
        import nbformat

        if lang not in self.notebooks:
            raise CRMError(
                _(
                    "The exercise {name} is not there in the language {lang!r} yet, only in: "
                    "{known}. Write one of these into the roster's column of languages, or leave "
                    "its cells empty and choose with --lang."
                ).format(name=self.name, lang=lang, known=", ".join(self.notebooks))
            )
        notebook = nbformat.read(self.notebooks[lang], as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        return notebook

    def parameters(self):
        """Return the defaults of the parameters cell, without what is personal.

        Read as Python, not by `papermill.inspect_notebook`, which gives the values as text
        and misses names that are set together: ``lookback, gap = 365, 14``.
        """
        lang = next(iter(self.notebooks))
        found = {}
        for cell in self.read(lang).cells:
            if "parameters" in cell.metadata.get("tags", ()):
                for node in ast.parse(cell.source).body:
                    found |= _assigned(node)
        return {name: value for name, value in found.items() if name not in _PERSONAL}


def _assigned(node):
    (target,) = node.targets
    value = ast.literal_eval(node.value)
    if isinstance(target, ast.Tuple):
        return {name.id: one for name, one in zip(target.elts, value, strict=True)}
    return {target.id: value}


def find_exercise(chapter, places=None):
    """Find the exercise of a chapter.

    Parameters
    ----------
    chapter : int
    places : iterable of pathlib.Path, optional
        Folders that may be that of the course. Default: the one beside the package, the
        current folder and those around it.

    Returns
    -------
    Exercise

    Raises
    ------
    CRMError
        If the exercises are not found, or there is none of that chapter.
    """
    if places is None:
        places = (_PACKAGE.parent, Path.cwd(), *Path.cwd().parents)
    shelves = (place / _SHELF for place in places)
    shelf = next((shelf for shelf in shelves if any(shelf.glob("[0-9][0-9]_*.ipynb"))), None)
    if shelf is None:
        raise CRMError(
            _(
                "The exercises of the course are not here. Run this in the folder of the course, "
                "the one that holds the folder {name!r}."
            ).format(name=_SHELF)
        )
    names = sorted(path.stem for path in shelf.glob("[0-9][0-9]_*.ipynb"))
    name = next((name for name in names if int(name[:2]) == chapter), None)
    if name is None:
        raise CRMError(
            _("There is no exercise of chapter {chapter}. There are those of: {known}.").format(
                chapter=chapter, known=", ".join(str(int(name[:2])) for name in names)
            )
        )
    paths = {
        lang: (shelf if lang == "en" else shelf / lang) / f"{name}.ipynb" for lang in LANGUAGES
    }
    return Exercise(name, {lang: path for lang, path in paths.items() if path.is_file()})
