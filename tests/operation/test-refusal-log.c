/* Tests of ts-refusal-log: who is named, and that it is no flood.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "limit/ts-refusal-log.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "limit/ts-throttle.h"
#include "measure/ts-time.h"

#include "test-cases.h"

#define N_THREADS  4
#define N_REFUSALS 5000

/* What was logged: "LEVEL CLIENT MESSAGE", each in a line. */
static GString *said;

static GLogWriterOutput
keep_log (GLogLevelFlags level,
          const GLogField *fields,
          gsize n_fields,
          gpointer unused)
{
  const char *message = "", *client = "-", *event = "-";

  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      message = fields[i].value;
    else if (strcmp (fields[i].key, "TIMESYNC_CLIENT") == 0)
      client = fields[i].value;
    else if (strcmp (fields[i].key, "TIMESYNC_EVENT") == 0)
      event = fields[i].value;
  g_string_append_printf (said, "%s %s %s %s\n", level == G_LOG_LEVEL_INFO ? "info" : "other", event, client,
                          message);
  return G_LOG_WRITER_HANDLED;
}

static void
assert_said (TsRefusalLog *log,
             const char *expected)
{
  g_string_truncate (said, 0);
  ts_refusal_log_write (log);
  g_assert_cmpstr (said->str, ==, expected);
}

/* IPv4 as it is mapped to IPv6. */
static void
parse (const char *text,
       guint8 address[TS_REFUSAL_ADDRESS_SIZE])
{
  memset (address, 0, TS_REFUSAL_ADDRESS_SIZE);
  if (strchr (text, ':') != NULL)
    {
      g_assert_cmpint (inet_pton (AF_INET6, text, address), ==, 1);
      return;
    }
  address[10] = address[11] = 0xff;
  g_assert_cmpint (inet_pton (AF_INET, text, address + 12), ==, 1);
}

static void
note (TsRefusalLog *log,
      TsCount reason,
      const char *text)
{
  guint8 address[TS_REFUSAL_ADDRESS_SIZE];

  parse (text, address);
  ts_refusal_log_note (log, reason, address);
}

static const struct
{
  const char *name;
  const char *address;
  TsCount reason;
  const char *expected;
} clients[] = {
  { "ipv4", "192.0.2.1", TS_COUNT_REFUSED_REQUESTS,
    "info client-refused 192.0.2.1 refused: 1 × too many requests (192.0.2.1)\n" },
  { "ipv4-highest", "255.255.255.255", TS_COUNT_REFUSED_CONNECTIONS,
    "info client-refused 255.255.255.255 "
    "refused: 1 × too many connections from one address (255.255.255.255)\n" },
  { "ipv6", "2001:db8:1:2:3:4:5:6", TS_COUNT_FAILED_HANDSHAKES,
    "info client-refused 2001:db8:1:2::/64 refused: 1 × a failed TLS handshake (2001:db8:1:2::/64)\n" },
  { "ipv6-loopback", "::1", TS_COUNT_MALFORMED,
    "info client-refused ::/64 refused: 1 × bytes that are not a request (::/64)\n" },
  { "no-refusal", "192.0.2.1", TS_COUNT_REFUSED_SHUTDOWN, "" },
};

static void
test_client (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);
  g_autoptr (TsRefusalLog) log = ts_refusal_log_new ();

  ts_refusal_log_set_enabled (log, TRUE);
  note (log, clients[i].reason, clients[i].address);
  assert_said (log, clients[i].expected);
  assert_said (log, "");
}

static void
test_counts (void)
{
  g_autoptr (TsRefusalLog) log = ts_refusal_log_new ();

  ts_refusal_log_set_enabled (log, TRUE);
  for (guint i = 0; i < 100; i++)
    {
      note (log, TS_COUNT_REFUSED_REQUESTS, "192.0.2.1");
      note (log, TS_COUNT_REFUSED_REQUESTS, "192.0.2.2");
      note (log, TS_COUNT_REFUSED_CONNECTIONS, "192.0.2.1");
    }
  assert_said (log,
               "info client-refused 192.0.2.1 refused: 100 × too many connections from one address, "
               "100 × too many requests (192.0.2.1)\n"
               "info client-refused 192.0.2.2 refused: 100 × too many requests (192.0.2.2)\n");
  note (log, TS_COUNT_REFUSED_REQUESTS, "192.0.2.2");
  assert_said (log, "info client-refused 192.0.2.2 refused: 1 × too many requests (192.0.2.2)\n");
}

/* However many they are. */
static void
test_flood (void)
{
  g_autoptr (TsRefusalLog) log = ts_refusal_log_new ();
  g_auto (GStrv) lines = NULL;

  ts_refusal_log_set_enabled (log, TRUE);
  for (guint i = 0; i < TS_REFUSAL_MAX_CLIENTS + 1000; i++)
    {
      g_autofree char *address = g_strdup_printf ("198.18.%u.%u", i / 256, i % 256);

      note (log, TS_COUNT_REFUSED_REQUESTS, address);
    }
  g_string_truncate (said, 0);
  ts_refusal_log_write (log);
  lines = g_strsplit (said->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, TS_REFUSAL_MAX_CLIENTS + 2);
  g_assert_cmpstr (lines[TS_REFUSAL_MAX_CLIENTS], ==,
                   "info client-refused - refused: 1000 × other clients");
  assert_said (log, "");
}

