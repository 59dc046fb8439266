"""One run: ours and chronyd measure the same server's clock over the same path, in the same minute.

Both ends have one kernel's clock, so the true offset is zero. What comes of a run is a record, a dictionary to be
written as JSON, with all that was measured and nothing computed from it:

    path, seed, there, back, seconds  what was emulated, and for how long
    began_ns                          when the clients started
    ours       of "4", "1" (Hz): what ts-client --json wrote, t1 to t4 and all
    chronyd    of "plain", "xleave": lists as accuracy_peers.ChronydClient.ask() returns them
    one_shots  who asked ("ts-client", "chronyd", "ntpdig"), offset_ns or null, took_s
    emulator   what the path emulator says that it did

SPDX-License-Identifier: GPL-3.0-or-later
"""
import dataclasses
import json
import subprocess
import tempfile
import threading
import time

from accuracy_peers import (CHRONYD_OPTIONS, ChronydClient, Peers, ask_chronyd_once, ask_ntpdig_once,
                            start_chronyd_server)
from accuracy_rig import ADDRESSES, AS_USUAL, FAR, NEAR, PATIENCE_S, Rig, read_line

PORT = 10085
RATES_HZ = 4, 1
ASK_INTERVAL_S = 0.25

# Between the two windows in which errors are told, that one does not disturb the other.
ONE_SHOTS_AT_S = 17
N_ONE_SHOTS = 3


@dataclasses.dataclass(frozen=True)
class Programs:
    server: str
    client: str
    emulator: str
    peers: Peers


class Cancelled(Exception):
    """Another run has failed, or somebody has had enough."""


def _start_server(rig, programs):
    server = rig.start(FAR, [programs.server, "--address", ADDRESSES[FAR], "--port", str(PORT)],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    if not read_line(server).startswith("listening"):
        raise RuntimeError("ts-server does not listen")


def _client_command(programs, *options):
    return [programs.client, "--json", *options, "%s:%d" % (ADDRESSES[FAR], PORT)]


def _ask_ours_once(rig, programs):
    """Returns: the offset in ns by eight samples; None: nothing"""
    done = subprocess.run(rig.inside(NEAR, _client_command(programs, "--count", "8")), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=2 * PATIENCE_S)
    if done.returncode != 0:
        return None
    told = json.loads(done.stdout)
    return told.get("estimate_ns", told["offset_ns"])


class _OneShots(threading.Thread):
    """Asks once, and once more, in the background, each of those who can do that."""

    def __init__(self, rig, programs, folder, n_times, cancelled):
        super().__init__()
        self._asked = {"ts-client": lambda: _ask_ours_once(rig, programs)}
        if programs.peers.chronyd:
            self._asked["chronyd"] = lambda: ask_chronyd_once(rig, programs.peers, folder)
        if programs.peers.ntpdig:
            self._asked["ntpdig"] = lambda: ask_ntpdig_once(rig, programs.peers)
        self._n_times, self._cancelled = n_times, cancelled
        self._failure = None
        self.results = []

    def run(self):
        try:
            for _ in range(self._n_times):
                for who, ask in self._asked.items():
                    if self._cancelled.is_set():
                        return
                    began = time.monotonic()
                    offset_ns = ask()
                    self.results.append({"who": who, "offset_ns": offset_ns, "took_s": time.monotonic() - began})
        except Exception as error:  # It is told in the thread that waits for this one.
            self._failure = error

    def finish(self):
        """Returns: the results"""
        self.join()
        if self._failure is not None:
            raise self._failure
        return self.results


class _Run:
    def __init__(self, rig, programs, folder, seconds, cancelled):
        self._rig, self._programs, self._folder = rig, programs, folder
        self._seconds, self._cancelled = seconds, cancelled
        self._outputs, self._chronyds = {}, {}

    def _start_servers(self):
        _start_server(self._rig, self._programs)
        if self._programs.peers.chronyd:
            start_chronyd_server(self._rig, self._programs.peers, self._folder)
            # It answers soon after its file is there.
            time.sleep(0.5)

    def _start_clients(self):
        if self._programs.peers.chronyd:
            self._chronyds = {name: ChronydClient(self._rig, self._programs.peers, self._folder, name, options)
                              for name, options in CHRONYD_OPTIONS.items()}
        for rate in RATES_HZ:
            output = self._outputs[str(rate)] = open("%s/%d.json" % (self._folder, rate), "w+", encoding="utf-8")
            self._rig.start(NEAR, _client_command(self._programs, "--watch", "--interval", str(1 / rate)),
                            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL)

    def _watch(self, began, asked):
        """Asks each chronyd again and again until time is over, and meanwhile once all the rest."""
        is_long = self._seconds > 2 * ONE_SHOTS_AT_S
        shots = _OneShots(self._rig, self._programs, self._folder, N_ONE_SHOTS if is_long else 1, self._cancelled)
        shots_at = began + (ONE_SHOTS_AT_S if is_long else 0)
        turn = began
        try:
            while turn < began + self._seconds:
                if self._cancelled.wait(max(turn - time.monotonic(), 0)):
                    raise Cancelled
                if turn >= shots_at and shots.ident is None:
                    shots.start()
                for name, chronyd in self._chronyds.items():
                    told = chronyd.ask()
                    if told is not None:
                        asked[name].append(told)
                turn += ASK_INTERVAL_S
        finally:
            results = shots.finish() if shots.ident is not None else []
        return results

    def measure(self):
        """Returns: what belongs into the record"""
        self._start_servers()
        began, began_ns = time.monotonic(), time.time_ns()
        self._start_clients()
        asked = {name: [] for name in self._chronyds}
        one_shots = self._watch(began, asked)
        self._rig.end_processes()
        ours = {}
        for rate, output in self._outputs.items():
            output.seek(0)
            ours[rate] = [json.loads(line) for line in output]
            output.close()
        return {"began_ns": began_ns, "ours": ours, "chronyd": asked, "one_shots": one_shots,
                "emulator": self._rig.end_path()}


def run(programs, name, path, seed, seconds, cancelled):
    """Returns: the record of one run; raises Cancelled when that event is set"""
    # Its path is short, as those of sockets have to be, and nobody else may look inside, on which chronyd insists.
    with tempfile.TemporaryDirectory(prefix="ts-accuracy-") as folder, Rig(programs.emulator, path, seed) as rig:
        measured = _Run(rig, programs, folder, seconds, cancelled).measure()
    return {"path": name, "seed": seed, "there": path.there, "back": path.back, "seconds": seconds, **measured}


def run_still(programs, path, n_samples):
    """Returns: what ts-client says over a path without jitter, and what the emulator did"""
    with Rig(programs.emulator, path, 1) as rig:
        _start_server(rig, programs)
        samples = _take_samples(rig.inside(NEAR, _client_command(
            programs, "--watch", "--interval", "0.1", "--count", str(n_samples))))
        rig.end_processes()
        return {"samples": samples, "emulator": rig.end_path()}


def run_loopback(programs, n_samples):
    """Returns: what ts-client says on this computer's loopback address"""
    command = [*AS_USUAL, programs.server, "--address", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = read_line(server).split()[-1]
            return {"samples": _take_samples([*AS_USUAL, programs.client, "--json", "--watch", "--interval", "0.1",
                                              "--count", str(n_samples), address])}
        finally:
            server.terminate()


def _take_samples(command):
    """Returns: what ts-client told, but for failures"""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True,
                          timeout=20 * PATIENCE_S)
    return [told for line in done.stdout.splitlines() if "error" not in (told := json.loads(line))]
