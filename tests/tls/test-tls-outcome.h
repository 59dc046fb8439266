/* A probe over TLS, and what came of its latest exchange.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-probe.h"

#include "test-tls-server.h"

typedef struct
{
  TsProbe *probe;
  char *server; /* as messages name it */
  gboolean is_done;
  TsSample sample;
  GError *error;
} TestOutcome;

static inline TestOutcome
test_outcome_new_as (const char *host,
                     guint16 port,
                     gint64 timeout_ns,
                     GTlsDatabase *trust)
{
  g_autofree char *name = ts_address_join (host, port);
  g_autofree char *text = g_strconcat ("timesyncs://", name, NULL);
  g_autoptr (TsAddress) target = ts_address_parse (text, NULL);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  TestOutcome outcome = { .probe = ts_probe_new_trusting (target, timeout_ns, clock, trust) };

  outcome.server = g_steal_pointer (&name);
  return outcome;
}

static inline TestOutcome
test_outcome_new (guint16 port,
                  gint64 timeout_ns)
{
  g_autoptr (GTlsDatabase) trust = test_load_trust ();

  return test_outcome_new_as ("127.0.0.1", port, timeout_ns, trust);
}

/* Nothing that was under way holds the probe any more. */
static inline void
test_outcome_clear (TestOutcome *outcome)
{
  g_clear_error (&outcome->error);
  g_free (outcome->server);
  g_assert_finalize_object (outcome->probe);
}

static inline void
test_got_exchange (GObject *probe,
                   GAsyncResult *result,
                   gpointer user_data)
{
  TestOutcome *outcome = user_data;
  gboolean is_sample = ts_probe_exchange_finish (TS_PROBE (probe), result, &outcome->sample, &outcome->error);

  g_assert_true (is_sample == (outcome->error == NULL));
  outcome->is_done = TRUE;
}

static inline void
test_begin (TestOutcome *outcome,
            GCancellable *cancellable)
{
  g_clear_error (&outcome->error);
  outcome->is_done = FALSE;
  ts_probe_exchange_async (outcome->probe, cancellable, test_got_exchange, outcome);
}

static inline void
test_run (TestOutcome *outcome)
{
  test_begin (outcome, NULL);
  TEST_WAIT (outcome->is_done);
}

/* Client and server have the same clock. */
static inline void
test_run_well (TestOutcome *outcome)
{
  test_run (outcome);
  g_assert_no_error (outcome->error);
  g_assert_cmpint (outcome->sample.proven_min_ns, <=, 0);
  g_assert_cmpint (outcome->sample.proven_max_ns, >=, 0);
  g_assert_cmpint (outcome->sample.exchange.t2_ns, <=, outcome->sample.exchange.t3_ns);
  g_assert_cmpint (ts_probe_get_protocol (outcome->probe), ==, TS_PROTOCOL_TLS);
}

/* @saying: how what is told goes on after the server's name */
static inline void
test_assert_says (const TestOutcome *outcome,
                  GQuark domain,
                  int code,
                  const char *saying)
{
  g_assert_error (outcome->error, domain, code);
  g_assert_true (g_str_has_prefix (outcome->error->message, outcome->server));
  if (!g_str_has_prefix (outcome->error->message + strlen (outcome->server), saying))
    g_error ("“%s” does not say “%s”", outcome->error->message, saying);
}

static inline void
test_run_badly (TestOutcome *outcome,
                GQuark domain,
                int code,
                const char *saying)
{
  test_run (outcome);
  test_assert_says (outcome, domain, code, saying);
}
