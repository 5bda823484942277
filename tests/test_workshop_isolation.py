"""A run in a place of its own: what it sees, what it can do, and what it is refused.

One run looks around, in one cell for each question; another does the same without a place of
its own, where it must find what is hidden here, or the question would be none.
"""

import ast
import json
import os
import socket
import sys
from pathlib import Path

import psutil
import pytest
from class_of import plan_of

from crmlab import workshop
from crmlab.workshop import isolation, plain, results
from crmlab.workshop.counts import count_class
from crmlab.workshop.page import render
from crmlab.workshop.results import NotebookResult
from crmlab.workshop.sandbox import Job, Limits, Sandbox

EXERCISE = "03a_rfm_and_pyramid"
SECRET = "an instructor's token 5150"
PACKAGE = Path(isolation.__file__).parents[1]
OF_THE_INSTRUCTOR = "a neighbour's answers"

# What the cells ask; `place`, `port` and `grader` are put in. Each says what it found.
QUESTIONS = {
    "environment": "dict(os.environ)",
    "first environment": "open('/proc/self/environ').read()",
    "environments": "[try_(lambda: open(f'/proc/{n}/environ').read()) for n in pids()]",
    "processes": "len(pids())",
    "grader": "try_(lambda: os.kill(grader, 0))",
    "workshop": "try_(lambda: open(place).read())",
    "home": "[p for p in ('/root', '/home', '/etc/shadow', '/var') if os.path.exists(p)]",
    "solutions": """[path for path in (solutions, manuscript)
        for place, _, names in os.walk(path) for name in names if name != 'recall.toml']""",
    "writes": """[path for path in (package + '/__init__.py', sys.executable, sys.prefix + '/x',
        '/usr/x', '/etc/x', '/x', '/dev/x', '/proc/sys/kernel/hostname')
        if not isinstance(try_(lambda: open(path, 'a')), str)]""",
    "own folder": "open('mine', 'w').write('x')",
    "below it": "open('../mine', 'w').write('x')",
    "server": "try_(lambda: socket.create_connection(('127.0.0.1', port), 2))",
    "abstract server": "try_(lambda: socket.socket(socket.AF_UNIX).connect(abstract))",
    "interfaces": "[line.split(':')[0].strip() for line in open('/proc/net/dev')][2:]",
    "sockets": """[try_(lambda: socket.socket(family, kind)) for family, kind in
        ((socket.AF_NETLINK, 3), (socket.AF_PACKET, 3), (40, 1), (38, 5))]""",
    "open": """[os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')
        if os.path.lexists(f'/proc/self/fd/{n}')]""",
    "rights": """{line.split(':')[0]: line.split()[1] for line in open('/proc/self/status')
        if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp:'))}""",
    "user": "os.getuid()",
    "host": "socket.gethostname()",
    "pip": "subprocess.run([sys.executable, '-m', 'pip', '--version']).returncode",
    "programs": "subprocess.run(['ls', '/'], capture_output=True).returncode",
    "others' cells": "scan(b'[t]hirty-eight parrots')",
    "own cells": "scan(b'[f]orty-one magpies') and 'forty-one magpies'",
}
REFUSED = {
    "a namespace": "libc.unshare(0x10000000)",
    "a namespace by clone": "libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)",
    "a mount": "libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)",
    "to end a mount": "libc.umount2(b'/proc', 2)",
    "another root": "libc.chroot(b'/tmp')",
    "to look into the first process": "libc.ptrace(16, 1, 0, 0)",
    "a file without a name": "libc.memfd_create(b'x', 0)",
    "a segment": "libc.shmget(0, 4096, 0o1600)",
    "a queue": "libc.msgget(0, 0o1600)",
    "shared memory": "-1 if libc.mmap(0, 4096, 3, 0x21, -1, 0) == -1 else 0",
    "the ring of input and output": "libc.syscall(425, 8, bytes(120))",
    "keys": "libc.syscall(250, 0, -3, 1)",
    "programs of the kernel": "libc.syscall(321, 0, bytes(120), 120)",
    "other processors": "libc.sched_setaffinity(0, 8, bytes([255] * 8))",
    "a large buffer of a socket": """0 if isinstance(try_(
        lambda: [one.setsockopt(1, 7, 1 << 24) for one in socket.socketpair()]), list) else -1""",
}
PRELUDE = """
import ctypes, gc, json, os, re, socket, subprocess, sys, types
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_long
libc.prctl(4, 1, 0, 0, 0)  # or it could not look at itself in /proc
def try_(do):
    try:
        return do()
    except OSError as error:
        return type(error).__name__
def pids():
    return [name for name in os.listdir('/proc') if name.isdigit()]
def scan(pattern):
    found = 0
    with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:
        for line in maps:
            low, high = (int(number, 16) for number in line.split()[0].split('-'))
            for at in range(low, high, 1 << 23) if line.split()[1].startswith('rw') else ():
                memory.seek(at)
                part = try_(lambda: memory.read(min(1 << 23, high - at)))
                found += isinstance(part, bytes) and len(re.findall(pattern, part))
    return found
say = next(one for one in gc.get_objects()
    if isinstance(one, types.FunctionType) and one.__qualname__ == 'main.<locals>.say')
"""
# What does no harm without a place of its own; the rest begins in one only, or not at all: an
# administrator would mount and unmount in earnest.
HARMLESS = (
    "environment",
    "first environment",
    "processes",
    "grader",
    "workshop",
    "solutions",
    "abstract server",
    "pip",
    "others' cells",
    "own cells",
)
ONLY_ISOLATED = "import os\nassert os.getppid() == 1\n"
WITHOUT = "NOT ISOLATED: this system gives a process no place of its own"


