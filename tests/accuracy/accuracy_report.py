"""The report on accuracy, in Markdown.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import statistics
import sys
import types

import accuracy_figures as figures
from accuracy_peers import CHRONYD_OPTIONS
from accuracy_paths import (PATHS, RANDOM_MEDIAN_BAR, RANDOM_NUMBERS, RANDOM_RATE_HZ, RANDOM_WORST_BAR, find_path,
                            is_random)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "bench"))
from report import describe_machine, format_table

N_SEEDS = 4
LAST_WINDOW_S = figures.WINDOWS_S[-1]
LOOPBACK_BAR_US = 5

INTRODUCTION = """\
Written by `make bench-accuracy`. `ts-client` and chronyd measure the same server's clock over the same emulated path \
in the same minute; each has connections, or packets, of its own. Both ends have one kernel's clock, so the true \
offset is zero, and what is reported is the error.

- **What is compared** is not quite the same. Ours is the error of an *estimate*: %s, four times a second. chronyd’s \
is the error of a *clock that it disciplines*. With `-x` it leaves the computer’s clock alone and keeps what it would \
have done to it as a correction, offset and frequency; `System time` of `chronyc tracking`, asked four times a second, \
is that correction, and so the error of the disciplined clock. chronyd changes the correction at once, not by slewing, \
so nothing of its error is a way still to go; but it decides what to correct as somebody does who keeps a clock, which \
must also be steady, and that may cost it something that an estimate need not pay.
- **chronyd** is started with `iburst minpoll 0 maxpoll 0`, so that it asks once a second, in three ways: with all \
else at its default, with `xleave` too, and tuned by its manual against jitter (`%s`). The *best* of the three in the \
same run is what ours is held against, whichever that is. Ours at 4 Hz has four samples for each of chronyd’s; ours at \
1 Hz has as many.
- **Windows** are counted from when all clients were started. Figures are medians over the runs; a run's RMS \
and greatest error are over the whole window."""

EMULATOR = """\
Each direction draws every packet's delay and loss from a seed of its own, independently of the packets before; only \
bursts, slots and the teeth of a saw last. It keeps the order of packets: one that would overtake waits. Delay is \
counted from the kernel's stamp of when a packet was sent, so all that the emulator adds is that it lets packets go \
late."""


def _us(value_ns):
    value = value_ns / 1e3
    return ("%.0f" if abs(value) >= 20 else "%.1f" if abs(value) >= 2 else "%.2f") % value


def _name_belief(records):
    samples = [sample for record in records for sample in figures.samples_of(record, "4")]
    if figures.has_estimates(samples):
        return "`estimate_ns` of what `ts-client --json --watch` wrote last"
    return ("the offset of the sample of least delay among the newest eight that `ts-client --json --watch` wrote, "
            "**for this version has no estimator yet**")


def _by_path(records):
    """Returns: the records of each path, those with names first, then by number"""
    names = sorted({record["path"] for record in records if is_random(record["path"])},
                   key=lambda name: (len(name), name))
    return {name: found for name in [*PATHS, *names]
            if (found := [record for record in records if record["path"] == name])}


def _random_only(runs):
    return {name: found for name, found in runs.items() if is_random(name)}


def _describe_incompleteness(runs):
    missing = [PATHS[name].title for name in PATHS if name not in runs]
    seeds = {name: len(found) for name, found in runs.items()}
    reasons = []
    if missing:
        reasons.append("not over these paths: " + ", ".join(missing))
    if len(_random_only(runs)) < len(RANDOM_NUMBERS):
        reasons.append("over %d random paths instead of %d" % (len(_random_only(runs)), len(RANDOM_NUMBERS)))
    if min(seeds.values(), default=0) < N_SEEDS:
        reasons.append("fewer than %d runs over %s" % (
            N_SEEDS, ", ".join(find_path(name).title for name, count in seeds.items() if count < N_SEEDS)))
    lengths = {record["seconds"] for records in runs.values() for record in records}
    if min(lengths, default=LAST_WINDOW_S[1]) < LAST_WINDOW_S[1]:
        reasons.append("runs of %d s" % min(lengths))
    return ["**Partial**: " + "; ".join(reasons) + ".", ""] if reasons else []


def _judge(value, bar):
    return "not measured" if value is None else "met" if value <= bar else "**missed**"


def _number(value):
    return "" if value is None else "%.2f" % value


def _format_range(values, form):
    """Returns: median, least and greatest"""
    return "%s (%s–%s)" % tuple(map(form, (statistics.median(values), min(values), max(values)))) if values else ""


def _format_spread(values):
    return "%.2f–%.2f" % (min(values), max(values)) if values else ""


def _ratios_over_random(runs, who, get_ratio):
    """Returns: a ratio for each random path, as far as there is one"""
    return [ratio for found in _random_only(runs).values() if (ratio := get_ratio(found, who)) is not None]


