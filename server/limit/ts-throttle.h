/* How much one address may have.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "limit/ts-refusal-log.h"

struct sockaddr;

G_BEGIN_DECLS

/* How many TLS handshakes one address may have under way. */
#define TS_THROTTLE_MAX_HANDSHAKES 4

/**
 * TsThrottleLimits:
 * @max_connections: of one address at a time; 0: no limit. Up to twice as many get a refusal; more are closed at once
 * @requests_per_second: of one connection; 0: no limit
 * @address_requests_per_second: of one address: as many of its connections, and as many of its datagrams; 0: no limit
 */
typedef struct
{
  guint max_connections;
  double requests_per_second;
  double address_requests_per_second;
} TsThrottleLimits;

/**
 * TsBucket:
 * @full_at_ns: when it will be full again, if nothing more is taken
 * @is_refused: whether the last try to take found nothing
 *
 * A token bucket of one second's worth. All zero: full. Each connection has one, so it is small.
 */
typedef struct
{
  gint64 full_at_ns : 63;
  gboolean is_refused : 1;
} TsBucket;

/**
 * TsThrottleClient:
 * @address: in network order; an IPv4 one as RFC 4291 §2.5.5.2 maps it. Where several of an IPv6 network count as
 *   one: of what came last
 * @n_connections: that it has now
 * @asked_ns: when its last request was answered, on the clock of ts_throttle_admit(); up to a second late; 0: never, or
 *   not known, because it is kept only where an address's requests are limited
 */
typedef struct
{
  guint8 address[16];
  guint n_connections;
  gint64 asked_ns;
} TsThrottleClient;

typedef struct _TsThrottle TsThrottle;
typedef struct _TsThrottleEntry TsThrottleEntry;

TsThrottle      *ts_throttle_new           (const TsThrottleLimits *limits);
void             ts_throttle_set_log       (TsThrottle             *throttle,
                                            TsRefusalLog           *log);
void             ts_throttle_free          (TsThrottle             *throttle);
void             ts_throttle_set_limits    (TsThrottle             *throttle,
                                            const TsThrottleLimits *limits);
gconstpointer    ts_throttle_find_largest  (TsThrottle             *throttle);
TsThrottleEntry *ts_throttle_enter         (TsThrottle             *throttle,
                                            const struct sockaddr  *address,
                                            gboolean               *is_within_limit);
void             ts_throttle_leave         (TsThrottle             *throttle,
                                            TsThrottleEntry        *entry);
gboolean         ts_throttle_limits_requests (TsThrottle           *throttle);
gboolean         ts_throttle_admit         (TsThrottle             *throttle,
                                            TsThrottleEntry        *entry,
                                            TsBucket               *connection,
                                            guint                   n_requests,
                                            gint64                  now_ns);
gboolean         ts_throttle_admit_address (TsThrottle             *throttle,
                                            const struct sockaddr  *address,
                                            gint64                  now_ns);
gboolean         ts_throttle_begin_handshake (TsThrottleEntry      *entry);
void             ts_throttle_end_handshake (TsThrottleEntry        *entry);
void             ts_throttle_note_refusal  (TsThrottle             *throttle,
                                            const TsThrottleEntry  *entry,
                                            TsCount                 reason);
gsize            ts_throttle_get_size      (TsThrottle             *throttle);
guint            ts_throttle_list          (TsThrottle             *throttle,
                                            TsThrottleClient       *clients,
                                            guint                   n_max,
                                            guint                  *n_connected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsThrottle, ts_throttle_free)

G_END_DECLS
