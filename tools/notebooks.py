"""Build the notebooks that learners open from the text that authors edit.

``python -m tools.notebooks`` builds and executes all of them, in every language that has
its prose; ``python -m tools.notebooks 03`` those whose folder starts with ``03``.

A chapter folder ``manuscript/NN_name/`` gives ``chapters/NN_name.ipynb`` from ``lesson.py``
and, for another language, ``chapters/zh/NN_name.ipynb`` from the same code and the prose
of ``zh/lesson.md``. Every cell of the script has an id (``# %% id="rfm-scores"``); the
prose file has one block per markdown cell, each after a line ``<!-- cell: the-id -->``.
Code is the same in every edition, except that the parameters cell says ``lang = "zh"``.
"""

import argparse
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
MANUSCRIPT = ROOT / "manuscript"
WORKERS = 2
CELL_TIMEOUT = 120  # seconds
_BLOCK = re.compile(r"^<!-- cell: (?P<id>[\w-]+) -->\n", re.MULTILINE)
_LANG = re.compile(r'^lang = "en"', re.MULTILINE)


class ManuscriptError(Exception):
    """The manuscript cannot be built; the message says which file and which cell."""


@dataclass(frozen=True)
class Edition:
    """One notebook: where its text comes from and where it goes."""

    script: Path
    language: str = "en"

    @property
    def prose(self):
        """The file with the prose of another language; None for English."""
        if self.language == "en":
            return None
        return self.script.parent / self.language / f"{self.script.stem}.md"

    @property
    def target(self):
        folder = ROOT / "chapters"
        if self.language != "en":
            folder /= self.language
        return folder / f"{self.script.parent.name}.ipynb"


def editions(prefix=""):
    """List every notebook that the manuscript gives."""
    found = []
    for script in sorted(MANUSCRIPT.glob(f"{prefix}*/lesson.py")):
        found.append(Edition(script))
        translations = sorted(script.parent.glob(f"*/{script.stem}.md"))
        found += [Edition(script, prose.parent.name) for prose in translations]
    return found


def assemble(edition):
    """Return the notebook of an edition, not yet executed.

    Raises
    ------
    ManuscriptError
        If a cell has no id, an id stands twice, or a translation lacks a cell or has one
        too many.
    """
    script = jupytext.read(edition.script, fmt="py:percent")
    cells = [_cell(source, edition.script) for source in script.cells]
    ids = [cell.id for cell in cells]
    doubled = {name for name in ids if ids.count(name) > 1}
    if doubled:
        raise ManuscriptError(f"{edition.script}: ids stand twice: {sorted(doubled)}")
    if edition.prose is not None:
        _translate(cells, edition)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def _cell(source, script):
    name = source.metadata.get("id")
    if name is None:
        start = source.source.splitlines()[:1]
        raise ManuscriptError(f"{script}: a cell has no id; it starts with {start}")
    make = (
        nbformat.v4.new_markdown_cell
        if source.cell_type == "markdown"
        else nbformat.v4.new_code_cell
    )
    cell = make(source.source, id=name)
    if "tags" in source.metadata:
        cell.metadata["tags"] = source.metadata["tags"]
    return cell


def _translate(cells, edition):
    prose = read_prose(edition.prose)
    needed = {cell.id for cell in cells if cell.cell_type == "markdown"}
    if prose.keys() != needed:
        raise ManuscriptError(
            f"{edition.prose}: missing cells {sorted(needed - prose.keys())}, "
            f"cells too many {sorted(prose.keys() - needed)}"
        )
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = prose[cell.id]
        elif "parameters" in cell.metadata.get("tags", ()):
            cell.source = _LANG.sub(f'lang = "{edition.language}"', cell.source)


def read_prose(path):
    """Return the blocks of a prose file: cell id to markdown."""
    start, *parts = _BLOCK.split(path.read_text(encoding="utf-8"))
    if start.strip():
        raise ManuscriptError(f"{path}: text before the first '<!-- cell: … -->' line")
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def build(edition):
    """Assemble, execute and write one notebook; return its path."""
    notebook = assemble(edition)
    edition.target.parent.mkdir(exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(edition.target.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        failed = next(cell for cell in notebook.cells if _has_error(cell))
        raise ManuscriptError(
            f"{edition.script}, cell {failed.id!r}: {error.ename}: {error.evalue}"
        ) from None
    # The kernel adds its exact version, which differs from machine to machine.
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, edition.target)
    return edition.target


def _has_error(cell):
    return any(output.output_type == "error" for output in cell.get("outputs", ()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="*", default=[""], help="start of the folder name")
    wanted = [one for prefix in parser.parse_args().chapters for one in editions(prefix)]
    with ProcessPoolExecutor(WORKERS) as pool:
        for path in pool.map(build, wanted):
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