def _median_ratio(records, who, peers=tuple(figures.CHRONYD)):
    ratios = figures.ratios_of(records, who, LAST_WINDOW_S, peers)
    return statistics.median(ratios) if ratios else None


def _format_random_bars(runs):
    """Returns: rows for the median over the random paths and for the worst of them"""
    who, rows = "%d Hz" % RANDOM_RATE_HZ, []
    columns = [_ratios_over_random(runs, who, get_ratio) for get_ratio in (
        _median_ratio, lambda found, who: _median_ratio(found, who, ["chronyd"]),
        lambda found, who: figures.ratio_of_medians(found, who, LAST_WINDOW_S))]
    for what, choose, bar in (("median of", statistics.median, RANDOM_MEDIAN_BAR),
                              ("worst of", max, RANDOM_WORST_BAR)):
        values = [choose(ratios) if ratios else None for ratios in columns]
        rows.append(["%s %d random paths, ours at %s: RMS error against chronyd’s" % (what, len(columns[0]), who),
                     _number(values[0]), "", *map(_number, values[1:]), "≤ %g" % bar, _judge(values[0], bar)])
    return rows


def _format_bars(runs, loopback):
    rows = _format_random_bars(runs)
    for name, path in PATHS.items():
        for rate, bar in path.bars.items():
            who, records = "%d Hz" % rate, runs.get(name, [])
            ratio, to_plain = _median_ratio(records, who), _median_ratio(records, who, ["chronyd"])
            rows.append(["%s, ours at %s: RMS error against chronyd’s" % (path.title, who), _number(ratio),
                         _format_spread(figures.ratios_of(records, who, LAST_WINDOW_S)),
                         *map(_number, (to_plain, figures.ratio_of_medians(records, who, LAST_WINDOW_S))),
                         "≤ %g" % bar, _judge(ratio, bar)])
    median_us = None
    if loopback:
        median_us = statistics.median(abs(sample["offset_ns"]) for sample in loopback["samples"]) / 1e3
    rows.append(["loopback, idle: median offset of a sample",
                 "" if median_us is None else "%.2f µs" % median_us, "", "", "",
                 "≤ %g µs" % LOOPBACK_BAR_US, _judge(median_us, LOOPBACK_BAR_US)])
    return format_table(["what, from %d to %d s" % LAST_WINDOW_S, "median of the runs’ ratios", "least–greatest",
                         "to plain alone", "ratio of medians", "bar", ""], rows)


def _format_figures(found):
    if found is None:
        return ["", ""]
    median, greatest, least, most = map(_us, found)
    return ["%s (%s–%s)" % (median, least, most), greatest]


def _format_path(path, records):
    rows = []
    for who in (*figures.OURS, *figures.CHRONYD):
        row = ["ts-client, " + who if who in figures.OURS else who]
        for window_s in figures.WINDOWS_S:
            row += _format_figures(figures.figures_of(records, who, window_s))
        rows.append(row)
    columns = ["µs, one run" if len(records) == 1 else "µs, medians of %d runs (range)" % len(records)]
    for window_s in figures.WINDOWS_S:
        columns += ["RMS, %d–%d s" % window_s, "greatest"]
    models = "`%s` there, `%s` back" % (records[0]["there"], records[0]["back"])
    return ["## " + path.title, "", "%s (%s)." % (path.what, models), "", format_table(columns, rows), ""]


def _format_random(runs):
    """Returns: a table of the random paths, with how far the runs over each are apart"""
    rows = []
    for name, records in _random_only(runs).items():
        row = [find_path(name).title, "`%s`" % records[0]["there"], "`%s`" % records[0]["back"], str(len(records))]
        for who in figures.OURS:
            row.append(_format_range(figures.ratios_of(records, who, LAST_WINDOW_S), "{:.2f}".format))
        for who in (*figures.OURS, *figures.CHRONYD):
            found = [figures.rms(errors) for record in records
                     if (errors := figures.errors_in(record, who, LAST_WINDOW_S))]
            row.append(_format_range(found, _us))
        rows.append(row)
    columns = ["path", "there", "back", "runs", *("ratio, ours at " + who for who in figures.OURS),
               *("ts-client, %s, µs" % who for who in figures.OURS), *(who + ", µs" for who in figures.CHRONYD)]
    note = ("Drawn from their numbers, before anything was measured over them. Medians over the runs, and the least "
            "and the greatest, of RMS errors from %d to %d s and of the ratio to the best chronyd in the same run."
            % LAST_WINDOW_S)
    return ["## Random paths", "", note, "", format_table(columns, rows), ""] if rows else []


