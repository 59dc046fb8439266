/* Tests of the sentences about a measurement.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-words.h"

#include <gio/gio.h>

#include "words/ts-format.h"
#include "words/ts-join.h"
#include "net/ts-probe-factory.h"
#include "measure/ts-time.h"

#define N  TS_THIN_SPACE
#define MS TS_NS_PER_MS
#define DAY (86400 * TS_NS_PER_S)

static void
test_headline (void)
{
  static const struct
  {
    gint64 estimate_ns, error_ns, proven_min_ns, proven_max_ns;
    gboolean is_past;
    const char *headline, *certainty, *offset;
  } cases[] = {
    { 12427000, 260000, 9838000, 15022000, FALSE,
      "This computer is 12.4" N "ms behind host", "Certainly between 9.8 and 15.1" N "ms", "+12.4" N "ms" },
    { -12427000, 260000, -15022000, -9838000, FALSE,
      "This computer is 12.4" N "ms ahead of host", "Certainly between 9.8 and 15.1" N "ms", "−12.4" N "ms" },
    { 12427000, 260000, 9838000, 15022000, TRUE,
      "This computer was 12.4" N "ms behind host", "Certainly between 9.8 and 15.1" N "ms", "+12.4" N "ms" },
    { -12427000, 260000, -15022000, -9838000, TRUE,
      "This computer was 12.4" N "ms ahead of host", "Certainly between 9.8 and 15.1" N "ms", "−12.4" N "ms" },
    /* Only the estimate knows which is behind. */
    { 3640000, 360000, -22300000, 26600000, FALSE,
      "Probably 3.6" N "ms behind host", "Certainly within 27" N "ms", "≈\u00a0+3.6" N "ms" },
    { -3640000, 360000, -26600000, 22300000, TRUE,
      "Was probably 3.6" N "ms ahead of host", "Certainly within 27" N "ms", "≈\u00a0−3.6" N "ms" },
    { 3640000, 360000, -22300000, 26600000, TRUE,
      "Was probably 3.6" N "ms behind host", "Certainly within 27" N "ms", "≈\u00a0+3.6" N "ms" },
    { -3640000, 360000, -26600000, 22300000, FALSE,
      "Probably 3.6" N "ms ahead of host", "Certainly within 27" N "ms", "≈\u00a0−3.6" N "ms" },
    /* Not even the estimate knows. */
    { 300000, 360000, -22300000, 26600000, FALSE,
      "In step with host, to within 660" N "µs", "Certainly within 27" N "ms", "±660" N "µs" },
    { 500, 9000, -4000, 4970, FALSE,
      "In step with host, to within 5" N "µs", "Certainly within 5" N "µs", "±5" N "µs" },
    { -3000, 3000, -11200, 4970, TRUE,
      "Was in step with host, to within 6" N "µs", "Certainly within 12" N "µs", "±6" N "µs" },
    /* An interval that ends at zero proves nothing about the sign. */
    { 4000, 4000, 0, 8000, FALSE,
      "In step with host, to within 8" N "µs", "Certainly within 8" N "µs", "±8" N "µs" },
    { 4000, 4000, 1, 8001, FALSE,
      "This computer is 4.0" N "µs behind host", "Certainly between 0.0 and 8.1" N "µs", "+4.0" N "µs" },
    /* Where one unit cannot tell it, both ends would read the same. */
    { 2 * DAY + 500 * MS, MS, 2 * DAY + 499 * MS, 2 * DAY + 501 * MS, FALSE,
      "This computer is 2" N "days 0.500" N "s behind host", "Certainly to within 1" N "ms", "+2" N "days 0.500" N "s" },
    { -14610 * DAY, MS, -14610 * DAY - 3 * MS, -14610 * DAY + 3 * MS, FALSE,
      "This computer is 14" N "610" N "days ahead of host", "Certainly to within 3" N "ms", "−14" N "610" N "days" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsEstimate now = { .estimate_ns = cases[i].estimate_ns, .error_ns = cases[i].error_ns,
                         .proven_min_ns = cases[i].proven_min_ns, .proven_max_ns = cases[i].proven_max_ns };
      g_autofree char *headline = ts_words_headline (&now, "host", cases[i].is_past);
      g_autofree char *certainty = ts_words_certainty (&now);
      g_autofree char *offset = ts_words_offset (&now);

      g_assert_cmpstr (headline, ==, cases[i].headline);
      g_assert_cmpstr (certainty, ==, cases[i].certainty);
      g_assert_cmpstr (offset, ==, cases[i].offset);
    }
}

