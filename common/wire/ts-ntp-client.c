/* NTP requests, and which answers are accepted.
 *
 * A request contains a random number and nothing else: neither our time nor anything that identifies us. A server
 * copies the transmit field to the origin field of the answer without reading it, so the number need not be an instant,
 * and t1 is not sent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-client.h"

#include <glib/gi18n-lib.h>

#include "measure/ts-time.h"

/* RFC 5905 requires that a packet's root distance is below MAXDISP, 16 s, and that a source's is below MAXDIST, 1 s,
 * before it is selected; ntpd has 1.5 s for the latter. With a single server nothing is selected, so each packet has to
 * pass the stricter test. */
#define MAX_DISTANCE_NS (1500 * TS_NS_PER_MS)

/* 2¹⁷ s, RFC 5905's longest poll interval (MAXPOLL): a clock that has not been set for longer follows no reference.
 * RFC 1305 (NTP.MAXAGE) had a day, when polls were 2¹⁴ s at most. */
#define MAX_REFERENCE_AGE_S (G_GINT64_CONSTANT (1) << 17)

/**
 * ts_ntp_request_encode:
 * @request: a request
 * @bytes: (out): receives its %TS_NTP_PACKET_SIZE bytes
 *
 * Encodes version 4, client mode and the number. Everything else is zero, the same for every client at every time,
 * because RFC 8633 recommends to send no more than an answer needs.
 */
void
ts_ntp_request_encode (const TsNtpRequest *request,
                       guint8 bytes[TS_NTP_PACKET_SIZE])
{
  const TsNtpPacket packet = {
    .version = TS_NTP_VERSION,
    .mode = TS_NTP_MODE_CLIENT,
    .transmit = request->nonce,
  };

  ts_ntp_packet_encode (&packet, bytes);
}

static gboolean
is_kiss (const TsNtpPacket *answer)
{
  return answer->stratum == TS_NTP_STRATUM_KISS &&
         (answer->reference_id == TS_NTP_KISS_DENY || answer->reference_id == TS_NTP_KISS_RSTR ||
          answer->reference_id == TS_NTP_KISS_RATE);
}

static guint64
root_distance_ns (const TsNtpPacket *answer)
{
  return ts_ntp_short_to_ns (answer->root_delay) / 2 + ts_ntp_short_to_ns (answer->root_dispersion);
}

/* Returns: the time from one stamp to another, also across the end of an era, because the difference wraps around */
static gint64
elapsed (TsNtpStamp from,
         TsNtpStamp to)
{
  return (gint64) (to - from);
}

/* Checks whether a datagram comes from the server that we asked, and answers our request. */
static TsNtpCheck
check_origin (const TsNtpRequest *request,
              const guint8 *bytes,
              gsize length,
              TsNtpPacket *answer)
{
  if (length % 4 != 0 || !ts_ntp_packet_decode (bytes, length, answer, NULL))
    return TS_NTP_CHECK_LENGTH;
  if (answer->mode != TS_NTP_MODE_SERVER)
    return TS_NTP_CHECK_MODE;
  if (answer->version != TS_NTP_VERSION && answer->version != TS_NTP_VERSION - 1)
    return TS_NTP_CHECK_VERSION;
  if (answer->origin != request->nonce)
    return TS_NTP_CHECK_ORIGIN;
  if (request->is_answered)
    return TS_NTP_CHECK_DUPLICATE;
  return TS_NTP_CHECKS_PASSED;
}

/* Checks whether the content of an answer can be used. */
static TsNtpCheck
check_server (const TsNtpPacket *answer)
{
  /* A kiss comes first, because its leap indicator is 3 and it need not have stamps. */
  if (is_kiss (answer))
    return TS_NTP_CHECK_KISS;
  if (answer->leap == TS_LEAP_UNKNOWN)
    return TS_NTP_CHECK_LEAP;
  if (answer->stratum == TS_NTP_STRATUM_KISS || answer->stratum > TS_NTP_STRATUM_MAX)
    return TS_NTP_CHECK_STRATUM;
  if (answer->receive == 0 || answer->transmit == 0)
    return TS_NTP_CHECK_ZERO;
  if (elapsed (answer->receive, answer->transmit) < 0)
    return TS_NTP_CHECK_ORDER;
  if (root_distance_ns (answer) >= MAX_DISTANCE_NS)
    return TS_NTP_CHECK_DISTANCE;
  /* Simple servers with their own reference, such as a GPS receiver, leave this field out. */
  if (answer->reference == 0)
    return TS_NTP_CHECKS_PASSED;
  if (elapsed (answer->reference, answer->transmit) < 0)
    return TS_NTP_CHECK_REFERENCE_AHEAD;
  if (elapsed (answer->reference, answer->transmit) >> 32 >= MAX_REFERENCE_AGE_S)
    return TS_NTP_CHECK_REFERENCE_AGE;
  return TS_NTP_CHECKS_PASSED;
}

