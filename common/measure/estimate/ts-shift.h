/* Whether the fastest packets of a way have moved, and with them a clock or the path.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many bins of lateness: two for each doubling, from a nanosecond on. */
#define TS_SHIFT_N_BINS 96

/**
 * TsShiftRun:
 * @n: how many packets in a row
 * @since_s: the instant of the first
 * @least_ns: how late the earliest of them was
 */
typedef struct
{
  guint n;
  double since_s;
  double least_ns;
} TsShiftRun;

/**
 * TsShiftWay:
 * @bins: for each bin of lateness, how many packets were in it
 * @n: how many packets all bins have
 * @silent: the packets since the last near one
 * @late: the newest packets, as long as each was later than most before
 * @newest_ns: how late the newest packet was
 * @longest_silence: the largest number of packets between two near ones
 */
typedef struct
{
  guint bins[TS_SHIFT_N_BINS];
  guint n;
  TsShiftRun silent;
  TsShiftRun late;
  double newest_ns;
  guint longest_silence;
} TsShiftWay;

/**
 * TsShiftNews:
 * @TS_SHIFT_NOTHING: no packet says that anything has moved
 * @TS_SHIFT_SUSPECTED: a packet came much earlier than was thought possible
 * @TS_SHIFT_CLOCK: a clock was probably set: both ways have moved oppositely
 * @TS_SHIFT_PATH: the path has probably changed: one way has moved
 * @TS_SHIFT_PATHS: the path has probably changed: both ways are faster now
 * @TS_SHIFT_SLOWER: the path has probably changed: at least one way is slower now
 * @TS_SHIFT_CLEARED: nothing has moved: the suspicion was wrong
 */
typedef enum
{
  TS_SHIFT_NOTHING,
  TS_SHIFT_SUSPECTED,
  TS_SHIFT_CLOCK,
  TS_SHIFT_PATH,
  TS_SHIFT_PATHS,
  TS_SHIFT_SLOWER,
  TS_SHIFT_CLEARED,
} TsShiftNews;

/**
 * TsShift:
 * @ways: what is usual on the way back, and on the way there
 * @is_suspected: whether a packet came too early, and the cause is not known so far
 * @is_upper: whether that packet went to the server
 * @since_s: the instant of that packet
 * @first_ns: by how much that packet was too early, positive
 * @early_ns: by how much the earliest packet of its way since then was too early
 * @n_early: how many packets of its way have been too early since then
 * @n_early_other: how many packets of the other way have been too early since then
 * @n_late_other: how many packets of the other way have been late since then
 * @n_packets: how many packets both ways have had since then
 * @log_chance: logarithm of how likely chance alone makes all packets of the other way since then so late; infinite
 *   once one was not late
 */
typedef struct
{
  TsShiftWay ways[2];
  gboolean is_suspected;
  gboolean is_upper;
  double since_s;
  double first_ns;
  double early_ns;
  guint n_early;
  guint n_early_other;
  guint n_late_other;
  guint n_packets;
  double log_chance;
} TsShift;

gboolean    ts_shift_is_early (const TsShift *self,
                               gboolean       is_upper,
                               double         gap_ns,
                               double         deviation_ns,
                               double         reach_ns);
gboolean    ts_shift_is_usual (const TsShift *self,
                               gboolean       is_upper,
                               double         gap_ns);
TsShiftNews ts_shift_take (TsShift  *self,
                           gboolean  is_upper,
                           double    at_s,
                           double    gap_ns,
                           double    deviation_ns,
                           double    reach_ns,
                           double    near_share);
void        ts_shift_settle (TsShift *self);

G_END_DECLS
