"""Tests of the Debian packages, built from a copy of the tree.
usage: test_packages.py TAP_FOLDER VERSION

The short form builds once, without the tests of the tree, and looks at what came out: a minute of two processors, so it
runs where CI is set only. With TS_TEST_PACKAGES=long, as by `make packages-check`, it builds twice, once with them, and
installs, upgrades, removes and purges in a clean root.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, sys.argv[1])
VERSION = sys.argv[2]
import tap

IS_LONG = os.environ.get("TS_TEST_PACKAGES") == "long"
BEFORE = VERSION + "~before"
PACKAGES = ["timesync", "timesync-common", "ts-client", "ts-server"]
# A build by itself, not one of this test's: no variable of meson's or of the tests.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "CC", "CCACHE_DIR", "http_proxy", "https_proxy")
               if name in os.environ}
# What is not of the tree: builds, and what git and Python keep.
LEFT_OUT = shutil.ignore_patterns(".git", ".cache", "build", "build-*", "obj-*", "__pycache__")
# What each package is for, and no other has.
CONTENTS = {
    "timesync": ["usr/bin/timesync", "usr/share/applications/org.timesync.TimeSync.desktop",
                 "usr/share/dbus-1/services/org.timesync.TimeSync.service",
                 "usr/share/glib-2.0/schemas/org.timesync.TimeSync.gschema.xml",
                 "usr/share/icons/hicolor/scalable/apps/org.timesync.TimeSync.svg",
                 "usr/share/man/man1/timesync.1.gz", "usr/share/metainfo/org.timesync.TimeSync.metainfo.xml"],
    "timesync-common": ["usr/share/dbus-1/interfaces/org.timesync.TimeSync1.xml",
                        "usr/share/locale/de/LC_MESSAGES/timesync.mo", "usr/share/man/man7/timesync.7.gz"],
    "ts-client": ["etc/timesync/ts-client-exporter.conf", "lib/systemd/system/ts-client-exporter.service",
                  "usr/bin/ts-client", "usr/share/bash-completion/completions/ts-client",
                  "usr/share/dbus-1/system.d/org.timesync.TimeSync1.conf", "usr/share/man/man1/ts-client-check.1.gz",
                  "usr/share/man/man1/ts-client.1.gz", "usr/share/timesync/prometheus/timesync.rules.yml"],
    "ts-server": ["etc/timesync/ts-server.conf", "lib/systemd/system/ts-server.service",
                  "lib/systemd/system/ts-server.socket", "usr/bin/ts-server",
                  "usr/libexec/timesync/deploy-certificate", "usr/share/man/man5/ts-server.conf.5.gz",
                  "usr/share/man/man8/ts-server.8.gz"],
}


def run(*command, **options):
    """Returns: what it printed on both streams, if it was well"""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **options)
    assert done.returncode == 0, (command, done.stdout[-4000:])
    return done.stdout


def why_not():
    """Returns: why no package is built here, or None"""
    if not IS_LONG and "CI" not in os.environ:
        return "`make packages-check` builds the packages"
    for tool, package in ("dpkg-buildpackage", "dpkg-dev"), ("dh", "debhelper"), ("lintian", "lintian"):
        if shutil.which(tool) is None:
            return "there is no " + package
    done = subprocess.run(["dpkg-checkbuilddeps"], cwd=SOURCE, capture_output=True, text=True, check=False)
    return done.stderr.strip().replace("\n", " ") or None


def build(source, folder, **options):
    """Builds source and binary packages in a folder. Returns: their files, by name"""
    tree = folder / "timesync"
    shutil.copytree(source, tree)
    run("dpkg-buildpackage", "-us", "-uc", cwd=tree, env={**ENVIRONMENT, **options})
    return {path.name: path for path in folder.iterdir() if path.suffix in (".deb", ".xz")}


WHY_NOT = why_not()


@unittest.skipIf(WHY_NOT is not None, WHY_NOT)
class Built(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        work = tempfile.TemporaryDirectory(prefix="timesync-packages-")
        cls.addClassCleanup(work.cleanup)
        cls.folder = pathlib.Path(work.name)
        os.chmod(cls.folder, 0o755)
        (cls.folder / "first").mkdir()
        # A build takes minutes, in which somebody may change the tree.
        cls.source = shutil.copytree(SOURCE, cls.folder / "source", ignore=LEFT_OUT)
        jobs = "parallel=%d" % (os.cpu_count() or 1)
        cls.built = build(cls.source, cls.folder / "first", DEB_BUILD_OPTIONS=jobs if IS_LONG else jobs + " nocheck")

    def package(self, name):
        """Returns: the file of a binary package"""
        return next(path for file, path in self.built.items() if re.match(re.escape(name) + r"_[^_]*_\w+\.deb$", file))

    def test_lintian(self):
        changes = next((self.folder / "first").glob("*.changes"))
        self.assertEqual(run("lintian", "--allow-root", "--pedantic", "--tag-display-limit", "0", str(changes)), "")

    def test_contents(self):
        """A file is in one package only. debhelper fails by itself if one is in none."""
        owners = {}
        for name in PACKAGES:
            listed = run("dpkg-deb", "--contents", str(self.package(name)))
            files = [re.sub(r"^\./", "", line.split(None, 5)[5]) for line in listed.splitlines() if line[0] != "d"]
            self.assertLessEqual(set(CONTENTS[name]), set(files))
            for file in files:
                self.assertNotIn(file, owners)
                owners[file] = name

    def test_fields(self):
        for name in PACKAGES:
            fields = run("dpkg-deb", "--field", str(self.package(name)))
            self.assertIn("Version: %s\n" % VERSION, fields)
            self.assertNotIn("${", fields)

    @unittest.skipUnless(IS_LONG, "`make packages-check` builds twice")
    def test_same_again(self):
        """In another folder, zone and language, without the tests, and without what a cache of compilers has. dpkg maps
        folders only if their names have neither spaces nor commas."""
        second = self.folder / "another-longer-second"
        second.mkdir()
        again = build(self.source, second, DEB_BUILD_OPTIONS="parallel=1 nocheck", TZ="Asia/Kolkata", LC_ALL="C.UTF-8",
                      LANGUAGE="de", CCACHE_DISABLE="1")
        digests = [{name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
                   for files in (self.built, again)]
        self.assertEqual(*digests)

    def make_before(self, to):
        """The same packages of a version before."""
        for name in PACKAGES:
            folder = self.folder / "before" / name
            folder.parent.mkdir(exist_ok=True)
            run("dpkg-deb", "--raw-extract", str(self.package(name)), str(folder))
            control = folder / "DEBIAN" / "control"
            text = control.read_text(encoding="utf-8").replace("Version: %s\n" % VERSION, "Version: %s\n" % BEFORE)
            control.write_text(text.replace("(= %s)" % VERSION, "(= %s)" % BEFORE), encoding="utf-8")
            run("dpkg-deb", "--root-owner-group", "--build", str(folder), str(to))

    def make_root(self, target, *hooks):
        """Makes a Debian 12 with systemd and without anything that is here, which has the packages, and runs commands for
        it. Returns: the status, and what was said"""
        if shutil.which("mmdebstrap") is None:
            self.skipTest("there is no mmdebstrap")
        packages = self.folder / "packages"
        if not packages.exists():
            (packages / "before").mkdir(parents=True)
            self.make_before(packages / "before")
            for path in *map(self.package, PACKAGES), SOURCE / "tests/packages/in-clean-root", SOURCE / "debian/tests/service":
                shutil.copy(path, packages)
        done = subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=apt", "--include=systemd", "--customize-hook=mkdir \"$1/packages\"",
             "--customize-hook=sync-in %s /packages" % packages, "--customize-hook=echo the root is made >&2",
             *("--customize-hook=" + hook for hook in hooks), "bookworm", str(target)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env=ENVIRONMENT, check=False)
        if "the root is made" not in done.stdout:
            self.skipTest("no clean root can be made here: " + (done.stdout.strip().splitlines() or ["?"])[-1])
        return done.returncode, done.stdout

    @unittest.skipUnless(IS_LONG, "`make packages-check` installs in a clean root")
    def test_clean_root(self):
        """Install, upgrade, use, remove, purge."""
        status, said = self.make_root("/dev/null", "chroot \"$1\" /packages/in-clean-root %s %s" % (BEFORE, VERSION))
        self.assertEqual(status, 0, said[-4000:])
        self.assertIn("all done in the clean root", said)

    @unittest.skipUnless(IS_LONG, "`make packages-check` boots a clean root")
    def test_service(self):
        """debian/tests/service, with a systemd that runs."""
        if shutil.which("systemd-nspawn") is None or os.geteuid() != 0:
            self.skipTest("there is no systemd-nspawn, or no root")
        root = self.folder / "root"
        unit = ("[Unit]\nAfter=ts-server.service\n[Service]\nType=oneshot\n"
                "ExecStart=sh -c '/packages/service > /packages/said 2>&1; systemctl --no-block exit $$?'\n"
                "[Install]\nWantedBy=multi-user.target\n")
        (self.folder / "check.service").write_text(unit, encoding="ascii")
        status, said = self.make_root(
            root, "chroot \"$1\" sh -c 'apt-get -qq install -y --no-install-recommends /packages/ts-*.deb /packages/*common*.deb'",
            "copy-in %s /etc/systemd/system" % (self.folder / "check.service"), "chroot \"$1\" systemctl enable check.service")
        self.assertEqual(status, 0, said[-4000:])
        done = subprocess.run(["systemd-nspawn", "--quiet", "--directory", str(root), "--boot", "--register=no", "--keep-unit",
                               "--private-network", "--console=pipe"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=300, check=False)
        if not (root / "packages" / "said").exists():
            self.skipTest("systemd does not boot here: " + (done.stdout.strip().splitlines() or ["?"])[-1])
        self.assertEqual(done.returncode, 0, (root / "packages" / "said").read_text(encoding="utf-8"))


if __name__ == "__main__":
    tap.main()
