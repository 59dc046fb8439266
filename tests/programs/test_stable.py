"""Tests that what version 0.1.0 wrote is still read, and that what others read is still written: docs/stability.md.
The samples are in data/ beside this file. They are never made again: a new form gets a sample of its own.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import csv
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import tap
from clocks import Clock
from programs import CLIENT, PATIENCE_S, SERVER, run_client

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = pathlib.Path(__file__).resolve().parent / "data"
# Whose members are names of hosts.
MAPS = {"selection"}


def shape_of(value, name=None):
    """Returns: what a value of JSON is made of; of an object the shape of each member"""
    if not isinstance(value, dict):
        return type(value).__name__
    if name in MAPS:
        return sorted({shape_of(one) for one in value.values()})
    return {key: shape_of(one, key) for key, one in value.items()}


def read_text(name):
    return (SAMPLES / name).read_text(encoding="utf-8")


class Json(unittest.TestCase):
    def check_has(self, stored, now, path):
        """Everything that was there is there, and is of the same type; there may be more."""
        if isinstance(stored, dict):
            self.assertIsInstance(now, dict, path)
            for name, part in stored.items():
                self.assertIn(name, now, path)
                self.check_has(part, now[name], path + "." + name)
        elif stored != "NoneType":  # what may be null may be something else here
            self.assertEqual(now, stored, path)

    def test_objects(self):
        clock, far = Clock(), Clock(10 ** 10)
        self.addCleanup(clock.close)
        self.addCleanup(far.close)
        _, out, _ = run_client("--json", clock.host, far.host, "127.0.0.1:1")
        now = [shape_of(json.loads(line)) for line in out.splitlines()]
        stored = [shape_of(json.loads(line)) for line in read_text("json-1.jsonl").splitlines()]
        self.assertEqual((len(now), len(stored)), (4, 4))
        for one, other in zip(stored, now):
            self.check_has(one, other, "")

    def read_all(self):
        """Returns: the objects of both samples; test-report.c holds those of the second against the program"""
        return [json.loads(line) for name in ("json-1.jsonl", "json-1-whole.jsonl") for line in read_text(name).splitlines()]

    def test_version(self):
        for one in self.read_all():
            self.assertEqual(one["version"], 1)

    def test_whole(self):
        """Every member and every name that docs/json.md tells of was stored."""
        text = (SOURCE / "docs" / "json.md").read_text(encoding="utf-8")
        schema = json.loads(re.search(r"```json\n(.*?)```", text, re.S)[1])["$defs"]
        stored = self.read_all()
        members = {name for one in stored for name in one}
        values = {str(value) for one in stored for part in (one, *(one[name] for name in one if isinstance(one[name], dict)))
                  for value in part.values()}
        for kind in "sample", "failure", "selection":
            self.assertLessEqual(set(schema[kind]["properties"]), members)
        for found in re.findall(r'"enum": \[(.*?)\]', text):
            self.assertLessEqual(set(re.findall(r'"([\w-]+)"', found)), values)


def read_recorded(text):
    """Returns: the rows of a table, each a dictionary, without what the estimator says, which is not stable"""
    return [{name: value for name, value in row.items() if not name.startswith(("estimate_", "now_", "drift_", "event_size_"))}
            for row in csv.DictReader(text.splitlines())]


class Recording(unittest.TestCase):
    """One that was closed; one of a killed program, which has not packed its last records; and one of the desktop app, with
    all that a recording can have, of which the oldest exchanges are no longer kept."""
    NAMES = "recording-1", "recording-1-killed", "recording-1-app"
    KINDS = {"sample", "lost", "refused", "paused", "offline"}
    EVENTS = {"step-local", "step-remote", "step-probable", "suspend"}

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        self.paths = {name: shutil.copy(SAMPLES / (name + ".db"), folder.name) for name in self.NAMES}

    def test_is_read(self):
        for name, path in self.paths.items():
            with self.subTest(name):
                status, out, err = run_client("export", path)
                self.assertEqual((status, err == ""), (3, False) if name == "recording-1-app" else (0, True))
                self.check_has(read_recorded(out), name)

    def check_has(self, rows, name):
        """Each column that was stored is there, with the same values. There may be more."""
        stored = read_recorded(read_text(name + ".csv"))
        self.assertEqual([{column: row.get(column) for column in stored[0]} for row in rows[:len(stored)]], stored)
        return len(rows) - len(stored)

    def test_rollups(self):
        status, out, err = run_client("export", "--rollups", self.paths["recording-1-app"])
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(self.check_has(read_recorded(out), "recording-1-rollups"), 0)

    def test_names(self):
        """What is compared has all kinds, and all events that a recording keeps. A step that is only probable is stated by
        the estimator, and so is in the roll-ups alone."""
        names = [name + ".csv" for name in self.NAMES]
        rows = [row for name in names for row in read_recorded(read_text(name))]
        rollups = read_recorded(read_text("recording-1-rollups.csv"))
        self.assertEqual({row["kind"] for row in rows}, self.KINDS)
        self.assertEqual({row["kind"] for row in rollups}, self.KINDS - {"sample"} | {"rollup"})
        self.assertEqual({row["event"] for row in rows} - {""}, self.EVENTS - {"step-probable"})
        self.assertEqual({row["event"] for row in rollups} - {""}, self.EVENTS)

    def test_json(self):
        """The members are named as the columns are, also by a replay."""
        for command, *options in ["export", "-f", "json"], ["replay", "--json"]:
            _, out, _ = run_client(command, *options, self.paths["recording-1-app"])
            members = {name for line in out.splitlines() for name in json.loads(line)}
            self.assertLessEqual(set(read_text("recording-1-app.csv").splitlines()[0].split(",")), members, command)

    def test_is_appended_to(self):
        clock = Clock()
        self.addCleanup(clock.close)
        for name, path in self.paths.items():
            with self.subTest(name):
                self.assertEqual(run_client("--record", path, clock.host)[0], 0)
                rows = read_recorded(run_client("export", path)[1])
                self.assertEqual(self.check_has(rows, name), 1)


class Statuses(unittest.TestCase):
    def test_each(self):
        """Of what was built; test_app.py runs the desktop app, and test_documents.py holds the man pages against these."""
        clock, ahead = Clock(), Clock(10 ** 10)
        self.addCleanup(clock.close)
        self.addCleanup(ahead.close)
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        samples = shutil.copytree(SAMPLES, folder.name + "/samples")
        commands = run_client("--help")[1].partition("\nCommands:\n")[2]
        for line in read_text("statuses-1.txt").splitlines():
            status, program, *arguments = shlex.split(line.format(clock=clock.host, ahead=ahead.host, nobody="127.0.0.1:1",
                                                                  samples=samples))
            if program == "timesync" or (arguments[:1] == ["exporter"] and "exporter" not in commands):
                continue
            done = subprocess.run([{"ts-client": CLIENT, "ts-server": SERVER}[program], *arguments], stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=PATIENCE_S)
            if b"built without seals" not in done.stderr:
                self.assertEqual(done.returncode, int(status), line)


class Bus(unittest.TestCase):
    def test_interface(self):
        """The code is made from the description, so this holds the description; test_exporter.py asks a program, for the
        keys of a server too."""
        tree = ElementTree.parse(SOURCE / "data" / "dbus-1" / "org.timesync.TimeSync1.xml").getroot()
        lines = []
        for interface in tree.iter("interface"):
            for member in interface:
                arguments = ["%s %s" % (one.get("direction", "out"), one.get("type")) for one in member.iter("arg")]
                lines.append("%s %s.%s(%s)" % (member.tag, interface.get("name"), member.get("name"),
                                               ", ".join(arguments)))
        stored = [line for line in read_text("bus-1.txt").splitlines() if not line.startswith("key ")]
        self.assertLessEqual(set(stored), set(lines))


class Document(unittest.TestCase):
    def test_names_each_sample(self):
        text = (SOURCE / "docs" / "stability.md").read_text(encoding="utf-8")
        for path in re.findall(r"`(tests/[\w./-]+)`", text):
            self.assertTrue((SOURCE / path).exists(), path)
        for sample in SAMPLES.iterdir():
            self.assertIn("tests/programs/data/" + sample.name, text)


if __name__ == "__main__":
    tap.main()
