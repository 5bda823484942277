"""Say which translations are missing or stale, and renew the stamps of checked prose.

``python -m tools.translations`` lists them per language and file. Each block of
``manuscript/*/zh/*.md`` says which English text it translates: the 8 digits after ``source:``
are a checksum of the English cell, so a cell that changed since shows up as stale. After
checking such blocks, ``python -m tools.translations --stamp FILE [CELL …]`` renews their
stamps, or those of the whole file. New line breaks alone change no checksum.
"""

import argparse
import re
from pathlib import Path
from zlib import crc32

import jupytext

from tools import catalogue
from tools.notebooks import ROOT, read_prose

# Chapters whose edition must have every cell, none stale; and with them the whole catalogue.
COMPLETE = {"zh": ["00_start_here", "03a_rfm_and_pyramid", "03b_groups_and_offers", "my_customers"]}

_HEADER = re.compile(r"^<!-- cell: ([\w-]+)(?: source: ([0-9a-f]{8}))? -->$", re.MULTILINE)


def checksum(text):
    """Return the stamp of an English cell."""
    return f"{crc32(' '.join(text.split()).encode()):08x}"


def stamps(script):
    """Return the stamp of every markdown cell of an English script, by cell id."""
    cells = jupytext.read(script, fmt="py:percent").cells
    return {
        cell.metadata["id"]: checksum(cell.source) for cell in cells if cell.cell_type == "markdown"
    }


def faults(prose):
    """Return what is wrong with a prose file, one phrase per cell."""
    current = stamps(_script_of(prose))
    stamped = dict(_HEADER.findall(prose.read_text(encoding="utf-8")))
    empty = {name for name, text in read_prose(prose).items() if not text}
    return [
        *(f"{name}: missing" for name in current if name not in stamped or name in empty),
        *(f"{name}: no such cell" for name in stamped if name not in current),
        *(
            f"{name}: the English text has changed"
            for name, stamp in stamped.items()
            if name in current and stamp != current[name]
        ),
    ]


def _script_of(prose):
    return prose.parents[1] / f"{prose.stem}.py"


def restamp(prose, wanted=()):
    """Write the stamps of the English text of today into a prose file."""
    current = stamps(_script_of(prose))

    def renewed(header):
        name, _stamp = header.groups()
        if name not in current or (wanted and name not in wanted):
            return header.group()
        return f"<!-- cell: {name} source: {current[name]} -->"

    text = prose.read_text(encoding="utf-8")
    prose.write_text(_HEADER.sub(renewed, text), encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stamp", nargs="+", metavar=("FILE", "CELL"), help="renew stamps")
    names = parser.parse_args().stamp
    if names:
        restamp(Path(names[0]).resolve(), names[1:])
        return
    for prose in sorted(ROOT.glob("manuscript/*/*/*.md")):
        _report(prose, faults(prose))
    for po in sorted(catalogue.LOCALE.glob("*/LC_MESSAGES/crmlab.po")):
        _report(po, [message.id for message in catalogue.to_translate(catalogue.updated(po))])


def _report(path, found):
    print(f"{path.relative_to(ROOT)}: {len(found) or 'nothing'} to do")
    for line in found:
        print(f"  {line}")


if __name__ == "__main__":
    main()
