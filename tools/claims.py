"""List what each session claims: the titles of its figures, and the figures of its memo.

``python -m tools.claims`` reads the built English lessons and writes ``docs/claims.md``: per
session every title as it is shown, with the cell that draws it, and every figure of the memo with
its interval, the cell that computed it, and what has to hold besides (`crm.evidence`). A reader who
doubts a claim finds its cell here; a test keeps the list in step with the lessons.
"""

import re

import nbformat

from tools.notebooks import ROOT

PAGE = ROOT / "docs" / "claims.md"
_HEAD = """# What the sessions claim

Made by `make notebooks` from the built lessons: do not edit. Titles as the run shows them, with the
cell that draws them; figures of the memo with their 95 % interval, the cell that computed them, and
what has to hold besides.
"""


def page():
    """Return the list as Markdown."""
    return "\n".join([_HEAD, *(part for path in _lessons() for part in _session(path))])


def _lessons():
    return sorted((ROOT / "chapters").glob("[0-9][0-9]*_*.ipynb"))


def _session(path):
    notebook = nbformat.read(path, as_version=4)
    titles = [
        (title, cell.id)
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if (title := output.get("metadata", {}).get("image/png", {}).get("title"))
    ]
    memo = [row for cell in notebook.cells for row in _memo(cell)]
    if titles or memo:
        yield f"## {path.stem}\n"
        yield _table(["title", "cell"], titles)
    if memo:
        yield _table(
            ["figure of the memo", "estimate", "95 % interval", "cell", "assumption"], memo
        )


def _memo(cell):
    """Return the rows that `crm.evidence` shows in a cell."""
    if "crm.evidence(" not in cell.source:
        return []
    (shown,) = (output.data["text/plain"] for output in cell.outputs if "data" in output)
    _caption, _columns, _names, *rows = shown.splitlines()
    return [row.split(" | ") for row in rows]


def _table(columns, rows):
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n"


def _cell(text):
    return re.sub(r"\s+", " ", str(text)).replace("|", "\\|")


def main():
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
