"""Running one job in a process of its own, and ending it when it goes too far.

1. The run gets a fresh folder as its home, its place for temporary files and its working
   folder, and an environment that holds nothing of the instructor's.
2. On Linux it is split off (fork) from this process, which is warm: it has the libraries
   loaded, and has never run a line of a stranger. Where it can be had, it then leaves for a
   place of its own (`isolation`). Elsewhere it is a new Python, which takes about four times
   as long.
3. What it says and what it prints go to files, whose size is watched together with its time,
   its threads and the memory of all its processes. What is in the file is there to stay,
   however the process ends.
4. Afterwards every process that it left behind is killed.
5. Then what it said may be judged, in this process, which a clock ends.

One process watches one run at a time, so every descendant belongs to that one.
"""

import contextlib
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import psutil

from crmlab.workshop import inside
from crmlab.workshop.helper import SUBREAPER, control, kill_all
from crmlab.workshop.results import (
    COMPLETE,
    DIED,
    OUT_OF_MEMORY,
    OUT_OF_TIME,
    TOO_MUCH_OUTPUT,
    TROUBLE,
)

_LOOK_EVERY = 0.05  # seconds
_LINUX = sys.platform == "linux"
WARM = _LINUX  # on macOS a process that has loaded libraries may not fork
_DEATH_SIGNAL = 1  # number of prctl(2), Linux
_TO_JUDGE = 3 << 30  # bytes
# What a run without a place of its own learns about the instructor's environment.
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "PATHEXT", "COMSPEC")
_IN_ITS_PLACE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    Attributes
    ----------
    seconds : float
        From start to end.
    judging : float
        Seconds that it may take to judge what it said.
    memory : int
        Bytes, all its processes together, and all its files where they lie in memory.
    output : int
        Bytes that it prints.
    answers : int
        Bytes of its answers as data.
    file : int
        Bytes of a single file that it writes.
    disk : int
        Bytes of all its files together, where it has a place of its own.
    processes, threads, files : int
        How many of them at a time; files are those that are open.
    """

    seconds: float = 120.0
    judging: float = 120.0
    memory: int = 2 << 30
    output: int = 10 << 20
    answers: int = 16 << 20
    file: int = 64 << 20
    disk: int = 256 << 20
    processes: int = 64
    threads: int = 1024
    files: int = 256


# --- answering the one who hands out jobs -----------------------------------------------


def prepare(given):
    """Load libraries, and find out whether a run can have a place of its own.

    Parameters
    ----------
    given : dict
        See `sandbox.Sandbox`.

    Returns
    -------
    dict
        ``isolated``, and ``why`` it cannot be.
    """
    tempfile.tempdir = given["place"]
    for name in given["libraries"]:
        import_module(name)
    if given["rehearsal"]:
        function, *what = given["rehearsal"]
        _named(function)(*what)
    # What is loaded stays where it is: splitting off copies as little as possible.
    gc.collect()
    gc.freeze()
    if _LINUX:
        # Orphans come to this process, so that none is lost from sight.
        control(SUBREAPER)
    if not given["isolate"]:
        return {"isolated": False, "why": "not wanted"}
    from crmlab.workshop import isolation

    why = isolation.trial(given["hidden"])
    return {"isolated": not why, "why": why}


def answer(job, _body, requests):
    """Run a job, and judge what came out.

    Parameters
    ----------
    job : dict
        A `sandbox.Job` as data.
    requests : int
        Descriptor on which further jobs come: at its end, nobody waits any more.

    Returns
    -------
    head : dict
    output : bytes
    """
    limits = Limits(**job["limits"])
    if _LINUX:
        control(SUBREAPER)
    try:
        ending, output, seconds, reason = _run(job, limits, requests)
    except (OSError, MemoryError) as error:
        ending, output, seconds, reason = TROUBLE, b"", 0.0, _said(error)
    head = {
        "ending": ending,
        "seconds": seconds,
        "reason": reason,
        "isolated": job["isolated"],
    }
    if not job["judge"] or ending == TROUBLE:
        return head, output
    outcome = SimpleNamespace(ending=ending, output=output, seconds=seconds, reason=reason)
    try:
        return head | {"verdict": _judge(job, limits, outcome)}, b""
    except (OSError, MemoryError) as error:
        return head | {"ending": TROUBLE, "reason": _said(error)}, b""


def _said(error):
    return str(error) or type(error).__name__


def _named(function):
    module, _colon, name = function.partition(":")
    return getattr(import_module(module), name)


def _judge(job, limits, outcome):
    function = _named(job["judge"])
    if job["warm"]:  # this process is there for this job alone
        import resource

        used = psutil.Process().memory_info().data + _TO_JUDGE
        resource.setrlimit(resource.RLIMIT_DATA, (used, used))
        signal.setitimer(signal.ITIMER_REAL, limits.judging)
    verdict = function(job["context"], outcome)
    if job["warm"]:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return verdict


# --- one run ----------------------------------------------------------------------------


def _run(job, limits, requests):
    """Run a job to its end, or to the end of its limits."""
    with contextlib.ExitStack() as cleared:
        job_file, answers, printed = (
            cleared.enter_context(tempfile.TemporaryFile()) for _file in range(3)
        )
        inner = {"entry": job["entry"], "given": job["given"], "limits": asdict(limits)}
        job_file.write(json.dumps(inner | {"alone": job["isolated"]}).encode())
        job_file.seek(0)
        files = job_file, answers, printed
        started = time.monotonic()
        scratch, ours = None, set()
        if job["isolated"]:
            process, scratch, ours = _fork_alone(job, limits, files)
            cleared.callback(os.close, scratch)
        else:
            # The run's folder lies in a folder of its own: what it writes to "../" is cleared
            # away with it.
            place = cleared.enter_context(
                tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True)
            )
            home = Path(place) / "own" / "work"
            home.mkdir(parents=True)
            if job["folder"]:
                copy(job["folder"], home)
            passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            process = (_fork if job["warm"] else _spawn)(files, home, _environment(home, passed))
        try:
            ending = _watch(process, ours, files, limits, started, scratch, requests)
        finally:
            _end_all(process)
        seconds = time.monotonic() - started
        answers.seek(0)
        output = answers.read(limits.answers)
    if ending == COMPLETE and not output.endswith(inside.END):
        ending = DIED
    return ending, output, seconds, _reason(process) if ending == DIED else ""


def _reason(process):
    code = process.poll()
    code = 128 - code if 128 < code < 192 else code  # so says who waited for it in its place
    try:
        return signal.Signals(-code).name if code < 0 else f"exit {code}"
    except ValueError:
        return f"signal {-code}"


def copy(folder, home):
    """Copy the plain files of a folder, as far as they can be read; links lead out of it."""
    for place, folders, names in os.walk(folder):
        target = os.path.join(home, os.path.relpath(place, folder))
        folders[:] = [name for name in folders if not os.path.islink(os.path.join(place, name))]
        os.makedirs(target, exist_ok=True)
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with contextlib.suppress(PermissionError):
                    shutil.copyfile(path, os.path.join(target, name))


def _environment(home, passed):
    own = {name: str(home) for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP")}
    return (
        passed
        | own
        | {
            "CRMLAB_PROGRESS": str(Path(home, ".progress.sqlite")),
            "CRMLAB_STATIC": "1",
            "IPYTHONDIR": str(Path(home, ".ipython")),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(Path(home, ".matplotlib")),
            "OMP_NUM_THREADS": "1",
            # Every pip, however it is called, ends before it has looked at anything.
            "PIP_PYTHON": str(Path(home, "no packages are installed while grading")),
            "UV_OFFLINE": "1",
            "CONDA_OFFLINE": "1",
        }
    )


# --- starting ---------------------------------------------------------------------------


def _spawn(files, home, environment):
    """Start a new Python."""
    job_file, answers, printed = files
    return subprocess.Popen(
        # -P: no module of the run's folder takes the place of an installed one.
        [sys.executable, "-P", "-X", "utf8", "-m", "crmlab.workshop.inside"],
        stdin=job_file,
        stdout=answers,
        stderr=printed,
        cwd=home,
        env=environment,
        start_new_session=True,
    )


def _fork(files, home, environment, leave=None):
    """Split a process off this one; `leave` takes it to a place of its own."""
    parent = os.getpid()
    process = os.fork()
    if process:
        return _Forked(process)
    try:
        os.setsid()
        for target, file in enumerate(files):
            os.dup2(file.fileno(), target)
        # Above all the way back to the one who asks, on which a verdict could be forged.
        kept = leave.report.fileno() if leave else 3
        os.closerange(3, kept)
        os.closerange(kept + (leave is not None), os.sysconf("SC_OPEN_MAX"))
        control(SUBREAPER, 0)
        control(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        if leave:
            leave()
        os.chdir(home)
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            mode = "r" if name == "stdin" else "w"
            stream = open(number, mode, encoding="utf-8", errors="replace")  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        inside.main()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(1)


def _fork_alone(job, limits, files):
    """Split a process off this one, in a place of its own.

    Returns
    -------
    process : _Forked
    scratch : int
        Descriptor of its temporary folder.
    ours : set of psutil.Process
        Those of its family that run nothing of a stranger.
    """
    from crmlab.workshop import isolation

    here, there = socket.socketpair()

    def leave():
        isolation.enter(there, limits.disk, job["folder"], job["hidden"], copy, job["share"])

    leave.report = there
    environment = _environment(isolation.HOME, _IN_ITS_PLACE)
    process = _fork(files, isolation.HOME, environment, leave)
    there.close()
    scratch, why = isolation.answer(here)
    if scratch is None:
        _end_all(process)
        raise OSError(why)
    ours = set()
    with contextlib.suppress(psutil.Error):
        outer = psutil.Process(process.pid)
        ours = {outer, *outer.children()}
    return process, scratch, ours


class _Forked:
    """As much of ``subprocess.Popen`` as is needed, for a process that was split off."""

    def __init__(self, pid):
        self.pid = pid
        self._code = None
        self._end = os.pidfd_open(pid)

    def poll(self):
        """Return the exit code, or None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
                os.close(self._end)
        return self._code

    def wait(self, timeout=None):
        """Wait until it has ended, or so many seconds."""
        import select

        if self.poll() is None and not select.select([self._end], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("run", timeout)
        self.poll()


# --- watching ---------------------------------------------------------------------------


def _watch(process, ours, files, limits, started, scratch, requests):
    """Return how the process ended, or which limit it went over."""
    _job_file, answers, printed = files
    pause = 0.005
    while process.poll() is None:
        if time.monotonic() - started > limits.seconds:
            return OUT_OF_TIME
        if _size(printed) > limits.output or _size(answers) > limits.answers:
            return TOO_MUCH_OUTPUT
        family = [member for member in _family(process) if member not in ours]
        memory, threads = _used(family)
        if scratch is not None:
            memory += _filled(scratch) + _in_sockets(process)
        if memory > limits.memory:
            return OUT_OF_MEMORY
        if len(family) > limits.processes or threads > limits.threads:
            return OUT_OF_MEMORY
        if _abandoned(requests):
            raise SystemExit(1)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(pause)
        pause = min(2 * pause, _LOOK_EVERY)
    if _size(printed) > limits.output or _size(answers) > limits.answers:
        return TOO_MUCH_OUTPUT
    return COMPLETE


def _size(file):
    return os.fstat(file.fileno()).st_size


def _filled(scratch):
    """Return the bytes in a temporary folder in memory."""
    about = os.fstatvfs(scratch)
    return (about.f_blocks - about.f_bfree) * about.f_frsize


def _abandoned(requests):
    """Return whether the one who asked has gone: nothing is sent while a job runs."""
    if sys.platform == "win32":  # whoever goes there, kills what is below
        return False
    import select

    return bool(select.select([requests], [], [], 0)[0])


def _family(process):
    """Return all processes of the run."""
    if _LINUX:  # everything below this process belongs to the run, orphans included
        return psutil.Process().children(recursive=True)
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _used(family):
    """Return the memory and the threads of processes."""
    memory = threads = 0
    for member in family:
        with contextlib.suppress(psutil.Error):
            memory += member.memory_info().rss + _page_tables(member)
            threads += member.num_threads()
    return memory, threads


def _page_tables(member):
    """Return the bytes that say where a process's memory is: of empty pages, they are all."""
    with contextlib.suppress(OSError):  # not Linux, or it has ended
        status = Path(f"/proc/{member.pid}/status").read_bytes()
        return int(status.partition(b"VmPTE:")[2].strip().partition(b" ")[0] or 0) << 10
    return 0


def _in_sockets(process):
    """Return the bytes that the sockets of a place can hold for somebody who never reads them.

    What each holds nobody says; its size is the system's own, since no run may set another.
    """
    with contextlib.suppress(OSError, ValueError):
        about = Path(f"/proc/{process.pid}/net/sockstat").read_bytes()
        most = int(Path("/proc/sys/net/core/wmem_default").read_bytes())
        return int(about.partition(b"sockets: used")[2].partition(b"\n")[0]) * most
    return 0


def _end_all(process):
    """Kill the process and all it started, until there is none."""
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    while family := _family(process):
        kill_all(family)
        if process.poll() is not None:
            for member in family:
                with contextlib.suppress(psutil.Error, psutil.TimeoutExpired):
                    member.wait(1)
    process.wait()
