/* What happened between two readings of this computer's clocks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-clock-reading.h"

#include "test-cases.h"

#define MS 1000000
#define S  G_GINT64_CONSTANT (1000000000)

static const struct
{
  const char *name;
  gint64 real_ns, boot_ns, raw_ns; /* by how much each went on */
  gint64 width_ns;
  TsClockEvent event;
  gint64 size_ns;
} cases[] = {
  { "nothing", S, S, S, 100, TS_CLOCK_EVENT_NONE, 0 },
  { "slewed-as-fast-as-the-kernel-can", 3600 * S, 3600 * S, 3600 * S - 1800 * MS, 100, TS_CLOCK_EVENT_NONE, 0 },
  { "slow-oscillator", 3600 * S, 3600 * S, 3600 * S + 360 * MS, 100, TS_CLOCK_EVENT_NONE, 0 },
  { "set-forward", S + MS, S, S, 100, TS_CLOCK_EVENT_STEP_LOCAL, MS },
  { "set-back", S - MS, S, S, 100, TS_CLOCK_EVENT_STEP_LOCAL, -MS },
  { "set-back-by-a-year", S - 31536000 * S, S, S, 100, TS_CLOCK_EVENT_STEP_LOCAL, -31536000 * S },
  { "set-forward-by-30-us", S + 30000, S, S, 100, TS_CLOCK_EVENT_STEP_LOCAL, 30000 },
  { "within-the-reading's-width", S + MS, S, S, MS / 2, TS_CLOCK_EVENT_NONE, 0 },
  { "slept", 61 * S, 61 * S, S, 100, TS_CLOCK_EVENT_SUSPEND, 60 * S },
  { "slept-and-set-on-waking-up", 62 * S, 61 * S, S, 100, TS_CLOCK_EVENT_STEP_LOCAL, S },
  { "a-slow-turn-is-no-sleep", 5 * MS + S, 5 * MS + S, S, 100, TS_CLOCK_EVENT_NONE, 0 },
};

static void
test_compare (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  const TsClockReading before = { 1700000000 * S, 1000 * S, 900 * S, cases[row].width_ns };
  const TsClockReading after = {
    before.real_ns + cases[row].real_ns,
    before.boot_ns + cases[row].boot_ns,
    before.raw_ns + cases[row].raw_ns,
    cases[row].width_ns,
  };
  gint64 size_ns = -1;

  g_assert_cmpint (ts_clock_reading_compare (&before, &after, &size_ns), ==, cases[row].event);
  g_assert_cmpint (size_ns, ==, cases[row].size_ns);
  g_assert_cmpint (ts_clock_reading_compare (&before, &after, NULL), ==, cases[row].event);
}

static void
test_names (void)
{
  g_assert_cmpstr (ts_clock_event_get_name (TS_CLOCK_EVENT_NONE), ==, NULL);
  g_assert_cmpstr (ts_clock_event_get_name (TS_CLOCK_EVENT_STEP_LOCAL), ==, "step-local");
  g_assert_cmpstr (ts_clock_event_get_name (TS_CLOCK_EVENT_STEP_REMOTE), ==, "step-remote");
  g_assert_cmpstr (ts_clock_event_get_name (TS_CLOCK_EVENT_STEP_PROBABLE), ==, "step-probable");
  g_assert_true (ts_clock_event_is_step (TS_CLOCK_EVENT_STEP_PROBABLE));
  g_assert_false (ts_clock_event_is_step (TS_CLOCK_EVENT_SUSPEND));
  g_assert_cmpstr (ts_clock_event_get_name (TS_CLOCK_EVENT_SUSPEND), ==, "suspend");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/clock-reading/compare/", cases, test_compare);
  g_test_add_func ("/clock-reading/names", test_names);
  return g_test_run ();
}
