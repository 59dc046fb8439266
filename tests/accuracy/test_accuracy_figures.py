"""Tests of how figures come from the records of runs, with records made up.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "programs"))

import accuracy_figures as figures
import accuracy_paths as paths
import accuracy_report as report
import tap

BEGAN_NS = 1_700_000_000 * 10**9
WINDOW_S = 12, 16


def sample(at_s, offset_ns, delay_ns=1000, **more):
    return {"t4_ns": BEGAN_NS + round(at_s * 1e9), "offset_ns": offset_ns, "delay_ns": delay_ns,
            "proven_min_ns": offset_ns - delay_ns // 2, "proven_max_ns": offset_ns + delay_ns // 2, **more}


def record(fast=(), slow=(), plain=(), xleave=(), tuned=(), seconds=16, one_shots=()):
    def asked(series):
        return [[BEGAN_NS + round(at_s * 1e9), correction_ns, 0, 0, 0] for at_s, correction_ns in series]

    return {"began_ns": BEGAN_NS, "seconds": seconds, "ours": {"4": list(fast), "1": list(slow)},
            "chronyd": {"plain": asked(plain), "xleave": asked(xleave), "tuned": asked(tuned)},
            "one_shots": list(one_shots)}


class Errors(unittest.TestCase):
    def test_hold_until_the_next(self):
        held = record(plain=[(11, 100), (14, -300)])
        self.assertEqual(figures.errors_in(held, "chronyd", WINDOW_S), [100] * 8 + [-300] * 8)

    def test_nothing_believed_yet_is_no_error_of_zero(self):
        self.assertIsNone(figures.errors_in(record(plain=[(12.1, 0)]), "chronyd", WINDOW_S))
        self.assertIsNone(figures.errors_in(record(), "4 Hz", WINDOW_S))

    def test_run_too_short(self):
        self.assertIsNone(figures.errors_in(record(plain=[(1, 5)], seconds=15), "chronyd", WINDOW_S))

    def test_failures_are_left_out(self):
        failed = record(fast=[sample(1, 70), {"host": "there", "error": "lost"}])
        self.assertEqual(figures.errors_in(failed, "4 Hz", WINDOW_S), [70] * 16)

    def test_least_delay_of_eight(self):
        samples = [sample(i, i, 100 if i == 0 else 1000 - i) for i in range(10)]
        believed = figures.beliefs_of(record(slow=samples), "1 Hz")[1]
        self.assertEqual(believed, [0] * 8 + [8, 9])

    def test_estimate_is_preferred(self):
        samples = [sample(1, 500), sample(2, 600, estimate_ns=7), sample(3, 700, estimate_ns=None)]
        instants, believed = figures.beliefs_of(record(fast=samples), "4 Hz")
        self.assertEqual((instants, believed), ([BEGAN_NS + 2 * 10**9], [7]))

    def test_rms(self):
        self.assertEqual(figures.rms([3, -4, 0, 0]), 2.5)


class Ratios(unittest.TestCase):
    def setUp(self):
        def run(ours, plain, xleave):
            return record(fast=[sample(1, ours)], plain=[(1, plain)], xleave=[(1, xleave)])

        self.records = [run(10, 40, 20), run(30, 30, 60), run(-40, 200, 100)]

    def test_against_the_better_in_each_run(self):
        self.assertEqual(figures.ratios_of(self.records, "4 Hz", WINDOW_S), [0.5, 1, 0.4])

    def test_against_the_best_of_three(self):
        best = record(fast=[sample(1, 10)], plain=[(1, 40)], xleave=[(1, 20)], tuned=[(1, 8)])
        self.assertEqual(figures.ratios_of([best], "4 Hz", WINDOW_S), [1.25])

    def test_against_one_alone(self):
        self.assertEqual(figures.ratios_of(self.records, "4 Hz", WINDOW_S, ["chronyd"]), [0.25, 1, 0.2])

    def test_of_medians(self):
        self.assertEqual(figures.ratio_of_medians(self.records, "4 Hz", WINDOW_S), 30 / 40)

    def test_medians_and_range(self):
        self.assertEqual(figures.figures_of(self.records, "4 Hz", WINDOW_S), (30, 30, 10, 40))

    def test_without_chronyd(self):
        alone = [record(fast=[sample(1, 10)])]
        self.assertEqual(figures.ratios_of(alone, "4 Hz", WINDOW_S), [])
        self.assertIsNone(figures.ratio_of_medians(alone, "4 Hz", WINDOW_S))
        self.assertIsNone(figures.figures_of(alone, "chronyd", WINDOW_S))


class Truth(unittest.TestCase):
    def test_without_estimates(self):
        samples = [sample(1, 400), sample(2, 501), sample(3, -501)]
        self.assertEqual(figures.count_untruths(samples), (2, 0, None))

    def test_with_estimates(self):
        samples = [sample(1, 0, estimate_ns=5, estimate_error_ns=5, now_min_ns=-9, now_max_ns=9),
                   sample(2, 0, estimate_ns=-6, estimate_error_ns=5, now_min_ns=-9, now_max_ns=9),
                   sample(3, 0, estimate_ns=10, estimate_error_ns=20, now_min_ns=-9, now_max_ns=9),
                   sample(4, 0, estimate_ns=2, estimate_error_ns=1, now_min_ns=1, now_max_ns=9)]
        self.assertEqual(figures.count_untruths(samples), (1, 1, 0.5))


class Report(unittest.TestCase):
    def run_over(self, path, seed, ours, theirs):
        direction = {"sent": 1, "lost": 0, "overflowed": 0, "mean_delay_ms": 1,
                     "late_us": {"p50": 1, "p99": 1, "max": 1}}
        return {**record(fast=[sample(1, ours)], slow=[sample(1, ours)], plain=[(1, theirs)], tuned=[(1, 2 * theirs)],
                         seconds=64),
                "path": path, "seed": seed, "there": "base=1", "back": "base=1",
                "emulator": {"there": direction, "back": direction, "is_realtime": False}}

    def find_line(self, text, beginning):
        return next(line for line in text.splitlines() if line.startswith(beginning))

    def test_random_paths(self):
        records = [self.run_over("random-%d" % number, seed, ours * spread, 100)
                   for number, ours in ((2, 20), (10, 95), (1, 10)) for seed, spread in ((1, 1), (2, 0.5), (3, 3))]
        text = report.format_report(records, None, None, [])
        self.assertRegex(self.find_line(text, "| median of 3 random paths"), r"\| 0\.20 \|.*\| met \|$")
        self.assertRegex(self.find_line(text, "| worst of 3 random paths"), r"\| 0\.95 \|.*\| \*\*missed\*\* \|$")
        self.assertIn("| 0.20 (0.10–0.60) |", self.find_line(text, "| random 2 |"))
        self.assertLess(text.index("| random 2 |"), text.index("| random 10 |"))
        self.assertIn("over 3 random paths instead of 12", text)
        self.assertIn("not quite the same", text)

    def test_nothing_over_random_paths(self):
        text = report.format_report([self.run_over("wan", 1, 10, 100)], None, None, [])
        self.assertIn("not measured", self.find_line(text, "| worst of 0 random paths"))
        self.assertRegex(self.find_line(text, "| WAN, ours at 4 Hz"), r"\| 0\.10 \| 0\.10–0\.10 \|")


class OneShots(unittest.TestCase):
    def test_no_answer_is_no_error(self):
        shots = [{"who": "ntpdig", "offset_ns": -7, "took_s": 1}, {"who": "ntpdig", "offset_ns": None, "took_s": 2},
                 {"who": "chronyd", "offset_ns": 3, "took_s": 4}]
        self.assertEqual(figures.one_shots_of([record(one_shots=shots)], "ntpdig"), ([7], [1, 2]))


class RandomPaths(unittest.TestCase):
    def test_the_same_for_the_same_number(self):
        self.assertEqual(paths.draw_path(7), paths.find_path("random-7"))
        self.assertNotEqual(paths.draw_path(7).there, paths.draw_path(8).there)

    def test_ways_begin_equally_long(self):
        for number in range(200):
            drawn = paths.draw_path(number)
            bases = {way.split(",")[0] for way in (drawn.there, drawn.back)}
            self.assertEqual(len(bases), 1, drawn)
            self.assertRegex(bases.pop(), r"^base=[0-9.]+$")

    def test_names(self):
        self.assertEqual(paths.name_random(range(3, 5)), ["random-3", "random-4"])
        self.assertEqual(paths.find_path("wan"), paths.PATHS["wan"])
        for name in "random-", "random-x", "wun":
            self.assertIsNone(paths.find_path(name))

    def test_enough_of_them(self):
        self.assertGreaterEqual(len(paths.RANDOM_NUMBERS), 12)


if __name__ == "__main__":
    tap.main()
