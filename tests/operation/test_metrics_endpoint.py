"""Tests of ts-server --metrics: over a Unix socket and the loopback, with counts that match what was asked.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import re
import signal
import socket
import stat
import unittest

import operating
from operating import CONTENT_TYPE, Folder, Framed, ask_classic, ask_endpoint, fetch, open_endpoint, wait_until

import programs
import tap
from programs import Server, connect, run_server_to_end


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
                         (1, "", "ts-server: cannot tell metrics on %s: %s\n" % (where, saying)))

    def test_in_use(self):
        _, where = self.start(self.path)
        self.assert_fails(self.path, "another program listens there")
        fetch(where)

    def test_in_the_way(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("mine")
        self.assert_fails(self.path, "it is there already and no socket")
        with open(self.path, encoding="ascii") as file:
            self.assertEqual(file.read(), "mine")

    def test_port_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            where = "127.0.0.1:%d" % listener.getsockname()[1]
            status, out, err = run_server_to_end("--port", "0", "--address", "127.0.0.1", "--metrics", where)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"\Ats-server: cannot tell metrics on %s: [^\n]+\n\Z" % re.escape(where))

    def test_not_loopback(self):
        for where in "0.0.0.0:9100", "[::]:9100", "192.0.2.1:9100":
            status, out, err = run_server_to_end("--port", "0", "--metrics", where)
            self.assertEqual((status, out), (2, ""))
            self.assertIn("“%s” can be reached from other computers" % where, err)


class Without_libsoup(unittest.TestCase):
    @unittest.skipIf(operating.has("METRICS"), "built with libsoup")
    def test_says_so(self):
        self.assertEqual(run_server_to_end("--port", "0", "--metrics", "127.0.0.1:0"),
                         (1, "", "ts-server: this ts-server was built without metrics\n"))


if __name__ == "__main__":
    tap.main()
