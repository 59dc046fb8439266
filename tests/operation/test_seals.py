"""Tests of ts-server's signing key, and of the seals that it signs, with openssl and without anything of ours.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import base64
import hashlib
import os
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import unittest

from operating import WITHOUT_LEAK_CHECK, Complaints, Folder, fetch, has

import crowd
import tap
from programs import Server, connect, run_server_to_end

OPENSSL = shutil.which("openssl")
FRAME = struct.Struct(">4sBBHQqqqQIIQ")
SEAL = struct.Struct(">4sBBHQqQ32s32s64s32s")
REQUEST, ANSWER, REFUSAL, SEAL_REQUEST, SEAL_KIND = 1, 2, 3, 4, 5
TRANSCRIPT = 2
NO_SIGNING_KEY = 5
# As RFC 8410 has a public key of Ed25519.
PUBLIC_HEAD = bytes.fromhex("302a300506032b6570032100")


def verify(folder, key, signed, signature):
    """Returns: whether openssl says that the key has signed it"""
    for name, content in ("signed", signed), ("signature", signature):
        with open(folder.join(name), "wb") as file:
            file.write(content)
    pem = folder.write("public.pem", "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                       % base64.b64encode(PUBLIC_HEAD + key).decode())
    done = subprocess.run([OPENSSL, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in",
                           folder.join("signed"), "-sigfile", folder.join("signature")],
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


class Session:
    """A sealed session, with a hash of its own."""

    def __init__(self, connection):
        connection.settimeout(float(os.environ.get("TS_TEST_PATIENCE_S", "60")))
        self.connection, self.hash, self.n, self.cookie = connection, bytes(32), 0, 0

    def receive(self, length):
        got = b""
        while len(got) < length:
            piece = self.connection.recv(length - len(got))
            if piece == b"":
                return got
            got += piece
        return got

    def ask(self, flags=TRANSCRIPT):
        self.cookie += 1
        request = FRAME.pack(b"TSyn", 1, REQUEST, flags, self.cookie, 17, 18, 0, 0, 0, 0, 0)
        self.connection.sendall(request)
        answer = self.receive(64)
        assert answer[5] == ANSWER, answer
        if flags & TRANSCRIPT:
            self.hash, self.n = hashlib.sha256(self.hash + request + answer).digest(), self.n + 1
        return FRAME.unpack(answer)

    def ask_seal(self):
        self.cookie += 1
        self.connection.sendall(FRAME.pack(b"TSyn", 1, SEAL_REQUEST, 0, self.cookie, 0, 0, 0, 0, 0, 0, 0))

    def read_seal(self):
        return self.receive(192)


@unittest.skipUnless(has("SEALS"), "built without seals")
class Key(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)
        self.path = self.folder.join("key.pem")

    def make(self):
        """Returns: the public key that is told"""
        status, out, err = run_server_to_end("--make-signing-key", self.path)
        self.assertEqual((status, err), (0, ""))
        match = re.fullmatch(r"signing key ([0-9a-f]{64}) fingerprint ([0-9a-f]{4}(?:-[0-9a-f]{4}){4})\n", out)
        self.assertEqual(match[2].replace("-", ""), hashlib.sha256(bytes.fromhex(match[1])).hexdigest()[:20])
        return bytes.fromhex(match[1])

    def test_make(self):
        first = self.make()
        self.assertEqual(os.stat(self.path).st_mode & 0o7777, 0o600)
        with open(self.path, "rb") as file:
            before = file.read()
        status, out, err = run_server_to_end("--make-signing-key", self.path)
        self.assertEqual((status, out), (1, ""))
        self.assertEqual(err, "ts-server: %s: File exists\n" % self.path)
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(), before)
        os.unlink(self.path)
        self.assertNotEqual(self.make(), first)

    def test_nowhere(self):
        status, out, err = run_server_to_end("--make-signing-key", self.folder.join("none/key.pem"))
        self.assertEqual((status, out), (1, ""))
        self.assertIn("none/key.pem: No such file", err)

    @unittest.skipUnless(OPENSSL, "there is no openssl")
    def test_of_openssl(self):
        """Each reads the other's keys."""
        key = self.make()
        told = subprocess.run([OPENSSL, "pkey", "-in", self.path, "-pubout", "-outform", "DER"], check=True,
                              capture_output=True).stdout
        self.assertEqual(told, PUBLIC_HEAD + key)
        other = self.folder.join("other.pem")
        subprocess.run([OPENSSL, "genpkey", "-algorithm", "ed25519", "-out", other], check=True)
        os.chmod(other, 0o600)
        self.assertEqual(run_server_to_end("--check-config", "--port", "0", "--signing-key", other), (0, "ok\n", ""))

    def test_refused(self):
        """By the check and at the start."""
        self.make()
        os.chmod(self.path, 0o644)
        empty = self.folder.write("empty.pem", "")
        os.chmod(empty, 0o600)
        absent = self.folder.join("absent.pem")
        for path, saying in (self.path, "other users may read"), (empty, "there is no usable Ed25519"), (absent, "No such file"):
            for more in ["--check-config"], ["--port", "0", "--address", "127.0.0.1"]:
                status, out, err = run_server_to_end("--signing-key", path, *more)
                self.assertEqual((status, out), (1, ""))
                self.assertRegex(err, r"\Ats-server: --signing-key: %s: %s[^\n]*\n\Z" % (re.escape(path), saying))

    def test_another_takes_a_restart(self):
        self.make()
        config = self.folder.write("a.conf", "[server]\n")
        with Server("--config", config) as server:
            complaints = Complaints(server)
            self.folder.write("a.conf", "[server]\nsigning-key=%s\n" % self.path)
            server.send_signal(signal.SIGHUP)
            self.assertEqual(complaints.read_line(),
                             "ts-server: loaded the new configuration, except for settings that need a restart: signing-key")
            server.stop()


