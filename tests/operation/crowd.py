"""Clients of ts-server by the thousand: those that behave, those that do not, and what they leave behind.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import resource
import socket
import ssl
import struct
import subprocess
import threading
import time

from operating import WITHOUT_LEAK_CHECK, fetch, has, wait_until

import programs
from programs import Server, connect, parse_classic, receive_all

CERTIFICATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tls", "certificates")
KEY = os.path.join(CERTIFICATES, "server.key")

ANSWER, REFUSAL = 2, 3
SHUTTING_DOWN = 3

# Enough for those that a test keeps open at once.
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))


def has_tls():
    return subprocess.run([programs.SERVER, "--check-config", "--tls-certificate", certificate("server"),
                           "--tls-key", KEY], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env=WITHOUT_LEAK_CHECK, check=False).returncode == 0


def certificate(name):
    return os.path.join(CERTIFICATES, name + ".pem")


def request(cookie=1):
    return b"TSyn" + struct.pack(">BBHQ", 1, 1, 0, cookie) + bytes(48)


def trusting():
    """Returns: a context that takes any certificate: which one came is looked at afterwards"""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["timesync/1"])
    return context


# Made before anybody connects: who has sent nothing for 250 ms is taken for a classic client.
TRUSTING = trusting()


def shake_hands(connection):
    # Else what follows the handshake at once waits for its acknowledgement.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return TRUSTING.wrap_socket(connection)


def say_hello():
    """Returns: the bytes of a whole ClientHello"""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        TRUSTING.wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def reset(connection):
    """Closes it without a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def receive_frames(connection):
    """Returns: (kind, flags, cookie, t2, t3) of each frame that comes until the end of the stream"""
    data = receive_all(connection)
    if len(data) % 64 != 0:
        raise AssertionError("%d bytes are no whole frames" % len(data))
    return [struct.unpack(">4xxBHQqq32x", data[at:at + 64]) for at in range(0, len(data), 64)]


class Steady(threading.Thread):
    """A client that asks without a pause, and wants every answer to be right, to the end of the server."""

    def __init__(self, port):
        super().__init__()
        self.port = port
        self.n_answers = 0
        self.failure = None
        self._is_over = threading.Event()
        self.is_told = False  # that the server shuts down

    def run(self):
        try:
            while not self._is_over.is_set() and self.ask():
                self.n_answers += 1
        except Exception as failure:  # told by the test, which runs in another thread
            self.failure = failure

    def end(self):
        self._is_over.set()
        self.join()

    def wait_for_answers(self):
        n_before = self.n_answers
        wait_until(lambda: self.failure or self.n_answers > n_before + 2 or time.sleep(0.001))
        if self.failure:
            raise self.failure


class Steady_framed(Steady):
    """Plain, or over TLS."""

    def __init__(self, port, connection=None):
        super().__init__(port)
        self._connection = connection or connect(port)

    def end(self):
        super().end()
        self._connection.close()

    def _receive(self):
        data = b""
        while len(data) < 64:
            piece = self._connection.recv(64 - len(data))
            if piece == b"":
                raise AssertionError("cut off after %d bytes and %d answers" % (len(data), self.n_answers))
            data += piece
        return struct.unpack(">4sxBHQqq32x", data)

    def ask(self):
        """Returns: whether it was answered, and not sent away because the server shuts down"""
        cookie = self.n_answers + 1
        t1_ns = time.time_ns()
        try:
            self._connection.sendall(request(cookie))
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            pass  # it has gone meanwhile, and what it said waits to be read
        magic, kind, flags, its_cookie, t2_ns, t3_ns = self._receive()
        if (magic, kind, flags) == (b"TSyn", REFUSAL, SHUTTING_DOWN):
            self.is_told = True
            return False
        assert (magic, kind, its_cookie) == (b"TSyn", ANSWER, cookie), (magic, kind, flags, its_cookie, cookie)
        assert t1_ns <= t2_ns <= t3_ns <= time.time_ns(), (t1_ns, t2_ns, t3_ns)
        return True


class Steady_classic(Steady):
    """One connection after the other. It may find nobody any more, but only once told to expect it."""

    def __init__(self, port):
        super().__init__(port)
        self.may_find_nobody = False

    def ask(self):
        expected = self.may_find_nobody
        t1_ns = time.time_ns()
        try:
            with connect(self.port) as connection:
                connection.sendall(b"\n")
                t2_ns, t3_ns = parse_classic(receive_all(connection))
        except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
            if not expected and not self.may_find_nobody:
                raise
            self.is_told = True
            return False
        assert t1_ns <= t2_ns <= t3_ns <= time.time_ns(), (t1_ns, t2_ns, t3_ns)
        return True


NO_LIMITS = {"requests-per-second": 0, "address-requests-per-second": 0, "max-connections-per-address": 0}


class Watched(Server):
    """A server without limits of what an address may have, whose descriptors, memory and metrics are looked at."""

    def __init__(self, folder, *arguments, limits=NO_LIMITS, checks_leaks=True, **options):
        # What is freed shall be used again: else memory grows that is not lost.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"
        if not checks_leaks:
            sanitizer += ":detect_leaks=0"
        self.metrics = folder.join("metrics") if has("METRICS") else None
        metrics = ["--metrics", self.metrics] if self.metrics else []
        super().__init__(*["--%s=%s" % limit for limit in limits.items()], *metrics, *arguments,
                         env={**os.environ, "ASAN_OPTIONS": sanitizer}, **options)
        self.ntp_port = int(self.read_line().rsplit(":", 1)[1]) if "--ntp" in arguments else None
        if self.metrics:
            self.read_line()

    def count_bytes_read(self):
        """Returns: bytes of files and pipes, not of sockets, that it ever read"""
        with open("/proc/%d/io" % self.process.pid, encoding="ascii") as io:
            return int(io.readline().removeprefix("rchar:"))

    def count_descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def measure_memory(self):
        """Returns: bytes that are its own and in memory"""
        with open("/proc/%d/smaps_rollup" % self.process.pid, encoding="ascii") as rollup:
            return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Private_Dirty:"))

    def fetch(self):
        return fetch(self.metrics)

    def count_connections(self):
        return int(self.fetch()["timesync_connections"]) if self.metrics else 0

    def wait_until_alone(self, n_descriptors):
        """Until nobody is connected, and there are no more than so many descriptors."""
        wait_until(lambda: (self.count_connections() == 0 and self.count_descriptors() <= n_descriptors) or
                   time.sleep(0.01))
