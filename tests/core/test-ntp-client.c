/* Tests of what an NTP client asks, and of each check that an answer has to pass.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-client.h"

#include <string.h>

#include "measure/ts-time.h"

#include "test-cases.h"

#define NONCE    G_GUINT64_CONSTANT (0x0123456789abcdef)
#define SECOND   (G_GUINT64_CONSTANT (1) << 32)
#define RECEIVE  (G_GUINT64_CONSTANT (0xeea5f000) << 32 | 0x80000000u)
#define HOUR     (3600 * SECOND)

/* The first instant of era 1: 2036-02-07 06:28:16 UTC. */
#define ERA_1_NS (G_GINT64_CONSTANT (2085978496) * TS_NS_PER_S)

#define SHORT_MS(ms) (guint32) ((guint64) (ms) * 65536 / 1000)

/* What a good server answers. */
static const TsNtpPacket good = {
  .version = 4,
  .mode = TS_NTP_MODE_SERVER,
  .stratum = 2,
  .precision = -20,
  .root_delay = SHORT_MS (10),
  .root_dispersion = SHORT_MS (5),
  .reference_id = 0xc0000201,
  .reference = RECEIVE - 64 * SECOND,
  .origin = NONCE,
  .receive = RECEIVE,
  .transmit = RECEIVE + 1000,
};

typedef enum
{
  LEAP,
  VERSION,
  MODE,
  STRATUM,
  ROOT_DELAY,
  ROOT_DISPERSION,
  REFERENCE_ID,
  REFERENCE,
  ORIGIN,
  RECEIVED,
  TRANSMIT,
  NOTHING,
} Field;

static void
set_field (TsNtpPacket *packet,
           Field field,
           guint64 value)
{
  switch (field)
    {
    case LEAP:
      packet->leap = (guint8) value;
      break;
    case VERSION:
      packet->version = (guint8) value;
      break;
    case MODE:
      packet->mode = (guint8) value;
      break;
    case STRATUM:
      packet->stratum = (guint8) value;
      break;
    case ROOT_DELAY:
      packet->root_delay = (guint32) value;
      break;
    case ROOT_DISPERSION:
      packet->root_dispersion = (guint32) value;
      break;
    case REFERENCE_ID:
      packet->reference_id = (guint32) value;
      break;
    case REFERENCE:
      packet->reference = value;
      break;
    case ORIGIN:
      packet->origin = value;
      break;
    case RECEIVED:
      packet->receive = value;
      break;
    case TRANSMIT:
      packet->transmit = value;
      break;
    case NOTHING:
    default:
      break;
    }
}

