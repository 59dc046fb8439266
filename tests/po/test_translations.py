#!/usr/bin/env python3
# The translations: complete, and with all of the original that is not words.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_translations.py SOURCE_FOLDER TAP_FOLDER"""
import ast
import collections
import itertools
import pathlib
import re
import subprocess
import sys
import unicodedata
import unittest

SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
import tap

PLACEHOLDER = re.compile(r'%(?:(\d+)\$)?([-+ 0#]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|j|z|t)?[a-zA-Z%])')
# Patterns for a date: its parts may be others, in another order.
IS_DATE_PATTERN = re.compile(r'^(chart axis|date)$')

# What gettext writes into a new file of the language, or its manual where gettext knows none.
PLURAL_FORMS = {
    'ar': 'nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;',
    'de': 'nplurals=2; plural=(n != 1);',
    'es': 'nplurals=2; plural=(n != 1);',
    'fr': 'nplurals=2; plural=(n > 1);',
    'ja': 'nplurals=1; plural=0;',
    'zh_CN': 'nplurals=1; plural=0;',
}
FROM_RIGHT_TO_LEFT = {'ar'}

MARK = re.compile('[\u200e\u200f]')
# Spaces that do not break keep punctuation together with its word, or a number with its unit, as some languages ask.
OWN_SPACE = re.compile(r'(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=[:;!?»%…])|(?<=\d)[\u00a0\u202f](?=[^\W\d])')
# These marks bring their own space along.
WIDE_PUNCTUATION = re.compile('[，、：；]$')
# Options, protocols, programs and settings.
FIXED_WORD = re.compile(r'--[a-z][a-z-]*|\b[a-z]+://|\bts-[a-z]+|\b[A-Z]{2,}_[A-Z]+\b|\b[a-z]+(?:_[a-z]+){2,}\b')

Message = collections.namedtuple('Message', 'context original plural translations is_fuzzy')


def read_fields(block):
    """Reads the texts of one entry of a .po or .pot file, by their keywords."""
    fields, current = {}, None
    for line in block.splitlines():
        match = re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line)
        if match:
            current = match.group(1)
            fields[current] = ast.literal_eval(match.group(2))
        elif line.startswith('"'):
            fields[current] += ast.literal_eval(line)
    return fields


def parse(text):
    """Reads the messages of a .po or .pot file; the header is left out."""
    messages = []
    for block in re.split(r'\n\s*\n', text):
        fields = read_fields(block)
        if fields.get('msgid'):
            messages.append(Message(fields.get('msgctxt'), fields['msgid'], fields.get('msgid_plural'),
                                    [fields[name] for name in sorted(fields) if name.startswith('msgstr')],
                                    bool(re.search(r'^#,.*\bfuzzy\b', block, re.M))))
    return messages


def parse_header(text):
    """Reads the fields of a .po file's header."""
    header = read_fields(re.split(r'\n\s*\n', text, maxsplit=1)[0]).get('msgstr', '')
    return {name: value.strip() for name, _, value in (line.partition(':') for line in header.splitlines())}


def placeholders(text):
    """What each argument, by its place, is used as."""
    found, place = [], 0
    for match in PLACEHOLDER.finditer(text):
        if match.group(2) == '%':
            continue
        place = int(match.group(1)) if match.group(1) else place + 1
        found.append((place, match.group(2)))
    return sorted(found)


def mnemonics(text):
    """How many letters are marked for the keyboard, and whether each mark stands before one."""
    return text.count('_'), len(re.findall(r'_(?=\w)', text))


def is_invisible(character):
    return unicodedata.category(character) in ('Cc', 'Cf', 'Zl', 'Zp', 'Zs') and character not in ' \n'


def controls(text):
    """The runs of what cannot be seen, such as isolates and thin spaces."""
    return sorted(''.join(run) for is_run, run in itertools.groupby(text, is_invisible) if is_run)


def ends(text):
    """The spaces and line feeds at the beginning and the end."""
    return text[:len(text) - len(text.lstrip())], text[len(text.rstrip()):]


def fixed_words(text):
    """The words that are no words of a language."""
    return sorted(FIXED_WORD.findall(text))


KEPT = {
    'placeholders': placeholders,
    'mnemonics': mnemonics,
    'controls': controls,
    'ends': ends,
    'fixed words': fixed_words,
}


def without_typography(text, language):
    """Leaves out what a language needs of its own."""
    text = OWN_SPACE.sub('', text)
    return MARK.sub('', text) if language in FROM_RIGHT_TO_LEFT else text


def find_losses(message, translation, language):
    """Says what a translation does not keep of its original."""
    original = without_typography(message.original, language)
    text = without_typography(translation, language)
    if original.endswith(' ') and WIDE_PUNCTUATION.search(text):
        text += ' '
    is_date = message.context is not None and IS_DATE_PATTERN.match(message.context)
    return [what for what, find in KEPT.items()
            if not (is_date and what == 'placeholders') and find(text) != find(original)]


