"""Build the notebooks that learners open from the text that authors edit.

``python -m tools.notebooks`` builds and executes all of them, in every language that has
its prose; ``python -m tools.notebooks 03`` those whose folder starts with ``03``.

A chapter folder ``manuscript/NN_name/`` gives ``chapters/NN_name.ipynb`` from ``lesson.py``,
and from ``workbook.py`` both ``solutions/NN_name.ipynb``, as it is, and
``exercises/NN_name.ipynb``, without the regions ``### BEGIN SOLUTION`` … ``### END SOLUTION``
and the cells tagged ``solution``. Another language, ``chapters/zh/NN_name.ipynb``, has the
same code and the prose of ``zh/lesson.md``. Every cell of a script has an id
(``# %% id="rfm-scores"``); a prose file has one block per markdown cell, each after a line
``<!-- cell: the-id -->``, which may also carry a stamp (see ``tools/translations.py``). Code is
the same in every edition, except that the parameters cell says ``lang = "zh"`` and has its
comments in that language. Where the prose
of a lesson says ``{{minutes}}``, the notebook says how many it takes; see :func:`minutes`.
"""

import argparse
import os
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from crmlab.language import LANGUAGES, gettext, speaking

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
CELL_TIMEOUT = 120  # seconds
_SCRIPT_OF = {"chapters": "lesson.py", "exercises": "workbook.py", "solutions": "workbook.py"}
_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_SOLUTION = re.compile(rf"\n*^{_BEGIN}\n.*?^{_END}$", re.MULTILINE | re.DOTALL)
_ABOUT_A_SOLUTION = re.compile(
    r"^.*#\s*(?:BEGIN|END)\W+SOLUTION\b.*$", re.MULTILINE | re.IGNORECASE
)
MINUTES = "{{minutes}}"
_PLACEHOLDER = re.compile(r"\{\{\s*[a-z]{3,}\s*\}\}", re.IGNORECASE)
_BLOCK = re.compile(r"^<!-- cell: ([\w-]+)(?: source: [0-9a-f]{8})? -->\n", re.MULTILINE)
_LANG = re.compile(r'^lang = "en"', re.MULTILINE)
COMMENT = re.compile(r"^(\w+ = .*?  # |# )(?!%%)(.+)$", re.MULTILINE)  # in the parameters cell


class ManuscriptError(Exception):
    """The manuscript cannot be built; the message says which file and which cell."""


@dataclass(frozen=True)
class Edition:
    """One notebook: where its text comes from and where it goes."""

    script: Path
    shelf: str  # the folder that learners open: chapters, exercises or solutions
    language: str = "en"

    @property
    def prose(self):
        """The file with the prose of another language; None for English."""
        if self.language == "en":
            return None
        return self.script.parent / self.language / f"{self.script.stem}.md"

    @property
    def root(self):
        """The folder that holds ``manuscript/`` and the folders that learners open."""
        return self.script.parents[2]

    @property
    def target(self):
        """The notebook that learners open."""
        folder = self.root / self.shelf
        if self.language != "en":
            folder /= self.language
        return folder / f"{self.script.parent.name}.ipynb"


def editions(prefix="", root=ROOT):
    """List every notebook that the manuscript gives."""
    every = [
        Edition(script, shelf, language)
        for shelf, name in _SCRIPT_OF.items()
        for script in sorted((root / "manuscript").glob(f"{prefix}*/{name}"))
        for language in LANGUAGES
    ]
    return [one for one in every if one.prose is None or one.prose.exists()]


