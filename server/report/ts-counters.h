/* What a server has done, for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TS_COUNT_CONNECTIONS,      /* accepted */
  TS_COUNT_REQUESTS_FRAMED,  /* answered, from here on by form */
  TS_COUNT_REQUESTS_CLASSIC,
  TS_COUNT_REQUESTS_TLS,
  TS_COUNT_REQUESTS_NTP,
  TS_COUNT_REFUSED_CONNECTIONS, /* refused, from here on by reason: too many connections from one address */
  TS_COUNT_REFUSED_REQUESTS,    /* too many requests */
  TS_COUNT_REFUSED_SHUTDOWN,
  TS_COUNT_REFUSED_VERSION,
  TS_COUNT_REFUSED_SEALS,     /* because there is no key */
  TS_COUNT_MALFORMED,         /* closed for bytes that are not a request */
  TS_COUNT_SEALS,             /* signed */
  TS_COUNT_HANDSHAKES,        /* of TLS, completed */
  TS_COUNT_FAILED_HANDSHAKES, /* of TLS, failed */
  TS_N_COUNTS
} TsCount;

/* Upper bounds of the buckets of the service time (t3 − t2), in nanoseconds; the last has none. */
#define TS_SERVICE_TIME_BOUNDS_NS { 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 10000000 }
#define TS_N_SERVICE_TIME_BUCKETS 11

/**
 * TsCounters:
 * @counts: the counters, by #TsCount
 * @service_times: how many answers each bucket has (each answer is counted once, not cumulatively)
 * @service_time_sum_ns: the sum over all answers
 *
 * Each worker has counters of its own. Only the worker's thread changes them, with ts_counters_add(). Other threads
 * read them with ts_counters_accumulate().
 */
typedef struct
{
  guint64 counts[TS_N_COUNTS];
  guint64 service_times[TS_N_SERVICE_TIME_BUCKETS];
  guint64 service_time_sum_ns;
} TsCounters;

void ts_counters_add              (TsCounters       *self,
                                   TsCount           count,
                                   guint64           n);
void ts_counters_add_service_time (TsCounters       *self,
                                   gint64            service_time_ns,
                                   guint64           n);
void ts_counters_accumulate       (TsCounters       *sum,
                                   const TsCounters *counters);

G_END_DECLS
