/* Tests of ts-ntp-answer: what an NTP server answers, and whom.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-ntp-answer.h"

#include <arpa/inet.h>
#include <string.h>

#include "measure/ts-exchange.h"
#include "measure/ts-time.h"

#include "../core/test-cases.h"

#define OWN_PORT 123

static const struct
{
  const char *name;
  TsClockQuality quality;
  guint local_stratum;
  TsNtpPacket expected;
} descriptions[] = {
  { "synchronized", { TRUE, TS_LEAP_NONE, 3 * TS_NS_PER_MS, 1 }, 0,
    { .leap = 0, .stratum = 10, .root_dispersion = 197, .reference_id = 0x7f7f0101 } },
  { "leap-insert", { TRUE, TS_LEAP_INSERT, 0, 1 }, 0,
    { .leap = 1, .stratum = 10, .reference_id = 0x7f7f0101 } },
  { "leap-delete", { TRUE, TS_LEAP_DELETE, 0, 1 }, 0,
    { .leap = 2, .stratum = 10, .reference_id = 0x7f7f0101 } },
  { "synchronized-and-local", { TRUE, TS_LEAP_DELETE, TS_NS_PER_S, 1 }, 3,
    { .leap = 2, .stratum = 3, .root_dispersion = 0x10000, .reference_id = 0x7f7f0101 } },
  { "unsynchronized", { FALSE, TS_LEAP_UNKNOWN, TS_MAX_ERROR_UNKNOWN, 1 }, 0,
    { .leap = 3, .stratum = 0, .root_dispersion = 0x100000, .reference_id = TS_NTP_KISS_INIT } },
  { "local", { FALSE, TS_LEAP_UNKNOWN, TS_MAX_ERROR_UNKNOWN, 1 }, 15,
    { .leap = 0, .stratum = 15, .reference_id = 0x7f7f0101 } },
  { "local-primary", { FALSE, TS_LEAP_UNKNOWN, TS_MAX_ERROR_UNKNOWN, 1 }, 1,
    { .leap = 0, .stratum = 1, .reference_id = TS_NTP_REFERENCE_ID ('L', 'O', 'C', 'L') } },
};

static void
test_describe (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);
  const TsNtpPacket *expected = &descriptions[i].expected;
  TsNtpPacket answer = { .root_delay = 99 };

  ts_ntp_answer_describe (&answer, &descriptions[i].quality, descriptions[i].local_stratum);
  g_assert_cmpuint (answer.leap, ==, expected->leap);
  g_assert_cmpuint (answer.stratum, ==, expected->stratum);
  g_assert_cmpuint (answer.root_delay, ==, 0);
  g_assert_cmpuint (answer.root_dispersion, ==, expected->root_dispersion);
  g_assert_cmphex (answer.reference_id, ==, expected->reference_id);
}

static const struct
{
  const char *name;
  gint64 least_step_ns;
  gint8 precision;
} precisions[] = {
  { "second", TS_NS_PER_S, 0 },
  { "over-half-a-second", TS_NS_PER_S / 2 + 1, 0 },
  { "half-a-second", TS_NS_PER_S / 2, -1 },
  { "millisecond", TS_NS_PER_MS, -9 },
  { "microsecond", TS_NS_PER_US, -19 },
  { "30-ns", 30, -24 },
  { "2-ns", 2, -28 },
  { "nanosecond", 1, -29 },
};

static void
test_precision (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);
  gint8 precision = ts_ntp_answer_precision (precisions[i].least_step_ns);

  g_assert_cmpint (precision, ==, precisions[i].precision);
}

static const struct
{
  const char *name;
  guint8 mode, version;
  gsize length;
  gboolean is_due;
} requests[] = {
  { "client", TS_NTP_MODE_CLIENT, 4, 48, TRUE },
  { "version-3", TS_NTP_MODE_CLIENT, 3, 48, TRUE },
  { "version-1", TS_NTP_MODE_CLIENT, 1, 48, TRUE },
  { "version-0", TS_NTP_MODE_CLIENT, 0, 48, FALSE },
  { "version-5", TS_NTP_MODE_CLIENT, 5, 48, FALSE },
  { "version-7", TS_NTP_MODE_CLIENT, 7, 48, FALSE },
  { "key-id-alone", TS_NTP_MODE_CLIENT, 4, 52, TRUE },
  { "md5", TS_NTP_MODE_CLIENT, 4, 68, TRUE },
  { "odd-length", TS_NTP_MODE_CLIENT, 4, 49, FALSE },
  { "half-a-word", TS_NTP_MODE_CLIENT, 4, 50, FALSE },
  { "answer", TS_NTP_MODE_SERVER, 4, 48, FALSE },
  { "symmetric-active", TS_NTP_MODE_SYMMETRIC_ACTIVE, 4, 48, TRUE },
  { "symmetric-passive", TS_NTP_MODE_SYMMETRIC_PASSIVE, 4, 48, FALSE },
  { "broadcast", TS_NTP_MODE_BROADCAST, 4, 48, FALSE },
  { "control", TS_NTP_MODE_CONTROL, 4, 48, FALSE },
  { "private", TS_NTP_MODE_PRIVATE, 4, 48, FALSE },
  { "reserved", TS_NTP_MODE_RESERVED, 4, 48, FALSE },
};

static void
test_is_due (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);
  const TsNtpPacket request = { .mode = requests[i].mode, .version = requests[i].version };

  g_assert_cmpint (ts_ntp_answer_is_due (&request, requests[i].length), ==, requests[i].is_due);
}

static const struct
{
  const char *name;
  const char *peer;
  guint16 peer_port;
  const char *asked;
  const char *local; /* where an answer would leave from; for IPv4 */
  gboolean may_go;
} ways[] = {
  { "v4", "192.0.2.1", 40000, "192.0.2.9", "192.0.2.9", TRUE },
  { "v4-from-ntp-port", "192.0.2.1", OWN_PORT, "192.0.2.9", "192.0.2.9", TRUE },
  { "v4-same-computer", "192.0.2.9", 40000, "192.0.2.9", "192.0.2.9", TRUE },
  { "v4-from-ourselves", "192.0.2.9", OWN_PORT, "192.0.2.9", "192.0.2.9", FALSE },
  { "v4-from-port-0", "192.0.2.1", 0, "192.0.2.9", "192.0.2.9", FALSE },
  { "v4-broadcast", "192.0.2.1", 40000, "192.0.2.255", "192.0.2.9", FALSE },
  { "v4-multicast", "192.0.2.1", 40000, "224.0.1.1", "192.0.2.9", FALSE },
  { "v6", "2001:db8::1", 40000, "2001:db8::9", NULL, TRUE },
  { "v6-from-ntp-port", "2001:db8::1", OWN_PORT, "2001:db8::9", NULL, TRUE },
  { "v6-same-computer", "2001:db8::9", 40000, "2001:db8::9", NULL, TRUE },
  { "v6-from-ourselves", "2001:db8::9", OWN_PORT, "2001:db8::9", NULL, FALSE },
  { "v6-from-port-0", "2001:db8::1", 0, "2001:db8::9", NULL, FALSE },
  { "v6-multicast", "2001:db8::1", 40000, "ff0e::101", NULL, FALSE },
};