/* One or two fields that differ from the good answer, and the check that finds it. */
static const struct
{
  const char *name;
  TsNtpCheck check;
  const char *words;
  struct
  {
    Field field;
    guint64 value;
  } changes[2];
} answers[] = {
  { "good", TS_NTP_CHECKS_PASSED, "", { { NOTHING }, { NOTHING } } },
  { "leap-1", TS_NTP_CHECKS_PASSED, "", { { LEAP, 1 }, { NOTHING } } },
  { "leap-2", TS_NTP_CHECKS_PASSED, "", { { LEAP, 2 }, { NOTHING } } },
  { "version-3", TS_NTP_CHECKS_PASSED, "", { { VERSION, 3 }, { NOTHING } } },
  { "stratum-1", TS_NTP_CHECKS_PASSED, "", { { STRATUM, 1 }, { NOTHING } } },
  { "stratum-15", TS_NTP_CHECKS_PASSED, "", { { STRATUM, 15 }, { NOTHING } } },
  { "kiss-code-as-an-id", TS_NTP_CHECKS_PASSED, "", { { REFERENCE_ID, TS_NTP_KISS_DENY }, { NOTHING } } },
  { "no-time-between", TS_NTP_CHECKS_PASSED, "", { { TRANSMIT, RECEIVE }, { NOTHING } } },
  { "no-reference", TS_NTP_CHECKS_PASSED, "", { { REFERENCE, 0 }, { NOTHING } } },
  { "reference-now", TS_NTP_CHECKS_PASSED, "", { { REFERENCE, RECEIVE + 1000 }, { NOTHING } } },
  { "reference-36-hours-old", TS_NTP_CHECKS_PASSED, "", { { REFERENCE, RECEIVE - 36 * HOUR }, { NOTHING } } },
  { "far-but-near-enough", TS_NTP_CHECKS_PASSED, "",
    { { ROOT_DELAY, SHORT_MS (2000) }, { ROOT_DISPERSION, SHORT_MS (499) } } },

  { "mode-0", TS_NTP_CHECK_MODE, "(NTP mode 0)", { { MODE, 0 }, { NOTHING } } },
  { "mode-symmetric-active", TS_NTP_CHECK_MODE, "(NTP mode 1)", { { MODE, 1 }, { NOTHING } } },
  { "mode-symmetric-passive", TS_NTP_CHECK_MODE, "(NTP mode 2)", { { MODE, 2 }, { NOTHING } } },
  { "mode-client", TS_NTP_CHECK_MODE, "(NTP mode 3)", { { MODE, 3 }, { NOTHING } } },
  { "mode-broadcast", TS_NTP_CHECK_MODE, "(NTP mode 5)", { { MODE, 5 }, { NOTHING } } },
  { "mode-control", TS_NTP_CHECK_MODE, "(NTP mode 6)", { { MODE, 6 }, { NOTHING } } },
  { "mode-private", TS_NTP_CHECK_MODE, "(NTP mode 7)", { { MODE, 7 }, { NOTHING } } },
  { "version-0", TS_NTP_CHECK_VERSION, "(NTP 0)", { { VERSION, 0 }, { NOTHING } } },
  { "version-1", TS_NTP_CHECK_VERSION, "(NTP 1)", { { VERSION, 1 }, { NOTHING } } },
  { "version-2", TS_NTP_CHECK_VERSION, "(NTP 2)", { { VERSION, 2 }, { NOTHING } } },
  { "version-5", TS_NTP_CHECK_VERSION, "(NTP 5)", { { VERSION, 5 }, { NOTHING } } },
  { "version-7", TS_NTP_CHECK_VERSION, "(NTP 7)", { { VERSION, 7 }, { NOTHING } } },
  { "origin-zero", TS_NTP_CHECK_ORIGIN, "does not belong", { { ORIGIN, 0 }, { NOTHING } } },
  { "origin-one-off", TS_NTP_CHECK_ORIGIN, "does not belong", { { ORIGIN, NONCE + 1 }, { NOTHING } } },
  { "origin-high-half-only", TS_NTP_CHECK_ORIGIN, "does not belong",
    { { ORIGIN, NONCE & ~G_GUINT64_CONSTANT (0xffffffff) }, { NOTHING } } },
  { "origin-before-kiss", TS_NTP_CHECK_ORIGIN, "does not belong", { { ORIGIN, 1 }, { STRATUM, 0 } } },
  { "kiss-deny", TS_NTP_CHECK_KISS, "DENY", { { STRATUM, 0 }, { REFERENCE_ID, TS_NTP_KISS_DENY } } },
  { "kiss-rstr", TS_NTP_CHECK_KISS, "RSTR", { { STRATUM, 0 }, { REFERENCE_ID, TS_NTP_KISS_RSTR } } },
  { "kiss-rate", TS_NTP_CHECK_KISS, "RATE", { { STRATUM, 0 }, { REFERENCE_ID, TS_NTP_KISS_RATE } } },
  { "leap-3", TS_NTP_CHECK_LEAP, "(leap 3)", { { LEAP, 3 }, { NOTHING } } },
  { "leap-3-stratum-16", TS_NTP_CHECK_LEAP, "(leap 3)", { { LEAP, 3 }, { STRATUM, 16 } } },
  { "leap-3-without-stamps", TS_NTP_CHECK_LEAP, "(leap 3)", { { LEAP, 3 }, { RECEIVED, 0 } } },
  { "stratum-0", TS_NTP_CHECK_STRATUM, "(stratum 0)", { { STRATUM, 0 }, { REFERENCE_ID, 0 } } },
  { "stratum-0-init", TS_NTP_CHECK_STRATUM, "code INIT", { { STRATUM, 0 }, { REFERENCE_ID, TS_NTP_KISS_INIT } } },
  { "stratum-0-control-characters", TS_NTP_CHECK_STRATUM, "code X?",
    { { STRATUM, 0 }, { REFERENCE_ID, TS_NTP_REFERENCE_ID ('X', '\x1b', 0, 'Y') } } },
  { "stratum-16", TS_NTP_CHECK_STRATUM, "(stratum 16)", { { STRATUM, 16 }, { NOTHING } } },
  { "stratum-17", TS_NTP_CHECK_STRATUM, "(stratum 17)", { { STRATUM, 17 }, { NOTHING } } },
  { "stratum-255", TS_NTP_CHECK_STRATUM, "(stratum 255)", { { STRATUM, 255 }, { NOTHING } } },
  { "no-receive", TS_NTP_CHECK_ZERO, "no stamps", { { RECEIVED, 0 }, { NOTHING } } },
  { "no-transmit", TS_NTP_CHECK_ZERO, "no stamps", { { TRANSMIT, 0 }, { NOTHING } } },
  { "neither", TS_NTP_CHECK_ZERO, "no stamps", { { RECEIVED, 0 }, { TRANSMIT, 0 } } },
  { "left-before-it-came", TS_NTP_CHECK_ORDER, "before the request", { { TRANSMIT, RECEIVE - 1 }, { NOTHING } } },
  { "left-years-before", TS_NTP_CHECK_ORDER, "before the request", { { TRANSMIT, RECEIVE - SECOND * 100000000 },
                                                                  { NOTHING } } },
  { "distance", TS_NTP_CHECK_DISTANCE, "1.5 seconds off",
    { { ROOT_DELAY, SHORT_MS (2000) }, { ROOT_DISPERSION, SHORT_MS (500) } } },
  { "dispersion", TS_NTP_CHECK_DISTANCE, "16.0 seconds off", { { ROOT_DISPERSION, SHORT_MS (16000) }, { NOTHING } } },
  { "delay", TS_NTP_CHECK_DISTANCE, "2.0 seconds off", { { ROOT_DELAY, SHORT_MS (4000) }, { NOTHING } } },
  { "delay-and-dispersion-of-all-ones", TS_NTP_CHECK_DISTANCE, "seconds off",
    { { ROOT_DELAY, G_MAXUINT32 }, { ROOT_DISPERSION, G_MAXUINT32 } } },
  { "reference-ahead", TS_NTP_CHECK_REFERENCE_AHEAD, "future", { { REFERENCE, RECEIVE + 1001 }, { NOTHING } } },
  { "reference-a-year-ahead", TS_NTP_CHECK_REFERENCE_AHEAD, "future",
    { { REFERENCE, RECEIVE + 8766 * HOUR }, { NOTHING } } },
  { "reference-37-hours-old", TS_NTP_CHECK_REFERENCE_AGE, "37 hours", { { REFERENCE, RECEIVE - 37 * HOUR },
                                                                     { NOTHING } } },
  { "reference-of-1970", TS_NTP_CHECK_REFERENCE_AGE, "hours", { { REFERENCE, 2208988800 * SECOND }, { NOTHING } } },
};

