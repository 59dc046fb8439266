"""What people see when networks, servers, clocks or this computer's resources fail: in namespaces of its own, with the
real programs. Each case is a row of docs/faults.md, which has to be what these tests write: --write FILE writes it.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import contextlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
SOURCE = FOLDER.parents[1]
for name in "programs", "ntp", "accuracy":
    sys.path.insert(0, str(FOLDER.parent / name))
EMULATOR, LOCAL_CLOCK = sys.argv[3:5]
WRITES_TO = sys.argv[6] if sys.argv[5:6] == ["--write"] else None

import accuracy_rig
import clocks
import programs
import tap
from accuracy_paths import Path
from programs import CLIENT, SERVER, Program, Server, run_client

WHY_NOT = accuracy_rig.enter_sandbox()
NAME = "clock.example"
HEAD = """# What you see when something fails

Each row was tried by a test in every run (`tests/faults`), with the real programs, in network namespaces of their own;
this page is what the test writes. Words in quotes are the programs' own; the window shows the same sentences and draws
the same marks. What is not said to fail goes on.

| what fails | what is done | what you see |
|---|---|---|
"""

rows = {}


def see(fault, what, seen):
    """Notes a row, in the order of the tests."""
    rows[fault] = "| %s | %s | %s |\n" % (fault, what, seen.replace("|", "\\|"))


def quote(text):
    """The words of a message without what is another each time."""
    text = re.sub(r"127\.0\.0\.\d+:\d+|\[::1\]:\d+|10\.99\.0\.\d:\d+", "HOST", text.strip())
    return "“%s”" % re.sub(r"/tmp/\S*/", "", re.sub(re.escape(NAME) + r":\d+", NAME, text))


def words_of(error_output):
    return quote(re.split("ts-(?:client|server): ", error_output.strip())[-1])


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, timeout=programs.PATIENCE_S)


class Resolver:
    """A name server that knows one name; its answer may change, or not come."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.ipv4, self.ipv6, self.is_silent = "127.0.0.1", None, False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            query, client = self.socket.recvfrom(512)
            if not query:
                return
            if not self.is_silent:
                self.socket.sendto(self.answer(query), client)

    def answer(self, query):
        end = query.index(b"\0", 12) + 5
        kind, = struct.unpack(">H", query[end - 4:end - 2])
        address = (socket.inet_pton(socket.AF_INET, self.ipv4) if kind == 1 else
                   socket.inet_pton(socket.AF_INET6, self.ipv6) if kind == 28 and self.ipv6 else b"")
        record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(address)) + address if address else b""
        return query[:2] + b"\x81\x80" + struct.pack(">HHHH", 1, bool(address), 0, 0) + query[12:end] + record

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes whoever waits there
        self.thread.join()
        self.socket.close()


