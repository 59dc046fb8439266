#!/usr/bin/env python3
# The real app under a Wayland compositor, which is what most of its users have: it starts, measures, and warns of nothing.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_wayland.py TIMESYNC TS_SERVER TAP_FOLDER"""
import os
import subprocess
import sys
import time
import unittest

TIMESYNC, TS_SERVER, TAP_FOLDER = sys.argv[1:4]
sys.path.insert(0, TAP_FOLDER)

import accessible
import tap

PATIENCE_S = float(os.environ.get('TS_TEST_PATIENCE_S', '60'))


def read(pid):
    """All names that the app tells a screen reader; none while it is not there."""
    try:
        program = accessible.find_program(pid)
        return [node.name for node in program.list_nodes()] if program else []
    except accessible.GLib.Error:
        return []


class Wayland(unittest.TestCase):
    def test_it_measures(self):
        server = subprocess.Popen([TS_SERVER, '--address', '127.0.0.1', '--port', '0'], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        port = server.stdout.readline().rsplit(':', 1)[1].strip()
        app = subprocess.Popen([TIMESYNC, f'127.0.0.1:{port}'], stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + PATIENCE_S
        found = []
        while app.poll() is None and time.monotonic() < deadline and not found:
            found = [name for name in read(app.pid) if 'ertainly ' in name]
            time.sleep(0.02)  # leaves the processor to those who are waited for
        app.terminate()
        stderr = app.communicate()[1]
        self.assertEqual(stderr, '')
        self.assertNotEqual(found, [])


accessible.start_registry()
tap.main()
