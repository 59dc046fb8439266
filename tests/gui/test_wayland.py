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

import tap

# Fatal warnings are for the app: the bindings warn of windows that go while they are read.
APP_ENVIRONMENT = dict(os.environ)
os.environ.pop('G_DEBUG', None)

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib

PATIENCE_S = float(os.environ.get('TS_TEST_PATIENCE_S', '60'))


def names(node):
    yield node.get_name()
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield from names(child)


def read(pid):
    """All names that the app tells a screen reader; none while it is not there, or changes."""
    try:
        desktop = Atspi.get_desktop(0)
        desktop.set_cache_mask(Atspi.Cache.NONE)
        return [name for i in range(desktop.get_child_count())
                for app in [desktop.get_child_at_index(i)] if app is not None and app.get_process_id() == pid
                for name in names(app)]
    except GLib.Error:
        return []


class Wayland(unittest.TestCase):
    def test_it_measures(self):
        server = subprocess.Popen([TS_SERVER, '--address', '127.0.0.1', '--port', '0'], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        port = server.stdout.readline().rsplit(':', 1)[1].strip()
        app = subprocess.Popen([TIMESYNC, f'127.0.0.1:{port}'], stderr=subprocess.PIPE, text=True, env=APP_ENVIRONMENT)
        deadline = time.monotonic() + PATIENCE_S
        found = []
        while app.poll() is None and time.monotonic() < deadline and not found:
            found = [name for name in read(app.pid) if 'ertainly ' in name]
            time.sleep(0.02)  # leaves the processor to those who are waited for
        app.terminate()
        stderr = app.communicate()[1]
        self.assertEqual(stderr, '')
        self.assertNotEqual(found, [])


# The registry of what is accessible runs before the app asks for it.
Atspi.get_desktop(0).get_child_count()
tap.main()
