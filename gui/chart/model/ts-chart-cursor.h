/* The chart's cursor: the entry that pointer or keys have chosen.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-find.h"
#include "chart/model/ts-chart-view.h"

G_BEGIN_DECLS

/**
 * TsChartCursor:
 * @is_set: whether there is a cursor
 * @is_pointed: whether the pointer put it where it is, and not keys
 * @at_ns: the instant of the entry under it
 * @pointer_part: where the pointer is across the view, from 0 to 1; NAN: it does not point at an instant
 */
typedef struct
{
  gboolean is_set;
  gboolean is_pointed;
  gint64 at_ns;
  double pointer_part;
} TsChartCursor;

void  ts_chart_cursor_put            (TsChartCursor       *self,
                                      gint64               at_ns,
                                      gboolean             is_pointed);
void  ts_chart_cursor_take_away      (TsChartCursor       *self);
void  ts_chart_cursor_point_at       (TsChartCursor       *self,
                                      double               part);
void  ts_chart_cursor_follow_pointer (TsChartCursor       *self,
                                      const TsHistory     *history,
                                      const TsChartSpan   *span);
gsize ts_chart_cursor_find           (const TsChartCursor *self,
                                      const TsHistory     *history);
gsize ts_chart_cursor_find_next      (const TsChartCursor *self,
                                      const TsHistory     *history,
                                      int                  direction,
                                      gboolean             to_event,
                                      gint64               end_ns);

G_END_DECLS
