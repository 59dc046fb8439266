"""The report of the benchmark, in Markdown.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import platform
import re
import resource
import shutil
import subprocess


def _say_first_line(*command):
    program = shutil.which(command[0])
    if program is None:
        return "none"
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=10)
    return done.stdout.splitlines()[0] if done.stdout else "unknown"


def _read_first(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            match = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return "unknown"
    return match[1].strip() if match else "unknown"


def describe_machine(programs, load_average):
    """Returns: pairs of what the machine and its software are; neither its name nor its addresses"""
    is_virtual = _read_first("/proc/cpuinfo", r"^flags\s*:.*\b(hypervisor)\b") == "hypervisor"
    model = _read_first("/proc/cpuinfo", r"^model name\s*: (.*)$")
    version = _say_first_line(programs.server, "--version")
    memory_kib = _read_first("/proc/meminfo", r"^MemTotal: +(\d+) kB$")
    return [
        ("processor", "%s, %d cores%s" % (model, os.cpu_count(), ", virtual" if is_virtual else "")),
        ("memory", "%.0f GiB" % (int(memory_kib) / 2**20) if memory_kib.isdigit() else memory_kib),
        ("kernel", "%s %s" % (platform.system(), platform.release())),
        ("system", _read_first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)')),
        ("compiler", _say_first_line("cc", "--version")),
        ("GLib", _say_first_line("pkg-config", "--modversion", "glib-2.0")),
        ("server", version),
        ("descriptor limit", "%d" % resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
        ("other load at the start", "%.1f" % load_average),
        ("placement", "server on one processor, load on another" if programs.is_pinned else "left to the kernel"),
    ]


def format_table(columns, rows):
    """Returns: a table in Markdown; the first column is text, the others are figures"""
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _format_number(value, unit):
    if value is None:
        return ""
    return ("%.0f" if value >= 20 else "%.3f" if value < 0.1 else "%.2f") % value + unit


def _format_bar(bar):
    limit = "≥ %g" % bar.at_least if bar.at_least is not None else "≤ %g" % bar.at_most
    return [bar.what, _format_number(bar.value, bar.unit), _format_number(bar.by_rounds, ""),
            limit + bar.unit, bar.verdict()]


def format_app_section(bench, is_quick):
    """Returns: the section on the desktop app"""
    text = ["## The desktop app", "",
            "Measured on %s in a virtual display (Xvfb, cairo renderer), with GTK %s and libadwaita %s; other load at "
            "the start: %.1f. Ratios are of medians of %d interleaved rounds. CPU is the app's whole process."
            % (bench.began, _say_first_line("pkg-config", "--modversion", "gtk4"),
               _say_first_line("pkg-config", "--modversion", "libadwaita-1"), bench.load_average, bench.n_rounds), ""]
    if bench.load_average >= 1:
        text += ["The machine did other work meanwhile: starts and delays, which are by the wall clock, are rough, and "
                 "only their ratios say something; processor time hardly depends on it.", ""]
    if is_quick:
        text += ["**Quick mode**: so little that the figures mean nothing.", ""]
    text += [format_table(["what", "measured", "median of the rounds' ratios", "bar", ""],
                          [_format_bar(bar) for bar in bench.bars]), ""]
    for table in bench.tables:
        text += ["### " + table.title, "", format_table(table.columns, table.rows), ""]
        if table.note:
            text += [table.note, ""]
    return "\n".join(text)


def format_report(bench, parts, load_average):
    """Returns: the whole report"""
    bars = format_table(["what", "measured", "median of the rounds' ratios", "bar", ""],
                         [_format_bar(bar) for bar in bench.bars])
    text = ["# How fast Time Sync is", "",
            "Written by `make bench`. Ratios are of medians of %d interleaved rounds. CPU is the server's "
            "whole process, system calls included, from the kernel's scheduler." % bench.n_rounds, ""]
    if bench.scale != 1:
        text += ["**Quick mode**: so few requests that the figures mean nothing.", ""]
    text += [format_table(["machine", ""], describe_machine(bench.programs, load_average)), "",
             "## Bars", "", bars, ""]
    for table in bench.tables:
        text += ["## " + table.title, "", format_table(table.columns, table.rows), ""]
        if table.note:
            text += [table.note, ""]
    text += ["Parts run: %s." % ", ".join(parts)]
    return "\n".join(text) + "\n"
