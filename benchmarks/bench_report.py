"""The command `crmlab report`: beside the imports it needs, and on a long file.

Seconds are those of a machine of two cores with nothing else to do; the ratios hold on others.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import compare

_MASTER = Path(__file__).parents[1] / "datasets" / "cdnow" / "master.csv"
_IMPORTS = "import pandas, sklearn, seaborn"
_MAKE_FILE = """
import sys
import numpy as np, pyarrow as pa
from pyarrow import csv
path, rows = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(1997)
days = np.datetime64("2023-01-01") + rng.integers(0, 730, rows).astype("timedelta64[D]")
log = pa.table({
    "customer_id": np.char.add("C", rng.integers(0, rows // 10, rows).astype(str)),
    "date": days,
    "amount": np.round(rng.gamma(2.0, 20.0, rows), 2),
})
csv.write_csv(log, path)
"""
# What anybody pays who reads a file of orders and adds it up by customer.
_PANDAS = """
log = pd.read_csv({path!r}, dtype={{"customer_id": "str"}})
log["date"] = pd.to_datetime(log["date"])
log.groupby("customer_id").agg(n=("date", "nunique"), spend=("amount", "sum"))
"""


def run(runs=5):
    """Return rows of (name, value, unit, target, reached)."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_beside_imports(Path(folder), runs), *_long_file(Path(folder))]


def _beside_imports(folder, runs):
    few = _made(folder / "few.csv", 10_000)
    seen = compare(
        {
            # A process of its own, as a user starts it: with Python's start in both.
            "imports": {"call": _in_a_process("-c", _IMPORTS)},
            "master": {"call": _report_in_a_process(_MASTER, folder)},
            "few": {"call": _report_in_a_process(few, folder)},
        },
        runs,
    )
    name, few = "crmlab report, CDNOW master", "crmlab report, CSV of 10,000 rows"
    taken = seen["few"].seconds
    return [
        (_IMPORTS, f"{seen['imports'].seconds:.1f}", "s"),
        (name, f"{seen['master'].seconds:.1f}", "s"),
        _at_most(f"{name}, to the imports", seen["master"], seen["imports"], 2.5),
        (few, f"{taken:.1f}", "s", "≤ 5 s", taken <= 5),
        _at_most(f"{few}, to the imports", seen["few"], seen["imports"], 2.5),
    ]


def _at_most(name, one, other, target):
    ratio = one.seconds / other.seconds
    return name, f"{ratio:.2f}", "×", f"≤ {target:g} ×", ratio <= target


def _made(path, rows):
    # Made elsewhere: its memory must not be counted here.
    subprocess.run([sys.executable, "-c", _MAKE_FILE, str(path), str(rows)], check=True)
    return path


def _report_in_a_process(path, folder):
    page = folder / f"{path.stem}.html"
    return _in_a_process("-m", "crmlab", "report", str(path), "--out", str(page), "--force")


def _in_a_process(*arguments):
    command = [sys.executable, *arguments]
    return f"import subprocess; subprocess.run({command!r}, check=True, capture_output=True)"


def _long_file(folder):
    path = _made(folder / "long.csv", 5_000_000)
    arguments = ["report", str(path), "--out", str(folder / "long.html"), "--force"]
    seen = compare(
        {
            "pandas": {"call": _PANDAS.format(path=str(path)), "setup": "import pandas as pd"},
            "report": {
                "call": f"code = main({arguments!r}); assert code == 0",
                "setup": "from crmlab.cli import main",
            },
        },
        runs=1,
    )
    report = seen["report"]
    gigabytes = report.extra_bytes / 2**30
    name = "crmlab report, CSV of 5 million rows, 500,000 customers"
    return [
        (name, f"{report.seconds:.0f}", "s", "≤ 15 s", report.seconds <= 15),
        ("pandas, the same file read and added up", f"{seen['pandas'].seconds:.1f}", "s"),
        _at_most(f"{name}, to pandas", report, seen["pandas"], 3),
        (f"{name}: peak memory", f"{gigabytes:.1f}", "GiB", "< 4 GiB", gigabytes < 4),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row, sep="\t")
