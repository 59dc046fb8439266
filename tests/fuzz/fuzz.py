#!/usr/bin/env python3
# Runs fuzz targets that are built for libFuzzer.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays the corpus of each target and goes on from there for some seconds of processor time. What it finds new is kept
in the build folder, and the input that made a target fail too: it is named, to become a file of the corpus and a test.

It reports in TAP, and with --figures also as a table: how often each target ran, for how long, and how many of the lines
of the files that it is there for it has run."""
import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

# The longest input: pages of SQLite are long.
LONGEST = {'recording': 65536, 'evidence': 8192, 'estimator': 1024, 'wire': 512, 'exchange': 64, 'ntp': 128}
OTHER_LONGEST = 2048


def processor_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Target:
    def __init__(self, source, build, name, program, tested):
        self.name, self.program, self.tested, self.source = name, program, tested.split(), source
        self.corpus = source / 'tests/fuzz/corpus' / name
        self.found = build / 'found' / name
        self.profile = build / f'{name}.profraw'
        self.n_executions = self.spent_s = 0

    def run(self, seconds):
        """Returns: why it failed, or None"""
        self.found.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, LLVM_PROFILE_FILE=str(self.profile))
        # What GnuTLS keeps for a process is no leak of ours, nor is the path of a request whose head libsoup refuses.
        if self.name in ('exporter', 'tls', 'tls-probe'):
            environment['ASAN_OPTIONS'] = 'detect_leaks=0'
        before_s = processor_s()
        done = subprocess.run(
            [self.program, f'-max_total_time={seconds}', '-seed=1', '-print_final_stats=1', '-timeout=60',
             f'-max_len={LONGEST.get(self.name, OTHER_LONGEST)}', '-close_fd_mask=1',
             '-rss_limit_mb=3072', f'-artifact_prefix={self.found.parent}/{self.name}-', str(self.found),
             str(self.corpus)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, check=False)
        said = done.stderr.decode('utf-8', 'replace')
        self.spent_s = processor_s() - before_s
        counted = re.search(r'stat::number_of_executed_units:\s+(\d+)', said)
        self.n_executions = int(counted[1]) if counted else 0
        if done.returncode == 0 and self.n_executions > 0:
            return None
        return said[-6000:]

    def cover(self):
        """Returns: of each file that the target is there for, its name, its lines that ran, and its lines"""
        tools = [shutil.which(name) or shutil.which(name + '-14') or f'/usr/lib/llvm-14/bin/{name}'
                 for name in ('llvm-profdata', 'llvm-cov')]
        merged = self.profile.with_suffix('.profdata')
        subprocess.run([tools[0], 'merge', '-sparse', '-o', merged, self.profile], check=True)
        told = subprocess.run([tools[1], 'export', '-summary-only', f'-instr-profile={merged}', self.program],
                              stdout=subprocess.PIPE, check=True).stdout
        for file in json.loads(told)['data'][0]['files']:
            name = os.path.relpath(pathlib.Path(file['filename']).resolve(), self.source)
            lines = file['summary']['lines']
            if name.endswith('.c') and any(name.startswith(tested) for tested in self.tested):
                yield name, lines['covered'], lines['count']


def print_figures(targets):
    print('\n| target | executions | processor time | lines run |\n|---|---|---|---|')
    for target in targets:
        covered = ', '.join(f'{pathlib.Path(name).stem} {100 * n_run // max(n, 1)} %'
                            for name, n_run, n in target.cover())
        print(f'| {target.name} | {target.n_executions:,} | {target.spent_s:.0f} s | {covered} |')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=pathlib.Path, required=True)
    parser.add_argument('--build', type=pathlib.Path, required=True)
    parser.add_argument('--seconds', type=int, default=int(os.environ.get('SECONDS_EACH') or 60))
    parser.add_argument('--figures', action='store_true')
    parser.add_argument('--target', nargs=3, action='append', metavar=('NAME', 'PROGRAM', 'FILES'), required=True)
    arguments = parser.parse_args()

    targets = [Target(arguments.source.resolve(), arguments.build, *target) for target in arguments.target]
    has_failed = False
    print(f'1..{len(targets)}', flush=True)
    for i, target in enumerate(targets, 1):
        why = target.run(arguments.seconds)
        has_failed = has_failed or why is not None
        print(f'{"not ok" if why else "ok"} {i} - {target.name}: {target.n_executions} executions in '
              f'{target.spent_s:.1f} s', flush=True)
        for line in (why or '').splitlines():
            print('#', line, flush=True)
    if arguments.figures:
        print_figures([target for target in targets if target.profile.exists()])
    return has_failed


sys.exit(main())
