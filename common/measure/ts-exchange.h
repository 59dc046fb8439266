/* An exchange of four instants, and the sample that it proves.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-clock-reading.h"

G_BEGIN_DECLS

/* The server does not say how far its clock may be from UTC. */
#define TS_MAX_ERROR_UNKNOWN G_MAXUINT64

/**
 * TsExchange:
 * @t1_ns: our clock when the request left
 * @t2_ns: the server's clock when the request arrived
 * @t3_ns: the server's clock when the answer left
 * @t4_ns: our clock when the answer arrived
 * @precision_ns: by how much the text of a stamp may be off its instant; 0 if stamps are whole nanoseconds
 *
 * One request and its answer. All instants are nanoseconds since the Unix epoch.
 */
typedef struct
{
  gint64 t1_ns;
  gint64 t2_ns;
  gint64 t3_ns;
  gint64 t4_ns;
  gint64 precision_ns;
} TsExchange;

/**
 * TsStampSource:
 * @TS_STAMP_UNKNOWN: not known
 * @TS_STAMP_USER: a program read its clock
 * @TS_STAMP_KERNEL: the kernel read it, when the packet came or left
 *
 * Where an instant of an exchange comes from.
 */
typedef enum
{
  TS_STAMP_UNKNOWN,
  TS_STAMP_USER,
  TS_STAMP_KERNEL,
} TsStampSource;

/**
 * TsServerQuality:
 * @is_known: whether the server says anything of what follows
 * @leap: the leap indicator of RFC 5905 §7.3; 3: not synchronized
 * @stratum: 1 to 15; 0 if the protocol has none
 * @root_delay_ns: the round trip to the primary reference
 * @root_dispersion_ns: the error that has accumulated since the primary reference
 * @reference_id: the source's reference ID, as in NTP
 *
 * What the server itself knows about its clock.
 */
typedef struct
{
  gboolean is_known;
  guint8 leap;
  guint8 stratum;
  gint64 root_delay_ns;
  gint64 root_dispersion_ns;
  guint32 reference_id;
} TsServerQuality;

/**
 * TsSample:
 * @exchange: the four instants
 * @offset_ns: server's clock minus ours; positive when the server is ahead
 * @delay_ns: the round trip less the server's own time; never negative
 * @proven_min_ns: the least offset that the exchange allows
 * @proven_max_ns: the greatest offset that the exchange allows
 * @max_error_ns: the server's own bound on its distance from UTC, or %TS_MAX_ERROR_UNKNOWN
 * @sources: where t1, t2, t3 and t4 come from, each a #TsStampSource
 * @is_retransmitted: whether the transport sent a packet of the exchange more than once
 * @has_generation: whether the server tells when its clock is stepped
 * @clock_generation: changes whenever the server's clock is stepped
 * @server_id: changes when another process answers; 0: not known
 * @quality: what the server knows about its clock
 * @sent_reading: this computer's clocks when the request was sent; all 0 if they were not read
 * @reading: the same clocks when the answer was taken
 * @previous_t3_ns: a better t3 of the sample before, which the server told later; 0: none
 * @previous_t4_ns: t4 of that sample; 0: none
 *
 * A valid exchange with what is derived from it, and what is known about both ends.
 */
typedef struct
{
  TsExchange exchange;
  gint64 offset_ns;
  gint64 delay_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  guint64 max_error_ns;
  guint8 sources[4];
  gboolean is_retransmitted;
  gboolean has_generation;
  guint32 clock_generation;
  guint64 server_id;
  TsServerQuality quality;
  TsClockReading sent_reading;
  TsClockReading reading;
  gint64 previous_t3_ns;
  gint64 previous_t4_ns;
} TsSample;

#define TS_EXCHANGE_ERROR (ts_exchange_error_quark ())

/**
 * TsExchangeError:
 * @TS_EXCHANGE_ERROR_WILD_INSTANT: an instant is before 1970 or after 2199, or otherwise cannot be
 * @TS_EXCHANGE_ERROR_SERVER_REVERSED: the answer left before the request came (t3 < t2, beyond their precision)
 * @TS_EXCHANGE_ERROR_LOCAL_REVERSED: our clock was set back during the exchange (t4 < t1)
 * @TS_EXCHANGE_ERROR_NEGATIVE_DELAY: the server claims to have worked longer than we waited
 * @TS_EXCHANGE_ERROR_LOCAL_STEPPED: our clock was set during the exchange
 * @TS_EXCHANGE_ERROR_SUSPENDED: this computer slept during the exchange
 */
typedef enum
{
  TS_EXCHANGE_ERROR_WILD_INSTANT,
  TS_EXCHANGE_ERROR_SERVER_REVERSED,
  TS_EXCHANGE_ERROR_LOCAL_REVERSED,
  TS_EXCHANGE_ERROR_NEGATIVE_DELAY,
  TS_EXCHANGE_ERROR_LOCAL_STEPPED,
  TS_EXCHANGE_ERROR_SUSPENDED,
} TsExchangeError;

GQuark   ts_exchange_error_quark  (void);
gboolean ts_exchange_check_clocks (const TsClockReading  *before,
                                   const TsClockReading  *after,
                                   GError               **error);
gboolean ts_sample_derive         (TsSample              *sample,
                                   const TsExchange      *exchange,
                                   GError               **error);
gboolean ts_sample_check          (const TsSample        *sample,
                                   GError               **error);

G_END_DECLS
