#!/usr/bin/env python3
# What the Makefile's goals do by themselves, and what CI says about the tests.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_makefile.py SOURCE_FOLDER"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import tap

SOURCE = sys.argv[1]
JUNIT = """<testsuites><testsuite><testcase/><testcase><failure/></testcase><testcase><failure/></testcase>
<testcase><skipped/></testcase></testsuite></testsuites>"""
# One case is explained before it, as by GLib and tap.py, and one after it.
STDOUT = """1..4
ok 1 - good
# early
not ok 2 - bad
# not about it
ok 3 - there # SKIP no bus
not ok 4 - worse
# late
"""


@unittest.skipUnless(shutil.which('make'), 'there is no make')
class Packages(unittest.TestCase):
    def list_commands(self, *goals):
        """The commands that `make` would run."""
        return subprocess.run(['make', '-n', *goals], cwd=SOURCE, capture_output=True, text=True, check=True).stdout

    def test_only_run_and_test_install_packages(self):
        # A package builder calls `make` without a goal, as root.
        for goals in ((), ('all',), ('bench',), ('bench-accuracy',), ('clean',)):
            with self.subTest(goals=goals):
                self.assertNotIn('packages', self.list_commands(*goals))
        self.assertIn('.ci/packages run', self.list_commands('run'))
        self.assertIn('.ci/packages test', self.list_commands('test'))

    def test_all_builds_the_programs_alone(self):
        self.assertIn('ninja -C build $quiet programs', self.list_commands('all'))


class Counting(unittest.TestCase):
    def test_names_what_failed(self):
        with tempfile.TemporaryDirectory() as folder:
            logs = pathlib.Path(folder, 'meson-logs')
            logs.mkdir()
            (logs / 'testlog.junit.xml').write_text(JUNIT, encoding='utf-8')
            (logs / 'testlog.json').write_text(json.dumps({
                'name': 'net / a', 'result': 'ERROR', 'stdout': STDOUT, 'stderr': 'noise\n' * 100}), encoding='utf-8')
            done = subprocess.run([pathlib.Path(SOURCE, '.ci/count-results'), folder], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, '1 passed, 2 failed\n'))
        lines = [line.strip() for line in done.stderr.splitlines()]
        self.assertEqual(lines[:2], [folder + ': skipped: net / a: 1 × no bus', folder + ': failed: net / a: ERROR'])
        self.assertEqual(lines[2:9], ['not ok 2 - bad', 'not ok 4 - worse', '# early', 'not ok 2 - bad', '# not about it',
                                      'not ok 4 - worse', '# late'])
        self.assertEqual(lines[9:], ['noise'] * 12)

    def test_no_results(self):
        done = subprocess.run([pathlib.Path(SOURCE, '.ci/count-results'), '/nowhere'], capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stdout), (1, '0 passed, 1 failed\n'))


if __name__ == '__main__':
    tap.main()
