#!/usr/bin/env python3
# What the Makefile's goals do by themselves.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_makefile.py SOURCE_FOLDER"""
import shutil
import subprocess
import sys
import unittest

import tap

SOURCE = sys.argv[1]


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


if __name__ == '__main__':
    tap.main()
