"""Tests that ts-client measures other people's NTP servers, and ours, and refuses those that are not synchronized.

Debian's packages chrony, openntpd, ntpsec and busybox. Where they come from, see peers.py, and where they run, see
sandbox.py: there nobody can set the computer's clock, and NTP's port is free.

usage: test_ntp_servers.py TS_SERVER TS_CLIENT
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import os
import subprocess
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "programs"))

import peers
import sandbox
import tap

PATIENCE_S = float(os.environ.get("TS_TEST_PATIENCE_S", "60"))
SERVER, CLIENT = (os.path.abspath(path) for path in sys.argv[1:3])


def run_client(*arguments):
    """Returns: status, stdout and stderr"""
    done = subprocess.run([CLIENT, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", timeout=PATIENCE_S, check=False)
    return done.returncode, done.stdout, done.stderr


class Peer(unittest.TestCase):
    """What the tests of every server have in common."""

    program = None
    package = None

    def setUp(self):
        self.path = peers.find(self.program, self.package) if self.package else self.program
        if self.path is None:
            self.skipTest("%s is not installed (Debian: %s)" % (self.program, self.package))
        if CANNOT_RUN is not None:
            self.skipTest(CANNOT_RUN)
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def enterContext(self, context):
        # unittest's own is newer than Debian 12's Python.
        entered = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return entered

    def write(self, text):
        """Returns: the path of a file that has @text"""
        path = os.path.join(self.folder, "conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def start(self, *command):
        self.log = self.enterContext(tempfile.TemporaryFile("w+", encoding="utf-8"))
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
                                  env=peers.environment(self.path))

        def stop():
            daemon.terminate()
            try:
                daemon.wait(PATIENCE_S / 2)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.addCleanup(stop)
        self.daemon = daemon

    def ask_itself(self, *arguments):
        """Returns: what the peer's program says of itself"""
        return subprocess.run([self.path, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S, check=False,
                              env=peers.environment(self.path)).stdout

    def told(self):
        self.log.seek(0)
        return self.log.read()

    def ask_until(self, is_wanted, *arguments):
        """Asks until a server that starts says what is wanted. Returns: stdout and stderr"""
        end = time.monotonic() + PATIENCE_S
        while True:
            status, out, err = run_client("--timeout", "5", *arguments)
            if is_wanted(out, err):
                self.assertEqual(status, 0 if out else 1)
                return out, err
            self.assertIsNone(self.daemon.poll(), self.told())
            self.assertLess(time.monotonic(), end, (out, err, self.told()))
            # Servers that are asked too often stop answering.
            time.sleep(0.5)

    def assert_measures(self, *hosts):
        for host in hosts:
            with self.subTest(host):
                out, err = self.ask_until(lambda out, err: out != "" and '"error"' not in out, "--json",
                                          "ntp://" + host)
                self.assertEqual(err, "")
                told = json.loads(out)
                self.assertEqual((told["protocol"], told["address"]), ("ntp", host + ":123"))
                t1, t2, t3, t4 = (told["t%d_ns" % i] for i in range(1, 5))
                # It is this computer's clock on both sides, and their stamps have noise below their precision.
                self.assertLessEqual(t1, t2 + 1000, told)
                self.assertLessEqual(t2, t3, told)
                self.assertLessEqual(t3, t4 + 1000, told)
                self.assertLessEqual(told["proven_min_ns"], 1000, told)
                self.assertGreaterEqual(told["proven_max_ns"], -1000, told)

    def assert_refuses(self, pattern):
        _, err = self.ask_until(lambda out, err: "cannot be used" in err, "ntp://127.0.0.1")
        self.assertRegex(err, r"\Ats-client: 127\.0\.0\.1:123 cannot be used: " + pattern)


class Ours(Peer):
    program = SERVER

    def serve(self, *arguments):
        self.start(SERVER, "--port", "10085", "--ntp", "123", *arguments)

    def test_measures(self):
        self.serve("--local-stratum", "5")
        self.assert_measures("127.0.0.1", "[::1]")

    def test_best_of_many(self):
        self.serve("--local-stratum", "5")
        out, _ = self.ask_until(lambda out, err: out != "", "--count", "5", "ntp://localhost")
        self.assertIn(":123 ntp\n", out)

    def test_refuses_unsynchronized(self):
        self.serve()
        _, out, err = self.ask_once_up()
        if out:
            self.skipTest("this computer's clock is synchronized")
        self.assertIn("cannot be used: its clock is not synchronized (leap 3)", err)

    def ask_once_up(self):
        self.ask_until(lambda out, err: "speak NTP" not in err, "ntp://127.0.0.1")
        return run_client("ntp://127.0.0.1")

    def test_asked_too_often(self):
        self.serve("--local-stratum", "5", "--address-requests-per-second", "1")
        end = time.monotonic() + PATIENCE_S
        out = ""
        while "it was asked too often (RATE)" not in out:
            self.assertLess(time.monotonic(), end, out)
            _, out, _ = run_client("--watch", "--json", "--count", "5", "--interval", "0.1", "--timeout", "0.5",
                                   "ntp://127.0.0.1")

    def test_bare_host(self):
        """Time Sync is preferred, and NTP is taken where only that is offered."""
        self.serve("--local-stratum", "5")
        # Before it listens NTP may be quicker, and so it may on a machine that is busy for 300 ms.
        self.ask_until(lambda out, err: out != "", "timesync://127.0.0.1")
        self.ask_until(lambda out, err: "SERVER 127.0.0.1:10085 framed\n" in out, "127.0.0.1")

    def test_bare_host_with_ntp_alone(self):
        self.start(SERVER, "--port", "10086", "--ntp", "123", "--local-stratum", "5")
        out, _ = self.ask_until(lambda out, err: out != "", "127.0.0.1")
        self.assertIn("SERVER 127.0.0.1:123 ntp\n", out)

    def test_explicit_scheme_is_kept_to(self):
        self.start(SERVER, "--port", "10086", "--ntp", "123", "--local-stratum", "5")
        self.ask_until(lambda out, err: out != "", "ntp://127.0.0.1")
        for host in "timesync://127.0.0.1", "127.0.0.1:10087":
            status, out, err = run_client(host)
            self.assertEqual((status, out), (1, ""))
            self.assertRegex(err, r"\Ats-client: 127\.0\.0\.1:\d+ refuses connections\n\Z")


class Nobody(Peer):
    program = CLIENT

    def test_bare_host(self):
        status, out, err = run_client("127.0.0.1")
        self.assertEqual((status, out), (1, ""))
        self.assertEqual(err, "ts-client: 127.0.0.1:10085 refuses connections, "
                              "and 127.0.0.1:123 refuses NTP requests\n")


class Chronyd(Peer):
    program = "chronyd"
    package = "chrony"

    def serve(self, more):
        path = self.write("allow\ncmdport 0\nbindcmdaddress /\npidfile %s/pid\n%s" % (self.folder, more))
        # -x: never touches the clock.
        self.start(self.path, "-x", "-d", "-u", "root", "-f", path)

    def test_measures(self):
        self.serve("local stratum 10\n")
        self.assert_measures("127.0.0.1", "[::1]")

    def test_refuses_unsynchronized(self):
        self.serve("")
        self.assert_refuses(r"its clock is not synchronized \(leap 3\)")


class Ntpsec(Peer):
    program = "ntpd"
    package = "ntpsec"

    def setUp(self):
        super().setUp()
        if "ntpsec" not in self.ask_itself("--version"):
            self.skipTest("this ntpd is not ntpsec's")

    def serve(self, more):
        # Without that it would adjust the clock, where it is permitted to.
        self.start(self.path, "-n", "-c", self.write("disable ntp\n" + more))

    def test_measures(self):
        self.serve("tos orphan 5 orphanwait 1\n")
        self.assert_measures("127.0.0.1", "[::1]")

    def test_refuses_unsynchronized(self):
        self.serve("")
        self.assert_refuses(r"its clock is not synchronized \(leap 3\)")


class Openntpd(Peer):
    """Serves only who has set its own clock, so it can be refused and no more."""

    program = "openntpd"
    package = "openntpd"

    def setUp(self):
        super().setUp()
        if not IS_ROOT:
            self.skipTest("openntpd becomes other users, which only root can permit")
        why_not = sandbox.make_place_for_openntpd(SERVER, CLIENT, self.path)
        if why_not is not None:
            self.skipTest(why_not)

    def test_refuses_unsynchronized(self):
        self.start(self.path, "-d", "-f", self.write("listen on 127.0.0.1\n"), "-p", "/run/openntpd.pid")
        self.assert_refuses(r"its clock is not synchronized \(leap 3\)")


class Busybox(Peer):
    program = "busybox"
    package = "busybox"

    def setUp(self):
        super().setUp()
        if "ntpd" not in self.ask_itself("--list").split():
            self.skipTest("this busybox has no ntpd, as Debian 12's has not")

    def test_refuses_unsynchronized(self):
        # -l: serves; -w: only asks, and nobody is there.
        self.start(self.path, "ntpd", "-n", "-l", "-w", "-p", "127.0.0.2")
        self.assert_refuses(r"its clock is not synchronized")


if __name__ == "__main__":
    IS_ROOT = os.getuid() == 0
    CANNOT_RUN = sandbox.enter()
    tap.main()
