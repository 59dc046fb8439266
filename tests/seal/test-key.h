/* The key of docs/protocol.md's example: that of test 1 in RFC 8032, section 7.1.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib/gstdio.h>
#include <unistd.h>

#include "seal/ts-seal-key.h"

#define TEST_KEY_PEM                                                     \
  "-----BEGIN PRIVATE KEY-----\n"                                        \
  "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"   \
  "-----END PRIVATE KEY-----\n"
#define TEST_KEY_PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

/* Returns: (transfer full): the path of a new file that only its owner may read */
static inline char *
test_key_write (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("timesync-key-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  close (fd);
  return path;
}

/* Returns: (transfer full) (nullable): the key; %NULL, and the test is skipped, where the program has no seals */
static inline TsSealKey *
test_key_load (void)
{
  g_autofree char *path = test_key_write (TEST_KEY_PEM);
  g_autoptr (GError) error = NULL;
  TsSealKey *key = ts_seal_key_load (path, &error);

  g_unlink (path);
  if (g_error_matches (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_UNSUPPORTED))
    g_test_skip ("built without seals");
  else
    g_assert_no_error (error);
  return key;
}
