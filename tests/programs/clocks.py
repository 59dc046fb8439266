"""Servers for tests of ts-client, whose clocks and answers are chosen.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import importlib.util
import pathlib
import time

_SPEC = importlib.util.spec_from_file_location("gui_peers", pathlib.Path(__file__).parents[1] / "gui" / "peers.py")
_peers = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_peers)
Refusing, Garbage = _peers.Refusing, _peers.Garbage

IS_SYNCHRONIZED = 4


class Clock(_peers.Peer):
    """Ahead by shift_ns, and synchronized unless told otherwise."""

    def __init__(self, shift_ns=0, flags=IS_SYNCHRONIZED):
        super().__init__()
        self.shift_ns, self.flags = shift_ns, flags

    def answer(self, cookie, received_ns):
        return _peers.FRAME.pack(b"TSyn", 1, _peers.ANSWER, self.flags, cookie, received_ns + self.shift_ns,
                                 time.time_ns() + self.shift_ns, 0, _peers.UNKNOWN, 0, 0, self.server_id)