/* Digits stay while they are as true as they were. */
static void
test_change (void)
{
  static const TsEstimate shown = { .estimate_ns = 12 * MS, .error_ns = MS, .proven_min_ns = 9 * MS,
                                    .proven_max_ns = 15 * MS };
  static const struct
  {
    gint64 estimate_ns, error_ns, proven_min_ns, proven_max_ns;
    gboolean is_change;
  } cases[] = {
    { 12 * MS, MS, 9 * MS, 15 * MS, FALSE },
    { 13 * MS, MS, 9 * MS, 16 * MS, FALSE },
    { 11 * MS, MS, 8 * MS, 15 * MS, FALSE },
    { 13 * MS + 1, MS, 9 * MS, 16 * MS, TRUE },
    { 11 * MS - 1, MS, 9 * MS, 16 * MS, TRUE },
    /* Known better, or less well. */
    { 12 * MS, MS, 11 * MS, 13 * MS, TRUE },
    { 12 * MS, MS, 4 * MS, 20 * MS, TRUE },
    /* No longer certain. */
    { 12 * MS, MS, 0, 15 * MS, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsEstimate now = { .estimate_ns = cases[i].estimate_ns, .error_ns = cases[i].error_ns,
                         .proven_min_ns = cases[i].proven_min_ns, .proven_max_ns = cases[i].proven_max_ns };

      g_assert_cmpint (ts_words_is_change (&shown, &now), ==, cases[i].is_change);
    }
}

static void
test_shorten (void)
{
  const struct
  {
    const char *name;
    guint n_chars;
    const char *expected;
  } cases[] = {
    { "", 3, "" },
    { "time.example", 12, "time.example" },
    { "time.example", 11, "time.…ample" },
    { "time.example", 3, "t…e" },
    { "münchen.example", 7, "mün…ple" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = ts_words_shorten (cases[i].name, cases[i].n_chars);

      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

static void
test_premise (void)
{
  const gint64 now_ns = 1700000000 * TS_NS_PER_S; /* 2023-11-14 22:13:20 UTC */
  const struct
  {
    gint64 unset_since_ns;
    const char *expected;
  } cases[] = {
    { 0, "This server tells when its clock is set" },
    { now_ns - 60 * TS_NS_PER_S,
      "This holds if the server’s clock was not set since 22:12:20; this server does not tell" },
    { now_ns - 86400 * TS_NS_PER_S,
      "This holds if the server’s clock was not set since 13 November, 22:13:20; this server does not tell" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TsEstimate now = { .at_ns = now_ns, .unset_since_ns = cases[i].unset_since_ns };
      g_autofree char *premise = ts_words_premise (&now);

      g_assert_cmpstr (premise, ==, cases[i].expected);
    }
}

static void
test_step (void)
{
  const struct
  {
    TsClockEvent event;
    gint64 size_ns;
    const char *expected;
  } cases[] = {
    { TS_CLOCK_EVENT_STEP_LOCAL, -8200000, "This computer’s clock was set, by 8.2" N "ms" },
    { TS_CLOCK_EVENT_STEP_REMOTE, 3600 * TS_NS_PER_S, "The server’s clock was set, by 60" N "min" },
    { TS_CLOCK_EVENT_STEP_PROBABLE, 30 * MS, "The server’s clock was probably set, by about 30" N "ms" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *step = ts_words_step (cases[i].event, cases[i].size_ns);

      g_assert_cmpstr (step, ==, cases[i].expected);
    }
}

static void
test_error_hint (void)
{
  const struct
  {
    GQuark domain;
    int code;
    const char *expected;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Check the port: nothing seems to listen there." },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Check whether it runs, and whether a firewall is in the way." },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "Check this computer’s network: no route leads there." },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "Check the spelling, and whether this computer is online." },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "Check the port: what listens there may not be a time server." },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, "Wait until its clock is set, or choose another server." },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "If it is asked too often, choose a longer interval." },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "Check the server’s name and this computer’s date." },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, "Check the port: it may be one without TLS." },
    { TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_REVERSED, "A clock may have been set at that moment." },
    { G_IO_ERROR, G_IO_ERROR_FAILED, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, "x");
      g_autofree char *hint = ts_words_error_hint (error);

      g_assert_cmpstr (hint, ==, cases[i].expected);
    }
}

