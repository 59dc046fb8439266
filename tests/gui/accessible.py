# What a program tells assistive technology, read from the bus on which screen readers ask.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program tells all of its tree in one answer, as to screen readers that keep a copy. Asking each of 250 nodes for its
name, role and so on costs a program with the address sanitizer 0.8 s of processor time, and that answer 0.03 s."""
import collections
import os
import time

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib

REGISTRY = 'org.a11y.atspi.Registry'
ROOT = '/org/a11y/atspi/accessible/root'
PATIENCE_MS = int(1000 * float(os.environ.get('TS_TEST_PATIENCE_S', '60')))
MEMORY_S = 3

_buses = []


def get_bus():
    if not _buses:
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None,
                                    Gio.DBusCallFlags.NONE, PATIENCE_MS).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        _buses.append(Gio.DBusConnection.new_for_address_sync(address, flags))
    return _buses[0]


def call(owner, path, interface, method, arguments=None):
    """Raises GLib.Error if who is asked has gone."""
    return get_bus().call_sync(owner, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
                               PATIENCE_MS).unpack()


def start_registry():
    """Has the registry run before the first program wants to be in it."""
    bus = 'org.freedesktop.DBus'
    call(bus, '/org/freedesktop/DBus', bus, 'StartServiceByName', GLib.Variant('(su)', (REGISTRY, 0)))


def list_children(owner, path):
    return call(owner, path, 'org.a11y.atspi.Accessible', 'GetChildren')[0]


class Node:
    """A thing in a program's tree, as it was when it was read. What it is asked to do, it does now."""

    def __init__(self, item, parent):
        (self.owner, self.path), _, _, _, _, _, self.name, role, self.description, states = item
        self.role = Atspi.Role(role)
        self.states = states[0] | states[1] << 32
        self.parent = parent

    def has(self, state):
        return bool(self.states >> int(state) & 1)

    def act(self):
        """Returns: whether it did what it does when it is activated"""
        return call(self.owner, self.path, 'org.a11y.atspi.Action', 'DoAction', GLib.Variant('(i)', (0,)))[0]

    def get_text(self):
        text = 'org.a11y.atspi.Text'
        length = call(self.owner, self.path, 'org.freedesktop.DBus.Properties', 'Get',
                      GLib.Variant('(ss)', (text, 'CharacterCount')))[0]
        return call(self.owner, self.path, text, 'GetText', GLib.Variant('(ii)', (0, length)))[0]

    def set_text(self, text):
        """Returns: whether it took the text"""
        return call(self.owner, self.path, 'org.a11y.atspi.EditableText', 'SetTextContents', GLib.Variant('(s)', (text,)))[0]

    def get_selection(self):
        """Returns: the places of the first selected character and after the last"""
        return call(self.owner, self.path, 'org.a11y.atspi.Text', 'GetSelection', GLib.Variant('(i)', (0,)))


class Program:
    """A program on the bus. Of each node it keeps which are its children, because the program tells of hidden ones, too, and
    not of those that nobody asked for yet. It asks again when it finds a difference, and now and then in any case."""

    def __init__(self, owner):
        self.owner = owner
        self.forget()

    def forget(self):
        self.forgot_s = time.monotonic()
        self.children = {}

    def ask_children(self, path):
        return [child for _, child in list_children(self.owner, path)]

    def make_known(self, path):
        """A program tells of a node only after it was asked for it."""
        for child in self.ask_children(path):
            self.make_known(child)

    def read(self):
        """Returns: what is shown of its tree, each node before what is in it; None if it has to be read again"""
        items, told = {}, collections.defaultdict(list)
        for item in call(self.owner, '/org/a11y/atspi/cache', 'org.a11y.atspi.Cache', 'GetItems')[0]:
            items[item[0][1]] = item
            told[item[2][1]].append((item[0][1], item[3]))
        nodes = []
        is_whole = True

        def add(path, parent):
            nonlocal is_whole
            difference = items[path][4], sorted(told[path])
            if path == ROOT or self.children.get(path, (None,))[0] != difference:
                self.children[path] = difference, self.ask_children(path)
            for child in self.children[path][1]:
                if child not in items:
                    self.make_known(child)
                    is_whole = False
                elif items[child][9][0] >> int(Atspi.StateType.VISIBLE) & 1:
                    nodes.append(Node(items[child], parent))
                    add(child, nodes[-1])
        try:
            add(ROOT, None)
        except GLib.Error:
            is_whole = False  # something went while it was read
        return nodes if is_whole else None

    def list_nodes(self):
        """Returns: what is shown of its tree, as it was at one moment; each node comes before what is in it"""
        if time.monotonic() > self.forgot_s + MEMORY_S:
            self.forget()
        nodes = None
        while nodes is None:
            nodes = self.read()
        return nodes


def find_program(pid):
    """Returns: the program with that process identifier, once it has a window; otherwise None"""
    for owner, path in list_children(REGISTRY, ROOT):
        asked = GLib.Variant('(s)', (owner,))
        bus = 'org.freedesktop.DBus'
        if (call(bus, '/org/freedesktop/DBus', bus, 'GetConnectionUnixProcessID', asked)[0] == pid and
                list_children(owner, path)):
            return Program(owner)
    return None
