"""Running a submission in a process of its own, and ending it when it goes too far.

1. The submission gets a fresh folder as its home, its place for temporary files and its
   working folder, and an environment that holds nothing of the instructor's.
2. It starts in its own session. On Linux it is split off (fork) from this process, which
   is warm: it has the libraries loaded, and has never run a line of a submission. Elsewhere
   it is a new Python, which takes about four times as long.
3. Its answers and its prints go to files, whose size is watched together with its time and
   the memory of all its processes. What is in the file of answers is there to stay, however
   the process ends.
4. Afterwards every process that it left behind is killed.

One process runs one submission at a time, so every descendant belongs to that one.
"""

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import psutil

from crmlab.workshop import runner
from crmlab.workshop.results import COMPLETE, DIED, OUT_OF_MEMORY, OUT_OF_TIME, TOO_MUCH_OUTPUT

_LOOK_EVERY = 0.05  # seconds
_LINUX = sys.platform == "linux"
WARM = _LINUX  # on macOS a process that has loaded libraries may not fork
_SUBREAPER, _DEATH_SIGNAL = 36, 1  # numbers of prctl(2), Linux
# All that a submission learns about the instructor's environment.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "PATHEXT", "COMSPEC")


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    seconds : float
        From start to end.
    memory : int
        Bytes, all its processes together.
    output : int
        Bytes that it prints.
    answers : int
        Bytes of its answers as data.
    file : int
        Bytes of a single file that it writes.
    processes : int
        How many of them at a time.
    """

    seconds: float = 120.0
    memory: int = 2 << 30
    output: int = 10 << 20
    answers: int = 16 << 20
    file: int = 64 << 20
    processes: int = 64


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    ending : str
        See `results`.
    events : list of dict
        What the runner wrote, as far as it could be read.
    seconds : float
    reason : str
        Why a process died, for those who know: its exit code, or the signal's name.
    """

    ending: str
    events: list
    seconds: float
    reason: str = ""


