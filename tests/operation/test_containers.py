"""Tests of data/container: linted everywhere, and built and run where podman and the base image can be had.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import pathlib
import re
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, sys.argv[1])
import tap

FOLDER = SOURCE / "data" / "container"
BASE = "docker.io/library/debian:bookworm-slim"
PROGRAMS = "ts-server", "ts-client"
BUILD_S = 600


def read_instructions(program):
    """Returns: the instructions of a Containerfile, as pairs of a word and the rest, lines joined"""
    text = (FOLDER / ("Containerfile." + program)).read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


class Lint(unittest.TestCase):
    def test_stages(self):
        """The compiler stays behind: the second stage is the same slim Debian, and takes programs only."""
        for program in PROGRAMS:
            instructions = read_instructions(program)
            self.assertEqual([rest for word, rest in instructions if word == "FROM"], [BASE + " AS build", BASE])
            second = instructions[[word for word, _ in instructions].index("FROM", 1):]
            copies = [rest for word, rest in second if word in ("COPY", "ADD")]
            self.assertEqual(len(copies), 1)
            self.assertRegex(copies[0], r"\A--from=build .*/%s .*/usr/bin/\Z" % program)
            self.assertNotIn("gcc", " ".join(rest for _, rest in second))

    def test_user(self):
        """It is not root, and has no privilege over the clock."""
        for program in PROGRAMS:
            users = [rest for word, rest in read_instructions(program) if word == "USER"]
            self.assertEqual(users, ["65534:65534"])
            text = (FOLDER / ("Containerfile." + program)).read_text(encoding="utf-8")
            self.assertNotRegex(text, "SYS_TIME|--privileged|setcap|sudo")

    def test_commands(self):
        """They are lists, without a shell, so that signals reach the program; the health check is one."""
        for program in PROGRAMS:
            instructions = dict(read_instructions(program))
            self.assertEqual(json.loads(instructions["ENTRYPOINT"]), [program])
            self.assertTrue(json.loads(re.search(r"CMD (\[.*\])", instructions["HEALTHCHECK"])[1]))

    def test_health_check_is_kept(self):
        """An OCI image has none, so what its head says to type makes a Docker image."""
        for program in PROGRAMS:
            text = (FOLDER / ("Containerfile." + program)).read_text(encoding="utf-8")
            self.assertRegex(text, r"# .*podman build --format docker -f data/container/Containerfile\.%s -t" % program)

    def test_known_instructions(self):
        known = {"FROM", "RUN", "COPY", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT"}
        for program in PROGRAMS:
            self.assertLessEqual({word for word, _ in read_instructions(program)}, known)

    def test_packages(self):
        """What .ci/packages installs for building without the window and systemd is what the first stage installs."""
        needed = set(re.findall(r"\b(gcc|libc6-dev|pkg-config|meson|ninja-build|gettext|libglib2\.0-dev|libjson-glib-dev|"
                                r"libsoup-3\.0-dev|libsqlite3-dev|libgnutls28-dev)\b",
                                (SOURCE / ".ci" / "packages").read_text(encoding="utf-8")))
        self.assertGreater(len(needed), 8)
        for program in PROGRAMS:
            first = next(rest for word, rest in read_instructions(program) if word == "RUN")
            self.assertLessEqual(needed, set(first.split()))


@unittest.skipIf(shutil.which("podman") is None, "there is no podman, so the Containerfiles are linted only")
class Built(unittest.TestCase):
    def podman(self, *arguments, **options):
        return subprocess.run(["podman", *arguments], capture_output=True, text=True, timeout=BUILD_S, **options)

    def test_build_and_run(self):
        if self.podman("pull", BASE).returncode != 0:
            self.skipTest("the base image cannot be had, so the Containerfiles are linted only")
        for program in PROGRAMS:
            done = self.podman("build", "--format", "docker", "-f", str(FOLDER / ("Containerfile." + program)), "-t",
                               "timesync-test-" + program, str(SOURCE))
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            self.addCleanup(self.podman, "rmi", "-f", "timesync-test-" + program)
        done = self.podman("run", "-d", "--rm", "timesync-test-ts-server")
        self.assertEqual(done.returncode, 0, done.stderr)
        server = done.stdout.strip()
        self.addCleanup(self.podman, "kill", server)
        done = self.podman("run", "--rm", "--network", "container:" + server, "timesync-test-ts-client",
                           "--wait-until-within", "1s", "--deadline", "60", "127.0.0.1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.podman("healthcheck", "run", server).returncode, 0)
        self.assertNotEqual(self.podman("exec", server, "id", "-u").stdout.strip(), "0")


if __name__ == "__main__":
    tap.main()
