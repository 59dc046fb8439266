"""The programs under test, told by meson, and what their tests have in common.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE_S = float(os.environ.get("TS_TEST_PATIENCE_S", "60"))
SERVER, CLIENT = sys.argv[1:3]
NS_PER_S = 1000000000
# Options of a process that is not root's: it may not do everything.
AS_USER = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def run_client(*arguments, **options):
    """Runs ts-client to its end. Returns: its status, stdout and stderr"""
    done = subprocess.run([CLIENT, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", timeout=PATIENCE_S, **options)
    return done.returncode, done.stdout, done.stderr


def run_server_to_end(*arguments, **options):
    """Runs a ts-server that is expected to give up. Returns: its status, stdout and stderr"""
    done = subprocess.run([SERVER, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", timeout=PATIENCE_S, **options)
    return done.returncode, done.stdout, done.stderr


def run_server_as_user(*arguments):
    """Runs a ts-server that is not root's to its end. What a build with coverage counts goes to a folder that it may
    write to, and is lost. Returns: its status, stdout and stderr"""
    with tempfile.TemporaryDirectory(prefix="timesync-") as folder:
        os.chmod(folder, 0o777)
        return run_server_to_end(*arguments, env={**os.environ, "GCOV_PREFIX": folder}, **AS_USER)


class Program:
    """A program that runs, whose lines can be waited for."""

    def __init__(self, *command, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **options)
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def read_line(self):
        """Returns: the next line of stdout without its end, or None at the end of it"""
        end = time.monotonic() + PATIENCE_S
        fd = self.process.stdout.fileno()
        while b"\n" not in self._rest:
            if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("in vain waited for a line of " + self.process.args[0])
            piece = os.read(fd, 65536)
            if piece == b"":
                return None
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode("utf-8")

    def read_lines(self):
        """Returns: what is left of stdout, as lines"""
        return list(iter(self.read_line, None))

    def send_signal(self, number):
        self.process.send_signal(number)

    def finish(self):
        """Waits for the end. Returns: the status, the remaining lines of stdout, and stderr"""
        lines = self.read_lines()
        status = self.process.wait(PATIENCE_S)
        return status, lines, self.process.stderr.read().decode("utf-8")


class Server(Program):
    """A ts-server that listens, on a free port unless told otherwise."""

    def __init__(self, *arguments, port=0, addresses=("127.0.0.1",), **options):
        command = [SERVER, "--port", str(port), *arguments]
        for address in addresses:
            command += ["--address", address]
        super().__init__(*command, **options)
        self.told = [self.read_line() for _ in addresses or ("::", "0.0.0.0")]
        match = re.fullmatch(r"listening on (.*):(\d+)", self.told[0] or "")
        if match is None:
            raise AssertionError("ts-server said %r, %r" % (self.told, self.process.communicate()))
        self.port = int(match[2])

    def stop(self):
        self.send_signal(signal.SIGTERM)
        return self.finish()


def connect(port, host="127.0.0.1", source=None):
    return socket.create_connection((host, port), PATIENCE_S, source and (source, 0))


def receive_all(connection):
    """Returns: all that comes until the end of the stream"""
    answer = b""
    while piece := connection.recv(4096):
        answer += piece
    return answer


def now_ns():
    return time.time_ns()


def classic_answer(receive_ns, transmit_ns):
    return ("%d.%09d.%d.%09d" % (*divmod(receive_ns, NS_PER_S), *divmod(transmit_ns, NS_PER_S))).encode()


def parse_classic(answer):
    """Returns: t2 and t3 of a classic answer of nine digits, in nanoseconds"""
    match = re.fullmatch(rb"(\d+)\.(\d{9})\.(\d+)\.(\d{9})", answer)
    if match is None:
        raise AssertionError("no classic answer: %r" % answer)
    numbers = [int(text) for text in match.groups()]
    return numbers[0] * NS_PER_S + numbers[1], numbers[2] * NS_PER_S + numbers[3]


class Peer:
    """A little server: calls serve(connection) for one connection after the other and closes it."""

    def __init__(self, serve):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.n_served = 0
        self._serve = serve
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(PATIENCE_S)
                try:
                    self._serve(connection)
                except OSError:
                    pass  # the client has gone; what it makes of that is looked at there
            self.n_served += 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
