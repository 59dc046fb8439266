"""Measures ts-server against a bare epoll server and a plain stream service, on the loopback address, and the
desktop app against a bare window.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import os
import sys
import time

from gui_parts import GUI_PARTS, GuiBench, GuiPrograms
from parts import PARTS, Bench
from processes import Programs
from report import format_app_section, format_report

QUICK_SCALE = 0.002


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("server", "client", "floor", "plain", "load", "record"):
        parser.add_argument("--" + name, required=True, metavar="PROGRAM")
    parser.add_argument("--ntp", nargs=3, metavar="PROGRAM",
                        help="what compares NTP answers with chronyd's: its script, the responder, the load")
    parser.add_argument("--gui", nargs=6, metavar="PROGRAM",
                        help="the desktop app's: with-display, the app, a bare window, the chart, its past; and its schemas")
    parser.add_argument("--recordings", metavar="FOLDER", help="where recordings that take long to make are kept for a day")
    parser.add_argument("--output", metavar="FILE", help="writes the report there, too")
    parser.add_argument("--part", action="append", choices=PARTS + GUI_PARTS, help="only this part; may be repeated")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    parser.add_argument("--quick", action="store_true",
                        help="one round of next to nothing: does it still work?")
    parser.add_argument("--no-pin", action="store_true", help="let the kernel choose the processors")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    programs = Programs(arguments, not arguments.no_pin)
    began = time.monotonic()
    load_average = os.getloadavg()[0]

    def tell(text):
        if not arguments.quick:
            print("%6.1f s  %s: %s" % (time.monotonic() - began, part, text), file=sys.stderr, flush=True)

    n_rounds = 1 if arguments.quick else max(arguments.rounds, 1)
    parts = arguments.part or PARTS + (GUI_PARTS if arguments.gui else [])
    texts = []
    if set(parts) & set(PARTS):
        bench = Bench(programs, n_rounds, QUICK_SCALE if arguments.quick else 1, arguments.ntp, tell)
        for part in (part for part in parts if part in PARTS):
            getattr(bench, "part_" + part)()
        texts.append(format_report(bench, [part for part in parts if part in PARTS], load_average))
    if set(parts) & set(GUI_PARTS):
        gui_bench = GuiBench(GuiPrograms(*arguments.gui), programs, arguments.recordings, n_rounds, arguments.quick, tell)
        for part in (part for part in parts if part in GUI_PARTS):
            getattr(gui_bench, "part_" + part)()
        texts.append(format_app_section(gui_bench, arguments.quick))
    text = "\n".join(texts)
    print(text, end="")
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(text)


main()
