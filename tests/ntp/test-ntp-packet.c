/* Tests of the NTP packet and of NTP's ways to write an instant.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-packet.h"

#include <string.h>

#include "measure/ts-time.h"

#include "../core/test-cases.h"

/* 2036-02-07 06:28:16 UTC, the first second of era 1. */
#define ERA_1_S G_GINT64_CONSTANT (2085978496)

/* 136 years, one month and some days: as long as an era. */
#define ERA_LENGTH_S G_GINT64_CONSTANT (4294967296)

#define N_RANDOM 20000

static const guint8 vector_bytes[TS_NTP_PACKET_SIZE] = {
  0x24, 0x02, 0x06, 0xe9, 0x00, 0x00, 0x0a, 0xbc, 0x00, 0x01, 0x80, 0x00, 0xc0, 0x00, 0x02, 0x7b,
  0xe8, 0xc8, 0x36, 0x90, 0x80, 0x00, 0x00, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
  0xe8, 0xc8, 0x36, 0x96, 0x40, 0x00, 0x00, 0x00, 0xe8, 0xc8, 0x36, 0x96, 0x40, 0x00, 0x00, 0x01,
};

static const TsNtpPacket vector_packet = {
  .leap = 0,
  .version = 4,
  .mode = TS_NTP_MODE_SERVER,
  .stratum = 2,
  .poll = 6,
  .precision = -23,
  .root_delay = 0xabc,
  .root_dispersion = 0x18000,
  .reference_id = 0xc000027b,
  .reference = 0xe8c8369080000000,
  .origin = 0x0123456789abcdef,
  .receive = 0xe8c8369640000000,
  .transmit = 0xe8c8369640000001,
};

static void
assert_same_packet (const TsNtpPacket *a,
                    const TsNtpPacket *b)
{
  g_assert_cmpuint (a->leap, ==, b->leap);
  g_assert_cmpuint (a->version, ==, b->version);
  g_assert_cmpuint (a->mode, ==, b->mode);
  g_assert_cmpuint (a->stratum, ==, b->stratum);
  g_assert_cmpint (a->poll, ==, b->poll);
  g_assert_cmpint (a->precision, ==, b->precision);
  g_assert_cmpuint (a->root_delay, ==, b->root_delay);
  g_assert_cmpuint (a->root_dispersion, ==, b->root_dispersion);
  g_assert_cmphex (a->reference_id, ==, b->reference_id);
  g_assert_cmphex (a->reference, ==, b->reference);
  g_assert_cmphex (a->origin, ==, b->origin);
  g_assert_cmphex (a->receive, ==, b->receive);
  g_assert_cmphex (a->transmit, ==, b->transmit);
}

static void
test_vector (void)
{
  guint8 bytes[TS_NTP_PACKET_SIZE];
  TsNtpPacket packet;
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_ntp_packet_decode (vector_bytes, sizeof vector_bytes, &packet, &error));
  g_assert_no_error (error);
  assert_same_packet (&packet, &vector_packet);
  ts_ntp_packet_encode (&vector_packet, bytes);
  g_assert_cmpmem (bytes, sizeof bytes, vector_bytes, sizeof vector_bytes);
}

static void
test_first_byte (void)
{
  for (guint first = 0; first <= G_MAXUINT8; first++)
    {
      guint8 bytes[TS_NTP_PACKET_SIZE] = { (guint8) first };
      TsNtpPacket packet;

      g_assert_true (ts_ntp_packet_decode (bytes, sizeof bytes, &packet, NULL));
      g_assert_cmpuint (packet.leap, ==, first / 64);
      g_assert_cmpuint (packet.version, ==, first / 8 % 8);
      g_assert_cmpuint (packet.mode, ==, first % 8);
      memset (bytes, 0xff, sizeof bytes);
      ts_ntp_packet_encode (&packet, bytes);
      g_assert_cmpuint (bytes[0], ==, first);
    }
}

