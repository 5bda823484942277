"""Fitting the BG/NBD model, standard errors included, on CDNOW and on a million customers.

The million are drawn from the model and recorded as a log records them, by whole days: rows
with equal x, t_x and T are frequent, as in a real table. A second million keeps the times as
drawn, where no two repeat buyers are equal. clvkit is measured without its standard errors, which
are a bootstrap of hundreds of fits.
"""

from benchmarks.measure import compare, run_once

_CDNOW = """
import logging
import crmlab as crm
logging.getLogger("crmlab").setLevel("ERROR")
log = crm.datasets.load_cdnow("sample")
table = crm.summarize(log, as_of="1997-09-30", unit="W")
"""
# The estimates for CDNOW, in weeks; customers are between 78 and 104 weeks old.
_MILLION = """
import logging
import numpy as np
import crmlab as crm
logging.getLogger("crmlab").setLevel("ERROR")
model = crm.BetaGeometricNBD()
model.params_ = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
model.unit_ = "W"
age = np.random.default_rng(1).integers(78 * 7, 104 * 7 + 1, 1_000_000) / 7
table = model.simulate(1_000_000, age, seed=2)
"""
_WHOLE_DAYS = 'table["t_x"] = np.ceil(table["t_x"] * 7) / 7\n'
# Every contestant has loaded its libraries and run once before it is measured.
_OURS = "crm.BetaGeometricNBD().fit(table.head(2000))\n"
_FIT_OURS = "crm.BetaGeometricNBD().fit(table)"
_LIFETIMES = """
from lifetimes import BetaGeoFitter
BetaGeoFitter().fit(*(table.head(2000)[name] for name in ("x", "t_x", "T")))
"""
_FIT_LIFETIMES = 'BetaGeoFitter().fit(table["x"], table["t_x"], table["T"]).summary'
_CLVKIT = """
from clvkit import BGNBD, CustomerBase
base = CustomerBase.from_transactions(
    log[log["date"] <= "1997-09-30"], time_unit="W", collapse="D",
    observation_period_end="1997-09-30",
)
BGNBD().fit(base)
"""


def run(runs=5):
    """Return rows of (name, value, unit, target, reached)."""
    return [*_cdnow(runs), *_million(runs)]


def _cdnow(runs):
    seen = compare(
        {
            "ours": {"call": _FIT_OURS, "setup": _CDNOW + _OURS},
            "lifetimes": {"call": _FIT_LIFETIMES, "setup": _CDNOW + _LIFETIMES},
            "clvkit": {"call": "BGNBD().fit(base)", "setup": _CDNOW + _CLVKIT},
        },
        runs,
    )
    fit = "BG/NBD, CDNOW sample"
    return [
        *((f"{fit}: {name}", f"{one.seconds * 1000:.0f}", "ms") for name, one in seen.items()),
        _faster(fit, seen, "lifetimes", 3),
        _faster(fit, seen, "clvkit", 20),
    ]


def _million(runs):
    recorded = _MILLION + _WHOLE_DAYS
    seen = compare(
        {
            "ours": {"call": _FIT_OURS, "setup": recorded + _OURS},
            "lifetimes": {"call": _FIT_LIFETIMES, "setup": recorded + _LIFETIMES},
        },
        min(runs, 3),
    )
    distinct = run_once(_FIT_OURS, setup=_MILLION + _OURS)
    fit = "BG/NBD, 1,000,000 customers by days"
    most = max(seen["ours"].extra_bytes, distinct.extra_bytes) / 2**30
    return [
        *((f"{fit}: {name}", f"{one.seconds:.1f}", "s") for name, one in seen.items()),
        _faster(fit, seen, "lifetimes", 10),
        ("BG/NBD, 1,000,000 customers, times as drawn: ours", f"{distinct.seconds:.1f}", "s"),
        ("BG/NBD, 1,000,000 customers: peak memory", f"{most:.2f}", "GiB", "< 2 GiB", most < 2),
    ]


def _faster(fit, seen, other, target):
    ratio = seen[other].seconds / seen["ours"].seconds
    return f"{fit}: faster than {other}", f"{ratio:.0f}", "×", f"≥ {target} ×", ratio >= target


if __name__ == "__main__":
    for row in run():
        print(*row, sep="\t")
