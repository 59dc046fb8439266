/* Tests of the NTP responder: what it answers, and where.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ntp/ts-ntp-responder.h"

#include <fcntl.h>

#include "measure/ts-exchange.h"
#include "answer/ts-ntp-answer.h"
#include "measure/ts-time.h"

#include "../core/test-cases.h"
#include "ntp-fixture.h"

#define N_REQUESTS 1000

static void
check_answer (const char *where,
              const char *host)
{
  Fixture fixture;

  set_up (&fixture, where, host, ts_clock_new_system (0), NULL, 5);
  for (guint i = 1; i <= 100; i++)
    {
      TsNtpPacket request = make_request (0x0123456789abcd00 + i);
      gint64 before_ns = ts_clock_get_now_ns (fixture.clock);
      gint64 receive_ns, transmit_ns;
      TsNtpPacket answer;

      request.version = (guint8) (1 + i % 4);
      request.poll = (gint8) i;
      send_request (fixture.fd, &request);
      answer = receive_answer (fixture.fd);
      receive_ns = ts_ntp_stamp_to_ns (answer.receive, before_ns);
      transmit_ns = ts_ntp_stamp_to_ns (answer.transmit, before_ns);
      g_assert_cmpint (before_ns, <=, receive_ns);
      g_assert_cmpint (receive_ns, <=, transmit_ns);
      g_assert_cmpint (transmit_ns, <=, ts_clock_get_now_ns (fixture.clock));
      g_assert_cmpint (ts_ntp_stamp_to_ns (answer.reference, before_ns), <=, transmit_ns);
      g_assert_cmpuint (answer.mode, ==, TS_NTP_MODE_SERVER);
      g_assert_cmpuint (answer.version, ==, request.version);
      g_assert_cmphex (answer.origin, ==, request.transmit);
      g_assert_cmpint (answer.poll, ==, request.poll);
      g_assert_cmpint (answer.precision, <, 0);
      g_assert_cmpint (answer.precision, >=, -29);
      g_assert_cmpuint (answer.stratum, ==, 5);
      g_assert_cmpuint (answer.leap, !=, TS_LEAP_UNKNOWN);
      g_assert_cmphex (answer.reference_id, ==, 0x7f7f0101);
    }
  g_assert_cmpuint (count (&fixture, TS_COUNT_REQUESTS_NTP), ==, 100);
  g_assert_cmpuint (count (&fixture, TS_COUNT_MALFORMED), ==, 0);
  tear_down (&fixture);
}

static void
test_answer_v4 (void)
{
  check_answer ("127.0.0.1:0", "127.0.0.1");
}

/* An answer that left from another address than the one asked would not come to a connected socket. */
static void
test_answer_wildcard (void)
{
  check_answer ("0", "127.0.0.2");
}

static void
test_answer_v6 (void)
{
  if (test_skip_without ("::1"))
    return;
  check_answer ("[::1]:0", "::1");
  check_answer ("0", "::1");
}

static void
test_shifted_clock (void)
{
  const gint64 shift_ns = -12345678901234567;
  Fixture fixture;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (shift_ns), NULL, 1);
  for (guint i = 0; i < 20; i++)
    {
      gint64 before_ns = ts_clock_get_now_ns (fixture.clock);
      TsNtpPacket answer = ask (fixture.fd, 7);

      g_assert_cmpint (before_ns, <=, ts_ntp_stamp_to_ns (answer.receive, before_ns));
      g_assert_cmpint (ts_ntp_stamp_to_ns (answer.transmit, before_ns), <=,
                       ts_clock_get_now_ns (fixture.clock));
      g_assert_cmphex (answer.reference_id, ==, TS_NTP_REFERENCE_ID ('L', 'O', 'C', 'L'));
    }
  tear_down (&fixture);
}

/* The first second of era 1, whose stamp must not look as if there were none. */
static void
test_era_1 (void)
{
  const gint64 now_ns = 2085978496 * TS_NS_PER_S;
  Fixture fixture;
  TsNtpPacket answer;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_fake (now_ns), NULL, 1);
  answer = ask (fixture.fd, 7);
  g_assert_cmphex (answer.receive, ==, 1);
  g_assert_cmphex (answer.transmit, ==, 1);
  g_assert_cmphex (answer.reference, ==, 1);
  tear_down (&fixture);
}