/* Bits that the header has no room for do not spill over into its other fields. */
static void
test_too_wide (void)
{
  const TsNtpPacket packet = { .leap = 0xfc, .version = 0xf8, .mode = 0xf8 };
  guint8 bytes[TS_NTP_PACKET_SIZE];

  ts_ntp_packet_encode (&packet, bytes);
  g_assert_cmpuint (bytes[0], ==, 0);
}

static void
test_truncated (void)
{
  for (gsize length = 0; length < TS_NTP_PACKET_SIZE; length++)
    {
      /* Its own allocation, so that the address sanitizer sees a byte too many being read. */
      g_autofree guint8 *bytes = g_memdup2 (vector_bytes, length);
      g_autofree char *expected = g_strdup_printf ("NTP packet is %u bytes long, need 48", (guint) length);
      g_autoptr (GError) error = NULL;
      TsNtpPacket packet;

      g_assert_false (ts_ntp_packet_decode (bytes, length, &packet, &error));
      g_assert_error (error, TS_NTP_ERROR, TS_NTP_ERROR_TOO_SHORT);
      g_assert_cmpstr (error->message, ==, expected);
    }
}

/* What follows the header is not looked at, and any 48 bytes survive being decoded and encoded. */
static void
test_random_bytes (void)
{
  for (guint i = 0; i < N_RANDOM; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (TS_NTP_PACKET_SIZE, 200);
      g_autofree guint8 *bytes = g_malloc (length);
      guint8 again[TS_NTP_PACKET_SIZE];
      TsNtpPacket packet;

      for (gsize j = 0; j < length; j++)
        bytes[j] = (guint8) g_test_rand_int_range (0, 256);
      g_assert_true (ts_ntp_packet_decode (bytes, length, &packet, NULL));
      ts_ntp_packet_encode (&packet, again);
      g_assert_cmpmem (again, sizeof again, bytes, TS_NTP_PACKET_SIZE);
    }
}

static const struct
{
  const char *name;
  gint64 instant_ns;
  TsNtpStamp stamp;
} instants[] = {
  { "unix-epoch", 0, 0x83aa7e8000000000 },
  { "before-unix-epoch", -1, 0x83aa7e7ffffffffc },
  { "half-a-second", 500000000, 0x83aa7e8080000000 },
  { "one-nanosecond", 1, 0x83aa7e8000000004 },
  { "two-nanoseconds", 2, 0x83aa7e8000000009 },
  { "last-nanosecond-of-a-second", 999999999, 0x83aa7e80fffffffc },
  /* RFC 5905, figure 4. */
  { "first-day-unix", 0, (TsNtpStamp) 2208988800u << 32 },
  { "first-day-utc", 63072000 * TS_NS_PER_S, (TsNtpStamp) 2272060800u << 32 },
  { "last-day-of-20th-century", 946598400 * TS_NS_PER_S, (TsNtpStamp) 3155587200u << 32 },
  { "last-day-of-era-0", (ERA_1_S - 23296) * TS_NS_PER_S, (TsNtpStamp) 4294944000u << 32 },
  { "last-second-of-era-0", (ERA_1_S - 1) * TS_NS_PER_S, 0xffffffff00000000 },
  { "last-nanosecond-of-era-0", ERA_1_S * TS_NS_PER_S - 1, 0xfffffffffffffffc },
  /* 0 says that there is no instant. */
  { "first-of-era-1", ERA_1_S * TS_NS_PER_S, 1 },
  { "second-of-era-1", (ERA_1_S + 1) * TS_NS_PER_S, 0x0000000100000000 },
  { "last-we-take", TS_INSTANT_MAX_NS, (TsNtpStamp) (7258118400 + 2208988800 - ERA_LENGTH_S * 2) << 32 },
};

static void
test_instant (gconstpointer row)
{
  gint64 instant_ns = instants[GPOINTER_TO_SIZE (row)].instant_ns;
  TsNtpStamp stamp = instants[GPOINTER_TO_SIZE (row)].stamp;

  g_assert_cmphex (ts_ntp_stamp_from_ns (instant_ns), ==, stamp);
  g_assert_cmpint (ts_ntp_stamp_to_ns (stamp, instant_ns), ==, instant_ns);
}

