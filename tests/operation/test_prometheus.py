"""Tests of data/prometheus and data/grafana with Debian's promtool and a real Prometheus that scrapes server and exporter.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import unittest
import urllib.error
import urllib.parse
import urllib.request

import operating
from operating import Folder, wait_until

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(SOURCE / "tests" / "ntp"))
import clocks
import peers
import tap
from programs import CLIENT, PATIENCE_S, Program, Server

RULES = SOURCE / "data" / "prometheus"
PROMTOOL, PROMETHEUS = peers.find("promtool", "prometheus"), peers.find("prometheus", "prometheus")


@unittest.skipIf(PROMTOOL is None, "there is no promtool")
class Rules(unittest.TestCase):
    def check(self, *arguments):
        done = subprocess.run([PROMTOOL, *arguments], cwd=RULES, capture_output=True, text=True, timeout=PATIENCE_S,
                              env=peers.environment(PROMTOOL))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules(self):
        self.check("check", "rules", "timesync.rules.yml")

    def test_alerts(self):
        self.check("test", "rules", "timesync.rules.test.yml")

    def test_every_alert_is_tested(self):
        alerts = re.findall(r"- alert: (\w+)", (RULES / "timesync.rules.yml").read_text(encoding="utf-8"))
        tested = re.findall(r"alertname: (\w+)", (RULES / "timesync.rules.test.yml").read_text(encoding="utf-8"))
        self.assertEqual(set(alerts), set(tested))

    def test_example(self):
        self.check("check", "config", "prometheus.yml")


@unittest.skipUnless(operating.has("METRICS"), "built without libsoup")
@unittest.skipIf(PROMETHEUS is None, "there is no prometheus")
class Scraped(unittest.TestCase):
    """One Prometheus for all, because it takes seconds to start."""

    def test_all(self):
        clock = clocks.Clock(10 ** 10)
        self.addCleanup(clock.close)
        server = Server("--metrics", "127.0.0.1:0")
        self.addCleanup(server.__exit__)
        exporter = Program(CLIENT, "exporter", "--listen", "127.0.0.1:0", "--interval", "0.1", "--probe", clock.host,
                           clock.host, "127.0.0.1:%d" % server.port)
        self.addCleanup(exporter.__exit__)
        places = [program.read_line().removeprefix("telling metrics on ") for program in (server, exporter)]
        self.start(clock.host, *places)

        def outside():
            return self.query("timesync_peer_offset_lower_bound_seconds > 9")
        wait_until(lambda: [row["metric"]["target"] for row in outside()] == [clock.host])
        wait_until(lambda: {row["metric"]["job"] for row in self.query("up == 1")} ==
                   {"exporter", "server", "probe"})
        wait_until(lambda: self.query("timesync_requests_total{form=\"framed\"} > 0"))
        wait_until(lambda: self.query("timesync_probe_success == 1"))
        # An hour of waiting is not for a test, but that the rule is pending shows that it is evaluated.
        # The exporter and the probe tell of the same clock, so there may be two of it.
        wait_until(lambda: "TimeSyncOffsetOutside" in
                   {row["labels"]["alertname"] for row in self.get("alerts")["alerts"]})
        self.check_dashboard(clock.host)

    def start(self, target, server, exporter):
        folder = Folder(self)
        shutil.copy(RULES / "timesync.rules.yml", folder.path)
        config = "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [timesync.rules.yml]\n" \
            "scrape_configs:\n" \
            "- { job_name: server, static_configs: [{ targets: ['%s'] }] }\n" \
            "- { job_name: exporter, static_configs: [{ targets: ['%s'] }] }\n" \
            "- { job_name: probe, metrics_path: /probe, params: { target: ['%s'] }, static_configs: [{ targets: ['%s'] }] }\n"
        path = folder.write("prometheus.yml", config % (server, exporter, target, exporter))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.where = "127.0.0.1:%d" % listener.getsockname()[1]
        prometheus = subprocess.Popen([PROMETHEUS, "--config.file", path, "--storage.tsdb.path", folder.join("data"),
                                       "--web.listen-address", self.where], stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, env=peers.environment(PROMETHEUS))
        self.addCleanup(prometheus.wait)
        self.addCleanup(prometheus.terminate)

    def get(self, path, **fields):
        """Returns: what the interface answers; nothing while it starts"""
        try:
            with urllib.request.urlopen("http://%s/api/v1/%s?%s" % (self.where, path, urllib.parse.urlencode(fields)),
                                        timeout=PATIENCE_S) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return {"result": [], "alerts": []}
            raise AssertionError("%s: %s" % (fields, error.read())) from error
        except urllib.error.URLError:
            return {"result": [], "alerts": []}

    def query(self, text):
        return self.get("query", query=text)["result"]

    def check_dashboard(self, target):
        """Each of its queries is understood, and those that must have an answer have one."""
        dashboard = json.loads((SOURCE / "data" / "grafana" / "timesync.json").read_text(encoding="utf-8"))
        variables = {one["name"]: one for one in dashboard["templating"]["list"]}
        metric = re.fullmatch(r"label_values\((\w+), target\)", variables["target"]["query"])[1]
        self.assertIn(target, {row["metric"]["target"] for row in self.query(metric)})
        expressions = [one["expr"] for panel in dashboard["panels"] for one in panel["targets"]]
        expressions += [one["expr"] for one in dashboard["annotations"]["list"]]
        quiet = ("failures_total", "steps_total", "stratum")
        for expression in expressions:
            with self.subTest(expression):
                query = expression.replace("$target", re.escape(target).replace("\\", "\\\\"))
                if any(name in expression for name in quiet):
                    self.query(query)
                else:
                    wait_until(lambda: self.query(query))


if __name__ == "__main__":
    tap.main()
