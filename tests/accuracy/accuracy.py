"""Measures how exact ts-client is, beside chronyd, over emulated network paths where the true offset is zero.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import argparse
import concurrent.futures
import json
import os
import signal
import threading
import time

import accuracy_peers
from accuracy_figures import samples_of
from accuracy_paths import PATHS, RANDOM_NUMBERS, STILL, find_path, name_random
from accuracy_report import describe, format_report
from accuracy_rig import enter_sandbox
from accuracy_run import Programs, run, run_loopback, run_still

SECONDS = 64
SEEDS = range(1, 5)
JOBS = 4
N_STILL = 200
QUICK_SECONDS = 2

# What tells `meson test` that a test was skipped.
EXIT_SKIPPED = 77


def _parse_range(text):
    first, count = map(int, text.split(":"))
    return range(first, first + count)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("server", "client", "emulator"):
        parser.add_argument("--" + name, required=True, metavar="PROGRAM")
    parser.add_argument("--peers", metavar="FOLDER",
                        help="where chrony's and ntpsec's programs are, or shall be, unpacked")
    parser.add_argument("--fetch", action="store_true", help="fetch them with apt-get where they are not there")
    parser.add_argument("--data", metavar="FOLDER", help="write the record of each run there, as JSON")
    parser.add_argument("--no-runs", action="store_true", help="only report what is in the folder of --data")
    parser.add_argument("--output", metavar="FILE", help="write the report there, too")
    parser.add_argument("--paths", type=lambda text: text.split(","), default=[*PATHS, *name_random(RANDOM_NUMBERS)],
                        help="some of %s,random-NUMBER with commas between (default: all of them and random-%d to "
                        "random-%d)" % (",".join(PATHS), RANDOM_NUMBERS[0], RANDOM_NUMBERS[-1]))
    parser.add_argument("--random", type=_parse_range, metavar="FROM:COUNT",
                        help="only paths drawn at random from these numbers")
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=list(SEEDS),
                        help="one run over each path for each (default: %s)" % ",".join(map(str, SEEDS)))
    parser.add_argument("--seconds", type=int, default=SECONDS, help="the length of a run (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=JOBS, help="runs at a time (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one short run: does it still work?")
    # Those from the environment are what `make bench-accuracy` is given, for meson's targets take no arguments.
    arguments = parser.parse_args(sys.argv[1:] + os.environ.get("TS_ACCURACY_ARGS", "").split())
    if arguments.random:
        arguments.paths = name_random(arguments.random)
    unknown = [name for name in arguments.paths if find_path(name) is None]
    if unknown:
        parser.error("no such path: " + ", ".join(unknown))
    if arguments.no_runs and not arguments.data:
        parser.error("--no-runs needs --data")
    return arguments


def skip(reason, arguments):
    print("SKIP: accuracy is not measured: " + reason, file=sys.stderr)
    sys.exit(EXIT_SKIPPED if arguments.quick else 0)


def save(arguments, name, record):
    if arguments.data:
        os.makedirs(arguments.data, exist_ok=True)
        with open(os.path.join(arguments.data, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(record, file)


def load(arguments):
    """Returns: all records of the wanted runs, those of the still path and of loopback, and of the machine"""
    records, others = [], []
    wanted = ["%s-%d" % (path, seed) for path in arguments.paths for seed in arguments.seeds]
    for name in [*wanted, "still", "loopback", "machine"]:
        try:
            with open(os.path.join(arguments.data, name + ".json"), encoding="utf-8") as file:
                (records if name in wanted else others).append(json.load(file))
        except FileNotFoundError:
            if name not in wanted:
                others.append(None)
    still, loopback, machine = others
    return records, still, loopback, machine or []


def run_all(arguments, programs, tell):
    """Returns: the records of all runs; the first failure ends all of them"""
    cancelled = threading.Event()

    def run_one(seed, name):
        record = run(programs, name, find_path(name), seed, arguments.seconds, cancelled)
        save(arguments, "%s-%d" % (name, seed), record)
        tell("%s, seed %d: done" % (name, seed))
        return record

    with concurrent.futures.ThreadPoolExecutor(max_workers=max(arguments.jobs, 1)) as pool:
        # Seed by seed, so that what else the computer does meets all paths alike.
        futures = [pool.submit(run_one, seed, name) for seed in arguments.seeds for name in arguments.paths]
        try:
            concurrent.futures.wait(futures, return_when=concurrent.futures.FIRST_EXCEPTION)
            return [future.result() for future in futures if future.done()]
        finally:
            cancelled.set()
            pool.shutdown(cancel_futures=True)


def check_quick(records, still):
    """Exits where the machinery does not work; on a loaded machine times mean nothing, so none is looked at
    but what holds at any speed: no packet comes sooner than asked, but for the microseconds from the stamp that the
    emulator counts from to the kernel's transmit stamp, and what was proven is true."""
    samples = samples_of(records[0], "4")
    for sample in [*samples, *still["samples"]]:
        assert sample["proven_min_ns"] <= 0 <= sample["proven_max_ns"], sample
    assert still["samples"] and all(sample["delay_ns"] >= 1.9e6 for sample in still["samples"]), still
    assert all(sample["delay_ns"] >= 19e6 for sample in samples), samples


def measure(arguments, tell):
    """Returns: as load() does"""
    load_average = os.getloadavg()[0]
    peers = accuracy_peers.Peers(arguments.peers)
    if peers.chronyd is None and not arguments.quick:
        skip("chronyd is not installed, nor unpacked; see --fetch", arguments)
    reason = enter_sandbox()
    if reason is not None:
        skip(reason, arguments)
    programs = Programs(arguments.server, arguments.client, arguments.emulator, peers)
    machine = describe(programs, arguments.jobs, load_average)
    save(arguments, "machine", machine)
    n_still = 5 if arguments.quick else N_STILL
    loopback = run_loopback(programs, n_still)
    save(arguments, "loopback", loopback)
    still = run_still(programs, STILL, n_still)
    save(arguments, "still", still)
    return run_all(arguments, programs, tell), still, loopback, machine


def main():
    arguments = parse_arguments()
    began = time.monotonic()
    # So that a kill, too, takes the way out that tidies up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def tell(text):
        print("%6.1f s  %s" % (time.monotonic() - began, text), file=sys.stderr, flush=True)

    if arguments.quick:
        arguments.paths, arguments.seeds, arguments.seconds = ["asymmetric"], [1], QUICK_SECONDS
    if arguments.fetch and arguments.peers and not arguments.no_runs:
        reason = accuracy_peers.fetch(arguments.peers)
        if reason is not None:
            tell(reason)
    records, still, loopback, machine = load(arguments) if arguments.no_runs else measure(arguments, tell)
    if arguments.quick:
        check_quick(records, still)
    text = format_report(records, still, loopback, machine, arguments.quick)
    print(text, end="")
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
