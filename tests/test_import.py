"""`import crmlab` costs next to nothing, every public name is there, and imports go one way."""

import ast
import importlib
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import crmlab

HEAVY = {"pandas", "numpy", "sklearn", "matplotlib", "seaborn", "narwhals", "duckdb", "pyarrow"}
ROOT = Path(crmlab.__file__).parent
STUBS = sorted(ROOT.glob("**/*.pyi"))
MOST_ON_THE_TOP_FLOOR = 25


def module_name(path):
    """The dotted name of a file, or of the package whose ``__init__`` it is."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in ROOT.glob("**/*.py")}


def names_in(stub):
    """The names that a stub lists. In ASCII: lazy_loader reads it in the system's encoding."""
    nodes = ast.walk(ast.parse(stub.read_text(encoding="ascii")))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return [name.asname for node in imports for name in node.names]


def arrows(path):
    """The modules of the package that a file imports, in functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("crmlab."))
        elif isinstance(node, ast.ImportFrom):
            inside = module_name(path.with_name("__init__.py")) if node.level else ""
            source = ".".join(filter(None, [inside, node.module]))
            for name in node.names:
                whole = f"{source}.{name.name}"
                found = whole if whole in MODULES else source
                if found.startswith("crmlab."):
                    yield found


def floor_of(module):
    return module.split(".")[1]


def test_importing_the_package_loads_no_heavy_library():
    code = "import sys, crmlab; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    ("package", "name"), [(module_name(stub), name) for stub in STUBS for name in names_in(stub)]
)
def test_every_public_name_is_found(package, name):
    package = importlib.import_module(package)
    assert getattr(package, name) is not None
    assert name in dir(package)


def test_a_package_that_loads_lazily_lists_its_names_in_a_stub():
    lazy = {path for path in MODULES.values() if "lazy_loader" in path.read_text(encoding="utf-8")}
    assert {path.with_suffix(".pyi") for path in lazy} == set(STUBS)


def test_an_unknown_name_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="sumarize"):
        crmlab.sumarize  # noqa: B018


def test_no_import_runs_against_the_map_of_the_house():
    lines = crmlab.__doc__.split("```")[1].strip().splitlines()
    # Two spaces or more stand between the names of a line and what they are.
    floors = [name for line in lines for name in line.split("  ")[0].replace("/", "").split()]
    level = {name: number for number, name in enumerate([*floors, "__main__"])}
    modules = {name for name in MODULES if name != "crmlab"}
    assert {floor_of(name) for name in modules} == set(level)
    back = [
        (name, to)
        for name in modules
        for to in arrows(MODULES[name])
        if floor_of(to) != floor_of(name) and level[floor_of(to)] > level[floor_of(name)]
    ]
    assert back == []


def test_modules_do_not_import_in_a_circle():
    graph = {name: set(arrows(path)) for name, path in MODULES.items() if name != "crmlab"}
    for stub in STUBS:
        if stub.parent != ROOT:
            graph[module_name(stub)] |= set(arrows(stub))
    assert list(TopologicalSorter(graph).static_order())  # a circle is refused


def test_the_top_floor_can_be_taken_in_at_a_glance():
    entries = [path.name for path in ROOT.iterdir() if path.name != "__pycache__"]
    assert len(entries) <= MOST_ON_THE_TOP_FLOOR
