"""Tests of ts-server as a program: options, what it says, how it ends.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import resource
import signal
import socket
import struct
import unittest

import programs
import tap
from programs import Server, connect, parse_classic, receive_all, run_server_as_user, run_server_to_end


def frame(cookie):
    return b"TSyn" + struct.pack(">BBHQ", 1, 1, 0, cookie) + bytes(48)


def receive_frame(connection):
    answer = b""
    while len(answer) < 64 and (piece := connection.recv(64 - len(answer))):
        answer += piece
    magic, version, kind, flags, cookie, t2, t3 = struct.unpack(">4sBBHQqq", answer[:32])
    assert (magic, version) == (b"TSyn", 1), answer
    return kind, flags, cookie, t2, t3


class Listening(unittest.TestCase):
    def assert_serves(self, port, host="127.0.0.1"):
        before_ns = programs.now_ns()
        with connect(port, host) as client:
            client.sendall(b"\n")
            t2, t3 = parse_classic(receive_all(client))
        self.assertTrue(before_ns <= t2 <= t3 <= programs.now_ns())

    def test_one_address(self):
        with Server() as server:
            self.assertEqual(server.told, ["listening on 127.0.0.1:%d" % server.port])
            self.assert_serves(server.port)
            self.assertEqual(server.stop(), (0, [], ""))

    def test_two_addresses(self):
        with Server(addresses=("127.0.0.1", "127.0.0.2")) as server:
            self.assertEqual(server.told, ["listening on 127.0.0.%d:%d" % (n, server.port) for n in (1, 2)])
            self.assert_serves(server.port)
            self.assert_serves(server.port, "127.0.0.2")
            self.assertEqual(server.stop(), (0, [], ""))

    def test_both_families(self):
        if not programs.has_ipv6():
            self.skipTest("this computer has no ::1")
        with Server(addresses=()) as server:
            self.assertEqual(server.told, ["listening on [::]:%d" % server.port,
                                           "listening on 0.0.0.0:%d" % server.port])
            self.assert_serves(server.port)
            self.assert_serves(server.port, "::1")
            self.assertEqual(server.stop(), (0, [], ""))

    def test_ipv6_alone(self):
        if not programs.has_ipv6():
            self.skipTest("this computer has no ::1")
        with Server(addresses=("::1",)) as server:
            self.assertEqual(server.told, ["listening on [::1]:%d" % server.port])
            self.assert_serves(server.port, "::1")
            with self.assertRaises(ConnectionRefusedError):
                connect(server.port)
            self.assertEqual(server.stop(), (0, [], ""))

    def test_accepts_once_it_says_so(self):
        for _ in range(10):
            with Server() as server:
                self.assert_serves(server.port)

    def test_accepts_on_each_of_several(self):
        for host in ["127.0.0.1", "127.0.0.2"] * 10:
            with Server(addresses=("127.0.0.1", "127.0.0.2")) as server:
                self.assert_serves(server.port, host)

    def test_port_again(self):
        """A port is free again when its server has ended, although its connections linger in the kernel."""
        with Server() as server:
            port = server.port
            self.assert_serves(port)
            self.assertEqual(server.stop()[0], 0)
        with Server(port=port) as server:
            self.assertEqual(server.port, port)
            self.assert_serves(port)


class Giving_up(unittest.TestCase):
    def assert_fails(self, *arguments, saying, run=run_server_to_end):
        status, out, err = run(*arguments)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"\Ats-server: [^\n]+\n\Z")
        self.assertIn(saying, err)

    def test_port_taken(self):
        with Server() as server:
            self.assert_fails("--port", str(server.port), "--address", "127.0.0.1",
                              saying="listen on 127.0.0.1:%d: the port is already in use" % server.port)
            self.assert_fails("--port", str(server.port), saying="the port is already in use")
            self.assertEqual(server.stop(), (0, [], ""))

    def test_address_taken_of_several(self):
        # The free one is nobody else's: of 127.0.0.3 clients of other tests may have the port.
        with Server(addresses=("127.0.0.2",)) as server:
            self.assert_fails("--port", str(server.port), "--address", "127.100.8.5", "--address", "127.0.0.2",
                              saying="127.0.0.2:%d" % server.port)

    def test_bad_address(self):
        for address in "time.example", "-", "127.0.0.1:80", "300.1.1.1":
            with self.subTest(address):
                self.assert_fails("--port", "0", "--address", address,
                                  saying="“%s” is not an IP address" % address)

    def test_no_permission(self):
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
            if int(file.read()) <= 1:
                self.skipTest("everybody may listen on every port")
        self.assert_fails("--port", "1", "--address", "127.0.0.1", saying="127.0.0.1:1: no permission",
                          run=run_server_as_user)


class Usage(unittest.TestCase):
    def assert_usage(self, *arguments, saying):
        status, out, err = run_server_to_end(*arguments)
        self.assertEqual((status, out), (2, ""))
        # The failure in one line, and where to read more.
        self.assertRegex(err, r"\Ats-server: [^\n]+\nTry “ts-server --help”\.\n\Z")
        self.assertIn(saying, err.splitlines()[0])

    def test_wrong(self):
        for arguments, saying in (
            (["--port", "65536"], "65536"),
            (["--port", "-1"], "-1"),
            (["--port", "http"], "http"),
            (["--port", "99999999999999"], "99999999999999"),
            (["--port"], "--port"),
            (["--wrong"], "--wrong"),
            (["stray"], "“stray”"),
            (["--port", "0", "--address"], "--address"),
        ):
            with self.subTest(arguments):
                self.assert_usage(*arguments, saying=saying)

    def test_help(self):
        status, out, err = run_server_to_end("--help")
        self.assertEqual((status, err), (0, ""))
        for option in "--port", "--address", "--version", "10085":
            self.assertIn(option, out)

    def test_version(self):
        status, out, err = run_server_to_end("--version")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"\Ats-server \d+\.\d+\.\d+\n\Z")


class Ending(unittest.TestCase):
    def check_end(self, number):
        """Who is connected gets what is due, and the server ends well."""
        with Server() as server, connect(server.port) as framed, connect(server.port) as silent, \
                connect(server.port) as asking:
            framed.sendall(frame(7))
            # The first request may come without the kernel's stamp, so flags are not looked at.
            self.assertEqual(receive_frame(framed)[0::2][:2], (2, 7))
            framed.sendall(frame(8))
            asking.sendall(b"?")
            server.send_signal(number)
            self.assertEqual(receive_frame(framed)[0::2][:2], (2, 8))
            self.assertEqual(receive_frame(framed)[:3], (3, 3, 0))
            self.assertEqual(framed.recv(1), b"")
            parse_classic(receive_all(silent))
            parse_classic(receive_all(asking))
            for client in framed, silent, asking:
                client.close()
            self.assertEqual(server.finish(), (0, [], ""))
            with self.assertRaises(ConnectionRefusedError):
                connect(server.port)

    def test_sigterm(self):
        self.check_end(signal.SIGTERM)

    def test_sigint(self):
        self.check_end(signal.SIGINT)

    def test_at_once(self):
        """A signal that comes as soon as it listens is the end that was asked for, not death."""
        for _ in range(10):
            with Server() as server:
                self.assertEqual(server.stop(), (0, [], ""))

    def test_clients_stay(self):
        """It does not wait for clients that do not go."""
        with Server() as server, connect(server.port) as client:
            client.sendall(frame(7))
            self.assertEqual(receive_frame(client)[0], 2)
            self.assertEqual(server.stop(), (0, [], ""))

    def test_client_never_reads(self):
        """Nor for one that does not read its answers."""
        with Server("--requests-per-second", "0", "--address-requests-per-second", "0") as server, \
                socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", server.port))
            client.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                while True:
                    client.send(frame(7) * 1000)
            self.assertEqual(server.stop(), (0, [], ""))


class Limits(unittest.TestCase):
    def test_few_descriptors(self):
        """With few descriptors it serves all, some later, and floods nobody's log."""
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64 + 16, 64 + 16))

        with Server("--max-connections-per-address", "0", preexec_fn=limit) as server:
            clients = [connect(server.port) for _ in range(100)]
            for client in clients[::2]:
                client.sendall(b"?")
            # The silent ones, the first of which keep the places for 250 ms, are answered too.
            for client in clients:
                parse_classic(receive_all(client))
                client.close()
            status, lines, err = server.stop()
            self.assertEqual((status, lines), (0, []))
            self.assertRegex(err, r"\Ats-server: there is no room for more than \d+ connections: [^\n]*\n\Z")

    def test_too_few_descriptors(self):
        """It does not say that it listens where it could not answer."""
        for n_files, more in (16, []), (64, ["--workers", "8"]), (200, ["--workers", "64"]):
            with self.subTest(n_files):
                status, out, err = programs.run_server_to_end(
                    "--port", "0", "--address", "127.0.0.1", *more,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (n_files, n_files)))
                self.assertEqual((status, out), (1, ""))
                self.assertRegex(err, r"\Ats-server: a limit of %d open files \(RLIMIT_NOFILE\) is too low: "
                                      r"these settings need more than \d+\n\Z" % n_files)

    def test_many_workers(self):
        """The descriptors of many workers are counted: idle clients cannot use them up."""
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

        with Server("--workers", "32", "--max-connections-per-address", "0", preexec_fn=limit) as server:
            held = [connect(server.port) for _ in range(300)]
            for client in held:
                client.sendall(b"TSyn")
            # The first to come are idle by now, and make room.
            with connect(server.port) as client:
                client.sendall(b"?")
                parse_classic(receive_all(client))
            for client in held:
                client.close()
            status, _, err = server.stop()
            self.assertEqual(status, 0)
            self.assertEqual(err.count("\n"), 1)

    def test_stdout_closed(self):
        """Whoever started it need not go on reading."""
        with Server() as server:
            server.process.stdout.close()
            with connect(server.port) as client:
                client.sendall(b"?")
                parse_classic(receive_all(client))
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(programs.PATIENCE_S), 0)
            self.assertEqual(server.process.stderr.read(), b"")
            server.process.stdout = open(os.devnull, "rb")


if __name__ == "__main__":
    tap.main()