def prepare(warm=WARM):
    """Make this process one that runs submissions; call it once, before the first."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    for name in runner.LIBRARIES if warm else ():
        import_module(name)
    threading.Thread(target=_end_with_the_grader, daemon=True).start()
    if _LINUX:
        # Orphans come to this process, so that none is lost from sight.
        _control(_SUBREAPER)


def _end_with_the_grader():
    """End this process when the one that grades has ended, even if that was killed."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _leave(*_signal):
    """End what runs here; on the way out its processes and its folder are cleared away."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(1)


def _control(option, value=1):
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def run(job, limits, folder=None, warm=WARM):
    """Run one submission to its end, or to the end of its limits.

    Parameters
    ----------
    job : dict
        ``exercise``, ``parameters`` and ``cells``, see `runner`.
    limits : Limits
    folder : pathlib.Path, optional
        What stood beside the notebook; the submission gets a copy.
    warm : bool
        Split the process off this one, instead of starting a new Python.

    Returns
    -------
    Outcome
    """
    # The folder of the submission lies in a folder of its own: what a notebook writes to "../"
    # is cleared away with it.
    with tempfile.TemporaryDirectory(prefix="crmlab-", ignore_cleanup_errors=True) as place:
        home = Path(place) / "own" / "work"
        if folder is None:
            home.mkdir(parents=True)
        else:
            shutil.copytree(folder, home, ignore=_links)
        # Beside `place`, where the submission's paths do not lead.
        with tempfile.TemporaryFile() as job_file, tempfile.TemporaryFile() as answers:
            with tempfile.TemporaryFile() as printed:
                text = json.dumps(job | {"limits": asdict(limits)})
                job_file.write(text.encode())
                job_file.seek(0)
                started = time.monotonic()
                start = _fork if warm else _spawn
                process = start(job_file, answers, printed, home, _environment(home))
                try:
                    ending = _watch(process, answers, printed, limits, started)
                finally:
                    _end_all(process)
                seconds = time.monotonic() - started
            events = _events(answers, limits)
        if ending == COMPLETE and not (events and events[-1].get("end") is True):
            ending = DIED
        return Outcome(ending, events, seconds, _reason(process) if ending == DIED else "")


def _reason(process):
    code = process.poll()
    try:
        return signal.Signals(-code).name if code < 0 else f"exit {code}"
    except ValueError:
        return f"signal {-code}"


def _links(folder, names):
    """Leave out links: they lead out of the folder."""
    return [name for name in names if os.path.islink(os.path.join(folder, name))]


def _environment(home):
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = {name: str(home) for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP")}
    return (
        passed
        | own
        | {
            "CRMLAB_PROGRESS": str(home / ".progress.sqlite"),
            "CRMLAB_STATIC": "1",
            "IPYTHONDIR": str(home / ".ipython"),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(home / ".matplotlib"),
            "OMP_NUM_THREADS": "1",
        }
    )


# --- starting ---------------------------------------------------------------------------


def _spawn(job_file, answers, printed, home, environment):
    """Start a new Python."""
    return subprocess.Popen(
        # -P: no module of the submission's folder takes the place of an installed one.
        [sys.executable, "-P", "-X", "utf8", "-m", "crmlab.workshop.runner"],
        stdin=job_file,
        stdout=answers,
        stderr=printed,
        cwd=home,
        env=environment,
        start_new_session=True,
    )


def _fork(job_file, answers, printed, home, environment):
    """Split a process off this one."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    process = os.fork()
    if process:
        return _Forked(process)
    try:
        os.setsid()
        for target, file in enumerate((job_file, answers, printed)):
            os.dup2(file.fileno(), target)
        # Above all the way back to the grader, on which a result could be forged.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        _control(_SUBREAPER, 0)
        _control(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        os.chdir(home)
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            mode = "r" if name == "stdin" else "w"
            stream = open(number, mode, encoding="utf-8", errors="replace")  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        runner.main()
    finally:
        os._exit(1)


class _Forked:
    """As much of ``subprocess.Popen`` as is needed, for a process that was split off."""

    def __init__(self, pid):
        self.pid = pid
        self._code = None

    def poll(self):
        """Return the exit code, or None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self):
        """Wait until it has ended."""
        while self.poll() is None:
            time.sleep(0.005)


# --- watching ---------------------------------------------------------------------------


def _watch(process, answers, printed, limits, started):
    """Return how the process ended, or which limit it went over."""
    pause = 0.005
    while process.poll() is None:
        if time.monotonic() - started > limits.seconds:
            return OUT_OF_TIME
        if _size(printed) > limits.output or _size(answers) > limits.answers:
            return TOO_MUCH_OUTPUT
        family = _family(process)
        if _memory(family) > limits.memory or len(family) > limits.processes:
            return OUT_OF_MEMORY
        time.sleep(pause)
        pause = min(2 * pause, _LOOK_EVERY)
    if _size(printed) > limits.output or _size(answers) > limits.answers:
        return TOO_MUCH_OUTPUT
    return COMPLETE


def _size(file):
    return os.fstat(file.fileno()).st_size


def _family(process):
    """Return all processes of the submission."""
    if _LINUX:  # everything below this process belongs to the submission, orphans included
        return psutil.Process().children(recursive=True)
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _memory(family):
    total = 0
    for member in family:
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    return total


def _end_all(process):
    """Kill the process and all it started, until there is none."""
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    while family := _family(process):
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        if process.poll() is not None:
            for member in family:
                with contextlib.suppress(psutil.Error, psutil.TimeoutExpired):
                    member.wait(1)
    process.wait()


def _events(answers, limits):
    """Return what the runner wrote; a line that is no event ends the reading."""
    answers.seek(0)
    events = []
    for line in answers.read(limits.answers).splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(event, dict):
            break
        events.append(event)
    return events