/**
 * ts_ntp_request_check:
 * @request: (inout): the request; notes whether it is answered
 * @bytes: (array length=length): a datagram from the server
 * @length: how many bytes it has
 * @answer: (out): its header; all zero if it has none
 *
 * Makes the checks of RFC 5905 §8 and appendix A.5.1, in the order of #TsNtpCheck. Only one answer is taken: all later
 * ones fail at %TS_NTP_CHECK_DUPLICATE.
 *
 * Returns: the check that the datagram fails, or %TS_NTP_CHECKS_PASSED
 */
TsNtpCheck
ts_ntp_request_check (TsNtpRequest *request,
                      const guint8 *bytes,
                      gsize length,
                      TsNtpPacket *answer)
{
  TsNtpCheck check;

  *answer = (TsNtpPacket) { 0 };
  check = check_origin (request, bytes, length, answer);
  if (check == TS_NTP_CHECKS_PASSED)
    check = check_server (answer);
  if (!ts_ntp_check_is_ignored (check))
    request->is_answered = TRUE;
  return check;
}

/**
 * ts_ntp_check_is_ignored:
 * @check: the check that a datagram fails
 *
 * Anybody may send a datagram that does not answer this request. So it says nothing about the server, and the right
 * answer may still come. The same is true of an answer without stamps. But a datagram with our number and with stamps
 * is this server's answer, good or bad, and there will be no other.
 *
 * Returns: whether to go on waiting as if the datagram had not come
 */
gboolean
ts_ntp_check_is_ignored (TsNtpCheck check)
{
  return (check >= TS_NTP_CHECK_LENGTH && check <= TS_NTP_CHECK_DUPLICATE) || check == TS_NTP_CHECK_ZERO;
}

static char *
explain_code (const TsNtpPacket *answer)
{
  char code[5] = { 0 };

  for (guint i = 0; i < 4; i++)
    {
      char c = (char) (answer->reference_id >> (24 - 8 * i) & 0xff);

      code[i] = g_ascii_isgraph (c) ? c : c == '\0' ? '\0' : '?';
    }
  if (code[0] == '\0')
    return g_strdup_printf (_("its clock is not synchronized (stratum %u)"), answer->stratum);
  /* Translators: a code of four letters that says why a server gives no time. */
  return g_strdup_printf (_("it only sends the code %s"), code);
}

static char *
explain_kiss (const TsNtpPacket *answer)
{
  switch (answer->reference_id)
    {
    case TS_NTP_KISS_DENY:
      return g_strdup (_("it denies access (DENY)"));
    case TS_NTP_KISS_RSTR:
      return g_strdup (_("it restricts access (RSTR)"));
    case TS_NTP_KISS_RATE:
    default:
      return g_strdup (_("it was asked too often (RATE)"));
    }
}

static char *
explain_reference_age (const TsNtpPacket *answer)
{
  gint64 age_h = (elapsed (answer->reference, answer->transmit) >> 32) / 3600;

  return g_strdup_printf (_("its clock was last set %u hours before"), (guint) age_h);
}

/**
 * ts_ntp_check_explain:
 * @check: the check that a datagram failed
 * @answer: its header
 *
 * Returns: (transfer full): what is wrong, for people: the end of a sentence whose subject is the answer or the server
 */
