"""What can be run of a returned notebook: its code cells, with the trusted parameters put in."""

import json
import re
from dataclasses import dataclass

import nbformat

from crmlab.workshop import plain
from crmlab.workshop.notebook_json import NotRunnable, parsed, said_in, source_of

_MOST_VALUES = 20_000  # in what is run: to validate them takes half a second
_NOT_RUN = ("markdown", "raw")


@dataclass(frozen=True)
class Cell:
    """One code cell.

    Attributes
    ----------
    source : str
    number : int
        Among the code cells of the returned notebook, from 1; 0 if it was put in.
    """

    source: str
    number: int

    def checks(self, task):
        """Return whether the cell looks as if it asked for the check of a task."""
        return re.search(rf"\.check\(\s*[\"']{re.escape(task)}[\"']", self.source) is not None


def code_cells(content, parameters):
    """Return the source of each code cell, with trusted parameters put in.

    Parameters
    ----------
    content : bytes
        Of the returned notebook.
    parameters : dict

    Returns
    -------
    list of Cell

    Raises
    ------
    NotRunnable
    """
    code = [cell for cell in _notebook(content).cells if cell.cell_type == "code"]
    # After theirs, which may hold more than parameters; without any, at the top.
    place = max((n for n, cell in enumerate(code, start=1) if _has_parameters(cell)), default=0)
    trusted = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cells = [Cell(cell.source, number) for number, cell in enumerate(code, start=1)]
    return [*cells[:place], Cell(trusted, 0), *cells[place:]]


def _has_parameters(cell):
    tags = cell.metadata.get("tags", ())
    return "parameters" in tags or "injected-parameters" in tags


def _notebook(content):
    data = parsed(content)
    version = data.get("nbformat") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise NotRunnable("It is not a notebook: it names no format.")
    if version > nbformat.current_nbformat:
        raise NotRunnable(
            "Its format, {version}, is newer than what can be read here ({known}).",
            version=version,
            known=nbformat.current_nbformat,
        )
    try:
        text = json.dumps(_without_the_rest(data) if version >= 4 else data)
        plain.measure(text.encode(), _MOST_VALUES)
        notebook = nbformat.reads(text, as_version=nbformat.current_nbformat)
        nbformat.validate(notebook)
    # What a damaged notebook makes the library raise is of many kinds.
    except Exception as error:
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NotRunnable("It is a damaged notebook: {why}.", why=why[:200]) from None
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if str(language).lower() != "python":
        raise NotRunnable(
            "It is written for another language, {language}.", language=str(language)[:40]
        )
    return notebook


def _without_the_rest(data):
    """Return a notebook with its code alone: what is shown or said in it may be of any size."""
    language = said_in(data, str, "metadata", "kernelspec", "language")
    kernel = {"name": "python3", "display_name": "Python 3", "language": language or "python"}
    cells = []
    for cell in data["cells"]:
        if cell["cell_type"] in _NOT_RUN:
            continue
        source = cell["source"]
        lines = isinstance(source, list) and all(isinstance(line, str) for line in source)
        tags = [
            tag for tag in said_in(cell, list, "metadata", "tags") or () if isinstance(tag, str)
        ]
        cells.append(
            {
                "cell_type": cell["cell_type"],
                "execution_count": None,
                "metadata": {"tags": [tag for tag in tags if "parameters" in tag]},
                "outputs": [],
                "source": source_of(cell) if lines else source,
            }
        )
    metadata = data["metadata"]
    if isinstance(metadata, dict):
        metadata = {"kernelspec": kernel}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}
