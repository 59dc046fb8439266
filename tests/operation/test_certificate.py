"""Tests of what ts-server takes for a certificate: --check-config, the start and a reload have the same opinion.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import time
import unittest

from operating import WITHOUT_LEAK_CHECK, Complaints, Folder, fetch, has, wait_until

import crowd
import programs
import tap
from crowd import ANSWER, request, shake_hands
from programs import Server, connect, run_server_to_end

HAS_TLS = crowd.has_tls()
OPENSSL = shutil.which("openssl")
# Any port, because somebody may have the default one.
CHECKING = ["--check-config", "--port", "0"]
LISTENING = ["--port", "0", "--address", "127.0.0.1"]
HOOK = str(pathlib.Path(__file__).resolve().parents[2] / "data" / "certificate" / "deploy-certificate")
EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


@unittest.skipUnless(HAS_TLS, "there is no TLS")
@unittest.skipUnless(OPENSSL, "there is no openssl")
class Pair(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)

    def openssl(self, *arguments):
        subprocess.run([OPENSSL, *arguments], cwd=self.folder.path, check=True, stdin=subprocess.DEVNULL,
                       capture_output=True)

    def make_root(self, name, *key):
        """A certificate that vouches for itself."""
        self.openssl("req", "-x509", *(key or EC), "-nodes", "-keyout", name + ".key", "-out", name + ".pem",
                     "-days", "30", "-subj", "/CN=" + name)

    def make(self, name, issuer):
        self.openssl("req", *EC, "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name)
        self.folder.write("extensions", "basicConstraints=CA:TRUE\n")
        self.openssl("x509", "-req", "-in", name + ".csr", "-CA", issuer + ".pem", "-CAkey", issuer + ".key",
                     "-CAcreateserial", "-days", "20", "-out", name + ".pem", "-extfile", "extensions")

    def join(self, name, *parts):
        return self.folder.write(name, "".join(read(self.folder.join(part)) for part in parts))

    def check_refused(self, certificate, key, saying):
        """By all three, which say what is wrong and where it was set."""
        setting = "key" if key and saying.startswith(key) else "certificate"
        arguments = ["--tls-certificate", certificate] + (["--tls-key", key] if key else [])
        for more in CHECKING, LISTENING:
            status, out, err = run_server_to_end(*arguments, *more)
            self.assertEqual((status, out), (1, ""))
            self.assertRegex(err, r"\Ats-server: --tls-%s: %s[^\n]*\n\Z" % (setting, saying))
        self.check_reload(certificate, key, r"\Ats-server: kept the old configuration: .*/a\.conf:%d: tls-%s: %s"
                          % (3 if key is None or setting == "key" else 2, "key" if key is None else setting, saying))

    def check_reload(self, certificate, key, saying):
        """What serves goes on to serve."""
        text = "[server]\ntls-certificate=%s\ntls-key=%s\n"
        config = self.folder.write("a.conf", text % (crowd.certificate("server"), crowd.KEY))
        with Server("--config", config) as server:
            complaints = Complaints(server)
            self.folder.write("a.conf", text % (certificate, key or certificate))
            server.send_signal(signal.SIGHUP)
            self.assertRegex(complaints.read_line(), saying)
            with shake_hands(connect(server.port)) as tls:
                tls.sendall(request())
                self.assertEqual(tls.recv(64)[5], ANSWER)
            server.stop()

    def test_key_of_another(self):
        self.make_root("one")
        self.make_root("two")
        key = self.folder.join("two.key")
        self.check_refused(self.folder.join("one.pem"), key, key + ": this private key and the certificate in ")

    def test_rsa_key_of_another(self):
        self.make_root("one", "-newkey", "rsa:2048")
        self.make_root("two", "-newkey", "rsa:2048")
        key = self.folder.join("two.key")
        self.check_refused(self.folder.join("one.pem"), key, key + ": this private key and the certificate in ")

    def test_no_key(self):
        self.make_root("one")
        path = self.folder.join("one.pem")
        self.check_refused(path, None, path + ": ")

    def test_no_such_key(self):
        self.make_root("one")
        key = self.folder.join("none.key")
        self.check_refused(self.folder.join("one.pem"), key, key + ": ")

    def test_nonsense(self):
        self.make_root("one")
        nonsense = self.folder.write("nonsense", "nonsense\n")
        self.check_refused(nonsense, self.folder.join("one.key"), nonsense + ": ")
        self.check_refused(self.folder.join("one.pem"), nonsense, nonsense + ": ")

    def test_chain(self):
        self.make_root("root")
        self.make("middle", "root")
        self.make("leaf", "middle")
        key = self.folder.join("leaf.key")
        right = self.join("right.pem", "leaf.pem", "middle.pem", "root.pem")
        self.assertEqual(run_server_to_end(*CHECKING, "--tls-certificate", right, "--tls-key", key),
                         (0, "ok\n", ""))
        for name, parts in (("reversed.pem", ["root.pem", "middle.pem", "leaf.pem"]),
                            ("swapped.pem", ["leaf.pem", "root.pem", "middle.pem"]),
                            ("root-first.pem", ["root.pem", "leaf.pem"])):
            with self.subTest(name):
                wrong = self.join(name, *parts)
                self.check_refused(wrong, key, wrong + ": the chain is in the wrong order: ")

    def test_one_file(self):
        self.make_root("one")
        both = self.join("both.pem", "one.key", "one.pem")
        self.assertEqual(run_server_to_end(*CHECKING, "--tls-certificate", both), (0, "ok\n", ""))

    def check_warned(self, certificate, key, saying):
        arguments = ["--tls-certificate", certificate, "--tls-key", key]
        status, out, err = run_server_to_end(*CHECKING, *arguments)
        self.assertEqual((status, out), (0, "ok\n"))
        self.assertRegex(err, r"\Ats-server: %s: %s\n\Z" % (certificate, saying))
        with Server(*arguments) as server:
            self.assertRegex(Complaints(server).read_line(), saying)
            self.assertEqual(server.stop()[0], 0)

    def test_time(self):
        self.check_warned(crowd.certificate("expired"), crowd.KEY, r"the certificate expired on 2021-02-03 04:05 UTC")
        self.check_warned(crowd.certificate("early"), crowd.KEY,
                          r"the certificate is not valid before 2110-02-03 04:05 UTC")

    def test_weak(self):
        self.make_root("weak", "-newkey", "rsa:1024")
        self.check_warned(self.folder.join("weak.pem"), self.folder.join("weak.key"),
                          r"the certificate is weak: its RSA key has only 1024 bits")
        self.make_root("old", "-sha1", *EC)
        self.check_warned(self.folder.join("old.pem"), self.folder.join("old.key"),
                          r"the certificate is weak: it is signed with MD5 or SHA-1")

    @unittest.skipUnless(has("METRICS"), "built without metrics")
    def test_metric(self):
        self.make_root("one")
        with Server("--tls-certificate", self.folder.join("one.pem"), "--tls-key", self.folder.join("one.key"),
                    "--metrics", self.folder.join("metrics")) as server:
            server.read_line()
            end_s = fetch(self.folder.join("metrics"))["timesync_tls_certificate_expiry_seconds"]
            self.assertAlmostEqual(end_s, time.time() + 30 * 86400, delta=600)
            self.assertEqual(server.stop()[0], 0)


@unittest.skipUnless(HAS_TLS, "there is no TLS")
class Deploy_hook(unittest.TestCase):
    """The folder of the test is what certbot names and where systemctl is: systemd itself does not run here."""

    def setUp(self):
        self.folder = Folder(self)
        self.target = self.folder.join("tls/server.pem")
        self.renew("server")
        os.symlink(os.path.abspath(programs.SERVER), self.folder.join("ts-server"))
        self.environment = {**os.environ, "PATH": self.folder.path + ":" + os.environ["PATH"],
                            "RENEWED_LINEAGE": self.folder.path}

    def renew(self, name):
        """Puts a certificate and its key where certbot would."""
        self.folder.write("fullchain.pem", read(crowd.certificate(name)))
        self.folder.write("privkey.pem", read(crowd.KEY))

    def supervise(self, script):
        os.chmod(self.folder.write("systemctl", "#!/bin/sh\n" + script), 0o755)

    def deploy(self):
        """Returns: the status, stdout and stderr of the hook"""
        done = subprocess.run([HOOK, self.target, str(os.getgid())], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=programs.PATIENCE_S)
        self.assertEqual([name for name in os.listdir(os.path.dirname(self.target)) if name != "server.pem"], [])
        return done.returncode, done.stdout, done.stderr

    def served(self, server):
        with shake_hands(connect(server.port)) as tls:
            return ssl.DER_cert_to_PEM_cert(tls.getpeercert(True))

    def test_renewed(self):
        self.supervise('echo "$*"\n')
        self.assertEqual(self.deploy(), (0, "try-reload-or-restart ts-server.service\n", ""))
        self.assertEqual(os.stat(self.target).st_mode & 0o777, 0o640)
        with Server("--tls-certificate", self.target) as server:
            self.assertEqual(self.served(server), read(crowd.certificate("server")))
            self.supervise("kill -HUP %d\n" % server.process.pid)
            self.renew("self-signed")
            self.assertEqual(self.deploy(), (0, "", ""))
            wait_until(lambda: self.served(server) == read(crowd.certificate("self-signed")))
            self.assertEqual(server.stop()[0], 0)

    def test_unfit(self):
        """The old file stays, and nothing is reloaded."""
        self.supervise("exit 0\n")
        self.assertEqual(self.deploy()[0], 0)
        before = read(self.target)
        self.supervise("echo reloaded\n")
        self.folder.write("privkey.pem", "nonsense\n")
        status, out, err = self.deploy()
        self.assertEqual((status, out), (1, ""))
        self.assertIn("ts-server: --tls-certificate: ", err)
        self.assertEqual(read(self.target), before)

    def test_called_wrongly(self):
        del self.environment["RENEWED_LINEAGE"]
        os.mkdir(os.path.dirname(self.target))
        self.assertNotEqual(self.deploy()[0], 0)


if __name__ == "__main__":
    os.environ.update(WITHOUT_LEAK_CHECK)
    tap.main()
