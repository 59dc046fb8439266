/* ts-save-words: a summary, a name for a file, a span of time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-words.h"

#include <time.h>

#include "measure/ts-time.h"

#include "test-samples.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2026-11-25 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1795602277) * S)

static const TsEstimate estimate = {
  .at_ns = NOW_NS,
  .estimate_ns = 12427000,
  .error_ns = 120000,
  .proven_min_ns = 9838000,
  .proven_max_ns = 15022000,
  .drift_ppm = 2.1,
  .drift_min_ppm = -10.4,
  .drift_max_ppm = 14.6,
  .n_samples = 12,
  .verdict = TS_VERDICT_STEADY,
};

static TsHistory *
make_history (void)
{
  TsHistory *history = ts_history_new (100);

  for (int i = 0; i < 3; i++)
    add_sample (history, NOW_NS + (i - 3) * S, 12 * MS, (3 + i) * MS);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS);
  return history;
}

static void
test_summary (void)
{
  g_autoptr (TsHistory) history = make_history ();
  const TsSample sample = { .max_error_ns = 1300000 };
  const TsSaveSubject subject = {
    .host = "time.example.org",
    .name = "time.example.org",
    .address = "192.0.2.17:10085",
    .protocol = TS_PROTOCOL_FRAMED,
    .now_ns = NOW_NS,
    .is_live = TRUE,
    .now = &estimate,
    .history = history,
    .last_sample = &sample,
  };
  g_autofree char *summary = ts_save_summary (&subject);

  g_assert_cmpstr (summary, ==,
                   "Server: time.example.org\n"
                   "Connection: Time Sync, 192.0.2.17:10085\n"
                   "Time: 2026-11-25 11:24:37 CET (2026-11-25 10:24:37 UTC)\n"
                   "\n"
                   "This computer is 12.4 ms behind time.example.org\n"
                   "Certainly between 9.8 and 15.1 ms\n"
                   "\n"
                   "Estimate: +12.43 ms ± 120 µs\n"
                   "Proven interval: +9.8 to +15.1 ms\n"
                   "Drift: +2 ppm (−11 to +15 ppm)\n"
                   "Round trip: 10 ms, least 6.0 ms\n"
                   "Jitter: 2.0 ms\n"
                   "Samples: 3\n"
                   "Failed: 1 of 4\n"
                   "Server’s stated accuracy: ±1.3 ms from UTC, it says\n"
                   "\n"
                   "Time Sync " TS_VERSION "\n");
}

/* With a name of its own, no longer measured, and of a segment that is too short to tell a drift. */
static void
test_summary_of_the_past (void)
{
  g_autoptr (TsHistory) history = make_history ();
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "192.0.2.17 refuses connections");
  TsEstimate now = estimate;
  const TsSample sample = { .max_error_ns = TS_MAX_ERROR_UNKNOWN, .quality = { .is_known = TRUE, .leap = 3 } };
  const TsSaveSubject subject = {
    .host = "192.0.2.17",
    .name = "Lab",
    .address = "192.0.2.17:10085",
    .protocol = TS_PROTOCOL_CLASSIC,
    .now_ns = NOW_NS + 217 * S,
    .error = error,
    .now = &now,
    .history = history,
    .last_sample = &sample,
  };
  g_autofree char *summary = NULL;

  now.verdict = TS_VERDICT_STEP;
  summary = ts_save_summary (&subject);
  g_assert_cmpstr (summary, ==,
                   "Server: Lab (192.0.2.17)\n"
                   "Connection: Time Sync, classic, 192.0.2.17:10085\n"
                   "Time: 2026-11-25 11:28:14 CET (2026-11-25 10:28:14 UTC)\n"
                   "\n"
                   "This computer was 12.4 ms behind Lab\n"
                   "Certainly between 9.8 and 15.1 ms\n"
                   "Last measured 3 min 38 s ago\n"
                   "192.0.2.17 refuses connections\n"
                   "\n"
                   "Estimate: +12.43 ms ± 120 µs\n"
                   "Proven interval: +9.8 to +15.1 ms\n"
                   "Round trip: 10 ms, least 6.0 ms\n"
                   "Jitter: 2.0 ms\n"
                   "Samples: 3\n"
                   "Failed: 1 of 4\n"
                   "Server’s stated accuracy: not synchronized\n"
                   "\n"
                   "Time Sync " TS_VERSION "\n");
}