def bind_file(test, text, path):
    """Puts a file in the place of another, until the test ends."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", delete=False) as file:
        file.write(text)
    subprocess.run(["mount", "--bind", file.name, os.path.realpath(path)], check=True)
    test.addCleanup(subprocess.run, ["umount", os.path.realpath(path)], check=True)
    os.unlink(file.name)


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Case(unittest.TestCase):
    def watch(self, host, *options):
        client = Program(CLIENT, "--watch", "--json", "--interval", "0.2", "--timeout", "1", *options, host)
        self.addCleanup(client.__exit__)
        return client

    def read(self, client):
        line = client.read_line()
        self.assertIsNotNone(line, "the client ended")
        return json.loads(line)

    def read_until(self, client, is_it):
        while not is_it(told := self.read(client)):
            pass
        return told

    def await_error(self, client, *codes):
        return self.read_until(client, lambda told: told.get("code") in codes)

    def await_sample(self, client):
        return self.read_until(client, lambda told: "error" not in told)

    def resolver(self):
        bind_file(self, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", "/etc/resolv.conf")
        resolver = Resolver()
        self.addCleanup(resolver.close)
        return resolver


class A_path(Case):
    """Two namespaces with a path between them."""

    def measure(self, there, back, *options):
        with accuracy_rig.Rig(EMULATOR, Path("", "", there, back, {}), 1) as rig:
            server = rig.start(accuracy_rig.FAR, [SERVER, "--port", "10085", "--address", "0.0.0.0",
                                                  "--ntp", "0.0.0.0:123", "--local-stratum", "5"],
                               stdout=subprocess.PIPE)
            for _ in range(2):
                accuracy_rig.read_line(server)
            client = rig.start(accuracy_rig.NEAR, [CLIENT, *options], stdout=subprocess.PIPE)
            out = client.communicate(timeout=programs.PATIENCE_S)[0]
            return client.returncode, [json.loads(line) for line in out.splitlines()]

    def test_delay(self):
        status, (told,) = self.measure("base=150", "base=150", "--json", "10.99.0.2")
        self.assertEqual(status, 0)
        width_ns = told["proven_max_ns"] - told["proven_min_ns"]
        self.assertGreaterEqual(width_ns, 300 * 10**6)
        self.assertTrue(told["proven_min_ns"] <= 0 <= told["proven_max_ns"])
        see("Delay of 150 ms each way", "one measurement",
            "it is measured; the proven interval is 300 ms wide or more, and holds the truth")

    def test_one_way(self):
        status, (told,) = self.measure("base=200", "base=1", "--json", "10.99.0.2")
        self.assertEqual(status, 0)
        self.assertGreater(told["offset_ns"], 50 * 10**6)
        self.assertTrue(told["proven_min_ns"] <= 0 <= told["proven_max_ns"])
        see("Delay of 200 ms on one way alone", "one measurement",
            "the offset is wrong by 100 ms, as nobody can know from one exchange; the proven interval holds the truth")

    def test_loss(self):
        status, told = self.measure("base=2,loss=0.1", "base=2,loss=0.1", "--json", "--watch", "--count", "10",
                                    "--interval", "0.1", "--timeout", "5", "10.99.0.2")
        samples = [line for line in told if "error" not in line]
        self.assertEqual(status, 0)
        self.assertGreaterEqual(len(samples), 5)
        for sample in samples:
            self.assertTrue(sample["proven_min_ns"] <= 0 <= sample["proven_max_ns"])
        see("Loss of every tenth packet, each way", "10 measurements over TCP",
            "they are measured, some with a long round trip, because TCP sends again")
        status, told = self.measure("base=2,loss=0.3", "base=2,loss=0.3", "--json", "--watch", "--count", "20",
                                    "--interval", "0.1", "--timeout", "0.3", "--protocol", "ntp", "10.99.0.2")
        lost = [line for line in told if "error" in line]
        self.assertEqual(status, 0)
        self.assertGreaterEqual(len(lost), 1)
        see("Loss of three packets in ten, each way", "20 measurements by NTP",
            "some are lost, and counted as failed: %s" % quote(lost[0]["error"]))

    def test_reordering(self):
        status, told = self.measure("base=2,mode=0.5/60", "base=2,mode=0.5/60", "--json", "--watch", "--count", "20",
                                    "--interval", "0.1", "--timeout", "5", "10.99.0.2")
        self.assertEqual((status, [line["error"] for line in told if "error" in line]), (0, []))
        for sample in told:
            self.assertTrue(sample["proven_min_ns"] <= 0 <= sample["proven_max_ns"])
        see("Packets overtake each other: half of them take 60 ms longer", "20 measurements",
            "all are measured, and each proven interval holds the truth")


class A_network(Case):
    @classmethod
    def setUpClass(cls):
        # Others can only come before the rule for addresses of this computer if that moves.
        ip("rule", "add", "pref", "100", "lookup", "local")
        ip("rule", "del", "pref", "0")
        # Names have no IPv4 address for a computer that has none itself.
        ip("address", "add", "192.0.2.1/32", "dev", "lo")

    @contextlib.contextmanager
    def drop(self, *what):
        """Drops packets without a word to anybody."""
        ip("rule", "add", "pref", "1", *what, "blackhole")
        yield
        ip("rule", "del", "pref", "1", *what, "blackhole")

    def test_cut_off(self):
        with Server() as server:
            client = self.watch("127.0.0.1:%d" % server.port)
            self.await_sample(client)
            with self.drop("sport", str(server.port)):
                error = self.await_error(client, "timed-out")
            self.await_sample(client)
        see("The server’s host is cut off, and comes back", "`ts-client --watch`",
            "%s, again and again; the chart has a gap; then it is measured on" % quote(error["error"]))

    def test_server_replaced(self):
        with Server() as server:
            client = self.watch("127.0.0.1:%d" % server.port)
            self.await_sample(client)
            server.send_signal(signal.SIGKILL)
            server.process.wait(programs.PATIENCE_S)
            error = self.await_error(client, "connection-refused")
            with Server(port=server.port):
                sample = self.await_sample(client)
        self.assertNotIn("event", sample)
        see("The server is killed, and another one takes its place", "`ts-client --watch`",
            "%s; then it is measured on, without a step, because the clock is the same" % quote(error["error"]))

    def test_server_ends(self):
        with Server() as server:
            client = self.watch("127.0.0.1:%d" % server.port)
            self.await_sample(client)
            self.assertEqual(server.stop()[0], 0)
        error = self.await_error(client, "refused", "closed", "connection-refused")
        error = self.await_error(client, "connection-refused")
        see("The server is stopped", "`ts-client --watch`", "%s" % quote(error["error"]))

    def test_remote_step(self):
        with contextlib.closing(clocks.Clock()) as clock:
            client = self.watch(clock.host)
            for _ in range(12):
                self.await_sample(client)
            clock.shift_ns = 90 * 10**9
            told = self.read_until(client, lambda told: "event" in told)
        self.assertGreater(told["estimate_ns"], 89 * 10**9)
        see("The server’s clock is set forward by 90 s", "`ts-client --watch`",
            "“%s” at the next measurement, and the offset is the new one" % told["event"])

    def test_name_changes(self):
        resolver = self.resolver()
        resolver.ipv4 = "127.0.0.2"
        with Server(addresses=("127.0.0.2",)) as server:
            client = self.watch("%s:%d" % (NAME, server.port))
            first = self.await_sample(client)
            server.send_signal(signal.SIGKILL)
            server.process.wait(programs.PATIENCE_S)
            with Server(addresses=("127.0.0.3",), port=server.port):
                error = self.await_error(client, "connection-refused")
                resolver.ipv4 = "127.0.0.3"
                second = self.await_sample(client)
        self.assertEqual([told["address"].split(":")[0] for told in (first, second)], ["127.0.0.2", "127.0.0.3"])
        see("The address behind a name changes", "`ts-client --watch`",
            "%s as long as the name server says the old one; then it is measured at the new address, which is shown"
            % quote(error["error"]))

    def test_ipv6_broken(self):
        resolver = self.resolver()
        resolver.ipv6 = "fd99::1"
        ip("-6", "address", "add", "fd98::1/128", "dev", "lo")
        ip("-6", "route", "add", "fd99::/64", "dev", "lo")
        with Server() as server:
            status, out, err = run_client("--json", "--timeout", "5", "%s:%d" % (NAME, server.port))
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(json.loads(out)["address"], "127.0.0.1:%d" % server.port)
            status, out, err = run_client("--timeout", "1", "[fd99::1]:%d" % server.port)
            self.assertEqual((status, out), (1, ""))
        see("IPv6 leads nowhere, and the name has both", "one measurement", "it is measured by IPv4")
        see("IPv6 leads nowhere, and nothing else is asked for", "one measurement",
            re.sub(r"\[fd99::1\]:\d+", "HOST", words_of(err)))

    def test_name_server_silent(self):
        self.resolver().is_silent = True
        status, out, err = run_client("--timeout", "1", NAME)
        self.assertEqual((status, out), (1, ""))
        see("The name server is silent", "one measurement", words_of(err))

    def test_nobody_listens(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            status, out, err = run_client("127.0.0.1:%d" % bound.getsockname()[1])
        self.assertEqual((status, out), (1, ""))
        see("Nothing listens at the port", "one measurement", words_of(err))


class Local_clock(Case):
    """By a fake clock: nobody sets the real one."""

    def test_each(self):
        told = dict(line.split(" ", 1) for line in
                    subprocess.run([LOCAL_CLOCK], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines())
        for name, title in (("set-forward", "This computer’s clock is set forward by 90 s"),
                            ("set-back", "This computer’s clock is set back by 90 s"),
                            ("sleep", "This computer sleeps for an hour")):
            see(title + ", between measurements", "a measurement each second",
                "“%s” at the next measurement; what was proven before is no longer believed" % told[name + "-between"])
            see(title + ", during one", "a measurement each second", "that one fails: %s" % quote(told[name + "-within"]))


def limit(what, number):
    """Returns: what a child does before it becomes the program"""
    return lambda: resource.setrlimit(what, (number, number))


class Resources(Case):
    def test_descriptors_of_client(self):
        with Server() as server:
            for number in range(12, 3, -1):
                status, _, err = run_client("127.0.0.1:%d" % server.port, preexec_fn=limit(resource.RLIMIT_NOFILE, number))
                if status != 0:
                    break
        self.assertEqual(status, 1)
        see("The client has no descriptor left for a connection", "one measurement", words_of(err))

    def test_descriptors_of_server(self):
        status, _, err = programs.run_server_to_end("--port", "0", preexec_fn=limit(resource.RLIMIT_NOFILE, 16))
        self.assertEqual(status, 1)
        see("The server may open too few descriptors", "16 descriptors",
            "it does not start: %s" % quote(err.strip().removeprefix("ts-server: ")))

    def test_places(self):
        with Server("--max-connections", "4") as server:
            kept = [programs.connect(server.port) for _ in range(4)]
            for connection in kept:
                connection.sendall(b"TSyn" + struct.pack(">BBHQ", 1, 1, 0, 1) + bytes(48))
                self.assertEqual(len(connection.recv(64, socket.MSG_WAITALL)), 64)
            status, _, err = run_client("127.0.0.1:%d" % server.port)
            for connection in kept:
                connection.close()
        self.assertEqual((status, err), (0, ""))
        see("All places of the server are taken", "4 places, 4 idle connections of one address",
            "the next client is measured; the connection that was idle for longest is closed with a reason")

    def test_disk_of_recording(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        with Server() as server:
            status, out, err = run_client("--record", folder + "/all.db", "127.0.0.1:%d" % server.port)
        self.assertEqual(status, 0)
        self.assertIn("OFFSET_MS", out)
        see("The disk is full", "`ts-client --record`, 8 kB free", "it is measured; %s" % words_of(err))

    def test_disk_of_output(self):
        with Server() as server, open("/dev/full", "wb") as full:
            done = subprocess.run([CLIENT, "127.0.0.1:%d" % server.port], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=programs.PATIENCE_S)
        self.assertEqual(done.returncode, 1)
        see("The disk that the output goes to is full", "one measurement", words_of(done.stderr))

    def starve(self, what, number, *arguments, user=None):
        """Returns: how a server of 256 threads ends, and what it says"""
        def prepare():
            if user is not None:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(what, (number, number))
        done = subprocess.run([SERVER, "--port", "0", "--address", "127.0.0.1", *arguments], capture_output=True,
                              text=True, preexec_fn=prepare, timeout=programs.PATIENCE_S)
        return done.returncode, done.stderr

    def test_threads(self):
        status, err = self.starve(resource.RLIMIT_NPROC, 8, "--workers", "64", user=65533)
        self.assertEqual(status, 1, err)
        see("The server may have too few threads", "8 for 64 workers", "it does not start: %s"
            % words_of(err))

    def test_memory(self):
        status, err = self.starve(resource.RLIMIT_AS, 160 * 2**20, "--workers", "64")
        self.assertEqual(status, 1, err)
        see("The server gets no memory", "160 MB of addresses for 64 workers", "it does not start: %s"
            % words_of(err))


class Document(unittest.TestCase):
    """The last: docs/faults.md is what the rows come to."""

    @unittest.skipIf(WHY_NOT, WHY_NOT)
    def test_page(self):
        text = HEAD + "".join(rows.values())
        path = SOURCE / "docs/faults.md"
        if WRITES_TO:
            pathlib.Path(WRITES_TO).write_text(text, encoding="utf-8")
        else:
            self.maxDiff = None
            self.assertEqual(path.read_text(encoding="utf-8"), text)


if __name__ == "__main__":
    tap.main("A_path", "A_network", "Local_clock", "Resources", "Document")
