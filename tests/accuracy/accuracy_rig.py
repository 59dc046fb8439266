"""Two network namespaces with an emulated path between them, and the processes that run there.

All of this is inside a user namespace (tests/ntp/sandbox.py), where nobody may set the computer's clock, and a
mount namespace whose network namespaces vanish with the last process, however that ends.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import ctypes
import json
import os
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "ntp"))

import sandbox

NEAR, FAR = "near", "far"
ADDRESSES = {NEAR: "10.99.0.1", FAR: "10.99.0.2"}

PATIENCE_S = 30

TUN = "/dev/net/tun"

# What a command begins with whose process ends with ours, even when that is killed.
DIE_WITH_US = "setpriv", "--pdeathsig", "TERM"

# What it begins with when it shall also have no more priority than programs usually have.
AS_USUAL = "chrt", "--other", "0", *DIE_WITH_US

PR_CAPBSET_DROP = 24
CAP_SYS_TIME = 25


def _forbid_setting_clock():
    """Takes from all children what setting a clock needs; chronyd runs with -x besides, and needs it not."""
    if ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_TIME, 0, 0, 0) != 0:
        return "cannot give up the right to set the clock"
    with subprocess.Popen(["cat", "/proc/self/status"], stdout=subprocess.PIPE, text=True) as child:
        effective = next(line for line in child.stdout if line.startswith("CapEff:")).split()[1]
    if int(effective, 16) >> CAP_SYS_TIME & 1:
        return "a child could set the clock"
    return None


def _hurry():
    """Gives this process real-time priority, for the emulator to inherit, if that may be had; else packets that
    are due wait for whatever else the computer does. In the sandbox it would be too late to ask."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        pass


def enter_sandbox():
    """Moves this process, which has to have one thread, to where it can have network namespaces of its own.

    Returns: None, or why it cannot; then nothing is to be run"""
    for program in "chrt", "ip", "nsenter", "setpriv":
        if shutil.which(program) is None:
            return program + " is not installed"
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError as error:
        return "cannot open %s: %s" % (TUN, error.strerror)
    _hurry()
    reason = sandbox.enter() or _forbid_setting_clock()
    if reason is None:
        try:
            # Where ip keeps its namespaces.
            sandbox.cover("/run")
        except OSError as error:
            return "nothing can be mounted here: " + error.strerror
    return reason


def _ip(*arguments):
    subprocess.run(["ip", *arguments], stdin=subprocess.DEVNULL, check=True, timeout=PATIENCE_S)


def read_line(process):
    """Returns: the next line that a process writes; it is ended where none comes"""
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        return process.stdout.readline()
    finally:
        watchdog.cancel()


def end(process):
    """Ends a process; returns what it still had to say, if that is read."""
    process.terminate()
    try:
        return process.communicate(timeout=PATIENCE_S)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


class Rig:
    """A path between two namespaces, to be used with `with`."""

    _n_made = 0
    _lock = threading.Lock()

    def __init__(self, emulator, path, seed):
        with Rig._lock:
            Rig._n_made += 1
            number = Rig._n_made
        self._names = {side: "timesync-%d-%d-%s" % (os.getpid(), number, side) for side in (NEAR, FAR)}
        self._emulator_command = [*DIE_WITH_US, emulator, "--seed", str(seed),
                                  "--there", path.there, "--back", path.back]
        for side, name in self._names.items():
            self._emulator_command += ["--" + side, "/run/netns/" + name]
        self._made = []
        self._processes = []
        self._emulator = None
        self.is_realtime = False

    def __enter__(self):
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _connect(self):
        for name in self._names.values():
            _ip("netns", "add", name)
            self._made.append(name)
        self._emulator = subprocess.Popen(self._emulator_command, stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, text=True)
        told = read_line(self._emulator)
        if told == "":
            raise RuntimeError("the path emulator did not start")
        told = json.loads(told)
        self.is_realtime = told["is_realtime"]
        for side, name in self._names.items():
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", told["device"], "addrgenmode", "none")
            _ip("-n", name, "address", "add", ADDRESSES[side] + "/30", "dev", told["device"])
            _ip("-n", name, "link", "set", told["device"], "up")

    def inside(self, side, command):
        """Returns: the command that runs another on one side"""
        return ["nsenter", "--net=/run/netns/" + self._names[side], *AS_USUAL, *command]

    def start(self, side, command, **options):
        """Returns: a process that runs on one side, until it or the rig ends"""
        process = subprocess.Popen(self.inside(side, command), text=True, **options)
        self._processes.append(process)
        return process

    def end_processes(self):
        """Ends what was started, the last first. The path stays."""
        while self._processes:
            process = self._processes.pop()
            if process.poll() is None:
                end(process)
            for stream in process.stdin, process.stdout:
                if stream is not None:
                    stream.close()

    def end_path(self):
        """Returns: what the emulator says that it did; once"""
        told = end(self._emulator)
        if self._emulator.returncode != 0:
            raise RuntimeError("the path emulator ended with status %d" % self._emulator.returncode)
        self._emulator = None
        return {**json.loads(told), "is_realtime": self.is_realtime}

    def __exit__(self, *_):
        self.end_processes()
        if self._emulator is not None:
            end(self._emulator)
        for name in self._made:
            _ip("netns", "delete", name)
