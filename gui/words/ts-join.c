/* Texts that stand one after the other, with what the language puts between them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-join.h"

#include <glib/gi18n.h>

/**
 * ts_join_caption:
 * @caption: what it is
 * @value: how much it is
 *
 * Returns: (transfer full): both: “Round trip: 6.6 ms”
 */
char *
ts_join_caption (const char *caption,
                 const char *value)
{
  /* Translators: a caption and its value: “Round trip: 6.6 ms”. */
  return g_strdup_printf (_("%1$s: %2$s"), caption, value);
}

/**
 * ts_join_statements:
 * @one: a sentence without its full stop
 * @other: the sentence that follows it, with or without one
 *
 * Returns: (transfer full): both, one after the other
 */
char *
ts_join_statements (const char *one,
                    const char *other)
{
  /* Translators: two sentences; the second one brings its full stop along if it has any. */
  return g_strdup_printf (C_ ("sentences", "%1$s. %2$s"), one, other);
}

/**
 * ts_join_sentences:
 * @one: a sentence with its full stop, or an empty text
 * @other: the sentence that follows it, or an empty text
 *
 * Returns: (transfer full): both, one after the other
 */
char *
ts_join_sentences (const char *one,
                   const char *other)
{
  if (*one == '\0' || *other == '\0')
    return g_strconcat (one, other, NULL);
  /* Translators: two sentences, each with its full stop. */
  return g_strdup_printf (C_ ("sentences", "%1$s %2$s"), one, other);
}

static char *
join (const char *separator,
      const char *const *parts,
      gsize n_parts)
{
  GString *text = g_string_new (NULL);
  gboolean is_first = TRUE;

  for (gsize i = 0; i < n_parts; i++)
    {
      if (parts[i] == NULL)
        continue;
      g_string_append (text, is_first ? "" : separator);
      g_string_append (text, parts[i]);
      is_first = FALSE;
    }
  return g_string_free (text, FALSE);
}

/**
 * ts_join_list:
 * @parts: (array length=n_parts): words; those that are %NULL are left out
 * @n_parts: how many there are
 *
 * Returns: (transfer full): all of them: “39 steady, 1 disagrees”
 */
char *
ts_join_list (const char *const *parts,
              gsize n_parts)
{
  /* Translators: between the words of a list: “39 steady, 1 disagrees”. */
  return join (_(", "), parts, n_parts);
}

/**
 * ts_join_clauses:
 * @parts: (array length=n_parts): parts of a sentence, which may have commas in them; those that are %NULL are left out
 * @n_parts: how many there are
 *
 * Returns: (transfer full): all of them: “76 samples; offset now +12.5 ms”
 */
char *
ts_join_clauses (const char *const *parts,
                 gsize n_parts)
{
  /* Translators: between parts of a sentence that may have commas in them: “76 samples; offset now +12.5 ms”. */
  return join (_("; "), parts, n_parts);
}
