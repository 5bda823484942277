"""From nothing to JupyterLab: a clean clone, ``make lab``, until the server answers."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_ROOT = Path(__file__).resolve().parents[1]
_LIMIT = 900  # seconds


def run():
    """Return rows of (name, value, unit) for pip and, where it is installed, uv."""
    ways = {"pip": _path_without_uv()}
    if shutil.which("uv"):
        ways["uv"] = os.environ["PATH"]
    return [
        (f"clean clone to JupyterLab with {name}", f"{_seconds(path):.0f}", "s")
        for name, path in ways.items()
    ]


def _path_without_uv():
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not Path(folder, "uv").exists())


def _seconds(path):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        begin = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(_ROOT), folder], check=True)
        server = subprocess.Popen(
            ["make", "lab", f"LAB_FLAGS=--no-browser --port={port} --ServerApp.port_retries=0"],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", server)
            return time.perf_counter() - begin
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait_for(address, server):
    end = time.monotonic() + _LIMIT
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError("make lab ended before the server answered")
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"no answer within {_LIMIT} seconds")
