#!/usr/bin/env python3
# Many TLS clients at once, by OpenSSL: clients.py PORT AUTHORITY N_SERVED N_SILENT
#
# N_SILENT send a whole ClientHello and then nothing more; then N_SERVED, all at the same time, measure three
# times each. Tells how many of these were served.
# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import os
import socket
import ssl
import struct
import sys

HOST = '127.0.0.1'
PORT, AUTHORITY, N_SERVED, N_SILENT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def make_context():
    context = ssl.create_default_context(cafile=AUTHORITY)
    context.set_alpn_protocols(['timesync/1'])
    return context


def say_hello():
    """Returns a socket on which a ClientHello went and nothing else will."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = make_context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    silent = socket.create_connection((HOST, PORT))
    silent.sendall(outgoing.read())
    return silent


async def measure(context):
    reader, writer = await asyncio.open_connection(HOST, PORT, ssl=context, server_hostname=HOST)
    for _ in range(3):
        cookie = os.urandom(7) + b'\x01'
        writer.write(b'TSyn\x01\x01\x00\x00' + cookie + bytes(48))
        answer = await reader.readexactly(64)
        t2, t3 = struct.unpack('>qq', answer[16:32])
        if answer[:6] != b'TSyn\x01\x02' or answer[8:16] != cookie or t2 > t3:
            raise ValueError(answer)
    writer.close()
    return 1


async def main():
    silent = [say_hello() for _ in range(N_SILENT)]
    context = make_context()
    results = await asyncio.gather(*[measure(context) for _ in range(N_SERVED)], return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            print(repr(result), file=sys.stderr)
    print(sum(result == 1 for result in results))
    for connection in silent:
        connection.close()

asyncio.run(main())