@pytest.fixture(scope="module")
def isolated():
    """Fail in CI, and skip elsewhere, where namespaces are not to be had."""
    if why := isolation.trial():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{WITHOUT} ({why})")


def cells_of(*sources):
    given = {"exercise": EXERCISE, "parameters": {}, "cells": [{"source": one} for one in sources]}
    return "crmlab.workshop.runner:run", given


def answers_of(outcome):
    """Return what each cell found."""
    assert outcome.ending == results.COMPLETE, outcome
    events = plain.events(outcome.output)
    assert [event for event in events if "error" in event] == []
    return {event["found"]: event["value"] for event in events if "found" in event}


def asking(questions):
    return [f"say(found={name!r}, value={ask})" for name, ask in questions.items()]


@pytest.fixture(scope="module")
def looked(isolated, tmp_path_factory):
    """Let a run look around in a place of its own, and one without; return what they found."""
    folder = tmp_path_factory.mktemp("workshop")
    secret = folder / "returned.txt"
    secret.write_text(OF_THE_INSTRUCTOR)
    server, abstract = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0crmlab {os.getpid()}")
    abstract.listen()
    known = {
        "place": str(secret),
        "port": server.getsockname()[1],
        "abstract": f"\0crmlab {os.getpid()}",
        "grader": os.getpid(),
        "package": str(PACKAGE),
        "solutions": str(PACKAGE.parent / "solutions"),
        "manuscript": str(PACKAGE.parent / "manuscript"),
    }
    names = "\n".join(f"{name} = {value!r}" for name, value in known.items())
    every = QUESTIONS | REFUSED
    harmless = {name: QUESTIONS[name] for name in HARMLESS}
    jobs = {
        True: Job(*cells_of(ONLY_ISOLATED + PRELUDE + names, *asking(every)), Limits(seconds=60)),
        False: Job(*cells_of(PRELUDE + names, *asking(harmless)), Limits(seconds=60)),
    }
    before = Job(*cells_of("'thirty-eight parrots'"))
    found = {}
    os.environ["CRMLAB_TEST_TOKEN"] = SECRET
    try:
        for isolate in (True, False):
            with Sandbox(1, ["crmlab.workshop.runner"], hidden=[folder], isolate=isolate) as box:
                outcomes = dict(box.run({"before": before, "look": jobs[isolate]}))
            assert outcomes["look"].isolated == isolate
            found[isolate] = answers_of(outcomes["look"])
    finally:
        del os.environ["CRMLAB_TEST_TOKEN"]
        server.close()
        abstract.close()
    return found


@pytest.fixture
def inside(looked):
    return looked[True]


@pytest.fixture
def outside(looked):
    return looked[False]


def test_the_environment_is_empty_but_for_what_a_run_needs(inside, outside):
    for seen in (inside, outside):
        assert SECRET not in json.dumps([seen["environment"], seen["first environment"]])
    assert SECRET not in json.dumps(inside["environments"])
    assert "PYTHONPATH" not in inside["environment"]
    assert inside["environment"]["HOME"] == isolation.HOME


def test_no_other_process_is_there(inside, outside):
    assert inside["processes"] == 2
    assert inside["grader"] == "ProcessLookupError"
    assert outside["processes"] > 2
    assert outside["grader"] is None


