"""A place where clients of NTP cannot touch this computer's clock or files, and find port 123 free.

In a user namespace nobody, not even its root, may set a clock: CAP_SYS_TIME counts in the first one only
(user_namespaces(7)). A network namespace has a loopback of its own, and a mount namespace its own mounts.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import ctypes
import fcntl
import os
import socket
import struct
import tempfile

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
MS_BIND = 4096

_libc = ctypes.CDLL(None, use_errno=True)


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _map_ids_of(pid, user, group):
    """Root keeps all users and groups, so that daemons can become whom they want; others are root alone."""
    if user == 0:
        users = groups = "0 0 4294967295"
    else:
        _write("/proc/%d/setgroups" % pid, "deny")
        users, groups = "0 %d 1" % user, "0 %d 1" % group
    _write("/proc/%d/uid_map" % pid, users)
    _write("/proc/%d/gid_map" % pid, groups)


def _raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def enter():
    """Moves this process, which has to have one thread, and its later children there, for good.

    Returns: None, or why it is not there; then nothing is to be run"""
    parent, user, group = os.getpid(), os.getuid(), os.getgid()
    reader, writer = os.pipe()
    # Only who is still outside may map users other than himself.
    mapper = os.fork()
    if mapper == 0:
        os.close(writer)
        status = 1
        try:
            if os.read(reader, 1):
                _map_ids_of(parent, user, group)
                status = 0
        finally:
            os._exit(status)
    os.close(reader)
    is_inside = _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0
    reason = os.strerror(ctypes.get_errno())
    if is_inside:
        os.write(writer, b"!")
    os.close(writer)
    is_mapped = os.waitpid(mapper, 0)[1] == 0
    if not is_inside:
        return "no namespaces here: " + reason
    if not is_mapped:
        return "users cannot be mapped here"
    try:
        _raise_loopback()
    except OSError as error:
        return "no loopback here: " + error.strerror
    return None


def _mount(source, path, kind, flags):
    if _libc.mount(os.fsencode(source), os.fsencode(path), kind, flags, None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)


def cover(path):
    """Puts an empty folder in the place of another, for those inside alone."""
    _mount("none", path, b"tmpfs", 0)


def add_user(name, home):
    """Adds a user and group that are as good as any, unless they are there, for those inside alone."""
    for path, form in ("/etc/passwd", "%s:x:65534:65534::%s:/bin/false\n"), ("/etc/group", "%s:x:65534:%.0s\n"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if ("\n" + text).find("\n%s:" % name) >= 0:
            continue
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(text + form % (name, home))
            file.flush()
            # It stays after its name is gone.
            _mount(file.name, path, None, MS_BIND)


def make_place_for_openntpd(*programs):
    """Makes the user and the folders that it wants. Returns: None, or why they cannot be made: they would cover one of
    the programs"""
    # Where it keeps its drift file, its socket, and itself.
    state = "/var/lib/openntpd"
    covered = ["/run", state if os.path.isdir(state) else os.path.dirname(state)]
    if any(path.startswith(folder + "/") for path in programs for folder in covered):
        return "openntpd wants folders of its own where this is built"
    add_user("ntpd", "/run/openntpd")
    for folder in covered:
        cover(folder)
    for folder in "/run/openntpd", state + "/db", state + "/run":
        os.makedirs(folder)
    return None
