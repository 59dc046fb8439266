/* Host names as people read them.
 *
 * Resolvers take internationalized names in ASCII ("xn--mnchen-3ya.example"), and people read them in their own script.
 * But letters of different scripts look alike, so one name could pose as another. A name is shown in ASCII if a label
 * could do that: if it mixes scripts that no language mixes, or if all its letters look like Latin ones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-host-name.h"

/* Small Cyrillic letters that look like Latin ones. */
#define LATIN_LOOKALIKES "аеорсухіјѕһԁԛԝӏ"

typedef enum
{
  LATIN = 1 << 0,
  HAN = 1 << 1,
  KANA = 1 << 2,
  BOPOMOFO = 1 << 3,
  HANGUL = 1 << 4,
  OTHER = 1 << 5,
} Scripts;

static Scripts
get_script_flag (GUnicodeScript script)
{
  switch (script)
    {
    case G_UNICODE_SCRIPT_LATIN:
      return LATIN;
    case G_UNICODE_SCRIPT_HAN:
      return HAN;
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
      return KANA;
    case G_UNICODE_SCRIPT_BOPOMOFO:
      return BOPOMOFO;
    case G_UNICODE_SCRIPT_HANGUL:
      return HANGUL;
    default:
      return OTHER;
    }
}

/* Japanese, Chinese and Korean are written in several scripts, with Latin letters among them. Other languages use
 * one. */
static gboolean
is_usual_mixture (Scripts scripts,
                  gboolean has_two_others)
{
  return (scripts & ~(LATIN | HAN | KANA)) == 0 || (scripts & ~(LATIN | HAN | BOPOMOFO)) == 0 ||
         (scripts & ~(LATIN | HAN | HANGUL)) == 0 || (scripts == OTHER && !has_two_others);
}

static gboolean
can_be_shown (const char *label)
{
  GUnicodeScript other = G_UNICODE_SCRIPT_COMMON;
  gboolean has_two_others = FALSE, has_letter = FALSE, looks_latin = TRUE;
  Scripts scripts = 0;

  for (; *label != '\0'; label = g_utf8_next_char (label))
    {
      gunichar c = g_utf8_get_char (label);
      GUnicodeScript script = g_unichar_get_script (c);

      if (!g_unichar_isgraph (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        return FALSE;
      if (script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED)
        continue;
      has_letter = TRUE;
      looks_latin = looks_latin && g_utf8_strchr (LATIN_LOOKALIKES, -1, c) != NULL;
      scripts |= get_script_flag (script);
      if (get_script_flag (script) == OTHER)
        {
          has_two_others = has_two_others || (other != G_UNICODE_SCRIPT_COMMON && other != script);
          other = script;
        }
    }
  return !(has_letter && looks_latin) && is_usual_mixture (scripts, has_two_others);
}

/**
 * ts_host_name_to_display:
 * @host: a name in ASCII, or an IP address
 *
 * Returns: (transfer full): @host in the scripts of its language; @host itself if that could pose as another name or
 *   would not lead back to @host
 */
char *
ts_host_name_to_display (const char *host)
{
  g_autofree char *unicode = g_hostname_is_ip_address (host) ? NULL : g_hostname_to_unicode (host);
  g_autofree char *back = unicode != NULL ? g_hostname_to_ascii (unicode) : NULL;
  g_auto (GStrv) labels = NULL;

  if (g_strcmp0 (back, host) != 0)
    return g_strdup (host);
  labels = g_strsplit (unicode, ".", -1);
  for (gsize i = 0; labels[i] != NULL; i++)
    if (!can_be_shown (labels[i]))
      return g_strdup (host);
  return g_steal_pointer (&unicode);
}
