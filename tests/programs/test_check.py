"""Tests of `ts-client check` as a monitoring system runs it.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import re
import signal
import subprocess
import threading
import unittest

import clocks
import programs
import tap
from clocks import Clock
from programs import CLIENT, PATIENCE_S, Program, run_client

OK, WARNING, CRITICAL, UNKNOWN = range(4)

# A figure of the guidelines: 'label'=value[unit];[warning];[critical];[least];[greatest]
FIGURE = re.compile(r"(\w+)=(-?\d+\.\d+)s;(@?[~\d.-]*:?[\d.-]*);(@?[~\d.-]*:?[\d.-]*);([\d.]*);([\d.]*)")


class Check(unittest.TestCase):
    def clock(self, *arguments, kind=Clock):
        clock = kind(*arguments)
        self.addCleanup(clock.close)
        return clock

    def check(self, *arguments):
        """Returns: the status, the text and the figures of one line of output"""
        status, out, err = run_client("check", *arguments)
        self.assertEqual(err, "")
        self.assertRegex(out, r"\A[^\n]+\n\Z")
        text, _, figures = out.rstrip("\n").partition(" | ")
        found = FIGURE.findall(figures)
        self.assertEqual(figures, " ".join("%s=%ss;%s;%s;%s;%s" % row for row in found))
        self.assertRegex(text, r"\ATIMESYNC %s: " % ("OK", "WARNING", "CRITICAL", "UNKNOWN")[status])
        self.assertEqual(bool(found), "certainly" in text, "figures without a measurement, or the other way round")
        return status, text, {row[0]: row[1:] for row in found}

    def test_verdicts(self):
        ahead, behind = self.clock(2 * 10 ** 9), self.clock(-2 * 10 ** 9)
        for expected, clock, *arguments in [
                (OK, ahead), (OK, ahead, "-w", "3", "-c", "4s"), (OK, behind, "-w3", "-c4"),
                (WARNING, ahead, "-w", "1", "-c", "3"), (WARNING, behind, "--warning=1000ms", "--critical=3000ms"),
                (CRITICAL, ahead, "-w", "1ms", "-c", "1"), (CRITICAL, behind, "-w", "1ms", "-c", "1"),
                (CRITICAL, behind, "-c", "-1:1"), (CRITICAL, behind, "-c", "@-3:-1"), (OK, ahead, "-c", "-1s:")]:
            with self.subTest(arguments=arguments, shift=clock.shift_ns):
                status, _, figures = self.check(*arguments, clock.host)
                self.assertEqual(status, expected)
                low, middle, high = (float(figures[name][0]) for name in
                                     ("offset_lower_bound", "offset", "offset_upper_bound"))
                self.assertLessEqual(low, middle)
                self.assertLessEqual(middle, high)
                self.assertLess(abs(middle - clock.shift_ns / 1e9), 1)
                self.assertGreater(float(figures["round_trip"][0]), 0)

    def test_one_answer_is_enough(self):
        """It is asked again only while the verdict is not decided."""
        clock = self.clock(2 * 10 ** 9)
        self.check("-w", "1", clock.host)
        self.assertEqual(clock.n_requests, 1)

    def test_ranges_in_figures(self):
        _, _, figures = self.check("-w", "10", "-c", "@~:-20", self.clock().host)
        self.assertEqual(figures["offset"][1:], ("-10.000000000:10.000000000", "@~:-20.000000000", "", ""))
        self.assertEqual(figures["round_trip"][1:], ("", "", "0", ""))

    def test_undecided(self):
        """The offset is just the threshold, so no round trip decides, and all that may be asked are."""
        clock = self.clock(10 ** 8)
        for expected, *arguments in [(OK,), (OK, "--undecided=ok"), (WARNING, "--undecided=warning"),
                                     (UNKNOWN, "--undecided", "unknown")]:
            with self.subTest(arguments=arguments):
                clock.n_requests = 0
                status, text, figures = self.check("-w", "100ms", "--count", "3", *arguments, clock.host)
                self.assertEqual(status, expected)
                self.assertRegex(text, "undecided, (a round trip below [0-9.]+ [num]?s would decide|because)")
                self.assertEqual(clock.n_requests, 3)
                self.assertLess(float(figures["offset_lower_bound"][0]), 0.1)
                self.assertGreater(float(figures["offset_upper_bound"][0]), 0.1)

    def test_unknown(self):
        """No answer and no synchronized clock are never an offset of zero."""
        unsynchronized, refusing = self.clock(0, 0), self.clock(kind=clocks.Refusing)
        garbage = self.clock(kind=clocks.Garbage)
        for host, expected in [(unsynchronized.host, "not synchronized"), (refusing.host, "refuses|too many"),
                               (garbage.host, "not"), ("127.0.0.1:1", "refuses"), ("a|b=0s", "a b=0s")]:
            with self.subTest(host=host):
                status, text, figures = self.check("--count", "2", "-t", "20", host)
                self.assertEqual((status, figures), (UNKNOWN, {}))
                self.assertRegex(text, expected)

    def test_wrong_arguments(self):
        for arguments in [], ["a", "b"], ["-w", "20:10", "a"], ["--undecided", "critical", "a"], ["--nothing", "a"], \
                ["-t", "0", "a"], ["-p", "0", "a"], ["--tls-ca", "/nothing", "a"]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.check(*arguments)[0], UNKNOWN)

    def test_help_and_version(self):
        for option in "--help", "-h", "--version", "-V":
            status, out, err = run_client("check", option)
            self.assertEqual((status, err), (UNKNOWN, ""))
            self.assertIn("ts-client", out)

    def test_deadline(self):
        def hold(connection):
            while connection.recv(64):
                pass
        with programs.Peer(hold) as silent:
            status, text, figures = self.check("-t", "0.5", "127.0.0.1:%d" % silent.port)
        self.assertEqual((status, figures), (UNKNOWN, {}))

    def test_signal(self):
        was_asked = threading.Event()

        def hold(connection):
            connection.recv(64)
            was_asked.set()
            connection.recv(64)
        with programs.Peer(hold) as silent, \
                Program(CLIENT, "check", "-t", "3600", "127.0.0.1:%d" % silent.port) as client:
            self.assertTrue(was_asked.wait(PATIENCE_S))
            client.send_signal(signal.SIGTERM)
            status, lines, err = client.finish()
        self.assertEqual((status, len(lines), err), (UNKNOWN, 1, ""))

    def test_full_disk(self):
        """What could not be said is not OK."""
        with open("/dev/full", "w") as full:
            done = subprocess.run([CLIENT, "check", self.clock().host], stdout=full, stderr=subprocess.PIPE,
                                  timeout=PATIENCE_S)
        self.assertEqual(done.returncode, UNKNOWN)
        self.assertIn(b"cannot write", done.stderr)


if __name__ == "__main__":
    tap.main()
