"""Compares the responder with chronyd as an NTP server on this computer.

    python3 bench_ntp.py NTP-RESPONDER-MAIN BENCH-NTP [ROUNDS [SECONDS]]

The two take turns, so that what else the computer does concerns both. Says for each load the medians of the
answers per second and of the server's CPU time per answer, and the ratios of ours to chronyd's. chronyd runs with -x,
which leaves the clock alone, and as its own reference.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import peers

WINDOWS = 1, 16, 128


def cpu_ns(pid):
    """Returns: how long all threads of a process have run"""
    total_ns = 0
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, task), encoding="ascii") as file:
            total_ns += int(file.read().split()[0])
    return total_ns


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return any_socket.getsockname()[1]


def await_answer(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.1)
        client.connect(("127.0.0.1", port))
        for _ in range(100):
            try:
                client.send(bytes([4 << 3 | 3]) + bytes(47))
                client.recv(1024)
                return
            except OSError:
                time.sleep(0.02)
    sys.exit("no answer from port %d" % port)


def start_ours(program):
    process = subprocess.Popen([program, "127.0.0.1:0", "10", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return process, int(process.stdout.readline())


def start_chronyd(program, folder):
    port = free_port()
    path = os.path.join(folder, "chrony.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write("port %d\nbindaddress 127.0.0.1\nallow 127.0.0.1\nlocal stratum 10\n" % port)
        file.write("cmdport 0\nbindcmdaddress /\npidfile %s/pid\n" % folder)
    return subprocess.Popen([program, "-x", "-d", "-u", "root", "-f", path], env=peers.environment(program),
                            stderr=subprocess.DEVNULL), port


def load(bench, pid, port, seconds, window):
    """Returns: answers per second, and the server's CPU time in ns for each"""
    before_ns, begin = cpu_ns(pid), time.monotonic()
    done = subprocess.run([bench, str(port), str(seconds), str(window)], stdout=subprocess.PIPE, check=True)
    per_second = float(done.stdout)
    return per_second, (cpu_ns(pid) - before_ns) / (per_second * (time.monotonic() - begin))


def main():
    program, bench = sys.argv[1:3]
    n_rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 1
    chronyd = peers.find("chronyd", "chrony")
    if chronyd is None:
        sys.exit("there is no chronyd: “make peers” looks for it")
    with tempfile.TemporaryDirectory() as folder:
        servers = {"ours": start_ours(program), "chronyd": start_chronyd(chronyd, folder)}
        try:
            for _, port in servers.values():
                await_answer(port)
            for window in WINDOWS:
                measured = {name: [] for name in servers}
                for _ in range(n_rounds):
                    for name, (process, port) in servers.items():
                        measured[name].append(load(bench, process.pid, port, seconds, window))
                medians = {name: [statistics.median(column) for column in zip(*rows)]
                           for name, rows in measured.items()}
                for name, (per_second, ns) in medians.items():
                    print("%3d in flight  %-8s %8.0f answers/s  %6.0f ns CPU each" % (window, name, per_second, ns))
                print("%3d in flight  ratio    %8.2f            %6.2f" %
                      (window, *(a / b for a, b in zip(medians["ours"], medians["chronyd"]))), flush=True)
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
