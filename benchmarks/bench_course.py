"""Running every notebook of the course, against the floor: their number of kernel starts."""

import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.bench_workshop import kernel_start
from tools.notebooks import ROOT, WORKERS, build, editions

_MOST = 4


def run():
    """Build a copy of the course, two notebooks at a time."""
    floor = median(kernel_start() for _turn in range(5))
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "manuscript", Path(folder, "manuscript"))
        every = [one for one in editions(root=Path(folder)) if one.script.parent.name[0].isdigit()]
        start = time.perf_counter()
        with ProcessPoolExecutor(WORKERS) as pool:
            list(pool.map(build, every))
        seconds = time.perf_counter() - start
    least = len(every) * floor / WORKERS
    return [
        (
            f"running the {len(every)} notebooks of the chapters, two at a time",
            f"{seconds:.0f}",
            "s",
        ),
        (
            "  over as many kernel starts",
            f"{seconds / least:.2f}",
            "×",
            f"≤ {_MOST} ×",
            seconds <= _MOST * least,
        ),
    ]
