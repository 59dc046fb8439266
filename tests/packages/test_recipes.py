"""Tests of what packages are built from, against the rest of the tree: debian/, data/packaging/, NEWS and metainfo.
usage: test_recipes.py TAP_FOLDER VERSION BUILD_FOLDER
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import fnmatch
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, sys.argv[1])
VERSION, BUILD = sys.argv[2:4]
import tap

RECIPES = SOURCE / "data" / "packaging"


def read(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def read_paragraphs():
    """Returns: the paragraphs of debian/control, each a dictionary"""
    return [{name: value.strip() for name, value in re.findall(r"^([\w-]+):(.*(?:\n .*)*)", text, re.M)}
            for text in read("debian/control").split("\n\n")]


def run(*command, **options):
    """Returns: what it printed, if it was well"""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


class Debian(unittest.TestCase):
    def test_libraries(self):
        """What .ci/packages installs to build with is what a package builder installs."""
        needed = set(re.findall(r"\blib[\w.-]+-dev\b", read(".ci/packages"))) - {"libc6-dev", "libclang-rt-14-dev"}
        self.assertGreater(len(needed), 7)
        listed = set(re.findall(r"^ (lib[\w.-]+-dev)\b", read_paragraphs()[0]["Build-Depends"], re.M))
        self.assertEqual(listed, needed)

    def test_tools(self):
        """What a build with the window runs is there for `make run` too, and for packages without tests:
        update-desktop-database, which meson wants, and xmllint, without which the resources are other ones."""
        for package in "desktop-file-utils", "libxml2-utils":
            self.assertIn(" " + package, read(".ci/packages").split("\n)\n")[0])
            self.assertIn("\n %s,\n" % package, read("debian/control"))

    def test_loaded_at_run_time(self):
        """TLS is loaded, not linked, so dpkg-shlibdeps does not see it; nor does it see the translations."""
        packages = {paragraph["Package"]: paragraph for paragraph in read_paragraphs()[1:]}
        for name in "timesync", "ts-server", "ts-client":
            self.assertIn("glib-networking", packages[name]["Depends"])
            self.assertIn("timesync-common (= ${source:Version})", packages[name]["Depends"])


class Releases(unittest.TestCase):
    def test_version(self):
        self.assertEqual(re.match(r"timesync \((.*?)\)", read("debian/changelog"))[1], VERSION)
        for recipe, pattern in (("PKGBUILD", r"^pkgver=(.*)$"), ("timesync.spec", r"^Version: *(.*)$"),
                                ("package.nix", r'^  version = "(.*)";$')):
            self.assertEqual(re.search(pattern, (RECIPES / recipe).read_text(encoding="utf-8"), re.M)[1], VERSION, recipe)
        self.assertIn("This is version %s," % VERSION, read("docs/comparison.md"))

    def test_news(self):
        """Each release is in NEWS and in the metainfo, with one date, and the newest is this one."""
        news = re.findall(r"^## ([\d.]+) – (\d{4}-\d\d-\d\d)$", read("NEWS.md"), re.M)
        releases = ElementTree.fromstring(read("data/org.timesync.TimeSync.metainfo.xml.in")).iter("release")
        self.assertEqual(news, [(release.get("version"), release.get("date")) for release in releases])
        self.assertEqual(news[0][0], VERSION)


class Recipes(unittest.TestCase):
    """What Debian has the tools for is parsed by them."""

    def test_flatpak_permissions(self):
        text = (RECIPES / "org.timesync.TimeSync.yaml").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"^  - (--.*)$", text, re.M)),
                         {"--share=network", "--share=ipc", "--socket=wayland", "--socket=fallback-x11"})

    def test_flatpak(self):
        if shutil.which("flatpak-builder") is None:
            self.skipTest("there is no flatpak-builder")
        shown = run("flatpak-builder", "--show-manifest", str(RECIPES / "org.timesync.TimeSync.yaml"))
        self.assertIn('"org.timesync.TimeSync"', shown)

    def test_arch(self):
        functions = run("bash", "-euc", 'source "$1" && declare -F && echo "${source[*]}"', "bash",
                        str(RECIPES / "PKGBUILD"))
        self.assertEqual(functions.splitlines(), ["declare -f build", "declare -f check", "declare -f package",
                                                  "timesync-%s.tar.xz" % VERSION])

    def test_fedora(self):
        if shutil.which("rpmspec") is None:
            self.skipTest("there is no rpmspec")
        with tempfile.TemporaryDirectory() as home:
            parsed = run("rpmspec", "-P", str(RECIPES / "timesync.spec"), env={"HOME": home, "PATH": "/usr/bin:/bin"})
        self.assertIn("Version:        " + VERSION, parsed)

    def test_fedora_files(self):
        """rpmbuild fails if a file that is installed is in no package; each is in the list, below the prefix."""
        places = {"bindir": "bin", "datadir": "share", "libexecdir": "libexec", "mandir": "share/man",
                  "unitdir": "lib/systemd/system"}
        listed = [re.sub(r"%\{_(\w+)\}", lambda match: places[match[1]], line) for line in
                  re.findall(r"^%\{_(?!sysconfdir).*$", (RECIPES / "timesync.spec").read_text(encoding="utf-8"), re.M)]
        prefix = next(option["value"] for option in json.loads(run("meson", "introspect", BUILD, "--buildoptions"))
                      if option["name"] == "prefix")
        for path in json.loads(run("meson", "introspect", BUILD, "--installed")).values():
            path = path.removeprefix(prefix + "/")
            if not path.startswith("share/locale/"):
                self.assertTrue([one for one in listed if fnmatch.fnmatch(path, one) or path.startswith(one + "/")], path)

    def test_nix(self):
        if shutil.which("nix-instantiate") is None:
            self.skipTest("there is no nix-instantiate")
        run("nix-instantiate", "--parse", str(RECIPES / "package.nix"))

    def test_options(self):
        """Each sets all parts that can be left out, so that a missing library is an error."""
        options = re.findall(r"^option\('(\w+)', type: 'feature'", read("meson_options.txt"), re.M)
        self.assertEqual(set(options), {"gui", "systemd", "metrics", "seals"})
        for recipe in [*RECIPES.iterdir(), SOURCE / "debian" / "rules"]:
            set_here = re.findall(r"-D ?(\w+)=(?:en|dis)abled", recipe.read_text(encoding="utf-8"))
            self.assertEqual(sorted(set_here), sorted(options), recipe.name)


if __name__ == "__main__":
    tap.main()
