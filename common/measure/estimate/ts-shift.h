/* Whether the fastest packets of a way have moved, and with them a clock or the path.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two bins for each doubling, from a nanosecond on. */
#define TS_SHIFT_N_BINS 96

/**
 * TsShiftRun:
 * @n: how many packets in a row
 * @since_s: the instant of the first
 * @least_ns: how late the least late of them was
 */
typedef struct
{
  guint n;
  double since_s;
  double least_ns;
} TsShiftRun;

/**
 * TsShiftWay:
 * @bins: how many packets were later than the fastest possible by how much
 * @n: how many they are
 * @silent: the packets since a near one
 * @late: the newest packets, if all were later than most before
 * @newest_ns: how late the newest packet was
 * @longest_silence: the most packets that ever came between two near ones
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
 * @TS_SHIFT_PATHS: the same, and both ways are faster now
 * @TS_SHIFT_SLOWER: one way at least is slower now
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
 * @ways: what is usual on the way back, and on the one there
 * @is_suspected: whether a packet came too early, and what that means is not clear so far
 * @is_upper: on which way
 * @since_s: when
 * @first_ns: by how much that packet was too early, positive
 * @early_ns: the same of the earliest since
 * @n_early: how many there are
 * @n_early_other: the same of the other way
 * @n_late_other: how many of the other way were late, and none near
 * @n_packets: of both ways since then
 * @log_chance: of the other way's packets since then, were nothing but chance at work: logarithm of how likely it is
 *   that all were so late
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

gboolean    ts_shift_is_early (const TsShift *shift,
                               gboolean       is_upper,
                               double         gap_ns,
                               double         deviation_ns,
                               double         reach_ns);
gboolean    ts_shift_is_usual (const TsShift *shift,
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
