"""Tests of ts-client over TLS: whom a certificate is for, and servers that want to shake hands twice.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import re
import shutil
import subprocess
import time
import unittest

import programs
import tap
from programs import CLIENT, Program, Server, run_client

CERTIFICATES = sys.argv[3]


def find(name):
    return os.path.join(CERTIFICATES, name)


class Names(unittest.TestCase):
    """The certificate is for localhost, 127.0.0.1 and ::1."""

    def setUp(self):
        addresses = ("127.0.0.1", "::1") if programs.has_ipv6() else ("127.0.0.1",)
        self.server = Server("--tls-certificate", find("server.pem"), "--tls-key", find("server.key"),
                             addresses=addresses)
        self.addCleanup(self.server.__exit__)

    def test_names(self):
        hosts = ["127.0.0.1", "localhost", "localhost.", "LocalHost"]
        if programs.has_ipv6():
            hosts += ["[::1]", "[0:0:0:0:0:0:0:1]", "[::1%1]", "[::ffff:127.0.0.1]"]
        for host in hosts:
            with self.subTest(host):
                status, out, err = run_client("--tls-ca", find("authority.pem"),
                                              "timesyncs://%s:%d" % (host, self.server.port))
                self.assertEqual((status, err), (0, ""))
                self.assertRegex(out, r"SERVER \S+ tls\n\Z")

    def test_wrong_name(self):
        status, out, err = run_client("--tls-ca", find("authority.pem"), "timesyncs://127.0.0.2:%d" % self.server.port)
        self.assertEqual((status, out), (1, ""))

    def test_pinned_certificate(self):
        status, _, err = run_client("--tls-ca", find("server.pem"), "timesyncs://localhost:%d" % self.server.port)
        self.assertEqual((status, err), (0, ""))

    def test_other_hosts_beside(self):
        """What is trusted over TLS does not matter to hosts that do not speak it."""
        hosts = ["timesyncs://localhost:%d" % self.server.port, "127.0.0.1:%d" % self.server.port]
        status, out, err = run_client("--tls-ca", find("authority.pem"), *hosts)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("AGREEING 2 of 2", out)


@unittest.skipUnless(shutil.which("openssl"), "there is no openssl")
class Renegotiation(unittest.TestCase):
    def test_second_handshake(self):
        """A TLS 1.2 server that asks for a second handshake is left at once; the client neither spins nor hangs."""
        server = subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-alpn", "timesync/1",
                                   "-cert", find("server.pem"), "-key", find("server.key")],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        port = self.wait_for(server, rb"ACCEPT 127\.0\.0\.1:(\d+)")[1].decode()
        with Program(CLIENT, "--tls-ca", find("authority.pem"), "--timeout", "30", "timesyncs://127.0.0.1:" + port) as client:
            self.wait_for(server, rb"CIPHER is")
            time_before = os.times().children_user
            server.stdin.write(b"r\n")
            status, lines, err = client.finish()
        self.assertEqual((status, lines), (1, []))
        self.assertIn("second TLS handshake", err)
        self.assertLess(os.times().children_user - time_before, 5)

    def wait_for(self, server, pattern):
        said = b""
        while (match := re.search(pattern, said)) is None:
            piece = os.read(server.stdout.fileno(), 4096)
            self.assertNotEqual(piece, b"", said)
            said += piece
        return match


if __name__ == "__main__":
    tap.main()
