/* What an exporter knows about the servers that it measures, as text for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-estimator.h"
#include "metrics/ts-metrics-text.h"

G_BEGIN_DECLS

/* Upper bounds of the buckets of round trips. One more bucket is for longer round trips. */
#define TS_ROUND_TRIP_BOUNDS_NS                                                                           \
  {                                                                                                       \
    100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 25000000, 50000000, 100000000, 250000000, \
    500000000, 1000000000                                                                                 \
  }
#define TS_N_ROUND_TRIP_BUCKETS 14

/* More than there are codes of failures. */
#define TS_MAX_FAILURE_REASONS 24

/**
 * TsPeerFailures:
 * @reason: a code of ts_probe_words_get_code(); %NULL after the last
 * @count: how many exchanges failed for that reason
 */
typedef struct
{
  const char *reason;
  guint64 count;
} TsPeerFailures;

/**
 * TsPeerCounts:
 * @n_requests: how many exchanges have ended
 * @failures: how many of them failed, by reason
 * @n_steps: how often our or the server's clock was set, for certain or probably
 * @round_trips: how many samples are in each bucket
 * @round_trip_sum_ns: the sum of the round trips of all samples
 * @min_round_trip_ns: the least round trip; -1: there was no sample
 *
 * What has been counted since the start.
 */
typedef struct
{
  guint64 n_requests;
  TsPeerFailures failures[TS_MAX_FAILURE_REASONS];
  guint64 n_steps;
  guint64 round_trips[TS_N_ROUND_TRIP_BUCKETS];
  guint64 round_trip_sum_ns;
  gint64 min_round_trip_ns;
} TsPeerCounts;

/**
 * TsPeerFigures:
 * @target: the server's address in the configuration
 * @address: (nullable): the address that answered last
 * @protocol: (nullable): the protocol of that answer
 * @is_authenticated: whether that protocol proves who answered
 * @counts: what has been counted since the start
 * @sample: (nullable): the newest sample; %NULL if there was none
 * @is_current: whether @sample is new enough for an estimate of the present
 * @estimate: the estimate of the present, if @is_current
 */
typedef struct
{
  const char *target;
  const char *address;
  const char *protocol;
  gboolean is_authenticated;
  const TsPeerCounts *counts;
  const TsSample *sample;
  gboolean is_current;
  TsEstimate estimate;
} TsPeerFigures;

void ts_peer_counts_add_sample  (TsPeerCounts        *self,
                                 const TsSample      *sample,
                                 TsClockEvent         event);
void ts_peer_counts_add_failure (TsPeerCounts        *self,
                                 const char          *reason);
void ts_peer_figures_append     (const TsPeerFigures *peers,
                                 gsize                n_peers,
                                 TsMetricsFormat      format,
                                 GString             *text);

G_END_DECLS
