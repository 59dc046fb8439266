/* Tests of the clocks: the system's, shifted ones, and those of a test.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/clock/ts-clock.h"

#include <sys/timex.h>

#include "measure/ts-exchange.h"
#include "measure/ts-time.h"
#include "net/clock/ts-clock-quality.h"

static gint64
real_time_ns (void)
{
  return g_get_real_time () * TS_NS_PER_US;
}

/* Between two other readings of the same clock, the first of which is rounded down to a microsecond. */
static void
assert_is_now (TsClock *clock,
               gint64 shift_ns)
{
  gint64 before_ns = real_time_ns ();
  gint64 now_ns = ts_clock_get_now_ns (clock) - shift_ns;
  gint64 after_ns = real_time_ns () + TS_NS_PER_US;

  g_assert_cmpint (now_ns, >=, before_ns);
  g_assert_cmpint (now_ns, <=, after_ns);
}

static const struct
{
  const char *name;
  gint64 shift_ns;
} shifts[] = {
  { "none", 0 },
  { "a-nanosecond", 1 },
  { "ahead", 5 * TS_NS_PER_S + 7 },
  { "behind", -3600 * TS_NS_PER_S - 7 },
};

static void
test_system (gconstpointer data)
{
  gint64 shift_ns = shifts[GPOINTER_TO_SIZE (data)].shift_ns;
  TsClock *clock = ts_clock_new_system (shift_ns);

  assert_is_now (clock, shift_ns);
  g_assert_cmpint (ts_clock_from_kernel_ns (clock, 1700000000 * TS_NS_PER_S), ==,
                   1700000000 * TS_NS_PER_S + shift_ns);

  ts_clock_step (clock, -3 * TS_NS_PER_S);
  assert_is_now (clock, shift_ns - 3 * TS_NS_PER_S);
  g_assert_cmpint (ts_clock_from_kernel_ns (clock, 0), ==, shift_ns - 3 * TS_NS_PER_S);
  g_assert_finalize_object (clock);
}

static void
test_monotonic (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  gint64 first_ns = ts_clock_get_monotonic_ns (clock);
  gint64 before_ns = first_ns;

  /* Neither the shift nor a step has to do with it; GLib reads the same clock in microseconds. */
  ts_clock_step (clock, -TS_NS_PER_S);
  for (guint i = 0; i < 10000; i++)
    {
      gint64 now_ns = ts_clock_get_monotonic_ns (clock);

      g_assert_cmpint (now_ns, >=, before_ns);
      before_ns = now_ns;
    }
  g_assert_cmpint (before_ns, >, first_ns);
  g_assert_cmpint (before_ns, <=, (g_get_monotonic_time () + 1) * TS_NS_PER_US);
}

static void
test_fake (void)
{
  TsClock *clock = ts_clock_new_fake (1000);
  gint64 monotonic_ns = ts_clock_get_monotonic_ns (clock);

  g_assert_cmpint (ts_clock_get_now_ns (clock), ==, 1000);
  g_assert_cmpint (ts_clock_get_now_ns (clock), ==, 1000);
  g_assert_cmpint (ts_clock_get_monotonic_ns (clock), ==, monotonic_ns);
  /* The kernel knows nothing of a fake clock: its stamps are taken as now. */
  g_assert_cmpint (ts_clock_from_kernel_ns (clock, 77), ==, 1000);

  ts_clock_advance (clock, 234);
  g_assert_cmpint (ts_clock_get_now_ns (clock), ==, 1234);
  g_assert_cmpint (ts_clock_get_monotonic_ns (clock), ==, monotonic_ns + 234);

  ts_clock_step (clock, -1000);
  g_assert_cmpint (ts_clock_get_now_ns (clock), ==, 234);
  g_assert_cmpint (ts_clock_get_monotonic_ns (clock), ==, monotonic_ns + 234);
  g_assert_cmpint (ts_clock_from_kernel_ns (clock, 77), ==, 234);

  ts_clock_advance (clock, 0);
  g_assert_cmpint (ts_clock_get_now_ns (clock), ==, 234);
  g_assert_finalize_object (clock);
}

