/* The lines of an evidence file, for the writer and the verifier.
 *
 * The file is JSON. Its first and its last line are fixed. Each line between them is an object, whose last member is a
 * sum over the line and the sum before, so that an accidental change is found and its line can be named.
 * docs/protocol.md describes the file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-evidence.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char sum_key[] = ",\"sum\":\"";

G_DEFINE_QUARK (ts-evidence-error-quark, ts_evidence_error)

/* Makes @sum, which is that of the line before, the sum of this line. @length does not count the line's own sum and the
 * closing brace. */
static void
add_line (const char *line,
        gsize length,
        char sum[TS_EVIDENCE_SUM_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) sum, -1);
  g_checksum_update (checksum, (const guchar *) line, (gssize) length);
  g_strlcpy (sum, g_checksum_get_string (checksum), TS_EVIDENCE_SUM_SIZE);
}

/**
 * ts_evidence_make_line:
 * @object: the members of a line
 * @sum: (inout): the sum of the line before, empty for the first; then the sum of this line
 *
 * Returns: (transfer full): the line with its sum, without a newline
 */
char *
ts_evidence_make_line (JsonObject *object,
                       char sum[TS_EVIDENCE_SUM_SIZE])
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);
  gsize length = strlen (text) - 1;

  add_line (text, length, sum);
  text[length] = '\0';
  return g_strconcat (text, sum_key, sum, "\"}", NULL);
}

static JsonObject *
damaged (const char *what,
         GError **error)
{
  g_set_error_literal (error, TS_EVIDENCE_ERROR, TS_EVIDENCE_ERROR_DAMAGED, what);
  return NULL;
}

/* Returns: whether the object that begins the text ends with it. json-glib 1.6 takes text that has several values for one
 * of them, and loses the memory of another; it also knows comments and 'strings', which JSON does not. */
static gboolean
is_one_object (const char *text,
               gsize length)
{
  gboolean is_quoted = FALSE;
  gsize depth = 0;

  if (length == 0 || text[0] != '{')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '"')
        is_quoted = !is_quoted;
      else if (is_quoted)
        i += text[i] == '\\';
      else if (text[i] == '{' || text[i] == '[')
        depth++;
      else if (text[i] == '}' || text[i] == ']')
        depth--;
      else if (text[i] == '/' || text[i] == '#' || text[i] == '\'')
        return FALSE;
      if (depth == 0)
        return i == length - 1;
    }
  return FALSE;
}

/**
 * ts_evidence_parse_object:
 * @text: JSON, not terminated
 * @length: how many bytes it has
 *
 * Returns: (transfer full) (nullable): its members; %NULL if it is not just one object
 */
JsonObject *
ts_evidence_parse_object (const char *text,
                          gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (!is_one_object (text, length) || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_object_ref (json_node_get_object (root)) : NULL;
}

/**
 * ts_evidence_parse_line:
 * @line: a line, without a newline and without a comma at its end
 * @length: how many bytes it has
 * @sum: (inout): the sum of the line before; then the one that this line states, even if it is wrong
 * @error: return location for a %TS_EVIDENCE_ERROR
 *
 * Returns: (transfer full) (nullable): the members of the line; %NULL if the line was changed or damaged
 */
JsonObject *
ts_evidence_parse_line (const char *line,
                        gsize length,
                        char sum[TS_EVIDENCE_SUM_SIZE],
                        GError **error)
{
  const gsize tail_length = strlen (sum_key) + TS_EVIDENCE_SUM_SIZE - 1 + strlen ("\"}");
  char stated[TS_EVIDENCE_SUM_SIZE] = "";
  JsonObject *object;
  gboolean is_right;

  if (length <= tail_length || memcmp (line + length - tail_length, sum_key, strlen (sum_key)) != 0 ||
      memcmp (line + length - 2, "\"}", 2) != 0)
    return damaged (_("this line has no sum, so it was changed or damaged"), error);
  memcpy (stated, line + length - tail_length + strlen (sum_key), TS_EVIDENCE_SUM_SIZE - 1);
  add_line (line, length - tail_length, sum);
  is_right = strcmp (sum, stated) == 0;
  memcpy (sum, stated, sizeof stated);
  if (!is_right)
    return damaged (_("the sum of this line is wrong, so it was changed or damaged"), error);

  object = ts_evidence_parse_object (line, length);
  return object != NULL ? object : damaged (_("this line is not a JSON object"), error);
}
