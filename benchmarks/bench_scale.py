"""Logs of any size: Parquet in DuckDB up to 200 million rows, and Spark.

``CRMLAB_BENCH_ROWS`` is the longest log; smaller ones try the section itself.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import compare

_MOST_ROWS = int(os.environ.get("CRMLAB_BENCH_ROWS", 200_000_000))
_SIZES = [rows for rows in (1_000_000, 10_000_000, 50_000_000, 200_000_000) if rows <= _MOST_ROWS]
_SPARK_ROWS = min(20_000_000, _MOST_ROWS)
_FILE_ROWS = 5_000_000
ROWS_PER_CUSTOMER = 20
END = "2024-12-31"
_MOST_MEMORY = 6  # GiB
_SPARK_MEMORY = "6g"

# Two years of purchases at all times of day, with some refunds; file by file, so that the log
# takes no memory while it is written.
_WRITE = f"""
import sys
from pathlib import Path
import numpy as np, pyarrow as pa
from pyarrow import parquet
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir()
start = np.datetime64("2023-01-01", "us")
for number, first in enumerate(range(0, rows, {_FILE_ROWS})):
    rng = np.random.default_rng([1997, number])
    count = min({_FILE_ROWS}, rows - first)
    amount = np.round(rng.gamma(2.0, 20.0, count), 2)
    amount[rng.random(count) < 0.03] *= -1
    parquet.write_table(
        pa.table({{
            "customer_id": rng.integers(0, rows // {ROWS_PER_CUSTOMER}, count),
            "date": start + rng.integers(0, 731 * 86_400, count).astype("timedelta64[s]"),
            "amount": amount,
        }}),
        folder / f"part-{{number:03}}.parquet",
    )
"""
_OURS = """
import logging
import crmlab, pandas
logging.getLogger("crmlab").setLevel("ERROR")
"""
_CUSTOMERS = """
    WITH days AS (
        SELECT customer_id, {day} AS day, sum(amount) AS spend,
               sum(CASE WHEN amount >= 0 THEN amount END) AS paid
        FROM {log} WHERE {day} <= DATE '{end}'
        GROUP BY customer_id, {day}
    ), customers AS (
        SELECT customer_id, count(paid) AS purchases, sum(spend) AS spend,
               min(CASE WHEN paid IS NOT NULL THEN day END) AS first_purchase,
               max(CASE WHEN paid IS NOT NULL THEN day END) AS last_purchase,
               sum(paid) AS paid,
               min_by(paid, CASE WHEN paid IS NOT NULL THEN day END) AS first_paid
        FROM days GROUP BY customer_id
    )
    SELECT customer_id, purchases, spend, first_purchase, last_purchase,
           {recency} AS recency_days, purchases - 1 AS x, {t_x} AS t_x, {T} AS T,
           (paid - first_paid) / nullif(purchases - 1, 0) AS mean_repeat_spend
    FROM customers WHERE purchases > 0 ORDER BY customer_id
"""
_IN_DUCKDB = {
    "day": "date::DATE",
    "recency": f"DATE '{END}' - last_purchase",
    "t_x": "last_purchase - first_purchase",
    "T": f"DATE '{END}' - first_purchase",
}
_IN_SPARK = {
    "day": "to_date(date)",
    "recency": f"datediff(DATE '{END}', last_purchase)",
    "t_x": "datediff(last_purchase, first_purchase)",
    "T": f"datediff(DATE '{END}', first_purchase)",
}


def run():
    """Return rows of (name, value, unit, target, reached)."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in _SIZES:
            log = Path(folder) / str(size)
            write(log, size)
            rows += _parquet(log, size)
            if size == _SIZES[-1]:
                break
            # Only one of the logs lies on the disk at a time.
            subprocess.run(["rm", "-r", str(log)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "spark"
        write(log, _SPARK_ROWS)
        rows += _spark(log, _SPARK_ROWS)
    return rows


def write(folder, rows):
    """Write a log of so many rows, of customers 0, 1, …, as Parquet files of a new folder."""
    subprocess.run([sys.executable, "-c", _WRITE, str(folder), str(rows)], check=True)


def _parquet(log, size):
    # The same limit for both, and the same place to spill to.
    by_hand = _CUSTOMERS.format(log="log", end=END, **_IN_DUCKDB)
    seen = compare(
        {
            "ours": {"call": f"crmlab.summarize({str(log)!r}, as_of='{END}')", "setup": _OURS},
            "by hand": {
                "call": f'table = connection.sql("""{by_hand}""").df()',
                "setup": f"""
import duckdb, pandas
connection = duckdb.connect(config={{
    "memory_limit": "3GiB", "temp_directory": {str(log.parent)!r} + "/spill",
    "preserve_insertion_order": False,
}})
connection.execute("CREATE VIEW log AS FROM read_parquet('{log}/*.parquet')")
""",
            },
        },
        runs=3 if size <= 10_000_000 else 1,
    )
    ours, hand = seen["ours"], seen["by hand"]
    name = f"Parquet, {size // 1_000_000} million rows, {_customers(size)} customers"
    rows = [
        (f"{name}: ours", f"{ours.seconds:.1f}", f"s, {_gibibytes(ours):.1f} GiB"),
        (f"{name}: SQL by hand", f"{hand.seconds:.1f}", f"s, {_gibibytes(hand):.1f} GiB"),
    ]
    if size == _SIZES[-1]:
        ratio, memory = ours.seconds / hand.seconds, _gibibytes(ours)
        rows += [
            (f"{name}: ours to SQL by hand", f"{ratio:.2f}", "×", "≤ 1.2 ×", ratio <= 1.2),
            (
                f"{name}: peak memory",
                f"{memory:.1f}",
                "GiB",
                f"≤ {_MOST_MEMORY} GiB",
                memory <= _MOST_MEMORY,
            ),
        ]
    return rows


def _customers(size):
    return f"{size // ROWS_PER_CUSTOMER:,}"


def _gibibytes(measured):
    return measured.extra_bytes / 2**30


def _spark(log, size):
    setup = f"""
{_OURS}
spark = crmlab.local_spark(memory="{_SPARK_MEMORY}", settings={{
    "spark.driver.maxResultSize": "0", "spark.sql.shuffle.partitions": "8",
}})
log = spark.read.parquet({str(log)!r})
log.createOrReplaceTempView("log")
crmlab.summarize(log.limit(1000), as_of="{END}")
"""
    by_hand = _CUSTOMERS.format(log="log", end=END, **_IN_SPARK)
    seen = compare(
        {
            "ours": {"call": f"crmlab.summarize(log, as_of='{END}')", "setup": setup},
            "by hand": {
                "call": f'table = spark.sql("""{by_hand}""").toArrow().to_pandas()',
                "setup": setup,
            },
        },
        runs=3,
    )
    ratio = seen["ours"].seconds / seen["by hand"].seconds
    name = f"Spark, {size // 1_000_000} million rows, {_customers(size)} customers"
    return [
        (f"{name}: ours", f"{seen['ours'].seconds:.1f}", "s"),
        (f"{name}: Spark SQL by hand", f"{seen['by hand'].seconds:.1f}", "s"),
        (f"{name}: ours to Spark SQL by hand", f"{ratio:.2f}", "×", "≤ 1.3 ×", ratio <= 1.3),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row, sep="\t")
