"""Verifies an evidence file by docs/protocol.md alone: Python's standard library, and openssl for the signature.
usage: evidence_reader.py FILE [KEY]; exits with 0 if all of it is proven
SPDX-License-Identifier: GPL-3.0-or-later
"""
import base64
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

FIRST = '{"format":"timesync-evidence","version":1,"lines":['
FRAME = struct.Struct(">4sBBHQqqqQIIQ")
SEAL = struct.Struct(">4sBBHQqQ32s32s64s32s")
REQUEST, ANSWER, SEAL_REQUEST, SEAL_KIND = 1, 2, 4, 5
TRANSCRIPT = 2


class Not_proven(Exception):
    pass


def need(is_so, *why):
    if not is_so:
        raise Not_proven(*why)


def check_sums(text):
    """Returns: the objects of the file, if all sums are right"""
    lines = text.split("\n")
    need(lines[0] == FIRST and lines[-2:] == ["]}", ""], "it is no evidence")
    total, objects = "", []
    for number, line in enumerate(lines[1:-2], 2):
        body, mark, tail = line.partition(',"sum":"')
        total = hashlib.sha256((total + body).encode()).hexdigest()
        need(mark and tail == total + '"}' + "," * (number < len(lines) - 2), "line %d was changed" % number)
        objects.append(json.loads(line.rstrip(",")))
    need(json.loads(text)["lines"] == objects, "the whole is something else than its lines")
    return objects


def has_signed(key, signed, signature):
    with tempfile.TemporaryDirectory() as folder:
        pem = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + key)
        content = {"key": b"-----BEGIN PUBLIC KEY-----\n" + pem + b"\n-----END PUBLIC KEY-----\n", "signed": signed,
                   "signature": signature}
        for name in content:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content[name])
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "signed",
                               "-sigfile", "signature"], cwd=folder, capture_output=True).returncode == 0


class Connection:
    def __init__(self):
        self.hash, self.n, self.last, self.waiting = bytes(32), 0, None, []

    def exchange(self, request, answer):
        asked, told = FRAME.unpack(request), FRAME.unpack(answer)
        need(asked[:3] == (b"TSyn", 1, REQUEST) and told[:3] == (b"TSyn", 1, ANSWER) and asked[4] == told[4],
             "no request and its answer")
        if not asked[3] & TRANSCRIPT:
            return
        t4, t1, t2, t3 = asked[5], asked[6], told[5], told[6]
        if self.last and t4:
            before_t2, before_t3, before_t1 = self.last
            self.waiting.append((before_t3 - t4, before_t2 - before_t1))
        self.last = t2, t3, t1
        self.hash, self.n = hashlib.sha256(self.hash + request + answer).digest(), self.n + 1

    def seal(self, request, seal):
        """Returns: the key, and the bounds of the exchanges that it has sealed since the seal before"""
        asked = FRAME.unpack(request)
        magic, version, kind, _, cookie, _, n, digest, key, signature, _ = SEAL.unpack(seal)
        need((magic, version, kind) == (b"TSyn", 1, SEAL_KIND) and asked[2] == SEAL_REQUEST and asked[4] == cookie,
             "no seal of that request")
        need((n, digest) == (self.n, self.hash), "the seal is of something else")
        need(has_signed(key, seal[:96], signature), "the signature is wrong")
        bounds, self.waiting = self.waiting, []
        return key, bounds


def verify(text, known_key=None):
    """Returns: for each server and key how many exchanges are sealed, and between what the offset was"""
    connections, servers, proven = {}, {}, {}
    for line in check_sums(text):
        number = line.get("connection")
        if line["type"] == "connection":
            connections[number], servers[number] = Connection(), line["server"]
        elif line["type"] == "exchange" and len(line["request"]) == len(line["answer"]) == 128:
            connections[number].exchange(bytes.fromhex(line["request"]), bytes.fromhex(line["answer"]))
        elif line["type"] == "seal":
            key, bounds = connections[number].seal(bytes.fromhex(line["request"]), bytes.fromhex(line["seal"]))
            need(known_key in (None, key.hex()), "sealed by another key")
            proven.setdefault((servers[number], key.hex()), []).extend(bounds)
    need(set(servers.values()) == {server for (server, _), bounds in proven.items() if bounds}, "not all is sealed")
    return {who: (len(bounds), min(low for low, _ in bounds), max(high for _, high in bounds))
            for who, bounds in proven.items()}


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8", newline="") as source:
            result = verify(source.read(), *sys.argv[2:3])
    except (Not_proven, ValueError, KeyError, struct.error) as error:
        sys.exit("not proven: %s" % error)
    for (server, key), (n, low, high) in result.items():
        print("%s by %s: %d exchanges, offset from %d to %d ns" % (server, key, n, low, high))
