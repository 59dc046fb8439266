/* The examples of docs/protocol.md, for tests whose one argument it is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string.h>

#include "wire/ts-hex.h"

/* Returns: (transfer full): the text of the document, which the command line names */
static inline char *
test_protocol_load (int argc,
                    char **argv)
{
  g_autoptr (GError) error = NULL;
  char *protocol = NULL;

  g_assert_cmpint (argc, >, 1);
  g_file_get_contents (argv[1], &protocol, NULL, &error);
  g_assert_no_error (error);
  return protocol;
}

/* Reads hexadecimal digits with white space anywhere between them, which must be @size bytes. */
static inline void
test_protocol_read_hex (const char *text,
                        gsize length,
                        guint8 *bytes,
                        gsize size)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) words = g_strsplit_set (copy, " \n", -1);
  g_autofree char *digits = g_strjoinv ("", words);
  g_autoptr (GByteArray) decoded = ts_hex_decode (digits);

  g_assert_nonnull (decoded);
  g_assert_cmpuint (decoded->len, ==, size);
  memcpy (bytes, decoded->data, size);
}

/* Reads the fenced block of that name, which must be @size bytes. */
static inline void
test_protocol_read_block (const char *protocol,
                          const char *name,
                          guint8 *bytes,
                          gsize size)
{
  g_autofree char *fence = g_strconcat ("```hex ", name, "\n", NULL);
  const char *begin = strstr (protocol, fence), *end;

  g_assert_nonnull (begin);
  begin += strlen (fence);
  end = strstr (begin, "```");
  g_assert_nonnull (end);
  test_protocol_read_hex (begin, (gsize) (end - begin), bytes, size);
}
