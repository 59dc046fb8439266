"""Tests of ts-server when clients misbehave in every way at once: others are served all the while, also while it is
reloaded, and nothing is lost when it stops.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import random
import select
import shutil
import signal
import socket
import ssl
import statistics
import time
import unittest

from operating import Complaints, Folder, has, wait_until

import crowd
from crowd import (ANSWER, NO_LIMITS, REFUSAL, SHUTTING_DOWN, Steady_classic, Steady_framed, Watched, receive_frames,
                   request, reset, shake_hands)
import programs
import tap
from programs import connect, parse_classic, receive_all

HAS_TLS = crowd.has_tls()
HELLO = crowd.say_hello()
TOO_MANY_CONNECTIONS = 1
LOADED = "ts-server: loaded the new configuration"
MISBEHAVING = "127.0.0.3"
N_SILENT = 1100


def connect_as(host, port):
    return socket.create_connection(("127.0.0.1", port), programs.PATIENCE_S, source_address=(host, 0))


class Siege(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(1)
        self.folder = Folder(self)
        self.held = []

    def start(self):
        """Also starts those who shall be served all the while."""
        self.install(crowd.certificate("server"))
        self.server = Watched(self.folder, "--config", self.configure(), limits={}, checks_leaks=not HAS_TLS)
        self.addCleanup(self.server.__exit__)
        self.complaints = Complaints(self.server)
        self.steady = [Steady_framed(self.server.port), Steady_classic(self.server.port)]
        if HAS_TLS:
            self.steady.append(Steady_framed(self.server.port, shake_hands(connect(self.server.port))))
        for client in self.steady:
            self.addCleanup(client.end)
            client.start()

    def install(self, path):
        shutil.copy(path, self.folder.join("new"))
        os.rename(self.folder.join("new"), self.folder.join("certificate.pem"))

    def configure(self, **limits):
        lines = ["%s=%s" % setting for setting in {**NO_LIMITS, **limits}.items()]
        if HAS_TLS:
            lines += ["tls-certificate=" + self.folder.join("certificate.pem"), "tls-key=" + crowd.KEY]
        return self.folder.write("a.conf", "\n".join(["[server]", *lines, ""]))

    def connect(self):
        self.held.append(connect_as(MISBEHAVING, self.server.port))
        return self.held[-1]

    def check_others(self):
        for client in self.steady:
            client.wait_for_answers()

    def be_silent(self):
        """Some with no word at all, who are taken for classic clients before long. The others keep their places."""
        for i in range(200 + N_SILENT):
            connection = self.connect()
            if i >= 200:
                connection.sendall(request()[:30 if i % 2 else 4])

    def never_read(self):
        for _ in range(4):
            connection = self.connect()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
            connection.setblocking(False)
            try:
                for _ in range(200):
                    connection.send(request() * 500)
            except BlockingIOError:
                pass

    def talk_nonsense(self):
        for beginning in b"TSyn", b"TSyn\x01\x01", b"\x16\x03\x01", b"\x16\x03\x01\x00\x40\x01", b"", b"GET /":
            for _ in range(30):
                connection = connect_as(MISBEHAVING, self.server.port)
                try:
                    connection.sendall(beginning + self.random.randbytes(self.random.randrange(200)))
                except OSError:
                    pass  # it has seen enough
                self.random.choice([socket.socket.close, reset])(connection)
            self.check_others()

    def say_hello_and_no_more(self):
        """Half of them stay."""
        for i in range(300):
            connection = connect_as(MISBEHAVING, self.server.port)
            connection.sendall(HELLO[:self.random.choice([1, 4, 5, 6, 100, len(HELLO) - 1, len(HELLO), len(HELLO)])])
            if i % 2:
                self.held.append(connection)
            else:
                self.random.choice([socket.socket.close, reset])(connection)

    def misbehave(self):
        """Each in its way; but for the nonsense many of them stay."""
        for abuse in self.be_silent, self.never_read, self.say_hello_and_no_more, self.talk_nonsense:
            abuse()
            self.check_others()

    def test_others_are_served(self):
        self.start()
        slow = self.connect()
        slow.sendall(request()[:4])
        self.misbehave()
        # A byte for every few answers that others get.
        for byte in request()[4:]:
            slow.sendall(bytes([byte]))
            self.check_others()
        self.assertEqual(slow.recv(64)[5], ANSWER)
        self.stop_in_the_middle()

    def hang_up(self):
        """Returns: what the server says to it"""
        self.server.send_signal(signal.SIGHUP)
        return self.complaints.read_line()

    def get_certificate(self):
        with shake_hands(connect(self.server.port)) as tls:
            tls.sendall(request())
            self.assertEqual(tls.recv(64)[5], ANSWER)
            return tls.getpeercert(binary_form=True)

    def read_certificate(self, name):
        with open(crowd.certificate(name), encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())

    def test_reloads(self):
        """Nobody is dropped, whatever changes; and only those who come later notice."""
        self.start()
        self.misbehave()
        if HAS_TLS:
            self.assertEqual(self.get_certificate(), self.read_certificate("server"))
            self.install(crowd.certificate("self-signed"))
            self.assertEqual(self.hang_up(), LOADED)
            self.assertEqual(self.get_certificate(), self.read_certificate("self-signed"))
            self.check_others()
            self.install(__file__)
            self.assertRegex(self.hang_up(), r"\Ats-server: kept the old configuration: .*certificate\.pem: ")
            self.assertEqual(self.get_certificate(), self.read_certificate("self-signed"))
            self.install(crowd.certificate("server"))

        self.configure(**{"max-connections-per-address": N_SILENT - 100})
        self.assertEqual(self.hang_up(), LOADED)
        with connect_as(MISBEHAVING, self.server.port) as late:
            late.sendall(request())
            self.assertEqual([frame[:2] for frame in receive_frames(late)], [(REFUSAL, TOO_MANY_CONNECTIONS)])
        self.check_others()
        self.folder.write("a.conf", "[server]\nprot=1\n")
        self.assertEqual(self.hang_up(), "ts-server: kept the old configuration: %s:2: unknown setting “prot”"
                         % self.folder.join("a.conf"))
        self.configure()
        self.assertEqual(self.hang_up(), LOADED)
        with connect_as(MISBEHAVING, self.server.port) as late:
            late.sendall(request())
            self.assertEqual(late.recv(64)[5], ANSWER)
        self.check_others()
        self.stop_in_the_middle()

    def stop_in_the_middle(self):
        """Each steady client learns that the server stops, by a refusal or because nobody is there any more."""
        self.steady[1].may_find_nobody = True
        self.check_others()
        self.server.send_signal(signal.SIGTERM)
        for client in self.steady:
            client.join(programs.PATIENCE_S)
            self.assertFalse(client.is_alive())
            self.assertIsNone(client.failure)
            self.assertTrue(client.is_told)
        for connection in self.held:
            connection.close()
        status, lines, err = self.server.finish()
        self.assertEqual((status, lines), (0, []), err)


class Attacks(unittest.TestCase):
    """One address against all others, each attack alone and then all together: honest clients lose nothing.
    TS_SIEGE_S: for how long each lasts"""

    SECONDS = float(os.environ.get("TS_SIEGE_S", "1.5"))

    def setUp(self):
        arguments = ["--max-connections", "400", "--workers", "2", "--ntp", "127.0.0.1:0"]
        if HAS_TLS:
            arguments += ["--tls-certificate", crowd.certificate("server"), "--tls-key", crowd.KEY]
        # 50 connections of an address: an eighth of all.
        self.server = Watched(Folder(self), *arguments, limits={}, addresses=("0.0.0.0",), checks_leaks=not HAS_TLS)
        self.addCleanup(self.server.__exit__)
        self.held, self.idle = [], []
        self.addCleanup(lambda: [connection.close() for connection in self.held + self.idle])

    def attack(self, beginning):
        """Opens connections and holds them, each with the same beginning; those that were closed are opened again."""
        still_open = []
        for connection in self.held:
            try:
                connection.setblocking(False)
                if connection.recv(1, socket.MSG_PEEK):
                    still_open.append(connection)
                else:
                    connection.close()
            except BlockingIOError:
                still_open.append(connection)
            except OSError:
                connection.close()
        self.held = still_open
        while len(self.held) < 600:
            try:
                connection = connect_as(MISBEHAVING, self.server.port)
                connection.sendall(beginning)
                self.held.append(connection)
            except OSError:
                return

    def hold(self):
        self.attack(b"TSyn")

    def trickle(self):
        self.attack(request()[:30])
        for connection in self.held:
            try:
                connection.send(b"\0")
            except OSError:
                pass

    def stall(self):
        self.attack(HELLO)

    def idle_at_metrics(self):
        while len(self.idle) > 60:
            self.idle.pop(0).close()
        for _ in range(40):
            connection = socket.socket(socket.AF_UNIX)
            connection.setblocking(False)
            self.idle.append(connection)
            try:
                connection.connect(self.server.metrics)
            except BlockingIOError:
                pass  # so many wait already

    def forge(self):
        """NTP requests that seem to be an honest client's."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            flood.bind(("127.0.0.4", 0))
            for _ in range(2000):
                flood.sendto(b"\x23" + bytes(47), ("127.0.0.1", self.server.ntp_port))

    def ask_ntp(self, host):
        """Asks again every 0.1 s, as datagrams can be lost; of a forged address one in four is answered. Returns: how often
        it had to ask"""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.bind((host, 0))
            client.connect(("127.0.0.1", self.server.ntp_port))
            for n_asked in range(1, int(programs.PATIENCE_S * 10)):
                cookie = b"%08d" % n_asked
                client.send(b"\x23" + bytes(39) + cookie)
                while select.select([client], [], [], 0.1)[0]:
                    answer = client.recv(100)
                    # Not the refusal that a forged request has brought upon it.
                    if answer[12:16] != b"RATE" and answer[24:32] == cookie:
                        return n_asked
        self.fail("no NTP answer")

    def be_honest(self):
        """A classic, a framed, a TLS and two NTP clients, and one who looks at the metrics, each within its time."""
        begin = time.monotonic()
        self.n_ntp_asked.append(self.ask_ntp("127.0.0.5"))
        self.n_forged_asked.append(self.ask_ntp("127.0.0.4"))
        with connect_as("127.0.0.4", self.server.port) as classic:
            classic.sendall(b"\n")
            parse_classic(receive_all(classic))
        with connect_as("127.0.0.4", self.server.port) as framed:
            framed.sendall(request())
            self.assertEqual(framed.recv(64)[5], ANSWER)
        if HAS_TLS:
            with shake_hands(connect_as("127.0.0.4", self.server.port)) as tls:
                tls.sendall(request())
                self.assertEqual(tls.recv(64)[5], ANSWER)
        if has("METRICS"):
            self.server.fetch()
        return time.monotonic() - begin

    def test_each_and_all(self):
        attacks = [self.hold, self.trickle, self.forge]
        attacks += [self.idle_at_metrics] if has("METRICS") else []
        attacks += [self.stall] if HAS_TLS else []
        for chosen in [[attack] for attack in attacks] + [attacks]:
            waits, self.n_ntp_asked, self.n_forged_asked = [], [], []
            end = time.monotonic() + self.SECONDS
            while time.monotonic() < end or not waits:
                for attack in chosen:
                    attack()
                waits.append(self.be_honest())
            waits.sort()
            print("# %s: %d rounds of honest clients, median %.3f s, longest %.3f s; NTP asked %.2f times, %d at most; by the "
                  "forged address %.2f times, %d at most" % (
                      ", ".join(attack.__name__ for attack in chosen), len(waits), waits[len(waits) // 2], waits[-1],
                      statistics.mean(self.n_ntp_asked), max(self.n_ntp_asked),
                      statistics.mean(self.n_forged_asked), max(self.n_forged_asked)), flush=True)
            self.assertLess(waits[len(waits) // 2], 2)
        for connection in self.held:
            connection.close()
        self.held = []
        status, _, err = self.server.stop()
        self.assertEqual(status, 0, err)


class Stop(unittest.TestCase):
    def pause(self, server):
        """So that all that comes meanwhile is there at once when it goes on."""
        server.send_signal(signal.SIGSTOP)

        def is_stopped():
            with open("/proc/%d/stat" % server.process.pid, encoding="ascii") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] == "T" or time.sleep(0.001)

        wait_until(is_stopped)

    def check(self, server, kept, n_new):
        for connection in kept:
            connection.sendall(request(1))
            self.assertEqual(connection.recv(64)[5], ANSWER)
        self.pause(server)
        for connection in kept:
            connection.sendall(request(2))
        new = [connect(server.port) for _ in range(n_new)]
        for i, connection in enumerate(new):
            connection.sendall(b"\n" if i % 4 == 0 else request(3))
        server.send_signal(signal.SIGTERM)
        server.send_signal(signal.SIGCONT)

        for i, connection in enumerate(new):
            with connection:
                if i % 4 == 0:
                    parse_classic(receive_all(connection))
                else:
                    self.assert_answered(connection, 3)
        for connection in kept:
            with connection:
                self.assert_answered(connection, 2)
        self.assertEqual(server.finish(), (0, [], ""))

    def assert_answered(self, connection, cookie):
        """And then sent away."""
        self.assertEqual([frame[:3] for frame in receive_frames(connection)],
                         [(ANSWER, 1, cookie), (REFUSAL, SHUTTING_DOWN, 0)])

    def test_answers_all_that_came(self):
        with Watched(Folder(self)) as server:
            self.check(server, [connect(server.port) for _ in range(300)], 2000)

    @unittest.skipUnless(HAS_TLS, "there is no TLS")
    def test_answers_all_that_came_over_tls(self):
        with Watched(Folder(self), "--tls-certificate", crowd.certificate("server"), "--tls-key", crowd.KEY,
                     checks_leaks=False) as server:
            self.check(server, [shake_hands(connect(server.port)) for _ in range(50)], 0)


if __name__ == "__main__":
    tap.main(*sys.argv[4:])
