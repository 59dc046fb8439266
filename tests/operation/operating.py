"""What the tests of ts-server's operation have in common. sys.argv: ts-server, ts-client, the folder of programs.py.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import http.client
import os
import select
import socket
import struct
import sys
import tempfile
import time

sys.path.insert(0, sys.argv[3])

import programs
from programs import connect, parse_classic, receive_all

# The leak sanitizer of gcc 12 itself crashes in a process that has shaken hands by GnuTLS.
WITHOUT_LEAK_CHECK = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def has(feature):
    """Whether meson found what the feature needs."""
    return os.environ.get("TS_TEST_HAS_" + feature, "true") == "true"


def wait_until(is_so):
    """Looks again and again; each look does something that takes its time, such as asking a server."""
    end = time.monotonic() + programs.PATIENCE_S
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("waited in vain")


def ask_classic(port, host="127.0.0.1"):
    with connect(port, host) as client:
        client.sendall(b"\n")
        return parse_classic(receive_all(client))


class Framed:
    """A client that speaks frames and keeps its connection."""

    def __init__(self, port):
        self._connection = connect(port)
        self._cookie = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def ask(self):
        """Returns: the kind of the answer"""
        self._cookie += 1
        self._connection.sendall(b"TSyn" + struct.pack(">BBHQ", 1, 1, 0, self._cookie) + bytes(48))
        answer = b""
        while len(answer) < 64:
            piece = self._connection.recv(64 - len(answer))
            assert piece, "closed after %d answers" % (self._cookie - 1)
            answer += piece
        magic, version, kind, flags, cookie = struct.unpack(">4sBBHQ", answer[:16])
        assert (magic, version, cookie) == (b"TSyn", 1, self._cookie), answer
        return kind


class Unix_connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=programs.PATIENCE_S)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def open_endpoint(where):
    if where.startswith("/"):
        return Unix_connection(where)
    host, port = where.rsplit(":", 1)
    return http.client.HTTPConnection(host.strip("[]"), int(port), timeout=programs.PATIENCE_S)


def ask_endpoint(where, method="GET", path="/metrics"):
    """Returns: the answer's status, headers and text"""
    connection = open_endpoint(where)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8")
    finally:
        connection.close()


def fetch(where):
    """Returns: the samples, as a dictionary"""
    status, headers, text = ask_endpoint(where)
    assert status == 200 and headers["Content-Type"] == CONTENT_TYPE, (status, headers)
    assert text.endswith("\n# EOF\n"), text
    return {name: float(value) for name, value in
            (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))}


class Complaints:
    """The lines of a program's standard error, one by one, while it runs."""

    def __init__(self, program):
        self._fd = program.process.stderr.fileno()
        self._rest = b""

    def read_line(self):
        end = time.monotonic() + programs.PATIENCE_S
        while b"\n" not in self._rest:
            if not select.select([self._fd], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("in vain waited for a complaint")
            piece = os.read(self._fd, 65536)
            assert piece, "it ended"
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode("utf-8")


class Folder:
    """A folder for one test."""

    def __init__(self, test):
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        test.addCleanup(folder.cleanup)
        self.path = folder.name

    def write(self, name, text):
        """Replaces a file at once. Returns: its path"""
        path = os.path.join(self.path, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)
        return path

    def join(self, name):
        return os.path.join(self.path, name)
