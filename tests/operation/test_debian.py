"""Tests of debian/ against the rest of the tree. Building the packages is left to dpkg-buildpackage.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import pathlib
import re
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, sys.argv[1])
VERSION = sys.argv[2]
import tap


def read(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def read_paragraphs():
    """Returns: the paragraphs of debian/control, each a dictionary"""
    return [{name: value.strip() for name, value in re.findall(r"^([\w-]+):(.*(?:\n .*)*)", text, re.M)}
            for text in read("debian/control").split("\n\n")]


class Control(unittest.TestCase):
    def test_version(self):
        self.assertEqual(re.match(r"timesync \((.*?)\)", read("debian/changelog"))[1], VERSION)

    def test_libraries(self):
        """What .ci/packages installs to build with is what a package builder installs."""
        needed = set(re.findall(r"\blib[\w.-]+-dev\b", read(".ci/packages"))) - {"libc6-dev"}
        self.assertGreater(len(needed), 7)
        listed = set(re.findall(r"^ (lib[\w.-]+-dev)\b", read_paragraphs()[0]["Build-Depends"], re.M))
        self.assertEqual(listed, needed)

    def test_loaded_at_run_time(self):
        """TLS is loaded, not linked, so dpkg-shlibdeps does not see it; nor does it see the translations."""
        packages = {paragraph["Package"]: paragraph for paragraph in read_paragraphs()[1:]}
        for name in "timesync", "ts-server", "ts-client":
            self.assertIn("glib-networking", packages[name]["Depends"])
            self.assertIn("timesync-l10n (= ${source:Version})", packages[name]["Depends"])


if __name__ == "__main__":
    tap.main()
