/* Fuzz target of ts-time: decimal text of instants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-time.h"

#include "fuzz-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  gint64 instant_ns = -1, again_ns = -1;
  guint n_decimals = 0, again_decimals = 0;
  g_autoptr (GError) error = NULL;
  char text[TS_TIME_TEXT_SIZE];
  gsize length;

  if (!ts_time_parse_seconds ((const char *) data, size, &instant_ns, &n_decimals, &error))
    {
      g_assert_true (error != NULL && error->domain == TS_TIME_ERROR);
      g_assert_cmpint (instant_ns, ==, -1);
      return 0;
    }

  g_assert_no_error (error);
  g_assert_true (ts_instant_is_valid (instant_ns));
  g_assert_cmpuint (n_decimals, >=, 1);
  g_assert_cmpuint (n_decimals, <=, 9);

  length = ts_time_format_seconds (instant_ns, n_decimals, text);
  g_assert_cmpuint (length, <=, size);
  g_assert_true (ts_time_parse_seconds (text, length, &again_ns, &again_decimals, NULL));
  g_assert_cmpint (again_ns, ==, instant_ns);
  g_assert_cmpuint (again_decimals, ==, n_decimals);

  /* All but zeros before the first digit is as it was. */
  g_assert_cmpmem (text, length, data + size - length, length);
  return 0;
}
