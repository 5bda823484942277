"""Run every benchmark and write one table: ``python -m benchmarks``."""

import importlib
import os
import pkgutil
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import benchmarks

_RESULTS = Path(__file__).with_name("RESULTS.md")
_VERSIONS = ["crmlab", "pandas", "narwhals", "duckdb", "lifetimes", "clvkit"]


def main():
    """Run the ``run()`` of each ``bench_*`` module, print the table and keep it."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    rows = []
    for name in sorted(name for name in names if name.startswith("bench_")):
        rows += [_cells(row) for row in importlib.import_module(f"benchmarks.{name}").run()]
    table = markdown(rows)
    print(table)
    _RESULTS.write_text(table, encoding="utf-8")


def _cells(row):
    """Fill a row of (name, value, unit[, target, reached]) up to five cells."""
    name, value, unit, target, reached = (*row, None, None)[:5]
    verdict = {None: "", True: "yes", False: "no"}[reached]
    return name.strip(), f"{value} {unit}".strip(), target or "", verdict


def markdown(rows):
    """Return the rows as a table with a caption that says where they were measured."""
    lines = ["| what | measured | target | reached |", "| --- | ---: | ---: | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["# Benchmarks", "", _machine(), "", *lines, ""])


def _machine():
    # What decides the figures, and nothing that tells one machine from another like it.
    installed = ", ".join(filter(None, map(_installed, _VERSIONS)))
    return (
        f"Medians of runs in fresh processes, contestants in turns. {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}; Python {platform.python_version()}, "
        f"{installed}."
    )


def _installed(package):
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
