#!/usr/bin/env python3
# The real app in a real display, driven and read as a person or a screen reader would.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_app.py TIMESYNC TS_SERVER TAP_FOLDER LOCALE_FOLDER [[--not] CLASS...]"""
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TIMESYNC, TS_SERVER, TAP_FOLDER, LOCALE_FOLDER = sys.argv[1:5]
TIMESYNC = os.path.abspath(TIMESYNC)  # some starts are in another folder
sys.path.insert(0, TAP_FOLDER)

import accessible
import peers
import tap
from accessible import Atspi, GLib

RECORDING = pathlib.Path(__file__).parents[1] / 'record/data/recording.csv'
PATIENCE_S = float(os.environ.get('TS_TEST_PATIENCE_S', '60'))


def wait_until(condition, what):
    """Returns what condition() does once that is true; it looks again as soon as it has looked.

    What goes, or does not answer, while it is looked at, is looked at again."""
    deadline = time.monotonic() + PATIENCE_S
    trouble = ''
    while time.monotonic() < deadline:
        try:
            result = condition()
        except GLib.Error as error:
            result, trouble = None, f' ({error.message})'
        if result:
            return result
        time.sleep(0.02)  # leaves the processor to those who are waited for
    raise AssertionError(f'waited in vain for {what}{trouble}')


