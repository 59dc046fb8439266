/* Fuzz target of ts-time: decimal text of instants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-time.h"

#include "fuzz-input.h"
#include "fuzz-target.h"

/* Any two numbers as an interval, and as times that are written and read. */
static void
check_interval (const uint8_t *data,
                size_t size)
{
  FuzzInput input = { data, size };
  gint64 min_ns = (gint64) fuzz_input_number (&input, 8), max_ns = (gint64) fuzz_input_number (&input, 8);
  gint64 back_ns;
  char text[TS_TIME_TEXT_SIZE];
  gsize length = ts_time_format_seconds (min_ns, 9, text);

  g_assert_true (ts_time_parse_seconds (text, length, &back_ns, NULL, NULL) == ts_instant_is_valid (min_ns));
  g_assert_true (!ts_instant_is_valid (min_ns) || back_ns == min_ns);
  if (ts_interval_is_valid (min_ns, max_ns))
    g_assert_cmpint (ts_half_width_ns (min_ns, max_ns), ==, (max_ns - min_ns) / 2 + (max_ns - min_ns) % 2);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  gint64 instant_ns = -1, again_ns = -1;
  guint n_decimals = 0, again_decimals = 0;
  g_autoptr (GError) error = NULL;
  char text[TS_TIME_TEXT_SIZE];
  gsize length;

  check_interval (data, size);
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
