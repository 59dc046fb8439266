#!/usr/bin/env python3
# What an optimized build without sanitizers has against the use of mistakes.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_hardening.py TS_SERVER OBJECT_FOLDER"""
import pathlib
import platform
import shutil
import subprocess
import sys
import unittest

import tap

SERVER, FOLDER = sys.argv[1:3]


def readelf(*arguments):
    return subprocess.run(['readelf', '--wide', *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


@unittest.skipUnless(shutil.which('readelf'), 'readelf is missing')
class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.headers = readelf('--file-header', '--program-headers', '--dynamic', SERVER)
        cls.symbols = readelf('--dyn-syms', SERVER)

    def test_position_independent(self):
        self.assertRegex(self.headers, r'Type:\s+DYN \(Position-Independent Executable')
        self.assertRegex(self.headers, r'\(FLAGS_1\).*\bPIE\b')

    def test_read_only_relocations(self):
        self.assertIn('GNU_RELRO', self.headers)
        self.assertRegex(self.headers, r'\(FLAGS\).*\bBIND_NOW\b')

    def test_stack(self):
        self.assertRegex(self.headers, r'GNU_STACK(\s+0x[0-9a-f]+)+\s+RW\s')
        self.assertIn('__stack_chk_fail', self.symbols)

    def test_fortified(self):
        """Functions of the C library that know how much room there is are called instead of those that do not."""
        self.assertRegex(self.symbols, r'\b__\w+_chk@')

    @unittest.skipUnless(platform.machine() == 'x86_64', 'no control-flow protection')
    def test_control_flow(self):
        """Of each object: the whole program has the mark only if the C library's start files have it too."""
        paths = list(map(str, pathlib.Path(FOLDER).glob('server/**/*.c.o')))
        self.assertGreater(len(paths), 10)
        for path in paths:
            self.assertRegex(readelf('--notes', path), r'x86 feature: IBT, SHSTK', path)


if __name__ == '__main__':
    tap.main()
