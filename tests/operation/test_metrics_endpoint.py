"""Tests of ts-server --metrics: over a Unix socket and the loopback, with counts that match what was asked.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import re
import select
import signal
import socket
import stat
import time
import unittest

import operating
from operating import CONTENT_TYPE, Folder, Framed, ask_classic, ask_endpoint, fetch, open_endpoint, wait_until

import programs
import tap
from programs import Server, connect, run_server_to_end


PLAIN_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@unittest.skipUnless(operating.has("METRICS"), "built without libsoup")
class Endpoint(unittest.TestCase):
    def setUp(self):
        self.path = Folder(self).join("metrics")

    def start(self, where, **options):
        """Returns: a server, and where its metrics are"""
        server = Server("--metrics", where, **options)
        self.addCleanup(server.__exit__)
        match = re.fullmatch(r"telling metrics on (.+)", server.read_line())
        return server, match[1]

    def check_counts(self, where):
        server, where = self.start(where)
        before = fetch(where)
        for name, value in before.items():
            if re.search(r"_(total|count|sum|bucket)\b", name):
                self.assertEqual(value, 0, name)
        self.assertEqual(before["timesync_connections"], 0)
        self.assertEqual(len([name for name in before if name.startswith("timesync_build_info{version=")]), 1)

        for _ in range(7):
            ask_classic(server.port)
        with Framed(server.port) as client:
            for _ in range(11):
                self.assertEqual(client.ask(), 2)
            wait_until(lambda: fetch(where)["timesync_service_time_seconds_count"] == 18)
            # Classic clients may linger in it for a moment after their end.
            wait_until(lambda: fetch(where)["timesync_connections"] == 1)
            now = fetch(where)
            self.assertEqual(now["timesync_connections_accepted_total"], 8)
            self.assertEqual(now['timesync_requests_total{form="classic"}'], 7)
            self.assertEqual(now['timesync_requests_total{form="framed"}'], 11)
            self.assertEqual(now['timesync_requests_total{form="ntp"}'], 0)
            self.assertEqual(now['timesync_service_time_seconds_bucket{le="+Inf"}'], 18)
            self.assertGreater(now["timesync_service_time_seconds_sum"], 0)
        wait_until(lambda: fetch(where)["timesync_connections"] == 0)
        self.assertEqual(server.stop(), (0, [], ""))

    def test_unix_socket(self):
        self.check_counts(self.path)
        self.assertFalse(os.path.lexists(self.path))

    def test_loopback(self):
        self.check_counts("127.0.0.1:0")

    def test_loopback_ipv6(self):
        if not programs.has_ipv6():
            self.skipTest("this computer has no ::1")
        _, where = self.start("[::1]:0")
        fetch(where)

    def test_refusals(self):
        server, where = self.start(self.path)
        with connect(server.port) as client:
            client.sendall(b"TSyn" + bytes([99, 1, 0, 0]) + b"12345678" + bytes(48))
            self.assertEqual(programs.receive_all(client)[5], 3)
        wait_until(lambda: fetch(where)['timesync_refusals_total{reason="version_not_spoken"}'] == 1)
        self.assertEqual(fetch(where)['timesync_requests_total{form="framed"}'], 0)

    def test_clock_quality(self):
        _, where = self.start(self.path)
        now = fetch(where)
        leaps = {name: value for name, value in now.items() if name.startswith("timesync_clock_leap{")}
        self.assertEqual(sorted(leaps.values()), [0, 0, 0, 1])
        if now["timesync_clock_synchronized"] == 1:
            self.assertLess(now["timesync_clock_max_error_seconds"], float("inf"))
        else:
            self.assertEqual(now["timesync_clock_max_error_seconds"], float("inf"))
            self.assertEqual(leaps['timesync_clock_leap{timesync_clock_leap="unknown"}'], 1)

    def test_methods_and_paths(self):
        _, where = self.start(self.path)
        status, headers, text = ask_endpoint(where, "HEAD")
        self.assertEqual((status, headers["Content-Type"], text), (200, CONTENT_TYPE, ""))
        for path in "/", "/metrics/", "/metrics/more", "/metric":
            self.assertEqual(ask_endpoint(where, path=path)[0], 404, path)
        for method in "POST", "PUT", "DELETE":
            status, headers, _ = ask_endpoint(where, method)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"), method)

    def test_leaves_no_descriptor(self):
        """Of those who fetched and went, or came for nothing; a client may ask for more on one connection."""
        server, where = self.start(self.path)
        fds = "/proc/%d/fd" % server.process.pid
        n_before = len(os.listdir(fds))
        connection = open_endpoint(where)
        for path in ["/metrics", "/", "/metrics"] * 10:
            connection.request("GET", path)
            connection.getresponse().read()
        connection.close()
        for _ in range(10):
            fetch(where)
            ask_endpoint(where, "POST")
            open_endpoint(where).connect()
        # Our clock is the server's answers, of which one is under way.
        wait_until(lambda: fetch(where) and len(os.listdir(fds)) <= n_before + 1)
        self.assertEqual(server.stop(), (0, [], ""))

    def test_nonsense(self):
        """Bytes that are no HTTP hurt neither the endpoint nor the server."""
        server, where = self.start(self.path)
        for nonsense in b"\0" * 1000, b"GET\r\n\r\n", b"GET /metrics HTTP/9.9\r\n\r\n", b"A" * 100000:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(programs.PATIENCE_S)
                client.connect(where)
                try:
                    client.sendall(nonsense)
                    client.shutdown(socket.SHUT_WR)
                    programs.receive_all(client)
                except OSError:
                    pass  # it may close, or reset
        fetch(where)
        ask_classic(server.port)
        self.assertEqual(server.stop(), (0, [], ""))

    def test_mode(self):
        for mask in 0o000, 0o077:
            with self.subTest(mask):
                server, where = self.start(self.path, preexec_fn=lambda: os.umask(mask))
                self.assertEqual(stat.S_IMODE(os.lstat(where).st_mode), 0o660)
                server.stop()

    def test_left_by_a_dead_server(self):
        server, where = self.start(self.path)
        server.send_signal(signal.SIGKILL)
        server.finish()
        self.assertTrue(os.path.lexists(self.path))
        _, where = self.start(self.path)
        fetch(where)

    def assert_fails(self, where, saying):
        self.assertEqual(run_server_to_end("--port", "0", "--address", "127.0.0.1", "--metrics", where),
                         (1, "", "ts-server: cannot serve metrics on %s: %s\n" % (where, saying)))

    def test_in_use(self):
        _, where = self.start(self.path)
        self.assert_fails(self.path, "another program listens there")
        fetch(where)

    def test_in_the_way(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("mine")
        self.assert_fails(self.path, "it exists and is not a socket")
        with open(self.path, encoding="ascii") as file:
            self.assertEqual(file.read(), "mine")

    def test_port_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            where = "127.0.0.1:%d" % listener.getsockname()[1]
            status, out, err = run_server_to_end("--port", "0", "--address", "127.0.0.1", "--metrics", where)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"\Ats-server: cannot serve metrics on %s: [^\n]+\n\Z" % re.escape(where))

    def test_not_loopback(self):
        for where in "0.0.0.0:9100", "[::]:9100", "192.0.2.1:9100":
            status, out, err = run_server_to_end("--port", "0", "--metrics", where)
            self.assertEqual((status, out), (2, ""))
            self.assertIn("“%s” can be reached from other computers" % where, err)


@unittest.skipUnless(operating.has("METRICS"), "built without libsoup")
class Accept(unittest.TestCase):
    """What a scraper takes decides; who takes both gets OpenMetrics."""

    CASES = (
        (None, CONTENT_TYPE),
        ("*/*", CONTENT_TYPE),
        ("application/openmetrics-text; version=1.0.0", CONTENT_TYPE),
        ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", CONTENT_TYPE),
        ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
         "text/plain;version=0.0.4;q=0.3", PLAIN_TEXT),
        ("text/plain", PLAIN_TEXT),
        ("text/*", PLAIN_TEXT),
        ("text/plain;version=0.0.4;q=1,*/*;q=0.1", PLAIN_TEXT),
        ("text/plain, application/openmetrics-text;q=0", PLAIN_TEXT),
        ("application/json", CONTENT_TYPE),
    )

    def test_types(self):
        with Server("--metrics", Folder(self).join("metrics")) as server:
            where = server.read_line().removeprefix("telling metrics on ")
            for accept, expected in self.CASES:
                with self.subTest(accept):
                    connection = open_endpoint(where)
                    connection.request("GET", "/metrics", headers={} if accept is None else {"Accept": accept})
                    answer = connection.getresponse()
                    text = answer.read().decode("utf-8")
                    connection.close()
                    self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, expected))
                    self.assertEqual(text.endswith("\n# EOF\n"), expected == CONTENT_TYPE)
                    self.assertEqual(re.search(r"^# TYPE \S+ (info|stateset|unknown)$|^# UNIT", text, re.M) is None,
                                     expected == PLAIN_TEXT)
            self.assertEqual(server.stop(), (0, [], ""))


@unittest.skipUnless(operating.has("METRICS"), "built without libsoup")
class Attack(unittest.TestCase):
    """Whoever may connect to it costs it neither memory nor descriptors, and writes no message."""

    def setUp(self):
        self.server = Server("--metrics", Folder(self).join("metrics"))
        self.addCleanup(self.server.__exit__)
        self.where = self.server.read_line().removeprefix("telling metrics on ")

    def ask(self, text):
        """Returns: the status"""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(programs.PATIENCE_S)
            client.connect(self.where)
            client.sendall(text)
            return int(programs.receive_all(client).split(b" ", 2)[1])

    def test_heads(self):
        for head, status in (
                (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 200),
                (b"GET /metrics HTTP/1.1\nHost: x\n\n", 200),
                (b"GET /metrics HTTP/1.0\r\n\r\n", 200),
                (b"GET /metrics?x=/y HTTP/1.0\r\n\r\n", 200),
                (b"GET http://localhost/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
                (b"\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 200),
                (b"GET /metrics HTTP/1.1\r\nHost: x\r\nRange: bytes=0-3\r\n\r\n", 200),
                (b"GET /metrics HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n", 200),
                (b"GET /metrics HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n", 200),
                (b"GET /metrics/?x HTTP/1.0\r\n\r\n", 404),
                (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
                (b"GET ftp://x/metrics HTTP/1.1\r\nHost: x\r\n\r\n", 400),
                (b"GET /metrics HTTP/1.1\r\n\r\n", 400),
                (b"GET /metrics HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n", 400),
                (b"GET /metrics HTTP/1.0\r\nA: \0\r\n\r\n", 400),
                (b"GET /metrics\r\n\r\n", 400),
                (b"GET /metrics HTTP/2.0\r\n\r\n", 505)):
            with self.subTest(head[:60]):
                self.assertEqual(self.ask(head), status)
        self.assertEqual(self.server.stop(), (0, [], ""))

    def measure_memory(self):
        """Returns: in kB"""
        with open("/proc/%d/status" % self.server.process.pid, encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])

    def test_body(self):
        """Nothing of it is kept, and it is answered before it has come."""
        for head, status in (
                (b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n", b"405"),
                (b"POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11E1A300\r\n", b"405"),
                (b"POST /metrics HTTP/1.1\r\nHost: x\r\nExpect: x\r\nContent-Length: 300000000\r\n\r\n", b"417"),
                (b"POST /metrics HTTP/1.1\r\nContent-Length: 300000000\r\n\r\n", b"400"),
                (b"POST /metrics HTTP/1.0\r\nContent-Length: 300000000\r\n\r\n", b"405"),
                (b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n", b"200"),
                (b"OPTIONS * HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n", b"404")):
            with self.subTest(head), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(programs.PATIENCE_S)
                client.connect(self.where)
                client.sendall(head)
                self.assertEqual(client.recv(12)[9:], status)
                try:
                    for _ in range(300):
                        client.sendall(bytes(1000000))
                except OSError:
                    pass  # it has heard enough
                self.assertLess(self.measure_memory(), 250000)
        self.assertEqual(self.ask(b"GET /metrics HTTP/1.0\r\n\r\n"), 200)
        self.assertEqual(self.server.stop(), (0, [], ""))

    def test_body_over_tcp(self):
        """The answer to a client that reads only after it has sent all is not lost in a reset."""
        with Server("--metrics", "127.0.0.1:0") as server:
            port = int(server.read_line().rpartition(":")[2])
            with connect(port) as client:
                client.sendall(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n" +
                               bytes(30000000))
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(programs.receive_all(client)[:12], b"HTTP/1.1 405")

    def test_endless_head(self):
        """It is not kept."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(programs.PATIENCE_S)
            client.connect(self.where)
            client.sendall(b"GET /metrics HTTP/1.0\r\n")
            try:
                for _ in range(300):
                    client.sendall(b"A: " + b"a" * 1000000)
            except OSError:
                pass  # it has heard enough
        self.assertLess(self.measure_memory(), 250000)
        self.assertEqual(self.server.stop(), (0, [], ""))

    def test_slow(self):
        """A head that never ends is not waited for, whether bytes of it still come or not."""
        begin = time.monotonic()
        waiting = {}
        for begun, more in (b"\r\n\r\n", b""), (b"GET /metrics HTTP/1.0\r\nA: " + b"a" * 8200, b""), (b"GET /", b"a"):
            client = socket.socket(socket.AF_UNIX)
            self.addCleanup(client.close)
            client.connect(self.where)
            client.sendall(begun)
            waiting[client] = more
        while waiting:
            self.assertLess(time.monotonic() - begin, 20)
            for client in select.select(list(waiting), [], [], 0.1)[0]:
                try:
                    self.assertEqual(client.recv(1), b"")
                except ConnectionResetError:
                    pass
                del waiting[client]
            for client, more in waiting.items():
                try:
                    client.sendall(more)
                except BrokenPipeError:
                    pass  # the next turn reads the end
        self.assertGreater(time.monotonic() - begin, 4)
        self.assertEqual(self.server.stop(), (0, [], ""))

    def test_idle(self):
        """However many are idle, the next is answered; and they are not there for long."""
        n_before = len(os.listdir("/proc/%d/fd" % self.server.process.pid))
        idle = [socket.socket(socket.AF_UNIX) for _ in range(100)]
        for client in idle:
            client.settimeout(programs.PATIENCE_S)
            client.connect(self.where)
        self.assertEqual(self.ask(b"GET /metrics HTTP/1.0\r\n\r\n"), 200)
        self.assertLessEqual(len(os.listdir("/proc/%d/fd" % self.server.process.pid)), n_before + 16)
        begin = time.monotonic()
        for client in idle:
            try:
                client.recv(1)
            except ConnectionResetError:
                pass
            client.close()
        self.assertLess(time.monotonic() - begin, 20)


class Without_libsoup(unittest.TestCase):
    @unittest.skipIf(operating.has("METRICS"), "built with libsoup")
    def test_says_so(self):
        self.assertEqual(run_server_to_end("--port", "0", "--metrics", "127.0.0.1:0"),
                         (1, "", "ts-server: this ts-server was built without metrics\n"))


if __name__ == "__main__":
    tap.main()
