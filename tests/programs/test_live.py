"""Tests of `ts-client --watch` on a terminal, which is tmux.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import clocks
import tap
from programs import CLIENT, PATIENCE_S

BLOCKS = "░█▁▂▃▄▅▆▇"


@unittest.skipIf(shutil.which("tmux") is None, "there is no tmux")
class Live(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        self.socket = os.path.join(folder.name, "tmux")
        self.clock = clocks.Clock(10 ** 10)
        self.addCleanup(self.clock.close)

    def tmux(self, *arguments):
        done = subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *arguments], capture_output=True, text=True,
                              encoding="utf-8", timeout=PATIENCE_S, env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def start(self, width, height, *arguments, environment=""):
        """Starts a shell that can stop programs, and in it the client."""
        self.tmux("new-session", "-d", "-x", str(width), "-y", str(height), "sh")
        self.addCleanup(self.tmux, "kill-server")
        self.tmux("send-keys", "PS1='$ '; set -m", "Enter")
        self.run_client(*arguments, environment=environment)

    def run_client(self, *arguments, environment=""):
        """Runs it after a line that must be there again afterwards."""
        command = " ".join([environment, os.path.abspath(CLIENT), "--watch", "--interval", "0.1", *arguments])
        self.tmux("send-keys", "clear; echo be''fore; " + command, "Enter")

    def screen(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def wait(self, is_so, *options):
        """Looks until the screen is as it should be. Returns: the screen"""
        end = time.monotonic() + PATIENCE_S
        while not is_so(screen := self.screen(*options)):
            self.assertLess(time.monotonic(), end, screen)
        return screen

    def is_live(self, screen):
        return any(block in screen for block in BLOCKS) and "before" not in screen

    def check_fits(self, screen, width, height):
        lines = screen.rstrip("\n").split("\n")
        self.assertLessEqual(len(lines), height)
        self.assertLessEqual(max(map(len, lines)), width)

    def test_sizes(self):
        """It fits, and is drawn again when the size changes."""
        self.start(80, 24, self.clock.host, "127.0.0.1:1")
        self.tmux("set-option", "-g", "window-size", "manual")
        for width, height in (80, 24), (40, 10), (200, 50), (80, 24):
            self.tmux("resize-window", "-x", str(width), "-y", str(height))
            lanes = self.wait(lambda screen: self.is_live(screen) and
                              len(screen.rstrip("\n").split("\n")) > height // 2 and
                              "127.0.0.1:1 " in screen.split("\n")[height // 2])
            self.check_fits(lanes, width, height)
            self.assertRegex(lanes.split("\n")[0].rstrip(),
                             r"\A%s  \+(9|10)\.\d+ s(  certainly \S+ s to \S+ s(  round trip [\d.]+ [mun]?s)?)?\Z"
                             % re.escape(self.clock.host))
            self.assertIn("127.0.0.1:1  127.0.0.1:1 refuses", lanes.split("\n")[height // 2])
        self.assertIn("certainly", lanes)

    def wait_for_end(self, says):
        screen = self.wait(lambda screen: re.search(says, screen) and screen.rstrip().endswith("$"))
        self.assertIn("before", screen)
        self.assertFalse(any(block in screen for block in BLOCKS), screen)
        return screen

    def check_shell(self):
        """The terminal echoes again, and its cursor is there."""
        self.tmux("send-keys", "echo do''ne", "Enter")
        self.wait(lambda screen: "\ndone\n" in screen and "echo do''ne" in screen)
        self.assertEqual(self.tmux("display-message", "-p", "#{cursor_flag} #{alternate_on}").strip(), "1 0")

    def test_interrupt(self):
        self.start(80, 24, self.clock.host)
        self.wait(self.is_live)
        self.tmux("send-keys", "C-c")
        self.wait_for_end("RTT_MIN_MS")
        self.check_shell()

    def find_client(self):
        pane = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        return subprocess.run(["pgrep", "-P", pane], capture_output=True, text=True).stdout.split()[0]

    def test_signals(self):
        """SIGTERM ends it with a summary, SIGABRT as a crash; the terminal is as before either way."""
        self.start(80, 24, self.clock.host)
        for number, says in ("TERM", "RTT_MIN_MS"), ("ABRT", "Abort"), ("HUP", "Hangup"):
            self.wait(self.is_live)
            subprocess.run(["kill", "-" + number, self.find_client()], check=True)
            self.wait_for_end(says)
            self.check_shell()
            self.run_client(self.clock.host)
        self.wait(self.is_live)
        self.tmux("send-keys", "C-c")

    def test_stop_and_go_on(self):
        """Ctrl+Z gives the terminal back until fg."""
        self.start(80, 24, self.clock.host)
        self.wait(self.is_live)
        self.tmux("send-keys", "C-z")
        self.wait_for_end("Stopped")
        self.check_shell()
        self.tmux("send-keys", "fg", "Enter")
        self.wait(self.is_live)
        self.tmux("send-keys", "C-c")
        self.wait_for_end("RTT_MIN_MS")
        self.check_shell()

    def test_peer_crashes(self):
        clock = clocks.Clock()
        self.start(80, 24, clock.host)
        self.wait(self.is_live)
        clock.close()
        self.wait(lambda screen: "refuses" in screen and "×" in screen)
        self.tmux("send-keys", "C-c")
        self.wait_for_end("LOST [1-9]")

    def test_color(self):
        for environment, option, has_color in ("", "", True), ("NO_COLOR=1", "", False), ("", "--no-color", False):
            with self.subTest(environment=environment, option=option):
                self.start(80, 24, option, self.clock.host, environment=environment)
                self.wait(self.is_live)
                screen = self.screen("-e")
                self.assertEqual("\x1b[1m" in screen, has_color, screen)
                self.doCleanups()
                self.setUp()

    def test_plain(self):
        """A terminal that cannot place text gets lines, and so does a pipe."""
        self.start(200, 50, self.clock.host, environment="TERM=dumb")
        screen = self.wait(lambda screen: len(re.findall(r"  offset \+", screen)) > 3)
        self.assertIn("before", screen)
        self.tmux("send-keys", "C-c")
        self.wait_for_end("RTT_MIN_MS")

    def test_no_unicode(self):
        self.start(80, 24, self.clock.host, environment="LC_ALL=C")
        screen = self.wait(lambda screen: "#" in screen and ":::" in screen)
        self.assertFalse(any(block in screen for block in BLOCKS), screen)


if __name__ == "__main__":
    tap.main()
