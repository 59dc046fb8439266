"""Tests that what version 0.1.0 wrote is still read, and that what others read is still written: docs/stability.md.
The samples are in data/ beside this file. Once 0.1.0 is out they are never made again: a new form gets a sample of its
own.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import csv
import json
import pathlib
import re
import shutil
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import tap
from clocks import Clock
from programs import run_client

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

    def test_version(self):
        for line in read_text("json-1.jsonl").splitlines():
            self.assertEqual(json.loads(line)["version"], 1)


def read_recorded(text):
    """Returns: the rows of a table, each a dictionary, without what the estimator says, which is not stable"""
    return [{name: value for name, value in row.items() if not name.startswith(("estimate_", "now_", "drift_"))}
            for row in csv.DictReader(text.splitlines())]


class Recording(unittest.TestCase):
    """One that was closed, and one of a killed program, which has not packed its last records."""
    NAMES = "recording-1", "recording-1-killed"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        self.paths = {name: shutil.copy(SAMPLES / (name + ".db"), folder.name) for name in self.NAMES}

    def test_is_read(self):
        for name, path in self.paths.items():
            with self.subTest(name):
                status, out, err = run_client("export", path)
                self.assertEqual((status, err), (0, ""))
                self.assertEqual(read_recorded(out), read_recorded(read_text(name + ".csv")))

    def test_kinds(self):
        """What is compared has all that a terminal records."""
        kinds = {row["kind"] for name in self.NAMES for row in read_recorded(read_text(name + ".csv"))}
        self.assertEqual(kinds, {"sample", "lost", "refused"})

    def test_is_appended_to(self):
        clock = Clock()
        self.addCleanup(clock.close)
        for name, path in self.paths.items():
            with self.subTest(name):
                self.assertEqual(run_client("--record", path, clock.host)[0], 0)
                rows = read_recorded(run_client("export", path)[1])
                stored = read_recorded(read_text(name + ".csv"))
                self.assertEqual((rows[:len(stored)], len(rows)), (stored, len(stored) + 1))


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
