/* The points of the scatter: offsets and delays of the exchanges in view, or of a part of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-view.h"
#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/* At most so many are drawn; more could not be seen. */
#define TS_SCATTER_MAX_POINTS 20000

/**
 * TsScatterPoint:
 * @at_ns: our clock when the answer came
 * @offset_ns: the offset by this exchange alone
 * @delay_ns: its round trip
 * @is_earlier: whether a clock was set later, so that it tells nothing about now
 */
typedef struct
{
  gint64 at_ns;
  gint64 offset_ns;
  gint64 delay_ns;
  gboolean is_earlier;
} TsScatterPoint;

/**
 * TsScatterPoints:
 * @points: (element-type TsScatterPoint): the oldest first, at most %TS_SCATTER_MAX_POINTS; if there are
 *   none, the other fields are 0
 * @stride: how many exchanges in view there are for each of them
 * @n_earlier: how many of them are earlier than the last step
 * @n_earlier_within: how many of those lie within the ranges
 * @n_beyond: how many of them lie outside of the ranges
 * @estimate_ns: the estimate at the newest sample in view
 * @least_delay_ns: the least delay since the last step
 * @min_ns: the least offset to show
 * @max_ns: the greatest offset to show
 * @min_delay_ns: the least delay to show
 * @max_delay_ns: the greatest delay to show
 */
typedef struct
{
  GArray *points;
  gsize stride;
  guint n_earlier;
  guint n_earlier_within;
  guint n_beyond;
  gint64 estimate_ns;
  gint64 least_delay_ns;
  gint64 min_ns;
  gint64 max_ns;
  gint64 min_delay_ns;
  gint64 max_delay_ns;
} TsScatterPoints;

void                  ts_scatter_points_init    (TsScatterPoints       *self);
void                  ts_scatter_points_clear   (TsScatterPoints       *self);
void                  ts_scatter_points_update  (TsScatterPoints       *self,
                                                 const TsHistory       *history,
                                                 const TsChartSpan     *span,
                                                 gint64                 since_ns);
const TsScatterPoint *ts_scatter_points_get     (const TsScatterPoints *self,
                                                 guint                  index);
gint64                ts_scatter_points_get_arm (const TsScatterPoints *self,
                                                 gint64                 delay_ns);

G_END_DECLS
