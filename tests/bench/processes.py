"""The servers under test and the load generator, as processes.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

PATIENCE_S = 120

# What switches every limit off, so that what is measured is the service. Given where the server knows it.
UNLIMITED = ["--requests-per-second", "0", "--address-requests-per-second", "0",
             "--max-connections-per-address", "0", "--idle-timeout", "3600"]


def _affinity(cpus):
    """Returns: what to do in a new process before it becomes a program"""
    return (lambda: os.sched_setaffinity(0, cpus)) if cpus else None


class Programs:
    """Where the programs are, and on which processors they may run."""

    def __init__(self, arguments, is_pinned):
        self.server, self.floor, self.plain, self.load = (arguments.server, arguments.floor, arguments.plain,
                                                          arguments.load)
        self.client, self.record = arguments.client, arguments.record
        cpus = sorted(os.sched_getaffinity(0))
        self.is_pinned = is_pinned and len(cpus) > 1
        self.server_cpus = cpus[:1] if self.is_pinned else None
        self.load_cpus = cpus[1:2] if self.is_pinned else None
        told = subprocess.run([self.server, "--help"], capture_output=True, text=True, timeout=PATIENCE_S).stdout
        self._options = set(re.findall(r"--[a-z-]+", told))
        self._folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self._key = os.path.join(self._folder.name, "key.pem")

    def can_seal(self):
        """Returns: whether the server can; it has a key then"""
        return os.path.exists(self._key) or subprocess.run([self.server, "--make-signing-key", self._key],
                                                           capture_output=True, timeout=PATIENCE_S).returncode == 0

    def can_export(self):
        """Returns: whether the client was built with what an exporter needs"""
        return "--listen" in subprocess.run([self.client, "exporter", "--help"], capture_output=True, text=True,
                                            timeout=PATIENCE_S).stdout

    def has_server_option(self, name):
        return name in self._options

    def server_command(self, with_default_workers=False, addresses=("127.0.0.1",)):
        command = [self.server, "--port", "0"]
        for address in addresses:
            command += ["--address", address]
        pairs = UNLIMITED if with_default_workers else [*UNLIMITED, "--workers", "1"]
        for name, value in zip(pairs[::2], pairs[1::2]):
            if self.has_server_option(name):
                command += [name, value]
        return command

    def start(self, kind):
        """Returns: a Server of a kind: ours, keyed (with a key to sign with), sealed (the same), floor, stamped (a floor
        with kernel stamps) or plain"""
        commands = {
            "ours": self.server_command(),
            "floor": [self.floor],
            "stamped": [self.floor, "--stamps"],
            "barer": [self.floor, "--at-once"],
            "plain": [self.plain],
            "keyed": [*self.server_command(), "--signing-key", self._key],
        }
        commands["sealed"] = commands["keyed"]
        return Server(commands[kind], self.server_cpus)

    def load_command(self, server, mode, **options):
        command = [self.load, "--mode", mode, "--port", str(server.port), "--server-pid", str(server.pid)]
        for name, value in options.items():
            command += ["--" + name] if value is True else ["--" + name, str(value)]
        return command

    def run_record(self, *arguments):
        """Returns: what the program that records told"""
        done = subprocess.run([self.record, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, timeout=20 * PATIENCE_S, check=True)
        return json.loads(done.stdout)

    def run_load(self, server, mode, **options):
        """Returns: what the load generator told"""
        done = subprocess.run(self.load_command(server, mode, **options), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE_S + 10,
                              preexec_fn=_affinity(self.load_cpus))
        if done.returncode != 0:
            raise RuntimeError("%s on %s: status %d, %s" % (mode, server.name, done.returncode, done.stderr))
        return json.loads(done.stdout)


class Server:
    """A server that listens, from start to end."""

    def __init__(self, command, cpus):
        self.name = os.path.basename(command[0])
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         text=True, preexec_fn=_affinity(cpus))
        self.pid = self._process.pid
        watchdog = threading.Timer(PATIENCE_S, self._process.kill)
        watchdog.start()
        told = self._process.stdout.readline()
        watchdog.cancel()
        match = re.search(r":(\d+)$", told.rstrip())
        if match is None:
            self.stop()
            raise RuntimeError("%s said %r, no port" % (self.name, told))
        self.port = int(match[1])
        self._n_fds = self.count_fds()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def count_fds(self):
        return len(os.listdir("/proc/%d/fd" % self.pid))

    def wait_until_free(self):
        """Waits until every connection is closed, that one run may not pay for the one before."""
        end = time.monotonic() + PATIENCE_S
        while self.count_fds() > self._n_fds + 2:
            if time.monotonic() > end:
                raise TimeoutError(self.name + " does not close its connections")
            time.sleep(0.01)

    def read_pss_bytes(self):
        """Returns: the memory of the process; of what it shares, its share"""
        with open("/proc/%d/smaps_rollup" % self.pid, encoding="ascii") as file:
            return int(re.search(r"^Pss: +(\d+) kB$", file.read(), re.MULTILINE)[1]) * 1024


class Exporter:
    """`ts-client exporter`, measuring servers once a second."""

    def __init__(self, client, hosts):
        self._process = subprocess.Popen([client, "exporter", "--listen", "127.0.0.1:0", "--interval", "1", *hosts],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._url = "http://%s/" % self._process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        self._process.stdout.close()

    def _ask(self, path):
        return urllib.request.urlopen(self._url + path, timeout=PATIENCE_S).read()

    def wait_until_ready(self):
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._ask("-/ready")
                return
            except urllib.error.HTTPError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    def scrape(self):
        """Returns: how long a scrape takes, and its length in bytes"""
        began = time.monotonic()
        length = len(self._ask("metrics"))
        return time.monotonic() - began, length

    def read_cpu_s(self):
        """Returns: the processor time of all its threads, from the kernel's scheduler"""
        folder = "/proc/%d/task" % self._process.pid
        total_ns = 0
        for task in os.listdir(folder):
            with open("%s/%s/schedstat" % (folder, task), encoding="ascii") as file:
                total_ns += int(file.read().split()[0])
        return total_ns / 1e9

    def measure_cpu(self, seconds):
        """Returns: the share of a processor that it takes for some seconds"""
        before_s, began_s = self.read_cpu_s(), time.monotonic()
        time.sleep(seconds)
        return (self.read_cpu_s() - before_s) / (time.monotonic() - began_s)

    def read_resident_bytes(self):
        with open("/proc/%d/status" % self._process.pid, encoding="ascii") as file:
            return int(re.search(r"^VmRSS:\s+(\d+) kB$", file.read(), re.MULTILINE)[1]) * 1024


class Holder:
    """Holds idle connections, in a process of its own with descriptors of its own."""

    def __init__(self, programs, server):
        self._process = subprocess.Popen(programs.load_command(server, "idle", timeout=PATIENCE_S),
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         preexec_fn=_affinity(programs.load_cpus))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        self._process.stdout.close()

    def hold(self, n_connections):
        """Waits until as many connections are held."""
        self._process.stdin.write("%d\n" % n_connections)
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        if told == "" or json.loads(told)["held"] < n_connections:
            raise RuntimeError("cannot hold %d connections" % n_connections)


class Saturation:
    """Keeps a server as busy as it can be, in the background."""

    def __init__(self, programs, server, n_connections):
        command = programs.load_command(server, "kept", connections=n_connections, requests=1 << 30,
                                        timeout=PATIENCE_S)
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL, preexec_fn=_affinity(programs.load_cpus))
        time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