class Server:
    def __init__(self, port=0, *arguments):
        self.process = subprocess.Popen([TS_SERVER, '--address', '127.0.0.1', '--port', str(port), *arguments],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(':', 1)[1])
        self.host = f'127.0.0.1:{self.port}'

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class App:
    def __init__(self, *arguments, is_shown=True, **environment):
        self.process = subprocess.Popen([TIMESYNC, *arguments], stderr=subprocess.PIPE, text=True,
                                        env=dict(os.environ, **environment))
        if is_shown:
            self.find_shown()

    def find_shown(self):
        try:
            self.program = wait_until(lambda: accessible.find_program(self.process.pid),
                                      'the application in the accessibility tree')
        except AssertionError as error:
            raise AssertionError(f'{error}; its exit status is {self.process.poll()}; it said: {self.end()}') from None

    def readable(self):
        """What can be read of what is shown, a text each: name, and what describes it."""
        return [f'{node.name} ({node.description})' for node in self.program.list_nodes()]

    def wait_for(self, pattern):
        def find():
            for text in self.readable():
                match = re.search(pattern, text)
                if match:
                    return match
            return None
        try:
            return wait_until(find, repr(pattern))
        except AssertionError as error:
            raise AssertionError(f'{error}; there is {self.readable()}') from None

    def look(self, name, role=None):
        for node in self.program.list_nodes():
            if node.name == name and (role is None or node.role == role):
                return node
        return None

    def find(self, name, role=None):
        return wait_until(lambda: self.look(name, role), f'something named {name!r}')

    def press(self, name):
        def press():
            node = self.look(name, Atspi.Role.PUSH_BUTTON)
            return node and node.act()
        wait_until(press, f'a button named {name!r} that can be pressed')

    def toggle(self, name):
        """Turns a switch."""
        def toggle():
            node = self.look(name, Atspi.Role.CHECK_BOX)
            return node and node.act()
        wait_until(toggle, f'a switch named {name!r}')

    def open_row(self, name):
        """Goes there by the keyboard and opens it."""
        def reach():
            row = self.look(name, Atspi.Role.LIST_ITEM)
            if row and row.has(Atspi.StateType.FOCUSED):
                return True
            self.key('Tab')
            time.sleep(0.1)
            return False
        wait_until(reach, f'the focus on a row named {name!r}')
        self.key('Return')

    def text(self, name):
        entry = self.look(name, Atspi.Role.TEXT)
        return entry and entry.get_text()

    def press_undo(self):
        # How a toast names its button, mnemonic and all, is libadwaita's business.
        def press():
            for node in self.program.list_nodes():
                if 'Undo' in node.name and node.role == Atspi.Role.PUSH_BUTTON:
                    return node.act()
            return False
        wait_until(press, 'a button to undo')

    def address(self):
        entry = self.look('Address')
        return entry and entry.get_text()

    def set_address(self, text):
        def set_text():
            entry = self.look('Address')
            return entry and entry.set_text(text) and self.address() == text
        wait_until(set_text, 'the address entry to take a text')

    def key(self, *names):
        def focus():
            """A dialog that is just closing is found, but takes no focus any more."""
            windows = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)],
                                     capture_output=True, text=True).stdout.split()
            return windows and subprocess.run(['xdotool', 'windowfocus', '--sync', windows[-1]],
                                              capture_output=True).returncode == 0

        wait_until(focus, 'the window')
        done = subprocess.run(['xdotool', 'key', *names], capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f'xdotool key: {done.stderr}')

    def click(self, point, *modifiers):
        """Leaves the pointer outside the window, because keys would go to a tooltip."""
        subprocess.run(['xdotool', 'mousemove', *map(str, point)], check=True)
        subprocess.run(['xdotool', *(word for name in modifiers for word in ('keydown', name)), 'click', '1',
                        *(word for name in modifiers for word in ('keyup', name)), 'mousemove', '1279', '799'],
                       check=True)

    def drag(self, start, end):
        """In steps, for what is dragged follows a pointer that moves; in pixels of the screen, whose corner is the
        window's: nobody manages windows here."""
        path = [[str(s + (e - s) * i // 10) for s, e in zip(start, end)] for i in range(11)]
        for command in (['mousemove', *path[0]], ['mousedown', '1'], *(['mousemove', *point] for point in path[1:]),
                        ['mouseup', '1']):
            subprocess.run(['xdotool', *command], check=True)
            time.sleep(0.05)  # as a hand does

    def end(self):
        self.process.terminate()
        stderr = self.process.communicate(timeout=PATIENCE_S)[1]
        return stderr


class Case(unittest.TestCase):
    def start(self, *arguments, **environment):
        app = App(*arguments, **environment)

        def end():
            # Not a word: no warning of GTK's, no critical, nothing that only a terminal would see.
            self.assertEqual(app.end(), '')
        self.addCleanup(end)
        return app

    def serve(self, port=0, *arguments):
        server = Server(port, *arguments)
        self.addCleanup(server.kill)
        return server


class Start(Case):
    def test_start_page_invites(self):
        app = self.start()
        app.wait_for('How far apart are two clocks')
        app.wait_for('192.0.2.17:10085')
        app.find('Address')
        app.find('Measure')

    def test_example_fills_the_address(self):
        app = self.start()
        app.press('time.example.org')
        wait_until(lambda: app.address() == 'time.example.org', 'the example')

    def test_wrong_address_is_explained(self):
        app = self.start()
        app.set_address('host:port')
        app.press('Measure')
        app.wait_for('Port “port” is not a number from 1 to 65535')
        # What is wrong is selected: typing replaces it.
        entry = app.look('Address')
        self.assertEqual(entry.get_selection(), (5, 9))

    def test_wrong_address_of_the_command_line_is_explained(self):
        self.start('127.0.0.1:').wait_for('Port “” is not a number')

    def test_argument_that_is_not_text_is_explained(self):
        self.start(b'caf\xe9.example').wait_for('“caf\ufffd.example”')

    def test_protocol_not_spoken_is_explained(self):
        app = self.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
            bound.bind(('127.0.0.1', 0))
            port = bound.getsockname()[1]
        app.set_address(f'ntp://127.0.0.1:{port}')
        app.press('Measure')
        app.wait_for('refuses NTP requests')


class Measure(Case):
    def test_every_value_can_be_read_with_its_caption(self):
        server = self.serve()
        app = self.start()
        app.set_address(server.host)
        app.press('Measure')
        app.wait_for(r'[3-9] Samples')
        app.wait_for(r'(This computer is .* 127|In step with|Probably )')
        app.wait_for(r'^Remote time \(\d\d:\d\d:\d\d\.\d\d\d\)')
        app.wait_for(r'^Local time \(\d\d:\d\d:\d\d\.\d\d\d\)')
        app.wait_for(r'\d\W{0,3}(µs|ms) Round trip')
        app.wait_for(r'\d\W{0,3}(ns|µs|ms) Jitter|Jitter: \d')
        app.wait_for(r'0 of \d+ Failed')
        app.wait_for('Time Sync Connection')
        app.wait_for(r'Offset chart \(\d+ samples from .* to .*; offset now .*\)')

    def test_ntp_server(self):
        server = self.serve(0, '--ntp', '127.0.0.1:0', '--local-stratum', '5')
        ntp_host = server.process.stdout.readline().split()[-1]
        app = self.start(f'ntp://{ntp_host}')
        app.wait_for(r'[2-9] Samples')
        app.wait_for('NTP Connection')
        # A figure, or where a wide font leaves no room for it, a line in the estimate's tooltip.
        app.wait_for(r'±.*(ns|µs|ms|s) Server’s stated accuracy|Server’s stated accuracy: ±')

    def test_enter_measures_and_delete_removes(self):
        server = self.serve()
        app = self.start()
        app.set_address(server.host)
        app.key('Return')
        count = int(app.wait_for(r'([2-9]|\d\d+) Samples').group(1))
        app.key('Delete')
        app.wait_for('How far apart are two clocks')
        app.press_undo()
        # What was measured came back with it.
        wait_until(lambda: int(app.wait_for(r'(\d+) Samples').group(1)) > count, 'more samples')

    def test_recent_hosts(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[2-9] Samples')
        app.key('Delete')
        app.wait_for(f'^{re.escape(server.host)} ')
        app.wait_for(r'^[±+−].*(ns|µs|ms), today \d\d:\d\d')

    def test_escape_forgets_what_was_typed(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[2-9] Samples')
        app.key('ctrl+l')
        app.set_address('elsewhere')
        app.key('Escape')
        wait_until(lambda: app.address() == server.host, 'the address of what is measured')
        app.key('ctrl+n')
        wait_until(lambda: app.address() == '', 'an empty entry')

    def test_summary_and_samples_are_taken_away(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[2-9] Samples')
        app.key('ctrl+c')
        app.wait_for('Copied')
        app.key('ctrl+s')
        app.wait_for(r'Samples \(CSV\)')
        app.wait_for('What is in view')

    def test_several_servers_in_a_list(self):
        first, second = self.serve(), self.serve()
        app = self.start(first.host)
        app.wait_for(r'[2-9] Samples')
        app.key('ctrl+n')
        app.set_address(second.host)
        app.key('Return')
        app.wait_for(f'{re.escape(second.host)} — Time Sync')
        # A row tells all of it: name, offset, protocol.
        for host in (first.host, second.host):
            app.wait_for(rf'^{re.escape(host)}, [±+−].*(ns|µs|ms), Time Sync')
        app.key('shift+space')
        for host in (first.host, second.host):
            app.wait_for(rf'^{re.escape(host)}, .*, paused, Time Sync')
        # One key hides the list and shows it again.
        app.key('F9')
        wait_until(lambda: not any(text.startswith(f'{first.host},') for text in app.readable()), 'the list to go')
        app.key('F9')
        app.wait_for(rf'^{re.escape(first.host)}, .*, paused, Time Sync')
        app.key('Delete')
        app.wait_for(f'{re.escape(first.host)} — Time Sync')
        wait_until(lambda: not any(text.startswith(f'{second.host},') for text in app.readable()), 'the row to go')

    def test_servers_are_selected_and_dragged(self):
        hosts = [self.serve().host for _ in range(3)]
        app = self.start(*hosts)
        for host in hosts:
            app.wait_for(rf'^{re.escape(host)}, [±+−]')

        def order():
            return [text.split(',')[0] for text in app.readable() if re.match(r'127[^ ]*, ', text)]
        self.assertEqual(order(), hosts)
        # From one click to another with Shift: all between are removed, and come back, at once.
        app.click((140, 90))
        app.click((140, 220), 'shift')
        app.key('Delete')
        app.wait_for('Removed 3 servers')
        app.press_undo()
        wait_until(lambda: order() == hosts, 'all servers at their places')
        # With Ctrl one is taken away again.
        app.click((140, 90), 'ctrl')
        app.key('Delete')
        app.wait_for('Removed 2 servers')
        app.press_undo()
        wait_until(lambda: order() == hosts, 'all servers at their places')
        app.drag((140, 220), (140, 90))
        wait_until(lambda: order() == [hosts[2], hosts[0], hosts[1]], 'the third server at the first place')

    def test_one_server_over_the_chart_of_another(self):
        first, second = self.serve(), self.serve()
        app = self.start(first.host)
        app.wait_for(r'[2-9] Samples')
        app.key('ctrl+n')
        app.set_address(second.host)
        app.key('Return')
        app.wait_for(f'{re.escape(second.host)} — Time Sync')
        # What the key does to the chosen one, the list and its chart tell when another one is chosen.
        app.key('ctrl+space')
        app.wait_for(rf'^{re.escape(second.host)}, .*, overlaid on other charts')
        app.key('ctrl+l')
        app.set_address(first.host)
        app.key('Return')
        app.wait_for(rf'Offset chart \(.* samples from .*; {re.escape(second.host)}: .*(ns|µs|ms)\)')
        app.key('ctrl+space')
        app.wait_for(rf'^{re.escape(first.host)}, .*, overlaid on other charts')
        app.key('ctrl+space')
        wait_until(lambda: not any(text.startswith(f'{first.host},') and 'shown in' in text for text in app.readable()),
                   'the other to be shown alone')

    def test_chart_by_keys(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[3-9] Samples')
        wait_until(lambda: self.is_checked(app, '10 min') and self.is_checked(app, 'Follow'), 'ten minutes that follow')
        app.key('alt+1')
        wait_until(lambda: self.is_checked(app, '1 min') and not self.is_checked(app, '10 min'), 'one minute')

        # Wherever the focus is at first, Tab comes to the chart once it has been round the window.
        for _ in range(40):
            if app.find('Offset chart').has(Atspi.StateType.FOCUSED):
                break
            app.key('Tab')
            time.sleep(0.1)
        app.key('Left')
        # Two samples may have the same time of day as it is told.
        told = app.wait_for(r'Offset chart \((.*; offset .*, proven .* to .*, round trip .*)\)').group(1)
        app.key('Left')
        wait_until(lambda: app.wait_for(r'Offset chart \((.*; offset .*, proven .*)\)').group(1) != told, 'another sample')
        app.key('minus')
        wait_until(lambda: self.is_checked(app, 'All'), 'a zoom to all there is')
        app.key('f')
        wait_until(lambda: not self.is_checked(app, 'Follow'), 'a view that stands still')
        app.key('End')
        wait_until(lambda: self.is_checked(app, 'Follow'), 'a view that follows')
        app.key('Escape')
        app.wait_for(r'Offset chart \(\d+ samples from .* to .*; offset now .*\)')

    def test_views_by_keys(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[3-9] Samples')
        app.key('ctrl+t')
        wait_until(lambda: self.is_checked(app, 'Scatter'), 'the scatter')
        # The keys go on where they were.
        app.key('Left')
        app.wait_for(r'Chart of offsets by round trip \(.*offset .*, proven .*round trip')
        app.key('Return')
        app.wait_for('Exchange at')
        app.key('Escape')

    def is_checked(self, app, name):
        button = app.look(name, Atspi.Role.PUSH_BUTTON)
        return button and (button.has(Atspi.StateType.PRESSED) or button.has(Atspi.StateType.CHECKED))

    def test_pause_and_resume(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[2-9] Samples')
        app.key('space')
        app.find('Resume', Atspi.Role.PUSH_BUTTON)
        app.wait_for('The server is not asked until you resume')
        app.wait_for('Last measured .* ago')
        count = int(app.wait_for(r'(\d+) Samples').group(1))
        app.press('Resume')
        wait_until(lambda: int(app.wait_for(r'(\d+) Samples').group(1)) > count + 1, 'more samples')

    def test_server_that_goes_and_comes_back(self):
        server = self.serve()
        app = self.start(server.host)
        app.wait_for(r'[2-9] Samples')
        server.kill()
        app.wait_for(f'{re.escape(server.host)} refuses connections')
        app.wait_for(r'[1-9]\d* of \d+ Failed')
        app.wait_for(r'Offset chart \(.*gap')
        app.wait_for('Next try in')
        app.wait_for(r'(This computer was|Was )')
        app.find('Retry', Atspi.Role.PUSH_BUTTON)
        count = int(app.wait_for(r'(\d+) Samples').group(1))

        self.serve(server.port)
        wait_until(lambda: int(app.wait_for(r'(\d+) Samples').group(1)) > count, 'samples again')
        app.wait_for(r'(This computer is|In step with|Probably )')
        wait_until(lambda: not any('refuses connections' in text for text in app.readable()), 'the error to go')
        app.wait_for(r'Offset chart \(.*gap')

    def test_retry_does_not_wait(self):
        server = self.serve()
        server.kill()
        app = self.start(server.host)
        # By then the pause is long enough that only Retry can bring a sample before it is over.
        app.wait_for(r'Next try in (8|9|1.|2.|3.)\W{0,3}s')
        self.serve(server.port)
        app.press('Retry')
        app.wait_for(r'[1-9] Samples')


class Peers(Case):
    """What a server does is told where that server is listed."""

    def stand_up(self, kind):
        peer = kind()
        self.addCleanup(peer.close)
        return peer

    def test_bad_servers_beside_a_good_one(self):
        good = self.serve()
        stepping, refusing, garbage = map(self.stand_up, (peers.Stepping, peers.Refusing, peers.Garbage))
        app = self.start(stepping.host, good.host, refusing.host, garbage.host)
        app.wait_for(rf'^{re.escape(good.host)}, [±+−].*(ns|µs|ms)')
        app.wait_for(rf'^{re.escape(refusing.host)}, offset unknown, refused')
        app.wait_for(rf'^{re.escape(garbage.host)}, offset unknown, no valid answer')
        wait_until(lambda: stepping.n_requests > 9, 'a burst that is over')
        stepping.shift_ns = 90 * 10**9
        app.wait_for(r'This computer is (89\.|90\.0|1\.5)\d*.* behind')
        # Two that cannot both be right, and nobody to say which one is wrong.
        contradiction = f'{re.escape(stepping.host)} and {re.escape(good.host)} cannot both be right'
        app.wait_for(rf'^{re.escape(stepping.host)}, \+.*{contradiction}')
        app.wait_for(rf'^{re.escape(good.host)}, .*{re.escape(good.host)} and {re.escape(stepping.host)} cannot both')
        app.wait_for('2 of 4 disagree')
        app.wait_for(r'Offset chart \(.*step')
        # The page says it once, and shows both.
        app.wait_for(f'^{contradiction}')
        app.wait_for(r'They are at least (89|90|1\.[45])\d*.*(s|min) apart')
        app.press('Show Both')
        app.wait_for(rf'^{re.escape(good.host)}, .*, overlaid on other charts')


class Share(Case):
    SWITCH = 'Share this computer’s time'
    PORT = 'TCP port'
    REQUEST = b'TSyn' + bytes([1, 1, 0, 0]) + b'a cookie' + bytes(48)

    def take_usual_port(self):
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(('0.0.0.0', 10085))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which is as good

    def connect(self, port):
        client = socket.create_connection(('127.0.0.1', port), PATIENCE_S)
        self.addCleanup(client.close)
        return client

    def test_shared_until_the_app_quits(self):
        self.take_usual_port()
        app = self.start()
        app.wait_for('Other computers can compare')
        app.toggle(self.SWITCH)
        app.wait_for('Port 10085 is in use by another program')
        app.open_row(self.SWITCH)
        app.wait_for('If that is ts-server')
        app.press('Use a Free Port')
        app.wait_for('On whenever Time Sync is open, no clients')
        app.wait_for('No requests since it was switched on')
        port = int(wait_until(lambda: app.text(self.PORT), 'the port'))

        classic = self.connect(port)
        classic.sendall(b'x')
        self.assertRegex(classic.recv(128), rb'^\d+\.\d{9}\.\d+\.\d{9}$')
        framed = self.connect(port)
        framed.sendall(self.REQUEST)
        answer = framed.recv(64, socket.MSG_WAITALL)
        self.assertEqual((answer[:6], answer[8:16]), (b'TSyn\x01\x02', b'a cookie'))
        app.wait_for('On whenever Time Sync is open, 1 client')
        app.wait_for(r'This computer \(127\.0\.0\.1\)')
        app.wait_for('2 answers since it was switched on')

        app.key('Escape')
        app.key('ctrl+q')
        # Not just cut off: shutting down.
        self.assertEqual(framed.recv(64, socket.MSG_WAITALL)[5:8], bytes([3, 0, 3]))
        framed.close()
        self.assertEqual(app.process.wait(PATIENCE_S), 0)


class Prefer(Case):
    def test_preferences(self):
        server = self.serve()
        app = self.start(server.host, TZ='XYZ-01:45')
        app.wait_for('This computer ')
        app.key('ctrl+comma')
        app.wait_for('1 address is remembered')
        app.press('Forget')
        app.wait_for('No address is remembered')
        # From the first row to the next.
        app.key('Tab', 'space')
        app.wait_for(r'This computer\sUTC')
        remote = app.wait_for(r'^Local time \((\d\d:\d\d):').group(1)
        now = time.time()
        self.assertIn(remote, [time.strftime('%H:%M', time.gmtime(now - ago_s)) for ago_s in (0, 60)])


class Instance(Case):
    def test_second_start_opens_its_host_in_the_first(self):
        first_server, second_server = self.serve(), self.serve()
        app = self.start(first_server.host)
        app.wait_for(f'{first_server.host} — Time Sync')
        second = subprocess.run([TIMESYNC, second_server.host], capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((second.returncode, second.stderr), (0, ''))
        app.wait_for(f'{second_server.host} — Time Sync')
        app.wait_for(r'[1-9] Samples')

    def test_files(self):
        """A recording is opened by the first start and by later ones, and what is none is explained."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / 'second.csv').write_bytes(RECORDING.read_bytes())
            (folder / 'broken.db').write_bytes(b'SQLite format 3\0' + bytes(range(256)) * 40)
            (folder / 'folder').mkdir()
            app = App(str(RECORDING))
            self.addCleanup(app.process.kill)
            app.wait_for('Recording of host.example')
            app.wait_for('recording.csv — Recording')
            told = ''
            for argument, pattern in (('second.csv', 'second.csv — Recording'),
                                      ('broken.db', '“broken.db” is damaged, or is not a recording of Time Sync.'),
                                      ('./missing.csv', 'There is no file “missing.csv”.'),
                                      ('./folder', '“folder” is not a recording of Time Sync.')):
                second = subprocess.run([TIMESYNC, argument], cwd=folder, capture_output=True, text=True,
                                        timeout=PATIENCE_S)
                self.assertEqual((second.returncode, second.stderr), (0, ''))
                found = app.wait_for(pattern).group(0)
                if argument != 'second.csv':
                    told += f'timesync: {found}\n'
                    app.key('Escape')
                    wait_until(lambda: not any(found in text for text in app.readable()), 'the dialog to go')
            self.assertEqual(app.end(), told)

    def test_options(self):
        version = subprocess.run([TIMESYNC, '--version'], capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual(version.returncode, 0)
        self.assertRegex(version.stdout, r'^timesync \d+\.\d+\.\d+\n$')
        wrong = subprocess.run([TIMESYNC, '--nonsense'], capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((wrong.returncode, wrong.stdout), (1, ''))
        self.assertIn('--nonsense', wrong.stderr)

    def test_several_hosts(self):
        first, second = self.serve(), self.serve()
        app = self.start(first.host, second.host)
        app.wait_for(f'{re.escape(first.host)} — Time Sync')
        self.assertFalse([text for text in app.readable() if 'is listed already' in text])
        for host in (first.host, second.host):
            app.wait_for(rf'^{re.escape(host)}, [±+−].*(ns|µs|ms), Time Sync')

    def test_other_programs_ask_on_the_bus(self):
        server = self.serve()
        self.start(server.host)
        wait_until(lambda: "'offset-lower-bound-ns': <int64" in subprocess.run(
            ['gdbus', 'call', '--session', '--dest', 'org.timesync.TimeSync1', '--object-path',
             '/org/timesync/TimeSync1', '--method', 'org.timesync.TimeSync1.GetServer', server.host],
            capture_output=True, text=True).stdout, 'an answer on the bus')

    def test_desktop_asks_for_a_server(self):
        server = self.serve()
        app = self.start('--gapplication-service', is_shown=False)

        def activate():
            return subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.timesync.TimeSync', '--object-path',
                                   '/org/timesync/TimeSync', '--method', 'org.freedesktop.Application.ActivateAction',
                                   'new-server', '[]', '{}'], capture_output=True).returncode == 0
        wait_until(activate, 'the service')
        app.find_shown()
        app.set_address(server.host)
        app.key('Return')
        app.wait_for(r'[2-9] Samples')


class Windows(Case):
    def test_help(self):
        app = self.start()
        app.wait_for('How far apart are two clocks')
        app.key('F1')
        app.wait_for('No message arrives before it was sent')
        app.key('Escape')
        wait_until(lambda: not any('No message arrives' in text for text in app.readable()), 'the help to go')

    def test_shortcuts(self):
        app = self.start()
        app.wait_for('How far apart are two clocks')
        app.key('ctrl+question')
        app.wait_for('Pause or resume all')


class Tree(Case):
    """Whatever can have the focus tells a screen reader what it is and what it is called; test-tab asks that of windows."""

    ROLES_OF_NOTHING = {Atspi.Role.INVALID, Atspi.Role.UNKNOWN, Atspi.Role.FILLER}
    # GTK gives the name of its class to what has none.
    IS_NAMELESS = re.compile(r'((Gtk|Adw|Ts)[A-Z]\w+)?$')

    def describe(self, node):
        """The node and what it is in, from the inside out."""
        names = []
        while node is not None and len(names) < 6:
            names.append(f'{node.role.value_nick} {node.name!r}')
            node = node.parent
        return ' in '.join(names)

    def check(self, app, what):
        nameless, n_focusable = [], 0
        for node in app.program.list_nodes():
            # A label that can be selected is not reached by keys here, and an empty one has nothing to tell.
            if not node.has(Atspi.StateType.FOCUSABLE) or node.role == Atspi.Role.LABEL:
                continue
            n_focusable += 1
            if self.IS_NAMELESS.match(node.name) or node.role in self.ROLES_OF_NOTHING:
                nameless.append(self.describe(node))
        self.assertGreater(n_focusable, 0, what)
        self.assertEqual(nameless, [], what)

    def test_pages(self):
        server = self.serve()
        app = self.start()
        app.wait_for('pool.ntp.org')
        self.check(app, 'start')
        app.set_address(server.host)
        app.press('Measure')
        app.wait_for(r'[3-9] Samples')
        self.check(app, 'timeline')
        server.kill()
        app.wait_for('refuses connections')
        self.check(app, 'error')


class Languages(Case):
    def check(self, language, *patterns):
        server = self.serve()
        app = self.start(server.host, LANGUAGE=language, TIMESYNC_LOCALEDIR=LOCALE_FOLDER)
        for pattern in patterns:
            app.wait_for(pattern)

    def test_german(self):
        self.check('de', r'\d Messungen', 'Schätzung', r'\d\W{0,3}(µs|ms) Umlaufzeit')

    def test_simplified_chinese(self):
        self.check('zh_CN', r'\d 样本', '连接', r'\d\W{0,3}(µs|ms|微秒|毫秒) 往返时间')


accessible.start_registry()
classes = sys.argv[5:]
if classes[:1] == ['--not']:
    classes = [name for name, value in list(globals().items()) if isinstance(value, type) and value is not Case and
               issubclass(value, Case) and name not in classes]
tap.main(*classes)
