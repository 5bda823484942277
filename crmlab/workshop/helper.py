"""Helpers: more Pythons, asked by messages, which nobody has to trust to answer.

A helper imports a module, calls the module's ``prepare(given)`` once, and then ``answer(head,
body, requests)`` for each request. Whoever asks waits for a time and kills it after that.

With `split`, several helpers are split off (fork) one process that has prepared itself for
all of them, and each request is answered in a process that is split off in turn: a helper
never holds anything of a request, so none can find there what another left.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from importlib import import_module

import psutil

from crmlab.workshop import plain

_MOST_BODY = 64 << 20
# All that a helper, and with it a submission, learns about the instructor's environment.
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "PATHEXT", "COMSPEC")
_LEFT = 3  # how a process says that nobody asks any more
SUBREAPER, DUMPABLE = 36, 4  # numbers of prctl(2), Linux


class Broken(Exception):
    """A helper gave no answer: it ended, or was stopped for its time."""


def start(count, module, given, split=False):
    """Start helpers.

    Parameters
    ----------
    count : int
    module : str
        Which one answers.
    given : object
        Plain data for its ``prepare``.
    split : bool
        Prepare once, and answer each request in a process of its own; not on Windows.

    Returns
    -------
    list of Helper
    """
    if not split:
        return [_start_one(module, given) for _helper in range(count)]
    ways = [(*os.pipe(), *os.pipe()) for _helper in range(count)]
    theirs = [number for request, _, _, reply in ways for number in (request, reply)]
    process = _python([module, *map(str, theirs)], stdin=subprocess.DEVNULL, pass_fds=theirs)
    for number in theirs:
        os.close(number)
    helpers = [
        Helper(process, os.fdopen(requests, "wb"), os.fdopen(replies, "rb"))
        for _, requests, replies, _ in ways
    ]
    helpers[0].give(given)
    return helpers


def _start_one(module, given):
    process = _python([module], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    helper = Helper(process, process.stdin, process.stdout)
    helper.give(given)
    return helper


def _python(arguments, **how):
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = {name: tempfile.gettempdir() for name in ("TMPDIR", "TEMP", "TMP")}
    # In a session of its own: Ctrl + C is for whoever asks, who then closes it.
    if sys.platform == "win32":
        how["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        how["start_new_session"] = True
    # -P: no module of the current folder takes the place of an installed one. Python 3.12 warns
    # of threads when a process is split off; those of the libraries know how to begin again.
    options = ["-P", "-X", "utf8", "-W", "ignore:This process:DeprecationWarning"]
    command = [sys.executable, *options, "-m", "crmlab.workshop.helper", *arguments]
    return subprocess.Popen(command, env=passed | own, **how)


class Helper:
    """A helper, from the side that asks; `start` makes it.

    Parameters
    ----------
    process : subprocess.Popen
        The one that prepares itself.
    requests, replies : binary file
    """

    def __init__(self, process, requests, replies):
        self._process, self._requests, self._replies = process, requests, replies
        self._prepared = None

    def give(self, given):
        """Hand over what there is to prepare."""
        with contextlib.suppress(OSError):  # it shows when it is asked
            plain.send(self._requests, given)

    def prepared(self, seconds):
        """Return what ``prepare`` gave; wait for it at most so long."""
        if self._prepared is None:
            self._prepared, _body = self._within(seconds, self._receive)
        return self._prepared["prepared"]

    def ask(self, head, body=b"", seconds=60.0):
        """Return the answer to a request.

        Parameters
        ----------
        head : object
            Plain data.
        body : bytes
        seconds : float
            How long to wait; then the helper is killed with all that it started.

        Returns
        -------
        head : object
        body : bytes

        Raises
        ------
        Broken
        """
        return self._within(seconds, self._exchange, head, body)

    def _exchange(self, head, body):
        plain.send(self._requests, head, body)
        return self._receive()

    def _receive(self):
        return plain.receive(self._replies, _MOST_BODY)

    def _within(self, seconds, function, *given):
        ended = queue.SimpleQueue()

        def call():
            try:
                ended.put((function(*given), None))
            except (EOFError, OSError, ValueError) as error:
                ended.put((None, error))

        threading.Thread(target=call, daemon=True).start()
        try:
            result, error = ended.get(timeout=seconds)
        except queue.Empty:
            self.kill()
            raise Broken("time") from None
        if error is not None:
            self.kill()
            raise Broken("ended") from error
        return result

    def close(self):
        """End it; what it runs is cleared away."""
        with contextlib.suppress(OSError):
            self._requests.close()
        # On Windows it cannot see that nobody asks any more, and is not waited for.
        until = time.monotonic() + (0 if sys.platform == "win32" else 10)
        while self._alive() and time.monotonic() < until:
            time.sleep(0.01)
        self.kill()
        self._replies.close()

    def wait(self):
        """Wait until the process it came from has ended too."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)

    def _alive(self):
        self._process.poll()
        return psutil.pid_exists(self._number())

    def _number(self):
        return self._prepared["number"] if self._prepared else self._process.pid

    def kill(self):
        """Kill it and everything below it."""
        with contextlib.suppress(psutil.Error):
            helper = psutil.Process(self._number())
            helper.suspend()  # so that it starts nothing meanwhile
            kill_all([*helper.children(recursive=True), helper])
        self._process.poll()


