"""Tests of ts-client --evidence and ts-client verify, and that others can verify what it writes.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

import evidence_reader
import tap
from programs import Peer, Server, classic_answer, now_ns, run_client, run_server_to_end

CERTIFICATES = sys.argv[3]
OPENSSL = shutil.which("openssl")


def find(name):
    return os.path.join(CERTIFICATES, name)


SAMPLES = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", name)
           for name in ("evidence-1.json", "evidence-1-more.json")]


def members_of(text):
    """Returns: what all lines of a type have, by the type and the protocol of their connection"""
    lines, members = json.loads(text)["lines"], {}
    protocols = {line["connection"]: line["protocol"] for line in lines if line["type"] == "connection"}
    for line in lines:
        kind = line["type"], protocols.get(line.get("connection"))
        members[kind] = members.get(kind, line.keys()) & line.keys()
    return members


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="timesync-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "evidence.json")
        self.key_path = os.path.join(folder.name, "key.pem")
        self.key = run_server_to_end("--make-signing-key", self.key_path)[1].split()[2]

    def serve(self, *options):
        server = Server(*options)
        self.addCleanup(server.__exit__)
        return server

    def record(self, *arguments):
        status, out, err = run_client("--evidence", self.path, *arguments)
        self.assertEqual((status, err), (0, ""))
        return self.read()

    def read(self):
        with open(self.path, encoding="utf-8", newline="") as file:
            return file.read()

    def lines(self, kind):
        with open(self.path, encoding="utf-8") as file:
            return [line for line in json.load(file)["lines"] if line["type"] == kind]

    def write(self, text):
        with open(self.path, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def verify(self, *arguments):
        return run_client("verify", self.path, *arguments)


class Stored(Folder):
    """What version 0.1.0 wrote, with the seals of keys that are gone: see docs/stability.md. The second file has what the
    first one has not: TLS, NTP, the classic form and a time-stamp."""

    def verify_stored(self, number):
        """Returns: the status, what is said, and the key of the seals"""
        with open(SAMPLES[number], encoding="utf-8") as file:
            seal = [line for line in json.load(file)["lines"] if line["type"] == "seal"][-1]
        key = seal["seal"][128:192]
        status, out, err = run_client("verify", "--server-key", key, SAMPLES[number])
        self.assertEqual(err, "")
        return status, out, key

    def test_is_verified(self):
        status, out, key = self.verify_stored(0)
        self.assertEqual(status, 0)
        self.assertIn(key, out)

    def test_more_is_verified(self):
        """What is sealed inside TLS is proven, what nobody sealed is not."""
        status, out, key = self.verify_stored(1)
        self.assertEqual(status, 1)
        self.assertIn("timesyncs://localhost:41861: sealed by the key %s " % key, out)
        self.assertRegex(out, r"ntp://\S+ \(ntp\): by the recorder’s word alone")
        self.assertRegex(out, r"127\S+ \(classic\): by the recorder’s word alone")
        self.assertIn("The evidence existed at 20261201003817Z, by the time-stamp of “CN=Authority”", out)

    def test_is_still_written(self):
        """Every type of line has the members that it had. There may be more."""
        server = self.serve("--signing-key", self.key_path, "--tls-certificate", find("server.pem"), "--tls-key",
                            find("server.key"), "--ntp", "127.0.0.1:0", "--local-stratum", "1")
        ntp_port = re.search(r":(\d+)$", server.read_line())[1]
        token_path = os.path.join(os.path.dirname(self.path), "token")
        stored = {}
        for path in SAMPLES:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for kind, members in members_of(text).items():
                stored[kind] = stored.get(kind, members) & members
            with open(token_path, "wb") as file:
                file.write(bytes.fromhex((re.findall('"token":"([0-9a-f]+)"', text) or [""])[0]))

        def serve(connection):
            connection.recv(64)
            connection.sendall(classic_answer(now_ns(), now_ns()))

        with Peer(serve) as peer:
            self.record("--count", "2", "--tls-ca", find("authority.pem"), "127.0.0.1:%d" % peer.port,
                        "timesyncs://localhost:%d" % server.port, "127.0.0.1:%d" % server.port, "ntp://127.0.0.1:" + ntp_port)
        self.assertEqual(run_client("--evidence", self.path, "--timestamp-token", token_path), (0, "", ""))
        now = members_of(self.read())
        self.assertEqual(now.keys(), stored.keys())
        for kind, members in stored.items():
            self.assertLessEqual(members, now[kind], kind)


class Sealed(Folder):
    def check(self, text, server):
        status, out, err = self.verify("--server-key", self.key)
        self.assertEqual((status, err), (0, ""), out)
        self.assertIn(server + ": sealed by the key " + self.key, out)
        self.assertIn("This is a key that you named.", out)
        self.assertTrue(out.endswith("Proven, if both clocks said what was stated.\n"))
        if OPENSSL:
            (who, (n, low, high)), = evidence_reader.verify(text, self.key).items()
            self.assertEqual((who, n), ((server, self.key), 7))
            self.assertIn("In each of the exchanges (7):", out)
            self.assertLessEqual(low, 0)
            self.assertGreaterEqual(high, 0)

    def test_plain(self):
        began = now_ns()
        host = "127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port
        text = self.record(host)
        self.check(text, host)
        self.assertEqual(len(self.lines("exchange")), 8)
        about, = self.lines("about")
        self.assertEqual(about["software"], "ts-client")
        before, after = self.lines("clock")
        self.assertTrue(began <= before["at_ns"] <= after["at_ns"] <= now_ns())

    def test_inside_tls(self):
        server = self.serve("--signing-key", self.key_path, "--tls-certificate", find("server.pem"), "--tls-key",
                            find("server.key"))
        host = "timesyncs://localhost:%d" % server.port
        text = self.record("--tls-ca", find("authority.pem"), host)
        self.check(text, host)
        connection, = self.lines("connection")
        self.assertEqual(connection["protocol"], "tls")
        with open(find("server.pem"), encoding="ascii") as file:
            self.assertIn(connection["tls_chain"][0].strip(), file.read())

    def test_several(self):
        hosts = ["127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port for _ in range(2)]
        text = self.record("--count", "3", *hosts)
        self.assertEqual(self.verify()[0], 0)
        if OPENSSL:
            self.assertEqual(evidence_reader.verify(text).keys(), {(host, self.key) for host in hosts})

    def test_another_key(self):
        text = self.record("127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port)
        status, out, _ = self.verify("--server-key", "0" * 64)
        self.assertEqual(status, 1)
        self.assertIn("This is not a key that you named.", out)
        self.assertTrue(out.endswith("Not proven.\n"))
        with self.assertRaises(evidence_reader.Not_proven):
            evidence_reader.verify(text, "0" * 64)

    def test_changed(self):
        """Both verifiers find it, and ours names the line."""
        text = self.record("--count", "2", "127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port)
        for number, line in enumerate(text.split("\n")[1:-2], 2):
            at = sum(len(part) + 1 for part in text.split("\n")[:number - 1]) + len(line) // 2
            changed = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1:]
            self.write(changed)
            status, out, _ = self.verify()
            self.assertEqual((status, out.split("\n")[-2]), (1, "Not proven."))
            self.assertTrue(out.startswith("line %d: " % number), out)
            with self.assertRaises((evidence_reader.Not_proven, ValueError)):
                evidence_reader.verify(changed)

    def test_token(self):
        self.record("--count", "2", "127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port)
        digest = re.search("Sum of the whole evidence, to be time-stamped: ([0-9a-f]{64})\n", self.verify()[1])[1]
        self.assertEqual(self.lines("end")[0]["sum"], digest)
        self.assertEqual(run_client("--evidence", self.path, "--timestamp-token", self.key_path), (0, "", ""))
        with open(self.key_path, "rb") as file:
            self.assertEqual(bytes.fromhex(self.lines("token")[0]["token"]), file.read())
        self.assertIn("the time-stamp is not an RFC 3161 token", self.verify()[1])
        self.assertEqual(run_client("--evidence", self.path, "--timestamp-token", self.key_path, "localhost")[0], 2)
        self.assertEqual(run_client("--timestamp-token", self.key_path)[0], 2)


@unittest.skipUnless(OPENSSL, "there is no openssl")
class Time_stamped(Folder):
    """By an authority of one's own."""

    CONFIG = """
[req]
distinguished_name=name
[name]
[authority]
extendedKeyUsage=critical,timeStamping
[tsa]
default_tsa=here
[here]
serial=serial
signer_digest=sha256
default_policy=1.2.3.4
digests=sha256
ess_cert_id_alg=sha256
"""

    def openssl(self, *arguments):
        done = subprocess.run([OPENSSL, *arguments], cwd=os.path.dirname(self.path), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def stamp(self, digest):
        self.openssl("ts", "-query", "-sha256", "-digest", digest, "-cert", "-out", "query")
        self.openssl("ts", "-reply", "-config", "config", "-queryfile", "query", "-inkey", "tsa.key", "-signer", "tsa.pem",
                     "-token_out", "-out", "token")
        token = os.path.join(os.path.dirname(self.path), "token")
        self.assertEqual(run_client("--evidence", self.path, "--timestamp-token", token), (0, "", ""))

    def test_time_stamp(self):
        with open(os.path.join(os.path.dirname(self.path), "config"), "w", encoding="ascii") as file:
            file.write(self.CONFIG)
        self.openssl("req", "-x509", "-config", "config", "-extensions", "authority", "-newkey", "rsa:2048", "-nodes",
                     "-keyout", "tsa.key", "-out", "tsa.pem", "-subj", "/CN=Authority")
        self.record("--count", "2", "127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port)
        digest = self.lines("end")[0]["sum"]
        self.stamp(digest)
        status, out, _ = self.verify()
        self.assertEqual(status, 0)
        self.assertRegex(out, r"The evidence existed at 20\d{12}Z, by the time-stamp of “CN=Authority”")
        # Another one is added after it, of something else.
        self.stamp("0" * 64)
        self.assertIn("The time-stamp is for something else.", self.verify()[1])


class Not_sealed(Folder):
    def check(self, protocol):
        status, out, err = self.verify()
        self.assertEqual((status, err), (1, ""))
        self.assertIn("(%s): by the recorder’s word alone, because no seal covers it." % protocol, out)
        self.assertTrue(out.endswith("Not proven.\n"))

    def test_server_without_key(self):
        """It is asked for a seal once, and then no longer told our clock."""
        self.record("127.0.0.1:%d" % self.serve().port)
        self.check("framed")
        transmits = [int(line["request"][48:64], 16) for line in self.lines("exchange")]
        self.assertGreater(transmits[0], 0)
        self.assertEqual(transmits[1:], [0] * 7)

    def test_one_exchange(self):
        """Its t4 is in no request."""
        self.record("--count", "1", "127.0.0.1:%d" % self.serve("--signing-key", self.key_path).port)
        status, out, _ = self.verify()
        self.assertEqual(status, 1)
        self.assertIn("No exchange is sealed at both ends.", out)

    def test_classic(self):
        def serve(connection):
            connection.recv(64)
            connection.sendall(classic_answer(now_ns(), now_ns()))

        with Peer(serve) as peer:
            self.record("--count", "2", "127.0.0.1:%d" % peer.port)
        self.check("classic")

    def check_peer(self, on_seal):
        """Measures a server of Time Sync that does on_seal(connection, request) when it is asked for a seal, and goes on
        if that is true. Returns: how many connections were made"""
        def serve(connection):
            while len(request := receive(connection)) == 64:
                if request[5] == evidence_reader.SEAL_REQUEST:
                    if not on_seal(connection, request):
                        return
                    continue
                cookie, now = evidence_reader.FRAME.unpack(request)[4], now_ns()
                connection.sendall(evidence_reader.FRAME.pack(b"TSyn", 1, evidence_reader.ANSWER, 0, cookie, now, now, 0,
                                                              2 ** 64 - 1, 0, 0, 1))

        def receive(connection):
            request = b""
            while len(request) < 64 and (piece := connection.recv(64 - len(request))):
                request += piece
            return request

        with Peer(serve) as peer:
            self.record("--count", "4", "127.0.0.1:%d" % peer.port)
        self.check("framed")
        self.assertEqual(len(self.lines("exchange")), 4)
        return len(self.lines("connection"))

    def test_server_that_knows_no_seals(self):
        """It takes the request for malformed and closes, as those before seals do; nothing measured is lost."""
        self.assertEqual(self.check_peer(lambda connection, request: False), 2)

    def test_seal_of_another_request(self):
        self.assertEqual(self.check_peer(lambda connection, request: connection.sendall(
            b"TSyn\1\5\0\0" + bytes(8) + bytes(176)) is None), 2)

    def test_seal_that_is_none(self):
        self.assertEqual(self.check_peer(lambda connection, request: connection.sendall(b"hello") is None), 2)

    def test_silent_about_seals(self):
        """The exchange before waits for a second and counts; the next connection is asked again."""
        self.assertEqual(self.check_peer(lambda connection, request: True), 4)

    def test_ntp(self):
        server = self.serve("--ntp", "127.0.0.1:0", "--local-stratum", "1")
        port = re.search(r":(\d+)$", server.read_line())[1]
        self.record("--count", "2", "ntp://127.0.0.1:" + port)
        self.check("ntp")


class Usage(unittest.TestCase):
    def test_usage(self):
        for arguments in [], ["a", "b"], ["--nothing", "a"], ["--server-key", "12", "a"]:
            self.assertEqual(run_client("verify", *arguments)[0], 2, arguments)
        self.assertEqual(run_client("verify", "--help")[0], 0)

    def test_no_evidence(self):
        for path in os.devnull, __file__, "/nonexistent":
            status, out, err = run_client("verify", path)
            self.assertEqual((status, out), (1, ""))
            self.assertIn(path + ": ", err)

    def test_what_is_no_file_is_left_alone(self):
        """As /dev/null, which root could replace by a file."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "pipe")
            os.mkfifo(path)
            for place in path, folder:
                self.assertEqual(run_client("--evidence", place, "127.0.0.1:1"),
                                 (1, "", "ts-client: %s: it exists and is not a regular file\n" % place))
            self.assertEqual(os.listdir(folder), ["pipe"])
            self.assertTrue(stat.S_ISFIFO(os.stat(path).st_mode))

    def test_no_folder(self):
        status, out, err = run_client("--evidence", "/nonexistent/a.json", "127.0.0.1:1")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("/nonexistent/a.json: ", err)


if __name__ == "__main__":
    tap.main()