static const struct
{
  const char *name;
  TsNtpStamp stamp;
  gint64 pivot_s;
  gint64 expected_s;
} eras[] = {
  { "era-0-from-before", 0xffffffff00000000, ERA_1_S - 10, ERA_1_S - 1 },
  { "era-0-from-after", 0xffffffff00000000, ERA_1_S + 10, ERA_1_S - 1 },
  { "era-1-from-before", 0, ERA_1_S - 1, ERA_1_S },
  { "era-1-from-within", 0, ERA_1_S, ERA_1_S },
  { "era-1-from-long-before", 0x0000000a00000000, 1700000000, ERA_1_S + 10 },
  { "era-2", 0x0000000a00000000, ERA_1_S + ERA_LENGTH_S, ERA_1_S + ERA_LENGTH_S + 10 },
  { "era-minus-1", 0xffffffff00000000, -2208988800, -2208988801 },
  { "half-an-era-ahead-less-one", 0x7fffffff00000000, ERA_1_S, ERA_1_S + 0x7fffffff },
  { "half-an-era-is-behind", 0x8000000000000000, ERA_1_S, ERA_1_S - 0x80000000 },
};

static void
test_era (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);

  for (gint64 within_ns = 0; within_ns < TS_NS_PER_S; within_ns += 333333333)
    g_assert_cmpint (ts_ntp_stamp_to_ns (eras[i].stamp, eras[i].pivot_s * TS_NS_PER_S + within_ns), ==,
                     eras[i].expected_s * TS_NS_PER_S);
}

/* Every nanosecond around the rollover, from pivots on both sides. */
static void
test_rollover (void)
{
  for (gint64 i = -5000; i <= 5000; i++)
    for (gint64 j = -1; j <= 1; j++)
      {
        gint64 instant_ns = ERA_1_S * TS_NS_PER_S + i;
        gint64 pivot_ns = ERA_1_S * TS_NS_PER_S + j * 1000;

        g_assert_cmpint (ts_ntp_stamp_to_ns (ts_ntp_stamp_from_ns (instant_ns), pivot_ns), ==, instant_ns);
      }
}

