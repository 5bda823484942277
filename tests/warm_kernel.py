"""Kernels for nbval, each split off a process that has the libraries loaded.

A kernel needs three seconds to import pandas, scikit-learn and seaborn, and the course has dozens
of notebooks. What is split off is a kernel like any other: it has imported nothing of ours, and
its names are its own. There is one such process for each kind of arithmetic, because libraries
choose theirs when they are loaded.

1. nbval starts ``python warm_kernel.py -f FILE`` in place of ``python -m ipykernel_launcher``.
2. That asks the process of its kind, which the first to come starts, for a kernel, and waits
   beside it: it passes interrupts on, and when it is killed, the kernel ends.
3. Nobody has asked for a minute: the process ends.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from zlib import crc32

_LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "pandas.io.formats.style",
    "pyarrow.dataset",
    "duckdb",
    "narwhals",
    "seaborn",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.pipeline",
    "statsmodels.stats.api",
    "ipywidgets",
)
_IDLE, _START = 60, 60  # seconds
# What Python and the libraries read once, when they are loaded.
_READ_ONCE = (
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "GLIBC_TUNABLES",
    "OMP_NUM_THREADS",
    "PYTHONPATH",
)


def use():
    """Let nbval start its kernels here, on systems where a process can be split off safely."""
    if sys.platform != "linux":
        return
    from nbval.kernel import NbvalKernelspecManager

    command = [sys.executable, "-S", "-E", __file__, "-f", "{connection_file}"]
    before = NbvalKernelspecManager.get_kernel_spec

    def get_kernel_spec(self, kernel_name):
        spec = before(self, kernel_name)
        spec.argv = command
        return spec

    NbvalKernelspecManager.get_kernel_spec = get_kernel_spec


# --- in place of a kernel -------------------------------------------------------------------


def stand_in(arguments):
    """Ask for a kernel and wait until it ends."""
    with _connected() as line:
        asked = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
        line.sendall(json.dumps(asked).encode() + b"\n")
        kernel = int(line.makefile().readline())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _frame: os.kill(kernel, number))
        while line.recv(1):
            pass


def _connected():
    own = [sys.executable, __file__, *(os.environ.get(name) for name in _READ_ONCE)]
    kind = crc32(json.dumps(own).encode())
    address = Path(tempfile.gettempdir()) / f"crmlab-kernels-{os.getuid()}-{kind:08x}"
    with open(f"{address}.lock", "w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        with suppress(OSError):
            return _call(address)
        subprocess.Popen(
            [sys.executable, __file__, "--serve", str(address)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        latest = time.monotonic() + _START
        while time.monotonic() < latest:
            with suppress(OSError):
                return _call(address)
            time.sleep(0.05)
    raise TimeoutError("no process to split a kernel off")


def _call(address):
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(address))
    return line


# --- the process with the libraries -----------------------------------------------------------


def serve(address):
    """Split a kernel off for everybody who asks."""
    for name in _LIBRARIES:
        import_module(name)
    # Whose kernels end is not waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with suppress(FileNotFoundError):
        os.unlink(address)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        door.settimeout(_IDLE)
        with suppress(TimeoutError):
            while True:
                line, _who = door.accept()
                line.setblocking(True)
                if os.fork() == 0:
                    door.close()
                    _become_a_kernel(line)
                line.close()
    os.unlink(address)


def _become_a_kernel(line):
    asked = json.loads(line.makefile().readline())
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    # Whoever started it is not the process that it watches.
    os.environ.pop("JPY_PARENT_PID", None)
    sys.path[:] = ["", *(place for place in sys.path if place != str(Path(__file__).parent))]
    line.sendall(f"{os.getpid()}\n".encode())

    def end_with_the_stand_in():
        line.recv(1)
        os._exit(1)

    threading.Thread(target=end_with_the_stand_in, daemon=True).start()
    sys.argv = ["ipykernel_launcher", *asked["arguments"]]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        stand_in(sys.argv[1:])
