/* Tests of the NTP responder: what it does not answer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ntp/ts-ntp-responder.h"

#include <netinet/udp.h>

#include "measure/ts-time.h"

#include "ntp-fixture.h"

#define N_REQUESTS 1000

static void
test_every_length (void)
{
  const TsNtpPacket request = make_request (1);
  g_autofree guint8 *bytes = g_malloc0 (2000);
  guint64 n_ignored = 0;
  Fixture fixture;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  ts_ntp_packet_encode (&request, bytes);
  for (gsize length = 0; length < 2000; length += length < 100 ? 1 : 97)
    {
      g_assert_cmpint (send (fixture.fd, bytes, length, 0), ==, length);
      if (length >= TS_NTP_PACKET_SIZE && length % 4 == 0)
        g_assert_cmphex (receive_answer (fixture.fd).origin, ==, 1);
      else
        assert_ignored (&fixture, ++n_ignored);
    }
  tear_down (&fixture);
}

static gboolean
is_request (guint8 mode)
{
  return mode == TS_NTP_MODE_CLIENT || mode == TS_NTP_MODE_SYMMETRIC_ACTIVE;
}

static void
test_every_first_byte (void)
{
  guint64 n_ignored = 0;
  Fixture fixture;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  for (guint8 mode = 0; mode < 8; mode++)
    for (guint8 version = 0; version < 8; version++)
      for (guint8 leap = 0; leap < 4; leap++)
        {
          TsNtpPacket request = make_request (1);

          request.mode = mode;
          request.version = version;
          request.leap = leap;
          send_request (fixture.fd, &request);
          if (is_request (mode) && version >= 1 && version <= 4)
            {
              TsNtpPacket answer = receive_answer (fixture.fd);

              g_assert_cmpuint (answer.version, ==, version);
              g_assert_cmpuint (answer.mode, ==, mode + 1u);
            }
          else
            assert_ignored (&fixture, ++n_ignored);
        }
  tear_down (&fixture);
}

/* Our own answer, sent back, gets none. */
static void
test_answer_to_answer (void)
{
  Fixture fixture;
  TsNtpPacket answer;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  answer = ask (fixture.fd, 1);
  for (guint i = 1; i <= 10; i++)
    {
      send_request (fixture.fd, &answer);
      assert_ignored (&fixture, i);
    }
  tear_down (&fixture);
}

static void
test_random_bytes (void)
{
  Fixture fixture;
  guint n_answerable = 0;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  for (guint i = 0; i < N_REQUESTS; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 600);
      guint8 bytes[600];

      for (gsize j = 0; j < length; j++)
        bytes[j] = (guint8) g_test_rand_int_range (0, 256);
      send (fixture.fd, bytes, length, 0);
      if (length >= TS_NTP_PACKET_SIZE && length % 4 == 0 && is_request (bytes[0] & 7) &&
          (bytes[0] >> 3 & 7) >= 1 && (bytes[0] >> 3 & 7) <= 4)
        {
          receive_answer (fixture.fd);
          n_answerable++;
        }
      else
        ask (fixture.fd, i);
    }
  g_assert_cmpuint (count (&fixture, TS_COUNT_REQUESTS_NTP), ==, N_REQUESTS);
  g_assert_cmpuint (count (&fixture, TS_COUNT_MALFORMED), ==, N_REQUESTS - n_answerable);
  tear_down (&fixture);
}

/* Sends a request that claims to come from @source_port of this computer. Returns: whether one may */
static gboolean
send_forged (guint16 source_port,
             guint16 port)
{
  const TsNtpPacket request = make_request (1);
  const struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct udphdr header = {
    .uh_sport = htons (source_port),
    .uh_dport = htons (port),
    .uh_ulen = htons (sizeof header + TS_NTP_PACKET_SIZE),
  };
  guint8 bytes[sizeof header + TS_NTP_PACKET_SIZE];
  int fd = socket (AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP);

  if (fd < 0)
    return FALSE;
  memcpy (bytes, &header, sizeof header);
  ts_ntp_packet_encode (&request, bytes + sizeof header);
  g_assert_cmpint (sendto (fd, bytes, sizeof bytes, 0, (const struct sockaddr *) &to, sizeof to), ==,
                   sizeof bytes);
  close (fd);
  return TRUE;
}

static void
test_forged_source (void)
{
  Fixture fixture;
  guint16 port;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  port = ts_ntp_responder_get_port (fixture.responder);
  if (send_forged (0, port) && send_forged (port, port))
    {
      assert_ignored (&fixture, 2);
      /* Else it would have answered itself, and ignored that. */
      g_assert_cmpuint (count (&fixture, TS_COUNT_REQUESTS_NTP), ==, 1);
    }
  else
    g_test_skip ("raw sockets are not permitted here");
  tear_down (&fixture);
}