char *
ts_ntp_check_explain (TsNtpCheck check,
                      const TsNtpPacket *answer)
{
  switch (check)
    {
    case TS_NTP_CHECK_LENGTH:
      return g_strdup (_("it is not an NTP packet"));
    case TS_NTP_CHECK_MODE:
      return g_strdup_printf (_("it is not from a server (NTP mode %u)"), answer->mode);
    case TS_NTP_CHECK_VERSION:
      return g_strdup_printf (_("it is of another version (NTP %u)"), answer->version);
    case TS_NTP_CHECK_ORIGIN:
      return g_strdup (_("it does not belong to the request"));
    case TS_NTP_CHECK_DUPLICATE:
      return g_strdup (_("it is a repetition"));
    case TS_NTP_CHECK_KISS:
      return explain_kiss (answer);
    case TS_NTP_CHECK_LEAP:
      return g_strdup (_("its clock is not synchronized (leap 3)"));
    case TS_NTP_CHECK_STRATUM:
      return answer->stratum == TS_NTP_STRATUM_KISS
               ? explain_code (answer)
               : g_strdup_printf (_("its clock is not synchronized (stratum %u)"), answer->stratum);
    case TS_NTP_CHECK_ZERO:
      return g_strdup (_("it has no stamps"));
    case TS_NTP_CHECK_ORDER:
      return g_strdup (_("it says that its answer left before the request came"));
    case TS_NTP_CHECK_DISTANCE:
      return g_strdup_printf (_("its clock may be %.1f seconds off"), (double) root_distance_ns (answer) / TS_NS_PER_S);
    case TS_NTP_CHECK_REFERENCE_AHEAD:
      return g_strdup (_("it says that its clock was last set in the future"));
    case TS_NTP_CHECK_REFERENCE_AGE:
      return explain_reference_age (answer);
    case TS_NTP_CHECKS_PASSED:
    default:
      return g_strdup ("");
    }
}

/**
 * ts_ntp_answer_get_max_error_ns:
 * @answer: an answer that passed
 * @precision_ns: by how much its stamps may be off the server's clock, from ts_ntp_precision_get_ns()
 *
 * Returns: the server's own bound on its distance from UTC, in nanoseconds: its root distance (RFC 5905 §11.2,
 *   half the root delay and the root dispersion) and the precision of its clock; rounded up
 */
guint64
ts_ntp_answer_get_max_error_ns (const TsNtpPacket *answer,
                                gint64 precision_ns)
{
  /* Both short durations and the half were rounded down. */
  return root_distance_ns (answer) + (guint64) precision_ns + 2;
}

/**
 * ts_ntp_answer_to_sample:
 * @answer: an answer that passed
 * @pivot_ns: an instant less than 68 years away, in nanoseconds since the Unix epoch: %TS_NTP_PIVOT_NS
 * @precision_ns: by how much its stamps may be off the server's clock, from ts_ntp_precision_get_ns()
 * @stamps: our end
 * @sample: (out caller-allocates): the sample; left alone on failure
 * @error: return location for a %TS_EXCHANGE_ERROR
 *
 * The server's two stamps may be in different eras. Their precision widens what is proven. NTP does not say where they
 * come from.
 *
 * Returns: whether the exchange is valid
 */
gboolean
ts_ntp_answer_to_sample (const TsNtpPacket *answer,
                         gint64 pivot_ns,
                         gint64 precision_ns,
                         const TsLocalStamps *stamps,
                         TsSample *sample,
                         GError **error)
{
  const TsExchange server = {
    .t2_ns = ts_ntp_stamp_to_ns (answer->receive, pivot_ns),
    .t3_ns = ts_ntp_stamp_to_ns (answer->transmit, pivot_ns),
    .precision_ns = precision_ns,
  };

  if (!ts_local_stamps_to_sample (stamps, &server, sample, error))
    return FALSE;
  sample->max_error_ns = ts_ntp_answer_get_max_error_ns (answer, precision_ns);
  sample->quality = (TsServerQuality) {
    .is_known = TRUE,
    .leap = answer->leap,
    .stratum = answer->stratum,
    .root_delay_ns = (gint64) ts_ntp_short_to_ns (answer->root_delay),
    .root_dispersion_ns = (gint64) ts_ntp_short_to_ns (answer->root_dispersion),
    .reference_id = answer->reference_id,
  };
  return TRUE;
}