def kill_all(family):
    """Kill processes."""
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()


def control(option, value=1):
    """Call prctl(2), where there is one."""
    if sys.platform == "linux":
        import ctypes

        return ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    return 0


# --- the side that answers --------------------------------------------------------------


def main(module, *ways):
    """Answer requests until nobody asks any more.

    Parameters
    ----------
    module : str
    *ways : str
        Descriptors of requests and replies, two for each helper to split off; without any,
        standard input and output.
    """
    # No other process of the same user may look into this one, or write to its files.
    control(DUMPABLE, 0)
    if not ways:  # what is printed is no reply
        ways = os.dup(0), os.dup(1)
        os.dup2(2, 1)
        serve = _answer
    else:
        serve = _split
    # Unbuffered: a request is read by the process that answers it, and by no other.
    helpers = [
        (os.fdopen(int(requests), "rb", 0), os.fdopen(int(replies), "wb"))
        for requests, replies in zip(ways[::2], ways[1::2], strict=True)
    ]
    given, _body = plain.receive(_Whole(helpers[0][0]), 0)
    module = import_module(module)
    prepared = module.prepare(given)
    if serve is _answer or not _split_off(helpers):
        ((requests, replies),) = helpers
        plain.send(replies, {"prepared": prepared, "number": os.getpid()})
        while serve(module, requests, replies):
            pass


def _split_off(helpers):
    """Split off a process for each helper; return whether this is the one they came from."""
    for own in list(helpers):
        if not os.fork():
            for way in (way for other in helpers if other is not own for way in other):
                way.close()
            helpers[:] = [own]
            return False
    for way in (way for helper in helpers for way in helper):
        way.close()
    for _helper in helpers:
        os.wait()
    return True


def _answer(module, requests, replies):
    """Answer one request; return whether there was one."""
    try:
        head, body = plain.receive(_Whole(requests), _MOST_BODY)
    except EOFError:
        return False
    plain.send(replies, *module.answer(head, body, requests.fileno()))
    return True


class _Whole:
    """An unbuffered file that reads as much as is asked for."""

    def __init__(self, file):
        self._file = file

    def readline(self, most):
        """Read to the end of a line, byte for byte."""
        line = b""
        while len(line) < most and not line.endswith(b"\n") and (byte := self._file.read(1)):
            line += byte
        return line

    def read(self, length):
        """Read so many bytes; fewer only at the end."""
        parts = bytearray()
        while len(parts) < length and (part := self._file.read(length - len(parts))):
            parts += part
        return bytes(parts)


def _split(module, requests, replies):
    """Answer one request in a process of its own; return whether there was one."""
    import select

    select.select([requests], [], [])
    process = os.fork()
    if not process:
        code = 1
        try:
            code = 0 if _answer(module, requests, replies) else _LEFT
        finally:
            os._exit(code)
    # A process that was stopped would never end.
    _process, status = os.waitpid(process, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status) if not os.WIFSTOPPED(status) else -signal.SIGSTOP
    if code == _LEFT:
        return False
    if code:
        # What it had under its eyes comes to this process when it ends, see `prepare`.
        while family := psutil.Process().children(recursive=True):
            kill_all(family)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
        plain.send(replies, {"broken": signal.Signals(-code).name if code < 0 else str(code)})
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
