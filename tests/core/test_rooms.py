#!/usr/bin/env python3
# Holds the folders and their includes against the table of floors in HACKING.md.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_rooms.py SOURCE_FOLDER TAP_FOLDER"""
import collections
import pathlib
import re
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
import tap

PROGRAMS = ('common', 'server', 'cli', 'gui')
IS_CODE = re.compile(r'\.(c|h|py)$')
COUNTED = re.compile(r'\.(c|h|py|ui)$')
MAX_FILES = 25
INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.M)
ROW = re.compile(r'^\| (`[^|]+) \| ([^|]*) \|', re.M)
EXCEPTION = re.compile(r'also uses `([\w/]+)`')

Room = collections.namedtuple('Room', 'floor also_uses')


def read_plan(text):
    """The rooms of the table: each row is a floor, which stands on the rows below it."""
    section = text.split('## Rooms', 1)[1].split('\n## ', 1)[0]
    return {name: Room(floor, set(EXCEPTION.findall(row[2])))
            for floor, row in enumerate(ROW.finditer(section)) for name in re.findall(r'`([\w/]+)`', row[1])}


def list_files(tree):
    return sorted(str(path.relative_to(tree)) for top in (*PROGRAMS, 'tests') if (tree / top).is_dir()
                  for path in (tree / top).rglob('*') if COUNTED.search(path.name))


def folder_of(name):
    return name.rpartition('/')[0]


def find_circles(arrows):
    """The sets of nodes that reach each other (Tarjan); a node alone is none."""
    index, low, stack, circles = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in arrows.get(node, ()):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            circle = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(circle) > 1:
                circles.append(sorted(circle))

    for node in sorted(arrows):
        if node not in index:
            visit(node)
    return circles


def read_includes(tree, files):
    """Pairs of a file of a program and the header in its own program or another that it includes, or None where no
    header is at the place that the include names."""
    known = set(files)
    for name in files:
        if not name.endswith(('.c', '.h')) or name.startswith('tests/'):
            continue
        own = name.split('/')[0]
        for included in INCLUDE.findall((tree / name).read_text()):
            places = [f'{program}/{included}' for program in (own, *PROGRAMS)]
            yield name, included, next((place for place in places if place in known), None)


def judge_include(plan, name, target):
    """What is wrong with that `name` includes `target`, or None."""
    here, there = folder_of(name), folder_of(target)
    if here == there or here not in plan or there not in plan:
        return None
    if there.split('/')[0] not in (here.split('/')[0], 'common'):
        return None if there in plan[here].also_uses else f'includes {target}, which is another program'
    if plan[there].floor == plan[here].floor:
        return f'includes {target}, which is on the same floor'
    if plan[there].floor < plan[here].floor:
        return f'includes {target}, which is on a higher floor'
    return None


def list_folder_arrows(pairs):
    """For each folder that holds folders, the arrows between those, whatever lies within them."""
    arrows = collections.defaultdict(lambda: collections.defaultdict(set))
    for name, target in pairs:
        here, there = folder_of(name).split('/'), folder_of(target).split('/')
        depth = next((i for i, (a, b) in enumerate(zip(here, there)) if a != b), None)
        if depth is not None:
            parent = '/'.join(here[:depth])
            arrows[parent]['/'.join(here[:depth + 1])].add('/'.join(there[:depth + 1]))
    return arrows


def find_offences(tree, plan):
    """All that is wrong with a tree, as lines that begin with the file or folder."""
    files = list_files(tree)
    offences = {f'{name}: a private header' for name in files if name.endswith('-private.h')}
    sizes = collections.Counter(map(folder_of, files))
    for folder, size in sizes.items():
        holds_code = any(IS_CODE.search(name) for name in files if folder_of(name) == folder)
        if holds_code and size > MAX_FILES:
            offences.add(f'{folder}: more than {MAX_FILES} files')
        if folder not in plan and not folder.startswith('tests'):
            offences.add(f'{folder}: not in the plan')
    pairs = []
    for name, included, target in read_includes(tree, files):
        if target is None:
            offences.add(f'{name}: includes "{included}", which names no room')
            continue
        pairs.append((name, target))
        wrong = judge_include(plan, name, target)
        if wrong:
            offences.add(f'{name}: {wrong}')
    units = collections.defaultdict(set)
    for name, target in pairs:
        units[name[:-2]].add(target[:-2])
    for circle in find_circles({unit: others - {unit} for unit, others in units.items()}):
        offences |= {f'{unit}: in a circle of files' for unit in circle}
    for arrows in list_folder_arrows(pairs).values():
        for circle in find_circles(arrows):
            offences |= {f'{folder}: in a circle of folders' for folder in circle}
    return offences