static TsNtpCheck
check (TsNtpRequest *request,
       const TsNtpPacket *packet,
       TsNtpPacket *answer)
{
  guint8 bytes[TS_NTP_PACKET_SIZE];

  ts_ntp_packet_encode (packet, bytes);
  return ts_ntp_request_check (request, bytes, sizeof bytes, answer);
}

static void
test_answer (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsNtpRequest request = { .nonce = NONCE };
  TsNtpPacket packet = good;
  TsNtpPacket answer;
  TsNtpCheck found;
  g_autofree char *words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (answers[row].changes); i++)
    set_field (&packet, answers[row].changes[i].field, answers[row].changes[i].value);
  found = check (&request, &packet, &answer);
  g_assert_cmpint (found, ==, answers[row].check);
  g_assert_true (request.is_answered != ts_ntp_check_is_ignored (found));
  words = ts_ntp_check_explain (found, &answer);
  g_assert_nonnull (strstr (words, answers[row].words));
  g_assert_true ((*words == '\0') == (found == TS_NTP_CHECKS_PASSED));

  /* What was taken is taken once, and what was ignored does not stand in the right one's way. */
  found = check (&request, &good, &answer);
  g_assert_cmpint (found, ==, ts_ntp_check_is_ignored (answers[row].check) ? TS_NTP_CHECKS_PASSED
                                                                           : TS_NTP_CHECK_DUPLICATE);
  g_assert_true (ts_ntp_check_is_ignored (TS_NTP_CHECK_DUPLICATE));
}

/* Every length: of headers cut short, and of what follows a header. */
static void
test_lengths (void)
{
  guint8 bytes[TS_NTP_PACKET_SIZE + 100] = { 0 };

  ts_ntp_packet_encode (&good, bytes);
  for (gsize length = 0; length <= sizeof bytes; length++)
    {
      TsNtpRequest request = { .nonce = NONCE };
      g_autofree guint8 *exact = g_memdup2 (bytes, length);
      TsNtpPacket answer;
      TsNtpCheck found = ts_ntp_request_check (&request, exact, length, &answer);
      gboolean is_good = length >= TS_NTP_PACKET_SIZE && length % 4 == 0;

      g_assert_cmpint (found, ==, is_good ? TS_NTP_CHECKS_PASSED : TS_NTP_CHECK_LENGTH);
      g_assert_true (request.is_answered == is_good);
    }
}

