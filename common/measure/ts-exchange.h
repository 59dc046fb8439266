/* An exchange of four instants, and the sample that it proves.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The server does not say how far its clock may be from UTC. */
#define TS_MAX_ERROR_UNKNOWN G_MAXUINT64

/**
 * TsExchange:
 * @t1_ns: our clock when the request left
 * @t2_ns: the server's clock when the request arrived
 * @t3_ns: the server's clock when the answer left
 * @t4_ns: our clock when the answer arrived
 * @precision_ns: by how much the text of a stamp may be off its instant: 0 where stamps are whole nanoseconds
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
 * TsSample:
 * @exchange: the four instants
 * @offset_ns: server's clock minus ours; positive when the server is ahead
 * @delay_ns: the round trip less the server's own time; never negative
 * @proven_min_ns: the least offset that the exchange allows
 * @proven_max_ns: the greatest offset that the exchange allows
 * @max_error_ns: the server's own bound on its distance from UTC, or %TS_MAX_ERROR_UNKNOWN
 *
 * A valid exchange with what is derived from it.
 */
typedef struct
{
  TsExchange exchange;
  gint64 offset_ns;
  gint64 delay_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  guint64 max_error_ns;
} TsSample;

#define TS_EXCHANGE_ERROR (ts_exchange_error_quark ())

/**
 * TsExchangeError:
 * @TS_EXCHANGE_ERROR_WILD_INSTANT: an instant is before 1970 or after 2199
 * @TS_EXCHANGE_ERROR_SERVER_REVERSED: the answer left before the request came (t3 < t2, beyond their precision)
 * @TS_EXCHANGE_ERROR_LOCAL_REVERSED: our clock was set back in between (t4 < t1)
 * @TS_EXCHANGE_ERROR_NEGATIVE_DELAY: the server claims to have worked longer than we waited
 */
typedef enum
{
  TS_EXCHANGE_ERROR_WILD_INSTANT,
  TS_EXCHANGE_ERROR_SERVER_REVERSED,
  TS_EXCHANGE_ERROR_LOCAL_REVERSED,
  TS_EXCHANGE_ERROR_NEGATIVE_DELAY,
} TsExchangeError;

GQuark   ts_exchange_error_quark (void);
gboolean ts_sample_derive        (TsSample          *sample,
                                  const TsExchange  *exchange,
                                  GError           **error);

G_END_DECLS
