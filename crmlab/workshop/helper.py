"""A helper: one more Python, asked by messages, that nobody has to trust to answer.

It imports a module, calls the module's ``prepare(head)`` once, and then ``answer(head, body)``
for each request. With `split` each request is answered in a process that is split off (fork):
the helper itself never holds anything of a request, so none can find there what another left.
Whoever asks waits for a time and kills it after that.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
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


class Helper:
    """A helper, from the side that asks.

    Parameters
    ----------
    module : str
        Which one answers.
    given : object
        Plain data for its ``prepare``.
    split : bool
        Answer each request in a process of its own.
    """

    def __init__(self, module, given, split=False):
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        own = {name: tempfile.gettempdir() for name in ("TMPDIR", "TEMP", "TMP")}
        # In a session of its own: Ctrl + C is for whoever asks, who then closes it.
        alone = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        command = ["-m", "crmlab.workshop.helper", module, "split" if split else "whole"]
        self._process = subprocess.Popen(
            # -P: no module of the current folder takes the place of an installed one.
            [sys.executable, "-P", "-X", "utf8", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=passed | own,
            **alone,
        )
        self._prepared = None
        with contextlib.suppress(OSError):  # it shows when it is asked
            plain.send(self._process.stdin, given)

    def prepared(self, seconds):
        """Return what ``prepare`` gave; wait for it at most so long."""
        if self._prepared is None:
            self._prepared, _body = self._within(seconds, self._receive)
        return self._prepared

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
        plain.send(self._process.stdin, head, body)
        return self._receive()

    def _receive(self):
        return plain.receive(self._process.stdout, _MOST_BODY)

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
            self._process.stdin.close()
        try:
            # Where it cannot see that nobody asks any more, it is not waited for.
            self._process.wait(0 if sys.platform == "win32" else 10)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process.stdout.close()

    def kill(self):
        """Kill it and everything below it."""
        with contextlib.suppress(psutil.Error):
            helper = psutil.Process(self._process.pid)
            helper.suspend()  # so that it starts nothing meanwhile
            kill_all(helper.children(recursive=True))
        self._process.kill()
        self._process.wait()


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


def main(module, how):
    """Answer requests from standard input until nobody asks any more."""
    # No other process of the same user may look into this one, or write to its files.
    control(DUMPABLE, 0)
    module = import_module(module)
    # Unbuffered: a request is read by the process that answers it, and by no other.
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    given, _body = plain.receive(_Whole(requests), 0)
    plain.send(replies, module.prepare(given))
    serve = _split if how == "split" else _answer
    while serve(module, requests, replies):
        pass


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
                while os.waitpid(-1, 0):
                    pass
        plain.send(replies, {"broken": signal.Signals(-code).name if code < 0 else str(code)})
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