def find_faults(text, language):
    """Says what is wrong with a .po file: pairs of a fault and the message that has it."""
    header = parse_header(text)
    faults = []
    for name, wanted in (('Language', language), ('Content-Type', 'text/plain; charset=UTF-8'),
                         ('Plural-Forms', PLURAL_FORMS.get(language))):
        if header.get(name) != wanted:
            faults.append((name, ''))
    if re.search(r'^#~', text, re.M):
        faults.append(('obsolete', ''))
    n_forms = int(re.match(r'nplurals=(\d+)', PLURAL_FORMS[language]).group(1))
    for message in parse(text):
        if message.is_fuzzy:
            faults.append(('fuzzy', message.original))
        if not all(message.translations):
            faults.append(('untranslated', message.original))
        if len(message.translations) != (1 if message.plural is None else n_forms):
            faults.append(('forms', message.original))
        for translation in filter(None, message.translations):
            faults += [(what, message.original) for what in find_losses(message, translation, language)]
    direction = [message.translations for message in parse(text) if message.context == 'text direction']
    if any(texts != ['rtl' if language in FROM_RIGHT_TO_LEFT else 'ltr'] for texts in direction):
        faults.append(('direction', 'ltr'))
    return faults


def check_format(text):
    """Returns what msgfmt, which knows which messages are for printf(), does not accept of a .po file."""
    result = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', '-'], input=text, capture_output=True,
                            text=True, encoding='utf-8')
    return result.stderr if result.returncode != 0 else ''


def languages():
    return (SOURCE / 'po/LINGUAS').read_text().split()


def read_po(language):
    return (SOURCE / 'po' / f'{language}.po').read_text(encoding='utf-8')


class Translations(unittest.TestCase):
    def test_nothing_is_wrong(self):
        n_placeholders = 0
        for language in languages():
            with self.subTest(language=language):
                self.assertEqual(find_faults(read_po(language), language), [])
                n_placeholders += sum(bool(placeholders(message.original)) for message in parse(read_po(language)))
        self.assertGreater(n_placeholders, 50 * len(languages()))

    def test_msgfmt_accepts_all(self):
        for language in languages():
            with self.subTest(language=language):
                self.assertEqual(check_format(read_po(language)), '')

    def test_nothing_is_missing(self):
        template = subprocess.run(
            ['xgettext', '--files-from=po/POTFILES', '--directory=.', '--from-code=UTF-8', '--output=-',
             '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2', '--keyword=ngettext:1,2'],
            cwd=SOURCE, check=True, capture_output=True, text=True, encoding='utf-8')
        self.assertEqual(template.stderr, '')
        wanted = {message[:3] for message in parse(template.stdout)}
        self.assertGreater(len(wanted), 100)
        for language in languages():
            with self.subTest(language=language):
                there = {message[:3] for message in parse(read_po(language))}
                self.assertEqual(there ^ wanted, set())

    def test_every_file_with_a_text_is_listed(self):
        listed = set((SOURCE / 'po/POTFILES').read_text().split())
        has_text = re.compile(r'\b(?:_|N_|C_|NC_|ngettext) ?\("|translatable="yes"|<summary>')
        for folder in ('cli', 'common', 'data', 'gui', 'server'):
            for path in (SOURCE / folder).rglob('*'):
                if path.suffix in ('.c', '.ui', '.in', '.xml') and has_text.search(path.read_text(encoding='utf-8')):
                    self.assertIn(path.relative_to(SOURCE).as_posix(), listed)


