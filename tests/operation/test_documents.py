"""Tests of what an operator reads and installs: man pages, completion, units, the configuration.
usage: test_documents.py TAP_FOLDER DATA_FOLDER SERVER_UNIT EXPORTER_UNIT PROGRAM...
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

sys.path[:0] = [sys.argv[1], str(pathlib.Path(__file__).resolve().parents[1] / "ntp")]
import peers
import tap

DATA, SERVICE, EXPORTER = map(pathlib.Path, sys.argv[2:5])
SOCKET = DATA / "systemd" / "ts-server.socket"
PROGRAMS = {pathlib.Path(path).name: path for path in sys.argv[5:]}
PATIENCE_S = float(os.environ.get("TS_TEST_PATIENCE_S", "60"))
# The exit status of --help, where it is not 0.
HELP_STATUS = {"ts-client check": 3}


def run(*command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
                          timeout=PATIENCE_S, **options)


def help_of(program):
    """Returns: what --help tells of a program or a command of it, such as "ts-client check" """
    name, *command = program.split()
    done = run(PROGRAMS[name], *command, "--help")
    assert (done.returncode, done.stderr) == (HELP_STATUS.get(program, 0), ""), done
    return done.stdout


def commands_of(program):
    """Returns: the names of the commands that --help tells of"""
    return re.findall(r"^  (\w+) ", help_of(program).partition("\nCommands:\n")[2], re.M)


def keep_built(names):
    """Returns: the names of commands, without the one that a build without libsoup does not have"""
    return [name for name in names if name != "exporter" or name in commands_of("ts-client")]


def page_of(program):
    section = 8 if program == "ts-server" else 1
    return "%s.%d" % (program.replace(" ", "-"), section)


def options_of(program):
    """Returns: what --help tells: letters and names, with their dashes"""
    told = help_of(program)
    options = re.findall(r"^  (?:(-\w), )?(--[\w-]+)", told, re.M)
    assert len(options) > 2, told
    return [option for pair in options for option in pair if option]


def plain(page):
    """Returns: the page without its markup, on one line"""
    text = (DATA / "man" / page).read_text(encoding="utf-8")
    text = re.sub(r"^\.\\\".*$", "", text, flags=re.M)
    return re.sub(r"\s+", " ", text)


PLAIN_CALLS = list(PROGRAMS)
COMMANDS = ["ts-client " + command for command in commands_of("ts-client")]
PAGES = sorted(path for path in (DATA / "man").iterdir() if path.suffix[1:].isdigit())
DOCUMENTED = PLAIN_CALLS + COMMANDS
# The options of ts-server that are no setting.
NO_SETTINGS = {"--help", "--config", "--check-config", "--make-signing-key", "--version"}


def settings_of_server():
    """Returns: the names of the settings that the configuration file may have, in the order of --help"""
    return [option[2:] for option in options_of("ts-server") if option.startswith("--") and option not in NO_SETTINGS]


class Stable(unittest.TestCase):
    def test_options(self):
        """docs/stability.md: what there once was is still there. What was not built has none."""
        stored = (pathlib.Path(sys.argv[1]) / "data" / "options-1.txt").read_text(encoding="utf-8").splitlines()
        self.assertGreater(len(stored), 100)
        built = [line for line in stored if not (line.startswith("timesync ") and "timesync" not in PROGRAMS) and
                 not (line.startswith("ts-client exporter ") and "ts-client exporter" not in COMMANDS)]
        self.assertLessEqual(set(built), {program + " " + option for program in DOCUMENTED for option in options_of(program)})


class Man_pages(unittest.TestCase):
    def test_every_status(self):
        """Each exit status that is stable has its entry, and there is no other."""
        stored = {}
        for line in (pathlib.Path(sys.argv[1]) / "data" / "statuses-1.txt").read_text(encoding="utf-8").splitlines():
            status, program, word = re.match(r"(\d) ([\w-]+) ?(\w*)", line).groups()
            program += " " + word if program + " " + word in COMMANDS else ""
            stored.setdefault(page_of(program), set()).add(status)
        self.assertEqual({page: set(re.findall(r"\.It (\d)", re.search(r"\.Sh EXIT STATUS (.*?)\.Sh ", plain(page))[1]))
                          for page in stored}, stored)

    def test_every_option(self):
        for program in DOCUMENTED:
            text = plain(page_of(program))
            for option in options_of(program):
                with self.subTest(program=program, option=option):
                    name = option.lstrip("-")
                    markup = "Fl Fl " if option.startswith("--") else "Fl "
                    self.assertRegex(text, r"\.It [^.]*(?<!Fl )%s%s(?![\w-])" % (markup, re.escape(name)))

    def test_no_other_option(self):
        for program in DOCUMENTED:
            known = options_of(program) + ["--gapplication-service"] * (program == "timesync")
            for name in re.findall(r"Fl Fl ([\w-]+)", plain(page_of(program))):
                with self.subTest(program=program, option=name):
                    self.assertIn("--" + name, known)

    def test_every_command(self):
        text = plain(page_of("ts-client"))
        self.assertEqual(keep_built(re.findall(r"\.It Cm (\w+)", text)), commands_of("ts-client"))
        named = [path.stem.removeprefix("ts-client-") for path in (DATA / "man").glob("ts-client-*")]
        self.assertEqual(sorted(keep_built(named)), sorted(commands_of("ts-client")))

    def test_settings(self):
        """Each setting has its entry, below how it is taken up; ts-server.8 is held against --help already."""
        text = plain("ts-server.conf.5")
        self.assertEqual(sorted(re.findall(r"\.It Cm ([\w-]+)", text)), sorted(settings_of_server()))
        at_restart, at_reload = re.search(r"\.Ss Taken up at a restart(.*)\.Ss Taken up at a reload(.*?)\.Sh ", text).groups()
        example = (DATA / "systemd" / "ts-server.conf").read_text(encoding="utf-8").split("# At a reload")
        for page, lines in zip((at_restart, at_reload), example):
            self.assertEqual(set(re.findall(r"\.It Cm ([\w-]+)", page)), set(re.findall(r"^#([a-z-]+)=", lines, re.M)))

    def test_cross_references(self):
        """A page that ours name is one of ours, or of somebody else's program."""
        ours = {path.name for path in PAGES}
        for path in PAGES:
            for name, section in re.findall(r"\.Xr ([\w.-]+) (\d)", path.read_text(encoding="utf-8")):
                if name.startswith(("timesync", "ts-")):
                    self.assertIn("%s.%s" % (name, section), ours, path.name)

    def test_mandoc(self):
        mandoc = peers.find("mandoc", "mandoc")
        if mandoc is None:
            self.skipTest("there is no mandoc")
        for page in PAGES:
            done = run(mandoc, "-T", "lint", "-W", "warning", str(page), env=peers.environment(mandoc))
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), page)

    def test_man(self):
        if shutil.which("man") is None or shutil.which("groff") is None:
            self.skipTest("there is no man with groff")
        for page in PAGES:
            done = run("man", "--warnings", "-E", "UTF-8", "-l", str(page),
                       env={**os.environ, "MANWIDTH": "80", "MAN_KEEP_FORMATTING": "", "PAGER": "cat"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)
            self.assertIn("DESCRIPTION", done.stdout)


class Readme(unittest.TestCase):
    def test_names_each_document(self):
        text = (DATA.parent / "README.md").read_text(encoding="utf-8")
        for path in (DATA.parent / "docs").glob("*.md"):
            self.assertIn("(docs/%s)" % path.name, text)


class Completion(unittest.TestCase):
    def complete(self, program, *words):
        """Returns: what bash offers for the last word"""
        script = """
            set -u
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            "_${1//-/_}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]+"${COMPREPLY[@]}"}"
            """
        done = run("bash", "--norc", "-c", script, "bash", str(DATA / "completion" / program), program, *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def setUp(self):
        if shutil.which("bash") is None:
            self.skipTest("there is no bash")

    def test_every_option(self):
        for program in "ts-server", "ts-client", *COMMANDS:
            names = {option for option in options_of(program) if option.startswith("--")}
            self.assertEqual(set(self.complete(*program.split(), "--")), names)

    def test_every_command(self):
        self.assertLessEqual(set(commands_of("ts-client")), set(self.complete("ts-client", "")))
        self.assertEqual(self.complete("ts-client", "chec"), ["check"])
        self.assertNotIn("check", self.complete("ts-client", "localhost", "chec"))

    def test_beginning(self):
        self.assertEqual(self.complete("ts-server", "--tls-"), ["--tls-certificate", "--tls-key"])
        self.assertEqual(self.complete("ts-client", "--wat"), ["--watch"])
        self.assertEqual(self.complete("ts-server", "--nothing"), [])

    def test_files(self):
        here = str(pathlib.Path(__file__).resolve())
        for words in ["--config", here[:-3]], ["--config", "=", here[:-3]], ["--tls-key", here[:-3]]:
            self.assertIn(here, self.complete("ts-server", *words))

    def test_values(self):
        """A value that only the operator knows is no option."""
        for words in ["--port", ""], ["-p", ""], ["--port", "="], ["--port", "=", "1"], ["--ntp", "-"]:
            self.assertEqual(self.complete("ts-server", *words), [])
        self.assertEqual(self.complete("ts-client", "--count", "-"), [])


class Fish(unittest.TestCase):
    def setUp(self):
        self.fish = peers.find("fish", "fish")
        if self.fish is None:
            self.skipTest("there is no fish")

    def complete(self, line):
        """Returns: what fish offers at the end of a line"""
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        path = DATA / "completion" / (line.split()[0] + ".fish")
        # One that was unpacked does not know where its functions are.
        functions = pathlib.Path(self.fish).parents[1] / "share" / "fish" / "functions"
        done = run(self.fish, "--no-config", "-c",
                   "set -a fish_function_path $argv[3]; source $argv[1]; complete -C $argv[2]", str(path), line,
                   str(functions), env={**peers.environment(self.fish), "HOME": folder.name})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [offer.split("\t")[0] for offer in done.stdout.splitlines()]

    def test_every_option(self):
        for program in "ts-server", "ts-client", *COMMANDS:
            with self.subTest(program):
                offers = self.complete(program + " -")
                self.assertEqual({offer for offer in offers if offer.startswith("-")}, set(options_of(program)))

    def test_every_command(self):
        self.assertLessEqual(set(commands_of("ts-client")), set(self.complete("ts-client ")))
        self.assertEqual(self.complete("ts-client chec"), ["check"])

    def test_values(self):
        self.assertEqual(set(self.complete("ts-client --unit ")), {"auto", "ns", "us", "ms", "s"})
        self.assertEqual(set(self.complete("ts-client check --undecided ")), {"ok", "warning", "unknown"})


class Zsh(unittest.TestCase):
    def setUp(self):
        self.zsh = peers.find("zsh", "zsh")
        if self.zsh is None:
            self.skipTest("there is no zsh")

    def complete(self, *words):
        """Returns: what the function hands to zsh's own functions, of which these here take the place"""
        script = """
            _arguments () { print -rl -- "$@" }
            _describe () { print -rl -- "${(@P)2}" }
            _hosts () { }
            words=("${@[2,-1]}"); CURRENT=$#words
            source "$1"
            """
        done = run(self.zsh, "-f", "-c", "complete () {%s}; complete \"$@\"" % script, "zsh",
                   str(DATA / "completion" / ("_" + words[0])), *words, env=peers.environment(self.zsh))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_every_option(self):
        for program in "ts-server", "ts-client", *COMMANDS:
            with self.subTest(program):
                offers = [re.match(r"(?:\*|\([^)]*\))?(--?[\w-]+)[+=]?\[", offer)
                          for offer in self.complete(*program.split(), "-")]
                self.assertEqual({offer[1] for offer in offers if offer}, set(options_of(program)))

    def test_every_command(self):
        self.assertEqual(keep_built([offer.split(":")[0] for offer in self.complete("ts-client", "")]), commands_of("ts-client"))


class Units(unittest.TestCase):
    def setUp(self):
        self.path = peers.find("systemd-analyze", "systemd")
        if self.path is None:
            self.skipTest("there is no systemd-analyze")

    def analyze(self, *arguments):
        return run(self.path, *arguments, env=peers.environment(self.path))

    def test_security(self):
        for service in SERVICE, EXPORTER:
            done = self.analyze("security", "--offline=true", "--no-pager", "--threshold=15", str(service))
            if "unrecognized option" in done.stderr:
                self.skipTest("this systemd-analyze cannot look at a file")
            self.assertEqual(done.returncode, 0, done.stdout[-200:] + done.stderr)
            self.assertLessEqual(float(re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)[1]), 1.5)

    def test_verify(self):
        """Nothing is wrong with the units but that they are not installed."""
        done = self.analyze("verify", str(SERVICE), str(SOCKET), str(EXPORTER))
        expected = re.compile(r"ts-.*(is not executable: No such file|man ts-server\(8\)|man ts-client-exporter\(1\))|^$")
        ours = [line for line in done.stderr.splitlines() if "ts-" in line]
        self.assertEqual([line for line in ours if not expected.search(line)], [])

    def test_asks_for_the_clock(self):
        """ProtectClock= would forbid ntp_adjtime(), and with it the knowledge of the clock's quality and steps."""
        for service in SERVICE, EXPORTER:
            text = service.read_text(encoding="utf-8")
            settings = [line for line in text.splitlines() if not line.startswith("#")]
            self.assertIn("SystemCallFilter=adjtimex clock_adjtime", settings)
            self.assertEqual([line for line in settings if line.startswith("ProtectClock=")], [])
            self.assertNotIn("@", "".join(line for line in settings if not line.startswith("SystemCallFilter=")))


class Configuration(unittest.TestCase):
    PATH = DATA / "systemd" / "ts-server.conf"

    def test_as_it_is(self):
        done = run(PROGRAMS["ts-server"], "--check-config", "--config", str(self.PATH))
        # Its port may be in use here, which is only told.
        self.assertEqual((done.returncode, done.stdout), (0, "ok\n"), done.stderr)

    def test_every_setting(self):
        """Each stands there as a comment, which is right if it is none."""
        text = self.PATH.read_text(encoding="utf-8")
        names = re.findall(r"^#([a-z-]+)=", text, re.M)
        self.assertEqual(sorted(names), sorted(settings_of_server()))
        for name, value in re.findall(r"^#([a-z-]+)=(.*)$", text, re.M):
            if name in ("tls-certificate", "tls-key", "signing-key", "address"):
                continue  # files that are not there, and more than one
            arguments = [] if (name, value) == ("log-addresses", "false") else ["--%s=%s" % (name, value)]
            done = run(PROGRAMS["ts-server"], "--check-config", *arguments)
            # The port and the folder may not be had here, but what is no value at all is wrong usage.
            self.assertIn(done.returncode, (0, 1), name)


@unittest.skipUnless("exporter" in commands_of("ts-client"), "built without libsoup")
class Exporter_configuration(unittest.TestCase):
    PATH = DATA / "systemd" / "ts-client-exporter.conf"

    def run_to_end(self, *arguments):
        """Runs an exporter that cannot listen. Returns: its status and stderr"""
        done = run(PROGRAMS["ts-client"], "exporter", *arguments, "--listen", "/nowhere/at/all")
        return done.returncode, done.stderr

    def test_as_it_is(self):
        self.assertEqual(self.run_to_end("--config", str(self.PATH))[0], 1)

    def test_every_setting(self):
        """Each stands there as a comment, which is right if it is none."""
        text = self.PATH.read_text(encoding="utf-8")
        names = {"--" + name for name in re.findall(r"^#?([a-z-]+)=", text, re.M)}
        others = {"--help", "--config", "--version"}
        self.assertEqual(names - {"--host"},
                         {option for option in options_of("ts-client exporter") if option.startswith("--")} - others)
        for name, value in re.findall(r"^#([a-z-]+)=(.*)$", text, re.M):
            if name in ("tls-ca", "host", "enable-reload", "bus"):
                continue  # a file that is not there, and what is no option with a value
            for part in value.split(";"):
                status, err = self.run_to_end("--%s=%s" % (name, part), "localhost")
                self.assertEqual(status, 1, (name, err))


if __name__ == "__main__":
    tap.main()