static gboolean
may_go_v4 (gsize i)
{
  struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons (ways[i].peer_port) };
  struct in_pktinfo info = { 0 };

  g_assert_cmpint (inet_pton (AF_INET, ways[i].peer, &peer.sin_addr), ==, 1);
  g_assert_cmpint (inet_pton (AF_INET, ways[i].asked, &info.ipi_addr), ==, 1);
  g_assert_cmpint (inet_pton (AF_INET, ways[i].local, &info.ipi_spec_dst), ==, 1);
  return ts_ntp_answer_may_go_v4 (&peer, &info, OWN_PORT);
}

static gboolean
may_go_v6 (gsize i)
{
  struct sockaddr_in6 peer = { .sin6_family = AF_INET6, .sin6_port = htons (ways[i].peer_port) };
  struct in6_pktinfo info = { 0 };

  g_assert_cmpint (inet_pton (AF_INET6, ways[i].peer, &peer.sin6_addr), ==, 1);
  g_assert_cmpint (inet_pton (AF_INET6, ways[i].asked, &info.ipi6_addr), ==, 1);
  return ts_ntp_answer_may_go_v6 (&peer, &info, OWN_PORT);
}

static void
test_may_go (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);

  g_assert_cmpint (ways[i].local != NULL ? may_go_v4 (i) : may_go_v6 (i), ==, ways[i].may_go);
}

static void
test_make (void)
{
  const TsNtpPacket template = { .leap = 1, .stratum = 4, .precision = -25, .root_delay = 2, .root_dispersion = 3,
                                 .reference_id = 5 };
  const TsNtpPacket request = { .leap = 3, .version = 2, .mode = TS_NTP_MODE_CLIENT, .stratum = 9, .poll = -6,
                                .precision = 32, .root_delay = 77, .reference = 78, .origin = 79, .receive = 80,
                                .transmit = 0x0123456789abcdef };
  TsNtpPacket answer = { .reference = 99, .transmit = 99 };

  ts_ntp_answer_make (&answer, &template, &request, 3 * TS_NS_PER_S);
  ts_ntp_answer_depart (&answer, 2 * TS_NS_PER_S, 4 * TS_NS_PER_S);
  g_assert_cmpuint (answer.leap, ==, 1);
  g_assert_cmpuint (answer.version, ==, 2);
  g_assert_cmpuint (answer.mode, ==, TS_NTP_MODE_SERVER);
  g_assert_cmpuint (answer.stratum, ==, 4);
  g_assert_cmpint (answer.poll, ==, -6);
  g_assert_cmpint (answer.precision, ==, -25);
  g_assert_cmpuint (answer.root_delay, ==, 2);
  g_assert_cmpuint (answer.root_dispersion, ==, 3);
  g_assert_cmphex (answer.reference_id, ==, 5);
  g_assert_cmphex (answer.reference, ==, ts_ntp_stamp_from_ns (2 * TS_NS_PER_S));
  g_assert_cmphex (answer.origin, ==, request.transmit);
  g_assert_cmphex (answer.receive, ==, ts_ntp_stamp_from_ns (3 * TS_NS_PER_S));
  g_assert_cmphex (answer.transmit, ==, ts_ntp_stamp_from_ns (4 * TS_NS_PER_S));
}

