#!/usr/bin/env python3
# Many TLS clients at once, by OpenSSL: clients.py PORT AUTHORITY N_SERVED N_SILENT
#
# N_SILENT send a whole ClientHello and then nothing more; then N_SERVED, all at the same time, measure three
# times each. Tells how many of these were served.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import socket
import ssl
import struct
import sys
import threading
import time

CLASSIC_S = 0.25
HOST = '127.0.0.1'
PORT, AUTHORITY, N_SERVED, N_SILENT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


class Client:
    """Has its ClientHello ready before it connects: who has said nothing after 250 ms is classic."""

    def __init__(self, context):
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=HOST)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        self._hello = self._outgoing.read()
        self.failure = None

    def greet(self):
        """Connects, and sends the ClientHello and nothing else; again if that took too long, on a busy machine."""
        while True:
            began = time.monotonic()
            self._socket = socket.create_connection((HOST, PORT))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._socket.sendall(self._hello)
            except ConnectionError:
                if time.monotonic() - began < CLASSIC_S:
                    raise
            if time.monotonic() - began < CLASSIC_S:
                return
            self.close()

    def close(self):
        self._socket.close()

    def _do(self, call, *arguments):
        while True:
            try:
                result = call(*arguments)
                self._socket.sendall(self._outgoing.read())
                return result
            except ssl.SSLWantReadError:
                self._socket.sendall(self._outgoing.read())
                data = self._socket.recv(65536)
                if data == b'':
                    raise ConnectionError('closed')
                self._incoming.write(data)

    def measure(self):
        try:
            self._do(self._tls.do_handshake)
            for _ in range(3):
                cookie = os.urandom(7) + b'\x01'
                self._do(self._tls.write, b'TSyn\x01\x01\x00\x00' + cookie + bytes(48))
                answer = b''
                while len(answer) < 64:
                    answer += self._do(self._tls.read, 64 - len(answer))
                t2, t3 = struct.unpack('>qq', answer[16:32])
                if answer[:6] != b'TSyn\x01\x02' or answer[8:16] != cookie or t2 > t3:
                    raise ValueError(answer)
        except Exception as failure:  # told at the end
            self.failure = failure
        self.close()


def main():
    context = ssl.create_default_context(cafile=AUTHORITY)
    context.set_alpn_protocols(['timesync/1'])
    silent = [Client(context) for _ in range(N_SILENT)]
    served = [Client(context) for _ in range(N_SERVED)]
    for client in silent + served:
        client.greet()
    threads = [threading.Thread(target=client.measure) for client in served]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in served:
        if client.failure:
            print(repr(client.failure), file=sys.stderr)
    print(sum(client.failure is None for client in served))
    for client in silent:
        client.close()


main()
