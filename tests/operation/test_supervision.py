"""Tests of ts-server with whoever starts it and watches over it: sockets handed over, signs of life.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import ctypes
import json
import os
import signal
import socket
import subprocess
import unittest

import operating
from operating import Complaints, Folder, ask_classic

import programs
import tap
from programs import Program, Server, connect, parse_classic, receive_all, run_server_to_end

# Moves the descriptors named to 3 and on, says so as systemd does, and becomes the program.
LAUNCHER = """
import fcntl, os, sys
n = int(sys.argv[1])
safe = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 100) for fd in sys.argv[3:3 + n]]
for i, fd in enumerate(safe):
    os.dup2(fd, 3 + i)
    os.close(fd)
os.environ["LISTEN_FDS"] = str(n)
os.environ["LISTEN_PID"] = sys.argv[2] or str(os.getpid())
os.execv(sys.argv[3 + n], sys.argv[3 + n:])
"""


def launch(sockets, *arguments, listen_pid="", **options):
    """A ts-server that is given sockets."""
    fds = [str(given.fileno()) for given in sockets]
    return Program(sys.executable, "-c", LAUNCHER, str(len(fds)), listen_pid, *fds, programs.SERVER, *arguments,
                   pass_fds=[given.fileno() for given in sockets], **options)


def port_of(listener):
    return listener.getsockname()[1]


@unittest.skipUnless(operating.has("SYSTEMD"), "built without libsystemd")
class Socket_activation(unittest.TestCase):
    def open(self, host="127.0.0.1"):
        listener = socket.create_server((host, 0))
        self.addCleanup(listener.close)
        return listener

    def test_serves_what_it_is_given(self):
        sockets = [self.open(), self.open("127.0.0.2")]
        # Those who came before the server did are served.
        with connect(port_of(sockets[0])) as early:
            early.sendall(b"?")
            with launch(sockets, "--port", "1", "--address", "127.0.0.9") as server:
                self.assertEqual([server.read_line() for _ in sockets],
                                 ["listening on %s:%d" % given.getsockname() for given in sockets])
                self.assertEqual(Complaints(server).read_line(),
                                 "ts-server: not used, because sockets were passed: port, address")
                parse_classic(receive_all(early))
                early.close()
                ask_classic(port_of(sockets[0]))
                ask_classic(port_of(sockets[1]), "127.0.0.2")
                server.send_signal(signal.SIGTERM)
                self.assertEqual(server.finish(), (0, [], ""))

    def test_overruled(self):
        """Settings that sockets overrule are told, and those that they do not are used."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as given:
            given.bind(("127.0.0.1", 0))
            for sockets, arguments, names in (
                ([given], ["--port=0", "--address=127.0.0.1", "--ntp=1"], "ntp"),
                ([given, self.open()], ["--port=10085", "--ntp=127.0.0.1:1"], "port, ntp"),
                ([self.open(), given], ["--address=127.0.0.9", "--ntp=0"], "address, ntp"),
                ([self.open()], ["--ntp=127.0.0.1:0", "--port=1"], "port"),
            ):
                with self.subTest(names), launch(sockets, *arguments) as server:
                    told = sorted(server.read_line().rsplit(":", 1)[0] for _ in range(2))
                    self.assertEqual(told, ["answering NTP on 127.0.0.1", "listening on 127.0.0.1"])
                    server.send_signal(signal.SIGTERM)
                    self.assertEqual(server.finish(), (0, [], "ts-server: not used, because sockets were passed: %s\n"
                                                       % names))

    def test_restart_refuses_nobody(self):
        """Who connects while no server runs waits for the next."""
        listener = self.open()
        for _ in range(3):
            with connect(port_of(listener)) as waiting, launch([listener]) as server:
                waiting.sendall(b"?")
                server.read_line()
                parse_classic(receive_all(waiting))
                waiting.close()
                server.send_signal(signal.SIGTERM)
                self.assertEqual(server.finish(), (0, [], ""))

    def test_meant_for_another(self):
        listener = self.open()
        with launch([listener], "--port", "0", "--address", "127.0.0.3", listen_pid=str(os.getpid())) as server:
            self.assertRegex(server.read_line(), r"\Alistening on 127\.0\.0\.3:")

    def test_not_listening(self):
        with socket.socket() as unbound, launch([unbound]) as server:
            status, lines, err = server.finish()
        self.assertEqual((status, lines), (1, []))
        self.assertRegex(err, r"\Ats-server: [^\n]+\n\Z")

    def test_not_ip(self):
        """Alone, or beside one that is."""
        path = Folder(self).join("socket")
        for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
            with socket.socket(socket.AF_UNIX, kind) as given:
                given.bind(path + str(int(kind)))
                if kind != socket.SOCK_DGRAM:
                    given.listen()
                for sockets in [given], [self.open(), given], [given, self.open()]:
                    with self.subTest(kind), launch(sockets) as server:
                        status, lines, err = server.finish()
                        self.assertEqual((status, lines), (1, []))
                        self.assertRegex(err, r"\Ats-server: descriptor [34] is not a (TCP|UDP) socket [^\n]+\n\Z")

    def test_a_connection(self):
        listener = self.open()
        with connect(port_of(listener)), listener.accept()[0] as accepted, launch([accepted]) as server:
            status, lines, err = server.finish()
        self.assertEqual((status, lines), (1, []))
        self.assertEqual(err, "ts-server: descriptor 3 is not a TCP socket that listens\n")

    def test_ntp(self):
        """UDP sockets are for NTP, each with its own port, whatever the settings say."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            for given in one, other:
                given.bind(("127.0.0.1", 0))
            for sockets in [one, self.open(), other], [one, other]:
                with launch(sockets, "--port", "0", "--address", "127.0.0.1") as server:
                    self.assertRegex(server.read_line(), r"\Alistening on 127\.0\.0\.1:")
                    for given in one, other:
                        self.assertEqual(server.read_line(), "answering NTP on 127.0.0.1:%d" % port_of(given))
                        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                            client.settimeout(programs.PATIENCE_S)
                            client.sendto(b"\x23" + bytes(39) + b"12345678", given.getsockname())
                            answer = client.recv(100)
                        self.assertEqual((len(answer), answer[0] & 7, answer[24:32]), (48, 4, b"12345678"))
                    server.send_signal(signal.SIGTERM)
                    self.assertEqual(server.finish()[0], 0)


# Is the journal, in a mount namespace of its own, and runs the program with that as its standard error. Writes each
# message as a line of JSON, or why there is no such namespace.
JOURNAL = """
import json, os, select, socket, subprocess, sys
sys.path.insert(0, sys.argv[1])
import sandbox
reason = sandbox.enter()
if reason is not None:
    print(json.dumps(reason))
    sys.exit()
