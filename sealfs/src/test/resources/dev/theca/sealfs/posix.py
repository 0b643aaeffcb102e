"""System calls that Python lacks, and errors as words: what the tests on real mounts are written in."""

import ctypes
import errno
import os
import stat
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")
NOREPLACE, EXCHANGE, WHITEOUT = 1, 2, 4
KEEP_SIZE, PUNCH_HOLE, ZERO_RANGE = 1, 2, 16
KINDS = ["file", "dir", "fifo", "block", "char", "socket", "symlink"]
os.umask(0)


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def rename(old, new, flags=0):
    checked(libc.renameat2(-100, os.fsencode(old), -100, os.fsencode(new), flags))


def fallocate(fd, mode, offset, length):
    checked(libc.fallocate(fd, mode, ctypes.c_longlong(offset), ctypes.c_longlong(length)))


def named(fd, path):
    """Gives a file that is only open a name: linkat(2) with AT_SYMLINK_FOLLOW."""
    old = b"/proc/self/fd/%d" % fd
    checked(libc.linkat(-100, old, -100, os.fsencode(path), 0x400))


def make(kind, path, mode=0o644):
    if kind == "file":
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    elif kind == "dir":
        os.mkdir(path, mode)
    elif kind == "symlink":
        os.symlink("nowhere", path)
    else:
        types = {"fifo": stat.S_IFIFO, "block": stat.S_IFBLK, "char": stat.S_IFCHR}
        device = os.makedev(1, 3) if kind == "char" else os.makedev(240, 77)
        os.mknod(path, types.get(kind, stat.S_IFSOCK) | mode, device)


def write(path, data, flags=0, offset=0):
    fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NONBLOCK | flags, 0o644)
    try:
        os.pwrite(fd, data, offset)
    finally:
        os.close(fd)


def opened(path, flags, mode=0o644):
    os.close(os.open(path, flags | os.O_NONBLOCK, mode))


def clear(path):
    """Removes a tree."""
    if not os.path.lexists(path):
        return
    if os.path.isdir(path) and not os.path.islink(path):
        for name in os.listdir(path):
            clear(os.path.join(path, name))
        os.rmdir(path)
    else:
        os.unlink(path)


def word(what, *arguments, **more):
    """What a call returns, or the name of its error."""
    try:
        result = what(*arguments, **more)
        return "ok" if result is None else result
    except OSError as e:
        return errno.errorcode[e.errno]


def mode(path):
    return oct(os.lstat(path).st_mode & 0o7777)


def links(path):
    return os.lstat(path).st_nlink


def times(path):
    s = os.lstat(path)
    return s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns


def moved(path, what, *arguments):
    """Which of atime, mtime and ctime of a path a call moves."""
    before = times(path)
    time.sleep(0.02)
    what(*arguments)
    return "".join(n for n, a, b in zip("amc", before, times(path)) if a != b) or "none"


def user(uid, gid, groups, what, *arguments):
    """The word of a call made by another user."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups(groups)
            os.setgid(gid)
            os.setuid(uid)
            os.write(into, str(word(what, *arguments)).encode())
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as answer:
        text = answer.read().decode()
    os.waitpid(child, 0)
    return text
