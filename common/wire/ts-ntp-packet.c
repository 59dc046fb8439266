/* The header of an NTP packet, and NTP's formats of instants and durations.
 *
 *   0                   1                   2                   3
 *   +--+-----+-----+---------------+---------------+---------------+
 *   |LI| VN  |Mode |    stratum    |     poll      |   precision   |
 *   +--+-----+-----+---------------+---------------+---------------+  4
 *   |                          root delay                          |
 *   +--------------------------------------------------------------+  8
 *   |                        root dispersion                       |
 *   +--------------------------------------------------------------+ 12
 *   |                         reference id                         |
 *   +--------------------------------------------------------------+ 16
 *   |             reference, origin, receive, transmit             |
 *   |                     timestamp, 8 bytes each                  |
 *   +--------------------------------------------------------------+ 48
 *
 * All numbers are big-endian (RFC 5905 §7.3). What may follow, extension fields and a MAC, is not looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-packet.h"

#include "measure/ts-time.h"
#include "wire/ts-big-endian.h"

/* From 1900-01-01, where era 0 began, to 1970-01-01. */
#define UNIX_EPOCH_S G_GINT64_CONSTANT (2208988800)

G_DEFINE_QUARK (ts-ntp-error-quark, ts_ntp_error)

/* Returns: the second that @instant_ns is in, also before 1970 */
static gint64
floor_to_s (gint64 instant_ns)
{
  return instant_ns / TS_NS_PER_S - (instant_ns % TS_NS_PER_S < 0 ? 1 : 0);
}

/**
 * ts_ntp_packet_decode:
 * @bytes: (array length=length): a datagram
 * @length: how many bytes it has
 * @packet: (out caller-allocates): its header
 * @error: return location for a %TS_NTP_ERROR
 *
 * Every 48 bytes are a header. The caller judges what they say.
 *
 * Returns: whether there are that many
 */
gboolean
ts_ntp_packet_decode (const guint8 *bytes,
                      gsize length,
                      TsNtpPacket *packet,
                      GError **error)
{
  if (length < TS_NTP_PACKET_SIZE)
    {
      g_set_error (error, TS_NTP_ERROR, TS_NTP_ERROR_TOO_SHORT,
                   "NTP packet is %" G_GSIZE_FORMAT " bytes long, need %d", length, TS_NTP_PACKET_SIZE);
      return FALSE;
    }

  *packet = (TsNtpPacket) {
    .leap = bytes[0] >> 6,
    .version = bytes[0] >> 3 & 7,
    .mode = bytes[0] & 7,
    .stratum = bytes[1],
    .poll = (gint8) bytes[2],
    .precision = (gint8) bytes[3],
    .root_delay = ts_get_be32 (bytes + 4),
    .root_dispersion = ts_get_be32 (bytes + 8),
    .reference_id = ts_get_be32 (bytes + 12),
    .reference = ts_get_be64 (bytes + 16),
    .origin = ts_get_be64 (bytes + 24),
    .receive = ts_get_be64 (bytes + 32),
    .transmit = ts_get_be64 (bytes + 40),
  };
  return TRUE;
}

/**
 * ts_ntp_packet_encode:
 * @packet: a header
 * @bytes: (out): receives its %TS_NTP_PACKET_SIZE bytes
 *
 * Of @leap, @version and @mode only as many bits are kept as the header has for them.
 */
void
ts_ntp_packet_encode (const TsNtpPacket *packet,
                      guint8 bytes[TS_NTP_PACKET_SIZE])
{
  bytes[0] = (guint8) ((packet->leap & 3) << 6 | (packet->version & 7) << 3 | (packet->mode & 7));
  bytes[1] = packet->stratum;
  bytes[2] = (guint8) packet->poll;
  bytes[3] = (guint8) packet->precision;
  ts_put_be32 (bytes + 4, packet->root_delay);
  ts_put_be32 (bytes + 8, packet->root_dispersion);
  ts_put_be32 (bytes + 12, packet->reference_id);
  ts_put_be64 (bytes + 16, packet->reference);
  ts_put_be64 (bytes + 24, packet->origin);
  ts_put_be64 (bytes + 32, packet->receive);
  ts_put_be64 (bytes + 40, packet->transmit);
}

