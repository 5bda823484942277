"""Kinds of arithmetic that machines have, and whether all of them print the same.

Libraries choose, when a process starts, how to multiply matrices and take logarithms on the
processor that they find, and add up in another order on two threads. The last bits differ.
Environment variables make them choose as on another processor, so that one machine can find
out what others would show. (More than this one can do, it cannot imitate: AVX-512 needs one
that has it.)

``python -m tools.arithmetic 05`` runs the notebooks of a chapter under every kind and says
which cells show something else than under the first.
"""

import argparse
import os
import re
import sys
from zlib import crc32

from tools.notebooks import ROOT, ManuscriptError, assemble, named_editions, run

# What NumPy calls the wider vectors, from 2.4 on and before; it passes over names unknown to it.
_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL"
_AVX2 = f"X86_V3 AVX2 FMA3 {_AVX512}"

KINDS = {
    # Whatever this processor can do.
    "native": {},
    # AVX2: multiplies and adds in one step, with one rounding.
    "haswell": {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": _AVX512},
    # AVX, which rounds twice, and two threads.
    "sandybridge": {
        "OPENBLAS_CORETYPE": "Sandybridge",
        "NPY_DISABLE_CPU_FEATURES": _AVX512,
        "OMP_NUM_THREADS": "2",
        # A thread that waits leaves the processor to others.
        "OMP_WAIT_POLICY": "PASSIVE",
        "OPENBLAS_THREAD_TIMEOUT": "4",
    },
    # Neither, in the C library's exp() and log() as well.
    "prescott": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": _AVX2,
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4",
    },
}
_NAMES = {name for variables in KINDS.values() for name in variables}
# A table and a picture carry an id that is drawn anew each time.
_DRAWN = re.compile(r"\b(T_|#)[0-9a-f]{5}|0x[0-9a-f]{6,}|ipykernel_\d+")


def environment(kind, base=None):
    """Return the environment in which a new process has a kind of arithmetic.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    base : mapping, optional
        The environment that it changes, of this process by default.

    Returns
    -------
    dict of str to str
    """
    base = os.environ if base is None else base
    kept = {name: value for name, value in base.items() if name not in _NAMES}
    return kept | {"OMP_NUM_THREADS": "1"} | KINDS[kind]


def chosen(base):
    """Return the kind that a person asked for, None for each in turn.

    ``CRMLAB_ARITHMETIC`` names one. Who sets what the libraries read has chosen as well, and
    keeps it: "as set".

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    kind = base.get("CRMLAB_ARITHMETIC")
    if kind is not None and kind not in KINDS:
        raise ValueError(f"CRMLAB_ARITHMETIC={kind}: there are {', '.join(KINDS)}")
    by_hand = "OPENBLAS_CORETYPE" in base or "NPY_DISABLE_CPU_FEATURES" in base
    return kind or ("as set" if by_hand else None)


def in_turn(notebook):
    """Return the kind under which a notebook, by its path in the course, is always compared."""
    return list(KINDS)[crc32(notebook.encode()) % len(KINDS)]


def differing(edition):
    """Return the cells of a notebook that show something else under some kind of arithmetic.

    Parameters
    ----------
    edition : tools.notebooks.Edition

    Returns
    -------
    dict of str to list of str
        Id of the cell to the kinds under which it differs from the first.
    """
    shown = {}
    for kind in KINDS:
        notebook = assemble(edition)
        run(notebook, edition, environment(kind))
        shown[kind] = {cell.id: _texts(cell) for cell in notebook.cells}
    first = shown.pop(next(iter(KINDS)))
    differ = {name: [kind for kind in shown if shown[kind][name] != first[name]] for name in first}
    return {name: kinds for name, kinds in differ.items() if kinds}


def _texts(cell):
    """Return what a reader can read of a cell's outputs; pictures are drawn from the same data."""
    outputs = cell.get("outputs", ())
    bundles = [output.get("data", {"text": output.get("text", "")}) for output in outputs]
    return [
        (kind, _DRAWN.sub("", str(content)))
        for bundle in bundles
        for kind, content in sorted(bundle.items())
        if not kind.startswith("image/")
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="+", help="start of the folder name")
    found = False
    for edition in named_editions(parser.parse_args().chapters):
        for cell, kinds in differing(edition).items():
            found = True
            print(f"{edition.target.relative_to(ROOT)}, cell {cell!r}: {', '.join(kinds)}")
    sys.exit(found)


if __name__ == "__main__":
    try:
        main()
    except ManuscriptError as error:
        sys.exit(str(error))
