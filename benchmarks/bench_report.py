"""The command `crmlab report`: beside the imports it needs, and on a long file."""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import compare, run_once

_MASTER = Path(__file__).parents[1] / "datasets" / "cdnow" / "master.csv"
_IMPORTS = "import pandas, sklearn, seaborn"
_ROWS = 5_000_000
_MAKE_LONG_FILE = f"""
import sys
import numpy as np, pyarrow as pa
from pyarrow import csv
rng = np.random.default_rng(1997)
days = np.datetime64("2023-01-01") + rng.integers(0, 730, {_ROWS}).astype("timedelta64[D]")
log = pa.table({{
    "customer_id": np.char.add("C", rng.integers(0, 500_000, {_ROWS}).astype(str)),
    "date": days,
    "amount": np.round(rng.gamma(2.0, 20.0, {_ROWS}), 2),
}})
csv.write_csv(log, sys.argv[1])
"""


def run(runs=5):
    """Return rows of (name, value, unit, target, reached)."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_beside_imports(Path(folder), runs), *_long_file(Path(folder))]


def _beside_imports(folder, runs):
    page = folder / "master.html"
    seen = compare(
        {
            # A process of its own, as a user starts it: with Python's start in both.
            "imports": {"call": _in_a_process("-c", _IMPORTS)},
            "report": {
                "call": _in_a_process(
                    *["-m", "crmlab", "report", str(_MASTER), "--out", str(page), "--force"]
                )
            },
        },
        runs,
    )
    ratio = seen["report"].seconds / seen["imports"].seconds
    return [
        (_IMPORTS, f"{seen['imports'].seconds:.1f}", "s"),
        ("crmlab report, CDNOW master", f"{seen['report'].seconds:.1f}", "s"),
        ("crmlab report, CDNOW master, to the imports", f"{ratio:.2f}", "×", "< 3 ×", ratio < 3),
    ]


def _in_a_process(*arguments):
    command = [sys.executable, *arguments]
    return f"import subprocess; subprocess.run({command!r}, check=True, capture_output=True)"


def _long_file(folder):
    path = folder / "long.csv"
    # Made elsewhere: its memory must not be counted here.
    subprocess.run([sys.executable, "-c", _MAKE_LONG_FILE, str(path)], check=True)
    arguments = ["report", str(path), "--out", str(folder / "long.html")]
    measured = run_once(
        f"code = main({arguments!r}); assert code == 0", setup="from crmlab.cli import main"
    )
    gigabytes = measured.extra_bytes / 2**30
    name = "crmlab report, CSV of 5 million rows, 500,000 customers"
    return [
        (name, f"{measured.seconds:.0f}", "s"),
        (f"{name}: peak memory", f"{gigabytes:.1f}", "GiB", "< 4 GiB", gigabytes < 4),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row, sep="\t")
