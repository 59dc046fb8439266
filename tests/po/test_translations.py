#!/usr/bin/env python3
# The translations: complete, and with every placeholder of the original.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_translations.py SOURCE_FOLDER TAP_FOLDER"""
import ast
import collections
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
import tap

PLACEHOLDER = re.compile(r'%(?:(\d+)\$)?([-+ 0#]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|j|z|t)?[a-zA-Z%])')
# Patterns for a date: its parts may be others, in another order.
IS_DATE_PATTERN = re.compile(r'^chart axis$')

Message = collections.namedtuple('Message', 'context original plural translations is_fuzzy')


def parse(text):
    """Reads the messages of a .po or .pot file; the header is left out."""
    messages = []
    for block in re.split(r'\n\s*\n', text):
        fields, current = {}, None
        for line in block.splitlines():
            match = re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line)
            if match:
                current = match.group(1)
                fields[current] = ast.literal_eval(match.group(2))
            elif line.startswith('"'):
                fields[current] += ast.literal_eval(line)
        if fields.get('msgid'):
            messages.append(Message(fields.get('msgctxt'), fields['msgid'], fields.get('msgid_plural'),
                                    [fields[name] for name in sorted(fields) if name.startswith('msgstr')],
                                    bool(re.search(r'^#,.*\bfuzzy\b', block, re.M))))
    return messages


def placeholders(text):
    """What each argument, by its place, is used as."""
    found, place = [], 0
    for match in PLACEHOLDER.finditer(text):
        if match.group(2) == '%':
            continue
        place = int(match.group(1)) if match.group(1) else place + 1
        found.append((place, match.group(2)))
    return sorted(found)


def languages():
    return (SOURCE / 'po/LINGUAS').read_text().split()


class Translations(unittest.TestCase):
    def messages(self, language):
        return parse((SOURCE / 'po' / f'{language}.po').read_text(encoding='utf-8'))

    def test_placeholders_survive(self):
        n_checked = 0
        for language in languages():
            for message in self.messages(language):
                if message.context and IS_DATE_PATTERN.match(message.context):
                    continue
                for translation in message.translations:
                    with self.subTest(language=language, original=message.original):
                        self.assertEqual(placeholders(translation), placeholders(message.original))
                        n_checked += bool(placeholders(message.original))
        self.assertGreater(n_checked, 50)

    def test_everything_is_translated(self):
        for language in languages():
            for message in self.messages(language):
                with self.subTest(language=language, original=message.original):
                    self.assertFalse(message.is_fuzzy)
                    self.assertTrue(all(message.translations))

    def test_nothing_is_missing(self):
        template = subprocess.run(
            ['xgettext', '--files-from=po/POTFILES', '--directory=.', '--from-code=UTF-8', '--output=-',
             '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2', '--keyword=ngettext:1,2'],
            cwd=SOURCE, check=True, capture_output=True, text=True, encoding='utf-8')
        self.assertEqual(template.stderr, '')
        wanted = {(message.context, message.original) for message in parse(template.stdout)}
        self.assertGreater(len(wanted), 100)
        for language in languages():
            with self.subTest(language=language):
                there = {(message.context, message.original) for message in self.messages(language)}
                self.assertEqual(there ^ wanted, set())

    def test_every_file_with_a_text_is_listed(self):
        listed = set((SOURCE / 'po/POTFILES').read_text().split())
        has_text = re.compile(r'\b(?:_|N_|C_|NC_|ngettext) ?\("|translatable="yes"|<summary>')
        for folder in ('cli', 'common', 'data', 'gui', 'server'):
            for path in (SOURCE / folder).rglob('*'):
                if path.suffix in ('.c', '.ui', '.in', '.xml') and has_text.search(path.read_text(encoding='utf-8')):
                    self.assertIn(path.relative_to(SOURCE).as_posix(), listed)


tap.main()
