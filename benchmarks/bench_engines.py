"""What the customer table costs in each engine, by rows of the log: the curve of chapter 8b.

``python -m benchmarks.bench_engines`` measures, and writes ``datasets/engines/seconds.csv``.
"""

import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.measure import compare

ROWS = (10_000, 100_000, 1_000_000, 4_000_000)
ROWS_PER_CUSTOMER = 10
_END = "2024-12-31"
_TARGET = Path(__file__).parents[1] / "datasets" / "engines" / "seconds.csv"

_SETUP = """
import logging
import crmlab, pandas
logging.getLogger("crmlab").setLevel("ERROR")
"""
_SPARK = """
spark = crmlab.local_spark(memory="4g")
log = spark.read.parquet({path!r})
"""
# What each engine starts with, as it would in a notebook: pandas and Polars read the file first,
# DuckDB and Spark are given it; Spark has started, and has done a first small table.
_CALLS = {
    "pandas": ("", "log = pandas.read_parquet({path!r})"),
    "Polars": ("import polars", "log = polars.read_parquet({path!r})"),
    "DuckDB over Parquet": ("", "log = {path!r}"),
    "Spark": (_SPARK + f"crmlab.summarize(log.limit(1000), as_of='{_END}')", "pass"),
}
_TABLE = f"table = crmlab.summarize(log, as_of='{_END}')"
# A few bits of the table: equal tables give equal numbers.
_DIGEST = "int(pandas.util.hash_pandas_object(table).sum() % 2**53)"


def measure(rows=ROWS, runs=2):
    """Return seconds per engine and number of rows, and whether its table equals that of pandas."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in rows:
            path = Path(folder) / str(size)
            path.mkdir()
            _log(size).to_parquet(path / "log.parquet", index=False)
            seen = compare(
                {
                    engine: {
                        "setup": _SETUP + setup.format(path=str(path)),
                        "call": call.format(path=str(path)) + "\n" + _TABLE,
                        "size": _DIGEST,
                    }
                    for engine, (setup, call) in _CALLS.items()
                },
                runs=runs,
            )
            right = seen["pandas"].input_bytes
            found += [
                {
                    "engine": engine,
                    "rows": size,
                    "seconds": float(f"{one.seconds:.2g}"),
                    "equal": one.input_bytes == right,
                }
                for engine, one in seen.items()
            ]
    return pd.DataFrame(found)


def _log(size):
    import numpy as np

    rng = np.random.default_rng(1997)
    seconds = rng.integers(0, 731 * 86_400, size).astype("timedelta64[s]")
    amount = np.round(rng.gamma(2.0, 20.0, size), 2)
    amount[rng.random(size) < 0.03] *= -1
    customer = rng.integers(0, size // ROWS_PER_CUSTOMER, size)
    date = (np.datetime64("2023-01-01", "us") + seconds).astype("datetime64[us]")
    return pd.DataFrame({"customer_id": customer, "date": date, "amount": amount})


if __name__ == "__main__":
    table = measure()
    table.to_csv(_TARGET, index=False)
    print(table)