/**
 * ts_ntp_stamp_from_ns:
 * @instant_ns: nanoseconds since the Unix epoch
 *
 * Rounds to the nearest of NTP's units, which are a quarter of a nanosecond, so that ts_ntp_stamp_to_ns() returns
 * exactly @instant_ns. The first instant of an era would be 0, which means “no instant” in NTP. It becomes 1, which
 * rounds to the same nanosecond.
 *
 * Returns: the stamp, never 0; its era is lost
 */
TsNtpStamp
ts_ntp_stamp_from_ns (gint64 instant_ns)
{
  gint64 seconds = floor_to_s (instant_ns);
  gint64 remainder_ns = instant_ns % TS_NS_PER_S;
  guint64 rest_ns = (guint64) (remainder_ns < 0 ? remainder_ns + TS_NS_PER_S : remainder_ns);
  guint32 era_seconds = (guint32) (seconds + UNIX_EPOCH_S);
  guint32 fraction = (guint32) (((rest_ns << 32) + TS_NS_PER_S / 2) / TS_NS_PER_S);

  return MAX ((guint64) era_seconds << 32 | fraction, 1);
}

/**
 * ts_ntp_stamp_to_ns:
 * @stamp: a stamp
 * @pivot_ns: an instant that is known to be less than 68 years away, in nanoseconds since the Unix epoch
 *
 * Finds the era (RFC 5905 §6): of all instants that @stamp can mean, takes the one from 2³¹ s before @pivot_ns to 2³¹ s
 * after it, in whole seconds. The caller has to check first whether @stamp is 0.
 *
 * Returns: nanoseconds since the Unix epoch, rounded to the nearest; %G_MININT64 or %G_MAXINT64 in and beyond the first
 *   and the last second that fit
 */
gint64
ts_ntp_stamp_to_ns (TsNtpStamp stamp,
                    gint64 pivot_ns)
{
  gint64 pivot_s = floor_to_s (pivot_ns);
  guint32 ahead_s = (guint32) (stamp >> 32) - (guint32) (pivot_s + UNIX_EPOCH_S);
  gint64 seconds = pivot_s + (ahead_s < 0x80000000u ? ahead_s : ahead_s - G_GINT64_CONSTANT (0x100000000));
  guint64 fraction_ns = ((stamp & 0xffffffffu) * (guint64) TS_NS_PER_S + 0x80000000u) >> 32;

  if (seconds >= G_MAXINT64 / TS_NS_PER_S)
    return G_MAXINT64;
  if (seconds < G_MININT64 / TS_NS_PER_S)
    return G_MININT64;
  return seconds * TS_NS_PER_S + (gint64) fraction_ns;
}

/**
 * ts_ntp_short_from_ns:
 * @duration_ns: a duration in nanoseconds
 *
 * Returns: @duration_ns in NTP's short format, rounded up because it is a bound; at most 65536 s
 */
TsNtpShort
ts_ntp_short_from_ns (guint64 duration_ns)
{
  guint64 seconds = duration_ns / TS_NS_PER_S;
  guint64 units = ((duration_ns % TS_NS_PER_S << 16) + TS_NS_PER_S - 1) / TS_NS_PER_S;

  return seconds > G_MAXUINT16 ? G_MAXUINT32 : (TsNtpShort) MIN ((seconds << 16) + units, G_MAXUINT32);
}

/**
 * ts_ntp_short_to_ns:
 * @duration: a duration in NTP's short format
 *
 * Returns: @duration in nanoseconds, rounded down, so that ts_ntp_short_from_ns() returns exactly @duration
 */
guint64
ts_ntp_short_to_ns (TsNtpShort duration)
{
  return (guint64) duration * TS_NS_PER_S >> 16;
}