/* What the kernel says of this computer's clock is what is told. */
static void
test_own_clock (void)
{
  Fixture fixture;
  TsNtpPacket answer, expected = { 0 };
  TsClockQuality quality;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 0);
  ts_clock_quality_read (&quality);
  ts_ntp_answer_describe (&expected, &quality, 0);
  answer = ask (fixture.fd, 7);
  g_assert_cmpuint (answer.leap, ==, expected.leap);
  g_assert_cmpuint (answer.stratum, ==, expected.stratum);
  g_assert_cmphex (answer.reference_id, ==, expected.reference_id);
  g_assert_cmpint (answer.reference != 0, ==, expected.stratum != 0);
  tear_down (&fixture);
}

static void
test_batches (void)
{
  Fixture fixture;
  gboolean is_answered[N_REQUESTS] = { FALSE };
  guint n_sent = 0;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  for (guint n_received = 0; n_received < N_REQUESTS; n_received++)
    {
      TsNtpPacket answer;

      /* As many as a receive buffer surely holds. */
      for (; n_sent < MIN (n_received + WINDOW, N_REQUESTS); n_sent++)
        {
          TsNtpPacket request = make_request (n_sent);

          send_request (fixture.fd, &request);
        }
      answer = receive_answer (fixture.fd);
      g_assert_cmpuint (answer.origin, <, N_REQUESTS);
      g_assert_false (is_answered[answer.origin]);
      g_assert_cmpuint (answer.receive, <=, answer.transmit);
      is_answered[answer.origin] = TRUE;
    }
  g_assert_cmpuint (count (&fixture, TS_COUNT_REQUESTS_NTP), ==, N_REQUESTS);
  tear_down (&fixture);
}

static const struct
{
  const char *name;
  const char *where;
  GIOErrorEnum code;
} bad_places[] = {
  { "empty", "", G_IO_ERROR_INVALID_ARGUMENT },
  { "no-port", "127.0.0.1", G_IO_ERROR_INVALID_ARGUMENT },
  { "empty-port", "127.0.0.1:", G_IO_ERROR_INVALID_ARGUMENT },
  { "no-address", ":123", G_IO_ERROR_INVALID_ARGUMENT },
  { "port-too-large", "127.0.0.1:65536", G_IO_ERROR_INVALID_ARGUMENT },
  { "port-negative", "-1", G_IO_ERROR_INVALID_ARGUMENT },
  { "port-by-name", "ntp", G_IO_ERROR_INVALID_ARGUMENT },
  { "name", "localhost:0", G_IO_ERROR_INVALID_ARGUMENT },
  { "no-brackets", "::1:0", G_IO_ERROR_INVALID_ARGUMENT },
  { "brackets-without-port", "[::1]", G_IO_ERROR_INVALID_ARGUMENT },
  { "brackets-empty", "[]:0", G_IO_ERROR_INVALID_ARGUMENT },
  { "brackets-around-ipv4", "[127.0.0.1]:0", G_IO_ERROR_INVALID_ARGUMENT },
  { "bracket-open", "[::1:0", G_IO_ERROR_INVALID_ARGUMENT },
};

static void
test_bad_place (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GError) error = NULL;

  g_assert_null (ts_ntp_responder_new (bad_places[i].where, clock, NULL, 0, &error));
  g_assert_error (error, G_IO_ERROR, (int) bad_places[i].code);
}

static void
test_port_taken (void)
{
  Fixture fixture;
  g_autofree char *everywhere = NULL;
  g_autofree char *there = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 0);
  everywhere = g_strdup_printf ("%u", ts_ntp_responder_get_port (fixture.responder));
  there = g_strconcat ("127.0.0.1:", everywhere, NULL);
  g_assert_null (ts_ntp_responder_new (everywhere, fixture.clock, NULL, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);
  g_assert_null (ts_ntp_responder_new (there, fixture.clock, NULL, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, there));
  tear_down (&fixture);
}

static void
test_addresses (void)
{
  Fixture fixture;
  g_auto (GStrv) addresses = NULL;
  g_autofree char *v4 = NULL;
  g_autofree char *v6 = NULL;

  set_up (&fixture, "0", "127.0.0.1", ts_clock_new_system (0), NULL, 0);
  addresses = ts_ntp_responder_get_addresses (fixture.responder);
  v4 = g_strdup_printf ("0.0.0.0:%u", ts_ntp_responder_get_port (fixture.responder));
  v6 = g_strdup_printf ("[::]:%u", ts_ntp_responder_get_port (fixture.responder));
  g_assert_true (g_strv_contains ((const char *const *) addresses, v4));
  g_assert_true (!test_has_ipv6 () || g_strv_contains ((const char *const *) addresses, v6));
  tear_down (&fixture);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n_entries = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n_entries++;
  return n_entries;
}

