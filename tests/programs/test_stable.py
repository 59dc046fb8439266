"""Tests that what version 0.1.0 wrote is still read, and that what others read is still written: docs/stability.md.
The samples are in data/ beside this file. Once 0.1.0 is out they are never made again: a new form gets a sample of its
own.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

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


class Recording(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        self.path = shutil.copy(SAMPLES / "recording-1.db", folder.name)

    def test_is_read(self):
        status, out, err = run_client("export", self.path)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out.splitlines(), read_text("recording-1.csv").splitlines())

    def test_is_appended_to(self):
        clock = Clock()
        self.addCleanup(clock.close)
        self.assertEqual(run_client("--record", self.path, clock.host)[0], 0)
        lines = run_client("export", self.path)[1].splitlines()
        stored = read_text("recording-1.csv").splitlines()
        self.assertEqual((lines[:len(stored)], len(lines)), (stored, len(stored) + 1))


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
