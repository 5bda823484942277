"""Running code of strangers: what the rest of the house calls.

A job is a function of this package that runs inside, what it is given, a folder of which it
gets a copy, and limits; and, if wanted, another function that judges what came out. Inside
stand the strangers' cells and policies, and nothing that they do there reaches another job,
this process or, where the system lets a process have a place of its own, the computer.

Who runs what::

    this process     hands out the jobs and reads verdicts; plain data and bytes, nothing else
      helper         has the libraries and the checks loaded; never sees a job       (`helper`)
        watchdog     one for each job: starts the run, watches it, judges it        (`watchdog`)
          run        in a place of its own, the only one where strangers' code runs   (`inside`)

Where a process cannot be split off (macOS, Windows) helper and watchdog are one, and the run
is a new Python.
"""

import queue
import tempfile
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path

from crmlab.workshop.helper import Broken, start
from crmlab.workshop.results import DIED, OUT_OF_TIME, TROUBLE
from crmlab.workshop.watchdog import WARM, Limits

_LOADING = 300.0  # seconds that a helper may take to load its libraries, on a slow disk
_GRACE = 30.0  # seconds that are allowed for starting and for clearing away


@dataclass(frozen=True)
class Job:
    """What to run.

    Attributes
    ----------
    entry : str
        ``"package.module:function"``; inside, it is called as ``function(given, say)``, and
        ``say(**event)`` writes one event out. The run is complete when it returns.
    given : object
        Plain data.
    limits : Limits
    folder : pathlib.Path, optional
        A copy of its files is the working folder inside.
    judge : str
        ``"package.module:function"``; called outside as ``function(context, outcome)``, in a
        process that can be killed, it returns plain data. Without one the output comes back.
    context : object
        Plain data.
    """

    entry: str
    given: object
    limits: Limits = field(default_factory=Limits)
    folder: Path | None = None
    judge: str = ""
    context: object = None


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Attributes
    ----------
    ending : str
        One of those of `results` that a run can have. `TROUBLE` is this computer's.
    output : bytes
        What the run said, see `plain.events`; believe nothing in it.
    seconds : float
    reason : str
        Why a process died or was not started, for those who know.
    isolated : bool
        The run had a place of its own, see `isolation`.
    verdict : object
        What the judge returned.
    """

    ending: str
    output: bytes = b""
    seconds: float = 0.0
    reason: str = ""
    isolated: bool = False
    verdict: object = None


class Sandbox:
    """Helpers that run jobs; they stay loaded from one `run` to the next.

    Parameters
    ----------
    workers : int
        How many jobs run at a time.
    libraries : iterable of str
        Modules to load before the first job; the judge's belong to them.
    rehearsal : tuple, optional
        ``"package.module:function"`` and what it is given: called once before the first job,
        so that whatever a judge needs is loaded and in order.
    hidden : iterable of path-like
        Folders that a run must not see.
    warm : bool
        Split the runs off a process that has the libraries loaded; for Linux.
    isolate : bool
        Give each run a place of its own where that can be had.
    """

    def __init__(self, workers=2, libraries=(), rehearsal=(), hidden=(), warm=WARM, isolate=True):
        self._given = {
            "libraries": list(libraries),
            "rehearsal": list(rehearsal),
            "hidden": [str(Path(path).resolve()) for path in hidden],
            "warm": warm,
            "isolate": isolate and warm,
        }
        self._helpers = [None] * max(1, workers)
        self._lanes, self._stopped = [], False
        self._starting = threading.Lock()
        self._place = tempfile.TemporaryDirectory(prefix="crmlab-", ignore_cleanup_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._stopped = True
        self._close()
        for lane in self._lanes:
            lane.join()
        self._close()  # those that began meanwhile
        self._place.cleanup()

    def _close(self):
        helpers = list(filter(None, self._helpers))
        for helper in helpers:
            helper.close()
        for helper in helpers:
            helper.wait()
        self._helpers = [None] * len(self._helpers)

    def run(self, jobs, begins=lambda key: None):
        """Run jobs; yield each key and its outcome as the job ends.

        Parameters
        ----------
        jobs : dict
            Key to `Job`.
        begins : callable, optional
            Called with the key when a job begins; from another thread.

        Yields
        ------
        key, Outcome
        """
        left, ended = deque(jobs.items()), queue.SimpleQueue()

        def lane(place):
            try:
                while left and not self._stopped:
                    try:
                        key, job = left.popleft()
                    except IndexError:
                        return
                    ended.put((key, self._run(place, job, lambda key=key: begins(key))))
            except BaseException as error:  # raised again where somebody waits
                ended.put((None, error))

        self._lanes = [
            threading.Thread(target=lane, args=(place,), daemon=True)
            for place in range(min(len(self._helpers), len(jobs)))
        ]
        for one in self._lanes:
            one.start()
        for _job in range(len(jobs)):
            key, outcome = ended.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield key, outcome

    def _run(self, place, job, begins):
        """Run one job with the helper of a place."""
        prepared = {}
        try:
            helper, prepared = self._helper(place)
            begins()
            request = {**asdict(job), "folder": str(job.folder.resolve()) if job.folder else ""}
            request |= {"isolated": prepared["isolated"], "hidden": self._given["hidden"]}
            request |= {"warm": self._given["warm"], "share": (place, len(self._helpers))}
            most = job.limits.seconds + job.limits.judging + _GRACE
            head, output = helper.ask(request, seconds=most)
        except Broken as problem:
            self._helpers[place] = None
            head, output = {"broken": str(problem)}, b""
        except OSError as error:
            return Outcome(TROUBLE, reason=str(error))
        if "broken" not in head:
            return Outcome(output=output, **head)
        if head["broken"] == "SIGALRM":
            return Outcome(TROUBLE, reason="time", isolated=prepared["isolated"])
        if not prepared or prepared["isolated"]:  # no job can have done it
            return Outcome(TROUBLE, reason=head["broken"])
        ending = OUT_OF_TIME if head["broken"] == "time" else DIED
        return Outcome(ending, reason=head["broken"])

    def _helper(self, place):
        with self._starting:
            missing = [n for n, one in enumerate(self._helpers) if one is None]
            if place in missing:
                # All at once in the beginning; later the one that was lost.
                places = missing if len(missing) == len(self._helpers) else [place]
                split = self._given["warm"]
                given = self._given | {"place": self._place.name}
                started = start(len(places), "crmlab.workshop.watchdog", given, split)
                for number, helper in zip(places, started, strict=True):
                    self._helpers[number] = helper
        helper = self._helpers[place]
        return helper, helper.prepared(_LOADING)
