"""The case company: is making it free beside the imports, and how large can it grow?"""

from benchmarks.measure import compare, run_once

_IMPORTS = "import pandas, sklearn"
_IMPORT_COMPANY = "from crmlab.company import TABLES, Company"
_ALL_TABLES = "company = Company(seed=1, customers=2000); [getattr(company, t) for t in TABLES]"
_ALL_TABLES += "; company.truth.customers; company.truth.export"
_MILLION = "company = Company(seed=1, customers=1_000_000); company.orders; company.customers"
_MILLION += "; company.truth.customers"


def run(runs=5):
    """Return rows of (name, value, unit, target, reached)."""
    small = compare(
        {
            "imports": {"call": _IMPORTS},
            "company": {"call": _ALL_TABLES, "setup": _IMPORT_COMPANY},
        },
        runs,
    )
    large = run_once(_MILLION, setup=_IMPORT_COMPANY)
    ratio = small["company"].seconds / small["imports"].seconds
    memory = large.extra_bytes / 2**30
    return [
        ("import pandas, sklearn", round(small["imports"].seconds, 2), "s"),
        ("Company, 2,000 customers, all tables", round(small["company"].seconds, 2), "s"),
        ("Company, 2,000 customers, to the imports", round(ratio, 2), "×", "< 1 ×", ratio < 1),
        ("Company, 1,000,000 customers, orders and register", round(large.seconds, 1), "s"),
        (
            "Company, 1,000,000 customers: peak memory",
            round(memory, 1),
            "GiB",
            "< 4 GiB",
            memory < 4,
        ),
    ]
