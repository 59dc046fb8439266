"""Tests of what ts-client records, replays and exports.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import csv
import io
import json
import os
import pathlib
import sqlite3
import tempfile
import unittest

import programs
import tap
from programs import CLIENT, Program, run_client

DONE, NOT_DONE, USAGE, THINNED = range(4)


def figures_of(out):
    """Returns: the names and values of a report's lines"""
    return dict(line.split(" ", 1) for line in out.splitlines())


class Recording(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server()
        cls.host = "127.0.0.1:%d" % cls.server.port
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = str(pathlib.Path(cls.folder.name, "history.db"))
        status, cls.measured, err = run_client("--json", "--count", "20", "--record", cls.file, cls.host)
        assert (status, err) == (DONE, ""), err

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.folder.cleanup()

    def path(self, name):
        return str(pathlib.Path(self.folder.name, name))

    def export(self, *arguments):
        status, out, err = run_client("export", *arguments)
        self.assertEqual((status, err), (DONE, ""))
        return out

    def test_replay_says_the_same(self):
        status, out, err = run_client("replay", self.file)
        figures = figures_of(out)
        self.assertEqual((status, err), (DONE, ""))
        self.assertEqual((figures["HOST"], figures["SAMPLES"], figures["OTHERS"], figures["SAME"]),
                         (self.host, "20", "0", "yes"))
        self.assertEqual(figures["ESTIMATOR"], figures["ESTIMATOR_NOW"])

    def test_each_form_gives_the_same_digest(self):
        digest = figures_of(run_client("replay", self.file)[1])["DIGEST"]
        for name in "csv", "json":
            pathlib.Path(self.path(name)).write_text(self.export("--format", name, self.file), newline="")
            self.assertEqual(figures_of(run_client("replay", self.path(name))[1])["DIGEST"], digest)

    def test_export_has_what_was_measured(self):
        best = json.loads(self.measured)
        rows = list(csv.DictReader(io.StringIO(self.export(self.file))))
        objects = [json.loads(line) for line in self.export("-f", "json", self.file).splitlines()]
        self.assertEqual((len(rows), len(objects)), (20, 20))
        found = [row for row in objects if row["t1_ns"] == best["t1_ns"]]
        self.assertEqual(len(found), 1)
        for name in "t2_ns", "t3_ns", "t4_ns", "offset_ns", "delay_ns", "proven_min_ns", "proven_max_ns":
            self.assertEqual(found[0][name], best[name], name)
        for row, whole in zip(rows, objects):
            self.assertEqual({name: str(value) for name, value in whole.items() if not name.endswith("ppm")},
                             {name: row[name] for name in whole if not name.endswith("ppm")})

    def test_range_and_server(self):
        times = [row["time"] for row in csv.DictReader(io.StringIO(self.export(self.file)))]
        some = list(csv.DictReader(io.StringIO(self.export("--from", times[5], "--to", times[9][:19] + "Z", self.file))))
        self.assertTrue(all(times[5][:19] <= row["time"] for row in some))
        self.assertLess(len(self.export("--to", "2000-01-01", self.file).splitlines()), 2)
        self.assertEqual(len(self.export("-s", self.host, self.file).splitlines()), 21)
        self.assertEqual(run_client("export", "--server", "nobody", self.file)[0], NOT_DONE)

    def test_another_recording_is_appended(self):
        path = self.path("twice.db")
        for _ in range(2):
            self.assertEqual(run_client("--count", "3", "--record", path, self.host)[0], DONE)
        figures = figures_of(run_client("replay", path)[1])
        self.assertEqual((figures["SAMPLES"], figures["SESSIONS"], figures["SAME"]), ("6", "2", "yes"))

    def test_what_cannot_be_recorded_is_measured(self):
        letter = self.path("letter.txt")
        pathlib.Path(letter).write_text("Dear Sir,\n" * 100)
        for path, reason in (letter, "is not a recording"), (self.path("no/such/folder"), "Cannot create"):
            status, out, err = run_client("--record", path, self.host)
            self.assertEqual(status, DONE)
            self.assertIn("OFFSET_MS", out)
            self.assertRegex(err, r"\Ats-client: not recording: .*%s.*\n\Z" % reason)
        self.assertEqual(pathlib.Path(letter).read_text(), "Dear Sir,\n" * 100)

    def test_what_is_no_file_is_left_alone(self):
        path = self.path("pipe")
        os.mkfifo(path)
        status, out, err = run_client("--record", path, self.host)
        self.assertEqual((status, err), (DONE, "ts-client: not recording: “%s” is not a recording of Time Sync\n" % path))
        self.assertEqual([file for file in os.listdir(os.path.dirname(path)) if file.startswith("pipe")], ["pipe"])

    def test_two_programs_on_one_file(self):
        path = self.path("shared.db")
        with Program(CLIENT, "--watch", "--record", path, self.host) as first:
            first.read_line()
            status, out, err = run_client("--record", path, self.host)
            self.assertEqual(status, DONE)
            self.assertIn("OFFSET_MS", out)
            self.assertIn("Another program records into", err)

    def test_other_estimator_cannot_be_compared(self):
        path = self.path("old.db")
        self.assertEqual(run_client("--count", "3", "--record", path, self.host)[0], DONE)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE session SET estimator = 0")
        database.close()
        status, out, _ = run_client("replay", path)
        self.assertEqual((status, figures_of(out)["SAME"]), (DONE, "unknown"))

    def test_exchanges_that_are_no_longer_kept(self):
        path = self.path("thinned.db")
        self.assertEqual(run_client("--count", "20", "--record", path, self.host)[0], DONE)
        rows = [json.loads(line) for line in self.export("-f", "json", path).splitlines()]
        self.assertEqual(len(self.export("--rollups", path).splitlines()), 1)
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM page")
        database.close()
        status, out, err = run_client("export", path)
        self.assertEqual((status, out.count("\n")), (THINNED, 1))
        self.assertRegex(err, r"\Ats-client: the exchanges with %s from \S+Z to \S+Z are no longer kept \(20\); --rollups "
                         r"writes what remains of them\n\Z" % self.host)
        self.assertEqual(len(self.export("--from", "2100-01-01", path).splitlines()), 1)
        status, out, _ = run_client("replay", path)
        figures = figures_of(out)
        self.assertEqual((status, figures["SAMPLES"], figures["NOT_KEPT"], figures["SAME"]), (DONE, "0", "20", "unknown"))
        self.assertEqual(run_client("export", "--rollups", "-s", "nobody", path)[0], NOT_DONE)

        table = list(csv.DictReader(io.StringIO(self.export("--rollups", path))))
        objects = [json.loads(line) for line in self.export("--rollups", "-f", "json", path).splitlines()]
        self.assertEqual((len(table), len(objects)), (1, 1))
        rollup = objects[0]
        self.assertEqual({name: str(value) for name, value in rollup.items()}, {name: table[0][name] for name in rollup})
        best = min(rows, key=lambda row: row["delay_ns"])
        for name in "t1_ns", "t2_ns", "t3_ns", "t4_ns", "offset_ns", "delay_ns", "proven_min_ns", "proven_max_ns":
            self.assertEqual(rollup[name], best[name], name)
        self.assertEqual((rollup["kind"], rollup["server"], rollup["n_samples"], rollup["n_lost"], rollup["n_refused"]),
                         ("rollup", self.host, 20, 0, 0))
        self.assertEqual((rollup["begin_ns"], rollup["end_ns"]), (rows[0]["t4_ns"], rows[-1]["t4_ns"]))
        self.assertEqual((rollup["now_min_ns"], rollup["now_max_ns"]),
                         (min(row["now_min_ns"] for row in rows), max(row["now_max_ns"] for row in rows)))
        self.assertEqual((rollup["certain_min_ns"], rollup["certain_max_ns"]),
                         (max(row["now_min_ns"] for row in rows), min(row["now_max_ns"] for row in rows)))
        self.assertEqual(rollup["delay_max_ns"], max(row["delay_ns"] for row in rows))
        # Roll-ups are no exchanges, and cannot be replayed.
        pathlib.Path(self.path("rollups.csv")).write_text(self.export("--rollups", path), newline="")
        self.assertEqual(run_client("replay", self.path("rollups.csv"))[0], NOT_DONE)

    def test_estimates_without_the_beginning_of_a_session(self):
        """What is stated without earlier exchanges is not what was stated then: that is said, and nothing else changes."""
        path = self.path("headless.db")
        self.assertEqual(run_client("--count", "3", "--record", path, self.host)[0], DONE)
        whole = self.export(path)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE session SET is_fresh = 0")
        database.close()
        status, out, err = run_client("export", path)
        self.assertEqual((status, out), (DONE, whole))
        self.assertRegex(err, r"\Ats-client: the estimates with %s from \S+Z on do without earlier exchanges, which are no longer "
                         r"kept or cannot be read\n\Z" % self.host)
        self.assertEqual(len(self.export("--to", "2000-01-01", path).splitlines()), 1)

    def test_what_cannot_be_read_is_named(self):
        path = self.path("later.db")
        self.assertEqual(run_client("--count", "1", "--record", path, self.host)[0], DONE)
        for pragma, why in (("user_version = 99", "“%s” cannot be read: it has version 99, which a later Time Sync made; this one knows 2"),
                            ("user_version = 1", "“%s” cannot be read: it has version 1, which no release of Time Sync made"),
                            ("application_id = 7", "“%s” cannot be read: it is not a recording of Time Sync")):
            with sqlite3.connect(path) as database:
                database.execute("PRAGMA " + pragma)
            database.close()
            for command in "replay", "export":
                status, _, err = run_client(command, path)
                self.assertEqual((status, err), (NOT_DONE, "ts-client: %s\n" % (why % path)))

    def test_files_that_are_none(self):
        empty, letter = self.path("empty"), self.path("note.txt")
        pathlib.Path(empty).touch()
        pathlib.Path(letter).write_text("name,age\n")
        for command in "replay", "export":
            for path in empty, letter, self.path("none"):
                status, _, err = run_client(command, path)
                self.assertEqual(status, NOT_DONE)
                self.assertRegex(err, r"\Ats-client: [^\n]+\n\Z")
                self.assertIn("“%s”" % path, err)

    def test_usage(self):
        for arguments in (["replay"], ["export"], ["replay", "a", "b"], ["export", "--format", "xml", self.file],
                          ["export", "--from", "noon", self.file], ["replay", "--nothing", self.file]):
            self.assertEqual(run_client(*arguments)[0], USAGE, arguments)


if __name__ == "__main__":
    tap.main()