static void
test_summary_of_nothing (void)
{
  g_autoptr (TsHistory) history = ts_history_new (1);
  const TsSaveSubject subject = { .host = "a", .name = "a", .now_ns = NOW_NS, .is_live = TRUE, .history = history };
  g_autofree char *summary = ts_save_summary (&subject);

  g_assert_cmpstr (summary, ==,
                   "Server: a\n"
                   "Time: 2026-11-25 11:24:37 CET (2026-11-25 10:24:37 UTC)\n"
                   "\n"
                   "Not measured yet\n"
                   "\n"
                   "Samples: 0\n"
                   "Failed: 0 of 0\n"
                   "\n"
                   "Time Sync " TS_VERSION "\n");
}

static void
test_span (void)
{
  const struct
  {
    gint64 begin_ns, end_ns;
    const char *expected;
  } cases[] = {
    { NOW_NS - 600 * S, NOW_NS, "2026-11-25 11:14:37 to 11:24:37 UTC+01:00" },
    { NOW_NS - 86400 * S, NOW_NS, "2026-11-24 11:24:37 to 2026-11-25 11:24:37 UTC+01:00" },
    /* In summer. */
    { NOW_NS - 150 * 86400 * S, NOW_NS - 150 * 86400 * S + 1,
      "2026-06-28 12:24:37 to 12:24:37 UTC+02:00" },
    { -1, 0, "1970-01-01 00:59:59 to 01:00:00 UTC+01:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *span = ts_save_format_span (cases[i].begin_ns, cases[i].end_ns);

      g_assert_cmpstr (span, ==, cases[i].expected);
    }
}

static void
test_picture_title (void)
{
  const char *const nobody[] = { NULL };
  const char *const others[] = { "b", "c", NULL };
  g_autofree char *alone = ts_save_picture_title ("a", nobody, "then");
  g_autofree char *among = ts_save_picture_title ("a", others, "then");

  g_assert_cmpstr (alone, ==, "a, then");
  g_assert_cmpstr (among, ==, "a compared with b, c, then");
}

static void
test_file_name (void)
{
#define REST " offset 2026-11-25 11.24.csv"
  const struct
  {
    const char *name, *expected;
  } cases[] = {
    { "time.example.org", "time.example.org" REST },
    { "127.0.0.1:10085", "127.0.0.1-10085" REST },
    { "[2001:db8::1]:10085", "[2001-db8-1]-10085" REST },
    { "ntp://time.example.org", "ntp-time.example.org" REST },
    { "../../etc/passwd", "etc-passwd" REST },
    { ".hidden", "hidden" REST },
    { "  a  ", "a" REST },
    { "a\nb\tc", "a-b-c" REST },
    { "Büro “Süd”", "Büro “Süd”" REST },
    /* Nobody shall read "exe.csv" from right to left. */
    { "a\u202evsc.exe", "a-vsc.exe" REST },
    { "///", "server" REST },
    { "", "server" REST },
    { "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü",
      "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü" REST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = ts_save_file_name (cases[i].name, NOW_NS, TS_SAVE_CSV);

      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

int
main (int argc,
      char *argv[])
{
  /* Not the zone of the other tests, where local time and UTC would look alike. */
  g_setenv ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-words/summary", test_summary);
  g_test_add_func ("/save-words/summary-of-the-past", test_summary_of_the_past);
  g_test_add_func ("/save-words/summary-of-nothing", test_summary_of_nothing);
  g_test_add_func ("/save-words/span", test_span);
  g_test_add_func ("/save-words/picture-title", test_picture_title);
  g_test_add_func ("/save-words/file-name", test_file_name);
  return g_test_run ();
}
