/* Tests of ts-hex: bytes to digits and back, and what is not digits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-hex.h"

static void
test_round_trip (void)
{
  guint8 bytes[256];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) i;
  for (guint length = 0; length <= sizeof bytes; length++)
    {
      g_autofree char *text = ts_hex_encode (bytes, length);
      g_autoptr (GByteArray) decoded = ts_hex_decode (text);

      g_assert_cmpmem (bytes, length, decoded->data, decoded->len);
    }
}

static void
test_digits (void)
{
  const guint8 bytes[] = { 0x00, 0x7f, 0xa0, 0xff };
  g_autofree char *text = ts_hex_encode (bytes, sizeof bytes);
  g_autoptr (GByteArray) decoded = ts_hex_decode ("007FA0fF");

  g_assert_cmpstr (text, ==, "007fa0ff");
  g_assert_cmpmem (bytes, sizeof bytes, decoded->data, decoded->len);
}

static void
test_not_digits (void)
{
  static const char *const texts[] = { "0", "000", "0g", "g0", " 00", "00 ", "0x", "-1", "é" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (ts_hex_decode (texts[i]));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex/round-trip", test_round_trip);
  g_test_add_func ("/hex/digits", test_digits);
  g_test_add_func ("/hex/not-digits", test_not_digits);
  return g_test_run ();
}
