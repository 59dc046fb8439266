/* Limits how much one address may have.
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
 * @max_connections: how many connections one address may have at a time; 0: no limit. Up to twice as many get a
 *   refusal, and more are closed at once
 * @requests_per_second: how many requests one connection may make; 0: no limit
 * @address_requests_per_second: how many requests the connections of one address may make together, and how many its
 *   datagrams may make; 0: no limit
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
 * @is_refused: whether the last attempt to take found too little
 *
 * A token bucket that holds the requests of one second. All zero: full. It is small, because each connection has one.
 */
typedef struct
{
  gint64 full_at_ns : 63;
  gboolean is_refused : 1;
} TsBucket;

/**
 * TsThrottleClient:
 * @address: the address in network order; an IPv4 one is mapped as in RFC 4291 §2.5.5.2. Of several addresses of an
 *   IPv6 network, which count as one, it is the one that came last
 * @n_connections: how many connections it has now
 * @asked_ns: when its last request was answered, by the clock of ts_throttle_admit(), up to a second late; 0: never, or
 *   not known, because it is kept only if an address's requests are limited
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
void             ts_throttle_set_log       (TsThrottle             *self,
                                            TsRefusalLog           *log);
void             ts_throttle_free          (TsThrottle             *self);
void             ts_throttle_set_limits    (TsThrottle             *self,
                                            const TsThrottleLimits *limits);
gconstpointer    ts_throttle_find_largest  (TsThrottle             *self);
TsThrottleEntry *ts_throttle_enter         (TsThrottle             *self,
                                            const struct sockaddr  *address,
                                            gboolean               *is_within_limit);
void             ts_throttle_leave         (TsThrottle             *self,
                                            TsThrottleEntry        *entry);
gboolean         ts_throttle_limits_requests (TsThrottle           *self);
gboolean         ts_throttle_admit         (TsThrottle             *self,
                                            TsThrottleEntry        *entry,
                                            TsBucket               *connection,
                                            guint                   n_requests,
                                            gint64                  now_ns);
gboolean         ts_throttle_admit_address (TsThrottle             *self,
                                            const struct sockaddr  *address,
                                            gint64                  now_ns);
gboolean         ts_throttle_begin_handshake (TsThrottleEntry      *entry);
void             ts_throttle_end_handshake (TsThrottleEntry        *entry);
void             ts_throttle_note_refusal  (TsThrottle             *self,
                                            const TsThrottleEntry  *entry,
                                            TsCount                 reason);
gsize            ts_throttle_get_size      (TsThrottle             *self);
guint            ts_throttle_list          (TsThrottle             *self,
                                            TsThrottleClient       *clients,
                                            guint                   n_max,
                                            guint                  *n_connected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsThrottle, ts_throttle_free)

G_END_DECLS