def assemble(edition):
    """Return the notebook of an edition, not yet executed.

    Raises
    ------
    ManuscriptError
        If a cell has no id, an id stands twice, a solution has no beginning or no end, or a
        translation lacks a cell or has one too many.
    """
    cells = read_script(edition.script)
    # A session has one length, whatever language it is read in.
    time = minutes(cells)
    if edition.prose is not None:
        _translate(cells, edition)
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = _timed(cell, time, edition)
    if edition.shelf == "exercises":
        cells = [
            _unsolved(cell) for cell in cells if "solution" not in cell.metadata.get("tags", ())
        ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def read_script(script):
    """Return the cells of a script, as those of a notebook.

    Raises
    ------
    ManuscriptError
        If a cell has no id, an id stands twice, or a solution has no beginning or no end.
    """
    cells = [_cell(source, script) for source in jupytext.read(script, fmt="py:percent").cells]
    _refuse_doubled([cell.id for cell in cells], script)
    for cell in cells:
        _refuse_half_a_solution(cell, script)
    return cells


def minutes(cells):
    """Return how long a session takes: to read its words and to run and understand its code.

    What readers of the course needed is a minute for 130 words of prose and one for 5 lines
    of code. It is rounded up to five minutes.
    """
    prose, code = (
        "\n".join(cell.source for cell in cells if cell.cell_type == kind)
        for kind in ("markdown", "code")
    )
    words = sum(any(map(str.isalnum, word)) for word in prose.split())
    lines = sum(bool(line.strip()) for line in code.splitlines())
    return 5 * ceil((Fraction(words, 130) + Fraction(lines, 5)) / 5)


def _timed(cell, time, edition):
    lesson = _SCRIPT_OF[edition.shelf] == "lesson.py"
    text = cell.source.replace(MINUTES, str(time)) if lesson else cell.source
    for unknown in _PLACEHOLDER.findall(text):
        raise ManuscriptError(
            f"{edition.prose or edition.script}, cell {cell.id!r}: nothing is known to stand for "
            f"{unknown}; a lesson may say {MINUTES}"
        )
    return text


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


def _refuse_half_a_solution(cell, script):
    # Whatever looks like a mark: one that is not understood would leave a solution to learners.
    marks = _ABOUT_A_SOLUTION.findall(cell.source)
    if marks != [_BEGIN, _END] * (len(marks) // 2):
        raise ManuscriptError(
            f"{script}, cell {cell.id!r}: a solution stands between a line {_BEGIN!r} and a line "
            f"{_END!r}; here are {marks}"
        )


def _unsolved(cell):
    cell.source = _SOLUTION.sub("", cell.source)
    return cell


def _refuse_doubled(ids, path):
    doubled = sorted(name for name, times in Counter(ids).items() if times > 1)
    if doubled:
        raise ManuscriptError(f"{path}: ids stand twice: {doubled}")


def _translate(cells, edition):
    prose = read_prose(edition.prose)
    needed = {cell.id for cell in cells if cell.cell_type == "markdown"}
    if prose.keys() != needed:
        raise ManuscriptError(
            f"{edition.prose}: missing cells {sorted(needed - prose.keys())}, "
            f"cells too many {sorted(prose.keys() - needed)}"
        )
    changed = 0
    for cell in cells:
        if cell.cell_type == "markdown":
            if (MINUTES in cell.source) != (MINUTES in prose[cell.id]):
                raise ManuscriptError(
                    f"{edition.prose}, cell {cell.id!r}: {MINUTES} stands in one of two languages"
                )
            cell.source = prose[cell.id]
        elif "parameters" in cell.metadata.get("tags", ()):
            cell.source, changed = _LANG.subn(f'lang = "{edition.language}"', cell.source)
            with speaking(edition.language):
                cell.source = COMMENT.sub(lambda line: line[1] + gettext(line[2]), cell.source)
    if not changed:
        raise ManuscriptError(f'{edition.script}: no cell tagged parameters says lang = "en"')


def read_prose(path):
    """Return the blocks of a prose file: cell id to markdown."""
    start, *parts = _BLOCK.split(path.read_text(encoding="utf-8"))
    if start.strip():
        raise ManuscriptError(f"{path}: text before the first '<!-- cell: … -->' line")
    _refuse_doubled(parts[::2], path)
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def build(edition):
    """Assemble, execute and write one notebook; return its path.

    Raises
    ------
    ManuscriptError
        If a cell fails, takes too long or ends its kernel; nothing is written then.
    """
    notebook = assemble(edition)
    edition.target.parent.mkdir(parents=True, exist_ok=True)
    run(notebook, edition, os.environ)
    nbformat.write(notebook, edition.target)
    return edition.target


def run(notebook, edition, environment):
    """Execute the cells of a notebook where its edition stands.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As from :func:`assemble`; the outputs are put into it.
    edition : Edition
    environment : mapping of str to str
        Of the kernel.

    Raises
    ------
    ManuscriptError
        If a cell fails, takes too long or ends its kernel.
    """
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        record_timing=False,
        # Otherwise it depends on the clock how many pieces a printed text is in.
        coalesce_streams=True,
        resources={"metadata": {"path": str(edition.target.parent)}},
    )
    with TemporaryDirectory() as fresh:
        # Explorers as pictures: a widget lives only as long as its kernel. And the progress
        # of whoever builds is none of the reader's.
        options = {"CRMLAB_STATIC": "1", "CRMLAB_PROGRESS": f"{fresh}/progress.sqlite"}
        with client.setup_kernel(env=environment | options):
            for place, cell in enumerate(notebook.cells):
                _execute(client, place, f"{edition.script}, cell {cell.id!r}")


def _execute(client, place, where):
    try:
        client.execute_cell(client.nb.cells[place], place)
    except CellExecutionError as error:
        raise ManuscriptError(f"{where}: {error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise ManuscriptError(f"{where}: still running after {client.timeout} seconds") from None
    except DeadKernelError:
        raise ManuscriptError(f"{where}: the kernel died") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="*", default=[""], help="start of the folder name")
    wanted = named_editions(parser.parse_args().chapters)
    with ProcessPoolExecutor(WORKERS) as pool:
        for path in pool.map(build, wanted):
            print(path.relative_to(ROOT))


def named_editions(prefixes):
    """Return the editions whose folders start with one of the prefixes, or say which has none."""
    found = {prefix: editions(prefix) for prefix in prefixes}
    for prefix, of_it in found.items():
        if not of_it:
            raise ManuscriptError(f"no folder manuscript/{prefix}* has a lesson.py or workbook.py")
    return [one for of_it in found.values() for one in of_it]


if __name__ == "__main__":
    try:
        main()
    except ManuscriptError as error:
        sys.exit(str(error))
