"""Tests of `ts-client exporter`: what it tells, whom it asks, and scrapers that mean no good.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import unittest

import operating
from operating import Complaints, Folder, ask_endpoint, fetch, open_endpoint, wait_until

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "ntp"))
import clocks
import peers
import programs
import tap
from clocks import Clock
from programs import AS_USER, CLIENT, PATIENCE_S, Program, run_client

GAUGES = ["offset_seconds", "offset_error_seconds", "offset_lower_bound_seconds", "offset_upper_bound_seconds",
          "leap"]


class Exporter(Program):
    def __init__(self, *arguments, **options):
        super().__init__(CLIENT, "exporter", "--listen", "127.0.0.1:0", *arguments, **options)
        line = self.read_line() or ""
        self.where = line.removeprefix("telling metrics on ")
        assert self.where != line, self.process.communicate()

    def ask(self, path, method="GET"):
        """Returns: the status and the text"""
        status, _, text = ask_endpoint(self.where, method, path)
        return status, text

    def probe(self, target):
        """Returns: the samples that /probe tells, as a dictionary"""
        status, text = self.ask("/probe?target=" + target)
        assert status == 200, (status, text)
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))}


class Trap:
    """Takes connections, never answers, and knows whether anybody came."""

    def __init__(self, test):
        self._listener = socket.create_server(("127.0.0.1", 0))
        test.addCleanup(self._listener.close)
        self._listener.setblocking(False)
        self.host = "127.0.0.1:%d" % self._listener.getsockname()[1]

    def was_touched(self):
        try:
            self._listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@unittest.skipUnless(operating.has("METRICS"), "built without libsoup")
class With_clocks(unittest.TestCase):
    def clock(self, *arguments, kind=Clock):
        clock = kind(*arguments)
        self.addCleanup(clock.close)
        return clock

    def export(self, *arguments):
        exporter = Exporter(*arguments)
        self.addCleanup(exporter.__exit__)
        return exporter


def peer(name, host):
    return 'timesync_peer_%s{target="%s"}' % (name, host)


class Metrics(With_clocks):
    def test_figures(self):
        ahead, refusing = self.clock(2 * 10 ** 9), self.clock(kind=clocks.Refusing)
        exporter = self.export("--interval", "0.1", ahead.host, refusing.host)
        wait_until(lambda: exporter.ask("/-/ready") == (200, "ready\n"))
        wait_until(lambda: peer("frequency_ratio", ahead.host) in fetch(exporter.where))
        now = fetch(exporter.where)
        low, offset, high = (now[peer(name, ahead.host)] for name in
                             ("offset_lower_bound_seconds", "offset_seconds", "offset_upper_bound_seconds"))
        self.assertTrue(low <= 2 <= high and low <= offset <= high, (low, offset, high))
        self.assertGreater(now[peer("offset_error_seconds", ahead.host)], 0)
        self.assertEqual(now[peer("leap", ahead.host)], 0)
        n_samples = now[peer("requests_total", ahead.host)]
        self.assertGreaterEqual(n_samples, 8)
        self.assertEqual(now[peer("round_trip_seconds_count", ahead.host)], n_samples)
        self.assertEqual(now['timesync_peer_round_trip_seconds_bucket{target="%s",le="+Inf"}' % ahead.host], n_samples)
        self.assertAlmostEqual(now[peer("frequency_ratio", ahead.host)], 1, delta=0.01)
        self.assertIn('timesync_peer_info{target="%s",address="%s",protocol="framed",authenticated="false"}' %
                      (ahead.host, ahead.host), now)
        # A failed target has no sample, and never a zero.
        self.assertGreater(now['timesync_peer_failures_total{target="%s",reason="refused"}' % refusing.host], 0)
        for name in GAUGES + ["last_sample_timestamp_seconds", "min_round_trip_seconds"]:
            self.assertIn(peer(name, ahead.host), now)
            self.assertNotIn(peer(name, refusing.host), now)

    def test_target_that_dies(self):
        clock = Clock()
        exporter = self.export("--interval", "0.1", "--timeout", "0.2", clock.host)
        wait_until(lambda: peer("offset_seconds", clock.host) in fetch(exporter.where))
        clock.close()
        wait_until(lambda: peer("offset_seconds", clock.host) not in fetch(exporter.where))
        now = fetch(exporter.where)
        self.assertEqual([name for name in GAUGES if peer(name, clock.host) in now], [])
        self.assertIn(peer("last_sample_timestamp_seconds", clock.host), now)

    def test_step(self):
        clock = self.clock()
        exporter = self.export("--interval", "0.1", clock.host)
        wait_until(lambda: fetch(exporter.where)[peer("requests_total", clock.host)] > 3)
        self.assertEqual(fetch(exporter.where)[peer("steps_total", clock.host)], 0)
        clock.shift_ns = 10 ** 10
        wait_until(lambda: fetch(exporter.where)[peer("steps_total", clock.host)] > 0)

    def test_promtool(self):
        promtool = peers.find("promtool", "prometheus")
        if promtool is None:
            self.skipTest("there is no promtool")
        clock = self.clock()
        exporter = self.export("--interval", "0.1", "--probe", clock.host, clock.host)
        wait_until(lambda: peer("offset_seconds", clock.host) in fetch(exporter.where))
        for path in "/metrics", "/probe?target=" + clock.host:
            connection = open_endpoint(exporter.where)
            connection.request("GET", path, headers={"Accept": "text/plain"})
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, timeout=PATIENCE_S,
                                  env=peers.environment(promtool))
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))


class Probe(With_clocks):
    def test_not_allowed(self):
        """It is forbidden, and nothing is sent."""
        trap, allowed = Trap(self), self.clock()
        exporter = self.export("--probe", allowed.host)
        for target in trap.host, "timesync://" + trap.host, "", "127.0.0.1", "ntp://" + allowed.host, "%0A", "a" * 3000:
            with self.subTest(target=target[:40]):
                self.assertEqual(exporter.ask("/probe?target=" + target)[0], 403)
        for path in "/probe", "/probe?", "/probe?module=x":
            self.assertEqual(exporter.ask(path)[0], 403)
        self.assertEqual(exporter.ask("/probe?target=" + trap.host, "POST")[0], 405)
        self.assertFalse(trap.was_touched())
        self.assertEqual(allowed.n_requests, 0)

    def test_measured_targets_are_not_allowed_by_that(self):
        clock = self.clock()
        exporter = self.export(clock.host)
        self.assertEqual(exporter.ask("/probe?target=" + clock.host)[0], 403)

    def test_least_interval(self):
        """Inside it the answer is the one of before, however often a scraper asks."""
        clock = self.clock(2 * 10 ** 9)
        exporter = self.export("--probe", clock.host, "--probe-interval", "3600")
        first = exporter.probe(clock.host)
        self.assertEqual(first["timesync_probe_success"], 1)
        self.assertAlmostEqual(first[peer("offset_seconds", clock.host)], 2, delta=0.5)
        for _ in range(5):
            again = exporter.probe(clock.host)
            self.assertEqual(again[peer("last_sample_timestamp_seconds", clock.host)],
                             first[peer("last_sample_timestamp_seconds", clock.host)])
        self.assertEqual(clock.n_requests, 1)

    def test_after_the_interval(self):
        clock = self.clock()
        exporter = self.export("--probe", clock.host, "--probe-interval", "1")
        wait_until(lambda: exporter.probe(clock.host)[peer("requests_total", clock.host)] == 3)
        self.assertEqual(clock.n_requests, 3)

    def test_failure(self):
        exporter = self.export("--probe", "127.0.0.1:1")
        now = exporter.probe("127.0.0.1:1")
        self.assertEqual(now["timesync_probe_success"], 0)
        self.assertNotIn(peer("offset_seconds", "127.0.0.1:1"), now)

    def test_many_at_once(self):
        """They share one exchange, and those that are too many are told so."""
        silent, measured = Trap(self), self.clock()
        exporter = self.export("--probe", silent.host, "--interval", "0.1", measured.host)
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(exporter.ask("/probe?target=" + silent.host)[0]))
                   for _ in range(12)]
        for thread in threads:
            thread.start()
        n_before = measured.n_requests
        wait_until(lambda: peer("offset_seconds", measured.host) in fetch(exporter.where))
        for thread in threads:
            thread.join(PATIENCE_S)
        self.assertEqual(len(statuses), 12)
        self.assertLessEqual(set(statuses), {200, 503})
        self.assertIn(200, statuses)
        self.assertTrue(silent.was_touched())
        self.assertFalse(silent.was_touched())
        wait_until(lambda: measured.n_requests > n_before)


class Scrapers(With_clocks):
    def test_hostile(self):
        """Slow, dead and hostile scrapers, whose connections are more than it takes, disturb no measurement."""
        clock, silent = self.clock(), Trap(self)
        exporter = self.export("--interval", "0.1", "--probe", silent.host, clock.host)
        host, port = exporter.where.split(":")
        begun = [b"", b"GET /met", b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 500,
                 b"GET /probe?target=%s HTTP/1.1\r\nHost: x\r\n\r\n" % silent.host.encode()]
        held = []
        for i in range(60):
            client = socket.create_connection((host, int(port)), PATIENCE_S)
            self.addCleanup(client.close)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            try:
                client.sendall(begun[i % len(begun)])
            except OSError:
                pass  # it was ended to make room
            held.append(client)
        n_before = clock.n_requests
        wait_until(lambda: clock.n_requests >= n_before + 10)
        now = fetch(exporter.where)
        self.assertNotIn("failures", " ".join(name for name in now if clock.host in name))
        self.assertEqual(now[peer("steps_total", clock.host)], 0)
        exporter.send_signal(signal.SIGTERM)
        self.assertEqual(exporter.finish(), (0, [], ""))

    def test_ends_while_one_waits(self):
        silent = Trap(self)
        exporter = self.export("--probe", silent.host)
        connection = open_endpoint(exporter.where)
        self.addCleanup(connection.close)
        connection.request("GET", "/probe?target=" + silent.host)
        wait_until(silent.was_touched)
        exporter.send_signal(signal.SIGTERM)
        self.assertEqual(exporter.finish(), (0, [], ""))

    def test_scraper_goes_while_it_waits(self):
        silent, clock = Trap(self), self.clock()
        exporter = self.export("--probe", silent.host, "--interval", "0.1", clock.host)
        connection = open_endpoint(exporter.where)
        connection.request("GET", "/probe?target=" + silent.host)
        wait_until(silent.was_touched)
        connection.close()
        wait_until(lambda: exporter.probe(silent.host)["timesync_probe_success"] == 0)
        exporter.send_signal(signal.SIGTERM)
        self.assertEqual(exporter.finish(), (0, [], ""))


@unittest.skipIf(shutil.which("dbus-daemon") is None or shutil.which("gdbus") is None, "there is no message bus")
class Bus(With_clocks):
    def setUp(self):
        self.bus = Program("dbus-daemon", "--session", "--nofork", "--print-address")
        self.addCleanup(self.bus.__exit__)
        self.environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.bus.read_line()}

    def call(self, method, *arguments):
        """Returns: the status, stdout and stderr"""
        done = subprocess.run(["gdbus", "call", "--session", "--dest", "org.timesync.TimeSync1", "--object-path",
                               "/org/timesync/TimeSync1", "--method", method, *arguments], env=self.environment,
                              capture_output=True, text=True, timeout=PATIENCE_S)
        return done.returncode, done.stdout, done.stderr

    def list_keys(self, *hosts):
        """Returns: the keys that these servers have together, each with its type, as in bus-1.txt"""
        told = "".join(self.call("org.timesync.TimeSync1.GetServer", host)[1] for host in hosts)
        return {"key %s %s" % (key, "x" if value.startswith("int64") else "s")
                for key, value in re.findall(r"'([\w-]+)': <(int64|['\"])", told)}

    def test_all(self):
        clock = self.clock(2 * 10 ** 9)
        exporter = Exporter("--bus", "session", "--interval", "0.1", clock.host, "127.0.0.1:1", env=self.environment)
        self.addCleanup(exporter.__exit__)
        wait_until(lambda: "offset-ns" in self.call("org.timesync.TimeSync1.GetServers")[1])
        status, out, _ = self.call("org.timesync.TimeSync1.GetServer", clock.host)
        known = {name: int(value) for name, value in re.findall(r"'([\w-]+-ns)': <int64 (-?\d+)>", out)}
        self.assertTrue(known["offset-lower-bound-ns"] <= 2 * 10 ** 9 <= known["offset-upper-bound-ns"], out)
        self.assertGreaterEqual(known["age-ns"], 0)
        self.assertGreater(known["sample-time-ns"], 10 ** 18)
        stored = (pathlib.Path(sys.argv[3]) / "data" / "bus-1.txt").read_text(encoding="utf-8").splitlines()
        self.assertLessEqual({line for line in stored if line.startswith("key ")}, self.list_keys(clock.host, "127.0.0.1:1"))
        status, out, _ = self.call("org.timesync.TimeSync1.GetServer", "127.0.0.1:1")
        self.assertEqual((status, "offset-ns" in out, "refuses" in out), (0, False, True), out)
        status, _, err = self.call("org.timesync.TimeSync1.GetServer", "elsewhere")
        self.assertEqual((status, "elsewhere is not measured" in err), (1, True), err)
        status, out, _ = self.call("org.freedesktop.DBus.Introspectable.Introspect")
        for name in "GetServers", "GetServer", "Changed":
            self.assertIn('name="%s"' % name, out.replace("'", '"'))

        with Program("gdbus", "monitor", "--session", "--dest", "org.timesync.TimeSync1", env=self.environment) as seen:
            while "org.timesync.TimeSync1.Changed" not in (line := seen.read_line()):
                self.assertIsNotNone(line)
        exporter.send_signal(signal.SIGTERM)
        self.assertEqual(exporter.finish(), (0, [], ""))

    def test_name_is_taken(self):
        """It measures all the same."""
        first = Exporter("--bus", "session", "a", env=self.environment)
        self.addCleanup(first.__exit__)
        second = Exporter("--bus", "session", "--interval", "0.1", self.clock().host, env=self.environment)
        self.addCleanup(second.__exit__)
        self.assertEqual(Complaints(second).read_line(), "ts-client: cannot answer as org.timesync.TimeSync1 on the "
                         "message bus, because it does not have that name")
        wait_until(lambda: second.ask("/-/ready")[0] == 200)

    def test_no_bus(self):
        status, out, err = run_client("exporter", "--bus", "session", "--listen", "127.0.0.1:0", "a",
                                      env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"\Ats-client: [^\n]+\n\Z")


@unittest.skipIf(shutil.which("dbus-daemon") is None or shutil.which("gdbus") is None, "there is no message bus")
class System_bus(With_clocks):
    """With the policy that is installed, on a bus that forbids by default what the system's does."""
    POLICY = pathlib.Path(__file__).resolve().parents[2] / "data" / "dbus-1" / "org.timesync.TimeSync1.conf"

    def start_bus(self):
        folder = Folder(self)
        os.chmod(folder.path, 0o755)
        config = folder.write("bus.conf", """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>system</type>
              <listen>unix:path=%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow user="*"/>
                <deny own="*"/>
                <deny send_type="method_call"/>
                <allow send_type="signal"/>
                <allow send_requested_reply="true" send_type="method_return"/>
                <allow send_requested_reply="true" send_type="error"/>
                <allow receive_type="method_call"/>
                <allow receive_type="method_return"/>
                <allow receive_type="error"/>
                <allow receive_type="signal"/>
                <allow send_destination="org.freedesktop.DBus"/>
              </policy>
              <include>%s</include>
            </busconfig>""" % (folder.join("socket"), self.POLICY))
        bus = Program("dbus-daemon", "--nofork", "--print-address", "--config-file", config)
        self.addCleanup(bus.__exit__)
        return {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus.read_line().split(",")[0]}

    def call(self, environment, method, *arguments, destination="org.timesync.TimeSync1", path="/org/timesync/TimeSync1",
             **options):
        return subprocess.run(["gdbus", "call", "--system", "--dest", destination, "--object-path", path, "--method",
                               method, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE_S,
                              **options)

    def own(self, environment, **options):
        """Returns: what is wrong with a program's owning the name"""
        return self.call(environment, "org.freedesktop.DBus.RequestName", "org.timesync.TimeSync1", "0",
                         destination="org.freedesktop.DBus", path="/org/freedesktop/DBus", **options).stderr

    @unittest.skipIf(os.geteuid() != 0, "only root may own the name")
    def test_root_may_own(self):
        self.assertEqual(self.own(self.start_bus()), "")

    @unittest.skipIf(os.geteuid() != 0, "only root may own the name and be somebody else")
    def test_everybody_may_ask(self):
        environment = self.start_bus()
        clock = self.clock()
        exporter = Exporter("--bus", "system", "--interval", "0.1", clock.host, env=environment)
        self.addCleanup(exporter.__exit__)
        wait_until(lambda: "offset-ns" in self.call(environment, "org.timesync.TimeSync1.GetServers", **AS_USER).stdout)
        self.assertIn("GetServer", self.call(environment, "org.freedesktop.DBus.Introspectable.Introspect", **AS_USER).stdout)
        self.assertIn("AccessDenied", self.call(environment, "org.freedesktop.DBus.Properties.GetAll",
                                                "org.timesync.TimeSync1", **AS_USER).stderr)
        exporter.send_signal(signal.SIGTERM)
        self.assertEqual(exporter.finish(), (0, [], ""))

    def test_an_ordinary_user_may_not_own(self):
        self.assertIn("AccessDenied", self.own(self.start_bus(), **AS_USER))


class Control(With_clocks):
    def test_health(self):
        exporter = self.export(Trap(self).host)
        self.assertEqual(exporter.ask("/-/healthy"), (200, "healthy\n"))
        self.assertEqual(exporter.ask("/-/ready"), (503, "servers not asked so far: 1\n"))
        self.assertEqual(exporter.ask("/")[0], 404)

    def test_reload_is_off(self):
        exporter = self.export(self.clock().host)
        self.assertEqual(exporter.ask("/-/reload", "POST")[0], 403)
        self.assertEqual(exporter.ask("/-/reload")[0], 405)

    def test_reload(self):
        kept, removed, added = self.clock(), self.clock(), self.clock()
        folder = Folder(self)
        path = folder.write("exporter.conf", "[exporter]\nhost=%s;%s\ninterval=0.1\nenable-reload=true\n" %
                            (kept.host, removed.host))
        exporter = self.export("--config", path)
        wait_until(lambda: peer("offset_seconds", kept.host) in fetch(exporter.where))
        n_before = fetch(exporter.where)[peer("requests_total", kept.host)]
        folder.write("exporter.conf", "[exporter]\nhost=%s;%s\ninterval=0.1\n" % (kept.host, added.host))
        self.assertEqual(exporter.ask("/-/reload", "POST"), (200, "reloaded\n"))
        now = fetch(exporter.where)
        self.assertGreaterEqual(now[peer("requests_total", kept.host)], n_before)
        self.assertNotIn(peer("requests_total", removed.host), now)
        wait_until(lambda: peer("offset_seconds", added.host) in fetch(exporter.where))

        folder.write("exporter.conf", "[exporter]\nhost=[\n")
        status, text = exporter.ask("/-/reload", "POST")
        self.assertEqual(status, 500)
        self.assertNotEqual(text.strip(), "")
        complaints = Complaints(exporter)
        exporter.send_signal(signal.SIGHUP)
        self.assertIn("ts-client: kept the old configuration: ", complaints.read_line())
        self.assertIn(peer("requests_total", added.host), fetch(exporter.where))
        folder.write("exporter.conf", "[exporter]\nhost=%s\n" % removed.host)
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: peer("requests_total", removed.host) in fetch(exporter.where))

    def test_command_line_goes_before_the_file(self):
        clock, other = self.clock(), self.clock()
        path = Folder(self).write("exporter.conf", "[exporter]\nlisten=192.0.2.1:1\nhost=%s\n" % clock.host)
        exporter = self.export("--config", path, other.host)
        self.assertEqual({name for name in fetch(exporter.where) if "requests_total" in name},
                         {peer("requests_total", clock.host), peer("requests_total", other.host)})

    def test_mistakes(self):
        folder = Folder(self)

        def write(text):
            return folder.write("%d.conf" % len(text), text)
        for arguments in [], ["--nothing", "a"], ["--listen", "localhost:1", "a"], ["--listen", "10086", "a"], \
                ["--interval", "0", "a"], ["--probe-interval", "0.5", "a"], ["--bus", "no", "a"], ["--probe", "[", "a"], ["a b"], \
                ["--config", folder.join("nothing")], ["--config", write("host=a\n")], \
                ["--config", write("[exporter]\nhosts=a;b\n")], ["--config", write("[exporter]\nhost=[\n")], \
                ["--config", write("[exporter]\nhost=a\nenable-reload=maybe\n")], \
                ["--config", write("[exporter]\nhost=a\nconfig=b\n")]:
            with self.subTest(arguments=arguments):
                status, out, err = run_client("exporter", *arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertRegex(err, r"\Ats-client: [^\n]+\nTry “ts-client exporter --help”\.\n\Z")

    def test_mistakes_name_the_file(self):
        folder = Folder(self)
        for line, saying in (
            ("host=b", "3: “host” was already set in line 2"),
            ("[server]", "3: unknown group “[server]”"),
            ("interval=x", "--interval: “x” is not a number of seconds"),
            ("interval=", "--interval: “” is not a number of seconds"),
            ("timeout=5;6", "--timeout: “5;6” is not a number of seconds"),
            ("probe=b c", "“b c” is neither a host name"),
            ("enable-reload=maybe", "enable-reload: “maybe” is neither true nor false"),
            ("help=", "--help takes no value"),
            ("tls-ca=/none", "--tls-ca: “/none” has no readable certificate"),
        ):
            with self.subTest(line):
                path = folder.write("exporter.conf", "[exporter]\nhost=a\n%s\n" % line)
                status, out, err = run_client("exporter", "--config", path)
                self.assertEqual((status, out), (2, ""))
                self.assertTrue(err.startswith("ts-client: %s: %s" % (path, saying)), err)

    def test_port_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            where = "127.0.0.1:%d" % listener.getsockname()[1]
            status, out, err = run_client("exporter", "--listen", where, "127.0.0.1:1")
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, r"\Ats-client: cannot serve metrics on %s: [^\n]+\n\Z" % re.escape(where))


if __name__ == "__main__":
    tap.main()
