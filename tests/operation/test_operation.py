"""Tests of ts-server's configuration: what wins, what is said about mistakes, and how it is read again.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import re
import resource
import signal
import socket
import subprocess
import threading
import unittest

from operating import WITHOUT_LEAK_CHECK, Complaints, Folder, Framed, ask_classic, has, wait_until

import programs
import tap
from programs import Program, Server, connect, receive_all, run_server_as_user, run_server_to_end

CERTIFICATES = os.path.join(os.path.dirname(sys.argv[3]), "tls", "certificates")
LOADED = "ts-server: loaded the new configuration"


def free_port():
    """Returns: a port that nobody has on any address"""
    with socket.create_server(("", 0)) as probe:
        return probe.getsockname()[1]


class Precedence(unittest.TestCase):
    def test_file(self):
        config = Folder(self).write("a.conf", "[server]\naddress=127.0.0.2\nport=%d\n" % free_port())
        with Program(programs.SERVER, "--config", config) as server:
            match = re.fullmatch(r"listening on 127\.0\.0\.2:(\d+)", server.read_line())
            ask_classic(int(match[1]), "127.0.0.2")

    def test_command_line_wins(self):
        config = Folder(self).write("a.conf", "[server]\naddress=127.0.0.2\nport=1\nworkers=1\n")
        with Server("--config", config) as server:
            self.assertEqual(server.told, ["listening on 127.0.0.1:%d" % server.port])
            ask_classic(server.port)
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.finish(), (0, [], ""))

    def test_descriptor_limit(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1000))

        with Server(preexec_fn=limit) as server:
            with open("/proc/%d/limits" % server.process.pid, encoding="ascii") as file:
                limits = re.search(r"^Max open files +(\d+) +(\d+)", file.read(), re.M)
            self.assertEqual(limits.groups(), ("1000", "1000"))


class Mistakes(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)

    def assert_complaint(self, text, complaint):
        path = self.folder.write("a.conf", text)
        for more in [], ["--check-config"]:
            self.assertEqual(run_server_to_end("--config", path, *more),
                             (1, "", "ts-server: %s:%s\n" % (path, complaint)))

    def test_unknown_setting(self):
        self.assert_complaint("# one\n[server]\nport=1\nprot=2\n", "4: unknown setting “prot”")

    def test_unknown_group(self):
        self.assert_complaint("[server]\n\n[ntp]\n", "3: unknown group “ntp”")

    def test_bad_value(self):
        self.assert_complaint("[server]\nport=65536\n", "2: port: “65536” is not a whole number from 0 to 65535")

    def test_bad_address(self):
        self.assert_complaint("[server]\naddress=127.0.0.1;here\n", "2: address: “here” is not an IP address")

    def test_endless_line(self):
        self.assert_complaint("[server]\ntls-key=%s\n" % ("x" * 5000), "2: the line is longer than 4200 bytes")

    def test_no_setting(self):
        self.assert_complaint("[server]\nport 1\n", "2: “port 1” is neither a group, a setting nor a comment")

    def test_no_file(self):
        path = self.folder.join("none.conf")
        status, out, err = run_server_to_end("--config", path)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"\Ats-server: [^\n]+\n\Z")
        self.assertIn(path, err)

    def test_command_line_mends_nothing(self):
        """A file is right or it is not, whatever the command line would replace."""
        path = self.folder.write("a.conf", "[server]\nport=x\n")
        self.assertEqual(run_server_to_end("--config", path, "--port", "0", "--check-config")[0], 1)

    def test_usage(self):
        for arguments, saying in (
            (["--metrics", "0.0.0.0:9100"], "--metrics: “0.0.0.0:9100” can be reached from other computers"),
            (["--idle-timeout", "0"], "--idle-timeout: “0” is not a number from 0.1 to 86400"),
            (["--workers", "0"], "--workers: “0” is not a whole number from 1 to 256"),
            (["--local-stratum=16"], "--local-stratum: “16” is not a whole number from 0 to 15"),
            (["--config"], "--config"),
            (["--port", b"\xff5"], "--port: “\N{REPLACEMENT CHARACTER}5” is not UTF-8"),
            (["--address", b"\xff"], "--address: “\N{REPLACEMENT CHARACTER}” is not UTF-8"),
            (["--check-config=no"], "--check-config takes no value: “no”"),
        ):
            with self.subTest(arguments):
                status, out, err = run_server_to_end("--check-config", *arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertRegex(err, r"\Ats-server: [^\n]+\nTry “ts-server --help”\.\n\Z")
                self.assertIn(saying, err)


class Terminal(unittest.TestCase):
    """What comes from arguments and files never reaches a terminal raw."""

    def test_arguments(self):
        for arguments in ["--port", "\x1b[2J"], ["more\x07"], ["--config", "/no\x1bwhere"], ["--\x1b[1m"]:
            with self.subTest(arguments):
                err = run_server_to_end("--check-config", *arguments)[2]
                self.assertRegex(err, r"<U\+00(1B|07)>")
                self.assertNotRegex(err, r"[\x00-\x09\x0b-\x1f\x7f]")

    def test_file(self):
        path = Folder(self).write("a.conf", "[server]\nport=\u200b1\x1b[2J\n")
        self.assertIn("<U+200B>1<U+001B>", run_server_to_end("--check-config", "--config", path)[2])
        path = Folder(self).write("a.conf", "[server]\n" + "x" * 100000 + "\n")
        self.assertLess(len(run_server_to_end("--check-config", "--config", path)[2]), 2000)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_full_disk(self):
        for options in ["--help"], ["--version"], ["--check-config", "--port", "0"]:
            with self.subTest(options), open("/dev/full", "wb") as full:
                done = subprocess.run([programs.SERVER, *options], stdout=full, stderr=subprocess.PIPE, check=False,
                                      timeout=programs.PATIENCE_S)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr.decode(), r"\Ats-server: cannot write: [^\n]+\n\Z")

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_full_disk_while_serving(self):
        """A log on a full disk is no reason not to serve, but is told."""
        port = free_port()
        with open("/dev/full", "wb") as full:
            server = subprocess.Popen([programs.SERVER, "--address", "127.0.0.1", "--port", str(port)], stdout=full,
                                      stderr=subprocess.PIPE)
        try:
            wait_until(lambda: is_served(port))
        finally:
            server.terminate()
            err = server.communicate(timeout=programs.PATIENCE_S)[1]
        self.assertEqual(server.returncode, 0)
        self.assertRegex(err.decode(), r"\Ats-server: cannot write: [^\n]+\n\Z")

    def test_closed_descriptors(self):
        """No socket gets the number of a standard descriptor, to which messages go."""
        def close():
            os.closerange(0, 3)

        port = free_port()
        server = subprocess.Popen([programs.SERVER, "--address", "127.0.0.1", "--port", str(port)], preexec_fn=close)
        try:
            wait_until(lambda: is_served(port))
            for fd in range(3):
                self.assertEqual(os.readlink("/proc/%d/fd/%d" % (server.pid, fd)), "/dev/null")
        finally:
            server.terminate()
            self.assertEqual(server.wait(programs.PATIENCE_S), 0)


def is_served(port):
    try:
        return ask_classic(port)
    except ConnectionRefusedError:
        return None


class Check_config(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)

    def check(self, text, *arguments, **options):
        """Returns: the status, stdout and stderr, the latter without the program and the file's name before it"""
        path = self.folder.write("a.conf", text)
        # Somebody may have the default port, which is left to those that are about it.
        port = () if "\nport=" in text or ":10085" in text or "--port" in arguments else ("--port", "0")
        status, out, err = run_server_to_end("--check-config", "--config", path, *port, *arguments, **options)
        return status, out, err.replace("ts-server: ", "").replace(path, "a.conf")

    def assert_wrong(self, text, complaint, *arguments):
        self.assertEqual(self.check(text, *arguments), (1, "", complaint + "\n"))

    def assert_right(self, text, remark, *arguments):
        self.assertEqual(self.check(text, *arguments), (0, "ok\n", remark and remark + "\n"))

    def test_right(self):
        self.assert_right("[server]\nport=%d\nrequests-per-second=0\nmetrics=%s\nntp=127.0.0.1:0\n"
                          % (free_port(), self.folder.join("socket")), "")
        self.assertEqual(os.listdir(self.folder.path), ["a.conf"])

    def test_without_file(self):
        self.assertEqual(run_server_to_end("--check-config", "--port", str(free_port())), (0, "ok\n", ""))

    def test_conflict(self):
        for text, complaint in (
            ("tls-key=key.pem\n", "2: tls-key: “key.pem” has no effect without tls-certificate"),
            ("port=0\naddress=127.0.0.1;::1;127.0.0.1\n", "3: address: “127.0.0.1” and “127.0.0.1” overlap"),
            ("address=0.0.0.0;127.0.0.1\n", "2: address: “0.0.0.0” and “127.0.0.1” overlap"),
            ("port=81\n\nmetrics=127.0.0.1:81\n",
             "4: metrics: the port of “127.0.0.1:81” already serves clients"),
            ("metrics=[::1]:10085\n", "2: metrics: the port of “[::1]:10085” already serves clients"),
        ):
            with self.subTest(text):
                self.assert_wrong("[server]\n" + text, "a.conf:" + complaint)
        self.assert_wrong("", "--tls-key: “k” has no effect without tls-certificate", "--tls-key=k")
        self.assert_right("[server]\nport=%d\naddress=127.0.0.1\nmetrics=127.0.0.2:%d\n" % ((free_port(),) * 2), "")

    def test_certificate(self):
        bad = self.folder.write("bad.pem", "no certificate\n")
        for name in self.folder.join("none.pem"), bad, self.folder.path:
            with self.subTest(name):
                status, out, err = self.check("[server]\n\ntls-certificate=%s\n" % name)
                self.assertEqual((status, out), (1, ""))
                self.assertRegex(err, r"\Aa\.conf:3: tls-certificate: %s: [^\n]+\n\Z" % re.escape(name))

    def test_key(self):
        certificate = os.path.join(CERTIFICATES, "server.pem")
        for name in self.folder.join("none.key"), self.folder.path, os.path.join(CERTIFICATES, "authority.pem"):
            with self.subTest(name):
                status, out, err = self.check("[server]\ntls-certificate=%s\ntls-key=%s\n" % (certificate, name))
                self.assertEqual((status, out), (1, ""))
                self.assertRegex(err, r"\Aa\.conf:3: tls-key: %s: [^\n]+\n\Z" % re.escape(name))
        key = self.folder.join("none.key")
        self.assertRegex(self.check("", "--tls-certificate", certificate, "--tls-key", key)[2],
                         r"\A--tls-key: %s: [^\n]+\n\Z" % re.escape(key))

    def test_port_in_use(self):
        """By a server that runs already, mostly: it is told, and nothing is wrong."""
        with Server("--ntp=127.0.0.1:0", "--metrics=127.0.0.1:0") as server:
            ntp, metrics = [server.read_line().rsplit(" ", 1)[1] for _ in range(2)]
            self.assert_right(
                "[server]\naddress=127.0.0.1\nport=%d\n\nntp=%s\nmetrics=%s\n" % (server.port, ntp, metrics),
                "a.conf:3: port: cannot listen on 127.0.0.1:%d: the port is already in use\n"
                "a.conf:5: ntp: cannot answer NTP on %s: Address already in use\n"
                "a.conf:6: metrics: cannot serve metrics on %s: Error binding to address %s: Address already in use"
                % (server.port, ntp, metrics, metrics))
            self.assert_right("", "--port: cannot listen on 127.0.0.1:%d: the port is already in use" % server.port,
                              "--port", str(server.port), "--address", "127.0.0.1")
            self.assertEqual(server.stop(), (0, [], ""))

    def test_port_forbidden(self):
        """Only with a capability is a port below 1024 to be had."""
        limit = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
        with open(limit, encoding="ascii") as file:
            if int(file.read()) < 2:
                self.skipTest("all ports may be had here")
        for arguments, complaint in ((["--port=1"], "--port: cannot listen on 127.0.0.1:1: no permission"),
                                     (["--port=0", "--ntp=127.0.0.1:1"],
                                      "--ntp: cannot answer NTP on 127.0.0.1:1: Permission denied")):
            with self.subTest(arguments):
                self.assertEqual(run_server_as_user("--check-config", "--address=127.0.0.1", *arguments),
                                 (1, "", "ts-server: %s\n" % complaint))

    def test_address(self):
        port = free_port()
        self.assert_right("[server]\nport=%d\naddress=192.0.2.1\n" % port,
                          "a.conf:3: address: 192.0.2.1: this computer does not have the address so far")
        self.assert_wrong("[server]\nport=%d\naddress=224.0.0.1\n" % port,
                          "a.conf:3: address: “224.0.0.1” is not the address of one computer")
        self.assert_wrong("[server]\nport=%d\n\naddress=fe80::1%%none\n" % port,
                          "a.conf:4: address: cannot listen on [fe80::1%%none]:%d: "
                          "this computer does not have the network interface of “fe80::1%%none”" % port)

    @unittest.skipUnless(has("METRICS"), "built without libsoup")
    def test_metrics(self):
        file = self.folder.write("file", "")
        for path, complaint in ((file, "it exists and is not a socket"),
                                (file + "/socket", "Not a directory"),
                                (self.folder.join("none/socket"), "No such file or directory")):
            with self.subTest(path):
                self.assert_wrong("[server]\n\nmetrics=%s\n" % path,
                                  "a.conf:3: metrics: cannot serve metrics on %s: %s" % (path, complaint))
        # systemd makes the folder when it starts the service.
        self.assert_right("[server]\nport=%d\nmetrics=/run/timesync-none/socket\n" % free_port(),
                          "a.conf:3: metrics: cannot serve metrics on /run/timesync-none/socket: "
                          "No such file or directory")
        path = self.folder.join("socket")
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(path)
            other.listen()
            self.assert_right("[server]\nport=%d\nmetrics=%s\n" % (free_port(), path),
                              "a.conf:3: metrics: cannot serve metrics on %s: another program listens there" % path)
        # What a server left that died is removed by the next, but not by looking.
        self.assert_right("[server]\nport=%d\nmetrics=%s\n" % (free_port(), path), "")
        self.assertTrue(os.path.exists(path))

    def test_descriptors(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

        status, out, err = self.check("", preexec_fn=limit)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("a limit of 40 open files (RLIMIT_NOFILE) is too low", err)


class Switched_off(unittest.TestCase):
    """What the file switches on the command line switches off, for the start and for a reload."""

    def test_all(self):
        text = ("[server]\naddress=127.0.0.9\nntp=127.0.0.1:0\nmetrics=127.0.0.1:0\ntls-certificate=%s\ntls-key=%s\n"
                "log-addresses=true\nlocal-stratum=1\n" % tuple(os.path.join(CERTIFICATES, "server." + end)
                                                                for end in ("pem", "key")))
        config = Folder(self).write("a.conf", text)
        with Server("--config", config, "--address=", "--ntp=", "--metrics=", "--tls-certificate=",
                    "--log-addresses=false", "--local-stratum=0") as server:
            self.assertEqual(server.told, ["listening on 127.0.0.1:%d" % server.port])
            complaints = Complaints(server)
            server.send_signal(signal.SIGHUP)
            self.assertEqual(complaints.read_line(), LOADED)
            with connect(server.port) as client:
                client.sendall(bytes([0x16, 3, 1, 0, 4, 99, 0, 0, 0]))
                self.assertEqual(receive_all(client), b"")
            self.assertEqual(server.stop(), (0, [], ""))
        self.assertEqual(run_server_to_end("--config", config, "--check-config", "--address", "",
                                           "--port", "0", "--metrics", "", "--ntp", "", "--tls-certificate", ""),
                         (0, "ok\n", ""))


class Reload(unittest.TestCase):
    GOOD = "[server]\nrequests-per-second=0\naddress-requests-per-second=0\n"

    def setUp(self):
        self.folder = Folder(self)
        self.config = self.folder.write("a.conf", self.GOOD)

    def hang_up(self, server, complaints, text):
        """Returns: what it says to a new configuration"""
        self.folder.write("a.conf", text)
        server.send_signal(signal.SIGHUP)
        return complaints.read_line()

    def test_under_traffic(self):
        """Nobody loses a connection or an answer, whether the new configuration is good or broken."""
        is_over = threading.Event()
        failures, counts = [], [0] * 4

        def ask(client, number):
            try:
                while not is_over.is_set():
                    assert client.ask() == 2
                    counts[number] += 1
            except Exception as failure:  # told by the test, which runs in another thread
                failures.append(failure)

        def wait_for_answers():
            before = list(counts)
            while not failures and any(now == then for now, then in zip(counts, before)):
                ask_classic(server.port)

        with Server("--config", self.config) as server:
            complaints = Complaints(server)
            clients = [Framed(server.port) for _ in counts]
            threads = [threading.Thread(target=ask, args=(client, n)) for n, client in enumerate(clients)]
            for thread in threads:
                thread.start()
            try:
                for _ in range(5):
                    wait_for_answers()
                    self.assertEqual(self.hang_up(server, complaints, self.GOOD + "idle-timeout=60\n"), LOADED)
                    wait_for_answers()
                    self.assertEqual(self.hang_up(server, complaints, self.GOOD + "prot=1\n"),
                                     "ts-server: kept the old configuration: %s:4: unknown setting “prot”"
                                     % self.config)
                wait_for_answers()
            finally:
                is_over.set()
                for thread in threads:
                    thread.join()
            self.assertEqual(failures, [])
            for client in clients:
                self.assertEqual(client.ask(), 2)
                client.__exit__()
            self.assertEqual(server.stop()[0], 0)

    def test_what_is_fixed(self):
        with Server("--config", self.config) as server:
            complaints = Complaints(server)
            told = LOADED + ", except for settings that need a restart: workers, ntp"
            text = self.GOOD + "workers=%d\nntp=1\nidle-timeout=7\n"
            for n_workers in 255, 256:
                self.assertEqual(self.hang_up(server, complaints, text % n_workers), told)
            # The command line wins as it did at the start.
            self.assertEqual(self.hang_up(server, complaints, self.GOOD + "port=1\naddress=127.0.0.9\n"), LOADED)
            ask_classic(server.port)
            self.assertEqual(server.stop()[0], 0)

    def test_file_gone_and_back(self):
        with Server("--config", self.config) as server:
            complaints = Complaints(server)
            os.unlink(self.config)
            server.send_signal(signal.SIGHUP)
            self.assertRegex(complaints.read_line(), r"\Ats-server: kept the old configuration: .*a\.conf")
            self.assertEqual(self.hang_up(server, complaints, self.GOOD), LOADED)
            self.assertEqual(server.stop()[0], 0)

    def test_broken_certificate(self):
        certificate = self.folder.write("bad.pem", "no certificate\n")
        with Server("--config", self.config) as server:
            complaints = Complaints(server)
            self.assertRegex(self.hang_up(server, complaints, self.GOOD + "tls-certificate=%s\n" % certificate),
                             r"\Ats-server: kept the old configuration: ")
            ask_classic(server.port)
            self.assertEqual(server.stop()[0], 0)

    def test_without_file(self):
        with Server() as server:
            complaints = Complaints(server)
            server.send_signal(signal.SIGHUP)
            self.assertEqual(complaints.read_line(), LOADED)
            ask_classic(server.port)
            self.assertEqual(server.stop(), (0, [], ""))

    def test_new_limit_holds(self):
        """The limit of requests is taken up by connections that are there, and dropped again."""
        with Server("--config", self.config) as server, Framed(server.port) as client:
            complaints = Complaints(server)
            self.assertEqual(client.ask(), 2)
            self.assertEqual(self.hang_up(server, complaints, "[server]\nrequests-per-second=1\n"), LOADED)
            self.assertIn(3, [client.ask() for _ in range(2)])
            self.assertEqual(self.hang_up(server, complaints, self.GOOD), LOADED)
            with Framed(server.port) as other:
                self.assertEqual([other.ask() for _ in range(50)], [2] * 50)
            self.assertEqual(server.stop()[0], 0)


    def test_shorter_timeout_holds_at_once(self):
        """For connections that are there, and for those that come while they last."""
        with Server("--config", self.config) as server, connect(server.port) as old:
            complaints = Complaints(server)
            old.sendall(b"TSyn")
            ask_classic(server.port)
            self.assertEqual(self.hang_up(server, complaints, self.GOOD + "idle-timeout=0.3\n"), LOADED)
            with connect(server.port) as new:
                new.sendall(b"TSyn")
                for client in new, old:
                    self.assertEqual(receive_all(client), b"")
            self.assertEqual(server.stop()[0], 0)


class Refusals(unittest.TestCase):
    """What the operator learns of who was refused; a terminal is told only where G_MESSAGES_DEBUG asks for it."""

    def refuse(self, *arguments, **environment):
        """Refuses a connection, a request and a handshake. Returns: all that is said after that"""
        arguments = ["--requests-per-second", "1", "--max-connections-per-address", "2", "--tls-certificate",
                     os.path.join(CERTIFICATES, "server.pem"), "--tls-key",
                     os.path.join(CERTIFICATES, "server.key"), *arguments]
        with Server(*arguments, env={**WITHOUT_LEAK_CHECK, **environment}) as server:
            with Framed(server.port) as first, Framed(server.port) as second:
                self.assertEqual([first.ask(), second.ask()], [2, 2])
                with Framed(server.port) as third:
                    self.assertEqual(third.ask(), 3)
                for client in first, second:
                    while client.ask() != 3:
                        pass
            with socket.create_connection(("127.0.0.1", server.port), programs.PATIENCE_S,
                                          source_address=("127.0.0.2", 0)) as client:
                client.sendall(bytes([0x16, 3, 1, 0, 4, 99, 0, 0, 0]))
                self.assertEqual(receive_all(client), b"")
            status, lines, complaints = server.stop()
        self.assertEqual(status, 0)
        return "".join(line + "\n" for line in lines) + complaints

    REFUSED = "refused: 1 × too many connections from one address, 2 × too many requests"
    FAILED = "1 × a failed TLS handshake"
    SUMMARY = REFUSED + ", " + FAILED

    def test_named(self):
        said = self.refuse("--log-addresses", G_MESSAGES_DEBUG="timesync")
        self.assertEqual(re.findall(r"refused: .*", said), [self.SUMMARY, self.REFUSED + " (127.0.0.1)",
                                                            "refused: " + self.FAILED + " (127.0.0.2)"])

    def test_not_named(self):
        said = self.refuse(G_MESSAGES_DEBUG="timesync")
        self.assertEqual(re.findall(r"refused: .*", said), [self.SUMMARY])
        self.assertNotIn("127.0.0.", said)

    def test_terminal(self):
        """Who wants clients named sees them wherever messages go; nobody else is told of refusals."""
        self.assertEqual(self.refuse(), "")
        said = self.refuse("--log-addresses").splitlines()
        self.assertEqual(said, ["ts-server: " + self.REFUSED + " (127.0.0.1)",
                                "ts-server: refused: " + self.FAILED + " (127.0.0.2)"])

    def test_faults_are_named(self):
        with Server("--log-addresses") as server:
            for fault in b"TSyn\x01\x07" + bytes(58), b"TSyn\x63\x01\0\0" + b"12345678" + bytes(48):
                with connect(server.port) as client:
                    client.sendall(fault)
                    receive_all(client)
            status, _, err = server.stop()
        self.assertEqual(status, 0)
        self.assertEqual(err, "ts-server: refused: 1 × an unsupported version of the protocol, "
                              "1 × bytes that are not a request (127.0.0.1)\n")

    def test_no_room(self):
        """The operator is warned once when there are as many connections as there may be."""
        with Server("--max-connections", "2") as server:
            with Framed(server.port) as first, Framed(server.port) as second:
                self.assertEqual([first.ask(), second.ask()], [2, 2])
                self.assertEqual(Complaints(server).read_line(), "ts-server: there is no room for more than 2 "
                                 "connections: new ones replace idle ones, or wait")
            for _ in range(3):
                with Framed(server.port) as first, Framed(server.port) as second:
                    self.assertEqual([first.ask(), second.ask()], [2, 2])
            self.assertEqual(server.stop(), (0, [], ""))


if __name__ == "__main__":
    tap.main()
