"""A place of its own for a process, by what Linux gives to every user: namespaces.

1. The process leaves the namespaces of users, files, processes, network and messages for new
   ones, in which nobody and nothing else is (unshare(2)). An administrator becomes somebody
   who owns nothing instead of taking a namespace of users.
2. Its files are a new tree (pivot_root(2)): the system, Python, its packages and this one,
   all read-only; a temporary folder in memory, of limited size; four devices. No home, no
   folder of the workshop.
3. Its first process keeps no right (capabilities(7)) and gathers what is orphaned. Whatever
   runs in it is the child of that one; when the first ends, the system ends all.
4. Calls that would hide memory from whoever counts it, or open a way out, are refused
   (seccomp(2)): files and segments of memory without a name in the tree, new namespaces.

It needs Linux 5.12 on x86-64 or ARM, and a system that lets its users have namespaces; some
containers do not. `trial` finds that out by trying.
"""

import contextlib
import ctypes
import errno
import os
import platform
import signal
import socket
import struct
import sys
from pathlib import Path

from crmlab.workshop.helper import DUMPABLE, control

HOME = "/tmp/own/work"  # of what runs there; "../" is writable too
_PACKAGE = Path(__file__).parents[1]
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
_OF_ETC = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives")
_DEVICES = ("null", "full", "random", "urandom")  # /dev/zero, mapped, is memory that hides
_NOBODY = 0x70000000  # the first of the numbers of users that own nothing

# Numbers of the system calls' headers.
_NEW_FILES, _NEW_USERS = 0x00020000, 0x10000000
_NEW_NAMESPACES = _NEW_FILES | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000
_NO_SUID, _NO_DEVICES, _NO_PROGRAMS, _BIND, _ALL_BELOW, _SLAVE = 2, 4, 8, 0x1000, 0x4000, 0x80000
_DETACH, _HERE, _RECURSIVE, _READ_ONLY = 2, -100, 0x8000, 1
_DEATH_SIGNAL, _NO_RIGHT_OF_THE_SET, _NO_NEW_RIGHTS, _FILTER = 1, 24, 38, 22
_MOUNT_SETATTR = 442
_MACHINES = {"x86_64": 0, "aarch64": 1}


def trial(hidden=()):
    """Try it once.

    Parameters
    ----------
    hidden : iterable of str
        Folders that must not be seen.

    Returns
    -------
    str
        Why it cannot be had here; empty if it can.
    """
    if sys.platform != "linux":
        return f"not on {platform.system()}"
    if platform.machine() not in _MACHINES:
        return f"not on {platform.machine()}"
    here, there = socket.socketpair()
    process = os.fork()
    if not process:
        code = 1
        try:
            enter(there, 1 << 20, hidden=hidden)
            Path(HOME, "file").write_text("")
            # Reads the linker's files, Python's and this package's, or ends with another code.
            os.execv(sys.executable, [sys.executable, "-P", "-c", "import ctypes, crmlab.errors"])
        finally:
            os._exit(code)
    there.close()
    scratch, why = answer(here)
    if scratch is not None:
        os.close(scratch)
    _process, status = os.waitpid(process, 0)
    return why or (f"Python does not start in it ({status})" if status else "")


def answer(report):
    """Read what `enter` reports.

    Parameters
    ----------
    report : socket.socket
        The other end of the one that it was given.

    Returns
    -------
    scratch : int or None
        A descriptor of the temporary folder: how full it is, fstatvfs(3) says.
    why : str
        Why there is none.
    """
    with report:
        report.settimeout(30)
        try:
            text, descriptors, _flags, _address = socket.recv_fds(report, 1000, 1)
        except OSError as error:
            return None, str(error)
    return (descriptors[0], "") if descriptors else (None, text.decode() or "it ended")


