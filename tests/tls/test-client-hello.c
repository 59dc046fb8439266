/* Tests of ts-client-hello: who is turned away before a handshake begins, and how.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-client-hello.h"

#include <string.h>

#include "../core/test-cases.h"

#define PROTOCOL "timesync/1"

static void
put (GByteArray *bytes,
     gsize number,
     guint size)
{
  for (guint i = size; i > 0; i--)
    g_byte_array_append (bytes, &(guint8) { (guint8) (number >> 8 * (i - 1)) }, 1);
}

static void
put_vector (GByteArray *bytes,
            const GByteArray *vector,
            guint size)
{
  put (bytes, vector->len, size);
  g_byte_array_append (bytes, vector->data, vector->len);
}

/* @versions: (nullable): of the extension, two bytes each, %NULL: there is none
 * @protocols: (nullable): the same, separated by commas */
static GByteArray *
make_hello (guint16 version,
            const char *versions,
            gsize n_versions,
            const char *protocols)
{
  g_autoptr (GByteArray) extensions = g_byte_array_new ();
  g_autoptr (GByteArray) message = g_byte_array_new ();
  GByteArray *record = g_byte_array_new ();

  /* One that nobody knows: RFC 8701. */
  put (extensions, 0x0a0a, 2);
  put (extensions, 0, 2);
  if (versions != NULL)
    {
      put (extensions, 43, 2);
      put (extensions, n_versions + 1, 2);
      put (extensions, n_versions, 1);
      g_byte_array_append (extensions, (const guint8 *) versions, (guint) n_versions);
    }
  if (protocols != NULL)
    {
      g_auto (GStrv) names = g_strsplit (protocols, ",", -1);
      g_autoptr (GByteArray) list = g_byte_array_new ();

      for (guint i = 0; names[i] != NULL; i++)
        {
          put (list, strlen (names[i]), 1);
          g_byte_array_append (list, (const guint8 *) names[i], (guint) strlen (names[i]));
        }
      put (extensions, 16, 2);
      put (extensions, list->len + 2, 2);
      put_vector (extensions, list, 2);
    }
  put (message, version, 2);
  for (guint i = 0; i < 32; i++)
    put (message, 'r', 1);
  put (message, 0, 1);
  put (message, 2, 2);
  put (message, 0xc02b, 2);
  put (message, 0x0100, 2);
  put_vector (message, extensions, 2);

  put (record, 0x160301, 3);
  put (record, message->len + 4, 2);
  put (record, 1, 1);
  put_vector (record, message, 3);
  return record;
}

static const struct
{
  const char *name;
  guint16 version;
  const char *versions;
  gsize n_versions;
  const char *protocols;
  TsTlsAlert alert;
} hellos[] = {
  { "tls-1.3", 0x0303, "\x7a\x7a\x03\x04\x03\x03", 6, PROTOCOL, TS_TLS_ALERT_NONE },
  { "tls-1.3-only", 0x0303, "\x03\x04", 2, "h2," PROTOCOL, TS_TLS_ALERT_NONE },
  { "tls-1.2", 0x0303, NULL, 0, PROTOCOL, TS_TLS_ALERT_NONE },
  { "tls-1.2-listed", 0x0303, "\x03\x02\x03\x03", 4, PROTOCOL, TS_TLS_ALERT_NONE },
  { "tls-1.1", 0x0302, NULL, 0, PROTOCOL, TS_TLS_ALERT_PROTOCOL_VERSION },
  { "tls-1.0", 0x0301, NULL, 0, PROTOCOL, TS_TLS_ALERT_PROTOCOL_VERSION },
  { "ssl-3", 0x0300, NULL, 0, PROTOCOL, TS_TLS_ALERT_PROTOCOL_VERSION },
  { "list-decides", 0x0303, "\x03\x02\x03\x01", 4, PROTOCOL, TS_TLS_ALERT_PROTOCOL_VERSION },
  { "only-nonsense-listed", 0x0303, "\x7a\x7a", 2, PROTOCOL, TS_TLS_ALERT_PROTOCOL_VERSION },
  { "no-protocol", 0x0303, NULL, 0, NULL, TS_TLS_ALERT_NO_APPLICATION_PROTOCOL },
  { "other-protocols", 0x0303, "\x03\x04", 2, "h2,http/1.1", TS_TLS_ALERT_NO_APPLICATION_PROTOCOL },
  { "beginning-of-ours", 0x0303, NULL, 0, "timesync/", TS_TLS_ALERT_NO_APPLICATION_PROTOCOL },
  { "more-than-ours", 0x0303, NULL, 0, PROTOCOL "0", TS_TLS_ALERT_NO_APPLICATION_PROTOCOL },
};

static GByteArray *
make (gsize i)
{
  return make_hello (hellos[i].version, hellos[i].versions, hellos[i].n_versions, hellos[i].protocols);
}

static void
test_hello (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GByteArray) hello = make (i);

  g_assert_cmpint (ts_client_hello_judge (hello->data, hello->len, PROTOCOL), ==, hellos[i].alert);
}

/* Cut off anywhere it is no ClientHello, or goes on in another record; and nothing is read beyond its end. */
static void
test_truncated (void)
{
  g_autoptr (GByteArray) hello = make (0);

  for (gsize length = 0; length < hello->len; length++)
    {
      g_autofree guint8 *copy = g_memdup2 (hello->data, length);

      ts_client_hello_judge (copy, length, PROTOCOL);
      if (length < 5)
        continue;
      copy[3] = (guint8) ((length - 5) >> 8);
      copy[4] = (guint8) (length - 5);
      g_assert_cmpint (ts_client_hello_judge (copy, length, PROTOCOL), ==,
                       length < 9 ? TS_TLS_ALERT_DECODE_ERROR : TS_TLS_ALERT_NONE);
    }
}

static void
test_mutations (void)
{
  for (guint n = 0; n < 100000; n++)
    {
      g_autoptr (GByteArray) hello = make ((gsize) g_test_rand_int_range (0, G_N_ELEMENTS (hellos)));
      g_autofree guint8 *copy = NULL;
      TsTlsAlert alert;

      for (gint k = g_test_rand_int_range (1, 4); k > 0; k--)
        hello->data[g_test_rand_int_range (0, (gint) hello->len)] = (guint8) g_test_rand_int_range (0, 256);
      copy = g_memdup2 (hello->data, hello->len);
      alert = ts_client_hello_judge (copy, hello->len, PROTOCOL);
      g_assert_true (alert == TS_TLS_ALERT_NONE || alert == TS_TLS_ALERT_DECODE_ERROR ||
                     alert == TS_TLS_ALERT_PROTOCOL_VERSION || alert == TS_TLS_ALERT_NO_APPLICATION_PROTOCOL);
    }
}

static void
test_alert (void)
{
  guint8 record[TS_TLS_ALERT_SIZE];

  ts_tls_alert_encode (TS_TLS_ALERT_NO_APPLICATION_PROTOCOL, record);
  g_assert_cmpmem (record, sizeof record, "\x15\x03\x03\x00\x02\x02\x78", 7);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/client-hello/", hellos, test_hello);
  g_test_add_func ("/client-hello/truncated", test_truncated);
  g_test_add_func ("/client-hello/mutations", test_mutations);
  g_test_add_func ("/client-hello/alert", test_alert);
  return g_test_run ();
}
