#!/usr/bin/env python3
# What an optimized build without sanitizers has against the use of mistakes.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_hardening.py SOURCE_FOLDER COMPILER..."""
import os
import pathlib
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

import tap

SOURCE, COMPILER = sys.argv[1], sys.argv[2:]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def supports(option):
    return subprocess.run([*COMPILER, option, '-x', 'c', '-c', '-o', os.devnull, os.devnull], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


@unittest.skipUnless(all(shutil.which(name) for name in ('meson', 'ninja', 'readelf')), 'meson or readelf is missing')
class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix='timesync-')
        cls.addClassCleanup(folder.cleanup)
        build = pathlib.Path(folder.name)
        # What the calling build asks for is not for this one.
        environment = {name: value for name, value in os.environ.items() if name not in ('CFLAGS', 'LDFLAGS')}
        # The least that counts as optimized is built soonest.
        run('meson', 'setup', str(build), SOURCE, '-Doptimization=1', '-Ddebug=false', '-Dgui=disabled',
            '-Db_sanitize=none', env={**environment, 'CC': shlex.join(COMPILER)})
        run('ninja', '-C', str(build), 'server/ts-server', env=environment)
        cls.program = build / 'server/ts-server'
        cls.objects = [str(path) for path in build.glob('server/**/*.c.o')]
        cls.headers = run('readelf', '--wide', '--file-header', '--program-headers', '--dynamic', str(cls.program))
        cls.symbols = run('readelf', '--wide', '--dyn-syms', str(cls.program))

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

    @unittest.skipUnless(platform.machine() == 'x86_64' and supports('-fcf-protection=full'), 'no control-flow protection')
    def test_control_flow(self):
        """Of each object: the whole program has the mark only if the C library's start files have it too."""
        self.assertGreater(len(self.objects), 10)
        for path in self.objects:
            self.assertRegex(run('readelf', '--wide', '--notes', path), r'x86 feature: IBT, SHSTK', path)


if __name__ == '__main__':
    tap.main()