def enter(report, disk, folder=None, hidden=(), keep=None, share=(0, 1)):
    """Put this process, which was split off for it, into a place of its own.

    What returns from it is another process, the second one of the new place; this one waits
    for that one's end, and ends in the same way.

    Parameters
    ----------
    report : socket.socket
        Where it says that it is there, or why not; `answer` reads it.
    disk : int
        Bytes of the temporary folder.
    folder : str, optional
        What stands there goes into the new home.
    hidden : iterable of str
        Folders that must not be seen.
    keep : callable, optional
        ``keep(source, home)`` copies the folder.
    share : tuple of int
        Which of so many shares of the processors is its own: it leaves the others alone.
    """
    try:
        place, shares = share
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors[place::shares] or processors)
        # Its own entries in /proc belong to it again; the helper's memory holds no secret.
        control(DUMPABLE, 1)
        Path("/proc/self/oom_score_adj").write_text("1000")
        shown = _shown()
        hidden = [os.path.realpath(path) for path in hidden]
        administrator = os.geteuid() == 0
        user, group = os.geteuid(), os.getegid()
        _call("unshare", _NEW_NAMESPACES | (0 if administrator else _NEW_USERS))
        if administrator:
            user = group = _NOBODY + os.getppid()
        else:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        libc.sethostname(b"grading", 7)
        _new_tree(shown, hidden, disk)
        if folder:
            keep("/oldroot" + folder, "/newroot" + HOME)
        for place, folders, files in os.walk("/newroot/tmp/own"):
            for path in (place, *(os.path.join(place, name) for name in (*folders, *files))):
                os.lchown(path, user, group)
        if first := os.fork():
            _end_like(first)
        _mount("proc", "/newroot/proc", "proc", _NO_SUID | _NO_DEVICES | _NO_PROGRAMS)
        _leave_the_old_tree()
        scratch = os.open("/tmp", os.O_RDONLY | os.O_DIRECTORY)
        _give_up_rights(administrator, user, group)
        control(_DEATH_SIGNAL, signal.SIGKILL)
        control(DUMPABLE, 0)
        _refuse_calls()
        with report:
            socket.send_fds(report, [b"there"], [scratch])
        os.close(scratch)
        if second := os.fork():
            _end_like(second)
        os.setsid()
        control(_DEATH_SIGNAL, signal.SIGKILL)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError):
            report.send(str(error).encode()[:900])
        os._exit(1)


