"""What is measured of the desktop app, part by part, each in a virtual display.

As for the server: interleaved runs, medians, and beside the ratio of the medians the median of the rounds' ratios.
Processor time where that is what counts, for it hardly depends on what else the machine does.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time

from processes import PATIENCE_S, Server
from results import Bar, Samples, Table

N_SERVERS = 10


class GuiPrograms:
    """Where the programs are, and how they are run."""

    def __init__(self, with_display, app, bare, chart, past, schemas_dir):
        self.with_display, self.app, self.bare, self.chart, self.past = with_display, app, bare, chart, past
        self._environment = dict(os.environ, GSETTINGS_SCHEMA_DIR=schemas_dir, GSETTINGS_BACKEND="memory",
                                 LC_ALL="C.UTF-8")

    def _run_in_display(self, *command):
        """Returns: the lines that it printed"""
        done = subprocess.run([self.with_display, *map(str, command)], env=self._environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=4 * PATIENCE_S)
        if done.returncode != 0:
            raise RuntimeError("%s: status %d, %s" % (command, done.returncode, done.stderr))
        return done.stdout.splitlines()

    def run(self, *command):
        """Returns: what the program told"""
        return json.loads(self._run_in_display(*command)[0])

    def run_starts(self, commands, n_rounds):
        """Starts each of the named commands in each round, all in one display. Returns: Samples of start_ms, from
        before the program was there to its first frame"""
        samples = Samples()
        names = list(commands)
        # What is started first waits until the session bus has started the desktop's services.
        order = names[:1] + [name for i in range(n_rounds) for name in names[i % len(names):] + names[:i % len(names)]]
        script = ("import json, subprocess, sys, time\n"
                  "for command in json.loads(sys.argv[1]):\n"
                  "    began_us = time.monotonic_ns() // 1000\n"
                  "    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)\n"
                  "    print((told['first_frame_us'] - began_us) / 1000)")
        lines = self._run_in_display("python3", "-c", script, json.dumps([commands[name] for name in order]))
        for name, line in list(zip(order, lines))[1:]:
            samples.add(name, {"start_ms": float(line)})
        return samples


class GuiBench:
    """All parts, on the same programs and with the same rounds."""

    def __init__(self, programs, server_programs, recordings, n_rounds, is_quick, tell):
        self.programs, self.server_programs, self.n_rounds, self.tell = programs, server_programs, n_rounds, tell
        self.recordings, self.is_quick = recordings, is_quick
        self.seconds = 0.2 if is_quick else 10
        self.n_many = 10000 if is_quick else 1000000
        self.bars, self.tables = [], []
        self.began = time.strftime("%Y-%m-%d", time.gmtime())
        self.load_average = os.getloadavg()[0]

    def run_rounds(self, kinds):
        """Calls what each kind has in each round. Returns: the Samples"""
        samples = Samples()
        names = list(kinds)
        for i in range(self.n_rounds):
            for name in names[i % len(names):] + names[:i % len(names)]:
                samples.add(name, kinds[name]())
            self.tell("round %d of %d" % (i + 1, self.n_rounds))
        return samples

    def serve(self, n):
        return [Server([self.server_programs.server, "--port", "0", "--address", "127.0.0.1"], None) for _ in range(n)]

    def part_app_start(self):
        n_starts = 3 * self.n_rounds
        servers = self.serve(1)
        address = "127.0.0.1:%d" % servers[0].port
        try:
            samples = self.programs.run_starts({
                "bare window": [self.programs.bare, "start", "0"],
                "timesync, start page": [self.programs.app, "start", "0", "1"],
                "timesync, a server": [self.programs.app, "start", "0", "1", address],
            }, n_starts)
        finally:
            servers[0].stop()
        table = Table("Start to the first frame", ["program", "ms", "against the bare window"],
                      "%d starts of each, by turns, in one display." % n_starts)
        for name in ("bare window", "timesync, start page", "timesync, a server"):
            table.rows.append([name, "%.0f" % samples.median(name, "start_ms"),
                               "%.2f" % samples.ratios(name, "bare window", "start_ms")[0]])
        self.tables.append(table)
        for name, what in (("timesync, start page", "the start page"), ("timesync, a server", "a server's page")):
            self.bars.append(Bar("start to the first frame, %s, against a bare window" % what,
                                 *samples.ratios(name, "bare window", "start_ms"), at_most=1.5))

    def run_chart(self, mode):
        samples = Samples()
        for told in self.programs.run(self.programs.chart, mode, self.n_rounds, self.n_many):
            samples.add(told.get("samples"), told)
        return samples

    def part_app_chart(self):
        samples = self.run_chart("frame")
        counts = (1000, self.n_many // 10, self.n_many)
        table = Table("A frame of the chart: series, snapshot, rendering",
                      ["samples in view", "CPU µs", "against %d" % counts[0], "allocated bytes"],
                      "Of 2,000 exchanges one is lost. All that is allocated counts, also what is freed again.")
        for n in counts:
            table.rows.append(["{:,}".format(n), "%.0f" % samples.median(n, "us"),
                               "%.2f" % samples.ratios(n, counts[0], "us")[0], "%.0f" % samples.median(n, "bytes")])
        self.tables.append(table)
        self.bars += [
            Bar("chart frame with {:,} samples in view against {:,}".format(self.n_many, counts[0]),
                *samples.ratios(self.n_many, counts[0], "us"), at_most=1.5),
            Bar("bytes allocated for a chart frame with {:,} samples in view against {:,}".format(*counts[:0:-1]),
                *samples.ratios(self.n_many, counts[1], "bytes"), at_most=1.1),
        ]

    def part_app_motion(self):
        samples = self.run_chart("motion")
        table = Table("A motion of the pointer over the chart", ["samples in view", "CPU µs", "with drawing"],
                      "With five overlays that have as many samples each. Drawing is without rendering.")
        for n in (1000, self.n_many):
            table.rows.append(["{:,}".format(n), "%.1f" % samples.median(n, "us"),
                               "%.1f" % samples.median(n, "drawn_us")])
        self.tables.append(table)
        self.bars.append(Bar("a motion of the pointer over {:,} samples against {:,}".format(self.n_many, 1000),
                             *samples.ratios(self.n_many, 1000, "drawn_us"), at_most=1.5))

    def part_app_adding(self):
        samples = self.run_chart("add")
        table = Table("Adding a sample to the history", ["held before", "CPU ns"],
                      "Both histories have room for {:,}; the full one forgets a sample for each.".format(self.n_many))
        for n in (1000, self.n_many):
            table.rows.append(["{:,}".format(n), "%.1f" % (1000 * samples.median(n, "us"))])
        self.tables.append(table)
        self.bars.append(Bar("adding a sample with {:,} held against {:,}".format(self.n_many, 1000),
                             *samples.ratios(self.n_many, 1000, "us"), at_most=1.2))

    def part_app_memory(self):
        samples = self.run_chart("memory")
        self.bars.append(Bar("resident memory per held sample", samples.median(None, "bytes_per_sample"), at_most=64,
                             unit=" bytes"))
        table = Table("Resident memory of a history", ["samples", "bytes"],
                      "What is not used yet is not resident: both have room for {:,}.".format(self.n_many))
        table.rows.append(["1", "%.0f" % samples.values(None, "young_bytes")[0]])
        table.rows.append(["{:,}".format(self.n_many),
                           "%.0f" % (samples.median(None, "bytes_per_sample") * self.n_many)])
        self.tables.append(table)

    def part_app_live(self):
        servers = self.serve(1)
        address = "127.0.0.1:%d" % servers[0].port
        try:
            samples = self.run_rounds({
                "bare window": lambda: self.programs.run(self.programs.bare, "live", self.seconds),
                "timesync": lambda: self.programs.run(self.programs.app, "live", self.seconds, 1, address),
            })
            unseen = {mode: self.programs.run(self.programs.app, mode, self.seconds, 1, address)["frames"]
                      for mode in ("hidden", "minimized")}
        finally:
            servers[0].stop()
        table = Table("While live at 1 Hz", ["program", "frames/s", "CPU ms/s"],
                      "The bare window has one label, which tells the time to the millisecond in each frame. Frames "
                      "drawn by timesync in %g s, hidden: %d; minimized: %d."
                      % (self.seconds, unseen["hidden"], unseen["minimized"]))
        for name in ("bare window", "timesync"):
            seconds = samples.median(name, "seconds")
            table.rows.append([name, "%.1f" % (samples.median(name, "frames") / seconds),
                               "%.1f" % (samples.median(name, "cpu_us") / seconds / 1000)])
        self.tables.append(table)
        self.bars += [
            Bar("CPU while live at 1 Hz against a bare window whose label changes each frame",
                *samples.ratios("timesync", "bare window", "cpu_us"), at_most=1.5),
            Bar("frames drawn while hidden or minimized", sum(unseen.values()), at_most=0),
        ]

    def part_app_delays(self):
        servers = self.serve(N_SERVERS)
        addresses = ["127.0.0.1:%d" % server.port for server in servers]
        try:
            samples = self.run_rounds({
                1: lambda: self.programs.run(self.programs.app, "delays", self.seconds, 1, addresses[0]),
                N_SERVERS: lambda: self.programs.run(self.programs.app, "delays", self.seconds, 0.1, *addresses),
            })
        finally:
            for server in servers:
                server.stop()
        table = Table("How late the main loop is", ["servers", "each", "p50 ms", "p99 ms", "CPU ms/s"],
                      "By a timer that is due each 10 ms, while the window is drawn.")
        for n, rate in ((1, "1 Hz"), (N_SERVERS, "10 Hz")):
            table.rows.append(["%d" % n, rate,
                               *("%.2f" % (samples.median(n, "delay_us", rank) / 1000) for rank in ("p50", "p99")),
                               "%.1f" % (samples.median(n, "cpu_us") / samples.median(n, "seconds") / 1000)])
        self.tables.append(table)
        self.bars.append(Bar("main-loop delay, 99th percentile, %d servers at 10 Hz against 1 at 1 Hz" % N_SERVERS,
                             *samples.ratios(N_SERVERS, 1, "delay_us", "p99"), at_most=2))

    def make_month(self, folder):
        """Makes a recording of 30 days that end about now, unless there is one of today. Returns: its path and its end"""
        path = os.path.join(folder, "month.db")
        seconds = 1000 if self.is_quick else 30 * 86400
        now_s = int(time.time())
        if not os.path.exists(path) or now_s - os.path.getmtime(path) > 86400:
            os.makedirs(folder, exist_ok=True)
            new = path + ".new"
            for suffix in ("", "-wal", "-shm", ".lock"):
                pathlib.Path(new + suffix).unlink(missing_ok=True)
            self.server_programs.run_record("month", new, now_s - seconds, seconds)
            os.rename(new, path)
            self.tell("%s made" % path)
        return path, int(os.path.getmtime(path))

    def copy_month(self, path, folder, address):
        """Makes a copy the history of an app that has its data in a folder, of a server at an address."""
        history = os.path.join(folder, "timesync", "history.db")
        os.makedirs(os.path.dirname(history))
        shutil.copyfile(path, history)
        with contextlib.closing(sqlite3.connect(history)) as db:
            db.execute("UPDATE server SET address = ?", (address,))
            db.commit()

    def part_app_past(self):
        n_places = 0 if self.is_quick else 3
        servers = self.serve(1)
        address = "127.0.0.1:%d" % servers[0].port
        with tempfile.TemporaryDirectory(prefix="timesync-") as folder:
            path, end_s = self.make_month(self.recordings or folder)
            kinds = {name: os.path.join(folder, name) for name in ("none", "30 days")}
            self.copy_month(path, kinds["30 days"], address)
            try:
                starts = self.programs.run_starts({
                    name: ["env", "XDG_DATA_HOME=" + data, self.programs.app, "start", "0", "1", address]
                    for name, data in kinds.items()}, 3 * self.n_rounds)
                memory = self.run_rounds({
                    name: lambda data=data: self.programs.run("env", "XDG_DATA_HOME=" + data, self.programs.app, "live",
                                                              self.seconds, 1, address)
                    for name, data in kinds.items()})
            finally:
                servers[0].stop()
            frames = self.run_rounds({
                "a live hour": lambda: self.programs.run(self.programs.past, n_places),
                "30 days": lambda: self.programs.run(self.programs.past, n_places, path, end_s),
            })
        self.add_past_results(starts, memory, frames)

    def add_past_results(self, starts, memory, frames):
        table = Table("A recorded past of 30 days at 1 Hz", ["what", "none", "30 days"],
                      "The app with one server. Starts are to the first frame, and the past is read meanwhile.")
        table.rows.append(["start, ms", *("%.0f" % starts.median(name, "start_ms") for name in ("none", "30 days"))])
        table.rows.append(["resident memory, MiB", *("%.1f" % (memory.median(name, "resident_bytes") / 2**20)
                                                     for name in ("none", "30 days"))])
        self.tables.append(table)
        table = Table("While the chart is zoomed and panned", ["in view", "median ms", "p99 ms", "worst ms", "memory, MiB"],
                      "What the main thread does at a stretch, in processor time, while the view goes from all to a second "
                      "and back at three places. Memory is what is resident more than with an empty chart, at the end.")
        for name in ("a live hour", "30 days"):
            table.rows.append([name, *("%.2f" % (frames.median(name, rank) / 1000)
                                       for rank in ("median_us", "p99_us", "worst_us")),
                               "%.1f" % (frames.median(name, "bytes") / 2**20)])
        self.tables.append(table)
        self.bars += [
            Bar("start to the first frame, 30 days recorded against none",
                *starts.ratios("30 days", "none", "start_ms"), at_most=1.3),
            Bar("worst frame while zoomed and panned, 30 days recorded against a live hour",
                *frames.ratios("30 days", "a live hour", "worst_us"), at_most=2),
            Bar("resident memory, 30 days recorded against none",
                (memory.median("30 days", "resident_bytes") - memory.median("none", "resident_bytes")) / 2**20,
                at_most=10, unit=" MiB"),
        ]


GUI_PARTS = [name.removeprefix("part_") for name in vars(GuiBench) if name.startswith("part_")]
