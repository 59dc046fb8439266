/* Fuzz target of ts-ntp-client and ts-ntp-packet: whatever a server, or somebody in its name, sends.
 *
 * The input is the datagram. Its own bytes 24 to 31 are taken for the number that was asked with, so that what
 * lies behind that check is reached; and then with another number, which nothing may pass.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-client.h"
#include "wire/ts-ntp-precision.h"

#include <string.h>

#include "fuzz-target.h"
#include "measure/ts-time.h"

static void
check_accepted (const TsNtpPacket *answer)
{
  const gint64 receive_ns = ts_ntp_stamp_to_ns (answer->receive, TS_NTP_PIVOT_NS);
  const gint64 transmit_ns = ts_ntp_stamp_to_ns (answer->transmit, TS_NTP_PIVOT_NS);
  const TsLocalStamps stamps = { .t1_ns = receive_ns, .t4_ns = transmit_ns };
  g_autoptr (GError) error = NULL;
  TsNtpPrecision shown = { 0 };
  gint64 precision_ns;
  TsSample sample;

  g_assert_cmpint (answer->mode, ==, TS_NTP_MODE_SERVER);
  g_assert_cmpint (answer->leap, <, 3);
  g_assert_true (answer->stratum >= 1 && answer->stratum <= TS_NTP_STRATUM_MAX);
  for (guint i = 0; i < 5; i++)
    ts_ntp_precision_take (&shown, answer);
  precision_ns = ts_ntp_precision_get_ns (&shown, answer->precision);
  g_assert_cmpint (precision_ns, >, 0);
  g_assert_cmpint (precision_ns, <=, TS_NS_PER_S + 2);
  g_assert_cmpuint (ts_ntp_answer_get_max_error_ns (answer, precision_ns), <, (guint64) 5 * TS_NS_PER_S);
  if (!ts_ntp_answer_to_sample (answer, TS_NTP_PIVOT_NS, precision_ns, &stamps, &sample, &error))
    {
      g_assert_true (error->domain == TS_EXCHANGE_ERROR);
      return;
    }
  g_assert_cmpint (sample.proven_min_ns, <=, 0);
  g_assert_cmpint (sample.proven_max_ns, >=, 0);
  g_assert_cmpint (sample.quality.root_delay_ns / 2 + sample.quality.root_dispersion_ns, <, 2 * TS_NS_PER_S);
}

/* What was decoded is encoded as it came, and instants and durations come back from NTP's forms. */
static void
check_forms (const uint8_t *bytes,
             const TsNtpPacket *packet)
{
  gint64 transmit_ns = ts_ntp_stamp_to_ns (packet->transmit, TS_NTP_PIVOT_NS);
  guint8 encoded[TS_NTP_PACKET_SIZE];

  ts_ntp_packet_encode (packet, encoded);
  g_assert_cmpmem (encoded, sizeof encoded, bytes, TS_NTP_PACKET_SIZE);
  g_assert_cmpint (ts_ntp_stamp_to_ns (ts_ntp_stamp_from_ns (transmit_ns), TS_NTP_PIVOT_NS), ==, transmit_ns);
  g_assert_cmphex (ts_ntp_short_from_ns (ts_ntp_short_to_ns (packet->root_delay)), ==, packet->root_delay);
  /* Any pivot at all, and any instant. */
  ts_ntp_stamp_to_ns (packet->transmit, (gint64) packet->reference);
  g_assert_cmphex (ts_ntp_stamp_from_ns ((gint64) packet->reference), !=, 0);
  ts_ntp_short_from_ns (packet->reference);
}

/* A request has our number, and is nothing that a client takes for an answer. */
static void
check_request (TsNtpRequest *request)
{
  guint8 bytes[TS_NTP_PACKET_SIZE];
  TsNtpPacket packet;

  ts_ntp_request_encode (request, bytes);
  g_assert_cmpint (ts_ntp_request_check (request, bytes, sizeof bytes, &packet), ==, TS_NTP_CHECK_MODE);
  g_assert_cmphex (packet.transmit, ==, request->nonce);
}

static void
check_words (TsNtpCheck check,
             const TsNtpPacket *answer)
{
  g_autofree char *words = ts_ntp_check_explain (check, answer);

  g_assert_true (g_utf8_validate (words, -1, NULL));
  g_assert_true ((*words == '\0') == (check == TS_NTP_CHECKS_PASSED));
  for (const char *c = words; *c != '\0'; c++)
    g_assert_false (g_ascii_iscntrl (*c));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  TsNtpRequest request = { 0 };
  TsNtpRequest other = { .nonce = 1 };
  TsNtpPacket answer;
  TsNtpCheck check;

  if (ts_ntp_packet_decode (data, size, &answer, NULL))
    check_forms (data, &answer);

  for (size_t i = 24; i < 32 && i < size; i++)
    request.nonce = request.nonce << 8 | data[i];
  other.nonce ^= request.nonce;
  check_request (&other);

  check = ts_ntp_request_check (&request, data, size, &answer);
  check_words (check, &answer);
  g_assert_true (check == TS_NTP_CHECK_LENGTH || (size >= TS_NTP_PACKET_SIZE && size % 4 == 0));
  g_assert_cmpint (check, !=, TS_NTP_CHECK_DUPLICATE);
  g_assert_true (request.is_answered != ts_ntp_check_is_ignored (check));
  if (check == TS_NTP_CHECKS_PASSED)
    check_accepted (&answer);
  if (request.is_answered)
    {
      g_assert_cmpint (ts_ntp_request_check (&request, data, size, &answer), ==, TS_NTP_CHECK_DUPLICATE);
      check_words (TS_NTP_CHECK_DUPLICATE, &answer);
    }

  check = ts_ntp_request_check (&other, data, size, &answer);
  check_words (check, &answer);
  g_assert_true (check >= TS_NTP_CHECK_LENGTH && check <= TS_NTP_CHECK_ORIGIN);
  g_assert_false (other.is_answered);
  return 0;
}