class Tree(unittest.TestCase):
    def test_tree_keeps_to_the_plan(self):
        plan = read_plan((SOURCE / 'HACKING.md').read_text())
        self.assertEqual(sorted(find_offences(SOURCE, plan)), [])

    def test_each_room_of_the_plan_exists(self):
        for room in read_plan((SOURCE / 'HACKING.md').read_text()):
            with self.subTest(room=room):
                self.assertTrue(any((SOURCE / room).glob('*.c')), 'holds no code')


PLAN = '''
## Rooms

| room | holds |
|---|---|
| `gui` | the app |
| `gui/share` | sharing; also uses `server` |
| `gui/page` `gui/list` | views |
| `gui/words` | words |
| `server` | the server |
| `common/net` | sockets |
| `common/wire` | bytes |

## More
| `gui/other` | not of the table |
'''

GOOD = {
    'common/wire/ts-wire.h': [],
    'common/wire/ts-wire.c': ['wire/ts-wire.h'],
    'common/net/ts-net.h': ['wire/ts-wire.h'],
    'common/net/ts-net.c': ['net/ts-net.h'],
    'server/ts-server.h': ['net/ts-net.h'],
    'gui/words/ts-words.h': ['wire/ts-wire.h'],
    'gui/page/ts-page.h': ['words/ts-words.h'],
    'gui/page/ts-page.c': ['page/ts-page.h', 'page/ts-part.h'],
    'gui/page/ts-part.h': [],
    'gui/list/ts-list.h': ['words/ts-words.h', 'net/ts-net.h'],
    'gui/share/ts-share.h': ['ts-server.h'],
    'gui/main.c': ['page/ts-page.h', 'list/ts-list.h'],
    'tests/core/test-wire.c': ['wire/ts-wire.h', 'test-cases.h'],
}

WRONG = {
    'up': ({'common/wire/ts-wire.c': ['net/ts-net.h']},
           {'common/wire/ts-wire.c: includes common/net/ts-net.h, which is on a higher floor',
            'common/net/ts-net: in a circle of files', 'common/wire/ts-wire: in a circle of files',
            'common/net: in a circle of folders', 'common/wire: in a circle of folders'}),
    'sideways': ({'gui/page/ts-page.c': ['list/ts-list.h']},
                 {'gui/page/ts-page.c: includes gui/list/ts-list.h, which is on the same floor'}),
    'another program': ({'gui/page/ts-page.c': ['ts-server.h']},
                        {'gui/page/ts-page.c: includes server/ts-server.h, which is another program'}),
    'common uses a program': ({'common/net/ts-net.c': ['ts-server.h']},
                              {'common/net/ts-net.c: includes server/ts-server.h, which is another program',
                               'common/net/ts-net: in a circle of files', 'server/ts-server: in a circle of files',
                               'common: in a circle of folders', 'server: in a circle of folders'}),
    'circle of files': ({'gui/page/ts-part.h': ['page/ts-third.h'], 'gui/page/ts-third.h': ['page/ts-page.h']},
                        {'gui/page/ts-page: in a circle of files', 'gui/page/ts-part: in a circle of files',
                         'gui/page/ts-third: in a circle of files'}),
    'circle of folders': ({'gui/list/row/ts-row.h': ['words/ts-words.h'],
                           'gui/words/ts-words.c': ['list/row/ts-row.h']},
                          {'gui/list/row: not in the plan', 'gui/list: in a circle of folders',
                           'gui/words: in a circle of folders', 'gui/list/row/ts-row: in a circle of files',
                           'gui/words/ts-words: in a circle of files'}),
    'not in the plan': ({'gui/other/ts-other.c': []}, {'gui/other: not in the plan'}),
    'private header': ({'gui/page/ts-page-private.h': []}, {'gui/page/ts-page-private.h: a private header'}),
    'no room': ({'gui/page/ts-part.h': ['ts-page.h']},
                {'gui/page/ts-part.h: includes "ts-page.h", which names no room'}),
    'too many files': ({f'gui/list/ts-{i}.c': [] for i in range(MAX_FILES)}, {'gui/list: more than 25 files'}),
    'too many tests': ({f'tests/core/test_{i}.py': [] for i in range(MAX_FILES)}, {'tests/core: more than 25 files'}),
}


class WrongTrees(unittest.TestCase):
    def find(self, tree):
        with tempfile.TemporaryDirectory() as folder:
            for name, includes in tree.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(''.join(f'#include "{included}"\n' for included in includes))
            return find_offences(pathlib.Path(folder), read_plan(PLAN))

    def test_right_tree(self):
        self.assertEqual(self.find(GOOD), set())

    def test_each_fault_is_found(self):
        for name, (files, offences) in WRONG.items():
            with self.subTest(name=name):
                self.assertEqual(self.find({**GOOD, **files}), offences)


if __name__ == '__main__':
    tap.main()
