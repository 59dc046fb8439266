#!/usr/bin/env python3
# The real app for a long time, with four servers that all misbehave in their own way.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: soak.py TIMESYNC TS_SERVER

One server goes down and comes up, another steps its clock, the third refuses, the fourth answers garbage; the last
two by turns with good answers. Each state must be told in the list while it lasts. Prints the app's memory over time,
and exits with 1 if anything was told wrongly, it complained, or its memory grew. It takes SOAK_MINUTES, or 30."""
import os
import re
import subprocess
import sys
import time

TIMESYNC, TS_SERVER = sys.argv[1:3]
MINUTES = float(os.environ.get('SOAK_MINUTES') or 30)

import accessible
import peers

# In seconds. Who fails is asked again after 30 at most.
PHASE = 80
SETTLED = 50
LOOK = 5
# What is told while all is well again may still be of losses and steps.
MEASURED = r'[±+−].*(ns|µs|ms|s)\b'


class Alternating(peers.Stepping):
    """Good answers by turns with those of another peer."""

    def __init__(self, bad):
        self.bad, self.is_bad = bad, False
        super().__init__()

    def answer(self, cookie, received_ns):
        return (self.bad if self.is_bad else peers.Stepping).answer(self, cookie, received_ns)


class UpAndDown:
    def __init__(self):
        self.port = 0
        self.start()
        self.host = f'127.0.0.1:{self.port}'

    def start(self):
        self.process = subprocess.Popen([TS_SERVER, '--address', '127.0.0.1', '--port', str(self.port)],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(':', 1)[1])

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def resident_kib(pid):
    with open(f'/proc/{pid}/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS'))


def read_rows(pid):
    """Returns what each row of the list says."""
    try:
        program = accessible.find_program(pid)
        nodes = program.list_nodes() if program else []
    except accessible.GLib.Error:
        nodes = []  # it ended while it was read
    return [node.name for node in nodes if node.role == accessible.Atspi.Role.LIST_ITEM]


def main():
    accessible.start_registry()
    up_and_down, stepping = UpAndDown(), peers.Stepping()
    refusing, garbage = Alternating(peers.Refusing), Alternating(peers.Garbage)
    app = subprocess.Popen([TIMESYNC, stepping.host, up_and_down.host, refusing.host, garbage.host],
                           stderr=subprocess.PIPE, text=True)
    time.sleep(LOOK)
    mistakes, curve, begun, phase = [], [], time.monotonic(), -1
    while time.monotonic() - begun < 60 * MINUTES and app.poll() is None:
        elapsed = time.monotonic() - begun
        if int(elapsed / PHASE) != phase:
            phase = int(elapsed / PHASE)
            is_bad = phase % 2 == 1
            if is_bad:
                up_and_down.stop()
            elif phase > 0:
                up_and_down.start()
            refusing.is_bad = garbage.is_bad = is_bad
            stepping.shift_ns = 0 if phase % 4 < 2 else 10**9
        expected = {
            stepping.host: MEASURED,
            up_and_down.host: ', refused' if is_bad else MEASURED,
            refusing.host: ', refused' if is_bad else MEASURED,
            garbage.host: ', no valid answer' if is_bad else MEASURED,
        }
        if elapsed % PHASE > SETTLED:
            rows = read_rows(app.pid)
            for host, pattern in expected.items():
                row = next((row for row in rows if row.startswith(f'{host},')), 'no row')
                if not re.search(pattern, row) or (pattern is MEASURED and re.search('refused|no valid', row)):
                    mistakes.append(f'{elapsed:.0f} s: {row!r} where {pattern!r} is the truth')
        curve.append((elapsed, resident_kib(app.pid)))
        time.sleep(LOOK)
    ended = app.poll()
    app.terminate()
    complaints = app.communicate()[1]
    if up_and_down.process.poll() is None:
        up_and_down.stop()

    for elapsed, kib in curve[::max(1, len(curve) // 15)]:
        print(f'{elapsed / 60:5.1f} min {kib / 1024:7.1f} MiB')
    # What is made once is made when each state has been there; then 64 bytes a sample, four samples a second, and a MiB to
    # spare. A run that is shorter says nothing about growth.
    settled = [kib for elapsed, kib in curve if elapsed > max(6 * MINUTES, 4 * PHASE)]
    growth_kib = settled[-1] - settled[0] if settled else 0
    print(f'grown by {growth_kib if settled else "?"} KiB since; {len(mistakes)} wrongly told; complaints: {complaints or "none"}')
    print('\n'.join(mistakes))
    sys.exit(bool(mistakes or complaints or ended is not None or growth_kib > 1024 + MINUTES * 60 * 4 * 64 / 1024))


main()