def _format_one_shots(runs):
    names = {"ts-client": "ts-client --count 8", "chronyd": "chronyd -Q (iburst)", "ntpdig": "ntpdig"}
    rows = []
    for name, records in runs.items():
        for who, title in names.items():
            errors, times = figures.one_shots_of(records, who)
            if times:
                told = [_us(statistics.median(errors)), _us(figures.rms(errors)), _us(max(errors))] if errors else []
                rows.append(["%s: %s" % (find_path(name).title, title), *(told or [""] * 3),
                             "%.2f" % statistics.median(times), "%d of %d" % (len(errors), len(times))])
    table = format_table(["one shot, error in µs", "median", "RMS", "greatest", "took s", "answered"], rows)
    note = "Each by itself, while the runs went on. chronyd tells whole microseconds."
    return ["## One shot", "", note, "", table, ""]


def _format_truth(runs):
    rows = []
    for name, records in runs.items():
        for who, rate in figures.OURS.items():
            samples = [sample for record in records for sample in figures.samples_of(record, rate)]
            n_lost = sum(len(record["ours"][rate]) for record in records) - len(samples)
            n_wrong, n_outside, within = figures.count_untruths(samples)
            rows.append(["%s, %s" % (find_path(name).title, who), str(len(samples)), str(n_lost), str(n_wrong),
                         str(n_outside) if within is not None else "",
                         "%.0f %%" % (100 * within) if within is not None else ""])
    return ["## Proven, and estimated", "", format_table(
        ["ts-client", "samples", "failed", "proven intervals without the truth", "estimates outside of what is proven",
         "errors within `estimate_error_ns`"], rows), "",
        "The last column is the share of estimates whose error, at the time of their sample, was no more than they "
        "themselves say.", ""]


def _format_still(still, loopback):
    offsets = sorted(abs(sample["offset_ns"]) for sample in still["samples"])
    mean_ns = statistics.mean(sample["offset_ns"] for sample in still["samples"])
    more_ns = statistics.median(sample["delay_ns"] for sample in still["samples"]) - 2e6
    text = ("Over a path of 1 ms each way without jitter, ts-client’s round trip was %s µs more than the path’s "
            "(median of %d), and its offset off by %s µs in the median, %s µs at most, on average by %s µs: what "
            "both ends’ own delays amount to." % (
                _us(more_ns), len(offsets), _us(statistics.median(offsets)), _us(offsets[-1]), _us(mean_ns)))
    if loopback:
        delays = [sample["delay_ns"] for sample in loopback["samples"]]
        text += " On loopback the round trip was %s µs (median of %d)." % (_us(statistics.median(delays)), len(delays))
    return text


def _format_emulator(runs, still, loopback):
    rows = []
    for name, records in runs.items():
        for direction in "there", "back":
            told = [record["emulator"][direction] for record in records]
            rows.append(["%s, %s" % (find_path(name).title, direction), str(sum(one["sent"] for one in told)),
                         str(sum(one["lost"] for one in told)), str(sum(one["overflowed"] for one in told)),
                         "%.2f" % statistics.median(one["mean_delay_ms"] for one in told),
                         *("%.1f" % statistics.median(one["late_us"][key] for one in told)
                           for key in ("p50", "p99", "max"))])
    table = format_table(["direction", "packets", "lost", "refused", "mean delay ms", "late: median µs", "99 %",
                          "latest"], rows)
    text = ["## The emulator", "", EMULATOR, "", table, ""]
    return text + [_format_still(still, loopback), ""] if still else text


def describe(programs, n_jobs, load_average):
    """Returns: pairs of what the machine and its software are, and how they are used"""
    machine = describe_machine(types.SimpleNamespace(server=programs.server, is_pinned=False), load_average)
    return [*machine, ("chronyd", programs.peers.chronyd_version or "none"), ("runs at a time", str(n_jobs))]


def _name_priority(runs):
    is_realtime = all(record["emulator"]["is_realtime"] for records in runs.values() for record in records)
    return "emulator’s priority", "real-time" if is_realtime else "as everybody’s"


def format_report(records, still, loopback, machine, is_quick=False):
    """Returns: the whole report"""
    runs = _by_path(records)
    text = ["# How exact ts-client is", "", INTRODUCTION % (_name_belief(records), CHRONYD_OPTIONS["tuned"]), ""]
    if is_quick:
        text += ["**Quick mode**: so short that the figures mean nothing.", ""]
    text += _describe_incompleteness(runs)
    text += [format_table(["machine", ""], [*machine, _name_priority(runs)]), "",
             "## Bars", "", _format_bars(runs, loopback), "",
             "The first column is held against the bar: of each run the ratio to the best of chronyd’s three in that "
             "very run, and the median of these. Beside it, ratios to the plain one alone; and of the medians over "
             "all runs, the ratio to the best.", "", *_format_random(runs)]
    for name, found in runs.items():
        if not is_random(name):
            text += _format_path(PATHS[name], found)
    text += _format_one_shots(runs) + _format_truth(runs) + _format_emulator(runs, still, loopback)
    return "\n".join(text).rstrip() + "\n"