/* One sentence, which names the server once; anything else that was said is behind it. */
static void
test_failure (void)
{
  const struct
  {
    GQuark domain;
    int code;
    const char *said;
    const char *sentence;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Lab refuses connections", NULL },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED,
      "192.0.2.1:10085 refuses connections, and 192.0.2.1:123 refuses NTP requests", "Lab refuses connections" },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "The name “lab.example” was not found", NULL },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "192.0.2.1:4460 did not answer within 5 s", "Lab does not answer" },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "192.0.2.1:4460: No route to host", "Lab cannot be reached" },
    { G_IO_ERROR, G_IO_ERROR_FAILED, "192.0.2.1:4460: Input/output error", "Lab could not be asked" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, "closed", "Lab ended the connection without an answer" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "“SSH-2.0\\x0d”", "Lab answers, but not with a time" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "too many requests", "Lab refuses to answer" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, "stratum 16", "Lab does not trust its own clock" },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "expired", "The certificate of Lab is not accepted" },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, "eof", "Lab offers no secure connection" },
    { TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_NEGATIVE_DELAY, "delay", "The last exchange with Lab proves nothing" },
  };

  g_autoptr (TsClock) clock = ts_clock_new_fake (0);
  g_autoptr (TsAddress) address = ts_address_parse ("192.0.2.1", NULL);
  g_autoptr (TsProbe) probe = ts_probe_new (address, TS_NS_PER_S, clock);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, cases[i].said);
      g_autofree char *sentence = ts_words_failure (error, probe, "Lab");

      g_assert_cmpstr (sentence, ==, cases[i].sentence != NULL ? cases[i].sentence : cases[i].said);
      g_assert_cmpstr (ts_words_failure_details (error, probe, "Lab"), ==,
                       cases[i].sentence != NULL ? cases[i].said : NULL);
    }
}

/* Of a server that is asked by NTP alone, or has answered by that. */
static void
test_ntp_failure (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "x");
  g_autoptr (TsClock) clock = ts_clock_new_fake (0);
  static const char *const addresses[] = { "ntp://lab.example", "lab.example" };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (TsAddress) address = ts_address_parse (addresses[i], NULL);
      g_autoptr (TsProbe) probe = ts_probe_new (address, TS_NS_PER_S, clock);
      g_autofree char *sentence = NULL;

      if (address->scheme == TS_SCHEME_ANY)
        ts_probe_set_protocol (probe, TS_PROTOCOL_NTP);
      sentence = ts_words_failure (error, probe, "Lab");
      g_assert_cmpstr (sentence, ==, "Lab refuses NTP requests");
    }
}

static void
test_next_try (void)
{
  g_autofree char *now = ts_words_next_try (0);
  g_autofree char *soon = ts_words_next_try (1);
  g_autofree char *later = ts_words_next_try (26001 * MS);

  g_assert_cmpstr (now, ==, "Trying now…");
  g_assert_cmpstr (soon, ==, "Next try in 1" N "s.");
  g_assert_cmpstr (later, ==, "Next try in 27" N "s.");
}

static void
test_interval (void)
{
  const struct
  {
    double interval_s;
    const char *expected;
  } cases[] = {
    { 0.1, "Every 0.1" N "s" }, { 1, "Every second" }, { 1.5, "Every 1.5" N "s" }, { 90, "Every 90" N "s" },
    { 60, "Every minute" }, { 600, "Every 10" N "min" }, { 3600, "Every hour" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_words_interval (cases[i].interval_s);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_join (void)
{
  g_autofree char *joined = ts_join_statements ("Last measured 3 s ago", "Certainly within 27 ms");

  g_assert_cmpstr (joined, ==, "Last measured 3 s ago. Certainly within 27 ms");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/headline", test_headline);
  g_test_add_func ("/words/change", test_change);
  g_test_add_func ("/words/shorten", test_shorten);
  g_test_add_func ("/words/premise", test_premise);
  g_test_add_func ("/words/step", test_step);
  g_test_add_func ("/words/error-hint", test_error_hint);
  g_test_add_func ("/words/failure", test_failure);
  g_test_add_func ("/words/ntp-failure", test_ntp_failure);
  g_test_add_func ("/words/next-try", test_next_try);
  g_test_add_func ("/words/interval", test_interval);
  g_test_add_func ("/words/join", test_join);
  return g_test_run ();
}
