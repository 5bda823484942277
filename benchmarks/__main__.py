"""Run every benchmark and write a table of each: ``python -m benchmarks``, or those named.

``python -m benchmarks scale checks`` measures two, and leaves what the others found.
"""

import argparse
import importlib
import os
import pkgutil
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import benchmarks

_RESULTS = Path(__file__).with_name("RESULTS.md")
_VERSIONS = ["crmlab", "pandas", "narwhals", "duckdb", "pyspark", "lifetimes", "clvkit"]
_HEAD = """# Benchmarks

Medians of runs in fresh processes, contestants in turns. A section is one run; a claim is a ratio
within it, never a time.
"""


def main():
    """Run the ``run()`` of each ``bench_*`` module, or of those named, and keep the tables."""
    every = [
        name.removeprefix("bench_")
        for name in sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
        if name.startswith("bench_")
    ]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=every, help=f"of {', '.join(every)}")
    for name in parser.parse_args().names:
        module = importlib.import_module(f"benchmarks.bench_{name}")
        text = section(module.__doc__.splitlines()[0], map(_cells, module.run()))
        print(text)
        # Written after each, so that a run that is stopped keeps what it measured.
        kept = _RESULTS.read_text(encoding="utf-8") if _RESULTS.exists() else ""
        _RESULTS.write_text(replaced(kept, text), encoding="utf-8")


def _cells(row):
    """Fill a row of (name, value, unit[, target, reached]) up to five cells."""
    name, value, unit, target, reached = (*row, None, None)[:5]
    verdict = {None: "", True: "yes", False: "no"}[reached]
    return name.strip(), f"{value} {unit}".strip(), target or "", verdict


def section(title, rows):
    """Return the rows as a table under its title, with a line that says where it was measured."""
    lines = ["| what | measured | target | reached |", "| --- | ---: | ---: | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"## {title}", "", _machine(), "", *lines, ""])


def replaced(results, text):
    """Return the results with the section of the same title replaced; a new one goes to the end."""
    title = text.partition("\n")[0]
    sections = [f"## {part.strip()}\n" for part in results.split("\n## ")[1:]]
    titles = [part.partition("\n")[0] for part in sections]
    if title in titles:
        sections[titles.index(title)] = text
    else:
        sections.append(text)
    return "\n".join([_HEAD, *sections])


def _machine():
    # What decides the figures, and nothing that tells one machine from another like it.
    installed = ", ".join(filter(None, map(_installed, _VERSIONS)))
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, {installed}."
    )


def _installed(package):
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