def test_no_file_of_the_instructor_is_there(inside, outside):
    assert inside["workshop"] == "FileNotFoundError"
    assert outside["workshop"] == OF_THE_INSTRUCTOR
    assert inside["home"] in ([], ["/root"])  # where Python itself lies below it
    assert inside["solutions"] == []
    both = {str(PACKAGE.parent / name) for name in ("manuscript", "solutions")}
    assert {*outside["solutions"]} == both


def test_nothing_can_be_written_but_the_own_folder(inside):
    assert inside["writes"] == []
    assert (inside["own folder"], inside["below it"]) == (1, 1)


def test_there_is_no_network(inside, outside):
    assert inside["server"] == "OSError"
    assert inside["abstract server"] == "ConnectionRefusedError"
    assert inside["interfaces"] == ["lo"]
    assert inside["sockets"] == ["OSError"] * 4
    assert outside["abstract server"] is None


def test_nothing_leads_back_to_the_grader(inside):
    """Standard input and output are files; one more descriptor lists the folder itself."""
    assert not [name for name in inside["open"] if name.startswith(("pipe:", "socket:"))]
    assert len(inside["open"]) <= 5


def test_it_has_no_rights_and_gets_none(inside):
    rights = inside["rights"]
    assert {name: int(value, 16) for name, value in rights.items()} == {
        **dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0),
        "NoNewPrivs": 1,
        "Seccomp": 2,
    }
    assert inside["user"] != 0
    assert inside["host"] == "grading"


@pytest.mark.parametrize("call", REFUSED)
def test_calls_that_lead_out_or_hide_memory_are_refused(inside, call):
    assert inside[call] == -1


def test_pip_ends_before_it_begins(inside, outside):
    assert inside["pip"] != 0
    assert outside["pip"] != 0
    assert inside["programs"] == 0


def test_the_memory_of_a_run_holds_nothing_of_the_one_before(inside, outside):
    for seen in (inside, outside):
        assert seen["own cells"] == "forty-one magpies"  # so it would be found
        assert seen["others' cells"] == 0


# --- limits -----------------------------------------------------------------------------

HOGS = {
    "memory": ("hoard = [bytearray(64 << 20) for _ in range(64)]", None),
    "files in memory": (
        "for n in range(100):\n    open(f'/tmp/{n}', 'wb').write(bytes(4 << 20))",
        "OSError",
    ),
    "shared memory that is let go": (
        "import mmap, os\nfor n in range(100):\n"
        "    file = open(f'/dev/shm/{n}', 'wb+'); file.truncate(50 << 20)\n"
        "    with mmap.mmap(file.fileno(), 0) as there:\n"
        "        for at in range(0, 50 << 20, 4096): there[at] = 1\n"
        "    os.unlink(file.name); keep = globals().setdefault('keep', []); keep.append(file)",
        None,
    ),
    "empty pages": (
        "import ctypes, mmap\nhoard = mmap.mmap(-1, 400 << 30, flags=0x4022, prot=1)\n"
        "for at in range(0, 400 << 30, 2 << 20): hoard[at]",
        None,
    ),
    "sockets that nobody reads": (
        "import socket, subprocess\nfor n in range(14):\n"
        "    ends = [one for _ in range(110) for one in socket.socketpair()]\n"
        "    for one in ends:\n"
        "        one.setblocking(False)\n"
        "        try:\n            while one.send(bytes(1 << 16)): pass\n"
        "        except BlockingIOError: pass\n"
        "    subprocess.Popen(['sleep', '9'], pass_fds=[one.fileno() for one in ends])\n"
        "    for one in ends: one.close()\n"
        "import time; time.sleep(9)",
        None,
    ),
    "open files": ("files = [open('/dev/null') for _ in range(5000)]", "OSError"),
    "threads": (
        "import threading, time\nfor n in range(5000):\n"
        "    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        "RuntimeError",
    ),
}


@pytest.fixture(scope="module")
def hogs(isolated):
    limits = Limits(seconds=30, memory=512 << 20, disk=64 << 20)
    jobs = {name: Job(*cells_of(code), limits) for name, (code, _error) in HOGS.items()}
    with Sandbox(2, ["crmlab.workshop.runner"]) as sandbox:
        return dict(sandbox.run(jobs))


@pytest.mark.parametrize("name", HOGS)
def test_what_takes_too_much_is_stopped_or_refused(hogs, name):
    _code, error = HOGS[name]
    outcome = hogs[name]
    said = [event["name"] for event in plain.events(outcome.output) if "error" in event]
    if outcome.ending == results.COMPLETE:
        assert said == [error or "MemoryError"]
    else:
        assert (outcome.ending, error) in (
            (results.OUT_OF_MEMORY, None),
            (results.DIED, None),  # touched a page for which the folder has no room
        )


