"""Time and peak memory of a snippet, each run in a process of its own.

A fresh process per run keeps caches, threads and freed but not returned memory of one
contestant away from the other. Contestants take turns, so that a busy moment of the
machine hits both, and the median of the runs is reported.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from statistics import median

_TEMPLATE = """
import gc, json, resource, time

def _status(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key)) * 1024

def _forget_peak():
    # Linux lets a process reset its own peak; elsewhere the peak since its start must do.
    try:
        with open("/proc/self/clear_refs", "w") as control:
            control.write("5")
        return _status("VmRSS:")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT

def _peak():
    try:
        return _status("VmHWM:")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT

_RSS_UNIT = 1 if __import__("sys").platform == "darwin" else 1024
{setup}
gc.collect()
_before = _forget_peak()
_start = time.perf_counter()
{call}
_seconds = time.perf_counter() - _start
print(json.dumps([_seconds, _peak() - _before, {size}]))
"""


@dataclass(frozen=True)
class Measurement:
    """Wall time of the call, the memory it took at its peak, the size of its input."""

    seconds: float
    extra_bytes: int
    input_bytes: int


def run_once(call, setup="", size="0"):
    """Run `setup`, then `call`, in a fresh process; only `call` is measured.

    Parameters
    ----------
    call, setup : str
        Python statements.
    size : str
        An expression for the size of the input in bytes, evaluated afterwards.

    Returns
    -------
    Measurement
    """
    script = _TEMPLATE.format(setup=setup, call=call, size=size)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Measurement(*json.loads(done.stdout.splitlines()[-1]))


def compare(contestants, runs=5):
    """Run the contestants in turns and return the median of each.

    Parameters
    ----------
    contestants : dict
        Name to the keyword arguments of :func:`run_once`.
    runs : int

    Returns
    -------
    dict
        Name to :class:`Measurement`; the medians are taken one by one.
    """
    seen = {name: [] for name in contestants}
    for _run in range(runs):
        for name, snippets in contestants.items():
            seen[name].append(run_once(**snippets))
    return {
        name: Measurement(
            seconds=median(one.seconds for one in measured),
            extra_bytes=median(one.extra_bytes for one in measured),
            input_bytes=measured[0].input_bytes,
        )
        for name, measured in seen.items()
    }