static gint64
random_ns (gint64 from_s,
           gint64 to_s)
{
  guint64 bits = (guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();

  return (from_s + (gint64) (bits % (guint64) (to_s - from_s))) * TS_NS_PER_S +
         g_test_rand_int_range (0, TS_NS_PER_S);
}

/* A nanosecond survives; and a stamp that was rounded to one is a fixed point from then on. */
static void
test_random_instants (void)
{
  for (guint i = 0; i < N_RANDOM; i++)
    {
      gint64 instant_ns = random_ns (-8000000000, 8000000000);
      gint64 near_ns = instant_ns + random_ns (-1000000000, 1000000000);
      TsNtpStamp stamp = (TsNtpStamp) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
      gint64 stamp_ns = ts_ntp_stamp_to_ns (stamp, 0);

      g_assert_cmpint (ts_ntp_stamp_to_ns (ts_ntp_stamp_from_ns (instant_ns), near_ns), ==, instant_ns);
      g_assert_cmpint (ts_ntp_stamp_to_ns (ts_ntp_stamp_from_ns (stamp_ns), 0), ==, stamp_ns);
      g_assert_cmpint (ABS ((gint64) (ts_ntp_stamp_from_ns (stamp_ns) - stamp)), <=, 3);
    }
}

/* Nothing overflows, whatever a peer and a clock may say. */
static void
test_extremes (void)
{
  static const gint64 pivots_ns[] = { G_MININT64, G_MININT64 + 1, -1, 0, 1, TS_INSTANT_MAX_NS, G_MAXINT64 };
  static const TsNtpStamp stamps[] = { 0, 1, 0x7fffffffffffffff, 0x8000000000000000, G_MAXUINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (pivots_ns); i++)
    {
      g_assert_cmpuint (ts_ntp_stamp_from_ns (pivots_ns[i]), !=, 0);
      for (gsize j = 0; j < G_N_ELEMENTS (stamps); j++)
        ts_ntp_stamp_to_ns (stamps[j], pivots_ns[i]);
    }
  g_assert_cmpint (ts_ntp_stamp_to_ns (ts_ntp_stamp_from_ns (G_MAXINT64), G_MAXINT64), ==, G_MAXINT64);
  g_assert_cmpint (ts_ntp_stamp_to_ns (ts_ntp_stamp_from_ns (G_MININT64), G_MININT64), ==, G_MININT64);
}

static const struct
{
  const char *name;
  guint64 duration_ns;
  TsNtpShort duration;
} durations[] = {
  { "zero", 0, 0 },
  { "up-from-one-nanosecond", 1, 1 },
  { "one-unit", 15258, 1 },
  { "more-than-one-unit", 15259, 2 },
  { "one-second", TS_NS_PER_S, 0x10000 },
  { "sixteen-seconds", 16 * TS_NS_PER_S, 0x100000 },
  { "longest", G_GUINT64_CONSTANT (65535999984741), G_MAXUINT32 },
  { "just-longer", G_GUINT64_CONSTANT (65535999999999), G_MAXUINT32 },
  { "too-long", 65536 * TS_NS_PER_S, G_MAXUINT32 },
  { "unknown", G_MAXUINT64, G_MAXUINT32 },
};

static void
test_duration (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);

  g_assert_cmpuint (ts_ntp_short_from_ns (durations[i].duration_ns), ==, durations[i].duration);
}

static void
test_random_durations (void)
{
  for (guint i = 0; i < N_RANDOM; i++)
    {
      TsNtpShort duration = (TsNtpShort) g_test_rand_int () >> g_test_rand_int_range (0, 32);
      guint64 duration_ns = (guint64) (guint32) g_test_rand_int () << g_test_rand_int_range (0, 13);

      g_assert_cmpuint (ts_ntp_short_from_ns (ts_ntp_short_to_ns (duration)), ==, duration);
      /* Never less than what it stands for, but for the rounding back, which is less than a nanosecond. */
      g_assert_cmpuint (ts_ntp_short_to_ns (ts_ntp_short_from_ns (duration_ns)) + 1, >=, duration_ns);
      g_assert_cmpuint (ts_ntp_short_to_ns (ts_ntp_short_from_ns (duration_ns)), <=, duration_ns + 15259);
    }
}

static void
test_reference_ids (void)
{
  g_assert_cmphex (TS_NTP_KISS_RATE, ==, 0x52415445);
  g_assert_cmphex (TS_NTP_KISS_INIT, ==, 0x494e4954);
  g_assert_cmphex (TS_NTP_REFERENCE_ID (127, 127, 1, 255), ==, 0x7f7f01ff);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ntp-packet/vector", test_vector);
  g_test_add_func ("/ntp-packet/first-byte", test_first_byte);
  g_test_add_func ("/ntp-packet/too-wide", test_too_wide);
  g_test_add_func ("/ntp-packet/truncated", test_truncated);
  g_test_add_func ("/ntp-packet/random-bytes", test_random_bytes);
  g_test_add_func ("/ntp-packet/reference-ids", test_reference_ids);
  ADD_CASES ("/ntp-packet/instant/", instants, test_instant);
  ADD_CASES ("/ntp-packet/era/", eras, test_era);
  g_test_add_func ("/ntp-packet/rollover", test_rollover);
  g_test_add_func ("/ntp-packet/random-instants", test_random_instants);
  g_test_add_func ("/ntp-packet/extremes", test_extremes);
  ADD_CASES ("/ntp-packet/duration/", durations, test_duration);
  g_test_add_func ("/ntp-packet/random-durations", test_random_durations);
  return g_test_run ();
}
