"""A customer table brought forward by a day, beside the whole computed anew."""

import tempfile
from pathlib import Path

from benchmarks.bench_scale import END, ROWS_PER_CUSTOMER, write
from benchmarks.measure import compare

_ROWS, _NEW_ROWS = 20_000_000, 100_000
_CUSTOMERS = _ROWS // ROWS_PER_CUSTOMER
_LATE = 0.01  # of the new rows in the second run: their customers are read from the log


def run():
    """Return rows of (name, value, unit, target, reached)."""
    name = f"a day of {_NEW_ROWS:,} rows on {_CUSTOMERS:,} customers"
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        write(log, _ROWS)
        seen = compare(
            {
                "day": {"call": _update(log), "setup": _setup(log, 0)},
                "late": {"call": _update(log), "setup": _setup(log, _LATE)},
                "whole": {
                    "call": f"seen = crmlab.summarize({str(log)!r}, as_of='2025-01-01')",
                    "setup": _setup(log, 0),
                },
            },
            runs=5,
        )
    part, late = (seen[one].seconds / seen["whole"].seconds for one in ("day", "late"))
    return [
        (f"{name}: update_summary", f"{seen['day'].seconds:.2f}", "s"),
        (f"{name}: the same, {_LATE:.0%} of them late", f"{seen['late'].seconds:.2f}", "s"),
        (f"{name}: the whole anew", f"{seen['whole'].seconds:.2f}", "s"),
        (f"{name}: update to the whole", f"{part:.2f}", "×", "≤ 0.1 ×", part <= 0.1),
        (f"{name}: the same, {_LATE:.0%} of them late", f"{late:.2f}", "×", "≤ 0.1 ×", late <= 0.1),
    ]


def _update(log):
    return f"seen = crmlab.update_summary(table, new, log={str(log)!r})"


def _setup(log, late):
    return f"""
import logging
from pathlib import Path
import numpy as np, pyarrow as pa
from pyarrow import parquet
import crmlab, pandas
logging.getLogger("crmlab").setLevel("ERROR")
# The run before this one left its day in the log.
Path({str(log)!r}, "today.parquet").unlink(missing_ok=True)
table = crmlab.summarize({str(log)!r}, as_of="{END}")
rng = np.random.default_rng(365)
late = rng.random({_NEW_ROWS}) < {late}
new = pa.table({{
    "customer_id": rng.integers(0, {_CUSTOMERS} + 2_000, {_NEW_ROWS}),
    "date": np.where(late, "2024-06-30", "2025-01-01").astype("datetime64[us]"),
    "amount": np.round(rng.gamma(2.0, 20.0, {_NEW_ROWS}), 2),
}})
parquet.write_table(new, {str(log)!r} + "/today.parquet")
"""
