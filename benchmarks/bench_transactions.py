"""Summarising ten million rows of a million customers, and what an import costs."""

from benchmarks.measure import compare

_ROWS, _CUSTOMERS = 10_000_000, 1_000_000
_SIZE = "int(log.memory_usage(deep=True).sum())"
_END = "2024-12-31"

# Two years of purchases at all times of day, with some refunds.
_LOG = f"""
import numpy as np
import pandas as pd
rng = np.random.default_rng(1997)
seconds = pd.to_timedelta(rng.integers(0, 731 * 86_400, {_ROWS}), unit="s")
log = pd.DataFrame({{
    "customer_id": rng.integers(0, {_CUSTOMERS}, {_ROWS}),
    "date": (pd.Timestamp("2023-01-01") + seconds).astype("datetime64[us]"),
    "amount": np.round(rng.gamma(2.0, 20.0, {_ROWS}), 2),
}})
log["amount"] *= np.where(rng.random({_ROWS}) < 0.03, -1, 1)
del seconds
"""
_TEXT_IDS = 'log["customer_id"] = "C" + log["customer_id"].astype("str").str.zfill(9)\n'
# Every contestant has loaded its libraries and run once before it is measured.
_OURS = f"""
import logging
import crmlab
logging.getLogger("crmlab").setLevel("ERROR")
crmlab.summarize(log.head(1000), as_of="{_END}")
"""
_LIFETIMES = """
from lifetimes.utils import summary_data_from_transaction_data as summary_of
summary_of(log.head(1000), "customer_id", "date", "amount")
"""
_CLVKIT = """
from clvkit import CustomerBase
CustomerBase.from_transactions(log.head(1000))
"""
_DATABASE = f"""
import duckdb
connection = duckdb.connect()
connection.execute("CREATE TABLE log AS FROM log")
relation = connection.table("log")
del log
import logging
import crmlab
logging.getLogger("crmlab").setLevel("ERROR")
crmlab.summarize(relation.limit(1000), as_of="{_END}")
"""
_BY_HAND = f"""
table = connection.sql('''
    WITH days AS (
        SELECT customer_id, date::DATE AS day, sum(amount) AS spend,
               sum(amount) FILTER (amount >= 0) AS paid
        FROM log WHERE date < DATE '{_END}' + 1
        GROUP BY ALL
    ), customers AS (
        SELECT customer_id, count(paid) AS purchases, sum(spend) AS spend,
               min(day) FILTER (paid IS NOT NULL) AS first_purchase,
               max(day) FILTER (paid IS NOT NULL) AS last_purchase,
               sum(paid) AS paid, arg_min(paid, day) FILTER (paid IS NOT NULL) AS first_paid
        FROM days GROUP BY customer_id
    )
    SELECT customer_id, purchases, spend, first_purchase, last_purchase,
           DATE '{_END}' - last_purchase AS recency_days, purchases - 1 AS x,
           last_purchase - first_purchase AS t_x, DATE '{_END}' - first_purchase AS T,
           (paid - first_paid) / nullif(purchases - 1, 0) AS mean_repeat_spend
    FROM customers WHERE purchases > 0 ORDER BY customer_id
''').df()
"""


def run(runs=3):
    """Return rows of (name, value, unit, target, reached)."""
    return [*_pandas_in(runs), *_duckdb_in(runs), *_imports(max(runs, 9))]


def _pandas_in(runs):
    rows = []
    for ids, setup in (("whole numbers", _LOG), ("text", _LOG + _TEXT_IDS)):
        seen = compare(
            {
                "ours": {
                    "call": f'crmlab.summarize(log, as_of="{_END}")',
                    "setup": setup + _OURS,
                    "size": _SIZE,
                },
                "lifetimes": {
                    "call": 'summary_of(log, "customer_id", "date", "amount")',
                    "setup": setup + _LIFETIMES,
                    "size": _SIZE,
                },
                "clvkit": {
                    "call": "CustomerBase.from_transactions(log)",
                    "setup": setup + _CLVKIT,
                    "size": _SIZE,
                },
            },
            runs,
        )
        log = f"10 million rows in pandas, ids {ids}"
        rows += [
            (f"{log}: {name}", f"{measured.seconds:.1f}", f"s, {_memory(measured)}")
            for name, measured in seen.items()
        ]
        faster = seen["lifetimes"].seconds / seen["ours"].seconds
        memory = seen["ours"].extra_bytes / seen["ours"].input_bytes
        rows += [
            (f"{log}: faster than lifetimes", f"{faster:.1f}", "×", "≥ 4 ×", faster >= 4),
            (f"{log}: extra memory", f"{memory:.1f}", "× the input", "≤ 3 ×", memory <= 3),
        ]
    return rows


def _memory(measured):
    return f"{measured.extra_bytes / 2**20:,.0f} MiB extra"


def _duckdb_in(runs):
    seen = compare(
        {
            "ours": {
                "call": f'crmlab.summarize(relation, as_of="{_END}")',
                "setup": _LOG + _DATABASE,
            },
            "by hand": {"call": _BY_HAND, "setup": _LOG + _DATABASE},
        },
        max(runs, 5),
    )
    ratio = seen["ours"].seconds / seen["by hand"].seconds
    log = "10 million rows in DuckDB"
    return [
        (f"{log}: ours", f"{seen['ours'].seconds:.1f}", "s"),
        (f"{log}: SQL by hand", f"{seen['by hand'].seconds:.1f}", "s"),
        (f"{log}: ours to SQL by hand", f"{ratio:.2f}", "×", "≤ 1.3 ×", ratio <= 1.3),
    ]


def _imports(runs):
    seen = compare(
        {
            "crmlab": {"call": "import crmlab"},
            "pandas": {"call": "import pandas"},
            "both": {"call": "import crmlab, pandas"},
        },
        runs,
    )
    ratio = seen["both"].seconds / seen["pandas"].seconds
    return [
        ("import crmlab", f"{seen['crmlab'].seconds * 1000:.0f}", "ms"),
        ("import pandas", f"{seen['pandas'].seconds * 1000:.0f}", "ms"),
        ("import crmlab and pandas, to pandas", f"{ratio:.2f}", "×", "≤ 1.15 ×", ratio <= 1.15),
    ]