static void
test_finish (void)
{
  guint n_threads = count_entries ("/proc/self/task");
  guint n_fds = count_entries ("/proc/self/fd");

  for (guint i = 0; i < 50; i++)
    {
      Fixture fixture;

      set_up (&fixture, "0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
      if (i % 2 == 0)
        ask (fixture.fd, 1);
      tear_down (&fixture);
    }
  g_assert_cmpuint (count_entries ("/proc/self/fd"), ==, n_fds);
  /* A thread that was joined may be seen for a moment yet. */
  TEST_WAIT (count_entries ("/proc/self/task") <= n_threads);
}

static int n_complaints; /* atomic */

static GLogWriterOutput
count_complaints (GLogLevelFlags level,
                  const GLogField *fields,
                  gsize n_fields,
                  gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "TIMESYNC_EVENT") == 0 && strcmp (fields[i].value, "ntp-failed") == 0)
      {
        g_atomic_int_inc (&n_complaints);
        return G_LOG_WRITER_HANDLED;
      }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* Waits for the next turn of the thread. */
static void
await_turn (Fixture *fixture)
{
  ts_ntp_responder_is_alive (fixture->responder);
  /* From here on it is taken for dead until it has had a turn. */
  ts_clock_advance (fixture->clock, 5 * TS_NS_PER_S);
  TEST_WAIT (ts_ntp_responder_is_alive (fixture->responder));
}

/* A socket that can be read but not received from, for good: it is told once a minute, and no processor is kept busy. */
static void
test_broken_socket (void)
{
  TsClock *clock = ts_clock_new_fake (TS_NS_PER_S);
  TsNtpSockets sockets = { 0 };
  g_autoptr (GError) error = NULL;
  Fixture fixture = { .clock = clock };
  int broken = open ("/dev/zero", O_RDONLY | O_CLOEXEC);
  gint64 begin_us;

  g_log_set_writer_func (count_complaints, NULL, NULL);
  g_assert_true (ts_ntp_sockets_open (&sockets, "127.0.0.1:0", &error));
  g_assert_no_errno (dup3 (broken, sockets.fds[0], O_CLOEXEC));
  close (broken);
  fixture.responder = ts_ntp_responder_new_for_sockets (&sockets, clock, NULL, 1, &error);
  g_assert_no_error (error);

  TEST_WAIT (g_atomic_int_get (&n_complaints) == 1);
  await_turn (&fixture);
  begin_us = g_get_monotonic_time ();
  await_turn (&fixture);
  await_turn (&fixture);
  /* Each turn is a second long. */
  g_assert_cmpint (g_get_monotonic_time () - begin_us, >, G_USEC_PER_SEC);
  g_assert_cmpint (g_atomic_int_get (&n_complaints), ==, 1);
  ts_clock_advance (clock, 60 * TS_NS_PER_S);
  TEST_WAIT (g_atomic_int_get (&n_complaints) == 2);
  ts_ntp_responder_free (fixture.responder);
  g_assert_finalize_object (clock);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ntp-responder/answer/v4", test_answer_v4);
  g_test_add_func ("/ntp-responder/answer/v6", test_answer_v6);
  g_test_add_func ("/ntp-responder/answer/wildcard", test_answer_wildcard);
  g_test_add_func ("/ntp-responder/shifted-clock", test_shifted_clock);
  g_test_add_func ("/ntp-responder/era-1", test_era_1);
  g_test_add_func ("/ntp-responder/own-clock", test_own_clock);
  g_test_add_func ("/ntp-responder/batches", test_batches);
  ADD_CASES ("/ntp-responder/bad-place/", bad_places, test_bad_place);
  g_test_add_func ("/ntp-responder/port-taken", test_port_taken);
  g_test_add_func ("/ntp-responder/addresses", test_addresses);
  g_test_add_func ("/ntp-responder/finish", test_finish);
  g_test_add_func ("/ntp-responder/broken-socket", test_broken_socket);
  return g_test_run ();
}