def _end_like(process):
    """Wait for a child, gathering all others, and end as it does."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == process:
            code = os.waitstatus_to_exitcode(status)
            # The first process of a place cannot end by a signal of its own.
            os._exit(code if code >= 0 else 128 - code)


# --- files ------------------------------------------------------------------------------


def _shown():
    """Return what is shown, as it is named and where it really is, the shortest first."""
    # Of a folder that holds this package among other things, such as a clone, these only.
    # The manuscript holds the solutions, too: of it, what the package reads.
    asked = (_PACKAGE.parent / "manuscript").glob("*/recall.toml")
    own = [_PACKAGE, _PACKAGE.parent / "datasets", *asked]
    packages = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    named = [*_SYSTEM, *_OF_ETC, sys.prefix, sys.base_prefix, sys.exec_prefix, *packages, *own]
    pairs = {(str(path), os.path.realpath(path)) for path in named if os.path.exists(path)}
    return sorted(pairs, key=lambda pair: (len(pair[1]), pair))


def _new_tree(shown, hidden, disk):
    """Make the new tree at /newroot; the old one stands at /oldroot."""
    _mount(None, "/", None, _SLAVE | _ALL_BELOW)
    _mount("tmpfs", "/tmp", "tmpfs", _NO_SUID | _NO_DEVICES, b"size=1m,nr_inodes=5000,mode=755")
    os.chdir("/tmp")
    os.mkdir("newroot")
    os.mkdir("oldroot")
    _mount("newroot", "newroot", None, _BIND)
    _call("pivot_root", b".", b"oldroot")
    os.chdir("/")
    # First of all: the course may lie below /tmp.
    os.mkdir("/newroot/tmp")
    options = f"size={disk},nr_inodes=20000,mode=1777".encode()
    _mount("tmpfs", "/newroot/tmp", "tmpfs", _NO_SUID | _NO_DEVICES, options)
    os.makedirs("/newroot" + HOME)
    bound = []

    def there(path):
        return any(path == one or path.startswith(one + "/") for one in bound)

    for _name, real in shown:
        if not there(real):
            _show(real, read_only=True)
            bound.append(real)
    for name, real in shown:
        if name != real and not there(name) and not os.path.lexists("/newroot" + name):
            os.makedirs(os.path.dirname("/newroot" + name), exist_ok=True)
            os.symlink(real, "/newroot" + name)
    for path in hidden:
        if there(path) and path not in bound and os.path.isdir("/newroot" + path):
            _mount("tmpfs", "/newroot" + path, "tmpfs", _NO_SUID | _NO_DEVICES, b"size=4k")
            _read_only("/newroot" + path)
    for name in _DEVICES:
        _show(f"/dev/{name}", read_only=False)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"/newroot/dev/{name}")
    os.symlink("/tmp", "/newroot/dev/shm")
    os.mkdir("/newroot/proc")


def _show(path, read_only):
    """Put a file or a folder of the old tree into the new one, at the same place."""
    source, target = "/oldroot" + path, "/newroot" + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        Path(target).touch()
    _mount(source, target, None, _BIND | _ALL_BELOW)
    if read_only:
        _read_only(target, _RECURSIVE)


def _read_only(path, how=0):
    """Make a mount read-only; with `_RECURSIVE` all that is mounted below it."""
    attributes = struct.pack("QQQQ", _READ_ONLY | _NO_SUID | _NO_DEVICES, 0, 0, 0)
    size = ctypes.c_size_t(len(attributes))
    _call("syscall", _MOUNT_SETATTR, _HERE, os.fsencode(path), how, attributes, size)


def _leave_the_old_tree():
    _call("umount2", b"/oldroot", _DETACH)
    _read_only("/newroot")
    base = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    os.chdir("/newroot")
    _call("pivot_root", b".", b".")
    os.fchdir(base)
    _call("umount2", b".", _DETACH)
    os.close(base)
    os.chdir(HOME)


# --- rights -----------------------------------------------------------------------------


def _give_up_rights(administrator, user, group):
    for right in range(64):
        libc.prctl(_NO_RIGHT_OF_THE_SET, right, 0, 0, 0)
    if administrator:
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
    header = struct.pack("Ii", 0x20080522, 0)
    _call("capset", header, bytes(24))
    _call("prctl", _NO_NEW_RIGHTS, 1, 0, 0, 0)


# Calls that are refused, and their numbers on x86-64 and ARM.
_REFUSED = {
    # ways out: other namespaces, trees, processes, the system's own machinery
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # memory that belongs to no process and no file
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "io_setup": (206, 0),
    # processors: a run keeps to its share of them
    "sched_setaffinity": (203, 122),
}
_CLONE, _CLONE3, _MMAP, _SOCKET = (56, 220), 435, (9, 222), (41, 198)
_SETSOCKOPT, _OF_SOCKETS, _SEND_BUFFER = (54, 208), 1, 7  # SOL_SOCKET, SO_SNDBUF
_OF_MACHINE = 0xC000003E, 0xC00000B7
_SHARED_WITHOUT_FILE = 0x21  # MAP_SHARED | MAP_ANONYMOUS
_FAMILIES = 1, 2, 10  # sockets of this machine, of the internet; there is nothing to reach


def _refuse_calls():
    """Install the filter of calls, for this process and all that it begins."""
    program = _program(_MACHINES[platform.machine()])
    steps = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    header = struct.pack("HP", len(program), ctypes.addressof(steps))
    _call("prctl", _FILTER, 2, header, 0, 0)


def _program(machine):
    """Return the steps of the filter: what to do, two distances to jump, a number."""

    def load(place):
        return (0x20, 0, 0, place)

    def unless_equal(value, skip):
        return (0x15, 0, skip, value)

    def refuse(code=errno.EPERM):
        return (0x06, 0, 0, 0x00050000 | code)

    def argument(number):
        return 16 + 8 * number

    allow, call = (0x06, 0, 0, 0x7FFF0000), load(0)
    steps = [load(4), (0x15, 1, 0, _OF_MACHINE[machine]), refuse(), call]
    steps += [(0x35, 0, 1, 0x40000000), refuse()]  # the other way of calling on x86-64
    for numbers in _REFUSED.values():
        steps += [unless_equal(numbers[machine], 1), refuse()]
    # Its flags stand in memory, where no filter can look; the C library then takes clone.
    steps += [unless_equal(_CLONE3, 1), refuse(errno.ENOSYS)]
    steps += [unless_equal(_CLONE[machine], 4), load(argument(0))]
    steps += [(0x45, 0, 1, _NEW_USERS), refuse(), allow]
    steps += [unless_equal(_MMAP[machine], 5), load(argument(3)), (0x54, 0, 0, 0x21)]
    steps += [unless_equal(_SHARED_WITHOUT_FILE, 1), refuse(errno.ENOMEM), allow]
    # The larger its buffer, the more a socket that nobody reads from can hold.
    steps += [unless_equal(_SETSOCKOPT[machine], 6), load(argument(1))]
    steps += [unless_equal(_OF_SOCKETS, 3), load(argument(2))]
    steps += [unless_equal(_SEND_BUFFER, 1), refuse(), allow]
    steps += [unless_equal(_SOCKET[machine], len(_FAMILIES) + 2), load(argument(0))]
    left = len(_FAMILIES)
    steps += [(0x15, left - place, 0, family) for place, family in enumerate(_FAMILIES)]
    return [*steps, refuse(errno.EAFNOSUPPORT), allow]


# --- calling the system -----------------------------------------------------------------

libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *given):
    if name == "pivot_root":  # the C library has none
        name, given = "syscall", ((155, 41)[_MACHINES[platform.machine()]], *given)
    if getattr(libc, name)(*given) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _mount(source, target, kind, flags, options=None):
    names = [None if name is None else os.fsencode(name) for name in (source, target, kind)]
    _call("mount", *names, ctypes.c_ulong(flags), options)