class Faults(unittest.TestCase):
    """Each kind of fault is found in a file that has it."""

    # The fault, a message and its translation.
    BROKEN_MESSAGES = [
        ('placeholders', '%s lost', 'verloren'),
        ('placeholders', 'Port %u', 'Port %d'),
        ('placeholders', '%1$s behind %2$s', '%1$s hinter %1$s'),
        ('placeholders', '%s behind %u', '%u hinter %s'),
        ('placeholders', 'today %H:%M', 'heute %H'),
        ('mnemonics', '_Save…', 'Speichern …'),
        ('mnemonics', 'Save…', '_Speichern …'),
        ('mnemonics', '_Save…', 'Speichern_ …'),
        ('controls', '%d\u2060\u2009\u2060s', '%d\u2009s'),
        ('controls', '%d\u2060\u2009\u2060s', '%d\u2009\u2060\u2060s'),
        ('controls', '%s', '\u2068%s\u2069'),
        ('controls', '\u2068%s\u2069', '\u2068%s'),
        ('controls', '\u2068%s\u2069', '\u2066%s\u2069'),
        ('controls', '10\u00a0000', '10 000'),
        ('controls', 'an hour', 'eine\u202fStunde'),
        ('controls', 'an hour', 'eine\u200b Stunde'),
        ('controls', 'an hour', '\u200eeine Stunde'),
        ('controls', 'an hour', 'eine\u3000Stunde'),
        ('ends', 'cannot listen: ', 'kann nicht lauschen:'),
        ('ends', 'Details', ' Details'),
        ('ends', 'Try it.\n', 'Versuchen Sie es.'),
        ('fixed words', 'Use --watch', 'Mit --zusehen'),
        ('fixed words', 'needs --evidence', 'braucht Beweise'),
        ('fixed words', 'is not ntp://', 'ist nicht NTP'),
        ('fixed words', 'see ts-client', 'siehe ts-klient'),
        ('fixed words', 'as NO_COLOR', 'wie KEINE_FARBE'),
    ]
    SOUND_MESSAGES = [
        ('de', '%s behind %s', '%2$s hinter %1$s'),
        ('de', '100%% of %s', 'von %s 100%%'),
        ('de', 'Re_name…', 'Um_benennen …'),
        ('de', 'Measuring %s…', 'Messung von %s läuft\u00a0…'),
        ('fr', 'Time: %s', 'Heure\u00a0: %s'),
        ('fr', '“%s” is empty', '«\u202f%s\u202f» est vide'),
        ('fr', 'every 16 seconds', 'toutes les 16\u00a0secondes'),
        ('zh_CN', 'cannot listen: ', '无法监听：'),
        ('ja', '_Save…', '保存(_S)…'),
        ('ar', 'about %s', 'نحو \u200e%s'),
    ]

    def write(self, language, entries, **fields):
        header = {'Language': language, 'Content-Type': 'text/plain; charset=UTF-8',
                  'Plural-Forms': PLURAL_FORMS[language]} | fields
        lines = [f'"{name}: {value}\\n"' for name, value in header.items()]
        return '\n'.join(['msgid ""', 'msgstr ""', *lines]) + '\n\n' + entries

    def write_message(self, language, original, translation):
        texts = [text.replace('\n', '\\n') for text in (original, translation)]
        return self.write(language, 'msgid "%s"\nmsgstr "%s"\n' % tuple(texts))

    def test_what_a_message_loses(self):
        for what, original, translation in self.BROKEN_MESSAGES:
            with self.subTest(original=original, translation=translation):
                faults = find_faults(self.write_message('de', original, translation), 'de')
                self.assertEqual(faults, [(what, original)])

    def test_what_a_language_may_do(self):
        for language, original, translation in self.SOUND_MESSAGES:
            with self.subTest(original=original, translation=translation):
                self.assertEqual(find_faults(self.write_message(language, original, translation), language), [])

    def test_what_is_not_finished(self):
        for what, entry in [
                ('fuzzy', '#, fuzzy, c-format\nmsgid "Limit"\nmsgstr "Grenze"\n'),
                ('untranslated', 'msgid "Limit"\nmsgstr ""\n'),
                ('forms', 'msgid "Limit"\nmsgid_plural "Limits"\nmsgstr[0] "Grenze"\n'),
                ('untranslated', 'msgid "Limit"\nmsgid_plural "Limits"\nmsgstr[0] "Grenze"\nmsgstr[1] ""\n')]:
            with self.subTest(entry=entry):
                self.assertEqual(find_faults(self.write('de', entry), 'de'), [(what, 'Limit')])

    def test_what_a_file_has_wrong(self):
        sound = 'msgid "Limit"\nmsgstr "Grenze"\n'
        for what, text in [
                ('obsolete', self.write('de', sound + '\n#~ msgid "Old"\n#~ msgstr "Alt"\n')),
                ('Language', self.write('de', sound, Language='fr')),
                ('Content-Type', self.write('de', sound, **{'Content-Type': 'text/plain; charset=CHARSET'})),
                ('Plural-Forms', self.write('de', sound, **{'Plural-Forms': PLURAL_FORMS['fr']}))]:
            with self.subTest(what=what):
                self.assertEqual(find_faults(text, 'de'), [(what, '')])

    def test_a_direction_is_one_of_two(self):
        for language, word in [('de', 'rtl'), ('ar', 'ltr'), ('de', 'links')]:
            with self.subTest(language=language, word=word):
                text = self.write(language, f'msgctxt "text direction"\nmsgid "ltr"\nmsgstr "{word}"\n')
                self.assertEqual(find_faults(text, language), [('direction', 'ltr')])

    def test_msgfmt_is_asked(self):
        text = self.write('de', '#, c-format\nmsgid "%s of %s"\nmsgstr "%2$s von %s"\n')
        self.assertIn('argument', check_format(text))
        self.assertEqual(check_format(self.write('de', '#, c-format\nmsgid "%s of %s"\nmsgstr "%2$s von %1$s"\n')), '')


tap.main()
