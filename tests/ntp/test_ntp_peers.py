"""Tests that other people's NTP clients measure the responder, and refuse it where it is not synchronized.

Where they come from, see peers.py, and where they run, see sandbox.py: there nobody can set the computer's clock.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import os
import re
import select
import socket
import subprocess
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "programs"))

import peers
import sandbox
import tap

PATIENCE_S = float(os.environ.get("TS_TEST_PATIENCE_S", "60"))
RESPONDER = os.path.abspath(sys.argv[1])

# How far the responder's clock is ahead; far enough that no client can tell it by chance.
SHIFT_S = 1000
LOCAL_STRATUM = 5
LEAP_UNKNOWN = 3


class Responder:
    """Our own, on NTP's own port, for some of the clients know no other."""

    def __init__(self, local_stratum):
        self._process = subprocess.Popen([RESPONDER, "123", str(local_stratum), str(SHIFT_S * 10**9)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdout.readline() != b"123\n":
            self.stop()
            raise AssertionError("the responder did not start")

    def stop(self):
        self._process.communicate()
        return self._process.returncode


def ask_leap():
    """Returns: the leap indicator that the responder answers with"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE_S)
        client.connect(("127.0.0.1", 123))
        client.send(bytes([4 << 3 | 3]) + bytes(47))
        return client.recv(1024)[0] >> 6


class Peer(unittest.TestCase):
    """What the tests of every client have in common."""

    program = None
    package = None

    def setUp(self):
        path = peers.find(self.program, self.package)
        if path is None:
            self.skipTest("there is no %s: “make peers” looks for Debian's package %s" % (self.program, self.package))
        if CANNOT_RUN is not None:
            self.skipTest(CANNOT_RUN)
        self.path, self.environment = path, peers.environment(path)

    def run_client(self, *arguments):
        """Returns: its status and all of its output"""
        done = subprocess.run([self.path, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S,
                              check=False)
        return done.returncode, done.stdout

    def serve(self, local_stratum=LOCAL_STRATUM):
        responder = Responder(local_stratum)
        self.addCleanup(lambda: self.assertEqual(responder.stop(), 0))

    def serve_unsynchronized(self):
        self.serve(0)
        if ask_leap() != LEAP_UNKNOWN:
            self.skipTest("this computer's clock is synchronized")

    def assert_offset(self, offset_s, output):
        # Of a loaded machine; a wrong answer would be off by the shift, or by an era.
        self.assertLess(abs(float(offset_s) - SHIFT_S), 2, output)


class Chronyd(Peer):
    program = "chronyd"
    package = "chrony"

    def run_chronyd(self, server, patience_s):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "chrony.conf")
            with open(path, "w", encoding="ascii") as file:
                file.write("server %s iburst\n" % server)
                file.write("cmdport 0\nbindcmdaddress /\npidfile %s/pid\n" % folder)
            # -Q: asks, prints and ends; -x: never touches the clock.
            return self.run_client("-Q", "-x", "-t", str(patience_s), "-u", "root", "-f", path)

    def test_measures(self):
        self.serve()
        for server in "127.0.0.1", "127.0.0.1 version 3", "::1":
            with self.subTest(server):
                status, output = self.run_chronyd(server, 30)
                found = re.search(r"System clock wrong by (-?\d+\.\d+) seconds \(ignored\)", output)
                self.assertIsNotNone(found, output)
                self.assert_offset(found[1], output)
                self.assertEqual(status, 0)

    def test_refuses_unsynchronized(self):
        self.serve_unsynchronized()
        status, output = self.run_chronyd("127.0.0.1", 30)
        self.assertIn("No suitable source", output)
        self.assertNotEqual(status, 0)


class Ntpdig(Peer):
    program = "ntpdig"
    package = "ntpsec-ntpdig"

    def test_measures(self):
        self.serve()
        for server in "127.0.0.1", "::1":
            with self.subTest(server):
                status, output = self.run_client("-j", server)
                self.assertEqual(status, 0, output)
                told = json.loads(output)
                self.assert_offset(told["offset"], output)
                self.assertEqual(told["stratum"], LOCAL_STRATUM)
                self.assertIs(told["adjusted"], False)

    def test_refuses_unsynchronized(self):
        self.serve_unsynchronized()
        status, output = self.run_client("127.0.0.1")
        self.assertIn("no eligible servers", output)
        self.assertNotEqual(status, 0)


class Toybox(Peer):
    """Takes whatever is answered, so there is no refusal."""

    program = "toybox"
    package = "toybox"

    def test_measures(self):
        if "sntp" not in self.run_client()[1].split():
            self.skipTest("this toybox has no sntp")
        self.serve()
        status, output = self.run_client("sntp", "127.0.0.1")
        self.assertEqual(status, 0, output)
        found = re.search(r"offset ([-+]\d+\.\d+) secs", output)
        self.assertIsNotNone(found, output)
        self.assert_offset(found[1], output)


class Daemon(Peer):
    """A client that only ends when it is told to."""

    def assert_says(self, pattern, *arguments):
        """Returns: the first line of the client that matches"""
        with subprocess.Popen([self.path, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as client:
            end = time.monotonic() + PATIENCE_S
            output = b""
            try:
                while (found := re.search(pattern, output.decode())) is None:
                    patience_s = max(0, end - time.monotonic())
                    self.assertTrue(select.select([client.stdout], [], [], patience_s)[0], output)
                    piece = os.read(client.stdout.fileno(), 65536)
                    self.assertNotEqual(piece, b"", output)
                    output += piece
                return found
            finally:
                client.terminate()


class Busybox(Daemon):
    program = "busybox"
    package = "busybox"

    # -w: only asks.
    arguments = "ntpd", "-n", "-w", "-d", "-p", "127.0.0.1"

    def setUp(self):
        super().setUp()
        if "ntpd" not in self.run_client("--list")[1].split():
            self.skipTest("this busybox has no ntpd, as Debian 12's has not")

    def test_measures(self):
        self.serve()
        found = self.assert_says(r"reply from 127\.0\.0\.1: offset:([-+]\d+\.\d+)", *self.arguments)
        self.assert_offset(found[1], found.string)

    def test_refuses_unsynchronized(self):
        self.serve_unsynchronized()
        self.assert_says(r"peer is unsynced", *self.arguments)


class Openntpd(Daemon):
    """Has no way to only ask: here it tries to adjust the clock and is not permitted to."""

    program = "openntpd"
    package = "openntpd"

    def setUp(self):
        super().setUp()
        if not IS_ROOT:
            self.skipTest("openntpd becomes other users, which only root can permit")
        why_not = sandbox.make_place_for_openntpd(RESPONDER, self.path)
        if why_not is not None:
            self.skipTest(why_not)

    def assert_logs(self, pattern):
        with tempfile.NamedTemporaryFile("w", encoding="ascii") as config:
            config.write("server 127.0.0.1\n")
            config.flush()
            return self.assert_says(pattern, "-d", "-v", "-f", config.name,
                                    "-p", "/run/openntpd.pid")

    def test_measures(self):
        self.serve()
        found = self.assert_logs(r"reply from 127\.0\.0\.1: offset (-?\d+\.\d+) delay")
        self.assert_offset(found[1], found.string)

    def test_refuses_unsynchronized(self):
        self.serve_unsynchronized()
        self.assert_logs(r"reply from 127\.0\.0\.1: not synced")


if __name__ == "__main__":
    IS_ROOT = os.getuid() == 0
    CANNOT_RUN = sandbox.enter()
    tap.main()
