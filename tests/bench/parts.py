"""What is measured, part by part, and the bars that the results are held against.

Runs are interleaved, ours, floor, ours, floor, so that what else the machine does meets all alike; every
figure is the median of its rounds, every ratio that is held against a bar one of medians. The median of the
rounds' own ratios stands beside it: where the two differ, the machine was not quiet.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import statistics
import subprocess
import sys
import time

from processes import PATIENCE_S, Exporter, Holder, Saturation, Server
from results import Bar, Samples, Table

NAMES = {"ours": "ts-server", "floor": "floor", "stamped": "floor, kernel stamps", "barer": "barer floor",
         "plain": "plain streams",
         "keyed": "ts-server with a key", "sealed": "the same, sealed sessions"}


# What the program that records calls its worlds, by number.
WORLDS = ["0.2 ms of jitter, a kept connection", "2 µs of jitter, a kept connection",
          "gamma jitter of 2 ms, a kept connection", "0.2 ms of jitter, NTP",
          "kernel stamps at both ends, 50 µs and 3 µs of jitter"]
N_HOSTS = 200


class Bench:
    """All parts, on the same programs and with the same rounds."""

    def __init__(self, programs, n_rounds, scale, ntp_programs, tell):
        self.programs, self.n_rounds, self.scale = programs, n_rounds, scale
        self.ntp_programs, self.tell = ntp_programs, tell
        self.bars, self.tables = [], []

    def count(self, n):
        """Returns: n, or in the quick mode far fewer"""
        return max(round(n * self.scale), 20)

    def run_rounds(self, kinds, run):
        """Calls run(kind, server) for each kind in each round, all servers up. Returns: the Samples"""
        samples = Samples()
        servers = {}
        try:
            for kind in kinds:
                servers[kind] = self.programs.start(kind)
            for i in range(self.n_rounds):
                for kind in kinds[i % len(kinds):] + kinds[:i % len(kinds)]:
                    samples.add(kind, run(kind, servers[kind]))
                    servers[kind].wait_until_free()
                self.tell("round %d of %d" % (i + 1, self.n_rounds))
        finally:
            for server in servers.values():
                server.stop()
        return samples

    def add_load_table(self, title, samples, kinds, note=""):
        table = Table(title, ["server", "requests/s", "CPU µs/request", "server busy", "p50 µs", "p99 µs",
                              "p99.9 µs"], note)
        for kind in kinds:
            rates = samples.values(kind, "requests_per_s")
            table.rows.append([
                NAMES[kind],
                "%.0f (%.0f–%.0f)" % (statistics.median(rates), min(rates), max(rates)),
                "%.3f" % samples.median(kind, "server_cpu_us"),
                "%.2f" % samples.median(kind, "server_busy"),
                *("%.1f" % samples.median(kind, "latency_us", rank) for rank in ("p50", "p99", "p999")),
            ])
        self.tables.append(table)

    def measure_load(self, title, mode, kinds=("ours", "floor", "plain"), note="", **options):
        samples = self.run_rounds(list(kinds),
                                  lambda _, server: self.programs.run_load(server, mode, **options))
        self.add_load_table(title, samples, kinds, note)
        return samples

    def add_bars_against_floor(self, what, samples):
        self.bars += [
            Bar(what + ": requests/s against the floor", *samples.ratios("ours", "floor", "requests_per_s"),
                at_least=0.95),
            Bar(what + ": server CPU per request against the floor",
                *samples.ratios("ours", "floor", "server_cpu_us"), at_most=1.10),
        ]

    def part_kept64(self):
        samples = self.measure_load("64 kept connections", "kept", ("ours", "floor", "stamped", "plain"),
                                    connections=64, requests=self.count(200000))
        self.add_bars_against_floor("64 kept connections", samples)
        self.bars.append(Bar("64 kept connections: requests/s against the plain stream service",
                             *samples.ratios("ours", "plain", "requests_per_s"), at_least=1.5))

    def part_sealed64(self):
        if not self.programs.can_seal():
            return
        kinds = "ours", "keyed", "sealed"
        options = {"connections": 64, "requests": self.count(200000)}
        samples = self.run_rounds(list(kinds), lambda kind, server: self.programs.run_load(
            server, "kept", **options, **({"sealed": True} if kind == "sealed" else {})))
        self.add_load_table("64 sealed connections", samples, kinds)
        self.bars += [
            Bar("64 kept connections: requests/s with a key against without",
                *samples.ratios("keyed", "ours", "requests_per_s"), at_least=0.97),
            Bar("64 kept connections: requests/s of sealed sessions against unsealed",
                *samples.ratios("sealed", "keyed", "requests_per_s"), at_least=0.85),
        ]

    def part_kept256(self):
        samples = self.measure_load("256 kept connections", "kept", connections=256,
                                    requests=self.count(200000))
        self.add_bars_against_floor("256 kept connections", samples)

    def part_pipelined(self):
        samples = self.measure_load("16 connections with 16 requests under way on each", "kept",
                                    connections=16, depth=16, requests=self.count(3000000))
        self.add_bars_against_floor("pipelined 16×16", samples)

    def part_one(self):
        samples = self.measure_load("One client", "kept", requests=self.count(30000))
        self.bars.append(Bar("one client: server CPU per request against the floor",
                             *samples.ratios("ours", "floor", "server_cpu_us"), at_most=1.30))

    def part_connect(self):
        samples = self.measure_load(
            "32 clients that connect for each request", "connect", ("ours", "floor", "barer", "plain"),
            "Each client asks once, by a frame, and closes. ts-server reads right after it has taken a connection, "
            "answers, and then waits for the client, who could ask again. The floor registers each connection, reads when "
            "its request is reported, answers, and waits for the client too. The barer floor reads right after it has "
            "accepted, answers and closes at once. Neither floor stamps, limits or knows its clients.",
            connections=32, requests=self.count(10000))
        self.bars.append(Bar("connect-per-request, 32 clients: server CPU per connection against the floor",
                             *samples.ratios("ours", "floor", "server_cpu_us"), at_most=1.30))
        self.bars.append(Bar("connect-per-request, 32 clients: server CPU per connection against the barer floor",
                             *samples.ratios("ours", "barer", "server_cpu_us"), at_most=1.45))

    def part_burst(self):
        samples = self.measure_load("256 clients that connect at once", "burst", connections=256,
                                    bursts=self.count(40) if self.scale == 1 else 2, pause=10000)
        self.bars.append(Bar("256 clients connecting at once: 99.9th percentile of the answer against the "
                             "floor", *samples.ratios("ours", "floor", "latency_us", "p999"), at_most=2))

    def hold_and_load(self, samples, kind, idle_counts, n_requests):
        """One round on a server of its own: the load again and again, with more and more idle connections."""
        with self.programs.start(kind) as server:
            self.programs.run_load(server, "kept", connections=64, requests=self.count(5000))
            server.wait_until_free()
            with Holder(self.programs, server) as holder:
                holder.hold(0)
                before_bytes = server.read_pss_bytes()
                for n_idle in idle_counts:
                    holder.hold(n_idle)
                    pss_bytes = server.read_pss_bytes()
                    told = self.programs.run_load(server, "kept", connections=64, requests=n_requests)
                    told["pss_bytes"] = (pss_bytes - before_bytes) / max(n_idle, 1)
                    samples.add((kind, n_idle), told)

    def part_idle(self):
        idle_counts = [0, 5000, 19000] if self.scale == 1 else [0, 50, 100]
        # GLib polls all descriptors at each turn: 19,000 would take the plain service minutes to accept.
        plans = [("ours", idle_counts, self.count(100000)), ("floor", idle_counts, self.count(100000)),
                 ("plain", idle_counts[:2], self.count(5000))]
        samples = Samples()
        for i in range(self.n_rounds):
            for plan in plans:
                self.hold_and_load(samples, *plan)
            self.tell("round %d of %d" % (i + 1, self.n_rounds))

        table = Table("64 kept connections beside idle ones",
                      ["server", "idle", "requests/s", "CPU µs/request", "against none",
                       "PSS per idle, bytes"])
        for kind, counts, _ in plans:
            for n_idle in counts:
                key = (kind, n_idle)
                table.rows.append([
                    NAMES[kind], "%d" % n_idle, "%.0f" % samples.median(key, "requests_per_s"),
                    "%.3f" % samples.median(key, "server_cpu_us"),
                    "%.2f" % samples.ratios(key, (kind, 0), "server_cpu_us")[0],
                    "%.0f" % samples.median(key, "pss_bytes") if n_idle > 0 else "",
                ])
        self.tables.append(table)
        most = ("ours", idle_counts[-1])
        self.bars += [
            Bar("64 kept connections with {:,} idle ones against none: server CPU per request"
                .format(idle_counts[-1]),
                *samples.ratios(most, ("ours", 0), "server_cpu_us"), at_most=1.10),
            Bar("user-space memory (PSS) per idle connection", samples.median(most, "pss_bytes"), at_most=160,
                unit=" bytes"),
        ]

    def measure_offset(self, kind, server):
        return self.programs.run_load(server, "offset", requests=self.count(1000), pause=1000)

    def measure_offset_saturated(self, kind, server):
        with Saturation(self.programs, server, 256):
            return self.measure_offset(kind, server)

    def part_offset(self):
        kinds = ["ours", "floor", "stamped"]
        idle = self.run_rounds(kinds, self.measure_offset)
        saturated = self.run_rounds(kinds, self.measure_offset_saturated)
        table = Table("Offset error on loopback, where the true offset is zero",
                      ["server", "load", "median µs", "p99 µs", "delay, median µs", "t2 is the kernel's"],
                      "The last column is the share of answers whose flag says so; the plain floor reads the "
                      "clock itself. Saturated: 256 kept connections besides the one that measures.")
        for load, samples in (("none", idle), ("saturated", saturated)):
            for kind in kinds:
                table.rows.append([NAMES[kind], load,
                                   "%.3f" % samples.median(kind, "offset_us", "p50"),
                                   "%.3f" % samples.median(kind, "offset_us", "p99"),
                                   "%.3f" % samples.median(kind, "delay_us", "p50"),
                                   "%.0f %%" % (100 * sum(samples.values(kind, "kernel_stamps"))
                                                / sum(samples.values(kind, "requests")))])
        self.tables.append(table)
        self.bars.append(Bar("median offset error while saturated: kernel stamps (ts-server) against "
                             "user-space stamps (floor)",
                             *saturated.ratios("ours", "floor", "offset_us", "p50"), at_most=0.05))

    def part_workers(self):
        """With as many workers as the server takes by itself, on all processors; no bar."""
        if not self.programs.has_server_option("--workers"):
            return
        table = Table("ts-server with its default number of workers, on all processors",
                      ["load", "requests/s", "CPU µs/request", "p50 µs", "p99.9 µs"], "One run each.")
        with Server(self.programs.server_command(with_default_workers=True), None) as server:
            for name, mode, options in (
                    ("64 kept", "kept", {"connections": 64, "requests": self.count(200000)}),
                    ("256 kept", "kept", {"connections": 256, "requests": self.count(200000)}),
                    ("32 connecting", "connect", {"connections": 32, "requests": self.count(10000)})):
                told = self.programs.run_load(server, mode, **options)
                server.wait_until_free()
                table.rows.append([name, "%.0f" % told["requests_per_s"], "%.3f" % told["server_cpu_us"],
                                   "%.1f" % told["latency_us"]["p50"], "%.1f" % told["latency_us"]["p999"]])
        self.tables.append(table)

    def part_ntp(self):
        """Told by a program of its own, where it and chronyd are there: a ratio for each load."""
        ratios = []
        if self.ntp_programs is not None:
            script, *others = self.ntp_programs
            seconds = 1 if self.scale == 1 else 0.1
            done = subprocess.run([sys.executable, script, *others, str(self.n_rounds), str(seconds)],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=3 * PATIENCE_S)
            ratios = re.findall(r"^ *(\d+) in flight +ratio +([\d.]+) +([\d.]+)$", done.stdout,
                                re.MULTILINE)
            if done.returncode != 0:
                self.tell(done.stderr.strip())
        if ratios:
            table = Table("NTP answers against chronyd's", ["requests in flight", "answers/s", "CPU per answer"])
            table.rows += [list(row) for row in ratios]
            self.tables.append(table)
        self.bars.append(Bar("NTP answers/s against chronyd", float(ratios[-1][1]) if ratios else None,
                             at_least=1.0))

    def part_recording(self):
        """By a clock that does not wait, once: what a file is like does not change from round to round."""
        writing = self.programs.run_record("writing", self.count(3600))
        day = self.programs.run_record("day", self.count(86400))
        table = Table("A recording of one server at 10 Hz", ["path and server", "bytes a sample"],
                      "Pages sealed, with roll-ups, indices and free pages, 20 ms each way but for the last: a day of the "
                      "first and a quarter of a day of the others. Intervals vary by a tenth, as they do; a sample of a kept "
                      "connection has 26 numbers. Of that day a chart reads {:,} entries in {:.0f} ms of CPU. Its replay "
                      "takes {:.2f} times as long as the bare estimator over samples in memory, and differs in {} "
                      "blocks.".format(day["past_entries"], 1000 * day["past_s"],
                                       day["replay_s"] / max(day["bare_s"], 1e-6), day["other_blocks"]))
        table.rows.append([WORLDS[0], "%.1f" % day["bytes"]])
        for number, world in list(enumerate(WORLDS))[1:]:
            told = self.programs.run_record("file", number, self.count(21600))
            table.rows.append([world, "%.1f" % told["bytes"]])
        self.tables.append(table)
        self.bars += [
            Bar("recording: bytes a sample at 10 Hz, pages sealed", day["bytes"], at_most=20),
            Bar("recording: written to disk, ten servers at 10 Hz", writing["written_mb"], at_most=100, unit=" MB/h"),
            Bar("recording: CPU of ten servers at 10 Hz, of one core", writing["cpu_percent"], at_most=1, unit=" %"),
            Bar("recording: CPU of a replay of {:,} samples".format(day["samples"]), day["replay_s"], at_most=15,
                unit=" s"),
        ]

    def part_exporter(self):
        """Each of the hosts is an address of one server."""
        if not self.programs.can_export():
            return
        n_hosts, warm_up_s, seconds = (N_HOSTS, 300, 60) if self.scale == 1 else (5, 0.2, 0.5)
        addresses = ["127.0.0.%d" % (i + 1) for i in range(n_hosts)]
        with Server(self.programs.server_command(addresses=addresses), self.programs.server_cpus) as server, \
                Exporter(self.programs.client, ["%s:%d" % (address, server.port) for address in addresses]) as exporter:
            exporter.wait_until_ready()
            first = exporter.measure_cpu(seconds)
            time.sleep(warm_up_s)
            later = exporter.measure_cpu(seconds)
            before_s, began_s = exporter.read_cpu_s(), time.monotonic()
            scrapes = [exporter.scrape() for _ in range(10 if self.scale == 1 else 2)]
            measuring_s = later * (time.monotonic() - began_s)
            scrape_cpu_s = (exporter.read_cpu_s() - before_s - measuring_s) / len(scrapes)
            resident_bytes = exporter.read_resident_bytes()
        table = Table("The exporter with {} hosts at 1 Hz".format(n_hosts), ["what", "CPU"],
                      "In the first minutes an estimator goes over its few samples often; that becomes rare.")
        table.rows += [["in the first minute, of one core", "%.2f %%" % (100 * first)],
                       ["in a minute after the sixth", "%.2f %%" % (100 * later)],
                       ["a scrape, without what is measured meanwhile", "%.1f ms" % (1000 * scrape_cpu_s)]]
        self.tables.append(table)
        self.bars += [
            Bar("exporter, {} hosts at 1 Hz: CPU, of one core".format(n_hosts), 100 * later, at_most=3, unit=" %"),
            Bar("exporter, {} hosts at 1 Hz: resident memory".format(n_hosts), resident_bytes / 2**20, at_most=30,
                unit=" MiB"),
            Bar("exporter: a scrape of {} hosts, {:,} kB, median".format(n_hosts, scrapes[0][1] // 1000),
                1000 * statistics.median(scrape[0] for scrape in scrapes), at_most=10, unit=" ms"),
        ]


PARTS = [name.removeprefix("part_") for name in vars(Bench) if name.startswith("part_")]
