"""The exercise of a session, as built: in which languages it is, and its parameters."""

import ast
from dataclasses import dataclass

from crmlab.errors import CRMError
from crmlab.language import LANGUAGES
from crmlab.workshop.course import notebook_of

_PERSONAL = {"seed", "participant", "lang"}


@dataclass(frozen=True)
class Exercise:
    """The exercise of one session.

    Attributes
    ----------
    name : str
        The session folder's name, such as ``"03a_rfm_and_pyramid"``.
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
                "The exercise {name} is not there in the language {lang!r} yet, only in: "
                "{known}. Write one of these into the roster's column of languages, or leave "
                "its cells empty and choose with --lang.",
                name=self.name,
                lang=lang,
                known=", ".join(self.notebooks),
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


def find_exercise(session):
    """Find the exercise of a session in the folder of the course.

    Parameters
    ----------
    session : str or int
        ``"3a"``, or 3 where the chapter has one session only.

    Returns
    -------
    Exercise

    Raises
    ------
    CRMError
        If the course is not here, or has no exercise of that session.
    """
    english = notebook_of("exercises", session)
    editions = {
        lang: english if lang == "en" else english.parent / lang / english.name
        for lang in LANGUAGES
    }
    return Exercise(english.stem, {lang: path for lang, path in editions.items() if path.is_file()})
