"""Tests of ts-server under load: thousands come and go, many of them in the middle of something.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import socket
import ssl
import unittest

import operating
from operating import Folder

import crowd
from crowd import ANSWER, Watched, receive_frames, request, reset, shake_hands
import tap
from programs import connect, parse_classic, receive_all

HAS_TLS = crowd.has_tls()
HELLO = crowd.say_hello()
MEGABYTE = 1 << 20


def say(data):
    def begin(connection):
        connection.sendall(data)
        return connection
    return begin


def expect_answers(n_answers):
    def receive(connection):
        connection.shutdown(socket.SHUT_WR)
        got = [(kind, cookie) for kind, _, cookie, _, _ in receive_frames(connection)]
        assert got == [(ANSWER, cookie) for cookie in range(1, n_answers + 1)], got
        connection.close()
    return receive


def expect_classic(connection):
    parse_classic(receive_all(connection))
    connection.close()


def expect_hello(connection):
    assert connection.recv(1) == b"\x16"
    reset(connection)


def ask_halfway(tls):
    tls.sendall(request()[:30])
    reset(tls)


def ask_over_tls(tls):
    tls.sendall(request())
    assert tls.recv(64)[5] == ANSWER
    tls.close()


# What each says, while all of the others are there, and then how it goes.
PLAIN = [
    (say(request()), expect_answers(1)),
    (say(request()[:30]), socket.socket.close),
    (say(b"\n"), expect_classic),
    (say(request()[:63]), reset),
    (say(request(1) + request(2) + request(3)), expect_answers(3)),
    (say(request() + request()[:5]), reset),
    (say(b"T"), expect_classic),
    (say(HELLO), socket.socket.close),
    (say(b"GET / HTTP/1.1\r\n\r\n"), expect_classic),
    (say(b""), reset),
]
OVER_TLS = [
    (shake_hands, ask_over_tls),
    (say(HELLO[:100]), socket.socket.close),
    (say(HELLO), reset),
    (say(HELLO[:1]), reset),
    (shake_hands, ssl.SSLSocket.close),
    (say(HELLO), expect_hello),
    (shake_hands, ask_halfway),
    (say(HELLO), socket.socket.close),
    (say(HELLO + b"garbage"), reset),
    (say(request()), expect_answers(1)),
]


def start_tls(test):
    return Watched(Folder(test), "--tls-certificate", crowd.certificate("server"), "--tls-key", crowd.KEY,
                   checks_leaks=False)


class Come_and_go(unittest.TestCase):
    """Half of them die in the middle of something, and nothing of anybody is left behind. Those that are there at once
    have addresses of their own, because one address may not shake as many hands at a time."""

    def come_and_go(self, server, kinds, n_connections, n_at_once):
        for _ in range(0, n_connections, n_at_once):
            here = [kinds[i % len(kinds)][0](connect(server.port, source="127.0.0.%d" % (2 + i % 250))) for i in range(n_at_once)]
            for i, connection in enumerate(here):
                kinds[i % len(kinds)][1](connection)

    def check(self, server, kinds, n_waves, n_connections, n_at_once, n_tolerated):
        """n_tolerated: bytes that each connection of a wave may take for good"""
        n_descriptors = server.count_descriptors()
        memory = []
        for _ in range(n_waves):
            self.come_and_go(server, kinds, n_connections, n_at_once)
            server.wait_until_alone(n_descriptors)
            memory.append(server.measure_memory())
        print("# memory after each wave, in MB:", *["%.1f" % (size / MEGABYTE) for size in memory])
        if operating.has("METRICS"):
            self.assertEqual(server.fetch()["timesync_connections_accepted_total"], n_waves * n_connections)
        # A heap grows now and then; what is lost with each connection makes it grow in every wave.
        growths = [after - before for before, after in zip(memory, memory[1:])]
        self.assertLess(min(growths), n_connections * n_tolerated)
        self.assertEqual(server.stop(), (0, [], ""))

    def test_plain(self):
        with Watched(Folder(self)) as server:
            self.check(server, PLAIN, n_waves=4, n_connections=5000, n_at_once=1000, n_tolerated=100)

    @unittest.skipUnless(HAS_TLS, "there is no TLS")
    def test_tls(self):
        with start_tls(self) as server:
            # Few at once, for those that say no more after their hello hold others up. The threads that shake hands
            # fill their heaps but slowly; a session that was forgotten would be tens of kilobytes.
            self.check(server, OVER_TLS, n_waves=4, n_connections=800, n_at_once=20, n_tolerated=4000)

    @unittest.skipUnless(HAS_TLS, "there is no TLS")
    def test_handshakes_read_no_file(self):
        """Such as that of all the authorities which the system trusts: that would be most of their cost."""
        with start_tls(self) as server:
            shake_hands(connect(server.port)).close()
            n_before = server.count_bytes_read()
            for _ in range(20):
                shake_hands(connect(server.port)).close()
            # That file has 200 kB. The thread sanitizer looks at its own memory map, and then there are the pipes.
            self.assertLess(server.count_bytes_read() - n_before, 20 * 100000)


if __name__ == "__main__":
    tap.main()