def test_runs_at_the_same_time_keep_to_processors_of_their_own(isolated):
    """Else one with many processes takes the time of an honest one, which is then stopped."""
    ask = "import os, time; time.sleep(1); say(found='here', value=sorted(os.sched_getaffinity(0)))"
    jobs = {name: Job(*cells_of(PRELUDE + ask), Limits(seconds=30)) for name in "ab"}
    with Sandbox(2, ["crmlab.workshop.runner"]) as sandbox:
        one, other = (answers_of(outcome)["here"] for _name, outcome in sandbox.run(jobs))
    every = sorted(os.sched_getaffinity(0))
    assert one == other == every if len(every) == 1 else sorted(one + other) == every


# --- what is said about it --------------------------------------------------------------


@pytest.mark.parametrize(
    ("ran", "first"),
    [
        ([True, True, None], "Isolated: every notebook"),
        ([False, False], "Not isolated: 2 of 2 notebooks"),
        ([True, False, None], "Not isolated: 1 of 2 notebooks"),
    ],
)
def test_the_first_line_of_the_report_says_which_of_the_two_it_was(ran, first):
    plan = plan_of(*(f"p{number}" for number in range(len(ran))))
    rows = [
        NotebookResult(
            one.id, "x", results.NOT_RUN if how is None else results.COMPLETE, isolated=how
        )
        for one, how in zip(plan.participants, ran, strict=True)
    ]
    page = render(plan, count_class(plan, rows))
    assert page.index('<ul class="about">') < page.index(first) < page.index("A check compares")


def test_the_handbook_names_the_limits_and_what_isolation_needs():
    handbook = " ".join((PACKAGE.parent / "docs/handbook.md").read_text(encoding="utf-8").split())
    limits = Limits()
    assert f"{limits.processes} processes, {limits.threads} threads" in handbook
    assert f"in memory, {limits.disk >> 20} MB together" in handbook
    assert f"Comparing has {limits.judging:.0f} seconds too" in handbook
    assert "Linux 5.12 or later, on x86-64 or ARM" in handbook


# --- what stands between the processes ----------------------------------------------------


def test_a_folder_is_copied_as_far_as_it_can_be_read(isolated, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text("a,b")
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    look = (
        "import glob\nraise Exception(str(glob.glob('**', recursive=True))"
        " + open('data/orders.csv').read())"
    )
    with Sandbox(1, ["crmlab.workshop.runner"]) as sandbox:
        (outcome,) = dict(sandbox.run({0: Job(*cells_of(look), folder=tmp_path)})).values()
    (error,) = [event for event in plain.events(outcome.output) if "error" in event]
    assert error["text"] == "['data', 'data/orders.csv']a,b"


def test_a_helper_that_cannot_start_is_this_computers_trouble():
    with Sandbox(1, ["no_such_module"]) as sandbox:
        (outcome,) = dict(sandbox.run({0: Job(*cells_of("1"))})).values()
    assert outcome.ending == results.TROUBLE


def test_whoever_stops_in_the_middle_leaves_nothing_running():
    sleep = "import subprocess\nsubprocess.run(['sleep', '71.53'])"
    others = set(psutil.Process().children(recursive=True))  # of other tests, such as Spark's Java
    with Sandbox(1, ["crmlab.workshop.runner"]) as sandbox:
        jobs = sandbox.run({0: Job(*cells_of("1")), 1: Job(*cells_of(sleep))})
        next(jobs)
        family = set(psutil.Process().children(recursive=True)) - others
    assert family
    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []


def test_no_module_of_the_workshop_sends_objects():
    """Pickles run code when they are read: nothing here reads one, itself or by a library."""
    banned = {"pickle", "shelve", "marshal", "multiprocessing", "concurrent", "joblib"}
    for path in Path(workshop.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", ())]
            names.append(getattr(node, "module", None) or "")
            roots = {name.split(".")[0] for name in names if isinstance(name, str)}
            assert not roots & banned or not isinstance(node, (ast.Import, ast.ImportFrom)), path


def test_the_package_is_seen_where_a_clone_lies(isolated):
    """A clone holds solutions and perhaps the workshop: of it, only the course's own parts."""
    shown = {Path(name) for name, _real in isolation._shown()}
    assert PACKAGE in shown
    assert PACKAGE.parent not in shown
    assert Path(sys.prefix) in shown
