"""What the customer table costs in each engine, by rows of the log: the curve of chapter 8b.

``python -m benchmarks.bench_engines`` measures, and writes ``datasets/engines/seconds.csv``.
"""

import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import polars as pl

import crmlab as crm
from crmlab.notices import quiet

ROWS = (10_000, 100_000, 1_000_000)
ROWS_PER_CUSTOMER = 10
RUNS = 1
_END = "2024-12-31"
_TARGET = Path(__file__).parents[1] / "datasets" / "engines" / "seconds.csv"


def measure(rows=ROWS, runs=RUNS):
    """Return seconds per engine and number of rows, and whether its table equals that of pandas.

    All in one process, which has started Spark and made a small table with each engine before.
    """
    with tempfile.TemporaryDirectory() as folder, quiet():
        spark = crm.local_spark(memory="4g")
        sources = {
            "pandas": lambda path: pd.read_parquet(path),
            "Polars": lambda path: pl.read_parquet(f"{path}/*.parquet"),
            "DuckDB over Parquet": str,
            "Spark": lambda path: spark.read.parquet(str(path)),
        }
        found, tables = [], {}
        for size in (1_000, *rows):
            path = Path(folder, str(size))
            path.mkdir()
            _log(size).to_parquet(path / "log.parquet", index=False)
            for engine, source in sources.items():
                seconds, table = zip(*(_timed(source, path) for _run in range(runs)), strict=True)
                tables[engine] = table[0]
                equal = table[0].equals(tables["pandas"])
                found.append((engine, size, float(f"{median(seconds):.2g}"), equal))
    table = pd.DataFrame(found, columns=["engine", "rows", "seconds", "equal"])
    return table[table["rows"].isin(rows)]


def _timed(source, path):
    start = time.perf_counter()
    table = crm.summarize(source(path), as_of=_END)
    return time.perf_counter() - start, table


def _log(size):
    """Return a log of two years of purchases, a few of them refunds."""
    rng = np.random.default_rng(1997)
    seconds = rng.integers(0, 731 * 86_400, size).astype("timedelta64[s]")
    amount = np.round(rng.gamma(2.0, 20.0, size), 2)
    amount[rng.random(size) < 0.03] *= -1
    customer = rng.integers(0, size // ROWS_PER_CUSTOMER, size)
    date = (np.datetime64("2023-01-01", "us") + seconds).astype("datetime64[us]")
    return pd.DataFrame({"customer_id": customer, "date": date, "amount": amount})


def run():
    """Return rows of (name, value, unit): the curve, without keeping it."""
    return [
        (f"{one.engine}, {one.rows:,} rows, customer table", f"{one.seconds:g}", "s")
        for one in measure().itertuples()
    ]


if __name__ == "__main__":
    table = measure()
    table.to_csv(_TARGET, index=False)
    print(table)
