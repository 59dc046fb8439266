/* The form of an evidence file, for those who write one and those who verify it.
 *
 * The file is JSON. Its first line and its last are fixed, and each line between is an object whose last member is a
 * sum of the line and of the sum before, so that whatever changes by accident is found and named by its line.
 * docs/protocol.md describes it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-evidence.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char sum_key[] = ",\"sum\":\"";

G_DEFINE_QUARK (ts-evidence-error-quark, ts_evidence_error)

/**
 * ts_evidence_to_hex:
 * @bytes: (array length=length): bytes
 * @length: how many
 *
 * Returns: (transfer full): two hexadecimal digits for each
 */
char *
ts_evidence_to_hex (const guint8 *bytes,
                    gsize length)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * length + 1);

  for (gsize i = 0; i < length; i++)
    {
      hex[2 * i] = digits[bytes[i] >> 4];
      hex[2 * i + 1] = digits[bytes[i] & 15];
    }
  hex[2 * length] = '\0';
  return hex;
}

/**
 * ts_evidence_from_hex:
 * @hex: text
 *
 * Returns: (transfer full) (nullable): what ts_evidence_to_hex() made it of; %NULL: it is something else
 */
GByteArray *
ts_evidence_from_hex (const char *hex)
{
  gsize length = strlen (hex);
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new ((guint) (length / 2));

  if (length % 2 != 0)
    return NULL;
  for (gsize i = 0; i < length; i += 2)
    {
      int high = g_ascii_xdigit_value (hex[i]);
      int low = g_ascii_xdigit_value (hex[i + 1]);
      guint8 byte;

      if (high < 0 || low < 0)
        return NULL;
      byte = (guint8) (high << 4 | low);
      g_byte_array_append (bytes, &byte, 1);
    }
  return g_steal_pointer (&bytes);
}

/* @length: of the line without its sum and the closing brace */
static void
add_up (const char *line,
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
 * @object: what a line says
 * @sum: (inout): the sum of the line before, empty for the first; then that of this line
 *
 * Returns: (transfer full): the line, with its sum, without an end
 */
char *
ts_evidence_make_line (JsonObject *object,
                       char sum[TS_EVIDENCE_SUM_SIZE])
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);
  gsize length = strlen (text) - 1;

  add_up (text, length, sum);
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

/**
 * ts_evidence_parse_line:
 * @line: a line, without its end and without a comma
 * @length: how many bytes it has
 * @sum: (inout): the sum of the line before; then that which this line states, even if it is wrong
 * @error: return location for a %TS_EVIDENCE_ERROR
 *
 * Returns: (transfer full) (nullable): what the line says, if it is as it was written
 */
JsonObject *
ts_evidence_parse_line (const char *line,
                        gsize length,
                        char sum[TS_EVIDENCE_SUM_SIZE],
                        GError **error)
{
  const gsize tail_length = strlen (sum_key) + TS_EVIDENCE_SUM_SIZE - 1 + strlen ("\"}");
  char stated[TS_EVIDENCE_SUM_SIZE] = "";
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;
  gboolean is_right;

  if (length <= tail_length || memcmp (line + length - tail_length, sum_key, strlen (sum_key)) != 0 ||
      memcmp (line + length - 2, "\"}", 2) != 0)
    return damaged (_("this line has no sum, so it was changed or damaged"), error);
  memcpy (stated, line + length - tail_length + strlen (sum_key), TS_EVIDENCE_SUM_SIZE - 1);
  add_up (line, length - tail_length, sum);
  is_right = strcmp (sum, stated) == 0;
  memcpy (sum, stated, sizeof stated);
  if (!is_right)
    return damaged (_("the sum of this line is wrong, so it was changed or damaged"), error);

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, line, (gssize) length, NULL))
    return damaged (_("this line is not JSON"), error);
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return damaged (_("this line is not a JSON object"), error);
  return json_object_ref (json_node_get_object (root));
}
