"""Grading a class of one hundred, against the floor: one kernel start with the libraries."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from crmlab.workshop.grading import WORKERS, grade

_TESTS = Path(__file__).parents[1] / "tests"
_KERNEL = """
import time
from jupyter_client.manager import start_new_kernel
start = time.perf_counter()
manager, client = start_new_kernel()
client.execute_interactive("import pandas, sklearn.linear_model")
print(time.perf_counter() - start)
client.stop_channels()
manager.shutdown_kernel(now=True)
"""


def kernel_start():
    """Return the seconds of one kernel start with pandas and scikit-learn imported."""
    run = [sys.executable, "-c", _KERNEL]
    return float(subprocess.run(run, capture_output=True, check=True, text=True).stdout)


def run():
    """Grade the class of the tests on two cores: isolated, not, and without a warm process."""
    floor = median(kernel_start() for _turn in range(5))
    warm, open = _per_submission(100), _per_submission(100, isolate=False)
    cold = _per_submission(20, warm=False)
    target = "≤ 1.5 × a kernel start"
    return [
        ("kernel start with pandas and scikit-learn imported", f"{floor:.2f}", "s"),
        ("grading 100 submissions of chapter 3a, two at a time", f"{100 * warm:.0f}", "s"),
        ("  one submission, seconds of one of the two workers", f"{WORKERS * warm:.2f}", "s"),
        (
            "  over a kernel start",
            f"{WORKERS * warm / floor:.2f}",
            "×",
            target,
            WORKERS * warm <= 1.5 * floor,
        ),
        (
            "  isolated over not isolated",
            f"{warm / open:.2f}",
            "×",
            "≤ 1.3",
            warm <= 1.3 * open,
        ),
        (
            "  the same with a new Python for each (macOS, Windows)",
            f"{WORKERS * cold / floor:.2f}",
            "×",
        ),
    ]


def _per_submission(size, **how):
    sys.path.append(str(_TESTS))
    from class_of import class_of, hand_in, plan_of

    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(*map(str, range(size)))
        returned = Path(folder, "returned")
        for one, work in zip(plan.participants, class_of(size), strict=True):
            hand_in(returned, f"{one.folder}.ipynb", work.notebook)
        start = time.perf_counter()
        grade(plan, folder, returned, **how)
        return (time.perf_counter() - start) / size
