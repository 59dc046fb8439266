/* Tests of ts-seal-key: keys in files, signatures, and their names.
 *
 * docs/protocol.md is this program's one argument.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>
#include <sys/stat.h>

#include "test-key.h"
#include "test-protocol.h"

/* Of other kinds: an EC key (P-256), and a public one. */
#define EC_PEM                                                           \
  "-----BEGIN PRIVATE KEY-----\n"                                        \
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeWiUGrBqRofyjNxn\n"   \
  "GoNxZ5QeOSJHF2jmZ8ohV6rPZcGhRANCAATNiynj/mxbVStPUPckA50r4hUDN1fu\n"   \
  "Uuko7+9ezIVjHcq7DBHDnF1WJE27XKBt4huhA8T0RuR5XJ+l6AyBjlaq\n"           \
  "-----END PRIVATE KEY-----\n"
#define PUBLIC_PEM                                                       \
  "-----BEGIN PUBLIC KEY-----\n"                                         \
  "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"       \
  "-----END PUBLIC KEY-----\n"

static char *protocol;

/* Reads the seal of the documentation. */
static void
read_seal (guint8 bytes[TS_SEAL_SIZE])
{
  test_protocol_read_block (protocol, "seal", bytes, TS_SEAL_SIZE);
}

/* Ed25519 has one signature for a key and a message: ours is that of the documentation, which OpenSSL made. */
static void
test_vector (void)
{
  g_autoptr (TsSealKey) key = test_key_load ();
  guint8 bytes[TS_SEAL_SIZE], signature[TS_SEAL_SIGNATURE_SIZE];
  g_autofree char *text = NULL;

  if (key == NULL)
    return;
  read_seal (bytes);
  text = ts_seal_key_to_string (ts_seal_key_get_public (key));
  g_assert_cmpstr (text, ==, TEST_KEY_PUBLIC);
  g_assert_cmpmem (ts_seal_key_get_public (key), TS_SEAL_KEY_SIZE, bytes + 64, TS_SEAL_KEY_SIZE);
  g_assert_true (ts_seal_key_sign (key, bytes, TS_SEAL_SIGNED_SIZE, signature));
  g_assert_cmpmem (signature, sizeof signature, bytes + TS_SEAL_SIGNED_SIZE, sizeof signature);
}

/* Every bit of what is signed, of the key and of the signature counts. */
static void
test_every_bit (void)
{
  g_autoptr (TsSealKey) key = test_key_load ();
  guint8 bytes[TS_SEAL_SIZE];
  g_autoptr (GError) error = NULL;

  if (key == NULL)
    return;
  read_seal (bytes);
  g_assert_true (ts_seal_key_verify (bytes + 64, bytes, TS_SEAL_SIGNED_SIZE, bytes + TS_SEAL_SIGNED_SIZE, &error));
  g_assert_no_error (error);
  for (guint bit = 0; bit < 8 * (TS_SEAL_SIGNED_SIZE + TS_SEAL_SIGNATURE_SIZE); bit++)
    {
      g_autoptr (GError) reason = NULL;

      bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      g_assert_false (
        ts_seal_key_verify (bytes + 64, bytes, TS_SEAL_SIGNED_SIZE, bytes + TS_SEAL_SIGNED_SIZE, &reason));
      g_assert_error (reason, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_INVALID);
      bytes[bit / 8] ^= (guint8) (1 << bit % 8);
    }
}

