"""Other people's NTP programs, which ours are compared with: chrony's and ntpsec's.

They are taken from where they are installed, or else unpacked from Debian's packages into a folder: installing
chrony would start a service that sets the computer's clock.

What chronyd's clock would show comes from `chronyc tracking`. With -x it does not touch the computer's clock but keeps
what it would have done to it, offset and frequency, as a correction that is complete at once; "System time" is that
correction at the moment when it is asked: how far a clock that it disciplines would be off the computer's now.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from accuracy_rig import ADDRESSES, FAR, NEAR, PATIENCE_S

# What is added to the line of chronyd's server: nothing, what both ends have to understand, and what its manual names
# against jitter (chrony.conf(5)): only samples of the least tenth of delays, the median of eight, a long regression.
CHRONYD_OPTIONS = {"plain": "", "xleave": "xleave", "tuned": "maxdelayquant 0.1 minsamples 64 filter 8"}

PACKAGES = "chrony", "ntpsec-ntpdig", "python3-ntp"

# Daemons are where users other than root do not look.
_PLACES = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"


def fetch(folder):
    """Unpacks the packages there, where that was not done yet. Returns: None, or why it cannot"""
    if os.path.isdir(os.path.join(folder, "root")):
        return None
    os.makedirs(folder, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            subprocess.run(["apt-get", "--quiet=2", "download", *PACKAGES], cwd=fresh, check=True,
                           capture_output=True, timeout=300)
            for package in glob.glob(os.path.join(fresh, "*.deb")):
                subprocess.run(["dpkg", "-x", package, os.path.join(fresh, "root")], check=True, timeout=60)
            os.rename(os.path.join(fresh, "root"), os.path.join(folder, "root"))
    except (OSError, subprocess.SubprocessError) as error:
        return "cannot fetch %s: %s" % (", ".join(PACKAGES), error)
    return None


class Peers:
    """Where the programs are; None for what is not there."""

    def __init__(self, folder):
        self._root = os.path.join(folder, "root") if folder else ""
        self.chronyd = self._find("usr/sbin/chronyd")
        self.chronyc = self._find("usr/bin/chronyc")
        ntpdig = self._find("usr/bin/ntpdig")
        self.ntpdig = [sys.executable, ntpdig] if ntpdig else None
        self.environment = dict(os.environ)
        if ntpdig and ntpdig.startswith(self._root + "/"):
            self.environment["PYTHONPATH"] = os.path.join(self._root, "usr/lib/python3/dist-packages")
            self.environment["LD_LIBRARY_PATH"] = ":".join(glob.glob(self._root + "/usr/lib/*/ntp"))
        self.chronyd_version = self._say_version([self.chronyd, "--version"]) if self.chronyd else None
        if self.chronyd_version is None or self.chronyc is None:
            self.chronyd = None
        if self.ntpdig and self._say_version([*self.ntpdig, "-V"]) is None:
            self.ntpdig = None

    def _find(self, path):
        unpacked = os.path.join(self._root, path)
        if self._root and os.path.exists(unpacked):
            return unpacked
        return shutil.which(os.path.basename(path), path=_PLACES)

    def _say_version(self, command):
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=PATIENCE_S)
        return done.stdout.split("\n")[0].split(" (+")[0] if done.returncode == 0 else None

    def chronyd_command(self, folder, name, options, *lines):
        """Returns: a chronyd that never touches the clock, with its files in a folder"""
        return [self.chronyd, "-x", "-u", "root", *options, *lines, "cmdport 0",
                "pidfile %s/%s.pid" % (folder, name)]


def start_chronyd_server(rig, peers, folder):
    command = peers.chronyd_command(folder, "server", ["-d"], "allow", "local stratum 8", "bindcmdaddress /")
    rig.start(FAR, command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE_S
    while not os.path.exists(os.path.join(folder, "server.pid")):
        if time.monotonic() > end:
            raise TimeoutError("chronyd does not start")
        time.sleep(0.05)


class ChronydClient:
    """A chronyd that follows the server, and a chronyc that asks it."""

    def __init__(self, rig, peers, folder, name, options):
        socket = "%s/%s.sock" % (folder, name)
        command = peers.chronyd_command(
            folder, name, ["-d"], "port 0", "bindcmdaddress " + socket,
            "server %s iburst minpoll 0 maxpoll 0 %s" % (ADDRESSES[FAR], options))
        self._process = rig.start(NEAR, command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._socket = socket
        self._asker_command = [peers.chronyc, "-c", "-n", "-h", socket]
        self._rig = rig
        self._asker = None

    def ask(self):
        """Returns: when, correction in ns, frequency and skew in ppm, root dispersion in s; None: it has none"""
        if self._process.poll() is not None:
            raise RuntimeError("chronyd ended with status %d" % self._process.returncode)
        if self._asker is None:
            if not os.path.exists(self._socket):
                return None
            self._asker = self._rig.start(NEAR, self._asker_command, stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._asker.stdin.write("tracking\n")
        self._asker.stdin.flush()
        fields = self._asker.stdout.readline().strip().split(",")
        # Without a server it would report a correction of 0, which would be right by chance.
        if len(fields) < 14 or fields[0] == "00000000":
            return None
        return [time.time_ns(), round(float(fields[4]) * 1e9), float(fields[7]), float(fields[9]), float(fields[11])]


def ask_chronyd_once(rig, peers, folder):
    """Returns: what chronyd -Q says that the offset is, in ns; None: nothing"""
    command = peers.chronyd_command(folder, "once", ["-Q", "-t", str(PATIENCE_S)], "port 0", "bindcmdaddress /",
                                    "server %s iburst" % ADDRESSES[FAR])
    done = subprocess.run(rig.inside(NEAR, command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=2 * PATIENCE_S)
    found = re.search(r"System clock wrong by (-?\d+\.\d+) seconds \(ignored\)", done.stdout)
    return round(float(found[1]) * 1e9) if found else None


def ask_ntpdig_once(rig, peers):
    """Returns: what ntpdig says that the offset is, in ns; None: nothing"""
    done = subprocess.run(rig.inside(NEAR, [*peers.ntpdig, "-j", ADDRESSES[FAR]]), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=peers.environment,
                          timeout=2 * PATIENCE_S)
    try:
        return round(json.loads(done.stdout)["offset"] * 1e9)
    except (ValueError, KeyError):
        return None