/* A clock that was set back since it was asked how good it is. */
static void
test_set_back (void)
{
  TsNtpPacket answer = { .stratum = 4 };

  ts_ntp_answer_depart (&answer, 9 * TS_NS_PER_S, 4 * TS_NS_PER_S);
  g_assert_cmphex (answer.reference, ==, answer.transmit);
}

static void
test_make_kiss (void)
{
  TsNtpPacket answer = { .leap = 0, .stratum = 4, .reference_id = 5, .origin = 6 };

  ts_ntp_answer_make_kiss (&answer);
  ts_ntp_answer_depart (&answer, 2 * TS_NS_PER_S, 4 * TS_NS_PER_S);
  g_assert_cmpuint (answer.leap, ==, TS_LEAP_UNKNOWN);
  g_assert_cmpuint (answer.stratum, ==, TS_NTP_STRATUM_KISS);
  g_assert_cmphex (answer.reference_id, ==, TS_NTP_KISS_RATE);
  g_assert_cmphex (answer.origin, ==, 6);
  g_assert_cmphex (answer.reference, ==, 0);
  g_assert_cmphex (answer.transmit, ==, ts_ntp_stamp_from_ns (4 * TS_NS_PER_S));
}

static TsNtpAddress
parse (const char *text)
{
  TsNtpAddress address = { 0 };
  gboolean is_v6 = strchr (text, ':') != NULL;

  address.any.sa_family = is_v6 ? AF_INET6 : AF_INET;
  g_assert_cmpint (inet_pton (address.any.sa_family, text,
                              is_v6 ? (void *) &address.v6.sin6_addr : (void *) &address.v4.sin_addr), ==, 1);
  return address;
}

static void
test_kisses (void)
{
  const gint64 begin_ns = 7 * TS_NS_PER_S;
  TsNtpKisses kisses = { .seed = 1 };
  TsNtpAddress v4 = parse ("192.0.2.1");
  TsNtpAddress v6 = parse ("2001:db8::1");
  TsNtpAddress neighbour = parse ("2001:db8::2:3");

  g_assert_true (ts_ntp_kisses_admit (&kisses, &v4, begin_ns));
  g_assert_false (ts_ntp_kisses_admit (&kisses, &v4, begin_ns));
  g_assert_false (ts_ntp_kisses_admit (&kisses, &v4, begin_ns + TS_NS_PER_S - 1));
  g_assert_true (ts_ntp_kisses_admit (&kisses, &v4, begin_ns + TS_NS_PER_S));
  g_assert_false (ts_ntp_kisses_admit (&kisses, &v4, begin_ns + TS_NS_PER_S));

  /* Whoever has one address of a /64 has them all. */
  g_assert_true (ts_ntp_kisses_admit (&kisses, &v6, begin_ns));
  g_assert_false (ts_ntp_kisses_admit (&kisses, &neighbour, begin_ns));
}

/* Many addresses have many slots, and which these are is the seed's. */
static void
test_kisses_spread (void)
{
  guint n_told[2] = { 0 }, n_both = 0;
  TsNtpKisses kisses[2] = { { .seed = 1 }, { .seed = 2 } };

  for (guint i = 0; i < TS_NTP_N_KISS_SLOTS; i++)
    {
      TsNtpAddress address = { .v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0xc6120000 + i) } };
      gboolean is_told[2];

      for (guint j = 0; j < 2; j++)
        {
          is_told[j] = ts_ntp_kisses_admit (&kisses[j], &address, TS_NS_PER_S);
          n_told[j] += is_told[j];
        }
      n_both += is_told[0] && is_told[1];
    }
  /* Of as many balls as bins 63 % find theirs empty. */
  for (guint j = 0; j < 2; j++)
    {
      g_assert_cmpuint (n_told[j], >, TS_NTP_N_KISS_SLOTS / 2);
      g_assert_cmpuint (n_both, <, n_told[j]);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/ntp-answer/describe/", descriptions, test_describe);
  ADD_CASES ("/ntp-answer/precision/", precisions, test_precision);
  ADD_CASES ("/ntp-answer/is-due/", requests, test_is_due);
  ADD_CASES ("/ntp-answer/may-go/", ways, test_may_go);
  g_test_add_func ("/ntp-answer/make", test_make);
  g_test_add_func ("/ntp-answer/set-back", test_set_back);
  g_test_add_func ("/ntp-answer/kiss", test_make_kiss);
  g_test_add_func ("/ntp-answer/kisses", test_kisses);
  g_test_add_func ("/ntp-answer/kisses/spread", test_kisses_spread);
  return g_test_run ();
}