/* Everything but the number is the same for everybody. */
static void
test_request (void)
{
  const guint8 head[] = { 4 << 3 | 3 };
  const TsNtpRequest request = { .nonce = NONCE };
  guint8 bytes[TS_NTP_PACKET_SIZE];
  guint8 expected[TS_NTP_PACKET_SIZE] = { 0 };

  ts_ntp_request_encode (&request, bytes);
  memcpy (expected, head, sizeof head);
  for (guint i = 0; i < 8; i++)
    expected[40 + i] = (guint8) (NONCE >> (56 - 8 * i));
  g_assert_cmpmem (bytes, sizeof bytes, expected, sizeof expected);
}

/* Our own request sent back is no answer. */
static void
test_reflected (void)
{
  TsNtpRequest request = { .nonce = NONCE };
  guint8 bytes[TS_NTP_PACKET_SIZE];
  TsNtpPacket answer;

  ts_ntp_request_encode (&request, bytes);
  g_assert_cmpint (ts_ntp_request_check (&request, bytes, sizeof bytes, &answer), ==, TS_NTP_CHECK_MODE);
}

/* A server on either side of an era's end, or whose answer takes it across. */
static const struct
{
  const char *name;
  gint64 t2_ns;
  gint64 t3_ns;
} eras[] = {
  { "now", TS_NTP_PIVOT_NS, TS_NTP_PIVOT_NS + 12345 },
  { "1970", 1, 2 },
  { "last-of-era-0", ERA_1_NS - 2, ERA_1_NS - 1 },
  { "across", ERA_1_NS - 1, ERA_1_NS + 1 },
  { "second-of-era-1", ERA_1_NS + 1, ERA_1_NS + 2 },
  { "seconds-across", ERA_1_NS - TS_NS_PER_S / 2, ERA_1_NS + TS_NS_PER_S / 2 },
  { "era-1", ERA_1_NS + 86400 * TS_NS_PER_S, ERA_1_NS + 86401 * TS_NS_PER_S },
  { "2094", G_GINT64_CONSTANT (3912710400) * TS_NS_PER_S, G_GINT64_CONSTANT (3912710400) * TS_NS_PER_S + 1 },
};

static void
test_era (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsNtpRequest request = { .nonce = NONCE };
  TsNtpPacket packet = good;
  TsNtpPacket answer;
  const TsLocalStamps stamps = { .t1_ns = eras[row].t2_ns, .t4_ns = eras[row].t3_ns, .t4_source = TS_STAMP_KERNEL };
  TsSample sample;

  packet.reference = ts_ntp_stamp_from_ns (eras[row].t2_ns - TS_NS_PER_S);
  packet.receive = ts_ntp_stamp_from_ns (eras[row].t2_ns);
  packet.transmit = ts_ntp_stamp_from_ns (eras[row].t3_ns);
  g_assert_cmpint (check (&request, &packet, &answer), ==, TS_NTP_CHECKS_PASSED);
  g_assert_true (ts_ntp_answer_to_sample (&answer, TS_NTP_PIVOT_NS, 955, &stamps, &sample, NULL));
  g_assert_cmpint (sample.exchange.t2_ns, ==, eras[row].t2_ns);
  g_assert_cmpint (sample.exchange.t3_ns, ==, eras[row].t3_ns);
  g_assert_cmpint (sample.exchange.precision_ns, ==, 955);
}

/* An answer that would be reversed in numbers is not so in time, and the other way round. */
static void
test_era_order (void)
{
  TsNtpRequest request = { .nonce = NONCE };
  TsNtpPacket packet = good;
  TsNtpPacket answer;

  packet.receive = ts_ntp_stamp_from_ns (ERA_1_NS + 1000);
  packet.transmit = ts_ntp_stamp_from_ns (ERA_1_NS - 1000);
  packet.reference = packet.transmit;
  g_assert_cmpint (check (&request, &packet, &answer), ==, TS_NTP_CHECK_ORDER);

  request.is_answered = FALSE;
  packet.transmit = packet.receive;
  packet.receive = packet.reference;
  packet.reference = packet.transmit + 1;
  g_assert_cmpint (check (&request, &packet, &answer), ==, TS_NTP_CHECK_REFERENCE_AHEAD);
}