static void
test_read (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (7 * TS_NS_PER_S);
  TsClockReading first, second;
  gint64 size_ns;

  ts_clock_read (clock, &first);
  assert_is_now (clock, 7 * TS_NS_PER_S);
  g_assert_cmpint (first.width_ns, >=, 0);
  ts_clock_read (clock, &second);
  g_assert_cmpint (second.real_ns, >=, first.real_ns);
  g_assert_cmpint (second.raw_ns, >=, first.raw_ns);
  g_assert_cmpint (ts_clock_reading_compare (&first, &second, NULL), ==, TS_CLOCK_EVENT_NONE);

  ts_clock_step (clock, TS_NS_PER_S);
  ts_clock_read (clock, &second);
  g_assert_cmpint (ts_clock_reading_compare (&first, &second, &size_ns), ==, TS_CLOCK_EVENT_STEP_LOCAL);
  g_assert_cmpint (ABS (size_ns - TS_NS_PER_S), <=, first.width_ns + second.width_ns);
}

static void
test_read_fake (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_fake (1000);
  TsClockReading first, second;
  gint64 size_ns;

  ts_clock_read (clock, &first);
  ts_clock_advance (clock, TS_NS_PER_S);
  ts_clock_read (clock, &second);
  g_assert_cmpint (second.real_ns, ==, 1000 + TS_NS_PER_S);
  g_assert_cmpint (ts_clock_reading_compare (&first, &second, NULL), ==, TS_CLOCK_EVENT_NONE);

  ts_clock_suspend (clock, 60 * TS_NS_PER_S);
  ts_clock_read (clock, &second);
  g_assert_cmpint (second.real_ns, ==, 1000 + 61 * TS_NS_PER_S);
  g_assert_cmpint (ts_clock_reading_compare (&first, &second, &size_ns), ==, TS_CLOCK_EVENT_SUSPEND);
  g_assert_cmpint (size_ns, ==, 60 * TS_NS_PER_S);
}

typedef struct
{
  const char *name;
  int state;
  int status;
  gboolean is_synchronized;
  TsLeap leap;
} QualityCase;

static const QualityCase qualities[] = {
  { "well", TIME_OK, STA_PLL | STA_NANO, TRUE, TS_LEAP_NONE },
  { "insert", TIME_INS, STA_NANO, TRUE, TS_LEAP_INSERT },
  { "insert-armed", TIME_OK, STA_INS | STA_NANO, TRUE, TS_LEAP_INSERT },
  { "delete", TIME_DEL, STA_NANO, TRUE, TS_LEAP_DELETE },
  { "delete-armed", TIME_OK, STA_DEL | STA_NANO, TRUE, TS_LEAP_DELETE },
  { "during-the-leap-second", TIME_OOP, STA_NANO, TRUE, TS_LEAP_NONE },
  { "unsynchronized", TIME_OK, STA_UNSYNC | STA_NANO, FALSE, TS_LEAP_UNKNOWN },
  { "error", TIME_ERROR, STA_INS | STA_NANO, FALSE, TS_LEAP_UNKNOWN },
  { "not-told", -1, 0, FALSE, TS_LEAP_UNKNOWN },
};

static void
test_quality (gconstpointer data)
{
  const QualityCase *row = &qualities[GPOINTER_TO_SIZE (data)];
  const struct timex timex = { .status = row->status, .maxerror = 1500 };
  TsClockQuality quality;

  ts_clock_quality_from_timex (&quality, &timex, row->state);
  g_assert_cmpint (quality.is_synchronized, ==, row->is_synchronized);
  g_assert_cmpint (quality.leap, ==, row->leap);
  g_assert_cmpuint (quality.max_error_ns, ==, row->is_synchronized ? 1500 * TS_NS_PER_US : TS_MAX_ERROR_UNKNOWN);
  g_assert_cmpint (quality.precision_ns, ==, row->status & STA_NANO ? 1 : TS_NS_PER_US);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (shifts); i++)
    {
      g_autofree char *path = g_strconcat ("/clock/system/", shifts[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_system);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (qualities); i++)
    {
      g_autofree char *path = g_strconcat ("/clock/quality/", qualities[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_quality);
    }
  g_test_add_func ("/clock/monotonic", test_monotonic);
  g_test_add_func ("/clock/fake", test_fake);
  g_test_add_func ("/clock/read", test_read);
  g_test_add_func ("/clock/read-fake", test_read_fake);
  return g_test_run ();
}
