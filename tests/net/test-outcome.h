/* An exchange of a probe and what came of it, for tests.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string.h>

#include "net/probe/ts-probe.h"

#include "test-wait.h"

/* Real servers on this computer, and how far ahead their clocks are. */
static const struct
{
  const char *name;
  const char *address;
  gint64 shift_ns;
} real_servers[] = {
  { "right", "127.0.0.1", 0 },
  { "ahead", "127.0.0.1", 5 * TS_NS_PER_S },
  { "behind", "127.0.0.1", -3600 * TS_NS_PER_S },
  /* Past 2036, and so in the next era of NTP. */
  { "years-ahead", "127.0.0.1", G_GINT64_CONSTANT (1000000007) * TS_NS_PER_S },
  { "ipv6", "::1", 0 },
};

typedef struct
{
  TsProbe *probe;
  gboolean is_done;
  gboolean is_sample;
  TsSample sample;
  GError *error;
} Outcome;

static inline void
got_exchange (GObject *probe,
              GAsyncResult *result,
              gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->is_sample = ts_probe_exchange_finish (TS_PROBE (probe), result, &outcome->sample, &outcome->error);
  g_assert_true (outcome->is_sample == (outcome->error == NULL));
  outcome->is_done = TRUE;
}

static inline void
begin (Outcome *outcome,
       GCancellable *cancellable)
{
  g_clear_error (&outcome->error);
  outcome->is_done = FALSE;
  ts_probe_exchange_async (outcome->probe, cancellable, got_exchange, outcome);
  /* Never before the caller is back in its main context. */
  g_assert_false (outcome->is_done);
}

static inline void
run (Outcome *outcome)
{
  begin (outcome, NULL);
  TEST_WAIT (outcome->is_done);
}

static inline void
begin_another (GObject *probe,
               GAsyncResult *result,
               gpointer user_data)
{
  Outcome *outcomes = user_data;

  got_exchange (probe, result, &outcomes[0]);
  begin (&outcomes[1], NULL);
}

/* Has two exchanges with the probe of the first: the second begins in the callback of the first. */
static inline void
run_two_in_a_row (Outcome outcomes[2])
{
  outcomes[1].probe = outcomes[0].probe;
  ts_probe_exchange_async (outcomes[0].probe, NULL, begin_another, outcomes);
  TEST_WAIT (outcomes[1].is_done);
}

/* By one clock on both sides, the offset is 0. */
static inline void
assert_proves (const Outcome *outcome,
               gint64 offset_ns)
{
  const TsSample *sample = &outcome->sample;

  g_assert_no_error (outcome->error);
  g_assert_true (outcome->is_sample);
  g_assert_cmpint (sample->proven_min_ns, <=, offset_ns);
  g_assert_cmpint (sample->proven_max_ns, >=, offset_ns);
  g_assert_cmpint (sample->delay_ns, >=, 0);
  g_assert_cmpint (sample->exchange.t2_ns, <=, sample->exchange.t3_ns);
  g_assert_cmpint (sample->exchange.t1_ns, <=, sample->exchange.t4_ns);
}

static inline void
assert_fails (Outcome *outcome,
              GQuark domain,
              int code,
              const char *message_part)
{
  run (outcome);
  g_assert_error (outcome->error, domain, code);
  if (strstr (outcome->error->message, message_part) == NULL)
    g_error ("“%s” has no “%s”", outcome->error->message, message_part);
}

/* Nothing that was under way still holds the probe. */
static inline void
outcome_clear (Outcome *outcome)
{
  g_clear_error (&outcome->error);
  g_assert_finalize_object (outcome->probe);
}
