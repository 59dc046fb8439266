/* Tests of ts-der: values of every form of length, cut anywhere.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-der.h"

#include <string.h>

#include "test-cases.h"

#define LONG_LENGTH 300

static const struct
{
  const char *name;
  const char *bytes;
  gsize length;
  gsize n_taken; /* 0: it is refused */
  gsize n_value;
} cases[] = {
  { "empty-value", "\x02\x00", 2, 2, 0 },
  { "short-length", "\x02\x01\x05\x02", 4, 3, 1 },
  { "one-byte-of-length", "\x02\x81\x02\x07\x08", 5, 5, 2 },
  { "nothing", "", 0, 0, 0 },
  { "tag-alone", "\x02", 1, 0, 0 },
  { "other-tag", "\x04\x01\x05", 3, 0, 0 },
  { "longer-than-there-is", "\x02\x02\x05", 3, 0, 0 },
  { "length-left-open", "\x02\x80\x05\x00\x00", 5, 0, 0 },
  { "length-cut-off", "\x02\x82\x01", 3, 0, 0 },
  { "length-of-four-bytes", "\x02\x84\x00\x00\x00\x01\x05", 7, 0, 0 },
};

static void
test_take (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  /* Bytes of their own, so that nobody reads past them unnoticed. */
  g_autofree guint8 *bytes = g_memdup2 (cases[row].bytes, cases[row].length);
  TsDer der = { bytes, cases[row].length }, value = { 0 };

  g_assert_cmpint (ts_der_take (&der, TS_DER_INTEGER, &value), ==, cases[row].n_taken > 0);
  g_assert_cmpuint (der.length, ==, cases[row].length - cases[row].n_taken);
  g_assert_cmpuint (value.length, ==, cases[row].n_value);
  if (cases[row].n_taken > 0)
    g_assert_true (value.bytes + value.length == bytes + cases[row].n_taken && der.bytes == value.bytes + value.length);
}

/* A length of two bytes, and every shorter piece of it. */
static void
test_cut (void)
{
  for (gsize length = 0; length <= 4 + LONG_LENGTH; length++)
    {
      g_autofree guint8 *bytes = g_malloc0 (4 + LONG_LENGTH);
      g_autofree guint8 *cut = NULL;
      TsDer der, value;

      memcpy (bytes, "\x30\x82\x01\x2c", 4);
      cut = g_memdup2 (bytes, length);
      der = (TsDer) { cut, length };
      g_assert_cmpint (ts_der_take (&der, TS_DER_SEQUENCE, &value), ==, length == 4 + LONG_LENGTH);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/der/take/", cases, test_take);
  g_test_add_func ("/der/cut", test_cut);
  return g_test_run ();
}
