#!/usr/bin/env python3
# Runs fuzz targets that are built for libFuzzer.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays the corpus of each target and goes on from there for some seconds of processor time. What it finds new is kept
in the build folder, and the input that made a target fail too: it is named, to become a file of the corpus and a test.

It reports in TAP, and with --figures also in two tables: how often each target ran and for how long, and how many of the
lines of each file were run by the targets that are there for it, together."""
import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# The longest input.
LONGEST = {'rows': 8192, 'evidence': 8192, 'estimator': 512, 'wire': 512, 'exchange': 64, 'ntp': 128}
OTHER_LONGEST = 2048


def run_for(command, environment):
    """Returns: the exit status, what was said on stderr, and the processor time"""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
                                   env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read().decode('utf-8', 'replace'), usage.ru_utime + usage.ru_stime


class Target:
    def __init__(self, source, build, name, program, tested):
        self.name, self.program, self.tested, self.source = name, program, tested.split(), source
        self.corpus = source / 'tests/fuzz/corpus' / name
        self.found = build / 'found' / name
        self.profiles = []
        self.n_executions = self.spent_s = 0

    def run(self, seconds):
        """Runs it until it has had its processor time, in several goes where others use the processors too.

        Returns: why it failed, or None"""
        while self.spent_s < seconds:
            why = self.go_on(math.ceil(seconds - self.spent_s))
            if why:
                return why
        return None

    def go_on(self, seconds):
        self.found.mkdir(parents=True, exist_ok=True)
        profile = self.found.parent / f'{self.name}-{len(self.profiles)}.profraw'
        environment = dict(os.environ, LLVM_PROFILE_FILE=str(profile), G_DEBUG='fatal-warnings')
        # What GnuTLS keeps for a process is no leak of ours, nor is the path of a request whose head libsoup refuses.
        if self.name in ('exporter', 'tls', 'tls-probe'):
            environment['ASAN_OPTIONS'] = 'detect_leaks=0'
        status, said, spent_s = run_for(
            [self.program, f'-max_total_time={seconds}', f'-seed={len(self.profiles) + 1}', '-print_final_stats=1',
             '-timeout=60', f'-max_len={LONGEST.get(self.name, OTHER_LONGEST)}', '-close_fd_mask=1', *self.get_words(),
             '-rss_limit_mb=3072', f'-artifact_prefix={self.found.parent}/{self.name}-', str(self.found),
             str(self.corpus)], environment)
        self.spent_s += spent_s
        self.profiles += [profile] if profile.exists() else []
        counted = re.search(r'stat::number_of_executed_units:\s+(\d+)', said)
        n_executions = int(counted[1]) if counted else 0
        self.n_executions += n_executions
        return said[-6000:] if status or not n_executions else None

    def get_words(self):
        words = self.source / f'tests/fuzz/{self.name}.dict'
        return [f'-dict={words}'] if words.exists() else []

    def is_for(self, name):
        return name.endswith('.c') and any(name.startswith(tested) for tested in self.tested)


def find_tool(name):
    return shutil.which(name) or shutil.which(name + '-14') or f'/usr/lib/llvm-14/bin/{name}'


def cover(targets, name, source, build):
    """Returns: how many lines of a file the targets have run together, and how many it has"""
    merged = build / 'merged.profdata'
    subprocess.run([find_tool('llvm-profdata'), 'merge', '-sparse', '-o', merged,
                    *(profile for target in targets for profile in target.profiles)], check=True)
    told = subprocess.run([find_tool('llvm-cov'), 'export', '-summary-only', f'-instr-profile={merged}',
                           targets[0].program, *(f'-object={target.program}' for target in targets[1:])],
                          stdout=subprocess.PIPE, check=True).stdout
    for file in json.loads(told)['data'][0]['files']:
        if pathlib.Path(file['filename']).resolve() == source / name:
            return file['summary']['lines']['covered'], file['summary']['lines']['count']
    raise KeyError(name)


def list_tested(targets, source):
    """Returns: the files that targets are there for, in order"""
    prefixes = [tested for target in targets for tested in target.tested]
    return sorted({str(path.relative_to(source)) for prefix in prefixes
                   for path in ((source / prefix).rglob('*.c') if prefix.endswith('/') else [source / prefix])})


def print_figures(targets, source, build):
    print('\n| target | executions | processor time |\n|---|---|---|')
    for target in targets:
        print(f'| {target.name} | {target.n_executions:,} | {target.spent_s:.0f} s |')
    print('\n| file | targets | lines run |\n|---|---|---|')
    for name in list_tested(targets, source):
        some = [target for target in targets if target.is_for(name)]
        n_run, n = cover(some, name, source, build)
        print(f'| {name} | {", ".join(target.name for target in some)} | {100 * n_run // max(n, 1)} % |')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', type=pathlib.Path, required=True)
    parser.add_argument('--build', type=pathlib.Path, required=True)
    parser.add_argument('--seconds', type=int, default=int(os.environ.get('SECONDS_EACH') or 60))
    parser.add_argument('--jobs', type=int, default=len(os.sched_getaffinity(0)), help='targets that run side by side')
    parser.add_argument('--figures', action='store_true')
    parser.add_argument('--target', nargs=3, action='append', metavar=('NAME', 'PROGRAM', 'FILES'), required=True)
    arguments = parser.parse_args()

    targets = [Target(arguments.source.resolve(), arguments.build, *target) for target in arguments.target]
    has_failed = False
    print(f'1..{len(targets)}', flush=True)
    runs = concurrent.futures.ThreadPoolExecutor(arguments.jobs).map(lambda target: target.run(arguments.seconds), targets)
    for i, (target, why) in enumerate(zip(targets, runs), 1):
        has_failed = has_failed or why is not None
        print(f'{"not ok" if why else "ok"} {i} - {target.name}: {target.n_executions} executions in '
              f'{target.spent_s:.1f} s', flush=True)
        for line in (why or '').splitlines():
            print('#', line, flush=True)
    if arguments.figures:
        print_figures([target for target in targets if target.profiles], arguments.source.resolve(), arguments.build)
    return has_failed


sys.exit(main())
