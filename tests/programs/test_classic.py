"""Tests that classic clients and servers, of a dozen lines each, work with ours.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import socket
import threading
import unittest

import programs
import tap
from programs import Peer, Server, classic_answer, connect, now_ns, parse_classic, receive_all, run_client


def measure(port):
    """The classic client. Returns: t1 to t4 in nanoseconds"""
    with connect(port) as server:
        t1 = now_ns()
        server.sendall(b"time?")
        answer = receive_all(server)
        t4 = now_ns()
    return t1, *parse_classic(answer), t4


def stamp_on_accept(connection):
    """A classic server that never reads; its close resets the connection."""
    t2 = now_ns()
    connection.sendall(classic_answer(t2, now_ns()))


def stamp_on_request(connection):
    """A classic server that reads first."""
    if connection.recv(1024):
        t2 = now_ns()
        connection.sendall(classic_answer(t2, now_ns()))


class Classic_client(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.__exit__)

    def test_measures(self):
        for _ in range(50):
            t1, t2, t3, t4 = measure(self.server.port)
            self.assertTrue(t1 <= t2 <= t3 <= t4, (t1, t2, t3, t4))
            # The same clock on both sides: the offset is 0, give or take half the round trip.
            delay = (t4 - t1) - (t3 - t2)
            self.assertLessEqual(abs((t2 - t1) + (t3 - t4)), delay)

    def test_hundred_at_once(self):
        results = []
        start = threading.Barrier(100)

        def run():
            start.wait(programs.PATIENCE_S)
            results.append(measure(self.server.port))

        threads = [threading.Thread(target=run) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 100)
        for t1, t2, t3, t4 in results:
            self.assertTrue(t1 <= t2 <= t3 <= t4, (t1, t2, t3, t4))

    def test_says_nothing(self):
        """As "nc host 10085" from a terminal does, and with its end at once, as from /dev/null."""
        for closes in False, True:
            before_ns = now_ns()
            with self.subTest(closes=closes), connect(self.server.port) as client:
                if closes:
                    client.shutdown(socket.SHUT_WR)
                t2, t3 = parse_classic(receive_all(client))
                self.assertTrue(before_ns <= t2 <= t3 <= now_ns())

    def test_says_and_closes(self):
        for request in b"\n", b"T", b"TSy", b"GET / HTTP/1.1\r\nHost: time.example\r\n\r\n", bytes(100000):
            with self.subTest(request[:10]), connect(self.server.port) as client:
                before_ns = now_ns()
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                t2, t3 = parse_classic(receive_all(client))
                self.assertTrue(before_ns <= t2 <= t3 <= now_ns())


class Classic_server(unittest.TestCase):
    def check(self, serve, shift_ns=0):
        with Peer(serve) as peer:
            for _ in range(20):
                status, out, err = run_client("--json", "127.0.0.1:%d" % peer.port)
                self.assertEqual((status, err), (0, ""))
                told = json.loads(out)
                # A classic server cannot tell when its clock is set.
                self.assertEqual(told["proven_if"], {"clock_not_set_since_ns": told["t4_ns"]})
                self.assertEqual(told["protocol"], "classic")
                self.assertEqual(told["address"], "127.0.0.1:%d" % peer.port)
                self.assertTrue(told["proven_min_ns"] <= shift_ns <= told["proven_max_ns"], told)
                self.assertTrue(told["t1_ns"] <= told["t2_ns"] - shift_ns, told)
            self.assertEqual(peer.n_served, 20)

    def test_stamps_on_accept(self):
        self.check(stamp_on_accept)

    def test_stamps_on_request(self):
        self.check(stamp_on_request)

    def test_ahead(self):
        shift_ns = 12345678901234

        def serve(connection):
            t2 = now_ns() + shift_ns
            connection.sendall(classic_answer(t2, now_ns() + shift_ns))

        self.check(serve, shift_ns)

    def test_series(self):
        """Each sample of a series has its own connection."""
        with Peer(stamp_on_accept) as peer:
            status, out, err = run_client("--count", "5", "127.0.0.1:%d" % peer.port)
            self.assertEqual((status, err), (0, ""))
            self.assertIn("SERVER 127.0.0.1:%d classic\n" % peer.port, out)
            self.assertEqual(peer.n_served, 5)


if __name__ == "__main__":
    tap.main()
