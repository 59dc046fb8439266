"""Tests of connections of which one end, or something in between, knows no more: a NAT that forgot them, a power cut, a
computer that moved. In a network namespace, where packets can be dropped by rules of its own.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

sys.dont_write_bytecode = True

import json
import os
import re
import shutil
import signal
import subprocess
import unittest

from operating import Folder, fetch, has, wait_until

sys.path.insert(0, os.path.join(os.path.dirname(sys.argv[3]), "ntp"))

import programs
import sandbox
import tap
from programs import CLIENT, Program, Server

WHY_NOT = "there is no ip" if shutil.which("ip") is None else sandbox.enter()


def set_rule(action, preference, *what):
    subprocess.run(["ip", "rule", action, "pref", str(preference), *what], check=True, timeout=programs.PATIENCE_S)


def make_room_for_rules():
    """The first of all rules is that for addresses of this computer. Others can only come before it if it moves."""
    set_rule("add", 100, "lookup", "local")
    set_rule("del", 0)


def find_client_ports(server_port):
    """Returns: the ports of those that are connected to the server, as far as their own end knows"""
    with open("/proc/self/net/tcp", encoding="ascii") as table:
        rows = re.findall(r"^ *\d+: \w+:(\w+) \w+:(\w+) 01 ", table.read(), re.M)
    return {int(local, 16) for local, remote in rows if int(remote, 16) == server_port}


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Forgotten(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_room_for_rules()

    def drop(self, *what):
        """Drops packets, without a word to anybody, until undrop() or the end of the test."""
        set_rule("add", 1, *what, "blackhole")
        self.rules.append(what)

    def undrop(self):
        while self.rules:
            set_rule("del", 1, *self.rules.pop(), "blackhole")

    def setUp(self):
        self.rules = []
        self.addCleanup(self.undrop)

    def watch(self, server):
        return Program(CLIENT, "--watch", "--json", "--interval", "0.5", "127.0.0.1:%d" % server.port)

    def read(self, client):
        return json.loads(client.read_line())

    def forget(self, server, is_answer_lost):
        """What a NAT does with a connection that was idle for too long. Returns: the client's port"""
        port, = find_client_ports(server.port)
        self.drop("sport", str(port), "dport", str(server.port))
        if is_answer_lost:
            self.drop("sport", str(server.port), "dport", str(port))
        return port

    def test_nat_forgets(self):
        """A new connection is made within the same exchange, each time."""
        for is_answer_lost in False, True:
            with self.subTest(is_answer_lost=is_answer_lost), Server() as server, self.watch(server) as client:
                self.assertNotIn("error", self.read(client))
                forgotten = set()
                for _ in range(3):
                    forgotten.add(self.forget(server, is_answer_lost))
                    while not find_client_ports(server.port) - forgotten:
                        self.assertNotIn("error", self.read(client))
                    # The old one is let go of, and not kept beside the new one.
                    wait_until(lambda: not find_client_ports(server.port) & forgotten)
                self.undrop()

    def test_answers_alone_are_lost(self):
        """The request arrives and is answered, but nothing comes back."""
        with Server() as server, self.watch(server) as client:
            self.assertNotIn("error", self.read(client))
            port, = find_client_ports(server.port)
            self.drop("sport", str(server.port), "dport", str(port))
            for _ in range(3):
                self.assertNotIn("error", self.read(client))

    def test_power_cut_of_the_server(self):
        """The client's connection outlives the server and its computer, and is in the way of nothing after that."""
        with Server() as server:
            with Program(CLIENT, "--watch", "--json", "--interval", "0.5", "--timeout", "0.7",
                         "127.0.0.1:%d" % server.port) as client:
                self.assertNotIn("error", self.read(client))
                self.drop("sport", str(server.port))
                server.send_signal(signal.SIGKILL)
                server.process.wait(programs.PATIENCE_S)
                while "error" not in (told := self.read(client)):
                    pass
                self.assertEqual(told["code"], "timed-out")
                with Server(port=server.port):
                    self.undrop()
                    while "error" in self.read(client):
                        pass
                    for _ in range(3):
                        self.assertNotIn("error", self.read(client))

    @unittest.skipUnless(has("METRICS"), "built without libsoup")
    def test_clients_that_are_gone(self):
        """A client's computer that was switched off, or moved, keeps no place after the idle time."""
        where = Folder(self).join("metrics")
        with Server("--idle-timeout", "1", "--metrics", where) as server:
            server.read_line()
            with self.watch(server) as client:
                self.assertNotIn("error", self.read(client))
                self.drop("sport", str(server.port))
                self.drop("dport", str(server.port))
                self.assertEqual(fetch(where)["timesync_connections"], 1)
                client.send_signal(signal.SIGKILL)
                client.process.wait(programs.PATIENCE_S)
            wait_until(lambda: fetch(where)["timesync_connections"] == 0)
            self.undrop()
            with self.watch(server) as client:
                self.assertNotIn("error", self.read(client))
            self.assertEqual(server.stop()[0], 0)


if __name__ == "__main__":
    tap.main()