@unittest.skipUnless(has("SEALS"), "built without seals")
class Seals(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)
        self.path = self.folder.join("key.pem")
        out = run_server_to_end("--make-signing-key", self.path)[1]
        self.key = bytes.fromhex(out.split()[2])

    def check(self, session):
        session.ask_seal()
        seal = session.read_seal()
        magic, version, kind, flags, cookie, instant, n, digest, key, signature, rest = SEAL.unpack(seal)
        self.assertEqual((magic, version, kind, flags, cookie), (b"TSyn", 1, SEAL_KIND, 0, session.cookie))
        self.assertEqual((n, digest, key, rest), (session.n, session.hash, self.key, bytes(32)))
        if OPENSSL:
            self.assertTrue(verify(self.folder, key, seal[:96], signature))
            self.assertFalse(verify(self.folder, key, seal[:95] + bytes([seal[95] ^ 1]), signature))
        return instant

    def converse(self, connection):
        session = Session(connection)
        for _ in range(3):
            session.ask()
        session.ask(flags=0)
        last = session.ask(flags=TRANSCRIPT | 1)
        first = self.check(session)
        self.assertGreaterEqual(first, last[6])
        session.ask()
        self.assertGreaterEqual(self.check(session), first)

    def test_plain(self):
        with Server("--signing-key", self.path) as server:
            self.assertEqual(bytes.fromhex(server.read_line().split()[2]), self.key)
            with connect(server.port) as connection:
                self.converse(connection)
            server.stop()

    @unittest.skipUnless(crowd.has_tls(), "there is no TLS")
    def test_inside_tls(self):
        with Server("--signing-key", self.path, "--tls-certificate", crowd.certificate("server"), "--tls-key",
                    crowd.KEY) as server:
            with crowd.shake_hands(connect(server.port)) as connection:
                self.converse(connection)
            server.stop()

    def test_previous_transmit_is_of_an_answer(self):
        """A seal between two answers does not lend its departure to the first."""
        with Server("--signing-key", self.path) as server, connect(server.port) as connection:
            session = Session(connection)
            session.ask(flags=TRANSCRIPT | 1)
            for _ in range(20):
                before = session.ask(flags=TRANSCRIPT | 1)
                instant = self.check(session)
                answer = session.ask(flags=TRANSCRIPT | 1)
                if answer[3] & 2:
                    self.assertLess(answer[7], instant)
                    self.assertGreaterEqual(answer[7], before[6])
            server.stop()

    @unittest.skipUnless(has("METRICS"), "built without metrics")
    def test_counted(self):
        where = self.folder.join("metrics.socket")
        with Server("--signing-key", self.path, "--metrics", where) as server:
            with connect(server.port) as connection:
                self.converse(connection)
            self.assertEqual(fetch(where)["timesync_seals_total"], 2)
            server.stop()

    def test_no_key(self):
        with Server() as server:
            with connect(server.port) as connection:
                session = Session(connection)
                session.ask()
                session.ask_seal()
                refusal = FRAME.unpack(session.receive(64))
                self.assertEqual(refusal[:5], (b"TSyn", 1, REFUSAL, NO_SIGNING_KEY, session.cookie))
                self.assertEqual(refusal[9:11], (0, 0))
                self.assertEqual(session.receive(1), b"")
            server.stop()


if __name__ == "__main__":
    tap.main()