/* Nobody is named where that was not asked for, and nobody who was refused before it was. */
static void
test_disabled (void)
{
  g_autoptr (TsRefusalLog) log = ts_refusal_log_new ();

  note (log, TS_COUNT_REFUSED_REQUESTS, "192.0.2.1");
  assert_said (log, "");
  ts_refusal_log_set_enabled (log, TRUE);
  assert_said (log, "");
  note (log, TS_COUNT_REFUSED_REQUESTS, "192.0.2.1");
  ts_refusal_log_set_enabled (log, FALSE);
  assert_said (log, "");
  ts_refusal_log_set_enabled (log, TRUE);
  assert_said (log, "");
}

static TsThrottleEntry *
enter (TsThrottle *throttle,
       const struct sockaddr_in *address)
{
  gboolean is_within_limit;

  return ts_throttle_enter (throttle, (const struct sockaddr *) address, &is_within_limit);
}

/* The throttle is who refuses, and says so. */
static void
test_throttle (void)
{
  const TsThrottleLimits limits = { .max_connections = 1, .requests_per_second = 1, .address_requests_per_second = 2 };
  const struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0xc0000207) };
  g_autoptr (TsRefusalLog) log = ts_refusal_log_new ();
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  TsThrottleEntry *first, *second;
  TsBucket bucket = { 0 };

  ts_refusal_log_set_enabled (log, TRUE);
  ts_throttle_set_log (throttle, log);
  first = enter (throttle, &address);
  assert_said (log, "");
  second = enter (throttle, &address);
  assert_said (log, "info client-refused 192.0.2.7 refused: 1 × too many connections from one address (192.0.2.7)\n");

  g_assert_true (ts_throttle_admit (throttle, first, &bucket, 1, TS_NS_PER_S));
  assert_said (log, "");
  /* Asked twice about one request. */
  for (guint i = 0; i < 2; i++)
    g_assert_false (ts_throttle_admit (throttle, first, &bucket, 1, TS_NS_PER_S));
  for (guint i = 0; i < 2; i++)
    g_assert_true (ts_throttle_admit_address (throttle, (const struct sockaddr *) &address, TS_NS_PER_S));
  g_assert_false (ts_throttle_admit_address (throttle, (const struct sockaddr *) &address, TS_NS_PER_S));
  assert_said (log, "info client-refused 192.0.2.7 refused: 2 × too many requests (192.0.2.7)\n");

  ts_throttle_note_refusal (throttle, first, TS_COUNT_FAILED_HANDSHAKES);
  assert_said (log, "info client-refused 192.0.2.7 refused: 1 × a failed TLS handshake (192.0.2.7)\n");
  ts_throttle_leave (throttle, first);
  ts_throttle_leave (throttle, second);
}

/* Without a log nothing is told. */
static void
test_throttle_alone (void)
{
  const TsThrottleLimits limits = { .max_connections = 1 };
  const struct sockaddr_in address = { .sin_family = AF_INET };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  TsThrottleEntry *first = enter (throttle, &address);
  TsThrottleEntry *second = enter (throttle, &address);

  g_string_truncate (said, 0);
  ts_throttle_note_refusal (throttle, second, TS_COUNT_MALFORMED);
  ts_throttle_leave (throttle, first);
  ts_throttle_leave (throttle, second);
  g_assert_cmpstr (said->str, ==, "");
}

static gpointer
refuse_often (gpointer log)
{
  for (guint i = 0; i < N_REFUSALS; i++)
    note (log, TS_COUNT_REFUSED_REQUESTS, i % 2 == 0 ? "192.0.2.1" : "2001:db8::1");
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (TsRefusalLog) log = ts_refusal_log_new ();
  GThread *threads[N_THREADS];
  guint64 n_told[2] = { 0 };

  ts_refusal_log_set_enabled (log, TRUE);
  g_string_truncate (said, 0);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("refusing", refuse_often, log);
  for (guint i = 0; i < 100; i++)
    ts_refusal_log_write (log);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  ts_refusal_log_write (log);

  /* Each is told once. */
  for (const char *at = said->str; (at = strstr (at, "refused: ")) != NULL; at++)
    {
      const char *line_end = strchr (at, '\n');
      gboolean is_v6 = g_strstr_len (at, line_end - at, "2001:db8::") != NULL;

      n_told[is_v6] += g_ascii_strtoull (at + strlen ("refused: "), NULL, 10);
    }
  g_assert_cmpuint (n_told[0], ==, N_THREADS * N_REFUSALS / 2);
  g_assert_cmpuint (n_told[1], ==, N_THREADS * N_REFUSALS / 2);
}

int
main (int argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  said = g_string_new (NULL);
  g_log_set_writer_func (keep_log, NULL, NULL);
  ADD_CASES ("/refusal-log/client/", clients, test_client);
  g_test_add_func ("/refusal-log/counts", test_counts);
  g_test_add_func ("/refusal-log/flood", test_flood);
  g_test_add_func ("/refusal-log/disabled", test_disabled);
  g_test_add_func ("/refusal-log/throttle", test_throttle);
  g_test_add_func ("/refusal-log/throttle/alone", test_throttle_alone);
  g_test_add_func ("/refusal-log/threads", test_threads);
  status = g_test_run ();
  g_string_free (said, TRUE);
  return status;
}
