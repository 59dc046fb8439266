/* A probe over TLS, and what came of its latest exchange.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "test-outcome.h"
#include "test-tls-server.h"
#include "net/ts-probe-factory.h"

static inline Outcome
outcome_new_as (const char *host,
                guint16 port,
                gint64 timeout_ns,
                GTlsDatabase *trust)
{
  const TsAddress target = { .scheme = TS_SCHEME_TIMESYNCS, .host = (char *) host, .port = port };
  g_autoptr (TsClock) clock = ts_clock_new_system (0);

  return (Outcome) { .probe = ts_probe_new_trusting (&target, timeout_ns, clock, trust) };
}

static inline Outcome
outcome_new (guint16 port,
             gint64 timeout_ns)
{
  g_autoptr (GTlsDatabase) trust = test_load_trust ();

  return outcome_new_as ("127.0.0.1", port, timeout_ns, trust);
}

/* Client and server have the same clock. */
static inline void
run_well (Outcome *outcome)
{
  run (outcome);
  assert_proves (outcome, 0);
  g_assert_cmpint (ts_probe_get_protocol (outcome->probe), ==, TS_PROTOCOL_TLS);
}

/* Returns: how what is told of the failure goes on after the server's name, with which it begins */
static inline const char *
get_saying (const Outcome *outcome)
{
  const TsAddress *target = ts_probe_get_target (outcome->probe);
  g_autofree char *server = ts_address_join (target->host, target->port);

  g_assert_true (g_str_has_prefix (outcome->error->message, server));
  return outcome->error->message + strlen (server);
}

/* @saying: what the failure's saying begins with */
static inline void
assert_says (const Outcome *outcome,
             GQuark domain,
             int code,
             const char *saying)
{
  g_assert_error (outcome->error, domain, code);
  if (!g_str_has_prefix (get_saying (outcome), saying))
    g_error ("“%s” does not say “%s”", outcome->error->message, saying);
}

static inline void
run_badly (Outcome *outcome,
           GQuark domain,
           int code,
           const char *saying)
{
  run (outcome);
  assert_says (outcome, domain, code, saying);
}
