"""Tests of ts-client as a program: what it says, to people and to scripts, and how it ends.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import csv
import fcntl
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import threading
import time
import unittest

import clocks
import programs
import tap
from programs import CLIENT, Peer, Program, Server, now_ns, run_client

NUMBERS = ["t1_ns", "t2_ns", "t3_ns", "t4_ns", "offset_ns", "delay_ns", "proven_min_ns", "proven_max_ns"]
ESTIMATES = ["estimate_ns", "estimate_error_ns", "now_min_ns", "now_max_ns"]
DRIFTS = ["drift_ppm", "drift_min_ppm", "drift_max_ppm"]


def parse_ms(text):
    """Returns: nanoseconds, exactly"""
    match = re.fullmatch(r"([-+]?)(\d+)\.(\d{6})", text)
    assert match is not None, text
    return int(match[1] + "1") * (int(match[2]) * 1000000 + int(match[3]))


def silent(connection):
    while connection.recv(1024):
        pass


class With_server(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.__exit__)
        self.host = "127.0.0.1:%d" % self.server.port

    def check_text(self, out, address):
        lines = out.split("\n")
        self.assertEqual(lines.pop(), "")
        self.assertEqual([line.split(" ")[0] for line in lines],
                         ["REMOTE_TIME", "LOCAL_TIME", "RTT_ESTIMATE",
                          "OFFSET_MS", "PROVEN_MIN_MS", "PROVEN_MAX_MS", "ESTIMATE_MS", "ESTIMATE_ERROR_MS",
                          "CERTAINTY", "SERVER"])
        for line in lines[:3]:
            self.assertRegex(line, r"\A[A-Z_]+ \d+\Z")
        offset_ns, min_ns, max_ns = (parse_ms(line.split(" ")[1]) for line in lines[3:6])
        self.assertTrue(min_ns <= 0 <= max_ns and min_ns <= offset_ns <= max_ns, lines)
        self.assertGreaterEqual(parse_ms(lines[7].split(" ")[1]), 0)
        # One computer's clock is not behind itself, and nothing proves that it is.
        self.assertIn(lines[8], ("CERTAINTY in-step", "CERTAINTY probable"))
        self.assertEqual(lines[9], "SERVER %s framed" % address)
        remote_s, local_s, rtt_ms = (int(line.split(" ")[1]) for line in lines[:3])
        self.assertLessEqual(abs(remote_s - local_s), 1 + (max_ns - min_ns) // 10**9)
        self.assertEqual(rtt_ms, (max_ns - min_ns + 500000) // 1000000)
        return local_s

    def test_text(self):
        before_s = now_ns() // 10**9
        status, out, err = run_client(self.host)
        self.assertEqual((status, err), (0, ""))
        local_s = self.check_text(out, self.host)
        self.assertTrue(before_s <= local_s <= now_ns() // 10**9)

    def test_text_in_every_locale(self):
        for locale in "C", "de_DE.UTF-8", "fa_IR":
            with self.subTest(locale):
                status, out, err = run_client(self.host, env={**os.environ, "LC_ALL": locale})
                self.assertEqual(status, 0)
                self.check_text(out, self.host)

    def test_ways_to_name_it(self):
        port = str(self.server.port)
        for arguments in (["127.0.0.1", "--port", port], ["127.0.0.1", "-p", port],
                          ["-p" + port, "127.0.0.1"], ["-p", port, self.host], ["-p", "0" + port, "127.0.0.1"],
                          [self.host + "\u00a0"], ["\ufeff" + self.host + "\u200b"],
                          ["timesync://127.0.0.1:" + port], ["  %s  " % self.host]):
            with self.subTest(arguments):
                status, out, err = run_client(*arguments)
                self.assertEqual((status, err), (0, ""))
                self.check_text(out, self.host)

    def test_localhost(self):
        """Without a host it measures this computer."""
        status, out, err = run_client("--port", str(self.server.port))
        self.assertEqual((status, err), (0, ""))
        self.check_text(out, self.host)

    def test_ipv6(self):
        if not programs.has_ipv6():
            self.skipTest("this computer has no ::1")
        with Server(addresses=("::1",)) as server:
            address = "[::1]:%d" % server.port
            for arguments in ([address], ["::1", "--port", str(server.port)]):
                status, out, err = run_client(*arguments)
                self.assertEqual((status, err), (0, ""))
                self.check_text(out, address)

    def check_json(self, line):
        told = json.loads(line)
        quality = ["max_error_ns", "leap"] if "max_error_ns" in told else ["leap"]
        self.assertEqual(list(told), ["version", "host", "address", "protocol"] + NUMBERS + ["stamps"] + ESTIMATES + ["certainty"] + DRIFTS + ["proven_if"] + quality)
        for name in NUMBERS + ESTIMATES:
            self.assertIs(type(told[name]), int, name)
        self.assertTrue(told["now_min_ns"] <= told["estimate_ns"] <= told["now_max_ns"], told)
        # ts-server tells when its clock is set, and this computer's is read.
        self.assertIsNone(told["proven_if"])
        self.assertTrue(told["drift_min_ppm"] <= told["drift_ppm"] <= told["drift_max_ppm"], told)
        self.assertEqual(list(told["stamps"]), ["t1", "t2", "t3", "t4"])
        self.assertLessEqual(set(told["stamps"].values()), {"user", "kernel"})
        t1, t2, t3, t4 = (told[name] for name in NUMBERS[:4])
        self.assertTrue(t1 <= t2 <= t3 <= t4, told)
        self.assertEqual(told["proven_min_ns"], t3 - t4)
        self.assertEqual(told["proven_max_ns"], t2 - t1)
        self.assertEqual(told["delay_ns"], (t4 - t1) - (t3 - t2))
        # The centre to a nanosecond, for halves are cut off.
        self.assertLessEqual(abs(2 * told["offset_ns"] - ((t2 - t1) + (t3 - t4))), 1)
        self.assertEqual((told["address"], told["protocol"]), (self.host, "framed"))
        return told

    def test_json(self):
        before_ns = now_ns()
        status, out, err = run_client("--json", self.host)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out.count("\n"), 1)
        told = self.check_json(out)
        self.assertEqual(told["host"], self.host)
        self.assertTrue(before_ns <= told["t1_ns"] and told["t4_ns"] <= now_ns())

    def test_count(self):
        status, out, err = run_client("--count", "5", self.host)
        self.assertEqual((status, err), (0, ""))
        self.check_text(out, self.host)

    def test_count_is_best(self):
        """The sample of the least round trip is the one that is told."""
        with Server() as server:
            host = "127.0.0.1:%d" % server.port
            status, out, _ = run_client("--count", "5", "--watch", "--json", "--interval", "0.1", host)
            self.assertEqual(status, 0)
            delays = [json.loads(line)["delay_ns"] for line in out.splitlines()]
            self.assertEqual(len(delays), 5)
            status, out, _ = run_client("--count", "5", "--watch", "--interval", "0.1", host)
            self.assertEqual(status, 0)
            lines = out.splitlines()
            delays = [parse_ms(re.search(r"round trip (\S+) ms", line)[1]) for line in lines[:5]]
            summary = dict(line.split(" ") for line in lines[5:])
            self.assertEqual(parse_ms(summary["RTT_MIN_MS"]), min(delays))
            width = parse_ms(summary["PROVEN_MAX_MS"]) - parse_ms(summary["PROVEN_MIN_MS"])
            self.assertEqual(width, min(delays))

    def test_watch(self):
        with Program(CLIENT, "--watch", "--interval", "0.1", self.host) as client:
            lines = [client.read_line() for _ in range(4)]
            client.send_signal(signal.SIGINT)
            status, rest, err = client.finish()
        self.assertEqual((status, err), (0, ""))
        while rest and not rest[0].startswith("SAMPLES"):
            lines.append(rest.pop(0))
        for line in lines:
            self.assertRegex(line, r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z  offset [-+]\d+\.\d{6} ms  "
                                   r"proven [-+]\d+\.\d{6} to [-+]\d+\.\d{6} ms  round trip \d+\.\d{6} ms  "
                                   r"estimate [-+]\d+\.\d{6} ± \d+\.\d{6} ms\Z")
        self.assertEqual([line.split(" ")[0] for line in rest],
                         ["SAMPLES", "LOST", "OFFSET_MS", "PROVEN_MIN_MS", "PROVEN_MAX_MS", "ESTIMATE_MS",
                          "ESTIMATE_ERROR_MS", "CERTAINTY", "RTT_MIN_MS"])
        self.assertEqual(rest[:2], ["SAMPLES %d" % len(lines), "LOST 0"])

    def test_watch_terminated(self):
        with Program(CLIENT, "--watch", self.host) as client:
            client.read_line()
            client.send_signal(signal.SIGTERM)
            status, rest, err = client.finish()
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(rest[-1].startswith("RTT_MIN_MS "), rest)

    def test_watch_json_over_a_restart(self):
        with Program(CLIENT, "--watch", "--json", "--interval", "0.1", self.host) as client:
            for _ in range(3):
                self.check_json(client.read_line())
            self.server.send_signal(signal.SIGKILL)
            self.server.process.wait(programs.PATIENCE_S)
            while "error" not in (told := json.loads(client.read_line())):
                pass
            self.assertEqual(list(told), ["version", "host", "time_ns", "code", "error"])
            self.assertEqual((told["host"], told["code"]), (self.host, "connection-refused"))
            self.assertLess(abs(told["time_ns"] - now_ns()), 10**12)
            self.assertIn(self.host, told["error"])
            with Server(port=self.server.port):
                while "error" in (told := json.loads(line := client.read_line())):
                    self.assertEqual(list(told), ["version", "host", "time_ns", "code", "error"])
                self.check_json(line)
                client.send_signal(signal.SIGINT)
                status, rest, err = client.finish()
        self.assertEqual((status, err), (0, ""))
        for line in rest:
            self.check_json(line)

    def test_reader_goes(self):
        """As with "| head -1": it ends when its reader has gone."""
        with Program(CLIENT, "--watch", "--interval", "0.1", self.host) as client:
            client.read_line()
            client.process.stdout.close()
            status = client.process.wait(programs.PATIENCE_S)
            self.assertIn(status, (0, 1, -signal.SIGPIPE))
            self.assertEqual(client.process.stderr.read(), b"")
            client.process.stdout = open(os.devnull, "rb")

    def test_reader_goes_unsignalled(self):
        """The same if a parent ignores SIGPIPE."""
        with Program(CLIENT, "--watch", "--interval", "0.1", self.host, restore_signals=False,
                     preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)) as client:
            client.read_line()
            client.process.stdout.close()
            status = client.process.wait(programs.PATIENCE_S)
            self.assertIn(status, (0, 1))
            self.assertEqual(client.process.stderr.read(), b"")
            client.process.stdout = open(os.devnull, "rb")

    def test_closed_descriptors(self):
        """No socket or pipe of its own gets the number of a standard descriptor: what it prints went there, and it waited."""
        for closed in [(1,), (0, 1), (2,), (0, 1, 2)]:
            for arguments in ["--version"], ["--help"], ["--json", self.host], ["--count", "3", self.host]:
                def close():
                    for fd in closed:
                        os.close(fd)

                with self.subTest(closed=closed, arguments=arguments):
                    done = subprocess.run([CLIENT, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.DEVNULL, preexec_fn=close, timeout=programs.PATIENCE_S)
                    self.assertEqual(done.returncode, 0)

    def test_full_disk(self):
        """What could not be written was not told."""
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        for arguments in [], ["--json"], ["--watch"], ["--help"], ["--version"]:
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([CLIENT, *arguments, self.host], stdout=full, stderr=subprocess.PIPE,
                                      timeout=programs.PATIENCE_S)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(b"cannot write", done.stderr)

    def test_nobody_reads(self):
        """A signal ends it though its output waits in a pipe that is full, and will never be read."""
        for number in signal.SIGINT, signal.SIGTERM:
            for arguments in ["--watch", "--json"], ["--watch"]:
                with self.subTest(number=number, arguments=arguments):
                    reader, writer = os.pipe()
                    # One line is enough to fill it.
                    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
                    client = subprocess.Popen([CLIENT, *arguments, "--interval", "0.1", self.host], stdout=writer)
                    os.close(writer)
                    try:
                        select.select([reader], [], [], programs.PATIENCE_S)
                        client.send_signal(number)
                        self.assertIn(client.wait(programs.PATIENCE_S), (0, 1))
                    finally:
                        client.kill()
                        client.wait()
                        os.close(reader)

    def test_plus_minus(self):
        for locale, sign in ("C.UTF-8", "±"), ("C", "+/-"):
            with self.subTest(locale):
                done = subprocess.run([CLIENT, "--watch", "--count", "1", self.host], stdout=subprocess.PIPE,
                                      env={**os.environ, "LC_ALL": locale}, timeout=programs.PATIENCE_S)
                self.assertIn(sign.encode(), done.stdout)

    def test_deadline(self):
        before = time.monotonic()
        status, out, err = run_client("--deadline", "0.5", "--count", "1000", self.host)
        self.assertEqual((status, err), (0, ""))
        self.assertLess(time.monotonic() - before, 20)
        self.check_text(out, self.host)


class Several(unittest.TestCase):
    """Hosts measured together: which agree, and which do not."""

    def setUp(self):
        self.hosts = []
        for shift_s in 0, 3600, 0:
            peer = Peer(lambda connection, shift_ns=shift_s * 10**9: self.serve(connection, shift_ns))
            peer.__enter__()
            self.addCleanup(peer.__exit__)
            self.hosts.append("127.0.0.1:%d" % peer.port)

    @staticmethod
    def serve(connection, shift_ns):
        connection.recv(1024)
        connection.sendall(programs.classic_answer(now_ns() + shift_ns, now_ns() + shift_ns))

    def check_table(self, lines, hosts, verdicts):
        """All rows are as wide as the line of heads, and its columns are where the heads are."""
        heads = lines[0].split()
        self.assertEqual(heads, ["HOST", "OFFSET", "LOWER", "UPPER", "ROUND-TRIP", "ESTIMATE", "ERROR", "PROTOCOL",
                                 "VERDICT"])
        for line, host, verdict in zip(lines[1:], hosts, verdicts, strict=True):
            cells = re.split(r"  +", line)
            self.assertEqual((cells[0], cells[-1]), (host, verdict))
            self.assertEqual(len(cells), len(heads))
            ends = [match.end() for match in re.finditer(r"\S+( \S+)*", line)]
            for head, cell, end in zip(heads[1:7], cells[1:7], ends[1:7]):
                self.assertRegex(cell, r"\A[-+]?\d+(\.\d{3})? ([num]?s)\Z")
                self.assertEqual(end, lines[0].index(head) + len(head), (head, line))
            self.assertEqual(line.index(cells[-1]), lines[0].index("VERDICT"))

    def test_falseticker(self):
        status, out, err = run_client(*self.hosts)
        self.assertEqual((status, err), (3, ""))
        lines = out.splitlines()
        self.check_table(lines[:4], self.hosts, ["agrees", "falseticker", "agrees"])
        self.assertEqual([line.split(" ")[0] for line in lines[-4:]],
                         ["AGREEING", "AGREED_MIN_MS", "AGREED_MAX_MS", "FALSETICKER"])
        self.assertEqual((lines[-4], lines[-1]), ("AGREEING 2 of 3", "FALSETICKER " + self.hosts[1]))
        self.assertLessEqual(parse_ms(lines[-3].split(" ")[1]), 0)
        self.assertGreaterEqual(parse_ms(lines[-2].split(" ")[1]), 0)

    def test_all_agree(self):
        status, out, err = run_client(self.hosts[0], self.hosts[2])
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out.splitlines()[-3], "AGREEING 2 of 2")

    def test_named_twice(self):
        """A host has one vote, however often and however it is named."""
        status, out, err = run_client(self.hosts[0], self.hosts[1], self.hosts[1], " %s " % self.hosts[1])
        self.assertEqual((status, err), (3, ""))
        self.assertEqual(out.splitlines()[-1], "AGREEING 0 of 2")

    def test_no_majority(self):
        status, out, err = run_client(self.hosts[0], self.hosts[1])
        self.assertEqual((status, err), (3, ""))
        self.assertEqual(out.splitlines()[-1], "AGREEING 0 of 2")

    def test_json(self):
        status, out, err = run_client("--json", "--count", "2", *self.hosts)
        self.assertEqual((status, err), (3, ""))
        *told, last = (json.loads(line) for line in out.splitlines())
        self.assertEqual([one["host"] for one in told], self.hosts)
        self.assertEqual([one["verdict"] for one in told], ["agrees", "falseticker", "agrees"])
        self.assertEqual(set(told[0]["stamps"].values()) & {"unknown"}, {"unknown"})
        self.assertEqual(last["selection"], dict(zip(self.hosts, ["agrees", "falseticker", "agrees"])))
        self.assertLessEqual(last["agreed_min_ns"], 0)
        self.assertGreaterEqual(last["agreed_max_ns"], 0)

    def test_watch(self):
        status, out, err = run_client("--watch", "--count", "3", "--interval", "0.1", *self.hosts)
        self.assertEqual((status, err), (3, ""))
        lines = [line for line in out.splitlines() if "  offset " in line]
        self.assertEqual(len(lines), 9)
        self.assertEqual({line.split("  ")[1] for line in lines}, set(self.hosts))
        self.assertIn("  falseticker", [line for line in lines if self.hosts[1] in line][-1])
        self.assertIn("FALSETICKER " + self.hosts[1], out.splitlines())

    def test_one_is_down(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            down = "127.0.0.1:%d" % bound.getsockname()[1]
            status, out, err = run_client(self.hosts[0], down)
            told = [json.loads(line) for line in run_client("--json", self.hosts[0], down)[1].splitlines()]
        self.assertEqual(status, 1)
        self.assertIn(down + " refuses connections", err)
        self.assertRegex(out.splitlines()[2], r"\A%s +%s refuses connections\Z" % (re.escape(down), re.escape(down)))
        self.assertEqual(out.splitlines()[-3], "AGREEING 1 of 2")
        self.assertEqual([one.get("host") for one in told], [self.hosts[0], down, None])
        self.assertEqual(told[1]["code"], "connection-refused")
        self.assertEqual(told[2]["selection"], {self.hosts[0]: "agrees", down: "unmeasured"})


class Formats(unittest.TestCase):
    """CSV, units, protocols, families, and waiting, of servers whose clocks are chosen."""

    def clock(self, *arguments):
        clock = clocks.Clock(*arguments)
        self.addCleanup(clock.close)
        return clock

    def rows(self, out):
        self.assertTrue(out.startswith("host,time_ns,address,protocol,offset_ns,"), out)
        return list(csv.DictReader(out.splitlines()))

    def test_csv(self):
        clock = self.clock(2 * 10 ** 9)
        status, out, _ = run_client("--csv", clock.host, "127.0.0.1:1")
        self.assertEqual(status, 1)
        good, bad = self.rows(out)
        self.assertEqual((good["host"], good["protocol"], good["error"]), (clock.host, "framed", ""))
        self.assertTrue(int(good["proven_min_ns"]) <= 2 * 10 ** 9 <= int(good["proven_max_ns"]), good)
        self.assertEqual((bad["host"], bad["offset_ns"], bad["code"]), ("127.0.0.1:1", "", "connection-refused"))
        self.assertIn("refuses connections", bad["error"])

    def test_csv_watched(self):
        status, out, _ = run_client("--csv", "--watch", "--count", "3", "--interval", "0.1", self.clock().host)
        self.assertEqual((status, len(self.rows(out))), (0, 3))

    def test_csv_quotes(self):
        with Peer(lambda connection: connection.sendall(b'a,"b"')) as peer:
            _, out, _ = run_client("--csv", "127.0.0.1:%d" % peer.port)
        self.assertIn('a,"b"', self.rows(out)[0]["error"])

    def test_every_host_has_an_object(self):
        """Also the one of which nothing had ended, while others were watched."""
        clock = self.clock()
        with Peer(silent) as peer:
            host = "127.0.0.1:%d" % peer.port
            for arguments in [], ["--watch"]:
                status, out, _ = run_client("--json", *arguments, "--interval", "0.1", "--timeout", "100", "--deadline",
                                            "1", clock.host, host)
                objects = [json.loads(line) for line in out.splitlines()]
                self.assertEqual({one["version"] for one in objects}, {1})
                self.assertEqual([one["code"] for one in objects if one.get("host") == host], ["interrupted"])
                self.assertTrue([one for one in objects if one.get("host") == clock.host and "offset_ns" in one])
                self.assertEqual(status, 1)

    def test_schema(self):
        """All kinds of objects are as docs/json.md says."""
        try:
            import jsonschema
        except ImportError:
            self.skipTest("there is no jsonschema")
        text = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
        schema = json.loads(re.search(r"```json\n(.*?)```", text, re.S)[1])
        clock = self.clock(10 ** 10)
        for arguments in [], ["--watch", "--count", "2"], ["--protocol", "classic"]:
            _, out, _ = run_client("--json", *arguments, clock.host, self.clock().host, "127.0.0.1:1")
            for line in out.splitlines():
                jsonschema.validate(json.loads(line), schema)
        for wrong in {}, {"version": 1}, {"version": 2, "host": "a", "time_ns": 1, "code": "io", "error": "b"}:
            self.assertRaises(jsonschema.ValidationError, jsonschema.validate, wrong, schema)

    def test_units(self):
        clock = self.clock(2 * 10 ** 9)
        for unit, pattern in (("ns", r"\+\d+ ns"), ("us", r"\+\d+\.\d{3} us"), ("ms", r"\+\d+\.\d{6} ms"),
                              ("s", r"\+\d+\.\d{9} s"), ("auto", r"\+\d\.\d{3} s")):
            for arguments in [clock.host, "127.0.0.1:1"], ["--watch", "--count", "1", clock.host]:
                _, out, _ = run_client("--unit", unit, *arguments)
                self.assertRegex(out.splitlines()[arguments[0] != "--watch"], r"  (offset )?" + pattern + "  ")

    def test_quiet(self):
        self.assertEqual(run_client("--quiet", self.clock().host), (0, "", ""))
        self.assertEqual(run_client("-q", "127.0.0.1:1"), (1, "", ""))

    def test_protocols(self):
        with Server() as server:
            host = "127.0.0.1:%d" % server.port
            for protocol in "auto", "framed", "classic":
                _, out, _ = run_client("--protocol", protocol, host)
                self.assertEqual(out.splitlines()[-1], "SERVER %s %s" % (host, protocol.replace("auto", "framed")))
            status, _, err = run_client("--protocol", "tls", host)
            self.assertEqual(status, 1)
            self.assertNotEqual(err, "")
            status, _, err = run_client("--protocol", "ntp", host)
            self.assertEqual((status, err), (1, "ts-client: %s refuses NTP requests\n" % host))
        with Peer(lambda connection: connection.recv(64) and connection.sendall(
                programs.classic_answer(now_ns(), now_ns()))) as peer:
            host = "127.0.0.1:%d" % peer.port
            self.assertEqual(run_client("--protocol", "classic", host)[0], 0)
            status, _, err = run_client("--protocol", "framed", host)
            self.assertEqual(status, 1)
            self.assertIn("the server speaks the classic protocol only", err)

    def test_families(self):
        with Server() as server:
            port = str(server.port)
            self.assertEqual(run_client("-4", "localhost", "-p", port)[0], 0)
            self.assertEqual(run_client("-6", "localhost", "-p", port)[0], 1)
            self.assertEqual(run_client("-4", "::1", "-p", port)[0], 2)
            self.assertEqual(run_client("-6", "127.0.0.1", "-p", port)[0], 2)

    def test_wait(self):
        clock = self.clock(10 ** 10)
        with Program(CLIENT, "--wait-until-within", "5s", "--for", "3", "--interval", "0.1", "--json", "--watch",
                     clock.host) as client:
            for _ in range(3):
                self.assertGreater(json.loads(client.read_line())["offset_ns"], 5 * 10 ** 9)
            clock.shift_ns = 0
            status, lines, err = client.finish()
        self.assertEqual((status, err), (0, ""))
        self.assertEqual([abs(json.loads(line)["now_max_ns"]) < 5 * 10 ** 9 for line in lines[-3:]], [True] * 3)

    def test_wait_in_vain(self):
        self.assertEqual(run_client("-q", "--wait-until-within", "1s", "--deadline", "0.5", self.clock(10 ** 10).host),
                         (1, "", ""))
        self.assertEqual(run_client("-q", "--wait-until-within", "1s", "--deadline", "0.5", "127.0.0.1:1"), (1, "", ""))

    def test_wait_for_all(self):
        good, bad = self.clock(), self.clock(10 ** 10)
        self.assertEqual(run_client("-q", "--wait-until-within", "1s", good.host, self.clock().host)[0], 0)
        self.assertEqual(run_client("-q", "--wait-until-within", "1s", "--deadline", "0.5", good.host, bad.host)[0], 1)


class Not_measured(unittest.TestCase):
    def assert_fails(self, *arguments, saying):
        status, out, err = run_client(*arguments)
        self.assertEqual(status, 1)
        if "--json" in arguments:
            told = json.loads(out)
            self.assertEqual(list(told), ["version", "host", "time_ns", "code", "error"])
            self.assertIn(saying, told["error"])
        else:
            self.assertEqual(out, "")
        self.assertRegex(err, r"\Ats-client: [^\n]+\n\Z")
        self.assertIn(saying, err)

    def test_refused(self):
        with socket.socket() as bound:
            # Bound and not listening, so that no other program has the port.
            bound.bind(("127.0.0.1", 0))
            host = "127.0.0.1:%d" % bound.getsockname()[1]
            for arguments in [], ["--json"], ["--count", "3"]:
                with self.subTest(arguments):
                    self.assert_fails(*arguments, host, saying=host + " refuses connections")

    def test_count_of_a_dead_host(self):
        """It is tried N times, an interval apart, and not slower and slower."""
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            host = "127.0.0.1:%d" % bound.getsockname()[1]
            for options in [], ["--watch", "--interval", "0.1"]:
                with self.subTest(options):
                    before = time.monotonic()
                    status, out, _ = run_client("--count", "12", *options, host)
                    self.assertEqual(status, 1)
                    self.assertLess(time.monotonic() - before, 30)
                    self.assertIn(out, ("", "SAMPLES 0\nLOST 12\n"))

    def test_deadline(self):
        with Peer(silent) as peer:
            host = "127.0.0.1:%d" % peer.port
            before = time.monotonic()
            status, out, err = run_client("--json", "--deadline", "0.2", "--timeout", "100", host)
            self.assertLess(time.monotonic() - before, 50)
            self.assertEqual((status, json.loads(out)["code"]), (1, "interrupted"))
            self.assertEqual(err, "ts-client: %s: no exchange had ended\n" % host)

    def test_timeout(self):
        with Peer(silent) as peer:
            host = "127.0.0.1:%d" % peer.port
            for option in "--timeout", "-t":
                before = time.monotonic()
                self.assert_fails(option, "0.2", host, saying=host + " did not answer within 0.2 s")
                self.assertGreaterEqual(time.monotonic() - before, 0.19)

    def test_closed(self):
        with Peer(lambda connection: connection.recv(1024)) as peer:
            self.assert_fails("127.0.0.1:%d" % peer.port, saying="closed before an answer came")

    def test_stranger(self):
        with Peer(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\x1b[31m")) as peer:
            self.assert_fails("127.0.0.1:%d" % peer.port, saying="“SSH-2.0-OpenSSH_9.2\\x0d\\x0a\\x1b[31m”")

    def test_zones(self):
        self.assert_fails("--timeout", "2", "[fe80::1%nosuch0]:9",
                          saying="The zone of “fe80::1%nosuch0” is not valid on this computer")
        self.assert_fails("--timeout", "2", "[fe80::1]:9", saying="“fe80::1” needs a zone, such as “fe80::1%eth0”")

    def test_no_ntp(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
            bound.bind(("127.0.0.1", 0))
            host = "127.0.0.1:%d" % bound.getsockname()[1]
            self.assert_fails("--timeout", "0.2", "ntp://" + host,
                              saying=host + " did not answer NTP within 0.2 s")
        self.assert_fails("ntp://" + host, saying=host + " refuses NTP requests")

    def test_interrupted(self):
        """Without a measurement there is none to report, but that is no success."""
        asked = threading.Event()

        def serve(connection):
            connection.recv(1024)
            asked.set()
            silent(connection)

        with Peer(serve) as peer:
            with Program(CLIENT, "127.0.0.1:%d" % peer.port) as client:
                self.assertTrue(asked.wait(programs.PATIENCE_S))
                client.send_signal(signal.SIGINT)
                status, lines, _ = client.finish()
            self.assertEqual((status, lines), (1, []))

    def test_watch_without_samples(self):
        with Peer(lambda connection: None) as peer:
            status, out, err = run_client("--watch", "--count", "2", "--interval", "0.1",
                                          "127.0.0.1:%d" % peer.port)
        self.assertEqual((status, out), (1, "SAMPLES 0\nLOST 2\n"))
        # The same failure over and over is told once.
        self.assertRegex(err, r"\Ats-client: [^\n]+\n\Z")

    def test_some_lost(self):
        """One sample is a measurement."""
        n_served = 0

        def serve(connection):
            nonlocal n_served
            n_served += 1
            if n_served == 2:
                connection.sendall(programs.classic_answer(now_ns(), now_ns()))

        with Peer(serve) as peer:
            status, out, err = run_client("--count", "3", "127.0.0.1:%d" % peer.port)
        self.assertEqual(status, 0)
        self.assertEqual(len(out.splitlines()), 10)
        self.assertEqual(n_served, 3)


class Without_seals(unittest.TestCase):
    def test_verify(self):
        """That a build cannot check seals says nothing against the file."""
        path = str(pathlib.Path(__file__).resolve().parent / "data" / "evidence-1.json")
        status, out, err = run_client("verify", path)
        if status == 0:
            self.skipTest("built with seals")
        self.assertEqual((status, out, err), (1, "", "ts-client: %s: this program was built without seals\n" % path))


class Usage(unittest.TestCase):
    def test_wrong(self):
        for arguments, saying in (
            (["--wrong"], "--wrong"),
            (["one", "bad host"], "bad host"),
            (["host%d" % i for i in range(65)], "65"),
            ([""], ""),
            (["bad host"], "bad host"),
            (["127.0.0.1:65536"], "65536"),
            (["127.0.0.1:0"], "0"),
            (["http://127.0.0.1"], "http"),
            (["--port", "65536", "127.0.0.1"], "65536"),
            (["--port", "-1", "127.0.0.1"], "-1"),
            (["--port", "0x50", "127.0.0.1"], "0x50"),
            (["--port", "9", "127.0.0.1:8"], "127.0.0.1:8"),
            (["--port", "9", "127.0.0.1:10085"], "127.0.0.1:10085"),
            (["-c0x5", "127.0.0.1"], "0x5"),
            (["--interval", "0,5", "127.0.0.1"], "0,5"),
            (["--interval", "1e1", "127.0.0.1"], "1e1"),
            (["--interval", "", "127.0.0.1"], "--interval"),
            (["--deadline", "0", "127.0.0.1"], "0"),
            (["bad\x1b[31mhost"], "bad\\x1b[31mhost"),
            (["--port", "x", "127.0.0.1"], "x"),
            (["--timeout", "0", "127.0.0.1"], "0"),
            (["--timeout", "-1", "127.0.0.1"], "-1"),
            (["--timeout", "nan", "127.0.0.1"], "nan"),
            (["--timeout", "inf", "127.0.0.1"], "inf"),
            (["--interval", "0.05", "127.0.0.1"], "0.05"),
            (["--interval", "nan", "127.0.0.1"], "nan"),
            (["--interval", "3601", "127.0.0.1"], "3601"),
            (["--count", "-1", "127.0.0.1"], "-1"),
            (["--count", "many", "127.0.0.1"], "many"),
            (["--unit", "min", "127.0.0.1"], "min"),
            (["--protocol", "http", "127.0.0.1"], "http"),
            (["--json", "--csv", "127.0.0.1"], "--csv"),
            (["-4", "-6", "127.0.0.1"], "--ipv6"),
            (["--wait-until-within", "-1ms", "127.0.0.1"], "-1ms"),
            (["--wait-until-within", "0", "127.0.0.1"], "--wait-until-within: “0” is not a limit"),
            (["--for", "0", "127.0.0.1"], "--for"),
            (["--port=", "127.0.0.1"], "--port: “” is not a whole number from 1 to 65535"),
            (["--port", b"\xff5", "127.0.0.1"], "--port: “\N{REPLACEMENT CHARACTER}5” is not UTF-8"),
            (["--watch=false", "127.0.0.1"], "--watch takes no value: “false”"),
            (["--version=1"], "--version takes no value: “1”"),
            (["--record", "", "127.0.0.1"], "--record: “” is not the name of a file"),
            (["--evidence=", "127.0.0.1"], "--evidence: “” is not the name of a file"),
            (["--tls-ca", "", "127.0.0.1"], "--tls-ca: “” is not the name of a file"),
            (["--for", "2", "127.0.0.1"], "--for has no effect without --wait-until-within"),
            (["--record", "/tmp/a", "--evidence", "/tmp/./a", "127.0.0.1"], "--record and --evidence name the same file"),
            (["--", "-x"], "“-x” is neither a host name nor an IP address"),
            (["-6", "127.0.0.1"], "--ipv6 excludes the address 127.0.0.1"),
        ):
            with self.subTest(arguments):
                self.assert_usage(arguments, saying)

    def test_zero(self):
        """A nought that was typed is not the same as nothing typed: it is out of the range that is told."""
        for option in "--port", "--interval", "--count":
            with self.subTest(option):
                self.assert_usage([option, "0", "--timeout", "0.1", "127.0.0.1:1"], "0")

    def assert_usage(self, arguments, saying):
        status, out, err = run_client(*arguments)
        self.assertEqual((status, out), (2, ""))
        self.assertRegex(err, r"\Ats-client: [^\n]+\nTry “ts-client --help”\.\n\Z")
        self.assertIn(saying, err.splitlines()[0])

    def test_help(self):
        status, out, err = run_client("--help")
        self.assertEqual((status, err), (0, ""))
        for option in "--port", "--timeout", "--deadline", "--count", "--watch", "--interval", "--json", "--version", \
                "HOST":
            self.assertIn(option, out)

    def test_version(self):
        status, out, err = run_client("--version")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"\Ats-client \d+\.\d+\.\d+\n\Z")


if __name__ == "__main__":
    tap.main()
