"""The process of one run, inside: read the job, bind oneself to its limits, call its entry.

Everything from here on runs beside the code of a stranger and must be believed in nothing: it
can be replaced in memory, and what it writes can be forged. Nobody asks it whether an answer
is right; it only says what came out. `watchdog` sets limits from outside.

Input (standard input): one JSON object with ``entry``, ``given`` and ``limits``. Output
(standard output): one JSON object per line, the last of them ``{"end": true}``. What is
printed goes to standard error.
"""

import json
import os
import sys
from importlib import import_module

import psutil

END = b'{"end": true}\n'


def main():
    """Run the job that stands on standard input, and end the process."""
    job = json.load(sys.stdin)
    # What is printed must not stand between the lines written here.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _limit(job["limits"], job["alone"])
    # Modules that lie in the folder are found, after everybody else's.
    sys.path.append(os.getcwd())

    def say(**event):
        out.write(json.dumps(event) + "\n")
        out.flush()

    module, _colon, function = job["entry"].partition(":")
    getattr(import_module(module), function)(job["given"], say)
    say(end=True)
    # Without the usual tidying up: threads and handlers of the strangers would run on in it.
    os._exit(0)


def _limit(limits, alone):
    """Bind this process and all its children, where the system knows how to."""
    try:
        import resource
    except ImportError:  # Windows; there the watchdog alone looks after memory
        return
    # A process that was split off begins with what its libraries hold and have reserved.
    already = getattr(psutil.Process().memory_info(), "data", 0)
    most = {
        "RLIMIT_DATA": limits["memory"] + already,
        "RLIMIT_FSIZE": limits["file"],
        "RLIMIT_CORE": 0,
    }
    if alone:  # where it shares its user, all that the user runs would count
        most |= {"RLIMIT_NPROC": limits["threads"], "RLIMIT_NOFILE": limits["files"]}
    for name, value in most.items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


if __name__ == "__main__":
    main()
