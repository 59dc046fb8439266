/* The header of an NTP packet, and NTP's formats of instants and durations.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_NTP_PACKET_SIZE 48
#define TS_NTP_VERSION     4

/* A stratum of 0 on the wire is unspecified, and the reference id is a kiss code then. 16 is not synchronized. */
#define TS_NTP_STRATUM_KISS 0
#define TS_NTP_STRATUM_MAX  15

/**
 * TS_NTP_REFERENCE_ID:
 *
 * The reference id of four characters (RFC 5905 §7.3, figures 12 and 13).
 */
#define TS_NTP_REFERENCE_ID(a, b, c, d) \
  ((guint32) (guchar) (a) << 24 | (guint32) (guchar) (b) << 16 | (guint32) (guchar) (c) << 8 | (guchar) (d))
#define TS_NTP_KISS_DENY TS_NTP_REFERENCE_ID ('D', 'E', 'N', 'Y')
#define TS_NTP_KISS_INIT TS_NTP_REFERENCE_ID ('I', 'N', 'I', 'T')
#define TS_NTP_KISS_RATE TS_NTP_REFERENCE_ID ('R', 'A', 'T', 'E')
#define TS_NTP_KISS_RSTR TS_NTP_REFERENCE_ID ('R', 'S', 'T', 'R')

/**
 * TsLeap:
 * @TS_LEAP_NONE: the day has no leap second
 * @TS_LEAP_INSERT: the last minute of the day has 61 seconds
 * @TS_LEAP_DELETE: the last minute of the day has 59 seconds
 * @TS_LEAP_UNKNOWN: the clock is not synchronized
 *
 * NTP's leap indicator (RFC 5905 §7.3).
 */
typedef enum
{
  TS_LEAP_NONE = 0,
  TS_LEAP_INSERT = 1,
  TS_LEAP_DELETE = 2,
  TS_LEAP_UNKNOWN = 3,
} TsLeap;

/**
 * TsNtpStamp:
 *
 * NTP's timestamp format: seconds of an era in the upper 32 bits, and their fraction in the lower 32. Era 0 began on
 * 1900-01-01 00:00:00 UTC, and era 1 begins on 2036-02-07 06:28:16 UTC. 0 means that there is no instant.
 */
typedef guint64 TsNtpStamp;

/**
 * TsNtpShort:
 *
 * NTP's short format: a duration in units of 2⁻¹⁶ s.
 */
typedef guint32 TsNtpShort;

typedef enum
{
  TS_NTP_MODE_RESERVED = 0,
  TS_NTP_MODE_SYMMETRIC_ACTIVE = 1,
  TS_NTP_MODE_SYMMETRIC_PASSIVE = 2,
  TS_NTP_MODE_CLIENT = 3,
  TS_NTP_MODE_SERVER = 4,
  TS_NTP_MODE_BROADCAST = 5,
  TS_NTP_MODE_CONTROL = 6,
  TS_NTP_MODE_PRIVATE = 7,
} TsNtpMode;

/**
 * TsNtpPacket:
 * @leap: a #TsLeap
 * @version: 0 to 7
 * @mode: a #TsNtpMode
 * @stratum: 1 to 15; 0: unspecified; 16: not synchronized
 * @poll: log₂ of the interval between polls in seconds
 * @precision: log₂ of the clock's precision in seconds
 * @root_delay: the round trip to the primary reference
 * @root_dispersion: the error that has accumulated since the primary reference
 * @reference_id: the source's; a kiss code if @stratum is 0
 * @reference: when the clock was last set or corrected
 * @origin: in an answer, @transmit of the request
 * @receive: in an answer, when the request came
 * @transmit: when the packet left
 *
 * The header of an NTP packet (RFC 5905 §7.3), every field as it is on the wire.
 */
typedef struct
{
  guint8 leap;
  guint8 version;
  guint8 mode;
  guint8 stratum;
  gint8 poll;
  gint8 precision;
  TsNtpShort root_delay;
  TsNtpShort root_dispersion;
  guint32 reference_id;
  TsNtpStamp reference;
  TsNtpStamp origin;
  TsNtpStamp receive;
  TsNtpStamp transmit;
} TsNtpPacket;

#define TS_NTP_ERROR (ts_ntp_error_quark ())

/**
 * TsNtpError:
 * @TS_NTP_ERROR_TOO_SHORT: fewer bytes than a header has
 */
typedef enum
{
  TS_NTP_ERROR_TOO_SHORT,
} TsNtpError;

GQuark     ts_ntp_error_quark   (void);
gboolean   ts_ntp_packet_decode (const guint8       *bytes,
                                 gsize               length,
                                 TsNtpPacket        *packet,
                                 GError            **error);
void       ts_ntp_packet_encode (const TsNtpPacket  *packet,
                                 guint8              bytes[TS_NTP_PACKET_SIZE]);
TsNtpStamp ts_ntp_stamp_from_ns (gint64              instant_ns);
gint64     ts_ntp_stamp_to_ns   (TsNtpStamp          stamp,
                                 gint64              pivot_ns);
TsNtpShort ts_ntp_short_from_ns (guint64             duration_ns);
guint64    ts_ntp_short_to_ns   (TsNtpShort          duration);

G_END_DECLS