sandbox.cover("/run")
folder = "/run/systemd/journal/"
os.makedirs(folder)
stream, messages, err = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), \
    socket.socket(socket.AF_UNIX)
stream.bind(folder + "stdout")
stream.listen()
messages.bind(folder + "socket")
err.connect(folder + "stdout")
program = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err.fileno())
end = os.pidfd_open(program.pid)
while True:
    ready = select.select([messages, end], [], [])[0]
    if messages not in ready:
        sys.exit(program.wait())
    fields = dict(line.split("=", 1) for line in messages.recv(65536).decode("utf-8").splitlines())
    print(json.dumps(fields), flush=True)
    if fields.get("TIMESYNC_EVENT") == "started":
        program.terminate()
"""


class Journal(unittest.TestCase):
    """With what urgency and by what name messages are in the journal."""

    def read(self, *arguments):
        """Runs a server, and ends it when it has started. Returns: its status, and (event, priority, message) of each
        message"""
        sandbox = os.path.join(os.path.dirname(sys.argv[3]), "ntp")
        done = subprocess.run([sys.executable, "-c", JOURNAL, sandbox, os.path.abspath(programs.SERVER), *arguments],
                              capture_output=True, text=True, encoding="utf-8", timeout=programs.PATIENCE_S, check=False)
        self.assertEqual(done.stderr, "")
        messages = [json.loads(line) for line in done.stdout.splitlines()]
        if messages and isinstance(messages[0], str):
            self.skipTest(messages[0])
        for message in messages:
            self.assertEqual(message["SYSLOG_IDENTIFIER"], "ts-server")
        return done.returncode, [(message["TIMESYNC_EVENT"], int(message["PRIORITY"]), message["MESSAGE"])
                                 for message in messages]

    def test_start(self):
        status, messages = self.read("--address=192.0.2.1", "--port=0", "--workers=2", "--max-connections=7")
        self.assertEqual(status, 0)
        version = run_server_to_end("--version")[1].split()[1]
        self.assertIn(("started", 6, "version %s; workers: 2; connections: at most 7" % version), messages)
        absent = next(message for message in messages if message[0] == "address-absent")
        self.assertEqual(absent[1], 4)
        self.assertRegex(absent[2], r"\A192\.0\.2\.1:\d+: this computer does not have the address so far\Z")

    def test_failure(self):
        """Whatever keeps it from starting is an error."""
        folder = Folder(self)
        for arguments in (["--config", folder.join("none")], ["--config", folder.write("bad", "[server]\nport=x\n")],
                          ["--port=0", "--metrics=/none/socket"], ["--port=0", "--tls-certificate=/none"],
                          ["--address=fe80::1%none"], ["--check-config", "--tls-key=/none"]):
            with self.subTest(arguments):
                status, messages = self.read(*arguments)
                self.assertEqual((status, [message[:2] for message in messages]), (1, [("failed", 3)]))
        for arguments in ["--workers=0"], ["more"], ["--none"]:
            with self.subTest(arguments):
                status, messages = self.read(*arguments)
                self.assertEqual((status, [message[:2] for message in messages]), (2, [("failed", 3)]))


@unittest.skipUnless(operating.has("SYSTEMD"), "built without libsystemd")
class Signs_of_life(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(self.folder.join("notify"))
        self.socket.settimeout(programs.PATIENCE_S)

    def start(self, *arguments, **variables):
        return Server(*arguments, env={**os.environ, "NOTIFY_SOCKET": self.folder.join("notify"), **variables})

    def receive(self):
        """Returns: the next message, as a dictionary"""
        return dict(line.split("=", 1) for line in self.socket.recv(65536).decode("utf-8").splitlines())

    def test_from_start_to_end(self):
        config = self.folder.write("a.conf", "[server]\n")
        with self.start("--config", config) as server:
            self.assertEqual(self.receive(), {"READY": "1", "STATUS": "Serving; connections: 0"})
            ask_classic(server.port)

            server.send_signal(signal.SIGHUP)
            reloading = self.receive()
            self.assertEqual(reloading["RELOADING"], "1")
            self.assertRegex(reloading["MONOTONIC_USEC"], r"\A\d+\Z")
            ready = self.receive()
            self.assertEqual(ready["READY"], "1")
            self.assertRegex(ready["STATUS"], r"\AServing; connections: \d+\Z")

            self.folder.write("a.conf", "[server]\nprot=1\n")
            server.send_signal(signal.SIGHUP)
            self.assertEqual(self.receive()["RELOADING"], "1")
            self.assertEqual(self.receive(), {"READY": "1", "STATUS": "kept the old configuration: "
                                              "%s:2: unknown setting “prot”" % config})

            server.send_signal(signal.SIGTERM)
            self.assertEqual(self.receive(), {"STOPPING": "1"})
            self.assertEqual(server.finish()[0], 0)

    def test_ready_means_ready(self):
        for _ in range(5):
            with self.start() as server:
                self.assertEqual(self.receive()["READY"], "1")
                ask_classic(server.port)
                self.assertEqual(server.stop()[0], 0)
                self.assertEqual(self.receive(), {"STOPPING": "1"})

    def test_watchdog(self):
        with self.start(WATCHDOG_USEC="100000") as server:
            self.assertEqual(self.receive()["READY"], "1")
            for _ in range(5):
                self.assertEqual(self.receive(), {"WATCHDOG": "1"})
            self.assertEqual(server.stop()[0], 0)

    def test_thread_that_hangs(self):
        """No sign of life comes while one of the threads does not run, whatever the main loop does."""
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        seize, interrupt, detach = 0x4206, 0x4207, 17
        for name in "ts-worker", "ts-ntp":
            with self.start("--ntp", "127.0.0.1:0", WATCHDOG_USEC="200000") as server:
                self.assertEqual(self.receive()["READY"], "1")
                self.assertEqual(self.receive(), {"WATCHDOG": "1"})
                folder = "/proc/%d/task/" % server.process.pid
                for thread in os.listdir(folder):
                    with open(folder + thread + "/comm", encoding="ascii") as comm:
                        if comm.read().strip() == name:
                            found = int(thread)
                if libc.ptrace(seize, found, None, None) != 0:
                    self.skipTest("threads cannot be stopped here")
                libc.ptrace(interrupt, found, None, None)
                # What was asked for before may come, and of NTP for twice the two seconds that it has.
                self.socket.settimeout(2)
                try:
                    for _ in range(100):
                        self.assertEqual(self.receive(), {"WATCHDOG": "1"})
                    self.fail("it is taken to be alive")
                except TimeoutError:
                    pass
                self.socket.settimeout(programs.PATIENCE_S)
                os.waitpid(found, 0x40000000)
                libc.ptrace(detach, found, None, None)
                self.assertEqual(self.receive(), {"WATCHDOG": "1"})
                self.assertEqual(server.stop()[0], 0)
            self.socket.setblocking(False)
            try:
                while True:
                    self.socket.recv(65536)
            except BlockingIOError:
                self.socket.settimeout(programs.PATIENCE_S)

    def test_no_watchdog(self):
        """Of another process, or none that waits: no sign comes between the two that do."""
        for variables in {}, {"WATCHDOG_USEC": "2000", "WATCHDOG_PID": str(os.getpid())}:
            with self.start(**variables) as server:
                self.assertEqual(self.receive()["READY"], "1")
                for _ in range(50):
                    ask_classic(server.port)
                self.assertEqual(server.stop()[0], 0)
                self.assertEqual(self.receive(), {"STOPPING": "1"})

    def test_failure_is_not_ready(self):
        with Server() as server:
            status, _, _ = run_server_to_end("--port", str(server.port), "--address", "127.0.0.1",
                                             env={**os.environ, "NOTIFY_SOCKET": self.folder.join("notify")})
        self.assertEqual(status, 1)
        self.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.socket.recv(1)


if __name__ == "__main__":
    tap.main()