static void
test_make (void)
{
  g_autoptr (TsSealKey) known = test_key_load ();
  g_autoptr (TsSealKey) key = NULL;
  g_autofree char *folder = g_dir_make_tmp ("timesync-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  guint8 signature[TS_SEAL_SIGNATURE_SIZE];
  struct stat status;

  if (known != NULL)
    {
      g_assert_true (ts_seal_key_make (path, &error));
      g_assert_cmpint (stat (path, &status), ==, 0);
      g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
      key = ts_seal_key_load (path, &error);
      g_assert_no_error (error);
      g_assert_true (memcmp (ts_seal_key_get_public (key), ts_seal_key_get_public (known), TS_SEAL_KEY_SIZE) != 0);
      g_assert_true (ts_seal_key_sign (key, (const guint8 *) "abc", 3, signature));
      g_assert_true (ts_seal_key_verify (ts_seal_key_get_public (key), (const guint8 *) "abc", 3, signature, NULL));

      /* What is there stays. */
      g_file_get_contents (path, &before, NULL, NULL);
      g_assert_false (ts_seal_key_make (path, &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
      g_assert_nonnull (strstr (error->message, path));
      g_file_get_contents (path, &after, NULL, NULL);
      g_assert_cmpstr (before, ==, after);
      g_unlink (path);
    }
  g_rmdir (folder);
}

static const struct
{
  const char *name;
  const char *text; /* (nullable): there is no file */
  guint mode;
  gboolean is_right;
} files[] = {
  { "right", TEST_KEY_PEM, 0600, TRUE },
  { "read-only", TEST_KEY_PEM, 0400, TRUE },
  { "credential-of-systemd", TEST_KEY_PEM, 0440, TRUE },
  { "for-all-to-read", TEST_KEY_PEM, 0644, FALSE },
  { "for-others-to-read", TEST_KEY_PEM, 0604, FALSE },
  { "for-the-group-to-write", TEST_KEY_PEM, 0620, FALSE },
  { "empty", "", 0600, FALSE },
  { "other-text", "hello\n", 0600, FALSE },
  { "another-kind", EC_PEM, 0600, FALSE },
  { "public", PUBLIC_PEM, 0600, FALSE },
  { "absent", NULL, 0, FALSE },
};

static void
test_file (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsSealKey) known = test_key_load ();
  g_autoptr (TsSealKey) key = NULL;
  g_autofree char *path = test_key_write (files[i].text != NULL ? files[i].text : "");
  g_autoptr (GError) error = NULL;

  if (files[i].text == NULL)
    g_unlink (path);
  else
    g_assert_cmpint (chmod (path, files[i].mode), ==, 0);
  key = known != NULL ? ts_seal_key_load (path, &error) : NULL;
  g_unlink (path);
  if (known == NULL)
    return;
  g_assert_true ((key != NULL) == files[i].is_right);
  if (key == NULL)
    g_assert_true (g_str_has_prefix (error->message, path));
}

static void
test_names (void)
{
  guint8 key[TS_SEAL_KEY_SIZE], again[TS_SEAL_KEY_SIZE];
  g_autofree char *text = NULL;
  g_autofree char *fingerprint = NULL;

  g_assert_true (ts_seal_key_from_string (TEST_KEY_PUBLIC, key));
  text = ts_seal_key_to_string (key);
  g_assert_cmpstr (text, ==, TEST_KEY_PUBLIC);
  /* The first 20 digits of: printf d75a…511a | xxd -r -p | sha256sum */
  fingerprint = ts_seal_key_format_fingerprint (key);
  g_assert_cmpstr (fingerprint, ==, "21fe-31df-a154-a261-626b");

  g_assert_false (ts_seal_key_from_string ("", again));
  g_assert_false (ts_seal_key_from_string (TEST_KEY_PUBLIC "0", again));
  for (gsize at = 0; at < 2 * TS_SEAL_KEY_SIZE; at++)
    {
      char kept = text[at];

      text[at] = 'g';
      g_assert_false (ts_seal_key_from_string (text, again));
      text[at] = g_ascii_toupper (kept);
      g_assert_true (ts_seal_key_from_string (text, again));
      g_assert_cmpmem (again, sizeof again, key, sizeof key);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  protocol = test_protocol_load (argc, argv);

  g_test_add_func ("/seal-key/vector", test_vector);
  g_test_add_func ("/seal-key/every-bit", test_every_bit);
  g_test_add_func ("/seal-key/make", test_make);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *name = g_strconcat ("/seal-key/file/", files[i].name, NULL);

      g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_file);
    }
  g_test_add_func ("/seal-key/names", test_names);
  return g_test_run ();
}
