# Servers that do what a good one does not: set their clock, refuse, or answer nonsense.
# SPDX-License-Identifier: GPL-3.0-or-later
import random
import socket
import struct
import threading
import time

# As docs/protocol.md draws it.
FRAME = struct.Struct('>4sBBHQqqqQIIQ')
ANSWER, REFUSAL = 2, 3
TOO_MANY_REQUESTS = 2
UNKNOWN = 2 ** 64 - 1


class Peer:
    """Speaks frames on the loopback address until it is closed; what it answers is answer()'s business."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.host = f'127.0.0.1:{self.port}'
        self.server_id = random.getrandbits(64)
        self.n_requests = 0
        self.connections = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.add(connection)
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        try:
            while request := connection.recv(FRAME.size, socket.MSG_WAITALL):
                received_ns = time.time_ns()
                if len(request) < FRAME.size:
                    break
                self.n_requests += 1
                connection.sendall(self.answer(FRAME.unpack(request)[4], received_ns))
        except OSError:
            pass
        self.connections.discard(connection)
        connection.close()

    def answer(self, cookie, received_ns):
        raise NotImplementedError

    def close(self):
        # Closing alone does not wake whoever waits in accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in list(self.connections):
            connection.close()


class Stepping(Peer):
    """Its clock is ahead by shift_ns; whoever sets that sets the clock."""
    shift_ns = 0

    def answer(self, cookie, received_ns):
        return FRAME.pack(b'TSyn', 1, ANSWER, 0, cookie, received_ns + self.shift_ns, time.time_ns() + self.shift_ns,
                          0, UNKNOWN, 0, 0, self.server_id)


class Refusing(Peer):
    def answer(self, cookie, received_ns):
        return FRAME.pack(b'TSyn', 1, REFUSAL, TOO_MANY_REQUESTS, cookie, 0, 0, 0, UNKNOWN, 0, 1000, self.server_id)


class Garbage(Peer):
    def answer(self, cookie, received_ns):
        return random.randbytes(FRAME.size)