static void
test_quality (void)
{
  const gint64 now_ns = ts_ntp_stamp_to_ns (good.receive, TS_NTP_PIVOT_NS);
  const TsLocalStamps stamps = { .t1_ns = now_ns, .t4_ns = now_ns + 1000, .t4_source = TS_STAMP_USER };
  TsNtpPacket packet = good;
  TsSample sample;

  packet.leap = 1;
  g_assert_true (ts_ntp_answer_to_sample (&packet, TS_NTP_PIVOT_NS, 955, &stamps, &sample, NULL));
  g_assert_true (sample.quality.is_known);
  g_assert_cmpuint (sample.quality.leap, ==, 1);
  g_assert_cmpuint (sample.quality.stratum, ==, 2);
  g_assert_cmphex (sample.quality.reference_id, ==, 0xc0000201);
  g_assert_cmpint (ABS (sample.quality.root_delay_ns - 10 * TS_NS_PER_MS), <=, TS_NS_PER_S / 65536);
  g_assert_cmpint (ABS (sample.quality.root_dispersion_ns - 5 * TS_NS_PER_MS), <=, TS_NS_PER_S / 65536);
  g_assert_cmpuint (sample.max_error_ns, ==, ts_ntp_answer_get_max_error_ns (&packet, 955));
  g_assert_cmpint (sample.sources[1], ==, TS_STAMP_UNKNOWN);
  g_assert_cmpint (sample.sources[2], ==, TS_STAMP_UNKNOWN);
  g_assert_cmpint (sample.sources[3], ==, TS_STAMP_USER);
}

/* A server that claims more time than there was proves nothing. */
static void
test_invalid (void)
{
  const gint64 now_ns = ts_ntp_stamp_to_ns (good.receive, TS_NTP_PIVOT_NS);
  const TsLocalStamps stamps = { .t1_ns = now_ns, .t4_ns = now_ns };
  g_autoptr (GError) error = NULL;
  TsNtpPacket packet = good;
  TsSample sample;

  packet.transmit = packet.receive + SECOND;
  g_assert_false (ts_ntp_answer_to_sample (&packet, TS_NTP_PIVOT_NS, 955, &stamps, &sample, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_NEGATIVE_DELAY);
}

static void
test_max_error (void)
{
  TsNtpPacket packet = { .precision = -20 };
  guint64 distance_ns = TS_NS_PER_S + TS_NS_PER_S / 2;
  guint64 error_ns = ts_ntp_answer_get_max_error_ns (&packet, 15625002);

  g_assert_cmpuint (error_ns, >=, 15625002);
  g_assert_cmpuint (error_ns, <=, 15625002 + 4);

  packet.root_delay = 2 << 16;
  packet.root_dispersion = 1 << 15;
  g_assert_cmpuint (ts_ntp_answer_get_max_error_ns (&packet, 15625002), ==, error_ns + distance_ns);
}

/* A clock that ticks may seem to take back what it claims: 15.6 ms are served in 6. */
static void
test_coarse (void)
{
  const gint64 now_ns = TS_NTP_PIVOT_NS;
  const gint64 tick_ns = 15625000;
  const TsLocalStamps stamps = { .t1_ns = now_ns - 1000, .t4_ns = now_ns + 6 * TS_NS_PER_MS };
  TsNtpPacket packet = good;
  TsSample sample;

  packet.receive = ts_ntp_stamp_from_ns (now_ns);
  packet.transmit = ts_ntp_stamp_from_ns (now_ns + tick_ns);
  g_assert_false (ts_ntp_answer_to_sample (&packet, TS_NTP_PIVOT_NS, 1, &stamps, &sample, NULL));
  g_assert_true (ts_ntp_answer_to_sample (&packet, TS_NTP_PIVOT_NS, tick_ns + 2, &stamps, &sample, NULL));
  g_assert_cmpint (sample.proven_min_ns, ==, tick_ns - 6 * TS_NS_PER_MS - (tick_ns + 2));
  g_assert_cmpint (sample.proven_max_ns, ==, 1000 + tick_ns + 2);
  g_assert_cmpint (sample.delay_ns, ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ntp-client/request", test_request);
  g_test_add_func ("/ntp-client/reflected", test_reflected);
  g_test_add_func ("/ntp-client/lengths", test_lengths);
  ADD_CASES ("/ntp-client/answer/", answers, test_answer);
  ADD_CASES ("/ntp-client/era/", eras, test_era);
  g_test_add_func ("/ntp-client/era-order", test_era_order);
  g_test_add_func ("/ntp-client/quality", test_quality);
  g_test_add_func ("/ntp-client/invalid", test_invalid);
  g_test_add_func ("/ntp-client/max-error", test_max_error);
  g_test_add_func ("/ntp-client/coarse", test_coarse);
  return g_test_run ();
}
