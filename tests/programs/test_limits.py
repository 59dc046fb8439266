"""What ts-server lets clients have, and how it says no.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import socket
import struct
import time
import unittest

import tap
from programs import PATIENCE_S, Server, connect, receive_all

FRAME = struct.Struct(">4sBBHQqqqQIIQ")
ANSWER, REFUSAL = 2, 3
TOO_MANY_CONNECTIONS, TOO_MANY_REQUESTS = 1, 2
WANTS_PREVIOUS_TRANSMIT = 1
IS_KERNEL_STAMP, HAS_PREVIOUS_TRANSMIT, IS_SYNCHRONIZED = 1, 2, 4
UNKNOWN = 2**64 - 1


def request(cookie=1, flags=0):
    return FRAME.pack(b"TSyn", 1, 1, flags, cookie, 0, 0, 0, 0, 0, 0, 0)


class Frame:
    def __init__(self, data):
        (self.magic, self.version, self.kind, self.flags, self.cookie, self.receive_ns, self.transmit_ns,
         self.previous_transmit_ns, self.max_error_ns, self.clock_generation, self.retry_after_ms,
         self.server_id) = FRAME.unpack(data)


def receive_frame(connection):
    data = b""
    while len(data) < FRAME.size:
        piece = connection.recv(FRAME.size - len(data))
        if piece == b"":
            return None
        data += piece
    return Frame(data)


def ask(connection, cookie=1, flags=0):
    connection.sendall(request(cookie, flags))
    return receive_frame(connection)


class Connections(unittest.TestCase):
    def test_of_an_address(self):
        with Server("--max-connections-per-address", "2") as server:
            first, second = connect(server.port), connect(server.port)
            self.assertEqual(ask(first).kind, ANSWER)
            self.assertEqual(ask(second).kind, ANSWER)

            with connect(server.port) as third:
                refusal = ask(third, cookie=77)
                self.assertEqual((refusal.kind, refusal.flags, refusal.cookie), (REFUSAL, TOO_MANY_CONNECTIONS, 77))
                self.assertGreater(refusal.retry_after_ms, 0)
                self.assertEqual(receive_all(third), b"")
            with connect(server.port) as classic:
                classic.sendall(b"?")
                self.assertEqual(receive_all(classic), b"")

            # Those who are in are served on, and one that leaves makes room.
            self.assertEqual(ask(first).kind, ANSWER)
            second.close()
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                with connect(server.port) as next_one:
                    if ask(next_one).kind == ANSWER:
                        break
            else:
                self.fail("no room again")
            first.close()
            self.assertEqual(server.stop()[0], 0)

    def test_of_another_address_do_not_count(self):
        with Server("--max-connections-per-address", "1", addresses=("0.0.0.0",)) as server:
            with connect(server.port) as first:
                self.assertEqual(ask(first).kind, ANSWER)
                with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S,
                                              source_address=("127.0.0.2", 0)) as other:
                    self.assertEqual(ask(other).kind, ANSWER)

    def test_in_all(self):
        """At the cap the others wait, and are served once there is room."""
        with Server("--max-connections", "3") as server:
            held = [connect(server.port) for _ in range(3)]
            for one in held:
                self.assertEqual(ask(one).kind, ANSWER)
            with connect(server.port) as late:
                late.sendall(request())
                late.settimeout(0.3)
                with self.assertRaises(TimeoutError):
                    late.recv(1)
                late.settimeout(PATIENCE_S)
                held.pop().close()
                self.assertEqual(receive_frame(late).kind, ANSWER)
            for one in held:
                one.close()

    def test_over_the_limit_is_not_held(self):
        """Whatever the client sends: it is there for about a second, and at most as many are as the limit allows."""
        with Server("--max-connections-per-address", "4") as server:
            held = [connect(server.port) for _ in range(4)]
            # What is silent for 250 ms is answered as classic and makes room for another, so these four ask first.
            for one in held:
                self.assertEqual(ask(one).kind, ANSWER)
            for i in range(16):
                held.append(connect(server.port))
                try:
                    held[-1].sendall([b"TSyn", b"TSyn\x01\x01", b"T"][i % 3])
                except OSError:
                    pass  # it is closed already
            for one in held[4:]:
                begin = time.monotonic()
                try:
                    receive_all(one)
                except ConnectionResetError:
                    pass
                self.assertLess(time.monotonic() - begin, PATIENCE_S / 2)
            for one in held[:2]:
                one.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    one.recv(1)

    def test_default_of_an_address(self):
        """An eighth of all, so that no address can take all places."""
        with Server("--max-connections", "80", addresses=("0.0.0.0",)) as server:
            held = [connect(server.port) for _ in range(10)]
            for one in held:
                self.assertEqual(ask(one).kind, ANSWER)
            with connect(server.port) as late:
                self.assertEqual(ask(late).flags, TOO_MANY_CONNECTIONS)
            for one in held:
                one.close()

    def test_full(self):
        """The address that has most gives up the connection that was idle for longest."""
        with Server("--max-connections", "8", "--max-connections-per-address", "0", addresses=("0.0.0.0",)) as server:
            def connect_as(host):
                return socket.create_connection(("127.0.0.1", server.port), PATIENCE_S, source_address=(host, 0))

            few = [connect_as("127.0.0.2") for _ in range(2)]
            many = [connect_as("127.0.0.3") for _ in range(6)]
            for one in [*few, *many[1:], many[0]]:
                self.assertEqual(ask(one).kind, ANSWER)
            with connect_as("127.0.0.4") as late:
                self.assertEqual(ask(late).kind, ANSWER)
                refusal = receive_frame(many[1])
                self.assertEqual((refusal.kind, refusal.flags), (REFUSAL, TOO_MANY_CONNECTIONS))
                self.assertEqual(receive_all(many[1]), b"")
                self.assertEqual([ask(one).kind for one in [*few, many[0]]], [ANSWER] * 3)
            for one in few + many:
                one.close()

    def test_that_ask_nothing(self):
        with Server("--idle-timeout", "0.2") as server, connect(server.port) as client:
            self.assertEqual(ask(client).kind, ANSWER)
            self.assertEqual(receive_all(client), b"")


class Requests(unittest.TestCase):
    def refused_after(self, server, n_most):
        """Asks until it is refused. Returns: how often it was answered before"""
        with connect(server.port) as client:
            for n_answers in range(n_most + 1):
                answer = ask(client, cookie=n_answers + 1)
                if answer.kind == REFUSAL:
                    self.assertEqual((answer.flags, answer.cookie), (TOO_MANY_REQUESTS, n_answers + 1))
                    self.assertGreater(answer.retry_after_ms, 0)
                    self.assertEqual(receive_all(client), b"")
                    return n_answers
        return None

    def test_of_a_connection(self):
        with Server("--requests-per-second", "10") as server:
            self.assertGreaterEqual(self.refused_after(server, 100000), 10)
            with connect(server.port) as other:
                self.assertEqual(ask(other).kind, ANSWER)

    def test_of_an_address(self):
        with Server("--requests-per-second", "0", "--address-requests-per-second", "10",
                    addresses=("0.0.0.0",)) as server:
            self.assertGreaterEqual(self.refused_after(server, 100000), 10)
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S,
                                          source_address=("127.0.0.2", 0)) as other:
                self.assertEqual(ask(other).kind, ANSWER)

    def test_without_a_limit(self):
        with Server("--requests-per-second", "0", "--address-requests-per-second", "0") as server:
            self.assertIsNone(self.refused_after(server, 5000))


class Answers(unittest.TestCase):
    def test_previous_transmit(self):
        """Whoever asks learns when the kernel sent the answer before."""
        with Server() as server, connect(server.port) as client:
            before = ask(client, flags=WANTS_PREVIOUS_TRANSMIT)
            self.assertEqual(before.flags & HAS_PREVIOUS_TRANSMIT, 0)
            n_known = 0
            for cookie in range(2, 22):
                received_ns = time.time_ns()
                answer = ask(client, cookie, WANTS_PREVIOUS_TRANSMIT)
                if answer.flags & HAS_PREVIOUS_TRANSMIT:
                    n_known += 1
                    self.assertGreaterEqual(answer.previous_transmit_ns, before.transmit_ns)
                    self.assertLessEqual(answer.previous_transmit_ns, received_ns)
                else:
                    self.assertEqual(answer.previous_transmit_ns, 0)
                before = answer
            self.assertGreater(n_known, 10)
            # Whoever does not ask gets none.
            answer = ask(client)
            self.assertEqual((answer.flags & HAS_PREVIOUS_TRANSMIT, answer.previous_transmit_ns), (0, 0))

    def test_kernel_stamps(self):
        with Server() as server, connect(server.port) as client:
            answers = [ask(client) for _ in range(10)]
            self.assertTrue(all(answer.flags & IS_KERNEL_STAMP for answer in answers[1:]))
            self.assertTrue(all(answer.receive_ns <= answer.transmit_ns for answer in answers))

    def test_quality_is_honest(self):
        """A bound where the clock is synchronized, and no claim where it is not."""
        with Server() as server, connect(server.port) as client:
            answer = ask(client)
            self.assertEqual(bool(answer.flags & IS_SYNCHRONIZED), answer.max_error_ns != UNKNOWN)


if __name__ == "__main__":
    tap.main()
