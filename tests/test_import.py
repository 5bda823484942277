"""`import crmlab` costs next to nothing, and every public name is there."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import crmlab

HEAVY = {"pandas", "numpy", "sklearn", "matplotlib", "seaborn", "narwhals", "duckdb", "pyarrow"}


def public_names():
    """Name to the module it lives in, read from the stub that lazy_loader reads."""
    stub = Path(crmlab.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    return {
        name.asname: node.module or name.name
        for node in ast.walk(ast.parse(stub))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }


def test_importing_the_package_loads_no_heavy_library():
    code = "import sys, crmlab; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(("name", "module"), public_names().items())
def test_every_public_name_is_found(name, module):
    assert getattr(crmlab, name) is not None
    assert name in dir(crmlab)


def test_an_unknown_name_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="sumarize"):
        crmlab.sumarize  # noqa: B018