/* Nobody gets an answer from many by asking once. */
static void
test_broadcast (void)
{
  const TsNtpPacket request = make_request (1);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0x7fffffff) };
  const int yes = 1;
  guint8 bytes[TS_NTP_PACKET_SIZE];
  Fixture fixture;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  set_up (&fixture, "0", "127.0.0.1", ts_clock_new_system (0), NULL, 5);
  setsockopt (fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  to.sin_port = htons (ts_ntp_responder_get_port (fixture.responder));
  ts_ntp_packet_encode (&request, bytes);
  if (sendto (fd, bytes, sizeof bytes, 0, (struct sockaddr *) &to, sizeof to) == sizeof bytes)
    assert_ignored (&fixture, 1);
  else
    g_test_skip ("there is no broadcast on the loopback here");
  close (fd);
  tear_down (&fixture);
}

/* Where time stands still, a limit of five lets five through; the first over it is told; of the rest about one in four is
 * answered, because their address may be forged. */
static void
test_rate (void)
{
  const TsThrottleLimits limits = { .address_requests_per_second = 5 };
  const TsThrottleLimits no_limits = { 0 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Fixture fixture;
  TsNtpPacket kiss, request = make_request (8);
  guint64 n_answered;
  int other_fd;

  set_up (&fixture, "0", "127.0.0.1", ts_clock_new_fake (TS_NS_PER_S), throttle, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (ask (fixture.fd, i).stratum, ==, 5);

  request.version = 3;
  send_request (fixture.fd, &request);
  kiss = receive_answer (fixture.fd);
  g_assert_cmpuint (kiss.leap, ==, TS_LEAP_UNKNOWN);
  g_assert_cmpuint (kiss.version, ==, 3);
  g_assert_cmpuint (kiss.mode, ==, TS_NTP_MODE_SERVER);
  g_assert_cmpuint (kiss.stratum, ==, TS_NTP_STRATUM_KISS);
  g_assert_cmphex (kiss.reference_id, ==, TS_NTP_KISS_RATE);
  g_assert_cmphex (kiss.origin, ==, 8);
  g_assert_cmphex (kiss.reference, ==, 0);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      for (guint i = 0; i < WINDOW; i++)
        send_request (fixture.fd, &request);
      TEST_WAIT (count (&fixture, TS_COUNT_REFUSED_REQUESTS) == 1 + (round + 1) * WINDOW);
    }
  /* Another address is not concerned; and when it has its answer, all that came before is answered. */
  other_fd = connect_from ("127.0.0.3", "127.0.0.1", ts_ntp_responder_get_port (fixture.responder));
  g_assert_cmpuint (ask (other_fd, 9).stratum, ==, 5);
  close (other_fd);
  n_answered = count (&fixture, TS_COUNT_REQUESTS_NTP) - 5 - 1;
  g_assert_cmpuint (n_answered, >, N_ROUNDS * WINDOW / 8);
  g_assert_cmpuint (n_answered, <, N_ROUNDS * WINDOW / 2);
  for (guint64 i = 0; i < n_answered; i++)
    g_assert_cmpuint (receive_answer (fixture.fd).stratum, ==, 5);

  /* The next to come after the kiss is this. */
  ts_throttle_set_limits (throttle, &no_limits);
  g_assert_cmphex (ask (fixture.fd, 10).origin, ==, 10);
  tear_down (&fixture);
}

static void
test_no_limit (void)
{
  const TsThrottleLimits limits = { 0 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Fixture fixture;

  set_up (&fixture, "127.0.0.1:0", "127.0.0.1", ts_clock_new_system (0), throttle, 5);
  for (guint i = 0; i < N_REQUESTS; i++)
    g_assert_cmpuint (ask (fixture.fd, i).stratum, ==, 5);
  tear_down (&fixture);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ntp-refusals/every-length", test_every_length);
  g_test_add_func ("/ntp-refusals/every-first-byte", test_every_first_byte);
  g_test_add_func ("/ntp-refusals/answer-to-answer", test_answer_to_answer);
  g_test_add_func ("/ntp-refusals/random-bytes", test_random_bytes);
  g_test_add_func ("/ntp-refusals/forged-source", test_forged_source);
  g_test_add_func ("/ntp-refusals/broadcast", test_broadcast);
  g_test_add_func ("/ntp-refusals/rate", test_rate);
  g_test_add_func ("/ntp-refusals/rate/no-limit", test_no_limit);
  return g_test_run ();
}
